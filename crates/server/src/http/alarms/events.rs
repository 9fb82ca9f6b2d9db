//! Events: taking them in, from a system by its token or from an administrator who tries one; and searching them.

use super::super::{
    auth::{EventSender, Signed},
    convert::span_of_ms,
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    types::{AlarmDetail, AlarmQuery, AlarmStep, Alarms, EntryRef, EventRequest, EventTaken, Named, Problem},
};
use super::{Names, id_of};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::alarm::EventState;
use model::{Act, WallTime};
use store::{ALARM_ROWS_MAX, AlarmSender, NewAlarmEvent};
use uuid::Uuid;

const ROWS_DEFAULT: u32 = 100;
/// What an administrator sends who does not say what happened otherwise: the end of time that a search is open to.
const LAST_MS: i64 = i64::MAX / 1_000;

/// Take an event in: by the source's token, once for each id of the sender and its time.
///
/// Sent with `Authorization: Bearer`, the source's token. An administrator of the unit may try a source with a session; that is
/// always a test event. What names an unknown input, or comes with a clock that is wrong, is kept all the same.
#[utoipa::path(
    post, path = "/api/events", tag = "alarms", request_body = EventRequest,
    responses(
        (status = 200, body = EventTaken, description = "It had been taken in before; nothing was written"),
        (status = 201, body = EventTaken, description = "In the ledger"),
        (status = 400, body = Problem, description = "A field is wrong; which, is said"),
        (status = 401, body = Problem, description = "The token is none, or was revoked"),
        (status = 403, body = Problem, description = "Refused to a person without the post"),
        (status = 429, body = Problem, description = "Too many of this source in a minute; when to come again is said"),
    )
)]
pub async fn take(
    State(app): State<App>,
    sender: EventSender,
    Json(body): Json<EventRequest>,
) -> Answer<(StatusCode, axum::Json<EventTaken>)> {
    let source = match (sender.source(), body.source_id.as_deref()) {
        (Some(source), None) => source,
        (Some(_), Some(_)) => return Err(Failure::invalid("source_id", "is said by the token")),
        (None, Some(id)) => AlarmSender(id_of(id, "alarm source")?),
        (None, None) => return Err(Failure::invalid("source_id", "is missing: a session says no source")),
    };
    let new = NewAlarmEvent {
        sender_id: body.id,
        kind: body.kind.into(),
        input: body.input,
        words: body.words,
        happened: body.happened_ms.map(WallTime::from_ms),
    };
    let taken = app.registry().take_event(&sender.cx(&app), source, new).await?;
    let code = if taken.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let taken = EventTaken {
        id: taken.id.to_string(),
        state: taken.state.into(),
        at_ms: taken.at.as_ms(),
        repeated: taken.repeated,
        known_input: taken.known_input,
        entry: EntryRef::access(taken.entry),
    };
    Ok((code, axum::Json(taken)))
}

/// Search events and alarms of one's units.
#[utoipa::path(
    get, path = "/api/alarms", tag = "alarms", params(AlarmQuery),
    responses((status = 200, body = Alarms, description = "One page"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<AlarmQuery>,
) -> Answer<axum::Json<Alarms>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadAlarms, Vec::new()).await?;
    let page = app.registry().alarms(&cx, &asked(&query)?).await?;
    let names = Names::load(&app, &cx).await?;
    Ok(axum::Json(Alarms {
        alarms: page.alarms.into_iter().map(|row| names.alarm(row)).collect(),
        next_cursor: page.next.map(|(at, id)| format!("{}.{id}", at.0)),
    }))
}

/// One event with what was done about it.
#[utoipa::path(
    get, path = "/api/alarms/{id}", tag = "alarms", params(("id" = String, Path, description = "Event id")),
    responses((status = 200, body = AlarmDetail, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "None of one's units"))
)]
pub async fn one(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<AlarmDetail>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadAlarms, Vec::new()).await?;
    detail(&app, &signed, id_of(&id, "alarm")?).await
}

pub(super) async fn detail(app: &App, signed: &Signed, id: Uuid) -> Answer<axum::Json<AlarmDetail>> {
    let cx = signed.cx(app);
    let (alarm, steps) = app.registry().alarm(&cx, id).await?;
    let step = |step: store::AlarmStepRow| AlarmStep {
        step: step.step,
        at_ms: step.at.as_ms(),
        by: step.person.map(|(id, name)| Named { id: id.to_string(), name }),
        to: step.to.map(Into::into),
        words: step.words,
        entry: EntryRef::access(step.entry),
    };
    let names = Names::load(app, &cx).await?;
    Ok(axum::Json(AlarmDetail { alarm: names.alarm(alarm), steps: steps.into_iter().map(step).collect() }))
}

fn asked(query: &AlarmQuery) -> Answer<store::AlarmQuery> {
    let span = match (query.from_ms, query.to_ms) {
        (None, None) => None,
        (from, to) => Some(span_of_ms(from.unwrap_or(0), to.unwrap_or(LAST_MS))?),
    };
    let states = match query.state.as_deref() {
        None => Vec::new(),
        Some("alarms") => vec![EventState::Open, EventState::Acknowledged, EventState::Closed],
        Some(word) => match EventState::from_word(word) {
            Some(state) => vec![state],
            None => return Err(Failure::invalid("state", "is no state of an event, and not 'alarms'")),
        },
    };
    let cursor = |text: &str| {
        let (at, id) = text.split_once('.')?;
        Some((WallTime(at.parse().ok()?), Uuid::parse_str(id).ok()?))
    };
    let after = match query.cursor.as_deref() {
        None => None,
        Some(text) => {
            Some(cursor(text).ok_or_else(|| Failure::invalid("cursor", "is not one that a page gave"))?)
        }
    };
    Ok(store::AlarmQuery {
        span,
        camera: query.camera.as_deref().map(str::parse).transpose()?,
        source: query.source.as_deref().map(|id| id_of(id, "alarm source")).transpose()?,
        kind: query.kind.map(Into::into),
        priority: query.priority.map(Into::into),
        states,
        after,
        limit: query.limit.unwrap_or(ROWS_DEFAULT).min(ALARM_ROWS_MAX),
    })
}
