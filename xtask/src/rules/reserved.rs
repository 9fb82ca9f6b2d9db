//! Names that belong to one place: walls that run through a crate's public face, where the compiler cannot hold them.

use super::{Finding, is_test_file};
use crate::source::{line_of, mask, without_tests, words};
use crate::tree::Tree;

/// A name, where it may stand, and what it would break elsewhere.
const RESERVED: &[(&str, &[&str], &str)] = &[
    (
        "loaded_in_admitting_transaction",
        &["crates/law/", "crates/store/"],
        "facts are loaded in the transaction that writes the entry, or nobody decides (invariant 2)",
    ),
    ("StatusCode", &["crates/server/src/http/"], "only the HTTP layer knows status codes (invariant 8)"),
    ("remove_file", DELETERS, "files of footage go by `store`'s expiry alone (invariant 6)"),
    ("remove_dir_all", DELETERS, "files of footage go by `store`'s expiry alone (invariant 6)"),
];

/// Who deletes files: the store its own, an export its unfinished package, commands what they made for a trial; and a
/// simulated disk, which is one.
const DELETERS: &[&str] = &[
    "crates/store/",
    "crates/pipeline/src/export/",
    "crates/server/src/cmd/",
    "crates/sim/src/disk",
    "xtask/",
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let shipped = tree.ending(&["rs"]).filter(|(path, _)| !is_test_file(path) && !path.starts_with("xtask/"));
    shipped.flat_map(|(path, text)| file(path, &without_tests(&mask(text)))).collect()
}

fn file(path: &str, code: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, places, why) in RESERVED {
        if places.iter().any(|place| path.starts_with(place)) {
            continue;
        }
        findings.extend(words(code, name).map(|at| {
            let message = format!("'{name}' does not belong here: {why}");
            Finding::new("reserved", path, line_of(code, at), &format!("{path}: {name}"), &message)
        }));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_where_they_belong() {
        let check = |path: &str, text: &str, expected: usize| {
            assert_eq!(super::check(&Tree::of(&[(path, text)])).len(), expected, "{path}: {text}");
        };
        let facts = "let facts = Facts::loaded_in_admitting_transaction(values);";
        check("crates/store/src/registry/facts.rs", facts, 0);
        check("crates/server/src/http/views.rs", facts, 1);
        check("crates/server/tests/admits.rs", facts, 0);
        check("crates/pipeline/src/lib.rs", "use axum::http::StatusCode;", 1);
        check("crates/server/src/http/error.rs", "use axum::http::StatusCode;", 0);
        check("crates/pipeline/src/writer.rs", "std::fs::remove_file(path)", 1);
    }
}
