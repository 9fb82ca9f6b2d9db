//! The register of cases over HTTP: opened by one person, confirmed by another, closed with a reason.

use super::{
    auth::Signed,
    convert::parse_all,
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    holds::because,
    names::{CameraNames, UnitNames},
    register::record_id,
    types::{Case, CaseEnd, CaseQuery, CaseRequest, CaseState, CaseStep, Cases, EntryRef, Named, Problem},
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::access::{Post, entitles};
use model::{Act, CaseId, Cx, PersonId, RecordId, UnitId, WallTime};
use std::collections::HashMap;
use store::{CaseRow, NewCase};

/// Cases on a page when the request does not say.
const LIMIT: u32 = 100;

/// Cases of the units in which one has a post.
#[utoipa::path(
    get, path = "/api/cases", tag = "cases", params(CaseQuery),
    responses((status = 200, body = Cases, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<CaseQuery>,
) -> Answer<axum::Json<Cases>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadCases, Vec::new()).await?;
    let asked = store::CaseQuery {
        state: query.state.map(state_asked),
        id: query.id.as_deref().map(str::parse).transpose()?,
        limit: query.limit.unwrap_or(LIMIT),
        cursor: query.cursor,
    };
    let page = app.registry().cases(&cx, &asked).await?;
    let reader = Reader::load(&app, &cx, &signed).await?;
    let cases = page.cases.into_iter().map(|row| reader.shape(row)).collect();
    Ok(axum::Json(Cases { cases, next_cursor: page.next_cursor, total: page.total }))
}

/// Put a case into the register. It opens nothing before another person has confirmed it.
#[utoipa::path(
    post, path = "/api/cases", tag = "cases", request_body = CaseRequest,
    responses((status = 201, body = Case, description = "In the register, waiting"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "The unit has an open case of that number"))
)]
pub async fn open(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<CaseRequest>,
) -> Answer<(StatusCode, axum::Json<Case>)> {
    let new = NewCase {
        unit: body.unit_id.parse()?,
        kind: body.kind.into(),
        number: body.number,
        title: body.title,
        authority: body.authority,
        document: body.document_id.as_deref().map(str::parse).transpose()?,
        cameras: parse_all(&body.cameras)?,
        systems: body.systems.iter().map(|id| record_id(id)).collect::<Result<_, _>>()?,
        closes: body.closes_ms.map(WallTime::from_ms),
    };
    let id = app.registry().open_case(&signed.cx(&app), new).await?;
    Ok((StatusCode::CREATED, read(&app, &signed, id).await?))
}

/// Confirm a case that another person opened.
#[utoipa::path(
    post, path = "/api/cases/{id}/confirm", tag = "cases", params(("id" = String, Path, description = "Case id")),
    responses((status = 200, body = Case, description = "It counts from now on"), (status = 403, body = Problem, description = "Refused, also to whoever opened it"), (status = 409, body = Problem, description = "Confirmed or closed already"))
)]
pub async fn confirm(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<Case>> {
    let id = case_id(&id)?;
    app.registry().confirm_case(&signed.cx(&app), id).await?;
    read(&app, &signed, id).await
}

/// Close a case: what is looked at or being copied under it ends.
#[utoipa::path(
    post, path = "/api/cases/{id}/close", tag = "cases", params(("id" = String, Path, description = "Case id")), request_body = CaseEnd,
    responses((status = 200, body = Case, description = "Closed"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Closed already"))
)]
pub async fn close(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<CaseEnd>,
) -> Answer<axum::Json<Case>> {
    let id = case_id(&id)?;
    app.registry().close_case(&because(&app, &signed, body.reason), id).await?;
    read(&app, &signed, id).await
}

async fn read(app: &App, signed: &Signed, id: CaseId) -> Answer<axum::Json<Case>> {
    let row = app.registry().stored_case(id).await?;
    Ok(axum::Json(Reader::load(app, &signed.cx(app), signed).await?.shape(row)))
}

/// Whose eyes see a case.
struct Reader {
    units: UnitNames,
    names: CameraNames,
    systems: HashMap<RecordId, String>,
    posts: Vec<Post>,
    person: PersonId,
    now: WallTime,
}

impl Reader {
    async fn load(app: &App, cx: &Cx, signed: &Signed) -> Answer<Self> {
        Ok(Self {
            units: UnitNames::load(app, cx).await?,
            names: CameraNames::seen_by(app, cx).await?,
            systems: app.registry().system_names(cx).await?,
            posts: app.registry().own_posts(cx).await?,
            person: signed.person,
            now: cx.now,
        })
    }

    /// For the whole unit, or for a group of it where that is enough.
    fn may(&self, act: Act, unit: UnitId, whole: bool) -> bool {
        let fits = |post: &Post| post.unit == unit && (post.group.is_none() || !whole);
        self.posts.iter().any(|post| fits(post) && entitles(post.role, act))
    }

    fn shape(&self, row: CaseRow) -> Case {
        let state = row.state(self.now);
        let closed = row.closed.as_ref();
        Case {
            id: row.id.to_string(),
            unit: self.units.of(row.unit),
            kind: row.kind.into(),
            state: state_shown(state),
            document_id: row.document.map(|document| document.to_string()),
            cameras: row
                .cameras
                .iter()
                .filter(|camera| self.names.has(**camera))
                .map(|camera| self.names.of(*camera))
                .collect(),
            cameras_count: row.cameras.len() as u64,
            systems: named_systems(&row.systems, &self.systems),
            systems_count: row.systems.len() as u64,
            closes_ms: row.closes.map(|closes| closes.as_ms()),
            may_confirm: state == store::CaseState::Waiting
                && row.opened.by.0 != self.person
                && self.may(Act::ConfirmCase, row.unit, true),
            may_close: row.closed.is_none() && self.may(Act::CloseCase, row.unit, false),
            opened: step(&row.opened),
            confirmed: row.confirmed.as_ref().map(step),
            closed: closed.map(|(ended, _)| step(ended)),
            close_reason: closed.map(|(_, reason)| reason.clone()),
            number: row.number,
            title: row.title,
            authority: row.authority,
        }
    }
}

/// Those that the reader may know of, by name.
pub fn named_systems(systems: &[RecordId], names: &HashMap<RecordId, String>) -> Vec<Named> {
    let named = |id: &RecordId| names.get(id).map(|name| Named { id: id.to_string(), name: name.clone() });
    systems.iter().filter_map(named).collect()
}

pub fn step(step: &store::CaseStep) -> CaseStep {
    CaseStep {
        by: Named { id: step.by.0.to_string(), name: step.by.1.clone() },
        at_ms: step.at.as_ms(),
        entry: EntryRef::access(step.entry),
    }
}

fn state_asked(state: CaseState) -> store::CaseState {
    match state {
        CaseState::Waiting => store::CaseState::Waiting,
        CaseState::Open => store::CaseState::Open,
        CaseState::Closed => store::CaseState::Closed,
    }
}

fn state_shown(state: store::CaseState) -> CaseState {
    match state {
        store::CaseState::Waiting => CaseState::Waiting,
        store::CaseState::Open => CaseState::Open,
        store::CaseState::Closed => CaseState::Closed,
    }
}

fn case_id(text: &str) -> Answer<CaseId> {
    text.parse().map_err(|_| Failure::not_found("case"))
}
