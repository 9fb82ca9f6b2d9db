//! The rules, each over one person's entries in one unit. Which of their questions are still asked is the caller's.

use super::{EVIDENCE_MAX, Question, Rule, Seen};
use crate::Day;
use model::{Act, CameraId, CaseId, ExportId, PersonId, WallTime};
use std::collections::{BTreeMap, BTreeSet};

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;
/// What is usual is told from so many days before the day under question.
const USUAL_DAYS: i64 = 28;
/// And only when there were pictures on so many of them: somebody new has no habits yet.
const HISTORY_DAYS_MIN: usize = 5;
/// An hour is usual when there were pictures at it, or an hour beside it, on so many of them.
const USUAL_HOUR_DAYS_MIN: usize = 2;
/// On how many days one case was named is told from so many, up to the end of the week.
const CASE_DAYS: i64 = 28;

/// Adds what one rule asks.
pub(super) fn look(rule: Rule, seen: &[Seen], limit: u32, now: WallTime, asked: &mut Vec<Question>) {
    let found = match rule {
        Rule::SensitiveWithoutCase => {
            counted(rule, seen, limit, |one| shows(one) && one.level >= 2 && !one.has_case)
        }
        Rule::SameCameraAgain => same_camera(seen, limit),
        Rule::UnusualHours => unusual_hours(seen, limit),
        Rule::ManyCamerasTaken => measured(rule, seen, limit, is_taken, cameras_of),
        Rule::LongSpansTaken => measured(rule, seen, limit, is_taken, hours_of),
        Rule::ExportNotCollected => not_collected(seen, limit, now),
        Rule::BasicDataInBulk => {
            counted(rule, seen, limit, |one| one.permitted && one.act == Act::ReadBasicData)
        }
        Rule::RefusedInARow => refused(seen, limit),
        Rule::SignInsFailed => counted(rule, seen, limit, |one| one.act == Act::SignInFailed),
        Rule::ApproverPair => pairs(seen, limit),
        Rule::OffDuty => {
            counted(rule, seen, limit, |one| shows(one) && one.rostered && !one.on_shift && !one.has_case)
        }
        Rule::ReceiptMissing => waiting(rule, seen, (limit, now), |one| {
            one.permitted && matches!(one.act, Act::HandOver | Act::Collect) && one.unacknowledged
        }),
        Rule::GrantAttempts => counted(rule, seen, limit, |one| !one.permitted && one.beyond_grant),
        Rule::RecordedWithoutCase => counted(rule, seen, limit, |one| is_of_recordings(one) && !one.has_case),
        Rule::OneCaseManyCameras => one_case(rule, seen, limit, 7, cameras_of),
        Rule::OneCaseManyDays => one_case(rule, seen, limit, CASE_DAYS, days_of),
        Rule::RefusedOften => {
            counted(rule, seen, limit, |one| !one.permitted && one.act != Act::SignInFailed)
        }
        // Whoever names a case is asked as well: a name is not yet a reason for everything.
        Rule::MuchPlayed => {
            measured(rule, seen, limit, |one| one.permitted && one.act == Act::Playback, hours_played)
        }
        Rule::ManyCamerasLive => {
            let live = |one: &Seen| one.permitted && one.act == Act::Live && one.rostered && !one.on_shift;
            measured(rule, seen, limit, live, cameras_of)
        }
    };
    asked.extend(found);
}

/// Pictures were to be seen or taken.
fn shows(one: &Seen) -> bool {
    one.permitted && matches!(one.act, Act::Live | Act::Playback | Act::Still | Act::Export | Act::Decrypt)
}

/// Recordings were to be seen or taken; a still is a copy, also one out of a live view.
fn is_of_recordings(one: &Seen) -> bool {
    shows(one) && one.act != Act::Live
}

/// The first day of the time that a rule looks at together.
fn period(rule: Rule, at: WallTime) -> Day {
    let day = Day::of(at);
    if rule.days() == 1 {
        return day;
    }
    // 1970-01-01 was a Thursday; weeks begin on Monday.
    let monday = day.since(Day::of(WallTime(0))).saturating_add(3).rem_euclid(7);
    day.plus(-monday)
}

fn question(rule: Rule, from: Day, (count, limit): (usize, u32), entries: Vec<u64>) -> Question {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    Question { rule, from, camera: None, count, limit, usual: String::new(), entries }
}

const fn reached(count: usize, limit: u32) -> bool {
    count >= limit as usize
}

/// As often as the limit in one period.
fn counted(rule: Rule, seen: &[Seen], limit: u32, counts: impl Fn(&Seen) -> bool) -> Vec<Question> {
    let mut periods = BTreeMap::<Day, Vec<u64>>::new();
    for one in seen.iter().filter(|one| counts(one)) {
        periods.entry(period(rule, one.at)).or_default().push(one.entry);
    }
    let many = periods.into_iter().filter(|(_, entries)| reached(entries.len(), limit));
    many.map(|(from, entries)| question(rule, from, (entries.len(), limit), entries)).collect()
}

