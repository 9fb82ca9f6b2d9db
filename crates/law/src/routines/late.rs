//! What of a unit's routines is missing or late. One function over everything, so that a table can walk it through years.
//!
//! Who sees it is not its business. A finding goes by the act that was due, never by hand.

use super::{Part, RULES_GRACE_DAYS, RuleKind, Terms, due};
use crate::Words;
use model::WallTime;
use std::collections::BTreeMap;

/// A version that is in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RuleFacts {
    pub kind: RuleKind,
    pub from: WallTime,
    /// When it is to be looked at again.
    pub review: WallTime,
    /// Staff of the unit who have not confirmed it.
    pub unconfirmed: usize,
}

/// A unit, as far as its routines go.
#[derive(Clone, Debug)]
pub struct UnitFacts<'a> {
    /// Since when the unit is there: what it never did is due from then on.
    pub since: WallTime,
    pub terms: Terms,
    /// What packs that bind ask for.
    pub asked: &'a [RuleKind],
    pub rules: &'a [RuleFacts],
    pub drill: Option<WallTime>,
    /// When the last round of each part was signed off; absent: never.
    pub rounds: &'a [(Part, WallTime)],
    /// Days of work orders that are not done.
    pub orders: &'a [WallTime],
    /// When the last assessment was signed off.
    pub assessment: Option<WallTime>,
    /// It has cameras: a unit without any has nothing to go round or to assess.
    pub has_cameras: bool,
}

/// What something late is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum About {
    Missing(RuleKind),
    Review(RuleKind),
    Unconfirmed(RuleKind, usize),
    Drill,
    Round(Part),
    /// So many of them.
    Orders(usize),
    Assessment,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Late {
    pub about: About,
    /// The instant since which it is late.
    pub since: WallTime,
}

/// Everything that is missing or late at that time, in a fixed order.
pub fn late(unit: &UnitFacts<'_>, now: WallTime) -> Vec<Late> {
    let mut found = Vec::new();
    let mut add = |about: About, since: WallTime| {
        if since <= now {
            found.push(Late { about, since });
        }
    };
    for kind in unit.asked.iter().filter(|kind| unit.rules.iter().all(|rule| rule.kind != **kind)) {
        add(About::Missing(*kind), due(None, unit.since, RULES_GRACE_DAYS));
    }
    for rule in unit.rules {
        add(About::Review(rule.kind), rule.review);
        if rule.unconfirmed > 0 {
            let since = due(Some(rule.from), unit.since, unit.terms.confirm_days);
            add(About::Unconfirmed(rule.kind, rule.unconfirmed), since);
        }
    }
    // A plan for emergencies is practised, be it asked for or one's own.
    let plans = unit.rules.iter().filter(|rule| rule.kind == RuleKind::Emergency).map(|rule| rule.from);
    if let Some(from) = plans.min() {
        add(About::Drill, due(unit.drill, from, unit.terms.drill_days));
    }
    if let Some(since) = unit.orders.iter().min().filter(|due| **due <= now) {
        let count = unit.orders.iter().filter(|due| **due <= now).count();
        add(About::Orders(count), *since);
    }
    if unit.has_cameras {
        for &part in Part::ALL {
            let last = unit.rounds.iter().find(|(of, _)| *of == part).map(|(_, at)| *at);
            add(About::Round(part), due(last, unit.since, unit.terms.round_days(part)));
        }
        add(About::Assessment, due(unit.assessment, unit.since, unit.terms.assessment_days));
    }
    found
}

/// What will be missing or late until then and is not yet, in the same order; work orders each at their own instant, so that one that is late
/// already hides none that comes.
pub fn coming(unit: &UnitFacts<'_>, now: WallTime, until: WallTime) -> Vec<Late> {
    let mut found = late(&UnitFacts { orders: &[], ..unit.clone() }, until);
    found.retain(|one| one.since > now);
    let mut at = BTreeMap::<WallTime, usize>::new();
    for due in unit.orders.iter().filter(|due| **due > now && **due <= until) {
        *at.entry(*due).or_default() += 1;
    }
    found.extend(at.into_iter().map(|(since, count)| Late { about: About::Orders(count), since }));
    found
}

