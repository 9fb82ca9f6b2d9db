//! What was done in time where a clock runs beside the register: the row by which each reading tells of it.
//!
//! Whether something was in time is asked beside the rows that it is about, by whoever may read them. The invariant kept: what is told here
//! names a record, and nothing that was found late is among it.

use model::UnitId;
use uuid::Uuid;

/// Read of each kind; more than this is no other answer.
pub(super) const IN_TIME_MAX: i64 = 500;

/// One act that was in time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DoneInTime {
    /// Whose it is; `None`: an authority's, or the auditors'.
    pub unit: Option<UnitId>,
    /// Under which it was asked, where it was asked under one.
    pub article: Option<String>,
    pub id: Uuid,
    pub name: String,
}
