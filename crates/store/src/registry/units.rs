//! Units and their camera groups: the order that posts and cameras hang in.

use super::facts::GroupTree;
use super::{Registry, admit::Ask, keepers, new_id, words};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Error, Result};
use law::access::Part;
use model::{Act, Actor, Cx, GroupId, PersonId, Role, UnitId};
use sqlx::SqliteConnection;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unit {
    pub id: UnitId,
    pub name: String,
    /// Recorded footage is looked at and copied with a second person's word.
    pub four_eyes: bool,
    /// And by two persons together.
    pub together: bool,
    /// Whoever is on no shift looks with a confirmed case or an approval alone.
    pub off_shift_word: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    pub id: GroupId,
    pub unit: UnitId,
    pub parent: Option<GroupId>,
    pub name: String,
}

#[derive(Clone, Debug, Default)]
pub struct GroupChange {
    pub name: Option<String>,
    /// `Some(None)` moves the group to the top of its unit.
    pub parent: Option<Option<GroupId>>,
}

impl Registry {
    /// All units, by name. Names of units are not confidential among those who have an account.
    pub async fn units(&self, _cx: &Cx) -> Result<Vec<Unit>> {
        let rows: Vec<(Vec<u8>, String, bool, bool, bool)> = sqlx::query_as(
            "SELECT id, name, recorded_grant, recorded_together, off_shift_word FROM unit ORDER BY name",
        )
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing units")?;
        let unit = |(id, name, four_eyes, together, off_shift_word): (Vec<u8>, _, _, _, _)| {
            Ok(Unit { id: UnitId(uuid_of(&id)?), name, four_eyes, together, off_shift_word })
        };
        rows.into_iter().map(unit).collect()
    }

    /// Adds a unit. A person who adds one becomes its administrator, since nobody else could be; and those who audit that
    /// person's units audit the new one, or cameras and people could be moved out of their sight.
    pub async fn create_unit(&self, cx: &Cx, name: &str) -> Result<UnitId> {
        let (id, name, now, actor) = (UnitId(new_id()), words("name", name, 48)?, cx.now, cx.actor);
        let ask = Ask { subject: Some(id.0), extra: format!("unit={name}"), ..Ask::new(Act::ChangeUnit) };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                sqlx::query("INSERT INTO unit (id, name, created_us) VALUES (?, ?, ?)")
                    .bind(blob(id.0))
                    .bind(name)
                    .bind(now.0)
                    .execute(&mut *connection)
                    .await
                    .doing("adding a unit")?;
                if let Actor::Person(person) = actor {
                    note_origin(connection, person, id).await?;
                    make_administrator(connection, person, id).await?;
                    take_auditors_along(connection, person, id).await?;
                }
                Ok(id)
            })
        })
        .await
    }

    /// All camera groups, by name within their parent.
    pub async fn groups(&self, _cx: &Cx) -> Result<Vec<Group>> {
        type Row = (Vec<u8>, Vec<u8>, Option<Vec<u8>>, String);
        let rows: Vec<Row> = sqlx::query_as("SELECT id, unit, parent, name FROM camera_group ORDER BY name")
            .fetch_all(&self.0.database.read)
            .await
            .doing("listing camera groups")?;
        rows.into_iter()
            .map(|(id, unit, parent, name)| {
                let parent = parent.map(|parent| uuid_of(&parent).map(GroupId)).transpose()?;
                Ok(Group { id: GroupId(uuid_of(&id)?), unit: UnitId(uuid_of(&unit)?), parent, name })
            })
            .collect()
    }

    pub async fn create_group(
        &self,
        cx: &Cx,
        unit: UnitId,
        name: &str,
        parent: Option<GroupId>,
    ) -> Result<GroupId> {
        let (id, name) = (GroupId(new_id()), words("name", name, 48)?);
        let ask = Ask {
            scopes: vec![(unit, parent.map(Part::Group))],
            subject: Some(id.0),
            extra: format!("group={name}"),
            ..Ask::new(Act::ChangeUnit)
        };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                sqlx::query("INSERT INTO camera_group (id, unit, parent, name) VALUES (?, ?, ?, ?)")
                    .bind(blob(id.0))
                    .bind(blob(unit.0))
                    .bind(parent.map(|parent| blob(parent.0)))
                    .bind(name)
                    .execute(&mut *connection)
                    .await
                    .doing("adding a camera group")?;
                // Too deep a nesting is found here and rolls everything back.
                GroupTree::load(connection).await?.scope(unit, Some(id))?;
                Ok(id)
            })
        })
        .await
    }

    /// Renames or moves a group. Moving changes who may see its cameras, so running views end.
    pub async fn change_group(&self, cx: &Cx, group: GroupId, change: GroupChange) -> Result<()> {
        let unit = self.unit_of_group(group).await?;
        let name = change.name.as_deref().map(|name| words("name", name, 48)).transpose()?;
        let (moves, parent) = (change.parent.is_some(), change.parent.flatten());
        let ask = Ask {
            scopes: vec![(unit, Some(Part::Group(group))), (unit, parent.map(Part::Group))],
            subject: Some(group.0),
            extra: format!("group=changed\nmoved={moves}"),
            ..Ask::new(Act::ChangeUnit)
        };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                let sql = "UPDATE camera_group SET name = coalesce(?1, name),
                                  parent = CASE WHEN ?2 THEN ?3 ELSE parent END WHERE id = ?4";
                sqlx::query(sql)
                    .bind(name)
                    .bind(moves)
                    .bind(parent.map(|parent| blob(parent.0)))
                    .bind(blob(group.0))
                    .execute(&mut *connection)
                    .await
                    .doing("changing a camera group")?;
                // A group moved below itself, or so deep that a group below it no longer fits, is found here.
                GroupTree::load(connection).await?.check(unit)
            })
        })
        .await?;
        if moves {
            self.0.passes.revoke_all();
        }
        Ok(())
    }

    /// Removes an empty group: one that no camera, post or other group refers to.
    pub async fn remove_group(&self, cx: &Cx, group: GroupId) -> Result<()> {
        let unit = self.unit_of_group(group).await?;
        let ask = Ask {
            scopes: vec![(unit, Some(Part::Group(group)))],
            subject: Some(group.0),
            extra: "group=removed".into(),
            ..Ask::new(Act::ChangeUnit)
        };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                sqlx::query("DELETE FROM camera_group WHERE id = ?")
                    .bind(blob(group.0))
                    .execute(connection)
                    .await
                    .doing("removing a camera group")
                    .map(|_| ())
            })
        })
        .await
    }

    async fn unit_of_group(&self, group: GroupId) -> Result<UnitId> {
        let mut connection = self.0.database.read.acquire().await.doing("looking up a group")?;
        GroupTree::load(&mut connection).await?.unit_of(group).ok_or(Error::NotFound("camera group"))
    }
}

