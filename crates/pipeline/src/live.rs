//! Live pictures for one viewer: the hub's newest group at once, then every unit as it comes.
//!
//! Demands a `Pass` and asks it before every unit (invariant 2). It does not count what was served: the server does,
//! where bytes leave. A slow viewer is skipped forward to a key frame, and dropped when that does not help.

use crate::{
    hub::{HubEvent, HubUnit, Subscription},
    state::StreamState,
    stream::StreamShared,
};
use bytes::Bytes;
use media::fmp4;
use model::{MediaTime, MonoTime, VideoParams, WallTime};
use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use store::{Pass, PassEnd};

/// A viewer who was behind this many times in a row without catching up is dropped.
const BEHIND_TIMES_MAX: u32 = 5;
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
    skipped: u64,
    behind_times: u32,
    newest_sequence: u32,
    ended: bool,
}

impl LiveReader {
    /// `None` when the pass does not cover the stream, or it has too many viewers.
    pub(crate) fn new(pass: Arc<Pass>, stream: Arc<StreamShared>) -> Option<Self> {
        let subscription = stream.hub.subscribe()?;
        let backlog = subscription.backlog.iter().cloned().collect();
        let pending = VecDeque::from([LiveMessage::State(subscription.state.clone())]);
        Some(Self {
            pass,
            stream,
            subscription,
            backlog,
            pending,
            params: None,
            skipped: 0,
            behind_times: 0,
            newest_sequence: 0,
            ended: false,
        })
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
                return Some(message);
            }
            if let Some(unit) = self.backlog.pop_front() {
                self.unit(&unit);
                continue;
            }
            match tokio::time::timeout(PASS_CHECK_INTERVAL, self.subscription.events.recv()).await {
                Err(_) => {}
                Ok(None) => return self.end(LiveEnd::Shutdown),
                Ok(Some(HubEvent::State(state))) => return Some(LiveMessage::State(state)),
                Ok(Some(HubEvent::Unit(unit))) => {
                    if self.note_skips() {
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

    /// Tells the viewer about skipped units; true when the viewer has been behind too often.
    fn note_skips(&mut self) -> bool {
        let skipped = self.subscription.skipped.load(Relaxed);
        let new = skipped - self.skipped;
        if new == 0 {
            self.behind_times = 0;
            return false;
        }
        self.skipped = skipped;
        if self.params.is_none() {
            return false; // nothing was shown yet: units before the first key frame are not a loss
        }
        self.behind_times += 1;
        self.pending.push_back(LiveMessage::Skipped { units: new });
        self.behind_times > BEHIND_TIMES_MAX
    }

    fn unit(&mut self, unit: &Arc<HubUnit>) {
        if unit.sequence <= self.newest_sequence && self.newest_sequence - unit.sequence < u32::MAX / 2 {
            return; // was in the backlog already
        }
        self.newest_sequence = unit.sequence;
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

    /// The stream this reader shows.
    pub fn stream(&self) -> &StreamShared {
        &self.stream
    }
}
