//! What everyone may see of one running stream: its hub, its state in words, its counters.
//!
//! Written by the stream's own task, read by health pages, viewers and the export, which may also ask for an early seal.

use crate::{
    clock::ServerClock,
    gap::Gap,
    http_date::Dated,
    hub::Hub,
    ingest::SessionEnd,
    state::{StateWord, StreamCounters, StreamState, VideoFacts},
    writer::WRITER_GONE,
};
use model::{GapCause, MonoTime, StreamId, VideoParams, WallTime};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicI64, Ordering},
};
use tokio::sync::Notify;

/// Rates are measured over windows of this length, and shown when one is full.
const WINDOW_US: i64 = 2_000_000;
/// Viewers near the live edge may have a stream's segment closed early this often: each time costs a file and a record.
const VIEWER_SEAL_INTERVAL_US: i64 = 10_000_000;

/// The state of a stream whose pictures come and are not stored; `None` when the store is not why.
fn store_word(gap: &Gap) -> Option<StateWord> {
    match gap.cause {
        GapCause::Disk => Some(StateWord::Disk),
        GapCause::Us if gap.evidence == WRITER_GONE => Some(StateWord::Error),
        _ => None,
    }
}

/// One stream as others see it.
pub struct StreamShared {
    pub id: StreamId,
    pub hub: Hub,
    pub counters: StreamCounters,
    recorded: bool,
    seal_requested: AtomicBool,
    /// An export wants the open gap recorded up to here, in microseconds; `i64::MIN` when none does.
    cut_requested: AtomicI64,
    asked: Notify,
    /// When a viewer last had the segment closed; `i64::MIN` when none has.
    viewer_sealed: AtomicI64,
    inner: Mutex<Inner>,
}

struct Inner {
    word: StateWord,
    since: WallTime,
    detail: String,
    newest: Option<WallTime>,
    params: Option<Arc<VideoParams>>,
    window_began: MonoTime,
    window_units: u32,
    window_bytes: u64,
    last_key: Option<MonoTime>,
    fps: f32,
    kbps: u32,
    key_interval_ms: u32,
    clock_offset_ms: Option<i64>,
    clock_uncertain_ms: u64,
    clock_measured: Option<WallTime>,
    dated: Option<Dated>,
    open_gap: Option<Gap>,
}

impl Inner {
    fn state(&self) -> StreamState {
        StreamState {
            word: self.word,
            since: self.since,
            detail: self.detail.clone(),
            newest: self.newest,
            video: self.params.as_ref().map(|params| VideoFacts {
                codec: params.codec,
                rfc6381: params.rfc6381.clone(),
                width: params.width,
                height: params.height,
                fps: self.fps,
                kbps: self.kbps,
                key_interval_ms: self.key_interval_ms,
                clock_offset_ms: self.clock_offset_ms,
            }),
        }
    }

    fn become_word(&mut self, word: StateWord, now: WallTime, detail: &str) -> bool {
        if self.word == word && self.detail == detail {
            return false;
        }
        if self.word != word {
            self.since = now;
        }
        self.word = word;
        detail.clone_into(&mut self.detail);
        true
    }
}

