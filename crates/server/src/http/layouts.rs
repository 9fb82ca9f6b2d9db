//! Saved walls. A layout names cameras; whether they may be watched is decided when a view is opened.

use super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::{Json, Path},
    types::{Layout, LayoutPost, LayoutPostRequest, LayoutRequest, Problem},
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::{Cx, LayoutId};
use store::{LayoutBody, PostOf};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(change, remove)).routes(routes!(bind))
}

/// One's own layouts and the shared ones.
#[utoipa::path(get, path = "/api/layouts", tag = "cameras", responses((status = 200, body = Vec<Layout>, description = "By name")))]
pub async fn list(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Vec<Layout>>> {
    let layouts = app.registry().layouts(&signed.cx(&app)).await?;
    Ok(axum::Json(layouts.into_iter().map(shape).collect()))
}

/// Save a new layout.
#[utoipa::path(
    post, path = "/api/layouts", tag = "cameras", request_body = LayoutRequest,
    responses((status = 201, body = Layout, description = "Saved"), (status = 400, body = Problem, description = "Not a layout"))
)]
pub async fn add(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<LayoutRequest>,
) -> Answer<(StatusCode, axum::Json<Layout>)> {
    Ok((StatusCode::CREATED, axum::Json(save(&app, &signed, None, body).await?)))
}

/// Replace one of one's own layouts.
#[utoipa::path(
    put, path = "/api/layouts/{id}", tag = "cameras", request_body = LayoutRequest,
    params(("id" = String, Path, description = "Layout id")),
    responses((status = 200, body = Layout, description = "As it is now"), (status = 404, body = Problem, description = "Not one's own"))
)]
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<LayoutRequest>,
) -> Answer<axum::Json<Layout>> {
    Ok(axum::Json(save(&app, &signed, Some(layout_id(&id)?), body).await?))
}

/// Remove one of one's own layouts.
#[utoipa::path(
    delete, path = "/api/layouts/{id}", tag = "cameras", params(("id" = String, Path, description = "Layout id")),
    responses((status = 204, description = "Removed"), (status = 404, body = Problem, description = "Not one's own"))
)]
pub async fn remove(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<StatusCode> {
    app.registry().remove_layout(&signed.cx(&app), layout_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a layout to a post: whoever holds it, or keeps watch in that room, gets it with their shift.
#[utoipa::path(
    put, path = "/api/layouts/{id}/post", tag = "cameras", request_body = LayoutPostRequest,
    params(("id" = String, Path, description = "Layout id")),
    responses((status = 200, body = Layout, description = "In the ledger; shared from now on"), (status = 403, body = Problem, description = "Refused: not an administrator of that unit"))
)]
pub async fn bind(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<LayoutPostRequest>,
) -> Answer<axum::Json<Layout>> {
    let (cx, id) = (signed.cx(&app), layout_id(&id)?);
    app.registry().bind_layout(&cx, id, body.post.map(post_of).transpose()?).await?;
    Ok(axum::Json(one(&app, &cx, id).await?))
}

fn post_of(post: LayoutPost) -> Answer<store::LayoutPost> {
    let group = post.group_id.as_deref().map(str::parse).transpose()?;
    let to = match (post.role, post.room_id) {
        (Some(role), None) => PostOf::Role(role.into(), group),
        (None, Some(room)) if group.is_none() => {
            PostOf::Room(Uuid::parse_str(&room).map_err(|_| Failure::invalid("room_id", "is no id"))?)
        }
        _ => return Err(Failure::invalid("role", "or a room: one of the two")),
    };
    Ok(store::LayoutPost { unit: post.unit_id.parse()?, to })
}

async fn one(app: &App, cx: &Cx, id: LayoutId) -> Answer<Layout> {
    let layouts = app.registry().layouts(cx).await?;
    layouts.into_iter().find(|layout| layout.id == id).map(shape).ok_or_else(|| Failure::not_found("layout"))
}

async fn save(app: &App, signed: &Signed, id: Option<LayoutId>, body: LayoutRequest) -> Answer<Layout> {
    let tile = |text: &Option<String>| text.as_deref().map(str::parse).transpose();
    let tiles = body.tiles.iter().map(tile).collect::<Result<_, _>>()?;
    let cx = signed.cx(app);
    let stored = LayoutBody { grid: body.grid, tiles, tour_seconds: body.tour_seconds };
    let id = app.registry().save_layout(&cx, id, &body.name, body.shared, stored).await?;
    one(app, &cx, id).await
}

fn shape(layout: store::Layout) -> Layout {
    Layout {
        id: layout.id.to_string(),
        name: layout.name,
        grid: layout.body.grid,
        tiles: layout.body.tiles.into_iter().map(|tile| tile.map(|camera| camera.to_string())).collect(),
        tour_seconds: layout.body.tour_seconds,
        shared: layout.shared,
        owner: layout.owner.to_string(),
        post: layout.post.map(post_shape),
        on_duty: layout.on_duty,
    }
}

fn post_shape(post: store::LayoutPost) -> LayoutPost {
    let (role, group_id, room_id) = match post.to {
        PostOf::Role(role, group) => (Some(role.into()), group.map(|group| group.to_string()), None),
        PostOf::Room(room) => (None, None, Some(room.to_string())),
    };
    LayoutPost { unit_id: post.unit.to_string(), role, group_id, room_id }
}

fn layout_id(text: &str) -> Answer<LayoutId> {
    text.parse().map_err(|_| Failure::not_found("layout"))
}
