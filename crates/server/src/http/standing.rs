//! Who a person is to the system: trained, vetted, current (national-2016:17, guangzhou-2007:23, datong-2008:17, chongqing:11).
//!
//! What is entered here is about somebody else, by an administrator or manager of the unit; each is an entry. One's own standing
//! is part of `GET /api/me`.

use super::{
    auth::Signed,
    convert,
    error::{Answer, Failure},
    extract::{Json, Path},
    session::item,
    types::{
        AccountRules, NoteRequest, PersonStanding, Problem, ReasonRequest, SessionItem, TermRequest,
        TrainingRequest, VettingRequest,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::{Cx, PersonId, RecordId, SessionId, TrainingId, WallTime};
use store::{NewTraining, NewVetting, Term};

/// How a person stands, with every training that was entered.
#[utoipa::path(
    get, path = "/api/people/{id}/standing", tag = "people", params(("id" = String, Path, description = "Person id")),
    responses((status = 200, body = PersonStanding, description = "As it is now"), (status = 404, body = Problem, description = "Nobody of one's units"))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<PersonStanding>> {
    whole(&app, &signed, person_id(&id)?).await
}

/// Enter a training of somebody else.
#[utoipa::path(
    post, path = "/api/people/{id}/trainings", tag = "people", request_body = TrainingRequest,
    params(("id" = String, Path, description = "Person id")),
    responses((status = 200, body = PersonStanding, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn enter_training(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<TrainingRequest>,
) -> Answer<axum::Json<PersonStanding>> {
    let person = person_id(&id)?;
    let new = NewTraining {
        kind: body.kind.into(),
        by_public_security: body.by_public_security,
        issuer: body.issuer,
        number: body.number,
        from: time(body.valid_from_ms, "valid_from_ms")?,
        until: time(body.valid_until_ms, "valid_until_ms")?,
        document: record("document_id", body.document_id.as_deref())?,
    };
    app.registry().enter_training(&signed.cx(&app), person, new).await?;
    whole(&app, &signed, person).await
}

/// Say that a training no longer counts. What the person is watching ends at once.
#[utoipa::path(
    post, path = "/api/people/{id}/trainings/{training}/revoke", tag = "people", request_body = ReasonRequest,
    params(("id" = String, Path, description = "Person id"), ("training" = String, Path, description = "Training id")),
    responses((status = 200, body = PersonStanding, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn revoke_training(
    State(app): State<App>,
    signed: Signed,
    Path((id, training)): Path<(String, String)>,
    Json(body): Json<ReasonRequest>,
) -> Answer<axum::Json<PersonStanding>> {
    let person = person_id(&id)?;
    let training: TrainingId = training.parse().map_err(|_| Failure::not_found("training"))?;
    app.registry().revoke_training(&signed.cx(&app), person, training, &body.reason).await?;
    whole(&app, &signed, person).await
}

/// Enter what came of vetting somebody else. The last one counts.
#[utoipa::path(
    post, path = "/api/people/{id}/vetting", tag = "people", request_body = VettingRequest,
    params(("id" = String, Path, description = "Person id")),
    responses((status = 200, body = PersonStanding, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn vet(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<VettingRequest>,
) -> Answer<axum::Json<PersonStanding>> {
    let person = person_id(&id)?;
    let new = NewVetting {
        by_whom: body.by_whom,
        at: time(body.at_ms, "at_ms")?,
        until: body.valid_until_ms.map(|ms| time(ms, "valid_until_ms")).transpose()?,
        passed: body.passed,
        document: record("document_id", body.document_id.as_deref())?,
    };
    app.registry().vet(&signed.cx(&app), person, new).await?;
    whole(&app, &signed, person).await
}

/// Give an account an end or take it away, and say for which contractor the person works.
#[utoipa::path(
    post, path = "/api/people/{id}/term", tag = "people", request_body = TermRequest,
    params(("id" = String, Path, description = "Person id")),
    responses((status = 200, body = PersonStanding, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn change_term(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<TermRequest>,
) -> Answer<axum::Json<PersonStanding>> {
    let person = person_id(&id)?;
    let term = Term {
        until: body.valid_until_ms.map(|ms| time(ms, "valid_until_ms")).transpose()?,
        contractor: record("contractor_id", body.contractor_id.as_deref())?,
    };
    app.registry().change_term(&signed.cx(&app), person, term).await?;
    whole(&app, &signed, person).await
}

/// Let a dormant account be used again, with the reason.
#[utoipa::path(
    post, path = "/api/people/{id}/reactivate", tag = "people", request_body = ReasonRequest,
    params(("id" = String, Path, description = "Person id")),
    responses((status = 200, body = PersonStanding, description = "As it is now"), (status = 409, body = Problem, description = "It does not rest"))
)]
pub async fn reactivate(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<ReasonRequest>,
) -> Answer<axum::Json<PersonStanding>> {
    let person = person_id(&id)?;
    app.registry().reactivate(&noted(&app, &signed, body.reason), person).await?;
    whole(&app, &signed, person).await
}

/// A person leaves: sessions and views end, the account is suspended, the day stays on record.
#[utoipa::path(
    post, path = "/api/people/{id}/leave", tag = "people", request_body = NoteRequest,
    params(("id" = String, Path, description = "Person id")),
    responses((status = 200, body = PersonStanding, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn leave(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<NoteRequest>,
) -> Answer<axum::Json<PersonStanding>> {
    let person = person_id(&id)?;
    app.registry().leave(&noted(&app, &signed, body.note), person).await?;
    whole(&app, &signed, person).await
}

/// Say that somebody else still needs their posts.
#[utoipa::path(
    post, path = "/api/people/{id}/confirm", tag = "people", request_body = NoteRequest,
    params(("id" = String, Path, description = "Person id")),
    responses((status = 200, body = PersonStanding, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn confirm(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<NoteRequest>,
) -> Answer<axum::Json<PersonStanding>> {
    let person = person_id(&id)?;
    app.registry().confirm_posts(&noted(&app, &signed, body.note), person).await?;
    whole(&app, &signed, person).await
}

/// Change how long accounts may rest, and how often posts are confirmed.
#[utoipa::path(
    put, path = "/api/people/rules", tag = "people", request_body = AccountRules,
    responses((status = 200, body = AccountRules, description = "As they are now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn change_rules(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<AccountRules>,
) -> Answer<axum::Json<AccountRules>> {
    let wanted = store::AccountRules { dormant_days: body.dormant_days, confirm_days: body.confirm_days };
    app.registry().change_account_rules(&signed.cx(&app), wanted).await?;
    Ok(axum::Json(body))
}

/// Where somebody of one's people is signed in.
#[utoipa::path(
    get, path = "/api/people/{id}/sessions", tag = "people", params(("id" = String, Path, description = "Person id")),
    responses((status = 200, body = Vec<SessionItem>, description = "Newest first"), (status = 404, body = Problem, description = "Nobody of one's units"))
)]
pub async fn sessions(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<Vec<SessionItem>>> {
    let rows = app.registry().sessions_of(&signed.cx(&app), person_id(&id)?).await?;
    Ok(axum::Json(rows.into_iter().map(|row| item(&app, row, &signed)).collect()))
}

/// End a session of somebody else, and what is watched in it.
#[utoipa::path(
    delete, path = "/api/people/{id}/sessions/{session}", tag = "people",
    params(("id" = String, Path, description = "Person id"), ("session" = String, Path, description = "Session id")),
    responses((status = 204, description = "Ended"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn end_session(
    State(app): State<App>,
    signed: Signed,
    Path((id, session)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let session: SessionId = session.parse().map_err(|_| Failure::not_found("session"))?;
    app.registry().end_session_of(&signed.cx(&app), person_id(&id)?, session).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn whole(app: &App, signed: &Signed, person: PersonId) -> Answer<axum::Json<PersonStanding>> {
    let cx = signed.cx(app);
    let found = app.registry().someone(&cx, person).await?;
    let trainings = app.registry().trainings(&cx, person).await?;
    Ok(axum::Json(PersonStanding {
        standing: convert::standing(&found.standing),
        trainings: trainings.into_iter().map(convert::training).collect(),
    }))
}

fn noted(app: &App, signed: &Signed, note: String) -> Cx {
    Cx { note: Some(note).filter(|note| !note.trim().is_empty()), ..signed.cx(app) }
}

fn time(ms: i64, field: &'static str) -> Answer<WallTime> {
    let us = ms.checked_mul(1_000).filter(|us| (0..=TIME_US_MAX).contains(us));
    us.map(WallTime).ok_or_else(|| Failure::invalid(field, "is no time between 1970 and 2200"))
}

/// The year 2200: beyond it a date is a slip.
const TIME_US_MAX: i64 = 7_258_118_400_000_000;

fn record(field: &'static str, text: Option<&str>) -> Answer<Option<RecordId>> {
    text.map(str::parse).transpose().map_err(|_| Failure::invalid(field, "is no record"))
}

fn person_id(text: &str) -> Answer<PersonId> {
    text.parse().map_err(|_| Failure::not_found("person"))
}
