//! Units and their camera groups: the order that posts and cameras hang in.

use super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::{Json, Path},
    types::{Group, GroupChange, GroupRequest, Problem, Unit, UnitRequest},
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::{GroupId, UnitId};

/// All units.
#[utoipa::path(get, path = "/api/units", tag = "cameras", responses((status = 200, body = Vec<Unit>, description = "By name")))]
pub async fn units(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Vec<Unit>>> {
    let units = app.registry().units(&signed.cx(&app)).await?;
    Ok(axum::Json(units.into_iter().map(shown).collect()))
}

/// A unit as everybody reads it.
pub fn shown(unit: store::Unit) -> Unit {
    let store::Unit { id, name, four_eyes, together, off_shift_word } = unit;
    Unit { id: id.to_string(), name, four_eyes, together, off_shift_word }
}

/// Add a unit; who adds it administers it.
#[utoipa::path(
    post, path = "/api/units", tag = "cameras", request_body = UnitRequest,
    responses((status = 201, body = Unit, description = "Added"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn add_unit(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<UnitRequest>,
) -> Answer<(StatusCode, axum::Json<Unit>)> {
    let id = app.registry().create_unit(&signed.cx(&app), &body.name).await?;
    let unit = Unit {
        id: id.to_string(),
        name: body.name.trim().to_owned(),
        four_eyes: false,
        together: false,
        off_shift_word: false,
    };
    Ok((StatusCode::CREATED, axum::Json(unit)))
}

/// All camera groups.
#[utoipa::path(get, path = "/api/groups", tag = "cameras", responses((status = 200, body = Vec<Group>, description = "By name")))]
pub async fn groups(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Vec<Group>>> {
    let groups = app.registry().groups(&signed.cx(&app)).await?;
    Ok(axum::Json(groups.into_iter().map(shape).collect()))
}

/// Add a camera group.
#[utoipa::path(
    post, path = "/api/groups", tag = "cameras", request_body = GroupRequest,
    responses((status = 201, body = Group, description = "Added"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn add_group(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<GroupRequest>,
) -> Answer<(StatusCode, axum::Json<Group>)> {
    let unit: UnitId = body.unit_id.parse()?;
    let parent: Option<GroupId> = body.parent_id.as_deref().map(str::parse).transpose()?;
    let id = app.registry().create_group(&signed.cx(&app), unit, &body.name, parent).await?;
    Ok((StatusCode::CREATED, axum::Json(one(&app, &signed, id).await?)))
}

/// Rename or move a camera group.
#[utoipa::path(
    patch, path = "/api/groups/{id}", tag = "cameras", request_body = GroupChange,
    params(("id" = String, Path, description = "Group id")),
    responses((status = 200, body = Group, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn change_group(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<GroupChange>,
) -> Answer<axum::Json<Group>> {
    let id = group_id(&id)?;
    let parent = match body.parent_id {
        None => None,
        Some(None) => Some(None),
        Some(Some(parent)) => Some(Some(parent.parse()?)),
    };
    let change = store::GroupChange { name: body.name, parent };
    app.registry().change_group(&signed.cx(&app), id, change).await?;
    Ok(axum::Json(one(&app, &signed, id).await?))
}

/// Remove an empty camera group.
#[utoipa::path(
    delete, path = "/api/groups/{id}", tag = "cameras", params(("id" = String, Path, description = "Group id")),
    responses((status = 204, description = "Removed"), (status = 409, body = Problem, description = "Something still refers to it"))
)]
pub async fn remove_group(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    app.registry().remove_group(&signed.cx(&app), group_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn one(app: &App, signed: &Signed, id: GroupId) -> Answer<Group> {
    let groups = app.registry().groups(&signed.cx(app)).await?;
    groups.into_iter().find(|group| group.id == id).map(shape).ok_or_else(|| Failure::not_found("group"))
}

fn shape(group: store::Group) -> Group {
    Group {
        id: group.id.to_string(),
        unit_id: group.unit.to_string(),
        parent_id: group.parent.map(|parent| parent.to_string()),
        name: group.name,
    }
}

fn group_id(text: &str) -> Answer<GroupId> {
    text.parse().map_err(|_| Failure::not_found("group"))
}
