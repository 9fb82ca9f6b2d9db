//! Recordings: chains, holes, overlaps, reopening, killing, expiry step by step, and what `check` finds.

use crate::fixture::*;
use crate::*;
use ledger::record::{Entry, GapRecord, SegmentRecord};
use model::{CameraId, GapCause, Hash, StreamId, WallTime};
use uuid::Uuid;

fn camera(number: u128) -> StreamId {
    stream(CameraId(Uuid::from_u128(number)))
}

fn gap(stream: StreamId, span: model::Span, cause: GapCause) -> NewGap {
    NewGap { stream, span, cause, evidence: "no packet for 3 s".into() }
}

#[tokio::test]
async fn segments_and_gaps_chain_and_survive_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (camera(1), camera(2));
    let store = open(&folder).await;
    assert_eq!(store.footage.stream_head(a).await.unwrap().end, None);
    let first = store.footage.commit_segment(segment(&store, a, span(0, 60), 100)).await.unwrap();
    let second = store.footage.commit_gap(gap(a, span(60, 5), GapCause::Network)).await.unwrap();
    let other = store.footage.commit_segment(segment(&store, b, span(0, 60), 100)).await.unwrap();
    let third = store.footage.commit_segment(segment(&store, a, span(65, 60), 100)).await.unwrap();
    assert_eq!((first.seq, second.seq, third.seq, other.seq), (0, 1, 2, 0));
    assert_eq!((first.leaf.0, second.leaf.0, other.leaf.0, third.leaf.0), (0, 1, 2, 3));
    assert_eq!(third.filled, None);
    store.close(NOW).await.unwrap();

    let store = Store::open(folder.path(), OpenOptions { create: false, ..options(NOW) }).await.unwrap();
    assert_eq!(store.footage.boot_counter(), 2);
    assert_eq!(store.footage.boot().previous_closed, Some(NOW));
    assert!(!store.footage.boot().machine_restarted);
    let head = store.footage.stream_head(a).await.unwrap();
    assert_eq!((head.next_seq, head.prev_record_hash), (3, third.record_hash));
    assert_eq!(head.end, Some(span(65, 60).end));
    let cx = system_cx("check", NOW);
    let segments = store.footage.segments(&cx, a, span(0, 1_000)).await.unwrap();
    let records: Vec<SegmentRecord> =
        segments.iter().map(|row| SegmentRecord::decode(&row.record).unwrap()).collect();
    assert_eq!(records.iter().map(|record| record.stream_seq).collect::<Vec<_>>(), [0, 2]);
    let gaps = store.footage.gaps(&cx, Some(a), span(0, 1_000)).await.unwrap();
    let gap_record = GapRecord::decode(&gaps[0].record).unwrap();
    assert_eq!(gap_record.prev_record_hash, first.record_hash);
    assert_eq!(records[1].prev_record_hash, second.record_hash);
    assert_eq!(gap_record.span.end, records[1].span.start, "records tile time");
}

#[tokio::test]
async fn a_hole_becomes_an_unknown_gap_and_an_overlap_a_conflict() {
    let folder = tempfile::tempdir().unwrap();
    let (store, a) = (open(&folder).await, camera(1));
    store.footage.commit_segment(segment(&store, a, span(0, 60), 10)).await.unwrap();
    let after = store.footage.commit_segment(segment(&store, a, span(70, 60), 10)).await.unwrap();
    let filled = after.filled.expect("the hole was closed");
    assert_eq!((filled.span, filled.seq, after.seq), (span(60, 10), 1, 2));
    let gaps = store.footage.gaps(&system_cx("check", NOW), None, span(0, 500)).await.unwrap();
    assert_eq!(gaps[0].cause, GapCause::Unknown);
    for overlapping in [span(129, 60), span(0, 60), span(-10, 20)] {
        let error = store.footage.commit_segment(segment(&store, a, overlapping, 10)).await.unwrap_err();
        assert_eq!(error.kind(), model::Kind::Conflict, "{error}");
        let error = store.footage.commit_gap(gap(a, overlapping, GapCause::Us)).await.unwrap_err();
        assert_eq!(error.kind(), model::Kind::Conflict, "{error}");
    }
    let head = store.footage.stream_head(a).await.unwrap();
    assert_eq!((head.next_seq, head.end), (3, Some(span(70, 60).end)), "a failure leaves nothing behind");
    assert_eq!(store.log_size(LogName::Footage).await.unwrap(), 3);
}

