//! How an authority gets footage: entering its request, officers and papers, the other person's approval, the hand-over through the
//! export path, the receipt, and where the copy went. What is lacking refuses a step, with the article and what supplies it.

use super::{
    auth::Signed,
    convert::{id_of, parse_all, span_of_ms, words},
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    names::{CameraNames, UnitNames},
    types::{
        CopyReceiptRequest, EntryRef, HandOverRequest, Named, Problem, Retrieval, RetrievalAmendment,
        RetrievalCompletion, RetrievalDetail, RetrievalEvent, RetrievalFormMark, RetrievalHold,
        RetrievalLack, RetrievalOfficer, RetrievalPaperRow, RetrievalQuery, RetrievalRefusalRequest,
        RetrievalRequest, RetrievalState, RetrievalTable, RetrievalTerms, RetrievalTermsList,
        RetrievalTermsRequest, RetrievalVerdict, RetrievalViewing, Retrievals, VerdictWord,
        WhereaboutsRequest,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::retrieval::{Terms, Verdict, late};
use model::{Act, CaseId, Cx, Kind, LegalBasis, PersonId, Personal, Profile, Purpose, RecordId};
use store::retrievals::{
    self as kept, Amendment, Asked, Followed, NewOfficer, NewReceiptOfCopy, NewRetrieval, Outcome,
};
use store::{NewExport, Request};
use uuid::Uuid;

/// Why a copy leaves unsealed: a sentence, as a note has.
const UNSEALED_CHARS_MAX: usize = 400;

/// Retrievals on a page when the request does not say.
const LIMIT: u32 = 50;

/// Retrievals of one's units, and those that one entered.
#[utoipa::path(
    get, path = "/api/retrievals", tag = "retrievals", params(RetrievalQuery),
    responses((status = 200, body = Retrievals, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<RetrievalQuery>,
) -> Answer<axum::Json<Retrievals>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadRetrievals, Vec::new()).await?;
    let asked = kept::RetrievalQuery {
        state: query.state.map(stored_state),
        open: query.open,
        late: query.late,
        limit: query.limit.unwrap_or(LIMIT),
        cursor: query.cursor,
    };
    let page = app.registry().retrievals(&cx, &asked).await?;
    let reader = Reader::load(&app, &cx).await?;
    let retrievals = page.retrievals.into_iter().map(|row| reader.row(row)).collect();
    Ok(axum::Json(Retrievals { retrievals, next_cursor: page.next_cursor, total: page.total }))
}

/// One retrieval, as the law has it today.
#[utoipa::path(
    get, path = "/api/retrievals/{id}", tag = "retrievals", params(("id" = String, Path, description = "Retrieval id")),
    responses((status = 200, body = Retrieval, description = "As it is now"), (status = 404, body = Problem, description = "None that one may see"))
)]
pub async fn one(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<Retrieval>> {
    let (id, cx) = (retrieval_id(&id)?, signed.cx(&app));
    app.registry().admit_reading(&cx, Act::ReadRetrievals, Vec::new()).await?;
    let found = app.registry().retrieval(&cx, id).await?;
    Ok(axum::Json(Reader::load(&app, &cx).await?.whole(found)))
}

/// Enter an authority's request.
#[utoipa::path(
    post, path = "/api/retrievals", tag = "retrievals", request_body = RetrievalRequest,
    responses((status = 201, body = Retrieval, description = "Entered; what it lacks is listed"), (status = 403, body = Problem, description = "Refused: no rule that binds entitles this organ to it, or without the post"))
)]
pub async fn open(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<RetrievalRequest>,
) -> Answer<(StatusCode, axum::Json<Retrieval>)> {
    let case = body.case.as_deref().map(str::parse).transpose()?;
    let cx = for_authority(&app, &signed, case, None);
    let span = match (body.from_ms, body.to_ms) {
        (Some(from), Some(to)) => Some(span_of_ms(from, to)?),
        _ => None,
    };
    let new = NewRetrieval {
        unit: body.unit_id.parse()?,
        asked: Asked {
            organ: body.organ.into(),
            ground: body.ground.into(),
            level: body.level.map(Into::into),
            organ_name: body.organ_name,
            case_number: body.case_number,
            reason: Personal::new(body.reason),
            wanted: body.wanted.into(),
            way: body.way.into(),
            invokes: body.invokes.filter(|pack| !pack.is_empty()),
        },
        cameras: parse_all(&body.cameras)?,
        span,
        system: body.system_id.as_deref().map(str::parse).transpose()?,
        case,
        portal: None,
        supplied: Amendment::default(),
    };
    let id = app.registry().open_retrieval(&cx, new).await?;
    let found = app.registry().retrieval(&cx, id).await?;
    Ok((StatusCode::CREATED, answered(&app, &cx, found).await?))
}

