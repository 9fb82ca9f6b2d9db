//! What tables in and out, tracing a found file, and changes of many, must do.

use super::{Case, NOT_ADMINISTRATORS, Who, case, get, with};
use crate::house::{Caller, House};
use crate::imports::upload;
use model::Act;
use serde_json::{Value, json};

/// A dry run without a problem.
async fn run(house: &House, caller: &Caller) -> Value {
    let table = format!("标题,种类\n合同 {},contract\n", house.entry_count().await);
    upload(house, caller, "document", &table).await.json()
}

pub fn all() -> Vec<Case> {
    const READ: &[Act] = &[Act::ReadRegistry];
    const NOBODY: &[Who] = &[Who::NoPost];
    vec![
        case("POST /api/imports", Who::Administrator, 200, &[Act::ImportRecords], |house, _| {
            Box::pin(async { with(format!("/api/imports?kind=document&unit={}", house.unit), json!({})) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/imports/{id}", Who::Administrator, 200, READ, |house, caller| {
            Box::pin(async { get(format!("/api/imports/{}", run(house, caller).await["id"].as_str().unwrap())) })
        })
        .refuses(NOBODY),
        case("GET /api/imports/{id}/report", Who::Administrator, 200, READ, |house, caller| {
            Box::pin(async {
                get(format!("/api/imports/{}/report", run(house, caller).await["id"].as_str().unwrap()))
            })
        })
        .refuses(NOBODY),
        case("POST /api/imports/{id}/apply", Who::Administrator, 200, &[Act::ImportRecords], |house, caller| {
            Box::pin(async {
                let run = run(house, caller).await;
                let path = format!("/api/imports/{}/apply", run["id"].as_str().unwrap());
                with(path, json!({ "hash": run["hash"] }))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/tables/{kind}", Who::Administrator, 200, &[Act::ReadBasicData], |_, _| {
            Box::pin(async { get("/api/tables/camera?reason=audit") })
        })
        .refuses(NOBODY),
        case("GET /api/tables/{kind}/template", Who::Viewer, 200, READ, |_, _| {
            Box::pin(async { get("/api/tables/camera/template") })
        })
        .refuses(NOBODY),
        case("POST /api/trace", Who::Auditor, 200, &[Act::TraceCopy, Act::TraceCopy], |_, _| {
            Box::pin(async { with("/api/trace?name=a.mp4&reason=found", json!({})) })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Administrator, Who::OtherOperator, Who::NoPost]),
        case("POST /api/bulk", Who::Administrator, 200, &[Act::ChangeMany], |house, _| {
            let body = json!({
                "kind": "camera", "selection": { "ids": [house.cameras[0].to_string()] }, "set": { "camera_level": 2 },
            });
            Box::pin(async { with("/api/bulk", body) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/bulk/credentials", Who::Administrator, 200, &[Act::RotateCredentials], |house, _| {
            Box::pin(async {
                let camera = house.camera("fort", "rtsp://127.0.0.1:1/main").await;
                let selection = json!({ "ids": [camera.to_string()] });
                let body = json!({ "selection": selection, "username": "admin", "password": "geheim" });
                with("/api/bulk/credentials", body)
            })
        })
        .refuses(NOT_ADMINISTRATORS),
    ]
}
