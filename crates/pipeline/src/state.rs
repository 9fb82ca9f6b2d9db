//! What a stream is doing, in words that a person can read, and its counters.
//!
//! Values only: the ingest task writes them, health pages and tiles show them.

use model::{Codec, WallTime};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// One word for a stream's condition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StateWord {
    Connecting,
    /// Units arrive and are recorded.
    Recording,
    /// Units arrive; this stream is not recorded.
    Live,
    /// The camera cannot be reached or closed the connection.
    NoSignal,
    /// Connected, but nothing arrives.
    Stalled,
    /// The camera refused our credentials.
    Credentials,
    /// The camera sends what cannot be recorded.
    Error,
    /// The store failed.
    Disk,
    /// Switched off in the registry.
    Disabled,
}

impl StateWord {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Recording => "recording",
            Self::Live => "live",
            Self::NoSignal => "no_signal",
            Self::Stalled => "stalled",
            Self::Credentials => "credentials",
            Self::Error => "error",
            Self::Disk => "disk",
            Self::Disabled => "disabled",
        }
    }
}

/// A stream's state as shown.
#[derive(Clone, PartialEq, Debug)]
pub struct StreamState {
    pub word: StateWord,
    pub since: WallTime,
    /// What the camera or the network said, in English; never a secret.
    pub detail: String,
    pub video: Option<VideoFacts>,
    /// Capture time of the newest unit.
    pub newest: Option<WallTime>,
}

/// What the camera really sends.
#[derive(Clone, PartialEq, Debug)]
pub struct VideoFacts {
    pub codec: Codec,
    pub rfc6381: String,
    pub width: u16,
    pub height: u16,
    /// Frames per second over the last seconds.
    pub fps: f32,
    /// Kilobits per second over the last seconds.
    pub kbps: u32,
    /// Between the last two key frames, in milliseconds; 0 until two have come.
    pub key_interval_ms: u32,
    /// Camera clock minus server clock in milliseconds, from RTCP sender reports (RFC 3550 §6.4.1); `None` when the
    /// camera sends none.
    pub clock_offset_ms: Option<i64>,
}

/// Counters of one stream since the process began.
#[derive(Debug, Default)]
pub struct StreamCounters {
    pub units: AtomicU64,
    pub bytes: AtomicU64,
    pub lost_packets: AtomicU64,
    pub connects: AtomicU64,
    /// Units that arrived and could not be recorded (before a key frame, or the writer was too slow).
    pub unrecorded_units: AtomicU64,
    /// Units skipped for slow viewers.
    pub skipped_units: AtomicU64,
    /// Bugs caught by the supervisor.
    pub panics: AtomicU64,
}

impl StreamCounters {
    pub fn add(counter: &AtomicU64, n: u64) {
        counter.fetch_add(n, Relaxed);
    }
    pub fn get(counter: &AtomicU64) -> u64 {
        counter.load(Relaxed)
    }
}
