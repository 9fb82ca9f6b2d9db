//! Reports of suspicious matters to the public security organ (datong-2008:17, guangzhou-2007:21), from an observation or directly, and
//! the organ's acknowledgement. The invariant kept: a report and the hold on its footage commit together.

use super::super::admit::{Ask, enter};
use super::super::{EntryIndex, Registry, holds, new_id, words};
use super::report_clips::{self, ReportClip};
use super::{cameras_of, distinct, keep_cameras, log, own_scope, person_of, unit_of, words_digest};
use crate::convert::{blob, int, span_of, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::once;
use law::access::CLOCK_TOLERANCE_US;
use law::duty::Channel;
use model::{Act, CameraId, Cx, HoldId, PersonId, Span, WallTime};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// What was seen, as the hold's reason keeps it.
const BODY_CHARS_MAX: usize = 500;
const ORGAN_CHARS_MAX: usize = 100;
const NUMBER_CHARS_MAX: usize = 60;
/// Reports in one list: years of a quiet room.
const ROWS_MAX: i64 = 500;

#[derive(Clone, Debug)]
pub struct NewDutyReport {
    pub room: Uuid,
    /// The observation that it is about.
    pub note: Option<Uuid>,
    pub cameras: Vec<CameraId>,
    pub span: Span,
    pub body: String,
    pub organ: String,
    pub channel: Channel,
    pub sent: WallTime,
}

/// What the organ answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Acknowledgement {
    pub number: String,
    pub on: WallTime,
    pub by: PersonId,
    pub entry: EntryIndex,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DutyReport {
    pub id: Uuid,
    pub room: Uuid,
    pub note: Option<Uuid>,
    pub author: (PersonId, String),
    pub cameras: Vec<CameraId>,
    pub span: Span,
    pub body: String,
    pub organ: String,
    pub channel: Channel,
    pub sent: WallTime,
    pub hold: HoldId,
    pub entry: EntryIndex,
    pub acknowledged: Option<Acknowledgement>,
    /// Copies of its footage, newest first.
    pub clips: Vec<ReportClip>,
}

type Row =
    (Vec<u8>, Vec<u8>, Option<Vec<u8>>, Vec<u8>, String, i64, i64, String, String, String, i64, Vec<u8>, i64);

const SELECT: &str = "SELECT duty_report.id, room, note, author, name, start_us, end_us, duty_report.body, organ, channel, sent_us,
    hold, duty_report.entry FROM duty_report JOIN person ON person.id = author";

impl Registry {
    /// Keeps a report, with a hold on its footage in the same transaction; the context's note is what was seen.
    pub async fn report_suspicion(&self, cx: &Cx, new: NewDutyReport) -> Result<DutyReport> {
        let (body, person) = (words("words", &new.body, BODY_CHARS_MAX)?, person_of(cx)?);
        let organ = words("organ", &new.organ, ORGAN_CHARS_MAX)?;
        if new.sent > cx.now.plus_us(CLOCK_TOLERANCE_US) {
            return Err(Error::invalid("sent_ms", "lies in the future"));
        }
        let (id, cx) = (new_id(), Cx { note: Some(body.clone()), ..cx.clone() });
        let cameras = distinct(new.cameras);
        self.decided(move |connection| {
            Box::pin(async move {
                let unit = unit_of(connection, new.room).await?;
                let ask = Ask {
                    cameras: cameras.clone(),
                    scopes: vec![own_scope(connection, &cx, unit).await?],
                    span: Some(new.span),
                    subject: Some(id),
                    recipient: organ.clone(),
                    extra: format!("channel={}\nsha256={}", new.channel.as_str(), words_digest(&body)),
                    ..Ask::new(Act::ReportSuspicion)
                };
                let entry = match enter(connection, &cx, &ask).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                if let Some(note) = new.note
                    && log::one(connection, note).await?.room != new.room
                {
                    return Err(Error::NotFound("observation"));
                }
                let footage = (person, cameras.clone(), new.span);
                let hold = holds::hold_report(connection, &cx, id, entry, footage).await?;
                sqlx::query(
                    "INSERT INTO duty_report (id, room, note, author, start_us, end_us, body, organ, channel, sent_us, hold,
                                              at_us, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(new.room))
                .bind(new.note.map(blob))
                .bind(blob(person.0))
                .bind(new.span.start.0)
                .bind(new.span.end.0)
                .bind(body)
                .bind(organ)
                .bind(new.channel.as_str())
                .bind(new.sent.0)
                .bind(blob(hold.0))
                .bind(cx.now.0)
                .bind(int(entry.0)?)
                .execute(&mut *connection)
                .await
                .doing("keeping a report")?;
                let sql = "INSERT INTO duty_report_camera (report, camera) VALUES (?, ?)";
                keep_cameras(connection, sql, id, &cameras).await?;
                one(connection, id).await.map(Ok)
            })
        })
        .await
    }

    /// Enters the organ's acknowledgement, once.
    pub async fn acknowledge_report(
        &self,
        cx: &Cx,
        id: Uuid,
        number: &str,
        on: WallTime,
    ) -> Result<DutyReport> {
        let (number, person) = (words("number", number, NUMBER_CHARS_MAX)?, person_of(cx)?);
        if on > cx.now.plus_us(CLOCK_TOLERANCE_US) {
            return Err(Error::invalid("on_ms", "lies in the future"));
        }
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let found = one(connection, id).await?;
                let unit = unit_of(connection, found.room).await?;
                let ask = Ask {
                    scopes: vec![own_scope(connection, &cx, unit).await?],
                    subject: Some(id),
                    refers_to: Some(found.entry),
                    extra: format!("number={number}\non={on}"),
                    ..Ask::new(Act::AcknowledgeReport)
                };
                let entry = match enter(connection, &cx, &ask).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let done = sqlx::query(
                    "UPDATE duty_report SET ack_number = ?, ack_us = ?, ack_by = ?, ack_entry = ?
                     WHERE id = ? AND ack_number IS NULL",
                )
                .bind(number)
                .bind(on.0)
                .bind(blob(person.0))
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(&mut *connection)
                .await
                .doing("acknowledging a report")?;
                once(&done, "the report has its acknowledgement already")?;
                one(connection, id).await.map(Ok)
            })
        })
        .await
    }

    /// Reports of the actor's units, newest first: of one room, or of all.
    pub async fn duty_reports(&self, cx: &Cx, room: Option<Uuid>) -> Result<Vec<DutyReport>> {
        let rooms: Vec<Uuid> = match room {
            Some(room) => self.seen_room(cx, room).await.map(|_| vec![room])?,
            None => self.duty_rooms(cx).await?.iter().map(|room| room.id).collect(),
        };
        let mut connection = self.0.database.read.acquire().await.doing("listing reports")?;
        let mut reports = Vec::new();
        for room in rooms {
            let sql = format!("{SELECT} WHERE room = ? ORDER BY sent_us DESC, duty_report.id LIMIT ?");
            let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
                .bind(blob(room))
                .bind(ROWS_MAX)
                .fetch_all(&mut *connection)
                .await
                .doing("listing reports")?;
            for row in rows {
                reports.push(report_of(&mut connection, row).await?);
            }
        }
        reports.sort_by_key(|report| std::cmp::Reverse(report.sent));
        Ok(reports)
    }
}

