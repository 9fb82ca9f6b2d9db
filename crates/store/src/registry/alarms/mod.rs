//! Alarm and door systems beside the cameras: who may send, what was sent, and what became of it.
//!
//! What an event becomes is `law::alarm`'s. The invariants: an event, its cameras and its entry commit together, once for each id of
//! its sender; a token is stored as its hash only; an alarm takes a step in the transaction of the step's entry.

mod intake;
mod placed;
mod reading;
mod sources;
mod steps;

pub use intake::{AlarmSender, NewAlarmEvent, OwnEvent, TakenEvent};
pub use placed::AlarmPlace;
pub use reading::{ALARM_ROWS_MAX, AlarmPage, AlarmQuery, AlarmRow, AlarmStepRow, OverdueAlarms};
pub use sources::{AlarmInput, AlarmSource, NewAlarmSource};
pub use steps::AlarmStep;

use super::register::{Book, binding_article};
use super::{Registry, at_most, facts};
use crate::convert::uuid_of;
use crate::error::{Doing, Error, Result};
use law::alarm::RULE;
use model::{Actor, CameraId, Cx, UnitId};
use sqlx::SqliteConnection;

/// A stored word that must be one of a closed list.
fn known<T>(found: Option<T>) -> Result<T> {
    found.ok_or_else(|| Error::Corrupt("a stored word about an alarm is unknown".into()))
}

/// One line that goes into an entry's `field=value` lines.
pub(super) fn line(field: &'static str, text: &str, chars_max: usize) -> Result<String> {
    match at_most(field, text.trim(), chars_max)? {
        line if line.contains('\n') => Err(Error::invalid(field, "has more than one line")),
        line => Ok(line),
    }
}

/// The same that is not empty.
pub(super) fn filled(field: &'static str, text: &str, chars_max: usize) -> Result<String> {
    match line(field, text, chars_max)? {
        line if line.is_empty() => Err(Error::invalid(field, "is empty")),
        line => Ok(line),
    }
}

fn ids_of(rows: Vec<(Vec<u8>,)>) -> Result<Vec<CameraId>> {
    rows.iter().map(|(id,)| uuid_of(id).map(CameraId)).collect()
}

/// The article that asks a unit for what a control does, or the product's own rule.
async fn article(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    unit: Option<UnitId>,
    control: &str,
) -> Result<String> {
    let Some(unit) = unit else { return Ok(RULE.to_owned()) };
    let found = binding_article(connection, book, unit, control).await?;
    Ok(found.map_or_else(|| RULE.to_owned(), |article| article.to_string()))
}

impl Registry {
    /// The same, for findings.
    pub async fn alarm_article(&self, cx: &Cx, unit: Option<UnitId>, control: &str) -> Result<String> {
        let mut connection = self.0.database.read.acquire().await.doing("looking for an article")?;
        article(&mut connection, self.book(cx.now), unit, control).await
    }

    /// Units in which the actor has a post; `None` for the system: all.
    async fn alarm_units(&self, cx: &Cx) -> Result<Option<Vec<UnitId>>> {
        let Actor::Person(person) = cx.actor else { return Ok(None) };
        let mut connection = self.0.database.read.acquire().await.doing("loading posts")?;
        let mut units: Vec<UnitId> =
            facts::posts_at(&mut connection, person, cx.now).await?.iter().map(|post| post.unit).collect();
        units.sort_unstable();
        units.dedup();
        Ok(Some(units))
    }
}
