//! One media file: writing the open one, reading any. Plain or encrypted (`encrypted`), which readers cannot tell: they see
//! plaintext offsets only.

use super::SegmentPath;
use super::encrypted::{EncryptedSegment, Encryptor};
use crate::disk::{Disk, DiskFile, write_all};
use crate::error::{Error, Result};
use bytes::Bytes;
use std::io;
use std::path::{Path, PathBuf};

/// Reading by plaintext offset. Implementations block.
#[expect(clippy::len_without_is_empty, reason = "a length of zero has no meaning of its own for a segment")]
pub trait SegmentRead: Send + Sync {
    /// Plaintext bytes; constant for a sealed segment. Of an open one: those that were whole when it was opened, or more.
    fn len(&self) -> io::Result<u64>;
    /// Fills `buf` from `offset` on, or fails with `UnexpectedEof`.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()>;
}

/// A file as it is on disk.
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

/// A stored segment, opened for reading.
#[derive(Debug)]
pub enum SegmentReader {
    Plain(PlainSegment),
    Encrypted(Box<EncryptedSegment>),
}

impl SegmentReader {
    /// All that can be read, with zeros in place of what cannot; and how many chunks that are. For finding where a file is
    /// damaged.
    pub fn salvage(&self) -> io::Result<(Vec<u8>, usize)> {
        match self {
            Self::Plain(plain) => whole(plain).map(|bytes| (bytes, 0)),
            Self::Encrypted(encrypted) => Ok(encrypted.salvage()),
        }
    }

    /// What can be read from the beginning on.
    pub(super) fn prefix(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::Plain(plain) => whole(plain),
            Self::Encrypted(encrypted) => Ok(encrypted.prefix()),
        }
    }
}

fn whole(file: &PlainSegment) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(file.len()?).map_err(|_| io::ErrorKind::FileTooLarge)?];
    file.read_at(0, &mut bytes)?;
    Ok(bytes)
}

impl SegmentRead for SegmentReader {
    fn len(&self) -> io::Result<u64> {
        match self {
            Self::Plain(plain) => plain.len(),
            Self::Encrypted(encrypted) => encrypted.len(),
        }
    }
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        match self {
            Self::Plain(plain) => plain.read_at(offset, buf),
            Self::Encrypted(encrypted) => encrypted.read_at(offset, buf),
        }
    }
}

/// A segment's file being written. Never reopened: after a failed write or sync it is dropped and a new one begun.
#[derive(Debug)]
pub struct SegmentFile {
    path: SegmentPath,
    absolute: PathBuf,
    file: Box<dyn DiskFile>,
    len: u64,
    /// `None`: it is stored as it is.
    encryptor: Option<Encryptor>,
}

impl SegmentFile {
    pub(super) fn new(
        path: SegmentPath,
        absolute: PathBuf,
        file: Box<dyn DiskFile>,
        encryptor: Option<Encryptor>,
    ) -> Self {
        Self { path, absolute, file, len: 0, encryptor }
    }

    pub fn path(&self) -> &SegmentPath {
        &self.path
    }

    /// Plaintext bytes appended so far.
    #[expect(clippy::len_without_is_empty, reason = "an open segment is never asked whether it is empty")]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Appends parts in one call where the kernel allows. Durable with the next `MediaDir::sync`. After an error the file takes
    /// no more.
    pub fn append(&mut self, parts: &[Bytes]) -> Result<()> {
        let Self { file, absolute, encryptor, .. } = self;
        let mut write =
            |parts: &[&[u8]]| write_all(&mut **file, parts).map_err(Error::file("appending to", absolute));
        match encryptor {
            Some(encryptor) => encryptor.append(parts, |chunk| write(&[chunk]))?,
            None => write(&parts.iter().map(|part| &part[..]).collect::<Vec<_>>())?,
        }
        self.len = self.len.saturating_add(parts.iter().map(|part| part.len() as u64).sum());
        Ok(())
    }

    /// Nothing more is appended: an encrypted file gets its end. Durable with the next `MediaDir::sync`.
    pub fn finish(&mut self) -> Result<()> {
        let Some(encryptor) = self.encryptor.take() else { return Ok(()) };
        write_all(&mut *self.file, &[&encryptor.end()?]).map_err(Error::file("ending", &self.absolute))
    }
}
