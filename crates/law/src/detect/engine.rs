//! Detection that is told what changed: the same findings as [`super::detect`], of which only those are looked at again whose facts
//! changed or whose day has come.
//!
//! Without I/O: it takes facts and moments, and gives what came and went. The invariant: after each step it holds exactly what whole
//! detection would find in the same facts at the same moment; a test walks both side by side. What reads what stands in
//! [`links`], when time alone moves an answer in [`due`].

mod due;
mod links;
#[cfg(test)]
mod tests;

use self::due::{Due, Next};
use self::links::{Links, Touched};
use super::{
    Detected, areas, built,
    facts::{PlaceFacts, SystemKnown, SystemRecord},
    kept,
    kept_facts::{RoundFacts, TargetFacts},
    people::{self, Served},
    places::{self, Here},
    register::{Change, Kind, Moment, Register},
    systems::{self, STALE_DAYS},
};
use crate::{Day, filing::FilingState, packs::Library};
use model::WallTime;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

const DAY_US: i64 = 86_400_000_000;
const SECOND_US: i64 = 1_000_000;

/// What findings are looked for in, one by one.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
struct Subject(Kind, String);

/// What makes two findings one that lasts: its words may change.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Lasting {
    pub article: String,
    pub code: &'static str,
    pub about: String,
}

impl Lasting {
    pub fn of(found: &Detected) -> Self {
        Self { article: found.article.clone(), code: found.code, about: found.about.id.clone() }
    }
}

/// What came and went in one step, and how much was looked at for it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Moved {
    pub opened: Vec<Detected>,
    pub closed: Vec<Detected>,
    pub looked_at: usize,
}

/// Facts, the moment, and what is found.
#[derive(Clone, Debug)]
pub struct Engine {
    register: Register,
    moment: Moment,
    /// Before the first look nothing is.
    looked: bool,
    links: Links,
    due: Due,
    touched: Touched,
    found: HashMap<Subject, Vec<Detected>>,
    /// How many findings stand under one key.
    standing: HashMap<Lasting, u32>,
    served: Served,
    #[cfg(test)]
    planted: Option<tests::Planted>,
}

impl Engine {
    /// Nothing is known yet.
    pub fn new(moment: Moment) -> Self {
        Self {
            register: Register::default(),
            moment,
            looked: false,
            links: Links::default(),
            due: Due::default(),
            touched: Touched::default(),
            found: HashMap::new(),
            standing: HashMap::new(),
            served: Served::default(),
            #[cfg(test)]
            planted: None,
        }
    }

    /// Takes a change in. What follows from it is worked out at the next [`Self::look`].
    pub fn change(&mut self, library: &Library, change: Change) {
        let (kind, id) = match &change {
            Change::Is(fact) if self.register.has(fact) => return,
            Change::Is(fact) => fact.key(),
            Change::Gone(kind, id) => (*kind, id.as_str()),
        };
        let id = id.to_owned();
        self.touch(kind, &id);
        self.links.count(library, &self.register, (kind, &id), false);
        match change {
            Change::Is(fact) => self.register.put(fact),
            Change::Gone(kind, id) => self.register.take(kind, &id),
        }
        self.links.count(library, &self.register, (kind, &id), true);
        self.touch(kind, &id);
    }

    fn touch(&mut self, kind: Kind, id: &str) {
        #[cfg(test)]
        if self.planted == Some(tests::Planted::Forgets(kind)) {
            self.touched.subjects.insert(Subject(kind, id.to_owned()));
            return;
        }
        self.links.touch(&self.register, kind, id, &mut self.touched);
    }

