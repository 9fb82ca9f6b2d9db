//! How far clocks may be off before it is a finding, and why. It corrects nothing: an offset is shown and recorded.

use crate::Words;
use model::WallTime;

const SECOND_US: i64 = 1_000_000;

/// A camera's clock: its time stands in the picture, and two cameras that differ by more cannot be told in order by a person.
/// No text that we hold gives a number; five seconds is ours.
pub const CAMERA_OFF_MS_MAX: i64 = 5_000;
/// An offset is known to so much: what a sender report is under way on a network differs by less. What was designed is held against whole
/// steps below it, so that nobody is blamed for the way, and a clock that stands still does not move.
pub const CAMERA_STEP_MS: u32 = 50;
/// An offset that was not measured anew for so long says nothing about today. Sender reports come every few seconds.
pub const CAMERA_MEASURED_US_MAX: i64 = 86_400_000_000;
/// The server's clock: how far the recorder's own line may be ahead of it. More means that it was set back.
pub const SERVER_BACK_MS_MAX: i64 = 2_000;

/// How far the server's clock may be from its time sources. The time of records and of the register is this clock's; a second is
/// less than the delay that cameras and networks add to a picture.
pub const SERVER_OFF_MS_MAX: i64 = 1_000;
/// How old a measurement may be and still say how the clock stands: sources are asked daily.
pub const SERVER_MEASURED_US_MAX: i64 = 2 * 86_400_000_000;
/// What cannot be known better than half of this bears others out and does not move them: a witness states whole seconds.
const COARSE_DELAY_US: i64 = 1_000_000;
/// How old what a witness's cosignature said may be and still be a source: logs are cosigned every minute.
pub const WITNESS_SAID_US_MAX: i64 = 3_600_000_000;
/// Sources that differ by more than this and their delay do not agree.
const AGREE_US: i64 = 250_000;

/// How far a camera's clock is from ours for certain, either way, in whole steps; `None` where it was not measured lately.
pub fn camera_deviation(clock: Option<(i64, WallTime)>, uncertain_ms: u64, now: WallTime) -> Option<u32> {
    let (offset_ms, _) = clock.filter(|(_, at)| now.since_us(*at) <= CAMERA_MEASURED_US_MAX)?;
    let off_ms = offset_ms.unsigned_abs().saturating_sub(uncertain_ms);
    let off_ms = u32::try_from(off_ms).unwrap_or(u32::MAX);
    Some(off_ms - off_ms % CAMERA_STEP_MS)
}

/// What one time source says: source minus ours, and how long question and answer were under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    pub offset_us: i64,
    pub delay_us: i64,
}

impl Sample {
    /// What the time in a cosignature says: a whole second of the witness's clock, at some moment between question and answer.
    ///
    /// Nothing where our own clock was set back in between.
    pub fn of_cosignature(time_s: u64, sent: WallTime, received: WallTime) -> Option<Self> {
        let under_way_us = received.since_us(sent);
        let stated_us = i64::try_from(time_s).ok()?.checked_mul(SECOND_US)?.checked_add(SECOND_US / 2)?;
        let middle_us = sent.0.checked_add(under_way_us / 2)?;
        (under_way_us >= 0).then(|| Self {
            offset_us: stated_us.saturating_sub(middle_us),
            delay_us: under_way_us.saturating_add(SECOND_US),
        })
    }

    /// More than the limit off, whatever of its way is not known.
    pub const fn is_off(self) -> bool {
        is_off(self.offset_us, self.delay_us / 2)
    }
}

/// What is known finely is held against the limit as it is; a whole second of a witness only as far as it is certain.
const fn is_off(offset_us: i64, uncertainty_us: i64) -> bool {
    let unknown_us = if uncertainty_us.saturating_mul(2) < COARSE_DELAY_US { 0 } else { uncertainty_us };
    offset_us.saturating_abs().saturating_sub(unknown_us) > SERVER_OFF_MS_MAX * 1_000
}

/// What all sources together say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourcesSay {
    /// None answered.
    Nothing,
    /// No more than half of them are near the middle.
    Disagree { middle_us: i64 },
    /// The middle one of those that agree. Half its way's delay is what cannot be known.
    Offset { offset_us: i64, uncertainty_us: i64 },
}

impl SourcesSay {
    /// Sources minus ours, if they agree.
    pub const fn offset_us(self) -> Option<i64> {
        match self {
            Self::Offset { offset_us, .. } => Some(offset_us),
            Self::Nothing | Self::Disagree { .. } => None,
        }
    }

    /// Whether somebody has to look, and the sources are asked again soon.
    pub const fn is_suspicious(self) -> bool {
        match self {
            Self::Offset { offset_us, uncertainty_us } => is_off(offset_us, uncertainty_us),
            Self::Nothing | Self::Disagree { .. } => true,
        }
    }

