//! A console that is left alone: what a page asks for by itself keeps no session open, a lock is a lock, and the wall of whoever is on
//! shift goes on while everything else waits.

use crate::{
    cases::Who,
    duty::Duty,
    house::{Answer, Caller, House, PASSWORD},
    turned::{Leapt, MONDAY, Turned},
    watch::{Seen, Studio, next, to_the_end},
};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use futures::StreamExt as _;
use model::{Act, Role};
use serde_json::{Value, json};
use std::sync::Arc;

const MINUTE_US: i64 = 60_000_000;

/// Sent without a hand's mark, as an open page or a program does.
async fn by_itself(house: &House, method: Method, path: &str, caller: &Caller, body: Value) -> Answer {
    let request = Request::builder().method(method).uri(path).header("x-watchkeeper", "1");
    let request =
        request.header(header::COOKIE, &caller.cookie).header(header::CONTENT_TYPE, "application/json");
    house.send_raw(&house.router, request.body(Body::from(body.to_string())).unwrap()).await
}

async fn polled(house: &House, path: &str, caller: &Caller) -> (u16, String) {
    let answer = by_itself(house, Method::GET, path, caller, json!({})).await;
    (answer.status.as_u16(), answer.code())
}

/// Signs in at the console that shows the lock.
async fn back(house: &House, caller: &Caller, password: &str) -> Answer {
    let body = json!({ "account": caller.account, "password": password });
    house.post("/api/sign-in", &caller.cookie, body).await
}

