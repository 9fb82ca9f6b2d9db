//! Clips handed to a colleague over HTTP: who may have one, what it opens and what not, whose word it needs, and that taking it back or
//! losing what it rests on ends what is being played. And the copy of a report for the organ that it went to.

use crate::{
    cases::Who,
    grants::{asked, four_eyes, request},
    house::{Answer, Caller, Entry, House, PASSWORD},
    levels::{picture_after, playback, raise_ms, recorded},
    standing::newcomer,
    together::{joins, together},
    turned::Turned,
    watch::{Socket, Studio, to_the_end},
};
use axum::http::{Method, StatusCode};
use futures::SinkExt as _;
use model::{Act, Role};
use serde_json::{Value, json};
use store::LogName;
use tokio_tungstenite::tungstenite::Message;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// A minute of the first camera, for a colleague.
pub fn clip(house: &House, colleague: &Caller) -> Value {
    let now = house.app.now().as_ms();
    json!({
        "colleague_id": colleague.person.to_string(), "cameras": [house.cameras[0].to_string()],
        "from_ms": now - 10 * MINUTE_MS, "to_ms": now - 9 * MINUTE_MS, "purpose": "incident",
        "legal_basis": "unit_duty", "reason": "请看门口争执", "uses_max": 3, "expires_ms": now + HOUR_MS,
    })
}

