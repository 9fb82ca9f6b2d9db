//! How long the record of who looked is kept readable. When its term is over its key goes; leaf and proof stay.
//!
//! Pure: facts and a time in; it forgets nothing itself. Invariants: what proves a decision that may still stand has no term; a
//! shorter term holds only a month after somebody set it, so that nobody wipes away yesterday; what an open matter rests on is kept.

use model::{Act, WallTime};

/// Three years. No text gives a number: it is the time for which the record of an impact assessment is kept in China.
pub const TERM_DAYS_DEFAULT: u16 = 1_096;
/// A year: whoever audits once a year finds every entry of it.
pub const TERM_DAYS_MIN: u16 = 366;
/// Ten years: beyond them nobody asks who looked.
pub const TERM_DAYS_MAX: u16 = 3_653;
/// A shorter term waits so long before it holds.
pub const SHORTER_WAITS_DAYS: i64 = 30;
const DAY_US: i64 = 86_400_000_000;

/// A term that somebody set, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TermSet {
    pub days: u16,
    pub at: WallTime,
}

/// The term that holds now, of those that were set, oldest first: the newest that has waited, unless one that is younger is longer.
pub fn in_force(set: &[TermSet], now: WallTime) -> u16 {
    let waited = |one: &&TermSet| now.since_us(one.at) >= SHORTER_WAITS_DAYS * DAY_US;
    let old = set.iter().rev().find(waited).map_or(TERM_DAYS_DEFAULT, |one| one.days);
    set.iter().filter(|one| !waited(one)).map(|one| one.days).fold(old, u16::max)
}

/// A shorter term that waits, and when it begins to hold.
pub fn pending(set: &[TermSet], now: WallTime) -> Option<(u16, WallTime)> {
    let last = set.last()?;
    let begins = last.at.plus_us(SHORTER_WAITS_DAYS * DAY_US);
    (last.days < in_force(set, now) && now < begins).then_some((last.days, begins))
}

/// Whether records of this act have a term at all: looking, signing in, reading, and being refused. What was decided, changed or handed
/// out has none, since it may still stand, or the copy still be out (datong-2008:21, guangzhou-2007:21).
pub const fn has_term(act: Act, is_refusal: bool) -> bool {
    is_refusal
        || matches!(
            act,
            Act::Live
                | Act::Playback
                | Act::Still
                | Act::Ptz
                | Act::EndPtz
                | Act::Use
                | Act::SignIn
                | Act::SignOut
                | Act::SignInFailed
                | Act::SignInBeside
                | Act::LeaveConsole
                | Act::Refused
                | Act::AnonymousRefused
                | Act::ReadRegistry
                | Act::ReadLedger
                | Act::ReadHealth
                | Act::ReadTimeline
                | Act::ReadHolds
                | Act::ReadGaps
                | Act::ReadCases
                | Act::ReadGrants
                | Act::ReadColleagues
                | Act::ReadRetrievals
                | Act::ReadCopies
                | Act::ReadDuty
                | Act::ReadAlarms
                | Act::ReadFolders
                | Act::ReadRoutines
                | Act::ReadSupervision
                | Act::ReadQuestions
                | Act::ReadPressure
        )
}

/// What is asked about a record before it is forgotten.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecordFacts {
    pub act: Act,
    pub is_refusal: bool,
    pub at: WallTime,
    /// Its case is open, or a question that rests on it is unanswered.
    pub open_matter: bool,
}

/// Whether the key of a record goes. `now` is time that real time has borne out, never the wall clock alone.
pub fn is_over(record: &RecordFacts, term_days: u16, now: WallTime) -> bool {
    has_term(record.act, record.is_refusal)
        && !record.open_matter
        && now.since_us(record.at) >= i64::from(term_days) * DAY_US
}

/// Whether a term is one.
pub const fn is_term(days: u16) -> bool {
    TERM_DAYS_MIN <= days && days <= TERM_DAYS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn day(days: i64) -> WallTime {
        WallTime(days * DAY_US)
    }

    #[test]
    fn a_shorter_term_waits_for_a_month_and_a_longer_one_holds_at_once() {
        let check = |set: &[(u16, i64)], now: WallTime, expected: u16, waiting: Option<(u16, i64)>| {
            let set: Vec<TermSet> =
                set.iter().map(|(days, at)| TermSet { days: *days, at: day(*at) }).collect();
            assert_eq!(in_force(&set, now), expected, "{set:?} on {now:?}");
            assert_eq!(pending(&set, now), waiting.map(|(days, at)| (days, day(at))), "{set:?} on {now:?}");
        };
        check(&[], day(1), TERM_DAYS_DEFAULT, None);
        check(&[(2_000, 10)], day(10), 2_000, None);
        check(&[(400, 10)], day(10), TERM_DAYS_DEFAULT, Some((400, 40)));
        check(&[(400, 10)], WallTime(day(40).0 - 1), TERM_DAYS_DEFAULT, Some((400, 40)));
        check(&[(400, 10)], day(40), 400, None);
        // Shorter, and longer again before it held: it never did.
        check(&[(400, 10), (2_000, 20)], day(45), 2_000, None);
        // Shorter and shorter: each waits for itself.
        check(&[(800, 10), (400, 30)], day(45), 800, Some((400, 60)));
        check(&[(800, 10), (400, 30)], day(60), 400, None);
        // Set back and forth to make it hold sooner: nothing is won.
        check(&[(400, 10), (2_000, 39), (400, 39)], day(41), 2_000, Some((400, 69)));
    }

    #[test]
    fn what_stands_or_is_open_is_not_forgotten() {
        let check = |act: Act, is_refusal: bool, open_matter: bool, age_us: i64, expected: bool| {
            let record = RecordFacts { act, is_refusal, at: day(0), open_matter };
            assert_eq!(is_over(&record, 400, WallTime(age_us)), expected, "{record:?} at {age_us}");
        };
        let term = 400 * DAY_US;
        check(Act::Live, false, false, term - 1, false);
        check(Act::Live, false, false, term, true);
        check(Act::Live, false, true, term * 9, false);
        check(Act::SignIn, false, false, term, true);
        for act in [
            Act::Export,
            Act::HandOver,
            Act::ChangeCamera,
            Act::ApproveRelease,
            Act::Start,
            Act::ForgetEntries,
        ] {
            check(act, false, false, term * 9, false);
            check(act, true, false, term, true);
        }
    }

    #[test]
    fn a_term_has_its_limits() {
        for (days, expected) in [(0, false), (365, false), (366, true), (3_653, true), (3_654, false)] {
            assert_eq!(is_term(days), expected, "{days}");
        }
    }
}
