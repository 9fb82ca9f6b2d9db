//! The watch log: observations bound to cameras and a time, in free words, by whoever is on shift in the room. A row stays as it was
//! written (the schema refuses anything else); what was wrong in it another row corrects.

use super::super::admit::{Ask, enter_unless};
use super::super::register::Book;
use super::super::{EntryIndex, Registry, new_id, words};
use super::{
    article, cameras_of, distinct, keep_cameras, own_scope, person_of, running, unit_of, words_digest,
};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use law::access::CLOCK_TOLERANCE_US;
use law::duty::{Observed, refuse_off_shift};
use model::{Act, CameraId, Cx, PersonId, Span, WallTime};
use sqlx::SqliteConnection;
use std::sync::Arc;
use uuid::Uuid;

const BODY_CHARS_MAX: usize = 2_000;
/// Cameras of one observation: those of a wall.
const CAMERAS_MAX: usize = 16;
/// Observations in one list: several days of a busy room.
const ROWS_MAX: i64 = 1_000;

#[derive(Clone, Debug)]
pub struct NewDutyNote {
    pub room: Uuid,
    pub kind: Observed,
    /// Of when it is.
    pub about: WallTime,
    pub cameras: Vec<CameraId>,
    pub body: String,
    /// The observation that this one puts right.
    pub corrects: Option<Uuid>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DutyNote {
    pub id: Uuid,
    pub room: Uuid,
    pub shift: Uuid,
    pub author: (PersonId, String),
    pub kind: Observed,
    pub about: WallTime,
    pub at: WallTime,
    pub body: String,
    pub cameras: Vec<CameraId>,
    pub corrects: Option<Uuid>,
    /// The observation that puts this one right.
    pub corrected_by: Option<Uuid>,
    pub entry: EntryIndex,
}

type Row = (
    Vec<u8>,
    Vec<u8>,
    Vec<u8>,
    Vec<u8>,
    String,
    String,
    i64,
    i64,
    String,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    i64,
);

const SELECT: &str = "SELECT duty_note.id, duty_note.room, duty_note.shift, duty_note.author, name, duty_note.kind, duty_note.about_us,
    duty_note.at_us, duty_note.body, duty_note.corrects, later.id, duty_note.entry FROM duty_note
    JOIN person ON person.id = duty_note.author LEFT JOIN duty_note AS later ON later.corrects = duty_note.id";

impl Registry {
    /// Writes an observation. Its entry holds what ties the words to it, not the words.
    pub async fn write_note(&self, cx: &Cx, new: NewDutyNote) -> Result<DutyNote> {
        let body = words("words", &new.body, BODY_CHARS_MAX)?;
        let cameras = distinct(new.cameras);
        if cameras.len() > CAMERAS_MAX {
            return Err(Error::invalid("cameras", "are too many for one observation"));
        }
        if new.about > cx.now.plus_us(CLOCK_TOLERANCE_US) {
            return Err(Error::invalid("about_ms", "lies in the future"));
        }
        let (id, person, cx, today) = (new_id(), person_of(cx)?, cx.clone(), self.today(cx.now));
        let library = Arc::clone(&self.0.packs.library);
        self.decided(move |connection| {
            Box::pin(async move {
                let unit = unit_of(connection, new.room).await?;
                let shift = running(connection, person, new.room, cx.now).await?;
                let ask = Ask {
                    cameras: cameras.clone(),
                    scopes: vec![own_scope(connection, &cx, unit).await?],
                    subject: Some(id),
                    extra: format!("kind={}\nsha256={}", new.kind.as_str(), words_digest(&body)),
                    ..Ask::new(Act::WriteWatchLog)
                };
                let refusal = match shift {
                    Some(_) => None,
                    None => {
                        let book = Book::on(&library, today);
                        Some(refuse_off_shift(&article(connection, book, unit, "duty-roster").await?))
                    }
                };
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let Some(shift) = shift else { return Err(Error::NotFound("shift")) };
                if let Some(corrected) = new.corrects {
                    may_correct(connection, corrected, new.room).await?;
                }
                sqlx::query(
                    "INSERT INTO duty_note (id, room, shift, author, kind, about_us, at_us, body, corrects, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(new.room))
                .bind(blob(shift))
                .bind(blob(person.0))
                .bind(new.kind.as_str())
                .bind(new.about.0)
                .bind(cx.now.0)
                .bind(body)
                .bind(new.corrects.map(blob))
                .bind(int(entry.0)?)
                .execute(&mut *connection)
                .await
                .doing("writing an observation")?;
                let sql = "INSERT INTO duty_note_camera (note, camera) VALUES (?, ?)";
                keep_cameras(connection, sql, id, &cameras).await?;
                one(connection, id).await.map(Ok)
            })
        })
        .await
    }

    /// What was observed in a room in a span, in order of time.
    pub async fn duty_notes(&self, cx: &Cx, room: Uuid, span: Span) -> Result<Vec<DutyNote>> {
        self.seen_room(cx, room).await?;
        let mut connection = self.0.database.read.acquire().await.doing("reading a watch log")?;
        let sql = format!(
            "{SELECT} WHERE duty_note.room = ? AND duty_note.about_us >= ? AND duty_note.about_us < ?
             ORDER BY duty_note.about_us, duty_note.at_us, duty_note.id LIMIT ?"
        );
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(blob(room))
            .bind(span.start.0)
            .bind(span.end.0)
            .bind(ROWS_MAX)
            .fetch_all(&mut *connection)
            .await
            .doing("reading a watch log")?;
        let mut notes = Vec::with_capacity(rows.len());
        for row in rows {
            notes.push(note_of(&mut connection, row).await?);
        }
        Ok(notes)
    }
}

/// One row corrects one other of the same room, once.
async fn may_correct(connection: &mut SqliteConnection, corrected: Uuid, room: Uuid) -> Result<()> {
    let found = one(connection, corrected).await?;
    if found.room != room {
        return Err(Error::NotFound("observation"));
    }
    if found.corrected_by.is_some() {
        return Err(Error::Conflict("the observation was corrected already: correct the newest".into()));
    }
    Ok(())
}

pub(super) async fn one(connection: &mut SqliteConnection, id: Uuid) -> Result<DutyNote> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE duty_note.id = ?")))
        .bind(blob(id))
        .fetch_optional(&mut *connection)
        .await
        .doing("reading an observation")?;
    note_of(connection, row.ok_or(Error::NotFound("observation"))?).await
}

async fn note_of(connection: &mut SqliteConnection, row: Row) -> Result<DutyNote> {
    let (id, room, shift, author, name, kind, about, at, body, corrects, corrected_by, entry) = row;
    let id = uuid_of(&id)?;
    let sql = "SELECT camera FROM duty_note_camera WHERE note = ? ORDER BY camera";
    Ok(DutyNote {
        id,
        room: uuid_of(&room)?,
        shift: uuid_of(&shift)?,
        author: (PersonId(uuid_of(&author)?), name),
        kind: Observed::from_word(&kind)
            .ok_or_else(|| Error::Corrupt("a stored observation's kind is unknown".into()))?,
        about: WallTime(about),
        at: WallTime(at),
        body,
        cameras: cameras_of(connection, sql, id).await?,
        corrects: corrects.map(|corrects| uuid_of(&corrects)).transpose()?,
        corrected_by: corrected_by.map(|later| uuid_of(&later)).transpose()?,
        entry: EntryIndex(uint(entry)?),
    })
}
