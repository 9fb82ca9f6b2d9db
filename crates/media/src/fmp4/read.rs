//! Reads what this crate writes, from whole files or from their beginnings, whether torn or hostile.
//!
//! Not a reader of other muxers' files. The invariants: no input makes it panic or reserve more memory than the
//! input has bytes; what it returns is exactly covered: the bytes before the first sample and the samples are,
//! together and without overlap, all bytes of a fragment.

use super::write::{NewSample, wall_from_ntp};
use super::{
    COPY_BOX_TYPE, FLAGS_DELTA, FLAGS_KEY, HEAD_BYTES_MAX, MDAT_BYTES_MAX, PRFT_LEN, TFHD_FLAGS, TIMESCALE,
    TRACK_ID, TRUN_ENTRY_LEN, TRUN_FLAGS,
};
use crate::{Error, Result, params};
use model::{Codec, MediaTime, VideoParams, WallTime};
use std::ops::Range;

/// One thing of a file, with the bytes it takes there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Offsets in the file.
    pub range: Range<u64>,
    pub kind: ItemKind,
}

/// What an [`Item`] is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ItemKind {
    /// `ftyp` and `moov`.
    Init(Init),
    /// `[prft] moof mdat`.
    Fragment(Fragment),
    /// The `uuid` box with the id of a copy.
    Copy([u8; 16]),
    /// Any other box: its type. Segments have none.
    Other([u8; 4]),
}

/// An initialization segment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Init {
    pub params: VideoParams,
}

/// A fragment, without its samples' bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fragment {
    /// `mfhd` sequence number.
    pub sequence: u32,
    /// Wall time of the first sample, from `prft`.
    pub wall: Option<WallTime>,
    /// The bytes before the first sample, as offsets in the file: what `hash::piece_hash` covers.
    pub head: Range<u64>,
    /// At least one, in decode order, contiguous from `head.end` to the fragment's end.
    pub samples: Vec<Sample>,
}

/// One sample of a fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    /// Offset in the file.
    pub offset: u64,
    /// Bytes.
    pub size: u32,
    pub dts: MediaTime,
    pub pts: MediaTime,
    /// Ticks.
    pub duration: u32,
    pub key: bool,
}

impl Sample {
    /// The sample's bytes in the file.
    pub fn range(&self) -> Range<u64> {
        self.offset..self.offset + u64::from(self.size)
    }

    pub(crate) fn as_new(&self) -> NewSample {
        // The reader made pts from a 32-bit offset.
        let composition = i32::try_from(self.pts - self.dts).unwrap_or_default();
        NewSample { size: self.size, duration: self.duration, composition, key: self.key }
    }
}

impl Fragment {
    /// Decode time of the first sample.
    pub fn first_dts(&self) -> MediaTime {
        self.samples.first().map_or(MediaTime(0), |sample| sample.dts)
    }

    /// Decode time of the last sample and its duration. The next fragment's first decode time governs.
    pub fn end_dts(&self) -> MediaTime {
        self.samples.last().map_or(MediaTime(0), |sample| sample.dts + i64::from(sample.duration))
    }

    /// Offset in the file behind the last sample.
    pub fn end(&self) -> u64 {
        self.samples.last().map_or(self.head.end, |sample| sample.range().end)
    }
}

/// What [`next_item`] found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Next {
    Item(Item),
    /// At least so many bytes of input, counted from its beginning, are needed to tell.
    Need(u64),
}

/// Reads the item at the beginning of `input`, which lies at `offset` of its file. Of a fragment only the head must
/// be in `input`: the caller compares `range` with what it has, or seeks past the samples.
pub fn next_item(input: &[u8], offset: u64) -> Result<Next> {
    let first = match header(input, 0, offset)? {
        Found::Header(header) => header,
        Found::Need(bytes) => return Ok(Next::Need(bytes)),
    };
    match &first.kind {
        b"ftyp" => next_init(input, offset, first),
        b"prft" | b"moof" => next_fragment(input, offset),
        b"uuid" if first.size == 41 => {
            let Some(body) = input.get(8..41) else { return Ok(Next::Need(41)) };
            let kind = match (body.strip_prefix(&COPY_BOX_TYPE), body.last_chunk::<16>()) {
                (Some([1, ..]), Some(copy)) => ItemKind::Copy(*copy),
                _ => ItemKind::Other(first.kind),
            };
            Ok(Next::Item(Item { range: offset..offset + 41, kind }))
        }
        _ => {
            let end = offset.checked_add(first.size).ok_or(Error::stored("box is too large", offset))?;
            Ok(Next::Item(Item { range: offset..end, kind: ItemKind::Other(first.kind) }))
        }
    }
}

/// Type and size of a box; the size includes the header.
#[derive(Clone, Copy)]
struct Header {
    kind: [u8; 4],
    size: u64,
}

enum Found {
    Header(Header),
    Need(u64),
}