#[tokio::test]
async fn finding_by_time_without_files() {
    let folder = tempfile::tempdir().unwrap();
    let (store, a) = (open(&folder).await, camera(1));
    for minute in 0..10 {
        if minute == 5 {
            store.footage.commit_gap(gap(a, span(300, 60), GapCause::Camera)).await.unwrap();
        } else {
            store.footage.commit_segment(segment(&store, a, span(minute * 60, 60), 10)).await.unwrap();
        }
    }
    let cx = system_cx("check", NOW);
    let check = async |start: i64, seconds: i64, expected: &[u64]| {
        let found = store.footage.segment_spans(&cx, a, span(start, seconds)).await.unwrap();
        let found: Vec<u64> = found.iter().map(|segment| segment.seq).collect();
        assert_eq!(found, expected, "{start}+{seconds}");
    };
    check(0, 1, &[0]).await;
    check(59, 1, &[0]).await;
    check(60, 1, &[1]).await;
    check(59, 2, &[0, 1]).await;
    check(290, 80, &[4, 6]).await;
    check(310, 10, &[]).await;
    check(-100, 100, &[]).await;
    check(600, 100, &[]).await;
    check(-100, 10_000, &[0, 1, 2, 3, 4, 6, 7, 8, 9]).await;
    let coverage = store.footage.coverage(&cx, a, span(0, 600), true).await.unwrap();
    assert_eq!(coverage.spans, [span(0, 300), span(360, 240)]);
    assert_eq!((coverage.gaps.len(), coverage.activity.len()), (1, 9));
    assert_eq!(store.footage.stored_bytes().await.unwrap(), 90);
    assert_eq!(store.footage.oldest(model::Profile::Main).await.unwrap(), [(a, NOW)]);
}

/// A copy of the whole data folder, taken while the store is open, is what a power cut leaves.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test]
async fn what_was_answered_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let (store, a) = (open(&folder).await, camera(1));
    for minute in 0..20 {
        let committed =
            store.footage.commit_segment(segment(&store, a, span(minute * 60, 60), 10)).await.unwrap();
        let killed = tempfile::tempdir().unwrap();
        copy(folder.path(), killed.path());
        let revived = open(&killed).await;
        let head = revived.footage.stream_head(a).await.unwrap();
        assert_eq!((head.next_seq, head.prev_record_hash), (committed.seq + 1, committed.record_hash));
        assert_eq!(revived.footage.boot().previous_closed, None, "a crash closes nothing");
        assert_eq!(revived.footage.verify_log(&system_cx("check", NOW)).await.unwrap(), []);
    }
}

#[tokio::test]
async fn many_streams_commit_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..64 {
        let store = store.clone();
        tasks.spawn(async move {
            for minute in 0..10 {
                let new = segment(&store, camera(number), span(minute * 60, 60), 2);
                store.footage.commit_segment(new).await.unwrap();
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    assert_eq!(store.log_size(LogName::Footage).await.unwrap(), 640);
    assert_eq!(store.footage.verify_log(&system_cx("check", NOW)).await.unwrap(), []);
    let cx = system_cx("check", NOW);
    for number in 0..64 {
        let mut previous = Hash::default();
        for row in store.footage.segments(&cx, camera(number), span(0, 600)).await.unwrap() {
            assert_eq!(SegmentRecord::decode(&row.record).unwrap().prev_record_hash, previous);
            previous = ledger::record::record_hash(&row.record);
        }
    }
}

#[tokio::test]
async fn one_process_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let second = Store::open(folder.path(), options(NOW)).await.err().expect("refused");
    assert_eq!(second.kind(), model::Kind::Conflict, "{second}");
    store.close(NOW).await.unwrap();
    open(&folder).await;
}

#[tokio::test]
async fn an_unmade_store_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let error = Store::open(folder.path(), OpenOptions::new(NOW)).await.err().unwrap();
    assert_eq!(error.kind(), model::Kind::NotFound);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "and nothing was made");
}

#[tokio::test]
async fn a_closed_store_answers_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let late = store.clone();
    let new = segment(&store, camera(1), span(0, 60), 2);
    store.close(NOW).await.unwrap();
    let error = late.footage.commit_segment(new).await.unwrap_err();
    assert_eq!(error.kind(), model::Kind::Unavailable, "{error}");
}

