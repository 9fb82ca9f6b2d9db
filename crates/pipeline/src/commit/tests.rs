//! A database that refuses, is away or does not answer: nothing is called committed that is not, and nothing stops the rest.

use super::*;
use crate::testing::{Faults, Feed, open, orphans, params, pipeline, records, stream, unit};
use media::segment::{End, Limits, SegmentBuilder};
use model::Secret;
use store::{
    Store,
    journal::{self, Record},
    media_dir::{JournalFile, Sidecar},
};

/// A real file with two seconds of footage, its seal, and what a journal says of it.
struct Made {
    path: SegmentPath,
    sealed: Box<Sealed>,
    journal: Vec<Record>,
}

fn made(store: &Store, stream: StreamId, started: WallTime) -> Made {
    let (params, secret) = (params(), [9; 32]);
    let mut builder = SegmentBuilder::new(params.clone(), Secret::new(secret), Limits::default());
    let config_hash = media::hash::config_hash(&params.config);
    let sidecar =
        Sidecar { store: store.store_id(), stream, started, secret: Secret::new(secret), config_hash };
    let mut file = store.footage.media().first().create_segment(sidecar).unwrap();
    file.append(&[builder.init().clone()]).unwrap();
    let path = file.path().clone();
    let mut journal = Vec::new();
    let mut write = |fragment: media::segment::Fragment| {
        file.append(&fragment.parts().cloned().collect::<Vec<_>>()).unwrap();
        journal.push(Record::Fragment(journal::Entry {
            path: path.clone(),
            fragment: fragment.index,
            offset: fragment.offset,
            length: u32::try_from(fragment.len).unwrap(),
            sha256: fragment.digest,
            span: Span { start: fragment.first_wall, end: fragment.end_wall },
            first_dts: fragment.first_dts,
            units: fragment.units,
        }));
    };
    for frame in 0..50 {
        builder.push(&unit(started, frame, 100, &params)).unwrap().into_iter().for_each(&mut write);
    }
    let end = End { wall: started.plus_us(2_000_000), dts: None };
    let mut sealed = builder.seal(SealReason::Length, end).unwrap().unwrap();
    sealed.tail.take().into_iter().for_each(&mut write);
    journal.push(Record::Seal { path: path.clone(), end: sealed.span.end, reason: SealReason::Length });
    Made { path, sealed: Box::new(sealed), journal }
}

fn gap(start: WallTime, end: WallTime) -> Gap {
    Gap { span: Span { start, end }, cause: GapCause::Network, evidence: "refused".into() }
}

fn write_journal(mut file: JournalFile, records: &[Record]) {
    let (mut chain, mut bytes) = (journal::Chain::default(), Vec::new());
    records.iter().for_each(|record| journal::encode(record, &mut chain, &mut bytes));
    file.append(&bytes).unwrap();
}

#[tokio::test]
async fn a_poisoned_record_stops_nobody_and_is_not_called_committed() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), true).await;
    let (done, committed) = std::sync::mpsc::channel();
    let stats = Arc::new(SyncStats::default());
    let committer = Committer {
        footage: store.footage.clone(),
        floor_days: |_| 30,
        done: Arc::new(Mutex::new(vec![done])),
        unended: Arc::default(),
        stats: stats.clone(),
        give_up: CancellationToken::new(),
        disk_tries: std::sync::atomic::AtomicU32::default(),
    };
    let (a, b, began) = (stream(1), stream(2), WallTime(1_790_000_000_000_000));
    let at = |seconds: i64| began.plus_us(seconds * 1_000_000);
    let tokens = AtomicTokens::default();
    let segment = |stream, made: Made, path: SegmentPath| {
        let (token, clock) = (tokens.next(), ClockOffset::default());
        let started = made.sealed.span.start;
        (token, CommitOp::Segment { token, path, stream, started, sealed: made.sealed, clock })
    };
    let (first, second, third) = (made(&store, a, at(0)), made(&store, a, at(2)), made(&store, b, at(0)));
    let (path, other) = (first.path.clone(), third.path.clone());
    let first = segment(a, first, path.clone());
    let poison = segment(a, second, path); // two records cannot name one file
    let third = segment(b, third, other);
    let gap_token = tokens.next();
    let (queue, receiver) = mpsc::channel(8);
    for op in
        [first.1, poison.1, third.1, CommitOp::Gap { token: gap_token, stream: a, gap: gap(at(4), at(5)) }]
    {
        queue.send((DiskId::FIRST, op)).await.ok().unwrap();
    }
    drop(queue);
    tokio::time::timeout(Duration::from_secs(90), committer.run(receiver))
        .await
        .expect("it does not try for ever");
    assert_eq!(
        committed.try_iter().collect::<Vec<_>>(),
        [first.0, third.0, gap_token],
        "not the poisoned one"
    );
    assert_eq!(stats.set_aside.load(Relaxed), 1);
    let causes: Vec<_> = records(&store, a).await.into_iter().map(|(_, cause)| cause).collect();
    assert_eq!(causes, [None, Some(GapCause::Us), Some(GapCause::Network)], "its time is a gap that says so");
    assert_eq!(records(&store, b).await.len(), 1);
}

/// Tokens as a writer gives them.
#[derive(Default)]
struct AtomicTokens(std::sync::atomic::AtomicU64);

