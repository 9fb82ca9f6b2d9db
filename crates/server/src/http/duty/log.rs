//! The watch log: observations of a room, and what puts them right.

use super::super::{
    auth::Signed,
    convert::parse_all,
    error::Answer,
    extract::{Json, Query},
    names::CameraNames,
    types::{DutyNote, DutyNoteRequest, DutyNotes, DutyQuery, EntryRef, Problem},
};
use super::{cameras, id_of, person, span_asked};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::{Act, WallTime};
use store::NewDutyNote;

/// What was observed in a room.
#[utoipa::path(
    get, path = "/api/duty/log", tag = "duty", params(DutyQuery),
    responses((status = 200, body = DutyNotes, description = "In order of time"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No room of one's units"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<DutyQuery>,
) -> Answer<axum::Json<DutyNotes>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadDuty, Vec::new()).await?;
    let (room, span) = (id_of(&query.room, "room")?, span_asked(query.from_ms, query.to_ms)?);
    let notes = app.registry().duty_notes(&cx, room, span).await?.into_iter();
    let names = CameraNames::seen_by(&app, &cx).await?;
    Ok(axum::Json(DutyNotes { notes: notes.map(|note| shape(note, &names)).collect() }))
}

/// Write an observation, or put one right: on shift in the room.
#[utoipa::path(
    post, path = "/api/duty/log", tag = "duty", request_body = DutyNoteRequest,
    responses((status = 201, body = DutyNote, description = "Written"), (status = 403, body = Problem, description = "Refused: not on shift there"), (status = 409, body = Problem, description = "It was put right already"))
)]
pub async fn write(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<DutyNoteRequest>,
) -> Answer<(StatusCode, axum::Json<DutyNote>)> {
    let cx = signed.cx(&app);
    let new = NewDutyNote {
        room: id_of(&body.room_id, "room")?,
        kind: body.kind.into(),
        about: WallTime::from_ms(body.about_ms),
        cameras: parse_all(&body.cameras)?,
        body: body.words,
        corrects: body.corrects_id.as_deref().map(|id| id_of(id, "observation")).transpose()?,
    };
    let note = app.registry().write_note(&cx, new).await?;
    let names = CameraNames::seen_by(&app, &cx).await?;
    Ok((StatusCode::CREATED, axum::Json(shape(note, &names))))
}

pub fn shape(note: store::DutyNote, names: &CameraNames) -> DutyNote {
    DutyNote {
        id: note.id.to_string(),
        room_id: note.room.to_string(),
        shift_id: note.shift.to_string(),
        author: person(note.author),
        kind: note.kind.into(),
        about_ms: note.about.as_ms(),
        at_ms: note.at.as_ms(),
        cameras: cameras(names, &note.cameras),
        words: note.body,
        corrects_id: note.corrects.map(|id| id.to_string()),
        corrected_by_id: note.corrected_by.map(|id| id.to_string()),
        entry: EntryRef::access(note.entry),
    }
}
