//! Figures of an area and the targets that are held against them, as they travel. Numbers only: no system, no camera, no person's name but
//! that of whoever set a target.

use super::{AreaIndicator, AreaTargetState, Authority, Bilingual, EntryRef};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What an area, a division of it, or a category of place has.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AreaRow {
    /// Six digits of GB/T 2260, or the category of place.
    pub code: String,
    /// As the register calls the division, or the packs the category; null where nobody named it.
    pub name: Option<Bilingual>,
    pub systems: u32,
    pub systems_accepted: u32,
    pub systems_in_use: u32,
    /// Owed or made.
    pub filings: u32,
    pub filings_made: u32,
    pub places: u32,
    /// Places that must have a system; of them, those that have a point of one.
    pub places_owed: u32,
    pub places_covered: u32,
    pub points: u32,
    pub cameras: u32,
    pub cameras_sending: u32,
    pub cameras_silent: u32,
    pub cameras_off: u32,
    /// Of all cameras, those that turn.
    pub cameras_turning: u32,
    /// Cameras with a floor of footage that a text asks for; of them, those whose footage reaches so far back.
    pub floors: u32,
    pub floors_kept: u32,
    /// Shares in hundredths of a percent; null where there is nothing of which to be a share.
    pub places_covered_bp: Option<u32>,
    pub accepted_bp: Option<u32>,
    pub filed_bp: Option<u32>,
    /// Recorded of owed time of the last 30 days.
    pub available_bp: Option<u32>,
    pub floors_kept_bp: Option<u32>,
    /// Findings that are open: what is forbidden and goes on, what is late, what is to be completed.
    pub breaches: u32,
    pub due: u32,
    pub notes: u32,
}

/// A target, and how it stands now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AreaTarget {
    pub id: String,
    pub authority: super::Named,
    pub division: String,
    pub division_name: Option<String>,
    pub indicator: AreaIndicator,
    /// In hundredths; of a percent where the indicator is a share.
    pub target_hundredths: u32,
    /// What stands now; null where there is nothing of which to be a share.
    pub stands_hundredths: Option<u32>,
    pub is_share: bool,
    /// By whose end.
    pub year: i64,
    pub plan: String,
    pub state: AreaTargetState,
    pub by: super::Named,
    pub at_ms: i64,
    pub entry: EntryRef,
    /// It is of the reader's own authority, which may take it back.
    pub own: bool,
}

/// Figures of the area of one's authority. Secret systems are in none of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaFigures {
    pub authority: Authority,
    pub at_ms: i64,
    pub whole: AreaRow,
    /// By divisions of the next level.
    pub divisions: Vec<AreaRow>,
    /// By category of place: places, points and cameras. Of systems, filings and findings nothing is said by category.
    pub categories: Vec<AreaRow>,
    pub targets: Vec<AreaTarget>,
}

/// Which part goes out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FiguresPart {
    #[default]
    Divisions,
    Categories,
    Targets,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FiguresTableQuery {
    /// `divisions` when nobody says.
    #[serde(default)]
    #[param(inline)]
    pub part: FiguresPart,
    /// `xlsx` (when nobody says) or `csv`.
    pub format: Option<String>,
    /// Of the headings: `zh` or `en`.
    pub language: Option<String>,
    /// Why; at most 500 characters. It stands in the entry.
    #[serde(default)]
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaTargetRequest {
    /// Six digits: of the area, or below it.
    pub division: String,
    pub indicator: AreaIndicator,
    /// In hundredths; of a percent where the indicator is a share, then at most 10000.
    pub target_hundredths: u32,
    /// This year, or up to twenty later.
    pub year: i64,
    /// The plan that says so, at most 200 characters.
    pub plan: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaTargetEndRequest {
    /// At most 500 characters.
    pub reason: String,
}
