//! Steps under the shipped packs, one fact changed at a time; and that no sequence reaches use without acceptance.

use super::*;
use crate::packs::{Library, Rules, Under};
use proptest::prelude::*;

const TODAY: &str = "2026-11-28";

fn library() -> Library {
    Library::with_shipped(&[]).unwrap()
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn point(name: &str) -> PointFacts {
    PointFacts { name: name.into(), fixed: true, has_sign: true, has_camera: true, ..PointFacts::default() }
}

fn qualified(name: &str) -> Option<Qualification> {
    Some(Qualification { name: name.into(), has_certificate: true, valid_until: Some("2030-01-01".into()) })
}

fn system() -> SystemFacts {
    SystemFacts {
        designer: qualified("D"),
        constructor: qualified("C"),
        maintainer: qualified("M"),
        points: vec![point("Gate")],
        cameras_now: 1,
        cameras_after: 1,
        ..SystemFacts::default()
    }
}

fn step_facts() -> StepFacts {
    let papers = ["design", "construction", "test", "acceptance"];
    let with = ["public-security", "experts", "builder", "designer", "constructor"];
    StepFacts {
        today: "2026-11-28".into(),
        papers: papers.iter().map(|&paper| paper.to_owned()).collect(),
        with: with.iter().map(|&who| who.to_owned()).collect(),
        passed: true,
    }
}

/// The refusal of a step from its own stage, after one change.
fn check(
    packs: &[&str],
    step: Step,
    change: impl FnOnce(&mut SystemFacts, &mut StepFacts),
    expected: Option<(&str, &str)>,
) {
    let library = library();
    let (mut system, mut facts) = (system(), step_facts());
    change(&mut system, &mut facts);
    let rules =
        Rules::of(&library, &Under { named: &owned(packs), adopted: &[], today: TODAY, ..Under::default() });
    let taken = take(step.from(), step, &rules, &system, &facts);
    let refusal = taken.err().map(|refusal| (refusal.article.to_string(), refusal.code));
    let expected = expected.map(|(article, code)| (article.to_owned(), code));
    assert_eq!(refusal, expected, "{packs:?} {step:?}");
}

const GUANGZHOU: &[&str] = &["guangzhou-2007"];
const DATONG: &[&str] = &["datong-2008"];

#[test]
fn with_everything_right_each_step_is_taken() {
    for packs in [
        GUANGZHOU,
        DATONG,
        &["national-2025"],
        &["guangzhou-2007", "datong-2008"],
        &["qingdao"],
        &["uk-scc-2013"],
    ] {
        for step in Step::ALL {
            check(packs, step, |_, _| {}, None);
        }
    }
}

#[test]
fn a_step_is_refused_by_the_article_that_wants_what_is_missing() {
    let expired = |system: &mut SystemFacts, _: &mut StepFacts| {
        system.designer = Some(Qualification {
            name: "D".into(),
            has_certificate: true,
            valid_until: Some("2026-11-27".into()),
        });
    };
    check(GUANGZHOU, Step::Review, expired, Some(("guangzhou-2007:13", "designer")));
    check(DATONG, Step::Review, expired, Some(("datong-2008:13", "designer")));
    check(
        GUANGZHOU,
        Step::Accept,
        |system, _| system.constructor = None,
        Some(("guangzhou-2007:13", "constructor")),
    );
    check(
        DATONG,
        Step::Review,
        |_, facts| {
            facts.with.remove("experts");
        },
        Some(("datong-2008:14", "design_review")),
    );
    check(
        GUANGZHOU,
        Step::Review,
        |_, facts| {
            facts.with.remove("experts");
        },
        None,
    );
    check(
        GUANGZHOU,
        Step::Review,
        |_, facts| {
            facts.with.clear();
        },
        Some(("guangzhou-2007:8", "design_review")),
    );
    check(
        GUANGZHOU,
        Step::Accept,
        |_, facts| {
            facts.with.clear();
        },
        Some(("guangzhou-2007:8", "acceptance")),
    );
    check(
        GUANGZHOU,
        Step::Accept,
        |system, _| system.points[0].has_sign = false,
        Some(("guangzhou-2007:12", "sign")),
    );
    check(DATONG, Step::Accept, |system, _| system.points[0].has_sign = false, None);
    check(
        GUANGZHOU,
        Step::Accept,
        |system, _| system.points[0].passwords_in_view = true,
        Some(("guangzhou-2007:6", "customers_passwords")),
    );
    check(GUANGZHOU, Step::Accept, |_, facts| facts.passed = false, Some(("guangzhou-2007:8", "not_passed")));
    check(
        DATONG,
        Step::Review,
        |system, _| system.public_area = true,
        Some(("datong-2008:10", "public_area_builder")),
    );
    check(
        DATONG,
        Step::Review,
        |system, _| {
            system.public_area = true;
            system.has_authorisation = true;
        },
        None,
    );
    check(
        DATONG,
        Step::Review,
        |system, _| {
            system.public_area = true;
            system.government_builder = true;
        },
        None,
    );
    check(
        DATONG,
        Step::Test,
        |system, _| system.points[0].has_camera = false,
        Some(("datong-2008:14", "point_without_camera")),
    );
    check(
        DATONG,
        Step::Decommission,
        |system, _| system.cameras_after = 0,
        Some(("datong-2008:17", "net_reduction")),
    );
    check(GUANGZHOU, Step::Decommission, |system, _| system.cameras_after = 0, None);
    let toilet =
        |system: &mut SystemFacts, _: &mut StepFacts| system.points[0].private_kind = Some("toilet".into());
    check(GUANGZHOU, Step::Review, toilet, Some(("guangzhou-2007:6", "private_place")));
    check(DATONG, Step::Commission, toilet, Some(("datong-2008:9", "private_place")));
}

#[test]
fn a_point_that_faces_dwellings_is_accepted_and_not_taken_into_use() {
    let facing = |system: &mut SystemFacts, _: &mut StepFacts| system.points[0].faces_dwellings = true;
    check(GUANGZHOU, Step::Accept, facing, None);
    check(GUANGZHOU, Step::Commission, facing, Some(("unit:masks", "mask_needed")));
    check(DATONG, Step::Commission, facing, Some(("unit:masks", "mask_needed")));
}

#[test]
fn a_draft_warns_until_it_is_adopted() {
    let library = library();
    let (mut system, facts) = (system(), step_facts());
    system.public_area = true;
    let asked = |adopted: &[&str]| {
        let rules = Rules::of(
            &library,
            &Under {
                named: &owned(&["national-2016"]),
                adopted: &owned(adopted),
                today: TODAY,
                ..Under::default()
            },
        );
        let found = requirements(Step::Review, &rules, &system, &facts);
        let asked = found.into_iter().find(|demand| demand.code == "public_area_builder").unwrap();
        (
            asked.article,
            asked.met,
            asked.refuses,
            take(Stage::Planned, Step::Review, &rules, &system, &facts).is_ok(),
        )
    };
    assert_eq!(asked(&[]), ("national-2016:9".to_owned(), false, false, true));
    assert_eq!(asked(&["national-2016"]), ("national-2016:9".to_owned(), false, true, false));
}

#[test]
fn what_may_be_recorded_follows_stage_and_place() {
    let library = library();
    let rules = Rules::of(
        &library,
        &Under { named: &owned(GUANGZHOU), adopted: &[], today: TODAY, ..Under::default() },
    );
    let check = |standing: CameraStanding, expected: Recording, article: Option<&str>| {
        let (found, because) = recording(&standing, &rules);
        assert_eq!((found, because.map(|id| id.to_string()).as_deref()), (expected, article), "{standing:?}");
    };
    let at = |stage, private_kind: Option<&str>| CameraStanding::At {
        stage,
        private_kind: private_kind.map(Into::into),
        faces_dwellings: false,
    };
    check(CameraStanding::BeforeLifeCycle { private_kind: None }, Recording::Use, None);
    let toilet = CameraStanding::BeforeLifeCycle { private_kind: Some("toilet".into()) };
    check(toilet, Recording::No, Some("guangzhou-2007:6"));
    check(CameraStanding::WithoutPoint, Recording::Test, None);
    check(at(Stage::Planned, None), Recording::No, None);
    check(at(Stage::Built, None), Recording::Test, None);
    check(at(Stage::Accepted, None), Recording::Test, None);
    check(at(Stage::InUse, None), Recording::Use, None);
    check(at(Stage::Decommissioned, None), Recording::No, None);
    check(at(Stage::InUse, Some("toilet")), Recording::No, Some("guangzhou-2007:6"));
    check(at(Stage::InUse, Some("office")), Recording::Use, None);
}

/// What was recorded at a private place is for a case and for supervision that an authority has begun, whatever else it is asked for.
#[test]
fn what_was_recorded_where_it_is_forbidden_needs_a_case_or_supervision() {
    let library = library();
    let packs = owned(GUANGZHOU);
    let rules = Rules::of(&library, &Under { named: &packs, adopted: &[], today: TODAY, ..Under::default() });
    for purpose in model::Purpose::ALL {
        for names_case in [false, true] {
            for (private_kind, looked_into) in [("toilet", false), ("toilet", true), ("office", false)] {
                let standing =
                    CameraStanding::BeforeLifeCycle { private_kind: Some(private_kind.to_owned()) };
                let (_, forbidden_by) = recording(&standing, &rules);
                let refused = replayable((*purpose, names_case, looked_into), forbidden_by.as_ref())
                    .map(|refusal| (refusal.article.to_string(), refusal.code));
                let supervised = looked_into && *purpose == model::Purpose::Supervision;
                let shut = private_kind == "toilet" && !names_case && !supervised;
                let expected = shut.then(|| ("guangzhou-2007:6".to_owned(), "private_recording"));
                assert_eq!(
                    refused, expected,
                    "{purpose:?}, a case: {names_case}, looked into: {looked_into}, {private_kind}"
                );
            }
        }
    }
}

/// What faced dwellings while it was in use stays shut when its system ends; before use nothing was recorded as footage.
#[test]
fn what_faced_dwellings_stays_shut_when_its_system_ends() {
    let library = library();
    // Its date of entry into force is not held: it binds whoever adopts it.
    let packs = owned(&["qingdao"]);
    let rules =
        Rules::of(&library, &Under { named: &packs, adopted: &packs, today: TODAY, ..Under::default() });
    for stage in [Stage::Built, Stage::Accepted, Stage::InUse, Stage::Decommissioned] {
        let standing = CameraStanding::At { stage, private_kind: None, faces_dwellings: true };
        let (_, forbidden_by) = recording(&standing, &rules);
        assert_eq!(forbidden_by.is_some(), stage >= Stage::InUse, "{stage:?}");
    }
}

fn any_step() -> impl Strategy<Value = (usize, [bool; 8])> {
    (0..Step::ALL.len(), any::<[bool; 8]>())
}

proptest! {
    /// Whatever is asked in whatever order with whatever facts: use is reached only over a passed acceptance with its papers,
    /// never with a point in a private place, and each taken step is the next one.
    #[test]
    fn no_sequence_reaches_use_without_acceptance(asked in prop::collection::vec(any_step(), 1..40), which in 0usize..3) {
        let library = library();
        let packs = [GUANGZHOU, DATONG, &["guangzhou-2007", "datong-2008"]][which];
        let rules = Rules::of(&library, &Under { named: &owned(packs), adopted: &[], today: TODAY, ..Under::default() });
        let (mut stage, mut accepted) = (Stage::Planned, false);
        for (at, [passed, paper, with, private, sign, designer, camera, facing]) in asked {
            let (mut system, mut facts) = (system(), step_facts());
            facts.passed = passed;
            if !paper { facts.papers.clear(); }
            if !with { facts.with.clear(); }
            system.points[0].private_kind = private.then(|| "toilet".to_owned());
            system.points[0].has_sign = sign;
            if !designer { system.designer = None; }
            system.points[0].has_camera = camera;
            system.points[0].faces_dwellings = facing;
            let step = Step::ALL[at];
            if let Ok(next) = take(stage, step, &rules, &system, &facts) {
                prop_assert_eq!(step.from(), stage);
                prop_assert_eq!(usize::from(next.code()), usize::from(stage.code()) + 1);
                if step == Step::Accept {
                    prop_assert!(passed && paper && with && !private);
                    accepted = true;
                }
                if step == Step::Commission { prop_assert!(!private && !facing); }
                stage = next;
            }
            prop_assert!(stage != Stage::InUse || accepted);
        }
    }
}
