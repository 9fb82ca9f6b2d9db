//! Reading records: lists by page, one record, its versions. Who has no right to basic data sees it masked.

use super::{COLUMNS, RECORD_ROWS_MAX, Record, RecordRow, body_of, record_of};
use crate::convert::{blob, small, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::{EntryIndex, Registry, clearance::Cleared, facts::posts};
use law::access::{Post, entitles};
use law::register::{Body, RecordKind, fields, masked};
use model::{Act, Actor, Cx, RecordId, UnitId, WallTime};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::HashMap;

/// In which order a list comes; of the same rank by name.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum RecordOrder {
    #[default]
    Name,
    /// Those that lack most first.
    Lacking,
    /// Those that were longest unchanged first.
    Oldest,
}

impl RecordOrder {
    /// What the rows are ordered by before their name, as a number that grows.
    const fn rank(self) -> &'static str {
        match self {
            Self::Name => "0",
            Self::Lacking => "-record.missing",
            Self::Oldest => "record.changed_us",
        }
    }

    fn rank_of(self, record: &Record) -> i64 {
        match self {
            Self::Name => 0,
            Self::Lacking => -i64::from(record.missing),
            Self::Oldest => record.changed.0,
        }
    }
}

/// Which records.
#[derive(Clone, Debug)]
pub struct RecordQuery {
    pub kind: RecordKind,
    /// Part of a name, a code, or another text that is no secret.
    pub text: Option<String>,
    pub unit: Option<UnitId>,
    pub parent: Option<RecordId>,
    /// Only those of which an expected field is empty.
    pub incomplete: bool,
    /// Only those of which this expected field is empty.
    pub lacks: Option<String>,
    pub order: RecordOrder,
    pub with_removed: bool,
    pub limit: u32,
    /// What the previous page returned.
    pub cursor: Option<String>,
}