    /// Whether this source is not among those that agree.
    pub const fn is_outlier(self, sample: Sample) -> bool {
        match self {
            Self::Nothing => false,
            Self::Disagree { middle_us } => !is_near(sample, middle_us),
            Self::Offset { offset_us, .. } => !is_near(sample, offset_us),
        }
    }
}

const fn is_near(sample: Sample, middle_us: i64) -> bool {
    let apart = sample.offset_us.saturating_sub(middle_us).saturating_abs();
    apart <= AGREE_US.saturating_add(sample.delay_us / 2)
}

/// The middle of what the sources say: one of three may lie. Coarse ones count among those that agree, and say how far ours is off only
/// where there is nothing finer.
pub fn agree(samples: &[Sample]) -> SourcesSay {
    let middle = |offsets: &mut Vec<i64>| {
        offsets.sort_unstable();
        let (low, high) = (offsets.get((offsets.len().max(1) - 1) / 2), offsets.get(offsets.len() / 2));
        low.zip(high).map(|(low, high)| ((i128::from(*low) + i128::from(*high)) / 2) as i64)
    };
    let mut all: Vec<i64> = samples.iter().map(|sample| sample.offset_us).collect();
    let Some(middle_us) = middle(&mut all) else { return SourcesSay::Nothing };
    let near: Vec<&Sample> = samples.iter().filter(|sample| is_near(**sample, middle_us)).collect();
    if near.len() * 2 <= samples.len() {
        return SourcesSay::Disagree { middle_us };
    }
    let fine: Vec<&Sample> =
        near.iter().copied().filter(|sample| sample.delay_us < COARSE_DELAY_US).collect();
    let near = if fine.is_empty() { near } else { fine };
    let mut offsets: Vec<i64> = near.iter().map(|sample| sample.offset_us).collect();
    let offset_us = middle(&mut offsets).unwrap_or(middle_us);
    let uncertainty_us = near.iter().map(|sample| sample.delay_us / 2).min().unwrap_or(0);
    SourcesSay::Offset { offset_us, uncertainty_us }
}

/// Why what the time sources say is a finding.
pub fn server_off(say: SourcesSay) -> (Words, Words) {
    let reason = match say {
        SourcesSay::Nothing => Words::new(
            "No time source answers: how far the server's clock is off is not known.",
            "时间源均无应答，服务器时钟的偏差无法得知。",
        ),
        SourcesSay::Disagree { .. } => Words::new(
            "The time sources do not agree: how far the server's clock is off cannot be told.",
            "各时间源互不一致，服务器时钟的偏差无法判断。",
        ),
        SourcesSay::Offset { offset_us, .. } => {
            let ms = offset_us.unsigned_abs() / 1_000;
            let (way, way_zh) = if offset_us > 0 { ("behind", "慢") } else { ("ahead of", "快") };
            Words::new(
                format!("The server's clock is {ms} ms {way} its time sources."),
                format!("服务器时钟比时间源{way_zh} {ms} 毫秒。"),
            )
        }
    };
    (
        reason,
        Words::new(
            "Have the operating system keep the clock by these sources (chrony, systemd-timesyncd). It is not corrected from here.",
            "请由操作系统按时间源校时（chrony、systemd-timesyncd）。本系统不自行校正。",
        ),
    )
}

/// Why a camera's clock is a finding, and what helps.
pub fn camera_off(offset_ms: i64) -> (Words, Words) {
    let (seconds, way, way_zh) = (
        offset_ms.unsigned_abs() / 1_000,
        if offset_ms > 0 { "ahead of" } else { "behind" },
        if offset_ms > 0 { "快" } else { "慢" },
    );
    (
        Words::new(
            format!(
                "The camera's clock is {seconds} s {way} the server's; the time in its picture is wrong."
            ),
            format!("摄像机时钟比服务器{way_zh} {seconds} 秒，画面中的时间不准确。"),
        ),
        Words::new(
            "Set the camera to take its time from this site's time server.",
            "请将摄像机设置为从本单位时间服务器校时。",
        ),
    )
}

/// Why the server's clock is a finding after it was set back.
pub fn server_back(ahead_ms: i64) -> (Words, Words) {
    let seconds = ahead_ms / 1_000;
    (
        Words::new(
            format!(
                "The server's clock was set back: recorded times are {seconds} s ahead of it until it has caught up."
            ),
            format!("服务器时钟曾被拨回：在追上之前，录像时间比系统时钟快{seconds}秒。"),
        ),
        Words::new(
            "Check the server's time source. Records stay in order; nothing was deleted.",
            "请检查服务器的时间源。录像顺序不受影响，未删除任何录像。",
        ),
    )
}

