//! Two persons at one console, over HTTP: who may be the second, what the two may open that one may not, that each entry names them, and
//! that what they opened stops when the second goes, whatever makes them go.

use crate::{
    authenticator::{challenged, challenged_beside, registered},
    cases::Who,
    grants::{asked, four_eyes, request},
    house::{Answer, Caller, House, PASSWORD},
    levels::{picture_after, playback, playing, recorded},
    turned::{MONDAY, Turned},
    watch::{Studio, to_the_end},
};
use axum::http::{Method, StatusCode};
use law::access::{Part, Post};
use model::{Act, Role};
use serde_json::{Value, json};
use store::{PersonChange, system_cx};

const MINUTE_US: i64 = 60_000_000;

/// From now on recorded footage of the unit is looked at by two, or by one again.
pub async fn together(house: &House, on: bool) {
    let administrator = Who::Administrator.sign_in(house).await;
    let path = format!("/api/units/{}/four-eyes", house.unit);
    let body = json!({ "four_eyes": false, "together": on, "reason": "本单位规定" });
    let answer = house.send(&house.router, Method::PUT, &path, Some(&administrator.cookie), Some(body)).await;
    assert_eq!(answer.json()["together"], json!(on), "{}", answer.json());
}

/// Somebody signs in at the console of another.
pub async fn joins(house: &House, at: &Caller, second: &Caller, password: &str) -> Answer {
    let body = json!({ "account": second.account, "password": password });
    house.post("/api/me/second-person", &at.cookie, body).await
}

async fn leaves(house: &House, at: &Caller) -> Answer {
    house.send(&house.router, Method::DELETE, "/api/me/second-person", Some(&at.cookie), None).await
}

fn recorded_view(house: &House) -> Value {
    let now = house.app.now().as_ms();
    let mut body = house.playback_view();
    (body["from_ms"], body["to_ms"]) = (json!(now - 600_000), json!(now - 540_000));
    body
}

pub async fn play(house: &House, caller: &Caller) -> Answer {
    house.post("/api/views", &caller.cookie, recorded_view(house)).await
}

async fn export(house: &House, caller: &Caller) -> Answer {
    let (mut body, now) = (house.export(), house.app.now().as_ms());
    (body["from_ms"], body["to_ms"]) = (json!(now - 600_000), json!(now - 590_000));
    house.post("/api/exports", &caller.cookie, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_footage_is_opened_by_two_who_may() {
    let house = House::build().await;
    together(&house, true).await;
    let operator = Who::Operator.sign_in(&house).await;
    let of_other_group = {
        let system = system_cx("demo", house.app.now());
        let group = house.app.registry().create_group(&system, house.unit, "库房", None).await.unwrap();
        let post = Post { role: Role::Operator, unit: house.unit, group: Some(Part::Group(group)) };
        let person = house.person("storeman", vec![post]).await;
        house.sign_in(person, "storeman").await
    };
    let colleague = Who::Operator.sign_in(&house).await;
    let viewer = Who::Viewer.sign_in(&house).await;
    // Who joins, what is answered, and what playing is refused with then; nothing: it is permitted.
    let cases = [
        (None, PASSWORD, 0, "", "second_person"),
        (Some(&viewer), PASSWORD, 403, "role", "second_person"),
        (Some(&operator), PASSWORD, 403, "own_second_person", "second_person"),
        (Some(&colleague), "wrong horse battery", 400, "bad_credentials", "second_person"),
        (Some(&of_other_group), PASSWORD, 200, "", "second_person_unfit"),
        (Some(&colleague), PASSWORD, 200, "", ""),
    ];
    for (second, password, status, said, refused) in cases {
        let before = house.entry_count().await;
        if let Some(second) = second {
            let answer = joins(&house, &operator, second, password).await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, said), "{}", answer.json());
            let entries = house.entries_since(before).await;
            let entry = &entries[0];
            let act = if status == 400 { Act::SignInFailed } else { Act::SignInBeside };
            assert_eq!((entry.act, entry.person), (act, Some(second.person)), "{said}");
            assert_eq!(entry.is_refusal(), status != 200);
            if status == 200 {
                assert_eq!(answer.json()["second_person"]["account"], json!(second.account));
                assert_eq!(entry.record.subject, Some(operator.session.0));
            }
        }
        let before = house.entry_count().await;
        let answer = play(&house, &operator).await;
        assert_eq!(answer.code(), refused, "{}", answer.json());
        let entries = house.entries_since(before).await;
        let entry = entries.iter().find(|entry| entry.act == Act::Playback).expect("its entry");
        assert_eq!(entry.is_refusal(), !refused.is_empty());
        let told = format!("second_person={}", colleague.account);
        assert_eq!(entry.record.extra.contains(&told), refused.is_empty(), "{}", entry.record.extra);
        assert_eq!(export(&house, &operator).await.code(), refused);
        if !refused.is_empty() {
            assert_eq!(answer.json()["error"]["article"], json!("unit:four_eyes"));
        }
        // What is live needs no second person.
        house.view(&operator, house.live_view()).await;
    }
    // They are at this console and at no other, and open nothing by it elsewhere.
    let elsewhere = house.sign_in(operator.person, &operator.account).await;
    assert_eq!(play(&house, &elsewhere).await.code(), "second_person");
    assert_eq!(leaves(&house, &operator).await.status, StatusCode::OK);
    assert_eq!(play(&house, &operator).await.code(), "second_person");
    assert_eq!(leaves(&house, &operator).await.status, StatusCode::NOT_FOUND);
    together(&house, false).await;
    assert_eq!(play(&house, &operator).await.status, StatusCode::CREATED);
}

