//! One stream's fan-out: the newest key-framed group in memory, and bounded queues to its viewers.
//!
//! It does not record: the recorder gets its units directly and never waits for the hub. It does not decide who may
//! watch: only [`crate::live`] subscribes, and that demands a `Pass`. Overload drops viewers first and counts it (invariant 4).

use crate::state::StreamState;
use bytes::Bytes;
use media::fmp4;
use model::{AccessUnit, VideoParams, WallTime};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};
use tokio::sync::mpsc;

/// Units that may wait for one viewer: 10 s at 25 frames a second. More means the viewer is not keeping up.
pub const VIEWER_QUEUE_UNITS_MAX: usize = 256;
/// Bytes that may wait for one viewer: a key frame more is sent only when the rest has gone. Viewers share the bytes of a unit.
pub const VIEWER_QUEUE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes kept of the newest group for the first picture: a 10 s group at 8 Mbit/s is 10 MB. A longer one is
/// forgotten and viewers wait for the next key frame.
pub const GROUP_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Viewers of one stream; the console shows a camera once per screen.
pub const VIEWERS_MAX: usize = 256;

/// One access unit on its way to viewers, with its live form made once for all of them.
pub struct HubUnit {
    pub unit: AccessUnit,
    /// Counts up within the process, also over parameter changes.
    pub sequence: u32,
    /// The guess for this unit's duration, in 90 kHz ticks: the real one is known only with the next unit, and a
    /// viewer must not wait for it.
    pub duration_90k: u32,
    live: OnceLock<Bytes>,
}

impl HubUnit {
    /// One `moof` and `mdat` holding just this unit, made at the first call; empty for a unit that the format cannot hold
    /// (its presentation lies hours from its decoding).
    pub fn live_bytes(&self) -> Bytes {
        let make = || fmp4::live_unit(self.sequence, &self.unit, self.duration_90k).unwrap_or_default();
        self.live.get_or_init(make).clone()
    }
}

/// What viewers receive.
#[derive(Clone)]
pub enum HubEvent {
    Unit(Arc<HubUnit>),
    State(Arc<StreamState>),
}

struct Viewer {
    queue: mpsc::Sender<HubEvent>,
    /// Set while units are being skipped for this viewer, until the next key frame that fits.
    behind: bool,
    queued_bytes: Arc<AtomicUsize>,
}

struct Inner {
    group: VecDeque<Arc<HubUnit>>,
    group_bytes: usize,
    sequence: u32,
    viewers: Vec<Viewer>,
    state: Arc<StreamState>,
    /// The stream's task has ended: nobody is served any more.
    closed: bool,
}

/// One publisher, bounded subscribers. Held in an `Arc` by the ingest task and the pipeline.
pub struct Hub {
    inner: Mutex<Inner>,
}

/// A viewer's end of the queue, begun with the newest group.
pub struct Subscription {
    pub backlog: VecDeque<Arc<HubUnit>>,
    pub state: Arc<StreamState>,
    events: mpsc::Receiver<HubEvent>,
    queued_bytes: Arc<AtomicUsize>,
}

impl Subscription {
    /// The next event; `None` when the stream was closed. Cancel safe.
    pub async fn next(&mut self) -> Option<HubEvent> {
        let event = self.events.recv().await?;
        if let HubEvent::Unit(unit) = &event {
            self.queued_bytes.fetch_sub(unit.unit.data.len(), Relaxed);
        }
        Some(event)
    }
}

impl Hub {
    pub fn new(state: StreamState) -> Self {
        let inner = Inner {
            group: VecDeque::new(),
            group_bytes: 0,
            sequence: 0,
            viewers: Vec::new(),
            state: Arc::new(state),
            closed: false,
        };
        Self { inner: Mutex::new(inner) }
    }

