//! Who a person is to the system: trainings, vetting, term, confirmation.

use super::{EntryRef, Named};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What somebody was taught.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrainingKind {
    Law,
    Confidentiality,
    Skills,
    /// One certificate over all three.
    Certificate,
}

/// How a person stands now. What it means for an act is decided at that act.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingFacts {
    /// The end of the training that is valid now; absent: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trained_until_ms: Option<i64>,
    /// The same by those trainings alone that the municipal public security organ held (guangzhou-2007:23).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trained_by_public_security_until_ms: Option<i64>,
    /// The last vetting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vetting: Option<Vetting>,
    /// The account's own end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_until_ms: Option<i64>,
    /// For whom the person works, when not for the unit. Such accounts have no pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contractor: Option<Named>,
    /// An account from before trainings were registered; until then it needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_until_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_ms: Option<i64>,
    /// The last sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_in_ms: Option<i64>,
    /// Not used for so long that signing in is refused.
    pub dormant: bool,
    /// Who last said that the person still needs their posts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<PostsConfirmation>,
    /// Who alone made the account or reset its password: another keeper has not confirmed it since, and it has no pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unconfirmed_by: Option<String>,
    /// When the first of those posts was given that nobody but the giver has confirmed since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_ms: Option<i64>,
    pub confirm_by_ms: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Vetting {
    pub by_whom: String,
    pub at_ms: i64,
    /// The first instant at which it no longer holds; absent: no end was stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until_ms: Option<i64>,
    pub passed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_id: Option<String>,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PostsConfirmation {
    pub by: String,
    pub at_ms: i64,
    pub note: String,
    pub entry: EntryRef,
}

/// A training as it was entered.
#[derive(Debug, Serialize, ToSchema)]
pub struct Training {
    pub id: String,
    pub kind: TrainingKind,
    /// The municipal public security organ held it.
    pub by_public_security: bool,
    pub issuer: String,
    pub number: String,
    pub valid_from_ms: i64,
    /// The first instant at which it is no longer valid.
    pub valid_until_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_id: Option<String>,
    pub entry: EntryRef,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Revocation>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Revocation {
    pub reason: String,
    pub at_ms: i64,
}

/// Everything about one person's standing.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonStanding {
    pub standing: StandingFacts,
    /// Newest first; revoked and past ones too.
    pub trainings: Vec<Training>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingRequest {
    pub kind: TrainingKind,
    #[serde(default)]
    pub by_public_security: bool,
    pub issuer: String,
    /// Of the certificate.
    #[serde(default)]
    pub number: String,
    pub valid_from_ms: i64,
    pub valid_until_ms: i64,
    /// The certificate, as a document of the registry.
    pub document_id: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonRequest {
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VettingRequest {
    pub by_whom: String,
    pub at_ms: i64,
    /// The first instant at which it no longer holds, where whoever held it states an end.
    pub valid_until_ms: Option<i64>,
    pub passed: bool,
    pub document_id: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermRequest {
    /// Absent: without an end, which contractors' accounts need.
    pub valid_until_ms: Option<i64>,
    /// A contractor of the registry: the person is of its staff.
    pub contractor_id: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteRequest {
    #[serde(default)]
    pub note: String,
}

/// How long an account may rest before it is dormant, and how often posts are confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountRules {
    pub dormant_days: u16,
    pub confirm_days: u16,
}
