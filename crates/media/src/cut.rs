//! Which bytes of which segments cover an asked span: whole GOPs, as whole fragments.
//!
//! A plan, nothing is read. The invariant: the pieces hold every unit of the given segments whose time lies in
//! the span, and no GOP that has none there.

use crate::index::{GopEntry, Index};
use model::{MediaTime, Span};
use std::ops::Range;

/// A segment to cut from: the span of its record and its index.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub span: Span,
    pub index: &'a Index,
}

/// Consecutive GOPs of one segment: one range of its file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// Number of the segment in the given list.
    pub segment: usize,
    pub gops: Range<u32>,
    /// Numbers in [`Index::fragments`].
    pub fragments: Range<u32>,
    /// Numbers in [`Index::units`].
    pub units: Range<u32>,
    /// Bytes of the file; `ftyp` and `moov` are not among them.
    pub bytes: Range<u64>,
    /// What the GOPs cover: begins at or before the asked span's part of this segment and ends at or after it.
    pub span: Span,
    pub first_dts: MediaTime,
    pub end_dts: MediaTime,
}

/// The pieces that cover `span`, in the order of `segments` (which is the order of time within a stream). An empty
/// span asks for the GOP at that instant.
pub fn plan(segments: &[Source<'_>], span: Span) -> Vec<Piece> {
    segments.iter().enumerate().filter_map(|(segment, source)| piece(segment, source, span)).collect()
}

fn piece(segment: usize, source: &Source<'_>, span: Span) -> Option<Piece> {
    if !touches(source.span, span) {
        return None;
    }
    let gops = source.index.gops(source.span.end);
    let mut asked = gops.iter().filter(|gop| touches(gop.span, span));
    let first = asked.next()?;
    let last: &GopEntry = asked.next_back().unwrap_or(first);
    Some(Piece {
        segment,
        gops: first.index..last.index + 1,
        fragments: first.fragments.start..last.fragments.end,
        units: first.units.start..last.units.end,
        bytes: first.bytes.start..last.bytes.end,
        span: Span { start: first.span.start, end: last.span.end },
        first_dts: first.first_dts,
        end_dts: last.end_dts,
    })
}

/// Whether a half-open span has an instant of the asked one, which may be empty.
fn touches(span: Span, asked: Span) -> bool {
    span.intersect(asked).is_some() || span.contains(asked.start)
}
