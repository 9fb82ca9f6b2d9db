//! On whose order a hold is placed: a named account, told apart from whoever places it.
//!
//! Who may place one is the table of roles' matter; here is only whose name may stand beside. The invariant: it is read in the
//! transaction that places the hold, so that nobody's name is taken who has left the unit before.

use super::grants::Colleague;
use super::holds::Placing;
use super::register::listed;
use super::{Registry, person_of};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Error, Result};
use law::access::{HOLD_CAMERAS_MAX, Refusal};
use law::retention::refuse_order;
use model::{Act, CameraId, Cx, PersonId};
use sqlx::SqliteConnection;

/// Persons in one answer: more are found by a part of their name.
const PERSONS_MAX: i64 = 100;
/// Of every unit whose cameras these are, as JSON of ids in hex; `?2` is that.
const OF_THE_UNITS: &str =
    "NOT EXISTS (SELECT 1 FROM camera WHERE camera.id IN (SELECT unhex(value) FROM json_each(?2))
    AND NOT EXISTS (SELECT 1 FROM post WHERE post.person = person.id AND post.unit = camera.unit))";

/// Whose order a hold is, as its entry says it, and what speaks against that.
pub(super) struct Order {
    pub by: String,
    pub refusal: Option<Refusal>,
}

impl Registry {
    /// Who else can have ordered that these cameras be held, by name: whoever has a post in the unit of each.
    pub async fn hold_approvers(
        &self,
        cx: &Cx,
        cameras: Vec<CameraId>,
        named: &str,
    ) -> Result<Vec<Colleague>> {
        if cameras.is_empty() || cameras.len() > HOLD_CAMERAS_MAX {
            return Err(Error::invalid("cameras", "are not 1 to 64"));
        }
        let person = person_of(cx)?;
        self.admit_reading(cx, Act::ReadHolds, cameras.clone()).await?;
        let rows: Vec<(Vec<u8>, String, String)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT id, name, account FROM person WHERE suspended = 0 AND id <> ?1 AND {OF_THE_UNITS}
               AND (?3 = '' OR instr(lower(name), lower(?3)) > 0 OR instr(lower(account), lower(?3)) > 0)
             ORDER BY name, account LIMIT ?4"
        )))
        .bind(blob(person.0))
        .bind(listed(cameras.iter().map(|camera| camera.0)))
        .bind(named.trim())
        .bind(PERSONS_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing who can have ordered a hold")?;
        rows.into_iter()
            .map(|(id, name, account)| Ok(Colleague { id: PersonId(uuid_of(&id)?), name, account }))
            .collect()
    }
}

/// The order of a hold that is about to be placed.
pub(super) async fn ordered(connection: &mut SqliteConnection, placing: &Placing) -> Result<Order> {
    let Some(person) = placing.approver_id else { return Ok(Order { by: String::new(), refusal: None }) };
    let found: Option<(String, String)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT name, account FROM person WHERE id = ?1 AND suspended = 0 AND {OF_THE_UNITS}"
    )))
    .bind(blob(person.0))
    .bind(listed(placing.cameras.iter().map(|camera| camera.0)))
    .fetch_optional(connection)
    .await
    .doing("looking for who ordered a hold")?;
    let refusal = refuse_order(person == placing.requester, found.is_some());
    Ok(Order { by: found.map(|(name, account)| format!("{name} ({account})")).unwrap_or_default(), refusal })
}
