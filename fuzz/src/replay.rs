//! Replays checked-in inputs: every file in `fuzz/seeds/TARGET` and `fuzz/regressions/TARGET` through its check.
//!
//! Part of the workspace's tests, included by path; no fuzzer uses it. For measuring coverage (`scripts/fuzz coverage`)
//! `FUZZ_TARGET` names the one target to replay, and `FUZZ_CORPUS` adds what the fuzzer has grown.

use std::path::Path;

/// A fuzz target's name and what must hold for its inputs.
pub type Target = (&'static str, fn(&[u8]));

/// Panics, with the input's name printed, when a check does; also when a target has no seed.
pub fn replay(targets: &[Target]) {
    let own = std::env::var("CARGO_MANIFEST_DIR").expect("cargo says which checkout this is");
    let root = Path::new(&own).join("../../fuzz");
    let only = std::env::var("FUZZ_TARGET").ok();
    let grown = std::env::var_os("FUZZ_CORPUS").map(|_| "corpus");
    for (name, check) in targets {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let mut seeds = 0;
        for folder in ["seeds", "regressions"].into_iter().chain(grown) {
            let Ok(files) = std::fs::read_dir(root.join(folder).join(name)) else { continue };
            for file in files {
                let path = file.expect("the folder can be read").path();
                if grown.is_none() {
                    println!("{}", path.display());
                }
                check(&std::fs::read(&path).expect("the input can be read"));
                seeds += usize::from(folder == "seeds");
            }
        }
        assert!(seeds > 0, "{name} has no seed in fuzz/seeds");
    }
}
