//! Who approves what: two who always meet are asked about, of whatever kind the requests are; and whoever holds the post that is asked for
//! does not approve it as long as somebody without it could.

use crate::{
    cases::watching::put,
    grants::{asked, request},
    house::{Answer, Caller, Entry, House},
    retrievals::{Desk, asking},
};
use axum::http::{Method, StatusCode};
use law::access::{Part, Post};
use model::{Act, Role};
use serde_json::{Value, json};
use store::{PersonChange, system_cx};

async fn approve(house: &House, who: &Caller, grant: &str) -> Answer {
    let path = format!("/api/grants/{grant}/approve");
    house.post(&path, &who.cookie, json!({ "reason": "已核实" })).await
}

/// Somebody with these posts, for the unit or for a part of it.
async fn with_posts(house: &House, account: &str, posts: &[(Role, Option<Part>)]) -> Caller {
    let posts = posts.iter().map(|(role, group)| Post { role: *role, unit: house.unit, group: *group });
    let person = house.person(account, posts.collect()).await;
    house.sign_in(person, account).await
}

fn of(entries: &[Entry], act: Act) -> &Entry {
    entries.iter().rfind(|entry| entry.act == act).unwrap_or_else(|| panic!("an entry of {act:?}"))
}

/// A hold that one operator places and asks to be lifted; the entry of the asking.
async fn release(house: &House, operator: &Caller) -> (String, u64) {
    let now = house.app.now().as_ms();
    let body = json!({
        "cameras": [house.cameras[0].to_string()], "from_ms": now - 60_000, "to_ms": now - 1_000,
        "purpose": "incident", "legal_basis": "unit_duty", "note": "剐蹭",
    });
    let placed = house.post("/api/holds", &operator.cookie, body).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.json());
    let path = format!("/api/holds/{}/release", placed.json()["id"].as_str().unwrap());
    let before = house.entry_count().await;
    let answer = house.post(&path, &operator.cookie, json!({ "reason": "结案" })).await;
    assert!(answer.status.is_success(), "{}", answer.json());
    (path, of(&house.entries_since(before).await, Act::AskRelease).index)
}

