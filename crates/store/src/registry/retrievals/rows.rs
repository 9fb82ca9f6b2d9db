//! Retrievals as rows: reading one whole in the caller's transaction, its facts for the law, and its events.

use super::{Asked, Officer, RetrievalEvent, RetrievalPaper, RetrievalRow, RetrievalState};
use crate::convert::{blob, int, span_of, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::person_of;
use crate::registry::{EntryIndex, register::Book};
use crate::seal::{Kind, Sealer};
use law::packs::{Paper, Rules};
use law::retrieval::{Clock, OfficerFacts, RetrievalFacts, Unfit, unfit};
use model::{CameraId, Cx, ExportId, PersonId, Personal, RecordId, UnitId, WallTime};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use uuid::Uuid;

pub(super) type Row = (
    Vec<u8>,
    Vec<u8>,
    String,
    Option<i64>,
    Option<i64>,
    Option<Vec<u8>>,
    Vec<u8>,
    String,
    i64,
    i64,
    String,
    Option<i64>,
    Option<i64>,
    bool,
    Option<Vec<u8>>,
    bool,
);

/// Whether a camera of a secret system is among them, or such a system's basic data is asked for (guangzhou-2007:11).
pub(in crate::registry) const SECRET: &str =
    "EXISTS (SELECT 1 FROM record WHERE record.id = retrieval.system AND record.secret = 1)
    OR EXISTS (SELECT 1 FROM retrieval_camera JOIN camera ON camera.id = retrieval_camera.camera
               JOIN record ON record.id = camera.point
               WHERE retrieval_camera.retrieval = retrieval.id AND record.secret = 1)";

/// Rows as [`row_of`] reads them, without a condition.
pub(super) fn select() -> String {
    format!(
        "SELECT retrieval.id, retrieval.unit, retrieval.body, start_us, end_us, system, opened_by, person.name, opened_us,
                retrieval.entry, state, due_us, papers_due_us, inquiry_closed, export, {SECRET}
         FROM retrieval JOIN person ON person.id = opened_by"
    )
}

#[derive(Serialize, Deserialize)]
pub(super) struct Body {
    #[serde(flatten)]
    pub asked: Asked,
    pub case: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct SealedOfficer {
    name: String,
    number: String,
}

/// The row, and whether something secret is in it. Its cameras are read apart.
pub(super) fn row_of(row: Row) -> Result<(RetrievalRow, bool)> {
    let (id, unit, body, start, end, system, opener, name, opened, entry, state, due, papers_due, closed, ..) =
        row;
    let (export, secret) = (row.14, row.15);
    let body: Body = serde_json::from_str(&body)
        .map_err(|_| Error::Corrupt("a stored retrieval cannot be read".into()))?;
    let state = RetrievalState::from_word(&state)
        .ok_or_else(|| Error::Corrupt("a stored retrieval's state is unknown".into()))?;
    let found = RetrievalRow {
        id: uuid_of(&id)?,
        unit: UnitId(uuid_of(&unit)?),
        asked: body.asked,
        span: start.zip(end).map(|(start, end)| span_of(start, end)).transpose()?,
        system: system.map(|system| uuid_of(&system).map(RecordId)).transpose()?,
        cameras: Vec::new(),
        case: body.case.as_deref().map(str::parse).transpose()?,
        opened_by: (PersonId(uuid_of(&opener)?), name),
        opened: WallTime(opened),
        entry: EntryIndex(uint(entry)?),
        state,
        clock: Clock { due: due.map(WallTime), papers_due: papers_due.map(WallTime) },
        still_until: None,
        inquiry_closed: closed,
        export: export.map(|export| uuid_of(&export).map(ExportId)).transpose()?,
    };
    Ok((found, secret))
}

/// One row with its cameras, whoever asks: the caller decides. Also whether something secret is in it.
pub(super) async fn stored(connection: &mut SqliteConnection, id: Uuid) -> Result<(RetrievalRow, bool)> {
    let row: Option<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{} WHERE retrieval.id = ?", select())))
            .bind(blob(id))
            .fetch_optional(&mut *connection)
            .await
            .doing("reading a retrieval")?;
    let (mut row, secret) = row_of(row.ok_or(Error::NotFound("retrieval"))?)?;
    row.cameras = cameras(connection, id).await?;
    Ok((row, secret))
}

pub(super) async fn cameras(connection: &mut SqliteConnection, id: Uuid) -> Result<Vec<CameraId>> {
    let rows: Vec<(Vec<u8>,)> =
        sqlx::query_as("SELECT camera FROM retrieval_camera WHERE retrieval = ? ORDER BY camera")
            .bind(blob(id))
            .fetch_all(connection)
            .await
            .doing("reading a retrieval's cameras")?;
    rows.iter().map(|(camera,)| uuid_of(camera).map(CameraId)).collect()
}

/// What is sealed of an officer, bound to its row.
pub(super) fn seal(sealer: &Sealer, id: Uuid, name: &str, number: &str) -> Result<Vec<u8>> {
    let plain = serde_json::to_vec(&SealedOfficer { name: name.to_owned(), number: number.to_owned() });
    sealer.seal(Kind::Officer, id, &plain.map_err(|error| Error::Internal(error.to_string()))?)
}

pub(super) async fn officers(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    id: Uuid,
) -> Result<Vec<Officer>> {
    type OfficerRow = (Vec<u8>, Vec<u8>, Option<String>, Option<Vec<u8>>, Option<String>, Option<i64>);
    let rows: Vec<OfficerRow> = sqlx::query_as(
        "SELECT retrieval_officer.id, sealed, certificate, checked_by, person.name, checked_us
         FROM retrieval_officer LEFT JOIN person ON person.id = checked_by WHERE retrieval = ?
         ORDER BY retrieval_officer.entry, retrieval_officer.id",
    )
    .bind(blob(id))
    .fetch_all(connection)
    .await
    .doing("reading a retrieval's officers")?;
    let officer = |(id, sealed, certificate, checker, name, at): OfficerRow| {
        let id = uuid_of(&id)?;
        let plain = sealer.open(Kind::Officer, id, &sealed)?;
        let corrupt = |_| Error::Corrupt("a stored officer cannot be read".into());
        let plain: SealedOfficer = serde_json::from_slice(plain.expose()).map_err(corrupt)?;
        let checker = checker.map(|checker| uuid_of(&checker).map(PersonId)).transpose()?;
        let checked = checker.zip(at).map(|(by, at)| (by, name.unwrap_or_default(), WallTime(at)));
        let (name, number) = (Personal::new(plain.name), Personal::new(plain.number));
        let certificate = certificate.as_deref().map(paper_of).transpose()?;
        Ok(Officer { id, name, number, certificate, checked })
    };
    rows.into_iter().map(officer).collect()
}

fn paper_of(word: &str) -> Result<Paper> {
    Paper::from_word(word).ok_or_else(|| Error::Corrupt("a stored paper's kind is unknown".into()))
}

/// Papers, each with whether it is valid on the day.
pub(super) async fn papers(
    connection: &mut SqliteConnection,
    id: Uuid,
    today: &str,
) -> Result<Vec<RetrievalPaper>> {
    type PaperRow = (String, Vec<u8>, String, Option<String>, Option<String>, Option<i64>, bool);
    let rows: Vec<PaperRow> = sqlx::query_as(
        "SELECT paper, document, record.name, json_extract(record.body, '$.dated'),
                json_extract(record.body, '$.valid_until'), record.removed_us,
                json_extract(record.body, '$.sha256') IS NOT NULL
         FROM retrieval_paper JOIN record ON record.id = document WHERE retrieval = ? ORDER BY retrieval_paper.entry, paper",
    )
    .bind(blob(id))
    .fetch_all(connection)
    .await
    .doing("reading a retrieval's papers")?;
    let paper = |(paper, document, name, dated, until, removed, has_file): PaperRow| {
        let unfit = match removed {
            Some(_) => Some(Unfit::NotToday),
            None => unfit(has_file, dated.as_deref(), until.as_deref(), today),
        };
        let (paper, document) = (paper_of(&paper)?, RecordId(uuid_of(&document)?));
        Ok(RetrievalPaper { paper, document, name, unfit })
    };
    rows.into_iter().map(paper).collect()
}

pub(super) async fn events(connection: &mut SqliteConnection, id: Uuid) -> Result<Vec<RetrievalEvent>> {
    type EventRow = (i64, String, Vec<u8>, String, i64, String, String, Option<Vec<u8>>);
    let rows: Vec<EventRow> = sqlx::query_as(
        "SELECT entry, what, person.id, person.name, at_us, holder, note, document
         FROM retrieval_event JOIN person ON person.id = retrieval_event.person WHERE retrieval = ? ORDER BY entry",
    )
    .bind(blob(id))
    .fetch_all(connection)
    .await
    .doing("reading a retrieval's steps")?;
    let event = |(entry, what, person, name, at, holder, note, document): EventRow| {
        Ok(RetrievalEvent {
            what,
            by: (PersonId(uuid_of(&person)?), name),
            at: WallTime(at),
            entry: EntryIndex(uint(entry)?),
            holder,
            note,
            document: document.map(|document| uuid_of(&document).map(RecordId)).transpose()?,
        })
    };
    rows.into_iter().map(event).collect()
}

/// What is judged: the request as it stands, and the rules of the systems that it touches.
pub(super) async fn judged<'l>(
    connection: &mut SqliteConnection,
    book: Book<'l>,
    row: &RetrievalRow,
) -> Result<(RetrievalFacts, Vec<Rules<'l>>)> {
    let people: Vec<(Option<String>, bool)> = sqlx::query_as(
        "SELECT certificate, checked_by IS NOT NULL FROM retrieval_officer WHERE retrieval = ?",
    )
    .bind(blob(row.id))
    .fetch_all(&mut *connection)
    .await
    .doing("reading a retrieval's officers")?;
    let officer = |(certificate, checked): (Option<String>, bool)| {
        let certificate = certificate.as_deref().map(paper_of).transpose()?;
        Ok(OfficerFacts { certificate, checked })
    };
    let officers = people.into_iter().map(officer).collect::<Result<_>>()?;
    let papers = papers(connection, row.id, &book.today.to_string()).await?;
    let rules = rules(connection, book, row).await?;
    Ok((facts(row, officers, &papers), rules))
}

pub(super) async fn rules<'l>(
    connection: &mut SqliteConnection,
    book: Book<'l>,
    row: &RetrievalRow,
) -> Result<Vec<Rules<'l>>> {
    crate::registry::register::rules_of_request(connection, book, row.unit, &row.cameras, row.system).await
}

