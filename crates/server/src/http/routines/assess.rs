//! Assessments of effect and security: drawn up from what was measured, frozen, signed off.

use super::super::{
    auth::Signed,
    availability::of_cameras,
    convert::span_of_ms,
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    names::CameraNames,
    types::{
        Assessment, AssessmentMeasured, AssessmentRequest, Assessments, GapsOfCause, Problem, RoutineMade,
        RoutineQuery, SignRequest,
    },
};
use super::rules::made;
use super::{Rows, hand, id_of, may, measure, seen};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::routines::due;
use model::{Act, Cx, GapCause, Kind, Span, UnitId};
use store::system_cx;

/// Assessments of a unit, and when the next is due.
#[utoipa::path(
    get, path = "/api/routines/assessments", tag = "routines", params(RoutineQuery),
    responses((status = 200, body = Assessments, description = "Newest first"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No unit of one's own"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<RoutineQuery>,
) -> Answer<axum::Json<Assessments>> {
    let cx = signed.cx(&app);
    let (unit, named) = seen(&app, &cx, &query.unit).await?;
    let rows = app.registry().assessments(&cx, unit.unit).await?;
    let last = rows.iter().filter_map(|row| row.signed.as_ref()).map(|signed| signed.at).max();
    Ok(axum::Json(Assessments {
        unit: named,
        every_days: unit.terms.assessment_days,
        due_ms: due(last, unit.since, unit.terms.assessment_days).as_ms(),
        may_draw: may(&app, &cx, unit.unit, Act::DrawAssessment).await?,
        may_sign: may(&app, &cx, unit.unit, Act::SignAssessment).await?,
        assessments: rows.into_iter().map(shape).collect(),
    }))
}

/// Draw one up from what was measured; it does not change any more.
#[utoipa::path(
    post, path = "/api/routines/assessments", tag = "routines", request_body = AssessmentRequest,
    responses((status = 201, body = RoutineMade, description = "In the ledger, with its hash"), (status = 400, body = Problem, description = "A span that is none"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn draw(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<AssessmentRequest>,
) -> Answer<(StatusCode, axum::Json<RoutineMade>)> {
    let (cx, unit) = (signed.cx(&app), body.unit_id.parse()?);
    let span = span_of_ms(body.from_ms, body.to_ms)?;
    // Who may not draw it up learns nothing of it: the act is decided before the snapshot is kept, and nothing of it is told.
    let snapshot = if may(&app, &cx, unit, Act::DrawAssessment).await? {
        serde_json::to_string(&measured(&app, &cx, unit, span).await?)
            .map_err(|error| Failure::new(Kind::Internal, format!("what was measured: {error}")))?
    } else {
        String::from("{}")
    };
    made(app.registry().draw_assessment(&cx, unit, span, snapshot).await?)
}

/// Sign an assessment off, with words.
#[utoipa::path(
    post, path = "/api/routines/assessments/{id}/sign", tag = "routines", params(("id" = String, Path, description = "Assessment")), request_body = SignRequest,
    responses((status = 204, description = "In the ledger"), (status = 403, body = Problem, description = "Refused: a manager of the unit signs"), (status = 409, body = Problem, description = "It is signed off"))
)]
pub async fn sign(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<SignRequest>,
) -> Answer<StatusCode> {
    app.registry().sign_assessment(&signed.cx(&app), id_of(&id, "assessment")?, &body.words).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn measured(app: &App, cx: &Cx, unit: UnitId, span: Span) -> Answer<AssessmentMeasured> {
    let (registry, now, system) = (app.registry(), app.now(), system_cx("routines", app.now()));
    let cameras = measure::cameras_of(app, unit).await?;
    let sum = of_cameras(app, &system, &cameras, span).await?;
    let seconds = |us: i64| us as f64 / 1e6;
    let by_cause = GapCause::ALL.iter().zip(sum.gaps.iter().zip(sum.missing_us));
    let gaps_by_cause: Vec<GapsOfCause> = by_cause
        .filter(|(_, (gaps, _))| **gaps > 0)
        .map(|(cause, (gaps, us))| GapsOfCause { cause: (*cause).into(), gaps: *gaps, seconds: seconds(us) })
        .collect();
    let rows = Rows::load(app, &system, registry.unit_routines(cx, unit).await?).await?;
    let names = CameraNames::for_act(app, cx, Act::ReadHealth, Some(unit)).await?;
    let weights: Vec<Option<String>> =
        super::super::findings::all(app, cx).await?.into_iter().map(|finding| finding.severity).collect();
    let weighs = |word: &str| weights.iter().filter(|weight| weight.as_deref() == Some(word)).count() as u64;
    let plain = weights.iter().filter(|weight| weight.is_none()).count() as u64;
    let in_span = |at: model::WallTime| at >= span.start && at < span.end;
    let in_force = || rows.rules.iter().filter(|rule| rule.in_force);
    let signed = rows.rounds.iter().filter_map(|round| round.signed.as_ref());
    let people = registry.people_facts(cx, cx.now).await?;
    let staff: std::collections::HashSet<String> =
        registry.unit_staff(cx, unit).await?.into_iter().map(|(id, _)| id.to_string()).collect();
    let open = || rows.orders.iter().filter(|order| order.done.is_none());
    Ok(AssessmentMeasured {
        cameras: cameras.len() as u64,
        owed_s: seconds(sum.owed_us),
        recorded_s: seconds(sum.recorded_us),
        missing_s: seconds(sum.missing_sum_us()),
        justified_s: seconds(sum.justified_us),
        gaps: sum.gaps.iter().sum(),
        gaps_by_cause,
        below_floor: measure::below_floor(app, &cameras).await?,
        horizon_days: app.horizon().await?.mean_days.map(f64::from),
        faults: measure::open_faults(app, cx, &names, &[]).await?.len() as u64,
        orders_open: open().count() as u64,
        orders_late: open().filter(|order| order.due <= now).count() as u64,
        rounds: signed.filter(|one| in_span(one.at)).count() as u64,
        refused_attempts: registry.refused_attempts(cx, unit, span).await?,
        witness_alarms: app.witnesses().alarms().len() as u64,
        damaged_places: app.store().footage.scrub_findings(&system_cx("scrub", now)).await?.len() as u64,
        findings_breach: weighs("breach"),
        // What has no weight of its own is owed.
        findings_due: weighs("due") + plain,
        findings_note: weighs("note"),
        rules_in_force: in_force().count() as u64,
        rules_unconfirmed: in_force().filter(|rule| !rule.missing.is_empty()).count() as u64,
        unfit: people.iter().filter(|one| one.watches && !one.fit && staff.contains(&one.person.id)).count()
            as u64,
        staff: staff.len() as u64,
        drills: registry.drills(cx, unit).await?.iter().filter(|drill| in_span(drill.held)).count() as u64,
    })
}

fn shape(row: store::AssessmentRow) -> Assessment {
    Assessment {
        id: row.id.to_string(),
        from_ms: row.span.start.as_ms(),
        to_ms: row.span.end.as_ms(),
        measured: serde_json::from_str(&row.snapshot).unwrap_or_default(),
        snapshot: row.snapshot,
        sha256: row.sha256.to_string(),
        drawn: hand(row.drawn),
        signed: row.signed.map(hand),
    }
}
