//! The engine beside whole detection over random histories: after each change and each step of time both find the same. And that
//! the walk sees it when the engine forgets who reads a fact, or sleeps through a day.

use super::super::tests::{library, named};
use super::super::weight::codes;
use super::super::{
    AgreementFacts, CameraKnown, Contracted, Fact, IncidentFacts, Indicator, Kept, KeptPoint, Measured,
    Named, PersonFacts, Placed, PlanRecord, PointLook, PressureFacts, RecordKnown, Sent, WorksFacts, detect,
};
use super::*;
use crate::Words;
use crate::filing::{Filed, FilingFacts};
use crate::life_cycle::{CameraStanding, Deviation, Qualification, Stage};
use crate::packs::{ArticleId, FilingFrom, Override};
use std::time::{Duration, Instant};

/// A bug for the walk to find.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Planted {
    /// Nobody who reads such a fact is looked at again.
    Forgets(Kind),
    /// Time alone moves nothing of such a subject.
    Sleeps(Kind),
}

/// Chance from a seed (splitmix64), so that a history is a number.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize].clone()
    }
    fn maybe<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.one_in(2).then(|| value(self))
    }
    fn id(&mut self, of: &str, n: u64) -> Named {
        named(&format!("{of}{}", self.below(n)))
    }
    fn day(&mut self, now: Moment) -> Day {
        let days = self.pick(&[-800, -368, -367, -366, -365, -31, -2, -1, 0, 0, 1, 1, 2, 30, 400]);
        now.today.plus(days)
    }
    fn text(&mut self, now: Moment) -> String {
        if self.one_in(20) { self.pick(&["", "soon"]).into() } else { self.day(now).to_string() }
    }
}

const DIVISIONS: &[&str] = &["440106", "440100", "140212", "370200", "500103", "999999"];
const PACKS: &[&str] =
    &["guangzhou-2007", "datong-2008", "qingdao", "chongqing", "national-2016", "national-2025"];
const CATEGORIES: &[&str] = &["hospital", "bank", "no-such"];
const STAGES: &[Stage] = &[
    Stage::Planned,
    Stage::Built,
    Stage::Accepted,
    Stage::InUse,
    Stage::InUse,
    Stage::InUse,
    Stage::Decommissioned,
];

fn words(of: &[&str]) -> Vec<String> {
    of.iter().map(|&one| one.to_owned()).collect()
}

fn overridden(dice: &mut Dice, now: Moment) -> Vec<Override> {
    if !dice.one_in(3) {
        return Vec::new();
    }
    let place = dice.maybe(dice_place);
    let (parameter, article) = ("private_place_kinds", ArticleId::new("guangzhou-2007", "6"));
    vec![Override {
        article,
        parameter: parameter.into(),
        value: serde_json::json!(["office"]),
        from: dice.day(now).to_string(),
        until: dice.maybe(|dice| dice.day(now).to_string()),
        place,
    }]
}

fn dice_place(dice: &mut Dice) -> String {
    dice.id("place", 4).id
}

