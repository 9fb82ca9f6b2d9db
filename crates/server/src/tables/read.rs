//! From bytes to sheets. What a file is, its first bytes say; not its name.

use super::{FILE_BYTES_MAX, NoTable, PARTS_MAX, SHEETS_MAX, UNPACKED_BYTES_MAX};
use calamine::{DataRef, Reader as _, Xlsx};
use law::import::{COLUMNS_MAX, ROWS_MAX, Sheet, SheetRow, Target};
use std::io::{Cursor, Read as _};

/// `target`: what the rows are, when the file does not say it by its sheets' names.
pub fn read(bytes: &[u8], name: &str, target: Option<Target>) -> Result<Vec<Sheet>, NoTable> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(NoTable::new("The file is larger than 32 MB.", "文件超过32 MB。"));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return workbook(bytes, target);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(NoTable::new(
            "The file is an old workbook, or has a password. Save it as XLSX or CSV without one.",
            "文件为旧版工作簿或设有密码，请另存为无密码的 XLSX 或 CSV。",
        ));
    }
    let text = text(bytes)?;
    let mut sheet = lines(&text)?;
    sheet.name = name.to_owned();
    sheet.target = target;
    Ok(vec![sheet])
}

/// UTF-8, or GB 18030 as Chinese spreadsheet programs write it.
fn text(bytes: &[u8]) -> Result<String, NoTable> {
    let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(plain) {
        return Ok(text.to_owned());
    }
    let (text, _, had_errors) = encoding_rs::GB18030.decode(bytes);
    if had_errors {
        return Err(NoTable::new(
            "The text is neither UTF-8 nor GB 18030.",
            "文件编码既不是 UTF-8 也不是 GB 18030。",
        ));
    }
    Ok(text.into_owned())
}

fn lines(text: &str) -> Result<Sheet, NoTable> {
    let first = text.lines().next().unwrap_or_default();
    let count = |mark: u8| first.bytes().filter(|byte| *byte == mark).count();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|mark| (count(*mark), *mark == b','));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter.unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let mut number = 0_u32;
    for record in reader.records() {
        number += 1;
        let wrong = |_| {
            NoTable::new(
                format!("Row {number} cannot be read as CSV."),
                format!("第{number}行不是有效的 CSV。"),
            )
        };
        let record = record.map_err(wrong)?;
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if number == 1 {
            sheet.header = cells;
        } else {
            add(&mut sheet, number, cells)?;
        }
    }
    Ok(sheet)
}

fn add(sheet: &mut Sheet, number: u32, cells: Vec<String>) -> Result<(), NoTable> {
    if cells.len() > COLUMNS_MAX {
        return Err(too_wide(number));
    }
    if sheet.rows.len() >= ROWS_MAX {
        let problem = format!("The file has more than {ROWS_MAX} rows: divide it.");
        return Err(NoTable::new(problem, format!("文件超过{ROWS_MAX}行，请分成多个文件。")));
    }
    if cells.iter().any(|cell| !cell.trim().is_empty()) {
        sheet.rows.push(SheetRow { number, cells });
    }
    Ok(())
}

fn too_wide(number: u32) -> NoTable {
    let problem = format!("Row {number} has more than {COLUMNS_MAX} columns.");
    NoTable::new(problem, format!("第{number}行超过{COLUMNS_MAX}列。"))
}

fn workbook(bytes: &[u8], target: Option<Target>) -> Result<Vec<Sheet>, NoTable> {
    unpacks_within_bounds(bytes)?;
    let damaged = |_| NoTable::new("The workbook is damaged.", "工作簿已损坏。");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let names = book.sheet_names();
    let only = names.iter().all(|name| Target::from_name(name).is_none());
    let mut sheets = Vec::new();
    for (place, name) in names.iter().take(SHEETS_MAX).enumerate() {
        // A workbook that names no list is about what was asked for; other sheets of it are notes.
        let of = match Target::from_name(name) {
            Some(of) => Some(of),
            None if only && place == 0 && target.is_some() => target,
            None if only && place == 0 => None,
            None => continue,
        };
        let mut reader = book.worksheet_cells_reader(name).map_err(damaged)?;
        let mut sheet = Sheet { name: name.clone(), target: of, ..Sheet::default() };
        let mut row: (u32, Vec<String>) = (0, Vec::new());
        while let Some(cell) = reader.next_cell().map_err(damaged)? {
            let (at, column) = cell.get_position();
            if at != row.0 {
                let (number, cells) = std::mem::replace(&mut row, (at, Vec::new()));
                take(&mut sheet, number, cells)?;
            }
            let column = column as usize;
            let text = cell_text(cell.get_value());
            if text.is_empty() {
                continue;
            }
            if column >= COLUMNS_MAX {
                return Err(too_wide(at.saturating_add(1)));
            }
            if row.1.len() <= column {
                row.1.resize(column + 1, String::new());
            }
            if let Some(place) = row.1.get_mut(column) {
                *place = text;
            }
        }
        take(&mut sheet, row.0, row.1)?;
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn take(sheet: &mut Sheet, at: u32, cells: Vec<String>) -> Result<(), NoTable> {
    if at == 0 {
        sheet.header = cells;
        return Ok(());
    }
    add(sheet, at.saturating_add(1), cells)
}

/// A cell as somebody would have typed it. A formula's last value counts, as the program that wrote the file computed it.
fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(text) => text.chars().take(10).collect(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// What the parts of a workbook unpack to, by unpacking them into nothing: what their heads say may be a lie.
fn unpacks_within_bounds(bytes: &[u8]) -> Result<(), NoTable> {
    let damaged = || NoTable::new("The workbook is damaged.", "工作簿已损坏。");
    let too_large = || NoTable::new("The workbook unpacks to more than 256 MB.", "工作簿解压后超过256 MB。");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    if archive.len() > PARTS_MAX {
        return Err(too_large());
    }
    let mut left = UNPACKED_BYTES_MAX;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|_| damaged())?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| damaged())?;
        left = left.checked_sub(read).ok_or_else(too_large)?;
    }
    Ok(())
}
