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
use ledger::checkpoint::Checkpoint;
use ledger::note::{Note, NoteKey};
use ledger::tile::{TILE_WIDTH, Tile, parse_bundle};
use ledger::tree::leaf_hash;
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

/// One log of a mirror's folder, to be read only: no lock is taken and nothing is written, so that it may lie on a medium that
/// cannot be written, and a mirror that runs may go on.
#[derive(Clone, Debug)]
pub struct MirrorLog {
    folder: PathBuf,
    /// Whose log the folder copies.
    pub key: NoteKey,
    /// The newest checkpoint that the copy leads to; its signature was verified.
    pub checkpoint: Checkpoint,
    /// The note with the log's own signature; cosignatures are left out.
    pub note: String,
}

impl MirrorLog {
    /// `None`: the folder is no mirror of this log, or nothing was copied yet.
    ///
    /// # Errors
    /// `Corrupt` when the checkpoint is not one that the pinned key signed.
    pub fn open(dir: &Path, log: LogName) -> Result<Option<Self>> {
        let folder = dir.join(log.as_str());
        let (Some(pinned), Some(bytes)) = (read(&folder.join("vkey"))?, read(&folder.join("checkpoint"))?)
        else {
            return Ok(None);
        };
        let bad = |error: ledger::Error| {
            let place = folder.join("checkpoint");
            Error::Corrupt(format!("{}: not signed by the key in `vkey`: {error}", place.display()))
        };
        let key = NoteKey::parse(String::from_utf8_lossy(&pinned).trim()).map_err(bad)?;
        let note = Note::parse(&bytes).map_err(bad)?;
        let (checkpoint, _) = Checkpoint::open(&note, std::slice::from_ref(&key)).map_err(bad)?;
        let own = note.signatures().iter().filter(|line| line.name == key.name() && line.id == key.id());
        let note = Note::new(note.text(), own.cloned().collect()).map_err(bad)?.to_string();
        Ok(Some(Self { folder, key, checkpoint, note }))
    }

    /// Where its checkpoint lies.
    pub fn place(&self) -> PathBuf {
        self.folder.join("checkpoint")
    }

    /// The entries of a bundle, each one that its hash in the copy's own tile says. Whether they lead to the checkpoint's root is
    /// the caller's to compute.
    ///
    /// # Errors
    /// `Corrupt` naming the file that is missing, or the entry that was changed.
    pub fn bundle(&self, index: u64) -> Result<Vec<Vec<u8>>> {
        let size = self.checkpoint.size;
        let tile = Tile::of_size(0, index, size).ok_or(Error::NotFound("bundle"))?;
        let (bundle, hashes) = (self.folder.join(tile.entries_path()), self.folder.join(tile.path()));
        let whole = |path: &Path| {
            let text =
                || format!("{} is missing: the copy's checkpoint is of {size} entries", path.display());
            read(path)?.ok_or_else(|| Error::Corrupt(text()))
        };
        let (bytes, hashes) = (whole(&bundle)?, whole(&hashes)?);
        let entries =
            parse_bundle(&bytes).map_err(|error| Error::Corrupt(format!("{}: {error}", bundle.display())))?;
        let width = usize::from(tile.width);
        if entries.len() != width || hashes.len() != width * 32 {
            let text = format!("{}: not as many entries as its name says", bundle.display());
            return Err(Error::Corrupt(text));
        }
        let first = index.saturating_mul(TILE_WIDTH.into());
        for (number, (entry, hash)) in (first..).zip(entries.iter().zip(hashes.chunks_exact(32))) {
            if leaf_hash(entry).0[..] != *hash {
                let text = format!("{}, entry {number}: not the one that was copied", bundle.display());
                return Err(Error::Corrupt(text));
            }
        }
        Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file("reading", path)(error)),
    }
}
