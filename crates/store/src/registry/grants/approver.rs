//! Whether whoever approves a request could ask for the same themselves, and whether another of the unit could approve it.
//!
//! What follows from that `law::access::refuse_same_post` says. The invariant: both are read in the transaction that decides, and another
//! counts only if nothing would refuse their approval: not the door, not the post that they hold, not an approval in return.

use super::clip::scopes_of;
use super::row::GrantRow;
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use crate::registry::admit::Ask;
use crate::registry::facts::{self, GroupTree};
use crate::registry::whole_systems;
use law::access::{Approval, Part, Refusal, Scope, circle, post_for, refuse_same_post};
use model::{Act, Actor, Cx, PersonId, Role, UnitId};
use sqlx::SqliteConnection;

/// Administrators of a unit that are looked through: a unit has a handful.
const ADMINISTRATORS_MAX: i64 = 100;

/// What refuses the approval, and what its entry says about the approver's own posts.
pub(super) async fn apart(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (row, ask): (&GrantRow, &Ask),
    ((approver, asker), approvals): ((PersonId, PersonId), &[Approval]),
) -> Result<(Option<Refusal>, String)> {
    let places = places(connection, row).await?;
    let own = facts::posts_at(connection, approver, cx.now).await?;
    let Some(post) = post_for(&own, &row.acts, &places) else { return Ok((None, String::new())) };
    let parties = [approver, asker, row.asked.by.0];
    let mut another = false;
    for person in administrators(connection, row.unit).await? {
        // Approving in return would be refused to them: then nothing waits for them.
        let in_return = circle(approvals, Approval { approver: person, asker }).is_some();
        if parties.contains(&person) || in_return {
            continue;
        }
        let posts = facts::posts_at(connection, person, cx.now).await?;
        if post_for(&posts, &row.acts, &places).is_none() && could(connection, cx, ask, person).await? {
            another = true;
            break;
        }
    }
    let said = format!("approver_post={}\nanother_could={another}", post.as_str());
    Ok((refuse_same_post(Some(post), another), said))
}

/// Where the cameras of a request lie: those that it names, and those of its systems as they stand.
async fn places(connection: &mut SqliteConnection, row: &GrantRow) -> Result<Vec<Scope>> {
    let mut cameras = row.cameras.clone();
    let groups = GroupTree::load(connection).await?;
    let mut places = Vec::new();
    for system in &row.systems {
        cameras.extend(whole_systems::cameras_in(connection, row.unit, *system).await?);
        places.push(groups.scope_of(row.unit, Some(Part::System(*system)))?);
    }
    if !cameras.is_empty() {
        places.extend(scopes_of(connection, &cameras).await?);
    }
    Ok(places)
}

async fn administrators(connection: &mut SqliteConnection, unit: UnitId) -> Result<Vec<PersonId>> {
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
        "SELECT DISTINCT person FROM post JOIN person ON person.id = post.person
         WHERE unit = ? AND role = ? AND camera_group IS NULL AND suspended = 0 LIMIT ?",
    )
    .bind(blob(unit.0))
    .bind(i64::from(Role::Administrator.code()))
    .bind(ADMINISTRATORS_MAX)
    .fetch_all(connection)
    .await
    .doing("looking for another who could approve")?;
    rows.iter().map(|(person,)| uuid_of(person).map(PersonId)).collect()
}

/// Whether somebody else could sign in now and approve the same.
async fn could(connection: &mut SqliteConnection, cx: &Cx, ask: &Ask, person: PersonId) -> Result<bool> {
    let them = Cx { actor: Actor::Person(person), ..cx.clone() };
    for ask in [Ask::new(Act::SignIn), Ask { own: false, ..ask.clone() }] {
        if facts::permitted(connection, &them, &ask).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}
