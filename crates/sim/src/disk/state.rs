//! What the simulated disk holds: names and files as a process sees them, and as they are durable.

use super::faults::{Fault, Faults};
use crate::chance::Chance;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// Something that happened to the disk and that oracles must know, with its true time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// An operation failed because the seed said so; what was written since the sync at `synced_us` may be lost.
    Failed {
        fault: Fault,
        at_us: i64,
        synced_us: i64,
    },
    Removed {
        path: PathBuf,
        at_us: i64,
    },
}

/// A change of names, durable or not yet.
#[derive(Clone, Debug)]
pub enum NameOp {
    Folder(PathBuf),
    Add(PathBuf, u64),
    Remove(PathBuf),
    RemoveFolder(PathBuf),
    Rename(PathBuf, PathBuf, u64),
}

impl NameOp {
    fn is_in(&self, folder: &Path) -> bool {
        let within = |path: &Path| path.parent() == Some(folder);
        match self {
            Self::Folder(path) | Self::Add(path, _) | Self::Remove(path) | Self::RemoveFolder(path) => {
                within(path)
            }
            Self::Rename(from, to, _) => within(from) || within(to),
        }
    }
}

/// Names and folders.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub files: BTreeMap<PathBuf, u64>,
    pub folders: BTreeSet<PathBuf>,
}

impl Names {
    pub fn apply(&mut self, op: &NameOp) {
        match op {
            NameOp::Folder(path) => {
                self.folders.insert(path.clone());
            }
            NameOp::Add(path, id) => {
                self.files.insert(path.clone(), *id);
            }
            NameOp::Remove(path) => {
                self.files.remove(path);
            }
            NameOp::RemoveFolder(path) => {
                self.folders.remove(path);
            }
            NameOp::Rename(from, to, id) => {
                self.files.remove(from);
                self.files.insert(to.clone(), *id);
            }
        }
    }
}

impl Names {
    /// A folder whose own name was not durable is lost, with all in it; `roots` were there before.
    pub fn drop_lost_folders(&mut self, roots: &BTreeSet<PathBuf>) {
        let mut kept = roots.clone();
        // A folder comes before those in it.
        for folder in &self.folders {
            if folder.parent().is_some_and(|parent| kept.contains(parent)) {
                kept.insert(folder.clone());
            }
        }
        self.files.retain(|path, _| path.parent().is_some_and(|parent| kept.contains(parent)));
        self.folders = kept;
    }
}

/// A file's content, and how much of it is durable.
#[derive(Clone, Debug, Default)]
pub struct Content {
    pub bytes: Vec<u8>,
    pub durable: usize,
    /// Written before a sync that failed: it reads well until the power goes.
    pub lost: Vec<(usize, usize)>,
}

/// What a sync covers: all that was there when it began. What comes while it is under way it may miss, and here it does.
#[derive(Clone, Debug)]
pub struct Begun {
    pub at_us: i64,
    /// Changes of names before this number.
    names: u64,
    lengths: BTreeMap<u64, usize>,
}

#[derive(Debug)]
pub struct State {
    pub chance: Chance,
    /// File names have a sequence of their own, so that other chances do not change them.
    pub names: Chance,
    /// How long syncs take, beside the slow ones.
    pub paces: Chance,
    media: PathBuf,
    /// Folders that were there from the first.
    pub roots: BTreeSet<PathBuf>,
    pub live: Names,
    pub durable: Names,
    /// What has been done to names since it was made durable, with the number of each change.
    pub pending: Vec<(u64, NameOp)>,
    next_change: u64,
    /// The sync that is under way.
    pub begun: Option<Begun>,
    /// Of the last two syncs.
    pub took_us: [i64; 2],
    pub files: BTreeMap<u64, Content>,
    next_id: u64,
    pub faults: Faults,
    pub free_bytes: u64,
    pub steps: u64,
    pub steps_left: Option<u64>,
    pub ended: bool,
    pub life: u64,
    pub boots: u64,
    pub synced_us: i64,
    pub born: BTreeMap<PathBuf, i64>,
    pub events: Vec<Event>,
}

/// The longest sync of a disk that is not slow.
const SYNC_US_MAX: i64 = 300_000;

