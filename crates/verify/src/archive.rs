//! A package as an archive file: reads the directory leniently, then demands the one form that packages have.
//!
//! Every byte of the archive that is not a file's is compared with what `ledger::package::zip` would write, so doubled
//! names, overlapping files, hidden bytes and changed headers are all found, and by name.

use crate::read::{Listed, PackageReader};
use crate::report::Oddity;
use crate::{Error, Result};
use ledger::package::zip::RunningCrc;
use ledger::package::{FILES_MAX, NAME_BYTES_MAX, zip};
use model::ExportId;
use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};

/// Bytes of the end record without comment (APPNOTE §4.3.16).
const END_BYTES: u64 = 22;
/// Bytes read at once of a file that nobody has read.
const CHUNK_BYTES: usize = 1 << 20;
/// Longest comment of an end record.
const COMMENT_BYTES_MAX: u64 = 65_535;
/// Longest directory: all names at their longest.
const DIRECTORY_BYTES_MAX: u64 = (FILES_MAX * (46 + 28 + 46 + NAME_BYTES_MAX)) as u64;

/// A package in an archive.
#[derive(Debug)]
pub struct Archive<R> {
    source: R,
    bytes: u64,
    /// Names without the folder.
    list: Vec<Listed>,
    places: BTreeMap<String, Place>,
    entries: Vec<zip::Entry>,
    directory_at: u64,
    oddities: Vec<Oddity>,
}

/// Where a file's own bytes are.
#[derive(Debug)]
struct Place {
    start: u64,
    bytes: u64,
    /// How far it was read without a hole, and the CRC-32 so far.
    reached: u64,
    crc: RunningCrc,
}

impl<R: Read + Seek> Archive<R> {
    /// Reads the directory. `what` names the file in errors.
    pub fn open(mut source: R, what: &str) -> Result<Self> {
        let bytes = source.seek(SeekFrom::End(0)).map_err(Error::read(what))?;
        let bad = |problem| Error::Container { what: what.to_owned(), problem };
        let (directory_at, directory) = read_directory(&mut source, bytes, what)?;
        let (list, places) = (Vec::new(), BTreeMap::new());
        let (entries, oddities) = (Vec::new(), Vec::new());
        let mut archive = Self { source, bytes, list, places, entries, directory_at, oddities };
        let mut rest = directory.as_slice();
        while rest.starts_with(b"PK\x01\x02") {
            let (entry, stored, after) =
                central(rest).ok_or(bad("the directory of the archive is damaged"))?;
            rest = after;
            if archive.entries.len() == FILES_MAX {
                return Err(bad("more files than a package may have"));
            }
            archive.add(entry, stored);
        }
        Ok(archive)
    }

    fn add(&mut self, entry: zip::Entry, stored: bool) {
        let (folder, name) = entry.name.split_once('/').unwrap_or(("", &entry.name));
        let (folder, name) = (format!("{folder}/"), name.to_owned());
        let first = self.entries.first().map_or(entry.name.as_str(), |first| first.name.as_str());
        if !first.starts_with(&folder) {
            self.odd(&entry.name, "lies outside the archive's folder");
        }
        if !stored {
            self.odd(&entry.name, "is compressed or encrypted: extract the archive and check the folder");
        }
        if self.entries.last().is_some_and(|last| last.name.as_bytes() > entry.name.as_bytes()) {
            self.odd(&entry.name, "stands behind a file whose name comes later");
        }
        let start = self.start_of(&entry);
        match start.filter(|_| stored) {
            Some(_) if self.places.contains_key(&name) => self.odd(&entry.name, "is twice in the archive"),
            Some(start) => {
                let place = Place { start, bytes: entry.bytes, reached: 0, crc: RunningCrc::default() };
                self.places.insert(name.clone(), place);
                self.list.push(Listed { name, bytes: entry.bytes });
            }
            None => self.odd(&entry.name, "its bytes cannot be found in the archive"),
        }
        self.entries.push(entry);
    }

    fn odd(&mut self, name: &str, problem: &'static str) {
        self.oddities.push(Oddity { file: Some(name.to_owned()), problem });
    }

