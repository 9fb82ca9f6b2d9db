//! Reads one video of a package from its first byte to its last, and compares it with what its records prove.
//!
//! It judges nothing: what is wrong is gathered, and named after the record's own times where they are known.

use super::{Expected, Seen};
use crate::read::ReadAt;
use crate::report::Finding;
use crate::stored::wall_of;
use crate::walk::{GUESS_BYTES, GopTally, Step, Walker, begins_group};
use ledger::package::{Piece, Video};
use ledger::tree::{BulkSha256, leaf_hash, verify_range};
use media::fmp4::{self, Fragment, Item, ItemKind};
use media::hash::{Framing, GopSalt, config_hash, piece_hash};
use model::{Codec, ExportId, Hash, MediaTime, WallTime};
use std::io;

/// Reading one video.
pub(super) struct Walk<'a> {
    video: &'a Video,
    copy: ExportId,
    expected: &'a [Expected<'a>],
    walker: Walker<'a>,
    heads: BulkSha256,
    tally: GopTally,
    /// Number of the group after the one in the tally.
    next: usize,
    gop_at: u64,
    /// As `moov` says, whose hash the records hold.
    codec: Codec,
    /// The heads of the segment at hand, as leaves of its tree of pieces.
    pieces: Vec<Hash>,
    seen: Seen,
}

