//! Rows for records that a restore takes from a mirror: what a commit would have written, as far as the record itself says it.
//!
//! A segment of such a record has no footage here: its row says that it is gone, and its path is one that no file has. A deletion
//! that the log knows is done once more on the copy, so that footage that had to go does not come back. It runs on a database
//! that has no name yet, and judges nothing: the caller has compared the records with the mirror's checkpoint and with the copy.

use super::commit::{advance, stream_for_writing};
use super::holds::insert_row;
use super::ticks::stream_set;
use crate::convert::{int, uint};
use crate::error::{Doing, Error, Result};
use crate::log;
use crate::media_dir::SegmentPath;
use ledger::record::{
    Entry, ExpiryRecord, ExpiryStep, GapRecord, HoldRecord, HoldStep, SegmentRecord, record_hash,
};
use model::{HoldId, Profile, StreamId, WallTime};
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

/// What became of the records of a tail.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    segments: u64,
    streams: BTreeSet<StreamId>,
    from: Option<WallTime>,
    to: Option<WallTime>,
    imports: u64,
    placed: Vec<HoldId>,
    unknown_sets: u64,
    boot_counter: u64,
    /// Footage of the copy that the log says is deleted.
    pub gone: Vec<String>,
    /// Holds of the copy that were lifted.
    pub lifted: Vec<HoldId>,
}

impl Taken {
    /// Appends an entry and writes its rows.
    pub async fn append(&mut self, connection: &mut SqliteConnection, bytes: &[u8]) -> Result<()> {
        let entry = Entry::decode(bytes)?;
        let kind = entry.kind().code();
        let Some(id) = entry.stream() else {
            let leaf = log::append(connection, kind, bytes, None).await?;
            return match &entry {
                Entry::Hold(record) => self.hold(connection, leaf, record).await,
                Entry::Tick(record) => {
                    self.boot_counter = self.boot_counter.max(record.boot_counter);
                    let set = stream_set(connection, &record.streams_hash.0, &[]).await?;
                    self.tick(connection, leaf, record.wall, set).await
                }
                _ => Err(Error::Internal("a record of a stream has none".into())),
            };
        };
        let mut stream = stream_for_writing(connection, id).await?;
        let leaf = log::append(connection, kind, bytes, Some(stream.id)).await?;
        match &entry {
            Entry::Segment(record) => {
                self.segment(connection, leaf, stream.id, record, bytes).await?;
                advance(connection, &mut stream, record_hash(bytes), record.span.end).await
            }
            Entry::Gap(record) => {
                self.gap(connection, leaf, stream.id, record).await?;
                advance(connection, &mut stream, record_hash(bytes), record.span.end).await
            }
            Entry::Expiry(record) => match record.step {
                ExpiryStep::Intent => intent(connection, leaf, stream.id, record).await,
                ExpiryStep::Done { intent } => self.done(connection, leaf, stream.id, intent.0).await,
            },
            Entry::Loss(record) => {
                self.boot_counter = self.boot_counter.max(record.boot_counter);
                super::loss::take(connection, leaf, stream.id, record).await
            }
            Entry::Hold(_) | Entry::Tick(_) => Ok(()),
        }
    }

    async fn segment(
        &mut self,
        connection: &mut SqliteConnection,
        leaf: u64,
        stream: i64,
        record: &SegmentRecord,
        bytes: &[u8],
    ) -> Result<()> {
        self.boot_counter = self.boot_counter.max(record.boot_counter);
        self.segments += 1;
        self.streams.insert(record.stream);
        self.from = Some(self.from.map_or(record.span.start, |from| from.min(record.span.start)));
        self.to = self.to.max(Some(record.span.end));
        let [a, b, c, d, ..] = record_hash(bytes).0;
        let path = SegmentPath::new(record.stream, record.span.start, u32::from_be_bytes([a, b, c, d]));
        sqlx::query(
            "INSERT INTO segment (stream, seq, start_us, end_us, path, bytes, floor_days, state, leaf)
             VALUES (?, ?, ?, ?, ?, ?, ?, 2, ?)",
        )
        .bind(stream)
        .bind(int(record.stream_seq)?)
        .bind(record.span.start.0)
        .bind(record.span.end.0)
        .bind(path.as_str())
        .bind(int(record.file_bytes)?)
        .bind(i64::from(record.floor_days))
        .bind(int(leaf)?)
        .execute(connection)
        .await
        .doing("noting a segment of a mirror's record")
        .map(|_| ())
    }