    /// Where the file's own bytes begin, from its local header; `None` when they do not lie before the directory.
    fn start_of(&mut self, entry: &zip::Entry) -> Option<u64> {
        let mut header = [0; 30];
        self.read(entry.offset, &mut header).ok()?;
        if !header.starts_with(b"PK\x03\x04") {
            return None;
        }
        let lengths = u64::from(u16_at(&header, 26)?) + u64::from(u16_at(&header, 28)?);
        let start = entry.offset.checked_add(30 + lengths)?;
        (start.checked_add(entry.bytes)? <= self.directory_at).then_some(start)
    }

    /// The CRC-32 of a file: what has not been read is.
    fn crc_of(&mut self, name: &str, bytes: u64, chunk: &mut [u8]) -> io::Result<u32> {
        loop {
            let place = self.places.get(name).ok_or(io::ErrorKind::NotFound)?;
            let at = place.reached;
            if at >= bytes {
                return Ok(place.crc.finish());
            }
            let len = chunk.len().min(usize::try_from(bytes - at).unwrap_or(usize::MAX));
            let part = chunk.get_mut(..len).ok_or(io::ErrorKind::UnexpectedEof)?;
            self.read_at(name, at, part)?;
        }
    }

    fn read(&mut self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.source.seek(SeekFrom::Start(offset))?;
        self.source.read_exact(into)
    }

    /// Compares every byte between the files with the one form that packages have.
    fn compare_form(&mut self) -> io::Result<()> {
        let mut at = 0;
        for index in 0..self.entries.len() {
            let Some(entry) = self.entries.get(index).cloned() else { break };
            let expected = zip::local_header(&entry);
            let mut found = vec![0; expected.len()];
            let read = self.read(entry.offset, &mut found);
            if entry.offset != at || read.is_err() || found != expected {
                self.odd(&entry.name, "its header in the archive is not as packages have it");
            }
            at = entry.offset.saturating_add(expected.len() as u64).saturating_add(entry.bytes);
        }
        let expected = zip::directory(&self.entries, at);
        let rest = self.bytes.checked_sub(at).filter(|rest| *rest == expected.len() as u64);
        let mut found = vec![0; rest.map_or(0, |_| expected.len())];
        self.read(at.min(self.bytes), &mut found)?;
        if at != self.directory_at || found != expected {
            let problem = "the archive's directory is not as packages have it (changed, or packed again)";
            self.oddities.push(Oddity { file: None, problem });
        }
        Ok(())
    }
}

impl<R: Read + Seek> PackageReader for Archive<R> {
    fn files(&self) -> &[Listed] {
        &self.list
    }

    fn read_at(&mut self, name: &str, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let place = self.places.get(name).ok_or(io::ErrorKind::NotFound)?;
        let end = offset.checked_add(into.len() as u64);
        let at = end.filter(|end| *end <= place.bytes).and_then(|_| place.start.checked_add(offset));
        self.read(at.ok_or(io::ErrorKind::UnexpectedEof)?, into)?;
        let place = self.places.get_mut(name).ok_or(io::ErrorKind::NotFound)?;
        // Windows over a file may overlap.
        let known = place.reached.checked_sub(offset).and_then(|known| usize::try_from(known).ok());
        if let Some(new) = known.and_then(|known| into.get(known..)) {
            place.crc.update(new);
            place.reached += new.len() as u64;
        }
        Ok(())
    }

    fn read_through(&mut self) -> Vec<Oddity> {
        let mut oddities = Vec::new();
        let mut chunk = vec![0; CHUNK_BYTES];
        for entry in self.entries.clone() {
            let name = entry.name.split_once('/').map_or(entry.name.as_str(), |(_, name)| name);
            if self.places.get(name).is_none_or(|place| place.bytes != entry.bytes) {
                continue;
            }
            let found = self.crc_of(name, entry.bytes, &mut chunk);
            let problem = match found {
                Ok(crc) if crc == entry.crc32 => continue,
                Ok(_) => "its CRC-32 is not that of its bytes",
                Err(_) => "cannot be read to its end",
            };
            oddities.push(Oddity { file: Some(entry.name), problem });
        }
        oddities
    }

