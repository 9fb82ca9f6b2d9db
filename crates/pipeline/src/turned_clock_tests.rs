//! Somebody turns the server's clock while the real recorder runs: records stay in order, the ticks say by how much, and
//! nothing is deleted for it.

use crate::{
    Config,
    clock::Clocks,
    entropy,
    stepped::{Camera, Stepped},
    testing,
};
use ledger::tick::Between;
use model::{GapCause, MonoTime, Span, WallTime};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use store::system_cx;

const SECOND_US: i64 = 1_000_000;
const HOUR_US: i64 = 3_600 * SECOND_US;
const DAY_US: i64 = 24 * HOUR_US;
const FRAME_US: i64 = 40_000;

/// Clocks that a hand turns.
#[derive(Debug)]
struct Turned {
    mono: AtomicI64,
    wall: AtomicI64,
}

impl Turned {
    fn pass(&self, us: i64) {
        self.mono.fetch_add(us, Relaxed);
        self.wall.fetch_add(us, Relaxed);
    }
    fn set(&self, by_us: i64) {
        self.wall.fetch_add(by_us, Relaxed);
    }
}

impl Clocks for Turned {
    fn mono(&self) -> MonoTime {
        MonoTime(self.mono.load(Relaxed))
    }
    fn wall(&self) -> WallTime {
        WallTime(self.wall.load(Relaxed))
    }
}

/// Ten seconds of pictures, then a tick.
async fn ten_seconds(
    recorder: &mut Stepped,
    camera: &mut Camera,
    clocks: &Turned,
    round: u32,
    began: Instant,
) {
    let params = testing::params();
    for frame in 0..250 {
        let at = i64::from(round) * 250 + frame;
        let unit = testing::unit(WallTime(0), at, 200, &params);
        camera.frame(unit.pts.0, unit.data);
        clocks.pass(FRAME_US);
        camera.tick();
        if frame % 25 == 0 {
            recorder.write(began + Duration::from_millis(u64::from(round) * 10_000 + frame as u64 * 40));
            while recorder.commit().await {}
        }
    }
    recorder.note(round, false).await.unwrap();
}

#[tokio::test]
async fn a_turned_clock_neither_disorders_records_nor_deletes_anything() {
    let dir = tempfile::tempdir().unwrap();
    let store = testing::open(dir.path(), true).await;
    let now = crate::system_wall();
    let clocks = Arc::new(Turned { mono: AtomicI64::new(0), wall: AtomicI64::new(now.0) });
    let config = Config { segment_seconds: 4, ..Config::default() };
    let mut recorder = Stepped::start(store.clone(), config, clocks.clone(), entropy::secret).await.unwrap();
    let (stream, began) = (testing::stream(1), Instant::now());
    let mut camera = recorder.camera(stream).await.unwrap().unwrap();
    camera.connect((*testing::params()).clone());
    for (round, turned_us) in (0..).zip([0, 0, -HOUR_US, 0, DAY_US, 0]) {
        clocks.set(turned_us);
        ten_seconds(&mut recorder, &mut camera, &clocks, round, began).await;
    }
    camera.disconnect(GapCause::Network, "the test is over");
    let far = clocks.wall().plus_us(400 * DAY_US);
    let expired = recorder.expire(Duration::from_secs(3_600), far).await.unwrap();
    assert_eq!((expired.segments, expired.failed), (0, 0), "a leap makes nothing old");
    drop(camera);
    recorder.stop(began + Duration::from_secs(100)).await;

    // They tile in order; what the turning cost are gaps of ours.
    let records = testing::records(&store, stream).await;
    let footage_us: i64 =
        records.iter().filter(|(_, gap)| gap.is_none()).map(|(span, _)| span.duration_us()).sum();
    assert!(footage_us > 50 * SECOND_US, "{footage_us} µs of about a minute: {records:?}");
    let gaps: Vec<GapCause> = records.iter().filter_map(|(_, gap)| *gap).collect();
    assert!(gaps.iter().all(|cause| *cause == GapCause::Us), "{records:?}");
    let cx = system_cx("check", now);
    assert_eq!(store.footage.audit(&cx).await.unwrap(), []);
    // The ticks say when, and by how much.
    let whole = Span { start: WallTime(0), end: WallTime(i64::MAX) };
    let holes = store.footage.tick_holes(&cx, whole).await.unwrap();
    let steps: Vec<i64> = holes
        .iter()
        .map(|hole| match hole.between {
            Between::Stepped { by_us, .. } => by_us,
            other => panic!("only steps: {other:?}"),
        })
        .collect();
    assert_eq!(steps, [-HOUR_US, DAY_US]);
}
