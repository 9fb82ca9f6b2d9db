//! Proof of retention that an authority asks for: drawn by neither side, judged instant by instant and again offline, tried again until
//! the deadline, missed after it, and refused to whoever may not ask.

use crate::{
    cases::Who,
    house::{Caller, House},
    levels::paper,
    supervision::{Area, supervisor},
    turned::Turned,
    watch::Studio,
};
use law::register::RecordKind;
use ledger::{
    challenge::{Transcript, commitment},
    note::NoteKey,
};
use model::{Act, Actor, CameraId, Cx, GapCause, Hash, Profile, RecordId, Span, StreamId};
use serde_json::{Value, json};
use server::app::Facts;
use std::{collections::BTreeMap, sync::Mutex};
use store::{LogName, NewGap, system_cx};
use verify::{Expected, Policy};

/// Nonces by the commitment to each, and by the id of what was asked with it: none is used twice.
static NONCES: Mutex<BTreeMap<String, Hash>> = Mutex::new(BTreeMap::new());

/// The commitment to a nonce that nobody has seen.
pub fn fresh() -> String {
    let mut nonces = NONCES.lock().unwrap();
    let mut nonce = Hash([7; 32]);
    nonce.0[..8].copy_from_slice(&nonces.len().to_be_bytes());
    let committed = commitment(&nonce).to_string();
    nonces.insert(committed.clone(), nonce);
    committed
}

/// What an id was asked with.
pub fn asked_with(id: &str, committed: &str) {
    let mut nonces = NONCES.lock().unwrap();
    let nonce = nonces[committed];
    nonces.insert(id.to_owned(), nonce);
}

/// The nonce of a commitment, or of what was asked with one.
pub fn nonce_of(name: &str) -> Hash {
    NONCES.lock().unwrap()[name]
}

const HOUR_MS: i64 = 3_600_000;
const HOUR_US: i64 = 3_600_000_000;

/// Puts a camera at a point of the area's system.
pub async fn at_point(house: &House, area: &Area, camera: CameraId) -> RecordId {
    let cx = system_cx("demo", house.app.now());
    let registry = house.app.registry();
    let add = async |kind: RecordKind, body: Value| {
        registry.add_record(&cx, kind, Some(house.unit), body.as_object().cloned().unwrap()).await.unwrap()
    };
    let system = registry.record(&cx, area.system).await.unwrap();
    let place = add(RecordKind::Place, json!({ "name": "大厅", "division": system.body["division"] })).await;
    let point = json!({
        "name": "大门", "system": area.system.to_string(), "place": place.to_string(), "purpose": "出入口",
    });
    let point = add(RecordKind::Point, point).await;
    registry.place_camera(&cx, camera, point).await.unwrap();
    point
}

/// A question about a camera of the area's system whose log has an hour's gap and nothing after.
pub async fn body(house: &House, area: &Area) -> Value {
    let number = house.entry_count().await;
    let camera = house.camera(&format!("留存 {number}"), "rtsp://192.0.2.9/main").await;
    at_point(house, area, camera).await;
    let (stream, now) = (StreamId { camera, profile: Profile::Main }, house.app.now());
    let span = Span::new(now.plus_us(-2 * HOUR_US), now.plus_us(-HOUR_US)).unwrap();
    let gap = NewGap { stream, span, cause: GapCause::Planned, evidence: String::new() };
    house.app.store().footage.commit_gap(gap).await.unwrap();
    house.app.store().publish(LogName::Footage, now).await.unwrap();
    json!({
        "system_id": area.system.to_string(), "reason": "抽查留存", "commitment": fresh(),
        "from_ms": now.as_ms() - 2 * HOUR_MS, "to_ms": now.as_ms() - 60_000, "instants": 30,
        "deadline_ms": now.as_ms() + 24 * HOUR_MS,
    })
}

async fn ask(house: &House, caller: &Caller, body: Value) -> Value {
    let committed = body["commitment"].as_str().unwrap().to_owned();
    let answer = house.post("/api/retention-demands", &caller.cookie, body).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    let asked = answer.json();
    asked_with(asked["demand"]["id"].as_str().unwrap(), &committed);
    asked
}

/// A demand of somebody who supervises, by its id.
pub async fn demanded(house: &House, caller: &Caller) -> String {
    let area = Area::of(house, caller).await;
    let asked = ask(house, caller, body(house, &area).await).await;
    asked["demand"]["id"].as_str().unwrap().to_owned()
}

