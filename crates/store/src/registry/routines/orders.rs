//! Work orders: opened by a round or a person, reported as repaired with evidence, accepted or sent back by another person.
//!
//! The invariant kept: whoever reports a repair does not accept it, in the decision and in the schema; what is accepted stays.

use super::super::admit::{Ask, enter};
use super::super::{EntryIndex, Registry, new_id};
use super::rounds::part_of;
use super::{ROWS_MAX, Signed, WORDS_CHARS_MAX, ask_of, signed, unit_of_row, words};
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::once;
use crate::registry::person_of;
use law::register::RecordKind;
use law::routines::{Part, TERM_DAYS_MAX};
use model::{Act, CameraId, Cx, PersonId, RecordId, UnitId, WallTime};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _, SqliteConnection};
use uuid::Uuid;

const UNIT: &str = "SELECT unit FROM work_order WHERE id = ?";

#[derive(Clone, Debug)]
pub struct NewWorkOrder {
    pub unit: UnitId,
    pub part: Part,
    pub body: String,
    pub camera: Option<CameraId>,
    pub contractor: Option<RecordId>,
    pub due: WallTime,
}

/// What is said of a repair.
#[derive(Clone, Debug)]
pub struct Repair {
    pub words: String,
    /// A document of the unit's archive.
    pub evidence: RecordId,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkOrderRow {
    pub id: Uuid,
    pub unit: UnitId,
    pub part: Part,
    pub body: String,
    pub camera: Option<CameraId>,
    pub contractor: Option<(RecordId, String)>,
    pub due: WallTime,
    pub round: Option<Uuid>,
    pub opened: Signed,
    pub done: Option<Signed>,
    pub evidence: Option<(RecordId, String)>,
    /// The last word of another person; with `accepted` it is the end of it.
    pub judged: Option<Signed>,
    pub accepted: bool,
}

struct Row {
    id: Vec<u8>,
    unit: Vec<u8>,
    part: String,
    body: String,
    camera: Option<Vec<u8>>,
    contractor: Option<Vec<u8>>,
    contractor_name: Option<String>,
    due_us: i64,
    round: Option<Vec<u8>>,
    person: Vec<u8>,
    opener_name: String,
    opened_us: i64,
    entry: i64,
    done_us: Option<i64>,
    doer: Option<Vec<u8>>,
    doer_name: Option<String>,
    done_words: Option<String>,
    evidence: Option<Vec<u8>>,
    evidence_name: Option<String>,
    done_entry: Option<i64>,
    accepted_us: Option<i64>,
    acceptor: Option<Vec<u8>>,
    acceptor_name: Option<String>,
    accept_words: Option<String>,
    accept_entry: Option<i64>,
    judged_us: Option<i64>,
}

impl FromRow<'_, SqliteRow> for Row {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            unit: row.try_get("unit")?,
            part: row.try_get("part")?,
            body: row.try_get("body")?,
            camera: row.try_get("camera")?,
            contractor: row.try_get("contractor")?,
            contractor_name: row.try_get("contractor_name")?,
            due_us: row.try_get("due_us")?,
            round: row.try_get("round")?,
            person: row.try_get("person")?,
            opener_name: row.try_get("opener_name")?,
            opened_us: row.try_get("opened_us")?,
            entry: row.try_get("entry")?,
            done_us: row.try_get("done_us")?,
            doer: row.try_get("doer")?,
            doer_name: row.try_get("doer_name")?,
            done_words: row.try_get("done_words")?,
            evidence: row.try_get("evidence")?,
            evidence_name: row.try_get("evidence_name")?,
            done_entry: row.try_get("done_entry")?,
            accepted_us: row.try_get("accepted_us")?,
            acceptor: row.try_get("acceptor")?,
            acceptor_name: row.try_get("acceptor_name")?,
            accept_words: row.try_get("accept_words")?,
            accept_entry: row.try_get("accept_entry")?,
            judged_us: row.try_get("judged_us")?,
        })
    }
}

