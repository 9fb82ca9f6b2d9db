//! An order and its chain: what an article has an authority do, in which order, and what is open at a moment (national-2016:26 to 31,
//! datong-2008:23 to 31, guangzhou-2007:24 to 28).
//!
//! It decides nothing for the person who signs: it says which steps the article leaves open and why not the others. A value that is
//! unverified never refuses; it is shown as such. The invariant kept by types: only an issued order is corrected or penalised, only
//! a correction is judged, and what is ended has no method.

use super::penalty::{Fine, Fined, fined_by, may_fall, within_range};
use crate::{
    Words,
    access::Refusal,
    packs::{Penalty, PenaltyStep},
};
use model::WallTime;

/// Days that a unit may be given: the texts say "within a time limit" and no number.
pub const DEADLINE_DAYS_MAX: i64 = 180;
const DAY_US: i64 = 86_400_000_000;

/// By what an order stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LegalBasisHeld {
    /// The pack is in force and holds here.
    InForce,
    /// The unit made it its own rule: it can be held to it, and not be punished under it.
    Adopted,
    /// A draft, or superseded.
    None,
}

/// How an order stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OrderState {
    Issued,
    Corrected,
    Closed,
    Escalated,
    Referred,
}

impl OrderState {
    pub const ALL: [Self; 5] = [Self::Issued, Self::Corrected, Self::Closed, Self::Escalated, Self::Referred];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Corrected => "corrected",
            Self::Closed => "closed",
            Self::Escalated => "escalated",
            Self::Referred => "referred",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// How an order ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Closing {
    Accepted,
    /// To the authority above.
    Escalated,
    /// To another organ or a court.
    Referred,
}

/// An order that waits for the unit. Only [`issue`] and the store's rows make one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Issued {
    pub deadline: WallTime,
}

/// One whose correction waits for the authority.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Corrected {
    deadline: WallTime,
}

/// One that is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ended(pub Closing);

/// An order as it is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Issued(Issued),
    Corrected(Corrected),
    Ended(Ended),
}

impl Issued {
    /// The unit says how it put it right.
    pub const fn correct(self) -> Corrected {
        Corrected { deadline: self.deadline }
    }
    /// It goes to somebody else.
    pub const fn pass_on(self, to: Closing) -> Ended {
        Ended(to)
    }
}

impl Corrected {
    pub const fn accept(self) -> Ended {
        Ended(Closing::Accepted)
    }
    /// It is not enough: the unit has until then.
    pub const fn return_until(self, deadline: WallTime) -> Issued {
        Issued { deadline }
    }
    pub const fn pass_on(self, to: Closing) -> Ended {
        Ended(to)
    }
}

impl Order {
    pub const fn stored(state: OrderState, deadline: WallTime) -> Self {
        match state {
            OrderState::Issued => Self::Issued(Issued { deadline }),
            OrderState::Corrected => Self::Corrected(Corrected { deadline }),
            OrderState::Closed => Self::Ended(Ended(Closing::Accepted)),
            OrderState::Escalated => Self::Ended(Ended(Closing::Escalated)),
            OrderState::Referred => Self::Ended(Ended(Closing::Referred)),
        }
    }
    pub const fn state(self) -> OrderState {
        match self {
            Self::Issued(_) => OrderState::Issued,
            Self::Corrected(_) => OrderState::Corrected,
            Self::Ended(Ended(Closing::Accepted)) => OrderState::Closed,
            Self::Ended(Ended(Closing::Escalated)) => OrderState::Escalated,
            Self::Ended(Ended(Closing::Referred)) => OrderState::Referred,
        }
    }
    pub const fn deadline(self) -> Option<WallTime> {
        match self {
            Self::Issued(Issued { deadline }) | Self::Corrected(Corrected { deadline }) => Some(deadline),
            Self::Ended(_) => None,
        }
    }
}

pub(super) fn refusal(
    article: impl Into<String>,
    code: &'static str,
    reason: (&'static str, &'static str),
    remedy: (&'static str, &'static str),
) -> Box<Refusal> {
    let words = |(en, zh): (&str, &str)| Words::new(en, zh);
    Box::new(Refusal { article: article.into().into(), code, reason: words(reason), remedy: words(remedy) })
}

