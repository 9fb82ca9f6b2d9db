//! Segments: from access units to the bytes of a file, and from the bytes of a file back to the same facts.
//!
//! [`SegmentBuilder`] writes, [`Recovery`] reads; both keep their account in one place (`tally`), so that a
//! segment recovered after a crash has the very hashes that it would have had. Neither does any I/O.
//! Rules of every segment file:
//! - it begins with a key unit;
//! - every key-framed group (GOP) starts a fragment, so that whole GOPs are whole fragments; of sound, where each unit is a key
//!   unit, every fragment is a group;
//! - fragments are numbered from 1 (`mfhd`), which is also the number of their piece;
//! - decode times strictly increase; a fragment's `tfdt` governs over the duration of the sample before it.

mod builder;
mod recover;
mod tally;

pub use builder::{End, Limits, SegmentBuilder};
pub use recover::{FragmentFacts, Recovered, Recovery, recover};
pub use tally::{SEGMENT_UNITS_MAX, UNIT_BYTES_MAX};

use bytes::{Bytes, BytesMut};
use model::{Codec, Hash, MediaTime, SealReason, Span, VideoParams, WallTime};
use std::sync::Arc;

/// One fragment, ready to be appended to its file at `offset`: `head`, then `samples` in order. The samples are the
/// buffers that the units came in, not copies.
#[derive(Clone, Debug)]
pub struct Fragment {
    /// Counted from 1; `mfhd` sequence number and piece number.
    pub index: u32,
    /// Offset in the file.
    pub offset: u64,
    /// All bytes before the first sample.
    pub head: Bytes,
    pub samples: Vec<Bytes>,
    /// Bytes of head and samples.
    pub len: u64,
    pub first_dts: MediaTime,
    /// Decode time behind the last unit, as far as it was known.
    pub end_dts: MediaTime,
    pub first_wall: WallTime,
    /// Wall time behind the last unit, as far as it was known.
    pub end_wall: WallTime,
    /// Access units.
    pub units: u32,
    /// True when the fragment begins a GOP.
    pub key_first: bool,
    /// [`crate::hash::fragment_digest`] of this fragment: what the journal keeps.
    pub digest: Hash,
}

impl Fragment {
    /// The slices to write, in order.
    pub fn parts(&self) -> impl Iterator<Item = &Bytes> {
        std::iter::once(&self.head).chain(&self.samples)
    }

    /// All bytes in one buffer: a copy.
    pub fn to_bytes(&self) -> Bytes {
        let mut out = BytesMut::with_capacity(usize::try_from(self.len).unwrap_or_default());
        self.parts().for_each(|part| out.extend_from_slice(part));
        out.freeze()
    }
}

/// Seconds of a segment that have activity: its hard limit of 120 s, and the second that it ends in.
const ACTIVITY_SECONDS_MAX: usize = 121;

/// One GOP of a sealed segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gop<'a> {
    /// Counted from 0.
    pub index: u32,
    pub first_dts: MediaTime,
    /// Decode time of the next GOP's first unit; of the last GOP: the segment's end.
    pub end_dts: MediaTime,
    /// Hashes of its units in decode order: the leaves of its root.
    pub au_hashes: &'a [Hash],
}

/// A closed segment: all that its record says of the footage.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub reason: SealReason,
    /// The last fragment, when units were still waiting: must be appended to the file before the segment counts.
    pub tail: Option<Fragment>,
    /// From the first unit's wall time to the end that the caller gave.
    pub span: Span,
    pub first_dts: MediaTime,
    /// Last unit's decode time and its duration.
    pub end_dts: MediaTime,
    pub params: Arc<VideoParams>,
    /// SHA-256 of the configuration record.
    pub config_hash: Hash,
    /// Bytes of all samples.
    pub media_bytes: u64,
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Hashes of the pieces, by piece number.
    pub pieces: Vec<Hash>,
    /// The encoded frame index (`crate::index`).
    pub index: Bytes,
    au_hashes: Vec<Hash>,
    gop_starts: Vec<tally::GopStart>,
    marks: Vec<tally::Mark>,
}

impl Sealed {
    /// The GOPs in order, with the hashes of their units.
    pub fn gops(&self) -> impl ExactSizeIterator<Item = Gop<'_>> {
        tally::gops(&self.gop_starts, &self.au_hashes, self.end_dts)
    }

    pub fn gop_count(&self) -> u32 {
        self.gop_starts.len() as u32 // one unit each at least, and units are counted in 32 bits
    }

    pub fn unit_count(&self) -> u32 {
        self.au_hashes.len() as u32
    }

    pub fn codec(&self) -> Codec {
        self.params.codec
    }

    /// One byte per second of the segment: 12 times the base-2 logarithm of the second's bytes without key frames, so
    /// that movement shows and key frames do not; of JPEG pictures, of how much their sizes change. Drawn from sizes alone; nothing is decoded.
    pub fn activity(&self) -> Vec<u8> {
        let Ok(index) = crate::index::Index::decode(&self.index) else { return Vec::new() };
        let seconds = usize::try_from(self.span.duration_us() / 1_000_000 + 1).unwrap_or(0);
        let mut bytes = vec![0u64; seconds.min(ACTIVITY_SECONDS_MAX)];
        let mut last = None;
        for unit in index.units() {
            let size = match (self.params.codec, unit.key) {
                // Each picture is whole: movement shows as a change of size.
                (Codec::Jpeg, _) => unit.size.abs_diff(last.replace(unit.size).unwrap_or(unit.size)),
                (_, true) if !self.params.codec.is_sound() => continue,
                (_, _) => unit.size,
            };
            let second =
                usize::try_from((unit.dts - self.first_dts) / MediaTime::TICKS_PER_SECOND).unwrap_or(0);
            if let Some(sum) = bytes.get_mut(second) {
                *sum += u64::from(size);
            }
        }
        bytes.into_iter().map(|sum| ((sum.max(1) as f64).log2() * 12.0).min(255.0) as u8).collect()
    }
}
