//! When a disk will be full, how sure that is, and whether another camera fits before the floor is reached.
//!
//! Made from what streams have really written, day by day, and from what the rule will free. It frees nothing: where the
//! forecast ends, footage below its floor would have to go, and that does not happen (datong-2008:17, chongqing:11).

use crate::Words;
use crate::access::Refusal;
use crate::packs::ArticleId;
use crate::retention::floor_article;

/// Full days of history that a rate is taken from: two weeks hold every weekday twice.
pub const HISTORY_DAYS: i64 = 14;
/// Days of history below which a rate is a guess.
const SAMPLES_MIN: usize = 3;
/// How far a guess may be off, as a divisor: half.
const GUESS_PART: u64 = 2;
/// Longest forecast, in days: what lasts longer lasts.
const DAYS_MAX: u32 = 3_660;

/// Days before the end at which it is said louder. 14: disks can be ordered and fitted. 7: a decision cannot wait for
/// next week's meeting. 3: a weekend lies in between. 1: today.
pub const LADDER_DAYS: [u32; 4] = [14, 7, 3, 1];

/// What a stream writes in a day: the mean, and the range that two standard deviations make.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rate {
    pub low: u64,
    pub mean: u64,
    pub high: u64,
}

impl Rate {
    /// From full days' sums of (bytes, recorded microseconds), each scaled to a whole day of recording; else from what is
    /// measured now; else from what was planned.
    pub fn of(
        days: &[(u64, i64)],
        live_bytes_per_day: Option<u64>,
        planned_bytes_per_day: Option<u64>,
    ) -> Self {
        const DAY_US: f64 = 86_400e6;
        // An hour at least: minutes say little about a day.
        let samples: Vec<f64> = days
            .iter()
            .filter(|(_, media_us)| *media_us >= 3_600_000_000)
            .map(|(bytes, media_us)| *bytes as f64 * DAY_US / *media_us as f64)
            .collect();
        if samples.len() >= SAMPLES_MIN {
            let count = samples.len() as f64;
            let mean = samples.iter().sum::<f64>() / count;
            let spread = samples.iter().map(|sample| (sample - mean).powi(2)).sum::<f64>() / (count - 1.0);
            let off = 2.0 * spread.sqrt();
            return Self { low: (mean - off).max(0.0) as u64, mean: mean as u64, high: (mean + off) as u64 };
        }
        let few = (!samples.is_empty()).then(|| (samples.iter().sum::<f64>() / samples.len() as f64) as u64);
        let mean = few.or(live_bytes_per_day).or(planned_bytes_per_day).unwrap_or(0);
        let off = mean / GUESS_PART;
        Self { low: mean - off, mean, high: mean.saturating_add(off) }
    }

    /// Streams of one place swing together (night, rain), so their ranges add up.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            low: self.low.saturating_add(other.low),
            mean: self.mean.saturating_add(other.mean),
            high: self.high.saturating_add(other.high),
        }
    }
}

/// Why disks that will be full within so many days are a finding, and what helps.
pub fn full_words(days: u32) -> (Words, Words) {
    (
        Words::new(
            format!("The disks may be full within {days} days, before any footage may go."),
            format!("磁盘可能在 {days} 天内写满，届时录像尚未到期。"),
        ),
        Words::new(
            "Add a disk, or let cameras send less; footage below its floor is not deleted.",
            "请增加磁盘或降低码率；未满最低期限的录像不会删除。",
        ),
    )
}

/// A stream as the forecast needs it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Growth {
    pub rate: Rate,
    pub floor_days: u16,
    pub term_days: u16,
}

/// A disk as the forecast needs it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Disk {
    /// All that recordings may fill: what they fill now and what is free, the reserve left out.
    pub capacity_bytes: u64,
    pub stored_bytes: u64,
    /// Of that, under holds: it does not go.
    pub held_bytes: u64,
    /// What the rule frees: days from now, and bytes.
    pub due: Vec<(u32, u64)>,
    pub streams: Vec<Growth>,
}

/// Days until the disk is full; `None`: it is not, at that rate.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Horizon {
    /// At the high end of the rates.
    pub earliest_days: Option<u32>,
    pub mean_days: Option<u32>,
    /// At their low end.
    pub latest_days: Option<u32>,
}

