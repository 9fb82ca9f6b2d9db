//! The writer of one media file system: appends fragments and journal records, and has both made durable once a second.
//!
//! One thread owns all open files. It holds no lock, asks no database, makes no record and waits for no sync: that is another
//! thread's ([`sync`]). What is synced it hands to [`crate::commit`]. Invariants: at most one sync a second, covering data and
//! journal together; a failed sync abandons every open segment and is never retried; nothing is handed on before a sync that was
//! asked for after its last byte was written; of a segment that fails, its recorder is told, what is durable counts, and the
//! rest of its time is a gap.

mod disks;
mod files;
mod handle;
mod journals;
mod sync;
#[cfg(test)]
mod tests;

pub(crate) use disks::{DiskWriter, Disks, Outlet};
pub(crate) use files::{Append, Files};
#[cfg(test)]
pub(crate) use handle::next_token;
pub(crate) use handle::{Failed, WRITER_GONE};
pub use handle::{Fate, SegmentToken, SyncStats, WriterHandle, WriterOp};
pub(crate) use sync::Syncer;

use crate::{
    commit::{COMMIT_QUEUE_MAX, CommitOp},
    gap::Gap,
    recover::Known,
};
use bytes::Bytes;
use handle::Condition;
use journals::Journals;
use ledger::record::ClockOffset;
use media::segment::{Fragment, Sealed};
use model::{DiskId, GapCause, SealReason, Secret, Span, StoreId, StreamId, WallTime};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
        mpsc::{Receiver, Sender, TryRecvError, channel, sync_channel},
    },
    time::{Duration, Instant},
};
use store::{
    journal::{self, Record},
    media_dir::{SegmentPath, Sidecar},
};
use sync::{Batch, Synced, Syncs};
use tokio::sync::mpsc;

/// Operations that may wait for the writer: 200 streams with two fragments a second fit ten times over.
const QUEUE_OPS_MAX: usize = 4_096;
/// Time between two looks at the queue: one wake-up serves all streams.
const TURN: Duration = Duration::from_millis(100);
/// Time from the beginning of one sync to that of the next, unless it takes longer.
const SYNC_INTERVAL: Duration = Duration::from_secs(1);
/// Room that recording leaves free on its file system, so that databases and ledger can still be written when it is full.
pub(crate) const RESERVE_BYTES: u64 = 512 * 1024 * 1024;
/// How long a disk is avoided after a failure, where there is another: shorter than what an administrator needs, longer than a
/// controller's reset.
const FAILING: Duration = Duration::from_secs(60);
/// A sync that takes so long is a failing disk's: new files begin elsewhere, where there is an elsewhere.
const SYNC_SLOW: Duration = Duration::from_secs(5);
/// Operations that may wait for a sync: an hour of seals and gaps of 200 streams. Beyond it the writer takes no more, and streams
/// are cut, with their cause.
const UNSYNCED_OPS_MAX: usize = 16_384;
/// How long an ending writer waits for room in the commit queue; what finds none is in the journal.
const FINISH_PATIENCE: Duration = Duration::from_secs(10);
/// What a gap says when the reserve is reached.
pub(crate) const FULL: &str = "the media disk is full: less than 512 MiB are free";
/// What the gap of a stream says that stopped for those of higher priority.
pub(crate) const STOPPED: &str =
    "the media disk has no room for all streams; this one comes after the others";

struct OpenSegment {
    stream: StreamId,
    started: WallTime,
    fate: Arc<Fate>,
    /// `None` when not even its file could be begun.
    path: Option<SegmentPath>,
    /// `None` once it has failed: nothing more is appended.
    file: Option<Box<dyn Append>>,
    written: Written,
}

/// Fragments of a segment's file.
#[derive(Clone, Default)]
struct Written {
    known: Vec<Known>,
    /// So many of them are covered by a successful sync.
    durable: usize,
    /// So many of them the sync that is under way covers.
    asked: usize,
}

impl Written {
    /// Where the footage ends; `started` when there is none.
    fn end(&self, started: WallTime) -> WallTime {
        self.known.last().map_or(started, |known| known.end_wall.max(started))
    }

    fn only_durable(&mut self) {
        self.known.truncate(self.durable);
        self.asked = 0;
    }

    fn synced(&mut self) {
        self.durable = self.asked.max(self.durable).min(self.known.len());
        self.asked = 0;
    }
}

