//! Since when each finding stands and what shows it: the end of a term, of a paper or of a sending, and never when a record was saved
//! last. And how a camera's clock is held against what is asked of it.

use super::tests::{GUANGZHOU, at, camera, library, named, snapshot, system};
use super::{
    AgreementFacts, Contracted, Detected, KeptPoint, Measured, PersonFacts, RecordFacts, Snapshot, detect,
};
use crate::filing::{Filing, FilingState};
use crate::life_cycle::{Qualification, Stage};
use crate::packs::{ArticleId, FilingBy, FilingFrom, Library, Mark, Marked};
use crate::{
    Day,
    detect::people::{self, Served},
};

fn day(text: &str) -> Day {
    Day::read(text).unwrap()
}

/// Since when and by what the only finding of this code stands after one change.
fn check(code: &str, change: impl FnOnce(&mut Snapshot<'_>), since: Option<&str>, shown: &[&str]) {
    let library = library();
    let mut snapshot = snapshot(&library, system(&library, GUANGZHOU));
    change(&mut snapshot);
    let found: Vec<Detected> = detect(&snapshot).into_iter().filter(|one| one.code == code).collect();
    assert_eq!(found.len(), 1, "{code}: {found:?}");
    let evidence: Vec<&str> = found[0].evidence.iter().map(|one| one.id.as_str()).collect();
    assert_eq!((found[0].since.as_deref(), &evidence[..]), (since, shown), "{code}");
}

fn contracted(work: &'static str, until: Option<&str>) -> Contracted {
    let has_certificate = until.is_some();
    let qualification =
        Qualification { name: "C".into(), has_certificate, valid_until: until.map(str::to_owned) };
    Contracted { work, contractor: named("C"), qualification }
}

#[test]
fn a_paper_that_ended_says_when() {
    let works = |works: Vec<Contracted>| move |world: &mut Snapshot<'_>| world.systems[0].contractors = works;
    let ended = |work| contracted(work, Some("2026-11-27"));
    check("qualification_expired", works(vec![ended("design")]), Some("2026-11-27"), &["c"]);
    let earlier = contracted("construction", Some("2026-03-31"));
    check("qualification_expired", works(vec![ended("design"), earlier]), Some("2026-03-31"), &["c"]);
    // Without one there is no day on which it ended.
    let none = contracted("construction", None);
    check("qualification_expired", works(vec![ended("design"), none]), None, &["c"]);

    let products = |until: [&'static str; 2]| {
        move |world: &mut Snapshot<'_>| {
            let product = |until: &str| Some((named(&format!("P{until}")), until.to_owned()));
            let point = |until| KeptPoint { product: product(until), has_view: true, ..KeptPoint::default() };
            world.systems[0].kept.points = until.map(point).into();
        }
    };
    let shown = &["p2026-05-01", "p2026-10-01"][..];
    check("product_uncertified", products(["2026-10-01", "2026-05-01"]), Some("2026-05-01"), shown);
    check("product_uncertified", products(["2026-10-01", ""]), None, &["p", "p2026-10-01"]);
}

#[test]
fn what_an_agreement_or_a_budget_left_behind_says_when() {
    let agreements = |until: &'static [&'static str]| {
        move |world: &mut Snapshot<'_>| {
            world.systems[0].has_owner = false;
            let agreement = |until: &&str| AgreementFacts {
                agreement: named(&format!("A{until}")),
                valid_until: Some((*until).to_owned()),
                ..AgreementFacts::default()
            };
            world.systems[0].kept.agreements = until.iter().map(agreement).collect();
        }
    };
    check("nobody_responsible", agreements(&[]), None, &[]);
    let ended = agreements(&["2026-02-28", "2026-06-30"]);
    check("nobody_responsible", ended, Some("2026-06-30"), &["a2026-06-30"]);
    let budget = |years: &'static [i64]| {
        move |world: &mut Snapshot<'_>| {
            world.systems[0].public_area = true;
            world.systems[0].budget_years = years.to_vec();
        }
    };
    check("public_area_without_maintainer", budget(&[]), None, &[]);
    check("public_area_without_maintainer", budget(&[2023, 2024, 2028]), Some("2025-01-01"), &[]);
    let works = |world: &mut Snapshot<'_>| {
        world.systems[0].stage = Stage::Accepted;
        world.systems[0].works_in_use_on = Some("2026-09-09".into());
    };
    check("main_works_without_system", works, Some("2026-09-09"), &[]);
}

