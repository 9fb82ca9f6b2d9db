//! Evidence holds in `footage.db` and in the media folder: placing, lifting, and what is held now.
//!
//! 1. Placing: leaf and row in one transaction, then the sidecar, synced. Lifting: leaf and row, then the sidecar goes.
//! 2. Footage is held while **any** of record, row and sidecar says so: whoever removes one of them frees nothing, and
//!    the difference is a finding.
//! 3. A deletion looks at this union when it is planned, at the rows again in the transaction of its intent, and at the
//!    union once more before it unlinks; placing and unlinking exclude each other.
//!
//! Each step can be repeated. Who may place or lift is decided by the registry; here it has been decided already.

use super::{Footage, LeafIndex, RowFinding, system_only};
use crate::convert::{blob, disk_of, int, small, span_of, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::log;
use crate::media_dir::HoldFile;
use law::retention::Hold;
use ledger::record::{Entry, EntryKind, HoldRecord, HoldStep};
use model::{CameraId, Cx, DiskId, Hash, HoldId, Profile, Span, StreamId, WallTime};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// A hold to be placed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct HoldDraft {
    pub hold: HoldId,
    pub span: Span,
    pub cameras: Vec<CameraId>,
    pub authority: Hash,
}

/// A hold as the log has it.
#[derive(Clone, Debug)]
pub(crate) struct RecordedHold {
    pub record: HoldRecord,
    /// The entry that placed it.
    pub placed: u64,
    /// The entry that lifted it.
    pub released: Option<u64>,
}

/// What footage a hold keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HeldFootage {
    /// Segments on disk that the span touches: a segment is the unit of deletion, so it is kept whole.
    pub segments: u64,
    pub bytes: u64,
    /// Segments of the span that had gone, or whose deletion had begun, before.
    pub gone: u64,
}

/// What makes a hold's record, row and sidecar differ, and whether what is left can make the missing one again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HoldFinding {
    pub finding: RowFinding,
    pub rebuildable: bool,
}

/// Record, row and sidecar of one hold, as far as they are there.
#[derive(Default)]
struct Found {
    placed: Option<(u64, HoldRecord)>,
    released: Option<(u64, HoldRecord)>,
    row: Option<Row>,
    sidecar: Option<std::result::Result<HoldRecord, String>>,
    /// On so many disks.
    sidecars: usize,
    /// A disk that is there has none.
    lacks_sidecar: bool,
}

struct Row {
    span: Span,
    placed_leaf: u64,
    released_leaf: Option<u64>,
    cameras: Vec<CameraId>,
}

impl Found {
    /// Cameras and span of everything that says that footage is held. `None` in it: everything, since it cannot be read.
    fn held(&self) -> Vec<Option<(&[CameraId], Span)>> {
        let mut held = Vec::new();
        if let (Some((_, record)), None) = (&self.placed, &self.released) {
            held.push(Some((&record.cameras[..], record.span)));
        }
        if let Some(Row { span, released_leaf: None, cameras, .. }) = &self.row {
            held.push(Some((&cameras[..], *span)));
        }
        match &self.sidecar {
            Some(Ok(record)) => held.push(Some((&record.cameras[..], record.span))),
            // Its own record or row says what it keeps; without them nothing does.
            Some(Err(_)) if self.placed.is_none() && self.row.is_none() => held.push(None),
            Some(Err(_)) => {
                held.extend(self.placed.iter().map(|(_, record)| Some((&record.cameras[..], record.span))));
                held.extend(self.row.iter().map(|row| Some((&row.cameras[..], row.span))));
            }
            None => {}
        }
        held
    }
}

