//! Invariant 1 at the level of source: below the I/O line nothing reads a clock, a file, a socket, the environment or chance.
//!
//! The Cargo files cannot say this, since the standard library offers all of them. Tests inside a core may read fixtures.

use super::edges::CORES;
use super::{Finding, is_test_file};
use crate::source::{line_of, mask, std_uses, without_tests, words};
use crate::tree::Tree;

/// A path or name that means reaching outside, and what it reaches.
const REACHES: &[(&str, &str)] = &[
    ("std::env", "the environment"),
    ("std::fs", "a file"),
    ("std::net", "a socket"),
    ("std::os", "the operating system"),
    ("std::process", "a process"),
    ("std::thread", "a thread"),
    ("Instant", "a clock"),
    ("SystemTime", "a clock"),
    ("OsRng", "randomness"),
    ("thread_rng", "randomness"),
    ("getrandom", "randomness"),
    ("new_v4", "randomness"),
    ("now_v7", "a clock"),
    ("tokio", "the runtime"),
    ("println", "the terminal"),
    ("eprintln", "the terminal"),
];

/// Modules of the standard library that may hide in `use std::{fmt, fs}`.
const STD_MODULES: &[&str] = &["env", "fs", "net", "os", "process", "thread"];

/// `verify` is the cores and a file reader: files it may read, and nothing else.
const FILE_READER: &str = "verify";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let cores = tree.ending(&["rs"]).filter_map(|(path, text)| Some((path, text, core_of(path)?)));
    cores.flat_map(|(path, text, core)| file(path, text, core)).collect()
}

/// The core that this source file ships in.
fn core_of(path: &str) -> Option<&'static str> {
    let (name, rest) = path.strip_prefix("crates/")?.split_once('/')?;
    let ships = rest.starts_with("src/") && !is_test_file(path);
    CORES.iter().find(|core| **core == name && ships).copied()
}

fn file(path: &str, text: &str, core: &str) -> Vec<Finding> {
    let code = without_tests(&mask(text));
    let mut reaches: Vec<(usize, String, &str)> = Vec::new();
    for (name, what) in REACHES {
        reaches.extend(words(&code, name).map(|at| (at, (*name).to_owned(), *what)));
    }
    for range in std_uses(&code) {
        let (start, used) = (range.start, &code[range]);
        let grouped =
            STD_MODULES.iter().filter(|module| used.contains('{') && words(used, module).next().is_some());
        reaches.extend(grouped.map(|module| (start, format!("std::{module}"), "the outside")));
    }
    reaches.retain(|(_, name, _)| !(core == FILE_READER && name == "std::fs"));
    let finding = |(at, name, what): (usize, String, &str)| {
        let message = format!("'{name}' reaches {what}; '{core}' is below the I/O line");
        Finding::new("io-line", path, line_of(&code, at), &format!("{path}: {name}"), &message)
    };
    reaches.into_iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_do_not_reach_outside() {
        let check = |path: &str, text: &str, expected: &[&str]| {
            let found = super::check(&Tree::of(&[(path, text)]));
            let found: Vec<_> = found.iter().map(|finding| finding.at.rsplit(' ').next().unwrap()).collect();
            assert_eq!(found, expected, "{path}: {text}");
        };
        check("crates/law/src/lib.rs", "let now = SystemTime::now();", &["SystemTime"]);
        check("crates/law/src/lib.rs", "// SystemTime\nlet s = \"std::fs\";", &[]);
        check("crates/law/src/lib.rs", "use std::{fmt, fs};", &["std::fs"]);
        check("crates/law/src/lib.rs", "use std::{fmt, time::Duration};", &[]);
        check("crates/law/src/lib.rs", "use std::net::IpAddr;", &["std::net"]);
        check("crates/law/src/lib.rs", "env!(\"CARGO_PKG_VERSION\")", &[]);
        check("crates/law/src/lib.rs", "#[cfg(test)]\nmod tests { use std::fs; }", &[]);
        check("crates/law/tests/packs.rs", "use std::fs;", &[]);
        check("crates/store/src/lib.rs", "use std::fs;", &[]);
        check("crates/verify/src/folder.rs", "use std::{fs, io::Read};", &[]);
        check("crates/verify/src/folder.rs", "std::env::var(\"X\")", &["std::env"]);
    }
}