#[test]
fn what_nobody_looked_at_or_nothing_came_from_says_when() {
    let signs = |checked: Option<&str>| {
        let checked = checked.map(str::to_owned);
        move |world: &mut Snapshot<'_>| world.systems[0].signs = vec![(named("Z"), checked)]
    };
    check("sign_unchecked", signs(None), None, &[]);
    check("sign_unchecked", signs(Some("2025-11-27")), Some("2026-11-27"), &[]);
    check("sign_unchecked", signs(Some("2024-02-29")), Some("2025-02-28"), &[]);
    let silent = |world: &mut Snapshot<'_>| {
        let sent = Measured { silent_s: Some(90_000), ..Measured::default() };
        world.cameras.push(camera(at(None), sent));
    };
    check("camera_silent", silent, Some("2026-11-26"), &["gate"]);
    let record = |missing, age_days| {
        move |world: &mut Snapshot<'_>| {
            let changed = day("2025-01-01").begins();
            let (record, kind) = (named("R"), ("点位", "Points"));
            world.records.push(RecordFacts { record, kind, missing, age_days, changed });
        }
    };
    check("stale", record(0, 400), Some("2026-01-02"), &[]);
    check("incomplete", record(1, 400), None, &[]);
    let mut found = Vec::new();
    let person = PersonFacts {
        watches: true,
        fit_until: Some(day("2026-08-01").begins()),
        confirm_by: "2027-01-01".into(),
        ..PersonFacts::default()
    };
    let moment = day("2026-11-28").begins();
    people::person(&person.on(moment), &Served::default(), "2026-11-28", &mut found);
    assert_eq!(found[0].since.as_deref(), Some("2026-08-01"));
    found.clear();
    let waits = PersonFacts {
        fit: true,
        vouch_by: "2026-11-20".into(),
        confirm_by: "2027-01-01".into(),
        ..PersonFacts::default()
    };
    people::person(&waits.on(moment), &Served::default(), "2026-11-28", &mut found);
    assert_eq!(found[0].since.as_deref(), Some("2026-11-20"));
}

#[test]
fn a_filing_that_is_late_or_outdated_says_when_and_by_what() {
    let filing = |state: FilingState| {
        move |world: &mut Snapshot<'_>| {
            world.systems[0].filings = vec![Filing {
                article: ArticleId::new("guangzhou-2007", "10"),
                force: crate::packs::Force::Binds,
                state,
                window_days: 30,
                begins: None,
                from: FilingFrom::Acceptance,
                existing: false,
                by: FilingBy::UserUnit,
                recipient: None,
                papers: Vec::new(),
                missing: Vec::new(),
                unverified: false,
                shown_by: Some(named("Shown")),
                changed: Some(day("2026-04-04")),
            }];
        }
    };
    let late = FilingState::Late { due: day("2026-03-01") };
    check("not_filed", filing(late), Some("2026-03-01"), &["shown"]);
    let outdated = FilingState::Amend { filed: day("2026-02-01") };
    check("filing_outdated", filing(outdated), Some("2026-04-04"), &["shown"]);
}

/// Articles under which a clock is found, and the first one's words.
fn clock(
    library: &Library,
    wanted: Option<u32>,
    standard: Option<u32>,
    off: Option<u32>,
) -> Vec<(String, String)> {
    let mut world = snapshot(library, system(library, GUANGZHOU));
    let most = |clock_ms| Measured { clock_ms, ..Measured::default() };
    world.systems[0].wanted = most(wanted);
    world.systems[0].kept.standards = vec![(named("GB"), most(standard))];
    world.cameras.push(camera(at(None), most(off)));
    let found = detect(&world).into_iter().filter(|one| one.code == "below_standard");
    found.map(|one| (one.article, one.reason.en)).collect()
}

#[test]
fn a_cameras_clock_is_held_against_what_is_asked_and_against_nothing_else() {
    let mut library = library();
    let own = "guangzhou-2007:4";
    let said = |what: &str| format!("The camera does not keep what is asked of it: {what}.");
    // No text gives a figure: nothing is found until somebody names one, and nothing that was not measured.
    assert_eq!(clock(&library, None, None, Some(60_000)), []);
    assert_eq!(clock(&library, Some(500), None, None), []);
    assert_eq!(clock(&library, Some(500), None, Some(500)), []);
    let over = said("clock off by 550 > 500 ms");
    assert_eq!(clock(&library, Some(500), None, Some(550)), [(own.to_owned(), over)]);
    let over = said("GB: clock off by 250 > 200 ms");
    assert_eq!(clock(&library, Some(500), Some(200), Some(250)), [(own.to_owned(), over)]);
    // A pack that names one is asked under its own article.
    let pack = library.packs.iter_mut().find(|pack| pack.id == "guangzhou-2007").unwrap();
    let article = pack.articles.iter_mut().find(|article| article.number == "12").unwrap();
    let values = &mut article.duties.first_mut().unwrap().parameters;
    values.camera_clock_ms_max = Some(Marked { value: 1_000, mark: Mark::Text });
    assert_eq!(clock(&library, None, None, Some(1_000)), []);
    let over = said("clock off by 1050 > 1000 ms");
    let pack = ("guangzhou-2007:12".to_owned(), over.clone());
    assert_eq!(clock(&library, None, None, Some(1_050)), std::slice::from_ref(&pack));
    let design = (own.to_owned(), said("clock off by 1050 > 500 ms"));
    assert_eq!(clock(&library, Some(500), None, Some(1_050)), [design, pack]);
}
