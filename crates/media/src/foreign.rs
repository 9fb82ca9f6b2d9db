//! MP4 files that others wrote (a camera's card, an NVR's export): which samples they have, when, and where they lie. For footage
//! that is brought later; what we recorded ourselves is read by `fmp4`.
//!
//! Bytes of `moov` and `moof` boxes come in, a table of samples goes out; the samples themselves are not looked at. Input is
//! hostile: no bytes make it panic, loop, or hold more than [`SAMPLES_MAX`] samples. One track is taken: the first with H.264 or
//! H.265 pictures. Edit lists are not followed: the first sample is where the file begins.

mod tables;

use crate::{Error, Result, params_from_config};
use model::{Codec, MediaTime, VideoParams};

/// Samples of one file: nine hours at 30 pictures a second.
pub const SAMPLES_MAX: usize = 1_000_000;
/// Longest `moov` or `moof`: a million samples with all tables take less.
pub const BOX_BYTES_MAX: u64 = 64 << 20;

/// One picture of the track.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ForeignSample {
    /// Where its bytes lie in the file.
    pub offset: u64,
    pub bytes: u32,
    /// On a line of our own timescale that begins at 0; decode times strictly increase.
    pub dts: MediaTime,
    pub pts: MediaTime,
}

/// The first track with pictures.
#[derive(Clone, Debug)]
pub struct ForeignTrack {
    pub params: VideoParams,
    id: u32,
    timescale: u32,
    defaults: Defaults,
    /// End of the last fragment's samples, where one does not say when it begins.
    next_time: u64,
    samples: Vec<Timed>,
}

/// A sample in the file's own timescale.
#[derive(Clone, Copy, Debug)]
struct Timed {
    offset: u64,
    bytes: u32,
    time: u64,
    shown: i64,
}

/// What samples of a fragment have when it says nothing (ISO/IEC 14496-12 §8.8.3, §8.8.7).
#[derive(Clone, Copy, Debug, Default)]
struct Defaults {
    duration: u32,
    bytes: u32,
}

fn bad(what: &'static str) -> Error {
    Error::Bitstream { what, at: 0 }
}

/// Reads from the front.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(bad("a box ends too early"))?;
        self.0 = rest;
        Ok(*taken)
    }

    fn u32(&mut self) -> Result<u32> {
        self.take().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Result<u64> {
        self.take().map(u64::from_be_bytes)
    }

    fn skip(&mut self, bytes: usize) -> Result<()> {
        self.0 = self.0.get(bytes..).ok_or(bad("a box ends too early"))?;
        Ok(())
    }

    /// The next box in it: its kind and body (§4.2; no 64-bit size fits where this is used).
    fn next_box(&mut self) -> Result<Option<([u8; 4], Bytes<'a>)>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let (size, kind) = (self.u32()?, self.take::<4>()?);
        let body = usize::try_from(size).ok().and_then(|size| size.checked_sub(8));
        let taken = body.and_then(|body| self.0.split_at_checked(body));
        let (body, rest) = taken.ok_or(bad("a box is longer than the one around it"))?;
        self.0 = rest;
        Ok(Some((kind, Bytes(body))))
    }

    /// The first box of that kind.
    fn find(mut self, kind: &[u8; 4]) -> Result<Option<Bytes<'a>>> {
        while let Some((found, body)) = self.next_box()? {
            if found == *kind {
                return Ok(Some(body));
            }
        }
        Ok(None)
    }

    fn need(self, kind: &[u8; 4], what: &'static str) -> Result<Bytes<'a>> {
        self.find(kind)?.ok_or(bad(what))
    }
}

impl ForeignTrack {
    /// From the body of `moov`.
    pub fn new(moov: &[u8]) -> Result<Self> {
        let mut rest = Bytes(moov);
        while let Some((kind, body)) = rest.next_box()? {
            if &kind == b"trak"
                && let Some(mut track) = Self::of_track(body)?
            {
                track.defaults = defaults_of(Bytes(moov), track.id)?;
                return Ok(track);
            }
        }
        Err(bad("the file has no track with H.264 or H.265 pictures"))
    }

