//! Which seconds of a stream are footage and which are a gap: the bookkeeping of one stream, without I/O.
//!
//! It does not record anything; it says when a gap has begun, and hands out finished gaps so that segments and
//! gaps tile the stream's time (design note `footage.md`, "Gaps"). A gap never gets the cause `Camera` by default:
//! what nobody reported is `Unknown`.

use model::{GapCause, MonoTime, Span, WallTime};

/// A gap begins when no access unit came for the greater of this and three frame intervals.
pub const SILENCE_US_MIN: i64 = 1_000_000;
/// A frame interval above this is not believed (a camera may send one picture in 20 s, not less).
const INTERVAL_US_MAX: i64 = 20_000_000;
/// Evidence text kept with a gap, in bytes; the record's format allows 500.
pub const EVIDENCE_BYTES_MAX: usize = 400;

/// A finished gap, ready to become a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gap {
    pub span: Span,
    pub cause: GapCause,
    pub evidence: String,
}

/// What a stream is doing, as far as tiling time is concerned.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Phase {
    /// Units arrive; `last` is when the newest one arrived and its capture time's end.
    Covered { last: MonoTime, end: WallTime },
    /// Nothing to record since `from`; the first reported cause stays.
    Open { from: WallTime, cause: Option<(GapCause, String)> },
}

/// The gap bookkeeping of one stream.
#[derive(Clone, Debug)]
pub struct GapTracker {
    phase: Phase,
    interval_us: i64,
}

impl GapTracker {
    /// Begins inside a gap: `from` is the end of the newest footage or the start of duty; `cause` says why
    /// there is none, when that is known already (a restart).
    pub fn new(from: WallTime, cause: Option<(GapCause, String)>) -> Self {
        Self { phase: Phase::Open { from, cause }, interval_us: 0 }
    }

    /// How long silence may last before it is a gap, in microseconds.
    pub fn silence_us(&self) -> i64 {
        SILENCE_US_MIN.max(3 * self.interval_us)
    }

    /// When silence becomes a gap if nothing more arrives; `None` inside a gap.
    pub fn deadline(&self) -> Option<MonoTime> {
        match &self.phase {
            Phase::Covered { last, .. } => Some(last.plus_us(self.silence_us())),
            Phase::Open { .. } => None,
        }
    }

    /// Reports a recordable unit with its capture time and expected duration. Ends an open gap and returns it.
    pub fn unit(&mut self, now: MonoTime, wall: WallTime, duration_us: i64) -> Option<Gap> {
        let end = wall.plus_us(duration_us.clamp(0, INTERVAL_US_MAX));
        if duration_us > 0 {
            self.interval_us = duration_us.min(INTERVAL_US_MAX);
        }
        match std::mem::replace(&mut self.phase, Phase::Covered { last: now, end }) {
            Phase::Covered { .. } => None,
            Phase::Open { from, cause } => finish(from, wall, cause),
        }
    }

    /// Says that recording stopped, or cannot begin, and why. The first cause of a gap stays; a later, better
    /// known one only replaces `Unknown`. Returns where the footage ended when this began a gap.
    pub fn lost(&mut self, cause: GapCause, evidence: &str) -> Option<WallTime> {
        let evidence = clip(evidence);
        match &mut self.phase {
            Phase::Covered { end, .. } => {
                let from = *end;
                self.phase = Phase::Open { from, cause: Some((cause, evidence)) };
                Some(from)
            }
            Phase::Open { cause: known, .. } => {
                if known.as_ref().is_none_or(|(old, _)| *old == GapCause::Unknown) {
                    *known = Some((cause, evidence));
                }
                None
            }
        }
    }

    /// As [`GapTracker::lost`], but what was recorded counts only up to `from`: the rest was lost behind the recorder's back.
    pub fn lost_since(&mut self, from: WallTime, cause: GapCause, evidence: &str) {
        if let Phase::Covered { end, .. } = &mut self.phase {
            *end = from;
        }
        self.lost(cause, evidence);
    }

    /// The open gap goes on for another reason: returns what it was up to `at`, and begins the next one there.
    pub fn turn(&mut self, at: WallTime, cause: GapCause, evidence: &str) -> Option<Gap> {
        let Phase::Open { from, cause: known } = &mut self.phase else { return None };
        if known.as_ref().is_some_and(|(known, _)| *known == cause) {
            return None;
        }
        let before = finish(*from, at, known.replace((cause, clip(evidence))));
        *from = at.max(*from);
        before
    }

