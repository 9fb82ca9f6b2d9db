//! One stream's recorder: units in, fragments, seals and gaps out to the writer.
//!
//! It does no I/O and never waits: a full writer queue cuts the segment and begins a gap with its cause, so that memory
//! stays bounded and nothing is lost silently; a segment that the writer gave up is followed by a gap from its last durable
//! fragment on and by a new file. Every second of the stream leaves it as footage or as a gap (invariant 4).

use crate::{
    gap::{Gap, GapTracker},
    writer::{Fate, Outlet, SegmentToken, WriterOp},
};
use ledger::record::ClockOffset;
use media::{
    segment::{End, Fragment, Limits, Sealed, SegmentBuilder},
    timeline::Jump,
};
use model::{AccessUnit, GapCause, MonoTime, SealReason, Secret, StreamId, WallTime};
use std::sync::Arc;

/// Nominal duration assumed for a unit before any interval is known: 1/15 s, in 90 kHz ticks.
const DURATION_90K_FIRST: i64 = 6_000;
/// How far a sender report's offset can be trusted: it was some network delay and one reading interval old.
const CLOCK_UNCERTAINTY_US: u64 = 500_000;
/// An interval above this is a pause, not a frame rate: 20 s.
const DURATION_90K_MAX: i64 = 20 * 90_000;

/// After a file of which nothing became durable the next one waits, doubling up to a minute: a broken disk must not fill the
/// ledger with a gap for every key frame.
const REOPEN_DELAY_US_FIRST: i64 = 1_000_000;
const REOPEN_DELAY_US_MAX: i64 = 60_000_000;

/// Sources of chance, given by the shell: one call per segment.
pub type Entropy = fn() -> [u8; 32];

struct Open {
    token: SegmentToken,
    builder: SegmentBuilder,
    fate: Arc<Fate>,
    started: WallTime,
    /// End of the last fragment that the writer took.
    sent_until: WallTime,
}

/// What the open segment is to be closed for, at the next key frame or at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Due {
    /// Someone wants to read it; waits for a key frame.
    Export,
    /// The next unit belongs to another media line.
    Jump(Jump),
}

/// The recorder of one stream.
pub struct Recorder {
    stream: StreamId,
    gaps: GapTracker,
    open: Option<Open>,
    writer: Outlet,
    entropy: Entropy,
    limits: Limits,
    last_dts: Option<i64>,
    duration_90k: i64,
    /// End of the newest segment or gap handed out: the next one never begins before it, so that records tile time.
    tiled_until: WallTime,
    /// No record of this stream exists: its history begins with its first picture, or its first known failure.
    is_new: bool,
    /// Camera clock minus server clock as last measured, for the record.
    clock: ClockOffset,
    due: Option<Due>,
    /// Files in a row of which nothing became durable, and when the last one was begun.
    failures: u32,
    opened: MonoTime,
}

impl Recorder {
    /// `history_end` is where the stream's recorded history ends; `gaps` begins there.
    pub fn new(
        stream: StreamId,
        history_end: Option<WallTime>,
        gaps: GapTracker,
        writer: Outlet,
        entropy: Entropy,
        limits: Limits,
    ) -> Self {
        Self {
            stream,
            gaps,
            open: None,
            writer,
            entropy,
            limits,
            last_dts: None,
            duration_90k: DURATION_90K_FIRST,
            tiled_until: history_end.unwrap_or(WallTime(i64::MIN)),
            is_new: history_end.is_none(),
            clock: ClockOffset::default(),
            due: None,
            failures: 0,
            opened: MonoTime(0),
        }
    }

    /// A sender report said how far the camera's clock is from ours (RFC 3550 §6.4.1); never corrected, only recorded.
    pub fn measured_clock(&mut self, offset_us: i64) {
        self.clock = ClockOffset { offset_us, uncertainty_us: CLOCK_UNCERTAINTY_US, method: 1 };
    }

    /// The camera's web server said its date (RFC 9110 §6.6.1). A sender report is more exact, and stays.
    pub fn dated_clock(&mut self, offset_us: i64, uncertainty_us: u64) {
        if self.clock.method != 1 {
            self.clock = ClockOffset { offset_us, uncertainty_us, method: 2 };
        }
    }

    /// When silence becomes a gap.
    pub fn deadline(&self) -> Option<MonoTime> {
        self.gaps.deadline()
    }

    /// The gap that is open now, for showing.
    pub fn open_gap(&self, now: WallTime) -> Option<Gap> {
        self.gaps.open_gap(now)
    }

