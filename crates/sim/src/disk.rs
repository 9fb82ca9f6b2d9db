//! The simulated disk: a file system in memory that knows what of it is durable, and fails as the seed says.
//!
//! It is under the shipping `MediaDir` and the published checkpoints, through `store::disk::Disk`. It promises no more than
//! POSIX does: content is durable after a sync of the file or of the file system, a name after one of its folder or of the
//! file system. Each operation is a step at which the process or the machine can end ([`Disk::end_after`]). What a failed
//! sync had in hand is lost for ever, although a later sync succeeds and reads still show it, as Linux does it.

mod faults;
mod power;
mod state;

pub use faults::{Fault, Faults};
pub use power::Loss;
pub use state::Event;

use crate::chance::Chance;
use crate::clock::Clock;
use crate::trace;
use crate::trace::Trace;
use state::{NameOp, State, gone, is_media};
use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::disk::{DiskFile, DiskSpace, Look};
use tokio::sync::watch;

/// The machine's disk, as one process sees it; cheap to clone. After [`Disk::next_life`] older handles reach nothing.
#[derive(Clone, Debug)]
pub struct Disk {
    state: Arc<Mutex<State>>,
    life: u64,
    ended: watch::Sender<bool>,
    clock: Clock,
    trace: Trace,
}

impl Disk {
    /// An empty disk with these folders; `media` is where it can vanish.
    pub fn new(chance: Chance, clock: Clock, trace: Trace, media: &Path, folders: &[PathBuf]) -> Self {
        let state = State::new(chance, media, folders);
        Self { state: Arc::new(Mutex::new(state)), life: 0, ended: watch::Sender::new(false), clock, trace }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The process ends at the step after so many more.
    pub fn end_after(&self, steps: Option<u64>) -> Option<u64> {
        std::mem::replace(&mut self.lock().steps_left, steps)
    }

    pub fn has_ended(&self) -> bool {
        self.lock().ended
    }

    /// Waits until the process has ended at one of its steps.
    pub async fn wait_ended(&self) {
        // The sender is ours and lives, so the channel cannot be closed.
        let mut ended = self.ended.subscribe();
        let _ended = ended.wait_for(|ended| *ended).await;
    }

    /// What a new process finds: after a kill everything that was written, after a power cut what is durable and what
    /// chance leaves of the rest.
    #[must_use]
    pub fn next_life(&self, loss: Loss) -> Self {
        let mut state = self.lock();
        if loss == Loss::Power {
            state.cut_power(&self.trace);
        }
        state.life += 1;
        (state.ended, state.steps_left, state.begun) = (false, None, None);
        Self { life: state.life, ended: watch::Sender::new(false), ..self.clone_outside() }
    }

    fn clone_outside(&self) -> Self {
        self.clone()
    }

    /// Changes which faults happen from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.lock().faults = faults;
    }

    pub fn set_free_bytes(&self, bytes: u64) {
        self.lock().free_bytes = bytes;
    }

