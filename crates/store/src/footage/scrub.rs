//! Where the scrub stands and what it found, kept in `footage.db`, so that a restart goes on where the last run stopped; and how
//! fast it must read. The reading itself is not here.
//!
//! Invariant: the position moves only together with what was found there.

use super::{Footage, system_only};
use crate::convert::{int, uint};
use crate::error::{Doing as _, Result};
use model::{Cx, WallTime};
use sqlx::ConnectOptions as _;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteConnectOptions;
use std::path::Path;

/// Findings that one answer holds: more are a broken disk, and the first hundred say so.
pub const SCRUB_FINDINGS_MAX: i64 = 100;

/// How far the present round is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScrubState {
    /// The row of the last segment that was read; 0 at the begin of a round.
    pub segment: i64,
    /// From 1.
    pub round: u64,
    pub begun: WallTime,
    /// In this round.
    pub read_bytes: u64,
    /// End of the last whole round.
    pub finished: Option<WallTime>,
}

/// A segment that is not what its record says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScrubFinding {
    /// The row of the segment.
    pub segment: i64,
    pub found: WallTime,
    pub place: String,
    pub problem: String,
}

impl Footage {
    /// Where the scrub stands; a first round begins when there was none.
    pub async fn scrub_state(&self, cx: &Cx) -> Result<ScrubState> {
        system_only(cx)?;
        let mut connection = self.0.database.read.acquire().await.doing("reading the scrub's place")?;
        let first = ScrubState { segment: 0, round: 1, begun: cx.now, read_bytes: 0, finished: None };
        Ok(read_state(&mut connection).await?.unwrap_or(first))
    }

    /// One segment was read, with this outcome: its finding, or none, which also takes back an earlier one.
    pub async fn scrubbed(
        &self,
        cx: &Cx,
        state: ScrubState,
        segment: i64,
        finding: Option<(String, String)>,
    ) -> Result<()> {
        system_only(cx)?;
        let now = cx.now;
        self.0
            .database
            .write
            .run(move |connection| {
                Box::pin(async move {
                    keep_state(connection, state).await?;
                    sqlx::query("DELETE FROM scrub_finding WHERE segment = ?")
                        .bind(segment)
                        .execute(&mut *connection)
                        .await
                        .doing("noting what the scrub found")?;
                    let Some((place, problem)) = finding else { return Ok(()) };
                    sqlx::query(
                        "INSERT INTO scrub_finding (segment, found_us, place, problem) VALUES (?, ?, ?, ?)",
                    )
                    .bind(segment)
                    .bind(now.0)
                    .bind(place)
                    .bind(problem)
                    .execute(connection)
                    .await
                    .doing("noting what the scrub found")
                    .map(|_| ())
                })
            })
            .await
    }

    /// The round is over: the next one begins.
    pub async fn scrub_round_ended(&self, cx: &Cx, state: ScrubState) -> Result<ScrubState> {
        system_only(cx)?;
        let next = ScrubState {
            segment: 0,
            round: state.round.saturating_add(1),
            begun: cx.now,
            read_bytes: 0,
            finished: Some(cx.now),
        };
        self.0
            .database
            .write
            .run(move |connection| Box::pin(async move { keep_state(connection, next).await }))
            .await?;
        Ok(next)
    }

    /// What the scrub found and did not find mended since, of footage that is still kept; newest first.
    pub async fn scrub_findings(&self, cx: &Cx) -> Result<Vec<ScrubFinding>> {
        system_only(cx)?;
        let mut connection = self.0.database.read.acquire().await.doing("reading the scrub's findings")?;
        read_findings(&mut connection).await
    }
}

/// The scrub of a data folder that another process has open, read beside it: nothing is locked, made or changed.
pub async fn scrub_beside(data_dir: &Path) -> Result<Option<(ScrubState, Vec<ScrubFinding>)>> {
    let options = SqliteConnectOptions::new().filename(data_dir.join("footage.db")).read_only(true);
    let mut connection = options.connect().await.doing("reading beside a running server")?;
    match read_state(&mut connection).await? {
        Some(state) => Ok(Some((state, read_findings(&mut connection).await?))),
        None => Ok(None),
    }
}

async fn read_state(connection: &mut SqliteConnection) -> Result<Option<ScrubState>> {
    let row: Option<(i64, i64, i64, i64, Option<i64>)> =
        sqlx::query_as("SELECT segment, round, begun_us, read_bytes, finished_us FROM scrub")
            .fetch_optional(connection)
            .await
            .doing("reading the scrub's place")?;
    row.map(|(segment, round, begun, read, finished)| {
        Ok(ScrubState {
            segment,
            round: uint(round)?,
            begun: WallTime(begun),
            read_bytes: uint(read)?,
            finished: finished.map(WallTime),
        })
    })
    .transpose()
}

async fn keep_state(connection: &mut SqliteConnection, state: ScrubState) -> Result<()> {
    sqlx::query(
        "INSERT OR REPLACE INTO scrub (id, segment, round, begun_us, read_bytes, finished_us) VALUES (1, ?, ?, ?, ?, ?)",
    )
    .bind(state.segment)
    .bind(int(state.round)?)
    .bind(state.begun.0)
    .bind(int(state.read_bytes)?)
    .bind(state.finished.map(|at| at.0))
    .execute(connection)
    .await
    .doing("keeping the scrub's place")
    .map(|_| ())
}

async fn read_findings(connection: &mut SqliteConnection) -> Result<Vec<ScrubFinding>> {
    let rows: Vec<(i64, i64, String, String)> = sqlx::query_as(
        "SELECT scrub_finding.segment, found_us, place, problem
         FROM scrub_finding JOIN segment ON segment.id = scrub_finding.segment
         WHERE state = 0 ORDER BY found_us DESC, segment.id DESC LIMIT ?",
    )
    .bind(SCRUB_FINDINGS_MAX)
    .fetch_all(connection)
    .await
    .doing("reading the scrub's findings")?;
    Ok(rows
        .into_iter()
        .map(|(segment, found, place, problem)| ScrubFinding {
            segment,
            found: WallTime(found),
            place,
            problem,
        })
        .collect())
}
