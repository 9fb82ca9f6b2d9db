//! From durable bytes to rows and leaves: takes what the writer has synced and commits it to `footage.db`, in order.
//!
//! It never holds up the writer: a database that is busy or gone makes this queue grow, and what does not fit stays in the
//! journal until the next start. Invariant 5: a segment can be read back or exported only after its row and leaf are here.

use crate::{
    gap::Gap,
    recover::{self, Known},
    writer::SegmentToken,
};
use ledger::{
    record::{ClockOffset, SegmentDraft},
    table::{Gop, GopTable, PieceTable},
};
use media::segment::Sealed;
use model::{GapCause, SealReason, Span, StreamId, WallTime};
use std::{sync::mpsc::Sender, time::Duration};
use store::{
    Footage,
    footage::{NewGap, NewSegment},
    media_dir::SegmentPath,
};
use tokio::sync::{mpsc, oneshot};

/// Commits that may wait: at 200 streams and a segment a minute this is 40 minutes without a database.
pub const COMMIT_QUEUE_MAX: usize = 8_192;
/// Pause before a failed commit is tried again.
const RETRY_DELAY: Duration = Duration::from_secs(1);

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
    /// A segment without a seal: it is rebuilt from its file, up to the first fragment not in `known`.
    Recover {
        token: SegmentToken,
        path: SegmentPath,
        stream: StreamId,
        started: WallTime,
        known: Vec<Known>,
        reason: SealReason,
    },
    Gap {
        stream: StreamId,
        gap: Gap,
    },
    /// Answered when everything before it is committed.
    Barrier(oneshot::Sender<()>),
}

/// Commits until the writer is gone. `done` tells the writer which segments its journal need no longer remember.
pub(crate) async fn run(
    footage: Footage,
    floor_days: impl Fn(StreamId) -> u16,
    mut queue: mpsc::Receiver<CommitOp>,
    done: Sender<SegmentToken>,
) {
    while let Some(op) = queue.recv().await {
        match op {
            CommitOp::Barrier(reply) => {
                let _gone = reply.send(());
            }
            CommitOp::Gap { stream, gap } => commit_gap(&footage, stream, gap).await,
            CommitOp::Recover { token, path, stream, started, known, reason } => {
                let floor_days = floor_days(stream);
                if let Err(error) =
                    recover::segment(&footage, path, Some(started), known, reason, floor_days).await
                {
                    tracing::error!(%stream, %error, "segment cannot be rebuilt; its file stays for `check`");
                }
                let _writer_gone = done.send(token);
            }
            CommitOp::Segment { token, path, stream, started, sealed, clock } => {
                match new_segment(&footage, path, stream, started, &sealed, clock, floor_days(stream)) {
                    Ok(segment) => commit_segment(&footage, segment).await,
                    Err(error) => {
                        tracing::error!(%stream, %error, "segment has no record; it stays in the journal")
                    }
                }
                let _writer_gone = done.send(token);
            }
        }
    }
}

/// What the database takes, from a sealed segment.
pub(crate) fn new_segment(
    footage: &Footage,
    path: SegmentPath,
    stream: StreamId,
    started: WallTime,
    sealed: &Sealed,
    clock: ClockOffset,
    floor_days: u16,
) -> Result<NewSegment, ledger::Error> {
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
        draft,
        frames: sealed.index.clone(),
        gops: gops.encode()?.into(),
        pieces: pieces.encode()?.into(),
        activity: sealed.activity().into(),
    })
}

pub(crate) async fn commit_segment(footage: &Footage, mut segment: NewSegment) {
    loop {
        let error = match footage.commit_segment(segment.clone()).await {
            Ok(done) => {
                if let Some(gap) = done.filled {
                    tracing::warn!(stream = %segment.draft.stream, span = ?gap.span, "a hole was closed as an unknown gap");
                }
                return;
            }
            Err(error) => error,
        };
        if let store::Error::Conflict(reason) = &error {
            match clip(footage, segment.draft.stream, segment.draft.span).await {
                Some(span) if span != segment.draft.span => segment.draft.span = span,
                _ => {
                    tracing::error!(stream = %segment.draft.stream, reason, "segment overlaps recorded time and is left out");
                    return;
                }
            }
            continue;
        }
        tracing::error!(stream = %segment.draft.stream, %error, "segment not committed yet; trying again");
        tokio::time::sleep(RETRY_DELAY).await;
    }
}

async fn commit_gap(footage: &Footage, stream: StreamId, gap: Gap) {
    let mut new = NewGap { stream, span: gap.span, cause: gap.cause, evidence: gap.evidence };
    loop {
        let Err(error) = footage.commit_gap(new.clone()).await else { return };
        if matches!(error, store::Error::Conflict(_)) {
            match clip(footage, stream, new.span).await {
                Some(span) if span != new.span => new.span = span,
                _ => return, // wholly inside what is recorded: not a gap
            }
            continue;
        }
        tracing::error!(%stream, %error, cause = GapCause::as_str(new.cause), "gap not committed yet; trying again");
        tokio::time::sleep(RETRY_DELAY).await;
    }
}

/// The part of `span` behind what the stream has already; `None` when nothing is left.
async fn clip(footage: &Footage, stream: StreamId, span: Span) -> Option<Span> {
    let end = footage.stream_head(stream).await.ok()?.end?;
    Span::new(span.start.max(end), span.end).filter(|span| span.duration_us() > 0)
}
