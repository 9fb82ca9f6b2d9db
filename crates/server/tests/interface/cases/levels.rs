//! What the operations on levels of clips must do.

use super::{Case, NOT_ADMINISTRATORS, Who, case, get, with};
use crate::{house::House, levels};
use model::Act;
use serde_json::json;

const NOT_LOOKING_BACK: &[Who] = &[Who::Viewer, Who::Auditor, Who::OtherOperator, Who::NoPost];

/// A camera of its own, so that nothing of it is raised for the other operations.
async fn camera(house: &House) -> String {
    let camera = house.camera("密级", "rtsp://192.0.2.1/main").await;
    format!("/api/cameras/{camera}/levels")
}

fn raising(house: &House) -> serde_json::Value {
    let now = house.app.now().as_ms();
    json!({ "level": 2, "from_ms": now - 60_000, "to_ms": now, "reason": "涉及未成年人" })
}

pub fn all() -> Vec<Case> {
    const TIMELINE: &[Act] = &[Act::ReadTimeline];
    vec![
        case("GET /api/cameras/{id}/levels", Who::Operator, 200, TIMELINE, |house, _| {
            Box::pin(async { get(camera(house).await) })
        })
        .refuses(&[Who::Viewer, Who::OtherOperator, Who::NoPost]),
        case("GET /api/cameras/{id}/four-eyes", Who::Operator, 200, TIMELINE, |house, _| {
            Box::pin(async { get(camera(house).await.replace("/levels", "/four-eyes")) })
        })
        .refuses(&[Who::Viewer, Who::OtherOperator, Who::NoPost]),
        case("POST /api/cameras/{id}/levels", Who::Operator, 201, &[Act::RaiseClipLevel], |house, _| {
            Box::pin(async { with(camera(house).await, raising(house)) })
        })
        .refuses(NOT_LOOKING_BACK),
        case(
            "POST /api/cameras/{id}/levels/{entry}/lower",
            Who::Administrator,
            200,
            &[Act::LowerClipLevel],
            |house, _| {
                Box::pin(async {
                    let operator = Who::Operator.sign_in(house).await;
                    let path = camera(house).await;
                    let raised = house.post(&path, &operator.cookie, raising(house)).await.json();
                    let paper = levels::paper(house).await.to_string();
                    let body = json!({ "reason": "已无必要", "document_id": paper });
                    with(format!("{path}/{}/lower", raised["levels"][0]["entry"]["index"]), body)
                })
            },
        )
        .refuses(NOT_ADMINISTRATORS),
    ]
}
