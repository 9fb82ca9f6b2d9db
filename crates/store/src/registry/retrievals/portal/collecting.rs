//! Whether a requester collects a package now, and that they did: asked in the transaction that admits the collecting.
//!
//! The invariant kept: the package of a request is its requester's alone, after the receipt, and so often as the law lets it.

use crate::convert::blob;
use crate::error::{Doing, Result};
use law::access::Refusal;
use law::portal::{CollectFacts, may_collect};
use model::{Actor, Cx, ExportId, WallTime};
use sqlx::SqliteConnection;

/// What the portal says of collecting a package: it is the actor's, and what refuses it. `None`: it is none of theirs.
pub(in crate::registry) async fn of_requester(
    connection: &mut SqliteConnection,
    cx: &Cx,
    export: ExportId,
) -> Result<Option<Option<Refusal>>> {
    let Actor::Person(person) = cx.actor else { return Ok(None) };
    let row: Option<(String, Option<i64>, i64)> = sqlx::query_as(
        "SELECT request.state, received_us, collections FROM portal_request AS request
         JOIN retrieval ON retrieval.id = request.retrieval WHERE retrieval.export = ? AND request.person = ?",
    )
    .bind(blob(export.0))
    .bind(blob(person.0))
    .fetch_optional(connection)
    .await
    .doing("looking for a package's request")?;
    Ok(row.map(|(state, received, collections)| {
        may_collect(CollectFacts {
            withdrawn: state != "taken",
            received: received.map(WallTime),
            collections: u32::try_from(collections).unwrap_or(u32::MAX),
            now: cx.now,
        })
    }))
}

/// It was collected once more, if it is one of the portal's.
pub(in crate::registry) async fn note(
    connection: &mut SqliteConnection,
    export: Option<ExportId>,
) -> Result<()> {
    let Some(export) = export else { return Ok(()) };
    sqlx::query(
        "UPDATE portal_request SET collections = collections + 1
         WHERE retrieval = (SELECT id FROM retrieval WHERE export = ?)",
    )
    .bind(blob(export.0))
    .execute(connection)
    .await
    .doing("counting a collection")
    .map(|_| ())
}
