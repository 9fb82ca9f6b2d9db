//! Footage that was brought later: each import begins with a gap record of its own in the camera's `later` stream, which says what
//! was brought, when and from where; its segments are the records that follow.
//!
//! Nobody's name is here: who brought it and why is an entry of the access log. What is missing from the recorded stream stays a
//! gap there; nothing of it is changed.

use super::commit::{append_gap, fill_hole, stream_for_writing};
use super::{Footage, LeafIndex, NewGap};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use model::{CameraId, Cx, GapCause, Profile, Span, StreamId, WallTime};
use uuid::Uuid;

/// Longest text that says where footage came from; with what stands around it, it fits into a gap's evidence.
pub const SOURCE_CHARS_MAX: usize = 100;
/// Imports in one answer: a card a day for a year, and more.
const IMPORTS_MAX: i64 = 1_000;

/// An import that is about to begin.
#[derive(Clone, Debug)]
pub struct NewBackFill {
    pub id: Uuid,
    pub camera: CameraId,
    /// The stated time of its first picture.
    pub start: WallTime,
    pub arrived: WallTime,
    /// Where it comes from, as a person said it; no names.
    pub source: String,
}

/// An import that was begun.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BackFillRow {
    pub id: Uuid,
    pub start: WallTime,
    pub arrived: WallTime,
    pub source: String,
    /// The gap record that begins it.
    pub leaf: LeafIndex,
}

impl Footage {
    /// The record and the row that begin an import, in one transaction. Gives where its first segment must begin: at the stated
    /// time, or a millisecond later where the stream ends just there.
    ///
    /// # Errors
    /// `Conflict` when the stream has footage from behind that time already.
    pub async fn begin_back_fill(&self, _cx: &Cx, new: NewBackFill) -> Result<WallTime> {
        let source = crate::registry::words("source", &new.source, SOURCE_CHARS_MAX)?;
        let run = self.run();
        self.0
            .database
            .write
            .run(move |connection| {
                Box::pin(async move {
                    let id = StreamId { camera: new.camera, profile: Profile::Later };
                    let mut stream = stream_for_writing(connection, id).await?;
                    let end = stream.head.end.unwrap_or(new.start.plus_us(-BEFORE_US));
                    if end > new.start {
                        return Err(Error::Conflict(format!(
                            "footage up to {end} was brought for this camera before; what is older than that cannot be added behind \
                             it: bring older footage first"
                        )));
                    }
                    let start = new.start.max(end.plus_us(BEFORE_US));
                    fill_hole(connection, run, id, &mut stream, end).await?;
                    let evidence =
                        format!("import {}: brought later, on {}; from: {source}; times as a person stated them", new.id, new.arrived);
                    let gap = NewGap { stream: id, span: Span { start: end, end: start }, cause: GapCause::Planned, evidence };
                    let done = append_gap(connection, run, &gap, &mut stream).await?;
                    sqlx::query(
                        "INSERT INTO back_fill (id, stream, start_us, arrived_us, source, leaf) VALUES (?, ?, ?, ?, ?, ?)",
                    )
                    .bind(blob(new.id))
                    .bind(stream.id)
                    .bind(start.0)
                    .bind(new.arrived.0)
                    .bind(source)
                    .bind(int(done.leaf.0)?)
                    .execute(connection)
                    .await
                    .doing("noting footage that was brought")?;
                    Ok(start)
                })
            })
            .await
    }

    /// By which import footage at an instant was brought: the last that begins at it or before.
    pub async fn back_fill_at(
        &self,
        _cx: &Cx,
        camera: CameraId,
        at: WallTime,
    ) -> Result<Option<BackFillRow>> {
        let row: Option<BackFillTuple> = sqlx::query_as(
            "SELECT back_fill.id, start_us, arrived_us, source, leaf FROM back_fill JOIN stream ON stream.id = back_fill.stream
             WHERE camera = ?1 AND start_us <= ?2 ORDER BY start_us DESC LIMIT 1",
        )
        .bind(blob(camera.0))
        .bind(at.0)
        .fetch_optional(&self.0.database.read)
        .await
        .doing("looking for an import")?;
        row.map(back_fill_row).transpose()
    }

    /// What was brought for a camera, oldest footage first.
    pub async fn back_fills(&self, _cx: &Cx, camera: CameraId) -> Result<Vec<BackFillRow>> {
        let rows: Vec<BackFillTuple> = sqlx::query_as(
            "SELECT back_fill.id, start_us, arrived_us, source, leaf FROM back_fill JOIN stream ON stream.id = back_fill.stream
             WHERE camera = ? ORDER BY start_us LIMIT ?",
        )
        .bind(blob(camera.0))
        .bind(IMPORTS_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing footage that was brought")?;
        rows.into_iter().map(back_fill_row).collect()
    }
}

type BackFillTuple = (Vec<u8>, i64, i64, String, i64);

fn back_fill_row((id, start, arrived, source, leaf): BackFillTuple) -> Result<BackFillRow> {
    let (start, arrived) = (WallTime(start), WallTime(arrived));
    Ok(BackFillRow { id: uuid_of(&id)?, start, arrived, source, leaf: LeafIndex(uint(leaf)?) })
}

/// Length of the record that begins a history: a record has a length.
const BEFORE_US: i64 = 1_000;
