//! Stages as types, steps as their methods, and the one function that takes a stored stage through a step.

use super::{
    facts::{StepFacts, SystemFacts},
    requirements::requirements,
};
use crate::{Words, access::Refusal, packs::Rules};
use std::marker::PhantomData;

/// The stage as it is stored. The number is in the database: never renumber.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Stage {
    Planned = 0,
    Designed = 1,
    Built = 2,
    Tested = 3,
    Accepted = 4,
    InUse = 5,
    Decommissioned = 6,
}

impl Stage {
    pub const ALL: [Self; 7] = [
        Self::Planned,
        Self::Designed,
        Self::Built,
        Self::Tested,
        Self::Accepted,
        Self::InUse,
        Self::Decommissioned,
    ];
    pub const fn code(self) -> u8 {
        self as u8
    }
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Designed => "designed",
            Self::Built => "built",
            Self::Tested => "tested",
            Self::Accepted => "accepted",
            Self::InUse => "in_use",
            Self::Decommissioned => "decommissioned",
        }
    }
}

/// A step from one stage to the next. The number is in the database: never renumber.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Step {
    /// The design is reviewed.
    Review = 1,
    Build = 2,
    /// The built system is tested.
    Test = 3,
    Accept = 4,
    /// Taken into use.
    Commission = 5,
    Decommission = 6,
}

impl Step {
    pub const ALL: [Self; 6] =
        [Self::Review, Self::Build, Self::Test, Self::Accept, Self::Commission, Self::Decommission];
    pub const fn code(self) -> u8 {
        self as u8
    }
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Build => "build",
            Self::Test => "test",
            Self::Accept => "accept",
            Self::Commission => "commission",
            Self::Decommission => "decommission",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }
    /// The only stage that it can leave.
    pub const fn from(self) -> Stage {
        match self {
            Self::Review => Stage::Planned,
            Self::Build => Stage::Designed,
            Self::Test => Stage::Built,
            Self::Accept => Stage::Tested,
            Self::Commission => Stage::Accepted,
            Self::Decommission => Stage::InUse,
        }
    }
}

/// The step that a stage can take, if any.
pub fn next_steps(stage: Stage) -> Option<Step> {
    Step::ALL.into_iter().find(|step| step.from() == stage)
}

macro_rules! stages {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name {}

        impl Life<$name> {
            pub const fn stage(self) -> Stage { Stage::$name }
        }
    )+};
}

/// A system at a stage. Only [`Life::planned`] makes one from nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Life<S>(PhantomData<S>);

stages! {
    Planned,
    Designed,
    Built,
    Tested,
    Accepted,
    /// The only stage in which footage is evidence.
    InUse,
    Decommissioned,
}

type Taken<S> = Result<Life<S>, Box<Refusal>>;

impl Life<Planned> {
    pub const fn planned() -> Self {
        Self(PhantomData)
    }
    /// datong-2008:14, guangzhou-2007:8
    pub fn review(self, rules: &Rules<'_>, system: &SystemFacts, facts: &StepFacts) -> Taken<Designed> {
        demand(Step::Review, rules, system, facts)
    }
}

impl Life<Designed> {
    pub fn build(self, rules: &Rules<'_>, system: &SystemFacts, facts: &StepFacts) -> Taken<Built> {
        demand(Step::Build, rules, system, facts)
    }
}

impl Life<Built> {
    pub fn test(self, rules: &Rules<'_>, system: &SystemFacts, facts: &StepFacts) -> Taken<Tested> {
        demand(Step::Test, rules, system, facts)
    }
}

impl Life<Tested> {
    /// datong-2008:14, guangzhou-2007:10, national-2016:12
    pub fn accept(self, rules: &Rules<'_>, system: &SystemFacts, facts: &StepFacts) -> Taken<Accepted> {
        demand(Step::Accept, rules, system, facts)
    }
}

