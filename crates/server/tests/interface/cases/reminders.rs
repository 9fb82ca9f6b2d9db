//! What the operations on reminders must do.

use super::{Case, NO_HEALTH, NOT_ADMINISTRATORS, Who, case, get, with};
use crate::house::{Caller, House};
use axum::http::Method;
use model::{Act, Role};
use serde_json::{Value, json};

/// Whoever does not answer for the unit.
const NOT_ANSWERING: &[Who] = NOT_ADMINISTRATORS;

fn wish() -> Value {
    json!({ "hour": 8, "days": 30, "breaches": true, "mail": false, "address": "somebody@example.cn" })
}

fn server() -> Value {
    json!({
        "host": "mail.example.cn", "port": 587, "security": "starttls", "sender": "vms@example.cn", "username": "",
        "password": null,
    })
}

fn hook(house: &House) -> Value {
    json!({
        // Of this machine: nothing is sent there, and no test waits for a network.
        "unit_id": house.unit.to_string(), "name": "平台", "url": "https://localhost/", "hour": 8, "days": 30,
        "breaches": true,
    })
}

async fn administrator(house: &House) -> Caller {
    house.caller(Role::Administrator, house.unit).await
}

async fn webhook(house: &House) -> String {
    let caller = administrator(house).await;
    // A unit has few; each case takes away the last.
    let listed = house.get("/api/reminder-channels", &caller.cookie).await.json();
    for one in listed["webhooks"].as_array().unwrap() {
        let path = format!("/api/webhooks/{}", one["id"].as_str().unwrap());
        house.send(&house.router, Method::DELETE, &path, Some(&caller.cookie), None).await;
    }
    let added = house.post("/api/webhooks", &caller.cookie, hook(house)).await.json();
    added["id"].as_str().unwrap().to_owned()
}

async fn put(house: &House, caller: &Caller, path: &str, body: Value) {
    let answer = house.send(&house.router, Method::PUT, path, Some(&caller.cookie), Some(body)).await;
    assert_eq!(answer.status, 204, "{}", answer.json());
}

pub fn all() -> Vec<Case> {
    [own(), channels()].into_iter().flatten().collect()
}

fn own() -> Vec<Case> {
    use Act::SetReminders;
    vec![
        case("GET /api/me/reminders", Who::NoPost, 200, &[], |_, _| {
            Box::pin(async { get("/api/me/reminders") })
        }),
        case("PUT /api/me/reminders", Who::NoPost, 204, &[SetReminders], |_, _| {
            Box::pin(async { with("/api/me/reminders", wish()) })
        }),
        case("POST /api/me/reminders/read", Who::NoPost, 204, &[SetReminders], |_, _| {
            Box::pin(async { with("/api/me/reminders/read", json!({ "until_ms": 0 })) })
        }),
        case("POST /api/me/reminders/test", Who::NoPost, 200, &[SetReminders], |house, caller| {
            Box::pin(async {
                put(house, caller, "/api/me/reminders", wish()).await;
                get("/api/me/reminders/test")
            })
        }),
    ]
}

fn channels() -> Vec<Case> {
    use Act::{ChangeMailServer, ChangeWebhook, ReadHealth};
    vec![
        case("GET /api/reminder-channels", Who::Auditor, 200, &[ReadHealth], |_, _| {
            Box::pin(async { get("/api/reminder-channels") })
        })
        .refuses(NO_HEALTH),
        case("PUT /api/reminder-channels/mail", Who::Administrator, 204, &[ChangeMailServer], |_, _| {
            Box::pin(async { with("/api/reminder-channels/mail", server()) })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::Manager, Who::NoPost]),
        case(
            "DELETE /api/reminder-channels/mail",
            Who::Administrator,
            204,
            &[ChangeMailServer],
            |house, _| {
                Box::pin(async {
                    let caller = administrator(house).await;
                    put(house, &caller, "/api/reminder-channels/mail", server()).await;
                    get("/api/reminder-channels/mail")
                })
            },
        )
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::Manager, Who::NoPost]),
        case("POST /api/webhooks", Who::Manager, 201, &[ChangeWebhook], |house, _| {
            Box::pin(async { with("/api/webhooks", hook(house)) })
        })
        .refuses(NOT_ANSWERING),
        case("DELETE /api/webhooks/{id}", Who::Administrator, 204, &[ChangeWebhook], |house, _| {
            Box::pin(async { get(format!("/api/webhooks/{}", webhook(house).await)) })
        })
        .refuses(NOT_ANSWERING),
        case("POST /api/webhooks/{id}/secret", Who::Manager, 200, &[ChangeWebhook], |house, _| {
            Box::pin(async { get(format!("/api/webhooks/{}/secret", webhook(house).await)) })
        })
        .refuses(NOT_ANSWERING),
        case("POST /api/webhooks/{id}/test", Who::Manager, 200, &[ChangeWebhook], |house, _| {
            Box::pin(async { get(format!("/api/webhooks/{}/test", webhook(house).await)) })
        })
        .refuses(NOT_ANSWERING),
    ]
}
