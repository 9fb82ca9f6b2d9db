//! Reports of pressure: what is written, who sees it, and what came of it.

use super::{EntryRef, Named, Pressure};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PressureRequest {
    /// A unit in which one has a post.
    pub unit_id: String,
    pub what: Pressure,
    /// Who presses: an office, a superior, anybody. At most 100 characters.
    pub by_whom: String,
    /// What happened, at most 2000 characters.
    pub account: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PressureOutcomeRequest {
    /// What came of it, at most 1000 characters.
    pub outcome: String,
    /// To which organ it was passed on; may be empty.
    #[serde(default)]
    pub passed_to: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PressureQuery {
    /// Only those that wait for their outcome, or that have one.
    pub open: Option<bool>,
    /// At most 200; 100 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PressureReports {
    /// Newest first: of the units that one audits, and one's own.
    pub reports: Vec<PressureReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PressureReport {
    pub id: String,
    pub unit: Named,
    pub what: Pressure,
    pub by_whom: String,
    pub account: String,
    pub reporter: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
    /// Null until an auditor has entered it.
    pub outcome: Option<PressureOutcome>,
    /// The reader may enter what came of it.
    pub may_close: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PressureOutcome {
    pub text: String,
    pub passed_to: String,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}
