//! Grants: what one person asks to see and another approves, and whether a grant fits what is done. Four eyes for recorded footage.
//!
//! It keeps no grants and counts no uses; `store` loads them in the admitting transaction. The invariants: a grant never reaches
//! beyond its cameras, span, acts, purpose, times of use and day; it opens nothing to anybody but who asked for it; and it replaces no
//! role: what one's posts do not entitle to is not asked for. Live pictures alone it opens beside the group that a post is for.

use super::rules::{Checked, refuse};
use super::{CaseFacts, FactValues, NamedCase, Post, Refusal, Scope, roles_for};
use crate::Words;
use model::{Act, CameraId, PersonId, Purpose, RecordId, Role, Span};
use std::collections::BTreeSet;

/// How long a grant may hold, from being asked for: a month of review; a longer inquiry asks again.
pub const GRANT_US_MAX: i64 = 31 * 86_400_000_000;
/// Times of use that one grant may have: a seek beyond what was asked for is another use.
pub const GRANT_USES_MAX: u32 = 1_000;
/// Cameras of one grant: what one export or one playback may name, four times over.
pub const GRANT_CAMERAS_MAX: usize = 64;
/// Systems of one grant: a scene lies in one, sometimes two; a city's are asked for one by one.
pub const GRANT_SYSTEMS_MAX: usize = 4;
/// How long two persons who approved one another count as a circle.
pub const CIRCLE_US: i64 = 86_400_000_000;

/// What may be done under a grant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrantAct {
    Live,
    Playback,
    Still,
    Export,
}

impl GrantAct {
    pub const ALL: [Self; 4] = [Self::Live, Self::Playback, Self::Still, Self::Export];
    /// As it is kept: one bit each.
    pub const fn bit(self) -> u8 {
        match self {
            Self::Live => 1,
            Self::Playback => 2,
            Self::Still => 4,
            Self::Export => 8,
        }
    }
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Playback => "playback",
            Self::Still => "still",
            Self::Export => "export",
        }
    }
    /// What is done under it.
    pub const fn act(self) -> Act {
        match self {
            Self::Live => Act::Live,
            Self::Playback => Act::Playback,
            Self::Still => Act::Still,
            Self::Export => Act::Export,
        }
    }
    /// What an act needs; `None` for acts that no grant is about. A file that is copied out in plain is a copy.
    pub const fn of(act: Act) -> Option<Self> {
        match act {
            Act::Live => Some(Self::Live),
            Act::Playback => Some(Self::Playback),
            Act::Still => Some(Self::Still),
            Act::Export | Act::Decrypt => Some(Self::Export),
            _ => None,
        }
    }
    /// Whether it needs a grant where recorded footage does: a still is a copy too, also of what is live.
    pub const fn is_recorded(self) -> bool {
        !matches!(self, Self::Live)
    }
    /// Whether it is one more use. A still belongs to the view that it is taken from.
    pub const fn is_counted(self) -> bool {
        !matches!(self, Self::Still)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum GrantState {
    Asked,
    Granted,
    Declined,
    UsedUp,
    Expired,
    Revoked,
}

/// A request for footage as it stands at this moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrantFacts {
    pub state: GrantState,
    pub acts: Vec<GrantAct>,
    pub cameras: Vec<CameraId>,
    /// Systems whose cameras it reaches, as they stand at that moment.
    pub systems: Vec<RecordId>,
    /// The case under which it was asked for, as it stands at that moment: without one no system is reached.
    pub case: Option<CaseFacts>,
    /// `None`: live pictures alone.
    pub span: Option<Span>,
    pub purpose: Purpose,
}

/// A camera that somebody wants to look at, and the system at whose point it stands now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Looked {
    pub camera: CameraId,
    pub system: Option<RecordId>,
}

/// What somebody wants to do with pictures.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    pub act: GrantAct,
    pub cameras: &'w [Looked],
    pub span: Option<Span>,
    pub purpose: Purpose,
}

