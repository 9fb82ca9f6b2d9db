//! Relates the three kinds of time of one stream: RTP timestamps to the media line, arrival to wall time.
//!
//! Not a clock and not a jitter buffer: units pass in the order they came, none is held back. The invariants, for
//! any input: decode times strictly increase, wall times strictly increase, except where a [`Jump`] says that a new
//! line begins. Decode times come from presentation times (`reorder`), wall times from an estimate that follows
//! arrival slowly: camera clocks run up to some percent wrong, networks delay by seconds.

use crate::params::{self, StreamFacts};
use crate::reorder::Reorderer;
use model::{MediaTime, MonoTime, VideoParams, WallTime};

/// How far, in microseconds, RTP or the server's clock may run from the line before that is a jump. Longer than any
/// network delay that is not an outage, short enough that no second of footage is put a minute off.
pub const JUMP_US_MIN: i64 = 2_000_000;
/// How long, in microseconds, units may come later than that before the line is given up: a backlog after a stalled
/// connection is gone sooner.
pub const LATE_US_MAX: i64 = 10_000_000;
/// The estimate moves towards arrival by this fraction of the distance each second: 1/20. Jitter of 100 ms then
/// moves it by 5 ms a second, and a camera whose clock is 1 % wrong is followed at 0.2 s distance.
const FOLLOW_SECONDS: i64 = 20;
/// ... and never by more than this fraction of the time that passed: 1/20.
const FOLLOW_SHARE: i64 = 20;
/// For so long after the line begins a unit that comes earlier than estimated (so the first one was late) is followed
/// twenty times as fast: nothing arrives before it was captured.
const SETTLE_US: i64 = 10_000_000;

/// The longest media line: 12,000 years. Keeps sums far from the ends of 64 bits.
const LINE_TICKS_MAX: i64 = 1 << 55;

/// Microseconds in so many 90 kHz ticks, rounded towards the past.
pub const fn us_from_ticks(ticks: i64) -> i64 {
    ticks.saturating_mul(100).div_euclid(9)
}

/// Why a new media line begins. The caller ends the segment before this unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Jump {
    /// The RTP timestamp stepped back further than reordering explains.
    Back,
    /// The RTP timestamp is ahead of arrival.
    Forward,
    /// Units come later than estimated, and have done so for [`LATE_US_MAX`]: RTP stood still or lost time.
    Late,
    /// The server's own clock was stepped. Only then may wall time step back.
    Clock,
}

/// Where a unit lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Placed {
    /// On the media line; 0 is the line's first unit.
    pub dts: MediaTime,
    /// On the media line. Differences between units of one line are those of their RTP timestamps.
    pub pts: MediaTime,
    /// Estimate of the capture of the unit that is decoded at `dts`, at the delay that arrival usually has.
    pub wall: WallTime,
    /// Set when this unit begins a new line: `dts` is 0 again.
    pub jump: Option<Jump>,
}

/// The times of one stream session.
#[derive(Clone, Debug)]
pub struct Timeline {
    facts: StreamFacts,
    reorder: Reorderer,
    line: Option<Line>,
    last_wall: Option<WallTime>,
}

/// One media line: from a first unit to a jump.
#[derive(Clone, Copy, Debug)]
struct Line {
    first_rtp: i64,
    base_wall: WallTime,
    /// Added to `base_wall` and the time that the media line says has passed.
    correction_us: i64,
    last_dts: MediaTime,
    last_received: MonoTime,
    /// Wall clock minus monotonic clock of the server at the last unit, microseconds.
    clock_us: i64,
    began: MonoTime,
    late_since: Option<MonoTime>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self::new()
    }
}

impl Timeline {
    /// A stream whose reordering is not known: it is learned.
    pub fn new() -> Self {
        Self::with(StreamFacts::default())
    }

    /// A stream with these parameters.
    pub fn for_params(params: &VideoParams) -> Self {
        Self::with(params::facts(params))
    }

    fn with(facts: StreamFacts) -> Self {
        Self { reorder: Reorderer::new(facts), facts, line: None, last_wall: None }
    }

    /// The parameters, before the first unit, or new ones on the same media line.
    pub fn set_params(&mut self, params: &VideoParams) {
        self.facts = params::facts(params);
        match self.line {
            Some(_) => self.reorder.set_facts(self.facts),
            None => self.reorder = Reorderer::new(self.facts),
        }
    }

