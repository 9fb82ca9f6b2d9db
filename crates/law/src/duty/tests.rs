//! Who is due, who keeps watch, and when nobody did: cases as data.

use super::*;
use uuid::Uuid;

const MIDNIGHT: i64 = 1_764_259_200_000_000;

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

/// Minutes after some midnight.
fn at(minutes: i64) -> WallTime {
    WallTime(MIDNIGHT + minutes * MINUTE_US)
}

fn span(from: i64, to: i64) -> Span {
    Span::new(at(from), at(to)).unwrap()
}

fn need(from: i64, to: i64, persons: u32) -> Need {
    Need { span: span(from, to), persons, post: None }
}

/// Person, rostered from and to, taken and ended.
fn shift(number: u128, from: i64, to: i64, taken: Option<i64>, ended: Option<i64>) -> Shift {
    Shift {
        person: person(number),
        post: None,
        rostered: span(from, to),
        withdrawn: false,
        taken: taken.map(at),
        ended: ended.map(at),
    }
}

#[test]
fn weekdays_of_the_calendar() {
    for (day, expected) in [(0, 3), (3, 6), (4, 0), (-1, 2), (20_786, 6)] {
        assert_eq!(CivilDay(day).weekday(), expected, "{day}");
    }
}

#[test]
fn patterns_follow_the_clock_on_the_wall() {
    // A place eight hours east, whose clock is put forward by an hour at 02:00 of day 100 and back at 03:00 of day 200.
    let clock = |day: CivilDay, minute: u16| {
        let forward = (100, 180)..(200, 180);
        let summer = forward.contains(&(day.0, i64::from(minute)));
        let offset_min = if summer { 9 * 60 } else { 8 * 60 };
        WallTime((day.0 * DAY_MIN + i64::from(minute) - offset_min) * MINUTE_US)
    };
    let all = Span { start: WallTime(i64::MIN / 4), end: WallTime(i64::MAX / 4) };
    let check = |days: u8, from_min: u16, length_min: u16, day: i64, expected_min: Option<i64>| {
        let pattern = Pattern { days, from_min, length_min, persons: 2, post: None, valid: all };
        let found = needs(&[pattern], (CivilDay(day), CivilDay(day)), &clock);
        let length = found.first().map(|need| need.span.duration_us() / MINUTE_US);
        assert_eq!((length, found.len()), (expected_min, usize::from(expected_min.is_some())), "day {day}");
    };
    const EVERY: u8 = 0b111_1111;
    check(EVERY, 8 * 60, 8 * 60, 50, Some(8 * 60));
    // Over midnight, into the next day.
    check(EVERY, 22 * 60, 10 * 60, 50, Some(10 * 60));
    // The nights in which the clock changes: an hour shorter, an hour longer.
    check(EVERY, 22 * 60, 10 * 60, 99, Some(9 * 60));
    check(EVERY, 22 * 60, 10 * 60, 199, Some(11 * 60));
    // A whole day.
    check(EVERY, 0, 1_440, 50, Some(1_440));
    check(EVERY, 0, 1_440, 100, Some(1_380));
    // Day 4 was a Monday; Saturdays and Sundays only.
    check(0b110_0000, 0, 60, 4, None);
    check(0b110_0000, 0, 60, 3, Some(60));
    // As long as the pattern itself is in force.
    let half = Span { start: clock(CivilDay(50), 600), end: all.end };
    let pattern =
        Pattern { days: EVERY, from_min: 480, length_min: 240, persons: 1, post: None, valid: half };
    let found = needs(&[pattern], (CivilDay(49), CivilDay(50)), &clock);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].span.duration_us(), 120 * MINUTE_US);
}

