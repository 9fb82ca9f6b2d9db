//! Lists that one answer does not hold: retention and storage give every camera by pages, counted and searched on the server.

use crate::{
    cases::Who,
    house::{Caller, House},
};
use axum::http::Method;
use serde_json::{Value, json};

async fn got(house: &House, who: &Caller, path: &str) -> Value {
    let answer = house.get(path, &who.cookie).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.json());
    answer.json()
}

/// The names of all cameras that a list gives, page by page.
async fn walked(house: &House, who: &Caller, path: &str, filter: &str) -> Vec<String> {
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = got(house, who, &format!("{path}?limit=2{filter}{cursor}")).await;
        let rows = page["cameras"].as_array().unwrap();
        assert!(rows.len() <= 2, "{page}");
        names.extend(rows.iter().map(|row| row["camera"]["name"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => {
                assert_eq!(page["total"], names.len(), "{path}{filter}");
                return names;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_and_storage_give_every_camera_by_pages() {
    let house = House::build().await;
    for number in 0..5 {
        house.camera(&format!("lake {number}"), "rtsp://127.0.0.1:1/main").await;
    }
    let who = Who::Administrator.sign_in(&house).await;
    let all = got(&house, &who, "/api/cameras").await;
    let mut expected: Vec<&str> =
        all["cameras"].as_array().unwrap().iter().map(|camera| camera["name"].as_str().unwrap()).collect();
    assert!(expected.len() > 5);
    let by_name = walked(&house, &who, "/api/retention", "").await;
    assert_eq!(by_name, expected, "by name, like the list of cameras");
    let mut stopping = walked(&house, &who, "/api/storage", "").await;
    stopping.sort_unstable();
    expected.sort_unstable();
    assert_eq!(stopping, expected);
    for path in ["/api/retention", "/api/storage"] {
        assert_eq!(walked(&house, &who, path, "&query=lake").await.len(), 5, "{path}");
        assert_eq!(walked(&house, &who, path, "&query=lake%203").await, ["lake 3"], "{path}");
        assert_eq!(
            walked(&house, &who, path, &format!("&unit={}", house.other_unit)).await,
            [""; 0],
            "{path}"
        );
        for wrong in ["cursor=x", "limit=many", "sort=name"] {
            assert_eq!(
                house.get(&format!("{path}?{wrong}"), &who.cookie).await.status,
                400,
                "{path} {wrong}"
            );
        }
    }
    // Those with terms of their own, and the rest.
    let camera = all["cameras"].as_array().unwrap().iter().find(|camera| camera["name"] == "lake 2").unwrap();
    let path = format!("/api/retention/cameras/{}", camera["id"].as_str().unwrap());
    let change = json!({ "floor_days": 60, "term_days": 90, "reason": "a request", "document": "" });
    let changed = house.send(&house.router, Method::PATCH, &path, Some(&who.cookie), Some(change)).await;
    assert_eq!(changed.status, 200, "{}", changed.json());
    assert_eq!(walked(&house, &who, "/api/retention", "&own=true").await, ["lake 2"]);
    assert_eq!(walked(&house, &who, "/api/retention", "&own=false").await.len(), expected.len() - 1);
    let one = format!("&ids={}", camera["id"].as_str().unwrap());
    assert_eq!(walked(&house, &who, "/api/storage", &one).await, ["lake 2"]);
    // In the order in which they would stop: the lowest priority first.
    let path = format!("/api/storage/cameras/{}", camera["id"].as_str().unwrap());
    let first = json!({ "priority": 1 });
    let changed = house.send(&house.router, Method::PATCH, &path, Some(&who.cookie), Some(first)).await;
    assert_eq!(changed.status, 200, "{}", changed.json());
    assert_eq!(walked(&house, &who, "/api/storage", "").await[0], "lake 2");
}
