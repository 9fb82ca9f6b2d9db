//! Evidence holds: listing, placing, asking to lift, and the other person's answer. Nothing here lifts a hold alone, and
//! no answer waits for the footage store: a hold counts from its entry on.

use super::{
    auth::Signed,
    convert::{parse_all, span_of_ms},
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    findings::{EVIDENCE_MAX, finding},
    names::CameraNames,
    types::{
        Colleague, Colleagues, EntryRef, Finding, FindingKind, Hold, HoldAnswer, HoldApproverQuery,
        HoldQuery, HoldRelease, HoldRequest, HoldReview, HoldState, Holds, Named, Problem, ReleaseAnswer,
        ReleaseRequest,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::retention::{REVIEW_ARTICLE, STUCK_US_MAX, review_words, stuck_words};
use model::{Act, CameraId, Cx, HoldId, WallTime};
use std::collections::{BTreeMap, HashMap};
use store::{HoldRow, NewHold, retrievals::RetrievalHold, system_cx};

/// Holds on a page when the request does not say.
const LIMIT: u32 = 100;

/// Holds on one's cameras.
#[utoipa::path(
    get, path = "/api/holds", tag = "holds", params(HoldQuery),
    responses((status = 200, body = Holds, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<HoldQuery>,
) -> Answer<axum::Json<Holds>> {
    let cx = signed.cx(&app);
    let asked = store::HoldQuery {
        active: query.active,
        camera: query.camera.as_deref().map(str::parse).transpose()?,
        limit: query.limit.unwrap_or(LIMIT),
        cursor: query.cursor,
    };
    let page = app.registry().holds(&cx, &asked).await?;
    let reader = Reader::load(&app, &cx, &signed).await?;
    let mut holds = Vec::with_capacity(page.holds.len());
    for row in page.holds {
        holds.push(shape(&app, &reader, row).await?);
    }
    Ok(axum::Json(Holds { holds, next_cursor: page.next_cursor }))
}

/// Who can have ordered that these cameras be held: everybody else with a post in the unit of each.
#[utoipa::path(
    get, path = "/api/holds/approvers", tag = "holds", params(HoldApproverQuery),
    responses((status = 200, body = Colleagues, description = "By name, at most 100"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn approvers(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<HoldApproverQuery>,
) -> Answer<axum::Json<Colleagues>> {
    let cameras: Vec<String> = query.cameras.split(',').map(str::to_owned).collect();
    let named = query.named.unwrap_or_default();
    let found = app.registry().hold_approvers(&signed.cx(&app), parse_all(&cameras)?, &named).await?;
    Ok(axum::Json(Colleagues { colleagues: found.into_iter().map(Colleague::from).collect() }))
}

/// One hold.
#[utoipa::path(
    get, path = "/api/holds/{id}", tag = "holds", params(("id" = String, Path, description = "Hold id")),
    responses((status = 200, body = Hold, description = "As it is now"), (status = 404, body = Problem, description = "None on one's cameras"))
)]
pub async fn one(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<axum::Json<Hold>> {
    let id = hold_id(&id)?;
    app.registry().admit_reading(&signed.cx(&app), Act::ReadHolds, Vec::new()).await?;
    read(&app, &signed, id).await
}

/// Hold footage: at once, by one person, with a case or a reason.
#[utoipa::path(
    post, path = "/api/holds", tag = "holds", request_body = HoldRequest,
    responses((status = 201, body = Hold, description = "In the ledger; it keeps the footage from now on"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn place(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<HoldRequest>,
) -> Answer<(StatusCode, axum::Json<Hold>)> {
    let cameras: Vec<CameraId> = parse_all(&body.cameras)?;
    let case = body.case.as_deref().map(str::parse).transpose()?;
    let approver = body.approver_id.as_deref().map(str::parse).transpose()?;
    let cx = signed.cx_for(&app, body.purpose.into(), body.legal_basis.into(), case, body.note);
    let new = NewHold {
        cameras,
        span: span_of_ms(body.from_ms, body.to_ms)?,
        review: body.review_ms.map(WallTime::from_ms),
        document: body.document,
        approver,
    };
    let id = app.registry().place_hold(&cx, new).await?;
    app.settle_outbox().await;
    Ok((StatusCode::CREATED, read(&app, &signed, id).await?))
}

/// Ask that a hold be lifted. Another person answers.
#[utoipa::path(
    post, path = "/api/holds/{id}/release", tag = "holds", params(("id" = String, Path, description = "Hold id")), request_body = ReleaseRequest,
    responses((status = 200, body = Hold, description = "Asked"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Lifted already, or asked for"))
)]
pub async fn ask(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<ReleaseRequest>,
) -> Answer<axum::Json<Hold>> {
    let id = hold_id(&id)?;
    app.registry().ask_release(&because(&app, &signed, body.reason), id, &body.document).await?;
    read(&app, &signed, id).await
}

/// Lift a hold that another person asked to be lifted.
#[utoipa::path(
    post, path = "/api/holds/{id}/release/approve", tag = "holds", params(("id" = String, Path, description = "Hold id")), request_body = ReleaseAnswer,
    responses((status = 200, body = Hold, description = "Lifted"), (status = 403, body = Problem, description = "Refused, also to the person who asked"), (status = 409, body = Problem, description = "Nobody has asked"))
)]
pub async fn approve(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<ReleaseAnswer>,
) -> Answer<axum::Json<Hold>> {
    let id = hold_id(&id)?;
    app.registry().approve_release(&because(&app, &signed, body.reason), id).await?;
    app.settle_outbox().await;
    read(&app, &signed, id).await
}

/// Turn the request down; the person who asked takes it back with the same call.
#[utoipa::path(
    post, path = "/api/holds/{id}/release/decline", tag = "holds", params(("id" = String, Path, description = "Hold id")), request_body = ReleaseAnswer,
    responses((status = 200, body = Hold, description = "It stays held"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Nobody has asked"))
)]
pub async fn decline(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<ReleaseAnswer>,
) -> Answer<axum::Json<Hold>> {
    let id = hold_id(&id)?;
    app.registry().decline_release(&because(&app, &signed, body.reason), id).await?;
    read(&app, &signed, id).await
}

/// Set another review date.
#[utoipa::path(
    post, path = "/api/holds/{id}/review", tag = "holds", params(("id" = String, Path, description = "Hold id")), request_body = HoldReview,
    responses((status = 200, body = Hold, description = "With the new date"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn review(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<HoldReview>,
) -> Answer<axum::Json<Hold>> {
    let id = hold_id(&id)?;
    let until = WallTime::from_ms(body.review_ms);
    app.registry().review_hold(&because(&app, &signed, body.reason), id, until).await?;
    read(&app, &signed, id).await
}

/// Holds past their review date, by the first camera of each that the reader knows; and decisions that do not arrive.
pub(super) async fn found(app: &App, names: &CameraNames) -> Answer<Vec<Finding>> {
    let cx = system_cx("findings", app.now());
    let mut by_camera = BTreeMap::<CameraId, (u64, WallTime, Vec<Named>)>::new();
    for hold in app.store().overdue_holds(&cx).await? {
        let Some(camera) = hold.cameras.iter().copied().find(|camera| names.has(*camera)) else { continue };
        let (count, since, evidence) = by_camera.entry(camera).or_insert((0, hold.review, Vec::new()));
        (*count, *since) = (*count + 1, hold.review.min(*since));
        if evidence.len() < EVIDENCE_MAX {
            evidence.push(Named { id: hold.id.to_string(), name: hold.review.to_string() });
        }
    }
    let overdue = |(camera, (count, since, evidence)): (CameraId, (u64, WallTime, Vec<Named>))| {
        let (about, camera) = (review_words(count), Some(names.of(camera)));
        Finding { count, evidence, ..finding(FindingKind::HoldReview, REVIEW_ARTICLE, camera, since, about) }
    };
    let mut found: Vec<Finding> = by_camera.into_iter().map(overdue).collect();
    if let Some((count, since)) = app.registry().outbox_stuck(&cx, cx.now.plus_us(-STUCK_US_MAX)).await? {
        let one = finding(FindingKind::HoldReview, REVIEW_ARTICLE, None, since, stuck_words(count));
        found.push(Finding { code: Some("hold_stuck".to_owned()), count, ..one });
    }
    Ok(found)
}

/// The context of an act whose reason is its note.
pub fn because(app: &App, signed: &Signed, reason: String) -> Cx {
    Cx { note: Some(reason), ..signed.cx(app) }
}

async fn read(app: &App, signed: &Signed, id: HoldId) -> Answer<axum::Json<Hold>> {
    let cx = signed.cx(app);
    let row = app.registry().hold(&cx, id).await?;
    let reader = Reader::load(app, &cx, signed).await?;
    Ok(axum::Json(shape(app, &reader, row).await?))
}

/// What the shape of a row depends on: whose eyes see it.
struct Reader {
    names: CameraNames,
    /// Holds that stand for a retrieval.
    asked: HashMap<HoldId, RetrievalHold>,
    approves: bool,
    person: model::PersonId,
}

impl Reader {
    async fn load(app: &App, cx: &Cx, signed: &Signed) -> Answer<Self> {
        let posts = app.registry().own_posts(cx).await?;
        let approves = posts.iter().any(|post| law::access::entitles(post.role, Act::ApproveRelease));
        let asked = app.registry().holds_of_retrievals(cx).await?;
        Ok(Self { names: CameraNames::seen_by(app, cx).await?, asked, approves, person: signed.person })
    }
}

async fn shape(app: &App, reader: &Reader, row: HoldRow) -> Answer<Hold> {
    let footage = app.store().footage.held_footage(&row.cameras, row.span).await?;
    let seen = row.cameras.iter().filter(|camera| reader.names.has(**camera));
    let open = row.releases.iter().find(|release| release.answer.is_none());
    let purpose = row.purpose.parse::<model::Purpose>()?;
    let legal_basis = row.legal_basis.parse::<model::LegalBasis>()?;
    Ok(Hold {
        id: row.id.to_string(),
        state: state(row.state),
        cameras: seen.map(|camera| reader.names.of(*camera)).collect(),
        cameras_count: row.cameras.len() as u64,
        from_ms: row.span.start.as_ms(),
        to_ms: row.span.end.as_ms(),
        purpose: purpose.into(),
        legal_basis: legal_basis.into(),
        case: row.case.map(|case| case.to_string()),
        document: row.document.clone(),
        approver: row.approver.clone(),
        approver_id: row.approver_id.map(|person| person.to_string()),
        requested_by: Named { id: row.requester.to_string(), name: row.requester_name.clone() },
        export_id: row.export.map(|export| export.to_string()),
        retrieval_id: reader.asked.get(&row.id).map(|held| held.retrieval.to_string()),
        ends_ms: ends(reader.asked.get(&row.id)),
        placed_ms: row.placed.as_ms(),
        review_ms: row.review.as_ms(),
        overdue: row.is_overdue(app.now()),
        segments: footage.segments,
        bytes: footage.bytes,
        gone: footage.gone,
        entry: EntryRef::access(row.entry),
        placed_leaf: row.placed_leaf,
        released_leaf: row.released_leaf,
        may_approve: reader.approves
            && row.is_active()
            && open.is_some_and(|release| release.asker != reader.person),
        releases: row.releases.iter().map(release).collect(),
        note: row.note,
    })
}

/// When it ends by rule, or did.
fn ends(held: Option<&RetrievalHold>) -> Option<i64> {
    held.and_then(|held| held.ends).map(|ends| ends.as_ms())
}

fn release(row: &store::ReleaseRow) -> HoldRelease {
    HoldRelease {
        asked_by: Named { id: row.asker.to_string(), name: row.asker_name.clone() },
        asked_ms: row.asked.as_ms(),
        reason: row.reason.clone(),
        document: row.document.clone(),
        entry: EntryRef::access(row.entry),
        answer: row.answer.as_ref().map(|answer| HoldAnswer {
            approved: answer.approved,
            answered_by: Named { id: answer.answerer.to_string(), name: answer.answerer_name.clone() },
            answered_ms: answer.answered.as_ms(),
            reason: answer.reason.clone(),
            entry: EntryRef::access(answer.entry),
        }),
    }
}

pub(super) fn state(state: store::HoldState) -> HoldState {
    match state {
        store::HoldState::Placing => HoldState::Placing,
        store::HoldState::Held => HoldState::Held,
        store::HoldState::Releasing => HoldState::Releasing,
        store::HoldState::Released => HoldState::Released,
    }
}

fn hold_id(text: &str) -> Answer<HoldId> {
    text.parse().map_err(|_| Failure::not_found("hold"))
}