/// Why the server's clock is a finding while it is ahead of the time that has really passed.
pub fn server_leapt(days: i64) -> (Words, Words) {
    (
        Words::new(
            format!(
                "The server's clock is {days} days ahead of the time that has really passed: it leapt, or this machine was off."
            ),
            format!("服务器时钟比实际经过的时间快{days}天：时钟曾跳变，或设备曾停机。"),
        ),
        Words::new(
            "Footage goes by trusted time. If the clock is right: `watchkeeper check --trust-clock`.",
            "录像按可信时间到期。如时钟正确，请运行 `watchkeeper check --trust-clock`。",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cameras_clock_is_off_by_whole_steps_either_way_and_only_as_measured_lately() {
        let now = WallTime(2 * CAMERA_MEASURED_US_MAX);
        let check = |offset_ms: i64, ago_us: i64, expected: Option<u32>| {
            let clock = Some((offset_ms, now.plus_us(-ago_us)));
            assert_eq!(camera_deviation(clock, 0, now), expected, "{offset_ms} ms, {ago_us} us ago");
        };
        assert_eq!(camera_deviation(None, 0, now), None);
        // A date that is known to a second blames nobody for less.
        assert_eq!(camera_deviation(Some((-900, now)), 1_000, now), Some(0));
        assert_eq!(camera_deviation(Some((1_310, now)), 1_000, now), Some(300));
        check(0, 0, Some(0));
        check(49, 0, Some(0));
        check(-50, 0, Some(50));
        check(549, CAMERA_MEASURED_US_MAX, Some(500));
        check(550, CAMERA_MEASURED_US_MAX + 1, None);
        check(i64::MIN, 0, Some(u32::MAX - u32::MAX % CAMERA_STEP_MS));
    }

    #[test]
    fn one_of_three_sources_may_lie() {
        let check = |offsets_ms: &[i64], expected_ms: Option<i64>, outliers: &[i64], suspicious: bool| {
            let sample = |ms: &i64| Sample { offset_us: ms * 1_000, delay_us: 20_000 };
            let samples: Vec<Sample> = offsets_ms.iter().map(sample).collect();
            let say = agree(&samples);
            assert_eq!(say.offset_us().map(|us| us / 1_000), expected_ms, "{offsets_ms:?}");
            let found: Vec<i64> = samples
                .iter()
                .filter(|sample| say.is_outlier(**sample))
                .map(|sample| sample.offset_us / 1_000)
                .collect();
            assert_eq!((&found[..], say.is_suspicious()), (outliers, suspicious), "{offsets_ms:?}");
        };
        check(&[], None, &[], true);
        check(&[30], Some(30), &[], false);
        check(&[-30, 10], Some(-10), &[], false);
        check(&[0, 5_000], None, &[0, 5_000], true);
        check(&[0, 10, 5_000], Some(5), &[5_000], false);
        check(&[4_990, 5_000, 0], Some(4_995), &[0], true);
        check(&[0, 0, 5_000, 5_000], None, &[0, 0, 5_000, 5_000], true);
        check(&[-2_000, -2_010, -1_990, 0, 1], Some(-2_000), &[0, 1], true);
    }

    #[test]
    fn a_witness_bears_sources_out_and_stands_alone_where_there_are_none() {
        // In ms: of time sources, of cosignatures; what all say, and whether somebody has to look.
        let check = |ntp_ms: &[i64], witness_ms: &[i64], expected_ms: Option<i64>, suspicious: bool| {
            let fine = ntp_ms.iter().map(|ms| Sample { offset_us: ms * 1_000, delay_us: 20_000 });
            let coarse = witness_ms.iter().map(|ms| Sample { offset_us: ms * 1_000, delay_us: 1_020_000 });
            let say = agree(&fine.chain(coarse).collect::<Vec<_>>());
            assert_eq!(say.offset_us().map(|us| us / 1_000), expected_ms, "{ntp_ms:?} {witness_ms:?}");
            assert_eq!(say.is_suspicious(), suspicious, "{ntp_ms:?} {witness_ms:?}");
        };
        check(&[10], &[400], Some(10), false);
        check(&[10], &[-7_000], None, true);
        check(&[10], &[-7_000, -7_400], Some(-7_200), true);
        check(&[], &[300], Some(300), false);
        check(&[1_001], &[], Some(1_001), true);
        check(&[1_000], &[], Some(1_000), false);
        // Of a witness alone, a second and what is not known of it is no finding yet.
        check(&[], &[1_400], Some(1_400), false);
        check(&[], &[1_600], Some(1_600), true);
        check(&[], &[60_000], Some(60_000), true);
    }

    #[test]
    fn a_cosignature_s_second_is_held_against_the_middle_of_its_way() {
        let check = |time_s: u64, sent: i64, received: i64, expected: Option<(i64, i64)>| {
            let found = Sample::of_cosignature(time_s, WallTime(sent), WallTime(received));
            let found = found.map(|sample| (sample.offset_us, sample.delay_us));
            assert_eq!(found, expected, "{time_s} {sent} {received}");
        };
        check(10, 10_400_000, 10_600_000, Some((0, 1_200_000)));
        check(70, 10_400_000, 10_600_000, Some((60_000_000, 1_200_000)));
        check(10, 10_600_000, 10_400_000, None);
        check(u64::MAX, 0, 0, None);
    }
}
