//! Duties beside the register over HTTP: what clocks ask is due before its day, late after it, and met by the act that was in time, which is
//! named; nobody is told of one whose lateness is not theirs to know.

use crate::{
    cases::Who,
    claims::lodged,
    duty::Duty,
    house::{Caller, House},
    levels::paper,
    retrievals::{Desk, asking, unsealed},
    supervision::{Area, accusation, authority, bound, order, supervisor},
    turned::{MONDAY, Turned},
};
use law::supervision::AuthorityKind;
use model::Role;
use serde_json::{Value, json};

const DAY_US: i64 = 86_400_000_000;

/// Rows of one control on somebody's board, by article.
async fn rows(house: &House, who: &Caller, control: &str, days: u32) -> Vec<Value> {
    let who = house.sign_in(who.person, &who.account).await;
    let board = house.get(&format!("/api/board/duties?days={days}"), &who.cookie).await.json();
    let rows = board["duties"].as_array().unwrap_or_else(|| panic!("{board}"));
    let states = ["breached", "late", "due", "met", "nothing_found"];
    let counted: u64 = states.iter().map(|state| board[*state].as_u64().unwrap()).sum();
    assert_eq!(counted, rows.len() as u64, "each in one state");
    rows.iter().filter(|row| row["control"] == control).cloned().collect()
}

