//! Refused requests of nobody: counted in memory per source and hour, kept each minute, one entry when the hour ends.
//!
//! A flood must neither fill the ledger nor be lost: at most [`SOURCES_MAX`] sources are told apart in one hour, the
//! rest are summed as `other`.

use super::{Registry, entries};
use crate::error::{Doing, Result};
use ledger::access::{AccessRecord, Acting};
use model::{Act, LegalBasis, Purpose, WallTime};
use sqlx::SqliteConnection;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Sources told apart in one hour.
pub const SOURCES_MAX: usize = 1_000;
const HOUR_US: i64 = 3_600_000_000;

#[derive(Default)]
pub(super) struct Counter(Mutex<HashMap<(String, i64), i64>>);

impl Counter {
    fn add(&self, source: &str, hour: i64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = counts.contains_key(&(source.to_owned(), hour));
        let source = if known || counts.len() < SOURCES_MAX { source } else { "other" };
        *counts.entry((source.to_owned(), hour)).or_default() += 1;
    }

    fn take(&self) -> Vec<((String, i64), i64)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
    }

    fn give_back(&self, counts: Vec<((String, i64), i64)>) {
        let mut present = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, count) in counts {
            *present.entry(key).or_default() += count;
        }
    }
}

impl Registry {
    /// Counts a request that was refused without anybody being known. Cheap: nothing is written now.
    pub fn count_anonymous_refusal(&self, source: &str, now: WallTime) {
        let source: String = source.chars().take(64).collect();
        self.0.anonymous.add(&source, now.0.div_euclid(HOUR_US));
    }

    /// Keeps the counts, and writes the entries of hours that have ended (`all`: of the running hour too). Called with
    /// every publication of the access log.
    pub(crate) async fn close_anonymous(&self, now: WallTime, all: bool) -> Result<()> {
        let counts = self.0.anonymous.take();
        let kept = counts.clone();
        let done = self
            .write(move |connection| {
                Box::pin(async move {
                    for ((source, hour), count) in kept {
                        keep(connection, &source, hour, count).await?;
                    }
                    let before = if all { i64::MAX } else { now.0.div_euclid(HOUR_US) };
                    close(connection, before, now).await
                })
            })
            .await;
        if done.is_err() {
            self.0.anonymous.give_back(counts);
        }
        done
    }
}

async fn keep(connection: &mut SqliteConnection, source: &str, hour: i64, count: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO anonymous (source, hour, count) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET count = count + excluded.count",
    )
    .bind(source)
    .bind(hour)
    .bind(count)
    .execute(connection)
    .await
    .doing("counting refusals")
    .map(|_| ())
}

async fn close(connection: &mut SqliteConnection, before_hour: i64, now: WallTime) -> Result<()> {
    let rows: Vec<(String, i64, i64)> =
        sqlx::query_as("SELECT source, hour, count FROM anonymous WHERE hour < ? ORDER BY hour, source")
            .bind(before_hour)
            .fetch_all(&mut *connection)
            .await
            .doing("closing an hour of refusals")?;
    for (source, hour, count) in rows {
        let acting = Acting { account: "anonymous".into(), ..Acting::default() };
        let hour_start = WallTime(hour.saturating_mul(HOUR_US));
        let record = AccessRecord {
            place: source,
            extra: format!("hour={hour_start}\ncount={count}"),
            ..AccessRecord::new(
                Act::AnonymousRefused,
                now,
                acting,
                Purpose::Administration,
                LegalBasis::Operation,
            )
        };
        entries::write(connection, record).await?;
    }
    sqlx::query("DELETE FROM anonymous WHERE hour < ?")
        .bind(before_hour)
        .execute(connection)
        .await
        .doing("closing an hour of refusals")
        .map(|_| ())
}
