//! From rows to bytes: CSV with a byte order mark, by which spreadsheet programs know UTF-8, or a workbook of one sheet.

use anyhow::Result;
use law::import::{TAKEN_AS_TEXT, is_spreadsheet_code};
use rust_xlsxwriter::{Format as CellFormat, Workbook};

/// As which file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    Csv,
    #[default]
    Xlsx,
}

impl Format {
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// One table, with notes that a workbook has on a sheet of their own.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub name: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub notes: Vec<Vec<String>>,
}

pub fn write(table: &Table, format: Format) -> Result<Vec<u8>> {
    match format {
        Format::Csv => comma_separated(table),
        Format::Xlsx => workbook(table),
    }
}

fn comma_separated(table: &Table) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(b"\xEF\xBB\xBF".to_vec());
    let safe = |cell: &String| match is_spreadsheet_code(cell) {
        true => format!("{TAKEN_AS_TEXT}{cell}"),
        false => cell.clone(),
    };
    for row in std::iter::once(&table.header).chain(&table.rows) {
        writer.write_record(row.iter().map(safe))?;
    }
    Ok(writer.into_inner()?)
}

fn workbook(table: &Table) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    let head = CellFormat::new().set_bold();
    // Codes of twenty digits stay as they are where the whole column is text.
    let text = CellFormat::new().set_num_format("@");
    let sheet = book.add_worksheet().set_name(&table.name)?;
    for (column, heading) in (0_u16..).zip(&table.header) {
        sheet.set_column_format(column, &text)?;
        sheet.set_column_width(column, 16)?;
        sheet.write_string_with_format(0, column, heading, &head)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (number, row) in (1_u32..).zip(&table.rows) {
        for (column, cell) in (0_u16..).zip(row) {
            if !cell.is_empty() {
                sheet.write_string(number, column, cell)?;
            }
        }
    }
    if !table.notes.is_empty() {
        let notes = book.add_worksheet().set_name("说明 Notes")?;
        for (number, row) in (0_u32..).zip(&table.notes) {
            for (column, cell) in (0_u16..).zip(row) {
                notes.set_column_width(column, 32)?;
                notes.write_string(number, column, cell)?;
            }
        }
    }
    Ok(book.save_to_buffer()?)
}
