//! Live pictures for one viewer: the hub's newest group at once, then every unit as it comes.
//!
//! Demands a `Pass` and asks it before every unit (invariant 2). Use records are counted by the server, where bytes leave;
//! here only the sum that ticks state. A slow viewer is skipped forward to a key frame, and dropped when that does not help.

use crate::{
    hub::{HubEvent, HubUnit, Subscription, VIEWER_QUEUE_UNITS_MAX},
    state::StreamState,
    stream::StreamShared,
};
use bytes::Bytes;
use media::fmp4;
use model::{MediaTime, MonoTime, Span, VideoParams, WallTime};
use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use store::{Pass, PassEnd};

/// A viewer who was skipped forward more often than this without catching up is dropped.
const BEHIND_TIMES_MAX: u32 = 5;
/// Units in a row without a skip after which a viewer has caught up: four full queues, which one that reads at half the
/// stream's pace never sees.
const CAUGHT_UP_UNITS: u32 = 4 * VIEWER_QUEUE_UNITS_MAX as u32;
/// How often a pass is asked while no unit comes.
const PASS_CHECK_INTERVAL: Duration = Duration::from_millis(500);

/// What a live viewer receives.
pub enum LiveMessage {
    /// Parameters for what follows, with the `ftyp` and `moov` to give the player first.
    Init {
        params: Arc<VideoParams>,
        init: Bytes,
    },
    /// One access unit as `moof` and `mdat`.
    Unit {
        sequence: u32,
        key: bool,
        wall: WallTime,
        dts: MediaTime,
        received: MonoTime,
        bytes: Bytes,
    },
    State(Arc<StreamState>),
    /// So many units were left out because this viewer was too slow.
    Skipped {
        units: u64,
    },
    End(LiveEnd),
}

/// Why a live stream ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LiveEnd {
    Pass(PassEnd),
    /// The viewer could not keep up.
    Dropped,
    /// The stream was taken out of service.
    Shutdown,
}

/// One viewer's reader of one stream.
pub struct LiveReader {
    pass: Arc<Pass>,
    stream: Arc<StreamShared>,
    subscription: Subscription,
    backlog: VecDeque<Arc<HubUnit>>,
    pending: VecDeque<LiveMessage>,
    params: Option<Arc<VideoParams>>,
    /// Times that this viewer was skipped forward since it last kept up, and units in a row since the last time.
    behind_times: u32,
    in_row: u32,
    newest_sequence: u32,
    /// Units of a clip above what the pass answers for were left out: what follows begins with a key unit.
    withheld: bool,
    ended: bool,
    served: Arc<AtomicU64>,
}

impl LiveReader {
    /// `None` when the pass does not cover the stream, or it has too many viewers.
    pub(crate) fn new(pass: Arc<Pass>, stream: Arc<StreamShared>) -> Option<Self> {
        let mut subscription = stream.hub.subscribe()?;
        let backlog = std::mem::take(&mut subscription.backlog);
        let pending = VecDeque::from([LiveMessage::State(subscription.state.clone())]);
        Some(Self {
            pass,
            stream,
            subscription,
            backlog,
            pending,
            params: None,
            behind_times: 0,
            in_row: 0,
            newest_sequence: 0,
            withheld: false,
            ended: false,
            served: Arc::default(),
        })
    }

    /// Adds what this reader gives to a sum over all readers, which ticks state.
    pub(crate) fn counting(self, served: Arc<AtomicU64>) -> Self {
        Self { served, ..self }
    }

    /// The next message; after `End`, `None`. Cancel safe.
    pub async fn next(&mut self, now: impl Fn() -> WallTime) -> Option<LiveMessage> {
        loop {
            if self.ended {
                return None;
            }
            if let Err(end) = self.pass.is_live(now()) {
                return self.end(LiveEnd::Pass(end));
            }
            if let Some(message) = self.pending.pop_front() {
                if let LiveMessage::Unit { bytes, .. } = &message {
                    self.served.fetch_add(bytes.len() as u64, Relaxed);
                }
                return Some(message);
            }
            if let Some(unit) = self.backlog.pop_front() {
                self.unit(&unit);
                continue;
            }
            match tokio::time::timeout(PASS_CHECK_INTERVAL, self.subscription.next()).await {
                Err(_) => {}
                Ok(None) => return self.end(LiveEnd::Shutdown),
                Ok(Some(HubEvent::State(state))) => return Some(LiveMessage::State(state)),
                Ok(Some(HubEvent::Unit(unit))) => {
                    if self.note_skip(unit.sequence) {
                        return self.end(LiveEnd::Dropped);
                    }
                    self.unit(&unit);
                }
            }
        }
    }

