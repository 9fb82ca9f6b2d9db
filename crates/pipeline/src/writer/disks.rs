//! The writers of all media disks, and each recorder's way to them: which disk its next file goes to, and how it changes.
//!
//! A recorder stays with one writer from a file's begin to its end. When it changes, it tells the old writer that it leaves and the
//! new one that it comes; both words travel with its records, so that the committer keeps the stream's order although two
//! disks sync at their own pace ([`crate::commit`]). Nothing here waits.

use super::{
    FULL, SegmentToken, SyncStats, WRITER_GONE, WriterHandle, WriterOp,
    handle::{Condition, next_token},
};
use law::placement::{Candidate, Fitness, choose};
use model::{DiskId, GapCause, StreamId};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// What a gap says when no disk is there that takes footage.
pub(crate) const AWAY: &str = "the media folder is away, or not ours";
/// What a gap says of a stream that stopped for those of higher priority.
pub(crate) use super::STOPPED;

/// A writer as recorders and reports see it.
#[derive(Clone)]
pub(crate) struct DiskWriter {
    pub handle: WriterHandle,
    pub stats: Arc<SyncStats>,
    /// Tells its file system from others; `None`: not known.
    pub file_system: Option<u64>,
    /// Nothing new is recorded there.
    pub retired: bool,
}

impl DiskWriter {
    /// What can be expected of it now.
    pub fn fitness(&self) -> Fitness {
        let condition: &Condition = &self.handle.condition;
        if self.retired
            || condition.full.load(Relaxed)
            || condition.away.load(Relaxed)
            || self.handle.is_gone()
        {
            Fitness::None
        } else if condition.failing.load(Relaxed) || self.handle.is_swamped() {
            Fitness::Failing
        } else {
            Fitness::Good
        }
    }
}

/// All of them, and where streams are.
#[derive(Default)]
pub(crate) struct Disks {
    writers: RwLock<BTreeMap<DiskId, DiskWriter>>,
    /// Where the plan has streams.
    placed: RwLock<BTreeMap<StreamId, DiskId>>,
    /// Where they are.
    now: RwLock<BTreeMap<StreamId, DiskId>>,
    /// Streams that are not recorded because there is no room for all.
    stopped: RwLock<BTreeSet<StreamId>>,
    pub tokens: Arc<AtomicU64>,
    turns: AtomicU64,
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

impl Disks {
    pub fn add(&self, id: DiskId, writer: DiskWriter) {
        self.writers.write().unwrap_or_else(PoisonError::into_inner).insert(id, writer);
    }

    /// Lets go of the writers: each ends when the recorders have let go too.
    pub fn release(&self) {
        self.writers.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub fn all(&self) -> Vec<(DiskId, DiskWriter)> {
        read(&self.writers).iter().map(|(id, writer)| (*id, writer.clone())).collect()
    }

    pub fn retire(&self, id: DiskId, retired: bool) {
        let mut writers = self.writers.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(writer) = writers.get_mut(&id) {
            writer.retired = retired;
        }
    }

    pub fn stopped_streams(&self) -> BTreeSet<StreamId> {
        read(&self.stopped).clone()
    }

    pub fn stop_streams(&self, streams: BTreeSet<StreamId>) {
        *self.stopped.write().unwrap_or_else(PoisonError::into_inner) = streams;
    }

    /// Where each stream's next file is to go.
    pub fn place(&self, placed: BTreeMap<StreamId, DiskId>) {
        *self.placed.write().unwrap_or_else(PoisonError::into_inner) = placed;
    }

    /// Where each stream is recorded, or was last.
    pub fn now(&self) -> BTreeMap<StreamId, DiskId> {
        read(&self.now).clone()
    }

    fn candidates(&self) -> Vec<Candidate> {
        let one = |(id, writer): (&DiskId, &DiskWriter)| Candidate {
            id: *id,
            fitness: writer.fitness(),
            free_bytes: writer.stats.free_bytes.load(Relaxed),
        };
        read(&self.writers).iter().map(one).collect()
    }

    /// Of a stream that nobody has planned yet: the good disk with the fewest streams.
    fn first_place(&self) -> Option<DiskId> {
        let now = read(&self.now);
        let count = |id: DiskId| now.values().filter(|disk| **disk == id).count();
        let candidates = self.candidates();
        let best = candidates.iter().filter(|one| one.fitness == Fitness::Good);
        let best = best.min_by_key(|one| (count(one.id), one.id)).map(|one| one.id);
        best.or(candidates.first().map(|one| one.id))
    }

    /// A recorder's way; `None` when there are no writers any more.
    pub fn outlet(self: &Arc<Self>, stream: StreamId) -> Option<Outlet> {
        let known = read(&self.now).get(&stream).copied();
        let known = known.filter(|id| read(&self.writers).contains_key(id));
        let current = known.or_else(|| self.first_place())?;
        self.now.write().unwrap_or_else(PoisonError::into_inner).insert(stream, current);
        let ends = self.all().into_iter().map(|(id, writer)| (id, writer.handle)).collect();
        Some(Outlet { stream, disks: Arc::clone(self), ends, current })
    }
}

/// One recorder's way to the writers.
pub struct Outlet {
    stream: StreamId,
    disks: Arc<Disks>,
    ends: BTreeMap<DiskId, WriterHandle>,
    current: DiskId,
}

impl Outlet {
    pub fn next_token(&self) -> SegmentToken {
        next_token(&self.disks.tokens)
    }

