//! One stored segment file against its record and tables: what `check` asks of the store.
//!
//! Every byte of the file is accounted for: samples through the access-unit hashes to the record's `gops_root`, all
//! others through the piece hashes to its `boxes_root`.

use crate::read::ReadAt;
use crate::walk::{GUESS_BYTES, GopTally, Step, Walker, begins_group};
use ledger::record::SegmentRecord;
use ledger::table::{Gop, GopTable, PieceTable};
use media::fmp4::{Fragment, Item, ItemKind};
use media::hash::{Framing, SegmentSecret, config_hash, gop_salt, piece_hash};
use model::{MediaTime, WallTime};
use std::{fmt, io, ops::Range};

/// A segment as the store says it is.
#[derive(Clone, Copy)]
pub struct Stored<'a> {
    pub record: &'a SegmentRecord,
    pub gops: &'a GopTable,
    pub pieces: &'a PieceTable,
    /// From the sidecar beside the file.
    pub secret: &'a SegmentSecret,
}

/// The first thing that is wrong with a stored segment, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Damage {
    pub problem: String,
    /// Bytes of the file: of the fragment or group that is not what was recorded.
    pub bytes: Option<Range<u64>>,
    /// Number of the fragment, from 1; 0 is what comes before the first.
    pub fragment: Option<u32>,
    /// Number of the group, from 0.
    pub gop: Option<u32>,
    /// When, by the record.
    pub at: Option<WallTime>,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(fragment) = self.fragment {
            write!(f, "fragment {fragment}: ")?;
        }
        if let Some(gop) = self.gop {
            write!(f, "group {gop}: ")?;
        }
        if let Some(bytes) = &self.bytes {
            write!(f, "bytes {} to {}: ", bytes.start, bytes.end)?;
        }
        if let Some(at) = self.at {
            write!(f, "{at}: ")?;
        }
        f.write_str(&self.problem)
    }
}

fn damage(problem: &str) -> Damage {
    Damage { problem: problem.to_owned(), bytes: None, fragment: None, gop: None, at: None }
}

/// Re-hashes a stored segment. `Ok(Err(_))` is the first damage, in file order; the outer error is one of reading.
/// `progress` is told the bytes read so far, and all.
pub fn stored_segment(
    file: &mut dyn ReadAt,
    stored: Stored<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> io::Result<Result<(), Damage>> {
    if let Err(damage) = tables_are_the_records(&stored) {
        return Ok(Err(damage));
    }
    let total = file.bytes();
    let mut check = Check {
        stored,
        walker: Walker::new(file),
        tally: GopTally::default(),
        next_gop: 0,
        gop_at: 0,
        piece: 0,
    };
    loop {
        let item = match check.walker.step(GUESS_BYTES)? {
            Step::Item(item) => item,
            Step::Broken { at, problem } => {
                // A group that ends here may be what shifted the rest.
                if let Err(damage) = check.close_group(at) {
                    return Ok(Err(damage));
                }
                let bytes = Some(at..total);
                return Ok(Err(Damage { bytes, fragment: Some(check.piece), ..damage(&problem) }));
            }
            Step::End => return Ok(check.end(total)),
        };
        let end = item.range.end;
        if let Err(damage) = check.item(&item)? {
            return Ok(Err(damage));
        }
        progress(end, total);
    }
}

/// The tables must be the ones whose roots the record holds, before anything is judged by them.
fn tables_are_the_records(stored: &Stored<'_>) -> Result<(), Damage> {
    let Stored { record, gops, pieces, .. } = stored;
    if gops.root() != record.gops_root || gops.0.len() as u64 != u64::from(record.gop_count) {
        return Err(damage("the table of groups is not the one of the record"));
    }
    if gops.au_count() != u64::from(record.au_count) {
        return Err(damage("the table of groups has another number of units than the record"));
    }
    if pieces.root() != record.boxes_root {
        return Err(damage("the table of pieces is not the one of the record"));
    }
    Ok(())
}

struct Check<'a> {
    stored: Stored<'a>,
    walker: Walker<'a>,
    tally: GopTally,
    /// Number of the group after the one in the tally.
    next_gop: u32,
    gop_at: u64,
    piece: u32,
}

