//! `docs/asvs.md`: every line that claims something names what shows it, and what is named is there: a path of this project, or a test by
//! its function's name.

use super::Finding;
use crate::markdown::code_spans;
use crate::tree::Tree;
use std::collections::BTreeSet;

const TABLE: &str = "docs/asvs.md";
/// What a line may say of its requirement, and whether that is a claim.
const WORDS: [(&str, bool); 5] =
    [("kept", true), ("in part", true), ("not kept", false), ("operator", false), ("nothing", false)];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.text(TABLE) else { return Vec::new() };
    let functions = functions(tree);
    let mut findings = Vec::new();
    let mut before: Option<Vec<u32>> = None;
    for (line, row) in text.lines().enumerate().map(|(line, row)| (line + 1, row)) {
        let cells: Vec<&str> = row.trim().trim_matches('|').split('|').map(str::trim).collect();
        let [number, words, word, evidence] = cells[..] else { continue };
        let Some(key) = numbered(number) else { continue };
        let mut find = |message: &str| findings.push(Finding::new("evidence", TABLE, line, number, message));
        if before.as_ref().is_some_and(|before| *before >= key) {
            find("stands twice, or not in its order");
        }
        before = Some(key);
        let Some((_, is_claim)) = WORDS.iter().find(|(known, _)| *known == word) else {
            find(&format!("'{word}' is none of the words of this table"));
            continue;
        };
        let spans: Vec<_> = code_spans(evidence).into_iter().map(|span| span.text).collect();
        if words.is_empty() || evidence.is_empty() || (*is_claim && spans.is_empty()) {
            find("claims something and names nothing that shows it");
        }
        for span in spans {
            if is_function(span) && !functions.contains(span) {
                find(&format!("no function is called '{span}'"));
            }
        }
    }
    findings
}

/// `2.10.4` as numbers.
fn numbered(text: &str) -> Option<Vec<u32>> {
    let parts: Option<Vec<u32>> = text.split('.').map(|part| part.parse().ok()).collect();
    parts.filter(|parts| parts.len() == 3)
}

/// Words joined by underscores, and nothing else.
fn is_function(span: &str) -> bool {
    let plain =
        span.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    plain && span.contains('_')
}

fn functions(tree: &Tree) -> BTreeSet<&str> {
    let of = |text| {
        let rest = str::split(text, "fn ").skip(1);
        rest.filter_map(|rest| rest.split(['(', '<']).next())
    };
    tree.ending(&["rs"]).flat_map(|(_, text)| of(text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_names_what_is_there() {
        let code = "fn a_test_of_it() {}";
        let check = |row: &str, expected: &[&str]| {
            let table = format!("| no. | what | kept? | shown by |\n|---|---|---|---|\n{row}\n");
            let found = check(&Tree::of(&[(TABLE, &table), ("crates/x/src/a.rs", code)]));
            let found: Vec<_> = found.iter().map(|finding| finding.message.as_str()).collect();
            assert_eq!(found.len(), expected.len(), "{row}: {found:?}");
            assert!(found.iter().zip(expected).all(|(found, part)| found.contains(part)), "{row}: {found:?}");
        };
        check("| 2.1.1 | length | kept | `a_test_of_it` |", &[]);
        check("| 2.1.1 | length | kept | `a_test_of_that` |", &["no function"]);
        check("| 2.1.1 | length | in part | it is so |", &["names nothing"]);
        check("| 2.1.1 | length | not kept | nobody did it |", &[]);
        check("| 2.1.1 | length | not kept | |", &["names nothing"]);
        check("| 2.1.1 | length | sure | `a_test_of_it` |", &["none of the words"]);
        check("| 2.1.2 | b | not kept | no |\n| 2.1.1 | a | not kept | no |", &["not in its order"]);
        check("| 2.1.9 | b | not kept | no |\n| 2.1.10 | a | not kept | no |", &[]);
        check("a sentence", &[]);
    }
}
