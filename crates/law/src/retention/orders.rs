//! On whose order footage is held: somebody's of the unit, and another's than whoever places the hold.
//!
//! It does not ask for an order: an incident does not wait. The invariant: a name that stands beside a hold is an account's, so that
//! somebody can be asked; whoever places a hold cannot be the one who told themselves to.

use super::REVIEW_ARTICLE;
use crate::access::Refusal;

/// `own`: it is whoever places it. `of_unit`: it is an account that is in use, with a post in the unit of each camera.
pub fn refuse_order(own: bool, of_unit: bool) -> Option<Refusal> {
    if own {
        return Some(Refusal::new(
            REVIEW_ARTICLE,
            "hold_approver_own",
            (
                "You cannot name yourself as who ordered the hold that you place.",
                "保全人不能将本人填为决定人。",
            ),
            (
                "Name another account of the unit, or nobody: a hold needs no order.",
                "请选择本单位其他账号，或不填：保全不以他人决定为前提。",
            ),
        ));
    }
    (!of_unit).then(|| {
        Refusal::new(
            REVIEW_ARTICLE,
            "hold_approver",
            (
                "Whoever ordered it is no account in use with a post in the unit of these cameras.",
                "所填决定人不是在这些摄像机所属单位任职的有效账号。",
            ),
            (
                "Choose from the list; who has no account is named in the reason.",
                "请从列表中选择；没有账号的人员请写入保全理由。",
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_anothers_and_of_the_unit() {
        let check = |own, of_unit, expected: Option<&str>| {
            assert_eq!(refuse_order(own, of_unit).map(|refusal| refusal.code), expected, "{own} {of_unit}");
        };
        check(false, true, None);
        check(false, false, Some("hold_approver"));
        check(true, true, Some("hold_approver_own"));
        check(true, false, Some("hold_approver_own"));
    }
}
