//! What the operations on alarm sources, events and alarms must do.

use super::{Ask, Case, NOT_ADMINISTRATORS, Who, case, get, with};
use crate::alarms::{alarm, source, source_body};
use crate::house::House;
use model::Act;
use serde_json::{Value, json};

const STRANGERS: &[Who] = &[Who::Auditor, Who::OtherOperator, Who::OtherAdministrator, Who::NoPost];

async fn of_source(house: &House, what: &str, body: Value) -> Ask {
    let path = format!("/api/alarm-sources/{}/{what}", source(house).await);
    if body.is_null() { get(path) } else { with(path, body) }
}

async fn of_alarm(house: &House, what: &str, body: Value) -> Ask {
    let path = format!("/api/alarms/{}/{what}", alarm(house).await);
    if body.is_null() { get(path) } else { with(path, body) }
}

pub fn all() -> Vec<Case> {
    [sources(), events()].into_iter().flatten().collect()
}

fn sources() -> Vec<Case> {
    use Act::{ChangeAlarmSource, ChangeAlarmTerm, ReadAlarms};
    vec![
        case("GET /api/alarm-sources", Who::Viewer, 200, &[ReadAlarms], |_, _| {
            Box::pin(async { get("/api/alarm-sources") })
        })
        .refuses(&[Who::NoPost]),
        case("POST /api/alarm-sources", Who::Administrator, 201, &[ChangeAlarmSource], |house, _| {
            Box::pin(async { with("/api/alarm-sources", source_body(house).await) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case(
            "PUT /api/alarm-sources/{id}/inputs",
            Who::Administrator,
            204,
            &[ChangeAlarmSource],
            |house, _| {
                Box::pin(async {
                    let input = json!({
                        "code": "1", "name": "东门", "priority": "high", "cameras": [house.cameras[0].to_string()],
                    });
                    of_source(house, "inputs", json!({ "inputs": [input] })).await
                })
            },
        )
        .refuses(NOT_ADMINISTRATORS),
        case(
            "POST /api/alarm-sources/{id}/token",
            Who::Administrator,
            200,
            &[ChangeAlarmSource],
            |house, _| Box::pin(async { of_source(house, "token", Value::Null).await }),
        )
        .refuses(NOT_ADMINISTRATORS),
        case(
            "DELETE /api/alarm-sources/{id}/token",
            Who::Administrator,
            204,
            &[ChangeAlarmSource],
            |house, _| Box::pin(async { of_source(house, "token", Value::Null).await }),
        )
        .refuses(NOT_ADMINISTRATORS),
        case(
            "POST /api/alarm-sources/{id}/retire",
            Who::Administrator,
            204,
            &[ChangeAlarmSource],
            |house, _| Box::pin(async { of_source(house, "retire", Value::Null).await }),
        )
        .refuses(NOT_ADMINISTRATORS),
        case("PUT /api/alarm-terms", Who::Administrator, 204, &[ChangeAlarmTerm], |house, _| {
            Box::pin(async {
                with("/api/alarm-terms", json!({ "unit_id": house.unit.to_string(), "term_s": 60 }))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
    ]
}

fn events() -> Vec<Case> {
    use Act::{AcknowledgeAlarm, CloseAlarm, EscalateAlarm, ReadAlarms, ReceiveEvent};
    vec![
        case("POST /api/events", Who::Administrator, 201, &[ReceiveEvent], |house, _| {
            Box::pin(async {
                let id = source(house).await;
                with(
                    "/api/events",
                    json!({ "id": "1", "kind": "help", "source_id": id, "happened_ms": 1_000 }),
                )
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/alarms", Who::Viewer, 200, &[ReadAlarms], |_, _| {
            Box::pin(async { get("/api/alarms?state=alarms") })
        })
        .refuses(&[Who::NoPost]),
        case("GET /api/alarms/{id}", Who::Auditor, 200, &[ReadAlarms], |house, _| {
            Box::pin(async { get(format!("/api/alarms/{}", alarm(house).await)) })
        })
        .refuses(&[Who::NoPost]),
        case("POST /api/alarms/{id}/acknowledge", Who::Viewer, 200, &[AcknowledgeAlarm], |house, _| {
            Box::pin(async { of_alarm(house, "acknowledge", Value::Null).await })
        })
        .refuses(&[Who::Administrator, Who::Auditor, Who::OtherOperator, Who::NoPost]),
        case("POST /api/alarms/{id}/escalate", Who::Operator, 200, &[EscalateAlarm], |house, _| {
            Box::pin(async {
                of_alarm(house, "escalate", json!({ "to": "administrator", "reason": "需要增援" })).await
            })
        })
        .refuses(STRANGERS),
        case("POST /api/alarms/{id}/close", Who::Operator, 200, &[CloseAlarm], |house, _| {
            Box::pin(async {
                let operator = Who::Operator.sign_in(house).await;
                let id = alarm(house).await;
                let path = format!("/api/alarms/{id}/acknowledge");
                assert_eq!(house.post(&path, &operator.cookie, json!({})).await.status, 200);
                with(format!("/api/alarms/{id}/close"), json!({ "outcome": "false", "words": "误报" }))
            })
        })
        .refuses(&[Who::Administrator, Who::Auditor, Who::OtherAdministrator, Who::NoPost]),
    ]
}
