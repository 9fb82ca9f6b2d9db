//! What detection looks at: plain values that `store` and the data plane provide.

use super::kept_facts::{Kept, KeptRecords};
use crate::{
    filing::Filing,
    life_cycle::{CameraStanding, Deviation, Qualification, Stage},
    packs::{Library, Rules},
};
use model::WallTime;

/// A record or camera by id and name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// What a camera really sends, as far as it was measured.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Measured {
    pub width_px: Option<u32>,
    pub height_px: Option<u32>,
    pub frame_rate: Option<f64>,
    /// `h264`, `h265`, `mjpeg`.
    pub codec: Option<&'static str>,
    /// For how long nothing has come from it, when nothing comes.
    pub silent_s: Option<i64>,
}

/// A camera that is not retired.
#[derive(Clone, Debug)]
pub struct CameraFacts {
    pub camera: Named,
    pub standing: CameraStanding,
    /// The place of its point, by its id; empty without one.
    pub place: String,
    /// Its system, by its place in [`Snapshot::systems`].
    pub system: Option<usize>,
    pub point: Option<Named>,
    pub measured: Measured,
}

/// A place.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PlaceFacts {
    pub place: Named,
    pub unit: String,
    /// GB/T 2260 code of its division.
    pub division: String,
    pub category: Option<String>,
    pub designated: bool,
    pub other_prevention: bool,
    /// Points of living systems at it.
    pub points: u32,
    pub private_kind: Option<String>,
}

/// Where something stands and looks.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Placed {
    pub point: Named,
    pub longitude: f64,
    pub latitude: f64,
    /// Direction and angle of view in degrees, when known.
    pub view_deg: Option<(f64, f64)>,
}

/// A planned point that is not built yet, with the points that exist.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PlanFacts {
    pub planned: Vec<Placed>,
    pub existing: Vec<Placed>,
}

/// Who does a work on a system, and how qualified for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contracted {
    /// `design`, `construction`, `maintenance`.
    pub work: &'static str,
    pub contractor: Named,
    pub qualification: Qualification,
}

/// A system with its rules.
#[derive(Clone, Debug)]
pub struct SystemRecord<'l> {
    pub system: Named,
    /// GB/T 2260 code of its division.
    pub division: String,
    pub stage: Stage,
    pub rules: Rules<'l>,
    pub public_area: bool,
    pub has_owner: bool,
    pub has_manager: bool,
    pub has_agreement: bool,
    pub has_budget: bool,
    pub contractors: Vec<Contracted>,
    /// The day since which its main works are in use.
    pub works_in_use_on: Option<String>,
    pub wanted: Measured,
    /// What the records of single duties say of it.
    pub kept: Kept,
    pub filings: Vec<Filing>,
    pub points: Vec<PointLook>,
    /// Its signs, with the day on which somebody last looked at each.
    pub signs: Vec<(Named, Option<String>)>,
    /// What was built otherwise than it was reviewed.
    pub deviations: Vec<Deviation>,
    /// A paper of its steps says that the design was changed.
    pub design_change: bool,
}

/// What a point may show, and whether a confirmed still shows what it does.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PointLook {
    pub point: Named,
    pub category: Option<String>,
    pub passwords_in_view: bool,
    pub has_mask_still: bool,
}

/// How complete and how old a record is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordFacts {
    pub record: Named,
    /// Name of its kind, Chinese and English.
    pub kind: (&'static str, &'static str),
    pub missing: u32,
    pub age_days: i64,
    pub changed: WallTime,
}

/// Everything at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot<'l> {
    /// `YYYY-MM-DD` at the units.
    pub today: String,
    pub yesterday: String,
    pub library: &'l Library,
    /// Packs that units adopted, by unit.
    pub adopted: Vec<(String, Vec<String>)>,
    pub cameras: Vec<CameraFacts>,
    pub places: Vec<PlaceFacts>,
    pub plan: PlanFacts,
    pub systems: Vec<SystemRecord<'l>>,
    pub records: Vec<RecordFacts>,
    pub kept: KeptRecords,
}
