//! Who may do what, and if not, why not: `decide` over facts that `store` loaded in the admitting transaction.
//!
//! It does not load facts and does not write the entry; `store` does both around this call, in one transaction.
//! The invariant kept: a permit needs a post whose role, unit and camera group cover **every** target, a purpose that
//! the act allows, and a legal basis that fits the purpose. A refusal names its rule and its remedy.
//!
//! `Facts` can only be made by [`Facts::loaded_in_admitting_transaction`]. Rust cannot restrict a constructor to one
//! other crate, so the name is made to be searched for: `xtask tidy` fails when it occurs outside `store` and tests.

mod approver;
mod case;
mod clip;
mod grant;
mod person;
#[cfg(test)]
mod person_tests;
mod presence;
mod reasons;
mod requesting;
mod retrieving;
mod roles;
mod rules;
mod supervising;
#[cfg(test)]
mod tests;
mod watching;

use crate::Words;
use crate::packs::ArticleId;
use model::{Act, CameraId, GroupId, LegalBasis, PersonId, Purpose, RecordId, Role, Span, UnitId, WallTime};
use std::borrow::Cow;

pub use approver::{post_for, refuse_others_copy, refuse_same_post};
pub use case::{CaseFacts, CaseKind, NamedCase};
pub use clip::{
    CLIP_CAMERAS_MAX, CLIP_SPAN_US_MAX, CLIP_US_MAX, CLIP_USES_MAX, ClipFacts, Handing, refuse_handing,
    refuse_playing,
};
pub use grant::{
    Approval, ByGrant, CIRCLE_US, GRANT_CAMERAS_MAX, GRANT_SYSTEMS_MAX, GRANT_US_MAX, GRANT_USES_MAX,
    GrantAct, GrantFacts, GrantState, Looked, Wanted, circle, fitting, is_beyond_grant, is_live_alone,
    refuse_beyond_posts, refuse_circle, refuse_revoked, refuse_systems,
};
pub use person::{
    Standing, Training, TrainingKind, TrainingRule, refuse_own_making, trained_before, trained_until,
};
pub use presence::{FourEyes, FourEyesRecorded, SecondEyes, asking};
pub use retrieving::makes_copy;
pub use roles::{entitles, is_of_office, roles_for};
pub use rules::{bases_for, is_of_pictures};

/// Longest recorded span of one playback view: a month of review, as the timeline can show.
pub const PLAYBACK_SPAN_US_MAX: i64 = 31 * 86_400_000_000;
/// Longest span of one export: a day; longer pieces are several hand-overs, each with its own reason.
pub const EXPORT_SPAN_US_MAX: i64 = 86_400_000_000;
/// Cameras in one live view: four walls of sixteen, and as many as an access entry can list.
pub const LIVE_CAMERAS_MAX: usize = 64;
/// Cameras in one playback view: what the timeline plays in step is nine; sixteen leaves room for a changed choice.
pub const PLAYBACK_CAMERAS_MAX: usize = 16;
/// Cameras in one export: a scene seldom has more; packages stay copyable.
pub const EXPORT_CAMERAS_MAX: usize = 16;
/// Cameras of one hold: what its record lists.
pub const HOLD_CAMERAS_MAX: usize = 64;
/// Longest span of one hold: a month, as one look back; a longer one is several holds, each with its own reason.
pub const HOLD_SPAN_US_MAX: i64 = 31 * 86_400_000_000;
/// How far a recorded span may end after the server's now: consoles' clocks differ by less than a minute.
pub const CLOCK_TOLERANCE_US: i64 = 60_000_000;

/// A part of a unit for which a role is held. A system's cameras are those at its points at that moment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Part {
    /// A camera group and the groups below.
    Group(GroupId),
    /// A system of the register. No post is given for one: only a takeover of it makes one, for its term.
    System(RecordId),
}

/// A role held for a unit, or for a part of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Post {
    pub role: Role,
    pub unit: UnitId,
    /// `None`: the whole unit.
    pub group: Option<Part>,
}

impl Post {
    /// The camera group that it is for, if it is for one.
    pub const fn camera_group(&self) -> Option<GroupId> {
        match self.group {
            Some(Part::Group(group)) => Some(group),
            _ => None,
        }
    }
}

/// Who asks, as the registry knows them at this moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    Person {
        person: PersonId,
        suspended: bool,
        must_change_password: bool,
        posts: Vec<Post>,
        /// Whether the person is vetted, trained and current.
        standing: Standing,
    },
    /// A named part of the system itself.
    System(&'static str),
}

/// Where something lies in the unit's order: its unit, and its group followed by that group's ancestors.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    pub unit: UnitId,
    /// Nearest group first; empty when it lies directly in the unit.
    pub groups: Vec<GroupId>,
    /// Of a camera: the system at whose point it stands now.
    pub system: Option<RecordId>,
}

