//! The writer of one media file system: appends fragments and journal records, and makes both durable once a second.
//!
//! One thread owns all open files. It holds no lock, asks no database and makes no record: what it has synced it hands
//! to [`crate::commit`]. Invariants: at most one sync a second, covering data and journal together; a failed sync abandons
//! every open segment and is never retried; nothing is handed on before a sync that began after its last byte was written.

use crate::{commit::CommitOp, gap::Gap, recover::Known};
use bytes::Bytes;
use ledger::record::ClockOffset;
use media::segment::{Fragment, Sealed};
use model::{GapCause, Hash, SealReason, Secret, Span, StreamId, WallTime};
use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
        mpsc::{Receiver, Sender, SyncSender, TryRecvError, TrySendError, channel, sync_channel},
    },
    time::{Duration, Instant},
};
use store::{
    journal,
    media_dir::{JournalFile, MediaDir, SegmentFile, Sidecar},
};
use tokio::sync::{mpsc, oneshot};

/// Operations that may wait for the writer: 200 streams with two fragments a second fit ten times over.
const QUEUE_OPS_MAX: usize = 4_096;
/// Bytes that may wait: a disk that stands still for 5 s at 400 Mbit/s. Beyond it streams are cut, with their cause.
const QUEUE_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Time between two looks at the queue: one wake-up serves all streams.
const TURN: Duration = Duration::from_millis(100);
/// Time between two syncs.
const SYNC_INTERVAL: Duration = Duration::from_secs(1);
/// A journal is closed and a new one begun after so many bytes, so that old ones can go.
const JOURNAL_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Room that recording leaves free on its file system, so that databases and ledger can still be written when it is full.
const RESERVE_BYTES: u64 = 512 * 1024 * 1024;
/// Small operations kept back while the queue is full, for one stream. More means the writer is gone.
const KEPT_OPS_MAX: usize = 1_024;

/// Names one segment between recorder and writer, within this process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SegmentToken(u64);

/// What recorders ask of the writer.
pub enum WriterOp {
    Open {
        token: SegmentToken,
        stream: StreamId,
        secret: [u8; 32],
        config_hash: Hash,
        init: Bytes,
        started: WallTime,
    },
    Fragment {
        token: SegmentToken,
        fragment: Fragment,
    },
    Seal {
        token: SegmentToken,
        sealed: Box<Sealed>,
        clock: ClockOffset,
    },
    /// The segment ends with what is in its file: it is rebuilt from there.
    Abandon {
        token: SegmentToken,
        reason: SealReason,
    },
    Gap {
        stream: StreamId,
        gap: Gap,
    },
    /// Answered when everything sent before is durable and committed.
    Barrier(oneshot::Sender<()>),
}

impl WriterOp {
    fn bytes(&self) -> usize {
        match self {
            Self::Fragment { fragment, .. } => usize::try_from(fragment.len).unwrap_or(usize::MAX),
            Self::Open { init, .. } => init.len(),
            _ => 0,
        }
    }
}

/// One recorder's end of the queue.
pub struct WriterHandle {
    queue: SyncSender<WriterOp>,
    queued_bytes: Arc<AtomicUsize>,
    tokens: Arc<AtomicU64>,
    kept: VecDeque<WriterOp>,
}

impl Clone for WriterHandle {
    /// A new recorder's handle: it keeps back nothing.
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
            queued_bytes: self.queued_bytes.clone(),
            tokens: self.tokens.clone(),
            kept: VecDeque::new(),
        }
    }
}

impl WriterHandle {
    pub fn next_token(&self) -> SegmentToken {
        SegmentToken(self.tokens.fetch_add(1, Relaxed))
    }

    /// Queues an operation; false when the queue is full: then it was not taken.
    pub fn send(&mut self, op: WriterOp) -> bool {
        self.drain_kept() && self.try_send(op).is_ok()
    }

    /// Queues a small operation, or keeps it until there is room: seals and gaps must not be lost.
    pub fn send_or_keep(&mut self, op: WriterOp) {
        let op = if self.drain_kept() { self.try_send(op).err() } else { Some(op) };
        if let Some(op) = op {
            if self.kept.len() < KEPT_OPS_MAX {
                self.kept.push_back(op);
            } else {
                tracing::error!(
                    "the writer takes nothing; a gap or seal is left to the next start's recovery"
                );
            }
        }
    }

    fn drain_kept(&mut self) -> bool {
        while let Some(op) = self.kept.pop_front() {
            if let Err(op) = self.try_send(op) {
                self.kept.push_front(op);
                return false;
            }
        }
        true
    }