impl Check<'_> {
    fn item(&mut self, item: &Item) -> io::Result<Result<(), Damage>> {
        let piece = self.piece;
        let wrong = |problem: &str| {
            Ok(Err(Damage { bytes: Some(item.range.clone()), fragment: Some(piece), ..damage(problem) }))
        };
        self.walker.load(item)?;
        let (head, fragment) = match &item.kind {
            ItemKind::Init(init) if piece == 0 => {
                if config_hash(&init.params.config) != self.stored.record.config_hash {
                    return wrong("the decoder configuration is not the record's");
                }
                (item.range.clone(), None)
            }
            ItemKind::Fragment(fragment) if piece > 0 => (fragment.head.clone(), Some(fragment)),
            _ => return wrong("a box that a segment has not, or not here"),
        };
        let bytes = self.walker.slice(head.start, head.end - head.start)?;
        if self.stored.pieces.0.get(piece as usize) != Some(&piece_hash(piece, bytes)) {
            return wrong("bytes that are not samples differ from what was recorded");
        }
        self.piece += 1;
        match fragment {
            Some(fragment) => self.fragment(item, fragment),
            None => Ok(Ok(())),
        }
    }

    fn fragment(&mut self, item: &Item, fragment: &Fragment) -> io::Result<Result<(), Damage>> {
        let wrong = |problem: &str| Ok(Err(Damage { bytes: Some(item.range.clone()), ..damage(problem) }));
        match begins_group(fragment, self.stored.record.codec) {
            None => return wrong("a group begins inside a fragment"),
            Some(false) if self.next_gop == 0 => return wrong("the file does not begin with a key unit"),
            Some(false) => {}
            Some(true) => {
                if let Err(damage) = self.close_group(item.range.start) {
                    return Ok(Err(damage));
                }
                self.next_gop += 1;
                self.gop_at = item.range.start;
            }
        }
        let salt = gop_salt(self.stored.secret, self.next_gop - 1);
        let framing = Framing::of(self.stored.record.codec);
        for sample in &fragment.samples {
            let hash = self.walker.au_hash(&salt, framing, sample)?;
            self.tally.add(sample, hash);
        }
        Ok(Ok(()))
    }

    /// Judges the group in the tally, which ends at that offset.
    fn close_group(&mut self, end: u64) -> Result<(), Damage> {
        if self.tally.is_empty() {
            return Ok(());
        }
        let gop = self.next_gop.saturating_sub(1);
        let expected = self.stored.gops.0.get(gop as usize);
        if expected.is_some_and(|expected| self.tally.is(expected)) {
            return Ok(());
        }
        let at = expected.map(|expected: &Gop| wall_of(self.stored.record, expected.first_dts));
        let bytes = Some(self.gop_at..end);
        Err(Damage { bytes, gop: Some(gop), at, ..damage("the pictures differ from what was recorded") })
    }

    fn end(mut self, total: u64) -> Result<(), Damage> {
        self.close_group(total)?;
        if self.next_gop != self.stored.record.gop_count {
            return Err(damage("the file ends before the last group of the record"));
        }
        if self.piece as usize != self.stored.pieces.0.len() || total != self.stored.record.file_bytes {
            return Err(damage("the file ends before or after what was recorded"));
        }
        Ok(())
    }
}

/// About when that decode time was, counted from the start of the record's span: for saying where a damage lies. The
/// recorder's wall line may run one part in twenty faster or slower than the media line; `prft` is exact.
pub fn wall_of(record: &SegmentRecord, dts: MediaTime) -> WallTime {
    let us = i128::from(dts - record.first_dts) * 1_000_000 / i128::from(MediaTime::TICKS_PER_SECOND);
    record.span.start.plus_us(i64::try_from(us).unwrap_or(i64::MAX))
}