/// What an order rests on when it is issued, or when a step is judged.
#[derive(Clone, Debug)]
pub struct OrderFacts<'a> {
    /// The article that was breached, `pack:number`.
    pub article: &'a str,
    pub basis: LegalBasisHeld,
    pub now: WallTime,
    pub deadline: WallTime,
    /// What the pack threatens; `None`: it holds no such article.
    pub penalty: Option<&'a Penalty>,
    /// Steps that were taken.
    pub done: &'a [PenaltyStep],
    /// On whom fines were.
    pub fined: &'a [Fined],
    /// The unit said how it put it right, and nobody has judged that yet.
    pub corrected: bool,
}

/// Issues an order.
///
/// # Errors
/// The article gives no power here, or the time is none.
pub fn issue(facts: &OrderFacts<'_>) -> Result<Issued, Box<Refusal>> {
    if facts.basis == LegalBasisHeld::None {
        return Err(refusal(
            facts.article,
            "order_without_force",
            (
                "This text is a draft or no longer in force here: nobody is ordered under it.",
                "该文本为征求意见稿或已不适用，不得据以责令整改。",
            ),
            (
                "Name an article that is in force here, or one that the unit adopted as its own rule.",
                "请选择在此施行的条款，或该单位采用为自己规定的条款。",
            ),
        ));
    }
    let lasts_us = facts.deadline.since_us(facts.now);
    if lasts_us <= 0 || lasts_us > DEADLINE_DAYS_MAX * DAY_US {
        return Err(refusal(
            facts.article,
            "order_deadline",
            ("An order to correct has a time limit.", "责令整改须有期限。"),
            ("Let it end within 180 days from now.", "请将期限设在一百八十日之内。"),
        ));
    }
    Ok(Issued { deadline: facts.deadline })
}

/// What is said where a pack holds no penalty.
pub const UNHELD: (&str, &str) =
    ("No article on penalties is held of this text.", "所收录的文本中没有处罚条款。");

/// A step's word, as packs have it.
pub const fn word_of(step: PenaltyStep) -> &'static str {
    match step {
        PenaltyStep::Warn => "warn",
        PenaltyStep::OrderCorrect => "order-correct",
        PenaltyStep::Fine => "fine",
        PenaltyStep::Confiscate => "confiscate",
        PenaltyStep::Delete => "delete",
        PenaltyStep::Remove => "remove",
        PenaltyStep::Close => "close",
        PenaltyStep::Court => "court",
        PenaltyStep::Refer => "refer",
    }
}

/// The step of that word.
pub fn step_of(word: &str) -> Option<PenaltyStep> {
    use PenaltyStep::{Close, Confiscate, Court, Delete, Fine, OrderCorrect, Refer, Remove, Warn};
    [Warn, OrderCorrect, Fine, Confiscate, Delete, Remove, Close, Court, Refer]
        .into_iter()
        .find(|step| word_of(*step) == word)
}

const fn is_demand(step: PenaltyStep) -> bool {
    use PenaltyStep::{Confiscate, Delete, OrderCorrect, Remove, Warn};
    matches!(step, Warn | OrderCorrect | Remove | Confiscate | Delete)
}

/// The steps that the order itself is: those at the head of the chain that demand something and take nothing.
pub fn by_issue(penalty: Option<&Penalty>) -> Vec<PenaltyStep> {
    match penalty {
        Some(penalty) => penalty.chain.iter().copied().take_while(|step| is_demand(*step)).collect(),
        None => vec![PenaltyStep::OrderCorrect],
    }
}

/// A step of the chain, and why it is not open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StepChoice {
    pub step: PenaltyStep,
    pub done: bool,
    /// On whom it may still fall, of steps that fall on somebody.
    pub on: Vec<Fined>,
    pub closed: Option<Box<Refusal>>,
}

/// The steps of an order's chain as they stand.
pub fn choices(facts: &OrderFacts<'_>) -> Vec<StepChoice> {
    let mut chain = facts.penalty.map(|penalty| penalty.chain.clone()).unwrap_or_else(|| by_issue(None));
    if facts.penalty.is_some_and(|penalty| is_persons_warning(penalty, PenaltyStep::Warn)) {
        chain.push(PenaltyStep::Warn);
    }
    let choice = |step: PenaltyStep| {
        let on = match (step, facts.penalty) {
            (PenaltyStep::Fine, Some(penalty)) => {
                fined_by(penalty).into_iter().filter(|one| may_fall(facts.fined, *one)).collect()
            }
            (_, Some(penalty)) => falls_on(penalty, step).into_iter().collect(),
            _ => Vec::new(),
        };
        let done = if step == PenaltyStep::Fine { on.is_empty() } else { facts.done.contains(&step) };
        StepChoice { step, done, on, closed: may_take(facts, step, true, None).err() }
    };
    chain.into_iter().map(choice).collect()
}