/// Article, state, and the ids that show it, of the only row.
async fn stands(house: &House, who: &Caller, control: &str, days: u32) -> (String, String, Vec<String>) {
    let rows = rows(house, who, control, days).await;
    assert_eq!(rows.len(), 1, "{control}: {rows:?}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let shown = rows[0]["shown"].as_array().unwrap().iter().map(|one| text(&one["id"])).collect::<Vec<_>>();
    assert_eq!(rows[0]["shown_count"], shown.len(), "{}", rows[0]);
    (text(&rows[0]["article"]), text(&rows[0]["state"]), shown)
}

fn row(article: &str, state: &str, shown: &[&str]) -> (String, String, Vec<String>) {
    (article.to_owned(), state.to_owned(), shown.iter().map(|one| (*one).to_owned()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_due_then_met_by_its_correction_and_its_judgement_is_the_authority_s() {
    const ORDERS: &str = "orders-and-penalties";
    const OWED: &str = "authority-overdue";
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let (officer, area) = supervisor(&house).await;
    let (manager, auditor) = (Who::Manager.sign_in(&house).await, Who::Auditor.sign_in(&house).await);
    assert_eq!(rows(&house, &manager, ORDERS, 92).await, Vec::<Value>::new(), "nothing was ordered");
    let first = order(&house, &officer, &area).await;
    assert_eq!(rows(&house, &manager, ORDERS, 9).await, Vec::<Value>::new(), "its ten days are further off");
    assert_eq!(stands(&house, &manager, ORDERS, 11).await, row("national-2025:14", "due", &[]));
    let other = house.caller(Role::Administrator, house.other_unit).await;
    assert_eq!(rows(&house, &other, ORDERS, 11).await, Vec::<Value>::new(), "another unit's");
    clocks.on_us(9 * DAY_US);
    let correct = async |order: &str| {
        let manager = Who::Administrator.sign_in(&house).await;
        let body = json!({ "text": "已整改", "document_ids": [paper(&house).await.to_string()] });
        let answer = house.post(&format!("/api/orders/{order}/correction"), &manager.cookie, body).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
    };
    correct(&first).await;
    assert_eq!(stands(&house, &manager, ORDERS, 30).await, row("national-2025:14", "met", &[&first]));
    // Its judgement is owed within fifteen days, by whoever gave it: auditors are told so.
    assert_eq!(rows(&house, &manager, OWED, 30).await, Vec::<Value>::new());
    assert_eq!(rows(&house, &auditor, OWED, 10).await, Vec::<Value>::new());
    assert_eq!(stands(&house, &auditor, OWED, 30).await, row("national-2025:25", "due", &[]));
    let officer = house.sign_in(officer.person, &officer.account).await;
    let accepted = json!({ "what": "accepted", "text": "复核合格" });
    let answer = house.post(&format!("/api/orders/{first}/decision"), &officer.cookie, accepted).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    assert_eq!(stands(&house, &auditor, OWED, 30).await, row("national-2025:25", "met", &[&first]));
    // One that is late is no duty kept, whatever was kept before; a correction after its day makes nothing timely.
    let second = order(&house, &officer, &area).await;
    clocks.on_us(11 * DAY_US);
    assert_eq!(stands(&house, &manager, ORDERS, 30).await, row("national-2025:14", "late", &[&first]));
    correct(&second).await;
    assert_eq!(stands(&house, &manager, ORDERS, 30).await, row("national-2025:14", "met", &[&first]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_is_due_until_the_authority_answers_in_time() {
    const CLAIMS: &str = "compensation-claims";
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    Desk::new(&house, &["guangzhou-2007".to_owned()]).await;
    let manager = Who::Manager.sign_in(&house).await;
    let path = lodged(&house).await;
    let claim = path.rsplit('/').next().unwrap().to_owned();
    assert_eq!(stands(&house, &manager, CLAIMS, 40).await, row("guangzhou-2007:18", "due", &[]));
    clocks.on_us(29 * DAY_US);
    let caller = house.sign_in(manager.person, &manager.account).await;
    let body = json!({ "awarded_fen": 0, "text": "不属于执法造成" });
    assert_eq!(house.post(&format!("{path}/answer"), &caller.cookie, body).await.status, 200);
    assert_eq!(stands(&house, &manager, CLAIMS, 40).await, row("guangzhou-2007:18", "met", &[&claim]));
    let late = lodged(&house).await;
    clocks.on_us(31 * DAY_US);
    assert_eq!(stands(&house, &manager, CLAIMS, 40).await, row("guangzhou-2007:18", "late", &[&claim]));
    let caller = house.sign_in(manager.person, &manager.account).await;
    let body = json!({ "awarded_fen": 0, "text": "迟到的答复" });
    assert_eq!(house.post(&format!("{late}/answer"), &caller.cookie, body).await.status, 200);
    assert_eq!(stands(&house, &manager, CLAIMS, 40).await, row("guangzhou-2007:18", "met", &[&claim]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_due_until_it_is_handed_over() {
    const REQUESTS: &str = "retrieval-clock";
    let house = House::build_by(Turned::from_now()).await;
    let mut desk = Desk::new(&house, &["guangzhou-2007", "national-2016"].map(str::to_owned)).await;
    let (operator, administrator) = (desk.operator.clone(), desk.administrator.clone());
    let own = async |days: u32| {
        let rows = rows(&house, &administrator, REQUESTS, days).await;
        let row = rows.into_iter().find(|row| row["article"] == "national-2016:21").unwrap();
        (row["state"].as_str().unwrap().to_owned(), row["shown"].as_array().unwrap().clone())
    };
    assert_eq!(own(30).await.0, "nothing_found");
    let mut asked = asking(&house);
    asked["invokes"] = json!("guangzhou-2007");
    assert_eq!(desk.open(&operator, asked).await.status, 201);
    let letter = ["letter-of-introduction".to_owned()];
    desk.supply(&["law-enforcement-certificate".to_owned()], &letter, json!({})).await;
    desk.check().await;
    assert_eq!(desk.act(&operator, "complete", Some(json!({}))).await.status, 200);
    assert_eq!(own(30).await.0, "due");
    assert_eq!(desk.act(&administrator, "approve", None).await.status, 200);
    assert_eq!(desk.act(&operator, "hand-over", Some(unsealed())).await.status, 200);
    let (state, shown) = own(30).await;
    assert_eq!((state.as_str(), &shown[0]["id"]), ("met", &json!(desk.id)));
    // Managers read no requests, and are told of none.
    let manager = Who::Manager.sign_in(&house).await;
    assert_eq!(rows(&house, &manager, REQUESTS, 30).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_kept_by_whoever_took_the_shift_over() {
    let clocks = Turned::at(MONDAY);
    let house = House::build_by(clocks.clone()).await;
    Desk::new(&house, &["guangzhou-2007".to_owned()]).await;
    let (viewer, manager) = (Who::Viewer.sign_in(&house).await, Who::Manager.sign_in(&house).await);
    let own = async || {
        let manager = house.sign_in(manager.person, &manager.account).await;
        let mut rows = rows(&house, &manager, "unmanned-shift", 30).await;
        assert_eq!(rows.len(), 1, "{rows:?}");
        let row = rows.remove(0);
        assert!(row["article"].as_str().unwrap().starts_with("guangzhou-2007:"), "{row}");
        (row["state"].as_str().unwrap().to_owned(), row["shown"].clone())
    };
    let duty = Duty::begin(&house).await;
    assert_eq!(own().await, ("nothing_found".to_owned(), json!([])));
    let shift = duty.rostered(&viewer, 5, 60).await;
    clocks.on_us(21 * 60_000_000);
    assert_eq!(own().await.0, "late");
    duty.take_over(&viewer, &shift).await;
    assert_eq!(own().await, ("nothing_found".to_owned(), json!([])), "what was found late is not kept");
    let next = duty.rostered(&viewer, 60, 120).await;
    clocks.on_us(61 * 60_000_000);
    let viewer = house.sign_in(viewer.person, &viewer.account).await;
    duty.take_over(&viewer, &next).await;
    assert_eq!(own().await, ("met".to_owned(), json!([{ "id": next, "name": "值班室" }])));
}

/// Accusations are counted for whoever deals with them alone: their answer shows that the duty is kept, to nobody whom they concern.
#[tokio::test(flavor = "multi_thread")]
async fn an_answered_accusation_shows_it_to_whoever_deals_with_it() {
    const OWED: &str = "authority-overdue";
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let area = Area::build(&house, "440106").await;
    let province = authority(&house, "广东省公安厅", AuthorityKind::PublicSecurity, "440000").await;
    bound(&house, province).await;
    let stranger = house.caller(Role::Auditor, house.other_unit).await;
    let own = Who::Auditor.sign_in(&house).await;
    let body = json!({
        "kind": "public_security", "who": "广东省公安厅和示范单位", "what": "收受财物", "division": area.division,
    });
    assert_eq!(accusation(&house, body).await["routed"], false);
    let due = rows(&house, &stranger, OWED, 8).await;
    assert_eq!((due.len(), &due[0]["state"], &due[0]["coming"]), (1, &json!("due"), &json!(1)), "{due:?}");
    let listed = house.get("/api/accusations", &stranger.cookie).await.json();
    let id = listed["accusations"][0]["id"].as_str().unwrap().to_owned();
    for stage in ["taken_up", "answered"] {
        let body = json!({ "stage": stage, "text": "已办" });
        let step = house.post(&format!("/api/accusations/{id}/step"), &stranger.cookie, body).await;
        assert_eq!(step.status, 200, "{}", step.json());
    }
    let met = rows(&house, &stranger, OWED, 8).await;
    assert_eq!((&met[0]["state"], &met[0]["shown"][0]["id"]), (&json!("met"), &json!(id)), "{met:?}");
    assert_eq!(rows(&house, &own, OWED, 92).await, Vec::<Value>::new(), "the accused unit's auditor");
}
