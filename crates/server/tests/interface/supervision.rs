//! Supervision over HTTP: what a supervisor sees and never sees, accusations that those whom they concern cannot find, an inspection
//! from its lines to a closed order, refusals of what an article does not have, and what an authority is late with.

use crate::{
    cases::{self, Who},
    house::{Caller, House},
    levels::paper,
    turned::Turned,
};
use axum::http::Method;
use law::access::Post;
use law::register::RecordKind;
use law::supervision::AuthorityKind;
use model::{Act, Actor, AuthorityId, Cx, RecordId, Role};
use serde_json::{Value, json};
use server::http;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use store::{NewAuthority, system_cx};

const DAY_MS: i64 = 86_400_000;

/// A county with one system of the house's unit, and its police.
pub struct Area {
    pub division: String,
    pub system: RecordId,
    pub authority: AuthorityId,
}

async fn record(house: &House, kind: RecordKind, body: Value) -> RecordId {
    let unit = (!kind.is_shared()).then_some(house.unit);
    let cx = system_cx("demo", house.app.now());
    house.app.registry().add_record(&cx, kind, unit, body.as_object().cloned().unwrap()).await.unwrap()
}

pub async fn authority(house: &House, name: &str, kind: AuthorityKind, division: &str) -> AuthorityId {
    let industry = (kind == AuthorityKind::Industry).then(|| "bank-hall".to_owned());
    let new = NewAuthority { name: name.into(), kind, division: division.into(), industry };
    let cx = system_cx("demo", house.app.now());
    house.app.registry().create_authority(&cx, new).await.unwrap()
}

pub async fn bound(house: &House, authority: AuthorityId) -> Caller {
    let caller = house.caller_without_post().await;
    // By an administrator of another unit, which keeps the account from then on: an account of the accused's own is theirs.
    let administrator = house.caller(Role::Administrator, house.other_unit).await;
    let cx = Cx { actor: Actor::Person(administrator.person), ..system_cx("demo", house.app.now()) };
    house.app.registry().bind_supervisor(&cx, authority, caller.person).await.unwrap();
    caller
}

impl Area {
    pub async fn build(house: &House, division: &str) -> Self {
        let county = record(
            house,
            RecordKind::Division,
            json!({ "code": division, "name": format!("区 {division}") }),
        )
        .await;
        let body =
            json!({ "name": "大厅系统", "division": county.to_string(), "builder_kind": "enterprise" });
        let system = record(house, RecordKind::System, body).await;
        let authority =
            authority(house, &format!("公安分局 {division}"), AuthorityKind::PublicSecurity, division).await;
        Self { division: division.to_owned(), system, authority }
    }

    /// The area of somebody who supervises.
    pub async fn of(house: &House, caller: &Caller) -> Self {
        let seen = house.get("/api/supervision", &caller.cookie).await.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            division: text(&seen["authority"]["division"]),
            system: text(&seen["systems"][0]["id"]).parse().unwrap(),
            authority: text(&seen["authority"]["id"]).parse().unwrap(),
        }
    }

    /// An inspection of the system.
    pub async fn inspect(&self, house: &House, caller: &Caller) -> String {
        let body = json!({
            "unit_id": house.unit.to_string(), "system_id": self.system.to_string(), "reason": "年度检查",
        });
        let answer = house.post("/api/inspections", &caller.cookie, body).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        answer.json()["inspection"]["id"].as_str().unwrap().to_owned()
    }
}

/// A supervisor with an area of their own.
pub async fn supervisor(house: &House) -> (Caller, Area) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Guangdong, past its cities, and never the code of one.
    let number = NEXT.fetch_add(1, Relaxed);
    let division = format!("44{:02}{:02}", 60 + number / 90, 1 + number % 90);
    let area = Area::build(house, &division).await;
    (bound(house, area.authority).await, area)
}

pub async fn accusation(house: &House, body: Value) -> Value {
    let answer = house.send(&house.router, Method::POST, "/api/accusations", None, Some(body)).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    assert!(!answer.headers.contains_key("set-cookie"), "no cookie is set");
    answer.json()
}

