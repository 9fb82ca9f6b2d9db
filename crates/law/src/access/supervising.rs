//! What stands between supervising and looking: a supervisor has no pictures and no basic data in bulk, whatever other posts they were
//! given, and does not supervise a unit in which they hold a post.
//!
//! It does not say whom somebody supervises: that is `crate::supervision`.

use super::rules::{Checked, refuse, shows_pictures};
use super::{FactValues, Post};
use model::{Act, Role};

/// Refuses what supervising is kept apart from.
pub(super) fn apart(facts: &FactValues, posts: &[Post]) -> Checked {
    if facts.act == Act::ChangeAuthority && facts.own {
        return refuse(
            "unit:accounts",
            "own_posts",
            ("Nobody makes themselves a supervisor.", "任何人不得将自己设为监督员。"),
            ("Another administrator can do it.", "可由其他管理员办理。"),
        );
    }
    if !posts.iter().any(|post| post.role == Role::Supervisor) {
        return Ok(());
    }
    // national-2016:4: who supervises checks whether the rules are kept; footage is seen by the procedure of retrieval.
    if shows_pictures(facts) || matches!(facts.act, Act::AskGrant | Act::BeginTakeover | Act::HandOver) {
        return refuse(
            "national-2016:4",
            "supervisor_picture",
            ("A supervisor sees compliance, not pictures.", "监督员查看合规情况，不查看画面。"),
            (
                "The authority can ask for the footage (retrieval); the unit's people hand it over.",
                "可由主管机关依法提出调取，由使用单位人员移交。",
            ),
        );
    }
    if matches!(
        facts.act,
        Act::ReadBasicData
            | Act::ReadDossier
            | Act::MakeSystemDossier
            | Act::CollectSystemDossier
            | Act::ImportRecords
            | Act::ChangeMany
    ) {
        return refuse(
            "national-2016:6",
            "supervisor_basic_data",
            ("A supervisor does not read basic data in bulk.", "监督员不得批量查阅基础资料。"),
            ("What a filing gives is with the organ that received it.", "备案材料由受理备案的机关保存。"),
        );
    }
    let own = |post: &Post| {
        post.role != Role::Supervisor && facts.scopes.iter().any(|scope| scope.unit == post.unit)
    };
    if matches!(facts.act, Act::Supervise | Act::DemandRetention) && posts.iter().any(own) {
        return refuse(
            "national-2016:32",
            "own_unit",
            ("Nobody supervises a unit in which they hold a post.", "任何人不得监督自己任职的单位。"),
            ("Another supervisor of the authority can do it.", "可由该机关其他监督员办理。"),
        );
    }
    Ok(())
}
