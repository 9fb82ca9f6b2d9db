//! Footage of a retrieval over HTTP, from the moment on at which it is complete: held through its term, once for each request, on with the
//! copy, and let go by rule where nothing was handed over.

use super::*;
use crate::{portal, watch::Studio};
use model::{Span, WallTime};
use std::time::Duration;

const DAY_US: i64 = 24 * HOUR_US;
/// After every term.
const DAYS_200: i64 = 200;

/// What the rule deletes as of then, by a clock that somebody looked at. How many segments.
async fn expire(house: &House, at: WallTime) -> usize {
    let (store, cx) = (house.app.store(), system_cx("retention", at));
    store.confirm_clock(&system_cx("check", at)).await.unwrap();
    let time = store.advance_trust(Duration::ZERO, at).await.unwrap().time(at);
    let plan = store.plan_expiry(&cx, time).await.unwrap();
    store.footage.expire(&cx, plan).await.unwrap().segments
}

async fn hold(house: &House, caller: &Caller, id: &str) -> Value {
    house.get(&format!("/api/holds/{id}"), &caller.cookie).await.json()
}

async fn holds(house: &House, caller: &Caller) -> Vec<Value> {
    let page = house.get("/api/holds", &caller.cookie).await.json();
    page["holds"].as_array().unwrap().clone()
}

fn of_retrieval(retrieval: &Value) -> String {
    retrieval["detail"]["hold"]["id"].as_str().unwrap_or_else(|| panic!("no hold: {retrieval}")).to_owned()
}

/// How much of the span is there.
async fn left(house: &House, span: Span) -> u64 {
    let footage = &house.app.store().footage;
    footage.held_footage(&house.cameras[..1], span).await.unwrap().segments
}

const CERTIFICATE: &str = "law-enforcement-certificate";
const LETTER: &str = "letter-of-introduction";

