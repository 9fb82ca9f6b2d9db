//! Health, the state line, disk and gaps.

use super::{GapCause, Named, Profile};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What anybody may know.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    pub status: String,
    pub version: String,
}

/// The state line of the console.
#[derive(Debug, Serialize, ToSchema)]
pub struct State {
    pub now_ms: i64,
    pub recording: RecordingState,
    pub gaps_today: GapsToday,
    pub kept: Kept,
    pub ledger: LedgerState,
    pub disk: DiskState,
    /// Simulated cameras and published passwords: not for real use.
    pub demo: bool,
    pub unit_name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RecordingState {
    pub ok: u64,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct GapsToday {
    pub count: u64,
    pub unjustified: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Kept {
    /// Age of the oldest footage, the least of all enabled cameras.
    pub days: f64,
    pub floor_days: u16,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerState {
    pub footage: LogState,
    pub access: LogState,
    /// Who cosigned the newest checkpoint; `none` until a witness is set up.
    pub witnessed: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LogState {
    pub size: u64,
    pub checkpoint_ms: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DiskState {
    pub used_bytes: u64,
    pub free_bytes: u64,
    /// Days until the disk is full at today's rate; null while the rate is not known.
    pub horizon_days: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Disk {
    pub path: String,
    pub used: u64,
    pub free: u64,
    pub bytes_per_day: u64,
    pub horizon_days: Option<f64>,
    /// Duration of the last sync of the media file system.
    pub sync_ms_last: f64,
    pub sync_ms_max: f64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GapQuery {
    /// Camera id.
    pub camera: Option<String>,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    pub cursor: Option<String>,
    /// At most 500; 100 when absent.
    pub limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Gaps {
    /// Newest first.
    pub gaps: Vec<GapRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct GapRow {
    /// Index of its record in the footage log; null while the gap is open.
    pub id: Option<u64>,
    pub camera: Named,
    pub profile: Profile,
    pub from_ms: i64,
    pub to_ms: i64,
    pub cause: GapCause,
    pub evidence: String,
    pub justified: bool,
}
