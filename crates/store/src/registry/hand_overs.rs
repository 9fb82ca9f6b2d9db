//! Where a found copy comes from: hand-overs by their copy id, and by the footage that they held.
//!
//! Nothing is told without a [`Tracing`], and a tracing is made by its entry alone. Told is what the one who asks may know of: hand-overs
//! with a camera that their auditor's post covers. Whether a file is a copy is not known here.

use super::admit::Ask;
use super::pages::{AccessEntry, opened};
use super::{EntryIndex, ExportRow, Registry};
use crate::convert::{blob, int, small, span_of, uuid_of};
use crate::error::{Doing, Error, Result};
use ledger::access::AccessRecord;
use model::{Act, Actor, CameraId, Cx, ExportId, Profile, Span, StreamId, WallTime};
use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::OpenOptionsExt as _;

/// Hand-overs that one answer lists, newest first.
pub const HAND_OVERS_MAX: usize = 100;
/// Spans of hand-overs that are searched for footage, newest first: ten a day for three years.
const SPANS_MAX: i64 = 10_000;
/// Entries that are opened for one list.
const OPENED_MAX: i64 = 2_000;
/// A package is gone after its days of collecting; a collection that runs then may end later.
const COLLECTED_US_MAX: i64 = super::COLLECT_US_MAX + 86_400_000_000;

/// The right to be told where one found copy comes from.
#[derive(Debug)]
pub struct Tracing {
    entry: EntryIndex,
    /// Cameras that the one who asks may know of.
    covered: HashMap<CameraId, String>,
}

impl Tracing {
    pub fn entry(&self) -> EntryIndex {
        self.entry
    }
    /// The camera's name, if the one who asks may know of it.
    pub fn name(&self, camera: CameraId) -> Option<&str> {
        self.covered.get(&camera).map(String::as_str)
    }
}

/// One copy that was handed out.
#[derive(Clone, Debug)]
pub struct HandOver {
    /// With the cameras that may be known of only.
    pub export: ExportRow,
    /// Cameras of it that may not.
    pub hidden_cameras: usize,
    /// Who approved it, as its entry says.
    pub approver: String,
    /// Each time somebody collected the package.
    pub collected: Vec<(EntryIndex, WallTime)>,
}

/// A copy id, as far as this store knows it.
#[derive(Clone, Debug)]
pub enum KnownCopy {
    HandOver(Box<HandOver>),
    /// Handed out here, of cameras of which the one who asks may not know.
    Elsewhere,
    /// No hand-over of this store.
    Unknown,
}

/// One stored file that was copied out as plain MP4, which no copy id marks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlainCopy {
    pub entry: EntryIndex,
    pub at: WallTime,
    pub by: String,
    pub camera: CameraId,
    pub span: Span,
}

impl Registry {
    /// A file for what is taken in to be traced. It has no name: what is in it is gone when it is closed, or the process ends.
    pub fn scratch_file(&self) -> Result<File> {
        let folder = self.exports_dir();
        crate::files::make_folder(folder)?;
        let path = folder.join(format!("{}.found", super::new_id()));
        let file = File::options().read(true).write(true).create_new(true).mode(0o600).open(&path);
        let file = file.map_err(Error::file("making", &path))?;
        std::fs::remove_file(&path).map_err(Error::file("removing", &path))?;
        Ok(file)
    }

    /// Whether somebody may trace, before a byte of the found file is taken. A refusal is an entry.
    pub async fn may_trace(&self, cx: &Cx) -> Result<()> {
        self.may(cx, Ask::new(Act::TraceCopy)).await
    }

