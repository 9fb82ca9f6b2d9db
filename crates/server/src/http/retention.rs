//! Floor and term of the system and of single cameras. A change wants a reason, has an entry, and shortens nothing that
//! footage was promised when it was recorded.

use super::{
    auth::Signed,
    cameras::wanted,
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    holds::because,
    names::CameraNames,
    paging::part,
    types::{
        CameraTerms, CameraTermsChange, EntryRef, Named, Overkept, Problem, Retention, RetentionChange,
        RetentionQuery, TermsChange,
    },
};
use crate::app::App;
use axum::extract::State;
use law::retention::Terms;
use model::{Act, CameraId, Cx};
use store::{Settings, system_cx};

/// Cameras on a page when the request does not say, and at most.
const LIMIT: u32 = 200;
const LIMIT_MAX: u32 = 1_000;

/// Floors, terms, their changes, and what is kept for too long.
#[utoipa::path(
    get, path = "/api/retention", tag = "retention", params(RetentionQuery),
    responses((status = 200, body = Retention, description = "Of the system and of one's cameras, a page of them"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<RetentionQuery>,
) -> Answer<axum::Json<Retention>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadHealth, Vec::new()).await?;
    read(&app, &cx, query).await
}

/// Change floor and term of the system.
#[utoipa::path(
    patch, path = "/api/retention", tag = "retention", request_body = RetentionChange,
    responses((status = 200, body = Retention, description = "As it is now"), (status = 403, body = Problem, description = "Refused: below the pack's floor, without a reason, or without the post"))
)]
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<RetentionChange>,
) -> Answer<axum::Json<Retention>> {
    let settings = Settings { floor_days: body.floor_days, term_days: body.term_days };
    app.registry().change_settings(&because(&app, &signed, body.reason), settings, &body.document).await?;
    app.ring_registry_changed();
    read(&app, &signed.cx(&app), RetentionQuery::default()).await
}

/// Change a camera's own floor and term.
#[utoipa::path(
    patch, path = "/api/retention/cameras/{id}", tag = "retention", params(("id" = String, Path, description = "Camera id")), request_body = CameraTermsChange,
    responses((status = 200, body = Retention, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn change_camera(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<CameraTermsChange>,
) -> Answer<axum::Json<Retention>> {
    let camera: CameraId = id.parse().map_err(|_| Failure::not_found("camera"))?;
    let (floors, terms) = app.registry().camera_terms(&system_cx("retention", app.now())).await?;
    let wanted = Terms {
        floor_days: body.floor_days.unwrap_or(floors.get(&camera).copied()),
        term_days: body.term_days.unwrap_or(terms.get(&camera).copied()),
    };
    let cx = because(&app, &signed, body.reason);
    app.registry().change_camera_terms(&cx, camera, wanted, &body.document).await?;
    app.ring_registry_changed();
    read(&app, &signed.cx(&app), RetentionQuery::default()).await
}

async fn read(app: &App, cx: &Cx, query: RetentionQuery) -> Answer<axum::Json<Retention>> {
    let policy = app.store().retention_policy(cx).await?;
    let names = CameraNames::seen_by(app, cx).await?;
    let wanted = wanted(query.query, query.group.as_deref(), query.unit.as_deref(), query.ids.as_deref())?;
    let mut found = app.registry().camera_ids(cx, &wanted).await?;
    let has_own = |camera: &CameraId| {
        policy.camera_floor_days.contains_key(camera) || policy.camera_term_days.contains_key(camera)
    };
    found.retain(|camera| query.own.is_none_or(|own| own == has_own(camera)));
    let page = part(found, query.cursor.as_deref(), query.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX))?;
    let cameras = page
        .rows
        .into_iter()
        .map(|camera| {
            let own_floor_days = policy.camera_floor_days.get(&camera).copied();
            CameraTerms {
                camera: names.of(camera),
                floor_days: policy.floor_of(camera),
                floor_article: policy.article_of(camera).map(ToString::to_string),
                own_floor_days,
                term_days: policy.term_of(camera),
                own_term_days: policy.camera_term_days.get(&camera).copied(),
            }
        })
        .collect();
    let changes = app.registry().terms_changes(cx).await?;
    let overkept = app.store().overkept(cx).await?;
    Ok(axum::Json(Retention {
        floor_days: policy.floor_days,
        term_days: policy.term_days,
        pack_floor_days: app.registry().pack_floor_days(cx).await?,
        cameras,
        next_cursor: page.next_cursor,
        total: page.total,
        changes: changes.into_iter().map(|change| change_shape(&names, change)).collect(),
        overkept: overkept
            .into_iter()
            .filter(|kept| names.has(kept.stream.camera))
            .map(|kept| Overkept {
                camera: names.of(kept.stream.camera),
                profile: kept.stream.profile.into(),
                segments: kept.segments,
                oldest_ms: kept.oldest.as_ms(),
                term_days: kept.term_days,
            })
            .collect(),
    }))
}

fn change_shape(names: &CameraNames, change: store::TermsChange) -> TermsChange {
    TermsChange {
        camera: change.camera.map(|camera| names.of(camera)),
        floor_days: change.terms.floor_days,
        term_days: change.terms.term_days,
        reason: change.reason,
        document: change.document,
        person: change.person.map(|(id, name)| Named { id: id.to_string(), name }),
        at_ms: change.at.as_ms(),
        entry: EntryRef::access(change.entry),
    }
}
