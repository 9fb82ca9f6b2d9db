//! Saved walls. A layout names cameras; whether they may be watched is decided when a view is opened.

use super::{EntryIndex, Registry, admit::Ask, facts, new_id, words};
use crate::convert::{blob, int, small, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::person_of;
use law::access::{Part, Post};
use model::{Act, Actor, CameraId, Cx, GroupId, LayoutId, PersonId, Purpose, Role, UnitId, ViewId, WallTime};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Layouts of one person: more is a list that nobody reads.
pub const LAYOUTS_MAX: i64 = 100;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    pub id: LayoutId,
    pub owner: PersonId,
    pub name: String,
    /// Shown to everybody; changed by its owner only.
    pub shared: bool,
    pub body: LayoutBody,
    /// Whose it is by their post, if an administrator gave it to one.
    pub post: Option<LayoutPost>,
    /// It is the asking person's own now: they hold that post, or keep watch in that room.
    pub on_duty: bool,
}

/// What a layout belongs to: a role in a unit or camera group, or a duty room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LayoutPost {
    pub unit: UnitId,
    pub to: PostOf,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PostOf {
    Role(Role, Option<GroupId>),
    Room(Uuid),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LayoutBody {
    /// 1, 4, 9 or 16.
    pub grid: u8,
    /// As many as the grid has.
    pub tiles: Vec<Option<CameraId>>,
    /// Seconds per page when the wall tours through more cameras than fit.
    pub tour_seconds: Option<u16>,
}

#[derive(Serialize, Deserialize)]
struct StoredBody {
    grid: u8,
    tiles: Vec<Option<String>>,
    tour_seconds: Option<u16>,
}

impl Registry {
    /// The actor's own layouts and the shared ones, by name.
    pub async fn layouts(&self, cx: &Cx) -> Result<Vec<Layout>> {
        let person = person_of(cx)?;
        type Row = (Vec<u8>, Vec<u8>, String, bool, String);
        let mut connection = self.0.database.read.acquire().await.doing("listing layouts")?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, owner, name, shared, body FROM layout WHERE owner = ? OR shared = 1 ORDER BY name, id",
        )
        .bind(blob(person.0))
        .fetch_all(&mut *connection)
        .await
        .doing("listing layouts")?;
        let given = given(&mut connection).await?;
        let posts = facts::posts_at(&mut connection, person, cx.now).await?;
        let rooms = rooms_of(&mut connection, person, cx.now).await?;
        drop(connection);
        rows.into_iter()
            .map(|(id, owner, name, shared, body)| {
                let post = given.get(&LayoutId(uuid_of(&id)?)).copied();
                let body: StoredBody = serde_json::from_str(&body)
                    .map_err(|_| Error::Corrupt("a stored layout cannot be read".into()))?;
                let tiles = body.tiles.iter().map(|tile| tile.as_deref().map(str::parse).transpose());
                let tiles = tiles.collect::<std::result::Result<Vec<Option<CameraId>>, _>>()?;
                Ok(Layout {
                    id: LayoutId(uuid_of(&id)?),
                    owner: PersonId(uuid_of(&owner)?),
                    name,
                    shared,
                    body: LayoutBody { grid: body.grid, tiles, tour_seconds: body.tour_seconds },
                    on_duty: post.is_some_and(|post| is_on(post, &posts, &rooms)),
                    post,
                })
            })
            .collect()
    }

    /// Saves a new layout, or with an id replaces one of one's own.
    pub async fn save_layout(
        &self,
        cx: &Cx,
        id: Option<LayoutId>,
        name: &str,
        shared: bool,
        body: LayoutBody,
    ) -> Result<LayoutId> {
        let person = person_of(cx)?;
        let (name, text, replaced) = (words("name", name, 48)?, encode(body)?, id);
        let id = id.unwrap_or(LayoutId(new_id()));
        let ask = Ask {
            subject: Some(id.0),
            extra: format!("layout={name}\nshared={shared}"),
            ..Ask::new(Act::ChangeLayout)
        };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                // What a post gets is changed by whoever may give it, after taking it back.
                if let Some(id) = replaced {
                    is_free(connection, id).await?;
                }
                let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM layout WHERE owner = ?")
                    .bind(blob(person.0))
                    .fetch_one(&mut *connection)
                    .await
                    .doing("counting layouts")?;
                let sql = match replaced {
                    None if count >= LAYOUTS_MAX => return Err(Error::Conflict("too many layouts".into())),
                    None => "INSERT INTO layout (name, shared, body, id, owner) VALUES (?, ?, ?, ?, ?)",
                    Some(_) => "UPDATE layout SET name = ?, shared = ?, body = ? WHERE id = ? AND owner = ?",
                };
                let saved = sqlx::query(sql)
                    .bind(name)
                    .bind(shared)
                    .bind(text)
                    .bind(blob(id.0))
                    .bind(blob(person.0))
                    .execute(connection)
                    .await
                    .doing("saving a layout")?;
                if saved.rows_affected() == 0 { Err(Error::NotFound("layout")) } else { Ok(id) }
            })
        })
        .await
    }

    /// Removes one of one's own layouts.
    pub async fn remove_layout(&self, cx: &Cx, id: LayoutId) -> Result<()> {
        let person = person_of(cx)?;
        let ask = Ask { subject: Some(id.0), extra: "layout=removed".into(), ..Ask::new(Act::ChangeLayout) };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                is_free(connection, id).await?;
                let removed = sqlx::query("DELETE FROM layout WHERE id = ? AND owner = ?")
                    .bind(blob(id.0))
                    .bind(blob(person.0))
                    .execute(connection)
                    .await
                    .doing("removing a layout")?;
                if removed.rows_affected() == 0 { Err(Error::NotFound("layout")) } else { Ok(()) }
            })
        })
        .await
    }
}

