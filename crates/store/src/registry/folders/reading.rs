//! Reading incident folders: those of units in which one holds a post, found by words, camera and time.
//!
//! What an item says of cameras outside the reader's posts is left out by the caller, which knows them; searching does not find by it
//! either. Invariant: nobody learns from a search what the list would not show them.

use super::{Done, FolderHold, FolderItem, FolderRow, FolderStep};
use crate::convert::{blob, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::{EntryIndex, Registry, facts, holds};
use law::access::entitles;
use law::folder::ItemKind;
use model::{Act, Actor, CameraId, CaseId, Cx, ExportId, HoldId, PersonId, Span, UnitId, WallTime};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};
use uuid::Uuid;

/// Folders on one page.
const PAGE_ROWS_MAX: u32 = 100;
/// Words that are searched for.
const SEARCH_CHARS_MAX: usize = 100;

#[derive(Clone, Debug, Default)]
pub struct FolderQuery {
    pub unit: Option<UnitId>,
    pub closed: Option<bool>,
    pub words: String,
    pub camera: Option<CameraId>,
    pub span: Option<Span>,
    pub limit: u32,
    /// So many are skipped: what the previous page returned.
    pub cursor: Option<String>,
}

#[derive(Clone, Debug)]
pub struct FolderPage {
    /// Newest first.
    pub folders: Vec<FolderRow>,
    pub next_cursor: Option<String>,
    pub total: u64,
}

