//! Damage to JSON files: any member of any type, and the text itself. It knows no member's meaning, but which spellings a reader
//! could take for the same value.

use super::Work;
use crate::mutations::Random;
use serde_json::{Map, Value, json};

/// Damages one JSON file whose name that function takes.
pub fn damage(work: &mut Work<'_>, takes: impl Fn(&str) -> bool) {
    let Some(name) = work.pick(takes) else { return };
    let Ok(mut value) = serde_json::from_slice::<Value>(&work.files[&name]) else { return };
    let mut did = String::new();
    if work.random.below(4) > 0 {
        did = bend(&mut value, work.random);
    }
    let mut text = serde_json::to_string(&value).unwrap().into_bytes();
    if did.is_empty() || work.random.below(8) == 0 {
        did += &bend_text(&mut text, work.random);
    }
    work.files.insert(name.clone(), text);
    work.did(format!("{name}: {did}"));
}

/// Goes down to some value and changes it; says where and how.
pub fn bend(value: &mut Value, random: &mut Random) -> String {
    if random.below(7) > 0 {
        match value {
            Value::Object(members) if !members.is_empty() => {
                let at = random.below(members.len());
                if let Some((name, member)) = members.iter_mut().nth(at) {
                    return format!(".{name}{}", bend(member, random));
                }
            }
            Value::Array(items) if !items.is_empty() => {
                let at = random.below(items.len());
                return format!("[{at}]{}", bend(&mut items[at], random));
            }
            _ => {}
        }
    }
    format!(" {}", change(value, random))
}

fn change(value: &mut Value, random: &mut Random) -> String {
    if random.below(12) == 0 {
        let others =
            [Value::Null, json!(true), json!({}), json!([]), json!(""), json!(0), json!("0"), json!(1.5)];
        *value = random.pick(&others).clone();
        return format!("is {value}");
    }
    match value {
        Value::Number(number) => {
            let was = number.as_i64().unwrap_or(0);
            let new = number_near(was, random);
            *value = new;
            format!("{was} is {value}")
        }
        Value::String(text) => text_near(text, random),
        Value::Array(items) => list(items, random),
        Value::Object(members) => {
            if random.below(6) == 0 {
                // Some readers take a list of the members' values for the object.
                let values: Vec<Value> = members.values().cloned().collect();
                *value = Value::Array(values);
                return "as a list".into();
            }
            members_of(members, random)
        }
        other => {
            *other = json!({});
            "is {}".into()
        }
    }
}

/// Numbers at and beyond the edges that the format has.
fn number_near(was: i64, random: &mut Random) -> Value {
    let second = 1_000_000;
    match random.below(20) {
        0..=2 => json!(was.wrapping_add(1)),
        3..=5 => json!(was.wrapping_sub(1)),
        6 => json!(0),
        7 => json!(-1),
        8 => json!(was.wrapping_mul(-1)),
        9 => json!((1i64 << 53) - 1),
        10 => json!(1i64 << 53),
        11 => json!(1u64 << 32),
        12 => json!(u64::MAX),
        13 => json!(was as f64),
        14 => json!(was.to_string()),
        15 => json!(was.wrapping_add(random.below(40) as i64 * second / 4)),
        16 => json!(was.wrapping_sub(random.below(40) as i64 * second / 4)),
        17 => json!(i64::MIN),
        18 => json!(u64::from(u16::MAX) + random.below(2) as u64),
        _ => json!(random.below(20)),
    }
}

fn text_near(text: &mut String, random: &mut Random) -> String {
    let was: String = text.chars().take(20).collect();
    let len = text.chars().count();
    let changed: String = match random.below(11) {
        0 => String::new(),
        1 => text.to_uppercase(),
        2 => format!("{text} "),
        3 => format!("{text}\u{e9}"),
        4 => text.chars().take(random.below(len + 1)).collect(),
        5 => format!("{text}{text}"),
        6 if len > 0 => {
            let at = random.below(len);
            let other = *random.pick(&['0', 'f', 'A', '=', '/', '\n', '\u{0}', '+']);
            text.chars().enumerate().map(|(index, own)| if index == at { other } else { own }).collect()
        }
        7 | 8 => bytes_near(text, random),
        9 if text.ends_with('=') => {
            // Unused bits of base64 that are not zero.
            let at = text.trim_end_matches('=').len() - 1;
            let own = text.as_bytes()[at];
            let other = if own == b'Z' { 'Y' } else { char::from(own.wrapping_add(1)) };
            format!("{}{other}{}", &text[..at], &text[at + 1..])
        }
        _ => text.trim_end_matches('=').to_owned() + "\u{200b}",
    };
    *text = changed;
    format!("{was:?} is {:?}", text.chars().take(20).collect::<String>())
}

