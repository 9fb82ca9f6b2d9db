//! What the operations on the register of cases must do.

use super::{Case, NOT_ADMINISTRATORS, Who, case, get, with};
use crate::{case_files::opened, house::House};
use model::{Act, Role};
use serde_json::{Value, json};

const NOT_KEEPING: &[Who] = &[Who::Viewer, Who::Auditor, Who::OtherOperator, Who::NoPost];

fn body(house: &House) -> Value {
    json!({
        "unit_id": house.unit.to_string(), "kind": "incident", "title": "江边争执",
        "number": uuid::Uuid::now_v7().to_string(),
    })
}

/// A case that somebody else opened.
async fn waiting(house: &House) -> String {
    let operator = house.caller(Role::Operator, house.unit).await;
    opened(house, &operator, body(house)).await
}

pub fn all() -> Vec<Case> {
    vec![
        case("GET /api/cases", Who::Viewer, 200, &[Act::ReadCases], |_, _| {
            Box::pin(async { get("/api/cases") })
        })
        .refuses(&[Who::NoPost]),
        case("POST /api/cases", Who::Operator, 201, &[Act::OpenCase], |house, _| {
            Box::pin(async { with("/api/cases", body(house)) })
        })
        .refuses(NOT_KEEPING),
        case("POST /api/cases/{id}/confirm", Who::Administrator, 200, &[Act::ConfirmCase], |house, _| {
            Box::pin(async { get(format!("/api/cases/{}/confirm", waiting(house).await)) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/cases/{id}/close", Who::Operator, 200, &[Act::CloseCase], |house, _| {
            Box::pin(async {
                let path = format!("/api/cases/{}/close", waiting(house).await);
                with(path, json!({ "reason": "已了结" }))
            })
        })
        .refuses(NOT_KEEPING),
    ]
}
