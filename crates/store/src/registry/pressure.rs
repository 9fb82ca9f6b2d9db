//! Reports of pressure: anybody with a post in a unit writes one, the unit's auditors read it and enter what came of it. Those who run
//! the unit do not see it: they may be the ones who press.
//!
//! Its entry names who reported, and of what kind it is; what is said in it stands here alone.

use super::admit::Ask;
use super::{EntryIndex, Registry, at_most, facts, new_id, words};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::once;
use crate::registry::person_of;
use law::pressure::Pressure;
use model::{Act, Actor, Cx, PersonId, UnitId, WallTime};
use sqlx::{QueryBuilder, Sqlite};
use uuid::Uuid;

/// Who presses, in words: an office, a superior.
const BY_WHOM_CHARS_MAX: usize = 100;
/// What happened: two pages.
const ACCOUNT_CHARS_MAX: usize = 2_000;
const OUTCOME_CHARS_MAX: usize = 1_000;
/// Reports on one page.
const PAGE_ROWS_MAX: u32 = 200;

#[derive(Clone, Debug)]
pub struct NewPressureReport {
    pub unit: UnitId,
    pub what: Pressure,
    pub by_whom: String,
    pub account: String,
}

/// What came of a report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PressureOutcome {
    pub text: String,
    pub passed_to: String,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PressureReport {
    pub id: Uuid,
    pub unit: UnitId,
    pub reporter: (PersonId, String),
    pub what: Pressure,
    pub by_whom: String,
    pub account: String,
    pub at: WallTime,
    pub entry: EntryIndex,
    pub outcome: Option<PressureOutcome>,
}

#[derive(Clone, Debug, Default)]
pub struct PressureQuery {
    /// Only those that wait for their outcome, or that have one.
    pub open: Option<bool>,
    pub limit: u32,
    /// So many are skipped: what the previous page returned.
    pub cursor: Option<String>,
}

#[derive(Clone, Debug)]
pub struct PressurePage {
    /// Newest first.
    pub reports: Vec<PressureReport>,
    pub next_cursor: Option<String>,
    pub total: u64,
}

type Tuple = (
    Vec<u8>,
    Vec<u8>,
    Vec<u8>,
    String,
    String,
    String,
    String,
    i64,
    i64,
    Option<String>,
    Option<String>,
    Option<Vec<u8>>,
    Option<String>,
    Option<i64>,
    Option<i64>,
);

const COLUMNS: &str = "SELECT report.id, report.unit, reporter, reporting.name, what, by_whom, report.account, report.at_us, report.entry, outcome,
    passed_to, closer, closing.name, closed_us, close_entry";
const FROM: &str = " FROM pressure_report AS report JOIN person AS reporting ON reporting.id = reporter
    LEFT JOIN person AS closing ON closing.id = closer WHERE ";

