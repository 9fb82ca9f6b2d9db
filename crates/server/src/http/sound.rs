//! The switch of a camera's sound, and all that were made: by whom, when, on what ground.
//!
//! It decides nothing: `law::sound` says what a switch must state, `law::access` who may make it. What is recorded follows from
//! the registry.

use super::{
    auth::Signed,
    cameras::{camera_id, one},
    error::Answer,
    extract::{Json, Path},
    holds::because,
    types::{Camera, EntryRef, Named, Problem, SoundRequest, SoundSwitch, SoundSwitches},
};
use crate::app::App;
use axum::extract::State;
use model::Act;
use store::NewSwitch;

/// The switches of a camera's sound.
#[utoipa::path(
    get, path = "/api/cameras/{id}/sound", tag = "cameras", params(("id" = String, Path, description = "Camera id")),
    responses((status = 200, body = SoundSwitches, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<SoundSwitches>> {
    let (cx, camera) = (signed.cx(&app), camera_id(&id)?);
    app.registry().admit_reading(&cx, Act::ReadRegistry, vec![camera]).await?;
    let switches = app.registry().sound_switches(&cx, camera).await?;
    Ok(axum::Json(SoundSwitches { switches: switches.into_iter().map(shape).collect() }))
}

/// Switch a camera's sound on or off.
#[utoipa::path(
    put, path = "/api/cameras/{id}/sound", tag = "cameras", request_body = SoundRequest,
    params(("id" = String, Path, description = "Camera id")),
    responses((status = 200, body = Camera, description = "As it is now"), (status = 403, body = Problem, description = "Refused: without a legal basis, its ground or paper, or without the post"))
)]
pub async fn switch(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<SoundRequest>,
) -> Answer<axum::Json<Camera>> {
    let camera = camera_id(&id)?;
    let cx = because(&app, &signed, body.ground.clone());
    let new = match body.on {
        true => {
            NewSwitch::On { basis: body.basis.map(Into::into), ground: body.ground, document: body.document }
        }
        false => NewSwitch::Off { ground: body.ground },
    };
    app.registry().switch_sound(&cx, camera, new).await?;
    app.ring_registry_changed();
    Ok(axum::Json(one(&app, &signed, camera).await?))
}

pub(super) fn shape(switch: store::SoundSwitch) -> SoundSwitch {
    SoundSwitch {
        on: switch.on,
        in_force: switch.in_force,
        basis: switch.basis.map(Into::into),
        ground: switch.ground,
        document: switch.document,
        person: switch.person.map(|(id, name)| Named { id: id.to_string(), name }),
        at_ms: switch.at.as_ms(),
        entry: EntryRef::access(switch.entry),
    }
}