    /// Begins to trace: the entry first. `about` says what was found, as `field=value` lines; `by` is the account that answers for
    /// it where the system asks, at the machine.
    ///
    /// # Errors
    /// `Refused` without an auditor's post; `Invalid` when the account has none.
    pub async fn trace_copy(&self, cx: &Cx, by: Option<&str>, about: &str) -> Result<Tracing> {
        let (asker, words) = match (cx.actor, by) {
            (Actor::Person(_), _) => (cx.clone(), String::new()),
            (Actor::System(_), Some(account)) => {
                let by = self.responsible_auditor(account).await?;
                (Cx { actor: Actor::Person(by.person), ..cx.clone() }, format!("\nby={}", by.words))
            }
            (Actor::System(_), None) => return Err(Error::invalid("by", "is missing")),
        };
        let ask = Ask { extra: format!("{about}{words}"), ..Ask::new(Act::TraceCopy) };
        let entry = self.act(cx, ask, |_, entry| Box::pin(async move { Ok(entry) })).await?;
        let cameras = self.covered_for(&asker, Act::TraceCopy).await?.into_iter();
        Ok(Tracing { entry, covered: cameras.map(|camera| (camera.id, camera.name)).collect() })
    }

    /// What came of it: an entry that refers to the first.
    pub async fn end_trace(&self, cx: &Cx, tracing: &Tracing, found: &str) -> Result<EntryIndex> {
        let ask = Ask { refers_to: Some(tracing.entry), extra: found.to_owned(), ..Ask::new(Act::TraceCopy) };
        self.act(cx, ask, |_, entry| Box::pin(async move { Ok(entry) })).await
    }

    /// The hand-over of a copy id.
    pub async fn hand_over(&self, tracing: &Tracing, id: ExportId) -> Result<KnownCopy> {
        let cx = super::system_cx("trace", self.0.opened);
        let row = match self.export(&cx, id).await {
            Ok(row) => row,
            Err(Error::NotFound(_)) => return Ok(KnownCopy::Unknown),
            Err(error) => return Err(error),
        };
        Ok(match self.told(tracing, row).await? {
            Some(hand_over) => KnownCopy::HandOver(Box::new(hand_over)),
            None => KnownCopy::Elsewhere,
        })
    }

    /// What may be told of a hand-over; `None` when none of its cameras may be known of.
    async fn told(&self, tracing: &Tracing, mut export: ExportRow) -> Result<Option<HandOver>> {
        let all = export.cameras.len();
        export.cameras.retain(|camera| tracing.covered.contains_key(camera));
        if export.cameras.is_empty() {
            return Ok(None);
        }
        let record = self.entry_at(export.entry).await?.and_then(|entry| entry.record);
        let approver = record.map(|record| record.approver).unwrap_or_default();
        let until = export.requested.plus_us(COLLECTED_US_MAX);
        let collections = self.entries_of(Act::Collect, None, export.requested, until).await?;
        let of_it = |(entry, record): &(EntryIndex, AccessRecord)| {
            (record.subject == Some(export.id.0)).then_some((*entry, record.time))
        };
        let collected = collections.iter().filter_map(of_it).collect();
        let hidden_cameras = all - export.cameras.len();
        Ok(Some(HandOver { export, hidden_cameras, approver, collected }))
    }

