//! The server's own look at its logs: both are recomputed from their stored entries against what was signed, a step at a time, round after
//! round, so that an alteration is found without anybody running `check`.
//!
//! It repairs nothing. The invariants kept: a place outlives a restart; a finding goes only when a later round passed its place without it.
//! Behind a leaf that is missing nothing is looked at: `check` reads on.

use crate::convert::{hash_of, int, uint};
use crate::error::{Doing, Result};
use crate::log_pass::{LogFinding, LogPlace};
use crate::{LogName, Store};
use model::{Hash, WallTime};
use sqlx::{Row as _, SqliteConnection};

/// Leaves of one step: some ten milliseconds.
const LEAVES_STEP: u32 = 4_096;
/// Steps between two notes of the place: what a crash makes it read again.
const UNSAVED_STEPS_MAX: u32 = 60;
/// Findings kept of one log: whoever altered more is found all the same.
const FINDINGS_MAX: i64 = 1_000;
/// Numbers named with one finding.
const NAMED_MAX: i64 = 5;

/// How far one log was read, and since when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogWatch {
    pub log: LogName,
    place: LogPlace,
    next_entry: u64,
    begun: WallTime,
    /// The end of the last whole round.
    pub finished: Option<WallTime>,
    unsaved: u32,
}

/// What of a log is not what was signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlteredLog {
    pub log: LogName,
    pub count: u64,
    pub since: WallTime,
    /// What is wrong, and at which number; the first five.
    pub places: Vec<(String, u64)>,
}

fn told(finding: &LogFinding) -> (&'static str, u64) {
    match finding {
        LogFinding::LeafHash { index } => ("entry_hash", *index),
        LogFinding::LeafMissing { index } => ("entry_missing", *index),
        LogFinding::EntryUnreadable { index, .. } => ("entry_unreadable", *index),
        LogFinding::CheckpointRoot { size } => ("checkpoint_root", *size),
        LogFinding::CheckpointBeyond { leaves, .. } => ("entries_cut", *leaves),
        LogFinding::Node { index, .. } => ("subtree", *index),
    }
}

impl Store {
    /// Where the look at a log stands.
    pub async fn log_watch(&self, log: LogName, now: WallTime) -> Result<LogWatch> {
        let row = sqlx::query(
            "SELECT next_leaf, frontier, next_entry, begun_us, finished_us FROM log_watch WHERE log = ?",
        )
        .bind(log.as_str())
        .fetch_optional(&self.registry.database().read)
        .await
        .doing("reading how far a log was read")?;
        let fresh = LogWatch {
            log,
            place: LogPlace::default(),
            next_entry: 0,
            begun: now,
            finished: None,
            unsaved: 0,
        };
        let Some(row) = row else { return Ok(fresh) };
        let number = |name: &str| row.try_get::<i64, _>(name).doing("reading how far a log was read");
        let frontier: Vec<u8> = row.try_get("frontier").doing("reading how far a log was read")?;
        let frontier = frontier.chunks(size_of::<Hash>()).map(hash_of).collect::<Result<_>>()?;
        let finished: Option<i64> = row.try_get("finished_us").doing("reading how far a log was read")?;
        Ok(LogWatch {
            place: LogPlace { next: uint(number("next_leaf")?)?, frontier },
            next_entry: uint(number("next_entry")?)?,
            begun: WallTime(number("begun_us")?),
            finished: finished.map(WallTime),
            ..fresh
        })
    }

    /// One step more. `true`: the round is over, and the next begins at the first leaf. What is found is noted with the place.
    pub async fn watch_log(&self, watch: &mut LogWatch, now: WallTime) -> Result<(bool, usize)> {
        let from = watch.place.clone();
        let (found, at_end) = match watch.log {
            LogName::Footage => {
                let (found, place, at_end) = self.footage.step_log(from, LEAVES_STEP).await?;
                watch.place = place;
                (found, at_end)
            }
            LogName::Access => {
                let (found, place, entry, at_end) =
                    self.registry.step_access(from, watch.next_entry, LEAVES_STEP).await?;
                (watch.place, watch.next_entry) = (place, entry);
                (found, at_end)
            }
        };
        watch.unsaved += 1;
        // By a clock that went back, what is found is still of this round.
        let now = now.max(watch.begun);
        // One that broke off passed nothing behind that place, and takes nothing back.
        let is_broken = |one: &LogFinding| {
            matches!(one, LogFinding::LeafMissing { .. } | LogFinding::CheckpointBeyond { .. })
        };
        let round = (at_end && !found.iter().any(is_broken)).then_some(watch.begun);
        if at_end {
            *watch = LogWatch {
                place: LogPlace::default(),
                next_entry: 0,
                // After what this round found in its last step.
                begun: now.plus_us(1),
                finished: Some(now),
                ..watch.clone()
            };
        }
        if at_end || !found.is_empty() || watch.unsaved >= UNSAVED_STEPS_MAX {
            watch.unsaved = 0;
            let (noted, found) = (watch.clone(), found.iter().map(told).collect());
            let write = &self.registry.database().write;
            write.run(move |connection| Box::pin(note(connection, noted, found, round, now))).await?;
        }
        Ok((at_end, found.len()))
    }

