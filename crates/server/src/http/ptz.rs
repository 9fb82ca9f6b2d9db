//! Cameras that turn: what their unit says about them, taking control, moving, locking, giving back.
//!
//! It decides nothing: `store` admits control like a live picture and judges each movement by `law::ptz`. A camera is told only what
//! was admitted, and where it stands is asked of itself just before.

use super::{
    auth::Signed,
    cameras::camera_id,
    convert::id_of,
    error::{Answer, Failure},
    extract::{Json, Path},
    types::{
        EntryRef, Problem, Ptz, PtzAct, PtzAt, PtzControl, PtzControlRequest, PtzDriver, PtzForbidden,
        PtzHolder, PtzLock, PtzLoss, PtzLost, PtzMove, PtzMoved, PtzPreset, PtzRequest, PtzRight, PtzRules,
        PtzStop,
    },
};
use crate::{app::App, ptz::tell};
use axum::{extract::State, http::StatusCode};
use law::ptz::{Forbidden, Movement, Preset, Range, Right, Rules, Stop};
use model::{Act, CameraId, Kind, PtzPosition, WallTime};
use store::{PtzCamera, system_cx};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use wire::ptz::{Command, MOVE_MS_MAX, Report, SIMULATED};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show, change))
        .routes(routes!(take))
        .routes(routes!(step))
        .routes(routes!(lock))
        .routes(routes!(release))
}

/// How a camera turns, where it looks, and who has control.
#[utoipa::path(
    get, path = "/api/cameras/{id}/ptz", tag = "cameras", params(("id" = String, Path, description = "Camera id")),
    responses((status = 200, body = Ptz, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn show(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<axum::Json<Ptz>> {
    let (cx, camera) = (signed.cx(&app), camera_id(&id)?);
    app.registry().admit_reading(&cx, Act::ReadRegistry, vec![camera]).await?;
    Ok(axum::Json(shown(&app, &signed, camera).await?))
}

/// Say how a camera turns, what its home is, and where it may not look.
#[utoipa::path(
    put, path = "/api/cameras/{id}/ptz", tag = "cameras", request_body = PtzRequest,
    params(("id" = String, Path, description = "Camera id")),
    responses((status = 200, body = Ptz, description = "In the ledger"), (status = 403, body = Problem, description = "Refused: a preset or a way of the patrol is in a forbidden range, or the post"))
)]
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<PtzRequest>,
) -> Answer<axum::Json<Ptz>> {
    let camera = camera_id(&id)?;
    let new = body.rules.map(|rules| {
        let PtzDriver::Simulated = rules.driver;
        (store::PtzDriver::Simulated, rules_of(rules), SIMULATED)
    });
    app.registry().set_ptz(&signed.cx(&app), camera, new).await?;
    Ok(axum::Json(shown(&app, &signed, camera).await?))
}

/// Take control of a camera.
///
/// Decided like a live picture and in the ledger before this answers. Whoever had it with a lower right loses it, and is told.
#[utoipa::path(
    post, path = "/api/cameras/{id}/ptz/control", tag = "watch", request_body = PtzControlRequest,
    params(("id" = String, Path, description = "Camera id")),
    responses((status = 201, body = PtzControl, description = "For a minute; each movement prolongs it"), (status = 403, body = Problem, description = "Refused: the post, the shift, the level, or somebody has it"))
)]
pub async fn take(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<PtzControlRequest>,
) -> Answer<(StatusCode, axum::Json<PtzControl>)> {
    let camera = camera_id(&id)?;
    let case = body.case.as_deref().map(str::parse).transpose()?;
    let cx = signed.cx_for(&app, body.purpose.into(), body.legal_basis.into(), case, body.note);
    let taken = app.registry().take_control(&cx, camera, signed.session).await?;
    let control = PtzControl {
        id: taken.id.to_string(),
        entry: EntryRef::access(taken.entry),
        expires_ms: taken.expires.as_ms(),
        taken_from: taken.from,
    };
    Ok((StatusCode::CREATED, axum::Json(control)))
}

