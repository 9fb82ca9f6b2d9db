//! Levels of clips: spans of a camera's footage that are protected more than the camera.

use super::{EntryRef, Named};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A span of footage with a level of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClipLevel {
    /// Names it; the entry of who raised it.
    pub entry: EntryRef,
    /// 2 (sensitive: a reason is needed) or 3 (secret: a case is needed).
    pub level: u8,
    pub from_ms: i64,
    /// Null: from then on, live pictures too.
    pub to_ms: Option<i64>,
    pub reason: String,
    pub document_id: Option<String>,
    pub person: Named,
    pub at_ms: i64,
    /// Null while it holds.
    pub lowered: Option<ClipLowered>,
}

/// How a level was taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClipLowered {
    pub entry: EntryRef,
    pub reason: String,
    pub document_id: String,
    pub person: Named,
    pub at_ms: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ClipLevels {
    /// Newest first, those that were taken back too.
    pub levels: Vec<ClipLevel>,
}

/// A span of footage is raised above its camera's level.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClipLevelRequest {
    /// 2 or 3.
    pub level: u8,
    pub from_ms: i64,
    /// Absent: from then on, until it is taken back.
    pub to_ms: Option<i64>,
    #[serde(default)]
    pub reason: String,
    pub document_id: Option<String>,
}

/// It is taken back: by a paper of the unit's register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClipLevelLowering {
    #[serde(default)]
    pub reason: String,
    pub document_id: Option<String>,
}

/// Where a timeline shows that footage is protected more than its camera.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineLevel {
    pub from_ms: i64,
    pub to_ms: i64,
    pub level: u8,
}
