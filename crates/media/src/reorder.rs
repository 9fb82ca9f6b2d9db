//! Decode times from presentation times: RTP tells only when a picture is shown, a file also when it is decoded.
//!
//! Method: with a reorder depth of D (at most D pictures are decoded before one that is shown earlier) the i-th
//! decoded picture gets the i-th smallest presentation time, counted from D frames before the first. Of the pictures
//! seen so far that one is always known, so nothing waits. The presentation times are not touched. Where the depth is
//! not declared it begins at 0 and grows when a picture proves it too small; that picture and the D - 1 after it are
//! then one tick apart and shown "before" they are decoded, which signed composition offsets can say.

use crate::params::{Reorder, StreamFacts};
use model::MediaTime;

/// The deepest reordering that is believed without being declared. Cameras that use B-frames at all use up to three
/// in a row, as a pyramid: depth 2. A larger step back is a jump.
const LEARNED_DEPTH_MAX: usize = 4;
/// The deepest reordering there is: no decoder of either codec holds more than 16 pictures.
const DEPTH_MAX: usize = 16;
/// The furthest that reordering reaches back, in ticks: 2 s. Sixteen pictures at 8 a second.
const BACK_TICKS_MAX: i64 = 2 * MediaTime::TICKS_PER_SECOND;
/// The frame interval in ticks before any is known: 25 a second.
const FRAME_TICKS_DEFAULT: i64 = 3_600;

/// Derives decode times for one media line.
#[derive(Clone, Debug)]
pub(crate) struct Reorderer {
    depth: usize,
    /// Whether the depth may still grow.
    learns: bool,
    /// Presentation times not yet given out as decode times, ascending; at most `depth`.
    pending: Vec<i64>,
    /// The last presentation times, the newest last; at most `DEPTH_MAX`.
    recent: Vec<i64>,
    /// Added to the given presentation times, so that decoding begins at 0.
    delay: i64,
    last_dts: Option<i64>,
}

impl Reorderer {
    pub fn new(facts: StreamFacts) -> Self {
        let (depth, learns) = depth_of(facts);
        let frame = facts.frame_ticks.map_or(FRAME_TICKS_DEFAULT, i64::from);
        let pending: Vec<i64> = (0..depth as i64).map(|picture| picture * frame).collect();
        let delay = depth as i64 * frame;
        Self { depth, learns, pending, recent: Vec::with_capacity(DEPTH_MAX), delay, last_dts: None }
    }

    /// Begins a new line; a learned depth is kept.
    pub fn restart(&mut self, facts: StreamFacts) {
        let learned = if self.learns { self.depth } else { 0 };
        *self = Self::new(facts);
        if self.learns && learned > 0 {
            let kept = StreamFacts { reorder: Reorder::Depth(learned as u8), ..facts };
            *self = Self { learns: true, ..Self::new(kept) };
        }
    }

    /// Other parameters on the same line.
    pub fn set_facts(&mut self, facts: StreamFacts) {
        let (depth, learns) = depth_of(facts);
        self.learns = learns;
        if !learns {
            self.depth = depth;
        }
    }

    /// The decode and presentation time of the next picture in decode order; `None` when its presentation time lies
    /// further back than reordering explains (nothing has changed then).
    pub fn place(&mut self, shown: i64) -> Option<(MediaTime, MediaTime)> {
        let pts = shown.saturating_add(self.delay);
        let overtakes = self.recent.iter().filter(|&&other| other > pts).count();
        let newest = self.recent.iter().copied().max().unwrap_or(pts);
        let allowed = if self.learns { LEARNED_DEPTH_MAX } else { self.depth };
        if overtakes > allowed || newest.saturating_sub(pts) > BACK_TICKS_MAX {
            return None;
        }
        self.depth = self.depth.max(overtakes);
        if self.recent.len() == DEPTH_MAX {
            self.recent.remove(0);
        }
        self.recent.push(pts);
        let at = self.pending.partition_point(|&other| other <= pts);
        self.pending.insert(at, pts);
        let due = self.pending.len().saturating_sub(self.depth);
        let earliest = self.last_dts.map_or(0, |last| last + 1);
        let dts = self.pending.drain(..due).next_back().unwrap_or(earliest).max(earliest);
        self.last_dts = Some(dts);
        // Without reordering a repeated timestamp is a defect of the camera; the picture is shown when it is decoded.
        let pts = if self.depth == 0 { dts } else { pts };
        Some((MediaTime(dts), MediaTime(pts)))
    }
}

fn depth_of(facts: StreamFacts) -> (usize, bool) {
    match facts.reorder {
        Reorder::Depth(depth) => (usize::from(depth).min(DEPTH_MAX), false),
        Reorder::Unknown => (0, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decode and presentation times in frames of 3600 ticks, for pictures shown at `shown` frames.
    fn place_all(reorder: Reorder, shown: &[i64]) -> Vec<Option<(i64, i64)>> {
        let mut reorderer = Reorderer::new(StreamFacts { reorder, frame_ticks: Some(3_600) });
        shown.iter().map(|at| reorderer.place(at * 3_600).map(|(dts, pts)| (dts.0, pts.0))).collect()
    }

    #[test]
    fn declared_depth_gives_even_decode_times() {
        let check = |depth, shown: &[i64]| {
            for (decoded, placed) in place_all(Reorder::Depth(depth), shown).into_iter().enumerate() {
                let (dts, pts) = placed.unwrap();
                assert_eq!(dts, decoded as i64 * 3_600);
                assert_eq!(pts, (shown[decoded] + i64::from(depth)) * 3_600);
                assert!(pts >= dts);
            }
        };
        check(0, &[0, 1, 2, 3]);
        check(1, &[0, 3, 1, 2, 6, 4, 5, 9, 7, 8]); // I P B B P B B
        check(2, &[0, 4, 2, 1, 3, 8, 6, 5, 7]); // pyramid
        check(2, &[0, 1, 2, 3]); // declared, not used
    }

    #[test]
    fn undeclared_depth_is_learned() {
        let placed = place_all(Reorder::Unknown, &[0, 3, 1, 2, 6, 4, 5, 9, 7, 8]);
        let dts: Vec<i64> = placed.iter().map(|placed| placed.unwrap().0).collect();
        let f = 3_600;
        let expected = [0, 3 * f, 3 * f + 1, 3 * f + 2, 3 * f + 3, 4 * f, 5 * f, 6 * f, 7 * f, 8 * f];
        assert_eq!(dts, expected);
        assert_eq!(placed[2].unwrap().1, f, "presentation is not touched");
    }

    #[test]
    fn a_step_back_is_told_from_reordering() {
        let check = |reorder, shown: &[i64]| {
            let placed = place_all(reorder, shown);
            let (last, before) = placed.split_last().unwrap();
            assert!(before.iter().all(Option::is_some) && last.is_none(), "{shown:?} {placed:?}");
        };
        check(Reorder::Depth(0), &[0, 1, 2, 1]);
        check(Reorder::Depth(1), &[0, 3, 6, 2]);
        check(Reorder::Unknown, &[0, 1, 2, 3, 4, 5, 6, 0]);
        check(Reorder::Unknown, &[100, 0]);
    }

    #[test]
    fn repeated_timestamps_still_increase() {
        let placed = place_all(Reorder::Unknown, &[0, 1, 1, 1, 2]);
        let expected = [(0, 0), (3600, 3600), (3601, 3601), (3602, 3602), (7200, 7200)];
        assert_eq!(placed.into_iter().flatten().collect::<Vec<_>>(), expected);
    }
}
