//! The frame index of one segment: where every unit lies, in a few bytes each.
//!
//! Kept in the database so that any instant is found without reading files; [`rebuild`] makes the same bytes from
//! the file alone, so it is never the only copy of anything. Layout (`varint` LEB128, `signed` zigzag of it):
//!
//! ```text
//! u8 1, varint init bytes
//! for each fragment:
//!   varint units * 2 + key-first, varint head bytes
//!   signed first dts - end dts of the fragment before
//!   signed first wall - (first wall of the fragment before + what its dts says passed since)
//!   for each unit: varint size * 2 + changed
//!     when changed: signed duration - last duration, signed composition - last composition
//! ```

use crate::fmp4::{self, ItemKind, NewSample, Sample};
use crate::segment::{SEGMENT_UNITS_MAX, UNIT_BYTES_MAX};
use crate::timeline::us_from_ticks;
use crate::{Error, Result};
use bytes::Bytes;
use model::{MediaTime, Span, WallTime};
use std::ops::Range;

/// The first byte of an encoded index.
const VERSION: u8 = 1;

/// What the encoding of the next value is relative to; the same walk in writer and reader.
#[derive(Clone, Copy, Default, Debug)]
struct Context {
    end_dts: i64,
    first_dts: i64,
    first_wall: i64,
    duration: i64,
    composition: i64,
}

impl Context {
    /// The wall time that a fragment with this decode time would have if the clocks ran alike.
    fn wall_at(&self, dts: i64) -> i64 {
        self.first_wall.wrapping_add(us_from_ticks(dts.wrapping_sub(self.first_dts)))
    }
}

/// Encodes an index fragment by fragment.
#[derive(Debug)]
pub struct IndexWriter {
    out: Vec<u8>,
    context: Context,
}

impl IndexWriter {
    /// The index of a file whose `ftyp` and `moov` have so many bytes.
    pub fn new(init_bytes: u64) -> Self {
        let mut out = Vec::with_capacity(4096);
        out.push(VERSION);
        put(&mut out, init_bytes);
        Self { out, context: Context::default() }
    }

    /// Adds the next fragment of the file.
    pub fn fragment(
        &mut self,
        head_bytes: u32,
        first_dts: MediaTime,
        first_wall: WallTime,
        samples: &[NewSample],
    ) {
        let (out, context) = (&mut self.out, &mut self.context);
        let key = samples.first().is_some_and(|sample| sample.key);
        put(out, (samples.len() as u64) << 1 | u64::from(key));
        put(out, u64::from(head_bytes));
        put_signed(out, first_dts.0.wrapping_sub(context.end_dts));
        put_signed(out, first_wall.0.wrapping_sub(context.wall_at(first_dts.0)));
        (context.first_dts, context.first_wall) = (first_dts.0, first_wall.0);
        context.end_dts = first_dts.0;
        for sample in samples {
            let (duration, composition) = (i64::from(sample.duration), i64::from(sample.composition));
            let changed = duration != context.duration || composition != context.composition;
            put(out, u64::from(sample.size) << 1 | u64::from(changed));
            if changed {
                put_signed(out, duration - context.duration);
                put_signed(out, composition - context.composition);
            }
            (context.duration, context.composition) = (duration, composition);
            context.end_dts = context.end_dts.wrapping_add(duration);
        }
    }

    /// Bytes so far: the index of a file that ends with the last fragment ends there too.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The encoded index.
    pub fn finish(self) -> Bytes {
        self.out.into()
    }
}

fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_signed(out: &mut Vec<u8>, value: i64) {
    put(out, (value << 1 ^ value >> 63) as u64);
}

/// One fragment of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FragmentEntry {
    /// Offset in the file.
    pub offset: u64,
    /// Bytes before the first unit.
    pub head_bytes: u32,
    /// Bytes, head included.
    pub bytes: u64,
    /// Number of the first unit in the segment, from 0.
    pub first_unit: u32,
    pub units: u32,
    /// True when a GOP begins here.
    pub key_first: bool,
    pub first_dts: MediaTime,
    /// Last unit's decode time and duration.
    pub end_dts: MediaTime,
    pub first_wall: WallTime,
}

impl FragmentEntry {
    /// The fragment's bytes in the file.
    pub fn range(&self) -> Range<u64> {
        self.offset..self.offset + self.bytes
    }

    /// Wall time at a decode time of this fragment.
    pub fn wall_at(&self, dts: MediaTime) -> WallTime {
        self.first_wall.plus_us(us_from_ticks(dts - self.first_dts))
    }
}

/// One GOP of a file: whole fragments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GopEntry {
    /// Counted from 0 in the segment.
    pub index: u32,
    /// Numbers of its fragments in [`Index::fragments`] (which are one less than in the file).
    pub fragments: Range<u32>,
    /// Numbers of its units in [`Index::units`]; the first is the key.
    pub units: Range<u32>,
    /// Its bytes in the file.
    pub bytes: Range<u64>,
    pub first_dts: MediaTime,
    /// The next GOP's first decode time, or the segment's end.
    pub end_dts: MediaTime,
    /// From its first unit to the next GOP's, or to the segment's end.
    pub span: Span,
}

