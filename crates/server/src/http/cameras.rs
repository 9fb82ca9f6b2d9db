//! Cameras: the list that everybody's tree is drawn from, and changing and testing them. Sound has a page of its own. Addresses are shown to their
//! administrators only, credentials to nobody.

use super::{
    auth::Signed,
    convert,
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    register::record_id,
    sound, storage,
    types::{
        Camera, CameraChange, CameraCount, CameraCounts, CameraCountsQuery, CameraPlacement, CameraQuery,
        CameraRecording, CameraRequest, CameraState, CameraStream, Cameras, Probe, ProbeError, ProbeRequest,
        Problem, StreamState,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::life_cycle::{CameraStanding, Recording};
use model::{CameraId, Codec, Cx, Hash, Kind, Profile, Secret, StreamId};
use pipeline::StateWord;
use store::{Credentials, NewCamera};
use url::Url;

/// Cameras on a page when the request does not say.
const LIMIT: u32 = 200;
/// Cameras that are asked for by id at once: 3.7 KB of an address, and what stands between here and the browser takes 8.
const IDS_MAX: usize = 100;

/// The cameras that one's posts cover.
#[utoipa::path(
    get, path = "/api/cameras", tag = "cameras", params(CameraQuery),
    responses((status = 200, body = Cameras, description = "By name"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<CameraQuery>,
) -> Answer<axum::Json<Cameras>> {
    let query = store::CameraQuery {
        direct: query.direct,
        record: query.record.as_deref().map(record_id).transpose()?,
        enabled: query.enabled,
        limit: query.limit.unwrap_or(LIMIT),
        cursor: query.cursor,
        ..wanted(query.query, query.group.as_deref(), query.unit.as_deref(), query.ids.as_deref())?
    };
    let cx = signed.cx(&app);
    let page = app.registry().cameras(&cx, &query).await?;
    let floor_days = app.registry().settings(&cx).await?.floor_days;
    let shown: Vec<CameraId> = page.cameras.iter().map(|camera| camera.id).collect();
    let standings = app.registry().camera_standings(&cx, &shown).await?;
    let mut sounds = app.registry().newest_sound_switches(&cx, &shown).await?;
    let turning = app.registry().turning_cameras(&cx).await?;
    let shape = |camera: store::Camera| {
        let turns = turning.contains(&camera.id);
        let of = Of { standing: standings.get(&camera.id), sound: sounds.remove(&camera.id), turns };
        shape(&app, camera, floor_days, of)
    };
    let cameras = page.cameras.into_iter().map(shape).collect();
    Ok(axum::Json(Cameras { cameras, next_cursor: page.next_cursor, total: page.total }))
}

/// The cameras that a list of something about them asks for.
pub fn wanted(
    text: Option<String>,
    group: Option<&str>,
    unit: Option<&str>,
    of_ids: Option<&str>,
) -> Answer<store::CameraQuery> {
    Ok(store::CameraQuery {
        text,
        group: group.map(str::parse).transpose()?,
        unit: unit.map(str::parse).transpose()?,
        ids: of_ids.map(ids).transpose()?,
        ..store::CameraQuery::default()
    })
}

/// Cameras that are named in an address, joined by commas.
fn ids(text: &str) -> Answer<Vec<CameraId>> {
    let ids: Vec<CameraId> =
        text.split(',').filter(|text| !text.is_empty()).map(str::parse).collect::<Result<_, _>>()?;
    if ids.len() > IDS_MAX {
        return Err(Failure::invalid("ids", format!("name at most {IDS_MAX} cameras")));
    }
    Ok(ids)
}

/// How many cameras each group has, of those that one's posts cover.
#[utoipa::path(
    get, path = "/api/cameras/counts", tag = "cameras", params(CameraCountsQuery),
    responses((status = 200, body = CameraCounts, description = "Groups without cameras are left out"))
)]
pub async fn counts(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<CameraCountsQuery>,
) -> Answer<axum::Json<CameraCounts>> {
    let query = store::CameraQuery { text: query.query, ..store::CameraQuery::default() };
    let found = app.registry().camera_counts(&signed.cx(&app), &query).await?;
    Ok(axum::Json(CameraCounts {
        total: found.iter().map(|count| count.cameras).sum(),
        counts: found
            .into_iter()
            .map(|count| CameraCount {
                unit_id: count.unit.to_string(),
                group_id: count.group.map(|group| group.to_string()),
                cameras: count.cameras,
            })
            .collect(),
    }))
}

/// Add a camera. It is recorded as footage once its point's system is in use, and in test mode before.
#[utoipa::path(
    post, path = "/api/cameras", tag = "cameras", request_body = CameraRequest,
    responses((status = 201, body = Camera, description = "Added"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn add(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<CameraRequest>,
) -> Answer<(StatusCode, axum::Json<Camera>)> {
    let new = NewCamera {
        unit: body.unit_id.parse()?,
        group: body.group_id.as_deref().map(str::parse).transpose()?,
        name: body.name,
        place: body.place,
        main_url: body.main_url,
        sub_url: body.sub_url.filter(|url| !url.trim().is_empty()),
        credentials: credentials(body.username, body.password)?.flatten(),
        reach: store::Reach {
            transport: body.transport.into(),
            certificate: body.certificate.as_deref().map(certificate).transpose()?,
        },
        security_level: body.security_level,
        floor_days: body.floor_days,
    };
    // guangzhou-2007:21, national-2016:20: what would be full before the floor is reached is not begun.
    let point = body.point_id.as_deref().map(str::parse).transpose()?;
    let refusal = storage::verdict(&app, None, body.planned_kbps, new.floor_days, point).await?;
    let enrolment = store::Enrolment { planned_kbps: body.planned_kbps, refusal, point };
    let id = app.registry().enroll_camera(&signed.cx(&app), new, enrolment).await?;
    app.ring_registry_changed();
    Ok((StatusCode::CREATED, axum::Json(one(&app, &signed, id).await?)))
}

/// Put a camera at a point of its unit.
#[utoipa::path(
    put, path = "/api/cameras/{id}/point", tag = "cameras", request_body = CameraPlacement,
    params(("id" = String, Path, description = "Camera id")),
    responses((status = 200, body = Camera, description = "As it is now"), (status = 403, body = Problem, description = "Refused: the point is in a private place"))
)]
pub async fn place(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<CameraPlacement>,
) -> Answer<axum::Json<Camera>> {
    let id = camera_id(&id)?;
    app.registry().place_camera(&signed.cx(&app), id, body.point_id.parse()?).await?;
    app.ring_registry_changed();
    Ok(axum::Json(one(&app, &signed, id).await?))
}

/// Change a camera. Absent fields stay as they are.
#[utoipa::path(
    patch, path = "/api/cameras/{id}", tag = "cameras", request_body = CameraChange,
    params(("id" = String, Path, description = "Camera id")),
    responses((status = 200, body = Camera, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<CameraChange>,
) -> Answer<axum::Json<Camera>> {
    let id = camera_id(&id)?;
    let group = match body.group_id {
        None => None,
        Some(None) => Some(None),
        Some(Some(group)) => Some(Some(group.parse()?)),
    };
    let change = store::CameraChange {
        unit: body.unit_id.as_deref().map(str::parse).transpose()?,
        group,
        name: body.name,
        place: body.place,
        main_url: body.main_url,
        sub_url: body.sub_url.map(|url| url.filter(|url| !url.trim().is_empty())),
        credentials: credentials(body.username, body.password)?,
        transport: body.transport.map(Into::into),
        certificate: match body.certificate {
            None => None,
            Some(None) => Some(None),
            Some(Some(text)) => Some(Some(certificate(&text)?)),
        },
        security_level: body.security_level,
        floor_days: body.floor_days,
        enabled: body.enabled,
    };
    let refusal = if change.enabled == Some(true) { switched_on(&app, id).await? } else { None };
    let cx = Cx { note: body.reason, ..signed.cx(&app) };
    app.registry().change_camera_unless(&cx, id, change, refusal).await?;
    app.ring_registry_changed();
    Ok(axum::Json(one(&app, &signed, id).await?))
}

/// What the law says about the room for a camera that is off.
async fn switched_on(app: &App, id: CameraId) -> Answer<Option<law::access::Refusal>> {
    let cameras = app.registry().camera_storage(&store::system_cx("storage", app.now())).await?;
    match cameras.iter().find(|camera| camera.camera == id) {
        Some(off) if !off.enabled => storage::verdict(app, Some(id), off.planned_kbps, None, None).await,
        _ => Ok(None),
    }
}

/// Take a camera out of use. Its footage stays to its floor.
#[utoipa::path(
    delete, path = "/api/cameras/{id}", tag = "cameras", params(("id" = String, Path, description = "Camera id")),
    responses((status = 204, description = "Retired"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn retire(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<StatusCode> {
    app.registry().retire_camera(&signed.cx(&app), camera_id(&id)?).await?;
    app.ring_registry_changed();
    Ok(StatusCode::NO_CONTENT)
}

/// Connect to an address for a few seconds and say what it sends. Shows no picture.
#[utoipa::path(
    post, path = "/api/cameras/probe", tag = "cameras", request_body = ProbeRequest,
    responses((status = 200, body = Probe, description = "What was found, also when it cannot be reached"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn probe(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<ProbeRequest>,
) -> Answer<axum::Json<Probe>> {
    let camera: Option<CameraId> = body.camera_id.as_deref().map(str::parse).transpose()?;
    let cx = signed.cx(&app);
    app.registry().admit_probe(&cx, camera, &body.url).await?;
    let url = Url::parse(body.url.trim()).map_err(|error| Failure::invalid("url", error.to_string()))?;
    if !matches!(url.scheme(), "rtsp" | "rtsps") || !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::invalid(
            "url",
            "is not an rtsp:// or rtsps:// address without user name and password",
        ));
    }
    let stored = match (credentials(body.username, body.password)?.flatten(), camera) {
        (Some(given), _) => Some(given),
        (None, Some(camera)) => app.registry().probe_credentials(&cx, camera, url.as_str()).await?,
        (None, None) => None,
    };
    let address = pipeline::Address {
        url,
        credentials: stored.map(|stored| (stored.username, stored.password)),
        transport: body.transport.into(),
        certificate: body.certificate.as_deref().map(certificate).transpose()?,
    };
    let Ok(_one_of_few) = app.probes().try_acquire() else {
        return Err(Failure::new(Kind::Busy, "other addresses are being tested; try again in some seconds")
            .with_code("probes"));
    };
    let found = app.pipeline().probe(&address).await;
    Ok(axum::Json(match found {
        Ok(report) => found_shape(&report),
        Err(error) => {
            let certificate = error.certificate.map(|hash| hash.to_string());
            let error = ProbeError { cause: error.cause.into(), message: error.detail, certificate };
            Probe { error: Some(error), ..Probe::default() }
        }
    }))
}

fn found_shape(report: &pipeline::ProbeReport) -> Probe {
    Probe {
        ok: true,
        codec: Some(report.params.codec.to_string()),
        width: Some(report.params.width),
        height: Some(report.params.height),
        fps: Some(report.fps),
        kbps: Some(report.kbps),
        key_interval_ms: report.key_interval_ms,
        clock_offset_ms: report.clock_offset_ms,
        audio: report.has_audio,
        browser_playable: matches!(report.params.codec, Codec::H264 | Codec::Jpeg),
        warnings: report.warnings.iter().map(|warning| warning.as_str().to_owned()).collect(),
        error: None,
    }
}

/// `None`: not mentioned. `Some(None)`: both empty, to be removed.
fn credentials(username: Option<String>, password: Option<String>) -> Answer<Option<Option<Credentials>>> {
    match (username, password) {
        (None, None) => Ok(None),
        (Some(username), Some(password)) if username.is_empty() && password.is_empty() => Ok(Some(None)),
        (Some(username), Some(password)) if !username.is_empty() => {
            Ok(Some(Some(Credentials { username, password: Secret::new(password) })))
        }
        _ => Err(Failure::invalid("username", "user name and password are given together")),
    }
}

/// 64 hexadecimal digits, with or without colons, in either case: as browsers and cameras' own pages show it.
fn certificate(text: &str) -> Answer<Hash> {
    let digits: String = text.trim().chars().filter(|letter| *letter != ':').collect();
    digits
        .to_lowercase()
        .parse()
        .map_err(|_| Failure::invalid("certificate", "is not a SHA-256 of 64 hexadecimal digits"))
}

pub(super) async fn one(app: &App, signed: &Signed, id: CameraId) -> Answer<Camera> {
    let cx = signed.cx(app);
    let camera = app.registry().camera(&cx, id).await?;
    let floor_days = app.registry().settings(&cx).await?.floor_days;
    let standing = app.registry().camera_standing(&cx, id).await?;
    let sound = app.registry().newest_sound_switches(&cx, &[id]).await?.remove(&id);
    let turns = app.registry().turning_cameras(&cx).await?.contains(&id);
    Ok(shape(app, camera, floor_days, Of { standing: Some(&standing), sound, turns }))
}

pub(super) fn camera_id(text: &str) -> Answer<CameraId> {
    text.parse().map_err(|_| Failure::not_found("camera"))
}

/// What is known of a camera beside its row.
struct Of<'a> {
    standing: Option<&'a store::Standing>,
    sound: Option<store::SoundSwitch>,
    turns: bool,
}

fn shape(app: &App, camera: store::Camera, floor_days: u16, of: Of<'_>) -> Camera {
    let Of { standing, sound, turns } = of;
    let heard = sound.as_ref().is_some_and(store::SoundSwitch::is_recorded);
    let sub = camera.has_sub.then(|| CameraStream { url: camera.sub_url.clone(), recorded: false });
    let state = CameraState {
        main: state_of(app, &camera, Profile::Main),
        sub: camera.has_sub.then(|| state_of(app, &camera, Profile::Sub)),
        sound: heard.then(|| state_of(app, &camera, Profile::Sound)),
    };
    let certificate = camera.main_url.as_ref().and(camera.reach.certificate).map(|hash| hash.to_string());
    Camera {
        id: camera.id.to_string(),
        name: camera.name,
        unit_id: camera.unit.to_string(),
        group_id: camera.group.map(|group| group.to_string()),
        place: camera.place,
        place_withheld: camera.place_withheld,
        enabled: camera.enabled,
        security_level: camera.security_level,
        main: CameraStream { url: camera.main_url, recorded: true },
        sub,
        has_credentials: camera.has_credentials,
        transport: camera.reach.transport.into(),
        certificate,
        floor_days: camera.floor_days.unwrap_or(0).max(floor_days),
        own_floor_days: camera.floor_days,
        point_id: standing.and_then(|standing| standing.point).map(|point| point.to_string()),
        recording: match standing.map_or(Recording::No, |standing| standing.recording) {
            Recording::No => CameraRecording::No,
            Recording::Test => CameraRecording::Test,
            Recording::Use => CameraRecording::Use,
        },
        before_life_cycle: standing
            .is_some_and(|standing| matches!(standing.standing, CameraStanding::BeforeLifeCycle { .. })),
        sound: sound.map(sound::shape),
        turns,
        state,
    }
}

/// What the stream is doing; a camera that does not run is switched off, or about to be started.
fn state_of(app: &App, camera: &store::Camera, profile: Profile) -> StreamState {
    if let Some(stream) = app.pipeline().stream(StreamId { camera: camera.id, profile }) {
        return StreamState::from(&stream.state());
    }
    let word = if camera.enabled { StateWord::Connecting } else { StateWord::Disabled };
    convert::idle_state(word, camera.created)
}
