//! What detection looks at: plain values that `store` and the data plane provide.

use super::kept_facts::{Kept, KeptRecords};
use crate::{
    Day,
    filing::{Filing, FilingFacts, filings},
    life_cycle::{CameraStanding, Deviation, Qualification, Stage},
    packs::{Library, Override, Rules, Under},
};
use model::WallTime;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

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
    /// How far its clock is from ours, either way, in whole steps of [`crate::clocks::CAMERA_STEP_MS`]; of what is wanted, how far it
    /// may be.
    pub clock_ms: Option<u32>,
    /// For how long nothing has come from it, when nothing comes.
    pub silent_s: Option<i64>,
}

/// What a camera really sends, or since when it sends nothing.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Sent {
    pub measured: Measured,
    pub silent_since: Option<WallTime>,
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
    /// The day on which the last of it came, when nothing comes.
    pub silent_since: Option<Day>,
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

/// A system as the register has it: nothing here is otherwise on another day.
#[derive(Clone, PartialEq, Debug)]
pub struct SystemKnown {
    pub system: Named,
    pub unit: String,
    /// GB/T 2260 code of its own division.
    pub division: String,
    /// Those in which it and the places of its points are.
    pub divisions: Vec<String>,
    /// Packs that its record adds.
    pub packs: Vec<String>,
    /// What its unit set beside the packs' values.
    pub overrides: Vec<Override>,
    pub stage: Stage,
    pub public_area: bool,
    pub has_owner: bool,
    pub has_manager: bool,
    pub has_budget_line: bool,
    /// Years for which there is money.
    pub budget_years: Vec<i64>,
    pub contractors: Vec<Contracted>,
    /// The day since which its main works are in use.
    pub works_in_use_on: Option<String>,
    pub wanted: Measured,
    /// What the records of single duties say of it.
    pub kept: Kept,
    /// What its filings are computed from.
    pub filing: FilingFacts,
    pub points: Vec<PointLook>,
    /// Its signs, with the day on which somebody last looked at each.
    pub signs: Vec<(Named, Option<String>)>,
    /// What was built otherwise than it was reviewed.
    pub deviations: Vec<Deviation>,
    /// A paper of its steps says that the design was changed.
    pub design_change: bool,
}

/// A system on a day, with its rules.
#[derive(Clone, Debug)]
pub struct SystemRecord<'l> {
    pub own: Arc<SystemKnown>,
    pub rules: Rules<'l>,
    pub has_agreement: bool,
    pub has_budget: bool,
    pub filings: Vec<Filing>,
}

impl SystemKnown {
    /// Nothing but its name and where it is in its life.
    pub fn new(system: Named, stage: Stage) -> Self {
        Self {
            system,
            stage,
            unit: String::new(),
            division: String::new(),
            divisions: Vec::new(),
            packs: Vec::new(),
            overrides: Vec::new(),
            public_area: false,
            has_owner: false,
            has_manager: false,
            has_budget_line: false,
            budget_years: Vec::new(),
            contractors: Vec::new(),
            works_in_use_on: None,
            wanted: Measured::default(),
            kept: Kept::default(),
            filing: FilingFacts::default(),
            points: Vec::new(),
            signs: Vec::new(),
            deviations: Vec::new(),
            design_change: false,
        }
    }

    /// The same on a day: which rules hold, what is valid, what is owed.
    pub fn on<'l>(
        self: &Arc<Self>,
        library: &'l Library,
        adopted: &[String],
        today: Day,
    ) -> SystemRecord<'l> {
        let day = today.to_string();
        let under = Under {
            divisions: &self.divisions,
            named: &self.packs,
            adopted,
            overrides: &self.overrides,
            today: &day,
        };
        let rules = Rules::of(library, &under);
        let year = day.get(..4).and_then(|year| year.parse::<i64>().ok());
        SystemRecord {
            has_agreement: self.kept.agreements.iter().any(|agreement| agreement.holds(&day)),
            has_budget: self.has_budget_line || year.is_some_and(|year| self.budget_years.contains(&year)),
            filings: filings(&rules, &self.filing, today),
            own: Arc::clone(self),
            rules,
        }
    }
}

impl Deref for SystemRecord<'_> {
    type Target = SystemKnown;
    fn deref(&self) -> &SystemKnown {
        &self.own
    }
}

impl DerefMut for SystemRecord<'_> {
    fn deref_mut(&mut self) -> &mut SystemKnown {
        Arc::make_mut(&mut self.own)
    }
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