#[test]
fn a_shift_that_nobody_keeps_is_found_and_closes_by_itself() {
    let check = |needs: &[Need], shifts: &[Shift], now: i64, expected: &[(i64, i64, u32, bool)]| {
        let found = unmanned(needs, shifts, at(now));
        let minutes = |time: WallTime| time.since_us(at(0)) / MINUTE_US;
        let found: Vec<_> = found
            .iter()
            .map(|one| (minutes(one.span.start), minutes(one.span.end), one.missing, one.open))
            .collect();
        assert_eq!(found, expected, "{shifts:?} at {now}");
    };
    let day = [need(480, 960, 1)];
    // Not before it begins, not within a quarter of an hour; then open, until somebody takes over.
    check(&day, &[], 480, &[]);
    check(&day, &[], 494, &[]);
    check(&day, &[], 495, &[(480, 495, 1, true)]);
    check(&day, &[shift(1, 480, 960, None, None)], 600, &[(480, 600, 1, true)]);
    check(&day, &[shift(1, 480, 960, Some(490), None)], 600, &[]);
    check(&day, &[shift(1, 480, 960, Some(510), None)], 600, &[(480, 510, 1, false)]);
    // At the moment at which somebody does.
    check(&day, &[shift(1, 480, 960, Some(600), None)], 600, &[(480, 600, 1, false)]);
    // Taken over before it begins.
    check(&day, &[shift(1, 480, 960, Some(460), None)], 600, &[]);
    // Somebody leaves early; what is kept ends with the shift's own end too.
    check(&day, &[shift(1, 480, 960, Some(480), Some(700))], 800, &[(700, 800, 1, true)]);
    check(&day, &[shift(1, 480, 720, Some(480), None)], 960, &[(720, 960, 1, true)]);
    check(&day, &[shift(1, 480, 720, Some(480), None)], 1_200, &[(720, 960, 1, false)]);
    // Relieved within the quarter.
    let relieved = [shift(1, 480, 720, Some(480), Some(720)), shift(2, 720, 960, Some(730), None)];
    check(&day, &relieved, 960, &[]);
    // Two are needed; the same person twice is one.
    let two = [need(480, 960, 2)];
    let twice = [shift(1, 480, 960, Some(480), None), shift(1, 470, 960, Some(480), None)];
    check(&two, &twice, 600, &[(480, 600, 1, true)]);
    let both = [shift(1, 480, 960, Some(480), None), shift(2, 480, 960, Some(540), None)];
    check(&two, &both, 600, &[(480, 540, 1, false)]);
    check(&two, &[], 600, &[(480, 600, 2, true)]);
    // One less does not make two stretches of one.
    check(&two, &[shift(1, 480, 960, Some(540), None)], 600, &[(480, 600, 2, true)]);
    // Withdrawn shifts keep nothing.
    let withdrawn = Shift { withdrawn: true, ..shift(1, 480, 960, Some(480), None) };
    check(&day, &[withdrawn], 600, &[(480, 600, 1, true)]);
    // A room without patterns needs whoever is rostered.
    let rostered = [shift(1, 480, 960, None, None), shift(2, 480, 960, Some(480), None)];
    check(&needs_of_roster(&rostered), &rostered, 600, &[(480, 600, 1, true)]);
    check(&needs_of_roster(&[withdrawn]), &[withdrawn], 600, &[]);
}

#[test]
fn who_is_on_and_who_is_due() {
    let check = |shift: Shift, now: i64, runs: bool, due: bool| {
        assert_eq!((shift.runs(at(now)), shift.is_due(at(now))), (runs, due), "{shift:?} at {now}");
    };
    check(shift(1, 480, 960, None, None), 479, false, false);
    check(shift(1, 480, 960, None, None), 480, false, true);
    check(shift(1, 480, 960, None, None), 960, false, false);
    check(shift(1, 480, 960, Some(470), None), 475, true, false);
    check(shift(1, 480, 960, Some(470), None), 959, true, false);
    check(shift(1, 480, 960, Some(470), None), 960, false, false);
    check(shift(1, 480, 960, Some(470), Some(800)), 800, false, false);
    let withdrawn = Shift { withdrawn: true, ..shift(1, 480, 960, None, None) };
    check(withdrawn, 500, false, false);
    let (needs, shifts) = ([need(480, 960, 2)], [shift(1, 480, 960, Some(480), None)]);
    assert_eq!(at_once(&needs, &shifts, at(500)), (2, 1));
    assert_eq!(at_once(&needs, &shifts, at(960)), (0, 0));
}

