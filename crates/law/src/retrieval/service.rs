//! When a unit's reception is open, and what a term in working hours makes of it: which moment it ends at, and until when it stands still.
//!
//! Days are the units' own ([`Day`]). The invariants: a term in plain hours is not touched by any of this; neither is what an emergency
//! asks for; where a unit states no hours, working hours run always; and whatever a unit states, nothing waits beyond
//! [`WORKING_TERM_US_MAX`].

use super::{ANSWER_HOURS_MAX, HOUR_US};
use crate::{
    Day, Words,
    access::Refusal,
    packs::{ArticleId, Force, Ground, Mark, Rules},
};
use model::{Span, WallTime};
use std::collections::BTreeSet;

const MINUTE_US: i64 = 60_000_000;
const DAY_MIN: u16 = 1_440;
const DAY_US: i64 = 86_400_000_000;

/// A reception that is open for less in a week answers nobody: half of a working week.
pub const SERVICE_WEEK_MIN_LEAST: u32 = 20 * 60;
/// Openings of a week: four on each day.
pub const OPENINGS_MAX: usize = 28;
/// Closed days that are named ahead: more than the holidays of two years.
pub const CLOSED_DAYS_MAX: usize = 60;
/// A term in working hours ends by then, whatever is closed: the longest holiday and a week of work.
pub const WORKING_TERM_US_MAX: i64 = 15 * DAY_US;

/// One opening of a week.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Opening {
    /// 0 Monday to 6 Sunday: the day on which it begins.
    pub weekday: u8,
    pub from_min: u16,
    /// Beyond midnight it ends on the next day.
    pub length_min: u16,
}

/// When a reception is open.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServiceHours {
    pub openings: Vec<Opening>,
    pub closed: BTreeSet<Day>,
}

impl ServiceHours {
    /// The spans of one day: those that begin on it, and what reaches over from the day before.
    fn on(&self, day: Day) -> Vec<Span> {
        if self.closed.contains(&day) {
            return Vec::new();
        }
        let begins = day.begins();
        let at = |minute: u16| begins.plus_us(i64::from(minute.min(DAY_MIN)) * MINUTE_US);
        let (today, before) = (day.weekday(), day.plus(-1));
        let mut spans = Vec::new();
        for one in &self.openings {
            let end = one.from_min.saturating_add(one.length_min);
            if one.weekday == today {
                spans.extend(Span::new(at(one.from_min), at(end)));
            }
            // What the day before began goes on here, unless that day is closed.
            if one.weekday == before.weekday() && end > DAY_MIN && !self.closed.contains(&before) {
                spans.extend(Span::new(begins, at(end - DAY_MIN)));
            }
        }
        spans.sort_by_key(|span| span.start);
        spans
    }

    /// What is open from a moment on until the end of the longest term, in order, without overlaps.
    fn ahead(&self, from: WallTime) -> Vec<Span> {
        let (first, last) = (Day::of(from), Day::of(from.plus_us(WORKING_TERM_US_MAX)));
        let mut merged: Vec<Span> = Vec::new();
        let mut day = first;
        while day <= last {
            for span in self.on(day) {
                match merged.last_mut() {
                    Some(before) if span.start <= before.end => before.end = before.end.max(span.end),
                    _ => merged.push(span),
                }
            }
            day = day.plus(1);
        }
        merged.retain(|span| span.end > from);
        if let Some(first) = merged.first_mut() {
            first.start = first.start.max(from);
        }
        merged
    }

    /// When so much open time has passed.
    pub fn after(&self, start: WallTime, working_us: i64) -> WallTime {
        let longest = start.plus_us(WORKING_TERM_US_MAX);
        let mut left_us = working_us;
        for span in self.ahead(start) {
            if span.duration_us() >= left_us {
                return span.start.plus_us(left_us).min(longest);
            }
            left_us -= span.duration_us();
        }
        longest
    }

    /// Until when the clock stands still; `None`: it runs.
    pub fn stands_until(&self, now: WallTime) -> Option<WallTime> {
        let next = self.ahead(now).first().map_or(now.plus_us(WORKING_TERM_US_MAX), |span| span.start);
        (next > now).then_some(next)
    }

    fn week_min(&self) -> u32 {
        // A week without holidays, merged, so that what is named twice counts once.
        let monday = Day::of(WallTime(4 * DAY_US));
        let week = Self { openings: self.openings.clone(), closed: BTreeSet::new() };
        let spans = week.ahead(monday.begins());
        let of_week = Span { start: monday.begins(), end: monday.plus(7).begins() };
        let us: i64 = spans.iter().filter_map(|span| span.intersect(of_week)).map(Span::duration_us).sum();
        u32::try_from(us / MINUTE_US).unwrap_or(u32::MAX)
    }
}

