//! The media folder: its identity, the names of files in it, and what may be done to them. All media paths are made here.
//!
//! ```text
//! media/IDENTITY                                       which store this folder belongs to
//! media/<camera>/<main|sub>/<yyyymmdd>/<hhmmss>-<random>.mp4   one sealed or open segment
//! media/<camera>/<main|sub>/<yyyymmdd>/<hhmmss>-<random>.side  its sidecar: secret, stream, start
//! media/KEYS                                           ids of the store keys that are needed, when something is encrypted
//! media/journal/<boot>-<number>.journal                 what the recorder has synced
//! media/holds/<hold>.hold                              an evidence hold: the record that placed it
//! media/aside/<name of a segment>                       files that no record can name; nobody deletes them by rule
//! ```
//!
//! Invariant: an absent, foreign or unreadable identity file is an error, never "all files are gone". All calls
//! block; callers in async code use a blocking thread.

mod encrypted;
#[cfg(test)]
mod encrypted_tests;
mod holds;
mod identity;
mod key_list;
mod path;
mod rewrap;
mod segment_file;
mod sidecar;
#[cfg(test)]
mod tests;
mod wrapped;

pub(crate) use holds::HoldFile;
pub use path::SegmentPath;
pub use rewrap::{KeyCensus, Rewrapped};
pub use segment_file::{SegmentFile, SegmentRead, SegmentReader};
pub use sidecar::{SIDECAR_BYTES, Sidecar};
pub(crate) use wrapped::WRAPPED_BYTES;

pub use crate::disk::DiskSpace;

use crate::disk::{Disk, DiskFile, Look, SystemDisk, write_all};
use crate::error::{Error, Result};
use crate::store_key::{StoreKeyId, StoreKeys};
use encrypted::{DataKey, EncryptedSegment, Encryptor};
use model::{Secret, StoreId, StreamId, WallTime};
use segment_file::PlainSegment;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;

/// A media folder whose identity has been checked; cheap to clone.
#[derive(Clone, Debug)]
pub struct MediaDir {
    root: Arc<Path>,
    store: StoreId,
    /// What its identity file says beside the store: which disk of it, unless it is the first.
    own: Option<Uuid>,
    disk: Arc<dyn Disk>,
    keys: StoreKeys,
}

/// A file found in the media folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundFile {
    /// `None`: the name is none that we make.
    pub segment: Option<SegmentPath>,
    pub sidecar: bool,
    /// Relative to the media folder.
    pub relative: String,
    pub bytes: u64,
}

impl MediaDir {
    /// Opens a folder that must already carry the identity of `store`.
    pub fn open(root: &Path, store: StoreId) -> Result<Self> {
        Self::open_on(Arc::new(SystemDisk), root, store)
    }

    /// The same on another disk than the system's.
    pub fn open_on(disk: Arc<dyn Disk>, root: &Path, store: StoreId) -> Result<Self> {
        let media = Self::of_disk(disk, root, store, None);
        media.check_identity()?;
        Ok(media)
    }

    /// A folder that may be away just now: everything that creates, lists or deletes asks for its identity first.
    pub(crate) fn of_disk(disk: Arc<dyn Disk>, root: &Path, store: StoreId, own: Option<Uuid>) -> Self {
        Self { root: root.into(), store, own, disk, keys: StoreKeys::default() }
    }

    /// The same folder, with these keys: new segments are encrypted if there is a current one.
    ///
    /// # Errors
    /// When the current key's id cannot be noted.
    pub fn with_keys(self, keys: StoreKeys) -> Result<Self> {
        let media = self.keyed(keys);
        media.note_key()?;
        Ok(media)
    }

    /// As [`MediaDir::with_keys`], for a folder that may be away: [`MediaDir::note_key`] comes before its first segment.
    pub(crate) fn keyed(self, keys: StoreKeys) -> Self {
        Self { keys, ..self }
    }

    pub(crate) fn note_key(&self) -> Result<()> {
        match self.keys.current() {
            Some(current) => key_list::note(&*self.disk, &self.root, current.id()),
            None => Ok(()),
        }
    }

    pub fn keys(&self) -> &StoreKeys {
        &self.keys
    }

    /// Makes a new, empty media folder for `store`. Refuses a folder that already has an identity or media in it.
    pub fn create(root: &Path, store: StoreId) -> Result<Self> {
        Self::create_on(Arc::new(SystemDisk), root, store)
    }

    /// The same on another disk than the system's.
    pub fn create_on(disk: Arc<dyn Disk>, root: &Path, store: StoreId) -> Result<Self> {
        disk.make_folders(root).map_err(Error::file("making the folder", root))?;
        identity::write(&*disk, root, store, None)?;
        Self::open_on(disk, root, store)
    }

