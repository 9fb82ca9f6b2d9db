//! All media folders of a store: which there are, which are away, and on which one a segment lies.
//!
//! A folder is one disk. Which there are is the registry's matter; what may be done in one is [`MediaDir`]'s. Invariants: a
//! disk that is away is never read as "its files are gone" (what is not found while one is away is *unavailable*, not
//! absent); nothing is created, listed or deleted in a folder whose identity is not its own. All calls block.

use crate::disk::{Disk, DiskSpace};
use crate::error::{Error, Result};
use crate::media_dir::{
    FoundFile, HoldFile, KeyCensus, MediaDir, Rewrapped, SegmentPath, SegmentReader, Sidecar,
};
use crate::store_key::{StoreKeyId, StoreKeys};
use model::{DiskId, HoldId, StoreId, StreamId, WallTime};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// Media disks that a store ever had, retired ones included: each costs a look at every start and a thread; a server has
/// fewer slots.
pub const DISKS_MAX: usize = 24;

/// A media disk as the registry knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MediaDisk {
    pub id: DiskId,
    /// `None`: the folder that the data folder or the boot file names.
    pub path: Option<PathBuf>,
    /// What its identity file says beside the store; `None` of the first.
    pub own: Option<Uuid>,
    pub added: Option<WallTime>,
    /// Nothing new is recorded there since.
    pub retired: Option<WallTime>,
}

/// One disk and its folder.
#[derive(Clone, Debug)]
pub struct OpenDisk {
    pub id: DiskId,
    pub retired: bool,
    pub dir: MediaDir,
}

impl OpenDisk {
    /// Why it cannot be used now; `None`: it is there.
    pub fn away(&self) -> Option<Error> {
        self.dir.check_identity().err()
    }
}

/// Handle to the media folders; cheap to clone, and all clones see the same disks.
#[derive(Clone, Debug)]
pub struct MediaDisks {
    disks: Arc<RwLock<Vec<OpenDisk>>>,
    disk: Arc<dyn Disk>,
    store: StoreId,
    keys: StoreKeys,
    /// Folders may share a file system.
    one_file_system: bool,
}

impl MediaDisks {
    /// The first folder, and the others as the registry has them.
    ///
    /// # Errors
    /// When no folder is there that footage could be recorded to: the error of the first.
    pub(crate) fn open(
        first: MediaDir,
        rows: &[MediaDisk],
        disk: Arc<dyn Disk>,
        keys: StoreKeys,
        one_file_system: bool,
    ) -> Result<Self> {
        let (store, first) = (first.store(), first.keyed(keys.clone()));
        let all = Self { disks: Arc::default(), disk, store, keys, one_file_system };
        let opened: Vec<OpenDisk> = rows.iter().map(|row| all.of(row, &first)).collect();
        let mut usable = false;
        for disk in &opened {
            match disk.away() {
                None => {
                    disk.dir.note_key()?;
                    usable |= !disk.retired;
                }
                Some(error) if opened.len() > 1 => {
                    tracing::error!(disk = %disk.id, %error, "a media disk is away: what lies on it cannot be read until it is back");
                }
                Some(error) => return Err(error),
            }
        }
        if let (false, Some(error)) = (usable, first.check_identity().err()) {
            return Err(error);
        }
        *all.write() = opened;
        Ok(all)
    }

