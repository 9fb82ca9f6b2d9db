//! The board: what is amiss today, what will be, and what came and went.

use super::{Bilingual, EntryRef, Finding, Named};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BoardQuery {
    /// How many days are looked ahead: 1 to 92, 30 when absent.
    pub days: Option<u16>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DutiesQuery {
    /// How many days are looked ahead: 1 to 92, 30 when absent.
    pub days: Option<u16>,
    /// Of this unit's systems alone: what is on record of places, areas and people shows nothing then.
    pub unit: Option<String>,
    /// The same of one system.
    pub system: Option<String>,
}

/// What the register asks of whoever answers for the unit, today and in the days to come.
#[derive(Debug, Serialize, ToSchema)]
pub struct Board {
    /// The day at the units, `YYYY-MM-DD`.
    pub day: String,
    /// How far it looks ahead.
    pub days: u16,
    /// Found today, by weight: the list is `GET /api/findings/register`.
    pub breaches: u64,
    pub due: u64,
    pub notes: u64,
    /// Breaches and what is due, where the same thing said of the same by several articles is one: what somebody must do something about.
    pub owed: u64,
    /// Found in the days to come if nothing is done, by day; at most 500.
    pub coming: Vec<ComingFinding>,
    /// All of them.
    pub coming_total: u64,
    /// Since seven days ago.
    pub opened_in_week: u64,
    pub closed_in_week: u64,
}

/// The duties that bind a system here, and how each stands: those of the register, routines, and what clocks ask (orders, proofs of
/// retention, requests, claims, duty watch, inspections, and what authorities owe).
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardDuties {
    /// The day at the units, `YYYY-MM-DD`.
    pub day: String,
    /// How far `due` looks ahead.
    pub days: u16,
    pub breached: u64,
    pub late: u64,
    pub due: u64,
    pub met: u64,
    pub nothing_found: u64,
    /// In the packs' order; at most 600.
    pub duties: Vec<BoardDuty>,
}

/// One control of one article.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardDuty {
    /// `pack:article`
    pub article: String,
    pub title: Bilingual,
    pub control: String,
    pub control_name: Bilingual,
    /// `breached`, `late`, `due`: it will be late within the days if nothing is done; `met`: nothing is found and `shown` shows it;
    /// `nothing_found`: no record of it is held either.
    pub state: String,
    /// Systems that it binds here.
    pub systems: u32,
    /// Found today, by weight.
    pub breaches: u32,
    pub late: u32,
    pub notes: u32,
    /// Found within the days if nothing is done.
    pub coming: u32,
    /// Records that show that it is kept; at most 5.
    pub shown: Vec<Named>,
    /// All of them.
    pub shown_count: u32,
}

/// A finding that is not there yet.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComingFinding {
    /// The first day on which it is found, `YYYY-MM-DD`.
    pub day: String,
    pub in_days: u16,
    /// As it will be.
    pub finding: Finding,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FindingHistoryQuery {
    /// Only those that stand, or only those that do not.
    pub open: Option<bool>,
    /// Id of a record, camera, person, room, unit or whatever else it is about.
    pub about: Option<String>,
    /// As findings have it: `register`, `gaps_unjustified`, …
    pub kind: Option<String>,
    /// `pack:article`
    pub article: Option<String>,
    /// Id of a unit, or `-`: of none.
    pub unit: Option<String>,
    /// Id of a system, or `-`: of none.
    pub system: Option<String>,
    /// Counted by `article`, `kind`, `unit` or `system` as well, whichever of these is asked for.
    pub by: Option<String>,
    /// Opened or closed at or after.
    pub since_ms: Option<i64>,
    /// At most 200; 50 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

/// One page; what moved last comes first.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingHistory {
    pub findings: Vec<PastFinding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Of the filters, on all pages.
    pub total: u64,
    /// How many there are of each, most first; where `by` was asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<FindingGroup>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FindingGroup {
    /// An article, a kind, the id of a unit or system; absent: of none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Of units and systems.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub count: u64,
}

/// A finding, from when to when it was seen.
#[derive(Debug, Serialize, ToSchema)]
pub struct PastFinding {
    pub kind: String,
    pub article: String,
    /// A stable word; of a kind that has only one, that kind.
    pub code: String,
    /// `breach`, `due`, `note`
    pub severity: String,
    pub binds: bool,
    /// As it was called when it was found; a nil id without a name: the whole installation.
    pub about: Named,
    /// What it belongs to, as far as it belongs to any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<Named>,
    /// Records and cameras that showed it, at most 20, as they are called now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Named>,
    pub reason: Bilingual,
    pub opened_ms: i64,
    /// The system's entry that counts it in.
    pub opened_entry: EntryRef,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<FindingEnd>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FindingEnd {
    pub at_ms: i64,
    pub entry: EntryRef,
    /// The last act, since the look before, on what it is about, what showed it or what names either; absent: none is known, as where time passed
    /// or a camera sends again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<EntryRef>,
    /// `put_right`: the fact is another one; `gone`: what it was about was removed, retired or suspended.
    pub how: String,
}
