//! The list of gaps: whoever may explain one finds it, and nobody finds those of cameras that are not theirs to explain. And what gaps
//! make of availability: by camera, by system of the register, by unit and together, to the second.

use crate::{
    cases::{Who, gap_of},
    house::House,
    retention::at_point,
    supervision::supervisor,
    turned::Turned,
};
use law::access::Post;
use model::{GapCause, Profile, Role, Span, StreamId};
use serde_json::{Value, json};
use store::NewGap;

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

const MINUTE_US: i64 = 60_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn systems_of_the_register_and_cameras_in_none_make_the_whole() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let begun = house.app.now();
    let (_, area) = supervisor(&house).await;
    let system = area.system.to_string();
    at_point(&house, &area, house.cameras[0]).await;
    clocks.on_us(120 * MINUTE_US);
    let now = house.app.now();
    // An hour of the camera in the system, half an hour of the other one.
    for (camera, minutes) in [(house.cameras[0], 60), (house.cameras[1], 30)] {
        let stream = StreamId { camera, profile: Profile::Main };
        let span = Span::new(now.plus_us(-90 * MINUTE_US), now.plus_us((minutes - 90) * MINUTE_US)).unwrap();
        let gap = NewGap { stream, span, cause: GapCause::Camera, evidence: "silent".to_owned() };
        house.app.store().footage.commit_gap(gap).await.unwrap();
    }
    let auditor = Who::Auditor.sign_in(&house).await;
    let span = format!("from_ms={}&to_ms={}&step=whole", begun.as_ms() - 1_000, now.as_ms() + 1_000);
    let rows = async |more: &str| {
        let answer = house.get(&format!("/api/availability?{span}{more}"), &auditor.cookie).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        let rows = answer.json()["rows"].as_array().unwrap().clone();
        let row = |row: &Value| (row["about"]["id"].clone(), row["owed_s"].clone(), row["missing_s"].clone());
        rows.iter().map(row).collect::<Vec<_>>()
    };
    let owed = async |more: &str| rows(more).await[0].1.as_f64().unwrap();
    // Those in none have no name, and come first.
    let each = owed("&by=camera").await;
    assert!((7_199.0..=7_201.0).contains(&each), "two hours: {each}");
    assert_eq!(
        rows("&by=system").await,
        [(json!("none"), json!(each), json!(1_800.0)), (json!(system), json!(each), json!(3_600.0))]
    );
    assert_eq!(rows("&by=all").await, [(Value::Null, json!(2.0 * each), json!(5_400.0))]);
    let unit = json!(house.unit.to_string());
    assert_eq!(rows("&by=unit").await, [(unit.clone(), json!(2.0 * each), json!(5_400.0))]);
    // As a scope: its cameras alone, whatever they are summed by.
    let of_system = format!("&system={system}");
    let first = json!(house.cameras[0].to_string());
    assert_eq!(rows(&format!("&by=camera{of_system}")).await, [(first, json!(each), json!(3_600.0))]);
    assert_eq!(rows(&format!("&by=unit{of_system}")).await, [(unit, json!(each), json!(3_600.0))]);
    assert_eq!(rows("&by=all&system=none").await, [(Value::Null, json!(each), json!(1_800.0))]);
    let file = house.get(&format!("/api/availability.csv?{span}&by=system"), &auditor.cookie).await;
    let text = String::from_utf8(file.body.to_vec()).unwrap();
    assert!(text.lines().count() == 3 && text.contains(&format!("{system},")), "{text}");
    for unknown in [house.unit.to_string(), "nothing".to_owned()] {
        let path = format!("/api/availability?{span}&system={unknown}");
        assert_eq!(house.get(&path, &auditor.cookie).await.status, 404, "{unknown}");
    }
    // Another unit's auditor may name it, and finds none of its cameras in it.
    let other = house.caller(Role::Auditor, house.other_unit).await;
    let answer = house.get(&format!("/api/availability?{span}&by=system{of_system}"), &other.cookie).await;
    assert_eq!(answer.json()["rows"], json!([]));
}
