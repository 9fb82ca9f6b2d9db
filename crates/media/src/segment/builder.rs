//! Builds one segment file from access units, fragment by fragment. It never waits, writes or reads a clock; who
//! owns it appends what it returns to the file, in order.

use super::tally::{Closed, Tally};
use super::{Fragment, Sealed};
use crate::fmp4::{self, FragmentHead, NewSample};
use crate::hash::SegmentSecret;
use crate::{Result, params};
use bytes::Bytes;
use model::{AccessUnit, MediaTime, SealReason, VideoParams, WallTime};
use std::sync::Arc;

/// When fragments and segments end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// A fragment ends with the first unit that lies so many ticks behind its first.
    pub fragment_ticks: i64,
    /// A fragment ends with the first unit after so many bytes.
    pub fragment_bytes: u64,
    /// A segment ends at the first key unit after so many ticks. Differs between streams so that files do not all
    /// begin at once.
    pub segment_ticks: i64,
    /// A segment ends after so many ticks even without a key unit.
    pub segment_ticks_max: i64,
    /// A segment ends before it exceeds so many bytes even without a key unit.
    pub segment_bytes_max: u64,
}

impl Default for Limits {
    /// 0.5 s or 256 KiB; 60 s, at most 120 s or 512 MiB.
    fn default() -> Self {
        Self {
            fragment_ticks: MediaTime::TICKS_PER_SECOND / 2,
            fragment_bytes: 256 << 10,
            segment_ticks: 60 * MediaTime::TICKS_PER_SECOND,
            segment_ticks_max: 120 * MediaTime::TICKS_PER_SECOND,
            segment_bytes_max: 512 << 20,
        }
    }
}

/// A step of decode time that ends a segment: the writer's own rule, far above any pause that is not a gap.
const STEP_TICKS_MAX: i64 = 60 * MediaTime::TICKS_PER_SECOND;
/// The duration of a unit before any other is known and when the parameter sets say none: 25 frames a second.
const FRAME_TICKS_DEFAULT: u32 = 3_600;

/// Where a segment ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct End {
    pub wall: WallTime,
    /// Decode time of the unit that follows on the same media line, when there is one.
    pub dts: Option<MediaTime>,
}

impl End {
    /// The segment ends where `next`, the first unit of the following one, begins.
    pub fn before(next: &AccessUnit) -> Self {
        Self { wall: next.wall, dts: Some(next.dts) }
    }
}

/// One segment file in the making.
#[derive(Debug)]
pub struct SegmentBuilder {
    limits: Limits,
    init: Bytes,
    tally: Tally,
    /// Units of the open fragment: data, and what `trun` will say. Durations are known one unit late.
    data: Vec<Bytes>,
    samples: Vec<NewSample>,
    open_bytes: u64,
    open_dts: MediaTime,
    open_wall: WallTime,
    last_wall: WallTime,
    /// The last duration seen, or what the parameter sets declare.
    nominal: u32,
}

impl SegmentBuilder {
    /// A segment of a stream with these parameters. Nothing is written before the first unit.
    pub fn new(params: Arc<VideoParams>, secret: SegmentSecret, limits: Limits) -> Self {
        let init = fmp4::init(&params);
        let nominal = params::facts(&params).frame_ticks.unwrap_or(FRAME_TICKS_DEFAULT);
        Self {
            limits,
            tally: Tally::new(&init, params, secret),
            init,
            data: Vec::new(),
            samples: Vec::new(),
            open_bytes: 0,
            open_dts: MediaTime(0),
            open_wall: WallTime(0),
            last_wall: WallTime(0),
            nominal,
        }
    }

    /// The first bytes of the file (`ftyp` and `moov`): offset 0, before any fragment.
    pub fn init(&self) -> &Bytes {
        &self.init
    }

    /// Bytes of the file when all that was pushed is written, heads of open fragments left out.
    pub fn bytes(&self) -> u64 {
        self.tally.file_bytes() + self.open_bytes
    }

    /// Units taken so far.
    pub fn units(&self) -> u32 {
        self.tally.units()
    }

    /// Wall time of the first unit.
    pub fn first_wall(&self) -> Option<WallTime> {
        self.tally.first_wall().or((!self.data.is_empty()).then_some(self.open_wall))
    }

