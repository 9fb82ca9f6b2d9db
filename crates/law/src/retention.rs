//! Which footage must go, and why: the only place where a deletion can come from (invariant 6).
//!
//! It deletes nothing itself. A [`Deletion`] has no public constructor, so that `store` cannot be handed one that
//! `plan` did not make; `store` checks the floor once more inside its own transaction.

use model::{Span, StreamId, WallTime};
use std::collections::HashMap;

/// A day as the floor counts it: 86 400 seconds, whatever the calendar does.
pub const DAY_US: i64 = 86_400_000_000;

/// One stored segment, as the plan needs it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SegmentFacts {
    /// The row's number in `footage.db`.
    pub segment: i64,
    pub stream: StreamId,
    pub span: Span,
    /// The floor that was in force, and was promised, when the segment was recorded.
    pub recorded_floor_days: u16,
}

/// Footage that must not go, whatever its age.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hold {
    /// `None`: every stream.
    pub stream: Option<StreamId>,
    pub span: Span,
}

/// What the system promises now.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Policy {
    /// Days that every segment is kept at least (guangzhou-2007:21, national-2016:20: 30).
    pub floor_days: u16,
    /// Days after which footage goes; never less than the floor.
    pub term_days: u16,
    /// Longer floors of single cameras.
    pub camera_floor_days: HashMap<model::CameraId, u16>,
}

impl Policy {
    /// The floor that binds a segment: the longest of what was promised at recording, the system's and the camera's.
    pub fn floor_days(&self, segment: &SegmentFacts) -> u16 {
        let camera = self.camera_floor_days.get(&segment.stream.camera).copied().unwrap_or(0);
        self.floor_days.max(camera).max(segment.recorded_floor_days)
    }
}

/// One segment that must go. Only [`plan`] makes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deletion {
    segment: i64,
    stream: StreamId,
    span: Span,
    floor_days: u16,
    term_days: u16,
}

impl Deletion {
    pub const fn segment(&self) -> i64 {
        self.segment
    }
    pub const fn stream(&self) -> StreamId {
        self.stream
    }
    pub const fn span(&self) -> Span {
        self.span
    }
    /// The floor that has been kept.
    pub const fn floor_days(&self) -> u16 {
        self.floor_days
    }
    /// The term that has ended.
    pub const fn term_days(&self) -> u16 {
        self.term_days
    }
}

/// The segments whose term has ended and that nothing holds, in the order given.
pub fn plan(policy: &Policy, holds: &[Hold], segments: &[SegmentFacts], now: WallTime) -> Vec<Deletion> {
    segments.iter().filter_map(|segment| deletion(policy, holds, segment, now)).collect()
}

fn deletion(policy: &Policy, holds: &[Hold], segment: &SegmentFacts, now: WallTime) -> Option<Deletion> {
    let floor_days = policy.floor_days(segment);
    let term_days = policy.term_days.max(floor_days);
    // The last picture of the segment counts: it has been kept `term_days` full days at this instant, not before.
    let kept_until = segment.span.end.plus_us(i64::from(term_days).saturating_mul(DAY_US));
    if now < kept_until || holds.iter().any(|hold| holds_segment(hold, segment)) {
        return None;
    }
    Some(Deletion {
        segment: segment.segment,
        stream: segment.stream,
        span: segment.span,
        floor_days,
        term_days,
    })
}

/// Touching ends hold too: at the edge of a hold, keeping is the safe error.
fn holds_segment(hold: &Hold, segment: &SegmentFacts) -> bool {
    hold.stream.is_none_or(|stream| stream == segment.stream)
        && hold.span.start <= segment.span.end
        && segment.span.start <= hold.span.end
}
