//! `bench duties`: what is found in a city's register, made from a seed: all of it at once, after one change, and at midnight; beside
//! whole detection, which must find the same.
//!
//! No database and no cameras: it measures the law alone. How long reading takes stands with the server's own figures.

use anyhow::{Result, ensure};
use law::Day;
use law::detect::{
    AgreementFacts, CameraKnown, Change, Contracted, Detected, Engine, Fact, Kept, KeptPoint, Measured,
    Moment, Named, PersonFacts, PlaceFacts, Placed, PlanRecord, RecordKnown, Register, RoundFacts, Sent,
    SystemKnown, TargetFacts, detect,
};
use law::filing::FilingFacts;
use law::life_cycle::{CameraStanding, Qualification, Stage};
use law::packs::Library;
use model::WallTime;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

const DAY_US: i64 = 86_400_000_000;
/// Units, divisions and contractors of the city.
const UNITS: u64 = 40;
const CONTRACTORS: u64 = 100;
const DIVISIONS: [&str; 6] = ["440103", "440104", "440105", "440106", "440111", "440112"];
const CATEGORIES: [&str; 6] = ["hospital", "bank", "school", "station", "market", "office"];

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, default_value_t = 1_000)]
    systems: u64,
    #[arg(long, default_value_t = 20_000)]
    cameras: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Single changes that are measured.
    #[arg(long, default_value_t = 1_000)]
    changes: u32,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let library = Library::with_shipped(&[]).map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
    let mut city = City { dice: Dice(args.seed), start: Day::of(WallTime(1_796_000_000_000_000)) };
    let register = city.register(args);
    let mut now = Moment { today: city.start, at: city.start.begins() };
    println!(
        "{} systems, {} cameras, {} points, {} places, {} records, {} people",
        register.systems.len(),
        register.cameras.len(),
        register.existing.len(),
        register.places.len(),
        register.records.len(),
        register.people.len()
    );
    let facts: Vec<Fact> = register.facts().collect();
    let mut engine = Engine::new(now);
    let began = Instant::now();
    facts.into_iter().for_each(|fact| engine.change(&library, Change::Is(fact)));
    let told = began.elapsed();
    let began = Instant::now();
    let moved = engine.look(&library, now);
    println!(
        "taking the facts in {}, everything looked at once {}: {} findings",
        ms(told),
        ms(began.elapsed()),
        moved.opened.len()
    );
    compare(&engine, &library, now)?;
    changes(&mut engine, &mut city, (args, &library), now)?;
    for _ in 0..3 {
        now = Moment { today: now.today.plus(1), at: now.at.plus_us(DAY_US) };
        let began = Instant::now();
        let moved = engine.look(&library, now);
        println!(
            "midnight {}: {} looked at, {} came, {} went, {}",
            now.today,
            moved.looked_at,
            moved.opened.len(),
            moved.closed.len(),
            ms(began.elapsed())
        );
    }
    compare(&engine, &library, now)?;
    Ok(ExitCode::SUCCESS)
}

/// Whole detection beside it: how long it takes, and that it finds the same.
fn compare(engine: &Engine, library: &Library, now: Moment) -> Result<()> {
    let began = Instant::now();
    let whole = detect(&engine.register().snapshot(library, now));
    let took = began.elapsed();
    let sorted = |found: Vec<&Detected>| {
        let mut told: Vec<String> = found.into_iter().map(|one| format!("{one:?}")).collect();
        told.sort_unstable();
        told
    };
    ensure!(
        sorted(engine.found().collect()) == sorted(whole.iter().collect()),
        "whole detection finds something else"
    );
    println!("whole detection of the same: {}, {} findings, the same ones", ms(took), whole.len());
    Ok(())
}

