//! Each rule as a table: what is asked about, and what is not. Days are of the units' calendar.

use super::*;
use model::{CameraId, CaseId, PersonId};
use uuid::Uuid;

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;

/// Monday 2026-11-16 and the days behind it, at an hour of the units' clocks.
fn at(day: i64, hour: i64) -> WallTime {
    let monday = Day::read("2026-11-16").expect("a day");
    monday.plus(day).begins().plus_us(hour * HOUR_US + 60_000_000)
}

fn camera(number: u128) -> CameraId {
    CameraId(Uuid::from_u128(number))
}

/// An act of every day, on one ordinary camera.
fn seen(act: Act, at: WallTime) -> Seen {
    Seen {
        entry: u64::try_from(at.0 / 1_000_000).unwrap_or_default(),
        at,
        act,
        permitted: true,
        has_case: false,
        case: None,
        cameras: vec![camera(1)],
        level: 1,
        span_us: HOUR_US,
        played_us: 0,
        export: None,
        made: true,
        on_shift: false,
        requester: None,
        rostered: false,
        unacknowledged: false,
        beyond_grant: false,
    }
}

/// `many` times the same, a minute apart.
fn times(many: i64, one: &Seen) -> Vec<Seen> {
    let later = |minute: i64| seen(one.act, one.at.plus_us(minute * 60_000_000));
    (0..many).map(|minute| Seen { entry: later(minute).entry, at: later(minute).at, ..one.clone() }).collect()
}

fn asked(mut seen: Vec<Seen>, now: WallTime) -> Vec<Question> {
    seen.sort_by_key(|one| one.at);
    ask(&seen, &Limits::default(), now)
}

/// What one rule asks of entries, as `count/limit` for each question.
fn check(rule: Rule, seen: Vec<Seen>, now: WallTime, expected: &[(u32, u32)]) {
    let found = asked(seen, now);
    let of_rule: Vec<_> = found.iter().filter(|question| question.rule == rule).collect();
    let counts: Vec<_> = of_rule.iter().map(|question| (question.count, question.limit)).collect();
    assert_eq!(counts, expected, "{rule:?}: {of_rule:?}");
    for question in of_rule {
        assert!(!question.entries.is_empty(), "{rule:?} names no entry");
    }
}

#[test]
fn viewing_out_of_the_ordinary_is_asked_about() {
    let now = at(6, 12);
    let sensitive = Seen { level: 2, ..seen(Act::Live, at(0, 9)) };
    let rule = Rule::SensitiveWithoutCase;
    check(rule, times(3, &sensitive), now, &[(3, 3)]);
    check(rule, times(2, &sensitive), now, &[]);
    check(rule, times(3, &Seen { level: 1, ..sensitive.clone() }), now, &[]);
    check(rule, times(3, &Seen { has_case: true, ..sensitive.clone() }), now, &[]);
    check(rule, times(3, &Seen { permitted: false, ..sensitive.clone() }), now, &[]);
    // A week begins on Monday: what lies in two weeks is not added up.
    let sunday = Seen { at: at(-1, 9), ..sensitive.clone() };
    check(rule, [times(2, &sunday), times(2, &sensitive)].concat(), now, &[]);
    check(rule, [times(3, &sunday), times(4, &sensitive)].concat(), now, &[(3, 3), (4, 3)]);

    let rule = Rule::SameCameraAgain;
    let back = seen(Act::Playback, at(1, 9));
    check(rule, times(5, &back), now, &[(5, 5)]);
    check(rule, times(4, &back), now, &[]);
    check(rule, times(5, &Seen { has_case: true, ..back.clone() }), now, &[]);
    check(rule, times(9, &Seen { act: Act::Live, ..back.clone() }), now, &[]);
    let other = Seen { cameras: vec![camera(2)], at: at(2, 9), ..back.clone() };
    check(rule, [times(4, &back), times(4, &other)].concat(), now, &[]);
    check(rule, [times(5, &back), times(6, &other)].concat(), now, &[(5, 5), (6, 5)]);
    let found = asked(times(6, &other), now);
    assert_eq!(found.first().and_then(|question| question.camera), Some(camera(2)));

    // Over all cameras and ways of looking back, where no other rule would ask.
    let rule = Rule::RecordedWithoutCase;
    let of =
        |act: Act, number: u128, day: i64| Seen { cameras: vec![camera(number)], ..seen(act, at(day, 9)) };
    let mixed =
        [times(10, &back), times(12, &of(Act::Still, 3, 2)), times(8, &of(Act::Export, 4, 3))].concat();
    check(rule, mixed.clone(), now, &[(30, 30)]);
    check(rule, mixed.iter().skip(1).cloned().collect(), now, &[]);
    check(rule, mixed.iter().map(|one| Seen { has_case: true, ..one.clone() }).collect(), now, &[]);
    check(rule, mixed.iter().map(|one| Seen { permitted: false, ..one.clone() }).collect(), now, &[]);
    check(rule, times(40, &of(Act::Live, 3, 2)), now, &[]);
    check(rule, [times(20, &of(Act::Playback, 3, -1)), times(20, &back)].concat(), now, &[]);
}

