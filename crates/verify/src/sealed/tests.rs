//! Sealed files against vectors of another implementation, and against whoever cuts, lengthens or swaps them.

use super::*;

const IDENTITY: &str = include_str!("../../../ledger/testdata/age/identity.txt");
const PUBLIC: &str = "age18tdt0f5zf7vgelrfqny3ks3yd4wgwwudxghuwm039mslh2lg0aeq3krpnp";
const PASSPHRASE: &str = "correct horse battery staple";
const CHANCE: Chance = [7; 64];

fn opened(file: &[u8], opener: &Opener) -> Result<Vec<u8>> {
    let opening = Opening::of(file.get(..HEADER_BYTES_MAX.min(file.len())).unwrap(), opener)?;
    let chunks: Vec<&[u8]> =
        file[opening.payload_at as usize..].chunks(SEALED_CHUNK_BYTES as usize).collect();
    // Every file has a chunk, an empty one too.
    let mut plain = if chunks.is_empty() { return Err(SealFault::Damaged) } else { Vec::new() };
    for (number, chunk) in chunks.iter().enumerate() {
        plain.extend(opening.chunk(number as u64, chunk, number + 1 == chunks.len())?);
    }
    Ok(plain)
}

fn sealed(sealing: &Sealing, plain: &[u8]) -> Vec<u8> {
    let mut file = sealing.header().to_vec();
    let count = chunks(plain.len() as u64);
    for number in 0..count {
        let start = (number * CHUNK_BYTES) as usize;
        let end = plain.len().min(start + CHUNK_BYTES as usize);
        file.extend(sealing.chunk(number, &plain[start..end], number + 1 == count));
    }
    assert_eq!(file.len() as u64, sealing.sealed_bytes(plain.len() as u64));
    file
}

fn key() -> Opener {
    Opener::parse_key(IDENTITY).unwrap()
}

fn passphrase(words: &str) -> Opener {
    Opener::Passphrase(words.to_owned())
}

#[test]
fn what_another_program_sealed_opens() {
    let check = |file: &[u8], opener: &Opener, expected: Result<&[u8]>| {
        assert_eq!(opened(file, opener).as_deref().map_err(|fault| *fault), expected);
    };
    let of_key = include_bytes!("../../../ledger/testdata/age/key.age");
    let of_passphrase = include_bytes!("../../../ledger/testdata/age/pass.age");
    let two = include_bytes!("../../../ledger/testdata/age/two-chunks.age");
    check(of_key, &key(), Ok(b"watchkeeper"));
    check(of_passphrase, &passphrase(PASSPHRASE), Ok(b"watchkeeper"));
    check(two, &key(), Ok(&[b'w'; 65_546]));
    check(of_key, &Opener::Key([3; 32]), Err(SealFault::NotForThis));
    check(of_key, &passphrase(PASSPHRASE), Err(SealFault::NotForThis));
    check(of_passphrase, &passphrase("correct horse battery stable"), Err(SealFault::NotForThis));
    check(&two[..two.len() - 1], &key(), Err(SealFault::Damaged));
    check(&two[..two.len() - 26], &key(), Err(SealFault::Damaged));
    check(b"PK\x03\x04", &key(), Err(SealFault::Format));
}

/// Bytes that `age` opened when they were frozen.
#[test]
fn what_is_sealed_here_stays_as_another_program_opened_it() {
    let check = |sealing: Sealing, plain: &[u8], vector: &[u8], opener: &Opener| {
        let file = sealed(&sealing, plain);
        assert!(file == vector, "the format is frozen");
        assert_eq!(opened(&file, opener).unwrap(), plain);
    };
    let recipient = PublicKey::parse(PUBLIC).unwrap();
    let of_key = include_bytes!("../../../ledger/testdata/age/ours-key.age");
    check(Sealing::to_key(recipient, &CHANCE).unwrap(), &[b'w'; 65_546], of_key, &key());
    let of_passphrase = include_bytes!("../../../ledger/testdata/age/ours-pass.age");
    let sealing = Sealing::with_passphrase(PASSPHRASE, &CHANCE).unwrap();
    check(sealing, b"watchkeeper", of_passphrase, &passphrase(PASSPHRASE));
}

