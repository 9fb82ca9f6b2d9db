//! The videos: every sample through its access-unit hash to a group of a record, every other byte through its head to a
//! piece of that record, and through the manifest's hash over heads. Samples are hashed once; only where something
//! differs are the pieces hashed too, to say where, and whether it was changed after the hand-over.

mod walk;

use super::Check;
use super::files::Files;
use super::records::{CameraRecords, Segment};
use crate::read::FileOf;
use crate::report::{ClaimName, Finding};
use crate::{Error, Result};
use ledger::package::{Camera, GopRow, Manifest, Piece, Video};
use model::{MediaTime, Span, WallTime};
use std::collections::{BTreeMap, BTreeSet};
use walk::{Walk, us_from_ticks};

/// A group that a video must hold: its row, and the segment it is of.
struct Expected<'a> {
    segment: &'a Segment,
    row: &'a GopRow,
    index: u32,
}

/// What reading one video found.
#[derive(Default)]
struct Seen {
    /// Groups that are not those of the records.
    pictures: Vec<Finding>,
    /// Bytes that are not samples and not as they should be.
    boxes: Vec<String>,
    times: Vec<Finding>,
    /// By its number, the decode time at which a record's last fragment begins, where it could be read and begins when the manifest
    /// says: from there on it is reckoned where the record's last group ends.
    starts: BTreeMap<usize, MediaTime>,
}

/// How far the end of a segment's last group here may lie before the end of the asked span: the wall line runs at most one part in
/// twenty faster or slower than the media line, and fragments last at most half a second as a rule.
const EDGE_US_MAX: i64 = 250_000;