impl OpenSegment {
    /// Gives the segment up: what is durable counts, and its recorder finds out.
    fn fail(&mut self, evidence: String) {
        self.file = None;
        self.written.only_durable();
        self.fate.fail(Failed { kept_until: self.written.end(self.started), evidence });
    }
}

/// An operation for the committer that waits for the next sync, with what it takes to take it back.
struct Unsynced {
    op: CommitOp,
    written: Written,
}

/// The thread's state.
pub(crate) struct Writer {
    disk: DiskId,
    files: Arc<dyn Files>,
    syncs: Syncs,
    /// Until it has a thread, or somebody who takes its turns.
    syncer: Option<Syncer>,
    store: StoreId,
    queue: Receiver<WriterOp>,
    queued_bytes: Arc<AtomicUsize>,
    tokens: Arc<AtomicU64>,
    condition: Arc<Condition>,
    committed: Receiver<SegmentToken>,
    commits: mpsc::Sender<(DiskId, CommitOp)>,
    open: HashMap<SegmentToken, OpenSegment>,
    unsynced: Vec<Unsynced>,
    /// Synced, waiting for room in the commit queue.
    ready: VecDeque<CommitOp>,
    /// Streams of which a record found no room: what follows of them stays in the journal, so that it is committed in order.
    deferred: HashSet<StreamId>,
    journals: Journals,
    dirty: bool,
    next_sync: Option<Instant>,
    failed: Option<Instant>,
    stats: Arc<SyncStats>,
}

/// What a started writer has: the handle for recorders, the sender by which commits are acknowledged, and the thread.
#[cfg(test)]
pub(crate) struct Started {
    pub handle: WriterHandle,
    pub committed: Sender<SegmentToken>,
    pub thread: std::thread::JoinHandle<()>,
    pub stats: Arc<SyncStats>,
}

/// A writer without a thread of its own, and what [`start`] gives with it.
pub(crate) struct Made {
    pub writer: Writer,
    pub handle: WriterHandle,
    pub committed: Sender<SegmentToken>,
    pub stats: Arc<SyncStats>,
}

/// Starts the writer's thread. It ends when all handles are gone, after a last sync.
#[cfg(test)]
pub(crate) fn start(
    files: Box<dyn Files>,
    store: StoreId,
    boot_counter: u64,
    commits: mpsc::Sender<(DiskId, CommitOp)>,
) -> std::io::Result<Started> {
    let Made { writer, handle, committed, stats } =
        make(files, store, boot_counter, commits, DiskId::FIRST, Arc::default());
    Ok(Started { handle, committed, thread: writer.spawn(DiskId::FIRST)?, stats })
}

/// Makes a writer; somebody must [`Writer::spawn`] it or take its turns.
pub(crate) fn make(
    files: Box<dyn Files>,
    store: StoreId,
    boot_counter: u64,
    commits: mpsc::Sender<(DiskId, CommitOp)>,
    disk: DiskId,
    tokens: Arc<AtomicU64>,
) -> Made {
    let (sender, queue) = sync_channel(QUEUE_OPS_MAX);
    let (committed_sender, committed) = channel();
    let handle = WriterHandle::new(sender, tokens);
    let stats = Arc::new(SyncStats::default());
    let files: Arc<dyn Files> = Arc::from(files);
    let (syncs, syncer) = Syncs::new(files.clone());
    let mut writer = Writer {
        disk,
        files,
        syncs,
        syncer: Some(syncer),
        store,
        queue,
        queued_bytes: handle.queued_bytes.clone(),
        tokens: handle.tokens.clone(),
        condition: handle.condition.clone(),
        committed,
        commits,
        open: HashMap::new(),
        unsynced: Vec::new(),
        ready: VecDeque::new(),
        deferred: HashSet::new(),
        journals: Journals::new(boot_counter),
        dirty: false,
        next_sync: None,
        failed: None,
        stats: stats.clone(),
    };
    writer.look_for_room();
    Made { writer, handle, committed: committed_sender, stats }
}

impl Writer {
    /// Gives it its threads. They end when all handles are gone, after a last sync.
    pub fn spawn(mut self, disk: DiskId) -> std::io::Result<std::thread::JoinHandle<()>> {
        let syncs = self.take_syncer().map(|syncer| syncer.spawn(format!("sync-{disk}"))).transpose()?;
        std::thread::Builder::new().name(format!("writer-{disk}")).spawn(move || {
            self.run();
            // A panic of it has been told: the writer has ended without its last sync.
            let _told = syncs.map(std::thread::JoinHandle::join);
        })
    }