impl Registry {
    /// Gives a layout to a post, or takes it back: by an administrator of that unit or group. It is shared from then on.
    pub async fn bind_layout(&self, cx: &Cx, id: LayoutId, post: Option<LayoutPost>) -> Result<()> {
        let found = self.layouts(cx).await?.into_iter().find(|layout| layout.id == id);
        let found = found.ok_or(Error::NotFound("layout"))?;
        let of = post.or(found.post).ok_or(Error::invalid("post", "is missing: the layout has none"))?;
        let extra = match of.to {
            _ if post.is_none() => format!("layout={}\npost=none", found.name),
            PostOf::Role(role, _) => format!("layout={}\nrole={}", found.name, role.as_str()),
            PostOf::Room(room) => format!("layout={}\nroom={room}", found.name),
        };
        let group = match of.to {
            PostOf::Role(_, group) => group,
            PostOf::Room(_) => None,
        };
        // Taking it from another unit's post is for that unit's administrator.
        let mut scopes = vec![(of.unit, group.map(Part::Group))];
        scopes.extend(found.post.map(|post| (post.unit, None)));
        let ask = Ask { scopes, subject: Some(id.0), extra, ..Ask::new(Act::BindLayout) };
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                if let PostOf::Room(room) = of.to {
                    let open: Option<(i64,)> = sqlx::query_as(
                        "SELECT 1 FROM duty_room WHERE id = ? AND unit = ? AND closed_us IS NULL",
                    )
                    .bind(blob(room))
                    .bind(blob(of.unit.0))
                    .fetch_optional(&mut *connection)
                    .await
                    .doing("looking at a room")?;
                    open.ok_or(Error::invalid("room_id", "is no open room of this unit"))?;
                }
                sqlx::query("DELETE FROM layout_post WHERE layout = ?")
                    .bind(blob(id.0))
                    .execute(&mut *connection)
                    .await
                    .doing("taking a layout from its post")?;
                if let Some(post) = post {
                    give(connection, id, post, entry).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

async fn give(
    connection: &mut SqliteConnection,
    id: LayoutId,
    post: LayoutPost,
    entry: EntryIndex,
) -> Result<()> {
    let (role, group, room) = match post.to {
        PostOf::Role(role, group) => (Some(i64::from(role.code())), group.map(|group| blob(group.0)), None),
        PostOf::Room(room) => (None, None, Some(blob(room))),
    };
    sqlx::query(
        "INSERT INTO layout_post (layout, unit, role, camera_group, room, entry) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(id.0))
    .bind(blob(post.unit.0))
    .bind(role)
    .bind(group)
    .bind(room)
    .bind(int(entry.0)?)
    .execute(&mut *connection)
    .await
    .doing("giving a layout to a post")?;
    sqlx::query("UPDATE layout SET shared = 1 WHERE id = ?")
        .bind(blob(id.0))
        .execute(connection)
        .await
        .doing("sharing a layout")
        .map(|_| ())
}

async fn is_free(connection: &mut SqliteConnection, id: LayoutId) -> Result<()> {
    let bound: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM layout_post WHERE layout = ?")
        .bind(blob(id.0))
        .fetch_optional(connection)
        .await
        .doing("looking at a layout's post")?;
    match bound {
        None => Ok(()),
        Some(_) => {
            Err(Error::Conflict("the layout belongs to a post: its administrator takes it back first".into()))
        }
    }
}

/// Layouts that belong to posts: a few for each unit.
async fn given(connection: &mut SqliteConnection) -> Result<HashMap<LayoutId, LayoutPost>> {
    type Row = (Vec<u8>, Vec<u8>, Option<i64>, Option<Vec<u8>>, Option<Vec<u8>>);
    let rows: Vec<Row> = sqlx::query_as("SELECT layout, unit, role, camera_group, room FROM layout_post")
        .fetch_all(connection)
        .await
        .doing("listing layouts of posts")?;
    rows.into_iter()
        .map(|(layout, unit, role, group, room)| {
            let group = group.map(|group| uuid_of(&group).map(GroupId)).transpose()?;
            let corrupt = || Error::Corrupt("a stored layout's post cannot be read".into());
            let to = match (role, room) {
                (Some(role), None) => PostOf::Role(Role::from_code(small(role)?).ok_or_else(corrupt)?, group),
                (None, Some(room)) => PostOf::Room(uuid_of(&room)?),
                _ => return Err(corrupt()),
            };
            Ok((LayoutId(uuid_of(&layout)?), LayoutPost { unit: UnitId(uuid_of(&unit)?), to }))
        })
        .collect()
}

/// Rooms in which the person keeps watch now.
async fn rooms_of(connection: &mut SqliteConnection, person: PersonId, now: WallTime) -> Result<Vec<Uuid>> {
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
        "SELECT DISTINCT room FROM duty_shift WHERE person = ?1 AND taken_us <= ?2 AND ended_us IS NULL AND end_us > ?2",
    )
    .bind(blob(person.0))
    .bind(now.0)
    .fetch_all(connection)
    .await
    .doing("looking for a shift")?;
    rows.iter().map(|(room,)| uuid_of(room)).collect()
}

fn is_on(post: LayoutPost, posts: &[Post], rooms: &[Uuid]) -> bool {
    match post.to {
        PostOf::Room(room) => rooms.contains(&room),
        PostOf::Role(role, group) => posts.iter().any(|held| {
            held.role == role
                && held.unit == post.unit
                && (held.group.is_none() || held.group == group.map(Part::Group))
        }),
    }
}

/// A person before a layout on a shift: what is opened live so is one entry for all cameras, however often it is opened. Nothing else
/// is: the caller asks for live pictures alone.
pub(super) struct Sitting {
    person: PersonId,
    layout: LayoutId,
    shift: Uuid,
    cameras: Vec<u8>,
    /// The entry that is there already.
    pub entry: Option<EntryIndex>,
    /// The layout's name and the shift, as the entry says them.
    pub told: String,
}

/// `None` where each opening is an entry of its own: off duty, without a shift, or with a reason or case of its own.
pub(super) async fn sitting(
    connection: &mut SqliteConnection,
    cx: &Cx,
    layout: Option<LayoutId>,
    cameras: &[CameraId],
) -> Result<Option<Sitting>> {
    let (Actor::Person(person), Some(layout)) = (cx.actor, layout) else { return Ok(None) };
    if cx.purpose != Purpose::DutyWatch || cx.case.is_some() || facts::has_note(cx) {
        return Ok(None);
    }
    let name: Option<(String,)> =
        sqlx::query_as("SELECT name FROM layout WHERE id = ? AND (owner = ? OR shared = 1)")
            .bind(blob(layout.0))
            .bind(blob(person.0))
            .fetch_optional(&mut *connection)
            .await
            .doing("reading a layout")?;
    let shift: Option<(Vec<u8>,)> = sqlx::query_as(
        "SELECT id FROM duty_shift WHERE person = ?1 AND taken_us <= ?2 AND ended_us IS NULL AND end_us > ?2
         ORDER BY start_us LIMIT 1",
    )
    .bind(blob(person.0))
    .bind(cx.now.0)
    .fetch_optional(&mut *connection)
    .await
    .doing("looking for a shift")?;
    let (Some((name,)), Some((shift,))) = (name, shift) else { return Ok(None) };
    let mut digest = Sha256::new();
    for camera in cameras {
        digest.update(camera.0.as_bytes());
    }
    let (shift, cameras) = (uuid_of(&shift)?, digest.finalize().to_vec());
    let known: Option<(i64,)> = sqlx::query_as(
        "SELECT entry FROM layout_opened WHERE person = ? AND layout = ? AND shift = ? AND cameras = ?",
    )
    .bind(blob(person.0))
    .bind(blob(layout.0))
    .bind(blob(shift))
    .bind(&cameras)
    .fetch_optional(connection)
    .await
    .doing("looking for a layout's entry")?;
    let entry = known.map(|(entry,)| uint(entry)).transpose()?.map(EntryIndex);
    let told = format!("\nlayout_name={name}\nshift={shift}");
    Ok(Some(Sitting { person, layout, shift, cameras, entry, told }))
}

impl Sitting {
    /// This entry is the one.
    pub(super) async fn note(&self, connection: &mut SqliteConnection, entry: EntryIndex) -> Result<()> {
        sqlx::query(
            "INSERT INTO layout_opened (person, layout, shift, cameras, entry) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(blob(self.person.0))
        .bind(blob(self.layout.0))
        .bind(blob(self.shift))
        .bind(&self.cameras)
        .bind(int(entry.0)?)
        .execute(connection)
        .await
        .doing("noting a layout's entry")
        .map(|_| ())
    }
}

/// A view that begins under an entry that is there already.
pub(super) async fn view_again(
    connection: &mut SqliteConnection,
    (view, person, act): (ViewId, PersonId, Act),
    (entry, now): (EntryIndex, WallTime),
) -> Result<()> {
    sqlx::query("INSERT INTO view (id, person, act, entry, started_us) VALUES (?, ?, ?, ?, ?)")
        .bind(blob(view.0))
        .bind(blob(person.0))
        .bind(i64::from(act.code()))
        .bind(int(entry.0)?)
        .bind(now.0)
        .execute(connection)
        .await
        .doing("beginning a view")
        .map(|_| ())
}

fn encode(body: LayoutBody) -> Result<String> {
    if !matches!(body.grid, 1 | 4 | 9 | 16) {
        return Err(Error::invalid("grid", "is not 1, 4, 9 or 16"));
    }
    // A tour holds several pages of the grid.
    let tiles_max = if body.tour_seconds.is_some() { 256 } else { usize::from(body.grid) };
    if body.tiles.len() > tiles_max {
        return Err(Error::invalid("tiles", "are more than the grid has"));
    }
    if body.tour_seconds.is_some_and(|seconds| !(3..=3_600).contains(&seconds)) {
        return Err(Error::invalid("tour_seconds", "is not between 3 s and an hour"));
    }
    let tiles = body.tiles.into_iter().map(|tile| tile.map(|camera| camera.to_string())).collect();
    let stored = StoredBody { grid: body.grid, tiles, tour_seconds: body.tour_seconds };
    serde_json::to_string(&stored).map_err(|error| Error::Internal(error.to_string()))
}
