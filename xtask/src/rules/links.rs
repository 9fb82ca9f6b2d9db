//! No link, and no path named in the documents, points to nothing.

use super::Finding;
use crate::markdown::{anchors, code_spans, links};
use crate::source::line_of;
use crate::tree::Tree;

/// Folders whose names in a code span mean a path of this project.
const FOLDERS: &[&str] =
    &["crates/", "console/", "docs/", "faults/", "fuzz/", "scripts/", "sim/", "xtask/", ".ci/", ".config/"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let documents = tree.ending(&["md"]).flat_map(|(path, text)| document(tree, path, text));
    let sources = tree
        .ending(&["rs", "ts", "tsx", "toml", "py", "sql"])
        .flat_map(|(path, text)| source(tree, path, text));
    documents.chain(sources).collect()
}

fn document(tree: &Tree, path: &str, text: &str) -> Vec<Finding> {
    let broken = links(text).into_iter().filter(|link| !leads_somewhere(tree, path, link.text));
    let links = broken.map(|link| {
        let message = format!("link '{}' leads nowhere", link.text);
        Finding::new("links", path, link.line, &format!("{path}: {}", link.text), &message)
    });
    let absent = code_spans(text).into_iter().filter(|span| is_path(span.text) && !tree.has(span.text));
    let paths = absent.map(|span| absence(path, span.line, span.text));
    links.chain(paths).collect()
}

/// Comments in sources name documents; those must exist too.
fn source(tree: &Tree, path: &str, text: &str) -> Vec<Finding> {
    let named = text.match_indices("docs/").filter_map(|(at, _)| {
        let rest = &text[at..];
        let name = &rest
            [..rest.find(|c: char| !(c.is_ascii_alphanumeric() || "/._-".contains(c))).unwrap_or(rest.len())];
        let name = name.trim_end_matches('.');
        let own_word = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || "/._-".contains(c));
        (own_word && name.ends_with(".md") && !tree.has(name)).then(|| absence(path, line_of(text, at), name))
    });
    // The rules' own test cases name files that do not exist.
    if path.starts_with("xtask/") { Vec::new() } else { named.collect() }
}

fn absence(path: &str, line: usize, named: &str) -> Finding {
    Finding::new("paths", path, line, &format!("{path}: {named}"), &format!("'{named}' does not exist"))
}

fn is_path(span: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    FOLDERS.iter().any(|folder| span.starts_with(folder)) && span.chars().all(plain)
}

fn leads_somewhere(tree: &Tree, from: &str, target: &str) -> bool {
    if ["https://", "http://", "mailto:"].iter().any(|scheme| target.starts_with(scheme)) {
        return true; // whether others' pages still stand is not ours to test
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = if file.is_empty() { from.to_owned() } else { resolve(from, file) };
    let anchored = || tree.text(&file).is_some_and(|text| anchors(text).iter().any(|found| found == anchor));
    tree.has(&file) && (anchor.is_empty() || anchored())
}

/// `target` as seen from the folder of `from`, with `.` and `..` worked out.
fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_exists() {
        let check = |path: &str, text: &str, expected: &[&str]| {
            let tree =
                Tree::of(&[(path, text), ("docs/B.md", "# A frame\n"), ("crates/x/src/y.rs", "//! Y.")]);
            let found = super::check(&tree);
            let found: Vec<_> = found.iter().map(|finding| finding.message.as_str()).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("docs/A.md", "[b](B.md) [b](B.md#a-frame) [y](../crates/x/src/y.rs) [e](https://e.org)", &[]);
        check("docs/A.md", "[c](C.md)", &["link 'C.md' leads nowhere"]);
        check("docs/A.md", "[b](B.md#a-segment)", &["link 'B.md#a-segment' leads nowhere"]);
        check("docs/A.md", "# Own\n[own](#own) [none](#none)", &["link '#none' leads nowhere"]);
        check("docs/A.md", "`crates/x` `crates/x/src/y.rs` `crates/*/src`", &[]);
        check("docs/A.md", "`crates/x/src/z.rs`", &["'crates/x/src/z.rs' does not exist"]);
        check("crates/x/src/lib.rs", "//! See docs/B.md and https://e.org/docs/Z.md.", &[]);
        check("crates/x/src/lib.rs", "//! See docs/design/z.md.", &["'docs/design/z.md' does not exist"]);
    }
}