/// Items that the reader sees whole, with the cameras that their posts cover as JSON.
const SEEN: &str = " NOT EXISTS (SELECT 1 FROM folder_item_camera AS other WHERE other.item = folder_item.id
    AND other.camera NOT IN (SELECT unhex(replace(value, '-', '')) FROM json_each(";

impl Registry {
    /// Folders of one's units. That folders may be read at all is decided before.
    pub async fn folders(&self, cx: &Cx, query: &FolderQuery) -> Result<FolderPage> {
        let cursor: u32 = query
            .cursor
            .as_deref()
            .map_or(Ok(0), str::parse)
            .map_err(|_| Error::invalid("cursor", "is not one that a page gave"))?;
        if query.words.chars().count() > SEARCH_CHARS_MAX {
            return Err(Error::invalid("words", "are more than 100 characters"));
        }
        let limit = query.limit.clamp(1, PAGE_ROWS_MAX);
        let covered: Vec<String> = self.covered(cx).await?.keys().map(ToString::to_string).collect();
        let covered = serde_json::to_string(&covered).map_err(|error| Error::Internal(error.to_string()))?;
        let units = self.folder_units(cx).await?;
        let filter = |sql: &mut QueryBuilder<Sqlite>| push(sql, query, units.as_deref(), &covered);
        let mut connection = self.0.database.read.acquire().await.doing("listing folders")?;
        let mut counting = QueryBuilder::new("SELECT count(*) FROM folder WHERE 1");
        filter(&mut counting);
        let total: i64 =
            counting.build_query_scalar().fetch_one(&mut *connection).await.doing("counting folders")?;
        let mut listing = QueryBuilder::new("SELECT id FROM folder WHERE 1");
        filter(&mut listing);
        listing.push(" ORDER BY opened_us DESC, id LIMIT ").push_bind(i64::from(limit));
        listing.push(" OFFSET ").push_bind(i64::from(cursor));
        let ids: Vec<Vec<u8>> =
            listing.build_query_scalar().fetch_all(&mut *connection).await.doing("listing folders")?;
        let mut folders = Vec::with_capacity(ids.len());
        for id in &ids {
            folders.push(one(&mut connection, uuid_of(id)?).await?);
        }
        let (total, end) = (uint(total)?, u64::from(cursor) + folders.len() as u64);
        let next_cursor = (end < total && !folders.is_empty()).then(|| end.to_string());
        Ok(FolderPage { folders, next_cursor, total })
    }

    /// One folder, if it is of a unit in which one may read folders.
    pub async fn folder(&self, cx: &Cx, id: Uuid) -> Result<FolderRow> {
        let units = self.folder_units(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("reading a folder")?;
        let row = one(&mut connection, id).await?;
        if units.is_some_and(|units| !units.contains(&row.unit)) {
            return Err(Error::NotFound("folder"));
        }
        Ok(row)
    }

    /// The case under which a folder's footage is held and handed out, whoever asks.
    pub async fn folder_case(&self, id: Uuid) -> Result<Option<CaseId>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a folder")?;
        one(&mut connection, id).await.map(|row| row.case)
    }

    /// `None`: all.
    async fn folder_units(&self, cx: &Cx) -> Result<Option<Vec<UnitId>>> {
        let Actor::Person(person) = cx.actor else { return Ok(None) };
        let mut connection = self.0.database.read.acquire().await.doing("loading posts")?;
        let posts = facts::posts(&mut connection, person).await?;
        let reads = posts.iter().filter(|post| entitles(post.role, Act::ReadFolders));
        Ok(Some(reads.map(|post| post.unit).collect()))
    }
}

fn push(sql: &mut QueryBuilder<Sqlite>, query: &FolderQuery, units: Option<&[UnitId]>, covered: &str) {
    if let Some(units) = units {
        sql.push(" AND unit IN (");
        let mut list = sql.separated(", ");
        for unit in units {
            list.push_bind(blob(unit.0));
        }
        sql.push(")");
    }
    if let Some(unit) = query.unit {
        sql.push(" AND unit = ").push_bind(blob(unit.0));
    }
    if let Some(closed) = query.closed {
        sql.push(
            " AND coalesce((SELECT closes FROM folder_step WHERE folder = folder.id ORDER BY number DESC LIMIT 1), 0) = ",
        );
        sql.push_bind(closed);
    }
    let words = query.words.trim().to_lowercase();
    if !words.is_empty() {
        sql.push(" AND (instr(lower(name), ").push_bind(words.clone());
        sql.push(") OR instr(lower(happened), ").push_bind(words.clone());
        sql.push(") OR EXISTS (SELECT 1 FROM folder_item WHERE folder = folder.id AND instr(lower(words), ");
        sql.push_bind(words).push(") AND ").push(SEEN).push_bind(covered.to_owned()).push(")))))");
    }
    if let Some(camera) = query.camera {
        sql.push(" AND EXISTS (SELECT 1 FROM folder_item JOIN folder_item_camera ON item = folder_item.id WHERE folder = folder.id AND camera = ");
        sql.push_bind(blob(camera.0)).push(" AND ").push(SEEN).push_bind(covered.to_owned()).push("))))");
    }
    if let Some(span) = query.span {
        sql.push(" AND EXISTS (SELECT 1 FROM folder_item WHERE folder = folder.id AND start_us < ");
        sql.push_bind(span.end.0).push(" AND coalesce(end_us, start_us + 1) > ").push_bind(span.start.0);
        sql.push(" AND ").push(SEEN).push_bind(covered.to_owned()).push("))))");
    }
}

/// One folder, whoever asks.
pub(super) async fn one(connection: &mut SqliteConnection, id: Uuid) -> Result<FolderRow> {
    let row = sqlx::query(
        "SELECT unit, folder.name AS folder_name, happened, case_file, opener, person.name, opened_us, entry
         FROM folder JOIN person ON person.id = opener WHERE folder.id = ?",
    )
    .bind(blob(id))
    .fetch_optional(&mut *connection)
    .await
    .doing("reading a folder")?
    .ok_or(Error::NotFound("folder"))?;
    let case: Option<Vec<u8>> = get(&row, "case_file")?;
    Ok(FolderRow {
        id,
        unit: UnitId(uuid_of(&get::<Vec<u8>>(&row, "unit")?)?),
        name: get(&row, "folder_name")?,
        happened: get(&row, "happened")?,
        case: case.map(|case| uuid_of(&case).map(CaseId)).transpose()?,
        opened: done(&row, ["opener", "name", "opened_us", "entry"])?,
        steps: steps(connection, id).await?,
        items: items(connection, id).await?,
        holds: held(connection, id).await?,
        exports: exports(connection, id).await?,
    })
}

fn get<'r, T: sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite>>(row: &'r SqliteRow, column: &str) -> Result<T> {
    row.try_get(column).doing("reading a folder")
}

fn done(row: &SqliteRow, [person, name, at, entry]: [&str; 4]) -> Result<Done> {
    Ok(Done {
        by: (PersonId(uuid_of(&get::<Vec<u8>>(row, person)?)?), get(row, name)?),
        at: WallTime(get(row, at)?),
        entry: EntryIndex(uint(get(row, entry)?)?),
    })
}

async fn steps(connection: &mut SqliteConnection, folder: Uuid) -> Result<Vec<FolderStep>> {
    let rows = sqlx::query(
        "SELECT closes, person, name, at_us, entry, reason FROM folder_step JOIN person ON person.id = folder_step.person
         WHERE folder = ? ORDER BY number",
    )
    .bind(blob(folder))
    .fetch_all(connection)
    .await
    .doing("reading a folder")?;
    let step = |row: &SqliteRow| {
        Ok(FolderStep {
            closes: get(row, "closes")?,
            done: done(row, ["person", "name", "at_us", "entry"])?,
            reason: get(row, "reason")?,
        })
    };
    rows.iter().map(step).collect()
}

async fn items(connection: &mut SqliteConnection, folder: Uuid) -> Result<Vec<FolderItem>> {
    let rows = sqlx::query(
        "SELECT folder_item.id, kind, start_us, end_us, words, about, author, writing.name AS author_name, at_us, entry,
            withdrawer, withdrawing.name AS withdrawer_name, withdrawn_us, withdraw_entry, withdraw_reason
         FROM folder_item JOIN person AS writing ON writing.id = author
            LEFT JOIN person AS withdrawing ON withdrawing.id = withdrawer
         WHERE folder = ? ORDER BY at_us, folder_item.id",
    )
    .bind(blob(folder))
    .fetch_all(&mut *connection)
    .await
    .doing("reading a folder")?;
    let cameras: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(
        "SELECT item, camera FROM folder_item_camera JOIN folder_item ON folder_item.id = item WHERE folder = ?
         ORDER BY camera",
    )
    .bind(blob(folder))
    .fetch_all(connection)
    .await
    .doing("reading a folder")?;
    let item = |row: &SqliteRow| {
        let id: Vec<u8> = get(row, "id")?;
        let own = cameras.iter().filter(|(item, _)| *item == id);
        let about: Option<Vec<u8>> = get(row, "about")?;
        let withdrawn: Option<String> = get(row, "withdraw_reason")?;
        let withdrawn = withdrawn.map(|reason| {
            done(row, ["withdrawer", "withdrawer_name", "withdrawn_us", "withdraw_entry"])
                .map(|done| (done, reason))
        });
        Ok(FolderItem {
            cameras: own.map(|(_, camera)| uuid_of(camera).map(CameraId)).collect::<Result<_>>()?,
            id: uuid_of(&id)?,
            kind: ItemKind::from_word(&get::<String>(row, "kind")?)
                .ok_or_else(|| Error::Corrupt("a stored item's kind is unknown".into()))?,
            from: get::<Option<i64>>(row, "start_us")?.map(WallTime),
            to: get::<Option<i64>>(row, "end_us")?.map(WallTime),
            words: get(row, "words")?,
            about: about.map(|about| uuid_of(&about)).transpose()?,
            added: done(row, ["author", "author_name", "at_us", "entry"])?,
            withdrawn: withdrawn.transpose()?,
        })
    };
    rows.iter().map(item).collect()
}

async fn held(connection: &mut SqliteConnection, folder: Uuid) -> Result<Vec<FolderHold>> {
    let ids: Vec<Vec<u8>> = sqlx::query_scalar("SELECT hold FROM folder_hold WHERE folder = ? ORDER BY hold")
        .bind(blob(folder))
        .fetch_all(&mut *connection)
        .await
        .doing("reading a folder's holds")?;
    let mut found = Vec::with_capacity(ids.len());
    for id in &ids {
        for hold in holds::rows(connection, Some(HoldId(uuid_of(id)?))).await? {
            found.push(FolderHold::of(hold));
        }
    }
    Ok(found)
}

async fn exports(connection: &mut SqliteConnection, folder: Uuid) -> Result<Vec<ExportId>> {
    let ids: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT export FROM folder_export WHERE folder = ? ORDER BY export")
            .bind(blob(folder))
            .fetch_all(connection)
            .await
            .doing("reading a folder's packages")?;
    ids.iter().map(|id| uuid_of(id).map(ExportId)).collect()
}