impl Check<'_> {
    pub(super) fn videos(
        &mut self,
        manifest: &Manifest,
        asked: Span,
        cameras: &[CameraRecords],
        files: &Files,
    ) -> Result<()> {
        // Of a video that is listed twice the first listing counts.
        let mut walked = BTreeSet::new();
        for (camera, records) in manifest.streams().zip(cameras) {
            let segments = || records.records.iter().filter_map(|read| read.segment.as_ref());
            for segment in segments() {
                if !camera.videos.iter().any(|video| video.file == segment.proof.video) {
                    let finding =
                        Finding::new("video_missing", "its pictures are in no video of the package");
                    self.claims.found(ClaimName::PlaceInOriginal, finding.in_file(&segment.file));
                }
            }
            for video in &camera.videos {
                if !walked.insert(video.file.as_str()) {
                    let finding = Finding::new("manifest_broken", "the video is listed twice");
                    self.claims.found(ClaimName::PlaceInOriginal, finding.in_file(&video.file));
                    continue;
                }
                let of_video = || segments().filter(|segment| segment.proof.video == video.file);
                let expected: Vec<Expected<'_>> = of_video().flat_map(groups).collect();
                let Some(bytes) = files.bytes(&video.file) else {
                    self.absent(manifest, video);
                    continue;
                };
                let starts = self.video(manifest, video, &expected, bytes)?;
                self.left_out(camera, video, of_video(), (asked, &starts));
            }
        }
        self.claims.settle(ClaimName::BytesIntact);
        Ok(())
    }

    /// That a listed video is missing is found already.
    fn absent(&mut self, manifest: &Manifest, video: &Video) {
        if !manifest.files.iter().any(|file| file.name == video.file) {
            let finding = Finding::new("manifest_broken", "the video is not among the files");
            self.claims.found(ClaimName::BytesIntact, finding.in_file(&video.file));
        }
        self.claims.doubt(ClaimName::PlaceInOriginal, format!("{} is not there", video.file));
    }

    fn video(
        &mut self,
        manifest: &Manifest,
        video: &Video,
        expected: &[Expected<'_>],
        bytes: u64,
    ) -> Result<BTreeMap<usize, MediaTime>> {
        let listed = manifest.files.iter().find(|file| file.name == video.file).map_or(0, |file| file.bytes);
        let tiled = video.pieces.iter().try_fold(0u64, |sum, piece| sum.checked_add(piece.bytes));
        if tiled != Some(listed) {
            let finding =
                Finding::new("manifest_broken", "the pieces do not tile the video").in_file(&video.file);
            self.claims.found(ClaimName::PlaceInOriginal, finding);
        }
        let start = self.done;
        let (progress, total) = (&mut *self.progress, self.total);
        let mut source = FileOf { reader: &mut *self.reader, name: &video.file, bytes };
        let mut on_way = |at: u64| progress(start.saturating_add(at).min(total), total);
        let walk = Walk::new(video, manifest.copy_id, expected, &mut source);
        let seen = walk.run(&mut on_way).map_err(Error::read(&video.file))?;
        let clean = seen.pictures.is_empty() && seen.boxes.is_empty() && bytes == listed;
        if !clean || !seen.times.is_empty() {
            self.locate(video, (bytes, listed), seen.pictures, &seen.boxes)?;
        }
        for finding in seen.times {
            self.claims.found(ClaimName::PlaceInOriginal, finding);
        }
        self.advance(bytes);
        Ok(seen.starts)
    }

    /// The groups of each segment reach over the asked span, as far as the segment does. Where fragments differ, the listed times
    /// serve.
    fn left_out<'a>(
        &mut self,
        camera: &Camera,
        video: &Video,
        segments: impl Iterator<Item = &'a Segment>,
        (asked, starts): (Span, &BTreeMap<usize, MediaTime>),
    ) {
        let (fragments, mut next) = (fragments_of(video), 1);
        for segment in segments {
            let (record, proof) = (&segment.record, &segment.proof);
            let is_first = proof.first_gop == 0;
            let is_last = u64::from(proof.first_gop) + proof.gops.len() as u64 == u64::from(record.gop_count);
            let own = fragments.get(&record.stream_seq).filter(|(first, _)| *first >= next);
            let Some(&(first, last)) = own else {
                if !is_first || !is_last {
                    let doubt = format!(
                        "camera {}: of some records no fragment is listed: how far they reach cannot be told",
                        camera.number
                    );
                    self.claims.doubt(ClaimName::Complete, doubt);
                }
                continue;
            };
            next = last + 1;
            let (Some(begin), Some(end)) = (video.pieces.get(first), video.pieces.get(last)) else {
                continue;
            };
            let reckoned = starts.get(&last).zip(proof.gops.last()).map(|(start, gop)| {
                end.from_us.saturating_add(us_from_ticks(gop.end_dts.saturating_sub(start.0)))
            });
            let end = WallTime(reckoned.unwrap_or(end.to_us));
            let begin = WallTime(begin.from_us);
            let mut incomplete = |from: WallTime, to: WallTime| {
                let problem = format!(
                    "camera {}: groups of pictures inside the asked span were left out",
                    camera.number
                );
                self.claims.found(ClaimName::Complete, Finding::new("not_covered", problem).at(from, to));
            };
            if !is_first && begin > asked.start {
                incomplete(asked.start.max(record.span.start).min(begin), begin);
            }
            if !is_last && asked.end.since_us(end) > EDGE_US_MAX {
                incomplete(end, asked.end.min(record.span.end).max(end));
            }
        }
    }

    /// Something differs: hash every piece, to say where. Pieces that are as handed over, in a video whose pictures are
    /// not those of the records, were wrong before the hand-over.
    fn locate(
        &mut self,
        video: &Video,
        (bytes, listed): (u64, u64),
        pictures: Vec<Finding>,
        boxes: &[String],
    ) -> Result<()> {
        let (mut at, mut changed) = (0u64, false);
        for (number, piece) in (0u32..).zip(&video.pieces) {
            let end = at.saturating_add(piece.bytes);
            let problem = if end > bytes {
                // Longer pieces than the file ever had were wrong before the hand-over: found above.
                (bytes != listed).then_some("is missing or cut off")
            } else if self.hash_range(&video.file, at, end)? != piece.sha256 {
                Some("differs from what was handed over")
            } else {
                None
            };
            if let Some(problem) = problem {
                changed = true;
                self.claims.found(ClaimName::BytesIntact, at_piece(video, number, piece, at, problem));
            }
            at = end;
        }
        if bytes > at && bytes != listed {
            changed = true;
            let finding =
                Finding::new("bytes_changed", "bytes follow the last fragment").in_file(&video.file);
            self.claims.found(ClaimName::BytesIntact, Finding { bytes: Some((at, bytes)), ..finding });
        }
        for finding in pictures {
            self.claims.found(ClaimName::PlaceInOriginal, finding);
        }
        if !changed {
            for problem in boxes {
                let finding = Finding::new("video_broken", problem.clone()).in_file(&video.file);
                self.claims.found(ClaimName::PlaceInOriginal, finding);
            }
        }
        Ok(())
    }
}

fn at_piece(video: &Video, number: u32, piece: &Piece, at: u64, problem: &str) -> Finding {
    let finding = Finding::new("bytes_changed", problem).in_file(&video.file);
    let finding = finding.at(WallTime(piece.from_us), WallTime(piece.to_us));
    Finding { fragment: Some(number), bytes: Some((at, at.saturating_add(piece.bytes))), ..finding }
}

/// By its number, the first and the last fragment that is listed for each record.
fn fragments_of(video: &Video) -> BTreeMap<u64, (usize, usize)> {
    let mut fragments = BTreeMap::new();
    for (number, piece) in video.pieces.iter().enumerate().skip(1) {
        let Some(seq) = piece.seq else { continue };
        fragments.entry(seq).or_insert((number, number)).1 = number;
    }
    fragments
}

fn groups(segment: &Segment) -> impl Iterator<Item = Expected<'_>> {
    let rows = (segment.proof.first_gop..).zip(&segment.proof.gops);
    rows.map(move |(index, row)| Expected { segment, row, index })
}
