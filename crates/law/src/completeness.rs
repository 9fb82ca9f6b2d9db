//! What came of a gap: whether somebody said why it was, whether another person accepted that, or whether it was
//! announced. And what follows from one that nobody accounted for.
//!
//! A gap record is never changed; a justification stands beside it. Nothing here reads rows or a clock.

use crate::Words;
use crate::access::Refusal;
use crate::retention::DAY_US;
use model::{GapCause, Span, WallTime};

/// How long a gap may lack a justification before it is a finding. No text gives days (datong-2008:27 punishes the
/// interruption itself); a week lets a weekly round deal with all of them.
pub const UNJUSTIFIED_US_MAX: i64 = 7 * DAY_US;
/// A planned gap that is no longer needs nobody: a program that is replaced, settings that a camera takes over. What is longer is
/// justified as any other, so that nobody hides an hour alone (datong-2008:17).
pub const HANDOVER_US_MAX: i64 = 10_000_000;
/// Planned gaps of one stream within this time are counted together: a restart now and then is a handover, an outage in slices is not.
pub const HANDOVER_WITHIN_US: i64 = 3_600_000_000;

/// Where a gap stands: no interruption without justification (datong-2008:17, datong-2008:27, chongqing:11, chongqing:12,
/// guangzhou-2007:20, guangzhou-2007:22, national-2016:22).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum GapState {
    /// Nobody has said anything.
    Open,
    /// Explained; the second person has not judged yet.
    Explained,
    /// Accounted for: approved, announced, or an act of a named person in the ledger.
    Justified,
    /// The explanation was not accepted, and there is no newer one.
    Declined,
}

impl GapState {
    pub const ALL: [Self; 4] = [Self::Open, Self::Explained, Self::Justified, Self::Declined];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Explained => "explained",
            Self::Justified => "justified",
            Self::Declined => "declined",
        }
    }
}

/// What came of a piece of writing that a second person judges.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Judgement {
    Pending,
    Approved(WallTime),
    Declined(WallTime),
}

/// What justifies a gap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ground {
    /// Its cause is an act that has its own entry: stopped for privacy, or handed over within [`HANDOVER_US_MAX`].
    Act,
    /// The announced maintenance at this place of the list.
    Maintenance(usize),
    /// The explanation that was approved.
    Explanation,
}

/// Maintenance that was announced for the gap's camera.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Announced {
    pub span: Span,
    pub judgement: Judgement,
}

impl Announced {
    /// Beforehand means: approved before the gap began. What is approved later is an explanation, and has its own way.
    fn covers(&self, gap: Span) -> bool {
        let approved = matches!(self.judgement, Judgement::Approved(at) if at <= gap.start);
        approved && self.span.start <= gap.start && gap.end <= self.span.end
    }
}

/// How long a stream stood still as planned within an hour of this gap, itself counted once.
fn planned_us(gap: Span, planned: &[Span]) -> i64 {
    let beside = planned
        .iter()
        .filter(|other| **other != gap && other.start.since_us(gap.start).abs() <= HANDOVER_WITHIN_US);
    beside.fold(gap.duration_us(), |sum, other| sum.saturating_add(other.duration_us()))
}

/// The state of one gap, and what justifies it. `planned`: its stream's planned gaps of a handover's length, near it or not, itself too or
/// not, since slices of one outage are no handovers. `explanation` is the newest about this very record.
pub fn standing(
    gap: Span,
    cause: GapCause,
    planned: &[Span],
    explanation: Option<Judgement>,
    announced: &[Announced],
) -> (GapState, Option<Ground>) {
    let is_handover = cause == GapCause::Planned && planned_us(gap, planned) <= HANDOVER_US_MAX;
    if is_handover || cause == GapCause::Privacy {
        return (GapState::Justified, Some(Ground::Act));
    }
    if let Some(place) = announced.iter().position(|window| window.covers(gap)) {
        return (GapState::Justified, Some(Ground::Maintenance(place)));
    }
    match explanation {
        None => (GapState::Open, None),
        Some(Judgement::Pending) => (GapState::Explained, None),
        Some(Judgement::Approved(_)) => (GapState::Justified, Some(Ground::Explanation)),
        Some(Judgement::Declined(_)) => (GapState::Declined, None),
    }
}

/// A camera is switched off for a stated reason only (datong-2008:17): it is what a second person judges, and who reads the entry.
pub fn refuse_silent_off(note: Option<&str>) -> Option<Refusal> {
    if note.is_some_and(|note| !note.trim().is_empty()) {
        return None;
    }
    Some(Refusal::new(
        "datong-2008:17",
        "reason",
        ("A camera is switched off for a stated reason only.", "停用摄像机须说明理由。"),
        (
            "Write the reason; for longer than ten seconds, announce it before, or explain the gap afterwards.",
            "请填写理由；停录超过十秒的，须事先报备维护或事后说明中断原因。",
        ),
    ))
}

/// Whether a gap in this state should have been justified by now.
pub fn is_overdue(state: GapState, gap_end: WallTime, now: WallTime) -> bool {
    state != GapState::Justified && now.since_us(gap_end) > UNJUSTIFIED_US_MAX
}

/// Why an outage that the records contradict is a finding, and what helps.
pub fn outage_words() -> (Words, Words) {
    (
        Words::new(
            "The recorder's own ticks and this log's records contradict each other about an outage.",
            "录像机运行标记与录像日志记录对停机时段的说法相互矛盾。",
        ),
        Words::new(
            "Run `watchkeeper check`, and keep its report.",
            "请运行 `watchkeeper check` 并保存其报告。",
        ),
    )
}