    /// Looks at what changed and at what is due at this moment; says what came and went since the last look.
    pub fn look(&mut self, library: &Library, moment: Moment) -> Moved {
        // A clock that went back: every bound was computed for later. It hardly ever happens.
        if !self.looked || moment.today < self.moment.today || moment.at < self.moment.at {
            self.touch_all();
        }
        for Subject(kind, id) in self.due.reached(moment) {
            self.touch(kind, &id);
        }
        (self.moment, self.looked) = (moment, true);
        let mut touched = std::mem::take(&mut self.touched);
        if touched.areas {
            touched.subjects.extend(self.register.targets.keys().map(|id| Subject(Kind::Target, id.clone())));
        }
        if touched.rules && self.serves(library) {
            touched.subjects.extend(self.register.people.keys().map(|id| Subject(Kind::Person, id.clone())));
        }
        self.settle(library, touched.subjects)
    }

    /// What is found, in no order.
    pub fn found(&self) -> impl Iterator<Item = &Detected> {
        self.found.values().flatten()
    }

    /// What is found of one thing by its own rules.
    pub fn found_in(&self, kind: Kind, id: &str) -> &[Detected] {
        self.found.get(&Subject(kind, id.to_owned())).map_or(&[][..], Vec::as_slice)
    }

    pub const fn register(&self) -> &Register {
        &self.register
    }

    /// The next day and instant at which anything may be otherwise by itself.
    pub fn next(&self) -> (Option<Day>, Option<WallTime>) {
        self.due.next()
    }

    fn touch_all(&mut self) {
        let all: Vec<(Kind, String)> =
            self.register.facts().map(|fact| (fact.key().0, fact.key().1.to_owned())).collect();
        for (kind, id) in all {
            self.links.touch(&self.register, kind, &id, &mut self.touched);
        }
        (self.touched.areas, self.touched.rules) = (true, true);
    }

    /// Whether people's findings name another article now.
    fn serves(&mut self, library: &Library) -> bool {
        let mut served = Served::default();
        for system in self.register.systems.values() {
            if served.add(&self.on(library, system)) {
                break;
            }
        }
        let moved = served != self.served;
        self.served = served;
        moved
    }

    fn on<'l>(&self, library: &'l Library, system: &Arc<SystemKnown>) -> SystemRecord<'l> {
        system.on(library, self.register.adopted_by(&system.unit), self.moment.today)
    }

    fn settle(&mut self, library: &Library, subjects: BTreeSet<Subject>) -> Moved {
        let mut look =
            Look { engine: self, library, today: self.moment.today.to_string(), systems: HashMap::new() };
        let looked_at = subjects.len();
        let answers: Vec<_> = subjects
            .into_iter()
            .map(|subject| {
                let (found, next) = look.at(&subject);
                (subject, found, next)
            })
            .collect();
        // How many stood before, and one of them to tell.
        let mut before: BTreeMap<Lasting, (u32, Detected)> = BTreeMap::new();
        for (subject, found, next) in answers {
            self.due.set(&subject, next);
            for one in self.found.remove(&subject).unwrap_or_default() {
                let count = self.standing.entry(Lasting::of(&one)).or_default();
                before.entry(Lasting::of(&one)).or_insert_with(|| (*count, one));
                *count = count.saturating_sub(1);
            }
            for one in &found {
                let count = self.standing.entry(Lasting::of(one)).or_default();
                before.entry(Lasting::of(one)).or_insert_with(|| (*count, one.clone()));
                *count += 1;
            }
            if !found.is_empty() {
                self.found.insert(subject, found);
            }
        }
        let mut moved = Moved { looked_at, ..Moved::default() };
        for (key, (stood, one)) in before {
            let stands = self.standing.get(&key).copied().unwrap_or(0);
            if stands == 0 {
                self.standing.remove(&key);
            }
            match (stood, stands) {
                (0, 1..) => moved.opened.push(one),
                (1.., 0) => moved.closed.push(one),
                _ => {}
            }
        }
        moved
    }
}

/// One look: the moment, and systems with their rules, each made once.
struct Look<'e, 'l> {
    engine: &'e Engine,
    library: &'l Library,
    today: String,
    systems: HashMap<String, Option<SystemRecord<'l>>>,
}