pub(super) fn facts(
    row: &RetrievalRow,
    officers: Vec<OfficerFacts>,
    papers: &[RetrievalPaper],
) -> RetrievalFacts {
    let asked = &row.asked;
    let valid = papers.iter().filter(|paper| paper.unfit.is_none());
    RetrievalFacts {
        organ: asked.organ,
        ground: asked.ground,
        level: asked.level,
        wanted: asked.wanted,
        way: asked.way,
        inquiry_closed: row.inquiry_closed,
        officers,
        papers: valid.map(|paper| paper.paper).collect(),
        unfit: papers.iter().filter_map(|paper| Some((paper.paper, paper.unfit?))).collect(),
        invokes: asked.invokes.clone(),
    }
}

/// What an event says beside who and when.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub holder: String,
    pub note: String,
    pub document: Option<RecordId>,
}

impl Said {
    pub fn note(note: impl Into<String>) -> Self {
        Self { note: note.into(), ..Self::default() }
    }
}

/// Writes an event beside the entry of its act.
pub(super) async fn happened(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (id, what, entry): (Uuid, &str, EntryIndex),
    said: Said,
) -> Result<()> {
    let person = person_of(cx)?;
    sqlx::query(
        "INSERT INTO retrieval_event (entry, retrieval, what, person, at_us, holder, note, document)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(int(entry.0)?)
    .bind(blob(id))
    .bind(what)
    .bind(blob(person.0))
    .bind(cx.now.0)
    .bind(said.holder)
    .bind(said.note)
    .bind(said.document.map(|document| blob(document.0)))
    .execute(connection)
    .await
    .doing("noting a step of a retrieval")
    .map(|_| ())
}

/// Its state and clocks from now on.
pub(super) async fn set(
    connection: &mut SqliteConnection,
    id: Uuid,
    state: RetrievalState,
    clock: Clock,
) -> Result<()> {
    sqlx::query("UPDATE retrieval SET state = ?, due_us = ?, papers_due_us = ? WHERE id = ?")
        .bind(state.as_str())
        .bind(clock.due.map(|due| due.0))
        .bind(clock.papers_due.map(|due| due.0))
        .bind(blob(id))
        .execute(connection)
        .await
        .doing("changing a retrieval's state")
        .map(|_| ())
}