async fn draw(house: &House, caller: &Caller, id: &str) -> Value {
    let path = format!("/api/retention-demands/{id}/draw");
    let answer = house.post(&path, &caller.cookie, json!({ "nonce": nonce_of(id).to_string() })).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

/// One that was drawn and of which something is not proven.
pub async fn drawn(house: &House, caller: &Caller) -> String {
    let id = demanded(house, caller).await;
    let whole = draw(house, caller, &id).await;
    assert_eq!(whole["demand"]["state"], "open", "{whole}");
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_is_proven_instant_by_instant_and_judged_offline() {
    let facts = Facts { secure: true, ..Facts::default() };
    let studio = Studio::start_in(House::build_with(facts).await).await;
    let (house, stream) = (&studio.house, studio.stream());
    let footage = &house.app.store().footage;
    studio
        .until_async("four segments", async || footage.stream_head(stream).await.unwrap().next_seq >= 5)
        .await;
    house.app.store().publish(LogName::Footage, house.app.now()).await.unwrap();
    let (officer, area) = supervisor(house).await;
    at_point(house, &area, stream.camera).await;
    let span = footage.histories().await.unwrap()[&stream];
    let now = house.app.now();
    let question = json!({
        "system_id": area.system.to_string(), "reason": "抽查留存", "commitment": fresh(),
        "from_ms": span.start.as_ms() - 2_000, "to_ms": span.start.as_ms() + 5_000, "instants": 40,
        "deadline_ms": now.as_ms() + 24 * HOUR_MS,
    });
    let before = house.entry_count().await;
    let asked = ask(house, &officer, question).await;
    assert_eq!((&asked["demand"]["state"], &asked["demand"]["may_draw"]), (&json!("asked"), &json!(true)));
    let id = asked["demand"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/retention-demands/{id}/draw");
    let other = house.post(&path, &officer.cookie, json!({ "nonce": Hash([8; 32]).to_string() })).await;
    assert_eq!(other.status, 400, "another nonce than the one that was committed to");
    let whole = draw(house, &officer, &id).await;
    assert_eq!(whole["demand"]["state"], "proven", "{whole}");
    let kinds: Vec<&str> =
        whole["instants"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"footage") && kinds.contains(&"not_yet"), "{kinds:?}");
    assert!(!whole.to_string().contains("\"picture"), "no picture is among it");
    assert_eq!(
        house.post(&path, &officer.cookie, json!({ "nonce": nonce_of(&id).to_string() })).await.status,
        409,
        "once"
    );

    let entries = house.entries_since(before).await;
    let acts: Vec<Act> = entries.iter().map(|entry| entry.act).collect();
    assert!(acts.contains(&Act::SystemRead) && acts.contains(&Act::ProveRetention), "{acts:?}");
    assert_eq!(acts.iter().filter(|act| **act == Act::DemandRetention).count(), 2, "{acts:?}");

    // The file that both sides can take is judged by the program that needs no server.
    let file = house.get(&format!("/api/retention-demands/{id}/transcript"), &officer.cookie).await;
    let transcript = Transcript::parse(&file.body).unwrap();
    let policy = Policy::pinned(vec![NoteKey::parse(&house.app.store().vkey(LogName::Footage)).unwrap()]);
    let expected = Expected {
        policy: Some(&policy),
        commitment: Some(commitment(&nonce_of(&id))),
        ..Expected::default()
    };
    let judged = verify::challenge(&transcript, &expected, None).unwrap();
    assert_eq!((judged.exit_code(), &judged.findings[..]), (0, &[][..]), "{judged:?}");

    // What is deleted behind the register's back is not proven.
    std::fs::remove_dir_all(house.dir.path().join("media")).unwrap();
    let mut more = json!({
        "system_id": area.system.to_string(), "reason": "再查", "commitment": fresh(),
        "from_ms": span.start.as_ms(), "to_ms": span.start.as_ms() + 4_000, "instants": 10,
        "deadline_ms": now.as_ms() + 24 * HOUR_MS,
    });
    more["inspection_id"] = json!(area.inspect(house, &officer).await);
    let inspection = more["inspection_id"].as_str().unwrap().to_owned();
    let lines = async || {
        let whole = house.get(&format!("/api/inspections/{inspection}"), &officer.cookie).await.json();
        let lines = whole["lines"].as_array().unwrap().clone();
        lines.into_iter().filter(|line| line["controls"] == json!(["retention-demanded"])).collect::<Vec<_>>()
    };
    assert!(lines().await.is_empty());
    let id = ask(house, &officer, more).await["demand"]["id"].as_str().unwrap().to_owned();
    let whole = draw(house, &officer, &id).await;
    assert_eq!((&whole["demand"]["state"], &whole["instants"][0]["proven"]), (&json!("open"), &json!(false)));
    assert_eq!(lines().await.len(), 1, "it is a line of the inspection that it was asked in");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_proven_by_the_deadline_is_found() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let (officer, area) = supervisor(&house).await;
    let id = drawn(&house, &officer).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let again = format!("/api/retention-demands/{id}/answer");
    assert_eq!(house.post(&again, &administrator.cookie, json!({})).await.status, 200, "tried again");
    let unproven = async |caller: &Caller| {
        let found = house.get("/api/findings", &caller.cookie).await.json();
        found.as_array().unwrap().iter().filter(|one| one["code"] == "retention_unproven").count()
    };
    assert_eq!(unproven(&administrator).await, 0, "there is time");
    clocks.on_us(25 * HOUR_US);
    let administrator = house.sign_in(administrator.person, &administrator.account).await;
    assert_eq!(unproven(&administrator).await, 1);
    assert_eq!(house.post(&again, &administrator.cookie, json!({})).await.status, 409, "too late");
    let officer = house.sign_in(officer.person, &officer.account).await;
    let seen = house.get("/api/retention-demands", &officer.cookie).await.json();
    assert_eq!(seen["demands"][0]["state"], "missed");
    // The next inspection has it among its lines.
    let inspection = area.inspect(&house, &officer).await;
    let whole = house.get(&format!("/api/inspections/{inspection}"), &officer.cookie).await.json();
    let lines = whole["lines"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["findings"][0]["code"] == "retention_unproven"), "{whole}");
    let other = Who::OtherAdministrator.sign_in(&house).await;
    assert_eq!(unproven(&other).await, 0, "another unit learns nothing");
}

/// What was missed stands until as much is asked for again and proven: less, or what is asked elsewhere, ends nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_later_demand_that_is_proven_ends_what_was_missed() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let (officer, area) = supervisor(&house).await;
    let start = house.app.now();
    drawn(&house, &officer).await;
    let registry = house.app.registry();
    let cameras = registry.cameras_of_system(&system_cx("demo", start), area.system).await.unwrap();
    clocks.on_us(25 * HOUR_US);
    // The log goes on where it broke off.
    let now = house.app.now();
    let stream = StreamId { camera: cameras[0], profile: Profile::Main };
    let span = Span::new(start.plus_us(-HOUR_US), now.plus_us(-HOUR_US)).unwrap();
    let gap = NewGap { stream, span, cause: GapCause::Planned, evidence: String::new() };
    let footage = &house.app.store().footage;
    let head = footage.histories().await.unwrap()[&stream];
    footage.commit_gap(NewGap { span: Span::new(head.end, span.end).unwrap(), ..gap }).await.unwrap();
    let unproven = async |open: bool| {
        let auditor = Who::Auditor.sign_in(&house).await;
        let found = house.get("/api/findings", &auditor.cookie).await.json();
        let own = found.as_array().unwrap().iter().filter(|one| one["code"] == "retention_unproven").count();
        let path = format!("/api/findings/history?kind=supervision&open={open}&limit=200");
        let rows = house.get(&path, &auditor.cookie).await.json()["findings"].as_array().unwrap().clone();
        let mut rows = rows.into_iter().filter(|row| row["code"] == "retention_unproven");
        (own, rows.next())
    };
    let (own, row) = unproven(true).await;
    assert_eq!((own, row.is_some()), (1, true), "missed");
    let officer = house.sign_in(officer.person, &officer.account).await;
    let asks = async |hours: i64, instants: u32| {
        let now = house.app.now().as_ms();
        let question = json!({
            "system_id": area.system.to_string(), "reason": "复查", "commitment": fresh(),
            "from_ms": span.end.as_ms() - hours * HOUR_MS, "to_ms": span.end.as_ms() - 60_000,
            "instants": instants, "deadline_ms": now + 24 * HOUR_MS,
        });
        let id = ask(&house, &officer, question).await["demand"]["id"].as_str().unwrap().to_owned();
        let whole = draw(&house, &officer, &id).await;
        assert_eq!(whole["demand"]["state"], "proven", "{whole}");
    };
    for (hours, instants) in [(4, 29), (1, 30)] {
        asks(hours, instants).await;
        assert_eq!(unproven(true).await.0, 1, "{hours} h, {instants} instants: less than was missed");
    }
    asks(4, 30).await;
    let (own, row) = unproven(false).await;
    let row = row.expect("it is in the history");
    assert_eq!((own, &row["closed"]["how"]), (0, &json!("put_right")), "{row}");
    assert!(row["reason"]["en"].as_str().unwrap().contains("not proven in time"), "{row}");
    // The demand itself stays what it was.
    let seen = house.get("/api/retention-demands", &officer.cookie).await.json();
    assert!(seen["demands"].as_array().unwrap().iter().any(|one| one["state"] == "missed"), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demand_is_refused_where_it_may_not_be_made() {
    let house = House::build().await;
    let (officer, area) = supervisor(&house).await;
    let (stranger, _) = supervisor(&house).await;
    let body = body(&house, &area).await;
    let with = |field: &str, value: Value| {
        let mut body = body.clone();
        body[field] = value;
        body
    };
    let post =
        async |caller: &Caller, body: Value| house.post("/api/retention-demands", &caller.cookie, body).await;
    let soon = post(&officer, with("deadline_ms", json!(house.app.now().as_ms() + 60_000))).await;
    assert_eq!((soon.status.as_u16(), &soon.json()["error"]["article"]), (403, &json!("national-2016:23")));
    assert_eq!(post(&officer, with("instants", json!(0))).await.status, 400);
    assert_eq!(post(&officer, with("commitment", json!("ab"))).await.status, 400);
    assert_eq!(post(&stranger, body.clone()).await.status, 404, "in nobody else's area");
    assert_eq!(post(&officer, with("inspection_id", json!(uuid::Uuid::nil().to_string()))).await.status, 404);
    let list = house.get("/api/retention-demands", &officer.cookie).await.json();
    assert_eq!(list["demands"], json!([]), "nothing was kept");
    let id = demanded(&house, &officer).await;
    let path = format!("/api/retention-demands/{id}");
    assert_eq!(house.get(&path, &stranger.cookie).await.status, 404);
    let nonce = json!({ "nonce": nonce_of(&id).to_string() });
    assert_eq!(house.post(&format!("{path}/draw"), &stranger.cookie, nonce).await.status, 404);
}

/// A commitment is used once: its nonce may be known.
#[tokio::test(flavor = "multi_thread")]
async fn a_commitment_is_good_for_one_question() {
    let house = House::build().await;
    let (officer, area) = supervisor(&house).await;
    let first = body(&house, &area).await;
    let id = ask(&house, &officer, first.clone()).await["demand"]["id"].as_str().unwrap().to_owned();
    let mut second = body(&house, &area).await;
    second["commitment"] = first["commitment"].clone();
    let refused = async |what: &str| {
        let before = house.entry_count().await;
        let answer = house.post("/api/retention-demands", &officer.cookie, second.clone()).await;
        assert_eq!(answer.status, 409, "{what}: {}", answer.json());
        assert!(answer.json()["error"]["message"].as_str().unwrap().contains("draw another nonce"), "{what}");
        let list = house.get("/api/retention-demands", &officer.cookie).await.json();
        assert_eq!(list["total"], 1, "{what}: nothing is kept of it");
        let entries = house.entries_since(before).await;
        assert!(entries.iter().all(|entry| entry.act != Act::DemandRetention), "{what}");
    };
    refused("before it is shown").await;
    draw(&house, &officer, &id).await;
    refused("after it was shown").await;
}

/// A system that becomes secret takes what was asked about it with it, for whoever is not cleared (guangzhou-2007:11).
#[tokio::test(flavor = "multi_thread")]
async fn a_demand_over_a_system_that_became_secret_is_there_for_the_cleared_alone() {
    let house = House::build().await;
    let (officer, area) = supervisor(&house).await;
    let id = drawn(&house, &officer).await;
    let inspection = area.inspect(&house, &officer).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let registry = house.app.registry();
    let cx = system_cx("demo", house.app.now());
    let kept = registry.record(&cx, area.system).await.unwrap();
    let name = kept.body["name"].as_str().unwrap().to_owned();
    let told = async |caller: &Caller| {
        let mut seen = Vec::new();
        for list in ["retention-demands", "inspections"] {
            let text = house.get(&format!("/api/{list}"), &caller.cookie).await.json().to_string();
            seen.push(text.contains(&name));
        }
        for one in [format!("retention-demands/{id}"), format!("inspections/{inspection}")] {
            seen.push(house.get(&format!("/api/{one}"), &caller.cookie).await.status == 200);
        }
        seen
    };
    assert_eq!((told(&officer).await, told(&administrator).await), (vec![true; 4], vec![true; 4]));
    let mut body = kept.body.clone();
    body.insert("secret".into(), json!(true));
    registry.change_record(&cx, area.system, kept.version, body).await.unwrap();
    assert_eq!((told(&officer).await, told(&administrator).await), (vec![false; 4], vec![false; 4]));
    let again = format!("/api/retention-demands/{id}/answer");
    assert_eq!(house.post(&again, &administrator.cookie, json!({})).await.status, 404);
    let transcript = format!("/api/retention-demands/{id}/transcript");
    assert_eq!(house.get(&transcript, &officer.cookie).await.status, 404);
    let found = house.get("/api/findings", &administrator.cookie).await.json().to_string();
    assert!(!found.contains(&name), "{found}");
    // Whoever is cleared goes on with it.
    let paper = paper(&house).await;
    let other = Who::Administrator.sign_in(&house).await;
    let cx = Cx { actor: Actor::Person(other.person), ..cx };
    registry.change_clearance(&cx, house.unit, administrator.person, Some(paper)).await.unwrap();
    assert_eq!(told(&administrator).await, vec![true; 4]);
    assert_eq!(house.post(&again, &administrator.cookie, json!({})).await.status, 200);
}
