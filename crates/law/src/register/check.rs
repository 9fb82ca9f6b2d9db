//! Whether a body is one of its kind; what it refers to; what is missing; what a person without the right may see of it.

use super::{
    Body, SEARCH_CHARS_MAX,
    field::{Choice, Field, FieldType, Source},
    kinds::{RecordKind, fields},
};
use crate::{Words, packs::Library};
use serde_json::Value;

/// References in one list: as many points as one sign or a large system's form can name.
const LIST_MAX: usize = 100;

/// What is wrong with one field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    pub field: String,
    pub words: Words,
}

impl Problem {
    pub fn new(field: &str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { field: field.to_owned(), words: Words::new(en, zh) }
    }
}

/// Everything that is wrong with a body; empty when it can be taken. Values are trimmed; empty ones are taken out.
pub fn check(kind: RecordKind, body: &mut Body, library: &Library) -> Vec<Problem> {
    for value in body.values_mut() {
        if let Value::String(text) = value {
            let trimmed = text.trim();
            if trimmed.len() != text.len() {
                *text = trimmed.to_owned();
            }
        }
    }
    body.retain(|_, value| !is_empty(value));
    let known = fields(kind);
    let mut problems = Vec::new();
    for name in body.keys() {
        if !known.iter().any(|field| field.name == name) {
            problems.push(Problem::new(name, "is no field of this record", "不是此类记录的字段"));
        }
    }
    for field in known {
        match body.get(field.name) {
            None if field.required => problems.push(Problem::new(field.name, "is missing", "不能为空")),
            None => {}
            Some(value) => problems.extend(wrong(field, value, library)),
        }
    }
    problems
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Bool(flag) => !flag,
        Value::Number(_) | Value::Object(_) => false,
    }
}

fn wrong(field: &Field, value: &Value, library: &Library) -> Option<Problem> {
    let problem = |(en, zh): (String, String)| Problem::new(field.name, en, zh);
    of_type(field.of, value, library).err().map(problem)
}

pub(crate) type Checked = Result<(), (String, String)>;

fn no(en: impl Into<String>, zh: impl Into<String>) -> Checked {
    Err((en.into(), zh.into()))
}

pub(crate) fn of_type(of: FieldType, value: &Value, library: &Library) -> Checked {
    match of {
        FieldType::Text { chars_max } => text(value, chars_max, false),
        FieldType::Lines { chars_max } => text(value, chars_max, true),
        FieldType::Digits { count } => coded(value, count, |byte| byte.is_ascii_digit(), "digits", "位数字"),
        FieldType::Letters { count } => {
            coded(value, count, |byte| byte.is_ascii_alphanumeric(), "letters and digits", "位字母或数字")
        }
        FieldType::Number { min, max, unit } => match value.as_f64() {
            Some(number) if number >= min && number <= max => Ok(()),
            _ => no(
                format!("is not a number from {min} to {max} {unit}"),
                format!("应为 {min} 至 {max} {unit} 的数"),
            ),
        },
        FieldType::Whole { min, max, unit } => match value.as_i64() {
            Some(number) if (min..=max).contains(&number) => Ok(()),
            _ => no(
                format!("is not a whole number from {min} to {max} {unit}"),
                format!("应为 {min} 至 {max} {unit} 的整数"),
            ),
        },
        FieldType::Date => match value.as_str().map(is_date) {
            Some(true) => Ok(()),
            _ => no("is not a date as 2026-03-31", "应为日期，如 2026-03-31"),
        },
        FieldType::Flag => match value {
            Value::Bool(_) => Ok(()),
            _ => no("is not yes or no", "应为是或否"),
        },
        FieldType::One(choices) => one_of(value, &|word| has(choices, word)),
        FieldType::Some(choices) => some_of(value, &|word| has(choices, word)),
        FieldType::OneOf(source) => one_of(value, &|word| names(source, word, library)),
        FieldType::SomeOf(source) => some_of(value, &|word| names(source, word, library)),
        FieldType::Record(_) => one_of(value, &is_id),
        FieldType::Records(_) => some_of(value, &is_id),
    }
}

