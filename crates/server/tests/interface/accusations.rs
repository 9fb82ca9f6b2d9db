//! Accusations over HTTP, beside `supervision.rs`: that whom one concerns finds it on no operation of the interface, that each is reached
//! however many came after, and where one goes that names nobody.

use crate::{
    cases::{self, Who},
    house::{Caller, HOST, House, PASSWORD},
    levels::paper,
    supervision::{Area, accusation, authority, bound, order},
    turned::Turned,
};
use axum::{
    body::Body,
    http::{Method, Request},
};
use law::access::Post;
use law::supervision::{AccusedKind, AuthorityKind};
use model::{Cx, PersonId, Role};
use serde_json::{Value, json};
use server::http::{self, ACCUSATIONS_HOUR_MAX};
use store::{NewAccusation, system_cx};

const DAY_US: i64 = 86_400_000_000;

/// A request that is answered when somebody else sends it.
struct Asked {
    operation: &'static str,
    method: Method,
    path: String,
    body: Option<Value>,
}

/// What ends the sender's own session, so that the next answer would show nothing; and what makes another accusation, so that counts would.
const LEFT_OUT: [&str; 4] =
    ["POST /api/sign-out", "POST /api/me/password", "DELETE /api/me/sessions/{id}", "POST /api/accusations"];
/// Parameters of a query in which words are looked for.
const SEARCHES: [&str; 5] = ["query", "words", "text", "about", "subject"];

/// Of every case of every operation, with its ids; those that only read first.
async fn everything(house: &House) -> Vec<Asked> {
    let mut all = Vec::new();
    for case in cases::all() {
        let other = case.allowed.sign_in(house).await;
        let ask = (case.ask)(house, &other).await;
        let method: Method = case.operation.split(' ').next().unwrap().parse().unwrap();
        if !ask.socket && !LEFT_OUT.contains(&case.operation) {
            all.push(Asked { operation: case.operation, method, path: ask.path, body: ask.body });
        }
    }
    all.sort_by_key(|asked| asked.method != Method::GET);
    all
}

/// Every reading that looks for words, with these.
fn searches(words: &[String]) -> Vec<String> {
    let document = http::document();
    let described: Value = serde_json::from_str(&document.to_json().unwrap()).unwrap();
    let mut paths = Vec::new();
    for (method, path) in http::operations(&document) {
        let of = &described["paths"][&path]["get"]["parameters"];
        let names = of.as_array().into_iter().flatten().filter_map(|one| one["name"].as_str());
        for name in names.filter(|name| method == Method::GET && SEARCHES.contains(name)) {
            let words = words.iter().filter(|_| !path.contains('{'));
            paths.extend(words.map(|word| format!("{path}?{name}={}", word.replace(' ', "%20"))));
        }
    }
    paths
}

