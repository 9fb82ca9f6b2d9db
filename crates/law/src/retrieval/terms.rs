//! Within which time a unit answers an authority: our longest, a pack's where one gives it, and what the unit sets below.
//!
//! The invariant kept: nothing that a unit sets makes an authority wait longer than without it.

use super::{ANSWER_HOURS_MAX, HOUR_US, PAPERS_HOURS_MAX};
use crate::{
    Words,
    access::Refusal,
    packs::{ArticleId, Force, Rules},
};
use model::WallTime;

/// How long a complete request may wait, and papers of an urgent one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms {
    pub answer_hours: u16,
    pub papers_hours: u16,
}

impl Terms {
    /// What is the longest where no text gives less.
    pub const OURS: Self = Self { answer_hours: ANSWER_HOURS_MAX, papers_hours: PAPERS_HOURS_MAX };

    /// The same, no longer than those.
    #[must_use]
    pub fn within(self, longest: Self) -> Self {
        Self {
            answer_hours: self.answer_hours.min(longest.answer_hours),
            papers_hours: self.papers_hours.min(longest.papers_hours),
        }
    }

    /// When the papers of what goes out now are due.
    pub fn papers_due(self, now: WallTime) -> WallTime {
        now.plus_us(i64::from(self.papers_hours) * HOUR_US)
    }
}

/// The shortest answer by the calendar that a binding text gives, in hours.
pub(super) fn given_hours(rules: &[Rules<'_>]) -> Option<u16> {
    let given = rules
        .iter()
        .flat_map(|rules| rules.all(Force::Binds, |values| values.retrieval_answer_hours.as_ref()));
    given.map(|ruling| ruling.value.max(1)).min()
}

/// The longest terms under these rules: the shortest that a binding text gives, and never more than ours.
pub fn longest(rules: &[Rules<'_>]) -> Terms {
    let answer_hours = given_hours(rules).unwrap_or(ANSWER_HOURS_MAX);
    Terms { answer_hours, ..Terms::OURS }.within(Terms::OURS)
}

/// Why a unit may not set these: letting a lawful request lie is refusing it (national-2016:21).
pub fn refuse_terms(wanted: Terms, longest: Terms) -> Option<Refusal> {
    let fits = |hours: u16, most: u16| (1..=most).contains(&hours);
    let fit =
        fits(wanted.answer_hours, longest.answer_hours) && fits(wanted.papers_hours, longest.papers_hours);
    (!fit).then(|| Refusal {
        article: ArticleId::new("national-2016", "21").to_string().into(),
        code: "retrieval_terms",
        reason: Words::new(
            "A unit may answer authorities more quickly than it must, not more slowly.",
            "单位答复调取的时限可以缩短，不得延长。",
        ),
        remedy: Words::new(
            format!(
                "Set 1 to {} hours for the answer, and 1 to {} for papers that follow.",
                longest.answer_hours, longest.papers_hours
            ),
            format!(
                "请将答复时限设为1至{}小时，后补文书时限设为1至{}小时。",
                longest.answer_hours, longest.papers_hours
            ),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::{Library, Under};

    #[test]
    fn a_unit_may_be_quicker_and_not_slower() {
        let check = |answer_hours, papers_hours, longest: Terms, fits: bool| {
            let wanted = Terms { answer_hours, papers_hours };
            assert_eq!(refuse_terms(wanted, longest).is_none(), fits, "{wanted:?} {longest:?}");
        };
        let short = Terms { answer_hours: 48, papers_hours: 24 };
        check(72, 24, Terms::OURS, true);
        check(1, 1, Terms::OURS, true);
        check(73, 24, Terms::OURS, false);
        check(72, 25, Terms::OURS, false);
        check(0, 24, Terms::OURS, false);
        check(72, 0, Terms::OURS, false);
        check(48, 24, short, true);
        check(49, 24, short, false);
        // What was set before a pack got a term of its own is cut to it.
        assert_eq!(
            Terms { answer_hours: 60, papers_hours: 2 }.within(short),
            Terms { answer_hours: 48, papers_hours: 2 }
        );
    }

    #[test]
    fn no_shipped_text_gives_a_time() {
        let library = Library::with_shipped(&[]).unwrap();
        for pack in ["national-2016", "datong-2008", "guangzhou-2007", "qingdao", "chongqing"] {
            let named = vec![pack.to_owned()];
            let rules =
                Rules::of(&library, &Under { named: &named, today: "2026-11-29", ..Under::default() });
            assert_eq!(longest(&[rules]), Terms::OURS, "{pack}");
        }
        let now = WallTime(0);
        assert_eq!(Terms::OURS.papers_due(now).0, 24 * HOUR_US);
    }
}
