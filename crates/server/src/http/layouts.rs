//! Saved walls. A layout names cameras; whether they may be watched is decided when a view is opened.

use super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::{Json, Path},
    types::{Layout, LayoutRequest, Problem},
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::LayoutId;
use store::LayoutBody;

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

async fn save(app: &App, signed: &Signed, id: Option<LayoutId>, body: LayoutRequest) -> Answer<Layout> {
    let tile = |text: &Option<String>| text.as_deref().map(str::parse).transpose();
    let tiles = body.tiles.iter().map(tile).collect::<Result<_, _>>()?;
    let cx = signed.cx(app);
    let stored = LayoutBody { grid: body.grid, tiles, tour_seconds: body.tour_seconds };
    let id = app.registry().save_layout(&cx, id, &body.name, body.shared, stored).await?;
    let layouts = app.registry().layouts(&cx).await?;
    layouts.into_iter().find(|layout| layout.id == id).map(shape).ok_or_else(|| Failure::not_found("layout"))
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
    }
}

fn layout_id(text: &str) -> Answer<LayoutId> {
    text.parse().map_err(|_| Failure::not_found("layout"))
}
