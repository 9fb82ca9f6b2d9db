//! Losses: segments that the log has, that nobody deleted, and whose footage is not here, because a restore took their records from
//! a mirror. Each run of them gets a record of its own and a row among the gaps, so that coverage, availability and
//! explanations know that time as missing.
//!
//! It is no gap record: that would have a place in the stream's sequence, and time is tiled there already by the segments.
//! Invariant: a loss names exactly segments of one stream whose footage is gone without a deletion, and none of them twice.

use super::Footage;
use crate::convert::{int, stream_of, uint};
use crate::error::{Doing, Error, Result};
use crate::log;
use crate::tails::{self, Tail};
use ledger::record::{EVIDENCE_BYTES_MAX, EntryKind, LossRecord, record_hash};
use model::{GapCause, Span, StoreId, StreamId, WallTime};
use sqlx::SqliteConnection;

/// Segments that follow one another in a stream's sequence and in time, and came from one mirror.
struct Run {
    row: i64,
    stream: StreamId,
    span: Span,
    seqs: (u64, u64),
    leaves: (u64, u64),
    from: String,
    last_entry: Vec<u8>,
}

type LostTuple = (i64, Vec<u8>, i64, i64, i64, i64, i64, Vec<u8>);

/// Of one run of a log that came from a mirror: segments without footage, without a deletion, and without a loss that names them.
const LOST: &str =
    "SELECT stream.id, camera, profile, segment.seq, segment.start_us, segment.end_us, segment.leaf, entry
    FROM segment JOIN stream ON stream.id = segment.stream JOIN leaf ON leaf.idx = segment.leaf
    WHERE segment.leaf >= ?1 AND segment.leaf < ?2 AND state = 2
      AND NOT EXISTS (SELECT 1 FROM expiry_segment WHERE expiry_segment.segment = segment.id)
      AND NOT EXISTS (SELECT 1 FROM gap JOIN leaf AS told ON told.idx = gap.leaf
                      WHERE gap.stream = segment.stream AND told.kind = ?3
                        AND gap.start_us <= segment.start_us AND gap.end_us >= segment.end_us)
    ORDER BY stream.id, segment.seq";

impl Footage {
    /// Writes a loss for whatever mirrors gave back as records only; `backup` says from which backup the rest came. Done once: what
    /// is named already is not named again. Gives how many were written, and of how many segments.
    pub(crate) async fn declare_losses(&self, backup: &str, at: WallTime) -> Result<(u64, u64)> {
        let (store, boot_counter) = (self.0.store_id, self.0.boot.counter);
        let backup = backup.to_owned();
        let write = &self.0.database.write;
        write
            .run(move |connection| {
                Box::pin(async move {
                    let (mut losses, mut segments) = (0, 0);
                    for tail in tails::read(connection).await? {
                        for run in runs(connection, &tail).await? {
                            segments += run.seqs.1 - run.seqs.0 + 1;
                            losses += 1;
                            let record = run.record(&backup, (store, boot_counter), at);
                            let leaf = log::append(
                                connection,
                                EntryKind::Loss.code(),
                                &record.encode()?,
                                Some(run.row),
                            )
                            .await?;
                            insert_row(connection, leaf, run.row, &record).await?;
                        }
                    }
                    Ok((losses, segments))
                })
            })
            .await
    }
}

impl Run {
    fn record(&self, backup: &str, (store, boot_counter): (StoreId, u64), at: WallTime) -> LossRecord {
        let (first_seq, last_seq) = self.seqs;
        let evidence = format!(
            "recorded after the backup {backup} and lost: records {first_seq} to {last_seq} of this stream (entries {} to {} of the log) \
             came from the mirror {}, which has no footage",
            self.leaves.0, self.leaves.1, self.from
        );
        LossRecord {
            store,
            stream: self.stream,
            at,
            span: self.span,
            first_seq,
            last_seq,
            last_record: record_hash(&self.last_entry),
            evidence: super::commit::cut(&evidence, EVIDENCE_BYTES_MAX).to_owned(),
            boot_counter,
        }
    }
}

