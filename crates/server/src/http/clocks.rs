//! Clocks: how far each camera's is from ours and when that was measured, and how ours stands. Shown, never corrected.

use super::{
    auth::Signed,
    error::Answer,
    names::CameraNames,
    types::{CameraClock, Clocks, Problem, ServerClock, TimeSource},
};
use crate::{app::App, time_sources::SourceState};
use axum::extract::State;
use law::clocks::{CAMERA_MEASURED_US_MAX, CAMERA_OFF_MS_MAX, SERVER_MEASURED_US_MAX, SERVER_OFF_MS_MAX};
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
    let last = app.time_sources().last();
    let kept = app.store().footage.clock_checks().await?.into_iter().next();
    let offset_us = match &last {
        Some(last) => last.say.offset_us(),
        None => kept.as_ref().and_then(|kept| kept.offset_us),
    };
    let asked = kept.map(|kept| kept.at);
    let lately = asked.is_some_and(|at| line.since_us(at) <= SERVER_MEASURED_US_MAX);
    let offset_ms = offset_us.filter(|_| lately).map(|us| us / 1_000);
    // What is not known of a way is no deviation; of what was kept only the offset is known.
    let off = |ms: i64| match &last {
        Some(last) => last.say.is_suspicious(),
        None => ms.saturating_abs() > SERVER_OFF_MS_MAX,
    };
    let synchronised = offset_ms.map(|ms| !off(ms));
    Ok(ServerClock {
        line_ms: line.as_ms(),
        system_ms: system.as_ms(),
        line_ahead_ms: line.since_us(system) / 1_000,
        trusted_lead_ms: trusted.lead_us(system) / 1_000,
        synchronised,
        offset_ms,
        asked_ms: asked.map(WallTime::as_ms),
        sources: last.map(|last| last.sources.into_iter().map(source).collect()).unwrap_or_default(),
    })
}

fn source(state: SourceState) -> TimeSource {
    let blank = TimeSource {
        name: state.name,
        offset_ms: None,
        delay_ms: None,
        stratum: None,
        problem: None,
        is_witness: state.is_witness,
        is_outlier: state.is_outlier,
    };
    match state.said {
        Ok(said) => TimeSource {
            offset_ms: Some(said.offset_us / 1_000),
            delay_ms: Some(said.delay_us / 1_000),
            stratum: state.stratum,
            ..blank
        },
        Err(problem) => TimeSource { problem: Some(problem), ..blank },
    }
}