    /// Whether this segment must end before `unit`, and why. A caller that ends a segment for `Limit` or
    /// `Parameters` at a unit that is no key must leave out units up to the next key, and account for the gap.
    pub fn rotate_before(&self, unit: &AccessUnit) -> Option<SealReason> {
        let (Some(first), Some(last)) = (self.tally.first_dts(), self.tally.last_dts()) else { return None };
        if !Arc::ptr_eq(self.tally.params(), &unit.params) && *self.tally.params() != unit.params {
            return Some(SealReason::Parameters);
        }
        if unit.dts <= last || unit.dts - last > STEP_TICKS_MAX {
            return Some(SealReason::Discontinuity);
        }
        let elapsed = unit.dts - first;
        if unit.key && elapsed >= self.limits.segment_ticks {
            return Some(SealReason::Length);
        }
        let bytes = self.bytes().saturating_add(unit.data.len() as u64);
        let full = elapsed >= self.limits.segment_ticks_max
            || bytes > self.limits.segment_bytes_max
            || self.units() >= super::tally::SEGMENT_UNITS_MAX;
        full.then_some(SealReason::Limit)
    }

    /// Takes one unit. Gives back the fragment before it when that is due: when the unit is a key unit (not of
    /// sound, where each is one), or the fragment is long or large enough. On an error (the unit breaks a rule of the file, or its data is not whole NAL
    /// units) nothing was taken and the segment goes on.
    pub fn push(&mut self, unit: &AccessUnit) -> Result<Option<Fragment>> {
        let mut sample = fmp4::sample_of(unit, self.nominal)?;
        let open = !self.data.is_empty();
        let due = open
            && (unit.key && !self.tally.is_sound()
                || unit.dts - self.open_dts >= self.limits.fragment_ticks
                || self.open_bytes >= self.limits.fragment_bytes);
        // Checked before anything changes, so that a refused unit leaves no trace.
        self.tally.check(unit.dts, unit.key, due || !open, &unit.data)?;
        if open {
            self.set_last_duration(unit.dts);
        }
        let closed = if due { self.close(unit.wall)? } else { None };
        self.tally.unit(unit.dts, unit.pts, unit.key, &unit.data)?;
        if self.data.is_empty() {
            self.open_dts = unit.dts;
            self.open_wall = unit.wall;
        }
        sample.duration = self.nominal;
        self.open_bytes += u64::from(sample.size);
        self.last_wall = unit.wall;
        self.data.push(unit.data.clone());
        self.samples.push(sample);
        Ok(closed)
    }

    /// Closes the open fragment without knowing the next unit; its last duration is then the last known one.
    pub fn flush(&mut self) -> Result<Option<Fragment>> {
        self.close(self.wall_behind_last())
    }

    /// Ends the segment. `None` when no unit was taken: then there is no segment, and its file (if any) goes.
    /// [`Sealed::tail`] holds the last fragment when one was open.
    pub fn seal(mut self, reason: SealReason, end: End) -> Result<Option<Sealed>> {
        if let (Some(next), false) = (end.dts, self.data.is_empty()) {
            self.set_last_duration(next);
        }
        let tail = self.close(end.wall.max(self.last_wall))?;
        let sealed = self.tally.seal(reason, end.wall.max(self.last_wall));
        Ok(sealed.map(|sealed| Sealed { tail, ..sealed }))
    }

    /// Gives the last unit of the open fragment its real duration, now that the next unit's decode time is known.
    fn set_last_duration(&mut self, next: MediaTime) {
        let (Some(sample), Some(last)) = (self.samples.last_mut(), self.tally.last_dts()) else { return };
        if let Ok(duration @ 1..) = u32::try_from(next - last) {
            sample.duration = duration;
            self.nominal = duration.min(self.nominal.saturating_mul(2)); // a pause is not a frame interval
        }
    }

    fn wall_behind_last(&self) -> WallTime {
        self.last_wall.plus_us(crate::timeline::us_from_ticks(i64::from(self.nominal)))
    }

    fn close(&mut self, end_wall: WallTime) -> Result<Option<Fragment>> {
        if self.data.is_empty() {
            return Ok(None);
        }
        let head = fmp4::fragment_head(&FragmentHead {
            sequence: self.tally.next_fragment(),
            dts: self.open_dts,
            wall: Some(self.open_wall),
            samples: &self.samples,
        })?;
        let closed = Closed { head: &head, samples: &self.samples, first_wall: self.open_wall, end_wall };
        let facts = self.tally.close(&closed, |_| true);
        self.samples.clear();
        self.open_bytes = 0;
        let room = self.data.len();
        let samples = std::mem::replace(&mut self.data, Vec::with_capacity(room));
        Ok(facts.map(|facts| facts.into_fragment(head, samples)))
    }
}
