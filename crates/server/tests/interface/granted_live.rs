//! Live pictures beside the group of one's post: refused, asked for, approved by another, watched within cameras, purpose, times of use
//! and term, each use an entry that names the approver; and over at once when they are taken back. And off shift, where the unit wants
//! another's word.

use crate::{
    cases::Who,
    duty::Duty,
    grants::{asked, say},
    house::{Caller, House},
    levels::picture_after,
    turned::Turned,
    watch::{Studio, to_the_end},
};
use axum::http::{Method, StatusCode};
use law::access::{Part, Post};
use model::{Act, Role};
use serde_json::{Value, json};
use store::system_cx;

const HOUR_MS: i64 = 3_600_000;

/// Somebody whose post is for another group of the unit.
async fn of_the_group_beside(house: &House, role: Role) -> Caller {
    let cx = system_cx("demo", house.app.now());
    let group = house.app.registry().create_group(&cx, house.unit, "山上", None).await.unwrap();
    let account = format!("beside-{}", role.as_str());
    let post = Post { role, unit: house.unit, group: Some(Part::Group(group)) };
    let person = house.person(&account, vec![post]).await;
    house.sign_in(person, &account).await
}

fn live(house: &House) -> Value {
    let mut body = house.live_view();
    body["purpose"] = json!("incident");
    body
}

fn request(house: &House, acts: &[&str], uses: u32) -> Value {
    json!({
        "cameras": [house.cameras[0].to_string()], "acts": acts, "purpose": "incident", "legal_basis": "unit_duty",
        "reason": "山下起火，值守人员须观察蔓延方向", "uses_max": uses, "expires_ms": house.app.now().as_ms() + HOUR_MS,
    })
}

async fn code(house: &House, caller: &Caller, body: Value) -> String {
    let answer = house.post("/api/views", &caller.cookie, body).await;
    if answer.status == StatusCode::CREATED { "opens".into() } else { answer.code() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_opens_live_pictures_beside_ones_group_until_it_is_taken_back() {
    let studio = Studio::start().await;
    let house = &studio.house;
    let viewer = of_the_group_beside(house, Role::Viewer).await;
    let administrator = Who::Administrator.sign_in(house).await;
    let refused = house.post("/api/views", &viewer.cookie, live(house)).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "grant_other_group"));
    let remedy = refused.json()["error"]["remedy"]["en"].as_str().unwrap().to_owned();
    assert!(remedy.contains("Ask for approval"), "{remedy}");
    let grant = asked(house, &viewer, request(house, &["live"], 2)).await;
    assert_eq!(code(house, &viewer, live(house)).await, "grant_waiting");
    assert_eq!(say(house, &viewer, &grant, "approve").await.status, StatusCode::FORBIDDEN, "one's own");
    let found = format!("/api/cameras?ids={}", house.cameras[0]);
    assert_eq!(house.get(&found, &viewer.cookie).await.json()["total"], json!(0), "nothing is approved yet");
    assert_eq!(say(house, &administrator, &grant, "approve").await.status, StatusCode::OK);

    // By its id it is found, without address and exact place; what is counted and listed stays that of the post.
    let page = house.get(&found, &viewer.cookie).await.json();
    assert_eq!((page["total"].clone(), page["cameras"][0]["place"].clone()), (json!(1), json!("")), "{page}");
    assert!(page["cameras"][0]["main_url"].is_null(), "{page}");
    assert_eq!(house.get("/api/cameras", &viewer.cookie).await.json()["total"], json!(0));
    let row = house.get(&format!("/api/grants?id={grant}"), &viewer.cookie).await.json();
    assert_eq!(row["grants"][0]["cameras"][0]["name"], json!("街口"), "{row}");

    // Within it: this camera, this purpose, so often.
    let mut other = live(house);
    other["purpose"] = json!("training");
    assert_eq!(code(house, &viewer, other).await, "grant_other_purpose");
    let mut more = live(house);
    more["cameras"] = json!([house.cameras[0].to_string(), house.cameras[1].to_string()]);
    assert_eq!(code(house, &viewer, more).await, "grant_other_camera");
    let before = house.entry_count().await;
    let view = house.view(&viewer, live(house)).await;
    let entries = house.entries_since(before).await;
    let entry = entries.iter().find(|entry| entry.act == Act::Live).unwrap();
    assert_eq!(entry.record.approver, format!("人员 {}", administrator.account));
    let path = format!("/api/views/{view}/live?camera={}&profile=main", house.cameras[0]);
    let origin = format!("http://{}", studio.address());
    let mut socket = studio.socket(&path, &viewer, Some(&origin)).await.unwrap();
    picture_after(&mut socket, 0).await;
    house.view(&viewer, live(house)).await;
    let row = house.get(&format!("/api/grants?id={grant}"), &viewer.cookie).await.json();
    assert_eq!(row["grants"][0]["uses"], json!(2), "each view is a use");
    assert_eq!(code(house, &viewer, live(house)).await, "grant_used_up");

    // Taken back: the running picture ends, and nothing is shown of the camera any more.
    assert_eq!(say(house, &administrator, &grant, "revoke").await.status, StatusCode::OK);
    assert_eq!(to_the_end(&mut socket).await.reason.as_deref(), Some("revoked"));
    assert_eq!(code(house, &viewer, live(house)).await, "grant_revoked");
    assert_eq!(house.get(&found, &viewer.cookie).await.json()["total"], json!(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_ones_group_live_alone_is_asked_for_and_ends_with_its_term() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let operator = of_the_group_beside(&house, Role::Operator).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    for acts in [&["live", "still"][..], &["still"]] {
        let answer = house.post("/api/grants", &operator.cookie, request(&house, acts, 1)).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "other_group_recorded"));
    }
    let mut body = request(&house, &["live"], 5);
    body["expires_ms"] = json!(house.app.now().as_ms() + 300_000);
    let grant = asked(&house, &operator, body).await;
    assert_eq!(say(&house, &administrator, &grant, "approve").await.status, StatusCode::OK);
    // It opens the pictures as they come, not what was recorded of them.
    let mut playback = house.playback_view();
    playback["purpose"] = json!("incident");
    assert_eq!(code(&house, &operator, playback).await, "other_group");
    let view = house.view(&operator, live(&house)).await;
    let renew =
        async || house.post(&format!("/api/views/{view}/renew"), &operator.cookie, json!(null)).await.status;
    assert_eq!(renew().await, StatusCode::OK);
    clocks.on_us(301_000_000);
    assert_ne!(renew().await, StatusCode::OK);
    assert_eq!(code(&house, &operator, live(&house)).await, "grant_expired");
    // What waits is withdrawn by whoever asked, though the camera is not of their group.
    let waits = asked(&house, &operator, request(&house, &["live"], 1)).await;
    assert_eq!(say(&house, &operator, &waits, "decline").await.json()["state"], json!("declined"));
    // Another unit's post asks for nothing here.
    let post = Post { role: Role::Viewer, unit: house.other_unit, group: None };
    let stranger = house.person("stranger", vec![post]).await;
    let stranger = house.sign_in(stranger, "stranger").await;
    let answer = house.post("/api/grants", &stranger.cookie, request(&house, &["live"], 1)).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "other_unit"));
}

