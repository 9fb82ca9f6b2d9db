//! The clock that hangs in a room: its zone, and what its patterns ask for in a span by that clock. Where the clock is put forward
//! at a pattern's minute, it begins when the clock has been put forward; where a minute comes twice, at the first.

use crate::app::App;
use jiff::{Timestamp, civil, tz::TimeZone};
use law::duty::{CivilDay, DutyPost, Need, Pattern, Shift, Unmanned, needs, needs_of_roster};
use model::{Cx, Span, WallTime};
use store::{DutyRoom, DutyShift};

/// The zone of rooms when nobody says: one offset and no summer time, so that no zone table is needed.
pub const ZONE: &str = "Asia/Shanghai";

/// The zone of a name; `None` when this machine has no such zone.
pub fn zone(name: &str) -> Option<TimeZone> {
    if name == ZONE {
        return Some(jiff::tz::Offset::constant(8).to_time_zone());
    }
    TimeZone::get(name).ok()
}

fn epoch() -> civil::Date {
    civil::date(1970, 1, 1)
}

/// When the zone's clock shows so many minutes after the midnight of a day. Days beyond the calendar are at its ends.
fn shown(zone: &TimeZone, day: CivilDay, minute: u16) -> WallTime {
    let end = WallTime(if day.0 < 0 { i64::MIN / 2 } else { i64::MAX / 2 });
    let time =
        civil::time(i8::try_from(minute / 60).unwrap_or(0), i8::try_from(minute % 60).unwrap_or(0), 0, 0);
    let days = jiff::Span::new().try_days(day.0);
    let date = days.and_then(|days| epoch().checked_add(days));
    let zoned = date.and_then(|date| date.to_datetime(time).to_zoned(zone.clone()));
    zoned.map_or(end, |zoned| WallTime(zoned.timestamp().as_microsecond()))
}

/// The day that the zone's clock shows.
fn day_of(zone: &TimeZone, at: WallTime) -> CivilDay {
    let date = Timestamp::from_microsecond(at.0).map(|at| at.to_zoned(zone.clone()).date());
    let days = date.and_then(|date| date.since((jiff::Unit::Day, epoch())));
    CivilDay(days.map_or(0, |days| i64::from(days.get_days())))
}

/// What a room needs in a span, by its patterns; without any, whoever is rostered.
pub fn needs_in(room: &DutyRoom, shifts: &[Shift], span: Span) -> Vec<Need> {
    let forever = WallTime(i64::MAX);
    let until = room.closed.unwrap_or(forever);
    let patterns: Vec<Pattern> = room
        .needs
        .iter()
        .map(|one| Pattern {
            days: one.need.days,
            from_min: one.need.from_min,
            length_min: one.need.length_min,
            persons: one.need.persons,
            post: one.need.post,
            valid: Span { start: one.since, end: one.ended.unwrap_or(until) },
        })
        .collect();
    let found = if patterns.is_empty() {
        needs_of_roster(shifts)
    } else {
        let zone = zone(&room.zone).unwrap_or(TimeZone::UTC);
        let (first, last) = (day_of(&zone, span.start), day_of(&zone, span.end));
        needs(&patterns, (CivilDay(first.0 - 1), last), &|day, minute| shown(&zone, day, minute))
    };
    let within = found.into_iter().filter_map(|need| {
        let open = Span { start: room.made, end: until };
        let span = need.span.intersect(span).and_then(|span| span.intersect(open))?;
        (span.duration_us() > 0).then_some(Need { span, ..need })
    });
    within.collect()
}

/// The shifts of a room that meet a span.
pub async fn shifts_of(
    app: &App,
    cx: &Cx,
    room: &DutyRoom,
    span: Span,
) -> Result<Vec<DutyShift>, store::Error> {
    app.registry().duty_shifts(cx, room.id, span).await
}

/// When the room lacked persons in a span, and when required posts of it were empty.
pub fn lacking_in(
    room: &DutyRoom,
    shifts: &[DutyShift],
    span: Span,
    now: WallTime,
) -> (Vec<Unmanned>, Vec<(DutyPost, Unmanned)>) {
    let shifts: Vec<Shift> = shifts.iter().map(|row| row.shift).collect();
    let (needs, until) = (needs_in(room, &shifts, span), now.min(span.end));
    let still = |one: Unmanned| Unmanned { open: one.open && one.span.end == now, ..one };
    let persons = law::duty::unmanned(&needs, &shifts, until).into_iter().map(still);
    let posts = law::duty::unfilled(&needs, &shifts, until).into_iter();
    (persons.collect(), posts.map(|(post, one)| (post, still(one))).collect())
}

/// How far back a stretch without persons that goes on is looked for: a longer one began before.
const LOOK_BACK_US: i64 = 7 * 86_400_000_000;

/// What a room lacks now: persons, and persons in required posts.
pub struct Lacking {
    pub persons: Option<Unmanned>,
    pub posts: Vec<(DutyPost, Unmanned)>,
}

/// The same for findings.
pub async fn found_in(app: &App, cx: &Cx, room: &DutyRoom) -> Result<Lacking, store::Error> {
    let now = app.now();
    let span = Span { start: now.plus_us(-LOOK_BACK_US), end: now };
    let shifts = shifts_of(app, cx, room, span).await?;
    let (persons, mut posts) = lacking_in(room, &shifts, span, now);
    posts.retain(|(_, one)| one.open);
    Ok(Lacking { persons: persons.into_iter().find(|one| one.open), posts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_s_clock_is_its_zone_s() {
        // Posix rules, so that no zone table is needed: New York's.
        let new_york = TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap();
        let shanghai = zone(ZONE).unwrap();
        let check = |zone: &TimeZone, date: &str, minute: u16, expected: &str| {
            let date: civil::Date = date.parse().unwrap();
            let day = CivilDay(i64::from(date.since((jiff::Unit::Day, epoch())).unwrap().get_days()));
            let at = shown(zone, day, minute);
            assert_eq!(at.to_string(), expected, "{date} {minute}");
            assert_eq!(day_of(zone, at), day, "{date} {minute}");
        };
        check(&shanghai, "2026-11-29", 480, "2026-11-29T00:00:00.000000Z");
        check(&shanghai, "2026-11-29", 60, "2026-11-28T17:00:00.000000Z");
        check(&new_york, "2026-03-07", 180, "2026-03-07T08:00:00.000000Z");
        // The clock goes from 02:00 to 03:00; what is missing begins with what comes.
        check(&new_york, "2026-03-08", 150, "2026-03-08T07:30:00.000000Z");
        check(&new_york, "2026-03-08", 180, "2026-03-08T07:00:00.000000Z");
        // 01:30 comes twice: the first.
        check(&new_york, "2026-11-01", 90, "2026-11-01T05:30:00.000000Z");
        check(&new_york, "2026-11-01", 120, "2026-11-01T07:00:00.000000Z");
        assert!(zone("Moon/Tranquillity").is_none());
    }
}
