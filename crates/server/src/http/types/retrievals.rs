//! Retrievals by authorities: what is asked, who came with which papers, what the law says, each step, and where the copy is.
//! There is no field for money anywhere (guangzhou-2007:18), and a body with one is not taken.

use super::{Bilingual, EntryRef, Ground, Named, Organ, OrganLevel, RetrievalPaperKind, Wanted, Way};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RetrievalQuery {
    pub state: Option<RetrievalState>,
    /// Only those that are not done yet.
    #[serde(default)]
    pub open: bool,
    /// Only those that wait too long.
    #[serde(default)]
    pub late: bool,
    /// At most 200; 50 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RetrievalState {
    /// Something may still be lacking.
    Draft,
    /// Nothing is, or it is urgent; its clock runs.
    Complete,
    Approved,
    HandedOver,
    /// The receipt is there, or it was looked at on the spot.
    Closed,
    /// The unit refused it by a right that a text gives.
    Refused,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetrievalRequest {
    pub unit_id: String,
    pub organ: Organ,
    pub ground: Ground,
    pub level: Option<OrganLevel>,
    /// At most 100 characters.
    pub organ_name: String,
    /// The organ's own number of its case or request.
    pub case_number: String,
    #[serde(default)]
    pub reason: String,
    pub wanted: Wanted,
    pub way: Way,
    /// Of footage: at most 16, for at most a day.
    #[serde(default)]
    pub cameras: Vec<String>,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    /// Of basic data: the system.
    pub system_id: Option<String>,
    /// The pack that the organ names; absent: the one that lacks least.
    pub invokes: Option<String>,
    /// A case here to which it belongs.
    pub case: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetrievalAmendment {
    #[serde(default)]
    pub officers: Vec<OfficerRequest>,
    #[serde(default)]
    pub papers: Vec<RetrievalPaperRequest>,
    pub level: Option<OrganLevel>,
    pub invokes: Option<String>,
    /// The emergency's inquiry is closed.
    #[serde(default)]
    pub inquiry_closed: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficerRequest {
    pub name: String,
    /// Of the certificate.
    pub number: String,
    /// Which one was shown; absent: none that a pack asks for.
    pub certificate: Option<RetrievalPaperKind>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetrievalPaperRequest {
    pub paper: RetrievalPaperKind,
    /// A document of the unit, of that kind.
    pub document_id: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetrievalCompletion {
    /// Why it goes out before its papers; only where they are no condition.
    pub urgent_reason: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetrievalRefusalRequest {
    pub reason: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverRequest {
    /// Of footage.
    #[serde(default)]
    pub with_sound: bool,
    /// Of footage: the organ's age public key (`age1…`), or `passphrase` for one that is typed when the package is collected.
    pub seal_to: Option<String>,
    /// Of footage that leaves unsealed: why, at most 400 characters. One of the two must be there.
    pub unsealed_reason: Option<String>,
    /// Of a viewing: who was present.
    #[serde(default)]
    pub present: String,
    #[serde(default)]
    pub note: String,
    /// Of a viewing of footage: the playbacks in which it was looked at, one to sixteen, as `detail.viewings` offers them.
    #[serde(default)]
    pub view_ids: Vec<String>,
    /// Of a viewing that never came about: why, at most 500 characters. It is closed, and not as looked at.
    pub not_shown: Option<String>,
    /// Of basic data: the entry of the table that was handed over, as `detail.tables` offers them.
    pub table_entry: Option<u64>,
}

/// A playback that counts as a viewing of what was approved.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetrievalViewing {
    pub view_id: String,
    pub by: String,
    pub begun_ms: i64,
    pub entry: EntryRef,
    pub cameras: Vec<Named>,
    pub from_ms: i64,
    pub to_ms: i64,
}

/// A table of the unit's basic data that was exported after the approval.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetrievalTable {
    pub by: String,
    pub at_ms: i64,
    pub entry: EntryRef,
    pub sha256: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyReceiptRequest {
    /// Who received it, at most 200 characters.
    pub received_by: String,
    #[serde(default)]
    pub note: String,
    /// The signed receipt, as a document of the unit's register.
    pub document_id: Option<String>,
    /// Whoever received it has signed to keep to use and secrecy: needed where the form says so.
    #[serde(default)]
    pub undertakes: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhereaboutsWord {
    Transferred,
    Returned,
    Destroyed,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhereaboutsRequest {
    pub what: WhereaboutsWord,
    /// Who has it from then on, or who reports it, at most 200 characters.
    pub holder: String,
    #[serde(default)]
    pub note: String,
    pub document_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Retrievals {
    /// Newest first, without their details.
    pub retrievals: Vec<Retrieval>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Retrieval {
    pub id: String,
    pub unit: Named,
    pub state: RetrievalState,
    pub organ: Organ,
    pub ground: Ground,
    pub level: Option<OrganLevel>,
    pub organ_name: String,
    pub case_number: String,
    pub reason: String,
    pub wanted: Wanted,
    pub way: Way,
    pub cameras: Vec<Named>,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    pub system_id: Option<String>,
    pub opened_by: Named,
    pub opened_ms: i64,
    pub entry: EntryRef,
    /// By when it is due, once nothing is lacking.
    pub due_ms: Option<i64>,
    /// Until when its clock stands still, outside of the hours of service under which it runs.
    pub still_until_ms: Option<i64>,
    /// By when papers must follow what went out without them.
    pub papers_due_ms: Option<i64>,
    pub late: bool,
    pub export_id: Option<String>,
    /// Only where one is asked for by itself.
    pub detail: Option<RetrievalDetail>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RetrievalDetail {
    pub invokes: Option<String>,
    pub inquiry_closed: bool,
    pub officers: Vec<RetrievalOfficer>,
    pub papers: Vec<RetrievalPaperRow>,
    /// What keeps its footage, from the moment on at which it is complete. Null before that, and of basic data.
    pub hold: Option<RetrievalHold>,
    /// Oldest first; the register of where its copy is stands in them.
    pub events: Vec<RetrievalEvent>,
    pub verdict: RetrievalVerdict,
    /// The unit may refuse it, under this article; otherwise the article that it would break.
    pub may_refuse: bool,
    pub refusal_article: String,
    /// The article that makes it free of charge; nothing is charged where none does either.
    pub free_under: Option<String>,
    /// Packs that bind here and say who may retrieve.
    pub packs: Vec<String>,
    /// The unit's case under which it is answered.
    pub case: Option<String>,
    /// Playbacks that can be named when a viewing is entered: begun since the approval, newest first.
    pub viewings: Vec<RetrievalViewing>,
    /// Tables that can be named as handed over: exported since the approval, newest first.
    pub tables: Vec<RetrievalTable>,
    pub form: RetrievalFormMark,
}

/// The registration form: its fingerprint, and that of what was approved.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetrievalFormMark {
    /// Of what the form says now, as hexadecimal SHA-256.
    pub sha256: String,
    /// Of what it said when it was approved: `form_sha256` of the approval's entry.
    pub approved_sha256: Option<String>,
    /// The article that asks the organ to keep to use and secrecy: the form says so, and the receipt needs it.
    pub undertaking_article: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RetrievalHold {
    pub id: String,
    pub state: super::HoldState,
    /// When it ends by rule, since the request came to nothing. Null: two persons lift it.
    pub ends_ms: Option<i64>,
    /// By which it ended so.
    pub end_entry: Option<EntryRef>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RetrievalOfficer {
    pub id: String,
    pub name: String,
    pub number: String,
    pub certificate: Option<RetrievalPaperKind>,
    pub checked_by: Option<Named>,
    pub checked_ms: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RetrievalPaperRow {
    pub paper: RetrievalPaperKind,
    pub document: Named,
    /// Dated today or before, and not expired.
    pub valid: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RetrievalEvent {
    /// `opened`, `amended`, `checked`, `completed`, `approved`, `refused`, `handed-over`, `viewed`, `not-viewed`, `receipt`, `transferred`,
    /// `returned`, `destroyed`; of an export's copy also `kept`.
    pub what: String,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
    /// Who has the copy from then on; the article of what the law decided.
    pub holder: String,
    pub note: String,
    pub document_id: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictWord {
    Open,
    Incomplete,
    MayRefuse,
    Refuse,
}

/// What the law says of it today.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetrievalVerdict {
    pub word: VerdictWord,
    pub article: String,
    pub missing: Vec<RetrievalLack>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RetrievalLack {
    pub code: String,
    pub article: String,
    pub reason: Bilingual,
    pub remedy: Bilingual,
}

/// Within which time a unit answers authorities.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetrievalTerms {
    pub unit: Named,
    /// From the moment at which nothing is lacking.
    pub answer_hours: u16,
    /// Papers of what went out urgently.
    pub papers_hours: u16,
    /// What the unit may set at most: a pack's own term where one gives it.
    pub answer_hours_max: u16,
    pub papers_hours_max: u16,
    /// When the reception is open, in words.
    pub open_words: String,
    /// A binding text's term in hours of service: the clock stands still outside of them where they are stated, but not in an emergency;
    /// else it runs by the calendar.
    pub working_hours: Option<u16>,
    /// When it is open; null: nothing is stated, and every term runs by the calendar.
    pub service: Option<ServiceHours>,
    /// Of the last change; null: the longest terms hold.
    pub entry: Option<EntryRef>,
    /// The reader may change them.
    pub may_change: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RetrievalTermsList {
    pub terms: Vec<RetrievalTerms>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetrievalTermsRequest {
    /// 1 to 72, or a pack's own term.
    pub answer_hours: u16,
    /// 1 to 24.
    pub papers_hours: u16,
    /// At most 100 characters.
    #[serde(default)]
    pub open_words: String,
    /// At most 500 characters.
    pub reason: String,
}

/// When a reception is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceHours {
    pub openings: Vec<ServiceOpening>,
    /// `YYYY-MM-DD`.
    pub closed_days: Vec<String>,
    pub entry: EntryRef,
}

#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceOpening {
    /// 0 Monday to 6 Sunday.
    pub weekday: u8,
    /// Minutes after midnight at the unit.
    pub from_min: u16,
    /// Up to a day; beyond midnight it ends on the next.
    pub length_min: u16,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceHoursRequest {
    /// At most 28, 20 hours a week or more; none: every term runs by the calendar.
    pub openings: Vec<ServiceOpening>,
    /// At most 60, as `2026-10-01`.
    pub closed_days: Vec<String>,
    /// At most 500 characters.
    pub reason: String,
}
