//! The design as it was reviewed beside what is built: each point's version at the review and now, or at the acceptance, which
//! took what stood there.

use super::{Record, body_of};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use law::life_cycle::{Compared, Step};
use law::register::RecordKind;
use model::RecordId;
use sqlx::SqliteConnection;
use std::collections::HashMap;

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

/// The same of every system that was reviewed, but for what is built word by word as it was reviewed.
pub(super) async fn all_that_differ(
    connection: &mut SqliteConnection,
) -> Result<HashMap<RecordId, Vec<Compared>>> {
    type Row = (Vec<u8>, i64, String, Option<String>, Option<String>);
    // The register is gone through once: removed points are in no index.
    let rows: Vec<Row> = sqlx::query_as(
        "WITH taken AS MATERIALIZED (
            SELECT system, min(CASE step WHEN ?1 THEN entry END) AS reviewed, min(CASE step WHEN ?2 THEN entry END) AS built
            FROM life_step GROUP BY system),
         pair AS (
            SELECT taken.system, record.kind, record.name, record.id,
                (SELECT body FROM record_version AS v WHERE v.id = record.id AND v.entry <= taken.reviewed
                 ORDER BY version DESC LIMIT 1) AS reviewed,
                CASE WHEN record.removed_us IS NULL THEN
                    (SELECT body FROM record_version AS v
                     WHERE v.id = record.id AND v.entry <= coalesce(taken.built, 9223372036854775807)
                     ORDER BY version DESC LIMIT 1) END AS built
            FROM record JOIN taken ON taken.system = CASE record.kind WHEN ?3 THEN record.parent ELSE record.id END
            WHERE taken.reviewed IS NOT NULL AND record.kind IN (?3, ?4))
         SELECT system, kind, name, reviewed, built FROM pair WHERE reviewed IS NOT built
         ORDER BY system, kind, name, id",
    )
    .bind(i64::from(Step::Review.code()))
    .bind(i64::from(Step::Accept.code()))
    .bind(i64::from(RecordKind::Point.code()))
    .bind(i64::from(RecordKind::System.code()))
    .fetch_all(connection)
    .await
    .doing("comparing systems with their designs")?;
    let mut found: HashMap<RecordId, Vec<Compared>> = HashMap::new();
    for (system, kind, name, reviewed, built) in rows {
        let kind = RecordKind::from_code(crate::convert::small(kind)?).unwrap_or(RecordKind::Point);
        let body = |text: Option<String>| text.as_deref().map(body_of).transpose();
        let one = Compared { kind, name, reviewed: body(reviewed)?, built: body(built)? };
        found.entry(RecordId(uuid_of(&system)?)).or_default().push(one);
    }
    Ok(found)
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
