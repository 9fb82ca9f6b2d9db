//! Hours of service: a term in working hours stands still outside of them, one by the calendar does not, an emergency never; and what is
//! stated later lengthens no clock that runs.

use super::*;
use crate::turned::MONDAY;

const ARTICLES: &str = r#"
[[article]]
number = "4"
title = { zh = "答复时限", en = "When it is answered" }
[[article.duty]]
obligation = "H3"
text = { zh = "收齐材料后八个工作小时内答复。", en = "Answered within eight hours of work." }
binds = ["user-unit"]
controls = ["retrieval-clock"]
[article.duty.parameters]
retrieval_answer_working_hours = { value = 8, mark = "text" }
"#;

/// Friday, 2026-12-04, 16:00 at the unit.
const FRIDAY: i64 = MONDAY.0 + 4 * 24 * HOUR_US + 8 * HOUR_US + 5 * HOUR_US / 60;

fn at(days: i64, hours: i64) -> i64 {
    (FRIDAY + (days * 24 + hours) * HOUR_US) / 1_000
}

async fn state(house: &House, caller: &Caller, days: &[u8], length_min: u16, closed: &[&str]) -> Answer {
    let opening = |day: &u8| json!({ "weekday": day, "from_min": 540, "length_min": length_min });
    let openings: Vec<Value> = days.iter().map(opening).collect();
    let body = json!({ "openings": openings, "closed_days": closed, "reason": "本单位公告" });
    let path = format!("/api/units/{}/service-hours", house.unit);
    house.send(&house.router, Method::PUT, &path, Some(&caller.cookie), Some(body)).await
}

