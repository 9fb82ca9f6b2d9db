//! One media file: writing the open one, reading any. Plain bytes today; readers see only plaintext offsets, so that
//! encryption at rest changes nothing above [`SegmentRead`].

use super::SegmentPath;
use crate::error::{Error, Result};
use bytes::Bytes;
use std::fs::File;
use std::io::{self, IoSlice, Write as _};
use std::os::unix::fs::FileExt as _;
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
    file: File,
}

impl PlainSegment {
    pub(super) fn open(path: &Path) -> Result<Self> {
        File::open(path).map(|file| Self { file }).map_err(Error::file("opening", path))
    }
}

impl SegmentRead for PlainSegment {
    fn len(&self) -> io::Result<u64> {
        self.file.metadata().map(|meta| meta.len())
    }
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(buf, offset)
    }
}

/// A segment's file being written. Never reopened: after a failed write or sync it is dropped and a new one begun.
#[derive(Debug)]
pub struct SegmentFile {
    path: SegmentPath,
    absolute: PathBuf,
    file: File,
    len: u64,
}

impl SegmentFile {
    pub(super) fn new(path: SegmentPath, absolute: PathBuf, file: File) -> Self {
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
        let mut slices: Vec<IoSlice<'_>> = parts.iter().map(|part| IoSlice::new(part)).collect();
        let mut rest = &mut slices[..];
        IoSlice::advance_slices(&mut rest, 0);
        while !rest.is_empty() {
            match self.file.write_vectored(rest) {
                Ok(0) => {
                    let full = io::Error::from(io::ErrorKind::WriteZero);
                    return Err(Error::file("appending to", &self.absolute)(full));
                }
                Ok(written) => {
                    self.len = self.len.saturating_add(written as u64);
                    IoSlice::advance_slices(&mut rest, written);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::file("appending to", &self.absolute)(error)),
            }
        }
        Ok(())
    }
}
