//! Rounds of inspection over HTTP: begun whole or not at all, each inspection with its own entry and its own way, and how far a round is.

use crate::{
    cases::Who,
    house::{Caller, Entry, House},
    levels::paper,
    supervision::{Area, authority, bound},
};
use law::register::RecordKind;
use law::supervision::AuthorityKind;
use model::{Act, RecordId};
use serde_json::{Value, json};
use store::system_cx;

const ROUNDS: &str = "/api/inspection-rounds";

struct Scene {
    house: House,
    area: Area,
    officer: Caller,
}

impl Scene {
    async fn build() -> Self {
        let house = House::build().await;
        let area = Area::build(&house, "440106").await;
        let officer = bound(&house, area.authority).await;
        Self { house, area, officer }
    }

    /// A system of the other unit in the same county.
    async fn neighbour(&self) -> RecordId {
        let (cx, registry) = (system_cx("demo", self.house.app.now()), self.house.app.registry());
        let division = registry.record(&cx, self.area.system).await.unwrap().body["division"].clone();
        let body = json!({ "name": "邻近系统", "division": division, "builder_kind": "enterprise" });
        let body = body.as_object().cloned().unwrap();
        registry.add_record(&cx, RecordKind::System, Some(self.house.other_unit), body).await.unwrap()
    }

    async fn begin(&self, inspections: Value) -> (u16, Value) {
        let body =
            json!({ "reason": "春季检查", "plan": "三月至四月，先查车站", "inspections": inspections });
        let answer = self.house.post(ROUNDS, &self.officer.cookie, body).await;
        (answer.status.as_u16(), answer.json())
    }

    async fn total(&self, caller: &Caller, path: &str) -> Value {
        let answer = self.house.get(path, &caller.cookie).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json());
        answer.json()["total"].clone()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.house.post(path, &self.officer.cookie, body).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.json());
        answer.json()
    }
}

