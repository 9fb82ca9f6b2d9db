//! Cameras that do what the standards allow and few of them do: a key frame each ten seconds, RTP time that wraps, and
//! parameter sets in the stream alone. Each is recorded whole, without a gap that was none.

use crate::{
    support::{PATIENCE, World, farm, gaps_within, main, until, world},
    undisturbed::undisturbed,
};
use media::sample_stream::{SampleStream, Settings};
use model::{Act, CameraId, MediaTime, Profile, Span, WallTime};
use pipeline::{
    LiveMessage,
    clip::{Clip, ClipUnit},
    rtsp_server::Mount,
    system_wall,
};
use std::{sync::Arc, time::Duration};

/// Five seconds before RTP time wraps (RFC 3550 §5.1: 32 bits).
const RTP_BEFORE_WRAP: u32 = u32::MAX - 5 * 90_000;
/// Two groups of the slow camera, and more than twice the time until RTP time wraps.
const RECORDED_US: i64 = 14_000_000;

/// Valid H.264 at 15 frames a second without B-frames, a key frame every `gop`.
fn clip(gop: u32, seconds: u32) -> Arc<Clip> {
    let stream = SampleStream::new(Settings { fps: 15, gop, ..Settings::default() }).unwrap();
    let params = stream.params().clone();
    let unit =
        |unit: model::AccessUnit| ClipUnit { dts: unit.dts, pts: unit.pts, key: unit.key, data: unit.data };
    let units = stream.take((15 * seconds) as usize).map(unit).collect();
    let length_ticks = i64::from(seconds) * MediaTime::TICKS_PER_SECOND;
    Arc::new(Clip::from_units(params, units, length_ticks).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_legal_is_recorded_whole() {
    undisturbed(recorded_whole).await;
}

async fn recorded_whole() {
    let world = world(6).await;
    let mut slow = Mount::new("/slow", clip(150, 20));
    slow.phase = Duration::from_millis(17_500); // the next key frame comes 2.5 s after the farm's start
    let mut wraps = Mount::new("/wraps", clip(15, 4));
    wraps.first_rtp_time = Some(RTP_BEFORE_WRAP);
    let mut bare = Mount::new("/bare", clip(15, 4));
    bare.parameter_sets_in_sdp = false;
    let (farm, _cancel) = farm(vec![slow, wraps, bare]).await;
    let mut cameras: Vec<(CameraId, String)> = Vec::new();
    for path in ["/slow", "/wraps", "/bare"] {
        let url = farm.url(path);
        cameras.push((world.camera(path, &url).await, url));
    }
    let plan: Vec<(CameraId, &str)> = cameras.iter().map(|(id, url)| (*id, url.as_str())).collect();
    let begun = system_wall();
    world.run(&plan).await;
    let slow = cameras[0].0;
    until("the slow camera's first key frame", async || {
        world.pipeline.stream(main(slow)).is_some_and(|stream| stream.state().newest.is_some())
    })
    .await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    the_first_picture_does_not_wait_for_a_key_frame(&world, slow).await;
    for (camera, url) in &cameras {
        until(&format!("{url} is recorded for long"), async || {
            let coverage = world.coverage(*camera, begun).await;
            coverage.spans.iter().any(|span| span.duration_us() > RECORDED_US)
        })
        .await;
    }
    let stopped = system_wall();
    world.pipeline.apply(pipeline::Plan::default()).await.unwrap();
    for (camera, url) in &cameras {
        let coverage = world.coverage(*camera, begun).await;
        assert_eq!(coverage.spans.len(), 1, "{url}: {coverage:?}");
        // A viewer waits for the next key frame, and so does recording: the slow camera may have sent nothing until then,
        // which is a gap. Between pictures there is none.
        assert!(gaps_within(&coverage).is_empty(), "{url}: {:?}", coverage.gaps);
        let left_us = stopped.since_us(coverage.spans[0].end);
        assert!(left_us < 3_000_000, "{url}: goes on to the end, not {left_us} us before it");
    }
    let recorded = world.coverage(slow, begun).await.spans[0];
    it_is_exported(&world, slow, recorded.start).await;
    world.stop().await;
}

/// The hub keeps the newest group, however long it is: the first picture is older than the wish to see one.
async fn the_first_picture_does_not_wait_for_a_key_frame(world: &World, camera: CameraId) {
    let pass = world.pass(Act::Live, &[camera], None).await;
    let asked = world.pipeline.clock().wall();
    let mut live = world.pipeline.live(&pass, main(camera)).unwrap();
    let first = async {
        loop {
            match live.next(|| world.pipeline.clock().wall()).await.unwrap() {
                LiveMessage::Unit { key, wall, .. } => break (key, wall),
                LiveMessage::End(end) => panic!("ended: {end:?}"),
                _ => {}
            }
        }
    };
    let (key, wall) = tokio::time::timeout(PATIENCE, first).await.expect("a picture");
    assert!(wall < asked, "at once: of {wall}, asked for at {asked}");
    assert!(key, "and it can be decoded");
}

/// Three seconds in the middle of a group: the whole group goes out, and is proved.
async fn it_is_exported(world: &World, camera: CameraId, start: WallTime) {
    let span = Span { start: start.plus_us(3_000_000), end: start.plus_us(6_000_000) };
    let made = world.export(camera, Profile::Main, span).await.unwrap();
    let report = world.verify(&made.path);
    assert_eq!(report.exit_code(), 0, "{report:#?}");
}
