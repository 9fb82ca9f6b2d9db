//! Explanations of gaps: a person says why footage is missing, a second person accepts it or not.
//!
//! The gap's record lies in `footage.db` and is never changed; what binds the two is the record's hash. Every call that
//! changes something is an act with its entry in the same transaction (datong-2008:17 and :27, guangzhou-2007:20).

use super::judged::{self, COLUMNS, Judged, JudgedTuple, Judging, PEOPLE, Table};
use super::{Registry, admit::Ask, at_most, new_id, words};
use crate::convert::{blob, cause_of, hash_of, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::footage::LeafIndex;
use model::{Act, Actor, CameraId, Cx, ExplanationId, GapCause, Hash, Span};
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashMap};

/// Gaps in one explanation: a day of one-minute interruptions of one camera, or an outage of 200 cameras cut by the hour.
pub const EXPLAINED_GAPS_MAX: usize = 2_000;
/// Characters of an explanation: what the entry's note holds in Chinese.
pub const EXPLANATION_CHARS_MAX: usize = 500;
/// Characters that name a document: its number and title.
pub const DOCUMENT_CHARS_MAX: usize = 120;
/// Explanations in one list.
const ROWS_MAX: i64 = 500;

/// The gap that an explanation is about, as the footage log has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExplainedGap {
    pub leaf: LeafIndex,
    pub record_hash: Hash,
    pub camera: CameraId,
    pub span: Span,
}

/// What somebody says about gaps.
#[derive(Clone, Debug)]
pub struct NewExplanation {
    /// The cause as the person sees it; the record keeps what the system saw.
    pub cause: GapCause,
    pub text: String,
    /// Number or title of a paper that shows it: a fault report, a notice of the power company. May be empty.
    pub document: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    pub id: ExplanationId,
    pub cause: GapCause,
    pub text: String,
    pub document: String,
    pub judged: Judged,
}

type GapTuple = (i64, Vec<u8>, Vec<u8>, i64, i64);

/// The newest explanation of each gap of a span.
#[derive(Clone, Debug, Default)]
pub struct Explained {
    pub explanations: BTreeMap<ExplanationId, Explanation>,
    by_leaf: HashMap<LeafIndex, (Hash, ExplanationId)>,
}

impl Explained {
    /// The newest explanation of exactly this record.
    pub fn of(&self, leaf: LeafIndex, record_hash: Hash) -> Option<&Explanation> {
        let (bound, id) = self.by_leaf.get(&leaf)?;
        if *bound != record_hash {
            return None;
        }
        self.explanations.get(id)
    }
}

/// What an entry says of many records: `H("watchkeeper/explained-gaps/v1\n" || (u64 leaf || hash)*)`, by leaf.
fn digest(gaps: &[ExplainedGap]) -> Hash {
    let mut sum = Sha256::new();
    sum.update(b"watchkeeper/explained-gaps/v1\n");
    for gap in gaps {
        sum.update(gap.leaf.0.to_be_bytes());
        sum.update(gap.record_hash.0);
    }
    Hash(sum.finalize().into())
}