fn kept(dice: &mut Dice, now: Moment) -> Kept {
    let point = |dice: &mut Dice| KeptPoint {
        point: dice.id("point", 6),
        place: dice.id("place", 4),
        public: dice.one_in(3),
        has_distance: dice.one_in(2),
        has_view: dice.one_in(2),
        product: Some((named("Product"), dice.text(now))),
    };
    let agreement = AgreementFacts {
        agreement: dice.id("agreement", 3),
        valid_until: Some(dice.text(now)),
        divides_maintenance: dice.one_in(2),
    };
    let standard = |dice: &mut Dice| {
        (dice.id("standard", 2), Measured { clock_ms: Some(dice.pick(&[200, 900])), ..Measured::default() })
    };
    let dated = |dice: &mut Dice, of: &str| (dice.id(of, 2), dice.text(now));
    let incident = IncidentFacts {
        incident: dice.id("incident", 3),
        point: dice.id("point", 6),
        found_on: dice.text(now),
        is_offence: dice.one_in(2),
        reported: dice.one_in(2),
        repaired: dice.one_in(2),
    };
    Kept {
        voluntary: dice.one_in(3),
        works: Some(WorksFacts {
            works: named("House"),
            designed_on: Some(dice.text(now)),
            completed_on: Some(dice.text(now)),
        }),
        contractors: vec![("maintenance", dice.id("contractor", 2))],
        ordered_by: dice.maybe(|_| "Bureau".into()),
        has_legal_basis: dice.one_in(2),
        chosen: dice.maybe(|_| "maintenance".into()).into_iter().collect(),
        names_standard: dice.one_in(2),
        standards: dice.maybe(standard).into_iter().collect(),
        unconsulted: dice.maybe(|dice| dated(dice, "connection")).into_iter().collect(),
        unsent: dice.maybe(|dice| dated(dice, "notice")).into_iter().collect(),
        points: vec![point(dice), point(dice)],
        agreements: vec![agreement],
        incidents: vec![incident],
    }
}

fn system(dice: &mut Dice, now: Moment) -> SystemKnown {
    let contractor = dice.id("contractor", 2);
    let qualification = Qualification {
        name: contractor.name.clone(),
        has_certificate: true,
        valid_until: Some(dice.text(now)),
    };
    let accepted = dice.maybe(|dice| dice.day(now));
    let filed = dice.maybe(|dice| Filed {
        pack: dice_pack(dice),
        on: now.today,
        entered: now.today,
        received: None,
        outdated: dice.one_in(2),
        changed: dice.maybe(|dice| dice.day(now)),
        shown_by: dice.id("filing", 3),
    });
    let step = dice.maybe(|dice| (FilingFrom::Acceptance, dice.id("step", 2)));
    let deviation = |_: &mut Dice| Deviation {
        about: "P".into(),
        what: Words::new("Height", "安装高度"),
        designed: "4".into(),
        built: "3".into(),
    };
    let name = format!("system{}", dice.below(4));
    let own = SystemKnown::new(named(&name), dice.pick(STAGES));
    SystemKnown {
        unit: dice.id("unit", 2).id,
        division: dice.pick(DIVISIONS).into(),
        divisions: words(&[dice.pick(DIVISIONS)]),
        packs: dice.maybe(dice_pack).into_iter().collect(),
        overrides: overridden(dice, now),
        public_area: dice.one_in(2),
        has_owner: dice.one_in(2),
        has_manager: dice.one_in(4),
        has_budget_line: dice.one_in(4),
        budget_years: vec![2024 + dice.below(4) as i64],
        contractors: vec![Contracted { work: "maintenance", contractor, qualification }],
        works_in_use_on: Some(dice.text(now)),
        wanted: Measured { width_px: Some(1920), ..Measured::default() },
        kept: kept(dice, now),
        filing: FilingFacts {
            accepted,
            used: accepted,
            filed: filed.into_iter().collect(),
            steps: step.into_iter().collect(),
            ended: dice.one_in(8),
            ..FilingFacts::default()
        },
        points: vec![PointLook {
            point: dice.id("point", 6),
            category: Some(dice.pick(CATEGORIES).into()),
            passwords_in_view: dice.one_in(3),
            has_mask_still: dice.one_in(2),
        }],
        signs: vec![(dice.id("sign", 3), Some(dice.text(now)))],
        deviations: dice.maybe(deviation).into_iter().collect(),
        design_change: dice.one_in(2),
        ..own
    }
}

fn dice_pack(dice: &mut Dice) -> String {
    dice.pick(PACKS).into()
}

fn placed(dice: &mut Dice, of: &str) -> Placed {
    Placed {
        point: dice.id(of, 5),
        longitude: 113.3,
        latitude: 23.1 + dice.below(8) as f64 * 6.0 / 111_320.0,
        view_deg: dice.maybe(|dice| (dice.below(360) as f64, 60.0)),
    }
}

