//! When footage that was held for a request is let go, if nothing was handed over. What was handed over stays held until two persons lift
//! it, and that is not decided here.
//!
//! The invariant kept: a refusal alone lets nothing go that day, so nobody gets rid of footage by refusing who asks for it.

use model::WallTime;

/// No text gives a time to complain of a refusal. Ours: as long as every text keeps footage at the least (national-2016:22), so that
/// whoever was refused finds it as long as if it had been recorded on that day, comes back with what was lacking, or complains.
pub const REFUSED_HOLD_DAYS: i64 = 30;
const DAY_US: i64 = 86_400_000_000;

/// How a complete request came to nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dropped {
    /// By a right that a text gives.
    Refused,
    /// By the authority itself: it needs it no more.
    Withdrawn,
}

/// When the hold of such a request ends.
pub fn hold_ends(how: Dropped, at: WallTime) -> WallTime {
    match how {
        Dropped::Refused => at.plus_us(REFUSED_HOLD_DAYS * DAY_US),
        Dropped::Withdrawn => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_for_thirty_days_and_a_withdrawal_for_none() {
        let check =
            |how, at: i64, expected: i64| assert_eq!(hold_ends(how, WallTime(at)), WallTime(expected));
        check(Dropped::Refused, 0, 30 * DAY_US);
        check(Dropped::Refused, 5, 30 * DAY_US + 5);
        check(Dropped::Withdrawn, 5, 5);
        // The end of time is no reason to let go early.
        check(Dropped::Refused, i64::MAX, i64::MAX);
    }
}