/// A decoded index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Index {
    init_bytes: u64,
    fragments: Vec<FragmentEntry>,
    units: Vec<Sample>,
}

impl Index {
    /// Decodes an index. Fails on any byte that [`IndexWriter`] would not have written there.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        Decoder { bytes, at: 0, context: Context::default(), offset: 0, units: Vec::new() }.index()
    }

    /// The bytes of `ftyp` and `moov`, at the beginning of the file.
    pub fn init_range(&self) -> Range<u64> {
        0..self.init_bytes
    }

    /// All fragments in order.
    pub fn fragments(&self) -> &[FragmentEntry] {
        &self.fragments
    }

    /// All units in decode order, with their offsets in the file.
    pub fn units(&self) -> &[Sample] {
        &self.units
    }

    /// Bytes of the file that the index describes.
    pub fn file_bytes(&self) -> u64 {
        self.fragments.last().map_or(self.init_bytes, |last| last.range().end)
    }

    /// Wall time behind the last unit, as the file tells it; the segment's record may name a later end.
    pub fn end_wall(&self) -> Option<WallTime> {
        self.fragments.last().map(|last| last.wall_at(last.end_dts))
    }

    /// The fragment that holds this unit.
    pub fn fragment_of(&self, unit: u32) -> Option<&FragmentEntry> {
        let after = self.fragments.partition_point(|fragment| fragment.first_unit <= unit);
        let fragment = self.fragments.get(after.checked_sub(1)?)?;
        (unit - fragment.first_unit < fragment.units).then_some(fragment)
    }

    /// Wall time of a unit.
    pub fn wall_of(&self, unit: u32) -> Option<WallTime> {
        let sample = self.units.get(unit as usize)?;
        Some(self.fragment_of(unit)?.wall_at(sample.dts))
    }

    /// The GOPs in order; the last one ends at `end`, the end of the segment's span.
    pub fn gops(&self, end: WallTime) -> Vec<GopEntry> {
        let mut gops: Vec<GopEntry> = Vec::new();
        for (number, fragment) in self.fragments.iter().enumerate() {
            let (number, range) = (number as u32, fragment.range());
            let units = fragment.first_unit..fragment.first_unit + fragment.units;
            match gops.last_mut() {
                Some(gop) if !fragment.key_first => {
                    gop.fragments.end = number + 1;
                    gop.units.end = units.end;
                    gop.bytes.end = range.end;
                    gop.end_dts = fragment.end_dts;
                }
                last => {
                    let start = last.map_or(fragment.first_wall, |gop| {
                        gop.end_dts = fragment.first_dts;
                        gop.span.end = fragment.first_wall.max(gop.span.start);
                        gop.span.end
                    });
                    gops.push(GopEntry {
                        index: gops.len() as u32,
                        fragments: number..number + 1,
                        units,
                        bytes: range,
                        first_dts: fragment.first_dts,
                        end_dts: fragment.end_dts,
                        span: Span { start, end: start },
                    });
                }
            }
        }
        if let Some(gop) = gops.last_mut() {
            gop.span.end = end.max(gop.span.start);
        }
        gops
    }

    /// Adds the units' bytes to buckets of `bucket_us` from `start`: how much went on, without decoding. Units outside
    /// are left out, and nothing is added when `bucket_us` is not positive.
    pub fn add_activity(&self, start: WallTime, bucket_us: i64, buckets: &mut [u64]) {
        for fragment in &self.fragments {
            let units = fragment.first_unit as usize..(fragment.first_unit + fragment.units) as usize;
            for unit in self.units.get(units).unwrap_or_default() {
                let Some(bucket) = fragment.wall_at(unit.dts).since_us(start).checked_div_euclid(bucket_us)
                else {
                    return;
                };
                if let Some(sum) = usize::try_from(bucket).ok().and_then(|bucket| buckets.get_mut(bucket)) {
                    *sum += u64::from(unit.size);
                }
            }
        }
    }
}

/// The reading walk.
struct Decoder<'a> {
    bytes: &'a [u8],
    at: u64,
    context: Context,
    offset: u64,
    units: Vec<Sample>,
}

