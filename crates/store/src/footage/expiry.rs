//! Deleting footage whose term has ended: intent entry → unlink sidecar and media, sync the folder → done entry.
//!
//! 1. `begin_expiry` checks the floor once more against the rows, writes the intent leaf and marks the segments.
//! 2. `unlink_expiry` removes sidecars, then media, and syncs their folders. Absent files are fine.
//! 3. `finish_expiry` drops the tables and writes the done leaf.
//!
//! Each step can be repeated; after a crash `pending_expiries` says what is unfinished. The records, their leaves and
//! hashes stay for ever. Only deletions that `law::retention::plan` made can be handed in (invariant 6).

use super::{Footage, LeafIndex};
use crate::convert::{blob, disk_of, int, stream_of, uint};
use crate::error::{Doing, Error, Result};
use crate::log;
use crate::media_dir::SegmentPath;
use crate::retention::Era;
use law::retention::{DAY_US, Deletion, Hold, SegmentFacts, TrustedTime, unheld};
use ledger::record::{EXPIRY_SEGMENTS_MAX, EntryKind, ExpiryRecord, ExpiryStep, record_hash};
use model::{Actor, Cx, DiskId, Hash, Span, StoreId, StreamId, WallTime};
use sqlx::SqliteConnection;

/// Candidates of one stream in one plan: a day and a half of a stream's segments; the rest follows with the next plan.
pub const CANDIDATES_MAX: i64 = 2_000;
/// The rule that expiry entries name: footage goes when the term that the unit set for its system has passed.
const RULE: &str = "unit:term";

/// One deletion under way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ExpiryId(pub i64);

/// One file of a deletion.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpiryFile {
    pub segment: i64,
    pub path: SegmentPath,
    /// Where it was recorded.
    pub disk: DiskId,
    pub bytes: u64,
    pub span: Span,
}

/// A deletion whose intent is written and whose completion is not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PendingExpiry {
    pub id: ExpiryId,
    pub stream: StreamId,
    pub intent: LeafIndex,
    pub files: Vec<ExpiryFile>,
}

/// What a round of deleting did.
#[derive(Debug, Default)]
pub struct Expired {
    /// Segments that went, with their done entry.
    pub segments: usize,
    /// Deletions that could not be begun or finished; each is tried again at the next round.
    pub failed: usize,
    /// Why the first of them failed.
    pub first_error: Option<Error>,
}

impl Expired {
    fn note(&mut self, segments: usize, done: Result<()>) {
        match done {
            Ok(()) => self.segments += segments,
            Err(error) => {
                self.failed += 1;
                self.first_error.get_or_insert(error);
            }
        }
    }
}

