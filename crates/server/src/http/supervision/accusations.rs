//! Accusations: taken in from anybody without an account and without a cookie, followed by number and code, dealt with by whom they
//! do not concern.
//!
//! Nothing here says to anybody whom one concerns. Invariant: both open routes are limited by address, and intake also in all.

use super::super::{
    auth::{Signed, Source, too_many},
    convert::id_of,
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    types::{
        self, AccusationFollow, AccusationListQuery, AccusationMoment, AccusationReceipt, AccusationRequest,
        AccusationState, AccusationStepRequest, Accusations, Named, Problem,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::supervision::AccusationAct;
use model::{Act, AuthorityId, Cx, WallTime};
use std::collections::HashMap;
use store::{AccusationQuery, NewAccusation, system_cx};

fn counted(app: &App, source: Source) -> Answer<()> {
    app.count_accusation(source.0.ip()).map_err(too_many)
}

/// Report or accuse somebody, without an account.
///
/// It goes to an authority that it does not concern. The code is shown once; with it and the number the state can be asked.
#[utoipa::path(
    post, path = "/api/accusations", tag = "supervision", request_body = AccusationRequest,
    responses((status = 201, body = AccusationReceipt, description = "Received"), (status = 429, body = Problem, description = "Too many from this address, or in all"))
)]
pub async fn receive(
    State(app): State<App>,
    source: Source,
    Json(body): Json<AccusationRequest>,
) -> Answer<(StatusCode, axum::Json<AccusationReceipt>)> {
    counted(&app, source)?;
    // Where the reporter sits is not kept.
    let cx = Cx { place: "public".into(), ..system_cx("intake", app.now()) };
    let new = NewAccusation {
        kind: body.kind.into(),
        who: body.who,
        account: body.what,
        division: body.division,
        contact: body.contact,
    };
    // Mistakes are no accusations: they do not use up what an address may send in an hour.
    let new = new.checked()?;
    app.count_accusation_taken(source.0.ip()).map_err(too_many)?;
    let receipt = app.registry().receive_accusation(&cx, new).await?;
    let shown = AccusationReceipt {
        number: receipt.number,
        code: receipt.code,
        due_ms: receipt.due.map(WallTime::as_ms),
        routed: receipt.routed,
    };
    Ok((StatusCode::CREATED, axum::Json(shown)))
}

/// Ask how an accusation stands.
#[utoipa::path(
    post, path = "/api/accusations/follow", tag = "supervision", request_body = AccusationFollow,
    responses((status = 200, body = AccusationState, description = "As it stands"), (status = 404, body = Problem, description = "No such number and code"))
)]
pub async fn follow(
    State(app): State<App>,
    source: Source,
    Json(body): Json<AccusationFollow>,
) -> Answer<axum::Json<AccusationState>> {
    counted(&app, source)?;
    let found = app.registry().follow_accusation(&body.number, &body.code).await?;
    let moment = |(stage, at): (law::supervision::AccusationStage, WallTime)| AccusationMoment {
        stage: stage.into(),
        at_ms: at.as_ms(),
    };
    Ok(axum::Json(AccusationState {
        number: found.number,
        received_ms: found.received.as_ms(),
        stage: found.stage.into(),
        due_ms: found.due.map(WallTime::as_ms),
        answer: found.answer,
        outcome: found.outcome,
        stages: found.stages.into_iter().map(moment).collect(),
    }))
}

/// Accusations that are one's own to deal with.
#[utoipa::path(
    get, path = "/api/accusations", tag = "supervision", params(AccusationListQuery),
    responses((status = 200, body = Accusations, description = "What concerns the reader is not among them"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<AccusationListQuery>,
) -> Answer<axum::Json<Accusations>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::HandleAccusation, Vec::new()).await?;
    let query = AccusationQuery { open: query.open, limit: query.limit, cursor: query.cursor };
    let page = app.registry().accusations(&cx, &query).await?;
    let names = names(&app, &cx).await?;
    Ok(axum::Json(Accusations {
        accusations: page.accusations.into_iter().map(|one| shape(&names, one)).collect(),
        next_cursor: page.next_cursor,
        total: page.total,
        open: page.open,
    }))
}

async fn names(app: &App, cx: &Cx) -> Answer<HashMap<AuthorityId, String>> {
    let authorities = app.registry().authorities(cx).await?.into_iter();
    Ok(authorities.map(|one| (one.id, one.name)).collect())
}

fn shape(names: &HashMap<AuthorityId, String>, one: store::Accusation) -> types::Accusation {
    types::Accusation {
        id: one.id.to_string(),
        number: one.number,
        kind: one.kind.into(),
        who: one.who,
        what: one.account,
        contact: one.contact,
        at_ms: one.at.as_ms(),
        entry: super::entry(one.entry),
        authority: one
            .authority
            .map(|id| Named { id: id.to_string(), name: names.get(&id).cloned().unwrap_or_default() }),
        stage: one.stage.into(),
        due_ms: one.due.map(WallTime::as_ms),
        escalated: one.escalated,
        steps: one
            .steps
            .into_iter()
            .map(|step| types::AccusationStep {
                stage: step.stage.into(),
                text: step.text,
                by: super::person(step.by),
                at_ms: step.at.as_ms(),
                entry: super::entry(step.entry),
            })
            .collect(),
    }
}

/// Take an accusation up, answer or close it.
#[utoipa::path(
    post, path = "/api/accusations/{id}/step", tag = "supervision", request_body = AccusationStepRequest,
    params(("id" = String, Path, description = "Accusation id")),
    responses((status = 200, body = types::Accusation, description = "As it is now"), (status = 403, body = Problem, description = "Refused: not one's own to deal with, or not at that stage"))
)]
pub async fn step(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<AccusationStepRequest>,
) -> Answer<axum::Json<types::Accusation>> {
    let id = id_of(&id, "accusation")?;
    let act = match body.stage {
        types::AccusationStage::TakenUp => AccusationAct::TakeUp,
        types::AccusationStage::Answered => AccusationAct::Answer,
        types::AccusationStage::Closed => AccusationAct::Close,
        types::AccusationStage::Received => {
            return Err(Failure::invalid("stage", "is where every accusation begins"));
        }
    };
    let cx = signed.cx(&app);
    app.registry().step_accusation(&cx, id, act, &body.text).await?;
    let found = app.registry().own_accusation(&cx, id).await?;
    let found = found.ok_or_else(|| Failure::not_found("accusation"))?;
    Ok(axum::Json(shape(&names(&app, &cx).await?, found)))
}
