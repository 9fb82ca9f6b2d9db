//! Rounds: inspections of several units or systems of an area begun at once, with one reason and one plan, and how far they are.
//!
//! It decides nothing: each inspection is judged, ended and ordered from by itself. The invariant: how far a round is, is counted from what its
//! reader sees of its inspections.

use super::super::{
    auth::Signed,
    convert::id_of,
    error::Answer,
    extract::{Json, Path, Query},
    names::UnitNames,
    types::{
        self, InspectionRound, InspectionRoundRequest, InspectionRoundWhole, InspectionRounds, Named,
        Problem, RoundMember,
    },
};
use super::inspections::shape;
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::{Cx, RecordId, UnitId};
use store::{InspectionEnd, NewInspection, NewInspectionRound, ROUND_INSPECTIONS_MAX};
use uuid::Uuid;

fn row(one: &store::InspectionRound) -> InspectionRound {
    let count = |wanted: Option<InspectionEnd>| {
        let own = one.inspections.iter().filter(|own| own.end.as_ref().map(|(end, ..)| *end) == wanted);
        u32::try_from(own.count()).unwrap_or(u32::MAX)
    };
    let sum = |of: fn(&store::Inspection) -> u32| one.inspections.iter().map(of).fold(0, u32::saturating_add);
    InspectionRound {
        id: one.id.to_string(),
        authority: Named { id: one.authority.0.to_string(), name: one.authority.1.clone() },
        reason: one.reason.clone(),
        plan: one.plan.clone(),
        by: super::person(one.by.clone()),
        at_ms: one.at.as_ms(),
        entry: super::entry(one.entry),
        open_count: count(None),
        ended_count: count(Some(InspectionEnd::Ended)),
        refused_count: count(Some(InspectionEnd::Refused)),
        lacking_count: sum(|own| own.lacking_count),
        orders_count: sum(|own| own.orders_count),
        orders_open_count: sum(|own| own.orders_open_count),
    }
}

/// Rounds of one's authority, and of those below.
#[utoipa::path(
    get, path = "/api/inspection-rounds", tag = "supervision", params(types::PartQuery),
    responses((status = 200, body = InspectionRounds, description = "A part, newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<types::PartQuery>,
) -> Answer<axum::Json<InspectionRounds>> {
    let cx = signed.cx(&app);
    super::admit_reading(&app, &cx).await?;
    let part = app.registry().inspection_rounds(&cx, &query.into()).await?.map(|one| row(&one));
    Ok(axum::Json(InspectionRounds { rounds: part.rows, next_cursor: part.next_cursor, total: part.total }))
}

/// Begin a round: an inspection of each of these, all or none.
#[utoipa::path(
    post, path = "/api/inspection-rounds", tag = "supervision", request_body = InspectionRoundRequest,
    responses((status = 201, body = InspectionRoundWhole, description = "Begun"), (status = 400, body = Problem, description = "No reason, no plan, none or more than 50, or one twice"), (status = 403, body = Problem, description = "Refused: one is not of the area, or no supervisor"))
)]
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<InspectionRoundRequest>,
) -> Answer<(StatusCode, axum::Json<InspectionRoundWhole>)> {
    let cx = signed.cx(&app);
    let named = body.inspections.iter().map(named).collect::<Answer<Vec<_>>>()?;
    let lines = match app.registry().own_authority(&cx).await? {
        // What is too many is refused below, and no list is made for it.
        Some(authority) if named.len() <= ROUND_INSPECTIONS_MAX => {
            let all = app.registry().supervised_systems(&cx, &authority).await?;
            let of = |(unit, system): &(UnitId, Option<RecordId>)| -> Vec<RecordId> {
                let own = all.iter().filter(|one| one.unit == *unit);
                own.filter(|one| system.is_none_or(|system| system == one.id)).map(|one| one.id).collect()
            };
            super::compliance::lines_of(&app, &named.iter().map(of).collect::<Vec<_>>()).await?
        }
        // Refused below, with its entry.
        _ => vec![Vec::new(); named.len()],
    };
    let inspections = named.into_iter().zip(lines).map(|((unit, system), lines)| NewInspection {
        unit,
        system,
        reason: String::new(),
        lines,
    });
    let new = NewInspectionRound { reason: body.reason, plan: body.plan, inspections: inspections.collect() };
    let id = app.registry().begin_inspection_round(&cx, new).await?;
    Ok((StatusCode::CREATED, whole(&app, &cx, id).await?))
}

fn named(one: &RoundMember) -> Answer<(UnitId, Option<RecordId>)> {
    let system: Option<RecordId> =
        one.system_id.as_deref().filter(|id| !id.is_empty()).map(str::parse).transpose()?;
    Ok((one.unit_id.parse()?, system))
}

async fn whole(app: &App, cx: &Cx, id: Uuid) -> Answer<axum::Json<InspectionRoundWhole>> {
    let names = UnitNames::load(app, cx).await?;
    let round = app.registry().inspection_round(cx, id).await?;
    Ok(axum::Json(InspectionRoundWhole {
        round: row(&round),
        inspections: round.inspections.into_iter().map(|one| shape(one, &names)).collect(),
    }))
}

/// One round with its inspections.
#[utoipa::path(
    get, path = "/api/inspection-rounds/{id}", tag = "supervision",
    params(("id" = String, Path, description = "Round id")),
    responses((status = 200, body = InspectionRoundWhole, description = "As it is now"), (status = 404, body = Problem, description = "None of one's authority or of those below"))
)]
pub async fn one(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<InspectionRoundWhole>> {
    let cx = signed.cx(&app);
    super::admit_reading(&app, &cx).await?;
    whole(&app, &cx, id_of(&id, "round")?).await
}
