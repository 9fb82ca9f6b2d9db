//! Standards and regulations: what is cited is in `docs/spec/index.toml`, and what the index claims is cited in the code.
//!
//! A claim of support ("yes" or "partial") without a single citation in code is a promise nobody can check, so it is a
//! finding too; so is a citation of something that the index does not know.

use super::Finding;
use crate::cite::{Citation, articles, standards};
use crate::tree::{Tree, ending};
use anyhow::Context;
use serde::Deserialize;
use std::collections::BTreeSet;

const INDEX: &str = "docs/spec/index.toml";

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Index {
    #[serde(default)]
    standard: Vec<Source>,
    #[serde(default)]
    pack: Vec<Source>,
}

/// A standard with its clauses, or a rule pack with its articles.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    id: String,
    title: String,
    status: Option<Support>,
    /// Packs only: whether the text is in force, a draft, or only partly held.
    standing: Option<String>,
    note: Option<String>,
    #[serde(default, alias = "articles")]
    clauses: Vec<Clause>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clause {
    at: String,
    status: Support,
    note: String,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Support {
    Yes,
    Partial,
    Planned,
    No,
}

impl Support {
    fn is_claim(self) -> bool {
        matches!(self, Self::Yes | Self::Partial)
    }
}

pub fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let Some(text) = tree.text(INDEX) else { return Ok(Vec::new()) };
    let index: Index = toml::from_str(text).context(INDEX)?;
    let packs: Vec<&str> = index.pack.iter().map(|pack| pack.id.as_str()).collect();
    let mut findings = plain_words(&index);
    findings.extend(said_twice(&index));
    let mut in_code = Vec::new();
    let cited = tree
        .texts()
        .filter(|(path, _)| *path != INDEX && !path.starts_with("xtask/") && !path.ends_with(".json"));
    for (path, text) in cited {
        for (citations, sources) in
            [(standards(text), &index.standard), (articles(text, &packs), &index.pack)]
        {
            findings.extend(citations.iter().filter_map(|citation| unknown(path, citation, sources)));
            if ending(path) != "md" {
                in_code.extend(citations);
            }
        }
    }
    let sources = index.standard.iter().chain(&index.pack);
    findings.extend(sources.flat_map(|source| unfounded(source, &in_code)));
    Ok(findings)
}

/// Every entry says something, and only packs have a standing.
fn plain_words(index: &Index) -> Vec<Finding> {
    let finding = |source: &Source, message: &str| Finding::new("spec-index", INDEX, 0, &source.id, message);
    let mut findings = Vec::new();
    for source in index.standard.iter().chain(&index.pack) {
        let empty = source.clauses.iter().any(|clause| clause.note.trim().is_empty());
        let says = source.note.as_deref().is_some_and(|note| !note.trim().is_empty());
        if source.title.is_empty() || empty || (!says && source.clauses.is_empty()) {
            findings.push(finding(source, &format!("'{}' lacks a title or a note", source.id)));
        }
    }
    let standing = index.pack.iter().filter(|pack| pack.standing.is_none());
    findings
        .extend(standing.map(|pack| finding(pack, &format!("pack '{}' does not say its standing", pack.id))));
    findings
}

/// An id or a clause that stands there twice says two things, and nobody knows which holds.
fn said_twice(index: &Index) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (mut ids, mut known) = (Vec::new(), BTreeSet::new());
    for source in index.standard.iter().chain(&index.pack) {
        ids.push(source.id.clone());
        ids.extend(source.clauses.iter().map(|clause| format!("{} {}", source.id, clause.at)));
    }
    for id in ids {
        if !known.insert(id.clone()) {
            findings.push(Finding::new("spec-index", INDEX, 0, &id, &format!("'{id}' stands there twice")));
        }
    }
    findings
}

fn unknown(path: &str, citation: &Citation, sources: &[Source]) -> Option<Finding> {
    let shown = shown(citation);
    let finding =
        |what: &str| Some(Finding::new("citations", path, citation.line, &format!("{path}: {shown}"), what));
    let Some(source) = sources.iter().find(|source| names(&citation.source, &source.id)) else {
        return finding(&format!("'{shown}' is not in {INDEX}"));
    };
    let clause = citation.clause.as_deref()?;
    if source.clauses.iter().any(|known| covers(&known.at, clause)) {
        return None;
    }
    finding(&format!("'{shown}' names a clause that is not in {INDEX}"))
}

