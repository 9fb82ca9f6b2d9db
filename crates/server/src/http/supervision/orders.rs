//! Orders: issued from a lacking line, corrected by the unit, judged and carried along their chain by the authority.
//!
//! Which steps are open `law::supervision` says; here they are shown with why not.

use super::super::{
    auth::Signed,
    convert::{id_of, parse_all, words},
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    types::{
        self, ChainStep, Named, OrderDecisionRequest, OrderPenalty, OrderRequest, OrderStep, Orders, Problem,
        UnitAnswer,
    },
};
use super::Reader;
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::packs::{Penalty, PenaltyStep};
use law::supervision::{ChecklistLine, Fine, LegalBasisHeld, OrderState, choices, step_of, word_of};
use model::{Act, AuthorityId, Cx, RecordId, WallTime};
use store::{NewOrder, OrderDecision, OrderRow};
use uuid::Uuid;

fn shape(reader: &Reader, order: OrderRow) -> types::Order {
    let taken = order.taken();
    let over = !matches!(order.state, OrderState::Issued | OrderState::Corrected);
    let choice = |one: law::supervision::StepChoice| ChainStep {
        step: word_of(one.step).to_owned(),
        done: one.done,
        on: one.on.into_iter().map(Into::into).collect(),
        closed: one.closed.map(|refusal| words(&refusal.reason)),
    };
    let chain = choices(&order.facts(&taken, reader.now)).into_iter().map(choice).collect();
    let may_correct = order.state == OrderState::Issued && reader.answers.contains(&order.unit);
    let may_decide = !over && reader.authority == Some(order.authority.0);
    let authority = |(id, name): (AuthorityId, String)| Named { id: id.to_string(), name };
    types::Order {
        id: order.id.to_string(),
        number: order.number,
        inspection_id: order.inspection.to_string(),
        authority: authority(order.authority),
        issuer: authority(order.issuer),
        unit: reader.units.of(order.unit),
        article: order.article,
        adopted: order.basis == LegalBasisHeld::Adopted,
        penalty: order.penalty.map(|(article, one)| penalty(&article, &one)),
        penalties_held: order.penalties_held,
        demand: order.demand,
        deadline_ms: order.deadline.as_ms(),
        overdue: order.state == OrderState::Issued && reader.now > order.deadline,
        state: order.state.into(),
        by: super::person(order.by),
        at_ms: order.at.as_ms(),
        entry: super::entry(order.entry),
        steps: order.steps.into_iter().map(step).collect(),
        chain,
        found: None,
        may_decide,
        may_correct,
    }
}

/// What was found for the order's line when its inspection began, and what is found for it now: what an order is about is seen to be put
/// right by what the system itself finds, beside what the unit says. `None`: the reader does not see the inspection, or nothing of it is in
/// the area any more.
async fn found(app: &App, cx: &Cx, order: &OrderRow) -> Answer<Option<types::OrderFound>> {
    let (inspection, lines, _) = match app.registry().inspection(cx, order.inspection).await {
        Err(store::Error::NotFound(_)) => return Ok(None),
        found => found?,
    };
    let authorities = app.registry().authorities(cx).await?;
    let authority = authorities.iter().find(|one| one.id == order.authority.0);
    let line = lines.into_iter().find(|one| one.number == order.line).map(|one| one.line);
    let (Some(authority), Some(line)) = (authority, line) else { return Ok(None) };
    let of_area = app.registry().supervised_systems(cx, authority).await?.into_iter();
    let system = inspection.system.map(|(system, _)| system);
    let own =
        of_area.filter(|one| one.unit == inspection.unit && system.is_none_or(|system| system == one.id));
    let ids: Vec<RecordId> = own.map(|one| one.id).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    let now = super::compliance::lines(app, &ids).await?.into_iter();
    // A demand that nobody answered is a line of its own, beside the article's.
    let of_demand = |one: &ChecklistLine| one.controls == ["retention-demanded"];
    let same = now.filter(|one| one.article == line.article && of_demand(one) == of_demand(&line));
    let now = same.fold(0_u32, |sum, one| sum.saturating_add(one.findings_count));
    Ok(Some(types::OrderFound { then: line.findings_count, now }))
}

/// What a penalty has, each number under its own name.
pub(super) fn penalty(article: &str, penalty: &Penalty) -> OrderPenalty {
    OrderPenalty {
        article: article.to_owned(),
        chain: penalty.chain.iter().map(|step| word_of(*step).to_owned()).collect(),
        fine_when: penalty.fine_when.clone(),
        unit_min_cny: penalty.unit_min_cny,
        unit_max_cny: penalty.unit_max_cny,
        person_min_cny: penalty.person_min_cny,
        person_max_cny: penalty.person_max_cny,
        individual_min_cny: penalty.individual_min_cny,
        individual_max_cny: penalty.individual_max_cny,
        person_warn: penalty.person_warn,
        unit_figure_cny: penalty.unit_figure_cny,
        person_figure_cny: penalty.person_figure_cny,
        operating_unit_figure_cny: penalty.operating_unit_figure_cny,
        max_excluded: penalty.max_excluded,
        refer_to: penalty.refer_to.as_ref().map(words),
        mark: penalty.mark.as_str().to_owned(),
        fine_mark: penalty.fine_mark().as_str().to_owned(),
    }
}

