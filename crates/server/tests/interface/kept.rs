//! What the register shows beside its lists: the milestones of main works, which records name one, its findings by page and
//! filter, and that a secret system is shown to nobody without clearance.

use crate::house::{Caller, House};
use axum::http::Method;
use model::{Act, Role, UnitId};
use serde_json::{Value, json};

pub struct Registered {
    pub house: House,
    pub keeper: Caller,
}

impl Registered {
    pub async fn build() -> Self {
        let house = House::build().await;
        let keeper = house.caller(Role::Administrator, house.unit).await;
        Self { house, keeper }
    }

    async fn add_in(&self, keeper: &Caller, unit: Option<UnitId>, kind: &str, body: Value) -> String {
        let request = json!({ "unit_id": unit.map(|unit| unit.to_string()), "body": body });
        let answer = self.house.post(&format!("/api/register/{kind}"), &keeper.cookie, request).await;
        assert_eq!(answer.status, 201, "{kind}: {}", answer.json());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    pub async fn add(&self, kind: &str, body: Value) -> String {
        self.add_in(&self.keeper, Some(self.house.unit), kind, body).await
    }

    pub async fn shared(&self, kind: &str, body: Value) -> String {
        self.add_in(&self.keeper, None, kind, body).await
    }

    pub async fn get(&self, caller: &Caller, path: &str) -> Value {
        self.house.get(path, &caller.cookie).await.json()
    }

    /// A system of main works with two points at one place.
    pub async fn system(&self) -> (String, String) {
        let division = self.shared("division", json!({ "code": "440106", "name": "天河区" })).await;
        let works = json!({ "name": "大楼", "designed_on": "2026-01-05", "completed_on": "2026-03-01" });
        let works = self.add("main-works", works).await;
        let body = json!({
            "name": "系统", "packs": ["guangzhou-2007"], "division": division, "builder_kind": "enterprise",
            "main_works": works, "owner": "业主",
        });
        let system = self.add("system", body).await;
        let place = self.add("place", json!({ "name": "大厅", "division": division })).await;
        for name in ["东门", "西门"] {
            let body = json!({
                "name": name, "system": system, "place": place, "purpose": "出入口", "longitude": 113.3,
            });
            self.add("point", body).await;
        }
        (system, place)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn milestones_of_the_main_works_stand_beside_the_systems() {
    let world = Registered::build().await;
    let (system, _) = world.system().await;
    let life = world.get(&world.keeper, &format!("/api/systems/{system}/life")).await;
    let works = &life["main_works"];
    assert_eq!(works["name"], "大楼");
    assert_eq!((&works["designed_on"], &works["completed_on"]), (&json!("2026-01-05"), &json!("2026-03-01")));
    assert!(works["in_use_on"].is_null(), "{works}");
    let found = world.get(&world.keeper, &format!("/api/findings/register?about={system}")).await;
    let codes: Vec<&str> =
        found["findings"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
    assert!(codes.contains(&"behind_main_works"), "{codes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_a_record_is_shown_by_page_and_as_far_as_one_may_see() {
    let world = Registered::build().await;
    let (system, place) = world.system().await;
    let path = format!("/api/records/{place}/named-by");
    let all = world.get(&world.keeper, &path).await;
    assert_eq!(all["total"], 2);
    let names = |page: &Value| -> Vec<String> {
        let naming = page["naming"].as_array().unwrap().iter();
        naming.map(|one| format!("{} {}", one["field"], one["record"]["name"])).collect()
    };
    assert_eq!(names(&all), [r#""place" "东门""#, r#""place" "西门""#]);
    assert_eq!(all["naming"][0]["record"]["body"]["longitude"], 113.3);
    // By page, without end and without doubles.
    let first = world.get(&world.keeper, &format!("{path}?limit=1")).await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = world.get(&world.keeper, &format!("{path}?limit=1&cursor={cursor}")).await;
    assert_eq!([names(&first), names(&second)].concat(), names(&all));
    assert!(second["next_cursor"].is_null());
    // Basic data is for whoever keeps the registry (national-2016:6).
    let operator = world.house.caller(Role::Operator, world.house.unit).await;
    let masked = world.get(&operator, &path).await;
    assert_eq!(names(&masked), names(&all));
    assert!(masked["naming"][0]["record"]["body"]["longitude"].is_null());
    // Another unit's records are nobody's business: neither the named one nor those that name a shared one.
    let other = world.house.caller(Role::Administrator, world.house.other_unit).await;
    assert_eq!(world.house.get(&path, &other.cookie).await.status, 404);
    let division =
        world.get(&world.keeper, &format!("/api/records/{system}")).await["body"]["division"].clone();
    let path = format!("/api/records/{}/named-by", division.as_str().unwrap());
    assert_eq!(world.get(&world.keeper, &path).await["total"], 2);
    assert_eq!(world.get(&other, &path).await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_of_the_register_come_by_weight_page_and_filter() {
    let world = Registered::build().await;
    let (system, _) = world.system().await;
    let all = world.get(&world.keeper, "/api/findings/register").await;
    let rows = all["findings"].as_array().unwrap();
    assert_eq!(all["total"].as_u64().unwrap(), rows.len() as u64);
    let weigh = |word: &str| rows.iter().filter(|one| one["severity"] == word).count() as u64;
    assert_eq!(all["breaches"], weigh("breach"));
    assert_eq!(all["due"], weigh("due"));
    assert_eq!(all["notes"], weigh("note"));
    let order =
        |one: &Value| ["breach", "due", "note"].iter().position(|word| one["severity"] == **word).unwrap();
    assert!(rows.is_sorted_by_key(order), "the gravest first");
    // Each says which article, pack and control, since when, what shows it, and what helps in both languages.
    let behind = rows.iter().find(|one| one["code"] == "behind_main_works").unwrap();
    assert_eq!(behind["article"], "guangzhou-2007:10");
    assert_eq!(
        (&behind["pack"], &behind["control"]),
        (&json!("guangzhou-2007"), &json!("main-works-milestones"))
    );
    assert_eq!(behind["record"]["id"], json!(system));
    assert_eq!(behind["evidence"][0]["name"], "大楼");
    // The first of March begins at four in the afternoon of the last of February, in Greenwich.
    assert_eq!(behind["since_ms"], 1_772_294_400_000_i64);
    assert!(behind["remedy"]["zh"].is_string() && behind["remedy"]["en"].is_string());
    let count = async |filter: &str| {
        world.get(&world.keeper, &format!("/api/findings/register?{filter}")).await["total"].as_u64().unwrap()
    };
    assert_eq!(count("code=behind_main_works").await, 1);
    assert_eq!(count("control=main-works-milestones").await, 1);
    assert_eq!(count("severity=note").await, weigh("note"));
    assert_eq!(count("pack=datong-2008").await, 0);
    assert_eq!(count("pack=guangzhou-2007&severity=due&binds=true&code=behind_main_works").await, 1);
    assert_eq!(count("code=behind_main_works&binds=false").await, 0);
    // Pages hold together.
    let (mut cursor, mut seen) = (String::new(), 0);
    loop {
        let page = world.get(&world.keeper, &format!("/api/findings/register?limit=2{cursor}")).await;
        seen += page["findings"].as_array().unwrap().len() as u64;
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(Some(seen), all["total"].as_u64());
    let wrong = world.house.get("/api/findings/register?severity=grave", &world.keeper.cookie).await;
    assert_eq!(wrong.status, 400);
    // Another unit sees nothing of it.
    let other = world.house.caller(Role::Administrator, world.house.other_unit).await;
    assert_eq!(world.get(&other, "/api/findings/register?code=behind_main_works").await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_system_is_not_there_for_whoever_is_not_cleared() {
    let world = Registered::build().await;
    let (system, place) = world.system().await;
    let other = world.house.caller(Role::Administrator, world.house.unit).await;
    let keeper = &world.keeper;
    let life = format!("/api/systems/{system}/life");
    let record = format!("/api/records/{system}");
    let points = world.get(keeper, "/api/register/point").await;
    let point = points["records"][0]["id"].as_str().unwrap().to_owned();
    let body = json!({
        "unit_id": world.house.unit.to_string(), "name": "涉密枪机", "main_url": "rtsp://192.0.2.1/main", "point_id": point,
    });
    let made = world.house.post("/api/cameras", &keeper.cookie, body).await;
    assert_eq!(made.status, 201, "{}", made.json());
    let camera = made.json()["id"].as_str().unwrap().to_owned();

    let mark = async |who: &Caller, secret: bool| {
        let shown = world.get(who, &record).await;
        let mut body = shown["body"].clone();
        body["secret"] = json!(secret);
        let request = json!({ "version": shown["version"], "body": body });
        world.house.send(&world.house.router, Method::PATCH, &record, Some(&who.cookie), Some(request)).await
    };
    assert!(matches!(mark(keeper, true).await.status.as_u16(), 200 | 404));

    let seen = async |who: &Caller| {
        let list = |kind: &'static str| world.get(who, kind);
        let named = world.get(who, &format!("/api/records/{place}/named-by")).await["total"].clone();
        let shown = async |query: String| {
            let page = world.get(who, &format!("/api/cameras{query}")).await;
            let cameras = page["cameras"].as_array().unwrap();
            assert_eq!(page["total"], cameras.len(), "{query}: it is not counted either");
            page["cameras"].to_string().contains("涉密枪机")
        };
        let word = "query=%E6%B6%89%E5%AF%86";
        // However one asks for it.
        let ways = [
            shown(String::new()).await,
            shown(format!("?ids={camera}")).await,
            shown(format!("?record={point}")).await,
            shown(format!("?record={system}")).await,
            shown(format!("?{word}")).await,
            world.get(who, &format!("/api/cameras/counts?{word}")).await["total"] == 1,
        ];
        assert!(ways.iter().all(|way| *way == ways[0]), "{ways:?}");
        let search = format!("/api/register/point?query={}", "%E4%B8%9C%E9%97%A8");
        (
            world.house.get(&record, &who.cookie).await.status.as_u16(),
            world.house.get(&life, &who.cookie).await.status.as_u16(),
            world.house.get(&format!("/api/records/{point}/versions"), &who.cookie).await.status.as_u16(),
            list("/api/register/system").await["total"].as_u64().unwrap(),
            list("/api/register/point").await["total"].as_u64().unwrap(),
            world.get(who, &search).await["total"].as_u64().unwrap(),
            named.as_u64().unwrap(),
            world.get(who, &format!("/api/findings/register?about={system}")).await["total"]
                .as_u64()
                .unwrap()
                > 0,
            ways[0],
        )
    };
    const GONE: (u16, u16, u16, u64, u64, u64, u64, bool, bool) = (404, 404, 404, 0, 0, 0, 0, false, false);
    const THERE: (u16, u16, u16, u64, u64, u64, u64, bool, bool) = (200, 200, 200, 1, 2, 1, 2, true, true);
    for who in [keeper, &other] {
        assert_eq!(seen(who).await, GONE);
    }
    let level = json!({ "kind": "camera", "selection": { "ids": [camera] }, "set": { "camera_level": 2 } });
    assert_eq!(world.house.post("/api/bulk", &other.cookie, level.clone()).await.status, 404);
    // What it cannot see it can neither change nor name nor step nor watch.
    let change = json!({ "version": 2, "body": { "name": "新名" } });
    let answer = world
        .house
        .send(&world.house.router, Method::PATCH, &record, Some(&other.cookie), Some(change))
        .await;
    assert_eq!(answer.status, 404);
    let step = json!({ "step": "review", "passed": true });
    assert_eq!(
        world.house.post(&format!("/api/systems/{system}/steps"), &other.cookie, step).await.status,
        404
    );
    let body = json!({ "name": "新点", "system": system, "place": place, "purpose": "看" });
    let request = json!({ "unit_id": world.house.unit.to_string(), "body": body });
    assert_eq!(world.house.post("/api/register/point", &other.cookie, request).await.status, 400);
    let operator = world.house.caller(Role::Operator, world.house.unit).await;
    let view = json!({
        "mode": "live", "cameras": [camera], "purpose": "maintenance", "legal_basis": "maintenance_duty",
    });
    assert_eq!(world.house.post("/api/views", &operator.cookie, view).await.status, 404);

    // Another administrator clears; nobody clears themselves.
    let paper = world.add("document", json!({ "name": "批准", "paper": "authorisation" })).await;
    let clear = async |by: &Caller, who: &Caller, method: Method| {
        let path = format!("/api/units/{}/clearances/{}", world.house.unit, who.person);
        let body = (method == Method::PUT).then(|| json!({ "document_id": paper }));
        world.house.send(&world.house.router, method, &path, Some(&by.cookie), body).await
    };
    let own = clear(keeper, keeper, Method::PUT).await;
    assert_eq!(
        (own.status.as_u16(), own.json()["error"]["article"].clone()),
        (403, json!("guangzhou-2007:11"))
    );
    assert_eq!(clear(&other, keeper, Method::PUT).await.status, 204);
    assert_eq!(seen(keeper).await, THERE);
    assert_eq!(seen(&other).await, GONE);
    let many = world.house.post("/api/bulk", &keeper.cookie, level).await;
    assert_eq!(many.status, 200, "{}", many.json());
    // The ledger's words of a secret record give no name.
    let before = world.house.entry_count().await;
    let shown = world.get(keeper, &format!("/api/records/{point}")).await;
    let request = json!({ "version": shown["version"], "body": shown["body"] });
    let path = format!("/api/records/{point}");
    let saved = world
        .house
        .send(&world.house.router, Method::PATCH, &path, Some(&keeper.cookie), Some(request))
        .await;
    assert_eq!(saved.status, 200, "{}", saved.json());
    let entries = world.house.entries_since(before).await;
    let changed = entries.iter().find(|entry| entry.act == Act::ChangeRecord).unwrap();
    assert!(changed.record.extra.contains("(secret)") && !changed.record.extra.contains("东门"));
    // Taken back it is gone again; unmarked by somebody cleared it is everybody's.
    assert_eq!(clear(&other, keeper, Method::DELETE).await.status, 204);
    assert_eq!(seen(keeper).await, GONE);
    assert_eq!(clear(&other, keeper, Method::PUT).await.status, 204);
    assert_eq!(mark(keeper, false).await.status, 200);
    assert_eq!(seen(&other).await, THERE);
}

/// guangzhou-2007:11: what hangs on a secret system is as secret: the stills of its points, and the values set for it.
#[tokio::test(flavor = "multi_thread")]
async fn what_hangs_on_a_secret_system_is_secret_too() {
    let world = Registered::build().await;
    let (house, keeper) = (&world.house, &world.keeper);
    let other = house.caller(Role::Administrator, house.unit).await;
    let abroad = world.shared("division", json!({ "code": "900000", "name": "别处" })).await;
    let body = json!({
        "name": "系统", "packs": ["national-2016"], "division": abroad, "builder_kind": "enterprise",
    });
    let system = world.add("system", body).await;
    let place = world.add("place", json!({ "name": "大厅", "division": abroad })).await;
    let body =
        json!({ "name": "东门", "system": system, "place": place, "purpose": "出入口", "longitude": 113.3 });
    let point = world.add("point", body).await;
    let mut papers = Vec::new();
    for paper in ["design", "design-review", "project-review", "contract", "construction"] {
        papers.push(world.add("document", json!({ "name": paper, "paper": paper })).await);
    }
    let paper = papers[0].clone();
    for step in ["review", "build"] {
        let body = json!({ "step": step, "documents": papers, "passed": true });
        let stepped = house.post(&format!("/api/systems/{system}/steps"), &keeper.cookie, body).await;
        assert_eq!(stepped.status, 200, "{step}: {}", stepped.json());
    }
    let body = json!({
        "unit_id": house.unit.to_string(), "name": "枪机", "main_url": "rtsp://192.0.2.1/main", "point_id": point,
    });
    let camera = house.post("/api/cameras", &keeper.cookie, body).await.json();
    let operator = house.caller(Role::Operator, house.unit).await;
    let still =
        house.still(operator.person, camera["id"].as_str().unwrap().parse().unwrap()).await.to_string();
    let set = json!({
        "unit_id": house.unit.to_string(), "system_id": system, "article": "national-2016:20",
        "parameter": "footage_floor_days", "value": 45, "document_id": paper, "reason": "涉密期限",
        "from": "2026-01-01",
    });
    let set = house.post("/api/overrides", &keeper.cookie, set).await;
    assert_eq!(set.status, 201, "{}", set.json());

    let record = format!("/api/records/{system}");
    let mark = async |secret: bool| {
        let shown = world.get(keeper, &record).await;
        let mut body = shown["body"].clone();
        body["secret"] = json!(secret);
        let request = json!({ "version": shown["version"], "body": body });
        house.send(&house.router, Method::PATCH, &record, Some(&keeper.cookie), Some(request)).await
    };
    let seen = async |who: &Caller| {
        let file = house.get(&format!("/api/records/{still}/file"), &who.cookie).await;
        (
            house.get(&format!("/api/records/{still}"), &who.cookie).await.status.as_u16(),
            file.status.as_u16(),
            world.get(who, "/api/register/document").await.to_string().contains(&still),
            world.get(who, "/api/overrides").await.to_string().contains("涉密期限"),
        )
    };
    const GONE: (u16, u16, bool, bool) = (404, 404, false, false);
    const THERE: (u16, u16, bool, bool) = (200, 200, true, true);
    assert_eq!(seen(keeper).await, THERE);
    assert!(matches!(mark(true).await.status.as_u16(), 200 | 404));
    assert_eq!(seen(keeper).await, GONE);
    let clear = json!({ "document_id": paper });
    let path = format!("/api/units/{}/clearances/{}", house.unit, keeper.person);
    let cleared = house.send(&house.router, Method::PUT, &path, Some(&other.cookie), Some(clear)).await;
    assert_eq!(cleared.status, 204);
    let before = house.entry_count().await;
    assert_eq!(seen(keeper).await, THERE);
    assert_eq!(seen(&other).await, GONE);
    let entries = house.entries_since(before).await;
    let read = entries.iter().find(|entry| entry.act == Act::ReadDocument).unwrap();
    assert!(read.record.extra.contains("(secret)") && !read.record.extra.contains("东门"));
}
