//! The register of a room's visitors.

use super::super::{
    auth::Signed,
    error::Answer,
    extract::{Json, Path, Query},
    types::{DutyQuery, DutyVisitor, DutyVisitorRequest, DutyVisitors, EntryRef, Problem},
};
use super::{id_of, person, span_asked};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::{Act, WallTime};
use store::NewDutyVisitor;

/// Who was in a room, and who is there still.
#[utoipa::path(
    get, path = "/api/duty/visitors", tag = "duty", params(DutyQuery),
    responses((status = 200, body = DutyVisitors, description = "Newest first"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No room of one's units"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<DutyQuery>,
) -> Answer<axum::Json<DutyVisitors>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadDuty, Vec::new()).await?;
    let (room, span) = (id_of(&query.room, "room")?, span_asked(query.from_ms, query.to_ms)?);
    let visitors = app.registry().duty_visitors(&cx, room, span).await?;
    Ok(axum::Json(DutyVisitors { visitors: visitors.into_iter().map(shape).collect() }))
}

/// Enter a visitor.
#[utoipa::path(
    post, path = "/api/duty/visitors", tag = "duty", request_body = DutyVisitorRequest,
    responses((status = 201, body = DutyVisitor, description = "Entered"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn enter(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<DutyVisitorRequest>,
) -> Answer<(StatusCode, axum::Json<DutyVisitor>)> {
    let cx = signed.cx(&app);
    let new = NewDutyVisitor {
        room: id_of(&body.room_id, "room")?,
        name: body.name,
        organisation: body.organisation,
        purpose: body.purpose,
        host: body.host,
        came: body.in_ms.map_or(cx.now, WallTime::from_ms),
    };
    let visitor = app.registry().note_visitor(&cx, new).await?;
    Ok((StatusCode::CREATED, axum::Json(shape(visitor))))
}

/// A visitor leaves.
#[utoipa::path(
    post, path = "/api/duty/visitors/{id}/leave", tag = "duty", params(("id" = String, Path, description = "Visitor id")),
    responses((status = 200, body = DutyVisitor, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "They have left"))
)]
pub async fn leave(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<DutyVisitor>> {
    let visitor = app.registry().visitor_leaves(&signed.cx(&app), id_of(&id, "visitor")?).await?;
    Ok(axum::Json(shape(visitor)))
}

pub fn shape(visitor: store::DutyVisitor) -> DutyVisitor {
    DutyVisitor {
        id: visitor.id.to_string(),
        room_id: visitor.room.to_string(),
        name: visitor.name,
        organisation: visitor.organisation,
        purpose: visitor.purpose,
        host: visitor.host,
        in_ms: visitor.came.as_ms(),
        out_ms: visitor.left.map(WallTime::as_ms),
        entered_by: person(visitor.author),
        entry: EntryRef::access(visitor.entry),
    }
}