    fn of(&self, row: &MediaDisk, first: &MediaDir) -> OpenDisk {
        let dir = match &row.path {
            None => first.clone(),
            Some(path) => {
                MediaDir::of_disk(Arc::clone(&self.disk), path, self.store, row.own).keyed(self.keys.clone())
            }
        };
        OpenDisk { id: row.id, retired: row.retired.is_some(), dir }
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Vec<OpenDisk>> {
        self.disks.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Vec<OpenDisk>> {
        self.disks.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every disk, in order of number.
    pub fn all(&self) -> Vec<OpenDisk> {
        self.read().clone()
    }

    /// Those whose folder is there and is theirs.
    pub fn present(&self) -> Vec<OpenDisk> {
        self.all().into_iter().filter(|disk| disk.away().is_none()).collect()
    }

    /// Those whose folder is absent or foreign.
    pub fn away(&self) -> Vec<DiskId> {
        self.all().into_iter().filter(|disk| disk.away().is_some()).map(|disk| disk.id).collect()
    }

    pub fn find(&self, id: DiskId) -> Result<OpenDisk> {
        self.read().iter().find(|disk| disk.id == id).cloned().ok_or(Error::NotFound("media disk"))
    }

    /// The folder of the first disk.
    pub fn first(&self) -> MediaDir {
        // There is always one: a store is made with it.
        let disks = self.read();
        match disks.first() {
            Some(first) => first.dir.clone(),
            None => MediaDir::of_disk(Arc::clone(&self.disk), Path::new(""), self.store, None),
        }
    }

    pub(crate) fn may_share(&self) -> bool {
        self.one_file_system
    }

    /// A folder that is to become a disk of this store.
    pub(crate) fn candidate(&self, path: &Path, own: Uuid) -> MediaDir {
        MediaDir::of_disk(Arc::clone(&self.disk), path, self.store, Some(own)).keyed(self.keys.clone())
    }

    /// Takes over what the registry says now.
    pub(crate) fn set(&self, rows: &[MediaDisk]) {
        let first = self.first();
        *self.write() = rows.iter().map(|row| self.of(row, &first)).collect();
    }

    /// The identity of every disk that is there.
    ///
    /// # Errors
    /// When none is.
    pub fn check_identity(&self) -> Result<()> {
        let mut first = None;
        for disk in self.all() {
            match disk.away() {
                None => return Ok(()),
                Some(error) => drop(first.get_or_insert(error)),
            }
        }
        first.map_or(Ok(()), Err)
    }

    pub fn store(&self) -> StoreId {
        self.store
    }

    pub fn keys(&self) -> &StoreKeys {
        &self.keys
    }

    /// The disk on which a segment's files lie.
    ///
    /// # Errors
    /// `Unavailable` when they are on none that is there while another is away. When all are there, a segment that is
    /// nowhere is looked for on the first, and found missing there.
    pub(crate) fn holder(&self, path: &SegmentPath) -> Result<OpenDisk> {
        let all = self.all();
        if let [only] = &all[..] {
            return Ok(only.clone());
        }
        if let Some(holder) = all.iter().find(|disk| disk.dir.has(path)) {
            return Ok(holder.clone());
        }
        match self.away().first() {
            Some(away) => Err(Error::DiskAway(*away)),
            None => all.into_iter().next().ok_or(Error::NotFound("media disk")),
        }
    }

    /// Whether files of a segment that was recorded on `disk` are there.
    ///
    /// # Errors
    /// `DiskAway` when they are nowhere and that disk is away.
    pub(crate) fn is_there(&self, path: &SegmentPath, disk: DiskId) -> Result<bool> {
        if self.all().iter().any(|disk| disk.dir.has(path)) {
            return Ok(true);
        }
        if self.find(disk).is_ok_and(|disk| disk.away().is_some()) {
            Err(Error::DiskAway(disk))
        } else {
            Ok(false)
        }
    }

    /// Removes the files of a segment that was recorded on `disk`; absent ones are fine, an absent disk is not.
    ///
    /// # Errors
    /// `DiskAway`, and what the disk says.
    pub(crate) fn unlink_of(&self, path: &SegmentPath, disk: DiskId) -> Result<()> {
        self.is_there(path, disk)?;
        self.present().iter().try_for_each(|disk| disk.dir.unlink(path))
    }

    /// See [`MediaDir::forget_cached`].
    ///
    /// # Errors
    /// As there; `DiskAway` when the file's disk is away.
    pub fn forget_cached(&self, path: &SegmentPath, from: u64) -> Result<()> {
        self.holder(path)?.dir.forget_cached(path, from)
    }

    pub(crate) fn read_sidecar(&self, path: &SegmentPath) -> Result<Sidecar> {
        self.holder(path)?.dir.read_sidecar(path)
    }

    pub(crate) fn sidecar_stream(&self, path: &SegmentPath) -> Result<StreamId> {
        self.holder(path)?.dir.sidecar_stream(path)
    }

    pub(crate) fn open_segment(&self, path: &SegmentPath) -> Result<SegmentReader> {
        self.holder(path)?.dir.open_segment(path)
    }

    pub(crate) fn open_unsealed(&self, path: &SegmentPath) -> Result<SegmentReader> {
        self.holder(path)?.dir.open_unsealed(path)
    }

    pub(crate) fn read_unsealed(&self, path: &SegmentPath, bytes_max: u64) -> Result<Vec<u8>> {
        self.holder(path)?.dir.read_unsealed(path, bytes_max)
    }

    pub(crate) fn plain_len(&self, path: &SegmentPath) -> Result<Option<u64>> {
        self.holder(path)?.dir.plain_len(path)
    }

    pub(crate) fn segment_len(&self, path: &SegmentPath) -> Result<Option<u64>> {
        self.holder(path)?.dir.segment_len(path)
    }

    pub(crate) fn cut_tail(&self, path: &SegmentPath, bytes: u64) -> Result<()> {
        self.holder(path)?.dir.cut_tail(path, bytes)
    }

    pub(crate) fn unlink(&self, path: &SegmentPath) -> Result<()> {
        self.holder(path)?.dir.unlink(path)
    }

    pub(crate) fn sync_folder(&self, path: &SegmentPath) -> Result<()> {
        self.present().iter().try_for_each(|disk| disk.dir.sync_folder(path))
    }

    pub(crate) fn move_aside(&self, path: &SegmentPath) -> Result<()> {
        self.holder(path)?.dir.move_aside(path)
    }

    pub(crate) fn young(&self, since: WallTime) -> Result<BTreeSet<SegmentPath>> {
        self.check_identity()?;
        let mut found = BTreeSet::new();
        for disk in self.present() {
            found.append(&mut disk.dir.young(since)?);
        }
        Ok(found)
    }

    /// Journals of every disk that is there.
    pub fn journals(&self) -> Result<Vec<PathBuf>> {
        self.check_identity()?;
        let lists: Result<Vec<_>> = self.present().iter().map(|disk| disk.dir.journals()).collect();
        Ok(lists?.concat())
    }

    /// Every file of every disk that is there; those of further disks with the disk's number before the name.
    pub fn list(&self) -> Result<Vec<FoundFile>> {
        self.check_identity()?;
        let mut found = Vec::new();
        for disk in self.present() {
            let prefix = if disk.id == DiskId::FIRST { String::new() } else { format!("disk {}: ", disk.id) };
            let named =
                |file: FoundFile| FoundFile { relative: format!("{prefix}{}", file.relative), ..file };
            found.extend(disk.dir.list()?.into_iter().map(named));
        }
        Ok(found)
    }

    /// Syncs every disk that is there.
    pub fn sync(&self) -> Result<()> {
        self.present().iter().try_for_each(|disk| disk.dir.sync())
    }

    pub fn space(&self, id: DiskId) -> Result<DiskSpace> {
        self.find(id)?.dir.space()
    }

    /// The record that placed a hold, on every disk that is there.
    ///
    /// # Errors
    /// When one of them does not take it, or none is there.
    pub(crate) fn write_hold(&self, hold: HoldId, record: &[u8]) -> Result<()> {
        self.check_identity()?;
        self.present().iter().try_for_each(|disk| disk.dir.write_hold(hold, record))
    }

    pub(crate) fn remove_hold(&self, hold: HoldId) -> Result<()> {
        self.check_identity()?;
        self.present().iter().try_for_each(|disk| disk.dir.remove_hold(hold))
    }

    /// The sidecars of holds of each disk that is there.
    pub(crate) fn read_holds(&self) -> Result<Vec<(DiskId, Vec<HoldFile>)>> {
        self.check_identity()?;
        self.present().into_iter().map(|disk| Ok((disk.id, disk.dir.read_holds()?))).collect()
    }

    /// The ids of the store keys that any disk that is there needs, oldest first.
    pub fn needed_keys(&self) -> Result<Vec<StoreKeyId>> {
        let mut needed: Vec<StoreKeyId> = Vec::new();
        for disk in self.present().iter().rev() {
            let own = disk.dir.needed_keys()?;
            needed.retain(|id| !own.contains(id));
            needed.extend(own);
        }
        Ok(needed)
    }

    /// Reads every sidecar of every disk that is there.
    pub fn key_census(&self) -> Result<KeyCensus> {
        self.check_identity()?;
        let mut census = KeyCensus::default();
        for disk in self.present() {
            let own = disk.dir.key_census()?;
            census.plain += own.plain;
            census.unreadable += own.unreadable;
            own.wrapped.into_iter().for_each(|(key, count)| *census.wrapped.entry(key).or_default() += count);
        }
        Ok(census)
    }

    pub(crate) fn rewrap(&self) -> Result<Rewrapped> {
        self.check_identity()?;
        let mut all = Rewrapped::default();
        for disk in self.present() {
            let Rewrapped { rewrapped, current, plain, absent, failed } = disk.dir.rewrap()?;
            all.rewrapped += rewrapped;
            all.current += current;
            all.plain += plain;
            all.failed += failed;
            absent.into_iter().for_each(|(key, count)| *all.absent.entry(key).or_default() += count);
        }
        Ok(all)
    }
}
