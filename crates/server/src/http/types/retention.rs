//! Floor and term: what is promised, what is kept beyond it, and every change with its reason.

use super::{EntryRef, Named, Profile, present};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which cameras' terms.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RetentionQuery {
    /// At most eight words, each part of the name, the place, or the name of the unit or a group that the camera is in.
    pub query: Option<String>,
    /// Only this group and the groups below it.
    pub group: Option<String>,
    pub unit: Option<String>,
    /// Only these, at most 100, joined by commas.
    pub ids: Option<String>,
    /// Only those that have a floor or a term of their own, or that have none.
    pub own: Option<bool>,
    /// At most 1000; 200 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Retention {
    /// Days that all footage is kept at least.
    pub floor_days: u16,
    /// Days after which footage goes.
    pub term_days: u16,
    /// What the system was set up with: no floor and no term goes below it.
    pub pack_floor_days: u16,
    /// One page of them, by name.
    pub cameras: Vec<CameraTerms>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Cameras that the query finds.
    pub total: u64,
    /// Newest first.
    pub changes: Vec<TermsChange>,
    /// Footage past its term that is still there although nothing holds it.
    pub overkept: Vec<Overkept>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CameraTerms {
    pub camera: Named,
    /// In force for new footage.
    pub floor_days: u16,
    /// `pack:article` that it comes from; null: a person's longer one, or the installation's.
    pub floor_article: Option<String>,
    /// The camera's own; null: the system's alone.
    pub own_floor_days: Option<u16>,
    pub term_days: u16,
    pub own_term_days: Option<u16>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TermsChange {
    /// Null: of the whole system.
    pub camera: Option<Named>,
    pub floor_days: Option<u16>,
    pub term_days: Option<u16>,
    pub reason: String,
    pub document: String,
    /// Null: when the system was set up.
    pub person: Option<Named>,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Overkept {
    pub camera: Named,
    pub profile: Profile,
    pub segments: u64,
    pub oldest_ms: i64,
    pub term_days: u16,
}

/// Both are given: a change is of the promise as a whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetentionChange {
    pub floor_days: u16,
    pub term_days: u16,
    pub reason: String,
    /// The paper that orders it.
    #[serde(default)]
    pub document: String,
}

/// Absent fields stay as they are; null follows the system's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CameraTermsChange {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u16>)]
    pub floor_days: Option<Option<u16>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u16>)]
    pub term_days: Option<Option<u16>>,
    pub reason: String,
    #[serde(default)]
    pub document: String,
}