/// Supply officers, papers, the organ's level, the pack that it names, or that its inquiry is closed.
#[utoipa::path(
    post, path = "/api/retrievals/{id}/papers", tag = "retrievals", params(("id" = String, Path, description = "Retrieval id")),
    request_body = RetrievalAmendment,
    responses((status = 200, body = Retrieval, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It takes no more"))
)]
pub async fn supply(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<RetrievalAmendment>,
) -> Answer<axum::Json<Retrieval>> {
    let id = retrieval_id(&id)?;
    let officers = body.officers.into_iter().map(|officer| NewOfficer {
        name: Personal::new(officer.name),
        number: Personal::new(officer.number),
        certificate: officer.certificate.map(Into::into),
    });
    let papers = body.papers.into_iter().map(|paper| Ok((paper.paper.into(), paper.document_id.parse()?)));
    let new = Amendment {
        officers: officers.collect(),
        papers: papers.collect::<Answer<_>>()?,
        level: body.level.map(Into::into),
        invokes: body.invokes.filter(|pack| !pack.is_empty()),
        inquiry_closed: body.inquiry_closed,
    };
    let cx = for_authority(&app, &signed, None, None);
    let found = app.registry().amend_retrieval(&cx, id, new).await?;
    answered(&app, &cx, found).await
}

/// Confirm by name that one has looked at the officers' certificates.
#[utoipa::path(
    post, path = "/api/retrievals/{id}/check", tag = "retrievals", params(("id" = String, Path, description = "Retrieval id")),
    responses((status = 200, body = Retrieval, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "No officer waits for it"))
)]
pub async fn check(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<Retrieval>> {
    let (id, cx) = (retrieval_id(&id)?, for_authority(&app, &signed, None, None));
    let found = app.registry().check_credentials(&cx, id).await?;
    answered(&app, &cx, found).await
}

/// Nothing is lacking: the clock starts.
#[utoipa::path(
    post, path = "/api/retrievals/{id}/complete", tag = "retrievals", params(("id" = String, Path, description = "Retrieval id")),
    request_body = RetrievalCompletion,
    responses((status = 200, body = Retrieval, description = "As it is now"), (status = 403, body = Problem, description = "Refused: something is lacking"), (status = 409, body = Problem, description = "It is complete"))
)]
pub async fn complete(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<RetrievalCompletion>,
) -> Answer<axum::Json<Retrieval>> {
    let (id, cx) = (retrieval_id(&id)?, for_authority(&app, &signed, None, None));
    let found = app.registry().complete_retrieval(&cx, id, body.urgent_reason.as_deref()).await?;
    app.settle_outbox().await;
    answered(&app, &cx, found).await
}

/// Approve what another person entered.
#[utoipa::path(
    post, path = "/api/retrievals/{id}/approve", tag = "retrievals", params(("id" = String, Path, description = "Retrieval id")),
    responses((status = 200, body = Retrieval, description = "As it is now"), (status = 403, body = Problem, description = "Refused, also to the person who entered it"), (status = 409, body = Problem, description = "It does not wait for it"))
)]
pub async fn approve(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<Retrieval>> {
    let (id, cx) = (retrieval_id(&id)?, for_authority(&app, &signed, None, None));
    let found = app.registry().approve_retrieval(&cx, id).await?;
    app.settle_outbox().await;
    answered(&app, &cx, found).await
}

/// Refuse it, by a right that a text gives.
#[utoipa::path(
    post, path = "/api/retrievals/{id}/refuse", tag = "retrievals", params(("id" = String, Path, description = "Retrieval id")),
    request_body = RetrievalRefusalRequest,
    responses((status = 200, body = Retrieval, description = "Refused, with its article"), (status = 403, body = Problem, description = "No text gives the right: refusing would be a breach"), (status = 409, body = Problem, description = "It is done"))
)]
pub async fn refuse(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<RetrievalRefusalRequest>,
) -> Answer<axum::Json<Retrieval>> {
    let (id, cx) = (retrieval_id(&id)?, for_authority(&app, &signed, None, None));
    let found = app.registry().refuse_retrieval(&cx, id, &body.reason).await?;
    answered(&app, &cx, found).await
}