/// Where the unit says so, a purpose that somebody alone states opens nothing while they are off shift: a shift, a confirmed case or an
/// approval does, and so do the duties that keep no shift.
#[tokio::test(flavor = "multi_thread")]
async fn off_shift_ones_own_word_opens_nothing_where_the_unit_says_so() {
    let house = House::build().await;
    let operator = Who::Operator.sign_in(&house).await;
    let duty = Duty::begin(&house).await;
    let open = live(&house);
    assert_eq!(code(&house, &operator, open.clone()).await, "opens", "until the unit says otherwise");
    let view = house.view(&operator, open.clone()).await;
    let path = format!("/api/units/{}/four-eyes", house.unit);
    let rule = json!({ "four_eyes": false, "off_shift_word": true, "reason": "不在班不得查看" });
    let set =
        house.send(&house.router, Method::PUT, &path, Some(&duty.keeper.cookie), Some(rule)).await.json();
    assert_eq!(set["off_shift_word"], json!(true), "{set}");
    let renewed = house.post(&format!("/api/views/{view}/renew"), &operator.cookie, json!(null)).await;
    assert_ne!(renewed.status, StatusCode::OK, "what was open is asked about again");

    let with = |purpose: &str, basis: &str, case: Option<&str>| {
        let mut body = live(&house);
        (body["purpose"], body["legal_basis"], body["case"]) = (json!(purpose), json!(basis), json!(case));
        body
    };
    for (purpose, basis, expected) in [
        ("incident", "unit_duty", "grant_off_shift"),
        ("case", "unit_duty", "grant_off_shift"),
        ("training", "unit_duty", "grant_off_shift"),
        ("duty_watch", "unit_duty", "off_shift"),
        ("maintenance", "unit_duty", "opens"),
    ] {
        assert_eq!(code(&house, &operator, with(purpose, basis, None)).await, expected, "{purpose}");
    }
    let mut back = house.playback_view();
    back["purpose"] = json!("incident");
    assert_eq!(code(&house, &operator, back).await, "grant_off_shift");
    let mut copy = house.export();
    copy["purpose"] = json!("incident");
    copy["legal_basis"] = json!("unit_duty");
    copy["case"] = json!(null);
    assert_eq!(house.post("/api/exports", &operator.cookie, copy).await.code(), "grant_off_shift");

    // A case that another confirmed, and an approval.
    let case = json!({ "unit_id": house.unit.to_string(), "kind": "incident", "number": "2026-7", "title": "江边争执" });
    let case =
        house.post("/api/cases", &operator.cookie, case).await.json()["id"].as_str().unwrap().to_owned();
    let under = with("incident", "unit_duty", Some(&case));
    assert_eq!(code(&house, &operator, under.clone()).await, "case_self_made");
    let confirm = format!("/api/cases/{case}/confirm");
    assert_eq!(house.post(&confirm, &duty.keeper.cookie, json!(null)).await.status, StatusCode::OK);
    assert_eq!(code(&house, &operator, under).await, "opens");
    let grant = asked(&house, &operator, request(&house, &["live"], 1)).await;
    assert_eq!(code(&house, &operator, open.clone()).await, "grant_off_shift", "it waits");
    assert_eq!(say(&house, &duty.keeper, &grant, "approve").await.status, StatusCode::OK);
    let granted = house.view(&operator, open.clone()).await;
    let renewed = house.post(&format!("/api/views/{granted}/renew"), &operator.cookie, json!(null)).await;
    assert_eq!(renewed.status, StatusCode::OK);
    assert_eq!(code(&house, &operator, open.clone()).await, "grant_off_shift", "the one use is gone");

    // On shift, as ever.
    let shift = duty.rostered(&operator, -5, 60).await;
    duty.take_over(&operator, &shift).await;
    assert_eq!(code(&house, &operator, open).await, "opens");
}