/// An inspection with the first line of an article's prefix found lacking.
pub async fn lacking(house: &House, caller: &Caller, area: &Area, article: &str) -> (String, u64) {
    let id = area.inspect(house, caller).await;
    let whole = house.get(&format!("/api/inspections/{id}"), &caller.cookie).await.json();
    let lines = whole["lines"].as_array().unwrap();
    let line = lines.iter().find(|line| line["article"].as_str().unwrap().starts_with(article));
    let line = line.unwrap_or_else(|| panic!("{article}: {lines:?}"))["number"].as_u64().unwrap();
    let body = json!({ "verdict": "lacking", "note": "未见材料" });
    let judged = house.post(&format!("/api/inspections/{id}/lines/{line}"), &caller.cookie, body).await;
    assert_eq!(judged.status, 200, "{}", judged.json());
    (id, line)
}

async fn issue(house: &House, caller: &Caller, (inspection, line): (String, u64), days: i64) -> (u16, Value) {
    let deadline = house.app.now().as_ms() + days * DAY_MS;
    let body =
        json!({ "inspection_id": inspection, "line": line, "demand": "限期整改", "deadline_ms": deadline });
    let answer = house.post("/api/orders", &caller.cookie, body).await;
    (answer.status.as_u16(), answer.json())
}

/// An order that waits for its correction.
pub async fn order(house: &House, caller: &Caller, area: &Area) -> String {
    let found = lacking(house, caller, area, "national-2025:14").await;
    let (status, order) = issue(house, caller, found, 10).await;
    assert_eq!(status, 201, "{order}");
    order["id"].as_str().unwrap().to_owned()
}

