//! Shapes of the map: what stands where, what sees the same, and the base layers under it.

use super::Named;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MapQuery {
    /// Only records of this unit.
    pub unit: Option<String>,
}

/// A camera of an open alarm, and where it stands (WGS-84).
#[derive(Debug, Serialize, ToSchema)]
pub struct AlarmPlace {
    pub camera: Named,
    pub longitude: f64,
    pub latitude: f64,
}

/// Cameras whose exact place one does not know are left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlarmPlaces {
    pub places: Vec<AlarmPlace>,
}

/// Everything that a map shows. Positions are WGS-84 (or CGCS2000, which is the same within decimetres).
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct RegistryMap {
    pub systems: Vec<MapSystem>,
    pub points: Vec<MapPoint>,
    /// Points of plans that are not built yet.
    pub planned: Vec<MapPoint>,
    pub places: Vec<MapPlace>,
    pub overlaps: Vec<MapOverlap>,
    /// Records whose position one may not see: they belong to units whose registry one does not keep.
    pub withheld: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MapSystem {
    pub id: String,
    pub name: String,
    pub unit_id: Option<String>,
    /// `planned`, `designed`, `built`, `tested`, `accepted`, `in_use`, `decommissioned`.
    pub stage: String,
}

/// A point or a planned one; what nobody has entered is absent.
#[derive(Debug, Serialize, ToSchema)]
pub struct MapPoint {
    pub id: String,
    pub name: String,
    pub unit_id: Option<String>,
    /// Its system; of a planned point its plan.
    pub parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Clockwise from north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction_deg: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub angle_deg: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range_m: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MapPlace {
    pub id: String,
    pub name: String,
    pub unit_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// What makes it a place where no camera may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
}

/// A planned point that would see what an existing one sees already.
#[derive(Debug, Serialize, ToSchema)]
pub struct MapOverlap {
    pub planned_id: String,
    pub existing_id: String,
}

/// The files in `map/` of the data folder.
#[derive(Debug, Serialize, ToSchema)]
pub struct MapLayers {
    /// In the order in which they are drawn.
    pub layers: Vec<MapLayer>,
    pub left_out: Vec<MapFileLeftOut>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MapLayer {
    pub name: String,
    pub bytes: u64,
    pub changed_ms: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MapFileLeftOut {
    pub file: String,
    pub problem: String,
}