    fn end(&mut self, end: LiveEnd) -> Option<LiveMessage> {
        self.ended = true;
        Some(LiveMessage::End(end))
    }

    /// Tells the viewer about units that were left out before this one, once each time; true when that was too often.
    fn note_skip(&mut self, sequence: u32) -> bool {
        // Before the first picture nothing was shown yet: what was missed until then is no loss.
        let missed = sequence.wrapping_sub(self.newest_sequence).saturating_sub(1);
        if self.params.is_none() || missed == 0 || missed >= u32::MAX / 2 {
            self.in_row = self.in_row.saturating_add(1);
            if self.in_row >= CAUGHT_UP_UNITS {
                self.behind_times = 0;
            }
            return false;
        }
        self.in_row = 0;
        self.behind_times += 1;
        self.pending.push_back(LiveMessage::Skipped { units: u64::from(missed) });
        self.behind_times > BEHIND_TIMES_MAX
    }

    fn unit(&mut self, unit: &Arc<HubUnit>) {
        if unit.sequence <= self.newest_sequence && self.newest_sequence - unit.sequence < u32::MAX / 2 {
            return; // was in the backlog already
        }
        self.newest_sequence = unit.sequence;
        if self.is_withheld(unit) {
            return;
        }
        if self.params.as_ref() != Some(&unit.unit.params) {
            let params = unit.unit.params.clone();
            self.params = Some(params.clone());
            let init = fmp4::init(&params);
            self.pending.push_back(LiveMessage::Init { params, init });
        }
        self.pending.push_back(LiveMessage::Unit {
            sequence: unit.sequence,
            key: unit.unit.key,
            wall: unit.unit.wall,
            dts: unit.unit.dts,
            received: unit.unit.received,
            bytes: unit.live_bytes(),
        });
    }

    /// What the hub has kept may be of a clip that ended a moment ago.
    fn is_withheld(&mut self, unit: &HubUnit) -> bool {
        let at = unit.unit.wall;
        self.withheld = self.pass.closes(self.stream.id.camera, Span { start: at, end: at.plus_us(1) })
            || (self.withheld && !unit.unit.key);
        self.withheld
    }

    /// The stream this reader shows.
    pub fn stream(&self) -> &StreamShared {
        &self.stream
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, open, params, stream, unit};
    use model::{AccessUnit, Act};

    const NOW: WallTime = WallTime(1_790_000_000_000_000);

    struct Stage {
        _dir: tempfile::TempDir,
        stream: Arc<StreamShared>,
        pass: Arc<Pass>,
        params: Arc<VideoParams>,
    }

    impl Stage {
        async fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let store = open(dir.path(), true).await;
            let pass = Desk::new(&store).await.pass(Act::Live, None).await;
            let stream = Arc::new(StreamShared::new(stream(1), true, NOW));
            Self { _dir: dir, stream, pass, params: params() }
        }

        fn reader(&self) -> LiveReader {
            LiveReader::new(self.pass.clone(), self.stream.clone()).unwrap()
        }

        fn unit(&self, frame: i64, bytes: usize) -> AccessUnit {
            unit(NOW, frame, bytes, &self.params)
        }

