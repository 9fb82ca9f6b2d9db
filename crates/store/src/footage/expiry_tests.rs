//! Deleting when something is wrong: a clock that leaps while footage is recorded, a machine that was off, files that
//! cannot be removed. Time passes as the hourly round of `pipeline::retention` sees it.

use super::tests::{DAYS_31, with_old_footage};
use crate::fixture::{NOW, SECOND_US, cx, open, options, segment, span, stream};
use crate::{Store, system_cx};
use law::retention::{DAY_US, LEAD_SHOWN_US};
use model::{CameraId, StreamId, WallTime};
use std::time::Duration;
use uuid::Uuid;

const HOUR: Duration = Duration::from_secs(3_600);
const HOUR_US: i64 = 3_600 * SECOND_US;

fn camera(number: u128) -> StreamId {
    stream(CameraId(Uuid::from_u128(number)))
}

/// One hourly round at a wall time, after so much real time; returns how many segments went.
async fn round(store: &Store, elapsed: Duration, wall: WallTime) -> usize {
    let time = store.advance_trust(elapsed, wall).await.unwrap().time(wall);
    let cx = system_cx("retention", time.wall());
    let plan = store.plan_expiry(&cx, time).await.unwrap();
    let expired = store.footage.expire(&cx, plan).await.unwrap();
    assert_eq!(expired.failed, 0, "{:?}", expired.first_error);
    expired.segments
}

/// Records one segment of a minute that ends at `end`; the store closes the hole before it.
async fn record(store: &Store, stream: StreamId, end: WallTime) {
    let span = model::Span { start: end.plus_us(-60 * SECOND_US), end };
    store.footage.commit_segment(segment(store, stream, span, 10)).await.unwrap();
}

/// The recorder goes on through the leap, so that its gap and its segments are newer than the leap when the next round
/// looks; and the process may be restarted in between.
#[tokio::test]
async fn a_clock_that_leaps_while_recording_deletes_nothing() {
    for (leap_days, restart) in [(1, false), (40, false), (365, false), (40, true), (3_650, true)] {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, a) = (open(&folder).await, camera(1));
        // Twenty days of footage, and a round each hour of the last day.
        for day in 0..20 {
            record(&store, a, NOW.plus_us(day * DAY_US)).await;
        }
        let mut wall = NOW.plus_us(19 * DAY_US);
        assert_eq!(round(&store, HOUR, wall).await, 0);
        wall = wall.plus_us(leap_days * DAY_US);
        for hour in 0..48 {
            wall = wall.plus_us(HOUR_US);
            record(&store, a, wall).await;
            if restart && hour == 5 {
                store.close(wall).await.unwrap();
                store = Store::open(folder.path(), options(wall)).await.unwrap();
            }
            let gone = round(&store, HOUR, wall).await;
            assert_eq!(gone, 0, "{leap_days} days, restart {restart}, after {hour} h");
        }
        let lead_us = store.trusted_clock(wall).await.unwrap().lead_us(wall);
        assert_eq!(lead_us > LEAD_SHOWN_US, leap_days > 2, "and it is shown");
    }
}

#[tokio::test]
async fn after_weeks_off_footage_expires_again_and_a_person_can_hurry_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, a) = (open(&folder).await, camera(1));
    record(&store, a, NOW).await;
    assert_eq!(round(&store, HOUR, NOW).await, 0);
    // Off for 29 days, then on: the wall clock is right, and nobody can know it.
    let mut wall = NOW.plus_us(29 * DAY_US);
    let (mut hours, mut gone) = (0, 0);
    while gone == 0 && hours < 30 * 24 {
        (wall, hours) = (wall.plus_us(HOUR_US), hours + 1);
        gone = round(&store, HOUR, wall).await;
    }
    assert_eq!(gone, 1);
    assert_eq!(hours, 655, "30 days at eleven tenths of real time: 27 days and 7 hours");

    record(&store, a, wall).await;
    let later = wall.plus_us(31 * DAY_US);
    assert_eq!(round(&store, HOUR, later).await, 0);
    store.confirm_clock(&system_cx("check", later)).await.unwrap();
    assert_eq!(round(&store, HOUR, later).await, 1);
    let person = cx(model::PersonId(Uuid::from_u128(5)), later);
    assert!(store.confirm_clock(&person).await.is_err(), "not over the web");
}

/// A file that cannot be removed: a folder in its place, which holds something.
fn undeletable(folder: &std::path::Path, file: &str) {
    let path = folder.join("media").join(file);
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    std::fs::write(path.join("in-the-way"), b"?").unwrap();
}

#[tokio::test]
async fn one_file_that_cannot_be_removed_holds_up_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (store, a) = with_old_footage(&folder).await;
    let b = camera(2);
    for minute in 0..3 {
        let old = span(minute * 60 - DAYS_31, 60);
        store.footage.commit_segment(segment(&store, b, old, 1_000)).await.unwrap();
    }
    let cx = system_cx("retention", NOW);
    let rows = store.footage.segment_spans(&cx, a, span(-DAYS_31, 300)).await.unwrap();
    let stuck = store.footage.segment(&cx, rows[1].row).await.unwrap().unwrap().path;
    undeletable(folder.path(), stuck.as_str());
    let time = store.advance_trust(HOUR, NOW).await.unwrap().time(NOW);
    let plan = store.plan_expiry(&cx, time).await.unwrap();
    let expired = store.footage.expire(&cx, plan).await.unwrap();
    assert_eq!((expired.segments, expired.failed), (3, 1), "the other stream's deletion is done");
    let error = expired.first_error.unwrap().to_string();
    assert!(error.contains(stuck.as_str()), "{error} names the file");
    let pending = store.footage.pending_expiries().await.unwrap();
    assert_eq!((pending.len(), pending[0].stream), (1, a));
    let left = store.footage.media().list().unwrap();
    let left: Vec<&str> = left.iter().map(|file| file.relative.as_str()).collect();
    assert_eq!(left.len(), 3, "what is in the way, and the new segment with its sidecar: {left:?}");

    // The next round tries again and goes on past it; when the obstacle is gone it finishes.
    let again = store.footage.expire(&cx, Vec::new()).await.unwrap();
    assert_eq!((again.segments, again.failed), (0, 1));
    std::fs::remove_dir_all(folder.path().join("media").join(stuck.as_str())).unwrap();
    let done = store.footage.expire(&cx, Vec::new()).await.unwrap();
    assert_eq!((done.segments, done.failed), (5, 0));
    assert!(store.footage.pending_expiries().await.unwrap().is_empty());
}

#[tokio::test]
async fn without_its_media_folder_no_deletion_is_begun() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = with_old_footage(&folder).await;
    let cx = system_cx("retention", NOW);
    let time = store.advance_trust(HOUR, NOW).await.unwrap().time(NOW);
    let plan = store.plan_expiry(&cx, time).await.unwrap();
    std::fs::remove_file(folder.path().join("media/IDENTITY")).unwrap();
    assert!(store.footage.expire(&cx, plan).await.is_err());
    assert!(store.footage.pending_expiries().await.unwrap().is_empty(), "no intent without a folder");
}