impl Registry {
    /// Keeps what a person says about these gaps. They come from `footage.db`: see `Store::explain_gaps`.
    pub(crate) async fn explain(
        &self,
        cx: &Cx,
        mut gaps: Vec<ExplainedGap>,
        new: NewExplanation,
    ) -> Result<ExplanationId> {
        let text = words("text", &new.text, EXPLANATION_CHARS_MAX)?;
        let document = at_most("document", new.document.trim(), DOCUMENT_CHARS_MAX)?;
        gaps.sort_unstable_by_key(|gap| gap.leaf);
        gaps.dedup_by_key(|gap| gap.leaf);
        if gaps.is_empty() || gaps.len() > EXPLAINED_GAPS_MAX {
            return Err(Error::invalid("gaps", "are none, or more than one explanation may be about"));
        }
        let id = ExplanationId(new_id());
        let ask = Ask {
            cameras: gaps.iter().map(|gap| gap.camera).collect(),
            span: gaps.iter().map(|gap| gap.span).reduce(hull),
            subject: Some(id.0),
            extra: format!(
                "cause={}\ngaps={}\nrecords={}\ndocument={document}",
                new.cause.as_str(),
                gaps.len(),
                digest(&gaps)
            ),
            ..Ask::new(Act::ExplainGap)
        };
        let (ask, cx) = (with_distinct_cameras(ask), Cx { note: Some(text.clone()), ..cx.clone() });
        let (actor, now) = (cx.actor, cx.now);
        self.act(&cx, ask, move |connection, entry| {
            Box::pin(async move {
                let Actor::Person(author) = actor else { return Err(Error::Unauthenticated) };
                sqlx::query(
                    "INSERT INTO explanation (id, cause, body, document, author, written_us, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id.0))
                .bind(i64::from(new.cause.code()))
                .bind(text)
                .bind(document)
                .bind(blob(author.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(&mut *connection)
                .await
                .doing("keeping an explanation")?;
                for gap in gaps {
                    bind_gap(connection, id, gap).await?;
                }
                Ok(id)
            })
        })
        .await
    }

    /// Approves or declines an explanation; not one's own. Declined gaps can be explained again.
    pub async fn judge_explanation(
        &self,
        cx: &Cx,
        id: ExplanationId,
        approved: bool,
        text: &str,
    ) -> Result<()> {
        let text = if approved {
            at_most("text", text.trim(), EXPLANATION_CHARS_MAX)?
        } else {
            words("text", text, EXPLANATION_CHARS_MAX)?
        };
        let mut connection = self.0.database.read.acquire().await.doing("reading an explanation")?;
        let found = one(&mut connection, id).await?.ok_or(Error::NotFound("explanation"))?;
        let gaps = gaps_of(&mut connection, id).await?;
        drop(connection);
        let ask = Ask {
            cameras: gaps.iter().map(|gap| gap.camera).collect(),
            span: gaps.iter().map(|gap| gap.span).reduce(hull),
            own: Actor::Person(found.judged.author.person) == cx.actor,
            subject: Some(id.0),
            refers_to: Some(found.judged.author.entry),
            extra: format!("approved={approved}\ngaps={}\nrecords={}", gaps.len(), digest(&gaps)),
            ..Ask::new(Act::DecideGap)
        };
        let note = Some(text.clone()).filter(|text| !text.is_empty());
        let (ask, cx) = (with_distinct_cameras(ask), Cx { note, ..cx.clone() });
        let (actor, at) = (cx.actor, cx.now);
        self.act(&cx, ask, move |connection, entry| {
            Box::pin(async move {
                let Actor::Person(judge) = actor else { return Err(Error::Unauthenticated) };
                let judging = Judging { id: id.0, judge, at, approved, text, entry };
                judged::judge(connection, Table::Explanation, judging).await
            })
        })
        .await
    }

    /// The newest explanation of each gap that meets the span. Whether the reader may know is decided by the caller's act.
    pub async fn explained(&self, _cx: &Cx, span: Span) -> Result<Explained> {
        let mut connection = self.0.database.read.acquire().await.doing("reading explanations")?;
        let rows: Vec<(i64, Vec<u8>, Vec<u8>)> = sqlx::query_as(
            "SELECT leaf, record_hash, explanation FROM explained_gap
             WHERE end_us > ? AND start_us < ? ORDER BY explanation",
        )
        .bind(span.start.0)
        .bind(span.end.0)
        .fetch_all(&mut *connection)
        .await
        .doing("reading explained gaps")?;
        let mut explained = Explained::default();
        // Ids ascend with time (version 7), so a later explanation replaces an earlier one.
        for (leaf, hash, id) in rows {
            let bound = (hash_of(&hash)?, ExplanationId(uuid_of(&id)?));
            explained.by_leaf.insert(LeafIndex(uint(leaf)?), bound);
        }
        let ids: std::collections::BTreeSet<ExplanationId> =
            explained.by_leaf.values().map(|(_, id)| *id).collect();
        for id in ids {
            if let Some(found) = one(&mut connection, id).await? {
                explained.explanations.insert(id, found);
            }
        }
        Ok(explained)
    }

    /// One explanation with its gaps.
    pub async fn explanation(&self, _cx: &Cx, id: ExplanationId) -> Result<(Explanation, Vec<ExplainedGap>)> {
        let mut connection = self.0.database.read.acquire().await.doing("reading an explanation")?;
        let found = one(&mut connection, id).await?.ok_or(Error::NotFound("explanation"))?;
        Ok((found, gaps_of(&mut connection, id).await?))
    }

    /// The newest explanations, those that wait to be judged first.
    pub async fn explanations(&self, _cx: &Cx) -> Result<Vec<(Explanation, Vec<ExplainedGap>)>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing explanations")?;
        let ids: Vec<(Vec<u8>,)> = sqlx::query_as(
            "SELECT id FROM explanation ORDER BY state <> 1, written_us DESC, id DESC LIMIT ?",
        )
        .bind(ROWS_MAX)
        .fetch_all(&mut *connection)
        .await
        .doing("listing explanations")?;
        let mut found = Vec::with_capacity(ids.len());
        for (id,) in ids {
            let id = ExplanationId(uuid_of(&id)?);
            if let Some(explanation) = one(&mut connection, id).await? {
                found.push((explanation, gaps_of(&mut connection, id).await?));
            }
        }
        Ok(found)
    }
}

pub(super) fn hull(a: Span, b: Span) -> Span {
    Span { start: a.start.min(b.start), end: a.end.max(b.end) }
}

pub(super) fn with_distinct_cameras(mut ask: Ask) -> Ask {
    ask.cameras.sort_unstable();
    ask.cameras.dedup();
    ask
}

async fn bind_gap(connection: &mut SqliteConnection, id: ExplanationId, gap: ExplainedGap) -> Result<()> {
    let taken: Option<(i64,)> = sqlx::query_as(
        "SELECT leaf FROM explained_gap JOIN explanation ON explanation.id = explained_gap.explanation
         WHERE leaf = ? AND state IN (1, 2)",
    )
    .bind(int(gap.leaf.0)?)
    .fetch_optional(&mut *connection)
    .await
    .doing("looking for an earlier explanation")?;
    if taken.is_some() {
        return Err(Error::Conflict(format!("gap {} has an explanation already", gap.leaf.0)));
    }
    sqlx::query(
        "INSERT INTO explained_gap (explanation, leaf, record_hash, camera, start_us, end_us)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(id.0))
    .bind(int(gap.leaf.0)?)
    .bind(&gap.record_hash.0[..])
    .bind(blob(gap.camera.0))
    .bind(gap.span.start.0)
    .bind(gap.span.end.0)
    .execute(connection)
    .await
    .doing("binding a gap to its explanation")
    .map(|_| ())
}

async fn one(connection: &mut SqliteConnection, id: ExplanationId) -> Result<Option<Explanation>> {
    let own: Option<(i64, String, String)> =
        sqlx::query_as("SELECT cause, body, document FROM explanation WHERE id = ?")
            .bind(blob(id.0))
            .fetch_optional(&mut *connection)
            .await
            .doing("reading an explanation")?;
    let Some((cause, text, document)) = own else { return Ok(None) };
    let sql = format!("SELECT {COLUMNS} FROM explanation AS t {PEOPLE} WHERE t.id = ?");
    let row: JudgedTuple = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(blob(id.0))
        .fetch_one(connection)
        .await
        .doing("reading an explanation")?;
    Ok(Some(Explanation { id, cause: cause_of(cause)?, text, document, judged: judged::judged(row)? }))
}

async fn gaps_of(connection: &mut SqliteConnection, id: ExplanationId) -> Result<Vec<ExplainedGap>> {
    let rows: Vec<GapTuple> = sqlx::query_as(
        "SELECT leaf, record_hash, camera, start_us, end_us FROM explained_gap WHERE explanation = ? ORDER BY leaf",
    )
    .bind(blob(id.0))
    .fetch_all(connection)
    .await
    .doing("reading an explanation's gaps")?;
    rows.into_iter()
        .map(|(leaf, hash, camera, start, end)| {
            Ok(ExplainedGap {
                leaf: LeafIndex(uint(leaf)?),
                record_hash: hash_of(&hash)?,
                camera: CameraId(uuid_of(&camera)?),
                span: crate::convert::span_of(start, end)?,
            })
        })
        .collect()
}
