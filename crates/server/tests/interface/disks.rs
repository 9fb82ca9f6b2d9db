//! A server with two media disks and a camera: one disk's folder is taken away while it is recorded to, and put back.

use crate::{cases::Who, house::House, watch::Studio};
use axum::http::{Method, StatusCode};
use model::{Act, GapCause, Span, WallTime};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use store::system_cx;

/// Longer than anything here should take on a loaded machine: a plan is made every ten seconds.
const PATIENCE: Duration = Duration::from_secs(90);

async fn until(what: &str, done: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done().await {
        assert!(Instant::now() < deadline, "still waiting: {what}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_taken_away_costs_seconds_and_comes_back_with_its_footage() {
    let studio = Studio::start_in(House::build().await).await;
    let (house, stream) = (&studio.house, studio.stream());
    let administrator = Who::Administrator.sign_in(house).await;
    let folder = house.dir.path().join("second");
    std::fs::create_dir(&folder).unwrap();
    let body = json!({ "path": folder, "note": "more room" });
    let added = house.post("/api/storage/disks", &administrator.cookie, body).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.json());
    let path = format!("/api/storage/cameras/{}", stream.camera);
    let tie = Some(json!({ "disk": 2 }));
    let cookie = Some(administrator.cookie.as_str());
    let tied = house.send(&house.router, Method::PATCH, &path, cookie, tie).await;
    assert_eq!(tied.status, StatusCode::OK, "{}", tied.json());

    let storage = async || house.get("/api/storage", &administrator.cookie).await.json();
    let recorded_on = async || {
        let cameras: Value = storage().await["cameras"].clone();
        let all = cameras.as_array().unwrap();
        let own = all.iter().find(|one| one["camera"]["id"] == stream.camera.to_string()).unwrap();
        own["disk"].as_u64()
    };
    let state = async || storage().await["disks"][1]["state"].as_str().map(str::to_owned);
    until("it is recorded on the second disk", async || recorded_on().await == Some(2)).await;
    let cx = system_cx("check", house.app.now());
    let stored = async || house.app.store().footage.stored_segments(&cx, 0, 1_000).await.unwrap();
    until("footage is there", async || stored().await.iter().any(|one| one.disk.0 == 2)).await;

    let elsewhere = house.dir.path().join("elsewhere");
    std::fs::rename(&folder, &elsewhere).unwrap();
    let taken_at = house.app.now();
    until("the disk is missed", async || state().await.as_deref() == Some("away")).await;
    until("the stream goes on on the other", async || recorded_on().await == Some(1)).await;
    let later = |one: &store::StoredSegment| {
        one.disk.0 == 1 && one.record.as_ref().is_some_and(|record| record.span.start > taken_at)
    };
    until("and its footage is in the ledger", async || stored().await.iter().any(later)).await;
    let (since, end) = (taken_at.plus_us(-5_000_000), WallTime(i64::MAX));
    let gaps = house.app.store().footage.gaps(&cx, Some(stream), Span { start: since, end }).await.unwrap();
    let lost: i64 = gaps.iter().map(|gap| gap.span.duration_us()).sum();
    assert!(gaps.iter().any(|gap| gap.cause == GapCause::Disk), "{gaps:?}");
    assert!(lost < 20_000_000, "seconds, also on a loaded machine: {gaps:?}");
    assert!(stored().await.iter().all(|one| one.away == (one.disk.0 == 2)), "away, and not missing");

    std::fs::rename(&elsewhere, &folder).unwrap();
    until("the disk is there again", async || state().await.as_deref() != Some("away")).await;
    let whole = |one: &store::StoredSegment| {
        one.file_bytes.is_some() && one.file_bytes == one.record.as_ref().map(|record| record.file_bytes)
    };
    until("all footage can be read again", async || stored().await.iter().all(whole)).await;
    let acts = crate::house::acts_of(house.app.store(), house.clerk).await;
    until("its coming back is an entry", async || {
        let acts = crate::house::acts_of(house.app.store(), house.clerk).await;
        acts.iter().filter(|act| **act == Act::NoteDisk).count() == 2
    })
    .await;
    assert!(acts.contains(&Act::ChangeDisk));
}
