//! The design as it was reviewed beside what is built: each point's version at the review and now, or at the acceptance, which
//! took what stood there.

use super::{Record, body_of};
use crate::convert::blob;
use crate::error::{Doing, Result};
use law::life_cycle::{Compared, Step};
use law::register::RecordKind;
use model::RecordId;
use sqlx::SqliteConnection;

/// What the review saw and what is built, of a system and its points; empty before the review.
pub(super) async fn compared(connection: &mut SqliteConnection, system: &Record) -> Result<Vec<Compared>> {
    let Some(reviewed) = entry_of(connection, system.id, Step::Review).await? else { return Ok(Vec::new()) };
    let built = entry_of(connection, system.id, Step::Accept).await?.unwrap_or(i64::MAX);
    type Row = (Vec<u8>, i64, String, bool, Option<String>, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT record.id, record.kind, record.name, record.removed_us IS NOT NULL,
            (SELECT body FROM record_version AS v WHERE v.id = record.id AND v.entry <= ?2
             ORDER BY version DESC LIMIT 1),
            (SELECT body FROM record_version AS v WHERE v.id = record.id AND v.entry <= ?3
             ORDER BY version DESC LIMIT 1)
         FROM record WHERE (record.parent = ?1 AND record.kind = ?4) OR record.id = ?1
         ORDER BY record.kind, record.name, record.id",
    )
    .bind(blob(system.id.0))
    .bind(reviewed)
    .bind(built)
    .bind(i64::from(RecordKind::Point.code()))
    .fetch_all(connection)
    .await
    .doing("comparing a system with its design")?;
    rows.into_iter()
        .map(|(_, kind, name, removed, reviewed, built)| {
            let kind = RecordKind::from_code(crate::convert::small(kind)?).unwrap_or(RecordKind::Point);
            Ok(Compared {
                kind,
                name,
                reviewed: reviewed.as_deref().map(body_of).transpose()?,
                built: built.filter(|_| !removed).as_deref().map(body_of).transpose()?,
            })
        })
        .collect()
}

async fn entry_of(connection: &mut SqliteConnection, system: RecordId, step: Step) -> Result<Option<i64>> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT entry FROM life_step WHERE system = ? AND step = ? ORDER BY number LIMIT 1")
            .bind(blob(system.0))
            .bind(i64::from(step.code()))
            .fetch_optional(connection)
            .await
            .doing("looking for a step")?;
    Ok(row.map(|(entry,)| entry))
}