impl Footage {
    /// Places a hold; again with the same id it changes nothing.
    pub(crate) async fn place_hold(&self, cx: &Cx, draft: HoldDraft) -> Result<LeafIndex> {
        system_only(cx)?;
        let record = HoldRecord {
            store: self.0.store_id,
            hold: draft.hold,
            step: HoldStep::Placed,
            at: cx.now,
            span: draft.span,
            authority: draft.authority,
            cameras: draft.cameras,
        };
        // Nothing is unlinked between the row and the answer.
        let _no_unlinking = self.0.unlinking.lock().await;
        let hold = record.hold;
        let write = &self.0.database.write;
        let (leaf, bytes) =
            write.run(move |connection| Box::pin(async move { place(connection, record).await })).await?;
        let media = self.0.media.clone();
        blocking(move || media.write_hold(hold, &bytes)).await?;
        Ok(LeafIndex(leaf))
    }

    /// Ends a hold; again it changes nothing.
    pub(crate) async fn release_hold(&self, cx: &Cx, hold: HoldId, authority: Hash) -> Result<LeafIndex> {
        system_only(cx)?;
        let at = cx.now;
        let write = &self.0.database.write;
        let leaf = write
            .run(move |connection| Box::pin(async move { release(connection, hold, at, authority).await }))
            .await?;
        let media = self.0.media.clone();
        blocking(move || media.remove_hold(hold)).await?;
        Ok(LeafIndex(leaf))
    }

    /// Everything that is held, by record, row or sidecar.
    ///
    /// # Errors
    /// When the media folder is not ours or cannot be read: then nothing may be deleted.
    pub async fn holds_in_force(&self) -> Result<Vec<Hold>> {
        let found = self.found_holds().await?;
        let everything =
            Hold { stream: None, span: Span { start: WallTime(i64::MIN), end: WallTime(i64::MAX) } };
        let mut holds = Vec::new();
        for held in found.values().flat_map(|found| found.held()) {
            match held {
                Some((cameras, span)) => holds.extend(of_cameras(cameras, span)),
                None => holds.push(everything),
            }
        }
        Ok(holds)
    }

    /// Where record, row and sidecar of a hold differ.
    pub async fn hold_findings(&self, cx: &Cx) -> Result<Vec<HoldFinding>> {
        system_only(cx)?;
        let mut findings = Vec::new();
        for (name, found) in self.found_holds().await? {
            differences(&name, &found, self.0.store_id, &mut findings);
        }
        Ok(findings)
    }

    /// Makes rows again from records, and sidecars from records that are not lifted. It never lifts anything.
    pub async fn rebuild_holds(&self, cx: &Cx) -> Result<()> {
        system_only(cx)?;
        for found in self.found_holds().await?.into_values() {
            let Some((leaf, record)) = found.placed else { continue };
            let released = found.released.map(|(leaf, _)| leaf);
            if found.row.is_none() {
                let record = record.clone();
                let write = &self.0.database.write;
                write
                    .run(move |connection| {
                        Box::pin(async move { insert_row(connection, &record, leaf, released).await })
                    })
                    .await?;
            }
            let right =
                !found.lacks_sidecar && matches!(&found.sidecar, Some(Ok(beside)) if *beside == record);
            if released.is_none() && !right {
                let (media, hold, bytes) = (self.0.media.clone(), record.hold, record.encode()?);
                blocking(move || media.write_hold(hold, &bytes)).await?;
            }
        }
        Ok(())
    }

    /// Every hold that the log has a placing of, with the entry of its lifting.
    pub(crate) async fn recorded_holds(&self) -> Result<Vec<RecordedHold>> {
        let found = self.found_holds().await?.into_values();
        let recorded = found.filter_map(|found| {
            let (placed, record) = found.placed?;
            Some(RecordedHold { record, placed, released: found.released.map(|(leaf, _)| leaf) })
        });
        Ok(recorded.collect())
    }

    /// Brings the holds of a disk that was away, or is new, up to date: sidecars of what is held, none of what was lifted.
    pub(crate) async fn refresh_holds(&self, cx: &Cx, disk: DiskId) -> Result<()> {
        system_only(cx)?;
        let _no_unlinking = self.0.unlinking.lock().await;
        let dir = self.0.media.find(disk)?.dir;
        for found in self.found_holds().await?.into_values() {
            let Some((_, record)) = found.placed else { continue };
            let (dir, hold, lifted) = (dir.clone(), record.hold, found.released.is_some());
            let bytes = record.encode()?;
            blocking(move || if lifted { dir.remove_hold(hold) } else { dir.write_hold(hold, &bytes) })
                .await?;
        }
        Ok(())
    }

