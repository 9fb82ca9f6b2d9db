//! The disk's forecast, what each camera weighs, and whether another one fits: shown here, decided by `law::forecast`.

use super::{
    auth::Signed,
    cameras::wanted,
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    names::CameraNames,
    paging::part,
    types::{
        self, CameraStorageChange, DiskChange, DiskWord, NewDisk, Problem, Room, StorageDisk, StorageQuery,
    },
};
use crate::app::App;
use axum::extract::State;
use law::{
    access::Refusal,
    forecast::{Disk, LADDER_DAYS, Rate},
};
use model::{Act, CameraId, Cx, DiskId, Profile, RecordId, StreamId};
use std::{cmp::Reverse, collections::HashSet};
use store::{Storage, StreamStorage, growth_of, system_cx};

/// What a camera is taken to send when nobody says: 1080p H.264 as it is usually set. Too much errs on the side of room.
pub const UNKNOWN_KBPS: u32 = 4_000;
/// From which share above its plan a camera is said to send more, in per cent.
const OVER_PLAN_PERCENT: u64 = 120;

/// Cameras on a page when the request does not say, and at most.
const LIMIT: u32 = 200;
const LIMIT_MAX: u32 = 1_000;

/// Disks, their forecast, and what each camera weighs.
#[utoipa::path(
    get, path = "/api/storage", tag = "health", params(StorageQuery),
    responses((status = 200, body = types::Storage, description = "As it is now, with a page of the cameras"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<StorageQuery>,
) -> Answer<axum::Json<types::Storage>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadHealth, Vec::new()).await?;
    read(&app, &cx, query).await
}

/// What a camera is planned to send, and its place in the order in which cameras stop when the disk is full.
#[utoipa::path(
    patch, path = "/api/storage/cameras/{id}", tag = "health", params(("id" = String, Path, description = "Camera id")), request_body = CameraStorageChange,
    responses((status = 200, body = types::Storage, description = "As it is now"), (status = 403, body = Problem, description = "Refused: it would not reach its floor, or without the post"))
)]
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<CameraStorageChange>,
) -> Answer<axum::Json<types::Storage>> {
    let camera: CameraId = id.parse().map_err(|_| Failure::not_found("camera"))?;
    let cx = signed.cx(&app);
    let now = facts(&app).await?;
    let own = now.streams.iter().find(|stream| stream.camera.camera == camera);
    let own = own.ok_or_else(|| Failure::not_found("camera"))?.camera;
    let planned_kbps = body.planned_kbps.unwrap_or(own.planned_kbps);
    let raised = planned_kbps.unwrap_or(UNKNOWN_KBPS) > own.planned_kbps.unwrap_or(UNKNOWN_KBPS);
    let refusal = if raised && own.enabled {
        verdict(&app, Some(camera), planned_kbps, None, None).await?
    } else {
        None
    };
    let priority = body.priority.unwrap_or(own.priority);
    if body.planned_kbps.is_some() || body.priority.is_some() {
        app.registry().plan_camera(&cx, camera, planned_kbps, priority, refusal).await?;
    }
    if let Some(disk) = body.disk {
        app.registry().tie_camera(&cx, camera, disk.map(DiskId)).await?;
    }
    app.ring_registry_changed();
    read(&app, &cx, StorageQuery::default()).await
}

/// Takes an empty folder into use as another media disk.
#[utoipa::path(
    post, path = "/api/storage/disks", tag = "health", request_body = NewDisk,
    responses((status = 200, body = types::Storage, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "The folder is not there, not empty, or on another disk's file system"))
)]
pub async fn add_disk(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<NewDisk>,
) -> Answer<axum::Json<types::Storage>> {
    let cx = Cx { note: Some(body.note), ..signed.cx(&app) };
    app.store().add_disk(&cx, std::path::Path::new(&body.path)).await?;
    read(&app, &cx, StorageQuery::default()).await
}

