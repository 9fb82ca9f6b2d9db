//! Requests to see footage: what is asked, who answered, and what became of it.

use super::{CaseStep, GrantAct, GrantState, LegalBasis, Named, Purpose};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantRequest {
    /// At most 64, of one unit.
    #[serde(default)]
    pub cameras: Vec<String>,
    /// Systems of the same unit's register, at most 4: the cameras at their points when it is used. Only under a case that covers them.
    #[serde(default)]
    pub systems: Vec<String>,
    pub acts: Vec<GrantAct>,
    /// The span of recorded footage; absent for live pictures alone.
    #[serde(default)]
    pub from_ms: Option<i64>,
    #[serde(default)]
    pub to_ms: Option<i64>,
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    /// Id of a registered case.
    #[serde(default)]
    pub case: Option<String>,
    /// At most 500 characters.
    pub reason: String,
    /// How often something may be opened under it: 1 to 1000.
    pub uses_max: u32,
    /// At most 31 days from now.
    pub expires_ms: i64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GrantQuery {
    /// Only what waits for an answer.
    pub waiting: Option<bool>,
    /// Only clips that were handed to a colleague, or only the rest.
    pub shared: Option<bool>,
    /// Only this one.
    pub id: Option<String>,
    /// At most 200; 100 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Grants {
    /// Newest first: one's own, and those of the units in which one answers or audits.
    pub grants: Vec<Grant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct GrantAnswer {
    pub approved: bool,
    pub answered: CaseStep,
    pub reason: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct GrantRevoked {
    pub revoked: CaseStep,
    pub reason: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Grant {
    pub id: String,
    pub unit: Named,
    pub state: GrantState,
    pub asked: CaseStep,
    /// Those of its cameras that the reader's posts cover.
    pub cameras: Vec<Named>,
    pub cameras_count: u64,
    /// Those of its systems that the reader may know of.
    pub systems: Vec<Named>,
    pub systems_count: u64,
    pub acts: Vec<GrantAct>,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    pub case: Option<String>,
    pub reason: String,
    pub uses_max: u64,
    pub uses: u64,
    pub expires_ms: i64,
    pub answer: Option<GrantAnswer>,
    pub revoked: Option<GrantRevoked>,
    /// It is a clip: who handed it to whom it was `asked` for, and under what.
    pub shared: Option<GrantShared>,
    /// The reader may approve or decline it.
    pub may_answer: bool,
    /// It is the reader's own, and waits.
    pub may_withdraw: bool,
    /// The reader may take it back.
    pub may_revoke: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantWord {
    /// At most 500 characters.
    pub reason: String,
}

/// Of one act on recordings: the article that asks for a second person's word, and the one that asks for a second person beside.
#[derive(Debug, Serialize, ToSchema)]
pub struct FourEyesAct {
    pub act: GrantAct,
    /// Null: nobody asks.
    pub approval: Option<String>,
    pub presence: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FourEyesOf {
    pub acts: Vec<FourEyesAct>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FourEyesRequest {
    /// Whether recorded footage of the unit needs a second person's word.
    pub four_eyes: bool,
    /// Whether two persons look at it and copy it together; absent: as before.
    pub together: Option<bool>,
    /// Whether whoever is on no shift needs a confirmed case or an approval for what they alone state; absent: as before.
    pub off_shift_word: Option<bool>,
    /// At most 500 characters.
    pub reason: String,
}

/// Who handed a clip on.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantShared {
    pub by: Named,
    /// It was handed to the reader.
    pub to_me: bool,
    /// It is played only with a second person's word.
    pub needs_word: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClipRequest {
    pub colleague_id: String,
    /// At most 9, of one unit.
    pub cameras: Vec<String>,
    /// At most 30 minutes.
    pub from_ms: i64,
    pub to_ms: i64,
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    /// Id of a registered case.
    #[serde(default)]
    pub case: Option<String>,
    /// What the colleague is to look at it for; at most 500 characters.
    pub reason: String,
    /// How often it may be opened: 1 to 20.
    pub uses_max: u32,
    /// At most seven days from now.
    pub expires_ms: i64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ColleagueQuery {
    /// Camera ids, separated by commas.
    pub cameras: String,
    /// A part of the name or of the account.
    pub named: Option<String>,
}

/// Somebody who can be named: to whom a clip may be handed, who ordered a hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct Colleague {
    pub id: String,
    pub name: String,
    pub account: String,
}

impl From<store::Colleague> for Colleague {
    fn from(one: store::Colleague) -> Self {
        Self { id: one.id.to_string(), name: one.name, account: one.account }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Colleagues {
    pub colleagues: Vec<Colleague>,
}
