//! What `check` asks: rows against files, and the log against itself. It reads and reports; it repairs nothing here.

use super::{Footage, SegmentTables};
use crate::convert::{disk_of, int, uint};
use crate::error::{Doing, Error, Result};
use crate::log_pass::{LogFinding, LogPlace, step_log, verify_log};
use crate::media_dir::{FoundFile, Rewrapped, SegmentPath, SegmentReader, Sidecar};
use crate::media_disks::MediaDisks;
use crate::passes::across;
use ledger::origin::OriginRecord;
use ledger::record::{Entry, SegmentRecord};
use model::{Actor, Cx, DiskId, StreamId, WallTime};
use rusqlite::Connection;
use std::collections::HashSet;

/// What a file can hold of which a crash has lost the journal: a second and a half of a stream of 40 Mbit/s.
const UNVOUCHED_BYTES_MAX: u64 = 8 << 20;
/// Files that are looked up at once.
const FILES_STEP: usize = 1_024;

/// A segment's row beside what lies on disk. What the row itself says is compared with the record by
/// [`Footage::audit`]; here the record speaks.
#[derive(Clone, Debug)]
pub struct StoredSegment {
    /// The row's number.
    pub row: i64,
    /// The path as the row has it.
    pub place: String,
    /// `None`: it is no path of ours.
    pub path: Option<SegmentPath>,
    /// `None`: the record is missing or cannot be read.
    pub record: Option<SegmentRecord>,
    /// `None`: they are missing.
    pub tables: Option<SegmentTables>,
    /// Of plaintext, as the file says itself. `None`: the file is missing.
    pub file_bytes: Option<u64>,
    /// The disk that the row names.
    pub disk: DiskId,
    /// The disk that it is found on instead.
    pub moved_to: Option<DiskId>,
    /// It is on no disk that is there, and its own is away: nothing can be said of it now.
    pub away: bool,
}

type Tables = (Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>);
/// What lies on disk for a row.
struct StoredFile {
    path: Option<SegmentPath>,
    bytes: Option<u64>,
    disk: DiskId,
    moved_to: Option<DiskId>,
    away: bool,
}

type StoredTuple = (i64, String, Option<Vec<u8>>, Tables, Option<i64>);

fn stored_segment((row, place, entry, tables, _): StoredTuple, file: StoredFile) -> StoredSegment {
    let StoredFile { path, bytes: file_bytes, disk, moved_to, away } = file;
    let tables = match tables {
        (Some(frames), Some(gops), Some(pieces), Some(activity)) => Some(SegmentTables {
            frames: frames.into(),
            gops: gops.into(),
            pieces: pieces.into(),
            activity: activity.into(),
        }),
        _ => None,
    };
    let record = entry.and_then(|entry| SegmentRecord::decode(&entry).ok());
    StoredSegment { row, place, path, record, tables, file_bytes, disk, moved_to, away }
}

impl Footage {
    /// Segments that should be on disk, by row number after `after`, at most `limit`: `check` walks the store with it.
    pub async fn stored_segments(&self, cx: &Cx, after: i64, limit: u32) -> Result<Vec<StoredSegment>> {
        system_only(cx)?;
        let footage = self.clone();
        self.0.database.pass(move |pass| footage.stored_after(pass, after, limit)).await
    }