#[tokio::test(flavor = "multi_thread")]
async fn approvers_of_grants_releases_and_retrievals_make_one_pair() {
    let house = House::build().await;
    let mut desk = Desk::new(&house, &[]).await;
    let (operator, administrator) = (desk.operator.clone(), desk.administrator.clone());
    let auditor = house.caller(Role::Auditor, house.unit).await;
    let limit =
        json!({ "unit_id": house.unit.to_string(), "rule": "approver_pair", "value": 3, "reason": "小单位" });
    assert_eq!(put(&house, "/api/questions/limits", &auditor, limit).await.status, StatusCode::OK);

    let grant = asked(&house, &operator, request(&house)).await;
    assert_eq!(approve(&house, &administrator, &grant).await.status, StatusCode::OK);
    let (path, asking_entry) = release(&house, &operator).await;
    let before = house.entry_count().await;
    let lifted =
        house.post(&format!("{path}/approve"), &administrator.cookie, json!({ "reason": "结案" })).await;
    assert!(lifted.status.is_success(), "{}", lifted.json());
    let entries = house.entries_since(before).await;
    assert_eq!(of(&entries, Act::ApproveRelease).record.refers_to, Some(asking_entry));
    let questions = async || house.get("/api/questions", &auditor.cookie).await.json();
    assert_eq!(questions().await["total"], 0, "two are none yet");

    let opened = desk.open(&operator, asking(&house)).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.json());
    let letter = ["letter-of-introduction".to_owned()];
    desk.supply(&["law-enforcement-certificate".to_owned()], &letter, json!({})).await;
    desk.check().await;
    assert_eq!(desk.act(&operator, "complete", Some(json!({}))).await.status, StatusCode::OK);
    assert_eq!(desk.act(&administrator, "approve", None).await.status, StatusCode::OK);
    let found = questions().await;
    let question = &found["questions"][0];
    assert_eq!((&question["rule"], &question["count"]), (&json!("approver_pair"), &json!(3)), "{found}");
    assert_eq!(question["person"]["id"], json!(administrator.person.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_the_post_that_is_asked_for_does_not_approve_it() {
    let house = House::build().await;
    let both = [(Role::Operator, None), (Role::Administrator, None)];
    let asker = with_posts(&house, "both-asks", &both).await;
    let approver = with_posts(&house, "both-approves", &both).await;

    // Nobody else could: it is permitted, and the entry says so.
    let grant = asked(&house, &asker, request(&house)).await;
    let before = house.entry_count().await;
    assert_eq!(approve(&house, &approver, &grant).await.status, StatusCode::OK);
    let said = of(&house.entries_since(before).await, Act::ApproveGrant).record.extra.clone();
    assert_eq!(said, "approver_post=operator\nanother_could=false");

    // Somebody who only answers for the unit is there: theirs is the word, and nothing of the request changes before.
    let runs = with_posts(&house, "runs", &[(Role::Administrator, None)]).await;
    let grant = asked(&house, &asker, request(&house)).await;
    let before = house.entry_count().await;
    let refused = approve(&house, &approver, &grant).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "same_post"));
    assert_eq!(refused.json()["error"]["article"], "unit:four_eyes");
    let entries = house.entries_since(before).await;
    assert!(of(&entries, Act::ApproveGrant).is_refusal(), "the refusal is an entry");
    let state = house.get(&format!("/api/grants?id={grant}"), &asker.cookie).await.json();
    assert_eq!(state["grants"][0]["state"], "asked");
    let before = house.entry_count().await;
    assert_eq!(approve(&house, &runs, &grant).await.status, StatusCode::OK);
    assert_eq!(of(&house.entries_since(before).await, Act::ApproveGrant).record.extra, "");

    // A post elsewhere is another post.
    let cx = system_cx("demo", house.app.now());
    let group = house.app.registry().create_group(&cx, house.unit, "空组", None).await.unwrap();
    let elsewhere = [(Role::Operator, Some(Part::Group(group))), (Role::Administrator, None)];
    let elsewhere = with_posts(&house, "elsewhere", &elsewhere).await;
    let grant = asked(&house, &asker, request(&house)).await;
    assert_eq!(approve(&house, &elsewhere, &grant).await.status, StatusCode::OK);

    // Whoever cannot sign in cannot approve either: then again nobody else could.
    for person in [&runs, &elsewhere] {
        let path = format!("/api/people/{}", person.person);
        let body = json!({ "suspended": true });
        let cookie = Some(approver.cookie.as_str());
        let answer = house.send(&house.router, Method::PATCH, &path, cookie, Some(body)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    }
    let third = with_posts(&house, "both-again", &both).await;
    let grant = asked(&house, &third, request(&house)).await;
    let answered: Value = approve(&house, &approver, &grant).await.json();
    assert_eq!(answered["state"], "granted", "{answered}");
}

/// The only other one who could approve would do so in return, which is refused: the unit is not locked for a day by two rules together.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_one_who_would_be_refused_for_another_reason() {
    let house = House::build().await;
    let both = [(Role::Operator, None), (Role::Administrator, None)];
    let asker = with_posts(&house, "circle-asks", &both).await;
    let approver = with_posts(&house, "circle-approves", &both).await;
    let runs = with_posts(&house, "circle-runs", &both).await;
    let grant = asked(&house, &runs, request(&house)).await;
    assert_eq!(approve(&house, &asker, &grant).await.status, StatusCode::OK);
    // From now on they answer for the unit alone.
    let posts = Some(vec![Post { role: Role::Administrator, unit: house.unit, group: None }]);
    let change = PersonChange { posts, ..PersonChange::default() };
    let cx = system_cx("demo", house.app.now());
    house.app.registry().change_person(&cx, runs.person, change).await.unwrap();

    let grant = asked(&house, &asker, request(&house)).await;
    let in_return = approve(&house, &runs, &grant).await;
    assert_eq!((in_return.status, in_return.code().as_str()), (StatusCode::FORBIDDEN, "circular_approval"));
    let before = house.entry_count().await;
    let answer = approve(&house, &approver, &grant).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    let said = of(&house.entries_since(before).await, Act::ApproveGrant).record.extra.clone();
    assert_eq!(said, "approver_post=operator\nanother_could=false");

    // One to whom nothing is owed in return is there: then theirs is the word.
    with_posts(&house, "circle-runs-too", &[(Role::Administrator, None)]).await;
    let grant = asked(&house, &asker, request(&house)).await;
    let refused = approve(&house, &approver, &grant).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "same_post"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_names_an_account_of_the_unit_as_who_ordered_it() {
    let house = House::build().await;
    let operator = house.caller(Role::Operator, house.unit).await;
    let chief = house.caller(Role::Administrator, house.unit).await;
    let elsewhere = house.caller(Role::Administrator, house.other_unit).await;
    let path = format!("/api/holds/approvers?cameras={}", house.cameras[0]);
    let offered = house.get(&path, &operator.cookie).await.json();
    let offered: Vec<&str> =
        offered["colleagues"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert!(offered.contains(&chief.person.to_string().as_str()), "{offered:?}");
    for absent in [&operator, &elsewhere] {
        assert!(!offered.contains(&absent.person.to_string().as_str()), "{offered:?}");
    }

    let now = house.app.now().as_ms();
    let place = async |approver: Value| {
        let body = json!({
            "cameras": [house.cameras[0].to_string()], "from_ms": now - 60_000, "to_ms": now - 1_000,
            "purpose": "incident", "legal_basis": "unit_duty", "note": "盗窃", "approver_id": approver,
        });
        house.post("/api/holds", &operator.cookie, body).await
    };
    let check = async |approver: String, expected: &str| {
        let before = house.entry_count().await;
        let answer = place(json!(approver)).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, expected), "{approver}");
        assert!(of(&house.entries_since(before).await, Act::PlaceHold).is_refusal());
    };
    check(operator.person.to_string(), "hold_approver_own").await;
    check(elsewhere.person.to_string(), "hold_approver").await;
    check(uuid::Uuid::now_v7().to_string(), "hold_approver").await;

    let before = house.entry_count().await;
    let placed = place(json!(chief.person.to_string())).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.json());
    let placed = placed.json();
    assert_eq!(placed["approver_id"], json!(chief.person.to_string()));
    assert!(placed["approver"].as_str().unwrap().contains(&chief.account), "{placed}");
    let entries = house.entries_since(before).await;
    let record = &of(&entries, Act::PlaceHold).record;
    assert!(record.approver.contains(&chief.account), "{record:?}");
    assert!(record.extra.contains(&format!("approver={}", chief.person)), "{record:?}");
    // An incident does not wait for anybody's order.
    let alone = place(Value::Null).await.json();
    assert_eq!((&alone["approver"], &alone["approver_id"]), (&json!(""), &Value::Null), "{alone}");
}