    #[expect(clippy::result_large_err, reason = "the operation is handed back, not an error made up")]
    fn try_send(&self, op: WriterOp) -> Result<(), WriterOp> {
        let bytes = op.bytes();
        if self.queued_bytes.load(Relaxed).saturating_add(bytes) > QUEUE_BYTES_MAX {
            return Err(op);
        }
        self.queued_bytes.fetch_add(bytes, Relaxed);
        self.queue.try_send(op).map_err(|error| {
            self.queued_bytes.fetch_sub(bytes, Relaxed);
            match error {
                TrySendError::Full(op) | TrySendError::Disconnected(op) => op,
            }
        })
    }
}

/// What a sync cost, for the health page.
#[derive(Debug, Default)]
pub struct SyncStats {
    pub last_us: AtomicU64,
    pub max_us: AtomicU64,
    pub count: AtomicU64,
    pub failed: AtomicU64,
    pub written_bytes: AtomicU64,
    /// Commits that wait for the database.
    pub waiting_commits: AtomicUsize,
}

struct OpenFile {
    stream: StreamId,
    started: WallTime,
    file: SegmentFile,
    known: Vec<Known>,
    /// Fragments covered by a successful sync.
    durable: usize,
    /// A write failed: nothing more is appended, and what is durable counts.
    broken: bool,
}

struct Journal {
    file: JournalFile,
    bytes: u64,
    chain: journal::Chain,
    /// Segments named in it that are not committed yet.
    tokens: std::collections::HashSet<SegmentToken>,
}

/// The thread's state.
pub(crate) struct Writer {
    media: MediaDir,
    boot_counter: u64,
    queue: Receiver<WriterOp>,
    queued_bytes: Arc<AtomicUsize>,
    committed: Receiver<SegmentToken>,
    commits: mpsc::Sender<CommitOp>,
    open: HashMap<SegmentToken, OpenFile>,
    /// Segments whose file could not be created.
    unbegun: HashMap<SegmentToken, StreamId>,
    /// Written, not yet synced.
    unsynced: Vec<CommitOp>,
    /// Synced, waiting for room in the commit queue.
    ready: VecDeque<CommitOp>,
    journal: Option<Journal>,
    old_journals: Vec<Journal>,
    journal_number: u32,
    records: Vec<u8>,
    dirty: bool,
    /// Set once a second: less than the reserve is free.
    full: bool,
    stats: Arc<SyncStats>,
}

/// What [`start`] gives: the handle for recorders, the sender by which commits are acknowledged, and the thread.
pub(crate) struct Started {
    pub handle: WriterHandle,
    pub committed: Sender<SegmentToken>,
    pub thread: std::thread::JoinHandle<()>,
    pub stats: Arc<SyncStats>,
}

/// Starts the writer's thread. It ends when all handles are gone, after a last sync.
pub(crate) fn start(
    media: MediaDir,
    boot_counter: u64,
    commits: mpsc::Sender<CommitOp>,
) -> std::io::Result<Started> {
    let (sender, queue) = sync_channel(QUEUE_OPS_MAX);
    let (committed_sender, committed) = channel();
    let queued_bytes = Arc::new(AtomicUsize::new(0));
    let stats = Arc::new(SyncStats::default());
    let writer = Writer {
        media,
        boot_counter,
        queue,
        queued_bytes: queued_bytes.clone(),
        committed,
        commits,
        open: HashMap::new(),
        unbegun: HashMap::new(),
        unsynced: Vec::new(),
        ready: VecDeque::new(),
        journal: None,
        old_journals: Vec::new(),
        journal_number: 0,
        records: Vec::new(),
        dirty: false,
        full: false,
        stats: stats.clone(),
    };
    let thread = std::thread::Builder::new().name("writer".into()).spawn(move || writer.run())?;
    let handle = WriterHandle { queue: sender, queued_bytes, tokens: Arc::default(), kept: VecDeque::new() };
    Ok(Started { handle, committed: committed_sender, thread, stats })
}

impl Writer {
    fn run(mut self) {
        let mut next_sync = Instant::now() + SYNC_INTERVAL;
        loop {
            std::thread::sleep(TURN);
            let more = self.drain();
            self.write_journal();
            let now = Instant::now();
            if now >= next_sync || !more {
                self.sync();
                self.full = self.media.space().is_ok_and(|space| space.free_bytes < RESERVE_BYTES);
                next_sync = now + SYNC_INTERVAL;
            }
            self.hand_over();
            self.forget_committed();
            if !more {
                break;
            }
        }
        self.finish();
    }

