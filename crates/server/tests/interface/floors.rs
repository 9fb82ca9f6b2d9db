//! Footage and its days as findings over HTTP: a floor that real footage does not reach and then does, footage that stays past its term, a
//! disk that will be full. Each opens and closes by itself, with its history.

use crate::{
    cases::Who,
    house::House,
    turned::{Leapt, Turned},
    watch::Studio,
};
use axum::http::Method;
use model::{Actor, CameraId, Cx, LegalBasis, Purpose, Span, StreamId, WallTime};
use serde_json::{Value, json};
use std::sync::Arc;
use store::NewHold;

const DAY_US: i64 = 86_400_000_000;

/// The findings of a kind, about a camera or about none.
async fn found(house: &House, kind: &str, camera: Option<CameraId>) -> Vec<Value> {
    let administrator = Who::Administrator.sign_in(house).await;
    let all = house.get("/api/findings", &administrator.cookie).await.json();
    let of = |one: &&Value| {
        one["kind"] == json!(kind)
            && one["camera"]["id"].as_str() == camera.map(|id| id.to_string()).as_deref()
    };
    all.as_array().unwrap().iter().filter(of).cloned().collect()
}

/// How often it came, and how it went last.
async fn history(house: &House, kind: &str, about: impl std::fmt::Display) -> (u64, Option<String>) {
    let administrator = Who::Administrator.sign_in(house).await;
    let path = format!("/api/findings/history?kind={kind}&about={about}");
    let page = house.get(&path, &administrator.cookie).await.json();
    let how = page["findings"][0]["closed"]["how"].as_str().map(str::to_owned);
    (page["total"].as_u64().unwrap(), how)
}

async fn recorded(studio: &Studio, stream: StreamId) {
    let footage = &studio.house.app.store().footage;
    let some = async || footage.stream_head(stream).await.unwrap().next_seq >= 2;
    studio.until_async("a segment", some).await;
}

/// Recorded from the third day on: short until that footage is as old as the floor.
#[tokio::test(flavor = "multi_thread")]
async fn a_floor_is_short_until_real_footage_reaches_it() {
    let clocks = Arc::new(Leapt::default());
    let house = House::build_by(clocks.clone()).await;
    let studio = Studio::start_in(house).await;
    let (house, stream) = (&studio.house, studio.stream());
    recorded(&studio, stream).await;
    assert_eq!(found(house, "floor_shortfall", Some(stream.camera)).await, Vec::<Value>::new());
    // As old as the camera: short of nothing, whatever the day.
    clocks.on_us(10 * DAY_US);
    assert_eq!(found(house, "floor_shortfall", Some(stream.camera)).await, Vec::<Value>::new());
    // The other cameras of the house have no footage at all.
    let none = house.cameras[1];
    let short = found(house, "floor_shortfall", Some(none)).await;
    assert_eq!(short.len(), 1, "{short:?}");
    assert_eq!(short[0]["control"], "floor-shortfall");
    // One that is added now and recorded from the third day on.
    let late = StreamId { camera: house.camera("后装", &studio.url()).await, ..stream };
    clocks.on_us(2 * DAY_US);
    server::reconcile::once(&house.app).await.unwrap();
    recorded(&studio, late).await;
    let short = found(house, "floor_shortfall", Some(late.camera)).await;
    assert_eq!(short.len(), 1, "{short:?}");
    let (total, how) = history(house, "floor_shortfall", late.camera).await;
    assert_eq!((total, how), (1, None));
    let administrator = Who::Administrator.sign_in(house).await;
    let floor_days =
        house.get("/api/retention", &administrator.cookie).await.json()["floor_days"].as_i64().unwrap();
    // A day's grace: until then what was recorded is not as old as the floor.
    clocks.on_us((floor_days - 2) * DAY_US);
    assert_eq!(found(house, "floor_shortfall", Some(late.camera)).await.len(), 1);
    clocks.on_us(DAY_US + 3_600_000_000);
    assert_eq!(found(house, "floor_shortfall", Some(late.camera)).await, Vec::<Value>::new());
    assert_eq!(history(house, "floor_shortfall", late.camera).await, (1, Some("put_right".into())));
}

/// The clock leapt: nothing is deleted by it, and what stays past its term is said, until something holds it.
#[tokio::test(flavor = "multi_thread")]
async fn footage_past_its_term_is_found_until_it_is_held() {
    let clocks = Arc::new(Leapt::default());
    let house = House::build_by(clocks.clone()).await;
    let studio = Studio::start_in(house).await;
    let (house, stream) = (&studio.house, studio.stream());
    recorded(&studio, stream).await;
    let begun = house.app.now();
    assert_eq!(found(house, "over_keeping", Some(stream.camera)).await, Vec::<Value>::new());
    let administrator = Who::Administrator.sign_in(house).await;
    let term_days =
        house.get("/api/retention", &administrator.cookie).await.json()["term_days"].as_i64().unwrap();
    clocks.on_us((term_days + 3) * DAY_US);
    let kept = found(house, "over_keeping", Some(stream.camera)).await;
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(
        (&kept[0]["article"], &kept[0]["control"], &kept[0]["pack"]),
        (&json!("national-2025:17"), &json!("over-keeping"), &json!("national-2025"))
    );
    assert!(kept[0]["count"].as_u64().unwrap() >= 1, "{kept:?}");
    assert_eq!(history(house, "over_keeping", stream.camera).await, (1, None));
    // Whoever sees the camera is told; another unit is not.
    let other = Who::OtherAdministrator.sign_in(house).await;
    let others = house.get("/api/findings", &other.cookie).await.json();
    assert!(others.as_array().unwrap().iter().all(|one| one["kind"] != "over_keeping"), "{others}");
    let operator = Who::Operator.sign_in(house).await;
    let hold = json!({
        "cameras": [stream.camera.to_string()], "from_ms": begun.as_ms() - 3_600_000, "to_ms": begun.as_ms() + 3_600_000,
        "purpose": "incident", "legal_basis": "unit_duty", "note": "盗窃",
    });
    let placed = house.post("/api/holds", &operator.cookie, hold).await;
    assert_eq!(placed.status, 201, "{}", placed.json());
    // It is looked for every ten minutes.
    clocks.on_us(601_000_000);
    assert_eq!(found(house, "over_keeping", Some(stream.camera)).await, Vec::<Value>::new());
    assert_eq!(history(house, "over_keeping", stream.camera).await, (1, Some("put_right".into())));
}

