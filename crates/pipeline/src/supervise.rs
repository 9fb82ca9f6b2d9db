//! Keeps a stream's task running: a panic is counted, logged once with the stream, recorded as a gap, and the task goes on.
//!
//! It is the only place that catches panics of the data plane; a panic is a bug, but one camera's bug must not end the others.

use crate::{ingest::StreamTask, recorder::Recorder, state::StreamCounters};
use futures::FutureExt;
use model::GapCause;
use std::{panic::AssertUnwindSafe, time::Duration};

/// Pause after a panic, so that a camera that provokes one does not burn the processor.
const PANIC_DELAY: Duration = Duration::from_secs(5);

/// Runs the task until it is cancelled; gives its recorder back, with everything sealed.
pub(crate) async fn supervise(
    mut task: StreamTask,
    cause: GapCause,
    evidence: &'static str,
) -> Option<Recorder> {
    while !task.cancel.is_cancelled() {
        // The task's state stays consistent between units: at worst the unit in hand is lost.
        if AssertUnwindSafe(task.run()).catch_unwind().await.is_err() {
            StreamCounters::add(&task.stream.counters.panics, 1);
            tracing::error!(stream = %task.stream.id, "the stream's task panicked: a bug; it is started again");
            if let Some(recorder) = &mut task.recorder {
                recorder.lost(GapCause::Us, "internal error of the recorder");
            }
            tokio::select! {
                () = task.cancel.cancelled() => {}
                () = tokio::time::sleep(PANIC_DELAY) => {}
            }
        }
    }
    task.finish(cause, evidence);
    // Who watches is told, and comes back to the stream that follows.
    task.stream.hub.close();
    task.recorder
}