/// Hand over: make the package for the organ, enter who looked at it here and in which playbacks, or name the table with basic data.
///
/// What is named must stand in the ledger: a playback on an authority's request that was begun after the approval, of nothing but the
/// cameras that were approved and in their time, of which pictures went out; or the entry of a table of the unit's basic data.
#[utoipa::path(
    post, path = "/api/retrievals/{id}/hand-over", tag = "retrievals", params(("id" = String, Path, description = "Retrieval id")),
    request_body = HandOverRequest,
    responses((status = 200, body = Retrieval, description = "As it is now; a package is being made"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is not approved, or was handed over"))
)]
pub async fn hand_over(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<HandOverRequest>,
) -> Answer<axum::Json<Retrieval>> {
    let id = retrieval_id(&id)?;
    let cx = for_authority(&app, &signed, None, None);
    let row = app.registry().retrieval_row(id).await?;
    if row.asked.wanted == law::packs::Wanted::Footage && row.asked.way == law::packs::Way::Copy {
        let sealed_to = match (body.seal_to.as_deref(), app.registry().request_of_retrieval(&cx, id).await?) {
            // What came through the portal is sealed as its requester wished: nobody else is to open it.
            (_, Some(request)) => Some(kept::portal::seal_to(&request.row.filed)?),
            (text, None) => super::exports::sealed_to(text)?,
        };
        package(&app, &signed, id, (body.with_sound, sealed_to, body.unsealed_reason)).await?;
    } else {
        let outcome = Outcome {
            present: body.present,
            note: body.note,
            views: parse_all(&body.view_ids)?,
            not_shown: body.not_shown,
            table: body.table_entry.map(store::EntryIndex),
        };
        app.registry().retrieval_outcome(&cx, id, outcome).await?;
    }
    let found = app.registry().retrieval(&cx, id).await?;
    answered(&app, &cx, found).await
}

/// A copy leaves the desk sealed to whom it is for. One that does not says why, in its entry.
pub(super) fn unsealed_words(sealed: bool, reason: Option<String>) -> Answer<String> {
    let reason = reason.map(|reason| reason.split_whitespace().collect::<Vec<_>>().join(" "));
    match reason.filter(|reason| !reason.is_empty()) {
        _ if sealed => Ok(String::new()),
        Some(reason) if reason.chars().count() <= UNSEALED_CHARS_MAX => Ok(format!("\nunsealed={reason}")),
        Some(_) => Err(Failure::invalid("unsealed_reason", "is longer than 400 characters")),
        None => {
            let words = "name the organ's public key, or a passphrase, or say in unsealed_reason why it leaves unsealed";
            Err(Failure::invalid("seal_to", words).with_code("seal_needed"))
        }
    }
}

/// The package, made as every export is: under a pass, with its entry, and its footage held.
async fn package(
    app: &App,
    signed: &Signed,
    id: Uuid,
    (with_sound, sealed_to, unsealed): (bool, Option<ledger::sealed::SealTo>, Option<String>),
) -> Answer<()> {
    app.registry().may_hand_over(&for_authority(app, signed, None, None), id).await?;
    let (row, approver) = app.registry().approved_retrieval(id).await?;
    let plain = unsealed_words(sealed_to.is_some(), unsealed)?;
    if app.exports().is_full() {
        return Err(Failure::new(Kind::Busy, "too many exports are waiting").with_code("exports"));
    }
    let note = format!("{} {}", row.asked.organ_name, row.asked.case_number);
    let cx = for_authority(app, signed, row.case, Some(note));
    let recipient = ledger::package::Recipient {
        name: row.asked.case_number.clone(),
        organisation: row.asked.organ_name.clone(),
    };
    let asked = Request {
        refers_to: Some(row.entry),
        retrieval: Some(id),
        approver,
        text: super::exports::entry_words(with_sound, sealed_to) + &plain,
        ..super::exports::asked(signed, row.cameras.clone(), row.span, &recipient)
    };
    let pass = app.registry().admit(&cx, asked).await?;
    let new =
        NewExport { profile: Profile::Main, recipient: (&recipient).into(), cameras: row.cameras, sealed_to };
    app.registry().hand_over_copy(&cx, id, &pass, new.clone()).await?;
    let spec = super::exports::spec(app, signed, cx, pass, (&new, with_sound), recipient).await?;
    app.settle_outbox().await;
    app.exports().start(app, spec);
    Ok(())
}

