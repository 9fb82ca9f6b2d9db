//! The disk: how full it is, when it will be full, what stops first, and what each camera weighs.

use super::{Named, present};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which cameras of the storage.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StorageQuery {
    /// At most eight words, each part of the name, the place, or the name of the unit or a group that the camera is in.
    pub query: Option<String>,
    /// Only this group and the groups below it.
    pub group: Option<String>,
    pub unit: Option<String>,
    /// Only these, at most 100, joined by commas.
    pub ids: Option<String>,
    /// Only those that are recorded on this disk.
    pub disk: Option<u16>,
    /// Only those that are tied to this disk.
    pub tied: Option<u16>,
    /// Only those that are stopped for want of room, or that are not.
    pub stopped: Option<bool>,
    /// At most 1000; 200 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Storage {
    /// In order of number; retired ones and those that are away too.
    pub disks: Vec<StorageDisk>,
    /// All disks in use together: whether a camera fits is judged by this.
    pub all: Room,
    /// One page of the cameras in use, in the order in which they would stop.
    pub cameras: Vec<CameraStorage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Cameras that the query finds.
    pub total: u64,
    /// Of one's own cameras, how many are not recorded because there is no room for all.
    pub stopped: u64,
    /// The longest term of one's own cameras.
    pub term_days_max: u16,
    /// A camera that would not reach its floor is refused.
    pub admission_control: bool,
    /// Days before the end at which it is said louder.
    pub ladder_days: Vec<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StorageDisk {
    /// 1 is the folder that the boot file or the data folder names.
    pub id: u16,
    pub path: String,
    pub state: DiskWord,
    pub added_ms: Option<i64>,
    pub retired_ms: Option<i64>,
    pub total_bytes: u64,
    pub free_bytes: u64,
    /// Cameras that are recorded there now.
    pub recorded: u32,
    pub sync_ms_last: f64,
    pub sync_ms_max: f64,
    pub syncs_failed: u64,
    pub room: Room,
}

/// What can be expected of a media disk.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiskWord {
    Good,
    /// A write or sync has failed within the last minute, or it hardly answers.
    Failing,
    /// Its reserve is reached.
    Full,
    /// Its folder is absent or foreign; its footage is not taken for gone.
    Away,
    /// Nothing new is recorded there.
    Retired,
}

/// Room, and how long it lasts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Room {
    /// All that recordings may fill: what they fill now, and what is free without the reserve.
    pub capacity_bytes: u64,
    pub stored_bytes: u64,
    /// Of that, under holds.
    pub held_bytes: u64,
    /// What footage needs once every camera has reached its floor.
    pub needed_bytes: u64,
    pub bytes_per_day: Range,
    /// Days until footage below its floor would have to go, which does not happen: then cameras stop.
    pub horizon: Horizon,
    /// The rung of the ladder that the disk stands on; null: none.
    pub rung_days: Option<u32>,
}

/// A mean and the range of two standard deviations.
#[derive(Debug, Serialize, ToSchema)]
pub struct Range {
    pub low: u64,
    pub mean: u64,
    pub high: u64,
}

/// Null: never, at that rate.
#[derive(Debug, Serialize, ToSchema)]
pub struct Horizon {
    pub earliest_days: Option<u32>,
    pub mean_days: Option<u32>,
    pub latest_days: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CameraStorage {
    pub camera: Named,
    pub group_id: Option<String>,
    pub enabled: bool,
    pub stored_bytes: u64,
    pub bytes_per_day: Range,
    pub planned_kbps: Option<u32>,
    /// What it really sends, as a daily mean.
    pub measured_kbps: u32,
    /// It sends at least a fifth more than it was planned with.
    pub over_plan: bool,
    pub floor_days: u16,
    pub term_days: u16,
    /// 1 stops first when the disk is full, 3 last.
    pub priority: u8,
    /// Of one priority the newest stops first.
    pub enrolled_ms: i64,
    pub stopped: bool,
    /// The disk that it is recorded on, or was last; null: on none yet.
    pub disk: Option<u16>,
    /// The disk that it is tied to.
    pub tied: Option<u16>,
}

/// A folder that becomes another media disk: there already, empty, and on a file system of its own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDisk {
    pub path: String,
    pub note: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiskChange {
    /// Nothing new is recorded there; what is there stays until its term.
    pub retired: bool,
    pub note: String,
}

/// Absent fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CameraStorageChange {
    /// Null: not known.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>)]
    pub planned_kbps: Option<Option<u32>>,
    pub priority: Option<u8>,
    /// Null: the recorder chooses.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u16>)]
    pub disk: Option<Option<u16>>,
}
