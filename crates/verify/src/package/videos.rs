//! The videos: every sample through its access-unit hash to a group of a record, every other byte through the
//! manifest's hash over heads. Each byte is hashed once; only where something differs are the pieces hashed too, to say
//! where, and whether it was changed after the hand-over.

use super::Check;
use super::files::Files;
use super::records::{CameraRecords, Segment};
use crate::read::FileOf;
use crate::report::{ClaimName, Finding};
use crate::stored::wall_of;
use crate::walk::{GUESS_BYTES, GopTally, Step, Walker, begins_group};
use crate::{Error, Result};
use ledger::package::{GopRow, Manifest, Piece, Video};
use media::fmp4::{Fragment, Item, ItemKind};
use media::hash::{GopSalt, config_hash};
use model::{Hash, WallTime};
use sha2::{Digest, Sha256};
use std::io;

/// How far a time that the package states for a fragment may lie from what its record says: the wall line is slewed by
/// at most 500 parts in a million against the media line, which is 60 ms in 120 s, and frames may be a second apart.
const TIME_US_MAX: i64 = 1_000_000;

/// A group that a video must hold: its row, and the segment it is of.
struct Expected<'a> {
    segment: &'a Segment,
    row: &'a GopRow,
    index: u32,
}

/// What reading one video found. Wrong pictures are in `pictures`, everything that is not samples in `boxes`.
#[derive(Default)]
struct Seen {
    pictures: Vec<Finding>,
    boxes: Vec<String>,
    times: Vec<Finding>,
}

