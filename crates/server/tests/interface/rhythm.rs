//! The rhythm of inspections over HTTP: set by an authority for itself; what it has not inspected in time is a finding about it, for whoever
//! is told what authorities are late with, until it is inspected. An inspection that was refused is none.

use crate::{
    cases::Who,
    house::{Caller, House},
    supervision::{Area, authority, bound},
    turned::Turned,
};
use law::supervision::AuthorityKind;
use model::Act;
use serde_json::{Value, json};
use std::sync::Arc;

const DAY_US: i64 = 86_400_000_000;
const RHYTHM: &str = "/api/supervision/rhythm";

struct Scene {
    house: House,
    clocks: Arc<Turned>,
    area: Area,
    officer: Caller,
    above: Caller,
}

impl Scene {
    async fn build() -> Self {
        let clocks = Turned::from_now();
        let house = House::build_by(clocks.clone()).await;
        let area = Area::build(&house, "440106").await;
        let city = authority(&house, "广州市公安局", AuthorityKind::PublicSecurity, "440100").await;
        let officer = bound(&house, area.authority).await;
        let above = bound(&house, city).await;
        Self { house, clocks, area, officer, above }
    }

    async fn again(&self, caller: &Caller) -> Caller {
        self.house.sign_in(caller.person, &caller.account).await
    }

    async fn seen(&self, caller: &Caller) -> Value {
        self.house.get("/api/supervision", &self.again(caller).await.cookie).await.json()
    }

    async fn late(&self, caller: &Caller) -> Option<u64> {
        let seen = self.seen(caller).await;
        let own = seen["late"].as_array().unwrap().iter().find(|one| one["what"] == "inspection").cloned();
        own.map(|one| one["count"].as_u64().unwrap())
    }

    async fn found(&self, who: Who) -> Vec<Value> {
        let who = who.sign_in(&self.house).await;
        let all = self.house.get("/api/findings", &who.cookie).await.json();
        all.as_array().unwrap().iter().filter(|one| one["code"] == "inspection_overdue").cloned().collect()
    }

    async fn set(&self, days: Option<u32>, reason: &str) -> u16 {
        let officer = self.again(&self.officer).await;
        let body = json!({ "days": days, "reason": reason });
        self.house.post(RHYTHM, &officer.cookie, body).await.status.as_u16()
    }

    async fn inspected(&self, refused: bool) {
        let officer = self.again(&self.officer).await;
        let id = self.area.inspect(&self.house, &officer).await;
        let seen = self.seen(&self.officer).await;
        assert_eq!(seen["systems"][0]["inspection_id"], json!(id), "it is under way");
        let end = json!({ "refused": refused, "note": "结论" });
        let path = format!("/api/inspections/{id}/end");
        assert_eq!(self.house.post(&path, &officer.cookie, end).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_does_not_inspect_in_its_own_rhythm_is_found_late() {
    let scene = Scene::build().await;
    let (house, clocks) = (&scene.house, &scene.clocks);
    clocks.on_us(5 * DAY_US);
    assert_eq!((scene.late(&scene.officer).await, scene.found(Who::Auditor).await.len()), (None, 0));
    let seen = scene.seen(&scene.officer).await;
    assert_eq!((&seen["rhythm"], &seen["systems"][0]["inspection_due_ms"]), (&Value::Null, &Value::Null));

    // Set by the authority, with a reason; the entry has the days and no word of the reason.
    assert_eq!((scene.set(Some(0), "无").await, scene.set(Some(30), " ").await), (400, 400));
    assert_eq!(scene.set(Some(1_831), "久").await, 400);
    let since = house.entry_count().await;
    assert_eq!(scene.set(Some(30), "年度检查计划").await, 204);
    let entries = house.entries_since(since).await;
    let entry = entries.iter().find(|entry| entry.act == Act::SetAreaTarget).unwrap();
    let extra = &entry.record.extra;
    assert!(extra.contains("what=rhythm\ndays=30\nbefore=none") && !extra.contains("年度"), "{extra}");
    assert_eq!(scene.set(Some(30), "再次").await, 409, "it stands");
    let seen = scene.seen(&scene.officer).await;
    assert_eq!((&seen["rhythm"]["days"], &seen["rhythm"]["reason"]), (&json!(30), &json!("年度检查计划")));
    assert!(seen["systems"][0]["inspection_due_ms"].is_i64());
    assert_eq!(scene.late(&scene.officer).await, None, "from the day on which it was set");

    clocks.on_us(31 * DAY_US);
    assert_eq!((scene.late(&scene.officer).await, scene.late(&scene.above).await), (Some(1), Some(1)));
    let found = scene.found(Who::Auditor).await;
    assert_eq!(found.len(), 1, "{found:?}");
    let (article, control) = (&found[0]["article"], &found[0]["control"]);
    assert_eq!((article, control), (&json!("guangzhou-2007:17"), &json!("inspection-rhythm")));
    assert_eq!(found[0]["record"]["id"], json!(scene.area.authority.to_string()));
    assert_eq!((&found[0]["count"], &found[0]["evidence"]), (&json!(1), &Value::Null), "no system is named");
    // In the history too, and so in auditors' reminders.
    let auditor = Who::Auditor.sign_in(house).await;
    let path = "/api/findings/history?kind=supervision&article=guangzhou-2007:17&open=true";
    let rows = house.get(path, &auditor.cookie).await.json();
    assert_eq!(rows["findings"][0]["code"], "inspection_overdue", "{rows}");
    assert_eq!(scene.found(Who::Administrator).await.len(), 0, "of authorities a unit is told nothing");

    // Refused is not inspected; received is.
    scene.inspected(true).await;
    assert_eq!(scene.late(&scene.officer).await, Some(1));
    scene.inspected(false).await;
    assert_eq!((scene.late(&scene.officer).await, scene.found(Who::Auditor).await.len()), (None, 0));
    let seen = scene.seen(&scene.officer).await;
    let (last, due) = (&seen["systems"][0]["inspected_ms"], &seen["systems"][0]["inspection_due_ms"]);
    assert_eq!(due.as_i64().unwrap() - last.as_i64().unwrap(), 30 * DAY_US / 1_000);

    // A shorter one counts from there, and none is late with nothing.
    clocks.on_us(11 * DAY_US);
    assert_eq!(scene.set(Some(10), "加强检查").await, 204);
    assert_eq!(scene.late(&scene.officer).await, Some(1));
    assert_eq!((scene.set(None, "改由上级检查").await, scene.set(None, "再次").await), (204, 409));
    assert_eq!((scene.late(&scene.officer).await, scene.found(Who::Auditor).await.len()), (None, 0));
}