    fn of_track(trak: Bytes<'_>) -> Result<Option<Self>> {
        let mdia = trak.need(b"mdia", "a track has no media")?;
        let mut hdlr = mdia.need(b"hdlr", "a track does not say what it is")?;
        hdlr.skip(8)?;
        if &hdlr.take::<4>()? != b"vide" {
            return Ok(None);
        }
        let stbl = mdia.need(b"minf", "a track has no tables")?.need(b"stbl", "a track has no tables")?;
        let Some(params) = params_of(stbl.need(b"stsd", "a track has no description")?)? else {
            return Ok(None);
        };
        let mut tkhd = trak.need(b"tkhd", "a track has no header")?;
        let version = tkhd.take::<4>()?[0];
        tkhd.skip(if version == 1 { 16 } else { 8 })?;
        let id = tkhd.u32()?;
        let mut mdhd = mdia.need(b"mdhd", "a track has no media header")?;
        let version = mdhd.take::<4>()?[0];
        mdhd.skip(if version == 1 { 16 } else { 8 })?;
        let timescale = mdhd.u32()?;
        if timescale == 0 {
            return Err(bad("a track's timescale is 0"));
        }
        let samples = tables::samples(stbl)?;
        let defaults = Defaults::default();
        Ok(Some(Self { params, id, timescale, defaults, next_time: 0, samples }))
    }

    /// Takes a fragment: the body of `moof`, and where the box begins in the file (§8.8.4).
    pub fn fragment(&mut self, moof: &[u8], at: u64) -> Result<()> {
        let mut rest = Bytes(moof);
        while let Some((kind, body)) = rest.next_box()? {
            if &kind == b"traf" {
                self.traf(body, at)?;
            }
        }
        Ok(())
    }

    fn traf(&mut self, traf: Bytes<'_>, moof_at: u64) -> Result<()> {
        let mut tfhd = traf.need(b"tfhd", "a fragment has no header")?;
        let (flags, id) = (tfhd.u32()? & 0x00ff_ffff, tfhd.u32()?);
        if id != self.id {
            return Ok(());
        }
        let base = if flags & 1 != 0 { tfhd.u64()? } else { moof_at };
        tfhd.skip(if flags & 2 != 0 { 4 } else { 0 })?;
        let mut defaults = self.defaults;
        if flags & 8 != 0 {
            defaults.duration = tfhd.u32()?;
        }
        if flags & 0x10 != 0 {
            defaults.bytes = tfhd.u32()?;
        }
        if let Some(mut tfdt) = traf.find(b"tfdt")? {
            self.next_time = if tfdt.take::<4>()?[0] == 1 { tfdt.u64()? } else { tfdt.u32()?.into() };
        }
        let (mut boxes, mut offset) = (traf, base);
        while let Some((kind, body)) = boxes.next_box()? {
            if &kind == b"trun" {
                offset = self.trun(body, base, offset, defaults)?;
            }
        }
        Ok(())
    }

    /// One run of samples (§8.8.8); gives where the next one begins when it does not say.
    fn trun(&mut self, mut trun: Bytes<'_>, base: u64, next: u64, defaults: Defaults) -> Result<u64> {
        let head = trun.u32()?;
        let (version, flags, count) = (head >> 24, head & 0x00ff_ffff, trun.u32()?);
        let mut offset = next;
        if flags & 1 != 0 {
            let from = i64::from(i32::from_be_bytes(trun.take()?));
            offset = base.checked_add_signed(from).ok_or(bad("a run lies before its file"))?;
        }
        trun.skip(if flags & 4 != 0 { 4 } else { 0 })?;
        for _ in 0..count {
            let duration = if flags & 0x100 != 0 { trun.u32()? } else { defaults.duration };
            let bytes = if flags & 0x200 != 0 { trun.u32()? } else { defaults.bytes };
            trun.skip(if flags & 0x400 != 0 { 4 } else { 0 })?;
            let shown = if flags & 0x800 != 0 { shown(version, trun.take()?) } else { 0 };
            self.push(Timed { offset, bytes, time: self.next_time, shown })?;
            offset = offset.checked_add(bytes.into()).ok_or(bad("a run ends beyond any file"))?;
            self.next_time = self.next_time.saturating_add(duration.into());
        }
        Ok(offset)
    }

    fn push(&mut self, sample: Timed) -> Result<()> {
        if self.samples.len() >= SAMPLES_MAX {
            return Err(bad("the file has more samples than are taken at once"));
        }
        self.samples.push(sample);
        Ok(())
    }