impl Horizon {
    /// The rung that the disk stands on: the smallest of [`LADDER_DAYS`] that the end may be within.
    pub fn rung_days(&self) -> Option<u32> {
        let earliest = self.earliest_days?;
        LADDER_DAYS.into_iter().filter(|rung| earliest <= *rung).min()
    }
}

impl Disk {
    pub fn horizon(&self) -> Horizon {
        Horizon {
            earliest_days: self.full_after_days(|rate| rate.high),
            mean_days: self.full_after_days(|rate| rate.mean),
            latest_days: self.full_after_days(|rate| rate.low),
        }
    }

    /// What new footage needs once every stream has its floor, with what holds keep.
    pub fn needed_bytes(&self) -> u64 {
        let floors =
            self.streams.iter().map(|stream| stream.rate.mean.saturating_mul(stream.floor_days.into()));
        floors.fold(self.held_bytes, u64::saturating_add)
    }

    /// The day on which it is full at the mean rates, were these its streams; `None`: never.
    pub fn lasts_days(&self, streams: &[Growth]) -> Option<u32> {
        let growing = Self { streams: streams.to_vec(), ..self.clone() };
        growing.full_after_days(|rate| rate.mean)
    }

    fn full_after_days(&self, rate: impl Fn(&Rate) -> u64) -> Option<u32> {
        let mut freed = vec![0_u64; DAYS_MAX as usize + 1];
        for (day, bytes) in &self.due {
            if let Some(sum) = freed.get_mut(*day as usize) {
                *sum = sum.saturating_add(*bytes);
            }
        }
        let longest = self.streams.iter().map(|stream| u32::from(stream.term_days)).max().unwrap_or(0);
        let last_due = self.due.iter().map(|(day, _)| *day).max().unwrap_or(0);
        let mut left = self.stored_bytes;
        // After the longest term as much goes each day as comes.
        for day in 0..=longest.max(last_due).min(DAYS_MAX) {
            left = left.saturating_sub(freed.get(day as usize).copied().unwrap_or(0));
            let new = self
                .streams
                .iter()
                .map(|stream| rate(&stream.rate).saturating_mul(u64::from(day.min(stream.term_days.into()))));
            let kept = left.max(self.held_bytes);
            if new.fold(kept, u64::saturating_add) > self.capacity_bytes {
                return Some(day);
            }
        }
        None
    }

