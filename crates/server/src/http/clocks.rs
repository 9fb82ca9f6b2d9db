//! Clocks: how far each camera's is from ours and when that was measured, and how ours stands. Shown, never corrected.

use super::{
    auth::Signed,
    error::Answer,
    names::CameraNames,
    types::{CameraClock, Clocks, Problem, ServerClock},
};
use crate::app::App;
use axum::extract::State;
use law::clocks::{CAMERA_MEASURED_US_MAX, CAMERA_OFF_MS_MAX};
use model::{Act, CameraId, Profile, WallTime};

/// Offsets of the cameras' clocks, and the server's own.
#[utoipa::path(
    get, path = "/api/clocks", tag = "health",
    responses((status = 200, body = Clocks, description = "As measured"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn clocks(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Clocks>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadHealth, Vec::new()).await?;
    let names = CameraNames::seen_by(&app, &cx).await?;
    let mut cameras: Vec<CameraClock> = measured(&app)
        .into_iter()
        .filter(|(camera, _)| names.has(*camera))
        .map(|(camera, clock)| CameraClock {
            camera: names.of(camera),
            offset_ms: clock.map(|(offset_ms, _)| offset_ms),
            measured_ms: clock.map(|(_, at)| at.as_ms()),
            is_off: is_off(clock, app.now()),
        })
        .collect();
    cameras.sort_by(|a, b| a.camera.name.cmp(&b.camera.name));
    Ok(axum::Json(Clocks { server: server(&app).await?, cameras, offset_ms_max: CAMERA_OFF_MS_MAX }))
}

/// Offset and time of the last measurement of each recorded camera.
pub fn measured(app: &App) -> Vec<(CameraId, Option<(i64, WallTime)>)> {
    let streams = app.pipeline().streams();
    let main = streams.iter().filter(|stream| stream.id.profile == Profile::Main);
    main.map(|stream| (stream.id.camera, stream.camera_clock())).collect()
}

/// Whether an offset that was measured lately is more than a person can overlook.
pub fn is_off(clock: Option<(i64, WallTime)>, now: WallTime) -> bool {
    clock.is_some_and(|(offset_ms, at)| {
        offset_ms.saturating_abs() > CAMERA_OFF_MS_MAX && now.since_us(at) <= CAMERA_MEASURED_US_MAX
    })
}

/// The server's own clock against its recorder's line, and against trusted time.
pub async fn server(app: &App) -> Answer<ServerClock> {
    let (line, system) = (app.now(), app.pipeline().clock().system_wall());
    let trusted = app.store().trusted_clock(system).await?;
    Ok(ServerClock {
        line_ms: line.as_ms(),
        system_ms: system.as_ms(),
        line_ahead_ms: line.since_us(system) / 1_000,
        trusted_lead_ms: trusted.lead_us(system) / 1_000,
        synchronised: None,
    })
}