impl RecordQuery {
    pub const fn of(kind: RecordKind) -> Self {
        Self {
            kind,
            text: None,
            unit: None,
            parent: None,
            incomplete: false,
            lacks: None,
            order: RecordOrder::Name,
            with_removed: false,
            limit: RECORD_ROWS_MAX,
            cursor: None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct RecordPage {
    pub records: Vec<Record>,
    pub next_cursor: Option<String>,
    pub total: u64,
}

/// A record that names another one, and by which of its fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Naming {
    pub record: Record,
    pub field: String,
}

#[derive(Clone, Debug)]
pub struct NamingPage {
    pub naming: Vec<Naming>,
    pub next_cursor: Option<String>,
    pub total: u64,
}

/// One version of a record.
#[derive(Clone, PartialEq, Debug)]
pub struct RecordVersion {
    pub version: u32,
    pub body: Body,
    pub entry: EntryIndex,
    pub at: WallTime,
}

impl Registry {
    /// A page of records, by name. Reading lists is one entry per reader and hour.
    pub async fn records(&self, cx: &Cx, query: &RecordQuery) -> Result<RecordPage> {
        if matches!(cx.actor, Actor::Person(_)) {
            self.admit_reading(cx, Act::ReadRegistry, Vec::new()).await?;
        }
        let page = self.record_page(cx, query, query.limit.clamp(1, RECORD_ROWS_MAX)).await?;
        let shown = page.records.iter().filter(|record| has_basic_data(record)).count();
        self.note_basic_data(cx, format!("{query:?}"), shown).await?;
        Ok(page)
    }

    /// All records that a query finds, at most so many: for an act that has its own entry.
    pub(super) async fn all_records(&self, cx: &Cx, query: &RecordQuery, max: usize) -> Result<Vec<Record>> {
        let limit = u32::try_from(max).unwrap_or(u32::MAX);
        Ok(self.record_page(cx, query, limit).await?.records)
    }

    async fn record_page(&self, cx: &Cx, query: &RecordQuery, limit: u32) -> Result<RecordPage> {
        let mut connection = self.0.database.read.acquire().await.doing("listing records")?;
        let viewer = Viewer::load(&mut connection, cx.actor).await?;
        let total: i64 = select("SELECT count(*)", query, &viewer, None)?
            .build_query_scalar()
            .fetch_one(&mut *connection)
            .await
            .doing("counting records")?;
        let mut rows = select(&format!("SELECT {COLUMNS}"), query, &viewer, query.cursor.as_deref())?;
        let order = match query.order {
            // So that the index on names serves it.
            RecordOrder::Name => String::new(),
            other => format!("{}, ", other.rank()),
        };
        rows.push(format!(" ORDER BY {order}record.name, record.id LIMIT ")).push_bind(i64::from(limit) + 1);
        let rows: Vec<RecordRow> =
            rows.build_query_as().fetch_all(&mut *connection).await.doing("listing records")?;
        let more = rows.len() > limit as usize;
        let mut records = rows.into_iter().take(limit as usize).map(record_of).collect::<Result<Vec<_>>>()?;
        let next_cursor = records.last().filter(|_| more).map(|last| {
            // Other orders put their rank before the name.
            let rank = query.order.rank_of(last);
            let before = if query.order == RecordOrder::Name { String::new() } else { format!("{rank}\n") };
            format!("{before}{}\n{}", last.name, last.id)
        });
        for record in &mut records {
            viewer.mask(record);
        }
        Ok(RecordPage { records, next_cursor, total: uint(total)? })
    }

    /// One record, if it is the installation's or of a unit in which the actor has a post.
    pub async fn record(&self, cx: &Cx, id: RecordId) -> Result<Record> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a record")?;
        let viewer = Viewer::load(&mut connection, cx.actor).await?;
        let mut record = one(&mut connection, id).await?;
        if !viewer.sees(&record) {
            return Err(Error::NotFound("record"));
        }
        viewer.mask(&mut record);
        Ok(record)
    }

    /// The records that name this one, a page at a time, by kind and name: those that the actor may see, masked as they are.
    pub async fn named_by(
        &self,
        cx: &Cx,
        id: RecordId,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<NamingPage> {
        let named = self.record(cx, id).await?;
        let mut connection = self.0.database.read.acquire().await.doing("listing what names a record")?;
        let viewer = Viewer::load(&mut connection, cx.actor).await?;
        let total: i64 = naming("SELECT count(*)", named.id, &viewer)
            .build_query_scalar()
            .fetch_one(&mut *connection)
            .await
            .doing("counting what names a record")?;
        let limit = limit.clamp(1, RECORD_ROWS_MAX);
        let from: u32 = match cursor {
            Some(cursor) => cursor.parse().map_err(|_| Error::invalid("cursor", "is not one of ours"))?,
            None => 0,
        };
        let mut rows = naming("SELECT record.id, field", named.id, &viewer);
        rows.push(" ORDER BY record.kind, record.name, record.id, field LIMIT ").push_bind(i64::from(limit));
        rows.push(" OFFSET ").push_bind(i64::from(from));
        let rows: Vec<(Vec<u8>, String)> =
            rows.build_query_as().fetch_all(&mut *connection).await.doing("listing what names a record")?;
        let mut page = Vec::with_capacity(rows.len());
        for (source, field) in rows {
            let mut record = one(&mut connection, RecordId(uuid_of(&source)?)).await?;
            viewer.mask(&mut record);
            page.push(Naming { record, field });
        }
        let (next, total) = (u64::from(from) + page.len() as u64, uint(total)?);
        let next_cursor = (next < total && !page.is_empty()).then(|| next.to_string());
        Ok(NamingPage { naming: page, next_cursor, total })
    }

    /// A record whoever asks: for acts that decide on it themselves, so that a refusal is an entry. A secret one is not there
    /// for whoever is not cleared (guangzhou-2007:11).
    pub(in crate::registry) async fn stored_record(&self, cx: &Cx, id: RecordId) -> Result<Record> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a record")?;
        let record = one(&mut connection, id).await?;
        if record.secret && !Cleared::load(&mut connection, cx.actor).await?.covers(record.unit) {
            return Err(Error::NotFound("record"));
        }
        Ok(record)
    }

    /// Every version of a record, newest first; masked as the record is.
    pub async fn record_versions(&self, cx: &Cx, id: RecordId) -> Result<Vec<RecordVersion>> {
        let now = self.record(cx, id).await?;
        let rows: Vec<(i64, String, i64, i64)> = sqlx::query_as(
            "SELECT version, body, entry, at_us FROM record_version WHERE id = ? ORDER BY version DESC",
        )
        .bind(blob(id.0))
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading a record's versions")?;
        rows.into_iter()
            .map(|(version, body, entry, at)| {
                let body = body_of(&body)?;
                Ok(RecordVersion {
                    version: small(version)?,
                    body: if now.masked { masked(now.kind, &body).0 } else { body },
                    entry: EntryIndex(uint(entry)?),
                    at: WallTime(at),
                })
            })
            .collect()
    }
}

/// Whether a record is shown with confidential fields.
fn has_basic_data(record: &Record) -> bool {
    let confidential = fields(record.kind).iter().filter(|field| field.confidential);
    confidential.into_iter().any(|field| record.body.contains_key(field.name))
}

pub(super) async fn one(connection: &mut SqliteConnection, id: RecordId) -> Result<Record> {
    let row: Option<RecordRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM record WHERE record.id = ?")))
            .bind(blob(id.0))
            .fetch_optional(connection)
            .await
            .doing("reading a record")?;
    record_of(row.ok_or(Error::NotFound("record"))?)
}

/// Unit and secrecy of the records whose ids a query yields: what decides who sees them.
pub(super) async fn sights(
    connection: &mut SqliteConnection,
    ids: &'static str,
) -> Result<HashMap<RecordId, (Option<UnitId>, bool)>> {
    let rows: Vec<(Vec<u8>, Option<Vec<u8>>, bool)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT id, unit, secret FROM record WHERE id IN ({ids})"
    )))
    .fetch_all(connection)
    .await
    .doing("looking who sees records")?;
    rows.into_iter()
        .map(|(id, unit, secret)| {
            let unit = unit.map(|unit| uuid_of(&unit).map(UnitId)).transpose()?;
            Ok((RecordId(uuid_of(&id)?), (unit, secret)))
        })
        .collect()
}

