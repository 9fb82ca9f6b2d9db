//! What a package is read through: a list of files, and bytes at an offset. Folder, archive and memory implement it.

use crate::report::Oddity;
use model::ExportId;
use std::collections::BTreeMap;
use std::io;

/// One file of a package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// With `/` between folders.
    pub name: String,
    pub bytes: u64,
}

/// Where a package's files come from.
pub trait PackageReader {
    /// All files, in any order; names may be hostile.
    fn files(&self) -> &[Listed];
    /// Fills `into` from that file, from `offset` on; anything shorter is an error.
    fn read_at(&mut self, name: &str, offset: u64, into: &mut [u8]) -> io::Result<()>;
    /// What is not as it should be about the container itself: links, names that lead elsewhere, archive tricks.
    fn oddities(&mut self, copy: Option<ExportId>) -> Vec<Oddity>;
    /// What shows only when every file has been read to its end; what was not read yet is read now.
    fn read_through(&mut self) -> Vec<Oddity> {
        Vec::new()
    }
}

/// Bytes with a length and random access.
pub trait ReadAt {
    fn bytes(&self) -> u64;
    /// Fills `into` from `offset` on; anything shorter is an error.
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<()>;
}

impl ReadAt for &[u8] {
    fn bytes(&self) -> u64 {
        self.len() as u64
    }
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let range = usize::try_from(offset).ok().and_then(|from| Some(from..from.checked_add(into.len())?));
        let found = range.and_then(|range| self.get(range)).ok_or(io::ErrorKind::UnexpectedEof)?;
        into.copy_from_slice(found);
        Ok(())
    }
}

/// One file of a package as [`ReadAt`].
pub(crate) struct FileOf<'a> {
    pub reader: &'a mut dyn PackageReader,
    pub name: &'a str,
    pub bytes: u64,
}

impl ReadAt for FileOf<'_> {
    fn bytes(&self) -> u64 {
        self.bytes
    }
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.reader.read_at(self.name, offset, into)
    }
}

/// A package in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
    list: Vec<Listed>,
}

impl Memory {
    pub fn new(files: BTreeMap<String, Vec<u8>>) -> Self {
        let list = files
            .iter()
            .map(|(name, bytes)| Listed { name: name.clone(), bytes: bytes.len() as u64 })
            .collect();
        Self { files, list }
    }
}

impl PackageReader for Memory {
    fn files(&self) -> &[Listed] {
        &self.list
    }
    fn read_at(&mut self, name: &str, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.files.get(name).ok_or(io::ErrorKind::NotFound)?.as_slice().read_at(offset, into)
    }
    fn oddities(&mut self, _: Option<ExportId>) -> Vec<Oddity> {
        Vec::new()
    }
}
