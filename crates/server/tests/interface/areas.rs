//! What an authority is shown of the systems in its area beside their registers: gaps, routines, footage below its floor; and what it is
//! never shown: who is pressed or asked, what is secret, who asked for footage.

use crate::{
    cases::Who,
    house::{Caller, House},
    retention::at_point,
    supervision::{Area, bound},
    turned::Turned,
    watching::question_about,
};
use law::register::RecordKind;
use model::{CameraId, GapCause, Profile, Role, Span, StreamId};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::{NewGap, system_cx};

const DAY_US: i64 = 86_400_000_000;
const HOUR_US: i64 = 3_600_000_000;

async fn gap(house: &House, camera: CameraId) {
    let (stream, now) = (StreamId { camera, profile: Profile::Main }, house.app.now());
    let span = Span::new(now.plus_us(-2 * HOUR_US), now.plus_us(-HOUR_US)).unwrap();
    let gap = NewGap { stream, span, cause: GapCause::Network, evidence: String::new() };
    house.app.store().footage.commit_gap(gap).await.unwrap();
}

fn codes(findings: &Value) -> BTreeSet<String> {
    let all = findings.as_array().unwrap().iter();
    all.map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

async fn seen(house: &House, officer: &Caller) -> Value {
    let officer = house.sign_in(officer.person, &officer.account).await;
    house.get("/api/supervision", &officer.cookie).await.json()["systems"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_area_shows_what_is_measured_and_done_and_nobody_who_is_asked() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let area = Area::build(&house, "440106").await;
    let officer = bound(&house, area.authority).await;
    let camera = house.camera("大门摄像机", "rtsp://192.0.2.9/main").await;
    at_point(&house, &area, camera).await;
    gap(&house, camera).await;
    // Of a secret system, whose name and whose gaps are nobody's here.
    let hidden = house.camera("机要室摄像机", "rtsp://192.0.2.10/main").await;
    let cx = system_cx("demo", house.app.now());
    let add = async |kind: RecordKind, body: Value| {
        let body = body.as_object().cloned().unwrap();
        house.app.registry().add_record(&cx, kind, Some(house.unit), body).await.unwrap()
    };
    let division = house.app.registry().record(&cx, area.system).await.unwrap().body["division"].clone();
    let body =
        json!({ "name": "机要系统", "division": division, "builder_kind": "enterprise", "secret": true });
    let system = add(RecordKind::System, body).await;
    let secret = Area { division: area.division.clone(), system, authority: area.authority };
    at_point(&house, &secret, hidden).await;
    gap(&house, hidden).await;
    let reporter = house.caller(Role::Viewer, house.unit).await;
    let body = json!({ "unit_id": house.unit.to_string(), "what": "delete", "by_whom": "上级", "account": "要求删除录像" });
    assert_eq!(house.post("/api/pressure", &reporter.cookie, body).await.status, 201);
    question_about(&house, &reporter).await;
    let before = codes(&seen(&house, &officer).await[0]["findings"]);
    assert!(!before.contains("gaps_unjustified"), "in time: {before:?}");

    clocks.on_us(40 * DAY_US);
    let systems = seen(&house, &officer).await;
    assert_eq!(systems.as_array().unwrap().len(), 1, "the secret one is in nobody's area: {systems}");
    let found = &systems[0]["findings"];
    let shown = codes(found);
    for code in ["gaps_unjustified", "rule_missing", "round_overdue", "floor_shortfall"] {
        assert!(shown.contains(code), "{code}: {shown:?}");
    }
    for code in ["pressure", "questions", "pressure_open", "authority_overdue", "reminders_failing"] {
        assert!(!shown.contains(code), "{code}: {shown:?}");
    }
    let of = |code: &str| found.as_array().unwrap().iter().filter(|one| one["code"] == json!(code)).count();
    assert_eq!(
        (of("gaps_unjustified"), of("floor_shortfall")),
        (1, 1),
        "the secret camera's are not among them"
    );
    let text = systems.to_string();
    assert!(text.contains("大门摄像机") && !text.contains("机要"), "{text}");
    assert!(!text.contains("滨江路") && !text.contains("上级") && !text.contains("rtsp"), "{text}");

    // The same beside the articles of an inspection, under the headings of the text.
    let officer = house.sign_in(officer.person, &officer.account).await;
    let inspection = area.inspect(&house, &officer).await;
    let whole = house.get(&format!("/api/inspections/{inspection}"), &officer.cookie).await.json();
    let lines = whole["lines"].as_array().unwrap();
    let line = |article: &str| {
        let found = lines.iter().find(|line| line["article"] == json!(article));
        found.unwrap_or_else(|| panic!("{article}: {lines:?}"))
    };
    assert!(codes(&line("guangzhou-2007:20")["findings"]).contains("rule_missing"));
    assert!(codes(&line("guangzhou-2007:21")["findings"]).contains("floor_shortfall"));
    let gaps = lines.iter().filter(|line| codes(&line["findings"]).contains("gaps_unjustified")).count();
    assert!(gaps > 0, "{lines:?}");
    let headings: Vec<&str> = lines
        .iter()
        .filter(|line| line["binds"] == json!(true))
        .filter_map(|line| line["heading"].as_str())
        .collect();
    let order = ["building-duty", "design-review-and-acceptance", "running-and-footage-rules", "other"];
    let place = |heading: &&str| order.iter().position(|known| known == heading).unwrap();
    assert!(headings.len() > 10 && headings.is_sorted_by_key(place), "{headings:?}");
    assert!(!whole.to_string().contains("机要"), "{whole}");
    // What the unit's own people see is the same, with the number of the gap.
    let operator = Who::Administrator.sign_in(&house).await;
    let found = house.get("/api/findings", &operator.cookie).await.json();
    let own =
        found.as_array().unwrap().iter().find(|one| {
            one["camera"]["id"] == json!(camera.to_string()) && one["kind"] == "gaps_unjustified"
        });
    assert_eq!(own.unwrap()["evidence"].as_array().unwrap().len(), 1, "{own:?}");
    // Under the text that binds where the camera is, and no other city's.
    let own = own.unwrap();
    assert!(own["article"].as_str().unwrap().starts_with("guangzhou-2007:"), "{own}");
    assert_eq!((&own["control"], &own["binds"]), (&json!("gap-without-explanation"), &json!(true)));
}

/// Footage that does not reach back to its floor: found after a day's grace, under the article of the floor, and gone once it does.
#[tokio::test(flavor = "multi_thread")]
async fn footage_below_its_floor_is_found_under_the_article_of_the_floor() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let area = Area::build(&house, "440106").await;
    let camera = house.camera("大门摄像机", "rtsp://192.0.2.9/main").await;
    at_point(&house, &area, camera).await;
    let found = async |kind: &str| {
        let administrator = Who::Administrator.sign_in(&house).await;
        let all = house.get("/api/findings", &administrator.cookie).await.json();
        let of =
            |one: &&Value| one["kind"] == json!(kind) && one["camera"]["id"] == json!(camera.to_string());
        all.as_array().unwrap().iter().find(of).cloned()
    };
    clocks.on_us(DAY_US - 60_000_000);
    assert_eq!(found("floor_shortfall").await, None, "a day's grace");
    clocks.on_us(2 * 60_000_000);
    let one = found("floor_shortfall").await.expect("there is no footage at all");
    assert_eq!(
        (&one["article"], &one["control"], &one["pack"]),
        (&json!("guangzhou-2007:21"), &json!("floor-shortfall"), &json!("guangzhou-2007"))
    );
    assert!(one["reason"]["en"].as_str().unwrap().contains("30 days"), "{one}");
    // It has a history, like every kind.
    let administrator = Who::Administrator.sign_in(&house).await;
    let path = format!("/api/findings/history?about={camera}&kind=floor_shortfall");
    let history = house.get(&path, &administrator.cookie).await.json();
    assert_eq!(history["total"], 1, "{history}");
    // Out of use it owes nothing.
    let path = format!("/api/cameras/{camera}");
    let patch = async |body: Value| {
        let method = axum::http::Method::PATCH;
        house.send(&house.router, method, &path, Some(&administrator.cookie), Some(body)).await
    };
    // Nobody switches a camera off without a word why.
    let silent = patch(json!({ "enabled": false })).await;
    let error = silent.json()["error"].clone();
    assert_eq!(
        (silent.status.as_u16(), &error["code"], &error["article"]),
        (403, &json!("reason"), &json!("datong-2008:17"))
    );
    let off = patch(json!({ "enabled": false, "reason": "the mast is moved" })).await;
    assert!(off.status.is_success(), "{}", off.json());
    assert_eq!(found("floor_shortfall").await, None);
}

/// What is of a system through what shows it: a connection that nobody was consulted on is seen by the authority of the system's area.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_systems_records_lack_is_seen_by_the_authority_of_its_area() {
    let house = House::build().await;
    let area = Area::build(&house, "440106").await;
    let officer = bound(&house, area.authority).await;
    let cx = system_cx("demo", house.app.now());
    let kept = house.app.registry().record(&cx, area.system).await.unwrap();
    let mut body = kept.body.clone();
    body.insert("packs".into(), json!(["chongqing"]));
    house.app.registry().change_record(&cx, area.system, kept.version, body).await.unwrap();
    let found = async || codes(&seen(&house, &officer).await[0]["findings"]);
    assert!(!found().await.contains("unconsulted"));
    let connection = json!({
        "name": "联网", "system": area.system.to_string(), "platform": "市平台", "connected_on": "2020-01-05",
    });
    let connection = connection.as_object().cloned().unwrap();
    house.app.registry().add_record(&cx, RecordKind::Connection, Some(house.unit), connection).await.unwrap();
    assert!(found().await.contains("unconsulted"), "{:?}", found().await);
}