/// Why a grant that holds is about something else, from far to near.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Misfit {
    Camera,
    Act,
    Span,
    Purpose,
}

impl GrantFacts {
    fn misfit(&self, wanted: Wanted<'_>) -> Option<Misfit> {
        if !wanted.cameras.iter().all(|looked| self.reaches(looked)) {
            return Some(Misfit::Camera);
        }
        if !self.acts.contains(&wanted.act) {
            return Some(Misfit::Act);
        }
        if wanted.act.is_recorded() && !self.spans(wanted) {
            return Some(Misfit::Span);
        }
        (self.purpose != wanted.purpose).then_some(Misfit::Purpose)
    }

    /// Whether it covers all that is wanted, whatever became of it.
    pub(super) fn covers(&self, wanted: Wanted<'_>) -> bool {
        self.misfit(wanted).is_none()
    }

    /// Whether it holds and is about this act of this camera, whatever its span and purpose: what could open it.
    pub fn is_about(&self, act: GrantAct, camera: Looked) -> bool {
        self.state == GrantState::Granted && self.acts.contains(&act) && self.reaches(&camera)
    }

    /// A named camera; or one of a system, where the case that another person confirmed covers that system and is open.
    fn reaches(&self, looked: &Looked) -> bool {
        let of_system = |system: RecordId| {
            let case = self.case.as_ref();
            self.systems.contains(&system) && case.is_some_and(|case| opens_system(case, system))
        };
        self.cameras.contains(&looked.camera) || looked.system.is_some_and(of_system)
    }

    fn spans(&self, wanted: Wanted<'_>) -> bool {
        match (self.span, wanted.span) {
            // A single frame has an instant.
            (Some(own), Some(span)) if wanted.act == GrantAct::Still => own.contains(span.start),
            (Some(own), Some(span)) => own.start <= span.start && span.end <= own.end,
            _ => false,
        }
    }
}

/// What an approval does for whoever's post is for another part of the unit (national-2016:18: who looks was approved, and by whom).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum ByGrant {
    /// Nothing that was asked for is about it.
    #[default]
    None,
    /// A grant of theirs covers it; of asking: it is asked for live pictures alone.
    Holds,
    /// What is wrong with the nearest of theirs.
    Lacks(Box<Refusal>),
}

impl ByGrant {
    /// What came of looking for a grant: for live pictures it opens, for whatever was recorded its lack refuses.
    pub fn of(act: Act, fits: bool, lack: Option<Refusal>) -> (Self, Option<Refusal>) {
        match (act, lack) {
            (Act::Live, _) if fits => (Self::Holds, None),
            (Act::Live, Some(lack)) if lack.code != needed().code => (Self::Lacks(Box::new(lack)), None),
            (Act::Live, _) => (Self::None, None),
            (_, lack) => (Self::None, lack),
        }
    }

    /// Of a request, or of what becomes of one: live pictures alone are asked for beyond one's own part of the unit.
    pub fn asking(acts: &[GrantAct]) -> Self {
        if is_live_alone(acts) { Self::Holds } else { Self::None }
    }
}

/// Whether a request is for live pictures and nothing else.
pub fn is_live_alone(acts: &[GrantAct]) -> bool {
    matches!(acts, [GrantAct::Live])
}

/// Whether one of these roles is held for a camera group of the place's unit: then live pictures beside that group can be approved.
fn group_beside(posts: &[Post], roles: &[Role], place: &Scope) -> bool {
    let of_group = |post: &&Post| post.unit == place.unit && post.camera_group().is_some();
    posts.iter().filter(of_group).any(|post| roles.contains(&post.role))
}

