//! Four eyes over HTTP: what a grant opens and what not, who approves, that whoever approved stands in every entry, and that taking a
//! grant back ends what is being read under it.

use crate::{
    cases::Who,
    house::{Answer, Caller, Entry, House},
    levels::{picture_after, playback, playing, recorded},
    turned::Turned,
    watch::to_the_end,
};
use axum::http::{Method, StatusCode};
use futures::StreamExt as _;
use law::access::{Part, Post};
use model::{Act, CameraId, Role};
use serde_json::{Value, json};
use store::system_cx;

const HOUR_MS: i64 = 3_600_000;

/// What an operator asks for: the last hour of the first camera.
pub fn request(house: &House) -> Value {
    let now = house.app.now().as_ms();
    json!({
        "cameras": [house.cameras[0].to_string()], "acts": ["playback", "still", "export"],
        "from_ms": now - HOUR_MS, "to_ms": now, "purpose": "incident", "legal_basis": "unit_duty",
        "reason": "核查车辆剐蹭", "uses_max": 5, "expires_ms": now + HOUR_MS,
    })
}

/// The id of a request that somebody makes.
pub async fn asked(house: &House, caller: &Caller, body: Value) -> String {
    let answer = house.post("/api/grants", &caller.cookie, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.json()["id"].as_str().unwrap().to_owned()
}

pub async fn say(house: &House, caller: &Caller, grant: &str, act: &str) -> Answer {
    house.post(&format!("/api/grants/{grant}/{act}"), &caller.cookie, json!({ "reason": "已核实" })).await
}

/// From now on recorded footage of the unit needs a grant.
pub async fn four_eyes(house: &House, on: bool) {
    let administrator = Who::Administrator.sign_in(house).await;
    let path = format!("/api/units/{}/four-eyes", house.unit);
    let body = json!({ "four_eyes": on, "reason": "本单位规定" });
    let answer = house.send(&house.router, Method::PUT, &path, Some(&administrator.cookie), Some(body)).await;
    assert_eq!(answer.json()["four_eyes"], json!(on), "{}", answer.json());
}

/// The last minutes of a camera, from so many seconds ago.
fn view(house: &House, camera: CameraId, (from_s, to_s): (i64, i64)) -> Value {
    let now = house.app.now().as_ms();
    json!({
        "mode": "playback", "cameras": [camera.to_string()], "from_ms": now + from_s * 1_000, "to_ms": now + to_s * 1_000,
        "purpose": "incident", "legal_basis": "unit_duty",
    })
}

async fn play(house: &House, caller: &Caller) -> Answer {
    house.post("/api/views", &caller.cookie, view(house, house.cameras[0], (-600, -540))).await
}

async fn export(house: &House, caller: &Caller) -> Answer {
    let mut body = view(house, house.cameras[0], (-600, -590));
    body.as_object_mut().unwrap().remove("mode");
    body["recipient"] = json!({ "name": "李警官", "organisation": "公安" });
    house.post("/api/exports", &caller.cookie, body).await
}

fn entry_of(entries: &[Entry], act: Act) -> &Entry {
    entries.iter().find(|entry| entry.act == act).unwrap_or_else(|| panic!("an entry of {act:?}"))
}

#[derive(Clone, Copy, Debug)]
enum Tried {
    Nothing,
    Waiting,
    Declined,
    Granted,
    /// Of somebody else.
    Anothers,
    UsedUp,
    Revoked,
    OtherCamera,
    OtherSpan,
    OtherAct,
    OtherPurpose,
    LiveAlone,
}

/// Makes what is tried, before the operator plays.
async fn make(house: &House, operator: &Caller, tried: Tried) {
    let administrator = Who::Administrator.sign_in(house).await;
    let mut body = request(house);
    match tried {
        Tried::Nothing => return,
        Tried::OtherCamera => body["cameras"] = json!([house.cameras[1].to_string()]),
        Tried::OtherSpan => body["to_ms"] = json!(house.app.now().as_ms() - 580_000),
        Tried::OtherAct => body["acts"] = json!(["export"]),
        Tried::OtherPurpose => {
            (body["purpose"], body["legal_basis"]) = (json!("supervision"), json!("supervision_duty"));
        }
        Tried::LiveAlone => body["acts"] = json!(["live"]),
        Tried::UsedUp => body["uses_max"] = json!(1),
        _ => {}
    }
    let asker = if matches!(tried, Tried::Anothers) { &Who::Operator.sign_in(house).await } else { operator };
    let grant = asked(house, asker, body).await;
    let act = match tried {
        Tried::Waiting => return,
        Tried::Declined => "decline",
        _ => "approve",
    };
    let answer = say(house, &administrator, &grant, act).await;
    assert_eq!(answer.status, StatusCode::OK, "{tried:?}: {}", answer.json());
    match tried {
        Tried::UsedUp => assert_eq!(play(house, operator).await.status, StatusCode::CREATED),
        Tried::Revoked => {
            assert_eq!(say(house, &administrator, &grant, "revoke").await.status, StatusCode::OK)
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_footage_needs_a_grant_that_fits() {
    let house = House::build().await;
    four_eyes(&house, true).await;
    let cases = [
        (Tried::Nothing, "grant_needed"),
        (Tried::Waiting, "grant_waiting"),
        (Tried::Declined, "grant_declined"),
        (Tried::Granted, ""),
        (Tried::Anothers, "grant_needed"),
        (Tried::UsedUp, "grant_used_up"),
        (Tried::Revoked, "grant_revoked"),
        (Tried::OtherCamera, "grant_other_camera"),
        (Tried::OtherSpan, "grant_other_span"),
        (Tried::OtherAct, "grant_other_act"),
        (Tried::OtherPurpose, "grant_other_purpose"),
        (Tried::LiveAlone, "grant_other_act"),
    ];
    for (tried, code) in cases {
        let operator = Who::Operator.sign_in(&house).await;
        make(&house, &operator, tried).await;
        let before = house.entry_count().await;
        let answer = play(&house, &operator).await;
        assert_eq!(answer.code(), code, "{tried:?}: {}", answer.json());
        let entries = house.entries_since(before).await;
        let entry = entry_of(&entries, Act::Playback);
        assert_eq!(entry.is_refusal(), !code.is_empty(), "{tried:?}");
        if !code.is_empty() {
            let error = &answer.json()["error"];
            assert_eq!(error["article"], json!("unit:four_eyes"), "{tried:?}");
            assert!(entry.record.approver.is_empty(), "{tried:?}");
        }
    }
    // Live pictures need none, copies do.
    let operator = Who::Operator.sign_in(&house).await;
    house.view(&operator, house.live_view()).await;
    assert_eq!(export(&house, &operator).await.code(), "grant_needed");
    four_eyes(&house, false).await;
    assert_eq!(play(&house, &operator).await.status, StatusCode::CREATED);
}

/// Who approved a use stands in its entry: of the view, of the still out of it, of the export.
#[tokio::test(flavor = "multi_thread")]
async fn who_approved_stands_in_the_entry() {
    let house = House::build().await;
    four_eyes(&house, true).await;
    let operator = Who::Operator.sign_in(&house).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let grant = asked(&house, &operator, request(&house)).await;
    let answer = say(&house, &administrator, &grant, "approve").await.json();
    let name = answer["answer"]["answered"]["by"]["name"].as_str().unwrap().to_owned();
    assert!(name.contains(&administrator.account), "{name}");
    let before = house.entry_count().await;
    let opened = play(&house, &operator).await.json();
    let still = json!({
        "view_id": opened["id"], "camera_id": house.cameras[0].to_string(), "at_ms": house.app.now().as_ms() - 590_000,
    });
    assert_eq!(house.post("/api/stills", &operator.cookie, still).await.status, StatusCode::CREATED);
    assert_eq!(export(&house, &operator).await.status, StatusCode::CREATED);
    let entries = house.entries_since(before).await;
    for act in [Act::Playback, Act::Still, Act::Export] {
        assert_eq!(entry_of(&entries, act).record.approver, name, "{act:?}");
    }
    let now = house.get(&format!("/api/grants?id={grant}"), &operator.cookie).await.json();
    assert_eq!(now["grants"][0]["uses"], json!(2), "a view and an export; a still belongs to its view");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_themselves_or_in_return() {
    let house = House::build().await;
    let mut pair = Vec::new();
    for account in ["both-a", "both-b"] {
        let posts =
            [Role::Operator, Role::Administrator].map(|role| Post { role, unit: house.unit, group: None });
        let person = house.person(account, posts.to_vec()).await;
        pair.push(house.sign_in(person, account).await);
    }
    let [a, b] = &pair[..] else { panic!("two") };
    let of_b = asked(&house, b, request(&house)).await;
    let own = say(&house, b, &of_b, "approve").await;
    assert_eq!((own.status, own.code().as_str()), (StatusCode::FORBIDDEN, "own_grant"));
    assert_eq!(say(&house, a, &of_b, "approve").await.status, StatusCode::OK);
    let of_a = asked(&house, a, request(&house)).await;
    let circle = say(&house, b, &of_a, "approve").await;
    assert_eq!((circle.status, circle.code().as_str()), (StatusCode::FORBIDDEN, "circular_approval"));
    // Around a third one it is the same.
    let posts =
        [Role::Operator, Role::Administrator].map(|role| Post { role, unit: house.unit, group: None });
    let c = house.person("both-c", posts.to_vec()).await;
    let c = house.sign_in(c, "both-c").await;
    let of_c = asked(&house, &c, request(&house)).await;
    assert_eq!(say(&house, b, &of_c, "approve").await.status, StatusCode::OK, "a row is no circle");
    let circle = say(&house, &c, &of_a, "approve").await;
    assert_eq!((circle.status, circle.code().as_str()), (StatusCode::FORBIDDEN, "circular_approval"));
    assert!(
        circle.json()["error"]["reason"]["en"].as_str().unwrap().contains("around others"),
        "{}",
        circle.json()
    );
    let third = Who::Administrator.sign_in(&house).await;
    assert_eq!(say(&house, &third, &of_a, "approve").await.status, StatusCode::OK);
    assert_eq!(say(&house, &third, &of_a, "approve").await.status, StatusCode::CONFLICT, "once");
    let silent =
        house.post(&format!("/api/grants/{of_a}/revoke"), &third.cookie, json!({ "reason": " " })).await;
    assert_eq!(silent.code(), "grant_reason");
    // What one asked for oneself, one withdraws or gives back; a colleague's not.
    let operator = Who::Operator.sign_in(&house).await;
    let colleague = Who::Operator.sign_in(&house).await;
    let mine = asked(&house, &operator, request(&house)).await;
    assert_eq!(say(&house, &colleague, &mine, "decline").await.code(), "role");
    assert_eq!(say(&house, &operator, &mine, "decline").await.json()["state"], json!("declined"));
    let seen = house.get("/api/grants", &colleague.cookie).await.json();
    assert_eq!(seen["total"], json!(0), "a colleague sees nothing of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_request_is_said() {
    let house = House::build().await;
    let operator = Who::Operator.sign_in(&house).await;
    let now = house.app.now().as_ms();
    let check = async |field: &str, value: Value, status: u16| {
        let mut body = request(&house);
        body[field] = value;
        let answer = house.post("/api/grants", &operator.cookie, body).await;
        assert_eq!(answer.status.as_u16(), status, "{field}: {}", answer.json());
    };
    check("acts", json!([]), 400).await;
    check("uses_max", json!(0), 400).await;
    check("uses_max", json!(1_001), 400).await;
    check("expires_ms", json!(now - 1), 400).await;
    check("expires_ms", json!(now + 32 * 24 * HOUR_MS), 400).await;
    check("from_ms", json!(null), 400).await;
    check("reason", json!("  "), 403).await;
    check("cameras", json!([]), 403).await;
    check("purpose", json!("administration"), 403).await;
    check("case", json!(uuid::Uuid::now_v7().to_string()), 403).await;
}

/// A grant replaces no post: whoever may not look back does not ask for it.
#[tokio::test(flavor = "multi_thread")]
async fn what_no_post_allows_is_not_asked_for() {
    let house = House::build().await;
    let beside = house
        .app
        .registry()
        .create_group(&system_cx("demo", house.app.now()), house.unit, "山上", None)
        .await
        .unwrap();
    let viewer = Who::Viewer.sign_in(&house).await;
    let operator = Who::Operator.sign_in(&house).await;
    let whole = Post { role: Role::Viewer, unit: house.unit, group: None };
    let elsewhere = Post { role: Role::Operator, unit: house.unit, group: Some(Part::Group(beside)) };
    let person = house.person("mixed", vec![whole, elsewhere]).await;
    let mixed = house.sign_in(person, "mixed").await;
    for (caller, acts, beyond) in [
        (&viewer, &["live"][..], ""),
        (&viewer, &["playback"], "playback"),
        (&viewer, &["live", "still", "export"], "still, export"),
        (&mixed, &["live"], ""),
        (&mixed, &["export"], "export"),
        (&operator, &["live", "playback", "still", "export"], ""),
    ] {
        let before = house.entry_count().await;
        let mut body = request(&house);
        body["acts"] = json!(acts);
        let answer = house.post("/api/grants", &caller.cookie, body).await;
        let entries = house.entries_since(before).await;
        let entry = entry_of(&entries, Act::AskGrant);
        assert_eq!(entry.is_refusal(), !beyond.is_empty(), "{acts:?}: {}", answer.json());
        if beyond.is_empty() {
            assert_eq!(answer.status, StatusCode::CREATED, "{acts:?}: {}", answer.json());
            continue;
        }
        let said = answer.json();
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "grant_beyond_posts"));
        assert_eq!(said["error"]["article"], "unit:roles");
        assert!(said["error"]["reason"]["en"].as_str().unwrap().ends_with(&format!(": {beyond}.")), "{said}");
        let own = house.get("/api/grants", &caller.cookie).await.json();
        let asked = own["grants"].as_array().unwrap().iter().filter(|row| row["acts"] == json!(acts));
        assert_eq!(asked.count(), 0, "nothing waits: {own}");
    }
}

/// A grant is taken back while its pictures are being read: they stop, and an entry counts them.
#[tokio::test(flavor = "multi_thread")]
async fn taking_a_grant_back_stops_the_pictures() {
    let (studio, span) = recorded().await;
    let house = &studio.house;
    four_eyes(house, true).await;
    let operator = Who::Operator.sign_in(house).await;
    let administrator = Who::Administrator.sign_in(house).await;
    let grant = asked(house, &operator, request(house)).await;
    assert_eq!(say(house, &administrator, &grant, "approve").await.status, StatusCode::OK);
    let (_, mut socket) = playing(&studio, &operator, playback(&studio, span, None)).await;
    picture_after(&mut socket, 0).await;
    let before = house.entry_count().await;
    assert_eq!(say(house, &administrator, &grant, "revoke").await.status, StatusCode::OK);
    assert_eq!(to_the_end(&mut socket).await.reason.as_deref(), Some("revoked"));
    let entries = house.entries_since(before).await;
    let entry = entry_of(&entries, Act::RevokeGrant);
    assert!(entry.record.extra.contains("views_ended=1"), "{}", entry.record.extra);
    let name = format!("人员 {}", administrator.account);
    studio
        .until_async("what was served is written, with who approved", async || {
            let entries = house.entries_since(before).await;
            entries.iter().any(|entry| entry.act == Act::Use && entry.record.approver == name)
        })
        .await;
    assert_eq!(play(house, &operator).await.code(), "grant_revoked");
}

/// A package that was made under a grant is not collected once the grant was taken back; before that, the approver stands in the entry.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_goes_with_its_grant() {
    let (studio, (from_ms, _)) = recorded().await;
    let house = &studio.house;
    four_eyes(house, true).await;
    let operator = Who::Operator.sign_in(house).await;
    let administrator = Who::Administrator.sign_in(house).await;
    let grant = asked(house, &operator, request(house)).await;
    assert_eq!(say(house, &administrator, &grant, "approve").await.status, StatusCode::OK);
    let made = studio.exported_span(&operator, from_ms, from_ms + 2_000).await;
    let path = format!("/api/exports/{}/package", made["id"].as_str().unwrap());
    let before = house.entry_count().await;
    assert_eq!(house.get(&path, &operator.cookie).await.status, StatusCode::OK);
    let entries = house.entries_since(before).await;
    assert_eq!(entry_of(&entries, Act::Collect).record.approver, format!("人员 {}", administrator.account));
    assert_eq!(say(house, &operator, &grant, "revoke").await.status, StatusCode::OK, "given back");
    assert_eq!(house.get(&path, &operator.cookie).await.code(), "grant_revoked");
}

/// A grant is taken back while a copy is being made, and while one is on its way out: both stop, and an entry says how far they were.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_stops_with_its_grant_and_an_entry_says_how_far_it_was() {
    let (studio, (from_ms, _)) = recorded().await;
    let house = &studio.house;
    four_eyes(house, true).await;
    let operator = Who::Operator.sign_in(house).await;
    let administrator = Who::Administrator.sign_in(house).await;
    let granted = async || {
        let grant = asked(house, &operator, request(house)).await;
        assert_eq!(say(house, &administrator, &grant, "approve").await.status, StatusCode::OK);
        grant
    };
    let broken_off = async |since: u64, of: Act| {
        let mut found = None;
        let what = "that it was broken off is an entry";
        studio
            .until_async(what, async || {
                let entries = house.entries_since(since).await;
                let index = entry_of(&entries, of).index;
                let broken = entries.into_iter().find(|entry| entry.act == Act::BreakOffExport);
                found = broken.map(|entry| (index, entry));
                found.is_some()
            })
            .await;
        let (of, entry) = found.unwrap();
        assert_eq!(entry.record.refers_to, Some(of));
        entry.record.extra
    };
    // It is being made until its hand-over's minute is closed.
    let grant = granted().await;
    let before = house.entry_count().await;
    let mut body = house.export();
    (body["from_ms"], body["to_ms"]) = (json!(from_ms), json!(from_ms + 2_000));
    let made = house.post("/api/exports", &operator.cookie, body).await.json();
    let path = format!("/api/exports/{}", made["id"].as_str().unwrap());
    let state = async || house.get(&path, &operator.cookie).await.json();
    assert_eq!(state().await["state"], "preparing");
    assert_eq!(say(house, &administrator, &grant, "revoke").await.status, StatusCode::OK);
    studio.until_async("the package is given up", async || state().await["state"] != "preparing").await;
    assert_eq!(state().await["state"], "failed");
    let said = broken_off(before, Act::Export).await;
    assert!(said.contains("broken_off=revoked\nshare=0."), "{said}");

    // It is on its way out: the sealed header and one chunk have left.
    let grant = granted().await;
    let sealed = json!({ "seal_to": crate::sealing::PUBLIC });
    let made = studio.exported_as(&operator, from_ms, from_ms + 2_000, sealed).await;
    assert_eq!(made["state"], "ready", "{made}");
    let before = house.entry_count().await;
    let path = format!("/api/exports/{}/package", made["id"].as_str().unwrap());
    let mut body = house.begun(&path, &operator.cookie).await.into_data_stream();
    let mut bytes = 0;
    for _ in 0..2 {
        bytes += body.next().await.unwrap().unwrap().len();
    }
    assert_eq!(say(house, &administrator, &grant, "revoke").await.status, StatusCode::OK);
    assert!(body.next().await.unwrap().is_err(), "no byte after it");
    assert!(body.next().await.is_none());
    let said = broken_off(before, Act::Collect).await;
    assert!(said.contains(&format!("broken_off=revoked\nbytes={bytes}")), "{said}");
    assert_eq!(house.get(&path, &operator.cookie).await.code(), "grant_revoked");
}

/// Grants and cases end by themselves: nothing is opened under them then, and what is open is not prolonged.
#[tokio::test(flavor = "multi_thread")]
async fn grants_and_cases_end_by_themselves() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    four_eyes(&house, true).await;
    let operator = Who::Operator.sign_in(&house).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let now = house.app.now().as_ms();
    let case = json!({
        "unit_id": house.unit.to_string(), "kind": "incident", "number": "2026-1", "title": "江边争执",
        "closes_ms": now + 600_000,
    });
    let case = house.post("/api/cases", &operator.cookie, case).await.json()["id"].clone();
    let path = format!("/api/cases/{}/confirm", case.as_str().unwrap());
    assert_eq!(house.post(&path, &administrator.cookie, json!(null)).await.status, StatusCode::OK);
    let mut short = request(&house);
    short["expires_ms"] = json!(now + 300_000);
    let grant = asked(&house, &operator, short).await;
    assert_eq!(say(&house, &administrator, &grant, "approve").await.status, StatusCode::OK);
    let mut live = house.live_view();
    live["case"] = case;
    let recorded = view(&house, house.cameras[0], (-600, -540));
    let under_case = house.view(&operator, live.clone()).await;
    let under_grant = house.view(&operator, recorded.clone()).await;
    let renew = async |view: &str| {
        house.post(&format!("/api/views/{view}/renew"), &operator.cookie, json!(null)).await.status
    };
    assert_eq!(renew(&under_grant).await, StatusCode::OK);
    clocks.on_us(301_000_000);
    assert_ne!(renew(&under_grant).await, StatusCode::OK);
    assert_eq!(house.post("/api/views", &operator.cookie, recorded).await.code(), "grant_expired");
    assert_eq!(
        say(&house, &administrator, &grant, "revoke").await.status,
        StatusCode::CONFLICT,
        "it is over"
    );
    assert_eq!(renew(&under_case).await, StatusCode::OK);
    clocks.on_us(300_000_000);
    assert_ne!(renew(&under_case).await, StatusCode::OK);
    assert_eq!(house.post("/api/views", &operator.cookie, live).await.code(), "case_closed");
}
