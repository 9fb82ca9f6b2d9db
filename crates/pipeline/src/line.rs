//! The time line and marks of one RTSP session: where its units stand, and how far apart they come. Pure.

use crate::recorder::Recorder;
use bytes::Bytes;
use media::timeline::{Jump, Timeline};
use model::{AccessUnit, GapCause, MediaTime, MonoTime, VideoParams, WallTime};
use std::sync::Arc;

/// A unit's duration before two have come: 1/25 s. Above 20 s it is a pause, not a rate.
const DURATION_90K_FIRST: u32 = 3_600;
const DURATION_90K_MAX: u32 = 20 * 90_000;

/// A connected stream that sends nothing for this long, or for four frame intervals, is torn down and opened again.
const STALL_US_MIN: i64 = 5_000_000;
/// The same before the distance of two frames is known: some cameras send one picture in ten seconds.
const STALL_US_FIRST: i64 = 20_000_000;
/// Buffered units become a fragment at least this often, so that they are written.
pub(crate) const FLUSH_INTERVAL_US: i64 = 500_000;

/// What silence on a connection has come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Silence {
    /// A gap has begun just now.
    pub is_gap: bool,
    /// The session is to be ended.
    pub is_end: bool,
}

/// The time line and marks of one RTSP session.
pub(crate) struct Line {
    pub timeline: Timeline,
    pub params: Option<Arc<VideoParams>>,
    /// When the newest frame came that could be placed; at first, when the session began.
    pub newest: MonoTime,
    /// When any frame came.
    pub heard: MonoTime,
    pub interval_us: i64,
    pub flushed: MonoTime,
    last_rtp: Option<(i64, WallTime)>,
    last_dts: Option<MediaTime>,
    duration_90k: u32,
}

impl Line {
    pub fn new(now: MonoTime) -> Self {
        Self {
            timeline: Timeline::new(),
            params: None,
            newest: now,
            heard: now,
            interval_us: 0,
            flushed: now,
            last_rtp: None,
            last_dts: None,
            duration_90k: DURATION_90K_FIRST,
        }
    }

    /// The duration to expect of a unit: the distance of the last two.
    pub fn duration_90k(&mut self, dts: MediaTime) -> u32 {
        if let Some(last) = self.last_dts.replace(dts)
            && let Ok(interval @ 1..=DURATION_90K_MAX) = u32::try_from(dts - last)
        {
            self.duration_90k = interval;
        }
        self.duration_90k
    }

    pub fn note(&mut self, received: MonoTime, rtp_ticks: i64, wall: WallTime) {
        // Between two frames, not between the session's beginning and its first.
        if self.last_rtp.is_some() {
            self.interval_us = received.since_us(self.newest).clamp(1, 20_000_000);
        }
        self.newest = received;
        self.last_rtp = Some((rtp_ticks, wall));
    }

    /// Places one access unit that was `received` at `arrival` of the wall clock, and says when it begins another media line;
    /// `None` while there are no parameters to decode it with.
    pub fn unit(
        &mut self,
        rtp_ticks: i64,
        (received, arrival): (MonoTime, WallTime),
        key: bool,
        data: impl FnOnce() -> Bytes,
    ) -> Option<(AccessUnit, Option<Jump>)> {
        let params = self.params.clone()?;
        let placed = self.timeline.place(rtp_ticks, received, arrival);
        self.note(received, rtp_ticks, placed.wall);
        let (dts, pts, wall) = (placed.dts, placed.pts, placed.wall);
        Some((AccessUnit { dts, pts, wall, received, key, data: data(), params }, placed.jump))
    }

    /// What silence (`what` says of what) means now: nothing yet, the begin of a gap, or the end of the session.
    pub fn silence(&self, now: MonoTime, what: &str, recorder: Option<&mut Recorder>) -> Silence {
        let is_gap = recorder.is_some_and(|recorder| {
            let begins = recorder.deadline().is_some_and(|deadline| now >= deadline);
            if begins {
                recorder.lost(GapCause::Camera, what);
            }
            begins
        });
        let limit_us =
            if self.interval_us == 0 { STALL_US_FIRST } else { STALL_US_MIN.max(4 * self.interval_us) };
        Silence { is_gap, is_end: now.since_us(self.heard) >= limit_us }
    }

    /// Whether what is buffered is due to become a fragment.
    pub fn flush_due(&mut self, now: MonoTime) -> bool {
        let due = now.since_us(self.flushed) >= FLUSH_INTERVAL_US;
        if due {
            self.flushed = now;
        }
        due
    }

    /// Our wall time of an RTP time near the newest frame.
    pub fn wall_at(&self, rtp_ticks: i64) -> Option<WallTime> {
        self.last_rtp.map(|(rtp, wall)| wall.plus_us(rtp_ticks.saturating_sub(rtp).saturating_mul(100) / 9))
    }
}

/// Microseconds since 1970 of an NTP timestamp (RFC 3550 §4: seconds since 1900 in 32.32 fixed point).
pub(crate) fn ntp_to_wall_us(ntp: u64) -> i64 {
    const SECONDS_1900_TO_1970: i64 = 2_208_988_800;
    let seconds = i64::from((ntp >> 32) as u32) - SECONDS_1900_TO_1970;
    let fraction_us = ((ntp & 0xffff_ffff) * 1_000_000) >> 32;
    seconds * 1_000_000 + i64::try_from(fraction_us).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ntp_time_counts_from_1900() {
        let check = |ntp: u64, expected_us: i64| assert_eq!(ntp_to_wall_us(ntp), expected_us);
        check(2_208_988_800 << 32, 0);
        check((2_208_988_801 << 32) | 0x8000_0000, 1_500_000);
    }
}
