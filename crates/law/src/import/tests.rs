//! What a table means: cases as data, against a small register.

use super::*;
use crate::packs::Library;
use crate::register::{FieldType, fields};
use model::{RecordId, UnitId};
use serde_json::{Value, json};
use uuid::Uuid;

fn library() -> Library {
    Library::with_shipped(&[]).unwrap()
}

fn unit() -> UnitId {
    UnitId(Uuid::from_u128(1))
}

/// A city with its district, a system and a place of one unit.
fn known() -> Known {
    let record = |n: u128, kind: RecordKind, name: &str, code: Option<&str>, body: Value| KnownRecord {
        id: RecordId(Uuid::from_u128(n)),
        kind,
        unit: (!kind.is_shared()).then(unit),
        name: name.into(),
        code: code.map(str::to_owned),
        version: 1,
        body: Some(body.to_string()),
    };
    let division = |n: u128, code: &str, name: &str| {
        record(n, RecordKind::Division, name, Some(code), json!({ "code": code, "name": name }))
    };
    let id = |n: u128| Uuid::from_u128(n).to_string();
    Known {
        units: vec![(unit(), "示范单位".into())],
        groups: Vec::new(),
        records: vec![
            division(10, "440100", "广州市"),
            division(11, "440106", "天河区"),
            record(12, RecordKind::System, "一期", None, json!({ "name": "一期" })),
            record(13, RecordKind::Place, "大厅", None, json!({ "name": "大厅", "division": id(11) })),
        ],
        cameras: Vec::new(),
    }
}

fn sheet(target: Target, rows: &[&[&str]]) -> Sheet {
    let texts = |row: &[&str]| row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    let rest = rows[1..].iter().zip(2..);
    Sheet {
        name: target.names().0.into(),
        target: Some(target),
        header: texts(rows[0]),
        rows: rest.map(|(row, number)| SheetRow { number, cells: texts(row) }).collect(),
    }
}

fn planned(sheets: &[Sheet]) -> Result<Plan, Problems> {
    let mut next = 1_000;
    let mut ids = || {
        next += 1;
        RecordId(Uuid::from_u128(next))
    };
    let (plan, problems) = plan(sheets, &known(), Some(unit()), &library(), &mut ids);
    if problems.is_empty() { Ok(plan) } else { Err(problems) }
}

const POINT: Target = Target::Records(RecordKind::Point);
const DIVISION: Target = Target::Records(RecordKind::Division);

#[test]
fn every_problem_is_said_by_row_and_column() {
    let check = |rows: &[&[&str]], expected: &[(u32, Option<u32>, &str)]| {
        let problems = planned(&[sheet(POINT, rows)]).unwrap_err();
        let found: Vec<_> =
            problems.kept.iter().map(|one| (one.row, one.column, one.words.en.as_str())).collect();
        assert_eq!(found, expected, "{rows:?}");
        assert!(problems.kept.iter().all(|one| !one.remedy.zh.is_empty() && !one.words.zh.is_empty()));
    };
    let header: &[&str] = &["名称", "所属系统", "所在场所", "用途", "经度"];
    check(
        &[&["名称", "所属系统", "所在场所", "用途", "颜色"]],
        &[(1, Some(5), "is no column of this table")],
    );
    check(&[&["名称", "所属系统", "所在场所", "用途", "Name"]], &[(1, Some(5), "stands twice")]);
    check(&[&["名称", "所属系统", "所在场所"]], &[(1, None, "has no column 'Purpose'")]);
    check(&[header, &["大门", "二期", "大厅", "出入口", ""]], &[(2, Some(2), "'二期' is not registered")]);
    check(
        &[header, &["大门", "一期", "大厅", "", "东"], &["", "一期", "大厅", "出入口", "181"]],
        &[
            (2, Some(4), "is missing"),
            (2, Some(5), "is not a number"),
            (3, Some(1), "is missing"),
            (3, Some(5), "is not a number from -180 to 180 °"),
        ],
    );
    check(
        &[header, &["大门", "一期", "大厅", "出入口", ""], &["大门", "一期", "大厅", "出入口", ""]],
        &[(3, Some(1), "is the record of row 2 again")],
    );
}

/// GB/T 2260: the codes say which division lies in which.
#[test]
fn divisions_find_what_is_above_them_by_their_digits() {
    let rows: &[&[&str]] = &[
        &["区划代码", "名称"],
        &["140212", "新荣区"],
        &["140200", "大同市"],
        &["140000", "山西省"],
        &["500112", "渝北区"],
        &["500000", "重庆市"],
        &["440103", "荔湾区"],
    ];
    let plan = planned(&[sheet(DIVISION, rows)]).unwrap();
    let above = |code: &str| {
        let of = |id: &Value| {
            let new = plan.records.iter().find(|one| one.id.to_string() == id.as_str().unwrap());
            new.map_or("440100".into(), |one| one.body["code"].as_str().unwrap().to_owned())
        };
        let record = plan.records.iter().find(|one| one.body["code"] == json!(code)).unwrap();
        record.body.get("parent").map(of)
    };
    let check = |code: &str, expected: Option<&str>| assert_eq!(above(code).as_deref(), expected, "{code}");
    check("140212", Some("140200"));
    check("140200", Some("140000"));
    check("140000", None);
    check("500112", Some("500000"));
    check("440103", Some("440100"));
}

