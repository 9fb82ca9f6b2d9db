//! Gaps: the list, what people say about them, who accepted it, and maintenance announced beforehand.
//!
//! A gap's record is never changed here or anywhere; what is written stands beside it, each with its entry.

use super::{
    auth::Signed,
    convert::{parse_all, span_of_ms},
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    names::CameraNames,
    types::{
        Explained, Explanation, ExplanationRequest, ExplanationRow, GapQuery, GapRow, GapState, Gaps,
        Maintenance, MaintenanceQuery, MaintenanceRequest, MaintenanceState, Named, Problem, Signature,
        Verdict, VerdictRequest,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::completeness::Judgement;
use model::{Act, CameraId, ExplanationId, GapCause, MaintenanceId, Profile, Span, StreamId, UnitId};
use pipeline::Gap;
use std::cmp::Reverse;
use store::{GapChoice, GapStanding, LeafIndex, NewExplanation, NewMaintenance};

const DAY_MS: i64 = 86_400_000;
/// Gaps of the last days when no span is asked for.
const GAP_DAYS: i64 = 7;
/// Gaps on a page when the request does not say.
const GAP_LIMIT: u32 = 100;

/// Gaps by camera, unit, cause and state.
#[utoipa::path(
    get, path = "/api/gaps", tag = "health", params(GapQuery),
    responses((status = 200, body = Gaps, description = "Newest first; of the last week when no span is named"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn gaps(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<GapQuery>,
) -> Answer<axum::Json<Gaps>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadGaps, Vec::new()).await?;
    let to_ms = query.to_ms.unwrap_or_else(|| app.now().as_ms());
    let span = span_of_ms(query.from_ms.unwrap_or(to_ms.saturating_sub(GAP_DAYS * DAY_MS)), to_ms)?;
    let camera: Option<CameraId> = query.camera.as_deref().map(str::parse).transpose()?;
    let unit: Option<UnitId> = query.unit.as_deref().map(str::parse).transpose()?;
    let stream = camera.map(|camera| StreamId { camera, profile: Profile::Main });
    let skip: usize = query
        .cursor
        .as_deref()
        .map_or(Ok(0), str::parse)
        .map_err(|_| Failure::invalid("cursor", "is not one that a page gave"))?;
    let limit = query.limit.unwrap_or(GAP_LIMIT).clamp(1, 500) as usize;
    let names = CameraNames::for_act(&app, &cx, Act::ReadGaps, unit).await?;
    let cause = query.cause.map(GapCause::from);
    let wanted = |id: StreamId, found: GapCause| {
        names.has(id.camera)
            && stream.is_none_or(|wanted| wanted == id)
            && cause.is_none_or(|cause| cause == found)
    };
    let standings =
        app.store().standings(&cx, Span { start: span.start, end: span.end.max(app.now()) }).await?;
    let mut rows: Vec<GapRow> = Vec::new();
    for (id, gap) in app.pipeline().open_gaps() {
        let open = Span { start: gap.span.start, end: app.now() };
        if wanted(id, gap.cause) && open.intersect(span).is_some() {
            let state = standings.of_open(id, open, gap.cause);
            rows.push(open_row(&names, (id, open), gap, state.into()));
        }
    }
    let mut stored = app.store().footage.gaps(&cx, stream, span).await?;
    stored.retain(|gap| wanted(gap.stream, gap.cause));
    rows.extend(stored.into_iter().map(|gap| {
        let standing = standings.of(&gap);
        stored_row(&names, gap, standing)
    }));
    rows.retain(|row| query.state.is_none_or(|state| state == row.state));
    rows.sort_by_key(|row| Reverse((row.from_ms, row.id.unwrap_or(u64::MAX))));
    let total = rows.len();
    let next_cursor = (total > skip + limit).then(|| (skip + limit).to_string());
    let gaps = rows.into_iter().skip(skip).take(limit).collect();
    Ok(axum::Json(Gaps { gaps, next_cursor, total: total as u64 }))
}

/// A gap that has no record yet: what was announced counts, and nobody can have explained it.
fn open_row(names: &CameraNames, (id, span): (StreamId, Span), gap: Gap, state: GapState) -> GapRow {
    GapRow {
        id: None,
        camera: names.of(id.camera),
        profile: id.profile.into(),
        from_ms: span.start.as_ms(),
        to_ms: span.end.as_ms(),
        cause: gap.cause.into(),
        evidence: gap.evidence,
        state,
        justified: state == GapState::Justified,
        explanation: None,
        maintenance: None,
    }
}

fn stored_row(names: &CameraNames, gap: store::GapRow, standing: GapStanding) -> GapRow {
    let state: GapState = standing.state.into();
    GapRow {
        id: Some(gap.leaf.0),
        camera: names.of(gap.stream.camera),
        profile: gap.stream.profile.into(),
        from_ms: gap.span.start.as_ms(),
        to_ms: gap.span.end.as_ms(),
        cause: gap.cause.into(),
        evidence: gap.evidence,
        state,
        justified: state == GapState::Justified,
        explanation: standing.explanation.map(explanation_shape),
        maintenance: standing.maintenance.map(|id| id.to_string()),
    }
}

fn signature(hand: store::Hand) -> Signature {
    let person = Named { id: hand.person.to_string(), name: hand.name };
    Signature { person, at_ms: hand.at.as_ms(), entry: hand.entry.0 }
}

fn verdict_shape(verdict: store::Verdict) -> Verdict {
    Verdict { approved: verdict.approved, by: signature(verdict.by), text: verdict.text }
}

fn explanation_shape(explanation: store::Explanation) -> Explanation {
    let state = match explanation.judged.judgement() {
        Judgement::Pending => GapState::Explained,
        Judgement::Approved(_) => GapState::Justified,
        Judgement::Declined(_) => GapState::Declined,
    };
    Explanation {
        id: explanation.id.to_string(),
        cause: explanation.cause.into(),
        text: explanation.text,
        document: explanation.document,
        by: signature(explanation.judged.author),
        state,
        verdict: explanation.judged.verdict.map(verdict_shape),
    }
}

/// Say why footage is missing: of named gaps, or of all open ones of some cameras over a span.
#[utoipa::path(
    post, path = "/api/gaps/explanations", tag = "health", request_body = ExplanationRequest,
    responses(
        (status = 201, body = Explained, description = "Waits for a second person"),
        (status = 403, body = Problem, description = "Refused"),
        (status = 409, body = Problem, description = "A gap has an explanation already, or none is left to explain"),
    )
)]
pub async fn explain(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<ExplanationRequest>,
) -> Answer<(StatusCode, axum::Json<Explained>)> {
    let choice = match (body.gaps.is_empty(), body.from_ms, body.to_ms) {
        (false, None, None) if body.cameras.is_empty() => {
            GapChoice::Leaves(body.gaps.into_iter().map(LeafIndex).collect())
        }
        (true, Some(from_ms), Some(to_ms)) if !body.cameras.is_empty() => {
            GapChoice::Of { cameras: parse_all(&body.cameras)?, span: span_of_ms(from_ms, to_ms)? }
        }
        _ => return Err(Failure::invalid("gaps", "name gaps, or cameras with from_ms and to_ms")),
    };
    let new = NewExplanation { cause: body.cause.into(), text: body.text, document: body.document };
    let (id, gaps) = app.store().explain_gaps(&signed.cx(&app), choice, new).await?;
    Ok((StatusCode::CREATED, axum::Json(Explained { id: id.to_string(), gaps: gaps as u64 })))
}