    /// Takes one unit in decode order. Returns false when it could not be recorded.
    pub fn unit(&mut self, now: MonoTime, unit: AccessUnit) -> bool {
        self.heed_writer();
        self.learn_duration(unit.dts.0);
        match self.due(&unit) {
            Some((SealReason::Discontinuity, jump)) => {
                let (cause, evidence) = blame(jump);
                self.interrupt(SealReason::Discontinuity, cause, evidence);
            }
            Some((reason, _)) if unit.key => self.seal(reason, End::before(&unit)),
            Some((reason, _)) => {
                self.interrupt(reason, GapCause::Camera, "no key frame within the limit of a segment")
            }
            None => {}
        }
        if self.open.is_none() && !(unit.key && self.open_segment(now, &unit)) {
            return false; // waits for a key frame, or for the writer: the gap goes on
        }
        let wall = unit.wall;
        let Some(open) = &mut self.open else { return false };
        let pushed = open.builder.push(&unit);
        let fragment = match pushed {
            Ok(fragment) => fragment,
            Err(error) => {
                self.lost(GapCause::Camera, &format!("stream cannot be stored: {error}"));
                return false;
            }
        };
        if let Some(fragment) = fragment
            && !self.write(fragment)
        {
            return false;
        }
        if let Some(gap) = self.gaps.unit(now, wall, self.duration_90k * 100 / 9) {
            // A new camera's first seconds of connecting are no gap: there was no history to continue.
            if !(self.is_new && gap.cause == GapCause::Unknown) {
                self.emit(gap);
            }
        }
        self.is_new = false;
        true
    }

    /// Recording stops, or cannot begin, for this cause; closes the open segment.
    pub fn lost(&mut self, cause: GapCause, evidence: &str) {
        self.interrupt(SealReason::StreamEnd, cause, evidence);
        self.last_dts = None;
    }

    fn interrupt(&mut self, reason: SealReason, cause: GapCause, evidence: &str) {
        self.heed_writer();
        match self.gaps.lost(cause, evidence) {
            Some(end) => self.seal(reason, End { wall: end, dts: None }),
            // A file was begun, and its first unit could not be stored: the gap that was open goes on.
            None => {
                if let Some(open) = self.open.take() {
                    let (token, until) = (open.token, open.started);
                    self.writer.send_or_keep(WriterOp::Abandon { token, until, reason, sealed: None });
                }
            }
        }
    }

    /// Looks whether the writer gave the open segment up. Then its time beyond what is durable is a gap, and a new file
    /// begins with the next key frame.
    fn heed_writer(&mut self) {
        let failed = |open: &mut Open| open.fate.failed().is_some();
        let Some(open) = self.open.take_if(failed) else { return };
        let Some(failed) = open.fate.failed().cloned() else { return };
        let until = failed.kept_until;
        self.failures = if until > open.started { 0 } else { self.failures.saturating_add(1) };
        let (token, reason) = (open.token, SealReason::SyncFailed);
        let sealed = account(open.builder, reason, until);
        self.writer.send_or_keep(WriterOp::Abandon { token, until, reason, sealed });
        self.gaps.lost_since(until, GapCause::Disk, &failed.evidence);
        self.tiled_until = until;
    }

    /// The media line jumps with the next unit: it begins a new segment.
    pub fn discontinue(&mut self, jump: Jump) {
        self.due = Some(Due::Jump(jump));
        self.last_dts = None;
    }

    /// Closes the open segment so that it can be exported; recording goes on at the next key frame without a gap.
    pub fn seal_for_export(&mut self) {
        self.due.get_or_insert(Due::Export);
    }

    /// Closes what is buffered into a fragment although it is not full, so that it becomes durable.
    pub fn flush(&mut self) {
        self.heed_writer();
        self.writer.drain_kept();
        let Some(open) = &mut self.open else { return };
        match open.builder.flush() {
            Ok(Some(fragment)) => {
                self.write(fragment);
            }
            Ok(None) => {}
            Err(error) => self.lost(GapCause::Camera, &format!("stream cannot be stored: {error}")),
        }
    }

    /// Records the open gap as far as it goes when it is longer than `us_max`, so that a long outage is in the ledger
    /// while it lasts.
    pub fn cut_long_gap(&mut self, now: WallTime, us_max: i64) {
        // A history that has not begun has no gap, however the clock leaps before its first picture.
        let begun = |gap: &Gap| !(self.is_new && gap.cause == GapCause::Unknown);
        let long = self.gaps.open_gap(now).is_some_and(|gap| gap.span.duration_us() >= us_max && begun(&gap));
        if long {
            self.cut_gap(now);
        }
    }

