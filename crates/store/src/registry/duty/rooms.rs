//! Monitoring rooms of a unit, and how many persons each needs at which hours. A pattern that is replaced ends; it is not changed,
//! so that what was needed last month stays known.

use super::super::admit::Ask;
use super::super::{EntryIndex, Registry, new_id, words};
use super::unit_of;
use crate::convert::{blob, int, small, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::once;
use law::duty::DutyPost;
use model::{Act, Cx, UnitId, WallTime};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Rooms of one unit: a city's centre has a handful.
const ROOMS_MAX: i64 = 100;
/// Patterns of one room at once: three shifts for each day of the week, and some more.
const NEEDS_MAX: usize = 40;
const NAME_CHARS_MAX: usize = 60;

/// How many persons, when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewDutyNeed {
    /// Bit 0 Monday to bit 6 Sunday.
    pub days: u8,
    pub from_min: u16,
    pub length_min: u16,
    pub persons: u8,
    /// Which post they fill; `None`: any.
    pub post: Option<DutyPost>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DutyNeed {
    pub need: NewDutyNeed,
    pub since: WallTime,
    /// It was replaced.
    pub ended: Option<WallTime>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DutyRoom {
    pub id: Uuid,
    pub unit: UnitId,
    pub name: String,
    /// IANA name of the zone whose clock hangs there.
    pub zone: String,
    pub made: WallTime,
    pub entry: EntryIndex,
    pub closed: Option<WallTime>,
    /// In order of their beginning, ended ones too.
    pub needs: Vec<DutyNeed>,
}

impl NewDutyNeed {
    fn check(self) -> Result<Self> {
        let check =
            |fits: bool, field, problem| if fits { Ok(()) } else { Err(Error::invalid(field, problem)) };
        check((1..=127).contains(&self.days), "days", "are none of the week")?;
        check(self.from_min < 1_440, "from_min", "is no minute of a day")?;
        check((1..=1_440).contains(&self.length_min), "length_min", "is not between a minute and a day")?;
        check((1..=50).contains(&self.persons), "persons", "are not between 1 and 50")?;
        Ok(self)
    }
}

impl Registry {
    /// The rooms of the actor's units, closed ones too.
    pub async fn duty_rooms(&self, cx: &Cx) -> Result<Vec<DutyRoom>> {
        let units = self.duty_units(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("listing rooms")?;
        let mut rooms = rooms(&mut connection).await?;
        rooms.retain(|room| units.as_ref().is_none_or(|units| units.contains(&room.unit)));
        Ok(rooms)
    }

    /// Adds a room. From then on the unit keeps a roster.
    pub async fn add_duty_room(&self, cx: &Cx, unit: UnitId, name: &str, zone: &str) -> Result<Uuid> {
        let (name, zone) = (words("name", name, NAME_CHARS_MAX)?, words("zone", zone, NAME_CHARS_MAX)?);
        let (id, now) = (new_id(), cx.now);
        let ask = Ask {
            scopes: vec![(unit, None)],
            subject: Some(id),
            extra: format!("room={name}\nzone={zone}"),
            ..Ask::new(Act::ChangeRoster)
        };
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let (rooms,): (i64,) =
                    sqlx::query_as("SELECT count(*) FROM duty_room WHERE unit = ? AND closed_us IS NULL")
                        .bind(blob(unit.0))
                        .fetch_one(&mut *connection)
                        .await
                        .doing("counting rooms")?;
                if rooms >= ROOMS_MAX {
                    return Err(Error::Conflict("the unit has too many rooms".into()));
                }
                sqlx::query(
                    "INSERT INTO duty_room (id, unit, name, zone, made_us, entry) VALUES (?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(unit.0))
                .bind(name)
                .bind(zone)
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("adding a room")?;
                Ok(id)
            })
        })
        .await
    }

    /// Closes a room: nobody keeps watch there any more. Its logs stay.
    pub async fn close_duty_room(&self, cx: &Cx, room: Uuid) -> Result<()> {
        let ask = self.of_room(room, "room=closed").await?;
        let now = cx.now;
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                let closed =
                    sqlx::query("UPDATE duty_room SET closed_us = ? WHERE id = ? AND closed_us IS NULL")
                        .bind(now.0)
                        .bind(blob(room))
                        .execute(connection)
                        .await
                        .doing("closing a room")?;
                once(&closed, "the room is closed already")?;
                Ok(())
            })
        })
        .await
    }

    /// Says how many persons the room needs, when, from now on.
    pub async fn set_duty_needs(&self, cx: &Cx, room: Uuid, needs: Vec<NewDutyNeed>) -> Result<()> {
        if needs.len() > NEEDS_MAX {
            return Err(Error::invalid("needs", "are too many"));
        }
        let needs = needs.into_iter().map(NewDutyNeed::check).collect::<Result<Vec<_>>>()?;
        let told = needs.iter().map(|need| {
            let post = need.post.map_or_else(String::new, |post| format!(":{}", post.as_str()));
            format!("{:07b}/{}+{}x{}{post}", need.days, need.from_min, need.length_min, need.persons)
        });
        let ask = self.of_room(room, &format!("needs={}", told.collect::<Vec<_>>().join(","))).await?;
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                sqlx::query("UPDATE duty_need SET ended_us = ? WHERE room = ? AND ended_us IS NULL")
                    .bind(now.0)
                    .bind(blob(room))
                    .execute(&mut *connection)
                    .await
                    .doing("replacing what a room needs")?;
                for need in needs {
                    insert(connection, (room, now), need, entry).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// The question of changing something about a room.
    pub(super) async fn of_room(&self, room: Uuid, extra: &str) -> Result<Ask> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a room")?;
        let unit = unit_of(&mut connection, room).await?;
        Ok(Ask {
            scopes: vec![(unit, None)],
            subject: Some(room),
            extra: extra.to_owned(),
            ..Ask::new(Act::ChangeRoster)
        })
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    (room, now): (Uuid, WallTime),
    need: NewDutyNeed,
    entry: EntryIndex,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO duty_need (id, room, days, from_min, length_min, persons, since_us, entry, post)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(new_id()))
    .bind(blob(room))
    .bind(i64::from(need.days))
    .bind(i64::from(need.from_min))
    .bind(i64::from(need.length_min))
    .bind(i64::from(need.persons))
    .bind(now.0)
    .bind(int(entry.0)?)
    .bind(need.post.map_or("", DutyPost::as_str))
    .execute(connection)
    .await
    .doing("saying what a room needs")
    .map(|_| ())
}

