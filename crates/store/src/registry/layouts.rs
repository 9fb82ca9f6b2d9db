//! Saved walls. A layout names cameras; whether they may be watched is decided when a view is opened.

use super::{Registry, admit::Ask, new_id, words};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Error, Result};
use model::{Act, Actor, CameraId, Cx, LayoutId, PersonId};
use serde::{Deserialize, Serialize};

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
        let Actor::Person(person) = cx.actor else { return Err(Error::Unauthenticated) };
        type Row = (Vec<u8>, Vec<u8>, String, bool, String);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, owner, name, shared, body FROM layout WHERE owner = ? OR shared = 1 ORDER BY name, id",
        )
        .bind(blob(person.0))
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing layouts")?;
        rows.into_iter()
            .map(|(id, owner, name, shared, body)| {
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
        let Actor::Person(person) = cx.actor else { return Err(Error::Unauthenticated) };
        let (name, text, replaced) = (words("name", name, 48)?, encode(body)?, id);
        let id = id.unwrap_or(LayoutId(new_id()));
        let ask = Ask {
            subject: Some(id.0),
            extra: format!("layout={name}\nshared={shared}"),
            ..Ask::new(Act::ChangeLayout)
        };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
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
        let Actor::Person(person) = cx.actor else { return Err(Error::Unauthenticated) };
        let ask = Ask { subject: Some(id.0), extra: "layout=removed".into(), ..Ask::new(Act::ChangeLayout) };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
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
