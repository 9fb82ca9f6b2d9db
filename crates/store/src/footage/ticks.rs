//! Ticks of the recorder in the footage log: appending one, and the intervals in which one is missing.
//!
//! A tick has its leaf and its row in one transaction. An outage is what lies between two runs; footage that claims to be of
//! an outage, or a stream that has nothing to say about it, is a finding.

use super::audit::RowFinding;
use super::inventory::system_only;
use super::{Footage, LeafIndex};
use crate::convert::{blob, int, uint};
use crate::error::{Doing, Error, Result};
use crate::log;
use crate::tails;
use futures::TryStreamExt as _;
use ledger::record::EntryKind;
use ledger::tick::{Between, JournalHead, TickRecord, between, streams_hash};
use model::{CameraId, Cx, MonoTime, Profile, Span, StreamId, WallTime};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// So far may a stream's own line of time be ahead of the clock that ticks: the last picture of an orderly end can lie behind the
/// last tick without a recorder having run there.
const LINE_AHEAD_US_MAX: i64 = 1_000_000;
/// How long a gap may be open without a record: an hour, and as much again for a slow start.
const OPEN_US_MAX: i64 = 2 * 3_600_000_000;
/// Bytes of one stream in a `stream_set`.
const STREAM_BYTES: usize = 17;

/// What the recorder knows of itself at a tick.
#[derive(Clone, Debug)]
pub struct NewTick {
    pub number: u32,
    pub last: bool,
    pub wall: WallTime,
    pub system_wall: WallTime,
    pub mono: MonoTime,
    /// The streams that should be recorded.
    pub streams: Vec<StreamId>,
    /// How many of them are.
    pub recording: u16,
    pub written_bytes: u64,
    pub served_bytes: u64,
    pub journal: JournalHead,
}

/// Something between two ticks that is not as it should be, with the entries that bound it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TickHole {
    pub before: LeafIndex,
    pub after: LeafIndex,
    pub between: Between,
    /// Streams that should have been recorded on both sides of an outage and have neither gap nor footage over all of it, and
    /// streams that claim footage of it: a finding each.
    pub uncovered: Vec<StreamId>,
    pub impossible: Vec<StreamId>,
}

impl Footage {
    /// Appends a tick.
    pub async fn commit_tick(&self, new: NewTick) -> Result<LeafIndex> {
        let mut streams = new.streams;
        streams.sort_unstable();
        streams.dedup();
        let count = u16::try_from(streams.len()).map_err(|_| Error::invalid("streams", "are too many"))?;
        let record = TickRecord {
            store: self.0.store_id,
            boot_counter: self.0.boot.counter,
            number: new.number,
            last: new.last,
            wall: new.wall,
            system_wall: new.system_wall,
            mono: new.mono,
            streams: count,
            recording: new.recording.min(count),
            streams_hash: streams_hash(&streams),
            written_bytes: new.written_bytes,
            served_bytes: new.served_bytes,
            journal: new.journal,
        };
        let (wall, hash, entry) = (record.wall, record.streams_hash, record.encode()?);
        self.0
            .database
            .write
            .run(move |connection| {
                Box::pin(async move {
                    let set = stream_set(connection, &hash.0, &streams).await?;
                    let leaf = log::append(connection, EntryKind::Tick.code(), &entry, None).await?;
                    sqlx::query("INSERT INTO tick (leaf, wall_us, stream_set) VALUES (?, ?, ?)")
                        .bind(int(leaf)?)
                        .bind(wall.0)
                        .bind(set)
                        .execute(connection)
                        .await
                        .doing("committing a tick")?;
                    Ok(LeafIndex(leaf))
                })
            })
            .await
    }

