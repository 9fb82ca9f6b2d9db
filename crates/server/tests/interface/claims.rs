//! Claims for compensation over HTTP: what one needs and under which article, that it names an act of its own unit, that the authority's
//! answer and payments are entered once and never more than owed, and that what waits too long is found.

use crate::{
    cases::Who,
    house::{Answer, Caller, House},
    levels::paper,
    retrievals::Desk,
    turned::Turned,
};
use axum::http::StatusCode;
use model::Act;
use serde_json::{Value, json};

const DAY_US: i64 = 86_400_000_000;

/// By a written order of the police: two items with their papers, 1,200 yuan in all.
pub async fn claiming(house: &House) -> Value {
    let item = async |what: &str, fen: i64| json!({ "what": what, "amount_fen": fen, "document_id": paper(house).await.to_string() });
    json!({
        "unit_id": house.unit.to_string(), "cause": "order", "act_id": paper(house).await.to_string(),
        "authority": "市公安局", "what": "按要求改造系统接口",
        "items": [item("接口改造", 100_000).await, item("停机损失", 20_000).await],
    })
}

async fn lodge(house: &House, caller: &Caller, body: Value) -> Answer {
    house.post("/api/claims", &caller.cookie, body).await
}

/// One that is lodged; its path.
pub async fn lodged(house: &House) -> String {
    let administrator = Who::Administrator.sign_in(house).await;
    let answer = lodge(house, &administrator, claiming(house).await).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    format!("/api/claims/{}", answer.json()["id"].as_str().unwrap())
}