    /// What a hold on these cameras keeps on each disk.
    pub(crate) async fn held_by_disk(
        &self,
        cameras: &[CameraId],
        span: Span,
    ) -> Result<BTreeMap<DiskId, u64>> {
        let mut held = BTreeMap::new();
        for stream in cameras.iter().flat_map(|camera| streams_of(*camera)) {
            let rows: Vec<(Option<i64>, i64)> = sqlx::query_as(
                "SELECT disk, sum(bytes) FROM segment JOIN stream ON stream.id = segment.stream
                 WHERE camera = ?1 AND profile = ?2 AND start_us <= ?4 AND segment.end_us >= ?3 AND state = 0
                   AND start_us >= coalesce((SELECT max(before.start_us) FROM segment AS before
                                             WHERE before.stream = stream.id AND before.start_us < ?3), ?3)
                 GROUP BY disk",
            )
            .bind(blob(stream.camera.0))
            .bind(stream.profile as i64)
            .bind(span.start.0)
            .bind(span.end.0)
            .fetch_all(&self.0.database.read)
            .await
            .doing("adding up what a hold keeps")?;
            for (disk, bytes) in rows {
                let sum: &mut u64 = held.entry(disk_of(disk)?).or_default();
                *sum = sum.saturating_add(uint(bytes)?);
            }
        }
        Ok(held)
    }

    /// How much footage cameras have in a span that a hold keeps.
    pub async fn held_footage(&self, cameras: &[CameraId], span: Span) -> Result<HeldFootage> {
        let mut held = HeldFootage::default();
        for stream in cameras.iter().flat_map(|camera| streams_of(*camera)) {
            let (segments, bytes, gone): (i64, i64, i64) = sqlx::query_as(
                "SELECT coalesce(sum(state = 0), 0), coalesce(sum(bytes * (state = 0)), 0), coalesce(sum(state > 0), 0)
                 FROM segment JOIN stream ON stream.id = segment.stream
                 WHERE camera = ?1 AND profile = ?2 AND start_us <= ?4 AND segment.end_us >= ?3
                   AND start_us >= coalesce((SELECT max(before.start_us) FROM segment AS before
                                             WHERE before.stream = stream.id AND before.start_us < ?3), ?3)",
            )
            .bind(blob(stream.camera.0))
            .bind(stream.profile as i64)
            .bind(span.start.0)
            .bind(span.end.0)
            .fetch_one(&self.0.database.read)
            .await
            .doing("adding up what a hold keeps")?;
            held.segments += uint(segments)?;
            held.bytes += uint(bytes)?;
            held.gone += uint(gone)?;
        }
        Ok(held)
    }

