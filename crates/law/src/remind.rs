//! What a reader of the board is reminded of, and when: from what stands and comes and from what was told before, the next batch.
//!
//! It sends nothing and keeps nothing. Invariant: one batch a morning and at most one an hour for breaches; the same is not told twice
//! but what is still late, once a day; what left the board and comes again is news.

use crate::Words;
use crate::access::Refusal;
use model::WallTime;
use std::cmp::Reverse;
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// The product's own rule: no text asks for reminders.
pub const RULE: &str = "unit:reminders";
/// When a morning begins for whoever said nothing: with the office.
pub const HOUR_DEFAULT: u8 = 8;
/// How far ahead they look: as the board does.
pub const DAYS_DEFAULT: u16 = 30;
/// Between two batches about breaches: several that come together are one message.
pub const BREACHES_US_MIN: i64 = 3_600_000_000;
/// Lines of one batch: more than anybody reads in a message. The counts are of everything.
pub const LINES_MAX: usize = 50;
/// A channel that fails so long is a finding: whoever relies on it must know.
pub const FAILING_US_MAX: i64 = DAY_US;
/// How long one message is tried: by then three mornings have said again what is still late.
pub const DELIVERY_US_MAX: i64 = 3 * DAY_US;
/// Messages in an hour that one person causes by changing how they are reminded, and by tests: whoever sets a channel up tries it a few
/// times. The mornings and breaches that come by themselves are not counted: they have their own bound.
pub const CAUSED_BY_PERSON_MAX: u32 = 10;
/// The same to one address or webhook, whoever causes them: a duty room's mailbox has several people.
pub const CAUSED_TO_ADDRESS_MAX: u32 = 20;
/// Over which these are counted.
pub const CAUSED_US: i64 = 3_600_000_000;
/// The code of what is refused because of them.
pub const CAUSED_CODE: &str = "reminders_too_many";
/// Longest pause between two tries.
pub const BACK_OFF_US_MAX: i64 = 3_600_000_000;
/// Pause after the first failure; each further one doubles it.
const BACK_OFF_US_MIN: i64 = 60_000_000;
const DAY_US: i64 = 86_400_000_000;
/// Units are in one time zone (UTC+8), as their days are (`law::Day`).
const ZONE_US: i64 = 8 * 3_600_000_000;

/// How near something is; the nearer is the greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Weight {
    /// Will be found within the reader's days.
    Coming,
    /// Owed and not there.
    Due,
    /// Forbidden, and goes on.
    Late,
}

impl Weight {
    pub const ALL: [Self; 3] = [Self::Coming, Self::Due, Self::Late];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Coming => "coming",
            Self::Due => "due",
            Self::Late => "late",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|weight| weight.as_str() == word)
    }
}

/// One line of a reader's board.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Article, code and what it is about: the same thing on different days. Leaves the machine in no message.
    pub key: String,
    pub weight: Weight,
    pub article: String,
    pub code: String,
    /// In how many days, of what is coming.
    pub in_days: Option<u16>,
}

/// Something that waits until a day, as a line of a board: coming before it, owed after. Whoever supervises has no board of findings.
pub fn of_term(key: String, (article, code): (&str, &str), due: WallTime, now: WallTime) -> Item {
    let left = due.0.saturating_sub(now.0);
    let days = u16::try_from(left.saturating_add(DAY_US - 1) / DAY_US).unwrap_or(u16::MAX);
    let is_coming = left > 0;
    Item {
        key,
        weight: if is_coming { Weight::Coming } else { Weight::Due },
        article: article.to_owned(),
        code: code.to_owned(),
        in_days: is_coming.then_some(days),
    }
}

/// What a reader asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wish {
    /// 0 to 23, of the units' time.
    pub hour: u8,
    /// How far ahead.
    pub days: u16,
    /// Whether a breach is told within the hour, or with the next morning.
    pub breaches: bool,
}

impl Default for Wish {
    fn default() -> Self {
        Self { hour: HOUR_DEFAULT, days: DAYS_DEFAULT, breaches: true }
    }
}

/// What one reader was told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Told {
    /// The last day whose morning is done, in days of the units since 1970.
    pub morning: Option<i64>,
    pub breaches: Option<WallTime>,
    pub items: BTreeMap<String, Weight>,
}

/// Why there is a batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Occasion {
    Morning,
    Breaches,
}

impl Occasion {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Morning => "morning",
            Self::Breaches => "breaches",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Morning, Self::Breaches].into_iter().find(|occasion| occasion.as_str() == word)
    }
}

/// One message: what it counts, by article. No name of anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    pub occasion: Occasion,
    pub late: u32,
    pub due: u32,
    pub coming: u32,
    /// The nearest first, at most [`LINES_MAX`].
    pub lines: Vec<Line>,
}

/// Everything of one article and code in a batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub weight: Weight,
    pub article: String,
    pub code: String,
    pub count: u32,
    /// The soonest, of what is coming.
    pub in_days: Option<u16>,
}

/// The day of the units and its hour.
fn day_and_hour(now: WallTime) -> (i64, i64) {
    let local = now.0.saturating_add(ZONE_US);
    (local.div_euclid(DAY_US), local.rem_euclid(DAY_US) / 3_600_000_000)
}

