//! One stream's recorder: units in, fragments, seals and gaps out to the writer.
//!
//! It does no I/O and never waits: a full writer queue cuts the segment and begins a gap with its cause, so that memory
//! stays bounded and nothing is lost silently. Every second of the stream leaves it as footage or as a gap (invariant 4).

use crate::{
    gap::{Gap, GapTracker},
    writer::{SegmentToken, WriterHandle, WriterOp},
};
use ledger::record::ClockOffset;
use media::segment::{End, Limits, SegmentBuilder};
use model::{AccessUnit, GapCause, MonoTime, SealReason, Secret, StreamId, WallTime};

/// Nominal duration assumed for a unit before any interval is known: 1/15 s, in 90 kHz ticks.
const DURATION_90K_FIRST: i64 = 6_000;
/// How far a sender report's offset can be trusted: it was some network delay and one reading interval old.
const CLOCK_UNCERTAINTY_US: u64 = 500_000;
/// An interval above this is a pause, not a frame rate: 20 s.
const DURATION_90K_MAX: i64 = 20 * 90_000;

/// Sources of chance, given by the shell: one call per segment.
pub type Entropy = fn() -> [u8; 32];

struct Open {
    token: SegmentToken,
    builder: SegmentBuilder,
}

/// The recorder of one stream.
pub struct Recorder {
    stream: StreamId,
    gaps: GapTracker,
    open: Option<Open>,
    writer: WriterHandle,
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
    /// Set by `discontinue`: the next unit belongs to another media line.
    seal_before_next: Option<SealReason>,
}

impl Recorder {
    /// `history_end` is where the stream's recorded history ends; `gaps` begins there.
    pub fn new(
        stream: StreamId,
        history_end: Option<WallTime>,
        gaps: GapTracker,
        writer: WriterHandle,
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
            seal_before_next: None,
        }
    }

    /// A sender report said how far the camera's clock is from ours (RFC 3550 §6.4.1); never corrected, only recorded.
    pub fn measured_clock(&mut self, offset_us: i64) {
        self.clock = ClockOffset { offset_us, uncertainty_us: CLOCK_UNCERTAINTY_US, method: 1 };
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
        self.learn_duration(unit.dts.0);
        match self.due(&unit) {
            Some(SealReason::Discontinuity) => {
                self.interrupt(SealReason::Discontinuity, GapCause::Camera, "the camera's timestamps jumped");
            }
            Some(reason) if unit.key => self.seal(reason, End::before(&unit)),
            Some(reason) => {
                self.interrupt(reason, GapCause::Camera, "no key frame within the limit of a segment")
            }
            None => {}
        }
        if self.open.is_none() && !(unit.key && self.open_segment(&unit)) {
            return false; // waits for a key frame, or for the writer: the gap goes on
        }
        let wall = unit.wall;
        let Some(open) = &mut self.open else { return false };
        let token = open.token;
        let pushed = open.builder.push(&unit);
        let fragment = match pushed {
            Ok(fragment) => fragment,
            Err(error) => {
                self.lost(GapCause::Camera, &format!("stream cannot be stored: {error}"));
                return false;
            }
        };
        if let Some(fragment) = fragment
            && !self.writer.send(WriterOp::Fragment { token, fragment })
        {
            self.abandon();
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
        if let Some(end) = self.gaps.lost(cause, evidence) {
            self.seal(reason, End { wall: end, dts: None });
        }
    }

    /// The media line jumps with the next unit: it begins a new segment.
    pub fn discontinue(&mut self) {
        self.seal_before_next = Some(SealReason::Discontinuity);
        self.last_dts = None;
    }

    /// Closes the open segment so that it can be exported; recording goes on at the next key frame without a gap.
    pub fn seal_for_export(&mut self) {
        self.seal_before_next = Some(SealReason::Export);
    }

    /// Closes what is buffered into a fragment although it is not full, so that it becomes durable.
    pub fn flush(&mut self) {
        let Some(open) = &mut self.open else { return };
        let token = open.token;
        match open.builder.flush() {
            Ok(Some(fragment)) => {
                if !self.writer.send(WriterOp::Fragment { token, fragment }) {
                    self.abandon();
                }
            }
            Ok(None) => {}
            Err(error) => self.lost(GapCause::Camera, &format!("stream cannot be stored: {error}")),
        }
    }

    /// Records the open gap as far as it goes when it is longer than `us_max`, so that a long outage is in the ledger
    /// while it lasts.
    pub fn cut_long_gap(&mut self, now: WallTime, us_max: i64) {
        let long = self.gaps.open_gap(now).is_some_and(|gap| gap.span.duration_us() >= us_max);
        if long && let Some(gap) = self.gaps.cut(now) {
            self.is_new = false;
            self.emit(gap);
        }
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
    fn due(&mut self, unit: &AccessUnit) -> Option<SealReason> {
        let open = self.open.as_ref()?;
        match self.seal_before_next {
            Some(SealReason::Discontinuity) => self.seal_before_next.take(),
            Some(reason) if unit.key => {
                self.seal_before_next = None;
                Some(reason)
            }
            _ => open.builder.rotate_before(unit),
        }
    }

    fn open_segment(&mut self, unit: &AccessUnit) -> bool {
        self.seal_before_next = None;
        let secret = (self.entropy)();
        let builder = SegmentBuilder::new(unit.params.clone(), Secret::new(secret), self.limits);
        let token = self.writer.next_token();
        let op = WriterOp::Open {
            token,
            stream: self.stream,
            secret,
            config_hash: media::hash::config_hash(&unit.params.config),
            init: builder.init().clone(),
            started: unit.wall.max(self.tiled_until),
        };
        if !self.writer.send(op) {
            self.lost(GapCause::Disk, "the writer of this store does not keep up");
            return false;
        }
        self.open = Some(Open { token, builder });
        true
    }

    /// Closes the open segment with the end that its record will state.
    fn seal(&mut self, reason: SealReason, end: End) {
        let Some(open) = self.open.take() else { return };
        self.tiled_until = end.wall;
        let token = open.token;
        match open.builder.seal(reason, end) {
            Ok(Some(mut sealed)) => {
                let tail = sealed.tail.take();
                let whole =
                    tail.is_none_or(|fragment| self.writer.send(WriterOp::Fragment { token, fragment }));
                let (sealed, clock) = (Box::new(sealed), self.clock);
                self.writer.send_or_keep(if whole {
                    WriterOp::Seal { token, sealed, clock }
                } else {
                    WriterOp::Abandon { token, reason }
                });
            }
            Ok(None) => self.writer.send_or_keep(WriterOp::Abandon { token, reason }),
            Err(error) => {
                tracing::error!(stream = %self.stream, %error, "segment cannot be sealed; it is rebuilt from its file");
                self.writer.send_or_keep(WriterOp::Abandon { token, reason });
            }
        }
    }

    /// The writer did not take a fragment: the segment ends with what was written.
    fn abandon(&mut self) {
        if let Some(open) = self.open.take() {
            self.writer.send_or_keep(WriterOp::Abandon { token: open.token, reason: SealReason::SyncFailed });
        }
        self.lost(GapCause::Disk, "the writer of this store does not keep up");
    }
}