/// From which units it is made: what concerns these concerns it (national-2016:25).
async fn note_origin(connection: &mut SqliteConnection, person: PersonId, unit: UnitId) -> Result<()> {
    let keepers = keepers::kept_by(connection, person).await?;
    for origin in keepers.into_iter().filter(|origin| *origin != keepers::NOBODY) {
        sqlx::query("INSERT OR IGNORE INTO unit_origin (unit, origin) VALUES (?, ?)")
            .bind(blob(unit.0))
            .bind(blob(origin.0))
            .execute(&mut *connection)
            .await
            .doing("noting from which unit a unit was made")?;
    }
    Ok(())
}

async fn take_auditors_along(
    connection: &mut SqliteConnection,
    person: PersonId,
    unit: UnitId,
) -> Result<()> {
    sqlx::query(
        "INSERT OR IGNORE INTO post (person, role, unit)
         SELECT DISTINCT audits.person, audits.role, ?1 FROM post AS audits
         JOIN post AS own ON own.unit = audits.unit AND own.person = ?2 AND own.role = ?3 AND own.camera_group IS NULL
         WHERE audits.role = ?4 AND audits.camera_group IS NULL AND audits.unit <> ?1",
    )
    .bind(blob(unit.0))
    .bind(blob(person.0))
    .bind(i64::from(Role::Administrator.code()))
    .bind(i64::from(Role::Auditor.code()))
    .execute(connection)
    .await
    .doing("taking auditors along")
    .map(|_| ())
}

async fn make_administrator(connection: &mut SqliteConnection, person: PersonId, unit: UnitId) -> Result<()> {
    sqlx::query("INSERT INTO post (person, role, unit) VALUES (?, ?, ?)")
        .bind(blob(person.0))
        .bind(i64::from(Role::Administrator.code()))
        .bind(blob(unit.0))
        .execute(connection)
        .await
        .doing("making an administrator")
        .map(|_| ())
}
