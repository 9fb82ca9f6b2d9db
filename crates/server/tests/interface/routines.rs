//! A unit's routines over HTTP, by a clock that a hand moves: what is found when nobody does what is due, and that it goes when they do.

use crate::{
    cases::{
        Who,
        routines::{lines, link_body, paper, record, rule_body, terms_body},
    },
    house::{Caller, House},
    retention::at_point,
    supervision::Area,
    turned::{MONDAY, Turned},
};
use axum::http::Method;
use law::register::RecordKind;
use model::{Act, GapCause, Profile, Span, StreamId};
use serde_json::{Value, json};
use std::sync::Arc;
use store::{NewGap, system_cx};

const DAY_MS: i64 = 86_400_000;

struct Unit {
    house: House,
    clocks: Arc<Turned>,
    administrator: Caller,
    manager: Caller,
    viewer: Caller,
}

impl Unit {
    /// A unit with a system in Guangzhou's area, and who keeps it.
    async fn build() -> Self {
        let clocks = Turned::at(MONDAY);
        let house = House::build_by(clocks.clone()).await;
        let division = record_of_all(&house).await;
        let body = json!({ "name": "系统", "division": division, "builder_kind": "enterprise" });
        record(&house, RecordKind::System, body).await;
        let administrator = Who::Administrator.sign_in(&house).await;
        let (manager, viewer) = (Who::Manager.sign_in(&house).await, Who::Viewer.sign_in(&house).await);
        Self { house, clocks, administrator, manager, viewer }
    }

    /// So many days later; sessions do not last so long, and an account that rests for a quarter is dormant.
    async fn on(&mut self, days: i64) {
        let mut left = days;
        while left > 0 {
            let step = left.min(60);
            self.clocks.on_us(step * DAY_MS * 1_000);
            left -= step;
            for caller in [&mut self.administrator, &mut self.manager, &mut self.viewer] {
                *caller = self.house.sign_in(caller.person, &caller.account).await;
            }
        }
    }

    async fn get(&self, what: &str) -> Value {
        let path = format!("/api/routines/{what}?unit={}", self.house.unit);
        let answer = self.house.get(&path, &self.administrator.cookie).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        answer.json()
    }

    /// Code and article of what is found of routines.
    async fn found(&self) -> Vec<(String, String)> {
        let all = self.house.get("/api/findings", &self.administrator.cookie).await.json();
        let own = all.as_array().unwrap().iter().filter(|finding| finding["kind"] == "routine");
        let word = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
        own.map(|finding| (word(finding, "code"), word(finding, "article"))).collect()
    }

    async fn has(&self, code: &str) -> bool {
        self.found().await.iter().any(|(found, _)| found == code)
    }

    async fn made(&self, path: &str, body: Value) -> String {
        let answer = self.house.post(path, &self.administrator.cookie, body).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.json());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Status and code of an attempt.
    async fn tries(&self, who: &Caller, method: Method, path: &str, body: Value) -> (u16, String) {
        let answer = self.house.send(&self.house.router, method, path, Some(&who.cookie), Some(body)).await;
        (answer.status.as_u16(), answer.code())
    }
}

/// A division of Guangzhou.
async fn record_of_all(house: &House) -> String {
    let cx = system_cx("demo", house.app.now());
    let body = json!({ "code": "440106", "name": "天河区" }).as_object().cloned().unwrap();
    house.app.registry().add_record(&cx, RecordKind::Division, None, body).await.unwrap().to_string()
}

