//! A disk that fails: recording goes on in a new file, what was lost is a gap with its cause and span, and records tile.

use crate::{
    gap::Gap,
    state::StateWord,
    stream::StreamShared,
    testing::{Fault, Faults, Feed, open, orphans, pipeline, records, stream, synced},
};
use model::{GapCause, Span};
use store::journal::Record;

/// Fragments end with a unit, and a segment's last interval is a guess: half a frame.
const NEAR_US: i64 = 20_000;

/// Feeds 9 s; the disk fails in the fourth. `seal`: a segment has just been closed when it fails.
async fn check(fault: Fault, seal: bool, lost: std::ops::Range<i64>) {
    let dir = tempfile::tempdir().unwrap();
    let (store, faults, id) = (open(dir.path(), true).await, Faults::default(), stream(1));
    let pipeline = pipeline(&store, &faults).await;
    let began = crate::system_wall().plus_us(-60_000_000);
    let mut feed = Feed::new(pipeline.hand_fed(id, began).await.unwrap().unwrap(), began);
    feed.seconds(0..3);
    synced(&pipeline).await;
    faults.arm(fault);
    if fault == Fault::Create {
        feed.recorder.seal_for_export();
    }
    feed.seconds(3..4);
    if seal {
        feed.recorder.seal_for_export();
        feed.seconds(4..5);
    }
    faults.happened().await;
    // What fails is seen by the writer a moment later; a sync fails on a thread of its own.
    let seen = async || pipeline.disks().all().iter().any(|(_, disk)| disk.handle.is_failing());
    crate::testing::until("the writer has seen it", seen).await;
    faults.arm(Fault::None);
    let next = if seal { 5 } else { 4 };
    feed.seconds(next..next + 1);
    let shown = feed.recorder.open_gap(feed.at(next + 1));
    assert_eq!(shown, None, "{fault:?}: recording goes on");
    synced(&pipeline).await;
    feed.seconds(next + 1..9);
    feed.recorder.lost(GapCause::Planned, "stopped");
    assert!(pipeline.settled().await);

    let records = records(&store, id).await;
    let gaps: Vec<Span> =
        records.iter().filter(|(_, cause)| *cause == Some(GapCause::Disk)).map(|(span, _)| *span).collect();
    assert!(records.iter().all(|(_, cause)| matches!(cause, None | Some(GapCause::Disk))), "{records:?}");
    let ends = (gaps.first().unwrap().start, gaps.last().unwrap().end);
    let near = |found: model::WallTime, second| found.since_us(feed.at(second)).abs() <= NEAR_US;
    // A sync that comes between the two fed seconds has the second one in a new file already.
    let early = seal && near(ends.1, lost.end - 1);
    assert!(
        near(ends.0, lost.start) && (near(ends.1, lost.end) || early),
        "{fault:?}: {gaps:?}, began {began}"
    );
    let outside = (records.first().unwrap().0.start, records.last().unwrap().0.end);
    assert_eq!(outside.0, began);
    assert!(outside.1.since_us(feed.at(9)).abs() <= NEAR_US, "{records:?}");
    drop(feed);
    pipeline.stop().await;
    assert_eq!(orphans(&store).await, Vec::<String>::new(), "{fault:?}");
    assert_eq!(store.footage.media().journals().unwrap().len(), 0, "{fault:?}: nothing waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_disk_leaves_a_gap_and_a_new_file() {
    tokio::join!(
        check(Fault::Sync, false, 3..4),
        check(Fault::Sync, true, 3..5),
        check(Fault::WriteNoSpace, false, 3..4),
        check(Fault::WriteError, false, 3..4),
        check(Fault::Create, false, 3..4),
        check(Fault::Journal, false, 3..4),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_disk_is_said_and_no_path_with_it() {
    let shared = StreamShared::new(stream(1), true, model::WallTime(0));
    shared.published(model::WallTime(5), true);
    assert_eq!(shared.state().word, StateWord::Recording);
    let span = Span { start: model::WallTime(9), end: model::WallTime(10) };
    let gap = |cause| Some(Gap { span, cause, evidence: "a sync of the media disk failed".into() });
    shared.set_open_gap(gap(GapCause::Camera));
    shared.published(model::WallTime(10), false);
    assert_eq!(shared.state().word, StateWord::Recording, "waits for a key frame");
    shared.set_open_gap(gap(GapCause::Disk));
    assert_eq!(shared.state().word, StateWord::Recording, "no unit has been refused yet");
    shared.published(model::WallTime(10), false);
    let state = shared.state();
    assert_eq!((state.word, state.since, state.detail.contains("sync")), (StateWord::Disk, span.start, true));
    shared.published(model::WallTime(11), true);
    assert_eq!(shared.state().word, StateWord::Recording);

    let path = "/secret/place".into();
    let source = std::io::Error::from_raw_os_error(28);
    let text = super::cause_of(&store::Error::File { doing: "appending to", path, source });
    assert!(text.starts_with("appending to: ") && !text.contains("secret"), "{text}");
}

/// What comes while a sync takes its time is in file and journal at once, and in no record before a sync of its own.
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_during_a_sync_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let (store, faults, id) = (open(dir.path(), true).await, Faults::default(), stream(1));
    let pipeline = pipeline(&store, &faults).await;
    let began = crate::system_wall().plus_us(-60_000_000);
    let mut feed = Feed::new(pipeline.hand_fed(id, began).await.unwrap().unwrap(), began);
    feed.seconds(0..2);
    faults.arm(Fault::Stuck);
    faults.happened().await;
    feed.seconds(2..5);
    feed.recorder.seal_for_export();
    feed.seconds(5..6);
    let media = store.footage.media().first();
    let noted = |until: model::WallTime| {
        let records = media
            .journals()
            .unwrap()
            .into_iter()
            .flat_map(|path| store::journal::decode_all(&media.read_journal(&path).unwrap()).records);
        records.into_iter().any(|record| matches!(record, Record::Fragment(one) if one.span.end >= until))
    };
    let near = feed.at(6).plus_us(-2 * NEAR_US);
    crate::testing::until("it is in the journal", async || noted(near)).await;
    assert_eq!(records(&store, id).await, [], "nothing rests on a sync that has not ended");
    faults.arm(Fault::None);
    feed.recorder.lost(GapCause::Planned, "stopped");
    assert!(pipeline.settled().await);
    let found = records(&store, id).await;
    assert!(found.iter().all(|(_, cause)| cause.is_none()) && found.len() == 2, "{found:?}");
}

/// The sync thread's end ends the writer; that is said by the pipeline, and each stream's gap names us.
#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_ends_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let (store, faults, id) = (open(dir.path(), true).await, Faults::default(), stream(1));
    let pipeline = pipeline(&store, &faults).await;
    assert_eq!(pipeline.is_sound(), Ok(()));
    let began = crate::system_wall().plus_us(-60_000_000);
    let mut feed = Feed::new(pipeline.hand_fed(id, began).await.unwrap().unwrap(), began);
    feed.seconds(0..2);
    faults.arm(Fault::Panic);
    crate::testing::until("it is noticed", async || pipeline.is_sound().is_err()).await;
    assert!(pipeline.is_sound().unwrap_err().contains("writer"));
    feed.seconds(2..4);
    assert_eq!(feed.recorder.open_gap(feed.at(4)).map(|gap| gap.cause), Some(GapCause::Us));
}

/// A database that takes nothing for so long that the queue is full: what follows is in the journal, in order, and said.
#[tokio::test(flavor = "multi_thread")]
async fn what_finds_no_room_stays_in_the_journal() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), true).await;
    let media = store.footage.media().first();
    let (commits, queue) = tokio::sync::mpsc::channel(1);
    let started = super::start(Box::new(media.clone()), store.store_id(), 1, commits).unwrap();
    let (mut handle, stats) = (started.handle, started.stats);
    let count = i64::try_from(crate::commit::COMMIT_QUEUE_MAX).unwrap() + 100;
    for number in 0..count {
        let span = Span { start: model::WallTime(number), end: model::WallTime(number + 1) };
        let gap = Gap { span, cause: GapCause::Network, evidence: String::new() };
        while !handle.send(super::WriterOp::Gap { stream: stream(1), gap: gap.clone() }) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
    let deferred = async || stats.deferred_commits.load(super::Relaxed) > 0;
    crate::testing::until("the rest is left to the journal", deferred).await;
    drop((handle, queue, started.committed));
    tokio::task::spawn_blocking(move || started.thread.join()).await.unwrap().unwrap();
    let journalled: usize = media
        .journals()
        .unwrap()
        .iter()
        .flat_map(|path| store::journal::decode_all(&media.read_journal(path).unwrap()).records)
        .filter(|record| !matches!(record, Record::Synced { .. }))
        .count();
    assert_eq!(journalled, usize::try_from(count).unwrap(), "none is in no journal");
}
