//! Duty watch in a monitoring room (datong-2008:17, guangzhou-2007:20, national-2016:17): how many persons it needs and when, who
//! keeps it, when nobody did; who may take a shift over, and who is on one. Pure: the zone's clock is a function that is handed in.
//!
//! Whose posts cover the room is `access`'s. The invariant kept: a span counts as kept only for whoever took their shift over
//! themselves, and not beyond the end of it; nothing is closed by hand.

mod without_shift;

use crate::Words;
use crate::access::Refusal;
use model::{PersonId, Span, WallTime};
use std::collections::BTreeSet;

pub use without_shift::{OffShift, off_shift, off_shift_left, refuse_off_shift_alone};

const MINUTE_US: i64 = 60_000_000;
const DAY_MIN: i64 = 1_440;

/// How long a room may be without the persons that it needs until that is a finding: a walk to the next house and back.
pub const UNMANNED_US_MAX: i64 = 15 * MINUTE_US;
/// How long a report may wait for the organ's acknowledgement until that is a finding.
pub const ACKNOWLEDGED_US_MAX: i64 = 24 * 60 * MINUTE_US;
/// How long before its start a shift may be taken over: the two persons go through the log together.
pub const EARLY_US_MAX: i64 = 30 * MINUTE_US;
/// How long ago the shift before may have ended to be the one that is taken over from.
pub const BEFORE_US_MAX: i64 = 12 * 60 * MINUTE_US;
/// Longest shift on the roster: a day and a night, as small rooms have it.
pub const SHIFT_US_MAX: i64 = 24 * 60 * MINUTE_US;
/// How much longer somebody stays whom nobody relieves, at once.
pub const STAY_US_MAX: i64 = 4 * 60 * MINUTE_US;
/// The rule where no pack that binds speaks of shifts.
pub const RULE: &str = "unit:shifts";

macro_rules! closed_list {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum $name { $($variant),+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

pub(crate) use closed_list;

closed_list! {
    /// What an observation in the watch log is about.
    Observed {
        Routine "routine",
        Suspicious "suspicious",
        Incident "incident",
        Equipment "equipment",
        Order "order",
        Other "other",
    }
}

closed_list! {
    /// By which way a report reached the organ.
    Channel {
        Telephone "telephone",
        InPerson "in_person",
        Letter "letter",
        Platform "platform",
        Other "other",
    }
}

closed_list! {
    /// A post that a room may need filled: who leads the shift, who keeps watch, who keeps the equipment running. Not a post of a unit,
    /// which entitles: whoever fills one has no right by it.
    DutyPost {
        Leader "leader",
        Officer "officer",
        Technician "technician",
    }
}

/// A day of the calendar where the room is, counted from 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct CivilDay(pub i64);

impl CivilDay {
    /// 0 Monday to 6 Sunday: 1970-01-01 was a Thursday.
    pub const fn weekday(self) -> u8 {
        match (self.0 + 3).rem_euclid(7) {
            0 => 0,
            1 => 1,
            2 => 2,
            3 => 3,
            4 => 4,
            5 => 5,
            _ => 6,
        }
    }
}

/// So many persons, on some days of the week, from a time of the clock on the wall on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pattern {
    /// Bit 0 Monday to bit 6 Sunday: days on which it begins.
    pub days: u8,
    pub from_min: u16,
    /// By the clock on the wall; beyond midnight it ends on the next day.
    pub length_min: u16,
    pub persons: u8,
    /// Which post they fill; `None`: any.
    pub post: Option<DutyPost>,
    /// From when to when the pattern itself was in force.
    pub valid: Span,
}

/// So many persons in this span.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Need {
    pub span: Span,
    pub persons: u32,
    /// Which post they fill; `None`: any.
    pub post: Option<DutyPost>,
}