    /// Whether another stream fits before its floor is reached; why not, and what would make it fit.
    /// `article` is what the new stream's floor comes from.
    pub fn refuse(&self, new: &Growth, article: Option<&ArticleId>) -> Option<Refusal> {
        let asked = new.rate.mean.saturating_mul(new.floor_days.into());
        let lacking = self.needed_bytes().saturating_add(asked).saturating_sub(self.capacity_bytes);
        if lacking == 0 {
            return None;
        }
        let gib = lacking.div_ceil(1 << 30);
        let fits_kbps = asked.saturating_sub(lacking) / u64::from(new.floor_days.max(1)) * 8 / 86_400 / 1_000;
        let days = new.floor_days;
        Some(Refusal {
            article: floor_article(article),
            code: "no_room",
            reason: Words::new(
                format!(
                    "The disk would be full before this camera's footage is {days} days old: {gib} GiB are lacking."
                ),
                format!("磁盘将在该摄像机录像满{days}天之前写满：尚缺{gib} GiB。"),
            ),
            remedy: Words::new(
                format!("Add {gib} GiB of disk, or let the camera send at most {fits_kbps} kbit/s."),
                format!("请增加{gib} GiB磁盘空间，或将该摄像机码率降至{fits_kbps} kbit/s以内。"),
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_US: i64 = 86_400_000_000;

    fn rate(mean: u64, off: u64) -> Rate {
        Rate { low: mean - off, mean, high: mean + off }
    }

    fn growth(mean: u64, off: u64, floor_days: u16, term_days: u16) -> Growth {
        Growth { rate: rate(mean, off), floor_days, term_days }
    }

    #[test]
    fn a_rate_is_of_full_days_and_says_how_sure_it_is() {
        let check = |days: &[(u64, i64)], live: Option<u64>, planned: Option<u64>, expected: Rate| {
            assert_eq!(Rate::of(days, live, planned), expected, "{days:?} {live:?} {planned:?}");
        };
        check(&[(100, DAY_US); 3], None, None, rate(100, 0));
        check(&[(90, DAY_US), (100, DAY_US), (110, DAY_US)], None, None, rate(100, 20));
        // Half a day of recording counts for the day that it would have been.
        check(&[(100, DAY_US), (50, DAY_US / 2), (100, DAY_US)], None, None, rate(100, 0));
        // A minute says nothing; little history is a guess.
        check(&[(100, 60_000_000); 9], Some(40), Some(80), rate(40, 20));
        check(&[(100, DAY_US); 2], Some(40), None, rate(100, 50));
        check(&[], None, Some(80), rate(80, 40));
        check(&[], None, None, rate(0, 0));
    }

    #[test]
    fn the_horizon_is_where_the_disk_is_full_before_the_rule_frees_enough() {
        let check = |capacity: u64,
                     stored: u64,
                     due: &[(u32, u64)],
                     streams: &[Growth],
                     expected: [Option<u32>; 3]| {
            let disk = Disk {
                capacity_bytes: capacity,
                stored_bytes: stored,
                held_bytes: 0,
                due: due.to_vec(),
                streams: streams.to_vec(),
            };
            let found = disk.horizon();
            assert_eq!(
                [found.earliest_days, found.mean_days, found.latest_days],
                expected,
                "{capacity} {stored}"
            );
        };
        let one = [growth(10, 5, 30, 30)];
        check(300, 0, &[], &one, [Some(21), None, None]);
        check(299, 0, &[], &one, [Some(20), Some(30), None]);
        check(100, 0, &[], &one, [Some(7), Some(11), Some(21)]);
        // In balance: each day ten go and ten come.
        let due: Vec<(u32, u64)> = (1..=30).map(|day| (day, 10)).collect();
        check(310, 300, &due, &[growth(10, 0, 30, 30)], [None, None, None]);
        check(299, 300, &due, &[growth(10, 0, 30, 30)], [Some(0), Some(0), Some(0)]);
        check(1_000, 0, &[], &[], [None, None, None]);
    }

    #[test]
    fn the_ladder_counts_from_the_earliest_day() {
        let check = |earliest: Option<u32>, rung: Option<u32>| {
            let horizon = Horizon { earliest_days: earliest, ..Horizon::default() };
            assert_eq!(horizon.rung_days(), rung, "{earliest:?}");
        };
        check(None, None);
        check(Some(15), None);
        check(Some(14), Some(14));
        check(Some(8), Some(14));
        check(Some(7), Some(7));
        check(Some(2), Some(3));
        check(Some(0), Some(1));
    }

    #[test]
    fn a_camera_is_admitted_if_it_reaches_its_floor() {
        let gib = 1 << 30;
        let disk = |held_gib: u64| Disk {
            capacity_bytes: 1_000 * gib,
            held_bytes: held_gib * gib,
            streams: vec![growth(10 * gib, 0, 30, 90), growth(10 * gib, 0, 30, 30)],
            ..Disk::default()
        };
        let check = |held_gib: u64, gib_per_day: u64, floor: u16, remedy: Option<&str>| {
            let refusal = disk(held_gib).refuse(&growth(gib_per_day * gib, 0, floor, floor), None);
            let found = refusal.map(|refusal| refusal.remedy.en);
            assert_eq!(found.as_deref(), remedy, "{held_gib} {gib_per_day} {floor}");
        };
        check(0, 10, 30, None);
        check(0, 13, 30, None);
        check(0, 14, 30, Some("Add 20 GiB of disk, or let the camera send at most 1325 kbit/s."));
        check(100, 13, 30, Some("Add 90 GiB of disk, or let the camera send at most 994 kbit/s."));
        check(0, 14, 15, None);
        check(500, 1, 15, Some("Add 115 GiB of disk, or let the camera send at most 0 kbit/s."));
    }
}