/// How a second person goes.
#[derive(Clone, Copy, Debug)]
enum Goes {
    Leaves,
    EndsTheirSession,
    LosesTheirPost,
    HolderLocks,
    AnotherComes,
}

async fn goes(studio: &Studio, (operator, second): (&Caller, &Caller), how: Goes) {
    let house = &studio.house;
    match how {
        Goes::Leaves => assert_eq!(leaves(house, operator).await.status, StatusCode::OK),
        Goes::EndsTheirSession => {
            let own = house.get("/api/me/sessions", &second.cookie).await.json();
            let beside = own.as_array().unwrap().iter().find(|one| one["current"] == json!(false)).unwrap();
            let path = format!("/api/me/sessions/{}", beside["id"].as_str().unwrap());
            let answer = house.send(&house.router, Method::DELETE, &path, Some(&second.cookie), None).await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT);
        }
        Goes::LosesTheirPost => {
            let change = PersonChange { posts: Some(Vec::new()), ..PersonChange::default() };
            let cx = system_cx("demo", house.app.now());
            house.app.registry().change_person(&cx, second.person, change).await.unwrap();
        }
        Goes::HolderLocks => {
            let answer =
                house.send(&house.router, Method::POST, "/api/me/lock", Some(&operator.cookie), None).await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT);
        }
        Goes::AnotherComes => {
            let other = Who::Operator.sign_in(house).await;
            assert_eq!(joins(house, operator, &other, PASSWORD).await.status, StatusCode::OK);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pictures_stop_when_the_second_person_goes() {
    let (studio, span) = recorded().await;
    let house = &studio.house;
    together(house, true).await;
    for how in
        [Goes::Leaves, Goes::EndsTheirSession, Goes::LosesTheirPost, Goes::HolderLocks, Goes::AnotherComes]
    {
        let (operator, second) = (Who::Operator.sign_in(house).await, Who::Operator.sign_in(house).await);
        assert_eq!(joins(house, &operator, &second, PASSWORD).await.status, StatusCode::OK, "{how:?}");
        let (_, mut socket) = playing(&studio, &operator, playback(&studio, span, None)).await;
        picture_after(&mut socket, 0).await;
        goes(&studio, (&operator, &second), how).await;
        assert_eq!(to_the_end(&mut socket).await.reason.as_deref(), Some("revoked"), "{how:?}");
        let still_two = matches!(how, Goes::AnotherComes);
        assert_eq!(play(house, &operator).await.status == StatusCode::CREATED, still_two, "{how:?}");
    }
}

/// Nobody is taken to be there for longer than half an hour, and a view is not prolonged beyond it.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_person_is_there_for_half_an_hour() {
    let clocks = Turned::at(MONDAY);
    let house = House::build_by(clocks.clone()).await;
    together(&house, true).await;
    let (operator, second) = (Who::Operator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    assert_eq!(joins(&house, &operator, &second, PASSWORD).await.status, StatusCode::OK);
    let until = house.app.now().plus_us(30 * MINUTE_US).as_ms();
    clocks.on_us(20 * MINUTE_US);
    let opened = play(&house, &operator).await.json();
    assert_eq!(opened["expires_ms"], json!(until), "{opened}");
    let renew = format!("/api/views/{}/renew", opened["id"].as_str().unwrap());
    clocks.on_us(9 * MINUTE_US);
    let renewed = house.post(&renew, &operator.cookie, json!(null)).await.json();
    assert_eq!(renewed["expires_ms"], json!(until), "{renewed}");
    clocks.on_us(MINUTE_US);
    assert_ne!(house.post(&renew, &operator.cookie, json!(null)).await.status, StatusCode::OK);
    assert_eq!(play(&house, &operator).await.code(), "second_person");
    assert_eq!(house.get("/api/me", &operator.cookie).await.json()["second_person"], json!(null));
}

const BY_PASSKEY: &str = "/api/me/second-person/passkey";

/// Why it is refused, by status and code, and what the entry about it says; nothing: there is none.
type Told = (u16, &'static str, Option<(Act, &'static str)>);

