//! Awards: proposed by a unit for what helped a case, decided by an authority (datong-2008:6).

use super::super::{
    auth::Signed,
    convert::id_of,
    error::Answer,
    extract::{Json, Path, Query},
    names::UnitNames,
    types::{self, AwardDecision, AwardDecisionRequest, AwardRequest, Awards, Named, Problem},
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::Cx;
use store::NewAward;
use uuid::Uuid;

fn shape(one: store::AwardRow, names: &UnitNames) -> types::Award {
    types::Award {
        id: one.id.to_string(),
        unit: names.of(one.unit),
        case: Named { id: one.case.0.to_string(), name: one.case.1 },
        whom: one.whom,
        merit: one.merit,
        by: super::person(one.by),
        at_ms: one.at.as_ms(),
        entry: super::entry(one.entry),
        decision: one.decision.map(|(granted, text, _, by, at, entry)| AwardDecision {
            granted,
            text,
            by,
            at_ms: at.as_ms(),
            entry: super::entry(entry),
        }),
    }
}

async fn shown(app: &App, cx: &Cx, id: Uuid) -> Answer<axum::Json<types::Award>> {
    let names = UnitNames::load(app, cx).await?;
    Ok(axum::Json(shape(app.registry().award(cx, id).await?, &names)))
}

/// Proposals of one's units, or of the area of one's authority.
#[utoipa::path(
    get, path = "/api/awards", tag = "supervision", params(types::PartQuery),
    responses((status = 200, body = Awards, description = "A part, newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<types::PartQuery>,
) -> Answer<axum::Json<Awards>> {
    let cx = signed.cx(&app);
    super::admit_reading(&app, &cx).await?;
    let names = UnitNames::load(&app, &cx).await?;
    let part = app.registry().awards(&cx, &query.into()).await?.map(|one| shape(one, &names));
    Ok(axum::Json(Awards { awards: part.rows, next_cursor: part.next_cursor, total: part.total }))
}

/// Propose an award for what helped a case of the unit.
#[utoipa::path(
    post, path = "/api/awards", tag = "supervision", request_body = AwardRequest,
    responses((status = 201, body = types::Award, description = "Proposed"), (status = 403, body = Problem, description = "Refused: no confirmed case of the unit, or without the post"))
)]
pub async fn propose(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<AwardRequest>,
) -> Answer<(StatusCode, axum::Json<types::Award>)> {
    let cx = signed.cx(&app);
    let new = NewAward {
        unit: body.unit_id.parse()?,
        case: body.case_id.parse()?,
        whom: body.whom,
        merit: body.merit,
    };
    let id = app.registry().propose_award(&cx, new).await?;
    Ok((StatusCode::CREATED, shown(&app, &cx, id).await?))
}

/// Grant an award, or not.
#[utoipa::path(
    post, path = "/api/awards/{id}/decision", tag = "supervision", request_body = AwardDecisionRequest,
    params(("id" = String, Path, description = "Award id")),
    responses((status = 200, body = types::Award, description = "Decided"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is decided"))
)]
pub async fn decide(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<AwardDecisionRequest>,
) -> Answer<axum::Json<types::Award>> {
    let id = id_of(&id, "award")?;
    let cx = signed.cx(&app);
    app.registry().decide_award(&cx, id, body.granted, &body.text).await?;
    shown(&app, &cx, id).await
}
