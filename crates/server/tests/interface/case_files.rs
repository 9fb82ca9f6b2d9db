//! The register of cases over HTTP: which case opens secret footage to whom, who may confirm one, and that closing it ends what is
//! being looked at.

use crate::{
    cases::Who,
    house::{Answer, Caller, House},
};
use axum::http::StatusCode;
use law::access::Post;
use model::{Act, CameraId, Role};
use serde_json::{Value, json};
use store::{NewCamera, Reach, system_cx};

/// The id of a case that somebody opens.
pub async fn opened(house: &House, caller: &Caller, body: Value) -> String {
    let answer = house.post("/api/cases", &caller.cookie, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn body(house: &House) -> Value {
    json!({
        "unit_id": house.unit.to_string(), "kind": "authority", "number": uuid::Uuid::now_v7().to_string(),
        "title": "江边盗窃案", "authority": "示范市公安局",
    })
}

async fn confirm(house: &House, caller: &Caller, case: &str) -> Answer {
    house.post(&format!("/api/cases/{case}/confirm"), &caller.cookie, json!(null)).await
}

async fn close(house: &House, caller: &Caller, case: &str) -> Answer {
    house.post(&format!("/api/cases/{case}/close"), &caller.cookie, json!({ "reason": "已了结" })).await
}

/// A camera that needs a case.
async fn secret(house: &House) -> CameraId {
    let new = NewCamera {
        unit: house.unit,
        group: Some(house.group),
        name: "涉密".to_owned(),
        place: "滨江路 1 号".to_owned(),
        main_url: "rtsp://192.0.2.1/main".to_owned(),
        sub_url: None,
        credentials: None,
        reach: Reach::default(),
        security_level: 3,
        floor_days: None,
    };
    house.app.registry().create_camera(&system_cx("demo", house.app.now()), new).await.unwrap()
}

async fn look(house: &House, caller: &Caller, camera: CameraId, case: Option<&str>) -> Answer {
    let body = json!({
        "mode": "live", "cameras": [camera.to_string()], "purpose": "case", "legal_basis": "authority_request",
        "case": case, "note": "核查",
    });
    house.post("/api/views", &caller.cookie, body).await
}

/// What was done with a case before it is named.
#[derive(Clone, Copy, Debug)]
enum Named {
    Nothing,
    Invented,
    OpenedBySelf,
    OpenedByAnother,
    Confirmed,
    ConfirmedOwn,
    Closed,
    OfAnotherUnit,
    OfAnotherCamera,
    OfThisCamera,
}

async fn case_of(house: &House, operator: &Caller, camera: CameraId, named: Named) -> Option<String> {
    let administrator = Who::Administrator.sign_in(house).await;
    let another = Who::Operator.sign_in(house).await;
    let mut new = body(house);
    let opener = match named {
        Named::Nothing => return None,
        Named::Invented => return Some("0198c0de-0000-7000-8000-000000000001".to_owned()),
        Named::OpenedBySelf | Named::ConfirmedOwn => operator.clone(),
        Named::OfAnotherUnit => {
            new["unit_id"] = json!(house.other_unit.to_string());
            Who::OtherOperator.sign_in(house).await
        }
        _ => another,
    };
    match named {
        Named::OfAnotherCamera => new["cameras"] = json!([house.cameras[0].to_string()]),
        Named::OfThisCamera => new["cameras"] = json!([house.cameras[0].to_string(), camera.to_string()]),
        _ => {}
    }
    let case = opened(house, &opener, new).await;
    let confirmer = match named {
        Named::OpenedBySelf | Named::OpenedByAnother => return Some(case),
        Named::OfAnotherUnit => Who::OtherAdministrator.sign_in(house).await,
        _ => administrator,
    };
    let answer = confirm(house, &confirmer, &case).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    if matches!(named, Named::Closed) {
        assert_eq!(close(house, &confirmer, &case).await.status, StatusCode::OK);
    }
    Some(case)
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_footage_opens_with_a_registered_case_alone() {
    let house = House::build().await;
    let camera = secret(&house).await;
    let cases = [
        (Named::Nothing, "level_case"),
        (Named::Invented, "case_unknown"),
        (Named::OpenedBySelf, "case_self_made"),
        (Named::OpenedByAnother, "case_unconfirmed"),
        (Named::Confirmed, ""),
        (Named::ConfirmedOwn, ""),
        (Named::Closed, "case_closed"),
        (Named::OfAnotherUnit, "case_other_unit"),
        (Named::OfAnotherCamera, "case_other_camera"),
        (Named::OfThisCamera, ""),
    ];
    for (named, code) in cases {
        let operator = Who::Operator.sign_in(&house).await;
        let case = case_of(&house, &operator, camera, named).await;
        let before = house.entry_count().await;
        let answer = look(&house, &operator, camera, case.as_deref()).await;
        assert_eq!(answer.code(), code, "{named:?}: {}", answer.json());
        let entries = house.entries_since(before).await;
        let entry = entries.iter().find(|entry| entry.act == Act::Live).unwrap();
        assert_eq!(entry.is_refusal(), !code.is_empty(), "{named:?}");
        assert_eq!(entry.record.case.map(|case| case.to_string()), case, "{named:?}");
        if !code.is_empty() && code != "level_case" {
            assert_eq!(answer.json()["error"]["article"], json!("unit:cases"), "{named:?}");
        }
    }
}

/// Whoever opened a case never confirms it, not even with both posts; nobody confirms twice, and a closed case stays closed.
#[tokio::test(flavor = "multi_thread")]
async fn two_persons_make_a_case() {
    let house = House::build().await;
    let posts =
        [Role::Operator, Role::Administrator].map(|role| Post { role, unit: house.unit, group: None });
    let both = house.person("both", posts.to_vec()).await;
    let both = house.sign_in(both, "both").await;
    let case = opened(&house, &both, body(&house)).await;
    let refused = confirm(&house, &both, &case).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "own_case"));
    let administrator = Who::Administrator.sign_in(&house).await;
    let confirmed = confirm(&house, &administrator, &case).await.json();
    assert_eq!(
        (&confirmed["state"], &confirmed["confirmed"]["by"]["id"]),
        (&json!("open"), &json!(administrator.person.to_string()))
    );
    assert_eq!(confirm(&house, &administrator, &case).await.status, StatusCode::CONFLICT, "once");
    // The number is taken while the case is open.
    let mut again = body(&house);
    again["number"] = confirmed["number"].clone();
    assert_eq!(house.post("/api/cases", &both.cookie, again.clone()).await.status, StatusCode::CONFLICT);
    let closed = close(&house, &both, &case).await.json();
    assert_eq!((&closed["state"], &closed["close_reason"]), (&json!("closed"), &json!("已了结")));
    assert_eq!(close(&house, &both, &case).await.status, StatusCode::CONFLICT, "once");
    assert_eq!(house.post("/api/cases", &both.cookie, again).await.status, StatusCode::CREATED);
    let silent =
        house.post(&format!("/api/cases/{case}/close"), &both.cookie, json!({ "reason": " " })).await;
    assert_eq!(silent.code(), "case_reason");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_case_is_said() {
    let house = House::build().await;
    let operator = Who::Operator.sign_in(&house).await;
    let now = house.app.now().as_ms();
    let check = async |field: &str, value: Value, status: u16| {
        let mut new = body(&house);
        new[field] = value;
        let answer = house.post("/api/cases", &operator.cookie, new).await;
        assert_eq!(answer.status.as_u16(), status, "{field}: {}", answer.json());
    };
    check("number", json!("  "), 400).await;
    check("title", json!(""), 400).await;
    check("authority", json!(""), 400).await;
    check("kind", json!("private"), 400).await;
    check("closes_ms", json!(now - 1), 400).await;
    check("closes_ms", json!(now + 4 * 365 * 86_400_000), 400).await;
    check("cameras", json!([uuid::Uuid::now_v7().to_string()]), 404).await;
    check("document_id", json!(uuid::Uuid::now_v7().to_string()), 400).await;
    check("unit_id", json!(house.other_unit.to_string()), 403).await;
    check("closes_ms", json!(now + 86_400_000), 201).await;
    let all = house.get("/api/cases?state=waiting", &operator.cookie).await.json();
    assert_eq!(all["total"], json!(1));
    // Those of another unit see nothing of it.
    let other = Who::OtherOperator.sign_in(&house).await;
    assert_eq!(house.get("/api/cases", &other.cookie).await.json()["total"], json!(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_a_case_ends_what_is_looked_at_under_it() {
    let house = House::build().await;
    let camera = secret(&house).await;
    let operator = Who::Operator.sign_in(&house).await;
    let case = case_of(&house, &operator, camera, Named::Confirmed).await.unwrap();
    let views = [
        look(&house, &operator, camera, Some(&case)).await,
        look(&house, &operator, camera, Some(&case)).await,
    ];
    let [first, second] = views.map(|view| view.json()["id"].as_str().unwrap().to_owned());
    let renew = async |view: &str| {
        house.post(&format!("/api/views/{view}/renew"), &operator.cookie, json!(null)).await.status
    };
    assert_eq!(renew(&first).await, StatusCode::OK);
    let before = house.entry_count().await;
    let administrator = Who::Administrator.sign_in(&house).await;
    assert_eq!(close(&house, &administrator, &case).await.status, StatusCode::OK);
    let entries = house.entries_since(before).await;
    let entry = entries.iter().find(|entry| entry.act == Act::CloseCase).unwrap();
    assert!(entry.record.extra.contains("views_ended=2"), "{}", entry.record.extra);
    for view in [first, second] {
        assert_ne!(renew(&view).await, StatusCode::OK, "the pictures are gone");
    }
    assert_eq!(look(&house, &operator, camera, Some(&case)).await.code(), "case_closed");
}
