//! A mirror's folder: for each log its entries, tiles and newest checkpoint as C2SP lays them out, the key that it was
//! pinned to, and the forks that were met. Any web server can serve it as it lies.
//!
//! ```text
//! dir/lock
//! dir/<log>/vkey              whose log this is, from the first copy on
//! dir/<log>/checkpoint        the newest that the copy leads to
//! dir/<log>/tile/0/000        hash tiles; dir/<log>/tile/entries/000  bundles
//! dir/forks/
//! ```
//!
//! Invariant: tiles and entries are durable before the checkpoint that covers them; nothing that a checkpoint covers is
//! ever changed.

use crate::disk::SystemDisk;
use crate::error::{Error, Result};
use crate::files;
use crate::log::LogName;
use crate::witness::Forks;
use std::path::{Path, PathBuf};

/// The folder, taken for this process.
#[derive(Debug)]
pub struct MirrorFolder {
    dir: PathBuf,
    forks: Forks,
    _lock: std::fs::File,
}

impl MirrorFolder {
    /// Opens the folder, made when `create` says so.
    ///
    /// # Errors
    /// `NotFound` without it, `Conflict` when another process has it.
    pub fn open(dir: &Path, create: bool) -> Result<Self> {
        if create {
            files::make_folder(dir)?;
        } else if !dir.is_dir() {
            return Err(Error::NotFound("mirror"));
        }
        let lock = files::lock(dir)?;
        Ok(Self { dir: dir.to_owned(), forks: Forks::open(dir)?, _lock: lock })
    }

    pub fn forks(&self) -> &Forks {
        &self.forks
    }

    /// A file of a log by its C2SP path (`checkpoint`, `tile/0/000`); `None` when it is not there.
    pub fn read(&self, log: LogName, path: &str) -> Result<Option<Vec<u8>>> {
        let path = self.path(log, path);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file("reading", &path)(error)),
        }
    }

    /// Writes a file of a log, whole and durable.
    pub fn write(&self, log: LogName, path: &str, bytes: &[u8]) -> Result<()> {
        let path = self.path(log, path);
        if let Some(folder) = path.parent() {
            files::make_folder(folder)?;
        }
        files::replace(&SystemDisk, &path, bytes)
    }

    /// Removes a partial file that a wider one replaces; a file that is not there is no error.
    pub fn remove(&self, log: LogName, path: &str) -> Result<()> {
        let path = self.path(log, path);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::file("removing", &path)(error))
            }
            _ => Ok(()),
        }
    }

    fn path(&self, log: LogName, path: &str) -> PathBuf {
        self.dir.join(log.as_str()).join(path)
    }
}
