//! How the system's clock stood against its time sources, kept over restarts. It measures nothing.

use super::{Footage, system_only};
use crate::error::{Doing, Result};
use model::{Cx, WallTime};

/// How long measurements are kept: a quarter, three times the usual floor.
const KEPT_US: i64 = 92 * 86_400_000_000;
/// Rows of one answer.
const ROWS_MAX: i64 = 200;

/// One asking of all sources.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClockCheck {
    pub at: WallTime,
    /// Sources minus ours; `None` when it cannot be told.
    pub offset_us: Option<i64>,
    /// One line for each source.
    pub sources: String,
}

impl Footage {
    /// Keeps a measurement, and forgets old ones.
    pub async fn clock_checked(&self, cx: &Cx, check: ClockCheck) -> Result<()> {
        system_only(cx)?;
        self.0
            .database
            .write
            .run(move |connection| {
                Box::pin(async move {
                    sqlx::query("DELETE FROM clock_check WHERE at_us < ?")
                        .bind(check.at.0.saturating_sub(KEPT_US))
                        .execute(&mut *connection)
                        .await
                        .doing("forgetting old clock checks")?;
                    sqlx::query(
                        "INSERT OR REPLACE INTO clock_check (at_us, offset_us, sources) VALUES (?, ?, ?)",
                    )
                    .bind(check.at.0)
                    .bind(check.offset_us)
                    .bind(check.sources)
                    .execute(connection)
                    .await
                    .doing("noting a clock check")
                    .map(|_| ())
                })
            })
            .await
    }

    /// The newest measurements, newest first.
    pub async fn clock_checks(&self) -> Result<Vec<ClockCheck>> {
        let rows: Vec<(i64, Option<i64>, String)> =
            sqlx::query_as("SELECT at_us, offset_us, sources FROM clock_check ORDER BY at_us DESC LIMIT ?")
                .bind(ROWS_MAX)
                .fetch_all(&self.0.database.read)
                .await
                .doing("reading clock checks")?;
        let check = |(at, offset_us, sources)| ClockCheck { at: WallTime(at), offset_us, sources };
        Ok(rows.into_iter().map(check).collect())
    }
}
