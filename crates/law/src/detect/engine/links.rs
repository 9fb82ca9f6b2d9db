//! Which facts are read together: what has to be looked at again when one of them is another.
//!
//! An index over the register, kept with each change. A rule that reads a fact of something else must find it through here; the
//! test against whole detection fails where one does not.

use super::Subject;
use crate::detect::areas::{AreaFigures, of_place, of_system, prefix};
use crate::detect::facts::Placed;
use crate::detect::places::strip;
use crate::detect::register::{Kind, Register};
use crate::packs::Library;
use std::collections::{BTreeMap, BTreeSet};

type Ids = BTreeSet<String>;

#[derive(Clone, Debug, Default)]
pub struct Links {
    cameras_of_system: BTreeMap<String, Ids>,
    rounds_of_place: BTreeMap<String, Ids>,
    /// Systems marked voluntary, by the places of their points.
    voluntary_at_place: BTreeMap<String, Ids>,
    of_unit: BTreeMap<String, BTreeSet<Subject>>,
    planned_in_strip: BTreeMap<i64, Ids>,
    existing_in_strip: BTreeMap<i64, Ids>,
    /// Figures by the very division.
    areas: BTreeMap<String, AreaFigures>,
}

/// What must be looked at again.
#[derive(Clone, Debug, Default)]
pub struct Touched {
    pub subjects: BTreeSet<Subject>,
    /// Figures of some area moved.
    pub areas: bool,
    /// The rules of some system may be others: whose article is named for people.
    pub rules: bool,
}

impl Links {
    /// What reads this fact, as it stands in the register now. Asked before and after a change.
    pub fn touch(&self, register: &Register, kind: Kind, id: &str, into: &mut Touched) {
        let mut add = |kind: Kind, ids: &Ids| {
            into.subjects.extend(ids.iter().map(|id| Subject(kind, id.clone())));
        };
        match kind {
            Kind::Camera
            | Kind::Planned
            | Kind::Record
            | Kind::Plan
            | Kind::Target
            | Kind::Pressure
            | Kind::Person => {}
            Kind::System => {
                self.cameras_of_system.get(id).into_iter().for_each(|own| add(Kind::Camera, own));
                into.rules = true;
                into.areas = true;
            }
            Kind::Place => {
                self.voluntary_at_place.get(id).into_iter().for_each(|own| add(Kind::System, own));
                into.areas = true;
            }
            Kind::Round => {
                let place = register.rounds.get(id).map(|round| round.place.id.clone());
                into.subjects.extend(place.map(|place| Subject(Kind::Place, place)));
                return;
            }
            Kind::Existing => {
                let near = register.existing.get(id).map(|point| near(&self.planned_in_strip, point));
                add(Kind::Planned, &near.into_iter().flatten().cloned().collect());
                return;
            }
            Kind::Unit => {
                let own: Vec<Subject> = self.of_unit.get(id).into_iter().flatten().cloned().collect();
                for Subject(kind, id) in own {
                    self.touch(register, kind, &id, into);
                }
                return;
            }
        }
        into.subjects.insert(Subject(kind, id.to_owned()));
    }

    /// Counts a fact in (or out) with what it names.
    pub fn count(&mut self, library: &Library, register: &Register, (kind, id): (Kind, &str), is: bool) {
        let mut unit = None;
        match kind {
            Kind::Camera => {
                let system = register.cameras.get(id).and_then(|one| one.system.as_ref());
                system.into_iter().for_each(|system| mark(&mut self.cameras_of_system, system, id, is));
            }
            Kind::Round => {
                let round = register.rounds.get(id);
                round.into_iter().for_each(|one| mark(&mut self.rounds_of_place, &one.place.id, id, is));
            }
            Kind::Planned => {
                let point = register.planned.get(id);
                point.into_iter().for_each(|one| mark(&mut self.planned_in_strip, &strip(one), id, is));
            }
            Kind::Existing => {
                let point = register.existing.get(id);
                point.into_iter().for_each(|one| mark(&mut self.existing_in_strip, &strip(one), id, is));
            }
            Kind::Place => {
                let Some(place) = register.places.get(id) else { return };
                self.sum(&place.division, of_place(library, place), is);
                unit = Some(&place.unit);
            }
            Kind::System => {
                let Some(system) = register.systems.get(id) else { return };
                self.sum(&system.division, of_system(system), is);
                let points = system.kept.points.iter().filter(|_| system.kept.voluntary);
                points.for_each(|point| mark(&mut self.voluntary_at_place, &point.place.id, id, is));
                unit = Some(&system.unit);
            }
            Kind::Plan => unit = register.plans.get(id).map(|plan| &plan.unit),
            Kind::Target => unit = register.targets.get(id).map(|target| &target.unit),
            Kind::Record | Kind::Pressure | Kind::Person | Kind::Unit => {}
        }
        if let Some(unit) = unit {
            let own = self.of_unit.entry(unit.clone()).or_default();
            let subject = Subject(kind, id.to_owned());
            if is {
                own.insert(subject)
            } else {
                own.remove(&subject)
            };
        }
    }

    fn sum(&mut self, division: &str, figures: AreaFigures, is: bool) {
        let sum = self.areas.entry(division.to_owned()).or_default();
        if is { sum.add(figures) } else { sum.take(figures) }
    }

    /// The figures of a division and everything in it.
    pub fn figures(&self, division: &str) -> AreaFigures {
        let within = prefix(division);
        let mut figures = AreaFigures::default();
        for (_, sum) in self.areas.iter().filter(|(code, _)| code.starts_with(within)) {
            figures.add(*sum);
        }
        figures
    }

    pub fn rounds_at<'r>(&self, register: &'r Register, place: &str) -> Vec<&'r super::RoundFacts> {
        let own = self.rounds_of_place.get(place).into_iter().flatten();
        own.filter_map(|id| register.rounds.get(id)).collect()
    }

    /// Points that exist in its strip and the two beside it, by their ids.
    pub fn existing_near<'r>(&self, register: &'r Register, planned: &Placed) -> Vec<&'r Placed> {
        let ids: Ids = near(&self.existing_in_strip, planned).cloned().collect();
        ids.iter().filter_map(|id| register.existing.get(id)).collect()
    }
}

fn near<'s>(strips: &'s BTreeMap<i64, Ids>, placed: &Placed) -> impl Iterator<Item = &'s String> {
    let at = strip(placed);
    strips.range(at.saturating_sub(1)..=at.saturating_add(1)).flat_map(|(_, ids)| ids)
}

fn mark<K: Ord + Clone>(all: &mut BTreeMap<K, Ids>, of: &K, id: &str, is: bool) {
    if is {
        all.entry(of.clone()).or_default().insert(id.to_owned());
        return;
    }
    if let Some(own) = all.get_mut(of) {
        own.remove(id);
        if own.is_empty() {
            all.remove(of);
        }
    }
}
