//! What the routes of a unit's routines must do: rules, drills, rounds, work orders, assessments, carriers' links.

use super::{Case, NO_HEALTH, NOT_ADMINISTRATORS, Who, case, get, with};
use crate::house::{Caller, House};
use law::register::RecordKind;
use model::{Act, RecordId};
use serde_json::{Value, json};
use store::system_cx;

const DAY_MS: i64 = 86_400_000;
const NOT_MANAGERS: &[Who] = &[Who::Viewer, Who::Operator, Who::Administrator, Who::Auditor, Who::NoPost];

/// A record of the house's unit, or of the whole house.
pub async fn record(house: &House, kind: RecordKind, body: Value) -> RecordId {
    let cx = system_cx("demo", house.app.now());
    let body = body.as_object().cloned().unwrap();
    house.app.registry().add_record(&cx, kind, (!kind.is_shared()).then_some(house.unit), body).await.unwrap()
}

/// A document of the house's unit with its file.
pub async fn paper(house: &House) -> RecordId {
    let (id, cx) = (
        record(house, RecordKind::Document, json!({ "name": "值班制度", "paper": "other" })).await,
        system_cx("demo", house.app.now()),
    );
    let mut incoming = house.app.registry().documents().begin("rule.txt").unwrap();
    incoming.write(b"keep watch").unwrap();
    house.app.registry().add_file(&cx, id, 1, incoming.finish(None).unwrap()).await.unwrap();
    id
}

async fn made(house: &House, caller: &Caller, path: &str, body: Value) -> String {
    let answer = house.post(path, &caller.cookie, body).await;
    assert_eq!(answer.status, 201, "{path}: {}", answer.json());
    answer.json()["id"].as_str().unwrap().to_owned()
}

pub async fn rule_body(house: &House) -> Value {
    json!({
        "unit_id": house.unit.to_string(), "kind": "emergency", "document_id": paper(house).await.to_string(),
        "review_ms": house.app.now().as_ms() + 365 * DAY_MS,
    })
}

async fn rule(house: &House) -> String {
    let keeper = Who::Administrator.sign_in(house).await;
    made(house, &keeper, "/api/routines/rules", rule_body(house).await).await
}

/// The round of a part that is open, or a fresh one.
async fn round(house: &House, part: &str) -> String {
    let keeper = Who::Administrator.sign_in(house).await;
    let seen = house.get(&format!("/api/routines/rounds?unit={}", house.unit), &keeper.cookie).await.json();
    let mut parts = seen["parts"].as_array().unwrap().iter();
    if let Some(open) = parts.find(|one| one["part"] == part).and_then(|one| one["open"].as_str()) {
        return open.to_owned();
    }
    let body = json!({ "unit_id": house.unit.to_string(), "part": part });
    made(house, &keeper, "/api/routines/rounds", body).await
}

/// Every line of a part, answered so.
pub fn lines(part: &str, answer: &str) -> Value {
    let part = law::routines::Part::from_word(part).unwrap();
    let line =
        |item: &law::routines::CheckItem| json!({ "item": item.id, "answer": answer, "words": "看过" });
    json!({ "lines": law::routines::checklist(part).iter().map(line).collect::<Vec<_>>() })
}

async fn answered(house: &House, part: &str) -> String {
    let (id, keeper) = (round(house, part).await, Who::Administrator.sign_in(house).await);
    let path = format!("/api/routines/rounds/{id}/lines");
    let method = axum::http::Method::PUT;
    let done =
        house.send(&house.router, method, &path, Some(&keeper.cookie), Some(lines(part, "good"))).await;
    assert_eq!(done.status, 204, "{}", done.json());
    id
}

fn order_body(house: &House) -> Value {
    json!({
        "unit_id": house.unit.to_string(), "part": "front_end", "body": "镜头进水",
        "camera_id": house.cameras[0].to_string(),
    })
}