    /// Takes all that waits; false when every recorder is gone.
    fn drain(&mut self) -> bool {
        loop {
            match self.queue.try_recv() {
                Ok(op) => {
                    self.queued_bytes.fetch_sub(op.bytes(), Relaxed);
                    self.op(op);
                }
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    fn op(&mut self, op: WriterOp) {
        match op {
            WriterOp::Open { token, stream, secret, config_hash, init, started } => {
                let sidecar = Sidecar {
                    store: self.media_store(),
                    stream,
                    started,
                    secret: Secret::new(secret),
                    config_hash,
                };
                match self.create(sidecar, init) {
                    Ok(file) => {
                        let known = Vec::new();
                        self.open.insert(
                            token,
                            OpenFile { stream, started, file, known, durable: 0, broken: false },
                        );
                    }
                    Err(error) => {
                        tracing::error!(%stream, %error, "segment file cannot be begun; its span becomes a gap");
                        self.unbegun.insert(token, stream);
                    }
                }
            }
            WriterOp::Fragment { token, fragment } => self.append(token, &fragment),
            WriterOp::Seal { token, sealed, clock } => self.seal(token, sealed, clock),
            WriterOp::Abandon { token, reason } => self.abandon(token, reason, false),
            WriterOp::Gap { stream, gap } => self.unsynced.push(CommitOp::Gap { stream, gap }),
            WriterOp::Barrier(reply) => self.unsynced.push(CommitOp::Barrier(reply)),
        }
    }

    fn media_store(&self) -> model::StoreId {
        self.media.store()
    }

    fn create(&mut self, sidecar: Sidecar, init: Bytes) -> store::Result<SegmentFile> {
        if self.full {
            return Err(store::Error::Busy("the media disk: less than 512 MiB are free"));
        }
        let mut file = self.media.create_segment(sidecar)?;
        file.append(&[init])?;
        self.dirty = true;
        Ok(file)
    }

    fn append(&mut self, token: SegmentToken, fragment: &Fragment) {
        let Some(open) = self.open.get_mut(&token).filter(|open| !open.broken) else { return };
        if self.full {
            tracing::error!(stream = %open.stream, "the media disk is full; the segment ends with what is durable");
            open.broken = true;
            return;
        }
        let parts: Vec<Bytes> = fragment.parts().cloned().collect();
        self.dirty = true;
        if let Err(error) = open.file.append(&parts) {
            tracing::error!(stream = %open.stream, %error, "segment cannot be written on; what is durable is kept");
            open.broken = true;
            return;
        }
        self.stats.written_bytes.fetch_add(fragment.len, Relaxed);
        let end_wall = fragment.end_wall;
        open.known.push(Known { fragment: fragment.index, digest: fragment.digest, end_wall });
        let entry = journal::Entry {
            path: open.file.path().clone(),
            fragment: fragment.index,
            offset: fragment.offset,
            length: u32::try_from(fragment.len).unwrap_or(u32::MAX),
            sha256: fragment.digest,
            span: Span { start: fragment.first_wall, end: end_wall.max(fragment.first_wall) },
            first_dts: fragment.first_dts,
            units: fragment.units,
        };
        self.note(token, &entry);
    }

    /// Adds a record to the journal's buffer, beginning a journal when there is none.
    fn note(&mut self, token: SegmentToken, entry: &journal::Entry) {
        if self.journal.is_none() {
            self.journal_number += 1;
            match self.media.create_journal(self.boot_counter, self.journal_number) {
                Ok(file) => {
                    let tokens = Default::default();
                    self.journal = Some(Journal { file, bytes: 0, chain: journal::Chain::default(), tokens });
                }
                Err(error) => return tracing::error!(%error, "the journal cannot be begun"),
            }
        }
        if let Some(journal) = &mut self.journal {
            journal::encode(entry, &mut journal.chain, &mut self.records);
            journal.tokens.insert(token);
        }
    }

    fn write_journal(&mut self) {
        let Some(journal) = &mut self.journal else { return };
        if !self.records.is_empty() {
            journal.bytes += self.records.len() as u64;
            if let Err(error) = journal.file.append(&self.records) {
                tracing::error!(%error, "the journal cannot be written on; a new one is begun");
                journal.bytes = JOURNAL_BYTES_MAX;
            }
            self.records.clear();
        }
        if journal.bytes >= JOURNAL_BYTES_MAX {
            // Open segments go on in the next journal; this one stays until all that it names is committed.
            self.old_journals.extend(self.journal.take());
        }
    }

    fn seal(&mut self, token: SegmentToken, sealed: Box<Sealed>, clock: ClockOffset) {
        if self.open.get(&token).is_some_and(|open| open.broken) {
            return self.abandon(token, sealed.reason, true);
        }
        match self.open.remove(&token) {
            Some(open) => {
                let path = open.file.path().clone();
                let (stream, started) = (open.stream, open.started);
                self.unsynced.push(CommitOp::Segment { token, path, stream, started, sealed, clock });
            }
            None => {
                if let Some(stream) = self.unbegun.remove(&token) {
                    let evidence = "the segment's file could not be created".to_owned();
                    let gap = Gap { span: sealed.span, cause: GapCause::Disk, evidence };
                    self.unsynced.push(CommitOp::Gap { stream, gap });
                }
            }
        }
    }

    /// Ends a segment with what its file holds; with `only_durable`, with what was synced.
    fn abandon(&mut self, token: SegmentToken, reason: SealReason, only_durable: bool) {
        let Some(mut open) = self.open.remove(&token) else { return };
        if only_durable || open.broken {
            open.known.truncate(open.durable);
        }
        let path = open.file.path().clone();
        let OpenFile { stream, started, known, .. } = open;
        self.unsynced.push(CommitOp::Recover { token, path, stream, started, known, reason });
    }

    /// One `syncfs` for data and journal of all streams (design note `footage.md`, "Durability").
    fn sync(&mut self) {
        if self.dirty {
            let begun = Instant::now();
            let result = self.media.sync();
            let took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
            self.stats.count.fetch_add(1, Relaxed);
            self.stats.last_us.store(took_us, Relaxed);
            self.stats.max_us.fetch_max(took_us, Relaxed);
            if let Err(error) = result {
                self.stats.failed.fetch_add(1, Relaxed);
                tracing::error!(%error, "sync failed; every open segment ends with what was durable before");
                return self.abandon_all();
            }
            self.dirty = false;
        }
        for open in self.open.values_mut() {
            open.durable = open.known.len();
        }
        self.ready.extend(self.unsynced.drain(..));
    }

    /// After a failed sync: the kernel may have dropped any page and reports it once, so nothing written since the last
    /// good sync is trusted. Recorders begin new files at their next key frame.
    fn abandon_all(&mut self) {
        let tokens: Vec<SegmentToken> = self.open.keys().copied().collect();
        for token in tokens {
            self.abandon(token, SealReason::SyncFailed, true);
        }
        self.journal_number += 1;
        self.old_journals.extend(self.journal.take());
        self.records.clear();
        self.ready.extend(self.unsynced.drain(..));
    }

    fn hand_over(&mut self) {
        while let Some(op) = self.ready.pop_front() {
            if let Err(mpsc::error::TrySendError::Full(op) | mpsc::error::TrySendError::Closed(op)) =
                self.commits.try_send(op)
            {
                self.ready.push_front(op);
                break;
            }
        }
        self.stats
            .waiting_commits
            .store(self.ready.len() + self.commits.max_capacity() - self.commits.capacity(), Relaxed);
        // The oldest stay in the journal and are recovered at the next start.
        while self.ready.len() > crate::commit::COMMIT_QUEUE_MAX {
            self.ready.pop_front();
        }
    }

    fn forget_committed(&mut self) {
        while let Ok(token) = self.committed.try_recv() {
            for journal in self.old_journals.iter_mut().chain(self.journal.as_mut()) {
                journal.tokens.remove(&token);
            }
        }
        let done: Vec<PathBuf> = self
            .old_journals
            .extract_if(.., |journal| journal.tokens.is_empty())
            .map(|journal| journal.file.path().to_path_buf())
            .collect();
        for path in done {
            if let Err(error) = self.media.remove_journal(&path) {
                tracing::warn!(%error, "an old journal could not be removed");
            }
        }
    }

    /// All recorders are gone: waits for the last commits, then leaves no journal behind when nothing needs it.
    fn finish(mut self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !self.ready.is_empty() && Instant::now() < deadline {
            self.hand_over();
            std::thread::sleep(Duration::from_millis(5));
        }
        let Self { media, commits, committed, mut old_journals, journal, .. } = self;
        drop(commits); // the committer ends when it has worked off its queue
        old_journals.extend(journal);
        for token in committed {
            for journal in &mut old_journals {
                journal.tokens.remove(&token);
            }
        }
        for journal in old_journals.iter().filter(|journal| journal.tokens.is_empty()) {
            if let Err(error) = media.remove_journal(journal.file.path()) {
                tracing::warn!(%error, "a journal could not be removed");
            }
        }
    }
}