/// A standard may be cited without the part that follows a hyphen: `GB/T 28181` for `GB/T 28181-2022`.
fn names(cited: &str, id: &str) -> bool {
    id.strip_prefix(cited).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// A listed clause stands for itself and for all beneath it: `8.8` for `8.8.4`.
fn covers(listed: &str, cited: &str) -> bool {
    cited.strip_prefix(listed).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn unfounded(source: &Source, in_code: &[Citation]) -> Vec<Finding> {
    let cited = |clause: Option<&str>| {
        in_code.iter().filter(|citation| citation.source == source.id).any(|citation| {
            match (clause, &citation.clause) {
                (None, _) => true,
                (Some(listed), Some(cited)) => covers(listed, cited),
                (Some(_), None) => false,
            }
        })
    };
    let finding = |at: &str| {
        let message = format!("'{at}' is claimed, but no code cites it");
        Finding::new("claims", INDEX, 0, at, &message)
    };
    let whole = source.status.filter(|status| status.is_claim() && !cited(None)).map(|_| finding(&source.id));
    let claimed = source.clauses.iter().filter(|clause| clause.status.is_claim() && !cited(Some(&clause.at)));
    whole.into_iter().chain(claimed.map(|clause| finding(&format!("{} §{}", source.id, clause.at)))).collect()
}

fn shown(citation: &Citation) -> String {
    citation
        .clause
        .as_ref()
        .map_or(citation.source.clone(), |clause| format!("{} §{clause}", citation.source))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = r#"
        [[standard]]
        id = "RFC 6962"
        title = "t"
        status = "partial"
        clauses = [{ at = "2.1", status = "yes", note = "n" }, { at = "3", status = "no", note = "n" }]
        [[pack]]
        id = "qingdao"
        title = "t"
        standing = "partly held"
        articles = [{ at = "9", status = "planned", note = "n" }]
    "#;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        super::check(&Tree::of(files)).unwrap().into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn citations_and_claims_meet() {
        let check = |code: &str, expected: &[&str]| {
            assert_eq!(found(&[(INDEX, CASE), ("a.rs", code)]), expected, "{code}");
        };
        check("RFC 6962 §2.1.3 qingdao:9", &[]);
        check("RFC 6962", &["'RFC 6962 §2.1' is claimed, but no code cites it"]);
        check("RFC 6962 §2.1 RFC 1", &["'RFC 1' is not in docs/spec/index.toml"]);
        check("RFC 6962 §2.1, §4", &["'RFC 6962 §4' names a clause that is not in docs/spec/index.toml"]);
        check(
            "RFC 6962 §2.1 qingdao:14",
            &["'qingdao §14' names a clause that is not in docs/spec/index.toml"],
        );
        check("RFC 6962 §2.1 nanjing-2010:4", &["'nanjing-2010 §4' is not in docs/spec/index.toml"]);
        check(
            "",
            &[
                "'RFC 6962' is claimed, but no code cites it",
                "'RFC 6962 §2.1' is claimed, but no code cites it",
            ],
        );
    }

    #[test]
    fn editions_may_be_left_out() {
        let check = |cited: &str, id: &str, expected: bool| assert_eq!(names(cited, id), expected, "{cited}");
        check("GB/T 28181-2022", "GB/T 28181-2022", true);
        check("GB/T 28181", "GB/T 28181-2022", true);
        check("GB/T 2818", "GB/T 28181-2022", false);
        check("GB/T 28181-2016", "GB/T 28181-2022", false);
    }

    #[test]
    fn documents_do_not_support_claims() {
        let only_cited_in_a_document = found(&[(INDEX, CASE), ("a.md", "RFC 6962 §2.1")]);
        assert_eq!(only_cited_in_a_document.len(), 2);
    }

    #[test]
    fn nothing_stands_there_twice() {
        let twice =
            r#"{ at = "9", status = "planned", note = "n" }, { at = "9", status = "no", note = "n" }"#;
        let index = CASE.replace(r#"{ at = "9", status = "planned", note = "n" }"#, twice);
        assert_eq!(found(&[(INDEX, &index), ("a.rs", "RFC 6962 §2.1")]), ["'qingdao 9' stands there twice"]);
        let twice = format!("{CASE}[[pack]]\nid = 'qingdao'\ntitle = 't'\nstanding = 's'\nnote = 'n'");
        assert_eq!(found(&[(INDEX, &twice), ("a.rs", "RFC 6962 §2.1")]), ["'qingdao' stands there twice"]);
    }

    #[test]
    fn entries_say_something() {
        assert_eq!(found(&[(INDEX, "[[pack]]\nid = 'x'\ntitle = ''")]).len(), 2);
    }
}
