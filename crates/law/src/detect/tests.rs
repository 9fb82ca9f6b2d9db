//! One fact put wrong at a time: what is found, and that the fact put right finds nothing.

use super::*;
use crate::{
    Day,
    life_cycle::{CameraStanding, Qualification, Stage},
    packs::{Library, Rules, Under},
};

pub(super) const TODAY: &str = "2026-11-28";

pub(super) fn library() -> Library {
    Library::with_shipped(&[]).unwrap()
}

pub(super) fn named(name: &str) -> Named {
    Named { id: name.to_lowercase(), name: name.into() }
}

pub(super) fn packs(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|&id| id.to_owned()).collect()
}

fn contracted(work: &'static str, name: &str, until: &str) -> Contracted {
    let qualification =
        Qualification { name: name.into(), has_certificate: true, valid_until: Some(until.into()) };
    Contracted { work, contractor: named(name), qualification }
}

pub(super) fn system<'l>(library: &'l Library, under: &[&str]) -> SystemRecord<'l> {
    SystemRecord {
        own: std::sync::Arc::new(SystemKnown {
            has_owner: true,
            contractors: vec![contracted("maintenance", "C", "2026-11-28")],
            division: "440106".into(),
            kept: Kept { names_standard: true, ..Kept::default() },
            ..SystemKnown::new(named("S"), Stage::InUse)
        }),
        rules: Rules::of(
            library,
            &Under { named: &packs(under), adopted: &[], today: TODAY, ..Under::default() },
        ),
        has_agreement: false,
        has_budget: false,
        filings: Vec::new(),
    }
}

pub(super) fn snapshot<'l>(library: &'l Library, system: SystemRecord<'l>) -> Snapshot<'l> {
    Snapshot {
        today: TODAY.into(),
        yesterday: "2026-11-27".into(),
        library,
        adopted: Vec::new(),
        cameras: Vec::new(),
        places: Vec::new(),
        plan: PlanFacts::default(),
        systems: vec![system],
        records: Vec::new(),
        kept: KeptRecords::default(),
    }
}

/// Article and code of everything that is found after one change.
pub(super) fn check(under: &[&str], change: impl FnOnce(&mut Snapshot<'_>), expected: &[(&str, &str)]) {
    let library = library();
    let mut snapshot = snapshot(&library, system(&library, under));
    change(&mut snapshot);
    let found = detect(&snapshot);
    let found = found.iter().map(|one| (one.article.as_str(), one.code));
    // Of systems under heard packs alone; that is a test of its own.
    let found: Vec<(&str, &str)> = found.filter(|(_, code)| *code != "no_binding_pack").collect();
    assert_eq!(found, expected, "{under:?}");
}

#[test]
fn a_system_that_no_pack_binds_is_found() {
    let library = library();
    let check = |under: &[&str], expected: bool| {
        let snapshot = snapshot(&library, system(&library, under));
        let found = detect(&snapshot).into_iter().any(|one| one.code == "no_binding_pack");
        assert_eq!(found, expected, "{under:?}");
    };
    check(&[], true);
    check(&["qingdao", "national-2016"], true);
    check(&["qingdao", "datong-2008"], false);
}

pub(super) fn camera(standing: CameraStanding, measured: Measured) -> CameraFacts {
    CameraFacts {
        camera: named("01"),
        place: String::new(),
        standing,
        system: Some(0),
        point: Some(named("Gate")),
        measured,
        silent_since: Some(Day::read("2026-11-26").unwrap()),
    }
}

pub(super) fn at(private_kind: Option<&str>) -> CameraStanding {
    CameraStanding::At {
        stage: Stage::InUse,
        private_kind: private_kind.map(Into::into),
        faces_dwellings: false,
    }
}

pub(super) const GUANGZHOU: &[&str] = &["guangzhou-2007"];

#[test]
fn nothing_wrong_finds_nothing() {
    check(GUANGZHOU, |_| {}, &[]);
    check(GUANGZHOU, |world| world.cameras.push(camera(at(None), Measured::default())), &[]);
}

#[test]
fn a_camera_in_a_private_place_is_found_until_it_is_removed() {
    let toilet =
        |world: &mut Snapshot<'_>| world.cameras.push(camera(at(Some("toilet")), Measured::default()));
    check(GUANGZHOU, toilet, &[("guangzhou-2007:6", "private_place")]);
    check(&["datong-2008"], toilet, &[("datong-2008:9", "private_place")]);
    check(&["qingdao"], toilet, &[("qingdao:9", "private_place")]);
    let office =
        |world: &mut Snapshot<'_>| world.cameras.push(camera(at(Some("office")), Measured::default()));
    check(GUANGZHOU, office, &[]);
}

#[test]
fn a_camera_without_a_life_is_found() {
    let old = CameraStanding::BeforeLifeCycle { private_kind: None };
    check(
        GUANGZHOU,
        |world| world.cameras.push(camera(old, Measured::default())),
        &[("unit:life-cycle", "unfiled")],
    );
    let bare = CameraStanding::WithoutPoint;
    check(
        GUANGZHOU,
        |world| world.cameras.push(camera(bare, Measured::default())),
        &[("unit:life-cycle", "without_point")],
    );
}

#[test]
fn a_certificate_that_ended_yesterday_is_found() {
    let until = |day: &'static str| {
        move |world: &mut Snapshot<'_>| {
            world.systems[0].contractors = vec![contracted("maintenance", "C", day)];
        }
    };
    check(GUANGZHOU, until("2026-11-28"), &[]);
    check(GUANGZHOU, until("2026-11-27"), &[("guangzhou-2007:13", "qualification_expired")]);
    check(&["datong-2008"], until("2026-11-27"), &[("datong-2008:13", "qualification_expired")]);
    check(&["national-2016"], until("2026-11-27"), &[]);
}

