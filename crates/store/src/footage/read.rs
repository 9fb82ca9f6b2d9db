//! Finding recordings: which segments and gaps a span has, without reading a file.
//!
//! It takes `&Cx` because every data access does; whether the caller may know is decided by `Registry::admit`, and
//! pictures themselves need a `Pass` (`Footage::open_segment`).

use super::{Footage, LeafIndex};
use crate::convert::{blob, cause_of, int, span_of, stream_of, uint};
use crate::error::{Doing, Error, Result};
use crate::media_dir::{SegmentPath, SegmentReader, Sidecar};
use crate::registry::Pass;
use bytes::Bytes;
use futures::TryStreamExt as _;
use law::completeness::HANDOVER_US_MAX;
use ledger::record::EntryKind;
use model::{Act, Cx, DiskId, GapCause, Profile, Span, StreamId, WallTime};

/// Rows of one answer: a month of one stream has 43 200 segments; beyond that the caller asks for parts.
pub const ROWS_MAX: usize = 50_000;
/// Nobody answers for what is missing from footage that was brought later.
const LATER: u8 = Profile::Later as u8;
/// Rows of activity in one answer: a year and more of minutes, 40 MB; the widest timeline asks for a year.
const ACTIVITY_ROWS_MAX: usize = 600_000;

/// An answer that would be cut short is an error: what is missing from it would look like what was never there.
fn too_many() -> Error {
    Error::invalid("span", "has more rows than one answer holds; ask for parts of it")
}

/// A segment's place in time, without its tables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SegmentSpan {
    pub row: i64,
    pub seq: u64,
    pub span: Span,
    pub bytes: u64,
    pub leaf: LeafIndex,
}

/// Where a stream was recorded last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewestSegment {
    pub disk: DiskId,
    pub span: Span,
}

/// A segment with everything that playing and exporting it needs but the file itself.
#[derive(Clone, Debug)]
pub struct SegmentRow {
    pub row: i64,
    pub stream: StreamId,
    pub seq: u64,
    pub span: Span,
    pub bytes: u64,
    pub path: SegmentPath,
    /// The compact frame index (`media::index`).
    pub frames: Bytes,
    /// `ledger::table::GopTable` bytes.
    pub gops: Bytes,
    /// `ledger::table::PieceTable` bytes.
    pub pieces: Bytes,
    /// The encoded `SegmentRecord`: the leaf's entry.
    pub record: Bytes,
    pub leaf: LeafIndex,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GapRow {
    pub row: i64,
    pub stream: StreamId,
    pub seq: u64,
    pub span: Span,
    pub cause: GapCause,
    pub evidence: String,
    /// It was recorded, and is lost: the record is a `LossRecord` outside the stream's sequence, not a `GapRecord`.
    pub lost: bool,
    /// The encoded record.
    pub record: Bytes,
    pub leaf: LeafIndex,
}

/// What a span of a stream looks like from afar.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Footage that is on disk, neighbours joined, ascending.
    pub spans: Vec<Span>,
    pub gaps: Vec<GapRow>,
    /// Each segment's start and its one byte per second of activity; empty when not asked for.
    pub activity: Vec<(WallTime, Bytes)>,
}

/// Recent growth of one stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StreamBytes {
    pub stream: StreamId,
    pub bytes: u64,
    pub media_us: i64,
}

type SegmentTuple = (i64, i64, i64, i64, i64, i64);
type FullTuple = (Vec<u8>, i64, i64, i64, i64, i64, i64, String, i64);
type GapTuple = (Vec<u8>, i64, i64, i64, i64, i64, i64, String, i64, Vec<u8>, i64);
type TablesTuple = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);

/// Segments of a stream on disk that meet a span. Spans are disjoint, so it starts at the last that begins before.
const SEGMENTS: &str = "FROM segment JOIN stream ON stream.id = segment.stream
    WHERE camera = ?1 AND profile = ?2 AND state = 0 AND start_us < ?4 AND segment.end_us > ?3
      AND start_us >= coalesce((SELECT max(before.start_us) FROM segment AS before
                                WHERE before.stream = stream.id AND before.start_us <= ?3), ?3)
    ORDER BY start_us";

