//! Ticks in the log: their rows, the outages between runs, and what `check` says of footage that nobody can have recorded.

use crate::fixture::{NOW, SECOND_US, open, options, segment, span, stream};
use crate::{NewGap, NewTick, OpenOptions, Store, system_cx};
use ledger::record::EntryKind;
use ledger::tick::{Between, JournalHead};
use model::{CameraId, GapCause, MonoTime, StreamId, WallTime};
use uuid::Uuid;

fn camera(number: u128) -> StreamId {
    stream(CameraId(Uuid::from_u128(number)))
}

/// A tick of this run at a second of the tests' day; the run began at `began_s`.
fn tick(number: u32, at_s: i64, began_s: i64, streams: &[StreamId]) -> NewTick {
    NewTick {
        number,
        last: false,
        wall: span(at_s, 1).start,
        system_wall: span(at_s, 1).start,
        mono: MonoTime((at_s - began_s) * SECOND_US),
        streams: streams.to_vec(),
        recording: 1,
        written_bytes: 100,
        served_bytes: 0,
        journal: JournalHead::default(),
    }
}

async fn reopened(folder: &tempfile::TempDir, store: Store) -> Store {
    store.close(NOW).await.unwrap();
    Store::open(folder.path(), OpenOptions { create: false, ..options(NOW) }).await.unwrap()
}

fn whole() -> model::Span {
    model::Span { start: WallTime(0), end: WallTime(i64::MAX) }
}

async fn problems(store: &Store) -> Vec<String> {
    let found = store.footage.audit(&system_cx("check", NOW)).await.unwrap();
    found.into_iter().map(|finding| finding.problem).collect()
}

#[tokio::test]
async fn an_outage_lies_between_two_runs_and_its_gaps_account_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (camera(1), camera(2));
    let store = open(&folder).await;
    let cx = system_cx("check", NOW);
    assert_eq!(store.footage.newest_tick().await.unwrap(), None);
    store.footage.commit_tick(tick(0, 0, 0, &[b, a, a])).await.unwrap();
    store.footage.commit_tick(tick(1, 10, 0, &[a, b])).await.unwrap();
    for stream in [a, b] {
        store.footage.commit_segment(segment(&store, stream, span(0, 12), 100)).await.unwrap();
    }
    assert_eq!(store.footage.tick_holes(&cx, whole()).await.unwrap(), []);
    let store = reopened(&folder, store).await;
    store.footage.commit_tick(tick(0, 105, 100, &[a, b])).await.unwrap();
    let holes = store.footage.tick_holes(&cx, whole()).await.unwrap();
    let down = Between::Down { from: span(35, 1).start, to: span(100, 1).start };
    assert_eq!((holes.len(), holes[0].between), (1, down));
    assert_eq!((holes[0].before.0, holes[0].after.0), (1, 4));
    assert_eq!(problems(&store).await, [] as [&str; 0], "the gaps are still open");
    // Found also by its end alone, and not after it.
    assert_eq!(store.footage.tick_holes(&cx, span(105, 1)).await.unwrap(), holes);
    assert_eq!(store.footage.tick_holes(&cx, span(106, 1_000)).await.unwrap(), []);
    for stream in [a, b] {
        let gap = NewGap { stream, span: span(12, 95), cause: GapCause::Us, evidence: String::new() };
        store.footage.commit_gap(gap).await.unwrap();
    }
    assert_eq!(problems(&store).await, [] as [&str; 0]);
    assert_eq!(store.footage.newest_tick().await.unwrap().unwrap().boot_counter, 2);
    // Ticks are in the log for those who ask, and in no stream.
    let entries = store.footage_entries(&cx, None, None, 100, true).await.unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.kind() == Some(EntryKind::Tick)).count(), 3);
    assert_eq!(store.footage_entries(&cx, None, None, 100, false).await.unwrap().len(), 4);
}

#[tokio::test]
async fn footage_of_an_outage_and_an_outage_without_a_gap_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let (liar, silent) = (camera(1), camera(2));
    let store = open(&folder).await;
    store.footage.commit_tick(tick(0, 0, 0, &[liar, silent])).await.unwrap();
    let store = reopened(&folder, store).await;
    store.footage.commit_tick(tick(0, 105, 100, &[liar, silent])).await.unwrap();
    store.footage.commit_segment(segment(&store, liar, span(0, 110), 100)).await.unwrap();
    assert_eq!(problems(&store).await.len(), 1, "the silent one may still have its gap open");
    store.footage.commit_tick(tick(1, 10_000, 100, &[liar, silent])).await.unwrap();
    let found = problems(&store).await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with(&liar.to_string()) && found[0].contains("no recorder ran"), "{found:?}");
    assert!(found[1].starts_with(&silent.to_string()) && found[1].contains("is no gap"), "{found:?}");
}

#[tokio::test]
async fn a_row_of_a_tick_that_was_changed_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    for number in 0..3 {
        store.footage.commit_tick(tick(number, i64::from(number) * 10, 0, &[camera(1)])).await.unwrap();
    }
    let check = async |sql: &'static str, undo: &'static str, expected: &str| {
        for (sql, expected) in [(sql, Some(expected)), (undo, None)] {
            let run = store.footage.0.database.write.run(move |connection| {
                Box::pin(async move {
                    sqlx::query(sql).execute(connection).await.unwrap();
                    Ok(())
                })
            });
            run.await.unwrap();
            let found = problems(&store).await;
            assert_eq!(found.len(), usize::from(expected.is_some()), "{sql}: {found:?}");
            assert!(expected.is_none_or(|expected| found[0].contains(expected)), "{sql}: {found:?}");
        }
    };
    check(
        "UPDATE tick SET wall_us = wall_us + 1 WHERE leaf = 1",
        "UPDATE tick SET wall_us = wall_us - 1 WHERE leaf = 1",
        "is not as its record says",
    )
    .await;
    check(
        "DELETE FROM tick WHERE leaf = 2",
        "INSERT INTO tick SELECT 2, wall_us + 10000000, stream_set FROM tick WHERE leaf = 1",
        "is missing",
    )
    .await;
}
