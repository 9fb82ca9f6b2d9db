//! How long a unit lets a request wait, by its own terms within the law's, and that the reason in the organ's words is sealed.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_answers_within_its_own_terms_and_never_later() {
    let house = House::build().await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let path = format!("/api/units/{}/retrieval-terms", house.unit);
    let set = async |hours: (u16, u16)| {
        let body = json!({
            "answer_hours": hours.0, "papers_hours": hours.1, "open_words": "工作日 9:00–17:30", "reason": "本单位承诺",
        });
        house.send(&house.router, Method::PUT, &path, Some(&administrator.cookie), Some(body)).await
    };
    let read = async || {
        let list = house.get("/api/retrieval-terms", &administrator.cookie).await.json();
        list["terms"][0].clone()
    };
    assert_eq!((&read().await["answer_hours"], &read().await["entry"]), (&json!(72), &Value::Null));
    for (answer, papers, status) in TERMS {
        let (before, since) = (read().await, house.entry_count().await);
        let done = set((*answer, *papers)).await;
        assert_eq!(done.status.as_u16(), *status, "{answer} {papers}: {}", done.json());
        let entries = house.entries_since(since).await;
        let entry = entries.iter().find(|entry| entry.act == Act::ChangeRetrievalTerms).expect("its entry");
        assert_eq!(entry.is_refusal(), *status == 403);
        if *status == 403 {
            assert_eq!(done.json()["error"]["article"], "national-2016:21");
            assert_eq!((done.code().as_str(), read().await), ("retrieval_terms", before), "unchanged");
        } else {
            let now = read().await;
            assert_eq!((&now["answer_hours"], &now["papers_hours"]), (&json!(answer), &json!(papers)));
            assert!(entry.record.extra.contains(&format!("answer_hours={answer}")), "{}", entry.record.extra);
        }
    }
    // A reason is asked for, and the post of this unit.
    let body = json!({ "answer_hours": 24, "papers_hours": 24, "reason": " " });
    let bare = house.send(&house.router, Method::PUT, &path, Some(&administrator.cookie), Some(body)).await;
    assert_eq!(bare.status, StatusCode::BAD_REQUEST);
    for who in [Who::OtherAdministrator, Who::Operator, Who::Auditor] {
        let caller = who.sign_in(&house).await;
        let body = json!({ "answer_hours": 24, "papers_hours": 24, "reason": "本单位承诺" });
        let answer = house.send(&house.router, Method::PUT, &path, Some(&caller.cookie), Some(body)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who:?}");
    }
    // The clock of what becomes complete follows; what ran before keeps its own.
    let mut desk = Desk::new(&house, &["national-2016".to_owned()]).await;
    let operator = desk.operator.clone();
    let mut due = Vec::new();
    for hours in [48, 6] {
        assert_eq!(set((hours, 6)).await.status, StatusCode::NO_CONTENT);
        let mut asked = asking(&house);
        asked["organ"] = json!("public_security");
        assert_eq!(desk.open(&operator, asked).await.status, 201);
        let officer = json!({ "name": "张警官", "number": "0001", "certificate": "work_certificate" });
        desk.must(&operator, "papers", Some(json!({ "officers": [officer] }))).await;
        desk.must(&operator, "check", None).await;
        let done = desk.must(&operator, "complete", Some(json!({}))).await;
        let left_ms = done["due_ms"].as_i64().unwrap() - house.app.now().as_ms();
        assert!((left_ms - i64::from(hours) * 3_600_000).abs() < 60_000, "{hours}: {left_ms}");
        due.push((desk.id.clone(), done["due_ms"].clone()));
    }
    let first = house.get(&format!("/api/retrievals/{}", due[0].0), &operator.cookie).await.json();
    assert_eq!(first["due_ms"], due[0].1, "its clock is its own");
}

/// Why it is asked for is as personal as who comes: it stands in no file of the store, and is read all the same.
#[tokio::test(flavor = "multi_thread")]
async fn the_reason_of_a_request_is_sealed() {
    let house = House::build().await;
    let mut desk = Desk::new(&house, &["national-2016".to_owned()]).await;
    let operator = desk.operator.clone();
    let mut asked = asking(&house);
    asked["reason"] = json!("寻找走失老人王大爷");
    assert_eq!(desk.open(&operator, asked).await.status, 201);
    let level = json!({ "level": "county" });
    desk.must(&operator, "papers", Some(level)).await;
    assert_eq!(desk.state().await["reason"], "寻找走失老人王大爷", "also after the row was changed");
    let list = house.get("/api/retrievals", &desk.administrator.cookie).await.json();
    assert_eq!(list["retrievals"][0]["reason"], "寻找走失老人王大爷");
    for file in ["registry.db", "registry.db-wal"] {
        let bytes = std::fs::read(house.dir.path().join(file)).unwrap_or_default();
        let word = "王大爷".as_bytes();
        assert!(!bytes.windows(word.len()).any(|window| window == word), "{file}");
    }
}