    /// What the oracles must know: failures, syncs and removals, with their true times.
    pub fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut self.lock().events)
    }

    /// A sync begins; what it covers is what is there now. Gives how long it takes.
    pub fn begin_sync(&self) -> i64 {
        let now_us = self.clock.true_us();
        let mut state = self.lock();
        let begun = state.begin(now_us);
        state.begun = Some(begun);
        let sync_us = state.sync_us(now_us);
        trace!(self.trace, "{now_us} a sync takes {sync_us} us");
        state.took_us = [state.took_us[1], sync_us];
        sync_us
    }

    /// How long the last two syncs took that were begun, or were to take.
    pub fn took_us(&self) -> i64 {
        self.lock().took_us.iter().sum()
    }

    /// True time at which the last sync began that succeeded and did not lie.
    pub fn synced_us(&self) -> i64 {
        self.lock().synced_us
    }

    /// True time at which a file was created; `None` when it never was.
    pub fn born_us(&self, path: &Path) -> Option<i64> {
        self.lock().born.get(path).copied()
    }

    /// Puts other bytes where a file is: somebody's doing, not the program's.
    pub fn tamper(&self, path: &Path, bytes: &[u8]) {
        self.lock().put(path, bytes);
    }

    /// Takes a file away: somebody's doing, not the program's.
    pub fn lose(&self, path: &Path) {
        self.lock().lose(path);
    }

    /// Files in a folder, by name.
    pub fn files_in(&self, folder: &Path) -> Vec<PathBuf> {
        let state = self.lock();
        state.live.files.keys().filter(|path| path.parent() == Some(folder)).cloned().collect()
    }

    pub fn raw(&self, path: &Path) -> Option<Vec<u8>> {
        self.lock().content(path).map(<[u8]>::to_vec)
    }

    /// One step: the process may end before it, while it happens, or not at all. `Ok(true)`: it ends while it happens.
    fn step(&self, state: &mut State) -> io::Result<bool> {
        if self.life != state.life || state.ended {
            return Err(gone());
        }
        state.steps += 1;
        let Some(left) = &mut state.steps_left else { return Ok(false) };
        if *left > 0 {
            *left -= 1;
            return Ok(false);
        }
        state.ended = true;
        let step = state.steps;
        trace!(self.trace, "{} the process ends at step {step}", self.clock.true_us());
        self.ended.send_replace(true);
        Ok(true)
    }

    /// A step that changes names or content, all of it or nothing.
    fn change<T>(&self, path: &Path, work: impl FnOnce(&mut State) -> io::Result<T>) -> io::Result<T> {
        let mut state = self.lock();
        let ends = self.step(&mut state)?;
        if ends && state.chance.coin() {
            return Err(gone());
        }
        if !state.faults.is_there(is_media(&state, path)) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let done = work(&mut state)?;
        if ends { Err(gone()) } else { Ok(done) }
    }

    /// A look that changes nothing is no step.
    fn look_at<T>(&self, path: &Path, work: impl FnOnce(&State) -> io::Result<T>) -> io::Result<T> {
        let state = self.lock();
        if self.life != state.life || state.ended {
            return Err(gone());
        }
        if !state.faults.is_there(is_media(&state, path)) {
            return Err(io::ErrorKind::NotFound.into());
        }
        work(&state)
    }

    /// Reads bytes, which a bad sector may keep back. It changes nothing and is no step.
    fn read_from<T>(&self, path: &Path, work: impl FnOnce(&State) -> io::Result<T>) -> io::Result<T> {
        let found = self.look_at(path, work)?;
        if self.lock().fails(Fault::Read, path, self.clock.true_us()) {
            return Err(io::Error::from_raw_os_error(5));
        }
        Ok(found)
    }

    fn create(&self, path: &Path, over: bool) -> io::Result<Box<dyn DiskFile>> {
        let now_us = self.clock.true_us();
        self.change(path, |state| {
            if state.fails(Fault::Create, path, now_us) {
                return Err(io::Error::from_raw_os_error(5));
            }
            let id = state.create(path, over)?;
            state.born.insert(path.to_owned(), now_us);
            Ok(id)
        })
        .map(|id| Box::new(OpenFile { disk: self.clone(), path: path.to_owned(), id }) as Box<dyn DiskFile>)
    }
}