async fn order(house: &House) -> String {
    let keeper = Who::Administrator.sign_in(house).await;
    made(house, &keeper, "/api/routines/orders", order_body(house)).await
}

async fn repaired(house: &House) -> String {
    let (id, keeper) = (order(house).await, Who::Administrator.sign_in(house).await);
    let body = json!({ "words": "已更换", "evidence_document_id": paper(house).await.to_string() });
    let done = house.post(&format!("/api/routines/orders/{id}/done"), &keeper.cookie, body).await;
    assert_eq!(done.status, 204, "{}", done.json());
    id
}

fn span_body(house: &House) -> Value {
    let now = house.app.now().as_ms();
    json!({ "unit_id": house.unit.to_string(), "from_ms": now - DAY_MS, "to_ms": now - 1_000 })
}

async fn assessment(house: &House) -> String {
    let keeper = Who::Administrator.sign_in(house).await;
    made(house, &keeper, "/api/routines/assessments", span_body(house)).await
}

pub async fn link_body(house: &House) -> Value {
    let carrier = record(house, RecordKind::Carrier, json!({ "name": "电信公司" })).await;
    json!({
        "unit_id": house.unit.to_string(), "name": "江边专线", "carrier_id": carrier.to_string(),
        "from_ms": house.app.now().as_ms() - DAY_MS, "contract_ppm": 999_000,
        "camera_ids": [house.cameras[0].to_string()],
    })
}

async fn link(house: &House) -> String {
    let keeper = Who::Administrator.sign_in(house).await;
    made(house, &keeper, "/api/routines/links", link_body(house).await).await
}

fn of_unit(house: &House, what: &str) -> super::Ask {
    get(format!("/api/routines/{what}?unit={}", house.unit))
}

pub fn terms_body(house: &House) -> Value {
    json!({
        "unit_id": house.unit.to_string(),
        "terms": { "drill_days": 183, "confirm_days": 14, "front_end_days": 30, "lines_days": 91,
            "storage_days": 30, "repair_days": 7, "assessment_days": 366 },
    })
}

pub fn all() -> Vec<Case> {
    [rules(), rounds(), orders(), kept()].into_iter().flatten().collect()
}