    /// Records the open gap up to `at`, so that an export can state it; the gap goes on.
    pub fn cut_gap(&mut self, at: WallTime) {
        if let Some(gap) = self.gaps.cut(at) {
            self.is_new = false;
            self.emit(gap);
        }
    }

    pub const fn stream(&self) -> StreamId {
        self.stream
    }

    /// Where the recorded history ends, with what is on its way to the ledger; `None` when there is none.
    pub fn history_end(&self) -> Option<WallTime> {
        (!self.is_new).then_some(self.tiled_until)
    }

    /// Hands over what had to be kept back for a full queue; true when nothing is left.
    pub fn hand_over(&mut self) -> bool {
        self.writer.drain_kept()
    }

    fn emit(&mut self, gap: Gap) {
        self.tiled_until = gap.span.end;
        self.writer.send_or_keep(WriterOp::Gap { stream: self.stream, gap });
    }

    fn learn_duration(&mut self, dts: i64) {
        if let Some(last) = self.last_dts.replace(dts) {
            let interval = dts.saturating_sub(last);
            if (1..=DURATION_90K_MAX).contains(&interval) {
                self.duration_90k = interval;
            }
        }
    }

    /// Whether the open segment must end before this unit. A new segment begins at a key frame, so a due end waits for
    /// one, except where the unit cannot belong to the segment at all.
    fn due(&mut self, unit: &AccessUnit) -> Option<(SealReason, Option<Jump>)> {
        let open = self.open.as_ref()?;
        match self.due {
            Some(Due::Jump(jump)) => {
                self.due = None;
                Some((SealReason::Discontinuity, Some(jump)))
            }
            Some(Due::Export) if unit.key => {
                self.due = None;
                Some((SealReason::Export, None))
            }
            _ => open.builder.rotate_before(unit).map(|reason| (reason, None)),
        }
    }

    fn open_segment(&mut self, now: MonoTime, unit: &AccessUnit) -> bool {
        self.due = None;
        match self.writer.turn() {
            Ok(true) => self.failures = 0, // another disk
            Ok(false) => {}
            Err((cause, evidence)) => {
                self.no_room(unit.wall, cause, evidence);
                return false;
            }
        }
        if self.failures > 0 && now < self.opened.plus_us(reopen_delay_us(self.failures)) {
            return false;
        }
        self.opened = now;
        let started = unit.wall.max(self.tiled_until);
        let fate = Arc::new(Fate::default());
        let secret = (self.entropy)();
        let builder = SegmentBuilder::new(unit.params.clone(), Secret::new(secret), self.limits);
        let token = self.writer.next_token();
        let op = WriterOp::Open {
            token,
            stream: self.stream,
            secret,
            config_hash: media::hash::config_hash(&unit.params.config),
            init: builder.init().clone(),
            started,
            fate: fate.clone(),
        };
        if !self.writer.send(op) {
            let (cause, evidence) = self.writer.trouble();
            self.no_room(unit.wall, cause, evidence);
            return false;
        }
        self.open = Some(Open { token, builder, fate, started, sent_until: started });
        true
    }

    /// A session failed while a planned gap is open: from here on the failure is the gap's cause. A camera that was given a
    /// wrong address is not under maintenance.
    pub fn no_longer_planned(&mut self, at: WallTime, cause: GapCause, evidence: &str) {
        let planned = self.gaps.open_gap(at).is_some_and(|gap| gap.cause == GapCause::Planned);
        if planned && let Some(gap) = self.gaps.turn(at.max(self.tiled_until), cause, evidence) {
            self.emit(gap);
        }
    }

    /// The camera sends, and the store does not take it: from here on that is the gap's cause.
    fn no_room(&mut self, at: WallTime, cause: GapCause, evidence: &str) {
        if self.gaps.deadline().is_some() {
            // The segment before was closed a moment ago, for this one: the gap begins where it ends.
            return self.gaps.lost_since(self.tiled_until, cause, evidence);
        }
        if let Some(gap) = self.gaps.turn(at.max(self.tiled_until), cause, evidence)
            && !(self.is_new && gap.cause == GapCause::Unknown)
        {
            self.emit(gap);
        }
    }

    /// Hands a fragment to the writer; when it is not taken the segment ends before it.
    fn write(&mut self, fragment: Fragment) -> bool {
        let Some(open) = &mut self.open else { return false };
        let (token, end_wall) = (open.token, fragment.end_wall);
        if self.writer.send(WriterOp::Fragment { token, fragment }) {
            open.sent_until = end_wall.max(open.sent_until);
            return true;
        }
        self.abandon();
        false
    }