#[tokio::test]
async fn a_foreign_or_absent_media_folder_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    open(&folder).await.close(NOW).await.unwrap();
    let identity = folder.path().join("media/IDENTITY");
    let original = std::fs::read(&identity).unwrap();
    let refused = async |what: &str| {
        let error = Store::open(folder.path(), options(NOW)).await.err().unwrap_or_else(|| panic!("{what}"));
        assert_eq!(error.kind(), model::Kind::Corrupt, "{what}: {error}");
    };
    std::fs::remove_file(&identity).unwrap();
    refused("no identity").await;
    std::fs::write(&identity, original.to_ascii_uppercase()).unwrap();
    refused("changed").await;
    let other = tempfile::tempdir().unwrap();
    open(&other).await.close(NOW).await.unwrap();
    std::fs::copy(other.path().join("media/IDENTITY"), &identity).unwrap();
    refused("another store's").await;
    std::fs::remove_dir_all(folder.path().join("media")).unwrap();
    refused("no folder").await;
    std::fs::create_dir(folder.path().join("media")).unwrap();
    std::fs::write(&identity, &original).unwrap();
    open(&folder).await;
}

#[tokio::test]
async fn an_older_copy_of_the_database_is_recognised() {
    let folder = tempfile::tempdir().unwrap();
    let (store, a) = (open(&folder).await, camera(1));
    store.footage.commit_segment(segment(&store, a, span(0, 60), 2)).await.unwrap();
    let older = tempfile::tempdir().unwrap();
    store.close(NOW).await.unwrap();
    copy(folder.path(), older.path());
    let store = open(&folder).await;
    store.footage.commit_segment(segment(&store, a, span(60, 60), 2)).await.unwrap();
    store.publish(LogName::Footage, NOW).await.unwrap();
    store.close(NOW).await.unwrap();
    for file in ["footage.db", "footage.db-wal", "footage.db-shm"] {
        let _absent = std::fs::remove_file(folder.path().join(file));
    }
    std::fs::copy(older.path().join("footage.db"), folder.path().join("footage.db")).unwrap();
    let error = Store::open(folder.path(), options(NOW)).await.err().expect("refused");
    assert_eq!(error.kind(), model::Kind::Corrupt, "{error}");
}

pub const DAYS_31: i64 = 31 * 86_400;

/// A time that is trusted without a history.
fn judged(now: WallTime) -> law::retention::TrustedTime {
    law::retention::TrustedClock::resume(now).time(now)
}

/// Five old minutes and one new one.
pub async fn with_old_footage(folder: &tempfile::TempDir) -> (Store, StreamId) {
    let (store, a) = (open(folder).await, camera(1));
    for minute in 0..5 {
        let new = segment(&store, a, span(minute * 60 - DAYS_31, 60), 1_000);
        store.footage.commit_segment(new).await.unwrap();
    }
    store.footage.commit_segment(segment(&store, a, span(-60, 60), 1_000)).await.unwrap();
    (store, a)
}

fn files(store: &Store) -> usize {
    store.footage.media().list().unwrap().len()
}

#[tokio::test]
async fn footage_past_its_term_goes_and_its_records_stay() {
    let folder = tempfile::tempdir().unwrap();
    let (store, a) = with_old_footage(&folder).await;
    let cx = system_cx("retention", NOW);
    assert_eq!(files(&store), 12);
    let plan = store.plan_expiry(&cx, judged(NOW)).await.unwrap();
    assert_eq!(plan.len(), 5);
    let expired = store.footage.expire(&cx, plan).await.unwrap();
    assert_eq!((expired.segments, expired.failed), (5, 0));
    assert_eq!(files(&store), 2, "the new segment and its sidecar");
    assert_eq!(store.footage.stored_bytes().await.unwrap(), 1_000);
    assert!(store.plan_expiry(&cx, judged(NOW)).await.unwrap().is_empty());
    assert!(store.footage.orphans(&cx).await.unwrap().is_empty());
    let kinds: Vec<String> = store
        .footage_entries(&cx, Some(a), None, 100, false)
        .await
        .unwrap()
        .iter()
        .map(|entry| entry.kind().unwrap().as_str().to_owned())
        .collect();
    assert_eq!(kinds[..2], ["expiry_done", "expiry_intent"]);
    assert_eq!(kinds.len(), 9, "six segments, the gap between old and new, two of the deletion");
    assert_eq!(store.footage.verify_log(&cx).await.unwrap(), []);
    assert_eq!(store.footage.segment_spans(&cx, a, span(-DAYS_31, 400)).await.unwrap(), []);
}

