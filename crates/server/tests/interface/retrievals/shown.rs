//! What is entered instead of a package: playbacks in which an organ was shown what was approved, tables of basic data, and viewings that
//! never came about. What the ledger does not have is refused, and leaves everything as it is.

use super::{Desk, asking};
use crate::{
    cases::Who,
    house::{Answer, Caller, House},
};
use axum::http::StatusCode;
use law::register::RecordKind;
use model::{Act, Hash, Profile};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::{Use, system_cx};

const CERTIFICATE: &str = "law-enforcement-certificate";

/// A request that waits for its approval.
async fn complete(desk: &mut Desk<'_>, asked: Value) {
    desk.id.clear();
    let operator = desk.operator.clone();
    let opened = desk.open(&operator, asked).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.json());
    desk.supply(&[CERTIFICATE.to_owned()], &[], json!({})).await;
    desk.check().await;
    desk.complete().await;
}

/// A view for an authority, with what differs.
async fn view(house: &House, who: &Caller, asked: &Value, more: Value) -> String {
    let mut body = json!({
        "mode": "playback", "cameras": asked["cameras"], "purpose": "case", "legal_basis": "authority_request",
        "from_ms": asked["from_ms"], "to_ms": asked["to_ms"],
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let opened = house.post("/api/views", &who.cookie, body).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{more}: {}", opened.json());
    opened.json()["id"].as_str().unwrap().to_owned()
}

/// Pictures went out under it.
async fn served(house: &House, view: &str) {
    let open = house.app.views().find(view.parse().unwrap()).unwrap();
    let (camera, now) = (open.pass.cameras()[0], house.app.now());
    let used = Use { camera, profile: Profile::Main, units: 1, bytes: 10, from: now, to: now };
    house.app.registry().record_use(&open.pass, used, now).await.unwrap();
}

/// An outcome that is refused: code, one entry, and nothing else.
async fn refused(desk: &Desk<'_>, body: Value, code: &str) {
    let (house, operator) = (desk.house, desk.operator.clone());
    let before = desk.state().await;
    let since = house.entry_count().await;
    let answer = desk.act(&operator, "hand-over", Some(body.clone())).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, code), "{body}");
    let error = answer.json()["error"].clone();
    let article = error["article"].as_str().unwrap();
    assert!(article.starts_with("guangzhou-2007:") || article.starts_with("national-2016:"), "{article}");
    let entries = house.entries_since(since).await;
    let own: Vec<_> = entries.iter().filter(|entry| entry.person == Some(operator.person)).collect();
    assert!(own.len() == 1 && own[0].is_refusal() && own[0].act == Act::HandOver, "{body}: {entries:?}");
    assert_eq!(desk.state().await, before, "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewing_is_entered_over_what_was_shown() {
    let house = House::build().await;
    let mut desk = Desk::new(&house, &["guangzhou-2007".to_owned(), "national-2016".to_owned()]).await;
    let operator = desk.operator.clone();
    let mut asked = asking(&house);
    asked["way"] = json!("view");
    complete(&mut desk, asked.clone()).await;
    let early = view(&house, &operator, &asked, json!({})).await;
    served(&house, &early).await;
    desk.must(&desk.administrator, "approve", None).await;

    let present = "张、李两名民警";
    for (body, why) in [
        (json!({}), "who was there, and what was shown"),
        (json!({ "present": present }), "what was shown"),
        (json!({ "view_ids": [early] }), "who was there"),
        (json!({ "present": present, "view_ids": ["x"] }), "no id"),
        (json!({ "present": present, "view_ids": [early], "not_shown": "未到场" }), "both"),
        (json!({ "not_shown": "  " }), "no reason"),
        (json!({ "present": present, "view_ids": [early], "sha256": "ab" }), "no such field"),
    ] {
        assert_eq!(desk.act(&operator, "hand-over", Some(body)).await.status, 400, "{why}");
    }
    let from = asked["from_ms"].as_i64().unwrap();
    let both = json!([house.cameras[0].to_string(), house.cameras[1].to_string()]);
    let nobody = uuid::Uuid::now_v7().to_string();
    refused(&desk, json!({ "present": present, "view_ids": [early] }), "viewing_early").await;
    refused(&desk, json!({ "present": present, "view_ids": [nobody] }), "viewing_unknown").await;
    for (more, code) in [
        (json!({ "purpose": "incident", "legal_basis": "unit_duty" }), "viewing_basis"),
        (json!({ "cameras": both }), "viewing_cameras"),
        (json!({ "from_ms": from - 9_000, "to_ms": from }), "viewing_span"),
        (json!({ "mode": "live", "from_ms": null, "to_ms": null }), "viewing_unknown"),
    ] {
        let other = view(&house, &operator, &asked, more).await;
        served(&house, &other).await;
        refused(&desk, json!({ "present": present, "view_ids": [other] }), code).await;
    }
    let right = view(&house, &operator, &asked, json!({ "from_ms": from - 5_000 })).await;
    refused(&desk, json!({ "present": present, "view_ids": [right] }), "viewing_nothing").await;
    served(&house, &right).await;
    refused(&desk, json!({ "present": present, "view_ids": [right, early] }), "viewing_early").await;

    let offered = desk.state().await["detail"]["viewings"].clone();
    let ids: Vec<&str> =
        offered.as_array().unwrap().iter().map(|one| one["view_id"].as_str().unwrap()).collect();
    assert_eq!(ids, [right.as_str()], "what counts is offered, and nothing else");
    let since = house.entry_count().await;
    let body = json!({ "present": present, "note": "看了路口十秒", "view_ids": [right] });
    let viewed = desk.must(&operator, "hand-over", Some(body)).await;
    assert_eq!((&viewed["state"], &viewed["export_id"]), (&json!("closed"), &Value::Null), "{viewed}");
    let last = viewed["detail"]["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["what"], &last["holder"]), (&json!("viewed"), &json!(present)));
    let entries = house.entries_since(since).await;
    let entry = entries.iter().find(|entry| entry.act == Act::HandOver).unwrap();
    let named = format!("view_entry={}", offered[0]["entry"]["index"]);
    assert!(entry.record.extra.contains(&named), "{}", entry.record.extra);
    let nowhere = json!({ "what": "transferred", "holder": "别处" });
    assert_eq!(desk.act(&operator, "whereabouts", Some(nowhere)).await.status, 409, "there is no copy");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewing_that_never_came_about_is_closed_with_its_reason() {
    let house = House::build().await;
    let mut desk = Desk::new(&house, &["guangzhou-2007".to_owned(), "national-2016".to_owned()]).await;
    let operator = desk.operator.clone();
    let mut asked = asking(&house);
    asked["way"] = json!("view");
    complete(&mut desk, asked).await;
    let why = json!({ "not_shown": "民警改日未再来" });
    assert_eq!(desk.act(&operator, "hand-over", Some(why.clone())).await.status, 409, "not approved");
    desk.must(&desk.administrator, "approve", None).await;
    let since = house.entry_count().await;
    let closed = desk.must(&operator, "hand-over", Some(why)).await;
    let last = closed["detail"]["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&closed["state"], &last["what"]), (&json!("closed"), &json!("not-viewed")), "{closed}");
    let entries = house.entries_since(since).await;
    let entry = entries.iter().find(|entry| entry.act == Act::HandOver).unwrap();
    assert_eq!(entry.record.extra, "way=view\noutcome=not-viewed\n民警改日未再来");
}

/// Takes the table of cameras out; its entry and hash are those of the file.
async fn exported(house: &House, who: &Caller) -> (u64, String) {
    let answer: Answer = house.get("/api/tables/camera?format=csv&reason=audit", &who.cookie).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
    let sha256 = header("x-watchkeeper-sha256");
    assert_eq!(sha256, Hash(Sha256::digest(&answer.body).into()).to_string());
    (header("x-watchkeeper-entry").parse().unwrap(), sha256)
}

#[tokio::test(flavor = "multi_thread")]
async fn basic_data_is_handed_over_by_the_entry_of_its_table() {
    let house = House::build().await;
    let mut desk = Desk::new(&house, &["guangzhou-2007".to_owned(), "national-2016".to_owned()]).await;
    let operator = desk.operator.clone();
    let cx = system_cx("demo", house.app.now());
    let registry = house.app.registry();
    let record = async |kind: RecordKind, unit: Option<model::UnitId>, body: Value| {
        let body = body.as_object().cloned().unwrap();
        registry.add_record(&cx, kind, unit, body).await.unwrap().to_string()
    };
    let division = record(RecordKind::Division, None, json!({ "code": "440105", "name": "海珠区" })).await;
    let system = json!({ "name": "滨江", "division": division, "builder_kind": "government" });
    let system = record(RecordKind::System, Some(house.unit), system).await;
    let mut asked = asking(&house);
    for (field, value) in
        [("wanted", json!("basic_data")), ("system_id", json!(system)), ("cameras", json!([]))]
    {
        asked[field] = value;
    }
    complete(&mut desk, asked.clone()).await;
    let administrator = desk.administrator.clone();
    let (early, _) = exported(&house, &administrator).await;
    desk.must(&administrator, "approve", None).await;
    assert_eq!(desk.state().await["detail"]["tables"], json!([]));
    assert_eq!(desk.act(&operator, "hand-over", Some(json!({}))).await.status, 400, "which table");
    let elsewhere = Who::OtherAdministrator.sign_in(&house).await;
    let (others, _) = exported(&house, &elsewhere).await;
    let approval =
        house.entries_since(0).await.iter().rfind(|one| one.act == Act::ApproveRetrieval).unwrap().index;
    for entry in [early, others, approval, 1 << 40, u64::MAX] {
        refused(&desk, json!({ "table_entry": entry }), "table_not_exported").await;
    }
    let (entry, sha256) = exported(&house, &administrator).await;
    let kept = house.entries_since(entry).await;
    assert!(
        kept[0].act == Act::ReadBasicData && kept[0].record.extra.contains(&format!("\nsha256={sha256}\n"))
    );
    let offered = desk.state().await["detail"]["tables"].clone();
    assert_eq!((&offered[0]["entry"]["index"], &offered[0]["sha256"]), (&json!(entry), &json!(sha256)));
    let handed = desk.must(&operator, "hand-over", Some(json!({ "table_entry": entry }))).await;
    assert_eq!(handed["state"], "handed_over");
    let last = handed["detail"]["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["note"], format!("table_entry={entry} sha256={sha256}"));
    assert_eq!(desk.act(&operator, "hand-over", Some(json!({ "table_entry": entry }))).await.status, 409);
}

/// Where no rule gives basic data away, it is confidential (national-2016:6).
#[tokio::test(flavor = "multi_thread")]
async fn basic_data_is_not_asked_for_where_no_rule_gives_it() {
    let house = House::build().await;
    let mut desk = Desk::new(&house, &["guangzhou-2007".to_owned()]).await;
    let cx = system_cx("demo", house.app.now());
    let registry = house.app.registry();
    let add = async |kind: RecordKind, unit: Option<model::UnitId>, body: Value| {
        registry.add_record(&cx, kind, unit, body.as_object().cloned().unwrap()).await.unwrap()
    };
    let division = add(RecordKind::Division, None, json!({ "code": "440105", "name": "海珠区" })).await;
    let body = json!({ "name": "滨江", "division": division.to_string(), "builder_kind": "government" });
    let system = add(RecordKind::System, Some(house.unit), body).await;
    let mut asked = asking(&house);
    (asked["wanted"], asked["system_id"], asked["cameras"]) =
        (json!("basic_data"), json!(system.to_string()), json!([]));
    let operator = desk.operator.clone();
    let refused = desk.open(&operator, asked).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "basic_data"));
}
