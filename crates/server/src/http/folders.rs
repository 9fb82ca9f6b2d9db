//! Incident folders over HTTP: reading, adding, withdrawing, closing; one call that holds all spans, and one that asks for packages.
//!
//! It decides nothing and shows no picture. Invariant: what an item says of cameras outside the reader's posts does not leave here,
//! and a package of a folder is admitted as every export is.

use super::{
    auth::Signed,
    convert::{id_of, parse_all},
    error::{Answer, Failure},
    exports::{asked, entry_words, sealed_to, shape, spec, within_term},
    extract::{Json, Path, Query},
    holds::{because, state as hold_state},
    names::{CameraNames, UnitNames},
    types::{
        EntryRef, Folder, FolderDone, FolderExportRequest, FolderHead, FolderHold, FolderHoldRequest,
        FolderItem, FolderItemRequest, FolderQuery, FolderReason, FolderRequest, FolderStep, Folders, Named,
        Problem, Profile, ReleaseRequest,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::access::{Post, entitles};
use law::folder::ItemKind;
use model::{Act, Cx, Kind, PersonId, Span, StreamId, UnitId, WallTime};
use store::{Done, FolderRow, NewExport, NewFolder, NewFolderItem, Request, system_cx};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// Folders on a page when the request does not say.
const LIMIT: u32 = 50;

/// Of incident folders, and of packages that are collected with a passphrase.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(super::exports::begin))
        .routes(routes!(list, open))
        .routes(routes!(one))
        .routes(routes!(add))
        .routes(routes!(withdraw))
        .routes(routes!(close))
        .routes(routes!(reopen))
        .routes(routes!(hold))
        .routes(routes!(ask_release))
        .routes(routes!(approve_release))
        .routes(routes!(export))
}

/// Incident folders of the units in which one may read them.
#[utoipa::path(
    get, path = "/api/folders", tag = "folders", params(FolderQuery),
    responses((status = 200, body = Folders, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<FolderQuery>,
) -> Answer<axum::Json<Folders>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadFolders, Vec::new()).await?;
    let reader = Reader::load(&app, &cx, &signed).await?;
    let camera = query.camera.as_deref().map(str::parse).transpose()?;
    let asked = store::FolderQuery {
        unit: query.unit_id.as_deref().map(str::parse).transpose()?,
        closed: query.closed,
        words: query.words.unwrap_or_default(),
        camera,
        span: match (query.from_ms, query.to_ms) {
            (Some(from), Some(to)) => Some(super::convert::span_of_ms(from, to)?),
            (None, None) => None,
            _ => return Err(Failure::invalid("from_ms", "and to_ms go together")),
        },
        limit: query.limit.unwrap_or(LIMIT),
        cursor: query.cursor,
    };
    let page = app.registry().folders(&cx, &asked).await?;
    let folders = page.folders.iter().map(|row| reader.head(row)).collect();
    Ok(axum::Json(Folders { folders, next_cursor: page.next_cursor, total: page.total }))
}

/// Open an incident folder.
#[utoipa::path(
    post, path = "/api/folders", tag = "folders", request_body = FolderRequest,
    responses((status = 201, body = Folder, description = "Open, and empty"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn open(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<FolderRequest>,
) -> Answer<(StatusCode, axum::Json<Folder>)> {
    let new = NewFolder {
        unit: body.unit_id.parse()?,
        name: body.name,
        happened: body.happened,
        case: body.case_id.as_deref().map(str::parse).transpose()?,
    };
    let id = app.registry().open_folder(&signed.cx(&app), new).await?;
    Ok((StatusCode::CREATED, read(&app, &signed, id).await?))
}

/// One folder, with what is in it.
#[utoipa::path(
    get, path = "/api/folders/{id}", tag = "folders", params(("id" = String, Path, description = "Folder id")),
    responses((status = 200, body = Folder, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "None of one's units"))
)]
pub async fn one(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<Folder>> {
    let id = folder_id(&id)?;
    app.registry().admit_reading(&signed.cx(&app), Act::ReadFolders, Vec::new()).await?;
    read(&app, &signed, id).await
}

/// Put a bookmark, a span, a note or a link into a folder.
#[utoipa::path(
    post, path = "/api/folders/{id}/items", tag = "folders", params(("id" = String, Path, description = "Folder id")),
    request_body = FolderItemRequest,
    responses((status = 201, body = Folder, description = "With the item; held, if the folder is"), (status = 403, body = Problem, description = "Refused, also while the folder is closed"), (status = 409, body = Problem, description = "The folder is full"))
)]
pub async fn add(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<FolderItemRequest>,
) -> Answer<(StatusCode, axum::Json<Folder>)> {
    let id = folder_id(&id)?;
    let new = NewFolderItem {
        kind: body.kind.into(),
        cameras: parse_all(&body.cameras)?,
        from: body.from_ms.map(WallTime::from_ms),
        to: body.to_ms.map(WallTime::from_ms),
        words: body.words,
        about: body.about_id.as_deref().map(|id| id_of(id, "item")).transpose()?,
    };
    let cx = signed.cx(&app);
    there_is_a_gap(&app, &cx, &new).await?;
    app.registry().add_to_folder(&cx, id, new).await?;
    app.settle_outbox().await;
    Ok((StatusCode::CREATED, read(&app, &signed, id).await?))
}