    /// Places the next unit in decode order. `rtp_ticks` is its RTP timestamp, unwrapped to 64 bits, which is a time of
    /// presentation (RFC 6184 §5.1, RFC 7798 §4.1); `received` and `received_wall` are one instant on two clocks.
    pub fn place(&mut self, rtp_ticks: i64, received: MonoTime, received_wall: WallTime) -> Placed {
        let jump = match self.advance(rtp_ticks, received, received_wall) {
            Ok(placed) => return placed,
            Err(jump) => jump,
        };
        if jump.is_some() {
            self.reorder.restart(self.facts);
        }
        let (dts, pts) = self.reorder.place(0).unwrap_or_default();
        let wall = match (jump, self.last_wall) {
            (Some(Jump::Clock), _) | (_, None) => received_wall,
            (_, Some(last)) => received_wall.max(last.plus_us(1)),
        };
        self.line = Some(Line {
            first_rtp: rtp_ticks,
            base_wall: wall,
            correction_us: 0,
            last_dts: dts,
            last_received: received,
            clock_us: received_wall.0.saturating_sub(received.0),
            began: received,
            late_since: None,
        });
        self.last_wall = Some(wall);
        Placed { dts, pts, wall, jump }
    }

    /// Continues the line, or says why a new one begins (`None`: there was none).
    fn advance(
        &mut self,
        rtp_ticks: i64,
        received: MonoTime,
        received_wall: WallTime,
    ) -> Result<Placed, Option<Jump>> {
        let line = self.line.as_mut().ok_or(None)?;
        let clock_us = received_wall.0.saturating_sub(received.0);
        if clock_us.abs_diff(line.clock_us) > JUMP_US_MIN.unsigned_abs() {
            return Err(Some(Jump::Clock));
        }
        let shown = rtp_ticks.saturating_sub(line.first_rtp);
        if shown > LINE_TICKS_MAX {
            return Err(Some(Jump::Forward));
        }
        if received_wall.since_us(line.wall_at(MediaTime(shown))) < -JUMP_US_MIN {
            return Err(Some(Jump::Forward));
        }
        let (dts, pts) = self.reorder.place(shown).ok_or(Some(Jump::Back))?;
        if line.is_late(received_wall.since_us(line.wall_at(dts)), received) {
            return Err(Some(Jump::Late));
        }
        line.clock_us = clock_us;
        line.follow(dts, received, received_wall);
        let wall = line.wall_at(dts);
        let wall = self.last_wall.map_or(wall, |last| wall.max(last.plus_us(1)));
        self.last_wall = Some(wall);
        Ok(Placed { dts, pts, wall, jump: None })
    }
}

impl Line {
    fn wall_at(&self, dts: MediaTime) -> WallTime {
        self.base_wall.plus_us(us_from_ticks(dts.0)).plus_us(self.correction_us)
    }

    fn is_late(&mut self, late_us: i64, received: MonoTime) -> bool {
        if late_us <= JUMP_US_MIN {
            self.late_since = None;
            return false;
        }
        let since = *self.late_since.get_or_insert(received);
        received.since_us(since) > LATE_US_MAX
    }

    /// Moves the estimate towards the arrival of the unit at `dts`.
    fn follow(&mut self, dts: MediaTime, received: MonoTime, received_wall: WallTime) {
        // The lesser of both clocks: a backlog that arrives at once, or a pause, tells nothing about rates.
        let passed_us = us_from_ticks(dts - self.last_dts).min(received.since_us(self.last_received));
        let passed_us = passed_us.clamp(0, 1_000_000);
        (self.last_dts, self.last_received) = (dts, received);
        let late_us = received_wall.since_us(self.wall_at(dts)).clamp(-600_000_000, 600_000_000);
        let settling = late_us < 0 && received.since_us(self.began) < SETTLE_US;
        let (seconds, share) = if settling { (1, 2) } else { (FOLLOW_SECONDS, FOLLOW_SHARE) };
        let step = late_us * passed_us / (seconds * 1_000_000);
        let limit = passed_us / share;
        self.correction_us = self.correction_us.saturating_add(step.clamp(-limit, limit));
    }
}
