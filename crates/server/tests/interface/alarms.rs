//! Alarm and door systems over HTTP: whose events raise alarms, what a token opens and no longer opens, what is kept of bad input,
//! who acts on an alarm, and what becomes of one that nobody takes (national-2016:34).

use crate::{
    cases::Who,
    house::{Answer, Caller, House},
    turned::{MONDAY, Turned},
};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use law::alarm::{EventKind, Priority, own::Watched};
use law::life_cycle::Step;
use law::register::RecordKind;
use model::{Act, RecordId, Role};
use serde_json::{Value, json};
use store::{AlarmQuery, NewLifeStep, system_cx};

const SECOND_US: i64 = 1_000_000;

async fn record(house: &House, kind: RecordKind, body: Value) -> RecordId {
    let unit = (!kind.is_shared()).then_some(house.unit);
    let (cx, body) = (system_cx("demo", house.app.now()), body.as_object().cloned().unwrap());
    house.app.registry().add_record(&cx, kind, unit, body).await.unwrap()
}

/// A system in a place that no pack is about, planned.
async fn system(house: &House) -> RecordId {
    let division = json!({ "code": format!("33{:04}", house.entry_count().await % 10_000), "name": "某区" });
    let division = record(house, RecordKind::Division, division).await;
    let body = json!({
        "name": "报警系统", "packs": [], "division": division.to_string(), "builder_kind": "enterprise",
    });
    record(house, RecordKind::System, body).await
}

/// Takes it through every step: the papers lie with it.
async fn into_use(house: &House, system: RecordId) {
    let mut documents = Vec::new();
    for paper in ["design", "construction", "test", "acceptance"] {
        documents.push(record(house, RecordKind::Document, json!({ "name": paper, "paper": paper })).await);
    }
    let cx = system_cx("demo", house.app.now());
    for step in [Step::Review, Step::Build, Step::Test, Step::Accept, Step::Commission] {
        let new = NewLifeStep {
            system,
            step,
            documents: documents.clone(),
            with: Vec::new(),
            passed: true,
            note: String::new(),
        };
        house.app.registry().take_life_step(&cx, new).await.unwrap();
    }
}

pub async fn source_body(house: &House) -> Value {
    json!({
        "unit_id": house.unit.to_string(), "system_id": system(house).await.to_string(), "kind": "help_button",
        "name": "求助按钮", "maker": "厂商", "priority": "high",
    })
}

/// A source of a system that is planned.
pub async fn source(house: &House) -> String {
    registered(house).await.0
}

async fn registered(house: &House) -> (String, RecordId) {
    let (keeper, body) = (Who::Administrator.sign_in(house).await, source_body(house).await);
    let system = body["system_id"].as_str().unwrap().parse().unwrap();
    let answer = house.post("/api/alarm-sources", &keeper.cookie, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    (answer.json()["id"].as_str().unwrap().to_owned(), system)
}

/// A source in use with a token and one input, and its keeper.
struct Button {
    id: String,
    token: String,
    keeper: Caller,
}

impl Button {
    async fn build(house: &House) -> Self {
        let (id, system) = registered(house).await;
        into_use(house, system).await;
        let keeper = Who::Administrator.sign_in(house).await;
        let camera = house.cameras[0].to_string();
        let inputs = json!({ "inputs": [
            { "code": "1", "name": "东街按钮", "priority": "high", "cameras": [camera] },
            { "code": "door", "name": "值班室门", "cameras": [] },
        ] });
        let path = format!("/api/alarm-sources/{id}/inputs");
        let set = house.send(&house.router, Method::PUT, &path, Some(&keeper.cookie), Some(inputs)).await;
        assert_eq!(set.status, 204, "{}", set.json());
        let token = token(house, &keeper, &id).await;
        Self { id, token, keeper }
    }

    async fn says(&self, house: &House, body: Value) -> Answer {
        send(house, &self.token, body).await
    }

    /// An alarm; its id.
    async fn pressed(&self, house: &House, id: &str) -> String {
        let answer = self.says(house, json!({ "id": id, "kind": "help", "input": "1" })).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        assert_eq!(answer.json()["state"], "open", "{}", answer.json());
        answer.json()["id"].as_str().unwrap().to_owned()
    }
}

/// An open alarm of high priority; its id.
pub async fn alarm(house: &House) -> String {
    Button::build(house).await.pressed(house, "1").await
}

async fn token(house: &House, keeper: &Caller, source: &str) -> String {
    let path = format!("/api/alarm-sources/{source}/token");
    let answer = house.send(&house.router, Method::POST, &path, Some(&keeper.cookie), None).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()["token"].as_str().unwrap().to_owned()
}

async fn send(house: &House, token: &str, body: Value) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/events")
        .header("x-watchkeeper", "1")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    house.send_raw(&house.router, request).await
}