    async fn found_holds(&self) -> Result<BTreeMap<String, Found>> {
        let mut found: BTreeMap<String, Found> = BTreeMap::new();
        let leaves: Vec<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT idx, entry FROM leaf WHERE kind IN (5, 6) ORDER BY idx")
                .fetch_all(&self.0.database.read)
                .await
                .doing("reading records of holds")?;
        for (index, entry) in leaves {
            // What cannot be read is the log's own finding; row and sidecar keep the footage.
            let Ok(Entry::Hold(record)) = Entry::decode(&entry) else { continue };
            let own = found.entry(record.hold.to_string()).or_default();
            match record.step {
                HoldStep::Placed => own.placed = Some((uint(index)?, record)),
                HoldStep::Released { .. } => own.released = Some((uint(index)?, record)),
            }
        }
        type Tuple = (Vec<u8>, i64, i64, i64, Option<i64>);
        let rows: Vec<Tuple> =
            sqlx::query_as("SELECT id, start_us, end_us, placed_leaf, released_leaf FROM hold")
                .fetch_all(&self.0.database.read)
                .await
                .doing("reading holds")?;
        for (id, start, end, placed, released) in rows {
            let row = Row {
                span: span_of(start, end)?,
                placed_leaf: uint(placed)?,
                released_leaf: released.map(uint).transpose()?,
                cameras: self.held_cameras(&id).await?,
            };
            found.entry(HoldId(uuid_of(&id)?).to_string()).or_default().row = Some(row);
        }
        let media = self.0.media.clone();
        let on_disks = blocking(move || media.read_holds()).await?;
        let disks = on_disks.len();
        for HoldFile { hold: id, place, bytes } in on_disks.into_iter().flat_map(|(_, files)| files) {
            let record = HoldRecord::decode(&bytes).map_err(|error| error.to_string());
            let record = record.and_then(|record| match id {
                Some(id) if id == record.hold && record.step == HoldStep::Placed => Ok(record),
                _ => Err("is not the record that placed the hold of its name".to_owned()),
            });
            let own = found.entry(id.map_or(place, |id| id.to_string())).or_default();
            own.sidecars += 1;
            // Of several disks: one that differs counts before those that do not, so that the difference is seen.
            let is_one_more = matches!((&own.sidecar, &own.placed, &record),
                (Some(_), Some((_, placed)), Ok(record)) if record == placed);
            if !is_one_more {
                own.sidecar = Some(record);
            }
        }
        for own in found.values_mut().filter(|own| own.sidecars < disks) {
            own.lacks_sidecar = true;
        }
        Ok(found)
    }

    async fn held_cameras(&self, hold: &[u8]) -> Result<Vec<CameraId>> {
        let rows: Vec<(Vec<u8>,)> =
            sqlx::query_as("SELECT camera FROM hold_camera WHERE hold = ? ORDER BY camera")
                .bind(hold)
                .fetch_all(&self.0.database.read)
                .await
                .doing("reading a hold's cameras")?;
        rows.into_iter().map(|(camera,)| uuid_of(&camera).map(CameraId)).collect()
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))?
}

fn streams_of(camera: CameraId) -> impl Iterator<Item = StreamId> {
    Profile::ALL.into_iter().map(move |profile| StreamId { camera, profile })
}

/// A hold on cameras, as the plan knows holds.
pub(crate) fn of_cameras(cameras: &[CameraId], span: Span) -> impl Iterator<Item = Hold> {
    cameras
        .iter()
        .flat_map(|camera| streams_of(*camera))
        .map(move |stream| Hold { stream: Some(stream), span })
}

fn differences(name: &str, found: &Found, store: model::StoreId, findings: &mut Vec<HoldFinding>) {
    let place = format!("hold {name}");
    let mut find = |problem: &str, rebuildable: bool| {
        let finding = RowFinding { place: place.clone(), problem: problem.to_owned() };
        findings.push(HoldFinding { finding, rebuildable });
    };
    let Some((leaf, record)) = &found.placed else {
        if found.row.is_some() {
            find("its record is not in the log; its footage is kept", false);
        } else {
            find("a sidecar of a hold that the log does not know; its footage is kept", false);
        }
        return;
    };
    if record.store != store {
        find("its record is of another store", false);
    }
    if let Some((_, released)) = &found.released {
        let ours = released.hold == record.hold
            && record.encode().is_ok_and(|bytes| {
                released.step == HoldStep::Released { placed: ledger::record::record_hash(&bytes) }
            });
        if !ours {
            find("the record that lifts it names another placing", false);
        }
    }
    match &found.row {
        None => find("its row is missing; the record keeps its footage", true),
        Some(row) => {
            let released = found.released.as_ref().map(|(leaf, _)| *leaf);
            let same = row.span == record.span
                && row.placed_leaf == *leaf
                && row.released_leaf == released
                && row.cameras == record.cameras;
            if !same {
                find("its row is not as its record says; what either holds is kept", false);
            }
        }
    }
    match (&found.sidecar, &found.released) {
        (None, None) => find("its sidecar is missing; record and row keep its footage", true),
        (Some(Ok(beside)), None) if beside == record && found.lacks_sidecar => {
            find("its sidecar is missing on one of the disks; record and row keep its footage", true);
        }
        (Some(Ok(beside)), None) if beside == record => {}
        (Some(_), None) => find("its sidecar is not its record; what either holds is kept", true),
        (Some(_), Some(_)) => {
            find("it is lifted and its sidecar is still there: it keeps its footage", false)
        }
        (None, Some(_)) => {}
    }
}