#[test]
fn hours_are_held_against_the_persons_own() {
    let rule = Rule::UnusualHours;
    let now = at(6, 12);
    // By day from eight to sixteen, on each of the ten days before.
    let days: Vec<Seen> =
        (-10..0).flat_map(|day| [8, 12, 15].map(|hour| seen(Act::Live, at(day, hour)))).collect();
    let night = times(2, &seen(Act::Live, at(0, 2)));
    check(rule, [days.clone(), night.clone()].concat(), now, &[(2, 2)]);
    check(rule, [days.clone(), times(1, &seen(Act::Live, at(0, 2)))].concat(), now, &[]);
    check(rule, [days.clone(), times(5, &seen(Act::Live, at(0, 16)))].concat(), now, &[]);
    check(rule, [days.clone(), times(5, &seen(Act::ReadLedger, at(0, 2)))].concat(), now, &[]);
    // Somebody new has no habits.
    let few: Vec<Seen> = days.iter().filter(|one| one.at >= at(-4, 0)).cloned().collect();
    check(rule, [few, night.clone()].concat(), now, &[]);
    // Whoever works at night is not asked about nights.
    let nights: Vec<Seen> = (-10..0).map(|day| seen(Act::Live, at(day, 2))).collect();
    check(rule, [nights, night.clone()].concat(), now, &[]);
    // Nor who is rostered for this one.
    let rostered = night.iter().map(|one| Seen { on_shift: true, ..one.clone() }).collect();
    check(rule, [days.clone(), rostered].concat(), now, &[]);
    let found = asked([days, night].concat(), now);
    assert_eq!(found.first().map(|question| question.usual.as_str()), Some("07-10, 11-17"));
}

