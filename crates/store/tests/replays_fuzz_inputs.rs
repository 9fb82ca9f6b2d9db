//! What fuzzing starts from and what it found, replayed without a fuzzer: see fuzz/README.md.

#[path = "../../../fuzz/src/store.rs"]
mod checks;
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

#[test]
fn seeds_and_regressions_hold() {
    replay::replay(checks::TARGETS);
}
