//! What an authority asks for leaves by a retrieval: with its officers, papers and approver, and no other way (guangzhou-2007:19,
//! datong-2008:21).
//!
//! It judges no retrieval: `crate::retrieval` does. The invariant kept: no package or file of footage goes out on an authority's request that no retrieval of
//! just this footage stands behind, unless its own officers have control and make it themselves. A report to the public security organ
//! is the unit's duty and states that basis.

use super::rules::Checked;
use super::{FactValues, Refusal};
use crate::Words;
use crate::packs::ArticleId;
use model::{Act, LegalBasis};

/// What makes a copy; what was made is collected as it was asked for.
pub const fn makes_copy(act: Act) -> bool {
    matches!(act, Act::Export | Act::Decrypt | Act::ExportFolder)
}

pub(super) fn by_retrieval(facts: &FactValues) -> Checked {
    let asked = makes_copy(facts.act) && facts.legal_basis == LegalBasis::AuthorityRequest;
    if !asked || facts.for_authority.in_order {
        return Ok(());
    }
    Err(Box::new(Refusal {
        article: match &facts.for_authority.article {
            Some(article) => article.to_string().into(),
            None => ArticleId::new("unit", "retrievals").to_string().into(),
        },
        code: "retrieval_needed",
        reason: Words::new(
            "What an authority asks for is handed over by a retrieval, with its officers, papers and approval.",
            "机关调取的内容须按调取手续提供，有来人、证件文书和批准。",
        ),
        remedy: Words::new(
            "Enter the request as a retrieval; once it is approved the copy is handed over there. What is suspicious is reported to the public security organ from the duty room.",
            "请在“调取”页面登记该要求，批准后在该处移交副本。发现可疑情况的，由值班室报告公安机关。",
        ),
    }))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Relation, facts, post, word};
    use super::super::{Decision, Facts, ForAuthority, decide};
    use super::*;
    use model::{Purpose, Role};

    #[test]
    fn a_copy_for_an_authority_needs_a_retrieval() {
        let values = |act: Act, basis: LegalBasis, for_authority: ForAuthority| {
            let posts = vec![post(Role::Operator, Relation::OwnUnit)];
            FactValues { purpose: Purpose::Case, legal_basis: basis, for_authority, ..facts(act, posts) }
        };
        let none = ForAuthority::default;
        let approved = || ForAuthority { in_order: true, ..none() };
        for (act, basis, behind, expected) in [
            (Act::Export, LegalBasis::AuthorityRequest, none(), "retrieval_needed"),
            (Act::Export, LegalBasis::AuthorityRequest, approved(), "permit"),
            (Act::Export, LegalBasis::UnitDuty, none(), "permit"),
            (Act::Export, LegalBasis::Consent, none(), "permit"),
            (Act::Decrypt, LegalBasis::AuthorityRequest, none(), "retrieval_needed"),
            (Act::ExportFolder, LegalBasis::AuthorityRequest, none(), "retrieval_needed"),
            (Act::Collect, LegalBasis::AuthorityRequest, none(), "permit"),
            (Act::Playback, LegalBasis::AuthorityRequest, none(), "permit"),
        ] {
            assert_eq!(word(values(act, basis, behind.clone())), expected, "{act:?} {basis:?} {behind:?}");
        }
        for (article, expected) in
            [(None, "unit:retrievals"), (Some(ArticleId::new("datong-2008", "21")), "datong-2008:21")]
        {
            let found = ForAuthority { article, ..none() };
            let asked = values(Act::Export, LegalBasis::AuthorityRequest, found);
            match decide(&Facts::loaded_in_admitting_transaction(asked)) {
                Decision::Refuse(refusal) => assert_eq!(refusal.article, expected),
                Decision::Permit => panic!("permitted"),
            }
        }
    }
}
