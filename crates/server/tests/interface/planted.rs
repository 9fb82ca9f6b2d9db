//! Back doors, planted: a walk that does not find them proves nothing.

use crate::{admits::Walk, cases::Who};
use axum::{
    body::Bytes,
    http::{Method, StatusCode},
};
use server::{app::App, http};
use utoipa_axum::{router::OpenApiRouter, routes};

const PICTURE: &[u8] = b"a picture without an entry";

/// Described, but asks for nobody's right and leaves nothing.
#[utoipa::path(get, path = "/api/snapshot/{camera}", params(("camera" = String, Path)), responses((status = 200)))]
async fn snapshot() -> Bytes {
    Bytes::from_static(PICTURE)
}

async fn hidden() -> Bytes {
    Bytes::from_static(PICTURE)
}

fn with_described_door() -> OpenApiRouter<App> {
    http::routes().routes(routes!(snapshot))
}

fn with_hidden_door() -> OpenApiRouter<App> {
    http::routes().route("/api/hidden", axum::routing::get(hidden))
}

/// As in `admits`, the described door alone: the rest of the walk has its own test.
fn only_described_door() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(snapshot))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_described_back_door_is_flagged_for_what_it_does() {
    let walk = Walk::start(only_described_door).await;
    let flags = walk.flags().await.join("\n");
    assert!(flags.contains("GET /api/snapshot/{camera}: has no case"), "{flags}");
    assert!(flags.contains("GET /api/snapshot/{camera}: answers Administrator without an entry"), "{flags}");
    // The guard asks for a session even where the handler does not.
    assert!(!flags.contains("GET /api/snapshot/{camera}: answers nobody"), "{flags}");
    // And the operations that this router lacks are missed.
    assert!(flags.contains("POST /api/views: has a case but is no operation"), "{flags}");
    // Planted beside the real routes it is reached just the same, and so found by the walk over them.
    let walk = Walk::start(with_described_door).await;
    let auditor = walk.caller(Who::Auditor).await;
    let answer = walk.house.get("/api/snapshot/x", &auditor.cookie).await;
    assert_eq!((answer.status, &answer.body[..]), (StatusCode::OK, PICTURE));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_back_door_is_never_reached() {
    let walk = Walk::start(with_hidden_door).await;
    for who in Who::ALL {
        let caller = walk.caller(who).await;
        for method in [Method::GET, Method::HEAD] {
            let house = &walk.house;
            let answer = house.send(&house.router, method, "/api/hidden", Some(&caller.cookie), None).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{who:?}");
            assert!(!answer.body.windows(PICTURE.len()).any(|window| window == PICTURE));
        }
    }
}
