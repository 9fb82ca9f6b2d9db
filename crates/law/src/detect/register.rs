//! The register's facts without any day: what changes only because somebody changed it. From them comes the snapshot of a moment.
//!
//! Plain values in the order of their ids. The invariant: nothing here is otherwise because time passed; whatever a day decides is
//! decided in [`Register::snapshot`] and in what it calls.

use super::{
    areas::figures,
    facts::{
        CameraFacts, Measured, Named, PlaceFacts, Placed, PlanFacts, RecordFacts, Sent, Snapshot, SystemKnown,
    },
    kept_facts::{KeptRecords, PlanRecord, PressureFacts, RoundFacts, TargetFacts},
    people::PersonFacts,
};
use crate::{Day, life_cycle::CameraStanding, packs::Library};
use model::WallTime;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

const DAY_US: i64 = 86_400_000_000;

/// When somebody asks. The day may be later than the clock's: it is that of the time that is believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    pub today: Day,
    pub at: WallTime,
}

/// A camera that is not retired.
#[derive(Clone, PartialEq, Debug)]
pub struct CameraKnown {
    pub camera: Named,
    pub standing: CameraStanding,
    /// The place of its point, by its id; empty without one.
    pub place: String,
    pub system: Option<String>,
    pub point: Option<Named>,
    pub sent: Sent,
}

impl CameraKnown {
    pub(super) fn on(&self, system: Option<usize>, at: WallTime) -> CameraFacts {
        let silent_s = self.sent.silent_since.map(|since| at.since_us(since) / 1_000_000);
        CameraFacts {
            camera: self.camera.clone(),
            standing: self.standing.clone(),
            place: self.place.clone(),
            system,
            point: self.point.clone(),
            measured: Measured { silent_s, ..self.sent.measured },
            silent_since: self.sent.silent_since.map(Day::of),
        }
    }
}

/// A record, as far as completeness and age go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordKnown {
    pub record: Named,
    /// Name of its kind, Chinese and English.
    pub kind: (&'static str, &'static str),
    pub missing: u32,
    pub changed: WallTime,
}

impl RecordKnown {
    pub(super) fn on(&self, at: WallTime) -> RecordFacts {
        RecordFacts {
            record: self.record.clone(),
            kind: self.kind,
            missing: self.missing,
            age_days: at.since_us(self.changed) / DAY_US,
            changed: self.changed,
        }
    }
}

impl PersonFacts {
    pub(super) fn on(&self, at: WallTime) -> Self {
        let ended = self.fit_until.filter(|until| *until <= at);
        Self { fit: self.fit && ended.is_none(), fit_until: ended, ..self.clone() }
    }
}

/// What kind of fact.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Kind {
    Camera,
    Place,
    Planned,
    /// A point that exists, where it stands and looks.
    Existing,
    System,
    Record,
    Round,
    Plan,
    Target,
    Pressure,
    Person,
    /// The packs that a unit adopted.
    Unit,
}

/// One fact.
#[derive(Clone, PartialEq, Debug)]
pub enum Fact {
    Camera(CameraKnown),
    Place(PlaceFacts),
    Planned(Placed),
    Existing(Placed),
    System(Arc<SystemKnown>),
    Record(RecordKnown),
    Round(RoundFacts),
    Plan(PlanRecord),
    Target(TargetFacts),
    Pressure(PressureFacts),
    Person(PersonFacts),
    Unit { unit: String, adopted: Vec<String> },
}

impl Fact {
    /// Kind and id: what a later fact of the same replaces.
    pub fn key(&self) -> (Kind, &str) {
        match self {
            Self::Camera(one) => (Kind::Camera, &one.camera.id),
            Self::Place(one) => (Kind::Place, &one.place.id),
            Self::Planned(one) => (Kind::Planned, &one.point.id),
            Self::Existing(one) => (Kind::Existing, &one.point.id),
            Self::System(one) => (Kind::System, &one.system.id),
            Self::Record(one) => (Kind::Record, &one.record.id),
            Self::Round(one) => (Kind::Round, &one.round.id),
            Self::Plan(one) => (Kind::Plan, &one.plan.id),
            Self::Target(one) => (Kind::Target, &one.target.id),
            Self::Pressure(one) => (Kind::Pressure, &one.report.id),
            Self::Person(one) => (Kind::Person, &one.person.id),
            Self::Unit { unit, .. } => (Kind::Unit, unit),
        }
    }
}

/// What happened to one fact.
#[derive(Clone, PartialEq, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all are the large one, and none is kept")]
pub enum Change {
    Is(Fact),
    Gone(Kind, String),
}

