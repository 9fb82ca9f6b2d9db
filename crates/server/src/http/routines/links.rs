//! Carriers' links, and what each has carried over the last month.

use super::super::{
    auth::Signed,
    convert::parse_all,
    error::Answer,
    extract::{Json, Path, Query},
    names::CameraNames,
    register::record_id,
    types::{Link, LinkRequest, Links, Named, Problem, RoutineMade, RoutineQuery},
};
use super::rules::made;
use super::{hand, id_of, may, measure, seen};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::routines::{carried_ppm, is_below};
use model::{Act, RecordId, WallTime};
use store::{LinkRow, NewLink};

/// Links of a unit with their measurement.
#[utoipa::path(
    get, path = "/api/routines/links", tag = "routines", params(RoutineQuery),
    responses((status = 200, body = Links, description = "Those in use first"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No unit of one's own"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<RoutineQuery>,
) -> Answer<axum::Json<Links>> {
    let cx = signed.cx(&app);
    let (unit, named) = seen(&app, &cx, &query.unit).await?;
    let names = CameraNames::for_act(&app, &cx, Act::ReadHealth, Some(unit.unit)).await?;
    let cameras = measure::cameras_of(&app, unit.unit).await?;
    let mut links = Vec::new();
    for row in app.registry().links(&cx, unit.unit).await? {
        links.push(shape(&app, row, &cameras, &names).await?);
    }
    let may_change = may(&app, &cx, unit.unit, Act::ChangeRoutines).await?;
    Ok(axum::Json(Links { unit: named, links, may_change }))
}

/// Enter a link: a carrier's line, its contract and the cameras that come over it.
#[utoipa::path(
    post, path = "/api/routines/links", tag = "routines", request_body = LinkRequest,
    responses((status = 201, body = RoutineMade, description = "In the ledger"), (status = 400, body = Problem, description = "No such carrier, document or camera of the unit"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn add(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<LinkRequest>,
) -> Answer<(StatusCode, axum::Json<RoutineMade>)> {
    let contract = body.contract_document_id.as_deref().filter(|id| !id.is_empty());
    let new = NewLink {
        unit: body.unit_id.parse()?,
        name: body.name,
        carrier: record_id(&body.carrier_id)?,
        contract: contract.map(record_id).transpose()?,
        from: WallTime::from_ms(body.from_ms),
        until: body.until_ms.map(WallTime::from_ms),
        contract_ppm: body.contract_ppm,
        cameras: parse_all(&body.camera_ids)?,
    };
    made(app.registry().add_link(&signed.cx(&app), new).await?)
}

/// A link is used no longer.
#[utoipa::path(
    post, path = "/api/routines/links/{id}/end", tag = "routines", params(("id" = String, Path, description = "Link")),
    responses((status = 204, description = "In the ledger"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It has ended"))
)]
pub async fn end(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<StatusCode> {
    app.registry().end_link(&signed.cx(&app), id_of(&id, "link")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Of the cameras that the unit still has, what the link carried.
pub(super) async fn carried_by(
    app: &App,
    row: &LinkRow,
    cameras: &[store::Camera],
) -> Answer<(measure::Carried, Option<u32>)> {
    let own: Vec<store::Camera> =
        cameras.iter().filter(|camera| row.cameras.contains(&camera.id)).cloned().collect();
    let carried = measure::carried(app, &own, row.from).await?;
    let ppm = carried_ppm(carried.owed_us, carried.missing_us).filter(|_| row.ended.is_none());
    Ok((carried, ppm))
}

async fn shape(app: &App, row: LinkRow, cameras: &[store::Camera], names: &CameraNames) -> Answer<Link> {
    let (carried, ppm) = carried_by(app, &row, cameras).await?;
    let record = |(id, name): (RecordId, String)| Named { id: id.to_string(), name };
    Ok(Link {
        id: row.id.to_string(),
        name: row.name,
        carrier: record(row.carrier),
        contract: row.contract.map(record),
        from_ms: row.from.as_ms(),
        until_ms: row.until.map(WallTime::as_ms),
        contract_ppm: row.contract_ppm,
        cameras: row.cameras.iter().filter(|one| names.has(**one)).map(|one| names.of(*one)).collect(),
        entered_by: hand(row.by),
        ended_ms: row.ended.map(WallTime::as_ms),
        carried_ppm: ppm,
        below: is_below(ppm, row.contract_ppm),
        owed_s: carried.owed_us as f64 / 1e6,
        missing_s: carried.missing_us as f64 / 1e6,
        breaks: carried.breaks,
        lost_packets: carried.lost_packets,
        reconnects: carried.reconnects,
    })
}