fn naming(columns: &str, target: RecordId, viewer: &Viewer) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new(columns);
    sql.push(" FROM record_reference JOIN record ON record.id = source WHERE record.removed_us IS NULL");
    sql.push(" AND target = ").push_bind(blob(target.0));
    viewer.restrict(&mut sql);
    sql
}

fn select(
    columns: &str,
    query: &RecordQuery,
    viewer: &Viewer,
    cursor: Option<&str>,
) -> Result<QueryBuilder<Sqlite>> {
    let mut sql = QueryBuilder::new(columns);
    sql.push(" FROM record WHERE record.kind = ").push_bind(i64::from(query.kind.code()));
    if !query.with_removed {
        sql.push(" AND record.removed_us IS NULL");
    }
    viewer.restrict(&mut sql);
    if let Some(unit) = query.unit {
        sql.push(" AND record.unit = ").push_bind(blob(unit.0));
    }
    if let Some(parent) = query.parent {
        sql.push(" AND record.parent = ").push_bind(blob(parent.0));
    }
    if query.incomplete {
        sql.push(" AND record.missing > 0");
    }
    if let Some(field) = &query.lacks {
        // Only fields of the table: a path into the body is no place for what somebody sent.
        let known = fields(query.kind).iter().find(|known| known.expected && known.name == field);
        let known = known.ok_or(Error::invalid("lacks", "is no expected field of this kind"))?;
        sql.push(" AND json_extract(record.body, ").push_bind(format!("$.{}", known.name)).push(") IS NULL");
    }
    if let Some(text) = query.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        sql.push(" AND instr(record.search, ").push_bind(text.to_lowercase()).push(") > 0");
    }
    if let Some(cursor) = cursor {
        after(&mut sql, query.order, cursor)?;
    }
    Ok(sql)
}