/// One to which everything was awarded.
pub async fn awarded(house: &House) -> String {
    let (path, administrator) = (lodged(house).await, Who::Administrator.sign_in(house).await);
    let body = json!({ "awarded_fen": 120_000, "text": "同意补偿" });
    let answer = house.post(&format!("{path}/answer"), &administrator.cookie, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    path
}

/// What is wrong with the claim; status, article, code.
type Lack = (&'static str, fn(&mut Value, &House), u16, &'static str, &'static str);

const LACKS: &[Lack] = &[
    ("no act", |body, _| body["act_id"] = json!(null), 403, "guangzhou-2007:18", "claim_act"),
    ("no item", |body, _| body["items"] = json!([]), 403, "guangzhou-2007:18", "claim_items"),
    (
        "an item without its paper",
        |body, _| body["items"][0]["document_id"] = json!(null),
        403,
        "guangzhou-2007:18",
        "claim_papers",
    ),
    ("nothing", |body, _| body["items"][0]["amount_fen"] = json!(0), 400, "", ""),
    ("less than nothing", |body, _| body["items"][0]["amount_fen"] = json!(-5), 400, "", ""),
    ("nobody", |body, _| body["authority"] = json!(" "), 400, "", ""),
    (
        "another unit's order",
        |body, house| body["unit_id"] = json!(house.other_unit.to_string()),
        400,
        "",
        "",
    ),
    ("a takeover that never was", |body, _| body["cause"] = json!("takeover"), 400, "", ""),
    ("a change that never was", |body, _| body["cause"] = json!("change"), 400, "", ""),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_needs_its_act_and_a_paper_for_each_item() {
    let house = House::build().await;
    Desk::new(&house, &["guangzhou-2007".to_owned()]).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    for (what, spoil, status, article, code) in LACKS {
        let whole = claiming(&house).await;
        let mut body = whole.clone();
        spoil(&mut body, &house);
        let answer = lodge(&house, &administrator, body).await;
        let found = (answer.status.as_u16(), answer.code());
        assert_eq!(found, (*status, (*code).to_owned()), "{what}: {}", answer.json());
        if *status == 403 {
            assert_eq!(answer.json()["error"]["article"], *article, "{what}");
        }
        let kept = house.get("/api/claims", &administrator.cookie).await.json();
        assert_eq!(kept["claims"], json!([]), "{what}: nothing is kept of it");
    }
    let since = house.entry_count().await;
    let answer = lodge(&house, &administrator, claiming(&house).await).await.json();
    assert_eq!((&answer["article"], &answer["state"]), (&json!("guangzhou-2007:18"), &json!("lodged")));
    assert_eq!(answer["claimed_fen"], 120_000);
    let entries = house.entries_since(since).await;
    let entry = entries.iter().find(|entry| entry.act == Act::LodgeClaim).expect("its entry");
    assert!(entry.record.extra.contains("claimed_fen=120000"), "{}", entry.record.extra);
    assert_eq!(entry.record.recipient, "市公安局");
    // Nobody of another unit is told of it.
    let other = Who::OtherAdministrator.sign_in(&house).await;
    assert_eq!(house.get("/api/claims", &other.cookie).await.json()["claims"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_takeover_is_an_act_to_claim_for() {
    let house = House::build().await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let officer = house.caller_without_post().await;
    let order = json!({
        "unit_id": house.unit.to_string(), "organ": "public_security", "organ_name": "市公安局",
        "order_document_id": crate::takeovers::decision(&house).await.to_string(), "reason": "围捕在逃人员",
        "officer_ids": [officer.person.to_string()], "until_ms": house.app.now().as_ms() + 3_600_000,
    });
    let takeover = house.post("/api/takeovers", &administrator.cookie, order).await.json();
    let mut body = claiming(&house).await;
    (body["cause"], body["act_id"]) = (json!("takeover"), takeover["id"].clone());
    let answer = lodge(&house, &administrator, body.clone()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    // No text that binds here speaks of it: kept all the same, on the unit's own word.
    assert_eq!(answer.json()["article"], "unit:compensation");
    assert_eq!(answer.json()["act_id"], takeover["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn answer_and_payments_are_never_more_than_is_owed() {
    let house = House::build().await;
    let manager = Who::Manager.sign_in(&house).await;
    let path = lodged(&house).await;
    let post = async |what: &str, body: Value| {
        let answer = house.post(&format!("{path}/{what}"), &manager.cookie, body).await;
        (answer.status.as_u16(), answer.json())
    };
    assert_eq!(post("payments", json!({ "amount_fen": 1 })).await.0, 409, "nothing is awarded yet");
    for (awarded, text) in [(120_001, "太多"), (-1, "太少"), (1_000, " ")] {
        assert_eq!(post("answer", json!({ "awarded_fen": awarded, "text": text })).await.0, 400, "{awarded}");
    }
    let (status, answered) = post("answer", json!({ "awarded_fen": 70_000, "text": "部分同意" })).await;
    assert_eq!((status, &answered["state"]), (200, &json!("partly")), "{answered}");
    assert_eq!(post("answer", json!({ "awarded_fen": 0, "text": "改口" })).await.0, 409, "once");
    assert_eq!(post("payments", json!({ "amount_fen": 70_001 })).await.0, 400, "more than is owed");
    let (_, part) = post("payments", json!({ "amount_fen": 30_000 })).await;
    assert_eq!((&part["state"], &part["paid_fen"]), (&json!("partly"), &json!(30_000)));
    let (_, whole) = post("payments", json!({ "amount_fen": 40_000 })).await;
    assert_eq!((&whole["state"], &whole["due_ms"]), (&json!("paid"), &Value::Null));
    assert_eq!(whole["payments"].as_array().unwrap().len(), 2);
    assert_eq!(post("payments", json!({ "amount_fen": 1 })).await.0, 409);
    // Nothing awarded is a refusal, and the end of it.
    let path = lodged(&house).await;
    let body = json!({ "awarded_fen": 0, "text": "不属于执法造成" });
    let refused = house.post(&format!("{path}/answer"), &manager.cookie, body).await.json();
    assert_eq!((&refused["state"], &refused["due_ms"]), (&json!("refused"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_authority_leaves_lying_is_found() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let found = async || {
        let administrator = Who::Administrator.sign_in(&house).await;
        let all = house.get("/api/findings", &administrator.cookie).await.json();
        let own = all.as_array().unwrap().iter().filter(|finding| finding["kind"] == "claim");
        own.map(|finding| finding["reason"]["en"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let path = lodged(&house).await;
    clocks.on_us(29 * DAY_US);
    assert_eq!(found().await, Vec::<String>::new());
    clocks.on_us(2 * DAY_US);
    let late = found().await;
    assert!(late.len() == 1 && late[0].contains("30 days"), "{late:?}");
    let administrator = Who::Administrator.sign_in(&house).await;
    let body = json!({ "awarded_fen": 120_000, "text": "同意" });
    house.post(&format!("{path}/answer"), &administrator.cookie, body).await;
    assert_eq!(found().await, Vec::<String>::new());
    clocks.on_us(61 * DAY_US);
    let late = found().await;
    assert!(late.len() == 1 && late[0].contains("60 days"), "{late:?}");
    let administrator = Who::Administrator.sign_in(&house).await;
    house.post(&format!("{path}/payments"), &administrator.cookie, json!({ "amount_fen": 120_000 })).await;
    assert_eq!(found().await, Vec::<String>::new());
}