/// Retires a media disk, or takes it into use again.
#[utoipa::path(
    patch, path = "/api/storage/disks/{id}", tag = "health", params(("id" = u16, Path, description = "The disk's number")), request_body = DiskChange,
    responses((status = 200, body = types::Storage, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is so already, or no disk would be left"))
)]
pub async fn change_disk(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<DiskChange>,
) -> Answer<axum::Json<types::Storage>> {
    let id = DiskId(id.parse().map_err(|_| Failure::not_found("media disk"))?);
    let cx = Cx { note: Some(body.note), ..signed.cx(&app) };
    app.store().retire_disk(&cx, id, body.retired).await?;
    read(&app, &cx, StorageQuery::default()).await
}

/// What the law says about the room for a camera that is enrolled, switched on or let send more; `None`: it fits, or this
/// system has no admission control.
pub async fn verdict(
    app: &App,
    camera: Option<CameraId>,
    planned_kbps: Option<u32>,
    own_floor_days: Option<u16>,
    point: Option<RecordId>,
) -> Answer<Option<Refusal>> {
    let cx = system_cx("storage", app.now());
    if !app.registry().admission_control(&cx).await? {
        return Ok(None);
    }
    let storage = facts(app).await?;
    let policy = app.store().retention_policy(&cx).await?;
    let known =
        camera.and_then(|camera| storage.streams.iter().find(|stream| stream.camera.camera == camera));
    let law = match point {
        Some(point) => app.registry().floor_at(&cx, point).await?,
        None => None,
    };
    let law_days = law.as_ref().map_or(0, |floor| floor.value);
    let new_days = policy.floor_days.max(own_floor_days.unwrap_or(0)).max(law_days);
    let floor_days = known.map_or(new_days, |own| own.growth.floor_days);
    let article = match camera {
        Some(camera) => policy.article_of(camera).cloned(),
        None => law.filter(|floor| floor.value >= floor_days).map(|floor| floor.article),
    };
    // What it has really sent counts when that is more than its plan.
    let planned = growth_of(planned_kbps.unwrap_or(UNKNOWN_KBPS), floor_days, floor_days);
    let growth = match known {
        Some(own) if own.growth.rate.mean > planned.rate.mean => own.growth,
        _ => planned,
    };
    let others = camera.map_or_else(|| storage.disk.clone(), |camera| storage.without(camera));
    Ok(others.refuse(&growth, article.as_ref()))
}

/// The disk as it stands.
pub async fn facts(app: &App) -> Answer<Storage> {
    let (cx, pipeline) = (system_cx("storage", app.now()), app.pipeline());
    Ok(app.store().storage(&cx, &pipeline.rooms(), &pipeline.live_kbps()).await?)
}

async fn read(app: &App, cx: &Cx, query: StorageQuery) -> Answer<axum::Json<types::Storage>> {
    let (storage, names) = (facts(app).await?, CameraNames::seen_by(app, cx).await?);
    let (stopped, placed) = (app.pipeline().stopped_streams(), app.pipeline().rooms().placed);
    let main = |camera| StreamId { camera, profile: Profile::Main };
    let is_stopped = |camera| stopped.contains(&main(camera));
    let own: Vec<&StreamStorage> =
        storage.streams.iter().filter(|stream| names.has(stream.camera.camera)).collect();
    let wanted = wanted(query.query, query.group.as_deref(), query.unit.as_deref(), query.ids.as_deref())?;
    let found: HashSet<CameraId> = app.registry().camera_ids(cx, &wanted).await?.into_iter().collect();
    let shape = |stream: &&StreamStorage| {
        let camera = stream.camera.camera;
        camera_shape(&names, stream, is_stopped(camera), placed.get(&main(camera)).map(|disk| disk.0))
    };
    let is = |wanted: Option<u16>, has: Option<u16>| wanted.is_none() || wanted == has;
    let mut rows: Vec<types::CameraStorage> = own
        .iter()
        .filter(|stream| found.contains(&stream.camera.camera))
        .map(shape)
        .filter(|row| {
            is(query.disk, row.disk)
                && is(query.tied, row.tied)
                && query.stopped.is_none_or(|stopped| stopped == row.stopped)
        })
        .collect();
    rows.sort_by(|a, b| {
        let order = |row: &types::CameraStorage| (row.priority, Reverse(row.enrolled_ms));
        order(a).cmp(&order(b)).then_with(|| a.camera.name.cmp(&b.camera.name))
    });
    let page = part(rows, query.cursor.as_deref(), query.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX))?;
    Ok(axum::Json(types::Storage {
        disks: disk_shapes(app, &storage).await?,
        all: room_shape(&storage.disk),
        cameras: page.rows,
        next_cursor: page.next_cursor,
        total: page.total,
        stopped: own.iter().filter(|stream| is_stopped(stream.camera.camera)).count() as u64,
        term_days_max: own.iter().map(|stream| stream.growth.term_days).max().unwrap_or(0),
        admission_control: app.registry().admission_control(cx).await?,
        ladder_days: LADDER_DAYS.to_vec(),
    }))
}

