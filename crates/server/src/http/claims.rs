//! Claims for compensation over HTTP: lodging one, entering the authority's answer and its payments, and what waits too long.
//!
//! It decides nothing: `law::compensation` says what a claim needs and which answer fits; `store` writes each step with its entry.

use super::{
    auth::Signed,
    convert::id_of,
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    findings::finding,
    names::UnitNames,
    register::record_id,
    types::{
        Claim, ClaimAnswer, ClaimAnswerRequest, ClaimItem, ClaimPayment, ClaimPaymentRequest, ClaimRequest,
        Claims, EntryRef, Finding, FindingKind, Named, PartQuery, Problem,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::compensation as lawful;
use model::{Act, Cx, PersonId, RecordId, WallTime};
use store::NewClaim;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// Every route of claims.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, lodge)).routes(routes!(answer)).routes(routes!(pay))
}

/// Claims for compensation of one's units.
#[utoipa::path(
    get, path = "/api/claims", tag = "takeovers", params(PartQuery),
    responses((status = 200, body = Claims, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<PartQuery>,
) -> Answer<axum::Json<Claims>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadClaims, Vec::new()).await?;
    let names = UnitNames::load(&app, &cx).await?;
    let part = app.registry().claims(&cx, &query.into()).await?;
    let part = part.map(|claim| shape(claim, &names, app.now()));
    Ok(axum::Json(Claims { claims: part.rows, next_cursor: part.next_cursor, total: part.total }))
}

/// Lodge a claim for what an authority's act cost the unit.
#[utoipa::path(
    post, path = "/api/claims", tag = "takeovers", request_body = ClaimRequest,
    responses((status = 201, body = Claim, description = "Lodged; the clock of the answer runs"), (status = 403, body = Problem, description = "Refused: no act, no item, an item without its paper, or without the post"))
)]
pub async fn lodge(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<ClaimRequest>,
) -> Answer<(StatusCode, axum::Json<Claim>)> {
    let cx = signed.cx(&app);
    let items = body.items.into_iter().map(|item| {
        let document = document(item.document_id.as_deref())?;
        Ok(store::ClaimItem { what: item.what, amount_fen: item.amount_fen, document })
    });
    let act = body.act_id.as_deref().filter(|id| !id.is_empty());
    let act = act.map(|id| Uuid::parse_str(id).map_err(|_| Failure::invalid("act_id", "is no id")));
    let new = NewClaim {
        unit: body.unit_id.parse()?,
        cause: body.cause.into(),
        act: act.transpose()?,
        system: document(body.system_id.as_deref())?,
        authority: body.authority,
        what: body.what,
        items: items.collect::<Answer<_>>()?,
    };
    let id = app.registry().lodge_claim(&cx, new).await?;
    Ok((StatusCode::CREATED, one(&app, &cx, id).await?))
}

/// Enter what the authority answered.
#[utoipa::path(
    post, path = "/api/claims/{id}/answer", tag = "takeovers", request_body = ClaimAnswerRequest,
    params(("id" = String, Path, description = "Claim id")),
    responses((status = 200, body = Claim, description = "Answered"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is answered already"))
)]
pub async fn answer(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<ClaimAnswerRequest>,
) -> Answer<axum::Json<Claim>> {
    let (id, cx) = (id_of(&id, "claim")?, signed.cx(&app));
    let document = document(body.document_id.as_deref())?;
    app.registry().answer_claim(&cx, id, (body.awarded_fen, &body.text, document)).await?;
    one(&app, &cx, id).await
}

/// Enter a payment of the authority.
#[utoipa::path(
    post, path = "/api/claims/{id}/payments", tag = "takeovers", request_body = ClaimPaymentRequest,
    params(("id" = String, Path, description = "Claim id")),
    responses((status = 200, body = Claim, description = "Entered"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It waits for no payment"))
)]
pub async fn pay(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<ClaimPaymentRequest>,
) -> Answer<axum::Json<Claim>> {
    let (id, cx) = (id_of(&id, "claim")?, signed.cx(&app));
    let document = document(body.document_id.as_deref())?;
    app.registry().pay_claim(&cx, id, body.amount_fen, document).await?;
    one(&app, &cx, id).await
}

/// Claims that an authority has left unanswered or unpaid, for those who read findings.
pub(super) async fn found(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    let late = app.registry().late_claims(cx).await?.into_iter();
    Ok(late
        .map(|(claim, late, since)| Finding {
            record: Some(Named { id: claim.id.to_string(), name: claim.authority.clone() }),
            code: Some("claim_waiting".into()),
            control: Some("compensation-claims".into()),
            ..finding(
                FindingKind::Claim,
                &claim.article,
                None,
                since,
                lawful::late_words(late, &claim.authority),
            )
        })
        .collect())
}

async fn one(app: &App, cx: &Cx, id: Uuid) -> Answer<axum::Json<Claim>> {
    let names = UnitNames::load(app, cx).await?;
    Ok(axum::Json(shape(app.registry().claim(cx, id).await?, &names, app.now())))
}

fn document(id: Option<&str>) -> Answer<Option<RecordId>> {
    id.filter(|id| !id.is_empty()).map(record_id).transpose()
}

fn named((id, name): (PersonId, String)) -> Named {
    Named { id: id.to_string(), name }
}

fn shape(claim: store::Claim, names: &UnitNames, now: WallTime) -> Claim {
    let due = claim.due();
    let text = |id: Option<RecordId>| id.map(|id| id.to_string());
    Claim {
        id: claim.id.to_string(),
        unit: names.of(claim.unit),
        cause: claim.cause.into(),
        act_id: claim.act.to_string(),
        system_id: text(claim.system),
        authority: claim.authority,
        article: claim.article,
        what: claim.what,
        claimed_fen: claim.claimed_fen,
        items: claim
            .items
            .into_iter()
            .map(|item| ClaimItem {
                what: item.what,
                amount_fen: item.amount_fen,
                document_id: text(item.document),
            })
            .collect(),
        by: named(claim.by),
        at_ms: claim.at.as_ms(),
        entry: EntryRef::access(claim.entry),
        state: claim.state.into(),
        due_ms: due.map(|(_, at)| at.as_ms()),
        late: due.is_some_and(|(_, at)| at < now),
        answer: claim.answer.map(|answer| ClaimAnswer {
            awarded_fen: answer.awarded_fen,
            text: answer.text,
            document_id: text(answer.document),
            by: named(answer.by),
            at_ms: answer.at.as_ms(),
            entry: EntryRef::access(answer.entry),
        }),
        paid_fen: claim.paid_fen,
        payments: claim
            .payments
            .into_iter()
            .map(|payment| ClaimPayment {
                amount_fen: payment.amount_fen,
                document_id: text(payment.document),
                by: named(payment.by),
                at_ms: payment.at.as_ms(),
                entry: EntryRef::access(payment.entry),
            })
            .collect(),
    }
}
