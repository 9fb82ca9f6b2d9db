//! What is derived and can be made again (invariant 10): roots of full subtrees from leaves, sums of days from segments,
//! tables of a segment from its file. Finding out is `check`, writing is `check --rebuild`.
//!
//! It writes nothing that a record does not vouch for: a subtree comes from leaf hashes that are those of their entries,
//! a table of groups or pieces must lead to the root in its segment's record.

use super::{Footage, system_only};
use crate::Store;
use crate::convert::{int, uint};
use crate::error::{Doing, Error, Result};
use crate::log::{self, LogName};
use bytes::Bytes;
use law::retention::DAY_US;
use ledger::record::SegmentRecord;
use ledger::table::{GopTable, PieceTable};
use ledger::tree;
use model::{Cx, DiskId};
use sqlx::SqliteConnection;

/// The large columns of a segment, all made from its file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SegmentTables {
    /// The compact frame index (`media::index`).
    pub frames: Bytes,
    /// `ledger::table::GopTable` bytes.
    pub gops: Bytes,
    /// `ledger::table::PieceTable` bytes.
    pub pieces: Bytes,
    /// One byte per second.
    pub activity: Bytes,
}

/// A day's sums that are not the sums of its segments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DayFinding {
    /// The row in `stream`.
    pub stream: i64,
    /// Days since 1970.
    pub day: i64,
    /// Of one of the further disks.
    pub disk: Option<i64>,
}

/// Days whose row is missing, wrong, or about nothing; with what it should be.
const WRONG_DAYS: &str = "WITH truth AS (
    SELECT stream, start_us / ?1 AS day, sum(state < 2) AS segments, sum(CASE WHEN state < 2 THEN bytes ELSE 0 END) AS bytes,
           sum(end_us - start_us) AS media_us
    FROM segment GROUP BY 1, 2)
  SELECT coalesce(truth.stream, stream_day.stream), coalesce(truth.day, stream_day.day), truth.segments, truth.bytes,
         truth.media_us
  FROM truth FULL OUTER JOIN stream_day ON truth.stream = stream_day.stream AND truth.day = stream_day.day
  WHERE (truth.segments, truth.bytes, truth.media_us) IS NOT (stream_day.segments, stream_day.bytes, stream_day.media_us)
  ORDER BY 1, 2";

/// The same of the further disks.
const WRONG_DISK_DAYS: &str = "WITH truth AS (
    SELECT disk, stream, start_us / ?1 AS day, sum(state < 2) AS segments,
           sum(CASE WHEN state < 2 THEN bytes ELSE 0 END) AS bytes
    FROM segment WHERE disk IS NOT NULL GROUP BY 1, 2, 3)
  SELECT coalesce(truth.disk, disk_day.disk), coalesce(truth.stream, disk_day.stream), coalesce(truth.day, disk_day.day),
         truth.segments, truth.bytes
  FROM truth FULL OUTER JOIN disk_day
    ON truth.disk = disk_day.disk AND truth.stream = disk_day.stream AND truth.day = disk_day.day
  WHERE (coalesce(truth.segments, 0), coalesce(truth.bytes, 0))
     IS NOT (coalesce(disk_day.segments, 0), coalesce(disk_day.bytes, 0))
  ORDER BY 1, 2, 3";

type DiskDayRow = (i64, i64, i64, Option<i64>, Option<i64>);

async fn wrong_disk_days(connection: &mut SqliteConnection) -> Result<Vec<DiskDayRow>> {
    let rows = sqlx::query_as(WRONG_DISK_DAYS).bind(DAY_US).fetch_all(connection);
    rows.await.doing("comparing sums of disks")
}

type DayRow = (i64, i64, Option<i64>, Option<i64>, Option<i64>);

async fn wrong_days(connection: &mut SqliteConnection) -> Result<Vec<DayRow>> {
    sqlx::query_as(WRONG_DAYS).bind(DAY_US).fetch_all(connection).await.doing("comparing sums of days")
}

impl Footage {
    /// Days whose sums are not those of their segments.
    pub async fn wrong_days(&self, cx: &Cx) -> Result<Vec<DayFinding>> {
        system_only(cx)?;
        let mut connection = self.0.database.read.acquire().await.doing("comparing sums of days")?;
        let days = wrong_days(&mut connection).await?;
        let of_disks = wrong_disk_days(&mut connection).await?;
        let days = days.into_iter().map(|(stream, day, ..)| DayFinding { stream, day, disk: None });
        Ok(days
            .chain(of_disks.into_iter().map(|(disk, stream, day, ..)| DayFinding {
                stream,
                day,
                disk: Some(disk),
            }))
            .collect())
    }

    /// Sums those days again.
    pub async fn rebuild_days(&self, cx: &Cx) -> Result<()> {
        system_only(cx)?;
        self.0.database.write.run(|connection| Box::pin(sum_days(connection))).await
    }

    /// Says in a segment's row on which disk its file was found; the sums of disks follow with [`Footage::rebuild_days`].
    pub async fn place_segment(&self, cx: &Cx, segment: i64, disk: DiskId) -> Result<()> {
        system_only(cx)?;
        self.0
            .database
            .write
            .run(move |connection| {
                Box::pin(async move {
                    sqlx::query("UPDATE segment SET disk = ? WHERE id = ?")
                        .bind(super::commit::further(disk))
                        .bind(segment)
                        .execute(connection)
                        .await
                        .doing("noting a segment's disk")
                        .map(|_| ())
                })
            })
            .await
    }