/// Why a unit may not state these hours: a reception that is hardly open lets lawful requests lie (national-2016:21).
pub fn refuse_hours(hours: &ServiceHours) -> Option<Refusal> {
    let open = hours.openings.is_empty() || hours.week_min() >= SERVICE_WEEK_MIN_LEAST;
    (!open).then(|| Refusal {
        article: ArticleId::new("national-2016", "21").to_string().into(),
        code: "service_hours",
        reason: Words::new(
            "A reception that is open for less than 20 hours a week lets lawful requests lie.",
            "接待时间每周不足20小时，将使合法的调取申请被搁置。",
        ),
        remedy: Words::new(
            "State at least 20 hours a week, or none: then terms run by the calendar.",
            "请设为每周不少于20小时；不设接待时间的，时限连续计算。",
        ),
    })
}

/// What limits an answer: hours by the calendar, hours of work, or both; then the earlier counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AnswerTerm {
    pub hours: Option<u16>,
    pub working_hours: Option<u16>,
}

impl AnswerTerm {
    /// Under these rules, where the unit has set its own hours or none: the shortest of each kind that a binding text gives. Where no text
    /// and no unit says anything, ours.
    pub fn of(rules: &[Rules<'_>], own_hours: Option<u16>) -> Self {
        let working = rules.iter().flat_map(|rules| {
            rules.all(Force::Binds, |values| values.retrieval_answer_working_hours.as_ref())
        });
        // What was garbled lets no clock stand still.
        let read = working.filter(|ruling| ruling.mark != Mark::Unverified);
        let working_hours = read.map(|ruling| ruling.value.max(1)).min();
        let hours = [super::terms::given_hours(rules), own_hours].into_iter().flatten().min();
        let ours = hours.is_none() && working_hours.is_none();
        Self { hours: if ours { Some(ANSWER_HOURS_MAX) } else { hours }, working_hours }
    }

    /// When what is complete now is due, and whether hours of service had a part in that: then its clock stands still outside of them.
    pub fn due(self, hours: Option<&ServiceHours>, ground: Ground, now: WallTime) -> (WallTime, bool) {
        let plain = |hours: u16| now.plus_us(i64::from(hours) * HOUR_US);
        let stated = hours.filter(|hours| !hours.openings.is_empty() && !is_emergency(ground));
        let working = self.working_hours.map(|wanted| match stated {
            Some(hours) => hours.after(now, i64::from(wanted) * HOUR_US),
            None => plain(wanted),
        });
        let due = [self.hours.map(plain), working].into_iter().flatten().min();
        let due = due.unwrap_or_else(|| plain(ANSWER_HOURS_MAX));
        (due, stated.is_some() && working == Some(due))
    }
}

/// Whoever deals with an emergency does not wait for Monday.
const fn is_emergency(ground: Ground) -> bool {
    matches!(ground, Ground::Emergency | Ground::MajorEmergency)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `2026-11-30 09:00` at the unit: a Monday.
    fn at(text: &str) -> WallTime {
        let (day, clock) = text.split_once(' ').unwrap();
        let (hour, minute) = clock.split_once(':').unwrap();
        let minutes = hour.parse::<i64>().unwrap() * 60 + minute.parse::<i64>().unwrap();
        Day::read(day).unwrap().begins().plus_us(minutes * MINUTE_US)
    }
    fn shown(time: WallTime) -> String {
        let day = Day::of(time);
        let minutes = time.since_us(day.begins()) / MINUTE_US;
        format!("{day} {:02}:{:02}", minutes / 60, minutes % 60)
    }
    fn opening(weekday: u8, from: u16, length: u16) -> Opening {
        Opening { weekday, from_min: from * 60, length_min: length * 60 }
    }
    /// Monday to Friday, nine to five.
    fn office(closed: &[&str]) -> ServiceHours {
        let closed = closed.iter().map(|day| Day::read(day).unwrap()).collect();
        ServiceHours { openings: (0..5).map(|day| opening(day, 9, 8)).collect(), closed }
    }

    #[test]
    fn a_working_term_runs_while_the_reception_is_open() {
        let holiday = ["2026-12-01", "2026-12-02"];
        let check = |hours: &ServiceHours, start: &str, working: i64, expected: &str| {
            let found = shown(hours.after(at(start), working * HOUR_US));
            assert_eq!(found, expected, "{working} h from {start}");
        };
        let office_hours = office(&[]);
        check(&office_hours, "2026-11-30 09:00", 8, "2026-11-30 17:00");
        check(&office_hours, "2026-11-30 16:00", 8, "2026-12-01 16:00");
        check(&office_hours, "2026-11-30 03:00", 1, "2026-11-30 10:00");
        check(&office_hours, "2026-11-30 20:00", 1, "2026-12-01 10:00");
        // Over a weekend, and over closed days.
        check(&office_hours, "2026-12-04 16:00", 2, "2026-12-07 10:00");
        check(&office_hours, "2026-12-05 12:00", 16, "2026-12-08 17:00");
        check(&office(&holiday), "2026-11-30 16:00", 2, "2026-12-03 10:00");
        check(&office(&holiday), "2026-12-01 10:00", 1, "2026-12-03 10:00");
        // A night desk: Monday 20:00 to 04:00, and what is closed ends it at midnight, or does not begin it.
        let night = |closed: &[&str]| ServiceHours { openings: vec![opening(0, 20, 8)], ..office(closed) };
        check(&night(&[]), "2026-11-30 21:00", 5, "2026-12-01 02:00");
        check(&night(&["2026-12-01"]), "2026-11-30 21:00", 4, "2026-12-07 21:00");
        check(&night(&["2026-11-30"]), "2026-11-30 21:00", 4, "2026-12-08 00:00");
        // Openings that overlap or touch count once.
        let twice = ServiceHours { openings: vec![opening(0, 9, 4), opening(0, 11, 6)], ..office(&[]) };
        check(&twice, "2026-11-30 09:00", 8, "2026-11-30 17:00");
        // Whatever is closed, nothing waits beyond the longest term.
        let shut: Vec<String> =
            (0..40).map(|day| Day::read("2026-11-30").unwrap().plus(day).to_string()).collect();
        let shut: Vec<&str> = shut.iter().map(String::as_str).collect();
        check(&office(&shut), "2026-11-30 09:00", 1, "2026-12-15 09:00");
    }

    #[test]
    fn a_clock_stands_still_until_the_reception_opens() {
        let check = |hours: &ServiceHours, now: &str, expected: Option<&str>| {
            assert_eq!(hours.stands_until(at(now)).map(shown).as_deref(), expected, "{now}");
        };
        let hours = office(&["2026-12-07"]);
        check(&hours, "2026-11-30 08:59", Some("2026-11-30 09:00"));
        check(&hours, "2026-11-30 09:00", None);
        check(&hours, "2026-11-30 16:59", None);
        check(&hours, "2026-11-30 17:00", Some("2026-12-01 09:00"));
        check(&hours, "2026-12-04 17:00", Some("2026-12-08 09:00"));
    }

    #[test]
    fn what_limits_an_answer() {
        use Ground::{Emergency, Investigation, MajorEmergency};
        let friday = "2026-12-04 16:00";
        let hours = office(&[]);
        let check =
            |(plain, working): (Option<u16>, Option<u16>), stated: bool, ground, expected: (&str, bool)| {
                let term = AnswerTerm { hours: plain, working_hours: working };
                let (due, stands) = term.due(stated.then_some(&hours), ground, at(friday));
                assert_eq!((shown(due).as_str(), stands), expected, "{term:?} {stated} {ground:?}");
            };
        // By the calendar, whatever is stated.
        for stated in [false, true] {
            check((Some(72), None), stated, Investigation, ("2026-12-07 16:00", false));
        }
        // In working hours: over the weekend where hours are stated, straight on where none are.
        check((None, Some(8)), true, Investigation, ("2026-12-07 16:00", true));
        check((None, Some(8)), false, Investigation, ("2026-12-05 00:00", false));
        // The earlier of both.
        check((Some(24), Some(8)), true, Investigation, ("2026-12-05 16:00", false));
        check((Some(240), Some(8)), true, Investigation, ("2026-12-07 16:00", true));
        // An emergency does not wait for Monday.
        for ground in [Emergency, MajorEmergency] {
            check((None, Some(8)), true, ground, ("2026-12-05 00:00", false));
        }
        check((None, None), true, Investigation, ("2026-12-07 16:00", false));
    }

    #[test]
    fn a_reception_that_is_hardly_open_is_none() {
        let check = |openings: Vec<Opening>, fits: bool| {
            let hours = ServiceHours { openings, closed: BTreeSet::new() };
            assert_eq!(refuse_hours(&hours).is_none(), fits, "{hours:?}");
        };
        check(Vec::new(), true);
        check((0..5).map(|day| opening(day, 9, 4)).collect(), true);
        check((0..4).map(|day| opening(day, 9, 4)).collect(), false);
        // What is named twice counts once; a week of nights is one too.
        check(vec![opening(0, 9, 12), opening(0, 9, 11)], false);
        check((0..7).map(|day| opening(day, 22, 4)).collect(), true);
        check(vec![opening(6, 0, 24)], true);
    }
}
