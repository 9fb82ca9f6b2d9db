//! Maintenance rounds with what the system measured, work orders, and the faults that it sees by itself.

use super::super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    names::CameraNames,
    register::record_id,
    types::{
        AcceptRequest, Bilingual, DeviceFault, Named, Problem, RepairRequest, Round, RoundItem, RoundLine,
        RoundLinesRequest, RoundMeasured, RoundPart, RoundRequest, RoutineMade, RoutineQuery, RoutineRounds,
        SignRequest, WorkOrder, WorkOrderRequest,
    },
};
use super::rules::made;
use super::{Rows, hand, id_of, may, measure, seen};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::routines::{Part, checklist, due};
use model::{Act, Actor, Cx, RecordId, WallTime};
use store::{NewWorkOrder, Repair, RoundRow, WorkOrderRow};

/// When rounds are due, those that were held, work orders, and faults that no order is about.
#[utoipa::path(
    get, path = "/api/routines/rounds", tag = "routines", params(RoutineQuery),
    responses((status = 200, body = RoutineRounds, description = "As it is now"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No unit of one's own"))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<RoutineQuery>,
) -> Answer<axum::Json<RoutineRounds>> {
    let cx = signed.cx(&app);
    let (unit, named) = seen(&app, &cx, &query.unit).await?;
    let (rows, now) = (Rows::load(&app, &cx, unit).await?, app.now());
    let (id, terms) = (rows.unit.unit, rows.unit.terms);
    let names = CameraNames::for_act(&app, &cx, Act::ReadHealth, Some(id)).await?;
    let part = |part: Part| {
        let last = rows.signed_round(part).map(|(_, signed)| signed);
        let open = rows.rounds.iter().find(|round| round.part == part && round.signed.is_none());
        RoundPart {
            part: part.into(),
            every_days: terms.round_days(part),
            last_ms: last.map(WallTime::as_ms),
            due_ms: due(last, rows.unit.since, terms.round_days(part)).as_ms(),
            open: open.map(|round| round.id.to_string()),
            items: checklist(part).iter().map(item).collect(),
        }
    };
    let parts = Part::ALL.iter().map(|one| part(*one)).collect();
    let faults = measure::open_faults(&app, &cx, &names, &rows.orders).await?;
    let fault = |seen: measure::Seen| DeviceFault {
        part: seen.fault.part().into(),
        camera: seen.camera.map(|camera| names.of(camera)),
        since_ms: seen.since.as_ms(),
        reason: super::words(&law::routines::fault_words(seen.fault, false).0),
    };
    let may_change = may(&app, &cx, id, Act::KeepRound).await?;
    let orders = rows.orders.into_iter().map(|row| order(row, &names, &cx, may_change)).collect();
    Ok(axum::Json(RoutineRounds {
        unit: named,
        parts,
        rounds: rows.rounds.into_iter().map(round).collect(),
        orders,
        faults: faults.into_iter().map(fault).collect(),
        repair_due_ms: due(Some(now), now, terms.repair_days).as_ms(),
        may_change,
    }))
}

/// Begin a round of one part: what the system measures is filled in.
#[utoipa::path(
    post, path = "/api/routines/rounds", tag = "routines", request_body = RoundRequest,
    responses((status = 201, body = RoutineMade, description = "In the ledger"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "A round of that part is open"))
)]
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<RoundRequest>,
) -> Answer<(StatusCode, axum::Json<RoutineMade>)> {
    let (cx, part, unit) = (signed.cx(&app), body.part.into(), body.unit_id.parse()?);
    let measured = measure::for_round(&app, unit, part).await?;
    let text = serde_json::to_string(&measured)
        .map_err(|error| Failure::new(model::Kind::Internal, format!("what was measured: {error}")))?;
    made(app.registry().begin_round(&cx, unit, part, text).await?)
}

