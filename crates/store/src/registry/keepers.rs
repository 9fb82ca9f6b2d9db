//! Which units keep an account: those where it holds posts, and beside these the one that made it an authority's, or made it at all.
//!
//! Not a decision: `facts` puts these units before the law. The invariant kept: whoever acts on another's account administers every unit
//! that is given here, so an account through which an authority judges or collects is not anybody's who administers some other unit.

use super::facts::posts;
use super::{retrievals::portal, supervision};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use law::access::Post;
use model::{Actor, Cx, PersonId, Role, UnitId};
use sqlx::SqliteConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// No unit at all: a supervisor's account that was bound at the machine is kept there.
pub(super) const NOBODY: UnitId = UnitId(Uuid::nil());

/// Every unit that keeps an account.
pub(super) async fn kept_by(connection: &mut SqliteConnection, person: PersonId) -> Result<Vec<UnitId>> {
    let mut units: Vec<UnitId> = posts(connection, person).await?.into_iter().map(|post| post.unit).collect();
    // A requester's account has no posts: it is kept by the unit that made it one, and by no other.
    if let Some(unit) = portal::kept_by(connection, person).await? {
        units.push(unit);
        return Ok(units);
    }
    let supervises = supervision::authority_of(connection, person).await?.is_some();
    if supervises || units.is_empty() {
        let made_by = made_by(connection, person).await?;
        units.extend(made_by.or(supervises.then_some(NOBODY)));
    }
    Ok(units)
}

/// Units beside those of posts, for every account that has such: all of them must be the actor's.
pub(super) async fn all_beside_posts(connection: &mut SqliteConnection) -> Result<HashMap<PersonId, UnitId>> {
    let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(
        "SELECT person, unit FROM requester
         UNION ALL SELECT id, coalesce(kept_by, zeroblob(16)) FROM person
             WHERE EXISTS (SELECT 1 FROM supervisor JOIN authority ON authority.id = authority
                           WHERE supervisor.person = person.id AND ended_us IS NULL)
         UNION ALL SELECT id, kept_by FROM person
             WHERE kept_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM post WHERE post.person = person.id)
               AND NOT EXISTS (SELECT 1 FROM requester WHERE requester.person = person.id)",
    )
    .fetch_all(connection)
    .await
    .doing("listing who keeps accounts")?;
    let kept =
        |(person, unit): (Vec<u8>, Vec<u8>)| Ok((PersonId(uuid_of(&person)?), UnitId(uuid_of(&unit)?)));
    rows.into_iter().map(kept).collect()
}

async fn made_by(connection: &mut SqliteConnection, person: PersonId) -> Result<Option<UnitId>> {
    let row: Option<Option<Vec<u8>>> = sqlx::query_scalar("SELECT kept_by FROM person WHERE id = ?")
        .bind(blob(person.0))
        .fetch_optional(connection)
        .await
        .doing("looking who keeps an account")?;
    row.flatten().map(|unit| uuid_of(&unit).map(UnitId)).transpose()
}

async fn keep(connection: &mut SqliteConnection, person: PersonId, unit: Option<UnitId>) -> Result<()> {
    let Some(unit) = unit else { return Ok(()) };
    sqlx::query("UPDATE person SET kept_by = ? WHERE id = ?")
        .bind(blob(unit.0))
        .bind(blob(person.0))
        .execute(connection)
        .await
        .doing("noting who keeps an account")
        .map(|_| ())
}

/// The unit that the actor administers as a whole; of several the first that they were given.
async fn actors_unit(connection: &mut SqliteConnection, cx: &Cx) -> Result<Option<UnitId>> {
    let Actor::Person(actor) = cx.actor else { return Ok(None) };
    let whole = |post: &Post| post.role == Role::Administrator && post.group.is_none();
    Ok(posts(connection, actor).await?.into_iter().find(whole).map(|post| post.unit))
}

/// Notes who made an account: the unit of its first post, or else the maker's.
pub(super) async fn note_maker(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (person, given): (PersonId, &[Post]),
) -> Result<()> {
    let unit = match given.first() {
        Some(post) => Some(post.unit),
        None => actors_unit(connection, cx).await?,
    };
    keep(connection, person, unit).await
}

/// Before an account's last post is taken away: the unit of the post that it had keeps it, unless it supervises for an authority.
pub(super) async fn note_last_post(connection: &mut SqliteConnection, person: PersonId) -> Result<()> {
    if supervision::authority_of(connection, person).await?.is_some() {
        return Ok(());
    }
    let last = posts(connection, person).await?.first().map(|post| post.unit);
    keep(connection, person, last).await
}

/// Before an account is bound to an authority: who keeps it from then on, if it does not supervise already.
pub(super) async fn note_bound(connection: &mut SqliteConnection, cx: &Cx, person: PersonId) -> Result<()> {
    if supervision::authority_of(connection, person).await?.is_some() {
        return Ok(());
    }
    let unit = match posts(connection, person).await?.first() {
        Some(post) => Some(post.unit),
        None => match made_by(connection, person).await? {
            Some(unit) => Some(unit),
            None => actors_unit(connection, cx).await?,
        },
    };
    keep(connection, person, unit).await
}