#[test]
fn a_required_post_is_empty_though_enough_persons_are_there() {
    let (leader, officer) = (Some(DutyPost::Leader), Some(DutyPost::Officer));
    let needs = [Need { post: leader, ..need(480, 960, 1) }, Need { post: officer, ..need(480, 960, 2) }];
    let of = |number, post| Shift { post, ..shift(number, 480, 960, Some(480), None) };
    let check = |shifts: &[Shift], now: i64, expected: &[(DutyPost, u32, bool)]| {
        let found = unfilled(&needs, shifts, at(now)).into_iter();
        let found: Vec<_> = found.map(|(post, one)| (post, one.missing, one.open)).collect();
        assert_eq!(found, expected, "{shifts:?} {now}");
    };
    let three = [of(1, officer), of(2, officer), of(3, officer)];
    assert_eq!(unmanned(&needs, &three, at(600)), []);
    check(&three, 494, &[]);
    check(&three, 495, &[(DutyPost::Leader, 1, true)]);
    check(&[of(1, leader), of(2, officer), of(3, officer)], 600, &[]);
    // Whoever is there for no post in particular fills none.
    check(&[of(1, leader), of(2, officer), of(3, None)], 600, &[(DutyPost::Officer, 1, true)]);
    // It is over when somebody comes, and stays in the answer.
    let late = Shift { post: leader, ..shift(4, 480, 960, Some(540), None) };
    check(&[late, of(2, officer), of(3, officer)], 600, &[(DutyPost::Leader, 1, false)]);
    let now = posts_at(&needs, &three, at(600));
    assert_eq!(now, [(DutyPost::Leader, 1, 0), (DutyPost::Officer, 2, 3)]);
}

#[test]
fn a_shift_is_taken_over_by_its_own_person_in_time() {
    let before = shift(2, 0, 480, Some(0), None);
    let taking = Taking {
        shift: shift(1, 480, 960, None, None),
        own: true,
        before: Some(before),
        says_why_alone: false,
        now: at(480),
    };
    let check = |taking: Taking, expected: Option<&str>| {
        let found = refuse_taking(&taking, RULE);
        assert_eq!(found.as_ref().map(|refusal| refusal.code), expected, "{taking:?}");
        assert!(found.is_none_or(|refusal| refusal.article == RULE && !refusal.remedy.zh.is_empty()));
    };
    check(taking, None);
    check(Taking { own: false, ..taking }, Some("not_your_shift"));
    check(Taking { now: at(449), ..taking }, Some("too_early"));
    check(Taking { now: at(450), ..taking }, None);
    check(Taking { now: at(959), ..taking }, None);
    check(Taking { now: at(960), ..taking }, Some("shift_over"));
    check(Taking { before: None, ..taking }, Some("nobody_hands_over"));
    check(Taking { before: None, says_why_alone: true, ..taking }, None);
    // One that was never begun, or ended yesterday, hands nothing over.
    check(Taking { before: Some(shift(2, 0, 480, None, None)), ..taking }, Some("nobody_hands_over"));
    check(
        Taking { before: Some(shift(2, -960, -480, Some(-960), None)), ..taking },
        Some("nobody_hands_over"),
    );
    check(Taking { before: Some(shift(2, -480, -240, Some(-480), Some(-240))), ..taking }, None);
    let refusal = refuse_off_shift("datong-2008:17");
    assert_eq!((refusal.code, &*refusal.article), ("off_shift", "datong-2008:17"));
}

#[test]
fn a_report_waits_a_day_for_its_acknowledgement() {
    let check = |minutes: i64, acknowledged: bool, expected: bool| {
        assert_eq!(is_unacknowledged(at(0), acknowledged, at(minutes)), expected, "{minutes}");
    };
    check(1_439, false, false);
    check(1_440, false, true);
    check(1_440, true, false);
}

#[test]
fn words_are_read_back() {
    for one in Observed::ALL {
        assert_eq!(Observed::from_word(one.as_str()), Some(*one));
    }
    for one in Channel::ALL {
        assert_eq!(Channel::from_word(one.as_str()), Some(*one));
    }
    assert_eq!(Observed::from_word("gossip"), None);
}
