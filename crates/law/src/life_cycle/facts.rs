//! What a step is judged by: the system as the registry has it, and what the person brings to the step. Plain values; `store`
//! loads them in the transaction that also writes the entry.

use super::design::Deviation;
use std::collections::BTreeSet;

/// Who takes part in a review, a test or an acceptance, in the words of the packs: `public-security`, `experts`, …
pub type Participant = String;

/// A contractor's standing on the day of the step.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Qualification {
    pub name: String,
    pub has_certificate: bool,
    /// `YYYY-MM-DD`; `None` when the record has none.
    pub valid_until: Option<String>,
}

impl Qualification {
    /// Dates as `YYYY-MM-DD` sort as days do.
    pub fn is_valid(&self, today: &str) -> bool {
        self.has_certificate && self.valid_until.as_deref().is_some_and(|until| until >= today)
    }
}

/// One point of the system.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PointFacts {
    pub name: String,
    /// Its place's id.
    pub place: String,
    /// Kind of private place that its place is.
    pub private_kind: Option<String>,
    pub category: Option<String>,
    pub public_area: bool,
    pub fixed: bool,
    /// A sign with a stored picture of it (national-2016:10, guangzhou-2007:12).
    pub has_sign: bool,
    pub faces_dwellings: bool,
    pub passwords_in_view: bool,
    pub masked_in_camera: bool,
    /// A confirmed commissioning still shows each of its present cameras in its present aim (guangzhou-2007:6).
    pub has_mask_still: bool,
    pub outdoor: bool,
    pub has_planning_permit: bool,
    /// Near a military zone or a secret state unit, and the consent given beforehand.
    pub near_secret_site: bool,
    pub has_consent: bool,
    pub has_camera: bool,
}

/// The system.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SystemFacts {
    pub public_area: bool,
    pub government_builder: bool,
    /// The unit that runs the place builds, not a private person.
    pub operator_builder: bool,
    pub has_authorisation: bool,
    pub government_funded: bool,
    pub designer: Option<Qualification>,
    pub constructor: Option<Qualification>,
    pub maintainer: Option<Qualification>,
    pub points: Vec<PointFacts>,
    /// Alarm or door systems are part of it: it may have no point at all (national-2016:34).
    pub has_alarm_sources: bool,
    /// Cameras that the unit has under the same pack now, and would have after the step.
    pub cameras_now: u32,
    pub cameras_after: u32,
    /// What is built otherwise than it was reviewed.
    pub deviations: Vec<Deviation>,
}

/// What comes with the step.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StepFacts {
    /// `YYYY-MM-DD` at the unit.
    pub today: String,
    /// Kinds of the papers that lie with the system, those of this step included.
    pub papers: BTreeSet<String>,
    pub with: BTreeSet<Participant>,
    /// Result of the review, test or acceptance.
    pub passed: bool,
}
