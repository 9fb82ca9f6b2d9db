//! What happened in a run, line by line, and the hash of all lines: two runs of one seed give the same.
//!
//! Lines hold what the world did and what the shipping code made of it, never a path of this machine or a real time.

use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Default)]
struct Lines {
    hash: Sha256,
    kept: Vec<String>,
    count: u64,
}

/// The trace of one run; cheap to clone.
#[derive(Clone, Default)]
pub struct Trace(Arc<Mutex<Lines>>, bool);

/// Lines kept for showing: the newest of a run that failed.
const KEPT_MAX: usize = 20_000;

impl Trace {
    /// `shown`: each line is also printed.
    pub fn new(shown: bool) -> Self {
        Self(Arc::default(), shown)
    }

    pub fn line(&self, text: fmt::Arguments<'_>) {
        let text = text.to_string();
        if self.1 {
            println!("{text}");
        }
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.hash.update(text.as_bytes());
        lines.hash.update(b"\n");
        lines.count += 1;
        if lines.kept.len() < KEPT_MAX {
            lines.kept.push(text);
        }
    }

    /// The hash of all lines so far: sixteen hexadecimal digits are enough to tell two runs apart.
    pub fn digest(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sum = lines.hash.clone().finalize();
        sum.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).kept.clone()
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trace({})", self.digest())
    }
}

/// Adds a line to a trace.
#[macro_export]
macro_rules! trace {
    ($trace:expr, $($text:tt)*) => { $trace.line(format_args!($($text)*)) };
}
