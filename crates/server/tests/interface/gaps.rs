//! The list of gaps: whoever may explain one finds it, and nobody finds those of cameras that are not theirs to explain.

use crate::{
    cases::{Who, gap_of},
    house::House,
};
use law::access::Post;
use model::{GapCause, Role};

#[tokio::test(flavor = "multi_thread")]
async fn operators_find_the_gaps_that_they_may_explain_and_no_others() {
    let house = House::build().await;
    let leaf = gap_of(&house, GapCause::Camera).await;
    let found = async |cookie: &str| {
        let answer = house.get("/api/gaps", cookie).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.json());
        let gaps = answer.json()["gaps"].clone();
        gaps.as_array().unwrap().iter().filter_map(|gap| gap["id"].as_u64()).collect::<Vec<_>>()
    };
    for (who, expected) in [
        (Who::Operator, vec![leaf]),
        (Who::Administrator, vec![leaf]),
        (Who::Auditor, vec![leaf]),
        (Who::OtherOperator, vec![]),
    ] {
        assert_eq!(found(&who.sign_in(&house).await.cookie).await, expected, "{who:?}");
    }
    // Watches here, explains there: the post that covers the camera does not entitle.
    let posts = [(Role::Viewer, house.unit), (Role::Operator, house.other_unit)];
    let posts = posts.map(|(role, unit)| Post { role, unit, group: None }).to_vec();
    let person = house.person("both", posts).await;
    assert_eq!(found(&house.sign_in(person, "both").await.cookie).await, Vec::<u64>::new());
}
