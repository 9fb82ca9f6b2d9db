//! A piece of video or sound kept in memory, to be played in a loop by [`crate::rtsp_server`].
//!
//! Read from an ordinary (not fragmented) MP4 file with an H.264 or H.265 track, or its AAC track as a clip of its own, from a
//! `.mjpeg` file (JPEG pictures one behind another), or from samples of G.711. It is for simulated cameras: footage is never read through it. The whole file is held once; access units are slices of it.

use bytes::{BufMut, Bytes, BytesMut};
use model::{Codec, Kind, MediaTime, VideoParams};
use mp4_atom::{Atom, Decode, Mdia, Moov, Stbl, StszSamples};
use std::{path::Path, sync::Arc};

/// Larger files are refused: clips are minutes of video, not archives.
pub const CLIP_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// A `.mjpeg` file does not say it: what simulated cameras make of one.
const PICTURES_PER_SECOND: u32 = 10;

/// 20 ms at 8 kHz.
const G711_UNIT_BYTES: usize = 160;

/// Why a file is no clip.
#[derive(Debug, thiserror::Error)]
pub enum ClipError {
    #[error("{path}: {source}")]
    Read { path: String, source: std::io::Error },
    #[error("clip: {0}")]
    Invalid(String),
}

impl ClipError {
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Read { .. } => Kind::Unavailable,
            Self::Invalid(_) => Kind::Invalid,
        }
    }
}

fn invalid(problem: impl Into<String>) -> ClipError {
    ClipError::Invalid(problem.into())
}

/// One access unit of a clip.
#[derive(Clone, Debug)]
pub struct ClipUnit {
    /// Decode time from the clip's start; the first unit's is 0.
    pub dts: MediaTime,
    pub pts: MediaTime,
    pub key: bool,
    /// NAL units with 4-byte lengths; key units begin with the parameter sets, as cameras send them.
    pub data: Bytes,
}

/// Access units with their parameters and the length of one pass.
#[derive(Clone, Debug)]
pub struct Clip {
    params: Arc<VideoParams>,
    units: Vec<ClipUnit>,
    length_ticks: i64,
}

impl Clip {
    /// Reads a file; blocks.
    pub fn load(path: &Path) -> Result<Self, ClipError> {
        let read = |source| ClipError::Read { path: path.display().to_string(), source };
        if std::fs::metadata(path).map_err(read)?.len() > CLIP_BYTES_MAX {
            return Err(invalid(format!("{} is larger than {CLIP_BYTES_MAX} bytes", path.display())));
        }
        let file = Bytes::from(std::fs::read(path).map_err(read)?);
        let pictures = path.extension().is_some_and(|extension| extension == "mjpeg");
        let parsed =
            if pictures { Self::of_pictures(&file, PICTURES_PER_SECOND) } else { Self::parse(&file) };
        parsed.map_err(|error| invalid(format!("{}: {error}", path.display())))
    }

    /// The first video track of an MP4 file (ISO/IEC 14496-12).
    pub fn parse(file: &Bytes) -> Result<Self, ClipError> {
        let moov = movie(file)?;
        let tracks = || moov.trak.iter().map(|trak| &trak.mdia);
        let video = tracks().find(|mdia| mdia.minf.vmhd.is_some());
        let mdia = video.ok_or_else(|| invalid("no video track"))?;
        Self::of_track(file, mdia, params(&mdia.minf.stbl)?)
    }

    /// The first track of AAC sound in an MP4 file.
    pub fn parse_sound(file: &Bytes) -> Result<Self, ClipError> {
        let moov = movie(file)?;
        let tracks = || moov.trak.iter().map(|trak| &trak.mdia);
        let sound = tracks().find(|mdia| mdia.minf.smhd.is_some());
        let mdia = sound.ok_or_else(|| invalid("no sound track"))?;
        Self::of_track(file, mdia, sound_params(&mdia.minf.stbl)?)
    }

    fn of_track(file: &Bytes, mdia: &Mdia, params: VideoParams) -> Result<Self, ClipError> {
        let table = &mdia.minf.stbl;
        let samples = samples(table, i64::from(mdia.mdhd.timescale).max(1))?;
        let mut units = Vec::with_capacity(samples.len());
        let mut length_ticks = 0;
        for sample in samples {
            let end = sample.offset.checked_add(sample.size).filter(|end| *end <= file.len());
            let end = end.ok_or_else(|| invalid("a sample lies outside the file"))?;
            let data = file.slice(sample.offset..end);
            units.push(ClipUnit { dts: sample.dts, pts: sample.pts, key: sample.key, data });
            length_ticks = sample.dts.0 + sample.duration_ticks;
        }
        Self::from_units(Arc::new(params), units, length_ticks)
    }