impl StreamShared {
    pub(crate) fn new(id: StreamId, recorded: bool, now: WallTime) -> Self {
        let inner = Inner {
            word: StateWord::Connecting,
            since: now,
            detail: String::new(),
            newest: None,
            params: None,
            window_began: MonoTime(0),
            window_units: 0,
            window_bytes: 0,
            last_key: None,
            fps: 0.0,
            kbps: 0,
            key_interval_ms: 0,
            clock_offset_ms: None,
            clock_uncertain_ms: 0,
            clock_measured: None,
            dated: None,
            open_gap: None,
        };
        let hub = Hub::new(inner.state());
        Self {
            id,
            hub,
            counters: StreamCounters::default(),
            recorded,
            seal_requested: AtomicBool::new(false),
            cut_requested: AtomicI64::new(i64::MIN),
            asked: Notify::new(),
            viewer_sealed: AtomicI64::new(i64::MIN),
            inner: Mutex::new(inner),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state as it is now.
    pub fn state(&self) -> StreamState {
        self.lock().state()
    }

    /// The gap that is open, as last looked at.
    pub fn open_gap(&self) -> Option<Gap> {
        self.lock().open_gap.clone()
    }

    pub(crate) fn set_open_gap(&self, gap: Option<Gap>) {
        self.lock().open_gap = gap;
    }

    pub const fn is_recorded(&self) -> bool {
        self.recorded
    }

    /// Asks the stream's task to close its open segment at the next key frame.
    pub fn request_seal(&self) {
        self.seal_requested.store(true, Ordering::Relaxed);
    }

    /// The same for a viewer who asks for what is still open; false when one had it closed less than 10 s ago.
    pub(crate) fn request_viewer_seal(&self, now: MonoTime) -> bool {
        let last = self.viewer_sealed.load(Ordering::Relaxed);
        let due = last == i64::MIN || now.since_us(MonoTime(last)) >= VIEWER_SEAL_INTERVAL_US;
        let mine = due
            && self.viewer_sealed.compare_exchange(last, now.0, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if mine {
            self.request_seal();
        }
        mine
    }

    /// Asks the stream's task to record its open gap up to `at`, for an export that ends inside it.
    pub(crate) fn request_cut(&self, at: WallTime) {
        self.cut_requested.store(at.0, Ordering::Relaxed);
        self.asked.notify_one();
    }

    pub(crate) fn take_cut_request(&self) -> Option<WallTime> {
        let at = self.cut_requested.swap(i64::MIN, Ordering::Relaxed);
        (at != i64::MIN).then_some(WallTime(at))
    }

    /// Waits until somebody asks something of the stream's task.
    pub(crate) async fn asked(&self) {
        self.asked.notified().await;
    }

    pub(crate) fn take_seal_request(&self) -> bool {
        self.seal_requested.swap(false, Ordering::Relaxed)
    }

    fn change(&self, word: StateWord, now: WallTime, detail: &str) {
        let mut inner = self.lock();
        if inner.become_word(word, now, detail) {
            let state = inner.state();
            drop(inner);
            self.hub.set_state(state);
        }
    }

    pub(crate) fn connecting(&self, clock: &ServerClock) {
        StreamCounters::add(&self.counters.connects, 1);
        let inner = self.lock();
        // A camera that is down stays 'no signal since', it does not flicker to 'connecting' at each attempt.
        if inner.newest.is_none() && inner.word == StateWord::Connecting {
            drop(inner);
            self.change(StateWord::Connecting, clock.wall(), "");
        }
    }

    pub(crate) fn session_ended(&self, clock: &ServerClock, end: &SessionEnd) {
        let word = match end.cause {
            GapCause::Credentials => StateWord::Credentials,
            GapCause::Disk => StateWord::Disk,
            GapCause::Camera if end.detail.starts_with("stalled") => StateWord::Stalled,
            GapCause::Camera if end.detail.contains("cannot") => StateWord::Error,
            _ => StateWord::NoSignal,
        };
        self.hub.forget_group();
        self.change(word, clock.wall(), &end.detail);
    }

    pub(crate) fn stalled(&self, clock: &ServerClock, what: &str) {
        self.change(StateWord::Stalled, clock.wall(), what);
    }

    /// Counts a received frame towards rates.
    /// A unit of so many bytes has come, behind so many lost packets.
    pub(crate) fn count(&self, bytes: usize, lost: u64, received: MonoTime, key: bool) {
        let bytes = bytes as u64;
        StreamCounters::add(&self.counters.units, 1);
        StreamCounters::add(&self.counters.bytes, bytes);
        StreamCounters::add(&self.counters.lost_packets, lost);
        let mut inner = self.lock();
        inner.window_units += 1;
        inner.window_bytes += bytes;
        if key && let Some(last) = inner.last_key.replace(received) {
            inner.key_interval_ms = u32::try_from(received.since_us(last) / 1_000).unwrap_or(0);
        }
    }

    pub(crate) fn published(&self, wall: WallTime, recorded: bool) {
        if !recorded {
            StreamCounters::add(&self.counters.unrecorded_units, 1);
        }
        let mut inner = self.lock();
        inner.newest = Some(wall);
        let word = if self.recorded { StateWord::Recording } else { StateWord::Live };
        let changed = if recorded {
            inner.word != word && inner.become_word(word, wall, "")
        } else {
            // The camera sends: what keeps it from being recorded is the store, when the gap says so.
            match inner.open_gap.clone().and_then(|gap| Some((store_word(&gap)?, gap))) {
                Some((word, gap)) => inner.become_word(word, gap.span.start, &gap.evidence),
                None => false,
            }
        };
        if changed {
            let state = inner.state();
            drop(inner);
            self.hub.set_state(state);
        }
    }

    /// Camera clock minus server clock, from a sender report.
    pub(crate) fn measured_clock(&self, offset_us: i64, at: WallTime) {
        let mut inner = self.lock();
        inner.clock_offset_ms = Some(offset_us / 1_000);
        inner.clock_uncertain_ms = 0;
        inner.clock_measured = Some(at);
    }

    /// The same, from the date of the camera's web server.
    pub(crate) fn dated_clock(&self, dated: Dated, at: WallTime) {
        self.measured_clock(dated.offset_us, at);
        let mut inner = self.lock();
        inner.clock_uncertain_ms = dated.uncertainty_us / 1_000;
        inner.dated = Some(dated);
    }

    /// For the recorder, once.
    pub(crate) fn take_dated(&self) -> Option<Dated> {
        self.lock().dated.take()
    }

    /// Camera clock minus server clock in milliseconds, and when that was measured last; `None` when the camera never said.
    pub fn camera_clock(&self) -> Option<(i64, WallTime)> {
        let inner = self.lock();
        inner.clock_offset_ms.zip(inner.clock_measured)
    }

    /// What of that offset is not known either way: nothing of a sender report, most of a second of a date.
    pub fn camera_clock_uncertain_ms(&self) -> u64 {
        self.lock().clock_uncertain_ms
    }

    /// Renews the measured rates once a window, and tells viewers.
    pub(crate) fn refresh(&self, now: MonoTime) {
        let mut inner = self.lock();
        let elapsed_us = now.since_us(inner.window_began);
        if elapsed_us < WINDOW_US {
            return;
        }
        let seconds = elapsed_us as f32 / 1e6;
        inner.fps = inner.window_units as f32 / seconds;
        inner.kbps = (inner.window_bytes as f32 * 8.0 / 1_000.0 / seconds) as u32;
        (inner.window_began, inner.window_units, inner.window_bytes) = (now, 0, 0);
        if let Some((params, _)) = self.hub.newest() {
            inner.params = Some(params);
        }
        let state = inner.state();
        drop(inner);
        self.hub.set_state(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn viewers_have_a_segment_closed_every_ten_seconds_and_exports_at_once() {
        let stream = StreamShared::new(crate::testing::stream(1), true, WallTime(0));
        let check = |now_us: i64, granted: bool| {
            assert_eq!(stream.request_viewer_seal(MonoTime(now_us)), granted, "at {now_us}");
            assert_eq!(stream.take_seal_request(), granted);
        };
        check(5, true);
        check(6, false);
        check(9_999_999, false);
        check(10_000_005, true);
        check(10_000_006, false);
        stream.request_seal();
        assert!(stream.take_seal_request());
    }
}