#[test]
fn what_the_same_file_adds_can_be_named() {
    let places = sheet(
        Target::Records(RecordKind::Place),
        &[&["Name", "Administrative division", "Public area"], &["Square", "440106", "yes"]],
    );
    let points =
        sheet(POINT, &[&["name", "system", "place", "purpose"], &["Gate", "一期", "Square", "entrance"]]);
    // The order of the sheets does not matter.
    let plan = planned(&[points, places]).unwrap();
    let [place, point] = &plan.records[..] else { panic!("{plan:?}") };
    assert_eq!(point.body["place"], json!(place.id.to_string()));
    assert_eq!(place.body["public_area"], json!(true));
}

#[test]
fn a_row_that_means_a_record_changes_only_its_columns() {
    let place = Target::Records(RecordKind::Place);
    let plan = planned(&[sheet(place, &[&["名称", "行政区划", "备注"], &["大厅", "天河区", "新"]])]).unwrap();
    let [hall] = &plan.records[..] else { panic!("{plan:?}") };
    assert_eq!(hall.id, RecordId(Uuid::from_u128(13)));
    assert_eq!((hall.before.as_ref().unwrap().0, hall.body["note"].as_str()), (1, Some("新")));
    let same = planned(&[sheet(place, &[&["名称", "行政区划"], &["大厅", "440106"]])]).unwrap();
    assert_eq!((same.records.len(), same.unchanged), (0, 1));
}

#[test]
fn a_camera_and_its_point_stand_in_one_row() {
    let rows: &[&[&str]] = &[
        &["摄像机名称", "主码流地址", "用户名", "密码", "启用", "所属系统", "所在场所", "用途"],
        &["东门", "rtsp://192.0.2.1/1", "admin", "geheim", "否", "一期", "大厅", "出入口"],
    ];
    let plan = planned(&[sheet(Target::Cameras, rows)]).unwrap();
    let ([point], [camera]) = (&plan.records[..], &plan.cameras[..]) else { panic!("{plan:?}") };
    assert_eq!((camera.point, &point.body["name"]), (Some(point.id), &json!("东门")));
    assert_eq!(camera.values.enabled, Some(false));
    assert!(!format!("{plan:?}").contains("geheim"));
    let wrong: &[&[&str]] = &[
        &["摄像机名称", "主码流地址", "密码"],
        &["东门", "http://192.0.2.1/1", ""],
        &["西门", "rtsp://a:b@192.0.2.1/1", "geheim"],
    ];
    let problems = planned(&[sheet(Target::Cameras, wrong)]).unwrap_err();
    let found: Vec<_> = problems.kept.iter().map(|one| (one.row, one.column)).collect();
    assert_eq!(found, [(2, Some(2)), (3, Some(2)), (3, Some(3))]);
    assert!(!format!("{problems:?}").contains("geheim"));
}

/// A spreadsheet program must not compute what somebody typed as a name; numbers stay numbers.
#[test]
fn formulas_are_texts_and_numbers_are_not_formulas() {
    let check = |text: &str, expected| assert_eq!(is_spreadsheet_code(text), expected, "{text}");
    check("=1+1", true);
    check("@SUM(A1)", true);
    check("+86 20", true);
    check("-73.5", false);
    check("大门", false);
    let place = Target::Records(RecordKind::Place);
    let plan = planned(&[sheet(place, &[&["名称", "行政区划"], &["'=大门", "天河区"]])]).unwrap();
    assert_eq!(plan.records[0].body["name"], json!("=大门"));
}

/// What an export writes, an import reads as the same value.
#[test]
fn each_field_of_each_kind_is_written_and_read_alike() {
    let library = library();
    let sample = |of: FieldType| match of {
        FieldType::Number { min, .. } => json!(min + 0.5),
        FieldType::Whole { min, .. } => json!(min),
        FieldType::Date => json!("2028-02-29"),
        FieldType::Flag => json!(true),
        FieldType::One(choices) => json!(choices[0].id),
        FieldType::Some(choices) => json!([choices[0].id, choices[choices.len() - 1].id]),
        FieldType::OneOf(source) => json!(sourced(source, &library)[0]),
        FieldType::SomeOf(source) => json!(sourced(source, &library)),
        FieldType::Records(_) => json!(["a", "b"]),
        _ => json!("440106"),
    };
    for kind in RecordKind::ALL {
        for field in fields(kind) {
            for chinese in [true, false] {
                let value = sample(field.of);
                let text = cell_text(field.of, &value, chinese, &library, &|id| id.to_owned());
                assert_eq!(value_of(field.of, &text, &library), Ok(value), "{kind:?} {}: {text}", field.name);
            }
        }
    }
}

fn sourced(source: crate::register::Source, library: &Library) -> Vec<String> {
    use crate::register::Source;
    match source {
        Source::PrivateKinds => library.private_kinds.iter().map(|one| one.id.clone()).collect(),
        Source::Categories => library.categories.iter().map(|one| one.id.clone()).collect(),
        Source::Packs => library.packs.iter().map(|one| one.id.clone()).collect(),
    }
}
