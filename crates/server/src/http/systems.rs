//! Systems' lives, requests to change what may not change without authorisation, and packs that units adopted.

use super::{
    auth::Signed,
    convert::words,
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    register::{record_id, record_shape},
    types::{
        Adoption, AdoptionRequest, Adoptions, ChangeDecision, ChangeRequest, ChangeRequestNew,
        ChangeRequestQuery, ChangeRequests, EntryRef, LifeDemand, LifeStep, LifeStepRequest, Made,
        MainWorksDays, Problem, SystemLife, SystemPack,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::life_cycle::{Requirement, Step};
use model::{Act, Actor, UnitId};

/// Where a system stands, and what its next step demands.
#[utoipa::path(
    get, path = "/api/systems/{id}/life", tag = "register", params(("id" = String, Path, description = "System")),
    responses((status = 200, body = SystemLife, description = "Stage, steps, demands"), (status = 404, body = Problem, description = "No such system"))
)]
pub async fn life(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<SystemLife>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadRegistry, Vec::new()).await?;
    let life = app.registry().system_life(&cx, record_id(&id)?).await?;
    Ok(axum::Json(life_shape(life)))
}

/// Take a step, with its papers and who took part.
#[utoipa::path(
    post, path = "/api/systems/{id}/steps", tag = "register", request_body = LifeStepRequest, params(("id" = String, Path, description = "System")),
    responses((status = 200, body = SystemLife, description = "Where it stands now"), (status = 403, body = Problem, description = "Refused: what is missing, and the article that wants it"))
)]
pub async fn step(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<LifeStepRequest>,
) -> Answer<axum::Json<SystemLife>> {
    let (cx, system) = (signed.cx(&app), record_id(&id)?);
    let step =
        Step::from_word(&body.step).ok_or_else(|| Failure::invalid("step", "is none of a system's steps"))?;
    let documents = body.documents.iter().map(|id| record_id(id)).collect::<Answer<_>>()?;
    let new =
        store::NewLifeStep { system, step, documents, with: body.with, passed: body.passed, note: body.note };
    app.registry().take_life_step(&cx, new).await?;
    app.ring_registry_changed();
    let life = app.registry().system_life(&cx, system).await?;
    Ok(axum::Json(life_shape(life)))
}

fn life_shape(life: store::SystemLife) -> SystemLife {
    SystemLife {
        system: record_shape(life.system),
        stage: life.stage.as_str().into(),
        steps: life
            .steps
            .into_iter()
            .map(|step| LifeStep {
                step: step.step.as_str().into(),
                at_ms: step.at.as_ms(),
                entry: EntryRef::access(step.entry),
                documents: step.documents.iter().map(ToString::to_string).collect(),
                with: step.with,
                note: step.note,
            })
            .collect(),
        next: life.next.map(|step| step.as_str().into()),
        demands: life.demands.into_iter().map(demand_shape).collect(),
        packs: life.packs.into_iter().map(|(id, binds)| SystemPack { id, binds }).collect(),
        main_works: life.main_works.map(|works| MainWorksDays {
            id: works.id.to_string(),
            name: works.name,
            designed_on: works.designed_on,
            begun_on: works.begun_on,
            completed_on: works.completed_on,
            in_use_on: works.in_use_on,
        }),
    }
}

fn demand_shape(demand: Requirement) -> LifeDemand {
    LifeDemand {
        article: demand.article,
        code: demand.code.into(),
        reason: words(&demand.reason),
        remedy: words(&demand.remedy),
        met: demand.met,
        refuses: demand.refuses,
    }
}

/// Requests to change place, purpose or coverage.
#[utoipa::path(
    get, path = "/api/changes", tag = "register", params(ChangeRequestQuery),
    responses((status = 200, body = ChangeRequests, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn changes(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<ChangeRequestQuery>,
) -> Answer<axum::Json<ChangeRequests>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadRegistry, Vec::new()).await?;
    let record = query.record.as_deref().map(record_id).transpose()?;
    let requests = app.registry().change_requests(&cx, record).await?;
    let requests = requests.into_iter().map(|request| request_shape(request, cx.actor)).collect();
    Ok(axum::Json(ChangeRequests { requests }))
}

