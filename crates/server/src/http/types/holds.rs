//! Evidence holds: footage that must not go, why, and the two persons that it takes to let it go.

use super::{EntryRef, LegalBasis, Named, Purpose};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HoldQuery {
    /// True: those that keep footage. False: those that were lifted. Both when absent.
    pub active: Option<bool>,
    /// Only holds of this camera.
    pub camera: Option<String>,
    /// At most 200; 100 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HoldApproverQuery {
    /// Camera ids, separated by commas.
    pub cameras: String,
    /// A part of the name or of the account.
    pub named: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Holds {
    /// Newest first.
    pub holds: Vec<Hold>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldState {
    /// Decided; keeps the footage already, and is being written to the footage store.
    Placing,
    Held,
    /// Two persons have lifted it; the footage store has not let go yet.
    Releasing,
    Released,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Hold {
    pub id: String,
    pub state: HoldState,
    /// Those of its cameras that the reader's posts cover.
    pub cameras: Vec<Named>,
    pub cameras_count: u64,
    pub from_ms: i64,
    pub to_ms: i64,
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    pub case: Option<String>,
    pub note: Option<String>,
    /// The paper by which it was asked for.
    pub document: String,
    /// Who ordered it: name and account. In holds from before accounts were named, what somebody wrote.
    pub approver: String,
    /// Whose account that is.
    pub approver_id: Option<String>,
    pub requested_by: Named,
    /// The export that placed it by itself, or that a retrieval's hold goes on for.
    pub export_id: Option<String>,
    /// The retrieval that placed it by itself, when it was complete.
    pub retrieval_id: Option<String>,
    /// When it ends by rule, since that request came to nothing. Null: two persons lift it.
    pub ends_ms: Option<i64>,
    pub placed_ms: i64,
    pub review_ms: i64,
    /// The review date has passed: a finding. Nothing is lifted by it.
    pub overdue: bool,
    /// Whole segments that the span touches: a segment is the unit of deletion.
    pub segments: u64,
    pub bytes: u64,
    /// Segments of the span that were gone before the hold.
    pub gone: u64,
    pub entry: EntryRef,
    /// Its record in the footage log; null while it is being placed.
    pub placed_leaf: Option<u64>,
    pub released_leaf: Option<u64>,
    /// Requests to lift it, newest first; an open one has no answer.
    pub releases: Vec<HoldRelease>,
    /// The reader may answer the open request.
    pub may_approve: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HoldRelease {
    pub asked_by: Named,
    pub asked_ms: i64,
    pub reason: String,
    pub document: String,
    pub entry: EntryRef,
    pub answer: Option<HoldAnswer>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HoldAnswer {
    pub approved: bool,
    pub answered_by: Named,
    pub answered_ms: i64,
    pub reason: String,
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldRequest {
    /// Camera ids, 1 to 64; every stream of each is held.
    pub cameras: Vec<String>,
    pub from_ms: i64,
    pub to_ms: i64,
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    /// A case or a note is needed.
    pub case: Option<String>,
    pub note: Option<String>,
    #[serde(default)]
    pub document: String,
    /// On whose order: another account with a post in the unit of each camera. It may stay away.
    #[serde(default)]
    pub approver_id: Option<String>,
    /// When it is looked at again; half a year from now when absent, at most three years.
    pub review_ms: Option<i64>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRequest {
    pub reason: String,
    #[serde(default)]
    pub document: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseAnswer {
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldReview {
    pub review_ms: i64,
    pub reason: String,
}