fn rules() -> Vec<Case> {
    use Act::{AdoptRule, ChangeRoutines, ConfirmRule, ReadHealth, ReadRoutines, RecordDrill};
    vec![
        case("GET /api/routines/rules", Who::Manager, 200, &[ReadHealth], |house, _| {
            Box::pin(async { of_unit(house, "rules") })
        })
        .refuses(NO_HEALTH),
        case("POST /api/routines/rules", Who::Manager, 201, &[AdoptRule], |house, _| {
            Box::pin(async { with("/api/routines/rules", rule_body(house).await) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/routines/rules/{id}/file", Who::Viewer, 200, &[ReadRoutines], |house, _| {
            Box::pin(async { get(format!("/api/routines/rules/{}/file", rule(house).await)) })
        })
        .refuses(&[Who::OtherOperator, Who::OtherAdministrator, Who::NoPost]),
        case("POST /api/routines/rules/{id}/confirm", Who::Viewer, 204, &[ConfirmRule], |house, _| {
            Box::pin(async {
                with(format!("/api/routines/rules/{}/confirm", rule(house).await), json!({}))
            })
        })
        .refuses(&[Who::OtherOperator, Who::OtherAdministrator, Who::NoPost]),
        case("GET /api/routines/mine", Who::Operator, 200, &[ReadRoutines], |_, _| {
            Box::pin(async { get("/api/routines/mine") })
        })
        .refuses(&[Who::NoPost]),
        case("PUT /api/routines/terms", Who::Manager, 204, &[ChangeRoutines], |house, _| {
            Box::pin(async { with("/api/routines/terms", terms_body(house)) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/routines/drills", Who::Administrator, 201, &[RecordDrill], |house, _| {
            Box::pin(async {
                let staff = Who::Viewer.sign_in(house).await;
                let held = house.app.now().as_ms() - 60_000;
                let body = json!({
                    "unit_id": house.unit.to_string(), "held_ms": held, "body": "停电演练", "found": "发电机启动慢",
                    "participant_ids": [staff.person.to_string()],
                });
                with("/api/routines/drills", body)
            })
        })
        .refuses(NOT_ADMINISTRATORS),
    ]
}

fn rounds() -> Vec<Case> {
    use Act::{KeepRound, ReadHealth};
    vec![
        case("GET /api/routines/rounds", Who::Auditor, 200, &[ReadHealth], |house, _| {
            Box::pin(async { of_unit(house, "rounds") })
        })
        .refuses(NO_HEALTH),
        case("POST /api/routines/rounds", Who::Administrator, 201, &[KeepRound], |house, _| {
            Box::pin(async {
                with(
                    "/api/routines/rounds",
                    json!({ "unit_id": house.unit.to_string(), "part": "front_end" }),
                )
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("PUT /api/routines/rounds/{id}/lines", Who::Manager, 204, &[KeepRound], |house, _| {
            Box::pin(async {
                with(
                    format!("/api/routines/rounds/{}/lines", round(house, "lines").await),
                    lines("lines", "good"),
                )
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/routines/rounds/{id}/sign", Who::Manager, 204, &[KeepRound], |house, _| {
            Box::pin(async {
                let path = format!("/api/routines/rounds/{}/sign", answered(house, "storage").await);
                with(path, json!({ "words": "正常" }))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
    ]
}

fn orders() -> Vec<Case> {
    use Act::{AcceptRepair, ChangeWorkOrder};
    vec![
        case("POST /api/routines/orders", Who::Administrator, 201, &[ChangeWorkOrder], |house, _| {
            Box::pin(async { with("/api/routines/orders", order_body(house)) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/routines/orders/{id}/done", Who::Manager, 204, &[ChangeWorkOrder], |house, _| {
            Box::pin(async {
                let body =
                    json!({ "words": "已更换", "evidence_document_id": paper(house).await.to_string() });
                with(format!("/api/routines/orders/{}/done", order(house).await), body)
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/routines/orders/{id}/accept", Who::Manager, 204, &[AcceptRepair], |house, _| {
            Box::pin(async {
                let path = format!("/api/routines/orders/{}/accept", repaired(house).await);
                with(path, json!({ "accepted": true, "words": "画面正常" }))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
    ]
}

fn kept() -> Vec<Case> {
    use Act::{ChangeRoutines, DrawAssessment, ReadHealth, SignAssessment};
    vec![
        case("GET /api/routines/assessments", Who::Auditor, 200, &[ReadHealth], |house, _| {
            Box::pin(async { of_unit(house, "assessments") })
        })
        .refuses(NO_HEALTH),
        case("POST /api/routines/assessments", Who::Manager, 201, &[DrawAssessment], |house, _| {
            Box::pin(async { with("/api/routines/assessments", span_body(house)) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/routines/assessments/{id}/sign", Who::Manager, 204, &[SignAssessment], |house, _| {
            Box::pin(async {
                let path = format!("/api/routines/assessments/{}/sign", assessment(house).await);
                with(path, json!({ "words": "有效" }))
            })
        })
        .refuses(NOT_MANAGERS),
        case("GET /api/routines/links", Who::Administrator, 200, &[ReadHealth], |house, _| {
            Box::pin(async { of_unit(house, "links") })
        })
        .refuses(NO_HEALTH),
        case("POST /api/routines/links", Who::Manager, 201, &[ChangeRoutines], |house, _| {
            Box::pin(async { with("/api/routines/links", link_body(house).await) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/routines/links/{id}/end", Who::Administrator, 204, &[ChangeRoutines], |house, _| {
            Box::pin(async { with(format!("/api/routines/links/{}/end", link(house).await), json!({})) })
        })
        .refuses(NOT_ADMINISTRATORS),
    ]
}
