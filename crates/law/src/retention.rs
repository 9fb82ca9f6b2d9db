//! Which footage must go, and why: the only place where a deletion can come from (invariant 6).
//!
//! It deletes nothing itself. A [`Deletion`] has no public constructor, so that `store` cannot be handed one that
//! `plan` did not make; `store` checks the floor once more inside its own transaction. Age is counted by a
//! [`TrustedTime`], never by the wall clock alone.

mod orders;
mod reviews;
mod sacrifice;
mod terms;
mod trust;

pub use orders::refuse_order;
pub use reviews::{REVIEW_ARTICLE, STUCK_US_MAX, review_words, stuck_words};
pub use sacrifice::{RESUME_AHEAD_US, Recorded, Room, STOP_AHEAD_US, stopped};
pub use terms::{
    DAYS_MAX, FLOOR_DAYS_MIN, OVERKEPT_US_MIN, Terms, floor_article, overkept, overkept_words, plausible,
    refuse_terms, short_words,
};
pub use trust::{CATCH_UP_PART, LEAD_SHOWN_US, TrustedClock, TrustedTime};

use crate::packs::{ArticleId, Ruling};
use model::{Span, StreamId, WallTime};
use std::collections::{HashMap, HashSet};

/// A day as the floor counts it: 86 400 seconds, whatever the calendar does.
pub const DAY_US: i64 = 86_400_000_000;

/// Recordings before acceptance delete themselves after so many days: enough to look at what was set up yesterday.
pub const TEST_DAYS: u16 = 1;

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

/// A floor that held once. Footage that was there then stays under it, whatever shortened it for what came later.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Promise {
    pub days: u16,
    /// Footage that begins before this is under it.
    pub until: WallTime,
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
    /// Floors of cameras in systems: the strictest that binds the system, with its article.
    pub law_floors: HashMap<model::CameraId, Ruling<u16>>,
    /// Floors that became shorter, for what was recorded before.
    pub promises: HashMap<model::CameraId, Vec<Promise>>,
    /// Longer terms of single cameras: footage that is kept longer without being promised.
    pub camera_term_days: HashMap<model::CameraId, u16>,
    /// Ids under which cameras are recorded before their acceptance: no footage, and gone after [`TEST_DAYS`].
    pub tests: HashSet<model::CameraId>,
}

impl Policy {
    /// The floor that binds a segment: the longest of what was promised at recording and since, and of what holds now.
    pub fn floor_days(&self, segment: &SegmentFacts) -> u16 {
        if self.tests.contains(&segment.stream.camera) {
            return segment.recorded_floor_days;
        }
        let promises = self.promises.get(&segment.stream.camera).into_iter().flatten();
        let promised =
            promises.filter(|promise| segment.span.start < promise.until).map(|promise| promise.days);
        self.floor_of(segment.stream.camera).max(segment.recorded_floor_days).max(promised.max().unwrap_or(0))
    }

    /// The floor of new footage: the longest of the installation's, the law's for the camera's system and its own.
    pub fn floor_of(&self, camera: model::CameraId) -> u16 {
        let own = self.camera_floor_days.get(&camera).copied().unwrap_or(0);
        self.floor_days.max(own).max(self.law_floors.get(&camera).map_or(0, |floor| floor.value))
    }

    /// The article that the floor of new footage comes from; `None`: a person's longer one, or the installation's.
    pub fn article_of(&self, camera: model::CameraId) -> Option<&ArticleId> {
        let law = self.law_floors.get(&camera)?;
        (law.value >= self.floor_of(camera)).then_some(&law.article)
    }

    /// From when on footage of a camera is under which term, oldest first: the last is that of new footage, the others are of what
    /// was promised longer.
    pub fn eras(&self, camera: model::CameraId) -> Vec<(WallTime, u16)> {
        let term_days = self.term_of(camera);
        let mut promises: Vec<Promise> = self.promises.get(&camera).into_iter().flatten().copied().collect();
        promises.retain(|promise| promise.days > term_days && !self.tests.contains(&camera));
        promises.sort_by_key(|promise| promise.until);
        let mut eras = Vec::with_capacity(promises.len() + 1);
        let mut from = WallTime(i64::MIN);
        for (at, promise) in promises.iter().enumerate() {
            let days = promises.iter().skip(at).map(|later| later.days).max().unwrap_or(0);
            eras.push((from, days));
            from = promise.until;
        }
        eras.push((from, term_days));
        eras
    }

