//! Posts that somebody was given after their account was made, and since when one waits for another than its giver to confirm it.
//!
//! It gives and takes no post, and refuses nobody. The invariants kept: one row for each post that is new, in the transaction of the change
//! that gave it; a row waits until the post is taken away, or another than the giver has confirmed the person's posts.

use super::EntryIndex;
use crate::convert::{blob, int};
use crate::error::{Doing, Result};
use law::access::Post;
use model::{Actor, Cx, PersonId, WallTime};
use sqlx::SqliteConnection;

/// A post that was given is confirmed by another within so long: the next time at which whoever answers for the unit looks at its people.
pub const GIVEN_US: i64 = 30 * 86_400_000_000;

/// When the posts are to be confirmed: when the year says, or what was given since, whichever comes first.
pub(super) fn due(yearly: WallTime, given: Option<WallTime>) -> WallTime {
    given.map_or(yearly, |at| yearly.min(at.plus_us(GIVEN_US)))
}

/// Notes what is held now and was not before, and that what is held no longer waits for nobody.
pub(super) async fn note(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (person, before, held): (PersonId, &[Post], &[Post]),
    entry: EntryIndex,
) -> Result<()> {
    sqlx::query(
        "UPDATE post_given SET taken_us = ?1 WHERE person = ?2 AND taken_us IS NULL AND NOT EXISTS
           (SELECT 1 FROM post WHERE post.person = post_given.person AND post.role = post_given.role
            AND post.unit = post_given.unit AND post.camera_group IS post_given.camera_group)",
    )
    .bind(cx.now.0)
    .bind(blob(person.0))
    .execute(&mut *connection)
    .await
    .doing("noting that posts were taken away")?;
    let giver = match cx.actor {
        Actor::Person(giver) => Some(blob(giver.0)),
        Actor::System(_) => None,
    };
    for post in held.iter().filter(|post| !before.contains(post)) {
        sqlx::query(
            "INSERT INTO post_given (entry, person, role, unit, camera_group, giver, at_us) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(int(entry.0)?)
        .bind(blob(person.0))
        .bind(i64::from(post.role.code()))
        .bind(blob(post.unit.0))
        .bind(post.camera_group().map(|group| blob(group.0)))
        .bind(&giver)
        .bind(cx.now.0)
        .execute(&mut *connection)
        .await
        .doing("noting that a post was given")?;
    }
    Ok(())
}

/// When the first of those posts was given that still wait; of those alone that `confirmer` may settle, if somebody is named.
pub(super) async fn waiting(
    connection: &mut SqliteConnection,
    person: PersonId,
    confirmer: Option<PersonId>,
) -> Result<Option<WallTime>> {
    let (since,): (Option<i64>,) = sqlx::query_as(
        "SELECT min(at_us) FROM post_given AS given WHERE person = ?1 AND taken_us IS NULL
           AND (?2 IS NULL OR giver IS NOT ?2) AND NOT EXISTS
           (SELECT 1 FROM posts_confirmation AS said WHERE said.person = given.person AND said.entry > given.entry
            AND said.confirmer IS NOT given.giver)",
    )
    .bind(blob(person.0))
    .bind(confirmer.map(|confirmer| blob(confirmer.0)))
    .fetch_one(connection)
    .await
    .doing("looking for posts that nobody confirmed")?;
    Ok(since.map(WallTime))
}