    /// Samples of G.711 at 8 kHz, one channel: 20 ms a unit (RFC 3551 §4.2). What is over at the end is left out.
    pub fn of_g711(codec: Codec, samples: &Bytes) -> Result<Self, ClipError> {
        let (rate_hz, channels) = (8_000, 1);
        let params = media::sound::g711(codec, media::sound::Format { rate_hz, channels });
        let params = params.map_err(|error| invalid(error.to_string()))?;
        let ticks = |unit: usize| MediaTime::TICKS_PER_SECOND / 50 * unit as i64;
        let count = samples.len() / G711_UNIT_BYTES;
        let unit = |number: usize| {
            let (dts, from) = (MediaTime(ticks(number)), number * G711_UNIT_BYTES);
            ClipUnit { dts, pts: dts, key: true, data: samples.slice(from..from + G711_UNIT_BYTES) }
        };
        Self::from_units(Arc::new(params), (0..count).map(unit).collect(), ticks(count))
    }

    /// JPEG pictures, one behind another, so many a second.
    pub fn of_pictures(file: &Bytes, per_second: u32) -> Result<Self, ClipError> {
        let ticks = 90_000 / i64::from(per_second.max(1));
        let (mut units, mut at) = (Vec::new(), 0);
        // The end marker stands nowhere inside a picture's data (ITU-T T.81 §B.1.1.2), nor in headers without thumbnails.
        while let Some(length) = file[at..].windows(2).position(|two| two == [0xff, 0xd9]) {
            let dts = MediaTime(ticks * units.len() as i64);
            units.push(ClipUnit { dts, pts: dts, key: true, data: file.slice(at..at + length + 2) });
            at += length + 2;
        }
        let first = units.first().ok_or_else(|| invalid("no JPEG picture"))?;
        let params = media::jpeg::params(&first.data).map_err(|error| invalid(error.to_string()))?;
        let length_ticks = ticks * units.len() as i64;
        Self::from_units(Arc::new(params), units, length_ticks)
    }

    /// A clip of units in decode order; `length_ticks` (90 kHz) is the time from the first unit to its next turn.
    /// Puts the parameter sets before every key unit that does not begin with one.
    pub fn from_units(
        params: Arc<VideoParams>,
        mut units: Vec<ClipUnit>,
        length_ticks: i64,
    ) -> Result<Self, ClipError> {
        let first = units.first().ok_or_else(|| invalid("no access unit"))?.dts;
        if !units.first().is_some_and(|unit| unit.key) {
            return Err(invalid("does not begin with a key frame"));
        }
        if units.windows(2).any(|pair| pair[0].dts >= pair[1].dts) {
            return Err(invalid("decode times do not increase"));
        }
        let sets = wire::parameter_sets(&params).map_err(|error| invalid(error.to_string()))?;
        for unit in &mut units {
            unit.dts = MediaTime(unit.dts - first);
            unit.pts = MediaTime(unit.pts - first);
            if unit.key && !begins_with_parameter_set(params.codec, &unit.data) {
                unit.data = with_parameter_sets(&sets, &unit.data);
            }
        }
        if units.last().is_none_or(|last| last.dts.0 >= length_ticks) {
            return Err(invalid("is shorter than its units"));
        }
        Ok(Self { params, units, length_ticks })
    }

    pub const fn params(&self) -> &Arc<VideoParams> {
        &self.params
    }
    pub fn units(&self) -> &[ClipUnit] {
        &self.units
    }
    /// 90 kHz ticks of one pass.
    pub const fn length_ticks(&self) -> i64 {
        self.length_ticks
    }
    /// Bits per second over one pass.
    pub fn bit_rate(&self) -> u64 {
        let bytes: u64 = self.units.iter().map(|unit| unit.data.len() as u64).sum();
        bytes * 8 * MediaTime::TICKS_PER_SECOND.unsigned_abs() / self.length_ticks.unsigned_abs().max(1)
    }
}

fn begins_with_parameter_set(codec: Codec, data: &[u8]) -> bool {
    let kind = data.get(4).copied().unwrap_or(0);
    match codec {
        Codec::H264 => kind & 0x1F == 7,                 // SPS, ITU-T H.264 table 7-1
        Codec::H265 => (32..=34).contains(&(kind >> 1)), // VPS, SPS, PPS, ITU-T H.265 table 7-1
        // Each picture has its tables; sound is described beside it.
        Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => true,
    }
}