/// Whatever posts they are given: no picture, no document with one, no basic data in bulk, on any operation of the interface.
#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_sees_compliance_and_no_picture() {
    let house = House::build().await;
    let area = Area::build(&house, "440106").await;
    // Given every post of the unit, as an administrator could.
    let roles = [Role::Viewer, Role::Operator, Role::Administrator, Role::Auditor, Role::Manager];
    let posts = roles.map(|role| Post { role, unit: house.unit, group: None }).to_vec();
    let person = house.person("zealous", posts).await;
    let all = house.sign_in(person, "zealous").await;
    assert_eq!(house.post("/api/views", &all.cookie, house.live_view()).await.status, 201, "before");
    let cx = system_cx("demo", house.app.now());
    house.app.registry().bind_supervisor(&cx, area.authority, person).await.unwrap();

    for (path, body) in [
        ("/api/views", house.live_view()),
        ("/api/views", house.playback_view()),
        ("/api/exports", house.export()),
    ] {
        let answer = house.post(path, &all.cookie, body).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "supervisor_picture"), "{path}");
        assert_eq!(answer.json()["error"]["article"], "national-2016:4");
    }
    // Every operation that leaves a picture act or basic data in the ledger when another may, tried as them.
    let pictures = [
        Act::Live,
        Act::Playback,
        Act::Still,
        Act::Export,
        Act::Collect,
        Act::CommissioningStill,
        Act::ReadBasicData,
        Act::ReadDossier,
    ];
    let mut tried = 0;
    for case in cases::all().into_iter().filter(|case| case.entries.iter().any(|act| pictures.contains(act)))
    {
        let other = case.allowed.sign_in(&house).await;
        let ask = (case.ask)(&house, &other).await;
        if ask.socket {
            continue;
        }
        let method: Method = case.operation.split(' ').next().unwrap().parse().unwrap();
        let answer = house.send(&house.router, method, &ask.path, Some(&all.cookie), ask.body).await;
        assert!(answer.status.is_client_error(), "{}: {}", case.operation, answer.status);
        let kind = answer.headers.get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
        assert_eq!(kind.as_deref(), Some("application/json"), "{}", case.operation);
        tried += 1;
    }
    assert!(tried >= 5, "{tried} operations were tried");
    // What they see instead.
    let seen = house.get("/api/supervision", &all.cookie).await.json();
    assert_eq!(seen["systems"][0]["name"], "大厅系统");
    assert_eq!(seen["authority"]["level"], "county");
    let text = seen.to_string();
    assert!(!text.contains("滨江路") && !text.contains("rtsp"), "no place and no address: {text}");
    // Nor do they judge the unit to which they belong.
    let body = json!({ "unit_id": house.unit.to_string(), "reason": "年度检查" });
    let own = house.post("/api/inspections", &all.cookie, body).await;
    assert_eq!((own.status.as_u16(), own.code().as_str()), (403, "own_unit"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_area_ends_where_the_division_does() {
    let house = House::build().await;
    let area = Area::build(&house, "440106").await;
    let check = async |kind, division: &str, name: &str, expected: usize| {
        let caller = bound(&house, authority(&house, name, kind, division).await).await;
        let seen = house.get("/api/supervision", &caller.cookie).await.json();
        assert_eq!(seen["systems"].as_array().unwrap().len(), expected, "{name}");
        let body = json!({ "unit_id": house.unit.to_string(), "system_id": area.system.to_string(), "reason": "检查" });
        let status = house.post("/api/inspections", &caller.cookie, body).await.status.as_u16();
        assert_eq!(status, if expected == 1 { 201 } else { 403 }, "{name}");
        caller
    };
    use AuthorityKind::{Industry, Information, PublicSecurity};
    check(PublicSecurity, "440100", "市局", 1).await;
    check(Information, "440000", "省信息部门", 1).await;
    check(PublicSecurity, "440305", "邻市分局", 0).await;
    check(Industry, "440106", "银行监管", 0).await;
    let caller = check(PublicSecurity, "000000", "部", 1).await;
    // A secret system is in nobody's area.
    let cx = system_cx("demo", house.app.now());
    let kept = house.app.registry().record(&cx, area.system).await.unwrap();
    let mut body = kept.body.clone();
    body.insert("secret".into(), json!(true));
    house.app.registry().change_record(&cx, area.system, kept.version, body).await.unwrap();
    let seen = house.get("/api/supervision", &caller.cookie).await.json();
    assert_eq!(seen["systems"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn supervisors_are_bound_by_others_and_posts_make_none() {
    let house = House::build().await;
    let area = Area::build(&house, "440106").await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let bind = async |person: &Caller| {
        let path = format!("/api/authorities/{}/supervisors/{}", area.authority, person.person);
        house.send(&house.router, Method::PUT, &path, Some(&administrator.cookie), None).await
    };
    let own = bind(&administrator).await;
    assert_eq!((own.status.as_u16(), own.code().as_str()), (403, "own_posts"));
    let foreign = bind(&Who::OtherOperator.sign_in(&house).await).await;
    assert_eq!((foreign.status.as_u16(), foreign.code().as_str()), (403, "other_unit"));
    let fresh = house.caller_without_post().await;
    let before = house.entry_count().await;
    assert_eq!(bind(&fresh).await.status, 204);
    let entries = house.entries_since(before).await;
    assert!(entries.iter().any(|entry| entry.act == Act::ChangeAuthority && entry.record.extra.contains("supervisor=bound")));
    assert_eq!(house.get("/api/me", &fresh.cookie).await.json()["rights"]["supervision"], true);
    let body = json!({
        "account": "posted", "name": "人员", "language": "zh",
        "posts": [{ "role": "supervisor", "unit_id": house.unit.to_string() }],
    });
    let posted = house.post("/api/people", &administrator.cookie, body).await;
    assert_eq!(posted.status, 400, "{}", posted.json());
}

/// What anybody of the accused can find: nothing, on any operation that reads.
async fn finds_nothing(house: &House, caller: &Caller, words: &[&str], who: &str) {
    let document = http::document();
    for (method, path) in http::operations(&document) {
        if method != Method::GET || path.contains('{') || path == "/api/openapi.json" {
            continue;
        }
        let answer = house.get(&path, &caller.cookie).await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        for word in words {
            assert!(!text.contains(word), "{path} tells {who} {word:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accusation_is_found_by_nobody_whom_it_concerns() {
    let house = House::build().await;
    let area = Area::build(&house, "440106").await;
    let city = authority(&house, "广州市公安局", AuthorityKind::PublicSecurity, "440100").await;
    let province = authority(&house, "广东省公安厅", AuthorityKind::PublicSecurity, "440000").await;
    let (county_officer, city_officer, province_officer) =
        (bound(&house, area.authority).await, bound(&house, city).await, bound(&house, province).await);
    let secret = "收受财物后不予处罚的经过";
    let check = async |body: Value, finder: &Caller, hidden: &[(&Caller, &str)]| {
        let receipt = accusation(&house, body).await;
        let number = receipt["number"].as_str().unwrap().to_owned();
        let found = house.get("/api/accusations", &finder.cookie).await.json();
        let mine = found["accusations"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["number"] == json!(number))
            .cloned();
        let mine = mine.unwrap_or_else(|| panic!("{number} in {found}"));
        for (caller, who) in hidden {
            finds_nothing(&house, caller, &[secret], who).await;
            let path = format!("/api/accusations/{}/step", mine["id"].as_str().unwrap());
            let body = json!({ "stage": "taken_up", "text": "受理" });
            let step = house.post(&path, &caller.cookie, body.clone()).await;
            assert_eq!(step.status, 403, "{who}: {}", step.json());
            assert!(!step.json().to_string().contains(&number), "{who}");
        }
        (receipt, mine)
    };
    // The county's police are accused: the city has it.
    let body = json!({
        "kind": "public_security", "who": "公安分局 440106 的民警", "what": secret, "contact": "13800000000", "division": "440106",
    });
    let (receipt, mine) =
        check(body, &city_officer, &[(&county_officer, "the accused"), (&province_officer, "the province")])
            .await;
    assert_eq!(mine["contact"], "13800000000");
    assert_eq!(receipt["routed"], true);
    // The unit is accused: the county has it; nobody with a post in the unit finds it, also not one who supervises.
    let people = [Who::Administrator, Who::Auditor, Who::Manager, Who::Operator];
    let mut own = Vec::new();
    for who in people {
        own.push((who.sign_in(&house).await, format!("{who:?} of the unit")));
    }
    let hidden: Vec<(&Caller, &str)> = own.iter().map(|(caller, who)| (caller, who.as_str())).collect();
    check(json!({ "kind": "unit", "who": "示范单位", "what": secret }), &county_officer, &hidden).await;
    // The whole chain is accused: the auditors of another unit have it.
    let auditor = house.caller(Role::Auditor, house.other_unit).await;
    let body =
        json!({ "kind": "public_security", "who": "广东省公安厅", "what": secret, "division": "440106" });
    let accused =
        [(&county_officer, "the county"), (&city_officer, "the city"), (&province_officer, "the province")];
    let receipt = accusation(&house, body.clone()).await;
    assert_eq!(receipt["routed"], false);
    let found = house.get("/api/accusations", &auditor.cookie).await.json();
    assert_eq!(found["accusations"].as_array().unwrap().len(), 1, "{found}");
    finds_nothing(&house, accused[2].0, &[secret], accused[2].1).await;
    // With the unit among the accused it is not for the unit's own auditors either, though no authority stands before them.
    let body = json!({
        "kind": "public_security", "who": "广东省公安厅和示范单位", "what": secret, "division": "440106",
    });
    assert_eq!(accusation(&house, body).await["routed"], false);
    let found = house.get("/api/accusations", &auditor.cookie).await.json();
    assert_eq!(found["accusations"].as_array().unwrap().len(), 2, "{found}");
    let own = Who::Auditor.sign_in(&house).await;
    let found = house.get("/api/accusations", &own.cookie).await.json();
    assert_eq!(found["accusations"].as_array().unwrap().len(), 1, "the first alone: {found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reporter_follows_by_number_and_code_until_the_outcome() {
    let house = House::build().await;
    let (officer, area) = supervisor(&house).await;
    let body = json!({ "kind": "person", "who": "某某", "what": "违法安装", "division": area.division });
    let receipt = accusation(&house, body).await;
    let follow = async |code: &Value| {
        let body = json!({ "number": receipt["number"], "code": code });
        house.send(&house.router, Method::POST, "/api/accusations/follow", None, Some(body)).await
    };
    let state = follow(&receipt["code"]).await;
    assert_eq!((state.status.as_u16(), &state.json()["stage"]), (200, &json!("received")));
    assert_eq!(follow(&json!("wrong")).await.status, 404);
    let all = house.get("/api/accusations", &officer.cookie).await.json();
    let path = format!("/api/accusations/{}/step", all["accusations"][0]["id"].as_str().unwrap());
    for (stage, text, expected) in [
        ("answered", "答复", 403),
        ("taken_up", "受理", 200),
        ("taken_up", "受理", 403),
        ("answered", "已派员核查", 200),
        ("closed", "属实，已责令拆除", 200),
        ("closed", "再办", 403),
    ] {
        let answer = house.post(&path, &officer.cookie, json!({ "stage": stage, "text": text })).await;
        assert_eq!(answer.status.as_u16(), expected, "{stage}: {}", answer.json());
    }
    let state = follow(&receipt["code"]).await.json();
    assert_eq!(
        (&state["stage"], &state["answer"], &state["outcome"]),
        (&json!("closed"), &json!("已派员核查"), &json!("属实，已责令拆除"))
    );
    assert!(!state.to_string().contains("受理"), "what the authority notes for itself is not told: {state}");
    // A flood from one address waits.
    let mut last = 0;
    for _ in 0..12 {
        last = follow(&receipt["code"]).await.status.as_u16();
    }
    assert_eq!(last, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inspection_leads_to_an_order_and_its_end() {
    let house = House::build().await;
    let (officer, area) = supervisor(&house).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let found = lacking(&house, &officer, &area, "national-2025:14").await;
    let before = house.get(&format!("/api/inspections/{}", found.0), &administrator.cookie).await.json();
    assert!(
        before["lines"].as_array().unwrap().iter().any(|line| line["findings_count"].as_u64().unwrap() > 0),
        "prefilled"
    );
    let note = json!({ "text": "材料见附件", "document_ids": [paper(&house).await.to_string()] });
    let said =
        house.post(&format!("/api/inspections/{}/comments", found.0), &administrator.cookie, note).await;
    assert_eq!(said.status, 201, "{}", said.json());
    // What the text does not give is refused with its article.
    let draft = lacking(&house, &officer, &area, "national-2016:").await;
    let (status, refused) = issue(&house, &officer, draft, 10).await;
    assert_eq!((status, &refused["error"]["code"]), (403, &json!("order_without_force")), "{refused}");
    assert!(refused["error"]["article"].as_str().unwrap().starts_with("national-2016:"));
    let (status, refused) = issue(&house, &officer, found.clone(), 400).await;
    assert_eq!((status, &refused["error"]["code"]), (403, &json!("order_deadline")));
    let (status, refused) = issue(&house, &officer, (found.0.clone(), found.1 + 1), 10).await;
    assert_eq!((status, &refused["error"]["code"]), (403, &json!("line_not_lacking")));
    assert_eq!(
        house.get("/api/orders", &officer.cookie).await.json()["orders"],
        json!([]),
        "nothing is kept of a refusal"
    );

    let (status, order) = issue(&house, &officer, found.clone(), 10).await;
    assert_eq!(status, 201, "{order}");
    assert_eq!(order["penalty"]["unit_max_cny"], 10_000);
    assert_eq!((&order["penalty"]["mark"], &order["state"]), (&json!("text"), &json!("issued")));
    let (decide, correct) = (
        format!("/api/orders/{}/decision", order["id"].as_str().unwrap()),
        format!("/api/orders/{}/correction", order["id"].as_str().unwrap()),
    );
    let say = async |what: Value, expected: (u16, &str)| {
        let answer = house.post(&decide, &officer.cookie, what).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), expected, "{}", answer.json());
    };
    say(
        json!({ "what": "fine", "amount_cny": 5000, "on": "unit", "text": "罚款" }),
        (403, "step_before_deadline"),
    )
    .await;
    say(json!({ "what": "remove", "text": "拆除" }), (403, "step_not_in_chain")).await;
    say(json!({ "what": "escalated", "text": "上报" }), (403, "nobody_above")).await;
    say(json!({ "what": "accepted", "text": "合格" }), (409, "")).await;
    let evidence = json!({ "text": "已备案", "document_ids": [paper(&house).await.to_string()] });
    assert_eq!(house.post(&correct, &administrator.cookie, evidence.clone()).await.status, 200);
    assert_eq!(house.post(&correct, &administrator.cookie, evidence.clone()).await.status, 409);
    let deadline = house.app.now().as_ms() + 5 * DAY_MS;
    say(json!({ "what": "returned", "text": "材料不全", "deadline_ms": deadline }), (200, "")).await;
    assert_eq!(house.post(&correct, &administrator.cookie, evidence).await.status, 200);
    let since = house.entry_count().await;
    say(json!({ "what": "accepted", "text": "复核合格" }), (200, "")).await;
    let entries = house.entries_since(since).await;
    assert!(entries.iter().any(|entry| entry.act == Act::Supervise
        && entry.person == Some(officer.person)
        && entry.record.extra.contains("what=accepted")));
    say(json!({ "what": "referred", "text": "移送" }), (409, "")).await;
    let own = house.get("/api/orders", &administrator.cookie).await.json();
    let steps: Vec<&str> = own["orders"][0]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["what"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["issued", "order-correct", "corrected", "returned", "corrected", "accepted"]);
    let other = house.caller(Role::Administrator, house.other_unit).await;
    assert_eq!(house.get("/api/orders", &other.cookie).await.json()["orders"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_inspection_is_found_by_the_unit() {
    let house = House::build().await;
    let (officer, area) = supervisor(&house).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let id = area.inspect(&house, &officer).await;
    let path = format!("/api/inspections/{id}/end");
    let bare = house.post(&path, &officer.cookie, json!({ "refused": true })).await;
    assert_eq!(bare.status, 400, "who refused, and what was said");
    let ended = house.post(&path, &officer.cookie, json!({ "refused": true, "note": "门卫拒绝入内" })).await;
    assert_eq!((ended.status.as_u16(), &ended.json()["inspection"]["state"]), (200, &json!("refused")));
    let found = house.get("/api/findings", &administrator.cookie).await.json();
    let codes: Vec<&Value> =
        found.as_array().unwrap().iter().filter(|one| one["code"] == "inspection_refused").collect();
    assert_eq!(codes.len(), 1, "{found}");
    // No pack binds in this division; the years in Guangzhou have its article.
    assert_eq!(codes[0]["article"], "unit:supervision");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_authority_is_late_with_is_found_by_the_one_above() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let area = Area::build(&house, "440106").await;
    let city = authority(&house, "广州市公安局", AuthorityKind::PublicSecurity, "440100").await;
    let officer = bound(&house, area.authority).await;
    let above = bound(&house, city).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let id = order(&house, &officer, &area).await;
    let done = json!({ "text": "已整改", "document_ids": [paper(&house).await.to_string()] });
    assert_eq!(
        house.post(&format!("/api/orders/{id}/correction"), &administrator.cookie, done).await.status,
        200
    );
    accusation(&house, json!({ "kind": "person", "who": "某某", "what": "违法", "division": "440106" }))
        .await;
    let late = async |caller: &Caller| -> Vec<String> {
        let caller = house.sign_in(caller.person, &caller.account).await;
        let seen = house.get("/api/supervision", &caller.cookie).await.json();
        seen["late"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap().to_owned()).collect()
    };
    assert!(late(&above).await.is_empty(), "in time");
    let days = |days: i64| clocks.on_us(days * 86_400_000_000);
    days(8);
    assert_eq!(late(&above).await, ["accusation"]);
    days(8);
    assert_eq!(late(&above).await, ["accusation", "correction"]);
    // Those above may deal with it now, and auditors see it.
    let caller = house.sign_in(above.person, &above.account).await;
    let all = house.get("/api/accusations", &caller.cookie).await.json();
    assert_eq!(all["accusations"][0]["escalated"], true);
    let auditor = Who::Auditor.sign_in(&house).await;
    let found = house.get("/api/findings", &auditor.cookie).await.json();
    let own = found.as_array().unwrap().iter().filter(|one| one["code"] == "authority_overdue").count();
    assert_eq!(own, 1, "the correction; accusations are for whoever deals with them");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_award_is_bound_to_a_confirmed_case() {
    let house = House::build().await;
    let (officer, _) = supervisor(&house).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let case = house.case().await;
    let propose = async |case: String| {
        let body = json!({ "unit_id": house.unit.to_string(), "case_id": case, "whom": "值班员", "merit": "及时发现嫌疑人" });
        house.post("/api/awards", &administrator.cookie, body).await
    };
    let none = propose("0198d2f0-0000-7000-8000-000000000000".into()).await;
    assert_eq!((none.status.as_u16(), none.code().as_str()), (403, "award_case"));
    assert_eq!(none.json()["error"]["article"], "datong-2008:6");
    assert_eq!(propose(case.to_string()).await.status, 201);
    let seen = house.get("/api/awards", &officer.cookie).await.json();
    assert_eq!(seen["awards"].as_array().unwrap().len(), 1);
}

/// A change of the area is a version with its entry and holds at once; an end hands on what is open, and who supervised sees nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_authority_changes_and_ends_and_what_it_had_open_goes_on() {
    let house = House::build().await;
    let (officer, area) = supervisor(&house).await;
    let city_code = format!("{}00", &area.division[..4]);
    let city = authority(&house, "市局", AuthorityKind::PublicSecurity, &city_code).await;
    let above = bound(&house, city).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let order_id = order(&house, &officer, &area).await;
    let open = area.inspect(&house, &officer).await;
    let path = format!("/api/authorities/{}", area.authority);
    let stranger = house.caller(Role::Administrator, house.other_unit).await;
    let patch = async |body: Value| {
        house.send(&house.router, Method::PATCH, &path, Some(&stranger.cookie), Some(body)).await
    };
    for (body, status) in [
        (json!({ "name": "新名", "reason": " " }), 400),
        (json!({ "division": "44", "reason": "区划调整" }), 400),
        (json!({ "industry": "bank-hall", "reason": "行业" }), 400),
        (json!({ "name": "市局", "reason": "重名" }), 409),
        (json!({ "reason": "无变化" }), 400),
    ] {
        assert_eq!(patch(body.clone()).await.status.as_u16(), status, "{body}");
    }
    let before = house.entry_count().await;
    // To another county: the system is not in its area any more, at once.
    assert_eq!(patch(json!({ "division": "350102", "reason": "区划调整" })).await.status, 200);
    let entries = house.entries_since(before).await;
    let changes: Vec<_> = entries.iter().filter(|entry| entry.act == Act::ChangeAuthority).collect();
    assert!(
        changes.len() == 1 && changes[0].record.extra.contains("-> 350102"),
        "{:?}",
        changes[0].record.extra
    );
    let seen = house.get("/api/supervision", &officer.cookie).await.json();
    assert_eq!(seen["systems"], json!([]), "outside its area now");
    assert_eq!(patch(json!({ "division": area.division, "reason": "更正" })).await.status, 200);
    let all = house.get("/api/authorities", &administrator.cookie).await.json();
    let own = |all: &Value| {
        let all = all["authorities"].as_array().unwrap().clone();
        all.into_iter().find(|one| one["id"] == json!(area.authority.to_string())).unwrap()
    };
    assert_eq!(own(&all)["versions"].as_array().unwrap().len(), 3);

    let end = async |body: Value| house.post(&format!("{path}/end"), &stranger.cookie, body).await;
    let elsewhere = authority(&house, "外地局", AuthorityKind::PublicSecurity, "350200").await;
    let refused = end(json!({ "reason": "撤并", "successor_id": elsewhere.to_string() })).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["error"]["article"]),
        (403, &json!("national-2016:4"))
    );
    assert_eq!(house.get("/api/supervision", &officer.cookie).await.status, 200, "nothing has changed");
    assert_eq!(end(json!({ "reason": "撤并" })).await.status, 204);
    assert_eq!(end(json!({ "reason": "撤并" })).await.status, 409, "once");
    for path in ["/api/supervision", "/api/inspections", "/api/orders"] {
        assert_eq!(house.get(path, &officer.cookie).await.status, 403, "{path}: from that instant");
    }
    let found = async || {
        let found = house.get("/api/findings", &administrator.cookie).await.json();
        found.as_array().unwrap().iter().filter(|one| one["code"] == "authority_left_open").count()
    };
    assert_eq!(found().await, 1, "what is open is a finding while nobody goes on with it");
    let before = house.entry_count().await;
    assert_eq!(end(json!({ "reason": "由市局接续", "successor_id": city.to_string() })).await.status, 204);
    let entries = house.entries_since(before).await;
    let handed = entries.iter().find(|entry| entry.act == Act::ChangeAuthority).unwrap();
    assert!(handed.record.extra.contains("orders=1"), "{}", handed.record.extra);
    assert_eq!(found().await, 0);
    let orders = house.get("/api/orders", &above.cookie).await.json();
    assert_eq!(
        (&orders["orders"][0]["id"], &orders["orders"][0]["may_decide"]),
        (&json!(order_id), &json!(true))
    );
    let path = format!("/api/inspections/{open}/end");
    assert_eq!(house.post(&path, &above.cookie, json!({ "note": "由市局结束" })).await.status, 200);
}

/// Whoever is inspected ends no inspector: not by an end, nor by another area, nor through a unit or an account of their own. Of accusations
/// no refusal tells anything, and no entry how many there are.
#[tokio::test(flavor = "multi_thread")]
async fn an_inspected_unit_does_not_dismiss_its_inspector() {
    let house = House::build().await;
    let (_, area) = supervisor(&house).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    // An inspector whose account the unit itself keeps.
    let officer = house.caller_without_post().await;
    let seat = format!("/api/authorities/{}/supervisors/{}", area.authority, officer.person);
    let put = house.send(&house.router, Method::PUT, &seat, Some(&administrator.cookie), None).await;
    assert_eq!(put.status, 204);
    let path = format!("/api/authorities/{}", area.authority);
    let tries = async |caller: &Caller| {
        let name = format!("另设 {}", house.entry_count().await);
        let elsewhere = authority(&house, &name, AuthorityKind::PublicSecurity, "000000").await;
        let other_seat = format!("/api/authorities/{elsewhere}/supervisors/{}", officer.person);
        let end = json!({ "reason": "撤并", "successor_id": elsewhere.to_string() });
        let mut answers = Vec::new();
        for (method, path, body) in [
            (Method::POST, format!("{path}/end"), Some(end)),
            (Method::POST, format!("{path}/end"), Some(json!({ "reason": "撤并" }))),
            (Method::PATCH, path.clone(), Some(json!({ "division": "350102", "reason": "区划调整" }))),
            (Method::PUT, other_seat, None),
            (Method::DELETE, seat.clone(), None),
        ] {
            let answer = house.send(&house.router, method, &path, Some(&caller.cookie), body).await;
            answers.push((answer.status.as_u16(), answer.code()));
        }
        answers
    };
    let inspection = area.inspect(&house, &officer).await;
    let dismissed = (403, "inspector_dismissed".to_owned());
    assert_eq!(tries(&administrator).await, vec![dismissed.clone(); 5]);
    // A name is no dismissal.
    let named = json!({ "name": "更名后的分局", "reason": "更名" });
    let named =
        house.send(&house.router, Method::PATCH, &path, Some(&administrator.cookie), Some(named)).await;
    assert_eq!(named.status, 200, "{}", named.json());
    // Through a unit of their own, and an account that administers nothing else.
    let made = house.post("/api/units", &administrator.cookie, json!({ "name": "新设单位" })).await;
    assert_eq!(made.status, 201, "{}", made.json());
    let posts = vec![Post {
        role: Role::Administrator,
        unit: made.json()["id"].as_str().unwrap().parse().unwrap(),
        group: None,
    }];
    let puppet = house.person("puppet", posts).await;
    let puppet = house.sign_in(puppet, "puppet").await;
    assert_eq!(tries(&puppet).await[..3], vec![dismissed.clone(); 3]);
    // An order that waits counts like an inspection; when all is ended they may.
    let ended = house
        .post(&format!("/api/inspections/{inspection}/end"), &officer.cookie, json!({ "note": "结束" }))
        .await;
    assert_eq!(ended.status, 200, "{}", ended.json());
    let order = order(&house, &officer, &area).await;
    let open = house.get("/api/inspections", &officer.cookie).await.json();
    for one in open["inspections"].as_array().unwrap().iter().filter(|one| one["state"] == "open") {
        let path = format!("/api/inspections/{}/end", one["id"].as_str().unwrap());
        assert_eq!(house.post(&path, &officer.cookie, json!({ "note": "结束" })).await.status, 200);
    }
    assert_eq!(tries(&administrator).await, vec![dismissed; 5]);
    let done = json!({ "text": "已整改", "document_ids": [paper(&house).await.to_string()] });
    let path_of = |what: &str| format!("/api/orders/{order}/{what}");
    assert_eq!(house.post(&path_of("correction"), &administrator.cookie, done).await.status, 200);
    let accepted = json!({ "what": "accepted", "text": "复核合格" });
    assert_eq!(house.post(&path_of("decision"), &officer.cookie, accepted).await.status, 200);
    // An accusation over the unit is no reason to refuse, or the refusal would tell of it; and the entry counts none.
    accusation(&house, json!({ "kind": "unit", "who": "示范单位", "what": "违法" })).await;
    let before = house.entry_count().await;
    let end = house.post(&format!("{path}/end"), &administrator.cookie, json!({ "reason": "撤并" })).await;
    assert_eq!(end.status, 204, "{}", end.json());
    let entries = house.entries_since(before).await;
    let entry = entries.iter().find(|entry| entry.act == Act::ChangeAuthority).unwrap();
    assert!(!entry.record.extra.contains("accusation"), "{}", entry.record.extra);
}