#[tokio::test]
async fn a_deletion_is_resumed_after_a_crash_at_each_step() {
    for crash_after in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let (store, a) = with_old_footage(&folder).await;
        let cx = system_cx("retention", NOW);
        let plan = store.plan_expiry(&cx, judged(NOW)).await.unwrap();
        if crash_after > 0 {
            let id = store.footage.begin_expiry(&cx, plan.clone()).await.unwrap();
            let pending = store.footage.pending_expiries().await.unwrap();
            assert_eq!(pending[0].files.len(), 5);
            assert!(store.footage.finish_expiry(&cx, id).await.is_err(), "not while files are there");
            match crash_after {
                1 => {}
                // In the middle of unlinking: a sidecar and two media files are gone.
                2 => {
                    let media = folder.path().join("media");
                    let paths: Vec<_> =
                        pending[0].files.iter().map(|file| media.join(file.path.as_str())).collect();
                    std::fs::remove_file(paths[0].with_extension("side")).unwrap();
                    std::fs::remove_file(&paths[0]).unwrap();
                    std::fs::remove_file(paths[1].with_extension("side")).unwrap();
                }
                _ => store.footage.unlink_expiry(id).await.unwrap(),
            }
        }
        let killed = tempfile::tempdir().unwrap();
        copy(folder.path(), killed.path());
        let revived = open(&killed).await;
        revived.footage.resume_expiries(&cx).await.unwrap();
        let plan = revived.plan_expiry(&cx, judged(NOW)).await.unwrap();
        revived.footage.expire(&cx, plan).await.unwrap();
        assert_eq!(files(&revived), 2, "crash after step {crash_after}");
        assert!(revived.footage.pending_expiries().await.unwrap().is_empty());
        let entries = revived.footage_entries(&cx, Some(a), None, 100, false).await.unwrap();
        let dones = entries
            .iter()
            .filter(|entry| entry.kind().is_some_and(|kind| kind.as_str() == "expiry_done"))
            .count();
        assert_eq!(dones, 1, "crash after step {crash_after}");
        let Some(Entry::Expiry(record)) = &entries[0].entry else { panic!("a deletion") };
        assert_eq!((record.segments.len(), record.file_bytes), (5, 5_000));
    }
}

#[tokio::test]
async fn nothing_below_the_floor_can_be_handed_in() {
    let folder = tempfile::tempdir().unwrap();
    let (store, a) = (open(&folder).await, camera(1));
    let mut promised = segment(&store, a, span(-DAYS_31, 60), 10);
    promised.draft.floor_days = 90;
    store.footage.commit_segment(promised).await.unwrap();
    store.footage.commit_segment(segment(&store, a, span(-60, 60), 10)).await.unwrap();
    let cx = system_cx("retention", NOW);
    assert!(store.plan_expiry(&cx, judged(NOW)).await.unwrap().is_empty(), "what was promised holds");
    // A plan that was made under other facts is refused again at the rows.
    let forged = law::retention::SegmentFacts {
        segment: 1,
        stream: a,
        span: span(-DAYS_31, 60),
        recorded_floor_days: 1,
    };
    let policy = law::retention::Policy { floor_days: 1, term_days: 1, ..Default::default() };
    let plan = law::retention::plan(&policy, &[], &[forged], judged(NOW));
    let error = store.footage.begin_expiry(&cx, plan.clone()).await.unwrap_err();
    assert_eq!(error.kind(), model::Kind::Conflict, "{error}");
    let person = cx_person();
    let error = store.footage.begin_expiry(&person, plan).await.unwrap_err();
    assert_eq!(error.kind(), model::Kind::Invalid, "a person never deletes: {error}");
}

fn cx_person() -> model::Cx {
    cx(model::PersonId(Uuid::from_u128(5)), NOW)
}

