//! Gaps with what people say about them, announced maintenance, and findings.

use super::{Bilingual, GapCause, Named, Profile};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Where a gap stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GapState {
    /// Nobody has said anything.
    Open,
    /// Explained; a second person has not judged yet.
    Explained,
    /// Approved, announced beforehand, or an act of a named person with its own entry.
    Justified,
    /// The newest explanation was not accepted.
    Declined,
}

impl From<law::completeness::GapState> for GapState {
    fn from(state: law::completeness::GapState) -> Self {
        use law::completeness::GapState as Law;
        match state {
            Law::Open => Self::Open,
            Law::Explained => Self::Explained,
            Law::Justified => Self::Justified,
            Law::Declined => Self::Declined,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GapQuery {
    /// Camera id.
    pub camera: Option<String>,
    /// Unit id: gaps of its cameras.
    pub unit: Option<String>,
    pub cause: Option<GapCause>,
    pub state: Option<GapState>,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    pub cursor: Option<String>,
    /// At most 500; 100 when absent.
    pub limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Gaps {
    /// Newest first.
    pub gaps: Vec<GapRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Gaps that the filters leave, on all pages.
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct GapRow {
    /// Index of its record in the footage log; null while the gap is open and cannot be explained yet.
    pub id: Option<u64>,
    pub camera: Named,
    pub profile: Profile,
    pub from_ms: i64,
    pub to_ms: i64,
    /// The cause that the system saw; the record says so for ever.
    pub cause: GapCause,
    pub evidence: String,
    pub state: GapState,
    /// The same as `state` being `justified`.
    pub justified: bool,
    /// The newest explanation, whatever came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// Id of the announced maintenance that justifies it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maintenance: Option<String>,
}

/// What a person says about gaps, and what a second one said to that.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explanation {
    pub id: String,
    /// The cause as the person sees it.
    pub cause: GapCause,
    pub text: String,
    /// Number or title of a paper that shows it.
    pub document: String,
    pub by: Signature,
    pub state: GapState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

/// Who, when, and the entry of the access log.
#[derive(Debug, Serialize, ToSchema)]
pub struct Signature {
    pub person: Named,
    pub at_ms: i64,
    pub entry: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Verdict {
    pub approved: bool,
    pub by: Signature,
    pub text: String,
}

/// An explanation with the gaps that it is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplanationRow {
    #[serde(flatten)]
    pub explanation: Explanation,
    /// Indices of the gaps' records in the footage log.
    pub gaps: Vec<u64>,
    pub cameras: Vec<Named>,
    pub from_ms: i64,
    pub to_ms: i64,
}

/// Either `gaps`, or `cameras` with `from_ms` and `to_ms`: then all their gaps that meet the span and are open or declined.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplanationRequest {
    #[serde(default)]
    pub gaps: Vec<u64>,
    #[serde(default)]
    pub cameras: Vec<String>,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    pub cause: GapCause,
    pub text: String,
    #[serde(default)]
    pub document: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Explained {
    pub id: String,
    /// How many gaps the explanation is about.
    pub gaps: u64,
}

/// The second person's answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerdictRequest {
    pub approved: bool,
    /// Needed when it is declined.
    #[serde(default)]
    pub text: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MaintenanceQuery {
    /// Thirty days ago when absent.
    pub from_ms: Option<i64>,
    /// A year ahead when absent.
    pub to_ms: Option<i64>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceRequest {
    pub cameras: Vec<String>,
    /// In the future: what has begun is explained, not announced.
    pub from_ms: i64,
    pub to_ms: i64,
    pub reason: String,
    #[serde(default)]
    pub document: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaintenanceState {
    /// Waits for a second person; gaps in it are not justified by it.
    Announced,
    Approved,
    Declined,
}

/// Maintenance announced beforehand.
#[derive(Debug, Serialize, ToSchema)]
pub struct Maintenance {
    pub id: String,
    pub cameras: Vec<Named>,
    pub from_ms: i64,
    pub to_ms: i64,
    pub reason: String,
    pub document: String,
    pub by: Signature,
    pub state: MaintenanceState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Gaps that should have been justified by now.
    GapsUnjustified,
    /// A camera's clock is further off than a person can overlook.
    CameraClock,
    /// The server's clock was set back, or is ahead of the time that has really passed.
    ServerClock,
    /// An outage of the recorder that is no gap, footage of one, or ticks that cannot follow each other.
    Outage,
    /// A report of pressure waits for its outcome.
    Pressure,
    /// Questions from the access log wait for an answer.
    Questions,
    /// Pictures left that no entry accounts for.
    Balance,
    /// An authority's request, or the papers of one, wait too long.
    Retrieval,
    /// A monitoring room lacks persons, or a report to the public security organ its acknowledgement: `code` says which.
    Duty,
    /// Alarms of high priority that nobody acknowledged within the unit's term.
    Alarm,
    /// Reminders by mail or a webhook are not taken any more.
    Reminder,
    /// An authority is late, or an inspection was refused: `code` says which.
    Supervision,
    /// The time limit of a unit's order passed without a correction.
    Order,
    /// Footage of a camera does not reach as far back as its floor.
    FloorShortfall,
    /// Footage of a camera is past its term, nothing holds it, and it is still there.
    OverKeeping,
    /// The disks will be full before footage may go.
    FloorForecast,
    /// Holds have passed their review date, or a decision about one does not arrive: `code` says which.
    HoldReview,
    /// An authority left a claim for compensation unanswered or unpaid.
    Claim,
    /// A routine of a unit is missing or late, a device has a fault, or a line carries too little: `code` says which.
    Routine,
    /// Program or boot settings changed, and nobody had announced or explained it.
    Integrity,
    /// The register shows something missing, late or forbidden: `code` says what.
    Register,
}

impl FindingKind {
    /// As JSON has it, and the history of findings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GapsUnjustified => "gaps_unjustified",
            Self::CameraClock => "camera_clock",
            Self::ServerClock => "server_clock",
            Self::Outage => "outage",
            Self::Pressure => "pressure",
            Self::Questions => "questions",
            Self::Balance => "balance",
            Self::Retrieval => "retrieval",
            Self::Duty => "duty",
            Self::Alarm => "alarm",
            Self::Supervision => "supervision",
            Self::Order => "order",
            Self::FloorShortfall => "floor_shortfall",
            Self::OverKeeping => "over_keeping",
            Self::FloorForecast => "floor_forecast",
            Self::HoldReview => "hold_review",
            Self::Routine => "routine",
            Self::Reminder => "reminder",
            Self::Claim => "claim",
            Self::Integrity => "integrity",
            Self::Register => "register",
        }
    }
}

/// Something that is not as it must be, until somebody does something about it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Finding {
    pub kind: FindingKind,
    /// The article, or `unit:` with the unit's own rule.
    pub article: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera: Option<Named>,
    /// Which of several of that article and code about the same; for the history alone.
    #[serde(skip)]
    pub which: String,
    /// The record of the register that it is about; of a report of pressure its id and its unit's name; of questions their unit;
    /// of duty watch the room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<Named>,
    /// What it belongs to: the unit, and the system as the reader sees it in the register. Absent of what is of the whole installation, of
    /// a person, or of no system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<Named>,
    /// Of the register's findings, and of duty watch: a stable word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Of the register's findings and some others: the pack of the article, the control that found it, `breach`, `due` or `note`, and
    /// what else shows it: records; of other kinds rules, rounds, orders, reports, demands, and gaps by their numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pack: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Named>,
    /// Of a device's fault: what was reported as theft or damage at its point, until it is repaired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<Named>,
    /// Of a pack that binds; otherwise a draft or one held in part says so.
    pub binds: bool,
    pub count: u64,
    /// The oldest moment that it is about.
    pub since_ms: i64,
    pub reason: Bilingual,
    pub remedy: Bilingual,
}

/// Which of the register's findings.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegisterFindingQuery {
    pub pack: Option<String>,
    /// `pack:article`
    pub article: Option<String>,
    pub control: Option<String>,
    pub code: Option<String>,
    /// `breach`, `due`, `note`
    pub severity: Option<String>,
    /// Only about this record or camera, or shown by it.
    pub about: Option<String>,
    /// Only of packs that bind, or only of others.
    pub binds: Option<bool>,
    /// At most 500; 100 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

/// One page, the gravest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisterFindings {
    pub findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Of the filters, on all pages.
    pub total: u64,
    pub breaches: u64,
    pub due: u64,
    pub notes: u64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutageQuery {
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutageKind {
    /// No recorder ran.
    Down,
    /// The recorder ran, and the database took none of its ticks.
    Unwritten,
    /// The system's clock was set.
    ClockSet,
    /// The later tick cannot follow the earlier one: this log has been tampered with, or restored.
    Disorder,
}

/// What lies between two ticks of the recorder.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outage {
    pub kind: OutageKind,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    /// The reason that was announced at the machine before it; null: nobody had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub announced: Option<String>,
    /// How much the clock was set ahead; negative: back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_ms: Option<i64>,
    /// Indices of the two ticks in the footage log.
    pub before: u64,
    pub after: u64,
    /// Cameras on duty whose outage is no gap: a finding.
    pub uncovered: Vec<Named>,
    /// Cameras that claim footage of a time at which no recorder ran: a finding.
    pub impossible: Vec<Named>,
}

/// What the sums are of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AvailabilityBy {
    Camera,
    /// A system of the register: the cameras that stand at its points now. Those in none are a row whose id is `none`.
    System,
    Unit,
    /// All cameras that one's posts cover.
    All,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AvailabilityStep {
    /// Calendar months of the server's time zone.
    Month,
    Whole,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AvailabilityQuery {
    pub from_ms: i64,
    /// At most two years later.
    pub to_ms: i64,
    /// `camera` when absent.
    pub by: Option<AvailabilityBy>,
    /// `month` when absent.
    pub step: Option<AvailabilityStep>,
    /// Unit id: its cameras only.
    pub unit: Option<String>,
    /// Id of a system of the register, or `none`: the cameras that stand at its points now, or at none.
    pub system: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Availability {
    pub from_ms: i64,
    pub to_ms: i64,
    pub rows: Vec<AvailabilityRow>,
}

/// Of one camera, system, unit or all, over one part of the span. Owed is recorded, missing and unaccounted together.
#[derive(Debug, Serialize, ToSchema)]
pub struct AvailabilityRow {
    /// The camera, system or unit; absent for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Named>,
    pub from_ms: i64,
    pub to_ms: i64,
    /// Since each camera was registered, up to now or to its retirement.
    pub owed_s: f64,
    pub recorded_s: f64,
    /// Recorded of owed, 0 to 1.
    pub share: Option<f64>,
    pub missing_s: f64,
    /// By cause; causes without a gap are left out.
    pub missing: Vec<MissingByCause>,
    /// Of the missing time, what is justified.
    pub justified_s: f64,
    /// Justified of missing, 0 to 1; null when nothing is missing.
    pub justified_share: Option<f64>,
    /// Owed, and neither recorded nor in a gap: before the first picture, or not known yet.
    pub unaccounted_s: f64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MissingByCause {
    pub cause: GapCause,
    pub seconds: f64,
    pub gaps: u64,
}

/// Clocks as measured; never corrected.
#[derive(Debug, Serialize, ToSchema)]
pub struct Clocks {
    pub server: ServerClock,
    pub cameras: Vec<CameraClock>,
    /// Above this a camera's clock is a finding.
    pub offset_ms_max: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ServerClock {
    /// The recorder's line, which never runs back: what records are stamped with.
    pub line_ms: i64,
    pub system_ms: i64,
    /// More than a little: the system's clock was set back.
    pub line_ahead_ms: i64,
    /// How far the system's clock is ahead of the time that has really passed; footage expires by the latter.
    pub trusted_lead_ms: i64,
    /// Whether the system's clock is where its time sources say; null: none is configured, or none was asked lately.
    pub synchronised: Option<bool>,
    /// Time sources minus system clock, when they agree.
    pub offset_ms: Option<i64>,
    /// When they were asked last, in this run or before.
    pub asked_ms: Option<i64>,
    /// What each said in this run.
    pub sources: Vec<TimeSource>,
}

/// What one time source said.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeSource {
    pub name: String,
    /// Source minus system clock.
    pub offset_ms: Option<i64>,
    /// There and back; half of it is what cannot be known.
    pub delay_ms: Option<i64>,
    /// Steps from a clock of its own kind.
    pub stratum: Option<u8>,
    /// Why it said nothing.
    pub problem: Option<String>,
    /// The time in a witness's cosignature: of another party's clock, in whole seconds.
    pub is_witness: bool,
    /// It does not agree with the others.
    pub is_outlier: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CameraClock {
    pub camera: Named,
    /// Camera minus server, from its sender reports; null: it sends none, or did not connect in this run.
    pub offset_ms: Option<i64>,
    pub measured_ms: Option<i64>,
    pub is_off: bool,
}
