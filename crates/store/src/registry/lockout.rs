//! Failed sign-ins, counted per account and per source; beyond a number of them the key is locked for a while.
//!
//! 5 failures of an account lock it for 15 minutes, then 30, 60, … up to a day; 20 failures from one source lock the
//! source likewise. Counts are forgotten after a day without failure. A success clears the account's count.

use crate::convert::small;
use crate::error::{Doing, Result};
use model::WallTime;
use sqlx::SqliteConnection;
use std::net::IpAddr;

const MINUTE_US: i64 = 60_000_000;
const ACCOUNT_FAILURES_MAX: i64 = 5;
/// A whole office may sit behind one address.
const SOURCE_FAILURES_MAX: i64 = 20;
const LOCK_US: i64 = 15 * MINUTE_US;
const LOCK_US_MAX: i64 = 24 * 60 * MINUTE_US;
/// After this long without a failure a key starts anew.
const FORGET_US: i64 = 24 * 60 * MINUTE_US;
/// Keys kept; beyond that the oldest go, so that invented accounts cannot fill the disk.
const KEYS_MAX: i64 = 10_000;

pub fn account_key(account: &str) -> String {
    format!("account:{account}")
}

/// What one subscriber has: an IPv4 address, or an IPv6 /64.
pub fn network(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        address => address,
    }
}

pub fn source_key(source: &str) -> String {
    match source.parse().map(network) {
        Ok(network) => format!("source:{network}"),
        Err(_) => format!("source:{source}"),
    }
}

/// How long the longest lock among these keys still lasts.
pub async fn locked_for_us(
    connection: &mut SqliteConnection,
    keys: &[String],
    now: WallTime,
) -> Result<Option<i64>> {
    let mut longest = None;
    for key in keys {
        let row: Option<(i64,)> =
            sqlx::query_as("SELECT until_us FROM lockout WHERE key = ? AND until_us > ?")
                .bind(key)
                .bind(now.0)
                .fetch_optional(&mut *connection)
                .await
                .doing("looking for a lock")?;
        longest = longest.max(row.map(|(until,)| until.saturating_sub(now.0)));
    }
    Ok(longest)
}

/// Counts one failure for each key, locking those that reach their limit.
pub async fn count_failure(connection: &mut SqliteConnection, keys: &[String], now: WallTime) -> Result<()> {
    for key in keys {
        count_one(connection, key, now).await?;
    }
    sqlx::query(
        "DELETE FROM lockout WHERE until_us <= ?1 AND (last_us < ?1 - ?2 OR key IN
             (SELECT key FROM lockout ORDER BY last_us DESC LIMIT -1 OFFSET ?3))",
    )
    .bind(now.0)
    .bind(FORGET_US)
    .bind(KEYS_MAX)
    .execute(connection)
    .await
    .doing("forgetting old failures")
    .map(|_| ())
}

async fn count_one(connection: &mut SqliteConnection, key: &str, now: WallTime) -> Result<()> {
    let row: Option<(i64, i64, i64)> =
        sqlx::query_as("SELECT failures, locks, last_us FROM lockout WHERE key = ?")
            .bind(key)
            .fetch_optional(&mut *connection)
            .await
            .doing("counting failures")?;
    let (failures, locks) = match row {
        Some((failures, locks, last)) if now.0.saturating_sub(last) < FORGET_US => (failures + 1, locks),
        _ => (1, 0),
    };
    let failures_max = if key.starts_with("account:") { ACCOUNT_FAILURES_MAX } else { SOURCE_FAILURES_MAX };
    let (failures, locks, until) = if failures >= failures_max {
        let doublings: u32 = small(locks.min(16))?;
        let lock_us = LOCK_US.saturating_mul(1 << doublings).min(LOCK_US_MAX);
        (0, locks + 1, now.0.saturating_add(lock_us))
    } else {
        (failures, locks, 0)
    };
    sqlx::query(
        "INSERT INTO lockout (key, failures, locks, last_us, until_us) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET failures = ?2, locks = ?3, last_us = ?4, until_us = ?5",
    )
    .bind(key)
    .bind(failures)
    .bind(locks)
    .bind(now.0)
    .bind(until)
    .execute(connection)
    .await
    .doing("counting failures")
    .map(|_| ())
}

pub async fn clear(connection: &mut SqliteConnection, key: &str) -> Result<()> {
    sqlx::query("DELETE FROM lockout WHERE key = ?")
        .bind(key)
        .execute(connection)
        .await
        .doing("clearing failures")
        .map(|_| ())
}