impl Check<'_> {
    pub(super) fn videos(
        &mut self,
        manifest: &Manifest,
        cameras: &[CameraRecords],
        files: &Files,
    ) -> Result<()> {
        for (camera, records) in manifest.cameras.iter().zip(cameras) {
            let segments = || records.records.iter().filter_map(|read| read.segment.as_ref());
            for segment in segments() {
                if !camera.videos.iter().any(|video| video.file == segment.proof.video) {
                    let finding =
                        Finding::new("video_missing", "its pictures are in no video of the package");
                    self.claims.found(ClaimName::PlaceInOriginal, finding.in_file(&segment.file));
                }
            }
            for video in &camera.videos {
                let of_video = segments().filter(|segment| segment.proof.video == video.file);
                let expected: Vec<Expected<'_>> = of_video.flat_map(groups).collect();
                match files.bytes(&video.file) {
                    Some(bytes) => self.video(manifest, video, &expected, bytes)?,
                    None => {
                        // That it is missing is found already, if it is listed at all.
                        if !manifest.files.iter().any(|file| file.name == video.file) {
                            let finding = Finding::new("manifest_broken", "the video is not among the files");
                            self.claims.found(ClaimName::BytesIntact, finding.in_file(&video.file));
                        }
                        self.claims.doubt(ClaimName::PlaceInOriginal, format!("{} is not there", video.file));
                    }
                }
            }
        }
        self.claims.settle(ClaimName::BytesIntact);
        Ok(())
    }

    fn video(
        &mut self,
        manifest: &Manifest,
        video: &Video,
        expected: &[Expected<'_>],
        bytes: u64,
    ) -> Result<()> {
        let listed = manifest.files.iter().find(|file| file.name == video.file).map_or(0, |file| file.bytes);
        let tiled: Option<u64> =
            video.pieces.iter().try_fold(0u64, |sum, piece| sum.checked_add(piece.bytes));
        if tiled != Some(listed) {
            let finding =
                Finding::new("manifest_broken", "the pieces do not tile the video").in_file(&video.file);
            self.claims.found(ClaimName::BytesIntact, finding);
        }
        let start = self.done;
        let (progress, total) = (&mut *self.progress, self.total);
        let mut source = FileOf { reader: &mut *self.reader, name: &video.file, bytes };
        let mut on_way = |at: u64| progress(start.saturating_add(at).min(total), total);
        let walk = Walk {
            video,
            copy: manifest.copy_id.0.as_bytes(),
            expected,
            walker: Walker::new(&mut source),
            heads: Sha256::new(),
            tally: GopTally::default(),
            next: 0,
            gop_at: 0,
            seen: Seen::default(),
        };
        let seen = walk.run(&mut on_way).map_err(Error::read(&video.file))?;
        let clean = seen.pictures.is_empty() && seen.boxes.is_empty() && bytes == listed;
        if !clean {
            self.locate(video, bytes, seen.pictures, &seen.boxes)?;
        }
        for finding in seen.times {
            self.claims.found(ClaimName::PlaceInOriginal, finding);
        }
        self.advance(bytes);
        Ok(())
    }

    /// Something differs: hash every piece, to say where. Pieces that are as handed over, in a video whose pictures are
    /// not those of the records, were wrong before the hand-over.
    fn locate(&mut self, video: &Video, bytes: u64, pictures: Vec<Finding>, boxes: &[String]) -> Result<()> {
        let (mut at, mut changed) = (0u64, false);
        for (number, piece) in (0u32..).zip(&video.pieces) {
            let end = at.saturating_add(piece.bytes);
            let problem = if end > bytes {
                Some("is missing or cut off")
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
        if bytes > at {
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

fn groups(segment: &Segment) -> impl Iterator<Item = Expected<'_>> {
    let rows = (segment.proof.first_gop..).zip(&segment.proof.gops);
    rows.map(move |(index, row)| Expected { segment, row, index })
}

/// Reading one video.
struct Walk<'a> {
    video: &'a Video,
    copy: &'a [u8; 16],
    expected: &'a [Expected<'a>],
    walker: Walker<'a>,
    heads: Sha256,
    tally: GopTally,
    /// Number of the group after the one in the tally.
    next: usize,
    gop_at: u64,
    seen: Seen,
}

impl Walk<'_> {
    fn run(mut self, on_way: &mut dyn FnMut(u64)) -> io::Result<Seen> {
        let mut piece_end = 0;
        let mut number = 0usize;
        loop {
            let guess = self.video.pieces.get(number.max(1)).map_or(GUESS_BYTES, |piece| piece.bytes);
            let item = match self.walker.step(guess)? {
                Step::Item(item) => item,
                Step::Broken { at, problem } => {
                    self.seen.boxes.push(format!("at byte {at}: {problem}"));
                    break;
                }
                Step::End => break,
            };
            self.walker.load(&item)?;
            match &item.kind {
                ItemKind::Init(init) if item.range.start == 0 => {
                    self.config(config_hash(&init.params.config));
                    self.head(item.range.start, item.range.end)?;
                    // Only what we write: an edit list, say, would show other times than the samples have.
                    let written = media::fmp4::init(&init.params);
                    if *self.walker.slice(0, item.range.end)? != *written {
                        self.seen.boxes.push("ftyp and moov are not as recorders write them".to_owned());
                    }
                }
                ItemKind::Copy(copy) if number == 0 && copy == self.copy => {
                    self.head(item.range.start, item.range.end)?;
                    piece_end = self.video.pieces.first().map_or(0, |piece| piece.bytes);
                    if item.range.end != piece_end {
                        self.seen
                            .boxes
                            .push("what comes before the first fragment is not piece 0".to_owned());
                    }
                    number = 1;
                }
                ItemKind::Fragment(fragment) if number > 0 => {
                    self.head(fragment.head.start, fragment.head.end)?;
                    let piece = self.video.pieces.get(number);
                    piece_end += piece.map_or(0, |piece| piece.bytes);
                    if piece.is_none() || item.range.end != piece_end {
                        self.seen.boxes.push(format!("fragment {number} is not the manifest's"));
                    }
                    self.fragment(&item, fragment, piece)?;
                    number += 1;
                }
                _ => {
                    self.seen
                        .boxes
                        .push(format!("at byte {}: not a box of a package's video", item.range.start));
                    break;
                }
            }
            on_way(item.range.end);
        }
        if number != self.video.pieces.len() {
            self.seen.boxes.push("has another number of fragments than the manifest says".to_owned());
        }
        self.close_group(piece_end);
        self.end();
        Ok(self.seen)
    }

    fn config(&mut self, hash: Hash) {
        let of_records = self.expected.iter().all(|group| group.segment.record.config_hash == hash);
        if hash != self.video.config_sha256 || !of_records {
            self.seen.boxes.push("the decoder configuration is not the one of its records".to_owned());
        }
    }

    fn head(&mut self, from: u64, to: u64) -> io::Result<()> {
        self.heads.update(self.walker.slice(from, to - from)?);
        Ok(())
    }

    fn fragment(&mut self, item: &Item, fragment: &Fragment, piece: Option<&Piece>) -> io::Result<()> {
        match begins_group(fragment) {
            Some(true) => {
                self.close_group(item.range.start);
                self.next += 1;
                self.gop_at = item.range.start;
            }
            Some(false) if self.next > 0 => {}
            _ => self.seen.boxes.push("a group of pictures does not begin where a fragment does".to_owned()),
        }
        let Some(group) = self.next.checked_sub(1).and_then(|index| self.expected.get(index)) else {
            self.seen.boxes.push("holds pictures that no record accounts for".to_owned());
            return Ok(());
        };
        self.times(group, fragment, piece);
        let salt = GopSalt(group.row.salt);
        for sample in &fragment.samples {
            let hash = self.walker.au_hash(&salt, sample)?;
            self.tally.add(sample, hash);
        }
        Ok(())
    }

    /// The times that the package states for a fragment are those of its record.
    fn times(&mut self, group: &Expected<'_>, fragment: &Fragment, piece: Option<&Piece>) {
        let record = &group.segment.record;
        let from = wall_of(record, fragment.first_dts());
        let near = |stated: WallTime, true_time: WallTime| stated.since_us(true_time).abs() <= TIME_US_MAX;
        let of_piece = piece.is_none_or(|piece| {
            piece.seq == Some(record.stream_seq)
                && near(WallTime(piece.from_us), from)
                && near(WallTime(piece.to_us), wall_of(record, fragment.end_dts()))
        });
        if !of_piece || fragment.wall.is_some_and(|wall| !near(wall, from)) {
            let finding = Finding::new("time_wrong", "the package states another time than the record");
            self.seen
                .times
                .push(finding.in_file(&self.video.file).at(from, wall_of(record, fragment.end_dts())));
        }
    }

    /// Judges the group in the tally, which ends at that offset.
    fn close_group(&mut self, end: u64) {
        if self.tally.is_empty() {
            return;
        }
        let group = self.next.checked_sub(1).and_then(|index| self.expected.get(index));
        let Some(group) = group else { return };
        let gop = group.row.gop();
        if self.tally.is(&gop) {
            return;
        }
        let record = &group.segment.record;
        let problem = format!(
            "group {} of record {}: the pictures are not those that were recorded",
            group.index, record.stream_seq
        );
        let finding = Finding::new("pictures_differ", problem).in_file(&self.video.file);
        let finding = finding.at(wall_of(record, gop.first_dts), wall_of(record, gop.end_dts));
        self.seen.pictures.push(Finding { bytes: Some((self.gop_at, end)), ..finding });
    }

    fn end(&mut self) {
        if self.next < self.expected.len() {
            let missing = self.expected.get(self.next);
            let finding = Finding::new("pictures_missing", "groups of pictures are missing from here on");
            let finding = finding.in_file(&self.video.file);
            let at = missing.map(|group| (group, &group.segment.record));
            let finding = match at {
                Some((group, record)) => finding
                    .at(wall_of(record, group.row.gop().first_dts), wall_of(record, group.row.gop().end_dts)),
                None => finding,
            };
            self.seen.pictures.push(finding);
        }
        let heads = Hash(std::mem::take(&mut self.heads).finalize().into());
        if heads != self.video.heads_sha256 {
            self.seen.boxes.push("bytes that are not samples differ from what was handed over".to_owned());
        }
    }
}
