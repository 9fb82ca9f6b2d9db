//! What the operations on people, and on how each stands, must do.

use super::{Case, NO_HEALTH, NOT_ADMINISTRATORS, Who, case, get, with};
use crate::house::{House, PASSWORD};
use law::access::Post;
use model::{Act, PersonId, Personal, Role, Secret};
use serde_json::{Value, json};
use store::{NewPerson, system_cx};

/// Whoever keeps no people of the unit.
const NOT_KEEPERS: &[Who] = &[Who::Viewer, Who::Operator, Who::Auditor, Who::OtherAdministrator, Who::NoPost];

async fn somebody(house: &House) -> PersonId {
    house.caller(Role::Viewer, house.unit).await.person
}

/// Somebody whose account nobody has used for a hundred days.
async fn sleeper(house: &House) -> PersonId {
    let new = NewPerson {
        account: format!("sleeper{}", house.entry_count().await),
        name: Personal::new("休眠者".to_owned()),
        language: "zh".to_owned(),
        posts: vec![Post { role: Role::Viewer, unit: house.unit, group: None }],
        password: Some(Secret::new(PASSWORD.to_owned())),
        password_stays: true,
    };
    let then = house.app.now().plus_us(-100 * 86_400_000_000);
    house.app.registry().create_person(&system_cx("demo", then), new).await.unwrap().0
}

fn training(house: &House) -> Value {
    let now = house.app.now().as_ms();
    json!({
        "kind": "certificate", "issuer": "市公安局", "number": "2026-17",
        "valid_from_ms": now - 86_400_000, "valid_until_ms": now + 86_400_000,
    })
}

pub fn all() -> Vec<Case> {
    let mut all = accounts();
    all.extend(standing());
    all
}

fn accounts() -> Vec<Case> {
    use Act::{ChangePerson, ReadRegistry};
    vec![
        case("GET /api/people", Who::Administrator, 200, &[ReadRegistry], |_, _| {
            Box::pin(async { get("/api/people") })
        })
        .refuses(&[Who::NoPost]),
        case("POST /api/people", Who::Administrator, 201, &[ChangePerson, ReadRegistry], |house, _| {
            let posts = json!([{ "role": "viewer", "unit_id": house.unit.to_string() }]);
            let body = json!({ "account": "newcomer", "name": "新人", "posts": posts });
            Box::pin(async { with("/api/people", body) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("PATCH /api/people/{id}", Who::Administrator, 200, &[ChangePerson, ReadRegistry], |house, _| {
            Box::pin(async {
                let person = house.caller(Role::Viewer, house.unit).await.person;
                with(format!("/api/people/{person}"), json!({ "suspended": true }))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/people/{id}/reset", Who::Administrator, 200, &[ChangePerson], |house, _| {
            Box::pin(async {
                let person = house.caller(Role::Viewer, house.unit).await.person;
                get(format!("/api/people/{person}/reset"))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
    ]
}

fn standing() -> Vec<Case> {
    const TRAINING: &[Act] = &[Act::EnterTraining, Act::ReadRegistry];
    const REVOKED: &[Act] = &[Act::RevokeTraining, Act::ReadRegistry];
    vec![
        case("GET /api/people/{id}/standing", Who::Manager, 200, &[Act::ReadRegistry], |house, _| {
            Box::pin(async { get(format!("/api/people/{}/standing", somebody(house).await)) })
        })
        .refuses(&[Who::NoPost]),
        case("POST /api/people/{id}/trainings", Who::Manager, 200, TRAINING, |house, _| {
            Box::pin(async {
                with(format!("/api/people/{}/trainings", somebody(house).await), training(house))
            })
        })
        .refuses(NOT_KEEPERS),
        case("POST /api/people/{id}/trainings/{training}/revoke", Who::Manager, 200, REVOKED, |house, _| {
            Box::pin(async {
                let person = somebody(house).await;
                let cx = system_cx("demo", house.app.now());
                let training = house.app.registry().trainings(&cx, person).await.unwrap()[0].id;
                let body = json!({ "reason": "证书系伪造" });
                with(format!("/api/people/{person}/trainings/{training}/revoke"), body)
            })
        })
        .refuses(NOT_KEEPERS),
        case(
            "POST /api/people/{id}/vetting",
            Who::Administrator,
            200,
            &[Act::VetPerson, Act::ReadRegistry],
            |house, _| {
                Box::pin(async {
                    let now = house.app.now().as_ms();
                    let body = json!({ "by_whom": "派出所", "at_ms": now - 1_000, "passed": true });
                    with(format!("/api/people/{}/vetting", somebody(house).await), body)
                })
            },
        )
        .refuses(NOT_KEEPERS),
        case(
            "POST /api/people/{id}/term",
            Who::Administrator,
            200,
            &[Act::ChangeTerm, Act::ReadRegistry],
            |house, _| {
                Box::pin(async {
                    let body = json!({ "valid_until_ms": house.app.now().as_ms() + 86_400_000 });
                    with(format!("/api/people/{}/term", somebody(house).await), body)
                })
            },
        )
        .refuses(NOT_KEEPERS),
        case(
            "POST /api/people/{id}/reactivate",
            Who::Manager,
            200,
            &[Act::Reactivate, Act::ReadRegistry],
            |house, _| {
                Box::pin(async {
                    let body = json!({ "reason": "休假回来" });
                    with(format!("/api/people/{}/reactivate", sleeper(house).await), body)
                })
            },
        )
        .refuses(NOT_KEEPERS),
        case(
            "POST /api/people/{id}/leave",
            Who::Manager,
            200,
            &[Act::Leave, Act::ReadRegistry],
            |house, _| {
                Box::pin(async { with(format!("/api/people/{}/leave", somebody(house).await), json!({})) })
            },
        )
        .refuses(NOT_KEEPERS),
        case(
            "POST /api/people/{id}/confirm",
            Who::Manager,
            200,
            &[Act::ConfirmPosts, Act::ReadRegistry],
            |house, _| {
                Box::pin(async {
                    let body = json!({ "note": "岗位未变" });
                    with(format!("/api/people/{}/confirm", somebody(house).await), body)
                })
            },
        )
        .refuses(NOT_KEEPERS),
        case("GET /api/people/{id}/sessions", Who::Administrator, 200, &[Act::ReadRegistry], |house, _| {
            Box::pin(async { get(format!("/api/people/{}/sessions", somebody(house).await)) })
        })
        .refuses(&[Who::NoPost]),
        case(
            "DELETE /api/people/{id}/sessions/{session}",
            Who::Administrator,
            204,
            &[Act::ChangePerson],
            |house, _| {
                Box::pin(async {
                    let other = house.caller(Role::Viewer, house.unit).await;
                    get(format!("/api/people/{}/sessions/{}", other.person, other.session))
                })
            },
        )
        .refuses(NOT_ADMINISTRATORS),
        case("PUT /api/people/rules", Who::Manager, 200, &[Act::ChangeAccountRules], |_, _| {
            Box::pin(async { with("/api/people/rules", json!({ "dormant_days": 60, "confirm_days": 365 })) })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::NoPost]),
        case("GET /api/ledger/term", Who::Auditor, 200, &[Act::ReadHealth], |_, _| {
            Box::pin(async { get("/api/ledger/term") })
        })
        .refuses(NO_HEALTH),
        case("PUT /api/ledger/term", Who::Administrator, 200, &[Act::ChangeRecordTerm], |_, _| {
            Box::pin(async {
                with("/api/ledger/term", json!({ "days": 1_500, "reason": "保存期限评估" }))
            })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::Manager, Who::NoPost]),
    ]
}
