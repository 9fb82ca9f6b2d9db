//! What fuzzing starts from and what it found, replayed without a fuzzer, for the parsers of footage, logs and packages:
//! see fuzz/README.md.

#[path = "../../../fuzz/src/ledger.rs"]
mod of_ledger;
#[path = "../../../fuzz/src/media.rs"]
mod of_media;
#[path = "../../../fuzz/src/verify.rs"]
mod of_verify;
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

#[test]
fn of_ledger() {
    replay::replay(of_ledger::TARGETS);
}

#[test]
fn of_media() {
    replay::replay(of_media::TARGETS);
}

#[test]
fn of_verify() {
    replay::replay(of_verify::TARGETS);
}