impl Footage {
    /// Segments of an era on disk that ended by `before`, whose own promised floor has passed and that none of these holds keeps,
    /// oldest first: input for `law::retention::plan`. What is held is not among the [`CANDIDATES_MAX`]: it never uses them up.
    pub(crate) async fn expiry_candidates(
        &self,
        era: &Era,
        before: WallTime,
        now: TrustedTime,
        holds: &[Hold],
    ) -> Result<Vec<SegmentFacts>> {
        // What lies on a disk that is away cannot go now, and is no hindrance to the rest.
        let away: Vec<String> = self.0.media.away().into_iter().map(|disk| disk.to_string()).collect();
        let away = format!("[{}]", away.join(","));
        let mut found: Vec<SegmentFacts> = Vec::new();
        for (after, until) in unheld(holds, era.stream) {
            let left = CANDIDATES_MAX.saturating_sub(found.len() as i64);
            if left <= 0 || after >= before {
                break;
            }
            let rows: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
                "SELECT id, start_us, end_us, floor_days FROM segment
                 WHERE stream = (SELECT id FROM stream WHERE camera = ?1 AND profile = ?2) AND state = 0
                   AND start_us >= ?3 AND start_us < ?4 AND start_us > ?5 AND end_us > ?5 AND end_us <= ?6 AND end_us < ?7
                   AND end_us + floor_days * ?8 <= ?9 AND coalesce(disk, 1) NOT IN (SELECT value FROM json_each(?10))
                 ORDER BY end_us LIMIT ?11",
            )
            .bind(blob(era.stream.camera.0))
            .bind(era.stream.profile as i64)
            .bind(era.from.0)
            .bind(era.until.0)
            .bind(after.0)
            .bind(before.0)
            .bind(until.0)
            .bind(DAY_US)
            .bind(now.wall().0)
            .bind(&away)
            .bind(left)
            .fetch_all(&self.0.database.read)
            .await
            .doing("looking for footage past its term")?;
            for (segment, start, end, floor) in rows {
                found.push(SegmentFacts {
                    segment,
                    stream: era.stream,
                    span: crate::convert::span_of(start, end)?,
                    recorded_floor_days: crate::convert::small(floor)?,
                });
            }
        }
        Ok(found)
    }

    /// Segments of a stream on disk that meet a span and ended by `before`, oldest first, as the law asks about them.
    pub(crate) async fn facts_ended(
        &self,
        stream: StreamId,
        span: Span,
        before: WallTime,
    ) -> Result<Vec<SegmentFacts>> {
        let rows: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
            "SELECT id, start_us, end_us, floor_days FROM segment
             WHERE stream = (SELECT id FROM stream WHERE camera = ?1 AND profile = ?2) AND state = 0
               AND start_us < ?4 AND end_us > ?3 AND end_us <= ?5
               AND start_us >= coalesce((SELECT max(before.start_us) FROM segment AS before
                                         WHERE before.stream = segment.stream AND before.start_us <= ?3), ?3)
             ORDER BY start_us LIMIT ?6",
        )
        .bind(blob(stream.camera.0))
        .bind(stream.profile as i64)
        .bind(span.start.0)
        .bind(span.end.0)
        .bind(before.0)
        .bind(super::read::ROWS_MAX as i64)
        .fetch_all(&self.0.database.read)
        .await
        .doing("looking for held footage past its term")?;
        let facts = |(segment, start, end, floor): (i64, i64, i64, i64)| {
            Ok(SegmentFacts {
                segment,
                stream,
                span: crate::convert::span_of(start, end)?,
                recorded_floor_days: crate::convert::small(floor)?,
            })
        };
        rows.into_iter().map(facts).collect()
    }

    /// Carries out a plan from beginning to end, batch by batch, after finishing what an earlier run left. A deletion
    /// that fails stays unfinished and is tried again next time; the others go on.
    ///
    /// # Errors
    /// When nothing could be tried: the media folder is not ours, or the database cannot be read.
    pub async fn expire(&self, cx: &Cx, plan: Vec<Deletion>) -> Result<Expired> {
        let mut expired = self.resume_expiries(cx).await?;
        for batch in batches(plan) {
            let begun = batch.len();
            let done = match self.begin_expiry(cx, batch).await {
                Ok(id) => self.complete(cx, id).await,
                Err(error) => Err(error),
            };
            expired.note(begun, done);
        }
        Ok(expired)
    }

    /// Finishes every deletion that an earlier run began, as far as it can be finished.
    ///
    /// # Errors
    /// As [`Footage::expire`].
    pub async fn resume_expiries(&self, cx: &Cx) -> Result<Expired> {
        self.0.media.check_identity()?;
        let mut expired = Expired::default();
        for pending in self.pending_expiries().await? {
            let done = self.complete(cx, pending.id).await;
            expired.note(pending.files.len(), done);
        }
        Ok(expired)
    }

    async fn complete(&self, cx: &Cx, id: ExpiryId) -> Result<()> {
        self.unlink_expiry(id).await?;
        self.finish_expiry(cx, id).await
    }

    /// Step 1. All deletions must be of one stream, at most [`EXPIRY_SEGMENTS_MAX`] of them.
    pub async fn begin_expiry(&self, cx: &Cx, deletions: Vec<Deletion>) -> Result<ExpiryId> {
        let (now, store, by) = (cx.now, self.0.store_id, procedure(cx)?);
        self.0
            .database
            .write
            .run(move |connection| Box::pin(begin(connection, store, now, by, deletions)))
            .await
    }

    /// Step 2. Refuses when the media folder is not ours, so that an unmounted disk is not taken for success.
    pub async fn unlink_expiry(&self, id: ExpiryId) -> Result<()> {
        let pending = self.pending_expiries().await?.into_iter().find(|pending| pending.id == id);
        let pending = pending.ok_or(Error::NotFound("unfinished deletion"))?;
        // A hold may have been placed since the intent: then what is still there stays, and the deletion unfinished.
        let _no_placing = self.0.unlinking.lock().await;
        let holds = self.holds_in_force().await?;
        for file in &pending.files {
            if holds.iter().any(|hold| hold.holds(pending.stream, file.span)) {
                return Err(Error::Conflict(format!("{} is under a hold since", file.path)));
            }
        }
        let media = self.0.media.clone();
        tokio::task::spawn_blocking(move || {
            media.check_identity()?;
            // One file that cannot be removed keeps the deletion unfinished, not its neighbours on disk.
            let unlinked: Vec<Result<()>> =
                pending.files.iter().map(|file| media.unlink_of(&file.path, file.disk)).collect();
            for file in &pending.files {
                media.sync_folder(&file.path)?;
            }
            unlinked.into_iter().collect()
        })
        .await
        .map_err(|error| Error::Internal(error.to_string()))?
    }

    /// Step 3. Refuses while any file is still there.
    pub async fn finish_expiry(&self, cx: &Cx, id: ExpiryId) -> Result<()> {
        let pending = self.pending_expiries().await?.into_iter().find(|pending| pending.id == id);
        let pending = pending.ok_or(Error::NotFound("unfinished deletion"))?;
        for file in &pending.files {
            if self.0.media.is_there(&file.path, file.disk)? {
                return Err(Error::Conflict(format!("{} is still there", file.path)));
            }
        }
        let (now, store, by) = (cx.now, self.0.store_id, procedure(cx)?);
        self.0.database.write.run(move |connection| Box::pin(finish(connection, store, now, by, id))).await
    }

    /// Deletions whose intent is written and whose completion is not, oldest first.
    pub async fn pending_expiries(&self) -> Result<Vec<PendingExpiry>> {
        let rows: Vec<(i64, Vec<u8>, i64, i64)> = sqlx::query_as(
            "SELECT expiry.id, camera, profile, intent_leaf FROM expiry JOIN stream ON stream.id = expiry.stream
             WHERE done_leaf IS NULL ORDER BY expiry.id",
        )
        .fetch_all(&self.0.database.read)
        .await
        .doing("looking for unfinished deletions")?;
        let mut pending = Vec::new();
        for (id, camera, profile, intent) in rows {
            let mut connection = self.0.database.read.acquire().await.doing("reading a deletion")?;
            let members = members(&mut connection, id).await?;
            pending.push(PendingExpiry {
                id: ExpiryId(id),
                stream: stream_of(&camera, profile)?,
                intent: LeafIndex(uint(intent)?),
                files: members.into_iter().map(|member| member.file).collect(),
            });
        }
        Ok(pending)
    }
}