/// Sends it as somebody, signed in anew and a minute later where a limit or an ended session would answer in its place.
async fn answered(house: &House, clocks: &Turned, caller: &mut Caller, asked: &Asked) -> (u16, String) {
    let mut last = (0, String::new());
    for _ in 0..3 {
        let (method, body) = (asked.method.clone(), asked.body.clone());
        let answer = house.send(&house.router, method, &asked.path, Some(&caller.cookie), body).await;
        last = (answer.status.as_u16(), String::from_utf8_lossy(&answer.body).into_owned());
        match last.0 {
            401 => *caller = house.sign_in(caller.person, &caller.account).await,
            429 => clocks.on_us(60_000_000),
            _ => break,
        }
    }
    last
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accusation_is_found_by_nobody_whom_it_concerns_on_any_operation() {
    let clocks = Turned::from_now();
    let house = House::build_at(House::facts(), clocks.clone()).await;
    let asks = everything(&house).await;
    let area = Area::build(&house, "440106").await;
    // The unit has systems in many places by now: one authority is above them all.
    let ministry = authority(&house, "公安部", AuthorityKind::PublicSecurity, "000000").await;
    let (officer, finder) = (bound(&house, area.authority).await, bound(&house, ministry).await);
    let counts = async |caller: &Caller| {
        let caller = house.sign_in(caller.person, &caller.account).await;
        let found = house.get("/api/accusations", &caller.cookie).await.json();
        (found["total"].clone(), found["open"].clone())
    };
    let mut hidden = vec![officer];
    for who in [Who::Administrator, Who::Auditor, Who::Manager, Who::Operator] {
        hidden.push(who.sign_in(&house).await);
    }
    let mut before = Vec::new();
    for caller in &hidden {
        before.push(counts(caller).await);
    }
    // The county's police and the unit, in one.
    let secret = "收受财物后不予处罚的经过";
    let body = json!({
        "kind": "public_security", "who": "公安分局 440106 的民警和示范单位", "what": secret,
        "contact": "13800000000", "division": "440106",
    });
    let receipt = accusation(&house, body).await;
    let text = |name: &str| receipt[name].as_str().unwrap().to_owned();
    let finder = house.sign_in(finder.person, &finder.account).await;
    let shown = house.get("/api/accusations", &finder.cookie).await.json();
    let mine = shown["accusations"].as_array().unwrap().iter().find(|one| one["number"] == receipt["number"]);
    let id = mine.unwrap_or_else(|| panic!("it is found where it belongs: {shown}"))["id"].clone();
    let id = id.as_str().unwrap().to_owned();
    let words = [secret.to_owned(), "13800000000".to_owned(), text("number"), text("code"), id.clone()];

    let mut tried = 0;
    for (caller, before) in hidden.iter_mut().zip(before.clone()) {
        let who = caller.account.clone();
        for asked in &asks {
            let (status, answer) = answered(&house, &clocks, caller, asked).await;
            assert!(status != 429, "{} as {who}: {status}", asked.operation);
            for word in &words {
                assert!(!answer.contains(word), "{} tells {who} {word:?}: {answer}", asked.operation);
            }
            tried += 1;
        }
        for path in searches(&words[..3]) {
            let asked = Asked { operation: "search", method: Method::GET, path, body: None };
            let (_, answer) = answered(&house, &clocks, caller, &asked).await;
            // What was looked for may be said back where it is refused.
            for word in [secret, id.as_str()] {
                assert!(!answer.contains(word), "{} tells {who} {word:?}: {answer}", asked.path);
            }
        }
        let asked = Asked {
            operation: "POST /api/accusations/{id}/step",
            method: Method::POST,
            path: format!("/api/accusations/{id}/step"),
            body: Some(json!({ "stage": "taken_up", "text": "受理" })),
        };
        let (status, answer) = answered(&house, &clocks, caller, &asked).await;
        assert!(status == 403 && words.iter().all(|word| !answer.contains(word)), "{who}: {answer}");
        assert_eq!(counts(caller).await, before, "{who} counts it");
    }
    assert!(tried > 5 * 200, "{tried} requests were tried");
    // Nor when it is late: what an auditor is late with are those that they had before.
    clocks.on_us(40 * DAY_US);
    for (caller, (_, open)) in hidden.iter().zip(before) {
        let caller = house.sign_in(caller.person, &caller.account).await;
        let seen = house.get("/api/supervision", &caller.cookie).await.json().to_string();
        assert!(
            !seen.contains(&text("number")) && !seen.contains("件检举控告"),
            "{}: {seen}",
            caller.account
        );
        let found = house.get("/api/findings", &caller.cookie).await.json();
        let late = |one: &&Value| one["code"] == "accusations_overdue";
        let late = found.as_array().into_iter().flatten().find(late).map(|one| one["count"].clone());
        let expected = open.as_u64().filter(|open| *open > 0).map(|open| json!(open));
        assert_eq!(late, expected, "{}", caller.account);
        assert!(!found.to_string().contains(&text("number")), "{}", caller.account);
    }
}

fn told(kind: AccusedKind, who: &str, division: Option<&str>) -> NewAccusation {
    NewAccusation {
        kind,
        who: who.into(),
        account: "违法安装".into(),
        division: division.map(str::to_owned),
        contact: None,
    }
}

/// More than one page holds: the oldest is listed, stepped and counted as late all the same.
#[tokio::test(flavor = "multi_thread")]
async fn each_accusation_is_reached_however_many_came_after() {
    const COUNT: u64 = 503;
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let area = Area::build(&house, "440106").await;
    let city = authority(&house, "广州市公安局", AuthorityKind::PublicSecurity, "440100").await;
    let (officer, above) = (bound(&house, area.authority).await, bound(&house, city).await);
    for number in 0..COUNT {
        if number % 50 == 0 {
            clocks.on_us(2 * 3_600_000_000);
        }
        let cx = Cx { place: "public".into(), ..system_cx("intake", house.app.now()) };
        let new = told(AccusedKind::Person, &format!("某某{number}"), Some("440106"));
        house.app.registry().receive_accusation(&cx, new).await.unwrap();
    }
    let officer = house.sign_in(officer.person, &officer.account).await;
    let page =
        async |query: &str| house.get(&format!("/api/accusations?{query}"), &officer.cookie).await.json();
    let first = page("").await;
    assert_eq!((&first["total"], &first["open"]), (&json!(COUNT), &json!(COUNT)));
    assert_eq!(first["accusations"].as_array().unwrap().len(), 500);
    let rest = page(&format!("cursor={}", first["next_cursor"].as_str().unwrap())).await;
    let rest = rest["accusations"].as_array().unwrap();
    assert_eq!((rest.len(), &rest[2]["who"]), (3, &json!("某某0")), "the oldest");
    let path = format!("/api/accusations/{}/step", rest[2]["id"].as_str().unwrap());
    for (stage, text) in [("taken_up", "受理"), ("answered", "已核查"), ("closed", "不属实")] {
        let step = house.post(&path, &officer.cookie, json!({ "stage": stage, "text": text })).await;
        assert_eq!((step.status.as_u16(), &step.json()["stage"]), (200, &json!(stage)));
    }
    let open = page("open=true&limit=1").await;
    assert_eq!((&open["total"], &open["open"]), (&json!(COUNT - 1), &json!(COUNT - 1)));
    assert_eq!(page("open=false").await["total"], 1);
    assert_eq!(house.get("/api/accusations?cursor=x", &officer.cookie).await.status, 400);
    clocks.on_us(10 * DAY_US);
    let above = house.sign_in(above.person, &above.account).await;
    let late = house.get("/api/supervision", &above.cookie).await.json()["late"].clone();
    assert_eq!((&late[0]["what"], &late[0]["count"]), (&json!("accusation"), &json!(COUNT - 1)), "{late}");
    let escalated = house.get("/api/accusations?limit=1", &above.cookie).await.json();
    assert_eq!(
        (&escalated["total"], &escalated["accusations"][0]["escalated"]),
        (&json!(COUNT - 1), &json!(true))
    );
}

/// Where each goes: around the organ that is meant, to the topmost without a place, to the auditors where nobody is above; these deal
/// with it, and are late with it.
#[tokio::test(flavor = "multi_thread")]
async fn an_accusation_that_names_no_organ_goes_around_the_one_that_is_meant() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let police = AuthorityKind::PublicSecurity;
    let county = authority(&house, "广州市公安局天河区分局", police, "440106").await;
    let far = authority(&house, "沙坡头区公安分局", police, "640502").await;
    let auditor = house.caller(Role::Auditor, house.other_unit).await;
    let (county, far) = (bound(&house, county).await, bound(&house, far).await);
    let sees = async |caller: &Caller, who: &str| {
        let caller = house.sign_in(caller.person, &caller.account).await;
        let all = house.get("/api/accusations", &caller.cookie).await.json();
        all["accusations"].as_array().unwrap().iter().any(|one| one["who"] == json!(who))
    };
    let check = async |kind: &str, who: &str, division: Option<&str>, expected: Option<&Caller>| {
        clocks.on_us(60_000_000);
        let body = json!({ "kind": kind, "who": who, "what": "收钱", "division": division });
        accusation(&house, body).await;
        for one in [&county, &far, &auditor] {
            let wanted = expected.is_some_and(|expected| expected.person == one.person);
            assert_eq!(sees(one, who).await, wanted, "{kind} {who} as {}", one.account);
        }
    };
    // Nobody stands above both counties.
    check("person", "张三", None, Some(&auditor)).await;
    check("person", "李四", Some("440106"), Some(&county)).await;
    check("public_security", "天河分局的人", None, Some(&auditor)).await;
    check("public_security", "某派出所", Some("440106"), Some(&auditor)).await;
    check("public_security", "某民警", None, Some(&auditor)).await;
    let city = bound(&house, authority(&house, "广州市公安局", police, "440100").await).await;
    check("public_security", "天河区分局", Some("440106"), Some(&city)).await;
    check("public_security", "一个辅警", Some("440106"), Some(&city)).await;
    check("person", "收费的交警", Some("440106"), Some(&city)).await;
    // The auditors see theirs, are found late with them, and deal with them.
    let found = async || {
        let auditor = house.sign_in(auditor.person, &auditor.account).await;
        let found = house.get("/api/findings", &auditor.cookie).await.json();
        let own = found.as_array().unwrap().iter().find(|one| one["code"] == "accusations_overdue").cloned();
        own.map(|own| (own["article"].clone(), own["count"].clone()))
    };
    assert_eq!(found().await, None);
    clocks.on_us(8 * DAY_US);
    assert_eq!(found().await, Some((json!("national-2025:25"), json!(4))));
    let auditor = house.sign_in(auditor.person, &auditor.account).await;
    let all = house.get("/api/accusations?open=true", &auditor.cookie).await.json();
    for one in all["accusations"].as_array().unwrap() {
        let path = format!("/api/accusations/{}/step", one["id"].as_str().unwrap());
        for stage in ["taken_up", "answered", "closed"] {
            let step = house.post(&path, &auditor.cookie, json!({ "stage": stage, "text": "办理" })).await;
            assert_eq!(step.status, 200, "{}", step.json());
        }
    }
    assert_eq!(found().await, None);
}

