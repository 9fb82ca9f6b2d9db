//! Figures of an area over HTTP: what is counted and what never is, who sees which division, targets against what stands, files with their
//! entry.

use crate::{
    cases::Who,
    house::{Caller, House},
    retention::at_point,
    supervision::{Area, authority, bound},
    turned::{MONDAY, Turned},
};
use law::{Day, register::RecordKind, supervision::AuthorityKind};
use model::Act;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::system_cx;

const DAY_US: i64 = 86_400_000_000;
const FIGURES: &str = "/api/supervision/figures";

fn counts(row: &Value, names: &[&str]) -> Vec<u64> {
    names.iter().map(|name| row[name].as_u64().unwrap_or_else(|| panic!("{name}: {row}"))).collect()
}

fn target(division: &str, indicator: &str, hundredths: u32, year: i64) -> Value {
    json!({
        "division": division, "indicator": indicator, "target_hundredths": hundredths, "year": year,
        "plan": "雪亮工程三年规划",
    })
}

/// One system with a camera, and a secret one with another.
async fn built(house: &House) -> Area {
    let area = Area::build(house, "440106").await;
    let camera = house.camera("大门摄像机", "rtsp://192.0.2.9/main").await;
    at_point(house, &area, camera).await;
    let hidden = house.camera("机要室摄像机", "rtsp://192.0.2.10/main").await;
    let cx = system_cx("demo", house.app.now());
    let division = house.app.registry().record(&cx, area.system).await.unwrap().body["division"].clone();
    let body =
        json!({ "name": "机要系统", "division": division, "builder_kind": "enterprise", "secret": true });
    let body = body.as_object().cloned().unwrap();
    let system =
        house.app.registry().add_record(&cx, RecordKind::System, Some(house.unit), body).await.unwrap();
    let secret = Area { division: area.division.clone(), system, authority: area.authority };
    at_point(house, &secret, hidden).await;
    area
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_of_ones_area_and_name_nothing() {
    let house = House::build().await;
    let area = built(&house).await;
    let officer = bound(&house, area.authority).await;
    let since = house.entry_count().await;
    let seen = house.get(FIGURES, &officer.cookie).await.json();
    let read = house.entries_since(since).await;
    let own = |entry: &crate::house::Entry| entry.person == Some(officer.person);
    assert!(read.iter().any(|entry| own(entry) && entry.act == Act::ReadSupervision));
    let names = ["systems", "systems_in_use", "points", "cameras", "cameras_turning", "places"];
    // The place of the secret camera is one of the register like any other; its camera, point and system are not counted.
    assert_eq!(counts(&seen["whole"], &names), [1, 0, 1, 1, 0, 2], "{seen}");
    assert_eq!(seen["divisions"][0]["code"], "440106");
    assert_eq!(seen["divisions"][0]["name"]["zh"], "区 440106");
    assert_eq!(seen["whole"]["accepted_bp"], 0);
    assert!(seen["whole"]["notes"].as_u64().unwrap() + seen["whole"]["due"].as_u64().unwrap() > 0, "{seen}");
    let text = seen.to_string();
    assert!(!text.contains("摄像机") && !text.contains("机要") && !text.contains("大厅"), "{text}");
    // The city sees the county among its divisions; another city nothing of it.
    let city = authority(&house, "广州市公安局", AuthorityKind::PublicSecurity, "440100").await;
    let above = bound(&house, city).await;
    let seen = house.get(FIGURES, &above.cookie).await.json();
    assert_eq!((&seen["whole"]["cameras"], &seen["divisions"][0]["code"]), (&json!(1), &json!("440106")));
    let beside = authority(&house, "深圳市公安局", AuthorityKind::PublicSecurity, "440300").await;
    let beside = bound(&house, beside).await;
    let seen = house.get(FIGURES, &beside.cookie).await.json();
    assert_eq!(counts(&seen["whole"], &names), [0; 6]);
    assert_eq!((&seen["divisions"], &seen["whole"]["filed_bp"]), (&json!([]), &Value::Null));
    // Who answers for a unit reads supervision, and supervises nothing.
    let administrator = Who::Administrator.sign_in(&house).await;
    assert_eq!(house.get(FIGURES, &administrator.cookie).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_held_against_what_stands_until_it_is_taken_back() {
    let clocks = Turned::at(MONDAY);
    let house = House::build_by(clocks.clone()).await;
    let area = built(&house).await;
    let officer = bound(&house, area.authority).await;
    let year = Day::of(house.app.now()).year();
    let set = async |body: Value| house.post("/api/supervision/targets", &officer.cookie, body).await;
    for (what, body) in [
        ("no division", target("44010", "cameras", 500, year)),
        ("nothing", target("440106", "cameras", 0, year)),
        ("more than all", target("440106", "filed", 10_001, year)),
        ("a year that is over", target("440106", "cameras", 500, year - 1)),
        ("a year far away", target("440106", "cameras", 500, year + 21)),
    ] {
        assert_eq!(set(body).await.status, 400, "{what}");
    }
    let refused = set(target("440100", "cameras", 500, year)).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "target_area"));
    assert_eq!(refused.json()["error"]["article"], "national-2016:4");
    assert_eq!(house.get(FIGURES, &officer.cookie).await.json()["targets"], json!([]), "nothing was set");

    let since = house.entry_count().await;
    let made = set(target("440106", "cameras", 200, year)).await;
    assert_eq!(made.status, 201, "{}", made.json());
    let (made, id) = (made.json(), made.json()["id"].as_str().unwrap().to_owned());
    assert_eq!(
        (&made["stands_hundredths"], &made["state"], &made["own"]),
        (&json!(100), &json!("open"), &json!(true))
    );
    let entries = house.entries_since(since).await;
    let entry = entries.iter().find(|entry| entry.act == Act::SetAreaTarget).unwrap();
    assert_eq!((entry.person, entry.record.recipient.as_str()), (Some(officer.person), "公安分局 440106"));
    assert!(entry.record.extra.contains("indicator=cameras\nhundredths=200"), "{}", entry.record.extra);
    assert!(!entry.record.extra.contains("雪亮"), "a hash of the plan's words: {}", entry.record.extra);
    assert_eq!(made["entry"]["index"], json!(entry.index));
    assert_eq!(set(target("440106", "cameras", 900, year)).await.status, 409, "one of a kind");
    assert_eq!(set(target("440106", "accepted", 9_000, year + 1)).await.status, 201);

    // Above it is seen and not taken back; beside it is not there.
    let end = |id: &str| format!("/api/supervision/targets/{id}/end");
    let reason = json!({ "reason": "规划调整" });
    let city = authority(&house, "广州市公安局", AuthorityKind::PublicSecurity, "440100").await;
    let above = bound(&house, city).await;
    let seen = house.get(FIGURES, &above.cookie).await.json()["targets"].clone();
    assert_eq!((seen.as_array().unwrap().len(), &seen[0]["own"]), (2, &json!(false)), "{seen}");
    assert_eq!(house.post(&end(&id), &above.cookie, reason.clone()).await.status, 404);
    let other = authority(&house, "深圳市公安局", AuthorityKind::PublicSecurity, "440300").await;
    let other = bound(&house, other).await;
    assert_eq!(house.get(FIGURES, &other.cookie).await.json()["targets"], json!([]));

    // Another camera reaches it; without one it is missed when the year is over.
    let camera = house.camera("后门摄像机", "rtsp://192.0.2.11/main").await;
    let state = async |id: &str| {
        let officer = house.sign_in(officer.person, &officer.account).await;
        let all = house.get(FIGURES, &officer.cookie).await.json()["targets"].clone();
        let one = all.as_array().unwrap().iter().find(|one| one["id"] == json!(id)).cloned();
        one.map(|one| one["state"].as_str().unwrap().to_owned())
    };
    // In January.
    clocks.on_us(40 * DAY_US);
    assert_eq!(state(&id).await.as_deref(), Some("missed"));
    at_point(&house, &area, camera).await;
    assert_eq!(state(&id).await.as_deref(), Some("reached"), "late is not never");
    let officer = house.sign_in(officer.person, &officer.account).await;
    assert_eq!(house.post(&end(&id), &officer.cookie, json!({ "reason": " " })).await.status, 400);
    assert_eq!(house.post(&end(&id), &officer.cookie, reason.clone()).await.status, 204);
    assert_eq!(house.post(&end(&id), &officer.cookie, reason).await.status, 409);
    assert_eq!(state(&id).await, None);
}

/// A target whose year is over is a finding about its authority: for auditors, for that authority and for those above it, until it is met or
/// taken back with a reason.
#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_was_missed_is_found_of_its_authority_and_goes_when_it_is_met_or_taken_back() {
    let clocks = Turned::at(MONDAY);
    let house = House::build_by(clocks.clone()).await;
    let area = built(&house).await;
    let officer = bound(&house, area.authority).await;
    let year = Day::of(house.app.now()).year();
    let set = async |indicator: &str, hundredths: u32, year: i64| {
        let body = target("440106", indicator, hundredths, year);
        let made = house.post("/api/supervision/targets", &officer.cookie, body).await;
        assert_eq!(made.status, 201, "{}", made.json());
        made.json()["id"].as_str().unwrap().to_owned()
    };
    let cameras = set("cameras", 200, year).await;
    let systems = set("systems", 900, year).await;
    set("accepted", 9_000, year + 1).await;
    let city = authority(&house, "广州市公安局", AuthorityKind::PublicSecurity, "440100").await;
    let above = bound(&house, city).await;
    let beside = authority(&house, "深圳市公安局", AuthorityKind::PublicSecurity, "440300").await;
    let beside = bound(&house, beside).await;
    // What each is told: targets found on the page Now, open and closed in the history, and what is said to supervisors.
    let found = async |who: Who| {
        let who = who.sign_in(&house).await;
        let all = house.get("/api/findings", &who.cookie).await.json();
        let own = all.as_array().unwrap().iter().filter(|one| one["code"] == "area_target_missed");
        own.map(|one| one["record"]["id"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let rows = async |who: Who, open: bool| {
        let who = who.sign_in(&house).await;
        let path = format!("/api/findings/history?kind=supervision&article=unit:supervision&open={open}");
        house.get(&path, &who.cookie).await.json()["findings"].as_array().unwrap().len()
    };
    let late = async |who: &Caller| {
        let who = house.sign_in(who.person, &who.account).await;
        let seen = house.get("/api/supervision", &who.cookie).await.json();
        let own = seen["late"].as_array().unwrap().iter().find(|one| one["what"] == "target").cloned();
        own.map(|one| one["count"].as_u64().unwrap())
    };
    assert_eq!(found(Who::Auditor).await, BTreeSet::new(), "its year is not over");
    assert_eq!((late(&officer).await, rows(Who::Auditor, true).await), (None, 0));

    // In January.
    clocks.on_us(40 * DAY_US);
    let both = BTreeSet::from([cameras.clone(), systems.clone()]);
    assert_eq!(found(Who::Auditor).await, both);
    assert_eq!((found(Who::Administrator).await, rows(Who::Administrator, true).await), (BTreeSet::new(), 0));
    assert_eq!(rows(Who::Auditor, true).await, 2);
    assert_eq!((late(&officer).await, late(&above).await, late(&beside).await), (Some(2), Some(2), None));
    let auditor = Who::Auditor.sign_in(&house).await;
    let all = house.get("/api/findings", &auditor.cookie).await.json();
    let one = all.as_array().unwrap().iter().find(|one| one["record"]["id"] == json!(cameras)).unwrap();
    assert_eq!((&one["article"], &one["control"]), (&json!("unit:supervision"), &json!("area-targets")));
    let said = one["reason"]["zh"].as_str().unwrap();
    assert!(said.contains("440106") && said.contains("摄像机数") && !said.contains("现"), "{said}");

    // One more camera meets the one; the other is taken back, with a reason.
    let camera = house.camera("后门摄像机", "rtsp://192.0.2.11/main").await;
    at_point(&house, &area, camera).await;
    clocks.on_us(601_000_000);
    assert_eq!(found(Who::Auditor).await, BTreeSet::from([systems.clone()]), "late is not never");
    let officer = house.sign_in(officer.person, &officer.account).await;
    let end = format!("/api/supervision/targets/{systems}/end");
    assert_eq!(house.post(&end, &officer.cookie, json!({ "reason": " " })).await.status, 400);
    assert_eq!(found(Who::Auditor).await.len(), 1, "not without one");
    assert_eq!(house.post(&end, &officer.cookie, json!({ "reason": "规划调整" })).await.status, 204);
    assert_eq!(found(Who::Auditor).await, BTreeSet::new());
    assert_eq!((rows(Who::Auditor, true).await, rows(Who::Auditor, false).await), (0, 2));
    assert_eq!(late(&above).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_go_out_as_a_file_with_a_reason_in_the_entry() {
    let house = House::build().await;
    let area = built(&house).await;
    let officer = bound(&house, area.authority).await;
    let year = Day::of(house.app.now()).year();
    let body = target("440106", "filed", 9_550, year);
    assert_eq!(house.post("/api/supervision/targets", &officer.cookie, body).await.status, 201);
    let table = async |query: &str| house.get(&format!("{FIGURES}/table?{query}"), &officer.cookie).await;
    assert_eq!(table("part=divisions").await.status, 400, "no reason");
    assert_eq!(table("part=cameras&reason=x").await.status, 400, "no such part");
    let since = house.entry_count().await;
    let csv = table("format=csv&language=en&reason=annual+plan").await;
    assert_eq!(
        (csv.status.as_u16(), csv.headers["content-type"].to_str().unwrap()),
        (200, "text/csv; charset=utf-8")
    );
    let entries = house.entries_since(since).await;
    let entry = entries.iter().find(|entry| entry.act == Act::TakeFigures).expect("its entry");
    assert_eq!(entry.record.extra, "division=440106\npart=divisions\nreason=annual plan");
    let text = String::from_utf8(csv.body.to_vec()).unwrap();
    let rows: Vec<&str> = text.lines().collect();
    assert!(rows[0].contains("Division or category,Name,Systems,Accepted"), "{text}");
    assert_eq!(rows.len(), 3, "the whole, and one division: {text}");
    assert!(rows[1].starts_with("440106,区 440106,1,0,0,0,"), "{text}");
    assert!(!text.contains("摄像机") && !text.contains("机要"), "{text}");
    let csv = table("part=targets&format=csv&language=zh&reason=plan").await;
    let text = String::from_utf8(csv.body.to_vec()).unwrap();
    assert!(text.contains("备案率,95.50,0,%") || text.contains("备案率,95.50,,%"), "{text}");
    let book = table("part=categories&reason=plan").await;
    assert!(book.body.starts_with(b"PK"), "a workbook");
    let disposition = book.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.contains("area-categories-440106-"), "{disposition}");
}
