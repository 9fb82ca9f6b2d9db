//! Challenges over HTTP: the question, the nonce and the answer, and the list of what was asked.
//!
//! What is drawn and proven is `crate::challenge`'s. Question and answer travel as the file that docs/design/challenge.md
//! describes, so that what a judge reads is what was sent.

use super::{
    auth::LogReader,
    convert::{id_of, parse_all, span_of_ms},
    error::{Answer, Failure},
    extract::{Json, Path},
    names::CameraNames,
    types::{Challenge, ChallengeNonce, ChallengeQuestion, Challenges, Problem},
};
use crate::{
    app::App,
    challenge::{self, Question},
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use ledger::challenge::Terms;
use model::{CameraId, Hash, Kind};

/// Asks for a proof that footage is still held: fixes what will be drawn from.
#[utoipa::path(
    post, path = "/ledger/challenges", tag = "ledger", request_body = ChallengeQuestion,
    responses(
        (status = 201, description = "The terms, as docs/design/challenge.md has them", content_type = "application/json"),
        (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Too many in this hour")
    )
)]
pub async fn ask(
    State(app): State<App>,
    reader: LogReader,
    Json(question): Json<ChallengeQuestion>,
) -> Answer<Response> {
    let cx = reader.challenge_cx(&app)?;
    let named: Vec<CameraId> = parse_all(&question.cameras)?;
    let is_named = !named.is_empty();
    let cameras = match (&reader, named.is_empty()) {
        (LogReader::Machine(_), true) => None,
        (LogReader::Person(_), true) => Some(CameraNames::seen_by(&app, &cx).await?.ids().collect()),
        (_, false) => Some(named),
    };
    let question = Question {
        asker: reader.name(),
        commitment: question.commitment.parse::<Hash>()?,
        cameras,
        named: is_named,
        span: span_of_ms(question.from_ms, question.to_ms.unwrap_or_else(|| cx.now.as_ms()))?,
        instants: question.instants,
        seen_size: question.seen_size,
    };
    let terms = challenge::ask(&app, &cx, question).await?;
    Ok((StatusCode::CREATED, json(&terms)?).into_response())
}

/// Shows the nonce; answers what is drawn with it, once.
#[utoipa::path(
    post, path = "/ledger/challenges/{id}/answer", tag = "ledger", request_body = ChallengeNonce,
    params(("id" = String, Path, description = "From the terms")),
    responses(
        (status = 200, description = "Question and answers, as docs/design/challenge.md has them", content_type = "application/json"),
        (status = 404, body = Problem, description = "No such question of yours"), (status = 409, body = Problem, description = "Answered, or too old"),
        (status = 429, body = Problem, description = "Another challenge is being answered")
    )
)]
pub async fn answer(
    State(app): State<App>,
    reader: LogReader,
    Path(id): Path<String>,
    Json(nonce): Json<ChallengeNonce>,
) -> Answer<Response> {
    let cx = reader.challenge_cx(&app)?;
    // Who may not read the log is refused here, with an entry, before it is said whether there is such a question.
    reader.admit(&app, store::LogName::Footage).await?;
    let busy = || Failure::new(Kind::Busy, "another challenge is being answered").retry_after_ms(5_000);
    let _one_at_a_time = app.challenges().try_acquire().map_err(|_| busy())?;
    let id = id_of(&id, "challenge")?;
    let row = app.registry().open_challenge(&cx, id, &reader.name()).await?;
    let nonce = nonce.nonce.parse::<Hash>()?;
    let transcript = challenge::answer(&app, &cx, &row, nonce).await.map_err(|error| {
        match error.downcast::<store::Error>() {
            Ok(error) => error.into(),
            Err(error) => Failure::new(Kind::Internal, format!("{error:#}")),
        }
    })?;
    Ok(json(&transcript)?.into_response())
}

/// What was asked, and how it was answered.
#[utoipa::path(
    get, path = "/ledger/challenges", tag = "ledger",
    responses((status = 200, body = Challenges, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(State(app): State<App>, reader: LogReader) -> Answer<axum::Json<Challenges>> {
    reader.admit(&app, store::LogName::Footage).await?;
    let cx = reader.challenge_cx(&app)?;
    let rows = app.registry().challenges(&cx).await?;
    Ok(axum::Json(Challenges { challenges: rows.into_iter().map(shape).collect() }))
}

fn shape(row: store::ChallengeRow) -> Challenge {
    let terms: Option<Terms> = serde_json::from_str(&row.terms).ok();
    let answered = row.answered;
    let outcome = answered.map(|(_, _, outcome)| outcome);
    Challenge {
        id: row.id.to_string(),
        asker: row.asker,
        asked_ms: row.asked.as_ms(),
        asked_entry: row.asked_entry.0,
        instants: terms.as_ref().map_or(0, |terms| terms.instants),
        streams: terms.as_ref().map_or(0, |terms| terms.streams.len() as u64),
        from_ms: terms.as_ref().map_or(0, |terms| terms.from_us / 1_000),
        to_ms: terms.as_ref().map_or(0, |terms| terms.to_us / 1_000),
        answered_ms: answered.map(|(at, ..)| at.as_ms()),
        answer_entry: answered.map(|(_, entry, _)| entry.0),
        footage: outcome.map(|outcome| outcome.footage),
        gaps: outcome.map(|outcome| outcome.gaps),
        expired: outcome.map(|outcome| outcome.expired),
        not_yet: outcome.map(|outcome| outcome.not_yet),
        cannot: outcome.map(|outcome| outcome.cannot),
    }
}

fn json(value: &impl serde::Serialize) -> Answer<Response> {
    let text = serde_json::to_string(value)
        .map_err(|error| Failure::new(Kind::Internal, format!("the answer cannot be written: {error}")))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}
