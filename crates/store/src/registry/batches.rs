//! Closing the minutes of the access log: each becomes one padded batch leaf of the published tree.
//!
//! A minute is due when it has passed. Every minute of a run has its leaf, also an empty one, so that the tree's
//! growth tells the time and nothing else. Time that no process ran leaves none.

use super::Registry;
use crate::convert::{hash_of, int, uint};
use crate::error::{Doing, Result};
use crate::files::random;
use crate::log;
use ledger::access::{BATCH_WIDTH_MAX, Batch, BatchLeaf, minute_of};
use model::{Hash, WallTime};
use sqlx::SqliteConnection;

/// Leaf kind of a batch in the shared leaf table.
const BATCH_KIND: u8 = 0;
/// Minutes closed in one operation: an hour's arrears at a time, so that others get their turn.
const MINUTES_STEP: usize = 60;

impl Registry {
    /// Closes every minute that has passed before `now`.
    pub(crate) async fn close_batches(&self, now: WallTime) -> Result<()> {
        self.close_anonymous(now, false).await?;
        let opened = minute_of(self.0.opened);
        loop {
            let closed = self
                .write(move |connection| {
                    Box::pin(async move {
                        let due = due(connection, opened, minute_of(now)).await?;
                        for minute in due.iter().take(MINUTES_STEP) {
                            close_one(connection, *minute).await?;
                        }
                        Ok(due.len())
                    })
                })
                .await?;
            if closed <= MINUTES_STEP {
                return Ok(());
            }
        }
    }
}

/// The minutes to close, ascending: those of this run without a leaf, and those of an earlier run with entries.
async fn due(connection: &mut SqliteConnection, opened: i64, present: i64) -> Result<Vec<i64>> {
    let (last,): (Option<i64>,) = sqlx::query_as("SELECT max(minute) FROM batch")
        .fetch_one(&mut *connection)
        .await
        .doing("reading the newest batch")?;
    let entries: Vec<(i64,)> = sqlx::query_as(
        "SELECT DISTINCT minute FROM entry WHERE batch IS NULL AND minute < ? ORDER BY minute",
    )
    .bind(present)
    .fetch_all(&mut *connection)
    .await
    .doing("looking for unpublished entries")?;
    let first = last.map_or(opened, |last| last.saturating_add(1).max(opened));
    let mut due: Vec<i64> = entries.into_iter().map(|(minute,)| minute).chain(first..present).collect();
    if let Some(last) = last {
        // After the clock was set back, entries carry minutes that have their leaf: they go into the next one.
        if due.iter().any(|minute| *minute <= last) {
            due.push(last.saturating_add(1));
        }
        due.retain(|minute| *minute > last);
    }
    due.sort_unstable();
    due.dedup();
    Ok(due)
}

async fn close_one(connection: &mut SqliteConnection, minute: i64) -> Result<()> {
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT idx, hash FROM entry WHERE batch IS NULL AND minute <= ? ORDER BY idx LIMIT ?",
    )
    .bind(minute)
    .bind(i64::from(BATCH_WIDTH_MAX))
    .fetch_all(&mut *connection)
    .await
    .doing("gathering a minute's entries")?;
    let hashes = rows.iter().map(|(_, hash)| hash_of(hash)).collect::<Result<Vec<Hash>>>()?;
    let pad_secret = random::<32>()?;
    let batch = Batch::close(minute, &hashes, &pad_secret)?;
    let leaf = log::append(connection, BATCH_KIND, &batch.leaf().encode(), None).await?;
    let first = rows.first().map_or(0, |(index, _)| *index);
    sqlx::query("INSERT INTO batch (leaf, minute, first_entry, entries, pad_secret) VALUES (?, ?, ?, ?, ?)")
        .bind(int(leaf)?)
        .bind(minute)
        .bind(first)
        .bind(rows.len() as i64)
        .bind(&pad_secret[..])
        .execute(&mut *connection)
        .await
        .doing("closing a minute")?;
    if let Some((last, _)) = rows.last() {
        sqlx::query("UPDATE entry SET batch = ? WHERE batch IS NULL AND idx BETWEEN ? AND ?")
            .bind(int(leaf)?)
            .bind(first)
            .bind(last)
            .execute(connection)
            .await
            .doing("publishing a minute's entries")?;
    }
    Ok(())
}

/// The batch that an entry is in, rebuilt from rows.
pub(super) struct StoredBatch {
    pub leaf: u64,
    pub minute: i64,
    pub index: u32,
    pub batch: Batch,
}

pub(super) async fn batch_of(connection: &mut SqliteConnection, entry: u64) -> Result<Option<StoredBatch>> {
    let row: Option<(Option<i64>,)> = sqlx::query_as("SELECT batch FROM entry WHERE idx = ?")
        .bind(int(entry)?)
        .fetch_optional(&mut *connection)
        .await
        .doing("looking up a batch")?;
    let Some(leaf) = row.and_then(|(batch,)| batch) else { return Ok(None) };
    let Some((batch, minute, first)) = rebuilt(connection, leaf).await? else { return Ok(None) };
    let index = u32::try_from(entry.saturating_sub(first)).unwrap_or(u32::MAX);
    Ok(Some(StoredBatch { leaf: uint(leaf)?, minute, index, batch }))
}

/// The leaf of a batch as its entries give it now; `None` when there is no such batch or it cannot be rebuilt.
pub(super) async fn batch_root(connection: &mut SqliteConnection, leaf: i64) -> Result<Option<BatchLeaf>> {
    Ok(rebuilt(connection, leaf).await?.map(|(batch, _, _)| batch.leaf()))
}

async fn rebuilt(connection: &mut SqliteConnection, leaf: i64) -> Result<Option<(Batch, i64, u64)>> {
    let row: Option<(i64, i64, Vec<u8>)> =
        sqlx::query_as("SELECT minute, first_entry, pad_secret FROM batch WHERE leaf = ?")
            .bind(leaf)
            .fetch_optional(&mut *connection)
            .await
            .doing("reading a batch")?;
    let Some((minute, first, pad_secret)) = row else { return Ok(None) };
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT hash FROM entry WHERE batch = ? ORDER BY idx")
        .bind(leaf)
        .fetch_all(connection)
        .await
        .doing("reading a batch")?;
    let hashes = rows.iter().map(|(hash,)| hash_of(hash)).collect::<Result<Vec<Hash>>>()?;
    Ok(Some((Batch::close(minute, &hashes, &hash_of(&pad_secret)?.0)?, minute, uint(first)?)))
}