fn step(one: store::OrderStepRow) -> OrderStep {
    OrderStep {
        what: one.what,
        text: one.text,
        documents: one.documents.into_iter().map(super::document).collect(),
        amount_cny: one.amount_cny,
        on: one.on.map(Into::into),
        by: super::person(one.by),
        at_ms: one.at.as_ms(),
        entry: super::entry(one.entry),
    }
}

/// Orders of one's authority, and of those below; on one's own units.
#[utoipa::path(
    get, path = "/api/orders", tag = "supervision", params(types::PartQuery),
    responses((status = 200, body = Orders, description = "A part, newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<types::PartQuery>,
) -> Answer<axum::Json<Orders>> {
    let cx = signed.cx(&app);
    super::admit_reading(&app, &cx).await?;
    let reader = Reader::load(&app, &cx, Act::AnswerSupervision).await?;
    let part = app.registry().orders(&cx, &query.into()).await?.map(|one| shape(&reader, one));
    Ok(axum::Json(Orders { orders: part.rows, next_cursor: part.next_cursor, total: part.total }))
}

/// One order, however many came after.
#[utoipa::path(
    get, path = "/api/orders/{id}", tag = "supervision", params(("id" = String, Path, description = "Order id")),
    responses((status = 200, body = types::Order, description = "As it stands"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "None that one sees"))
)]
pub async fn one(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<types::Order>> {
    let cx = signed.cx(&app);
    super::admit_reading(&app, &cx).await?;
    shown(&app, &cx, id_of(&id, "order")?).await
}

async fn shown(app: &App, cx: &Cx, id: Uuid) -> Answer<axum::Json<types::Order>> {
    let reader = Reader::load(app, cx, Act::AnswerSupervision).await?;
    let order = app.registry().order(cx, id).await?;
    let found = found(app, cx, &order).await?;
    Ok(axum::Json(types::Order { found, ..shape(&reader, order) }))
}

/// Order a unit to put a lacking line right within a time limit. A person decides and signs.
#[utoipa::path(
    post, path = "/api/orders", tag = "supervision", request_body = OrderRequest,
    responses((status = 201, body = types::Order, description = "Issued"), (status = 403, body = Problem, description = "Refused: the text is not in force here, the line is not lacking, the time limit, or which of several penalties"))
)]
pub async fn issue(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<OrderRequest>,
) -> Answer<(StatusCode, axum::Json<types::Order>)> {
    let cx = signed.cx(&app);
    let inspection =
        Uuid::parse_str(&body.inspection_id).map_err(|_| Failure::invalid("inspection_id", "is no id"))?;
    let new = NewOrder {
        inspection,
        line: body.line,
        demand: body.demand,
        deadline: WallTime::from_ms(body.deadline_ms),
        penalty: body.penalty.filter(|key| !key.is_empty()),
    };
    let id = app.registry().issue_order(&cx, new).await?;
    Ok((StatusCode::CREATED, shown(&app, &cx, id).await?))
}

/// Say how the unit put right what was ordered, with documents of its register.
#[utoipa::path(
    post, path = "/api/orders/{id}/correction", tag = "supervision", request_body = UnitAnswer,
    params(("id" = String, Path, description = "Order id")),
    responses((status = 200, body = types::Order, description = "It waits for the authority"), (status = 403, body = Problem, description = "Refused: also without any document"), (status = 409, body = Problem, description = "It does not wait for a correction"))
)]
pub async fn correct(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<UnitAnswer>,
) -> Answer<axum::Json<types::Order>> {
    let (id, cx) = (id_of(&id, "order")?, signed.cx(&app));
    let documents = parse_all(&body.document_ids)?;
    app.registry().correct_order(&cx, id, &body.text, documents).await?;
    shown(&app, &cx, id).await
}

/// A fine says how much and on whom; no other step does.
fn fine_of(body: &OrderDecisionRequest, step: PenaltyStep) -> Answer<Option<Fine>> {
    if step != PenaltyStep::Fine {
        return Ok(None);
    }
    let on = body.on.ok_or_else(|| Failure::invalid("on", "is on whom the fine falls"))?;
    let amount_cny = body.amount_cny.ok_or_else(|| Failure::invalid("amount_cny", "is how much"))?;
    Ok(Some(Fine { on: on.into(), amount_cny }))
}

/// Judge a correction, take a step of the chain, or pass the matter on.
#[utoipa::path(
    post, path = "/api/orders/{id}/decision", tag = "supervision", request_body = OrderDecisionRequest,
    params(("id" = String, Path, description = "Order id")),
    responses((status = 200, body = types::Order, description = "As it is now"), (status = 403, body = Problem, description = "Refused: the article does not have this step now"), (status = 409, body = Problem, description = "It is not at the state for this"))
)]
pub async fn decide(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<OrderDecisionRequest>,
) -> Answer<axum::Json<types::Order>> {
    let (id, cx) = (id_of(&id, "order")?, signed.cx(&app));
    let decision = match body.what.as_str() {
        "accepted" => OrderDecision::Accept,
        "returned" => {
            let deadline =
                body.deadline_ms.ok_or_else(|| Failure::invalid("deadline_ms", "is the new time limit"))?;
            OrderDecision::Return { deadline: WallTime::from_ms(deadline) }
        }
        "escalated" => OrderDecision::Escalate,
        "referred" => OrderDecision::Refer,
        word => {
            let step = step_of(word).ok_or_else(|| Failure::invalid("what", "is no decision"))?;
            OrderDecision::Step { step, serious: body.serious, fine: fine_of(&body, step)? }
        }
    };
    app.registry().decide_order(&cx, id, decision, &body.text).await?;
    shown(&app, &cx, id).await
}