/// Groups a plan by stream, in pieces that fit one entry.
fn batches(plan: Vec<Deletion>) -> Vec<Vec<Deletion>> {
    let mut by_stream: std::collections::BTreeMap<StreamId, Vec<Deletion>> =
        std::collections::BTreeMap::new();
    for deletion in plan {
        by_stream.entry(deletion.stream()).or_default().push(deletion);
    }
    let pieces = by_stream.into_values().flat_map(|deletions| {
        deletions.chunks(EXPIRY_SEGMENTS_MAX).map(<[Deletion]>::to_vec).collect::<Vec<_>>()
    });
    pieces.collect()
}

/// Only the system's own procedure deletes; a person never does (datong-2008:19, guangzhou-2007:16).
fn procedure(cx: &Cx) -> Result<&'static str> {
    match cx.actor {
        Actor::System(name) => Ok(name),
        Actor::Person(_) => Err(Error::invalid("actor", "footage expires by rule, never by a person")),
    }
}

struct Member {
    file: ExpiryFile,
    seq: u64,
    end: WallTime,
    start: WallTime,
    floor_days: u16,
    record_hash: Hash,
}

type MemberRow = (i64, i64, i64, i64, String, i64, i64, Vec<u8>, Option<i64>);

fn member((segment, seq, start, end, path, bytes, floor, entry, disk): MemberRow) -> Result<Member> {
    Ok(Member {
        file: ExpiryFile {
            segment,
            path: SegmentPath::parse(&path)?,
            disk: disk_of(disk)?,
            bytes: uint(bytes)?,
            span: crate::convert::span_of(start, end)?,
        },
        seq: uint(seq)?,
        end: WallTime(end),
        start: WallTime(start),
        floor_days: crate::convert::small(floor)?,
        record_hash: record_hash(&entry),
    })
}