    /// The term of a camera's footage that begins at that time, brought now: what was promised of it then counts.
    pub fn term_at(&self, camera: model::CameraId, start: WallTime) -> u16 {
        let eras = self.eras(camera);
        let own = eras.iter().rev().find(|(from, _)| *from <= start);
        own.map_or_else(|| self.term_of(camera), |(_, days)| *days)
    }

    /// Days after which a segment goes: the system's term, the camera's when it is longer, and never less than the floor.
    pub fn term_days(&self, segment: &SegmentFacts) -> u16 {
        if self.tests.contains(&segment.stream.camera) {
            return segment.recorded_floor_days.max(TEST_DAYS);
        }
        self.term_of(segment.stream.camera).max(self.floor_days(segment))
    }

    /// The shortest time that new footage of a camera is kept.
    pub fn term_of(&self, camera: model::CameraId) -> u16 {
        if self.tests.contains(&camera) {
            return TEST_DAYS;
        }
        let own = |days: &HashMap<model::CameraId, u16>| days.get(&camera).copied().unwrap_or(0);
        self.term_days.max(self.floor_of(camera)).max(own(&self.camera_term_days))
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
    judged_at: WallTime,
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
    /// The trusted time by which it has ended.
    pub const fn judged_at(&self) -> WallTime {
        self.judged_at
    }
}

/// The segments whose term has ended and that nothing holds, in the order given.
pub fn plan(policy: &Policy, holds: &[Hold], segments: &[SegmentFacts], now: TrustedTime) -> Vec<Deletion> {
    segments.iter().filter_map(|segment| deletion(policy, holds, segment, now.wall())).collect()
}

fn deletion(policy: &Policy, holds: &[Hold], segment: &SegmentFacts, now: WallTime) -> Option<Deletion> {
    let (floor_days, term_days) = due(policy, holds, segment, now)?;
    Some(Deletion {
        segment: segment.segment,
        stream: segment.stream,
        span: segment.span,
        floor_days,
        term_days,
        judged_at: now,
    })
}

/// Floor and term of a segment whose term has ended and that nothing holds.
fn due(policy: &Policy, holds: &[Hold], segment: &SegmentFacts, now: WallTime) -> Option<(u16, u16)> {
    let (floor_days, term_days) = (policy.floor_days(segment), policy.term_days(segment));
    // The last picture of the segment counts: it has been kept `term_days` full days at this instant, not before.
    let kept_until = segment.span.end.plus_us(i64::from(term_days).saturating_mul(DAY_US));
    if now < kept_until || holds.iter().any(|hold| hold.holds(segment.stream, segment.span)) {
        return None;
    }
    Some((floor_days, term_days))
}

impl Hold {
    /// Whether it keeps a segment of that stream and span. Touching ends hold too: at the edge of a hold, keeping is the
    /// safe error.
    pub fn holds(&self, stream: StreamId, span: Span) -> bool {
        self.stream.is_none_or(|held| held == stream)
            && self.span.start <= span.end
            && span.start <= self.span.end
    }
}

/// Between which instants nothing holds a stream's footage, oldest first: a segment that begins after the first and ends before
/// the second of a pair is held by none of these, and every other segment is held.
pub fn unheld(holds: &[Hold], stream: StreamId) -> Vec<(WallTime, WallTime)> {
    let own = holds.iter().filter(|hold| hold.stream.is_none_or(|held| held == stream));
    let mut spans: Vec<Span> = own.map(|hold| hold.span).collect();
    spans.sort_by_key(|span| span.start);
    let (mut after, mut pairs) = (WallTime(i64::MIN), Vec::with_capacity(spans.len() + 1));
    for span in spans {
        if span.start > after {
            pairs.push((after, span.start));
        }
        after = after.max(span.end);
    }
    pairs.push((after, WallTime(i64::MAX)));
    pairs
}

/// Parts of a segment past its term that lie in its file only because a hold keeps the rest: no hold touches them, so they are shown as
/// nothing and copied by nobody (guangzhou-2007:21). A segment that is within its term, or that nothing holds, has none.
pub fn beyond(policy: &Policy, holds: &[Hold], segment: &SegmentFacts, now: TrustedTime) -> Vec<Span> {
    let held = holds.iter().any(|hold| hold.holds(segment.stream, segment.span));
    if !held || due(policy, &[], segment, now.wall()).is_none() {
        return Vec::new();
    }
    let free = unheld(holds, segment.stream).into_iter().map(|(after, until)| Span {
        start: after.max(segment.span.start),
        end: until.min(segment.span.end),
    });
    free.filter(|part| part.start < part.end).collect()
}

/// Whether a group of pictures is of such a part: one that reaches into a hold is held whole, since it cannot be shown by halves.
pub fn is_beyond(parts: &[Span], group: Span) -> bool {
    parts.iter().any(|part| part.start <= group.start && group.end <= part.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{CameraId, Profile};
    use proptest::prelude::*;
    use uuid::Uuid;

    const NOW: WallTime = WallTime(1_790_000_000_000_000);

    fn now() -> TrustedTime {
        TrustedClock::resume(NOW).time(NOW)
    }

    fn stream(number: u128) -> StreamId {
        StreamId { camera: CameraId(Uuid::from_u128(number)), profile: Profile::Main }
    }

    fn segment(end_us_ago: i64, recorded_floor_days: u16) -> SegmentFacts {
        let end = NOW.plus_us(-end_us_ago);
        let span = Span { start: end.plus_us(-60_000_000), end };
        SegmentFacts { segment: 1, stream: stream(1), span, recorded_floor_days }
    }

    fn policy(floor_days: u16, term_days: u16) -> Policy {
        Policy { floor_days, term_days, ..Policy::default() }
    }

    #[test]
    fn footage_that_is_brought_has_the_term_of_its_camera_and_day() {
        let camera = stream(1).camera;
        let mut policy = policy(30, 30);
        let check = |policy: &Policy, days_ago: i64, expected: u16| {
            let start = NOW.plus_us(-days_ago * DAY_US);
            assert_eq!(policy.term_at(camera, start), expected, "{days_ago}");
        };
        check(&policy, 40, 30);
        policy.camera_term_days.insert(camera, 60);
        check(&policy, 40, 60);
        policy.promises.insert(camera, vec![Promise { until: NOW.plus_us(-20 * DAY_US), days: 90 }]);
        check(&policy, 40, 90);
        check(&policy, 10, 60);
        assert_eq!(policy.term_at(stream(2).camera, NOW), 30);
    }

    /// What was recorded before acceptance has no floor, and goes after a day; nothing else of the policy reaches it.
    #[test]
    fn a_recording_in_test_mode_deletes_itself() {
        let mut policy = policy(30, 60);
        policy.tests.insert(stream(1).camera);
        let check = |recorded: u16, age_us: i64, goes: bool| {
            let found = plan(&policy, &[], &[segment(age_us, recorded)], now());
            assert_eq!(!found.is_empty(), goes, "recorded {recorded} age {age_us}");
        };
        check(0, i64::from(TEST_DAYS) * DAY_US - 1, false);
        check(0, i64::from(TEST_DAYS) * DAY_US, true);
        // Recovered without its plan it was promised the system's floor, and gets it.
        check(30, 30 * DAY_US - 1, false);
        assert_eq!(policy.term_of(stream(1).camera), TEST_DAYS);
        assert_eq!(policy.term_of(stream(2).camera), 60);
    }

    #[test]
    fn the_boundary_is_exact() {
        let check = |floor: u16, term: u16, recorded: u16, age_us: i64, goes: bool| {
            let found = plan(&policy(floor, term), &[], &[segment(age_us, recorded)], now());
            assert_eq!(!found.is_empty(), goes, "floor {floor} term {term} recorded {recorded} age {age_us}");
        };
        check(30, 30, 30, 30 * DAY_US, true);
        check(30, 30, 30, 30 * DAY_US - 1, false);
        check(30, 30, 30, 0, false);
        check(30, 30, 30, -DAY_US, false);
        // The term rules when it is longer, the floor when the term is shorter.
        check(30, 60, 30, 60 * DAY_US - 1, false);
        check(30, 60, 30, 60 * DAY_US, true);
        check(30, 1, 0, 30 * DAY_US - 1, false);
        // A camera's own term is longer, never shorter.
        let mut own = policy(30, 30);
        own.camera_term_days.insert(stream(1).camera, 60);
        assert!(plan(&own, &[], &[segment(60 * DAY_US - 1, 30)], now()).is_empty());
        assert_eq!(plan(&own, &[], &[segment(60 * DAY_US, 30)], now())[0].floor_days(), 30);
        // What was promised at recording holds although the system's floor was lowered since.
        check(15, 15, 90, 90 * DAY_US - 1, false);
        check(15, 15, 90, 90 * DAY_US, true);
        check(30, 30, 0, 30 * DAY_US, true);
    }

    #[test]
    fn a_cameras_floor_is_its_own() {
        let mut policy = policy(30, 30);
        policy.camera_floor_days.insert(stream(1).camera, 45);
        assert!(plan(&policy, &[], &[segment(45 * DAY_US - 1, 30)], now()).is_empty());
        assert_eq!(plan(&policy, &[], &[segment(45 * DAY_US, 30)], now())[0].floor_days(), 45);
        policy.camera_floor_days.insert(stream(1).camera, 10);
        assert!(
            plan(&policy, &[], &[segment(30 * DAY_US - 1, 30)], now()).is_empty(),
            "never below the system's"
        );
    }

    fn ruling(days: u16) -> Ruling<u16> {
        let article = ArticleId::new("guangzhou-2007", "21");
        Ruling { value: days, article, mark: crate::packs::Mark::Text }
    }

    #[test]
    fn the_law_of_its_system_is_a_cameras_floor_and_names_its_article() {
        let check = |law: u16, own: u16, floor: u16, article: bool| {
            let mut policy = policy(15, 15);
            policy.law_floors.insert(stream(1).camera, ruling(law));
            policy.camera_floor_days.insert(stream(1).camera, own);
            assert_eq!(policy.floor_of(stream(1).camera), floor);
            assert_eq!(policy.article_of(stream(1).camera).is_some(), article, "{law} {own}");
            let days = i64::from(floor) * DAY_US;
            assert!(plan(&policy, &[], &[segment(days - 1, 15)], now()).is_empty(), "{law} {own}");
            assert_eq!(plan(&policy, &[], &[segment(days, 15)], now()).len(), 1, "{law} {own}");
            // Without a system the installation's holds, and no article is named.
            assert_eq!((policy.floor_of(stream(2).camera), policy.article_of(stream(2).camera)), (15, None));
        };
        check(30, 0, 30, true);
        check(30, 30, 30, true);
        check(30, 45, 45, false);
        check(10, 0, 15, false);
    }

    /// Whatever made a floor shorter: what was there stays under the longer one, what came later does not.
    #[test]
    fn what_was_promised_stays_promised() {
        let until = NOW.plus_us(-40 * DAY_US);
        let mut policy = policy(30, 30);
        policy.promises.insert(stream(1).camera, vec![Promise { days: 90, until }]);
        let check = |start: WallTime, now: WallTime, kept: bool| {
            let span = Span { start, end: start.plus_us(60_000_000) };
            let facts = SegmentFacts { segment: 1, stream: stream(1), span, recorded_floor_days: 30 };
            let time = TrustedClock::resume(now).time(now);
            assert_eq!(plan(&policy, &[], &[facts], time).is_empty(), kept, "{start}");
        };
        check(until.plus_us(-1), NOW, true);
        check(until, NOW, false);
        check(until.plus_us(-1), until.plus_us(90 * DAY_US), true);
        check(until.plus_us(-1), until.plus_us(90 * DAY_US + 60_000_000), false);
        let eras = policy.eras(stream(1).camera);
        assert_eq!(eras, [(WallTime(i64::MIN), 90), (until, 30)]);
        assert_eq!(policy.eras(stream(2).camera), [(WallTime(i64::MIN), 30)]);
        let later = Promise { days: 120, until: until.plus_us(1) };
        let shorter = Promise { days: 45, until: until.plus_us(2) };
        policy.promises.insert(stream(1).camera, vec![shorter, Promise { days: 90, until }, later]);
        let eras = policy.eras(stream(1).camera);
        let (second, third) = (later.until, shorter.until);
        assert_eq!(eras, [(WallTime(i64::MIN), 120), (until, 120), (second, 45), (third, 30)]);
    }

    #[test]
    fn beside_a_hold_only_what_it_touches_is_for_use_past_the_term() {
        let segment = SegmentFacts {
            segment: 1,
            stream: StreamId { camera: CameraId(Uuid::from_u128(1)), profile: Profile::Main },
            span: Span { start: WallTime(0), end: WallTime(60) },
            recorded_floor_days: 30,
        };
        let policy = Policy { floor_days: 30, term_days: 30, ..Policy::default() };
        let check = |holds: &[(i64, i64)], days: i64, expected: &[(i64, i64)]| {
            let of = |(start, end): &(i64, i64)| Span { start: WallTime(*start), end: WallTime(*end) };
            let holds: Vec<Hold> = holds.iter().map(|span| Hold { stream: None, span: of(span) }).collect();
            let time = TrustedClock::resume(WallTime(days * DAY_US + 60)).time(WallTime(i64::MAX));
            let expected: Vec<Span> = expected.iter().map(of).collect();
            assert_eq!(beyond(&policy, &holds, &segment, time), expected, "{holds:?} {days}");
        };
        check(&[(20, 30)], 29, &[]);
        check(&[(20, 30)], 30, &[(0, 20), (30, 60)]);
        check(&[(50, 90), (-5, 10)], 30, &[(10, 50)]);
        check(&[(-5, 70)], 30, &[]);
        check(&[], 30, &[]);
        check(&[(61, 70)], 30, &[]);
        // It touches the end alone: kept, and nothing of it is for use.
        check(&[(60, 70)], 30, &[(0, 60)]);
        let parts = [Span { start: WallTime(0), end: WallTime(20) }];
        let group = |start, end| Span { start: WallTime(start), end: WallTime(end) };
        assert!(is_beyond(&parts, group(10, 20)) && !is_beyond(&parts, group(19, 21)));
    }

    #[test]
    fn a_hold_keeps_what_it_touches() {
        let old = segment(400 * DAY_US, 30);
        let check = |stream: Option<StreamId>, start_us: i64, end_us: i64, kept: bool| {
            let span = Span { start: old.span.start.plus_us(start_us), end: old.span.start.plus_us(end_us) };
            let found = plan(&policy(30, 30), &[Hold { stream, span }], &[old], now());
            assert_eq!(found.is_empty(), kept, "{stream:?} {start_us} {end_us}");
        };
        check(None, 0, 1, true);
        check(Some(stream(1)), 0, 1, true);
        check(Some(stream(2)), 0, 1, false);
        check(None, -10, -1, false);
        check(None, -10, 0, true);
        check(None, 60_000_000, 70_000_000, true);
        check(None, 60_000_001, 70_000_000, false);
    }

    proptest! {
        /// Weeks of segments with random ends, floors, terms and holds: nothing below a floor or under a hold ever
        /// goes, and everything else past its term does.
        #[test]
        fn nothing_below_a_floor_and_nothing_past_its_term(
            ends in prop::collection::vec((0..10_000_i64, 0..120_u16, 1..4_u128), 1..200),
            floor in 0..60_u16, term in 0..90_u16, camera_floor in 0..120_u16,
            holds in prop::collection::vec((0..10_000_i64, 1..500_i64, 0..5_u128), 0..4),
        ) {
            let hour_us = DAY_US / 24;
            let mut policy = policy(floor, term);
            policy.camera_floor_days.insert(stream(1).camera, camera_floor);
            let segments: Vec<SegmentFacts> = ends.iter().enumerate().map(|(number, (hours, recorded, camera))| {
                let found = segment(hours * hour_us, *recorded);
                SegmentFacts { segment: number as i64, stream: stream(*camera), ..found }
            }).collect();
            let holds: Vec<Hold> = holds.iter().map(|(hours, length, camera)| {
                let start = NOW.plus_us(-hours * hour_us);
                let span = Span { start, end: start.plus_us(length * hour_us) };
                Hold { stream: (*camera > 0).then(|| stream(*camera)), span }
            }).collect();
            for one in &segments {
                let held = holds.iter().any(|hold| hold.holds(one.stream, one.span));
                let free = unheld(&holds, one.stream).into_iter()
                    .filter(|(after, until)| one.span.start > *after && one.span.end < *until);
                prop_assert_eq!(free.count(), usize::from(!held), "in one pair, or held");
            }
            let gone: Vec<i64> = plan(&policy, &holds, &segments, now()).iter().map(Deletion::segment).collect();
            for segment in &segments {
                let age_us = NOW.since_us(segment.span.end);
                let camera = if segment.stream == stream(1) { camera_floor } else { 0 };
                let floor_us = i64::from(floor.max(camera).max(segment.recorded_floor_days)) * DAY_US;
                let term_us = (i64::from(term) * DAY_US).max(floor_us);
                let held = holds.iter().any(|hold| hold.stream.is_none_or(|held| held == segment.stream)
                    && hold.span.start <= segment.span.end && segment.span.start <= hold.span.end);
                let goes = gone.contains(&segment.segment);
                prop_assert!(!goes || age_us >= floor_us, "below the floor");
                prop_assert!(!goes || !held, "under a hold");
                prop_assert_eq!(goes, age_us >= term_us && !held);
            }
        }
    }
}