/// Ask for a change. Nothing changes until another person authorises it.
#[utoipa::path(
    post, path = "/api/changes", tag = "register", request_body = ChangeRequestNew,
    responses((status = 201, body = Made, description = "Asked"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn ask(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<ChangeRequestNew>,
) -> Answer<(StatusCode, axum::Json<Made>)> {
    let new = store::NewChangeRequest {
        record: record_id(&body.record_id)?,
        version: body.version,
        body: body.body,
        reason: body.reason,
        document: body.document_id.as_deref().map(record_id).transpose()?,
    };
    let id = app.registry().ask_change(&signed.cx(&app), new).await?;
    Ok((StatusCode::CREATED, axum::Json(Made { id: id.to_string() })))
}

/// Authorise or decline what another person asked for.
#[utoipa::path(
    post, path = "/api/changes/{id}/decision", tag = "register", request_body = ChangeDecision, params(("id" = String, Path, description = "Request")),
    responses((status = 204, description = "Decided"), (status = 403, body = Problem, description = "Refused: one's own request, or without the post"))
)]
pub async fn decide(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<ChangeDecision>,
) -> Answer<StatusCode> {
    let id = id.parse().map_err(|_| Failure::not_found("request"))?;
    app.registry().decide_change(&signed.cx(&app), id, body.authorise).await?;
    app.ring_registry_changed();
    Ok(StatusCode::NO_CONTENT)
}

fn request_shape(request: store::ChangeRequest, actor: Actor) -> ChangeRequest {
    ChangeRequest {
        id: request.id.to_string(),
        record_id: request.record.to_string(),
        record_name: request.record_name,
        body: request.body,
        changes: request.changes,
        reason: request.reason,
        document_id: request.document.map(|id| id.to_string()),
        own: actor == Actor::Person(request.person),
        person_id: request.person.to_string(),
        person: request.person_name,
        asked_ms: request.asked.as_ms(),
        entry: EntryRef::access(request.entry),
        state: match request.state {
            store::ChangeState::Asked => "asked",
            store::ChangeState::Authorised => "authorised",
            store::ChangeState::Declined => "declined",
        }
        .into(),
        decided_ms: request.decided.map(|(_, at)| at.as_ms()),
    }
}

/// Packs that a unit made its own rule.
#[utoipa::path(
    get, path = "/api/units/{id}/adoptions", tag = "register", params(("id" = String, Path, description = "Unit")),
    responses((status = 200, body = Adoptions, description = "By the packs' names"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn adoptions(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<Adoptions>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadRegistry, Vec::new()).await?;
    let adoptions = app.registry().adoptions(&cx, unit_id(&id)?).await?;
    let shape = |adoption: store::Adoption| Adoption {
        pack: adoption.pack,
        document_id: adoption.document.to_string(),
        at_ms: adoption.at.as_ms(),
        entry: EntryRef::access(adoption.entry),
    };
    Ok(axum::Json(Adoptions { adoptions: adoptions.into_iter().map(shape).collect() }))
}

/// Make a pack a unit's own rule, with the document of its decision.
#[utoipa::path(
    post, path = "/api/units/{id}/adoptions", tag = "register", request_body = AdoptionRequest, params(("id" = String, Path, description = "Unit")),
    responses((status = 204, description = "Adopted: it binds the unit's systems"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn adopt(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<AdoptionRequest>,
) -> Answer<StatusCode> {
    let (unit, document) = (unit_id(&id)?, record_id(&body.document_id)?);
    app.registry().adopt_pack(&signed.cx(&app), unit, &body.pack, document).await?;
    app.ring_registry_changed();
    Ok(StatusCode::NO_CONTENT)
}

fn unit_id(text: &str) -> Answer<UnitId> {
    text.parse().map_err(|_| Failure::not_found("unit"))
}