/// Move the camera, or only keep control.
///
/// A continuous move ends by itself after the time that comes with it. Each call prolongs control.
#[utoipa::path(
    post, path = "/api/ptz/{id}/move", tag = "watch", request_body = PtzMove,
    params(("id" = String, Path, description = "Control id")),
    responses((status = 200, body = PtzMoved, description = "Where the camera is"), (status = 403, body = Problem, description = "Refused: over a forbidden range, or control has ended"))
)]
pub async fn step(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<PtzMove>,
) -> Answer<axum::Json<PtzMoved>> {
    let (cx, control) = (signed.cx(&app), control_id(&id)?);
    let camera = app.registry().controlled(&cx, control, signed.session).await?;
    let camera = app.registry().ptz_camera(&system_cx("ptz", app.now()), camera).await?;
    let movement = movement(&body, &camera.rules)?;
    let expires = app.registry().renew_control(&cx, control, signed.session).await?;
    let command = match movement {
        None => Command::Where,
        Some(movement) => {
            // Stopping waits for nothing.
            let from = match movement {
                Movement::Stop => camera.rules.home,
                _ => said(&app, &camera, Command::Where).await?.position,
            };
            let who = (control, signed.session);
            app.registry().admit_movement(&cx, who, (from, movement), &SIMULATED).await?;
            match movement {
                Movement::Stop => Command::Stop,
                Movement::To(to) => Command::To(SIMULATED.nearest(to)),
                Movement::Move { velocity, lasts_ms } => Command::Move { velocity, lasts_ms },
            }
        }
    };
    let report = said(&app, &camera, command).await?;
    Ok(axum::Json(PtzMoved {
        at: report.position.into(),
        moving: report.moving,
        expires_ms: expires.as_ms(),
    }))
}

/// Keep a camera for oneself, with a reason, for a quarter of an hour at most.
#[utoipa::path(
    post, path = "/api/ptz/{id}/lock", tag = "watch", request_body = PtzLock,
    params(("id" = String, Path, description = "Control id")),
    responses((status = 201, body = EntryRef, description = "In the ledger; a higher right takes it all the same"), (status = 403, body = Problem, description = "Refused: control has ended"))
)]
pub async fn lock(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<PtzLock>,
) -> Answer<(StatusCode, axum::Json<EntryRef>)> {
    let who = (control_id(&id)?, signed.session);
    let until = WallTime::from_ms(body.until_ms);
    let entry = app.registry().lock_control(&signed.cx(&app), who, until, &body.reason).await?;
    Ok((StatusCode::CREATED, axum::Json(EntryRef::access(entry))))
}