const SELECT: &str = "SELECT work_order.id, work_order.unit, part, work_order.body, camera, work_order.contractor, maker.name AS contractor_name,
    due_us, round, person, opener.name AS opener_name, opened_us, work_order.entry, done_us, doer, mender.name AS doer_name,
    done_words, evidence, paper.name AS evidence_name, done_entry, accepted_us, acceptor, judge.name AS acceptor_name,
    accept_words, accept_entry, judged_us
    FROM work_order JOIN person AS opener ON opener.id = person LEFT JOIN record AS maker ON maker.id = work_order.contractor
    LEFT JOIN person AS mender ON mender.id = doer LEFT JOIN record AS paper ON paper.id = evidence
    LEFT JOIN person AS judge ON judge.id = acceptor";

impl Registry {
    /// Opens a work order.
    pub async fn open_order(&self, cx: &Cx, new: NewWorkOrder) -> Result<Uuid> {
        let body = words("body", &new.body, WORDS_CHARS_MAX)?;
        self.own_cameras(new.unit, new.camera.as_slice()).await?;
        if let Some(contractor) = new.contractor {
            self.own(cx, "contractor_id", contractor, RecordKind::Contractor, new.unit).await?;
        }
        let ahead_us = new.due.since_us(cx.now);
        if ahead_us <= 0 || ahead_us > i64::from(TERM_DAYS_MAX) * 86_400_000_000 {
            return Err(Error::invalid("due_ms", "is past, or more than three years ahead"));
        }
        let (id, person, now) = (new_id(), person_of(cx)?, cx.now);
        let new = NewWorkOrder { body, ..new };
        let extra = format!("order=open\npart={}\ndue={}", new.part.as_str(), new.due);
        let ask = ask_of(Act::ChangeWorkOrder, new.unit, Some(id), extra);
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                insert_order(connection, (id, person, now, entry), &new, None).await?;
                Ok(id)
            })
        })
        .await
    }

    /// Reports that it is repaired, with evidence.
    pub async fn report_repair(&self, cx: &Cx, id: Uuid, repair: Repair) -> Result<()> {
        let said = words("words", &repair.words, WORDS_CHARS_MAX)?;
        let unit = self.unit_of_order(id).await?;
        self.own(cx, "evidence_document_id", repair.evidence, RecordKind::Document, unit).await?;
        let (person, now) = (person_of(cx)?, cx.now);
        let extra = format!("order=done\nevidence={}", repair.evidence);
        self.act(cx, ask_of(Act::ChangeWorkOrder, unit, Some(id), extra), move |connection, entry| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE work_order SET done_us = ?, doer = ?, done_words = ?, evidence = ?, done_entry = ?
                     WHERE id = ? AND done_us IS NULL",
                )
                .bind(now.0)
                .bind(blob(person.0))
                .bind(said)
                .bind(blob(repair.evidence.0))
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("reporting a repair")?;
                once(&done, "a repair is reported already")?;
                Ok(())
            })
        })
        .await
    }

    /// Another person accepts the repair, or sends it back with words.
    pub async fn accept_repair(&self, cx: &Cx, id: Uuid, accepted: bool, said: &str) -> Result<()> {
        let said = words("words", said, WORDS_CHARS_MAX)?;
        let (person, cx) = (person_of(cx)?, cx.clone());
        self.decided(move |connection| {
            Box::pin(async move {
                let found = one(connection, id).await?;
                let own = found.done.as_ref().is_some_and(|done| done.person == person);
                let refers_to = found.done.as_ref().map(|done| done.entry);
                let extra = format!("accepted={accepted}");
                let ask = Ask { own, refers_to, ..ask_of(Act::AcceptRepair, found.unit, Some(id), extra) };
                let entry = match enter(connection, &cx, &ask).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                if found.done.is_none() || found.accepted {
                    return Err(Error::Conflict("no repair of it waits to be accepted".into()));
                }
                let sql = if accepted {
                    "UPDATE work_order SET accepted_us = ?1, judged_us = ?1, acceptor = ?2, accept_words = ?3, accept_entry = ?4
                     WHERE id = ?5"
                } else {
                    "UPDATE work_order SET judged_us = ?1, acceptor = ?2, accept_words = ?3, accept_entry = ?4, done_us = NULL,
                        doer = NULL, done_words = NULL, evidence = NULL, done_entry = NULL WHERE id = ?5"
                };
                sqlx::query(sql)
                    .bind(cx.now.0)
                    .bind(blob(person.0))
                    .bind(said)
                    .bind(int(entry.0)?)
                    .bind(blob(id))
                    .execute(connection)
                    .await
                    .doing("accepting a repair")?;
                Ok(Ok(()))
            })
        })
        .await
    }

    /// Work orders of a unit: those that are open first, by their day. Whether the actor may know is decided before.
    pub async fn work_orders(&self, _cx: &Cx, unit: UnitId) -> Result<Vec<WorkOrderRow>> {
        let sql = format!(
            "{SELECT} WHERE work_order.unit = ? ORDER BY accepted_us IS NOT NULL, due_us, work_order.id LIMIT ?"
        );
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(blob(unit.0))
            .bind(ROWS_MAX)
            .fetch_all(&self.0.database.read)
            .await
            .doing("reading work orders")?;
        rows.into_iter().map(order_of).collect()
    }

    async fn unit_of_order(&self, id: Uuid) -> Result<UnitId> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a work order")?;
        unit_of_row(&mut connection, UNIT, id, "work order").await
    }
}

