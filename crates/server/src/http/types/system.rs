//! Health, the state line and the disk.

use super::{OpenAlarms, RunningTakeover};
use serde::Serialize;
use utoipa::ToSchema;

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
    /// Minutes by which the server's clock on the wall is ahead of UTC now: its days and months are of that zone.
    pub utc_offset_min: i32,
    pub recording: RecordingState,
    pub gaps_today: GapsToday,
    pub kept: Kept,
    pub ledger: LedgerState,
    pub disk: DiskState,
    /// Simulated cameras and published passwords: not for real use.
    pub demo: bool,
    pub unit_name: String,
    /// Control that an organ has over cameras now; visible to everyone on the system.
    pub takeovers: Vec<RunningTakeover>,
    pub alarms: OpenAlarms,
    /// Reminders of whoever asks that they have not read.
    pub unread_reminders: u64,
    /// Clips that colleagues handed to whoever asks, which can be played and were not yet.
    pub clips_for_me: u64,
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
    /// `none`, `same_host`, `behind`, `witnessed` or `alarm`: see `/api/witnesses`. Only `witnessed` is another party's word.
    pub witnessed: String,
    /// Entries up to this one are witnessed by another party; absent: none is.
    pub witnessed_through: Option<super::WitnessedThrough>,
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
    /// Days until there is no room for what must be kept, with what goes at its term; null: never, at today's rates.
    pub horizon_days: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Disk {
    pub path: String,
    pub used: u64,
    pub free: u64,
    pub bytes_per_day: u64,
    /// As in the state line.
    pub horizon_days: Option<u32>,
    /// Duration of the last sync of the media file system.
    pub sync_ms_last: f64,
    pub sync_ms_max: f64,
    /// Id of the store key under which new footage is encrypted; null when it is stored in the clear.
    pub store_key: Option<String>,
    /// Store keys that footage needs and that are not here.
    pub absent_store_keys: Vec<AbsentStoreKey>,
    pub scrub: Scrub,
}

/// The background reading of all footage.
#[derive(Debug, Serialize, ToSchema)]
pub struct Scrub {
    /// From 1.
    pub round: u64,
    pub begun_ms: i64,
    /// In this round, of what is stored now.
    pub read_bytes: u64,
    pub stored_bytes: u64,
    /// What it aims at, so that a round fits in the floor's period.
    pub bytes_per_second: f64,
    /// End of the last whole round; null before the first.
    pub finished_ms: Option<i64>,
    /// Newest first; at most 100.
    pub findings: Vec<ScrubFinding>,
}

/// Footage that is not what its record says.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScrubFinding {
    pub found_ms: i64,
    /// Segment and file.
    pub place: String,
    /// With fragment and second, as far as they can be told.
    pub problem: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AbsentStoreKey {
    pub key: String,
    /// Segments that cannot be read without it. They are not damaged.
    pub segments: u64,
}
