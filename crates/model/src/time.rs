//! The three kinds of time, with no silent conversion between them.
//!
//! Media time counts 90 kHz ticks on one stream's own line; wall time is UTC in microseconds and may step;
//! monotonic time is microseconds since this process began and never steps. Only `media::Timeline` relates them.

use std::{fmt, ops};

/// Ticks of 1/90000 s on one stream's media line (RFC 3551 §5, the RTP clock of H.264 and H.265).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct MediaTime(pub i64);

/// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct WallTime(pub i64);

/// Microseconds since the process began; never steps, means nothing to another process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct MonoTime(pub i64);

impl MediaTime {
    pub const TICKS_PER_SECOND: i64 = 90_000;
}

impl WallTime {
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms.saturating_mul(1_000))
    }
    /// Whole milliseconds, rounded towards the past.
    pub const fn as_ms(self) -> i64 {
        self.0.div_euclid(1_000)
    }
    pub const fn plus_us(self, us: i64) -> Self {
        Self(self.0.saturating_add(us))
    }
    /// `self - earlier` in microseconds; negative when `self` is before `earlier`.
    pub const fn since_us(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl MonoTime {
    pub const fn plus_us(self, us: i64) -> Self {
        Self(self.0.saturating_add(us))
    }
    /// `self - earlier` in microseconds.
    pub const fn since_us(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// RFC 3339 in UTC with microseconds: `2026-11-22T10:00:00.000000Z`.
impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, us) = (self.0.div_euclid(86_400_000_000), self.0.rem_euclid(86_400_000_000));
        let (year, month, day) = civil_from_days(days);
        let seconds = us / 1_000_000;
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:06}Z",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            us % 1_000_000
        )
    }
}

impl fmt::Debug for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Proleptic Gregorian date of a day number (0 = 1970-01-01).
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468; // days since 0000-03-01
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted_month + 2) / 5 + 1)
}

/// A half-open span of wall time `[start, end)`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    pub start: WallTime,
    pub end: WallTime,
}

impl Span {
    /// `None` when the end is before the start; an empty span is a span.
    pub fn new(start: WallTime, end: WallTime) -> Option<Self> {
        (start <= end).then_some(Self { start, end })
    }
    pub fn duration_us(self) -> i64 {
        self.end.since_us(self.start)
    }
    pub fn contains(self, at: WallTime) -> bool {
        self.start <= at && at < self.end
    }
    /// The part both have, if it is not empty.
    pub fn intersect(self, other: Self) -> Option<Self> {
        let (start, end) = (self.start.max(other.start), self.end.min(other.end));
        (start < end).then_some(Self { start, end })
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}, {})", self.start, self.end)
    }
}

impl ops::Add<i64> for MediaTime {
    type Output = Self;
    /// Adds 90 kHz ticks.
    fn add(self, ticks: i64) -> Self {
        Self(self.0.saturating_add(ticks))
    }
}

impl ops::Sub for MediaTime {
    type Output = i64;
    /// Difference in 90 kHz ticks.
    fn sub(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_time_prints_rfc_3339() {
        let check = |us: i64, expected: &str| assert_eq!(WallTime(us).to_string(), expected);
        check(0, "1970-01-01T00:00:00.000000Z");
        check(-1, "1969-12-31T23:59:59.999999Z");
        check(951_782_400_000_000, "2000-02-29T00:00:00.000000Z");
        check(1_795_341_600_123_456, "2026-11-22T10:00:00.123456Z");
    }

    #[test]
    fn spans_meet_half_open() {
        let span = |a, b| Span::new(WallTime(a), WallTime(b)).unwrap();
        assert_eq!(span(0, 10).intersect(span(10, 20)), None);
        assert_eq!(span(0, 10).intersect(span(5, 20)), Some(span(5, 10)));
        assert!(Span::new(WallTime(1), WallTime(0)).is_none());
    }
}
