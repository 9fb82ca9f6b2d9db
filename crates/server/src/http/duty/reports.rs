//! Reports of suspicious matters to the public security organ, and its acknowledgements.

use super::super::{
    auth::Signed,
    convert::{parse_all, span_of_ms},
    error::Answer,
    extract::{Json, Path, Query},
    names::CameraNames,
    types::{
        DutyAcknowledgement, DutyAcknowledgementRequest, DutyReport, DutyReportQuery, DutyReportRequest,
        DutyReports, EntryRef, Problem,
    },
};
use super::{cameras, id_of, person, report_clips};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::duty::is_unacknowledged;
use model::{Act, LegalBasis, Purpose, WallTime};
use store::NewDutyReport;

/// Reports of one's units.
#[utoipa::path(
    get, path = "/api/duty/reports", tag = "duty", params(DutyReportQuery),
    responses((status = 200, body = DutyReports, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<DutyReportQuery>,
) -> Answer<axum::Json<DutyReports>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadDuty, Vec::new()).await?;
    let room = query.room.as_deref().map(|room| id_of(room, "room")).transpose()?;
    let found = app.registry().duty_reports(&cx, room).await?;
    let names = CameraNames::seen_by(&app, &cx).await?;
    Ok(axum::Json(DutyReports { reports: shapes(&app, found, &names).await? }))
}

/// Enter a report of a suspicious matter: its footage is held from now on.
#[utoipa::path(
    post, path = "/api/duty/reports", tag = "duty", request_body = DutyReportRequest,
    responses((status = 201, body = DutyReport, description = "Entered, with a hold"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn report(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<DutyReportRequest>,
) -> Answer<(StatusCode, axum::Json<DutyReport>)> {
    let cx = signed.cx_for(&app, Purpose::Incident, LegalBasis::UnitDuty, None, None);
    let new = NewDutyReport {
        room: id_of(&body.room_id, "room")?,
        note: body.note_id.as_deref().map(|note| id_of(note, "observation")).transpose()?,
        cameras: parse_all(&body.cameras)?,
        span: span_of_ms(body.from_ms, body.to_ms)?,
        body: body.words,
        organ: body.organ,
        channel: body.channel.into(),
        sent: WallTime::from_ms(body.sent_ms),
    };
    let report = app.registry().report_suspicion(&cx, new).await?;
    app.settle_outbox().await;
    let names = CameraNames::seen_by(&app, &cx).await?;
    Ok((StatusCode::CREATED, axum::Json(shape(&app, report, &names).await?)))
}

/// Enter the organ's acknowledgement.
#[utoipa::path(
    post, path = "/api/duty/reports/{id}/acknowledgement", tag = "duty", params(("id" = String, Path, description = "Report id")), request_body = DutyAcknowledgementRequest,
    responses((status = 200, body = DutyReport, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It has one"))
)]
pub async fn acknowledge(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<DutyAcknowledgementRequest>,
) -> Answer<axum::Json<DutyReport>> {
    let (id, cx) = (id_of(&id, "report")?, signed.cx(&app));
    let on = WallTime::from_ms(body.on_ms);
    let report = app.registry().acknowledge_report(&cx, id, &body.number, on).await?;
    let names = CameraNames::seen_by(&app, &cx).await?;
    Ok(axum::Json(shape(&app, report, &names).await?))
}

pub async fn shapes(
    app: &App,
    found: impl IntoIterator<Item = store::DutyReport>,
    names: &CameraNames,
) -> Answer<Vec<DutyReport>> {
    let mut reports = Vec::new();
    for report in found {
        reports.push(shape(app, report, names).await?);
    }
    Ok(reports)
}

pub async fn shape(app: &App, report: store::DutyReport, names: &CameraNames) -> Answer<DutyReport> {
    let now = app.now();
    Ok(DutyReport {
        clips: report_clips::shapes(app, &report.clips, names).await?,
        id: report.id.to_string(),
        room_id: report.room.to_string(),
        note_id: report.note.map(|note| note.to_string()),
        author: person(report.author),
        cameras: cameras(names, &report.cameras),
        from_ms: report.span.start.as_ms(),
        to_ms: report.span.end.as_ms(),
        words: report.body,
        organ: report.organ,
        channel: report.channel.into(),
        sent_ms: report.sent.as_ms(),
        hold_id: report.hold.to_string(),
        entry: EntryRef::access(report.entry),
        overdue: is_unacknowledged(report.sent, report.acknowledged.is_some(), now),
        acknowledged: report.acknowledged.map(|one| DutyAcknowledgement {
            number: one.number,
            on_ms: one.on.as_ms(),
            entry: EntryRef::access(one.entry),
        }),
    })
}
