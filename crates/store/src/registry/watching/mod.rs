//! Watching the watchers: questions that the access log raises, who explains and answers them, from how much on is asked, and what a
//! person sees of what is recorded about them. What is out of the ordinary `law::watching` says.
//!
//! The invariants kept: each entry is opened once for this, in the order of the log; a question and its entry commit together; nobody
//! answers a question about themselves (a rule of the law, and a constraint of the table).

mod limits;
mod own_record;
mod questions;
mod sweep;

pub use limits::{LimitRow, LimitSet};
pub use own_record::{OwnEntries, OwnQuery, OwnSession};
pub use questions::{QuestionAnswer, QuestionExplanation, QuestionPage, QuestionQuery, QuestionRow};
pub use sweep::Swept;

use crate::convert::{blob, uint};
use crate::error::{Doing, Error, Result};
use crate::registry::EntryIndex;
use law::Day;
use model::{PersonId, Role, UnitId, WallTime};
use sqlx::SqliteConnection;

/// A day as its number since 1970-01-01.
fn number_of(day: Day) -> i64 {
    day.since(Day::of(WallTime(0)))
}

fn day_of(number: i64) -> Day {
    Day::of(WallTime(0)).plus(number)
}

fn entry_of(number: i64) -> Result<EntryIndex> {
    uint(number).map(EntryIndex)
}

fn rule_of(word: &str) -> Result<law::watching::Rule> {
    law::watching::Rule::from_word(word)
        .ok_or_else(|| Error::Corrupt("a stored question's rule is unknown".into()))
}

/// Whether somebody audits the whole unit: a question about them is another's to answer.
async fn is_auditor(connection: &mut SqliteConnection, person: PersonId, unit: UnitId) -> Result<bool> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM post WHERE person = ? AND unit = ? AND role = ?")
        .bind(blob(person.0))
        .bind(blob(unit.0))
        .bind(i64::from(Role::Auditor.code()))
        .fetch_optional(connection)
        .await
        .doing("looking whether somebody is an auditor")?;
    Ok(row.is_some())
}