/// What patterns ask for on the days from the first to the last. `at` says when the room's clock shows so many minutes after
/// midnight: where the clock is put forward or back a shift is shorter or longer, and ends when the clock says so.
pub fn needs(
    patterns: &[Pattern],
    (first, last): (CivilDay, CivilDay),
    at: &dyn Fn(CivilDay, u16) -> WallTime,
) -> Vec<Need> {
    let moment = |day: CivilDay, minute: i64| {
        let clock = u16::try_from(minute.rem_euclid(DAY_MIN)).unwrap_or(0);
        at(CivilDay(day.0 + minute.div_euclid(DAY_MIN)), clock)
    };
    let mut needs = Vec::new();
    for day in (first.0..=last.0).map(CivilDay) {
        for pattern in patterns.iter().filter(|pattern| pattern.days >> day.weekday() & 1 == 1) {
            let from = i64::from(pattern.from_min);
            let (start, end) = (moment(day, from), moment(day, from + i64::from(pattern.length_min)));
            let held = Span::new(start, end).and_then(|span| span.intersect(pattern.valid));
            let persons = u32::from(pattern.persons);
            needs.extend(held.map(|span| Need { span, persons, post: pattern.post }));
        }
    }
    needs
}

/// One person's shift: as it was rostered, and what became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shift {
    pub person: PersonId,
    /// Which post they fill in it.
    pub post: Option<DutyPost>,
    pub rostered: Span,
    pub withdrawn: bool,
    pub taken: Option<WallTime>,
    /// Handed over.
    pub ended: Option<WallTime>,
}

impl Shift {
    /// When it ends or ended.
    pub fn end(&self) -> WallTime {
        self.ended.map_or(self.rostered.end, |ended| ended.min(self.rostered.end))
    }

    /// Its person took it over and it goes on.
    pub fn runs(&self, now: WallTime) -> bool {
        !self.withdrawn && self.taken.is_some_and(|taken| taken <= now) && now < self.end()
    }

    /// It should have been taken over by now and was not.
    pub fn is_due(&self, now: WallTime) -> bool {
        !self.withdrawn && self.taken.is_none() && self.rostered.start <= now && now < self.rostered.end
    }

    /// As far as its person has kept it.
    fn kept(&self, now: WallTime) -> Option<Span> {
        Span::new(self.taken.filter(|_| !self.withdrawn)?, self.end().min(now))
    }

    /// Whether somebody who begins now can take over from it.
    pub fn hands_over(&self, now: WallTime) -> bool {
        self.taken.is_some() && now.since_us(self.end()) <= BEFORE_US_MAX
    }
}

/// A span in which a room had fewer persons than it needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unmanned {
    pub span: Span,
    /// The most that were missing at one time.
    pub missing: u32,
    /// It goes on.
    pub open: bool,
}

/// How many persons are needed and how many keep watch, at one time.
pub fn at_once(needs: &[Need], shifts: &[Shift], at: WallTime) -> (u32, u32) {
    let needed = needs.iter().filter(|need| need.span.start <= at && at < need.span.end);
    let keeping: BTreeSet<PersonId> =
        shifts.iter().filter(|shift| shift.runs(at)).map(|shift| shift.person).collect();
    (needed.map(|need| need.persons).sum(), u32::try_from(keeping.len()).unwrap_or(u32::MAX))
}

/// A room without patterns needs whoever is rostered.
pub fn needs_of_roster(shifts: &[Shift]) -> Vec<Need> {
    let standing = shifts.iter().filter(|shift| !shift.withdrawn);
    standing.map(|shift| Need { span: shift.rostered, persons: 1, post: shift.post }).collect()
}