#[tokio::test]
async fn check_sees_missing_files_strangers_and_changed_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let (store, a) = (open(&folder).await, camera(1));
    for minute in 0..3 {
        store.footage.commit_segment(segment(&store, a, span(minute * 60, 60), 10)).await.unwrap();
    }
    let open_one = segment(&store, a, span(180, 60), 10);
    std::fs::write(folder.path().join("media/stranger.txt"), b"?").unwrap();
    let cx = system_cx("check", NOW);
    let stored = store.footage.stored_segments(&cx, 0, 10).await.unwrap();
    assert_eq!(stored.len(), 3);
    assert!(stored.iter().all(|segment| segment.file_bytes == Some(10)));
    std::fs::remove_file(folder.path().join("media").join(&stored[1].place)).unwrap();
    let stored = store.footage.stored_segments(&cx, 0, 10).await.unwrap();
    assert_eq!(stored[1].file_bytes, None);
    let orphans = store.footage.orphans(&cx).await.unwrap();
    let names: Vec<&str> = orphans.iter().map(|file| file.relative.as_str()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names.contains(&"stranger.txt") && names.contains(&open_one.path.as_str()));
    store.footage.cut_torn_tail(&cx, &open_one.path, 4).await.unwrap();
    assert_eq!(
        store.footage.young_uncommitted(&cx, NOW).await.unwrap(),
        std::slice::from_ref(&open_one.path)
    );
    assert_eq!(store.footage.young_uncommitted(&cx, span(181, 0).start).await.unwrap(), []);
    assert!(!store.footage.discard_unvouched(&cx, &open_one.path).await.unwrap(), "deleted");
    let large = segment(&store, a, span(180, 60), (8 << 20) + 1).path;
    assert!(
        store.footage.discard_unvouched(&cx, &large).await.unwrap(),
        "too large for a leftover: kept aside"
    );
    assert!(folder.path().join("media/aside").join(large.as_str()).with_extension("side").exists());
    let names: Vec<String> =
        store.footage.orphans(&cx).await.unwrap().into_iter().map(|file| file.relative).collect();
    assert_eq!(names, ["stranger.txt"]);
    let sealed = stored[0].path.as_ref().unwrap();
    assert!(store.footage.cut_torn_tail(&cx, sealed, 1).await.is_err(), "a sealed segment is never changed");
    assert!(store.footage.discard_unvouched(&cx, sealed).await.is_err());
    assert!(store.footage.move_aside(&cx, sealed).await.is_err());

    store.publish(LogName::Footage, NOW).await.unwrap();
    let write = store.footage.0.database.write.clone();
    write
        .run(|connection| {
            Box::pin(async move {
                sqlx::query("UPDATE leaf SET entry = zeroblob(10) WHERE idx = 1")
                    .execute(connection)
                    .await
                    .unwrap();
                Ok(())
            })
        })
        .await
        .unwrap();
    let findings = store.footage.verify_log(&cx).await.unwrap();
    assert!(findings.contains(&LogFinding::LeafHash { index: 1 }), "{findings:?}");
    assert!(findings.contains(&LogFinding::CheckpointRoot { size: 3 }), "{findings:?}");
}

#[tokio::test]
async fn the_previous_run_can_be_told_from_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    assert_eq!((store.footage.boot().counter, store.footage.boot().previous_opened), (1, None));
    store.close(WallTime(NOW.0 + 5)).await.unwrap();
    let store = open(&folder).await;
    let boot = store.footage.boot();
    assert_eq!((boot.counter, boot.previous_closed), (2, Some(WallTime(NOW.0 + 5))));
}

/// What the committer asks again, and what it must not.
#[tokio::test]
async fn a_row_that_is_never_taken_is_told_from_a_database_that_is_away() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let check = async |sql: &'static str, expected: model::Kind| {
        let write = &store.footage.0.database.write;
        let ran = write.run(move |connection| {
            Box::pin(async move { sqlx::query(sql).execute(connection).await.doing("a test").map(|_| ()) })
        });
        let error = ran.await.unwrap_err();
        assert_eq!(error.kind(), expected, "{sql}: {error}");
    };
    use crate::error::Doing as _;
    check("INSERT INTO meta (key, value) VALUES ('a', NULL)", model::Kind::Internal).await;
    check("INSERT INTO meta (key, value) VALUES ('a', 'text, not bytes')", model::Kind::Internal).await;
    check("INSERT INTO meta (key, value) SELECT key, value FROM meta", model::Kind::Conflict).await;
    check("INSERT INTO nowhere VALUES (1)", model::Kind::Unavailable).await;
}