/// Only rows behind the one that the cursor names.
fn after(sql: &mut QueryBuilder<Sqlite>, order: RecordOrder, cursor: &str) -> Result<()> {
    let wrong = || Error::invalid("cursor", "is not one of ours");
    let (before, id) = cursor.rsplit_once('\n').ok_or_else(wrong)?;
    let id: RecordId = id.parse()?;
    if order == RecordOrder::Name {
        sql.push(" AND (record.name, record.id) > (").push_bind(before.to_owned());
    } else {
        let (rank, name) = before.split_once('\n').ok_or_else(wrong)?;
        let rank: i64 = rank.parse().map_err(|_| wrong())?;
        sql.push(format!(" AND ({}, record.name, record.id) > (", order.rank())).push_bind(rank);
        sql.push(", ").push_bind(name.to_owned());
    }
    sql.push(", ").push_bind(blob(id.0)).push(")");
    Ok(())
}

/// What an actor may see of records.
pub(super) enum Viewer {
    System,
    Posts(Vec<Post>, Cleared),
}

impl Viewer {
    pub(super) async fn load(connection: &mut SqliteConnection, actor: Actor) -> Result<Self> {
        match actor {
            Actor::System(_) => Ok(Self::System),
            Actor::Person(person) => {
                let cleared = Cleared::load(connection, actor).await?;
                posts(connection, person).await.map(|posts| Self::Posts(posts, cleared))
            }
        }
    }

    /// Whether the actor has a post in a unit, or is the system itself.
    pub(super) fn has_post_in(&self, unit: UnitId) -> bool {
        match self {
            Self::System => true,
            Self::Posts(posts, _) => posts.iter().any(|post| post.unit == unit),
        }
    }

    pub(super) fn sees(&self, record: &Record) -> bool {
        self.sees_in(record.unit, record.secret)
    }

    /// What is secret is for whoever is cleared (guangzhou-2007:11).
    pub(super) fn sees_in(&self, unit: Option<UnitId>, secret: bool) -> bool {
        match (self, unit) {
            (Self::System, _) => true,
            (Self::Posts(_, cleared), unit) if secret && !cleared.covers(unit) => false,
            (_, None) => true,
            (Self::Posts(posts, _), Some(unit)) => posts.iter().any(|post| post.unit == unit),
        }
    }

    /// Only the records that the actor sees.
    fn restrict(&self, sql: &mut QueryBuilder<Sqlite>) {
        let Self::Posts(posts, cleared) = self else { return };
        sql.push(" AND (record.unit IS NULL");
        for unit in posts.iter().map(|post| post.unit) {
            sql.push(" OR record.unit = ").push_bind(blob(unit.0));
        }
        sql.push(") AND (record.secret = 0");
        for unit in posts.iter().map(|post| post.unit).filter(|unit| cleared.covers(Some(*unit))) {
            sql.push(" OR record.unit = ").push_bind(blob(unit.0));
        }
        sql.push(")");
    }

    /// Basic data is for whoever keeps it (national-2016:6).
    pub(super) fn keeps(&self, of: Option<UnitId>) -> bool {
        let Self::Posts(posts, _) = self else { return true };
        posts.iter().any(|post| {
            post.group.is_none()
                && of.is_none_or(|unit| unit == post.unit)
                && entitles(post.role, Act::ReadBasicData)
        })
    }

    fn mask(&self, record: &mut Record) {
        if !self.keeps(record.unit) {
            let (body, left_out) = masked(record.kind, &record.body);
            (record.body, record.masked) = (body, left_out);
        }
    }
}