    /// For who takes its turns himself.
    pub fn take_syncer(&mut self) -> Option<Syncer> {
        self.syncer.take()
    }

    fn run(mut self) {
        self.next_sync = Some(Instant::now() + SYNC_INTERVAL);
        loop {
            std::thread::sleep(TURN);
            if !self.turn(Instant::now()) {
                break;
            }
            if self.syncs.is_gone {
                tracing::error!(disk = %self.disk, "the sync thread has ended: an error of this program");
                return;
            }
        }
        self.last_sync(|| ());
        self.finish();
    }

    /// One look at the queue, and at the sync; one is asked for when it is due. False when every recorder is gone.
    pub fn turn(&mut self, now: Instant) -> bool {
        self.take_synced(false);
        let more = self.drain();
        if !more {
            self.end_left_open();
        }
        self.write_journal();
        if now >= *self.next_sync.get_or_insert(now + SYNC_INTERVAL) || !more {
            self.look(now);
            if self.syncs.under_way.is_none() {
                self.begin_sync(now);
                self.next_sync = Some(now + SYNC_INTERVAL);
            }
        }
        self.hand_over();
        self.forget_committed();
        more
    }

    /// Syncs that were asked for in this run.
    pub fn sync_count(&self) -> u64 {
        self.syncs.count
    }

    /// Every recorder is gone: what the sync under way does not cover, one more does. `done` makes them, where no thread does.
    pub fn last_sync(&mut self, mut done: impl FnMut()) {
        for _ in 0..2 {
            if self.syncs.under_way.is_none() {
                self.begin_sync(Instant::now());
            }
            done();
            self.take_synced(true);
        }
    }

    /// Whether the folder is there, whether it failed a moment ago, and what room it has.
    fn look(&mut self, now: Instant) {
        let away = self.files.check().err();
        if let (Some(error), false) = (&away, self.condition.away.load(Relaxed)) {
            tracing::error!(disk = %self.disk, %error, "a media disk is away");
        }
        self.condition.away.store(away.is_some(), Relaxed);
        let waits = |batch: &Batch| now.saturating_duration_since(batch.since) >= SYNC_SLOW;
        if self.syncs.under_way.as_ref().is_some_and(waits) {
            tracing::warn!(disk = %self.disk, "a sync of a media disk takes more than {SYNC_SLOW:?}");
            self.mark_failing();
        }
        if self.condition.failing.load(Relaxed) {
            let since = *self.failed.get_or_insert(now);
            if now.saturating_duration_since(since) >= FAILING {
                self.condition.failing.store(false, Relaxed);
                self.failed = None;
            }
        }
        if away.is_none() {
            self.look_for_room();
        }
    }

    /// A write or sync has failed: files begin elsewhere for a while, where there is an elsewhere.
    fn mark_failing(&mut self) {
        self.condition.failing.store(true, Relaxed);
        self.failed = None;
    }

    fn look_for_room(&mut self) {
        let Ok(space) = self.files.space() else { return };
        self.stats.total_bytes.store(space.total_bytes, Relaxed);
        self.stats.free_bytes.store(space.free_bytes, Relaxed);
        let full = space.free_bytes < RESERVE_BYTES;
        if self.condition.full.swap(full, Relaxed) != full {
            tracing::warn!(full, free_bytes = space.free_bytes, "the media disk's reserve");
        }
    }

