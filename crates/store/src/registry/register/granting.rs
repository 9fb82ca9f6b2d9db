//! Grants to other platforms, judged with the points that they name: when they are made, and when a point's level rises later.
//!
//! What a grant may hold is `law::grants`'s; here its facts are read in the transaction that decides.

use super::{
    Record, facts, list,
    list::one,
    number, record_id, text,
    under::{Book, rules_of_system},
    write::Checked,
};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use law::access::Refusal;
use law::grants::{GrantFacts, refuses};
use law::packs::Rules;
use law::register::{Body, RecordKind};
use model::RecordId;
use sqlx::SqliteConnection;

fn level_of(body: &Body, field: &str) -> Option<u8> {
    // The table of fields holds it between 1 and 3.
    number(body, field).map(|level| level as u8)
}

/// What refuses a grant (guangzhou-2007:14, qingdao:13).
pub(super) async fn grant(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    new: &Checked,
) -> Result<Option<Refusal>> {
    let mut points = Vec::new();
    let mut rules = Rules::none();
    let ids = |field: &str| list(&new.body, field).into_iter().filter_map(|id| id.parse::<RecordId>().ok());
    for system in ids("systems") {
        let Ok(system) = one(connection, system).await else { continue };
        rules = rules_of_system(connection, book, &system).await?;
        points.extend(facts::points_of(connection, system.id).await?);
    }
    for point in ids("points") {
        let Ok(point) = one(connection, point).await else { continue };
        if let Some(system) = record_id(&point.body, "system") {
            let system = one(connection, system).await?;
            rules = rules_of_system(connection, book, &system).await?;
        }
        points.push(point);
    }
    let decision = match record_id(&new.body, "decision") {
        Some(decision) => one(connection, decision).await.ok(),
        None => None,
    };
    let facts = GrantFacts {
        level_max: level_of(&new.body, "level_max").unwrap_or_default(),
        valid_until: text(&new.body, "valid_until").unwrap_or_default().to_owned(),
        decision_until: decision.and_then(|decision| text(&decision.body, "valid_until").map(str::to_owned)),
        points: points
            .into_iter()
            .map(|point| {
                let level = level_of(&point.body, "security_level");
                (point.name, level)
            })
            .collect(),
    };
    Ok(refuses(&facts, &rules))
}

/// A point that platforms reach does not rise above their grants: they are changed first. A grant that has ended reaches nothing.
pub(super) async fn level(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    rules: &Rules<'_>,
    before: &Record,
    new: &Body,
) -> Result<Option<Refusal>> {
    let level = level_of(new, "security_level");
    if level == level_of(&before.body, "security_level") {
        return Ok(None);
    }
    // From the grants, which are few: a system is named by each of its points.
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
        "SELECT DISTINCT source FROM record CROSS JOIN record_reference ON source = record.id
         WHERE record.kind = ?1 AND record.removed_us IS NULL AND target IN (?2, ?3)",
    )
    .bind(i64::from(RecordKind::Grant.code()))
    .bind(blob(before.id.0))
    .bind(before.parent.map(|system| blob(system.0)))
    .fetch_all(&mut *connection)
    .await
    .doing("listing the grants that reach a point")?;
    for (grant,) in rows {
        let grant = one(connection, RecordId(uuid_of(&grant)?)).await?;
        if text(&grant.body, "valid_until").is_some_and(|until| until < book.today.to_string().as_str()) {
            continue;
        }
        let facts = GrantFacts {
            level_max: level_of(&grant.body, "level_max").unwrap_or_default(),
            points: vec![(before.name.clone(), level)],
            ..GrantFacts::default()
        };
        if let Some(refusal) = refuses(&facts, rules) {
            return Ok(Some(refusal));
        }
    }
    Ok(None)
}
