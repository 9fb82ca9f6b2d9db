//! Files as other programs write them.

use super::*;
use law::import::{Sheet, Target};
use law::register::RecordKind;
use std::io::Write as _;

const POINT: Target = Target::Records(RecordKind::Point);

fn cells(sheets: &[Sheet]) -> Vec<Vec<&str>> {
    let sheet = &sheets[0];
    let rows = sheet.rows.iter().map(|row| row.cells.iter().map(String::as_str).collect());
    std::iter::once(sheet.header.iter().map(String::as_str).collect()).chain(rows).collect()
}

#[test]
fn csv_is_read_as_chinese_and_other_programs_write_it() {
    let check = |bytes: &[u8]| {
        let sheets = read(bytes, "点位", Some(POINT)).unwrap();
        assert_eq!(cells(&sheets), [["名称", "用途"], ["大门", "出入口,东"]], "{bytes:?}");
        assert_eq!((sheets[0].target, sheets[0].rows[0].number), (Some(POINT), 2));
    };
    let text = "名称,用途\r\n大门,\"出入口,东\"\r\n";
    check(text.as_bytes());
    check(&["\u{feff}".as_bytes(), text.as_bytes()].concat());
    check(&encoding_rs::GB18030.encode(text).0);
    check("名称;用途\n大门;出入口,东\n".as_bytes());
    check("名称\t用途\n大门\t出入口,东\n".as_bytes());
    assert!(read(&[0x81, 0xFF, 0xFF], "", None).is_err());
    assert!(read(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1], "", None).is_err());
}

#[test]
fn what_is_written_is_read_again_and_never_computed() {
    let table = Table {
        name: "点位".into(),
        header: vec!["名称".into(), "国标编码".into(), "经度".into()],
        rows: vec![vec!["=1+1".into(), "44010600001320000001".into(), "-73.5".into()]],
        notes: vec![vec!["名称".into()]],
    };
    let csv = write(&table, Format::Csv).unwrap();
    assert!(String::from_utf8(csv.clone()).unwrap().ends_with("'=1+1,44010600001320000001,-73.5\n"));
    let check = |bytes: &[u8], name: &str| {
        let sheets = read(bytes, "", Some(POINT)).unwrap();
        assert_eq!(cells(&sheets)[1], [name, "44010600001320000001", "-73.5"]);
        assert_eq!((sheets.len(), sheets[0].target), (1, Some(POINT)));
    };
    check(&csv, "'=1+1");
    check(&write(&table, Format::Xlsx).unwrap(), "=1+1");
}

/// However small the file, what it unpacks to is bounded.
#[test]
fn a_bomb_is_no_table() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let deflated =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for part in 0..9 {
        archive.start_file(format!("xl/{part}.xml"), deflated).unwrap();
        archive.write_all(&vec![b' '; 32 << 20]).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20);
    assert!(read(&bytes, "", Some(POINT)).unwrap_err().0.en.contains("256 MB"));
}

/// Every truncation of a file is an answer.
#[test]
fn cut_files_are_refused_or_read() {
    let table = Table {
        name: "points".into(),
        header: vec!["name".into()],
        rows: vec![vec!["a".into()]],
        ..Table::default()
    };
    let bytes = write(&table, Format::Xlsx).unwrap();
    for end in (0..bytes.len()).step_by(37) {
        let _any_answer = read(&bytes[..end], "", Some(POINT));
    }
}
