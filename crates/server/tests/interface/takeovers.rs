//! Temporary takeovers of control over HTTP: who may enter one and on what, what its officers have and the unit keeps, and that
//! control comes back, by a person or by the clock, without anybody's doing.

use crate::{
    cases::Who,
    house::{Caller, House},
    retrievals::{self, bare_paper, scanned},
    turned::Ahead,
};
use axum::http::{Method, StatusCode};
use law::register::RecordKind;
use model::{Act, RecordId};
use serde_json::{Value, json};
use std::sync::Arc;
use store::system_cx;

pub const HOUR_MS: i64 = 3_600_000;

/// What an organ decided, with its scan and of today.
pub async fn decision(house: &House) -> RecordId {
    retrievals::paper(house, "other", 0, None).await
}

/// An order of the unit, the first officer, and for an hour.
pub async fn order(house: &House, officer: &Caller) -> Value {
    json!({
        "unit_id": house.unit.to_string(), "organ": "public_security", "organ_name": "市公安局",
        "order_document_id": decision(house).await.to_string(), "reason": "围捕在逃人员",
        "officer_ids": [officer.person.to_string()], "until_ms": house.app.now().as_ms() + HOUR_MS,
    })
}

pub async fn begin(house: &House, administrator: &Caller, body: Value) -> Value {
    let answer = house.post("/api/takeovers", &administrator.cookie, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.json()
}

/// What comes of an attempt: the status, and the code of a refusal.
async fn tries(house: &House, caller: &Caller, what: &str) -> (u16, String) {
    let camera = house.cameras[0];
    let answer = match what {
        "live" => house.post("/api/views", &caller.cookie, case_of(house.live_view())).await,
        "playback" => house.post("/api/views", &caller.cookie, case_of(house.playback_view())).await,
        "export" => house.post("/api/exports", &caller.cookie, house.export()).await,
        "timeline" => {
            let now = house.app.now().as_ms();
            let path =
                format!("/api/timeline?cameras={camera}&from_ms={}&to_ms={now}&bucket_ms=1000", now - 60_000);
            house.get(&path, &caller.cookie).await
        }
        "settings" => {
            let (path, body) = (format!("/api/cameras/{camera}"), json!({ "place": "江边" }));
            house.send(&house.router, Method::PATCH, &path, Some(&caller.cookie), Some(body)).await
        }
        "groups" => {
            let path = format!("/api/groups/{}", house.group);
            let body = json!({ "name": "江边" });
            house.send(&house.router, Method::PATCH, &path, Some(&caller.cookie), Some(body)).await
        }
        "many" => {
            let selection = json!({ "ids": [camera.to_string()] });
            let body = json!({ "kind": "camera", "selection": selection, "set": { "camera_level": 2 } });
            house.post("/api/bulk", &caller.cookie, body).await
        }
        "cameras" => {
            let seen = house.get("/api/cameras", &caller.cookie).await.json();
            let count = seen["cameras"].as_array().map_or(0, Vec::len);
            return (u16::try_from(count).unwrap(), String::new());
        }
        "hold" => {
            let now = house.app.now().as_ms();
            let body = json!({
                "cameras": [camera.to_string()], "from_ms": now - 10_000, "to_ms": now, "purpose": "incident",
                "legal_basis": "unit_duty", "note": "留存",
            });
            house.post("/api/holds", &caller.cookie, body).await
        }
        other => panic!("nobody tries {other}"),
    };
    (answer.status.as_u16(), answer.code())
}

/// Officers look for their case, the unit for an incident; both are allowed to both.
pub fn case_of(mut view: Value) -> Value {
    (view["purpose"], view["legal_basis"]) = (json!("incident"), json!("unit_duty"));
    view
}

async fn check(house: &House, caller: &Caller, expected: &[(&str, u16, &str)], when: &str) {
    for &(what, status, code) in expected {
        let found = tries(house, caller, what).await;
        assert_eq!(found, (status, code.to_owned()), "{when}: {what}");
    }
}

const OPERATOR_HAS: &[(&str, u16, &str)] =
    &[("live", 201, ""), ("playback", 201, ""), ("timeline", 200, ""), ("cameras", 2, "")];
const STRANGER_HAS: &[(&str, u16, &str)] =
    &[("live", 403, "role"), ("playback", 403, "role"), ("timeline", 403, "role"), ("cameras", 0, "")];

#[tokio::test(flavor = "multi_thread")]
async fn control_passes_and_comes_back() {
    let house = House::build().await;
    let (administrator, operator) =
        (Who::Administrator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    let (officer, stranger) = (house.caller_without_post().await, house.caller_without_post().await);
    check(&house, &operator, OPERATOR_HAS, "before").await;
    check(&house, &officer, STRANGER_HAS, "before").await;
    let open = house.view(&operator, house.live_view()).await;
    let since = house.entry_count().await;
    let takeover = begin(&house, &administrator, order(&house, &officer).await).await;
    assert_eq!(takeover["running"], true);
    assert_eq!(takeover["article"], "unit:takeover");
    let entries = house.entries_since(since).await;
    let begun = entries.iter().find(|entry| entry.act == Act::BeginTakeover).expect("its entry");
    assert_eq!(begun.person, Some(administrator.person));
    assert_eq!(begun.record.note, "围捕在逃人员");
    assert!(begun.record.extra.contains("views_ended=3"), "live twice and playback: {}", begun.record.extra);

    // What was open ends, and the unit has nothing that was not left to it; what protects footage stays.
    let renewed = house.post(&format!("/api/views/{open}/renew"), &operator.cookie, json!({})).await;
    assert_ne!(renewed.status, StatusCode::OK);
    let taken: &[(&str, u16, &str)] = &[
        ("live", 403, "taken_over"),
        ("playback", 403, "taken_over"),
        ("export", 403, "taken_over"),
        ("timeline", 200, ""),
        ("hold", 201, ""),
    ];
    check(&house, &operator, taken, "under it").await;
    let settings =
        &[("settings", 403, "taken_over"), ("groups", 403, "taken_over"), ("many", 403, "taken_over")];
    check(&house, &administrator, settings, "under it").await;
    check(&house, &officer, OPERATOR_HAS, "under it").await;
    check(&house, &stranger, STRANGER_HAS, "under it").await;
    // Everybody on the system sees it.
    let state = house.get("/api/state", &stranger.cookie).await.json();
    assert_eq!(state["takeovers"][0]["organ_name"], "市公安局");
    assert_eq!(state["takeovers"][0]["own"], false);
    assert_eq!(house.get("/api/state", &officer.cookie).await.json()["takeovers"][0]["own"], true);
    let me = house.get("/api/me", &officer.cookie).await.json();
    assert_eq!((&me["rights"]["playback"], &me["posts"][0]["role"]), (&json!(true), &json!("operator")));
    // The people's list shows the posts that were given, so that nobody keeps those of a takeover by mistake.
    let people = house.get("/api/people", &administrator.cookie).await.json();
    let listed =
        people["people"].as_array().unwrap().iter().find(|one| one["id"] == me["person"]["id"]).unwrap();
    assert_eq!(listed["posts"], json!([]));

    // Neither a stranger nor an operator gives it back; an officer does.
    let path = format!("/api/takeovers/{}/end", takeover["id"].as_str().unwrap());
    for caller in [&stranger, &operator] {
        let answer = house.post(&path, &caller.cookie, json!({ "reason": "结束" })).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "role".to_owned()));
    }
    let seen = house.view(&officer, case_of(house.live_view())).await;
    let answer = house.post(&path, &officer.cookie, json!({ "reason": "任务结束" })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    assert_eq!(answer.json()["end"]["by"]["id"], officer.person.to_string());
    let renewed = house.post(&format!("/api/views/{seen}/renew"), &officer.cookie, json!({})).await;
    assert_ne!(renewed.status, StatusCode::OK);
    check(&house, &officer, STRANGER_HAS, "after").await;
    check(&house, &operator, OPERATOR_HAS, "after").await;
    let again = house.post(&path, &administrator.cookie, json!({ "reason": "再次" })).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(house.get("/api/state", &stranger.cookie).await.json()["takeovers"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unit_keeps_what_is_said_and_a_group_is_a_group() {
    let house = House::build().await;
    let (administrator, operator) =
        (Who::Administrator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    let officer = house.caller_without_post().await;
    let cx = system_cx("demo", house.app.now());
    let elsewhere = house.app.registry().create_group(&cx, house.unit, "山上", None).await.unwrap();
    let mut body = order(&house, &officer).await;
    body["group_id"] = json!(elsewhere.to_string());
    let other = begin(&house, &administrator, body.clone()).await;
    check(&house, &operator, OPERATOR_HAS, "another group is taken over").await;
    check(&house, &officer, &[("live", 403, "grant_other_group"), ("cameras", 0, "")], "another group").await;
    // The same again, the group's unit and the group itself overlap with it; the other group does not.
    for group in [json!(elsewhere.to_string()), json!(null)] {
        body["group_id"] = group;
        let answer = house.post("/api/takeovers", &administrator.cookie, body.clone()).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "taken_over_already".to_owned()));
    }
    body["group_id"] = json!(house.group.to_string());
    body["unit_keeps"] = json!({ "live": true });
    begin(&house, &administrator, body).await;
    let kept: &[(&str, u16, &str)] = &[("live", 201, ""), ("playback", 403, "taken_over")];
    check(&house, &operator, kept, "live is left").await;
    // One group is enough to keep tables off the unit.
    check(&house, &administrator, &[("many", 403, "taken_over")], "a group is taken over").await;
    check(&house, &officer, OPERATOR_HAS, "both groups").await;
    let path = format!("/api/takeovers/{}/end", other["id"].as_str().unwrap());
    let answer = house.post(&path, &administrator.cookie, json!({ "reason": "结束" })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    check(&house, &officer, OPERATOR_HAS, "the other one ended").await;
}

/// What is wrong with the request, the refusal's article and code.
type Lack = (&'static str, fn(&mut Value, &House, &Caller), u16, &'static str, &'static str);

const LACKS: &[Lack] = &[
    (
        "no order",
        |body, _, _| body["order_document_id"] = json!(null),
        403,
        "unit:takeover",
        "takeover_order",
    ),
    ("no officer", |body, _, _| body["officer_ids"] = json!([]), 403, "unit:takeover", "takeover_officers"),
    (
        "oneself",
        |body, _, me| body["officer_ids"] = json!([me.person.to_string()]),
        403,
        "unit:takeover",
        "takeover_oneself",
    ),
    (
        "another organ",
        |body, _, _| body["organ"] = json!("law_enforcement"),
        403,
        "unit:takeover",
        "takeover_organ",
    ),
    (
        "over already",
        |body, house, _| body["until_ms"] = json!(house.app.now().as_ms()),
        403,
        "unit:takeover",
        "takeover_term",
    ),
    (
        "eight days",
        |body, house, _| body["until_ms"] = json!(house.app.now().as_ms() + 8 * 24 * HOUR_MS),
        403,
        "unit:takeover",
        "takeover_term",
    ),
    ("another unit", |body, house, _| body["unit_id"] = json!(house.other_unit.to_string()), 400, "", ""),
    ("no reason", |body, _, _| body["reason"] = json!(" "), 400, "", ""),
    ("no name", |body, _, _| body["organ_name"] = json!(""), 400, "", ""),
    (
        "an account that never was",
        |body, _, _| body["officer_ids"] = json!(["0198c0de-0000-7000-8000-000000000009"]),
        400,
        "",
        "",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_without_organ_order_officers_and_term() {
    let house = House::build().await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let (operator, officer) = (Who::Operator.sign_in(&house).await, house.caller_without_post().await);
    for (what, spoil, status, article, code) in LACKS {
        let mut body = order(&house, &officer).await;
        spoil(&mut body, &house, &administrator);
        let answer = house.post("/api/takeovers", &administrator.cookie, body).await;
        let found = (answer.status.as_u16(), answer.code());
        assert_eq!(found, (*status, (*code).to_owned()), "{what}: {}", answer.json());
        if *status == 403 {
            assert_eq!(answer.json()["error"]["article"], *article, "{what}");
        }
        assert_eq!(
            house.app.registry().running_takeovers(&system_cx("state", house.app.now())).await.unwrap(),
            []
        );
    }
    check(&house, &operator, OPERATOR_HAS, "after all that was refused").await;
    // A name in the register is no order, nor is a scan without its date.
    let undated = bare_paper(&house, "other", None, None).await;
    scanned(&house, undated).await;
    for (document, word) in [
        (bare_paper(&house, "other", Some(0), None).await, "no scan"),
        (undated, "no date"),
        (retrievals::paper(&house, "other", 1, None).await, "not valid today"),
        (retrievals::paper(&house, "other", -2, Some(-1)).await, "not valid today"),
    ] {
        let mut body = order(&house, &officer).await;
        body["order_document_id"] = json!(document.to_string());
        let answer = house.post("/api/takeovers", &administrator.cookie, body).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "takeover_order"), "{word}");
        assert!(answer.json()["error"]["reason"].to_string().contains(word), "{}", answer.json());
    }
    // A paper of another unit is none of this one's.
    let cx = system_cx("demo", house.app.now());
    let foreign = json!({ "name": "外单位文件", "paper": "other" }).as_object().cloned().unwrap();
    let foreign = house
        .app
        .registry()
        .add_record(&cx, RecordKind::Document, Some(house.other_unit), foreign)
        .await
        .unwrap();
    let mut body = order(&house, &officer).await;
    body["order_document_id"] = json!(foreign.to_string());
    let answer = house.post("/api/takeovers", &administrator.cookie, body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn control_comes_back_by_the_clock() {
    let clocks = Arc::new(Ahead::default());
    let house = House::build_by(clocks.clone()).await;
    let (administrator, operator) =
        (Who::Administrator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    let officer = house.caller_without_post().await;
    let mut body = order(&house, &officer).await;
    let until_ms = house.app.now().as_ms() + 6 * 60_000;
    body["until_ms"] = json!(until_ms);
    let takeover = begin(&house, &administrator, body).await;
    let answer = house.post("/api/views", &officer.cookie, case_of(house.live_view())).await.json();
    assert_eq!(answer["expires_ms"], until_ms, "pictures end with the takeover: {answer}");
    let path = format!("/api/views/{}/renew", answer["id"].as_str().unwrap());
    let renewed = house.post(&path, &officer.cookie, json!({})).await;
    assert_eq!(renewed.json()["expires_ms"], until_ms, "and are not prolonged beyond it: {}", renewed.json());
    clocks.on_us(6 * 60_000_000 + 1_000);
    // Nothing has run in between: no procedure, no person.
    check(&house, &officer, STRANGER_HAS, "after its term").await;
    check(&house, &operator, OPERATOR_HAS, "after its term").await;
    assert_ne!(house.post(&path, &officer.cookie, json!({})).await.status, StatusCode::OK);
    let end = format!("/api/takeovers/{}/end", takeover["id"].as_str().unwrap());
    assert_ne!(house.post(&end, &officer.cookie, json!({ "reason": "结束" })).await.status, StatusCode::OK);
    // Its end is entered once, as it was.
    let cx = || system_cx("takeover", house.app.now());
    for _ in 0..2 {
        house.app.registry().note_ended_takeovers(&cx()).await.unwrap();
    }
    let ends = house.entries_since(0).await.into_iter().filter(|entry| {
        entry.act == Act::EndTakeover && !entry.is_refusal() && entry.record.extra.contains("by=term")
    });
    assert_eq!(ends.count(), 1);
    let list = house.get("/api/takeovers", &operator.cookie).await.json();
    assert_eq!(list["takeovers"][0]["running"], false);
    assert_eq!(list["takeovers"][0]["end"]["at_ms"], until_ms);
    assert_eq!(list["takeovers"][0]["end"]["by"], json!(null));
}
