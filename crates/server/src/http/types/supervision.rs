//! Supervision: authorities, compliance of an area, accusations, inspections, orders, awards as they travel. No picture is among them,
//! and no basic data but names.

use super::{
    AccusationStage, AccusedKind, AuthorityKind, Bilingual, EntryRef, Fined, InspectionState, LineVerdict,
    Named, OrderState,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorityRequest {
    /// At most 100 characters.
    pub name: String,
    pub kind: AuthorityKind,
    /// Six digits of GB/T 2260; `000000` is the whole country.
    pub division: String,
    /// Of an industry's authority: the category of place.
    #[serde(default)]
    pub industry: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Authority {
    pub id: String,
    pub name: String,
    pub kind: AuthorityKind,
    pub division: String,
    /// `county`, `city`, `province`, `national`: as the division says.
    pub level: String,
    pub industry: Option<String>,
    /// Shown to administrators only.
    pub supervisors: Vec<Named>,
    /// What it was, oldest first; in the list only.
    pub versions: Vec<AuthorityVersion>,
    /// Ended ones are shown to administrators.
    pub ended: Option<AuthorityEnd>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuthorityVersion {
    pub version: u32,
    pub name: String,
    pub division: String,
    pub industry: Option<String>,
    /// Empty of the first.
    pub reason: String,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuthorityEnd {
    pub at_ms: i64,
    pub entry: EntryRef,
    pub reason: String,
    /// Who goes on with what was open; null: nobody, and what is open is a finding.
    pub successor: Option<Named>,
    pub open_count: u64,
}

/// What an authority becomes; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorityChangeRequest {
    #[serde(default)]
    pub name: Option<String>,
    /// Six digits; the level follows.
    #[serde(default)]
    pub division: Option<String>,
    #[serde(default)]
    pub industry: Option<String>,
    /// At most 500 characters.
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorityEndRequest {
    /// At most 500 characters.
    pub reason: String,
    /// Whose area holds the ended one's.
    #[serde(default)]
    pub successor_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Authorities {
    pub authorities: Vec<Authority>,
}

/// Compliance in an authority's area.
#[derive(Debug, Serialize, ToSchema)]
pub struct Supervision {
    pub authority: Authority,
    pub systems: Vec<SupervisedSystem>,
    /// What authorities are late with: one's own, and those below.
    pub late: Vec<LateAuthority>,
    /// How often the authority inspects each system; null: it has set nothing, and no text has a figure.
    pub rhythm: Option<InspectionRhythm>,
}

/// How often an authority inspects each system of its area: its own figure.
#[derive(Debug, Serialize, ToSchema)]
pub struct InspectionRhythm {
    pub days: u32,
    pub reason: String,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectionRhythmRequest {
    /// At most 1830; absent: the rhythm is taken back.
    #[serde(default)]
    pub days: Option<u32>,
    /// At most 500 characters.
    pub reason: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SupervisedSystem {
    pub id: String,
    pub name: String,
    pub unit: Named,
    /// Stage of its life.
    pub stage: String,
    pub divisions: Vec<String>,
    /// Rule packs that bind it.
    pub packs: Vec<String>,
    pub cameras: u32,
    /// Days that footage must be kept, when a text that binds says so.
    pub floor_days: Option<u16>,
    pub filings_owed: u32,
    pub filings_made: u32,
    pub breaches: u32,
    pub due: u32,
    pub notes: u32,
    /// Recorded of owed time of the last 30 days, in hundredths of a percent; null when nothing was owed.
    pub available_bp: Option<u32>,
    /// When the reader's authority last ended an inspection of it.
    pub inspected_ms: Option<i64>,
    /// By when it inspects it next; null without a rhythm.
    pub inspection_due_ms: Option<i64>,
    /// One that is under way.
    pub inspection_id: Option<String>,
    pub findings: Vec<SystemFinding>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SystemFinding {
    pub article: String,
    pub code: String,
    pub about: String,
    /// `breach`, `due`, `note`.
    pub severity: String,
    pub reason: Bilingual,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LateAuthority {
    pub authority: Named,
    /// `receipt`, `accusation`, `correction`, `order_lapsed`, `order_escalated`, `target`, `inspection`.
    pub what: String,
    pub count: u64,
    pub since_ms: i64,
    pub reason: Bilingual,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccusationRequest {
    pub kind: AccusedKind,
    /// Who it is about, in words; at most 100 characters.
    pub who: String,
    /// What happened; at most 4000 characters.
    pub what: String,
    /// Six digits of GB/T 2260, if the reporter knows them.
    #[serde(default)]
    pub division: Option<String>,
    /// How the reporter can be reached, if they want; at most 200 characters, kept sealed.
    #[serde(default)]
    pub contact: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AccusationReceipt {
    pub number: String,
    /// Shown once: only its hash is kept.
    pub code: String,
    pub due_ms: Option<i64>,
    /// An authority has it that it does not concern; otherwise auditors have it whom it does not concern.
    pub routed: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccusationFollow {
    pub number: String,
    pub code: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AccusationState {
    pub number: String,
    pub received_ms: i64,
    pub stage: AccusationStage,
    pub due_ms: Option<i64>,
    pub answer: Option<String>,
    pub outcome: Option<String>,
    pub stages: Vec<AccusationMoment>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AccusationMoment {
    pub stage: AccusationStage,
    pub at_ms: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Accusations {
    /// Newest first; what concerns the reader is not among them, nor in a number.
    pub accusations: Vec<Accusation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Of the query, on all pages.
    pub total: u64,
    /// Not closed yet, whatever the query asks.
    pub open: u64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccusationListQuery {
    /// Only those that are not closed, or only those that are.
    pub open: Option<bool>,
    /// At most 500, and so many when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Accusation {
    pub id: String,
    pub number: String,
    pub kind: AccusedKind,
    pub who: String,
    pub what: String,
    pub contact: Option<String>,
    pub at_ms: i64,
    pub entry: EntryRef,
    /// Null: with the auditors whom it does not concern.
    pub authority: Option<Named>,
    pub stage: AccusationStage,
    pub due_ms: Option<i64>,
    /// It came to the reader because the authority below is late.
    pub escalated: bool,
    pub steps: Vec<AccusationStep>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AccusationStep {
    pub stage: AccusationStage,
    pub text: String,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccusationStepRequest {
    /// `taken_up`, `answered` (the reporter reads the text), `closed` (with the outcome).
    pub stage: AccusationStage,
    /// At most 2000 characters.
    pub text: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectionRequest {
    pub unit_id: String,
    /// Absent: all systems of the unit in the area.
    #[serde(default)]
    pub system_id: Option<String>,
    /// At most 1000 characters.
    pub reason: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Inspections {
    /// A part of them, newest first.
    pub inspections: Vec<Inspection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Inspection {
    pub id: String,
    pub authority: Named,
    pub unit: Named,
    pub system: Option<Named>,
    pub reason: String,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
    pub state: InspectionState,
    pub end_note: Option<String>,
    pub ended_ms: Option<i64>,
    pub lines_count: u32,
    pub judged_count: u32,
    pub lacking_count: u32,
    /// Orders that came of it, and those that are not over.
    pub orders_count: u32,
    pub orders_open_count: u32,
    /// The round that it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round_id: Option<String>,
}

/// A unit of the area, or one system of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundMember {
    pub unit_id: String,
    /// Absent: all systems of the unit in the area.
    #[serde(default)]
    pub system_id: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectionRoundRequest {
    /// At most 1000 characters.
    pub reason: String,
    /// What is looked at, by whom and by when; at most 1000 characters.
    pub plan: String,
    /// One to 50, each once.
    pub inspections: Vec<RoundMember>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InspectionRounds {
    /// A part of them, newest first.
    pub rounds: Vec<InspectionRound>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

/// Inspections begun at once, and how far they are, as its reader sees them.
#[derive(Debug, Serialize, ToSchema)]
pub struct InspectionRound {
    pub id: String,
    pub authority: Named,
    pub reason: String,
    pub plan: String,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
    pub open_count: u32,
    pub ended_count: u32,
    pub refused_count: u32,
    /// Lines that were found lacking.
    pub lacking_count: u32,
    /// Orders that came of it, and those that are not over.
    pub orders_count: u32,
    pub orders_open_count: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InspectionRoundWhole {
    pub round: InspectionRound,
    /// By unit and system.
    pub inspections: Vec<Inspection>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InspectionWhole {
    pub inspection: Inspection,
    pub lines: Vec<InspectionLine>,
    pub comments: Vec<InspectionComment>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InspectionLine {
    pub number: u32,
    pub article: String,
    pub title: Bilingual,
    pub asks: Bilingual,
    pub controls: Vec<String>,
    /// The article binds here; otherwise it is a draft, superseded, or held in part.
    pub binds: bool,
    /// What a pack calls this part of an inspection: `building-duty`, `design-review-and-acceptance`, `running-and-footage-rules`, `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// What the system itself found when the inspection began; at most 20 of them.
    pub findings: Vec<LineFinding>,
    pub findings_count: u32,
    pub verdict: Option<LineVerdict>,
    pub note: Option<String>,
    pub judged_ms: Option<i64>,
    /// Of a lacking line: what the text may threaten for it.
    pub penalties: Vec<PenaltyChoice>,
    /// An order from this line has to name one of them, or none.
    pub penalty_required: bool,
}

/// One of the penalties that an article may have.
#[derive(Debug, Serialize, ToSchema)]
pub struct PenaltyChoice {
    /// By what an order names it: the article and which of its penalties.
    pub key: String,
    /// It follows from what was found, when nothing is named.
    pub follows: bool,
    /// The parts of the article that it answers, in their words; empty is the whole article, or any breach.
    pub parts: Vec<Bilingual>,
    /// It is for any breach of the text.
    pub any_breach: bool,
    pub penalty: OrderPenalty,
}

/// A document that a unit named to an authority, as it was then. The authority that judges opens its file.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedDocument {
    pub id: String,
    /// Null: of a secret system.
    pub name: Option<String>,
    pub version: Option<u32>,
    /// Of its file; null when it had none.
    pub sha256: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LineFinding {
    pub code: String,
    pub about: String,
    pub reason: Bilingual,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InspectionComment {
    pub text: String,
    pub documents: Vec<NamedDocument>,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineRequest {
    pub verdict: LineVerdict,
    /// What is lacking; at most 1000 characters.
    #[serde(default)]
    pub note: String,
}

/// What the unit says, to an inspection or on an order; on an order with at least one document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitAnswer {
    /// At most 1000 characters.
    pub text: String,
    /// Documents of the unit's register, at most 10.
    #[serde(default)]
    pub document_ids: Vec<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectionEndRequest {
    /// The unit refused it: then the note says who, and what was said.
    #[serde(default)]
    pub refused: bool,
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderRequest {
    pub inspection_id: String,
    pub line: u32,
    /// What is to be put right; at most 1000 characters.
    pub demand: String,
    /// Within 180 days.
    pub deadline_ms: i64,
    /// Which of the line's penalties, by its key, or `none`; absent: the one that follows from what was found.
    #[serde(default)]
    pub penalty: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Orders {
    /// A part of them, newest first.
    pub orders: Vec<Order>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Order {
    pub id: String,
    pub number: String,
    pub inspection_id: String,
    pub authority: Named,
    pub issuer: Named,
    pub unit: Named,
    pub article: String,
    /// The unit made the text its own rule: nobody is punished under it.
    pub adopted: bool,
    pub penalty: Option<OrderPenalty>,
    /// Whether any article on penalties is held of the text.
    pub penalties_held: bool,
    pub demand: String,
    pub deadline_ms: i64,
    pub overdue: bool,
    pub state: OrderState,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
    pub steps: Vec<OrderStep>,
    pub chain: Vec<ChainStep>,
    /// What the system itself finds for the line behind it; of one order asked for by its id. Null where nothing can be said of it.
    pub found: Option<OrderFound>,
    /// The reader's authority judges it now.
    pub may_decide: bool,
    /// The reader may say how it was put right.
    pub may_correct: bool,
}

/// How many findings the line behind an order had when the inspection began, and how many it would have today.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderFound {
    pub then: u32,
    pub now: u32,
}

/// What the article threatens, as the pack had it when the order was issued.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderPenalty {
    pub article: String,
    /// Its steps in order.
    pub chain: Vec<String>,
    /// `overdue`, `serious`; empty is at once.
    pub fine_when: String,
    pub unit_min_cny: Option<u32>,
    pub unit_max_cny: Option<u32>,
    /// Of whoever of the unit is directly responsible.
    pub person_min_cny: Option<u32>,
    pub person_max_cny: Option<u32>,
    /// Of somebody who acted for themselves.
    pub individual_min_cny: Option<u32>,
    pub individual_max_cny: Option<u32>,
    /// A warning may stand instead of the fine of whoever is responsible.
    pub person_warn: bool,
    /// A number that stands in the copy, without a word on whether it is a least or a most.
    pub unit_figure_cny: Option<u32>,
    pub person_figure_cny: Option<u32>,
    pub operating_unit_figure_cny: Option<u32>,
    /// "Less than": the most itself is not in the range.
    pub max_excluded: bool,
    pub refer_to: Option<Bilingual>,
    /// `text`, `secondary`, `unverified`, `product`.
    pub mark: String,
    /// The same of the fine and its numbers.
    pub fine_mark: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ChainStep {
    pub step: String,
    pub done: bool,
    /// On whom it may still fall, where it falls on somebody.
    pub on: Vec<Fined>,
    /// Why it is not open now.
    pub closed: Option<Bilingual>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OrderStep {
    pub what: String,
    pub text: String,
    pub documents: Vec<NamedDocument>,
    pub amount_cny: Option<u32>,
    /// On whom it falls.
    pub on: Option<Fined>,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderDecisionRequest {
    /// `accepted`, `returned`, `escalated`, `referred`, or a step of the chain: `warn`, `fine`, `court` …
    pub what: String,
    /// At most 1000 characters.
    pub text: String,
    /// For `returned`: the new time limit.
    #[serde(default)]
    pub deadline_ms: Option<i64>,
    #[serde(default)]
    pub serious: bool,
    /// Of a fine, as is on whom it falls.
    #[serde(default)]
    pub amount_cny: Option<u32>,
    #[serde(default)]
    pub on: Option<Fined>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AwardRequest {
    pub unit_id: String,
    /// A case of the unit that somebody has confirmed.
    pub case_id: String,
    /// A unit or a person, in words; at most 100 characters.
    pub whom: String,
    /// At most 1000 characters.
    pub merit: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AwardDecisionRequest {
    pub granted: bool,
    /// At most 1000 characters.
    pub text: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Awards {
    /// Newest first.
    pub awards: Vec<Award>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Award {
    pub id: String,
    pub unit: Named,
    /// Its number is the name.
    pub case: Named,
    pub whom: String,
    pub merit: String,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
    pub decision: Option<AwardDecision>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AwardDecision {
    pub granted: bool,
    pub text: String,
    pub by: String,
    pub at_ms: i64,
    pub entry: EntryRef,
}

/// What an authority asks a unit to prove.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetentionDemandRequest {
    pub system_id: String,
    /// An open inspection that it is asked in.
    #[serde(default)]
    pub inspection_id: Option<String>,
    /// At most 1000 characters.
    pub reason: String,
    /// SHA-256 over `watchkeeper/challenge-nonce/v1`, a line feed, and 32 secret bytes of the authority's; hexadecimal.
    pub commitment: String,
    pub from_ms: i64,
    /// Ten minutes ago when absent: what is younger may not be published yet.
    #[serde(default)]
    pub to_ms: Option<i64>,
    /// At most 200.
    pub instants: u32,
    /// Between an hour and thirty days from now.
    pub deadline_ms: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionDemands {
    /// Newest first.
    pub demands: Vec<RetentionDemand>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionDemand {
    pub id: String,
    pub authority: Named,
    pub unit: Named,
    pub system: Named,
    pub inspection_id: Option<String>,
    /// Under which footage of the system is kept.
    pub article: String,
    pub reason: String,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
    pub deadline_ms: i64,
    /// `asked` (the authority has not shown its nonce), `open`, `proven`, `missed`, `lapsed`.
    pub state: String,
    pub instants: u32,
    pub streams: u64,
    pub from_ms: i64,
    pub to_ms: i64,
    pub commitment: String,
    pub nonce: Option<String>,
    pub answered_ms: Option<i64>,
    pub answer_entry: Option<EntryRef>,
    pub answers: u32,
    pub proven: u32,
    pub failed: u32,
    /// The reader's authority may show the nonce now.
    pub may_draw: bool,
    /// The reader may have it tried again.
    pub may_try: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionDemandWhole {
    pub demand: RetentionDemand,
    /// Empty until it is answered.
    pub instants: Vec<RetentionInstant>,
}

/// One instant that was drawn, and what the judge says of its answer. No picture is among it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionInstant {
    pub number: u32,
    pub camera: Named,
    pub at_ms: i64,
    /// `footage`, `gap`, `expired`, `not_yet`, `cannot`.
    pub kind: String,
    pub proven: bool,
    pub reason: Bilingual,
}
