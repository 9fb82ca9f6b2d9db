//! Reports of pressure: written by anybody with a post in the unit, read by its auditors and by whoever wrote them.

use super::{
    auth::Signed,
    convert::id_of,
    error::Answer,
    extract::{Json, Path, Query},
    names::UnitNames,
    types::{
        EntryRef, Named, PressureOutcome, PressureOutcomeRequest, PressureQuery, PressureReport,
        PressureReports, PressureRequest, Problem,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::{Act, Cx, PersonId, UnitId};
use std::collections::HashSet;
use store::NewPressureReport;

/// Reports on a page when the request does not say.
const LIMIT: u32 = 100;

/// Report that one is pressed. The entry names the reporter; only the unit's auditors see the report.
#[utoipa::path(
    post, path = "/api/pressure", tag = "ledger", request_body = PressureRequest,
    responses((status = 201, body = PressureReport, description = "Entered"), (status = 403, body = Problem, description = "Refused: no post in that unit"))
)]
pub async fn report(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<PressureRequest>,
) -> Answer<(StatusCode, axum::Json<PressureReport>)> {
    let cx = signed.cx(&app);
    let new = NewPressureReport {
        unit: body.unit_id.parse()?,
        what: body.what.into(),
        by_whom: body.by_whom,
        account: body.account,
    };
    let report = app.registry().report_pressure(&cx, new).await?;
    Ok((StatusCode::CREATED, axum::Json(Reader::load(&app, &cx).await?.shape(report))))
}

/// Reports of pressure of the units that one audits, and one's own.
#[utoipa::path(
    get, path = "/api/pressure", tag = "ledger", params(PressureQuery),
    responses((status = 200, body = PressureReports, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<PressureQuery>,
) -> Answer<axum::Json<PressureReports>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadPressure, Vec::new()).await?;
    let asked =
        store::PressureQuery { open: query.open, limit: query.limit.unwrap_or(LIMIT), cursor: query.cursor };
    let page = app.registry().pressure_reports(&cx, &asked).await?;
    let reader = Reader::load(&app, &cx).await?;
    let reports = page.reports.into_iter().map(|report| reader.shape(report)).collect();
    Ok(axum::Json(PressureReports { reports, next_cursor: page.next_cursor, total: page.total }))
}

/// Enter what came of a report.
#[utoipa::path(
    post, path = "/api/pressure/{id}/outcome", tag = "ledger", params(("id" = String, Path, description = "Report id")),
    request_body = PressureOutcomeRequest,
    responses((status = 200, body = PressureReport, description = "As it is now"), (status = 403, body = Problem, description = "Refused: not an auditor of the unit"), (status = 409, body = Problem, description = "It has its outcome"))
)]
pub async fn close(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<PressureOutcomeRequest>,
) -> Answer<axum::Json<PressureReport>> {
    let id = id_of(&id, "report")?;
    let cx = signed.cx(&app);
    let report = app.registry().close_pressure(&cx, id, &body.outcome, &body.passed_to).await?;
    Ok(axum::Json(Reader::load(&app, &cx).await?.shape(report)))
}

/// Who reads, and the names of units.
struct Reader {
    units: UnitNames,
    audits: HashSet<UnitId>,
}

impl Reader {
    async fn load(app: &App, cx: &Cx) -> Answer<Self> {
        let units = UnitNames::load(app, cx).await?;
        let audits = app.registry().audited_units(cx).await?.unwrap_or_default().into_iter().collect();
        Ok(Self { units, audits })
    }

    fn shape(&self, report: store::PressureReport) -> PressureReport {
        let person = |(id, name): (PersonId, String)| Named { id: id.to_string(), name };
        PressureReport {
            id: report.id.to_string(),
            may_close: report.outcome.is_none() && self.audits.contains(&report.unit),
            unit: self.units.of(report.unit),
            what: report.what.into(),
            by_whom: report.by_whom,
            account: report.account,
            reporter: person(report.reporter),
            at_ms: report.at.as_ms(),
            entry: EntryRef::access(report.entry),
            outcome: report.outcome.map(|outcome| PressureOutcome {
                text: outcome.text,
                passed_to: outcome.passed_to,
                by: person(outcome.by),
                at_ms: outcome.at.as_ms(),
                entry: EntryRef::access(outcome.entry),
            }),
        }
    }
}
