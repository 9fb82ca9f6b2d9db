//! Recording on several media disks: one fails, fills or goes away, and its streams go on on another with a gap of seconds.

use crate::{
    Config, DiskWord, Pipeline,
    testing::{Fault, Faults, Feed, open, orphans, pipeline_on, records, stream, synced, until},
    writer::DiskWriter,
};
use law::placement::Fitness;
use model::{DiskId, GapCause, Span, StreamId, WallTime};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use store::{OpenOptions, PasswordCost, Store, registry::system_cx};

const SECOND: DiskId = DiskId(2);

/// A store with two media folders.
async fn two(dir: &Path) -> (Store, PathBuf) {
    let store = open(&dir.join("data"), true).await;
    let folder = dir.join("second");
    std::fs::create_dir(&folder).unwrap();
    store.add_disk(&system_cx("demo", crate::system_wall()), &folder).await.unwrap();
    (store, folder)
}

fn on_second(pipeline: &Pipeline, id: StreamId) {
    pipeline.disks().place(BTreeMap::from([(id, SECOND)]));
}

/// Where each record's file is: the disk of each segment, in order of time.
async fn disks_of(store: &Store, id: StreamId) -> Vec<DiskId> {
    let cx = system_cx("check", crate::system_wall());
    let stored = store.footage.stored_segments(&cx, 0, 100).await.unwrap();
    let mut own: Vec<_> = stored
        .into_iter()
        .filter_map(|one| {
            one.record.filter(|record| record.stream == id).map(|record| (record.span.start, one.disk))
        })
        .collect();
    own.sort();
    own.into_iter().map(|(_, disk)| disk).collect()
}

