//! Reminders of supervisors: what waits for their authority and by when, by the real mail sink, in their language, leading to their page;
//! nobody whom an accusation concerns is told of it.

use super::*;
use crate::retention::drawn;
use crate::supervision::{Area, accusation, authority, bound, order};
use law::supervision::AuthorityKind;

const DAY_US: i64 = 24 * HOUR_US;

fn lines(row: &Value) -> Vec<(String, String, u64)> {
    let line = |one: &Value| {
        let text = |name: &str| one[name].as_str().unwrap().to_owned();
        (text("weight"), text("code"), one["count"].as_u64().unwrap())
    };
    row["lines"].as_array().unwrap().iter().map(line).collect()
}

fn told(all: &[(&str, &str, u64)]) -> Vec<(String, String, u64)> {
    all.iter().map(|(weight, code, count)| ((*weight).to_owned(), (*code).to_owned(), *count)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn supervisors_are_reminded_of_what_waits_for_their_authority() {
    let mut site = Reminding::build().await;
    let sink = site.mail(0);
    site.set_mail(sink.port).await;
    let area = Area::build(&site.house, "440106").await;
    let nearer = authority(&site.house, "越秀分局", AuthorityKind::PublicSecurity, "440104").await;
    let (mut officer, other) = (bound(&site.house, area.authority).await, bound(&site.house, nearer).await);
    let english = site.send(&officer, Method::PATCH, "/api/me", json!({ "language": "en" })).await;
    assert_eq!(english.status, 200, "{}", english.json());
    site.wish(&officer, 9, "officer@example.cn").await;
    site.wish(&other, 9, "other@example.cn").await;
    // Of theirs an order of ten days, a demand of one, an accusation that is to be taken up, and a rhythm.
    order(&site.house, &officer, &area).await;
    drawn(&site.house, &officer).await;
    let body = json!({ "kind": "person", "who": "某某", "what": "违法", "division": "440106" });
    accusation(&site.house, body).await;
    let rhythm = json!({ "days": 20, "reason": "年度计划" });
    assert_eq!(site.send(&officer, Method::POST, "/api/supervision/rhythm", rhythm).await.status, 204);
    site.once().await;
    let newest = |own: &Value| own["reminders"][0].clone();
    let row = newest(&site.own(&officer).await);
    assert_eq!((&row["occasion"], &row["sending"]), (&json!("morning"), &json!("sent")), "{row}");
    let mut coming = lines(&row);
    coming.sort();
    let all = [
        ("coming", "accusations_overdue", 1),
        ("coming", "inspection_overdue", 1),
        ("coming", "order_overdue", 1),
        ("coming", "retention_unproven", 1),
    ];
    assert_eq!(coming, told(&all));
    let kept = sink.kept();
    let to = |address: &str| kept.iter().filter(|one| one["to"] == json!([address])).collect::<Vec<_>>();
    assert_eq!((to("officer@example.cn").len(), to("other@example.cn").len()), (1, 0), "{kept:?}");
    let mail = to("officer@example.cn")[0]["body"].as_str().unwrap();
    assert!(mail.contains("https://vms.example/supervision"), "{mail}");
    assert!(!mail.contains("大厅系统") && !mail.contains("某某"), "no name: {mail}");

    // The same is not told again; what passed its day is, once.
    site.later(2 * DAY_US).await;
    site.once().await;
    officer = site.house.sign_in(officer.person, &officer.account).await;
    assert_eq!(lines(&newest(&site.own(&officer).await)), told(&[("due", "retention_unproven", 1)]));
    site.later(9 * DAY_US).await;
    site.once().await;
    officer = site.house.sign_in(officer.person, &officer.account).await;
    let mut due = lines(&newest(&site.own(&officer).await));
    due.sort();
    assert_eq!(due, told(&[("due", "accusations_overdue", 1), ("due", "order_overdue", 1)]));
    let mails = sink.kept().iter().filter(|one| one["to"] == json!(["officer@example.cn"])).count();
    assert_eq!(mails, 3);
    // An authority that ended has nobody to remind.
    let cx = system_cx("demo", site.house.app.now());
    site.house.app.registry().unbind_supervisor(&cx, area.authority, officer.person).await.unwrap();
    site.later(10 * DAY_US).await;
    site.once().await;
    officer = site.house.sign_in(officer.person, &officer.account).await;
    assert_eq!(site.own(&officer).await["reminders"].as_array().unwrap().len(), 3);
}
