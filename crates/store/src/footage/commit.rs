//! Appending to a stream: a sealed segment or a gap, with its place in the chain and its leaf, in one transaction.

use super::{Footage, LeafIndex};
use crate::convert::{blob, hash_of, int, uint};
use crate::error::{Doing, Error, Result};
use crate::log;
use crate::media_dir::SegmentPath;
use bytes::Bytes;
use ledger::record::{EVIDENCE_BYTES_MAX, EntryKind, GapRecord, SegmentDraft, record_hash};
use ledger::tree;
use model::{DiskId, GapCause, Hash, Span, StoreId, StreamId, WallTime};
use sqlx::SqliteConnection;

/// Where a stream's chain stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StreamHead {
    pub next_seq: u64,
    /// Zero when there is no record yet.
    pub prev_record_hash: Hash,
    /// The end of the newest record; `None` when there is none. The next record begins exactly here.
    pub end: Option<WallTime>,
}

/// A sealed segment, ready to be committed.
#[derive(Clone, Debug)]
pub struct NewSegment {
    pub path: SegmentPath,
    /// Where its files lie.
    pub disk: DiskId,
    pub draft: SegmentDraft,
    /// The compact frame index (`media::index`).
    pub frames: Bytes,
    /// `ledger::table::GopTable` bytes.
    pub gops: Bytes,
    /// `ledger::table::PieceTable` bytes.
    pub pieces: Bytes,
    /// One byte per second of the span from its start: how busy the pictures were, for the timeline.
    pub activity: Bytes,
}

/// What a commit made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommittedSegment {
    pub row: i64,
    pub seq: u64,
    pub record_hash: Hash,
    pub leaf: LeafIndex,
    /// The recorder had left a hole before this segment; it was closed as a gap of unknown cause, a finding.
    pub filled: Option<CommittedGap>,
}

/// A span of a stream without footage.
#[derive(Clone, Debug)]
pub struct NewGap {
    pub stream: StreamId,
    pub span: Span,
    pub cause: GapCause,
    /// What was observed; cut to [`EVIDENCE_BYTES_MAX`] bytes. No personal data, no credentials.
    pub evidence: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommittedGap {
    pub row: i64,
    pub seq: u64,
    pub record_hash: Hash,
    pub leaf: LeafIndex,
    pub span: Span,
}

/// What every record of this run carries.
#[derive(Clone, Copy)]
pub(super) struct Run {
    store: StoreId,
    boot_counter: u64,
}

/// A stream's row inside a transaction.
pub(super) struct StreamRow {
    pub id: i64,
    pub head: StreamHead,
}

impl Footage {
    /// Where the stream's next record must begin.
    pub async fn stream_head(&self, stream: StreamId) -> Result<StreamHead> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a stream")?;
        Ok(read_stream(&mut connection, stream)
            .await?
            .map_or(StreamHead { next_seq: 0, prev_record_hash: Hash::default(), end: None }, |row| row.head))
    }

    /// Commits a sealed segment: gives it its sequence number and predecessor, writes row and leaf together.
    ///
    /// A hole before it is closed as a gap of unknown cause, so that recording never stops for bookkeeping; an
    /// overlap is a [`Error::Conflict`], because then one of two claims about the same second would be false.
    pub async fn commit_segment(&self, segment: NewSegment) -> Result<CommittedSegment> {
        let run = self.run();
        self.0.database.write.run(move |connection| Box::pin(commit_segment(connection, run, segment))).await
    }

    /// Commits a gap, in the same sequence as the segments. A hole before it is closed first, as above.
    pub async fn commit_gap(&self, gap: NewGap) -> Result<CommittedGap> {
        let run = self.run();
        self.0
            .database
            .write
            .run(move |connection| {
                Box::pin(async move {
                    let mut stream = stream_for_writing(connection, gap.stream).await?;
                    fill_hole(connection, run, gap.stream, &mut stream, gap.span.start).await?;
                    append_gap(connection, run, &gap, &mut stream).await
                })
            })
            .await
    }

    pub(super) fn run(&self) -> Run {
        Run { store: self.0.store_id, boot_counter: self.0.boot.counter }
    }
}

