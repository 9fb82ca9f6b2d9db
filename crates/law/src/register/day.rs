//! The day at the units. The regulations are of China's time zone, which has one offset and no summer time.
//!
//! Pure: it reads no clock. Days are written `YYYY-MM-DD`, so that they sort as days do.

use model::WallTime;

const ZONE_US: i64 = 8 * 3_600_000_000;

/// The day at the units at this moment.
pub fn day_at_units(at: WallTime) -> String {
    let there = at.plus_us(ZONE_US).to_string();
    there.split('T').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        let check = |us: i64, expected: &str| assert_eq!(day_at_units(WallTime(us)), expected, "{us}");
        check(0, "1970-01-01");
        check(-ZONE_US - 1, "1969-12-31");
        check(57_599_999_999, "1970-01-01");
        check(57_600_000_000, "1970-01-02");
        check(1_709_222_400_000_000 - ZONE_US - 1, "2024-02-29");
    }
}
