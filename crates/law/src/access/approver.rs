//! Who approves a request for footage: somebody with another post than the one that is asked for; and who says where a copy is.
//!
//! Whose posts reach where, and who else of the unit could approve, `store` loads in the deciding transaction. The invariant: two who
//! hold both posts do not approve one another as long as somebody with the one post alone could and would not be refused for another reason; where nobody could, a unit with few
//! people is not locked out, and the entry says so.

use super::grant::{is_live_alone, refusal};
use super::{GrantAct, Post, Refusal, Scope, roles_for};
use model::Role;

/// By which of their own posts somebody could ask for the same: one of these acts, over one of these places.
pub fn post_for(posts: &[Post], acts: &[GrantAct], places: &[Scope]) -> Option<Role> {
    // Live pictures alone are asked for beside one's own group too.
    let beside = |post: &Post, place: &Scope| {
        is_live_alone(acts) && post.camera_group().is_some() && place.unit == post.unit
    };
    let reaches =
        |post: &Post| places.iter().any(|place| place.lies_in(post.unit, post.group) || beside(post, place));
    let entitles = |post: &Post| acts.iter().any(|act| roles_for(act.act()).contains(&post.role));
    posts.iter().find(|post| entitles(post) && reaches(post)).map(|post| post.role)
}

/// Approving is for another post than asking, as long as there is another person with that post alone.
pub fn refuse_same_post(post: Option<Role>, another_could: bool) -> Option<Refusal> {
    (post.is_some() && another_could).then(|| {
        refusal(
            "same_post",
            (
                "You hold a post by which you could ask for the same yourself, and somebody without it can approve.",
                "您持有可以自行申请同样画面的岗位，且另有不持该岗位的人员可以批准。",
            ),
            (
                "An administrator of the unit without a post that sees these cameras can approve it; you can decline it.",
                "可由不持有查看岗位的本单位管理员批准；您可以驳回。",
            ),
        )
    })
}

/// Where a copy is, whoever took it says, or whoever answers for its unit (guangzhou-2007:21). `knows`: they did, or they do.
pub fn refuse_others_copy(knows: bool) -> Option<Refusal> {
    (!knows).then(|| {
        Refusal::new(
            "guangzhou-2007:21",
            "others_copy",
            ("Somebody else took this copy.", "该副本由他人领取。"),
            (
                "Whoever took it says where it is, or an administrator of the unit.",
                "由领取人或本单位管理员登记去向。",
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Part;
    use model::{GroupId, UnitId};
    use uuid::Uuid;

    fn place(unit: u128, group: u128) -> Scope {
        Scope {
            unit: UnitId(Uuid::from_u128(unit)),
            groups: vec![GroupId(Uuid::from_u128(group))],
            system: None,
        }
    }
    fn post(role: Role, unit: u128, group: Option<u128>) -> Post {
        let group = group.map(|group| Part::Group(GroupId(Uuid::from_u128(group))));
        Post { role, unit: UnitId(Uuid::from_u128(unit)), group }
    }

    #[test]
    fn whoever_could_ask_for_it_is_told_from_act_and_place() {
        use GrantAct::{Export, Live, Playback, Still};
        let check = |posts: &[Post], acts: &[GrantAct], expected: Option<Role>| {
            let places = [place(1, 5), place(1, 6)];
            assert_eq!(post_for(posts, acts, &places), expected, "{posts:?} {acts:?}");
        };
        let (runs, looks) = (post(Role::Administrator, 1, None), post(Role::Operator, 1, None));
        check(&[runs], &[Live, Playback, Still, Export], None);
        check(&[runs, looks], &[Playback], Some(Role::Operator));
        check(&[runs, post(Role::Auditor, 1, None)], &[Playback], None);
        // A viewer looks at live pictures only.
        let watches = post(Role::Viewer, 1, None);
        check(&[runs, watches], &[Playback, Export], None);
        check(&[runs, watches], &[Playback, Live], Some(Role::Viewer));
        // One of the places is enough; another group or unit is none.
        check(&[runs, post(Role::Operator, 1, Some(6))], &[Still], Some(Role::Operator));
        check(&[runs, post(Role::Operator, 1, Some(7))], &[Still], None);
        check(&[runs, post(Role::Operator, 2, None)], &[Still], None);
        check(&[runs, post(Role::Viewer, 1, Some(7))], &[Live], Some(Role::Viewer));
        check(&[runs, post(Role::Viewer, 1, Some(7))], &[Live, Still], None);
    }

    #[test]
    fn a_unit_without_anybody_else_is_not_locked_out() {
        let check = |post, another, expected: Option<&str>| {
            assert_eq!(
                refuse_same_post(post, another).map(|refusal| refusal.code),
                expected,
                "{post:?} {another}"
            );
        };
        check(Some(Role::Operator), true, Some("same_post"));
        check(Some(Role::Operator), false, None);
        check(None, true, None);
    }
}