/// What becomes of an act whose post is for another part of the unit: an approval opens live pictures there, to whoever holds such a
/// post for a group of this unit; and one may ask for that, withdraw it, and give it back. `None`: it stays refused as ever.
pub(super) fn elsewhere(facts: &FactValues, act: Act, posts: &[Post], place: &Scope) -> Option<Checked> {
    let of_live = matches!(act, Act::Live | Act::AskGrant | Act::DeclineGrant | Act::RevokeGrant);
    if !of_live || !group_beside(posts, roles_for(Act::Live), place) {
        return None;
    }
    match (&facts.by_grant, act) {
        (ByGrant::Holds, _) => Some(Ok(())),
        (ByGrant::Lacks(lack), Act::Live) => Some(Err(lack.clone())),
        (_, Act::Live) => Some(refuse(
            "unit:roles",
            "grant_other_group",
            ("Your post is for another camera group of this unit.", "您的岗位属于本单位其他摄像机组。"),
            (
                "Ask for approval of a live view; an administrator of the unit can also widen your post.",
                "可申请批准实时查看；本单位管理员也可扩大您的岗位范围。",
            ),
        )),
        (_, Act::AskGrant) => Some(refuse(
            "unit:roles",
            "other_group_recorded",
            (
                "Your post is for another camera group of this unit: there, live pictures alone can be approved.",
                "您的岗位属于本单位其他摄像机组，对该处仅可申请实时查看。",
            ),
            (
                "Ask for live alone; for footage and copies an administrator of the unit can widen your post.",
                "请仅申请实时查看；如需录像或副本，可由本单位管理员扩大您的岗位范围。",
            ),
        )),
        _ => None,
    }
}

/// Which of somebody's own grants covers what they want, newest first; or why none does.
pub fn fitting(grants: &[GrantFacts], wanted: Wanted<'_>) -> Result<usize, Box<Refusal>> {
    let fits = |grant: &GrantFacts| grant.misfit(wanted).is_none();
    let holds = |grant: &GrantFacts| grant.state == GrantState::Granted;
    if let Some(found) = grants.iter().position(|grant| holds(grant) && fits(grant)) {
        return Ok(found);
    }
    if let Some(grant) = grants.iter().find(|grant| fits(grant)) {
        return Err(Box::new(over(grant.state)));
    }
    let nearest = grants.iter().filter(|grant| holds(grant)).filter_map(|grant| grant.misfit(wanted)).max();
    Err(Box::new(nearest.map_or_else(needed, beside)))
}

fn opens_system(case: &CaseFacts, system: RecordId) -> bool {
    case.confirmed && !case.closed && case.covers_system(system)
}

/// Footage of systems is asked for under a case that covers each of them: what stands in a system changes, and what another person
/// confirmed is that system.
pub fn refuse_systems(systems: &[RecordId], case: &NamedCase) -> Option<Refusal> {
    let covered = match case {
        NamedCase::Registered(case) => systems.iter().all(|system| opens_system(case, *system)),
        NamedCase::None | NamedCase::Unknown => systems.is_empty(),
    };
    (!covered).then(|| {
        Refusal::new(
            "unit:cases",
            "grant_system_case",
            (
                "A whole system is asked for only under a confirmed case that covers it.",
                "申请整个系统的画面，须有覆盖该系统且已确认的案件。",
            ),
            (
                "Name a case that names the system or the whole unit, or name the cameras.",
                "请填写涉及该系统或整个单位的案件，或改为指定摄像机。",
            ),
        )
    })
}

/// A grant replaces no post: what none of the asker's posts allows at each of these places is not asked for. Live pictures alone are, where
/// such a post is for another camera group of the unit.
pub fn refuse_beyond_posts(posts: &[Post], acts: &[GrantAct], places: &[Scope]) -> Option<Refusal> {
    let allowed = |act: GrantAct, place: &Scope| {
        let roles = roles_for(act.act());
        let mut entitled = posts.iter().filter(|post| roles.contains(&post.role));
        entitled.any(|post| place.lies_in(post.unit, post.group))
            || (is_live_alone(acts) && group_beside(posts, roles, place))
    };
    let beyond = acts.iter().filter(|act| !places.iter().all(|place| allowed(**act, place)));
    let beyond: Vec<&str> = beyond.map(|act| act.as_str()).collect();
    (!beyond.is_empty()).then(|| Refusal {
        article: "unit:roles".into(),
        code: "grant_beyond_posts",
        reason: Words::new(
            format!("None of your posts allows this there, with or without approval: {}.", beyond.join(", ")),
            format!("您的岗位在该处无权进行以下操作，批准也不能代替岗位：{}。", beyond.join("、")),
        ),
        remedy: Words::new(
            "Leave these acts out, or ask an administrator of the unit for a post that allows them.",
            "请去掉这些操作，或由本单位管理员授予相应岗位。",
        ),
    })
}

