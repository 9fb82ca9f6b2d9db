//! The duty room over HTTP: rooms and who is there, the roster, shifts, the watch log, reports, visitors, and a shift's sheet.
//!
//! What a roster means is `law::duty`'s; here the room's clock is told (`clock`) and rows become shapes.

mod clock;
mod findings;
mod log;
mod report_clips;
mod reports;
mod rooms;
mod shifts;
mod visitors;

use super::{
    convert::{id_of, span_of_ms},
    error::{Answer, Failure},
    names::CameraNames,
    types::{DutyShift, DutyShiftState, DutyUnfilled, DutyUnmanned, EntryRef, Named},
};
use crate::app::App;
use law::duty::{DutyPost, Unmanned};
use model::{CameraId, Cx, PersonId, Span, WallTime};
use store::DutyRoom;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// Longest span of a roster or a log that is asked for at once: a month with the days around it.
const SPAN_MS_MAX: i64 = 35 * 86_400_000;

/// Every route of the duty room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(rooms::list, rooms::add))
        .routes(routes!(rooms::need))
        .routes(routes!(rooms::close))
        .routes(routes!(shifts::list, shifts::roster))
        .routes(routes!(shifts::sheet))
        .routes(routes!(shifts::withdraw))
        .routes(routes!(shifts::take_over))
        .routes(routes!(shifts::stay))
        .routes(routes!(shifts::hand_over))
        .routes(routes!(log::list, log::write))
        .routes(routes!(reports::list, reports::report))
        .routes(routes!(reports::acknowledge))
        .routes(routes!(report_clips::make))
        .routes(routes!(visitors::list, visitors::enter))
        .routes(routes!(visitors::leave))
}

fn span_asked(from_ms: i64, to_ms: i64) -> Answer<Span> {
    if to_ms.saturating_sub(from_ms) > SPAN_MS_MAX {
        return Err(Failure::invalid("to_ms", "is more than 35 days after from_ms"));
    }
    span_of_ms(from_ms, to_ms)
}

fn person((id, name): (PersonId, String)) -> Named {
    Named { id: id.to_string(), name }
}

fn unmanned(one: &Unmanned) -> DutyUnmanned {
    DutyUnmanned {
        from_ms: one.span.start.as_ms(),
        to_ms: one.span.end.as_ms(),
        missing: one.missing,
        open: one.open,
    }
}

fn unfilled(post: DutyPost, one: &Unmanned) -> DutyUnfilled {
    DutyUnfilled {
        post: post.into(),
        from_ms: one.span.start.as_ms(),
        to_ms: one.span.end.as_ms(),
        missing: one.missing,
        open: one.open,
    }
}

fn shift(row: store::DutyShift, now: WallTime) -> DutyShift {
    let law = row.shift;
    let state = match (law.withdrawn, law.taken, law.ended) {
        (true, ..) => DutyShiftState::Withdrawn,
        (_, _, Some(_)) => DutyShiftState::HandedOver,
        (_, Some(_), None) if law.runs(now) => DutyShiftState::Running,
        (_, Some(_), None) => DutyShiftState::RanOut,
        (_, None, _) if law.is_due(now) => DutyShiftState::Due,
        (_, None, _) if now < law.rostered.start => DutyShiftState::Coming,
        _ => DutyShiftState::Missed,
    };
    DutyShift {
        id: row.id.to_string(),
        room_id: row.room.to_string(),
        person: person((law.person, row.name)),
        post: law.post.map(Into::into),
        from_ms: law.rostered.start.as_ms(),
        to_ms: law.rostered.end.as_ms(),
        state,
        taken_ms: law.taken.map(WallTime::as_ms),
        ended_ms: law.ended.map(WallTime::as_ms),
        before_id: row.before.map(|before| before.to_string()),
        alone: row.alone,
        stayed: row.stayed,
        words: row.words,
        withdrawn_why: row.withdrawn.map(|(_, why)| why),
        entry: EntryRef::access(row.taken_entry.unwrap_or(row.entry)),
    }
}

/// Cameras that the reader may know of.
fn cameras(names: &CameraNames, cameras: &[CameraId]) -> Vec<Named> {
    cameras.iter().filter(|camera| names.has(**camera)).map(|camera| names.of(*camera)).collect()
}

/// A room that the reader may see.
async fn room_of(app: &App, cx: &Cx, id: Uuid) -> Answer<DutyRoom> {
    let rooms = app.registry().duty_rooms(cx).await?;
    rooms.into_iter().find(|room| room.id == id).ok_or_else(|| Failure::not_found("room"))
}

pub use findings::found;
