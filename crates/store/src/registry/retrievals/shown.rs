//! What the ledger has of a retrieval that leaves no package: playbacks in which an organ was shown what was approved, and tables of
//! basic data that were exported for it.
//!
//! Whether they count is `law::retrieval`'s. The invariant kept: what an outcome names is looked up in the transaction that writes it, and
//! opened from the ledger itself; nobody's word is taken for it.

use super::{RetrievalEvent, RetrievalRow, RetrievalState};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Result};
use crate::registry::pages::{AccessEntry, Row, opened};
use crate::registry::{EntryIndex, facts, register::TABLE_SHA256};
use law::packs::{Wanted, Way};
use law::retrieval::{Approved, NotShown, Playback, shows};
use ledger::access::{Cameras, Outcome};
use model::{Act, CameraId, PersonId, Span, UnitId, ViewId, WallTime};
use sqlx::SqliteConnection;

/// Playbacks and tables that are offered, the newest: an organ comes back some times.
const OFFERED_MAX: usize = 32;
/// Entries that are looked through for them: others play and read too.
const LOOKED_MAX: i64 = 512;

/// A playback that counts as shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Viewing {
    pub view: ViewId,
    pub entry: EntryIndex,
    pub by: String,
    pub begun: WallTime,
    pub cameras: Vec<CameraId>,
    pub span: Span,
}

/// A table of basic data that was exported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExportedTable {
    pub entry: EntryIndex,
    pub by: String,
    pub at: WallTime,
    /// Of the file as it left, in hex digits.
    pub sha256: String,
}

/// What can be named when an approved retrieval is closed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Offered {
    pub viewings: Vec<Viewing>,
    pub tables: Vec<ExportedTable>,
}

/// What can be named for it now.
pub(super) async fn offered(
    connection: &mut SqliteConnection,
    row: &RetrievalRow,
    events: &[RetrievalEvent],
) -> Result<Offered> {
    let mut offered = Offered::default();
    let Some(approved) = approval(events).filter(|_| row.state == RetrievalState::Approved) else {
        return Ok(offered);
    };
    if row.asked.way == Way::View {
        for view in views_since(connection, row, approved).await? {
            if offered.viewings.len() == OFFERED_MAX {
                break;
            }
            offered.viewings.extend(viewing(connection, row, (view, approved)).await?.ok());
        }
    } else if row.asked.wanted == Wanted::BasicData {
        for entry in tables_since(connection, approved).await? {
            if offered.tables.len() == OFFERED_MAX {
                break;
            }
            offered.tables.extend(table(connection, row.unit, (entry, approved)).await?.ok());
        }
    }
    Ok(offered)
}

/// The entry of the approval.
pub(super) fn approval(events: &[RetrievalEvent]) -> Option<EntryIndex> {
    events.iter().rfind(|event| event.what == "approved").map(|event| event.entry)
}

async fn views_since(
    connection: &mut SqliteConnection,
    row: &RetrievalRow,
    approved: EntryIndex,
) -> Result<Vec<ViewId>> {
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
        "SELECT id FROM view WHERE entry > ?1 AND act = ?2 AND EXISTS (
           SELECT 1 FROM retrieval_camera JOIN entry_camera ON entry_camera.camera = retrieval_camera.camera
           WHERE retrieval = ?3 AND idx = view.entry)
         ORDER BY entry DESC LIMIT ?4",
    )
    .bind(int(approved.0)?)
    .bind(i64::from(Act::Playback.code()))
    .bind(blob(row.id))
    .bind(LOOKED_MAX)
    .fetch_all(connection)
    .await
    .doing("looking for what was shown")?;
    rows.iter().map(|(id,)| uuid_of(id).map(ViewId)).collect()
}