/// Give control back.
#[utoipa::path(
    post, path = "/api/ptz/{id}/release", tag = "watch", params(("id" = String, Path, description = "Control id")),
    responses((status = 204, description = "In the ledger, with the number of movements"), (status = 404, body = Problem, description = "No such control"))
)]
pub async fn release(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<StatusCode> {
    app.registry().release_control(&signed.cx(&app), control_id(&id)?, signed.session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `None`: only to keep control.
fn movement(body: &PtzMove, rules: &Rules) -> Answer<Option<Movement>> {
    Ok(Some(match body.act {
        PtzAct::Stay => return Ok(None),
        PtzAct::Stop => Movement::Stop,
        PtzAct::Home => Movement::To(rules.home),
        PtzAct::Preset => {
            let preset = body.preset.and_then(|index| rules.presets.get(index));
            Movement::To(preset.ok_or_else(|| Failure::invalid("preset", "is none of the camera's"))?.at)
        }
        PtzAct::To => Movement::To(body.to.ok_or_else(|| Failure::invalid("to", "is missing"))?.into()),
        PtzAct::Move => {
            let speed = body.speed.ok_or_else(|| Failure::invalid("speed", "is missing"))?;
            let percent = |value: i32| (-100..=100).contains(&value);
            if ![speed.pan_percent, speed.tilt_percent, speed.zoom_percent].into_iter().all(percent) {
                return Err(Failure::invalid("speed", "is not between -100 and 100"));
            }
            let lasts_ms = body.lasts_ms.filter(|lasts| (1..=MOVE_MS_MAX).contains(lasts));
            let lasts_ms = lasts_ms.ok_or_else(|| Failure::invalid("lasts_ms", "is not 1 to 2000"))?;
            Movement::Move { velocity: speed.into(), lasts_ms }
        }
    }))
}

/// What the camera answers; it is kept for those who look on.
async fn said(app: &App, camera: &PtzCamera, command: Command) -> Answer<Report> {
    let told = tell(camera, command).await;
    let report =
        told.map_err(|trouble| Failure::new(trouble.kind(), trouble.to_string()).with_code("camera"))?;
    app.positions().keep(camera.camera, app.now(), report);
    Ok(report)
}

async fn shown(app: &App, signed: &Signed, camera: CameraId) -> Answer<Ptz> {
    let cx = signed.cx(app);
    let (least, most) = (SIMULATED.least.into(), SIMULATED.most.into());
    let state = match app.registry().ptz(&cx, camera).await {
        Ok(state) => state,
        Err(error) if error.kind() == Kind::NotFound => {
            return Ok(Ptz { rules: None, at: None, moving: false, holder: None, lost: None, least, most });
        }
        Err(error) => return Err(error.into()),
    };
    let report = match app.positions().fresh(camera, app.now()) {
        Some(report) => Some(report),
        None => asked(app, camera).await,
    };
    let holder = state.holder.map(|held| PtzHolder {
        own: (held.session == Some(signed.session)).then(|| held.control.to_string()),
        keeps_until_ms: held.holder.keeps_until().as_ms(),
        locked_reason: held.holder.locked.filter(|(until, _)| *until > app.now()).map(|(_, reason)| reason),
        right: match held.holder.right {
            Right::Operator => PtzRight::Operator,
            Right::Authority => PtzRight::Authority,
            Right::Officer => PtzRight::Officer,
        },
        name: held.holder.name,
        expires_ms: held.expires.as_ms(),
    });
    let lost = state.lost.map(|lost| PtzLost {
        at_ms: lost.at.as_ms(),
        how: match lost.how {
            "taken" => PtzLoss::Taken,
            "expired" => PtzLoss::Expired,
            "settings" => PtzLoss::Settings,
            _ => PtzLoss::Revoked,
        },
        by: lost.by,
    });
    Ok(Ptz {
        rules: Some(rules_shape(&state.rules)),
        at: report.map(|report| report.position.into()),
        moving: report.is_some_and(|report| report.moving),
        holder,
        lost,
        least,
        most,
    })
}

/// `None`: it does not answer, or is switched off.
async fn asked(app: &App, camera: CameraId) -> Option<Report> {
    let camera = app.registry().ptz_camera(&system_cx("ptz", app.now()), camera).await.ok()?;
    said(app, &camera, Command::Where).await.ok()
}

fn rules_of(rules: PtzRules) -> Rules {
    let forbidden = |one: PtzForbidden| {
        let (from, to): (PtzPosition, PtzPosition) = (one.from.into(), one.to.into());
        // As it was said: ends before beginnings are refused, not turned round.
        let range = Range {
            pan_cdeg: (from.pan_cdeg, to.pan_cdeg),
            tilt_cdeg: (from.tilt_cdeg, to.tilt_cdeg),
            zoom_percent: (from.zoom_percent, to.zoom_percent),
        };
        Forbidden { what: one.what.trim().to_owned(), range }
    };
    let preset = |one: PtzPreset| Preset { name: one.name.trim().to_owned(), at: one.at.into() };
    let stop = |one: PtzStop| Stop { preset: one.preset, dwell_s: one.dwell_s };
    Rules {
        home: rules.home.into(),
        away_s: rules.away_s,
        presets: rules.presets.into_iter().map(preset).collect(),
        forbidden: rules.forbidden.into_iter().map(forbidden).collect(),
        patrol: rules.patrol.into_iter().map(stop).collect(),
    }
}

fn rules_shape(rules: &Rules) -> PtzRules {
    let forbidden = |one: &Forbidden| {
        let Range { pan_cdeg, tilt_cdeg, zoom_percent } = one.range;
        let end = |pan_cdeg, tilt_cdeg, zoom_percent| PtzAt { pan_cdeg, tilt_cdeg, zoom_percent };
        PtzForbidden {
            what: one.what.clone(),
            from: end(pan_cdeg.0, tilt_cdeg.0, zoom_percent.0),
            to: end(pan_cdeg.1, tilt_cdeg.1, zoom_percent.1),
        }
    };
    PtzRules {
        driver: PtzDriver::Simulated,
        home: rules.home.into(),
        away_s: rules.away_s,
        presets: rules
            .presets
            .iter()
            .map(|one| PtzPreset { name: one.name.clone(), at: one.at.into() })
            .collect(),
        forbidden: rules.forbidden.iter().map(forbidden).collect(),
        patrol: rules.patrol.iter().map(|one| PtzStop { preset: one.preset, dwell_s: one.dwell_s }).collect(),
    }
}

fn control_id(id: &str) -> Answer<Uuid> {
    id_of(id, "control")
}
