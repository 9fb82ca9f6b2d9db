//! Where copies are that left as ordinary exports: who received one, that it stays in the unit, where it went after; and all of a unit's at
//! once. Copies of retrievals are followed with the retrieval. What is said of a copy is an entry and is not taken back.

use super::{
    auth::Signed,
    error::{Answer, Failure},
    exports,
    extract::{Json, Path, Query},
    types::{
        Copies, EntryRef, Export, ExportCopy, ExportReceiptRequest, Named, PartQuery, Problem,
        RetrievalEvent, WhereaboutsRequest, WhereaboutsWord,
    },
};
use crate::app::App;
use axum::extract::State;
use model::{Act, ExportId, PersonId};
use store::retrievals::{Followed, NewReceiptOfCopy, Whereabouts};

/// Packages of one's units that were collected, and where they are.
#[utoipa::path(
    get, path = "/api/copies", tag = "exports", params(PartQuery),
    responses((status = 200, body = Copies, description = "The newest collection first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<PartQuery>,
) -> Answer<axum::Json<Copies>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadCopies, Vec::new()).await?;
    let found = app.registry().copies_out(&cx, &query.into()).await?;
    let (next_cursor, total) = (found.next_cursor, found.total);
    Ok(axum::Json(Copies { copies: shapes(&app, signed.person, found.rows).await?, next_cursor, total }))
}

/// Say who received a copy, or that it stays in the unit.
///
/// Whoever took it says so; also an administrator of the unit of its cameras.
#[utoipa::path(
    post, path = "/api/exports/{id}/receipt", tag = "exports", params(("id" = String, Path, description = "Export id")),
    request_body = ExportReceiptRequest,
    responses((status = 200, body = Export, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Nobody has collected it, or it was said before"))
)]
pub async fn receipt(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<ExportReceiptRequest>,
) -> Answer<axum::Json<Export>> {
    let (cx, id) = (signed.cx(&app), exports::export_id(&id)?);
    let document = super::retrievals::document(body.document_id.as_deref())?;
    let new = NewReceiptOfCopy { received_by: body.received_by, note: body.note, document };
    app.registry().acknowledge_export(&cx, id, (new, body.stays_in_unit)).await?;
    one(&app, &signed, id).await
}

/// Say where a copy went, that it came back, or that it was destroyed.
#[utoipa::path(
    post, path = "/api/exports/{id}/whereabouts", tag = "exports", params(("id" = String, Path, description = "Export id")),
    request_body = WhereaboutsRequest,
    responses((status = 200, body = Export, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Nobody has collected it"))
)]
pub async fn whereabouts(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<WhereaboutsRequest>,
) -> Answer<axum::Json<Export>> {
    let (cx, id) = (signed.cx(&app), exports::export_id(&id)?);
    let document = super::retrievals::document(body.document_id.as_deref())?;
    let what = body.what.into();
    let new = Followed { what, holder: body.holder, note: body.note, document };
    app.registry().follow_export(&cx, id, new).await?;
    one(&app, &signed, id).await
}

impl From<WhereaboutsWord> for Whereabouts {
    fn from(word: WhereaboutsWord) -> Self {
        match word {
            WhereaboutsWord::Transferred => Self::Transferred,
            WhereaboutsWord::Returned => Self::Returned,
            WhereaboutsWord::Destroyed => Self::Destroyed,
        }
    }
}

async fn one(app: &App, signed: &Signed, id: ExportId) -> Answer<axum::Json<Export>> {
    shape(app, signed.person, app.registry().known_copy(&signed.cx(app), id).await?).await
}

/// An export with what is known of its copy.
pub(super) async fn shape(app: &App, reader: PersonId, row: store::ExportRow) -> Answer<axum::Json<Export>> {
    let found = shapes(app, reader, vec![row]).await?.pop();
    found.map(axum::Json).ok_or_else(|| Failure::not_found("export"))
}

/// Exports with what is known of their copies; of others' no more than that they left.
pub(super) async fn shapes(app: &App, reader: PersonId, rows: Vec<store::ExportRow>) -> Answer<Vec<Export>> {
    let ids: Vec<ExportId> = rows.iter().map(|row| row.id).collect();
    let mut known = app.registry().copies(&ids).await?;
    let with_copy = rows.into_iter().map(|row| {
        let copy = known.remove(&row.id).map(copy_of);
        let own = row.person == reader;
        let export = if own { exports::shape(app, row) } else { exports::shape_for_others(app, row) };
        Export { copy, ..export }
    });
    Ok(with_copy.collect())
}

fn copy_of(copy: store::ExportCopy) -> ExportCopy {
    let events = copy.events.into_iter().map(|event| RetrievalEvent {
        what: event.what,
        by: Named { id: event.by.0.to_string(), name: event.by.1 },
        at_ms: event.at.as_ms(),
        entry: EntryRef::access(event.entry),
        holder: event.holder,
        note: event.note,
        document_id: event.document.map(|id| id.to_string()),
    });
    ExportCopy {
        collected_ms: copy.collected.map(|(at, _)| at.as_ms()),
        collected_entry: copy.collected.map(|(_, entry)| EntryRef::access(entry)),
        of_retrieval: copy.of_retrieval,
        events: events.collect(),
    }
}
