//! A hold keeps whole files. Once the term is over only the groups of pictures that it reaches are played and exported, and within the
//! term all of them.

use crate::{
    support::{World, clip, farm, main, until, world},
    undisturbed::undisturbed,
};
use model::{Act, CameraId, Cx, Profile, Span, WallTime};
use pipeline::{ExportError, PlaybackCommand, PlaybackMessage, rtsp_server::Mount};
use std::time::Duration;
use store::{NewHold, registry::system_cx};

const DAY_US: i64 = 86_400_000_000;
/// Longer than a group of pictures.
const GROUP_US: i64 = 1_500_000;

#[tokio::test(flavor = "multi_thread")]
async fn of_a_held_file_only_what_is_held_is_shown() {
    undisturbed(only_what_is_held).await;
}

/// Where pictures of the span begin, as a viewer at that time gets them.
async fn played(world: &World, camera: CameraId, span: Span, now: WallTime) -> Vec<WallTime> {
    let pass = world.pass(Act::Playback, &[camera], Some(span)).await;
    let cx = Cx { now, ..world.cx() };
    let mut playback = world.pipeline.playback(&cx, &pass, main(camera)).unwrap();
    let (at, base) = (span.start, span.start.plus_us(-10_000_000));
    playback.command(PlaybackCommand::Play { epoch: 1, at, base, until: None, speed: 8.0, keys_only: false });
    let mut walls = Vec::new();
    loop {
        match playback.next().await.unwrap() {
            PlaybackMessage::Media { wall, .. } => {
                walls.push(wall);
                playback.command(PlaybackCommand::Ack { epoch: 1, wall });
            }
            PlaybackMessage::EndOfFootage { .. } => return walls,
            PlaybackMessage::End(end) => panic!("ends: {end:?}"),
            _ => {}
        }
    }
}

async fn only_what_is_held() {
    let world = world(8).await;
    let clip = clip(world.dir.path(), "a.mp4", "libx264", "320x240", 15, &[]);
    let (farm, _cancel) = farm(vec![Mount::new("/a", clip)]).await;
    let url = farm.url("/a");
    let camera = world.camera("江边步道 1", &url).await;
    let begun = world.pipeline.clock().wall();
    world.run(&[(camera, &url)]).await;
    let cx = system_cx("check", begun);
    let all = Span { start: begun, end: WallTime(i64::MAX) };
    let spans = async || world.store.footage.segment_spans(&cx, main(camera), all).await.unwrap();
    until("two segments", async || spans().await.len() >= 2).await;
    let file = spans().await[0].span;
    assert!(file.duration_us() > 6_000_000, "{file:?}");

    let held = Span { start: file.start.plus_us(3_000_000), end: file.start.plus_us(3_500_000) };
    let new =
        NewHold { cameras: vec![camera], span: held, review: None, document: String::new(), approver: None };
    let reason = Cx { note: Some("盗窃".into()), ..world.cx() };
    world.store.registry.place_hold(&reason, new).await.unwrap();
    let now = world.pipeline.clock().wall();
    world.store.settle_outbox(now).await.unwrap();
    let within = played(&world, camera, file, now).await;
    assert!(within.iter().any(|wall| *wall < file.start.plus_us(GROUP_US)), "{within:?}");
    assert!(within.iter().any(|wall| *wall > file.end.plus_us(-GROUP_US)), "{within:?}");

    // By a clock that somebody looked at, more than half a year later.
    let later = now.plus_us(200 * DAY_US);
    world.store.confirm_clock(&system_cx("check", later)).await.unwrap();
    world.store.advance_trust(Duration::ZERO, later).await.unwrap();
    let beyond = world.store.beyond_term(&system_cx("check", later), main(camera), file).await.unwrap();
    assert_eq!(
        beyond,
        [Span { start: file.start, end: held.start }, Span { start: held.end, end: file.end }],
        "the file stays whole"
    );
    let left = played(&world, camera, file, later).await;
    let reached =
        |wall: &WallTime| *wall > held.start.plus_us(-GROUP_US) && *wall < held.end.plus_us(GROUP_US);
    assert!(!left.is_empty() && left.iter().all(reached), "{held:?} {left:?}");
    assert!(left.iter().any(|wall| *wall <= held.start), "a group that reaches into it is whole: {left:?}");

    let asked = (camera, Profile::Main, false);
    let refused = world.export_as(Cx { now: later, ..world.cx() }, asked, file).await;
    assert!(matches!(refused, Err(ExportError::Invalid { field: "from_ms", .. })));
    let copied = world.export_as(Cx { now: later, ..world.cx() }, asked, held).await.unwrap();
    assert!(copied.bytes > 0);
    world.stop().await;
}
