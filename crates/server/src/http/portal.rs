//! The portal over HTTP: accounts of requesting authorities, their side, and the unit's desk. It decides nothing: `law::access` says who
//! may, `law::retrieval` what a request lacks, `store` writes each step with its entry.
//!
//! Invariants: a requester is told nothing but of their own requests; no byte of a paper is taken before the request is found to be
//! the sender's own.

use super::{
    auth::Signed,
    convert::{id_of, parse_all, span_of_ms},
    documents::{take_file, too_large},
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    intake::announced_bytes,
    names::UnitNames,
    register::record_id,
    retrievals::{for_authority, verdict},
    types::{
        EntryRef, Named, PartQuery, PortalDetail, PortalFiling, PortalPaper, PortalPaperQuery, PortalPerson,
        PortalReceipt, PortalRequest, PortalRequests, PortalState, PortalStep, PortalWithdrawal, Problem,
        RequestTaking, RequestWord, Requester, RequesterRequest, Requesters,
    },
};
use crate::app::App;
use axum::{body::Body, extract::State, http::HeaderMap, http::StatusCode};
use law::portal::{COLLECT_US, COLLECTIONS_MAX, PORTAL_PAPER_BYTES_MAX};
use ledger::sealed::SealTo;
use model::{Act, Cx, PersonId, Personal, WallTime};
use store::retrievals::{
    Asked, NewOfficer, NewRetrieval, RetrievalState,
    portal::{NewPaper, NewRequest, NewRequester, RequestRow, RequestState, RequestStep, Told},
};
use store::{retrievals as kept, system_cx};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// Every route of the portal and of its desk.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(requesters, make_requester))
        .routes(routes!(end_requester))
        .routes(routes!(own_list, file))
        .routes(routes!(own_one))
        .routes(routes!(send_paper))
        .routes(routes!(withdraw))
        .routes(routes!(receive))
        .routes(routes!(unit_list))
        .routes(routes!(unit_one))
        .routes(routes!(take))
        .routes(routes!(take_papers))
        .routes(routes!(ask))
        .routes(routes!(refuse))
}

/// Accounts of requesting authorities, of units for which one keeps them.
#[utoipa::path(
    get, path = "/api/requesters", tag = "portal", params(PartQuery),
    responses((status = 200, body = Requesters, description = "By authority and name"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn requesters(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<PartQuery>,
) -> Answer<axum::Json<Requesters>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ChangeRequester, Vec::new()).await?;
    requesters_part(&app, &cx, query.into()).await
}

async fn requesters_part(app: &App, cx: &Cx, query: store::PartQuery) -> Answer<axum::Json<Requesters>> {
    let names = UnitNames::load(app, cx).await?;
    let part = app.registry().requesters(cx, &query).await?.map(|one| requester(one, &names));
    Ok(axum::Json(Requesters { requesters: part.rows, next_cursor: part.next_cursor, total: part.total }))
}

/// Make an account without posts a requester's, for a time, on credentials that somebody has looked at.
#[utoipa::path(
    post, path = "/api/requesters", tag = "portal", request_body = RequesterRequest,
    responses((status = 201, body = Requesters, description = "Made, or given another term; with the first of the list"), (status = 403, body = Problem, description = "Refused: the account has posts, is one's own, or without the post"), (status = 409, body = Problem, description = "It is another unit's"))
)]
pub async fn make_requester(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<RequesterRequest>,
) -> Answer<(StatusCode, axum::Json<Requesters>)> {
    let cx = signed.cx(&app);
    let new = NewRequester {
        person: body.person_id.parse()?,
        unit: body.unit_id.parse()?,
        organ: body.organ.into(),
        level: body.level.map(Into::into),
        division: body.division,
        organ_name: body.organ_name,
        credential: record_id(&body.credential_document_id)?,
        until: WallTime::from_ms(body.until_ms),
    };
    app.registry().make_requester(&cx, new).await?;
    Ok((StatusCode::CREATED, requesters_part(&app, &cx, store::PartQuery::default()).await?))
}