/// Gaps with their records, in the order of [`GapTuple`].
const GAPS: &str =
    "SELECT camera, profile, gap.id, seq, start_us, gap.end_us, cause, evidence, gap.leaf, entry, kind
    FROM gap JOIN stream ON stream.id = gap.stream JOIN leaf ON leaf.idx = gap.leaf";

fn gap_row(row: GapTuple) -> Result<GapRow> {
    let (camera, profile, row, seq, start, end, cause, evidence, leaf, record, kind) = row;
    Ok(GapRow {
        row,
        stream: stream_of(&camera, profile)?,
        seq: uint(seq)?,
        span: span_of(start, end)?,
        cause: cause_of(cause)?,
        evidence,
        lost: kind == i64::from(EntryKind::Loss.code()),
        record: record.into(),
        leaf: LeafIndex(uint(leaf)?),
    })
}

impl Footage {
    /// The first [`ROWS_MAX`] segments on disk that meet the span, in order, without their tables.
    pub async fn segment_spans(&self, _cx: &Cx, stream: StreamId, span: Span) -> Result<Vec<SegmentSpan>> {
        self.spans_up_to(stream, span, ROWS_MAX).await
    }

    async fn spans_up_to(&self, stream: StreamId, span: Span, rows: usize) -> Result<Vec<SegmentSpan>> {
        let sql = format!(
            "SELECT segment.id, seq, start_us, segment.end_us, bytes, segment.leaf {SEGMENTS} LIMIT ?5"
        );
        let rows: Vec<SegmentTuple> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(blob(stream.camera.0))
            .bind(stream.profile as i64)
            .bind(span.start.0)
            .bind(span.end.0)
            .bind(int(rows as u64)?)
            .fetch_all(&self.0.database.read)
            .await
            .doing("finding segments")?;
        rows.into_iter().map(segment_span).collect()
    }

    /// Segments on disk that meet the span, in order, with their tables and records: all of them, at most [`ROWS_MAX`].
    pub async fn segments(&self, cx: &Cx, stream: StreamId, span: Span) -> Result<Vec<SegmentRow>> {
        let spans = self.spans_up_to(stream, span, ROWS_MAX + 1).await?;
        if spans.len() > ROWS_MAX {
            return Err(too_many());
        }
        let mut segments = Vec::new();
        for found in spans {
            // Deleted between the two reads: then it is simply no longer there.
            if let Some(segment) = self.segment(cx, found.row).await? {
                segments.push(segment);
            }
        }
        Ok(segments)
    }

    /// One segment by its row, if it is on disk.
    pub async fn segment(&self, _cx: &Cx, row: i64) -> Result<Option<SegmentRow>> {
        let row: Option<FullTuple> = sqlx::query_as(
            "SELECT camera, profile, segment.id, seq, start_us, segment.end_us, bytes, path, leaf
             FROM segment JOIN stream ON stream.id = segment.stream WHERE segment.id = ? AND state = 0",
        )
        .bind(row)
        .fetch_optional(&self.0.database.read)
        .await
        .doing("reading a segment")?;
        let Some((camera, profile, row, seq, start, end, bytes, path, leaf)) = row else { return Ok(None) };
        let tables: Option<TablesTuple> = sqlx::query_as(
            "SELECT frames, gops, pieces, entry FROM segment_table, leaf WHERE segment = ? AND leaf.idx = ?",
        )
        .bind(row)
        .bind(leaf)
        .fetch_optional(&self.0.database.read)
        .await
        .doing("reading a segment's tables")?;
        let Some((frames, gops, pieces, record)) = tables else { return Ok(None) };
        let found = segment_span((row, seq, start, end, bytes, leaf))?;
        Ok(Some(SegmentRow {
            row,
            stream: stream_of(&camera, profile)?,
            seq: found.seq,
            span: found.span,
            bytes: found.bytes,
            path: SegmentPath::parse(&path)?,
            frames: frames.into(),
            gops: gops.into(),
            pieces: pieces.into(),
            record: record.into(),
            leaf: found.leaf,
        }))
    }

