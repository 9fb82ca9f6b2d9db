//! The rules of the house, one file per subject; each rule is `fn(&Tree) -> findings`.
//!
//! A rule says what is wrong and where; whether it is excused is decided by `exceptions` alone.

mod edges;
mod evidence;
mod io_line;
mod links;
mod locales;
mod prose;
mod reserved;
mod size;
mod spec;
mod words;

use crate::tree::Tree;
use std::fmt;

/// Something that is not as the house wants it. Ordered by place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Finding {
    pub path: String,
    /// 1-based; 0 when it is about the whole file.
    pub line: usize,
    pub rule: &'static str,
    /// The key an exception names: stable when lines move.
    pub at: String,
    pub message: String,
    /// The number that a limit was compared with.
    pub measure: Option<u64>,
}

impl Finding {
    pub fn new(rule: &'static str, path: &str, line: usize, at: &str, message: &str) -> Self {
        Self {
            path: path.to_owned(),
            line,
            rule,
            at: at.to_owned(),
            message: message.to_owned(),
            measure: None,
        }
    }

    pub fn measured(self, measure: u64) -> Self {
        Self { measure: Some(measure), ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} [{} '{}']", self.path, self.line, self.message, self.rule, self.at)
    }
}

/// What the rules found, and what they only want to say.
#[derive(Default)]
pub struct Report {
    pub findings: Vec<Finding>,
    pub notes: Vec<String>,
}

pub fn check(tree: &Tree) -> anyhow::Result<Report> {
    let mut report = Report::default();
    report.findings.extend(edges::check(tree)?);
    report.findings.extend(evidence::check(tree));
    report.findings.extend(io_line::check(tree));
    report.findings.extend(prose::check(tree));
    report.findings.extend(reserved::check(tree));
    report.findings.extend(links::check(tree));
    report.findings.extend(locales::check(tree));
    report.findings.extend(spec::check(tree)?);
    report.findings.extend(words::check(tree));
    size::check(tree, &mut report);
    Ok(report)
}

/// Rust and TypeScript written by hand: generated files (`*.gen.ts`) and type stubs (`*.d.ts`) are left out.
fn sources(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.ending(&["rs", "ts", "tsx"]).filter(|(path, _)| !path.contains(".gen.") && !path.ends_with(".d.ts"))
}

/// Files that hold nothing but tests, or what tests share.
fn is_test_file(path: &str) -> bool {
    let folder = path.split('/').any(|part| matches!(part, "tests" | "benches" | "e2e" | "fuzz"));
    let name = path.ends_with("/tests.rs") || path.ends_with("/fixture.rs");
    folder || name || path.contains(".test.") || path.contains(".spec.")
}
