//! Claims for compensation: by which act a loss came, what a claim needs, which answer fits it, and when one waits too long
//! (guangzhou-2007:18, third paragraph).
//!
//! It moves no money and knows no claimant. The invariant kept: a claim names its act and has a paper for every item of cost, and what
//! is paid is never more than what was awarded.

use crate::{
    Words,
    access::Refusal,
    packs::{ArticleId, Force, Rules},
};
use model::WallTime;

/// How long an authority may leave a claim unanswered. No text gives days: this is the product's default.
pub const ANSWER_US: i64 = 30 * 86_400_000_000;
/// How long an awarded sum may stay unpaid. The product's default too.
pub const PAYMENT_US: i64 = 60 * 86_400_000_000;
/// Items of one claim: the bill of one rebuilding fits on two pages.
pub const CLAIM_ITEMS_MAX: usize = 30;
/// One item, in hundredths of a yuan: a hundred million yuan, more than any single system costs.
pub const ITEM_FEN_MAX: i64 = 10_000_000_000;

/// Which act caused the loss.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ClaimCause {
    /// A takeover of control.
    Takeover,
    /// A written order of an authority, a document of the register.
    Order,
    /// A change of the system that somebody authorised here.
    Change,
}

impl ClaimCause {
    pub const ALL: [Self; 3] = [Self::Takeover, Self::Order, Self::Change];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Takeover => "takeover",
            Self::Order => "order",
            Self::Change => "change",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == word)
    }
}

/// How far a claim is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ClaimState {
    Lodged,
    Accepted,
    Partly,
    Refused,
    Paid,
}

impl ClaimState {
    pub const ALL: [Self; 5] = [Self::Lodged, Self::Accepted, Self::Partly, Self::Refused, Self::Paid];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lodged => "lodged",
            Self::Accepted => "accepted",
            Self::Partly => "partly",
            Self::Refused => "refused",
            Self::Paid => "paid",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether an awarded sum is still to be paid.
    pub const fn awaits_payment(self) -> bool {
        matches!(self, Self::Accepted | Self::Partly)
    }
}

/// A claim as somebody lodges it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClaimFacts {
    pub items: usize,
    /// Items without a document.
    pub unproven: usize,
    pub names_act: bool,
}

/// The article that entitles to compensation, of any rule set that binds.
pub fn entitled(rules: &[Rules<'_>]) -> Option<ArticleId> {
    let all = rules.iter().flat_map(|rules| rules.each(|values| values.compensation.as_ref()));
    all.filter(|(ruling, force)| *force == Force::Binds && ruling.value)
        .map(|(ruling, _)| ruling.article)
        .next()
}

/// What refuses the claim; else the article under which it is lodged, if a text gives one.
///
/// Where no binding text speaks of compensation the claim is kept all the same: other laws, which we do not hold, may give the right.
///
/// # Errors
/// The refusal, with its article.
pub fn judge(facts: ClaimFacts, rules: &[Rules<'_>]) -> Result<Option<ArticleId>, Box<Refusal>> {
    let article = entitled(rules);
    let refused = if !facts.names_act {
        Some((
            "claim_act",
            ("A claim is for loss by a particular act.", "补偿申请须写明造成损失的行为。"),
            (
                "Name the takeover, the authority's order, or the change that it led to.",
                "请指明接管、主管机关的决定，或由此进行的变更。",
            ),
        ))
    } else if facts.items == 0 {
        Some((
            "claim_items",
            ("A claim says what was lost or spent.", "补偿申请须列明损失或支出。"),
            ("Enter at least one item with its sum.", "请至少填写一项及其金额。"),
        ))
    } else if facts.unproven > 0 {
        Some((
            "claim_papers",
            ("Each item of cost needs its paper.", "每项费用均须有凭证。"),
            (
                "Put invoice or account into the register as a document, and name it at the item.",
                "请先将发票或清单登记为文件，再在该项中选择。",
            ),
        ))
    } else {
        None
    };
    let Some((code, reason, remedy)) = refused else { return Ok(article) };
    let article = article.map_or_else(|| "unit:compensation".to_owned(), |article| article.to_string());
    Err(Box::new(Refusal {
        article: article.into(),
        code,
        reason: Words::new(reason.0, reason.1),
        remedy: Words::new(remedy.0, remedy.1),
    }))
}

/// The state that an answer of the authority leads to: the sums decide it, so that word and sum cannot contradict each other.
///
/// # Errors
/// More than was claimed, or less than nothing.
pub const fn answered(claimed_fen: i64, awarded_fen: i64) -> Result<ClaimState, &'static str> {
    if awarded_fen < 0 || awarded_fen > claimed_fen {
        return Err("is between nothing and what was claimed");
    }
    Ok(match awarded_fen {
        0 => ClaimState::Refused,
        fen if fen == claimed_fen => ClaimState::Accepted,
        _ => ClaimState::Partly,
    })
}

/// The state after a payment, and what is paid by then.
///
/// # Errors
/// Nothing, or more than is still owed.
pub const fn after_payment(
    (state, awarded_fen, paid_fen): (ClaimState, i64, i64),
    amount_fen: i64,
) -> Result<(ClaimState, i64), &'static str> {
    let owed = awarded_fen.saturating_sub(paid_fen);
    if amount_fen <= 0 || amount_fen > owed {
        return Err("is more than nothing and at most what is still owed");
    }
    let paid = paid_fen.saturating_add(amount_fen);
    Ok((if paid == awarded_fen { ClaimState::Paid } else { state }, paid))
}