/// Withdraw an item. It stays to be read; what is held for it stays held.
#[utoipa::path(
    post, path = "/api/folders/{id}/items/{item}/withdraw", tag = "folders",
    params(("id" = String, Path, description = "Folder id"), ("item" = String, Path, description = "Item id")),
    request_body = FolderReason,
    responses((status = 200, body = Folder, description = "Without it"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Withdrawn already"))
)]
pub async fn withdraw(
    State(app): State<App>,
    signed: Signed,
    Path((id, item)): Path<(String, String)>,
    Json(body): Json<FolderReason>,
) -> Answer<axum::Json<Folder>> {
    let (id, item) = (folder_id(&id)?, id_of(&item, "item")?);
    app.registry().withdraw_from_folder(&because(&app, &signed, body.reason), id, item).await?;
    read(&app, &signed, id).await
}

/// Close a folder. Its holds stay.
#[utoipa::path(
    post, path = "/api/folders/{id}/close", tag = "folders", params(("id" = String, Path, description = "Folder id")), request_body = FolderReason,
    responses((status = 200, body = Folder, description = "Closed"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Closed already"))
)]
pub async fn close(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<FolderReason>,
) -> Answer<axum::Json<Folder>> {
    let id = folder_id(&id)?;
    app.registry().close_folder(&because(&app, &signed, body.reason), id).await?;
    read(&app, &signed, id).await
}

/// Reopen a folder that was closed.
#[utoipa::path(
    post, path = "/api/folders/{id}/reopen", tag = "folders", params(("id" = String, Path, description = "Folder id")), request_body = FolderReason,
    responses((status = 200, body = Folder, description = "Open again"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is open"))
)]
pub async fn reopen(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<FolderReason>,
) -> Answer<axum::Json<Folder>> {
    let id = folder_id(&id)?;
    app.registry().reopen_folder(&because(&app, &signed, body.reason), id).await?;
    read(&app, &signed, id).await
}

/// Hold all spans of a folder, and what is added later.
#[utoipa::path(
    post, path = "/api/folders/{id}/hold", tag = "folders", params(("id" = String, Path, description = "Folder id")), request_body = FolderHoldRequest,
    responses((status = 200, body = Folder, description = "Held from now on"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "No span that is not held"))
)]
pub async fn hold(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<FolderHoldRequest>,
) -> Answer<axum::Json<Folder>> {
    let id = folder_id(&id)?;
    let cx = signed.cx_for(&app, body.purpose.into(), body.legal_basis.into(), None, body.note);
    let review = body.review_ms.map(WallTime::from_ms);
    app.registry().hold_folder(&cx, id, review, &body.document).await?;
    app.settle_outbox().await;
    read(&app, &signed, id).await
}

/// Ask that the holds of a folder be lifted. Another person answers.
#[utoipa::path(
    post, path = "/api/folders/{id}/hold/release", tag = "folders", params(("id" = String, Path, description = "Folder id")), request_body = ReleaseRequest,
    responses((status = 200, body = Folder, description = "Asked"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Nothing is held, or it was asked for"))
)]
pub async fn ask_release(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<ReleaseRequest>,
) -> Answer<axum::Json<Folder>> {
    let (id, cx) = (folder_id(&id)?, because(&app, &signed, body.reason));
    app.registry().admit_reading(&cx, Act::ReadFolders, Vec::new()).await?;
    app.registry().ask_folder_release(&cx, id, &body.document).await?;
    read(&app, &signed, id).await
}

