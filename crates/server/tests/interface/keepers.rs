//! Whose accounts an administrator reaches: every route that acts on another's account, tried on accounts of authorities and contractors
//! by those who run another unit. Nothing may change, and the account's own keeper may do it.

use crate::{
    house::{Caller, House},
    portal::{accrediting, requester},
    supervision::Area,
};
use axum::http::Method;
use law::access::Post;
use law::register::RecordKind;
use model::{Role, UnitId};
use serde_json::{Value, json};
use server::http;
use store::system_cx;

const DAY_MS: i64 = 86_400_000;

/// Every operation that acts on an account of somebody else, and what is sent.
fn attacks(house: &House, victim: &Caller) -> Vec<(&'static str, String, Value)> {
    let (now_ms, person) = (house.app.now().as_ms(), victim.person);
    let of = |what: &str| format!("/api/people/{person}{what}");
    let training = json!({
        "kind": "certificate", "issuer": "市公安局", "by_public_security": true, "valid_from_ms": now_ms,
        "valid_until_ms": now_ms + 30 * DAY_MS,
    });
    let vetting = json!({ "by_whom": "派出所", "at_ms": now_ms - 1_000, "passed": false });
    let none = uuid::Uuid::nil();
    vec![
        ("PATCH /api/people/{id}", of(""), json!({ "suspended": true })),
        ("PATCH /api/people/{id}", of(""), json!({ "name": "别人" })),
        (
            "PATCH /api/people/{id}",
            of(""),
            json!({ "posts": [{ "role": "viewer", "unit_id": house.other_unit.to_string() }] }),
        ),
        ("PATCH /api/people/{id}", of(""), json!({ "posts": [] })),
        ("POST /api/people/{id}/reset", of("/reset"), json!({})),
        ("DELETE /api/people/{id}/passkeys", of("/passkeys"), Value::Null),
        ("GET /api/people/{id}/standing", of("/standing"), Value::Null),
        ("POST /api/people/{id}/trainings", of("/trainings"), training),
        (
            "POST /api/people/{id}/trainings/{training}/revoke",
            of(&format!("/trainings/{none}/revoke")),
            json!({ "reason": "证书系伪造" }),
        ),
        ("POST /api/people/{id}/vetting", of("/vetting"), vetting),
        ("POST /api/people/{id}/term", of("/term"), json!({ "valid_until_ms": now_ms + DAY_MS })),
        ("POST /api/people/{id}/reactivate", of("/reactivate"), json!({ "reason": "休假回来" })),
        ("POST /api/people/{id}/leave", of("/leave"), json!({ "note": "调离" })),
        ("POST /api/people/{id}/confirm", of("/confirm"), json!({ "note": "仍在岗" })),
        ("GET /api/people/{id}/sessions", of("/sessions"), Value::Null),
        ("GET /api/people/{id}/identities", of("/identities"), Value::Null),
        (
            "POST /api/people/{id}/identities/invitation",
            of("/identities/invitation"),
            json!({ "provider": "bureau" }),
        ),
        ("DELETE /api/people/{id}/identities/{identity}", of(&format!("/identities/{none}")), Value::Null),
        (
            "DELETE /api/people/{id}/sessions/{session}",
            of(&format!("/sessions/{}", victim.session)),
            Value::Null,
        ),
    ]
}

async fn sent(house: &House, who: &Caller, (operation, path, body): &(&str, String, Value)) -> (u16, String) {
    let method: Method = operation.split(' ').next().unwrap().parse().unwrap();
    let body = (!body.is_null()).then(|| body.clone());
    let answer = house.send(&house.router, method, path, Some(&who.cookie), body).await;
    (answer.status.as_u16(), if answer.status.is_success() { String::new() } else { answer.code() })
}

/// Everything about an account that an attack could change, as the machine sees it.
async fn account(house: &House, victim: &Caller) -> String {
    let cx = system_cx("demo", house.app.now());
    let one = house.app.registry().person(&cx, victim.person).await.unwrap();
    let words = (&one.suspended, &one.must_change_password, one.name.reveal(), &one.posts, &one.supervises);
    format!("{words:?} {:?}", one.standing)
}

/// A supervisor whom this administrator bound.
async fn supervisor_of(house: &House, keeper: &Caller, division: &str) -> (Caller, Area) {
    let area = Area::build(house, division).await;
    let caller = house.caller_without_post().await;
    let path = format!("/api/authorities/{}/supervisors/{}", area.authority, caller.person);
    let bound = house.send(&house.router, Method::PUT, &path, Some(&keeper.cookie), None).await;
    assert_eq!(bound.status, 204);
    (caller, area)
}

