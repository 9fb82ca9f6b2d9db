//! From how much on a rule asks: the product's default, and what a unit set instead, between two bounds. A rule is never off.

use super::Rule;
use std::collections::BTreeMap;

/// The default and the bounds of one rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limit {
    pub least: u32,
    pub usual: u32,
    pub most: u32,
}

impl Rule {
    pub const fn limit(self) -> Limit {
        let (least, usual, most) = match self {
            // Times in a week: a second look at the same matter is no pattern yet.
            Self::SensitiveWithoutCase => (1, 3, 50),
            // Times in a week: once a working day.
            Self::SameCameraAgain => (2, 5, 100),
            // Times in a day: one look may be an alarm that woke somebody.
            Self::UnusualHours => (1, 2, 50),
            // Cameras in a day: one export may name sixteen.
            Self::ManyCamerasTaken => (2, 20, 500),
            // Hours of footage in a day, over all cameras: two cameras for a whole day.
            Self::LongSpansTaken => (1, 48, 5_000),
            // Days that a finished package lies: it goes after seven.
            Self::ExportNotCollected => (1, 3, 7),
            // Readings in a day; one of an hour's lists is one.
            Self::BasicDataInBulk => (1, 3, 100),
            // In a row: one more than a form that was filled in wrongly.
            Self::RefusedInARow => (3, 5, 100),
            // In a day: the account is locked for a while after five.
            Self::SignInsFailed => (3, 6, 100),
            // In a week, of one and the same person: two a working day.
            Self::ApproverPair => (3, 10, 200),
            // Times in a day: one look may be a colleague's question.
            Self::OffDuty => (1, 2, 50),
            // Days without a receipt: whoever has the copy signs for it when they take it.
            Self::ReceiptMissing => (1, 3, 10),
            // Times in a day: one may be a slip in the span.
            Self::GrantAttempts => (1, 3, 100),
            // Times in a week, over all cameras: six a working day, by somebody who names no case for any of them.
            Self::RecordedWithoutCase => (5, 30, 500),
            // Cameras in a week under one case: the way of a person through a district has some dozens.
            Self::OneCaseManyCameras => (5, 40, 1_000),
            // Days out of four weeks: half of the working days.
            Self::OneCaseManyDays => (3, 10, 28),
            // In a day, of whatever acts: some forms filled in wrongly are everybody's.
            Self::RefusedOften => (5, 15, 500),
            // Hours in a day, over all cameras: four players for six hours.
            Self::MuchPlayed => (2, 24, 1_000),
            // Cameras in a day outside of a shift: six full walls.
            Self::ManyCamerasLive => (10, 100, 5_000),
        };
        Limit { least, usual, most }
    }
}

/// What one unit set.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Limits(BTreeMap<Rule, u32>);

impl Limits {
    /// Sets a rule's limit, drawn into its bounds.
    pub fn set(&mut self, rule: Rule, limit: u32) {
        let Limit { least, most, .. } = rule.limit();
        self.0.insert(rule, limit.clamp(least, most));
    }

    pub fn of(&self, rule: Rule) -> u32 {
        self.0.get(&rule).copied().unwrap_or(rule.limit().usual)
    }

    /// Whether the unit set it itself.
    pub fn is_own(&self, rule: Rule) -> bool {
        self.0.contains_key(&rule)
    }
}