/// Lift the holds of a folder that another person asked to be lifted.
#[utoipa::path(
    post, path = "/api/folders/{id}/hold/release/approve", tag = "folders", params(("id" = String, Path, description = "Folder id")), request_body = FolderReason,
    responses((status = 200, body = Folder, description = "Lifted"), (status = 403, body = Problem, description = "Refused, also to whoever asked"), (status = 409, body = Problem, description = "Nobody has asked"))
)]
pub async fn approve_release(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<FolderReason>,
) -> Answer<axum::Json<Folder>> {
    let (id, cx) = (folder_id(&id)?, because(&app, &signed, body.reason));
    app.registry().admit_reading(&cx, Act::ReadFolders, Vec::new()).await?;
    app.registry().approve_folder_release(&cx, id).await?;
    app.settle_outbox().await;
    read(&app, &signed, id).await
}

/// Ask for evidence packages of a folder's spans: one for all cameras with the same span.
#[utoipa::path(
    post, path = "/api/folders/{id}/packages", tag = "folders", params(("id" = String, Path, description = "Folder id")), request_body = FolderExportRequest,
    responses((status = 201, body = Folder, description = "In the ledger and being made"), (status = 403, body = Problem, description = "Refused: as a single export would be, and where an item was withdrawn"), (status = 409, body = Problem, description = "No span to hand out"))
)]
pub async fn export(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<FolderExportRequest>,
) -> Answer<(StatusCode, axum::Json<Folder>)> {
    let id = folder_id(&id)?;
    if body.recipient.name.trim().is_empty() {
        return Err(Failure::invalid("recipient", "name the person who receives the copy"));
    }
    let items = body
        .items
        .as_ref()
        .map(|items| items.iter().map(|item| id_of(item, "item")).collect())
        .transpose()?;
    let sealed_to = sealed_to(body.seal_to.as_deref())?;
    let case = app.registry().folder_case(id).await?;
    let cx = signed.cx_for(&app, body.purpose.into(), body.legal_basis.into(), case, body.note);
    let packages = app.registry().ask_folder_packages(&cx, id, items).await?;
    if !app.exports().has_room(packages.len()) {
        return Err(Failure::new(Kind::Busy, "too many exports are waiting").with_code("exports"));
    }
    let recipient = ledger::package::Recipient {
        name: body.recipient.name.trim().to_owned(),
        organisation: body.recipient.organisation.trim().to_owned(),
    };
    // All are admitted before one is made: a refusal of one makes none.
    let mut admitted = Vec::with_capacity(packages.len());
    for package in packages {
        let request = Request {
            refers_to: Some(package.entry),
            text: format!("folder={id}\n{}", entry_words(body.with_sound, sealed_to)).trim_end().to_owned(),
            ..asked(&signed, package.cameras.clone(), package.span, &recipient)
        };
        let pass = app.registry().admit(&cx, request).await?;
        let profile = body.profile.unwrap_or(Profile::Main).into();
        within_term(&app, &package.cameras, (profile, body.with_sound), package.span).await?;
        admitted.push((pass, package));
    }
    for (pass, package) in admitted {
        let new = NewExport {
            profile: body.profile.unwrap_or(Profile::Main).into(),
            recipient: (&recipient).into(),
            cameras: package.cameras,
            sealed_to,
        };
        app.registry().create_folder_export((id, package.entry), &pass, new.clone()).await?;
        let with = (&new, body.with_sound);
        let spec = spec(&app, &signed, cx.clone(), pass, with, recipient.clone()).await?;
        app.exports().start(&app, spec);
    }
    app.settle_outbox().await;
    Ok((StatusCode::CREATED, read(&app, &signed, id).await?))
}

/// Where somebody says that footage is missing, some is. Of cameras outside one's posts nothing is told: the registry refuses those.
async fn there_is_a_gap(app: &App, cx: &Cx, new: &NewFolderItem) -> Answer<()> {
    let (ItemKind::Gap, Some(camera), Some(from), Some(to)) =
        (new.kind, new.cameras.first(), new.from, new.to)
    else {
        return Ok(());
    };
    let Some(span) = Span::new(from, to) else { return Ok(()) };
    if !CameraNames::for_act(app, cx, Act::AddToFolder, None).await?.has(*camera) {
        return Ok(());
    }
    let stream = StreamId { camera: *camera, profile: model::Profile::Main };
    let gaps = app.store().footage.gaps(&system_cx("folder", app.now()), Some(stream), span).await?;
    if gaps.is_empty() {
        return Err(Failure::invalid("from_ms", "the camera has no gap there"));
    }
    Ok(())
}

async fn read(app: &App, signed: &Signed, id: Uuid) -> Answer<axum::Json<Folder>> {
    let cx = signed.cx(app);
    let row = app.registry().folder(&cx, id).await?;
    Ok(axum::Json(Reader::load(app, &cx, signed).await?.shape(app, row).await?))
}

