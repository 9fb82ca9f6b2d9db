//! Watching the watchers: what is out of the ordinary is asked, explained by whom it is about, answered by somebody else; a person sees
//! what is recorded about them and nothing of others; who may do what is said as the door would decide it.

use crate::{
    cases::watching::put,
    house::{Caller, House},
};
use model::{Act, Role};
use serde_json::{Value, json};

const REFUSALS: usize = 5;

/// So many refusals in a row: of reading the ledger, which a viewer may not.
async fn refused(house: &House, who: &Caller, times: usize) {
    for _ in 0..times {
        assert_eq!(house.get("/api/ledger/access", &who.cookie).await.status, 403);
    }
}

async fn record(house: &House, who: &Caller) -> Value {
    let answer = house.get("/api/me/record?limit=500", &who.cookie).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

/// Makes the log raise a question about somebody who audits nothing; its id.
pub async fn question_about(house: &House, who: &Caller) -> String {
    refused(house, who, REFUSALS).await;
    let record = record(house, who).await;
    record["questions"][0]["id"].as_str().expect("a question is asked").to_owned()
}

async fn questions(house: &House, who: &Caller) -> Value {
    let answer = house.get("/api/questions", &who.cookie).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

/// How many findings about questions this person is shown.
async fn found(house: &House, who: &Caller) -> usize {
    let all = house.get("/api/findings", &who.cookie).await.json();
    all.as_array().unwrap().iter().filter(|finding| finding["kind"] == "questions").count()
}

async fn check(house: &House, path: &str, who: &Caller, body: &Value, expected: (u16, &str)) -> Value {
    let answer = house.post(path, &who.cookie, body.clone()).await;
    assert_eq!(answer.status.as_u16(), expected.0, "{}", answer.json());
    assert!(expected.1.is_empty() || answer.code() == expected.1, "{}", answer.json());
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_of_the_ordinary_is_asked_explained_and_answered() {
    let house = House::build().await;
    let viewer = house.caller(Role::Viewer, house.unit).await;
    let other = house.caller(Role::Viewer, house.unit).await;
    let auditor = house.caller(Role::Auditor, house.unit).await;
    let administrator = house.caller(Role::Administrator, house.unit).await;
    let stranger = house.caller(Role::Auditor, house.other_unit).await;
    refused(&house, &viewer, REFUSALS - 1).await;
    assert_eq!(questions(&house, &auditor).await["total"], 0, "one more is needed");
    refused(&house, &viewer, 1).await;

    let asked = questions(&house, &auditor).await;
    let question = &asked["questions"][0];
    assert_eq!(asked["total"], 1, "{asked}");
    assert_eq!((&question["rule"], &question["count"]), (&json!("refused_in_a_row"), &json!(REFUSALS)));
    assert_eq!(question["person"]["id"], json!(viewer.person.to_string()));
    assert_eq!(question["evidence"].as_array().unwrap().len(), REFUSALS);
    assert_eq!((&question["may_answer"], &question["may_explain"]), (&json!(true), &json!(false)));
    assert_eq!(questions(&house, &auditor).await["total"], 1, "it is asked once");
    for who in [&administrator, &stranger] {
        assert_eq!(questions(&house, who).await["total"], 0, "it is not theirs to read");
    }
    assert_eq!((found(&house, &auditor).await, found(&house, &administrator).await), (1, 0));

    // Whom it is about sees it at once and explains it; nobody else explains it.
    let id = question["id"].as_str().unwrap().to_owned();
    assert_eq!(record(&house, &viewer).await["questions"][0]["may_explain"], true);
    assert_eq!(record(&house, &other).await["questions"], json!([]));
    let (explaining, answering) =
        (format!("/api/questions/{id}/explanation"), format!("/api/questions/{id}/answer"));
    let explanation = json!({ "explanation": "I looked for the entry of my own export" });
    for who in [&other, &auditor, &administrator] {
        check(&house, &explaining, who, &explanation, (403, "not_own_question")).await;
    }
    check(&house, &explaining, &viewer, &json!({ "explanation": " " }), (400, "")).await;
    check(&house, &explaining, &viewer, &explanation, (200, "")).await;
    check(&house, &explaining, &viewer, &explanation, (409, "")).await;

    // Answered by an auditor of the unit, once.
    let answer = json!({ "conclusion": "instructed", "answer": "shown where one's own record is" });
    check(&house, &answering, &viewer, &answer, (403, "own_question")).await;
    check(&house, &answering, &administrator, &answer, (403, "auditor_answers")).await;
    check(&house, &answering, &stranger, &answer, (403, "other_unit")).await;
    let answered = check(&house, &answering, &auditor, &answer, (200, "")).await;
    assert_eq!(answered["answer"]["by"]["id"], json!(auditor.person.to_string()));
    assert_eq!(answered["explanation"]["text"], explanation["explanation"]);
    check(&house, &answering, &auditor, &answer, (409, "")).await;
    assert_eq!(found(&house, &auditor).await, 0);
    let own = record(&house, &viewer).await;
    assert_eq!(own["questions"][0]["answer"]["conclusion"], "instructed", "whom it is about sees the answer");

    // Each step is an entry about the person, and names who took it.
    let entries = house.entries_since(0).await;
    let by = |act: Act| entries.iter().find(|entry| entry.act == act && !entry.is_refusal()).unwrap();
    assert_eq!(by(Act::AskQuestion).person, None);
    assert_eq!(by(Act::ExplainQuestion).person, Some(viewer.person));
    assert_eq!(by(Act::AnswerQuestion).person, Some(auditor.person));
    for act in [Act::AskQuestion, Act::ExplainQuestion, Act::AnswerQuestion] {
        assert_eq!(by(act).record.subject, Some(viewer.person.0), "{act:?}");
    }
    assert_eq!(by(Act::AnswerQuestion).record.note, "shown where one's own record is");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditors_own_acts_are_asked_about_to_somebody_else() {
    let house = House::build().await;
    let auditor = house.caller(Role::Auditor, house.unit).await;
    let second = house.caller(Role::Auditor, house.unit).await;
    let administrator = house.caller(Role::Administrator, house.unit).await;
    for _ in 0..REFUSALS {
        assert_eq!(house.post("/api/views", &auditor.cookie, house.live_view()).await.status, 403);
    }
    let own = questions(&house, &auditor).await;
    assert_eq!((&own["total"], &own["questions"][0]["may_answer"]), (&json!(1), &json!(false)));
    let theirs = questions(&house, &administrator).await;
    assert_eq!((&theirs["total"], &theirs["questions"][0]["may_answer"]), (&json!(1), &json!(true)));
    assert_eq!(questions(&house, &second).await["questions"][0]["may_answer"], true);
    let path = format!("/api/questions/{}/answer", own["questions"][0]["id"].as_str().unwrap());
    let answer = json!({ "conclusion": "in_order", "answer": "tried by mistake" });
    check(&house, &path, &auditor, &answer, (403, "own_question")).await;
    check(&house, &path, &administrator, &answer, (200, "")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_units_auditors_say_from_how_much_on_is_asked() {
    let house = House::build().await;
    let viewer = house.caller(Role::Viewer, house.unit).await;
    let auditor = house.caller(Role::Auditor, house.unit).await;
    let administrator = house.caller(Role::Administrator, house.unit).await;
    let path = "/api/questions/limits";
    let body = |value: u32, reason: &str| json!({ "unit_id": house.unit.to_string(), "rule": "refused_in_a_row", "value": value, "reason": reason });
    assert_eq!(put(&house, path, &administrator, body(3, "why")).await.status, 403);
    assert_eq!(put(&house, path, &auditor, body(3, "  ")).await.status, 400);
    assert_eq!(put(&house, path, &auditor, body(2, "why")).await.status, 400, "below the least");
    assert_eq!(put(&house, path, &auditor, body(1_000, "why")).await.status, 400, "above the most");
    let set = put(&house, path, &auditor, body(3, "new people")).await;
    assert_eq!(set.status, 200, "{}", set.json());
    let set = set.json();
    let row = set["rules"].as_array().unwrap().iter().find(|row| row["rule"] == "refused_in_a_row").unwrap();
    assert_eq!((&row["value"], &row["set"]["reason"]), (&json!(3), &json!("new people")));
    refused(&house, &viewer, 3).await;
    let asked = questions(&house, &auditor).await;
    assert_eq!((&asked["total"], &asked["questions"][0]["limit"]), (&json!(1), &json!(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_record_is_whole_and_nobody_elses() {
    let house = House::build().await;
    let viewer = house.caller(Role::Viewer, house.unit).await;
    let other = house.caller(Role::Viewer, house.unit).await;
    let administrator = house.caller(Role::Administrator, house.unit).await;
    house.view(&viewer, house.live_view()).await;
    house.view(&other, house.live_view()).await;
    let path = format!("/api/people/{}", viewer.person);
    let renamed = json!({ "name": "改名" });
    let method = axum::http::Method::PATCH;
    let answer = house.send(&house.router, method, &path, Some(&administrator.cookie), Some(renamed)).await;
    assert_eq!(answer.status, 200, "{}", answer.json());

    let (before, own) = (house.entry_count().await, record(&house, &viewer).await);
    assert_eq!(house.entry_count().await, before + 1, "reading it is an entry");
    assert_eq!(own["person"]["account"], json!(viewer.account));
    assert_eq!(own["sessions"].as_array().unwrap().len(), 1);
    let entries = own["entries"].as_array().unwrap();
    let kinds: Vec<&str> = entries.iter().map(|row| row["entry"]["kind"].as_str().unwrap()).collect();
    for kind in ["read_ledger", "change_person", "live", "sign_in"] {
        assert!(kinds.contains(&kind), "{kind} is among {kinds:?}");
    }
    for row in entries {
        let by = row["entry"]["person"]["id"].as_str().unwrap_or_default();
        let (mine, about) = (by == viewer.person.to_string(), row["entry"]["subject"].as_str());
        assert_eq!(row["own"], json!(mine), "{row}");
        assert!(mine || about == Some(&viewer.person.to_string()), "somebody else's: {row}");
        assert!(mine || row["entry"]["place"] == "", "where another sits is theirs: {row}");
        assert!(by != other.person.to_string());
    }
    // By pages, each entry once; and by kind.
    let (mut cursor, mut indexes) = (String::new(), Vec::new());
    loop {
        let page = house.get(&format!("/api/me/record?limit=2{cursor}"), &viewer.cookie).await.json();
        indexes.extend(page["entries"].as_array().unwrap().iter().map(|row| row["entry"]["index"].as_u64()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let all: Vec<_> = entries.iter().map(|row| row["entry"]["index"].as_u64()).collect();
    assert_eq!(indexes, all);
    let live = house.get("/api/me/record?kind=live", &viewer.cookie).await.json();
    assert_eq!(live["entries"].as_array().unwrap().len(), 1, "{live}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_do_what_is_said_as_the_door_decides_it() {
    let house = House::build().await;
    let operator = house.caller(Role::Operator, house.unit).await;
    let viewer = house.caller(Role::Viewer, house.unit).await;
    let stranger = house.caller(Role::Operator, house.other_unit).await;
    let administrator = house.caller(Role::Administrator, house.unit).await;
    let path = format!("/api/policy/cameras/{}", house.cameras[0]);
    let bare = house.get(&path, &administrator.cookie).await.json();
    // A clip is handed on for a stated reason, as the door has it.
    let policy = house.get(&format!("{path}?note=true"), &administrator.cookie).await;
    assert_eq!(policy.status, 200, "{}", policy.json());
    let policy = policy.json();
    let codes_of = |policy: &Value, who: &Caller| -> Vec<Value> {
        let people = policy["people"].as_array().unwrap();
        let row = people.iter().find(|row| row["person"]["id"] == json!(who.person.to_string())).unwrap();
        row["acts"].as_array().unwrap().iter().map(|may| may["refusal"]["code"].clone()).collect()
    };
    let codes = |who: &Caller| codes_of(&policy, who);
    assert_eq!(codes(&operator), vec![Value::Null; 6]);
    let shared = json!("clip_reason");
    assert_eq!(codes_of(&bare, &operator)[4..], [shared, Value::Null]);
    let mut of_viewer = vec![json!("role"); 6];
    of_viewer[0] = Value::Null;
    assert_eq!(codes(&viewer), of_viewer);
    assert_eq!(codes(&administrator), vec![json!("role"); 6]);
    assert!(policy["others"].as_u64().unwrap() >= 1, "the stranger is one of them");

    let path = |who: &Caller| format!("/api/policy/people/{}?unit={}&note=true", who.person, house.unit);
    let may = house.get(&path(&operator), &administrator.cookie).await.json();
    assert_eq!(may["cameras"], 2, "{may}");
    for act in may["pictures"].as_array().unwrap() {
        assert_eq!((&act["permitted"], &act["refused"]), (&json!(2), &json!([])), "{act}");
    }
    let refusal = |act: &str| {
        let acts = may["unit_acts"].as_array().unwrap();
        acts.iter().find(|row| row["act"] == act).unwrap()["refusal"].clone()
    };
    assert_eq!(refusal("read_timeline"), Value::Null);
    assert_eq!(refusal("read_ledger")["code"], "role");
    assert_ne!(refusal("read_ledger")["remedy"]["zh"], "");
    let may = house.get(&path(&viewer), &administrator.cookie).await.json();
    assert_eq!(may["pictures"][1]["refused"][0]["cameras"], 2, "{may}");
    assert_eq!(may["pictures"][1]["refused"][0]["examples"].as_array().unwrap().len(), 2);
    // Whoever belongs to other units only is theirs to look at.
    assert_eq!(house.get(&path(&stranger), &administrator.cookie).await.status, 404);
}