/// The numbers of all that somebody reads, and how many they are told.
async fn read_by(house: &House, person: PersonId, account: &str) -> (Vec<String>, Value) {
    let caller = house.sign_in(person, account).await;
    let found = house.get("/api/accusations", &caller.cookie).await.json();
    let rows = found["accusations"].as_array().cloned().unwrap_or_default();
    let numbers = rows.iter().map(|one| one["number"].as_str().unwrap().to_owned()).collect();
    (numbers, found["total"].clone())
}

/// An account that an administrator makes over the interface.
async fn account_of(house: &House, maker: &Caller, account: &str, posts: Value) -> PersonId {
    let body = json!({ "account": account, "name": "人员", "posts": posts });
    let made = house.post("/api/people", &maker.cookie, body).await;
    assert_eq!(made.status, 201, "{}", made.json());
    let made = made.json();
    // Signed in by whoever was shown the one-time password.
    let body = json!({ "account": account, "password": made["one_time_password"] });
    let signed = house.send(&house.router, Method::POST, "/api/sign-in", None, Some(body)).await;
    let cookie = signed.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let body = json!({ "old": made["one_time_password"], "new": PASSWORD });
    let changed = house.post("/api/me/password", &cookie, body).await;
    assert!(changed.status.is_success(), "{}", changed.json());
    let person: PersonId = made["person"]["id"].as_str().unwrap().parse().unwrap();
    person
}