    /// Where to look for footage of a found file: the streams and spans of all hand-overs, newest first, or of those that meet
    /// `within`. For the search only: it names no hand-over.
    pub async fn handed_spans(
        &self,
        _tracing: &Tracing,
        within: Option<Span>,
    ) -> Result<Vec<(StreamId, Span)>> {
        let rows: Vec<(Vec<u8>, i64, i64, i64)> = sqlx::query_as(
            "SELECT camera, profile, start_us, end_us FROM export JOIN export_camera ON export_camera.export = export.id
             WHERE state IN ('ready', 'expired') AND start_us < ? AND end_us > ? ORDER BY requested_us DESC LIMIT ?",
        )
        .bind(within.map_or(i64::MAX, |span| span.end.0))
        .bind(within.map_or(i64::MIN, |span| span.start.0))
        .bind(SPANS_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing what was handed out")?;
        rows.into_iter()
            .map(|(camera, profile, start, end)| {
                let profile = Profile::from_code(small(profile)?)
                    .ok_or_else(|| Error::Corrupt("a stored profile is unknown".into()))?;
                Ok((StreamId { camera: CameraId(uuid_of(&camera)?), profile }, span_of(start, end)?))
            })
            .collect()
    }

    /// The hand-overs that held footage of a stream's span, newest first, at most [`HAND_OVERS_MAX`]; none of a camera that may
    /// not be known of.
    pub async fn hand_overs_with(
        &self,
        tracing: &Tracing,
        stream: StreamId,
        span: Span,
    ) -> Result<Vec<HandOver>> {
        if !tracing.covered.contains_key(&stream.camera) {
            return Ok(Vec::new());
        }
        let ids: Vec<(Vec<u8>,)> = sqlx::query_as(
            "SELECT id FROM export JOIN export_camera ON export_camera.export = export.id
             WHERE camera = ? AND profile = ? AND state IN ('ready', 'expired') AND start_us < ? AND end_us > ?
             ORDER BY requested_us DESC LIMIT ?",
        )
        .bind(blob(stream.camera.0))
        .bind(stream.profile as i64)
        .bind(span.end.0)
        .bind(span.start.0)
        .bind(int(HAND_OVERS_MAX as u64)?)
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing hand-overs")?;
        let cx = super::system_cx("trace", self.0.opened);
        let mut hand_overs = Vec::with_capacity(ids.len());
        for (id,) in ids {
            let row = self.export(&cx, ExportId(uuid_of(&id)?)).await?;
            hand_overs.extend(self.told(tracing, row).await?);
        }
        Ok(hand_overs)
    }

    /// Stored files of that span that were copied out without a copy id, newest first.
    pub async fn plain_copies(
        &self,
        tracing: &Tracing,
        stream: StreamId,
        span: Span,
    ) -> Result<Vec<PlainCopy>> {
        if !tracing.covered.contains_key(&stream.camera) {
            return Ok(Vec::new());
        }
        let camera = stream.camera;
        let entries = self.entries_of(Act::Decrypt, Some(camera), span.start, WallTime(i64::MAX)).await?;
        let copy = |(entry, record): (EntryIndex, AccessRecord)| {
            let copied = record.span.filter(|copied| copied.intersect(span).is_some())?;
            let by = record.acting.display_name;
            Some(PlainCopy { entry, at: record.time, by, camera, span: copied })
        };
        Ok(entries.into_iter().filter_map(copy).collect())
    }

    /// Permitted entries of an act between two times that can still be opened, newest first.
    async fn entries_of(
        &self,
        act: Act,
        camera: Option<CameraId>,
        from: WallTime,
        to: WallTime,
    ) -> Result<Vec<(EntryIndex, AccessRecord)>> {
        let rows: Vec<super::pages::Row> = sqlx::query_as(
            "SELECT entry.idx, leaf, ciphertext, key, salt, batch IS NOT NULL
             FROM entry_search JOIN entry ON entry.idx = entry_search.idx JOIN entry_key ON entry_key.idx = entry.idx
             WHERE act = ?1 AND permitted = 1 AND time_us >= ?2 AND time_us <= ?3
               AND (?4 IS NULL OR entry_search.idx IN (SELECT idx FROM entry_camera WHERE camera = ?4))
             ORDER BY entry_search.idx DESC LIMIT ?5",
        )
        .bind(i64::from(act.code()))
        .bind(from.0)
        .bind(to.0)
        .bind(camera.map(|camera| blob(camera.0)))
        .bind(OPENED_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading entries of an act")?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let AccessEntry { index, record, .. } = opened(row)?;
            entries.extend(record.map(|record| (index, record)));
        }
        Ok(entries)
    }

    async fn entry_at(&self, index: EntryIndex) -> Result<Option<AccessEntry>> {
        let row: Option<super::pages::Row> = sqlx::query_as(
            "SELECT entry.idx, leaf, ciphertext, key, salt, batch IS NOT NULL FROM entry
             LEFT JOIN entry_key ON entry_key.idx = entry.idx WHERE entry.idx = ?",
        )
        .bind(int(index.0)?)
        .fetch_optional(&self.0.database.read)
        .await
        .doing("reading an entry")?;
        row.map(opened).transpose()
    }
}