/// The header of the box at `input[at..]`: 32-bit sizes only, because nothing of ours is larger
/// (ISO/IEC 14496-12 §4.2).
fn header(input: &[u8], at: usize, offset: u64) -> Result<Found> {
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

fn next_init(input: &[u8], offset: u64, ftyp: Header) -> Result<Next> {
    if ftyp.size > HEAD_BYTES_MAX {
        return Err(Error::stored("ftyp is too large", offset));
    }
    let moov = match header(input, ftyp.size as usize, offset)? {
        Found::Header(header) => header,
        Found::Need(bytes) => return Ok(Next::Need(bytes)),
    };
    let moov_at = offset + ftyp.size;
    if moov.kind != *b"moov" || moov.size > HEAD_BYTES_MAX {
        return Err(Error::stored("no moov of ours behind ftyp", moov_at));
    }
    let len = ftyp.size + moov.size;
    let Some(body) = input.get(ftyp.size as usize + 8..len as usize) else { return Ok(Next::Need(len)) };
    let params = moov_params(Body { bytes: body, at: moov_at + 8 })?;
    Ok(Next::Item(Item { range: offset..offset + len, kind: ItemKind::Init(Init { params }) }))
}

fn next_fragment(input: &[u8], offset: u64) -> Result<Next> {
    Ok(match fragment_at(input, offset)? {
        Some(fragment) => {
            Next::Item(Item { range: offset..fragment.end(), kind: ItemKind::Fragment(fragment) })
        }
        None => Next::Need(need_for_fragment(input)),
    })
}

/// How many bytes the head of the (cut off) fragment at the beginning of `input` needs, as far as can be told.
fn need_for_fragment(input: &[u8]) -> u64 {
    let mut at = 0u64;
    loop {
        let header = match header(input, at as usize, 0) {
            Ok(Found::Header(header)) => header,
            _ => return at + 8,
        };
        at += match &header.kind {
            b"prft" | b"moof" => header.size,
            _ => return at + 8,
        };
    }
}

/// Reads the fragment whose head is at the beginning of `input`; `None` when the head is cut off.
pub(super) fn fragment_at(input: &[u8], offset: u64) -> Result<Option<Fragment>> {
    let mut at = 0usize;
    let mut wall = None;
    let mut next = match header(input, at, offset)? {
        Found::Header(header) => header,
        Found::Need(_) => return Ok(None),
    };
    if next.kind == *b"prft" {
        if next.size != PRFT_LEN as u64 {
            return Err(Error::stored("prft is not ours", offset));
        }
        let Some(body) = input.get(8..PRFT_LEN) else { return Ok(None) };
        wall = Some(prft(Body { bytes: body, at: offset + 8 })?);
        at = PRFT_LEN;
        next = match header(input, at, offset)? {
            Found::Header(header) => header,
            Found::Need(_) => return Ok(None),
        };
    }
    let moof_at = offset + at as u64;
    if next.kind != *b"moof" || next.size > HEAD_BYTES_MAX {
        return Err(Error::stored("no moof of ours", moof_at));
    }
    let Some(body) = input.get(at + 8..at + next.size as usize) else { return Ok(None) };
    at += next.size as usize;
    let mdat = match header(input, at, offset)? {
        Found::Header(header) => header,
        Found::Need(_) => return Ok(None),
    };
    if mdat.kind != *b"mdat" || mdat.size > MDAT_BYTES_MAX + 8 {
        return Err(Error::stored("no mdat of ours behind moof", offset + at as u64));
    }
    let head = offset..offset + at as u64 + 8;
    let (sequence, first_dts, samples) =
        moof(Body { bytes: body, at: moof_at + 8 }, next.size + 8, head.end, mdat.size - 8)?;
    if let Some((_, dts)) = wall
        && dts != first_dts
    {
        return Err(Error::stored("prft names another decode time than tfdt", offset));
    }
    Ok(Some(Fragment { sequence, wall: wall.map(|(wall, _)| wall), head, samples }))
}

/// The body of a box, read from the front; every failure names its offset in the file.
#[derive(Clone, Copy)]
struct Body<'a> {
    bytes: &'a [u8],
    at: u64,
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
fn prft(mut body: Body<'_>) -> Result<(WallTime, MediaTime)> {
    body.expect(1 << 24 | super::PRFT_FLAGS, "prft has other flags")?;
    body.expect(TRACK_ID, "prft is of another track")?;
    let wall = wall_from_ntp(body.u64()?);
    Ok((wall, media_time(body.u64()?, body.at)?))
}

fn media_time(ticks: u64, at: u64) -> Result<MediaTime> {
    i64::try_from(ticks).map(MediaTime).map_err(|_| Error::stored("decode time is out of range", at))
}

/// MovieFragmentBox (ISO/IEC 14496-12 §8.8.4) with exactly one track run. `payload` is what `mdat` holds, its first
/// byte at `samples_at` of the file and `data_offset` from the start of `moof`.
fn moof(
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
fn moov_params(moov: Body<'_>) -> Result<VideoParams> {
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
        _ => return Err(Error::stored("sample entry is neither avc1 nor hvc1", stsd.at)),
    };
    entry.skip(78)?; // SampleEntry and VisualSampleEntry (§8.5.2.2, §12.1.3.2)
    let config = entry.child(config, "sample entry has no configuration record")?;
    params::params_from_config(codec, config.bytes)
        .map_err(|_| Error::stored("configuration record cannot be read", config.at))
}

/// Iterates a file that is wholly in memory, up to its end, its first error, or where it is torn.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    file: &'a [u8],
    at: usize,
    ended: bool,
}

/// The items of `file`.
pub fn items(file: &[u8]) -> Items<'_> {
    Items { file, at: 0, ended: false }
}

impl Items<'_> {
    /// Where the next item begins, or, after the iteration: up to where whole items reach. Less than the file's
    /// length when the file is torn.
    pub fn offset(&self) -> u64 {
        self.at as u64
    }
}

impl Iterator for Items<'_> {
    type Item = Result<Item>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended || self.at >= self.file.len() {
            return None;
        }
        match next_item(&self.file[self.at..], self.at as u64) {
            Ok(Next::Item(item)) if item.range.end <= self.file.len() as u64 => {
                self.at = item.range.end as usize;
                Some(Ok(item))
            }
            Ok(Next::Item(_) | Next::Need(_)) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                Some(Err(error))
            }
        }
    }
}