/// What a claim waits for too long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClaimLate {
    Answer,
    Payment,
}

/// By when the next step of the authority is due; `None` once nothing is.
pub const fn due(
    state: ClaimState,
    lodged: WallTime,
    answered: Option<WallTime>,
) -> Option<(ClaimLate, WallTime)> {
    match (state, answered) {
        (ClaimState::Lodged, _) => Some((ClaimLate::Answer, lodged.plus_us(ANSWER_US))),
        (ClaimState::Accepted | ClaimState::Partly, Some(at)) => {
            Some((ClaimLate::Payment, at.plus_us(PAYMENT_US)))
        }
        _ => None,
    }
}

/// Reason and remedy of the finding.
pub fn late_words(late: ClaimLate, authority: &str) -> (Words, Words) {
    match late {
        ClaimLate::Answer => (
            Words::new(
                format!("{authority} has not answered a claim for compensation within 30 days."),
                format!("{authority}未在30日内答复补偿申请。"),
            ),
            Words::new(
                "Enter the answer with its paper, or ask the authority again.",
                "请登记答复及其文件，或再次向该机关提出。",
            ),
        ),
        ClaimLate::Payment => (
            Words::new(
                format!("{authority} has not paid an awarded compensation within 60 days."),
                format!("{authority}未在60日内支付已同意的补偿。"),
            ),
            Words::new(
                "Enter the payment with its paper, or ask for it.",
                "请登记付款及其凭证，或催请支付。",
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::{Library, Under};

    #[test]
    fn what_a_claim_needs_and_under_which_article() {
        let library = Library::with_shipped(&[]).unwrap();
        let whole = ClaimFacts { items: 1, unproven: 0, names_act: true };
        let check = |pack: &str, facts: ClaimFacts, expected: Result<Option<&str>, (&str, &str)>| {
            let named = vec![pack.to_owned()];
            let rules =
                [Rules::of(&library, &Under { named: &named, today: "2026-11-29", ..Under::default() })];
            let found = judge(facts, &rules).map(|article| article.map(|article| article.to_string()));
            let found = found.map_err(|refusal| (refusal.article.to_string(), refusal.code));
            let expected = expected.map(|article| article.map(str::to_owned));
            assert_eq!(
                found,
                expected.map_err(|(article, code)| (article.to_owned(), code)),
                "{pack} {facts:?}"
            );
        };
        let city = "guangzhou-2007:18";
        check("guangzhou-2007", whole, Ok(Some(city)));
        // A text that gives no such right keeps nobody from claiming under another law.
        check("datong-2008", whole, Ok(None));
        let lacks = [
            (ClaimFacts { names_act: false, ..whole }, "claim_act"),
            (ClaimFacts { items: 0, ..whole }, "claim_items"),
            (ClaimFacts { unproven: 1, ..whole }, "claim_papers"),
        ];
        for (facts, code) in lacks {
            check("guangzhou-2007", facts, Err((city, code)));
            check("datong-2008", facts, Err(("unit:compensation", code)));
        }
    }

    #[test]
    fn sums_decide_the_state() {
        let check = |claimed, awarded, expected: Option<ClaimState>| {
            assert_eq!(answered(claimed, awarded).ok(), expected, "{awarded} of {claimed}");
        };
        check(1_000, 1_000, Some(ClaimState::Accepted));
        check(1_000, 999, Some(ClaimState::Partly));
        check(1_000, 0, Some(ClaimState::Refused));
        check(1_000, 1_001, None);
        check(1_000, -1, None);
        let pay = |paid, amount| after_payment((ClaimState::Partly, 600, paid), amount).ok();
        assert_eq!(pay(0, 600), Some((ClaimState::Paid, 600)));
        assert_eq!(pay(0, 200), Some((ClaimState::Partly, 200)));
        assert_eq!(pay(200, 400), Some((ClaimState::Paid, 600)));
        assert_eq!((pay(200, 401), pay(0, 0), pay(600, 1)), (None, None, None));
    }

    #[test]
    fn what_is_due_next() {
        let (lodged, later) = (WallTime(1_000), WallTime(2_000));
        let check = |state, answered, expected: Option<(ClaimLate, i64)>| {
            assert_eq!(
                due(state, lodged, answered),
                expected.map(|(late, at)| (late, WallTime(at))),
                "{state:?}"
            );
        };
        check(ClaimState::Lodged, None, Some((ClaimLate::Answer, 1_000 + ANSWER_US)));
        check(ClaimState::Partly, Some(later), Some((ClaimLate::Payment, 2_000 + PAYMENT_US)));
        check(ClaimState::Refused, Some(later), None);
        check(ClaimState::Paid, Some(later), None);
    }
}
