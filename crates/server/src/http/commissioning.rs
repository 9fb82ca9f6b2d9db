//! Commissioning: what was designed beside what is measured, and the still that the system itself takes of a point's camera
//! (C5, C7, C13).
//!
//! The frame comes over the live path, under a pass, as the camera sent it: no picture is decoded here. A system in test mode is
//! watched for maintenance or training only, and so is its still.

use super::{
    auth::Signed,
    convert::words,
    error::{Answer, Failure},
    extract::{Json, Path},
    register::record_id,
    types::{
        CommissioningPoint, CommissioningTable, Confirmation, Deviation, EntryRef, Made, Named, Problem,
        StillConfirmed, StillOfPoint, StillOrder, StreamState,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::life_cycle::deviations;
use model::{Act, CameraId, Kind, Rendering, StreamId};
use pipeline::{Frame, FrameFile};
use std::{collections::HashMap, sync::Arc, time::Duration};
use store::{MediaKind, NewStill, Pass, Request, Use};

/// How long a frame may take: two key frames of a slow camera.
const FRAME_PATIENCE: Duration = Duration::from_secs(20);
/// The group that viewers get at once began at most so long ago, where key frames come every ten seconds.
const FRAME_AGE_US_MAX: i64 = 10_000_000;

/// Take the commissioning still of a point's camera: one frame, kept as a document of the point.
///
/// Two entries: that it was asked for, before the first byte of the picture, and what was kept, with its hash.
#[utoipa::path(
    post, path = "/api/cameras/{id}/commissioning-still", tag = "register", request_body = StillOrder,
    params(("id" = String, Path, description = "Camera")),
    responses(
        (status = 201, body = Made, description = "The document"),
        (status = 403, body = Problem, description = "Refused"),
        (status = 503, body = Problem, description = "The camera sends no picture"),
    )
)]
pub async fn take(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<StillOrder>,
) -> Answer<(StatusCode, axum::Json<Made>)> {
    let camera: CameraId = id.parse()?;
    let case = body.case.as_deref().map(str::parse).transpose()?;
    let cx = signed.cx_for(&app, body.purpose.into(), body.legal_basis.into(), case, body.note);
    let point = app.registry().point_of_camera(camera).await?;
    let request = Request {
        session: Some(signed.session),
        text: format!("point={point}"),
        ..Request::new(Act::CommissioningStill, vec![camera], Rendering::Original)
    };
    let pass = Arc::new(app.registry().admit(&cx, request).await?);
    let frame = match tokio::time::timeout(FRAME_PATIENCE, frame(&app, &pass, camera)).await {
        Ok(frame) => frame?,
        Err(_) => return Err(no_picture()),
    };
    let served = Use {
        camera,
        profile: model::Profile::Main,
        units: 1,
        bytes: frame.bytes(),
        from: frame.at,
        to: frame.at,
    };
    app.registry().record_use(&pass, served, app.now()).await?;
    let files = app.registry().documents().clone();
    let (name, kind, bytes) = match frame.file() {
        FrameFile::Jpeg(bytes) => ("still.jpg", MediaKind::Jpeg, bytes),
        FrameFile::Mp4(bytes) => ("still.mp4", MediaKind::Frame, bytes),
    };
    let file = tokio::task::spawn_blocking(move || files.keep(name.to_owned(), kind, &bytes)).await;
    let file = file.map_err(|error| Failure::new(Kind::Internal, error.to_string()))??;
    let format = format!("{} {}×{}", frame.params.codec, frame.params.width, frame.params.height);
    let new =
        NewStill { camera, at: frame.at, today: app.registry().today(app.now()).to_string(), format, file };
    let cx = model::Cx { now: app.now(), ..cx };
    let document = app.registry().keep_still(&cx, &pass, new).await?;
    Ok((StatusCode::CREATED, axum::Json(Made { id: document.to_string() })))
}

/// Not older than the request: what the hub has kept of a camera that stopped is no still of now.
async fn frame(app: &App, pass: &Arc<Pass>, camera: CameraId) -> Answer<Frame> {
    let stream = StreamId { camera, profile: model::Profile::Main };
    let mut reader = app.pipeline().live(pass, stream).ok_or_else(no_picture)?;
    let clock = app.pipeline().clock().clone();
    let since = app.now().plus_us(-FRAME_AGE_US_MAX);
    Frame::next(&mut reader, since, || clock.wall()).await.ok_or_else(no_picture)
}

fn no_picture() -> Failure {
    Failure::new(Kind::Unavailable, "the camera sends no picture now").with_code("no_picture")
}

/// Say what a commissioning still shows, as a named person.
#[utoipa::path(
    post, path = "/api/records/{id}/confirmation", tag = "register", request_body = Confirmation,
    params(("id" = String, Path, description = "Document that is a still")),
    responses(
        (status = 204, description = "Confirmed"),
        (status = 403, body = Problem, description = "Refused"),
        (status = 409, body = Problem, description = "Confirmed already, or the camera or its aim has changed since"),
    )
)]
pub async fn confirm(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<Confirmation>,
) -> Answer<StatusCode> {
    app.registry().confirm_still(&signed.cx(&app), record_id(&id)?, &body.note).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was designed beside what is built and measured, point by point.
#[utoipa::path(
    get, path = "/api/systems/{id}/commissioning", tag = "register", params(("id" = String, Path, description = "System")),
    responses((status = 200, body = CommissioningTable, description = "As it is now"), (status = 404, body = Problem, description = "No such system"))
)]
pub async fn table(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<CommissioningTable>> {
    let (cx, system) = (signed.cx(&app), record_id(&id)?);
    app.registry().admit_reading(&cx, Act::ReadRegistry, Vec::new()).await?;
    let found = app.registry().commissioning(&cx, system).await?;
    let streams: HashMap<CameraId, StreamState> = app
        .pipeline()
        .streams()
        .iter()
        .filter(|stream| stream.id.profile == model::Profile::Main)
        .map(|stream| (stream.id.camera, StreamState::from(&stream.state())))
        .collect();
    let points = found.rows.into_iter().map(|point| CommissioningPoint {
        point: Named { id: point.point.0.to_string(), name: point.point.1 },
        camera: point.camera.as_ref().map(|(id, name)| Named { id: id.to_string(), name: name.clone() }),
        measured: point.camera.as_ref().and_then(|(id, _)| streams.get(id).cloned()),
        still_asked_by: point.still_asked_by.map(|article| article.to_string()),
        still: point.still.map(still_shape),
    });
    let differs = deviations(&found.compared).into_iter().map(|one| Deviation {
        about: one.about,
        what: words(&one.what),
        designed: one.designed,
        built: one.built,
    });
    Ok(axum::Json(CommissioningTable {
        width_px_min: found.wanted.width_px,
        height_px_min: found.wanted.height_px,
        frame_rate_min: found.wanted.frame_rate,
        codec: found.wanted.codec.map(str::to_owned),
        clock_offset_ms_max: law::clocks::CAMERA_OFF_MS_MAX,
        points_total: found.points as u64,
        points: points.collect(),
        differs: differs.collect(),
    }))
}

fn still_shape(still: store::StillRow) -> StillOfPoint {
    StillOfPoint {
        document_id: still.document.to_string(),
        at_ms: still.at.as_ms(),
        entry: EntryRef::access(still.entry),
        is_current: still.is_current,
        confirmed: still.confirmed.map(|(person, name, at, entry)| StillConfirmed {
            by: Named { id: person.to_string(), name },
            at_ms: at.as_ms(),
            entry: EntryRef::access(entry),
        }),
    }
}
