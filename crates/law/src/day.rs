//! The day at the units: what certificates, packs' entry into force and overrides are held against.
//!
//! Days are of Asia/Shanghai civil time: one offset of eight hours and no summer time since 1991, so a day has 86 400
//! seconds and no zone table is needed. It reads no clock: whoever has the time says it. Days written `YYYY-MM-DD` sort as
//! days do; that is what the rest of this crate compares.

use model::WallTime;
use std::fmt;

/// Asia/Shanghai: UTC+8.
const OFFSET_US: i64 = 8 * 3_600_000_000;
const DAY_US: i64 = 86_400_000_000;
/// From 0000-03-01 to 1970-01-01.
const EPOCH_DAYS: i64 = 719_468;
/// Days of 400 years of the Gregorian calendar.
const ERA_DAYS: i64 = 146_097;
/// 0001-01-01 and 9999-12-31: what four digits can write.
const DAY_MIN: i64 = -719_162;
const DAY_MAX: i64 = 2_932_896;

/// A day of the calendar at the units, counted from 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Day(i64);

impl Day {
    pub const fn of(now: WallTime) -> Self {
        Self::counted(now.0.saturating_add(OFFSET_US).div_euclid(DAY_US))
    }

    /// The day by which the law is asked: the later of the wall clock's and of the time that is believed
    /// ([`crate::retention::TrustedClock`]). A clock that is set back opens nothing again that has ended.
    pub fn today(wall: WallTime, trusted: WallTime) -> Self {
        Self::of(wall.max(trusted))
    }

    const fn counted(days: i64) -> Self {
        Self(if days < DAY_MIN {
            DAY_MIN
        } else if days > DAY_MAX {
            DAY_MAX
        } else {
            days
        })
    }

    /// `YYYY-MM-DD`; `None` when it is no day of the calendar.
    pub fn read(text: &str) -> Option<Self> {
        if !crate::register::is_date(text) {
            return None;
        }
        let mut parts = text.split('-').map(str::parse::<i64>);
        let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) = (parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        // The year begins in March: the leap day is its last.
        let year = year - i64::from(month < 3);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Self(era * ERA_DAYS + day_of_era - EPOCH_DAYS))
    }

    #[must_use]
    pub const fn plus(self, days: i64) -> Self {
        Self::counted(self.0.saturating_add(days))
    }

    /// Days from an earlier one to this; negative when that is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// Its year by the calendar.
    pub fn year(self) -> i64 {
        self.to_string().split('-').next().and_then(|year| year.parse().ok()).unwrap_or(0)
    }

    /// 0 Monday to 6 Sunday: 1970-01-01 was a Thursday.
    pub fn weekday(self) -> u8 {
        crate::duty::CivilDay(self.0).weekday()
    }

    /// Its first instant.
    pub const fn begins(self) -> WallTime {
        WallTime(self.0 * DAY_US - OFFSET_US)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.0 + EPOCH_DAYS;
        let (era, day_of_era) = (days.div_euclid(ERA_DAYS), days.rem_euclid(ERA_DAYS));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let year = year_of_era + era * 400 + i64::from(month >= 10);
        write!(f, "{year:04}-{:02}-{day:02}", (month + 2) % 12 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_shanghai() {
        let check = |us: i64, expected: &str| assert_eq!(Day::of(WallTime(us)).to_string(), expected, "{us}");
        check(0, "1970-01-01");
        check(57_600_000_000 - 1, "1970-01-01");
        check(57_600_000_000, "1970-01-02");
        check(-28_800_000_001, "1969-12-31");
        check(1_709_136_000_000_000 - 1, "2024-02-28");
        check(1_709_136_000_000_000, "2024-02-29");
        check(1_709_222_400_000_000, "2024-03-01");
        check(1_740_758_400_000_000, "2025-03-01");
        check(1_740_758_400_000_000 - 1, "2025-02-28");
        check(i64::MIN, "0001-01-01");
        check(i64::MAX, "9999-12-31");
    }

    #[test]
    fn every_day_of_eight_centuries_is_read_as_it_is_written() {
        let mut day = Day::read("1600-01-01").unwrap();
        let mut before = String::new();
        let mut leap_days = 0;
        while day < Day::read("2400-01-01").unwrap() {
            let text = day.to_string();
            assert_eq!(Day::read(&text), Some(day));
            assert!(before < text, "{before} {text}");
            assert_eq!(Day::of(day.begins()), day);
            assert_eq!(Day::of(day.begins().plus_us(-1)), day.plus(-1));
            leap_days += u32::from(text.ends_with("02-29"));
            (before, day) = (text, day.plus(1));
        }
        // Of 200 fourth years 1700, 1800, 1900, 2100, 2200 and 2300 have none.
        assert_eq!(leap_days, 194);
    }

    #[test]
    fn what_is_no_day_is_not_read() {
        for wrong in
            ["", "2026-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026-1-1", "2026-01-01T00:00"]
        {
            assert_eq!(Day::read(wrong), None, "{wrong}");
        }
        assert_eq!(Day::read("2024-02-29").unwrap().plus(365).to_string(), "2025-02-28");
        assert_eq!(Day::read("9999-12-31").unwrap().plus(1).to_string(), "9999-12-31");
    }
}