fn camera(dice: &mut Dice, now: Moment) -> CameraKnown {
    let private_kind = dice.maybe(|dice| dice.pick(&["toilet", "office"]).to_owned());
    let faces_dwellings = dice.one_in(4);
    CameraKnown {
        camera: dice.id("camera", 8),
        standing: match dice.below(4) {
            0 => CameraStanding::WithoutPoint,
            1 => CameraStanding::BeforeLifeCycle { private_kind },
            _ => CameraStanding::At { stage: dice.pick(STAGES), private_kind, faces_dwellings },
        },
        place: dice_place(dice),
        system: dice.maybe(|dice| dice.id("system", 4).id),
        point: Some(dice.id("point", 6)),
        sent: Sent {
            measured: Measured {
                width_px: Some(dice.pick(&[1280, 1920])),
                clock_ms: dice.maybe(|dice| dice.pick(&[0, 250, 1_000])),
                ..Measured::default()
            },
            silent_since: dice.maybe(|dice| now.at.plus_us(-(dice.below(200_000) as i64) * SECOND_US)),
        },
    }
}

fn fact(dice: &mut Dice, now: Moment) -> Fact {
    let unit = dice.id("unit", 2).id;
    let division = dice.pick(DIVISIONS).to_owned();
    match dice.below(14) {
        0..=2 => Fact::System(Arc::new(system(dice, now))),
        3 | 4 => Fact::Camera(camera(dice, now)),
        5 => Fact::Place(PlaceFacts {
            place: dice.id("place", 4),
            unit,
            division,
            category: Some(dice.pick(CATEGORIES).into()),
            designated: dice.one_in(3),
            other_prevention: dice.one_in(3),
            points: dice.below(2) as u32,
            private_kind: dice.maybe(|_| "toilet".into()),
        }),
        6 => Fact::Existing(placed(dice, "point")),
        7 => Fact::Planned(placed(dice, "planned")),
        8 => Fact::Round(RoundFacts {
            round: dice.id("round", 6),
            place: dice.id("place", 4),
            day: dice.text(now),
            found: dice.one_in(2),
            reported: dice.one_in(2),
        }),
        9 => Fact::Target(TargetFacts {
            target: dice.id("target", 3),
            unit,
            division,
            indicator: dice.pick(&[Indicator::Points, Indicator::SystemsInUse, Indicator::PlacesCovered]),
            value: dice.pick(&[1.0, 2.0, 60.0]),
            due_on: dice.text(now),
            reached: 0.0,
        }),
        10 => Fact::Person(PersonFacts {
            person: dice.id("person", 3),
            watches: dice.one_in(2),
            keeps: dice.one_in(2),
            fit: dice.one_in(2),
            fit_until: Some(now.at.plus_us(dice.below(40) as i64 * DAY_US)),
            confirm_by: dice.text(now),
            vouch_by: dice.text(now),
            given: dice.one_in(2),
        }),
        11 => Fact::Unit { unit, adopted: dice.maybe(dice_pack).into_iter().collect() },
        12 => Fact::Record(RecordKnown {
            record: dice.id("record", 4),
            kind: ("点位", "Points"),
            missing: dice.below(2) as u32,
            changed: now.at.plus_us(-(dice.below(400) as i64) * DAY_US),
        }),
        _ if dice.one_in(2) => {
            Fact::Plan(PlanRecord { plan: dice.id("plan", 2), unit, division, approved: dice.one_in(3) })
        }
        _ => Fact::Pressure(PressureFacts {
            report: dice.id("report", 2),
            authority: dice.pick(&["Bureau", "Office"]).into(),
            received_on: dice.text(now),
            closed: dice.one_in(2),
        }),
    }
}