#[test]
fn anomalous_access_is_asked_about() {
    let now = at(6, 12);
    let export = |number: u128, day: i64| Seen {
        export: Some(ExportId(Uuid::from_u128(number))),
        ..seen(Act::Export, at(day, 9))
    };
    let many = |first: u128, count: u128| (first..first + count).map(camera).collect::<Vec<_>>();
    let rule = Rule::ManyCamerasTaken;
    let wide = |cameras: Vec<CameraId>, hour: i64| Seen { cameras, at: at(5, hour), ..export(1, 5) };
    check(rule, vec![wide(many(0, 16), 9), wide(many(12, 8), 10)], now, &[(20, 20)]);
    check(rule, vec![wide(many(0, 16), 9), wide(many(0, 16), 10)], now, &[]);

    let rule = Rule::LongSpansTaken;
    let long = Seen { span_us: DAY_US, cameras: many(0, 2), ..export(1, 5) };
    check(rule, vec![long.clone()], now, &[(48, 48)]);
    check(rule, vec![Seen { cameras: many(0, 1), ..long.clone() }], now, &[]);
    check(rule, vec![Seen { permitted: false, ..long }], now, &[]);

    let rule = Rule::ExportNotCollected;
    let fetched = Seen { export: Some(ExportId(Uuid::from_u128(1))), ..seen(Act::Collect, at(1, 10)) };
    check(rule, vec![export(1, 1)], now, &[(5, 3)]);
    check(rule, vec![export(1, 4)], now, &[]);
    check(rule, vec![export(1, 1), fetched.clone()], now, &[]);
    check(rule, vec![export(2, 1), fetched.clone()], now, &[(5, 3)]);
    check(rule, vec![export(1, 1), Seen { permitted: false, ..fetched }], now, &[(5, 3)]);
    check(rule, vec![Seen { made: false, ..export(1, 1) }], now, &[]);

    check(Rule::BasicDataInBulk, times(3, &seen(Act::ReadBasicData, at(5, 9))), now, &[(3, 3)]);
    check(Rule::BasicDataInBulk, times(2, &seen(Act::ReadBasicData, at(5, 9))), now, &[]);

    let rule = Rule::RefusedInARow;
    let refused = Seen { permitted: false, ..seen(Act::Export, at(5, 9)) };
    check(rule, times(5, &refused), now, &[(5, 5)]);
    check(rule, times(4, &refused), now, &[]);
    let later = Seen { at: at(5, 10), ..refused.clone() };
    let permitted = Seen { permitted: true, at: at(5, 9).plus_us(DAY_US / 48), ..refused.clone() };
    check(rule, [times(3, &refused), vec![permitted.clone()], times(3, &later)].concat(), now, &[]);
    let other = Seen { act: Act::Live, ..permitted };
    check(rule, [times(3, &refused), vec![other], times(3, &later)].concat(), now, &[(6, 5)]);
    let next = Seen { at: at(6, 0), ..refused.clone() };
    check(rule, [times(3, &refused), times(3, &next)].concat(), now, &[]);

    let failed = Seen { permitted: false, ..seen(Act::SignInFailed, at(5, 9)) };
    check(Rule::SignInsFailed, times(6, &failed), now, &[(6, 6)]);
    check(Rule::SignInsFailed, times(5, &failed), now, &[]);
    // Of one and the same person; others do not add up, and a week ends on Sunday.
    let of = |requester: u128, many| {
        let judged = Seen {
            requester: Some(PersonId(Uuid::from_u128(requester))),
            ..seen(Act::ApproveGrant, at(2, 9))
        };
        times(many, &judged)
    };
    check(Rule::ApproverPair, of(1, 10), now, &[(10, 10)]);
    check(Rule::ApproverPair, of(1, 9), now, &[]);
    check(Rule::ApproverPair, [of(1, 9), of(2, 9)].concat(), now, &[]);
    check(Rule::ApproverPair, [of(1, 12), of(2, 11)].concat(), now, &[(12, 10)]);
    check(Rule::ApproverPair, times(20, &seen(Act::ApproveGrant, at(2, 9))), now, &[]);
    check(Rule::RefusedInARow, times(6, &failed), now, &[]);
}

#[test]
fn duty_receipts_and_grants_are_asked_about() {
    let now = at(6, 12);
    let rule = Rule::OffDuty;
    let off = Seen { rostered: true, ..seen(Act::Live, at(5, 9)) };
    check(rule, times(2, &off), now, &[(2, 2)]);
    check(rule, times(1, &off), now, &[]);
    for innocent in [
        Seen { rostered: false, ..off.clone() },
        Seen { on_shift: true, ..off.clone() },
        Seen { has_case: true, ..off.clone() },
        Seen { permitted: false, ..off.clone() },
        Seen { act: Act::ReadDuty, ..off.clone() },
    ] {
        check(rule, times(9, &innocent), now, &[]);
    }
    let midnight = Seen { at: at(5, 23).plus_us(HOUR_US - 90_000_000), ..off };
    check(rule, times(2, &midnight), now, &[]);

    let rule = Rule::ReceiptMissing;
    let handed = |day: i64| Seen { unacknowledged: true, ..seen(Act::HandOver, at(day, 9)) };
    check(rule, vec![handed(1)], now, &[(5, 3)]);
    check(rule, vec![handed(1), handed(2)], now, &[(5, 3), (4, 3)]);
    check(rule, vec![handed(4)], now, &[]);
    check(rule, vec![Seen { unacknowledged: false, ..handed(1) }], now, &[]);
    check(rule, vec![Seen { permitted: false, ..handed(1) }], now, &[]);
    check(rule, vec![Seen { act: Act::Collect, ..handed(1) }], now, &[(5, 3)]);
    check(rule, vec![Seen { act: Act::Export, made: false, ..handed(1) }], now, &[]);

    let rule = Rule::GrantAttempts;
    let beyond = Seen { permitted: false, beyond_grant: true, ..seen(Act::Playback, at(5, 9)) };
    let export = Seen { act: Act::Export, at: at(5, 10), ..beyond.clone() };
    check(rule, [times(2, &beyond), times(1, &export)].concat(), now, &[(3, 3)]);
    check(rule, times(2, &beyond), now, &[]);
    check(rule, times(9, &Seen { beyond_grant: false, ..beyond.clone() }), now, &[]);
    let next = Seen { at: at(6, 0), ..beyond.clone() };
    check(rule, [times(2, &beyond), times(2, &next)].concat(), now, &[]);
}