/// The account is no requester's any more.
#[utoipa::path(
    delete, path = "/api/requesters/{person}", tag = "portal", params(("person" = String, Path, description = "Person id")),
    responses((status = 204, description = "Ended"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn end_requester(
    State(app): State<App>,
    signed: Signed,
    Path(person): Path<String>,
) -> Answer<StatusCode> {
    let person: PersonId = person.parse().map_err(|_| Failure::not_found("requester"))?;
    app.registry().end_requester(&signed.cx(&app), person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A requester's own requests, and who they are here.
#[utoipa::path(
    get, path = "/api/portal/requests", tag = "portal",
    responses((status = 200, body = PortalRequests, description = "Newest first"), (status = 403, body = Problem, description = "Refused: no requester"))
)]
pub async fn own_list(State(app): State<App>, signed: Signed) -> Answer<axum::Json<PortalRequests>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::FollowRequests, Vec::new()).await?;
    let shown = Shown::load(&app, true).await?;
    let own = app.registry().own_requester(&cx).await?;
    let all = app.registry().own_requests(&cx).await?.into_iter();
    let requests = all.map(|row| shown.row(row)).collect();
    Ok(axum::Json(PortalRequests { requester: own.map(|own| requester(own, &shown.names)), requests }))
}

/// File a request. It grants nothing.
#[utoipa::path(
    post, path = "/api/portal/requests", tag = "portal", request_body = PortalFiling,
    responses((status = 201, body = PortalRequest, description = "Filed"), (status = 403, body = Problem, description = "Refused: no requester, or too many"))
)]
pub async fn file(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<PortalFiling>,
) -> Answer<(StatusCode, axum::Json<PortalRequest>)> {
    let cx = signed.cx(&app);
    let persons = body.persons.into_iter().map(|person| NewOfficer {
        name: Personal::new(person.name),
        number: Personal::new(person.number),
        certificate: person.certificate.map(Into::into),
    });
    let new = NewRequest {
        ground: body.ground.into(),
        way: body.way.into(),
        case_number: body.case_number,
        invokes: body.invokes.filter(|pack| !pack.is_empty()),
        seal_to: SealTo::parse(&body.seal_to)
            .map_err(|fault| Failure::invalid("seal_to", fault.to_string()))?,
        span: span_of_ms(body.from_ms, body.to_ms)?,
        told: Told {
            place: Personal::new(body.place),
            reason: Personal::new(body.reason),
            persons: persons.collect(),
        },
    };
    let id = app.registry().file_request(&cx, new).await?;
    Ok((StatusCode::CREATED, own(&app, &cx, id).await?))
}

/// One of one's own requests, as the law has it today.
#[utoipa::path(
    get, path = "/api/portal/requests/{id}", tag = "portal", params(("id" = String, Path, description = "Request id")),
    responses((status = 200, body = PortalRequest, description = "As it is now"), (status = 404, body = Problem, description = "None of one's own"))
)]
pub async fn own_one(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<PortalRequest>> {
    let (id, cx) = (request_id(&id)?, signed.cx(&app));
    app.registry().admit_reading(&cx, Act::FollowRequests, Vec::new()).await?;
    own(&app, &cx, id).await
}

/// Send a paper: the body is the file as it is.
#[utoipa::path(
    post, path = "/api/portal/requests/{id}/papers", tag = "portal",
    params(("id" = String, Path, description = "Request id"), PortalPaperQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file, at most 16 MiB"),
    responses((status = 201, body = PortalRequest, description = "A document of the unit"), (status = 400, body = Problem, description = "Too large, cut off, or of a kind that is not taken"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It takes no more"))
)]
pub async fn send_paper(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<PortalPaperQuery>,
    headers: HeaderMap,
    body: Body,
) -> Answer<(StatusCode, axum::Json<PortalRequest>)> {
    let (id, cx) = (request_id(&id)?, signed.cx(&app));
    app.registry().may_supply_request(&cx, id).await?;
    if announced_bytes(&headers).is_some_and(|bytes| bytes > PORTAL_PAPER_BYTES_MAX) {
        return Err(too_large("is larger than 16 MiB"));
    }
    let file = take_file(&app, (&query.name, None), PORTAL_PAPER_BYTES_MAX, body).await?;
    let new = NewPaper {
        paper: query.paper.into(),
        name: query.name,
        dated: query.dated,
        valid_until: query.valid_until,
        file,
    };
    app.registry().supply_request(&cx, id, new).await?;
    Ok((StatusCode::CREATED, own(&app, &cx, id).await?))
}

/// Take a request back. What was not received is not handed out any more.
#[utoipa::path(
    post, path = "/api/portal/requests/{id}/withdraw", tag = "portal", request_body = PortalWithdrawal,
    params(("id" = String, Path, description = "Request id")),
    responses((status = 200, body = PortalRequest, description = "Taken back"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is done"))
)]
pub async fn withdraw(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<PortalWithdrawal>,
) -> Answer<axum::Json<PortalRequest>> {
    let (id, cx) = (request_id(&id)?, signed.cx(&app));
    app.registry().withdraw_request(&cx, id, &body.reason).await?;
    app.settle_outbox().await;
    own(&app, &cx, id).await
}

/// Confirm by name that the package is received. From then on it can be collected.
#[utoipa::path(
    post, path = "/api/portal/requests/{id}/receipt", tag = "portal", request_body = PortalReceipt,
    params(("id" = String, Path, description = "Request id")),
    responses((status = 200, body = PortalRequest, description = "Received"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "No package waits"))
)]
pub async fn receive(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<PortalReceipt>,
) -> Answer<axum::Json<PortalRequest>> {
    let (id, cx) = (request_id(&id)?, signed.cx(&app));
    app.registry().receive_package(&cx, id, (&body.received_by, body.undertakes)).await?;
    own(&app, &cx, id).await
}

