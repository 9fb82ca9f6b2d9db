//! From a cell's text to a field's value and back. What reads one writes the other, so that an export can be imported.

use crate::Words;
use crate::packs::Library;
use crate::register::{Choice, FieldType, RecordKind, Source};
use serde_json::{Value, json};

/// Characters with which a spreadsheet program takes a cell for a formula.
const CODE_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// What stands before such a text in a CSV file, and is taken off again when it is read.
pub const TAKEN_AS_TEXT: char = '\'';
/// Choices that are named when none fits.
const CHOICES_SHOWN_MAX: usize = 12;

/// Whether a spreadsheet program would compute this cell. Numbers are none: `-73.5` is a longitude.
pub fn is_spreadsheet_code(text: &str) -> bool {
    text.starts_with(CODE_STARTS) && text.parse::<f64>().is_err()
}

/// A cell's value. References stay texts: what they name is looked up apart.
pub fn value_of(of: FieldType, text: &str, library: &Library) -> Result<Value, Words> {
    let no = || Err(wrong(of));
    match of {
        FieldType::Text { .. } | FieldType::Lines { .. } | FieldType::Record(_) => Ok(json!(text)),
        FieldType::Digits { .. } | FieldType::Letters { .. } => Ok(json!(text)),
        FieldType::Number { .. } => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(json!(number)),
            _ => no(),
        },
        FieldType::Whole { .. } => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) => Ok(json!(number)),
            (_, Ok(number)) if number.fract() == 0.0 && number.abs() < 1e15 => Ok(json!(number as i64)),
            _ => no(),
        },
        FieldType::Date => Ok(json!(date_of(text).ok_or_else(|| wrong(of))?)),
        FieldType::Flag => match text.to_lowercase().as_str() {
            "是" | "yes" | "y" | "true" | "1" | "√" | "有" => Ok(json!(true)),
            "否" | "no" | "n" | "false" | "0" | "×" | "无" => Ok(json!(false)),
            _ => no(),
        },
        FieldType::One(_) | FieldType::OneOf(_) => chosen(of, text, library).map(Value::from),
        FieldType::Some(_) | FieldType::SomeOf(_) => {
            parts(text).map(|part| chosen(of, part, library)).collect::<Result<Vec<_>, _>>().map(Value::from)
        }
        FieldType::Records(_) => Ok(parts(text).collect::<Vec<_>>().into()),
    }
}

/// Parts of a list in one cell.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '；', '、', '\n']).map(str::trim).filter(|part| !part.is_empty())
}

fn chosen(of: FieldType, text: &str, library: &Library) -> Result<String, Words> {
    let mut all = choices(of, library).into_iter();
    let fits = |(id, zh, en): &(String, String, String)| {
        text == id || text == zh || text.eq_ignore_ascii_case(en) || text.eq_ignore_ascii_case(id)
    };
    let shown: String = text.chars().take(60).collect();
    all.find(fits)
        .map(|(id, ..)| id)
        .ok_or_else(|| Words::new(format!("does not know '{shown}'"), format!("没有“{shown}”这一项")))
}

/// What can be chosen: id, Chinese, English.
fn choices(of: FieldType, library: &Library) -> Vec<(String, String, String)> {
    let of_table = |choices: &[Choice]| {
        choices.iter().map(|one| (one.id.to_owned(), one.zh.to_owned(), one.en.to_owned())).collect()
    };
    let named = |id: &str, words: &Words| (id.to_owned(), words.zh.clone(), words.en.clone());
    match of {
        FieldType::One(choices) | FieldType::Some(choices) => of_table(choices),
        FieldType::OneOf(source) | FieldType::SomeOf(source) => match source {
            Source::PrivateKinds => {
                library.private_kinds.iter().map(|one| named(&one.id, &one.name)).collect()
            }
            Source::Categories => library.categories.iter().map(|one| named(&one.id, &one.name)).collect(),
            Source::Packs => library.packs.iter().map(|one| named(&one.id, &one.title)).collect(),
        },
        _ => Vec::new(),
    }
}

/// `2026-03-31`, `2026/3/31`, `20260331`, `2026年3月31日`, as the first.
fn date_of(text: &str) -> Option<String> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let written = match digits {
        true => format!("{}-{}-{}", text.get(..4)?, text.get(4..6)?, text.get(6..)?),
        false => text.trim_end_matches('日').replace(['/', '.', '年', '月'], "-"),
    };
    let mut numbers = written.split('-').map(|part| part.trim().parse::<u16>().ok());
    let (year, month, day) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let date = format!("{year:04}-{month:02}-{day:02}");
    (numbers.next().is_none() && crate::register::is_date(&date)).then_some(date)
}

