//! What an authority itself is late with (national-2016:32): a finding about the authority, for whoever is above it. The days are ours,
//! since no text has any; the words of a finding say so.

use super::{figures::AreaIndicator, order::OrderState};
use crate::Words;
use model::WallTime;

/// A filing has its receipt within so many days.
pub const RECEIPT_DAYS_MAX: i64 = 30;
/// A correction is judged within so many; an order that lapsed has its next step, and one that was passed up is taken on.
pub const JUDGE_DAYS_MAX: i64 = 15;

/// What waits for an authority.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum LateWhat {
    Receipt,
    Accusation,
    Correction,
    /// Orders that nobody corrected by their time limit, and nobody went on with.
    Lapsed,
    /// Orders that the authority below passed up, and that lie.
    Escalated,
    /// Targets of its area that were not met by the end of their year.
    Target,
    /// Systems that it did not inspect within the rhythm that it set.
    Inspection,
}

impl LateWhat {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Accusation => "accusation",
            Self::Correction => "correction",
            Self::Lapsed => "order_lapsed",
            Self::Escalated => "order_escalated",
            Self::Target => "target",
            Self::Inspection => "inspection",
        }
    }
}

/// Whether what began then is late now.
pub fn is_late(since: WallTime, days_max: i64, now: WallTime) -> bool {
    now.since_us(since) > days_max * 86_400_000_000
}

/// An open order as it lies with an authority.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LyingOrder {
    pub state: OrderState,
    pub deadline: WallTime,
    /// The newest step, and whether it passed the order up.
    pub stepped: WallTime,
    pub passed_up: bool,
}

/// With what an authority is late about an order, and since when it could have gone on.
pub fn late_order(order: &LyingOrder, now: WallTime) -> Option<(LateWhat, WallTime)> {
    let (what, since) = match order.state {
        OrderState::Corrected if order.passed_up => (LateWhat::Escalated, order.stepped),
        OrderState::Corrected => (LateWhat::Correction, order.stepped),
        // The unit has until the time limit.
        OrderState::Issued => {
            let what = if order.passed_up { LateWhat::Escalated } else { LateWhat::Lapsed };
            (what, order.stepped.max(order.deadline))
        }
        OrderState::Closed | OrderState::Escalated | OrderState::Referred => return None,
    };
    is_late(since, JUDGE_DAYS_MAX, now).then_some((what, since))
}

/// What is found about the authority, and what helps.
pub fn late_words(authority: &str, what: LateWhat, count: u64) -> (Words, Words) {
    let (en, zh) = match what {
        LateWhat::Receipt => ("filings without a receipt", "件备案未出具回执"),
        LateWhat::Accusation => ("accusations not dealt with in time", "件检举控告逾期未办"),
        LateWhat::Correction => ("corrections not judged in time", "件整改逾期未复核"),
        LateWhat::Lapsed => ("orders past their time limit without a step", "件责令整改到期后未采取下一步"),
        LateWhat::Escalated => ("orders passed up and not gone on with", "件上报的责令整改未接续办理"),
        LateWhat::Target => ("targets not met by the end of their year", "项区域目标到年末未达到"),
        LateWhat::Inspection => ("systems not inspected within its own rhythm", "个系统超过自定周期未检查"),
    };
    let (own_en, own_zh) = match what {
        LateWhat::Lapsed | LateWhat::Escalated => (
            format!(" The article has no term for this; {JUDGE_DAYS_MAX} days is the authority's own."),
            format!("条款未规定期限，按机关内部期限 {JUDGE_DAYS_MAX} 日计。"),
        ),
        _ => Default::default(),
    };
    (
        Words::new(
            format!("{authority} is late: {count} {en}.{own_en}"),
            format!("{authority}逾期：{count}{zh}。{own_zh}"),
        ),
        Words::new("It deals with them, or the authority above it does.", "由该机关办理，或由上级机关督办。"),
    )
}

/// A target of an area that was not met by the end of its year, and what helps (national-2016:5). How far it is, its authority reads.
pub fn target_missed_words(
    authority: &str,
    division: &str,
    indicator: AreaIndicator,
    (hundredths, year): (u32, i64),
) -> (Words, Words) {
    let (zh, en) = indicator.names();
    let (number, unit) = (in_decimals(hundredths), if indicator.is_share() { " %" } else { "" });
    (
        Words::new(
            format!(
                "{authority} set {number}{unit} for '{en}' in {division} by the end of {year}; it is not met."
            ),
            format!("{authority}为 {division} 设定的 {year} 年目标“{zh}”{number}{unit} 到期未达到。"),
        ),
        Words::new(
            "Meet it, or take it back with a reason and set another.",
            "请达成目标；确需调整的，说明理由后撤回并另行设定。",
        ),
    )
}

/// Hundredths as people write them.
pub fn in_decimals(hundredths: u32) -> String {
    match hundredths % 100 {
        0 => (hundredths / 100).to_string(),
        rest => format!("{}.{rest:02}", hundredths / 100),
    }
}

/// Accusations that no authority may have and that auditors left too long, and what helps.
pub fn auditors_late_words(count: u64) -> (Words, Words) {
    (
        Words::new(
            format!("{count} accusations that are the auditors' to deal with were not dealt with in time."),
            format!("由审计员办理的 {count} 件检举控告逾期未办。"),
        ),
        Words::new("Take them up, answer and close them.", "请受理、答复并办结。"),
    )
}

/// Orders that a unit did not correct by their time limit, and what helps.
pub fn overdue_words(authority: &str, count: u64) -> (Words, Words) {
    (
        Words::new(
            format!("The time limit of {count} orders of {authority} has passed without a correction."),
            format!("{authority}的 {count} 件责令整改已过期限，尚未整改。"),
        ),
        Words::new(
            "Put it right and say how, with evidence; the authority may take its next step now.",
            "请完成整改并提交证据；该机关可依法采取下一步措施。",
        ),
    )
}

/// An act of office is cosigned by another party's witness within so many hours, unless the operator says fewer. Witnesses answer within
/// seconds; a day leaves room for one that is away.
pub const WITNESS_HOURS: u32 = 24;

/// Acts of office that no witness of another party has cosigned in time, and what helps.
pub fn unwitnessed_words(count: u64, hours: u32) -> (Words, Words) {
    (
        Words::new(
            format!(
                "{count} acts of administrators and supervisors were not cosigned by another party within {hours} hours."
            ),
            format!("管理员和监督员的 {count} 项行为在 {hours} 小时内未得到另一方见证。"),
        ),
        Words::new(
            "Name a witness of another party, or look why it does not answer.",
            "请指定另一机构的见证方，或查明其未应答的原因。",
        ),
    )
}

/// What an ended authority left open with nobody to go on, and what helps.
pub fn left_open_words(authority: &str, count: u64) -> (Words, Words) {
    (
        Words::new(
            format!(
                "{authority} ended with {count} inspections, orders or demands open, and nobody goes on with them."
            ),
            format!("{authority}已终止，尚有 {count} 件检查、整改或留存证明未结，无机关接续。"),
        ),
        Words::new("Name its successor.", "请指定接续机关。"),
    )
}

/// A refused inspection, and what helps.
pub fn refused_words(authority: &str) -> (Words, Words) {
    (
        Words::new(
            format!("An inspection by {authority} was refused."),
            format!("{authority}的监督检查被拒绝。"),
        ),
        Words::new(
            "Receive the inspection; what speaks against it can be said there, with papers.",
            "请配合检查；如有异议，可在检查中说明并提交材料。",
        ),
    )
}
