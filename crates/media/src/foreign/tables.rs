//! The sample tables of a file without fragments (ISO/IEC 14496-12 §8.5 to §8.7): durations, offsets of showing, sizes, and in which
//! chunks the samples lie. Tables that contradict each other are an error.

use super::{Bytes, SAMPLES_MAX, Timed, bad, shown};
use crate::Result;

/// The samples that `stbl` lists; none where all are in fragments.
pub(super) fn samples(stbl: Bytes<'_>) -> Result<Vec<Timed>> {
    let sizes = sizes(stbl)?;
    let mut times = Runs::new(stbl.need(b"stts", "a track has no durations")?)?;
    let mut shown_at = stbl.find(b"ctts")?.map(Runs::new).transpose()?;
    let mut chunks = Chunks::new(stbl)?;
    let (mut samples, mut time) = (Vec::with_capacity(sizes.len()), 0_u64);
    for bytes in sizes {
        let duration = u32::from_be_bytes(times.next()?);
        let shown = match &mut shown_at {
            Some(runs) => shown(0, runs.next()?),
            None => 0,
        };
        samples.push(Timed { offset: chunks.place(bytes)?, bytes, time, shown });
        time = time.saturating_add(duration.into());
    }
    Ok(samples)
}

/// `stsz` (§8.7.3.2): one size for all, or one each.
fn sizes(stbl: Bytes<'_>) -> Result<Vec<u32>> {
    let mut stsz = stbl.need(b"stsz", "a track has no sizes")?;
    stsz.skip(4)?;
    let (all, count) = (stsz.u32()?, stsz.u32()?);
    let count = usize::try_from(count).ok().filter(|count| *count <= SAMPLES_MAX);
    let count = count.ok_or(bad("the file has more samples than are taken at once"))?;
    if all != 0 {
        return Ok(vec![all; count]);
    }
    (0..count).map(|_| stsz.u32()).collect()
}

/// A table of (count, value): `stts` and `ctts` (§8.6.1).
struct Runs<'a> {
    rest: Bytes<'a>,
    left: u32,
    value: [u8; 4],
}

impl<'a> Runs<'a> {
    fn new(mut table: Bytes<'a>) -> Result<Self> {
        table.skip(8)?;
        Ok(Self { rest: table, left: 0, value: [0; 4] })
    }

    fn next(&mut self) -> Result<[u8; 4]> {
        while self.left == 0 {
            (self.left, self.value) = (self.rest.u32()?, self.rest.take()?);
        }
        self.left -= 1;
        Ok(self.value)
    }
}

/// `stsc` with `stco` or `co64` (§8.7.4, §8.7.5): how many samples lie in each chunk, and where the chunks begin.
struct Chunks<'a> {
    runs: Bytes<'a>,
    /// Of the run that holds: samples in each of its chunks, and the first chunk behind it (from 1).
    each: u32,
    until: u32,
    offsets: Bytes<'a>,
    is_wide: bool,
    /// The chunk that is being filled, from 1; 0 before the first.
    chunk: u32,
    left: u32,
    at: u64,
}

impl<'a> Chunks<'a> {
    fn new(stbl: Bytes<'a>) -> Result<Self> {
        let mut runs = stbl.need(b"stsc", "a track has no chunks")?;
        runs.skip(8)?;
        let narrow = stbl.find(b"stco")?;
        let is_wide = narrow.is_none();
        let mut offsets = match narrow {
            Some(offsets) => offsets,
            None => stbl.need(b"co64", "a track's chunks have no places")?,
        };
        offsets.skip(8)?;
        Ok(Self { runs, each: 0, until: 1, offsets, is_wide, chunk: 0, left: 0, at: 0 })
    }

    /// Where the next sample of that size lies.
    fn place(&mut self, bytes: u32) -> Result<u64> {
        while self.left == 0 {
            self.next_chunk()?;
        }
        self.left -= 1;
        let at = self.at;
        self.at = at.checked_add(bytes.into()).ok_or(bad("a chunk ends beyond any file"))?;
        Ok(at)
    }

    fn next_chunk(&mut self) -> Result<()> {
        self.chunk = self.chunk.checked_add(1).ok_or(bad("there are too many chunks"))?;
        if self.chunk >= self.until {
            self.runs.skip(4)?;
            self.each = self.runs.u32()?;
            self.runs.skip(4)?;
            let mut ahead = self.runs;
            self.until = if ahead.0.is_empty() { u32::MAX } else { ahead.u32()? };
        }
        self.at = if self.is_wide { self.offsets.u64()? } else { self.offsets.u32()?.into() };
        self.left = self.each;
        Ok(())
    }
}
