//! What the registry itself shows to be missing, late or forbidden: findings from facts and the day, each with its article and
//! what helps.
//!
//! Pure. [`detect`] is whole and looks at everything; [`Engine`] finds the same from what changed. It judges no person and
//! closes nothing by itself: a fact that was put right gives no finding any more.

mod ahead;
mod areas;
mod built;
mod duties;
mod engine;
mod facts;
mod kept;
mod kept_facts;
#[cfg(test)]
mod kept_tests;
mod people;
mod places;
mod register;
#[cfg(test)]
mod since_tests;
mod systems;
#[cfg(test)]
mod tests;
mod weight;

pub use ahead::{AHEAD_DAYS_MAX, Ahead, Coming};
pub use areas::{AreaFigures, figures, owes_system};
pub use duties::{Against, DUTY_SHOWN_MAX, DutyStanding, DutyState, duties, duties_of};
pub use engine::{Engine, Lasting, Moved};
pub use facts::{
    CameraFacts, Contracted, Measured, Named, PlaceFacts, Placed, PlanFacts, PointLook, RecordFacts, Sent,
    Snapshot, SystemKnown, SystemRecord,
};
pub use kept_facts::{
    AgreementFacts, IncidentFacts, Indicator, Kept, KeptPoint, KeptRecords, PlanRecord, PressureFacts,
    RoundFacts, TargetFacts, WorksFacts,
};
pub use people::{ACCOUNT_WAITS_US, PersonFacts};
pub use register::{CameraKnown, Change, Fact, Kind, Moment, RecordKnown, Register};
pub use systems::STALE_DAYS;
pub use weight::{Severity, control_of};

pub use places::overlapping;

use crate::{Words, packs::Force};

/// Something that is not as it must be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Detected {
    /// `pack:article`, or `unit:rule` where no text says it.
    pub article: String,
    /// Stable machine word.
    pub code: &'static str,
    /// What it is about.
    pub about: Named,
    /// Other records that show it.
    pub evidence: Vec<Named>,
    /// The day since which it is so, `YYYY-MM-DD`, where a record says it.
    pub since: Option<String>,
    pub reason: Words,
    pub remedy: Words,
    /// Of a pack that only gives findings: a draft, or one held in part.
    pub force: Force,
}

/// Everything that is found, cameras first.
pub fn detect(snapshot: &Snapshot<'_>) -> Vec<Detected> {
    let mut found = Vec::new();
    places::cameras(snapshot, &mut found);
    places::without_system(snapshot, &mut found);
    places::overlaps(snapshot, &mut found);
    systems::all(snapshot, &mut found);
    kept::systems(snapshot, &mut found);
    areas::all(snapshot, &mut found);
    built::all(snapshot, &mut found);
    people::all(snapshot, &mut found);
    systems::records(snapshot, &mut found);
    found
}
