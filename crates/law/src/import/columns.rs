//! Which column of a table is which field: headings in Chinese, English or by the field's name, in any order.

use super::{CellProblem, Problems, Sheet, Target};
use crate::Words;
use crate::register::{FILE_FIELDS, Field, FieldType as T, RecordKind, choice, fields};

/// What a column belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The record's id, as an export writes it.
    Id,
    /// The unit that it belongs to, by name.
    Unit,
    /// A field of the sheet's own records, or of the camera.
    Own,
    /// The id of the camera's point.
    PointId,
    /// A field of the camera's point.
    Point,
}

/// A column that is known.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Column {
    pub part: Part,
    pub field: Field,
}

impl Column {
    /// Its values are not written down anywhere.
    pub fn is_secret(&self) -> bool {
        self.part == Part::Own && self.field.name == "password"
    }
}

const TRANSPORTS: &[crate::register::Choice] = &[choice("tcp", "TCP", "TCP"), choice("udp", "UDP", "UDP")];

/// Of a camera, beside its point's fields. Names differ from those of points, which stand in the same sheet.
pub const CAMERA_FIELDS: &[Field] = &[
    Field::new("camera", T::Text { chars_max: 48 }, "摄像机名称", "Camera").required(),
    Field::new("camera_place", T::Text { chars_max: 96 }, "摄像机位置", "Where the camera hangs"),
    Field::new("group", T::Text { chars_max: 100 }, "分组", "Group"),
    Field::new("main_url", T::Text { chars_max: 1_024 }, "主码流地址", "Address of the main stream")
        .required()
        .confidential(),
    Field::new("sub_url", T::Text { chars_max: 1_024 }, "子码流地址", "Address of the sub stream")
        .confidential(),
    Field::new("username", T::Text { chars_max: 128 }, "用户名", "User name").confidential(),
    Field::new("password", T::Text { chars_max: 256 }, "密码", "Password").confidential(),
    Field::new("transport", T::One(TRANSPORTS), "传输方式", "Transport"),
    Field::new("camera_level", T::Whole { min: 1, max: 3, unit: "" }, "摄像机密级", "Level of the camera"),
    Field::new("floor_days", T::Whole { min: 0, max: 3_650, unit: "d" }, "最短保存天数", "Least days kept"),
    Field::new("enabled", T::Flag, "启用", "Switched on"),
    Field::new(
        "planned_kbps",
        T::Whole { min: 1, max: 200_000, unit: "kbit/s" },
        "计划码率",
        "Planned bit rate",
    ),
];

const ID: Field = Field::new("id", T::Text { chars_max: 36 }, "记录编号", "Record id");
const POINT_ID: Field = Field::new("point_id", T::Text { chars_max: 36 }, "点位记录编号", "Point id");
const UNIT: Field = Field::new("unit", T::Text { chars_max: 100 }, "使用单位", "Unit");
const POINT_NAME: Field = Field::new("point", T::Text { chars_max: 100 }, "点位名称", "Point name");

/// Every column that a sheet of this target can have, in the order in which an export writes them.
pub fn headings(target: Target) -> Vec<Column> {
    let own = |field: &Field| Column { part: Part::Own, field: *field };
    let mut all = vec![Column { part: Part::Id, field: ID }];
    match target {
        Target::Records(kind) => {
            if !kind.is_shared() {
                all.push(Column { part: Part::Unit, field: UNIT });
            }
            let by_hand = |field: &&Field| !FILE_FIELDS.contains(&field.name);
            all.extend(fields(kind).iter().filter(by_hand).map(own));
        }
        Target::Cameras => {
            all.push(Column { part: Part::Unit, field: UNIT });
            all.extend(CAMERA_FIELDS.iter().map(own));
            all.push(Column { part: Part::PointId, field: POINT_ID });
            all.push(Column { part: Part::Point, field: POINT_NAME });
            let rest = fields(RecordKind::Point).iter().filter(|field| field.name != "name");
            all.extend(
                rest.map(|field| Column { part: Part::Point, field: Field { required: false, ..*field } }),
            );
        }
    }
    all
}

/// The columns of a sheet by place; problems for headings that nobody knows or that stand twice.
pub(super) fn read(sheet: &Sheet, target: Target, problems: &mut Problems) -> Vec<Option<Column>> {
    let known = headings(target);
    let mut columns: Vec<Option<Column>> = Vec::with_capacity(sheet.header.len());
    let mut problem = |place: usize, heading: &str, words: Words, remedy: Words| {
        problems.add(CellProblem {
            sheet: sheet.name.clone(),
            row: 1,
            column: u32::try_from(place + 1).ok(),
            heading: heading.to_owned(),
            value: heading.to_owned(),
            article: None,
            words,
            remedy,
        });
    };
    for (place, heading) in sheet.header.iter().enumerate() {
        let words = heading.trim().trim_end_matches('*').trim();
        let found = known.iter().find(|column| is_called(&column.field, words)).copied();
        match found {
            None if words.is_empty() && is_empty(sheet, place) => {}
            None => problem(
                place,
                heading,
                Words::new("is no column of this table", "不是此表的列"),
                Words::new("Take the headings from the template.", "请使用模板中的列名。"),
            ),
            Some(column) if columns.contains(&Some(column)) => problem(
                place,
                heading,
                Words::new("stands twice", "列名重复"),
                Words::new("Leave one of both columns out.", "请删去其中一列。"),
            ),
            Some(_) => {}
        }
        columns.push(found);
    }
    columns
}

fn is_empty(sheet: &Sheet, place: usize) -> bool {
    sheet.rows.iter().all(|row| row.cells.get(place).is_none_or(|cell| cell.trim().is_empty()))
}

fn is_called(field: &Field, heading: &str) -> bool {
    heading == field.zh || heading.eq_ignore_ascii_case(field.en) || heading.eq_ignore_ascii_case(field.name)
}