/// Whose eyes see a folder.
struct Reader {
    units: UnitNames,
    names: CameraNames,
    posts: Vec<Post>,
    person: PersonId,
}

impl Reader {
    async fn load(app: &App, cx: &Cx, signed: &Signed) -> Answer<Self> {
        Ok(Self {
            units: UnitNames::load(app, cx).await?,
            names: CameraNames::seen_by(app, cx).await?,
            posts: app.registry().own_posts(cx).await?,
            person: signed.person,
        })
    }

    fn may(&self, act: Act, unit: UnitId) -> bool {
        self.posts.iter().any(|post| post.unit == unit && entitles(post.role, act))
    }

    fn head(&self, row: &FolderRow) -> FolderHead {
        let standing = || row.items.iter().filter(|item| item.withdrawn.is_none());
        FolderHead {
            id: row.id.to_string(),
            unit: self.units.of(row.unit),
            name: row.name.clone(),
            happened: row.happened.clone(),
            case_id: row.case.map(|case| case.to_string()),
            closed: row.is_closed(),
            opened: done(&row.opened),
            items_count: standing().count() as u64,
            spans_count: standing().filter(|item| item.kind == ItemKind::Span).count() as u64,
            held: row.is_held(),
        }
    }

    async fn shape(&self, app: &App, row: FolderRow) -> Answer<Folder> {
        let mut packages = Vec::with_capacity(row.exports.len());
        for export in &row.exports {
            let found = app.registry().export(&system_cx("folder", app.now()), *export).await?;
            let seen = found.cameras.iter().all(|camera| self.names.has(*camera));
            if seen || found.person == self.person {
                packages.push(shape(app, found));
            }
        }
        let (is_open, unit) = (!row.is_closed(), row.unit);
        let asked =
            |hold: &store::FolderHold| hold.stands && hold.asker.is_some_and(|asker| asker != self.person);
        Ok(Folder {
            head: self.head(&row),
            items: row.items.iter().map(|item| self.item(item)).collect(),
            steps: row.steps.iter().map(step).collect(),
            holds: row.holds.iter().map(|hold| self.hold(hold)).collect(),
            packages,
            may_add: is_open && self.may(Act::AddToFolder, unit),
            may_hold: is_open && self.may(Act::HoldFolder, unit),
            may_export: is_open && self.may(Act::ExportFolder, unit),
            may_close: self.may(Act::CloseFolder, unit),
            may_lift: self.may(Act::ApproveRelease, unit) && row.holds.iter().any(asked),
        })
    }

    fn item(&self, item: &store::FolderItem) -> FolderItem {
        let withheld = !item.cameras.iter().all(|camera| self.names.has(*camera));
        let shown = |time: Option<WallTime>| time.filter(|_| !withheld).map(WallTime::as_ms);
        let words = |text: &String| if withheld { String::new() } else { text.clone() };
        FolderItem {
            id: item.id.to_string(),
            kind: item.kind.into(),
            withheld,
            from_ms: shown(item.from),
            to_ms: shown(item.to),
            cameras: if withheld { Vec::new() } else { self.named(&item.cameras) },
            words: words(&item.words),
            about_id: item.about.map(|about| about.to_string()),
            added: done(&item.added),
            withdrawn: item.withdrawn.as_ref().map(|(at, _)| done(at)),
            withdraw_reason: item.withdrawn.as_ref().map(|(_, reason)| words(reason)),
        }
    }

    fn hold(&self, hold: &store::FolderHold) -> FolderHold {
        FolderHold {
            id: hold.id.to_string(),
            from_ms: hold.span.start.as_ms(),
            to_ms: hold.span.end.as_ms(),
            cameras: self.named(&hold.cameras),
            state: hold_state(hold.state),
            release_asked: hold.asker.is_some(),
            review_ms: hold.review.as_ms(),
        }
    }

    fn named(&self, cameras: &[model::CameraId]) -> Vec<Named> {
        cameras
            .iter()
            .filter(|camera| self.names.has(**camera))
            .map(|camera| self.names.of(*camera))
            .collect()
    }
}

fn step(step: &store::FolderStep) -> FolderStep {
    FolderStep { closes: step.closes, done: done(&step.done), reason: step.reason.clone() }
}

fn done(done: &Done) -> FolderDone {
    FolderDone {
        by: Named { id: done.by.0.to_string(), name: done.by.1.clone() },
        at_ms: done.at.as_ms(),
        entry: EntryRef::access(done.entry),
    }
}

fn folder_id(text: &str) -> Answer<Uuid> {
    id_of(text, "folder")
}
