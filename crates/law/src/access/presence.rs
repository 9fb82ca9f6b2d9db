//! A second pair of eyes on recorded footage: who asks for it and of which acts, and whether as many persons are at the console as
//! are asked for.
//!
//! It counts nobody itself; `store` loads in the admitting transaction how many are signed in there and how many of them may see these
//! pictures. The invariants: whoever may not open something does not count beside whoever does, and nobody is their own second person.

use super::grant::GrantAct;
use super::rules::{Checked, refuse};
use super::{FactValues, Refusal};
use model::Act;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Four eyes are two persons'.
const PERSONS_TOGETHER: u8 = 2;

/// How the second person looks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecondEyes {
    /// Approves beforehand: a grant.
    Approval,
    /// Is at the console, signed in.
    Presence,
}

/// What a pack says of a second pair of eyes, in one of its articles.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FourEyesRecorded {
    pub by: SecondEyes,
    /// Empty: whatever shows or copies recorded footage. Live pictures are never meant.
    #[serde(default)]
    pub acts: Vec<GrantAct>,
}

/// That a second pair of eyes is wanted of cameras, and by whom: an article of a pack, or a unit's own rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FourEyes {
    pub article: Cow<'static, str>,
    pub asked: FourEyesRecorded,
}

impl FourEyes {
    /// The article of a unit's own rule.
    pub const OF_UNIT: &'static str = "unit:four_eyes";

    /// A unit's own rule: of everything recorded.
    pub const fn of_unit(by: SecondEyes) -> Self {
        Self { article: Cow::Borrowed(Self::OF_UNIT), asked: FourEyesRecorded { by, acts: Vec::new() } }
    }

    fn asks(&self, by: SecondEyes, act: GrantAct) -> bool {
        let named = self.asked.acts.is_empty() || self.asked.acts.contains(&act);
        self.asked.by == by && act.is_recorded() && named
    }

    /// The same refusal, under the article that asks.
    pub fn cite(&self, refusal: Refusal) -> Refusal {
        Refusal { article: self.article.clone(), ..refusal }
    }
}

/// Who asks a second pair of eyes of an act: a pack before a unit, whose own rule adds to the law.
pub fn asking(rules: &[FourEyes], by: SecondEyes, act: Act) -> Option<&FourEyes> {
    let act = GrantAct::of(act)?;
    let of_unit = |rule: &&FourEyes| rule.article == FourEyes::OF_UNIT;
    rules.iter().filter(|rule| rule.asks(by, act)).min_by_key(of_unit)
}

/// Recorded footage is opened by as many as are asked for.
pub(super) fn together(facts: &FactValues) -> Checked {
    let Some(rule) = asking(&facts.four_eyes, SecondEyes::Presence, facts.act) else { return Ok(()) };
    if facts.persons_present >= PERSONS_TOGETHER {
        return Ok(());
    }
    Err(Box::new(rule.cite(lacking(facts))))
}

fn lacking(facts: &FactValues) -> Refusal {
    let refusal = |code, reason, remedy| Refusal::new(FourEyes::OF_UNIT, code, reason, remedy);
    // A file that is copied out at the machine: nobody signs in beside somebody there.
    if facts.act == Act::Decrypt {
        return refusal(
            "second_person",
            (
                "Recorded footage is copied by two persons together, and here there is one.",
                "复制录像须两人在场，此处仅有一人。",
            ),
            (
                "Ask for an export at a console, where a second person signs in beside you.",
                "请在控制台申请导出，由另一人随同登录。",
            ),
        );
    }
    if facts.persons_signed_in > facts.persons_present {
        return refusal(
            "second_person_unfit",
            (
                "Whoever is signed in beside you may not see these pictures themselves, and does not count.",
                "随同登录的人员本人无权查看这些画面，不计入在场人数。",
            ),
            (
                "Somebody whose post, training and vetting cover these cameras signs in beside you.",
                "请由岗位、培训和审查均符合要求的人员随同登录。",
            ),
        );
    }
    refusal(
        "second_person",
        (
            "Recorded footage is looked at and copied by two persons together, and only one is at this console.",
            "查看、复制录像须两人在场，本控制台目前仅有一人。",
        ),
        (
            "A second person who may see these pictures signs in beside you at this console.",
            "请另一名有权查看这些画面的人员在本控制台随同登录。",
        ),
    )
}