#[tokio::test(flavor = "multi_thread")]
async fn footage_is_held_from_completeness_on_and_goes_on_with_the_copy() {
    let studio = Studio::start().await;
    let (house, stream) = (&studio.house, studio.stream());
    let footage = &house.app.store().footage;
    studio
        .until_async("six segments", async || footage.stream_head(stream).await.unwrap().next_seq >= 7)
        .await;
    let history = footage.histories().await.unwrap()[&stream];
    let mut desk = Desk::new(house, &["guangzhou-2007".to_owned()]).await;
    let operator = desk.operator.clone();
    let from_ms = history.start.as_ms() + 1_500;
    let mut asked = asking(house);
    (asked["from_ms"], asked["to_ms"]) = (json!(from_ms), json!(from_ms + 500));
    let span = Span::new(WallTime::from_ms(from_ms), WallTime::from_ms(from_ms + 500)).unwrap();

    // While something is lacking, nothing is held, and a refused step changes nothing.
    assert_eq!(desk.open(&operator, asked.clone()).await.status, StatusCode::CREATED);
    desk.supply(&[CERTIFICATE.to_owned()], &[], json!({})).await;
    desk.check().await;
    let before = desk.state().await;
    assert_eq!(desk.act(&operator, "complete", Some(json!({}))).await.status, StatusCode::FORBIDDEN);
    assert_eq!((desk.state().await, holds(house, &operator).await.len()), (before, 0));
    desk.supply(&[], &[LETTER.to_owned()], json!({})).await;
    let since = house.entry_count().await;
    let first = desk.must(&operator, "complete", Some(json!({}))).await;
    let (first_id, first_hold) = (desk.id.clone(), of_retrieval(&first));
    let entries = house.entries_since(since).await;
    let acts: Vec<Act> = entries.iter().map(|entry| entry.act).collect();
    assert_eq!(acts, [Act::CompleteRetrieval, Act::PlaceHold]);
    let placed = &entries[1].record;
    assert!(placed.extra.contains(&format!("retrieval={first_id}")), "{placed:?}");
    let shown = hold(house, &operator, &first_hold).await;
    assert_eq!((&shown["from_ms"], &shown["to_ms"]), (&asked["from_ms"], &asked["to_ms"]));
    assert_eq!(
        (&shown["retrieval_id"], &shown["document"], &shown["ends_ms"], &shown["state"]),
        (&json!(first_id), &asked["case_number"], &Value::Null, &json!("held")),
        "{shown}"
    );

    // Another organ asks for the same, and goes out before its letter: a hold of its own.
    assert_eq!(desk.open(&operator, asked.clone()).await.status, StatusCode::CREATED);
    desk.supply(&[CERTIFICATE.to_owned()], &[], json!({})).await;
    desk.check().await;
    let second = desk.must(&operator, "complete", Some(json!({ "urgent_reason": "人在车上" }))).await;
    let (second_id, second_hold) = (desk.id.clone(), of_retrieval(&second));
    assert_ne!(first_hold, second_hold);

    // Its term passes: everything goes but what is held.
    let kept = left(house, span).await;
    let later = house.app.now().plus_us(DAYS_200 * DAY_US);
    assert!(kept > 0 && expire(house, later).await >= 3);
    assert_eq!(left(house, span).await, kept);

    // Refused by right: it ends by rule, after a month that real time bears out, and the other still keeps the same.
    let refused = desk.must(&operator, "refuse", Some(json!({ "reason": "介绍信未补交" }))).await;
    let ends_ms = refused["detail"]["hold"]["ends_ms"].as_i64().unwrap();
    assert_eq!(ends_ms, later.as_ms() + 30 * DAY_US / 1_000);
    let registry = house.app.registry();
    let over = WallTime::from_ms(ends_ms).plus_us(1_000);
    assert_eq!(registry.end_retrieval_holds(over).await.unwrap(), 0, "a wall clock alone ends nothing");
    assert_eq!(desk.act(&operator, "complete", Some(json!({}))).await.status, 409);
    let ask = json!({ "reason": "已拒绝", "document": "" });
    let asked_to_lift = house.post(&format!("/api/holds/{second_hold}/release"), &operator.cookie, ask).await;
    assert_eq!(asked_to_lift.status, 200);
    assert_eq!(expire(house, over).await, 0);
    let since = house.entry_count().await;
    assert_eq!(registry.end_retrieval_holds(over).await.unwrap(), 1);
    assert_eq!(registry.end_retrieval_holds(over).await.unwrap(), 0, "once");
    house.app.settle_outbox().await;
    let entries = house.entries_since(since).await;
    let ended: Vec<_> = entries.iter().filter(|entry| entry.act == Act::EndHold).collect();
    assert_eq!(ended.len(), 1);
    assert!(ended[0].record.extra.contains(&format!("retrieval={second_id}")), "{:?}", ended[0].record);
    assert_eq!(hold(house, &operator, &second_hold).await["state"], "released");
    let late = json!({ "reason": "同意" });
    let lift = format!("/api/holds/{second_hold}/release/approve");
    assert_eq!(house.post(&lift, &desk.other.cookie, late).await.status, 409, "it has ended");
    assert_eq!((expire(house, over).await, left(house, span).await), (0, kept));

    // The copy goes out: the same hold, which no time ends.
    desk.id = first_id;
    desk.must(&desk.other, "approve", None).await;
    let handed = desk.must(&operator, "hand-over", Some(unsealed())).await;
    assert_eq!(of_retrieval(&handed), first_hold);
    let shown = hold(house, &operator, &first_hold).await;
    assert_eq!((&shown["export_id"], &shown["ends_ms"]), (&handed["export_id"], &Value::Null));
    assert_eq!(holds(house, &operator).await.len(), 2, "no third one");
    assert_eq!((expire(house, over).await, left(house, span).await), (0, kept));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_by_the_portal_is_held_too_and_let_go_when_it_is_taken_back() {
    let house = House::build().await;
    let officer = portal::requester(&house).await;
    let mut desk = Desk::new(&house, &["guangzhou-2007".to_owned()]).await;
    let operator = desk.operator.clone();
    let (request, retrieval) = portal::taken(&house, &officer).await;
    desk.id = retrieval;
    desk.check().await;
    let complete = desk.must(&operator, "complete", Some(json!({}))).await;
    let id = of_retrieval(&complete);
    assert_eq!(hold(&house, &operator, &id).await["state"], "held");

    let since = house.entry_count().await;
    let path = format!("/api/portal/requests/{request}/withdraw");
    let answer = house.post(&path, &officer.cookie, json!({ "reason": "已另案取得" })).await;
    assert!(answer.status.is_success(), "{}", answer.json());
    let acts: Vec<Act> = house.entries_since(since).await.iter().map(|entry| entry.act).collect();
    assert!(acts.starts_with(&[Act::WithdrawRequest, Act::EndHold]), "{acts:?}");
    let shown = hold(&house, &operator, &id).await;
    assert_eq!((&shown["state"], shown["released_leaf"].is_u64()), (&json!("released"), true), "{shown}");

    // One that goes out is kept when it is taken back afterwards: two persons lift that.
    let (request, retrieval) = portal::taken(&house, &officer).await;
    desk.id = retrieval;
    desk.check().await;
    let id = of_retrieval(&desk.must(&operator, "complete", Some(json!({}))).await);
    desk.must(&desk.other, "approve", None).await;
    desk.must(&operator, "hand-over", Some(json!({}))).await;
    let path = format!("/api/portal/requests/{request}/withdraw");
    assert!(house.post(&path, &officer.cookie, json!({ "reason": "撤回" })).await.status.is_success());
    assert_eq!(hold(&house, &operator, &id).await["state"], "held");
}
