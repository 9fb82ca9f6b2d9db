//! The whole way from sheets to a plan: who is meant by each row, what it names, and what its record will be.
//!
//! 1. Each sheet's columns are read, each row is cut.
//! 2. Each row is found in the register (by id, code or name) or becomes a new record, and is named to the others.
//! 3. Values are read; what they name is looked up in the register and in the file; the table of fields checks the whole.

use super::{
    CELL_CHARS_MAX, COLUMNS_MAX, CameraValues, CellProblem, Known, NameIndex, Part, Problems, ROWS_MAX,
    Sheet, Target, camera, columns,
    known::{Found, Named},
    row::{self, At, Cell, Cells, Report},
    value_of,
};
use crate::Words;
use crate::packs::Library;
use crate::register::{Body, FieldType, RecordKind, check, fields};
use model::{CameraId, RecordId, UnitId};
use serde_json::Value;
use std::collections::HashMap;

/// A record that will be added or changed.
#[derive(Clone, PartialEq, Debug)]
pub struct PlannedRecord {
    pub sheet: usize,
    pub row: u32,
    pub id: RecordId,
    pub kind: RecordKind,
    pub unit: Option<UnitId>,
    pub body: Body,
    /// Version and body that it changes; `None`: it is new.
    pub before: Option<(u32, Body)>,
}

/// A camera that will be added or changed.
#[derive(Clone, PartialEq, Debug)]
pub struct PlannedCamera {
    pub sheet: usize,
    pub row: u32,
    /// `None`: it is new.
    pub id: Option<CameraId>,
    pub unit: UnitId,
    pub values: CameraValues,
    /// Where it will stand; `None`: the row names no point.
    pub point: Option<RecordId>,
}

/// What a file means, when nothing is wrong with it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Plan {
    /// In an order in which what is named comes before what names it, as far as kinds tell.
    pub records: Vec<PlannedRecord>,
    pub cameras: Vec<PlannedCamera>,
    /// Records whose rows have problems: what names them is not judged.
    pub failed: Vec<RecordId>,
    /// Rows that say what the register says already.
    pub unchanged: u64,
    pub rows: u64,
}

/// A row on its way to a record.
struct Draft {
    at: At,
    kind: RecordKind,
    unit: Option<UnitId>,
    cells: Cells,
    named: Named,
}

/// A row on its way to a camera.
struct CameraDraft {
    at: At,
    unit: Option<UnitId>,
    cells: Cells,
    point: Option<RecordId>,
}

struct Planner<'a> {
    report: Report<'a>,
    known: &'a Known,
    index: NameIndex,
    /// Rows of this file by record.
    taken: HashMap<RecordId, At>,
    drafts: Vec<Draft>,
    cameras: Vec<CameraDraft>,
    /// Cameras that are there by unit and name, and the rows that took them.
    camera_names: HashMap<(UnitId, &'a str), Vec<usize>>,
    cameras_taken: HashMap<(UnitId, String), u32>,
    rows: u64,
}

/// Plans a file. `unit` is for rows that name none; `ids` gives fresh ids.
///
/// Beside the plan of the rows that are right it gives every problem, in the order of the file.
pub fn plan(
    sheets: &[Sheet],
    known: &Known,
    unit: Option<UnitId>,
    library: &Library,
    ids: &mut dyn FnMut() -> RecordId,
) -> (Plan, Problems) {
    let report = Report { sheets, library, problems: Problems::default() };
    let mut camera_names: HashMap<_, Vec<usize>> = HashMap::new();
    for (place, camera) in known.cameras.iter().enumerate() {
        camera_names.entry((camera.unit, camera.name.as_str())).or_default().push(place);
    }
    let mut planner = Planner {
        report,
        camera_names,
        cameras_taken: HashMap::new(),
        known,
        index: NameIndex::of(known),
        taken: HashMap::new(),
        drafts: Vec::new(),
        cameras: Vec::new(),
        rows: 0,
    };
    for (place, sheet) in sheets.iter().enumerate() {
        planner.sheet(place, sheet, unit, ids);
    }
    planner.drafts.sort_by_key(|draft| order(draft.kind));
    let mut plan = Plan { rows: planner.rows, ..Plan::default() };
    for draft in std::mem::take(&mut planner.drafts) {
        planner.record(draft, &mut plan);
    }
    for draft in std::mem::take(&mut planner.cameras) {
        planner.camera(draft, &mut plan);
    }
    let mut problems = planner.report.problems;
    problems.sort();
    (plan, problems)
}