pub(super) async fn one(connection: &mut SqliteConnection, id: Uuid) -> Result<DutyReport> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE duty_report.id = ?")))
        .bind(blob(id))
        .fetch_optional(&mut *connection)
        .await
        .doing("reading a report")?;
    report_of(connection, row.ok_or(Error::NotFound("report"))?).await
}

async fn report_of(connection: &mut SqliteConnection, row: Row) -> Result<DutyReport> {
    let (id, room, note, author, name, start, end, body, organ, channel, sent, hold, entry) = row;
    let id = uuid_of(&id)?;
    let sql = "SELECT camera FROM duty_report_camera WHERE report = ? ORDER BY camera";
    Ok(DutyReport {
        id,
        room: uuid_of(&room)?,
        note: note.map(|note| uuid_of(&note)).transpose()?,
        author: (PersonId(uuid_of(&author)?), name),
        cameras: cameras_of(connection, sql, id).await?,
        span: span_of(start, end)?,
        body,
        organ,
        channel: Channel::from_word(&channel)
            .ok_or_else(|| Error::Corrupt("a stored report's channel is unknown".into()))?,
        sent: WallTime(sent),
        hold: HoldId(uuid_of(&hold)?),
        entry: EntryIndex(uint(entry)?),
        acknowledged: acknowledged(connection, id).await?,
        clips: report_clips::of(connection, id).await?,
    })
}

async fn acknowledged(connection: &mut SqliteConnection, id: Uuid) -> Result<Option<Acknowledgement>> {
    let row: Option<(String, i64, Vec<u8>, i64)> = sqlx::query_as(
        "SELECT ack_number, ack_us, ack_by, ack_entry FROM duty_report WHERE id = ? AND ack_number IS NOT NULL",
    )
    .bind(blob(id))
    .fetch_optional(connection)
    .await
    .doing("reading an acknowledgement")?;
    row.map(|(number, on, by, entry)| {
        Ok(Acknowledgement {
            number,
            on: WallTime(on),
            by: PersonId(uuid_of(&by)?),
            entry: EntryIndex(uint(entry)?),
        })
    })
    .transpose()
}