/// Whoever administers the accused unit can make accounts, authorities and units. None of these reads what the unit is accused of.
#[tokio::test(flavor = "multi_thread")]
async fn an_accused_units_administrator_reads_it_through_no_account_of_their_making() {
    let house = House::build().await;
    let area = Area::build(&house, "440106").await;
    let honest = bound(&house, area.authority).await;
    let post = Post { role: Role::Administrator, unit: house.unit, group: None };
    let administrator = house.person("qianbaihe", vec![post]).await;
    let administrator = house.sign_in(administrator, "qianbaihe").await;
    let send = async |caller: &Caller, method: Method, path: String, body: Option<Value>| {
        let answer = house.send(&house.router, method, &path, Some(&caller.cookie), body).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.json());
        answer
    };
    let bind = async |authority: &str, person: PersonId| {
        let path = format!("/api/authorities/{authority}/supervisors/{person}");
        send(&administrator, Method::PUT, path, None).await;
    };
    // Two that the county's police have: over the unit, and over the one who administers it.
    for (kind, who) in [("unit", "示范单位"), ("person", "qianbaihe")] {
        accusation(&house, json!({ "kind": kind, "who": who, "what": "收钱", "division": "440106" })).await;
    }
    assert_eq!(read_by(&house, honest.person, &honest.account).await.1, json!(2), "where they belong");
    let check = async |person: PersonId, account: &str, way: &str| {
        assert_eq!(read_by(&house, person, account).await, (Vec::new(), json!(0)), "{way}");
    };

    // 1. An account of their own, bound to the authority that has them.
    let own = account_of(&house, &administrator, "own", json!([])).await;
    bind(&area.authority.to_string(), own).await;
    check(own, "own", "an account of the unit at the authority").await;

    // 2. An authority of their own as successor.
    let body = json!({ "name": "自设的局", "kind": "public_security", "division": "440100" });
    let made = send(&administrator, Method::POST, "/api/authorities".into(), Some(body)).await.json();
    let heir = made["id"].as_str().unwrap().to_owned();
    let second = account_of(&house, &administrator, "second", json!([])).await;
    bind(&heir, second).await;
    check(second, "second", "an authority of their own, before").await;
    let body = json!({ "reason": "撤并", "successor_id": heir });
    send(&administrator, Method::POST, format!("/api/authorities/{}/end", area.authority), Some(body)).await;
    check(second, "second", "an authority of their own, as successor").await;

    // 3. A unit of their own, with auditors; of accusations that no authority has.
    let body = Some(json!({ "name": "新设单位" }));
    let made = send(&administrator, Method::POST, "/api/units".into(), body).await;
    let unit = made.json()["id"].as_str().unwrap().to_owned();
    let of = |role: &str| json!([{ "role": role, "unit_id": unit }]);
    let auditor = account_of(&house, &administrator, "fresh-auditor", of("auditor")).await;
    check(auditor, "fresh-auditor", "an auditor of their new unit").await;
    // Also after they have left it to another whom they made.
    let puppet = account_of(&house, &administrator, "puppet", of("administrator")).await;
    let puppet = house.sign_in(puppet, "puppet").await;
    let late = account_of(&house, &puppet, "late-auditor", of("auditor")).await;
    check(late, "late-auditor", "an auditor whom a unit made of theirs made").await;
    let bound = account_of(&house, &puppet, "late-officer", json!([])).await;
    let path = format!("/api/authorities/{heir}/supervisors/{bound}");
    send(&puppet, Method::PUT, path, None).await;
    check(bound, "late-officer", "a supervisor whom a unit made of theirs made").await;
    // Nor is it lost: an authority that the accused end hands it to nobody whom they made, but to auditors of units that are none of theirs.
    let stranger = house.caller(Role::Auditor, house.other_unit).await;
    assert_eq!(
        read_by(&house, stranger.person, &stranger.account).await.1,
        json!(2),
        "a stranger to the unit"
    );
}