/// Nobody signs in beside themselves.
pub(super) fn another(facts: &FactValues) -> Checked {
    if facts.act != Act::SignInBeside || !facts.own {
        return Ok(());
    }
    refuse(
        "unit:four_eyes",
        "own_second_person",
        ("Nobody is their own second person.", "本人不得作为自己的在场第二人。"),
        ("A colleague signs in beside you with their own account.", "请同事使用本人账号随同登录。"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Relation, facts, post, word};
    use super::*;
    use model::Role;

    fn by_pack(by: SecondEyes, acts: &[GrantAct]) -> FourEyes {
        FourEyes { article: "test:7".into(), asked: FourEyesRecorded { by, acts: acts.to_vec() } }
    }

    /// Every act, under every rule, with every number of persons.
    #[test]
    fn as_many_are_present_as_are_asked_for() {
        use GrantAct::{Export, Live, Playback, Still};
        use SecondEyes::{Approval, Presence};
        let recorded = [Act::Playback, Act::Still, Act::Export, Act::Decrypt];
        let unit = || FourEyes::of_unit(Presence);
        let rules: [(Vec<FourEyes>, &[Act], &str); 8] = [
            (vec![], &[], ""),
            (vec![FourEyes::of_unit(Approval)], &[], ""),
            (vec![by_pack(Approval, &[])], &[], ""),
            (vec![unit()], &recorded, "unit:four_eyes"),
            (vec![by_pack(Presence, &[])], &recorded, "test:7"),
            (vec![by_pack(Presence, &[Playback, Still])], &[Act::Playback, Act::Still], "test:7"),
            // Live pictures are of no rule about what is recorded.
            (vec![by_pack(Presence, &[Live, Export])], &[Act::Export, Act::Decrypt], "test:7"),
            (vec![unit(), by_pack(Presence, &[])], &recorded, "test:7"),
        ];
        for (rules, asked_of, article) in rules {
            for &act in Act::ALL {
                for (signed_in, present) in [(1, 1), (2, 1), (2, 2), (3, 2)] {
                    let plain = || facts(act, vec![post(Role::Operator, Relation::OwnUnit)]);
                    let mut values = plain();
                    values.four_eyes.clone_from(&rules);
                    (values.persons_signed_in, values.persons_present) = (signed_in, present);
                    let expected = match (asked_of.contains(&act) && present < 2, signed_in, act) {
                        (false, ..) => word(plain()),
                        (true, 2, Act::Playback | Act::Still | Act::Export) => "second_person_unfit",
                        (true, ..) => "second_person",
                    };
                    let found = super::super::rules::check(&values).err();
                    let cited = found.as_ref().map(|refusal| refusal.article.to_string());
                    assert_eq!(word(values), expected, "{act:?} {rules:?} {signed_in}/{present}");
                    if expected.starts_with("second_person") {
                        assert_eq!(cited.as_deref(), Some(article), "{act:?} {rules:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn nobody_is_their_own_second_person() {
        let mut values = facts(Act::SignInBeside, vec![post(Role::Operator, Relation::OwnUnit)]);
        assert_eq!(word(values.clone()), "permit");
        values.own = true;
        assert_eq!(word(values), "own_second_person");
    }

    #[test]
    fn both_who_ask_are_found_and_the_pack_is_cited() {
        let rules = [FourEyes::of_unit(SecondEyes::Approval), by_pack(SecondEyes::Approval, &[])];
        let found = |act| asking(&rules, SecondEyes::Approval, act).map(|rule| rule.article.to_string());
        assert_eq!(found(Act::Playback).as_deref(), Some("test:7"));
        assert_eq!(found(Act::Live), None);
        assert_eq!(found(Act::ReadLedger), None);
        assert_eq!(asking(&rules, SecondEyes::Presence, Act::Playback), None);
    }
}
