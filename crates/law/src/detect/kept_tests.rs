//! One record of a single duty put wrong at a time: what is found under which packs, and that the same put right finds nothing.

use super::tests::{GUANGZHOU, TODAY, at, camera, check, named};
use super::{
    AgreementFacts, IncidentFacts, KeptPoint, Measured, PlaceFacts, PlanRecord, PressureFacts, RoundFacts,
    Severity, Snapshot, TargetFacts, WorksFacts, control_of, figures,
};
use crate::life_cycle::Stage;

const QINGDAO: &[&str] = &["qingdao"];
const CHONGQING: &[&str] = &["chongqing"];
const DATONG: &[&str] = &["datong-2008"];
const NATION: &[&str] = &["national-2025"];
const DRAFT: &[&str] = &["national-2016"];

type World<'l> = Snapshot<'l>;

fn place(id: &str, division: &str) -> PlaceFacts {
    PlaceFacts { place: named(id), division: division.into(), points: 1, ..PlaceFacts::default() }
}

#[test]
fn a_voluntary_system_that_is_owed_is_found() {
    let voluntary = |category: &'static str| {
        move |world: &mut World<'_>| {
            world.places.push(PlaceFacts { category: Some(category.into()), ..place("Hall", "140212") });
            let point = KeptPoint { point: named("P"), place: named("Hall"), ..KeptPoint::default() };
            let kept = &mut world.systems[0].kept;
            (kept.voluntary, kept.points) = (true, vec![point]);
        }
    };
    check(DATONG, voluntary("hospital"), &[("datong-2008:8", "voluntary_but_owed")]);
    check(DATONG, voluntary("no-such"), &[]);
    check(
        DATONG,
        |world| {
            voluntary("hospital")(world);
            world.systems[0].kept.voluntary = false;
        },
        &[],
    );
}

#[test]
fn a_choice_without_its_record_is_found() {
    let chosen = |what: Option<&'static str>| {
        move |world: &mut World<'_>| {
            let kept = &mut world.systems[0].kept;
            kept.contractors = vec![("design", named("Designers"))];
            kept.chosen = what.into_iter().map(str::to_owned).collect();
        }
    };
    check(QINGDAO, chosen(None), &[("qingdao:11", "choice_unrecorded")]);
    check(QINGDAO, chosen(Some("maintenance")), &[("qingdao:11", "choice_unrecorded")]);
    check(QINGDAO, chosen(Some("design")), &[]);
    check(GUANGZHOU, chosen(None), &[]);
    let ordered = |basis: bool| {
        move |world: &mut World<'_>| {
            let kept = &mut world.systems[0].kept;
            (kept.ordered_by, kept.has_legal_basis) = (Some("Office".into()), basis);
        }
    };
    check(QINGDAO, ordered(false), &[("qingdao:11", "order_without_basis")]);
    check(QINGDAO, ordered(true), &[]);
}

#[test]
fn a_system_behind_its_main_works_is_found() {
    let works = |stage: Stage, designed: Option<&'static str>, completed: Option<&'static str>| {
        move |world: &mut World<'_>| {
            world.systems[0].stage = stage;
            world.systems[0].kept.works = Some(WorksFacts {
                works: named("House"),
                designed_on: designed.map(Into::into),
                completed_on: completed.map(Into::into),
            });
        }
    };
    let behind = |article: &'static str| [(article, "behind_main_works")];
    check(GUANGZHOU, works(Stage::Planned, Some(TODAY), None), &behind("guangzhou-2007:10"));
    check(DATONG, works(Stage::Planned, Some(TODAY), None), &behind("datong-2008:12"));
    check(GUANGZHOU, works(Stage::Planned, Some("2026-11-29"), None), &[]);
    check(GUANGZHOU, works(Stage::Designed, Some(TODAY), None), &[]);
    check(GUANGZHOU, works(Stage::Designed, Some(TODAY), Some(TODAY)), &behind("guangzhou-2007:10"));
    check(GUANGZHOU, works(Stage::Built, Some(TODAY), Some(TODAY)), &[]);
}

