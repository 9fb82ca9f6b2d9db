//! Shapes of the rules: packs, their articles and duties, and the controls that serve them. The texts are the packs'.

use super::{Bilingual, EntryRef, Named};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The rule packs of this installation.
#[derive(Debug, Serialize, ToSchema)]
pub struct LawPacks {
    pub packs: Vec<LawPack>,
    /// Pack files that were left out because something in them is wrong.
    pub left_out: Vec<LeftOutPack>,
    /// Names of the kinds of private place that packs forbid.
    pub private_kinds: Vec<LawName>,
    /// Names of the categories of place that packs want a system for.
    pub categories: Vec<LawName>,
}

/// A word of the packs with its name.
#[derive(Debug, Serialize, ToSchema)]
pub struct LawName {
    pub id: String,
    pub name: Bilingual,
}

/// A pack file that could not be read, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftOutPack {
    pub file: String,
    pub problem: String,
}

/// The head of a pack.
#[derive(Debug, Serialize, ToSchema)]
pub struct LawPack {
    pub id: String,
    /// Counts our editions of it.
    pub version: u32,
    pub title: Bilingual,
    pub jurisdiction: Bilingual,
    /// GB/T 2260 code of the area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// `national`, `province`, `city` or `foreign`.
    pub level: String,
    /// `in-force`, `draft` or `partly-held`.
    pub status: String,
    /// Whether it refuses and sets values without having been adopted by a unit.
    pub binds: bool,
    /// `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_force: Option<String>,
    pub amended: Vec<String>,
    pub first_article: u16,
    pub last_article: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<String>,
    pub source: Bilingual,
    pub notes: Vec<Bilingual>,
    pub duties: usize,
    /// Duties of which every control is kept.
    pub kept: usize,
}

/// A pack with its articles.
#[derive(Debug, Serialize, ToSchema)]
pub struct LawPackPage {
    pub pack: LawPack,
    pub articles: Vec<LawArticle>,
}

/// One article, in our own words.
#[derive(Debug, Serialize, ToSchema)]
pub struct LawArticle {
    /// `pack:number`, as refusals name it.
    pub id: String,
    pub number: String,
    /// The copy held has no number here; it follows from the place.
    pub inferred: bool,
    pub title: Bilingual,
    pub duties: Vec<LawDuty>,
}

/// One thing that an article asks of somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct LawDuty {
    pub obligation: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub clause: String,
    pub text: Bilingual,
    pub binds: Vec<String>,
    pub parameters: Vec<LawParameter>,
    pub controls: Vec<LawControl>,
}

/// A value that the article gives.
#[derive(Debug, Serialize, ToSchema)]
pub struct LawParameter {
    pub name: String,
    #[schema(value_type = serde_json::Value)]
    pub value: serde_json::Value,
    /// `text`, `secondary`, `unverified` or `product`.
    pub mark: String,
}

/// What the software does about it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LawControl {
    pub id: String,
    /// `refuse`, `detect`, `record` or `connect`.
    pub kind: String,
    pub name: Bilingual,
    pub what: Bilingual,
    /// `false`: planned, not kept yet.
    pub done: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// `path::name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
}

/// What units set beside the packs' values.
#[derive(Debug, Serialize, ToSchema)]
pub struct Overrides {
    pub overrides: Vec<Override>,
    /// Names of the values that can be set.
    pub settable: Vec<String>,
}

/// A value that a unit set beside a pack's.
#[derive(Debug, Serialize, ToSchema)]
pub struct Override {
    pub id: String,
    pub unit_id: String,
    /// The system for which alone it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_id: Option<String>,
    /// The place for which alone it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_id: Option<String>,
    /// `pack:number`, whose value it stands beside.
    pub article: String,
    pub parameter: String,
    #[schema(value_type = serde_json::Value)]
    pub value: serde_json::Value,
    pub document_id: String,
    pub reason: String,
    /// First day at the unit.
    pub from: String,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// It counts today.
    pub holds: bool,
    /// Who set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Named>,
    pub at_ms: i64,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<i64>,
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideNew {
    pub unit_id: String,
    #[serde(default)]
    pub system_id: Option<String>,
    #[serde(default)]
    pub place_id: Option<String>,
    pub article: String,
    pub parameter: String,
    #[schema(value_type = serde_json::Value)]
    pub value: serde_json::Value,
    /// What says so, among the unit's documents.
    pub document_id: String,
    pub reason: String,
    pub from: String,
    #[serde(default)]
    pub until: Option<String>,
}