impl store::disk::Disk for Disk {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.create(path, false)
    }

    fn create_over(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.create(path, true)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let id = self.look_at(path, |state| state.id(path))?;
        Ok(Box::new(OpenFile { disk: self.clone(), path: path.to_owned(), id }))
    }

    fn open_behind(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.open(path)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.read_from(path, |state| {
            state.content(path).map(<[u8]>::to_vec).ok_or(io::ErrorKind::NotFound.into())
        })
    }

    fn look(&self, path: &Path) -> io::Result<Look> {
        self.look_at(path, |state| state.look(path))
    }

    fn len(&self, path: &Path) -> io::Result<u64> {
        self.look(path).map(|look| look.bytes)
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.look(path).is_ok_and(|look| look.is_folder)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        self.look_at(folder, |state| state.list(folder))
    }

    fn make_folders(&self, path: &Path) -> io::Result<()> {
        self.change(path, |state| {
            state.make_folders(path);
            Ok(())
        })
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        let now_us = self.clock.true_us();
        self.change(path, |state| {
            state.id(path)?;
            if state.fails(Fault::Remove, path, now_us) {
                return Err(io::Error::from_raw_os_error(5));
            }
            state.name(NameOp::Remove(path.to_owned()));
            state.events.push(Event::Removed { path: path.to_owned(), at_us: now_us });
            Ok(())
        })
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.change(path, |state| {
            if !state.list(path)?.is_empty() {
                return Err(io::ErrorKind::DirectoryNotEmpty.into());
            }
            state.name(NameOp::RemoveFolder(path.to_owned()));
            Ok(())
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.change(from, |state| {
            let id = state.id(from)?;
            state.name(NameOp::Rename(from.to_owned(), to.to_owned(), id));
            Ok(())
        })
    }

    fn cut(&self, path: &Path, bytes: u64) -> io::Result<()> {
        self.change(path, |state| state.cut(path, bytes))
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.change(folder, |state| {
            state.look(folder)?;
            state.sync_folder(folder);
            Ok(())
        })
    }

    fn sync(&self, root: &Path) -> io::Result<()> {
        let now_us = self.clock.true_us();
        let mut state = self.lock();
        let ends = self.step(&mut state)?;
        // One that nobody has begun begins and ends now.
        let begun = match state.begun.take() {
            Some(begun) => begun,
            None => state.begin(now_us),
        };
        if !state.faults.is_there(is_media(&state, root)) {
            return Err(io::ErrorKind::NotFound.into());
        }
        if ends {
            state.sync_some();
            return Err(gone());
        }
        if state.fails(Fault::Sync, root, now_us) {
            state.fail_sync(&begun);
            return Err(io::Error::from_raw_os_error(5));
        }
        if state.fails(Fault::Lie, root, now_us) {
            return Ok(());
        }
        state.sync_all(&begun);
        Ok(())
    }

    fn forget_cached(&self, path: &Path, offset: u64) -> io::Result<()> {
        let mut state = self.lock();
        if self.life != state.life || state.ended {
            return Err(gone());
        }
        if !state.faults.is_there(is_media(&state, path)) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let id = state.id(path)?;
        state.forget_cached(id, usize::try_from(offset).unwrap_or(usize::MAX));
        Ok(())
    }

    fn space(&self, _folder: &Path) -> io::Result<DiskSpace> {
        let state = self.lock();
        Ok(DiskSpace { total_bytes: 1 << 40, free_bytes: state.free_bytes })
    }

    fn chance(&self) -> io::Result<[u8; 4]> {
        Ok(self.lock().names.bytes())
    }

    fn machine(&self) -> String {
        format!("boot {}", self.lock().boots)
    }

    fn committing(&self, database: &'static str) -> io::Result<()> {
        let mut state = self.lock();
        let ends = self.step(&mut state)?;
        if ends { Err(gone()) } else { state.commits(database) }
    }

    fn committed(&self, _database: &'static str) -> io::Result<()> {
        let mut state = self.lock();
        if self.step(&mut state)? { Err(gone()) } else { Ok(()) }
    }
}

/// One open file of one life.
#[derive(Debug)]
struct OpenFile {
    disk: Disk,
    path: PathBuf,
    id: u64,
}

impl DiskFile for OpenFile {
    fn write(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        let bytes: Vec<u8> = parts.iter().flat_map(|part| part.iter().copied()).collect();
        let now_us = self.disk.clock.true_us();
        let mut state = self.disk.lock();
        let ends = self.disk.step(&mut state)?;
        let some = usize::try_from(state.chance.below(bytes.len() as u64 + 1)).unwrap_or(0);
        if ends {
            state.append(self.id, bytes.get(..some).unwrap_or_default());
            return Err(gone());
        }
        if !state.faults.is_there(is_media(&state, &self.path)) {
            return Err(io::Error::from_raw_os_error(5));
        }
        for (fault, error) in [(Fault::Write, 5), (Fault::NoSpace, 28)] {
            if state.fails(fault, &self.path, now_us) {
                state.append(self.id, bytes.get(..some).unwrap_or_default());
                return Err(io::Error::from_raw_os_error(error));
            }
        }
        let short = bytes.len() > 1 && state.happens(Fault::Short, now_us);
        let taken = if short { some.clamp(1, bytes.len() - 1) } else { bytes.len() };
        state.append(self.id, bytes.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        self.disk.read_from(&self.path, |state| {
            let start = usize::try_from(offset).unwrap_or(usize::MAX);
            let bytes = state.bytes(self.id).get(start..).unwrap_or_default();
            let found = bytes.get(..buf.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
            buf.copy_from_slice(found);
            Ok(())
        })
    }

    fn len(&self) -> io::Result<u64> {
        self.disk.look_at(&self.path, |state| Ok(state.bytes(self.id).len() as u64))
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.change(&self.path, |state| {
            state.sync_file(self.id);
            Ok(())
        })
    }
}