fn with_parameter_sets(sets: &[&[u8]], data: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(data.len() + sets.iter().map(|set| 4 + set.len()).sum::<usize>());
    for set in sets {
        out.put_u32(u32::try_from(set.len()).unwrap_or(0)); // sets come from 16-bit lengths
        out.put_slice(set);
    }
    out.put_slice(data);
    out.freeze()
}

/// Finds and reads the `moov` box among the top-level boxes (ISO/IEC 14496-12 §8.2.1).
fn movie(file: &Bytes) -> Result<Moov, ClipError> {
    let mut rest = &file[..];
    while let Some((size, after)) = rest.split_first_chunk::<4>() {
        let kind = after.get(..4).unwrap_or_default();
        let large = after.get(4..12).and_then(|bytes| bytes.try_into().ok()).map(u64::from_be_bytes);
        // ISO/IEC 14496-12 §4.2: 0 means to the end of the file, 1 that a 64-bit size follows the type.
        let size = match u32::from_be_bytes(*size) {
            0 => rest.len() as u64,
            1 => large.unwrap_or(0),
            size => u64::from(size),
        };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if size < 8 || size > rest.len() {
            break;
        }
        let (this, next) = rest.split_at(size);
        if kind == b"moov" {
            return Moov::decode(&mut &*this).map_err(|error| invalid(format!("moov: {error}")));
        }
        rest = next;
    }
    Err(invalid("no moov box: not an MP4 file"))
}

/// Parameters from the sample description (ISO/IEC 14496-15 §5.4.2, §8.4.1).
fn params(table: &Stbl) -> Result<VideoParams, ClipError> {
    let (codec, length_bytes, config) = match table.stsd.codecs.first() {
        Some(mp4_atom::Codec::Avc1(mp4_atom::Avc1 { avcc, .. }))
        | Some(mp4_atom::Codec::Avc3(mp4_atom::Avc3 { avcc, .. })) => {
            (Codec::H264, avcc.length_size, body(avcc)?)
        }
        Some(mp4_atom::Codec::Hvc1(mp4_atom::Hvc1 { hvcc, .. }))
        | Some(mp4_atom::Codec::Hev1(mp4_atom::Hev1 { hvcc, .. })) => {
            (Codec::H265, hvcc.length_size_minus_one + 1, body(hvcc)?)
        }
        _ => return Err(invalid("neither H.264 nor H.265")),
    };
    if length_bytes != 4 {
        return Err(invalid("NAL lengths are not 4 bytes"));
    }
    media::params_from_config(codec, &config).map_err(|error| invalid(error.to_string()))
}

/// Parameters of AAC sound (ISO/IEC 14496-14 §5.6.1).
fn sound_params(table: &Stbl) -> Result<VideoParams, ClipError> {
    let Some(mp4_atom::Codec::Mp4a(mp4a)) = table.stsd.codecs.first() else {
        return Err(invalid("no AAC sound"));
    };
    let config = mp4a.esds.es_desc.dec_config.dec_specific.as_ref().map_or(&[][..], |said| &said.raw);
    media::sound::aac(config).map_err(|error| invalid(error.to_string()))
}

fn body(record: &impl Atom) -> Result<Vec<u8>, ClipError> {
    let mut out = Vec::new();
    record.encode_body(&mut out).map_err(|error| invalid(error.to_string()))?;
    Ok(out)
}

struct Sample {
    offset: usize,
    size: usize,
    dts: MediaTime,
    pts: MediaTime,
    duration_ticks: i64,
    key: bool,
}

/// Puts the sample tables together (ISO/IEC 14496-12 §8.6 and §8.7); the shortest table ends the clip.
fn samples(table: &Stbl, timescale: i64) -> Result<Vec<Sample>, ClipError> {
    let sizes: Vec<usize> = match &table.stsz.samples {
        StszSamples::Identical { count, size } => vec![*size as usize; (*count as usize).min(1 << 24)],
        StszSamples::Different { sizes } => sizes.iter().map(|size| *size as usize).collect(),
    };
    let offsets = offsets(table, &sizes)?;
    let durations = table.stts.entries.iter().flat_map(|e| repeat(e.sample_count, i64::from(e.sample_delta)));
    // Without `ctts` presentation is decoding order (§8.6.1.3), without `stss` every sample is a key frame (§8.6.2).
    let shifts = table
        .ctts
        .iter()
        .flat_map(|ctts| &ctts.entries)
        .flat_map(|e| repeat(e.sample_count, e.sample_offset));
    let shifts = shifts.chain(std::iter::repeat(0));
    let to_ticks =
        |time: i64| i64::try_from(i128::from(time) * 90_000 / i128::from(timescale)).unwrap_or(i64::MAX);
    let mut dts = 0i64;
    let mut out = Vec::with_capacity(sizes.len());
    for (((size, offset), duration), shift) in sizes.into_iter().zip(offsets).zip(durations).zip(shifts) {
        let number = u32::try_from(out.len() + 1).unwrap_or(u32::MAX);
        let key = table.stss.as_ref().is_none_or(|stss| stss.entries.binary_search(&number).is_ok());
        let next = dts.saturating_add(duration);
        out.push(Sample {
            offset,
            size,
            dts: MediaTime(to_ticks(dts)),
            pts: MediaTime(to_ticks(dts.saturating_add(shift))),
            duration_ticks: to_ticks(next) - to_ticks(dts),
            key,
        });
        dts = next;
    }
    Ok(out)
}