    /// Makes an empty folder that is there already another disk of the store. One that is not there is not made: it would be
    /// on the disk below a mount point. One that an earlier attempt made ours, and that is none of the `known` disks, is empty too.
    pub(crate) fn adopt(&self, known: &[Uuid]) -> Result<()> {
        if !self.disk.is_folder(&self.root) {
            return Err(Error::Conflict(format!("the folder {} is not there", self.root.display())));
        }
        let forgotten = |own| !known.contains(&own);
        identity::write_over(&*self.disk, &self.root, self.store, self.own, forgotten)?;
        self.check_identity()
    }

    pub fn store(&self) -> StoreId {
        self.store
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether the folder is still ours: asked before anything is created, listed or deleted in it.
    pub fn check_identity(&self) -> Result<()> {
        identity::check(&*self.disk, &self.root, self.store, self.own)
    }

    /// Whether media file or sidecar of that segment lie here.
    pub(crate) fn has(&self, path: &SegmentPath) -> bool {
        [self.absolute(path), self.sidecar_path(path)].iter().any(|file| self.disk.len(file).is_ok())
    }

    /// Creates a segment's file and sidecar. Neither is durable before the next [`MediaDir::sync`].
    pub fn create_segment(&self, sidecar: Sidecar) -> Result<SegmentFile> {
        self.check_identity()?;
        if sidecar.store != self.store {
            return Err(Error::invalid("sidecar", "belongs to another store"));
        }
        let random = self.disk.chance().map_err(|error| Error::Unavailable(error.to_string()))?;
        let path = SegmentPath::new(sidecar.stream, sidecar.started, u32::from_be_bytes(random));
        let file_path = self.absolute(&path);
        self.make_folders(file_path.parent().unwrap_or(&self.root))?;
        let created = self.create_both(&path, &file_path, &sidecar);
        if created.is_err() {
            // What is left of a file that could not be begun belongs to nothing; the next start looks for it once more.
            let _left = self.unlink(&path);
        }
        let (file, encryptor) = created?;
        Ok(SegmentFile::new(path, file_path, file, encryptor))
    }

    fn create_both(
        &self,
        path: &SegmentPath,
        file_path: &Path,
        sidecar: &Sidecar,
    ) -> Result<(Box<dyn DiskFile>, Option<Encryptor>)> {
        let (encryptor, bytes) = match self.keys.current() {
            Some(key) => {
                let data_key: DataKey = Secret::new(crate::files::random()?);
                let encryptor = Encryptor::new(&data_key, self.store, path)?;
                (Some(encryptor), wrapped::wrap(sidecar, &data_key, key, path)?)
            }
            None => (None, sidecar.encode()),
        };
        let side_path = self.sidecar_path(path);
        let mut side = self.create_new(&side_path)?;
        write_all(&mut *side, &[&bytes]).map_err(Error::file("writing", &side_path))?;
        let mut file = self.create_new(file_path)?;
        if encryptor.is_some() {
            write_all(&mut *file, &[encrypted::MAGIC]).map_err(Error::file("beginning", file_path))?;
        }
        Ok((file, encryptor))
    }

    fn create_new(&self, path: &Path) -> Result<Box<dyn DiskFile>> {
        self.disk.create_new(path).map_err(Error::file("creating", path))
    }

    fn make_folders(&self, path: &Path) -> Result<()> {
        self.disk.make_folders(path).map_err(Error::file("making the folder", path))
    }

    /// Paths in a folder; an absent folder has none.
    fn read_folder(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        read_folder(&*self.disk, folder)
    }

    /// Flushes everything written to this file system so far: data, names and folders (`syncfs(2)`). A failure is
    /// final for all open segments; it must not be tried again for the same data, since the kernel reports it once.
    pub fn sync(&self) -> Result<()> {
        self.disk.sync(&self.root).map_err(Error::file("syncing", &self.root))
    }

    /// After a sync, of an unsealed file whose bytes from `from` on no sync is known to have written: they are read from the disk
    /// itself, and so is the sidecar if that holds for the whole file. Absent files are fine.
    ///
    /// # Errors
    /// When the system does not do it: what is read may be what the disk never got.
    pub fn forget_cached(&self, path: &SegmentPath, from: u64) -> Result<()> {
        let sidecar = (from == 0).then(|| self.sidecar_path(path));
        for (file, from) in sidecar.into_iter().map(|side| (side, 0)).chain([(self.absolute(path), from)]) {
            match self.disk.forget_cached(&file, from) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::file("reading anew", &file)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A hint that a segment's file is read next. What comes of it is seen when it is read.
    pub(crate) fn read_ahead(&self, path: &SegmentPath) {
        let _hint = self.disk.will_read(&self.absolute(path));
    }

    /// Room left on the media file system.
    pub fn space(&self) -> Result<DiskSpace> {
        self.disk.space(&self.root).map_err(Error::file("asking for room on", &self.root))
    }

    /// What tells its file system from others; `None`: it is not there.
    pub fn file_system(&self) -> Option<u64> {
        self.disk.file_system(&self.root).ok()
    }

    pub(crate) fn shares_file_system(&self, other: &Self) -> bool {
        self.file_system().is_some_and(|own| other.file_system() == Some(own))
    }

    /// Reads a segment's sidecar. Crate-internal callers hold a pass or act for the system.
    pub(crate) fn read_sidecar(&self, path: &SegmentPath) -> Result<Sidecar> {
        Ok(self.open_sidecar(path)?.sidecar)
    }

    /// Whose segment it is, which no key is needed for.
    pub(crate) fn sidecar_stream(&self, path: &SegmentPath) -> Result<StreamId> {
        Ok(self.stored_sidecar(path)?.stream())
    }

    /// The stream and the start that a sidecar names, which no key is needed for.
    pub(crate) fn sidecar_start(&self, path: &SegmentPath) -> Result<(StreamId, WallTime)> {
        let stored = self.stored_sidecar(path)?;
        Ok((stored.stream(), stored.started()))
    }

    fn open_sidecar(&self, path: &SegmentPath) -> Result<wrapped::OpenedSidecar> {
        self.stored_sidecar(path)?.open(&self.keys, path)
    }

    fn stored_sidecar(&self, path: &SegmentPath) -> Result<wrapped::StoredSidecar> {
        let side = self.sidecar_path(path);
        let bytes = self.disk.read(&side).map_err(Error::file("reading", &side))?;
        wrapped::StoredSidecar::decode(&bytes, self.store)
    }

    /// Opens a sealed segment.
    pub(crate) fn open_segment(&self, path: &SegmentPath) -> Result<SegmentReader> {
        let raw = PlainSegment::open(&*self.disk, &self.absolute(path))?;
        Ok(match self.open_sidecar(path)?.data_key {
            None => SegmentReader::Plain(raw),
            Some(key) => {
                SegmentReader::Encrypted(Box::new(EncryptedSegment::sealed(raw, &key, self.store, path)?))
            }
        })
    }

    /// Opens one that is not sealed: as far as it goes now.
    pub(crate) fn open_unsealed(&self, path: &SegmentPath) -> Result<SegmentReader> {
        let raw = PlainSegment::open(&*self.disk, &self.absolute(path))?;
        Ok(match self.open_sidecar(path)?.data_key {
            None => SegmentReader::Plain(raw),
            Some(key) => {
                SegmentReader::Encrypted(Box::new(EncryptedSegment::unsealed(raw, &key, self.store, path)?))
            }
        })
    }

    /// All of an unsealed file that can be read from its beginning on: what a journal may vouch for.
    pub(crate) fn read_unsealed(&self, path: &SegmentPath, bytes_max: u64) -> Result<Vec<u8>> {
        if self.segment_len(path)?.is_some_and(|bytes| bytes > bytes_max) {
            return Err(Error::Corrupt(format!("{path} is larger than any segment")));
        }
        self.open_unsealed(path)?.prefix().map_err(Error::file("reading", &self.absolute(path)))
    }

    /// Plaintext bytes of a sealed file as it says itself, without a key; `None` when there is no file. Of an encrypted file
    /// without an end: what is on disk, which is no segment's length.
    pub(crate) fn plain_len(&self, path: &SegmentPath) -> Result<Option<u64>> {
        let file = self.absolute(path);
        let raw = match PlainSegment::open(&*self.disk, &file) {
            Ok(raw) => raw,
            Err(Error::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let bytes = raw.len().map_err(Error::file("looking at", &file))?;
        if !encrypted::is_encrypted(&raw) {
            return Ok(Some(bytes));
        }
        let claimed = encrypted::claimed_bytes(&raw).map_err(Error::file("reading", &file))?;
        Ok(Some(claimed.unwrap_or(bytes)))
    }

    /// Length of a segment's file on disk; `None` when there is none.
    pub(crate) fn segment_len(&self, path: &SegmentPath) -> Result<Option<u64>> {
        let file = self.absolute(path);
        match self.disk.len(&file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file("looking at", &file)(error)),
        }
    }

    /// Ends an unsealed file behind `bytes` of plaintext and makes that durable: a torn tail is cut off, and an encrypted file
    /// gets its end.
    pub(crate) fn cut_tail(&self, path: &SegmentPath, bytes: u64) -> Result<()> {
        let (file_bytes, end) = match self.open_unsealed(path)? {
            SegmentReader::Plain(_) => (bytes, Vec::new()),
            SegmentReader::Encrypted(encrypted) => encrypted.cut(bytes)?,
        };
        let file = self.absolute(path);
        if end.is_empty() && self.segment_len(path)? == Some(file_bytes) {
            return Ok(());
        }
        self.disk.cut(&file, file_bytes).map_err(Error::file("cutting the torn tail of", &file))?;
        if !end.is_empty() {
            let ended = self.disk.open_behind(&file).and_then(|mut open| {
                write_all(&mut *open, &[&end])?;
                open.sync()
            });
            ended.map_err(Error::file("ending", &file))?;
        }
        Ok(())
    }

    /// Removes sidecar, then media: without its salts a leftover file proves nothing. Absent files are fine, so that
    /// the step can be repeated. The caller has checked that it may; then it syncs with [`MediaDir::sync_folder`].
    pub(crate) fn unlink(&self, path: &SegmentPath) -> Result<()> {
        let sidecar = self.sidecar_path(path);
        // What an interrupted rotation left beside it holds the same secrets.
        for file in [rewrap::beside(&sidecar), sidecar, self.absolute(path)] {
            match self.disk.remove_file(&file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::file("deleting", &file)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Makes deletions in a segment's folder durable, and removes the folder when it is empty.
    pub(crate) fn sync_folder(&self, path: &SegmentPath) -> Result<()> {
        let file = self.absolute(path);
        let Some(folder) = file.parent() else { return Ok(()) };
        match self.disk.sync_folder(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            synced => synced.map_err(Error::file("syncing", folder))?,
        }
        // Fails while other segments of that day are there, which is the normal case.
        let _still_used = self.disk.remove_folder(folder);
        Ok(())
    }

    /// Moves an unrecorded segment's file and sidecar out of the way, into `aside`: they are kept for a person to look at.
    pub(crate) fn move_aside(&self, path: &SegmentPath) -> Result<()> {
        let target = self.aside_folder().join(path.as_str());
        self.make_folders(target.parent().unwrap_or(&self.root))?;
        for (from, to) in
            [(self.sidecar_path(path), target.with_extension("side")), (self.absolute(path), target)]
        {
            match self.disk.rename(&from, &to) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::file("moving aside", &from)(error));
                }
                _ => {}
            }
        }
        self.sync_folder(path)
    }

    /// Segments by the names of files whose start is not before `since`: those of the end of the last run, without a walk
    /// over a month of folders. A name appears once, also when only its sidecar is there.
    pub(crate) fn young(&self, since: WallTime) -> Result<BTreeSet<SegmentPath>> {
        self.check_identity()?;
        let (date, time) = date_and_time(since);
        let mut found = BTreeSet::new();
        let is_folder = |path: &&PathBuf| self.disk.is_folder(path);
        let ours = [self.journal_folder(), self.aside_folder(), self.holds_folder()];
        for camera in self.read_folder(&self.root)? {
            if ours.contains(&camera) || !is_folder(&&camera) {
                continue;
            }
            for profile in self.read_folder(&camera)?.iter().filter(is_folder) {
                let days = self.read_folder(profile)?;
                for day in days.iter().filter(|day| is_folder(day) && name_of(day) >= date.as_str()) {
                    let young =
                        |file: &&PathBuf| name_of(day) > date.as_str() || name_of(file) >= time.as_str();
                    let files = self.read_folder(day)?;
                    let names = files.iter().filter(young).map(|file| self.found(file, 0).segment);
                    found.extend(names.flatten());
                }
            }
        }
        Ok(found)
    }

    /// Creates the journal with that number for this run.
    pub fn create_journal(&self, boot_counter: u64, number: u32) -> Result<JournalFile> {
        self.check_identity()?;
        let path = self.journal_folder().join(format!("{boot_counter:010}-{number:06}.journal"));
        self.make_folders(&self.journal_folder())?;
        Ok(JournalFile { file: self.create_new(&path)?, path })
    }

    /// Journals of this and earlier runs, oldest first, with their bytes' count.
    pub fn journals(&self) -> Result<Vec<PathBuf>> {
        self.check_identity()?;
        let mut found = Vec::new();
        for entry in self.read_folder(&self.journal_folder())? {
            if entry.extension().is_some_and(|extension| extension == "journal") {
                found.push(entry);
            }
        }
        found.sort();
        Ok(found)
    }

    /// All bytes of a journal; `journal::decode_all` says where it is torn.
    pub fn read_journal(&self, path: &Path) -> Result<Vec<u8>> {
        self.disk.read(path).map_err(Error::file("reading", path))
    }

    /// Removes a journal when every segment that it names has its row.
    pub fn remove_journal(&self, path: &Path) -> Result<()> {
        if path.parent() != Some(self.journal_folder().as_path()) {
            return Err(Error::invalid("journal", "lies outside the journal folder"));
        }
        self.disk.remove_file(path).map_err(Error::file("deleting", path))
    }

    /// Every file below the media folder but the identity, the list of keys, the journals, the holds and what was moved
    /// aside, in order of name.
    pub fn list(&self) -> Result<Vec<FoundFile>> {
        self.check_identity()?;
        let (mut found, mut folders) = (Vec::new(), vec![self.root.to_path_buf()]);
        while let Some(folder) = folders.pop() {
            for (path, look) in self.look_into(&folder)? {
                if look.is_folder {
                    folders.push(path);
                } else {
                    found.push(self.found(&path, look.bytes));
                }
            }
        }
        found.sort_by(|a, b| a.relative.cmp(&b.relative));
        Ok(found)
    }

    /// What stands in a folder, in no order, without what is ours at the top: identity, list of keys, journals, holds, aside.
    pub(crate) fn look_into(&self, folder: &Path) -> Result<Vec<(PathBuf, Look)>> {
        let mut paths = self.read_folder(folder)?;
        if folder == &*self.root {
            let ours = [
                self.journal_folder(),
                self.aside_folder(),
                self.holds_folder(),
                identity::path(&self.root),
                key_list::path(&self.root),
            ];
            paths.retain(|path| !ours.contains(path));
        }
        let look = |path: PathBuf| {
            let look = self.disk.look(&path).map_err(Error::file("looking at", &path))?;
            Ok((path, look))
        };
        paths.into_iter().map(look).collect()
    }

    pub(crate) fn relative(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned()
    }

    pub(crate) fn found(&self, path: &Path, bytes: u64) -> FoundFile {
        let relative = self.relative(path);
        let sidecar = relative.ends_with(".side");
        let media = relative.strip_suffix(".side").map_or(relative.clone(), |stem| format!("{stem}.mp4"));
        FoundFile { segment: SegmentPath::parse(&media).ok(), sidecar, relative, bytes }
    }

    fn absolute(&self, path: &SegmentPath) -> PathBuf {
        self.root.join(path.as_str())
    }

    fn sidecar_path(&self, path: &SegmentPath) -> PathBuf {
        self.absolute(path).with_extension("side")
    }

    fn journal_folder(&self) -> PathBuf {
        self.root.join("journal")
    }

    fn aside_folder(&self) -> PathBuf {
        self.root.join("aside")
    }
}

/// A journal being written: only ever appended to, durable with the next [`MediaDir::sync`].
#[derive(Debug)]
pub struct JournalFile {
    file: Box<dyn DiskFile>,
    path: PathBuf,
}

impl JournalFile {
    pub fn path(&self) -> &Path {
        &self.path
    }
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        write_all(&mut *self.file, &[bytes]).map_err(Error::file("appending to", &self.path))
    }
}

/// The ids of the store keys that a media folder says it needs, whoever's it is.
pub fn needed_keys(root: &Path) -> Result<Vec<StoreKeyId>> {
    key_list::read(&SystemDisk, root)
}

/// Notes in a media folder that it needs a store key: for what else of the store is wrapped by it.
pub(crate) fn note_key(disk: &dyn Disk, root: &Path, id: StoreKeyId) -> Result<()> {
    key_list::note(disk, root, id)
}

/// The start as the file's name shows it: UTC date and time of day.
fn date_and_time(at: WallTime) -> (String, String) {
    let text = at.to_string();
    let digits = |part: &str| part.chars().filter(char::is_ascii_digit).collect::<String>();
    let (date, time) = text.split_once('T').unwrap_or((&text, ""));
    (digits(date), digits(time.split('.').next().unwrap_or("")))
}

fn name_of(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// Paths in a folder; an absent folder has none.
fn read_folder(disk: &dyn Disk, folder: &Path) -> Result<Vec<PathBuf>> {
    match disk.list(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        listed => listed.map_err(Error::file("listing", folder)),
    }
}
