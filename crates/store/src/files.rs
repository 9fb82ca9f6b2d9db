//! Small files outside the media folder: the lock, the keys, the newest checkpoints. Written whole, then renamed.

use crate::disk::{Disk, SystemDisk, write_all};
use crate::error::{Error, Result};
use rustix::fs::FlockOperation;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// How the error begins that says that another process has the data folder.
pub const OPEN_ELSEWHERE: &str = "another process has";

/// Takes the data folder for this process until the file is dropped.
///
/// # Errors
/// `Conflict` when another process has it.
pub fn lock(data_dir: &Path) -> Result<File> {
    let path = data_dir.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(Error::file("opening", &path))?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => {
            Err(Error::Conflict(format!("{OPEN_ELSEWHERE} {} open", data_dir.display())))
        }
        Err(error) => Err(Error::file("locking", &path)(error.into())),
    }
}

pub fn make_folder(path: &Path) -> Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(Error::file("making the folder", path))
}

/// Replaces a file's content so that after a crash either the old or the new content is there, whole.
pub fn replace(disk: &dyn Disk, path: &Path, content: &[u8]) -> Result<()> {
    let temporary = path.with_extension("new");
    let mut file = disk.create_over(&temporary).map_err(Error::file("creating", &temporary))?;
    write_all(&mut *file, &[content])
        .and_then(|()| file.sync())
        .map_err(Error::file("writing", &temporary))?;
    disk.rename(&temporary, path).map_err(Error::file("renaming to", path))?;
    let Some(folder) = path.parent() else { return Ok(()) };
    disk.sync_folder(folder).map_err(Error::file("syncing", folder))
}

/// Reads a 32-byte key, or makes it from fresh randomness when there is none and `create` allows it.
pub fn key(path: &Path, create: bool) -> Result<[u8; 32]> {
    match fs::read(path) {
        Ok(bytes) => bytes
            .try_into()
            .map_err(|_| Error::Corrupt(format!("the key file {} has not 32 bytes", path.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && create => {
            let key = random::<32>()?;
            replace(&SystemDisk, path, &key)?;
            Ok(key)
        }
        Err(error) => Err(Error::file("reading the key", path)(error)),
    }
}

/// Fresh bytes from the operating system.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::Unavailable(format!("no randomness: {error}")))?;
    Ok(bytes)
}

/// Room left on the file system of a folder.
pub fn space(folder: &Path) -> Result<crate::DiskSpace> {
    SystemDisk.space(folder).map_err(Error::file("asking for room on", folder))
}

/// Makes all that was written to a folder's file system durable.
pub fn sync_file_system(folder: &Path) -> Result<()> {
    let handle = File::open(folder).map_err(Error::file("opening", folder))?;
    rustix::fs::syncfs(&handle).map_err(|error| Error::file("syncing", folder)(error.into()))
}

/// Makes names in a file's folder durable.
pub fn sync_parent(path: &Path) -> Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::file("syncing", folder))
}
