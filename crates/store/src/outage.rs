//! Why the next start's gap will be there, as said beforehand: an announced stop, or a restore.
//!
//! A row of the footage database's `meta`. It counts for the first recording after it and goes then, so that the next crash
//! is not excused by it.

use crate::Footage;
use crate::error::{Doing, Error, Result};
use model::{GapCause, WallTime};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

const KEY: &str = "outage";
/// An announced stop that lasts longer is our own outage: an announcement is no licence.
pub const PLANNED_US_MAX: i64 = 3_600_000_000;
/// The same of an upgrade by the package manager, for which nobody of the unit has answered.
pub const UPGRADE_US_MAX: i64 = 60_000_000;

/// What was said, and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Outage {
    pub cause: u8,
    pub text: String,
    pub at_us: i64,
    /// How long it counts as planned; absent in what older programs noted.
    #[serde(default)]
    pub max_us: Option<i64>,
}

impl Outage {
    pub async fn write(self, connection: &mut SqliteConnection) -> Result<()> {
        let text = serde_json::to_vec(&self).map_err(|error| Error::Internal(error.to_string()))?;
        sqlx::query("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")
            .bind(KEY)
            .bind(text)
            .execute(connection)
            .await
            .doing("noting a coming outage")
            .map(|_| ())
    }

    /// Cause and evidence of the gap, as of a start at `now`.
    pub async fn read(
        connection: &mut SqliteConnection,
        now: WallTime,
    ) -> Result<Option<(GapCause, String)>> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT value FROM meta WHERE key = ?")
            .bind(KEY)
            .fetch_optional(connection)
            .await
            .doing("reading a noted outage")?;
        let Some(outage) = row.and_then(|(value,)| serde_json::from_slice::<Self>(&value).ok()) else {
            return Ok(None);
        };
        let cause = GapCause::from_code(outage.cause).unwrap_or(GapCause::Us);
        let lasted_us = now.since_us(WallTime(outage.at_us));
        let max_us = outage.max_us.unwrap_or(PLANNED_US_MAX);
        Ok(Some(match cause {
            GapCause::Planned if !(0..=max_us).contains(&lasted_us) => {
                let max_s = max_us / 1_000_000;
                (GapCause::Us, format!("a planned stop that lasted more than {max_s} s: {}", outage.text))
            }
            cause => (cause, outage.text),
        }))
    }
}

impl Footage {
    /// Says that the coming stop is planned: the gap after it has that cause and reason if it lasts no longer than `max_us`.
    /// The entry about it comes before.
    pub async fn plan_outage(&self, text: &str, max_us: i64, now: WallTime) -> Result<()> {
        let (cause, text, max_us) = (GapCause::Planned.code(), text.to_owned(), Some(max_us));
        let outage = Outage { cause, text, at_us: now.0, max_us };
        self.0.database.write.run(move |connection| Box::pin(outage.write(connection))).await
    }

    /// Recording has begun: what was said of the outage before it counts no more.
    pub async fn outage_is_over(&self) -> Result<()> {
        self.0
            .database
            .write
            .run(move |connection| {
                Box::pin(async move {
                    sqlx::query("DELETE FROM meta WHERE key = ?")
                        .bind(KEY)
                        .execute(connection)
                        .await
                        .doing("ending a noted outage")
                        .map(|_| ())
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, SECOND_US, open, options};
    use crate::{OpenOptions, Store};

    #[tokio::test]
    async fn an_announced_stop_counts_once_and_for_an_hour() {
        let folder = tempfile::tempdir().unwrap();
        open(&folder).await.close(NOW).await.unwrap();
        let at = async |seconds: i64| {
            let options = OpenOptions { create: false, ..options(NOW.plus_us(seconds * SECOND_US)) };
            Store::open(folder.path(), options).await.unwrap()
        };
        let check = async |seconds: i64, expected: Option<(GapCause, &str)>| {
            let store = at(seconds).await;
            let outage = store.footage.boot().outage.clone();
            let outage = outage.as_ref().map(|(cause, text)| (*cause, text.as_str()));
            assert_eq!(outage, expected, "after {seconds} s");
            store.close(NOW).await.unwrap();
        };
        check(0, None).await;
        let store = at(1).await;
        store.footage.plan_outage("upgrade", PLANNED_US_MAX, NOW).await.unwrap();
        store.close(NOW).await.unwrap();
        check(5, Some((GapCause::Planned, "upgrade"))).await;
        check(3_600, Some((GapCause::Planned, "upgrade"))).await;
        let late = "a planned stop that lasted more than 3600 s: upgrade";
        check(3_601, Some((GapCause::Us, late))).await;
        // A clock that was set back excuses nothing.
        check(-1, Some((GapCause::Us, late))).await;
        let store = at(10).await;
        store.footage.outage_is_over().await.unwrap();
        store.close(NOW).await.unwrap();
        check(11, None).await;
        // What the package manager announces counts for a minute.
        let store = at(12).await;
        store.footage.plan_outage("package", UPGRADE_US_MAX, NOW).await.unwrap();
        store.close(NOW).await.unwrap();
        check(60, Some((GapCause::Planned, "package"))).await;
        check(61, Some((GapCause::Us, "a planned stop that lasted more than 60 s: package"))).await;
    }
}
