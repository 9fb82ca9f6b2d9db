//! People who watch without being fit for it, and posts that nobody confirmed: what whoever keeps a unit's people is to put right.
//!
//! It refuses nobody; `access` does. The article is that of a pack that binds one of the systems shown, if there is one.

use super::{
    Detected,
    facts::{Named, Snapshot, SystemRecord},
};
use crate::{Words, packs::Force};
use model::WallTime;

/// A person of a unit, not suspended, as whoever keeps them may see.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PersonFacts {
    pub person: Named,
    /// Some post shows pictures.
    pub watches: bool,
    /// Trained and vetted now, or in the time that an upgrade leaves.
    pub fit: bool,
    /// The moment at which that ends by itself.
    pub fit_until: Option<WallTime>,
    /// The first day on which the posts are unconfirmed, `YYYY-MM-DD`.
    pub confirm_by: String,
}

/// Under which article of a binding pack each of the two is found: the first system that has one says it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Served {
    training: Option<String>,
    accounts: Option<String>,
}

impl Served {
    /// By the first of these systems that says it.
    pub fn by<'s, 'l: 's>(systems: impl Iterator<Item = &'s SystemRecord<'l>>) -> Self {
        let mut served = Self::default();
        for system in systems {
            if served.add(system) {
                break;
            }
        }
        served
    }

    /// Whether both are known now.
    pub fn add(&mut self, system: &SystemRecord<'_>) -> bool {
        let article = |code: &str| {
            let (article, force) = system.rules.served_by(super::control_of(code)?)?;
            (force == Force::Binds).then(|| article.to_string())
        };
        if self.training.is_none() {
            self.training = article("untrained_post");
        }
        if self.accounts.is_none() {
            self.accounts = article("posts_unconfirmed");
        }
        self.training.is_some() && self.accounts.is_some()
    }
}

pub(super) fn all(snapshot: &Snapshot<'_>, found: &mut Vec<Detected>) {
    let served = Served::by(snapshot.systems.iter());
    for facts in &snapshot.kept.people {
        person(facts, &served, &snapshot.today, found);
    }
}

pub(super) fn person(facts: &PersonFacts, served: &Served, today: &str, found: &mut Vec<Detected>) {
    if facts.watches && !facts.fit {
        let reason = Words::new(
            format!("'{}' has a post with pictures, and no valid training or vetting.", facts.person.name),
            format!("“{}”持有看图岗位，没有有效的培训或审查。", facts.person.name),
        );
        let remedy = Words::new(
            "Enter training and vetting, or take the post away.",
            "请登记培训和审查，或取消其岗位。",
        );
        let article = served.training.as_deref().unwrap_or("unit:training");
        push(found, ("untrained_post", article), facts, None, (reason, remedy));
    }
    if facts.confirm_by.as_str() <= today {
        let reason = Words::new(
            format!("Nobody has confirmed the posts of '{}' in time.", facts.person.name),
            format!("“{}”的岗位未按期确认。", facts.person.name),
        );
        let remedy = Words::new(
            "A manager or administrator confirms them, or takes them away.",
            "请由系统主管或管理员确认，或取消其岗位。",
        );
        let since = Some(facts.confirm_by.clone());
        let article = served.accounts.as_deref().unwrap_or("unit:accounts");
        push(found, ("posts_unconfirmed", article), facts, since, (reason, remedy));
    }
}

fn push(
    found: &mut Vec<Detected>,
    (code, article): (&'static str, &str),
    facts: &PersonFacts,
    since: Option<String>,
    (reason, remedy): (Words, Words),
) {
    found.push(Detected {
        article: article.to_owned(),
        code,
        about: facts.person.clone(),
        evidence: Vec::new(),
        since,
        reason,
        remedy,
        force: Force::Binds,
    });
}
