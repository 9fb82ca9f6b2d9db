//! What stands in every file: a head that says what it is, and none of the words the house does not use.

use super::{Finding, is_test_file, sources};
use crate::source::{line_of, mask, without_tests, words};
use crate::tree::{Tree, ending};

/// Module names that say nothing.
const EMPTY_NAMES: &[&str] = &["common", "helper", "helpers", "manager", "misc", "util", "utils"];

/// Traces of a workbench that are no part of the project. Built in pieces so that this list does not find itself.
const TRACES: &[&str] = &[concat!("../", "shared"), concat!("/", "work/"), concat!("/tmp/", "spine")];

/// Marks of unfinished work; what is to be done is an issue.
const UNFINISHED: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in sources(tree) {
        findings.extend(head(path, text));
        findings.extend(name(path));
        if ending(path) == "rs" {
            findings.extend(rust(path, text));
        }
    }
    for (path, text) in tree.texts() {
        findings.extend(traces(path, text));
    }
    findings
}

fn head(path: &str, text: &str) -> Option<Finding> {
    let first = text.trim_start_matches("#!/usr/bin/env node\n").lines().next().unwrap_or_default();
    let (has, wanted) = match ending(path) {
        "rs" => (first.starts_with("//! ") && first.len() > "//! x".len(), "a `//!` comment"),
        _ => (first.starts_with("//") || first.starts_with("/*"), "a comment"),
    };
    (!has).then(|| {
        Finding::new("head", path, 1, path, &format!("does not begin with {wanted} that says what it is"))
    })
}

fn name(path: &str) -> Option<Finding> {
    let part = path
        .split('/')
        .map(|part| part.split('.').next().unwrap_or(part))
        .find(|part| EMPTY_NAMES.contains(part))?;
    Some(Finding::new("names", path, 0, path, &format!("'{part}' names no subject")))
}

fn rust(path: &str, text: &str) -> Vec<Finding> {
    let code = mask(text);
    let mut findings = Vec::new();
    for allow in ["#[allow(", "#![allow("] {
        let bare =
            code.match_indices(allow).map(|(at, _)| at).filter(|at| !is_reasoned_in_test(path, &code[*at..]));
        let found = bare.map(|at| {
            let message = "bare `allow`; use `#[expect(lint, reason = \"…\")]`";
            Finding::new("allow", path, line_of(&code, at), path, message)
        });
        findings.extend(found);
    }
    let shipped = if is_test_file(path) { String::new() } else { without_tests(&code) };
    let globs = shipped.match_indices("::*;").filter(|(at, _)| !is_re_export(&shipped[..*at]));
    for (at, _) in globs {
        let message = "glob import; name what is used";
        findings.push(Finding::new("glob", path, line_of(&code, at), path, message));
    }
    findings
}

/// What several test binaries share cannot `expect`: each of them uses another part.
fn is_reasoned_in_test(path: &str, attribute: &str) -> bool {
    let attribute = attribute.split(']').next().unwrap_or(attribute);
    is_test_file(path) && words(attribute, "reason").next().is_some()
}

/// `pub use module::*` passes names on; that is how a folder of modules makes one list of types.
fn is_re_export(before: &str) -> bool {
    before.rsplit([';', '}']).next().is_some_and(|statement| statement.trim_start().starts_with("pub"))
}

fn traces(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for trace in TRACES {
        let found = text.match_indices(trace).map(|(at, _)| {
            let message = format!("'{trace}' is a place outside the project");
            Finding::new("traces", path, line_of(text, at), path, &message)
        });
        findings.extend(found);
    }
    for mark in UNFINISHED {
        let found = words(text, mark).map(|at| {
            let message = format!("'{mark}': open an issue, or do it");
            Finding::new("unfinished", path, line_of(text, at), path, &message)
        });
        findings.extend(found);
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_names_and_words() {
        let check = |path: &str, text: &str, expected: &[&str]| {
            let found: Vec<_> =
                super::check(&Tree::of(&[(path, text)])).into_iter().map(|finding| finding.rule).collect();
            assert_eq!(found, expected, "{path}: {text}");
        };
        check("a.rs", "//! What it is.\n", &[]);
        check("a.rs", "//!\n", &["head"]);
        check("a.rs", "use x;\n", &["head"]);
        check("a.ts", "/* What it is. */", &[]);
        check("a.tsx", "// What it is.", &[]);
        check("a.ts", "import x from 'x';", &["head"]);
        check("x/utils.rs", "//! What it is.", &["names"]);
        check("x/utils/a.rs", "//! What it is.", &["names"]);
        check("x/helper.test.ts", "// What it is.", &["names"]);
        check("a.rs", "//! A.\n#[allow(dead_code)]\nfn f() {}", &["allow"]);
        check("crates/x/tests/a.rs", "//! A.\n#![allow(dead_code, reason = \"why\")]", &[]);
        check("crates/x/tests/a.rs", "//! A.\n#![allow(dead_code)]", &["allow"]);
        check("a.rs", "//! A.\n#[allow(dead_code, reason = \"why\")]", &["allow"]);
        check("a.rs", "//! A.\n// #[allow(dead_code)]\nlet s = \"#![allow(x)]\";", &[]);
        check("a.rs", "//! A.\nuse x::*;", &["glob"]);
        check("a.rs", "//! A.\nmod x;\npub use x::*;", &[]);
        check("a.rs", "//! A.\n#[cfg(test)]\nmod tests { use super::*; }", &[]);
        check("a.md", concat!("see ../", "shared/design.md"), &["traces"]);
        check("a.toml", concat!("# TO", "DO: later"), &["unfinished"]);
    }
}