    async fn gap(
        &mut self,
        connection: &mut SqliteConnection,
        leaf: u64,
        stream: i64,
        record: &GapRecord,
    ) -> Result<()> {
        self.boot_counter = self.boot_counter.max(record.boot_counter);
        if record.stream.profile == Profile::Later && record.evidence.starts_with("import ") {
            self.imports += 1;
        }
        sqlx::query(
            "INSERT INTO gap (stream, seq, start_us, end_us, cause, evidence, leaf) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(stream)
        .bind(int(record.stream_seq)?)
        .bind(record.span.start.0)
        .bind(record.span.end.0)
        .bind(i64::from(record.cause.code()))
        .bind(&record.evidence)
        .bind(int(leaf)?)
        .execute(connection)
        .await
        .doing("noting a gap of a mirror's record")
        .map(|_| ())
    }

    /// The end of a deletion: its tables go here, its files when the whole tail is taken.
    async fn done(
        &mut self,
        connection: &mut SqliteConnection,
        leaf: u64,
        stream: i64,
        intent: [u8; 32],
    ) -> Result<()> {
        let open: Vec<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT expiry.id, entry FROM expiry JOIN leaf ON leaf.idx = intent_leaf
             WHERE expiry.stream = ? AND done_leaf IS NULL",
        )
        .bind(stream)
        .fetch_all(&mut *connection)
        .await
        .doing("looking for a deletion's beginning")?;
        let begun = open.into_iter().find(|(_, entry)| record_hash(entry).0 == intent);
        let (id, _) = begun.ok_or_else(|| missing(leaf, "the deletion that it ends"))?;
        sqlx::query("UPDATE expiry SET done_leaf = ? WHERE id = ?")
            .bind(int(leaf)?)
            .bind(id)
            .execute(&mut *connection)
            .await
            .doing("ending a deletion")?;
        let paths: Vec<(String,)> = sqlx::query_as(
            "UPDATE segment SET state = 2 WHERE id IN (SELECT segment FROM expiry_segment WHERE expiry = ?) RETURNING path",
        )
        .bind(id)
        .fetch_all(&mut *connection)
        .await
        .doing("ending a deletion")?;
        self.gone.extend(paths.into_iter().map(|(path,)| path));
        sqlx::query(
            "DELETE FROM segment_table WHERE segment IN (SELECT segment FROM expiry_segment WHERE expiry = ?)",
        )
        .bind(id)
        .execute(connection)
        .await
        .doing("ending a deletion")
        .map(|_| ())
    }

    async fn hold(
        &mut self,
        connection: &mut SqliteConnection,
        leaf: u64,
        record: &HoldRecord,
    ) -> Result<()> {
        if record.step == HoldStep::Placed {
            self.placed.push(record.hold);
            return insert_row(connection, record, leaf, None).await;
        }
        let lifted = sqlx::query("UPDATE hold SET released_leaf = ? WHERE id = ? AND released_leaf IS NULL")
            .bind(int(leaf)?)
            .bind(crate::convert::blob(record.hold.0))
            .execute(connection)
            .await
            .doing("lifting a hold of a mirror's record")?;
        if lifted.rows_affected() != 1 {
            return Err(missing(leaf, "the hold that it lifts"));
        }
        self.placed.retain(|placed| *placed != record.hold);
        self.lifted.push(record.hold);
        Ok(())
    }

