//! Who answers questions from the access log: the unit's auditors, about themselves nobody, about an auditor another auditor or an
//! administrator of the unit (national-2016:32: whoever supervises is accountable too).

use super::{FactValues, Post, rules::Checked, rules::refuse};
use model::{Act, Role};

/// Whether it is one's own part of what is recorded: to be read, and to be explained, by everybody with an account.
pub(super) const fn is_ones_own(facts: &FactValues) -> bool {
    facts.own && matches!(facts.act, Act::ReadLedger | Act::ExplainQuestion)
}

/// `own`: the question is about whoever acts. `sensitive`: it is about an auditor of the unit.
pub(super) fn answering(facts: &FactValues, posts: &[Post]) -> Checked {
    match facts.act {
        Act::ExplainQuestion => refuse(
            "unit:watching",
            "not_own_question",
            ("This question is about somebody else.", "该询问针对他人。"),
            ("Whoever it is about can explain it.", "由被询问的本人说明。"),
        ),
        Act::AnswerQuestion if facts.own => refuse(
            "national-2016:32",
            "own_question",
            ("Nobody answers a question about themselves.", "任何人不得答复针对本人的询问。"),
            (
                "Explain it on your own page; another auditor or an administrator of the unit answers it.",
                "您可在“我的记录”中作出说明，由其他审计员或本单位管理员答复。",
            ),
        ),
        Act::AnswerQuestion if !facts.sensitive && !posts.iter().any(|post| post.role == Role::Auditor) => {
            refuse(
                "unit:watching",
                "auditor_answers",
                ("Only an auditor of the unit answers this question.", "该询问须由本单位审计员答复。"),
                (
                    "An auditor of the unit can answer it; administrators answer questions about auditors.",
                    "可由本单位审计员答复；管理员仅答复针对审计员的询问。",
                ),
            )
        }
        _ => Ok(()),
    }
}