fn repeat<T: Clone>(count: u32, value: T) -> impl Iterator<Item = T> {
    std::iter::repeat_n(value, count as usize)
}

/// Where each sample lies: chunks (`stco`, `co64`) cut into samples (`stsc`), ISO/IEC 14496-12 §8.7.4 and §8.7.5.
fn offsets(table: &Stbl, sizes: &[usize]) -> Result<Vec<usize>, ClipError> {
    let chunks: Vec<u64> = match (&table.stco, &table.co64) {
        (Some(stco), _) => stco.entries.iter().map(|offset| u64::from(*offset)).collect(),
        (None, Some(co64)) => co64.entries.clone(),
        (None, None) => return Err(invalid("no chunk offsets")),
    };
    let mut runs = table.stsc.entries.iter().peekable();
    let mut per_chunk = 0;
    let mut out = Vec::with_capacity(sizes.len());
    for (chunk, offset) in (1u32..).zip(chunks) {
        while let Some(run) = runs.next_if(|run| run.first_chunk <= chunk) {
            per_chunk = run.samples_per_chunk as usize;
        }
        let mut at = usize::try_from(offset).map_err(|_| invalid("a chunk lies outside the file"))?;
        for size in sizes.get(out.len()..).unwrap_or_default().iter().take(per_chunk) {
            out.push(at);
            at = at.saturating_add(*size);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AVC: &[u8] = &[1, 0x4D, 0x40, 0x1F, 0xFF, 0xE1, 0, 2, 0x67, 0x4D, 1, 0, 1, 0x68];

    fn unit(dts: i64, key: bool, data: &'static [u8]) -> ClipUnit {
        ClipUnit { dts: MediaTime(dts), pts: MediaTime(dts), key, data: Bytes::from_static(data) }
    }

    fn avc() -> Arc<VideoParams> {
        let config = Bytes::from_static(AVC);
        Arc::new(VideoParams { codec: Codec::H264, width: 16, height: 16, config, rfc6381: String::new() })
    }

    #[test]
    fn key_units_carry_the_parameter_sets() {
        let units = vec![unit(100, true, b"\0\0\0\x01\x65"), unit(200, false, b"\0\0\0\x01\x41")];
        let clip = Clip::from_units(avc(), units, 300).unwrap();
        assert_eq!(clip.units()[0].data, b"\0\0\0\x02\x67\x4d\0\0\0\x01\x68\0\0\0\x01\x65".as_slice());
        assert_eq!(clip.units()[1].data, b"\0\0\0\x01\x41".as_slice());
        assert_eq!((clip.units()[0].dts, clip.units()[1].dts), (MediaTime(0), MediaTime(100)));
    }

    #[test]
    fn what_is_no_clip_is_refused() {
        let check = |units: Vec<ClipUnit>, length, expected: &str| {
            assert_eq!(Clip::from_units(avc(), units, length).unwrap_err().to_string(), expected);
        };
        let (key, other) = (unit(0, true, b"\0\0\0\x01\x65"), unit(0, false, b"\0\0\0\x01\x41"));
        check(vec![], 1, "clip: no access unit");
        check(vec![other.clone()], 1, "clip: does not begin with a key frame");
        check(vec![key.clone(), other], 1, "clip: decode times do not increase");
        check(vec![key], 0, "clip: is shorter than its units");
        for file in [
            b"".as_slice(),
            b"\0\0\0\x08free",
            b"\0\0\0\x01moov",
            b"\0\0\0\x10moovabcdefgh",
            b"\xff\xff\xff\xffmoov",
        ] {
            assert!(Clip::parse(&Bytes::from_static(file)).is_err());
        }
    }
}
