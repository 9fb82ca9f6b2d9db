//! Tables of other programs: CSV and XLSX bytes to sheets and back. What the rows mean is `law::import`'s.
//!
//! Formulas are never computed, and what is written is never taken for one: in CSV such a text begins with an apostrophe, in XLSX
//! it is a text cell. The invariant kept: however large a file says it is, or becomes when it is unpacked, reading it is bounded.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::read;
pub use write::{Format, Table, write};

use law::Words;

/// Bytes of an uploaded file: 50,000 rows of cameras with their points are some 25 MB as CSV.
pub const FILE_BYTES_MAX: usize = 32 << 20;
/// Bytes that an XLSX file unpacks to: eight times the file, as spreadsheets do; a bomb unpacks to a thousand times.
pub const UNPACKED_BYTES_MAX: u64 = 256 << 20;
/// Files in an XLSX file: a workbook of a few sheets has a dozen.
pub const PARTS_MAX: usize = 500;
/// Sheets that are read.
pub const SHEETS_MAX: usize = 20;

/// Why a file is no table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoTable(pub Words);

impl NoTable {
    fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self(Words::new(en, zh))
    }
}