/// When a room was kept by fewer persons than it needed for [`UNMANNED_US_MAX`] or longer, in order. It ends by itself as soon as
/// somebody takes over; what is over stays in the answer, as long as its rows are asked about.
pub fn unmanned(needs: &[Need], shifts: &[Shift], now: WallTime) -> Vec<Unmanned> {
    let kept: Vec<(PersonId, Span)> =
        shifts.iter().filter_map(|shift| Some((shift.person, shift.kept(now)?))).collect();
    let ends = needs.iter().map(|need| need.span).chain(kept.iter().map(|(_, span)| *span));
    let mut times: BTreeSet<WallTime> =
        ends.flat_map(|span| [span.start, span.end]).filter(|at| *at < now).collect();
    times.insert(now);
    let mut found: Vec<Unmanned> = Vec::new();
    let times: Vec<WallTime> = times.into_iter().collect();
    for (start, end) in times.iter().zip(times.iter().skip(1)) {
        let holds = |span: &Span| span.start <= *start && *start < span.end;
        let needed: u32 = needs.iter().filter(|need| holds(&need.span)).map(|need| need.persons).sum();
        let persons: BTreeSet<PersonId> =
            kept.iter().filter(|(_, span)| holds(span)).map(|(person, _)| *person).collect();
        let missing = needed.saturating_sub(u32::try_from(persons.len()).unwrap_or(u32::MAX));
        let (Some(span), true) = (Span::new(*start, *end), missing > 0) else { continue };
        match found.last_mut().filter(|last| last.span.end == *start) {
            Some(last) => {
                (last.span.end, last.missing) = (*end, last.missing.max(missing));
            }
            None => found.push(Unmanned { span, missing, open: false }),
        }
    }
    found.retain(|one| one.span.duration_us() >= UNMANNED_US_MAX);
    let still: u32 = needs
        .iter()
        .filter(|need| need.span.start < now && now <= need.span.end)
        .map(|need| need.persons)
        .sum();
    let goes_on = still > at_once(&[], shifts, now).1;
    for one in &mut found {
        one.open = goes_on && one.span.end == now;
    }
    found
}

/// The needs and shifts of one post.
fn of_post(post: DutyPost, needs: &[Need], shifts: &[Shift]) -> (Vec<Need>, Vec<Shift>) {
    let needs = needs.iter().copied().filter(|need| need.post == Some(post));
    let shifts = shifts.iter().copied().filter(|shift| shift.post == Some(post));
    (needs.collect(), shifts.collect())
}

/// When a required post was empty, or filled by fewer than it needs, for [`UNMANNED_US_MAX`] or longer: a room with enough persons may
/// still have nobody who leads the shift.
pub fn unfilled(needs: &[Need], shifts: &[Shift], now: WallTime) -> Vec<(DutyPost, Unmanned)> {
    let of_one = |post: DutyPost| {
        let (needs, shifts) = of_post(post, needs, shifts);
        unmanned(&needs, &shifts, now).into_iter().map(move |one| (post, one))
    };
    DutyPost::ALL.iter().copied().flat_map(of_one).collect()
}

/// How many each post needs at one time, and how many fill it.
pub fn posts_at(needs: &[Need], shifts: &[Shift], at: WallTime) -> Vec<(DutyPost, u32, u32)> {
    let of_one = |post: DutyPost| {
        let (needs, shifts) = of_post(post, needs, shifts);
        let (needed, there) = at_once(&needs, &shifts, at);
        (needed > 0 || there > 0).then_some((post, needed, there))
    };
    DutyPost::ALL.iter().copied().filter_map(of_one).collect()
}

/// A report that the organ should have acknowledged by now.
pub fn is_unacknowledged(sent: WallTime, acknowledged: bool, now: WallTime) -> bool {
    !acknowledged && now.since_us(sent) >= ACKNOWLEDGED_US_MAX
}

/// What is known when somebody takes a shift over.
#[derive(Clone, Copy, Debug)]
pub struct Taking {
    pub shift: Shift,
    /// It is the shift of whoever takes it over.
    pub own: bool,
    /// The shift that they take over from.
    pub before: Option<Shift>,
    /// They said why nobody hands over.
    pub says_why_alone: bool,
    pub now: WallTime,
}

