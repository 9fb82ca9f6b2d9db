//! Orders whose article has several parts, fines with the party that they fall on, and corrections with their evidence, over HTTP.
//!
//! The way of an order from its line to its end is in `supervision`.

use crate::{
    cases::{Who, register::standing, routines::paper as with_file},
    house::{Caller, Entry, House},
    levels::paper,
    supervision::{Area, authority, bound, lacking, order, supervisor},
    turned::Turned,
};
use axum::http::Method;
use law::supervision::AuthorityKind;
use ledger::access::Outcome;
use model::{Act, RecordId, Role};
use serde_json::{Value, json};
use store::system_cx;

const DAY_MS: i64 = 86_400_000;

async fn issue(
    house: &House,
    by: &Caller,
    (inspection, line): &(String, u64),
    penalty: Option<&str>,
) -> (u16, Value) {
    let body = json!({
        "inspection_id": inspection, "line": line, "demand": "限期整改", "penalty": penalty,
        "deadline_ms": house.app.now().as_ms() + 10 * DAY_MS,
    });
    let answer = house.post("/api/orders", &by.cookie, body).await;
    (answer.status.as_u16(), answer.json())
}

fn steps(order: &Value) -> Vec<&str> {
    order["steps"].as_array().unwrap().iter().map(|step| step["what"].as_str().unwrap()).collect()
}

/// Two parts of national-2025:8 threaten differently: nothing is ordered until a person says which, and the order is that part's.
#[tokio::test(flavor = "multi_thread")]
async fn an_article_of_several_parts_asks_which_is_meant() {
    let house = House::build().await;
    let (officer, area) = supervisor(&house).await;
    let found = lacking(&house, &officer, &area, "national-2025:8").await;
    let whole = house.get(&format!("/api/inspections/{}", found.0), &officer.cookie).await.json();
    let line = whole["lines"].as_array().unwrap().iter().find(|line| line["number"] == found.1).unwrap();
    assert_eq!(line["penalty_required"], true, "{line}");
    let shown: Vec<(&str, &Value)> = line["penalties"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["key"].as_str().unwrap(), &one["penalty"]["chain"]))
        .collect();
    let (at_once, when_late, other) = (
        json!(["confiscate", "delete", "fine"]),
        json!(["order-correct", "fine", "close"]),
        json!(["refer"]),
    );
    assert_eq!(shown, [("27/1", &at_once), ("27/2", &when_late), ("31/1", &other)]);
    assert!(line["penalties"][1]["parts"][0]["zh"].as_str().unwrap().contains("每天检查"), "{line}");

    let before = house.entry_count().await;
    for (penalty, code) in [(None, "penalty_unchosen"), (Some("28/1"), "penalty_not_of_article")] {
        let (status, refused) = issue(&house, &officer, &found, penalty).await;
        assert_eq!((status, &refused["error"]["code"]), (403, &json!(code)), "{refused}");
        assert_eq!(refused["error"]["article"], "national-2025:8");
    }
    let entries = house.entries_since(before).await;
    let unsaid = |entry: &&Entry| entry.record.extra.lines().any(|line| line == "penalty=");
    assert_eq!(entries.iter().filter(unsaid).count(), 2, "no penalty was named that there is");
    assert_eq!(house.get("/api/orders", &officer.cookie).await.json()["orders"], json!([]));
    for (penalty, chain, expected) in [
        ("27/1", &at_once, &["issued", "confiscate", "delete"][..]),
        ("27/2", &when_late, &["issued", "order-correct"]),
        ("31/1", &other, &["issued"]),
        ("none", &Value::Null, &["issued", "order-correct"]),
    ] {
        let found = lacking(&house, &officer, &area, "national-2025:8").await;
        let (status, order) = issue(&house, &officer, &found, Some(penalty)).await;
        assert_eq!((status, &order["penalty"]["chain"]), (201, chain), "{penalty}: {order}");
        // One lack is ordered once, by whichever part.
        for again in [penalty, "27/1"] {
            let (status, refused) = issue(&house, &officer, &found, Some(again)).await;
            assert_eq!((status, &refused["error"]["code"]), (403, &json!("line_ordered")), "{refused}");
            assert!(
                refused["error"]["reason"]["zh"]
                    .as_str()
                    .unwrap()
                    .contains(order["number"].as_str().unwrap())
            );
        }
        assert_eq!(steps(&order), expected, "{penalty}");
        let entries = house.entries_since(before).await;
        let said = |extra: &str| extra.contains(&format!("penalty={penalty}"));
        assert!(
            entries.iter().any(|entry| entry.act == Act::Supervise && said(&entry.record.extra)),
            "{penalty}"
        );
    }
}

