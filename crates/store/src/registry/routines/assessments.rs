//! Assessments of effect and of security: what was measured over a span, frozen, and signed off with words (national-2016:17).
//!
//! What is in one is the shell's; the invariant kept here is that it does not change: its hash is in the entry that drew it up, and
//! the schema refuses to write over it.

use super::super::admit::Ask;
use super::super::{EntryIndex, Registry, new_id};
use super::{ROWS_MAX, Signed, WORDS_CHARS_MAX, ask_of, signed, unit_of_row, words};
use crate::convert::{blob, hash_of, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::once;
use crate::registry::person_of;
use model::{Act, Cx, Hash, Span, UnitId};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// What one assessment holds: numbers, and a line for each camera.
const SNAPSHOT_BYTES_MAX: usize = 1_024 * 1_024;
/// Longest span: two years.
const SPAN_US_MAX: i64 = 2 * 366 * 86_400_000_000;
const UNIT: &str = "SELECT unit FROM assessment WHERE id = ?";

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssessmentRow {
    pub id: Uuid,
    pub span: Span,
    /// JSON, as it was drawn up.
    pub snapshot: String,
    pub sha256: Hash,
    pub drawn: Signed,
    pub signed: Option<Signed>,
}

type Row = (
    Vec<u8>,
    i64,
    i64,
    String,
    Vec<u8>,
    Vec<u8>,
    String,
    i64,
    i64,
    Option<i64>,
    Option<Vec<u8>>,
    Option<String>,
    Option<String>,
    Option<i64>,
);

impl Registry {
    /// Keeps what was measured, for ever.
    pub async fn draw_assessment(&self, cx: &Cx, unit: UnitId, span: Span, snapshot: String) -> Result<Uuid> {
        if span.duration_us() <= 0 || span.duration_us() > SPAN_US_MAX || span.end > cx.now {
            return Err(Error::invalid(
                "to_ms",
                "is not after from_ms, is in the future, or more than two years on",
            ));
        }
        if snapshot.len() > SNAPSHOT_BYTES_MAX {
            return Err(Error::Conflict("what was measured is more than an assessment holds".into()));
        }
        let (id, person, now) = (new_id(), person_of(cx)?, cx.now);
        let sha256 = Hash(Sha256::digest(&snapshot).into());
        let extra = format!("from={}\nto={}\nsnapshot_sha256={sha256}", span.start, span.end);
        self.act(cx, ask_of(Act::DrawAssessment, unit, Some(id), extra), move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO assessment (id, unit, start_us, end_us, snapshot, sha256, person, at_us, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(unit.0))
                .bind(span.start.0)
                .bind(span.end.0)
                .bind(snapshot)
                .bind(sha256.0.to_vec())
                .bind(blob(person.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("drawing up an assessment")?;
                Ok(id)
            })
        })
        .await
    }

    /// Whoever answers for the unit signs it off, once, with words.
    pub async fn sign_assessment(&self, cx: &Cx, id: Uuid, said: &str) -> Result<()> {
        let said = words("words", said, WORDS_CHARS_MAX)?;
        let mut connection = self.0.database.read.acquire().await.doing("reading an assessment")?;
        let unit = unit_of_row(&mut connection, UNIT, id, "assessment").await?;
        let (sha256, drawn): (Vec<u8>, i64) =
            sqlx::query_as("SELECT sha256, entry FROM assessment WHERE id = ?")
                .bind(blob(id))
                .fetch_one(&mut *connection)
                .await
                .doing("reading an assessment")?;
        drop(connection);
        let extra = format!("snapshot_sha256={}", hash_of(&sha256)?);
        let refers_to = Some(EntryIndex(uint(drawn)?));
        let ask = Ask { refers_to, ..ask_of(Act::SignAssessment, unit, Some(id), extra) };
        let (person, now) = (person_of(cx)?, cx.now);
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE assessment SET signed_us = ?, signer = ?, words = ?, sign_entry = ?
                     WHERE id = ? AND signed_us IS NULL",
                )
                .bind(now.0)
                .bind(blob(person.0))
                .bind(said)
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("signing an assessment")?;
                once(&done, "the assessment is signed off")?;
                Ok(())
            })
        })
        .await
    }

    /// Assessments of a unit, newest first. Whether the actor may know is decided before.
    pub async fn assessments(&self, _cx: &Cx, unit: UnitId) -> Result<Vec<AssessmentRow>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT assessment.id, start_us, end_us, snapshot, sha256, assessment.person, drawer.name, at_us, entry, signed_us,
                signer, closer.name, words, sign_entry
             FROM assessment JOIN person AS drawer ON drawer.id = assessment.person
             LEFT JOIN person AS closer ON closer.id = signer WHERE unit = ? ORDER BY at_us DESC LIMIT ?",
        )
        .bind(blob(unit.0))
        .bind(ROWS_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading assessments")?;
        rows.into_iter().map(assessment_of).collect()
    }

    /// How many acts of a unit's staff were refused in a span.
    pub async fn refused_attempts(&self, _cx: &Cx, unit: UnitId, span: Span) -> Result<u64> {
        let (count,): (i64,) = sqlx::query_as(
            "SELECT count(*) FROM entry_search WHERE permitted = 0 AND time_us >= ? AND time_us < ?
             AND person IN (SELECT person FROM post WHERE unit = ?)",
        )
        .bind(span.start.0)
        .bind(span.end.0)
        .bind(blob(unit.0))
        .fetch_one(&self.0.database.read)
        .await
        .doing("counting refusals")?;
        uint(count)
    }
}

fn assessment_of(row: Row) -> Result<AssessmentRow> {
    let (
        id,
        start,
        end,
        snapshot,
        sha256,
        person,
        name,
        at,
        entry,
        signed_at,
        signer,
        closer,
        said,
        sign_entry,
    ) = row;
    let drawn = signed(Some(person), Some(name), Some(at), None, Some(entry))?;
    Ok(AssessmentRow {
        id: uuid_of(&id)?,
        span: crate::convert::span_of(start, end)?,
        snapshot,
        sha256: hash_of(&sha256)?,
        drawn: drawn.ok_or_else(|| Error::Corrupt("an assessment is nobody's".into()))?,
        signed: signed(signer, closer, signed_at, said, sign_entry)?,
    })
}