/// Requests that came to one's units.
#[utoipa::path(
    get, path = "/api/requests", tag = "portal",
    responses((status = 200, body = PortalRequests, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn unit_list(State(app): State<App>, signed: Signed) -> Answer<axum::Json<PortalRequests>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadRequests, Vec::new()).await?;
    let shown = Shown::load(&app, false).await?;
    let all = app.registry().unit_requests(&cx).await?.into_iter();
    Ok(axum::Json(PortalRequests { requester: None, requests: all.map(|row| shown.row(row)).collect() }))
}

/// One request that came, as the law has it today.
#[utoipa::path(
    get, path = "/api/requests/{id}", tag = "portal", params(("id" = String, Path, description = "Request id")),
    responses((status = 200, body = PortalRequest, description = "As it is now"), (status = 404, body = Problem, description = "None of one's units"))
)]
pub async fn unit_one(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<PortalRequest>> {
    let (id, cx) = (request_id(&id)?, signed.cx(&app));
    app.registry().admit_reading(&cx, Act::ReadRequests, Vec::new()).await?;
    let found = app.registry().unit_request(&cx, id).await?;
    Ok(axum::Json(Shown::load(&app, false).await?.whole(found)))
}

/// Take a request in: it becomes a retrieval for the cameras that the unit found, with the persons and papers that were sent.
#[utoipa::path(
    post, path = "/api/requests/{id}/take", tag = "portal", request_body = RequestTaking,
    params(("id" = String, Path, description = "Request id")),
    responses((status = 200, body = PortalRequest, description = "A retrieval now"), (status = 403, body = Problem, description = "Refused: no rule that binds entitles to it, or without the post"), (status = 409, body = Problem, description = "It was taken in, refused or taken back"))
)]
pub async fn take(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<RequestTaking>,
) -> Answer<axum::Json<PortalRequest>> {
    let id = request_id(&id)?;
    let case = body.case.as_deref().filter(|case| !case.is_empty()).map(str::parse).transpose()?;
    let cx = for_authority(&app, &signed, case, None);
    // Decided for the unit that was asked, and not only for the cameras that are named: its words are the unit's to read.
    app.registry().may_handle_request(&cx, id).await?;
    let request = app.registry().filed_request(&system_cx("portal", app.now()), id).await?;
    let filed = request.row.filed.clone();
    let new = NewRetrieval {
        unit: request.row.unit,
        asked: Asked {
            organ: filed.organ,
            ground: filed.ground,
            level: filed.level,
            organ_name: filed.organ_name,
            case_number: filed.case_number,
            reason: request.told.reason.clone(),
            wanted: law::packs::Wanted::Footage,
            way: filed.way,
            invokes: filed.invokes,
        },
        cameras: parse_all(&body.cameras)?,
        span: Some(request.row.span),
        system: None,
        case,
        portal: Some(id),
        // Whole or not at all: persons and papers stand in the same entry.
        supplied: request.amendment(true),
    };
    app.registry().open_retrieval(&cx, new).await?;
    desk(&app, &cx, id).await
}