/// A fine that the article gives at once is given beside a correction, on whom the article fines and within their range.
#[tokio::test(flavor = "multi_thread")]
async fn a_fine_falls_on_somebody_within_their_range() {
    let house = House::build().await;
    let (officer, area) = supervisor(&house).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let found = lacking(&house, &officer, &area, "national-2025:8").await;
    let (status, order) = issue(&house, &officer, &found, Some("27/1")).await;
    assert_eq!(status, 201, "{order}");
    assert_eq!(
        (&order["penalty"]["individual_max_cny"], &order["penalty"]["fine_mark"]),
        (&json!(10_000), &json!("text"))
    );
    let path = format!("/api/orders/{}", order["id"].as_str().unwrap());
    let evidence = json!({ "text": "已拆除", "document_ids": [paper(&house).await.to_string()] });
    let corrected = house.post(&format!("{path}/correction"), &administrator.cookie, evidence).await;
    assert_eq!((corrected.status.as_u16(), &corrected.json()["state"]), (200, &json!("corrected")));
    let fine = corrected.json()["chain"][2].clone();
    assert_eq!((&fine["step"], &fine["closed"]), (&json!("fine"), &Value::Null), "{fine}");
    assert_eq!(fine["on"], json!(["unit", "person", "individual"]));
    for (on, amount, expected) in [
        (None, Some(20_000), (400, "")),
        (Some("unit"), None, (400, "")),
        (Some("person"), Some(20_000), (403, "fine_out_of_range")),
        (Some("unit"), Some(20_000), (200, "")),
        (Some("unit"), Some(20_000), (409, "")),
        // More than one person may be responsible.
        (Some("person"), Some(5_000), (200, "")),
        (Some("person"), Some(10_000), (200, "")),
    ] {
        let since = house.entry_count().await;
        let mut body = json!({ "what": "fine", "text": "罚款" });
        if let Some(on) = on {
            body["on"] = json!(on);
        }
        if let Some(amount) = amount {
            body["amount_cny"] = json!(amount);
        }
        let answer = house.post(&format!("{path}/decision"), &officer.cookie, body).await;
        let code = if answer.status == 403 { answer.code() } else { String::new() };
        assert_eq!((answer.status.as_u16(), code.as_str()), expected, "{on:?} {amount:?}: {}", answer.json());
        let entries = house.entries_since(since).await;
        let said = format!("on={}\namount_cny={}", on.unwrap_or("-"), amount.unwrap_or(0));
        let entered = entries.iter().filter(|entry| entry.act == Act::Supervise);
        let entered = entered.filter(|entry| entry.record.extra.contains(&said)).count();
        assert_eq!(entered, usize::from(expected.0 == 200 || expected.0 == 403), "{on:?} {amount:?}");
    }
    let kept = house.get(&path, &administrator.cookie).await.json();
    assert_eq!(kept["state"], "corrected", "a fine leaves the correction to be judged: {kept}");
    let fines: Vec<(&Value, &Value)> = kept["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["what"] == "fine")
        .map(|step| (&step["on"], &step["amount_cny"]))
        .collect();
    let expected = [("unit", 20_000), ("person", 5_000), ("person", 10_000)]
        .map(|(on, amount)| (json!(on), json!(amount)));
    assert_eq!(fines, expected.iter().map(|(on, amount)| (on, amount)).collect::<Vec<_>>());
    let accepted = json!({ "what": "accepted", "text": "合格" });
    assert_eq!(house.post(&format!("{path}/decision"), &officer.cookie, accepted).await.status, 200);
}

/// A correction without a document is refused, and with one both sides read which document in which version it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_names_its_evidence() {
    let house = House::build().await;
    let (officer, area) = supervisor(&house).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let found = lacking(&house, &officer, &area, "national-2025:14").await;
    let (status, order) = issue(&house, &officer, &found, None).await;
    assert_eq!((status, &order["penalty"]["article"]), (201, &json!("29")), "one follows by itself: {order}");
    let path = format!("/api/orders/{}", order["id"].as_str().unwrap());
    let correct = async |documents: Value| {
        let body = json!({ "text": "已备案", "document_ids": documents });
        house.post(&format!("{path}/correction"), &administrator.cookie, body).await
    };
    let since = house.entry_count().await;
    let bare = correct(json!([])).await;
    assert_eq!((bare.status.as_u16(), bare.code().as_str()), (403, "correction_without_evidence"));
    let error = bare.json()["error"].clone();
    assert_eq!(error["article"], "national-2025:14");
    assert!(error["remedy"]["en"].as_str().unwrap().contains("document"), "{error}");
    let entries = house.entries_since(since).await;
    let refused = |entry: &Entry| matches!(&entry.record.outcome, Outcome::Refused { article, .. } if article == "national-2025:14");
    assert!(entries.iter().any(|entry| entry.act == Act::AnswerSupervision && refused(entry)));
    assert_eq!(house.get(&path, &officer.cookie).await.json()["state"], "issued");
    // Another unit's is none.
    let other = house.caller(Role::Administrator, house.other_unit).await;
    let body = json!({ "name": "别家的文件", "paper": "other" });
    let add = json!({ "unit_id": house.other_unit.to_string(), "body": body });
    let theirs = house.post("/api/register/document", &other.cookie, add).await;
    assert_eq!(theirs.status, 201, "{}", theirs.json());
    assert_eq!(correct(json!([theirs.json()["id"]])).await.status, 400);
    let own = paper(&house).await.to_string();
    assert_eq!(correct(json!([own])).await.status, 200);
    let named = json!([{ "id": own, "name": "降低密级的批准", "version": 1, "sha256": null }]);
    for reader in [&officer, &administrator] {
        let seen = house.get(&path, &reader.cookie).await.json();
        let step = seen["steps"].as_array().unwrap().iter().find(|step| step["what"] == "corrected").unwrap();
        assert_eq!(step["documents"], named);
    }
    // It had no file, and the register's own way is not the authority's.
    for path in [format!("{path}/evidence/{own}"), format!("/api/records/{own}/file")] {
        let answer = house.send(&house.router, Method::GET, &path, Some(&officer.cookie), None).await;
        assert!(answer.status.is_client_error(), "{}", answer.status);
    }
}

