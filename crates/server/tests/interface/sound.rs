//! Sound of a camera: off until an administrator switches it on with a legal basis; then it is recorded, and shown to be; moved, it
//! is off again.

use crate::{cases::Who, house::House, watch::Studio};
use axum::http::{Method, StatusCode};
use model::{Act, Profile, Span, StreamId, WallTime};
use serde_json::{Value, json};
use store::{CameraChange, system_cx};

/// Who asks for what, and what is answered: status, and of a refusal article and code.
type Case = (&'static str, Who, Value, u16, &'static str, &'static str);

fn cases() -> Vec<Case> {
    const ARTICLE: &str = "national-2025:18";
    let on = |basis: Value, ground: &str, document: &str| json!({ "on": true, "basis": basis, "ground": ground, "document": document });
    let consent = || on(json!("consent"), "双方同意", "告知书 7 号");
    vec![
        ("a viewer", Who::Viewer, consent(), 403, "unit:roles", "role"),
        ("an operator", Who::Operator, consent(), 403, "unit:roles", "role"),
        ("an auditor", Who::Auditor, consent(), 403, "unit:roles", "role"),
        ("no basis", Who::Administrator, on(Value::Null, "领导要求", "3 号"), 403, ARTICLE, "sound_basis"),
        (
            "a basis and no ground",
            Who::Administrator,
            on(json!("law"), " ", "3 号"),
            403,
            ARTICLE,
            "sound_ground",
        ),
        (
            "an order without its paper",
            Who::Administrator,
            on(json!("authority_order"), "市局", ""),
            403,
            ARTICLE,
            "sound_document",
        ),
        (
            "consent without its paper",
            Who::Administrator,
            on(json!("consent"), "双方同意", ""),
            403,
            ARTICLE,
            "sound_document",
        ),
        ("a basis that is not on the list", Who::Administrator, on(json!("because"), "x", "y"), 400, "", ""),
        ("a law", Who::Administrator, on(json!("law"), "某法第 5 条", ""), 200, "", ""),
        ("consent with its paper", Who::Administrator, consent(), 200, "", ""),
        ("off, without a word", Who::Administrator, json!({ "on": false }), 200, "", ""),
        ("off, by a viewer", Who::Viewer, json!({ "on": false }), 403, "unit:roles", "role"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_is_switched_on_by_an_administrator_with_a_legal_basis() {
    let house = House::build().await;
    let system = system_cx("reconciler", house.app.now());
    for (what, who, body, status, article, code) in cases() {
        let camera = house.camera(what, "rtsp://192.0.2.1/main").await;
        let caller = who.sign_in(&house).await;
        let path = format!("/api/cameras/{camera}/sound");
        let cookie = Some(caller.cookie.as_str());
        let answer = house.send(&house.router, Method::PUT, &path, cookie, Some(body.clone())).await;
        let said = answer.json();
        assert_eq!(answer.status.as_u16(), status, "{what}: {said}");
        if status == 403 {
            let error = &said["error"];
            assert_eq!(
                (error["article"].as_str(), error["code"].as_str()),
                (Some(article), Some(code)),
                "{what}"
            );
            assert!(error["remedy"]["zh"].as_str().is_some_and(|words| !words.is_empty()), "{what}: {error}");
        }
        let on = status == 200 && body["on"] == true;
        let sources = house.app.registry().camera_sources(&system).await.unwrap();
        let source = sources.iter().find(|source| source.id == camera).unwrap();
        assert_eq!(source.sound, on, "{what}");
        if status == 200 {
            let newest = &said["sound"];
            assert_eq!(
                (newest["on"].as_bool(), newest["in_force"].as_bool()),
                (Some(on), Some(true)),
                "{what}"
            );
            assert_eq!(newest["person"]["id"], caller.person.to_string(), "{what}");
            assert_eq!(newest["basis"], if on { body["basis"].clone() } else { Value::Null }, "{what}");
            let switches = house.get(&path, &caller.cookie).await.json();
            assert_eq!(switches["switches"].as_array().map(Vec::len), Some(1), "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_is_recorded_while_it_is_on_and_where_it_was_switched_on() {
    let studio = Studio::start_in(House::build().await).await;
    let house = &studio.house;
    let camera = house.cameras[0];
    let stream = StreamId { camera, profile: Profile::Sound };
    let administrator = Who::Administrator.sign_in(house).await;
    let shown = async || {
        let all = house.get("/api/cameras", &administrator.cookie).await.json();
        let cameras = all["cameras"].as_array().unwrap();
        cameras.iter().find(|one| one["id"] == camera.to_string()).unwrap().clone()
    };
    let switch = async |body: Value| {
        let path = format!("/api/cameras/{camera}/sound");
        let cookie = Some(administrator.cookie.as_str());
        let answer = house.send(&house.router, Method::PUT, &path, cookie, Some(body)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        server::reconcile::once(&house.app).await.unwrap();
    };
    let cx = system_cx("check", house.app.now());
    let all = Span { start: WallTime(0), end: WallTime(i64::MAX) };
    let kept = async || house.app.store().footage.coverage(&cx, stream, all, false).await.unwrap();
    assert!(house.app.pipeline().stream(stream).is_none());
    assert_eq!((&shown().await["sound"], &shown().await["state"]["sound"]), (&Value::Null, &Value::Null));

    let body =
        json!({ "on": true, "basis": "consent", "ground": "窗口对话双方同意", "document": "告知书 7 号" });
    switch(body.clone()).await;
    studio.until_async("sound is recorded", async || !kept().await.spans.is_empty()).await;
    assert_eq!(shown().await["state"]["sound"]["word"], "recording");
    assert_eq!(shown().await["state"]["sound"]["codec"], "G.711 A-law");

    switch(json!({ "on": false, "ground": "不再需要" })).await;
    assert!(house.app.pipeline().stream(stream).is_none(), "not asked for any more");

    // What was agreed here is not agreed elsewhere.
    switch(body).await;
    assert!(house.app.pipeline().stream(stream).is_some());
    let moved = CameraChange { unit: Some(house.other_unit), group: Some(None), ..CameraChange::default() };
    house.app.registry().change_camera(&system_cx("demo", house.app.now()), camera, moved).await.unwrap();
    server::reconcile::once(&house.app).await.unwrap();
    assert!(house.app.pipeline().stream(stream).is_none(), "the camera was moved");
    let newest =
        house.app.registry().newest_sound_switches(&cx, &[camera]).await.unwrap().remove(&camera).unwrap();
    assert_eq!((newest.on, newest.in_force), (true, false));
    let acts = crate::house::acts_of(house.app.store(), house.clerk).await;
    assert_eq!(acts.iter().filter(|act| **act == Act::SwitchSound).count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_that_is_switched_on_counts_in_the_forecast() {
    const SOUND_DAY: i64 = 72_000 / 8 * 86_400;
    let house = House::build().await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let camera = house.cameras[0];
    let cookie = Some(administrator.cookie.as_str());
    let planned = json!({ "planned_kbps": 1_000 });
    let path = format!("/api/storage/cameras/{camera}");
    let set = house.send(&house.router, Method::PATCH, &path, cookie, Some(planned)).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.json());
    let state = async || {
        let storage = house.get("/api/storage", &administrator.cookie).await.json();
        let cameras = storage["cameras"].as_array().unwrap();
        let own = cameras.iter().find(|one| one["camera"]["id"] == camera.to_string()).unwrap().clone();
        let mean = |of: &Value| of["bytes_per_day"]["mean"].as_i64().unwrap();
        (mean(&own), mean(&storage["all"]), own["measured_kbps"].clone(), own["over_plan"].clone())
    };
    let before = state().await;
    let switch = async |body: Value| {
        let path = format!("/api/cameras/{camera}/sound");
        let answer = house.send(&house.router, Method::PUT, &path, cookie, Some(body)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    };
    switch(json!({ "on": true, "basis": "law", "ground": "某法第 5 条" })).await;
    let after = state().await;
    assert_eq!((after.0 - before.0, after.1 - before.1), (SOUND_DAY, SOUND_DAY));
    assert_eq!((&after.2, &after.3), (&before.2, &before.3), "it was planned with its pictures");
    switch(json!({ "on": false })).await;
    assert_eq!(state().await, before);
}