#[test]
fn standards_are_named_and_what_each_asks_for_is_measured() {
    check(
        GUANGZHOU,
        |world| world.systems[0].kept.names_standard = false,
        &[("guangzhou-2007:4", "standard_unnamed")],
    );
    let sends = |width_px: u32| {
        move |world: &mut World<'_>| {
            let wanted = Measured { width_px: Some(1920), ..Measured::default() };
            world.systems[0].kept.standards = vec![(named("GB"), wanted)];
            let sent = Measured { width_px: Some(width_px), ..Measured::default() };
            world.cameras.push(camera(at(None), sent));
        }
    };
    check(GUANGZHOU, sends(1280), &[("guangzhou-2007:4", "below_standard")]);
    check(GUANGZHOU, sends(1920), &[]);
    let product = |until: &'static str| {
        move |world: &mut World<'_>| {
            let product = Some((named("Camera"), until.to_owned()));
            world.systems[0].kept.points =
                vec![KeptPoint { product, has_view: true, ..KeptPoint::default() }];
        }
    };
    check(QINGDAO, product(""), &[("qingdao:11", "product_uncertified")]);
    check(QINGDAO, product("2026-11-27"), &[("qingdao:11", "product_uncertified")]);
    check(QINGDAO, product(TODAY), &[]);
}

#[test]
fn points_say_how_far_dwellings_are_and_what_they_see() {
    let point = |public: bool, has_distance: bool, has_view: bool| {
        move |world: &mut World<'_>| {
            let point =
                KeptPoint { point: named("P"), public, has_distance, has_view, ..KeptPoint::default() };
            world.systems[0].kept.points = vec![point];
        }
    };
    check(DRAFT, point(true, false, true), &[("national-2016:11", "distance_unrecorded")]);
    check(QINGDAO, point(true, false, true), &[("qingdao:9", "distance_unrecorded")]);
    check(DRAFT, point(true, true, true), &[]);
    check(DRAFT, point(false, false, true), &[]);
    check(GUANGZHOU, point(true, false, false), &[]);
    check(
        NATION,
        |world| {
            point(false, false, false)(world);
            world.systems[0].kept.agreements = vec![agreement(None, true)];
        },
        &[("national-2025:13", "view_unrecorded")],
    );
    check(NATION, point(false, false, true), &[]);
}

fn agreement(until: Option<&str>, divides_maintenance: bool) -> AgreementFacts {
    AgreementFacts { agreement: named("A"), valid_until: until.map(Into::into), divides_maintenance }
}

#[test]
fn an_agreement_that_ended_or_is_not_there_is_found() {
    let has = |agreements: Vec<AgreementFacts>| {
        move |world: &mut World<'_>| {
            world.systems[0].kept.contractors = vec![("maintenance", named("M"))];
            world.systems[0].kept.agreements = agreements;
        }
    };
    check(NATION, has(vec![]), &[("national-2025:15", "maintenance_without_contract")]);
    check(NATION, has(vec![agreement(Some(TODAY), true)]), &[]);
    check(NATION, has(vec![agreement(None, false)]), &[("national-2025:15", "maintenance_without_contract")]);
    check(
        GUANGZHOU,
        has(vec![agreement(Some("2026-11-27"), true)]),
        &[("guangzhou-2007:7", "agreement_ended")],
    );
    check(CHONGQING, has(vec![]), &[]);
}

#[test]
fn a_connection_is_consulted_on_and_a_move_is_told() {
    let unconsulted = |world: &mut World<'_>| {
        world.systems[0].kept.unconsulted = vec![(named("C"), TODAY.into())];
    };
    check(CHONGQING, unconsulted, &[("chongqing:10", "unconsulted")]);
    check(GUANGZHOU, unconsulted, &[]);
    let unsent = |world: &mut World<'_>| world.systems[0].kept.unsent = vec![(named("N"), TODAY.into())];
    check(CHONGQING, unsent, &[("chongqing:11", "move_not_notified")]);
    check(GUANGZHOU, unsent, &[]);
}

#[test]
fn loss_and_damage_are_found_reported_and_repaired() {
    let incident = |is_offence: bool, reported: bool, repaired: bool| {
        move |world: &mut World<'_>| {
            world.systems[0].kept.incidents = vec![IncidentFacts {
                incident: named("I"),
                point: named("Gate"),
                found_on: TODAY.into(),
                is_offence,
                reported,
                repaired,
            }];
        }
    };
    let unreported = ("guangzhou-2007:15", "incident_unreported");
    let unrepaired = ("guangzhou-2007:15", "incident_unrepaired");
    check(GUANGZHOU, incident(true, false, false), &[unreported, unrepaired]);
    check(GUANGZHOU, incident(true, true, false), &[unrepaired]);
    check(GUANGZHOU, incident(true, true, true), &[]);
    check(GUANGZHOU, incident(false, false, true), &[]);
    check(DATONG, incident(true, false, true), &[("datong-2008:19", "incident_unreported")]);
    check(DRAFT, incident(true, false, true), &[("national-2016:22", "incident_unreported")]);
    let silent = |hours: i64, world: &mut World<'_>| {
        let sent = Measured { silent_s: Some(hours * 3_600), ..Measured::default() };
        world.cameras.push(camera(at(None), sent));
    };
    check(GUANGZHOU, |world| silent(25, world), &[("guangzhou-2007:15", "camera_silent")]);
    check(CHONGQING, |world| silent(25, world), &[("chongqing:12", "camera_silent")]);
    check(GUANGZHOU, |world| silent(24, world), &[]);
    // An incident says what happened.
    let told = |world: &mut World<'_>| {
        incident(true, true, false)(world);
        silent(25, world);
    };
    check(GUANGZHOU, told, &[unrepaired]);
}

