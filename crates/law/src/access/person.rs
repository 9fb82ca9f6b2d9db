//! Whether a person is vetted, trained and current, and what they may not see when they are not.
//!
//! It loads nothing: `store` gives rows and the article of the packs that bind. The invariant kept: no picture without a training
//! that is valid now, a vetting that was passed and an account that has not ended; none through an account behind which one keeper
//! stands alone; and none for a contractor, ever.

use super::rules::{Checked, refuse, shows_pictures};
use super::{FactValues, Refusal};
use crate::Words;
use crate::packs::ArticleId;
use model::{Act, WallTime};

/// How a person stands towards the system beside their posts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// The end of the training that is valid now; `None`: there is none.
    pub trained_until: Option<WallTime>,
    /// What the last vetting came to; `None`: there was none.
    pub vetted: Option<bool>,
    /// The first instant at which it no longer holds, where an end was stated.
    pub vetted_until: Option<WallTime>,
    /// The account's own end.
    pub account_until: Option<WallTime>,
    /// Accounts that were there before trainings were registered are let be until then.
    pub grace_until: Option<WallTime>,
    /// Works for another firm.
    pub contractor: bool,
    /// Nobody has signed in with it for longer than the unit allows.
    pub dormant: bool,
    /// One keeper alone set how it is signed in to, and no other has confirmed the account since.
    pub unconfirmed: bool,
    /// What the packs ask of the training, where the act's cameras are.
    pub rule: Option<TrainingRule>,
}

impl Standing {
    /// Until when pictures may be shown, if everything stays as it is; `None`: without an end that is known now.
    pub fn pictures_until(&self, now: WallTime) -> Option<WallTime> {
        let trained = self.trained_until.map(|until| self.vetted_until.map_or(until, |end| end.min(until)));
        let fit = match (self.in_grace(now), self.vetted) {
            (true, Some(true)) => trained.max(self.grace_until),
            (true, _) => self.grace_until,
            (false, _) => trained,
        };
        [fit, self.account_until].into_iter().flatten().min()
    }

    fn in_grace(&self, now: WallTime) -> bool {
        self.grace_until.is_some_and(|until| now < until)
    }
}

/// What a pack asks of the training of those who watch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrainingRule {
    pub article: ArticleId,
    /// Only what the municipal public security organ held counts (guangzhou-2007:23).
    pub by_public_security: bool,
}

/// What somebody was taught (national-2016:17 names the first three).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TrainingKind {
    Law,
    Confidentiality,
    Skills,
    /// One certificate over all three.
    Certificate,
}

impl TrainingKind {
    pub const ALL: [Self; 4] = [Self::Law, Self::Confidentiality, Self::Skills, Self::Certificate];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Law => "law",
            Self::Confidentiality => "confidentiality",
            Self::Skills => "skills",
            Self::Certificate => "certificate",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// One training that was not revoked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Training {
    pub kind: TrainingKind,
    /// Held by the municipal public security organ.
    pub by_public_security: bool,
    pub from: WallTime,
    /// The first instant at which it is no longer valid.
    pub until: WallTime,
}

/// Until when somebody is trained without a break from now on: by certificates over everything, or in law, confidentiality and
/// skills each. `None`: not now.
pub fn trained_until(trainings: &[Training], by_public_security: bool, now: WallTime) -> Option<WallTime> {
    let counts = |training: &&Training| training.by_public_security || !by_public_security;
    let of = |wanted: TrainingKind| {
        let fits = |kind: TrainingKind| kind == wanted || kind == TrainingKind::Certificate;
        let mut until = now;
        // One that begins where another ends goes on; each step ends later, so there are no more steps than trainings.
        while let Some(later) = trainings
            .iter()
            .filter(counts)
            .filter(|training| fits(training.kind) && training.from <= until && until < training.until)
            .map(|training| training.until)
            .max()
        {
            until = later;
        }
        (until > now).then_some(until)
    };
    let parts = [TrainingKind::Law, TrainingKind::Confidentiality, TrainingKind::Skills].map(of);
    parts.into_iter().collect::<Option<Vec<_>>>()?.into_iter().min()
}