    async fn tick(
        &mut self,
        connection: &mut SqliteConnection,
        leaf: u64,
        wall: WallTime,
        set: i64,
    ) -> Result<()> {
        sqlx::query("INSERT INTO tick (leaf, wall_us, stream_set) VALUES (?, ?, ?)")
            .bind(int(leaf)?)
            .bind(wall.0)
            .bind(set)
            .execute(connection)
            .await
            .doing("noting a tick of a mirror's record")
            .map(|_| ())
    }

    /// What depends on all of them: sums of days, the count of runs (the next one must be later than every one of the tail), and
    /// what is lacking, in words.
    pub async fn finish(&mut self, connection: &mut SqliteConnection) -> Result<Vec<String>> {
        super::derived::sum_days(connection).await?;
        let (newest,): (i64,) = sqlx::query_as("SELECT coalesce(max(counter), 0) FROM boot")
            .fetch_one(&mut *connection)
            .await
            .doing("reading the newest run")?;
        if self.boot_counter > uint(newest)? {
            sqlx::query("INSERT INTO boot (counter, opened_us, machine) VALUES (?, ?, '')")
                .bind(int(self.boot_counter)?)
                .bind(self.to.map_or(0, |to| to.0))
                .execute(&mut *connection)
                .await
                .doing("counting the runs of a tail")?;
        }
        let (unknown,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM tick JOIN stream_set ON stream_set.id = stream_set WHERE length(streams) = 0")
                .fetch_one(connection)
                .await
                .doing("counting ticks of unknown streams")?;
        self.unknown_sets = uint(unknown)?;
        Ok(self.lacks())
    }

    fn lacks(&self) -> Vec<String> {
        let mut lacks = Vec::new();
        if let (Some(from), Some(to)) = (self.from, self.to) {
            lacks.push(format!(
                "{} segments of {} streams, from {from} to {to}: their records are here, their footage is not; unlocking records that as lost",
                self.segments,
                self.streams.len()
            ));
        }
        if self.imports > 0 {
            lacks.push(format!("{} imports of footage that was brought later: bring it again", self.imports));
        }
        for hold in &self.placed {
            lacks.push(format!(
                "hold {hold}: it is in force and keeps what is here; who placed it and why is not here. Once the store is unlocked, two \
                 persons can lift it"
            ));
        }
        if self.unknown_sets > 0 {
            lacks.push(format!("{} ticks: which streams they name is known by hash only", self.unknown_sets));
        }
        lacks
    }
}

async fn intent(
    connection: &mut SqliteConnection,
    leaf: u64,
    stream: i64,
    record: &ExpiryRecord,
) -> Result<()> {
    let id = sqlx::query("INSERT INTO expiry (stream, begun_us, intent_leaf) VALUES (?, ?, ?)")
        .bind(stream)
        .bind(record.at.0)
        .bind(int(leaf)?)
        .execute(&mut *connection)
        .await
        .doing("beginning a deletion")?
        .last_insert_rowid();
    for (seq, hash) in &record.segments {
        let row: Option<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT segment.id, entry FROM segment JOIN leaf ON leaf.idx = leaf WHERE segment.stream = ? AND seq = ?",
        )
        .bind(stream)
        .bind(int(*seq)?)
        .fetch_optional(&mut *connection)
        .await
        .doing("looking for a deletion's segments")?;
        let known = row.filter(|(_, entry)| record_hash(entry) == *hash);
        let (segment, _) = known.ok_or_else(|| missing(leaf, "a segment that it deletes"))?;
        sqlx::query("INSERT INTO expiry_segment (segment, expiry) VALUES (?, ?)")
            .bind(segment)
            .bind(id)
            .execute(&mut *connection)
            .await
            .doing("beginning a deletion")?;
        sqlx::query("UPDATE segment SET state = 1 WHERE id = ?")
            .bind(segment)
            .execute(&mut *connection)
            .await
            .doing("beginning a deletion")?;
    }
    Ok(())
}

fn missing(leaf: u64, what: &str) -> Error {
    Error::Corrupt(format!("entry {leaf} of the mirror names {what}, and the log has none such before it"))
}