async fn place(connection: &mut SqliteConnection, record: HoldRecord) -> Result<(u64, Vec<u8>)> {
    let known: Option<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT placed_leaf, entry FROM hold JOIN leaf ON leaf.idx = placed_leaf WHERE id = ?",
    )
    .bind(blob(record.hold.0))
    .fetch_optional(&mut *connection)
    .await
    .doing("looking for a hold")?;
    if let Some((leaf, entry)) = known {
        let before = HoldRecord::decode(&entry)?;
        if (HoldRecord { at: before.at, ..record }) != before {
            return Err(Error::Conflict("a hold of this id keeps something else".into()));
        }
        return Ok((uint(leaf)?, entry));
    }
    let bytes = record.encode()?;
    let leaf = log::append(connection, EntryKind::HoldPlaced.code(), &bytes, None).await?;
    insert_row(connection, &record, leaf, None).await?;
    Ok((leaf, bytes))
}

pub(super) async fn insert_row(
    connection: &mut SqliteConnection,
    record: &HoldRecord,
    leaf: u64,
    released: Option<u64>,
) -> Result<()> {
    sqlx::query("INSERT INTO hold (id, start_us, end_us, placed_leaf, released_leaf) VALUES (?, ?, ?, ?, ?)")
        .bind(blob(record.hold.0))
        .bind(record.span.start.0)
        .bind(record.span.end.0)
        .bind(int(leaf)?)
        .bind(released.map(int).transpose()?)
        .execute(&mut *connection)
        .await
        .doing("placing a hold")?;
    for camera in &record.cameras {
        sqlx::query("INSERT OR IGNORE INTO hold_camera (hold, camera) VALUES (?, ?)")
            .bind(blob(record.hold.0))
            .bind(blob(camera.0))
            .execute(&mut *connection)
            .await
            .doing("placing a hold")?;
    }
    Ok(())
}

async fn release(
    connection: &mut SqliteConnection,
    hold: HoldId,
    at: WallTime,
    authority: Hash,
) -> Result<u64> {
    let row: Option<(Vec<u8>, Option<i64>)> = sqlx::query_as(
        "SELECT entry, released_leaf FROM hold JOIN leaf ON leaf.idx = placed_leaf WHERE id = ?",
    )
    .bind(blob(hold.0))
    .fetch_optional(&mut *connection)
    .await
    .doing("looking for a hold")?;
    let (entry, released) = row.ok_or(Error::NotFound("hold"))?;
    if let Some(leaf) = released {
        return uint(leaf);
    }
    let record = HoldRecord::decode(&entry)?.released(at, authority)?;
    let leaf = log::append(connection, EntryKind::HoldReleased.code(), &record.encode()?, None).await?;
    sqlx::query("UPDATE hold SET released_leaf = ? WHERE id = ?")
        .bind(int(leaf)?)
        .bind(blob(hold.0))
        .execute(connection)
        .await
        .doing("lifting a hold")?;
    Ok(leaf)
}

/// Whether a row holds footage of this stream that touches the span, inside the transaction that would delete it.
pub(super) async fn is_held(connection: &mut SqliteConnection, stream: StreamId, span: Span) -> Result<bool> {
    let (held,): (i64,) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM hold_camera JOIN hold ON hold.id = hold_camera.hold
                        WHERE camera = ? AND released_leaf IS NULL AND start_us <= ? AND end_us >= ?)",
    )
    .bind(blob(stream.camera.0))
    .bind(span.end.0)
    .bind(span.start.0)
    .fetch_one(connection)
    .await
    .doing("looking for holds")?;
    small::<u8>(held).map(|held| held > 0)
}
