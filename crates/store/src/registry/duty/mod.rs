//! The duty room: rooms and their roster, shifts as they were kept, the watch log, reports to the public security organ, visitors.
//!
//! What a roster means is `law::duty`'s. The invariants: whoever watches on duty where the unit keeps a roster has taken over a
//! shift that runs, read in the transaction that admits it; and what was written in a log is not written over.

mod log;
mod report_clips;
mod reports;
mod rooms;
mod shifts;
mod visitors;

pub use log::{DutyNote, NewDutyNote};
pub use report_clips::ReportClip;
pub(super) use report_clips::note_collected;
pub use reports::{Acknowledgement, DutyReport, NewDutyReport};
pub use rooms::{DutyNeed, DutyRoom, NewDutyNeed};
pub use shifts::{DutyShift, NewDutyShift};
pub use visitors::{DutyVisitor, NewDutyVisitor};

use super::register::{Book, binding_article};
use super::{Registry, facts};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::{person_of, words_digest};
use law::access::{Part, Refusal};
use law::duty::{RULE, refuse_off_shift};
use model::{Act, Actor, CameraId, Cx, PersonId, Purpose, UnitId, WallTime};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

/// Whether a session is over because its holder's shift ended since it began, and they are on no other. `?2` is now.
pub(super) const LOCKED: &str = "(EXISTS (SELECT 1 FROM duty_shift AS past WHERE past.person = session.person
     AND past.end_us > session.created_us AND past.taken_us IS NOT NULL
     AND min(past.end_us, coalesce(past.ended_us, past.end_us)) > session.created_us
     AND min(past.end_us, coalesce(past.ended_us, past.end_us)) <= ?2)
   AND NOT EXISTS (SELECT 1 FROM duty_shift AS running WHERE running.person = session.person
     AND running.taken_us <= ?2 AND running.ended_us IS NULL AND running.end_us > ?2))";

/// What refuses watching on duty, if anything does: the unit keeps a roster, and the person is on no shift of it.
pub(super) async fn off_shift(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    cx: &Cx,
    (act, cameras): (Act, &[CameraId]),
) -> Result<Option<Refusal>> {
    let Actor::Person(person) = cx.actor else { return Ok(None) };
    let watching = matches!(act, Act::Live | Act::Playback | Act::Still | Act::Ptz);
    if cx.purpose != Purpose::DutyWatch || !watching || cameras.is_empty() {
        return Ok(None);
    }
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT DISTINCT unit FROM camera WHERE EXISTS (SELECT 1 FROM duty_room WHERE duty_room.unit = camera.unit
         AND closed_us IS NULL) AND NOT EXISTS (SELECT 1 FROM duty_shift JOIN duty_room ON duty_room.id = room
         WHERE duty_room.unit = camera.unit AND ended_us IS NULL AND person = ",
    );
    query.push_bind(blob(person.0));
    query.push(" AND taken_us <= ").push_bind(cx.now.0);
    query.push(" AND end_us > ").push_bind(cx.now.0);
    query.push(") AND id IN (");
    let mut list = query.separated(", ");
    for camera in cameras {
        list.push_bind(blob(camera.0));
    }
    query.push(") LIMIT 1");
    let off: Option<(Vec<u8>,)> =
        query.build_query_as().fetch_optional(&mut *connection).await.doing("looking for a shift")?;
    let Some((unit,)) = off else { return Ok(None) };
    let article = article(connection, book, UnitId(uuid_of(&unit)?), "duty-roster").await?;
    Ok(Some(refuse_off_shift(&article)))
}

/// When what somebody watches ends because their shift does: then their session is over too.
pub(super) async fn shift_end(connection: &mut SqliteConnection, cx: &Cx, act: Act) -> Result<WallTime> {
    let never = WallTime(i64::MAX);
    let Actor::Person(person) = cx.actor else { return Ok(never) };
    if !matches!(act, Act::Live | Act::Playback | Act::Ptz) {
        return Ok(never);
    }
    let ends: (Option<i64>, Option<i64>) = sqlx::query_as(
        "SELECT min(end_us), max(end_us) FROM duty_shift WHERE person = ?1 AND end_us > ?2 AND taken_us <= ?2
         AND ended_us IS NULL",
    )
    .bind(blob(person.0))
    .bind(cx.now.0)
    .fetch_one(connection)
    .await
    .doing("looking for a shift's end")?;
    let end = if cx.purpose == Purpose::DutyWatch { ends.0 } else { ends.1 };
    Ok(end.map_or(never, WallTime))
}

