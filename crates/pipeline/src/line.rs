//! The time line and marks of one RTSP session: where its units stand, and how far apart they come. Pure.

use media::timeline::Timeline;
use model::{MediaTime, MonoTime, VideoParams, WallTime};
use std::sync::Arc;

/// A unit's duration before two have come: 1/25 s. Above 20 s it is a pause, not a rate.
const DURATION_90K_FIRST: u32 = 3_600;
const DURATION_90K_MAX: u32 = 20 * 90_000;

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
