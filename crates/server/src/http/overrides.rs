//! Values that units set beside those of the packs: what holds, setting one with a document, and taking it back.

use super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::{Json, Path},
    register::record_id,
    types::{EntryRef, Made, Named, Override, OverrideNew, Overrides, Problem},
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::packs::settable;
use model::Act;

/// What units set beside the packs' values, newest first.
#[utoipa::path(
    get, path = "/api/overrides", tag = "law",
    responses((status = 200, body = Overrides, description = "Of one's own units"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Overrides>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadRegistry, Vec::new()).await?;
    let today = app.registry().today(app.now()).to_string();
    let overrides = app.registry().overrides(&cx).await?;
    Ok(axum::Json(Overrides {
        overrides: overrides.into_iter().map(|one| shape(one, &today)).collect(),
        settable: settable().map(str::to_owned).collect(),
    }))
}

/// Set a value beside a pack's, with the document that says so. A weaker one is refused.
#[utoipa::path(
    post, path = "/api/overrides", tag = "law", request_body = OverrideNew,
    responses((status = 201, body = Made, description = "Set"), (status = 403, body = Problem, description = "Refused: weaker than the article, or without the post"))
)]
pub async fn set(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<OverrideNew>,
) -> Answer<(StatusCode, axum::Json<Made>)> {
    let optional = |id: Option<&str>| id.map(record_id).transpose();
    let new = store::NewOverride {
        unit: body.unit_id.parse().map_err(|_| Failure::not_found("unit"))?,
        system: optional(body.system_id.as_deref())?,
        place: optional(body.place_id.as_deref())?,
        article: body.article.parse().map_err(|_| Failure::invalid("article", "is not PACK:ARTICLE"))?,
        parameter: body.parameter,
        value: body.value,
        document: record_id(&body.document_id)?,
        reason: body.reason,
        from: body.from,
        until: body.until,
    };
    let id = app.registry().set_override(&signed.cx(&app), new).await?;
    app.ring_registry_changed();
    Ok((StatusCode::CREATED, axum::Json(Made { id: id.to_string() })))
}

/// Take an override back: the pack's value holds again.
#[utoipa::path(
    post, path = "/api/overrides/{id}/end", tag = "law", params(("id" = String, Path, description = "Override")),
    responses((status = 204, description = "Taken back"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn end(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = id.parse().map_err(|_| Failure::not_found("override"))?;
    app.registry().end_override(&signed.cx(&app), id).await?;
    app.ring_registry_changed();
    Ok(StatusCode::NO_CONTENT)
}

fn shape(one: store::SetOverride, today: &str) -> Override {
    let holds = one.ended.is_none() && one.set.holds_on(today);
    Override {
        id: one.id.to_string(),
        unit_id: one.unit.to_string(),
        system_id: one.system.map(|id| id.to_string()),
        place_id: one.set.place,
        article: one.set.article.to_string(),
        parameter: one.set.parameter,
        value: one.set.value,
        document_id: one.document.to_string(),
        reason: one.reason,
        from: one.set.from,
        until: one.set.until,
        holds,
        person: one.person.map(|(id, name)| Named { id: id.to_string(), name }),
        at_ms: one.at.as_ms(),
        ended_ms: one.ended.map(|at| at.as_ms()),
        entry: EntryRef::access(one.entry),
    }
}
