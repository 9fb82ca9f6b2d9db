//! Shapes of commissioning: what was designed, built and measured, and the stills of points.

use super::{Bilingual, EntryRef, LegalBasis, Named, Purpose, StreamState};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why somebody has the system take a still: a camera that is not in use is watched for maintenance or training only.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StillOrder {
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    pub case: Option<String>,
    pub note: Option<String>,
}

/// What the person says beside their name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CommissioningTable {
    /// What the design wants at least.
    pub width_px_min: Option<u32>,
    pub height_px_min: Option<u32>,
    pub frame_rate_min: Option<f64>,
    /// `h264`, `h265`, `mjpeg`.
    pub codec: Option<String>,
    /// A clock that is off by more is a finding.
    pub clock_offset_ms_max: i64,
    pub points_total: u64,
    /// At most 200, by name; a point with two cameras has two rows.
    pub points: Vec<CommissioningPoint>,
    /// What was built otherwise than it was reviewed.
    pub differs: Vec<Deviation>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CommissioningPoint {
    pub point: Named,
    pub camera: Option<Named>,
    /// Of the camera's main stream, while it runs.
    pub measured: Option<StreamState>,
    /// The article that asks for a confirmed still.
    pub still_asked_by: Option<String>,
    pub still: Option<StillOfPoint>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StillOfPoint {
    pub document_id: String,
    pub at_ms: i64,
    pub entry: EntryRef,
    /// The camera stands there still and looks where it did.
    pub is_current: bool,
    pub confirmed: Option<StillConfirmed>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StillConfirmed {
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Deviation {
    /// Name of the point or system.
    pub about: String,
    pub what: Bilingual,
    pub designed: String,
    pub built: String,
}
