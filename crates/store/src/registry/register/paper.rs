//! A document with its file that comes in under another act than the register's own, with what the caller writes beside it: a paper
//! that an authority sends through the portal.
//!
//! The invariant kept: file, document and the caller's rows commit together, or none of them is there.

use super::documents::{Stored, with_file};
use super::write;
use crate::documents::StagedFile;
use crate::error::Result;
use crate::registry::{EntryIndex, Registry, admit, admit::Ask};
use futures::future::BoxFuture;
use law::register::{Body, RecordKind};
use model::{Cx, RecordId, UnitId};
use sqlx::SqliteConnection;

/// Keeps it as a new document of the unit.
///
/// # Errors
/// `Refused` by the law; `Invalid` when the document's values are not right; and what `beside` says. The file is gone then.
pub(in crate::registry) async fn keep_paper<F>(
    registry: &Registry,
    cx: &Cx,
    (id, unit): (RecordId, UnitId),
    (body, file): (Body, StagedFile),
    ask: Ask,
    beside: F,
) -> Result<()>
where
    F: for<'c> FnOnce(&'c mut SqliteConnection, EntryIndex) -> BoxFuture<'c, Result<()>> + Send + 'static,
{
    let library = registry.packs().library.clone();
    let checked = write::checked(RecordKind::Document, Some(unit), with_file(&body, &file), &library)?;
    let (stored, cx) = (Stored::of(&file), cx.clone());
    registry
        .settle(file, move |connection| {
            Box::pin(async move {
                match admit::enter(connection, &cx, &ask).await? {
                    Ok(entered) => {
                        write::insert(connection, id, &checked, entered.entry, cx.now).await?;
                        stored.note(connection, id, 1, entered.entry, cx.now).await?;
                        beside(connection, entered.entry).await.map(Ok)
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await
}