    /// Every holder leaves the fields consistent, so a poisoned lock is still usable.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Publishes one unit; returns how many units were skipped for slow viewers.
    pub fn publish(&self, unit: AccessUnit, duration_90k: u32) -> u64 {
        let mut inner = self.lock();
        inner.sequence = inner.sequence.wrapping_add(1);
        let unit = Arc::new(HubUnit { sequence: inner.sequence, duration_90k, unit, live: OnceLock::new() });
        inner.keep(&unit);
        inner.fan_out(&unit)
    }

    pub fn set_state(&self, state: StreamState) {
        let mut inner = self.lock();
        let state = Arc::new(state);
        inner.state = state.clone();
        // A viewer with a full queue learns the state with its next unit; losing this message is harmless.
        inner.viewers.retain(|viewer| match viewer.queue.try_send(HubEvent::State(state.clone())) {
            Ok(()) | Err(mpsc::error::TrySendError::Full(_)) => true,
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        });
    }

    pub fn state(&self) -> Arc<StreamState> {
        self.lock().state.clone()
    }

    pub fn has_viewers(&self) -> bool {
        !self.lock().viewers.is_empty()
    }

    /// Forgets the newest group: its stream session ended.
    pub fn forget_group(&self) {
        let mut inner = self.lock();
        inner.group.clear();
        inner.group_bytes = 0;
    }

    /// Ends all viewers, those to come as well: the stream's task has ended.
    pub fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.viewers.clear();
        inner.group.clear();
        inner.group_bytes = 0;
    }

    /// The newest unit's parameters and capture time.
    pub fn newest(&self) -> Option<(Arc<VideoParams>, WallTime)> {
        self.lock().group.back().map(|unit| (unit.unit.params.clone(), unit.unit.wall))
    }

    /// Adds a viewer; `None` when [`VIEWERS_MAX`] is reached.
    pub fn subscribe(&self) -> Option<Subscription> {
        let mut inner = self.lock();
        inner.viewers.retain(|viewer| !viewer.queue.is_closed());
        if inner.viewers.len() >= VIEWERS_MAX {
            return None;
        }
        let (queue, events) = mpsc::channel(VIEWER_QUEUE_UNITS_MAX);
        let queued_bytes = Arc::default();
        let behind = inner.group.is_empty();
        if !inner.closed {
            inner.viewers.push(Viewer { queue, behind, queued_bytes: Arc::clone(&queued_bytes) });
        }
        Some(Subscription { backlog: inner.group.clone(), state: inner.state.clone(), events, queued_bytes })
    }
}

impl Inner {
    fn keep(&mut self, unit: &Arc<HubUnit>) {
        if unit.unit.key {
            self.group.clear();
            self.group_bytes = 0;
        } else if self.group.is_empty() {
            return; // nothing decodable to build on
        }
        self.group_bytes += unit.unit.data.len();
        self.group.push_back(unit.clone());
        if self.group_bytes > GROUP_BYTES_MAX {
            self.group.clear();
            self.group_bytes = 0;
        }
    }

    fn fan_out(&mut self, unit: &Arc<HubUnit>) -> u64 {
        let mut skipped = 0;
        self.viewers.retain_mut(|viewer| {
            let bytes = unit.unit.data.len();
            let waiting = viewer.queued_bytes.load(Relaxed);
            // One unit alone is let through however large it is, or its viewer would see nothing for ever.
            let fits = waiting == 0 || waiting.saturating_add(bytes) <= VIEWER_QUEUE_BYTES_MAX;
            if !fits || (viewer.behind && !unit.unit.key) {
                viewer.behind = true;
                skipped += 1;
                return !viewer.queue.is_closed();
            }
            viewer.queued_bytes.fetch_add(bytes, Relaxed);
            match viewer.queue.try_send(HubEvent::Unit(unit.clone())) {
                Ok(()) => {
                    viewer.behind = false;
                    true
                }
                Err(mpsc::error::TrySendError::Full(_)) => {
                    viewer.queued_bytes.fetch_sub(bytes, Relaxed);
                    viewer.behind = true;
                    skipped += 1;
                    true
                }
                Err(mpsc::error::TrySendError::Closed(_)) => false,
            }
        });
        skipped
    }
}
