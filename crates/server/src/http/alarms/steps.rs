//! What a person does with an alarm: acknowledge, escalate, close. Each answers with the alarm as it is then.

use super::super::{
    auth::Signed,
    error::Answer,
    extract::{Json, Path},
    types::{AlarmDetail, CloseAlarmRequest, EscalateRequest, Problem},
};
use super::{events::detail, id_of};
use crate::app::App;
use axum::extract::State;
use store::AlarmStep;

/// Acknowledge an alarm: on shift, where the unit keeps a roster.
#[utoipa::path(
    post, path = "/api/alarms/{id}/acknowledge", tag = "alarms",
    params(("id" = String, Path, description = "Event id")),
    responses((status = 200, body = AlarmDetail, description = "In the ledger"), (status = 403, body = Problem, description = "Refused: off shift, or not one's alarm"), (status = 409, body = Problem, description = "It does not wait for that"))
)]
pub async fn acknowledge(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<AlarmDetail>> {
    step(&app, &signed, &id, AlarmStep::Acknowledge).await
}

/// Pass an alarm to another post, with a reason. It is open again, and has its whole term.
#[utoipa::path(
    post, path = "/api/alarms/{id}/escalate", tag = "alarms", request_body = EscalateRequest,
    params(("id" = String, Path, description = "Event id")),
    responses((status = 200, body = AlarmDetail, description = "In the ledger"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is closed, or no alarm"))
)]
pub async fn escalate(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<EscalateRequest>,
) -> Answer<axum::Json<AlarmDetail>> {
    step(&app, &signed, &id, AlarmStep::Escalate { to: body.to.into(), reason: body.reason }).await
}

/// Close an alarm with what it turned out to be: after it was acknowledged.
#[utoipa::path(
    post, path = "/api/alarms/{id}/close", tag = "alarms", request_body = CloseAlarmRequest,
    params(("id" = String, Path, description = "Event id")),
    responses((status = 200, body = AlarmDetail, description = "In the ledger"), (status = 403, body = Problem, description = "Refused: off shift, or not one's alarm"), (status = 409, body = Problem, description = "It was not acknowledged, or is closed"))
)]
pub async fn close(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<CloseAlarmRequest>,
) -> Answer<axum::Json<AlarmDetail>> {
    step(&app, &signed, &id, AlarmStep::Close { outcome: body.outcome.into(), words: body.words }).await
}

async fn step(app: &App, signed: &Signed, id: &str, step: AlarmStep) -> Answer<axum::Json<AlarmDetail>> {
    let id = id_of(id, "alarm")?;
    app.registry().step_alarm(&signed.cx(app), id, step).await?;
    detail(app, signed, id).await
}