    /// Closes the open segment with the end that its record will state.
    fn seal(&mut self, reason: SealReason, end: End) {
        let Some(open) = self.open.take() else { return };
        self.tiled_until = end.wall;
        self.failures = 0;
        let (token, until) = (open.token, end.wall);
        match open.builder.seal(reason, end) {
            Ok(Some(mut sealed)) => {
                let tail = sealed.tail.take();
                let whole =
                    tail.is_none_or(|fragment| self.writer.send(WriterOp::Fragment { token, fragment }));
                let (sealed, clock) = (Box::new(sealed), self.clock);
                self.writer.send_or_keep(if whole {
                    WriterOp::Seal { token, sealed, clock }
                } else {
                    WriterOp::Abandon { token, until, reason, sealed: Some(sealed) }
                });
            }
            Ok(None) => self.writer.send_or_keep(WriterOp::Abandon { token, until, reason, sealed: None }),
            Err(error) => {
                tracing::error!(stream = %self.stream, %error, "segment cannot be sealed; it is rebuilt from its file");
                self.writer.send_or_keep(WriterOp::Abandon { token, until, reason, sealed: None });
            }
        }
    }

    /// The writer did not take a fragment: the segment ends with what was written.
    fn abandon(&mut self) {
        let Some(open) = self.open.take() else { return };
        let (token, until, reason) = (open.token, open.sent_until, SealReason::SyncFailed);
        let (cause, evidence) = self.writer.trouble();
        let sealed = account(open.builder, reason, until);
        self.writer.send_or_keep(WriterOp::Abandon { token, until, reason, sealed });
        self.gaps.lost_since(until, cause, evidence);
        self.tiled_until = until;
        self.last_dts = None;
    }
}

/// What is known of a segment that is given up, with whatever was handed over and not written: the writer knows how far it counts.
fn account(builder: SegmentBuilder, reason: SealReason, until: WallTime) -> Option<Box<Sealed>> {
    builder.seal(reason, End { wall: until, dts: None }).ok().flatten().map(Box::new)
}

fn reopen_delay_us(failures: u32) -> i64 {
    (REOPEN_DELAY_US_FIRST << failures.saturating_sub(1).min(10)).min(REOPEN_DELAY_US_MAX)
}

/// Whose doing a jump is: not every one is the camera's.
fn blame(jump: Option<Jump>) -> (GapCause, &'static str) {
    match jump {
        Some(Jump::Clock) => (GapCause::Us, "this server's clock was set, by more than 2 s"),
        Some(Jump::Late) => (GapCause::Network, "pictures came more than 2 s late, for 10 s"),
        Some(Jump::Back) => (GapCause::Camera, "the camera's timestamps jumped back"),
        Some(Jump::Forward) => (GapCause::Camera, "the camera's timestamps jumped ahead of their arrival"),
        None => (GapCause::Camera, "the camera's timestamps jumped"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Faults, Feed, open, params, pipeline, records, stream, unit};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_jump_is_blamed_on_who_made_it() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path(), true).await;
        let pipeline = pipeline(&store, &Faults::default()).await;
        let began = crate::system_wall().plus_us(-60_000_000);
        let cases = [
            (Jump::Back, GapCause::Camera, "camera"),
            (Jump::Forward, GapCause::Camera, "camera"),
            (Jump::Late, GapCause::Network, "late"),
            (Jump::Clock, GapCause::Us, "this server's clock"),
        ];
        for (number, (jump, ..)) in (1..).zip(cases) {
            let recorder = pipeline.hand_fed(stream(number), began).await.unwrap().unwrap();
            let mut feed = Feed::new(recorder, began);
            feed.seconds(0..2);
            feed.recorder.discontinue(jump);
            feed.recorder.seal_for_export(); // asked for at the same moment: the jump comes first
            let next = unit(began, 60, 100, &params());
            feed.recorder.unit(next.received, next);
            feed.seconds(3..5);
            feed.recorder.lost(GapCause::Planned, "stopped");
        }
        assert!(pipeline.settled().await);
        for (number, (jump, cause, text)) in (1..).zip(cases) {
            let found: Vec<_> =
                records(&store, stream(number)).await.into_iter().map(|(_, cause)| cause).collect();
            assert_eq!(found, [None, Some(cause), None], "{jump:?}");
            assert!(blame(Some(jump)).1.contains(text));
        }
        pipeline.stop().await;
    }
}