/// What is named by others comes first.
fn order(kind: RecordKind) -> usize {
    use RecordKind as K;
    let first = [
        K::Division,
        K::Document,
        K::Contractor,
        K::Technician,
        K::Carrier,
        K::Product,
        K::MainWorks,
        K::Place,
        K::System,
        K::Point,
        K::Plan,
        K::PlannedPoint,
        K::Sign,
        K::Agreement,
    ];
    first.iter().position(|one| *one == kind).unwrap_or(first.len())
}

impl Planner<'_> {
    fn sheet(
        &mut self,
        place: usize,
        sheet: &Sheet,
        unit: Option<UnitId>,
        ids: &mut dyn FnMut() -> RecordId,
    ) {
        let Some(target) = sheet.target.or_else(|| Target::from_name(&sheet.name)) else {
            return self.whole(
                sheet,
                Words::new("is no kind of record", "不是任何一类记录的名称"),
                Words::new(
                    "Call the sheet as its list is called: Points, Cameras, …",
                    "请以清单名称命名工作表，如“点位”“摄像机”。",
                ),
            );
        };
        if sheet.header.len() > COLUMNS_MAX || sheet.rows.len() + self.drafts.len() > ROWS_MAX {
            return self.whole(
                sheet,
                Words::new(
                    format!("has more than {COLUMNS_MAX} columns or the file more than {ROWS_MAX} rows"),
                    format!("超过{COLUMNS_MAX}列，或文件超过{ROWS_MAX}行"),
                ),
                Words::new("Divide the file.", "请分成多个文件。"),
            );
        }
        let before = self.report.problems.count;
        let columns = columns::read(sheet, target, &mut self.report.problems);
        self.required_columns(sheet, target, &columns);
        if self.report.problems.count > before {
            return;
        }
        for source in &sheet.rows {
            let at = At { sheet: place, row: source.number };
            if source.cells.iter().any(|cell| cell.len() > CELL_CHARS_MAX * 4) {
                let field = &columns::headings(target)[0].field;
                self.report.row(at, field, Words::new("has a cell that is too long", "有过长的单元格"));
                continue;
            }
            let cut = row::cut(&mut self.report, at, target, &columns, source, self.known, unit);
            let Some(cut) = cut else { continue };
            self.rows += 1;
            match target {
                Target::Records(kind) => {
                    self.draft(cut.at, kind, cut.unit, cut.own, ids);
                }
                Target::Cameras => {
                    let point = cut
                        .point
                        .has_any()
                        .then(|| called(row::as_record(RecordKind::Point, cut.point), &cut.own, &self.index));
                    let point =
                        point.and_then(|cells| self.draft(cut.at, RecordKind::Point, cut.unit, cells, ids));
                    self.cameras.push(CameraDraft { at: cut.at, unit: cut.unit, cells: cut.own, point });
                }
            }
        }
    }

    fn whole(&mut self, sheet: &Sheet, words: Words, remedy: Words) {
        self.report.problems.add(CellProblem {
            sheet: sheet.name.clone(),
            row: 1,
            column: None,
            heading: String::new(),
            value: sheet.name.clone(),
            article: None,
            words,
            remedy,
        });
    }

    /// A column that every new record needs is missed once, not on every row.
    fn required_columns(&mut self, sheet: &Sheet, target: Target, columns: &[Option<super::Column>]) {
        let has = |part: Part, name: &str| {
            columns.iter().flatten().any(|column| column.part == part && column.field.name == name)
        };
        if columns.iter().flatten().any(|column| column.part == Part::Id) {
            return;
        }
        for column in super::headings(target) {
            if column.field.required && !has(column.part, column.field.name) {
                let field = &column.field;
                self.whole(
                    sheet,
                    Words::new(format!("has no column '{}'", field.en), format!("缺少“{}”列", field.zh)),
                    Words::new(
                        "Add the column, or one with the records' ids.",
                        "请补上该列，或加上“记录编号”列。",
                    ),
                );
            }
        }
    }

    /// Finds who is meant, or makes somebody new.
    fn draft(
        &mut self,
        at: At,
        kind: RecordKind,
        unit: Option<UnitId>,
        cells: Cells,
        ids: &mut dyn FnMut() -> RecordId,
    ) -> Option<RecordId> {
        if unit.is_none() && !kind.is_shared() {
            let field = &super::headings(Target::Records(kind))[1].field;
            self.report.row(at, field, Words::new("is missing", "不能为空"));
            return None;
        }
        let code_field = kind.code_field().filter(|field| *field != "sha256");
        let code = code_field.and_then(|field| cells.filled(field)).map(str::to_owned);
        let name = cells.filled("name").unwrap_or_default().to_owned();
        let found = match self.meant(at, kind, unit, &cells, code.as_deref(), &name) {
            Ok(found) => found,
            Err(()) => return None,
        };
        let named = found.unwrap_or_else(|| Named { id: ids(), unit, known: None });
        if let Some(first) = self.taken.get(&named.id).copied() {
            // Cameras may share a point; the first of their rows says what the point is.
            if kind == RecordKind::Point
                && cells
                    .fields
                    .iter()
                    .all(|cell| cell.text.is_empty() || matches!(cell.field.name, "name" | "gb28181_id"))
            {
                return Some(named.id);
            }
            let words = Words::new(
                format!("is the record of row {} again", first.row),
                format!("与第{}行重复", first.row),
            );
            let name = fields(kind).iter().find(|field| field.name == "name")?;
            self.report.field(at, &cells, name, words);
            return None;
        }
        self.taken.insert(named.id, at);
        self.index.add(kind, &name, code.as_deref(), named);
        self.drafts.push(Draft { at, kind, unit, cells, named });
        Some(named.id)
    }

    /// Which record a row means; `None`: a new one.
    fn meant(
        &mut self,
        at: At,
        kind: RecordKind,
        unit: Option<UnitId>,
        cells: &Cells,
        code: Option<&str>,
        name: &str,
    ) -> Result<Option<Named>, ()> {
        if let Some(cell) = cells.id.as_ref().filter(|cell| !cell.text.is_empty()) {
            let found =
                cell.text.parse::<RecordId>().ok().map(|id| self.index.find(kind, unit, &id.to_string()));
            return match found {
                Some(Found::One(named)) if named.unit == unit => Ok(Some(named)),
                _ => {
                    let words = Words::new("is no record of this kind and unit", "不是该类、该单位的记录");
                    let remedy = Words::new("Leave it empty to add a record.", "留空即为新增。");
                    self.report.cell(at, cell, words, Some(remedy));
                    Err(())
                }
            };
        }
        if let Some(named) = code.and_then(|code| self.index.by_code(kind, code)) {
            if named.unit == unit {
                return Ok(Some(named));
            }
            let field =
                kind.code_field().and_then(|code| fields(kind).iter().find(|field| field.name == code));
            if let Some(field) = field {
                self.report.field(at, cells, field, Words::new("belongs to another unit", "属于其他单位"));
            }
            return Err(());
        }
        if name.is_empty() || (kind == RecordKind::Division && code.is_some()) {
            return Ok(None);
        }
        match self.index.by_name(kind, unit, name) {
            // Of the same name with another code: another record.
            Found::One(named) if code.is_some() && named.known.is_some_and(|known| self.has_code(known)) => {
                Ok(None)
            }
            Found::One(named) if named.unit == unit && named.known.is_none() && code.is_some() => Ok(None),
            Found::One(named) if named.unit == unit => Ok(Some(named)),
            Found::One(_) | Found::Nothing => Ok(None),
            Found::Several if code.is_some() => Ok(None),
            Found::Several => {
                let field = fields(kind).iter().find(|field| field.name == "name").ok_or(())?;
                let words = Words::new(
                    "is the name of several records; give id or code",
                    "有多条同名记录，请填写记录编号或编码",
                );
                self.report.field(at, cells, field, words);
                Err(())
            }
        }
    }

    fn has_code(&self, known: usize) -> bool {
        self.known.records.get(known).is_some_and(|record| record.code.is_some())
    }

    fn record(&mut self, draft: Draft, plan: &mut Plan) {
        let known = draft.named.known.and_then(|place| self.known.records.get(place));
        let stored =
            known.and_then(|record| record.body.as_deref()).and_then(|body| serde_json::from_str(body).ok());
        let before: Option<(u32, Body)> = known.zip(stored).map(|(record, body)| (record.version, body));
        let mut body = before.as_ref().map(|(_, body)| body.clone()).unwrap_or_default();
        let count = self.report.problems.count;
        let mut unread = Vec::new();
        for cell in &draft.cells.fields {
            if cell.text.is_empty() {
                body.remove(cell.field.name);
                continue;
            }
            let value = value_of(cell.field.of, &cell.text, self.report.library);
            let value = value.and_then(|value| self.named(&draft, cell.field.of, value));
            match value {
                Ok(value) => {
                    body.insert(cell.field.name.into(), value);
                }
                Err(words) => {
                    unread.push(cell.field.name);
                    self.report.cell(draft.at, cell, words, None);
                }
            }
        }
        self.division_above(&draft, &mut body);
        for problem in check(draft.kind, &mut body, self.report.library) {
            let field = fields(draft.kind).iter().find(|field| field.name == problem.field);
            if let Some(field) = field.filter(|field| !unread.contains(&field.name)) {
                self.report.field(draft.at, &draft.cells, field, problem.words);
            }
        }
        if self.report.problems.count > count {
            plan.failed.push(draft.named.id);
            return;
        }
        if before.as_ref().is_some_and(|(_, before)| *before == body) {
            plan.unchanged += 1;
            return;
        }
        let (id, at) = (draft.named.id, draft.at);
        plan.records.push(PlannedRecord {
            sheet: at.sheet,
            row: at.row,
            id,
            kind: draft.kind,
            unit: draft.unit,
            body,
            before,
        });
    }

    /// Puts ids in the place of names.
    fn named(&self, draft: &Draft, of: FieldType, value: Value) -> Result<Value, Words> {
        let one = |kind, text: &str| match self.index.find(kind, draft.unit, text) {
            Found::One(named) => Ok(Value::from(named.id.to_string())),
            Found::Nothing => {
                Err(Words::new(format!("'{text}' is not registered"), format!("“{text}”尚未登记")))
            }
            Found::Several => Err(Words::new(
                format!("'{text}' is the name of several records"),
                format!("“{text}”有多条同名记录"),
            )),
        };
        match (of, value) {
            (FieldType::Record(kind), Value::String(text)) => one(kind, &text),
            (FieldType::Records(kind), Value::Array(list)) => list
                .iter()
                .filter_map(Value::as_str)
                .map(|text| one(kind, text))
                .collect::<Result<Vec<_>, _>>()
                .map(Value::from),
            (_, value) => Ok(value),
        }
    }

    /// GB/T 2260 §4: two digits each for province, prefecture and county; zeros stand for "all of it".
    fn division_above(&self, draft: &Draft, body: &mut Body) {
        if draft.kind != RecordKind::Division || body.contains_key("parent") {
            return;
        }
        let Some(code) =
            body.get("code").and_then(Value::as_str).filter(|code| code.len() == 6 && code.is_ascii())
        else {
            return;
        };
        let above = [format!("{}00", &code[..4]), format!("{}0000", &code[..2])];
        let found = above
            .iter()
            .filter(|above| *above != code)
            .find_map(|above| self.index.by_code(RecordKind::Division, above));
        if let Some(named) = found {
            body.insert("parent".into(), named.id.to_string().into());
        }
    }

    fn camera(&mut self, draft: CameraDraft, plan: &mut Plan) {
        let count = self.report.problems.count;
        let values = camera::values(&mut self.report, draft.at, &draft.cells, self.known, draft.unit);
        let Some(unit) = draft.unit else { return };
        let known = self.known_camera(&draft, unit, values.name.as_deref());
        if known.is_none() {
            for field in super::CAMERA_FIELDS.iter().filter(|field| field.required) {
                if draft.cells.filled(field.name).is_none() {
                    self.report.field(draft.at, &draft.cells, field, Words::new("is missing", "不能为空"));
                }
            }
        }
        let key = known.map_or_else(|| values.name.clone().unwrap_or_default(), |known| known.to_string());
        if let Some(first) = self.cameras_taken.insert((unit, key), draft.at.row) {
            let words =
                Words::new(format!("is the camera of row {first} again"), format!("与第{first}行重复"));
            self.report.field(draft.at, &draft.cells, &super::CAMERA_FIELDS[0], words);
        }
        if self.report.problems.count == count {
            let At { sheet, row } = draft.at;
            plan.cameras.push(PlannedCamera { sheet, row, id: known, unit, values, point: draft.point });
        }
    }

    /// The camera that a row means; `None`: a new one.
    fn known_camera(&mut self, draft: &CameraDraft, unit: UnitId, name: Option<&str>) -> Option<CameraId> {
        let at_place = |place: &usize| self.known.cameras.get(*place).map(|camera| camera.id);
        if let Some(cell) = draft.cells.id.clone().filter(|cell| !cell.text.is_empty()) {
            let found = cell.text.parse().ok().filter(|id: &CameraId| {
                self.known.cameras.iter().any(|camera| camera.id == *id && camera.unit == unit)
            });
            if found.is_none() {
                let words = Words::new("is no camera of this unit", "不是该单位的摄像机");
                self.report.cell(draft.at, &cell, words, None);
            }
            return found;
        }
        match self.camera_names.get(&(unit, name?)).map_or(&[][..], Vec::as_slice) {
            [] => None,
            [one] => at_place(one),
            _ => {
                let words = Words::new(
                    "is the name of several cameras; give the id",
                    "有多台同名摄像机，请填写记录编号",
                );
                self.report.field(draft.at, &draft.cells, &super::CAMERA_FIELDS[0], words);
                None
            }
        }
    }
}

/// A point that says no name is called as its camera, unless its code says which point it is.
fn called(cells: Cells, camera: &Cells, index: &NameIndex) -> Cells {
    let by_code =
        cells.filled("gb28181_id").is_some_and(|code| index.by_code(RecordKind::Point, code).is_some());
    let by_id = cells.id.as_ref().is_some_and(|id| !id.text.is_empty());
    let named = camera.fields.iter().find(|cell| cell.field.name == "camera");
    let field = fields(RecordKind::Point).iter().find(|field| field.name == "name");
    let (Some(named), Some(field), false) =
        (named, field, by_code || by_id || cells.filled("name").is_some())
    else {
        return cells;
    };
    let mut cells = cells;
    cells.fields.retain(|cell| cell.field.name != "name");
    cells.fields.push(Cell { field: *field, ..named.clone() });
    cells
}
