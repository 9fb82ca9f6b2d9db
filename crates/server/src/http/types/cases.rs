//! The register of cases: what one is, who opened and who confirmed it, and when it was closed.

use super::{CaseKind, EntryRef, Named};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseRequest {
    /// A unit in which one has a post.
    pub unit_id: String,
    pub kind: CaseKind,
    /// As the authority or the unit writes it; at most 80 characters. Once among the unit's open cases.
    pub number: String,
    /// At most 120 characters.
    pub title: String,
    /// Whose case it is, at most 100 characters; may be empty for an incident of the unit's own.
    #[serde(default)]
    pub authority: String,
    /// A document of the unit's register.
    #[serde(default)]
    pub document_id: Option<String>,
    /// The cameras that it concerns, at most 64; all of the unit when absent.
    #[serde(default)]
    pub cameras: Vec<String>,
    /// Systems of the unit's register, at most 16: it concerns the cameras at their points at each moment.
    #[serde(default)]
    pub systems: Vec<String>,
    /// When it closes by itself, at most three years from now.
    #[serde(default)]
    pub closes_ms: Option<i64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Nobody but who opened it has confirmed it: it opens nothing.
    Waiting,
    Open,
    Closed,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseQuery {
    pub state: Option<CaseState>,
    /// Only this one.
    pub id: Option<String>,
    /// At most 200; 100 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Cases {
    /// Newest first, of the units in which one has a post.
    pub cases: Vec<Case>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CaseStep {
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Case {
    pub id: String,
    pub unit: Named,
    pub kind: CaseKind,
    pub state: CaseState,
    pub number: String,
    pub title: String,
    pub authority: String,
    pub document_id: Option<String>,
    /// Those of its cameras that the reader's posts cover.
    pub cameras: Vec<Named>,
    /// 0, and no system: it concerns the whole unit.
    pub cameras_count: u64,
    /// Those of its systems that the reader may know of.
    pub systems: Vec<Named>,
    pub systems_count: u64,
    pub closes_ms: Option<i64>,
    pub opened: CaseStep,
    pub confirmed: Option<CaseStep>,
    pub closed: Option<CaseStep>,
    pub close_reason: Option<String>,
    /// The reader may confirm it: a post, and not the one who opened it.
    pub may_confirm: bool,
    /// The reader may close it.
    pub may_close: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseEnd {
    /// At most 500 characters.
    pub reason: String,
}