    /// Writes a segment's tables anew.
    ///
    /// # Errors
    /// `Corrupt` when groups or pieces do not lead to the roots of the segment's record: then they are of another file.
    pub async fn rebuild_tables(&self, cx: &Cx, segment: i64, tables: SegmentTables) -> Result<()> {
        system_only(cx)?;
        self.0.database.write.run(move |connection| Box::pin(write_tables(connection, segment, tables))).await
    }
}

/// Sums again every day whose row is not the sum of its segments.
pub(super) async fn sum_days(connection: &mut SqliteConnection) -> Result<()> {
    for day in wrong_days(connection).await? {
        write_day(connection, day).await?;
    }
    for day in wrong_disk_days(connection).await? {
        write_disk_day(connection, day).await?;
    }
    Ok(())
}

async fn write_day(connection: &mut SqliteConnection, row: DayRow) -> Result<()> {
    let (stream, day, segments, bytes, media_us) = row;
    let query = match segments {
        Some(_) => sqlx::query(
            "INSERT OR REPLACE INTO stream_day (stream, day, segments, bytes, media_us) VALUES (?, ?, ?, ?, ?)",
        ),
        None => sqlx::query("DELETE FROM stream_day WHERE stream = ? AND day = ?"),
    };
    let query = query.bind(stream).bind(day);
    let query = if segments.is_some() { query.bind(segments).bind(bytes).bind(media_us) } else { query };
    query.execute(connection).await.doing("summing a day again").map(|_| ())
}

async fn write_disk_day(connection: &mut SqliteConnection, row: DiskDayRow) -> Result<()> {
    let (disk, stream, day, segments, bytes) = row;
    let query = match segments {
        Some(_) => sqlx::query(
            "INSERT OR REPLACE INTO disk_day (disk, stream, day, segments, bytes) VALUES (?, ?, ?, ?, ?)",
        ),
        None => sqlx::query("DELETE FROM disk_day WHERE disk = ? AND stream = ? AND day = ?"),
    };
    let query = query.bind(disk).bind(stream).bind(day);
    let query = if segments.is_some() { query.bind(segments).bind(bytes) } else { query };
    query.execute(connection).await.doing("summing a disk's day again").map(|_| ())
}

async fn write_tables(connection: &mut SqliteConnection, segment: i64, tables: SegmentTables) -> Result<()> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as(
        "SELECT entry FROM segment JOIN leaf ON leaf.idx = leaf WHERE segment.id = ? AND state < 2",
    )
    .bind(segment)
    .fetch_optional(&mut *connection)
    .await
    .doing("reading a segment's record")?;
    let (entry,) = row.ok_or(Error::NotFound("segment"))?;
    let record = SegmentRecord::decode(&entry)?;
    let (gops, pieces) = (GopTable::decode(&tables.gops)?, PieceTable::decode(&tables.pieces)?);
    if gops.root() != record.gops_root || pieces.root() != record.boxes_root {
        return Err(Error::Corrupt(format!(
            "the tables made for segment {segment} are not those of its record"
        )));
    }
    sqlx::query(
        "INSERT OR REPLACE INTO segment_table (segment, frames, gops, pieces, activity) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(segment)
    .bind(&tables.frames[..])
    .bind(&tables.gops[..])
    .bind(&tables.pieces[..])
    .bind(&tables.activity[..])
    .execute(connection)
    .await
    .doing("writing a segment's tables")
    .map(|_| ())
}

impl Store {
    /// Makes every root of a full subtree of a log again, from its leaves, and drops those of no subtree. Returns how many
    /// there are.
    ///
    /// # Errors
    /// `Corrupt` when a leaf's hash is not the one of its entry: then there is nothing to make them from.
    pub async fn rebuild_nodes(&self, cx: &Cx, log: LogName) -> Result<u64> {
        system_only(cx)?;
        self.database(log).write.run(|connection| Box::pin(rebuild_nodes(connection))).await
    }
}

async fn rebuild_nodes(connection: &mut SqliteConnection) -> Result<u64> {
    let size = log::size(connection).await?;
    sqlx::query("DELETE FROM node").execute(&mut *connection).await.doing("dropping subtrees")?;
    let width = u64::from(ledger::tile::TILE_WIDTH);
    let mut made = 0;
    for full in (1..=size / width).map(|tiles| tiles * width) {
        let leaves: Vec<(i64, Vec<u8>, Vec<u8>)> =
            sqlx::query_as("SELECT idx, hash, entry FROM leaf WHERE idx BETWEEN ? AND ? ORDER BY idx")
                .bind(int(full - width)?)
                .bind(int(full - 1)?)
                .fetch_all(&mut *connection)
                .await
                .doing("reading leaves")?;
        for (index, hash, entry) in leaves {
            if tree::leaf_hash(&entry).0[..] != hash[..] {
                let index = uint(index)?;
                return Err(Error::Corrupt(format!("leaf {index} has not the hash of its entry")));
            }
        }
        log::add_full_nodes(connection, full).await?;
        made += 1;
    }
    Ok(made)
}
