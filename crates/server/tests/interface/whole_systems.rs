//! Systems of the register over HTTP, as what is taken over, what a case concerns, and what footage is asked for: always the cameras
//! that stand at their points at that moment, and never a secret one to whoever is not cleared.

use crate::{
    cases::Who,
    grants::asked,
    house::{Answer, Caller, House, PASSWORD},
    levels::paper,
    takeovers::{HOUR_MS, begin, case_of, order},
    together::{joins, play, together},
};
use axum::http::{Method, StatusCode};
use law::access::Post;
use law::register::RecordKind;
use model::{Act, CameraId, RecordId, Role};
use serde_json::{Value, json};
use store::system_cx;

async fn record(house: &House, kind: RecordKind, body: Value) -> RecordId {
    let unit = (!kind.is_shared()).then_some(house.unit);
    let (cx, body) = (system_cx("demo", house.app.now()), body.as_object().cloned().unwrap());
    house.app.registry().add_record(&cx, kind, unit, body).await.unwrap()
}

/// A system of no pack with two points.
struct System {
    id: RecordId,
    points: [RecordId; 2],
}

async fn system(house: &House, name: &str, secret: bool) -> System {
    let code = format!("33{:04}", house.entry_count().await % 10_000);
    let division = record(house, RecordKind::Division, json!({ "code": code, "name": "某区" })).await;
    let body = json!({
        "name": name, "packs": [], "division": division.to_string(), "builder_kind": "enterprise", "secret": secret,
    });
    let id = record(house, RecordKind::System, body).await;
    let place = json!({ "name": "大厅", "division": division.to_string() });
    let place = record(house, RecordKind::Place, place).await;
    let point = |name: &'static str| json!({ "name": name, "system": id.to_string(), "place": place.to_string(), "purpose": "出入口" });
    let points = [
        record(house, RecordKind::Point, point("东")).await,
        record(house, RecordKind::Point, point("西")).await,
    ];
    System { id, points }
}

/// A system of the other unit.
async fn foreign(house: &House) -> String {
    let division = json!({ "code": "350001", "name": "外区" });
    let division = record(house, RecordKind::Division, division).await;
    let body = json!({
        "name": "外单位系统", "packs": [], "division": division.to_string(), "builder_kind": "enterprise",
    });
    let (cx, body) = (system_cx("demo", house.app.now()), body.as_object().cloned().unwrap());
    let unit = Some(house.other_unit);
    house.app.registry().add_record(&cx, RecordKind::System, unit, body).await.unwrap().to_string()
}

async fn put(house: &House, caller: &Caller, path: &str, body: Value) -> Answer {
    house.send(&house.router, Method::PUT, path, Some(&caller.cookie), Some(body)).await
}

async fn place(house: &House, caller: &Caller, camera: CameraId, point: RecordId) -> (u16, String) {
    let body = json!({ "point_id": point.to_string() });
    let answer = put(house, caller, &format!("/api/cameras/{camera}/point"), body).await;
    (answer.status.as_u16(), answer.code())
}

/// What comes of looking at a camera.
async fn looks(house: &House, caller: &Caller, camera: CameraId) -> (u16, String) {
    let mut view = case_of(house.playback_view());
    view["cameras"] = json!([camera.to_string()]);
    let answer = house.post("/api/views", &caller.cookie, view).await;
    (answer.status.as_u16(), answer.code())
}

async fn view(house: &House, caller: &Caller, camera: CameraId) -> String {
    let mut view = case_of(house.playback_view());
    view["cameras"] = json!([camera.to_string()]);
    house.view(caller, view).await.to_string()
}

async fn ended(house: &House, caller: &Caller, view: &str) -> bool {
    let path = format!("/api/views/{view}/renew");
    house.post(&path, &caller.cookie, json!({})).await.status != StatusCode::OK
}

/// Of each camera: who may look. `1`: yes, else the refusal's word.
async fn sight(house: &House, people: &[&Caller], cameras: &[CameraId]) -> Vec<Vec<String>> {
    let mut seen = Vec::new();
    for person in people {
        let mut row = Vec::new();
        for camera in cameras {
            let (status, code) = looks(house, person, *camera).await;
            row.push(if status == 201 { "1".to_owned() } else { code });
        }
        seen.push(row);
    }
    seen
}

async fn listed(house: &House, caller: &Caller) -> usize {
    let seen = house.get("/api/cameras", &caller.cookie).await.json();
    seen["cameras"].as_array().map_or(0, Vec::len)
}

/// An order over a system.
async fn order_over(house: &House, officer: &Caller, system: RecordId) -> Value {
    let mut body = order(house, officer).await;
    body["system_id"] = json!(system.to_string());
    body
}

