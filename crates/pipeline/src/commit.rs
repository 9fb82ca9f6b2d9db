//! From durable bytes to rows and leaves: takes what the writer has synced and commits it to `footage.db`, in order.
//!
//! It never holds up the writer: a database that is busy or gone makes this queue grow, and what does not fit stays in the
//! journal until the next start. Invariant 5: a segment can be read back or exported only after its row and leaf are here.
//! The writer forgets a segment or gap only when its time is in a record; one that the database refuses becomes a gap.

mod order;
#[cfg(test)]
mod tests;

pub(crate) use order::Order;

use crate::{
    clock,
    gap::Gap,
    recover::{self, Known},
    writer::{SegmentToken, SyncStats},
};
use ledger::{
    record::{ClockOffset, SegmentDraft},
    table::{Gop, GopTable, PieceTable},
};
use media::segment::Sealed;
use model::{DiskId, GapCause, Kind, SealReason, Span, StreamId, WallTime};
use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
        mpsc::Sender,
    },
    time::Duration,
};
use store::{
    Footage,
    footage::{NewGap, NewSegment},
    media_dir::SegmentPath,
    registry::system_cx,
};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Commits that may wait: at 200 streams and a segment a minute this is 40 minutes without a database.
pub const COMMIT_QUEUE_MAX: usize = 8_192;
/// Pause before a failed commit is tried again.
const RETRY_DELAY: Duration = Duration::from_secs(1);
/// How often the end of a rebuilt file is tried to be written on a disk that fails: five minutes. What was synced is worth them;
/// a sector that is gone for good must not hold up all others for longer.
const DISK_TRIES_MAX: u32 = 300;
/// How often a span is clipped to what the stream has: once is enough while nobody else writes records of it.
const CLIPS_MAX: u32 = 3;

/// What the writer hands over once its bytes are durable.
pub(crate) enum CommitOp {
    Segment {
        token: SegmentToken,
        path: SegmentPath,
        stream: StreamId,
        started: WallTime,
        sealed: Box<Sealed>,
        clock: ClockOffset,
    },
    /// A segment without a seal: it is rebuilt from its file, up to the first fragment not in `known`. What its file does
    /// not give up to `until` is a gap.
    Recover {
        token: SegmentToken,
        path: SegmentPath,
        stream: StreamId,
        started: WallTime,
        known: Vec<Known>,
        until: WallTime,
        reason: SealReason,
        /// The account of the whole of it, for when its disk is gone.
        sealed: Option<Box<Sealed>>,
    },
    Gap {
        token: SegmentToken,
        stream: StreamId,
        gap: Gap,
    },
    /// The stream goes on on another disk. `deferred`: some of its records here wait for the next start.
    Leave {
        stream: StreamId,
        turn: u64,
        deferred: bool,
    },
    /// The stream goes on on this disk, once the leave of the same turn has come.
    Come {
        stream: StreamId,
        turn: u64,
    },
    /// Answered when everything before it is committed.
    Barrier(oneshot::Sender<()>),
}

impl CommitOp {
    pub fn stream(&self) -> Option<StreamId> {
        match self {
            Self::Segment { stream, .. }
            | Self::Recover { stream, .. }
            | Self::Gap { stream, .. }
            | Self::Leave { stream, .. }
            | Self::Come { stream, .. } => Some(*stream),
            Self::Barrier(_) => None,
        }
    }
}

/// What has become of a record's span.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Placed {
    Committed,
    /// Other records have the whole span already.
    Covered,
}

/// The ways back to the writers; one more when a disk is added.
pub(crate) type Done = Arc<Mutex<Vec<Sender<SegmentToken>>>>;

/// The task that commits.
pub(crate) struct Committer<F> {
    pub footage: Footage,
    pub floor_days: F,
    /// Tell the writers which segments and gaps their journals need no longer remember.
    pub done: Done,
    /// Files that were committed from memory: they get their end when their disk is back.
    pub unended: Arc<Mutex<Vec<(DiskId, SegmentPath)>>>,
    pub stats: Arc<SyncStats>,
    /// Patience is over: what is not committed stays in the journal.
    pub give_up: CancellationToken,
    /// Tries of the operation at hand that the disk failed.
    pub disk_tries: AtomicU32,
}