#[test]
fn a_named_case_is_no_reason_for_everything() {
    let now = at(6, 12);
    let under = |case: u128, number: u128, when: WallTime| Seen {
        has_case: true,
        case: Some(CaseId(Uuid::from_u128(case))),
        cameras: vec![camera(number)],
        ..seen(Act::Playback, when)
    };
    let rule = Rule::OneCaseManyCameras;
    let cameras = |case: u128, day: i64, numbers: std::ops::Range<u128>| -> Vec<Seen> {
        numbers.map(|number| under(case, number, at(day, 9))).collect()
    };
    check(rule, cameras(1, 0, 0..40), now, &[(40, 40)]);
    check(rule, cameras(1, 0, 0..39), now, &[]);
    // The same cameras again, another case's, and another week's do not add up; the case with the most is asked about.
    check(rule, [cameras(1, 0, 0..39), cameras(1, 1, 0..39)].concat(), now, &[]);
    check(rule, [cameras(1, 0, 0..39), cameras(2, 1, 39..60)].concat(), now, &[]);
    check(rule, [cameras(1, -1, 0..39), cameras(1, 0, 39..60)].concat(), now, &[]);
    check(rule, [cameras(1, 0, 0..44), cameras(2, 1, 0..41)].concat(), now, &[(44, 40)]);
    for innocent in [
        Seen { permitted: false, ..under(1, 1, at(0, 9)) },
        Seen { act: Act::ReadLedger, ..under(1, 1, at(0, 9)) },
        Seen { case: None, ..under(1, 1, at(0, 9)) },
    ] {
        let numbers = 0..60;
        let many = numbers.map(|number| Seen { cameras: vec![camera(number)], ..innocent.clone() });
        check(rule, many.collect(), now, &[]);
    }

    let rule = Rule::OneCaseManyDays;
    let days = |case: u128, days: std::ops::Range<i64>| -> Vec<Seen> {
        days.map(|day| under(case, 1, at(day, 9))).collect()
    };
    check(rule, days(1, 0..6), now, &[]);
    // Ten days up to the end of this week; the week before had seven.
    check(rule, days(1, -7..3), now, &[(10, 10)]);
    check(rule, days(1, -7..2), now, &[]);
    check(rule, [days(1, -7..0), days(2, 0..6)].concat(), now, &[]);
    check(rule, [days(1, -7..2), days(1, -7..2)].concat(), now, &[]);
    // What lies more than four weeks back of the week's end is not counted.
    check(rule, [days(1, -28..-22), days(1, 0..4)].concat(), now, &[]);
    check(rule, [days(1, -21..-15), days(1, 0..4)].concat(), now, &[(10, 10)]);
}

