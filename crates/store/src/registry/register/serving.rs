//! Which article asks a unit for what a control does: of its systems' packs that bind, or of one that it adopted. For what is the
//! unit's as a whole, as a roster is. It judges nothing.

use super::Record;
use super::list::one;
use super::under::{Book, Local, rules_of_system};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use law::packs::{ArticleId, Force, Rules};
use law::register::{Body, RecordKind};
use law::routines::RuleKind;
use model::{RecordId, UnitId};
use sqlx::SqliteConnection;

/// Systems of one unit that are asked, oldest first: the first of them whose pack binds answers.
const SYSTEMS_MAX: i64 = 50;

/// The first article that binds.
pub(crate) async fn binding_article(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    unit: UnitId,
    control: &str,
) -> Result<Option<ArticleId>> {
    let binding = |rules: &Rules<'_>| {
        rules.served_by(control).filter(|(_, force)| *force == Force::Binds).map(|(article, _)| article)
    };
    for system in systems(connection, unit).await? {
        if let Some(article) = binding(&rules_of_system(connection, book, &system).await?) {
            return Ok(Some(article));
        }
    }
    // A unit without systems is under what it adopted.
    let local = Local::load(connection, Some(unit)).await?;
    let nothing = (RecordId(uuid::Uuid::nil()), &Body::new());
    Ok(binding(&local.rules(book, Some(unit), nothing, &[])))
}

/// The kinds of written rules that packs which bind ask of a unit, each with the first article that does.
pub(crate) async fn written_rules_asked(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    unit: UnitId,
) -> Result<Vec<(RuleKind, ArticleId)>> {
    let mut asked: Vec<(RuleKind, ArticleId)> = Vec::new();
    let mut add = |rules: &Rules<'_>| {
        let all = rules.each(|values| values.written_rules.as_ref()).into_iter();
        for (ruling, _) in all.filter(|(_, force)| *force == Force::Binds) {
            for kind in ruling.value.iter().filter_map(|word| RuleKind::from_word(word)) {
                if asked.iter().all(|(known, _)| *known != kind) {
                    asked.push((kind, ruling.article.clone()));
                }
            }
        }
    };
    for system in systems(connection, unit).await? {
        add(&rules_of_system(connection, book, &system).await?);
    }
    let local = Local::load(connection, Some(unit)).await?;
    add(&local.rules(book, Some(unit), (RecordId(uuid::Uuid::nil()), &Body::new()), &[]));
    Ok(asked)
}

async fn systems(connection: &mut SqliteConnection, unit: UnitId) -> Result<Vec<Record>> {
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
        "SELECT id FROM record WHERE unit = ? AND kind = ? AND removed_us IS NULL ORDER BY id LIMIT ?",
    )
    .bind(blob(unit.0))
    .bind(i64::from(RecordKind::System.code()))
    .bind(SYSTEMS_MAX)
    .fetch_all(&mut *connection)
    .await
    .doing("listing a unit's systems")?;
    let mut systems = Vec::with_capacity(rows.len());
    for (system,) in rows {
        systems.push(one(connection, RecordId(uuid_of(&system)?)).await?);
    }
    Ok(systems)
}
