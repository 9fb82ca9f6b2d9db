//! Just enough of Rust's grammar to count and search without being misled by comments and strings.
//!
//! Not a parser: it blanks what is not code and matches braces. Offsets and lines stay those of the original text.

use std::ops::Range;

/// The text with comments blanked and the inside of literals replaced by `"`, byte for byte.
pub fn mask(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    let mut previous = ' ';
    while let Some(first) = rest.chars().next() {
        let (length, fill) = span(rest, previous);
        let (taken, after) = rest.split_at(length);
        out.extend(taken.bytes().map(|byte| if byte == b'\n' { byte } else { fill.unwrap_or(byte) }));
        previous = first;
        rest = after;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Length of the next comment, literal or single character, and what to write in its place (`None`: itself).
fn span(rest: &str, previous: char) -> (usize, Option<u8>) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), Some(b' '));
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), Some(b' '));
    }
    let word_before = previous.is_alphanumeric() || previous == '_';
    if !word_before && let Some(length) = raw_string(rest) {
        return (length, Some(b'"'));
    }
    match rest.as_bytes() {
        [b'"', ..] => (quoted(rest, b'"'), Some(b'"')),
        [b'\'', ..] if is_char_literal(rest) => (quoted(rest, b'\''), Some(b'"')),
        _ => (rest.chars().next().map_or(1, char::len_utf8), None),
    }
}

/// Rust's block comments nest.
fn block_comment(rest: &str) -> usize {
    let (bytes, mut depth, mut at) = (rest.as_bytes(), 0usize, 0);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    bytes.len()
}

/// `r"…"`, `r#"…"#`, also with `b` or `c` before; `None` when `rest` begins otherwise (`r#name` included).
fn raw_string(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix(['b', 'c']).unwrap_or(rest).strip_prefix('r')?;
    let hashes = body.len() - body.trim_start_matches('#').len();
    let inside = body[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = inside.find(&close).map_or(inside.len(), |at| at + close.len());
    Some(rest.len() - inside.len() + end)
}

fn quoted(rest: &str, quote: u8) -> usize {
    let (bytes, mut at) = (rest.as_bytes(), 1);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// A character literal and not a lifetime: an escape, or one character and a closing quote.
fn is_char_literal(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    matches!((chars.next(), chars.next()), (Some('\\'), _) | (Some(_), Some('\'')))
}

/// Blanks every item under `#[cfg(test)]` in an already masked text.
pub fn without_tests(masked: &str) -> String {
    let mut out = masked.to_owned();
    let mut from = 0;
    while let Some(found) = out[from..].find("#[cfg(test)]") {
        let start = from + found;
        let end = item_end(&out, start);
        let blank: String =
            out[start..end].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        out.replace_range(start..end, &blank);
        from = end;
    }
    out
}

/// The end of the item that begins at `start`: after its `;` or its closing brace.
fn item_end(masked: &str, start: usize) -> usize {
    let body = masked[start..].find(['{', ';']).map(|at| start + at);
    match body {
        Some(at) if masked.as_bytes()[at] == b'{' => matching_brace(masked, at) + 1,
        Some(at) => at + 1,
        None => masked.len(),
    }
}

/// Where the brace that opens at `open` closes; the last byte when it never does.
fn matching_brace(masked: &str, open: usize) -> usize {
    let mut depth = 0usize;
    for (at, byte) in masked.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    masked.len().saturating_sub(1)
}

/// A function of the text: its name, the line it begins on, and its lines of code (no comments, no blank lines).
#[derive(PartialEq, Eq, Debug)]
pub struct Function {
    pub name: String,
    pub line: usize,
    pub code_lines: usize,
}

/// All functions that have a body, in order, nested ones too.
pub fn functions(masked: &str) -> Vec<Function> {
    words(masked, "fn").filter_map(|at| function_at(masked, at)).collect()
}

fn function_at(masked: &str, at: usize) -> Option<Function> {
    let name: String = masked[at + 2..].trim_start().chars().take_while(|c| is_word(*c)).collect();
    if name.is_empty() {
        return None; // `fn(u8) -> u8`: a type
    }
    let open = body_open(masked, at)?;
    let body = at..matching_brace(masked, open) + 1;
    Some(Function { name, line: line_of(masked, at), code_lines: code_lines(&masked[body]) })
}

/// The `{` of the body: the first one outside parentheses and brackets, unless a `;` ends the signature before it.
fn body_open(masked: &str, from: usize) -> Option<usize> {
    let mut depth = 0i32;
    for (at, byte) in masked.bytes().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth == 0 => return Some(at),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// Lines that hold more than blanks.
pub fn code_lines(masked: &str) -> usize {
    masked.lines().filter(|line| !line.trim().is_empty()).count()
}

/// The 1-based line of a byte offset.
pub fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where `needle` stands as a whole word (or path): not inside a longer name.
pub fn words<'t>(text: &'t str, needle: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(needle).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + needle.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

/// The statements `use std::…;` as byte ranges, from `use` to before the semicolon.
pub fn std_uses(masked: &str) -> Vec<Range<usize>> {
    words(masked, "use std")
        .map(|at| at..masked[at..].find(';').map_or(masked.len(), |end| at + end))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_comments_and_literals_only() {
        let check = |text: &str, expected: &str| assert_eq!(mask(text), expected, "{text}");
        check("a // {\nc", "a     \nc");
        check("a /* /*{*/ }*/ b", &format!("a{}b", " ".repeat(14)));
        check("f(\"{\\\"\", '}')", "f(\"\"\"\"\", \"\"\")");
        check("fn f<'a>(x: &'a str)", "fn f<'a>(x: &'a str)");
        check("r#\"{\"#;", "\"\"\"\"\"\";");
        check("r#match { }", "r#match { }");
        check("b'{' b\"{\"", "b\"\"\" b\"\"\"");
        check("'\\u{7f}' '\\''", "\"\"\"\"\"\"\"\" \"\"\"\"");
        check("§ → '§'", "§ → \"\"\"\"");
    }

    #[test]
    fn counts_functions_by_their_code() {
        let check = |text: &str, expected: &[(&str, usize, usize)]| {
            let found = functions(&mask(text));
            let found: Vec<_> = found.iter().map(|f| (f.name.as_str(), f.line, f.code_lines)).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("fn a() {}", &[("a", 1, 1)]);
        check("trait T { fn a(&self) -> [u8; 2]; }", &[]);
        check("\nfn a() -> [u8; 2] {\n    // a comment\n\n    [0; 2]\n}\n", &[("a", 2, 3)]);
        check("fn a(f: fn(u8) -> u8) {\n fn b() {\n }\n}", &[("a", 1, 4), ("b", 2, 2)]);
        check("fn a() { \"}\"; '}'; /* } */\n}", &[("a", 1, 2)]);
    }

    #[test]
    fn tests_are_blanked() {
        let check = |text: &str, expected: &str| assert_eq!(without_tests(&mask(text)), expected, "{text}");
        check(
            "a\n#[cfg(test)]\nmod t { fn x() {} }\nb",
            &format!("a\n{}\n{}\nb", " ".repeat(12), " ".repeat(19)),
        );
        check("#[cfg(test)]\nmod t;\nb", &format!("{}\n{}\nb", " ".repeat(12), " ".repeat(6)));
    }

    #[test]
    fn words_are_whole() {
        let check = |text: &str, needle: &str, expected: &[usize]| {
            assert_eq!(words(text, needle).collect::<Vec<_>>(), expected, "{text}");
        };
        check("Instant::now InstantX my_Instant", "Instant", &[0]);
        check("use std::fs; use std::fst;", "std::fs", &[4]);
    }
}
