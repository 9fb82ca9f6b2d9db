//! Rotation of the store key: sidecars wrapped again under the current one, media untouched (design note `encryption.md`, §4.5).
//! And the census of which keys the sidecars need.
//!
//! Invariant: a sidecar is replaced whole or not at all, and what is done is known by its key id, so that every step can be
//! repeated.

use super::{MediaDir, SegmentPath, key_list, wrapped};
use crate::disk::write_all;
use crate::error::{Error, Result};
use crate::store_key::StoreKeyId;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Sidecars wrapped between two syncs: few syncs, and little to do again after a power cut.
const SYNC_EVERY: u64 = 1_000;

/// How many sidecars need which key.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KeyCensus {
    /// Of plain files.
    pub plain: u64,
    pub wrapped: BTreeMap<StoreKeyId, u64>,
    /// Cannot be read: torn, or not a sidecar.
    pub unreadable: u64,
}

/// What a rotation did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rewrapped {
    pub rewrapped: u64,
    /// Under the current key already.
    pub current: u64,
    pub plain: u64,
    /// Their key was not given.
    pub absent: BTreeMap<StoreKeyId, u64>,
    /// Torn or changed; they stay as they are.
    pub failed: u64,
}

impl Rewrapped {
    /// Both together.
    pub fn and(mut self, other: Self) -> Self {
        self.rewrapped += other.rewrapped;
        self.current += other.current;
        self.plain += other.plain;
        self.failed += other.failed;
        for (key, count) in other.absent {
            *self.absent.entry(key).or_default() += count;
        }
        self
    }
}

impl MediaDir {
    /// The ids of the store keys that this folder is known to need, oldest first.
    pub fn needed_keys(&self) -> Result<Vec<StoreKeyId>> {
        key_list::read(&*self.disk, &self.root)
    }

    /// Reads every sidecar: long in a large store.
    pub fn key_census(&self) -> Result<KeyCensus> {
        let mut census = KeyCensus::default();
        self.each_sidecar(|_, _, stored| {
            match stored.map(|stored| stored.key()) {
                Ok(None) => census.plain += 1,
                Ok(Some(key)) => *census.wrapped.entry(key).or_default() += 1,
                Err(_) => census.unreadable += 1,
            }
            Ok(())
        })?;
        Ok(census)
    }

    /// Wraps every sidecar by the current key. The caller has made the entry.
    pub(crate) fn rewrap(&self) -> Result<Rewrapped> {
        let current =
            self.keys.current().ok_or(Error::invalid("key", "there is no current store key"))?.clone();
        key_list::note(&*self.disk, &self.root, current.id())?;
        let mut done = Rewrapped::default();
        self.each_sidecar(|file, path, stored| {
            let stored = match stored {
                Ok(stored) => stored,
                Err(error) => {
                    tracing::error!(%path, %error, "a sidecar cannot be wrapped again");
                    done.failed += 1;
                    return Ok(());
                }
            };
            match stored.key() {
                None => done.plain += 1,
                Some(key) if key == current.id() => done.current += 1,
                Some(key) if !self.keys.has(key) => *done.absent.entry(key).or_default() += 1,
                Some(_) => match stored.open(&self.keys, path) {
                    Ok(wrapped::OpenedSidecar { sidecar, data_key: Some(data_key) }) => {
                        let bytes = wrapped::wrap(&sidecar, &data_key, &current, path)?;
                        self.put_sidecar(file, &bytes)?;
                        done.rewrapped += 1;
                        if done.rewrapped.is_multiple_of(SYNC_EVERY) {
                            self.sync()?;
                        }
                    }
                    _ => done.failed += 1,
                },
            }
            Ok(())
        })?;
        self.sync()?;
        // What cannot be opened may need any of them.
        if done.failed == 0 {
            let needed: Vec<StoreKeyId> = done.absent.keys().copied().chain([current.id()]).collect();
            key_list::write(&*self.disk, &self.root, &needed)?;
        }
        Ok(done)
    }

    /// Durable with the next sync: a rename after a write to another file leaves the old sidecar or the new one, whole.
    fn put_sidecar(&self, file: &Path, bytes: &[u8]) -> Result<()> {
        let beside = beside(file);
        let mut new = self.disk.create_over(&beside).map_err(Error::file("creating", &beside))?;
        write_all(&mut *new, &[bytes]).and_then(|()| new.sync()).map_err(Error::file("writing", &beside))?;
        self.disk.rename(&beside, file).map_err(Error::file("renaming to", file))
    }

    fn each_sidecar(
        &self,
        mut look: impl FnMut(&Path, &SegmentPath, Result<wrapped::StoredSidecar>) -> Result<()>,
    ) -> Result<()> {
        self.check_identity()?;
        for root in [self.root.to_path_buf(), self.aside_folder()] {
            let mut folders = vec![root.clone()];
            while let Some(folder) = folders.pop() {
                for path in self.read_folder(&folder)? {
                    if path == self.aside_folder() || path == self.journal_folder() {
                        continue;
                    }
                    if self.disk.is_folder(&path) {
                        folders.push(path);
                    } else if let Some(segment) = segment_of(&root, &path) {
                        let stored = self
                            .disk
                            .read(&path)
                            .map_err(Error::file("reading", &path))
                            .and_then(|bytes| wrapped::StoredSidecar::decode(&bytes, self.store));
                        look(&path, &segment, stored)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Where a sidecar's replacement is written.
pub(super) fn beside(sidecar: &Path) -> PathBuf {
    sidecar.with_extension("side-new")
}

fn segment_of(root: &Path, sidecar: &Path) -> Option<SegmentPath> {
    let relative = sidecar.strip_prefix(root).ok()?.to_str()?;
    SegmentPath::parse(&format!("{}.mp4", relative.strip_suffix(".side")?)).ok()
}