/// What somebody brings to another's console.
#[derive(Clone, Copy, Debug)]
enum Brought {
    Own,
    Replayed,
    WithoutQuestion,
    OfSignIn,
    OfOtherConsole,
    Viewers,
    Removed,
    Suspended,
    Copied,
    OfOtherUnit,
    Colleagues,
}

/// What is brought, with whose passkey, before a question that is open or not.
async fn brought(house: &House, operator: &Caller, what: Brought) -> (Answer, Caller) {
    let second = match what {
        Brought::Own => house.sign_in(operator.person, &operator.account).await,
        Brought::Viewers => Who::Viewer.sign_in(house).await,
        Brought::OfOtherUnit => Who::OtherOperator.sign_in(house).await,
        _ => Who::Operator.sign_in(house).await,
    };
    let (mut device, id) = registered(house, &second).await;
    let post = async |body: Value| house.post(BY_PASSKEY, &operator.cookie, body).await;
    let asked = challenged_beside(house, operator).await;
    let body = match what {
        Brought::Replayed => {
            let body = device.get(&asked, |_| ());
            assert_eq!(post(body.clone()).await.status, StatusCode::OK);
            assert_eq!(leaves(house, operator).await.status, StatusCode::OK);
            assert_eq!(post(body.clone()).await.code(), "challenge", "a question counts once");
            challenged_beside(house, operator).await;
            body
        }
        Brought::WithoutQuestion => {
            let other = house.sign_in(operator.person, &operator.account).await;
            let body = device.get(&challenged_beside(house, &other).await, |_| ());
            post(json!({ "credential": "", "client_data": "", "authenticator_data": "", "signature": "", "user": "" })).await;
            body
        }
        Brought::OfSignIn => device.get(&challenged(house).await.0, |_| ()),
        Brought::OfOtherConsole => {
            let other = Who::Operator.sign_in(house).await;
            device.get(&challenged_beside(house, &other).await, |_| ())
        }
        Brought::Copied => {
            post(device.get(&asked, |said| said.counter = 9)).await;
            leaves(house, operator).await;
            device.counter = 4;
            device.get(&challenged_beside(house, operator).await, |_| ())
        }
        Brought::Removed => {
            let path = format!("/api/me/passkeys/{id}");
            house.send(&house.router, Method::DELETE, &path, Some(&second.cookie), None).await;
            device.get(&asked, |_| ())
        }
        Brought::Suspended => {
            let change = PersonChange { suspended: Some(true), ..PersonChange::default() };
            let cx = system_cx("demo", house.app.now());
            house.app.registry().change_person(&cx, second.person, change).await.unwrap();
            device.get(&asked, |_| ())
        }
        _ => device.get(&asked, |_| ()),
    };
    (post(body).await, second)
}

