//! Every decoder against strangers: random bytes, cut bytes, every single-bit change. None may panic; whatever is
//! accepted must encode to the same bytes again.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use ledger::access::{AccessLeaf, AccessRecord, BatchLeaf};
use ledger::record::{Entry, ExpiryRecord, GapRecord, HoldRecord, LossRecord, SegmentRecord};
use ledger::table::{GopTable, PieceTable};
use ledger::tick::TickRecord;
use proptest::prelude::*;

/// Decodes and, when that succeeds, encodes again. `None`: not accepted.
type Again = fn(&[u8]) -> Option<Vec<u8>>;

const DECODERS: [(&str, Again); 11] = [
    ("segment", |bytes| Some(SegmentRecord::decode(bytes).ok()?.encode().unwrap())),
    ("gap", |bytes| Some(GapRecord::decode(bytes).ok()?.encode().unwrap())),
    ("expiry", |bytes| Some(ExpiryRecord::decode(bytes).ok()?.encode().unwrap())),
    ("loss", |bytes| Some(LossRecord::decode(bytes).ok()?.encode().unwrap())),
    ("hold", |bytes| Some(HoldRecord::decode(bytes).ok()?.encode().unwrap())),
    ("tick", |bytes| Some(TickRecord::decode(bytes).ok()?.encode().unwrap())),
    ("access record", |bytes| Some(AccessRecord::decode(bytes).ok()?.encode().unwrap())),
    ("access leaf", |bytes| Some(AccessLeaf::decode(bytes).ok()?.encode())),
    ("batch leaf", |bytes| Some(BatchLeaf::decode(bytes).ok()?.encode())),
    ("gop table", |bytes| Some(GopTable::decode(bytes).ok()?.encode().unwrap())),
    ("piece table", |bytes| Some(PieceTable::decode(bytes).ok()?.encode().unwrap())),
];

/// The frozen encodings, from the vectors.
fn samples() -> Vec<(String, Vec<u8>)> {
    let lines = include_str!("../testdata/vectors.txt").lines();
    let lines = lines.filter_map(|line| line.split_once(": "));
    let named = lines.filter(|(name, _)| {
        let is = |start: &str| name.starts_with(start);
        let footage = is("segment record")
            || is("gap")
            || is("expiry")
            || is("hold")
            || is("tick record")
            || is("loss");
        (footage || is("access record") || is("access leaf")) && !name.contains("hash")
            || is("batch leaf") && !name.contains("hash")
            || is("gop table")
    });
    named.filter(|(name, _)| !name.contains("key")).map(|(name, hex)| (name.to_owned(), unhex(hex))).collect()
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap()).collect()
}

fn check(bytes: &[u8]) -> usize {
    let mut accepted = 0;
    for (name, again) in DECODERS {
        if let Some(encoded) = again(bytes) {
            assert_eq!(encoded, bytes, "{name} accepted bytes that it would not write");
            accepted += 1;
        }
    }
    let _ = Entry::decode(bytes);
    accepted
}

#[test]
fn every_sample_is_accepted_by_one_decoder_and_no_other_bytes_are_it() {
    let samples = samples();
    assert_eq!(samples.len(), 14, "{:?}", samples.iter().map(|(name, _)| name).collect::<Vec<_>>());
    for (name, sample) in samples {
        assert_eq!(check(&sample), 1, "{name}");
        for len in 0..sample.len() {
            // Tables carry no domain: three groups cut to 100 bytes are three pieces.
            let accepted = check(&sample[..len]);
            assert!(accepted == 0 || name == "gop table" && len == 100, "{name} cut to {len}");
        }
        let mut longer = sample.clone();
        longer.push(0);
        assert_eq!(check(&longer), 0, "{name} with a byte more");
        for bit in 0..sample.len() * 8 {
            let mut changed = sample.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            check(&changed);
        }
        let mut version = sample.clone();
        version[0] = 2;
        assert!(name.starts_with("gop table") || check(&version) == 0, "{name} of an unknown version");
    }
}

#[test]
fn errors_name_field_and_byte() {
    let (_, sample) = samples().remove(0);
    let check = |at: usize, value: u8, expected: &str| {
        let mut changed = sample.clone();
        changed[at] = value;
        assert_eq!(SegmentRecord::decode(&changed).unwrap_err().to_string(), expected);
    };
    check(0, 9, "segment record: field version at byte 0: unknown version");
    check(3, b'x', "segment record: field domain at byte 1: not the domain string of this record");
    check(56, 7, "segment record: field profile at byte 56: unknown code");
    let cut = SegmentRecord::decode(&sample[..100]).unwrap_err().to_string();
    assert_eq!(cut, "segment record: field start_wall at byte 97: the bytes end here");
    let mut longer = sample.clone();
    longer.push(0);
    let error = SegmentRecord::decode(&longer).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("segment record: field end at byte {}: bytes follow the last field", sample.len())
    );
}

#[test]
fn no_table_is_allocated_on_a_strangers_word() {
    assert!(GopTable::decode(&[0xff; 4]).is_err());
    assert!(PieceTable::decode(&[0, 1, 0xd4, 0xc0]).is_err());
    assert_eq!(GopTable::decode(&[0; 4]).unwrap(), GopTable::default());
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        check(&bytes);
    }

    #[test]
    fn spliced_samples_never_panic(a in 0usize..10, b in 0usize..10, cut in any::<prop::sample::Index>(), noise in any::<[u8; 3]>()) {
        let samples = samples();
        let (a, b) = (&samples[a].1, &samples[b].1);
        let (left, right) = (cut.index(a.len()), cut.index(b.len()));
        check(&[&a[..left], &b[right..]].concat());
        check(&[&a[..left], &noise[..], &a[left..]].concat());
        let mut over = a.clone();
        for (at, byte) in noise.iter().enumerate() {
            let at = (left + at) % over.len();
            over[at] = *byte;
        }
        check(&over);
    }
}
