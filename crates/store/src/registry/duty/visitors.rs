//! Visitors of a monitoring room (datong-2008:17): who came in, from where, for what and with whom, and when they left.

use super::super::admit::{Ask, enter};
use super::super::{EntryIndex, Registry, new_id, words};
use super::{own_scope, person_of, unit_of};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::once;
use law::access::CLOCK_TOLERANCE_US;
use model::{Act, Cx, PersonId, Span, WallTime};
use sqlx::SqliteConnection;
use uuid::Uuid;

const FIELD_CHARS_MAX: usize = 60;
const PURPOSE_CHARS_MAX: usize = 200;
/// How long ago somebody may have come in who is entered only now.
const LATE_US_MAX: i64 = 24 * 3_600_000_000;
const ROWS_MAX: i64 = 1_000;

#[derive(Clone, Debug)]
pub struct NewDutyVisitor {
    pub room: Uuid,
    pub name: String,
    pub organisation: String,
    pub purpose: String,
    /// With whom they are there.
    pub host: String,
    pub came: WallTime,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DutyVisitor {
    pub id: Uuid,
    pub room: Uuid,
    pub name: String,
    pub organisation: String,
    pub purpose: String,
    pub host: String,
    pub came: WallTime,
    pub left: Option<WallTime>,
    pub author: (PersonId, String),
    pub entry: EntryIndex,
}

type Row = (Vec<u8>, Vec<u8>, String, String, String, String, i64, Option<i64>, Vec<u8>, String, i64);

const SELECT: &str = "SELECT duty_visitor.id, room, duty_visitor.name, organisation, purpose, host, in_us, out_us, author, person.name,
    duty_visitor.entry FROM duty_visitor JOIN person ON person.id = author";

impl Registry {
    /// Enters a visitor. The entry names the room and nothing of the visitor: their name is personal data of somebody outside.
    pub async fn note_visitor(&self, cx: &Cx, new: NewDutyVisitor) -> Result<DutyVisitor> {
        let name = words("name", &new.name, FIELD_CHARS_MAX)?;
        let organisation = words("organisation", &new.organisation, FIELD_CHARS_MAX)?;
        let purpose = words("purpose", &new.purpose, PURPOSE_CHARS_MAX)?;
        let host = words("host", &new.host, FIELD_CHARS_MAX)?;
        if new.came > cx.now.plus_us(CLOCK_TOLERANCE_US) || cx.now.since_us(new.came) > LATE_US_MAX {
            return Err(Error::invalid("in_ms", "lies in the future, or more than a day ago"));
        }
        let (id, person, cx) = (new_id(), person_of(cx)?, cx.clone());
        self.decided(move |connection| {
            Box::pin(async move {
                let unit = unit_of(connection, new.room).await?;
                let ask = Ask {
                    scopes: vec![own_scope(connection, &cx, unit).await?],
                    subject: Some(id),
                    extra: format!("room={}\nvisitor=in", new.room),
                    ..Ask::new(Act::NoteVisitor)
                };
                let entry = match enter(connection, &cx, &ask).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                sqlx::query(
                    "INSERT INTO duty_visitor (id, room, name, organisation, purpose, host, in_us, author, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(new.room))
                .bind(name)
                .bind(organisation)
                .bind(purpose)
                .bind(host)
                .bind(new.came.0)
                .bind(blob(person.0))
                .bind(int(entry.0)?)
                .execute(&mut *connection)
                .await
                .doing("entering a visitor")?;
                one(connection, id).await.map(Ok)
            })
        })
        .await
    }

    /// A visitor leaves, once.
    pub async fn visitor_leaves(&self, cx: &Cx, id: Uuid) -> Result<DutyVisitor> {
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let found = one(connection, id).await?;
                let unit = unit_of(connection, found.room).await?;
                let ask = Ask {
                    scopes: vec![own_scope(connection, &cx, unit).await?],
                    subject: Some(id),
                    refers_to: Some(found.entry),
                    extra: format!("room={}\nvisitor=out", found.room),
                    ..Ask::new(Act::NoteVisitor)
                };
                let entry = match enter(connection, &cx, &ask).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let done = sqlx::query(
                    "UPDATE duty_visitor SET out_us = ?, out_entry = ? WHERE id = ? AND out_us IS NULL",
                )
                .bind(cx.now.0)
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(&mut *connection)
                .await
                .doing("letting a visitor out")?;
                once(&done, "the visitor has left already")?;
                one(connection, id).await.map(Ok)
            })
        })
        .await
    }

    /// Who was in the room in a span, and who is there still, newest first.
    pub async fn duty_visitors(&self, cx: &Cx, room: Uuid, span: Span) -> Result<Vec<DutyVisitor>> {
        self.seen_room(cx, room).await?;
        let sql = format!(
            "{SELECT} WHERE room = ? AND in_us < ? AND (out_us IS NULL OR out_us >= ?)
             ORDER BY in_us DESC, duty_visitor.id LIMIT ?"
        );
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(blob(room))
            .bind(span.end.0)
            .bind(span.start.0)
            .bind(ROWS_MAX)
            .fetch_all(&self.0.database.read)
            .await
            .doing("listing visitors")?;
        rows.into_iter().map(visitor_of).collect()
    }
}

async fn one(connection: &mut SqliteConnection, id: Uuid) -> Result<DutyVisitor> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE duty_visitor.id = ?")))
        .bind(blob(id))
        .fetch_optional(connection)
        .await
        .doing("reading a visitor")?;
    row.map(visitor_of).transpose()?.ok_or(Error::NotFound("visitor"))
}

fn visitor_of(row: Row) -> Result<DutyVisitor> {
    let (id, room, name, organisation, purpose, host, came, left, author, author_name, entry) = row;
    Ok(DutyVisitor {
        id: uuid_of(&id)?,
        room: uuid_of(&room)?,
        name,
        organisation,
        purpose,
        host,
        came: WallTime(came),
        left: left.map(WallTime),
        author: (PersonId(uuid_of(&author)?), author_name),
        entry: EntryIndex(uint(entry)?),
    })
}
