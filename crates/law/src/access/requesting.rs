//! What stands between asking and looking: a requester's account files requests, follows its own, and collects what was handed over to
//! it. Everything else is refused, whatever other posts the person was given.
//!
//! It does not say which request is lawful: that is `crate::retrieval`.

use super::rules::{Checked, refuse};
use super::{FactValues, Post};
use model::{Act, Role};

/// What the portal is for.
pub(super) const fn is_of_portal(act: Act) -> bool {
    matches!(
        act,
        Act::FileRequest
            | Act::FollowRequests
            | Act::ReceivePackage
            | Act::SupplyRequest
            | Act::WithdrawRequest
            | Act::Collect
    )
}

/// What is said to authorities, claims and requesters are the whole unit's business.
pub(super) const fn is_unit_wide(act: Act) -> bool {
    matches!(
        act,
        Act::AnswerSupervision | Act::LodgeClaim | Act::SettleClaim | Act::ReadClaims | Act::ChangeRequester
    )
}

/// Refuses what requesting is kept apart from.
pub(super) fn apart(facts: &FactValues, posts: &[Post]) -> Checked {
    if facts.act == Act::ChangeRequester && facts.own {
        return refuse(
            "unit:accounts",
            "own_posts",
            ("Nobody makes themselves a requester.", "任何人不得将自己设为调取申请人。"),
            ("Another administrator can do it.", "可由其他管理员办理。"),
        );
    }
    if is_of_portal(facts.act) || !posts.iter().any(|post| post.role == Role::Requester) {
        return Ok(());
    }
    // national-2016:21: who has the right gets the footage by the procedure; cameras and their register are not part of it.
    refuse(
        "unit:portal",
        "requester_only",
        (
            "A requester's account asks for footage and collects it, and does nothing else.",
            "调取申请人账号仅用于提出调取申请和领取材料。",
        ),
        ("File a request; the unit's people answer it.", "请提出调取申请，由使用单位人员办理。"),
    )
}