/// One address stops nobody else's: after its ten of an hour it waits, and the next one is taken in.
#[tokio::test(flavor = "multi_thread")]
async fn one_address_does_not_use_up_what_is_taken_in_from_all() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let from = async |peer: &str| {
        let body = json!({ "kind": "person", "who": "某某", "what": "违法安装" });
        let request = Request::builder()
            .method(Method::POST)
            .uri("/api/accusations")
            .header("x-watchkeeper", "1")
            .header("content-type", "application/json")
            .header("host", HOST)
            .body(Body::from(body.to_string()))
            .unwrap();
        house.send_from(peer, &house.router, request).await.status.as_u16()
    };
    for number in 0..ACCUSATIONS_HOUR_MAX {
        assert_eq!(from("192.0.2.10:4000").await, 201, "{number}");
        clocks.on_us(61_000_000);
    }
    assert_eq!(from("192.0.2.10:4001").await, 429, "whatever its port");
    assert_eq!(from("192.0.2.11:4000").await, 201, "another address");
    // Asking after one is no accusation.
    let body = json!({ "number": "X", "code": "y" });
    let follow = house.send(&house.router, Method::POST, "/api/accusations/follow", None, Some(body)).await;
    assert_eq!(follow.status, 404);
    clocks.on_us(3_600_000_000);
    assert_eq!(from("192.0.2.10:4000").await, 201, "an hour later");
}

/// What somebody reads of the history of supervision: code, what it is about, whether it stands.
async fn past(house: &House, who: &Caller) -> Vec<(String, String, bool)> {
    let who = house.sign_in(who.person, &who.account).await;
    let path = "/api/findings/history?kind=supervision&limit=200";
    let answer = house.get(path, &who.cookie).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    let page = answer.json();
    let rows = page["findings"].as_array().unwrap();
    assert_eq!(page["total"], rows.len(), "no number tells of more");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let row = |row: &Value| (text(&row["code"]), text(&row["about"]["name"]), row["closed"].is_null());
    rows.iter().map(row).collect()
}