async fn members(connection: &mut SqliteConnection, expiry: i64) -> Result<Vec<Member>> {
    let rows: Vec<MemberRow> = sqlx::query_as(
        "SELECT segment.id, seq, start_us, end_us, path, bytes, floor_days, entry, disk
         FROM expiry_segment JOIN segment ON segment.id = expiry_segment.segment JOIN leaf ON leaf.idx = leaf
         WHERE expiry = ? ORDER BY seq",
    )
    .bind(expiry)
    .fetch_all(connection)
    .await
    .doing("reading a deletion's segments")?;
    rows.into_iter().map(member).collect()
}

async fn begin(
    connection: &mut SqliteConnection,
    store: StoreId,
    now: WallTime,
    executed_by: &'static str,
    deletions: Vec<Deletion>,
) -> Result<ExpiryId> {
    let first = deletions.first().ok_or(Error::invalid("plan", "is empty"))?;
    let stream = first.stream();
    if deletions.len() > EXPIRY_SEGMENTS_MAX || deletions.iter().any(|deletion| deletion.stream() != stream) {
        return Err(Error::invalid("plan", "a deletion is of one stream and fits one entry"));
    }
    let mut members = Vec::with_capacity(deletions.len());
    for deletion in &deletions {
        members.push(checked(connection, now, deletion).await?);
    }
    members.sort_by_key(|member: &Member| member.seq);
    let floor_days = deletions.iter().map(Deletion::floor_days).max().unwrap_or(0);
    let stream_row = stream_row(connection, stream).await?;
    let record = expiry_record(store, stream, ExpiryStep::Intent, now, floor_days, executed_by, &members);
    let leaf =
        log::append(connection, EntryKind::ExpiryIntent.code(), &record.encode()?, Some(stream_row)).await?;
    let id = sqlx::query("INSERT INTO expiry (stream, begun_us, intent_leaf) VALUES (?, ?, ?)")
        .bind(stream_row)
        .bind(now.0)
        .bind(int(leaf)?)
        .execute(&mut *connection)
        .await
        .doing("beginning a deletion")?
        .last_insert_rowid();
    for member in &members {
        sqlx::query("INSERT INTO expiry_segment (segment, expiry) VALUES (?, ?)")
            .bind(member.file.segment)
            .bind(id)
            .execute(&mut *connection)
            .await
            .doing("beginning a deletion")?;
        sqlx::query("UPDATE segment SET state = 1 WHERE id = ?")
            .bind(member.file.segment)
            .execute(&mut *connection)
            .await
            .doing("beginning a deletion")?;
    }
    Ok(ExpiryId(id))
}

/// The row behind a planned deletion, if it is what the plan saw and its floor has passed.
async fn checked(connection: &mut SqliteConnection, now: WallTime, deletion: &Deletion) -> Result<Member> {
    let row: Option<MemberRow> = sqlx::query_as(
        "SELECT segment.id, seq, start_us, end_us, path, bytes, floor_days, entry, disk
         FROM segment JOIN leaf ON leaf.idx = segment.leaf WHERE segment.id = ? AND state = 0",
    )
    .bind(deletion.segment())
    .fetch_optional(&mut *connection)
    .await
    .doing("checking a deletion")?;
    let found = member(row.ok_or(Error::NotFound("segment"))?)?;
    let floor_days = deletion.floor_days().max(found.floor_days);
    if found.end != deletion.span().end || found.start != deletion.span().start {
        return Err(Error::Conflict("the segment is not the one that was planned for".into()));
    }
    if super::holds::is_held(connection, deletion.stream(), deletion.span()).await? {
        return Err(Error::Conflict(format!("{} is under a hold", found.file.path)));
    }
    if now.min(deletion.judged_at()) < found.end.plus_us(i64::from(floor_days).saturating_mul(DAY_US)) {
        return Err(Error::Conflict(format!(
            "{} has not been kept for its {floor_days} days",
            found.file.path
        )));
    }
    Ok(found)
}

