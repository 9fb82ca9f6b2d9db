//! Inspections: begun by a supervisor over a unit or a system, judged line by line, commented by the unit, ended or refused.

use super::super::{
    auth::Signed,
    convert::{id_of, parse_all, words},
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    names::UnitNames,
    types::{
        self, InspectionEndRequest, InspectionRequest, InspectionState, InspectionWhole, Inspections,
        LineFinding, LineRequest, Named, PenaltyChoice, Problem, UnitAnswer,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::packs::{ArticleId, Library};
use law::supervision::{Follows, threatened};
use model::{Cx, RecordId, UnitId};
use store::{InspectionEnd, LineVerdict, NewInspection};
use uuid::Uuid;

pub(super) fn shape(one: store::Inspection, names: &UnitNames) -> types::Inspection {
    let state = match &one.end {
        None => InspectionState::Open,
        Some((InspectionEnd::Ended, ..)) => InspectionState::Ended,
        Some((InspectionEnd::Refused, ..)) => InspectionState::Refused,
    };
    types::Inspection {
        id: one.id.to_string(),
        authority: Named { id: one.authority.0.to_string(), name: one.authority.1 },
        unit: names.of(one.unit),
        system: one.system.map(|(id, name)| Named { id: id.to_string(), name }),
        reason: one.reason,
        by: super::person(one.by),
        at_ms: one.at.as_ms(),
        entry: super::entry(one.entry),
        state,
        ended_ms: one.end.as_ref().map(|(_, _, at, _)| at.as_ms()),
        end_note: one.end.map(|(_, note, ..)| note),
        lines_count: one.lines_count,
        judged_count: one.judged_count,
        lacking_count: one.lacking_count,
        orders_count: one.orders_count,
        orders_open_count: one.orders_open_count,
        round_id: one.round.map(|round| round.to_string()),
    }
}

/// What the text may threaten for a lacking line, and whether a person has to choose.
fn penalties(library: &Library, one: &store::InspectionLine) -> (Vec<PenaltyChoice>, bool) {
    let lacking = one.verdict.as_ref().is_some_and(|(verdict, ..)| *verdict == LineVerdict::Lacking);
    let article = one.line.article.parse::<ArticleId>().ok().filter(|_| lacking);
    let pack = article.as_ref().and_then(|article| library.pack(&article.pack));
    let (Some(article), Some(pack)) = (article, pack) else { return (Vec::new(), false) };
    let (threats, follows) = threatened(pack, &article.number, &one.line.found_by);
    let choice = |(at, threat): (usize, &law::supervision::Threat<'_>)| PenaltyChoice {
        key: threat.key(),
        follows: follows == Follows::One(at),
        parts: threat.parts.iter().map(|part| words(&part.text)).collect(),
        any_breach: !threat.own,
        penalty: super::orders::penalty(threat.article, threat.penalty),
    };
    (threats.iter().enumerate().map(choice).collect(), follows == Follows::Open)
}

fn line(library: &Library, one: store::InspectionLine) -> types::InspectionLine {
    let (penalties, penalty_required) = penalties(library, &one);
    let finding = |found: law::supervision::ChecklistFinding| LineFinding {
        code: found.code,
        about: found.about,
        reason: words(&found.reason),
    };
    types::InspectionLine {
        number: one.number,
        article: one.line.article,
        title: words(&one.line.title),
        asks: words(&one.line.asks),
        controls: one.line.controls,
        binds: one.line.binds,
        heading: one.line.heading,
        findings: one.line.findings.into_iter().map(finding).collect(),
        findings_count: one.line.findings_count,
        verdict: one.verdict.as_ref().map(|(verdict, ..)| (*verdict).into()),
        judged_ms: one.verdict.as_ref().map(|(_, _, at, _)| at.as_ms()),
        note: one.verdict.map(|(_, note, ..)| note).filter(|note| !note.is_empty()),
        penalties,
        penalty_required,
    }
}

/// Inspections of one's authority, and of those below; of one's own units.
#[utoipa::path(
    get, path = "/api/inspections", tag = "supervision", params(types::PartQuery),
    responses((status = 200, body = Inspections, description = "A part, newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<types::PartQuery>,
) -> Answer<axum::Json<Inspections>> {
    let cx = signed.cx(&app);
    super::admit_reading(&app, &cx).await?;
    let names = UnitNames::load(&app, &cx).await?;
    let part = app.registry().inspections(&cx, &query.into()).await?.map(|one| shape(one, &names));
    Ok(axum::Json(Inspections { inspections: part.rows, next_cursor: part.next_cursor, total: part.total }))
}

/// Begin an inspection. Its lines are the articles that hold there, with what the system itself finds.
#[utoipa::path(
    post, path = "/api/inspections", tag = "supervision", request_body = InspectionRequest,
    responses((status = 201, body = InspectionWhole, description = "Begun"), (status = 403, body = Problem, description = "Refused: not of the area, or no supervisor"))
)]
pub async fn open(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<InspectionRequest>,
) -> Answer<(StatusCode, axum::Json<InspectionWhole>)> {
    let cx = signed.cx(&app);
    let unit: UnitId = body.unit_id.parse()?;
    let system: Option<RecordId> =
        body.system_id.as_deref().filter(|id| !id.is_empty()).map(str::parse).transpose()?;
    let lines = match app.registry().own_authority(&cx).await? {
        Some(authority) => {
            let all = app.registry().supervised_systems(&cx, &authority).await?.into_iter();
            let wanted = all.filter(|one| one.unit == unit && system.is_none_or(|system| system == one.id));
            let ids: Vec<RecordId> = wanted.map(|one| one.id).collect();
            super::compliance::lines(&app, &ids).await?
        }
        // Refused below, with its entry.
        None => Vec::new(),
    };
    let new = NewInspection { unit, system, reason: body.reason, lines };
    let id = app.registry().open_inspection(&cx, new).await?;
    Ok((StatusCode::CREATED, whole(&app, &cx, id).await?))
}

async fn whole(app: &App, cx: &Cx, id: Uuid) -> Answer<axum::Json<InspectionWhole>> {
    let names = UnitNames::load(app, cx).await?;
    let library = &app.registry().packs().library;
    let (inspection, lines, comments) = app.registry().inspection(cx, id).await?;
    let comment = |one: store::InspectionComment| types::InspectionComment {
        text: one.text,
        documents: one.documents.into_iter().map(super::document).collect(),
        by: super::person(one.by),
        at_ms: one.at.as_ms(),
        entry: super::entry(one.entry),
    };
    Ok(axum::Json(InspectionWhole {
        inspection: shape(inspection, &names),
        lines: lines.into_iter().map(|one| line(library, one)).collect(),
        comments: comments.into_iter().map(comment).collect(),
    }))
}

/// One inspection with its lines and what the unit said.
#[utoipa::path(
    get, path = "/api/inspections/{id}", tag = "supervision",
    params(("id" = String, Path, description = "Inspection id")),
    responses((status = 200, body = InspectionWhole, description = "As it is now"), (status = 404, body = Problem, description = "None that the reader has to do with"))
)]
pub async fn one(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<InspectionWhole>> {
    let cx = signed.cx(&app);
    super::admit_reading(&app, &cx).await?;
    whole(&app, &cx, id_of(&id, "inspection")?).await
}

/// Judge a line: kept, lacking, or not applicable. Until the inspection is over it may be judged again.
#[utoipa::path(
    post, path = "/api/inspections/{id}/lines/{index}", tag = "supervision", request_body = LineRequest,
    params(("id" = String, Path, description = "Inspection id"), ("index" = String, Path, description = "Number of the line")),
    responses((status = 200, body = InspectionWhole, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is over"))
)]
pub async fn judge(
    State(app): State<App>,
    signed: Signed,
    Path((id, number)): Path<(String, String)>,
    Json(body): Json<LineRequest>,
) -> Answer<axum::Json<InspectionWhole>> {
    let (id, cx) = (id_of(&id, "inspection")?, signed.cx(&app));
    let number: u32 = number.parse().map_err(|_| Failure::not_found("line"))?;
    app.registry().judge_line(&cx, (id, number), body.verdict.into(), &body.note).await?;
    whole(&app, &cx, id).await
}

/// Say something to an inspection of one's unit, with documents of its register.
#[utoipa::path(
    post, path = "/api/inspections/{id}/comments", tag = "supervision", request_body = UnitAnswer,
    params(("id" = String, Path, description = "Inspection id")),
    responses((status = 201, body = InspectionWhole, description = "Kept"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is over"))
)]
pub async fn comment(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<UnitAnswer>,
) -> Answer<(StatusCode, axum::Json<InspectionWhole>)> {
    let (id, cx) = (id_of(&id, "inspection")?, signed.cx(&app));
    let documents = parse_all(&body.document_ids)?;
    app.registry().comment_inspection(&cx, id, &body.text, documents).await?;
    Ok((StatusCode::CREATED, whole(&app, &cx, id).await?))
}

/// End an inspection, or enter that the unit refused it.
#[utoipa::path(
    post, path = "/api/inspections/{id}/end", tag = "supervision", request_body = InspectionEndRequest,
    params(("id" = String, Path, description = "Inspection id")),
    responses((status = 200, body = InspectionWhole, description = "Over"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is over"))
)]
pub async fn end(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<InspectionEndRequest>,
) -> Answer<axum::Json<InspectionWhole>> {
    let (id, cx) = (id_of(&id, "inspection")?, signed.cx(&app));
    let end = if body.refused { InspectionEnd::Refused } else { InspectionEnd::Ended };
    app.registry().end_inspection(&cx, id, end, &body.note).await?;
    whole(&app, &cx, id).await
}