/// The bytes that a text of base64 or hexadecimal digits stands for, with one changed.
fn bytes_near(text: &str, random: &mut Random) -> String {
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let at = random.below(64);
        let digit = if text.as_bytes()[at] == b'0' { "1" } else { "0" };
        return format!("{}{digit}{}", &text[..at], &text[at + 1..]);
    }
    let Some(mut bytes) = ledger::package::from_base64(text).filter(|bytes| !bytes.is_empty()) else {
        return text.chars().rev().collect();
    };
    let at = random.below(bytes.len());
    match random.below(6) {
        0..=2 => bytes[at] ^= 1 << random.below(8),
        3 => bytes.push(0),
        4 => bytes.truncate(at),
        _ => bytes[at] = *random.pick(&[0, 1, 255]),
    }
    ledger::package::to_base64(&bytes)
}

fn list(items: &mut Vec<Value>, random: &mut Random) -> String {
    if items.is_empty() {
        items.push(random.pick(&[json!(0), json!({}), json!(null), json!("00".repeat(32))]).clone());
        return "gets an element".into();
    }
    let (a, b) = (random.below(items.len()), random.below(items.len()));
    match random.below(8) {
        0 | 1 => {
            items.remove(a);
            format!("without {a}")
        }
        2 => {
            items.insert(b, items[a].clone());
            format!("{a} twice")
        }
        3 | 4 => {
            items.swap(a, b);
            format!("{a} and {b} swapped")
        }
        5 => {
            items.clear();
            "emptied".into()
        }
        6 => {
            items.reverse();
            "reversed".into()
        }
        _ => {
            items.push(items[a].clone());
            format!("{a} again at the end")
        }
    }
}

fn members_of(members: &mut Map<String, Value>, random: &mut Random) -> String {
    let names: Vec<String> = members.keys().cloned().collect();
    match random.below(3) {
        0 if !names.is_empty() => {
            let name = random.pick(&names);
            members.remove(name);
            format!("without {name}")
        }
        1 if !names.is_empty() => {
            let name = random.pick(&names);
            let value = members.remove(name).unwrap();
            members.insert(name.to_uppercase(), value);
            format!("{name} in capitals")
        }
        _ => {
            members.insert("unknown".into(), json!({ "a": [1.5, -0.0, 1e300, null, "\u{1f4f7}"], "b": {} }));
            "gets a member that is unknown".into()
        }
    }
}

/// The text of a file: what no value of JSON can say.
pub fn bend_text(text: &mut Vec<u8>, random: &mut Random) -> String {
    // Members that are there twice, or hold what is hard to hold.
    const MEMBERS: [&str; 16] = [
        r#""unknown":1e999,"#,
        r#""unknown":-0,"#,
        r#""unknown":123456789012345678901234567890,"#,
        r#""unknown":"\ud800","#,
        r#""\udfff":1,"#,
        r#""un\u006bnown":0,"unknown":1,"#,
        r#""seq":1,"#,
        r#""seq":null,"#,
        r#""from_us":0,"#,
        r#""kind":"gap","#,
        r#""bytes":1,"#,
        r#""later":null,"#,
        r#""sound":[],"#,
        r#""witnessing":1,"#,
        r#""unknown":NaN,"#,
        r#""unknown":01,"#,
    ];
    let objects: Vec<usize> =
        (0..text.len().saturating_sub(1)).filter(|&at| text[at] == b'{' && text[at + 1] == b'"').collect();
    match random.below(8) {
        0 => {
            text.splice(0..0, *b"\xef\xbb\xbf");
            "begins with a byte order mark".into()
        }
        1 => {
            let ends: [&[u8]; 4] = [b" \r\n\t", b"{}", b"\0", b"\x0c"];
            text.extend_from_slice(ends[random.below(ends.len())]);
            "gets something behind its end".into()
        }
        2 if !objects.is_empty() => {
            let at = *random.pick(&objects) + 1;
            text.splice(at..at, *b"\"unknown\":\"\xff\",");
            "a member that is not UTF-8".into()
        }
        3 => {
            let numbers: Vec<usize> =
                (1..text.len()).filter(|&at| text[at].is_ascii_digit() && text[at - 1] == b':').collect();
            let Some(&at) = numbers.get(random.below(numbers.len().max(1))) else { return String::new() };
            let prefix = random.pick(&["-", "0", "+", "1e", "0."]);
            text.splice(at..at, prefix.bytes());
            format!("{prefix} before the number at {at}")
        }
        _ if !objects.is_empty() => {
            // The outermost object and the first inner ones carry most of what is read.
            let near = objects.len().min(if random.below(2) == 0 { 3 } else { usize::MAX });
            let at = objects[random.below(near)] + 1;
            let member = random.pick(&MEMBERS);
            text.splice(at..at, member.bytes());
            format!("{member} at {at}")
        }
        _ => String::new(),
    }
}
