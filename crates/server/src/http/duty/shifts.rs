//! The roster and shifts: rostering, taking over, staying, handing over, and the sheet of one shift.

use super::super::{
    auth::Signed,
    convert::span_of_ms,
    error::Answer,
    extract::{Json, Path, Query},
    names::{CameraNames, UnitNames},
    types::{
        DutyGap, DutyHandOver, DutyQuery, DutyRoster, DutyRosterRequest, DutySheet, DutyShift, DutyStay,
        DutyTakeOver, DutyWithdrawal, Named, Problem,
    },
};
use super::{clock, id_of, log, reports, room_of, shift, span_asked, unfilled, unmanned, visitors};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::{Act, Cx, Span, WallTime};
use store::{DutyRoom, NewDutyShift};
use uuid::Uuid;

/// Interruptions on one sheet; more are in the list of gaps.
const GAPS_MAX: usize = 200;

/// The roster of a room in a span, and when the room lacked persons.
#[utoipa::path(
    get, path = "/api/duty/shifts", tag = "duty", params(DutyQuery),
    responses((status = 200, body = DutyRoster, description = "In order of their beginning"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No room of one's units"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<DutyQuery>,
) -> Answer<axum::Json<DutyRoster>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadDuty, Vec::new()).await?;
    let (span, now) = (span_asked(query.from_ms, query.to_ms)?, app.now());
    let room = room_of(&app, &cx, id_of(&query.room, "room")?).await?;
    let rows = clock::shifts_of(&app, &cx, &room, span).await?;
    let (missing, empty) = clock::lacking_in(&room, &rows, span, now);
    Ok(axum::Json(DutyRoster {
        unmanned: missing.iter().map(unmanned).collect(),
        unfilled: empty.iter().map(|(post, one)| unfilled(*post, one)).collect(),
        shifts: rows.into_iter().map(|row| shift(row, now)).collect(),
    }))
}

/// Put persons on the roster.
#[utoipa::path(
    post, path = "/api/duty/shifts", tag = "duty", request_body = DutyRosterRequest,
    responses((status = 201, body = Vec<DutyShift>, description = "Rostered"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "A person is on another shift then"))
)]
pub async fn roster(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<DutyRosterRequest>,
) -> Answer<(StatusCode, axum::Json<Vec<DutyShift>>)> {
    let cx = signed.cx(&app);
    let mut new = Vec::with_capacity(body.shifts.len());
    for one in &body.shifts {
        let (person, span) = (one.person_id.parse()?, span_of_ms(one.from_ms, one.to_ms)?);
        new.push(NewDutyShift { person, span, post: one.post.map(Into::into) });
    }
    let ids = app.registry().roster(&cx, id_of(&body.room_id, "room")?, new).await?;
    let mut made = Vec::with_capacity(ids.len());
    for id in ids {
        made.push(shift(app.registry().duty_shift(&cx, id).await?, app.now()));
    }
    Ok((StatusCode::CREATED, axum::Json(made)))
}

/// Take a shift off the roster that nobody has taken over.
#[utoipa::path(
    post, path = "/api/duty/shifts/{id}/withdraw", tag = "duty", params(("id" = String, Path, description = "Shift id")), request_body = DutyWithdrawal,
    responses((status = 200, body = DutyShift, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It was taken over"))
)]
pub async fn withdraw(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<DutyWithdrawal>,
) -> Answer<axum::Json<DutyShift>> {
    let (id, cx) = (id_of(&id, "shift")?, signed.cx(&app));
    app.registry().withdraw_shift(&cx, id, &body.reason).await?;
    read(&app, &cx, id).await
}

/// Take over one's own shift.
#[utoipa::path(
    post, path = "/api/duty/shifts/{id}/take-over", tag = "duty", params(("id" = String, Path, description = "Shift id")), request_body = DutyTakeOver,
    responses((status = 200, body = DutyShift, description = "Running"), (status = 403, body = Problem, description = "Refused: another's shift, too early, over, or nobody hands over"), (status = 409, body = Problem, description = "It was taken over already"))
)]
pub async fn take_over(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<DutyTakeOver>,
) -> Answer<axum::Json<DutyShift>> {
    let (id, cx) = (id_of(&id, "shift")?, signed.cx(&app));
    let before = body.before_id.as_deref().map(|before| id_of(before, "shift")).transpose()?;
    app.registry().take_over(&cx, id, before, &body.alone).await?;
    read(&app, &cx, id).await
}

