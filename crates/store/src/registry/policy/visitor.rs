//! One person before the door of many cameras: everything about them is loaded once, and each camera is decided as the door decides it.
//!
//! It enters nothing and admits nothing. The invariant kept: what is refused, and in which order it is told, comes from the functions that
//! the door itself calls (`Asker::asks`, `Grants::fit`, `not_in_use`, `beyond_roles`). Its own is only that a secret camera, which is not
//! there at the door, is said to be one.

use super::super::admit::{Ask, beyond_roles};
use super::super::beside::{Beside, beside_anywhere};
use super::super::clearance::Cleared;
use super::super::facts::{Asked, Asker, CameraFacts};
use super::super::grants::Grants;
use super::super::register::{PictureRules, not_in_use};
use crate::error::Result;
use law::Words;
use law::access::{ByGrant, Looked, NamedCase, Refusal, SecondEyes, TrainingRule, asking};
use law::duty::off_shift_left;
use model::{Act, Actor, Cx, GrantId, Purpose, Span, UnitId, WallTime};
use sqlx::SqliteConnection;

/// What somebody may do with a camera.
#[derive(Clone, Debug, Default)]
pub struct May {
    /// What the door would say; `None`: it would open.
    pub refusal: Option<Refusal>,
    /// What it would say next, once that is mended.
    pub further: Vec<Refusal>,
    /// Who is beside them, where two are asked for and it opens.
    pub second: Option<String>,
    /// Grants of theirs that hold and are about this act of this camera.
    pub grants: Vec<Opening>,
}

/// A grant that holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opening {
    pub grant: GrantId,
    pub approver: String,
    pub span: Option<Span>,
    pub purpose: Purpose,
    pub until: WallTime,
    pub uses_left: u64,
    /// The door would use it for what is asked.
    pub used: bool,
}

/// What somebody comes for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coming {
    pub act: Act,
    pub span: Option<Span>,
}

/// A person, by what the packs ask of the training for different cameras.
struct Visitor {
    cx: Cx,
    cleared: bool,
    askers: Vec<(Option<TrainingRule>, Asker)>,
}

impl Visitor {
    async fn load(
        connection: &mut SqliteConnection,
        cx: Cx,
        (unit, case, day_began): (UnitId, &NamedCase, WallTime),
        trainings: &[Option<TrainingRule>],
    ) -> Result<Self> {
        let cleared = Cleared::load(connection, cx.actor).await?.covers(Some(unit));
        let mut askers = Vec::with_capacity(trainings.len());
        for training in trainings {
            let ask = Ask { training: training.clone(), day_began: Some(day_began), ..Ask::new(Act::Live) };
            let asker = Asker::load(connection, &cx, &ask).await?.under(case.clone());
            askers.push((training.clone(), asker));
        }
        Ok(Self { cx, cleared, askers })
    }

    /// `None`: the camera is not there for them.
    fn asks(&self, ask: &Ask, camera: &CameraFacts, second: Option<WallTime>) -> Option<Asked> {
        if camera.secret && !self.cleared {
            return None;
        }
        let (_, asker) = self.askers.iter().find(|(training, _)| *training == ask.training)?;
        Some(asker.asks(&self.cx, ask, (vec![camera.target.clone()], Vec::new()), second))
    }
}

/// What is seen by an act: whoever hands a clip on has to be able to play it.
pub(super) const fn shown_by(act: Act) -> Act {
    match act {
        Act::ShareClip => Act::Playback,
        act => act,
    }
}

/// Somebody before the door, with what is at hand.
pub(super) struct Door {
    person: Visitor,
    grants: Grants,
    /// Whoever is signed in beside them, at each of their consoles.
    seconds: Vec<(Beside, Visitor)>,
    day_began: WallTime,
}

impl Door {
    pub async fn load(
        connection: &mut SqliteConnection,
        cx: Cx,
        (unit, case, day_began): (UnitId, NamedCase, WallTime),
        rules: impl Iterator<Item = &PictureRules>,
    ) -> Result<Self> {
        let (mut trainings, mut together) = (Vec::new(), false);
        for rules in rules {
            if !trainings.contains(&rules.training) {
                trainings.push(rules.training.clone());
            }
            together |= super::PICTURE_ACTS
                .iter()
                .any(|act| asking(&rules.four_eyes, SecondEyes::Presence, *act).is_some());
        }
        let mut seconds = Vec::new();
        // As the door does, whoever is beside somebody is looked for only where two are asked for.
        if together {
            for beside in beside_anywhere(connection, &cx).await? {
                let theirs = Cx { actor: Actor::Person(beside.person), ..cx.clone() };
                let known = (unit, &case, day_began);
                seconds.push((beside, Visitor::load(connection, theirs, known, &trainings).await?));
            }
        }
        let grants = Grants::load(connection, &cx).await?;
        let person = Visitor::load(connection, cx, (unit, &case, day_began), &trainings).await?;
        Ok(Self { person, grants, seconds, day_began })
    }

