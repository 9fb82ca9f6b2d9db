//! Closing what is open up to an instant, so that an export of it is complete: segments are sealed, open gaps are recorded so far.
//!
//! It records nothing itself: recorders are asked, and where none runs the writer is handed the gap. Invariant: a span is stated
//! by one of them only.

use crate::{gap::Gap, run::Pipeline, writer::WriterOp};
use model::{Span, StreamId, WallTime};
use std::time::Duration;

/// Streams are asked again after so many looks, 5 s: a segment that is asked for is there within a key frame's distance and a
/// sync, and each time more would cost a file.
const LOOKS_PER_ASKING: u32 = 20;
/// How often is looked whether the records are there.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);

/// Why streams could not be closed up to an instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SealError {
    /// Not within the patience given.
    #[error("the open segments were not closed in time; try again in a minute")]
    NotSealed,
    /// There is nothing to close: this stream is shown, not recorded.
    #[error("this stream is shown, not recorded")]
    NotRecorded(StreamId),
}

impl Pipeline {
    /// Asks the streams to close what is open, a segment or a gap, and waits until their records reach `until` or `patience`
    /// is over. A gap is recorded up to `until` and goes on.
    ///
    /// # Errors
    /// When a stream is not recorded and never was, or when patience was over.
    pub async fn seal_open(
        &self,
        streams: &[StreamId],
        until: WallTime,
        patience: Duration,
    ) -> Result<(), SealError> {
        let deadline = tokio::time::Instant::now() + patience;
        for look in 0.. {
            let mut open = false;
            for stream in streams {
                open |= self.ask_to_close(*stream, until, look % LOOKS_PER_ASKING == 0).await?;
            }
            if !open {
                return Ok(());
            }
            if tokio::time::Instant::now() >= deadline {
                return Err(SealError::NotSealed);
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
        Err(SealError::NotSealed)
    }

    /// True while the stream's records do not reach `until` although they will.
    async fn ask_to_close(&self, id: StreamId, until: WallTime, ask: bool) -> Result<bool, SealError> {
        let Ok(head) = self.store().footage.stream_head(id).await else { return Ok(true) };
        if head.end >= Some(until) {
            return Ok(false);
        }
        match self.stream(id) {
            Some(stream) if stream.is_recorded() => {
                let state = stream.state();
                if head.end.is_none() && state.newest.is_none() && stream.open_gap().is_none() {
                    return Ok(false); // enrolled a moment ago: nothing has been seen of it
                }
                if ask {
                    stream.request_seal();
                    stream.request_cut(until);
                }
                Ok(true)
            }
            Some(_) if head.end.is_none() => Err(SealError::NotRecorded(id)),
            _ if !ask => Ok(true),
            _ => Ok(self.cut_where_nothing_runs(id, until).await),
        }
    }

    /// A stream without a recorder has nobody who states its gap. False when it has no history to go on from.
    async fn cut_where_nothing_runs(&self, id: StreamId, until: WallTime) -> bool {
        // Held, so that no recorder begins meanwhile and states the same span.
        let _no_change_of_plan = self.hold_plan().await;
        self.cut_held(id, until).await
    }

    /// The same for whoever holds the plan.
    pub(crate) async fn cut_held(&self, id: StreamId, until: WallTime) -> bool {
        if self.stream(id).is_some_and(|stream| stream.is_recorded()) {
            return true;
        }
        let Ok(head) = self.store().footage.stream_head(id).await else { return true };
        let Some(end) = self.lock_ends().get(&id).copied().max(head.end) else { return false };
        let (Some(span), Some(mut writer)) = (Span::new(end, until), self.outlet(id)) else { return true };
        if span.duration_us() > 0 {
            let (cause, evidence) =
                self.why_not(id, "the stream was switched off in the registry, or not recorded");
            let gap = Gap { span, cause, evidence };
            if writer.send(WriterOp::Gap { stream: id, gap }) {
                self.lock_ends().insert(id, until);
            }
        }
        true
    }
}
