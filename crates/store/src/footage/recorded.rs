//! What a stream's records say about one instant: for a challenge. It opens no file.

use super::{Footage, GapRow, LeafIndex};
use crate::convert::{blob, uint};
use crate::error::{Doing, Result};
use bytes::Bytes;
use model::{Cx, Span, StreamId, WallTime};

/// The record that covers an instant, if there is one.
#[derive(Clone, Debug)]
pub enum Recorded {
    /// On disk by the database's account.
    Segment {
        row: i64,
        leaf: LeafIndex,
        record: Bytes,
    },
    /// Deleted: the completion's entry, `None` while the deletion is under way.
    Expired {
        leaf: LeafIndex,
        record: Bytes,
        done: Option<(LeafIndex, Bytes)>,
    },
    Gap(GapRow),
    /// It was recorded, nobody deleted it, and its footage is not here.
    Lost,
    /// The stream's first record begins later.
    NotYet {
        leaf: LeafIndex,
        record: Bytes,
    },
    Nothing,
}

impl Footage {
    /// What was recorded of a stream at an instant.
    pub async fn recorded_at(&self, cx: &Cx, stream: StreamId, at: WallTime) -> Result<Recorded> {
        type SegmentTuple = (i64, i64, i64, i64, Vec<u8>);
        let segment: Option<SegmentTuple> = sqlx::query_as(
            "SELECT segment.id, segment.end_us, state, leaf, entry
             FROM segment JOIN stream ON stream.id = segment.stream JOIN leaf ON leaf.idx = segment.leaf
             WHERE camera = ? AND profile = ? AND start_us <= ? ORDER BY start_us DESC LIMIT 1",
        )
        .bind(blob(stream.camera.0))
        .bind(stream.profile as i64)
        .bind(at.0)
        .fetch_optional(&self.0.database.read)
        .await
        .doing("looking for a record")?;
        if let Some((row, end, state, leaf, record)) = segment
            && end > at.0
        {
            let (leaf, record) = (LeafIndex(uint(leaf)?), Bytes::from(record));
            if state == 0 {
                return Ok(Recorded::Segment { row, leaf, record });
            }
            let done = self.deletion_of(row).await?;
            return Ok(match (state, done) {
                (2, None) => Recorded::Lost,
                (_, done) => Recorded::Expired { leaf, record, done },
            });
        }
        let span = Span { start: at, end: at.plus_us(1) };
        if let Some(gap) = self.gaps(cx, Some(stream), span).await?.into_iter().next() {
            return Ok(Recorded::Gap(gap));
        }
        self.first_after(stream, at).await
    }

    /// Whether footage of a stream's span was recorded and is deleted by now, or being deleted.
    pub async fn has_expired(&self, _cx: &Cx, stream: StreamId, span: Span) -> Result<bool> {
        let (expired,): (bool,) = sqlx::query_as(
            "SELECT EXISTS (SELECT 1 FROM segment JOIN stream ON stream.id = segment.stream
             WHERE camera = ? AND profile = ? AND state <> 0 AND start_us < ? AND segment.end_us > ?)",
        )
        .bind(blob(stream.camera.0))
        .bind(stream.profile as i64)
        .bind(span.end.0)
        .bind(span.start.0)
        .fetch_one(&self.0.database.read)
        .await
        .doing("looking for deleted footage")?;
        Ok(expired)
    }

    async fn deletion_of(&self, segment: i64) -> Result<Option<(LeafIndex, Bytes)>> {
        let row: Option<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT done_leaf, entry FROM expiry_segment JOIN expiry ON expiry.id = expiry_segment.expiry
             JOIN leaf ON leaf.idx = done_leaf WHERE segment = ?",
        )
        .bind(segment)
        .fetch_optional(&self.0.database.read)
        .await
        .doing("looking for a deletion")?;
        row.map(|(leaf, entry)| Ok((LeafIndex(uint(leaf)?), entry.into()))).transpose()
    }

    async fn first_after(&self, stream: StreamId, at: WallTime) -> Result<Recorded> {
        let row: Option<(i64, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT start_us, leaf, entry
             FROM (SELECT stream, start_us, leaf FROM segment WHERE seq = 0
                   UNION ALL SELECT stream, start_us, leaf FROM gap WHERE seq = 0) AS first
             JOIN stream ON stream.id = first.stream JOIN leaf ON leaf.idx = first.leaf
             WHERE camera = ? AND profile = ?",
        )
        .bind(blob(stream.camera.0))
        .bind(stream.profile as i64)
        .fetch_optional(&self.0.database.read)
        .await
        .doing("looking for a first record")?;
        match row {
            Some((start, leaf, record)) if start > at.0 => {
                Ok(Recorded::NotYet { leaf: LeafIndex(uint(leaf)?), record: record.into() })
            }
            _ => Ok(Recorded::Nothing),
        }
    }
}
