//! The disk of the ledger is full: SQLite itself says so. Nothing is looked at or handed out, in words that say why; what runs ends;
//! recording goes on; and all of it works again with room.

use crate::{
    cases::Who,
    house::{Answer, Caller, House},
    watch::{PATIENCE, Seen, Studio, next, to_the_end},
};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Instant;

/// Changes in a row that found no room, before the last pages are taken for full.
const FULL_IN_A_ROW: u32 = 5;

/// Small entries, until none finds room.
async fn fill(house: &House, caller: &Caller) {
    let deadline = Instant::now() + PATIENCE;
    let mut full = 0;
    while full < FULL_IN_A_ROW {
        assert!(Instant::now() < deadline, "the pages are never full");
        let body = json!({ "theme": "light" });
        let answer =
            house.send(&house.router, Method::PATCH, "/api/me", Some(&caller.cookie), Some(body)).await;
        full = if answer.status == StatusCode::SERVICE_UNAVAILABLE { full + 1 } else { 0 };
    }
}

fn says_so(what: &str, answer: &Answer) {
    let error = &answer.json()["error"];
    assert_eq!((answer.status.as_u16(), answer.code()), (503, "ledger_full".to_owned()), "{what}: {error}");
    assert_eq!(error["article"], "guangzhou-2007:21", "{what}");
    for (language, words) in [("zh", "录像照常进行"), ("en", "recording goes on")] {
        assert!(error["reason"][language].as_str().unwrap().contains(words), "{what}: {error}");
        assert!(!error["remedy"][language].as_str().unwrap().is_empty(), "{what}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_room_for_the_entry_nothing_is_shown_and_recording_goes_on() {
    let studio = Studio::start().await;
    let house = &studio.house;
    studio.recorded(5).await;
    let (operator, other) = (Who::Operator.sign_in(house).await, Who::Viewer.sign_in(house).await);
    let (view, mut socket) = studio.live(&operator).await;
    while !matches!(next(&mut socket).await, Seen::Media { .. }) {}
    let still = json!({
        "view_id": view, "camera_id": house.cameras[0].to_string(), "at_ms": house.app.now().as_ms() - 500,
    });
    house.app.registry().leave_room(Some(0)).await.unwrap();
    fill(house, &other).await;
    let (full, before) = (house.app.now(), house.entry_count().await);
    let tried: [(&str, &str, Value); 4] = [
        ("live", "/api/views", house.live_view()),
        ("playback", "/api/views", house.playback_view()),
        ("a still", "/api/stills", still.clone()),
        ("an export", "/api/exports", house.export()),
    ];
    for (what, path, body) in &tried {
        says_so(what, &house.post(path, &operator.cookie, body.clone()).await);
    }
    // A refusal cannot be entered either, so it is none.
    says_so("one who may not", &house.post("/api/exports", &other.cookie, house.export()).await);
    assert_eq!(to_the_end(&mut socket).await.reason.as_deref(), Some("ledger"));
    assert_eq!(house.entry_count().await, before);
    studio.recorded_since(full).await;
    assert_eq!(house.get("/api/health", &operator.cookie).await.status, StatusCode::OK);

    house.app.registry().leave_room(None).await.unwrap();
    let (_, mut socket) = studio.live(&operator).await;
    while !matches!(next(&mut socket).await, Seen::Media { .. }) {}
    for (what, path, body) in &tried[..2] {
        let answer = house.post(path, &operator.cookie, body.clone()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{what}: {}", answer.json());
    }
    assert_eq!(studio.exported(&operator).await["state"], "ready");
    let refused = house.post("/api/exports", &other.cookie, house.export()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.json());
}
