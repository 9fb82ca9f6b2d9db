//! Bodies against the table of fields: what is taken, what is wrong, what is missing and what is masked.

use super::*;
use crate::packs::Library;
use serde_json::{Value, json};

fn library() -> Library {
    Library::with_shipped(&[]).unwrap()
}

fn body(value: Value) -> Body {
    match value {
        Value::Object(map) => map,
        _ => Body::new(),
    }
}

const ID: &str = "0195d0a0-0000-7000-8000-000000000001";

#[test]
fn each_problem_names_its_field() {
    let library = library();
    let check = |kind: RecordKind, value: Value, expected: &[&str]| {
        let mut body = body(value);
        let found: Vec<String> =
            check(kind, &mut body, &library).into_iter().map(|problem| problem.field).collect();
        assert_eq!(found, expected, "{body:?}");
    };
    let point = |more: Value| {
        let mut all = body(json!({"name": "Gate", "system": ID, "place": ID, "purpose": "gate"}));
        all.extend(body(more));
        Value::Object(all)
    };
    check(RecordKind::Point, point(json!({})), &[]);
    check(RecordKind::Point, json!({"name": " "}), &["name", "system", "place", "purpose"]);
    check(RecordKind::Point, point(json!({"colour": "red"})), &["colour"]);
    check(RecordKind::Point, point(json!({"gb28181_id": "440106000013200000"})), &["gb28181_id"]);
    check(RecordKind::Point, point(json!({"gb28181_id": "44010600001320000001"})), &[]);
    check(RecordKind::Point, point(json!({"latitude": 90.5, "longitude": -180})), &["latitude"]);
    check(RecordKind::Point, point(json!({"security_level": 4})), &["security_level"]);
    check(RecordKind::Point, point(json!({"security_level": 2.5})), &["security_level"]);
    check(RecordKind::Point, point(json!({"faces_dwellings": "yes"})), &["faces_dwellings"]);
    check(RecordKind::Point, point(json!({"system": "none"})), &["system"]);
    check(RecordKind::Point, point(json!({"purpose": "a\u{7}b"})), &["purpose"]);
    check(RecordKind::Point, point(json!({"purpose": "x".repeat(201)})), &["purpose"]);
    check(
        RecordKind::Place,
        json!({"name": "W", "division": ID, "private_kind": "attic"}),
        &["private_kind"],
    );
    check(RecordKind::Place, json!({"name": "W", "division": ID, "private_kind": "toilet"}), &[]);
    let system =
        |packs: Value| json!({"name": "S", "division": ID, "builder_kind": "enterprise", "packs": packs});
    check(RecordKind::System, system(json!(["guangzhou-2007", "datong-2008"])), &[]);
    check(RecordKind::System, system(json!(["paris-2001"])), &["packs"]);
    check(RecordKind::System, system(json!([])), &[]);
    check(RecordKind::Division, json!({"code": "44010x", "name": "D"}), &["code"]);
    check(RecordKind::Sign, json!({"name": "S", "points": vec![ID; 101], "photo": ID}), &["points"]);
}

#[test]
fn a_date_is_a_day_of_the_calendar() {
    let check = |text: &str, expected: bool| assert_eq!(check::is_date(text), expected, "{text}");
    check("2026-02-28", true);
    check("2026-02-29", false);
    check("2028-02-29", true);
    check("2100-02-29", false);
    check("2000-02-29", true);
    check("2026-04-31", false);
    check("2026-13-01", false);
    check("0000-01-01", false);
    check("2026-1-01", false);
    check("2026-01-01T", false);
    check("2026-01-01-1", false);
}

#[test]
fn basic_data_is_masked_and_never_searched() {
    let full =
        body(json!({"name": "West hall", "address": "1 Long Street", "longitude": 113.2, "division": ID}));
    let (seen, left_out) = masked(RecordKind::Place, &full);
    assert!(left_out);
    assert_eq!(seen.keys().collect::<Vec<_>>(), ["division", "name"]);
    assert!(!search_text(RecordKind::Place, &full).contains("long street"));
    assert!(search_text(RecordKind::Place, &full).contains("west hall"));
}

#[test]
fn what_is_missing_and_what_is_named_follow_the_table() {
    let place = body(json!({"name": "West hall", "division": ID}));
    assert_eq!(completeness(RecordKind::Place, &place), ["address", "longitude", "latitude"]);
    assert_eq!(references(RecordKind::Place, &place), [("division", RecordKind::Division, ID.to_owned())]);
    let sign = body(json!({"name": "S", "points": [ID, ID], "photo": ID}));
    let named: Vec<&str> =
        references(RecordKind::Sign, &sign).into_iter().map(|(field, _, _)| field).collect();
    assert_eq!(named, ["points", "points", "photo"]);
}

#[test]
fn the_table_names_each_field_once_and_in_both_languages() {
    for kind in RecordKind::ALL {
        assert_eq!(RecordKind::from_code(kind.code()), Some(kind));
        assert_eq!(RecordKind::from_word(kind.as_str()), Some(kind));
        let all = fields(kind);
        for (at, field) in all.iter().enumerate() {
            assert!(!field.zh.is_empty() && !field.en.is_empty(), "{}", field.name);
            assert!(all[at + 1..].iter().all(|other| other.name != field.name), "{} twice", field.name);
        }
        for named in [kind.code_field(), kind.parent_field(), Some("name")].into_iter().flatten() {
            assert!(all.iter().any(|field| field.name == named), "{} has no {named}", kind.as_str());
        }
    }
}