    /// Cuts an open gap at `at` (an orderly stop, or a daily cut) and begins the next one there.
    pub fn cut(&mut self, at: WallTime) -> Option<Gap> {
        let Phase::Open { from, cause } = &mut self.phase else { return None };
        let gap = finish(*from, at, cause.clone())?;
        *from = at;
        Some(gap)
    }

    /// The open gap as it stands at `at`, for showing; not a record.
    pub fn open_gap(&self, at: WallTime) -> Option<Gap> {
        match &self.phase {
            Phase::Covered { .. } => None,
            Phase::Open { from, cause } => finish(*from, at, cause.clone()),
        }
    }
}

fn finish(from: WallTime, to: WallTime, cause: Option<(GapCause, String)>) -> Option<Gap> {
    let span = Span::new(from, to).filter(|span| span.duration_us() > 0)?;
    let (cause, evidence) = cause.unwrap_or((GapCause::Unknown, String::new()));
    Some(Gap { span, cause, evidence })
}

/// Shortens evidence to its limit at a character's boundary.
fn clip(text: &str) -> String {
    let mut end = text.len().min(EVIDENCE_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(n: i64) -> (MonoTime, WallTime) {
        (MonoTime(n * 1_000_000), WallTime(1_000_000_000 + n * 1_000_000))
    }

    #[test]
    fn footage_and_gaps_tile_time() {
        let mut tracker = GapTracker::new(second(0).1, Some((GapCause::Us, "restart".into())));
        let (mono, wall) = second(3);
        let gap = tracker.unit(mono, wall, 66_667).unwrap();
        assert_eq!(gap.span, Span::new(second(0).1, second(3).1).unwrap());
        assert_eq!((gap.cause, gap.evidence.as_str()), (GapCause::Us, "restart"));
        assert_eq!(tracker.unit(MonoTime(3_066_667), wall.plus_us(66_667), 66_667), None);
        let end = tracker.lost(GapCause::Camera, "closed").unwrap();
        assert_eq!(end, wall.plus_us(133_334));
        assert_eq!(tracker.lost(GapCause::Network, "refused"), None);
        let gap = tracker.unit(second(9).0, second(9).1, 66_667).unwrap();
        assert_eq!((gap.span.start, gap.span.end, gap.cause), (end, second(9).1, GapCause::Camera));
    }

    #[test]
    fn silence_is_the_greater_of_a_second_and_three_intervals() {
        let check = |interval_us: i64, expected_us: i64| {
            let mut tracker = GapTracker::new(WallTime(0), None);
            tracker.unit(MonoTime(5), WallTime(5), interval_us);
            assert_eq!(tracker.deadline(), Some(MonoTime(5 + expected_us)), "{interval_us}");
        };
        check(40_000, 1_000_000);
        check(1_000_000, 3_000_000);
        check(i64::MAX, 60_000_000);
    }

    #[test]
    fn an_unreported_cause_is_unknown_and_yields_to_a_known_one() {
        let mut tracker = GapTracker::new(WallTime(0), None);
        assert_eq!(tracker.open_gap(WallTime(10)).unwrap().cause, GapCause::Unknown);
        tracker.lost(GapCause::Credentials, "401");
        tracker.lost(GapCause::Network, "timeout");
        assert_eq!(tracker.cut(WallTime(10)).unwrap().cause, GapCause::Credentials);
        assert_eq!(tracker.open_gap(WallTime(10)), None);
        assert_eq!(tracker.open_gap(WallTime(11)).unwrap().span.start, WallTime(10));
    }

    #[test]
    fn a_gap_can_begin_earlier_and_change_its_reason() {
        let mut tracker = GapTracker::new(WallTime(0), None);
        tracker.unit(MonoTime(0), WallTime(5_000_000), 40_000);
        tracker.lost_since(WallTime(2_000_000), GapCause::Disk, "sync failed");
        tracker.lost_since(WallTime(0), GapCause::Camera, "closed");
        assert_eq!(tracker.turn(WallTime(3_000_000), GapCause::Disk, "still"), None);
        let gap = tracker.turn(WallTime(3_000_000), GapCause::Camera, "closed").unwrap();
        assert_eq!((gap.span.start, gap.span.end), (WallTime(2_000_000), WallTime(3_000_000)));
        assert_eq!((gap.cause, gap.evidence.as_str()), (GapCause::Disk, "sync failed"));
        let gap = tracker.unit(MonoTime(9), WallTime(4_000_000), 40_000).unwrap();
        assert_eq!((gap.span.start, gap.cause), (WallTime(3_000_000), GapCause::Camera));
    }

    #[test]
    fn evidence_is_cut_at_a_character() {
        assert_eq!(clip(&"守".repeat(200)).chars().count(), EVIDENCE_BYTES_MAX / 3);
    }
}
