//! The portal over HTTP: one request from the letter to the receipt, that a requester reaches nothing else by any operation, and what is
//! tried against it: others' requests, ended accounts, packages that were not received, taken back or collected too often, floods.

use crate::{
    admits::Walk,
    cases::{self, Who},
    house::{Answer, Caller, House, PASSWORD},
    levels,
    retrievals::Desk,
    turned::Turned,
};
use axum::http::{Method, StatusCode};
use model::{Act, Cx, ExportId, Hash, LegalBasis, Profile, Purpose, Rendering, Role};
use serde_json::{Value, json};
use server::http;
use store::{NewExport, Recipient, Request};

const DAY_US: i64 = 86_400_000_000;

/// What makes an account a requester's for thirty days.
pub async fn accrediting(house: &House, person: &Caller) -> Value {
    json!({
        "person_id": person.person.to_string(), "unit_id": house.unit.to_string(), "organ": "public_security",
        "level": "county", "division": "440105", "organ_name": "海珠区公安分局",
        "credential_document_id": levels::paper(house).await.to_string(),
        "until_ms": house.app.now().as_ms() + 30 * DAY_US / 1_000,
    })
}

/// Somebody who asks for the police.
pub async fn requester(house: &House) -> Caller {
    requester_of(house, "public_security").await
}

