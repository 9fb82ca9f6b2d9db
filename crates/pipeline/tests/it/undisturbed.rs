//! Tests whose cameras must be heard without a pause, on a machine that may stop this process for seconds: a run in which that
//! happened shows nothing, and is made again. It excuses no failure of a run that was let run.

use futures::FutureExt as _;
use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// How often the process is seen to run.
const BEAT: Duration = Duration::from_millis(20);
/// Half of the silence that is a gap (docs/design/footage.md): a process that stood for less has missed no camera.
const STOOD_MS_MIN: u64 = 500;
/// Runs of one test, at most.
const RUNS_MAX: u32 = 3;

/// Runs a test until a run holds, or fails although this process was never stopped.
pub async fn undisturbed(test: impl AsyncFn()) {
    for run in 1..=RUNS_MAX {
        let beat = Beat::start();
        let Err(failure) = AssertUnwindSafe(test()).catch_unwind().await else { return };
        let stood_ms = beat.longest_ms.load(Relaxed);
        if stood_ms < STOOD_MS_MIN || run == RUNS_MAX {
            resume_unwind(failure);
        }
        println!("run {run} shows nothing: this process was stopped for {stood_ms} ms; once more");
    }
}

/// A thread of its own that sees for how long none of this process's threads was let run.
struct Beat {
    longest_ms: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
}

impl Beat {
    fn start() -> Self {
        let (longest_ms, ended) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default());
        let (longest, end) = (longest_ms.clone(), ended.clone());
        std::thread::spawn(move || {
            while !end.load(Relaxed) {
                let begun = Instant::now();
                std::thread::sleep(BEAT);
                let stood = begun.elapsed().saturating_sub(BEAT).as_millis();
                longest.fetch_max(u64::try_from(stood).unwrap_or(u64::MAX), Relaxed);
            }
        });
        Self { longest_ms, ended }
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        self.ended.store(true, Relaxed);
    }
}
