//! The balance of bytes: what leaves is what was served under an entry and what use records name; a planted way out that asks nobody
//! is a finding and an entry.

use crate::{
    cases::Who,
    house::House,
    watch::{Seen, Studio, next, to_the_end},
};
use axum::{
    body::Bytes,
    extract::{
        State,
        ws::{self, WebSocketUpgrade},
    },
    http::{Method, header},
    response::Response,
};
use futures::{SinkExt as _, StreamExt as _};
use model::{Act, Role};
use serde_json::json;
use server::{app::App, balance::Stray, http};
use tokio_tungstenite::tungstenite::Message;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The beginning of an MP4.
const PICTURE: &[u8] = b"\0\0\0\x18ftypiso6\0\0\0\0iso6mp41";

/// Described and guarded, but it serves pictures without a pass.
#[utoipa::path(get, path = "/api/snapshot/{camera}", params(("camera" = String, Path)), responses((status = 200)))]
async fn snapshot() -> Bytes {
    Bytes::from_static(PICTURE)
}

/// The same as a picture of a kind that no honest route of cameras answers.
#[utoipa::path(get, path = "/api/poster/{camera}", params(("camera" = String, Path)), responses((status = 200)))]
async fn poster() -> ([(header::HeaderName, &'static str); 1], Bytes) {
    ([(header::CONTENT_TYPE, "image/png")], Bytes::from_static(PICTURE))
}

/// It says that it served under an entry, and no record of use ever comes.
#[utoipa::path(get, path = "/api/replay/{camera}", params(("camera" = String, Path)), responses((status = 200)))]
async fn replay(State(app): State<App>) -> Bytes {
    app.balance().served(PICTURE.len() as u64);
    Bytes::from_static(PICTURE)
}

/// Pictures over a socket of its own.
#[utoipa::path(get, path = "/api/tap/{camera}", params(("camera" = String, Path)), responses((status = 101)))]
async fn tap(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(|mut socket: ws::WebSocket| async move {
        socket.send(ws::Message::Binary(Bytes::from_static(PICTURE))).await.unwrap();
    })
}

fn with_back_door() -> OpenApiRouter<App> {
    http::routes()
        .routes(routes!(snapshot))
        .routes(routes!(poster))
        .routes(routes!(replay))
        .routes(routes!(tap))
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

/// Until what was served is recorded; what was recorded since.
async fn settled(studio: &Studio, before: u64) -> u64 {
    let balance = studio.house.app.balance();
    let even = async || matches!(balance.sums(), [_, served, recorded] if served == recorded && served > 0);
    studio.until_async("what was served is recorded", even).await;
    let entries = studio.house.entries_since(before).await;
    let uses = entries.iter().filter(|entry| entry.act == Act::Use);
    let bytes = uses.map(|entry| match entry.record.served {
        Some(served) => served.bytes,
        None => entry.record.extra.strip_prefix("bytes=").unwrap().parse().unwrap(),
    });
    bytes.sum()
}

/// Of what was recorded, and a still out of it: that is drawn in the browser, and so weighs nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_played_weighs_as_much_as_its_records_and_a_still_nothing() {
    let studio = Studio::start().await;
    studio.recorded(5).await;
    let (house, camera) = (&studio.house, studio.house.cameras[0]);
    let operator = Who::Operator.sign_in(house).await;
    let before = house.entry_count().await;
    let view = house.view(&operator, house.playback_view()).await;
    let path = format!("/api/views/{view}/playback?camera={camera}");
    let mut socket = studio.socket(&path, &operator, None).await.unwrap();
    let head = house.app.store().footage.stream_head(studio.stream()).await.unwrap();
    let at_ms = head.end.unwrap().as_ms() - 3_000;
    let play = json!({ "type": "play", "at_ms": at_ms, "base_ms": at_ms, "epoch": 1 });
    socket.send(Message::Text(play.to_string().into())).await.unwrap();
    let mut units = 0;
    while units < 3 {
        units += usize::from(matches!(next(&mut socket).await, Seen::Media { .. }));
    }
    house.post(&format!("/api/views/{view}/end"), &operator.cookie, json!({})).await;
    to_the_end(&mut socket).await;
    let named = settled(&studio, before).await;
    assert_eq!(house.app.balance().sums(), [named; 3], "left, served, recorded");

    let view = house.view(&operator, house.playback_view()).await;
    let still = json!({ "view_id": view, "camera_id": camera.to_string(), "at_ms": at_ms });
    let still = house.post("/api/stills", &operator.cookie, still).await;
    assert_eq!(still.status, 201, "{}", still.json());
    assert_eq!(house.app.balance().sums(), [named; 3], "a still");
}

/// A package, a part of one, and one whose download breaks off, each in plain and sealed.
#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_weighed_as_it_is_collected() {
    let studio = Studio::start().await;
    studio.recorded(5).await;
    let house = &studio.house;
    let operator = Who::Operator.sign_in(house).await;
    let (mut sum, mut path) = (0, String::new());
    for (more, torn) in [
        (json!({}), false),
        (json!({}), true),
        (json!({ "seal_to": crate::sealing::PUBLIC }), false),
        (json!({ "seal_to": crate::sealing::PUBLIC }), true),
    ] {
        let head = house.app.store().footage.stream_head(studio.stream()).await.unwrap();
        let to_ms = head.end.unwrap().as_ms() - 500;
        let export = studio.exported_as(&operator, to_ms - 2_000, to_ms, more.clone()).await;
        path = format!("/api/exports/{}/package", export["id"].as_str().unwrap());
        let before = house.entry_count().await;
        let mut body = house.begun(&path, &operator.cookie).await.into_data_stream();
        let mut bytes = body.next().await.unwrap().unwrap().len() as u64;
        while !torn && let Some(chunk) = body.next().await {
            bytes += chunk.unwrap().len() as u64;
        }
        assert!(torn || bytes > 0 && body.next().await.is_none(), "{more}");
        drop(body);
        assert_eq!(settled(&studio, before).await, bytes, "{more} {torn}");
        sum += bytes;
        assert_eq!(house.app.balance().sums(), [sum; 3], "left, served, recorded: {more} {torn}");
        let entries = house.entries_since(before).await;
        let [collected, used] = &entries[..] else { panic!("{entries:?}") };
        assert_eq!((collected.act, used.act), (Act::Collect, Act::Use));
        assert_eq!(used.record.refers_to, Some(collected.index), "under its own entry");
        assert_eq!((&used.record.cameras, used.person), (&collected.record.cameras, Some(operator.person)));
    }
    assert_eq!(house.app.balance().stray(), None);

    // Not even begun to be collected, when no bytes are asked for.
    let before = house.entry_count().await;
    let head = house.send(&house.router, Method::HEAD, &path, Some(&operator.cookie), None).await;
    assert_eq!((head.status.as_u16(), house.entry_count().await), (405, before));
    // An orderly end waits for what is being collected, and for its record.
    let mut body = house.begun(&path, &operator.cookie).await.into_data_stream();
    body.next().await.unwrap().unwrap();
    tokio::join!(house.app.exports().stop(), async { drop(body) });
    let acts: Vec<Act> = house.entries_since(before).await.iter().map(|entry| entry.act).collect();
    assert_eq!(acts, [Act::Collect, Act::Use]);
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
    let stray = Stray { bytes: PICTURE.len() as u64, sockets: 0, unrecorded: 0 };
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

/// The finding and the entry that a house has for what left.
async fn alarm(house: &House, auditor: &crate::house::Caller) -> (usize, Vec<String>) {
    let before = house.entry_count().await;
    server::watching::tell_stray(&house.app).await;
    let told = house.entries_since(before).await.into_iter().filter(|entry| entry.act == Act::Check);
    let told = told.map(|entry| entry.record.extra.replace('\n', " ")).collect();
    let all = house.get("/api/findings", &auditor.cookie).await.json();
    let found = all.as_array().unwrap().iter().filter(|finding| finding["kind"] == "balance").count();
    (found, told)
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_another_kind_and_what_no_record_names_raise_the_alarm() {
    let mut house = House::build().await;
    house.router = http::sealed(house.app.clone(), with_back_door());
    let auditor = house.caller(Role::Auditor, house.unit).await;
    assert_eq!(alarm(&house, &auditor).await, (0, vec![]));
    let bytes = PICTURE.len();
    let answer = house.get("/api/poster/x", &auditor.cookie).await;
    assert_eq!(&answer.body[..], PICTURE);
    let told = format!("balance=stray bytes={bytes} sockets=0 unrecorded=0");
    assert_eq!(alarm(&house, &auditor).await, (1, vec![told]));
    // It is counted as served, and yet nobody's record names it.
    let answer = house.get("/api/replay/x", &auditor.cookie).await;
    assert_eq!(&answer.body[..], PICTURE);
    let stray = house.app.balance().stray().unwrap();
    assert_eq!(stray.unrecorded, bytes as u64);
    let (found, told) = alarm(&house, &auditor).await;
    assert_eq!((found, told.len()), (1, 1), "{told:?}");
    assert!(told[0].ends_with(&format!("unrecorded={bytes}")), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_nobody_counts_raises_the_alarm() {
    let mut house = House::build().await;
    house.router = http::sealed(house.app.clone(), with_back_door());
    let studio = Studio::start_in(house).await;
    let auditor = studio.house.caller(Role::Auditor, studio.house.unit).await;
    assert_eq!(alarm(&studio.house, &auditor).await, (0, vec![]));
    let mut socket = studio.socket("/api/tap/x", &auditor, None).await.unwrap();
    let message = socket.next().await.unwrap().unwrap();
    assert_eq!(message, Message::Binary(Bytes::from_static(PICTURE)));
    let told = "balance=stray bytes=0 sockets=1 unrecorded=0".to_owned();
    assert_eq!(alarm(&studio.house, &auditor).await, (1, vec![told]));
}