/// A contractor's person who may watch in the house's unit.
async fn contractor(house: &House, keeper: &Caller) -> Caller {
    let caller = house.caller(Role::Viewer, house.unit).await;
    let body = json!({ "name": "维护公司", "roles": ["maintenance"] }).as_object().cloned().unwrap();
    let cx = system_cx("demo", house.app.now());
    let firm =
        house.app.registry().add_record(&cx, RecordKind::Contractor, Some(house.unit), body).await.unwrap();
    let term =
        json!({ "valid_until_ms": house.app.now().as_ms() + 30 * DAY_MS, "contractor_id": firm.to_string() });
    let answer = house.post(&format!("/api/people/{}/term", caller.person), &keeper.cookie, term).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    caller
}

/// An account without a post that this administrator made.
async fn fresh(house: &House, keeper: &Caller) -> Caller {
    let body = json!({ "account": "newcomer", "name": "新人", "posts": [] });
    let made = house.post("/api/people", &keeper.cookie, body).await;
    assert_eq!(made.status, 201, "{}", made.json());
    let id = made.json()["person"]["id"].as_str().or(made.json()["id"].as_str()).unwrap().to_owned();
    Caller {
        person: id.parse().unwrap(),
        account: "newcomer".into(),
        session: keeper.session,
        cookie: String::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_of_another_unit_acts_on_an_authoritys_or_a_contractors_account() {
    let house = House::build().await;
    let keeper = house.caller(Role::Administrator, house.unit).await;
    let (officer, _) = supervisor_of(&house, &keeper, "440106").await;
    let victims = [
        ("a supervisor", officer),
        ("a requester", requester(&house).await),
        ("a contractor", contractor(&house, &keeper).await),
        ("a newcomer", fresh(&house, &keeper).await),
    ];
    let (administrator, manager) = (
        house.caller(Role::Administrator, house.other_unit).await,
        house.caller(Role::Manager, house.other_unit).await,
    );
    for (who, victim) in &victims {
        let before = account(&house, victim).await;
        for attack in attacks(&house, victim) {
            for attacker in [&administrator, &manager] {
                let (status, code) = sent(&house, attacker, &attack).await;
                let role =
                    if attacker.person == manager.person { "the manager" } else { "the administrator" };
                let shut = match status {
                    403 if role == "the manager" => matches!(code.as_str(), "other_unit" | "role"),
                    403 => code == "other_unit" || code == "role" && attack.0.contains("confirm"),
                    // Reading is like asking for nobody.
                    404 => attack.0.starts_with("GET"),
                    _ => false,
                };
                assert!(shut, "{who}: {role} with {}: {status} {code}", attack.0);
            }
        }
        assert_eq!(account(&house, victim).await, before, "{who}");
        if !victim.cookie.is_empty() {
            assert_eq!(house.get("/api/me", &victim.cookie).await.status, 200, "{who} is still signed in");
        }
        for attacker in [&administrator, &manager] {
            let all = house.get("/api/people", &attacker.cookie).await.json().to_string();
            assert!(!all.contains(&victim.person.to_string()), "{who} is on nobody else's list");
        }
        // Its own keeper sees it and may give it a password.
        let all = house.get("/api/people", &keeper.cookie).await.json().to_string();
        assert!(all.contains(&victim.person.to_string()), "{who}");
        let reset =
            house.post(&format!("/api/people/{}/reset", victim.person), &keeper.cookie, json!({})).await;
        assert_eq!(reset.status, 200, "{who}: {}", reset.json());
    }
    // No operation on another's account is left out.
    let document = http::document();
    let all = http::operations(&document);
    let of_people = all.iter().filter(|(_, path)| path.starts_with("/api/people/{id}"));
    let known: Vec<&str> = attacks(&house, &victims[0].1).iter().map(|(operation, ..)| *operation).collect();
    for (method, path) in of_people {
        let operation = format!("{method} {path}");
        assert!(known.contains(&operation.as_str()), "{operation} is tried on nobody");
    }
}

/// Binding somebody to an authority, or making them a requester, is no way to become the keeper of another unit's account.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_not_taken_by_binding_it() {
    let house = House::build().await;
    let keeper = house.caller(Role::Administrator, house.unit).await;
    let stranger = house.caller(Role::Administrator, house.other_unit).await;
    let (officer, area) = supervisor_of(&house, &keeper, "440106").await;
    let other = Area::build(&house, "440107").await;
    let newcomer = fresh(&house, &keeper).await;
    let bind = async |method: Method, area: &Area, who: &Caller, by: &Caller| {
        let path = format!("/api/authorities/{}/supervisors/{}", area.authority, who.person);
        let answer = house.send(&house.router, method, &path, Some(&by.cookie), None).await;
        (answer.status.as_u16(), if answer.status.is_success() { String::new() } else { answer.code() })
    };
    let shut = (403, "other_unit".to_owned());
    assert_eq!(bind(Method::PUT, &other, &officer, &stranger).await, shut, "bound elsewhere");
    assert_eq!(bind(Method::DELETE, &area, &officer, &stranger).await, shut, "released");
    assert_eq!(bind(Method::PUT, &other, &newcomer, &stranger).await, shut, "somebody else's newcomer");
    let body = json!({ "name": "工作证", "paper": "other" }).as_object().cloned().unwrap();
    let cx = system_cx("demo", house.app.now());
    let registry = house.app.registry();
    let paper = registry.add_record(&cx, RecordKind::Document, Some(house.other_unit), body).await.unwrap();
    let mut made = accrediting(&house, &newcomer).await;
    made["unit_id"] = json!(house.other_unit.to_string());
    made["credential_document_id"] = json!(paper.to_string());
    let answer = house.post("/api/requesters", &stranger.cookie, made).await;
    assert_eq!((answer.status.as_u16(), answer.code()), shut);
    // What its keeper does with it is theirs: another authority, and the end.
    assert_eq!(bind(Method::PUT, &other, &officer, &keeper).await.0, 204);
    assert_eq!(bind(Method::DELETE, &other, &officer, &keeper).await.0, 204);
    assert_eq!(bind(Method::PUT, &area, &officer, &stranger).await, shut, "released, it is still kept");
    // An authority's end by somebody of another unit hands nobody its supervisors.
    assert_eq!(bind(Method::PUT, &area, &officer, &keeper).await.0, 204);
    let path = format!("/api/authorities/{}/end", area.authority);
    assert_eq!(house.post(&path, &stranger.cookie, json!({ "reason": "机构撤并" })).await.status, 204);
    let reset =
        house.post(&format!("/api/people/{}/reset", officer.person), &stranger.cookie, json!({})).await;
    assert_eq!((reset.status.as_u16(), reset.code()), shut);
}

/// Bound at the machine, it is kept at the machine; somebody whose last post was taken away stays with the unit of that post.
#[tokio::test(flavor = "multi_thread")]
async fn what_no_unit_made_no_unit_keeps_and_a_last_post_leaves_its_unit() {
    let house = House::build().await;
    let (keeper, stranger) = (
        house.caller(Role::Administrator, house.unit).await,
        house.caller(Role::Administrator, house.other_unit).await,
    );
    let area = Area::build(&house, "440106").await;
    let officer = house.caller_without_post().await;
    let cx = system_cx("demo", house.app.now());
    let registry = house.app.registry();
    registry.bind_supervisor(&cx, area.authority, officer.person).await.unwrap();
    for attacker in [&keeper, &stranger] {
        let path = format!("/api/people/{}/reset", officer.person);
        let reset = house.post(&path, &attacker.cookie, json!({})).await;
        assert_eq!((reset.status.as_u16(), reset.code().as_str()), (403, "other_unit"), "{}", reset.json());
    }
    assert!(registry.reset_password(&cx, officer.person).await.is_ok(), "at the machine");
    // Posts in both units, then in none: whoever takes the last one keeps the account.
    let in_unit = |unit: UnitId| Post { role: Role::Viewer, unit, group: None };
    let person = house.person("mover", vec![in_unit(house.unit)]).await;
    let path = format!("/api/people/{person}");
    let none = json!({ "posts": [] });
    let taken = house.send(&house.router, Method::PATCH, &path, Some(&keeper.cookie), Some(none)).await;
    assert_eq!(taken.status, 200, "{}", taken.json());
    let reset =
        async |by: &Caller| house.post(&format!("{path}/reset"), &by.cookie, json!({})).await.status.as_u16();
    assert_eq!((reset(&stranger).await, reset(&keeper).await), (403, 200));
}
