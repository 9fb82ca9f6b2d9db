//! Shapes of the registry's records, systems' lives, requests to change, and adopted packs.

use super::{Bilingual, EntryRef};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The kinds of record with their fields: what forms, tables and imports are made of.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordKinds {
    pub kinds: Vec<RecordKindInfo>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RecordKindInfo {
    /// As in addresses: `point`, `system`, …
    pub kind: String,
    pub name: Bilingual,
    /// Belongs to the whole installation, not to a unit.
    pub shared: bool,
    /// The field whose value is unique.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_field: Option<String>,
    /// The field that names the record above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_field: Option<String>,
    pub fields: Vec<RecordField>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RecordField {
    pub name: String,
    pub label: Bilingual,
    pub required: bool,
    /// Without it the record is incomplete.
    pub expected: bool,
    /// Basic data, masked without the right to it.
    pub confidential: bool,
    /// `text`, `lines`, `digits`, `letters`, `number`, `whole`, `date`, `flag`, `one`, `some`, `record`, `records`.
    #[serde(rename = "type")]
    pub of: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chars_max: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Kind of the record that is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<FieldChoice>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FieldChoice {
    pub id: String,
    pub name: Bilingual,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordListQuery {
    /// Part of a name or code.
    pub query: Option<String>,
    pub unit: Option<String>,
    /// Only those under this record.
    pub parent: Option<String>,
    /// Only those of which an expected field is empty.
    #[serde(default)]
    pub incomplete: bool,
    /// Only those of which this expected field is empty.
    pub lacks: Option<String>,
    #[serde(default)]
    pub order: RecordOrder,
    /// At most 500; 100 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

/// In which order a list comes; of the same rank by name.
#[derive(Clone, Copy, Default, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordOrder {
    #[default]
    Name,
    /// What lacks most first.
    Lacking,
    /// What was longest unchanged first.
    Oldest,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CompletenessReport {
    /// Unchanged for longer than this, a record is stale.
    pub stale_days: i64,
    /// What lacks most first.
    pub rows: Vec<CompletenessRow>,
}

/// The records of one kind and one unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompletenessRow {
    pub kind: String,
    /// Null: of the whole installation.
    pub unit_id: Option<String>,
    pub records: u64,
    /// Records that lack an expected value.
    pub incomplete: u64,
    /// Records that nobody has changed for longer than `stale_days`.
    pub stale: u64,
    /// When the longest unchanged record was changed.
    pub oldest_ms: i64,
    /// Values that all the records should have together.
    pub values_expected: u64,
    pub values_missing: u64,
    /// In the order of the form.
    pub lacking: Vec<LackingField>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LackingField {
    pub field: String,
    /// Records that lack it.
    pub records: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Records {
    pub records: Vec<Record>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Record {
    pub id: String,
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<String>,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// Values by the names of the kind's fields.
    #[schema(value_type = Object)]
    pub body: serde_json::Map<String, serde_json::Value>,
    /// Basic data was left out.
    pub masked: bool,
    /// Expected fields that are empty.
    pub missing: u32,
    pub version: u32,
    pub created_ms: i64,
    pub changed_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed_ms: Option<i64>,
    /// Of systems: where it stands in its life.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordRequest {
    /// Absent for what belongs to the whole installation.
    pub unit_id: Option<String>,
    #[schema(value_type = Object)]
    pub body: serde_json::Map<String, serde_json::Value>,
}

/// The record as a whole, as it should be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordChange {
    /// The version that the person saw.
    pub version: u32,
    #[schema(value_type = Object)]
    pub body: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordRemoval {
    pub version: u32,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NamedByQuery {
    /// At most 500; 100 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

/// The records that name one, by kind and name.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedBy {
    pub naming: Vec<Naming>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Naming {
    /// The field by which it names it.
    pub field: String,
    pub record: Record,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RecordVersions {
    pub versions: Vec<RecordVersion>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RecordVersion {
    pub version: u32,
    #[schema(value_type = Object)]
    pub body: serde_json::Map<String, serde_json::Value>,
    pub at_ms: i64,
    pub entry: EntryRef,
}

/// Who may see a unit's secret systems.
#[derive(Debug, Serialize, ToSchema)]
pub struct Clearances {
    pub clearances: Vec<Clearance>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Clearance {
    pub person_id: String,
    pub person: String,
    pub document_id: String,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClearanceRequest {
    /// The document of the unit that says so.
    pub document_id: String,
}

/// Where a system stands, and what its next step demands.
#[derive(Debug, Serialize, ToSchema)]
pub struct SystemLife {
    pub system: Record,
    /// `planned`, `designed`, `built`, `tested`, `accepted`, `in_use`, `decommissioned`.
    pub stage: String,
    pub steps: Vec<LifeStep>,
    /// `review`, `build`, `test`, `accept`, `commission`, `decommission`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// As if it were taken now with the papers that lie with the system and nobody named.
    pub demands: Vec<LifeDemand>,
    pub packs: Vec<SystemPack>,
    /// The milestones of the building works that it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_works: Option<MainWorksDays>,
}

/// Days as `YYYY-MM-DD`.
#[derive(Debug, Serialize, ToSchema)]
pub struct MainWorksDays {
    pub id: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub designed_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begun_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_use_on: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SystemPack {
    pub id: String,
    /// Refuses; otherwise it only gives findings.
    pub binds: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LifeDemand {
    pub article: String,
    pub code: String,
    pub reason: Bilingual,
    pub remedy: Bilingual,
    pub met: bool,
    /// Refuses the step; otherwise it is a finding.
    pub refuses: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LifeStep {
    pub step: String,
    pub at_ms: i64,
    pub entry: EntryRef,
    pub documents: Vec<String>,
    pub with: Vec<String>,
    pub note: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LifeStepRequest {
    pub step: String,
    /// Documents of the unit: papers of this step.
    #[serde(default)]
    pub documents: Vec<String>,
    /// Who took part: `public-security`, `experts`, …
    #[serde(default)]
    pub with: Vec<String>,
    /// Result of the review, test or acceptance.
    #[serde(default)]
    pub passed: bool,
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangeRequestQuery {
    /// Only about this record.
    pub record: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeRequests {
    pub requests: Vec<ChangeRequest>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeRequest {
    pub id: String,
    pub record_id: String,
    pub record_name: String,
    #[schema(value_type = Object)]
    pub body: serde_json::Map<String, serde_json::Value>,
    /// `place`, `purpose`, `coverage`.
    pub changes: Vec<String>,
    pub reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_id: Option<String>,
    pub person_id: String,
    pub person: String,
    pub asked_ms: i64,
    pub entry: EntryRef,
    /// `asked`, `authorised`, `declined`.
    pub state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_ms: Option<i64>,
    /// By the one who is signed in: who asks does not decide.
    pub own: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRequestNew {
    pub record_id: String,
    pub version: u32,
    #[schema(value_type = Object)]
    pub body: serde_json::Map<String, serde_json::Value>,
    pub reason: String,
    pub document_id: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeDecision {
    pub authorise: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Adoptions {
    pub adoptions: Vec<Adoption>,
}

/// A pack that a unit made its own rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct Adoption {
    pub pack: String,
    pub document_id: String,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdoptionRequest {
    pub pack: String,
    /// The unit's decision, among its documents.
    pub document_id: String,
}

/// A field of a record that is not what it must be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    pub field: String,
    pub problem: Bilingual,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct Made {
    pub id: String,
}