/// Put papers that came later to the retrieval.
#[utoipa::path(
    post, path = "/api/requests/{id}/papers", tag = "portal", params(("id" = String, Path, description = "Request id")),
    responses((status = 200, body = PortalRequest, description = "The retrieval has them"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is no retrieval, or has them"))
)]
pub async fn take_papers(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<PortalRequest>> {
    let id = request_id(&id)?;
    let cx = for_authority(&app, &signed, None, None);
    app.registry().may_handle_request(&cx, id).await?;
    let request = app.registry().filed_request(&system_cx("portal", app.now()), id).await?;
    let more = request.amendment(false);
    let Some(retrieval) = request.row.retrieval.filter(|_| !more.papers.is_empty()) else {
        return Err(Failure::new(model::Kind::Conflict, "no paper of this request waits for its retrieval"));
    };
    app.registry().amend_retrieval(&cx, retrieval, more).await?;
    desk(&app, &cx, id).await
}

/// Ask the requester for what is missing. The article is that of what the law finds lacking.
#[utoipa::path(
    post, path = "/api/requests/{id}/ask", tag = "portal", request_body = RequestWord,
    params(("id" = String, Path, description = "Request id")),
    responses((status = 200, body = PortalRequest, description = "Asked"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is done"))
)]
pub async fn ask(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<RequestWord>,
) -> Answer<axum::Json<PortalRequest>> {
    let (id, cx) = (request_id(&id)?, for_authority(&app, &signed, None, None));
    app.registry().ask_requester(&cx, id, &body.text).await?;
    desk(&app, &cx, id).await
}

/// Refuse a request that is no retrieval yet, by a right that a text gives.
#[utoipa::path(
    post, path = "/api/requests/{id}/refuse", tag = "portal", request_body = RequestWord,
    params(("id" = String, Path, description = "Request id")),
    responses((status = 200, body = PortalRequest, description = "Refused, with its article"), (status = 403, body = Problem, description = "No text gives the right: refusing would be a breach"), (status = 409, body = Problem, description = "It is done, or a retrieval"))
)]
pub async fn refuse(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<RequestWord>,
) -> Answer<axum::Json<PortalRequest>> {
    let (id, cx) = (request_id(&id)?, for_authority(&app, &signed, None, None));
    app.registry().refuse_request(&cx, id, &body.text).await?;
    desk(&app, &cx, id).await
}

async fn own(app: &App, cx: &Cx, id: Uuid) -> Answer<axum::Json<PortalRequest>> {
    let found = app.registry().own_request(cx, id).await?;
    Ok(axum::Json(Shown::load(app, true).await?.whole(found)))
}

async fn desk(app: &App, cx: &Cx, id: Uuid) -> Answer<axum::Json<PortalRequest>> {
    let found = app.registry().filed_request(cx, id).await?;
    Ok(axum::Json(Shown::load(app, false).await?.whole(found)))
}

fn request_id(text: &str) -> Answer<Uuid> {
    id_of(text, "request")
}

fn named((id, name): (PersonId, String)) -> Named {
    Named { id: id.to_string(), name }
}

fn requester(one: kept::portal::Requester, names: &UnitNames) -> Requester {
    Requester {
        person: named(one.person),
        unit: names.of(one.unit),
        organ: one.organ.into(),
        level: one.level.map(Into::into),
        division: one.division,
        organ_name: one.organ_name,
        credential_document_id: one.credential.to_string(),
        until_ms: one.until.as_ms(),
        made_by: named(one.made_by),
        at_ms: one.at.as_ms(),
        entry: EntryRef::access(one.entry),
    }
}

/// For whom it is shaped: a requester is told no camera, no retrieval and no document of the unit.
struct Shown {
    names: UnitNames,
    to_requester: bool,
}