#[test]
fn much_is_asked_about_with_a_case_and_with_permitted_acts_in_between() {
    let now = at(6, 12);
    let rule = Rule::RefusedOften;
    let refused = Seen { permitted: false, ..seen(Act::Export, at(5, 9)) };
    let permitted = Seen { permitted: true, ..refused.clone() };
    // Four refusals and one permitted act, again and again: in no row, and yet many.
    let mixed = |rows: i64| -> Vec<Seen> {
        let row = |hour: i64| {
            let of = |one: &Seen, minute: i64| Seen {
                at: at(5, hour).plus_us(minute * 60_000_000),
                entry: u64::try_from(hour * 60 + minute).unwrap_or_default(),
                ..one.clone()
            };
            [of(&refused, 0), of(&refused, 1), of(&refused, 2), of(&refused, 3), of(&permitted, 4)]
        };
        (0..rows).flat_map(row).collect()
    };
    check(rule, mixed(4), now, &[(16, 15)]);
    check(Rule::RefusedInARow, mixed(4), now, &[]);
    check(rule, mixed(3), now, &[]);
    check(rule, times(20, &Seen { act: Act::SignInFailed, ..refused.clone() }), now, &[]);
    check(
        rule,
        [times(14, &refused), times(14, &Seen { at: at(6, 0), ..refused.clone() })].concat(),
        now,
        &[],
    );

    let rule = Rule::MuchPlayed;
    let played = Seen { has_case: true, played_us: 3 * HOUR_US, ..seen(Act::Playback, at(5, 9)) };
    check(rule, times(8, &played), now, &[(24, 24)]);
    check(rule, times(7, &played), now, &[]);
    check(rule, times(9, &Seen { permitted: false, ..played.clone() }), now, &[]);
    check(rule, times(9, &Seen { act: Act::Live, ..played.clone() }), now, &[]);
    check(rule, [times(7, &played), times(7, &Seen { at: at(6, 0), ..played })].concat(), now, &[]);

    let rule = Rule::ManyCamerasLive;
    let wall = |from: u128, count: u128, hour: i64| Seen {
        has_case: true,
        rostered: true,
        cameras: (from..from + count).map(camera).collect(),
        ..seen(Act::Live, at(5, hour))
    };
    check(rule, vec![wall(0, 64, 9), wall(64, 36, 10)], now, &[(100, 100)]);
    check(rule, vec![wall(0, 64, 9), wall(0, 64, 10)], now, &[]);
    check(rule, vec![Seen { on_shift: true, ..wall(0, 200, 9) }], now, &[]);
    check(rule, vec![Seen { rostered: false, ..wall(0, 200, 9) }], now, &[]);
    check(rule, vec![Seen { act: Act::Playback, ..wall(0, 200, 9) }], now, &[]);
}

#[test]
fn limits_have_bounds_and_old_days_are_left_alone() {
    let mut limits = Limits::default();
    limits.set(Rule::BasicDataInBulk, 0);
    assert_eq!(limits.of(Rule::BasicDataInBulk), 1, "no rule is switched off by a limit");
    limits.set(Rule::BasicDataInBulk, u32::MAX);
    assert_eq!(limits.of(Rule::BasicDataInBulk), Rule::BasicDataInBulk.limit().most);
    assert!(limits.is_own(Rule::BasicDataInBulk) && !limits.is_own(Rule::RefusedInARow));
    for rule in Rule::ALL {
        let Limit { least, usual, most } = rule.limit();
        assert!(least <= usual && usual <= most, "{rule:?}");
        assert_eq!(Rule::from_word(rule.as_str()), Some(rule));
        for words in [rule.name(), rule.measure(), rule.reason(), rule.question(3, "08-18")] {
            assert!(!words.en.is_empty() && !words.zh.is_empty(), "{rule:?}");
        }
    }
    for conclusion in Conclusion::ALL {
        assert_eq!(Conclusion::from_word(conclusion.as_str()), Some(conclusion));
    }
    let basic = times(60, &seen(Act::ReadBasicData, at(0, 9)));
    let found = asked(basic.clone(), at(ASKED_BACK_DAYS, 9));
    assert_eq!(found.first().map(|question| question.entries.len()), Some(EVIDENCE_MAX));
    assert_eq!(asked(basic, at(ASKED_BACK_DAYS + 1, 9)), Vec::new());
}
