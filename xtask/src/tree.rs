//! The project's files as values: every path, and the text of those that hold text.
//!
//! Not a list of what git knows: a file that is not yet committed is checked too. Build products, installed packages
//! and demo data are skipped by folder name.

use anyhow::Context;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Folders that hold nothing written by hand (see `.gitignore`).
const SKIPPED: &[&str] = &[
    ".git",
    "target",
    "node_modules",
    "dist",
    "demo-data",
    "material",
    "screenshots",
    "test-results",
    "playwright-report",
    "__pycache__",
];

/// Endings of files whose text the rules read.
const TEXT: &[&str] =
    &["rs", "ts", "tsx", "css", "html", "md", "toml", "json", "ftl", "sql", "py", "sh", "yml", "yaml"];

/// The checked tree. Paths are relative to the root and use `/`.
#[derive(Default)]
pub struct Tree {
    paths: BTreeSet<String>,
    texts: BTreeMap<String, String>,
}

impl Tree {
    /// A tree made of cases, for the tests of the rules.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let mut tree = Self::default();
        for (path, text) in files {
            tree.insert(path, Some((*text).to_owned()));
        }
        tree
    }

    fn insert(&mut self, path: &str, text: Option<String>) {
        for (at, _) in path.match_indices('/') {
            self.paths.insert(path[..at].to_owned());
        }
        self.paths.insert(path.to_owned());
        if let Some(text) = text {
            self.texts.insert(path.to_owned(), text);
        }
    }

    /// True for a file or a folder.
    pub fn has(&self, path: &str) -> bool {
        self.paths.contains(path.trim_end_matches('/'))
    }

    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// All texts, by path.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Texts whose name ends in one of `endings` (without the dot).
    pub fn ending<'t>(&'t self, endings: &'t [&str]) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.texts().filter(move |(path, _)| endings.contains(&ending(path)))
    }
}

/// What follows the last dot of the file name, or nothing.
pub fn ending(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

pub fn load(root: &Path) -> anyhow::Result<Tree> {
    let mut tree = Tree::default();
    walk(root, "", &mut tree)?;
    Ok(tree)
}

fn walk(folder: &Path, prefix: &str, tree: &mut Tree) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                walk(&entry.path(), &format!("{path}/"), tree)?;
            }
        } else if kind.is_file() {
            let text = is_text(&path).then(|| fs::read_to_string(entry.path()));
            let text = text.transpose().with_context(|| format!("reading {path}"))?;
            tree.insert(&path, text);
        }
    }
    Ok(())
}

/// Files by ending, and the scripts, which have none.
fn is_text(path: &str) -> bool {
    TEXT.contains(&ending(path)) || path == "Makefile" || path.starts_with(".ci/") || is_script(path)
}

fn is_script(path: &str) -> bool {
    path.strip_prefix("scripts/").is_some_and(|name| !name.contains(['.', '/']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings() {
        let check = |path, expected| assert_eq!(ending(path), expected, "{path}");
        check("a/b.rs", "rs");
        check("a.b/c", "");
        check("scripts/setup", "");
        check("x/y.test.ts", "ts");
    }

    #[test]
    fn folders_are_paths_too() {
        let tree = Tree::of(&[("docs/spec/index.toml", "")]);
        assert!(tree.has("docs/spec") && tree.has("docs/spec/") && !tree.has("docs/sp"));
    }
}