/// Leaf, row, tables and the day's sum in one text: the way to the thread that has the connection and back costs more than the
/// statements. `stream_day` gives no numbers, so that the last one given is the segment's row.
const SEGMENT: &str = "
INSERT INTO leaf (idx, hash, entry, kind, stream) VALUES ($1, $2, $3, $4, $5);
INSERT INTO segment (stream, seq, start_us, end_us, path, bytes, floor_days, leaf, disk)
    VALUES ($5, $6, $7, $8, $9, $10, $11, $1, $12);
INSERT INTO segment_table (segment, frames, gops, pieces, activity) VALUES (last_insert_rowid(), $13, $14, $15, $16);
INSERT INTO stream_day (stream, day, segments, bytes, media_us) VALUES ($5, $17, 1, $10, $18)
    ON CONFLICT DO UPDATE SET segments = segments + 1, bytes = bytes + excluded.bytes,
                              media_us = media_us + excluded.media_us";

async fn commit_segment(
    connection: &mut SqliteConnection,
    run: Run,
    segment: NewSegment,
) -> Result<CommittedSegment> {
    let NewSegment { path, disk, draft, frames, gops, pieces, activity } = segment;
    if draft.store != run.store {
        return Err(Error::invalid("store", "the segment belongs to another store"));
    }
    let (id, span) = (draft.stream, draft.span);
    let mut stream = stream_for_writing(connection, id).await?;
    let filled = fill_hole(connection, run, id, &mut stream, span.start).await?;
    refuse_overlap(&stream, span)?;
    let (bytes, floor_days) = (draft.file_bytes, draft.floor_days);
    let (leaf, checkpoint) = log::end(connection).await?;
    let seq = stream.head.next_seq;
    let entry = draft.place(seq, stream.head.prev_record_hash, checkpoint).encode()?;
    let row = sqlx::query(SEGMENT)
        .bind(int(leaf)?)
        .bind(&tree::leaf_hash(&entry).0[..])
        .bind(&entry)
        .bind(i64::from(EntryKind::Segment.code()))
        .bind(stream.id)
        .bind(int(seq)?)
        .bind(span.start.0)
        .bind(span.end.0)
        .bind(path.as_str())
        .bind(int(bytes)?)
        .bind(i64::from(floor_days))
        .bind(further(disk))
        .bind(&frames[..])
        .bind(&gops[..])
        .bind(&pieces[..])
        .bind(&activity[..])
        .bind(day_of(span))
        .bind(span.duration_us())
        .execute(&mut *connection)
        .await
        .doing("committing a segment")?
        .last_insert_rowid();
    log::add_full_nodes(connection, leaf.saturating_add(1)).await?;
    add_to_disk_day(connection, stream.id, disk, span, bytes).await?;
    let record_hash = record_hash(&entry);
    advance(connection, &mut stream, record_hash, span.end).await?;
    Ok(CommittedSegment { row, seq, record_hash, leaf: LeafIndex(leaf), filled })
}

pub(super) async fn fill_hole(
    connection: &mut SqliteConnection,
    run: Run,
    id: StreamId,
    stream: &mut StreamRow,
    start: WallTime,
) -> Result<Option<CommittedGap>> {
    let Some(end) = stream.head.end.filter(|end| *end < start) else { return Ok(None) };
    let gap = NewGap {
        stream: id,
        span: Span { start: end, end: start },
        cause: GapCause::Unknown,
        evidence: "no record covers this span; closed when the next record was committed".into(),
    };
    append_gap(connection, run, &gap, stream).await.map(Some)
}

