//! The glossary and the vocabulary are one: every public type of `model` has its entry in docs/GLOSSARY.md.

use super::Finding;
use crate::markdown::code_spans;
use crate::source::mask;
use crate::tree::Tree;

const VOCABULARY: &str = "crates/model/src/lib.rs";
const GLOSSARY: &str = "docs/GLOSSARY.md";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let (Some(vocabulary), Some(glossary)) = (tree.text(VOCABULARY), tree.text(GLOSSARY)) else {
        return Vec::new();
    };
    let known: Vec<&str> = code_spans(glossary).into_iter().map(|span| span.text).collect();
    let missing = exported(&mask(vocabulary)).into_iter().filter(|name| !known.contains(&name.as_str()));
    missing
        .map(|name| {
            let message = format!("`{name}` is a public type of model without an entry here");
            Finding::new("glossary", GLOSSARY, 0, &name, &message)
        })
        .collect()
}

/// The type names of `pub use module::{A, B};` and `pub use module::A;`.
fn exported(masked: &str) -> Vec<String> {
    let statements = masked.split(';').filter_map(|statement| statement.trim().strip_prefix("pub use "));
    let names = statements.flat_map(|list| list.split(|c: char| !(c.is_alphanumeric() || c == '_')));
    names.filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase())).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_its_entry() {
        let check = |glossary: &str, expected: &[&str]| {
            let vocabulary = "mod a;\npub use a::{CameraId, Span};\npub use b::Cx;";
            let found = super::check(&Tree::of(&[(VOCABULARY, vocabulary), (GLOSSARY, glossary)]));
            assert_eq!(found.iter().map(|finding| finding.at.as_str()).collect::<Vec<_>>(), expected);
        };
        check("`CameraId`, `Span` and `Cx`", &[]);
        check("`Span`", &["CameraId", "Cx"]);
    }
}
