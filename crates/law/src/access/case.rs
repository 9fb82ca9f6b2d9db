//! A case that somebody names: whether it opens anything to them, and which words say why not.
//!
//! It does not know where cases are kept; `store` loads what is known of one in the admitting transaction. The invariant: a case that
//! nobody else confirmed, that is closed, or that belongs elsewhere opens nothing, whatever level is looked at.

use super::rules::{Checked, refuse};
use super::{FactValues, Post, Target};
use model::{Act, CameraId, RecordId, UnitId};

/// What kind of case it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CaseKind {
    /// Of an authority, under its own number.
    Authority,
    /// An incident that the unit itself follows up.
    Incident,
    /// An inspection.
    Supervision,
}

impl CaseKind {
    pub const ALL: [Self; 3] = [Self::Authority, Self::Incident, Self::Supervision];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Incident => "incident",
            Self::Supervision => "supervision",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The case that an act names.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum NamedCase {
    #[default]
    None,
    /// An id that the register does not have.
    Unknown,
    Registered(CaseFacts),
}

/// A registered case as it stands at this moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseFacts {
    pub unit: UnitId,
    /// Whoever acts opened it.
    pub own: bool,
    /// Another person than the one who opened it confirmed it.
    pub confirmed: bool,
    /// It was closed, or its day has passed.
    pub closed: bool,
    /// The cameras that it names.
    pub cameras: Vec<CameraId>,
    /// The systems that it names: it concerns the cameras that stand at their points at that moment.
    pub systems: Vec<RecordId>,
}

impl CaseFacts {
    /// All of the unit when it names neither cameras nor systems.
    const fn is_of_unit(&self) -> bool {
        self.cameras.is_empty() && self.systems.is_empty()
    }

    /// Whether it concerns a system as a whole.
    pub fn covers_system(&self, system: RecordId) -> bool {
        self.is_of_unit() || self.systems.contains(&system)
    }

    fn covers(&self, target: &Target) -> bool {
        let of_system = |system| self.systems.contains(&system);
        self.is_of_unit()
            || self.cameras.contains(&target.camera)
            || target.scope.system.is_some_and(of_system)
    }
}

impl NamedCase {
    /// Whether one was named. After `decide` has permitted, it is one that counts.
    pub const fn is_named(&self) -> bool {
        !matches!(self, Self::None)
    }
}

/// Nobody confirms the case that they opened themselves.
pub(super) fn confirmed_by_another(facts: &FactValues) -> Checked {
    if facts.act != Act::ConfirmCase || !facts.own {
        return Ok(());
    }
    refuse(
        "unit:cases",
        "own_case",
        ("You opened this case; a second person must confirm it.", "该案件由您本人登记，须由另一人确认。"),
        ("Another administrator of the unit can confirm it.", "可由本单位其他管理员确认。"),
    )
}

/// guangzhou-2007:16, :24: an invented case is no ground to look.
pub(super) fn opens(facts: &FactValues, posts: &[Post]) -> Checked {
    let case = match &facts.case {
        NamedCase::None => return Ok(()),
        NamedCase::Unknown => {
            return refuse(
                "unit:cases",
                "case_unknown",
                ("No such case is registered.", "该案件未登记。"),
                (
                    "Register the case and have another person confirm it, or choose one from the register.",
                    "请先登记案件并由另一人确认，或从案件登记中选择。",
                ),
            );
        }
        NamedCase::Registered(case) => case,
    };
    if !of_this_unit(facts, posts, case.unit) {
        return refuse(
            "unit:cases",
            "case_other_unit",
            ("The case belongs to another unit.", "该案件属于其他单位。"),
            ("Name a case of the unit whose cameras they are.", "请填写摄像机所属单位登记的案件。"),
        );
    }
    if case.closed {
        return refuse(
            "unit:cases",
            "case_closed",
            ("The case is closed.", "该案件已办结。"),
            ("Name a case that is open, or register a new one.", "请填写未办结的案件，或重新登记。"),
        );
    }
    confirmed(case)?;
    if !facts.targets.iter().all(|target| case.covers(target)) {
        return refuse(
            "unit:cases",
            "case_other_camera",
            ("The case does not concern all of these cameras.", "该案件不涉及其中的部分摄像机。"),
            (
                "Leave the other cameras out, or register a case that concerns them.",
                "请移除其他摄像机，或另行登记涉及这些摄像机的案件。",
            ),
        );
    }
    Ok(())
}

/// Four eyes: one opens a case, another confirms it.
fn confirmed(case: &CaseFacts) -> Checked {
    if !case.confirmed && case.own {
        return refuse(
            "unit:cases",
            "case_self_made",
            (
                "You opened this case yourself and nobody else has confirmed it.",
                "该案件由您本人登记，尚无他人确认。",
            ),
            ("An administrator of the unit can confirm it.", "可由本单位管理员确认该案件。"),
        );
    }
    if !case.confirmed {
        return refuse(
            "unit:cases",
            "case_unconfirmed",
            ("Nobody but who opened the case has confirmed it.", "该案件尚无登记人以外的人确认。"),
            ("An administrator of the unit can confirm it.", "可由本单位管理员确认该案件。"),
        );
    }
    Ok(())
}

/// Of the unit of all cameras; where none are named, of one that the act is about, or where one has a post.
fn of_this_unit(facts: &FactValues, posts: &[Post], unit: UnitId) -> bool {
    if !facts.targets.is_empty() {
        return facts.targets.iter().all(|target| target.scope.unit == unit);
    }
    if !facts.scopes.is_empty() {
        return facts.scopes.iter().any(|scope| scope.unit == unit);
    }
    posts.iter().any(|post| post.unit == unit)
}
