//! Dossiers of systems as they are listed. The dossier itself is a file of its own (docs/design/dossier.md).

use super::{EntryRef, Named};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SystemDossierRequest {
    /// Entries of the register and of supervision are handed out in plain: with the names, posts and network addresses of whoever acted.
    #[serde(default)]
    pub opened: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SystemDossiers {
    /// Newest first, at most 100.
    pub dossiers: Vec<SystemDossier>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SystemDossier {
    pub id: String,
    pub made_ms: i64,
    pub by: Named,
    pub entry: EntryRef,
    pub opened: bool,
    pub claims: u32,
    /// The entry of its making is published: it can be collected. Within a minute.
    pub ready: bool,
}