/// A request that lacks nothing; its clock runs from now on.
async fn completed(desk: &mut Desk<'_>, house: &House, emergency: bool) -> Value {
    let operator = desk.operator.clone();
    let mut asked = asking(house);
    if emergency {
        (asked["organ"], asked["ground"]) = (json!("government_department"), json!("emergency"));
        asked["level"] = json!("county");
    }
    let opened = desk.open(&operator, asked).await;
    assert_eq!(opened.status, 201, "{}", opened.json());
    let officer = json!({ "name": "张警官", "number": "0001", "certificate": "work_certificate" });
    desk.must(&operator, "papers", Some(json!({ "officers": [officer] }))).await;
    desk.must(&operator, "check", None).await;
    desk.must(&operator, "complete", Some(json!({}))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_working_term_stands_still_while_the_reception_is_closed() {
    let clocks = Turned::at(model::WallTime(FRIDAY));
    let house = House::build_with_pack_at("test-hours", ARTICLES, clocks.clone()).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    // A session left alone for that long has locked: whoever comes back signs in anew.
    let back = async |caller: &Caller| house.sign_in(caller.person, &caller.account).await;
    let read = async || {
        let list = house.get("/api/retrieval-terms", &administrator.cookie).await.json();
        list["terms"][0].clone()
    };
    // By the calendar while no text says otherwise, whatever is stated.
    let mut desk = Desk::new(&house, &["national-2016".to_owned()]).await;
    assert_eq!(
        state(&house, &administrator, &[0, 1, 2, 3, 4], 480, &[]).await.status,
        StatusCode::NO_CONTENT
    );
    let plain = completed(&mut desk, &house, false).await;
    assert_eq!((&plain["due_ms"], &plain["still_until_ms"]), (&json!(at(0, 72)), &Value::Null));
    assert_eq!(read().await["working_hours"], Value::Null);

    let mut desk = Desk::new(&house, &["test-hours".to_owned()]).await;
    assert_eq!(read().await["working_hours"], json!(8));
    // One hour on Friday, seven on Monday.
    let working = completed(&mut desk, &house, false).await;
    assert_eq!((&working["due_ms"], &working["still_until_ms"]), (&json!(at(3, 0)), &Value::Null));
    let path = format!("/api/retrievals/{}", desk.id);
    let still = async || {
        let one = house.get(&path, &back(&desk.operator).await.cookie).await.json();
        (one["due_ms"].clone(), one["still_until_ms"].clone(), one["late"].clone())
    };
    clocks.on_us(90 * HOUR_US / 60);
    let monday_nine = json!(at(2, 17));
    assert_eq!(still().await, (json!(at(3, 0)), monday_nine.clone(), json!(false)));
    // Hours that are stated now are of what comes: this clock keeps its own.
    let administrator = back(&administrator).await;
    assert_eq!(
        state(&house, &administrator, &[1, 2, 3], 480, &["2026-12-08"]).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(still().await, (json!(at(3, 0)), monday_nine, json!(false)));
    let mut later = Desk::new(&house, &[]).await;
    let second = completed(&mut later, &house, false).await;
    // Closed on Tuesday: eight hours of Wednesday.
    assert_eq!(second["due_ms"], json!(at(5, 1)), "{second}");
    assert_eq!(second["still_until_ms"], json!(at(4, 17)), "{second}");
    // Whoever deals with an emergency does not wait for Wednesday.
    let urgent = completed(&mut later, &house, true).await;
    assert_eq!(urgent["due_ms"], json!(house.app.now().as_ms() + 8 * HOUR_US / 1_000));
    assert_eq!(urgent["still_until_ms"], Value::Null);
    // Overdue is found as of any other clock.
    clocks.to(model::WallTime((at(3, 0) + 1) * 1_000));
    assert_eq!(still().await.2, json!(true));
}

/// Days, minutes of each, closed days; the status and the code.
type Stated = (&'static [u8], u16, &'static [&'static str], u16, &'static str);

#[tokio::test(flavor = "multi_thread")]
async fn hours_are_stated_by_whoever_answers_for_the_unit() {
    let house = House::build().await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let read = async || {
        let list = house.get("/api/retrieval-terms", &administrator.cookie).await.json();
        list["terms"][0]["service"].clone()
    };
    assert_eq!(read().await, Value::Null);
    assert_eq!(state(&house, &administrator, &[0, 1, 2, 3, 4], 480, &["2027-01-01"]).await.status, 204);
    let stated = read().await;
    assert_eq!(
        (stated["openings"].as_array().unwrap().len(), &stated["closed_days"]),
        (5, &json!(["2027-01-01"]))
    );
    let cases: [Stated; 6] = [
        (&[0], 480, &[], 403, "service_hours"),
        (&[0, 1, 2, 3], 240, &[], 403, "service_hours"),
        (&[0, 1, 7], 480, &[], 400, "invalid"),
        (&[0, 0, 1, 2], 480, &[], 400, "invalid"),
        (&[0, 1, 2], 1_441, &[], 400, "invalid"),
        (&[0, 1, 2], 480, &["2027-02-29"], 400, "invalid"),
    ];
    for (days, length_min, closed, status, code) in cases {
        let before = house.entry_count().await;
        let answer = state(&house, &administrator, days, length_min, closed).await;
        assert_eq!(answer.status.as_u16(), status, "{days:?}: {}", answer.json());
        assert_eq!(read().await, stated, "unchanged");
        if status == 403 {
            assert_eq!(
                (answer.code().as_str(), &answer.json()["error"]["article"]),
                (code, &json!("national-2016:21"))
            );
            let entries = house.entries_since(before).await;
            assert!(entries.iter().any(|entry| entry.act == Act::ChangeServiceHours && entry.is_refusal()));
        }
    }
    for who in [Who::OtherAdministrator, Who::Operator, Who::Auditor] {
        let caller = who.sign_in(&house).await;
        let answer = state(&house, &caller, &[0, 1, 2, 3, 4], 480, &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who:?}");
    }
    // None again: every term runs by the calendar.
    assert_eq!(state(&house, &administrator, &[], 480, &[]).await.status, 204);
    assert_eq!(read().await["openings"], json!([]));
}
