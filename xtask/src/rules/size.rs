//! Files and functions stay small enough to be read in one sitting.
//!
//! The hard limits are here; what exceeds one today is in `xtask/exceptions.toml` with its own limit, which only falls.

use super::{Finding, Report, is_test_file, sources};
use crate::source::{code_lines, functions, mask, without_tests};
use crate::tree::Tree;

/// A file of this many lines has more than one subject: a rethink is due.
const FILE_LINES_MAX: usize = 800;
/// What a file aims at. Above it tidy only says so.
const FILE_LINES_AIM: usize = 400;
/// Of all source files at most this share may be above the aim: one long file is a choice, many are a habit.
const FILES_ABOVE_AIM_PERCENT_MAX: usize = 20;
/// A function fits on a screen; lines of comment and blank lines are not counted.
const FUNCTION_LINES_MAX: usize = 70;
/// A component of the console is markup for the most part, which reads faster than code.
const COMPONENT_LINES_MAX: usize = 120;

pub fn check(tree: &Tree, report: &mut Report) {
    let (mut files, mut above) = (0, Vec::new());
    for (path, text) in sources(tree) {
        let lines = text.lines().count();
        files += 1;
        if lines > FILE_LINES_AIM {
            above.push(format!("{path} {lines}"));
        }
        if lines > FILE_LINES_MAX {
            let message = format!("has {lines} lines, more than {FILE_LINES_MAX}: split it by subject");
            report.findings.push(Finding::new("file-lines", path, 0, path, &message).measured(lines as u64));
        }
        report.findings.extend(long_functions(path, text));
    }
    if above.is_empty() {
        return;
    }
    let message = format!("{} of {files} source files are above {FILE_LINES_AIM} lines", above.len());
    if files > 20 && above.len() * 100 > files * FILES_ABOVE_AIM_PERCENT_MAX {
        let message = format!("{message}, more than {FILES_ABOVE_AIM_PERCENT_MAX} %");
        report.findings.push(Finding::new("files-above-aim", ".", 0, "files-above-aim", &message));
    }
    report.notes.push(format!("{message}: {}", above.join(", ")));
}

fn long_functions(path: &str, text: &str) -> Vec<Finding> {
    if is_test_file(path) {
        return Vec::new();
    }
    let found = if path.ends_with(".rs") {
        let code = without_tests(&mask(text));
        functions(&code)
            .into_iter()
            .map(|function| (function.name, function.line, function.code_lines))
            .collect()
    } else {
        typescript_functions(text)
    };
    let limit = |name: &str| {
        let component = path.ends_with(".tsx") && name.starts_with(char::is_uppercase);
        if component { COMPONENT_LINES_MAX } else { FUNCTION_LINES_MAX }
    };
    let long = found.into_iter().filter(|(name, _, lines)| *lines > limit(name));
    long.map(|(name, line, lines)| {
        let message = format!("function '{name}' has {lines} lines of code, more than {}", limit(&name));
        Finding::new("function-lines", path, line, &format!("{path}::{name}"), &message)
            .measured(lines as u64)
    })
    .collect()
}

/// Top-level functions and methods, by the formatter's indentation: one begins at a line with its name and ends at the first
/// line that closes it at the same depth. Callbacks inside count towards the function that holds them.
fn typescript_functions(text: &str) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let Some(name) = typescript_name(line.trim_start()).filter(|_| indent <= 2) else { continue };
        let close = format!("{}}}", &line[..indent]);
        let Some(length) = lines[number + 1..].iter().position(|line| line.starts_with(&close)) else {
            continue;
        };
        let body = &lines[number..number + length + 2];
        let comment = |line: &&&str| ["//", "/*", "*"].iter().any(|sign| line.trim_start().starts_with(sign));
        let code: Vec<&str> = body.iter().filter(|line| !comment(line)).copied().collect();
        found.push((name, number + 1, code_lines(&code.join("\n"))));
    }
    found
}

/// Words that may open a block at a line's start without naming a function.
const KEYWORDS: &[&str] = &[
    "if",
    "for",
    "while",
    "switch",
    "return",
    "catch",
    "class",
    "interface",
    "type",
    "enum",
    "import",
    "const",
];

/// The name of the function that this line opens, if it opens one: `function f(`, `const f = (`, or a method `f(`.
fn typescript_name(line: &str) -> Option<String> {
    if !line.ends_with(['{', '(']) {
        return None;
    }
    let mut rest = line;
    for word in ["export ", "default ", "async ", "private ", "public ", "static ", "readonly "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let declared = rest.strip_prefix("function ").or_else(|| {
        let name = rest.strip_prefix("const ")?;
        (line.contains("=> {") || line.contains("= (") || line.contains("= async (")).then_some(name)
    });
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '#';
    let head = declared.unwrap_or(rest);
    let name: String = head.chars().take_while(|c| is_word(*c)).collect();
    let called = head[name.len()..].starts_with(['(', '<']) && !KEYWORDS.contains(&name.as_str());
    (!name.is_empty() && (declared.is_some() || called)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let mut report = Report::default();
        check(&Tree::of(&[(path, text)]), &mut report);
        report.findings.into_iter().map(|finding| finding.at).collect()
    }

    #[test]
    fn long_files_and_functions_are_found() {
        let lines = |n: usize| "    x();\n".repeat(n);
        let check =
            |path: &str, text: &str, expected: &[&str]| assert_eq!(found(path, text), expected, "{path}");
        check("a.rs", &lines(800), &[]);
        check("a.rs", &lines(801), &["a.rs"]);
        check("a.gen.ts", &lines(9000), &[]);
        check("a.rs", &format!("fn f() {{\n{}}}\n", lines(68)), &[]);
        check("a.rs", &format!("fn f() {{\n{}}}\n", lines(69)), &["a.rs::f"]);
        check("a.rs", &format!("fn f() {{\n{}{}}}\n", lines(60), "    // why\n\n".repeat(40)), &[]);
        check("a.rs", &format!("#[cfg(test)]\nmod tests {{ fn f() {{\n{}}} }}\n", lines(90)), &[]);
        check("crates/x/tests/y.rs", &format!("fn f() {{\n{}}}\n", lines(90)), &[]);
        check("a.tsx", &format!("export function Wall() {{\n{}}}\n", lines(118)), &[]);
        check("a.tsx", &format!("export function Wall() {{\n{}}}\n", lines(119)), &["a.tsx::Wall"]);
        check("a.tsx", &format!("function useWall() {{\n{}}}\n", lines(69)), &["a.tsx::useWall"]);
        check("a.ts", &format!("export const f = (a: number) => {{\n{}}};\n", lines(69)), &["a.ts::f"]);
        check(
            "a.ts",
            &format!("class Player {{\n  push(a: number): void {{\n{}  }}\n}}\n", lines(69)),
            &["a.ts::push"],
        );
        check("a.test.ts", &format!("function f() {{\n{}}}\n", lines(90)), &[]);
    }
}
