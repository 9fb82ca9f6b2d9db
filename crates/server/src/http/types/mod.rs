//! The shapes of the API: the only serde types that travel over HTTP. Not the registry's and not the pipeline's
//! types: those may change without changing the API, and nothing gets out because a field was added below.
//!
//! Times are whole Unix milliseconds and end in `_ms`; ids are UUID strings; words are closed lists.

mod alarms;
mod board;
mod cameras;
mod cases;
mod challenges;
mod claims;
mod commissioning;
mod dossiers;
mod duty;
mod figures;
mod filing;
mod folders;
mod gaps;
mod grants;
mod holds;
mod imports;
mod integrity;
mod law;
mod ledger;
mod levels;
mod map;
mod part;
mod passkeys;
mod people;
mod portal;
mod pressure;
mod providers;
mod ptz;
mod record_term;
mod register;
mod reminders;
mod retention;
mod retrievals;
mod routines;
mod standing;
mod storage;
mod supervision;
mod system;
mod takeovers;
mod trace;
mod watch;
mod watching;
mod witnesses;
mod words;

pub use alarms::*;
pub use board::*;
pub use cameras::*;
pub use cases::*;
pub use challenges::*;
pub use claims::*;
pub use commissioning::*;
pub use dossiers::*;
pub use duty::*;
pub use figures::*;
pub use filing::*;
pub use folders::*;
pub use gaps::*;
pub use grants::*;
pub use holds::*;
pub use imports::*;
pub use integrity::*;
pub use law::*;
pub use ledger::*;
pub use levels::*;
pub use map::*;
pub use part::*;
pub use passkeys::*;
pub use people::*;
pub use portal::*;
pub use pressure::*;
pub use providers::*;
pub use ptz::*;
pub use record_term::*;
pub use register::*;
pub use reminders::*;
pub use retention::*;
pub use retrievals::*;
pub use routines::*;
pub use standing::*;
pub use storage::*;
pub use supervision::*;
pub use system::*;
pub use takeovers::*;
pub use trace::*;
pub use watch::*;
pub use watching::*;
pub use witnesses::*;
pub use words::*;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A thing with its name, so that a list can be shown without a second request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// The body of every answer that is not a success.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    pub error: ProblemBody,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    pub kind: ProblemKind,
    /// One English sentence for engineers; the console words the rest from `kind`, `code` and `article`.
    pub message: String,
    /// A word for programs, for example `totp_required`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The field of the request that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The article that refuses, for example `guangzhou-2007:16`, or `unit:roles` where the unit's own roles do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// Why, in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Bilingual>,
    /// What would make it possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Bilingual>,
    /// The entry of the access log that this refusal left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<i64>,
    /// Every field of a record that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<FieldProblem>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    Invalid,
    Unauthenticated,
    Refused,
    NotFound,
    Conflict,
    Busy,
    Unavailable,
    Internal,
}

/// The same sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Bilingual {
    pub zh: String,
    pub en: String,
}
