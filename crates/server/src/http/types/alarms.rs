//! Alarm and door systems, what they send, and alarms as the console shows them.

use super::{AlarmOutcome, AlarmPriority, AlarmSourceKind, AlarmState, EntryRef, EventKind, Named, Role};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlarmSourceRequest {
    pub unit_id: String,
    /// The system of the register that it is part of: its acceptance and filing count.
    pub system_id: String,
    pub kind: AlarmSourceKind,
    /// At most 100 characters.
    pub name: String,
    #[serde(default)]
    pub maker: String,
    #[serde(default)]
    pub contractor_id: Option<String>,
    /// Of events that name no registered input; absent: only noted.
    #[serde(default)]
    pub priority: Option<AlarmPriority>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlarmInputRequest {
    /// As the sender names it, at most 64 characters.
    pub code: String,
    /// At most 100 characters.
    pub name: String,
    /// Absent: its events are noted, and nobody is called.
    #[serde(default)]
    pub priority: Option<AlarmPriority>,
    /// Cameras of the unit that look at it, at most 16.
    #[serde(default)]
    pub cameras: Vec<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlarmInputsRequest {
    /// All inputs, in place of those before; at most 256.
    pub inputs: Vec<AlarmInputRequest>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlarmTermRequest {
    pub unit_id: String,
    /// 30 to 3600 seconds.
    pub term_s: u32,
}

/// How long a high alarm of a unit waits before it is escalated by itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlarmTerm {
    pub unit: Named,
    pub term_s: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AlarmSources {
    pub sources: Vec<AlarmSource>,
    pub terms: Vec<AlarmTerm>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AlarmSource {
    pub id: String,
    pub unit: Named,
    pub system: Named,
    /// Its system is in use: its events raise alarms. Else they are kept as test events.
    pub in_use: bool,
    /// The stage of its system's life; null when the system's record was removed.
    pub stage: Option<String>,
    pub kind: AlarmSourceKind,
    pub name: String,
    pub maker: String,
    pub contractor: Option<Named>,
    pub priority: Option<AlarmPriority>,
    /// When the token that holds was made; null: none, or revoked.
    pub token_ms: Option<i64>,
    pub registered_ms: i64,
    pub retired_ms: Option<i64>,
    pub entry: EntryRef,
    pub inputs: Vec<AlarmInput>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AlarmInput {
    pub code: String,
    pub name: String,
    pub priority: Option<AlarmPriority>,
    /// Those that the reader may know of.
    pub cameras: Vec<Named>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AlarmToken {
    /// Shown once. To be sent as `Authorization: Bearer`.
    pub token: String,
}

/// What a system says. Unknown fields are refused, so that a misspelt one is not silently lost.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventRequest {
    /// The sender's own id of it, at most 128 characters. The same id with the same time is the same event.
    pub id: String,
    pub kind: EventKind,
    /// As the source's register names it, at most 64 characters. One that is not registered is kept all the same.
    #[serde(default)]
    pub input: String,
    /// At most 500 characters.
    #[serde(default)]
    pub words: String,
    /// By the sender's clock; absent: now.
    #[serde(default)]
    pub happened_ms: Option<i64>,
    /// Of a person who tries a source: which. A sender's token says it.
    #[serde(default)]
    pub source_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EventTaken {
    pub id: String,
    pub state: AlarmState,
    /// When it counts as having happened.
    pub at_ms: i64,
    /// It had been taken in before.
    pub repeated: bool,
    /// False: no such input is registered.
    pub known_input: bool,
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlarmQuery {
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    pub camera: Option<String>,
    pub source: Option<String>,
    pub kind: Option<EventKind>,
    pub priority: Option<AlarmPriority>,
    /// One of the states, or `alarms`: all but noted and test events. All when absent.
    pub state: Option<String>,
    /// At most 500; 100 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Alarms {
    /// Newest first.
    pub alarms: Vec<Alarm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Alarm {
    pub id: String,
    /// Null: the whole installation's.
    pub unit: Option<Named>,
    /// Null: this server says it of itself.
    pub source: Option<Named>,
    pub kind: EventKind,
    /// As the sender names it; its name is empty when it was not registered.
    pub input: String,
    pub input_name: String,
    pub words: String,
    pub priority: Option<AlarmPriority>,
    pub state: AlarmState,
    /// When it counts as having happened, by the sender's clock, by ours.
    pub at_ms: i64,
    pub happened_ms: i64,
    pub received_ms: i64,
    pub cameras: Vec<Named>,
    pub escalated_to: Option<Role>,
    /// When it was escalated because its term had passed.
    pub overdue_ms: Option<i64>,
    pub outcome: Option<AlarmOutcome>,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AlarmDetail {
    pub alarm: Alarm,
    /// What was done about it, in order.
    pub steps: Vec<AlarmStep>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AlarmStep {
    /// `acknowledge`, `escalate` or `close`.
    pub step: String,
    pub at_ms: i64,
    /// Null: by its term.
    pub by: Option<Named>,
    pub to: Option<Role>,
    pub words: String,
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalateRequest {
    /// `operator`, `administrator` or `manager`.
    pub to: Role,
    /// At most 500 characters.
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseAlarmRequest {
    pub outcome: AlarmOutcome,
    /// At most 500 characters.
    #[serde(default)]
    pub words: String,
}

/// Alarms of the reader's units that nobody has acknowledged.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenAlarms {
    pub open: u64,
    /// Of them, those of high priority.
    pub high: u64,
}