/// Answer lines of an open round.
#[utoipa::path(
    put, path = "/api/routines/rounds/{id}/lines", tag = "routines", params(("id" = String, Path, description = "Round id")), request_body = RoundLinesRequest,
    responses((status = 204, description = "In the ledger"), (status = 400, body = Problem, description = "A line that is none, or a fault without words"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "It is signed off"))
)]
pub async fn answer(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<RoundLinesRequest>,
) -> Answer<StatusCode> {
    let line = |line: RoundLine| {
        let camera = line.camera_id.filter(|id| !id.is_empty()).map(|id| id.parse()).transpose()?;
        Ok(store::RoundLine { item: line.item, answer: line.answer.into(), words: line.words, camera })
    };
    let lines = body.lines.into_iter().map(line).collect::<Answer<Vec<_>>>()?;
    app.registry().answer_round(&signed.cx(&app), id_of(&id, "round")?, lines).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign a round off: each fault opens a work order.
#[utoipa::path(
    post, path = "/api/routines/rounds/{id}/sign", tag = "routines", params(("id" = String, Path, description = "Round id")), request_body = SignRequest,
    responses((status = 204, description = "In the ledger"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "A line is not answered, or it is signed off"))
)]
pub async fn sign(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<SignRequest>,
) -> Answer<StatusCode> {
    app.registry().sign_round(&signed.cx(&app), id_of(&id, "round")?, &body.words).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Open a work order.
#[utoipa::path(
    post, path = "/api/routines/orders", tag = "routines", request_body = WorkOrderRequest,
    responses((status = 201, body = RoutineMade, description = "In the ledger"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn open_order(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<WorkOrderRequest>,
) -> Answer<(StatusCode, axum::Json<RoutineMade>)> {
    let (cx, unit) = (signed.cx(&app), body.unit_id.parse()?);
    let by_term = async || -> Answer<WallTime> {
        let terms = app.registry().unit_routines(&store::system_cx("routines", cx.now), unit).await?.terms;
        Ok(due(Some(cx.now), cx.now, terms.repair_days))
    };
    let new = NewWorkOrder {
        unit,
        part: body.part.into(),
        body: body.body,
        camera: body.camera_id.filter(|id| !id.is_empty()).map(|id| id.parse()).transpose()?,
        contractor: body.contractor_id.as_deref().filter(|id| !id.is_empty()).map(record_id).transpose()?,
        due: match body.due_ms {
            Some(due_ms) => WallTime::from_ms(due_ms),
            None => by_term().await?,
        },
    };
    made(app.registry().open_order(&cx, new).await?)
}

/// Report that it is repaired, with evidence.
#[utoipa::path(
    post, path = "/api/routines/orders/{id}/done", tag = "routines", params(("id" = String, Path, description = "Work order")), request_body = RepairRequest,
    responses((status = 204, description = "In the ledger"), (status = 400, body = Problem, description = "No such document of the unit"), (status = 403, body = Problem, description = "Refused"), (status = 409, body = Problem, description = "A repair is reported already"))
)]
pub async fn repaired(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<RepairRequest>,
) -> Answer<StatusCode> {
    let repair = Repair { words: body.words, evidence: record_id(&body.evidence_document_id)? };
    app.registry().report_repair(&signed.cx(&app), id_of(&id, "work order")?, repair).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accept another's repair, or send it back.
#[utoipa::path(
    post, path = "/api/routines/orders/{id}/accept", tag = "routines", params(("id" = String, Path, description = "Work order")), request_body = AcceptRequest,
    responses((status = 204, description = "In the ledger"), (status = 403, body = Problem, description = "Refused: without the post, or one's own repair"), (status = 409, body = Problem, description = "No repair of it waits"))
)]
pub async fn accept(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<AcceptRequest>,
) -> Answer<StatusCode> {
    let id = id_of(&id, "work order")?;
    app.registry().accept_repair(&signed.cx(&app), id, body.accepted, &body.words).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn item(item: &law::routines::CheckItem) -> RoundItem {
    RoundItem {
        id: item.id.to_owned(),
        words: Bilingual { zh: item.zh.to_owned(), en: item.en.to_owned() },
        measured: item.measured,
    }
}

fn round(row: RoundRow) -> Round {
    let line = |line: store::RoundLine| RoundLine {
        item: line.item,
        answer: line.answer.into(),
        words: line.words,
        camera_id: line.camera.map(|camera| camera.to_string()),
    };
    Round {
        id: row.id.to_string(),
        part: row.part.into(),
        begun: hand(row.begun),
        // Ours, written when it began; what cannot be read is not shown.
        measured: serde_json::from_str::<Vec<RoundMeasured>>(&row.measured).unwrap_or_default(),
        lines: row.lines.into_iter().map(line).collect(),
        signed: row.signed.map(hand),
    }
}

fn record((id, name): (RecordId, String)) -> Named {
    Named { id: id.to_string(), name }
}

fn order(row: WorkOrderRow, names: &CameraNames, cx: &Cx, may_change: bool) -> WorkOrder {
    let own = row.done.as_ref().is_some_and(|done| Actor::Person(done.person) == cx.actor);
    let waits = row.done.is_some() && !row.accepted;
    WorkOrder {
        id: row.id.to_string(),
        part: row.part.into(),
        body: row.body,
        camera: row.camera.filter(|camera| names.has(*camera)).map(|camera| names.of(camera)),
        contractor: row.contractor.map(record),
        due_ms: row.due.as_ms(),
        late: row.done.is_none() && row.due <= cx.now,
        round_id: row.round.map(|round| round.to_string()),
        opened: hand(row.opened),
        done: row.done.map(hand),
        evidence: row.evidence.map(record),
        judged: row.judged.map(hand),
        accepted: row.accepted,
        may_accept: waits && !own && may_change,
    }
}