/// A passkey stands for password and code, at this console, for this question, once.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_person_may_come_with_a_passkey() {
    let house = House::build().await;
    together(&house, true).await;
    let failed = |words| Some((Act::SignInFailed, words));
    let cases: [(Brought, Told, &str); 11] = [
        (Brought::Own, (403, "own_second_person", Some((Act::SignInBeside, "own second person"))), ""),
        (Brought::Replayed, (400, "bad_credentials", failed("another question")), ""),
        (Brought::WithoutQuestion, (400, "challenge", None), ""),
        (Brought::OfSignIn, (400, "bad_credentials", failed("another question")), ""),
        (Brought::OfOtherConsole, (400, "bad_credentials", failed("another question")), ""),
        (Brought::Viewers, (403, "role", Some((Act::SignInBeside, ""))), ""),
        (Brought::Removed, (400, "bad_credentials", failed("was removed")), ""),
        (Brought::Suspended, (400, "bad_credentials", failed("suspended")), ""),
        (Brought::Copied, (403, "passkey_copied", Some((Act::PasskeyCopied, ""))), ""),
        (Brought::OfOtherUnit, (200, "", Some((Act::SignInBeside, ""))), "second_person_unfit"),
        (Brought::Colleagues, (200, "", Some((Act::SignInBeside, ""))), "plays"),
    ];
    for (what, (status, code, entered), plays) in cases {
        let operator = Who::Operator.sign_in(&house).await;
        let before = house.entry_count().await;
        let (answer, second) = brought(&house, &operator, what).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (status, code),
            "{what:?}: {}",
            answer.json()
        );
        let entries = house.entries_since(before).await;
        let about = entries
            .iter()
            .rev()
            .find(|entry| matches!(entry.act, Act::SignInBeside | Act::SignInFailed | Act::PasskeyCopied));
        match entered {
            Some((act, words)) => {
                let entry = about.expect("an entry");
                assert_eq!(
                    (entry.act, entry.person, entry.is_refusal()),
                    (act, Some(second.person), status != 200)
                );
                assert!(
                    format!("{:?}", entry.record.outcome).contains(words),
                    "{what:?}: {:?}",
                    entry.record
                );
                if act == Act::SignInBeside {
                    assert_eq!(entry.record.subject, Some(operator.session.0));
                    assert!(
                        entry.record.extra.starts_with("means=passkey\npasskey="),
                        "{}",
                        entry.record.extra
                    );
                }
            }
            None => assert!(about.is_none(), "{what:?}: {about:?}"),
        }
        let there = house.get("/api/me", &operator.cookie).await.json()["second_person"].clone();
        assert_eq!(there.is_null(), status != 200, "{what:?}: {there}");
        let said = play(&house, &operator).await.code();
        let expected = match plays {
            "plays" => "",
            "" => "second_person",
            other => other,
        };
        assert_eq!(said, expected, "{what:?}");
    }
}

