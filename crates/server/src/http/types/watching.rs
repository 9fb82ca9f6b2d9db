//! Questions from the access log, a person's own record, and who may do what.

use super::{AccessEntry, Act, Bilingual, Conclusion, EntryRef, Named, Person, Purpose, WatchingRule};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QuestionQuery {
    /// Only those that wait for their answer, or that have one.
    pub open: Option<bool>,
    /// Person id.
    pub person: Option<String>,
    pub rule: Option<WatchingRule>,
    /// At most 200; 100 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Questions {
    /// Newest first: of the units that one audits, and about auditors of those that one administers.
    pub questions: Vec<Question>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

/// A question that the access log raises. It is no verdict.
#[derive(Debug, Serialize, ToSchema)]
pub struct Question {
    pub id: String,
    pub rule: WatchingRule,
    pub name: Bilingual,
    /// The question, as it is put.
    pub question: Bilingual,
    /// Why it is asked.
    pub reason: Bilingual,
    pub article: String,
    pub unit: Named,
    /// Whom it is about.
    pub person: Named,
    /// From which day on, as YYYY-MM-DD, and how many days.
    pub from_day: String,
    pub days: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera: Option<Named>,
    pub count: u32,
    /// From how many on it was asked.
    pub limit: u32,
    pub measure: Bilingual,
    pub asked_ms: i64,
    pub entry: EntryRef,
    /// The entries that it was asked from, at most 50.
    pub evidence: Vec<u64>,
    /// Null until the person has explained it.
    pub explanation: Option<QuestionExplanation>,
    /// Null until somebody else has answered it.
    pub answer: Option<QuestionAnswer>,
    /// The reader may answer it.
    pub may_answer: bool,
    /// The reader is whom it is about, and may explain it.
    pub may_explain: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionExplanation {
    pub text: String,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionAnswer {
    pub conclusion: Conclusion,
    pub text: String,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionExplanationRequest {
    /// At most 500 characters.
    pub explanation: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionAnswerRequest {
    pub conclusion: Conclusion,
    /// What it rests on, at most 500 characters.
    pub answer: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WatchingQuery {
    pub unit: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WatchingLimits {
    pub unit: Named,
    /// The reader may set them.
    pub may_change: bool,
    pub rules: Vec<WatchingLimit>,
}

/// From how much on a rule asks in a unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct WatchingLimit {
    pub rule: WatchingRule,
    pub name: Bilingual,
    pub reason: Bilingual,
    pub measure: Bilingual,
    pub article: String,
    pub value: u32,
    pub least: u32,
    pub usual: u32,
    pub most: u32,
    /// Null as long as it is the product's own.
    pub set: Option<WatchingLimitSet>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WatchingLimitSet {
    pub reason: String,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchingLimitRequest {
    pub unit_id: String,
    pub rule: WatchingRule,
    pub value: u32,
    /// At most 500 characters.
    pub reason: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OwnRecordQuery {
    pub kind: Option<Act>,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    /// Leaves out what was served under a view's entry.
    pub without_use: Option<bool>,
    /// At most 500; 100 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

/// Everything that is recorded about the person who asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnRecord {
    pub person: Person,
    /// At most 100, newest first, ended ones too.
    pub sessions: Vec<OwnSession>,
    pub questions: Vec<Question>,
    /// One page, newest first.
    pub entries: Vec<OwnEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OwnEntry {
    /// The person did it; else somebody else did it about them.
    pub own: bool,
    pub entry: AccessEntry,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OwnSession {
    pub id: String,
    pub created_ms: i64,
    pub last_seen_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<i64>,
    pub expires_ms: i64,
    pub place: String,
    pub agent: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CameraPolicyQuery {
    /// A reason would be stated.
    pub note: Option<bool>,
    /// A case would be named.
    pub case: Option<bool>,
    /// For which purpose; an incident when absent.
    pub purpose: Option<Purpose>,
    /// Of what is recorded, from then; the last hour when absent.
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PersonPolicyQuery {
    pub unit: String,
    /// A reason would be stated.
    pub note: Option<bool>,
    /// A case would be named.
    pub case: Option<bool>,
    /// For which purpose; an incident when absent.
    pub purpose: Option<Purpose>,
    /// Of what is recorded, from then; the last hour when absent.
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
}

/// Why not, and what would make it possible.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyRefusal {
    pub article: String,
    pub code: String,
    pub reason: Bilingual,
    pub remedy: Bilingual,
}

/// A grant of theirs that holds and is about what is asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyGrant {
    pub id: String,
    pub approver: String,
    /// The span that it opens; null: live pictures alone.
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    pub purpose: Purpose,
    pub until_ms: i64,
    pub uses_left: u64,
    /// It opens what is asked now; otherwise another span or purpose.
    pub opens: bool,
}

/// Whether an act would be permitted now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActMay {
    pub act: Act,
    /// Null when it would be permitted.
    pub refusal: Option<PolicyRefusal>,
    /// What would be refused next, once that is mended.
    pub further: Vec<PolicyRefusal>,
    /// Who is signed in beside them, where that is what permits it.
    pub second_person: Option<String>,
    pub grants: Vec<PolicyGrant>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PersonMay {
    pub person: Named,
    pub account: String,
    pub acts: Vec<ActMay>,
}

/// Who may see a camera now.
#[derive(Debug, Serialize, ToSchema)]
pub struct CameraPolicy {
    pub entry: EntryRef,
    /// Everybody with a post in the camera's unit, by account.
    pub people: Vec<PersonMay>,
    /// Other accounts: none of their posts is for this unit.
    pub others: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedCameras {
    pub refusal: PolicyRefusal,
    /// What would be refused next, once that is mended.
    pub further: Vec<PolicyRefusal>,
    pub cameras: u64,
    /// At most five of them.
    pub examples: Vec<Named>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ActPolicy {
    pub act: Act,
    /// Cameras of the unit for which it would be permitted.
    pub permitted: u64,
    /// Who is signed in beside them, where that is what permits it.
    pub second_person: Option<String>,
    /// Each grant once, whichever of the cameras it is about.
    pub grants: Vec<PolicyGrant>,
    pub refused: Vec<RefusedCameras>,
}

/// What somebody may do in a unit now.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonPolicy {
    pub entry: EntryRef,
    /// Cameras of the unit.
    pub cameras: u64,
    pub pictures: Vec<ActPolicy>,
    pub unit_acts: Vec<ActMay>,
}