    /// The newest tick.
    pub async fn newest_tick(&self) -> Result<Option<TickRecord>> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as(
            "SELECT entry FROM tick JOIN leaf ON leaf.idx = tick.leaf ORDER BY tick.leaf DESC LIMIT 1",
        )
        .fetch_optional(&self.0.database.read)
        .await
        .doing("reading the newest tick")?;
        row.map(|(entry,)| Ok(TickRecord::decode(&entry)?)).transpose()
    }

    /// What is missing between the ticks of a span (by their wall times), and what the streams say about each outage. An
    /// outage that began before the span is in it when the next run's first tick is.
    pub async fn tick_holes(&self, _cx: &Cx, span: Span) -> Result<Vec<TickHole>> {
        let first: Option<(i64,)> =
            sqlx::query_as("SELECT leaf FROM tick WHERE wall_us < ? ORDER BY wall_us DESC LIMIT 1")
                .bind(span.start.0)
                .fetch_optional(&self.0.database.read)
                .await
                .doing("finding the first tick")?;
        let mut holes = Vec::new();
        {
            let mut rows = sqlx::query_as::<_, (i64, Vec<u8>)>(
                "SELECT tick.leaf, entry FROM tick JOIN leaf ON leaf.idx = tick.leaf
                 WHERE tick.leaf >= ? AND wall_us < ? ORDER BY tick.leaf",
            )
            .bind(first.map_or(0, |(leaf,)| leaf))
            .bind(span.end.0)
            .fetch(&self.0.database.read);
            let mut last: Option<(LeafIndex, TickRecord)> = None;
            while let Some((leaf, entry)) = rows.try_next().await.doing("reading ticks")? {
                let (leaf, tick) = (LeafIndex(uint(leaf)?), TickRecord::decode(&entry)?);
                if let Some((before, earlier)) = &last {
                    let found = between(earlier, &tick).into_iter();
                    holes.extend(found.map(|between| TickHole {
                        before: *before,
                        after: leaf,
                        between,
                        uncovered: Vec::new(),
                        impossible: Vec::new(),
                    }));
                }
                last = Some((leaf, tick));
            }
        }
        for hole in &mut holes {
            self.account_for(hole).await?;
        }
        Ok(holes)
    }

    /// What the streams say about an outage: those on duty on both sides have a gap over all of it, and nobody has footage.
    async fn account_for(&self, hole: &mut TickHole) -> Result<()> {
        let Between::Down { from, to } = hole.between else { return Ok(()) };
        if from >= to {
            return Ok(());
        }
        let mut connection = self.0.database.read.acquire().await.doing("reading an outage")?;
        let before = streams_of(&mut connection, hole.before).await?;
        let after = streams_of(&mut connection, hole.after).await?;
        let (newest,): (Option<i64>,) = sqlx::query_as("SELECT max(wall_us) FROM tick")
            .fetch_one(&mut *connection)
            .await
            .doing("reading the newest tick")?;
        // An open gap is cut by the hour: until then it may have no record yet.
        let settled = newest.is_some_and(|newest| WallTime(newest).since_us(to) > OPEN_US_MAX);
        for stream in before {
            let said = over(&mut connection, stream, from, to).await?;
            if said.footage_us > LINE_AHEAD_US_MAX {
                hole.impossible.push(stream);
            } else if after.contains(&stream)
                && (said.reaches_end || settled)
                && said.gap_us.saturating_add(said.footage_us) < to.since_us(from)
            {
                hole.uncovered.push(stream);
            }
        }
        Ok(())
    }

    /// Ticks against their rows and against each other: what `check` says of them. Reads all ticks.
    pub async fn audit_ticks(&self, cx: &Cx) -> Result<Vec<RowFinding>> {
        system_only(cx)?;
        let mut findings = self.tick_rows().await?;
        let all = Span { start: WallTime(i64::MIN), end: WallTime(i64::MAX) };
        for hole in self.tick_holes(cx, all).await? {
            let place = format!("ticks at leaves {} and {}", hole.before.0, hole.after.0);
            if hole.between == Between::Disorder {
                findings.push(RowFinding::new(&place, "the second cannot follow the first"));
            }
            for stream in hole.impossible {
                let problem = format!("{stream} claims footage of a time at which no recorder ran");
                findings.push(RowFinding::new(&place, problem));
            }
            for stream in hole.uncovered {
                let problem = format!("{stream} was on duty and its outage is no gap");
                findings.push(RowFinding::new(&place, problem));
            }
        }
        Ok(findings)
    }

    async fn tick_rows(&self) -> Result<Vec<RowFinding>> {
        type Row = (i64, Vec<u8>, Option<i64>, Option<Vec<u8>>, Option<Vec<u8>>);
        let mut connection = self.0.database.read.acquire().await.doing("reading ticks")?;
        let tails = tails::read(&mut connection).await?;
        drop(connection);
        let mut rows = sqlx::query_as::<_, Row>(
            "SELECT leaf.idx, entry, wall_us, stream_set.hash, stream_set.streams
             FROM leaf LEFT JOIN tick ON tick.leaf = leaf.idx LEFT JOIN stream_set ON stream_set.id = tick.stream_set
             WHERE kind = ? OR tick.leaf IS NOT NULL ORDER BY leaf.idx",
        )
        .bind(i64::from(EntryKind::Tick.code()))
        .fetch(&self.0.database.read);
        let mut findings = Vec::new();
        while let Some((leaf, entry, wall, hash, streams)) = rows.try_next().await.doing("reading ticks")? {
            let place = format!("leaf {leaf}");
            let Ok(tick) = TickRecord::decode(&entry) else {
                findings.push(RowFinding::new(place, "a row in `tick` is about it, and it is no tick"));
                continue;
            };
            let list = streams.as_deref().and_then(|bytes| decode_streams(bytes).ok());
            // Of a tick that came from a mirror the set may be known by its hash only.
            let unknown = list.as_ref().is_some_and(Vec::is_empty) && tails::has(&tails, leaf);
            if wall.is_none() {
                findings.push(RowFinding::new(place, "its row in `tick` is missing"));
            } else if wall != Some(tick.wall.0)
                || hash.as_deref() != Some(&tick.streams_hash.0[..])
                || (!unknown && list.map(|list| streams_hash(&list)) != Some(tick.streams_hash))
            {
                findings.push(RowFinding::new(
                    place,
                    "its row in `tick` or its `stream_set` is not as its record says",
                ));
            }
        }
        Ok(findings)
    }
}