impl<F> Drop for Committer<F> {
    /// Nothing more is committed: the writers need not wait for it.
    fn drop(&mut self) {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl<F: Fn(StreamId) -> u16> Committer<F> {
    /// Commits until the writers are gone.
    pub async fn run(self, mut queue: mpsc::Receiver<(DiskId, CommitOp)>) {
        let give_up = self.give_up.clone();
        let work = async {
            let (mut order, mut open) = (Order::default(), true);
            while open || !order.is_empty() {
                let next = match order.is_empty() {
                    true => Some(queue.recv().await),
                    false => tokio::time::timeout(RETRY_DELAY, queue.recv()).await.ok(),
                };
                match next {
                    Some(Some((disk, op))) => order.take(disk, op),
                    Some(None) => {
                        order.close();
                        if std::mem::replace(&mut open, false) {
                            continue;
                        }
                        tokio::time::sleep(RETRY_DELAY).await;
                        order.retry(RETRY_DELAY);
                    }
                    None => order.retry(RETRY_DELAY),
                }
                while let Some((disk, op)) = order.next() {
                    if let Some(again) = self.op(disk, op).await {
                        order.again(disk, again);
                    }
                }
                self.stats.deferred_commits.fetch_add(order.left(), Relaxed);
            }
        };
        tokio::select! {
            () = work => {}
            () = give_up.cancelled() => {
                tracing::error!("the database did not take all records in time; the rest is committed at the next start");
            }
        }
    }

    /// Carries out one operation; gives it back when it must be tried again later.
    pub async fn op(&self, disk: DiskId, op: CommitOp) -> Option<CommitOp> {
        match op {
            CommitOp::Barrier(reply) => {
                let _gone = reply.send(());
            }
            CommitOp::Leave { .. } | CommitOp::Come { .. } => {}
            CommitOp::Gap { token, stream, gap } => match commit_gap(&self.footage, stream, gap).await {
                Ok(_) => self.done(token),
                Err(error) => {
                    self.stats.set_aside.fetch_add(1, Relaxed);
                    tracing::error!(%stream, %error, "gap refused by the database; it stays in the journal");
                }
            },
            CommitOp::Recover { token, path, stream, started, known, until, reason, mut sealed } => {
                let ask = recover::Ask {
                    path: path.clone(),
                    stream,
                    started: Some(started),
                    known: known.clone(),
                    seal: None,
                    reason,
                    until,
                };
                if !self.recover(disk, token, ask, started, &mut sealed).await {
                    return Some(CommitOp::Recover {
                        token,
                        path,
                        stream,
                        started,
                        known,
                        until,
                        reason,
                        sealed,
                    });
                }
            }
            CommitOp::Segment { token, path, stream, started, sealed, clock } => {
                let floor_days = (self.floor_days)(stream);
                let span = Span { start: started.min(sealed.span.end), end: sealed.span.end };
                let made = Made { disk, path: path.clone(), stream, started, clock, floor_days };
                let placed = match new_segment(&self.footage, made, &sealed) {
                    Ok(segment) => commit_segment(&self.footage, segment).await,
                    Err(error) => Err(error.into()),
                };
                match placed {
                    Ok(Placed::Committed) => self.done(token),
                    Ok(Placed::Covered) => match move_aside(&self.footage, &path).await {
                        Ok(()) => self.done(token),
                        Err(error) => {
                            tracing::error!(%stream, %error, "and its file could not be moved aside")
                        }
                    },
                    Err(error) => self.set_aside(stream, &path, span, GapCause::Us, &error).await,
                }
            }
        }
        None
    }

    /// Rebuilds a segment without a seal; what its file does not give up to its end is a gap. With its disk away it is committed
    /// from the recorder's account. False: to be tried again, because what was synced is still there when the only disk comes
    /// back.
    async fn recover(
        &self,
        disk: DiskId,
        token: SegmentToken,
        ask: recover::Ask,
        started: WallTime,
        sealed: &mut Option<Box<Sealed>>,
    ) -> bool {
        let (stream, path, until) = (ask.stream, ask.path.clone(), ask.until);
        let from = |end: WallTime| Span { start: end.min(until), end: until };
        let (known, reason) = (ask.known.len(), ask.reason);
        match recover::segment(&self.footage, ask, (self.floor_days)(stream)).await {
            Ok(done) => {
                let rest = "bytes that had been synced could not be read back";
                let span = from(done.end.unwrap_or(started));
                self.rest_is_gap(stream, span, GapCause::Disk, rest).await;
                self.done(token);
            }
            Err(_) if self.is_away_for_good(disk) => {
                let account = sealed.take().and_then(|sealed| sealed.cut(known, reason, until));
                let end = match account {
                    Some(account) => self.commit_from_memory(disk, &path, stream, started, &account).await,
                    None => started,
                };
                let rest = "the media disk went away with what it had not synced";
                self.rest_is_gap(stream, from(end), GapCause::Disk, rest).await;
                self.done(token);
            }
            Err(error) if self.may_pass(disk, &error) => {
                tracing::error!(%stream, %error, "not committed yet: the media folder is away, full or fails; trying again");
                return false;
            }
            Err(error) => self.set_aside(stream, &path, from(started), GapCause::Disk, &error).await,
        }
        self.disk_tries.store(0, Relaxed);
        true
    }

    /// The disk is away, and recording goes on elsewhere: nobody waits for it.
    fn is_away_for_good(&self, disk: DiskId) -> bool {
        let media = self.footage.media();
        media.find(disk).is_ok_and(|disk| disk.away().is_some()) && !media.present().is_empty()
    }

    /// Commits what was synced of a segment whose disk is gone. Returns where its record ends.
    async fn commit_from_memory(
        &self,
        disk: DiskId,
        path: &SegmentPath,
        stream: StreamId,
        started: WallTime,
        account: &Sealed,
    ) -> WallTime {
        let (clock, floor_days) = (ClockOffset::default(), (self.floor_days)(stream));
        let made = Made { disk, path: path.clone(), stream, started, clock, floor_days };
        let committed = match new_segment(&self.footage, made, account) {
            Ok(segment) => commit_segment(&self.footage, segment).await,
            Err(error) => Err(error.into()),
        };
        match committed {
            Ok(Placed::Committed) => {
                tracing::warn!(%stream, %disk, "a segment was committed from memory: its disk is away");
                let unended = (disk, path.clone());
                self.unended.lock().unwrap_or_else(PoisonError::into_inner).push(unended);
                account.span.end
            }
            Ok(Placed::Covered) => account.span.end,
            Err(error) => {
                tracing::error!(%stream, %error, "what a lost disk had synced could not be committed");
                started
            }
        }
    }

    /// Whether what was synced may be had later: the folder is away, the disk has no room for the end that an encrypted file
    /// gets when it is rebuilt, or it fails for a while.
    fn may_pass(&self, disk: DiskId, error: &recover::Error) -> bool {
        let kind = match error {
            recover::Error::Store(store::Error::File { source, .. }) => Some(source.kind()),
            _ => None,
        };
        match kind {
            _ if self.footage.media().find(disk).is_ok_and(|disk| disk.away().is_some()) => true,
            Some(io::ErrorKind::StorageFull) => true,
            None | Some(io::ErrorKind::NotFound) => false,
            Some(_) => self.disk_tries.fetch_add(1, Relaxed) < DISK_TRIES_MAX,
        }
    }

    fn done(&self, token: SegmentToken) {
        for writer in self.done.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let _gone = writer.send(token);
        }
    }

    /// One record that cannot be made must not stop all others: it stays in the journal, and its time is a gap that says so.
    async fn set_aside(
        &self,
        stream: StreamId,
        path: &SegmentPath,
        span: Span,
        cause: GapCause,
        error: &(dyn std::fmt::Display + Sync),
    ) {
        self.stats.set_aside.fetch_add(1, Relaxed);
        tracing::error!(%stream, %path, %error, "segment has no record; it is set aside in the journal, its span becomes a gap");
        self.rest_is_gap(
            stream,
            span,
            cause,
            "a segment could not be entered into the ledger; its file is set aside",
        )
        .await;
    }

    async fn rest_is_gap(&self, stream: StreamId, span: Span, cause: GapCause, evidence: &str) {
        if span.start < span.end {
            let gap = Gap { span, cause, evidence: evidence.to_owned() };
            if let Err(error) = commit_gap(&self.footage, stream, gap).await {
                tracing::error!(%stream, %error, "a gap was refused by the database");
            }
        }
    }
}

/// Moves a file aside whose time other records have.
pub(crate) async fn move_aside(footage: &Footage, path: &SegmentPath) -> Result<(), store::Error> {
    tracing::error!(%path, "segment overlaps recorded time; its file is moved to `aside` in the media folder");
    footage.move_aside(&system_cx("recovery", clock::system_wall()), path).await
}

/// Whose a segment is, and where it lies.
pub(crate) struct Made {
    pub disk: DiskId,
    pub path: SegmentPath,
    pub stream: StreamId,
    pub started: WallTime,
    pub clock: ClockOffset,
    pub floor_days: u16,
}

/// What the database takes, from a sealed segment.
pub(crate) fn new_segment(
    footage: &Footage,
    made: Made,
    sealed: &Sealed,
) -> Result<NewSegment, ledger::Error> {
    let Made { disk, path, stream, started, clock, floor_days } = made;
    let gops =
        GopTable(sealed.gops().map(|gop| Gop::new(gop.au_hashes, gop.first_dts, gop.end_dts)).collect());
    let pieces = PieceTable(sealed.pieces.clone());
    let start = started.min(sealed.span.end.plus_us(-1));
    let draft = SegmentDraft {
        store: footage.store_id(),
        stream,
        span: Span { start, end: sealed.span.end },
        first_dts: sealed.first_dts,
        end_dts: sealed.end_dts,
        gop_count: sealed.gop_count(),
        au_count: sealed.unit_count(),
        media_bytes: sealed.media_bytes,
        codec: sealed.codec(),
        config_hash: sealed.config_hash,
        width: sealed.params.width,
        height: sealed.params.height,
        gops_root: gops.root(),
        boxes_root: pieces.root(),
        file_bytes: sealed.file_bytes,
        clock,
        boot_counter: footage.boot_counter(),
        seal_reason: sealed.reason,
        floor_days,
    };
    Ok(NewSegment {
        path,
        disk,
        draft,
        frames: sealed.index.clone(),
        gops: gops.encode()?.into(),
        pieces: pieces.encode()?.into(),
        activity: sealed.activity().into(),
    })
}

/// Commits a segment, trying again for as long as the database is only away.
///
/// # Errors
/// When the database refuses this record: trying again would change nothing.
pub(crate) async fn commit_segment(footage: &Footage, mut segment: NewSegment) -> store::Result<Placed> {
    let stream = segment.draft.stream;
    for _ in 0..CLIPS_MAX {
        match patiently(stream, || footage.commit_segment(segment.clone())).await {
            Ok(done) => {
                if let Some(gap) = done.filled {
                    tracing::warn!(%stream, span = ?gap.span, "a hole was closed as an unknown gap");
                }
                return Ok(Placed::Committed);
            }
            Err(store::Error::Conflict(_)) => match clip(footage, stream, segment.draft.span).await? {
                Some(span) => segment.draft.span = span,
                None => return Ok(Placed::Covered),
            },
            Err(error) => return Err(error),
        }
    }
    Err(store::Error::Conflict("the segment overlaps recorded time however it is clipped".into()))
}

/// Commits a gap as [`commit_segment`] does a segment.
pub(crate) async fn commit_gap(footage: &Footage, stream: StreamId, gap: Gap) -> store::Result<Placed> {
    let mut new = NewGap { stream, span: gap.span, cause: gap.cause, evidence: gap.evidence };
    for _ in 0..CLIPS_MAX {
        match patiently(stream, || footage.commit_gap(new.clone())).await {
            Ok(_) => return Ok(Placed::Committed),
            Err(store::Error::Conflict(_)) => match clip(footage, stream, new.span).await? {
                Some(span) => new.span = span,
                None => return Ok(Placed::Covered), // wholly inside what is recorded: not a gap
            },
            Err(error) => return Err(error),
        }
    }
    Err(store::Error::Conflict("the gap overlaps recorded time however it is clipped".into()))
}

/// The part of `span` behind what the stream has already; `None` when nothing is left.
async fn clip(footage: &Footage, stream: StreamId, span: Span) -> store::Result<Option<Span>> {
    let head = patiently(stream, || footage.stream_head(stream)).await?;
    let start = head.end.map_or(span.start, |end| span.start.max(end));
    Ok(Span::new(start, span.end).filter(|span| span.duration_us() > 0))
}

/// Asks the database until it answers; an error that is not its absence is given back.
pub(crate) async fn patiently<T, F: Future<Output = store::Result<T>>>(
    stream: StreamId,
    ask: impl Fn() -> F,
) -> store::Result<T> {
    loop {
        match ask().await {
            Err(error) if may_pass(&error) => {
                tracing::error!(%stream, %error, "not committed yet; trying again");
                tokio::time::sleep(RETRY_DELAY).await;
            }
            answer => return answer,
        }
    }
}

/// Whether the same request may succeed later: the database is busy or away. A file that cannot be read is not the database.
fn may_pass(error: &store::Error) -> bool {
    !matches!(error, store::Error::File { .. } | store::Error::DiskAway(_))
        && matches!(error.kind(), Kind::Busy | Kind::Unavailable)
}
