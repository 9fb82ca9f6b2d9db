//! Incident folders as they travel: what somebody writes, and a folder with its items, holds and packages as its reader may see them.
//!
//! What an item says of cameras outside the reader's posts is not among it.

use super::{EntryRef, Export, FolderItemKind, HoldState, LegalBasis, Named, Profile, Purpose, Recipient};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderRequest {
    /// A unit in which one may look back.
    pub unit_id: String,
    /// At most 120 characters.
    pub name: String,
    /// At most 2,000 characters.
    #[serde(default)]
    pub happened: String,
    /// A case that counts; holds and packages of the folder are under it.
    pub case_id: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderItemRequest {
    pub kind: FolderItemKind,
    /// One for a bookmark or gap, up to 16 for a span, none for the rest.
    #[serde(default)]
    pub cameras: Vec<String>,
    /// A bookmark's instant; a span's or gap's start.
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    /// At most 2,000 characters.
    #[serde(default)]
    pub words: String,
    /// The observation, report or alarm that it leads to.
    pub about_id: Option<String>,
}

/// Why something is withdrawn, closed or reopened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderReason {
    /// At most 500 characters.
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderHoldRequest {
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    pub note: Option<String>,
    /// When it is looked at again; half a year when absent.
    pub review_ms: Option<i64>,
    /// The paper by which it is asked for, at most 96 characters.
    #[serde(default)]
    pub document: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderExportRequest {
    /// Spans of the folder; all that stand when absent.
    pub items: Option<Vec<String>>,
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    pub note: Option<String>,
    pub recipient: Recipient,
    pub profile: Option<Profile>,
    #[serde(default)]
    pub with_sound: bool,
    /// As for a single export: an age public key, or `passphrase`.
    pub seal_to: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FolderQuery {
    pub unit_id: Option<String>,
    pub closed: Option<bool>,
    /// In the name, in what happened, and in the words of items.
    pub words: Option<String>,
    pub camera: Option<String>,
    /// Folders with an item in `[from_ms, to_ms)`.
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    /// At most 100; 50 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Folders {
    /// Newest first, of the units in which one may read folders.
    pub folders: Vec<FolderHead>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

/// A folder without what is in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FolderHead {
    pub id: String,
    pub unit: Named,
    pub name: String,
    pub happened: String,
    pub case_id: Option<String>,
    pub closed: bool,
    pub opened: FolderDone,
    /// Items that stand.
    pub items_count: u64,
    pub spans_count: u64,
    /// A hold of it stands: spans that are added are held too.
    pub held: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FolderDone {
    pub by: Named,
    pub at_ms: i64,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FolderStep {
    pub closes: bool,
    pub done: FolderDone,
    pub reason: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FolderItem {
    pub id: String,
    pub kind: FolderItemKind,
    /// It is of a camera outside the reader's posts: only that it is there is shown.
    pub withheld: bool,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    pub cameras: Vec<Named>,
    pub words: String,
    pub about_id: Option<String>,
    pub added: FolderDone,
    pub withdrawn: Option<FolderDone>,
    pub withdraw_reason: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FolderHold {
    pub id: String,
    pub from_ms: i64,
    pub to_ms: i64,
    /// Those that the reader's posts cover.
    pub cameras: Vec<Named>,
    pub state: HoldState,
    /// Somebody asks that it be lifted.
    pub release_asked: bool,
    pub review_ms: i64,
}

/// A folder with what is in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Folder {
    #[serde(flatten)]
    pub head: FolderHead,
    /// Oldest first.
    pub items: Vec<FolderItem>,
    /// Closed and reopened, oldest first.
    pub steps: Vec<FolderStep>,
    pub holds: Vec<FolderHold>,
    /// The packages that were asked for, each with the SHA-256 of its manifest once it is made.
    pub packages: Vec<Export>,
    pub may_add: bool,
    pub may_hold: bool,
    pub may_export: bool,
    pub may_close: bool,
    /// Another than whoever asked, with a post that lifts holds.
    pub may_lift: bool,
}