/// The row of a set. One that was known by its hash only, from a mirror, gets its streams when they are known: `streams` is empty
/// where they are not.
pub(super) async fn stream_set(
    connection: &mut SqliteConnection,
    hash: &[u8],
    streams: &[StreamId],
) -> Result<i64> {
    let known: Option<(i64, bool)> =
        sqlx::query_as("SELECT id, length(streams) > 0 FROM stream_set WHERE hash = ?")
            .bind(hash)
            .fetch_optional(&mut *connection)
            .await
            .doing("looking up a set of streams")?;
    let mut bytes = Vec::with_capacity(streams.len() * STREAM_BYTES);
    for stream in streams {
        bytes.extend_from_slice(stream.camera.0.as_bytes());
        bytes.push(stream.profile as u8);
    }
    match known {
        Some((id, true)) => return Ok(id),
        Some((id, false)) => {
            let filled = sqlx::query("UPDATE stream_set SET streams = ? WHERE id = ?").bind(bytes).bind(id);
            filled.execute(connection).await.doing("keeping a set of streams")?;
            return Ok(id);
        }
        None => {}
    }
    let added = sqlx::query("INSERT INTO stream_set (hash, streams) VALUES (?, ?)")
        .bind(hash)
        .bind(bytes)
        .execute(connection)
        .await
        .doing("keeping a set of streams")?;
    Ok(added.last_insert_rowid())
}

fn decode_streams(bytes: &[u8]) -> Result<Vec<StreamId>> {
    let bad = || Error::Corrupt("a stored set of streams is not whole".into());
    if !bytes.len().is_multiple_of(STREAM_BYTES) {
        return Err(bad());
    }
    let one = |chunk: &[u8]| {
        let (camera, profile) = chunk.split_at_checked(16).ok_or_else(bad)?;
        let profile = profile.first().and_then(|code| Profile::from_code(*code)).ok_or_else(bad)?;
        Ok(StreamId { camera: CameraId(Uuid::from_slice(camera).map_err(|_| bad())?), profile })
    };
    bytes.chunks_exact(STREAM_BYTES).map(one).collect()
}

async fn streams_of(connection: &mut SqliteConnection, leaf: LeafIndex) -> Result<Vec<StreamId>> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as(
        "SELECT streams FROM tick JOIN stream_set ON stream_set.id = tick.stream_set WHERE leaf = ?",
    )
    .bind(int(leaf.0)?)
    .fetch_optional(connection)
    .await
    .doing("reading a set of streams")?;
    row.map_or(Ok(Vec::new()), |(bytes,)| decode_streams(&bytes))
}

/// What a stream's records say about a span.
struct Said {
    footage_us: i64,
    gap_us: i64,
    /// Its history has reached the span's end.
    reaches_end: bool,
}

async fn over(
    connection: &mut SqliteConnection,
    stream: StreamId,
    from: WallTime,
    to: WallTime,
) -> Result<Said> {
    let row: Option<(i64, Option<i64>)> =
        sqlx::query_as("SELECT id, end_us FROM stream WHERE camera = ? AND profile = ?")
            .bind(blob(stream.camera.0))
            .bind(stream.profile as i64)
            .fetch_optional(&mut *connection)
            .await
            .doing("reading a stream")?;
    let Some((id, Some(end))) = row else { return Ok(Said { footage_us: 0, gap_us: 0, reaches_end: false }) };
    let mut sums = [0i64; 2];
    for (table, sum) in ["segment", "gap"].into_iter().zip(&mut sums) {
        // Spans of a stream are disjoint: the scan begins at the last that begins before.
        let sql = format!(
            "SELECT coalesce(sum(min(end_us, ?3) - max(start_us, ?2)), 0) FROM {table}
             WHERE stream = ?1 AND start_us < ?3 AND end_us > ?2
               AND start_us >= coalesce((SELECT max(start_us) FROM {table} WHERE stream = ?1 AND start_us <= ?2), ?2)"
        );
        let (us,): (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(id)
            .bind(from.0)
            .bind(to.0)
            .fetch_one(&mut *connection)
            .await
            .doing("reading an outage")?;
        *sum = us;
    }
    let [footage_us, gap_us] = sums;
    Ok(Said { footage_us, gap_us, reaches_end: end >= to.0 })
}
