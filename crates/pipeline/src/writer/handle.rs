//! A recorder's end of the writer: the bounded queue, what became of a segment, and the state of the writer itself.
//!
//! Nothing here waits. Invariant: what a recorder hands over is either taken, handed back, or kept until there is room.

use crate::gap::Gap;
use bytes::Bytes;
use ledger::record::ClockOffset;
use ledger::tick::JournalHead;
use media::segment::{Fragment, Sealed};
use model::{GapCause, Hash, SealReason, StreamId, WallTime};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
        mpsc::{SyncSender, TrySendError},
    },
};
use tokio::sync::oneshot;

/// Bytes that may wait: a disk that stands still for 5 s at 400 Mbit/s. Beyond it streams are cut, with their cause.
const QUEUE_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Small operations kept back while the queue is full, for one stream. More means the writer is gone.
const KEPT_OPS_MAX: usize = 1_024;

/// What a gap says when there is no writer any more.
pub(crate) const WRITER_GONE: &str = "the recorder's writer has ended: an error of this program";

/// Names one segment or gap between recorder, writer and committer, within this process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SegmentToken(u64);

/// Why the writer gave a segment up, and how far it counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Failed {
    /// End of the last fragment that a sync has made durable; the segment's start when there is none.
    pub kept_until: WallTime,
    pub evidence: String,
}

/// What became of a segment in the writer's hands: set once, there; looked at by the recorder before each unit.
#[derive(Debug, Default)]
pub struct Fate(OnceLock<Failed>);

impl Fate {
    pub(crate) fn failed(&self) -> Option<&Failed> {
        self.0.get()
    }

    pub(super) fn fail(&self, failed: Failed) {
        // A second failure changes nothing: the first one has said how far the segment counts.
        let _first_stays = self.0.set(failed);
    }
}

/// What recorders ask of the writer. A segment that was begun is ended by exactly one `Seal` or `Abandon`, also when the
/// writer has given it up; the time up to the end stated there is then footage or a gap, by the writer's doing.
pub enum WriterOp {
    Open {
        token: SegmentToken,
        stream: StreamId,
        secret: [u8; 32],
        config_hash: Hash,
        init: Bytes,
        started: WallTime,
        fate: Arc<Fate>,
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
    /// The segment ends with what is in its file: it is rebuilt from there. The stream's next record begins at `until`.
    Abandon {
        token: SegmentToken,
        until: WallTime,
        reason: SealReason,
        /// The recorder's account of all that it handed over, for when the file cannot be read because its disk is gone.
        sealed: Option<Box<Sealed>>,
    },
    Gap {
        stream: StreamId,
        gap: Gap,
    },
    /// The stream goes on on another disk: its records after these come from there.
    Leave {
        stream: StreamId,
        turn: u64,
    },
    /// The stream goes on here: its records follow those before the leave of the same turn.
    Come {
        stream: StreamId,
        turn: u64,
    },
    /// Answered when everything sent before is durable and committed.
    Barrier(oneshot::Sender<()>),
}

impl WriterOp {
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Fragment { fragment, .. } => usize::try_from(fragment.len).unwrap_or(usize::MAX),
            Self::Open { init, .. } => init.len(),
            _ => 0,
        }
    }
}

/// What recorders may know of the writer without asking it.
#[derive(Debug, Default)]
pub(super) struct Condition {
    /// Less than the reserve is free on the media disk.
    pub full: AtomicBool,
    /// Its folder is absent or foreign.
    pub away: AtomicBool,
    /// A write or sync has failed a moment ago.
    pub failing: AtomicBool,
    /// The writer's thread has ended although recorders are there.
    pub gone: AtomicBool,
}

/// One recorder's end of the queue.
pub struct WriterHandle {
    queue: SyncSender<WriterOp>,
    pub(super) queued_bytes: Arc<AtomicUsize>,
    pub(super) tokens: Arc<AtomicU64>,
    pub(super) condition: Arc<Condition>,
    kept: VecDeque<WriterOp>,
}

impl Clone for WriterHandle {
    /// A new recorder's handle: it keeps back nothing.
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
            queued_bytes: self.queued_bytes.clone(),
            tokens: self.tokens.clone(),
            condition: self.condition.clone(),
            kept: VecDeque::new(),
        }
    }
}

/// The next token of a common counter.
pub(crate) fn next_token(tokens: &AtomicU64) -> SegmentToken {
    SegmentToken(tokens.fetch_add(1, Relaxed))
}

impl WriterHandle {
    pub(super) fn new(queue: SyncSender<WriterOp>, tokens: Arc<AtomicU64>) -> Self {
        Self { queue, queued_bytes: Arc::default(), tokens, condition: Arc::default(), kept: VecDeque::new() }
    }

    /// Whether its folder was absent or foreign a moment ago.
    pub(crate) fn is_away(&self) -> bool {
        self.condition.away.load(Relaxed)
    }

    /// A write or sync has failed a moment ago, and the segments concerned know it.
    #[cfg(test)]
    pub(crate) fn is_failing(&self) -> bool {
        self.condition.failing.load(Relaxed)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.condition.full.load(Relaxed)
    }

    pub(super) fn is_gone(&self) -> bool {
        self.condition.gone.load(Relaxed)
    }

    /// Half of what may wait does: the disk hardly answers.
    pub(super) fn is_swamped(&self) -> bool {
        self.queued_bytes.load(Relaxed) > QUEUE_BYTES_MAX / 2
    }

    /// Why an operation was not taken.
    pub(crate) fn trouble(&self) -> (GapCause, &'static str) {
        if self.condition.gone.load(Relaxed) {
            (GapCause::Us, WRITER_GONE)
        } else {
            (GapCause::Disk, "the writer of this store does not keep up")
        }
    }

    /// Queues an operation; false when the queue is full or the writer is gone: then it was not taken.
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

    /// Hands over what was kept back; true when nothing is left.
    pub(crate) fn drain_kept(&mut self) -> bool {
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
                TrySendError::Full(op) => op,
                TrySendError::Disconnected(op) => {
                    self.condition.gone.store(true, Relaxed);
                    op
                }
            }
        })
    }
}

/// What the disk and the database cost and refused, for the health page.
#[derive(Debug, Default)]
pub struct SyncStats {
    pub last_us: AtomicU64,
    pub max_us: AtomicU64,
    pub count: AtomicU64,
    pub failed: AtomicU64,
    pub written_bytes: AtomicU64,
    /// Room on the media disk, looked at once a second.
    pub total_bytes: AtomicU64,
    pub free_bytes: AtomicU64,
    /// Commits that wait for the database.
    pub waiting_commits: AtomicUsize,
    /// Records left to the next start, because the database took nothing for too long. They are in the journal.
    pub deferred_commits: AtomicU64,
    /// Records that the database refused, or files that could not be rebuilt. Their time is a gap; their journal stays.
    pub set_aside: AtomicU64,
    /// What is durable in the journal.
    journal: Mutex<JournalHead>,
}

impl SyncStats {
    pub(super) fn synced_journal(&self, head: JournalHead) {
        *self.journal.lock().unwrap_or_else(PoisonError::into_inner) = head;
    }
    pub fn journal(&self) -> JournalHead {
        *self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
