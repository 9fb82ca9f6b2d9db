//! Reports of pressure: anybody of the unit writes one; only its auditors and whoever wrote it see it.

use crate::house::{Caller, House};
use model::{Act, Role};
use serde_json::{Value, json};

const ACCOUNT: &str = "on Sunday evening he asked for the tape of the gate to go";

async fn seen(house: &House, who: &Caller, filter: &str) -> Value {
    let answer = house.get(&format!("/api/pressure{filter}"), &who.cookie).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

/// How many findings about it this person is shown.
async fn found(house: &House, who: &Caller) -> usize {
    let all = house.get("/api/findings", &who.cookie).await.json();
    all.as_array().unwrap().iter().filter(|finding| finding["kind"] == "pressure").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_pressure_is_for_the_auditors_of_the_unit_alone() {
    let house = House::build().await;
    let reporter = house.caller(Role::Viewer, house.unit).await;
    let auditor = house.caller(Role::Auditor, house.unit).await;
    let others = [
        house.caller(Role::Viewer, house.unit).await,
        house.caller(Role::Operator, house.unit).await,
        house.caller(Role::Administrator, house.unit).await,
        house.caller(Role::Auditor, house.other_unit).await,
    ];
    let before = house.entry_count().await;
    let body = json!({ "unit_id": house.unit.to_string(), "what": "delete", "by_whom": "a superior", "account": ACCOUNT });
    let made = house.post("/api/pressure", &reporter.cookie, body.clone()).await;
    assert_eq!(made.status, 201, "{}", made.json());
    let made = made.json();
    assert_eq!((&made["may_close"], &made["outcome"]), (&json!(false), &Value::Null), "{made}");

    // The entry names who reported, and nothing of what was said.
    let entries = house.entries_since(before).await;
    let entry = entries.iter().find(|entry| entry.act == Act::ReportPressure).unwrap();
    assert_eq!(entry.record.acting.person, Some(reporter.person));
    assert_eq!(entry.record.extra, "what=delete");
    assert!(!format!("{:?}", entry.record).contains("tape of the gate"));

    for other in &others {
        assert_eq!(seen(&house, other, "").await["total"], 0, "it is not there");
    }
    let own = seen(&house, &reporter, "").await;
    assert_eq!((&own["total"], &own["reports"][0]["account"]), (&json!(1), &json!(ACCOUNT)));
    let audited = seen(&house, &auditor, "?open=true").await;
    assert_eq!(audited["reports"][0]["reporter"]["id"], json!(reporter.person.to_string()), "{audited}");
    assert_eq!(audited["reports"][0]["may_close"], true);
    assert_eq!((found(&house, &auditor).await, found(&house, &others[2]).await), (1, 0));

    // By pages, counted on the server.
    for _ in 0..2 {
        assert_eq!(house.post("/api/pressure", &reporter.cookie, body.clone()).await.status, 201);
    }
    let (mut cursor, mut ids) = (String::new(), Vec::new());
    loop {
        let page = seen(&house, &auditor, &format!("?limit=2{cursor}")).await;
        assert_eq!(page["total"], 3);
        ids.extend(page["reports"].as_array().unwrap().iter().map(|report| report["id"].to_string()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    ids.dedup();
    assert_eq!(ids.len(), 3);

    // Its outcome is an auditor's to enter, once.
    let path = format!("/api/pressure/{}/outcome", made["id"].as_str().unwrap());
    let outcome = json!({ "outcome": "passed on and answered", "passed_to": "discipline inspection" });
    for other in &others {
        assert_eq!(house.post(&path, &other.cookie, outcome.clone()).await.status, 403);
    }
    let closed = house.post(&path, &auditor.cookie, outcome.clone()).await;
    assert_eq!(closed.status, 200, "{}", closed.json());
    assert_eq!(closed.json()["outcome"]["by"]["id"], json!(auditor.person.to_string()));
    assert_eq!(house.post(&path, &auditor.cookie, outcome).await.status, 409);
    assert_eq!(seen(&house, &auditor, "?open=true").await["total"], 2);
    assert_eq!(seen(&house, &reporter, "?open=false").await["total"], 1);
    assert_eq!(found(&house, &auditor).await, 2);

    // Empty words are refused, and so is a unit in which one has no post.
    let check = async |field: &str, value: Value, expected: u16| {
        let mut bad = body.clone();
        bad[field] = value;
        assert_eq!(house.post("/api/pressure", &reporter.cookie, bad).await.status, expected, "{field}");
    };
    check("account", json!("  "), 400).await;
    check("by_whom", json!(""), 400).await;
    check("what", json!("everything"), 400).await;
    check("unit_id", json!(house.other_unit.to_string()), 403).await;
}