/// The article that asks a unit for what a control does, or the product's own rule.
async fn article(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    unit: UnitId,
    control: &str,
) -> Result<String> {
    let found = binding_article(connection, book, unit, control).await?;
    Ok(found.map_or_else(|| RULE.to_owned(), |article| article.to_string()))
}

impl Registry {
    /// The same, for findings.
    pub async fn duty_article(&self, cx: &Cx, unit: UnitId, control: &str) -> Result<String> {
        let mut connection = self.0.database.read.acquire().await.doing("looking for an article")?;
        article(&mut connection, self.book(cx.now), unit, control).await
    }

    /// Units in which the actor has a post; `None` for the system: all.
    async fn duty_units(&self, cx: &Cx) -> Result<Option<Vec<UnitId>>> {
        let Actor::Person(person) = cx.actor else { return Ok(None) };
        let mut connection = self.0.database.read.acquire().await.doing("loading posts")?;
        Ok(Some(facts::posts(&mut connection, person).await?.iter().map(|post| post.unit).collect()))
    }

    /// The room's unit, for a reader with a post in it: another unit's room is none of theirs.
    async fn seen_room(&self, cx: &Cx, room: Uuid) -> Result<UnitId> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a room")?;
        let unit = unit_of(&mut connection, room).await?;
        drop(connection);
        match self.duty_units(cx).await? {
            Some(units) if !units.contains(&unit) => Err(Error::NotFound("room")),
            _ => Ok(unit),
        }
    }
}

async fn unit_of(connection: &mut SqliteConnection, room: Uuid) -> Result<UnitId> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT unit FROM duty_room WHERE id = ?")
        .bind(blob(room))
        .fetch_optional(connection)
        .await
        .doing("reading a room")?;
    row.map(|(unit,)| uuid_of(&unit).map(UnitId)).transpose()?.ok_or(Error::NotFound("room"))
}

/// A post for one group of the unit is enough to keep watch in its room: the scope is the person's own.
pub(super) async fn own_scope(
    connection: &mut SqliteConnection,
    cx: &Cx,
    unit: UnitId,
) -> Result<(UnitId, Option<Part>)> {
    let Actor::Person(person) = cx.actor else { return Ok((unit, None)) };
    Ok((unit, facts::own_part(connection, person, unit, |_| true).await?))
}

/// The person's running shift in a room.
async fn running(
    connection: &mut SqliteConnection,
    person: PersonId,
    room: Uuid,
    now: WallTime,
) -> Result<Option<Uuid>> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as(
        "SELECT id FROM duty_shift WHERE room = ? AND person = ? AND taken_us <= ? AND ended_us IS NULL AND end_us > ?
         ORDER BY start_us DESC LIMIT 1",
    )
    .bind(blob(room))
    .bind(blob(person.0))
    .bind(now.0)
    .bind(now.0)
    .fetch_optional(connection)
    .await
    .doing("looking for a shift")?;
    row.map(|(id,)| uuid_of(&id)).transpose()
}

/// Cameras of a row of some table, in their order.
async fn cameras_of(connection: &mut SqliteConnection, sql: &'static str, id: Uuid) -> Result<Vec<CameraId>> {
    let rows: Vec<(Vec<u8>,)> =
        sqlx::query_as(sql).bind(blob(id)).fetch_all(connection).await.doing("reading a log's cameras")?;
    rows.iter().map(|(camera,)| uuid_of(camera).map(CameraId)).collect()
}

async fn keep_cameras(
    connection: &mut SqliteConnection,
    sql: &'static str,
    id: Uuid,
    cameras: &[CameraId],
) -> Result<()> {
    for camera in cameras {
        sqlx::query(sql)
            .bind(blob(id))
            .bind(blob(camera.0))
            .execute(&mut *connection)
            .await
            .doing("keeping a log's cameras")?;
    }
    Ok(())
}

fn distinct(mut cameras: Vec<CameraId>) -> Vec<CameraId> {
    cameras.sort_unstable();
    cameras.dedup();
    cameras
}
