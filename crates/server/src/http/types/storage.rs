//! The disk: how full it is, when it will be full, what stops first, and what each camera weighs.

use super::{Named, present};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub struct Storage {
    pub disks: Vec<StorageDisk>,
    /// By name; cameras in use.
    pub cameras: Vec<CameraStorage>,
    /// Cameras that are not recorded because there is no room for all, in the order in which they stopped.
    pub stopped: Vec<Named>,
    /// A camera that would not reach its floor is refused.
    pub admission_control: bool,
    /// Days before the end at which it is said louder.
    pub ladder_days: Vec<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StorageDisk {
    pub path: String,
    pub total_bytes: u64,
    pub free_bytes: u64,
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
}
