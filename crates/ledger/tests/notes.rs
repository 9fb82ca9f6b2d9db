//! Signed notes: the published vector of the Go module `golang.org/x/mod/sumdb/note`, the examples of the C2SP
//! documents, and what a careful reader must refuse.

use ledger::checkpoint::Checkpoint;
use ledger::note::{self, Ed25519Signer, KeyKind, Note, NoteKey, NoteSignature};
use model::Hash;

const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETER_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const SOFA: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

#[test]
fn the_go_vector_verifies() {
    let key = NoteKey::parse(PETER).unwrap();
    assert_eq!(key.to_string(), PETER);
    let note = Note::parse(PETER_NOTE.as_bytes()).unwrap();
    assert_eq!(note.verified_by(std::slice::from_ref(&key)).unwrap().len(), 1);
    assert_eq!(note.to_string(), PETER_NOTE);
    let changed = PETER_NOTE.replace("answer", "Answer");
    assert!(Note::parse(changed.as_bytes()).unwrap().verified_by(&[key]).is_err());
}

#[test]
fn the_c2sp_examples_parse() {
    let note = Note::parse(SOFA.as_bytes()).unwrap();
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    assert_eq!((checkpoint.origin.as_str(), checkpoint.size), ("example.com/behind-the-sofa", 20_852_163));
    assert_eq!(checkpoint.to_string(), note.text());
    assert_eq!(note.signatures().len(), 2);
    assert_eq!(note.to_string(), SOFA);
    assert!(note.verified_by(&[NoteKey::parse(PETER).unwrap()]).unwrap().is_empty(), "a stranger's key");
}

#[test]
fn malformed_notes_are_refused() {
    let check = |bytes: &[u8], problem: &str| {
        let error = Note::parse(bytes).unwrap_err().to_string();
        assert!(error.contains(problem), "{error} should say: {problem}");
    };
    check(b"", "no empty line");
    check(b"text\n\n", "no signature line");
    check(b"text\n\n\xe2\x80\x94 a AAAAAAA=", "no final newline");
    check(b"te\txt\n\n\xe2\x80\x94 a AAAAAAA=\n", "control character");
    check(b"text\r\n\n\xe2\x80\x94 a AAAAAAA=\n", "control character");
    check(b"text\n\n- a AAAAAAA=\n", "em dash");
    check(b"text\n\n\xe2\x80\x94 a b AAAAAAA=\n", "base64");
    check(b"text\n\n\xe2\x80\x94 a+b AAAAAAA=\n", "key name");
    check(b"text\n\n\xe2\x80\x94 a AAAAAA==\n", "empty");
    check(b"text\n\n\xe2\x80\x94 a AAA=\n", "no key id");
    check(b"\xff\n\n\xe2\x80\x94 a AAAAAAA=\n", "UTF-8");
    check(&[b'a'; 200_000], "longer");
    let many = format!("text\n\n{}", "— a AAAAAAA=\n".repeat(65));
    check(many.as_bytes(), "line 67: too many");
}

#[test]
fn malformed_keys_are_refused() {
    for bad in [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ] {
        assert!(NoteKey::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_cosignature_states_its_time() {
    let log = Ed25519Signer::from_seed("example.com/log", &[1; 32]).unwrap();
    let witness_seed = [2; 32];
    let witness = ed25519_dalek::SigningKey::from_bytes(&witness_seed);
    let key = NoteKey::cosignature("witness.example/w", witness.verifying_key().as_bytes()).unwrap();
    assert!(matches!(NoteKey::parse(&key.to_string()).unwrap().kind(), KeyKind::Cosignature(_)));

    let text = Checkpoint::new("example.com/log", 7, Hash([3; 32])).to_string();
    let mut note = log.signed(&text).unwrap();
    let signed = note::cosigned_text(&text, 1_679_315_147);
    assert!(signed.starts_with("cosignature/v1\ntime 1679315147\nexample.com/log\n7\n"));
    let mut bytes = 1_679_315_147u64.to_be_bytes().to_vec();
    bytes.extend(ed25519_dalek::Signer::sign(&witness, signed.as_bytes()).to_bytes());
    note.push(NoteSignature { name: "witness.example/w".into(), id: key.id(), bytes: bytes.clone() });

    let keys = [log.key().clone(), key.clone()];
    let (_, by) = Checkpoint::open(&note, &keys).unwrap();
    assert_eq!(
        by.iter().map(|by| (by.key, by.time_s)).collect::<Vec<_>>(),
        [(0, None), (1, Some(1_679_315_147))]
    );
    // A witness alone is not the log.
    assert!(Checkpoint::open(&note, &keys[1..]).is_err());
    // Another time than the signed one.
    bytes[7] ^= 1;
    let mut changed = log.signed(&text).unwrap();
    changed.push(NoteSignature { name: "witness.example/w".into(), id: key.id(), bytes });
    assert!(Checkpoint::open(&changed, &keys).is_err());
}

#[test]
fn a_log_is_its_origin() {
    let signer = Ed25519Signer::from_seed("example.com/log", &[1; 32]).unwrap();
    let other = Checkpoint::new("example.com/other", 7, Hash([3; 32])).to_string();
    let note = signer.signed(&other).unwrap();
    assert!(
        Checkpoint::open(&note, std::slice::from_ref(signer.key())).is_err(),
        "a key speaks for its own log only"
    );
}

#[test]
fn malformed_checkpoints_are_refused() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    Checkpoint::parse(&format!("o\n0\n{root}\n")).unwrap();
    Checkpoint::parse(&format!("o\n9223372036854775807\n{root}\nmore\n")).unwrap();
    for bad in [
        format!("o\n1\n{root}"),
        format!("\n1\n{root}\n"),
        format!("o\n01\n{root}\n"),
        format!("o\n+1\n{root}\n"),
        format!("o\n9223372036854775808\n{root}\n"),
        format!("o\n18446744073709551616\n{root}\n"),
        format!("o\n1\n{}\n", &root[4..]),
        format!("o\n1\n{}\n", root.trim_end_matches('=')),
        format!("o\n1\n{root}\n\n"),
        "o\n1\n".to_owned(),
        String::new(),
    ] {
        assert!(Checkpoint::parse(&bad).is_err(), "{bad:?}");
    }
}

#[test]
fn the_signer_never_prints_its_key() {
    let signer = Ed25519Signer::from_seed("example.com/log", &[7; 32]).unwrap();
    assert_eq!(format!("{signer:?}"), format!("Ed25519Signer({})", signer.key()));
}
