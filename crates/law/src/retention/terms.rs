//! Whether floor and term may be changed to what somebody asks for, and which footage has been kept for too long.
//!
//! It changes nothing. The floor that the installation was set up with is below everything: no person's reason goes beneath it.
//! What binds a camera's system is above that and not touched by any of this. Footage that exists keeps what it was promised.

use super::{DAY_US, Hold, Policy, SegmentFacts, due};
use crate::Words;
use crate::access::Refusal;
use crate::packs::{ArticleId, Ruling};
use model::{Invalid, WallTime};
use std::borrow::Cow;

/// The shortest floor of any pack that is shipped (datong-2008:17, chongqing:11): an installation has no shorter one.
pub const FLOOR_DAYS_MIN: u16 = 15;
/// Ten years: longer is a typing error.
pub const DAYS_MAX: u16 = 3_650;
/// How long footage past its term may wait for its deletion before it is said to be kept for too long: a day of hourly
/// rounds, each of which may fail once.
pub const OVERKEPT_US_MIN: i64 = DAY_US;

/// Floor and term of the whole system, or of one camera, where absent values follow the system's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Terms {
    pub floor_days: Option<u16>,
    pub term_days: Option<u16>,
}

/// Values that nobody can mean.
///
/// # Errors
/// With the field that is wrong.
pub fn plausible(terms: &Terms) -> Result<(), Invalid> {
    for (field, days) in [("floor_days", terms.floor_days), ("term_days", terms.term_days)] {
        if days.is_some_and(|days| days == 0 || days > DAYS_MAX) {
            return Err(Invalid::new(field, "is not between one day and ten years"));
        }
    }
    match (terms.floor_days, terms.term_days) {
        (Some(floor), Some(term)) if term < floor => {
            Err(Invalid::new("term_days", "is shorter than the floor"))
        }
        _ => Ok(()),
    }
}

/// `None`: the installation's floor and term may become these. A camera's own only ever lengthen, so they need no rule here.
/// `law` is the strictest floor that binds any of its systems: where it asks for as much, it is what refuses.
pub fn refuse_terms(pack_floor_days: u16, law: Option<&Ruling<u16>>, wanted: &Terms) -> Option<Refusal> {
    let pack_floor_days = pack_floor_days.max(FLOOR_DAYS_MIN);
    let below = [wanted.floor_days, wanted.term_days]
        .into_iter()
        .flatten()
        .min()
        .is_some_and(|days| days < pack_floor_days);
    below.then(|| Refusal {
        article: floor_article(law.filter(|law| law.value >= pack_floor_days).map(|law| &law.article)),
        code: "below_floor",
        reason: Words::new(
            format!("Footage must be kept at least {pack_floor_days} days; that was set when the system was set up."),
            format!("录像至少须保存{pack_floor_days}天，该期限在系统建立时设定。"),
        ),
        remedy: Words::new(
            format!("Choose {pack_floor_days} days or more."),
            format!("请设置为{pack_floor_days}天或更长。"),
        ),
    })
}

/// The article that a floor comes from, or our own rule that what was promised is kept.
pub fn floor_article(article: Option<&ArticleId>) -> Cow<'static, str> {
    article.map_or(Cow::Borrowed("unit:retention"), |article| article.to_string().into())
}

/// Segments whose term ended more than [`OVERKEPT_US_MIN`] ago, that nothing holds, and that are still there.
pub fn overkept<'a>(
    policy: &'a Policy,
    holds: &'a [Hold],
    segments: &'a [SegmentFacts],
    now: WallTime,
) -> impl Iterator<Item = &'a SegmentFacts> {
    let before = now.plus_us(-OVERKEPT_US_MIN);
    segments.iter().filter(move |segment| due(policy, holds, segment, before).is_some())
}

/// Why footage that is kept too long is a finding, and what helps.
pub fn overkept_words(segments: u64, term_days: u16) -> (Words, Words) {
    (
        Words::new(
            format!(
                "{segments} pieces of footage are past their term of {term_days} days, and nothing holds them."
            ),
            format!("{segments} 段录像已超过 {term_days} 天的保存期限，且无人保全。"),
        ),
        Words::new(
            "Look at the clock and at the disk: expiry deletes them by itself once both are in order.",
            "请检查时钟和磁盘；两者正常后系统会自动删除。",
        ),
    )
}

