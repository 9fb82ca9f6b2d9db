//! The account of one segment file: hashes, pieces, GOPs, frame index. Fed fragment by fragment, by the builder
//! as it writes and by the recovery as it reads. It never sees a file.

use super::{FragmentFacts, Gop, Sealed};
use crate::fmp4::{NewSample, TRACK_ID};
use crate::hash::{self, Framing, GopSalt, SegmentSecret};
use crate::index::IndexWriter;
use crate::{Error, Result, jpeg, nal, sound};
use model::{Codec, Hash, MediaTime, SealReason, Span, VideoParams, WallTime};
use std::sync::Arc;

/// The most units of a segment: 120 s at 1,000 a second, ten times any camera. Bounds memory and 32-bit counts.
pub const SEGMENT_UNITS_MAX: u32 = 120_000;
/// The largest unit: an 8K picture coded without prediction at the best quality stays below it.
pub const UNIT_BYTES_MAX: u64 = 64 << 20;

/// Where a GOP begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct GopStart {
    unit: u32,
    dts: MediaTime,
}

/// The GOPs that `starts` delimit.
pub(super) fn gops<'a>(
    starts: &'a [GopStart],
    au_hashes: &'a [Hash],
    end_dts: MediaTime,
) -> impl ExactSizeIterator<Item = Gop<'a>> {
    starts.iter().enumerate().map(move |(index, start)| {
        let next = starts.get(index + 1);
        let end = next.map_or(au_hashes.len(), |next| next.unit as usize);
        Gop {
            index: index as u32,
            first_dts: start.dts,
            end_dts: next.map_or(end_dts, |next| next.dts),
            au_hashes: au_hashes.get(start.unit as usize..end).unwrap_or_default(),
        }
    })
}

/// The account as it stood behind a fragment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    units: u32,
    index_bytes: usize,
    file_bytes: u64,
    media_bytes: u64,
    end_dts: MediaTime,
}

impl Sealed {
    /// The same segment up to its `fragments`-th fragment: what recovery would make of a file that ends there. `None` when
    /// that is none, or more than there are.
    pub fn cut(mut self, fragments: usize, reason: SealReason, end_wall: WallTime) -> Option<Self> {
        let mark = *self.marks.get(fragments.checked_sub(1)?)?;
        self.marks.truncate(fragments);
        self.pieces.truncate(fragments + 1);
        self.au_hashes.truncate(mark.units as usize);
        self.gop_starts.retain(|start| start.unit < mark.units);
        Some(Self {
            reason,
            tail: None,
            span: Span { start: self.span.start, end: end_wall.max(self.span.start) },
            end_dts: mark.end_dts,
            media_bytes: mark.media_bytes,
            file_bytes: mark.file_bytes,
            index: self.index.slice(..mark.index_bytes),
            ..self
        })
    }
}

#[derive(Debug)]
pub(super) struct Tally {
    secret: SegmentSecret,
    salt: GopSalt,
    params: Arc<VideoParams>,
    au_hashes: Vec<Hash>,
    gop_starts: Vec<GopStart>,
    pieces: Vec<Hash>,
    index: IndexWriter,
    marks: Vec<Mark>,
    media_bytes: u64,
    file_bytes: u64,
    first_wall: Option<WallTime>,
    end_dts: MediaTime,
    open: Open,
    last_dts: MediaTime,
}

/// The units counted since the last fragment was closed.
#[derive(Clone, Copy, Default, Debug)]
struct Open {
    units: u32,
    bytes: u64,
    first_dts: MediaTime,
}

/// What the tally is told when a fragment is complete.
pub(super) struct Closed<'a> {
    pub head: &'a [u8],
    pub samples: &'a [NewSample],
    pub first_wall: WallTime,
    pub end_wall: WallTime,
}

impl Tally {
    pub fn new(init: &[u8], params: Arc<VideoParams>, secret: SegmentSecret) -> Self {
        Self {
            salt: hash::gop_salt(&secret, 0),
            secret,
            params,
            au_hashes: Vec::new(),
            gop_starts: Vec::new(),
            pieces: vec![hash::piece_hash(0, init)],
            index: IndexWriter::new(init.len() as u64),
            marks: Vec::new(),
            media_bytes: 0,
            file_bytes: init.len() as u64,
            first_wall: None,
            end_dts: MediaTime(0),
            open: Open::default(),
            last_dts: MediaTime(0),
        }
    }

    /// Units, those of the open fragment included.
    pub fn units(&self) -> u32 {
        self.au_hashes.len() as u32 // at most SEGMENT_UNITS_MAX
    }

    /// Bytes of the file up to the last closed fragment.
    pub fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    pub fn params(&self) -> &Arc<VideoParams> {
        &self.params
    }

    pub fn last_dts(&self) -> Option<MediaTime> {
        (!self.au_hashes.is_empty()).then_some(self.last_dts)
    }

    pub fn first_dts(&self) -> Option<MediaTime> {
        self.gop_starts.first().map(|start| start.dts)
    }

    pub fn first_wall(&self) -> Option<WallTime> {
        self.first_wall
    }

    /// The number of the fragment that is closed next.
    pub fn next_fragment(&self) -> u32 {
        self.pieces.len() as u32 // not more than units
    }

