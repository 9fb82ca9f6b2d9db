//! Which article asks a unit for what a control does: of its systems' packs that bind, or of one that it adopted. For what is the
//! unit's as a whole, as a roster is. It judges nothing.

use super::list::one;
use super::under::{Book, Local, rules_of_system};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use law::packs::{ArticleId, Force, Rules};
use law::register::{Body, RecordKind};
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
    let systems: Vec<(Vec<u8>,)> = sqlx::query_as(
        "SELECT id FROM record WHERE unit = ? AND kind = ? AND removed_us IS NULL ORDER BY id LIMIT ?",
    )
    .bind(blob(unit.0))
    .bind(i64::from(RecordKind::System.code()))
    .bind(SYSTEMS_MAX)
    .fetch_all(&mut *connection)
    .await
    .doing("listing a unit's systems")?;
    for (system,) in systems {
        let system = one(connection, RecordId(uuid_of(&system)?)).await?;
        if let Some(article) = binding(&rules_of_system(connection, book, &system).await?) {
            return Ok(Some(article));
        }
    }
    // A unit without systems is under what it adopted.
    let local = Local::load(connection, Some(unit)).await?;
    let nothing = (RecordId(uuid::Uuid::nil()), &Body::new());
    Ok(binding(&local.rules(book, Some(unit), nothing, &[])))
}
