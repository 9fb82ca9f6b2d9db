//! Footage that was brought for a gap over HTTP: the player of the recorded stream plays it where it fills the gap, says what it is, and
//! asks for no other admission; a package of it is its own.

use crate::{
    cases::Who,
    watch::{Seen, Studio, next},
};
use futures::SinkExt as _;
use model::{Act, GapCause, Profile, Span, StreamId, WallTime};
use pipeline::{Brought, Mp4File};
use serde_json::json;
use store::NewGap;
use tokio_tungstenite::tungstenite::Message;

const MINUTE_US: i64 = 60_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_brought_is_played_in_its_gap_and_says_so() {
    let studio = Studio::start().await;
    let (house, camera) = (&studio.house, studio.house.cameras[1]);
    let (store, operator) = (house.app.store(), Who::Operator.sign_in(house).await);
    let now = house.app.now();
    let gap = Span { start: now.plus_us(-120 * MINUTE_US), end: now.plus_us(-60 * MINUTE_US) };
    let (stream, evidence) = (StreamId { camera, profile: Profile::Main }, "the cable was pulled".to_owned());
    store.footage.commit_gap(NewGap { stream, span: gap, cause: GapCause::Network, evidence }).await.unwrap();
    let film = house.dir.path().join("card.mp4");
    std::fs::write(&film, include_bytes!("../../../media/testdata/segment-v1.mp4")).unwrap();
    let brought = Brought {
        id: uuid::Uuid::now_v7(),
        camera,
        start: gap.start.plus_us(10 * MINUTE_US),
        arrived: now,
        source: "the camera's card".to_owned(),
    };
    let file = Box::new(Mp4File::open(&film).unwrap());
    let done = house.app.pipeline().back_fill(brought, file).await.unwrap();

    let mut body = house.playback_view();
    let (from, to) = (gap.start.plus_us(5 * MINUTE_US), gap.start.plus_us(20 * MINUTE_US));
    (body["cameras"], body["from_ms"], body["to_ms"]) =
        (json!([camera.to_string()]), json!(from.as_ms()), json!(to.as_ms()));
    let before = house.entry_count().await;
    let view = house.view(&operator, body).await;
    let path = format!("/api/views/{view}/playback?camera={camera}");
    let mut socket = studio.socket(&path, &operator, None).await.unwrap();
    let play = json!({ "type": "play", "at_ms": from.as_ms(), "speed": 64.0, "epoch": 1 });
    socket.send(Message::Text(play.to_string().into())).await.unwrap();
    let (mut told, mut gaps, mut walls) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        match next(&mut socket).await {
            Seen::Text(text) => match text["type"].as_str().unwrap() {
                "brought" => {
                    assert!(!told.is_empty() || walls.is_empty(), "before its first picture");
                    told.push(text);
                }
                "gap" => gaps.push((text["from_ms"].as_i64().unwrap(), text["to_ms"].as_i64().unwrap())),
                "end_of_footage" => break,
                _ => {}
            },
            Seen::Media { wall_us, .. } => walls.push(WallTime(wall_us)),
            Seen::Init => {}
            Seen::Closed => panic!("closed"),
        }
    }
    assert!(!told.is_empty());
    assert_eq!(
        (&told[0]["source"], &told[0]["arrived_ms"], &told[0]["from_ms"], &told[0]["epoch"]),
        (&json!("the camera's card"), &json!(now.as_ms()), &json!(done.span.start.as_ms()), &json!(1)),
    );
    assert!(!walls.is_empty() && walls.iter().all(|wall| done.span.start <= *wall && *wall < done.span.end));
    // What is still missing is a gap on either side of it.
    assert_eq!(gaps.first(), Some(&(from.as_ms(), done.span.start.as_ms())), "{gaps:?}");
    assert!(
        gaps.iter()
            .all(|(from_ms, to_ms)| *to_ms <= done.span.start.as_ms() || *from_ms >= done.span.end.as_ms())
    );
    let acts: Vec<Act> = house.entries_since(before).await.iter().map(|entry| entry.act).collect();
    assert_eq!(
        acts.iter().filter(|act| **act == Act::Playback).count(),
        1,
        "one entry, one decision: {acts:?}"
    );

    let more = json!({ "cameras": [camera.to_string()], "profile": "later" });
    let made = studio.exported_as(&operator, done.span.start.as_ms(), done.span.end.as_ms(), more).await;
    assert_eq!(made["state"], "ready", "{made}");
}