/// Why footage that reaches back less than its floor is a finding, and what helps. `None`: there is none at all.
pub fn short_words(floor_days: u16, reach_days: Option<i64>) -> (Words, Words) {
    let reason = match reach_days {
        Some(days) => Words::new(
            format!("Its footage reaches back {days} days; it must reach back {floor_days}."),
            format!("录像仅能回溯 {days} 天，应为 {floor_days} 天。"),
        ),
        None => Words::new(
            format!("There is no footage of it; it must reach back {floor_days} days."),
            format!("没有录像，应能回溯 {floor_days} 天。"),
        ),
    };
    let remedy = Words::new(
        "Find out what is missing and explain it; it fills up while the camera records.",
        "请查明缺失原因并作出说明；摄像机持续录像后会自行补足。",
    );
    (reason, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{CameraId, Profile, Span, StreamId};
    use uuid::Uuid;

    #[test]
    fn no_reason_goes_below_the_floor_of_the_pack() {
        let check = |pack: u16, floor: Option<u16>, term: Option<u16>, refused: bool| {
            let wanted = Terms { floor_days: floor, term_days: term };
            assert_eq!(refuse_terms(pack, None, &wanted).is_some(), refused, "{pack} {wanted:?}");
        };
        check(30, Some(30), Some(30), false);
        check(30, Some(29), Some(90), true);
        check(30, Some(30), Some(29), true);
        check(15, Some(15), None, false);
        check(15, Some(14), None, true);
        check(0, Some(14), None, true);
        check(60, Some(90), Some(90), false);
        check(60, Some(59), Some(90), true);
    }

    #[test]
    fn a_refusal_names_the_article_that_asks_for_as_much() {
        let check = |pack: u16, law: Option<(u16, &str)>, article: &str| {
            let law = law.map(|(value, id)| Ruling {
                value,
                article: id.parse().unwrap(),
                mark: crate::packs::Mark::Text,
            });
            let wanted = Terms { floor_days: Some(15), term_days: Some(15) };
            assert_eq!(refuse_terms(pack, law.as_ref(), &wanted).unwrap().article, article, "{pack}");
        };
        check(30, Some((30, "guangzhou-2007:21")), "guangzhou-2007:21");
        check(30, Some((45, "datong-2008:17")), "datong-2008:17");
        // Set up with more than any law asks for: that is the installation's own promise.
        check(60, Some((30, "guangzhou-2007:21")), "unit:retention");
        check(30, None, "unit:retention");
    }

    #[test]
    fn days_are_plausible() {
        let check = |floor: Option<u16>, term: Option<u16>, field: Option<&str>| {
            let found = plausible(&Terms { floor_days: floor, term_days: term });
            assert_eq!(found.err().map(|invalid| invalid.field), field, "{floor:?} {term:?}");
        };
        check(Some(30), Some(30), None);
        check(None, None, None);
        check(None, Some(45), None);
        check(Some(0), None, Some("floor_days"));
        check(Some(3_651), None, Some("floor_days"));
        check(Some(30), Some(29), Some("term_days"));
    }

    #[test]
    fn what_is_past_its_term_for_a_day_is_overkept() {
        let stream = StreamId { camera: CameraId(Uuid::from_u128(1)), profile: Profile::Main };
        let now = WallTime(1_790_000_000_000_000);
        let policy = Policy { floor_days: 30, term_days: 30, ..Policy::default() };
        let check = |age_us: i64, held: bool, expected: usize| {
            let end = now.plus_us(-age_us);
            let span = Span { start: end.plus_us(-60_000_000), end };
            let segment = SegmentFacts { segment: 1, stream, span, recorded_floor_days: 30 };
            let holds: Vec<Hold> = held.then_some(Hold { stream: Some(stream), span }).into_iter().collect();
            assert_eq!(overkept(&policy, &holds, &[segment], now).count(), expected, "{age_us} {held}");
        };
        check(30 * DAY_US, false, 0);
        check(31 * DAY_US - 1, false, 0);
        check(31 * DAY_US, false, 1);
        check(31 * DAY_US, true, 0);
    }
}
