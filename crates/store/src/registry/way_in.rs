//! In whose hands the way into an account was last, and whether another keeper has confirmed the account since.
//!
//! It sets no password and refuses nobody; `law::access` says what waits. The invariants kept: whoever makes an account, resets its password
//! or links it by an invitation stands behind it alone until another confirms it; what is done through an account that waits itself is
//! done by whoever stands behind that one; what is done at the machine waits for nobody.

use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use model::{Actor, Cx, PersonId, WallTime};
use sqlx::SqliteConnection;

/// Notes who made an account or reset its password.
pub(super) async fn note(connection: &mut SqliteConnection, cx: &Cx, person: PersonId) -> Result<()> {
    let setter = match cx.actor {
        Actor::Person(setter) => Some(setter),
        Actor::System(_) => None,
    };
    set(connection, person, setter, cx.now).await
}

/// The same of whoever gave the invitation by which an account was linked. What waits already goes on waiting since then.
pub(super) async fn set(
    connection: &mut SqliteConnection,
    person: PersonId,
    setter: Option<PersonId>,
    now: WallTime,
) -> Result<()> {
    sqlx::query(
        "UPDATE person SET set_by = coalesce((SELECT setter.set_by FROM person AS setter WHERE setter.id = ?1), ?1),
            set_us = CASE WHEN ?1 IS NULL THEN NULL ELSE coalesce(set_us, ?3) END
         WHERE id = ?2",
    )
    .bind(setter.map(|setter| blob(setter.0)))
    .bind(blob(person.0))
    .bind(now.0)
    .execute(connection)
    .await
    .doing("noting who set how an account is signed in to")
    .map(|_| ())
}

/// Who stands behind an account alone; `None`: nobody does, or another confirmed it.
pub(super) async fn waits(connection: &mut SqliteConnection, person: PersonId) -> Result<Option<PersonId>> {
    let setter: Option<Option<Vec<u8>>> = sqlx::query_scalar("SELECT set_by FROM person WHERE id = ?")
        .bind(blob(person.0))
        .fetch_optional(connection)
        .await
        .doing("looking who set how an account is signed in to")?;
    setter.flatten().map(|id| uuid_of(&id).map(PersonId)).transpose()
}

/// Another keeper has confirmed the account.
pub(super) async fn settle(connection: &mut SqliteConnection, person: PersonId, now: WallTime) -> Result<()> {
    set(connection, person, None, now).await
}
