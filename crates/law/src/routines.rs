//! What a unit does again and again: written rules and their review, drills, maintenance rounds and repairs, assessments, and what
//! its carriers' lines are worth. What is due, met and late, from facts and a time (datong-2008:17, national-2016:16,
//! national-2016:17, national-2016:20, guangzhou-2007:20, guangzhou-2007:22).
//!
//! Pure: nothing is loaded and nothing closed here. The invariant kept: what is late goes only by the act that was due, and no text
//! gives a term, so every term is the unit's own and is said to be.

mod faults;
mod late;
mod rounds;
#[cfg(test)]
mod tests;

pub use faults::{
    CameraHealth, DiskHealth, Fault, UNSTABLE_GAPS, camera_fault, disk_fault, fault_words, is_about, unread,
};
pub use late::{About, Late, RuleFacts, UnitFacts, coming, late};
pub use rounds::{Answer, CheckItem, checklist, unanswered};

use crate::Words;
use crate::duty::closed_list;
use model::WallTime;

/// The rule where no pack that binds speaks of a routine.
pub const RULE: &str = "unit:routines";
/// No term is longer: beyond three years nobody remembers.
pub const TERM_DAYS_MAX: u16 = 1_096;
/// A unit that is new has so long to bring its written rules: to write them takes a month. Ours, since no text gives a time.
pub const RULES_GRACE_DAYS: u16 = 30;
/// The last so many days of a line are measured: a month, as contracts count.
pub const LINK_DAYS: i64 = 30;
/// A line that is measured for less than this has no figure yet.
pub const LINK_OWED_US_MIN: i64 = DAY_US;
/// Parts in a million: a contract's value of 99.9 per cent is 999 000.
pub const PPM: u32 = 1_000_000;
pub(crate) const DAY_US: i64 = 86_400_000_000;

closed_list! {
    /// What a written rule of a unit is about, as packs name it.
    RuleKind {
        Watch "watch",
        Operation "operation",
        Footage "footage",
        Confidentiality "confidentiality",
        Security "security",
        Maintenance "maintenance",
        Training "training",
        Emergency "emergency",
    }
}

closed_list! {
    /// A part of a system that is gone round (guangzhou-2007:22).
    Part {
        FrontEnd "front_end",
        Lines "lines",
        Storage "storage",
    }
}

impl RuleKind {
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Watch => ("duty watch", "值班监看"),
            Self::Operation => ("operation", "运行操作"),
            Self::Footage => ("keeping and using footage", "图像资料保存与使用"),
            Self::Confidentiality => ("confidentiality", "信息保密"),
            Self::Security => ("security", "安全管理"),
            Self::Maintenance => ("maintenance", "检查维护"),
            Self::Training => ("training", "岗位培训"),
            Self::Emergency => ("emergencies", "应急预案"),
        }
    }
}

impl Part {
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::FrontEnd => ("front end", "前端设备"),
            Self::Lines => ("lines", "传输线路"),
            Self::Storage => ("storage", "存储设备"),
        }
    }
}

/// How often a unit does what. No article gives a number: these are its own policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms {
    pub drill_days: u16,
    /// How long staff may take to confirm a version that is in force.
    pub confirm_days: u16,
    pub front_end_days: u16,
    pub lines_days: u16,
    pub storage_days: u16,
    /// How long a repair may take when nobody says.
    pub repair_days: u16,
    pub assessment_days: u16,
}

impl Default for Terms {
    /// Drills twice a year, two weeks to read a rule, rounds monthly and lines quarterly, a week for a repair, a yearly assessment.
    fn default() -> Self {
        Self {
            drill_days: 183,
            confirm_days: 14,
            front_end_days: 30,
            lines_days: 91,
            storage_days: 30,
            repair_days: 7,
            assessment_days: 366,
        }
    }
}

impl Terms {
    pub const fn round_days(&self, part: Part) -> u16 {
        match part {
            Part::FrontEnd => self.front_end_days,
            Part::Lines => self.lines_days,
            Part::Storage => self.storage_days,
        }
    }

    /// The name of a term that is none.
    pub fn wrong(&self) -> Option<&'static str> {
        let all = [
            ("drill_days", self.drill_days),
            ("confirm_days", self.confirm_days),
            ("front_end_days", self.front_end_days),
            ("lines_days", self.lines_days),
            ("storage_days", self.storage_days),
            ("repair_days", self.repair_days),
            ("assessment_days", self.assessment_days),
        ];
        all.into_iter().find(|(_, days)| !(1..=TERM_DAYS_MAX).contains(days)).map(|(name, _)| name)
    }
}

/// When something is due that was last done then, or never since the unit is there.
pub const fn due(last: Option<WallTime>, since: WallTime, days: u16) -> WallTime {
    let from = match last {
        Some(last) => last,
        None => since,
    };
    WallTime(from.0.saturating_add(days as i64 * DAY_US))
}

/// What share of the time a line carried, in parts in a million; `None` when it is measured for less than a day.
pub fn carried_ppm(owed_us: i64, missing_us: i64) -> Option<u32> {
    if owed_us < LINK_OWED_US_MIN {
        return None;
    }
    let carried = i128::from(owed_us.saturating_sub(missing_us).max(0));
    u32::try_from(carried * i128::from(PPM) / i128::from(owed_us)).ok()
}

/// A line that carried less than its contract says.
pub fn is_below(carried_ppm: Option<u32>, contract_ppm: u32) -> bool {
    carried_ppm.is_some_and(|carried| carried < contract_ppm)
}

/// Reason and remedy of a line that carries less than its contract says: addressed to the carrier.
pub fn link_words(carrier: &str, carried_ppm: u32, contract_ppm: u32) -> (Words, Words) {
    let percent = |ppm: u32| format!("{}.{:02}", ppm / 10_000, ppm % 10_000 / 100);
    let (carried, contract) = (percent(carried_ppm), percent(contract_ppm));
    (
        Words::new(
            format!(
                "For {carrier}: the line carried {carried} % of the last {LINK_DAYS} days, the contract says {contract} %."
            ),
            format!("致{carrier}：近 {LINK_DAYS} 天线路可用率为 {carried}%，合同约定 {contract}%。"),
        ),
        Words::new(
            "Tell the carrier, and open a work order for the line.",
            "请通知承载方，并为该线路开立工单。",
        ),
    )
}

/// Reason and remedy of a contract whose term is over while its line is in use.
pub fn contract_words(carrier: &str) -> (Words, Words) {
    (
        Words::new(
            format!("The contract with {carrier} has ended, and its line is in use."),
            format!("与{carrier}的合同已到期，线路仍在使用。"),
        ),
        Words::new("Enter the new contract, or end the link.", "请登记新合同，或终止该链路。"),
    )
}