    /// Whether a unit keeps the rules of the file; `opens` when it begins a fragment.
    pub fn check(&self, dts: MediaTime, key: bool, opens: bool, data: &[u8]) -> Result<()> {
        if self.last_dts().is_some_and(|last| dts <= last) || dts.0 < 0 {
            return Err(Error::Unit("decode time does not increase"));
        }
        if self.au_hashes.is_empty() && !key {
            return Err(Error::Unit("a segment begins with a key unit"));
        }
        if self.begins_group(key, opens) && !opens {
            return Err(Error::Unit("a key unit begins a fragment"));
        }
        if self.is_sound() && !key {
            return Err(Error::Unit("every unit of sound is a key unit"));
        }
        if self.units() >= SEGMENT_UNITS_MAX {
            return Err(Error::Unit("the segment has too many units"));
        }
        if data.len() as u64 > UNIT_BYTES_MAX {
            return Err(Error::Unit("the unit has too many bytes"));
        }
        match (self.framing(), self.params.codec) {
            (Framing::Nal, _) => nal::count(data).map(|_| ()),
            (Framing::Whole, Codec::Jpeg) => jpeg::size(data).map(|_| ()),
            (Framing::Whole, _) => sound::check(data),
        }
    }

    /// Counts and hashes one unit. Refuses one that breaks a rule of the file; the tally is then unchanged.
    pub fn unit(&mut self, dts: MediaTime, pts: MediaTime, key: bool, data: &[u8]) -> Result<()> {
        self.check(dts, key, self.open.units == 0, data)?;
        let begins = self.begins_group(key, self.open.units == 0);
        let salt = if begins { self.salt_of_gop(self.gop_starts.len()) } else { self.salt };
        let hash = hash::au_hash(&salt, self.framing(), TRACK_ID as u8, dts, pts, key, data)?;
        if begins {
            self.salt = salt;
            self.gop_starts.push(GopStart { unit: self.units(), dts });
        }
        if self.open.units == 0 {
            self.open.first_dts = dts;
        }
        self.au_hashes.push(hash);
        self.open.bytes += data.len() as u64;
        self.open.units += 1;
        self.last_dts = dts;
        Ok(())
    }

    /// Whether the units are of sound, where each is a key unit.
    pub fn is_sound(&self) -> bool {
        self.params.codec.is_sound()
    }

    /// A key unit begins a group; of sound, where each unit is one, the first of a fragment does.
    fn begins_group(&self, key: bool, opens: bool) -> bool {
        if self.is_sound() { opens } else { key }
    }

    fn framing(&self) -> Framing {
        Framing::of(self.params.codec)
    }

    fn salt_of_gop(&self, gop: usize) -> GopSalt {
        hash::gop_salt(&self.secret, gop as u32)
    }

    /// Closes the fragment that the open units make up, if `accept` takes it; otherwise they do not count.
    pub fn close(
        &mut self,
        closed: &Closed<'_>,
        accept: impl FnOnce(&FragmentFacts) -> bool,
    ) -> Option<FragmentFacts> {
        let index = self.next_fragment();
        self.pieces.push(hash::piece_hash(index, closed.head));
        let pieces = if index == 1 { &self.pieces[..] } else { &self.pieces[index as usize..] };
        let first = self.au_hashes.len() - self.open.units as usize;
        let last_duration = closed.samples.last().map_or(0, |sample| i64::from(sample.duration));
        let facts = FragmentFacts {
            index,
            offset: self.file_bytes,
            len: closed.head.len() as u64 + self.open.bytes,
            first_dts: self.open.first_dts,
            end_dts: self.last_dts + last_duration,
            first_wall: closed.first_wall,
            end_wall: closed.end_wall,
            units: self.open.units,
            key_first: closed.samples.first().is_some_and(|sample| sample.key),
            digest: hash::fragment_digest(index, pieces, &self.au_hashes[first..]),
        };
        if !accept(&facts) {
            self.pieces.truncate(index as usize);
            self.abandon();
            return None;
        }
        self.index.fragment(closed.head.len() as u32, facts.first_dts, closed.first_wall, closed.samples);
        self.file_bytes += facts.len;
        self.media_bytes += self.open.bytes;
        self.end_dts = facts.end_dts;
        self.first_wall.get_or_insert(closed.first_wall);
        self.open = Open::default();
        self.marks.push(Mark {
            units: self.units(),
            index_bytes: self.index.len(),
            file_bytes: self.file_bytes,
            media_bytes: self.media_bytes,
            end_dts: self.end_dts,
        });
        Some(facts)
    }

    /// Forgets the open units: they are in no fragment of the file. Nothing can be added after that.
    pub fn abandon(&mut self) {
        let first = self.au_hashes.len() - self.open.units as usize;
        self.au_hashes.truncate(first);
        self.gop_starts.retain(|start| (start.unit as usize) < first);
        self.open = Open::default();
    }

    /// The facts of the whole segment. `None` when it has no fragment.
    pub fn seal(mut self, reason: SealReason, end_wall: WallTime) -> Option<Sealed> {
        self.abandon();
        let start = self.first_wall?;
        Some(Sealed {
            reason,
            tail: None,
            span: Span { start, end: end_wall.max(start) },
            first_dts: self.first_dts()?,
            end_dts: self.end_dts,
            config_hash: hash::config_hash(&self.params.config),
            params: self.params,
            media_bytes: self.media_bytes,
            file_bytes: self.file_bytes,
            pieces: self.pieces,
            index: self.index.finish(),
            au_hashes: self.au_hashes,
            gop_starts: self.gop_starts,
            marks: self.marks,
        })
    }
}
