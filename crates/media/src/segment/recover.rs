//! Reads a segment file back into the account that its builder had: after a crash, in `check`, in verification.
//!
//! Not a repair of bytes: what is torn or changed ends the reading there. The invariant: for an undamaged prefix of
//! whole fragments the result is exactly what the builder would have sealed.

use super::tally::{Closed, Tally};
use super::{Fragment, Sealed};
use crate::fmp4::{self, Item, ItemKind, Next};
use crate::hash::SegmentSecret;
use crate::timeline::us_from_ticks;
use crate::{Error, Result};
use bytes::Bytes;
use model::{Hash, MediaTime, SealReason, WallTime};
use std::sync::Arc;

/// What is known of one fragment of a file, its bytes left out. The fields are those of [`Fragment`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FragmentFacts {
    pub index: u32,
    pub offset: u64,
    pub len: u64,
    pub first_dts: MediaTime,
    pub end_dts: MediaTime,
    pub first_wall: WallTime,
    pub end_wall: WallTime,
    pub units: u32,
    pub key_first: bool,
    /// What the journal must hold for this fragment to count.
    pub digest: Hash,
}

impl FragmentFacts {
    pub(super) fn into_fragment(self, head: Bytes, samples: Vec<Bytes>) -> Fragment {
        Fragment {
            index: self.index,
            offset: self.offset,
            head,
            samples,
            len: self.len,
            first_dts: self.first_dts,
            end_dts: self.end_dts,
            first_wall: self.first_wall,
            end_wall: self.end_wall,
            units: self.units,
            key_first: self.key_first,
            digest: self.digest,
        }
    }
}

/// Reads one segment file from its beginning, fragment by fragment: the caller holds the file.
#[derive(Debug)]
pub struct Recovery {
    tally: Tally,
    end_wall: WallTime,
    ended: bool,
}

impl Recovery {
    /// Begins with the bytes of `ftyp` and `moov`, and nothing behind them.
    pub fn new(init: &[u8], secret: SegmentSecret) -> Result<Self> {
        match fmp4::next_item(init, 0)? {
            Next::Item(Item { range, kind: ItemKind::Init(found) }) if range.end == init.len() as u64 => {
                let tally = Tally::new(init, Arc::new(found.params), secret);
                Ok(Self { tally, end_wall: WallTime(0), ended: false })
            }
            _ => Err(Error::stored("the file does not begin with ftyp and moov", 0)),
        }
    }

    /// Takes the next fragment: its bytes, whole. After an error nothing more is taken.
    pub fn fragment(&mut self, bytes: &[u8]) -> Result<FragmentFacts> {
        let refused = Error::stored("fragment is not accepted", self.bytes());
        self.fragment_if(bytes, |_| true)?.ok_or(refused)
    }

    /// Takes the next fragment if `accept` agrees to its facts. After an error or a refusal nothing more is taken.
    pub fn fragment_if(
        &mut self,
        bytes: &[u8],
        accept: impl FnOnce(&FragmentFacts) -> bool,
    ) -> Result<Option<FragmentFacts>> {
        if self.ended {
            return Err(Error::stored("reading has ended before", self.bytes()));
        }
        let taken = self.take(bytes, accept);
        if !matches!(taken, Ok(Some(_))) {
            self.tally.abandon();
            self.ended = true;
        }
        taken
    }