/// Every fact that detection looks at.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Register {
    pub cameras: BTreeMap<String, CameraKnown>,
    pub places: BTreeMap<String, PlaceFacts>,
    pub planned: BTreeMap<String, Placed>,
    pub existing: BTreeMap<String, Placed>,
    pub systems: BTreeMap<String, Arc<SystemKnown>>,
    pub records: BTreeMap<String, RecordKnown>,
    pub rounds: BTreeMap<String, RoundFacts>,
    pub plans: BTreeMap<String, PlanRecord>,
    pub targets: BTreeMap<String, TargetFacts>,
    pub pressures: BTreeMap<String, PressureFacts>,
    pub people: BTreeMap<String, PersonFacts>,
    /// Packs by the unit that adopted them.
    pub adopted: BTreeMap<String, Vec<String>>,
}

impl Register {
    pub fn put(&mut self, fact: Fact) {
        let id = fact.key().1.to_owned();
        match fact {
            Fact::Camera(one) => drop(self.cameras.insert(id, one)),
            Fact::Place(one) => drop(self.places.insert(id, one)),
            Fact::Planned(one) => drop(self.planned.insert(id, one)),
            Fact::Existing(one) => drop(self.existing.insert(id, one)),
            Fact::System(one) => drop(self.systems.insert(id, one)),
            Fact::Record(one) => drop(self.records.insert(id, one)),
            Fact::Round(one) => drop(self.rounds.insert(id, one)),
            Fact::Plan(one) => drop(self.plans.insert(id, one)),
            Fact::Target(one) => drop(self.targets.insert(id, one)),
            Fact::Pressure(one) => drop(self.pressures.insert(id, one)),
            Fact::Person(one) => drop(self.people.insert(id, one)),
            Fact::Unit { adopted, .. } => drop(self.adopted.insert(id, adopted)),
        }
    }

    pub fn take(&mut self, kind: Kind, id: &str) {
        match kind {
            Kind::Camera => drop(self.cameras.remove(id)),
            Kind::Place => drop(self.places.remove(id)),
            Kind::Planned => drop(self.planned.remove(id)),
            Kind::Existing => drop(self.existing.remove(id)),
            Kind::System => drop(self.systems.remove(id)),
            Kind::Record => drop(self.records.remove(id)),
            Kind::Round => drop(self.rounds.remove(id)),
            Kind::Plan => drop(self.plans.remove(id)),
            Kind::Target => drop(self.targets.remove(id)),
            Kind::Pressure => drop(self.pressures.remove(id)),
            Kind::Person => drop(self.people.remove(id)),
            Kind::Unit => drop(self.adopted.remove(id)),
        }
    }

    /// Whether this very fact is known already.
    pub fn has(&self, fact: &Fact) -> bool {
        let (_, id) = fact.key();
        match fact {
            Fact::Camera(one) => self.cameras.get(id) == Some(one),
            Fact::Place(one) => self.places.get(id) == Some(one),
            Fact::Planned(one) => self.planned.get(id) == Some(one),
            Fact::Existing(one) => self.existing.get(id) == Some(one),
            Fact::System(one) => self.systems.get(id) == Some(one),
            Fact::Record(one) => self.records.get(id) == Some(one),
            Fact::Round(one) => self.rounds.get(id) == Some(one),
            Fact::Plan(one) => self.plans.get(id) == Some(one),
            Fact::Target(one) => self.targets.get(id) == Some(one),
            Fact::Pressure(one) => self.pressures.get(id) == Some(one),
            Fact::Person(one) => self.people.get(id) == Some(one),
            Fact::Unit { adopted, .. } => self.adopted.get(id) == Some(adopted),
        }
    }

