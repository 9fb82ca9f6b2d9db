//! Files against records and against what was sent: every byte hashes, every unit is one that was sent, in order, and no
//! segment claims a time in which nothing came.

use super::{Broken, Truth, WRITTEN_US, hold};
use crate::camera;
use crate::disk::Disk;
use crate::trace;
use ledger::record::SegmentRecord;
use media::index::Index;
use model::{Cx, WallTime};
use store::{SegmentRead as _, Store, StoredSegment};

/// Between two units of a segment lies no more than the silence that begins a gap: a second, or three intervals of 0.2 s; and what
/// the wall line moves by, and a late flush.
const SILENCE_US_MAX: i64 = 1_700_000;
/// A unit's time as its file tells it and the one by which its record ends differ by what the wall line moved within a fragment:
/// at most half of half a second, while a line settles (docs/design/footage.md §3).
const SLEW_US_MAX: i64 = 250_000;
/// So long before its first lost byte a damaged file can have begun.
const SEGMENT_US_MAX: i64 = 12_000_000;

impl Truth {
    /// Every segment that is new since the last look, also before some are deleted; at the end, and after damage, all of them.
    pub async fn files(&mut self, store: &Store, disk: &Disk, cx: &Cx) -> Result<(), Broken> {
        let mut after = 0;
        loop {
            let page = store.footage.stored_segments(cx, after, 200).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.row;
            for stored in page {
                self.note(store, &stored);
                let is_there = stored.file_bytes.is_some();
                if !is_there || !self.verified.contains(&stored.row) {
                    self.segment(store, disk, cx, &stored)?;
                    self.verified.insert(stored.row);
                }
            }
        }
    }

    fn note(&mut self, store: &Store, stored: &StoredSegment) {
        if let (Some(path), Some(record)) = (&stored.path, &stored.record) {
            let path = store.footage.media_dir().join(path.as_str());
            self.committed.insert(path, (record.stream, record.span));
        }
    }

    /// Looks at all files again.
    pub async fn files_again(&mut self, store: &Store, disk: &Disk, cx: &Cx) -> Result<(), Broken> {
        (self.damaged, self.verified) = (0, std::collections::BTreeSet::new());
        self.files(store, disk, cx).await
    }

    fn segment(&mut self, store: &Store, disk: &Disk, cx: &Cx, stored: &StoredSegment) -> Result<(), Broken> {
        let place = || format!("segment {}", stored.row);
        let (Some(path), Some(record)) = (&stored.path, &stored.record) else {
            return Err(Broken::new("the check is silent", format!("{}: no path or no record", place())));
        };
        let read = || -> Result<Vec<u8>, Box<dyn std::error::Error>> {
            let sidecar = store.footage.sidecar_for_system(cx, path)?;
            let file = store.footage.open_for_system(cx, path)?;
            let mut bytes = vec![0; usize::try_from(file.len()?)?];
            file.read_at(0, &mut bytes)?;
            let rebuilt = pipeline::rebuild_tables(&bytes, sidecar.secret, record)?;
            if !rebuilt.is_the_record {
                return Err("its bytes do not lead to its record".into());
            }
            if stored.tables.as_ref() != Some(&rebuilt.tables) {
                return Err("its tables are not those of its file".into());
            }
            Ok(bytes)
        };
        match read() {
            Ok(bytes) => self.units_of(record, &bytes),
            Err(error) => {
                let born_us = disk.born_us(&store.footage.media_dir().join(path.as_str())).unwrap_or(0);
                let within = |(from, to): &&(i64, i64)| (from - SEGMENT_US_MAX..=*to).contains(&born_us);
                let lie = self.lies.iter().find(within).copied();
                if let Some((_, to)) = lie {
                    // A damaged file is found as a whole: what of it was synced honestly goes with it.
                    self.excuse(born_us - WRITTEN_US, to);
                }
                trace!(self.trace, "{} is damaged: {}", place(), said(&*error));
                self.damaged += 1;
                hold(lie.is_some(), "every record's bytes are there and hash", || {
                    format!("{}: {error}", place())
                })
            }
        }
    }

    /// How far a camera's timestamps jumped about these units: by less than begins a new line, and the unit after is placed that
    /// much later.
    fn jumped_us(&self, camera: u32, from: u64, to: u64) -> i64 {
        self.jumps.range((camera, from)..=(camera, to + 1)).map(|(_, us)| us.abs()).sum()
    }

    /// The units of a whole file: which they are and when.
    fn units_of(&mut self, record: &SegmentRecord, bytes: &[u8]) -> Result<(), Broken> {
        let broken = |what: String| Broken::new("a file holds what was sent", what);
        let index = media::index::rebuild(bytes).and_then(|index| Index::decode(&index));
        let index = index.map_err(|error| broken(error.to_string()))?;
        let camera = self.cameras.get(&record.stream).copied().unwrap_or(u32::MAX);
        let (mut last, mut before): (Option<u64>, WallTime) = (None, record.span.start);
        for (number, unit) in index.units().iter().enumerate() {
            let range = usize::try_from(unit.range().start).unwrap_or(0)
                ..usize::try_from(unit.range().end).unwrap_or(0);
            let sent = camera::number_of(camera, bytes.get(range).unwrap_or_default());
            let sent =
                sent.ok_or_else(|| broken(format!("camera {camera}: unit {number} was never sent")))?;
            self.found.insert((camera, sent));
            let wall = index.wall_of(u32::try_from(number).unwrap_or(0)).unwrap_or_default();
            let jumped_us = self.jumped_us(camera, last.unwrap_or(sent), sent);
            hold(wall.since_us(before) <= SILENCE_US_MAX + jumped_us, "silence is a gap", || {
                format!(
                    "camera {camera}: {} us before unit {sent} belong to a segment",
                    wall.since_us(before)
                )
            })?;
            // A unit that came twice, or before its elder, stands where it came.
            hold(last.is_none_or(|last| sent + 2 > last), "units are in order", || {
                format!("camera {camera}: unit {sent} follows {last:?}")
            })?;
            (last, before) = (Some(sent), wall.max(before));
        }
        let rest_us = record.span.end.since_us(before);
        let last = last.unwrap_or_default();
        let silence_us_max = SILENCE_US_MAX + self.jumped_us(camera, last, last);
        hold((-SLEW_US_MAX..=silence_us_max).contains(&rest_us), "silence is a gap", || {
            format!("camera {camera}: a segment ends {rest_us} us after its last unit")
        })
    }
}

/// An error's text without a path of this machine.
fn said(error: &(dyn std::error::Error + 'static)) -> String {
    match error.downcast_ref::<store::Error>() {
        Some(store::Error::File { doing, source, .. }) => format!("{doing}: {source}"),
        _ => error.to_string(),
    }
}
