//! One row of a sheet, cut into what belongs to a record and what belongs to a camera, with the unit that it is for.

use super::{
    CellProblem, Known, Part, Problems, Sheet, SheetRow, TAKEN_AS_TEXT, Target, columns::Column, expectation,
    is_spreadsheet_code,
};
use crate::Words;
use crate::packs::Library;
use crate::register::{Field, RecordKind};
use model::UnitId;

/// Where a row stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct At {
    /// Place of the sheet in the file.
    pub sheet: usize,
    pub row: u32,
}

/// A cell that belongs to a known field.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// Place of the column, from 0.
    pub place: usize,
    pub field: Field,
    pub text: String,
    pub secret: bool,
}

/// Cells of one record or camera. A column that is there with nothing in it empties its field.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    pub id: Option<Cell>,
    pub fields: Vec<Cell>,
}

impl Cells {
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|cell| cell.field.name == field).map(|cell| cell.text.as_str())
    }
    pub fn filled(&self, field: &str) -> Option<&str> {
        self.text(field).filter(|text| !text.is_empty())
    }
    pub fn has_any(&self) -> bool {
        self.id.as_ref().is_some_and(|id| !id.text.is_empty())
            || self.fields.iter().any(|cell| !cell.text.is_empty())
    }
}

/// A row with its two halves.
pub(super) struct Row {
    pub at: At,
    pub unit: Option<UnitId>,
    pub own: Cells,
    pub point: Cells,
}

/// What problems are written with.
pub(super) struct Report<'a> {
    pub sheets: &'a [Sheet],
    pub library: &'a Library,
    pub problems: Problems,
}

impl Report<'_> {
    /// A problem of a cell.
    pub fn cell(&mut self, at: At, cell: &Cell, words: Words, remedy: Option<Words>) {
        let remedy = remedy.unwrap_or_else(|| expectation(cell.field.of, self.library));
        let value = if cell.secret { String::new() } else { cell.text.clone() };
        self.add(at, Some(cell.place), &cell.field, value, words, remedy);
    }
    /// A problem of a row, about a field that has no column.
    pub fn row(&mut self, at: At, field: &Field, words: Words) {
        let remedy = expectation(field.of, self.library);
        self.add(at, None, field, String::new(), words, remedy);
    }
    /// A problem of a field, wherever it stands.
    pub fn field(&mut self, at: At, cells: &Cells, field: &Field, words: Words) {
        match cells.fields.iter().find(|cell| cell.field.name == field.name).cloned() {
            Some(cell) => self.cell(at, &cell, words, None),
            None => self.row(at, field, words),
        }
    }
    fn add(
        &mut self,
        at: At,
        place: Option<usize>,
        field: &Field,
        value: String,
        words: Words,
        remedy: Words,
    ) {
        let Some(sheet) = self.sheets.get(at.sheet) else { return };
        let heading = place.and_then(|place| sheet.header.get(place)).map_or(field.zh, String::as_str);
        self.problems.add(CellProblem {
            sheet: sheet.name.clone(),
            row: at.row,
            column: place.and_then(|place| u32::try_from(place + 1).ok()),
            heading: heading.to_owned(),
            value: value.chars().take(200).collect(),
            article: None,
            words,
            remedy,
        });
    }
}

/// Cuts a row; `None` when nothing stands in it.
pub(super) fn cut(
    report: &mut Report<'_>,
    at: At,
    target: Target,
    columns: &[Option<Column>],
    row: &SheetRow,
    known: &Known,
    unit: Option<UnitId>,
) -> Option<Row> {
    if row.cells.iter().all(|cell| cell.trim().is_empty()) {
        return None;
    }
    let mut cut = Row { at, unit, own: Cells::default(), point: Cells::default() };
    let shared = matches!(target, Target::Records(kind) if kind.is_shared());
    if shared {
        cut.unit = None;
    }
    for (place, column) in columns.iter().enumerate() {
        let Some(column) = column else { continue };
        let text = row.cells.get(place).map_or("", |cell| plain(cell));
        let cell = Cell { place, field: column.field, text: text.to_owned(), secret: column.is_secret() };
        match column.part {
            Part::Id => cut.own.id = Some(cell),
            Part::PointId => cut.point.id = Some(cell),
            Part::Unit if text.is_empty() => {}
            Part::Unit => {
                match known.units.iter().find(|(id, name)| name == text || id.to_string() == text) {
                    Some((id, _)) => cut.unit = Some(*id),
                    None => report.cell(at, &cell, no_unit(), Some(units(known))),
                }
            }
            Part::Own => cut.own.fields.push(cell),
            Part::Point => cut.point.fields.push(cell),
        }
    }
    Some(cut)
}

/// Without spaces around it, and without the mark that keeps a spreadsheet program from computing it.
fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix(TAKEN_AS_TEXT).filter(|rest| is_spreadsheet_code(rest)).unwrap_or(cell)
}

fn no_unit() -> Words {
    Words::new("is no unit whose registry you keep", "不是您管理的单位")
}

fn units(known: &Known) -> Words {
    let names: Vec<&str> = known.units.iter().take(10).map(|(_, name)| name.as_str()).collect();
    Words::new(format!("one of: {}", names.join(", ")), format!("下列之一：{}", names.join("、")))
}

/// A point's name stands under a heading of its own where the camera has a name too.
pub(super) fn as_record(kind: RecordKind, cells: Cells) -> Cells {
    let named = |mut cell: Cell| {
        let of_kind = crate::register::fields(kind).iter();
        let name = if cell.field.name == "point" { "name" } else { cell.field.name };
        if let Some(field) = of_kind.clone().find(|field| field.name == name) {
            cell.field = *field;
        }
        cell
    };
    Cells { id: cells.id, fields: cells.fields.into_iter().map(named).collect() }
}
