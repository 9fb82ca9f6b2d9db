//! The register of alarm and door systems: adding one, its inputs, its token, taking it out of use; and how long a unit lets alarms wait.

use super::super::{
    auth::Signed,
    convert::parse_all,
    error::Answer,
    extract::{Json, Path},
    register::record_id,
    types::{
        AlarmInput, AlarmInputRequest, AlarmInputsRequest, AlarmSource, AlarmSourceRequest, AlarmSources,
        AlarmTerm, AlarmTermRequest, AlarmToken, EntryRef, Named, Problem,
    },
};
use super::{Names, id_of};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::life_cycle::Stage;
use model::{Act, WallTime};
use store::NewAlarmSource;

/// Alarm and door systems of one's units, and how long each unit lets a high alarm wait.
#[utoipa::path(
    get, path = "/api/alarm-sources", tag = "alarms",
    responses((status = 200, body = AlarmSources, description = "By name"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Answer<axum::Json<AlarmSources>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadAlarms, Vec::new()).await?;
    let names = Names::load(&app, &cx).await?;
    let sources = app.registry().alarm_sources(&cx).await?.into_iter();
    let terms = app.registry().alarm_terms(&cx).await?.into_iter();
    Ok(axum::Json(AlarmSources {
        sources: sources.map(|source| shape(&names, source)).collect(),
        terms: terms.map(|(unit, term_s)| AlarmTerm { unit: names.units.of(unit), term_s }).collect(),
    }))
}

/// Register an alarm or door system that is joined to video (national-2016:34).
#[utoipa::path(
    post, path = "/api/alarm-sources", tag = "alarms", request_body = AlarmSourceRequest,
    responses((status = 201, body = Named, description = "Registered; it sends nothing before it has a token"), (status = 400, body = Problem, description = "A field is wrong; which, is said"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn add(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<AlarmSourceRequest>,
) -> Answer<(StatusCode, axum::Json<Named>)> {
    let new = NewAlarmSource {
        unit: body.unit_id.parse()?,
        system: record_id(&body.system_id)?,
        kind: body.kind.into(),
        name: body.name,
        maker: body.maker,
        contractor: body.contractor_id.as_deref().filter(|id| !id.is_empty()).map(record_id).transpose()?,
        priority: body.priority.map(Into::into),
    };
    let name = new.name.trim().to_owned();
    let id = app.registry().add_alarm_source(&signed.cx(&app), new).await?;
    Ok((StatusCode::CREATED, axum::Json(Named { id: id.to_string(), name })))
}

/// Say which inputs it has and which cameras look at each: all, in place of those before.
#[utoipa::path(
    put, path = "/api/alarm-sources/{id}/inputs", tag = "alarms", request_body = AlarmInputsRequest,
    params(("id" = String, Path, description = "Source id")),
    responses((status = 204, description = "In the ledger"), (status = 400, body = Problem, description = "A field is wrong; which, is said"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn inputs(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<AlarmInputsRequest>,
) -> Answer<StatusCode> {
    let input = |input: AlarmInputRequest| {
        Ok::<_, super::super::error::Failure>(store::AlarmInput {
            code: input.code,
            name: input.name,
            priority: input.priority.map(Into::into),
            cameras: parse_all(&input.cameras)?,
        })
    };
    let inputs = body.inputs.into_iter().map(input).collect::<Answer<_>>()?;
    let id = id_of(&id, "alarm source")?;
    app.registry().set_alarm_inputs(&signed.cx(&app), id, inputs).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a source another token; the one before no longer counts.
#[utoipa::path(
    post, path = "/api/alarm-sources/{id}/token", tag = "alarms",
    params(("id" = String, Path, description = "Source id")),
    responses((status = 200, body = AlarmToken, description = "Shown this once"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "The source is retired"))
)]
pub async fn issue(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<AlarmToken>> {
    let id = id_of(&id, "alarm source")?;
    let token = app.registry().issue_alarm_token(&signed.cx(&app), id).await?;
    Ok(axum::Json(AlarmToken { token: token.expose().clone() }))
}

/// Revoke a source's token: from now on it is a stranger.
#[utoipa::path(
    delete, path = "/api/alarm-sources/{id}/token", tag = "alarms",
    params(("id" = String, Path, description = "Source id")),
    responses((status = 204, description = "In the ledger"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn revoke(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = id_of(&id, "alarm source")?;
    app.registry().revoke_alarm_token(&signed.cx(&app), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a source out of use for good. What it sent stays.
#[utoipa::path(
    post, path = "/api/alarm-sources/{id}/retire", tag = "alarms",
    params(("id" = String, Path, description = "Source id")),
    responses((status = 204, description = "In the ledger"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is retired already"))
)]
pub async fn retire(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = id_of(&id, "alarm source")?;
    app.registry().retire_alarm_source(&signed.cx(&app), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say how long a high alarm of a unit may wait before it is escalated by itself.
#[utoipa::path(
    put, path = "/api/alarm-terms", tag = "alarms", request_body = AlarmTermRequest,
    responses((status = 204, description = "In the ledger"), (status = 400, body = Problem, description = "Below 30 or above 3600 seconds"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn term(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<AlarmTermRequest>,
) -> Answer<StatusCode> {
    app.registry().set_alarm_term(&signed.cx(&app), body.unit_id.parse()?, body.term_s).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shape(names: &Names, source: store::AlarmSource) -> AlarmSource {
    let input = |input: store::AlarmInput| AlarmInput {
        cameras: names.cameras(&input.cameras),
        code: input.code,
        name: input.name,
        priority: input.priority.map(Into::into),
    };
    AlarmSource {
        id: source.id.to_string(),
        unit: names.units.of(source.unit),
        system: Named { id: source.system.to_string(), name: source.system_name },
        in_use: source.stage == Some(Stage::InUse),
        stage: source.stage.map(|stage| stage.as_str().to_owned()),
        kind: source.kind.into(),
        name: source.name,
        maker: source.maker,
        contractor: source.contractor.map(|(id, name)| Named { id: id.to_string(), name }),
        priority: source.priority.map(Into::into),
        token_ms: source.token.map(WallTime::as_ms),
        registered_ms: source.made.as_ms(),
        retired_ms: source.retired.map(WallTime::as_ms),
        entry: EntryRef::access(source.entry),
        inputs: source.inputs.into_iter().map(input).collect(),
    }
}