/// What was asked for at a console signs nobody in elsewhere, and whoever is locked out is locked out here too.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_beside_somebody_opens_nothing_else_and_knows_the_same_locks() {
    let house = House::build().await;
    let (operator, second) = (Who::Operator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    let (mut device, _) = registered(&house, &second).await;
    let body = device.get(&challenged_beside(&house, &operator).await, |_| ());
    let (_, cookie) = challenged(&house).await;
    let answer =
        house.send(&house.router, Method::POST, "/api/sign-in/passkey", Some(&cookie), Some(body)).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (401, "bad_credentials"));
    let mut locked = false;
    for _ in 0..20 {
        let lie = device.get(&challenged_beside(&house, &operator).await, |said| said.framed = true);
        let answer = house.post(BY_PASSKEY, &operator.cookie, lie).await;
        locked = answer.code() == "locked";
        if locked {
            break;
        }
        assert_eq!(answer.code(), "bad_credentials");
    }
    assert!(locked, "too many lies lock");
    let right = device.get(&challenged_beside(&house, &operator).await, |_| ());
    let answer = house.post(BY_PASSKEY, &operator.cookie, right).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (429, "locked"));
    assert_eq!(joins(&house, &operator, &second, PASSWORD).await.code(), "locked");
}

const ARTICLES: &str = r#"
[[article]]
number = "3"
title = { zh = "两人在场", en = "Two persons" }
[[article.duty]]
obligation = "O7"
text = { zh = "回放录像须两人在场。", en = "Recordings are played by two persons." }
binds = ["user-unit"]
controls = ["second-person"]
[article.duty.parameters]
four_eyes_recorded = { value = { by = "presence", acts = ["playback", "still"] }, mark = "text" }
[[article]]
number = "5"
title = { zh = "复制须批准", en = "Copies" }
[[article.duty]]
obligation = "O7"
text = { zh = "复制录像须经批准。", en = "Copies are approved." }
binds = ["user-unit"]
controls = ["use-approver"]
[article.duty.parameters]
four_eyes_recorded = { value = { by = "approval", acts = ["export"] }, mark = "text" }
"#;

/// What a pack asks adds to what the unit asks, and the refusal cites whichever did.
#[tokio::test(flavor = "multi_thread")]
async fn a_pack_may_ask_for_a_second_pair_of_eyes() {
    let house = House::build_with_pack("test-eyes", ARTICLES).await;
    let (operator, second) = (Who::Operator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    let article = |answer: &Answer| answer.json()["error"]["article"].clone();
    let refused = async |expected: [Option<(&str, &str)>; 2]| {
        for (answer, expected) in
            [play(&house, &operator).await, export(&house, &operator).await].into_iter().zip(expected)
        {
            let (code, cited) = expected.unwrap_or(("", ""));
            assert_eq!(answer.code(), code, "{}", answer.json());
            assert_eq!(article(&answer).as_str().unwrap_or_default(), cited);
        }
    };
    refused([None, None]).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    crate::ptz::adopt(&house, &administrator, "test-eyes").await;
    let by_pack = [Some(("second_person", "test-eyes:3")), Some(("grant_needed", "test-eyes:5"))];
    refused(by_pack).await;
    // The console asks who asks of what, and need not find out by being refused.
    let path = format!("/api/cameras/{}/four-eyes", house.cameras[0]);
    let said = house.get(&path, &operator.cookie).await.json();
    let line = |act: &str, approval: Value, presence: Value| json!({ "act": act, "approval": approval, "presence": presence });
    let (eyes, word) = (json!("test-eyes:3"), json!("test-eyes:5"));
    let lines = [
        line("playback", Value::Null, eyes.clone()),
        line("still", Value::Null, eyes),
        line("export", word, Value::Null),
    ];
    assert_eq!(said["acts"], json!(lines));
    // The unit asks for its own beside: what the pack asks is cited, what the unit alone asks is the unit's.
    together(&house, true).await;
    refused([by_pack[0], Some(("second_person", "unit:four_eyes"))]).await;
    assert_eq!(joins(&house, &operator, &second, PASSWORD).await.status, StatusCode::OK);
    refused([None, by_pack[1]]).await;
    four_eyes(&house, true).await;
    refused([Some(("grant_needed", "unit:four_eyes")), by_pack[1]]).await;
    let grant = asked(&house, &operator, request(&house)).await;
    let path = format!("/api/grants/{grant}/approve");
    let answer = house.post(&path, &administrator.cookie, json!({ "reason": "已核实" })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    refused([None, None]).await;
}