/// What every operation of a process that has ended gives.
pub fn gone() -> io::Error {
    io::Error::other("the process has ended")
}

pub fn is_media(state: &State, path: &Path) -> bool {
    path.starts_with(&state.media)
}

impl State {
    pub fn new(chance: Chance, media: &Path, folders: &[PathBuf]) -> Self {
        let names = Names { files: BTreeMap::new(), folders: folders.iter().cloned().collect() };
        Self {
            names: chance.branch("names"),
            paces: chance.branch("paces"),
            chance,
            media: media.to_owned(),
            roots: names.folders.clone(),
            live: names.clone(),
            durable: names,
            pending: Vec::new(),
            next_change: 0,
            begun: None,
            took_us: [0; 2],
            files: BTreeMap::new(),
            next_id: 0,
            faults: Faults::default(),
            free_bytes: 1 << 39,
            steps: 0,
            steps_left: None,
            ended: false,
            life: 0,
            boots: 0,
            synced_us: 0,
            born: BTreeMap::new(),
            events: Vec::new(),
        }
    }

    /// Whether a fault happens now, without a word to the oracles.
    pub fn happens(&mut self, fault: Fault, _at_us: i64) -> bool {
        let one_in = self.faults.one_in.get(&fault).copied().unwrap_or(0);
        one_in > 0 && self.chance.one_in(one_in)
    }

    /// Whether an operation fails now. Only in the media folder.
    pub fn fails(&mut self, fault: Fault, path: &Path, at_us: i64) -> bool {
        let fails = is_media(self, path) && self.happens(fault, at_us);
        if fails {
            self.events.push(Event::Failed { fault, at_us, synced_us: self.synced_us });
        }
        fails
    }

    pub fn commits(&mut self, database: &str) -> io::Result<()> {
        if database == "footage" && self.happens(Fault::Commit, 0) {
            return Err(io::Error::from_raw_os_error(28));
        }
        Ok(())
    }

    /// How long a sync takes: a healthy one is over before a writer's third turn.
    pub fn sync_us(&mut self, at_us: i64) -> i64 {
        let slow = self.happens(Fault::Slow, at_us);
        if slow { self.chance.between(100_000, 4_000_000) } else { self.paces.between(0, SYNC_US_MAX) }
    }

    pub fn id(&self, path: &Path) -> io::Result<u64> {
        self.live.files.get(path).copied().ok_or(io::ErrorKind::NotFound.into())
    }

    pub fn bytes(&self, id: u64) -> &[u8] {
        self.files.get(&id).map_or(&[], |content| &content.bytes)
    }

    pub fn content(&self, path: &Path) -> Option<&[u8]> {
        Some(self.bytes(*self.live.files.get(path)?))
    }

    pub fn look(&self, path: &Path) -> io::Result<store::disk::Look> {
        if self.live.folders.contains(path) {
            return Ok(store::disk::Look { is_folder: true, bytes: 0 });
        }
        let bytes = self.bytes(self.id(path)?).len() as u64;
        Ok(store::disk::Look { is_folder: false, bytes })
    }

    pub fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        if !self.live.folders.contains(folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let all = self.live.files.keys().chain(&self.live.folders);
        Ok(all.filter(|path| path.parent() == Some(folder)).cloned().collect())
    }

    pub fn name(&mut self, op: NameOp) {
        self.live.apply(&op);
        self.pending.push((self.next_change, op));
        self.next_change += 1;
    }

    pub fn make_folders(&mut self, path: &Path) {
        let mut missing: Vec<PathBuf> = path
            .ancestors()
            .take_while(|folder| !self.live.folders.contains(*folder) && folder.parent().is_some())
            .map(Path::to_owned)
            .collect();
        missing.reverse();
        for folder in missing {
            self.name(NameOp::Folder(folder));
        }
    }