/// Enter the organ's receipt.
#[utoipa::path(
    post, path = "/api/retrievals/{id}/receipt", tag = "retrievals", params(("id" = String, Path, description = "Retrieval id")),
    request_body = CopyReceiptRequest,
    responses((status = 200, body = Retrieval, description = "Closed"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "Nothing was handed over"))
)]
pub async fn receipt(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<CopyReceiptRequest>,
) -> Answer<axum::Json<Retrieval>> {
    let (id, cx) = (retrieval_id(&id)?, for_authority(&app, &signed, None, None));
    let document = document(body.document_id.as_deref())?;
    let new = NewReceiptOfCopy { received_by: body.received_by, note: body.note, document };
    let found = app.registry().acknowledge_receipt(&cx, id, (new, body.undertakes)).await?;
    answered(&app, &cx, found).await
}

/// Enter where a copy went, that it came back, or that it was destroyed.
#[utoipa::path(
    post, path = "/api/retrievals/{id}/whereabouts", tag = "retrievals", params(("id" = String, Path, description = "Retrieval id")),
    request_body = WhereaboutsRequest,
    responses((status = 200, body = Retrieval, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "No copy is out"))
)]
pub async fn whereabouts(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<WhereaboutsRequest>,
) -> Answer<axum::Json<Retrieval>> {
    let (id, cx) = (retrieval_id(&id)?, for_authority(&app, &signed, None, None));
    let what = body.what.into();
    let document = document(body.document_id.as_deref())?;
    let new = Followed { what, holder: body.holder, note: body.note, document };
    let found = app.registry().follow_copy(&cx, id, new).await?;
    answered(&app, &cx, found).await
}

/// Within which time one's units answer authorities.
#[utoipa::path(
    get, path = "/api/retrieval-terms", tag = "retrievals",
    responses((status = 200, body = RetrievalTermsList, description = "Of the units whose retrievals one reads"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn terms(State(app): State<App>, signed: Signed) -> Answer<axum::Json<RetrievalTermsList>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadRetrievals, Vec::new()).await?;
    let names = UnitNames::load(&app, &cx).await?;
    let posts = app.registry().own_posts(&cx).await?;
    let may = |unit| {
        let whole = |post: &law::access::Post| post.unit == unit && post.group.is_none();
        posts.iter().any(|post| whole(post) && law::access::entitles(post.role, Act::ChangeRetrievalTerms))
    };
    let shape = |of: kept::UnitTerms| RetrievalTerms {
        may_change: may(of.unit),
        unit: names.of(of.unit),
        answer_hours: of.terms.answer_hours,
        papers_hours: of.terms.papers_hours,
        answer_hours_max: of.longest.answer_hours,
        papers_hours_max: of.longest.papers_hours,
        open_words: of.open,
        working_hours: of.answer.working_hours,
        service: of.service.map(|stated| super::service::shape(&stated.hours, stated.entry)),
        entry: of.entry.map(EntryRef::access),
    };
    let terms = app.registry().retrieval_terms(&cx).await?.into_iter().map(shape).collect();
    Ok(axum::Json(RetrievalTermsList { terms }))
}