/// Somebody who asks for an organ of this kind.
pub async fn requester_of(house: &House, organ: &str) -> Caller {
    let person = house.caller_without_post().await;
    let administrator = house.caller(Role::Administrator, house.unit).await;
    let mut body = accrediting(house, &person).await;
    body["organ"] = json!(organ);
    // Through the real routes, whatever this house is opened by.
    let router = http::router(house.app.clone());
    let cookie = Some(administrator.cookie.as_str());
    let answer = house.send(&router, Method::POST, "/api/requesters", cookie, Some(body)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    person
}

pub fn filing(house: &House) -> Value {
    let now = house.app.now().as_ms();
    json!({
        "ground": "law_enforcement", "way": "copy", "case_number": "海公（刑）立字〔2026〕9号",
        "place": "滨江路码头入口", "reason": "盗窃案", "from_ms": now - 10_000, "to_ms": now - 1_000,
        "persons": [{ "name": "张警官", "number": "044001", "certificate": "law_enforcement_certificate" }],
        "seal_to": "passphrase",
    })
}

/// A request of this requester; its id.
pub async fn filed(house: &House, requester: &Caller) -> String {
    let answer = house.post("/api/portal/requests", &requester.cookie, filing(house)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.json()["id"].as_str().unwrap().to_owned()
}

pub fn letter(id: &str) -> String {
    format!("{}&dated=2026-01-08", undated_letter(id))
}

fn undated_letter(id: &str) -> String {
    format!("/api/portal/requests/{id}/papers?paper=letter_of_introduction&name=letter.txt")
}

/// The letter goes with it.
pub async fn with_letter(house: &House, requester: &Caller) -> String {
    let id = filed(house, requester).await;
    let answer = house.post(&letter(&id), &requester.cookie, json!("介绍信")).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    id
}

/// Cameras that the desk found for it.
pub fn taking(house: &House) -> Value {
    json!({ "cameras": [house.cameras[0].to_string()] })
}

pub async fn taken(house: &House, requester: &Caller) -> (String, String) {
    let (id, operator) = (with_letter(house, requester).await, Who::Operator.sign_in(house).await);
    let answer = house.post(&format!("/api/requests/{id}/take"), &operator.cookie, taking(house)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    (id, answer.json()["retrieval_id"].as_str().unwrap().to_owned())
}

/// Its package waits for the receipt.
pub async fn ready(house: &House, requester: &Caller) -> (String, ExportId) {
    let (id, retrieval) = taken(house, requester).await;
    let export = finished(house, retrieval).await;
    (id, export)
}

/// From the certificates to the package. No camera sends pictures here, so the package is four bytes that are finished by hand.
async fn finished(house: &House, retrieval: String) -> ExportId {
    let mut desk = Desk::new(house, &[]).await;
    desk.id.clone_from(&retrieval);
    desk.check().await;
    for (who, step) in [(&desk.operator, "complete"), (&desk.administrator, "approve")] {
        let body = (step == "complete").then(|| json!({}));
        let answer = desk.act(who, step, body).await;
        assert_eq!(answer.status, 200, "{step}: {}", answer.json());
    }
    let registry = house.app.registry();
    let retrieval = retrieval.parse().unwrap();
    let row = registry.retrieval_row(retrieval).await.unwrap();
    let cx = Cx {
        purpose: Purpose::Case,
        legal_basis: LegalBasis::AuthorityRequest,
        note: Some("调取".to_owned()),
        ..house.incident_cx(desk.operator.person)
    };
    let asked = Request {
        span: row.span,
        retrieval: Some(retrieval),
        ..Request::new(Act::Export, vec![house.cameras[0]], Rendering::Original)
    };
    let pass = registry.admit(&cx, asked).await.unwrap();
    let recipient = Recipient { name: "9号".to_owned(), organisation: "海珠区公安分局".to_owned() };
    let sealed_to = Some(ledger::sealed::SealTo::Passphrase);
    let new = NewExport { profile: Profile::Main, recipient, cameras: vec![house.cameras[0]], sealed_to };
    let export = registry.hand_over_copy(&cx, retrieval, &pass, new).await.unwrap();
    std::fs::write(registry.export_path(export), b"PK\x05\x06").unwrap();
    registry.finish_export(export, "package.zip", 4, Hash([7; 32])).await.unwrap();
    export
}

async fn received(house: &House, requester: &Caller, id: &str) -> Answer {
    let body = json!({ "received_by": "张警官" });
    house.post(&format!("/api/portal/requests/{id}/receipt"), &requester.cookie, body).await
}

/// Begins a collection with a passphrase, and collects.
async fn collect(house: &House, caller: &Caller, export: ExportId) -> (u16, String) {
    let body = json!({ "passphrase": "a long enough passphrase" });
    let begun = house.post(&format!("/api/exports/{export}/collection"), &caller.cookie, body).await;
    if begun.status != StatusCode::CREATED {
        return (begun.status.as_u16(), begun.code());
    }
    let package = house.get(&format!("/api/exports/{export}/package"), &caller.cookie).await;
    (package.status.as_u16(), String::new())
}

async fn state(house: &House, requester: &Caller, id: &str) -> Value {
    house.get(&format!("/api/portal/requests/{id}"), &requester.cookie).await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_letter_to_the_receipt_without_coming() {
    let house = House::build().await;
    Desk::new(&house, &["guangzhou-2007".to_owned()]).await;
    let (officer, operator) = (requester(&house).await, Who::Operator.sign_in(&house).await);
    let since = house.entry_count().await;
    let id = filed(&house, &officer).await;
    // The requester sees which article asks for what is missing; the unit sees the place in their words.
    let shown = state(&house, &officer, &id).await;
    let lacks = shown["detail"]["verdict"]["missing"].as_array().unwrap();
    assert!(
        lacks.iter().any(|lack| lack["code"] == "paper" && lack["article"] == "guangzhou-2007:19"),
        "{shown}"
    );
    let came = house.get(&format!("/api/requests/{id}"), &operator.cookie).await.json();
    assert_eq!((&came["state"], &came["detail"]["place"]), (&json!("filed"), &json!("滨江路码头入口")));
    let asked = json!({ "text": "请补介绍信" });
    let asked = house.post(&format!("/api/requests/{id}/ask"), &operator.cookie, asked).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.json());
    let shown = state(&house, &officer, &id).await;
    let step = shown["detail"]["steps"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&shown["state"], &step["text"]), (&json!("asked"), &json!("请补介绍信")));
    assert!(step["article"].as_str().unwrap().starts_with("guangzhou-2007:"), "{step}");
    // A letter without its date is there, and is not yet a letter.
    let sent = house.post(&undated_letter(&id), &officer.cookie, json!("介绍信")).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.json());
    let said = sent.json()["detail"]["verdict"]["missing"].to_string();
    assert!(said.contains("has no date") && said.contains("未注明日期"), "{said}");
    let sent = house.post(&letter(&id), &officer.cookie, json!("介绍信")).await;
    assert_eq!((sent.status, sent.json()["state"].clone()), (StatusCode::CREATED, json!("filed")));
    assert!(!sent.json()["detail"]["verdict"]["missing"].to_string().contains("has no date"));
    assert!(sent.json()["detail"]["papers"][0]["document_id"].is_null(), "documents are the unit's");

    // The desk takes it in: by the desk's rules, with persons and papers, and another person approves.
    let answer =
        house.post(&format!("/api/requests/{id}/take"), &operator.cookie, taking(&house)).await.json();
    let mut desk = Desk::new(&house, &[]).await;
    desk.id = answer["retrieval_id"].as_str().unwrap().to_owned();
    let whole = house.get(&format!("/api/retrievals/{}", desk.id), &operator.cookie).await.json();
    assert_eq!(whole["detail"]["officers"][0]["name"], "张警官");
    assert_eq!(whole["detail"]["papers"][0]["paper"], "letter_of_introduction");
    let early = desk.act(&operator, "complete", Some(json!({}))).await;
    assert_eq!(
        (early.status.as_u16(), early.code()),
        (403, "credential_check".to_owned()),
        "nobody has looked"
    );
    desk.check().await;
    let complete = desk.act(&operator, "complete", Some(json!({}))).await;
    assert_eq!(complete.status, StatusCode::OK, "{}", complete.json());
    assert!(!state(&house, &officer, &id).await["due_ms"].is_null(), "the clock runs from completeness");
    for entry in house.entries_since(since).await {
        assert!(!format!("{:?}", entry.record).contains("张警官"), "{:?}", entry.record);
    }
    let registry = std::fs::read(house.dir.path().join("registry.db")).unwrap();
    let wal = std::fs::read(house.dir.path().join("registry.db-wal")).unwrap_or_default();
    let plain =
        |bytes: &[u8]| bytes.windows("滨江路码头".len()).any(|window| window == "滨江路码头".as_bytes());
    assert!(!plain(&registry) && !plain(&wal), "the place is sealed in the database");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_collected_against_a_receipt() {
    let house = House::build().await;
    let (officer, other) = (requester(&house).await, requester(&house).await);
    let (id, export) = ready(&house, &officer).await;
    assert_eq!(state(&house, &officer, &id).await["state"], "ready");
    assert_eq!(collect(&house, &officer, export).await, (403, "receipt_first".to_owned()));
    assert_eq!(received(&house, &other, &id).await.status, StatusCode::NOT_FOUND);
    assert_eq!(collect(&house, &other, export).await, (403, "not_own_export".to_owned()));
    let done = received(&house, &officer, &id).await;
    assert_eq!((done.status, done.json()["state"].clone()), (StatusCode::OK, json!("received")));
    assert_eq!(received(&house, &officer, &id).await.status, StatusCode::CONFLICT, "one receipt");
    assert_eq!(collect(&house, &other, export).await, (403, "not_own_export".to_owned()));
    for left in [2, 1, 0] {
        assert_eq!(collect(&house, &officer, export).await, (200, String::new()));
        assert_eq!(state(&house, &officer, &id).await["collections_left"], left);
    }
    assert_eq!(collect(&house, &officer, export).await, (403, "collected_out".to_owned()));
    // The whereabouts register says who received it, and the desk's receipt is not needed any more.
    let operator = Who::Operator.sign_in(&house).await;
    let request = house.get(&format!("/api/requests/{id}"), &operator.cookie).await.json();
    let path = format!("/api/retrievals/{}", request["retrieval_id"].as_str().unwrap());
    let whole = house.get(&path, &operator.cookie).await.json();
    let last = whole["detail"]["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&whole["state"], &last["what"], &last["holder"]),
        (&json!("closed"), &json!("receipt"), &json!("张警官"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_is_not_handed_out() {
    let house = House::build().await;
    let officer = requester(&house).await;
    let (id, export) = ready(&house, &officer).await;
    let path = format!("/api/portal/requests/{id}/withdraw");
    let answer = house.post(&path, &officer.cookie, json!({ "reason": "已破案" })).await;
    assert_eq!((answer.status, answer.json()["state"].clone()), (StatusCode::OK, json!("withdrawn")));
    assert_eq!(received(&house, &officer, &id).await.status, StatusCode::CONFLICT);
    assert_eq!(collect(&house, &officer, export).await, (403, "request_withdrawn".to_owned()));
    let sent = house.post(&letter(&id), &officer.cookie, json!("介绍信")).await;
    assert_eq!(sent.status, StatusCode::CONFLICT, "it takes no paper");
    // Before it is handed over, the desk has nothing to hand over.
    let (id, retrieval) = taken(&house, &officer).await;
    let path = format!("/api/portal/requests/{id}/withdraw");
    assert_eq!(house.post(&path, &officer.cookie, json!({ "reason": "重复" })).await.status, StatusCode::OK);
    let mut desk = Desk::new(&house, &[]).await;
    desk.id = retrieval;
    assert_eq!(desk.act(&desk.operator, "complete", Some(json!({}))).await.status, StatusCode::CONFLICT);
    assert_eq!(desk.act(&desk.operator, "hand-over", Some(json!({}))).await.status, StatusCode::CONFLICT);
}

/// Each operation of the description as a requester: the portal and oneself, and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_requester_reaches_nothing_else() {
    let walk = Walk::start(http::routes).await;
    let officer = requester(&walk.house).await;
    let mut flags = Vec::new();
    for case in cases::all().into_iter().filter(|case| !case.open) {
        let (method, path) = case.operation.split_once(' ').unwrap();
        if http::OF_REQUESTERS.contains(&(method, path)) {
            continue;
        }
        let allowed = walk.caller(case.allowed).await;
        let ask = (case.ask)(&walk.house, &allowed).await;
        let method: Method = method.parse().unwrap();
        let (status, entries) = walk.try_as(&ask, &method, &officer).await;
        if status != StatusCode::FORBIDDEN
            || entries.is_empty()
            || !entries.iter().all(|entry| entry.is_refusal())
        {
            flags.push(format!("{}: {status}, {} entries", case.operation, entries.len()));
        }
    }
    assert!(flags.is_empty(), "{}", flags.join("\n"));
    // Posts that somebody gives them afterwards are worth nothing.
    let administrator = Who::Administrator.sign_in(&walk.house).await;
    let post = json!({ "posts": [{ "role": "operator", "unit_id": walk.house.unit.to_string() }] });
    let path = format!("/api/people/{}", officer.person);
    let given = walk
        .house
        .send(&walk.house.router, Method::PATCH, &path, Some(&administrator.cookie), Some(post))
        .await;
    assert!(given.status.is_success(), "{}", given.json());
    let live = walk.house.post("/api/views", &officer.cookie, walk.house.live_view()).await;
    assert_eq!((live.status, live.code()), (StatusCode::FORBIDDEN, "requester_only".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_becomes_a_requester_and_until_when() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let person = house.caller_without_post().await;
    let whole = accrediting(&house, &person).await;
    let viewer = Who::Viewer.sign_in(&house).await;
    let now_ms = house.app.now().as_ms();
    let lacks: [(&str, Value, u16, &str); 6] = [
        ("person_id", json!(viewer.person.to_string()), 403, "requester_posts"),
        ("person_id", json!(administrator.person.to_string()), 403, "own_posts"),
        ("division", json!("44"), 400, ""),
        ("until_ms", json!(now_ms - 1), 400, ""),
        ("until_ms", json!(now_ms + 184 * DAY_US / 1_000), 400, ""),
        ("credential_document_id", json!("0198c0de-0000-7000-8000-000000000009"), 400, ""),
    ];
    for (field, value, status, code) in lacks {
        let mut body = whole.clone();
        body[field] = value;
        let answer = house.post("/api/requesters", &administrator.cookie, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code.to_owned()),
            "{field}: {}",
            answer.json()
        );
    }
    let filing_of =
        async |caller: &Caller| house.post("/api/portal/requests", &caller.cookie, filing(&house)).await;
    assert_eq!(filing_of(&person).await.status, StatusCode::FORBIDDEN, "nobody yet");
    assert_eq!(house.post("/api/requesters", &administrator.cookie, whole).await.status, StatusCode::CREATED);
    assert_eq!(filing_of(&person).await.status, StatusCode::CREATED);
    let me = house.get("/api/me", &person.cookie).await.json();
    assert_eq!((&me["rights"]["portal"], &me["rights"]["playback"]), (&json!(true), &json!(false)));
    // The account ends by itself: also for a session that was begun before.
    clocks.on_us(31 * DAY_US);
    let body = json!({ "account": person.account, "password": PASSWORD });
    let late = house.post("/api/sign-in", "", body).await;
    assert!(!late.status.is_success(), "{}", late.json());
    // Ended by hand it is nobody's at once.
    let (other, administrator) = (requester(&house).await, Who::Administrator.sign_in(&house).await);
    let path = format!("/api/requesters/{}", other.person);
    let ended = house.send(&house.router, Method::DELETE, &path, Some(&administrator.cookie), None).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    assert_eq!(filing_of(&other).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_requesters_matter_is_not_there_and_a_flood_is_refused() {
    let house = House::build().await;
    let (officer, other) = (requester(&house).await, requester(&house).await);
    let id = filed(&house, &officer).await;
    for (method, what, body) in [
        (Method::GET, "", None),
        (Method::POST, "/withdraw", Some(json!({ "reason": "撤回" }))),
        (Method::POST, "/receipt", Some(json!({ "received_by": "李警官" }))),
        (Method::POST, "/papers?paper=letter_of_introduction&name=l.txt", Some(json!("x"))),
    ] {
        let path = format!("/api/portal/requests/{id}{what}");
        let answer = house.send(&house.router, method, &path, Some(&other.cookie), body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}: {}", answer.json());
    }
    assert_eq!(house.get("/api/portal/requests", &other.cookie).await.json()["requests"], json!([]));
    assert_eq!(state(&house, &officer, &id).await["state"], "filed");
    for _ in 1..law::portal::OPEN_REQUESTS_MAX {
        filed(&house, &officer).await;
    }
    let answer = house.post("/api/portal/requests", &officer.cookie, filing(&house)).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "portal_open".to_owned()));
    // Basic data is asked for at the desk: the portal has no field for a camera, a system or a sum.
    for more in [json!({ "cameras": [] }), json!({ "wanted": "basic_data" }), json!({ "fee": 1 })] {
        let mut body = filing(&house);
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(
            house.post("/api/portal/requests", &other.cookie, body).await.status,
            StatusCode::BAD_REQUEST
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_refused_by_a_right_that_a_text_gives() {
    let house = House::build().await;
    let operator = {
        let desk = Desk::new(&house, &["guangzhou-2007".to_owned()]).await;
        desk.operator.clone()
    };
    let officer = requester(&house).await;
    let refuse = async |id: &str| {
        let path = format!("/api/requests/{id}/refuse");
        house.post(&path, &operator.cookie, json!({ "text": "未附介绍信" })).await
    };
    let bare = filed(&house, &officer).await;
    let answer = refuse(&bare).await;
    assert_eq!((answer.status, answer.json()["state"].clone()), (StatusCode::OK, json!("refused")));
    let step =
        state(&house, &officer, &bare).await["detail"]["steps"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&step["article"], &step["text"]), (&json!("guangzhou-2007:19"), &json!("未附介绍信")));
    // Taken in and refused at the desk, it is refused in the portal too, with the article.
    let taken_in = filed(&house, &officer).await;
    let answer =
        house.post(&format!("/api/requests/{taken_in}/take"), &operator.cookie, taking(&house)).await.json();
    let path = format!("/api/retrievals/{}/refuse", answer["retrieval_id"].as_str().unwrap());
    let refused = house.post(&path, &operator.cookie, json!({ "reason": "手续不全" })).await;
    assert_eq!(refused.status, StatusCode::OK, "{}", refused.json());
    let shown = state(&house, &officer, &taken_in).await;
    assert_eq!(shown["state"], "refused");
    assert_eq!(shown["detail"]["steps"].as_array().unwrap().last().unwrap()["article"], "guangzhou-2007:19");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_requesters_account_is_kept_by_its_unit_and_by_nobody_else() {
    let house = House::build().await;
    let officer = requester(&house).await;
    let own = Who::Administrator.sign_in(&house).await;
    let stranger = house.caller(Role::Administrator, house.other_unit).await;
    let listed = async |caller: &Caller| {
        let all = house.get("/api/people", &caller.cookie).await.json().to_string();
        all.contains(&officer.person.to_string())
    };
    assert!(listed(&own).await && !listed(&stranger).await);
    // Whoever could give it a password could collect what it was given.
    let path = |what: &str| format!("/api/people/{}{what}", officer.person);
    let later = json!({ "valid_until_ms": house.app.now().as_ms() + 300 * DAY_US / 1_000 });
    for (method, what, body) in [
        (Method::POST, "/reset", json!({})),
        (Method::POST, "/term", later.clone()),
        (Method::POST, "/term", json!({})),
        (Method::PATCH, "", json!({ "suspended": true })),
    ] {
        let answer = house.send(&house.router, method, &path(what), Some(&stranger.cookie), Some(body)).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "other_unit"), "{what}");
    }
    // Its own unit ends it sooner, and never later than its credentials were looked at for.
    let cut = async |body: Value| house.post(&path("/term"), &own.cookie, body).await.status.as_u16();
    assert_eq!(cut(later).await, 409);
    assert_eq!(cut(json!({})).await, 409);
    let sooner = house.app.now().as_ms() + DAY_US / 1_000;
    assert_eq!(cut(json!({ "valid_until_ms": sooner })).await, 200);
    // What it files stands in entries line by line.
    let mut forged = filing(&house);
    forged["case_number"] = json!("9号\npersons=0");
    let answer = house.post("/api/portal/requests", &officer.cookie, forged).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_confirms_a_receipt_for_the_requester_nor_takes_in_for_another_unit() {
    let house = House::build().await;
    let officer = requester(&house).await;
    let (id, _) = ready(&house, &officer).await;
    let operator = Who::Operator.sign_in(&house).await;
    let retrieval = house.get(&format!("/api/requests/{id}"), &operator.cookie).await.json()["retrieval_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/api/retrievals/{retrieval}/receipt");
    let answer = house.post(&path, &operator.cookie, json!({ "received_by": "张警官" })).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.json());
    assert_eq!(received(&house, &officer, &id).await.status, StatusCode::OK);
    // An operator of one group may handle no request of the unit, whatever cameras they have.
    let id = with_letter(&house, &officer).await;
    let post = law::access::Post {
        role: Role::Operator,
        unit: house.unit,
        group: Some(law::access::Part::Group(house.group)),
    };
    let person = house.person("grouped", vec![post]).await;
    let grouped = house.sign_in(person, "grouped").await;
    let answer = house.post(&format!("/api/requests/{id}/take"), &grouped.cookie, taking(&house)).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.json());
    assert!(!answer.json().to_string().contains("滨江路"), "nor is it shown");
}

/// Where the text asks for an undertaking of secrecy, a name alone is no receipt, in the portal as at the desk (datong-2008:21).
#[tokio::test(flavor = "multi_thread")]
async fn secrecy_is_undertaken_with_the_receipt() {
    let house = House::build().await;
    Desk::new(&house, &["datong-2008".to_owned()]).await;
    let (officer, operator) = (requester_of(&house, "government").await, Who::Operator.sign_in(&house).await);
    let mut filing = filing(&house);
    filing["ground"] = json!("emergency");
    let card = |name: &str| json!({ "name": name, "number": "044001", "certificate": "work_certificate" });
    filing["persons"] = json!([card("张科长"), card("李科员")]);
    let filed = house.post("/api/portal/requests", &officer.cookie, filing).await.json();
    let id = filed["id"].as_str().unwrap().to_owned();
    let answer = house.post(&format!("/api/requests/{id}/take"), &operator.cookie, taking(&house)).await;
    let mut desk = Desk::new(&house, &[]).await;
    desk.id = answer.json()["retrieval_id"].as_str().unwrap().to_owned();
    desk.supply(&[], &["supporting-document".to_owned(), "registration-form".to_owned()], json!({})).await;
    finished(&house, desk.id.clone()).await;
    let shown = state(&house, &officer, &id).await;
    assert_eq!(shown["detail"]["undertaking_article"], "datong-2008:21", "{shown}");
    let refused = received(&house, &officer, &id).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "secrecy_undertaking"));
    let body = json!({ "received_by": "张科长", "undertakes": true });
    let answer = house.post(&format!("/api/portal/requests/{id}/receipt"), &officer.cookie, body).await;
    assert_eq!((answer.status, &answer.json()["state"]), (StatusCode::OK, &json!("received")));
    let kept = house.get(&format!("/api/retrievals/{}", desk.id), &operator.cookie).await.json();
    let last = kept["detail"]["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["what"], &last["note"]), (&json!("receipt"), &json!("undertaking=datong-2008:21")));
}
