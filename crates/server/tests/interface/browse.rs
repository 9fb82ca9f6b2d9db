//! How a console walks thousands of cameras: by id, by words, branch by branch, with counts. What one's posts do not cover is
//! neither listed nor counted, however it is asked for.

use crate::house::{Caller, House};
use model::{Act, CameraId, GroupId, Role, UnitId};
use serde_json::Value;
use store::{NewCamera, system_cx};

/// The house's two cameras at the river, more beside it and below it, and one of another unit.
struct Town {
    house: House,
    viewer: Caller,
    below: GroupId,
    elsewhere: CameraId,
}

impl Town {
    async fn build() -> Self {
        let house = House::build().await;
        let viewer = house.caller(Role::Viewer, house.unit).await;
        let cx = system_cx("demo", house.app.now());
        let below =
            house.app.registry().create_group(&cx, house.unit, "Pier", Some(house.group)).await.unwrap();
        let mut town = Self { house, viewer, below, elsewhere: CameraId(uuid::Uuid::nil()) };
        let unit = town.house.unit;
        for number in 1..=5 {
            town.add(unit, Some(below), &format!("Mole {number}"), "Quay").await;
        }
        town.add(unit, None, "Gate", "Main road").await;
        town.elsewhere = town.add(town.house.other_unit, None, "Mole of others", "Quay").await;
        town
    }

