//! Whatever a camera does, every second of it is footage or a gap with its cause, and recording goes on afterwards.
//!
//! All cameras run at once in one recorder; each has one fault, planned for six seconds after the farm's start.

use crate::support::{World, clip, farm, world};
use model::{CameraId, GapCause, WallTime};
use pipeline::{
    clip::Clip,
    rtsp_server::{Credentials, Fault, Mount, PlannedFault},
    system_wall,
};
use std::{num::NonZeroU32, sync::Arc, time::Duration};

/// When each fault happens, after the farm's start: between two key frames, since a jump at one of them leaves no gap.
const AT: Duration = Duration::from_millis(6_300);
const LASTS: Duration = Duration::from_secs(4);
/// How long all cameras are recorded.
const RECORDED: Duration = Duration::from_secs(24);

struct Case {
    path: &'static str,
    mount: Mount,
    /// The cause of the gap that the fault must leave, and how long it may be; `None`: no gap longer than a key frame distance.
    gap: Option<(GapCause, std::ops::Range<i64>)>,
}

fn case(
    path: &'static str,
    clip: &Arc<Clip>,
    fault: Option<Fault>,
    gap: Option<(GapCause, std::ops::Range<i64>)>,
) -> Case {
    let mut mount = Mount::new(path, clip.clone());
    mount.faults = fault.into_iter().map(|fault| PlannedFault { at: AT, fault }).collect();
    Case { path, mount, gap }
}

