//! What the operations on requests for footage must do.

use super::{Case, NOT_ADMINISTRATORS, Who, case, get, with};
use crate::{
    clips::clip,
    grants::{asked, request},
    house::{Caller, House},
};
use model::Act;
use serde_json::json;

/// A request of somebody else, and a path below it.
async fn waiting(house: &House, act: &str) -> String {
    let operator = Who::Operator.sign_in(house).await;
    format!("/api/grants/{}/{act}", asked(house, &operator, request(house)).await)
}

/// The same once it was approved.
async fn granted(house: &House, _: &Caller) -> String {
    let path = waiting(house, "revoke").await;
    let administrator = Who::Administrator.sign_in(house).await;
    let approve = path.replace("revoke", "approve");
    house.post(&approve, &administrator.cookie, json!({ "reason": "同意" })).await;
    path
}

pub fn all() -> Vec<Case> {
    vec![
        case("GET /api/grants", Who::Viewer, 200, &[Act::ReadGrants], |_, _| {
            Box::pin(async { get("/api/grants") })
        })
        .refuses(&[Who::NoPost]),
        case("POST /api/grants", Who::Operator, 201, &[Act::AskGrant], |house, _| {
            Box::pin(async { with("/api/grants", request(house)) })
        })
        .refuses(&[Who::Administrator, Who::Auditor, Who::OtherOperator, Who::NoPost]),
        case("POST /api/grants/{id}/approve", Who::Administrator, 200, &[Act::ApproveGrant], |house, _| {
            Box::pin(async { with(waiting(house, "approve").await, json!({ "reason": "同意" })) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/grants/{id}/decline", Who::Administrator, 200, &[Act::DeclineGrant], |house, _| {
            Box::pin(async { with(waiting(house, "decline").await, json!({ "reason": "理由不足" })) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case(
            "POST /api/grants/{id}/revoke",
            Who::Administrator,
            200,
            &[Act::RevokeGrant],
            |house, caller| {
                Box::pin(async { with(granted(house, caller).await, json!({ "reason": "已无必要" })) })
            },
        )
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/clips", Who::Operator, 201, &[Act::ShareClip], |house, _| {
            Box::pin(async { with("/api/clips", clip(house, &Who::Operator.sign_in(house).await)) })
        })
        .refuses(&[Who::Viewer, Who::Administrator, Who::Auditor, Who::OtherOperator, Who::NoPost]),
        case("GET /api/clips/colleagues", Who::Operator, 200, &[Act::ReadColleagues], |house, _| {
            Box::pin(async { get(format!("/api/clips/colleagues?cameras={}", house.cameras[0])) })
        })
        .refuses(&[Who::Viewer, Who::Administrator, Who::Auditor, Who::OtherOperator, Who::NoPost]),
        case("PUT /api/units/{id}/four-eyes", Who::Administrator, 200, &[Act::SetFourEyes], |house, _| {
            let path = format!("/api/units/{}/four-eyes", house.unit);
            // Left off: the other operations look at recorded footage.
            Box::pin(async { with(path, json!({ "four_eyes": false, "reason": "按规定" })) })
        })
        .refuses(NOT_ADMINISTRATORS),
    ]
}