    fn take(
        &mut self,
        bytes: &[u8],
        accept: impl FnOnce(&FragmentFacts) -> bool,
    ) -> Result<Option<FragmentFacts>> {
        let offset = self.bytes();
        let stored = |what| Error::stored(what, offset);
        let Next::Item(Item { range, kind: ItemKind::Fragment(found) }) = fmp4::next_item(bytes, offset)?
        else {
            return Err(stored("no whole fragment"));
        };
        if range.end - offset != bytes.len() as u64 {
            return Err(stored("the fragment is cut off, or more follows it"));
        }
        if found.sequence != self.tally.next_fragment() {
            return Err(stored("fragment number is out of order"));
        }
        // Its builder never writes one; the segment would end when its last unit begins.
        if found.samples.last().is_some_and(|sample| sample.duration == 0) {
            return Err(stored("the last unit lasts no time"));
        }
        let first_wall = found.wall.ok_or(stored("fragment has no wall time"))?;
        let mut samples = Vec::with_capacity(found.samples.len());
        for sample in &found.samples {
            let (from, to) = ((sample.offset - offset) as usize, (sample.range().end - offset) as usize);
            let data = bytes.get(from..to).ok_or(stored("sample lies outside"))?;
            self.tally
                .unit(sample.dts, sample.pts, sample.key, data)
                .map_err(|_| Error::stored("unit breaks a rule of the file", sample.offset))?;
            samples.push(sample.as_new());
        }
        let end_wall = first_wall.plus_us(us_from_ticks(found.end_dts() - found.first_dts()));
        let head = bytes.get(..(found.head.end - offset) as usize).unwrap_or_default();
        let facts = self.tally.close(&Closed { head, samples: &samples, first_wall, end_wall }, accept);
        if facts.is_some() {
            self.end_wall = end_wall;
        }
        Ok(facts)
    }

    /// Wall time behind the last unit, as the file alone tells it.
    pub fn end_wall(&self) -> WallTime {
        self.end_wall
    }

    /// Bytes that were taken, from the file's beginning.
    pub fn bytes(&self) -> u64 {
        self.tally.file_bytes()
    }

    /// The account of what was taken; `None` when there was no fragment.
    pub fn finish(self, reason: SealReason, end_wall: WallTime) -> Option<Sealed> {
        self.tally.seal(reason, end_wall)
    }
}

/// What [`recover`] could read.
#[derive(Debug)]
pub struct Recovered {
    /// `None` when the file has no whole fragment that counts.
    pub sealed: Option<Sealed>,
    pub fragments: Vec<FragmentFacts>,
    /// The file is good up to here; the rest is to be cut off.
    pub good_bytes: u64,
    /// Why reading ended before the end of the file: an error, or `None` when it is merely torn or not accepted.
    pub stopped: Option<Error>,
}

/// Reads `file` up to its end, to where it is torn, or to the first fragment that `accept` refuses (the journal does
/// not know it, or has another digest). The segment's end is then the last fragment's own, its reason `Recovered`.
/// Fails only when not even `ftyp` and `moov` can be read.
pub fn recover(
    file: &[u8],
    secret: SegmentSecret,
    mut accept: impl FnMut(&FragmentFacts) -> bool,
) -> Result<Recovered> {
    let init = match fmp4::next_item(file, 0)? {
        Next::Item(item) => file.get(..item.range.end as usize).unwrap_or_default(),
        Next::Need(_) => return Err(Error::stored("ftyp and moov are cut off", file.len() as u64)),
    };
    let mut recovery = Recovery::new(init, secret)?;
    let (mut fragments, mut stopped) = (Vec::new(), None);
    loop {
        let offset = recovery.bytes();
        let rest = file.get(offset as usize..).unwrap_or_default();
        let taken = match fmp4::next_item(rest, offset) {
            Ok(Next::Item(item)) => match rest.get(..(item.range.end - offset) as usize) {
                Some(bytes) => recovery.fragment_if(bytes, &mut accept),
                None => break,
            },
            Ok(Next::Need(_)) => break,
            Err(error) => Err(error),
        };
        match taken {
            Ok(Some(facts)) => fragments.push(facts),
            Ok(None) => break,
            Err(error) => {
                stopped = Some(error);
                break;
            }
        }
    }
    let (good_bytes, end_wall) = (recovery.bytes(), recovery.end_wall());
    let sealed = recovery.finish(SealReason::Recovered, end_wall);
    Ok(Recovered { sealed, fragments, good_bytes, stopped })
}