/// One playback as what was shown for a retrieval that was approved by that entry.
pub(super) async fn viewing(
    connection: &mut SqliteConnection,
    row: &RetrievalRow,
    (view, approved): (ViewId, EntryIndex),
) -> Result<std::result::Result<Viewing, NotShown>> {
    let found: Option<(Vec<u8>, i64, i64)> =
        sqlx::query_as("SELECT person, entry, started_us FROM view WHERE id = ? AND act = ?")
            .bind(blob(view.0))
            .bind(i64::from(Act::Playback.code()))
            .fetch_optional(&mut *connection)
            .await
            .doing("reading a view")?;
    let Some((person, entry, begun)) = found else { return Ok(Err(NotShown::Unknown)) };
    let posts = facts::posts(connection, PersonId(uuid_of(&person)?)).await?;
    let of_unit = posts.iter().any(|post| post.unit == row.unit);
    let (entry, begun) = (EntryIndex(uint(entry)?), WallTime(begun));
    let Some(AccessEntry { record: Some(record), .. }) = entry_at(connection, entry).await? else {
        return Ok(Err(NotShown::Unknown));
    };
    let cameras = match record.cameras {
        Cameras::Listed(cameras) => cameras,
        // More than a retrieval names.
        Cameras::Digest { .. } => Vec::new(),
    };
    let playback = Playback {
        of_unit,
        after_approval: entry > approved,
        legal_basis: record.legal_basis,
        cameras: &cameras,
        span: record.span,
        served: was_served(connection, entry).await?,
    };
    let asked = Approved { cameras: &row.cameras, span: row.span };
    Ok(match (shows(asked, playback), record.span) {
        (Ok(()), Some(span)) => {
            Ok(Viewing { view, entry, by: record.acting.display_name, begun, cameras, span })
        }
        (Ok(()), None) => Err(NotShown::Span),
        (Err(why), _) => Err(why),
    })
}

/// Whether a use record refers to it.
async fn was_served(connection: &mut SqliteConnection, entry: EntryIndex) -> Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM entry_search WHERE refers_to = ? AND act = ?)")
        .bind(int(entry.0)?)
        .bind(i64::from(Act::Use.code()))
        .fetch_one(connection)
        .await
        .doing("looking for what was served")
}

async fn tables_since(connection: &mut SqliteConnection, approved: EntryIndex) -> Result<Vec<EntryIndex>> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT idx FROM entry_search WHERE act = ? AND permitted = 1 AND idx > ? ORDER BY idx DESC LIMIT ?",
    )
    .bind(i64::from(Act::ReadBasicData.code()))
    .bind(int(approved.0)?)
    .bind(LOOKED_MAX)
    .fetch_all(connection)
    .await
    .doing("looking for exported tables")?;
    rows.into_iter().map(|(entry,)| uint(entry).map(EntryIndex)).collect()
}

/// One entry as that of a table of the unit's basic data, exported after the approval.
pub(super) async fn table(
    connection: &mut SqliteConnection,
    unit: UnitId,
    (entry, approved): (EntryIndex, EntryIndex),
) -> Result<std::result::Result<ExportedTable, NotShown>> {
    let Some(AccessEntry { record: Some(record), .. }) = entry_at(connection, entry).await? else {
        return Ok(Err(NotShown::Table));
    };
    let sha256 = record.extra.lines().find_map(|line| line.strip_prefix(TABLE_SHA256));
    let counts = record.kind == Act::ReadBasicData
        && record.outcome == Outcome::Permitted
        && record.unit == Some(unit)
        && entry > approved;
    Ok(match sha256.filter(|_| counts) {
        Some(sha256) => {
            let (sha256, by) = (sha256.to_owned(), record.acting.display_name);
            Ok(ExportedTable { entry, by, at: record.time, sha256 })
        }
        None => Err(NotShown::Table),
    })
}

async fn entry_at(connection: &mut SqliteConnection, entry: EntryIndex) -> Result<Option<AccessEntry>> {
    // A number that the log cannot have is an entry that is not there.
    let Ok(index) = int(entry.0) else { return Ok(None) };
    let row: Option<Row> = sqlx::query_as(
        "SELECT entry.idx, leaf, ciphertext, key, salt, batch IS NOT NULL FROM entry
         LEFT JOIN entry_key ON entry_key.idx = entry.idx WHERE entry.idx = ?",
    )
    .bind(index)
    .fetch_optional(connection)
    .await
    .doing("reading an entry")?;
    row.map(opened).transpose()
}
