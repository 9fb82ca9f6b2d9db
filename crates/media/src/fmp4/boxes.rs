//! The boxes of a fragment and of `moov`, read field by field. Values that the writer always writes alike must be
//! alike; every failure names its offset in the file.

use super::init::aac_esds;
use super::read::Sample;
use super::write::wall_from_ntp;
use super::{
    FLAGS_DELTA, FLAGS_KEY, JPEG_ESDS, PRFT_FLAGS, TFHD_FLAGS, TIMESCALE, TRACK_ID, TRUN_ENTRY_LEN,
    TRUN_FLAGS,
};
use crate::{Error, Result, jpeg, params, sound};
use model::{Codec, MediaTime, VideoParams, WallTime};

/// Where the `AudioSpecificConfig` begins in the body of an `esds` of AAC.
const ESDS_CONFIG_AT: usize = 26;

/// Type and size of a box; the size includes the header.
#[derive(Clone, Copy)]
pub(super) struct Header {
    pub kind: [u8; 4],
    pub size: u64,
}

pub(super) enum Found {
    Header(Header),
    Need(u64),
}

/// The header of the box at `input[at..]`: 32-bit sizes only, because nothing of ours is larger
/// (ISO/IEC 14496-12 §4.2).
pub(super) fn header(input: &[u8], at: usize, offset: u64) -> Result<Found> {
    let Some(([a, b, c, d, kind @ ..], _)) = input.get(at..).and_then(|rest| rest.split_first_chunk::<8>())
    else {
        return Ok(Found::Need(at as u64 + 8));
    };
    let size = u64::from(u32::from_be_bytes([*a, *b, *c, *d]));
    if size < 8 {
        return Err(Error::stored("box size is not one of ours", offset + at as u64));
    }
    Ok(Found::Header(Header { kind: *kind, size }))
}

/// The body of a box, read from the front; every failure names its offset in the file.
#[derive(Clone, Copy)]
pub(super) struct Body<'a> {
    pub bytes: &'a [u8],
    pub at: u64,
}

