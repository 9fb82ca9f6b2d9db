//! Levels of a camera's clips: all that were given, giving one, and taking one back.
//!
//! It decides nothing: `law::access` says who may and what a lowering needs. What a level does to views and exports follows where
//! they are admitted and read.

use super::{
    auth::Signed,
    cameras::camera_id,
    error::{Answer, Failure},
    extract::{Json, Path},
    register::record_id,
    types::{
        ClipLevel, ClipLevelLowering, ClipLevelRequest, ClipLevels, ClipLowered, EntryRef, Named, Problem,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use model::{Act, CameraId, PersonId, RecordId, WallTime};
use store::{EntryIndex, NewClipLevel};

/// The levels of a camera's clips.
#[utoipa::path(
    get, path = "/api/cameras/{id}/levels", tag = "cameras", params(("id" = String, Path, description = "Camera id")),
    responses((status = 200, body = ClipLevels, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<ClipLevels>> {
    let (cx, camera) = (signed.cx(&app), camera_id(&id)?);
    app.registry().admit_reading(&cx, Act::ReadTimeline, vec![camera]).await?;
    all(&app, &signed, camera).await
}

/// Give a span of a camera's footage a higher level than the camera has.
///
/// Whoever sees it without what the level asks for sees it no longer.
#[utoipa::path(
    post, path = "/api/cameras/{id}/levels", tag = "cameras", request_body = ClipLevelRequest,
    params(("id" = String, Path, description = "Camera id")),
    responses((status = 201, body = ClipLevels, description = "In the ledger, and in force"), (status = 403, body = Problem, description = "Refused: without a reason, or without the post"))
)]
pub async fn raise(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<ClipLevelRequest>,
) -> Answer<(StatusCode, axum::Json<ClipLevels>)> {
    let camera = camera_id(&id)?;
    let new = NewClipLevel {
        level: body.level,
        start: WallTime::from_ms(body.from_ms),
        end: body.to_ms.map(WallTime::from_ms),
        reason: body.reason,
        document: document(body.document_id.as_deref())?,
    };
    app.registry().raise_clip_level(&signed.cx(&app), camera, new).await?;
    Ok((StatusCode::CREATED, all(&app, &signed, camera).await?))
}

/// Take a clip's level back, by a paper of the unit's register.
#[utoipa::path(
    post, path = "/api/cameras/{id}/levels/{entry}/lower", tag = "cameras", request_body = ClipLevelLowering,
    params(("id" = String, Path, description = "Camera id"), ("entry" = u64, Path, description = "The entry that raised it")),
    responses((status = 200, body = ClipLevels, description = "In the ledger; the camera's own level holds"), (status = 403, body = Problem, description = "Refused: without a reason or a document, or without the post"), (status = 409, body = Problem, description = "Taken back already"))
)]
pub async fn lower(
    State(app): State<App>,
    signed: Signed,
    Path((id, entry)): Path<(String, String)>,
    Json(body): Json<ClipLevelLowering>,
) -> Answer<axum::Json<ClipLevels>> {
    let camera = camera_id(&id)?;
    let raised = entry.parse().map(EntryIndex).map_err(|_| Failure::not_found("level of a clip"))?;
    let document = document(body.document_id.as_deref())?;
    let cx = signed.cx(&app);
    app.registry().lower_clip_level(&cx, (camera, raised), &body.reason, document).await?;
    all(&app, &signed, camera).await
}

fn document(id: Option<&str>) -> Answer<Option<RecordId>> {
    id.filter(|id| !id.is_empty()).map(record_id).transpose()
}

async fn all(app: &App, signed: &Signed, camera: CameraId) -> Answer<axum::Json<ClipLevels>> {
    let levels = app.registry().clip_levels(&signed.cx(app), camera).await?;
    Ok(axum::Json(ClipLevels { levels: levels.into_iter().map(shape).collect() }))
}

fn shape(level: store::ClipLevel) -> ClipLevel {
    ClipLevel {
        entry: EntryRef::access(level.entry),
        level: level.level,
        from_ms: level.start.as_ms(),
        to_ms: level.end.map(WallTime::as_ms),
        reason: level.reason,
        document_id: level.document.map(|id| id.to_string()),
        person: named(level.person),
        at_ms: level.at.as_ms(),
        lowered: level.lowered.map(|lowered| ClipLowered {
            entry: EntryRef::access(lowered.entry),
            reason: lowered.reason,
            document_id: lowered.document.to_string(),
            person: named(lowered.person),
            at_ms: lowered.at.as_ms(),
        }),
    }
}

fn named((id, name): (PersonId, String)) -> Named {
    Named { id: id.to_string(), name }
}