pub(super) async fn insert_order(
    connection: &mut SqliteConnection,
    (id, person, now, entry): (Uuid, PersonId, WallTime, EntryIndex),
    new: &NewWorkOrder,
    round: Option<Uuid>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO work_order (id, unit, part, body, camera, contractor, due_us, round, person, opened_us, entry)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(id))
    .bind(blob(new.unit.0))
    .bind(new.part.as_str())
    .bind(new.body.clone())
    .bind(new.camera.map(|camera| blob(camera.0)))
    .bind(new.contractor.map(|contractor| blob(contractor.0)))
    .bind(new.due.0)
    .bind(round.map(blob))
    .bind(blob(person.0))
    .bind(now.0)
    .bind(int(entry.0)?)
    .execute(connection)
    .await
    .doing("opening a work order")
    .map(|_| ())
}

async fn one(connection: &mut SqliteConnection, id: Uuid) -> Result<WorkOrderRow> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE work_order.id = ?")))
        .bind(blob(id))
        .fetch_optional(connection)
        .await
        .doing("reading a work order")?;
    row.map(order_of).transpose()?.ok_or(Error::NotFound("work order"))
}

fn record_of(id: Option<Vec<u8>>, name: Option<String>) -> Result<Option<(RecordId, String)>> {
    id.map(|id| Ok((RecordId(uuid_of(&id)?), name.unwrap_or_default()))).transpose()
}

fn order_of(row: Row) -> Result<WorkOrderRow> {
    let opened = signed(Some(row.person), Some(row.opener_name), Some(row.opened_us), None, Some(row.entry))?;
    Ok(WorkOrderRow {
        id: uuid_of(&row.id)?,
        unit: UnitId(uuid_of(&row.unit)?),
        part: part_of(&row.part)?,
        body: row.body,
        camera: row.camera.map(|camera| uuid_of(&camera).map(CameraId)).transpose()?,
        contractor: record_of(row.contractor, row.contractor_name)?,
        due: WallTime(row.due_us),
        round: row.round.map(|round| uuid_of(&round)).transpose()?,
        opened: opened.ok_or_else(|| Error::Corrupt("a work order is nobody's".into()))?,
        done: signed(row.doer, row.doer_name, row.done_us, row.done_words, row.done_entry)?,
        evidence: record_of(row.evidence, row.evidence_name)?,
        judged: signed(row.acceptor, row.acceptor_name, row.judged_us, row.accept_words, row.accept_entry)?,
        accepted: row.accepted_us.is_some(),
    })
}