impl<'e, 'l> Look<'e, 'l> {
    /// What is found in a subject, and when that may be otherwise by itself. `None`: it is there no longer.
    fn at(&mut self, Subject(kind, id): &Subject) -> (Vec<Detected>, Option<Next>) {
        let mut found = Vec::new();
        let mut next = Next::after(self.engine.moment);
        let there = match kind {
            Kind::Camera => self.camera(id, &mut found, &mut next),
            Kind::System => self.system(id, &mut found, &mut next),
            Kind::Place => self.place(id, &mut found, &mut next),
            Kind::Planned => self.planned(id, &mut found),
            Kind::Record => self.record(id, &mut found, &mut next),
            Kind::Plan => self.plan(id, &mut found, &mut next),
            Kind::Target => self.target(id, &mut found, &mut next),
            Kind::Pressure => self.pressure(id, &mut found),
            Kind::Person => self.person(id, &mut found, &mut next),
            // These are read with others, and have no findings of their own.
            Kind::Existing | Kind::Round | Kind::Unit => None,
        };
        #[cfg(test)]
        if self.engine.planted == Some(tests::Planted::Sleeps(*kind)) {
            return (found, None);
        }
        (found, there.map(|()| next))
    }

    fn here(&self, unit: &str) -> Here<'_> {
        Here { library: self.library, adopted: self.engine.register.adopted_by(unit), today: &self.today }
    }

    fn rules_of(&mut self, id: &str) -> Option<&SystemRecord<'l>> {
        let (engine, library) = (self.engine, self.library);
        let make = || engine.register.systems.get(id).map(|system| engine.on(library, system));
        self.systems.entry(id.to_owned()).or_insert_with(make).as_ref()
    }

    /// Days on which a pack begins to bind, or its successor.
    fn packs(&self, next: &mut Next) {
        self.library
            .packs
            .iter()
            .filter_map(|pack| pack.in_force.as_deref())
            .for_each(|day| next.begins_on(day));
    }

    fn camera(&mut self, id: &str, found: &mut Vec<Detected>, next: &mut Next) -> Option<()> {
        let engine = self.engine;
        let known = engine.register.cameras.get(id)?;
        let camera = known.on(None, engine.moment.at);
        let system = known.system.as_deref().and_then(|system| self.rules_of(system));
        places::camera(&camera, system.map(|system| &system.rules), found);
        if let Some(system) = system {
            systems::measured(system, &camera, found);
            kept::silent(system, &camera, found);
        }
        if let (Some(since), Some(silent_s)) = (known.sent.silent_since, camera.measured.silent_s) {
            // Its words count hours.
            let hour_s = (silent_s / 3_600 + 1) * 3_600;
            let s = if silent_s > kept::SILENT_S_MAX { hour_s } else { kept::SILENT_S_MAX + 1 };
            next.instant(since.plus_us(s.saturating_mul(SECOND_US)));
        }
        Some(())
    }

    fn system(&mut self, id: &str, found: &mut Vec<Detected>, next: &mut Next) -> Option<()> {
        self.packs(next);
        let (today, register) = (self.today.clone(), &self.engine.register);
        let system = self.rules_of(id)?;
        systems::one(system, &today, found);
        kept::one(system, &today, |place| register.places.get(place), found);
        built::one(system, &today, found);
        days_of(system, next);
        Some(())
    }

    fn place(&self, id: &str, found: &mut Vec<Detected>, next: &mut Next) -> Option<()> {
        let engine = self.engine;
        let place: &PlaceFacts = engine.register.places.get(id)?;
        let rounds: Vec<&RoundFacts> = engine.links.rounds_at(&engine.register, id);
        let yesterday = engine.moment.today.plus(-1).to_string();
        places::owed(place, self.here(&place.unit), found);
        areas::rounds(place, &rounds, &yesterday, self.here(&place.unit), found);
        self.packs(next);
        if let Some(last) = rounds.iter().map(|round| round.day.as_str()).max() {
            match Day::read(last) {
                Some(day) => next.begins(day.plus(2)),
                None => next.begins_on(last),
            }
        }
        Some(())
    }

    fn planned(&self, id: &str, found: &mut Vec<Detected>) -> Option<()> {
        let engine = self.engine;
        let planned = engine.register.planned.get(id)?;
        let near = engine.links.existing_near(&engine.register, planned);
        places::doubled(planned, near.into_iter(), found);
        Some(())
    }

    fn record(&self, id: &str, found: &mut Vec<Detected>, next: &mut Next) -> Option<()> {
        let known = self.engine.register.records.get(id)?;
        let record = known.on(self.engine.moment.at);
        systems::record(&record, found);
        if record.missing == 0 {
            // Its words count days.
            let days = record.age_days.max(STALE_DAYS) + 1;
            next.instant(known.changed.plus_us(days.saturating_mul(DAY_US)));
        }
        Some(())
    }

    fn plan(&self, id: &str, found: &mut Vec<Detected>, next: &mut Next) -> Option<()> {
        let plan = self.engine.register.plans.get(id)?;
        areas::plan(plan, self.here(&plan.unit), found);
        self.packs(next);
        Some(())
    }

    fn target(&self, id: &str, found: &mut Vec<Detected>, next: &mut Next) -> Option<()> {
        let known = self.engine.register.targets.get(id)?;
        let reached = known.indicator.of(&self.engine.links.figures(&known.division));
        areas::target(&TargetFacts { reached, ..known.clone() }, self.here(&known.unit), found);
        self.packs(next);
        next.ends_on(&known.due_on);
        Some(())
    }

    fn pressure(&self, id: &str, found: &mut Vec<Detected>) -> Option<()> {
        areas::pressure(self.engine.register.pressures.get(id)?, found);
        Some(())
    }

    fn person(&self, id: &str, found: &mut Vec<Detected>, next: &mut Next) -> Option<()> {
        let known = self.engine.register.people.get(id)?;
        people::person(&known.on(self.engine.moment.at), &self.engine.served, &self.today, found);
        next.begins_on(&known.confirm_by);
        next.begins_on(&known.vouch_by);
        known.fit_until.into_iter().for_each(|until| next.instant(until));
        Some(())
    }
}