/// Who approved whose request within [`CIRCLE_US`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Approval {
    pub approver: PersonId,
    pub asker: PersonId,
}

/// How many persons an approval would close a circle of: two who approve each other, or three and more in a row of which each approved
/// the next one's request. The shortest one.
pub fn circle(approvals: &[Approval], new: Approval) -> Option<usize> {
    let (mut reached, mut edge) = (BTreeSet::from([new.asker]), BTreeSet::from([new.asker]));
    let mut persons = 1;
    while !edge.is_empty() {
        persons += 1;
        let next = approvals.iter().filter(|one| edge.contains(&one.approver)).map(|one| one.asker);
        let next: BTreeSet<_> = next.filter(|asker| !reached.contains(asker)).collect();
        if next.contains(&new.approver) {
            return Some(persons);
        }
        reached.extend(&next);
        edge = next;
    }
    None
}

/// Nobody approves in return for an approval, neither at once nor around others.
pub fn refuse_circle(persons: Option<usize>) -> Option<Refusal> {
    let remedy =
        ("Another administrator of the unit can approve or decline it.", "可由本单位其他管理员批准或驳回。");
    let reason = match persons? {
        2 => (
            "Whoever asks approved a request of yours within the last day.",
            "申请人在过去一天内批准过您的申请，不得互相批准。",
        ),
        _ => (
            "Approvals of the last day lead from whoever asks around others back to a request of yours.",
            "过去一天内的批准经他人由申请人绕回您的申请，不得循环批准。",
        ),
    };
    Some(refusal("circular_approval", reason, remedy))
}

/// Whether a refusal in the log says that a grant held, and was about other cameras, another span or another act.
pub fn is_beyond_grant(article: &str, reason: &str) -> bool {
    let beyond = [Misfit::Camera, Misfit::Act, Misfit::Span].map(beside);
    // A pack that asks for approval is cited instead of the unit.
    (article == "unit:four_eyes" || !article.starts_with("unit:"))
        && beyond.iter().any(|refusal| refusal.reason.en == reason)
}

/// The package was made under a grant that was taken back since.
pub fn refuse_revoked(revoked: bool) -> Option<Refusal> {
    revoked.then(|| over(GrantState::Revoked))
}

pub(super) fn refusal(code: &'static str, reason: (&str, &str), remedy: (&str, &str)) -> Refusal {
    Refusal::new(super::FourEyes::OF_UNIT, code, reason, remedy)
}

/// What helps almost always.
const ASK: (&str, &str) = ("Ask for approval.", "请申请批准。");

fn needed() -> Refusal {
    let reason = (
        "In this unit a second person approves before recorded footage is looked at or copied.",
        "本单位查看、复制录像须经另一人批准。",
    );
    refusal("grant_needed", reason, ASK)
}

fn over(state: GrantState) -> Refusal {
    let (code, reason, remedy) = match state {
        GrantState::Asked => (
            "grant_waiting",
            ("Your request has not been answered yet.", "您的申请尚未批复。"),
            ("An administrator of the unit can approve it.", "可由本单位管理员批准。"),
        ),
        GrantState::Declined => ("grant_declined", ("Your request was declined.", "您的申请已被驳回。"), ASK),
        GrantState::UsedUp => (
            "grant_used_up",
            ("The approval has been used as often as it allows.", "该批准的使用次数已用完。"),
            ASK,
        ),
        GrantState::Expired => ("grant_expired", ("The approval has expired.", "该批准已过期。"), ASK),
        GrantState::Revoked => ("grant_revoked", ("The approval was taken back.", "该批准已撤销。"), ASK),
        GrantState::Granted => return needed(),
    };
    refusal(code, reason, remedy)
}