fn expiry_record(
    store: StoreId,
    stream: StreamId,
    step: ExpiryStep,
    at: WallTime,
    floor_days: u16,
    executed_by: &str,
    members: &[Member],
) -> ExpiryRecord {
    ExpiryRecord {
        store,
        stream,
        step,
        at,
        floor_days,
        rule: RULE.into(),
        executed_by: executed_by.into(),
        file_bytes: members.iter().map(|member| member.file.bytes).sum(),
        segments: members.iter().map(|member| (member.seq, member.record_hash)).collect(),
    }
}

async fn stream_row(connection: &mut SqliteConnection, stream: StreamId) -> Result<i64> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT id FROM stream WHERE camera = ? AND profile = ?")
        .bind(blob(stream.camera.0))
        .bind(stream.profile as i64)
        .fetch_optional(connection)
        .await
        .doing("reading a stream")?;
    row.map(|(id,)| id).ok_or(Error::NotFound("stream"))
}

async fn finish(
    connection: &mut SqliteConnection,
    store: StoreId,
    now: WallTime,
    executed_by: &'static str,
    id: ExpiryId,
) -> Result<()> {
    let row: Option<(i64, Vec<u8>, i64, Vec<u8>)> = sqlx::query_as(
        "SELECT expiry.stream, camera, profile, entry FROM expiry JOIN stream ON stream.id = expiry.stream
         JOIN leaf ON leaf.idx = intent_leaf WHERE expiry.id = ? AND done_leaf IS NULL",
    )
    .bind(id.0)
    .fetch_optional(&mut *connection)
    .await
    .doing("finishing a deletion")?;
    let (stream_row, camera, profile, intent) = row.ok_or(Error::NotFound("unfinished deletion"))?;
    let intent_record = ExpiryRecord::decode(&intent)?;
    let members = members(connection, id.0).await?;
    let step = ExpiryStep::Done { intent: record_hash(&intent) };
    let stream = stream_of(&camera, profile)?;
    let record = expiry_record(store, stream, step, now, intent_record.floor_days, executed_by, &members);
    let leaf =
        log::append(connection, EntryKind::ExpiryDone.code(), &record.encode()?, Some(stream_row)).await?;
    for member in &members {
        forget(connection, stream_row, member).await?;
    }
    sqlx::query("UPDATE expiry SET done_leaf = ? WHERE id = ?")
        .bind(int(leaf)?)
        .bind(id.0)
        .execute(connection)
        .await
        .doing("finishing a deletion")
        .map(|_| ())
}

/// The tables go with the footage: they hold hashes and sizes of pictures that no longer exist.
async fn forget(connection: &mut SqliteConnection, stream_row: i64, member: &Member) -> Result<()> {
    sqlx::query("DELETE FROM segment_table WHERE segment = ?")
        .bind(member.file.segment)
        .execute(&mut *connection)
        .await
        .doing("dropping a segment's tables")?;
    sqlx::query("UPDATE segment SET state = 2 WHERE id = ?")
        .bind(member.file.segment)
        .execute(&mut *connection)
        .await
        .doing("marking a segment as gone")?;
    sqlx::query(
        "UPDATE stream_day SET segments = segments - 1, bytes = bytes - ? WHERE stream = ? AND day = ?",
    )
    .bind(int(member.file.bytes)?)
    .bind(stream_row)
    .bind(member.start.0.div_euclid(DAY_US))
    .execute(&mut *connection)
    .await
    .doing("subtracting from a day")?;
    let Some(disk) = super::commit::further(member.file.disk) else { return Ok(()) };
    sqlx::query(
        "UPDATE disk_day SET segments = segments - 1, bytes = bytes - ? WHERE disk = ? AND stream = ? AND day = ?",
    )
    .bind(int(member.file.bytes)?)
    .bind(disk)
    .bind(stream_row)
    .bind(member.start.0.div_euclid(DAY_US))
    .execute(connection)
    .await
    .doing("subtracting from a disk's day")
    .map(|_| ())
}
