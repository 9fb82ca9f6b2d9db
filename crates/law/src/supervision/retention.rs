//! Retention that an authority asks to be proven: until when, how it stands, and what is found when it was not.
//!
//! It draws nothing and reads nothing: which instants are asked for follows from both sides' nonces (`ledger::challenge`). The invariant
//! kept: only footage that was drawn and not proven by the deadline is held against the unit; a nonce that was never shown is not.

use crate::{Words, access::Refusal};
use model::WallTime;

const HOUR_US: i64 = 3_600_000_000;
/// The unit has so many hours at least: somebody may have to bring a disk back.
pub const DEMAND_HOURS_MIN: i64 = 1;
/// And so many days at most: an answer about footage that has gone meanwhile says nothing.
pub const DEMAND_DAYS_MAX: i64 = 30;

/// How a demand stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DemandState {
    /// The authority has not shown its nonce: nothing is drawn.
    Asked,
    /// Drawn, and some instants are not proven yet.
    Open,
    Proven,
    /// The deadline has passed with instants that are not proven.
    Missed,
    /// The deadline has passed and nothing was ever drawn.
    Lapsed,
}

impl DemandState {
    pub const ALL: [Self; 5] = [Self::Asked, Self::Open, Self::Proven, Self::Missed, Self::Lapsed];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Open => "open",
            Self::Proven => "proven",
            Self::Missed => "missed",
            Self::Lapsed => "lapsed",
        }
    }
}

/// How a demand stands now: whether it was drawn, how many instants the newest answer left unproven (`None`: no answer yet), until when.
pub fn demand_state(drawn: bool, failed: Option<u32>, deadline: WallTime, now: WallTime) -> DemandState {
    match (drawn, failed, now < deadline) {
        (_, Some(0), _) => DemandState::Proven,
        (true, _, true) => DemandState::Open,
        (true, _, false) => DemandState::Missed,
        (false, _, true) => DemandState::Asked,
        (false, _, false) => DemandState::Lapsed,
    }
}

/// Whether a demand may have this deadline.
///
/// # Errors
/// It is too near or too far.
pub fn may_demand(deadline: WallTime, now: WallTime) -> Result<(), Box<Refusal>> {
    let left = deadline.since_us(now);
    if (DEMAND_HOURS_MIN * HOUR_US..=DEMAND_DAYS_MAX * 24 * HOUR_US).contains(&left) {
        return Ok(());
    }
    Err(Box::new(Refusal {
        article: "national-2016:23".into(),
        code: "demand_deadline",
        reason: Words::new(
            "The unit has at least an hour and at most thirty days to prove it.",
            "给使用单位的证明期限不得短于一小时、长于三十日。",
        ),
        remedy: Words::new("Another deadline.", "请另定期限。"),
    }))
}

/// A demand that was missed, and what helps.
pub fn missed_words(authority: &str, system: &str, failed: u32) -> (Words, Words) {
    (
        Words::new(
            format!(
                "{authority} asked for proof that recordings of {system} are held; {failed} instants were not proven in time."
            ),
            format!("{authority}要求证明{system}的录像留存，{failed} 个时点逾期未能证明。"),
        ),
        Words::new(
            "Explain the missing footage, and bring back what can be brought back; it ends when the authority asks again for as much and all of it is proven.",
            "说明缺失原因，能补回的录像予以补回；主管机关再次提出不少于此的要求并全部得到证明后，本项消失。",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_drawn_and_not_proven_is_missed() {
        use DemandState::{Asked, Lapsed, Missed, Open, Proven};
        let deadline = WallTime(100);
        let table = [
            (false, None, 99, Asked),
            (false, None, 100, Lapsed),
            (true, None, 99, Open),
            (true, Some(2), 99, Open),
            (true, Some(2), 100, Missed),
            (true, None, 100, Missed),
            (true, Some(0), 99, Proven),
            (true, Some(0), 500, Proven),
        ];
        for (drawn, failed, now, expected) in table {
            assert_eq!(
                demand_state(drawn, failed, deadline, WallTime(now)),
                expected,
                "{drawn} {failed:?} {now}"
            );
        }
    }

    #[test]
    fn a_deadline_leaves_an_hour_and_no_more_than_a_month() {
        let hours = [(0, false), (1, true), (24 * 30, true), (24 * 30 + 1, false), (-1, false)];
        for (hours, expected) in hours {
            assert_eq!(may_demand(WallTime(hours * HOUR_US), WallTime(0)).is_ok(), expected, "{hours}");
        }
    }
}