    /// Takes all that waits and that there is room for; false when every recorder is gone.
    fn drain(&mut self) -> bool {
        while self.unsynced.len() < UNSYNCED_OPS_MAX {
            match self.queue.try_recv() {
                Ok(op) => {
                    self.queued_bytes.fetch_sub(op.bytes(), Relaxed);
                    self.op(op);
                }
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
        true
    }

    fn op(&mut self, op: WriterOp) {
        match op {
            WriterOp::Open { token, stream, secret, config_hash, init, started, fate } => {
                let sidecar =
                    Sidecar { store: self.store, stream, started, secret: Secret::new(secret), config_hash };
                let open = self.begin(sidecar, fate, init);
                self.open.insert(token, open);
            }
            WriterOp::Fragment { token, fragment } => self.append(token, &fragment),
            WriterOp::Seal { token, sealed, clock } => self.seal(token, sealed, clock),
            WriterOp::Abandon { token, until, reason, sealed } => {
                if let Some(open) = self.open.remove(&token) {
                    self.abandon(token, open, until, reason, sealed);
                }
            }
            WriterOp::Leave { stream, turn } => {
                self.push(CommitOp::Leave { stream, turn, deferred: false }, Written::default());
            }
            WriterOp::Come { stream, turn } => {
                self.push(CommitOp::Come { stream, turn }, Written::default());
            }
            WriterOp::Gap { stream, gap } => self.gap(stream, gap),
            WriterOp::Barrier(reply) => self.push(CommitOp::Barrier(reply), Written::default()),
        }
    }

    fn push(&mut self, op: CommitOp, written: Written) {
        self.unsynced.push(Unsynced { op, written });
    }

    /// Creates the file. One that cannot be begun is open all the same, as failed, until its recorder ends it.
    fn begin(&mut self, sidecar: Sidecar, fate: Arc<Fate>, init: Bytes) -> OpenSegment {
        let (stream, started) = (sidecar.stream, sidecar.started);
        let written = Written::default();
        let mut open = OpenSegment { stream, started, fate, path: None, file: None, written };
        if self.condition.full.load(Relaxed) {
            open.fail(FULL.into());
            return open;
        }
        self.dirty = true;
        let created = self.files.create_segment(sidecar).and_then(|(path, mut file)| {
            open.path = Some(path);
            file.append(&[init]).map(|()| file)
        });
        match created {
            Ok(file) => open.file = Some(file),
            Err(error) => {
                tracing::error!(%stream, %error, "segment file cannot be begun; its span becomes a gap");
                open.fail(format!("a segment's file could not be begun: {}", cause_of(&error)));
                self.mark_failing();
            }
        }
        open
    }

    fn append(&mut self, token: SegmentToken, fragment: &Fragment) {
        let full = self.condition.full.load(Relaxed);
        let Some(open) = self.open.get_mut(&token) else { return };
        let (Some(file), Some(path)) = (&mut open.file, &open.path) else { return };
        if full {
            tracing::error!(stream = %open.stream, "the media disk is full; the segment ends with what is durable");
            return open.fail(FULL.into());
        }
        let parts: Vec<Bytes> = fragment.parts().cloned().collect();
        self.dirty = true;
        if let Err(error) = file.append(&parts) {
            tracing::error!(stream = %open.stream, %error, "segment cannot be written on; what is durable is kept");
            open.fail(format!("a segment could not be written on: {}", cause_of(&error)));
            return self.mark_failing();
        }
        self.stats.written_bytes.fetch_add(fragment.len, Relaxed);
        let end_wall = fragment.end_wall;
        open.written.known.push(Known { fragment: fragment.index, digest: fragment.digest, end_wall });
        let entry = journal::Entry {
            path: path.clone(),
            fragment: fragment.index,
            offset: fragment.offset,
            length: u32::try_from(fragment.len).unwrap_or(u32::MAX),
            sha256: fragment.digest,
            span: Span { start: fragment.first_wall, end: end_wall.max(fragment.first_wall) },
            first_dts: fragment.first_dts,
            units: fragment.units,
        };
        self.note(token, &Record::Fragment(entry));
    }

    /// Adds a record to the journal. Without a journal nothing that is written counts after a crash.
    fn note(&mut self, token: SegmentToken, record: &Record) {
        self.dirty = true;
        if let Err(error) = self.journals.note(&*self.files, token, record) {
            tracing::error!(%error, "the journal cannot be begun");
            self.abandon_all(&format!("the recorder's journal could not be begun: {}", cause_of(&error)));
        }
    }

    fn write_journal(&mut self) {
        if let Err(error) = self.journals.write() {
            tracing::error!(%error, "the journal cannot be written on");
            self.abandon_all(&format!("the recorder's journal could not be written: {}", cause_of(&error)));
        }
    }

    fn gap(&mut self, stream: StreamId, gap: Gap) {
        let token = handle::next_token(&self.tokens);
        let Gap { span, cause, evidence } = gap.clone();
        self.push(CommitOp::Gap { token, stream, gap }, Written::default());
        self.dirty = true;
        if let Err(error) =
            self.journals.note(&*self.files, token, &Record::Gap { stream, span, cause, evidence })
        {
            tracing::error!(%stream, %error, "a gap is in no journal; a crash before its commit leaves its cause unknown");
        }
    }

    fn seal(&mut self, token: SegmentToken, sealed: Box<Sealed>, clock: ClockOffset) {
        let Some(mut open) = self.open.remove(&token) else { return };
        let (end, reason) = (sealed.span.end, sealed.reason);
        self.dirty = true;
        if let Some(Err(error)) = open.file.as_mut().map(|file| file.finish()) {
            tracing::error!(stream = %open.stream, %error, "segment cannot be ended; what is durable is kept");
            open.fail(format!("a segment could not be written on: {}", cause_of(&error)));
        }
        match (&open.file, &open.path) {
            (Some(_), Some(path)) => {
                let (path, stream, started) = (path.clone(), open.stream, open.started);
                let record = Record::Seal { path: path.clone(), end, reason };
                self.push(CommitOp::Segment { token, path, stream, started, sealed, clock }, open.written);
                self.note(token, &record);
            }
            _ => self.abandon(token, open, end, reason, Some(sealed)),
        }
    }

    /// Ends a segment with what its file holds, or with what was synced when it failed; up to `until` the rest is a gap.
    fn abandon(
        &mut self,
        token: SegmentToken,
        open: OpenSegment,
        until: WallTime,
        reason: SealReason,
        sealed: Option<Box<Sealed>>,
    ) {
        let OpenSegment { stream, started, fate, path, written, .. } = open;
        let end = written.end(started).min(until);
        if let Some(path) = path {
            let known = written.known.clone();
            let op = CommitOp::Recover { token, path, stream, started, known, until: end, reason, sealed };
            self.push(op, written);
        }
        let evidence = fate.failed().map(|failed| failed.evidence.clone());
        self.rest_is_gap(
            stream,
            end,
            until,
            &evidence.unwrap_or_else(|| "the writer did not keep up".into()),
        );
    }

    fn rest_is_gap(&mut self, stream: StreamId, from: WallTime, until: WallTime, evidence: &str) {
        if from < until {
            let span = Span { start: from, end: until };
            self.gap(stream, Gap { span, cause: GapCause::Disk, evidence: evidence.into() });
        }
    }

    /// Asks for one `syncfs` for data and journal of all streams (design note `footage.md`, "Durability").
    fn begin_sync(&mut self, now: Instant) {
        let written = |open: &mut Written| open.asked = open.known.len();
        self.open.values_mut().for_each(|open| written(&mut open.written));
        let batch =
            Batch { since: now, ops: std::mem::take(&mut self.unsynced), journal: self.journals.covered() };
        if std::mem::take(&mut self.dirty) {
            self.syncs.begin(batch);
        } else {
            // Nothing was written since the last one.
            self.synced(batch);
        }
    }

    /// What became of the sync that is under way; `wait`: its end is waited for.
    fn take_synced(&mut self, wait: bool) {
        let Some((Synced { result, took }, batch)) = self.syncs.ended(wait) else { return };
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.stats.count.fetch_add(1, Relaxed);
        self.stats.last_us.store(took_us, Relaxed);
        self.stats.max_us.fetch_max(took_us, Relaxed);
        if let Err(error) = result {
            self.stats.failed.fetch_add(1, Relaxed);
            tracing::error!(%error, "sync failed; every open segment ends with what was durable before");
            self.dirty = true;
            self.unsynced.splice(..0, batch.ops);
            return self.abandon_all(&format!("a sync of the media disk failed: {}", cause_of(&error)));
        }
        self.stats.synced_journal(batch.journal.head);
        self.journals.note_synced(batch.journal);
        self.synced(batch);
    }

    fn synced(&mut self, batch: Batch) {
        let open = self.open.values_mut().map(|open| &mut open.written);
        let closed = self.unsynced.iter_mut().map(|unsynced| &mut unsynced.written);
        open.chain(closed).for_each(Written::synced);
        for Unsynced { op, .. } in batch.ops {
            self.enqueue(op);
        }
    }

    /// After a failed sync: the kernel may have dropped any page and reports it once, so nothing written since the last
    /// good sync is trusted. Recorders are told and begin new files at their next key frame; a new journal begins.
    fn abandon_all(&mut self, evidence: &str) {
        for open in self.open.values_mut().filter(|open| open.file.is_some()) {
            open.fail(evidence.into());
        }
        self.mark_failing();
        self.journals.close();
        if let Some(batch) = &mut self.syncs.under_way {
            // Whatever it says, nothing rests on it any more.
            self.unsynced.splice(..0, std::mem::take(&mut batch.ops));
            batch.journal = Default::default();
        }
        for Unsynced { op, mut written } in std::mem::take(&mut self.unsynced) {
            written.only_durable();
            match op {
                CommitOp::Segment { token, path, stream, started, sealed, .. } => {
                    let (end, until) = (written.end(started).min(sealed.span.end), sealed.span.end);
                    let (known, reason, sealed) =
                        (written.known.clone(), SealReason::SyncFailed, Some(sealed));
                    let op =
                        CommitOp::Recover { token, path, stream, started, known, until: end, reason, sealed };
                    self.push(op, written);
                    self.rest_is_gap(stream, end, until, evidence);
                }
                CommitOp::Recover { token, path, stream, started, until, reason, sealed, .. } => {
                    let (end, known) = (written.end(started).min(until), written.known.clone());
                    let op =
                        CommitOp::Recover { token, path, stream, started, known, until: end, reason, sealed };
                    self.push(op, written);
                    self.rest_is_gap(stream, end, until, evidence);
                }
                CommitOp::Gap { stream, gap, .. } => self.gap(stream, gap),
                CommitOp::Leave { .. } | CommitOp::Come { .. } | CommitOp::Barrier(_) => {
                    self.push(op, written)
                }
            }
        }
        // What is left rests on earlier syncs only.
        for Unsynced { op, .. } in std::mem::take(&mut self.unsynced) {
            self.enqueue(op);
        }
    }

    /// Puts what is durable in line for the committer. What finds no room stays in the journal, with all that follows of
    /// its stream: committed out of order it would be a hole first and a conflict later.
    fn enqueue(&mut self, mut op: CommitOp) {
        if let CommitOp::Leave { stream, deferred, .. } = &mut op {
            *deferred |= self.deferred.contains(stream);
        } else if let Some(stream) = op.stream() {
            if self.ready.len() >= COMMIT_QUEUE_MAX && self.deferred.insert(stream) {
                tracing::error!(%stream, "the database takes no records; what follows of this stream is committed at the next start");
            }
            if self.deferred.contains(&stream) {
                self.stats.deferred_commits.fetch_add(1, Relaxed);
                return;
            }
        }
        self.ready.push_back(op);
    }

    /// False when the committer is gone.
    pub fn hand_over(&mut self) -> bool {
        let mut there = true;
        while let Some(op) = self.ready.pop_front() {
            if let Err(error) = self.commits.try_send((self.disk, op)) {
                there = matches!(error, mpsc::error::TrySendError::Full(_));
                self.ready.push_front(error.into_inner().1);
                break;
            }
        }
        let handed = self.commits.max_capacity() - self.commits.capacity();
        self.stats.waiting_commits.store(self.ready.len() + handed, Relaxed);
        there
    }

    fn forget_committed(&mut self) {
        while let Ok(token) = self.committed.try_recv() {
            self.journals.committed(token);
        }
        self.journals.remove_settled(&*self.files);
    }

    /// Every recorder is gone: what one of them left open ends with what is in its file.
    fn end_left_open(&mut self) {
        for (token, open) in std::mem::take(&mut self.open) {
            let end = open.written.end(open.started);
            self.abandon(token, open, end, SealReason::Stop, None);
        }
    }

    /// All recorders are gone: waits for the last commits, then leaves no journal behind when nothing needs it.
    fn finish(mut self) {
        let deadline = Instant::now() + FINISH_PATIENCE;
        while self.hand_over() && !self.ready.is_empty() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.close();
    }

    /// Waits for the committer's last word. What is not committed by then stays in its journal.
    pub fn close(self) {
        let Self { files, syncs, commits, committed, mut journals, .. } = self;
        drop((syncs, commits)); // the sync thread ends, and the committer ends when it has worked off its queue
        for token in committed {
            journals.committed(token);
        }
        journals.close();
        journals.remove_settled(&*files);
    }
}

/// What a gap's evidence says of an error: no path of this machine.
fn cause_of(error: &store::Error) -> String {
    match error {
        store::Error::File { doing, source, .. } => format!("{doing}: {source}"),
        // Its text names the folder.
        store::Error::Corrupt(_) => "the media folder is away, or not ours".to_owned(),
        error => error.to_string(),
    }
}
