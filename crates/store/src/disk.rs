//! What the store asks of a file system, behind a trait, so that a simulation can be the disk and fail at any step: media
//! files, sidecars, journals, and the newest checkpoints; and the moments of a database's commit.
//!
//! It decides nothing: errors reach the caller as the system gives them. Not behind it: the databases' own files, which
//! SQLite opens itself, and keys, packages and the lock. All calls block.

use rustix::fs::{Advice, fadvise, fsync, syncfs};
use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io::{self, IoSlice, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Readable by the service's account only: footage and its secrets.
const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;

/// Memory is dropped in whole pages, and pages are kept in pieces of up to this many bytes: a piece that reaches over the
/// offset goes as a whole.
const CACHED_PIECE_BYTES_MAX: u64 = 2 << 20;

/// Room on the media file system.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DiskSpace {
    pub total_bytes: u64,
    /// What an unprivileged process can still write.
    pub free_bytes: u64,
}

/// What stands at a path; links are not followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    pub is_folder: bool,
    pub bytes: u64,
}

/// The operations on a file system. Nothing is durable before a sync says so.
pub trait Disk: Debug + Send + Sync {
    /// A file that must not be there yet.
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// A file that may be there, and is emptied.
    fn create_over(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// A file for reading.
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    fn look(&self, path: &Path) -> io::Result<Look>;
    /// Length of the file, also through a link.
    fn len(&self, path: &Path) -> io::Result<u64>;
    fn is_folder(&self, path: &Path) -> bool;
    /// Paths in a folder, in no order.
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;
    /// The folder and those above it.
    fn make_folders(&self, path: &Path) -> io::Result<()>;
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Fails while something is in it.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Shortens a file, durably.
    fn cut(&self, path: &Path, bytes: u64) -> io::Result<()>;
    /// A file that is there, to be written on behind its end. Only recovery does that, to end an encrypted file.
    fn open_behind(&self, _path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Makes the names in a folder durable.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Makes everything written to the folder's file system durable: data, names and folders (`syncfs(2)`).
    fn sync(&self, root: &Path) -> io::Result<()>;
    /// Forgets what memory holds of a file from about `offset` on, once it has been synced: what is read then comes from the
    /// disk itself. After a sync that failed, memory goes on to show what the disk never got, and a later sync does not say so.
    fn forget_cached(&self, path: &Path, offset: u64) -> io::Result<()>;
    /// The file will be read soon: the system may begin.
    fn will_read(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }
    fn space(&self, folder: &Path) -> io::Result<DiskSpace>;
    /// What tells the file systems of two folders apart.
    fn file_system(&self, _folder: &Path) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Four random bytes for a file's name.
    fn chance(&self) -> io::Result<[u8; 4]>;
    /// What tells one run of the machine from the next: the kernel's boot id.
    fn machine(&self) -> String;
    /// A database is about to commit; an error fails the batch.
    fn committing(&self, _database: &'static str) -> io::Result<()> {
        Ok(())
    }
    /// A database has committed, and nobody has been answered yet.
    fn committed(&self, _database: &'static str) -> io::Result<()> {
        Ok(())
    }
}

/// One open file.
#[expect(clippy::len_without_is_empty, reason = "a file is never asked whether it is empty")]
pub trait DiskFile: Debug + Send + Sync {
    /// Appends as much as the system takes: the number of bytes, as `write(2)`.
    fn write(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize>;
    /// Fills `buf` from `offset` on, or fails with `UnexpectedEof`.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()>;
    fn len(&self) -> io::Result<u64>;
    fn sync(&self) -> io::Result<()>;
}

/// Appends everything: in one call where the system allows.
pub fn write_all(file: &mut dyn DiskFile, parts: &[&[u8]]) -> io::Result<()> {
    let mut slices: Vec<IoSlice<'_>> = parts.iter().map(|part| IoSlice::new(part)).collect();
    let mut rest = &mut slices[..];
    IoSlice::advance_slices(&mut rest, 0);
    while !rest.is_empty() {
        match file.write(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut rest, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The system's own.
#[derive(Clone, Copy, Debug)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path)?;
        Ok(Box::new(file))
    }
    fn create_over(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(true).write(true).mode(FILE_MODE).open(path)?;
        Ok(Box::new(file))
    }
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(File::open(path)?))
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }
    fn look(&self, path: &Path) -> io::Result<Look> {
        let meta = fs::symlink_metadata(path)?;
        Ok(Look { is_folder: meta.is_dir(), bytes: meta.len() })
    }
    fn len(&self, path: &Path) -> io::Result<u64> {
        fs::metadata(path).map(|meta| meta.len())
    }
    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
    }
    fn make_folders(&self, path: &Path) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path)
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }
    fn cut(&self, path: &Path, bytes: u64) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(bytes)?;
        file.sync_all()
    }
    fn open_behind(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(OpenOptions::new().append(true).open(path)?))
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        Ok(fsync(File::open(folder)?)?)
    }
    fn sync(&self, root: &Path) -> io::Result<()> {
        Ok(syncfs(File::open(root)?)?)
    }
    fn forget_cached(&self, path: &Path, offset: u64) -> io::Result<()> {
        let from = offset - offset % CACHED_PIECE_BYTES_MAX;
        Ok(fadvise(File::open(path)?, from, None, Advice::DontNeed)?)
    }
    fn will_read(&self, path: &Path) -> io::Result<()> {
        Ok(fadvise(File::open(path)?, 0, None, Advice::WillNeed)?)
    }
    fn space(&self, folder: &Path) -> io::Result<DiskSpace> {
        let stat = rustix::fs::statvfs(folder)?;
        Ok(DiskSpace {
            total_bytes: stat.f_blocks.saturating_mul(stat.f_frsize),
            free_bytes: stat.f_bavail.saturating_mul(stat.f_frsize),
        })
    }
    fn file_system(&self, folder: &Path) -> io::Result<u64> {
        fs::metadata(folder).map(|meta| meta.dev())
    }
    fn chance(&self) -> io::Result<[u8; 4]> {
        let mut random = [0; 4];
        getrandom::fill(&mut random).map_err(|error| io::Error::other(format!("no randomness: {error}")))?;
        Ok(random)
    }
    fn machine(&self) -> String {
        fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default()
    }
}

impl DiskFile for File {
    fn write(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        self.write_vectored(parts)
    }
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        self.read_exact_at(buf, offset)
    }
    fn len(&self) -> io::Result<u64> {
        self.metadata().map(|meta| meta.len())
    }
    fn sync(&self) -> io::Result<()> {
        self.sync_all()
    }
}