    /// The sealed segment of a file's name, if it is on disk.
    pub async fn segment_at(&self, cx: &Cx, path: &SegmentPath) -> Result<Option<SegmentRow>> {
        let row: Option<(i64,)> = sqlx::query_as("SELECT id FROM segment WHERE path = ? AND state = 0")
            .bind(path.as_str())
            .fetch_optional(&self.0.database.read)
            .await
            .doing("looking up a file")?;
        match row {
            Some((row,)) => self.segment(cx, row).await,
            None => Ok(None),
        }
    }

    /// Gaps that meet the span, in order of time; of all streams that we record when none is named. All of them, at most [`ROWS_MAX`].
    pub async fn gaps(&self, _cx: &Cx, stream: Option<StreamId>, span: Span) -> Result<Vec<GapRow>> {
        let rows: Vec<GapTuple> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{GAPS} WHERE ((?1 IS NULL AND profile < {LATER}) OR (camera = ?1 AND profile = ?2)) AND start_us < ?4 AND gap.end_us > ?3
             ORDER BY start_us, gap.id LIMIT ?5"
        )))
        .bind(stream.map(|stream| blob(stream.camera.0)))
        .bind(stream.map(|stream| stream.profile as i64))
        .bind(span.start.0)
        .bind(span.end.0)
        .bind(int(ROWS_MAX as u64 + 1)?)
        .fetch_all(&self.0.database.read)
        .await
        .doing("finding gaps")?;
        if rows.len() > ROWS_MAX {
            return Err(too_many());
        }
        rows.into_iter().map(gap_row).collect()
    }

    /// Planned gaps that meet the span and are as short as a handover, of all streams that we record. At most [`ROWS_MAX`].
    pub async fn short_planned(&self, _cx: &Cx, span: Span) -> Result<Vec<(StreamId, Span)>> {
        let rows: Vec<(Vec<u8>, i64, i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT camera, profile, start_us, gap.end_us FROM gap JOIN stream ON stream.id = gap.stream
             WHERE profile < {LATER} AND cause = ?1 AND gap.end_us - start_us <= ?2
               AND start_us > ?3 - ?2 AND start_us < ?4 AND gap.end_us > ?3 LIMIT ?5"
        )))
        .bind(i64::from(GapCause::Planned.code()))
        .bind(HANDOVER_US_MAX)
        .bind(span.start.0)
        .bind(span.end.0)
        .bind(int(ROWS_MAX as u64 + 1)?)
        .fetch_all(&self.0.database.read)
        .await
        .doing("finding planned gaps")?;
        if rows.len() > ROWS_MAX {
            return Err(too_many());
        }
        let read = |(camera, profile, start, end): (Vec<u8>, i64, i64, i64)| {
            Ok((stream_of(&camera, profile)?, span_of(start, end)?))
        };
        rows.into_iter().map(read).collect()
    }

    /// The gap whose record is this entry of the footage log.
    pub async fn gap(&self, _cx: &Cx, leaf: LeafIndex) -> Result<Option<GapRow>> {
        let row: Option<GapTuple> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{GAPS} WHERE gap.leaf = ?")))
            .bind(int(leaf.0)?)
            .fetch_optional(&self.0.database.read)
            .await
            .doing("reading a gap")?;
        row.map(gap_row).transpose()
    }

    /// Joined spans, gaps and, if asked for, the activity of a stream over a span of any length.
    ///
    /// # Errors
    /// `Invalid` when even the joined spans, or the gaps, are more than [`ROWS_MAX`]: nothing is left out silently.
    pub async fn coverage(
        &self,
        cx: &Cx,
        stream: StreamId,
        span: Span,
        with_activity: bool,
    ) -> Result<Coverage> {
        let gaps = self.gaps(cx, Some(stream), span).await?;
        let (spans, activity) = self.joined(stream, span, with_activity).await?;
        Ok(Coverage { spans, gaps, activity })
    }

    /// Joins touching segments while it reads them, so that a year of minutes never lies in memory as rows.
    async fn joined(
        &self,
        stream: StreamId,
        span: Span,
        with_activity: bool,
    ) -> Result<(Vec<Span>, Vec<(WallTime, Bytes)>)> {
        let (columns, joined) = if with_activity {
            ("activity", "LEFT JOIN segment_table ON segment_table.segment = segment.id")
        } else {
            ("NULL", "")
        };
        let sql = format!(
            "SELECT start_us, segment.end_us, {columns} {}",
            SEGMENTS.replacen("WHERE", &format!("{joined} WHERE"), 1)
        );
        let mut rows = sqlx::query_as::<_, (i64, i64, Option<Vec<u8>>)>(sqlx::AssertSqlSafe(sql))
            .bind(blob(stream.camera.0))
            .bind(stream.profile as i64)
            .bind(span.start.0)
            .bind(span.end.0)
            .fetch(&self.0.database.read);
        let (mut spans, mut activity) = (Vec::<Span>::new(), Vec::new());
        while let Some((start, end, seconds)) = rows.try_next().await.doing("joining segments")? {
            let found = span_of(start, end)?;
            match spans.last_mut() {
                Some(last) if last.end == found.start => last.end = found.end,
                _ => spans.push(found),
            }
            activity.extend(seconds.map(|seconds| (found.start, Bytes::from(seconds))));
            if spans.len() > ROWS_MAX || activity.len() > ACTIVITY_ROWS_MAX {
                return Err(too_many());
            }
        }
        Ok((spans, activity))
    }

    /// Every stream that ever had a record.
    pub async fn streams(&self) -> Result<Vec<StreamId>> {
        let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as("SELECT camera, profile FROM stream ORDER BY id")
            .fetch_all(&self.0.database.read)
            .await
            .doing("listing streams")?;
        rows.into_iter().map(|(camera, profile)| stream_of(&camera, profile)).collect()
    }

    /// From the start of each stream's first record to the end of its newest: its records tile that span.
    pub async fn histories(&self) -> Result<std::collections::HashMap<StreamId, Span>> {
        type Row = (Vec<u8>, i64, Option<i64>, Option<i64>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT camera, profile, end_us,
                    coalesce((SELECT start_us FROM segment WHERE segment.stream = stream.id AND seq = 0),
                             (SELECT start_us FROM gap WHERE gap.stream = stream.id AND seq = 0))
             FROM stream",
        )
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading how far streams reach")?;
        let known = rows
            .into_iter()
            .filter_map(|(camera, profile, end, start)| Some((camera, profile, start?, end?)));
        known
            .map(|(camera, profile, start, end)| Ok((stream_of(&camera, profile)?, span_of(start, end)?)))
            .collect()
    }

    /// The newest segment record of a stream, whatever became of its file.
    pub async fn newest_segment(&self, _cx: &Cx, stream: StreamId) -> Result<Option<NewestSegment>> {
        let row: Option<(i64, i64, i64)> = sqlx::query_as(
            "SELECT coalesce(segment.disk, 1), segment.start_us, segment.end_us
             FROM segment JOIN stream ON stream.id = segment.stream
             WHERE camera = ? AND profile = ? ORDER BY segment.start_us DESC LIMIT 1",
        )
        .bind(blob(stream.camera.0))
        .bind(stream.profile as i64)
        .fetch_optional(&self.0.database.read)
        .await
        .doing("finding the newest segment")?;
        row.map(|(disk, start, end)| {
            let disk = DiskId(u16::try_from(disk).map_err(|_| Error::Corrupt(format!("media disk {disk}")))?);
            Ok(NewestSegment { disk, span: span_of(start, end)? })
        })
        .transpose()
    }

    /// The start of the oldest segment on disk, per stream of the profile.
    pub async fn oldest(&self, profile: Profile) -> Result<Vec<(StreamId, WallTime)>> {
        let rows: Vec<(Vec<u8>, i64, Option<i64>)> = sqlx::query_as(
            "SELECT camera, profile, (SELECT start_us FROM segment WHERE segment.stream = stream.id AND state = 0
                                      ORDER BY segment.end_us LIMIT 1)
             FROM stream WHERE profile = ?",
        )
        .bind(profile as i64)
        .fetch_all(&self.0.database.read)
        .await
        .doing("finding the oldest footage")?;
        rows.into_iter()
            .filter_map(|(camera, profile, start)| Some((camera, profile, WallTime(start?))))
            .map(|(camera, profile, start)| Ok((stream_of(&camera, profile)?, start)))
            .collect()
    }

    /// The end of the newest record of any stream, segment or gap.
    pub async fn newest_end(&self) -> Result<Option<WallTime>> {
        let (end,): (Option<i64>,) = sqlx::query_as("SELECT max(end_us) FROM stream")
            .fetch_one(&self.0.database.read)
            .await
            .doing("finding the newest record")?;
        Ok(end.map(WallTime))
    }

    /// Bytes and media time that each stream committed in the last `days` whole UTC days and today.
    pub async fn recent_bytes(&self, now: WallTime, days: u16) -> Result<Vec<StreamBytes>> {
        let today = now.0.div_euclid(law::retention::DAY_US);
        let rows: Vec<(Vec<u8>, i64, i64, i64)> = sqlx::query_as(
            "SELECT camera, profile, sum(bytes), sum(media_us)
             FROM stream_day JOIN stream ON stream.id = stream_day.stream WHERE day >= ? GROUP BY stream.id",
        )
        .bind(today.saturating_sub(i64::from(days)))
        .fetch_all(&self.0.database.read)
        .await
        .doing("summing days")?;
        rows.into_iter()
            .map(|(camera, profile, bytes, media_us)| {
                Ok(StreamBytes { stream: stream_of(&camera, profile)?, bytes: uint(bytes)?, media_us })
            })
            .collect()
    }

    /// Bytes of all media files on disk by the database's account.
    pub async fn stored_bytes(&self) -> Result<u64> {
        let (bytes,): (Option<i64>,) = sqlx::query_as("SELECT sum(bytes) FROM stream_day")
            .fetch_one(&self.0.database.read)
            .await
            .doing("summing bytes")?;
        uint(bytes.unwrap_or(0))
    }

    /// Whether a file already has its row: recovery asks before it commits what a journal names.
    pub async fn is_committed(&self, path: &SegmentPath) -> Result<bool> {
        let row: Option<(i64,)> = sqlx::query_as("SELECT id FROM segment WHERE path = ?")
            .bind(path.as_str())
            .fetch_optional(&self.0.database.read)
            .await
            .doing("looking up a file")?;
        Ok(row.is_some())
    }

    /// Opens a stored segment for someone who holds a pass that covers it. The pass is checked here and must be
    /// checked again by the reader at each fragment.
    pub fn open_segment(&self, pass: &Pass, segment: &SegmentRow, now: WallTime) -> Result<SegmentReader> {
        covers_recording(pass, segment, now)?;
        self.0.media.open_segment(&segment.path)
    }

    /// Opens the segment that is being written, for someone who holds a pass; what it yields is unsealed.
    pub fn open_unsealed(
        &self,
        pass: &Pass,
        stream: StreamId,
        path: &SegmentPath,
        now: WallTime,
    ) -> Result<SegmentReader> {
        pass.check(stream.camera, now)?;
        self.0.media.open_unsealed(path)
    }

    /// The sidecar of a stored segment: its salts, for a package that a pass allows.
    pub fn open_sidecar(&self, pass: &Pass, segment: &SegmentRow, now: WallTime) -> Result<Sidecar> {
        covers_recording(pass, segment, now)?;
        self.0.media.read_sidecar(&segment.path)
    }
}

/// A recording is opened for playback, a copy or the system's own reading, within the span that was admitted; a pass for live
/// pictures or a still has no recording behind it.
fn covers_recording(pass: &Pass, segment: &SegmentRow, now: WallTime) -> Result<()> {
    pass.check(segment.stream.camera, now)?;
    if !matches!(pass.act(), Act::Playback | Act::Export | Act::Decrypt | Act::SystemRead) {
        return Err(Error::invalid("pass", "is not for recordings"));
    }
    if pass.span().is_some_and(|span| span.intersect(segment.span).is_none()) {
        return Err(Error::invalid("segment", "lies outside the span of the pass"));
    }
    Ok(())
}

fn segment_span((row, seq, start, end, bytes, leaf): SegmentTuple) -> Result<SegmentSpan> {
    Ok(SegmentSpan {
        row,
        seq: uint(seq)?,
        span: span_of(start, end)?,
        bytes: uint(bytes)?,
        leaf: LeafIndex(uint(leaf)?),
    })
}
