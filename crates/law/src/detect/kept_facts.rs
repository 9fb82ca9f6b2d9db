//! What the records of single duties say: of one system, and of places and areas. Plain values that `store` provides.
//!
//! Days are `YYYY-MM-DD`, which sort as days do. Nothing is judged here.

use super::areas::AreaFigures;
use super::facts::{Measured, Named};
use super::people::PersonFacts;
use std::collections::BTreeSet;

/// Of one system.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Kept {
    /// Built without being owed (datong-2008:8, chongqing:7).
    pub voluntary: bool,
    pub ordered_by: Option<String>,
    pub has_legal_basis: bool,
    pub works: Option<WorksFacts>,
    /// Its contractors by their work, as records.
    pub contractors: Vec<(&'static str, Named)>,
    /// Works of which the choice is on record.
    pub chosen: BTreeSet<String>,
    /// A standard is named, in words or as a record.
    pub names_standard: bool,
    /// Standards on record, with what each asks for.
    pub standards: Vec<(Named, Measured)>,
    pub points: Vec<KeptPoint>,
    pub agreements: Vec<AgreementFacts>,
    /// Connections to platforms, and whether each was consulted on before it was made.
    pub unconsulted: Vec<(Named, String)>,
    /// Notices that were not sent, with the day on which they were made.
    pub unsent: Vec<(Named, String)>,
    pub incidents: Vec<IncidentFacts>,
}

impl Kept {
    /// Of agreements of which none holds any more, the one that ended last.
    pub(super) fn last_ended(&self, which: impl Fn(&AgreementFacts) -> bool) -> Option<&AgreementFacts> {
        let own = self.agreements.iter().filter(|one| which(one) && one.valid_until.is_some());
        own.max_by_key(|one| (one.valid_until.as_deref(), one.agreement.id.as_str()))
    }
}

/// Milestones of the main works.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WorksFacts {
    pub works: Named,
    pub designed_on: Option<String>,
    pub completed_on: Option<String>,
}

/// One point of a system.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KeptPoint {
    pub point: Named,
    pub place: Named,
    pub public: bool,
    pub has_distance: bool,
    /// Position, direction, angle and range.
    pub has_view: bool,
    /// Its product, and until when that is certified; an empty day: not at all.
    pub product: Option<(Named, String)>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AgreementFacts {
    pub agreement: Named,
    pub valid_until: Option<String>,
    pub divides_maintenance: bool,
}

impl AgreementFacts {
    pub fn holds(&self, today: &str) -> bool {
        self.valid_until.as_deref().is_none_or(|until| until >= today)
    }
}

/// Loss, damage or removal of equipment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct IncidentFacts {
    pub incident: Named,
    pub point: Named,
    pub found_on: String,
    /// A fault of its own is repaired and not reported.
    pub is_offence: bool,
    pub reported: bool,
    pub repaired: bool,
}

/// Of places and areas.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct KeptRecords {
    pub rounds: Vec<RoundFacts>,
    pub plans: Vec<PlanRecord>,
    pub targets: Vec<TargetFacts>,
    pub pressures: Vec<PressureFacts>,
    pub people: Vec<PersonFacts>,
}

/// A look for hidden cameras in a private place.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RoundFacts {
    pub round: Named,
    pub place: Named,
    pub day: String,
    pub found: bool,
    pub reported: bool,
}

/// A plan of intended points.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PlanRecord {
    pub plan: Named,
    pub unit: String,
    pub division: String,
    pub approved: bool,
}

/// What a government wants for its area.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TargetFacts {
    pub target: Named,
    pub unit: String,
    pub division: String,
    pub indicator: Indicator,
    pub value: f64,
    pub due_on: String,
    /// The figure as it is now.
    pub reached: f64,
}

/// Which figure of an area a target is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Indicator {
    Points,
    SystemsInUse,
    #[default]
    PlacesCovered,
}

impl Indicator {
    /// As `area-target` records have it.
    pub fn from_word(word: &str) -> Self {
        match word {
            "points" => Self::Points,
            "systems-in-use" => Self::SystemsInUse,
            _ => Self::PlacesCovered,
        }
    }

    pub fn of(self, figures: &AreaFigures) -> f64 {
        match self {
            Self::Points => f64::from(figures.points),
            Self::SystemsInUse => f64::from(figures.systems_in_use),
            Self::PlacesCovered => figures.covered_percent(),
        }
    }
}

/// That somebody in office imposed something.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PressureFacts {
    pub report: Named,
    pub authority: String,
    pub received_on: String,
    pub closed: bool,
}
