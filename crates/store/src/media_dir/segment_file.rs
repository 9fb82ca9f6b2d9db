//! One media file: writing the open one, reading any. Plain bytes today; readers see only plaintext offsets, so that
//! encryption at rest changes nothing above [`SegmentRead`].

use super::SegmentPath;
use crate::disk::{Disk, DiskFile, write_all};
use crate::error::{Error, Result};
use bytes::Bytes;
use std::io;
use std::path::{Path, PathBuf};

/// Reading by plaintext offset. Implementations block.
#[expect(clippy::len_without_is_empty, reason = "a length of zero has no meaning of its own for a segment")]
pub trait SegmentRead: Send + Sync {
    /// Plaintext bytes; constant for a sealed segment, growing for an open one.
    fn len(&self) -> io::Result<u64>;
    /// Fills `buf` from `offset` on, or fails with `UnexpectedEof`.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()>;
}

/// A segment's file stored as it is.
#[derive(Debug)]
pub struct PlainSegment {
    file: Box<dyn DiskFile>,
}

impl PlainSegment {
    pub(super) fn open(disk: &dyn Disk, path: &Path) -> Result<Self> {
        disk.open(path).map(|file| Self { file }).map_err(Error::file("opening", path))
    }
}

impl SegmentRead for PlainSegment {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        self.file.read_at(offset, buf)
    }
}

/// A segment's file being written. Never reopened: after a failed write or sync it is dropped and a new one begun.
#[derive(Debug)]
pub struct SegmentFile {
    path: SegmentPath,
    absolute: PathBuf,
    file: Box<dyn DiskFile>,
    len: u64,
}

impl SegmentFile {
    pub(super) fn new(path: SegmentPath, absolute: PathBuf, file: Box<dyn DiskFile>) -> Self {
        Self { path, absolute, file, len: 0 }
    }

    pub fn path(&self) -> &SegmentPath {
        &self.path
    }

    /// Bytes appended so far.
    #[expect(clippy::len_without_is_empty, reason = "an open segment is never asked whether it is empty")]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Appends parts in one call where the kernel allows. Durable with the next `MediaDir::sync`.
    pub fn append(&mut self, parts: &[Bytes]) -> Result<()> {
        let parts: Vec<&[u8]> = parts.iter().map(|part| &part[..]).collect();
        write_all(&mut *self.file, &parts).map_err(Error::file("appending to", &self.absolute))?;
        self.len = self.len.saturating_add(parts.iter().map(|part| part.len() as u64).sum());
        Ok(())
    }
}
