//! Just enough Markdown: links, headings as anchors, and code spans, outside fenced blocks.

/// A link or code span and the line it stands on.
#[derive(PartialEq, Eq, Debug)]
pub struct Piece<'t> {
    pub text: &'t str,
    pub line: usize,
}

/// Numbered lines outside fenced code.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(number, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((number + 1, line))
    })
}

/// Targets of `[text](target)`, a title after the target left out.
pub fn links(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    for (line, content) in prose(text) {
        for (at, _) in content.match_indices("](") {
            if inside_code(content, at) {
                continue;
            }
            let target = &content[at + 2..];
            let target = target.split([')', ' ']).next().unwrap_or(target);
            found.push(Piece { text: target, line });
        }
    }
    found
}

fn inside_code(line: &str, at: usize) -> bool {
    line[..at].matches('`').count() % 2 == 1
}

/// The insides of `` `code` `` spans.
pub fn code_spans(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    for (line, content) in prose(text) {
        let spans = content.split('`').skip(1).step_by(2);
        found.extend(spans.map(|text| Piece { text, line }));
    }
    found
}

/// The anchors that a reader's browser makes of the headings: lower case, no punctuation, hyphens for spaces.
pub fn anchors(text: &str) -> Vec<String> {
    let headings = prose(text).map(|(_, line)| line).filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#'))).collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pieces: Vec<Piece<'_>>) -> Vec<&str> {
        pieces.into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn links_outside_code() {
        let check = |text: &str, expected: &[&str]| assert_eq!(texts(links(text)), expected, "{text}");
        check("see [a](docs/A.md#x) and [b](https://e.org \"t\")", &["docs/A.md#x", "https://e.org"]);
        check("`[a](b)` ![p](p.png)", &["p.png"]);
        check("```\n[a](b)\n```\n[c](d)", &["d"]);
    }

    #[test]
    fn spans_and_anchors() {
        assert_eq!(texts(code_spans("a `b` c `d/e.rs`\n```\n`f`\n```")), ["b", "d/e.rs"]);
        let check = |heading: &str, expected: &str| assert_eq!(anchors(heading), [expected], "{heading}");
        check("## A frame, from the wire", "a-frame-from-the-wire");
        check("# T1–T10: what holds", "t1t10-what-holds");
        check("### 简介 (summary)", "简介-summary");
    }
}