impl<'a> Walk<'a> {
    pub fn new(
        video: &'a Video,
        copy: ExportId,
        expected: &'a [Expected<'a>],
        source: &'a mut dyn ReadAt,
    ) -> Self {
        Self {
            video,
            copy,
            expected,
            walker: Walker::new(source),
            heads: BulkSha256::default(),
            tally: GopTally::default(),
            next: 0,
            gop_at: 0,
            codec: Codec::H264,
            pieces: Vec::new(),
            seen: Seen::default(),
        }
    }

    pub fn run(mut self, on_way: &mut dyn FnMut(u64)) -> io::Result<Seen> {
        let mut piece_end = 0;
        let mut number = 0usize;
        let mut has_init = false;
        loop {
            let guess = self.video.pieces.get(number.max(1)).map_or(GUESS_BYTES, |piece| piece.bytes);
            let item = match self.walker.step(guess)? {
                Step::Item(item) => item,
                Step::Broken { at, problem } => {
                    self.wrong(format!("at byte {at}: {problem}"));
                    break;
                }
                Step::End => break,
            };
            self.walker.load(&item)?;
            match &item.kind {
                ItemKind::Init(init) if item.range.start == 0 => {
                    has_init = true;
                    self.init(&item, init)?;
                }
                ItemKind::Copy(copy) if has_init && number == 0 => {
                    if copy != self.copy.0.as_bytes() {
                        self.piece("the copy id is not the manifest's", 0);
                    }
                    self.head(item.range.start, item.range.end)?;
                    piece_end = self.video.pieces.first().map_or(0, |piece| piece.bytes);
                    if item.range.end != piece_end {
                        self.wrong("what comes before the first fragment is not piece 0".to_owned());
                    }
                    number = 1;
                }
                ItemKind::Fragment(fragment) if number > 0 => {
                    // What lies behind the last piece is no part of the video: `locate` says so.
                    let Some(piece) = self.video.pieces.get(number) else {
                        self.wrong("fragments follow that are not the manifest's".to_owned());
                        break;
                    };
                    piece_end = piece_end.saturating_add(piece.bytes);
                    if item.range.end != piece_end {
                        self.wrong(format!("fragment {number} is not the manifest's"));
                    }
                    self.fragment(&item, fragment, (number, piece))?;
                    number += 1;
                }
                _ => {
                    self.wrong(format!("at byte {}: not a box of a package's video", item.range.start));
                    break;
                }
            }
            on_way(item.range.end);
        }
        if number != self.video.pieces.len() {
            self.wrong("has another number of fragments than the manifest says".to_owned());
        }
        self.close_group(piece_end);
        self.close_segment();
        self.end();
        Ok(self.seen)
    }

    /// What the manifest alone states: wrong only where no piece was changed since.
    fn wrong(&mut self, problem: String) {
        self.seen.boxes.push(problem);
    }

    /// What was logged: wrong whoever changed it.
    fn piece(&mut self, problem: &'static str, number: usize) {
        let finding = Finding::new("video_broken", problem).in_file(&self.video.file);
        let finding = match self.video.pieces.get(number) {
            Some(piece) if number > 0 => finding.at(WallTime(piece.from_us), WallTime(piece.to_us)),
            _ => finding,
        };
        self.seen.pictures.push(Finding { fragment: u32::try_from(number).ok(), ..finding });
    }

    fn init(&mut self, item: &Item, init: &fmp4::Init) -> io::Result<()> {
        let hash = config_hash(&init.params.config);
        self.codec = init.params.codec;
        let of_records = self.expected.iter().all(|group| group.segment.record.config_hash == hash);
        if hash != self.video.config_sha256 || !of_records {
            self.piece("the decoder configuration is not the one of its records", 0);
        }
        // Only what recorders write: an edit list, say, would show other times than the samples have.
        if *self.walker.slice(0, item.range.end)? != *fmp4::init(&init.params) {
            self.piece("ftyp and moov are not as recorders write them", 0);
        }
        self.head(item.range.start, item.range.end)
    }

    fn head(&mut self, from: u64, to: u64) -> io::Result<()> {
        self.heads.update(self.walker.slice(from, to - from)?);
        Ok(())
    }

    fn fragment(
        &mut self,
        item: &Item,
        fragment: &Fragment,
        (number, piece): (usize, &Piece),
    ) -> io::Result<()> {
        match begins_group(fragment, self.codec) {
            Some(true) => {
                self.close_group(item.range.start);
                if self.begins_segment() {
                    self.close_segment();
                }
                self.next += 1;
                self.gop_at = item.range.start;
            }
            Some(false) if self.next > 0 => {}
            _ => self.piece("a group of pictures does not begin where a fragment does", number),
        }
        self.head(fragment.head.start, fragment.head.end)?;
        let head = self.walker.slice(fragment.head.start, fragment.head.end - fragment.head.start)?;
        self.pieces.push(leaf_hash(&piece_hash(fragment.sequence, head).0));
        let Some(group) = self.next.checked_sub(1).and_then(|index| self.expected.get(index)) else {
            self.piece("holds pictures that no record accounts for", number);
            return Ok(());
        };
        let salt = GopSalt(group.row.salt);
        self.times(fragment, piece);
        let is_last = self.video.pieces.get(number + 1).is_none_or(|next| next.seq != piece.seq);
        if is_last && fragment.wall == Some(WallTime(piece.from_us)) {
            self.seen.starts.insert(number, fragment.first_dts());
        }
        let framing = Framing::of(group.segment.record.codec);
        for sample in &fragment.samples {
            let hash = self.walker.au_hash(&salt, framing, sample)?;
            self.tally.add(sample, hash);
        }
        Ok(())
    }

    fn current(&self) -> Option<&'a Expected<'a>> {
        self.next.checked_sub(1).and_then(|index| self.expected.get(index))
    }

    /// True when the group that comes is the first of its segment here.
    fn begins_segment(&self) -> bool {
        let coming = self.expected.get(self.next).map(|group| group.segment.record.stream_seq);
        coming.is_some() && coming != self.current().map(|group| group.segment.record.stream_seq)
    }

    /// The time in the manifest is the one in the fragment, which its record proves.
    fn times(&mut self, fragment: &Fragment, piece: &Piece) {
        let Some(group) = self.current() else { return };
        let record = &group.segment.record;
        let from = fragment.wall.unwrap_or(record.span.start);
        let ticks = fragment.end_dts() - fragment.first_dts();
        let end = from.plus_us(us_from_ticks(ticks));
        let stated = piece.seq == Some(record.stream_seq)
            && WallTime(piece.from_us) == from
            && (piece.from_us..=record.span.end.0).contains(&piece.to_us);
        if !stated || fragment.wall.is_none() || from < record.span.start || from >= record.span.end {
            let finding = Finding::new("time_wrong", "the package states another time than the record");
            self.seen.times.push(finding.in_file(&self.video.file).at(from, end));
        }
    }

    /// Judges the group in the tally, which ends at that offset.
    fn close_group(&mut self, end: u64) {
        if self.tally.is_empty() {
            return;
        }
        let Some(group) = self.current() else { return };
        let gop = group.row.gop();
        if self.tally.is(&gop) {
            return;
        }
        let record = &group.segment.record;
        let problem = format!(
            "group {} of record {}: the pictures are not those that were recorded",
            group.index, record.stream_seq
        );
        let finding = self.at_group(Finding::new("pictures_differ", problem), group);
        self.seen.pictures.push(Finding { bytes: Some((self.gop_at, end)), ..finding });
    }

    fn at_group(&self, finding: Finding, group: &Expected<'_>) -> Finding {
        let at = |dts: i64| wall_of(&group.segment.record, MediaTime(dts));
        finding.in_file(&self.video.file).at(at(group.row.first_dts), at(group.row.end_dts))
    }

    /// Judges the heads of the segment that ends here.
    fn close_segment(&mut self) {
        let heads = std::mem::take(&mut self.pieces);
        let Some(group) = self.current().filter(|_| !heads.is_empty()) else { return };
        let (record, proof) = (&group.segment.record, &group.segment.proof);
        let (first, count) = (u64::from(proof.first_piece), u64::from(proof.piece_count));
        if proof.first_piece == 0
            || verify_range(&heads, first, count, &proof.piece_proof, record.boxes_root).is_err()
        {
            let problem =
                format!("record {}: times and boxes are not those that were recorded", record.stream_seq);
            let finding = Finding::new("boxes_differ", problem).in_file(&self.video.file);
            self.seen.pictures.push(finding.at(record.span.start, record.span.end));
        }
    }

    fn end(&mut self) {
        if let Some(group) = self.expected.get(self.next) {
            let finding = Finding::new("pictures_missing", "groups of pictures are missing from here on");
            let finding = self.at_group(finding, group);
            self.seen.pictures.push(finding);
        }
        let heads = self.heads.finish();
        if heads != self.video.heads_sha256 {
            self.wrong("bytes that are not samples differ from what was handed over".to_owned());
        }
    }
}

pub(super) fn us_from_ticks(ticks: i64) -> i64 {
    ticks.saturating_mul(100) / 9
}
