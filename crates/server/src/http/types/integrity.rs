//! Shapes of what the server runs as, of announcements, and of changes with their explanations.

use super::{EntryRef, Named};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What runs, what is announced, and what changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Integrity {
    /// Null before the server has measured itself.
    pub running: Option<RunningSoftware>,
    /// What is announced now. One whose end has passed covers nothing and is not here.
    pub announcement: Option<SoftwareAnnouncement>,
    /// Changes that nobody explained yet.
    pub unexplained: u64,
    /// An announcement holds so many days at most.
    pub announced_days_max: u16,
    /// Newest first.
    pub changes: Vec<SoftwareChange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RunningSoftware {
    #[serde(flatten)]
    pub measured: MeasuredSoftware,
    pub started_ms: i64,
    /// When the program's file on the disk was last looked at: at the start, and once a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub looked_ms: Option<i64>,
    pub file: ProgramFile,
}

/// The program's file on the disk, beside the program that runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProgramFile {
    AsItRuns,
    Other,
    Gone,
}

/// Digests are SHA-256 in hexadecimal.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasuredSoftware {
    pub version: String,
    /// Of the program's file: what its maker publishes, and `sha256sum` gives.
    pub program: String,
    pub console: String,
    pub packs: String,
    /// Of the jurisdiction's own packs, beside the data.
    pub own_packs: String,
    /// Options of the boot file and the command line. Salted: they tell that a value changed, and not which it is.
    pub settings: Vec<MeasuredSetting>,
    /// One digest of all of it, as it stands in entries.
    pub whole: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MeasuredSetting {
    pub name: String,
    pub digest: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SoftwareAnnouncement {
    pub id: String,
    pub what: SoftwarePart,
    /// The program that will run; absent: whichever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_sha256: Option<String>,
    pub until_ms: i64,
    pub said: SoftwareWord,
}

/// What will be changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SoftwarePart {
    Program,
    /// Boot file, command line, own packs.
    Settings,
    Both,
}

/// What somebody said, with its entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct SoftwareWord {
    pub reason: String,
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SoftwareChange {
    pub id: String,
    pub at_ms: i64,
    pub entry: EntryRef,
    /// The file on the disk was replaced or removed while the server ran; otherwise a start found it.
    pub while_running: bool,
    pub how: SoftwareHow,
    /// `program`, `version`, `console`, `packs`, `own_packs`, or `settings.` with an option's name.
    pub parts: Vec<String>,
    /// Those that nothing had announced.
    pub uncovered: Vec<String>,
    /// Digest of the program's file; absent: it was gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// What the start was measured as; absent of a file on the disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<MeasuredSoftware>,
    /// What it is compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<MeasuredSoftware>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub announced: Option<SoftwareWord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explained: Option<SoftwareWord>,
    /// It is a finding until somebody explains it.
    pub needs_explanation: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SoftwareHow {
    First,
    Announced,
    /// The file was found on the disk, and entered, before it ran.
    FoundBefore,
    Unannounced,
    OtherThanAnnounced,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SoftwareAnnouncementRequest {
    pub what: SoftwarePart,
    /// At most 500 characters.
    pub reason: String,
    /// SHA-256 of the program that will run, 64 hexadecimal digits, as its maker published it.
    #[serde(default)]
    pub expected_sha256: Option<String>,
    /// 1 to 14.
    pub days: u16,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SoftwareExplanationRequest {
    /// At most 500 characters.
    pub reason: String,
}
