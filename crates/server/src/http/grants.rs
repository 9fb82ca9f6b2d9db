//! Requests to see footage over HTTP: asked for by one person, approved or declined by another, taken back at any time.

use super::{
    auth::Signed,
    cameras::camera_id,
    cases::{named_systems, step},
    convert::{parse_all, span_of_ms},
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    holds::because,
    names::{CameraNames, UnitNames},
    register::record_id,
    types::{
        FourEyesAct, FourEyesOf, FourEyesRequest, Grant, GrantAnswer, GrantQuery, GrantRequest, GrantRevoked,
        GrantShared, GrantWord, Grants, Named, Problem, Unit,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::access::{GrantAct, GrantState, Post, SecondEyes, asking, entitles};
use model::{Act, CameraId, GrantId, PersonId, RecordId, UnitId, WallTime};
use std::collections::HashMap;
use store::{GrantRow, NewGrant};

/// Requests on a page when the request does not say.
const LIMIT: u32 = 100;

/// Requests for footage: one's own, and those of the units in which one answers or audits.
#[utoipa::path(
    get, path = "/api/grants", tag = "cases", params(GrantQuery),
    responses((status = 200, body = Grants, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<GrantQuery>,
) -> Answer<axum::Json<Grants>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadGrants, Vec::new()).await?;
    let asked = store::GrantQuery {
        id: query.id.as_deref().map(str::parse).transpose()?,
        waiting: query.waiting.unwrap_or(false),
        shared: query.shared,
        limit: query.limit.unwrap_or(LIMIT),
        cursor: query.cursor,
    };
    let page = app.registry().grants(&cx, &asked).await?;
    let reader = Reader::load(&app, &signed).await?;
    let grants = page.grants.into_iter().map(|row| reader.shape(row)).collect();
    Ok(axum::Json(Grants { grants, next_cursor: page.next_cursor, total: page.total }))
}

/// Ask to see footage, or to take a copy of it.
#[utoipa::path(
    post, path = "/api/grants", tag = "cases", request_body = GrantRequest,
    responses((status = 201, body = Grant, description = "Waits for another person"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn ask(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<GrantRequest>,
) -> Answer<(StatusCode, axum::Json<Grant>)> {
    let case = body.case.as_deref().map(str::parse).transpose()?;
    let cx = signed.cx_for(&app, body.purpose.into(), body.legal_basis.into(), case, Some(body.reason));
    let span = match (body.from_ms, body.to_ms) {
        (None, None) => None,
        (Some(from_ms), Some(to_ms)) => Some(span_of_ms(from_ms, to_ms)?),
        _ => return Err(Failure::invalid("from_ms", "from_ms and to_ms belong together")),
    };
    let new = NewGrant {
        cameras: parse_all(&body.cameras)?,
        systems: body.systems.iter().map(|id| record_id(id)).collect::<Result<_, _>>()?,
        acts: body.acts.into_iter().map(Into::into).collect(),
        span,
        uses_max: body.uses_max,
        expires: WallTime::from_ms(body.expires_ms),
    };
    let id = app.registry().ask_grant(&cx, new).await?;
    Ok((StatusCode::CREATED, read(&app, &signed, id).await?))
}

/// Approve what another person asked for.
#[utoipa::path(
    post, path = "/api/grants/{id}/approve", tag = "cases", params(("id" = String, Path, description = "Request id")), request_body = GrantWord,
    responses((status = 200, body = Grant, description = "Granted"), (status = 403, body = Problem, description = "Refused, also to whoever asked, and in return for an approval"), (status = 409, body = Problem, description = "Answered already, or too late"))
)]
pub async fn approve(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<GrantWord>,
) -> Answer<axum::Json<Grant>> {
    let id = grant_id(&id)?;
    app.registry().approve_grant(&because(&app, &signed, body.reason), id).await?;
    read(&app, &signed, id).await
}

/// Decline it; whoever asked withdraws it with the same call.
#[utoipa::path(
    post, path = "/api/grants/{id}/decline", tag = "cases", params(("id" = String, Path, description = "Request id")), request_body = GrantWord,
    responses((status = 200, body = Grant, description = "Declined"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Answered already"))
)]
pub async fn decline(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<GrantWord>,
) -> Answer<axum::Json<Grant>> {
    let id = grant_id(&id)?;
    app.registry().decline_grant(&because(&app, &signed, body.reason), id).await?;
    read(&app, &signed, id).await
}

/// Take a grant back: every view and export under it ends.
#[utoipa::path(
    post, path = "/api/grants/{id}/revoke", tag = "cases", params(("id" = String, Path, description = "Request id")), request_body = GrantWord,
    responses((status = 200, body = Grant, description = "Taken back"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Nothing is granted"))
)]
pub async fn revoke(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<GrantWord>,
) -> Answer<axum::Json<Grant>> {
    let id = grant_id(&id)?;
    app.registry().revoke_grant(&because(&app, &signed, body.reason), id).await?;
    read(&app, &signed, id).await
}

/// Say whether recorded footage of a unit needs a second person's word.
#[utoipa::path(
    put, path = "/api/units/{id}/four-eyes", tag = "cases", params(("id" = String, Path, description = "Unit id")), request_body = FourEyesRequest,
    responses((status = 200, body = Unit, description = "As it is now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn four_eyes(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<FourEyesRequest>,
) -> Answer<axum::Json<Unit>> {
    let id: UnitId = id.parse().map_err(|_| Failure::not_found("unit"))?;
    app.registry()
        .set_four_eyes(
            &because(&app, &signed, body.reason),
            id,
            body.four_eyes,
            body.together,
            body.off_shift_word,
        )
        .await?;
    let units = app.registry().units(&signed.cx(&app)).await?;
    let unit = units.into_iter().find(|unit| unit.id == id).ok_or_else(|| Failure::not_found("unit"))?;
    Ok(axum::Json(super::units::shown(unit)))
}

/// What a second pair of eyes is asked of, on the recordings of a camera, and by which article: its unit's rule, or a pack's.
#[utoipa::path(
    get, path = "/api/cameras/{id}/four-eyes", tag = "cameras", params(("id" = String, Path, description = "Camera id")),
    responses((status = 200, body = FourEyesOf, description = "One line for each act on recordings"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn four_eyes_of(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<FourEyesOf>> {
    let (cx, camera) = (signed.cx(&app), camera_id(&id)?);
    app.registry().admit_reading(&cx, Act::ReadTimeline, vec![camera]).await?;
    let rules = app.registry().four_eyes_of(&cx, camera).await?;
    let asked = |by: SecondEyes, act: Act| asking(&rules, by, act).map(|rule| rule.article.to_string());
    let acts = [Act::Playback, Act::Still, Act::Export].into_iter().filter_map(|act| {
        let (approval, presence) = (asked(SecondEyes::Approval, act), asked(SecondEyes::Presence, act));
        Some(FourEyesAct { act: GrantAct::of(act)?.into(), approval, presence })
    });
    Ok(axum::Json(FourEyesOf { acts: acts.collect() }))
}

pub(super) async fn read(app: &App, signed: &Signed, id: GrantId) -> Answer<axum::Json<Grant>> {
    let row = app.registry().stored_grant(id, app.now()).await?;
    Ok(axum::Json(Reader::load(app, signed).await?.shape(row)))
}

/// Whose eyes see a request.
struct Reader {
    units: UnitNames,
    names: CameraNames,
    /// Beside the reader's posts, where a live view was approved to them.
    granted: HashMap<CameraId, String>,
    systems: HashMap<RecordId, String>,
    posts: Vec<Post>,
    person: PersonId,
}

impl Reader {
    async fn load(app: &App, signed: &Signed) -> Answer<Self> {
        let cx = signed.cx(app);
        Ok(Self {
            units: UnitNames::load(app, &cx).await?,
            names: CameraNames::seen_by(app, &cx).await?,
            granted: app
                .registry()
                .cameras_granted(&cx)
                .await?
                .into_iter()
                .map(|camera| (camera.id, camera.name))
                .collect(),
            systems: app.registry().system_names(&cx).await?,
            posts: app.registry().own_posts(&cx).await?,
            person: signed.person,
        })
    }

    fn camera(&self, id: CameraId) -> Option<Named> {
        let granted = self.granted.get(&id).map(|name| Named { id: id.to_string(), name: name.clone() });
        self.names.has(id).then(|| self.names.of(id)).or(granted)
    }

    fn answers(&self, unit: UnitId) -> bool {
        let fits = |post: &Post| post.unit == unit && post.group.is_none();
        self.posts.iter().any(|post| fits(post) && entitles(post.role, Act::ApproveGrant))
    }

    fn shape(&self, row: GrantRow) -> Grant {
        let to_me = row.asked.by.0 == self.person;
        let own = to_me || row.shared.as_ref().is_some_and(|clip| clip.sender.0 == self.person);
        let answers = self.answers(row.unit);
        let waits = row.state == GrantState::Asked;
        let holds = matches!(row.state, GrantState::Granted | GrantState::UsedUp);
        Grant {
            id: row.id.to_string(),
            unit: self.units.of(row.unit),
            state: row.state.into(),
            asked: step(&row.asked),
            cameras: row.cameras.iter().filter_map(|camera| self.camera(*camera)).collect(),
            cameras_count: row.cameras.len() as u64,
            systems: named_systems(&row.systems, &self.systems),
            systems_count: row.systems.len() as u64,
            acts: row.acts.into_iter().map(Into::into).collect(),
            from_ms: row.span.map(|span| span.start.as_ms()),
            to_ms: row.span.map(|span| span.end.as_ms()),
            purpose: row.purpose.into(),
            legal_basis: row.legal_basis.into(),
            case: row.case.map(|case| case.to_string()),
            reason: row.reason,
            uses_max: row.uses_max,
            uses: row.uses,
            expires_ms: row.expires.as_ms(),
            answer: row.answer.map(|(approved, end)| GrantAnswer {
                approved,
                answered: step(&end.step),
                reason: end.reason,
            }),
            revoked: row.revoked.map(|end| GrantRevoked { revoked: step(&end.step), reason: end.reason }),
            shared: row.shared.map(|clip| GrantShared {
                by: Named { id: clip.sender.0.to_string(), name: clip.sender.1 },
                to_me,
                needs_word: clip.needs_word,
            }),
            may_answer: waits && !own && answers,
            may_withdraw: waits && own,
            may_revoke: holds && (own || answers),
        }
    }
}

fn grant_id(text: &str) -> Answer<GrantId> {
    text.parse().map_err(|_| Failure::not_found("request"))
}
