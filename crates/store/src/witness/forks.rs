//! A folder of contradictions: each file holds two checkpoints that one log signed and that cannot both be true.
//!
//! Files are written whole and never changed; the same evidence is kept once. It judges nothing: `ledger::fork` does.

use crate::disk::SystemDisk;
use crate::error::{Error, Result};
use crate::files;
use ledger::fork::{FORK_BYTES_MAX, Fork};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Files that are kept: one is proof enough, a thousand are a liar at work. Kept apart for the two kinds, so that
/// doubtful ones, which a stranger can provoke, never take the room of conclusive ones.
pub const FORKS_MAX: usize = 1_000;

/// The folder.
#[derive(Clone, Debug)]
pub struct Forks {
    folder: PathBuf,
}

impl Forks {
    /// The folder `forks` in `dir`, made when it is not there.
    pub fn open(dir: &Path) -> Result<Self> {
        let folder = dir.join("forks");
        files::make_folder(&folder)?;
        Ok(Self { folder })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps the evidence, durably, unless it is there already or its kind is full.
    pub fn keep(&self, fork: &Fork) -> Result<()> {
        let name = fork.file_name()?;
        let path = self.folder.join(&name);
        if path.exists() {
            return Ok(());
        }
        let kind = name.split_at(3).0;
        if self.names()?.iter().filter(|known| known.starts_with(kind)).count() >= FORKS_MAX {
            tracing::error!(name, "a fork was not kept: the folder is full");
            return Ok(());
        }
        tracing::error!(name, "a log contradicts itself; both signed checkpoints are kept");
        files::replace(&SystemDisk, &path, fork.to_string().as_bytes())
    }

    /// Every file with what is in it, or why that could not be read; by name.
    pub fn list(&self) -> Result<Vec<(String, Result<Fork>)>> {
        let read = |name: String| {
            let fork = self.read(&name);
            (name, fork)
        };
        Ok(self.names()?.into_iter().map(read).collect())
    }

    fn read(&self, name: &str) -> Result<Fork> {
        let path = self.folder.join(name);
        let mut bytes = Vec::new();
        let file = std::fs::File::open(&path).map_err(Error::file("opening", &path))?;
        file.take(FORK_BYTES_MAX as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(Error::file("reading", &path))?;
        Ok(Fork::parse(&bytes)?)
    }

    fn names(&self) -> Result<Vec<String>> {
        let entries = std::fs::read_dir(&self.folder).map_err(Error::file("listing", &self.folder))?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<String> = names.filter(|name| name.ends_with(".txt")).collect();
        names.sort_unstable();
        Ok(names)
    }
}