/// Gaps that nobody justified, and outages, are findings of the article that asks for it where the camera is; elsewhere by the product's
/// own rule.
pub const RULE: &str = "unit:gaps";
/// What finds gaps that nobody justified, and outages, as `packs/controls.toml` has it.
pub const OVERDUE_CONTROL: &str = "gap-without-explanation";
pub const OUTAGE_CONTROL: &str = "gaps-found";

/// Why overdue gaps are a finding, and what helps.
pub fn overdue_words(gaps: u64) -> (Words, Words) {
    let days = UNJUSTIFIED_US_MAX / DAY_US;
    (
        Words::new(
            format!(
                "{gaps} interruptions of this camera have had no justification for more than {days} days."
            ),
            format!("该摄像机有{gaps}处录像中断超过{days}天未说明正当理由。"),
        ),
        Words::new(
            "Explain them, and have a second person approve the explanation.",
            "请填写中断说明，并由另一人审核批准。",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: i64, end: i64) -> Span {
        Span::new(WallTime(start), WallTime(end)).unwrap()
    }

    #[test]
    fn a_gap_stands_where_the_newest_judgement_puts_it() {
        use Judgement::{Approved, Declined, Pending};
        let at = WallTime(99);
        let check = |cause, explanation, expected: (GapState, Option<Ground>)| {
            assert_eq!(
                standing(span(10, 20), cause, &[], explanation, &[]),
                expected,
                "{cause:?} {explanation:?}"
            );
        };
        for cause in [GapCause::Unknown, GapCause::Camera, GapCause::Us, GapCause::Power] {
            check(cause, None, (GapState::Open, None));
            check(cause, Some(Pending), (GapState::Explained, None));
            check(cause, Some(Approved(at)), (GapState::Justified, Some(Ground::Explanation)));
            check(cause, Some(Declined(at)), (GapState::Declined, None));
        }
        for cause in [GapCause::Planned, GapCause::Privacy] {
            check(cause, Some(Declined(at)), (GapState::Justified, Some(Ground::Act)));
        }
    }

    #[test]
    fn an_outage_in_slices_is_no_handover() {
        const S: i64 = 1_000_000;
        let check = |planned: &[Span], expected| {
            let gap = span(0, 9 * S);
            let found = standing(gap, GapCause::Planned, planned, None, &[]).0;
            assert_eq!(found, expected, "{planned:?}");
        };
        check(&[], GapState::Justified);
        check(&[span(0, 9 * S)], GapState::Justified);
        check(&[span(0, 9 * S), span(9 * S, 18 * S)], GapState::Open);
        check(&[span(-3_000 * S, -2_998 * S)], GapState::Open);
        check(&[span(-3_700 * S, -3_691 * S)], GapState::Justified);
    }

    /// Whoever switches a camera off and on again, or announces a stop to nobody, hides no more than a handover.
    #[test]
    fn one_person_justifies_no_planned_gap_that_is_longer_than_a_handover() {
        let long = span(10, 11 + HANDOVER_US_MAX);
        let check = |gap, explanation, announced: &[Announced], expected| {
            let (state, _) = standing(gap, GapCause::Planned, &[], explanation, announced);
            assert_eq!(state, expected, "{gap:?} {explanation:?} {announced:?}");
        };
        let window = |judgement| [Announced { span: span(0, long.end.0), judgement }];
        check(span(10, 10 + HANDOVER_US_MAX), None, &[], GapState::Justified);
        check(long, None, &[], GapState::Open);
        check(long, Some(Judgement::Pending), &[], GapState::Explained);
        check(long, Some(Judgement::Declined(WallTime(99))), &[], GapState::Declined);
        check(long, Some(Judgement::Approved(WallTime(99))), &[], GapState::Justified);
        check(long, None, &window(Judgement::Pending), GapState::Open);
        check(long, None, &window(Judgement::Approved(WallTime(9))), GapState::Justified);
        check(long, None, &window(Judgement::Approved(WallTime(11))), GapState::Open);
    }

    #[test]
    fn a_camera_is_switched_off_with_a_word_why() {
        for (note, refused) in [(None, true), (Some(" "), true), (Some("the mast is moved"), false)] {
            let refusal = refuse_silent_off(note);
            assert_eq!(refusal.map(|refusal| refusal.code), refused.then_some("reason"), "{note:?}");
        }
    }

    #[test]
    fn maintenance_counts_when_it_was_approved_before_the_gap_and_holds_all_of_it() {
        let check = |window: Span, judgement, expected: bool| {
            let announced = [Announced { span: window, judgement }];
            let (state, ground) = standing(span(10, 20), GapCause::Camera, &[], None, &announced);
            assert_eq!(state == GapState::Justified, expected, "{window:?} {judgement:?}");
            assert_eq!(ground, expected.then_some(Ground::Maintenance(0)));
        };
        let approved = |at| Judgement::Approved(WallTime(at));
        check(span(10, 20), approved(9), true);
        check(span(5, 25), approved(10), true);
        check(span(5, 25), approved(11), false); // approved after the gap had begun
        check(span(11, 25), approved(9), false); // begins too late
        check(span(5, 19), approved(9), false); // ends too early
        check(span(5, 25), Judgement::Pending, false);
        check(span(5, 25), Judgement::Declined(WallTime(9)), false);
    }

    #[test]
    fn a_week_without_justification_is_a_finding() {
        let check = |state, age_us, expected| {
            assert_eq!(is_overdue(state, WallTime(0), WallTime(age_us)), expected, "{state:?} {age_us}");
        };
        for state in [GapState::Open, GapState::Explained, GapState::Declined] {
            check(state, UNJUSTIFIED_US_MAX, false);
            check(state, UNJUSTIFIED_US_MAX + 1, true);
        }
        check(GapState::Justified, i64::MAX, false);
    }
}
