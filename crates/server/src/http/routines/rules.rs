//! Written rules, who confirmed them, drills, and a unit's own terms.

use super::super::{
    auth::Signed,
    convert::parse_all,
    documents::served,
    error::Answer,
    extract::{Json, Path, Query},
    names::UnitNames,
    register::record_id,
    types::{
        Drill, DrillRequest, EntryRef, Named, OwnRule, OwnRules, Problem, RoutineMade, RoutineQuery,
        RoutineRules, RoutineTermsRequest, RuleConfirmation, RuleRequest, RuleState, RuleVersion,
    },
};
use super::{Rows, hand, id_of, late_shape, may, seen, terms_shape};
use crate::app::App;
use axum::{extract::State, http::StatusCode, response::Response};
use law::routines::{RuleKind, Terms};
use model::{Act, PersonId, WallTime};
use store::{NewDrill, NewRule, RuleRow};

/// A unit's written rules with their versions and confirmations, its drills, its terms, and what is late.
#[utoipa::path(
    get, path = "/api/routines/rules", tag = "routines", params(RoutineQuery),
    responses((status = 200, body = RoutineRules, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No unit of one's own"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<RoutineQuery>,
) -> Answer<axum::Json<RoutineRules>> {
    let cx = signed.cx(&app);
    let (unit, named) = seen(&app, &cx, &query.unit).await?;
    let rows = Rows::load(&app, &cx, unit).await?;
    let id = rows.unit.unit;
    let late = rows.late(app.now()).iter().map(late_shape).collect();
    let drills = app.registry().drills(&cx, id).await?.into_iter().map(drill_shape).collect();
    let staff = app.registry().unit_staff(&cx, id).await?.into_iter().map(person).collect();
    let versions: Vec<RuleVersion> = rows.rules.into_iter().map(version).collect();
    let article = |kind: RuleKind| {
        let asked = rows.unit.asked.iter().find(|(asked, _)| *asked == kind);
        asked.map(|(_, article)| article.to_string())
    };
    let state = |kind: RuleKind| RuleState {
        kind: kind.into(),
        article: article(kind),
        in_force: versions.iter().find(|one| one.in_force && one.kind == kind.into()).cloned(),
    };
    let mut kinds: Vec<RuleState> = RuleKind::ALL.iter().map(|kind| state(*kind)).collect();
    kinds.retain(|one| one.article.is_some() || one.in_force.is_some());
    kinds.sort_by_key(|one| one.article.is_none());
    Ok(axum::Json(RoutineRules {
        unit: named,
        terms: terms_shape(rows.unit.terms),
        own_terms: rows.unit.own_terms,
        kinds,
        versions,
        drills,
        staff,
        late,
        may_change: may(&app, &cx, id, Act::AdoptRule).await?,
    }))
}

/// Put a version of a written rule in force.
#[utoipa::path(
    post, path = "/api/routines/rules", tag = "routines", request_body = RuleRequest,
    responses((status = 201, body = RoutineMade, description = "In the ledger"), (status = 400, body = Problem, description = "No such document of the unit, or one without a file"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn adopt(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<RuleRequest>,
) -> Answer<(StatusCode, axum::Json<RoutineMade>)> {
    let cx = signed.cx(&app);
    let new = NewRule {
        unit: body.unit_id.parse()?,
        kind: body.kind.into(),
        document: record_id(&body.document_id)?,
        from: body.from_ms.map_or(cx.now, WallTime::from_ms),
        review: WallTime::from_ms(body.review_ms),
    };
    made(app.registry().adopt_rule(&cx, new).await?)
}

/// Confirm to have read the version in force: everybody for themselves.
#[utoipa::path(
    post, path = "/api/routines/rules/{id}/confirm", tag = "routines", params(("id" = String, Path, description = "Version of a rule")),
    responses((status = 204, description = "In the ledger"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Not in force, or confirmed already"))
)]
pub async fn confirm(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<StatusCode> {
    app.registry().confirm_rule(&signed.cx(&app), id_of(&id, "rule")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The file of a rule, as it was when it was put in force, for whoever has a post in its unit.
#[utoipa::path(
    get, path = "/api/routines/rules/{id}/file", tag = "routines", params(("id" = String, Path, description = "Version of a rule")),
    responses((status = 200, description = "The file", content_type = "application/octet-stream"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn file(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<Response> {
    let pass = app.registry().read_rule(&signed.cx(&app), id_of(&id, "rule")?).await?;
    served(&app, pass, false).await
}

/// The rules in force that one is to follow oneself.
#[utoipa::path(
    get, path = "/api/routines/mine", tag = "routines",
    responses((status = 200, body = OwnRules, description = "Of the units in which one has a post"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn own(State(app): State<App>, signed: Signed) -> Answer<axum::Json<OwnRules>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadRoutines, Vec::new()).await?;
    let units = UnitNames::load(&app, &cx).await?;
    let shape = |rule: store::OwnRule| OwnRule {
        id: rule.id.to_string(),
        unit: units.of(rule.unit),
        kind: rule.kind.into(),
        document: rule.document,
        from_ms: rule.from.as_ms(),
        confirmed_ms: rule.confirmed.map(WallTime::as_ms),
    };
    let rules = app.registry().own_rules(&cx).await?.into_iter().map(shape).collect();
    Ok(axum::Json(OwnRules { rules }))
}

/// Set how often a unit does what.
#[utoipa::path(
    put, path = "/api/routines/terms", tag = "routines", request_body = RoutineTermsRequest,
    responses((status = 204, description = "In the ledger"), (status = 400, body = Problem, description = "A term that is none"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn terms(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<RoutineTermsRequest>,
) -> Answer<StatusCode> {
    let said = body.terms;
    let terms = Terms {
        drill_days: said.drill_days,
        confirm_days: said.confirm_days,
        front_end_days: said.front_end_days,
        lines_days: said.lines_days,
        storage_days: said.storage_days,
        repair_days: said.repair_days,
        assessment_days: said.assessment_days,
    };
    app.registry().set_routine_terms(&signed.cx(&app), body.unit_id.parse()?, terms).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enter an emergency drill.
#[utoipa::path(
    post, path = "/api/routines/drills", tag = "routines", request_body = DrillRequest,
    responses((status = 201, body = RoutineMade, description = "In the ledger"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn drill(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<DrillRequest>,
) -> Answer<(StatusCode, axum::Json<RoutineMade>)> {
    let new = NewDrill {
        unit: body.unit_id.parse()?,
        held: WallTime::from_ms(body.held_ms),
        body: body.body,
        found: body.found,
        participants: parse_all(&body.participant_ids)?,
    };
    made(app.registry().record_drill(&signed.cx(&app), new).await?)
}

pub(super) fn made(id: uuid::Uuid) -> Answer<(StatusCode, axum::Json<RoutineMade>)> {
    Ok((StatusCode::CREATED, axum::Json(RoutineMade { id: id.to_string() })))
}

fn person((id, name): (PersonId, String)) -> Named {
    Named { id: id.to_string(), name }
}

fn version(rule: RuleRow) -> RuleVersion {
    let confirmation = |one: store::Signed| RuleConfirmation {
        person: person((one.person, one.name)),
        at_ms: one.at.as_ms(),
        entry: EntryRef::access(one.entry),
    };
    RuleVersion {
        id: rule.id.to_string(),
        kind: rule.kind.into(),
        document: Named { id: rule.document.0.to_string(), name: rule.document.1 },
        from_ms: rule.from.as_ms(),
        review_ms: rule.review.as_ms(),
        in_force: rule.in_force,
        entry: EntryRef::access(rule.by.entry),
        confirmed: rule.confirmed.into_iter().map(confirmation).collect(),
        missing: rule.missing.into_iter().map(person).collect(),
    }
}

fn drill_shape(drill: store::DrillRow) -> Drill {
    Drill {
        id: drill.id.to_string(),
        held_ms: drill.held.as_ms(),
        body: drill.body,
        found: drill.found,
        participants: drill.participants.into_iter().map(person).collect(),
        by: hand(drill.by),
    }
}
