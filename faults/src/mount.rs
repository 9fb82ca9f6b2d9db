//! The disk as one file of a FUSE file system, over which a loop device is set up.
//!
//! Without the kernel's write-back cache (which is not asked for) FUSE hands on every write as it is made, and the loop device
//! turns each flush of the file system on it into an fsync of this file.

use crate::disk::Disk;
use fuser::{
    FileAttr, FileType, Filesystem, ReplyAttr, ReplyData, ReplyEmpty, ReplyEntry, ReplyOpen, ReplyWrite,
    Request, consts::FOPEN_DIRECT_IO,
};
use std::{
    ffi::OsStr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

/// The only file's name.
pub const FILE_NAME: &str = "disk";
const FILE: u64 = 2;
/// Attributes never change, so the kernel need not ask again soon.
const VALID: Duration = Duration::from_secs(60);

pub struct OneFile {
    pub disk: Arc<Mutex<Disk>>,
    /// How long a flush takes: that of a real disk is not nothing.
    pub flush_time: Duration,
}

impl OneFile {
    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn attributes(&self, inode: u64) -> FileAttr {
        let (kind, perm, size) = match inode {
            FILE => (FileType::RegularFile, 0o600, self.disk().size()),
            _ => (FileType::Directory, 0o700, 0),
        };
        let time = SystemTime::UNIX_EPOCH;
        FileAttr {
            ino: inode,
            size,
            blocks: size / 512,
            atime: time,
            mtime: time,
            ctime: time,
            crtime: time,
            kind,
            perm,
            nlink: 1,
            uid: 0,
            gid: 0,
            rdev: 0,
            blksize: 4_096,
            flags: 0,
        }
    }
}

fn code(error: &std::io::Error) -> i32 {
    error.raw_os_error().unwrap_or(libc::EIO)
}

impl Filesystem for OneFile {
    fn lookup(&mut self, _request: &Request<'_>, parent: u64, name: &OsStr, reply: ReplyEntry) {
        if parent == 1 && name == FILE_NAME {
            reply.entry(&VALID, &self.attributes(FILE), 0);
        } else {
            reply.error(libc::ENOENT);
        }
    }

    fn getattr(&mut self, _request: &Request<'_>, inode: u64, _handle: Option<u64>, reply: ReplyAttr) {
        reply.attr(&VALID, &self.attributes(inode));
    }

    fn open(&mut self, _request: &Request<'_>, _inode: u64, _flags: i32, reply: ReplyOpen) {
        // No page of it stays in the kernel: after a cut nothing may be read but what this process says.
        reply.opened(0, FOPEN_DIRECT_IO);
    }

    fn read(
        &mut self,
        _request: &Request<'_>,
        _inode: u64,
        _handle: u64,
        offset: i64,
        size: u32,
        _flags: i32,
        _lock_owner: Option<u64>,
        reply: ReplyData,
    ) {
        let disk = self.disk();
        let offset = offset.max(0) as u64;
        let mut bytes = vec![0; u64::from(size).min(disk.size().saturating_sub(offset)) as usize];
        match disk.read(offset, &mut bytes) {
            Ok(()) => reply.data(&bytes),
            Err(error) => reply.error(code(&error)),
        }
    }

    fn write(
        &mut self,
        _request: &Request<'_>,
        _inode: u64,
        _handle: u64,
        offset: i64,
        data: &[u8],
        _write_flags: u32,
        _flags: i32,
        _lock_owner: Option<u64>,
        reply: ReplyWrite,
    ) {
        let written = self.disk().write(offset.max(0) as u64, data);
        match written {
            Ok(()) => reply.written(data.len() as u32),
            Err(error) => reply.error(code(&error)),
        }
    }

    /// Closing a file makes nothing durable.
    fn flush(&mut self, _request: &Request<'_>, _inode: u64, _handle: u64, _owner: u64, reply: ReplyEmpty) {
        reply.ok();
    }

    fn fsync(
        &mut self,
        _request: &Request<'_>,
        _inode: u64,
        _handle: u64,
        _data_only: bool,
        reply: ReplyEmpty,
    ) {
        std::thread::sleep(self.flush_time);
        let flushed = self.disk().flush();
        match flushed {
            Ok(()) => reply.ok(),
            Err(error) => reply.error(code(&error)),
        }
    }
}