async fn disk_shapes(app: &App, storage: &Storage) -> Answer<Vec<StorageDisk>> {
    let reports = app.pipeline().disk()?.disks;
    let mut shapes = Vec::new();
    for row in app.registry().media_disks().await? {
        let Some(report) = reports.iter().find(|report| report.id == row.id) else { continue };
        let Some(own) = storage.disks.iter().find(|own| own.id == row.id) else { continue };
        shapes.push(StorageDisk {
            id: row.id.0,
            path: report.path.clone(),
            state: match report.word {
                pipeline::DiskWord::Good => DiskWord::Good,
                pipeline::DiskWord::Failing => DiskWord::Failing,
                pipeline::DiskWord::Full => DiskWord::Full,
                pipeline::DiskWord::Away => DiskWord::Away,
                pipeline::DiskWord::Retired => DiskWord::Retired,
            },
            added_ms: row.added.map(model::WallTime::as_ms),
            retired_ms: row.retired.map(model::WallTime::as_ms),
            total_bytes: report.total_bytes,
            free_bytes: report.free_bytes,
            recorded: u32::try_from(report.streams).unwrap_or(u32::MAX),
            sync_ms_last: report.sync_last_us as f64 / 1_000.0,
            sync_ms_max: report.sync_max_us as f64 / 1_000.0,
            syncs_failed: report.sync_failed,
            room: room_shape(&own.disk),
        });
    }
    Ok(shapes)
}

fn room_shape(disk: &Disk) -> Room {
    let horizon = disk.horizon();
    let rates = disk.streams.iter().map(|stream| stream.rate).fold(Rate::default(), Rate::plus);
    Room {
        capacity_bytes: disk.capacity_bytes,
        stored_bytes: disk.stored_bytes,
        held_bytes: disk.held_bytes,
        needed_bytes: disk.needed_bytes(),
        bytes_per_day: range(rates),
        horizon: types::Horizon {
            earliest_days: horizon.earliest_days,
            mean_days: horizon.mean_days,
            latest_days: horizon.latest_days,
        },
        rung_days: horizon.rung_days(),
    }
}

fn camera_shape(
    names: &CameraNames,
    stream: &StreamStorage,
    stopped: bool,
    disk: Option<u16>,
) -> types::CameraStorage {
    let (camera, growth) = (stream.camera, stream.growth);
    let measured_kbps = stream.pictures.mean * 8 / 86_400 / 1_000;
    types::CameraStorage {
        camera: names.of(camera.camera),
        group_id: camera.group.map(|group| group.to_string()),
        enabled: camera.enabled,
        stored_bytes: stream.stored_bytes,
        bytes_per_day: range(growth.rate),
        planned_kbps: camera.planned_kbps,
        measured_kbps: u32::try_from(measured_kbps).unwrap_or(u32::MAX),
        over_plan: camera
            .planned_kbps
            .is_some_and(|planned| measured_kbps * 100 >= u64::from(planned) * OVER_PLAN_PERCENT),
        floor_days: growth.floor_days,
        term_days: growth.term_days,
        priority: camera.priority,
        enrolled_ms: camera.enrolled.as_ms(),
        stopped,
        disk,
        tied: camera.disk.map(|disk| disk.0),
    }
}

fn range(rate: Rate) -> types::Range {
    types::Range { low: rate.low, mean: rate.mean, high: rate.high }
}