async fn rooms(connection: &mut SqliteConnection) -> Result<Vec<DutyRoom>> {
    type Row = (Vec<u8>, Vec<u8>, String, String, i64, i64, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, unit, name, zone, made_us, entry, closed_us FROM duty_room ORDER BY unit, made_us, id",
    )
    .fetch_all(&mut *connection)
    .await
    .doing("listing rooms")?;
    let mut found = Vec::with_capacity(rows.len());
    for (id, unit, name, zone, made, entry, closed) in rows {
        let id = uuid_of(&id)?;
        found.push(DutyRoom {
            id,
            unit: UnitId(uuid_of(&unit)?),
            name,
            zone,
            made: WallTime(made),
            entry: EntryIndex(uint(entry)?),
            closed: closed.map(WallTime),
            needs: needs(connection, id).await?,
        });
    }
    Ok(found)
}

async fn needs(connection: &mut SqliteConnection, room: Uuid) -> Result<Vec<DutyNeed>> {
    type Row = (i64, i64, i64, i64, i64, Option<i64>, String);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT days, from_min, length_min, persons, since_us, ended_us, post FROM duty_need WHERE room = ?
         ORDER BY from_min, days, id",
    )
    .bind(blob(room))
    .fetch_all(connection)
    .await
    .doing("reading what a room needs")?;
    rows.into_iter()
        .map(|(days, from, length, persons, since, ended, post)| {
            let need = NewDutyNeed {
                days: small(days)?,
                from_min: small(from)?,
                length_min: small(length)?,
                persons: small(persons)?,
                post: post_of(&post)?,
            };
            Ok(DutyNeed { need, since: WallTime(since), ended: ended.map(WallTime) })
        })
        .collect()
}

/// A stored post; `''` is any.
pub(super) fn post_of(word: &str) -> Result<Option<DutyPost>> {
    match word {
        "" => Ok(None),
        word => DutyPost::from_word(word)
            .map(Some)
            .ok_or_else(|| Error::Corrupt("a stored post of a room is unknown".into())),
    }
}