impl Decoder<'_> {
    fn error<T>(&self, what: &'static str) -> Result<T> {
        Err(Error::stored(what, self.at))
    }

    fn byte(&mut self) -> Result<u8> {
        let Some((&byte, rest)) = self.bytes.split_first() else { return self.error("index is cut off") };
        self.bytes = rest;
        self.at += 1;
        Ok(byte)
    }

    /// A varint of at most `max`, in its shortest form.
    fn varint(&mut self, max: u64) -> Result<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if part << shift >> shift != part || (byte == 0 && shift > 0) {
                return self.error("index number is not canonical");
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return if value <= max { Ok(value) } else { self.error("index number is too large") };
            }
        }
        self.error("index number is too long")
    }

    fn signed(&mut self) -> Result<i64> {
        let value = self.varint(u64::MAX)?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    fn index(mut self) -> Result<Index> {
        if self.byte()? != VERSION {
            return self.error("index has another version");
        }
        let init_bytes = self.varint(fmp4::HEAD_BYTES_MAX * 2)?;
        self.offset = init_bytes;
        let mut fragments = Vec::new();
        while !self.bytes.is_empty() {
            let fragment = self.fragment()?;
            if fragments.is_empty() && !fragment.key_first {
                return self.error("segment does not begin with a key unit");
            }
            fragments.push(fragment);
        }
        Ok(Index { init_bytes, fragments, units: self.units })
    }

    fn fragment(&mut self) -> Result<FragmentEntry> {
        let first_unit = self.units.len() as u32;
        let head = self.varint(u64::from(SEGMENT_UNITS_MAX - first_unit) << 1 | 1)?;
        let (units, key_first) = ((head >> 1) as u32, head & 1 == 1);
        if units == 0 {
            return self.error("index has an empty fragment");
        }
        let head_bytes = self.varint(fmp4::HEAD_BYTES_MAX * 2)? as u32;
        let first_dts = self.context.end_dts.wrapping_add(self.signed()?);
        let first_wall = self.context.wall_at(first_dts).wrapping_add(self.signed()?);
        if first_dts < 0 {
            return self.error("decode time is negative");
        }
        let offset = self.offset;
        self.offset += u64::from(head_bytes);
        (self.context.first_dts, self.context.first_wall) = (first_dts, first_wall);
        self.context.end_dts = first_dts;
        for unit in 0..units {
            self.unit(key_first && unit == 0)?;
        }
        Ok(FragmentEntry {
            offset,
            head_bytes,
            bytes: self.offset - offset,
            first_unit,
            units,
            key_first,
            first_dts: MediaTime(first_dts),
            end_dts: MediaTime(self.context.end_dts),
            first_wall: WallTime(first_wall),
        })
    }

    fn unit(&mut self, key: bool) -> Result<()> {
        let head = self.varint(UNIT_BYTES_MAX << 1 | 1)?;
        if head & 1 == 1 {
            let (longer, later) = (self.signed()?, self.signed()?);
            if longer == 0 && later == 0 {
                return self.error("unit is marked as changed and is not");
            }
            self.context.duration = self.context.duration.wrapping_add(longer);
            self.context.composition = self.context.composition.wrapping_add(later);
        }
        let (Ok(duration), Ok(composition)) =
            (u32::try_from(self.context.duration), i32::try_from(self.context.composition))
        else {
            return self.error("duration or composition is out of range");
        };
        let dts = MediaTime(self.context.end_dts);
        if self.units.last().is_some_and(|last| dts <= last.dts) {
            return self.error("decode time does not increase");
        }
        let size = (head >> 1) as u32;
        let pts = dts + i64::from(composition);
        self.units.push(Sample { offset: self.offset, size, dts, pts, duration, key });
        self.offset += u64::from(size);
        match self.context.end_dts.checked_add(i64::from(duration)) {
            Some(end) => self.context.end_dts = end,
            None => return self.error("decode time is out of range"),
        }
        Ok(())
    }
}

/// Makes the index from the bytes of a segment file alone, up to where the file is torn.
pub fn rebuild(file: &[u8]) -> Result<Bytes> {
    let (mut writer, mut is_sound) = (None, false);
    for item in fmp4::items(file) {
        let item = item?;
        match (item.kind, &mut writer) {
            (ItemKind::Init(init), None) => {
                is_sound = init.params.codec.is_sound();
                writer = Some(IndexWriter::new(item.range.end));
            }
            (ItemKind::Fragment(fragment), Some(writer)) => {
                let Some(wall) = fragment.wall else {
                    return Err(Error::stored("fragment has no wall time", item.range.start));
                };
                if fragment.samples.iter().skip(1).any(|sample| sample.key != is_sound) {
                    return Err(Error::stored("a key unit does not begin its fragment", item.range.start));
                }
                let samples: Vec<NewSample> = fragment.samples.iter().map(Sample::as_new).collect();
                let head_bytes = (fragment.head.end - fragment.head.start) as u32; // at most HEAD_BYTES_MAX and 40
                writer.fragment(head_bytes, fragment.first_dts(), wall, &samples);
            }
            _ => return Err(Error::stored("not a segment's box", item.range.start)),
        }
    }
    writer.map(IndexWriter::finish).ok_or(Error::stored("the file does not begin with ftyp and moov", 0))
}
