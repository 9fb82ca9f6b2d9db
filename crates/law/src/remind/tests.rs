//! Reminders as a table: mornings, breaches, what is said again, what is not.

use super::*;
use proptest::prelude::*;

const HOUR_US: i64 = 3_600_000_000;

/// A moment of a day of the units.
fn at(day: i64, hour: i64) -> WallTime {
    WallTime(day * DAY_US + hour * HOUR_US - ZONE_US)
}

fn item(key: &str, weight: Weight) -> Item {
    let in_days = (weight == Weight::Coming).then_some(9);
    Item { key: key.into(), weight, article: format!("x:{key}"), code: "c".into(), in_days }
}

/// What one run says: the occasion and the keys' articles, or nothing.
fn run(now: WallTime, wish: Wish, told: &mut Told, board: &[Item]) -> String {
    let Some(occasion) = occasion(now, wish, told) else { return "quiet".into() };
    let (batch, after) = plan(now, occasion, wish, told, board);
    *told = after;
    let Some(batch) = batch else { return "nothing".into() };
    let lines: Vec<_> = batch.lines.iter().map(|line| format!("{}{}", line.article, line.count)).collect();
    format!("{} {}", batch.occasion.as_str(), lines.join(" "))
}

#[test]
fn one_batch_a_morning_and_breaches_within_the_hour() {
    use Weight::{Coming, Due, Late};
    let (wish, mut told) = (Wish::default(), Told::default());
    let mut check = |now, board: &[Item], expected: &str| {
        assert_eq!(run(now, wish, &mut told, board), expected, "{now:?}");
    };
    let (a, b, c) = (item("a", Late), item("b", Due), item("c", Coming));
    check(at(1, 7), std::slice::from_ref(&b), "nothing");
    check(at(1, 8), &[a.clone(), b.clone(), c.clone()], "morning x:a1 x:b1 x:c1");
    // The same is not said again on that day, nor what becomes due.
    check(at(1, 9), &[a.clone(), b.clone(), item("d", Due)], "nothing");
    // A breach is, once its hour has come; then what comes within the hour waits for the next.
    check(at(1, 10), &[a.clone(), b.clone(), item("e", Late)], "breaches x:e1");
    check(at(1, 10), &[a.clone(), item("e", Late), item("f", Late)], "quiet");
    check(at(1, 11), &[a.clone(), item("e", Late), item("f", Late)], "breaches x:f1");
    // The next morning: what is still late, and what is new; `c` was told and is not said again.
    check(at(2, 8), &[a.clone(), b.clone(), c.clone()], "morning x:a1 x:b1");
    // `b` left the board on day 1 and came again: news. Now it stands, and is quiet.
    check(at(3, 8), &[b.clone(), c.clone()], "nothing");
    // What was coming is due: news. What was due is late: news at once.
    check(at(4, 8), &[b.clone(), item("c", Due)], "morning x:c1");
    check(at(4, 12), &[item("b", Late), item("c", Due)], "breaches x:b1");
}

#[test]
fn wishes_hold() {
    let mut told = Told::default();
    let wish = Wish { hour: 17, days: 3, breaches: false };
    let board = [item("a", Weight::Late), item("c", Weight::Coming)];
    assert_eq!(run(at(1, 16), wish, &mut told, &board), "quiet");
    assert_eq!(run(at(1, 17), wish, &mut told, &board), "morning x:a1", "nine days are beyond three");
    assert_eq!(run(at(1, 23), wish, &mut told, &[item("b", Weight::Late)]), "quiet");
    assert_eq!(run(at(2, 16), Wish { days: 9, hour: 0, breaches: false }, &mut told, &board), {
        "morning x:a1 x:c1"
    });
}

#[test]
fn alike_lines_are_counted_the_nearest_first() {
    let alike = |key: &str, weight| Item { article: "x:1".into(), ..item(key, weight) };
    let soon = Item { in_days: Some(2), ..alike("s", Weight::Coming) };
    let board = [alike("c", Weight::Coming), soon, alike("a", Weight::Late), alike("b", Weight::Late)];
    let (batch, _) = plan(at(1, 8), Occasion::Morning, Wish::default(), &Told::default(), &board);
    let batch = batch.unwrap();
    assert_eq!((batch.late, batch.due, batch.coming), (2, 0, 2));
    let lines: Vec<_> = batch.lines.iter().map(|line| (line.weight, line.count, line.in_days)).collect();
    assert_eq!(lines, [(Weight::Late, 2, None), (Weight::Coming, 2, Some(2))]);
}

#[test]
fn a_message_is_tried_for_three_days_and_not_longer() {
    let minutes = |tries| retry(at(1, 8), at(1, 8), tries).map(|next| next.since_us(at(1, 8)) / 60_000_000);
    let pauses = [1, 2, 3, 4, 7, 8, 60, u32::MAX].map(minutes);
    assert_eq!(pauses, [Some(1), Some(2), Some(4), Some(8), Some(60), Some(60), Some(60), Some(60)]);
    assert_eq!(retry(at(1, 8), at(4, 8), 80), None);
}

proptest! {
    /// Whatever comes and goes: never two mornings on a day, never two batches of breaches within an hour, and every breach is told
    /// within an hour and the run after it, if it still stands.
    #[test]
    fn nothing_is_told_twice_and_no_breach_is_lost(hours in proptest::collection::vec(0u8..8, 1..80)) {
        let (mut told, mut mornings, mut last) = (Told::default(), Vec::new(), None::<WallTime>);
        for (index, bits) in hours.into_iter().enumerate() {
            let now = WallTime(at(1, 0).0 + index as i64 * HOUR_US / 2);
            let board: Vec<Item> = (0..3).filter(|bit| bits & (1 << bit) != 0)
                .map(|bit| item(&bit.to_string(), Weight::Late)).collect();
            let Some(why) = occasion(now, Wish::default(), &told) else { continue };
            let (batch, after) = plan(now, why, Wish::default(), &told, &board);
            for item in &board {
                prop_assert_eq!(after.items.get(&item.key), Some(&Weight::Late));
            }
            if why == Occasion::Morning {
                mornings.push(day_and_hour(now).0);
            } else if batch.is_some() {
                prop_assert!(last.is_none_or(|last| now.since_us(last) >= BREACHES_US_MIN));
            }
            if batch.is_some() {
                last = Some(now);
            }
            told = after;
        }
        let days = mornings.len();
        mornings.dedup();
        prop_assert_eq!(mornings.len(), days);
    }
}

#[test]
fn what_waits_is_coming_until_its_day_and_owed_after() {
    let check = |left_us: i64, expected: (Weight, Option<u16>)| {
        let item = of_term("k".into(), ("a", "c"), at(9, 9).plus_us(left_us), at(9, 9));
        assert_eq!((item.weight, item.in_days), expected, "{left_us}");
    };
    check(1, (Weight::Coming, Some(1)));
    check(DAY_US, (Weight::Coming, Some(1)));
    check(DAY_US + 1, (Weight::Coming, Some(2)));
    check(0, (Weight::Due, None));
    check(-5 * DAY_US, (Weight::Due, None));
}