fn ok() -> (u16, String) {
    (204, String::new())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_a_pack_asks_for_is_found_missing_until_it_is_in_force() {
    let mut unit = Unit::build().await;
    let asked = unit.get("rules").await;
    let kinds: Vec<&str> =
        asked["kinds"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["watch", "footage", "security", "maintenance"], "{asked}");
    assert_eq!(asked["kinds"][0]["article"], "guangzhou-2007:20");
    assert!(!unit.has("rule_missing").await, "a new unit has a month");
    unit.on(30).await;
    let missing = |found: &[(String, String)]| {
        found.iter().filter(|one| **one == ("rule_missing".into(), "guangzhou-2007:20".into())).count()
    };
    assert_eq!(missing(&unit.found().await), 4);
    // A document without a file is nothing that anybody could read.
    let empty = record(&unit.house, RecordKind::Document, json!({ "name": "空", "paper": "other" })).await;
    let mut body = rule_body(&unit.house).await;
    body["kind"] = json!("watch");
    let mut wrong = body.clone();
    wrong["document_id"] = json!(empty.to_string());
    assert_eq!(unit.tries(&unit.manager, Method::POST, "/api/routines/rules", wrong).await.0, 400);
    let mut wrong = body.clone();
    wrong["review_ms"] = json!(unit.house.app.now().as_ms() - 1);
    assert_eq!(unit.tries(&unit.manager, Method::POST, "/api/routines/rules", wrong).await.0, 400);
    assert_eq!(missing(&unit.found().await), 4);
    unit.made("/api/routines/rules", body).await;
    assert_eq!(missing(&unit.found().await), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_confirm_for_themselves_and_reviews_and_drills_are_found_late() {
    let mut unit = Unit::build().await;
    let stranger = unit.house.caller(model::Role::Viewer, unit.house.other_unit).await;
    let rule = unit.made("/api/routines/rules", rule_body(&unit.house).await).await;
    let mine = unit.house.get("/api/routines/mine", &unit.viewer.cookie).await.json();
    assert_eq!(
        (&mine["rules"][0]["id"], &mine["rules"][0]["confirmed_ms"]),
        (&json!(rule), &Value::Null),
        "{mine}"
    );
    let file = unit.house.get(&format!("/api/routines/rules/{rule}/file"), &unit.viewer.cookie).await;
    assert_eq!((file.status.as_u16(), &file.body[..]), (200, &b"keep watch"[..]));
    let confirm = format!("/api/routines/rules/{rule}/confirm");
    assert_eq!(unit.tries(&stranger, Method::POST, &confirm, json!({})).await, (403, "other_unit".into()));
    let before = unit.house.entry_count().await;
    assert_eq!(unit.tries(&unit.viewer, Method::POST, &confirm, json!({})).await, ok());
    assert_eq!(unit.house.entries_since(before).await[0].act, Act::ConfirmRule);
    assert_eq!(unit.tries(&unit.viewer, Method::POST, &confirm, json!({})).await.0, 409);
    let missing = unit.get("rules").await["versions"][0]["missing"].as_array().unwrap().len();
    unit.on(13).await;
    assert!(!unit.has("rule_unconfirmed").await);
    unit.on(1).await;
    assert!(unit.has("rule_unconfirmed").await, "{missing} have not");
    unit.on(170).await;
    assert!(unit.has("drill_overdue").await, "half a year after the plan came in force");
    let drill = json!({
        "unit_id": unit.house.unit.to_string(), "held_ms": unit.house.app.now().as_ms() - 60_000, "body": "停电演练",
        "found": "发电机启动慢", "participant_ids": [unit.viewer.person.to_string()],
    });
    let mut wrong = drill.clone();
    wrong["participant_ids"] = json!([stranger.person.to_string()]);
    assert_eq!(unit.tries(&unit.manager, Method::POST, "/api/routines/drills", wrong).await.0, 400);
    unit.made("/api/routines/drills", drill).await;
    assert!(!unit.has("drill_overdue").await);
    unit.on(181).await;
    assert!(unit.has("review_overdue").await, "a year after");
    let again = unit.made("/api/routines/rules", rule_body(&unit.house).await).await;
    assert!(!unit.has("review_overdue").await);
    // What is no longer in force is not confirmed, and another's file is not what was.
    assert_eq!(unit.tries(&unit.viewer, Method::POST, &confirm, json!({})).await.0, 409);
    let mine = unit.house.get("/api/routines/mine", &unit.viewer.cookie).await.json();
    assert_eq!(
        (&mine["rules"][0]["id"], &mine["rules"][0]["confirmed_ms"]),
        (&json!(again), &Value::Null),
        "{mine}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_is_answered_and_signed_and_its_fault_is_repaired_by_two_persons() {
    let mut unit = Unit::build().await;
    unit.on(30).await;
    assert!(unit.has("round_overdue").await);
    let begin = json!({ "unit_id": unit.house.unit.to_string(), "part": "storage" });
    let round = unit.made("/api/routines/rounds", begin.clone()).await;
    assert_eq!(unit.tries(&unit.manager, Method::POST, "/api/routines/rounds", begin.clone()).await.0, 409);
    let seen = unit.get("rounds").await;
    let measured = seen["rounds"][0]["measured"].as_array().unwrap();
    assert_eq!(measured.len(), 3, "{seen}");
    let (answer, sign) =
        (format!("/api/routines/rounds/{round}/lines"), format!("/api/routines/rounds/{round}/sign"));
    let words = json!({ "words": "除机房外正常" });
    assert_eq!(
        unit.tries(&unit.manager, Method::POST, &sign, words.clone()).await.0,
        409,
        "nothing is answered"
    );
    let wordless = json!({ "lines": [{ "item": "room", "answer": "fault" }] });
    assert_eq!(unit.tries(&unit.manager, Method::PUT, &answer, wordless).await.0, 400);
    let foreign = json!({ "lines": [{ "item": "lens", "answer": "good" }] });
    assert_eq!(unit.tries(&unit.manager, Method::PUT, &answer, foreign).await.0, 400, "of another part");
    assert_eq!(unit.tries(&unit.manager, Method::PUT, &answer, lines("storage", "good")).await, ok());
    let fault = json!({ "lines": [{ "item": "room", "answer": "fault", "words": "空调停机" }] });
    assert_eq!(unit.tries(&unit.manager, Method::PUT, &answer, fault.clone()).await, ok());
    assert_eq!(unit.tries(&unit.manager, Method::POST, &sign, words.clone()).await, ok());
    assert_eq!(unit.tries(&unit.manager, Method::POST, &sign, words).await.0, 409);
    assert_eq!(unit.tries(&unit.manager, Method::PUT, &answer, fault).await.0, 409, "what is signed stays");
    let seen = unit.get("rounds").await;
    let order = &seen["orders"][0];
    assert_eq!(
        (&order["body"], &order["round_id"], &order["late"]),
        (&json!("空调停机"), &json!(round), &json!(false))
    );
    let order = order["id"].as_str().unwrap().to_owned();
    unit.on(7).await;
    assert!(unit.has("repair_overdue").await);
    let (done, accept) =
        (format!("/api/routines/orders/{order}/done"), format!("/api/routines/orders/{order}/accept"));
    let accepts = |accepted: bool| json!({ "accepted": accepted, "words": "看过" });
    assert_eq!(
        unit.tries(&unit.manager, Method::POST, &accept, accepts(true)).await.0,
        409,
        "nothing is repaired"
    );
    let nothing =
        json!({ "words": "已修复", "evidence_document_id": model::RecordId(uuid::Uuid::nil()).to_string() });
    assert_eq!(unit.tries(&unit.manager, Method::POST, &done, nothing).await.0, 400, "without evidence");
    let repair = json!({ "words": "已修复", "evidence_document_id": paper(&unit.house).await.to_string() });
    assert_eq!(unit.tries(&unit.manager, Method::POST, &done, repair.clone()).await, ok());
    assert!(!unit.has("repair_overdue").await);
    let before = unit.get("rounds").await["orders"].clone();
    let own = unit.tries(&unit.manager, Method::POST, &accept, accepts(true)).await;
    assert_eq!(own, (403, "own_repair".into()));
    assert_eq!(unit.get("rounds").await["orders"], before, "a refusal changes nothing");
    // Sent back it is open again; repaired again, another accepts it.
    assert_eq!(unit.tries(&unit.administrator, Method::POST, &accept, accepts(false)).await, ok());
    assert!(unit.has("repair_overdue").await);
    assert_eq!(unit.tries(&unit.manager, Method::POST, &done, repair).await, ok());
    assert_eq!(unit.tries(&unit.administrator, Method::POST, &accept, accepts(true)).await, ok());
    assert_eq!(unit.get("rounds").await["orders"][0]["accepted"], true);
    assert!(!unit.has("repair_overdue").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assessment_is_frozen_signed_by_a_manager_and_found_when_it_is_late() {
    let mut unit = Unit::build().await;
    unit.on(366).await;
    assert!(unit.has("assessment_overdue").await);
    let now = unit.house.app.now().as_ms();
    let span =
        json!({ "unit_id": unit.house.unit.to_string(), "from_ms": now - 30 * DAY_MS, "to_ms": now - 1 });
    let mut ahead = span.clone();
    ahead["to_ms"] = json!(now + DAY_MS);
    assert_eq!(unit.tries(&unit.manager, Method::POST, "/api/routines/assessments", ahead).await.0, 400);
    let before = unit.house.entry_count().await;
    let id = unit.made("/api/routines/assessments", span).await;
    let entry = unit.house.entries_since(before).await;
    let drawn = entry.iter().find(|entry| entry.act == Act::DrawAssessment).unwrap();
    let shown = unit.get("assessments").await["assessments"][0].clone();
    let sha256 = shown["sha256"].as_str().unwrap();
    assert!(format!("{:?}", drawn.record).contains(sha256), "the entry has the hash of what was frozen");
    assert_eq!(shown["measured"]["cameras"], 2);
    assert!(shown["measured"]["findings_due"].as_u64().unwrap() > 0, "{shown}");
    assert!(unit.has("assessment_overdue").await, "drawn up is not signed");
    let (sign, words) = (format!("/api/routines/assessments/{id}/sign"), json!({ "words": "总体有效" }));
    assert_eq!(
        unit.tries(&unit.administrator, Method::POST, &sign, words.clone()).await,
        (403, "role".into())
    );
    assert_eq!(unit.tries(&unit.manager, Method::POST, &sign, words.clone()).await, ok());
    assert_eq!(unit.tries(&unit.manager, Method::POST, &sign, words).await.0, 409);
    assert!(!unit.has("assessment_overdue").await);
    // Years on: the snapshot is as it was, and the next is due by the unit's own term.
    let mut terms = terms_body(&unit.house);
    terms["terms"]["assessment_days"] = json!(700);
    assert_eq!(unit.tries(&unit.manager, Method::PUT, "/api/routines/terms", terms.clone()).await, ok());
    terms["terms"]["repair_days"] = json!(0);
    assert_eq!(unit.tries(&unit.manager, Method::PUT, "/api/routines/terms", terms).await.0, 400);
    unit.on(699).await;
    assert!(!unit.has("assessment_overdue").await);
    unit.on(1).await;
    assert!(unit.has("assessment_overdue").await);
    let later = unit.get("assessments").await["assessments"][0].clone();
    assert_eq!((&later["snapshot"], &later["sha256"]), (&shown["snapshot"], &shown["sha256"]));
}

/// The finding stays with the order as evidence while that is open, and without it once it is accepted and nothing is better.
async fn a_fault_goes_on_while_its_repair_is_ordered(unit: &Unit, order: Value) {
    let fault = async || {
        let all = unit.house.get("/api/findings", &unit.administrator.cookie).await.json();
        let own = all.as_array().unwrap().iter().filter(|one| one["code"] == "device_fault");
        let is_ordered = |one: &Value| one["remedy"]["en"].as_str().unwrap().contains("is ordered");
        let evidence = |one: &Value| json!(one["evidence"].as_array().cloned().unwrap_or_default());
        own.map(|one| (evidence(one), is_ordered(one))).collect::<Vec<_>>()
    };
    assert_eq!(fault().await, [(json!([]), false)]);
    // An order about the store says nothing of it.
    let store = json!({ "unit_id": unit.house.unit.to_string(), "part": "storage", "body": "巡检硬盘" });
    unit.made("/api/routines/orders", store).await;
    assert_eq!(fault().await, [(json!([]), false)]);
    let order = unit.made("/api/routines/orders", order).await;
    assert_eq!(unit.get("rounds").await["faults"], json!([]), "it is not proposed twice");
    assert_eq!(fault().await, [(json!([{ "id": order, "name": "lines" }]), true)], "and goes on");
    let done =
        json!({ "words": "已更换光模块", "evidence_document_id": paper(&unit.house).await.to_string() });
    let path = format!("/api/routines/orders/{order}");
    assert_eq!(unit.tries(&unit.manager, Method::POST, &format!("{path}/done"), done).await, ok());
    assert_eq!(fault().await, [(json!([{ "id": order, "name": "lines" }]), true)], "reported is open");
    let accepted = json!({ "accepted": true, "words": "合格" });
    assert_eq!(
        unit.tries(&unit.administrator, Method::POST, &format!("{path}/accept"), accepted).await,
        ok()
    );
    assert_eq!(fault().await, [(json!([]), false)], "accepted, and the line breaks all the same");
    assert_eq!(unit.get("rounds").await["faults"].as_array().unwrap().len(), 1, "so it is proposed again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_below_its_contract_is_found_and_so_is_a_device_that_breaks_again_and_again() {
    let mut unit = Unit::build().await;
    let carrier = record(&unit.house, RecordKind::Carrier, json!({ "name": "联通公司" })).await;
    let mut body = link_body(&unit.house).await;
    body["carrier_id"] = json!(carrier.to_string());
    body["until_ms"] = json!(unit.house.app.now().as_ms() + 10 * DAY_MS);
    let mut wrong = body.clone();
    wrong["contract_ppm"] = json!(0);
    assert_eq!(unit.tries(&unit.manager, Method::POST, "/api/routines/links", wrong).await.0, 400);
    let mut wrong = body.clone();
    wrong["carrier_id"] = json!(paper(&unit.house).await.to_string());
    assert_eq!(
        unit.tries(&unit.manager, Method::POST, "/api/routines/links", wrong).await.0,
        400,
        "no carrier"
    );
    let link = unit.made("/api/routines/links", body).await;
    unit.on(9).await;
    // Thirteen breaks of ten minutes within the last day, by the network.
    let stream = StreamId { camera: unit.house.cameras[0], profile: Profile::Main };
    let now = unit.house.app.now();
    let minute = |minutes: i64| now.plus_us(-minutes * 60_000_000);
    for gap in (1..=13).rev() {
        let span = Span { start: minute(10 * gap), end: minute(10 * gap - 10) };
        let new = NewGap { stream, span, cause: GapCause::Network, evidence: "connection reset".into() };
        unit.house.app.store().footage.commit_gap(new).await.unwrap();
    }
    let links = unit.get("links").await;
    assert_eq!(links["links"][0]["below"], true, "{links}");
    assert_eq!(links["links"][0]["carrier"]["name"], "联通公司");
    assert!(unit.has("link_below").await && !unit.has("contract_ended").await);
    // A line that breaks again and again is a fault of its device, and what is proposed until a work order is about it.
    let faults = unit.get("rounds").await["faults"].clone();
    assert_eq!(
        (&faults[0]["part"], &faults[0]["camera"]["id"]),
        (&json!("lines"), &json!(stream.camera.to_string()))
    );
    assert!(unit.has("device_fault").await);
    // Reported as damage at its point: the finding leads there until it is repaired.
    let area = Area::build(&unit.house, "440105").await;
    let point = at_point(&unit.house, &area, stream.camera).await;
    let known = async || {
        let found = unit.house.get("/api/findings", &unit.manager.cookie).await.json();
        let fault = found.as_array().unwrap().iter().find(|one| one["code"] == "device_fault").cloned();
        fault.unwrap()["incident"]["id"].clone()
    };
    assert_eq!(known().await, Value::Null);
    let body = json!({
        "name": "线缆被剪", "system": area.system.to_string(), "point": point.to_string(), "what": "damage",
        "found_on": "2026-09-01",
    });
    let (cx, registry) = (system_cx("demo", unit.house.app.now()), unit.house.app.registry());
    let body = |end: Option<&str>| {
        let mut body = body.as_object().cloned().unwrap();
        body.extend(end.map(|day| ("repaired_on".to_owned(), json!(day))));
        body
    };
    let added = registry.add_record(&cx, RecordKind::Incident, Some(unit.house.unit), body(None)).await;
    let incident = added.unwrap();
    assert_eq!(known().await, json!(incident.to_string()));
    registry.change_record(&cx, incident, 1, body(Some("2026-09-02"))).await.unwrap();
    assert_eq!(known().await, Value::Null, "it is repaired, and still at fault");
    let order = json!({
        "unit_id": unit.house.unit.to_string(), "part": "lines", "body": "线路中断", "camera_id": stream.camera.to_string(),
    });
    a_fault_goes_on_while_its_repair_is_ordered(&unit, order).await;
    unit.on(1).await;
    assert!(!unit.has("device_fault").await, "a day without a break");
    assert!(unit.has("contract_ended").await);
    let end = format!("/api/routines/links/{link}/end");
    assert_eq!(unit.tries(&unit.manager, Method::POST, &end, json!({})).await, ok());
    assert!(!unit.has("link_below").await && !unit.has("contract_ended").await, "it is used no longer");
}

/// A routine stands among the duties: due while nothing was done, late after, and met by the round that was signed last.
#[tokio::test(flavor = "multi_thread")]
async fn a_routine_is_a_duty_that_its_last_act_shows() {
    let mut unit = Unit::build().await;
    let duty = async |unit: &Unit, control: &str, days: u32| {
        let path = format!("/api/board/duties?days={days}");
        let board = unit.house.get(&path, &unit.administrator.cookie).await.json();
        let rows = board["duties"].as_array().unwrap();
        let states = ["breached", "late", "due", "met", "nothing_found"];
        let counted: u64 = states.iter().map(|state| board[*state].as_u64().unwrap()).sum();
        assert_eq!(counted, rows.len() as u64, "each in one state");
        let own: Vec<&Value> = rows.iter().filter(|row| row["control"] == control).collect();
        assert_eq!(own.len(), 1, "one row: {own:?}");
        assert!(own[0]["article"].as_str().unwrap().starts_with("guangzhou-2007:"), "{}", own[0]);
        own[0].clone()
    };
    let round = async |unit: &Unit, part: &str| {
        let begin = json!({ "unit_id": unit.house.unit.to_string(), "part": part });
        let id = unit.made("/api/routines/rounds", begin).await;
        let path = format!("/api/routines/rounds/{id}");
        let answered =
            unit.tries(&unit.manager, Method::PUT, &format!("{path}/lines"), lines(part, "good")).await;
        assert_eq!(answered, ok(), "{part}");
        let signed = unit
            .tries(&unit.manager, Method::POST, &format!("{path}/sign"), json!({ "words": "正常" }))
            .await;
        assert_eq!(signed, ok(), "{part}");
        id
    };
    let new = duty(&unit, "maintenance-rounds", 40).await;
    assert_eq!(
        (&new["state"], &new["systems"], &new["coming"]),
        (&json!("due"), &json!(1), &json!(2)),
        "{new}"
    );
    unit.on(30).await;
    assert_eq!(duty(&unit, "maintenance-rounds", 1).await["state"], "late");
    let mut done = Vec::new();
    for part in ["front_end", "lines", "storage"] {
        done.push(round(&unit, part).await);
    }
    let met = duty(&unit, "maintenance-rounds", 7).await;
    assert_eq!((&met["state"], &met["shown_count"]), (&json!("met"), &json!(3)), "{met}");
    let shown: Vec<&str> =
        met["shown"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(shown, done.iter().map(String::as_str).collect::<Vec<_>>());
    // Rules are asked for and none is in force: late, and nothing shows them.
    let rules = duty(&unit, "written-rules", 1).await;
    assert_eq!((&rules["state"], &rules["shown_count"]), (&json!("late"), &json!(0)), "{rules}");
}