    pub fn create(&mut self, path: &Path, over: bool) -> io::Result<u64> {
        if !path.parent().is_some_and(|parent| self.live.folders.contains(parent)) {
            return Err(io::ErrorKind::NotFound.into());
        }
        if self.live.files.contains_key(path) && !over {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.next_id += 1;
        let id = self.next_id;
        self.files.insert(id, Content::default());
        self.name(NameOp::Add(path.to_owned(), id));
        Ok(id)
    }

    pub fn append(&mut self, id: u64, bytes: &[u8]) {
        if let Some(content) = self.files.get_mut(&id) {
            content.bytes.extend_from_slice(bytes);
            self.free_bytes = self.free_bytes.saturating_sub(bytes.len() as u64);
        }
    }

    pub fn cut(&mut self, path: &Path, bytes: u64) -> io::Result<()> {
        let id = self.id(path)?;
        if let Some(content) = self.files.get_mut(&id) {
            let len = usize::try_from(bytes).unwrap_or(usize::MAX);
            content.bytes.resize(len, 0);
            content.durable = content.bytes.len();
            // What is written there from now on is dirty again, and a sync takes it.
            content.lost.iter_mut().for_each(|(_, to)| *to = (*to).min(len));
            content.lost.retain(|(from, to)| from < to);
        }
        Ok(())
    }

    /// What a failed sync had in hand reads as the disk has it, from `from` on: as nothing.
    pub fn forget_cached(&mut self, id: u64, from: usize) {
        let Some(content) = self.files.get_mut(&id) else { return };
        let mut kept = Vec::new();
        for (start, end) in std::mem::take(&mut content.lost) {
            let (cut, end) = (start.max(from), end.min(content.bytes.len()));
            if let Some(bytes) = content.bytes.get_mut(cut..end) {
                bytes.fill(0);
            }
            if start < cut.min(end) {
                kept.push((start, cut.min(end)));
            }
        }
        content.lost = kept;
    }

    /// Somebody else's bytes, durable at once.
    pub fn put(&mut self, path: &Path, bytes: &[u8]) {
        self.next_id += 1;
        let content = Content { bytes: bytes.to_vec(), durable: bytes.len(), lost: Vec::new() };
        self.files.insert(self.next_id, content);
        for names in [&mut self.live, &mut self.durable] {
            names.files.insert(path.to_owned(), self.next_id);
        }
    }

    /// Durably gone at once.
    pub fn lose(&mut self, path: &Path) {
        for names in [&mut self.live, &mut self.durable] {
            names.files.remove(path);
        }
    }

    pub fn sync_file(&mut self, id: u64) {
        if let Some(content) = self.files.get_mut(&id) {
            content.durable = content.bytes.len();
        }
    }

    pub fn sync_folder(&mut self, folder: &Path) {
        self.names_durable(|_, op| op.is_in(folder));
    }

    fn names_durable(&mut self, is_done: impl Fn(u64, &NameOp) -> bool) {
        let pending = std::mem::take(&mut self.pending);
        let (now, later): (Vec<_>, Vec<_>) =
            pending.into_iter().partition(|(number, op)| is_done(*number, op));
        self.pending = later;
        now.iter().for_each(|(_, op)| self.durable.apply(op));
    }

    /// What a sync covers that begins now.
    pub fn begin(&self, at_us: i64) -> Begun {
        let lengths = self.files.iter().map(|(id, content)| (*id, content.bytes.len())).collect();
        Begun { at_us, names: self.next_change, lengths }
    }

    pub fn sync_all(&mut self, begun: &Begun) {
        self.synced_us = begun.at_us;
        self.names_durable(|number, _| number < begun.names);
        for (id, length) in &begun.lengths {
            if let Some(content) = self.files.get_mut(id) {
                content.durable = content.durable.max((*length).min(content.bytes.len()));
            }
        }
    }

    /// A sync in the middle of which the process ends: some of it is done.
    pub fn sync_some(&mut self) {
        let ids: Vec<u64> = self.files.keys().copied().collect();
        for id in ids {
            if self.chance.coin() {
                self.sync_file(id);
            }
        }
    }

    /// What was dirty is clean now and was never written: it is lost, and no later sync says so. What came while the sync was
    /// under way is still dirty.
    pub fn fail_sync(&mut self, begun: &Begun) {
        for (id, length) in &begun.lengths {
            let Some(content) = self.files.get_mut(id) else { continue };
            let to = (*length).min(content.bytes.len());
            if content.durable < to {
                content.lost.push((content.durable, to));
                content.durable = to;
            }
        }
    }
}
