//! Who may see a unit's secret systems (guangzhou-2007:11): given by another administrator with a document, and taken back.

use super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::{Json, Path},
    register::record_id,
    types::{Clearance, ClearanceRequest, Clearances, EntryRef, Problem},
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::{Act, PersonId, UnitId};

/// Who is cleared for a unit's secret systems.
#[utoipa::path(
    get, path = "/api/units/{id}/clearances", tag = "register", params(("id" = String, Path, description = "Unit")),
    responses((status = 200, body = Clearances, description = "By name"), (status = 404, body = Problem, description = "No such unit"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<Clearances>> {
    let (cx, unit) = (signed.cx(&app), unit_id(&id)?);
    app.registry().admit_reading(&cx, Act::ReadRegistry, Vec::new()).await?;
    if !app.registry().units(&cx).await?.iter().any(|known| known.id == unit) {
        return Err(Failure::not_found("unit"));
    }
    let shape = |clearance: store::Clearance| Clearance {
        person_id: clearance.person.to_string(),
        person: clearance.person_name,
        document_id: clearance.document.to_string(),
        at_ms: clearance.at.as_ms(),
        entry: EntryRef::access(clearance.entry),
    };
    let clearances = app.registry().clearances(unit).await?;
    Ok(axum::Json(Clearances { clearances: clearances.into_iter().map(shape).collect() }))
}

/// Clear a person. Nobody clears themselves.
#[utoipa::path(
    put, path = "/api/units/{id}/clearances/{person}", tag = "register", request_body = ClearanceRequest,
    params(("id" = String, Path, description = "Unit"), ("person" = String, Path, description = "Person")),
    responses((status = 204, description = "Cleared"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn give(
    State(app): State<App>,
    signed: Signed,
    Path((id, person)): Path<(String, String)>,
    Json(body): Json<ClearanceRequest>,
) -> Answer<StatusCode> {
    let document = record_id(&body.document_id)?;
    let (unit, person) = (unit_id(&id)?, person_id(&person)?);
    app.registry().change_clearance(&signed.cx(&app), unit, person, Some(document)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a clearance back.
#[utoipa::path(
    delete, path = "/api/units/{id}/clearances/{person}", tag = "register",
    params(("id" = String, Path, description = "Unit"), ("person" = String, Path, description = "Person")),
    responses((status = 204, description = "Taken back"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn take_back(
    State(app): State<App>,
    signed: Signed,
    Path((id, person)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let (unit, person) = (unit_id(&id)?, person_id(&person)?);
    app.registry().change_clearance(&signed.cx(&app), unit, person, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn unit_id(text: &str) -> Answer<UnitId> {
    text.parse().map_err(|_| Failure::not_found("unit"))
}

fn person_id(text: &str) -> Answer<PersonId> {
    text.parse().map_err(|_| Failure::not_found("person"))
}