#[test]
fn a_private_place_is_looked_through_every_day_and_what_is_found_is_reported() {
    let round = |day: &'static str, found: bool, reported: bool| {
        move |world: &mut World<'_>| {
            world.places.push(PlaceFacts { private_kind: Some("toilet".into()), ..place("Room", "440106") });
            world.kept.rounds.push(RoundFacts {
                round: named("R"),
                place: named("Room"),
                day: day.into(),
                found,
                reported,
            });
        }
    };
    check(GUANGZHOU, round(TODAY, false, false), &[]);
    check(GUANGZHOU, round("2026-11-27", false, false), &[]);
    check(GUANGZHOU, round("2026-11-26", false, false), &[("national-2025:8", "rounds_missing")]);
    check(GUANGZHOU, round(TODAY, true, false), &[("national-2025:8", "found_unreported")]);
    check(GUANGZHOU, round(TODAY, true, true), &[]);
    check(
        GUANGZHOU,
        |world| world.places.push(PlaceFacts { private_kind: Some("toilet".into()), ..place("R", "440106") }),
        &[("national-2025:8", "rounds_missing")],
    );
}

#[test]
fn a_plan_without_approval_and_a_target_that_was_missed_are_found() {
    let plan = |division: &'static str, approved: bool| {
        move |world: &mut World<'_>| {
            let plan =
                PlanRecord { plan: named("P"), division: division.into(), approved, ..PlanRecord::default() };
            world.kept.plans.push(plan);
        }
    };
    check(GUANGZHOU, plan("440106", false), &[("national-2025:3", "plan_unapproved")]);
    check(GUANGZHOU, plan("440106", true), &[]);
    let target = |due: &'static str, reached: f64| {
        move |world: &mut World<'_>| {
            world.kept.targets.push(TargetFacts {
                target: named("T"),
                division: "140212".into(),
                value: 90.0,
                due_on: due.into(),
                reached,
                ..TargetFacts::default()
            });
        }
    };
    check(DATONG, target("2026-11-27", 50.0), &[("datong-2008:4", "target_missed")]);
    check(DATONG, target("2026-11-27", 90.0), &[]);
    check(DATONG, target(TODAY, 50.0), &[]);
}

#[test]
fn a_report_of_pressure_is_open_until_its_outcome() {
    let report = |closed: bool| {
        move |world: &mut World<'_>| {
            let report = PressureFacts { report: named("R"), closed, ..PressureFacts::default() };
            world.kept.pressures.push(report);
        }
    };
    check(GUANGZHOU, report(false), &[("national-2016:24", "pressure_open")]);
    check(GUANGZHOU, report(true), &[]);
}

#[test]
fn an_area_counts_what_stands_in_it() {
    let count = |division: &'static str, expected: (u32, u32, u32, f64)| {
        let counted = move |world: &mut World<'_>| {
            world.places.push(PlaceFacts { category: Some("hospital".into()), ..place("A", "440106") });
            let empty = PlaceFacts { points: 0, ..place("B", "440106") };
            world.places.push(PlaceFacts { category: Some("school".into()), ..empty });
            world.places.push(place("C", "440105"));
            let area = figures(world, division);
            assert_eq!(
                (area.places, area.points, area.systems_in_use, area.covered_percent()),
                expected,
                "{division}"
            );
            world.places.clear();
        };
        check(GUANGZHOU, counted, &[]);
    };
    count("440106", (2, 1, 1, 50.0));
    count("440100", (3, 2, 1, 50.0));
    count("140000", (0, 0, 0, 100.0));
}

#[test]
fn every_code_names_a_control_that_is_there() {
    let library = super::tests::library();
    for code in ["private_place", "rounds_missing", "choice_unrecorded", "camera_silent", "stale"] {
        let control = control_of(code).unwrap();
        assert!(library.controls.iter().any(|known| known.id == control), "{code}: {control}");
    }
    assert!(Severity::Note < Severity::Due && Severity::Due < Severity::Breach);
}