impl<'a> Body<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) =
            self.bytes.split_first_chunk::<N>().ok_or(Error::stored("box ends too early", self.at))?;
        self.bytes = rest;
        self.at += N as u64;
        Ok(*taken)
    }

    fn skip(&mut self, bytes: usize) -> Result<()> {
        self.bytes = self.bytes.get(bytes..).ok_or(Error::stored("box ends too early", self.at))?;
        self.at += bytes as u64;
        Ok(())
    }

    fn u32(&mut self) -> Result<u32> {
        self.take().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Result<u64> {
        self.take().map(u64::from_be_bytes)
    }

    /// Reads a word that the writer always writes alike.
    fn expect(&mut self, word: u32, what: &'static str) -> Result<()> {
        let at = self.at;
        if self.u32()? == word { Ok(()) } else { Err(Error::stored(what, at)) }
    }

    fn end(&self, what: &'static str) -> Result<()> {
        if self.bytes.is_empty() { Ok(()) } else { Err(Error::stored(what, self.at)) }
    }

    /// Takes the next box, which must be complete.
    fn next_box(&mut self) -> Result<([u8; 4], Body<'a>)> {
        let at = self.at;
        let Found::Header(found) = header(self.bytes, 0, at)? else {
            return Err(Error::stored("box header is cut off", at));
        };
        let size = usize::try_from(found.size).map_err(|_| Error::stored("box is too large", at))?;
        let bytes = self.bytes.get(8..size).ok_or(Error::stored("box is larger than its parent", at))?;
        self.skip(size)?;
        Ok((found.kind, Body { bytes, at: at + 8 }))
    }

    /// Takes the next box, which must be of this type.
    fn next_of(&mut self, kind: &[u8; 4], what: &'static str) -> Result<Body<'a>> {
        let at = self.at;
        let (found, body) = self.next_box()?;
        if found == *kind { Ok(body) } else { Err(Error::stored(what, at)) }
    }

    /// The first child of this type.
    fn child(mut self, kind: &[u8; 4], what: &'static str) -> Result<Body<'a>> {
        let at = self.at;
        while !self.bytes.is_empty() {
            let (found, body) = self.next_box()?;
            if found == *kind {
                return Ok(body);
            }
        }
        Err(Error::stored(what, at))
    }
}

/// ProducerReferenceTimeBox, version 1 (ISO/IEC 14496-12 §8.16.5).
pub(super) fn prft(mut body: Body<'_>) -> Result<(WallTime, MediaTime)> {
    body.expect(1 << 24 | PRFT_FLAGS, "prft has other flags")?;
    body.expect(TRACK_ID, "prft is of another track")?;
    let wall = wall_from_ntp(body.u64()?);
    Ok((wall, media_time(body.u64()?, body.at)?))
}

fn media_time(ticks: u64, at: u64) -> Result<MediaTime> {
    i64::try_from(ticks).map(MediaTime).map_err(|_| Error::stored("decode time is out of range", at))
}

/// MovieFragmentBox (ISO/IEC 14496-12 §8.8.4) with exactly one track run. `payload` is what `mdat` holds, its first
/// byte at `samples_at` of the file and `data_offset` from the start of `moof`.
pub(super) fn moof(
    mut moof: Body<'_>,
    data_offset: u64,
    samples_at: u64,
    payload: u64,
) -> Result<(u32, MediaTime, Vec<Sample>)> {
    let mut mfhd = moof.next_of(b"mfhd", "moof does not begin with mfhd")?;
    mfhd.expect(0, "mfhd has flags")?;
    let sequence = mfhd.u32()?;
    mfhd.end("mfhd is too long")?;
    let mut traf = moof.next_of(b"traf", "no traf behind mfhd")?;
    moof.end("more than one traf")?;
    let mut tfhd = traf.next_of(b"tfhd", "traf does not begin with tfhd")?;
    tfhd.expect(TFHD_FLAGS, "tfhd has other flags")?;
    tfhd.expect(TRACK_ID, "tfhd is of another track")?;
    tfhd.end("tfhd is too long")?;
    let mut tfdt = traf.next_of(b"tfdt", "no tfdt behind tfhd")?;
    tfdt.expect(1 << 24, "tfdt is not version 1")?;
    let first_dts = media_time(tfdt.u64()?, tfdt.at)?;
    tfdt.end("tfdt is too long")?;
    let mut trun = traf.next_of(b"trun", "no trun behind tfdt")?;
    traf.end("more than one trun")?;
    trun.expect(1 << 24 | TRUN_FLAGS, "trun has other flags")?;
    let count = trun.u32()?;
    if count == 0 || u64::from(count) * TRUN_ENTRY_LEN as u64 + 4 != trun.bytes.len() as u64 {
        return Err(Error::stored("trun has no samples or a wrong length", trun.at));
    }
    if u64::from(trun.u32()?) != data_offset {
        return Err(Error::stored("samples do not begin behind mdat's header", trun.at));
    }
    let mut samples = Vec::with_capacity(count as usize); // bounded by trun's own length
    let (mut offset, mut dts) = (samples_at, first_dts);
    for _ in 0..count {
        let sample = sample(&mut trun, offset, dts)?;
        offset += u64::from(sample.size);
        dts = dts + i64::from(sample.duration);
        samples.push(sample);
    }
    if offset - samples_at != payload {
        return Err(Error::stored("mdat holds more or less than the samples", samples_at));
    }
    Ok((sequence, first_dts, samples))
}

fn sample(trun: &mut Body<'_>, offset: u64, dts: MediaTime) -> Result<Sample> {
    let duration = trun.u32()?;
    let size = trun.u32()?;
    let flags = trun.u32()?;
    let composition = i32::from_be_bytes(trun.take()?);
    let key = match flags {
        FLAGS_KEY => true,
        FLAGS_DELTA => false,
        _ => return Err(Error::stored("sample has other flags", trun.at)),
    };
    Ok(Sample { offset, size, dts, pts: dts + i64::from(composition), duration, key })
}

/// The parameters in a MovieBox (ISO/IEC 14496-12 §8.2.1): path and values as our `init` writes them.
pub(super) fn moov_params(moov: Body<'_>) -> Result<VideoParams> {
    let trak = moov.child(b"trak", "moov has no trak")?;
    let mut tkhd = trak.child(b"tkhd", "trak has no tkhd")?;
    tkhd.skip(12)?;
    tkhd.expect(TRACK_ID, "track has another id")?;
    let mdia = trak.child(b"mdia", "trak has no mdia")?;
    let mut mdhd = mdia.child(b"mdhd", "mdia has no mdhd")?;
    mdhd.skip(12)?;
    mdhd.expect(TIMESCALE, "track has another timescale")?;
    let minf = mdia.child(b"minf", "mdia has no minf")?;
    let stbl = minf.child(b"stbl", "minf has no stbl")?;
    let mut stsd = stbl.child(b"stsd", "stbl has no stsd")?;
    stsd.expect(0, "stsd has flags")?;
    stsd.expect(1, "stsd has not one entry")?;
    let (kind, mut entry) = stsd.next_box()?;
    let (codec, config) = match &kind {
        b"avc1" => (Codec::H264, b"avcC"),
        b"hvc1" => (Codec::H265, b"hvcC"),
        b"mp4v" => return jpeg_params(entry),
        b"mp4a" => return sound_params(Codec::Aac, entry),
        b"ulaw" => return sound_params(Codec::Pcmu, entry),
        b"alaw" => return sound_params(Codec::Pcma, entry),
        _ => return Err(Error::stored("sample entry is none of ours", stsd.at)),
    };
    entry.skip(78)?; // SampleEntry and VisualSampleEntry (§8.5.2.2, §12.1.3.2)
    let config = entry.child(config, "sample entry has no configuration record")?;
    params::params_from_config(codec, config.bytes)
        .map_err(|_| Error::stored("configuration record cannot be read", config.at))
}

/// The parameters in an MP4VisualSampleEntry of JPEG pictures: width and height (ISO/IEC 14496-12 §12.1.3.2) are all.
fn jpeg_params(mut entry: Body<'_>) -> Result<VideoParams> {
    let at = entry.at;
    entry.skip(24)?;
    let (width, height) = (u16::from_be_bytes(entry.take()?), u16::from_be_bytes(entry.take()?));
    entry.skip(50)?;
    let esds = entry.child(b"esds", "sample entry has no esds")?;
    if esds.bytes != JPEG_ESDS {
        return Err(Error::stored("esds is not the one of JPEG pictures", esds.at));
    }
    params::params_from_config(Codec::Jpeg, &jpeg::config(width, height))
        .map_err(|_| Error::stored("picture size is out of range", at))
}

/// The parameters in an AudioSampleEntry (ISO/IEC 14496-12 §12.2.3): channels and rate, and of AAC its `esds`, which must agree.
fn sound_params(codec: Codec, mut entry: Body<'_>) -> Result<VideoParams> {
    let at = entry.at;
    entry.skip(16)?;
    let channels = u16::from_be_bytes(entry.take()?);
    entry.skip(6)?;
    let rate_hz = entry.u32()? >> 16;
    let wrong = |_| Error::stored("sound cannot be read", at);
    let channels = u8::try_from(channels).map_err(|_| Error::stored("too many channels of sound", at))?;
    let format = sound::Format { rate_hz, channels };
    if codec != Codec::Aac {
        entry.end("more than a sample entry of G.711 has")?;
        return sound::g711(codec, format).map_err(wrong);
    }
    let esds = entry.next_of(b"esds", "sample entry has no esds")?;
    entry.end("more than one esds")?;
    let config = esds.bytes.get(ESDS_CONFIG_AT..esds.bytes.len().saturating_sub(3)).unwrap_or_default();
    if esds.bytes != aac_esds(config) {
        return Err(Error::stored("esds is not the one of AAC", esds.at));
    }
    let params = sound::aac(config).map_err(wrong)?;
    match sound::format(&params) {
        Ok(said) if said == format => Ok(params),
        _ => Err(Error::stored("rate or channels differ from the configuration record", at)),
    }
}
