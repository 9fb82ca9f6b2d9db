//! People who watch without being fit for it, posts and accounts that nobody confirmed: what whoever keeps a unit's people is to put right.
//!
//! It refuses nobody; `access` does. The article is that of a pack that binds one of the systems shown, if there is one.

use super::{
    Detected,
    facts::{Named, Snapshot, SystemRecord},
};
use crate::{Day, Words, packs::Force};
use model::WallTime;

/// How long an account may wait for another keeper's word: until then whoever uses it has no pictures, and afterwards that is found.
pub const ACCOUNT_WAITS_US: i64 = 14 * 86_400_000_000;
/// The product's own rule about what two persons do.
const TWO_PERSONS: &str = "unit:two_persons";

/// A person of a unit, not suspended, as whoever keeps them may see.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PersonFacts {
    pub person: Named,
    /// Some post shows pictures.
    pub watches: bool,
    /// Some post runs the system or answers for it.
    pub keeps: bool,
    /// Trained now, and vetted where a post shows pictures; or in the time that an upgrade leaves.
    pub fit: bool,
    /// The moment at which that ends by itself; at a moment, only if it has come.
    pub fit_until: Option<WallTime>,
    /// The first day on which the posts are unconfirmed, `YYYY-MM-DD`.
    pub confirm_by: String,
    /// It is the day of a post that was given since, and not of the year.
    pub given: bool,
    /// The first day on which the account has waited too long for another keeper's word, `YYYY-MM-DD`; empty: it waits for nobody.
    pub vouch_by: String,
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
    // Accounts of monitoring, operation and maintenance alike (national-2016:17, guangzhou-2007:23).
    if !facts.fit && (facts.watches || facts.keeps) {
        let article = served.training.as_deref().unwrap_or("unit:training");
        // Since what they had ended; of whoever never had any, nobody knows.
        let since = facts.fit_until.map(|until| Day::of(until).to_string());
        push(found, ("untrained_post", article), facts, since, untrained(facts));
    }
    if facts.confirm_by.as_str() <= today {
        let (reason, remedy) = unconfirmed(facts);
        let since = Some(facts.confirm_by.clone());
        let article = served.accounts.as_deref().unwrap_or("unit:accounts");
        push(found, ("posts_unconfirmed", article), facts, since, (reason, remedy));
    }
    if !facts.vouch_by.is_empty() && facts.vouch_by.as_str() <= today {
        let since = Some(facts.vouch_by.clone());
        push(found, ("account_unconfirmed", TWO_PERSONS), facts, since, alone(facts));
    }
}

fn alone(facts: &PersonFacts) -> (Words, Words) {
    let name = &facts.person.name;
    (
        Words::new(
            format!(
                "The account of '{name}' was made or its password reset by one keeper alone, and no other has confirmed it for 14 days."
            ),
            format!("“{name}”的账号由一名管理人员单独建立或重置密码，14日内未经另一人确认。"),
        ),
        Words::new(
            "Another administrator or manager of the unit confirms the account on the page of people, or it is suspended.",
            "请由本单位另一名管理员或系统主管在“人员”页面确认该账号，或将其停用。",
        ),
    )
}

fn untrained(facts: &PersonFacts) -> (Words, Words) {
    let name = &facts.person.name;
    if facts.watches {
        return (
            Words::new(
                format!("'{name}' has a post with pictures, and no valid training or vetting."),
                format!("“{name}”持有看图岗位，没有有效的培训或审查。"),
            ),
            Words::new(
                "Enter training and vetting, or take the post away.",
                "请登记培训和审查，或取消其岗位。",
            ),
        );
    }
    (
        Words::new(
            format!("'{name}' runs the system or answers for it, and has no valid training."),
            format!("“{name}”负责系统运行或管理，没有有效的培训。"),
        ),
        Words::new(
            "Another administrator or manager of the unit enters the training.",
            "请由本单位其他管理员或系统主管登记培训。",
        ),
    )
}

/// A post that was given since waits for another than its giver.
fn unconfirmed(facts: &PersonFacts) -> (Words, Words) {
    let name = &facts.person.name;
    if facts.given {
        return (
            Words::new(
                format!("'{name}' was given a post, and nobody but the giver has confirmed it in time."),
                format!("“{name}”被授予岗位后，未由授予人以外的人员按期确认。"),
            ),
            Words::new(
                "A manager or administrator who did not give it confirms the posts, or it is taken away.",
                "请由授予人以外的系统主管或管理员确认，或取消该岗位。",
            ),
        );
    }
    (
        Words::new(
            format!("Nobody has confirmed the posts of '{name}' in time."),
            format!("“{name}”的岗位未按期确认。"),
        ),
        Words::new(
            "A manager or administrator confirms them, or takes them away.",
            "请由系统主管或管理员确认，或取消其岗位。",
        ),
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The codes that a person raises on a day, and the words of the first.
    fn of(facts: &PersonFacts) -> (Vec<&'static str>, String) {
        let mut found = Vec::new();
        person(facts, &Served::default(), "2027-03-01", &mut found);
        let reason = found.first().map(|one| one.reason.en.clone()).unwrap_or_default();
        (found.iter().map(|one| one.code).collect(), reason)
    }

    #[test]
    fn whoever_watches_or_keeps_the_system_is_trained() {
        let in_order = PersonFacts { fit: true, confirm_by: "2027-03-02".into(), ..PersonFacts::default() };
        let check = |watches, keeps, fit, expected: &[&str], word: &str| {
            let (codes, reason) = of(&PersonFacts { watches, keeps, fit, ..in_order.clone() });
            assert_eq!(codes, expected, "{watches} {keeps} {fit}");
            assert!(reason.contains(word), "{reason}");
        };
        check(true, false, false, &["untrained_post"], "a post with pictures");
        check(false, true, false, &["untrained_post"], "runs the system or answers for it");
        check(true, true, false, &["untrained_post"], "a post with pictures");
        check(false, false, false, &[], "");
        check(true, true, true, &[], "");
    }

    #[test]
    fn an_account_that_one_keeper_alone_stands_behind_is_found_from_its_day_on() {
        let check = |vouch_by: &str, expected: &[&str]| {
            let facts = PersonFacts {
                fit: true,
                confirm_by: "2027-03-02".into(),
                vouch_by: vouch_by.into(),
                ..PersonFacts::default()
            };
            let (codes, reason) = of(&facts);
            assert_eq!(codes, expected, "{vouch_by}");
            assert!(expected.is_empty() || reason.contains("one keeper alone"), "{reason}");
        };
        check("", &[]);
        check("2027-03-02", &[]);
        check("2027-03-01", &["account_unconfirmed"]);
        check("2026-12-31", &["account_unconfirmed"]);
    }

    #[test]
    fn a_post_that_was_given_says_who_is_to_confirm_it() {
        let late = PersonFacts { fit: true, confirm_by: "2027-03-01".into(), ..PersonFacts::default() };
        let check = |given, word: &str| {
            let (codes, reason) = of(&PersonFacts { given, ..late.clone() });
            assert_eq!(codes, ["posts_unconfirmed"]);
            assert!(reason.contains(word), "{reason}");
        };
        check(false, "Nobody has confirmed the posts");
        check(true, "nobody but the giver");
    }
}