    async fn add(&self, unit: UnitId, group: Option<GroupId>, name: &str, place: &str) -> CameraId {
        let new = NewCamera {
            unit,
            group,
            name: name.to_owned(),
            place: place.to_owned(),
            main_url: "rtsp://192.0.2.1/main".to_owned(),
            sub_url: None,
            credentials: None,
            reach: store::Reach::default(),
            security_level: 1,
            floor_days: None,
        };
        let cx = system_cx("demo", self.house.app.now());
        self.house.app.registry().create_camera(&cx, new).await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.house.get(path, &self.viewer.cookie).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json());
        answer.json()
    }

    /// Names on the first page, which holds all of them.
    async fn names(&self, query: &str) -> Vec<String> {
        let page = self.get(&format!("/api/cameras?{query}")).await;
        let names: Vec<String> = page["cameras"]
            .as_array()
            .unwrap()
            .iter()
            .map(|camera| camera["name"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(page["total"].as_u64(), Some(names.len() as u64), "{query}");
        names
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cameras_are_found_by_words_and_branch() {
    let town = Town::build().await;
    let (unit, other, river, pier) = (town.house.unit, town.house.other_unit, town.house.group, town.below);
    let moles = ["Mole 1", "Mole 2", "Mole 3", "Mole 4", "Mole 5"];
    let all = [["01", "02", "Gate"].as_slice(), &moles].concat();
    let river_words = "query=%E6%B1%9F%E8%BE%B9";
    let check = async |query: String, expected: &[&str]| {
        assert_eq!(town.names(&query).await, expected, "{query}");
    };
    check(String::new(), &all).await;
    // Each word somewhere: in the name, the place, a group that it is in, the unit.
    check("query=mole".into(), &moles).await;
    check("query=quay%203".into(), &["Mole 3"]).await;
    check("query=pier".into(), &moles).await;
    check(river_words.into(), &[["01", "02"].as_slice(), &moles].concat()).await;
    check(format!("{river_words}%20pier%202"), &["Mole 2"]).await;
    check("query=%E7%A4%BA%E8%8C%83".into(), &all).await;
    check("query=%E5%85%B6%E4%BB%96%E5%8D%95%E4%BD%8D".into(), &[]).await;
    check("query=mole%20gate".into(), &[]).await;
    // A branch of the tree, with and without what is below.
    check(format!("group={river}"), &[["01", "02"].as_slice(), &moles].concat()).await;
    check(format!("group={river}&direct=true"), &["01", "02"]).await;
    check(format!("group={pier}&direct=true"), &moles).await;
    check(format!("unit={unit}&direct=true"), &["Gate"]).await;
    check(format!("unit={unit}"), &all).await;
    check(format!("unit={other}"), &[]).await;
    check("enabled=true&query=gate".into(), &["Gate"]).await;
    check("enabled=false".into(), &[]).await;
    // Pages hold together under a filter.
    let (mut cursor, mut seen) = (String::new(), Vec::new());
    loop {
        let page = town.get(&format!("/api/cameras?query=mole&limit=2{cursor}")).await;
        assert_eq!(page["total"], 5);
        seen.extend(page["cameras"].as_array().unwrap().iter().map(|one| one["name"].clone()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, moles);
    let cookie = &town.viewer.cookie;
    let many = town.house.get("/api/cameras?query=1%202%203%204%205%206%207%208%209", cookie).await;
    assert_eq!((many.status.as_u16(), many.json()["error"]["field"].as_str()), (400, Some("query")));
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_say_how_many_cameras_hang_where() {
    let town = Town::build().await;
    let (unit, river, pier) = (town.house.unit.to_string(), town.house.group, town.below);
    let check = async |query: &str, expected: &[(Option<GroupId>, u64)]| {
        let counts = town.get(&format!("/api/cameras/counts{query}")).await;
        let mut found: Vec<(Option<String>, u64)> = Vec::new();
        for one in counts["counts"].as_array().unwrap() {
            assert_eq!(one["unit_id"], unit.as_str(), "the other unit's are not counted");
            found.push((one["group_id"].as_str().map(str::to_owned), one["cameras"].as_u64().unwrap()));
        }
        found.sort();
        let mut expected: Vec<(Option<String>, u64)> =
            expected.iter().map(|(group, count)| (group.map(|group| group.to_string()), *count)).collect();
        expected.sort();
        assert_eq!(found, expected, "{query}");
        assert_eq!(counts["total"].as_u64().unwrap(), expected.iter().map(|(_, count)| count).sum::<u64>());
    };
    check("", &[(None, 1), (Some(river), 2), (Some(pier), 5)]).await;
    check("?query=mole", &[(Some(pier), 5)]).await;
    check("?query=nothing", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cameras_asked_for_by_id_are_those_that_one_may_know_of() {
    let town = Town::build().await;
    let [first, second] = [town.house.cameras[0], town.house.cameras[1]];
    assert_eq!(town.names(&format!("ids={second},{first}")).await, ["01", "02"]);
    assert_eq!(town.names(&format!("ids={second}")).await, ["02"]);
    // Another unit's camera, and one that never was, are left out alike.
    let never = uuid::Uuid::now_v7();
    assert_eq!(town.names(&format!("ids={first},{},{never}", town.elsewhere)).await, ["01"]);
    assert_eq!(town.names("ids=").await, Vec::<String>::new());
    let bad = async |ids: String| {
        let answer = town.house.get(&format!("/api/cameras?ids={ids}"), &town.viewer.cookie).await;
        answer.status.as_u16()
    };
    assert_eq!(bad("north".into()).await, 400);
    let ids = |count: usize| vec![first.to_string(); count].join(",");
    assert_eq!(bad(ids(101)).await, 400);
    assert_eq!(bad(ids(100)).await, 200);
}

/// national-2016:6: looking the same cameras up again, on whatever page, is no reading in bulk; looking up many is.
#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_is_shown_again_counts_once() {
    let town = Town::build().await;
    let keeper = town.house.caller(Role::Administrator, town.house.unit).await;
    let before = town.house.entry_count().await;
    let bulk = async || {
        let entries = town.house.entries_since(before).await;
        entries.iter().filter(|entry| entry.act == Act::ReadBasicData).count()
    };
    // Eight cameras, on seventy different pages.
    for limit in 1..=70 {
        let path = format!("/api/cameras?limit={}&query=0%20{limit}", limit + 10);
        assert_eq!(town.house.get(&path, &keeper.cookie).await.status, 200);
        let path = format!("/api/cameras?limit={}", limit + 10);
        assert_eq!(town.house.get(&path, &keeper.cookie).await.status, 200);
    }
    assert_eq!(bulk().await, 0);
    for number in 0..store::BASIC_DATA_ROWS {
        town.add(town.house.unit, None, &format!("Row {number:03}"), "").await;
    }
    let path = format!("/api/cameras?limit={}", store::BASIC_DATA_ROWS);
    assert_eq!(town.house.get(&path, &keeper.cookie).await.status, 200);
    assert_eq!(bulk().await, 0);
    assert_eq!(town.house.get("/api/cameras?query=row%20499", &keeper.cookie).await.status, 200);
    assert_eq!(bulk().await, 1);
}
