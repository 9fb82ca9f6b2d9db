//! How long the parts of a check took, for whoever asks with `--times`; several go side by side, so they add up to more than the whole.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

#[derive(Default)]
pub struct Times(Mutex<Vec<(&'static str, Duration)>>);

impl Times {
    /// Waits for a part and notes how long that took.
    pub async fn of<T>(&self, part: &'static str, work: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let done = work.await;
        self.note(part, begun.elapsed());
        done
    }

    pub fn note(&self, part: &'static str, took: Duration) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((part, took));
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        parts.iter().try_for_each(|(part, took)| writeln!(f, "{:8.2} s  {part}", took.as_secs_f64()))
    }
}
