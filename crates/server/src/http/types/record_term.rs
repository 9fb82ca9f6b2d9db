//! Shapes of the term of records.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecordTerm {
    /// Days that records of who looked stay readable, now.
    pub days: u16,
    /// A shorter term that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<PendingTerm>,
    /// Records whose key is gone by their term.
    pub forgotten: u64,
    pub days_min: u16,
    pub days_max: u16,
    /// A shorter term holds so many days after it was set.
    pub shorter_waits_days: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PendingTerm {
    pub days: u16,
    pub from_ms: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordTermRequest {
    pub days: u16,
    /// At most 500 characters.
    pub reason: String,
}
