//! The balance of bytes: what leaves is what was served under an entry and what use records name; a planted way out that asks nobody
//! is a finding and an entry.

use crate::{
    cases::Who,
    house::House,
    watch::{Seen, Studio, next, to_the_end},
};
use axum::body::Bytes;
use model::{Act, Role};
use serde_json::json;
use server::{app::App, balance::Stray, http};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The beginning of an MP4.
const PICTURE: &[u8] = b"\0\0\0\x18ftypiso6\0\0\0\0iso6mp41";

/// Described and guarded, but it serves pictures without a pass.
#[utoipa::path(get, path = "/api/snapshot/{camera}", params(("camera" = String, Path)), responses((status = 200)))]
async fn snapshot() -> Bytes {
    Bytes::from_static(PICTURE)
}

fn with_back_door() -> OpenApiRouter<App> {
    http::routes().routes(routes!(snapshot))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_is_what_is_served_and_recorded() {
    let studio = Studio::start().await;
    let viewer = Who::Viewer.sign_in(&studio.house).await;
    let before = studio.house.entry_count().await;
    let (view, mut socket) = studio.live(&viewer).await;
    let mut units = 0;
    while units < 10 {
        if let Seen::Media { .. } = next(&mut socket).await {
            units += 1;
        }
    }
    studio.house.post(&format!("/api/views/{view}/end"), &viewer.cookie, json!({})).await;
    to_the_end(&mut socket).await;
    studio.house.app.views().stop().await;
    let entries = studio.house.entries_since(before).await;
    let named: u64 = entries.iter().filter_map(|entry| entry.record.served).map(|served| served.bytes).sum();
    let balance = studio.house.app.balance();
    assert!(named > 0);
    assert_eq!(balance.sums(), [named; 3], "left, served, recorded");
    assert_eq!(balance.stray(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_weighed_as_it_is_collected() {
    let studio = Studio::start().await;
    studio.recorded(5).await;
    let operator = Who::Operator.sign_in(&studio.house).await;
    let export = studio.exported(&operator).await;
    let path = format!("/api/exports/{}/package", export["id"].as_str().unwrap());
    let package = studio.house.get(&path, &operator.cookie).await;
    let bytes = package.body.len() as u64;
    let [left, served, _] = studio.house.app.balance().sums();
    assert_eq!((left, served), (bytes, bytes));
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_that_leave_without_an_entry_are_a_finding_and_an_entry() {
    let mut house = House::build().await;
    house.router = http::sealed(house.app.clone(), with_back_door());
    let auditor = house.caller(Role::Auditor, house.unit).await;
    let found = async || -> usize {
        let all = house.get("/api/findings", &auditor.cookie).await.json();
        all.as_array().unwrap().iter().filter(|finding| finding["kind"] == "balance").count()
    };
    assert_eq!(found().await, 0);
    let answer = house.get("/api/snapshot/x", &auditor.cookie).await;
    assert_eq!(&answer.body[..], PICTURE);
    let stray = Stray { bytes: PICTURE.len() as u64, sockets: 0 };
    assert_eq!(house.app.balance().stray(), Some(stray));
    assert_eq!(found().await, 1);
    let before = house.entry_count().await;
    for _ in 0..2 {
        server::watching::tell_stray(&house.app).await;
    }
    let entries = house.entries_since(before).await;
    let told: Vec<_> = entries.iter().filter(|entry| entry.act == Act::Check).collect();
    assert_eq!(told.len(), 1, "told once");
    assert!(told[0].record.extra.contains("balance=stray"), "{}", told[0].record.extra);
}