/// When somebody who is not trained now last ceased to be. `None`: they are, or never were.
pub fn trained_before(trainings: &[Training], by_public_security: bool, now: WallTime) -> Option<WallTime> {
    let until = |at: WallTime| trained_until(trainings, by_public_security, at);
    if until(now).is_some() {
        return None;
    }
    let ends = trainings.iter().map(|training| training.until).filter(|end| *end <= now);
    ends.filter(|end| until(end.plus_us(-1)) == Some(*end)).max()
}

/// The acts by which people's standing is kept.
pub(super) const fn keeps_people(act: Act) -> bool {
    matches!(
        act,
        Act::EnterTraining
            | Act::RevokeTraining
            | Act::VetPerson
            | Act::ChangeTerm
            | Act::Reactivate
            | Act::Leave
            | Act::ConfirmPosts
    )
}

#[cfg(test)]
impl Standing {
    /// Somebody with everything in order.
    pub(super) fn in_order(now: WallTime) -> Self {
        Self { trained_until: Some(now.plus_us(86_400_000_000)), vetted: Some(true), ..Self::default() }
    }
}

/// Whoever a training, a vetting or a confirmation is about does not enter it.
pub(super) fn of_others(facts: &FactValues) -> Checked {
    if !facts.own || !keeps_people(facts.act) {
        return Ok(());
    }
    refuse(
        "unit:accounts",
        "own_standing",
        (
            "Nobody enters their own training, vetting or term, or confirms their own posts.",
            "任何人不得办理本人的培训、审查、期限登记或岗位确认。",
        ),
        ("Another administrator or manager of the unit can do it.", "可由本单位其他管理员或系统主管办理。"),
    )
}

/// Accounts that have ended, or rest for too long (chongqing:11(1), national-2016:18).
pub(super) fn current(facts: &FactValues, standing: &Standing) -> Checked {
    if matches!(facts.act, Act::SignOut | Act::SignInFailed | Act::Use) {
        return Ok(());
    }
    if standing.account_until.is_some_and(|until| facts.now >= until) {
        return refuse(
            "unit:accounts",
            "account_ended",
            ("The term of this account has ended.", "该账号的使用期限已满。"),
            (
                "An administrator or manager of the unit can enter a new term.",
                "可由本单位管理员或系统主管登记新的期限。",
            ),
        );
    }
    if matches!(facts.act, Act::SignIn | Act::SignInBeside) && standing.dormant {
        return refuse(
            "unit:accounts",
            "dormant",
            ("This account was not used for so long that it rests.", "该账号久未使用，已转为休眠。"),
            (
                "An administrator or manager of the unit can reactivate it, with a note why.",
                "可由本单位管理员或系统主管注明理由后恢复。",
            ),
        );
    }
    Ok(())
}

/// No picture and no control for who is not trained and vetted (guangzhou-2007:23, datong-2008:17, national-2016:17), and none for
/// contractors (chongqing:11(1)).
pub(super) fn fit(facts: &FactValues, standing: &Standing) -> Checked {
    if !shows_pictures(facts) {
        return Ok(());
    }
    if standing.contractor {
        return refuse(
            "unit:accounts",
            "contractor",
            ("Contractors' accounts have no pictures.", "外包人员账号不得查看画面。"),
            ("Somebody of the unit who holds the post can look.", "请由本单位具有相应岗位的人员查看。"),
        );
    }
    if standing.vetted == Some(false) {
        return vetting(("The vetting was not passed.", "背景审查未通过。"));
    }
    if !standing.in_grace(facts.now) {
        if standing.trained_until.is_none_or(|until| facts.now >= until) {
            return training(standing.rule.as_ref());
        }
        if standing.vetted.is_none() {
            return vetting(("No vetting is on record.", "没有背景审查记录。"));
        }
        if standing.vetted_until.is_some_and(|until| facts.now >= until) {
            return vetting(("The vetting has run out.", "背景审查已过有效期。"));
        }
    }
    if standing.unconfirmed {
        // Whoever had the one-time password in hand could look in somebody else's name (chongqing:11(1): registered users look).
        return unconfirmed((
            "One keeper alone made this account or reset its password, and no other has confirmed it since.",
            "该账号由一名管理人员单独建立或重置密码，此后未经另一人确认。",
        ));
    }
    Ok(())
}