/// Whoever does two works is told once under each article, with both; two of one name are two.
#[test]
fn a_contractor_of_several_works_is_one_finding_with_all_of_them() {
    let library = library();
    let check = |under: &[&str], contractors: Vec<Contracted>, expected: &[(&str, &str, &str)]| {
        let mut system = system(&library, under);
        system.contractors = contractors;
        let found = detect(&snapshot(&library, system));
        let found: Vec<_> = found.iter().filter(|one| one.code == "qualification_expired").collect();
        let said = found.iter().map(|one| {
            assert_eq!(one.evidence.len(), 1, "{one:?}");
            (one.article.as_str(), one.evidence[0].id.as_str(), one.reason.zh.as_str())
        });
        assert_eq!(said.collect::<Vec<_>>(), expected);
    };
    let (ended, valid) = ("2026-11-27", "2026-11-28");
    let both = || vec![contracted("design", "C", ended), contracted("construction", "C", ended)];
    let said = "“C”的资质（设计、施工）已过期或未登记。";
    check(GUANGZHOU, both(), &[("guangzhou-2007:13", "c", said)]);
    check(
        &["guangzhou-2007", "datong-2008"],
        both(),
        &[("datong-2008:13", "c", said), ("guangzhou-2007:13", "c", said)],
    );
    // Only what it is not qualified for.
    check(
        GUANGZHOU,
        vec![contracted("design", "C", valid), contracted("maintenance", "C", ended)],
        &[("guangzhou-2007:13", "c", "“C”的资质（维护）已过期或未登记。")],
    );
    let mut namesake = contracted("construction", "C", ended);
    namesake.contractor.id = "another".into();
    check(
        GUANGZHOU,
        vec![contracted("design", "C", ended), namesake],
        &[
            ("guangzhou-2007:13", "c", "“C”的资质（设计）已过期或未登记。"),
            ("guangzhou-2007:13", "another", "“C”的资质（施工）已过期或未登记。"),
        ],
    );
}

#[test]
fn nobody_responsible_and_main_works_ahead_are_found() {
    check(
        GUANGZHOU,
        |world| world.systems[0].has_owner = false,
        &[("guangzhou-2007:7", "nobody_responsible")],
    );
    let works = |stage: Stage, since: &'static str| {
        move |world: &mut Snapshot<'_>| {
            world.systems[0].stage = stage;
            world.systems[0].works_in_use_on = Some(since.into());
        }
    };
    check(GUANGZHOU, works(Stage::Accepted, TODAY), &[("guangzhou-2007:10", "main_works_without_system")]);
    check(GUANGZHOU, works(Stage::InUse, TODAY), &[]);
    check(GUANGZHOU, works(Stage::Accepted, "2026-11-29"), &[]);
}

#[test]
fn a_public_area_wants_budget_and_maintainer() {
    let area = |budget: bool, maintained: bool| {
        move |world: &mut Snapshot<'_>| {
            let system = &mut world.systems[0];
            system.public_area = true;
            system.has_budget = budget;
            if !maintained {
                system.contractors.clear();
            }
        }
    };
    check(GUANGZHOU, area(true, true), &[]);
    check(GUANGZHOU, area(false, true), &[("unit:registry", "public_area_without_maintainer")]);
    check(GUANGZHOU, area(true, false), &[("unit:registry", "public_area_without_maintainer")]);
}

#[test]
fn a_place_that_must_have_a_system_is_found_where_the_pack_is_of_its_area() {
    let place = |division: &'static str, category: &'static str, points: u32| {
        move |world: &mut Snapshot<'_>| {
            world.places.push(PlaceFacts {
                place: named("P"),
                division: division.into(),
                category: Some(category.into()),
                points,
                ..PlaceFacts::default()
            });
        }
    };
    check(GUANGZHOU, place("440106", "hospital", 0), &[("guangzhou-2007:6", "place_without_system")]);
    check(GUANGZHOU, place("440106", "hospital", 1), &[]);
    check(GUANGZHOU, place("440106", "no-such", 0), &[]);
    // Another city's list does not reach here.
    check(GUANGZHOU, place("140212", "weapons-and-ammunition", 0), &[]);
}