/// A hold that nobody looks at again is said, to whoever answers for its camera, until it has another day.
#[tokio::test(flavor = "multi_thread")]
async fn a_hold_past_its_review_is_found_until_it_is_reviewed() {
    let clocks = Arc::new(Leapt::default());
    let house = House::build_by(clocks.clone()).await;
    let (camera, now) = (house.cameras[0], house.app.now().as_ms());
    let operator = Who::Operator.sign_in(&house).await;
    let day_ms = DAY_US / 1_000;
    let hold = json!({
        "cameras": [camera.to_string()], "from_ms": now - 3_600_000, "to_ms": now, "purpose": "incident",
        "legal_basis": "unit_duty", "note": "盗窃", "review_ms": now + 10 * day_ms,
    });
    let placed = house.post("/api/holds", &operator.cookie, hold).await;
    assert_eq!(placed.status, 201, "{}", placed.json());
    house.app.store().settle_outbox(house.app.now()).await.unwrap();
    clocks.on_us(9 * DAY_US);
    assert_eq!(found(&house, "hold_review", Some(camera)).await, Vec::<Value>::new());
    clocks.on_us(2 * DAY_US);
    let due = found(&house, "hold_review", Some(camera)).await;
    assert_eq!(
        (due.len(), &due[0]["count"], &due[0]["evidence"][0]["id"]),
        (1, &json!(1), &placed.json()["id"])
    );
    assert_eq!(history(&house, "hold_review", camera).await, (1, None));
    let other = Who::OtherAdministrator.sign_in(&house).await;
    let others = house.get("/api/findings", &other.cookie).await.json();
    assert!(others.as_array().unwrap().iter().all(|one| one["kind"] != "hold_review"), "{others}");
    let operator = Who::Operator.sign_in(&house).await;
    let path = format!("/api/holds/{}/review", placed.json()["id"].as_str().unwrap());
    let again = json!({ "review_ms": house.app.now().as_ms() + 10 * day_ms, "reason": "仍在办理" });
    let reviewed = house.post(&path, &operator.cookie, again).await;
    assert!(reviewed.status.is_success(), "{}", reviewed.json());
    assert_eq!(found(&house, "hold_review", Some(camera)).await, Vec::<Value>::new());
    assert_eq!(history(&house, "hold_review", camera).await, (1, Some("put_right".into())));
    // A decision that does not reach the footage store is said too.
    let cx = Cx {
        actor: Actor::Person(operator.person),
        purpose: Purpose::Incident,
        legal_basis: LegalBasis::UnitDuty,
        note: Some("盗窃".into()),
        ..store::system_cx("demo", house.app.now())
    };
    let span = Span::new(WallTime::from_ms(now - 3_600_000), WallTime::from_ms(now)).unwrap();
    let new = NewHold { cameras: vec![camera], span, review: None, document: String::new(), approver: None };
    house.app.registry().place_hold(&cx, new).await.unwrap();
    assert_eq!(found(&house, "hold_review", None).await, Vec::<Value>::new());
    clocks.on_us(700_000_000);
    let stuck = found(&house, "hold_review", None).await;
    assert_eq!((stuck.len(), &stuck[0]["code"]), (1, &json!("hold_stuck")));
}

/// A camera that would fill the disk within the day, and then sends less.
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_will_be_full_is_found_until_less_is_sent() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let camera = house.cameras[0];
    assert_eq!(found(&house, "floor_forecast", None).await, Vec::<Value>::new());
    let path = format!("/api/storage/cameras/{camera}");
    let plan = async |kbps: u32| {
        let administrator = Who::Administrator.sign_in(&house).await;
        let body = Some(json!({ "planned_kbps": kbps }));
        house.send(&house.router, Method::PATCH, &path, Some(&administrator.cookie), body).await
    };
    // Where admission is not controlled nobody refuses it; it is said all the same.
    let more = plan(1_000_000).await;
    assert!(more.status.is_success(), "{}", more.json());
    clocks.on_us(61_000_000);
    let full = found(&house, "floor_forecast", None).await;
    assert_eq!(full.len(), 1, "{full:?}");
    assert_eq!(full[0]["control"], "floor-forecast");
    assert!(full[0]["reason"]["en"].as_str().unwrap().contains("full within"), "{full:?}");
    assert_eq!(history(&house, "floor_forecast", uuid::Uuid::nil()).await, (1, None));
    let less = plan(1).await;
    assert!(less.status.is_success(), "{}", less.json());
    clocks.on_us(61_000_000);
    assert_eq!(found(&house, "floor_forecast", None).await, Vec::<Value>::new());
    assert_eq!(history(&house, "floor_forecast", uuid::Uuid::nil()).await, (1, Some("put_right".into())));
}