async fn runs(connection: &mut SqliteConnection, tail: &Tail) -> Result<Vec<Run>> {
    let rows: Vec<LostTuple> = sqlx::query_as(LOST)
        .bind(int(tail.first)?)
        .bind(int(tail.end)?)
        .bind(i64::from(EntryKind::Loss.code()))
        .fetch_all(connection)
        .await
        .doing("looking for footage that is lost")?;
    let mut runs: Vec<Run> = Vec::new();
    for (row, camera, profile, seq, start, end, leaf, last_entry) in rows {
        let (seq, leaf) = (uint(seq)?, uint(leaf)?);
        let (start, end) = (WallTime(start), WallTime(end));
        match runs.last_mut() {
            Some(run) if run.row == row && run.seqs.1 + 1 == seq && run.span.end == start => {
                (run.seqs.1, run.leaves.1, run.span.end, run.last_entry) = (seq, leaf, end, last_entry);
            }
            _ => runs.push(Run {
                row,
                stream: stream_of(&camera, profile)?,
                span: Span { start, end },
                seqs: (seq, seq),
                leaves: (leaf, leaf),
                from: tail.from.clone(),
                last_entry,
            }),
        }
    }
    Ok(runs)
}

/// The row among the gaps. Its number is that of the first segment: no gap of the stream's own sequence can have it.
pub(super) async fn insert_row(
    connection: &mut SqliteConnection,
    leaf: u64,
    stream: i64,
    record: &LossRecord,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO gap (stream, seq, start_us, end_us, cause, evidence, leaf) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(stream)
    .bind(int(record.first_seq)?)
    .bind(record.span.start.0)
    .bind(record.span.end.0)
    .bind(i64::from(GapCause::Us.code()))
    .bind(&record.evidence)
    .bind(int(leaf)?)
    .execute(connection)
    .await
    .doing("noting footage that is lost")
    .map(|_| ())
}

/// What is wrong with the segments that a loss names; `None` when nothing is.
pub(super) async fn problem(
    connection: &mut SqliteConnection,
    record: &LossRecord,
) -> Result<Option<&'static str>> {
    type Named = (i64, Option<i64>, Option<i64>, i64);
    let (first, last) = (int(record.first_seq)?, int(record.last_seq)?);
    let (count, start, end, deleted): Named = sqlx::query_as(
        "SELECT count(*), min(start_us), max(segment.end_us),
                count(*) FILTER (WHERE state <> 2 OR EXISTS (SELECT 1 FROM expiry_segment WHERE segment = segment.id))
         FROM segment JOIN stream ON stream.id = segment.stream
         WHERE camera = ? AND profile = ? AND seq BETWEEN ? AND ?",
    )
    .bind(crate::convert::blob(record.stream.camera.0))
    .bind(record.stream.profile as i64)
    .bind(first)
    .bind(last)
    .fetch_one(&mut *connection)
    .await
    .doing("comparing a loss with what it names")?;
    let entry: Option<(Vec<u8>,)> = sqlx::query_as(
        "SELECT entry FROM segment JOIN stream ON stream.id = segment.stream JOIN leaf ON leaf.idx = segment.leaf
         WHERE camera = ? AND profile = ? AND seq = ?",
    )
    .bind(crate::convert::blob(record.stream.camera.0))
    .bind(record.stream.profile as i64)
    .bind(last)
    .fetch_optional(connection)
    .await
    .doing("comparing a loss with what it names")?;
    let span = (Some(record.span.start.0), Some(record.span.end.0));
    if count != last - first + 1 || (start, end) != span {
        return Ok(Some("the segments that it names are not there, or of another time"));
    }
    if entry.is_none_or(|(entry,)| record_hash(&entry) != record.last_record) {
        return Ok(Some("the last segment that it names has another record"));
    }
    Ok((deleted > 0).then_some("footage that it names is here, or was deleted"))
}

/// A loss of a mirror's record: the stream must have the segments that it names.
pub(super) async fn take(
    connection: &mut SqliteConnection,
    leaf: u64,
    stream: i64,
    record: &LossRecord,
) -> Result<()> {
    insert_row(connection, leaf, stream, record).await?;
    match problem(connection, record).await? {
        None => Ok(()),
        Some(problem) => Err(Error::Corrupt(format!("entry {leaf} of the mirror is a loss: {problem}"))),
    }
}