async fn give_back(house: &House, caller: &Caller, takeover: &Value) {
    let path = format!("/api/takeovers/{}/end", takeover["id"].as_str().unwrap());
    let answer = house.post(&path, &caller.cookie, json!({ "reason": "任务结束" })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
}

/// A life step, and a change of a point, as somebody tries them on a system.
async fn changes(house: &House, caller: &Caller, of: &System) -> [String; 2] {
    let step = json!({ "step": "review", "documents": [], "with": [], "note": "" });
    let step = house.post(&format!("/api/systems/{}/steps", of.id), &caller.cookie, step).await;
    let path = format!("/api/records/{}", of.points[1]);
    let shown = house.get(&path, &caller.cookie).await.json();
    let mut body = shown["body"].clone();
    body["note"] = json!("改");
    let body = json!({ "version": shown["version"], "body": body });
    let point = house.send(&house.router, Method::PATCH, &path, Some(&caller.cookie), Some(body)).await;
    [step.code(), point.code()]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_passes_with_what_stands_in_it_at_each_moment() {
    let house = House::build().await;
    let (administrator, operator) =
        (Who::Administrator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    let (officer, stranger) = (house.caller_without_post().await, house.caller_without_post().await);
    let (taken, other) = (system(&house, "江边系统", false).await, system(&house, "山上系统", false).await);
    let [first, second] = [house.cameras[0], house.cameras[1]];
    assert_eq!(place(&house, &administrator, first, taken.points[0]).await.0, 200);
    let open = [view(&house, &operator, first).await, view(&house, &operator, second).await];
    let takeover = begin(&house, &administrator, order_over(&house, &officer, taken.id).await).await;
    assert_eq!((&takeover["of_system"], &takeover["system"]["name"]), (&json!(true), &json!("江边系统")));
    assert_eq!(takeover["group"], json!(null));
    assert!(ended(&house, &operator, &open[0]).await, "what was open on it ends");
    assert!(!ended(&house, &operator, &open[1]).await, "nothing else does");
    let people = [&operator, &officer];
    let under = sight(&house, &people, &[first, second]).await;
    assert_eq!(under, [["taken_over", "1"], ["1", "other_group"]]);
    assert_eq!((listed(&house, &officer).await, listed(&house, &operator).await), (1, 2));
    // Everybody on the system sees which, until when.
    let state = house.get("/api/state", &stranger.cookie).await.json();
    assert_eq!(state["takeovers"][0]["system_name"], "江边系统");
    let me = house.get("/api/me", &officer.cookie).await.json();
    assert_eq!(me["posts"][0]["system"]["name"], "江边系统");
    // The system's life and its points pass with it; another system's do not. Its cameras and tables of the unit neither.
    assert_eq!(changes(&house, &administrator, &taken).await, ["taken_over", "taken_over"]);
    let elsewhere = changes(&house, &administrator, &other).await;
    assert!(!elsewhere.contains(&"taken_over".to_owned()), "{elsewhere:?}");
    let out = place(&house, &administrator, first, other.points[0]).await;
    assert_eq!(out, (403, "taken_over".to_owned()));
    let selection = json!({ "ids": [second.to_string()] });
    let many = json!({ "kind": "camera", "selection": selection, "set": { "camera_level": 2 } });
    assert_eq!(house.post("/api/bulk", &administrator.cookie, many).await.code(), "taken_over");

    // A camera that joins is under control from then on, and what was open on it ends.
    let since = house.entry_count().await;
    assert_eq!(place(&house, &administrator, second, taken.points[1]).await.0, 200);
    assert!(house.entries_since(since).await.iter().any(|entry| entry.act == Act::ChangeCamera));
    assert!(ended(&house, &operator, &open[1]).await);
    let joined = sight(&house, &people, &[first, second]).await;
    assert_eq!(joined, [["taken_over", "taken_over"], ["1", "1"]]);

    give_back(&house, &officer, &takeover).await;
    let after = sight(&house, &people, &[first, second]).await;
    assert_eq!(after, [["1", "1"], ["role", "role"]]);

    // Where settings were left to the unit, a camera may leave: then it is under control no longer.
    let mut body = order_over(&house, &officer, taken.id).await;
    body["unit_keeps"] = json!({ "settings": true });
    begin(&house, &administrator, body).await;
    let seen = view(&house, &officer, second).await;
    assert_eq!(place(&house, &administrator, second, other.points[0]).await.0, 200);
    assert!(ended(&house, &officer, &seen).await, "the officer's picture of it ends");
    let left = sight(&house, &people, &[first, second]).await;
    assert_eq!(left, [["taken_over", "1"], ["1", "other_group"]]);
}

/// What is tried, with a system of the unit in which the first camera stands: the status, the article, the code.
type Named = (&'static str, fn(&mut Value, &Seen), u16, &'static str, &'static str);

struct Seen {
    house_unit: String,
    group: String,
    elsewhere: String,
    foreign: String,
    empty: String,
    point: String,
}

const NAMED: &[Named] = &[
    ("the system", |_, _| {}, 403, "unit:takeover", "taken_over_already"),
    ("the unit", |body, _| body["system_id"] = json!(null), 403, "unit:takeover", "taken_over_already"),
    (
        "a group with one of its cameras",
        |body, seen| (body["system_id"], body["group_id"]) = (json!(null), json!(seen.group)),
        403,
        "unit:takeover",
        "taken_over_already",
    ),
    ("both", |body, seen| body["group_id"] = json!(seen.group), 400, "", "invalid"),
    ("another unit's", |body, seen| body["system_id"] = json!(seen.foreign), 400, "", "invalid"),
    ("a point", |body, seen| body["system_id"] = json!(seen.point), 400, "", "invalid"),
    ("another unit", |body, seen| body["unit_id"] = json!(seen.house_unit), 400, "", "invalid"),
    (
        "no order",
        |body, seen| {
            (body["system_id"], body["order_document_id"]) = (json!(seen.empty), json!(null));
        },
        403,
        "unit:takeover",
        "takeover_order",
    ),
    (
        "a group without any",
        |body, seen| (body["system_id"], body["group_id"]) = (json!(null), json!(seen.elsewhere)),
        201,
        "",
        "",
    ),
    ("one in which nothing stands", |body, seen| body["system_id"] = json!(seen.empty), 201, "", ""),
];

#[tokio::test(flavor = "multi_thread")]
async fn which_system_may_be_taken_over_beside_another() {
    let house = House::build().await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let officer = house.caller_without_post().await;
    let (taken, empty) = (system(&house, "江边系统", false).await, system(&house, "新系统", false).await);
    place(&house, &administrator, house.cameras[0], taken.points[0]).await;
    let cx = system_cx("demo", house.app.now());
    let elsewhere = house.app.registry().create_group(&cx, house.unit, "山上", None).await.unwrap();
    let foreign = foreign(&house).await;
    let seen = Seen {
        house_unit: house.other_unit.to_string(),
        group: house.group.to_string(),
        elsewhere: elsewhere.to_string(),
        foreign,
        empty: empty.id.to_string(),
        point: taken.points[0].to_string(),
    };
    begin(&house, &administrator, order_over(&house, &officer, taken.id).await).await;
    for (what, spoil, status, article, code) in NAMED {
        let mut body = order_over(&house, &officer, taken.id).await;
        spoil(&mut body, &seen);
        let answer = house.post("/api/takeovers", &administrator.cookie, body).await;
        assert_eq!(answer.status.as_u16(), *status, "{what}: {}", answer.json());
        if *status == 403 {
            let error = &answer.json()["error"];
            assert_eq!((&error["article"], &error["code"]), (&json!(article), &json!(code)), "{what}");
        }
    }
    // The empty one passes all the same: a camera that is put there is the officer's.
    place(&house, &administrator, house.cameras[1], empty.points[0]).await;
    let operator = Who::Operator.sign_in(&house).await;
    let now = sight(&house, &[&operator, &officer], &house.cameras[..2]).await;
    assert_eq!(now, [["taken_over", "taken_over"], ["1", "1"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_under_two_organs_is_the_earlier_ones() {
    let house = House::build().await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let (early, late) = (house.caller_without_post().await, house.caller_without_post().await);
    let other = system(&house, "江边系统", false).await;
    let mut body = order(&house, &early).await;
    body["group_id"] = json!(house.group.to_string());
    body["unit_keeps"] = json!({ "settings": true });
    begin(&house, &administrator, body).await;
    let second = begin(&house, &administrator, order_over(&house, &late, other.id).await).await;
    // Settings were left to the unit: the group's camera goes to a point of the system.
    assert_eq!(place(&house, &administrator, house.cameras[0], other.points[0]).await.0, 200);
    let both = sight(&house, &[&early, &late], &house.cameras[..1]).await;
    assert_eq!(both, [["1"], ["taken_over"]]);
    give_back(&house, &administrator, &second).await;
    assert_eq!(sight(&house, &[&early, &late], &house.cameras[..1]).await, [["1"], ["role"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_system_is_taken_over_without_being_named_to_everybody() {
    let house = House::build().await;
    let (keeper, clearer) =
        (Who::Administrator.sign_in(&house).await, Who::Administrator.sign_in(&house).await);
    let (officer, stranger) = (house.caller_without_post().await, house.caller_without_post().await);
    let secret = system(&house, "涉密系统", true).await;
    let clear = async |who: &Caller| {
        let path = format!("/api/units/{}/clearances/{}", house.unit, who.person);
        let body = json!({ "document_id": paper(&house).await.to_string() });
        let answer = put(&house, &clearer, &path, body).await;
        assert!(answer.status.is_success(), "{}", answer.json());
    };
    let body = order_over(&house, &officer, secret.id).await;
    // Not there for an administrator who is not cleared: answered like another unit's.
    let answer = house.post("/api/takeovers", &keeper.cookie, body.clone()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.json());
    clear(&keeper).await;
    let answer = house.post("/api/takeovers", &keeper.cookie, body.clone()).await;
    let error = answer.json()["error"].clone();
    let found = (&error["article"], &error["code"]);
    assert_eq!(found, (&json!("guangzhou-2007:11"), &json!("takeover_clearance")));
    clear(&officer).await;
    let since = house.entry_count().await;
    let takeover = begin(&house, &keeper, body).await;
    assert_eq!(takeover["system"]["name"], "涉密系统");
    for entry in house.entries_since(since).await {
        assert!(!format!("{:?}", entry.record).contains("涉密系统"), "no entry names it");
    }
    for (who, name) in [(&stranger, json!(null)), (&clearer, json!(null)), (&officer, json!("涉密系统"))]
    {
        let state = house.get("/api/state", &who.cookie).await.json();
        assert_eq!(
            (&state["takeovers"][0]["of_system"], &state["takeovers"][0]["system_name"]),
            (&json!(true), &name)
        );
        let list = house.get("/api/takeovers", &who.cookie).await;
        assert!(list.status != StatusCode::OK || list.json()["takeovers"][0]["system"]["name"] == name);
    }
}

/// A confirmed case of these systems.
async fn case(house: &House, systems: &[RecordId]) -> String {
    let (opener, confirmer) = (Who::Operator.sign_in(house).await, Who::Administrator.sign_in(house).await);
    let systems: Vec<String> = systems.iter().map(ToString::to_string).collect();
    let body = json!({
        "unit_id": house.unit.to_string(), "kind": "authority", "number": format!("公刑〔2026〕{}", house.entry_count().await),
        "title": "江边盗窃案", "authority": "市公安局", "systems": systems,
    });
    let made = house.post("/api/cases", &opener.cookie, body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    assert_eq!(made.json()["systems_count"], systems.len());
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let done = house.post(&format!("/api/cases/{id}/confirm"), &confirmer.cookie, json!({})).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.json());
    id
}

async fn plays(house: &House, caller: &Caller, camera: CameraId, case: Option<&str>) -> (u16, String) {
    let mut view = case_of(house.playback_view());
    view["cameras"] = json!([camera.to_string()]);
    if let Some(case) = case {
        view["case"] = json!(case);
    }
    let answer = house.post("/api/views", &caller.cookie, view).await;
    (answer.status.as_u16(), answer.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_of_a_system_concerns_what_stands_in_it() {
    let house = House::build().await;
    let (administrator, operator) =
        (Who::Administrator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    let (own, secret) = (system(&house, "江边系统", false).await, system(&house, "涉密系统", true).await);
    let [first, second] = [house.cameras[0], house.cameras[1]];
    place(&house, &administrator, first, own.points[0]).await;
    let id = case(&house, &[own.id]).await;
    let allowed = (201, String::new());
    assert_eq!(plays(&house, &operator, first, Some(&id)).await, allowed);
    assert_eq!(plays(&house, &operator, second, Some(&id)).await, (403, "case_other_camera".to_owned()));
    place(&house, &administrator, second, own.points[1]).await;
    assert_eq!(plays(&house, &operator, second, Some(&id)).await, allowed);
    let foreign = foreign(&house).await;
    let mut many = vec![own.id.to_string(); 16];
    many.push(foreign.clone());
    for systems in [vec![foreign], vec![secret.id.to_string()], vec![own.points[0].to_string()], many] {
        let body = json!({
            "unit_id": house.unit.to_string(), "kind": "incident", "number": "内〔2026〕1号", "title": "核查",
            "systems": systems,
        });
        let answer = house.post("/api/cases", &operator.cookie, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{systems:?}: {}", answer.json());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_over_a_system_needs_its_case() {
    let house = House::build().await;
    let (administrator, operator) =
        (Who::Administrator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    let own = system(&house, "江边系统", false).await;
    let [first, second] = [house.cameras[0], house.cameras[1]];
    place(&house, &administrator, first, own.points[0]).await;
    let path = format!("/api/units/{}/four-eyes", house.unit);
    put(&house, &administrator, &path, json!({ "four_eyes": true, "reason": "本单位规定" })).await;
    let (covering, beside) = (case(&house, &[own.id]).await, case(&house, &[]).await);
    let elsewhere = case(&house, &[system(&house, "山上系统", false).await.id]).await;
    let now = house.app.now().as_ms();
    let request = json!({
        "systems": [own.id.to_string()], "acts": ["playback"], "from_ms": now - HOUR_MS, "to_ms": now + 30_000,
        "purpose": "incident", "legal_basis": "unit_duty", "reason": "核查", "uses_max": 50,
        "expires_ms": now + HOUR_MS,
    });
    for (what, case, status, code) in
        [("no case", None, 400, "invalid"), ("another system's", Some(&elsewhere), 403, "grant_system_case")]
    {
        let mut body = request.clone();
        body["case"] = json!(case);
        let answer = house.post("/api/grants", &operator.cookie, body).await;
        assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.json());
        if status == 403 {
            assert_eq!(
                (answer.code(), answer.json()["error"]["article"].clone()),
                (code.to_owned(), json!("unit:cases"))
            );
        }
    }
    // A case of the whole unit covers it too.
    let mut body = request.clone();
    body["case"] = json!(beside);
    asked(&house, &operator, body).await;
    let mut body = request.clone();
    body["case"] = json!(covering);
    let grant = asked(&house, &operator, body).await;
    assert_eq!(plays(&house, &operator, first, None).await, (403, "grant_waiting".to_owned()));
    let say = json!({ "reason": "已核实" });
    // Nobody's who holds no post of the unit.
    let stranger = house.caller(Role::Administrator, house.other_unit).await;
    let path = format!("/api/grants/{grant}/approve");
    assert_eq!(house.post(&path, &stranger.cookie, say.clone()).await.status, StatusCode::FORBIDDEN);
    let group = vec![Post {
        role: Role::Administrator,
        unit: house.unit,
        group: Some(law::access::Part::Group(house.group)),
    }];
    let person = house.person("groupkeeper", group).await;
    let part = house.sign_in(person, "groupkeeper").await;
    assert_eq!(house.post(&path, &part.cookie, say.clone()).await.status, StatusCode::FORBIDDEN);
    let answer = house.post(&path, &administrator.cookie, say.clone()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    assert_eq!(answer.json()["systems"][0]["name"], "江边系统");
    let allowed = (201, String::new());
    assert_eq!(plays(&house, &operator, first, None).await, allowed);
    assert_eq!(plays(&house, &operator, second, None).await, (403, "grant_other_camera".to_owned()));
    place(&house, &administrator, second, own.points[1]).await;
    assert_eq!(plays(&house, &operator, second, None).await, allowed);
    // With its case it ends.
    let close = format!("/api/cases/{covering}/close");
    assert_eq!(house.post(&close, &administrator.cookie, say).await.status, StatusCode::OK);
    assert_eq!(plays(&house, &operator, first, None).await.0, 403);
}

/// A second person who is not cleared does not count, and that is a refusal with its entry; for the first, who is, all is there.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_person_who_is_not_cleared_does_not_count() {
    let house = House::build().await;
    let (keeper, clearer) =
        (Who::Administrator.sign_in(&house).await, Who::Administrator.sign_in(&house).await);
    let (operator, second) = (Who::Operator.sign_in(&house).await, Who::Operator.sign_in(&house).await);
    let clear = async |who: &Caller| {
        let path = format!("/api/units/{}/clearances/{}", house.unit, who.person);
        let body = json!({ "document_id": paper(&house).await.to_string() });
        assert!(put(&house, &clearer, &path, body).await.status.is_success());
    };
    let secret = system(&house, "涉密系统", true).await;
    clear(&keeper).await;
    clear(&operator).await;
    let placed = place(&house, &keeper, house.cameras[0], secret.points[0]).await;
    assert!(placed.0 < 300, "{placed:?}");
    together(&house, true).await;
    assert_eq!(joins(&house, &operator, &second, PASSWORD).await.status, StatusCode::OK);
    let since = house.entry_count().await;
    let refused = play(&house, &operator).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "second_person_unfit"));
    assert!(house.entries_since(since).await.iter().any(|entry| entry.is_refusal()));
    clear(&second).await;
    let opened = play(&house, &operator).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.json());
}