fn later(dice: &mut Dice, now: Moment) -> Moment {
    let at =
        now.at.plus_us(dice.pick(&[SECOND_US, 3_600 * SECOND_US, DAY_US, DAY_US, 2 * DAY_US, 29 * DAY_US]));
    Moment { today: Day::of(at), at }
}

fn told<'d>(found: impl Iterator<Item = &'d Detected>) -> Vec<String> {
    let mut told: Vec<String> = found.map(|one| format!("{one:?}")).collect();
    told.sort();
    told
}

fn lasting<'d>(found: impl Iterator<Item = &'d Detected>) -> BTreeSet<Lasting> {
    found.map(Lasting::of).collect()
}

/// One history; the first difference between the engine and whole detection, if there is one.
fn walk(library: &Library, seed: u64, steps: usize, planted: Option<Planted>) -> Option<String> {
    let mut dice = Dice(seed);
    // A month before national-2025 comes into force.
    let start = Day::read("2025-03-01").unwrap();
    let mut now = Moment { today: start, at: start.begins() };
    let mut engine = Engine::new(now);
    engine.planted = planted;
    let mut stood = BTreeSet::new();
    for step in 0..steps {
        let what = if dice.one_in(3) {
            now = later(&mut dice, now);
            format!("{now:?}")
        } else {
            let fact = fact(&mut dice, now);
            let (kind, id) = (fact.key().0, fact.key().1.to_owned());
            let change = if dice.one_in(4) { Change::Gone(kind, id) } else { Change::Is(fact) };
            let what = format!("{change:?}");
            engine.change(library, change);
            what
        };
        let moved = engine.look(library, now);
        let whole = detect(&engine.register().snapshot(library, now));
        let (ours, wanted) = (told(engine.found()), told(whole.iter()));
        if ours != wanted {
            let only = |a: &[String], b: &[String]| {
                a.iter().filter(|one| !b.contains(one)).cloned().collect::<Vec<_>>()
            };
            return Some(format!(
                "seed {seed}, step {step}, {what}\n only engine: {:#?}\n only whole: {:#?}",
                only(&ours, &wanted),
                only(&wanted, &ours)
            ));
        }
        let stands = lasting(whole.iter());
        let (opened, closed) = (lasting(moved.opened.iter()), lasting(moved.closed.iter()));
        if opened != &stands - &stood || closed != &stood - &stands {
            return Some(format!("seed {seed}, step {step}, {what}: {moved:#?}"));
        }
        stood = stands;
    }
    None
}

/// Nothing that detection can find is left out of the walk: each code stands at some step of some history.
#[test]
fn every_code_is_found_on_some_history() {
    let library = library();
    let mut missing: BTreeSet<&str> = codes().collect();
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let start = Day::read("2025-03-01").unwrap();
        let mut now = Moment { today: start, at: start.begins() };
        let mut engine = Engine::new(now);
        for _ in 0..100 {
            if dice.one_in(3) {
                now = later(&mut dice, now);
            } else {
                let fact = fact(&mut dice, now);
                engine.change(&library, Change::Is(fact));
            }
            engine.look(&library, now);
            engine.found().for_each(|one| {
                missing.remove(one.code);
            });
        }
        if missing.is_empty() {
            return;
        }
    }
    panic!("never found: {missing:?}");
}

#[test]
fn it_agrees_with_whole_detection_on_random_histories() {
    let library = library();
    for seed in 0..100 {
        if let Some(difference) = walk(&library, seed, 100, None) {
            panic!("{difference}");
        }
    }
}