/// Who is in the round: a system of the unit, and one of the other.
fn both(scene: &Scene, neighbour: RecordId) -> Value {
    json!([
        { "unit_id": scene.house.unit.to_string(), "system_id": scene.area.system.to_string() },
        { "unit_id": scene.house.other_unit.to_string(), "system_id": neighbour.to_string() },
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_begins_whole_with_an_entry_for_each_or_not_at_all() {
    let scene = Scene::build().await;
    let (unit, other) = (scene.house.unit.to_string(), scene.house.other_unit.to_string());
    let system = scene.area.system.to_string();
    // The other unit has nothing in the area yet: nothing begins.
    let (status, refused) = scene.begin(json!([{ "unit_id": unit }, { "unit_id": other }])).await;
    assert_eq!(status, 403, "{refused}");
    let neighbour = scene.neighbour().await;
    let many = vec![json!({ "unit_id": unit }); 51];
    for (wrong, why) in [
        (json!([]), "none"),
        (json!(many), "too many"),
        (json!([{ "unit_id": unit }, { "unit_id": unit }]), "twice"),
        (json!([{ "unit_id": unit }, { "unit_id": unit, "system_id": system }]), "a part of the whole"),
        (json!([{ "unit_id": unit, "system_id": system }, { "unit_id": unit }]), "the whole of a part"),
    ] {
        assert_eq!(scene.begin(wrong).await.0, 400, "{why}");
    }
    // A system that is another unit's.
    let wrong = json!([{ "unit_id": unit }, { "unit_id": other, "system_id": system }]);
    assert_eq!(scene.begin(wrong).await.0, 404);
    assert_eq!(scene.total(&scene.officer, "/api/inspections").await, 0, "nothing of any began");
    assert_eq!(scene.total(&scene.officer, ROUNDS).await, 0);

    let before = scene.house.entry_count().await;
    let (status, begun) = scene.begin(both(&scene, neighbour)).await;
    assert_eq!(status, 201, "{begun}");
    assert_eq!(
        (&begun["round"]["open_count"], &begun["round"]["plan"]),
        (&json!(2), &json!("三月至四月，先查车站"))
    );
    let entries = scene.house.entries_since(before).await;
    let acts: Vec<&Entry> = entries.iter().filter(|entry| entry.act == Act::Supervise).collect();
    assert_eq!(acts.len(), 3);
    let (round, units) = (
        begun["round"]["id"].as_str().unwrap(),
        [None, Some(scene.house.unit), Some(scene.house.other_unit)],
    );
    for (entry, unit) in acts.iter().zip(units) {
        assert_eq!(entry.record.unit, unit, "{}", entry.record.extra);
        assert!(entry.record.extra.contains(&format!("round={round}")), "{}", entry.record.extra);
    }
    assert!(acts[0].record.extra.contains("units=2\ninspections=2"), "{}", acts[0].record.extra);
    for inspection in begun["inspections"].as_array().unwrap() {
        assert_eq!(inspection["round_id"], begun["round"]["id"]);
        assert_eq!(inspection["reason"], "春季检查");
        assert!(inspection["lines_count"].as_u64().unwrap() > 0, "each with its own list: {inspection}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn how_far_a_round_is_follows_from_its_inspections_and_is_the_authorities_own() {
    let scene = Scene::build().await;
    let neighbour = scene.neighbour().await;
    let (_, begun) = scene.begin(both(&scene, neighbour)).await;
    let path = format!("{ROUNDS}/{}", begun["round"]["id"].as_str().unwrap());
    let of = |name: &str| {
        let all = begun["inspections"].as_array().unwrap();
        let one = all.iter().find(|one| one["system"]["name"] == name).unwrap();
        format!("/api/inspections/{}", one["id"].as_str().unwrap())
    };
    let (hall, next) = (of("大厅系统"), of("邻近系统"));
    let counts = async || {
        let round = scene.house.get(&path, &scene.officer.cookie).await.json()["round"].clone();
        let names = ["open", "ended", "refused", "lacking", "orders", "orders_open"];
        names.map(|name| round[format!("{name}_count")].as_u64().unwrap())
    };
    assert_eq!(counts().await, [2, 0, 0, 0, 0, 0]);
    let whole = scene.house.get(&hall, &scene.officer.cookie).await.json();
    let lines = whole["lines"].as_array().unwrap();
    let line = lines.iter().find(|line| line["article"].as_str().unwrap().starts_with("national-2025:14"));
    let line = line.unwrap()["number"].as_u64().unwrap();
    let lacking = json!({ "verdict": "lacking", "note": "未见材料" });
    scene.post(&format!("{hall}/lines/{line}"), lacking).await;
    let order = json!({
        "inspection_id": hall.rsplit('/').next().unwrap(), "line": line, "demand": "限期整改",
        "deadline_ms": scene.house.app.now().as_ms() + 10 * 86_400_000,
    });
    let order = scene.post("/api/orders", order).await;
    assert_eq!(counts().await, [2, 0, 0, 1, 1, 1]);
    scene.post(&format!("{hall}/end"), json!({ "note": "查毕" })).await;
    scene.post(&format!("{next}/end"), json!({ "refused": true, "note": "门卫拒绝入内" })).await;
    assert_eq!(counts().await, [0, 1, 1, 1, 1, 1]);
    let administrator = Who::Administrator.sign_in(&scene.house).await;
    let order = format!("/api/orders/{}", order["id"].as_str().unwrap());
    let done = json!({ "text": "已整改", "document_ids": [paper(&scene.house).await.to_string()] });
    let done = scene.house.post(&format!("{order}/correction"), &administrator.cookie, done).await;
    assert_eq!(done.status, 200, "{}", done.json());
    scene.post(&format!("{order}/decision"), json!({ "what": "accepted", "text": "复核合格" })).await;
    assert_eq!(counts().await, [0, 1, 1, 1, 1, 0]);

    // The authority above reads it; a neighbour's and the units, whose inspections they are, do not.
    let city = authority(&scene.house, "广州市公安局", AuthorityKind::PublicSecurity, "440100").await;
    let above = bound(&scene.house, city).await;
    assert_eq!(scene.total(&above, ROUNDS).await, 1);
    let elsewhere = authority(&scene.house, "邻市分局", AuthorityKind::PublicSecurity, "440305").await;
    let elsewhere = bound(&scene.house, elsewhere).await;
    for other in [elsewhere, administrator] {
        assert_eq!(scene.total(&other, ROUNDS).await, 0, "{}", other.account);
        assert_eq!(scene.house.get(&path, &other.cookie).await.status, 404, "{}", other.account);
    }
    // What became secret since is counted for the cleared alone (guangzhou-2007:11).
    let cx = system_cx("demo", scene.house.app.now());
    let kept = scene.house.app.registry().record(&cx, neighbour).await.unwrap();
    let mut body = kept.body.clone();
    body.insert("secret".into(), json!(true));
    scene.house.app.registry().change_record(&cx, neighbour, kept.version, body).await.unwrap();
    assert_eq!(counts().await, [0, 1, 0, 1, 1, 0]);
}