/// Stay longer, since nobody relieves one.
#[utoipa::path(
    post, path = "/api/duty/shifts/{id}/stay", tag = "duty", params(("id" = String, Path, description = "Shift id")), request_body = DutyStay,
    responses((status = 200, body = DutyShift, description = "With its new end"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It does not run"))
)]
pub async fn stay(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<DutyStay>,
) -> Answer<axum::Json<DutyShift>> {
    let (id, cx) = (id_of(&id, "shift")?, signed.cx(&app));
    app.registry().stay_on(&cx, id, WallTime::from_ms(body.until_ms), &body.reason).await?;
    read(&app, &cx, id).await
}

/// End one's own shift with words for whoever comes next. One's pictures end, and one's sessions: who goes on signs in anew.
#[utoipa::path(
    post, path = "/api/duty/shifts/{id}/hand-over", tag = "duty", params(("id" = String, Path, description = "Shift id")), request_body = DutyHandOver,
    responses((status = 200, body = DutyShift, description = "Ended"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It was not taken over, or has ended"))
)]
pub async fn hand_over(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<DutyHandOver>,
) -> Answer<axum::Json<DutyShift>> {
    let (id, cx) = (id_of(&id, "shift")?, signed.cx(&app));
    app.registry().hand_shift_over(&cx, id, &body.words).await?;
    read(&app, &cx, id).await
}

/// What a shift hands on: who, what was observed, reported and interrupted, who came and went.
#[utoipa::path(
    get, path = "/api/duty/shifts/{id}", tag = "duty", params(("id" = String, Path, description = "Shift id")),
    responses((status = 200, body = DutySheet, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No shift of one's units"))
)]
pub async fn sheet(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<DutySheet>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadDuty, Vec::new()).await?;
    let (row, now) = (app.registry().duty_shift(&cx, id_of(&id, "shift")?).await?, app.now());
    let room = room_of(&app, &cx, row.room).await?;
    let from = row.shift.taken.unwrap_or(row.shift.rostered.start);
    // What it wrote after its end belongs to it too, as far as it is its own; what is asked is its time.
    let span = Span { start: from, end: row.shift.end().max(from.plus_us(1)) };
    let names = CameraNames::seen_by(&app, &cx).await?;
    let rows = clock::shifts_of(&app, &cx, &room, span).await?;
    let (missing, empty) = clock::lacking_in(&room, &rows, span, now);
    let with = rows.into_iter().filter(|other| other.id != row.id && other.shift.taken.is_some());
    let before = match row.before {
        Some(before) => Some(shift(app.registry().duty_shift(&cx, before).await?, now)),
        None => None,
    };
    let sent = |report: &store::DutyReport| span.start <= report.sent && report.sent < span.end;
    let reports = app.registry().duty_reports(&cx, Some(room.id)).await?.into_iter().filter(sent);
    let notes = app.registry().duty_notes(&cx, room.id, span).await?.into_iter();
    let came = app.registry().duty_visitors(&cx, room.id, span).await?.into_iter();
    Ok(axum::Json(DutySheet {
        with: with.map(|other| shift(other, now)).collect(),
        notes: notes.map(|note| log::shape(note, &names)).collect(),
        reports: reports::shapes(&app, reports, &names).await?,
        visitors: came.map(visitors::shape).collect(),
        gaps: gaps(&app, &cx, &room, span).await?,
        unmanned: missing.iter().map(unmanned).collect(),
        unfilled: empty.iter().map(|(post, one)| unfilled(*post, one)).collect(),
        unit: UnitNames::load(&app, &cx).await?.of(room.unit),
        room: Named { id: room.id.to_string(), name: room.name },
        zone: room.zone,
        before,
        shift: shift(row, now),
    }))
}

/// Interruptions of cameras that the reader could have watched there.
async fn gaps(app: &App, cx: &Cx, room: &DutyRoom, span: Span) -> Answer<Vec<DutyGap>> {
    let names = CameraNames::for_act(app, cx, Act::ReadDuty, Some(room.unit)).await?;
    let gaps = app.store().footage.gaps(cx, None, span).await?.into_iter();
    let own = gaps.filter(|gap| gap.stream.profile == model::Profile::Main && names.has(gap.stream.camera));
    Ok(own
        .take(GAPS_MAX)
        .map(|gap| DutyGap {
            camera: names.of(gap.stream.camera),
            from_ms: gap.span.start.as_ms(),
            to_ms: gap.span.end.as_ms(),
            cause: gap.cause.into(),
        })
        .collect())
}

async fn read(app: &App, cx: &Cx, id: Uuid) -> Answer<axum::Json<DutyShift>> {
    Ok(axum::Json(shift(app.registry().duty_shift(cx, id).await?, app.now())))
}
