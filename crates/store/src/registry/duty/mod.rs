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

use super::grants::oldest_request;
use super::register::{Book, binding_article, listed};
use super::{Registry, facts};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::{person_of, words_digest};
use law::access::{Part, Refusal};
use law::duty::{OffShift, RULE, off_shift, refuse_off_shift, refuse_off_shift_alone};
use model::{Act, Actor, CameraId, Cx, PersonId, Purpose, UnitId, WallTime};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Whether a session is over because its holder's shift ended since it began, and they are on no other. `?2` is now.
pub(super) const LOCKED: &str = "(EXISTS (SELECT 1 FROM duty_shift AS past WHERE past.person = session.person
     AND past.end_us > session.created_us AND past.taken_us IS NOT NULL
     AND min(past.end_us, coalesce(past.ended_us, past.end_us)) > session.created_us
     AND min(past.end_us, coalesce(past.ended_us, past.end_us)) <= ?2)
   AND NOT EXISTS (SELECT 1 FROM duty_shift AS running WHERE running.person = session.person
     AND running.taken_us <= ?2 AND running.ended_us IS NULL AND running.end_us > ?2))";

/// How somebody who acts on cameras stands to rosters and requests, in one row.
pub(super) struct Watch {
    /// When what they watch ends because their shift does: then their session is over too.
    pub shift_end: WallTime,
    /// A unit that keeps a roster, on no shift of which they are, where they watch on duty, or where it wants another's word then.
    off: Option<UnitId>,
    /// Another's word is what is wanted.
    by_word: bool,
    /// Whether they asked for anything that could still be granted.
    pub asked: bool,
}

impl Watch {
    pub(super) async fn load(
        connection: &mut SqliteConnection,
        cx: &Cx,
        (act, cameras): (Act, &[CameraId]),
    ) -> Result<Self> {
        let never = WallTime(i64::MAX);
        let Actor::Person(person) = cx.actor else {
            return Ok(Self { shift_end: never, off: None, by_word: false, asked: false });
        };
        let on_duty = cx.purpose == Purpose::DutyWatch;
        let asks = off_shift(act, cx.purpose, cx.case.is_some());
        let by_word = asks == OffShift::Word;
        let asked_of = cameras.iter().filter(|_| asks != OffShift::Nothing);
        type Row = (Option<i64>, Option<i64>, Option<Vec<u8>>, bool);
        let (first, last, off, asked): Row = sqlx::query_as(
            "SELECT min(end_us), max(end_us),
                (SELECT unit FROM camera WHERE id IN (SELECT unhex(value) FROM json_each(?3))
                 AND EXISTS (SELECT 1 FROM duty_room WHERE duty_room.unit = camera.unit AND closed_us IS NULL)
                 AND (NOT ?5 OR (EXISTS (SELECT 1 FROM unit WHERE unit.id = camera.unit AND off_shift_word)
                    AND EXISTS (SELECT 1 FROM post WHERE post.person = ?1 AND post.unit = camera.unit)))
                 AND NOT EXISTS (SELECT 1 FROM duty_shift AS own JOIN duty_room ON duty_room.id = room
                    WHERE duty_room.unit = camera.unit AND ended_us IS NULL AND own.person = ?1
                    AND taken_us <= ?2 AND end_us > ?2) LIMIT 1),
                EXISTS (SELECT 1 FROM access_grant WHERE asker = ?1 AND asked_us > ?4)
             FROM duty_shift WHERE person = ?1 AND end_us > ?2 AND taken_us <= ?2 AND ended_us IS NULL",
        )
        .bind(blob(person.0))
        .bind(cx.now.0)
        .bind(listed(asked_of.map(|camera| camera.0)))
        .bind(oldest_request(cx.now).0)
        .bind(by_word)
        .fetch_one(connection)
        .await
        .doing("looking for a shift")?;
        let end = if on_duty { first } else { last };
        let shift_end = end.filter(|_| matches!(act, Act::Live | Act::Playback | Act::Ptz));
        let off = off.map(|unit| uuid_of(&unit).map(UnitId)).transpose()?;
        Ok(Self { shift_end: shift_end.map_or(never, WallTime), off, by_word, asked })
    }

    /// What refuses them, if anything does: the unit keeps a roster, and the person is on no shift of it. What another's word leaves of it
    /// says `law::duty::off_shift_left`.
    pub(super) async fn off_shift(
        &self,
        connection: &mut SqliteConnection,
        book: Book<'_>,
    ) -> Result<Option<Refusal>> {
        let Some(unit) = self.off else { return Ok(None) };
        if self.by_word {
            return Ok(Some(refuse_off_shift_alone()));
        }
        let article = article(connection, book, unit, "duty-roster").await?;
        Ok(Some(refuse_off_shift(&article)))
    }
}

/// Units that keep a roster, and on no running shift of which somebody is.
pub(super) async fn units_off_shift(
    connection: &mut SqliteConnection,
    person: PersonId,
    now: WallTime,
) -> Result<Vec<UnitId>> {
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
        "SELECT DISTINCT kept.unit FROM duty_room AS kept WHERE kept.closed_us IS NULL
         AND NOT EXISTS (SELECT 1 FROM duty_shift AS own JOIN duty_room ON duty_room.id = own.room
            WHERE duty_room.unit = kept.unit AND own.ended_us IS NULL AND own.person = ?1 AND taken_us <= ?2 AND end_us > ?2)",
    )
    .bind(blob(person.0))
    .bind(now.0)
    .fetch_all(connection)
    .await
    .doing("looking for shifts")?;
    rows.iter().map(|(unit,)| uuid_of(unit).map(UnitId)).collect()
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