impl Scope {
    /// Whether it lies in the unit, or in that part of it.
    pub fn lies_in(&self, unit: UnitId, part: Option<Part>) -> bool {
        self.unit == unit
            && part.is_none_or(|part| match part {
                Part::Group(group) => self.groups.contains(&group),
                Part::System(system) => self.system == Some(system),
            })
    }
}

/// A camera that the act concerns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    pub camera: CameraId,
    pub scope: Scope,
    /// 1 ordinary, 2 sensitive, 3 secret (datong-2008:5, qingdao:5): the highest of the camera and of the clips that the act touches.
    pub security_level: u8,
    /// Whether it is a clip's, above the camera's own.
    pub of_clip: bool,
}

/// What is known of a copy that goes out on an authority's request.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ForAuthority {
    /// It goes out by a retrieval of just this footage that was approved, or is made by the officers who have control of it.
    pub in_order: bool,
    /// The article that says who may retrieve, of a pack that binds where the act's cameras are.
    pub article: Option<ArticleId>,
}

/// The values of [`Facts`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactValues {
    pub act: Act,
    pub now: WallTime,
    pub subject: Subject,
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    pub case: NamedCase,
    /// What an approval does for whoever's post is for another part of the unit: live pictures, and asking for them.
    pub by_grant: ByGrant,
    /// Only of copies on an authority's request.
    pub for_authority: ForAuthority,
    pub has_note: bool,
    /// Who wants a second pair of eyes on recorded footage of the targets.
    pub four_eyes: Vec<FourEyes>,
    /// Persons signed in at the console from which it is asked: its session's holder and whoever signed in beside them.
    pub persons_signed_in: u8,
    /// Those of them who might do it themselves: the holder counts as one.
    pub persons_present: u8,
    /// Cameras that the act concerns.
    pub targets: Vec<Target>,
    /// Parts of the registry that the act concerns; empty for acts on the whole system.
    pub scopes: Vec<Scope>,
    pub span: Option<Span>,
    /// Collecting: whether the export was requested by the same person. Changing a person: whether it is oneself. Judging an
    /// explanation or an announcement: whether one wrote it. Confirming a case: whether one opened it. Questions and the ledger: whether it is about oneself.
    pub own: bool,
    /// Changing a person: whether posts change. Testing a camera: whether a picture is shown. Reading a document: whether it is one.
    /// Answering a question: whether it is about an auditor of the unit.
    pub sensitive: bool,
}

/// Facts about one act, loaded by `store` inside the transaction that also writes the entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts(FactValues);

impl Facts {
    /// For `store` and tests only; see the module's first lines.
    pub const fn loaded_in_admitting_transaction(values: FactValues) -> Self {
        Self(values)
    }
}

/// Why not, and what would make it possible.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// `pack:article`, or `unit:rule` where the rule is the product's or the unit's own.
    pub article: Cow<'static, str>,
    /// Stable machine word.
    pub code: &'static str,
    pub reason: Words,
    pub remedy: Words,
}

impl Refusal {
    /// Reason and remedy in English and Chinese.
    pub(crate) fn new(
        article: impl Into<Cow<'static, str>>,
        code: &'static str,
        reason: (&str, &str),
        remedy: (&str, &str),
    ) -> Self {
        let words = |(en, zh): (&str, &str)| Words::new(en, zh);
        Self { article: article.into(), code, reason: words(reason), remedy: words(remedy) }
    }
}

/// The answer to [`decide`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    Permit,
    Refuse(Refusal),
}

/// The highest level whose pictures somebody may see with what they stated: any with a case, sensitive ones with a reason.
pub const fn level_answered(has_note: bool, has_case: bool) -> u8 {
    match (has_note, has_case) {
        (_, true) => 3,
        (true, false) => 2,
        (false, false) => 1,
    }
}

/// Why a clip's level is not taken back: as a camera's footage is kept shorter only with a paper, it is protected less only with one
/// (datong-2008:5, national-2016:6, qingdao:5, chongqing:6, guangzhou-2007:11).
pub fn refuse_lowering(has_document: bool) -> Option<Refusal> {
    let refusal = || {
        Refusal::new(
            "datong-2008:5",
            "clip_level_document",
            (
                "Footage is not protected less without a paper that says so.",
                "没有文件依据，不得降低片段密级。",
            ),
            (
                "Put the decision into the register as a document, and name it.",
                "请先将批准文件登记为文档，再选择该文档。",
            ),
        )
    };
    (!has_document).then(refusal)
}

/// Decides one act. The order of the rules is the order in which a person can repair things: account, post, standing, purpose,
/// basis, camera level, span.
pub fn decide(facts: &Facts) -> Decision {
    match rules::check(&facts.0) {
        Ok(()) => Decision::Permit,
        Err(refusal) => Decision::Refuse(*refusal),
    }
}