/// Explanations of gaps of one's own cameras.
#[utoipa::path(
    get, path = "/api/gaps/explanations", tag = "health",
    responses((status = 200, body = Vec<ExplanationRow>, description = "Those that wait for a second person first, then the newest"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn explanations(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Vec<ExplanationRow>>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadGaps, Vec::new()).await?;
    let names = CameraNames::seen_by(&app, &cx).await?;
    let rows = app.registry().explanations(&cx).await?.into_iter();
    let own = rows.filter(|(_, gaps)| gaps.iter().any(|gap| names.has(gap.camera)));
    Ok(axum::Json(own.map(|(explanation, gaps)| explanation_row(&names, explanation, &gaps)).collect()))
}

fn explanation_row(
    names: &CameraNames,
    explanation: store::Explanation,
    gaps: &[store::ExplainedGap],
) -> ExplanationRow {
    let mut cameras: Vec<CameraId> =
        gaps.iter().map(|gap| gap.camera).filter(|camera| names.has(*camera)).collect();
    cameras.sort_unstable();
    cameras.dedup();
    ExplanationRow {
        explanation: explanation_shape(explanation),
        gaps: gaps.iter().map(|gap| gap.leaf.0).collect(),
        cameras: cameras.into_iter().map(|camera| names.of(camera)).collect(),
        from_ms: gaps.iter().map(|gap| gap.span.start.as_ms()).min().unwrap_or_default(),
        to_ms: gaps.iter().map(|gap| gap.span.end.as_ms()).max().unwrap_or_default(),
    }
}

/// Accept or decline what somebody else said about gaps.
#[utoipa::path(
    post, path = "/api/gaps/explanations/{id}/verdict", tag = "health", request_body = VerdictRequest,
    params(("id" = String, Path, description = "Explanation id")),
    responses(
        (status = 200, body = ExplanationRow, description = "As it is now"),
        (status = 403, body = Problem, description = "Refused; also to its author"),
        (status = 409, body = Problem, description = "It has been judged already"),
    )
)]
pub async fn judge(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<VerdictRequest>,
) -> Answer<axum::Json<ExplanationRow>> {
    let id: ExplanationId = id.parse().map_err(|_| Failure::not_found("explanation"))?;
    let cx = signed.cx(&app);
    app.registry().judge_explanation(&cx, id, body.approved, &body.text).await?;
    let (explanation, gaps) = app.registry().explanation(&cx, id).await?;
    let names = CameraNames::seen_by(&app, &cx).await?;
    Ok(axum::Json(explanation_row(&names, explanation, &gaps)))
}

