//! Which units keep an account: those where it holds posts, and beside these the one that made it an authority's, or made it at all.
//!
//! Not a decision: `facts` puts these units before the law. The invariant kept: whoever acts on another's account administers every unit
//! that is given here, so an account through which an authority judges or collects is not anybody's who administers some other unit.

use super::facts::posts;
use super::{register::listed, retrievals::portal, supervision};
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

/// Whose hands an account is in.
pub(super) struct Hands {
    /// Its own units and those that keep it, those from which these were made, and those of everybody who administers one of them.
    pub units: Vec<UnitId>,
    /// Itself, and whoever administers one of those that keep it.
    pub people: Vec<PersonId>,
}

/// Who could have made an account or can set its password, and where these belong: what is kept from them is kept from it
/// (national-2016:25).
pub(super) async fn hands(
    connection: &mut SqliteConnection,
    person: PersonId,
    own: impl IntoIterator<Item = UnitId>,
) -> Result<Hands> {
    let kept: Vec<UnitId> = kept_by(connection, person).await?.into_iter().chain(own).collect();
    let rows: Vec<(bool, Vec<u8>)> = sqlx::query_as(
        "WITH RECURSIVE
            kept (unit) AS (
                SELECT unhex(value) FROM json_each(?1)
                UNION SELECT unit_origin.origin FROM kept JOIN unit_origin ON unit_origin.unit = kept.unit),
            hand (person) AS (
                SELECT ?2
                UNION SELECT post.person FROM post WHERE post.role = ?3 AND post.camera_group IS NULL
                    AND post.unit IN (SELECT unit FROM kept))
         SELECT 1, unit FROM kept
         UNION SELECT 1, post.unit FROM post WHERE post.person IN (SELECT person FROM hand)
         UNION SELECT 0, person FROM hand",
    )
    .bind(listed(kept.into_iter().map(|unit| unit.0)))
    .bind(blob(person.0))
    .bind(i64::from(Role::Administrator.code()))
    .fetch_all(connection)
    .await
    .doing("looking in whose hands an account is")?;
    let mut found = Hands { units: Vec::new(), people: Vec::new() };
    for (is_unit, id) in rows {
        let id = uuid_of(&id)?;
        if is_unit { found.units.push(UnitId(id)) } else { found.people.push(PersonId(id)) }
    }
    Ok(found)
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