/// Changes of each kind, one at a time: the change and the look after it.
fn changes(
    engine: &mut Engine,
    city: &mut City,
    (args, library): (&Args, &Library),
    now: Moment,
) -> Result<()> {
    type Make = fn(&mut City, &Args) -> Fact;
    let kinds: [(&str, Make); 6] = [
        ("a record saved", |city, args| Fact::Record(city.record(args.cameras))),
        ("what a camera sends", City::camera),
        ("a point moved", |city, args| Fact::Existing(city.placed("point", args.cameras))),
        ("a place", |city, args| Fact::Place(city.place(args))),
        ("a system", |city, args| {
            let at = city.dice.below(args.systems);
            Fact::System(Arc::new(city.system(at, args)))
        }),
        ("a pack adopted by a unit, or no longer", |city, _| Fact::Unit {
            unit: city.unit(),
            adopted: city.dice.one_in(2).then(|| "datong-2008".to_owned()).into_iter().collect(),
        }),
    ];
    for (name, make) in kinds {
        let (mut times, mut looked) = (Vec::new(), 0);
        for _ in 0..args.changes {
            let fact = make(city, args);
            let began = Instant::now();
            engine.change(library, Change::Is(fact));
            looked += engine.look(library, now).looked_at;
            times.push(began.elapsed());
        }
        times.sort_unstable();
        let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default();
        println!(
            "{name}: median {}, 99 of 100 {}, longest {}; {:.1} looked at",
            ms(at(0.5)),
            ms(at(0.99)),
            ms(times.last().copied().unwrap_or_default()),
            looked as f64 / f64::from(args.changes.max(1))
        );
    }
    compare(engine, library, now)
}

fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

/// Chance from a seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n.max(1)
    }
    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
    fn word(&mut self, of: &[&str]) -> String {
        of.get(self.below(of.len() as u64) as usize).copied().unwrap_or_default().to_owned()
    }
}

struct City {
    dice: Dice,
    start: Day,
}

fn named(of: &str, number: u64) -> Named {
    Named { id: format!("{of}-{number:05}"), name: format!("{of} {number}") }
}

impl City {
    fn register(&mut self, args: &Args) -> Register {
        let mut register = Register::default();
        for number in 0..args.systems {
            register.put(Fact::System(Arc::new(self.system(number, args))));
        }
        for number in 0..args.cameras {
            let placed = Placed { point: named("point", number), ..self.placed("point", 1) };
            register.put(Fact::Existing(placed));
            register.put(Fact::Camera(self.camera_at(number, args)));
            for of in ["point", "agreement"].iter().take(1 + usize::from(number % 10 == 0)) {
                register.put(Fact::Record(RecordKnown { record: named(of, number), ..self.record(1) }));
            }
        }
        for number in 0..args.cameras / 4 {
            register.put(Fact::Place(PlaceFacts { place: named("place", number), ..self.place(args) }));
        }
        for number in 0..500 {
            register
                .put(Fact::Planned(Placed { point: named("planned", number), ..self.placed("planned", 1) }));
            register.put(Fact::Round(self.round(number, args)));
            register.put(Fact::Person(self.person(number)));
        }
        for number in 0..50 {
            let (unit, division) = (self.unit(), self.dice.word(&DIVISIONS));
            let plan =
                PlanRecord { plan: named("plan", number), unit, division, approved: self.dice.one_in(2) };
            register.put(Fact::Plan(plan));
            let (unit, division) = (self.unit(), self.dice.word(&DIVISIONS));
            let due_on = self.day(400);
            let target = TargetFacts {
                target: named("target", number),
                unit,
                division,
                value: 90.0,
                due_on,
                ..TargetFacts::default()
            };
            register.put(Fact::Target(target));
        }
        register
    }

    fn unit(&mut self) -> String {
        named("unit", self.dice.below(UNITS)).id
    }

    /// Some day about today, up to so many days off.
    fn day(&mut self, days: u64) -> String {
        let off = self.dice.below(days * 2) as i64 - days as i64;
        self.start.plus(off).to_string()
    }