impl AtomicTokens {
    fn next(&self) -> SegmentToken {
        crate::writer::next_token(&self.0)
    }
}

#[tokio::test]
async fn what_only_the_journal_has_is_committed_in_order_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let (store, id) = (open(dir.path(), true).await, stream(1));
    let began = crate::system_wall().plus_us(-100_000_000);
    let at = |seconds: i64| began.plus_us(seconds * 1_000_000);
    let (first, second, torn) = (made(&store, id, at(0)), made(&store, id, at(5)), made(&store, id, at(9)));
    let Gap { span, cause, evidence } = gap(at(2), at(5));
    let mut journal = first.journal;
    journal.push(Record::Gap { stream: id, span, cause, evidence: evidence.clone() });
    journal.extend(second.journal);
    // Two seconds that had a seal, of which the file has lost the second half, and a gap twice.
    journal.push(Record::Gap {
        stream: id,
        span: Span { start: at(7), end: at(9) },
        cause,
        evidence: evidence.clone(),
    });
    journal.push(Record::Gap { stream: id, span: Span { start: at(7), end: at(9) }, cause, evidence });
    let torn_file = dir.path().join("media").join(torn.path.as_str());
    let Some(Record::Fragment(last)) = torn.journal.get(2) else { panic!("four fragments") };
    std::fs::OpenOptions::new().write(true).open(torn_file).unwrap().set_len(last.offset + 5).unwrap();
    journal.extend(torn.journal);
    let media = store.footage.media();
    write_journal(media.first().create_journal(1, 1).unwrap(), &journal);

    let pipeline = pipeline(&store, &Faults::default()).await;
    let recovered = pipeline.recovered();
    assert_eq!((recovered.segments, recovered.failed, recovered.gaps), (3, 0, 3), "{recovered:?}");
    let records = records(&store, id).await;
    let found: Vec<_> = records.iter().map(|(span, cause)| (span.start, *cause)).collect();
    let network = Some(GapCause::Network);
    let halved = records[4].0.end;
    let expected = [
        (at(0), None),
        (at(2), network),
        (at(5), None),
        (at(7), network),
        (at(9), None),
        (halved, Some(GapCause::Disk)),
    ];
    assert_eq!(found, expected);
    assert_eq!(records.last().unwrap().0.end, at(11));
    pipeline.stop().await;
    assert_eq!(orphans(&store).await, Vec::<String>::new());
    assert_eq!(store.footage.media().journals().unwrap().len(), 0);
}

#[tokio::test]
async fn files_that_a_kill_left_without_a_name_are_taken_away() {
    let dir = tempfile::tempdir().unwrap();
    let (store, id) = (open(dir.path(), true).await, stream(1));
    let began = crate::system_wall().plus_us(-86_400_000_000);
    let first = made(&store, id, began);
    write_journal(store.footage.media().first().create_journal(1, 1).unwrap(), &first.journal);
    pipeline(&store, &Faults::default()).await.stop().await;
    // A kill within the first 0.6 s of a file: no journal names it. And something much older, which is not ours to touch.
    let young = made(&store, id, began.plus_us(2_000_000)).path;
    let old = made(&store, id, began.plus_us(-3_600_000_000)).path;
    let named = made(&store, id, began.plus_us(4_000_000));
    write_journal(store.footage.media().first().create_journal(2, 1).unwrap(), &named.journal);
    let pipeline = pipeline(&store, &Faults::default()).await;
    let recovered = pipeline.recovered();
    assert_eq!((recovered.strays, recovered.segments, recovered.aside), (1, 1, 0), "{recovered:?}");
    let left = orphans(&store).await;
    assert!(left.iter().all(|file| old.as_str().starts_with(file.split('.').next().unwrap())), "{left:?}");
    assert_eq!(left.len(), 2);
    assert!(!dir.path().join("media").join(young.as_str()).exists());
    let cx = system_cx("check", clock::system_wall());
    assert!(store.footage.open_for_system(&cx, &named.path).is_ok(), "committed footage stays");
    pipeline.stop().await;
}

/// The end of the service must not wait for ever, and what was recorded meanwhile is there after the next start.
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_does_not_wait_for_a_database_that_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let (store, id) = (open(dir.path(), true).await, stream(1));
    let running = pipeline(&store, &Faults::default()).await;
    let began = crate::system_wall().plus_us(-60_000_000);
    let mut feed = Feed::new(running.hand_fed(id, began).await.unwrap().unwrap(), began);
    feed.seconds(0..2);
    feed.recorder.lost(GapCause::Camera, "closed");
    feed.seconds(4..6);
    store.clone().close(crate::system_wall()).await.unwrap();
    feed.recorder.lost(GapCause::Planned, "stopped");
    drop(feed);
    tokio::time::timeout(Duration::from_secs(150), running.stop()).await.expect("patience has an end");
    assert!(!store.footage.media().journals().unwrap().is_empty(), "it waits in the journal");
    drop((running, store));

    let store = open(dir.path(), false).await;
    let pipeline = pipeline(&store, &Faults::default()).await;
    assert_eq!(pipeline.recovered().failed, 0);
    let causes: Vec<_> = records(&store, id).await.into_iter().map(|(_, cause)| cause).collect();
    assert_eq!(causes, [None, Some(GapCause::Camera), None]);
    assert_eq!(orphans(&store).await, Vec::<String>::new());
    pipeline.stop().await;
}