/// An authority reads the file that was named in the version that was named, under an entry; no picture of a camera, nothing that was
/// not named, nothing that is secret by now, and no other authority reads anything.
#[tokio::test(flavor = "multi_thread")]
async fn an_authority_reads_the_evidence_that_was_named() {
    let house = House::build().await;
    let (officer, area) = supervisor(&house).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let (camera, _) = standing(&house).await;
    let still = house.still(house.caller(Role::Operator, house.unit).await.person, camera).await;
    let (named, other) = (with_file(&house).await, with_file(&house).await);
    let order = order(&house, &officer, &area).await;
    let correction = json!({ "text": "已整改", "document_ids": [named.to_string(), still.to_string()] });
    let path = format!("/api/orders/{order}");
    let said = house.post(&format!("{path}/correction"), &administrator.cookie, correction).await;
    assert_eq!(said.status, 200, "{}", said.json());
    // A later version is another paper.
    let cx = system_cx("demo", house.app.now());
    let version = house.app.registry().record(&cx, named).await.unwrap().version;
    let mut later = house.app.registry().documents().begin("rule.txt").unwrap();
    later.write(b"another text").unwrap();
    house.app.registry().add_file(&cx, named, version, later.finish(None).unwrap()).await.unwrap();
    let read = async |by: &Caller, document: RecordId| {
        let path = format!("{path}/evidence/{document}");
        house.send(&house.router, Method::GET, &path, Some(&by.cookie), None).await
    };
    let since = house.entry_count().await;
    let answer = read(&officer, named).await;
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &b"keep watch"[..]));
    let entries = house.entries_since(since).await;
    let entry = entries.iter().find(|entry| entry.act == Act::ReadEvidence).expect("its entry");
    assert!(entry.record.extra.contains(&format!("document={named}")), "{}", entry.record.extra);
    let picture = read(&officer, still).await;
    assert_eq!((picture.status.as_u16(), picture.code().as_str()), (403, "supervisor_picture"));
    assert_eq!(read(&officer, other).await.status, 404, "it was not named");
    assert_eq!(read(&administrator, named).await.status, 403, "the unit has its register");
    let (stranger, _) = supervisor(&house).await;
    assert_eq!(read(&stranger, named).await.status, 404, "another area's");
}

