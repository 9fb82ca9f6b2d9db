//! Which leaves of a log were taken from a mirror when the store was restored: their records are in the log, and what no record
//! holds (footage, entries, who and why) is not here.
//!
//! A list in each database's `meta`, so that it goes wherever the leaves go. It excuses nothing but what could not be made
//! from the records; every leaf is in the tree like any other.

use crate::Store;
use crate::error::{Doing, Error, Result};
use crate::log::LogName;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

const KEY: &str = "tails";

/// A run of leaves that a restore took from a mirror.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tail {
    /// Its first leaf.
    pub first: u64,
    /// The size of the log behind it: that of the mirror's checkpoint.
    pub end: u64,
    /// The mirror's folder.
    pub from: String,
    pub taken_us: i64,
    /// What could not be made from its records, a line each.
    pub lacks: Vec<String>,
}

impl Tail {
    pub const fn has(&self, leaf: u64) -> bool {
        self.first <= leaf && leaf < self.end
    }
}

pub(crate) async fn read(connection: &mut SqliteConnection) -> Result<Vec<Tail>> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT value FROM meta WHERE key = ?")
        .bind(KEY)
        .fetch_optional(connection)
        .await
        .doing("reading which leaves came from a mirror")?;
    let unreadable = |_| Error::Corrupt("which leaves came from a mirror cannot be read".into());
    row.map_or(Ok(Vec::new()), |(value,)| serde_json::from_slice(&value).map_err(unreadable))
}

pub(crate) async fn add(connection: &mut SqliteConnection, tail: Tail) -> Result<()> {
    let mut tails = read(connection).await?;
    tails.push(tail);
    write(connection, &tails).await
}

pub(crate) async fn write(connection: &mut SqliteConnection, tails: &[Tail]) -> Result<()> {
    let text = serde_json::to_vec(tails).map_err(|error| Error::Internal(error.to_string()))?;
    sqlx::query("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")
        .bind(KEY)
        .bind(text)
        .execute(connection)
        .await
        .doing("noting which leaves came from a mirror")
        .map(|_| ())
}

/// Whether a leaf came from a mirror.
pub(crate) fn has(tails: &[Tail], leaf: i64) -> bool {
    u64::try_from(leaf).is_ok_and(|leaf| tails.iter().any(|tail| tail.has(leaf)))
}

/// Minutes of the access log that came from a mirror, without their entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RestoredRun {
    /// The first and the last, counted from 1970.
    pub minutes: (i64, i64),
    pub count: u64,
    /// The first leaf, and the one behind the last.
    pub leaves: (u64, u64),
}

impl Store {
    /// What the access log has of restores from mirrors: a run for each.
    pub async fn restored_minutes(&self) -> Result<Vec<RestoredRun>> {
        let mut connection = self
            .database(LogName::Access)
            .read
            .acquire()
            .await
            .doing("reading which minutes came from a mirror")?;
        let mut runs = Vec::new();
        for tail in read(&mut connection).await? {
            let (first, last, count): (Option<i64>, Option<i64>, i64) = sqlx::query_as(
                "SELECT min(minute), max(minute), count(*) FROM batch WHERE leaf >= ? AND leaf < ?",
            )
            .bind(crate::convert::int(tail.first)?)
            .bind(crate::convert::int(tail.end)?)
            .fetch_one(&mut *connection)
            .await
            .doing("reading which minutes came from a mirror")?;
            let minutes = first.zip(last);
            let count = crate::convert::uint(count)?;
            runs.extend(minutes.map(|minutes| RestoredRun {
                minutes,
                count,
                leaves: (tail.first, tail.end),
            }));
        }
        Ok(runs)
    }

    /// What restores took from mirrors, oldest first.
    pub async fn tails(&self, log: LogName) -> Result<Vec<Tail>> {
        let mut connection =
            self.database(log).read.acquire().await.doing("reading which leaves came from a mirror")?;
        read(&mut connection).await
    }
}