fn wrong(of: FieldType) -> Words {
    match of {
        FieldType::Number { .. } => Words::new("is not a number", "不是数"),
        FieldType::Whole { .. } => Words::new("is not a whole number", "不是整数"),
        FieldType::Date => Words::new("is not a date", "不是日期"),
        FieldType::Flag => Words::new("is not yes or no", "不是“是”或“否”"),
        _ => Words::new("cannot be read", "无法识别"),
    }
}

/// What would be right in such a field.
pub fn expectation(of: FieldType, library: &Library) -> Words {
    match of {
        FieldType::Text { chars_max } | FieldType::Lines { chars_max } => Words::new(
            format!("a text of at most {chars_max} characters"),
            format!("不超过{chars_max}个字的文字"),
        ),
        FieldType::Digits { count } => Words::new(
            format!("{count} digits; format the column as text, or the program rounds them"),
            format!("{count}位数字；请将该列设为文本格式，以免被四舍五入"),
        ),
        FieldType::Letters { count } => {
            Words::new(format!("{count} letters or digits"), format!("{count}位字母或数字"))
        }
        FieldType::Number { min, max, unit } => {
            Words::new(format!("a number from {min} to {max} {unit}"), format!("{min}至{max} {unit}之间的数"))
        }
        FieldType::Whole { min, max, unit } => Words::new(
            format!("a whole number from {min} to {max} {unit}"),
            format!("{min}至{max} {unit}之间的整数"),
        ),
        FieldType::Date => Words::new("a date as 2026-03-31", "日期，如 2026-03-31"),
        FieldType::Flag => Words::new("yes or no", "是或否"),
        FieldType::One(_) | FieldType::OneOf(_) => listed(of, library, "one of", "下列之一"),
        FieldType::Some(_) | FieldType::SomeOf(_) => {
            listed(of, library, "some of, with ; between", "下列若干项，以“；”分隔")
        }
        FieldType::Record(kind) => named_record(kind, "the name, code or id of", "的名称、编码或记录编号"),
        FieldType::Records(kind) => named_record(
            kind,
            "names, codes or ids, with ; between, of",
            "的名称、编码或记录编号，以“；”分隔",
        ),
    }
}

fn named_record(kind: RecordKind, en: &str, zh: &str) -> Words {
    let (kind_zh, kind_en) = kind.names();
    Words::new(
        format!("{en} what is in the list '{kind_en}' or in this file"),
        format!("“{kind_zh}”清单或本文件中{zh}"),
    )
}

fn listed(of: FieldType, library: &Library, en: &str, zh: &str) -> Words {
    let all = choices(of, library);
    let more = if all.len() > CHOICES_SHOWN_MAX { ", …" } else { "" };
    let shown = &all[..all.len().min(CHOICES_SHOWN_MAX)];
    let words =
        |part: fn(&(String, String, String)) -> &str| shown.iter().map(part).collect::<Vec<_>>().join(", ");
    Words::new(format!("{en}: {}{more}", words(|one| &one.2)), format!("{zh}：{}{more}", words(|one| &one.1)))
}

/// A value as a cell shows it, in one of both languages. `name` gives the name of a record that is named.
pub fn cell_text(
    of: FieldType,
    value: &Value,
    chinese: bool,
    library: &Library,
    name: &dyn Fn(&str) -> String,
) -> String {
    let word = |id: &str| match of {
        FieldType::Record(_) | FieldType::Records(_) => name(id),
        _ => {
            let found = choices(of, library).into_iter().find(|one| one.0 == id);
            found.map_or_else(|| id.to_owned(), |(_, zh, en)| if chinese { zh } else { en })
        }
    };
    match (of, value) {
        (FieldType::Flag, Value::Bool(flag)) => match (flag, chinese) {
            (true, true) => "是".into(),
            (false, true) => "否".into(),
            (true, false) => "yes".into(),
            (false, false) => "no".into(),
        },
        (FieldType::Text { .. } | FieldType::Lines { .. }, Value::String(text)) => text.clone(),
        (_, Value::String(text)) => word(text),
        (_, Value::Array(list)) => {
            list.iter().filter_map(Value::as_str).map(word).collect::<Vec<_>>().join("；")
        }
        (_, Value::Null) => String::new(),
        (_, other) => other.to_string(),
    }
}
