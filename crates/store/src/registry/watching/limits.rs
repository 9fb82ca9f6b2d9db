//! From how much on a unit's rules ask: set by an auditor of the unit, with a reason; every setting stays as a row.

use super::{entry_of, rule_of};
use crate::convert::{blob, int, small, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::person_of;
use crate::registry::{EntryIndex, Registry, admit::Ask, words};
use law::watching::{Limits, Rule};
use model::{Act, Cx, PersonId, UnitId, WallTime};
use sqlx::SqliteConnection;

const REASON_CHARS_MAX: usize = 500;

/// A rule's limit as a unit set it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LimitSet {
    pub value: u32,
    pub reason: String,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
}

/// One rule in one unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LimitRow {
    pub unit: UnitId,
    pub rule: Rule,
    pub value: u32,
    /// The newest setting; `None`: the product's own.
    pub set: Option<LimitSet>,
}

pub(super) async fn of_unit(connection: &mut SqliteConnection, unit: UnitId) -> Result<Limits> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT rule, value FROM watching_limit WHERE unit = ? ORDER BY entry")
            .bind(blob(unit.0))
            .fetch_all(connection)
            .await
            .doing("reading from how much on is asked")?;
    let mut limits = Limits::default();
    for (rule, value) in rows {
        limits.set(rule_of(&rule)?, small(value)?);
    }
    Ok(limits)
}

impl Registry {
    /// Every rule of one unit. Reading it is part of reading questions.
    pub async fn watching_limits(&self, cx: &Cx, unit: UnitId) -> Result<Vec<LimitRow>> {
        self.admit_reading(cx, Act::ReadQuestions, Vec::new()).await?;
        if !self.reads_questions_of(cx, unit).await? {
            return Err(Error::NotFound("unit"));
        }
        type Row = (String, i64, String, Vec<u8>, String, i64, i64);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT rule, value, reason, person, person.name, at_us, entry
             FROM watching_limit JOIN person ON person.id = watching_limit.person WHERE unit = ? ORDER BY entry",
        )
        .bind(blob(unit.0))
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading from how much on is asked")?;
        let mut limits: Vec<LimitRow> =
            Rule::ALL.map(|rule| LimitRow { unit, rule, value: rule.limit().usual, set: None }).into();
        for (rule, value, reason, person, name, at, entry) in rows {
            let rule = rule_of(&rule)?;
            let Some(row) = limits.iter_mut().find(|row| row.rule == rule) else { continue };
            row.value = small(value)?;
            row.set = Some(LimitSet {
                value: row.value,
                reason,
                by: (PersonId(uuid_of(&person)?), name),
                at: WallTime(at),
                entry: entry_of(entry)?,
            });
        }
        Ok(limits)
    }

    /// Sets a rule's limit in a unit.
    pub async fn set_watching_limit(
        &self,
        cx: &Cx,
        unit: UnitId,
        (rule, value): (Rule, u32),
        reason: &str,
    ) -> Result<()> {
        let person = person_of(cx)?;
        let limit = rule.limit();
        if value < limit.least || value > limit.most {
            return Err(Error::invalid("value", "lies outside the rule's bounds"));
        }
        let reason = words("reason", reason, REASON_CHARS_MAX)?;
        let cx = Cx { note: Some(reason.clone()), ..cx.clone() };
        let now = cx.now;
        let ask = Ask {
            scopes: vec![(unit, None)],
            subject: Some(unit.0),
            extra: format!("rule={}\nlimit={value}", rule.as_str()),
            ..Ask::new(Act::ChangeWatching)
        };
        self.act(&cx, ask, move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO watching_limit (entry, unit, rule, value, reason, person, at_us)
                     VALUES (?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(int(entry.0)?)
                .bind(blob(unit.0))
                .bind(rule.as_str())
                .bind(value)
                .bind(reason)
                .bind(blob(person.0))
                .bind(now.0)
                .execute(connection)
                .await
                .doing("setting from how much on is asked")
                .map(|_| ())
            })
        })
        .await
    }
}