    fn stored_after(&self, pass: &Connection, after: i64, limit: u32) -> Result<Vec<StoredSegment>> {
        const DOING: &str = "walking the segments";
        let sql = "SELECT id, path, entry, frames, gops, pieces, activity, disk FROM segment
             LEFT JOIN leaf ON leaf.idx = leaf LEFT JOIN segment_table ON segment_table.segment = segment.id
             WHERE state = 0 AND id > ? ORDER BY id LIMIT ?";
        let mut statement = pass.prepare(sql).doing(DOING)?;
        let rows = statement.query_map([after, i64::from(limit)], |row| {
            let tables = (row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, tables, row.get(7)?))
        });
        let rows: Vec<StoredTuple> = rows.doing(DOING)?.collect::<rusqlite::Result<_>>().doing(DOING)?;
        // Looking at a file takes longer than reading its row.
        let files = across(&rows, |(_, place, _, _, disk)| self.stored_file(place, *disk));
        rows.into_iter().zip(files).map(|(row, file)| Ok(stored_segment(row, file?))).collect()
    }

    fn stored_file(&self, place: &str, disk: Option<i64>) -> Result<StoredFile> {
        let path = SegmentPath::parse(place).ok();
        let disk = disk_of(disk)?;
        let media = &self.0.media;
        let holder = match path.as_ref().map(|path| media.holder(path)) {
            None | Some(Err(Error::DiskAway(_))) => None,
            Some(holder) => Some(holder?),
        };
        let bytes = match (&path, &holder) {
            (Some(path), Some(holder)) => holder.dir.plain_len(path)?,
            _ => None,
        };
        let moved_to = holder.filter(|holder| bytes.is_some() && holder.id != disk).map(|holder| holder.id);
        let away = bytes.is_none() && media.find(disk).is_ok_and(|disk| disk.away().is_some());
        Ok(StoredFile { path, bytes, disk, moved_to, away })
    }

    /// Footage that a backup may not outlive: of the segments among the first `leaves` records that end after `oldest`, how
    /// many were let go after the log had that size, and when the oldest of them began.
    pub async fn let_go_since(&self, leaves: u64, oldest: WallTime) -> Result<Option<(u64, WallTime)>> {
        let (count, first): (i64, Option<i64>) = sqlx::query_as(
            "SELECT count(*), min(segment.start_us) FROM segment
             JOIN expiry_segment ON expiry_segment.segment = segment.id JOIN expiry ON expiry.id = expiry_segment.expiry
             WHERE segment.leaf < ?1 AND segment.end_us > ?2 AND expiry.intent_leaf >= ?1",
        )
        .bind(int(leaves)?)
        .bind(oldest.0)
        .fetch_one(&self.0.database.read)
        .await
        .doing("looking for footage that was let go")?;
        first.map(|first| Ok((uint(count)?, WallTime(first)))).transpose()
    }

    /// Files in the media folder that belong to no row of footage that is kept: open segments of a crashed run, strangers,
    /// or files of footage whose deletion is done.
    pub async fn orphans(&self, cx: &Cx) -> Result<Vec<FoundFile>> {
        system_only(cx)?;
        let media = self.0.media.clone();
        let files = tokio::task::spawn_blocking(move || media.list())
            .await
            .map_err(|error| Error::Internal(error.to_string()))??;
        let mut orphans = Vec::new();
        for step in files.chunks(FILES_STEP) {
            let unknown = self.not_kept(step).await?;
            let kept =
                |file: &FoundFile| file.segment.as_ref().is_some_and(|path| !unknown.contains(path.as_str()));
            orphans.extend(step.iter().filter(|file| !kept(file)).cloned());
        }
        Ok(orphans)
    }

    /// Which of these files' segments no row keeps. Asked of many at once: a question for each of a month's files would take
    /// minutes.
    async fn not_kept(&self, files: &[FoundFile]) -> Result<HashSet<String>> {
        let paths: Vec<&str> =
            files.iter().filter_map(|file| file.segment.as_ref()).map(SegmentPath::as_str).collect();
        let list = serde_json::to_string(&paths).map_err(|error| Error::Internal(error.to_string()))?;
        let unknown: Vec<(String,)> = sqlx::query_as(
            "SELECT value FROM json_each(?)
             WHERE NOT EXISTS (SELECT 1 FROM segment WHERE path = value AND state < 2)",
        )
        .bind(list)
        .fetch_all(&self.0.database.read)
        .await
        .doing("looking up files")?;
        Ok(unknown.into_iter().map(|(path,)| path).collect())
    }

    /// Opens any sealed segment's file for the system itself: `check`. Pictures never leave through here.
    pub fn open_for_system(&self, cx: &Cx, path: &SegmentPath) -> Result<SegmentReader> {
        system_only(cx)?;
        self.0.media.open_segment(path)
    }

    /// Lets the system begin to read a segment's file, while another is being hashed.
    pub fn read_ahead(&self, path: &SegmentPath) {
        if let Ok(holder) = self.0.media.holder(path) {
            holder.dir.read_ahead(path);
        }
    }

    /// What can be read of an unsealed segment's file, for recovery.
    pub fn unsealed_for_system(&self, cx: &Cx, path: &SegmentPath, bytes_max: u64) -> Result<Vec<u8>> {
        system_only(cx)?;
        self.0.media.read_unsealed(path, bytes_max)
    }

    /// Whose segment a file is, by its sidecar, also without its store key.
    pub fn stream_for_system(&self, cx: &Cx, path: &SegmentPath) -> Result<StreamId> {
        system_only(cx)?;
        self.0.media.sidecar_stream(path)
    }

    /// Wraps every sidecar by the current store key. The caller has made the entry.
    pub async fn rewrap_sidecars(&self, cx: &Cx) -> Result<Rewrapped> {
        system_only(cx)?;
        self.on_files(MediaDisks::rewrap).await
    }

    /// Reads any segment's sidecar for the system itself.
    pub fn sidecar_for_system(&self, cx: &Cx, path: &SegmentPath) -> Result<Sidecar> {
        system_only(cx)?;
        self.0.media.read_sidecar(path)
    }

    /// Ends an **uncommitted** file behind `bytes` of plaintext, durably: a torn tail goes, and an encrypted file gets its end. A sealed segment is never changed (invariant 5).
    pub async fn cut_torn_tail(&self, cx: &Cx, path: &SegmentPath, bytes: u64) -> Result<()> {
        self.refuse_committed(cx, path).await?;
        let path = path.clone();
        self.on_files(move |media| media.cut_tail(&path, bytes)).await
    }

    /// The disk on which a segment's files lie.
    pub fn disk_of(&self, path: &SegmentPath) -> Result<DiskId> {
        self.0.media.holder(path).map(|disk| disk.id)
    }

    /// Gives a **committed** file the end that its record states, if it has more: its disk was away when it was committed from
    /// memory, and nobody had ended it. What the record states is not touched.
    pub async fn end_committed(&self, cx: &Cx, path: &SegmentPath) -> Result<()> {
        system_only(cx)?;
        let Some(segment) = self.segment_at(cx, path).await? else { return Ok(()) };
        let path = path.clone();
        self.on_files(move |media| match media.plain_len(&path)? {
            Some(bytes) if bytes > segment.bytes => media.cut_tail(&path, segment.bytes),
            _ => Ok(()),
        })
        .await
    }

    /// Removes an **uncommitted** file of which no journal vouches for a fragment. One that holds more than a sync could have
    /// missed is no leftover of a crash: it is moved aside instead, and the answer is true.
    pub async fn discard_unvouched(&self, cx: &Cx, path: &SegmentPath) -> Result<bool> {
        self.refuse_committed(cx, path).await?;
        let path = path.clone();
        self.on_files(move |media| {
            let large = media.segment_len(&path)?.is_some_and(|bytes| bytes > UNVOUCHED_BYTES_MAX);
            if large {
                media.move_aside(&path)?;
            } else {
                media.unlink(&path)?;
                media.sync_folder(&path)?;
            }
            Ok(large)
        })
        .await
    }

    /// Moves an **uncommitted** file aside, whose time other records have already.
    pub async fn move_aside(&self, cx: &Cx, path: &SegmentPath) -> Result<()> {
        self.refuse_committed(cx, path).await?;
        let path = path.clone();
        self.on_files(move |media| media.move_aside(&path)).await
    }

    /// Uncommitted segments whose names say that they began at `since` or later.
    pub async fn young_uncommitted(&self, cx: &Cx, since: WallTime) -> Result<Vec<SegmentPath>> {
        system_only(cx)?;
        let mut found = Vec::new();
        for path in self.on_files(move |media| media.young(since)).await? {
            if !self.is_committed(&path).await? {
                found.push(path);
            }
        }
        Ok(found)
    }

    /// Runs what blocks on the media folder off the async threads.
    pub(super) async fn on_files<T: Send + 'static>(
        &self,
        work: impl FnOnce(&MediaDisks) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let media = self.0.media.clone();
        let done = tokio::task::spawn_blocking(move || work(&media)).await;
        done.map_err(|error| Error::Internal(error.to_string()))?
    }

    async fn refuse_committed(&self, cx: &Cx, path: &SegmentPath) -> Result<()> {
        system_only(cx)?;
        if self.is_committed(path).await? {
            return Err(Error::Conflict(format!("{path} is a sealed segment")));
        }
        Ok(())
    }

    /// Recomputes the footage log from its entries and compares every stored hash, subtree and checkpoint.
    pub async fn verify_log(&self, cx: &Cx) -> Result<Vec<LogFinding>> {
        system_only(cx)?;
        self.0.database.pass(move |pass| verify_log(pass, readable)).await
    }

    /// The next leaves of the footage log against what was signed; where the next step begins, and whether the round is over.
    pub(crate) async fn step_log(
        &self,
        from: LogPlace,
        leaves_max: u32,
    ) -> Result<(Vec<LogFinding>, LogPlace, bool)> {
        self.0.database.pass(move |pass| step_log(pass, from, leaves_max, readable)).await
    }
}

/// What a leaf of the footage log must be.
fn readable(entry: &[u8]) -> std::result::Result<(), String> {
    match Entry::decode(entry) {
        Err(error) if OriginRecord::decode(entry).is_err() => Err(error.to_string()),
        _ => Ok(()),
    }
}

pub(crate) fn system_only(cx: &Cx) -> Result<()> {
    match cx.actor {
        Actor::System(_) => Ok(()),
        Actor::Person(_) => Err(Error::invalid("actor", "only the system itself does this")),
    }
}