    /// As whom it is asked.
    pub fn cx(&self) -> &Cx {
        &self.person.cx
    }

    /// What the door would say. `off_shift`: what refuses whoever keeps no shift, loaded with the unit.
    pub fn may(
        &self,
        Coming { act, span }: Coming,
        (camera, rules): (&CameraFacts, Option<&PictureRules>),
        off_shift: Option<Refusal>,
    ) -> May {
        let (Some(rules), id) = (rules, camera.target.camera) else {
            return May { refusal: Some(not_cleared()), ..May::default() };
        };
        let ask = Ask {
            cameras: vec![id],
            span,
            training: rules.training.clone(),
            four_eyes: rules.four_eyes.clone(),
            day_began: Some(self.day_began),
            ..Ask::new(act)
        };
        let looked = Looked { camera: id, system: camera.target.scope.system };
        let played = Ask { act: shown_by(act), ..ask.clone() };
        let (fit, lack) = self.grants.fit(self.cx(), &played, &[looked]);
        let (by_grant, ungranted) = ByGrant::of(act, fit.as_ref().is_some_and(|fit| fit.live_alone), lack);
        let ask = Ask { by_grant, ..ask };
        let off_shift = off_shift_left(off_shift, fit.is_some());
        let not_in_use = not_in_use(&rules.standings, self.cx(), (act, &ask.cameras));
        let Some(Decided { refusal, second }) = self.decided(&ask, camera) else {
            return May { refusal: Some(not_cleared()), ..May::default() };
        };
        let beyond = [not_in_use.clone(), off_shift.clone(), ungranted.clone()];
        let first = refusal.or_else(|| beyond_roles(not_in_use, off_shift, ungranted));
        let of_post = first.as_ref().is_some_and(|first| is_of_post(first.code));
        let further = beyond.into_iter().flatten().filter(|next| !of_post && Some(next) != first.as_ref());
        let grants = self.grants.about(played.act, looked).map(|row| Opening {
            grant: row.id,
            approver: row.answer.as_ref().map(|(_, end)| end.step.by.1.clone()).unwrap_or_default(),
            span: row.span,
            purpose: row.purpose,
            until: row.expires,
            uses_left: row.uses_max.saturating_sub(row.uses),
            used: first.is_none() && fit.as_ref().is_some_and(|fit| fit.grant == row.id),
        });
        let grants = if of_post { Vec::new() } else { grants.collect() };
        let second = second.filter(|_| first.is_none());
        May { further: further.collect(), second, grants, refusal: first }
    }

    /// The law's word, with whoever is beside them where it asks for two: at the console where it opens, if there is one.
    fn decided(&self, ask: &Ask, camera: &CameraFacts) -> Option<Decided> {
        let alone = self.person.asks(ask, camera, None)?.refusal();
        let mut found = Decided { refusal: alone, second: None };
        if asking(&ask.four_eyes, SecondEyes::Presence, ask.act).is_none() {
            return Some(found);
        }
        for (beside, visitor) in &self.seconds {
            let theirs = Ask { four_eyes: Vec::new(), ..ask.clone() };
            let until = visitor.asks(&theirs, camera, None).and_then(Asked::until);
            let together = Ask { beside: Some(beside.clone()), ..ask.clone() };
            let counts = until.map(|until| until.min(beside.until));
            found.refusal = self.person.asks(&together, camera, counts)?.refusal();
            if found.refusal.is_none() {
                found.second = Some(beside.name.clone());
                break;
            }
        }
        Some(found)
    }
}

struct Decided {
    refusal: Option<Refusal>,
    second: Option<String>,
}

/// What no grant, shift or colleague mends.
fn is_of_post(code: &str) -> bool {
    matches!(code, "role" | "other_unit" | "other_group" | "suspended" | "account_ended" | "contractor")
}

/// guangzhou-2007:11
fn not_cleared() -> Refusal {
    Refusal {
        article: "guangzhou-2007:11".into(),
        code: "not_cleared",
        reason: Words::new(
            "The camera belongs to a secret system, and this person is not cleared for it.",
            "该摄像机属于涉密系统，此人未获涉密权限。",
        ),
        remedy: Words::new(
            "Another administrator of the unit can clear them, with a document.",
            "可由本单位其他管理员凭文件授予涉密权限。",
        ),
    }
}
