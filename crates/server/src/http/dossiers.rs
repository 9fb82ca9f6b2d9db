//! Dossiers of systems over HTTP: made, listed, handed out as one file. It decides nothing: what a dossier says is the store's, what is
//! measured is `supervision::compliance`'s.

use super::{
    auth::Signed,
    convert::id_of,
    error::{Answer, Failure},
    extract::{Json, Path},
    register::record_id,
    supervision::compliance::measured_of,
    types::{EntryRef, Named, Problem, SystemDossier, SystemDossierRequest, SystemDossiers},
};
use crate::app::App;
use axum::{
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use law::access::entitles;
use ledger::{dossier::Log, note::NoteKey};
use model::{Act, Cx, RecordId};
use store::LogName;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, make)).routes(routes!(collect))
}

/// Dossiers that were made of a system.
#[utoipa::path(
    get, path = "/api/systems/{id}/dossiers", tag = "register", params(("id" = String, Path, description = "System")),
    responses((status = 200, body = SystemDossiers, description = "Newest first"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No such system"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<SystemDossiers>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadRegistry, Vec::new()).await?;
    Ok(axum::Json(SystemDossiers { dossiers: all(&app, &cx, record_id(&id)?).await? }))
}

/// Make a dossier of a system as the register stands now.
#[utoipa::path(
    post, path = "/api/systems/{id}/dossiers", tag = "register", request_body = SystemDossierRequest, params(("id" = String, Path, description = "System")),
    responses((status = 201, body = SystemDossier, description = "Made; it can be collected when its entry is published"), (status = 403, body = Problem, description = "Refused: not whoever keeps the unit's register, or the system is secret"), (status = 404, body = Problem, description = "No such system"))
)]
pub async fn make(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<SystemDossierRequest>,
) -> Answer<(StatusCode, axum::Json<SystemDossier>)> {
    let (cx, system) = (signed.cx(&app), record_id(&id)?);
    let vkey = app.store().vkey(LogName::Access);
    let origin = NoteKey::parse(&vkey).map_err(store::Error::from)?.name().to_owned();
    // Measuring reads the whole register: not for somebody who will be refused.
    let makes =
        app.registry().own_posts(&cx).await?.iter().any(|post| entitles(post.role, Act::MakeSystemDossier));
    let measured = if makes { measured_of(&app, system).await? } else { None };
    let made =
        app.registry().make_system_dossier(&cx, system, body.opened, measured, Log { origin, vkey }).await?;
    let found = all(&app, &cx, system).await?.into_iter().find(|one| one.id == made.to_string());
    Ok((StatusCode::CREATED, axum::Json(found.ok_or_else(|| Failure::not_found("dossier"))?)))
}

/// A dossier with its proofs, as one file that is checked offline.
#[utoipa::path(
    get, path = "/api/dossiers/{id}", tag = "register", params(("id" = String, Path, description = "Dossier")),
    responses((status = 200, content_type = "application/zip", description = "docs/design/dossier.md says what is in it"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No such dossier"), (status = 409, body = Problem, description = "Its entry is not published yet"))
)]
pub async fn collect(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<Response> {
    let id = id_of(&id, "dossier")?;
    // What is due is published first, so that nobody waits longer than the minute.
    app.store().publish(LogName::Access, app.now()).await?;
    let bytes = app.store().system_dossier_archive(&signed.cx(&app), id).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_LENGTH, bytes.len().to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"dossier-{id}.zip\"")),
    ];
    // No picture is in it, but an archive looks like a package: it is counted like one as it goes, under its own entry.
    let bytes = futures::stream::once(async move {
        app.balance().served_by_entry(bytes.len() as u64);
        Ok::<_, std::convert::Infallible>(bytes)
    });
    Ok((headers, Body::from_stream(bytes)).into_response())
}

async fn all(app: &App, cx: &Cx, system: RecordId) -> Answer<Vec<SystemDossier>> {
    Ok(app.registry().system_dossiers(cx, system).await?.into_iter().map(shape).collect())
}

fn shape(made: store::SystemDossier) -> SystemDossier {
    SystemDossier {
        id: made.id.to_string(),
        made_ms: made.at.as_ms(),
        by: Named { id: made.by.0.to_string(), name: made.by.1 },
        entry: EntryRef::access(made.entry),
        opened: made.opened,
        claims: made.claims,
        ready: made.ready,
    }
}
