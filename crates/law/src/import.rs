//! From tables to planned changes of the register, or to everything that is wrong with them, by row and column.
//!
//! It reads no file and changes nothing: bytes become a [`Sheet`] elsewhere, and what is planned is judged by the packs and
//! carried out elsewhere. The invariant kept: one problem anywhere, and nothing is planned.

mod camera;
mod cells;
mod columns;
mod known;
mod plan;
mod row;
#[cfg(test)]
mod tests;

pub use camera::CameraValues;
pub use cells::{TAKEN_AS_TEXT, cell_text, expectation, is_spreadsheet_code, value_of};
pub use columns::{CAMERA_FIELDS, Column, Part, headings};
pub use known::{Known, KnownCamera, KnownRecord, NameIndex};
pub use plan::{Plan, PlannedCamera, PlannedRecord, plan};

use crate::Words;
use crate::register::RecordKind;

/// Rows of one file: a district's cameras four times over, and what one transaction writes in about a second.
pub const ROWS_MAX: usize = 50_000;
/// Columns of one sheet: cameras with their points have 36.
pub const COLUMNS_MAX: usize = 100;
/// Characters of one cell: the longest field has 1,000.
pub const CELL_CHARS_MAX: usize = 4_000;
/// Problems that are kept: nobody mends more at once, and the count goes on.
pub const PROBLEMS_MAX: usize = 10_000;

/// What the rows of a sheet are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Target {
    Records(RecordKind),
    /// Cameras, each with its point in the same row.
    Cameras,
}

impl Target {
    /// As addresses name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Records(kind) => kind.as_str(),
            Self::Cameras => "camera",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        if word == "camera" { Some(Self::Cameras) } else { RecordKind::from_word(word).map(Self::Records) }
    }
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Records(kind) => kind.names(),
            Self::Cameras => ("摄像机", "Cameras"),
        }
    }
    /// As a sheet of a workbook is called: in either language, or by the word.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim();
        let all = RecordKind::ALL.into_iter().map(Self::Records).chain([Self::Cameras]);
        all.into_iter().find(|target| {
            let (zh, en) = target.names();
            name == zh || name.eq_ignore_ascii_case(en) || name.eq_ignore_ascii_case(target.as_str())
        })
    }
}

/// A table as it was read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sheet {
    pub name: String,
    /// What its rows are; `None`: by its name.
    pub target: Option<Target>,
    pub header: Vec<String>,
    pub rows: Vec<SheetRow>,
}

/// One row with its number in the file, from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SheetRow {
    pub number: u32,
    pub cells: Vec<String>,
}

/// What is wrong, where, and what would be right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CellProblem {
    pub sheet: String,
    /// From 1, as a spreadsheet counts; the header is a row too.
    pub row: u32,
    /// From 1; `None`: the whole row.
    pub column: Option<u32>,
    /// As the column is called in the file.
    pub heading: String,
    /// The cell's value; never a password.
    pub value: String,
    /// The article that forbids it, where it is the law.
    pub article: Option<String>,
    pub words: Words,
    pub remedy: Words,
}

/// Problems with their count, of which only so many are kept.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Problems {
    pub kept: Vec<CellProblem>,
    pub count: u64,
}

impl Problems {
    pub fn add(&mut self, problem: CellProblem) {
        self.count += 1;
        if self.kept.len() < PROBLEMS_MAX {
            self.kept.push(problem);
        }
    }
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
    /// In the order of the file.
    pub fn sort(&mut self) {
        self.kept.sort_by(|a, b| (&a.sheet, a.row, a.column).cmp(&(&b.sheet, b.row, b.column)));
    }
}