/// An accusation that lies comes and goes in the history, for whoever deals with it and nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_accusation_is_in_the_history_of_whoever_deals_with_it() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let area = Area::build(&house, "440106").await;
    let city = authority(&house, "广州市公安局", AuthorityKind::PublicSecurity, "440100").await;
    let (officer, above) = (bound(&house, area.authority).await, bound(&house, city).await);
    let others = [
        Who::Auditor.sign_in(&house).await,
        Who::Administrator.sign_in(&house).await,
        Who::Manager.sign_in(&house).await,
        house.caller(Role::Auditor, house.other_unit).await,
    ];
    let body = json!({ "kind": "unit", "who": "示范单位", "what": "在更衣室装摄像机", "division": "440106" });
    assert_eq!(accusation(&house, body).await["routed"], true);
    clocks.on_us(6 * DAY_US);
    assert_eq!(past(&house, &officer).await, [], "seven days are not over");
    clocks.on_us(2 * DAY_US);
    let row = |open| vec![("accusations_overdue".to_owned(), "公安分局 440106".to_owned(), open)];
    assert_eq!(past(&house, &officer).await, row(true));
    assert_eq!(past(&house, &above).await, row(true), "the next one above");
    let signed = house.sign_in(officer.person, &officer.account).await;
    let all = house.get("/api/findings/history?limit=200", &signed.cookie).await.json();
    assert_eq!(all["total"], 1, "and nothing of the house itself: {all}");
    for other in &others {
        let told: Vec<_> = past(&house, other).await;
        assert!(told.iter().all(|(code, ..)| code != "accusations_overdue"), "{}: {told:?}", other.account);
    }
    let officer = house.sign_in(officer.person, &officer.account).await;
    let listed = house.get("/api/accusations", &officer.cookie).await.json();
    let path = format!("/api/accusations/{}/step", listed["accusations"][0]["id"].as_str().unwrap());
    let step = house.post(&path, &officer.cookie, json!({ "stage": "taken_up", "text": "受理" })).await;
    assert_eq!(step.status, 200, "{}", step.json());
    assert_eq!(past(&house, &officer).await, row(false));
    assert_eq!(past(&house, &above).await, row(false), "it stays told to whoever was told");
    for other in &others {
        let told: Vec<_> = past(&house, other).await;
        assert!(told.iter().all(|(code, ..)| code != "accusations_overdue"), "{}: {told:?}", other.account);
    }
}

/// What an authority is late with comes and goes by itself: judging a correction ends no other lateness.
#[tokio::test(flavor = "multi_thread")]
async fn each_lateness_of_an_authority_has_a_history_of_its_own() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let area = Area::build(&house, "440106").await;
    let officer = bound(&house, area.authority).await;
    let auditor = house.caller(Role::Auditor, house.other_unit).await;
    let (first, _) = (order(&house, &officer, &area).await, order(&house, &officer, &area).await);
    let administrator = Who::Administrator.sign_in(&house).await;
    let body = json!({ "text": "已整改", "document_ids": [paper(&house).await.to_string()] });
    let corrected = house.post(&format!("/api/orders/{first}/correction"), &administrator.cookie, body).await;
    assert_eq!(corrected.status, 200, "{}", corrected.json());
    clocks.on_us(26 * DAY_US);
    let overdue = async || {
        let all = past(&house, &auditor).await;
        let own = all.iter().filter(|(code, ..)| code == "authority_overdue");
        (own.clone().filter(|(.., open)| *open).count(), own.count())
    };
    assert_eq!(overdue().await, (2, 2), "one is not judged, and one has lapsed");
    let officer = house.sign_in(officer.person, &officer.account).await;
    let accepted = json!({ "what": "accepted", "text": "复核合格" });
    let decided = house.post(&format!("/api/orders/{first}/decision"), &officer.cookie, accepted).await;
    assert_eq!(decided.status, 200, "{}", decided.json());
    assert_eq!(overdue().await, (1, 2));
}