fn disk_gaps(records: &[(Span, Option<GapCause>)]) -> Vec<Span> {
    records.iter().filter(|(_, cause)| *cause == Some(GapCause::Disk)).map(|(span, _)| *span).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_moves_at_a_key_frame_without_a_gap() {
    let dir = tempfile::tempdir().unwrap();
    let ((store, _), id) = (two(dir.path()).await, stream(1));
    let pipeline = Pipeline::start(store.clone(), Config::default()).await.unwrap();
    let began = crate::system_wall().plus_us(-300_000_000);
    let mut feed = Feed::new(pipeline.hand_fed(id, began).await.unwrap().unwrap(), began);
    feed.seconds(0..3);
    for (second, disk) in [(3, SECOND), (6, DiskId::FIRST), (9, SECOND)] {
        pipeline.disks().place(BTreeMap::from([(id, disk)]));
        feed.recorder.seal_for_export();
        feed.seconds(second..second + 3);
    }
    feed.recorder.lost(GapCause::Planned, "the test ends");
    assert!(pipeline.settled().await);
    let found = records(&store, id).await;
    assert!(found.iter().all(|(_, cause)| cause.is_none()), "{found:?}");
    assert_eq!(disks_of(&store, id).await, [DiskId::FIRST, SECOND, DiskId::FIRST, SECOND]);
    drop(feed);
    pipeline.stop().await;
    assert_eq!(orphans(&store).await, Vec::<String>::new());
    assert_eq!(store.footage.media().journals().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_is_left_for_the_other() {
    for fault in [Fault::Sync, Fault::WriteError, Fault::Create, Fault::Journal] {
        let dir = tempfile::tempdir().unwrap();
        let ((store, _), id) = (two(dir.path()).await, stream(1));
        let (good, bad) = (Faults::default(), Faults::default());
        let pipeline = pipeline_on(&store, &[&good, &bad]).await;
        on_second(&pipeline, id);
        let began = crate::system_wall().plus_us(-300_000_000);
        let mut feed = Feed::new(pipeline.hand_fed(id, began).await.unwrap().unwrap(), began);
        feed.seconds(0..3);
        synced(&pipeline).await;
        bad.arm(fault);
        if fault == Fault::Create {
            feed.recorder.seal_for_export();
        }
        feed.seconds(3..4);
        bad.happened().await;
        // It fails for good; the other takes over with the next key frame.
        until("it is seen", async || {
            pipeline.disks().all().iter().any(|(id, disk)| *id == SECOND && disk.fitness() < Fitness::Good)
        })
        .await;
        feed.seconds(4..9);
        feed.recorder.lost(GapCause::Planned, "the test ends");
        assert!(pipeline.settled().await, "{fault:?}");
        let (found, disks) = (records(&store, id).await, disks_of(&store, id).await);
        let lost: i64 = disk_gaps(&found).into_iter().map(Span::duration_us).sum();
        assert!(lost <= 2_100_000, "{fault:?}: {found:?}");
        assert_eq!((disks.first(), disks.last()), (Some(&SECOND), Some(&DiskId::FIRST)), "{fault:?}");
        assert_eq!(found.last().unwrap().0.end, feed.at(9), "{fault:?}");
        bad.arm(Fault::None);
        drop(feed);
        pipeline.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_taken_away_costs_seconds_and_its_footage_comes_back_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let ((store, folder), id) = (two(dir.path()).await, stream(1));
    let pipeline = Pipeline::start(store.clone(), Config::default()).await.unwrap();
    on_second(&pipeline, id);
    let began = crate::system_wall().plus_us(-300_000_000);
    let mut feed = Feed::new(pipeline.hand_fed(id, began).await.unwrap().unwrap(), began);
    feed.seconds(0..5);
    synced(&pipeline).await;
    let elsewhere = dir.path().join("elsewhere");
    std::fs::rename(&folder, &elsewhere).unwrap();
    feed.seconds(5..6);
    let is_away = |pipeline: &Pipeline| {
        let lost = |disk: &DiskWriter| disk.handle.is_away() && disk.handle.is_failing();
        pipeline.disks().all().iter().any(|(id, disk)| *id == SECOND && lost(disk))
    };
    until("it is missed, and a sync there has failed", async || is_away(&pipeline)).await;
    feed.seconds(6..12);
    assert!(pipeline.settled().await);
    // While it is away: the records tile, what was synced has its record, and nothing is called lost.
    let found = records(&store, id).await;
    let [gap] = disk_gaps(&found)[..] else { panic!("one gap: {found:?}") };
    assert!(gap.start >= feed.at(4) && gap.duration_us() <= 3_100_000, "{found:?}");
    let cx = system_cx("check", crate::system_wall());
    let stored = store.footage.stored_segments(&cx, 0, 10).await.unwrap();
    assert!(stored.iter().any(|one| one.away) && stored.iter().all(|one| one.away == (one.disk == SECOND)));
    // And when it is back.
    std::fs::rename(&elsewhere, &folder).unwrap();
    until("its file has its end", async || {
        let stored = store.footage.stored_segments(&cx, 0, 10).await.unwrap();
        stored.iter().all(|one| one.file_bytes == one.record.as_ref().map(|record| record.file_bytes))
    })
    .await;
    for one in store.footage.stored_segments(&cx, 0, 10).await.unwrap() {
        let (path, record) = (one.path.unwrap(), one.record.unwrap());
        let sidecar = store.footage.sidecar_for_system(&cx, &path).unwrap();
        let (file, _) = store.footage.open_for_system(&cx, &path).unwrap().salvage().unwrap();
        let rebuilt = crate::rebuild_tables(&file, sidecar.secret, &record).unwrap();
        assert!(
            rebuilt.is_the_record && Some(rebuilt.tables) == one.tables,
            "{path} is what its record says"
        );
    }
    feed.recorder.seal_for_export();
    feed.seconds(12..14);
    feed.recorder.lost(GapCause::Planned, "the test ends");
    assert!(pipeline.settled().await);
    records(&store, id).await;
    drop(feed);
    pipeline.stop().await;
    drop(store);
}

/// Process and disk go together: what was open there is a gap that names the disk, up to the last tick; the rest is the outage.
#[test]
fn a_disk_that_is_lost_with_the_process_leaves_a_gap_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let id = stream(1);
    let killed = tokio::runtime::Runtime::new().unwrap();
    let (began, ticked) = killed.block_on(async {
        let (store, folder) = two(dir.path()).await;
        let pipeline = Pipeline::start(store.clone(), Config::default()).await.unwrap();
        on_second(&pipeline, id);
        let began = crate::system_wall();
        let mut feed = Feed::new(pipeline.hand_fed(id, began).await.unwrap().unwrap(), began);
        feed.seconds(0..2);
        feed.recorder.seal_for_export();
        feed.seconds(2..3);
        assert!(pipeline.settled().await);
        tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
        crate::ticks::tick(&pipeline, 0, false).await.unwrap();
        std::fs::rename(&folder, dir.path().join("elsewhere")).unwrap();
        // Its writer must not see it go: a killed process ends nothing in order.
        Box::leak(Box::new(feed)).recorder.flush();
        (began, store.footage.newest_tick().await.unwrap().unwrap().wall)
    });
    killed.shutdown_background();
    let after = tokio::runtime::Runtime::new().unwrap();
    after.block_on(async {
        let data = dir.path().join("data");
        let options = || OpenOptions {
            one_file_system: true,
            password_cost: PasswordCost::CHEAP,
            ..OpenOptions::new(crate::system_wall())
        };
        let opened = tokio::sync::Mutex::new(None);
        until("the dead process has let go", async || {
            let store = Store::open(&data, options()).await.ok();
            let is_open = store.is_some();
            *opened.lock().await = store;
            is_open
        })
        .await;
        let store = opened.into_inner().unwrap();
        let pipeline = Pipeline::start(store.clone(), Config::default()).await.unwrap();
        assert_eq!(pipeline.recovered().gaps, 1);
        let found = records(&store, id).await;
        let [(_, None), (gap, Some(GapCause::Disk))] = found[..] else { panic!("footage, a gap: {found:?}") };
        assert_eq!(gap.end, ticked, "up to where the recorder is known to have run");
        assert!(gap.start.since_us(began).abs_diff(2_000_000) <= 40_000, "{found:?}");
        // It is said once, and what follows is the outage.
        let mut feed = Feed::new(pipeline.hand_fed(id, began).await.unwrap().unwrap(), crate::system_wall());
        feed.seconds(0..2);
        feed.recorder.lost(GapCause::Planned, "the test ends");
        assert!(pipeline.settled().await);
        let found = records(&store, id).await;
        assert!(matches!(found[2], (_, Some(GapCause::Us))), "{found:?}");
        let cx = system_cx("check", crate::system_wall());
        let gaps = store.footage.gaps(&cx, Some(id), Span { start: began, end: WallTime(i64::MAX) });
        assert!(gaps.await.unwrap().iter().all(|gap| gap.evidence.contains("media disk 2 is away since")));
        drop(feed);
        pipeline.stop().await;
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_was_away_at_the_start_is_used_when_it_comes() {
    let dir = tempfile::tempdir().unwrap();
    let ((store, folder), id) = (two(dir.path()).await, stream(1));
    let began = crate::system_wall().plus_us(-300_000_000);
    let pipeline = Pipeline::start(store.clone(), Config::default()).await.unwrap();
    on_second(&pipeline, id);
    let mut feed = Feed::new(pipeline.hand_fed(id, began).await.unwrap().unwrap(), began);
    feed.seconds(0..3);
    feed.recorder.lost(GapCause::Planned, "the test ends");
    assert!(pipeline.settled().await);
    drop(feed);
    pipeline.stop().await;
    drop(pipeline);
    store.close(crate::system_wall()).await.unwrap();
    let elsewhere = dir.path().join("elsewhere");
    std::fs::rename(&folder, &elsewhere).unwrap();

    let store = open(&dir.path().join("data"), false).await;
    let pipeline = Pipeline::start(store.clone(), Config::default()).await.unwrap();
    let words: Vec<DiskWord> = pipeline.disk().unwrap().disks.iter().map(|disk| disk.word).collect();
    assert_eq!(words[1], DiskWord::Away);
    assert_eq!(pipeline.disks().all().len(), 1, "nothing is recorded on a disk that is away");
    std::fs::rename(&elsewhere, &folder).unwrap();
    until("it is used", async || pipeline.disks().all().len() == 2).await;
    let end: Option<WallTime> = store.footage.stream_head(id).await.unwrap().end;
    let mut feed =
        Feed::new(pipeline.hand_fed(id, began).await.unwrap().unwrap(), end.unwrap().plus_us(1_000_000));
    on_second(&pipeline, id);
    feed.seconds(0..3);
    feed.recorder.lost(GapCause::Planned, "the test ends");
    assert!(pipeline.settled().await);
    assert_eq!(disks_of(&store, id).await, [SECOND, SECOND]);
    drop(feed);
    pipeline.stop().await;
}