/// One camera's recordings, again and again: a question for each such camera.
fn same_camera(seen: &[Seen], limit: u32) -> Vec<Question> {
    let back = |one: &&Seen| one.permitted && !one.has_case && one.act == Act::Playback;
    let mut times = BTreeMap::<(Day, CameraId), Vec<u64>>::new();
    for one in seen.iter().filter(back) {
        let week = period(Rule::SameCameraAgain, one.at);
        for camera in one.cameras.iter().copied().collect::<BTreeSet<_>>() {
            times.entry((week, camera)).or_default().push(one.entry);
        }
    }
    let many = times.into_iter().filter(|(_, entries)| reached(entries.len(), limit));
    many.map(|((from, camera), entries)| Question {
        camera: Some(camera),
        ..question(Rule::SameCameraAgain, from, (entries.len(), limit), entries)
    })
    .collect()
}

fn hour_of(at: WallTime) -> usize {
    let into = at.0.saturating_sub(Day::of(at).begins().0).clamp(0, DAY_US - 1);
    usize::try_from(into / HOUR_US).unwrap_or_default()
}

/// Pictures at hours that are not this person's.
fn unusual_hours(seen: &[Seen], limit: u32) -> Vec<Question> {
    let mut days = BTreeMap::<Day, Vec<(usize, &Seen)>>::new();
    for one in seen.iter().filter(|one| shows(one)) {
        days.entry(Day::of(one.at)).or_default().push((hour_of(one.at), one));
    }
    let mut asked = Vec::new();
    for (day, acts) in &days {
        let before: Vec<BTreeSet<usize>> = days
            .range(day.plus(-USUAL_DAYS)..*day)
            .map(|(_, acts)| acts.iter().map(|(hour, _)| *hour).collect())
            .collect();
        if before.len() < HISTORY_DAYS_MIN {
            continue;
        }
        let usual: Vec<bool> = (0..24).map(|hour| is_usual(hour, &before)).collect();
        // Who is rostered for the night sees pictures at night.
        let is_unusual = |(hour, one): &&(usize, &Seen)| usual.get(*hour) == Some(&false) && !one.on_shift;
        let entries: Vec<u64> = acts.iter().filter(is_unusual).map(|(_, one)| one.entry).collect();
        if reached(entries.len(), limit) {
            let usual = hour_words(&usual);
            let found = question(Rule::UnusualHours, *day, (entries.len(), limit), entries);
            asked.push(Question { usual, ..found });
        }
    }
    asked
}

fn is_usual(hour: usize, before: &[BTreeSet<usize>]) -> bool {
    let near = [(hour + 23) % 24, hour, (hour + 1) % 24];
    before.iter().filter(|hours| near.iter().any(|hour| hours.contains(hour))).count() >= USUAL_HOUR_DAYS_MIN
}

/// `08-18, 22-23`: from the beginning of the first hour to the end of the last.
fn hour_words(usual: &[bool]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (hour, _) in usual.iter().enumerate().filter(|(_, usual)| **usual) {
        match runs.last_mut() {
            Some((_, end)) if *end == hour => *end = hour + 1,
            _ => runs.push((hour, hour + 1)),
        }
    }
    let words: Vec<String> = runs.iter().map(|(start, end)| format!("{start:02}-{end:02}")).collect();
    words.join(", ")
}

/// Exported or decrypted.
fn is_taken(one: &Seen) -> bool {
    one.permitted && matches!(one.act, Act::Export | Act::Decrypt)
}

/// What was done in a day, by some measure.
fn measured(
    rule: Rule,
    seen: &[Seen],
    limit: u32,
    counts: fn(&Seen) -> bool,
    measure: fn(&[&Seen]) -> usize,
) -> Vec<Question> {
    let mut days = BTreeMap::<Day, Vec<&Seen>>::new();
    for one in seen.iter().filter(|one| counts(one)) {
        days.entry(Day::of(one.at)).or_default().push(one);
    }
    let asks = |(day, done): (Day, Vec<&Seen>)| {
        let count = measure(&done);
        let entries = done.iter().map(|one| one.entry).collect();
        reached(count, limit).then(|| question(rule, day, (count, limit), entries))
    };
    days.into_iter().filter_map(asks).collect()
}

/// Pictures under one and the same case, by some measure of so many days up to the end of a week in which there were any: of the case
/// whose measure is the greatest.
fn one_case(
    rule: Rule,
    seen: &[Seen],
    limit: u32,
    days: i64,
    measure: fn(&[&Seen]) -> usize,
) -> Vec<Question> {
    let mut cases = BTreeMap::<CaseId, Vec<&Seen>>::new();
    for one in seen.iter().filter(|one| shows(one)) {
        let Some(case) = one.case else { continue };
        cases.entry(case).or_default().push(one);
    }
    let mut weeks = BTreeMap::<Day, (usize, Vec<u64>)>::new();
    for used in cases.values() {
        for week in used.iter().map(|one| period(rule, one.at)).collect::<BTreeSet<_>>() {
            let (from, until) = (week.plus(7 - days), week.plus(7));
            let within = |one: &&&Seen| (from..until).contains(&Day::of(one.at));
            let within: Vec<&Seen> = used.iter().filter(within).copied().collect();
            let count = measure(&within);
            let most = weeks.entry(week).or_default();
            if count > most.0 {
                // The newest, so that the week under question is among them.
                let entries = within.iter().rev().take(EVIDENCE_MAX).rev().map(|one| one.entry).collect();
                *most = (count, entries);
            }
        }
    }
    let many = weeks.into_iter().filter(|(_, (count, _))| reached(*count, limit));
    many.map(|(week, (count, entries))| question(rule, week, (count, limit), entries)).collect()
}