async fn share(house: &House, sender: &Caller, body: Value) -> Value {
    let answer = house.post("/api/clips", &sender.cookie, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.json()
}

/// The view of a clip as its list tells it.
fn view(clip: &Value) -> Value {
    json!({
        "mode": "playback", "cameras": [clip["cameras"][0]["id"]], "from_ms": clip["from_ms"], "to_ms": clip["to_ms"],
        "purpose": clip["purpose"], "legal_basis": clip["legal_basis"], "clip": clip["id"],
    })
}

async fn play(house: &House, caller: &Caller, clip: &Value) -> Answer {
    house.post("/api/views", &caller.cookie, view(clip)).await
}

async fn say(house: &House, caller: &Caller, clip: &Value, act: &str) -> Answer {
    let path = format!("/api/grants/{}/{act}", clip["id"].as_str().unwrap());
    house.post(&path, &caller.cookie, json!({ "reason": "已核实" })).await
}

async fn refused(entries: &[Entry], act: Act, answer: &Answer, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, code), "{}", answer.json());
    assert!(entries.iter().any(|entry| entry.act == act && entry.is_refusal()), "{code}: an entry");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clip_goes_to_a_colleague_who_may_see_it_anyway() {
    let house = House::build().await;
    let sender = Who::Operator.sign_in(&house).await;
    let colleague = Who::Operator.sign_in(&house).await;
    let trainee = newcomer(&house, "trainee", Role::Operator).await;
    let cases = [
        ("a colleague", &colleague, ""),
        ("who only watches live", &Who::Viewer.sign_in(&house).await, "clip_colleague"),
        ("of another unit", &Who::OtherOperator.sign_in(&house).await, "clip_colleague"),
        ("who runs the unit", &Who::Administrator.sign_in(&house).await, "clip_colleague"),
        ("untrained", &trainee, "clip_colleague"),
        ("oneself", &sender, "clip_to_oneself"),
    ];
    for (what, to, code) in cases {
        let before = house.entry_count().await;
        let answer = house.post("/api/clips", &sender.cookie, clip(&house, to)).await;
        assert_eq!(answer.code(), code, "{what}: {}", answer.json());
        let entries = house.entries_since(before).await;
        let entry = entries.iter().find(|entry| entry.act == Act::ShareClip).unwrap();
        assert_eq!(entry.is_refusal(), !code.is_empty(), "{what}");
        if code.is_empty() {
            assert_eq!(answer.json()["state"], "granted", "{what}");
            assert!(entry.record.recipient.contains(&to.account), "{}", entry.record.recipient);
            assert!(entry.record.extra.contains("approval=not needed"), "{}", entry.record.extra);
            assert_eq!(entry.record.note, "请看门口争执");
        } else {
            assert_eq!(answer.json()["error"]["article"], "unit:clips", "{what}");
        }
    }
    let now = house.app.now().as_ms();
    let check = async |field: &str, value: Value, expected: (u16, &str)| {
        let mut body = clip(&house, &colleague);
        body[field] = value;
        let answer = house.post("/api/clips", &sender.cookie, body).await;
        let found = (answer.status.as_u16(), answer.code());
        assert_eq!((found.0, found.1.as_str()), expected, "{field}: {}", answer.json());
    };
    check("reason", json!(" "), (403, "clip_reason")).await;
    check("from_ms", json!(now - 40 * MINUTE_MS), (403, "span_too_long")).await;
    check("purpose", json!("administration"), (403, "purpose")).await;
    check("cameras", json!([]), (403, "no_camera")).await;
    check("uses_max", json!(21), (400, "")).await;
    check("uses_max", json!(0), (400, "")).await;
    check("expires_ms", json!(now + 8 * 24 * HOUR_MS), (400, "")).await;
    check("expires_ms", json!(now - 1), (400, "")).await;
    check("colleague_id", json!(uuid::Uuid::now_v7().to_string()), (404, "")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn to_whom_one_may_be_handed_is_told_by_their_posts() {
    let house = House::build().await;
    let (sender, colleague) = (Who::Operator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    Who::Viewer.sign_in(&house).await;
    Who::OtherOperator.sign_in(&house).await;
    let path = format!("/api/clips/colleagues?cameras={}", house.cameras[0]);
    let found = house.get(&path, &sender.cookie).await.json();
    let found: Vec<&str> =
        found["colleagues"].as_array().unwrap().iter().map(|one| one["account"].as_str().unwrap()).collect();
    assert!(found.contains(&colleague.account.as_str()), "{found:?}");
    assert!(!found.contains(&sender.account.as_str()), "{found:?}");
    assert!(found.iter().all(|account| account.starts_with("operator")), "{found:?}");
    let none = house.get(&format!("{path}&named=niemand"), &sender.cookie).await.json();
    assert_eq!(none["colleagues"], json!([]));
    assert_eq!(house.get("/api/clips/colleagues?cameras=", &sender.cookie).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clip_is_played_as_it_was_handed_on() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let (sender, colleague) = (Who::Operator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    let shared = share(&house, &sender, clip(&house, &colleague)).await;
    // It is on the colleague's list, with who sent it, and on nobody else's.
    let listed = house.get("/api/grants?shared=true", &colleague.cookie).await.json();
    assert_eq!(listed["grants"][0]["shared"]["to_me"], json!(true), "{listed}");
    assert_eq!(listed["grants"][0]["shared"]["by"]["id"], json!(sender.person.to_string()));
    let third = Who::Operator.sign_in(&house).await;
    assert_eq!(house.get("/api/grants", &third.cookie).await.json()["total"], json!(0));
    assert_eq!(house.get("/api/grants?shared=false", &sender.cookie).await.json()["total"], json!(0));

    let new = async || house.get("/api/state", &colleague.cookie).await.json()["clips_for_me"].clone();
    assert_eq!(new().await, json!(1));

    let before = house.entry_count().await;
    assert_eq!(play(&house, &colleague, &shared).await.status, StatusCode::CREATED);
    assert_eq!(new().await, json!(0), "it was opened");
    let entries = house.entries_since(before).await;
    let entry = entries.iter().find(|entry| entry.act == Act::Playback).unwrap();
    assert_eq!(entry.record.refers_to, shared["asked"]["entry"]["index"].as_u64());
    assert_eq!(entry.record.note, "请看门口争执", "the sender's reason");
    assert!(entry.record.extra.contains(&format!("clip={}", shared["id"].as_str().unwrap())));
    assert!(entry.record.approver.is_empty(), "nobody approved it, and nobody needed to");

    let check = async |who: &Caller, field: &str, value: Value, expected: (u16, &str)| {
        let before = house.entry_count().await;
        let mut body = view(&shared);
        body[field] = value;
        let answer = house.post("/api/views", &who.cookie, body).await;
        let found = (answer.status.as_u16(), answer.code());
        assert_eq!((found.0, found.1.as_str()), expected, "{field}: {}", answer.json());
        let entries = house.entries_since(before).await;
        assert_eq!(entries.iter().any(|entry| entry.is_refusal()), expected.0 == 403, "{field}: an entry");
    };
    let same = || shared["from_ms"].clone();
    check(&third, "from_ms", same(), (403, "clip_other_person")).await;
    check(&sender, "from_ms", same(), (403, "clip_other_person")).await;
    check(&Who::Viewer.sign_in(&house).await, "from_ms", same(), (403, "role")).await;
    check(&Who::OtherOperator.sign_in(&house).await, "from_ms", same(), (403, "other_unit")).await;
    check(&colleague, "from_ms", json!(same().as_i64().unwrap() - 1), (403, "clip_beyond")).await;
    check(&colleague, "cameras", json!([house.cameras[1].to_string()]), (403, "clip_beyond")).await;
    check(&colleague, "purpose", json!("training"), (403, "clip_beyond")).await;
    check(&colleague, "legal_basis", json!("consent"), (403, "clip_beyond")).await;
    check(&colleague, "note", json!("另有理由"), (400, "")).await;
    check(&colleague, "clip", json!(uuid::Uuid::now_v7().to_string()), (404, "")).await;
    check(&colleague, "mode", json!("live"), (400, "")).await;

    // As often as it may be, and no more: what is open goes on.
    let view = play(&house, &colleague, &shared).await.json()["id"].as_str().unwrap().to_owned();
    let last = play(&house, &colleague, &shared).await;
    assert_eq!(last.status, StatusCode::CREATED, "{}", last.json());
    let before = house.entry_count().await;
    let again = play(&house, &colleague, &shared).await;
    refused(&house.entries_since(before).await, Act::Playback, &again, "clip_used_up").await;
    let renew = async |view: &str| {
        house.post(&format!("/api/views/{view}/renew"), &colleague.cookie, json!(null)).await.status
    };
    assert_eq!(renew(&view).await, StatusCode::OK);

    // Its time ends by itself.
    let shared = share(&house, &sender, clip(&house, &colleague)).await;
    let view = play(&house, &colleague, &shared).await.json()["id"].as_str().unwrap().to_owned();
    clocks.on_us(61 * MINUTE_MS * 1_000);
    let (sender, colleague) = (
        house.sign_in(sender.person, &sender.account).await,
        house.sign_in(colleague.person, &colleague.account).await,
    );
    assert_ne!(renew(&view).await, StatusCode::OK);
    assert_eq!(play(&house, &colleague, &shared).await.code(), "clip_expired");

    // Taken back by the sender, given back by the colleague; a third person does neither.
    for (who, expected) in [(&third, 403), (&sender, 200), (&colleague, 200)] {
        let third = house.sign_in(third.person, &third.account).await;
        let who = if who.account == third.account { &third } else { who };
        let shared = share(&house, &sender, clip(&house, &colleague)).await;
        assert_eq!(say(&house, who, &shared, "revoke").await.status.as_u16(), expected);
        let code = if expected == 200 { "clip_revoked" } else { "" };
        assert_eq!(play(&house, &colleague, &shared).await.code(), code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_unit_wants_two_a_clip_waits_for_the_second_person() {
    let house = House::build().await;
    let (sender, colleague) = (Who::Operator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    let administrator = Who::Administrator.sign_in(&house).await;
    let early = share(&house, &sender, clip(&house, &colleague)).await;
    four_eyes(&house, true).await;
    assert_eq!(play(&house, &colleague, &early).await.code(), "clip_unapproved");
    // Nobody hands on what they may not see themselves.
    let answer = house.post("/api/clips", &sender.cookie, clip(&house, &colleague)).await;
    assert_eq!(answer.code(), "grant_needed");
    let own = asked(&house, &sender, request(&house)).await;
    let own = json!({ "id": own });
    assert_eq!(say(&house, &administrator, &own, "approve").await.status, StatusCode::OK);
    let before = house.entry_count().await;
    let shared = share(&house, &sender, clip(&house, &colleague)).await;
    assert_eq!((&shared["state"], &shared["may_withdraw"]), (&json!("asked"), &json!(true)), "{shared}");
    let entries = house.entries_since(before).await;
    assert!(entries[0].record.approver.contains(&administrator.account), "who let the sender see it");
    assert!(entries[0].record.extra.contains("approval=awaited"), "{}", entries[0].record.extra);
    assert_eq!(play(&house, &colleague, &shared).await.code(), "clip_waiting");
    for who in [&sender, &colleague] {
        assert_eq!(say(&house, who, &shared, "approve").await.status, StatusCode::FORBIDDEN);
    }
    let second = Who::Administrator.sign_in(&house).await;
    assert_eq!(say(&house, &second, &shared, "approve").await.status, StatusCode::OK);
    let before = house.entry_count().await;
    let opened = play(&house, &colleague, &shared).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.json());
    let entries = house.entries_since(before).await;
    let entry = entries.iter().find(|entry| entry.act == Act::Playback).unwrap();
    assert!(entry.record.approver.contains(&second.account), "{}", entry.record.approver);
    // It is no grant: nothing else is opened under it, and no still taken.
    let mut beside = view(&shared);
    beside.as_object_mut().unwrap().remove("clip");
    assert_eq!(house.post("/api/views", &colleague.cookie, beside).await.code(), "grant_needed");
    let still = json!({
        "view_id": opened.json()["id"], "camera_id": house.cameras[0].to_string(), "at_ms": shared["from_ms"],
    });
    assert_eq!(house.post("/api/stills", &colleague.cookie, still).await.code(), "grant_needed");
    // It goes with what the sender had themselves.
    let view = opened.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(say(&house, &administrator, &own, "revoke").await.status, StatusCode::OK);
    let path = format!("/api/views/{view}/renew");
    assert_ne!(house.post(&path, &colleague.cookie, json!(null)).await.status, StatusCode::OK);
    assert_eq!(play(&house, &colleague, &shared).await.code(), "clip_sender");
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_footage_is_handed_on_in_a_case_and_by_two() {
    let house = House::build().await;
    let (sender, colleague) = (Who::Operator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    let now = house.app.now().as_ms();
    raise_ms(&house, &sender, house.cameras[0], (3, now - 20 * MINUTE_MS, Some(now))).await;
    let mut body = clip(&house, &colleague);
    assert_eq!(house.post("/api/clips", &sender.cookie, body.clone()).await.code(), "clip_level_case");
    body["case"] = json!(house.case().await.to_string());
    let case = body["case"].clone();
    let shared = share(&house, &sender, body).await;
    assert_eq!(shared["state"], "asked");
    assert_eq!(play(&house, &colleague, &shared).await.code(), "clip_waiting");
    let administrator = Who::Administrator.sign_in(&house).await;
    assert_eq!(say(&house, &administrator, &shared, "approve").await.status, StatusCode::OK);
    let opened = play(&house, &colleague, &shared).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.json());
    // What becomes secret after it was handed on needs the same.
    let late = share(&house, &sender, {
        let mut body = clip(&house, &colleague);
        (body["cameras"], body["case"]) = (json!([house.cameras[1].to_string()]), case);
        body
    })
    .await;
    raise_ms(&house, &sender, house.cameras[1], (3, now - 20 * MINUTE_MS, Some(now))).await;
    assert_eq!(play(&house, &colleague, &late).await.code(), "clip_unapproved");
}

/// The pictures of a clip, while they are being read.
async fn reading(studio: &Studio, colleague: &Caller, shared: &Value) -> Socket {
    let opened = play(&studio.house, colleague, shared).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.json());
    let view = opened.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/views/{view}/playback?camera={}", studio.house.cameras[0]);
    let mut socket = studio.socket(&path, colleague, None).await.unwrap();
    let play = json!({ "type": "play", "at_ms": shared["from_ms"], "epoch": 1 });
    socket.send(Message::Text(play.to_string().into())).await.unwrap();
    picture_after(&mut socket, 0).await;
    socket
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_of_a_clip_stops_with_it_and_with_its_sender() {
    let (studio, span) = recorded().await;
    let house = &studio.house;
    let (sender, colleague) = (Who::Operator.sign_in(house).await, Who::Operator.sign_in(house).await);
    let seen = playback(&studio, span, None);
    let shared = async || {
        let mut body = clip(house, &colleague);
        (body["from_ms"], body["to_ms"]) = (seen["from_ms"].clone(), seen["to_ms"].clone());
        share(house, &sender, body).await
    };
    let one = shared().await;
    let mut socket = reading(&studio, &colleague, &one).await;
    let before = house.entry_count().await;
    assert_eq!(say(house, &sender, &one, "revoke").await.status, StatusCode::OK);
    assert_eq!(to_the_end(&mut socket).await.reason.as_deref(), Some("revoked"));
    let entries = house.entries_since(before).await;
    let entry = entries.iter().find(|entry| entry.act == Act::RevokeGrant).unwrap();
    assert!(entry.record.extra.contains("views_ended=1"), "{}", entry.record.extra);

    let two = shared().await;
    let mut socket = reading(&studio, &colleague, &two).await;
    let administrator = Who::Administrator.sign_in(house).await;
    let path = format!("/api/people/{}", sender.person);
    let body = Some(json!({ "suspended": true }));
    let answer = house.send(&house.router, Method::PATCH, &path, Some(&administrator.cookie), body).await;
    assert!(answer.status.is_success(), "{}", answer.json());
    assert_eq!(to_the_end(&mut socket).await.reason.as_deref(), Some("revoked"));
    assert_eq!(play(house, &colleague, &two).await.code(), "clip_sender");
}

/// A report in a room where nobody keeps a roster any more.
async fn reported(house: &House, reporter: &Caller, (from_ms, to_ms): (i64, i64)) -> Value {
    let administrator = Who::Administrator.sign_in(house).await;
    let room = json!({ "unit_id": house.unit.to_string(), "name": "值班室" });
    let room = house.post("/api/duty/rooms", &administrator.cookie, room).await.json()["id"].clone();
    let path = format!("/api/duty/rooms/{}/close", room.as_str().unwrap());
    house.post(&path, &administrator.cookie, json!({})).await;
    let report = json!({
        "room_id": room, "cameras": [house.cameras[0].to_string()], "from_ms": from_ms, "to_ms": to_ms,
        "words": "三人翻越围栏", "organ": "滨江派出所", "channel": "telephone", "sent_ms": to_ms,
    });
    let answer = house.post("/api/duty/reports", &reporter.cookie, report).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_goes_with_a_copy_and_shows_whether_it_was_collected() {
    let (studio, (from_ms, to_ms)) = recorded().await;
    let house = &studio.house;
    let (viewer, operator) = (Who::Viewer.sign_in(house).await, Who::Operator.sign_in(house).await);
    let report = reported(house, &viewer, (from_ms, to_ms)).await;
    assert_eq!(report["clips"], json!([]));
    let path = format!("/api/duty/reports/{}/clips", report["id"].as_str().unwrap());
    let asked = json!({
        "from_ms": from_ms, "to_ms": from_ms + 2_000, "recipient": "李警官", "seal_to": crate::sealing::PUBLIC,
    });
    let check = async |who: &Caller, field: &str, value: Value, expected: (u16, &str)| {
        let mut body = asked.clone();
        body[field] = value;
        let answer = house.post(&path, &who.cookie, body).await;
        let found = (answer.status.as_u16(), answer.code());
        assert_eq!((found.0, found.1.as_str()), expected, "{field}: {}", answer.json());
    };
    check(&viewer, "recipient", json!("李警官"), (403, "role")).await;
    check(&Who::OtherOperator.sign_in(house).await, "recipient", json!("李警官"), (403, "other_unit")).await;
    check(&operator, "recipient", json!(" "), (400, "")).await;
    check(&operator, "to_ms", json!(to_ms + 1), (400, "")).await;
    check(&operator, "cameras", json!([house.cameras[1].to_string()]), (400, "")).await;
    check(&operator, "seal_to", json!(null), (400, "seal_needed")).await;
    // Where recorded footage is copied by two, this is too.
    together(house, true).await;
    check(&operator, "recipient", json!("李警官"), (403, "second_person")).await;
    let second = Who::Operator.sign_in(house).await;
    assert_eq!(joins(house, &operator, &second, PASSWORD).await.status, StatusCode::OK);

    let before = house.entry_count().await;
    let made = house.post(&path, &operator.cookie, asked).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    let entries = house.entries_since(before).await;
    let entry = entries.iter().find(|entry| entry.act == Act::Export).unwrap();
    assert_eq!(entry.record.refers_to, report["entry"]["index"].as_u64());
    assert_eq!(entry.record.note, "三人翻越围栏");
    assert!(entry.record.recipient.contains("滨江派出所"), "{}", entry.record.recipient);
    let beside = format!("second_person={}", second.account);
    assert!(
        ["report=", &beside].iter().all(|part| entry.record.extra.contains(part)),
        "{}",
        entry.record.extra
    );
    let copy = made.json()["clips"][0]["copy"].clone();
    assert_eq!(copy["recipient"]["organisation"], "滨江派出所");
    assert_eq!(made.json()["clips"][0]["collected_ms"], json!(null));
    let id = copy["id"].as_str().unwrap().to_owned();
    studio
        .until_async("the package is ready", async || {
            let soon = house.app.now().plus_us(61_000_000);
            house.app.store().publish(LogName::Access, soon).await.unwrap();
            let path = format!("/api/exports/{id}");
            house.get(&path, &operator.cookie).await.json()["state"] == "ready"
        })
        .await;
    let package = format!("/api/exports/{id}/package");
    assert_eq!(house.get(&package, &operator.cookie).await.status, StatusCode::OK);
    let listed = house.get("/api/duty/reports", &viewer.cookie).await.json();
    let kept = &listed["reports"][0]["clips"][0];
    assert_eq!(kept["copy"]["id"], json!(id));
    assert!(kept["collected_ms"].is_i64() && kept["collected"]["index"].is_u64(), "{kept}");
}