async fn step(house: &House, caller: &Caller, alarm: &str, step: &str, body: Value) -> (u16, String) {
    let answer = house.post(&format!("/api/alarms/{alarm}/{step}"), &caller.cookie, body).await;
    (answer.status.as_u16(), answer.code())
}

async fn detail(house: &House, caller: &Caller, alarm: &str) -> Value {
    let answer = house.get(&format!("/api/alarms/{alarm}"), &caller.cookie).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

fn ok() -> (u16, String) {
    (200, String::new())
}

#[tokio::test(flavor = "multi_thread")]
async fn alarms_are_of_systems_in_use_only() {
    let house = House::build().await;
    let (id, system) = registered(&house).await;
    let keeper = Who::Administrator.sign_in(&house).await;
    let token = token(&house, &keeper, &id).await;
    let press = |id: &str| json!({ "id": id, "kind": "help" });
    let before = send(&house, &token, press("1")).await;
    assert_eq!((before.status.as_u16(), &before.json()["state"]), (201, &json!("test")));
    assert_eq!(
        house.get("/api/state", &keeper.cookie).await.json()["alarms"],
        json!({ "open": 0, "high": 0 })
    );
    let viewer = Who::Viewer.sign_in(&house).await;
    let tested = before.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(step(&house, &viewer, &tested, "acknowledge", json!({})).await.0, 409, "no alarm");
    // Whoever tries a source has a test event, also of one in use.
    into_use(&house, system).await;
    let tried = json!({ "id": "2", "kind": "help", "source_id": id });
    let tried = house.post("/api/events", &keeper.cookie, tried).await;
    assert_eq!((tried.status.as_u16(), &tried.json()["state"]), (201, &json!("test")));
    let since = house.entry_count().await;
    let after = send(&house, &token, press("3")).await;
    assert_eq!((after.status.as_u16(), &after.json()["state"]), (201, &json!("open")), "{}", after.json());
    let entries = house.entries_since(since).await;
    assert_eq!(entries.len(), 1);
    let (entry, extra) = (&entries[0], &entries[0].record.extra);
    assert_eq!((entry.act, entry.person), (Act::ReceiveEvent, None));
    assert!(extra.contains(&id) && extra.contains("state=open") && extra.contains("sender_id=3"), "{extra}");
    assert_eq!(
        house.get("/api/state", &keeper.cookie).await.json()["alarms"],
        json!({ "open": 1, "high": 1 })
    );
    // Another unit's people neither count nor read it.
    let other = Who::OtherOperator.sign_in(&house).await;
    assert_eq!(house.get("/api/state", &other.cookie).await.json()["alarms"]["open"], 0);
    let path = format!("/api/alarms/{}", after.json()["id"].as_str().unwrap());
    assert_eq!(house.get(&path, &other.cookie).await.status, 404);
    let listed = house.get("/api/alarms", &other.cookie).await.json();
    assert_eq!(listed["alarms"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_twice_is_one_event_and_bad_input_names_its_field() {
    let house = House::build().await;
    let button = Button::build(&house).await;
    let now = house.app.now().as_ms();
    let said =
        json!({ "id": "7", "kind": "help", "input": "1", "words": "有人求助", "happened_ms": now - 5_000 });
    let first = button.says(&house, said.clone()).await;
    assert_eq!(first.status, 201, "{}", first.json());
    let since = house.entry_count().await;
    let again = button.says(&house, said).await;
    assert_eq!((again.status.as_u16(), &again.json()["repeated"]), (200, &json!(true)));
    assert_eq!(again.json()["id"], first.json()["id"]);
    assert_eq!(house.entry_count().await, since, "a replay leaves nothing");
    // A panel that counts from the beginning again after a power cut loses nothing.
    let anew = json!({ "id": "7", "kind": "help", "input": "1", "happened_ms": now - 1_000 });
    assert_eq!(button.says(&house, anew).await.status, 201);
    // An unknown input, and a clock that cannot be right, are kept.
    let unknown = button.says(&house, json!({ "id": "8", "kind": "intrusion", "input": "zone 99" })).await;
    assert_eq!((unknown.status.as_u16(), &unknown.json()["known_input"]), (201, &json!(false)));
    let wrong = json!({ "id": "9", "kind": "help", "happened_ms": now + 86_400_000 });
    let wrong = button.says(&house, wrong).await;
    assert_eq!(wrong.status, 201);
    assert!(wrong.json()["at_ms"].as_i64().unwrap() <= house.app.now().as_ms());
    let door = button.says(&house, json!({ "id": "10", "kind": "door_opened", "input": "door" })).await;
    assert_eq!(door.json()["state"], "noted", "an input without a priority calls nobody");
    let since = house.entry_count().await;
    let check = async |body: Value, status: u16, named: &str| {
        let answer = button.says(&house, body.clone()).await;
        let told = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status.as_u16(), status, "{body}: {told}");
        assert!(told.contains(named), "{body}: {told}");
    };
    check(json!({ "kind": "help" }), 400, "id").await;
    check(json!({ "id": " ", "kind": "help" }), 400, "id").await;
    check(json!({ "id": "1\n2", "kind": "help" }), 400, "id").await;
    check(json!({ "id": "1", "kind": "earthquake" }), 400, "kind").await;
    check(json!({ "id": "1", "kind": "camera_lost" }), 400, "kind").await;
    check(json!({ "id": "1", "kind": "help", "imput": "1" }), 400, "imput").await;
    check(json!({ "id": "1", "kind": "help", "input": "x".repeat(65) }), 400, "input").await;
    check(json!({ "id": "1", "kind": "help", "words": "x".repeat(501) }), 400, "words").await;
    check(json!({ "id": "1", "kind": "help", "source_id": button.id }), 400, "source_id").await;
    check(json!({ "id": "1", "kind": "help", "words": "x".repeat(70_000) }), 400, "").await;
    assert_eq!(house.entry_count().await, since, "and changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_one_door_until_it_is_replaced_or_revoked() {
    let house = House::build().await;
    let button = Button::build(&house).await;
    let press = |id: &str| json!({ "id": id, "kind": "help" });
    let fresh = token(&house, &button.keeper, &button.id).await;
    assert_eq!(button.says(&house, press("1")).await.status, 401, "replaced");
    assert_eq!(send(&house, &fresh, press("1")).await.status, 201);
    for stranger in ["", "x", &"ab".repeat(32), &button.keeper.cookie] {
        assert_eq!(send(&house, stranger, press("2")).await.status, 401, "{stranger}");
    }
    // It opens nothing else.
    for path in ["/api/alarms", "/api/cameras", "/api/state", "/ledger/access/checkpoint"] {
        let request = Request::builder().uri(path).header(header::AUTHORIZATION, format!("Bearer {fresh}"));
        let answer = house.send_raw(&house.router, request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 401, "{path}");
    }
    let revoke = async |path: String, method: Method| {
        house.send(&house.router, method, &path, Some(&button.keeper.cookie), None).await.status
    };
    assert_eq!(revoke(format!("/api/alarm-sources/{}/token", button.id), Method::DELETE).await, 204);
    let since = house.entry_count().await;
    assert_eq!(send(&house, &fresh, press("3")).await.status, 401, "revoked");
    assert_eq!(house.entry_count().await, since);
    let last = token(&house, &button.keeper, &button.id).await;
    assert_eq!(send(&house, &last, press("3")).await.status, 201);
    assert_eq!(revoke(format!("/api/alarm-sources/{}/retire", button.id), Method::POST).await, 204);
    assert_eq!(send(&house, &last, press("4")).await.status, 401, "retired");
    let listed = house.get("/api/alarm-sources", &button.keeper.cookie).await.json();
    assert_eq!(listed["sources"][0]["token_ms"], Value::Null);
    assert!(!listed.to_string().contains(&last), "a token is told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_one_source_is_held_back_and_others_come_through() {
    let house = House::build().await;
    let (flood, other) = (Button::build(&house).await, Button::build(&house).await);
    let mut taken = 0;
    let mut held = None;
    for count in 0..200 {
        let answer = flood.says(&house, json!({ "id": count.to_string(), "kind": "door_opened" })).await;
        match answer.status.as_u16() {
            201 => taken += 1,
            _ => {
                held = Some(answer);
                break;
            }
        }
    }
    let held = held.expect("it is held back");
    assert_eq!(
        (taken, held.status.as_u16(), held.code()),
        (server::http::EVENTS_MAX, 429, "rate".to_owned())
    );
    assert!(held.headers.contains_key(header::RETRY_AFTER));
    other.pressed(&house, "1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_is_taken_on_shift_and_closed_with_an_outcome() {
    let house = House::build().await;
    let button = Button::build(&house).await;
    let alarm = button.pressed(&house, "1").await;
    let (viewer, keeper) = (Who::Viewer.sign_in(&house).await, &button.keeper);
    let room = json!({ "unit_id": house.unit.to_string(), "name": "值班室" });
    let room = house.post("/api/duty/rooms", &keeper.cookie, room).await.json();
    let since = house.entry_count().await;
    let off = house.post(&format!("/api/alarms/{alarm}/acknowledge"), &viewer.cookie, json!({})).await;
    assert_eq!((off.status.as_u16(), off.code()), (403, "off_shift".to_owned()));
    assert_eq!(off.json()["error"]["article"], "unit:alarms", "{}", off.json());
    assert!(house.entries_since(since).await.iter().all(|entry| entry.is_refusal()));
    assert_eq!(detail(&house, &viewer, &alarm).await["alarm"]["state"], "open", "nothing changed");
    let not_theirs = step(&house, keeper, &alarm, "acknowledge", json!({})).await;
    assert_eq!(not_theirs, (403, "not_your_alarm".to_owned()));
    let now = house.app.now().as_ms();
    let shift =
        json!({ "person_id": viewer.person.to_string(), "from_ms": now - 60_000, "to_ms": now + 3_600_000 });
    let rostered = json!({ "room_id": room["id"], "shifts": [shift] });
    let shift = house.post("/api/duty/shifts", &keeper.cookie, rostered).await.json()[0]["id"].clone();
    let path = format!("/api/duty/shifts/{}/take-over", shift.as_str().unwrap());
    assert_eq!(house.post(&path, &viewer.cookie, json!({ "alone": "首班" })).await.status, 200);
    let close = json!({ "outcome": "handled", "words": "已派人到场" });
    assert_eq!(step(&house, &viewer, &alarm, "close", close.clone()).await.0, 409, "not acknowledged yet");
    let since = house.entry_count().await;
    assert_eq!(step(&house, &viewer, &alarm, "acknowledge", json!({})).await, ok());
    assert_eq!(step(&house, &viewer, &alarm, "acknowledge", json!({})).await.0, 409, "once");
    // Another post is asked: the alarm is open again, and that post answers.
    let ask = json!({ "to": "administrator", "reason": "需要增援" });
    assert_eq!(
        step(&house, &viewer, &alarm, "escalate", json!({ "to": "auditor", "reason": "x" })).await.0,
        400
    );
    assert_eq!(step(&house, &viewer, &alarm, "escalate", ask).await, ok());
    assert_eq!(step(&house, keeper, &alarm, "acknowledge", json!({})).await, ok());
    assert_eq!(step(&house, keeper, &alarm, "close", close).await, ok());
    assert_eq!(
        step(&house, keeper, &alarm, "escalate", json!({ "to": "manager", "reason": "x" })).await.0,
        409
    );
    let acts: Vec<Act> = house.entries_since(since).await.iter().map(|entry| entry.act).collect();
    let expected = [Act::AcknowledgeAlarm, Act::EscalateAlarm, Act::AcknowledgeAlarm, Act::CloseAlarm];
    assert_eq!(acts.iter().filter(|act| expected.contains(act)).count(), 4, "{acts:?}");
    let told = detail(&house, &viewer, &alarm).await;
    assert_eq!((&told["alarm"]["state"], &told["alarm"]["outcome"]), (&json!("closed"), &json!("handled")));
    assert_eq!(told["alarm"]["cameras"][0]["name"], "01");
    let steps: Vec<&str> =
        told["steps"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["acknowledge", "escalate", "acknowledge", "close"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_that_nobody_takes_is_escalated_and_found() {
    let clocks = Turned::at(MONDAY);
    let house = House::build_by(clocks.clone()).await;
    let button = Button::build(&house).await;
    let alarm = button.pressed(&house, "1").await;
    let overdue = async || {
        let keeper = house.sign_in(button.keeper.person, &button.keeper.account).await;
        let all = house.get("/api/findings", &keeper.cookie).await.json();
        let own = all.as_array().unwrap().iter().filter(|finding| finding["code"] == "alarm_overdue");
        own.map(|finding| finding["article"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let look = async || server::alarms::once(&house.app, Watched::default()).await;
    clocks.on_us(119 * SECOND_US);
    look().await;
    assert_eq!(overdue().await, Vec::<String>::new());
    clocks.on_us(2 * SECOND_US);
    let since = house.entry_count().await;
    look().await;
    look().await;
    let entries = house.entries_since(since).await;
    let escalated: Vec<_> = entries.iter().filter(|entry| entry.act == Act::EscalateAlarm).collect();
    assert_eq!(escalated.len(), 1, "once");
    assert_eq!(escalated[0].person, None);
    assert!(escalated[0].record.extra.contains("by=term"), "{}", escalated[0].record.extra);
    assert_eq!(overdue().await, ["unit:alarms"]);
    let told = detail(&house, &button.keeper, &alarm).await;
    assert_eq!(told["alarm"]["escalated_to"], "administrator");
    assert_eq!(told["steps"][0]["by"], Value::Null);
    // Whoever is asked takes it, and the finding goes.
    assert_eq!(step(&house, &button.keeper, &alarm, "acknowledge", json!({})).await, ok());
    assert_eq!(overdue().await, Vec::<String>::new());
    // A unit that waits longer says so.
    let body = json!({ "unit_id": house.unit.to_string(), "term_s": 600 });
    let keeper = house.sign_in(button.keeper.person, &button.keeper.account).await;
    let set =
        house.send(&house.router, Method::PUT, "/api/alarm-terms", Some(&keeper.cookie), Some(body)).await;
    assert_eq!(set.status, 204);
    button.pressed(&house, "2").await;
    clocks.on_us(300 * SECOND_US);
    look().await;
    assert_eq!(overdue().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_by_what_it_is_and_pages_to_its_end() {
    let house = House::build().await;
    let button = Button::build(&house).await;
    for id in ["a", "b", "c"] {
        button.pressed(&house, id).await;
    }
    button.says(&house, json!({ "id": "d", "kind": "door_opened", "input": "door" })).await;
    let operator = house.caller(Role::Operator, house.unit).await;
    let check = async |query: &str, expected: usize| {
        let (mut found, mut cursor) = (0, String::new());
        loop {
            let answer = house.get(&format!("/api/alarms?limit=2{query}{cursor}"), &operator.cookie).await;
            assert_eq!(answer.status, 200, "{query}: {}", answer.json());
            found += answer.json()["alarms"].as_array().unwrap().len();
            match answer.json()["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(found, expected, "{query}");
    };
    let (camera, elsewhere) = (house.cameras[0], house.cameras[1]);
    let now = house.app.now().as_ms();
    check("", 4).await;
    check("&state=open", 3).await;
    check("&state=alarms", 3).await;
    check("&state=noted", 1).await;
    check("&kind=door_opened", 1).await;
    check("&priority=high", 3).await;
    check("&priority=low", 0).await;
    check(&format!("&camera={camera}"), 3).await;
    check(&format!("&camera={elsewhere}"), 0).await;
    check(&format!("&source={}", button.id), 4).await;
    check(&format!("&from_ms={}&to_ms={}", now - 60_000, now + 60_000), 4).await;
    check(&format!("&to_ms={}", now - 60_000), 0).await;
    for wrong in ["&state=lost", "&cursor=x", "&camera=x", "&kind=x", "&from_ms=2&to_ms=1"] {
        let answer = house.get(&format!("/api/alarms?limit=2{wrong}"), &operator.cookie).await;
        assert!(matches!(answer.status.as_u16(), 400 | 404), "{wrong}: {}", answer.status);
    }
}

/// guangzhou-2007:11: what a secret system says is not there for whoever is not cleared.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_systems_alarms_are_there_for_the_cleared_only() {
    let house = House::build().await;
    let division = record(&house, RecordKind::Division, json!({ "code": "330199", "name": "某区" })).await;
    let body = json!({
        "name": "涉密系统", "packs": [], "division": division.to_string(), "builder_kind": "enterprise", "secret": true,
    });
    let system = record(&house, RecordKind::System, body).await;
    let keeper = Who::Administrator.sign_in(&house).await;
    let cleared = Who::Administrator.sign_in(&house).await;
    let path = format!("/api/units/{}/clearances/{}", house.unit, keeper.person);
    let body = json!({ "document_id": crate::levels::paper(&house).await.to_string() });
    let given = house.send(&house.router, Method::PUT, &path, Some(&cleared.cookie), Some(body)).await;
    assert!(given.status.is_success(), "{}", given.json());
    let body = json!({
        "unit_id": house.unit.to_string(), "system_id": system.to_string(), "kind": "entrance", "name": "涉密门禁",
        "priority": "high",
    });
    let made = house.post("/api/alarm-sources", &keeper.cookie, body).await;
    assert_eq!(made.status, 201, "{}", made.json());
    let id = made.json()["id"].as_str().unwrap().to_owned();
    into_use(&house, system).await;
    let token = token(&house, &keeper, &id).await;
    let alarm = send(&house, &token, json!({ "id": "1", "kind": "door_forced" })).await.json();
    assert_eq!(alarm["state"], "open", "{alarm}");
    let alarm = alarm["id"].as_str().unwrap().to_owned();
    let viewer = Who::Viewer.sign_in(&house).await;
    let seen = async |caller: &Caller| {
        let sources = house.get("/api/alarm-sources", &caller.cookie).await.json();
        let alarms = house.get("/api/alarms", &caller.cookie).await.json();
        let open = house.get("/api/state", &caller.cookie).await.json()["alarms"]["open"].clone();
        let one = house.get(&format!("/api/alarms/{alarm}"), &caller.cookie).await.status.as_u16();
        let count = |list: &Value| list.as_array().unwrap().len();
        (count(&sources["sources"]), count(&alarms["alarms"]), open, one)
    };
    assert_eq!(seen(&keeper).await, (1, 1, json!(1), 200));
    assert_eq!(seen(&viewer).await, (0, 0, json!(0), 404));
    assert_eq!(step(&house, &viewer, &alarm, "acknowledge", json!({})).await.0, 404);
    let path = format!("/api/alarm-sources/{id}/token");
    let uncleared = Who::Administrator.sign_in(&house).await;
    let tried = house.send(&house.router, Method::POST, &path, Some(&uncleared.cookie), None).await;
    assert_eq!(tried.status, 404);
}

/// Cameras that will send more in two hours than any disk here has room for: they are not recorded, with entries, and the person on
/// duty is called.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_stopped_for_want_of_room_calls_somebody() {
    let house = House::build().await;
    let (registry, cx) = (house.app.registry(), system_cx("demo", house.app.now()));
    for number in 0..12 {
        let camera = house.camera(&format!("大 {number}"), "rtsp://127.0.0.1:9/none").await;
        registry.plan_camera(&cx, camera, Some(1_000_000), 1, None).await.unwrap();
    }
    server::reconcile::once(&house.app).await.unwrap();
    let mut stopped = house.app.pipeline().stopped_streams();
    for _ in 0..300 {
        if !stopped.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        stopped = house.app.pipeline().stopped_streams();
    }
    assert!(!stopped.is_empty(), "11 TB in two hours, and no stream is stopped");
    server::alarms::once(&house.app, Watched::default()).await;
    let query = AlarmQuery { kind: Some(EventKind::RecordingStopped), limit: 100, ..AlarmQuery::default() };
    let alarms = registry.alarms(&system_cx("demo", house.app.now()), &query).await.unwrap().alarms;
    for stream in &stopped {
        let of = alarms.iter().filter(|alarm| alarm.cameras == [stream.camera]).count();
        assert_eq!(of, 1, "{stream}: {alarms:?}");
    }
    assert!(alarms.iter().all(|alarm| alarm.priority == Some(Priority::High)), "{alarms:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_is_put_into_a_folder_of_its_unit() {
    let house = House::build().await;
    let alarm = alarm(&house).await;
    let operator = Who::Operator.sign_in(&house).await;
    let folder = crate::folders::opened(&house, &operator, json!({})).await;
    let item = json!({ "kind": "alarm", "about_id": alarm, "words": "按钮被按下" });
    let added = crate::folders::add(&house, &operator, &folder, item.clone()).await;
    let kept = &added["items"][0];
    assert_eq!((&kept["kind"], &kept["about_id"]), (&json!("alarm"), &json!(alarm)), "{added}");
    // Neither another unit's folder takes it, nor does this one take what is no alarm.
    let stranger = Who::OtherOperator.sign_in(&house).await;
    let unit = json!({ "unit_id": house.other_unit.to_string() });
    let foreign = crate::folders::opened(&house, &stranger, unit).await;
    let nothing = json!({ "kind": "alarm", "about_id": uuid::Uuid::now_v7().to_string() });
    for (who, folder, item) in [
        (&stranger, &foreign, item),
        (&operator, &folder, nothing),
        (&operator, &folder, json!({ "kind": "alarm" })),
    ] {
        let answer = house.post(&format!("{folder}/items"), &who.cookie, item).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.json());
    }
}

/// Whoever watches sees where the cameras of open alarms stand: of those that their posts cover, and on shift where the unit keeps a roster.
#[tokio::test(flavor = "multi_thread")]
async fn where_open_alarms_are_is_told_to_whoever_watches_there() {
    let house = House::build().await;
    let button = Button::build(&house).await;
    let division = record(&house, RecordKind::Division, json!({ "code": "330199", "name": "某区" })).await;
    let body = json!({
        "name": "视频系统", "packs": [], "division": division.to_string(), "builder_kind": "enterprise",
    });
    let system = record(&house, RecordKind::System, body).await;
    let hall =
        record(&house, RecordKind::Place, json!({ "name": "大厅", "division": division.to_string() })).await;
    let body = json!({
        "name": "东门", "system": system.to_string(), "place": hall.to_string(), "purpose": "出入口",
        "longitude": 120.25, "latitude": 30.5,
    });
    let point = record(&house, RecordKind::Point, body).await;
    let path = format!("/api/cameras/{}/point", house.cameras[0]);
    let body = json!({ "point_id": point.to_string() });
    let placed = house.send(&house.router, Method::PUT, &path, Some(&button.keeper.cookie), Some(body)).await;
    assert!(placed.status.is_success(), "{}", placed.json());
    let told = async |who: &Caller| {
        let answer = house.get("/api/map/alarms", &who.cookie).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        answer.json()["places"].as_array().unwrap().clone()
    };
    let [viewer, auditor, stranger] = [
        house.caller(Role::Viewer, house.unit).await,
        house.caller(Role::Auditor, house.unit).await,
        house.caller(Role::Viewer, house.other_unit).await,
    ];
    assert!(told(&viewer).await.is_empty(), "nothing is open");
    button.pressed(&house, "1").await;
    let places = told(&viewer).await;
    assert_eq!(places.len(), 1, "{places:?}");
    assert_eq!(places[0]["camera"]["id"], json!(house.cameras[0].to_string()));
    assert_eq!((&places[0]["longitude"], &places[0]["latitude"]), (&json!(120.25), &json!(30.5)));
    assert!(told(&auditor).await.is_empty(), "whoever does not watch has the name, and no place");
    assert!(told(&stranger).await.is_empty(), "another unit's alarm is none of theirs");
    // Where the unit keeps a roster, on shift.
    let room = json!({ "unit_id": house.unit.to_string(), "name": "值班室" });
    let room = house.post("/api/duty/rooms", &button.keeper.cookie, room).await.json();
    assert!(told(&viewer).await.is_empty(), "off shift");
    let now = house.app.now().as_ms();
    let shift =
        json!({ "person_id": viewer.person.to_string(), "from_ms": now - 60_000, "to_ms": now + 3_600_000 });
    let rostered = json!({ "room_id": room["id"], "shifts": [shift] });
    let shift = house.post("/api/duty/shifts", &button.keeper.cookie, rostered).await.json()[0]["id"].clone();
    let path = format!("/api/duty/shifts/{}/take-over", shift.as_str().unwrap());
    assert_eq!(house.post(&path, &viewer.cookie, json!({ "alone": "首班" })).await.status, 200);
    assert_eq!(told(&viewer).await.len(), 1);
}
