//! Reads what this crate writes, from whole files or from their beginnings, whether torn or hostile.
//!
//! Not a reader of other muxers' files. The invariants: no input makes it panic or reserve more memory than the
//! input has bytes; what it returns is exactly covered: the bytes before the first sample and the samples are,
//! together and without overlap, all bytes of a fragment.

use super::boxes::{Body, Found, Header, header, moof, moov_params, prft};
use super::write::NewSample;
use super::{COPY_BOX_TYPE, HEAD_BYTES_MAX, MDAT_BYTES_MAX, PRFT_LEN};
use crate::{Error, Result};
use model::{MediaTime, VideoParams, WallTime};
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