        fn publish(&self, frames: std::ops::Range<i64>, bytes: usize) -> u64 {
            frames.map(|frame| self.stream.hub.publish(self.unit(frame, bytes), 3_600)).sum()
        }
    }

    /// What a reader gives without waiting: `k` a key unit, `u` another, `i` parameters, `s` skipped, `e` the end.
    async fn take(reader: &mut LiveReader, most: usize) -> String {
        let mut taken = String::new();
        while taken.len() < most {
            let next = reader.next(crate::system_wall);
            match tokio::time::timeout(Duration::from_millis(50), next).await {
                Err(_) | Ok(None) => break,
                Ok(Some(LiveMessage::Init { .. })) => taken.push('i'),
                Ok(Some(LiveMessage::Unit { key, .. })) => taken.push(if key { 'k' } else { 'u' }),
                Ok(Some(LiveMessage::Skipped { .. })) => taken.push('s'),
                Ok(Some(LiveMessage::End(_))) => taken.push('e'),
                Ok(Some(LiveMessage::State(_))) => {}
            }
        }
        taken
    }

    #[tokio::test]
    async fn a_slow_viewer_is_skipped_forward_first_and_dropped_later() {
        let stage = Stage::new().await;
        stage.publish(0..25, 100);
        let mut reader = stage.reader();
        assert!(take(&mut reader, 100).await.starts_with("iku"), "a picture at once");
        let mut frame = 25;
        for episode in 1..=BEHIND_TIMES_MAX {
            // Twice what its queue holds: the publisher waits for nobody, and says how much it left out.
            let skipped = stage.publish(frame..frame + 500, 100);
            assert_eq!(skipped, 500 - VIEWER_QUEUE_UNITS_MAX as u64);
            frame += 500;
            let taken = take(&mut reader, 1_000).await;
            assert_eq!((taken.len(), taken.contains('e')), (VIEWER_QUEUE_UNITS_MAX, false));
            stage.publish(frame..frame + 1, 100);
            frame += 25;
            assert_eq!(take(&mut reader, 10).await, "sk", "episode {episode} goes on with a key frame");
        }
        stage.publish(frame..frame + 500, 100);
        let taken = take(&mut reader, 1_000).await;
        assert_eq!(taken.len(), VIEWER_QUEUE_UNITS_MAX);
        stage.publish(frame + 500..frame + 501, 100);
        assert_eq!(take(&mut reader, 10).await, "e", "once too often");
        assert!(reader.next(crate::system_wall).await.is_none());
    }

    #[tokio::test]
    async fn who_keeps_up_for_long_is_forgiven() {
        let stage = Stage::new().await;
        let mut reader = stage.reader();
        let mut frame = 0;
        for _ in 0..3 * BEHIND_TIMES_MAX {
            stage.publish(frame..frame + 500, 100);
            frame += 500;
            take(&mut reader, 1_000).await;
            for _ in 0..60 {
                stage.publish(frame..frame + 25, 100);
                frame += 25;
                assert!(!take(&mut reader, 26).await.contains('e'));
            }
        }
    }

    #[tokio::test]
    async fn a_long_group_is_shown_at_once_and_bounded_in_bytes() {
        let stage = Stage::new().await;
        let frames = |from: i64| (from..from + 250).map(|frame| (frame, 40_000));
        let publish = |frame: i64, bytes| {
            let mut unit = stage.unit(frame, bytes);
            unit.key = frame % 250 == 0; // one key frame in 10 s, at 8 Mbit/s
            let kept = unit.data.clone();
            stage.stream.hub.publish(unit, 3_600);
            kept
        };
        let mut kept: Vec<Bytes> = frames(0).map(|(frame, bytes)| publish(frame, bytes)).collect();
        let mut reader = stage.reader();
        assert!(
            take(&mut reader, 251).await.starts_with("iku"),
            "10 MB of a group: the first picture at once"
        );
        // The next group begins: nobody keeps the first one in memory, although its viewer is still there.
        kept.extend(frames(250).map(|(frame, bytes)| publish(frame, bytes)));
        take(&mut reader, 250).await;
        let held = kept[..250].iter().filter(|bytes| !bytes.is_unique()).count();
        assert_eq!(held, 0, "the first group is freed");

        // A viewer that reads nothing holds no more than its queue's bytes, however large the units are.
        let large = 1 << 20;
        let mut stuck = stage.reader();
        take(&mut stuck, 251).await;
        let skipped: u64 =
            (1..50).map(|frame| stage.stream.hub.publish(stage.unit(500 + frame, large), 3_600)).sum();
        let fits = (crate::hub::VIEWER_QUEUE_BYTES_MAX / large) as u64;
        assert_eq!(skipped, 2 * (49 - fits), "for both viewers, and the recorder waited for neither");
    }

    #[tokio::test]
    async fn a_stream_that_stops_ends_its_viewers() {
        let stage = Stage::new().await;
        stage.publish(0..3, 100);
        let mut reader = stage.reader();
        take(&mut reader, 10).await;
        stage.stream.hub.close();
        assert!(matches!(reader.next(crate::system_wall).await, Some(LiveMessage::End(LiveEnd::Shutdown))));
        assert_eq!(take(&mut stage.reader(), 10).await, "e", "and those that come too late");
    }
}
