//! What questions from the access log, one's own record, and the asking who may do what must do.

use super::{Case, NOT_AUDITORS, Who, case, get, with};
use crate::{
    house::{Caller, House},
    watching::question_about,
};
use axum::http::Method;
use model::{Act, Role};
use serde_json::json;

/// A question about a fresh viewer.
async fn asked(house: &House) -> String {
    let viewer = house.caller(Role::Viewer, house.unit).await;
    question_about(house, &viewer).await
}

fn limit(house: &House) -> super::Ask {
    let body = json!({
        "unit_id": house.unit.to_string(), "rule": "refused_in_a_row", "value": 5, "reason": "as before",
    });
    with("/api/questions/limits", body)
}

/// Whoever is neither an auditor nor an administrator of the unit.
const NOT_SUPERVISORS: &[Who] = &[Who::Viewer, Who::Operator, Who::OtherAdministrator, Who::NoPost];

pub fn all() -> Vec<Case> {
    vec![
        case("GET /api/me/record", Who::NoPost, 200, &[Act::ReadLedger], |_, _| {
            Box::pin(async { get("/api/me/record") })
        }),
        case("GET /api/questions", Who::Auditor, 200, &[Act::ReadQuestions], |_, _| {
            Box::pin(async { get("/api/questions?open=true") })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::NoPost]),
        case(
            "POST /api/questions/{id}/explanation",
            Who::Viewer,
            200,
            &[Act::ExplainQuestion],
            |house: &House, caller: &Caller| {
                Box::pin(async {
                    let id = question_about(house, caller).await;
                    with(
                        format!("/api/questions/{id}/explanation"),
                        json!({ "explanation": "I had no post yet" }),
                    )
                })
            },
        )
        .refuses(&[Who::Viewer, Who::Auditor, Who::Administrator, Who::NoPost]),
        case("POST /api/questions/{id}/answer", Who::Auditor, 200, &[Act::AnswerQuestion], |house, _| {
            Box::pin(async {
                let id = asked(house).await;
                let body = json!({ "conclusion": "in_order", "answer": "the post was given" });
                with(format!("/api/questions/{id}/answer"), body)
            })
        })
        .refuses(NOT_AUDITORS),
        case("GET /api/questions/limits", Who::Auditor, 200, &[Act::ReadQuestions], |house, _| {
            Box::pin(async { get(format!("/api/questions/limits?unit={}", house.unit)) })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::NoPost]),
        case(
            "PUT /api/questions/limits",
            Who::Auditor,
            200,
            &[Act::ChangeWatching, Act::ReadQuestions],
            |house, _| Box::pin(async { limit(house) }),
        )
        .refuses(NOT_AUDITORS),
        case("GET /api/policy/cameras/{id}", Who::Administrator, 200, &[Act::ExplorePolicy], |house, _| {
            Box::pin(async { get(format!("/api/policy/cameras/{}", house.cameras[0])) })
        })
        .refuses(NOT_SUPERVISORS),
        case("GET /api/policy/people/{id}", Who::Auditor, 200, &[Act::ExplorePolicy], |house, _| {
            Box::pin(async {
                let person = house.caller(Role::Viewer, house.unit).await.person;
                get(format!("/api/policy/people/{person}?unit={}", house.unit))
            })
        })
        .refuses(NOT_SUPERVISORS),
    ]
}

/// The way of a request with a body that is not posted.
pub async fn put(
    house: &House,
    path: &str,
    caller: &Caller,
    body: serde_json::Value,
) -> crate::house::Answer {
    house.send(&house.router, Method::PUT, path, Some(&caller.cookie), Some(body)).await
}
