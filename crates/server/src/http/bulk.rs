//! Changing many records or cameras at once, and giving many cameras another password: each a dry run, applied as an import is.

use super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::Json,
    imports::{room, shape},
    tables,
    types::{BulkRequest, DryRun, Problem, RotationRequest, SelectionRequest},
};
use crate::app::App;
use axum::extract::State;
use futures::{StreamExt as _, stream};
use law::{Words, import::Target};
use model::{CameraId, Secret};
use store::{BulkChange, Camera, CameraQuery, RecordQuery, Selection};
use url::Url;

/// Rows that the answer shows at once.
const PAGE_ROWS: usize = 100;
/// Cameras whose new password is tested in one request: at eight at a time and a second each, two minutes.
const TESTED_MAX: usize = 1_000;
/// Tests at a time: more would be felt on the network that recordings come over.
const TESTS_AT_ONCE: usize = 8;

/// Try to set some fields of many records or cameras.
#[utoipa::path(
    post, path = "/api/bulk", tag = "register", request_body = BulkRequest,
    responses((status = 200, body = DryRun, description = "Before and after, or every problem"), (status = 400, body = Problem, description = "A field that is each record's own"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<BulkRequest>,
) -> Answer<axum::Json<DryRun>> {
    let target = tables::target(&body.kind)?;
    if body.set.is_empty() || body.set.keys().any(|field| !store::is_for_many(target, field)) {
        return Err(Failure::invalid("set", "is empty, or names a field that is each record's own"));
    }
    let selection = selection(target, &body.selection)?;
    let change = BulkChange { target, selection, set: body.set, credentials: None };
    let run = app.registry().try_change(&signed.cx(&app), change, &[], room(&app).await?).await?;
    Ok(axum::Json(shape(&app.dry_runs().keep(run), 0, PAGE_ROWS)))
}

/// Try another user name and password on many cameras. Each is asked what it offers; nothing is changed, here or there.
#[utoipa::path(
    post, path = "/api/bulk/credentials", tag = "register", request_body = RotationRequest,
    responses((status = 200, body = DryRun, description = "Cameras that do not answer to them are problems"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn credentials(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<RotationRequest>,
) -> Answer<axum::Json<DryRun>> {
    if body.username.is_empty() || body.password.is_empty() {
        return Err(Failure::invalid("username", "user name and password are given together"));
    }
    let credentials = (body.username, Secret::new(body.password));
    let selection = selection(Target::Cameras, &body.selection)?;
    let change = BulkChange {
        target: Target::Cameras,
        selection,
        set: serde_json::Map::new(),
        credentials: Some(credentials.clone()),
    };
    let cx = signed.cx(&app);
    let cameras = app.registry().cameras_to_test(&cx, &change).await?;
    if cameras.len() > TESTED_MAX {
        return Err(Failure::invalid("selection", "has more than 1000 cameras"));
    }
    let (app_, credentials) = (&app, &credentials);
    let tests = stream::iter(cameras).map(|camera| async move {
        test(app_, &camera, credentials).await.err().map(|words| (camera.id, words))
    });
    let failed: Vec<(CameraId, Words)> =
        tests.buffer_unordered(TESTS_AT_ONCE).filter_map(futures::future::ready).collect().await;
    let run = app.registry().try_change(&cx, change, &failed, None).await?;
    Ok(axum::Json(shape(&app.dry_runs().keep(run), 0, PAGE_ROWS)))
}

/// Whether a camera answers to them. The words carry no secret and no address.
async fn test(app: &App, camera: &Camera, credentials: &(String, Secret<String>)) -> Result<(), Words> {
    let unusable = || Words::new("has no usable address", "地址无法使用");
    let url = camera.main_url.as_deref().and_then(|url| Url::parse(url).ok()).ok_or_else(unusable)?;
    let address = pipeline::Address {
        url,
        credentials: Some(credentials.clone()),
        transport: camera.reach.transport,
        certificate: camera.reach.certificate,
    };
    app.pipeline().try_credentials(&address).await.map_err(|error| match error.cause {
        model::GapCause::Credentials => {
            Words::new("does not accept this user name and password", "不接受该用户名和密码")
        }
        _ => Words::new("cannot be reached", "无法连接"),
    })
}

fn selection(target: Target, asked: &SelectionRequest) -> Answer<Selection> {
    if !asked.ids.is_empty() {
        let ids = asked.ids.iter().map(|id| id.parse().map_err(|_| Failure::not_found("record")));
        return Ok(Selection::Ticked(ids.collect::<Answer<_>>()?));
    }
    let unit = asked.unit.as_deref().map(str::parse).transpose()?;
    Ok(match target {
        Target::Records(kind) => Selection::Records(RecordQuery {
            text: asked.query.clone(),
            unit,
            parent: asked.parent.as_deref().map(str::parse).transpose()?,
            incomplete: asked.incomplete,
            lacks: asked.lacks.clone(),
            ..RecordQuery::of(kind)
        }),
        Target::Cameras => Selection::Cameras(CameraQuery {
            text: asked.query.clone(),
            unit,
            group: asked.group.as_deref().map(str::parse).transpose()?,
            ..CameraQuery::default()
        }),
    })
}
