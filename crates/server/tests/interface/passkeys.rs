//! Passkeys through the real router: registering, signing in, every way in which an answer can be a lie, a lost device, a copy.

use crate::authenticator::{Device, Said, begin, challenged, registered};
use crate::house::{Answer, Caller, HOST, House, PASSWORD, totp_code};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use law::access::Post;
use model::{Act, Actor, Cx, LegalBasis, PersonId, Personal, Purpose, RequestId, Role, Secret};
use serde_json::{Value, json};
use server::app::Facts;
use store::{Expected, NewCredential, NewPerson, system_cx};

const SIGN_IN: &str = "/api/sign-in/passkey";
const OWN: &str = "/api/me/passkeys";

async fn answered(house: &House, cookie: &str, body: Value) -> Answer {
    house.send(&house.router, Method::POST, SIGN_IN, Some(cookie), Some(body)).await
}

async fn sign_in(house: &House, device: &mut Device, twist: impl FnOnce(&mut Said)) -> Answer {
    let (challenge, cookie) = challenged(house).await;
    answered(house, &cookie, device.get(&challenge, twist)).await
}

fn said(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.code())
}

/// The reason of the one failed sign-in since then.
async fn failure_since(house: &House, before: u64, person: PersonId) -> String {
    let entries = house.entries_since(before).await;
    let failed: Vec<_> = entries.iter().filter(|entry| entry.act == Act::SignInFailed).collect();
    assert_eq!(failed.len(), 1, "{entries:?}");
    assert_eq!(failed[0].person, Some(person));
    format!("{:?}", failed[0].record.outcome)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_stands_for_password_and_second_factor() {
    let house = House::build().await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    // A second factor is in force: registering asks for it as well.
    let enrolment = house.send(&house.router, Method::POST, "/api/me/totp", Some(&caller.cookie), None).await;
    let secret = enrolment.json()["secret"].as_str().unwrap().to_owned();
    let code = |back_s: i64| totp_code(&secret, house.app.now().as_ms() / 1_000 - back_s);
    house.post("/api/me/totp/confirm", &caller.cookie, json!({ "code": code(30) })).await;
    let path = format!("{OWN}/challenge");
    for (proof, field) in [
        (json!({ "password": "wrong horse battery" }), "password"),
        (json!({ "password": PASSWORD }), "code"),
        (json!({ "password": PASSWORD, "totp": "000000" }), "code"),
    ] {
        let answer = house.post(&path, &caller.cookie, proof).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]["field"]), (400, &json!(field)));
    }
    let begun = house.post(&path, &caller.cookie, json!({ "password": PASSWORD, "totp": code(0) })).await;
    let creation = begun.json();
    assert_eq!(creation["host"], HOST);
    assert_eq!(creation["algorithms"], json!([-7, -8, -257]));
    let mut device = Device::new();
    let body = device.create(&creation, |_| ());
    let made = house.post(OWN, &caller.cookie, body.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    // The challenge was used up.
    assert_eq!(said(&house.post(OWN, &caller.cookie, body).await), (400, "challenge".to_owned()));

    let before = house.entry_count().await;
    let answer = sign_in(&house, &mut device, |_| ()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    assert_eq!(answer.json()["person"]["account"], json!(caller.account));
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let entries = house.entries_since(before).await;
    let entry = entries.iter().find(|entry| entry.act == Act::SignIn).unwrap();
    assert!(entry.record.extra.starts_with("means=passkey\npasskey="), "{}", entry.record.extra);
    let own = house.get(OWN, &cookie).await.json();
    assert!(own["passkeys"][0]["used_ms"].is_i64(), "{own}");
    let id = own["passkeys"][0]["id"].as_str().unwrap().to_owned();
    let renamed = house
        .send(
            &house.router,
            Method::PATCH,
            &format!("{OWN}/{id}"),
            Some(&cookie),
            Some(json!({ "name": "办公室" })),
        )
        .await;
    assert_eq!(renamed.status, StatusCode::NO_CONTENT);
    assert_eq!(house.get(OWN, &cookie).await.json()["passkeys"][0]["name"], "办公室");
    // Removed: other sessions end, this one stays.
    let removed =
        house.send(&house.router, Method::DELETE, &format!("{OWN}/{id}"), Some(&cookie), None).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    assert_eq!(house.get("/api/me", &cookie).await.status, StatusCode::OK);
    assert_eq!(house.get("/api/me", &caller.cookie).await.status, StatusCode::UNAUTHORIZED);
    let before = house.entry_count().await;
    assert_eq!(said(&sign_in(&house, &mut device, |_| ()).await), (401, "bad_credentials".to_owned()));
    assert!(failure_since(&house, before, caller.person).await.contains("was removed"));
}

type Twist = fn(&mut Said);

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_what_was_asked_for_signs_nobody_in() {
    let lies: [(&str, Twist); 9] = [
        ("another address", |said| said.origin = "https://evil.example".to_owned()),
        ("another address", |said| said.origin = format!("http://{HOST}")),
        ("another host name", |said| said.host = "evil.example".to_owned()),
        ("another question", |said| said.challenge = URL_SAFE_NO_PAD.encode([9; 32])),
        ("another step", |said| said.kind = "webauthn.create"),
        ("checking who uses it", |said| said.flags = 0x01),
        ("anybody at the device", |said| said.flags = 0x04),
        ("another site", |said| said.framed = true),
        ("another person", |said| said.user = URL_SAFE_NO_PAD.encode([7; 16])),
    ];
    for (reason, lie) in lies {
        let house = House::build().await;
        let caller = house.caller(Role::Viewer, house.unit).await;
        let (mut device, _) = registered(&house, &caller).await;
        let before = house.entry_count().await;
        let answer = sign_in(&house, &mut device, lie).await;
        assert_eq!(said(&answer), (401, "bad_credentials".to_owned()), "{reason}");
        assert!(answer.headers.get(header::SET_COOKIE).is_none(), "{reason}");
        let entry = failure_since(&house, before, caller.person).await;
        assert!(entry.contains(reason), "{entry}");
        // With the lie left out the same device is let in.
        assert_eq!(sign_in(&house, &mut device, |_| ()).await.status, StatusCode::OK, "{reason}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_counts_once_and_in_its_own_browser() {
    let house = House::build().await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    let (mut device, _) = registered(&house, &caller).await;
    let (challenge, cookie) = challenged(&house).await;
    let body = device.get(&challenge, |_| ());
    assert_eq!(answered(&house, &cookie, body.clone()).await.status, StatusCode::OK);
    let before = house.entry_count().await;
    // Replayed, in the same browser and in one with a challenge of its own; with no challenge at all.
    assert_eq!(said(&answered(&house, &cookie, body.clone()).await), (400, "challenge".to_owned()));
    assert_eq!(house.entry_count().await, before);
    let (_, elsewhere) = challenged(&house).await;
    assert_eq!(said(&answered(&house, &elsewhere, body).await), (401, "bad_credentials".to_owned()));
    let (challenge, _) = challenged(&house).await;
    let body = device.get(&challenge, |_| ());
    let (_, other) = challenged(&house).await;
    assert_eq!(said(&answered(&house, &other, body.clone()).await), (401, "bad_credentials".to_owned()));
    for cookie in ["", "__Host-wk_ceremony=", "__Host-wk_ceremony=abc", "wk_ceremony=abc"] {
        assert_eq!(said(&answered(&house, cookie, body.clone()).await), (400, "challenge".to_owned()));
    }
    // What registering asked one session another does not answer.
    let creation = begin(&house, &caller).await;
    let made = Device::new().create(&creation, |_| ());
    let another = house.caller(Role::Viewer, house.unit).await;
    assert_eq!(said(&house.post(OWN, &another.cookie, made.clone()).await), (400, "challenge".to_owned()));
    begin(&house, &another).await;
    let answer = house.post(OWN, &another.cookie, made).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]["field"]), (400, &json!("passkey")));
    assert_eq!(house.get(OWN, &another.cookie).await.json()["passkeys"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_registered_that_was_not_asked_for() {
    let lies: [(&str, Twist); 5] = [
        ("address", |said| said.origin = "https://evil.example".to_owned()),
        ("host name", |said| said.host = "evil.example".to_owned()),
        ("checking who uses it", |said| said.flags = 0x41),
        ("what a browser sends", |said| said.flags = 0x05),
        ("another step", |said| said.kind = "webauthn.get"),
    ];
    let house = House::build().await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    for (reason, lie) in lies {
        let body = Device::new().create(&begin(&house, &caller).await, lie);
        let before = house.entry_count().await;
        let answer = house.post(OWN, &caller.cookie, body).await;
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(answer.status == StatusCode::BAD_REQUEST && message.contains(reason), "{message}");
        assert_eq!(house.entry_count().await, before);
    }
    assert_eq!(house.get(OWN, &caller.cookie).await.json()["passkeys"], json!([]));
    // One device's key is one person's, once.
    let mut device = Device::new();
    let body = device.create(&begin(&house, &caller).await, |_| ());
    assert_eq!(house.post(OWN, &caller.cookie, body).await.status, StatusCode::CREATED);
    let another = house.caller(Role::Viewer, house.unit).await;
    let body = device.create(&begin(&house, &another).await, |_| ());
    assert_eq!(house.post(OWN, &another.cookie, body).await.status, StatusCode::CONFLICT);
    // Ten, and no more.
    for _ in 1..10 {
        registered(&house, &caller).await;
    }
    let full = house.post(&format!("{OWN}/challenge"), &caller.cookie, json!({ "password": PASSWORD })).await;
    assert_eq!(full.status, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn locks_suspension_and_rest_hold_for_passkeys_too() {
    let house = House::build().await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    let (mut device, _) = registered(&house, &caller).await;
    for _ in 0..5 {
        sign_in(&house, &mut device, |said| said.flags = 0x01).await;
    }
    // Locked: right answers do not help, nor does the password.
    assert_eq!(said(&sign_in(&house, &mut device, |_| ()).await), (429, "locked".to_owned()));
    let password = json!({ "account": caller.account, "password": PASSWORD });
    let answer = house.send(&house.router, Method::POST, "/api/sign-in", None, Some(password)).await;
    assert_eq!(said(&answer), (429, "locked".to_owned()));

    let house = House::build().await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    let (mut device, _) = registered(&house, &caller).await;
    let administrator = house.caller(Role::Administrator, house.unit).await;
    let path = format!("/api/people/{}", caller.person);
    for (suspended, status) in [(true, 401), (false, 200)] {
        let body = Some(json!({ "suspended": suspended }));
        house.send(&house.router, Method::PATCH, &path, Some(&administrator.cookie), body).await;
        let before = house.entry_count().await;
        assert_eq!(sign_in(&house, &mut device, |_| ()).await.status.as_u16(), status);
        if suspended {
            assert!(failure_since(&house, before, caller.person).await.contains("suspended"));
        }
    }
    // Nobody knows this device: one more stranger, no entry of its own.
    let before = house.entry_count().await;
    let stranger = sign_in(&house, &mut device, |said| said.credential = vec![1; 16]).await;
    assert_eq!(said(&stranger), (401, "bad_credentials".to_owned()));
    assert_eq!(house.entry_count().await, before);
    // Whoever has not signed in for a hundred days is told so.
    let (person, mut device) = sleeper(&house).await;
    let before = house.entry_count().await;
    assert_eq!(said(&sign_in(&house, &mut device, |_| ()).await), (403, "dormant".to_owned()));
    failure_since(&house, before, person).await;
}

/// Somebody whose account, with a passkey, has rested for a hundred days.
async fn sleeper(house: &House) -> (PersonId, Device) {
    let then = house.app.now().plus_us(-100 * 86_400_000_000);
    let new = NewPerson {
        account: "sleeper".to_owned(),
        name: Personal::new("休眠者".to_owned()),
        language: "zh".to_owned(),
        posts: vec![Post { role: Role::Viewer, unit: house.unit, group: None }],
        password: Some(Secret::new(PASSWORD.to_owned())),
        password_stays: true,
    };
    let person = house.app.registry().create_person(&system_cx("demo", then), new).await.unwrap().0;
    let cx = Cx {
        actor: Actor::Person(person),
        purpose: Purpose::Administration,
        legal_basis: LegalBasis::Operation,
        case: None,
        note: None,
        place: "local".to_owned(),
        request: RequestId(uuid::Uuid::now_v7()),
        now: then,
    };
    let mut device = Device::new();
    let user = URL_SAFE_NO_PAD.encode(person.0.as_bytes());
    let body = device.create(&json!({ "challenge": URL_SAFE_NO_PAD.encode([1; 32]), "user": user }), |_| ());
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(body[name].as_str().unwrap()).unwrap();
    let new = NewCredential { client_data: bytes("client_data"), device_data: bytes("authenticator_data") };
    let origins = vec![format!("https://{HOST}")];
    let expected = Expected { challenge: [1; 32], host: HOST.to_owned(), origins };
    house.app.registry().add_passkey(&cx, "旧手机", expected, new).await.unwrap();
    (person, device)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_ends_the_passkey_and_all_sessions() {
    let house = House::build().await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    let (mut device, id) = registered(&house, &caller).await;
    device.counter = 10;
    assert_eq!(sign_in(&house, &mut device, |_| ()).await.status, StatusCode::OK);
    let before = house.entry_count().await;
    let copied = sign_in(&house, &mut device, |said| said.counter = 11).await;
    assert_eq!(said(&copied), (403, "passkey_copied".to_owned()));
    assert_eq!(copied.json()["error"]["article"], "unit:accounts");
    let entries = house.entries_since(before).await;
    let acts: Vec<_> = entries.iter().map(|entry| entry.act).collect();
    assert_eq!(acts, [Act::PasskeyCopied]);
    assert_eq!(entries[0].record.subject.unwrap().to_string(), id);
    assert_eq!(entries[0].record.extra, "counter_before=11\ncounter_now=11");
    assert_eq!(copied.json()["error"]["entry"], json!(entries[0].index));
    // It has ended, also for the device that counts on; sessions too. The password still lets in.
    assert_eq!(house.get("/api/me", &caller.cookie).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(said(&sign_in(&house, &mut device, |_| ()).await), (401, "bad_credentials".to_owned()));
    house.sign_in(caller.person, &caller.account).await;
    // A device that does not count is no copy.
    let (mut still, _) = registered(&house, &house.caller(Role::Viewer, house.unit).await).await;
    for _ in 0..2 {
        assert_eq!(sign_in(&house, &mut still, |said| said.counter = 0).await.status, StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_removes_and_nobody_adds_for_another() {
    let house = House::build().await;
    let caller = house.caller(Role::Viewer, house.unit).await;
    let (mut device, id) = registered(&house, &caller).await;
    let administrator = house.caller(Role::Administrator, house.unit).await;
    let people = house.get("/api/people", &administrator.cookie).await.json();
    let listed =
        people["people"].as_array().unwrap().iter().find(|one| one["id"] == json!(caller.person.to_string()));
    assert_eq!(listed.unwrap()["passkeys"], 1);
    // Somebody else's passkey is no passkey of one's own, whoever asks.
    for method in [Method::PATCH, Method::DELETE] {
        let body = Some(json!({ "name": "x" }));
        let path = format!("{OWN}/{id}");
        let answer = house.send(&house.router, method, &path, Some(&administrator.cookie), body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let remove = async |who: &Caller| {
        let path = format!("/api/people/{}/passkeys", caller.person);
        house.send(&house.router, Method::DELETE, &path, Some(&who.cookie), None).await
    };
    let other = house.caller(Role::Administrator, house.other_unit).await;
    assert_eq!(remove(&other).await.status, StatusCode::FORBIDDEN);
    let removed = remove(&administrator).await;
    assert_eq!((removed.status, removed.json()), (StatusCode::OK, json!({ "removed": 1 })));
    assert_eq!(remove(&administrator).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get("/api/me", &caller.cookie).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(said(&sign_in(&house, &mut device, |_| ()).await), (401, "bad_credentials".to_owned()));
    // A new one-time password takes the passkeys along: whoever had the account before has no way in.
    let again = house.sign_in(caller.person, &caller.account).await;
    let (mut device, _) = registered(&house, &again).await;
    let path = format!("/api/people/{}/reset", caller.person);
    house.send(&house.router, Method::POST, &path, Some(&administrator.cookie), None).await;
    assert_eq!(said(&sign_in(&house, &mut device, |_| ()).await), (401, "bad_credentials".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_work_under_the_host_name_alone() {
    let check = async |facts: Facts, host: &str, expects: &str| {
        let house = House::build_with(facts).await;
        let request = Request::builder().method(Method::POST).uri("/api/sign-in/passkey/challenge");
        let request = request.header("x-watchkeeper", "1").header(header::HOST, host);
        let answer = house.send_raw(&house.router, request.body(Body::empty()).unwrap()).await;
        let told = answer.json()["error"]["reason"]["en"].as_str().unwrap_or_default().to_owned();
        assert!(told.contains(expects) && expects.is_empty() == told.is_empty(), "{host}: {told}");
        assert_eq!(answer.status == StatusCode::OK, expects.is_empty(), "{host}");
        if !expects.is_empty() {
            assert_eq!(answer.code(), "passkey_host");
        }
    };
    let named = |host: &str, secure: bool| Facts { secure, host: Some(host.to_owned()), ..Facts::default() };
    check(named(HOST, true), HOST, "").await;
    check(named(HOST, true), "vms.example:8443", "").await;
    check(named(HOST, true), "VMS.example", "").await;
    check(named(HOST, true), "192.0.2.1", "under vms.example only").await;
    check(named(HOST, true), "[2001:db8::1]:8443", "under vms.example only").await;
    check(named(HOST, true), "other.example", "under vms.example only").await;
    check(named(HOST, true), "vms.example.evil.example", "under vms.example only").await;
    check(named("localhost", false), "localhost:8080", "").await;
    check(named("localhost", false), "127.0.0.1:8080", "opened as 127.0.0.1").await;
    check(Facts { secure: true, ..Facts::default() }, HOST, "No host name was set").await;
}