    fn system(&mut self, number: u64, args: &Args) -> SystemKnown {
        let contractor = named("contractor", self.dice.below(CONTRACTORS));
        let qualification = Qualification {
            name: contractor.name.clone(),
            has_certificate: true,
            valid_until: Some(self.day(900)),
        };
        let each = (args.cameras / args.systems.max(1)).max(1);
        let point = |city: &mut Self, point: u64| KeptPoint {
            point: named("point", point),
            place: named("place", point / 4),
            public: city.dice.one_in(3),
            has_distance: !city.dice.one_in(10),
            has_view: !city.dice.one_in(10),
            product: Some((named("product", point % 30), city.day(900))),
        };
        let points = (number * each..(number + 1) * each).map(|at| point(self, at)).collect();
        let agreement = AgreementFacts {
            agreement: named("agreement", number),
            valid_until: Some(self.day(900)),
            divides_maintenance: self.dice.one_in(2),
        };
        let division = self.dice.word(&DIVISIONS);
        let accepted = Some(self.start.plus(-(self.dice.below(60) as i64)));
        let stage = if self.dice.one_in(5) { Stage::Built } else { Stage::InUse };
        SystemKnown {
            unit: self.unit(),
            divisions: vec![division.clone()],
            division,
            public_area: self.dice.one_in(3),
            has_owner: !self.dice.one_in(50),
            has_budget_line: self.dice.one_in(2),
            contractors: vec![Contracted {
                work: "maintenance",
                contractor: contractor.clone(),
                qualification,
            }],
            wanted: Measured { width_px: Some(1920), frame_rate: Some(25.0), ..Measured::default() },
            kept: Kept {
                contractors: vec![("maintenance", contractor)],
                names_standard: !self.dice.one_in(10),
                points,
                agreements: vec![agreement],
                ..Kept::default()
            },
            filing: FilingFacts { accepted, used: accepted, ..FilingFacts::default() },
            signs: vec![(named("sign", number), Some(self.day(800)))],
            ..SystemKnown::new(named("system", number), stage)
        }
    }

    fn camera(&mut self, args: &Args) -> Fact {
        let number = self.dice.below(args.cameras);
        let mut camera = self.camera_at(number, args);
        camera.sent.measured.width_px = Some(1_000 + self.dice.below(1_000) as u32);
        Fact::Camera(camera)
    }

    fn camera_at(&mut self, number: u64, args: &Args) -> CameraKnown {
        let each = (args.cameras / args.systems.max(1)).max(1);
        let silent = self.dice.one_in(50).then(|| self.dice.below(200_000) as i64 * 1_000_000);
        let width = if self.dice.one_in(20) { 1_280 } else { 1_920 };
        CameraKnown {
            camera: named("camera", number),
            standing: CameraStanding::At {
                stage: Stage::InUse,
                private_kind: None,
                faces_dwellings: self.dice.one_in(500),
            },
            place: named("place", number / 4).id,
            system: Some(named("system", number / each).id),
            point: Some(named("point", number)),
            sent: Sent {
                measured: Measured { width_px: Some(width), frame_rate: Some(25.0), ..Measured::default() },
                silent_since: silent.map(|us| self.start.begins().plus_us(-us)),
            },
        }
    }

    fn place(&mut self, args: &Args) -> PlaceFacts {
        PlaceFacts {
            place: named("place", self.dice.below(args.cameras / 4)),
            unit: self.unit(),
            division: self.dice.word(&DIVISIONS),
            category: Some(self.dice.word(&CATEGORIES)),
            points: u32::from(!self.dice.one_in(20)),
            private_kind: self.dice.one_in(40).then(|| "toilet".to_owned()),
            ..PlaceFacts::default()
        }
    }

    /// In a city of 40 by 40 kilometres.
    fn placed(&mut self, of: &str, points: u64) -> Placed {
        Placed {
            point: named(of, self.dice.below(points)),
            longitude: 113.1 + self.dice.below(400_000) as f64 / 1_000_000.0,
            latitude: 23.0 + self.dice.below(360_000) as f64 / 1_000_000.0,
            view_deg: Some((self.dice.below(360) as f64, 60.0)),
        }
    }

    fn record(&mut self, records: u64) -> RecordKnown {
        RecordKnown {
            record: named("point", self.dice.below(records)),
            kind: ("点位", "Points"),
            missing: u32::from(self.dice.one_in(20)),
            changed: self.start.begins().plus_us(-(self.dice.below(500) as i64) * DAY_US),
        }
    }

    fn round(&mut self, number: u64, args: &Args) -> RoundFacts {
        RoundFacts {
            round: named("round", number),
            place: named("place", self.dice.below(args.cameras / 4)),
            day: self.day(3),
            found: self.dice.one_in(20),
            reported: self.dice.one_in(2),
        }
    }

    fn person(&mut self, number: u64) -> PersonFacts {
        PersonFacts {
            person: named("person", number),
            watches: true,
            keeps: false,
            fit: !self.dice.one_in(20),
            fit_until: Some(self.start.begins().plus_us(self.dice.below(400) as i64 * DAY_US)),
            confirm_by: self.day(90),
            vouch_by: String::new(),
            given: false,
        }
    }
}
