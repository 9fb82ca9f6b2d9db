//! Shapes of filings: what is owed, what was filed, the receipt.

use super::{Bilingual, EntryRef};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Serialize, ToSchema)]
pub struct SystemFilings {
    pub owed: Vec<FilingOwed>,
    /// Oldest first.
    pub made: Vec<FilingMade>,
}

/// A filing under one pack.
#[derive(Debug, Serialize, ToSchema)]
pub struct FilingOwed {
    pub pack: String,
    pub article: String,
    /// The pack binds; otherwise it is only heard.
    pub binds: bool,
    /// `not_yet`, `undated`, `owed`, `soon`, `late`, `filed`, `filed_late`, `outdated`.
    pub state: String,
    /// The last day in time, `YYYY-MM-DD` in China's time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// Until `due`; negative when it has passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filed_on: Option<String>,
    pub window_days: u16,
    /// `acceptance`, `completion`, `use`; `in-force` for systems older than the pack.
    pub from: String,
    /// `builder`, `user-unit`.
    pub by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Bilingual>,
    /// Kinds of paper that the text names.
    pub papers: Vec<String>,
    /// Those that neither lie with the system nor come out of the register.
    pub missing: Vec<String>,
    /// Rests on a value that a person should look up.
    pub unverified: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FilingMade {
    pub id: String,
    pub pack: String,
    pub filed_on: String,
    pub recipient: String,
    pub filer: String,
    pub note: String,
    pub dossier_sha256: String,
    pub at_ms: i64,
    pub entry: EntryRef,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<FilingReceipt>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FilingReceipt {
    pub document_id: String,
    pub number: String,
    pub received_on: String,
    pub entry: EntryRef,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DossierQuery {
    /// Under which pack it is filed.
    pub pack: String,
    /// `json`, the data file; `xlsx`, its points as a workbook. The data file when absent.
    pub format: Option<String>,
    /// Of the workbook's headings: `zh` or `en`.
    pub language: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DossierFileQuery {
    /// `json`, the data file; `xlsx`, its points as a workbook. The data file when absent.
    pub format: Option<String>,
    /// Of the workbook's headings: `zh` or `en`.
    pub language: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilingNew {
    pub pack: String,
    /// `YYYY-MM-DD`, not a day to come.
    pub filed_on: String,
    pub recipient: String,
    pub filer: String,
    /// SHA-256 of the dossier that was handed in, in hexadecimal.
    pub dossier_sha256: String,
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptNew {
    /// The receipt as a document of the unit.
    pub document_id: String,
    pub number: String,
    pub received_on: String,
}