impl Life<Accepted> {
    pub fn commission(self, rules: &Rules<'_>, system: &SystemFacts, facts: &StepFacts) -> Taken<InUse> {
        demand(Step::Commission, rules, system, facts)
    }
}

impl Life<InUse> {
    pub fn decommission(
        self,
        rules: &Rules<'_>,
        system: &SystemFacts,
        facts: &StepFacts,
    ) -> Taken<Decommissioned> {
        demand(Step::Decommission, rules, system, facts)
    }
}

fn demand<S>(step: Step, rules: &Rules<'_>, system: &SystemFacts, facts: &StepFacts) -> Taken<S> {
    let all = requirements(step, rules, system, facts);
    match all.into_iter().find(|requirement| requirement.refuses && !requirement.met) {
        Some(unmet) => Err(Box::new(unmet.refusal())),
        None => Ok(Life(PhantomData)),
    }
}

/// Takes a stored stage through a step.
///
/// # Errors
/// The refusal of what is not met, or of a step out of order.
pub fn take(
    stage: Stage,
    step: Step,
    rules: &Rules<'_>,
    system: &SystemFacts,
    facts: &StepFacts,
) -> Result<Stage, Box<Refusal>> {
    // A stored stage was reached by the steps before it: each `Life` here stands for their entries.
    match (stage, step) {
        (Stage::Planned, Step::Review) => {
            Life::planned().review(rules, system, facts).map(Life::<Designed>::stage)
        }
        (Stage::Designed, Step::Build) => {
            stored::<Designed>().build(rules, system, facts).map(Life::<Built>::stage)
        }
        (Stage::Built, Step::Test) => stored::<Built>().test(rules, system, facts).map(Life::<Tested>::stage),
        (Stage::Tested, Step::Accept) => {
            stored::<Tested>().accept(rules, system, facts).map(Life::<Accepted>::stage)
        }
        (Stage::Accepted, Step::Commission) => {
            stored::<Accepted>().commission(rules, system, facts).map(Life::<InUse>::stage)
        }
        (Stage::InUse, Step::Decommission) => {
            stored::<InUse>().decommission(rules, system, facts).map(Life::<Decommissioned>::stage)
        }
        _ => Err(Box::new(out_of_order(stage, step, rules))),
    }
}

const fn stored<S>() -> Life<S> {
    Life(PhantomData)
}

fn out_of_order(stage: Stage, step: Step, rules: &Rules<'_>) -> Refusal {
    let article = rules.acceptance().map_or_else(|| "unit:life-cycle".to_owned(), |id| id.to_string());
    let (needs, is) = (step.from(), stage);
    Refusal {
        article: article.into(),
        code: "out_of_order",
        reason: Words::new(
            format!("This step is for a system that is {}; this one is {}.", words(needs).0, words(is).0),
            format!("此步骤适用于“{}”的系统，本系统为“{}”。", words(needs).1, words(is).1),
        ),
        remedy: match next_steps(stage) {
            Some(next) => Words::new(
                format!("Its next step is: {}.", step_words(next).0),
                format!("下一步应为：{}。", step_words(next).1),
            ),
            None => Words::new("No step follows.", "其后没有步骤。"),
        },
    }
}

const fn words(stage: Stage) -> (&'static str, &'static str) {
    match stage {
        Stage::Planned => ("planned", "规划中"),
        Stage::Designed => ("designed", "设计已论证"),
        Stage::Built => ("built", "已建成"),
        Stage::Tested => ("tested", "已检测"),
        Stage::Accepted => ("accepted", "已验收"),
        Stage::InUse => ("in use", "使用中"),
        Stage::Decommissioned => ("decommissioned", "已停用"),
    }
}

const fn step_words(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Review => ("review of the design", "方案论证"),
        Step::Build => ("building", "施工完成"),
        Step::Test => ("test", "系统检测"),
        Step::Accept => ("acceptance", "验收"),
        Step::Commission => ("taking into use", "投入使用"),
        Step::Decommission => ("decommissioning", "停用"),
    }
}
