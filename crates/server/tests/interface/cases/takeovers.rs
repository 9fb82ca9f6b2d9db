//! What the operations on takeovers of control must do.

use super::{Case, NOT_ADMINISTRATORS, Who, case, get, with};
use crate::{house::House, levels::paper};
use model::{Act, GroupId};
use serde_json::{Value, json};
use store::system_cx;

/// A takeover of a group of its own, so that the other operations keep their cameras.
async fn order(house: &House) -> Value {
    let cx = system_cx("demo", house.app.now());
    let name = format!("接管 {}", paper(house).await);
    let group: GroupId = house.app.registry().create_group(&cx, house.unit, &name[..24], None).await.unwrap();
    let officer = house.caller_without_post().await;
    json!({
        "unit_id": house.unit.to_string(), "group_id": group.to_string(), "organ": "public_security",
        "organ_name": "市公安局", "order_document_id": crate::takeovers::decision(house).await.to_string(), "reason": "执法需要",
        "officer_ids": [officer.person.to_string()], "until_ms": house.app.now().as_ms() + 3_600_000,
    })
}

pub fn all() -> Vec<Case> {
    vec![
        case("GET /api/takeovers", Who::Viewer, 200, &[Act::ReadRegistry], |_, _| {
            Box::pin(async { get("/api/takeovers") })
        })
        .refuses(&[Who::NoPost]),
        case("POST /api/takeovers", Who::Administrator, 201, &[Act::BeginTakeover], |house, _| {
            Box::pin(async { with("/api/takeovers", order(house).await) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/takeovers/{id}/end", Who::Administrator, 200, &[Act::EndTakeover], |house, _| {
            Box::pin(async {
                let administrator = Who::Administrator.sign_in(house).await;
                let begun =
                    house.post("/api/takeovers", &administrator.cookie, order(house).await).await.json();
                let path = format!("/api/takeovers/{}/end", begun["id"].as_str().unwrap());
                with(path, json!({ "reason": "任务结束" }))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
    ]
}
