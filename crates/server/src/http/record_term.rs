//! How long the record of who looked stays readable, and who may say so. What is forgotten, and when, is the law's and the store's.
//!
//! A page of the ledger; it opens no record. The invariant: the answer says what holds now and what waits, never what was only asked.

use super::{
    auth::Signed,
    error::Answer,
    extract::Json,
    types::{PendingTerm, Problem, RecordTerm, RecordTermRequest},
};
use crate::app::App;
use axum::extract::State;
use law::record_term::{SHORTER_WAITS_DAYS, TERM_DAYS_MAX, TERM_DAYS_MIN};
use model::{Act, Cx};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show, change))
}

/// How long records of who looked stay readable.
#[utoipa::path(
    get, path = "/api/ledger/term", tag = "ledger",
    responses((status = 200, body = RecordTerm, description = "What holds now, and what waits"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn show(State(app): State<App>, signed: Signed) -> Answer<axum::Json<RecordTerm>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadHealth, Vec::new()).await?;
    Ok(axum::Json(shape(&app, &cx).await?))
}

/// Change how long they stay readable; a shorter term holds only after a month.
#[utoipa::path(
    put, path = "/api/ledger/term", tag = "ledger", request_body = RecordTermRequest,
    responses((status = 200, body = RecordTerm, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<RecordTermRequest>,
) -> Answer<axum::Json<RecordTerm>> {
    let cx = Cx { note: Some(body.reason), ..signed.cx(&app) };
    app.registry().change_record_term(&cx, body.days).await?;
    Ok(axum::Json(shape(&app, &cx).await?))
}

async fn shape(app: &App, cx: &Cx) -> Answer<RecordTerm> {
    let term = app.registry().record_term(cx).await?;
    Ok(RecordTerm {
        days: term.days,
        pending: term.pending.map(|(days, from)| PendingTerm { days, from_ms: from.as_ms() }),
        forgotten: term.forgotten,
        days_min: TERM_DAYS_MIN,
        days_max: TERM_DAYS_MAX,
        shorter_waits_days: SHORTER_WAITS_DAYS,
    })
}
