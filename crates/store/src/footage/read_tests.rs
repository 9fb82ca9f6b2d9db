//! Spans of months, from made-up rows: what is asked for is all there, or an error says that it is too much.

use super::read::ROWS_MAX;
use crate::fixture::{NOW, SECOND_US, open, segment, span, stream};
use crate::{Store, system_cx};
use model::{CameraId, StreamId};
use uuid::Uuid;

const MINUTE_US: i64 = 60 * SECOND_US;

/// Rows of one minute each, without files: numbers up to `minutes`, each beginning `step_us` after the one before.
async fn made_up(store: &Store, stream: StreamId, minutes: i64, step_us: i64) {
    store.footage.commit_segment(segment(store, stream, span(-120, 60), 10)).await.unwrap();
    let write = store.footage.0.database.write.clone();
    let made = write.run(move |connection| {
        Box::pin(async move {
            let sql = format!(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {minutes})
                 INSERT INTO leaf (idx, hash, entry, kind, stream) SELECT i, zeroblob(32), x'00', 1, 1 FROM n;
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {minutes})
                 INSERT INTO segment (stream, seq, start_us, end_us, path, bytes, floor_days, leaf)
                 SELECT 1, i, {start} + (i - 1) * {step_us}, {start} + (i - 1) * {step_us} + {MINUTE_US}, 'made-up-' || i, 1, 30, i
                 FROM n;
                 INSERT INTO segment_table (segment, frames, gops, pieces, activity)
                 SELECT id, x'', x'', x'', x'07' FROM segment WHERE seq > 0;",
                start = NOW.0
            );
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(connection).await.unwrap();
            Ok(())
        })
    });
    made.await.unwrap();
}

#[tokio::test]
async fn a_span_of_any_length_shows_its_newest_minutes_too() {
    let folder = tempfile::tempdir().unwrap();
    let (store, a) = (open(&folder).await, stream(CameraId(Uuid::from_u128(1))));
    let minutes = ROWS_MAX as i64 + 2_000;
    made_up(&store, a, minutes, MINUTE_US).await;
    let cx = system_cx("check", NOW);
    let asked = span(-3_600, minutes * 60 + 7_200);
    for with_activity in [false, true] {
        let coverage = store.footage.coverage(&cx, a, asked, with_activity).await.unwrap();
        assert_eq!(coverage.spans, [span(-120, 60), span(0, minutes * 60)], "36 days in two spans");
        let activity = if with_activity { minutes as usize + 1 } else { 0 };
        assert_eq!(coverage.activity.len(), activity);
    }
    // Rows one by one are more than one answer: an error, not the oldest of them.
    let error = store.footage.segments(&cx, a, asked).await.unwrap_err();
    assert_eq!(error.kind(), model::Kind::Invalid, "{error}");
    assert_eq!(store.footage.segment_spans(&cx, a, asked).await.unwrap().len(), ROWS_MAX);
}

#[tokio::test]
async fn more_pieces_than_one_answer_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (store, a) = (open(&folder).await, stream(CameraId(Uuid::from_u128(1))));
    let minutes = ROWS_MAX as i64 + 5;
    made_up(&store, a, minutes, 2 * MINUTE_US).await;
    let cx = system_cx("check", NOW);
    let most = span(0, ROWS_MAX as i64 * 120);
    assert_eq!(store.footage.coverage(&cx, a, most, false).await.unwrap().spans.len(), ROWS_MAX);
    let error = store.footage.coverage(&cx, a, span(0, minutes * 120), false).await.unwrap_err();
    assert_eq!(error.kind(), model::Kind::Invalid, "{error}");
}