fn beside(misfit: Misfit) -> Refusal {
    let (code, reason) = match misfit {
        Misfit::Camera => (
            "grant_other_camera",
            ("The approval does not name all of these cameras.", "批准的范围不含其中的部分摄像机。"),
        ),
        Misfit::Act => ("grant_other_act", ("The approval is not for this act.", "批准的范围不含此操作。")),
        Misfit::Span => (
            "grant_other_span",
            ("The approval does not reach over this whole span.", "批准的时段未覆盖所要查看的全部时间。"),
        ),
        Misfit::Purpose => (
            "grant_other_purpose",
            ("The approval was given for another purpose.", "批准的用途与所填用途不符。"),
        ),
    };
    refusal(
        code,
        reason,
        ("Stay within what was approved, or ask for more.", "请在批准范围内查看，或另行申请。"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::WallTime;
    use uuid::Uuid;

    fn camera(number: u128) -> CameraId {
        CameraId(Uuid::from_u128(number))
    }
    fn looked(number: u128, system: Option<u128>) -> Looked {
        Looked { camera: camera(number), system: system.map(|number| RecordId(Uuid::from_u128(number))) }
    }
    fn span(from: i64, to: i64) -> Option<Span> {
        Span::new(WallTime(from), WallTime(to))
    }
    fn grant(state: GrantState) -> GrantFacts {
        GrantFacts {
            state,
            acts: vec![GrantAct::Playback, GrantAct::Still],
            cameras: vec![camera(1), camera(2)],
            systems: Vec::new(),
            case: None,
            span: span(100, 200),
            purpose: Purpose::Incident,
        }
    }

    #[test]
    fn a_grant_fits_within_its_bounds_alone() {
        let check = |state, act, cameras: &[u128], wanted: Option<Span>, purpose, expected: &str| {
            let cameras: Vec<Looked> = cameras.iter().map(|number| looked(*number, None)).collect();
            let asked = Wanted { act, cameras: &cameras, span: wanted, purpose };
            let found = fitting(&[grant(state)], asked);
            let code = found.map_or_else(|refusal| refusal.code, |_| "fits");
            assert_eq!(code, expected, "{state:?} {act:?} {cameras:?} {wanted:?} {purpose:?}");
        };
        use GrantAct::{Export, Live, Playback, Still};
        use GrantState::{Asked, Declined, Expired, Granted, Revoked, UsedUp};
        use Purpose::{Case, Incident};
        check(Granted, Playback, &[1], span(100, 200), Incident, "fits");
        check(Granted, Playback, &[2, 1], span(120, 130), Incident, "fits");
        check(Granted, Still, &[1], span(199, 300), Incident, "fits");
        check(Granted, Still, &[1], span(200, 300), Incident, "grant_other_span");
        check(Granted, Playback, &[1], span(99, 200), Incident, "grant_other_span");
        check(Granted, Playback, &[1], span(100, 201), Incident, "grant_other_span");
        check(Granted, Playback, &[1], None, Incident, "grant_other_span");
        check(Granted, Playback, &[1, 3], span(100, 200), Incident, "grant_other_camera");
        check(Granted, Export, &[1], span(100, 200), Incident, "grant_other_act");
        check(Granted, Live, &[1], None, Incident, "grant_other_act");
        check(Granted, Playback, &[1], span(100, 200), Case, "grant_other_purpose");
        for (state, code) in [
            (Asked, "grant_waiting"),
            (Declined, "grant_declined"),
            (UsedUp, "grant_used_up"),
            (Expired, "grant_expired"),
            (Revoked, "grant_revoked"),
        ] {
            check(state, Playback, &[1], span(100, 200), Incident, code);
            // Of another camera it is as if there were none.
            check(state, Playback, &[3], span(100, 200), Incident, "grant_needed");
        }
    }

    #[test]
    fn a_system_is_reached_where_its_case_covers_it() {
        let system = |number| RecordId(Uuid::from_u128(number));
        let case = |confirmed, closed, systems: &[u128], cameras: &[u128]| CaseFacts {
            unit: model::UnitId(Uuid::from_u128(1)),
            own: false,
            confirmed,
            closed,
            cameras: cameras.iter().map(|number| camera(*number)).collect(),
            systems: systems.iter().map(|number| system(*number)).collect(),
        };
        let check = |case: Option<CaseFacts>, looking: Looked, expected: &str| {
            let named = case.clone().map_or(NamedCase::None, NamedCase::Registered);
            let facts = GrantFacts { systems: vec![system(9)], case, ..grant(GrantState::Granted) };
            let wanted = Wanted {
                act: GrantAct::Playback,
                cameras: &[looking],
                span: span(110, 120),
                purpose: Purpose::Incident,
            };
            let code = fitting(&[facts], wanted).map_or_else(|refusal| refusal.code, |_| "fits");
            assert_eq!(code, expected, "{named:?} {looking:?}");
        };
        let covering = case(true, false, &[9], &[]);
        // Whatever stands in the system at that moment; what has left it is another camera.
        check(Some(covering.clone()), looked(50, Some(9)), "fits");
        check(Some(covering.clone()), looked(50, Some(8)), "grant_other_camera");
        check(Some(covering.clone()), looked(50, None), "grant_other_camera");
        // A named camera is reached wherever it stands.
        check(None, looked(1, Some(8)), "fits");
        for (what, case, covers) in [
            ("none", None, false),
            ("names it", Some(covering), true),
            ("of the whole unit", Some(case(true, false, &[], &[])), true),
            ("closed since", Some(case(true, true, &[9], &[])), false),
            ("not confirmed", Some(case(false, false, &[9], &[])), false),
            ("another system", Some(case(true, false, &[8], &[])), false),
            ("cameras alone", Some(case(true, false, &[], &[50])), false),
        ] {
            check(case.clone(), looked(50, Some(9)), if covers { "fits" } else { "grant_other_camera" });
            let named = case.map_or(NamedCase::None, NamedCase::Registered);
            assert_eq!(refuse_systems(&[system(9)], &named).is_none(), covers, "{what}");
            assert_eq!(refuse_systems(&[], &NamedCase::None), None);
        }
    }

    #[test]
    fn one_that_holds_is_found_among_others() {
        let asked = Wanted {
            act: GrantAct::Playback,
            cameras: &[looked(1, None)],
            span: span(110, 120),
            purpose: Purpose::Incident,
        };
        let grants = [grant(GrantState::Revoked), grant(GrantState::Granted)];
        assert_eq!(fitting(&grants, asked), Ok(1));
        assert_eq!(fitting(&[], asked).unwrap_err().code, "grant_needed");
        assert_eq!(refuse_circle(Some(2)).map(|refusal| refusal.code), Some("circular_approval"));
        assert_ne!(refuse_circle(Some(2)), refuse_circle(Some(3)), "the words say which");
        assert_eq!(refuse_circle(None), None);
        assert_eq!(refuse_revoked(true).map(|refusal| refusal.code), Some("grant_revoked"));
    }

    #[test]
    fn what_no_post_allows_is_not_asked_for() {
        use super::super::Part;
        use GrantAct::{Export, Live, Playback, Still};
        use model::{GroupId, UnitId};
        let unit = |number| UnitId(Uuid::from_u128(number));
        let group = |number| GroupId(Uuid::from_u128(number));
        let place = |of: u128| Scope { unit: unit(1), groups: vec![group(of)], system: None };
        let post = |role, of: u128, part: Option<u128>| Post {
            role,
            unit: unit(of),
            group: part.map(|number| Part::Group(group(number))),
        };
        let check = |posts: &[Post], acts: &[GrantAct], places: &[u128], beyond: Option<&str>| {
            let places: Vec<Scope> = places.iter().map(|number| place(*number)).collect();
            let found = refuse_beyond_posts(posts, acts, &places);
            let told = found.as_ref().map(|refusal| (refusal.code, refusal.reason.en.clone()));
            assert_eq!(told.is_some(), beyond.is_some(), "{posts:?} {acts:?}: {told:?}");
            let named =
                beyond.is_none_or(|acts| told.is_some_and(|told| told.1.ends_with(&format!(": {acts}."))));
            assert!(named, "{posts:?} {acts:?}");
        };
        let (viewer, operator) = (post(Role::Viewer, 1, None), post(Role::Operator, 1, None));
        check(&[viewer], &[Live], &[5], None);
        check(&[viewer], &[Playback], &[5], Some("playback"));
        check(&[viewer], &[Live, Still, Export], &[5], Some("still, export"));
        check(&[operator], &GrantAct::ALL, &[5, 6], None);
        // Of another unit, of another group, and of one of two groups alone.
        check(&[viewer, post(Role::Operator, 2, None)], &[Playback], &[5], Some("playback"));
        check(&[viewer, post(Role::Operator, 1, Some(6))], &[Playback], &[5], Some("playback"));
        check(&[viewer, post(Role::Operator, 1, Some(6))], &[Live, Playback], &[5, 6], Some("playback"));
        check(
            &[post(Role::Operator, 1, Some(5)), post(Role::Operator, 1, Some(6))],
            &[Export],
            &[5, 6],
            None,
        );
        check(&[post(Role::Administrator, 1, None)], &[Live], &[5], Some("live"));
        // Live pictures alone are asked for beside one's own group, in one's own unit.
        let beside = post(Role::Viewer, 1, Some(6));
        check(&[beside], &[Live], &[5, 6], None);
        check(&[beside], &[Live, Still], &[5], Some("live, still"));
        check(&[post(Role::Operator, 1, Some(6))], &[Live, Playback], &[5], Some("live, playback"));
        check(&[post(Role::Viewer, 2, Some(6))], &[Live], &[5], Some("live"));
        check(&[post(Role::Administrator, 1, Some(6))], &[Live], &[5], Some("live"));
    }

    #[test]
    fn an_approval_opens_live_pictures_beside_a_group_and_nothing_else() {
        use super::super::tests::{Relation, facts, post, word};
        use model::Role::{Administrator, Operator, Viewer};
        let lacks = || ByGrant::Lacks(Box::new(over(GrantState::UsedUp)));
        let check = |act, role, relation, by_grant: ByGrant, expected: &str| {
            let said = format!("{act:?} {role:?} {relation:?} {by_grant:?}");
            let values = FactValues { by_grant, ..facts(act, vec![post(role, relation)]) };
            assert_eq!(word(values), expected, "{said}");
        };
        for (by_grant, live) in
            [(ByGrant::None, "grant_other_group"), (ByGrant::Holds, "permit"), (lacks(), "grant_used_up")]
        {
            check(Act::Live, Viewer, Relation::GroupBeside, by_grant.clone(), live);
            check(Act::Live, Operator, Relation::GroupBeside, by_grant.clone(), live);
            // One's own group needs none, another unit is reached by none, and a post that sees nothing stays one.
            check(Act::Live, Viewer, Relation::OwnGroup, by_grant.clone(), "permit");
            check(Act::Live, Viewer, Relation::OtherUnit, by_grant.clone(), "other_unit");
            check(Act::Live, Administrator, Relation::GroupBeside, by_grant.clone(), "role");
            for act in [Act::Playback, Act::Still, Act::Export, Act::Ptz] {
                check(act, Operator, Relation::GroupBeside, by_grant.clone(), "other_group");
            }
        }
        check(Act::AskGrant, Viewer, Relation::GroupBeside, ByGrant::None, "other_group_recorded");
        check(Act::AskGrant, Viewer, Relation::GroupBeside, ByGrant::Holds, "permit");
        check(Act::AskGrant, Viewer, Relation::OtherUnit, ByGrant::Holds, "other_unit");
        // A control that an authority took is for its system, and asks for nothing beside it.
        let system = Post {
            group: Some(super::super::Part::System(RecordId(Uuid::from_u128(7)))),
            ..post(Operator, Relation::OwnUnit)
        };
        let values = FactValues { by_grant: ByGrant::Holds, ..facts(Act::Live, vec![system]) };
        assert_eq!(word(values), "other_group");
    }

    #[test]
    fn what_was_found_opens_live_pictures_and_refuses_recorded_ones() {
        let used = || Some(over(GrantState::UsedUp));
        assert_eq!(ByGrant::of(Act::Live, true, None), (ByGrant::Holds, None));
        assert_eq!(ByGrant::of(Act::Live, false, Some(needed())), (ByGrant::None, None));
        assert_eq!(ByGrant::of(Act::Live, false, None), (ByGrant::None, None));
        let lacks = ByGrant::Lacks(Box::new(over(GrantState::UsedUp)));
        assert_eq!(ByGrant::of(Act::Live, false, used()), (lacks, None));
        assert_eq!(ByGrant::of(Act::Playback, false, used()), (ByGrant::None, used()));
        assert_eq!(ByGrant::of(Act::Playback, true, None), (ByGrant::None, None));
    }

    #[test]
    fn which_acts_need_one() {
        let check = |act: Act, expected: Option<bool>| {
            assert_eq!(GrantAct::of(act).map(GrantAct::is_recorded), expected, "{act:?}");
        };
        check(Act::Live, Some(false));
        for act in [Act::Playback, Act::Still, Act::Export, Act::Decrypt] {
            check(act, Some(true));
        }
        for act in [Act::Collect, Act::CommissioningStill, Act::ReadTimeline, Act::SystemRead] {
            check(act, None);
        }
    }

    #[test]
    fn circles_of_any_length_are_found() {
        let person = |number: u128| PersonId(Uuid::from_u128(number));
        let of =
            |(approver, asker): (u128, u128)| Approval { approver: person(approver), asker: person(asker) };
        let check = |before: &[(u128, u128)], new: (u128, u128), expected: Option<usize>| {
            let before: Vec<_> = before.iter().copied().map(of).collect();
            assert_eq!(circle(&before, of(new)), expected, "{before:?}, then {new:?}");
        };
        // 1 approves what 2 asks, as 2 approved what 1 had asked.
        check(&[(2, 1)], (1, 2), Some(2));
        check(&[(3, 1), (2, 3)], (1, 2), Some(3));
        check(&[(4, 1), (3, 4), (2, 3)], (1, 2), Some(4));
        // The shortest counts; the order in which they were given does not.
        check(&[(2, 3), (3, 1), (2, 1)], (1, 2), Some(2));
        // The same again in the same direction, a row, and a circle of others are none.
        check(&[], (1, 2), None);
        check(&[(1, 2), (1, 2)], (1, 2), None);
        check(&[(1, 3), (3, 2)], (1, 2), None);
        check(&[(3, 4), (4, 3), (2, 3)], (1, 2), None);
    }

    #[test]
    fn a_refusal_beyond_a_grant_is_known_again() {
        let said = |refusal: &Refusal| is_beyond_grant(&refusal.article, &refusal.reason.en);
        for misfit in [Misfit::Camera, Misfit::Act, Misfit::Span] {
            assert!(said(&beside(misfit)), "{misfit:?}");
        }
        assert!(!said(&beside(Misfit::Purpose)) && !said(&needed()));
        assert!(!is_beyond_grant("unit:roles", &beside(Misfit::Act).reason.en));
    }
}