/// A still that was named is one of a system that becomes secret: neither side is told its name any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_named_document_that_becomes_secret_loses_its_name() {
    let house = House::build().await;
    let (officer, area) = supervisor(&house).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let (camera, point) = standing(&house).await;
    let still = house.still(house.caller(Role::Operator, house.unit).await.person, camera).await.to_string();
    let order = order(&house, &officer, &area).await;
    let inspection = area.inspect(&house, &officer).await;
    let answer = json!({ "text": "已整改", "document_ids": [still] });
    let (order, inspection) = (format!("/api/orders/{order}"), format!("/api/inspections/{inspection}"));
    let since = house.entry_count().await;
    for path in [format!("{order}/correction"), format!("{inspection}/comments")] {
        let said = house.post(&path, &administrator.cookie, answer.clone()).await;
        assert!(said.status.is_success(), "{path}: {}", said.json());
    }
    let entries = house.entries_since(since).await;
    let held = |entry: &&Entry| entry.record.extra.lines().any(|line| line.starts_with("papers="));
    assert_eq!(entries.iter().filter(held).count(), 2, "each entry holds what was named");
    let named = async || -> Vec<Value> {
        let corrected = house.get(&order, &officer.cookie).await.json();
        let commented = house.get(&inspection, &officer.cookie).await.json();
        let step = corrected["steps"].as_array().unwrap().iter().find(|step| step["what"] == "corrected");
        vec![step.unwrap()["documents"][0].clone(), commented["comments"][0]["documents"][0].clone()]
    };
    assert!(named().await.iter().all(|one| one["name"].is_string()), "{:?}", named().await);

    let (cx, registry) = (system_cx("demo", house.app.now()), house.app.registry());
    let point = registry.record(&cx, point).await.unwrap();
    let system = registry.record(&cx, point.body["system"].as_str().unwrap().parse().unwrap()).await.unwrap();
    let mut body = system.body.clone();
    body.insert("secret".into(), json!(true));
    registry.change_record(&cx, system.id, system.version, body).await.unwrap();
    for one in named().await {
        assert_eq!((&one["id"], &one["name"]), (&json!(still), &Value::Null));
        assert!(one["sha256"].is_string(), "what was named is still held: {one}");
    }
}

