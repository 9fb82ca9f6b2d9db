//! A copy of a report's footage for the organ: asked for as every export is, sealed, and shown with the report.
//!
//! It carries nothing to the organ: whoever asked for it collects it and hands it over.

use super::super::{
    auth::Signed,
    convert::{parse_all, span_of_ms},
    error::{Answer, Failure},
    exports,
    extract::{Json, Path},
    names::CameraNames,
    retrievals::unsealed_words,
    types::{DutyReport, DutyReportClip, DutyReportClipRequest, EntryRef, Problem},
};
use super::{id_of, reports::shape};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::{Kind, LegalBasis, Profile, Purpose};
use store::{NewExport, Request, system_cx};

/// Ask for a copy of a report's footage, for the organ that it went to.
///
/// Of cameras and a span that the report holds. It leaves sealed, or its entry says why not.
#[utoipa::path(
    post, path = "/api/duty/reports/{id}/clips", tag = "duty", params(("id" = String, Path, description = "Report id")), request_body = DutyReportClipRequest,
    responses((status = 201, body = DutyReport, description = "In the ledger and being made"), (status = 403, body = Problem, description = "Refused, as an export would be"), (status = 409, body = Problem, description = "It has as many as it may have"))
)]
pub async fn make(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<DutyReportClipRequest>,
) -> Answer<(StatusCode, axum::Json<DutyReport>)> {
    let id = id_of(&id, "report")?;
    let report = app.registry().report_for_clip(id).await?;
    let cameras = match &body.cameras {
        Some(cameras) => parse_all(cameras)?,
        None => report.cameras.clone(),
    };
    let span = match (body.from_ms, body.to_ms) {
        (None, None) => report.span,
        (Some(from_ms), Some(to_ms)) => span_of_ms(from_ms, to_ms)?,
        _ => return Err(Failure::invalid("from_ms", "from_ms and to_ms belong together")),
    };
    report.admits_clip(&cameras, span)?;
    if body.recipient.trim().is_empty() {
        return Err(Failure::invalid("recipient", "name the person who receives the copy"));
    }
    let sealed_to = exports::sealed_to(body.seal_to.as_deref())?;
    let plain = unsealed_words(sealed_to.is_some(), body.unsealed_reason)?;
    if app.exports().is_full() {
        return Err(Failure::new(Kind::Busy, "too many exports are waiting").with_code("exports"));
    }
    let case = body.case.as_deref().map(str::parse).transpose()?;
    let note = Some(report.body.clone());
    let cx = signed.cx_for(&app, Purpose::Incident, LegalBasis::UnitDuty, case, note);
    let recipient = ledger::package::Recipient {
        name: body.recipient.trim().to_owned(),
        organisation: report.organ.clone(),
    };
    let asked = Request {
        refers_to: Some(report.entry),
        text: format!("report={id}\n{}{plain}", exports::entry_words(false, sealed_to)).trim_end().to_owned(),
        ..exports::asked(&signed, cameras.clone(), span, &recipient)
    };
    let pass = app.registry().admit(&cx, asked).await?;
    let new = NewExport { profile: Profile::Main, recipient: (&recipient).into(), cameras, sealed_to };
    app.registry().create_report_clip(id, &pass, new.clone()).await?;
    let spec = exports::spec(&app, &signed, cx, pass, (&new, false), recipient).await?;
    app.settle_outbox().await;
    app.exports().start(&app, spec);
    let cx = signed.cx(&app);
    let names = CameraNames::seen_by(&app, &cx).await?;
    let report = app.registry().report_for_clip(id).await?;
    Ok((StatusCode::CREATED, axum::Json(shape(&app, report, &names).await?)))
}

/// Copies of a report, of cameras that the reader may know of.
pub(super) async fn shapes(
    app: &App,
    clips: &[store::ReportClip],
    names: &CameraNames,
) -> Answer<Vec<DutyReportClip>> {
    let system = system_cx("duty", app.now());
    let mut shapes = Vec::with_capacity(clips.len());
    for clip in clips {
        let row = app.registry().export(&system, clip.export).await?;
        if !row.cameras.iter().all(|camera| names.has(*camera)) {
            continue;
        }
        shapes.push(DutyReportClip {
            copy: exports::shape_for_others(app, row),
            collected_ms: clip.collected.map(|(at, _)| at.as_ms()),
            collected: clip.collected.map(|(_, entry)| EntryRef::access(entry)),
        });
    }
    Ok(shapes)
}