/// Whether there may be a batch now; which, tells how much of the board has to be looked at.
pub fn occasion(now: WallTime, wish: Wish, told: &Told) -> Option<Occasion> {
    let (day, hour) = day_and_hour(now);
    if hour >= i64::from(wish.hour) && told.morning.is_none_or(|last| last < day) {
        return Some(Occasion::Morning);
    }
    let rested = told.breaches.is_none_or(|last| now.0.saturating_sub(last.0) >= BREACHES_US_MIN);
    (wish.breaches && rested).then_some(Occasion::Breaches)
}

/// The batch, if there is anything to tell, and what the reader was told after it. In a batch about breaches `board` need not know
/// what is coming.
pub fn plan(
    now: WallTime,
    occasion: Occasion,
    wish: Wish,
    told: &Told,
    board: &[Item],
) -> (Option<Batch>, Told) {
    let news = |item: &Item| told.items.get(&item.key).is_none_or(|known| *known < item.weight);
    let near = |item: &&Item| item.in_days.is_none_or(|days| days <= wish.days);
    let in_batch = |item: &&Item| match occasion {
        Occasion::Morning => near(item) && (item.weight == Weight::Late || news(item)),
        Occasion::Breaches => item.weight == Weight::Late && news(item),
    };
    let taken: Vec<&Item> = board.iter().filter(in_batch).collect();
    let batch = (!taken.is_empty()).then(|| batch_of(occasion, &taken));
    let mut after = Told { items: BTreeMap::new(), ..told.clone() };
    match occasion {
        Occasion::Morning => {
            after.morning = Some(day_and_hour(now).0);
            after.items = board.iter().filter(near).map(|item| (item.key.clone(), item.weight)).collect();
        }
        Occasion::Breaches => {
            // What was coming is not on this board, and was told all the same.
            let coming = told.items.iter().filter(|(_, weight)| **weight == Weight::Coming);
            after.items = coming.map(|(key, weight)| (key.clone(), *weight)).collect();
            for item in board {
                let known = told.items.get(&item.key).map(|known| (*known).min(item.weight));
                let now_told = if item.weight == Weight::Late { Some(Weight::Late) } else { known };
                if let Some(weight) = now_told {
                    after.items.insert(item.key.clone(), weight);
                }
            }
        }
    }
    if batch.is_some() {
        // A morning says what is forbidden too: the hour begins with it.
        after.breaches = Some(now);
    }
    (batch, after)
}

/// What stands in one line: the nearest first.
type Alike<'a> = (Reverse<Weight>, &'a str, &'a str);

fn batch_of(occasion: Occasion, taken: &[&Item]) -> Batch {
    let count = |weight| {
        let of = taken.iter().filter(|item| item.weight == weight).count();
        u32::try_from(of).unwrap_or(u32::MAX)
    };
    let mut by_article: BTreeMap<Alike<'_>, (u32, Option<u16>)> = BTreeMap::new();
    for item in taken {
        let key = (Reverse(item.weight), item.article.as_str(), item.code.as_str());
        let (count, soonest) = by_article.entry(key).or_insert((0, item.in_days));
        *count = count.saturating_add(1);
        *soonest = (*soonest).min(item.in_days);
    }
    let line = |((weight, article, code), (count, in_days)): (Alike<'_>, _)| Line {
        weight: weight.0,
        article: article.to_owned(),
        code: code.to_owned(),
        count,
        in_days,
    };
    Batch {
        occasion,
        late: count(Weight::Late),
        due: count(Weight::Due),
        coming: count(Weight::Coming),
        lines: by_article.into_iter().map(line).take(LINES_MAX).collect(),
    }
}

/// When a message that was tried so often, and failed, is tried again; `None`: it is given up.
pub fn retry(made: WallTime, now: WallTime, tries: u32) -> Option<WallTime> {
    let pause = BACK_OFF_US_MIN.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(BACK_OFF_US_MAX);
    let next = now.plus_us(pause);
    (next.0.saturating_sub(made.0) <= DELIVERY_US_MAX).then_some(next)
}

/// What is refused when a person caused as many messages as they may, or an address was sent as many.
pub fn too_many(to_address: bool) -> Refusal {
    let (bound, (en, zh)) = if to_address {
        (CAUSED_TO_ADDRESS_MAX, ("to one address", "同一接收地址"))
    } else {
        (CAUSED_BY_PERSON_MAX, ("by one person", "同一人员"))
    };
    Refusal {
        article: RULE.into(),
        code: CAUSED_CODE,
        reason: Words::new(
            format!(
                "{bound} messages {en} were caused within the hour, by changes or tests; no more are sent."
            ),
            format!("一小时内因修改设置或测试而发送的消息（{zh}）已达 {bound} 条，不再发送。"),
        ),
        remedy: Words::new(
            "Wait until the hour is over; what is due comes by itself in the morning.",
            "请待该小时结束后再试；应提醒事项仍会按时自动送达。",
        ),
    }
}

/// What a finding says of a channel that has failed for a day.
pub fn failing_words(channel: &str) -> (Words, Words) {
    (
        Words::new(
            format!("Reminders by {channel} have not been taken for more than a day."),
            format!("提醒渠道（{channel}）已超过一天无法送达。"),
        ),
        Words::new(
            "Send a test message from the page Reminders, and put right what its answer says.",
            "请在“提醒”页面发送测试消息，并按返回内容排除故障。",
        ),
    )
}
