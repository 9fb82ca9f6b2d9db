//! Temporary takeovers of control: what is entered, and what everybody on the system sees of it.

use super::{EntryRef, Named, TakeoverOrgan};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeoverRequest {
    pub unit_id: String,
    /// One camera group and those below; absent: all cameras of the unit.
    #[serde(default)]
    pub group_id: Option<String>,
    /// One system of the unit's register: the cameras at its points at each moment, its record and its life. Not with a group.
    #[serde(default)]
    pub system_id: Option<String>,
    pub organ: TakeoverOrgan,
    /// At most 100 characters.
    pub organ_name: String,
    /// The organ's order: a document of the unit's register.
    #[serde(default)]
    pub order_document_id: Option<String>,
    /// At most 500 characters.
    pub reason: String,
    /// Accounts of those who take control, at most 20.
    pub officer_ids: Vec<String>,
    /// Within 5 minutes to 7 days from now.
    pub until_ms: i64,
    #[serde(default)]
    pub unit_keeps: UnitKeeps,
}

/// What the unit may go on doing.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UnitKeeps {
    pub live: bool,
    /// Looking back, stills and copies.
    pub recorded: bool,
    /// Changing cameras.
    pub settings: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeoverReturn {
    /// At most 500 characters.
    pub reason: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Takeovers {
    /// Newest first, at most 200.
    pub takeovers: Vec<Takeover>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Takeover {
    pub id: String,
    pub unit: Named,
    /// With no system either: all cameras of the unit.
    pub group: Option<Named>,
    /// A system was taken over.
    pub of_system: bool,
    /// Which; null for a secret one, to whoever is not cleared.
    pub system: Option<Named>,
    pub organ: TakeoverOrgan,
    pub organ_name: String,
    /// Under which control passed; `unit:takeover` where no text that binds speaks of it.
    pub article: String,
    pub order_document_id: String,
    pub reason: String,
    pub unit_keeps: UnitKeeps,
    pub officers: Vec<Named>,
    pub from_ms: i64,
    pub until_ms: i64,
    pub running: bool,
    pub entered_by: Named,
    pub entry: EntryRef,
    /// Null while it runs, and until its end is written, a minute later at most.
    pub end: Option<TakeoverEnd>,
    /// The reader may give control back.
    pub may_end: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TakeoverEnd {
    pub at_ms: i64,
    /// Null: by its term.
    pub by: Option<Named>,
    pub reason: String,
    pub entry: Option<EntryRef>,
}

/// A takeover that runs, as the state line tells everybody.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunningTakeover {
    pub id: String,
    pub organ_name: String,
    pub unit_name: String,
    /// With no system either: all cameras of the unit.
    pub group_name: Option<String>,
    pub of_system: bool,
    /// Null for a secret one, to whoever is not cleared.
    pub system_name: Option<String>,
    pub until_ms: i64,
    /// The reader is one of its officers.
    pub own: bool,
}
