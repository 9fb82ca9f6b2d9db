//! Whatever a camera does, every second of it is footage or a gap with its cause, and recording goes on afterwards.
//!
//! All cameras run at once in one recorder; each has one fault, planned for when all have been recorded for a while.

use crate::{
    support::{World, clip, farm, gaps_within, main, until, world},
    undisturbed::undisturbed,
};
use model::{CameraId, GapCause, WallTime};
use pipeline::{
    StateWord, StreamCounters,
    clip::Clip,
    rtsp_server::{Credentials, Farm, Fault, Mount, PlannedFault},
    system_wall,
};
use std::{num::NonZeroU32, sync::Arc, time::Duration};

const LASTS: Duration = Duration::from_secs(4);
/// How long all cameras are recorded behind the fault.
const BEHIND_US: i64 = 14_000_000;

struct Case {
    path: &'static str,
    mount: Mount,
    fault: Option<Fault>,
    /// The cause of the gap that the fault must leave, and how long it may be; `None`: no gap longer than a key frame distance.
    gap: Option<(GapCause, std::ops::Range<i64>)>,
}

fn case(
    path: &'static str,
    clip: &Arc<Clip>,
    fault: Option<Fault>,
    gap: Option<(GapCause, std::ops::Range<i64>)>,
) -> Case {
    Case { path, mount: Mount::new(path, clip.clone()), fault, gap }
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
        case("/stall", &plain, Some(Fault::Stall { lasts: LASTS }), gap(GapCause::Camera, 3..30)),
        case("/close", &plain, Some(Fault::Close), gap(GapCause::Camera, 0..30)),
        case("/garbage", &plain, Some(Fault::Garbage { bytes: 3_000 }), gap(GapCause::Camera, 0..30)),
        case("/switch", &plain, Some(Fault::SwitchClip(other)), None),
        case(
            "/jump",
            &plain,
            Some(Fault::TimestampJump { ticks: 90_000 * 3_600 }),
            gap(GapCause::Camera, 0..30),
        ),
        case(
            "/back",
            &plain,
            Some(Fault::TimestampJump { ticks: -90_000 * 60 }),
            gap(GapCause::Camera, 0..30),
        ),
        case("/lossy", &plain, Some(Fault::DropEveryNthPacket { every: third, lasts: LASTS }), None),
        case("/absent", &plain, Some(Fault::Absent { lasts: LASTS }), gap(GapCause::Camera, 3..30)),
        case("/ends", &plain, Some(Fault::EndWithFile), gap(GapCause::Camera, 0..30)),
    ]
}

/// Makes every fault happen in three seconds or four, between two key frames: a jump at one of them leaves no gap.
fn plan_faults(farm: &Farm, cases: &mut [Case]) -> WallTime {
    let age = farm.age();
    let at = Duration::from_secs(age.as_secs() + 4) + Duration::from_millis(300);
    for case in cases {
        if let Some(fault) = case.fault.take() {
            assert!(farm.plan(case.path, PlannedFault { at, fault }));
        }
    }
    system_wall().plus_us(i64::try_from((at - age).as_micros()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_ends_in_footage_or_a_gap() {
    undisturbed(every_fault).await;
}

async fn every_fault() {
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
    until("all cameras are recorded", async || {
        let state = |camera| world.pipeline.stream(main(camera)).map(|stream| stream.state().word);
        cameras.iter().all(|(camera, _)| state(*camera) == Some(StateWord::Recording))
    })
    .await;
    let broken = plan_faults(&farm, &mut cases);
    for (case, (camera, _)) in cases.iter().zip(&cameras) {
        until(&format!("{} is recorded long after its fault", case.path), async || {
            let coverage = world.coverage(*camera, begun).await;
            let (newest, gap) =
                (coverage.spans.last(), coverage.gaps.iter().find(|gap| is_of(case, gap, broken)));
            let newest = newest.map_or(begun, |span| span.end);
            newest.since_us(broken) > BEHIND_US
                && (case.gap.is_none() || gap.is_some_and(|gap| newest > gap.span.end))
        })
        .await;
    }
    world.pipeline.apply(pipeline::Plan::default()).await.unwrap();
    for (case, (camera, _)) in cases.iter().zip(&cameras) {
        check(&world, case, *camera, (begun, broken)).await;
    }
    world.stop().await;
}

/// Whether a gap is what the fault leaves: a file that ends does so up to its length after the fault.
fn is_of(case: &Case, gap: &store::GapRow, broken: WallTime) -> bool {
    let seconds = gap.span.duration_us() / 1_000_000;
    let at = (-2_300_000..20_000_000).contains(&gap.span.start.since_us(broken));
    case.gap.as_ref().is_some_and(|(cause, range)| at && gap.cause == *cause && range.contains(&seconds))
}

/// Footage and gaps tile the time; the fault's gap is there with its cause and length, and nothing else is missing.
async fn check(world: &World, case: &Case, camera: CameraId, (begun, broken): (WallTime, WallTime)) {
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
    assert!(first < broken, "{path}: begins {first}, started {begun}");
    assert!(last.since_us(broken) > BEHIND_US, "{path}: goes on to the end: {pieces:?}");
    match &case.gap {
        Some((cause, range)) => {
            let found = coverage.gaps.iter().find(|gap| is_of(case, gap, broken));
            let found = found.unwrap_or_else(|| {
                panic!("{path}: a gap of {cause:?}, {range:?} s, at {broken}, in {:?}", coverage.gaps)
            });
            assert!(!found.evidence.is_empty(), "{path}: evidence");
        }
        None => {
            let gaps = gaps_within(&coverage);
            assert!(gaps.iter().all(|gap| gap.span.duration_us() < 1_000_000), "{path}: {gaps:?}");
        }
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
    let word = || world.pipeline.streams()[0].state().word;
    until("the login is refused", async || word() == StateWord::Credentials).await;
    // Longer than any other failure waits.
    tokio::time::sleep(Duration::from_secs(7)).await;
    let stream = &world.pipeline.streams()[0];
    assert_eq!(stream.state().word, StateWord::Credentials);
    assert_eq!(StreamCounters::get(&stream.counters.connects), 1, "tried once, not again");
    assert_eq!(stream.open_gap().unwrap().cause, GapCause::Credentials);
    // Put right in the registry: recorded at once, and the gap keeps its cause.
    for stream in plan.streams.values_mut() {
        stream.address.credentials = Some(("admin".into(), model::Secret::new("right".into())));
    }
    world.pipeline.apply(plan.clone()).await.unwrap();
    until("it is recorded at once", async || word() == StateWord::Recording).await;
    // An address with a mistake in it is no maintenance: planned is only the moment of the change.
    for stream in plan.streams.values_mut() {
        stream.address.url = "rtsp://127.0.0.1:9/locked".parse().unwrap();
    }
    world.pipeline.apply(plan).await.unwrap();
    let cause = || world.pipeline.streams()[0].open_gap().map(|gap| gap.cause);
    until("the gap is the network's", async || cause() == Some(GapCause::Network)).await;
    world.pipeline.apply(pipeline::Plan::default()).await.unwrap();
    let coverage = world.coverage(camera, begun).await;
    assert_eq!(coverage.spans.len(), 1, "{coverage:?}");
    let planned = coverage.gaps.iter().filter(|gap| gap.cause == GapCause::Planned);
    assert!(planned.map(|gap| gap.span.duration_us()).sum::<i64>() < 30_000_000, "{:?}", coverage.gaps);
    world.stop().await;
}
