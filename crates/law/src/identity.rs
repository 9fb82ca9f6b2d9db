//! Whether an account may be linked with a subject of a sign-in provider: one subject, one person (national-2016:18, chongqing:11(1)).
//!
//! Pure: who holds the subject is told. Whether a token is genuine is not decided here. Invariant: a subject that more than one person
//! is known to use opens no account.

use crate::Words;
use crate::access::Refusal;

/// Whose a subject is, or was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holder {
    /// No account was ever linked with it.
    Nobody,
    /// The account in question, now.
    Themselves,
    /// The account in question, before.
    ThemselvesBefore,
    /// Another account, now.
    Another,
    /// Another account, before.
    AnotherBefore,
}

/// What is known of a link that is to be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkFacts {
    pub holder: Holder,
    /// The account is linked with another subject of the same provider already.
    pub has_another: bool,
    /// The provider says that several people use it, or that it is a program's.
    pub is_shared: bool,
    /// An administrator has named exactly this subject for this account.
    pub is_named: bool,
}

/// What stands against it, if anything does.
pub fn objection(facts: &LinkFacts) -> Option<Refusal> {
    if facts.is_shared {
        return refusal(
            "national-2016:18",
            "shared_subject",
            (
                "The provider says that this is a shared or functional account.",
                "认证服务表明这是共用账号或功能账号。",
            ),
            (
                "Use an account at the provider that is one person's alone.",
                "请使用在认证服务处仅属于本人的账号。",
            ),
        );
    }
    match facts.holder {
        Holder::Another => refusal(
            "national-2016:18",
            "subject_linked",
            (
                "This account of the provider is linked with another person here.",
                "该认证账号已与本系统中的另一人关联。",
            ),
            (
                "Use your own account at the provider; if it is yours, ask an administrator to unlink it there first.",
                "请使用本人的认证账号；如确为本人账号，请先由管理员在对方账号中解除关联。",
            ),
        ),
        Holder::AnotherBefore if !facts.is_named => refusal(
            "national-2016:18",
            "subject_was_anothers",
            (
                "This account of the provider was linked with another person here before.",
                "该认证账号曾与本系统中的另一人关联。",
            ),
            (
                "An administrator of the unit can invite you and name this very account of the provider.",
                "可由本单位管理员发出邀请，并在邀请中写明该认证账号。",
            ),
        ),
        Holder::Themselves => refusal(
            "unit:accounts",
            "linked_already",
            ("Your account is linked with it already.", "您的账号已与其关联。"),
            ("Sign in with it.", "可直接用其登录。"),
        ),
        _ if facts.has_another => refusal(
            "unit:accounts",
            "another_subject",
            (
                "Your account is linked with another account of this provider.",
                "您的账号已与该认证服务的另一账号关联。",
            ),
            ("Unlink that one first.", "请先解除原有关联。"),
        ),
        Holder::Nobody | Holder::ThemselvesBefore | Holder::AnotherBefore => None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what `objection` answers")]
fn refusal(
    article: &'static str,
    code: &'static str,
    reason: (&str, &str),
    remedy: (&str, &str),
) -> Option<Refusal> {
    let words = |(en, zh): (&str, &str)| Words::new(en, zh);
    Some(Refusal { article: article.into(), code, reason: words(reason), remedy: words(remedy) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_subject_is_one_persons() {
        use Holder::{Another, AnotherBefore, Nobody, Themselves, ThemselvesBefore};
        let check = |holder, has_another, is_shared, is_named, expected: Option<&str>| {
            let facts = LinkFacts { holder, has_another, is_shared, is_named };
            assert_eq!(objection(&facts).map(|refusal| refusal.code), expected, "{facts:?}");
        };
        check(Nobody, false, false, false, None);
        check(ThemselvesBefore, false, false, false, None);
        check(Another, false, false, false, Some("subject_linked"));
        check(Another, false, false, true, Some("subject_linked"));
        check(AnotherBefore, false, false, false, Some("subject_was_anothers"));
        check(AnotherBefore, false, false, true, None);
        check(AnotherBefore, true, false, true, Some("another_subject"));
        check(Themselves, true, false, false, Some("linked_already"));
        check(Nobody, true, false, false, Some("another_subject"));
        for holder in [Nobody, Themselves, ThemselvesBefore, Another, AnotherBefore] {
            check(holder, false, true, true, Some("shared_subject"));
        }
    }
}
