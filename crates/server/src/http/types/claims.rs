//! Claims for compensation as they travel: what is lodged, the authority's answer, what was paid. Sums are hundredths of a yuan, as whole
//! numbers. None of it belongs to a retrieval, which is free of charge.

use super::{ClaimCause, ClaimState, EntryRef, Named};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimRequest {
    pub unit_id: String,
    pub cause: ClaimCause,
    /// The takeover, the order's document, or the change.
    #[serde(default)]
    pub act_id: Option<String>,
    /// The system concerned: its rules say whether a text entitles to it.
    #[serde(default)]
    pub system_id: Option<String>,
    /// Against whom, at most 100 characters.
    pub authority: String,
    /// What was lost or had to be done, at most 500 characters.
    pub what: String,
    /// At most 30.
    pub items: Vec<ClaimItemRequest>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimItemRequest {
    pub what: String,
    pub amount_fen: i64,
    /// Invoice or account, a document of the unit.
    #[serde(default)]
    pub document_id: Option<String>,
}

/// What the authority answered. Nothing awarded is a refusal, less than claimed an acceptance in part.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimAnswerRequest {
    pub awarded_fen: i64,
    /// Its reason in words, at most 500 characters.
    pub text: String,
    #[serde(default)]
    pub document_id: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimPaymentRequest {
    pub amount_fen: i64,
    #[serde(default)]
    pub document_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Claims {
    /// Newest first.
    pub claims: Vec<Claim>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Claim {
    pub id: String,
    pub unit: Named,
    pub cause: ClaimCause,
    pub act_id: String,
    pub system_id: Option<String>,
    pub authority: String,
    /// Under which it is lodged; `unit:compensation` where no text that binds speaks of it.
    pub article: String,
    pub what: String,
    pub claimed_fen: i64,
    pub items: Vec<ClaimItem>,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
    pub state: ClaimState,
    /// By when the authority answers, or pays what it awarded: the product's own days.
    pub due_ms: Option<i64>,
    pub late: bool,
    pub answer: Option<ClaimAnswer>,
    pub paid_fen: i64,
    pub payments: Vec<ClaimPayment>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimItem {
    pub what: String,
    pub amount_fen: i64,
    pub document_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimAnswer {
    pub awarded_fen: i64,
    pub text: String,
    pub document_id: Option<String>,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimPayment {
    pub amount_fen: i64,
    pub document_id: Option<String>,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}
