//! What will be found in the days to come if nothing is done: detection asked about later days, and as few of them as tell when
//! each finding begins.
//!
//! Without I/O: it says about which day it wants to know, and is given what would be found then. There is no second table of
//! terms: a date that detection looks at is one that is announced. What would come and go again before the last day, by itself,
//! asks nothing of anybody and may be passed over.

use super::Detected;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Days that may be looked ahead: a quarter, so that a certificate is renewed in time.
pub const AHEAD_DAYS_MAX: u16 = 92;

/// A finding that is not there yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Coming {
    /// The first day on which it is found, counted from today.
    pub in_days: u16,
    pub found: Detected,
}

/// What makes two findings the same one on different days: its words may count days.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
struct Same {
    article: String,
    code: &'static str,
    about: String,
    evidence: Vec<String>,
}

impl Same {
    fn of(found: &Detected) -> Self {
        Self {
            article: found.article.clone(),
            code: found.code,
            about: found.about.id.clone(),
            evidence: found.evidence.iter().map(|named| named.id.clone()).collect(),
        }
    }
}

/// The days looked at so far.
#[derive(Debug)]
pub struct Ahead {
    last: u16,
    days: BTreeMap<u16, HashMap<Same, Detected>>,
}

impl Ahead {
    /// From what is found today up to so many days on, at most [`AHEAD_DAYS_MAX`].
    pub fn new(today: Vec<Detected>, days: u16) -> Self {
        let mut ahead = Self { last: days.clamp(1, AHEAD_DAYS_MAX), days: BTreeMap::new() };
        ahead.put(0, today);
        ahead
    }

    /// About which day it must still know; `None` when every beginning is known to the day.
    pub fn wants(&self) -> Option<u16> {
        if !self.days.contains_key(&self.last) {
            return Some(self.last);
        }
        let between = self.days.iter().zip(self.days.iter().skip(1));
        between
            .filter(|((early, _), (late, _))| *late - *early > 1)
            .find(|((_, before), (_, after))| after.keys().any(|same| !before.contains_key(same)))
            .map(|((early, _), (late, _))| early.midpoint(*late))
    }

    /// What would be found on that day.
    pub fn put(&mut self, day: u16, found: Vec<Detected>) {
        self.days.insert(day, found.into_iter().map(|one| (Same::of(&one), one)).collect());
    }

    /// What begins after today, by day, then by weight and article.
    pub fn coming(mut self) -> Vec<Coming> {
        let mut begun: HashSet<Same> = self.days.remove(&0).unwrap_or_default().into_keys().collect();
        let mut coming = Vec::new();
        for (in_days, found) in self.days {
            for (same, found) in found {
                if begun.insert(same) {
                    coming.push(Coming { in_days, found });
                }
            }
        }
        coming.sort_by(|a, b| {
            let weight = |one: &Coming| (one.in_days, std::cmp::Reverse(one.found.severity()));
            let name = |one: &Coming| (one.found.article.clone(), one.found.code, one.found.about.id.clone());
            weight(a).cmp(&weight(b)).then_with(|| name(a).cmp(&name(b)))
        });
        coming
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Words, detect::Named, packs::Force};
    use proptest::prelude::*;

    fn found(about: usize) -> Detected {
        Detected {
            article: "guangzhou-2007:13".into(),
            code: "qualification_expired",
            about: Named { id: about.to_string(), name: String::new() },
            evidence: Vec::new(),
            since: None,
            reason: Words::new("", ""),
            remedy: Words::new("", ""),
            force: Force::Binds,
        }
    }

    /// Each stands from its first day up to the day before its last.
    fn on(spans: &[(u16, u16)], day: u16) -> Vec<Detected> {
        let stands = |(_, (first, end)): &(usize, &(u16, u16))| (*first..*end).contains(&day);
        spans.iter().enumerate().filter(stands).map(|(about, _)| found(about)).collect()
    }

    fn searched(spans: &[(u16, u16)], days: u16) -> (Vec<(u16, String)>, usize) {
        let (mut ahead, mut asked) = (Ahead::new(on(spans, 0), days), 0);
        while let Some(day) = ahead.wants() {
            asked += 1;
            ahead.put(day, on(spans, day));
        }
        let coming = ahead.coming().into_iter().map(|one| (one.in_days, one.found.about.id));
        (coming.collect(), asked)
    }

    /// The obviously right way: every day is looked at.
    fn walked(spans: &[(u16, u16)], days: u16) -> Vec<(u16, String)> {
        let mut begun: Vec<String> = on(spans, 0).into_iter().map(|one| one.about.id).collect();
        let mut coming = Vec::new();
        for day in 1..=days {
            for one in on(spans, day) {
                if !begun.contains(&one.about.id) {
                    begun.push(one.about.id.clone());
                    coming.push((day, one.about.id));
                }
            }
        }
        coming.sort();
        coming
    }

    #[test]
    fn a_quiet_month_asks_once_and_each_beginning_is_found_to_the_day() {
        let check = |spans: &[(u16, u16)], days, expected: &[(u16, &str)], asked_max: usize| {
            let (coming, asked) = searched(spans, days);
            let coming: Vec<(u16, &str)> = coming.iter().map(|(day, about)| (*day, about.as_str())).collect();
            assert_eq!(coming, expected, "{spans:?}");
            assert!(asked <= asked_max, "{spans:?}: {asked} days looked at");
        };
        const ON: u16 = u16::MAX;
        check(&[], 30, &[], 1);
        check(&[(0, ON)], 30, &[], 1);
        check(&[(1, ON)], 30, &[(1, "0")], 6);
        check(&[(30, ON)], 30, &[(30, "0")], 6);
        check(&[(31, ON)], 30, &[], 1);
        check(&[(7, ON), (7, ON), (20, ON)], 30, &[(7, "0"), (7, "1"), (20, "2")], 12);
        // No more than can be asked about, and not none.
        check(&[(93, ON), (92, ON)], 400, &[(92, "1")], 8);
        check(&[(1, ON), (2, ON)], 0, &[(1, "0")], 1);
    }

    proptest! {
        /// What lasts is found on the same day as by looking at each; nothing is announced that does not come.
        #[test]
        fn it_agrees_with_looking_at_every_day(spans in prop::collection::vec((0u16..40, 1u16..80), 0..12), days in 1u16..60) {
            let spans: Vec<(u16, u16)> = spans.into_iter().map(|(first, long)| (first, first + long)).collect();
            let (coming, _) = searched(&spans, days);
            let walked = walked(&spans, days);
            let lasts = |about: &String| spans.get(about.parse::<usize>().unwrap()).unwrap().1 > days;
            for one in walked.iter().filter(|(_, about)| lasts(about)) {
                prop_assert!(coming.contains(one), "{one:?} of {spans:?}");
            }
            for one in &coming {
                prop_assert!(walked.contains(one), "{one:?} of {spans:?}");
            }
        }
    }
}