/// Say within which time a unit answers authorities: more quickly than it must, never more slowly.
#[utoipa::path(
    put, path = "/api/units/{id}/retrieval-terms", tag = "retrievals", params(("id" = String, Path, description = "Unit id")), request_body = RetrievalTermsRequest,
    responses((status = 204, description = "In the ledger; what is complete already keeps its clock"), (status = 403, body = Problem, description = "Refused: longer than the unit may take, or without the post"))
)]
pub async fn set_terms(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<RetrievalTermsRequest>,
) -> Answer<StatusCode> {
    let unit = id.parse().map_err(|_| Failure::not_found("unit"))?;
    let terms = Terms { answer_hours: body.answer_hours, papers_hours: body.papers_hours };
    let cx = super::holds::because(&app, &signed, body.reason);
    app.registry().set_retrieval_terms(&cx, (unit, terms, &body.open_words)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an authority asks for is its case, and its request the basis.
pub(super) fn for_authority(app: &App, signed: &Signed, case: Option<CaseId>, note: Option<String>) -> Cx {
    signed.cx_for(app, Purpose::Case, LegalBasis::AuthorityRequest, case, note)
}

async fn answered(app: &App, cx: &Cx, found: kept::Retrieval) -> Answer<axum::Json<Retrieval>> {
    Ok(axum::Json(Reader::load(app, cx).await?.whole(found)))
}

fn retrieval_id(text: &str) -> Answer<Uuid> {
    id_of(text, "retrieval")
}

pub(super) fn document(id: Option<&str>) -> Answer<Option<RecordId>> {
    Ok(id.filter(|id| !id.is_empty()).map(str::parse).transpose()?)
}

const fn stored_state(state: RetrievalState) -> kept::RetrievalState {
    match state {
        RetrievalState::Draft => kept::RetrievalState::Draft,
        RetrievalState::Complete => kept::RetrievalState::Complete,
        RetrievalState::Approved => kept::RetrievalState::Approved,
        RetrievalState::HandedOver => kept::RetrievalState::HandedOver,
        RetrievalState::Closed => kept::RetrievalState::Closed,
        RetrievalState::Refused => kept::RetrievalState::Refused,
    }
}

const fn shown_state(state: kept::RetrievalState) -> RetrievalState {
    match state {
        kept::RetrievalState::Draft => RetrievalState::Draft,
        kept::RetrievalState::Complete => RetrievalState::Complete,
        kept::RetrievalState::Approved => RetrievalState::Approved,
        kept::RetrievalState::HandedOver => RetrievalState::HandedOver,
        kept::RetrievalState::Closed => RetrievalState::Closed,
        kept::RetrievalState::Refused => RetrievalState::Refused,
    }
}

/// Names for whoever reads, and the time that counts.
struct Reader {
    units: UnitNames,
    cameras: CameraNames,
    now: model::WallTime,
}

impl Reader {
    async fn load(app: &App, cx: &Cx) -> Answer<Self> {
        let units = UnitNames::load(app, cx).await?;
        Ok(Self { units, cameras: CameraNames::seen_by(app, cx).await?, now: app.now() })
    }

    fn row(&self, row: kept::RetrievalRow) -> Retrieval {
        let asked = row.asked;
        Retrieval {
            id: row.id.to_string(),
            unit: self.units.of(row.unit),
            state: shown_state(row.state),
            organ: asked.organ.into(),
            ground: asked.ground.into(),
            level: asked.level.map(Into::into),
            organ_name: asked.organ_name,
            case_number: asked.case_number,
            reason: asked.reason.reveal().clone(),
            wanted: asked.wanted.into(),
            way: asked.way.into(),
            cameras: row.cameras.iter().map(|camera| self.cameras.of(*camera)).collect(),
            from_ms: row.span.map(|span| span.start.as_ms()),
            to_ms: row.span.map(|span| span.end.as_ms()),
            system_id: row.system.map(|system| system.to_string()),
            opened_by: named(row.opened_by),
            opened_ms: row.opened.as_ms(),
            entry: EntryRef::access(row.entry),
            due_ms: row.clock.due.map(|due| due.as_ms()),
            still_until_ms: row.still_until.map(|until| until.as_ms()),
            papers_due_ms: row.clock.papers_due.map(|due| due.as_ms()),
            late: !late(row.clock, self.now).is_empty(),
            export_id: row.export.map(|export| export.to_string()),
            detail: None,
        }
    }

    fn viewing(&self, viewing: kept::Viewing) -> RetrievalViewing {
        RetrievalViewing {
            view_id: viewing.view.to_string(),
            by: viewing.by,
            begun_ms: viewing.begun.as_ms(),
            entry: EntryRef::access(viewing.entry),
            cameras: viewing.cameras.iter().map(|camera| self.cameras.of(*camera)).collect(),
            from_ms: viewing.span.start.as_ms(),
            to_ms: viewing.span.end.as_ms(),
        }
    }

    fn whole(&self, found: kept::Retrieval) -> Retrieval {
        let (may_refuse, refusal_article) = match &found.refusable {
            Ok(article) => (true, article.to_string()),
            Err(article) => (false, article.to_string()),
        };
        let detail = RetrievalDetail {
            invokes: found.row.asked.invokes.clone(),
            inquiry_closed: found.row.inquiry_closed,
            officers: found.officers.into_iter().map(officer).collect(),
            papers: found.papers.into_iter().map(paper).collect(),
            hold: found.hold.map(|held| RetrievalHold {
                id: held.hold.to_string(),
                state: super::holds::state(held.state),
                ends_ms: held.ends.map(|ends| ends.as_ms()),
                end_entry: held.end_entry.map(EntryRef::access),
            }),
            events: found.events.into_iter().map(event).collect(),
            verdict: verdict(&found.verdict),
            may_refuse,
            refusal_article,
            free_under: found.free_under.map(|article| article.to_string()),
            packs: found.packs,
            case: found.row.case.map(|case| case.to_string()),
            viewings: found.offered.viewings.into_iter().map(|viewing| self.viewing(viewing)).collect(),
            tables: found.offered.tables.into_iter().map(table).collect(),
            form: RetrievalFormMark {
                sha256: found.form.sha256.to_string(),
                approved_sha256: found.form.approved.map(|form| form.to_string()),
                undertaking_article: found.form.undertaking.map(|article| article.to_string()),
            },
        };
        Retrieval { detail: Some(detail), ..self.row(found.row) }
    }
}

fn table(table: kept::ExportedTable) -> RetrievalTable {
    let (by, at_ms) = (table.by, table.at.as_ms());
    RetrievalTable { by, at_ms, entry: EntryRef::access(table.entry), sha256: table.sha256 }
}

fn officer(officer: kept::Officer) -> RetrievalOfficer {
    let (checked_by, checked_ms) = match officer.checked {
        Some((id, name, at)) => (Some(named((id, name))), Some(at.as_ms())),
        None => (None, None),
    };
    RetrievalOfficer {
        id: officer.id.to_string(),
        name: officer.name.reveal().clone(),
        number: officer.number.reveal().clone(),
        certificate: officer.certificate.map(Into::into),
        checked_by,
        checked_ms,
    }
}

fn paper(paper: kept::RetrievalPaper) -> RetrievalPaperRow {
    let document = Named { id: paper.document.to_string(), name: paper.name };
    RetrievalPaperRow { paper: paper.paper.into(), document, valid: paper.unfit.is_none() }
}

fn event(event: kept::RetrievalEvent) -> RetrievalEvent {
    RetrievalEvent {
        what: event.what,
        by: named(event.by),
        at_ms: event.at.as_ms(),
        entry: EntryRef::access(event.entry),
        holder: event.holder,
        note: event.note,
        document_id: event.document.map(|document| document.to_string()),
    }
}

pub(super) fn verdict(verdict: &Verdict) -> RetrievalVerdict {
    let lack = |lack: &law::retrieval::Lack| {
        let (reason, remedy) = lack.missing.words();
        RetrievalLack {
            code: lack.missing.code().to_owned(),
            article: lack.article.to_string(),
            reason: words(&reason),
            remedy: words(&remedy),
        }
    };
    RetrievalVerdict {
        word: match verdict {
            Verdict::Open { .. } => VerdictWord::Open,
            Verdict::Incomplete { .. } => VerdictWord::Incomplete,
            Verdict::MayRefuse { .. } => VerdictWord::MayRefuse,
            Verdict::Refuse { .. } => VerdictWord::Refuse,
        },
        article: verdict.article().to_string(),
        missing: verdict.missing().iter().map(lack).collect(),
    }
}

fn named((id, name): (PersonId, String)) -> Named {
    Named { id: id.to_string(), name }
}