fn unconfirmed(reason: (&str, &str)) -> Checked {
    refuse("unit:two_persons", "account_unconfirmed", reason, CONFIRM)
}

const CONFIRM: (&str, &str) = (
    "Another administrator or manager of the unit can confirm the account, on the page of people; where nobody else can, a new password from `watchkeeper user reset` at the machine does.",
    "可由本单位另一名管理员或系统主管在“人员”页面确认该账号；如无他人，可在服务器上用 watchkeeper user reset 重置密码。",
);

/// What two persons do, one after the other: whoever asks, and whoever answers.
const fn is_between_two(act: Act) -> bool {
    matches!(
        act,
        Act::ConfirmPosts
            | Act::OpenCase
            | Act::ConfirmCase
            | Act::AskGrant
            | Act::ApproveGrant
            | Act::AskRelease
            | Act::ApproveRelease
            | Act::OpenRetrieval
            | Act::ApproveRetrieval
            | Act::AskChange
            | Act::DecideChange
            | Act::ExplainGap
            | Act::DecideGap
            | Act::AnnounceMaintenance
            | Act::DecideMaintenance
            | Act::AcceptRepair
    )
}

/// Where two persons are wanted there are two: an account that one keeper alone stands behind could be that keeper.
pub(super) fn of_two(facts: &FactValues, standing: &Standing) -> Checked {
    if !is_between_two(facts.act) || !standing.unconfirmed {
        return Ok(());
    }
    unconfirmed((
        "One keeper alone made your account or reset its password; until another confirms it, it takes no part in what two persons do.",
        "您的账号由一名管理人员单独建立或重置密码，未经另一人确认前，不得办理须由两人办理的事项。",
    ))
}

/// Whoever made an account, or reset its password, does not confirm it: whether the confirming person is the one who did.
pub fn refuse_own_making(made_it: bool) -> Option<Refusal> {
    made_it.then(|| {
        Refusal::new(
            "unit:two_persons",
            "own_account_made",
            (
                "You made this account or reset its password yourself; another must confirm it.",
                "该账号由您本人建立或重置密码，须由另一人确认。",
            ),
            CONFIRM,
        )
    })
}

fn vetting(reason: (&str, &str)) -> Checked {
    let remedy = (
        "An administrator or manager of the unit can enter the vetting that was passed.",
        "可由本单位管理员或系统主管登记通过的审查。",
    );
    refuse("unit:vetting", "vetting", reason, remedy)
}

fn training(rule: Option<&TrainingRule>) -> Checked {
    let (article, issuer) = match rule {
        Some(rule) => (rule.article.to_string().into(), rule.by_public_security),
        None => ("unit:training".into(), false),
    };
    let remedy = if issuer {
        Words::new(
            "Attend the training of the municipal public security organ; an administrator or manager of the unit enters it.",
            "请参加市公安机关组织的培训，由本单位管理员或系统主管登记。",
        )
    } else {
        Words::new(
            "Renew the training in law, confidentiality and skills; an administrator or manager of the unit enters it.",
            "请完成法律、保密、岗位技能培训，由本单位管理员或系统主管登记。",
        )
    };
    Err(Box::new(Refusal {
        article,
        code: "training",
        reason: Words::new(
            "Without valid training there is no picture and no control.",
            "没有有效的培训，不得查看画面或操作摄像机。",
        ),
        remedy,
    }))
}
