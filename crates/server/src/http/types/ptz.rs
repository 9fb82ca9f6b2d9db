//! Cameras that turn: where they look, what their unit says about them, who has control, and how they are moved.

use super::{EntryRef, LegalBasis, Purpose};
use model::{PtzPosition, PtzVelocity};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Hundredths of a degree from the camera's own zero, right and up positive; percent of magnification, 100 without any.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PtzAt {
    pub pan_cdeg: i32,
    pub tilt_cdeg: i32,
    pub zoom_percent: i32,
}

impl From<PtzPosition> for PtzAt {
    fn from(PtzPosition { pan_cdeg, tilt_cdeg, zoom_percent }: PtzPosition) -> Self {
        Self { pan_cdeg, tilt_cdeg, zoom_percent }
    }
}
impl From<PtzAt> for PtzPosition {
    fn from(PtzAt { pan_cdeg, tilt_cdeg, zoom_percent }: PtzAt) -> Self {
        Self { pan_cdeg, tilt_cdeg, zoom_percent }
    }
}

/// Percent of the greatest speed of each axis, from -100 to 100.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PtzSpeed {
    pub pan_percent: i32,
    pub tilt_percent: i32,
    pub zoom_percent: i32,
}

impl From<PtzSpeed> for PtzVelocity {
    fn from(PtzSpeed { pan_percent, tilt_percent, zoom_percent }: PtzSpeed) -> Self {
        Self { pan_percent, tilt_percent, zoom_percent }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PtzDriver {
    /// The simulated cameras of the demonstration.
    Simulated,
}

#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PtzPreset {
    /// At most 40 characters.
    pub name: String,
    pub at: PtzAt,
}

/// Where the camera may not look; both ends are in it.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PtzForbidden {
    /// What is there, at most 40 characters.
    pub what: String,
    pub from: PtzAt,
    pub to: PtzAt,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PtzStop {
    /// Index of a preset.
    pub preset: usize,
    /// 5 to 3600.
    pub dwell_s: u32,
}

/// What a unit says about a camera that turns.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PtzRules {
    pub driver: PtzDriver,
    /// The authorised view.
    pub home: PtzAt,
    /// So long it may be left away from home; then it goes there by itself. 30 to 43200.
    pub away_s: u32,
    /// At most 32.
    #[serde(default)]
    pub presets: Vec<PtzPreset>,
    /// At most 16.
    #[serde(default)]
    pub forbidden: Vec<PtzForbidden>,
    /// Empty: none; else two stops or more. It runs while a shift of the unit runs, and yields to hands.
    #[serde(default)]
    pub patrol: Vec<PtzStop>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PtzRequest {
    /// Null: the camera does not turn.
    pub rules: Option<PtzRules>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Ptz {
    /// Null: the camera does not turn.
    pub rules: Option<PtzRules>,
    /// Null when the camera does not answer.
    pub at: Option<PtzAt>,
    pub moving: bool,
    pub holder: Option<PtzHolder>,
    /// How the reader's own last control of this camera ended, when they did not give it back.
    pub lost: Option<PtzLost>,
    pub least: PtzAt,
    pub most: PtzAt,
}

/// Who has control.
#[derive(Debug, Serialize, ToSchema)]
pub struct PtzHolder {
    pub name: String,
    /// The reader, in this session: the control to move by.
    pub own: Option<String>,
    pub right: PtzRight,
    /// Until then nobody with the same right takes it.
    pub keeps_until_ms: i64,
    /// Why it is locked until then.
    pub locked_reason: Option<String>,
    pub expires_ms: i64,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PtzRight {
    Operator,
    /// For an authority's request, in a case.
    Authority,
    /// An officer of a takeover.
    Officer,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PtzLoss {
    Taken,
    Expired,
    Revoked,
    Settings,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PtzLost {
    pub at_ms: i64,
    pub how: PtzLoss,
    /// Who took it.
    pub by: Option<String>,
}

/// Why somebody takes control.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PtzControlRequest {
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    #[serde(default)]
    pub case: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PtzControl {
    pub id: String,
    pub entry: EntryRef,
    pub expires_ms: i64,
    /// From whom it was taken.
    pub taken_from: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PtzAct {
    /// Nothing; control lasts longer.
    Stay,
    Stop,
    Home,
    Preset,
    To,
    Move,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PtzMove {
    pub act: PtzAct,
    /// For `preset`: its index.
    #[serde(default)]
    pub preset: Option<usize>,
    /// For `to`.
    #[serde(default)]
    pub to: Option<PtzAt>,
    /// For `move`.
    #[serde(default)]
    pub speed: Option<PtzSpeed>,
    /// For `move`: it ends by itself after so long, at most 2000.
    #[serde(default)]
    pub lasts_ms: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PtzMoved {
    pub at: PtzAt,
    pub moving: bool,
    pub expires_ms: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PtzLock {
    /// Within 15 minutes from now.
    pub until_ms: i64,
    /// At most 200 characters.
    pub reason: String,
}