impl Registry {
    /// Keeps a report, with an entry that names who wrote it.
    pub async fn report_pressure(&self, cx: &Cx, new: NewPressureReport) -> Result<PressureReport> {
        let reporter = person_of(cx)?;
        let by_whom = words("by_whom", &new.by_whom, BY_WHOM_CHARS_MAX)?;
        let account = words("account", &new.account, ACCOUNT_CHARS_MAX)?;
        let mut connection = self.0.database.read.acquire().await.doing("loading posts")?;
        // A post for one group of the unit is enough.
        let group = facts::own_part(&mut connection, reporter, new.unit, |_| true).await?;
        drop(connection);
        let id = new_id();
        let ask = Ask {
            scopes: vec![(new.unit, group)],
            subject: Some(id),
            extra: format!("what={}", new.what.as_str()),
            ..Ask::new(Act::ReportPressure)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO pressure_report (id, unit, reporter, what, by_whom, account, at_us, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(new.unit.0))
                .bind(blob(reporter.0))
                .bind(new.what.as_str())
                .bind(by_whom)
                .bind(account)
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("keeping a report of pressure")
                .map(|_| ())
            })
        })
        .await?;
        self.pressure_report(id).await
    }

    /// Reports of the units that one audits, and one's own.
    pub async fn pressure_reports(&self, cx: &Cx, query: &PressureQuery) -> Result<PressurePage> {
        let cursor: u32 = query
            .cursor
            .as_deref()
            .map_or(Ok(0), str::parse)
            .map_err(|_| Error::invalid("cursor", "is not one that a page gave"))?;
        let limit = query.limit.clamp(1, PAGE_ROWS_MAX);
        let units = self.audited_units(cx).await?;
        let seen = |sql: &mut QueryBuilder<Sqlite>| {
            if let Some(units) = &units {
                sql.push("(reporter = ").push_bind(match cx.actor {
                    Actor::Person(person) => blob(person.0),
                    Actor::System(_) => Vec::new(),
                });
                for unit in units {
                    sql.push(" OR report.unit = ").push_bind(blob(unit.0));
                }
                sql.push(")");
            } else {
                sql.push("1");
            }
            match query.open {
                Some(true) => sql.push(" AND outcome IS NULL"),
                Some(false) => sql.push(" AND outcome IS NOT NULL"),
                None => sql,
            };
        };
        let mut counting = QueryBuilder::new("SELECT count(*)");
        counting.push(FROM);
        seen(&mut counting);
        let total: i64 = counting
            .build_query_scalar()
            .fetch_one(&self.0.database.read)
            .await
            .doing("counting reports of pressure")?;
        let mut rows = QueryBuilder::new(COLUMNS);
        rows.push(FROM);
        seen(&mut rows);
        rows.push(" ORDER BY report.at_us DESC, report.id LIMIT ").push_bind(i64::from(limit));
        rows.push(" OFFSET ").push_bind(i64::from(cursor));
        let rows: Vec<Tuple> = rows
            .build_query_as()
            .fetch_all(&self.0.database.read)
            .await
            .doing("listing reports of pressure")?;
        let (total, end) = (uint(total)?, u64::from(cursor) + rows.len() as u64);
        let next_cursor = (end < total && !rows.is_empty()).then(|| end.to_string());
        let reports = rows.into_iter().map(report_of).collect::<Result<_>>()?;
        Ok(PressurePage { reports, next_cursor, total })
    }

    /// Enters what came of a report.
    pub async fn close_pressure(
        &self,
        cx: &Cx,
        id: Uuid,
        outcome: &str,
        passed_to: &str,
    ) -> Result<PressureReport> {
        let closer = person_of(cx)?;
        let outcome = words("outcome", outcome, OUTCOME_CHARS_MAX)?;
        let passed_to = at_most("passed_to", passed_to.trim(), BY_WHOM_CHARS_MAX)?;
        let report = self.pressure_report(id).await?;
        let ask = Ask {
            scopes: vec![(report.unit, None)],
            subject: Some(id),
            refers_to: Some(report.entry),
            ..Ask::new(Act::ClosePressure)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE pressure_report SET outcome = ?, passed_to = ?, closer = ?, closed_us = ?, close_entry = ?
                     WHERE id = ? AND outcome IS NULL",
                )
                .bind(outcome)
                .bind(passed_to)
                .bind(blob(closer.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("closing a report of pressure")?;
                once(&done, "the report has its outcome already")?;
                Ok(())
            })
        })
        .await?;
        self.pressure_report(id).await
    }

    /// One report, whoever asks: the caller has decided.
    async fn pressure_report(&self, id: Uuid) -> Result<PressureReport> {
        let row: Option<Tuple> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS}{FROM} report.id = ?")))
                .bind(blob(id))
                .fetch_optional(&self.0.database.read)
                .await
                .doing("reading a report of pressure")?;
        row.map(report_of).transpose()?.ok_or(Error::NotFound("report"))
    }
}

fn report_of(row: Tuple) -> Result<PressureReport> {
    let (
        id,
        unit,
        reporter,
        name,
        what,
        by_whom,
        account,
        at,
        entry,
        text,
        passed_to,
        closer,
        closing,
        closed,
        close,
    ) = row;
    let outcome = match (text, closer, closed, close) {
        (Some(text), Some(closer), Some(closed), Some(close)) => Some(PressureOutcome {
            text,
            passed_to: passed_to.unwrap_or_default(),
            by: (PersonId(uuid_of(&closer)?), closing.unwrap_or_default()),
            at: WallTime(closed),
            entry: EntryIndex(uint(close)?),
        }),
        _ => None,
    };
    let what = Pressure::from_word(&what)
        .ok_or_else(|| Error::Corrupt("a stored report's kind of pressure is unknown".into()))?;
    Ok(PressureReport {
        id: uuid_of(&id)?,
        unit: UnitId(uuid_of(&unit)?),
        reporter: (PersonId(uuid_of(&reporter)?), name),
        what,
        by_whom,
        account,
        at: WallTime(at),
        entry: EntryIndex(uint(entry)?),
        outcome,
    })
}