fn text(value: &Value, chars_max: usize, lines: bool) -> Checked {
    let Some(text) = value.as_str() else { return no("is not a text", "应为文字") };
    if text.chars().count() > chars_max {
        return no(format!("is longer than {chars_max} characters"), format!("超过 {chars_max} 个字"));
    }
    if text.chars().any(|letter| letter.is_control() && !(lines && letter == '\n')) {
        return no("has control characters", "含有控制字符");
    }
    Ok(())
}

fn coded(value: &Value, count: usize, is: fn(u8) -> bool, en: &str, zh: &str) -> Checked {
    match value.as_str() {
        Some(text) if text.len() == count && text.bytes().all(is) => Ok(()),
        _ => no(format!("is not {count} {en}"), format!("应为 {count} {zh}")),
    }
}

fn has(choices: &[Choice], word: &str) -> bool {
    choices.iter().any(|choice| choice.id == word)
}

fn names(source: Source, word: &str, library: &Library) -> bool {
    match source {
        Source::PrivateKinds => library.private_kinds.iter().any(|kind| kind.id == word),
        Source::Categories => library.categories.iter().any(|category| category.id == word),
        Source::Packs => library.pack(word).is_some(),
    }
}

fn is_id(word: &str) -> bool {
    word.len() == 36 && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn one_of(value: &Value, known: &dyn Fn(&str) -> bool) -> Checked {
    match value.as_str() {
        Some(word) if known(word) => Ok(()),
        Some(word) => {
            let word: String = word.chars().take(60).collect();
            no(format!("does not know '{word}'"), format!("没有“{word}”这一项"))
        }
        None => no("is not one word of the list", "应为所列之一"),
    }
}

fn some_of(value: &Value, known: &dyn Fn(&str) -> bool) -> Checked {
    let Some(list) = value.as_array() else { return no("is not a list", "应为列表") };
    if list.len() > LIST_MAX {
        return no(format!("has more than {LIST_MAX} parts"), format!("超过 {LIST_MAX} 项"));
    }
    list.iter().try_for_each(|one| one_of(one, known))
}

/// A day of the calendar, with leap years.
pub(crate) fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        parts
            .next()
            .filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))?
            .parse::<u16>()
            .ok()
    };
    let (Some(year), Some(month), Some(day)) = (number(4), number(2), number(2)) else { return false };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    parts.next().is_none() && year > 0 && (1..=days).contains(&day)
}

/// Every other record that a body names: field, kind, id.
pub fn references(kind: RecordKind, body: &Body) -> Vec<(&'static str, RecordKind, String)> {
    let mut found = Vec::new();
    for field in fields(kind) {
        let of = match field.of {
            FieldType::Record(of) | FieldType::Records(of) => of,
            _ => continue,
        };
        match body.get(field.name) {
            Some(Value::String(id)) => found.push((field.name, of, id.clone())),
            Some(Value::Array(list)) => {
                let ids = list.iter().filter_map(Value::as_str);
                found.extend(ids.map(|id| (field.name, of, id.to_owned())));
            }
            _ => {}
        }
    }
    found
}

/// Expected fields that are empty, in the order of the form (guangzhou-2007:16). Flags are never missing.
pub fn completeness(kind: RecordKind, body: &Body) -> Vec<&'static str> {
    let wanted = fields(kind).iter().filter(|field| field.expected && field.of != FieldType::Flag);
    wanted.map(|field| field.name).filter(|name| !body.contains_key(*name)).collect()
}

/// What somebody without the right to basic data sees, and whether anything was left out (national-2016:6).
pub fn masked(kind: RecordKind, body: &Body) -> (Body, bool) {
    let hidden = |name: &str| fields(kind).iter().any(|field| field.confidential && field.name == name);
    let seen: Body = body
        .iter()
        .filter(|(name, _)| !hidden(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let left_out = seen.len() != body.len();
    (seen, left_out)
}

/// What a list is searched by, in lower case: texts that are no secret.
pub fn search_text(kind: RecordKind, body: &Body) -> String {
    let searched = fields(kind).iter().filter(|field| {
        !field.confidential
            && matches!(
                field.of,
                FieldType::Text { .. } | FieldType::Digits { .. } | FieldType::Letters { .. }
            )
    });
    let words: Vec<&str> = searched.filter_map(|field| body.get(field.name)?.as_str()).collect();
    words.join(" ").to_lowercase().chars().take(SEARCH_CHARS_MAX).collect()
}