fn cases(dir: &std::path::Path) -> Vec<Case> {
    let plain = clip(dir, "plain.mp4", "libx264", "320x240", 15, &[]);
    let other = clip(dir, "other.mp4", "libx264", "352x288", 15, &[]);
    let b_frames = clip(dir, "b.mp4", "libx264", "320x240", 30, &["-bf", "2"]);
    let hevc = clip(dir, "hevc.mp4", "libx265", "320x240", 15, &[]);
    let third = NonZeroU32::new(40).unwrap();
    let gap = |cause, range: std::ops::Range<i64>| Some((cause, range));
    vec![
        case("/plain", &plain, None, None),
        case("/b-frames", &b_frames, None, None),
        case("/hevc", &hevc, None, None),
        case("/stall", &plain, Some(Fault::Stall { lasts: LASTS }), gap(GapCause::Camera, 3..7)),
        case("/close", &plain, Some(Fault::Close), gap(GapCause::Camera, 0..5)),
        case("/garbage", &plain, Some(Fault::Garbage { bytes: 3_000 }), gap(GapCause::Camera, 0..5)),
        case("/switch", &plain, Some(Fault::SwitchClip(other)), None),
        case(
            "/jump",
            &plain,
            Some(Fault::TimestampJump { ticks: 90_000 * 3_600 }),
            gap(GapCause::Camera, 0..5),
        ),
        case(
            "/back",
            &plain,
            Some(Fault::TimestampJump { ticks: -90_000 * 60 }),
            gap(GapCause::Camera, 0..5),
        ),
        case("/lossy", &plain, Some(Fault::DropEveryNthPacket { every: third, lasts: LASTS }), None),
        case("/absent", &plain, Some(Fault::Absent { lasts: LASTS }), gap(GapCause::Camera, 3..9)),
        case("/ends", &plain, Some(Fault::EndWithFile), gap(GapCause::Camera, 0..5)),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_ends_in_footage_or_a_gap() {
    let world = world(6).await;
    let mut cases = cases(world.dir.path());
    for case in &mut cases {
        case.mount.parameter_sets_in_sdp = case.path != "/b-frames";
    }
    let (farm, _cancel) = farm(cases.iter().map(|case| case.mount.clone()).collect()).await;
    let mut cameras = Vec::new();
    for case in &cases {
        let url = farm.url(case.path);
        cameras.push((world.camera(case.path, &url).await, url));
    }
    let plan: Vec<(CameraId, &str)> = cameras.iter().map(|(id, url)| (*id, url.as_str())).collect();
    let begun = system_wall();
    world.run(&plan).await;
    tokio::time::sleep(RECORDED).await;
    world.pipeline.apply(pipeline::Plan::default()).await.unwrap();
    for (case, (camera, _)) in cases.iter().zip(&cameras) {
        check(&world, case, *camera, begun).await;
    }
    world.stop().await;
}

/// Footage and gaps tile the time; the fault's gap is there with its cause and length, and nothing else is missing.
async fn check(world: &World, case: &Case, camera: CameraId, begun: WallTime) {
    let coverage = world.coverage(camera, begun).await;
    let path = case.path;
    let mut pieces: Vec<(WallTime, WallTime, Option<GapCause>)> =
        coverage.spans.iter().map(|span| (span.start, span.end, None)).collect();
    pieces.extend(coverage.gaps.iter().map(|gap| (gap.span.start, gap.span.end, Some(gap.cause))));
    pieces.sort();
    for pair in pieces.windows(2) {
        assert_eq!(pair[0].1, pair[1].0, "{path}: time is tiled without hole or overlap: {pieces:?}");
    }
    let (first, last) = (pieces.first().unwrap().0, pieces.last().unwrap().1);
    assert!(first.since_us(begun) < 4_000_000, "{path}: begins {first}, started {begun}");
    assert!(last.since_us(begun) > 20_000_000, "{path}: goes on to the end: {pieces:?}");
    let seconds = |gap: &store::GapRow| gap.span.duration_us() / 1_000_000;
    match &case.gap {
        Some((cause, range)) => {
            let found = coverage.gaps.iter().find(|gap| gap.cause == *cause && range.contains(&seconds(gap)));
            let found = found
                .unwrap_or_else(|| panic!("{path}: a gap of {cause:?}, {range:?} s, in {:?}", coverage.gaps));
            let at_us = found.span.start.since_us(begun);
            assert!(
                (4_000_000..16_500_000).contains(&at_us),
                "{path}: at the fault, not {at_us} us after the start"
            );
            assert!(!found.evidence.is_empty(), "{path}: evidence");
        }
        None => assert!(coverage.gaps.iter().all(|gap| seconds(gap) < 1), "{path}: {:?}", coverage.gaps),
    }
    assert!(coverage.gaps.iter().all(|gap| gap.cause != GapCause::Unknown), "{path}: {:?}", coverage.gaps);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_are_said_and_not_retried_into_a_lock_out() {
    let world = world(6).await;
    let clip = clip(world.dir.path(), "plain.mp4", "libx264", "320x240", 15, &[]);
    let mut mount = Mount::new("/locked", clip);
    mount.credentials =
        Some(Credentials { user: "admin".into(), password: model::Secret::new("right".into()) });
    let (farm, _cancel) = farm(vec![mount]).await;
    let url = farm.url("/locked");
    let camera = world.camera("locked", &url).await;
    let begun = system_wall();
    let mut plan = crate::support::plan(&[(camera, &url)]);
    for stream in plan.streams.values_mut() {
        stream.address.credentials = Some(("admin".into(), model::Secret::new("wrong".into())));
    }
    world.pipeline.apply(plan.clone()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(8)).await;
    let stream = &world.pipeline.streams()[0];
    assert_eq!(stream.state().word, pipeline::StateWord::Credentials);
    assert_eq!(pipeline::StreamCounters::get(&stream.counters.connects), 1, "tried once, not again");
    assert_eq!(stream.open_gap().unwrap().cause, GapCause::Credentials);
    // Put right in the registry: recorded at once, and the gap keeps its cause.
    for stream in plan.streams.values_mut() {
        stream.address.credentials = Some(("admin".into(), model::Secret::new("right".into())));
    }
    world.pipeline.apply(plan.clone()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(world.pipeline.streams()[0].state().word, pipeline::StateWord::Recording);
    // An address with a mistake in it is no maintenance: planned is only the moment of the change.
    for stream in plan.streams.values_mut() {
        stream.address.url = "rtsp://127.0.0.1:9/locked".parse().unwrap();
    }
    world.pipeline.apply(plan).await.unwrap();
    let cause = || world.pipeline.streams()[0].open_gap().map(|gap| gap.cause);
    crate::support::until(20, "the gap is the network's", async || cause() == Some(GapCause::Network)).await;
    world.pipeline.apply(pipeline::Plan::default()).await.unwrap();
    let coverage = world.coverage(camera, begun).await;
    assert_eq!(coverage.spans.len(), 1, "{coverage:?}");
    let planned = coverage.gaps.iter().filter(|gap| gap.cause == GapCause::Planned);
    assert!(planned.map(|gap| gap.span.duration_us()).sum::<i64>() < 5_000_000, "{:?}", coverage.gaps);
    world.stop().await;
}
