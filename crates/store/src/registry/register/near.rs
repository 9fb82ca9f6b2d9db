//! What of the facts that detection reads was written since, and what stands near it: so that one change costs what it touches and
//! not the whole register.
//!
//! The rules of what is made of which records are `snapshot`'s: here is only how far they reach. The invariant: what is read of the
//! neighbourhood is what reading everything would have given of the same subjects; a test walks both side by side.

use super::{COLUMNS, RecordRow, record_of, snapshot::Records};
use crate::convert::{blob, uuid_of};
use crate::documents::hex;
use crate::error::{Doing, Result};
use law::register::RecordKind;
use model::{CameraId, PersonId, RecordId};
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashSet};

/// Rows of the change feed that are read one by one. More at once are a table that was taken in: everything is read.
const CHANGES_MAX: u32 = 2_000;
/// Records near a change: those of a system of some hundred points. Of more, everything is read.
pub(super) const NEAR_MAX: usize = 4_000;
/// Systems near a change: those of one contractor. Each is asked about its steps and filings by itself.
const SYSTEMS_MAX: usize = 100;

/// What was written since a number of the change feed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Written {
    /// So much, or something by which so many are judged, that everything is read.
    Everything,
    Of(Touched),
}

/// The rows that were written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Touched {
    pub records: BTreeSet<RecordId>,
    /// What records named before. What names these is none the wiser.
    pub named: BTreeSet<RecordId>,
    pub cameras: BTreeSet<CameraId>,
    pub people: BTreeSet<PersonId>,
}