pub(super) async fn append_gap(
    connection: &mut SqliteConnection,
    run: Run,
    gap: &NewGap,
    stream: &mut StreamRow,
) -> Result<CommittedGap> {
    refuse_overlap(stream, gap.span)?;
    let seq = stream.head.next_seq;
    let evidence = cut(&gap.evidence, EVIDENCE_BYTES_MAX).to_owned();
    let record = GapRecord {
        store: run.store,
        stream: gap.stream,
        stream_seq: seq,
        prev_record_hash: stream.head.prev_record_hash,
        span: gap.span,
        cause: gap.cause,
        evidence: evidence.clone(),
        boot_counter: run.boot_counter,
        last_checkpoint: log::newest_checkpoint_hash(connection).await?,
    };
    let entry = record.encode()?;
    let leaf = log::append(connection, EntryKind::Gap.code(), &entry, Some(stream.id)).await?;
    let row = sqlx::query(
        "INSERT INTO gap (stream, seq, start_us, end_us, cause, evidence, leaf) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(stream.id)
    .bind(int(seq)?)
    .bind(gap.span.start.0)
    .bind(gap.span.end.0)
    .bind(i64::from(gap.cause.code()))
    .bind(evidence)
    .bind(int(leaf)?)
    .execute(&mut *connection)
    .await
    .doing("committing a gap")?
    .last_insert_rowid();
    let record_hash = record_hash(&entry);
    advance(connection, stream, record_hash, gap.span.end).await?;
    Ok(CommittedGap { row, seq, record_hash, leaf: LeafIndex(leaf), span: gap.span })
}

fn refuse_overlap(stream: &StreamRow, span: Span) -> Result<()> {
    match stream.head.end {
        Some(end) if span.start < end => Err(Error::Conflict(format!(
            "the span from {} overlaps what the stream has up to {end}",
            span.start
        ))),
        _ => Ok(()),
    }
}

/// At most `bytes_max` bytes of the text, cut between characters.
pub(super) fn cut(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

async fn read_stream(connection: &mut SqliteConnection, stream: StreamId) -> Result<Option<StreamRow>> {
    let row: Option<(i64, i64, Vec<u8>, Option<i64>)> = sqlx::query_as(
        "SELECT id, next_seq, prev_record_hash, end_us FROM stream WHERE camera = ? AND profile = ?",
    )
    .bind(blob(stream.camera.0))
    .bind(stream.profile as i64)
    .fetch_optional(connection)
    .await
    .doing("reading a stream")?;
    row.map(|(id, next_seq, hash, end)| {
        let head = StreamHead {
            next_seq: uint(next_seq)?,
            prev_record_hash: hash_of(&hash)?,
            end: end.map(WallTime),
        };
        Ok(StreamRow { id, head })
    })
    .transpose()
}

pub(super) async fn stream_for_writing(
    connection: &mut SqliteConnection,
    stream: StreamId,
) -> Result<StreamRow> {
    if let Some(row) = read_stream(connection, stream).await? {
        return Ok(row);
    }
    sqlx::query(
        "INSERT INTO stream (camera, profile, next_seq, prev_record_hash) VALUES (?, ?, 0, zeroblob(32))",
    )
    .bind(blob(stream.camera.0))
    .bind(stream.profile as i64)
    .execute(&mut *connection)
    .await
    .doing("beginning a stream")?;
    read_stream(connection, stream).await?.ok_or(Error::Internal("a new stream has no row".into()))
}

pub(super) async fn advance(
    connection: &mut SqliteConnection,
    stream: &mut StreamRow,
    record_hash: Hash,
    end: WallTime,
) -> Result<()> {
    stream.head = StreamHead {
        next_seq: stream.head.next_seq.saturating_add(1),
        prev_record_hash: record_hash,
        end: Some(end),
    };
    sqlx::query("UPDATE stream SET next_seq = ?, prev_record_hash = ?, end_us = ? WHERE id = ?")
        .bind(int(stream.head.next_seq)?)
        .bind(&record_hash.0[..])
        .bind(end.0)
        .bind(stream.id)
        .execute(connection)
        .await
        .doing("advancing a stream")
        .map(|_| ())
}

/// The first disk has no number in rows, as before there were others.
pub(super) fn further(disk: DiskId) -> Option<i64> {
    (disk != DiskId::FIRST).then_some(i64::from(disk.0))
}

fn day_of(span: Span) -> i64 {
    span.start.0.div_euclid(law::retention::DAY_US)
}

async fn add_to_disk_day(
    connection: &mut SqliteConnection,
    stream: i64,
    disk: DiskId,
    span: Span,
    bytes: u64,
) -> Result<()> {
    let Some(disk) = further(disk) else { return Ok(()) };
    sqlx::query(
        "INSERT INTO disk_day (disk, stream, day, segments, bytes) VALUES (?, ?, ?, 1, ?)
         ON CONFLICT DO UPDATE SET segments = segments + 1, bytes = bytes + excluded.bytes",
    )
    .bind(disk)
    .bind(stream)
    .bind(day_of(span))
    .bind(int(bytes)?)
    .execute(connection)
    .await
    .doing("adding to a disk's day")
    .map(|_| ())
}