    /// Chooses the disk for the next file; true when it is another than that of the last. Between two files only.
    ///
    /// # Errors
    /// Why no file can be begun: cause and evidence of the gap.
    pub(crate) fn turn(&mut self) -> Result<bool, (GapCause, &'static str)> {
        if read(&self.disks.stopped).contains(&self.stream) {
            return Err((GapCause::Disk, STOPPED));
        }
        let planned = read(&self.disks.placed).get(&self.stream).copied().unwrap_or(self.current);
        let Some(chosen) = choose(Some(planned), &self.disks.candidates()) else {
            return Err(self.nowhere());
        };
        if chosen == self.current {
            return Ok(false);
        }
        let (stream, turn) = (self.stream, self.disks.turns.fetch_add(1, Relaxed) + 1);
        self.send_or_keep(WriterOp::Leave { stream, turn });
        self.current = chosen;
        self.send_or_keep(WriterOp::Come { stream, turn });
        self.disks.now.write().unwrap_or_else(PoisonError::into_inner).insert(stream, chosen);
        Ok(true)
    }

    fn nowhere(&self) -> (GapCause, &'static str) {
        let writers = read(&self.disks.writers);
        if writers.values().all(|writer| writer.handle.is_gone()) {
            (GapCause::Us, WRITER_GONE)
        } else if writers.values().any(|writer| writer.handle.condition.full.load(Relaxed)) {
            (GapCause::Disk, FULL)
        } else {
            (GapCause::Disk, AWAY)
        }
    }

    fn end(&mut self) -> Option<&mut WriterHandle> {
        if !self.ends.contains_key(&self.current) {
            let found = read(&self.disks.writers).get(&self.current).map(|writer| writer.handle.clone());
            self.ends.extend(found.map(|handle| (self.current, handle)));
        }
        self.ends.get_mut(&self.current)
    }

    /// Why an operation was not taken.
    pub(crate) fn trouble(&self) -> (GapCause, &'static str) {
        self.ends.get(&self.current).map_or((GapCause::Us, WRITER_GONE), WriterHandle::trouble)
    }

    /// As [`WriterHandle::send`], to the disk of the open file.
    pub fn send(&mut self, op: WriterOp) -> bool {
        self.end().is_some_and(|end| end.send(op))
    }

    /// As [`WriterHandle::send_or_keep`].
    pub fn send_or_keep(&mut self, op: WriterOp) {
        if let Some(end) = self.end() {
            end.send_or_keep(op);
        }
    }

    /// Hands over what was kept back for any disk; true when nothing is left.
    pub(crate) fn drain_kept(&mut self) -> bool {
        // Each is drained, also after one that is not empty.
        let empty: Vec<bool> = self.ends.values_mut().map(|end| end.drain_kept()).collect();
        empty.into_iter().all(|empty| empty)
    }
}