/// Why a shift is not taken over, if anything is against it. A second time is no refusal: see [`Shift::taken`].
pub fn refuse_taking(taking: &Taking, article: &str) -> Option<Refusal> {
    let Taking { shift, own, before, says_why_alone, now } = *taking;
    let refuse = |code, reason, remedy| Some(refusal(article, code, reason, remedy));
    if !own {
        return Some(refuse_others(article));
    }
    if now >= shift.rostered.end {
        return refuse(
            "shift_over",
            ("This shift is over.", "该班次已结束。"),
            ("An administrator of the unit can roster you anew.", "可由本单位管理员重新排班。"),
        );
    }
    if shift.rostered.start.since_us(now) > EARLY_US_MAX {
        return refuse(
            "too_early",
            ("This shift begins later.", "该班次尚未开始。"),
            ("It can be taken over half an hour before it begins.", "可在开始前半小时内接班。"),
        );
    }
    if !says_why_alone && !before.is_some_and(|before| before.hands_over(now)) {
        return refuse(
            "nobody_hands_over",
            ("Nobody hands this shift over to you.", "没有交班人。"),
            (
                "Name the shift before yours, or say why nobody hands over.",
                "请选择上一班次，或说明无人交班的原因。",
            ),
        );
    }
    None
}

/// Why somebody neither takes over, prolongs nor ends what is another's.
pub fn refuse_others(article: &str) -> Refusal {
    refusal(
        article,
        "not_your_shift",
        ("This is somebody else's shift.", "这是他人的班次。"),
        (
            "Each person keeps their own shift; an administrator of the unit can roster you.",
            "班次须由本人接班、交班；可由本单位管理员为您排班。",
        ),
    )
}

/// Why somebody does not watch on duty, where the unit keeps a roster.
pub fn refuse_off_shift(article: &str) -> Refusal {
    refusal(
        article,
        "off_shift",
        ("This unit keeps a duty roster, and you are not on shift.", "本单位实行值班表，您当前不在班。"),
        (
            "Start your shift on the page Duty; who is not on the roster is entered by an administrator of the unit.",
            "请在“值班”页面接班；未排班的，可由本单位管理员排班。",
        ),
    )
}

fn refusal(article: &str, code: &'static str, reason: (&str, &str), remedy: (&str, &str)) -> Refusal {
    Refusal {
        article: article.to_owned().into(),
        code,
        reason: Words::new(reason.0, reason.1),
        remedy: Words::new(remedy.0, remedy.1),
    }
}

/// Why a room without enough persons is a finding, and what helps.
pub fn unmanned_words(missing: u32) -> (Words, Words) {
    (
        Words::new(
            format!(
                "The room has been without persons that it needs for more than 15 minutes: {missing} missing."
            ),
            format!("值班室缺岗超过15分钟：缺{missing}人。"),
        ),
        Words::new(
            "Whoever is due takes over, or an administrator rosters somebody else.",
            "请应到人员接班，或由管理员另行排班。",
        ),
    )
}

/// The same of a required post that nobody fills.
pub fn unfilled_words(post: DutyPost, missing: u32) -> (Words, Words) {
    let (en, zh) = match post {
        DutyPost::Leader => ("shift leader", "带班领导"),
        DutyPost::Officer => ("duty officer", "值班员"),
        DutyPost::Technician => ("technician", "技术员"),
    };
    (
        Words::new(
            format!("A required post has been empty for more than 15 minutes: {en}, {missing} missing."),
            format!("必设岗位空缺超过15分钟：{zh}，缺{missing}人。"),
        ),
        Words::new(
            "Whoever is rostered for it takes over, or an administrator rosters somebody for this post.",
            "请该岗位应到人员接班，或由管理员为该岗位另行排班。",
        ),
    )
}

/// The same of a report that waits.
pub fn unacknowledged_words() -> (Words, Words) {
    (
        Words::new(
            "A report to the public security organ has had no acknowledgement for more than 24 hours.",
            "一份向公安机关的报告超过24小时未登记回执。",
        ),
        Words::new(
            "Ask the organ, and enter the number and the day of its acknowledgement.",
            "请向公安机关查询，并登记回执编号和日期。",
        ),
    )
}

#[cfg(test)]
mod tests;