    fn oddities(&mut self, copy: Option<ExportId>) -> Vec<Oddity> {
        if self.compare_form().is_err() {
            self.oddities.push(Oddity { file: None, problem: "the archive cannot be read to its end" });
        }
        if let (Some(copy), Some(first)) = (copy, self.entries.first())
            && !first.name.starts_with(&zip::folder(copy))
        {
            let problem = "the archive's folder is not named after the copy";
            self.oddities.push(Oddity { file: None, problem });
        }
        std::mem::take(&mut self.oddities)
    }
}

/// Finds the end record and reads the directory it names: where it begins, and its bytes up to the end record.
fn read_directory<R: Read + Seek>(source: &mut R, bytes: u64, what: &str) -> Result<(u64, Vec<u8>)> {
    let bad = |problem| Error::Container { what: what.to_owned(), problem };
    let tail_at = bytes.saturating_sub(END_BYTES + COMMENT_BYTES_MAX);
    let tail = read_vec(source, tail_at, bytes - tail_at).map_err(Error::read(what))?;
    let end = tail.windows(4).rposition(|window| window == b"PK\x05\x06");
    let end = end.ok_or(bad("not an archive, or its end is missing"))?;
    let record = tail.get(end..).unwrap_or_default();
    let end_at = tail_at + end as u64;
    let missing = || bad("the archive's end record is damaged");
    let mut size = u64::from(u32_at(record, 12).ok_or_else(missing)?);
    let mut at = u64::from(u32_at(record, 16).ok_or_else(missing)?);
    if size == u64::from(u32::MAX) || at == u64::from(u32::MAX) || u16_at(record, 10) == Some(u16::MAX) {
        // ZIP64 (APPNOTE §4.3.14): the record lies 56 + 20 bytes before this one.
        let wide = end_at.checked_sub(76).ok_or_else(missing)?;
        let wide = read_vec(source, wide, 56).map_err(Error::read(what))?;
        size = u64_at(&wide, 40).ok_or_else(missing)?;
        at = u64_at(&wide, 48).ok_or_else(missing)?;
    }
    if size > DIRECTORY_BYTES_MAX || at.checked_add(size).is_none_or(|end| end > end_at) {
        return Err(bad("the archive's directory lies outside the file"));
    }
    Ok((at, read_vec(source, at, size).map_err(Error::read(what))?))
}

fn read_vec<R: Read + Seek>(source: &mut R, at: u64, len: u64) -> io::Result<Vec<u8>> {
    let mut out = vec![0; usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?];
    source.seek(SeekFrom::Start(at))?;
    source.read_exact(&mut out)?;
    Ok(out)
}

/// One central header (APPNOTE §4.3.12): the entry, whether its bytes are stored as they are, and what follows.
fn central(header: &[u8]) -> Option<(zip::Entry, bool, &[u8])> {
    let (flags, method) = (u16_at(header, 8)?, u16_at(header, 10)?);
    let (name_len, extra_len) = (usize::from(u16_at(header, 28)?), usize::from(u16_at(header, 30)?));
    let end = 46 + name_len + extra_len + usize::from(u16_at(header, 32)?);
    let name = std::str::from_utf8(header.get(46..46 + name_len)?).ok()?.to_owned();
    let mut wide = header.get(46 + name_len..46 + name_len + extra_len)?.get(4..).unwrap_or_default();
    let mut number = |at| {
        let narrow = u32_at(header, at)?;
        if narrow != u32::MAX {
            return Some(u64::from(narrow));
        }
        let value = u64_at(wide, 0)?;
        wide = wide.get(8..)?;
        Some(value)
    };
    let bytes = number(24)?;
    let stored_bytes = number(20)?;
    let offset = number(42)?;
    let stored = method == 0 && flags & 1 == 0 && bytes == stored_bytes;
    Some((zip::Entry { name, bytes, crc32: u32_at(header, 16)?, offset }, stored, header.get(end..)?))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
}
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}
fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().copied().map(u64::from_le_bytes)
}
