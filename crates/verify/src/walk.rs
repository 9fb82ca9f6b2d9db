//! Walks a fragmented MP4 file through a window, and checks groups of pictures against their table on the way.
//!
//! Each byte is read once and hashed once: samples as access units, all else by whoever walks. What cannot be parsed is
//! located, never skipped.

use crate::read::ReadAt;
use ledger::tree::mth_of_entries;
use media::fmp4::{Fragment, Item, Next, Sample, TRACK_ID, next_item};
use media::hash::{Framing, GopSalt, au_hash};
use media::segment::UNIT_BYTES_MAX;
use model::{Codec, Hash, MediaTime};
use std::io;

/// Bytes read at once when nothing is known of a fragment's size: the recorder's fragments are about so long.
pub const GUESS_BYTES: u64 = 288 * 1024;
/// Fragments up to this size are read in one go; of longer ones sample by sample.
const WHOLE_BYTES_MAX: u64 = 16 << 20;

/// A window over a file.
pub struct Walker<'a> {
    source: &'a mut dyn ReadAt,
    bytes: u64,
    window: Vec<u8>,
    window_at: u64,
    at: u64,
}

/// What comes next in a file.
pub enum Step {
    Item(Item),
    /// Here, nothing that a package or segment has can be read.
    Broken {
        at: u64,
        problem: String,
    },
    End,
}

impl<'a> Walker<'a> {
    pub fn new(source: &'a mut dyn ReadAt) -> Self {
        Self::from(source, 0)
    }

    /// From an item that begins at that offset on.
    pub fn from(source: &'a mut dyn ReadAt, at: u64) -> Self {
        let bytes = source.bytes();
        Self { source, bytes, window: Vec::new(), window_at: 0, at: at.min(bytes) }
    }

    /// Reads the head of the next item. `guess` is how long it is thought to be.
    pub fn step(&mut self, guess: u64) -> io::Result<Step> {
        let (at, rest) = (self.at, self.bytes - self.at);
        if rest == 0 {
            return Ok(Step::End);
        }
        let broken = |problem: String| Ok(Step::Broken { at, problem });
        let mut want = guess.clamp(4_096, WHOLE_BYTES_MAX).min(rest);
        loop {
            match next_item(self.slice(at, want)?, at) {
                Ok(Next::Item(item)) if item.range.end <= self.bytes => {
                    self.at = item.range.end;
                    return Ok(Step::Item(item));
                }
                Ok(Next::Item(_)) => return broken("it is cut off".to_owned()),
                Ok(Next::Need(need)) if want < rest && need <= rest => want = need.max(want * 2).min(rest),
                Ok(Next::Need(_)) => return broken("it is cut off".to_owned()),
                Err(error) => return broken(error.to_string()),
            }
        }
    }

    /// Loads a fragment, if it is not too long for that, so that its samples need no further reading.
    pub fn load(&mut self, item: &Item) -> io::Result<()> {
        let len = item.range.end - item.range.start;
        if len <= WHOLE_BYTES_MAX {
            self.slice(item.range.start, len)?;
        }
        Ok(())
    }

    /// Bytes of the file.
    pub fn slice(&mut self, at: u64, len: u64) -> io::Result<&[u8]> {
        let inside = at >= self.window_at && at + len <= self.window_at + self.window.len() as u64;
        if !inside {
            let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
            self.window_at = at;
            self.window.resize(len, 0);
            if let Err(error) = self.source.read_at(at, &mut self.window) {
                self.window.clear();
                return Err(error);
            }
        }
        let from = (at - self.window_at) as usize;
        self.window.get(from..from + len as usize).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// The hash of one sample as an access unit; `None` when it is not whole units, or longer than any may be.
    pub fn au_hash(&mut self, salt: &GopSalt, framing: Framing, sample: &Sample) -> io::Result<Option<Hash>> {
        if u64::from(sample.size) > UNIT_BYTES_MAX {
            return Ok(None);
        }
        let data = self.slice(sample.offset, sample.size.into())?;
        Ok(au_hash(salt, framing, TRACK_ID as u8, sample.dts, sample.pts, sample.key, data).ok())
    }
}

/// The group of pictures at hand: gathers its access-unit hashes.
#[derive(Default)]
pub struct GopTally {
    hashes: Vec<Hash>,
    first_dts: Option<MediaTime>,
    last_dts: Option<MediaTime>,
    broken: bool,
}

impl GopTally {
    pub fn is_empty(&self) -> bool {
        self.first_dts.is_none()
    }

    /// Adds one access unit; `None` is one that cannot be hashed.
    pub fn add(&mut self, sample: &Sample, hash: Option<Hash>) {
        self.broken |= hash.is_none() || self.last_dts.is_some_and(|last| last >= sample.dts);
        self.first_dts = self.first_dts.or(Some(sample.dts));
        self.last_dts = Some(sample.dts);
        self.hashes.extend(hash);
    }

    /// Whether these are the group's units: their number, times and root. Empties the tally.
    pub fn is(&mut self, gop: &ledger::table::Gop) -> bool {
        let taken = std::mem::take(self);
        !taken.broken
            && taken.hashes.len() as u64 == u64::from(gop.au_count)
            && taken.first_dts == Some(gop.first_dts)
            && taken.last_dts.is_some_and(|last| last < gop.end_dts)
            && mth_of_entries(taken.hashes.iter().map(|hash| hash.0.as_slice())) == gop.root
    }
}

/// True when the fragment begins a group; a key sample further in would be a group that no fragment begins. Of sound every
/// sample is a key, and every fragment a group.
pub fn begins_group(fragment: &Fragment, codec: Codec) -> Option<bool> {
    if codec.is_sound() {
        return fragment.samples.iter().all(|sample| sample.key).then_some(true);
    }
    let mut samples = fragment.samples.iter();
    let first = samples.next().is_some_and(|sample| sample.key);
    samples.all(|sample| !sample.key).then_some(first)
}
