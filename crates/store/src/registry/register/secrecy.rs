//! Which records are secret: systems that are marked so, and what belongs to them by naming them or their points
//! (guangzhou-2007:11, national-2025:10). Kept in a column, so that every list leaves them out in the same way.
//!
//! Who may see them is `clearance`'s. The invariant kept: after each change of a record, it and everything that hangs on it is
//! secret exactly when a secret system is at the other end.

use super::{Record, list::one, write::Checked};
use crate::convert::blob;
use crate::error::{Doing, Error, Result};
use crate::registry::{Registry, clearance::Cleared};
use law::register::{Problem, RecordKind, references};
use model::{Cx, RecordId};
use sqlx::SqliteConnection;

/// What an entry says instead of a secret record's name.
pub(super) const WITHHELD: &str = "(secret)";

/// The name that an entry may give.
pub(super) fn name(record: &Record) -> &str {
    if record.secret { WITHHELD } else { &record.name }
}

impl Registry {
    /// Whether a body makes a secret record. Naming a secret one without clearance is naming nothing.
    pub(super) async fn named_in_sight(&self, cx: &Cx, checked: &Checked) -> Result<bool> {
        let mut connection = self.0.database.read.acquire().await.doing("looking at what a record names")?;
        let cleared = Cleared::load(&mut connection, cx.actor).await?;
        let mut secret = checked.kind == RecordKind::System && super::flag(&checked.body, "secret");
        for (field, kind, id) in references(checked.kind, &checked.body) {
            let Ok(named) = one(&mut connection, id.parse()?).await else { continue };
            if named.secret && !cleared.covers(named.unit) {
                return Err(Error::Problems(vec![Problem::new(
                    field,
                    "names no record of this kind and unit",
                    "所指记录不存在、种类不符或属于其他单位",
                )]));
            }
            secret |= named.secret && matches!(kind, RecordKind::System | RecordKind::Point);
        }
        Ok(secret)
    }
}

/// A record with everything that hangs on it: what names it as its system or point, the stills of a point, and so on.
const BELOW: &str = "WITH RECURSIVE hangs (source, target) AS (
        SELECT source, target FROM record_reference
        WHERE field IN ('system', 'systems', 'point', 'points', 'built_as')
        UNION ALL
        SELECT document, point FROM commissioning_still
    ), below (id) AS (
        SELECT ?1
        UNION
        SELECT source FROM hangs JOIN below ON hangs.target = below.id
    ), above (id, top) AS (
        SELECT id, id FROM below
        UNION
        SELECT above.id, target FROM hangs JOIN above ON hangs.source = above.top
    )";

/// After a change: the record and, where that changed, what hangs on it, each by the systems at the other end.
pub(super) async fn settle(
    connection: &mut SqliteConnection,
    id: RecordId,
    checked: &Checked,
    before: Option<&Record>,
) -> Result<()> {
    let marked = checked.kind == RecordKind::System && super::flag(&checked.body, "secret");
    let secret = marked || belongs(connection, id).await?;
    if secret == before.is_some_and(|before| before.secret) {
        return Ok(());
    }
    let sql = format!(
        "{BELOW} UPDATE record SET secret = EXISTS (
            SELECT 1 FROM above JOIN record AS system ON system.id = above.top
            WHERE above.id = record.id AND system.kind = {} AND json_extract(system.body, '$.secret') = 1
        ) WHERE id IN (SELECT id FROM below)",
        RecordKind::System.code()
    );
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(blob(id.0))
        .execute(connection)
        .await
        .doing("settling which records are secret")
        .map(|_| ())
}

/// A new record that hangs on another without naming it is as secret as that one.
pub(super) async fn shared(connection: &mut SqliteConnection, id: RecordId, with: RecordId) -> Result<()> {
    sqlx::query("UPDATE record SET secret = (SELECT secret FROM record WHERE id = ?) WHERE id = ?")
        .bind(blob(with.0))
        .bind(blob(id.0))
        .execute(connection)
        .await
        .doing("settling whether a record is secret")
        .map(|_| ())
}

/// Whether what a record names as its system or point is secret.
async fn belongs(connection: &mut SqliteConnection, id: RecordId) -> Result<bool> {
    let (found,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM record_reference JOIN record ON record.id = target
         WHERE source = ? AND field IN ('system', 'systems', 'point', 'points', 'built_as') AND secret = 1)",
    )
    .bind(blob(id.0))
    .fetch_one(connection)
    .await
    .doing("looking whether a record belongs to a secret system")?;
    Ok(found)
}