impl Touched {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The feed's newest number. Read it before what it tells of: what changes meanwhile is read once more.
pub(in crate::registry) async fn newest(connection: &mut SqliteConnection) -> Result<i64> {
    let row: (i64,) = sqlx::query_as("SELECT max(number) FROM fact_change")
        .fetch_one(connection)
        .await
        .doing("reading whether facts changed")?;
    Ok(row.0)
}

/// What was written after one number, up to another.
pub(in crate::registry) async fn written(
    connection: &mut SqliteConnection,
    after: i64,
    to: i64,
) -> Result<Written> {
    let rows: Vec<(i64, i64, Option<Vec<u8>>)> = sqlx::query_as(
        "SELECT number, kind, id FROM fact_change WHERE number > ? AND number <= ? ORDER BY number LIMIT ?",
    )
    .bind(after)
    .bind(to)
    .bind(i64::from(CHANGES_MAX) + 1)
    .fetch_all(connection)
    .await
    .doing("reading which facts changed")?;
    let is_whole = rows.first().is_none_or(|(number, ..)| *number == after + 1);
    if !is_whole || rows.len() > CHANGES_MAX as usize {
        return Ok(Written::Everything);
    }
    let mut touched = Touched::default();
    for (_, kind, id) in rows {
        match (kind, id.as_deref().map(uuid_of).transpose()?) {
            (1, Some(id)) => drop(touched.records.insert(RecordId(id))),
            (2, Some(id)) => drop(touched.cameras.insert(CameraId(id))),
            (5, Some(id)) => drop(touched.named.insert(RecordId(id))),
            (3, Some(id)) => drop(touched.people.insert(PersonId(id))),
            _ => return Ok(Written::Everything),
        }
    }
    Ok(Written::Of(touched))
}

/// What must be looked at again, with the records that it is made of.
pub(super) struct Near {
    /// Records whose facts may be others, removed ones too.
    pub subjects: BTreeSet<RecordId>,
    pub systems: BTreeSet<RecordId>,
    pub cameras: BTreeSet<CameraId>,
    /// Everything of which the subjects' facts are made.
    pub records: Records,
}

/// A written record's own facts, and those of what names it, of what it names, and one step further: a sign names points, which name
/// their system; a place is named by points, which name theirs. Nearly everything names a division, and asks of it no more than its
/// code: another code is told as what many are judged by.
const SUBJECTS: &str = "
    WITH seed (id) AS (SELECT unhex(value) FROM json_each(?1)),
    before (id) AS (SELECT unhex(value) FROM json_each(?4)),
    back (id) AS (
        SELECT source FROM seed CROSS JOIN record AS named ON named.id = seed.id AND named.kind <> ?5
        CROSS JOIN record_reference ON target = named.id),
    fore (id) AS (
        SELECT target FROM seed JOIN record_reference ON source = seed.id
        UNION SELECT target FROM back JOIN record_reference ON source = back.id
        UNION SELECT target FROM before JOIN record_reference ON source = before.id),
    further (id) AS (
        SELECT then_names.target FROM seed JOIN record_reference AS names ON names.source = seed.id
        JOIN record_reference AS then_names ON then_names.source = names.target),
    paper (id) AS (
        SELECT system FROM life_step, json_each(life_step.body, '$.documents') AS paper
        WHERE EXISTS (SELECT 1 FROM seed JOIN record ON record.id = seed.id WHERE record.kind = ?2)
            AND unhex(replace(paper.value, '-', '')) IN (SELECT id FROM seed)),
    near (id) AS (
        SELECT id FROM seed UNION SELECT id FROM back UNION SELECT id FROM fore UNION SELECT id FROM further
        UNION SELECT id FROM paper UNION SELECT id FROM before)
    SELECT record.id, record.kind FROM near CROSS JOIN record ON record.id = near.id LIMIT ?3";

/// What the subjects' facts are made of: of a system all that names it, of a place its points, of points their signs, and what all of
/// these name, with what that names.
const MADE_OF: &str = "
    WITH near (id) AS (SELECT unhex(value) FROM json_each(?1)),
    part (id) AS (
        SELECT names.source FROM near CROSS JOIN record AS named ON named.id = near.id
        CROSS JOIN record_reference AS names ON names.target = named.id
        CROSS JOIN record AS source ON source.id = names.source
        WHERE source.removed_us IS NULL
            AND (named.kind = ?2 OR (named.kind = ?3 AND source.kind = ?4))),
    sign (id) AS (
        SELECT names.source FROM part CROSS JOIN record_reference AS names ON names.target = part.id
        CROSS JOIN record ON record.id = names.source WHERE record.kind = ?5),
    own (id) AS (SELECT id FROM near UNION SELECT id FROM part UNION SELECT id FROM sign),
    named (id) AS (SELECT target FROM own CROSS JOIN record_reference ON source = own.id),
    further (id) AS (SELECT target FROM named CROSS JOIN record_reference ON source = named.id),
    every (id) AS (SELECT id FROM own UNION SELECT id FROM named UNION SELECT id FROM further)";

/// The neighbourhood of what was written; `None`: too much is near it.
pub(super) async fn near(connection: &mut SqliteConnection, touched: &Touched) -> Result<Option<Near>> {
    // A camera's point is written with it in the feed.
    let mut seeds = touched.records.clone();
    let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(SUBJECTS)
        .bind(listed(seeds.iter().map(|id| id.0)))
        .bind(code(RecordKind::Document))
        .bind(NEAR_MAX as i64 + 1)
        .bind(listed(touched.named.iter().map(|id| id.0)))
        .bind(code(RecordKind::Division))
        .fetch_all(&mut *connection)
        .await
        .doing("looking what a change touches")?;
    let (mut subjects, mut systems) = (BTreeSet::new(), BTreeSet::new());
    for (id, kind) in rows {
        let id = RecordId(uuid_of(&id)?);
        if kind == code(RecordKind::Division) {
            seeds.remove(&id);
        }
        if kind == code(RecordKind::System) {
            systems.insert(id);
        }
        subjects.insert(id);
    }
    if subjects.len() > NEAR_MAX || systems.len() > SYSTEMS_MAX {
        return Ok(None);
    }
    let Some(records) = made_of(connection, &subjects).await? else { return Ok(None) };
    let mut cameras = cameras_at(connection, &seeds).await?;
    cameras.extend(&touched.cameras);
    Ok(Some(Near { subjects, systems, cameras, records }))
}

async fn made_of(
    connection: &mut SqliteConnection,
    subjects: &BTreeSet<RecordId>,
) -> Result<Option<Records>> {
    let sql = format!(
        "{MADE_OF} SELECT {COLUMNS} FROM every CROSS JOIN record ON record.id = every.id
         WHERE record.removed_us IS NULL LIMIT ?6"
    );
    let rows: Vec<RecordRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(listed(subjects.iter().map(|id| id.0)))
        .bind(code(RecordKind::System))
        .bind(code(RecordKind::Place))
        .bind(code(RecordKind::Point))
        .bind(code(RecordKind::Sign))
        .bind(NEAR_MAX as i64 + 1)
        .fetch_all(connection)
        .await
        .doing("reading what a change touches")?;
    if rows.len() > NEAR_MAX {
        return Ok(None);
    }
    let records = rows.into_iter().map(|row| record_of(row).map(|record| (record.id, record)));
    records.collect::<Result<_>>().map(Some)
}

/// The cameras at these points, and at points that name these records: their system, their place.
pub(super) async fn cameras_at(
    connection: &mut SqliteConnection,
    records: &BTreeSet<RecordId>,
) -> Result<BTreeSet<CameraId>> {
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
        "WITH seed (id) AS (SELECT unhex(value) FROM json_each(?)),
         at (id) AS (SELECT id FROM seed UNION SELECT source FROM seed JOIN record_reference ON target = seed.id)
         SELECT camera.id FROM at CROSS JOIN camera ON camera.point = at.id",
    )
    .bind(listed(records.iter().map(|id| id.0)))
    .fetch_all(connection)
    .await
    .doing("looking which cameras a change touches")?;
    rows.into_iter().map(|(id,)| uuid_of(&id).map(CameraId)).collect()
}

