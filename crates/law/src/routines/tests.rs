//! What is due and late, walked through virtual years, and what is a fault. Data only.

use super::*;
use model::CameraId;

const DAY: i64 = DAY_US;

fn at(day: i64) -> WallTime {
    WallTime(day * DAY)
}

fn unit<'a>(asked: &'a [RuleKind], rules: &'a [RuleFacts]) -> UnitFacts<'a> {
    UnitFacts {
        since: at(0),
        terms: Terms::default(),
        asked,
        rules,
        drill: None,
        rounds: &[],
        orders: &[],
        assessment: None,
        has_cameras: true,
    }
}

fn codes(facts: &UnitFacts<'_>, now: WallTime) -> Vec<&'static str> {
    late(facts, now).iter().map(|late| late.about.code()).collect()
}

#[test]
fn what_was_never_done_is_late_from_its_term_on_and_not_an_instant_before() {
    let facts = unit(&[RuleKind::Watch], &[]);
    let mut walked = Vec::new();
    for day in 0..=400 {
        for now in [WallTime(at(day).0 - 1), at(day)] {
            for one in late(&facts, now) {
                let entry = (one.about.code(), now);
                if walked.iter().all(|(code, _): &(&str, WallTime)| *code != entry.0) {
                    assert_eq!(one.since, now, "found at the very instant");
                }
                walked.push(entry);
            }
        }
    }
    let first = |code: &str| walked.iter().find(|(found, _)| *found == code).map(|(_, at)| at.0);
    assert_eq!(first("rule_missing"), Some(30 * DAY));
    assert_eq!(first("round_overdue"), Some(30 * DAY));
    assert_eq!(first("assessment_overdue"), Some(366 * DAY));
    // Without an emergency plan there is nothing to practise, without cameras nothing to go round.
    assert_eq!(first("drill_overdue"), None);
    let bare = UnitFacts { has_cameras: false, ..unit(&[], &[]) };
    assert_eq!(codes(&bare, at(4_000)), Vec::<&str>::new());
}

#[test]
fn what_was_done_is_due_again_years_on() {
    let rule = |from: i64, review: i64, unconfirmed| RuleFacts {
        kind: RuleKind::Emergency,
        from: at(from),
        review: at(review),
        unconfirmed,
    };
    let check =
        |rules: &[RuleFacts], drill: Option<i64>, assessment: Option<i64>, now: i64, expected: &[&str]| {
            let rounds = Part::ALL.iter().map(|part| (*part, at(now - 1))).collect::<Vec<_>>();
            let facts = UnitFacts {
                drill: drill.map(at),
                assessment: assessment.map(at),
                rounds: &rounds,
                ..unit(&[RuleKind::Emergency], rules)
            };
            assert_eq!(codes(&facts, at(now)), expected, "at day {now}");
        };
    check(&[rule(0, 400, 0)], Some(300), Some(300), 399, &[]);
    check(&[rule(0, 400, 0)], Some(300), Some(300), 400, &["review_overdue"]);
    check(&[rule(395, 800, 2)], Some(300), Some(300), 408, &[]);
    check(&[rule(395, 800, 2)], Some(300), Some(300), 409, &["rule_unconfirmed"]);
    check(&[rule(395, 800, 0)], Some(300), Some(300), 483, &["drill_overdue"]);
    check(&[rule(395, 9_000, 0)], Some(3_000), Some(2_650), 3_015, &[]);
    check(&[rule(395, 9_000, 0)], Some(3_000), Some(2_650), 3_016, &["assessment_overdue"]);
    check(&[], None, Some(2_900), 3_000, &["rule_missing"]);
}

#[test]
fn a_repair_that_is_late_is_found_and_each_part_has_its_own_term() {
    let orders = [at(40), at(20), at(90)];
    let rounds = [(Part::FrontEnd, at(30)), (Part::Lines, at(30)), (Part::Storage, at(1))];
    let facts = UnitFacts { orders: &orders, rounds: &rounds, assessment: Some(at(30)), ..unit(&[], &[]) };
    assert_eq!(codes(&facts, at(19)), Vec::<&str>::new());
    let found = late(&facts, at(41));
    let expected = [
        Late { about: About::Orders(2), since: at(20) },
        Late { about: About::Round(Part::Storage), since: at(31) },
    ];
    assert_eq!(found, expected);
}

#[test]
fn every_finding_has_words_in_both_languages() {
    let mut all = vec![About::Drill, About::Orders(1), About::Assessment];
    all.extend(
        RuleKind::ALL
            .iter()
            .flat_map(|&kind| [About::Missing(kind), About::Review(kind), About::Unconfirmed(kind, 3)]),
    );
    all.extend(Part::ALL.iter().map(|&part| About::Round(part)));
    for about in all {
        let (reason, remedy) = about.words();
        assert!(
            [&reason.en, &reason.zh, &remedy.en, &remedy.zh].iter().all(|text| !text.is_empty()),
            "{about:?}"
        );
    }
}

#[test]
fn faults_of_front_end_lines_and_storage_are_found() {
    let now = at(100);
    let ago = |minutes: i64| Some(now.plus_us(-minutes * 60_000_000));
    let check = |health: CameraHealth, expected: Option<Fault>| {
        assert_eq!(camera_fault(&health, now).map(|(fault, _)| fault), expected, "{health:?}");
    };
    let sound = CameraHealth::default();
    check(sound, None);
    check(CameraHealth { unreached: ago(9), ..sound }, None);
    check(CameraHealth { unreached: ago(10), ..sound }, Some(Fault::Unreached));
    check(CameraHealth { failing: ago(10), line_gaps: 40, ..sound }, Some(Fault::NoPicture));
    check(CameraHealth { line_gaps: 11, camera_gaps: 11, ..sound }, None);
    check(CameraHealth { line_gaps: 12, ..sound }, Some(Fault::UnstableLine(12)));
    check(CameraHealth { camera_gaps: 12, ..sound }, Some(Fault::UnstableCamera(12)));
    assert_eq!(disk_fault(DiskHealth::Good), None);
    for health in [DiskHealth::Failing, DiskHealth::Full, DiskHealth::Away] {
        assert_eq!(disk_fault(health).map(Fault::part), Some(Part::Storage));
    }
}

#[test]
fn an_order_is_about_its_camera_or_about_the_store() {
    let camera = |number: u128| Some(CameraId(uuid::Uuid::from_u128(number)));
    let check = |order: (Part, Option<CameraId>), fault: Option<CameraId>, expected: bool| {
        assert_eq!(is_about(order, fault), expected, "{order:?} {fault:?}");
    };
    check((Part::Lines, camera(1)), camera(1), true);
    check((Part::FrontEnd, camera(1)), camera(1), true);
    check((Part::FrontEnd, camera(2)), camera(1), false);
    check((Part::Storage, None), camera(1), false);
    check((Part::Storage, None), None, true);
    check((Part::Storage, camera(1)), None, false);
    check((Part::Lines, None), None, false);
    let [ordered, not] = [true, false].map(|ordered| fault_words(Fault::Unreached, ordered));
    assert_eq!(ordered.0, not.0, "the reason is the same");
    assert!(ordered.1.en.starts_with("A repair is ordered") && ordered.1.zh.contains("已开立"));
}

#[test]
fn footage_that_is_not_read_again_within_the_floors_period_is_found() {
    let check = |days_ago: i64, floor: u16, expected: Option<Fault>| {
        let found = unread(at(100).plus_us(-days_ago * DAY), floor, at(100));
        assert_eq!(found.map(|(fault, _)| fault), expected, "{days_ago} of {floor}");
        assert!(found.is_none_or(|(fault, since)| fault.part() == Part::Storage && since < at(100)));
    };
    check(0, 30, None);
    check(30, 30, None);
    check(31, 30, Some(Fault::Unread(31)));
    check(31, 90, None);
    check(2, 0, Some(Fault::Unread(2)));
    let (reason, _) = fault_words(Fault::Unread(31), false);
    assert!(reason.en.contains("31 days") && reason.zh.contains("31 天"));
}

#[test]
fn a_line_is_held_against_its_contract() {
    let check = |owed: i64, missing: i64, contract: u32, expected: (Option<u32>, bool)| {
        let carried = carried_ppm(owed, missing);
        assert_eq!((carried, is_below(carried, contract)), expected, "{missing} of {owed}");
    };
    check(DAY - 1, DAY, 999_000, (None, false));
    check(DAY, 0, PPM, (Some(PPM), false));
    check(1_000 * DAY, DAY, 999_000, (Some(999_000), false));
    check(1_000 * DAY, DAY + 1_000_000, 999_000, (Some(998_999), true));
    check(DAY, 2 * DAY, 1, (Some(0), true));
}

#[test]
fn a_round_is_whole_when_each_of_its_lines_is_answered() {
    for &part in Part::ALL {
        let ids: Vec<String> = checklist(part).iter().map(|item| item.id.to_owned()).collect();
        assert!(
            checklist(part).iter().any(|item| item.measured)
                && checklist(part).iter().any(|item| !item.measured)
        );
        assert_eq!(unanswered(part, &ids), None);
        for missing in 0..ids.len() {
            let mut some = ids.clone();
            let gone = some.remove(missing);
            assert_eq!(unanswered(part, &some).map(|item| item.id), Some(gone.as_str()));
        }
    }
}

#[test]
fn what_packs_ask_for_are_kinds_that_there_are_and_terms_have_limits() {
    let texts = [
        include_str!("../../../../packs/national-2016.toml"),
        include_str!("../../../../packs/datong-2008.toml"),
        include_str!("../../../../packs/guangzhou-2007.toml"),
    ];
    for line in texts.iter().flat_map(|text| text.lines()).filter(|line| line.starts_with("written_rules")) {
        let (_, list) = line.split_once('[').unwrap();
        for word in list.split(']').next().unwrap().split(',').map(|word| word.trim().trim_matches('"')) {
            assert!(RuleKind::from_word(word).is_some(), "{word}");
        }
    }
    assert_eq!(Terms::default().wrong(), None);
    assert_eq!(Terms { repair_days: 0, ..Terms::default() }.wrong(), Some("repair_days"));
    assert_eq!(Terms { drill_days: TERM_DAYS_MAX + 1, ..Terms::default() }.wrong(), Some("drill_days"));
}

#[test]
fn an_order_that_is_late_hides_none_that_comes() {
    let check = |orders: &[i64], expected: &[(i64, usize)]| {
        let orders: Vec<WallTime> = orders.iter().map(|day| at(*day)).collect();
        let facts = UnitFacts { orders: &orders, has_cameras: false, ..unit(&[], &[]) };
        let coming: Vec<(i64, usize)> = coming(&facts, at(100), at(130))
            .into_iter()
            .map(|one| match one.about {
                About::Orders(count) => (one.since.0 / DAY, count),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(coming, expected, "{orders:?}");
    };
    check(&[], &[]);
    check(&[99, 100], &[]);
    check(&[50, 101, 131], &[(101, 1)]);
    check(&[130, 50, 110, 130], &[(110, 1), (130, 2)]);
    // What else comes is there as before, and what is late already is not.
    let facts = unit(&[RuleKind::Watch], &[]);
    assert_eq!(coming(&facts, at(0), at(29)), Vec::new());
    let soon = coming(&facts, at(0), at(30));
    assert!(soon.iter().any(|one| one.about == About::Missing(RuleKind::Watch)), "{soon:?}");
    assert!(coming(&facts, at(30), at(60)).iter().all(|one| one.since > at(30)));
}
