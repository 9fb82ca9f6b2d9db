//! Inputs that a fuzzer found (`fuzz/regressions`), each with the rule that it broke once. It holds what was mended; it
//! does not look for more.

use media::index::Index;
use media::{nal, segment};
use model::{Codec, Secret};

fn input(name: &str) -> Vec<u8> {
    let root =
        std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|error| panic!("CARGO_MANIFEST_DIR: {error}"));
    let path = format!("{root}/../../fuzz/regressions/{name}");
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn an_index_has_one_spelling() {
    let error = Index::decode(&input("index/changed-by-nothing")).unwrap_err();
    assert!(error.to_string().contains("marked as changed and is not"), "{error}");
}

#[test]
fn a_malformed_unit_is_no_key_wherever_it_is_malformed() {
    let data = input("nal/h265-malformed-behind-first-slice");
    assert!(nal::count(&data[1..]).is_err() && !nal::is_key(Codec::H265, &data[1..]));
}

#[test]
fn a_last_unit_that_lasts_no_time_is_not_taken() {
    let file = &input("stored/last-unit-lasts-no-time")[4..];
    let found = segment::recover(file, Secret::new([9; 32]), |_| true).unwrap();
    let ends_in_nothing = found.sealed.is_some_and(|sealed| {
        Index::decode(&sealed.index).unwrap().units().last().is_some_and(|unit| unit.duration == 0)
    });
    assert!(!ends_in_nothing && found.good_bytes < file.len() as u64);
}