    /// What of the logs is not what was signed, as the rounds found it.
    pub async fn altered_logs(&self) -> Result<Vec<AlteredLog>> {
        let mut altered = Vec::new();
        for log in [LogName::Footage, LogName::Access] {
            let (count, since): (i64, Option<i64>) =
                sqlx::query_as("SELECT count(*), min(since_us) FROM log_watch_finding WHERE log = ?")
                    .bind(log.as_str())
                    .fetch_one(&self.registry.database().read)
                    .await
                    .doing("reading what was found in a log")?;
            let Some(since) = since else { continue };
            let places: Vec<(String, i64)> = sqlx::query_as(
                "SELECT what, number FROM log_watch_finding WHERE log = ? ORDER BY number, what LIMIT ?",
            )
            .bind(log.as_str())
            .bind(NAMED_MAX)
            .fetch_all(&self.registry.database().read)
            .await
            .doing("reading what was found in a log")?;
            let places = places.into_iter().map(|(what, number)| Ok((what, uint(number)?)));
            let places = places.collect::<Result<_>>()?;
            altered.push(AlteredLog { log, count: uint(count)?, since: WallTime(since), places });
        }
        Ok(altered)
    }
}

/// The place, what was found by then, and, at the end of a round, that what it did not find again is gone.
async fn note(
    connection: &mut SqliteConnection,
    watch: LogWatch,
    found: Vec<(&'static str, u64)>,
    round: Option<WallTime>,
    now: WallTime,
) -> Result<()> {
    let log = watch.log.as_str();
    let (kept,): (i64,) = sqlx::query_as("SELECT count(*) FROM log_watch_finding WHERE log = ?")
        .bind(log)
        .fetch_one(&mut *connection)
        .await
        .doing("counting what was found in a log")?;
    let mut room = FINDINGS_MAX.saturating_sub(kept);
    for (what, number) in found {
        let number = int(number)?;
        let again =
            sqlx::query("UPDATE log_watch_finding SET seen_us = ? WHERE log = ? AND what = ? AND number = ?")
                .bind(now.0)
                .bind(log)
                .bind(what)
                .bind(number)
                .execute(&mut *connection)
                .await
                .doing("noting what was found in a log")?;
        if again.rows_affected() > 0 || room <= 0 {
            continue;
        }
        room -= 1;
        sqlx::query(
            "INSERT INTO log_watch_finding (log, what, number, since_us, seen_us) VALUES (?1, ?2, ?3, ?4, ?4)",
        )
        .bind(log)
        .bind(what)
        .bind(number)
        .bind(now.0)
        .execute(&mut *connection)
        .await
        .doing("noting what was found in a log")?;
    }
    if let Some(begun) = round {
        sqlx::query("DELETE FROM log_watch_finding WHERE log = ? AND seen_us < ?")
            .bind(log)
            .bind(begun.0)
            .execute(&mut *connection)
            .await
            .doing("taking back what is not found any more")?;
    }
    let frontier: Vec<u8> = watch.place.frontier.iter().flat_map(|hash| hash.0).collect();
    sqlx::query(
        "INSERT INTO log_watch (log, next_leaf, frontier, next_entry, begun_us, finished_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET next_leaf = ?2, frontier = ?3, next_entry = ?4, begun_us = ?5, finished_us = ?6",
    )
    .bind(log)
    .bind(int(watch.place.next)?)
    .bind(frontier)
    .bind(int(watch.next_entry)?)
    .bind(watch.begun.0)
    .bind(watch.finished.map(|at| at.0))
    .execute(connection)
    .await
    .doing("noting how far a log was read")
    .map(|_| ())
}