/// Two authorities' overdue orders to one unit under one article are two findings, also in the history: one that is corrected closes its own.
#[tokio::test(flavor = "multi_thread")]
async fn two_authorities_overdue_orders_are_two_findings() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let area = Area::build(&house, "440106").await;
    let city = authority(&house, "市局", AuthorityKind::PublicSecurity, "440100").await;
    let (county, city) = (bound(&house, area.authority).await, bound(&house, city).await);
    let administrator = Who::Administrator.sign_in(&house).await;
    let first = order(&house, &county, &area).await;
    order(&house, &city, &area).await;
    clocks.on_us(11 * DAY_MS * 1_000);
    let rows = async |query: &str| {
        let administrator = house.sign_in(administrator.person, &administrator.account).await;
        let path = format!("/api/findings/history?kind=order&{query}");
        house.get(&path, &administrator.cookie).await.json()["total"].clone()
    };
    assert_eq!((rows("open=true").await, rows("open=false").await), (json!(2), json!(0)));
    let keeper = house.sign_in(administrator.person, &administrator.account).await;
    let evidence = json!({ "text": "已整改", "document_ids": [paper(&house).await.to_string()] });
    let corrected = house.post(&format!("/api/orders/{first}/correction"), &keeper.cookie, evidence).await;
    assert_eq!(corrected.status, 200, "{}", corrected.json());
    assert_eq!((rows("open=true").await, rows("open=false").await), (json!(1), json!(1)));
}

/// What the system finds for the line of an order is counted as it was and as it is: a fact that is put right is seen to be.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_says_what_is_still_found_for_its_line() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let area = Area::build(&house, "440106").await;
    let officer = bound(&house, area.authority).await;
    // A new unit has a month for its rules.
    clocks.on_us(40 * DAY_MS * 1000);
    let officer = house.sign_in(officer.person, &officer.account).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let inspection = area.inspect(&house, &officer).await;
    let whole = house.get(&format!("/api/inspections/{inspection}"), &officer.cookie).await.json();
    let lines = whole["lines"].as_array().unwrap();
    let line = lines.iter().find(|line| line["article"] == "guangzhou-2007:20").unwrap();
    let (number, then) = (line["number"].as_u64().unwrap(), line["findings_count"].as_u64().unwrap());
    assert!(then > 0, "{line}");
    let judged = json!({ "verdict": "lacking", "note": "无制度" });
    let path = format!("/api/inspections/{inspection}/lines/{number}");
    assert_eq!(house.post(&path, &officer.cookie, judged).await.status, 200);
    let (status, order) = issue(&house, &officer, &(inspection, number), None).await;
    assert_eq!(status, 201, "{order}");
    let path = format!("/api/orders/{}", order["id"].as_str().unwrap());
    let found = async |caller: &Caller| house.get(&path, &caller.cookie).await.json()["found"].clone();
    for side in [&officer, &administrator] {
        assert_eq!(found(side).await, json!({ "then": then, "now": then }), "nothing was done yet");
    }
    let listed = house.get("/api/orders", &officer.cookie).await.json();
    assert_eq!(listed["orders"][0]["found"], Value::Null, "it is worked out for one");

    // A rule that the articles ask for is put in force: so much less is found.
    let of_unit = format!("/api/routines/rules?unit={}", house.unit);
    let asked = house.get(&of_unit, &administrator.cookie).await.json();
    let kinds = asked["kinds"].as_array().unwrap();
    let kind = kinds.iter().find(|kind| kind["article"] == "guangzhou-2007:20");
    let kind = kind.unwrap_or_else(|| panic!("{asked}"))["kind"].clone();
    let rule = json!({
        "unit_id": house.unit.to_string(), "kind": kind, "document_id": with_file(&house).await.to_string(),
        "review_ms": house.app.now().as_ms() + 100 * DAY_MS,
    });
    let put = house.post("/api/routines/rules", &administrator.cookie, rule).await;
    assert_eq!(put.status, 201, "{}", put.json());
    let after = found(&officer).await;
    assert!(after["now"].as_u64().unwrap() < then && after["then"] == json!(then), "{after}");
}