/// A warning that may stand instead of the fine of whoever is responsible, where the chain itself has none (national-2016:31).
fn is_persons_warning(penalty: &Penalty, step: PenaltyStep) -> bool {
    step == PenaltyStep::Warn && penalty.person_warn && !penalty.chain.contains(&step)
}

/// On whom a step falls that falls on one party only.
pub fn falls_on(penalty: &Penalty, step: PenaltyStep) -> Option<Fined> {
    is_persons_warning(penalty, step).then_some(Fined::Person)
}

/// Whether a step waits for something that a correction may take away: the time limit, or that nothing was done.
fn waits(penalty: &Penalty, step: PenaltyStep) -> bool {
    use PenaltyStep::{Close, Court, Fine};
    matches!(step, Close | Court) || (step == Fine && penalty.fine_when == "overdue")
}

/// Whether a step may be taken now. `serious` is the person's word; an amount is in yuan.
///
/// # Errors
/// Why not, with the article.
pub fn may_take(
    facts: &OrderFacts<'_>,
    step: PenaltyStep,
    serious: bool,
    fine: Option<Fine>,
) -> Result<(), Box<Refusal>> {
    let is_of = |penalty: &&Penalty| penalty.chain.contains(&step) || is_persons_warning(penalty, step);
    let Some(penalty) = facts.penalty.filter(is_of) else {
        return Err(refusal(
            facts.article,
            "step_not_in_chain",
            ("The article does not have this step.", "该条款没有规定这一步。"),
            ("Take a step that the article has, or refer the matter.", "请选择条款规定的步骤，或移送处理。"),
        ));
    };
    if facts.basis == LegalBasisHeld::Adopted && !is_demand(step) {
        return Err(refusal(
            facts.article,
            "step_of_own_rule",
            (
                "The unit made this text its own rule; nobody is punished under it.",
                "该文本是单位自行采用的规定，不得据以处罚。",
            ),
            (
                "Accept the correction, or refer the matter under a text that is in force.",
                "可复核整改，或依据施行的规定移送处理。",
            ),
        ));
    }
    // It stands where the fine does that it is instead of.
    let place = if is_persons_warning(penalty, step) { PenaltyStep::Fine } else { step };
    let before = penalty.chain.iter().take_while(|earlier| **earlier != place);
    if before.filter(|earlier| **earlier != PenaltyStep::Court).any(|earlier| !facts.done.contains(earlier)) {
        return Err(refusal(
            facts.article,
            "step_too_early",
            ("The article has another step before this one.", "依条款，此前还有一步未完成。"),
            ("Take the earlier step first.", "请先完成前一步。"),
        ));
    }
    timely(facts, penalty, place, serious)?;
    match fine {
        Some(fine) if step == PenaltyStep::Fine => within_range(facts, penalty, fine),
        _ => Ok(()),
    }
}

/// Court and fines that wait for the deadline, and fines for grave cases only.
fn timely(
    facts: &OrderFacts<'_>,
    penalty: &Penalty,
    step: PenaltyStep,
    serious: bool,
) -> Result<(), Box<Refusal>> {
    if facts.corrected && waits(penalty, step) {
        return Err(refusal(
            facts.article,
            "step_before_judgement",
            (
                "The unit has said how it put it right; the article has this step only when that was not done.",
                "单位已报告整改；依条款，未改正的才可采取此步骤。",
            ),
            ("Judge the correction first.", "请先复核整改情况。"),
        ));
    }
    if waits(penalty, step) && facts.now <= facts.deadline {
        return Err(refusal(
            facts.article,
            "step_before_deadline",
            (
                "The article has this step only when the time limit has passed.",
                "依条款，逾期不改的才可采取此步骤。",
            ),
            ("Wait for the time limit, or judge the correction.", "请待期限届满，或复核整改情况。"),
        ));
    }
    if step == PenaltyStep::Fine && penalty.fine_when == "serious" && !serious {
        return Err(refusal(
            facts.article,
            "step_not_serious",
            ("The article fines in grave cases only.", "依条款，情节严重的才可罚款。"),
            ("State that the case is grave, and why.", "请说明情节严重及其理由。"),
        ));
    }
    Ok(())
}
