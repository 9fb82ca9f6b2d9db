//! How often an authority inspects: set over HTTP, and what it has not inspected in time, as a finding about the authority (national-2016:23).
//!
//! Which system is due `law` says, from what the store follows. The invariant kept: an authority without a rhythm of its own is found
//! late with no inspection, since no text has a figure.

use super::super::{
    auth::Signed,
    error::Answer,
    extract::Json,
    types::{Finding, InspectionRhythm, InspectionRhythmRequest, Named, Problem},
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::supervision::{Authority, uninspected_words};
use model::{AuthorityId, Cx, WallTime};

/// Set how often one's authority inspects each system of its area, or take it back.
#[utoipa::path(
    post, path = "/api/supervision/rhythm", tag = "supervision", request_body = InspectionRhythmRequest,
    responses((status = 204, description = "Set, or taken back"), (status = 400, body = Problem, description = "No reason, or no days that can be"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It stands already"))
)]
pub async fn set(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<InspectionRhythmRequest>,
) -> Answer<StatusCode> {
    let days = body.days.map(i64::from);
    app.registry().set_inspection_rhythm(&signed.cx(&app), days, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What stands for an authority.
pub(super) async fn of(app: &App, cx: &Cx, authority: &Authority) -> Answer<Option<InspectionRhythm>> {
    let row = app.registry().inspection_rhythm(cx, authority.id).await?;
    Ok(row.map(|row| InspectionRhythm {
        days: u32::try_from(row.days).unwrap_or(u32::MAX),
        reason: row.reason,
        by: super::person(row.by),
        at_ms: row.at.as_ms(),
        entry: super::entry(row.entry),
    }))
}

/// One finding for each authority. It names no system: those are of other units than whoever audits, and a row that names them is withheld;
/// the authority reads them on its page.
pub(super) async fn found(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    let overdue = app.registry().overdue_inspections(cx).await?.into_iter();
    Ok(overdue
        .map(|one| {
            let about = uninspected_words(&one.authority.name, one.count, one.days);
            let of = (one.authority.division.as_str(), "inspection-rhythm");
            Finding {
                record: Some(Named { id: one.authority.id.to_string(), name: one.authority.name.clone() }),
                code: Some("inspection_overdue".into()),
                count: one.count,
                ..super::of_authority(app, cx, of, one.since, about)
            }
        })
        .collect())
}

/// How many each authority has not inspected in time, and since when, as the reader may know.
pub(super) async fn by_authority(
    app: &App,
    cx: &Cx,
) -> Answer<Vec<((AuthorityId, String), (u64, WallTime))>> {
    let overdue = app.registry().overdue_inspections(cx).await?.into_iter();
    Ok(overdue.map(|one| ((one.authority.id, one.authority.name), (one.count, one.since))).collect())
}
