//! Playback over a file that is damaged or gone: that part is a gap that says so, and what follows is played; nothing at or
//! behind the end of what was asked for is sent.

use crate::{
    support::{clip, farm, main, until, world},
    undisturbed::undisturbed,
};
use model::{Act, GapCause, Span, WallTime};
use pipeline::{PlaybackCommand, PlaybackMessage, rtsp_server::Mount};
use store::registry::system_cx;

#[tokio::test(flavor = "multi_thread")]
async fn footage_that_cannot_be_read_is_a_gap() {
    undisturbed(cannot_be_read).await;
}

async fn cannot_be_read() {
    let world = world(3).await;
    let clip = clip(world.dir.path(), "a.mp4", "libx264", "320x240", 60, &[]);
    let (farm, _cancel) = farm(vec![Mount::new("/a", clip)]).await;
    let url = farm.url("/a");
    let camera = world.camera("江边步道 1", &url).await;
    let begun = world.pipeline.clock().wall();
    world.run(&[(camera, &url)]).await;
    let cx = system_cx("check", begun);
    let all = Span { start: begun, end: WallTime(i64::MAX) };
    let segments = async || world.store.footage.segments(&cx, main(camera), all).await.unwrap();
    until("three segments", async || segments().await.len() >= 3).await;
    let segments = segments().await;
    std::fs::remove_file(world.dir.path().join("media").join(segments[1].path.as_str())).unwrap();

    let (start, middle) = (segments[0].span.start, segments[2].span.start.plus_us(1_000_000));
    let pass = world.pass(Act::Playback, &[camera], Some(Span { start, end: middle })).await;
    let mut playback = world.pipeline.playback(&world.cx(), &pass, main(camera)).unwrap();
    let base = start.plus_us(-10_000_000);
    playback.command(PlaybackCommand::Play {
        epoch: 1,
        at: start,
        base,
        until: None,
        speed: 8.0,
        keys_only: false,
    });
    let (mut gaps, mut walls) = (Vec::new(), Vec::new());
    loop {
        match playback.next().await.unwrap() {
            PlaybackMessage::Media { wall, .. } => {
                walls.push(wall);
                playback.command(PlaybackCommand::Ack { epoch: 1, wall });
            }
            PlaybackMessage::Gap { span, cause, evidence, .. } => gaps.push((span, cause, evidence)),
            PlaybackMessage::EndOfFootage { at, .. } => {
                assert_eq!(at, middle);
                break;
            }
            PlaybackMessage::End(end) => panic!("ends: {end:?}"),
            PlaybackMessage::Brought { .. } => panic!("nothing was brought"),
            PlaybackMessage::Position { .. } | PlaybackMessage::Init { .. } => {}
        }
    }
    let [(span, cause, evidence)] = &gaps[..] else { panic!("one gap: {gaps:?}") };
    assert_eq!((*span, *cause), (segments[1].span, GapCause::Disk));
    assert!(evidence.starts_with("unreadable: segment "), "{evidence}");
    assert!(walls.iter().any(|wall| *wall < span.start) && walls.iter().any(|wall| *wall >= span.end));
    assert!(
        walls.iter().all(|wall| *wall < middle),
        "nothing at or behind the end: {:?}, {middle}",
        walls.last()
    );
    assert!(middle.since_us(*walls.last().unwrap()) < 600_000, "and all before it");
    world.stop().await;
}