/// Those of some cameras that are not retired, with their names.
pub(super) async fn living(
    connection: &mut SqliteConnection,
    cameras: &BTreeSet<CameraId>,
) -> Result<Vec<(CameraId, String)>> {
    let rows: Vec<(Vec<u8>, String)> = sqlx::query_as(
        "SELECT id, name FROM camera WHERE retired_us IS NULL AND id IN (SELECT unhex(value) FROM json_each(?))",
    )
    .bind(listed(cameras.iter().map(|id| id.0)))
    .fetch_all(connection)
    .await
    .doing("reading cameras")?;
    rows.into_iter().map(|(id, name)| Ok((CameraId(uuid_of(&id)?), name))).collect()
}

/// Those of some papers that say that a design was changed.
pub(super) async fn design_changes(
    connection: &mut SqliteConnection,
    papers: &HashSet<RecordId>,
) -> Result<HashSet<RecordId>> {
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
        "SELECT id FROM record WHERE id IN (SELECT unhex(value) FROM json_each(?)) AND kind = ?
            AND removed_us IS NULL AND json_extract(body, '$.paper') = 'design-change'",
    )
    .bind(listed(papers.iter().map(|id| id.0)))
    .bind(code(RecordKind::Document))
    .fetch_all(connection)
    .await
    .doing("looking for changes of designs")?;
    rows.into_iter().map(|(id,)| uuid_of(&id).map(RecordId)).collect()
}

/// Ids as a JSON list, for `json_each`.
pub(in crate::registry) fn listed(ids: impl Iterator<Item = uuid::Uuid>) -> String {
    let ids: Vec<String> = ids.map(|id| format!("\"{}\"", hex(&blob(id)))).collect();
    format!("[{}]", ids.join(","))
}

fn code(kind: RecordKind) -> i64 {
    i64::from(kind.code())
}
