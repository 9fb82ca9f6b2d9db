//! The package as one file: a ZIP archive in exactly one form, so that a verifier can account for every byte of it.
//!
//! Files are stored, not compressed, in ascending order of their names, in one folder named after the copy, without
//! gaps, times, attributes or comments (PKWARE APPNOTE 6.3.9; ZIP64 only where a number does not fit). Any archive tool
//! reads it. Writing is the shell's: here are only the bytes between the files.

use model::ExportId;

/// One file of the archive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// With the folder: [`folder`] and the package's name.
    pub name: String,
    pub bytes: u64,
    pub crc32: u32,
    /// Where its local header begins.
    pub offset: u64,
}

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
/// 1980-01-01, the earliest date there is; the time is 0.
const DATE: u16 = 0x0021;

/// The folder that all files are in: `evidence-<copy id>/`.
pub fn folder(copy: ExportId) -> String {
    format!("evidence-{copy}/")
}

/// The archive's file name: `evidence-<copy id>.zip`.
pub fn file_name(copy: ExportId) -> String {
    format!("evidence-{copy}.zip")
}

/// The CRC-32 of a file's bytes (ISO 3309), which archive tools want.
pub fn crc32(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

/// The CRC-32 of bytes that come one after another.
#[derive(Clone, Debug, Default)]
pub struct RunningCrc(crc32fast::Hasher);

impl RunningCrc {
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
    pub fn finish(&self) -> u32 {
        self.0.clone().finalize()
    }
}

/// Where the CRC-32 lies in a local header: a shell that learns it after the bytes writes 0 and comes back.
pub const LOCAL_CRC_OFFSET: u64 = 14;

/// The bytes before a file's own (APPNOTE §4.3.7). Its length depends on name and size only.
pub fn local_header(entry: &Entry) -> Vec<u8> {
    let wide = entry.bytes >= u32::MAX.into();
    let mut out = Vec::with_capacity(64 + entry.name.len());
    put32(&mut out, LOCAL);
    put_common(&mut out, entry, wide);
    put16(&mut out, len16(&entry.name));
    put16(&mut out, if wide { 20 } else { 0 });
    out.extend_from_slice(entry.name.as_bytes());
    if wide {
        put_zip64(&mut out, &[entry.bytes, entry.bytes]);
    }
    out
}

/// The bytes after the last file: the directory and its end (APPNOTE §4.3.12 to §4.3.16). `at` is where they begin.
pub fn directory(entries: &[Entry], at: u64) -> Vec<u8> {
    let mut out = Vec::new();
    for entry in entries {
        put_central(&mut out, entry);
    }
    let (size, count) = (out.len() as u64, entries.len() as u64);
    if count >= u16::MAX.into() || size >= u32::MAX.into() || at >= u32::MAX.into() {
        let end = at + size;
        put32(&mut out, END_64);
        put64(&mut out, 44); // bytes that follow in this record
        put16(&mut out, 45);
        put16(&mut out, 45);
        put64(&mut out, 0); // two disk numbers
        for value in [count, count, size, at] {
            put64(&mut out, value);
        }
        put32(&mut out, LOCATOR_64);
        put32(&mut out, 0);
        put64(&mut out, end);
        put32(&mut out, 1);
    }
    put32(&mut out, END);
    put32(&mut out, 0); // two disk numbers
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    put16(&mut out, count);
    put16(&mut out, count);
    put32(&mut out, u32::try_from(size).unwrap_or(u32::MAX));
    put32(&mut out, u32::try_from(at).unwrap_or(u32::MAX));
    put16(&mut out, 0);
    out
}

/// A whole archive in memory, for packages that fit: the files must be in ascending order of names.
pub fn archive(copy: ExportId, files: &[(String, Vec<u8>)]) -> Vec<u8> {
    archive_in(&folder(copy), files)
}

/// The same in a folder of this name, which ends in `/`.
pub fn archive_in(folder: &str, files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut entries) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let entry = Entry {
            name: format!("{folder}{name}"),
            bytes: bytes.len() as u64,
            crc32: crc32(bytes),
            offset: out.len() as u64,
        };
        out.extend(local_header(&entry));
        out.extend_from_slice(bytes);
        entries.push(entry);
    }
    let at = out.len() as u64;
    out.extend(directory(&entries, at));
    out
}

fn put_central(out: &mut Vec<u8>, entry: &Entry) {
    let (wide, far) = (entry.bytes >= u32::MAX.into(), entry.offset >= u32::MAX.into());
    put32(out, CENTRAL);
    put16(out, version(wide || far)); // made by: no particular system
    put_common(out, entry, wide);
    put16(out, len16(&entry.name));
    put16(out, [0, 12, 20, 28][usize::from(wide) * 2 + usize::from(far)]);
    out.extend_from_slice(&[0; 10]); // no comment, first disk, no attributes
    put32(out, u32::try_from(entry.offset).unwrap_or(u32::MAX));
    out.extend_from_slice(entry.name.as_bytes());
    match (wide, far) {
        (false, false) => {}
        (true, false) => put_zip64(out, &[entry.bytes, entry.bytes]),
        (false, true) => put_zip64(out, &[entry.offset]),
        (true, true) => put_zip64(out, &[entry.bytes, entry.bytes, entry.offset]),
    }
}

/// What both headers have: version needed, flags, method, time, date, CRC-32, two sizes.
fn put_common(out: &mut Vec<u8>, entry: &Entry, wide: bool) {
    put16(out, version(wide || entry.offset >= u32::MAX.into()));
    put16(out, 0); // flags: names are ASCII
    put16(out, 0); // method: stored
    put16(out, 0);
    put16(out, DATE);
    put32(out, entry.crc32);
    let size = u32::try_from(entry.bytes).unwrap_or(u32::MAX);
    put32(out, size);
    put32(out, size);
}

fn put_zip64(out: &mut Vec<u8>, values: &[u64]) {
    put16(out, 1);
    put16(out, values.len() as u16 * 8);
    for value in values {
        put64(out, *value);
    }
}

const fn version(zip64: bool) -> u16 {
    if zip64 { 45 } else { 20 }
}

/// Names of packages have at most 100 bytes and the folder 46.
fn len16(name: &str) -> u16 {
    u16::try_from(name.len()).unwrap_or(u16::MAX)
}

fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}
fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}
fn put64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_le_bytes());
}