fn days_of(used: &[&Seen]) -> usize {
    used.iter().map(|one| Day::of(one.at)).collect::<BTreeSet<_>>().len()
}

/// Whole hours that pictures were played, each camera's counted.
fn hours_played(played: &[&Seen]) -> usize {
    let total = played.iter().map(|one| one.played_us).fold(0_i64, i64::saturating_add);
    usize::try_from(total / HOUR_US).unwrap_or(usize::MAX)
}

fn cameras_of(taken: &[&Seen]) -> usize {
    taken.iter().flat_map(|one| &one.cameras).collect::<BTreeSet<_>>().len()
}

/// Whole hours of footage, each camera's counted.
fn hours_of(taken: &[&Seen]) -> usize {
    let length =
        |one: &&Seen| one.span_us.saturating_mul(i64::try_from(one.cameras.len()).unwrap_or(i64::MAX));
    let total = taken.iter().map(length).fold(0_i64, i64::saturating_add);
    usize::try_from(total / HOUR_US).unwrap_or(usize::MAX)
}

/// Packages that nobody fetched for so many days.
fn not_collected(seen: &[Seen], limit: u32, now: WallTime) -> Vec<Question> {
    let fetched: BTreeSet<ExportId> = seen
        .iter()
        .filter(|one| one.permitted && one.act == Act::Collect)
        .filter_map(|one| one.export)
        .collect();
    waiting(Rule::ExportNotCollected, seen, (limit, now), |one| {
        let made = one.permitted && one.act == Act::Export && one.made;
        made && one.export.is_some_and(|export| !fetched.contains(&export))
    })
}

/// What has waited for so many days, by the day on which it began to.
fn waiting(
    rule: Rule,
    seen: &[Seen],
    (limit, now): (u32, WallTime),
    waits: impl Fn(&Seen) -> bool,
) -> Vec<Question> {
    let late_us = i64::from(limit).saturating_mul(DAY_US);
    let mut days = BTreeMap::<Day, (i64, Vec<u64>)>::new();
    for one in seen.iter().filter(|one| waits(one)) {
        let waited_us = now.0.saturating_sub(one.at.0);
        if waited_us >= late_us {
            let (longest, entries) = days.entry(Day::of(one.at)).or_default();
            *longest = waited_us.max(*longest);
            entries.push(one.entry);
        }
    }
    days.into_iter()
        .map(|(day, (waited_us, entries))| {
            let waited = usize::try_from(waited_us / DAY_US).unwrap_or_default();
            question(rule, day, (waited, limit), entries)
        })
        .collect()
}

/// Requests of the same other person judged in a week: of the one whose were most.
fn pairs(seen: &[Seen], limit: u32) -> Vec<Question> {
    let mut of = BTreeMap::<(Day, PersonId), Vec<u64>>::new();
    for one in seen.iter().filter(|one| one.permitted) {
        let Some(requester) = one.requester else { continue };
        of.entry((period(Rule::ApproverPair, one.at), requester)).or_default().push(one.entry);
    }
    let mut weeks = BTreeMap::<Day, Vec<u64>>::new();
    for ((week, _), entries) in of {
        let most = weeks.entry(week).or_default();
        if entries.len() > most.len() {
            *most = entries;
        }
    }
    let many = weeks.into_iter().filter(|(_, entries)| reached(entries.len(), limit));
    many.map(|(week, entries)| question(Rule::ApproverPair, week, (entries.len(), limit), entries)).collect()
}

/// The longest row of refusals of one act in each day.
fn refused(seen: &[Seen], limit: u32) -> Vec<Question> {
    let mut rows = BTreeMap::<u8, (Day, Vec<u64>)>::new();
    let mut longest = BTreeMap::<Day, Vec<u64>>::new();
    for one in seen.iter().filter(|one| one.act != Act::SignInFailed) {
        let (act, day) = (one.act.code(), Day::of(one.at));
        if one.permitted {
            rows.remove(&act);
            continue;
        }
        let row = rows.entry(act).or_insert((day, Vec::new()));
        if row.0 != day {
            *row = (day, Vec::new());
        }
        row.1.push(one.entry);
        let known = longest.entry(day).or_default();
        if row.1.len() > known.len() {
            known.clone_from(&row.1);
        }
    }
    let many = longest.into_iter().filter(|(_, entries)| reached(entries.len(), limit));
    many.map(|(day, entries)| question(Rule::RefusedInARow, day, (entries.len(), limit), entries)).collect()
}