/// Every day at which something about a system may be otherwise.
fn days_of(system: &SystemRecord<'_>, next: &mut Next) {
    for set in &system.overrides {
        next.begins_on(&set.from);
        set.until.iter().for_each(|until| next.ends_on(until));
    }
    let certificates = system.contractors.iter().filter_map(|one| one.qualification.valid_until.as_ref());
    let products =
        system.kept.points.iter().filter_map(|point| point.product.as_ref()).map(|(_, until)| until);
    let agreements = system.kept.agreements.iter().filter_map(|one| one.valid_until.as_ref());
    certificates.chain(products).chain(agreements).for_each(|until| next.ends_on(until));
    let works = system.kept.works.iter().flat_map(|works| [&works.designed_on, &works.completed_on]);
    let works = works.flatten().chain(&system.works_in_use_on);
    works.for_each(|day| next.begins_on(day));
    for year in &system.budget_years {
        next.begins_on(&format!("{year:04}-01-01"));
        next.begins_on(&format!("{:04}-01-01", year.saturating_add(1)));
    }
    for filing in &system.filings {
        if let FilingState::Owed { due } = filing.state {
            next.begins(due.plus(1));
        }
    }
    for day in system.signs.iter().filter_map(|(_, checked)| checked.as_deref()) {
        match Day::read(day) {
            // A year and a day later: 366 days, or 367 with a leap day between.
            Some(checked) => [366, 367].into_iter().for_each(|days| next.begins(checked.plus(days))),
            None => next.begins_on(day),
        }
    }
}
