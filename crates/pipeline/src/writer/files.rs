//! What the writer does to the media folder: create, append, sync. Behind a trait, so that a test can make a disk fail.
//!
//! It decides nothing and keeps nothing: a failure goes to the writer, which ends the segments concerned.

use bytes::Bytes;
use std::path::{Path, PathBuf};
use store::{
    Result,
    media_dir::{DiskSpace, JournalFile, MediaDir, SegmentFile, SegmentPath, Sidecar},
};

/// A file that is only ever written on. Durable with the next [`Files::sync`].
pub(crate) trait Append: Send {
    fn append(&mut self, parts: &[Bytes]) -> Result<()>;
    /// Nothing more is appended; an encrypted segment gets its end.
    fn finish(&mut self) -> Result<()>;
}

/// The operations on one media file system. All of them block; writer and sync thread share them.
pub(crate) trait Files: Send + Sync {
    /// A segment's file and sidecar.
    fn create_segment(&self, sidecar: Sidecar) -> Result<(SegmentPath, Box<dyn Append>)>;
    fn create_journal(&self, boot_counter: u64, number: u32) -> Result<(PathBuf, Box<dyn Append>)>;
    fn remove_journal(&self, path: &Path) -> Result<()>;
    /// Whether the folder is there, and ours.
    fn check(&self) -> Result<()>;
    fn sync(&self) -> Result<()>;
    fn space(&self) -> Result<DiskSpace>;
}

impl Append for SegmentFile {
    fn append(&mut self, parts: &[Bytes]) -> Result<()> {
        Self::append(self, parts)
    }

    fn finish(&mut self) -> Result<()> {
        Self::finish(self)
    }
}

impl Append for JournalFile {
    fn append(&mut self, parts: &[Bytes]) -> Result<()> {
        parts.iter().try_for_each(|part| Self::append(self, part))
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Files for MediaDir {
    fn create_segment(&self, sidecar: Sidecar) -> Result<(SegmentPath, Box<dyn Append>)> {
        let file = Self::create_segment(self, sidecar)?;
        Ok((file.path().clone(), Box::new(file)))
    }

    fn create_journal(&self, boot_counter: u64, number: u32) -> Result<(PathBuf, Box<dyn Append>)> {
        let file = Self::create_journal(self, boot_counter, number)?;
        Ok((file.path().to_path_buf(), Box::new(file)))
    }

    fn remove_journal(&self, path: &Path) -> Result<()> {
        Self::remove_journal(self, path)
    }

    fn check(&self) -> Result<()> {
        self.check_identity()
    }

    /// A disk that was exchanged would sync well, and what was written is on the other one.
    fn sync(&self) -> Result<()> {
        self.check_identity()?;
        Self::sync(self)
    }

    fn space(&self) -> Result<DiskSpace> {
        Self::space(self)
    }
}
