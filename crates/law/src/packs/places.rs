//! Kinds of place that the packs name: private ones, where no camera may be, and categories that must have a system.
//! The names only; which pack names which is in the packs.

use crate::Words;
use serde::Deserialize;

/// A kind of private place (qingdao:9 has the longest list).
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivateKind {
    pub id: String,
    pub name: Words,
}

/// A category of place that some pack wants a system for.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceCategory {
    pub id: String,
    pub name: Words,
}
