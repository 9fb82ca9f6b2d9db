//! Shapes of tables in and out, of dry runs, and of changes of many at once.

use super::{Bilingual, EntryRef};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// `camera` or a kind of record; absent when a workbook's sheets are named by it.
    pub kind: Option<String>,
    /// The unit of rows that name none.
    pub unit: Option<String>,
    /// The file's name.
    pub name: Option<String>,
}

/// What would happen. Nothing has changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct DryRun {
    pub id: String,
    /// SHA-256 of what was tried; asked for again when it is applied.
    pub hash: String,
    pub name: String,
    pub rows: u64,
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub cameras_added: u64,
    pub cameras_changed: u64,
    /// Cameras that would be switched off: then applying needs a reason.
    pub switched_off: u64,
    pub problem_count: u64,
    /// From `offset` on.
    pub problems: Vec<CellProblem>,
    /// What would differ, from `offset` on.
    pub changes: Vec<PlannedChange>,
    pub can_be_applied: bool,
    /// Until when it can be applied.
    pub until_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CellProblem {
    pub sheet: String,
    /// From 1, as a spreadsheet counts.
    pub row: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    pub heading: String,
    pub value: String,
    /// Where it is the law that forbids it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    pub problem: Bilingual,
    pub remedy: Bilingual,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlannedChange {
    pub row: u32,
    pub kind: String,
    pub id: String,
    pub name: String,
    pub is_new: bool,
    pub fields: Vec<PlannedField>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlannedField {
    pub field: String,
    #[schema(value_type = serde_json::Value)]
    pub before: serde_json::Value,
    #[schema(value_type = serde_json::Value)]
    pub after: serde_json::Value,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DryRunQuery {
    #[serde(default)]
    pub offset: usize,
    /// At most 500; 100 when absent.
    pub limit: Option<usize>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyRequest {
    pub hash: String,
    /// Why; where cameras are switched off it must be said.
    #[serde(default)]
    pub reason: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Applied {
    pub entry: EntryRef,
}

/// As which file, and in which language.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TableFileQuery {
    /// `xlsx` or `csv`.
    pub format: Option<String>,
    /// `zh` or `en`.
    pub language: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TableQuery {
    pub format: Option<String>,
    pub language: Option<String>,
    /// Part of a name or code.
    pub query: Option<String>,
    pub unit: Option<String>,
    pub parent: Option<String>,
    pub group: Option<String>,
    #[serde(default)]
    pub incomplete: bool,
    /// Only those that lack this expected field.
    pub lacks: Option<String>,
    /// Why: needed where basic data goes out.
    #[serde(default)]
    pub reason: String,
}

/// Records or cameras by tick or by filter.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SelectionRequest {
    /// When there are none, the filter counts.
    pub ids: Vec<String>,
    pub query: Option<String>,
    pub unit: Option<String>,
    pub parent: Option<String>,
    pub group: Option<String>,
    pub incomplete: bool,
    /// Only those that lack this expected field.
    pub lacks: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkRequest {
    /// `camera` or a kind of record.
    pub kind: String,
    pub selection: SelectionRequest,
    /// New values by field; `null` empties one.
    #[schema(value_type = Object)]
    pub set: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotationRequest {
    pub selection: SelectionRequest,
    pub username: String,
    pub password: String,
}

impl std::fmt::Debug for RotationRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RotationRequest").field("selection", &self.selection).finish_non_exhaustive()
    }
}