    /// Every fact, one by one; units first, so that nothing is looked at twice.
    pub fn facts(&self) -> impl Iterator<Item = Fact> + '_ {
        let units = self.adopted.iter();
        let units = units.map(|(unit, adopted)| Fact::Unit { unit: unit.clone(), adopted: adopted.clone() });
        units
            .chain(self.systems.values().cloned().map(Fact::System))
            .chain(self.places.values().cloned().map(Fact::Place))
            .chain(self.existing.values().cloned().map(Fact::Existing))
            .chain(self.planned.values().cloned().map(Fact::Planned))
            .chain(self.cameras.values().cloned().map(Fact::Camera))
            .chain(self.records.values().cloned().map(Fact::Record))
            .chain(self.rounds.values().cloned().map(Fact::Round))
            .chain(self.plans.values().cloned().map(Fact::Plan))
            .chain(self.targets.values().cloned().map(Fact::Target))
            .chain(self.pressures.values().cloned().map(Fact::Pressure))
            .chain(self.people.values().cloned().map(Fact::Person))
    }

    /// What makes this register the other one.
    pub fn differences(&self, new: &Self) -> Vec<Change> {
        let gone = self.keys().filter(|(kind, id)| !new.holds(*kind, id));
        let gone = gone.map(|(kind, id)| Change::Gone(kind, id.to_owned()));
        gone.chain(new.facts().filter(|fact| !self.has(fact)).map(Change::Is)).collect()
    }

    /// What makes this register the other one in what was looked at. The other one need know nothing else.
    pub fn differences_in(&self, looked: &[(Kind, String)], new: &Self) -> Vec<Change> {
        let change = |(kind, id): &(Kind, String)| match new.fact(*kind, id) {
            Some(fact) => (!self.has(&fact)).then_some(Change::Is(fact)),
            None => self.holds(*kind, id).then(|| Change::Gone(*kind, id.clone())),
        };
        looked.iter().filter_map(change).collect()
    }

    fn fact(&self, kind: Kind, id: &str) -> Option<Fact> {
        match kind {
            Kind::Camera => self.cameras.get(id).cloned().map(Fact::Camera),
            Kind::Place => self.places.get(id).cloned().map(Fact::Place),
            Kind::Planned => self.planned.get(id).cloned().map(Fact::Planned),
            Kind::Existing => self.existing.get(id).cloned().map(Fact::Existing),
            Kind::System => self.systems.get(id).cloned().map(Fact::System),
            Kind::Record => self.records.get(id).cloned().map(Fact::Record),
            Kind::Round => self.rounds.get(id).cloned().map(Fact::Round),
            Kind::Plan => self.plans.get(id).cloned().map(Fact::Plan),
            Kind::Target => self.targets.get(id).cloned().map(Fact::Target),
            Kind::Pressure => self.pressures.get(id).cloned().map(Fact::Pressure),
            Kind::Person => self.people.get(id).cloned().map(Fact::Person),
            Kind::Unit => {
                let adopted = self.adopted.get(id)?.clone();
                Some(Fact::Unit { unit: id.to_owned(), adopted })
            }
        }
    }

    fn keys(&self) -> impl Iterator<Item = (Kind, &str)> {
        fn of<T>(kind: Kind, all: &BTreeMap<String, T>) -> impl Iterator<Item = (Kind, &str)> {
            all.keys().map(move |id| (kind, id.as_str()))
        }
        of(Kind::Camera, &self.cameras)
            .chain(of(Kind::Place, &self.places))
            .chain(of(Kind::Planned, &self.planned))
            .chain(of(Kind::Existing, &self.existing))
            .chain(of(Kind::System, &self.systems))
            .chain(of(Kind::Record, &self.records))
            .chain(of(Kind::Round, &self.rounds))
            .chain(of(Kind::Plan, &self.plans))
            .chain(of(Kind::Target, &self.targets))
            .chain(of(Kind::Pressure, &self.pressures))
            .chain(of(Kind::Person, &self.people))
            .chain(of(Kind::Unit, &self.adopted))
    }

    fn holds(&self, kind: Kind, id: &str) -> bool {
        match kind {
            Kind::Camera => self.cameras.contains_key(id),
            Kind::Place => self.places.contains_key(id),
            Kind::Planned => self.planned.contains_key(id),
            Kind::Existing => self.existing.contains_key(id),
            Kind::System => self.systems.contains_key(id),
            Kind::Record => self.records.contains_key(id),
            Kind::Round => self.rounds.contains_key(id),
            Kind::Plan => self.plans.contains_key(id),
            Kind::Target => self.targets.contains_key(id),
            Kind::Pressure => self.pressures.contains_key(id),
            Kind::Person => self.people.contains_key(id),
            Kind::Unit => self.adopted.contains_key(id),
        }
    }

    /// What a unit made its own rule.
    pub(super) fn adopted_by(&self, unit: &str) -> &[String] {
        self.adopted.get(unit).map_or(&[][..], Vec::as_slice)
    }

    /// Everything as it is at a moment, for [`super::detect`].
    pub fn snapshot<'l>(&self, library: &'l Library, moment: Moment) -> Snapshot<'l> {
        let index = self.systems.keys().enumerate().map(|(at, id)| (id.as_str(), at));
        let index: HashMap<&str, usize> = index.collect();
        let system = |camera: &CameraKnown| index.get(camera.system.as_deref()?).copied();
        let on = |one: &Arc<SystemKnown>| one.on(library, self.adopted_by(&one.unit), moment.today);
        let mut snapshot = Snapshot {
            today: moment.today.to_string(),
            yesterday: moment.today.plus(-1).to_string(),
            library,
            adopted: self.adopted.iter().map(|(unit, packs)| (unit.clone(), packs.clone())).collect(),
            cameras: self.cameras.values().map(|one| one.on(system(one), moment.at)).collect(),
            places: self.places.values().cloned().collect(),
            plan: PlanFacts {
                planned: self.planned.values().cloned().collect(),
                existing: self.existing.values().cloned().collect(),
            },
            systems: self.systems.values().map(on).collect(),
            records: self.records.values().map(|one| one.on(moment.at)).collect(),
            kept: KeptRecords {
                rounds: self.rounds.values().cloned().collect(),
                plans: self.plans.values().cloned().collect(),
                targets: Vec::new(),
                pressures: self.pressures.values().cloned().collect(),
                people: self.people.values().map(|one| one.on(moment.at)).collect(),
            },
        };
        let reach = |one: &TargetFacts| TargetFacts {
            reached: one.indicator.of(&figures(&snapshot, &one.division)),
            ..one.clone()
        };
        snapshot.kept.targets = self.targets.values().map(reach).collect();
        snapshot
    }
}
