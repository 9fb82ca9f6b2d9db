//! Finds citations of standards and of regulation articles in prose and code.
//!
//! The forms are the house's own: `RFC 6962 §2.1`, `ISO/IEC 14496-12 §8.8.4`, `ITU-T H.264 §7.3`, `GB/T 28181-2022 §9.3`,
//! `FIPS 180-4`, `OpenID Connect Core §2`, `C2SP tlog-tiles` or `c2sp.org/tlog-tiles`, `guangzhou-2007:19`. Several clauses may follow each other: `§5.4, §5.8`. Whether what is cited exists is `rules::spec`'s question.

/// One citation: the standard or pack, and the clause or article if one is named.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Citation {
    pub source: String,
    pub clause: Option<String>,
    pub line: usize,
}

/// Says whether a character belongs to a standard's number.
type Part = fn(char) -> bool;

/// Families of standards: what the text begins with, and which characters make up the number.
const FAMILIES: &[(&str, Part)] = &[
    ("RFC ", |c| c.is_ascii_digit()),
    ("ISO/IEC ", |c| c.is_ascii_digit() || c == '-'),
    ("ITU-T ", |c| c.is_ascii_alphanumeric() || c == '.'),
    ("GB/T ", |c| c.is_ascii_digit() || c == '-' || c == '.'),
    ("FIPS ", |c| c.is_ascii_digit() || c == '-'),
    ("C2SP ", |c| c.is_ascii_lowercase() || c == '-'),
    ("c2sp.org/", |c| c.is_ascii_lowercase() || c == '-'),
    ("OpenID Connect ", |c| c.is_ascii_alphabetic()),
];

/// All citations of standards in `text`.
pub fn standards(text: &str) -> Vec<Citation> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for (prefix, part) in FAMILIES {
            for (at, _) in line.match_indices(prefix) {
                let rest = &line[at + prefix.len()..];
                standard(prefix, rest, *part, number + 1, &mut found);
            }
        }
    }
    found
}

fn standard(prefix: &str, rest: &str, part: Part, line: usize, found: &mut Vec<Citation>) {
    let number = taken(rest, part);
    let name = number.trim_end_matches(['-', '.']);
    let is_c2sp = matches!(prefix, "C2SP " | "c2sp.org/");
    let named = match prefix {
        _ if is_c2sp => name.contains('-'),
        "OpenID Connect " => matches!(name, "Core" | "Discovery"),
        _ => name.contains(|c: char| c.is_ascii_digit()),
    };
    if !named {
        return; // "RFC editor", "C2SP formats", "OpenID Connect providers": no citation
    }
    let source = format!("{}{name}", if is_c2sp { "C2SP " } else { prefix });
    let clauses = clauses(&rest[number.len()..]);
    if clauses.is_empty() {
        found.push(Citation { source, clause: None, line });
        return;
    }
    found.extend(clauses.into_iter().map(|clause| Citation {
        source: source.clone(),
        clause: Some(clause),
        line,
    }));
}

/// The clauses right after a standard's number: ` §2.1`, ` §2.1, §2.2`, ` §2.1 and §3`.
fn clauses(mut rest: &str) -> Vec<String> {
    let mut found = Vec::new();
    loop {
        let sign = [" §", ", §", " and §", " to §"].iter().find_map(|sign| rest.strip_prefix(sign));
        let Some(after) = sign else { return found };
        let clause = taken(after, |c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
        found.push(clause.trim_end_matches(['.', '-']).to_owned());
        rest = &after[clause.len()..];
    }
}

/// Citations of regulation articles: `pack:article`, a paragraph in brackets left out. A word of the form
/// `name-year:number` counts even when no such pack exists, so that a slip is found.
pub fn articles(text: &str, packs: &[&str]) -> Vec<Citation> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for (at, _) in line.match_indices(':') {
            let pack = word_before(&line[..at]);
            let article = taken(&line[at + 1..], |c| c.is_ascii_digit());
            if article.is_empty() || !(packs.contains(&pack) || has_year(pack)) {
                continue;
            }
            found.push(Citation {
                source: pack.to_owned(),
                clause: Some(article.to_owned()),
                line: number + 1,
            });
        }
    }
    found
}

/// `city-2008`: letters, a hyphen, four digits.
fn has_year(word: &str) -> bool {
    word.rsplit_once('-').is_some_and(|(name, year)| {
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase());
        is_name && year.len() == 4 && year.chars().all(|c| c.is_ascii_digit())
    })
}

fn word_before(text: &str) -> &str {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let start = text
        .rfind(|c: char| !is_part(c))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    &text[start..]
}

fn taken(text: &str, part: impl Fn(char) -> bool) -> &str {
    &text[..text.find(|c| !part(c)).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(found: Vec<Citation>) -> Vec<String> {
        let show = |c: Citation| c.clause.map_or(c.source.clone(), |clause| format!("{} {clause}", c.source));
        found.into_iter().map(show).collect()
    }

    #[test]
    fn standards_in_their_house_forms() {
        let check = |text: &str, expected: &[&str]| assert_eq!(plain(standards(text)), expected, "{text}");
        check("(RFC 6962 §2.1).", &["RFC 6962 2.1"]);
        check("RFC 3339.", &["RFC 3339"]);
        check(
            "ISO/IEC 14496-12 §8.8.4, §8.8.5 and more",
            &["ISO/IEC 14496-12 8.8.4", "ISO/IEC 14496-12 8.8.5"],
        );
        check("ISO/IEC 14496-15 §5.3.3.1) or (§8.3)", &["ISO/IEC 14496-15 5.3.3.1"]);
        check("ITU-T H.264 §7.3.2.1.1 / ISO/IEC 14496-10.", &["ISO/IEC 14496-10", "ITU-T H.264 7.3.2.1.1"]);
        check("GB/T 28181-2022 §9.3", &["GB/T 28181-2022 9.3"]);
        check(
            "C2SP tlog-tiles, C2SP formats (c2sp.org/signed-note)",
            &["C2SP tlog-tiles", "C2SP signed-note"],
        );
        check("RFC n, FIPS 180-4", &["FIPS 180-4"]);
        check("RFC 2326 Appendix C", &["RFC 2326"]);
        check("RFC 7519 §A.1", &["RFC 7519 A.1"]);
    }

    #[test]
    fn articles_of_packs() {
        let packs = ["qingdao", "guangzhou-2007"];
        let check =
            |text: &str, expected: &[&str]| assert_eq!(plain(articles(text, &packs)), expected, "{text}");
        check("`guangzhou-2007:19`", &["guangzhou-2007 19"]);
        check("(qingdao:9(4), guangzhou-2007:16)", &["qingdao 9", "guangzhou-2007 16"]);
        check("beijing-2006:11", &["beijing-2006 11"]);
        check("at 12:30, port localhost:8080, 2026-11:3", &[]);
        check("守望qingdao:7", &["qingdao 7"]);
    }
}