#[test]
fn every_length_comes_back_and_nothing_else_does() {
    let sealing = Sealing::to_key(PublicKey::parse(PUBLIC).unwrap(), &CHANCE).unwrap();
    for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073] {
        let plain = vec![b'p'; length];
        let file = sealed(&sealing, &plain);
        assert_eq!(opened(&file, &key()).unwrap(), plain, "{length}");
        let longer = [&file[..], &[0; 20]].concat();
        assert!(opened(&longer, &key()).is_err(), "{length}: longer");
        for at in [30, 120, file.len() - 1] {
            let mut other = file.clone();
            other[at] ^= 1;
            assert!(opened(&other, &key()).is_err(), "{length}: byte {at}");
        }
    }
    let three = sealed(&sealing, &[b'p'; 131_073]);
    let at = sealing.header().len();
    let (first, second) = (at + SEALED_CHUNK_BYTES as usize, at + 2 * SEALED_CHUNK_BYTES as usize);
    let swapped = [&three[..at], &three[first..second], &three[at..first], &three[second..]].concat();
    assert_eq!(opened(&swapped, &key()), Err(SealFault::Damaged), "another order");
    assert_eq!(opened(&three[..second], &key()), Err(SealFault::Damaged), "cut at a chunk");
}

/// Headers come from strangers: every truncation and every flipped byte is answered, and none panics.
#[test]
fn broken_headers_are_answered() {
    let file = include_bytes!("../../../ledger/testdata/age/key.age");
    for end in 0..file.len() {
        assert!(opened(&file[..end], &key()).is_err(), "{end}");
        let mut other = file.to_vec();
        other[end] ^= 0x21;
        assert!(opened(&other, &key()).is_err(), "{end}");
    }
}

#[test]
fn keys_are_read_as_they_are_written() {
    let check = |text: &str, is_good: bool| assert_eq!(PublicKey::parse(text).is_ok(), is_good, "{text}");
    check(PUBLIC, true);
    check(&format!(" {PUBLIC}\n"), true);
    check(&PUBLIC.to_uppercase(), false);
    check(&PUBLIC.replace("tdt0", "tdt8"), false);
    check(&PUBLIC[..PUBLIC.len() - 1], false);
    check("age1", false);
    check("", false);
    check("ssh-ed25519 AAAA", false);
    check(IDENTITY, false);
    assert_eq!(PublicKey::parse(PUBLIC).unwrap().to_string(), PUBLIC);
    assert!(Opener::parse_key(PUBLIC).is_err());
    // RFC 7748 §6.1: a key whose secret everybody knows.
    let known = PublicKey([0; 32]).to_string();
    let sealing = Sealing::to_key(PublicKey::parse(&known).unwrap(), &CHANCE);
    assert_eq!(sealing.err(), Some(SealFault::Recipient));
}

#[test]
fn short_passphrases_seal_nothing() {
    let check = |words: &str, is_good: bool| {
        assert_eq!(Sealing::with_passphrase(words, &CHANCE).is_ok(), is_good, "{words}");
    };
    check("", false);
    check("elf letters", false);
    check("twelveletter", true);
    check(&"x".repeat(201), false);
}

/// Freezes the vectors once: `cargo test -p ledger -- --ignored freeze`.
#[test]
#[ignore = "writes the vectors, once"]
fn freeze() {
    let write = |name: &str, bytes: Vec<u8>| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../ledger/testdata/age").join(name);
        std::fs::write(path, bytes).unwrap();
    };
    let to_key = Sealing::to_key(PublicKey::parse(PUBLIC).unwrap(), &CHANCE).unwrap();
    write("ours-key.age", sealed(&to_key, &[b'w'; 65_546]));
    let with_passphrase = Sealing::with_passphrase(PASSPHRASE, &CHANCE).unwrap();
    write("ours-pass.age", sealed(&with_passphrase, b"watchkeeper"));
}