    /// All samples in decoding order, on a line that begins at 0.
    pub fn samples(&self) -> Result<Vec<ForeignSample>> {
        let first = self.samples.first().ok_or(bad("the file has no pictures"))?.time;
        let ticks = |units: i128| {
            let ticks = units * i128::from(MediaTime::TICKS_PER_SECOND) / i128::from(self.timescale);
            i64::try_from(ticks).map(MediaTime).map_err(|_| bad("a time is out of range"))
        };
        let mut last = None;
        let place = |sample: &Timed| {
            let since = i128::from(sample.time) - i128::from(first);
            let dts = ticks(since)?;
            if last.is_some_and(|last| dts <= last) {
                return Err(bad("decode times do not increase"));
            }
            last = Some(dts);
            let pts = ticks(since + i128::from(sample.shown))?;
            Ok(ForeignSample { offset: sample.offset, bytes: sample.bytes, dts, pts })
        };
        self.samples.iter().map(place).collect()
    }
}

/// A composition offset: version 0 has no sign (§8.6.1.3); writers put negative ones there all the same.
fn shown(_version: u32, bytes: [u8; 4]) -> i64 {
    i32::from_be_bytes(bytes).into()
}

/// H.264 or H.265 as the first sample entry has it (ISO/IEC 14496-15 §5.4.2.1, §8.4.1.1); `None`: something else.
fn params_of(mut stsd: Bytes<'_>) -> Result<Option<VideoParams>> {
    stsd.skip(8)?;
    let Some((kind, mut entry)) = stsd.next_box()? else { return Ok(None) };
    let (codec, config) = match &kind {
        b"avc1" | b"avc3" => (Codec::H264, b"avcC"),
        b"hvc1" | b"hev1" => (Codec::H265, b"hvcC"),
        _ => return Ok(None),
    };
    entry.skip(78)?;
    let config = entry.need(config, "a sample entry has no configuration record")?;
    params_from_config(codec, config.0).map(Some)
}

/// What `trex` says of a track; nothing where the file has no fragments.
fn defaults_of(moov: Bytes<'_>, id: u32) -> Result<Defaults> {
    let Some(mut mvex) = moov.find(b"mvex")? else { return Ok(Defaults::default()) };
    while let Some((kind, mut trex)) = mvex.next_box()? {
        if &kind != b"trex" {
            continue;
        }
        trex.skip(4)?;
        if trex.u32()? == id {
            trex.skip(4)?;
            return Ok(Defaults { duration: trex.u32()?, bytes: trex.u32()? });
        }
    }
    Ok(Defaults::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Our own frozen file, read as a stranger would.
    const VECTOR: &[u8] = include_bytes!("../testdata/segment-v1.mp4");

    fn read(file: &[u8]) -> Result<Vec<ForeignSample>> {
        let (mut rest, mut at, mut track) = (Bytes(file), 0, None);
        while let Some((kind, body)) = rest.next_box()? {
            match &kind {
                b"moov" => track = Some(ForeignTrack::new(body.0)?),
                b"moof" => track.as_mut().ok_or(bad("a fragment comes first"))?.fragment(body.0, at)?,
                _ => {}
            }
            at += body.0.len() as u64 + 8;
        }
        track.ok_or(bad("no moov"))?.samples()
    }

    #[test]
    fn a_fragmented_file_gives_its_samples() {
        let samples = read(VECTOR).unwrap();
        let index = crate::index::rebuild(VECTOR).unwrap();
        let index = crate::index::Index::decode(&index).unwrap();
        let first = index.units()[0].dts.0;
        let expected: Vec<_> = index
            .units()
            .iter()
            .map(|unit| (unit.range().start, unit.range().end, unit.dts.0 - first, unit.pts.0 - first))
            .collect();
        let found: Vec<_> = samples
            .iter()
            .map(|one| (one.offset, one.offset + u64::from(one.bytes), one.dts.0, one.pts.0))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn no_cut_or_changed_file_is_more_than_an_error() {
        for at in 0..VECTOR.len().min(4_000) {
            let _either = read(&VECTOR[..at]);
            let mut changed = VECTOR.to_vec();
            changed[at] ^= 0x41;
            let _either = read(&changed);
        }
    }
}