impl Shown {
    async fn load(app: &App, to_requester: bool) -> Answer<Self> {
        // A requester may not list units; the one that keeps their account is told by its name.
        Ok(Self { names: UnitNames::load(app, &system_cx("portal", app.now())).await?, to_requester })
    }

    fn row(&self, row: RequestRow) -> PortalRequest {
        let state = state_of(&row);
        let ready = matches!(state, PortalState::Ready | PortalState::Received);
        let received = row.received.as_ref().map(|(at, _)| *at);
        PortalRequest {
            id: row.id.to_string(),
            unit: self.names.of(row.unit),
            organ: row.filed.organ.into(),
            organ_name: row.filed.organ_name,
            ground: row.filed.ground.into(),
            way: row.filed.way.into(),
            case_number: row.filed.case_number,
            from_ms: row.span.start.as_ms(),
            to_ms: row.span.end.as_ms(),
            at_ms: row.at.as_ms(),
            entry: EntryRef::access(row.entry),
            state,
            due_ms: row.step.and_then(|(_, due, _)| due).map(|due| due.as_ms()),
            retrieval_id: row.retrieval.filter(|_| !self.to_requester).map(|id| id.to_string()),
            export_id: row.step.and_then(|(.., export)| export).filter(|_| ready).map(|id| id.to_string()),
            received_ms: received.map(|at| at.as_ms()),
            collect_until_ms: received.map(|at| at.plus_us(COLLECT_US).as_ms()),
            collections_left: COLLECTIONS_MAX.saturating_sub(row.collections),
            detail: None,
        }
    }

    fn whole(&self, found: kept::portal::PortalRequest) -> PortalRequest {
        let requester = found.row.person.0;
        let mut steps: Vec<PortalStep> = found.steps.into_iter().map(|one| step(one, requester)).collect();
        if let Some((text, article)) = found.refused {
            let (at_ms, entry) = (found.row.at.as_ms(), EntryRef::access(found.row.entry));
            steps.push(PortalStep { what: "refused".to_owned(), text, article, at_ms, entry, own: false });
        }
        let person = |one: &NewOfficer| PortalPerson {
            name: one.name.reveal().clone(),
            number: one.number.reveal().clone(),
            certificate: one.certificate.map(Into::into),
        };
        let detail = PortalDetail {
            place: found.told.place.reveal().clone(),
            reason: found.told.reason.reveal().clone(),
            persons: found.told.persons.iter().map(person).collect(),
            seal_to: found.row.filed.seal_to.clone(),
            papers: found
                .papers
                .into_iter()
                .map(|paper| PortalPaper {
                    paper: paper.paper.into(),
                    name: paper.name,
                    document_id: (!self.to_requester).then(|| paper.document.to_string()),
                    taken: paper.taken,
                })
                .collect(),
            steps,
            verdict: verdict(&found.verdict),
            undertaking_article: found.undertaking.map(|article| article.to_string()),
        };
        PortalRequest { detail: Some(detail), ..self.row(found.row) }
    }
}

fn step(step: RequestStep, requester: PersonId) -> PortalStep {
    PortalStep {
        what: step.what,
        text: step.text,
        article: step.article,
        at_ms: step.at.as_ms(),
        entry: EntryRef::access(step.entry),
        own: step.by == requester,
    }
}

/// One word for where request and retrieval stand together.
fn state_of(row: &RequestRow) -> PortalState {
    let retrieval = row.step.map(|(state, ..)| state);
    match (row.state, retrieval) {
        (RequestState::Filed, _) => PortalState::Filed,
        (RequestState::Asked, _) => PortalState::Asked,
        (RequestState::Refused, _) | (RequestState::Taken, Some(RetrievalState::Refused)) => {
            PortalState::Refused
        }
        (RequestState::Withdrawn, _) => PortalState::Withdrawn,
        (RequestState::Taken, _) if row.received.is_some() => PortalState::Received,
        (RequestState::Taken, Some(RetrievalState::HandedOver)) => PortalState::Ready,
        (RequestState::Taken, Some(RetrievalState::Closed)) => PortalState::Closed,
        (RequestState::Taken, _) => PortalState::Taken,
    }
}