#[test]
fn what_is_sent_is_held_against_what_was_designed() {
    let sends = |width_px: u32, frame_rate: f64| {
        move |world: &mut Snapshot<'_>| {
            world.systems[0].wanted =
                Measured { width_px: Some(1920), frame_rate: Some(25.0), ..Measured::default() };
            let sent =
                Measured { width_px: Some(width_px), frame_rate: Some(frame_rate), ..Measured::default() };
            world.cameras.push(camera(at(None), sent));
        }
    };
    check(GUANGZHOU, sends(1920, 25.0), &[]);
    check(GUANGZHOU, sends(1920, 24.2), &[]);
    check(GUANGZHOU, sends(1280, 25.0), &[("guangzhou-2007:4", "below_standard")]);
    check(GUANGZHOU, sends(1920, 12.0), &[("guangzhou-2007:4", "below_standard")]);
}

#[test]
fn a_planned_point_that_sees_what_another_sees_is_found() {
    let looks = |metres_north: f64, direction_deg: f64| {
        move |world: &mut Snapshot<'_>| {
            let placed = |name: &str, north: f64, direction: f64| Placed {
                point: named(name),
                longitude: 113.3,
                latitude: 23.1 + north / 111_320.0,
                view_deg: Some((direction, 60.0)),
            };
            world.plan.existing.push(placed("Old", 0.0, 10.0));
            world.plan.planned.push(placed("New", metres_north, direction_deg));
        }
    };
    check(GUANGZHOU, looks(5.0, 350.0), &[("guangzhou-2007:7", "plan_overlap")]);
    check(GUANGZHOU, looks(5.0, 190.0), &[]);
    check(GUANGZHOU, looks(40.0, 10.0), &[]);
}

#[test]
fn every_pair_that_sees_the_same_is_named() {
    let placed = |name: &str, metres_north: f64| Placed {
        point: named(name),
        longitude: 113.3,
        latitude: 23.1 + metres_north / 111_320.0,
        view_deg: None,
    };
    let plan = PlanFacts {
        planned: vec![placed("New", 0.0), placed("Far", 900.0)],
        existing: vec![placed("North", 9.0), placed("South", -9.0), placed("Street", 40.0)],
    };
    let id = |name: &str| named(name).id;
    assert_eq!(overlapping(&plan), [(id("New"), id("North")), (id("New"), id("South"))]);
}

#[test]
fn a_record_that_is_incomplete_or_old_is_found() {
    let record = |missing: u32, age_days: i64| {
        move |world: &mut Snapshot<'_>| {
            world.records.push(RecordFacts {
                record: named("R"),
                kind: ("点位", "Points"),
                missing,
                age_days,
                changed: model::WallTime(0),
            });
        }
    };
    check(GUANGZHOU, record(0, 365), &[]);
    check(GUANGZHOU, record(0, 366), &[("guangzhou-2007:16", "stale")]);
    check(GUANGZHOU, record(2, 0), &[("guangzhou-2007:16", "incomplete")]);
}

#[test]
fn stills_signs_and_differences_are_found_where_they_are_asked_for() {
    use crate::Words;
    use crate::life_cycle::Deviation;
    let look = |category: Option<&str>, passwords_in_view, has_mask_still| PointLook {
        point: named("P"),
        category: category.map(str::to_owned),
        passwords_in_view,
        has_mask_still,
    };
    let still = &[("guangzhou-2007:6", "customers_passwords")];
    let points = |points: Vec<PointLook>| move |found: &mut Snapshot<'_>| found.systems[0].points = points;
    check(&["guangzhou-2007"], points(vec![look(Some("bank"), false, false)]), still);
    check(&["guangzhou-2007"], points(vec![look(Some("bank"), false, true)]), &[]);
    check(&["guangzhou-2007"], points(vec![look(None, true, false)]), still);
    check(&["guangzhou-2007"], points(vec![look(Some("supermarket"), false, false)]), &[]);
    check(&["datong-2008"], points(vec![look(Some("bank"), true, false)]), &[]);

    let signs = |day: Option<&str>| {
        let day = day.map(str::to_owned);
        move |found: &mut Snapshot<'_>| found.systems[0].signs = vec![(named("Z"), day)]
    };
    let unchecked = &[("guangzhou-2007:12", "sign_unchecked")];
    check(&["guangzhou-2007"], signs(None), unchecked);
    check(&["guangzhou-2007"], signs(Some("2020-01-01")), unchecked);
    check(&["guangzhou-2007"], signs(Some(TODAY)), &[]);

    let differs = |stage: Stage, design_change: bool| {
        move |found: &mut Snapshot<'_>| {
            let system = &mut found.systems[0];
            (system.stage, system.design_change) = (stage, design_change);
            system.deviations = vec![Deviation {
                about: "P".into(),
                what: Words::new("Height", "安装高度"),
                designed: "4".into(),
                built: "3".into(),
            }];
        }
    };
    let built = &[("guangzhou-2007:8", "built_as_designed")];
    check(&["guangzhou-2007"], differs(Stage::Tested, false), built);
    check(&["guangzhou-2007"], differs(Stage::InUse, false), built);
    check(&["guangzhou-2007"], differs(Stage::InUse, true), &[]);
    check(&["guangzhou-2007"], differs(Stage::Designed, false), &[]);
}