/// Announced maintenance of one's own cameras.
#[utoipa::path(
    get, path = "/api/maintenance", tag = "health", params(MaintenanceQuery),
    responses((status = 200, body = Vec<Maintenance>, description = "In order of time"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn maintenance(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<MaintenanceQuery>,
) -> Answer<axum::Json<Vec<Maintenance>>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadGaps, Vec::new()).await?;
    let now_ms = app.now().as_ms();
    let from_ms = query.from_ms.unwrap_or(now_ms - 30 * DAY_MS);
    let span = span_of_ms(from_ms, query.to_ms.unwrap_or(now_ms + 365 * DAY_MS))?;
    let names = CameraNames::seen_by(&app, &cx).await?;
    let found = app.registry().maintenance(&cx, span).await?.into_iter();
    let own = found.filter(|found| found.cameras.iter().any(|camera| names.has(*camera)));
    Ok(axum::Json(own.map(|found| maintenance_shape(&names, found)).collect()))
}

fn maintenance_shape(names: &CameraNames, found: store::Maintenance) -> Maintenance {
    let state = match found.judged.judgement() {
        Judgement::Pending => MaintenanceState::Announced,
        Judgement::Approved(_) => MaintenanceState::Approved,
        Judgement::Declined(_) => MaintenanceState::Declined,
    };
    let cameras = found.cameras.iter().filter(|camera| names.has(**camera));
    Maintenance {
        id: found.id.to_string(),
        cameras: cameras.map(|camera| names.of(*camera)).collect(),
        from_ms: found.span.start.as_ms(),
        to_ms: found.span.end.as_ms(),
        reason: found.reason,
        document: found.document,
        by: signature(found.judged.author),
        state,
        verdict: found.judged.verdict.map(verdict_shape),
    }
}

/// Announce maintenance beforehand; once approved, gaps that lie in it are justified by it.
#[utoipa::path(
    post, path = "/api/maintenance", tag = "health", request_body = MaintenanceRequest,
    responses((status = 201, body = Maintenance, description = "Waits for a second person"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn announce(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<MaintenanceRequest>,
) -> Answer<(StatusCode, axum::Json<Maintenance>)> {
    let cx = signed.cx(&app);
    let new = NewMaintenance {
        cameras: parse_all(&body.cameras)?,
        span: span_of_ms(body.from_ms, body.to_ms)?,
        reason: body.reason,
        document: body.document,
    };
    let id = app.registry().announce_maintenance(&cx, new).await?;
    let names = CameraNames::seen_by(&app, &cx).await?;
    let found = app.registry().one_maintenance(&cx, id).await?;
    Ok((StatusCode::CREATED, axum::Json(maintenance_shape(&names, found))))
}

/// Accept or decline maintenance that somebody else announced.
#[utoipa::path(
    post, path = "/api/maintenance/{id}/verdict", tag = "health", request_body = VerdictRequest,
    params(("id" = String, Path, description = "Maintenance id")),
    responses(
        (status = 200, body = Maintenance, description = "As it is now"),
        (status = 403, body = Problem, description = "Refused; also to its author"),
        (status = 409, body = Problem, description = "It has been judged already"),
    )
)]
pub async fn judge_maintenance(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<VerdictRequest>,
) -> Answer<axum::Json<Maintenance>> {
    let id: MaintenanceId = id.parse().map_err(|_| Failure::not_found("maintenance"))?;
    let cx = signed.cx(&app);
    app.registry().judge_maintenance(&cx, id, body.approved, &body.text).await?;
    let names = CameraNames::seen_by(&app, &cx).await?;
    let found = app.registry().one_maintenance(&cx, id).await?;
    Ok(axum::Json(maintenance_shape(&names, found)))
}
