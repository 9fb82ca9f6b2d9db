//! Routines of a unit: written rules and drills, maintenance rounds, work orders, assessments, carriers' links.

use super::{Bilingual, EntryRef, Named, RoundAnswer, RuleKind, SystemPart};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct RoutineQuery {
    /// Unit id.
    pub unit: String,
}

/// How often a unit does what: its own policy, since no article gives a number.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoutineTerms {
    pub drill_days: u16,
    /// How long staff may take to confirm a version that is in force.
    pub confirm_days: u16,
    pub front_end_days: u16,
    pub lines_days: u16,
    pub storage_days: u16,
    /// How long a repair may take when nobody says.
    pub repair_days: u16,
    pub assessment_days: u16,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoutineTermsRequest {
    pub unit_id: String,
    /// Each 1 to 1096.
    pub terms: RoutineTerms,
}

/// Somebody's name under something.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoutineHand {
    pub person: Named,
    pub at_ms: i64,
    pub words: String,
    pub entry: EntryRef,
}

/// Something that is missing or late, as the findings say it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoutineLate {
    pub code: String,
    pub since_ms: i64,
    pub reason: Bilingual,
    pub remedy: Bilingual,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RoutineRules {
    pub unit: Named,
    pub terms: RoutineTerms,
    /// The unit has said its own terms; else they are the product's.
    pub own_terms: bool,
    /// Those that a pack asks for, then the unit's own.
    pub kinds: Vec<RuleState>,
    /// All versions, newest first.
    pub versions: Vec<RuleVersion>,
    pub drills: Vec<Drill>,
    /// Who has a post in the unit.
    pub staff: Vec<Named>,
    /// Of the whole unit, rounds and assessments too.
    pub late: Vec<RoutineLate>,
    pub may_change: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RuleState {
    pub kind: RuleKind,
    /// The article that asks for it; null: the unit's own.
    pub article: Option<String>,
    /// Null: none is in force.
    pub in_force: Option<RuleVersion>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleVersion {
    pub id: String,
    pub kind: RuleKind,
    pub document: Named,
    pub from_ms: i64,
    pub review_ms: i64,
    pub in_force: bool,
    pub entry: EntryRef,
    pub confirmed: Vec<RuleConfirmation>,
    /// Staff who have not confirmed the one in force.
    pub missing: Vec<Named>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleConfirmation {
    pub person: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleRequest {
    pub unit_id: String,
    pub kind: RuleKind,
    /// A document of the unit's register, with its file.
    pub document_id: String,
    /// Absent: now.
    pub from_ms: Option<i64>,
    /// Within three years after that.
    pub review_ms: i64,
}

/// A rule in force, for somebody who is to follow it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnRule {
    pub id: String,
    pub unit: Named,
    pub kind: RuleKind,
    pub document: String,
    pub from_ms: i64,
    /// When one confirmed to have read it; null: not yet.
    pub confirmed_ms: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OwnRules {
    pub rules: Vec<OwnRule>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DrillRequest {
    pub unit_id: String,
    pub held_ms: i64,
    /// What was practised, at most 2000 characters.
    pub body: String,
    /// What was found and what follows, at most 2000 characters.
    pub found: String,
    /// Staff of the unit who took part, at most 200.
    pub participant_ids: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Drill {
    pub id: String,
    pub held_ms: i64,
    pub body: String,
    pub found: String,
    pub participants: Vec<Named>,
    pub by: RoutineHand,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RoutineRounds {
    pub unit: Named,
    pub parts: Vec<RoundPart>,
    /// Newest first.
    pub rounds: Vec<Round>,
    /// Those that are open first, by their day.
    pub orders: Vec<WorkOrder>,
    /// What the system sees to be broken and no open work order is about.
    pub faults: Vec<DeviceFault>,
    /// When a repair is due that is asked for now.
    pub repair_due_ms: i64,
    pub may_change: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RoundPart {
    pub part: SystemPart,
    pub every_days: u16,
    pub last_ms: Option<i64>,
    pub due_ms: i64,
    /// A round that is open.
    pub open: Option<String>,
    pub items: Vec<RoundItem>,
}

/// A line of the checklist.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundItem {
    pub id: String,
    pub words: Bilingual,
    pub measured: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Round {
    pub id: String,
    pub part: SystemPart,
    pub begun: RoutineHand,
    /// What the system measured when it began.
    pub measured: Vec<RoundMeasured>,
    pub lines: Vec<RoundLine>,
    pub signed: Option<RoutineHand>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RoundMeasured {
    pub item: String,
    pub good: bool,
    pub en: String,
    pub zh: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundLine {
    pub item: String,
    pub answer: RoundAnswer,
    /// Needed of a fault; at most 500 characters.
    #[serde(default)]
    pub words: String,
    #[serde(default)]
    pub camera_id: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundRequest {
    pub unit_id: String,
    pub part: SystemPart,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundLinesRequest {
    pub lines: Vec<RoundLine>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignRequest {
    /// At most 2000 characters.
    pub words: String,
}

/// A device with a fault, as the system sees it: a work order that waits to be opened.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceFault {
    pub part: SystemPart,
    /// Null: the store.
    pub camera: Option<Named>,
    pub since_ms: i64,
    pub reason: Bilingual,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WorkOrder {
    pub id: String,
    pub part: SystemPart,
    pub body: String,
    pub camera: Option<Named>,
    pub contractor: Option<Named>,
    pub due_ms: i64,
    pub late: bool,
    /// The round that opened it.
    pub round_id: Option<String>,
    pub opened: RoutineHand,
    pub done: Option<RoutineHand>,
    pub evidence: Option<Named>,
    /// The last word of another person.
    pub judged: Option<RoutineHand>,
    pub accepted: bool,
    /// The reader may accept the repair: it is another's.
    pub may_accept: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkOrderRequest {
    pub unit_id: String,
    pub part: SystemPart,
    /// At most 2000 characters.
    pub body: String,
    #[serde(default)]
    pub camera_id: Option<String>,
    /// A contractor of the unit's register.
    #[serde(default)]
    pub contractor_id: Option<String>,
    /// Absent: by the unit's own term.
    pub due_ms: Option<i64>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepairRequest {
    pub words: String,
    /// A document of the unit's register.
    pub evidence_document_id: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptRequest {
    /// False sends it back: the order is open again.
    pub accepted: bool,
    pub words: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Assessments {
    pub unit: Named,
    pub every_days: u16,
    pub due_ms: i64,
    /// Newest first.
    pub assessments: Vec<Assessment>,
    pub may_draw: bool,
    pub may_sign: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Assessment {
    pub id: String,
    pub from_ms: i64,
    pub to_ms: i64,
    pub measured: AssessmentMeasured,
    /// The text that was frozen, and its SHA-256, which is in the entry.
    pub snapshot: String,
    pub sha256: String,
    pub drawn: RoutineHand,
    pub signed: Option<RoutineHand>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssessmentRequest {
    pub unit_id: String,
    pub from_ms: i64,
    /// Not in the future; at most two years after from_ms.
    pub to_ms: i64,
}

/// What was measured: of the span, and as it stood when it was drawn up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AssessmentMeasured {
    /// Effect, over the span.
    pub cameras: u64,
    pub owed_s: f64,
    pub recorded_s: f64,
    pub missing_s: f64,
    pub justified_s: f64,
    pub gaps: u64,
    /// Gaps by cause, those that there were.
    pub gaps_by_cause: Vec<GapsOfCause>,
    /// Effect, as it stood.
    pub below_floor: u64,
    pub horizon_days: Option<f64>,
    pub faults: u64,
    pub orders_open: u64,
    pub orders_late: u64,
    /// Rounds signed off in the span.
    pub rounds: u64,
    /// Security.
    pub refused_attempts: u64,
    pub witness_alarms: u64,
    pub damaged_places: u64,
    pub findings_breach: u64,
    pub findings_due: u64,
    pub findings_note: u64,
    pub staff: u64,
    /// Rules in force that somebody has not confirmed.
    pub rules_in_force: u64,
    pub rules_unconfirmed: u64,
    /// Posts with pictures of people without valid training or vetting.
    pub unfit: u64,
    pub drills: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GapsOfCause {
    pub cause: super::GapCause,
    pub gaps: u64,
    pub seconds: f64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Links {
    pub unit: Named,
    pub links: Vec<Link>,
    pub may_change: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Link {
    pub id: String,
    pub name: String,
    pub carrier: Named,
    pub contract: Option<Named>,
    pub from_ms: i64,
    pub until_ms: Option<i64>,
    /// What the contract says it carries, in parts in a million of the time.
    pub contract_ppm: u32,
    pub cameras: Vec<Named>,
    pub entered_by: RoutineHand,
    pub ended_ms: Option<i64>,
    /// Of the last 30 days; null: measured for less than a day.
    pub carried_ppm: Option<u32>,
    pub below: bool,
    /// Of those days, and what the network cost.
    pub owed_s: f64,
    pub missing_s: f64,
    pub breaks: u64,
    /// Since the server started.
    pub lost_packets: u64,
    pub reconnects: u64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRequest {
    pub unit_id: String,
    /// At most 100 characters.
    pub name: String,
    /// A carrier of the register.
    pub carrier_id: String,
    #[serde(default)]
    pub contract_document_id: Option<String>,
    pub from_ms: i64,
    pub until_ms: Option<i64>,
    /// 1 to 1000000.
    pub contract_ppm: u32,
    pub camera_ids: Vec<String>,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoutineMade {
    pub id: String,
}