fn cookie_of(answer: &Answer) -> String {
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_by_itself_keeps_no_session_open() {
    let clocks = Turned::at(MONDAY);
    let house = House::build_by(clocks.clone()).await;
    let [left, kept] =
        [house.caller(Role::Viewer, house.unit).await, house.caller(Role::Viewer, house.unit).await];
    let began = house.app.now();
    for _ in 0..3 {
        clocks.on_us(10 * MINUTE_US - 1);
        assert_eq!(polled(&house, "/api/state", &left).await, (200, String::new()));
        assert_eq!(house.get("/api/state", &kept.cookie).await.status, 200);
    }
    // What is opened by itself ends where the console will lock.
    let opened = by_itself(&house, Method::POST, "/api/views", &left, house.live_view()).await;
    assert_eq!(opened.status, 201, "{}", opened.json());
    assert_eq!(opened.json()["expires_ms"], json!(began.plus_us(30 * MINUTE_US).as_ms()));
    let before = house.entry_count().await;
    clocks.on_us(3);
    let view = opened.json()["id"].as_str().unwrap().to_owned();
    for (method, path) in [
        (Method::GET, "/api/state".to_owned()),
        (Method::GET, "/api/me".to_owned()),
        (Method::GET, "/api/cameras".to_owned()),
        (Method::POST, format!("/api/views/{view}/renew")),
        (Method::POST, "/api/me/lock".to_owned()),
    ] {
        for marked in [false, true] {
            let answer = match marked {
                true => house.send(&house.router, method.clone(), &path, Some(&left.cookie), None).await,
                false => by_itself(&house, method.clone(), &path, &left, json!({})).await,
            };
            let said = (answer.status.as_u16(), answer.code());
            assert_eq!(said, (401, "left_alone".to_owned()), "{path}, by hand: {marked}");
        }
    }
    assert_eq!(house.get("/api/me", &kept.cookie).await.status, 200, "a hand prolongs");
    assert_eq!(house.entry_count().await, before);
    // A wrong password opens nothing; the right one ends the session that was left and begins another.
    assert_eq!(back(&house, &left, "wrong horse battery").await.status, 401);
    assert_eq!(polled(&house, "/api/me", &left).await.0, 401);
    let again = back(&house, &left, PASSWORD).await;
    assert_eq!(again.status, 200, "{}", again.json());
    assert_eq!(house.get("/api/me", &cookie_of(&again)).await.status, 200);
    assert_eq!(polled(&house, "/api/me", &left).await, (401, String::new()), "the session before is over");
    let acts: Vec<_> = house.entries_since(before).await.iter().map(|entry| entry.act).collect();
    assert_eq!(acts, [Act::SignInFailed, Act::SignIn, Act::SignOut]);
}

/// datong-2008:17: the room is kept by looking at the wall, not by touching it; whatever else the console does waits for its holder.
#[tokio::test(flavor = "multi_thread")]
async fn a_wall_that_nobody_touches_goes_on_while_its_shift_runs() {
    let clocks = Turned::at(MONDAY);
    let house = House::build_by(clocks.clone()).await;
    let viewer = house.caller(Role::Viewer, house.unit).await;
    let duty = Duty::begin(&house).await;
    let shift = duty.rostered(&viewer, -1, 120).await;
    duty.take_over(&viewer, &shift).await;
    let wall = house.view(&viewer, house.live_view()).await;
    let mut other = house.live_view();
    other["purpose"] = json!("incident");
    let other = house.view(&viewer, other).await;
    let renewed = async |view: &str| {
        let path = format!("/api/views/{view}/renew");
        let answer = by_itself(&house, Method::POST, &path, &viewer, json!({})).await;
        (answer.status.as_u16(), answer.code())
    };
    let on_shift = (401, "left_alone_on_shift".to_owned());
    for minutes in [10, 20, 30, 40] {
        clocks.on_us(10 * MINUTE_US);
        assert_eq!(renewed(&wall).await, (200, String::new()));
        let still = renewed(&other).await.0 == 200;
        assert_eq!(still, minutes < 30, "under another purpose it ends with the lock");
    }
    for path in ["/api/state", "/api/alarms"] {
        assert_eq!(polled(&house, path, &viewer).await.0, 200, "{path}");
    }
    for path in ["/api/me", "/api/cameras", "/api/duty/rooms", "/api/exports"] {
        assert_eq!(polled(&house, path, &viewer).await, on_shift, "{path}");
    }
    let words = json!({ "words": "nothing to report" });
    let path = format!("/api/duty/shifts/{shift}/hand-over");
    assert_eq!(house.post(&path, &viewer.cookie, words.clone()).await.status, 401);
    assert_eq!(house.post("/api/views", &viewer.cookie, house.live_view()).await.status, 401);
    let again = cookie_of(&back(&house, &viewer, PASSWORD).await);
    assert_eq!(house.post(&path, &again, words).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_locks_leaves_no_picture_but_the_wall_of_their_shift() {
    let studio = Studio::start().await;
    let house = &studio.house;
    for on_shift in [false, true] {
        let viewer = Who::Viewer.sign_in(house).await;
        if on_shift {
            let duty = Duty::begin(house).await;
            let shift = duty.rostered(&viewer, -1, 60).await;
            duty.take_over(&viewer, &shift).await;
        }
        let (view, mut socket) = studio.live(&viewer).await;
        while !matches!(next(&mut socket).await, Seen::Media { .. }) {}
        let before = house.entry_count().await;
        let locked =
            house.send(&house.router, Method::POST, "/api/me/lock", Some(&viewer.cookie), None).await;
        assert_eq!(locked.status, 204, "{}", locked.json());
        let renewed = house.post(&format!("/api/views/{view}/renew"), &viewer.cookie, json!({})).await;
        if on_shift {
            assert_eq!(renewed.status, 200, "{}", renewed.json());
            while !matches!(next(&mut socket).await, Seen::Media { .. }) {}
        } else {
            assert_eq!((renewed.status.as_u16(), renewed.code()), (401, "left_alone".to_owned()));
            assert_eq!(to_the_end(&mut socket).await.reason.as_deref(), Some("revoked"));
        }
        let entries = house.entries_since(before).await;
        let entry = entries.iter().find(|entry| entry.act == Act::SignOut).unwrap();
        assert!(format!("{:?}", entry.record).contains("locked=true"), "{:?}", entry.record);
        let out = house.send(&house.router, Method::POST, "/api/sign-out", Some(&viewer.cookie), None).await;
        assert_eq!(out.status, 204, "and may go");
    }
}

/// A copy that is being handed out was admitted by name, and a slow line is no reason to begin anew: it goes to its end while the console
/// that asked for it has locked long since. Nothing else begins there.
#[tokio::test(flavor = "multi_thread")]
async fn a_collection_outlasts_a_session_that_is_left_alone() {
    let clocks = Arc::new(Leapt::default());
    let studio = Studio::start_in(House::build_at(House::facts(), clocks.clone()).await).await;
    studio.recorded(5).await;
    let house = &studio.house;
    let operator = Who::Operator.sign_in(house).await;
    let made = studio.exported(&operator).await;
    assert_eq!(made["state"], "ready", "{made}");
    let path = format!("/api/exports/{}/package", made["id"].as_str().unwrap());
    let before = house.entry_count().await;
    let mut body = house.begun(&path, &operator.cookie).await.into_data_stream();
    let mut bytes = body.next().await.unwrap().unwrap().len();
    clocks.on_us(31 * MINUTE_US);
    let left = (401, "left_alone".to_owned());
    assert_eq!(polled(house, &path, &operator).await, left);
    assert_eq!(polled(house, "/api/me", &operator).await, left);
    // And it goes on for hours, until its own pass ends.
    for minutes in [60, 60, 60] {
        clocks.on_us(minutes * MINUTE_US);
        if let Some(chunk) = body.next().await {
            bytes += chunk.expect("it goes on").len();
        }
    }
    while let Some(chunk) = body.next().await {
        bytes += chunk.expect("it goes to its end").len();
    }
    let stored =
        std::fs::metadata(house.app.registry().export_path(made["id"].as_str().unwrap().parse().unwrap()));
    assert_eq!(bytes as u64, stored.unwrap().len(), "all of it");
    let entries = house.entries_since(before).await;
    assert!(entries.iter().any(|entry| entry.act == Act::Collect && !entry.is_refusal()));
    assert!(!entries.iter().any(|entry| entry.act == Act::BreakOffExport), "nothing was broken off");
}
