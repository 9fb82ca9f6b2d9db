//! What the operations on cameras that turn, and on layouts of posts, must do.

use super::{Case, NOT_ADMINISTRATORS, NOT_OPERATORS, Who, case, get, with};
use crate::{
    house::{Caller, House},
    ptz::{control, duty, rules, turning},
};
use model::Act;
use serde_json::json;

async fn controlled(house: &House, caller: &Caller, what: &str) -> String {
    let camera = turning(house, rules()).await;
    format!("/api/ptz/{}/{what}", control(house, caller, camera).await)
}

pub fn all() -> Vec<Case> {
    const READ: &[Act] = &[Act::ReadRegistry];
    vec![
        case("GET /api/cameras/{id}/ptz", Who::Viewer, 200, READ, |house, _| {
            Box::pin(async { get(format!("/api/cameras/{}/ptz", turning(house, rules()).await)) })
        })
        .refuses(&[Who::OtherOperator, Who::NoPost]),
        case("PUT /api/cameras/{id}/ptz", Who::Administrator, 200, &[Act::ChangePtz], |house, _| {
            Box::pin(async {
                let camera = turning(house, rules()).await;
                let home = json!({ "pan_cdeg": 0, "tilt_cdeg": 0, "zoom_percent": 100 });
                let rules = json!({ "driver": "simulated", "home": home, "away_s": 60 });
                with(format!("/api/cameras/{camera}/ptz"), json!({ "rules": rules }))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/cameras/{id}/ptz/control", Who::Operator, 201, &[Act::Ptz], |house, _| {
            Box::pin(async {
                with(format!("/api/cameras/{}/ptz/control", turning(house, rules()).await), duty())
            })
        })
        .refuses(NOT_OPERATORS),
        case("POST /api/ptz/{id}/move", Who::Operator, 200, &[], |house, caller| {
            Box::pin(async {
                with(controlled(house, caller, "move").await, json!({ "act": "preset", "preset": 0 }))
            })
        })
        .hidden_from(NOT_OPERATORS),
        case("POST /api/ptz/{id}/lock", Who::Operator, 201, &[Act::Ptz], |house, caller| {
            Box::pin(async {
                let until_ms = house.app.now().as_ms() + 60_000;
                let body = json!({ "until_ms": until_ms, "reason": "跟踪" });
                with(controlled(house, caller, "lock").await, body)
            })
        })
        .hidden_from(NOT_OPERATORS),
        case("POST /api/ptz/{id}/release", Who::Operator, 204, &[Act::EndPtz], |house, caller| {
            Box::pin(async { get(controlled(house, caller, "release").await) })
        })
        .hidden_from(NOT_OPERATORS),
        case("PUT /api/layouts/{id}/post", Who::Administrator, 200, &[Act::BindLayout], |house, caller| {
            Box::pin(async {
                let body = json!({ "name": "岗位", "grid": 1, "tiles": [], "shared": true });
                let layout = house.post("/api/layouts", &caller.cookie, body).await.json();
                let post = json!({ "unit_id": house.unit.to_string(), "role": "viewer" });
                with(format!("/api/layouts/{}/post", layout["id"].as_str().unwrap()), json!({ "post": post }))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
    ]
}
