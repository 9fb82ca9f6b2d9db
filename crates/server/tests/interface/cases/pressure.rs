//! What reports of pressure must do.

use super::{Case, NOT_AUDITORS, Who, case, get, with};
use crate::house::{Caller, House};
use model::{Act, Role};
use serde_json::{Value, json};

fn body(house: &House) -> Value {
    json!({ "unit_id": house.unit.to_string(), "what": "delete", "by_whom": "a superior", "account": "the tape of Sunday" })
}

/// A report of somebody else.
async fn reported(house: &House, _: &Caller) -> String {
    let viewer = house.caller(Role::Viewer, house.unit).await;
    let answer = house.post("/api/pressure", &viewer.cookie, body(house)).await;
    answer.json()["id"].as_str().unwrap().to_owned()
}

pub fn all() -> Vec<Case> {
    vec![
        case("POST /api/pressure", Who::Viewer, 201, &[Act::ReportPressure], |house, _| {
            Box::pin(async { with("/api/pressure", body(house)) })
        })
        .refuses(&[Who::OtherOperator, Who::OtherAdministrator, Who::NoPost]),
        case("GET /api/pressure", Who::Viewer, 200, &[Act::ReadPressure], |_, _| {
            Box::pin(async { get("/api/pressure") })
        })
        .refuses(&[Who::NoPost]),
        case("POST /api/pressure/{id}/outcome", Who::Auditor, 200, &[Act::ClosePressure], |house, caller| {
            Box::pin(async {
                let path = format!("/api/pressure/{}/outcome", reported(house, caller).await);
                with(path, json!({ "outcome": "looked into", "passed_to": "" }))
            })
        })
        .refuses(NOT_AUDITORS),
    ]
}