/// Two registers that were read one after the other: what differs makes the one the other, and the engine follows.
#[test]
fn it_follows_what_differs_between_two_registers() {
    let library = library();
    let now = Moment { today: Day::read("2026-11-28").unwrap(), at: WallTime(0) };
    let register = |seed: u64| {
        let (mut dice, mut register) = (Dice(seed), Register::default());
        (0..60).for_each(|_| register.put(fact(&mut dice, now)));
        register
    };
    let mut engine = Engine::new(now);
    for seed in 0..30 {
        let new = register(seed);
        for change in engine.register().differences(&new) {
            engine.change(&library, change);
        }
        engine.look(&library, now);
        assert_eq!(engine.register(), &new, "{seed}");
        assert_eq!(engine.register().differences(&new), []);
        assert_eq!(told(engine.found()), told(detect(&new.snapshot(&library, now)).iter()), "{seed}");
    }
}

/// The walk is worth something: each of these is found by it.
#[test]
fn a_planted_bug_is_found() {
    let library = library();
    let forgets = [Kind::System, Kind::Place, Kind::Round, Kind::Existing, Kind::Unit].map(Planted::Forgets);
    let sleeps =
        [Kind::System, Kind::Place, Kind::Camera, Kind::Record, Kind::Person, Kind::Target, Kind::Plan];
    for planted in forgets.into_iter().chain(sleeps.map(Planted::Sleeps)) {
        let found = (0..200).any(|seed| walk(&library, seed, 60, Some(planted)).is_some());
        assert!(found, "{planted:?} is not found");
    }
}

#[test]
fn a_clock_that_goes_back_is_followed() {
    let library = library();
    let day = |text: &str| Moment { today: Day::read(text).unwrap(), at: Day::read(text).unwrap().begins() };
    let mut engine = Engine::new(day("2026-11-28"));
    let record = RecordKnown {
        record: named("R"),
        kind: ("点位", "Points"),
        missing: 0,
        changed: day("2025-11-28").at,
    };
    engine.change(&library, Change::Is(Fact::Record(record)));
    let codes = |moved: &Moved| (moved.opened.len(), moved.closed.len());
    assert_eq!(codes(&engine.look(&library, day("2026-11-28"))), (0, 0));
    assert_eq!(engine.next().1, Some(day("2026-11-29").at));
    assert_eq!(codes(&engine.look(&library, day("2026-11-29"))), (1, 0));
    assert_eq!(codes(&engine.look(&library, day("2026-11-28"))), (0, 1));
    assert_eq!(codes(&engine.look(&library, day("2026-11-30"))), (1, 0));
}

/// What nothing reads is not looked at: a change costs what depends on it.
#[test]
fn a_change_looks_at_what_reads_it_and_at_nothing_else() {
    let library = library();
    let now = Moment { today: Day::read("2026-11-28").unwrap(), at: WallTime(0) };
    let mut dice = Dice(1);
    let mut engine = Engine::new(now);
    for _ in 0..400 {
        let fact = fact(&mut dice, now);
        engine.change(&library, Change::Is(fact));
    }
    engine.look(&library, now);
    let check = |engine: &mut Engine, fact: Fact, expected: &[Kind]| {
        let kind = fact.key().0;
        let began = Instant::now();
        engine.change(&library, Change::Is(fact));
        let kinds: BTreeSet<Kind> = engine.touched.subjects.iter().map(|subject| subject.0).collect();
        assert_eq!(kinds, expected.iter().copied().collect(), "{kind:?}");
        engine.look(&library, now);
        assert!(began.elapsed() < Duration::from_secs(5));
    };
    let record = |missing| {
        Fact::Record(RecordKnown {
            record: named("record0"),
            kind: ("点位", "Points"),
            missing,
            changed: now.at,
        })
    };
    check(&mut engine, record(7), &[Kind::Record]);
    check(&mut engine, record(7), &[]);
    let mut one = system(&mut dice, now);
    one.system = named("system0");
    one.public_area = !engine.register().systems["system0"].public_area;
    check(&mut engine, Fact::System(Arc::new(one)), &[Kind::System, Kind::Camera]);
    let mut existing = placed(&mut dice, "point");
    existing.point = named("elsewhere");
    existing.latitude = 40.0;
    check(&mut engine, Fact::Existing(existing), &[]);
}
