//! Every text of the console exists in Chinese and in English, with the same placeholders.
//!
//! Reads Fluent files only as far as identifiers and `$placeholders`; whether they parse is the console's own test.

use super::Finding;
use crate::tree::Tree;
use std::collections::{BTreeMap, BTreeSet};

const FOLDER: &str = "console/locales/";
const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// A text's identifier (with `.attribute` where it has one) and its placeholders.
type Texts = BTreeMap<String, BTreeSet<String>>;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let [zh, en] = LANGUAGES.map(|language| texts(tree, language));
    let identifiers: BTreeSet<&String> = zh.keys().chain(en.keys()).collect();
    identifiers
        .into_iter()
        .filter_map(|identifier| {
            let problem = match (zh.get(identifier), en.get(identifier)) {
                (Some(zh), Some(en)) if zh == en => return None,
                (Some(_), Some(_)) => "has other placeholders in the other language".to_owned(),
                (None, _) => format!("has no text in {}", LANGUAGES[0]),
                (_, None) => format!("has no text in {}", LANGUAGES[1]),
            };
            Some(Finding::new("locales", FOLDER, 0, identifier, &format!("'{identifier}' {problem}")))
        })
        .collect()
}

/// All texts of a language, whatever files they are spread over.
fn texts(tree: &Tree, language: &str) -> Texts {
    let prefix = format!("{FOLDER}{language}/");
    let mut texts = Texts::new();
    for (_, text) in tree.ending(&["ftl"]).filter(|(path, _)| path.starts_with(&prefix)) {
        let (mut message, mut current) = (String::new(), String::new());
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            match identifier(line) {
                Some(name) if line.starts_with(name) => {
                    message = name.to_owned();
                    current.clone_from(&message);
                }
                Some(attribute) => current = format!("{message}{attribute}"),
                None => {}
            }
            texts.entry(current.clone()).or_default().extend(placeholders(line));
        }
        texts.remove("");
    }
    texts
}

/// The `name` of `name = text` at the line's start, or the `.name` of an indented attribute.
fn identifier(line: &str) -> Option<&str> {
    let name = line.split_once('=')?.0.trim();
    let plain = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    match (line.starts_with(char::is_whitespace), name.strip_prefix('.')) {
        (false, None) if plain(name) => Some(name),
        (true, Some(attribute)) if plain(attribute) => Some(name),
        _ => None,
    }
}

fn placeholders(line: &str) -> impl Iterator<Item = String> {
    let names = line.split('$').skip(1);
    names.map(|rest| {
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_say_the_same() {
        let check = |zh: &str, en: &str, expected: &[&str]| {
            let tree = Tree::of(&[("console/locales/zh-CN/a.ftl", zh), ("console/locales/en/b.ftl", en)]);
            let found = super::check(&tree);
            assert_eq!(found.iter().map(|f| f.message.as_str()).collect::<Vec<_>>(), expected, "{zh} / {en}");
        };
        check("a = 甲\n# c = 丙\n", "a = A\n", &[]);
        check("a = 甲\nb = 乙", "a = A", &["'b' has no text in en"]);
        check("a = 甲", "a = A\n    .title = T", &["'a.title' has no text in zh-CN"]);
        check("a = 甲 { $n }", "a =\n    A { $n ->\n [one] x\n *[other] { $n }\n }", &[]);
        check("a = 甲", "a = A { $n }", &["'a' has other placeholders in the other language"]);
    }
}