impl About {
    /// Stable machine word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing(_) => "rule_missing",
            Self::Review(_) => "review_overdue",
            Self::Unconfirmed(..) => "rule_unconfirmed",
            Self::Drill => "drill_overdue",
            Self::Round(_) => "round_overdue",
            Self::Orders(_) => "repair_overdue",
            Self::Assessment => "assessment_overdue",
        }
    }

    /// Which of several of one unit it is: of four rules that are missing each is found, and goes, by itself.
    pub const fn which(self) -> &'static str {
        match self {
            Self::Missing(kind) | Self::Review(kind) | Self::Unconfirmed(kind, _) => kind.as_str(),
            Self::Round(part) => part.as_str(),
            Self::Drill | Self::Orders(_) | Self::Assessment => "",
        }
    }

    /// The control that finds it, as `packs/controls.toml` has it.
    pub const fn control(self) -> &'static str {
        match self {
            Self::Missing(_) => "written-rules",
            Self::Review(_) | Self::Unconfirmed(..) | Self::Drill => "review-overdue",
            Self::Round(_) | Self::Orders(_) => "maintenance-rounds",
            Self::Assessment => "assessment-overdue",
        }
    }

    /// Reason and remedy.
    pub fn words(self) -> (Words, Words) {
        match self {
            Self::Missing(kind) => {
                let (en, zh) = kind.words();
                both(
                    (format!("No written rule on {en} is in force."), format!("没有现行的“{zh}”制度。")),
                    (
                        "Put one in force: a document with the day of its review.",
                        "请将制度文件登记施行，并写明复审日期。",
                    ),
                )
            }
            Self::Review(kind) => {
                let (en, zh) = kind.words();
                both(
                    (
                        format!("The rule on {en} should have been reviewed."),
                        format!("“{zh}”制度已逾复审日期。"),
                    ),
                    (
                        "Put its new version in force, or the same one with a new day of review.",
                        "请施行新版本；无修改的，以新的复审日期重新施行。",
                    ),
                )
            }
            Self::Unconfirmed(kind, count) => {
                let (en, zh) = kind.words();
                both(
                    (
                        format!("{count} of the staff have not confirmed the rule on {en}."),
                        format!("有 {count} 人尚未签收“{zh}”制度。"),
                    ),
                    ("Each confirms it on their own account page.", "请本人在“我的账号”中签收。"),
                )
            }
            Self::Drill => both(
                (
                    "No emergency drill within the unit's own term.".into(),
                    "未在本单位规定的期限内开展应急演练。".into(),
                ),
                ("Hold one and enter it.", "请组织演练并登记。"),
            ),
            Self::Round(part) => {
                let (en, zh) = part.words();
                both(
                    (
                        format!("No round of the {en} within the unit's own term."),
                        format!("未在本单位规定的期限内巡检{zh}。"),
                    ),
                    ("Begin a round and sign it off.", "请开始巡检并签署。"),
                )
            }
            Self::Orders(count) => both(
                (format!("{count} work orders are past their day."), format!("有 {count} 个工单已逾期。")),
                (
                    "Report the repair with its evidence, and let another person accept it.",
                    "请报完并附修复凭据，由另一人验收。",
                ),
            ),
            Self::Assessment => both(
                (
                    "No assessment of effect and security within the unit's own term.".into(),
                    "未在本单位规定的期限内开展效能与安全评估。".into(),
                ),
                ("Draw one up; a manager signs it off.", "请生成评估，由系统主管签署。"),
            ),
        }
    }
}

fn both((en, zh): (String, String), remedy: (&str, &str)) -> (Words, Words) {
    (Words::new(en, zh), Words::new(remedy.0, remedy.1))
}
