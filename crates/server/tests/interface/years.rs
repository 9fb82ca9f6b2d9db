//! What waits for somebody, over years in virtual time: filings, requests to change, reviews and releases of holds, notices of
//! moves, overrides and grants with an end. The cases are data (`years/*.toml`).
//!
//! A case is walked day by day: at the last instant of each day and at the first of the next, in Asia/Shanghai civil time, everything
//! that it watches is asked over HTTP; between them its events happen, to the second. The wall clock can be set back, and the
//! server started again; cameras are recorded all the while, so that the time that passed is on record.

use crate::{
    house::{Answer, Caller, House},
    walks::{self, PAPERS, STEPS, instant, said},
};
use axum::http::Method;
use law::Day;
use model::{GapCause, MonoTime, PersonId, Profile, Role, Span, StreamId, WallTime};
use pipeline::Clocks;
use serde::Deserialize;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::SeqCst},
};
use std::time::Duration;
use store::NewGap;

const DAY_US: i64 = 86_400_000_000;
const SESSION_US: i64 = 20 * 60 * 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    packs: Vec<String>,
    /// Packs that the unit made its own rule.
    #[serde(default)]
    adopted: Vec<String>,
    /// `2028-02-28T23:59:59` at the unit.
    begins: String,
    /// The last day of the walk.
    ends: String,
    /// The system was taken into use at the beginning.
    #[serde(default)]
    in_use: bool,
    /// When, what, and what comes of it.
    events: Vec<(String, String, String)>,
    #[serde(default)]
    watch: Vec<Watch>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Watch {
    asks: String,
    /// The days on which the answer became another.
    changes: Vec<(String, String)>,
}

/// Real time that a hand moves, and a wall clock that is so far off it.
#[derive(Debug)]
struct Turned {
    real_us: AtomicI64,
    off_us: AtomicI64,
}

impl Clocks for Turned {
    fn mono(&self) -> MonoTime {
        MonoTime(self.real_us.load(SeqCst))
    }
    fn wall(&self) -> WallTime {
        WallTime(self.real_us.load(SeqCst) + self.off_us.load(SeqCst))
    }
}

struct World {
    house: House,
    clocks: Arc<Turned>,
    /// Until when the camera's history is written.
    recorded: WallTime,
    people: BTreeMap<&'static str, (PersonId, String)>,
    ids: BTreeMap<String, String>,
    papers: Vec<String>,
    /// The newest of each.
    request: Option<String>,
    hold: Option<String>,
    set: Option<String>,
    signed: RefCell<BTreeMap<String, (WallTime, Caller)>>,
}

impl World {
    async fn build(case: &Case) -> Self {
        let begins = instant(&case.begins);
        let clocks = Arc::new(Turned { real_us: AtomicI64::new(begins.0), off_us: AtomicI64::new(0) });
        let house = House::build_by(clocks.clone()).await;
        let mut people = BTreeMap::new();
        for (name, role) in
            [("asker", Role::Administrator), ("other", Role::Administrator), ("operator", Role::Operator)]
        {
            let caller = house.caller(role, house.unit).await;
            people.insert(name, (caller.person, caller.account));
        }
        let (ids, papers) = (BTreeMap::new(), Vec::new());
        let (request, hold, set) = (None, None, None);
        let (recorded, signed) = (begins, RefCell::default());
        let mut world = Self { house, clocks, recorded, people, ids, papers, request, hold, set, signed };
        world.register(case).await;
        if case.in_use {
            for step in STEPS {
                assert_eq!(world.step(step).await, "200", "{}: {step}", case.name);
            }
        }
        world
    }

    async fn register(&mut self, case: &Case) {
        // Some of these people have nothing to do for a year: this is not about accounts that rest.
        let rules = json!({ "dormant_days": 1_096, "confirm_days": 1_096 });
        let answer = self.send("asker", Method::PUT, "/api/people/rules", Some(rules)).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        for paper in PAPERS {
            let id = self.add("document", json!({ "name": paper, "paper": paper })).await;
            self.papers.push(id);
        }
        for pack in &case.adopted {
            let path = format!("/api/units/{}/adoptions", self.house.unit);
            let body = json!({ "pack": pack, "document_id": self.papers[0] });
            let answer = self.send("asker", Method::POST, &path, Some(body)).await;
            assert_eq!(answer.status, 204, "{pack}: {}", answer.json());
        }
        // Abroad: under the packs that it names and no others.
        let division = self.add("division", json!({ "code": "990106", "name": "境外" })).await;
        let mut system = json!({ "name": "系统", "packs": case.packs, "division": division, "builder_kind": "enterprise" });
        for (field, work) in
            [("designer", "design"), ("constructor", "construction"), ("maintainer", "maintenance")]
        {
            let body = json!({
                "name": work, "roles": [work], "certificate": "C-1", "valid_until": "2099-12-31",
            });
            system[field] = json!(self.add("contractor", body).await);
        }
        let system = self.add("system", system).await;
        let place = self.add("place", json!({ "name": "大厅", "division": division })).await;
        let point = json!({
            "name": "大门", "system": system, "place": place, "purpose": "出入口", "longitude": 106.5,
            "latitude": 29.5, "security_level": 1,
        });
        let point = self.add("point", point).await;
        for (name, id) in [("division", division), ("system", system), ("place", place), ("point", point)] {
            self.ids.insert(name.into(), id);
        }
    }

    /// Signs somebody in, or lets them go on: a session that nobody uses for half an hour ends.
    async fn signed(&self, who: &str) -> Caller {
        let now = self.house.app.now();
        let known = self.signed.borrow().get(who).cloned();
        if let Some((since, caller)) = known
            && now.since_us(since) < SESSION_US
        {
            return caller;
        }
        let (person, account) = &self.people[who];
        let caller = self.house.sign_in(*person, account).await;
        self.signed.borrow_mut().insert(who.to_owned(), (now, caller.clone()));
        caller
    }

    async fn send(&self, who: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        let caller = self.signed(who).await;
        self.house.send(&self.house.router, method, path, Some(&caller.cookie), body).await
    }

    async fn add(&self, kind: &str, body: Value) -> String {
        let request = match kind {
            "division" => json!({ "body": body }),
            _ => json!({ "unit_id": self.house.unit.to_string(), "body": body }),
        };
        let answer = self.send("asker", Method::POST, &format!("/api/register/{kind}"), Some(request)).await;
        assert_eq!(answer.status, 201, "{kind}: {}", answer.json());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Real time goes on; what was recorded meanwhile is written, and the footage's clock believes it.
    async fn pass_until(&mut self, real: WallTime) {
        let before = self.clocks.real_us.swap(real.0, SeqCst);
        let elapsed = Duration::from_micros(u64::try_from(real.0 - before).expect("time goes on"));
        let now = self.house.app.now();
        if elapsed < Duration::from_secs(1) {
            return;
        }
        let store = self.house.app.store();
        if let Some(span) = Span::new(self.recorded, now) {
            let stream = StreamId { camera: self.house.cameras[0], profile: Profile::Main };
            let gap = NewGap { stream, span, cause: GapCause::Camera, evidence: "silent".into() };
            store.footage.commit_gap(gap).await.unwrap();
            self.recorded = now;
        }
        store.advance_trust(elapsed, self.clocks.wall()).await.unwrap();
    }

    async fn restarted(self) -> Self {
        let house = self.house.restarted(self.clocks.clone()).await;
        Self { house, ..self }
    }

    async fn step(&mut self, step: &str) -> String {
        let caller = self.signed("asker").await;
        let of = (self.ids["system"].as_str(), self.ids["point"].as_str());
        said(&walks::step(&self.house, &caller.cookie, of, &self.papers, step).await)
    }

    /// The point with another value, and where it is changed.
    async fn point_with(&self, field: &str, value: &str) -> (Value, String) {
        let path = format!("/api/records/{}", self.ids["point"]);
        let record = self.send("asker", Method::GET, &path, None).await.json();
        let mut body = record["body"].clone();
        body[field] = serde_json::from_str(value).unwrap_or_else(|_| json!(value));
        (json!({ "version": record["version"], "body": body }), path)
    }

    async fn ask(&mut self, field: &str, value: &str, until: Option<&str>) -> String {
        let (mut request, _) = self.point_with(field, value).await;
        request["record_id"] = json!(self.ids["point"]);
        request["reason"] = json!("改造");
        if let Some(until) = until {
            let paper = json!({ "name": "批准", "paper": "authorisation", "valid_until": until });
            request["document_id"] = json!(self.add("document", paper).await);
        }
        let answer = self.send("asker", Method::POST, "/api/changes", Some(request)).await;
        self.request = answer.json()["id"].as_str().map(str::to_owned).or(self.request.take());
        said(&answer)
    }

    async fn decide(&self, who: &str, authorise: bool) -> String {
        let path = format!("/api/changes/{}/decision", self.request.as_deref().unwrap());
        said(&self.send(who, Method::POST, &path, Some(json!({ "authorise": authorise }))).await)
    }

    async fn place_hold(&mut self, review: &str) -> String {
        let now = self.house.app.now().as_ms();
        let body = json!({
            "cameras": [self.house.cameras[0].to_string()], "from_ms": now - 60_000, "to_ms": now - 30_000,
            "purpose": "incident", "legal_basis": "unit_duty", "note": "盗窃", "review_ms": instant(review).as_ms(),
        });
        let answer = self.send("operator", Method::POST, "/api/holds", Some(body)).await;
        self.hold = answer.json()["id"].as_str().map(str::to_owned).or(self.hold.take());
        said(&answer)
    }

    async fn hold_act(&self, who: &str, what: &str, more: Value) -> String {
        let mut body = json!({ "reason": "结案" });
        for (field, value) in more.as_object().into_iter().flatten() {
            body[field] = value.clone();
        }
        let path = format!("/api/holds/{}/{what}", self.hold.as_deref().unwrap());
        said(&self.send(who, Method::POST, &path, Some(body)).await)
    }

    async fn file(&self, pack: &str) -> String {
        let caller = self.signed("asker").await;
        said(&walks::file(&self.house, &caller.cookie, &self.ids["system"], pack).await)
    }

    async fn set_floor(&mut self, article: &str, days: &str, from: &str, until: &str) -> String {
        let body = json!({
            "unit_id": self.house.unit.to_string(), "system_id": self.ids["system"], "article": article,
            "parameter": "footage_floor_days", "value": days.parse::<u16>().unwrap(),
            "document_id": self.papers[0], "reason": "另有规定", "from": from, "until": until,
        });
        let answer = self.send("asker", Method::POST, "/api/overrides", Some(body)).await;
        self.set = answer.json()["id"].as_str().map(str::to_owned).or(self.set.take());
        said(&answer)
    }

    async fn grant(&self, level: &str, until: &str) -> String {
        let decision = json!({
            "name": "等级决定", "authority": "市公安局", "decided_on": "2026-01-01", "levels": "一级公开",
        });
        let body = json!({
            "name": "授权", "decision": self.add("level-decision", decision).await, "platform": "区平台",
            "relation": "upper", "points": [self.ids["point"]], "level_max": level.parse::<u8>().unwrap(),
            "actions": ["live"], "valid_until": until,
        });
        let request = json!({ "unit_id": self.house.unit.to_string(), "body": body });
        said(&self.send("asker", Method::POST, "/api/register/grant", Some(request)).await)
    }

    async fn send_notice(&self) -> String {
        let notices = self.send("asker", Method::GET, "/api/register/notice", None).await.json();
        let record = &notices["records"][0];
        let mut body = record["body"].clone();
        body["sent_on"] = json!(self.house.app.registry().today(self.house.app.now()).to_string());
        let request = json!({ "version": record["version"], "body": body });
        let path = format!("/api/records/{}", record["id"].as_str().unwrap());
        said(&self.send("asker", Method::PATCH, &path, Some(request)).await)
    }

    /// What happens: words of the data.
    async fn act(&mut self, what: &str) -> String {
        let words: Vec<&str> = what.split(' ').collect();
        match words.as_slice() {
            ["clock", days] => {
                let off_us = days.parse::<i64>().unwrap() * DAY_US;
                self.clocks.off_us.store(off_us, SeqCst);
                "ok".into()
            }
            ["step", step] => self.step(step).await,
            ["ask", field, value] => self.ask(field, value, None).await,
            ["ask", field, value, "until", until] => self.ask(field, value, Some(until)).await,
            ["authorise"] => self.decide("other", true).await,
            ["authorise-own"] => self.decide("asker", true).await,
            ["decline"] => self.decide("other", false).await,
            ["set", field, value] => {
                let (request, path) = self.point_with(field, value).await;
                said(&self.send("asker", Method::PATCH, &path, Some(request)).await)
            }
            ["hold", "until", review] => self.place_hold(review).await,
            ["review", until] => {
                self.hold_act("operator", "review", json!({ "review_ms": instant(until).as_ms() })).await
            }
            ["ask-release"] => self.hold_act("operator", "release", json!({})).await,
            ["release"] => self.hold_act("other", "release/approve", json!({})).await,
            ["file", pack] => self.file(pack).await,
            ["floor", article, days, "from", from, "until", until] => {
                self.set_floor(article, days, from, until).await
            }
            ["grant", level, "until", until] => self.grant(level, until).await,
            ["send-notice"] => self.send_notice().await,
            ["asks", ..] => self.answer(what.strip_prefix("asks ").unwrap()).await,
            _ => panic!("nobody knows how to '{what}'"),
        }
    }

    /// What somebody sees who looks.
    async fn answer(&self, asks: &str) -> String {
        let get = async |path: String| self.send("asker", Method::GET, &path, None).await.json();
        let words: Vec<&str> = asks.split(' ').collect();
        match words.as_slice() {
            ["filing", pack] => {
                let all = get(format!("/api/systems/{}/filings", self.ids["system"])).await;
                let own = all["owed"].as_array().unwrap().iter().find(|one| one["pack"] == **pack);
                let (state, due) = own.map(|one| (&one["state"], &one["due"])).unwrap();
                format!("{} {}", state.as_str().unwrap(), due.as_str().unwrap_or("-")).trim_end().to_owned()
            }
            ["found", code] => {
                let found = get(format!("/api/findings/register?code={code}")).await;
                if found["total"] == json!(0) { "no".into() } else { "yes".into() }
            }
            ["hold"] => {
                let Some(id) = &self.hold else { return "none".into() };
                let hold = get(format!("/api/holds/{id}")).await;
                let overdue = if hold["overdue"] == json!(true) { " overdue" } else { "" };
                format!("{}{overdue}", hold["state"].as_str().unwrap())
            }
            ["request"] => {
                let all = get("/api/changes".into()).await;
                let own = all["requests"].as_array().unwrap().iter();
                let own = own.filter(|one| one["id"].as_str() == self.request.as_deref());
                own.last().map_or("none".into(), |one| one["state"].as_str().unwrap().to_owned())
            }
            ["override"] => {
                let all = get("/api/overrides".into()).await;
                match all["overrides"].as_array().unwrap().first() {
                    Some(one) if one["holds"] == json!(true) => "holds".into(),
                    Some(_) => "not".into(),
                    None => "none".into(),
                }
            }
            ["notice"] => {
                let all = get("/api/register/notice".into()).await;
                all["records"][0]["body"]["made_on"].as_str().unwrap_or("none").to_owned()
            }
            ["purpose"] => {
                let point = get(format!("/api/records/{}", self.ids["point"])).await;
                point["body"]["purpose"].as_str().unwrap().to_owned()
            }
            _ => panic!("nobody knows what '{asks}' asks"),
        }
    }
}

async fn walk(case: &Case) {
    let mut world = World::build(case).await;
    let mut events = case.events.iter().peekable();
    let mut changes: Vec<Vec<(String, String)>> = vec![Vec::new(); case.watch.len()];
    let mut day = Day::of(instant(&case.begins));
    let last = Day::read(&case.ends).expect("a day of the calendar");
    while day <= last {
        let next = day.plus(1).begins();
        while let Some((at, what, expected)) = events.next_if(|(at, ..)| instant(at) < next) {
            world.pass_until(instant(at)).await;
            if what == "restart" {
                world = world.restarted().await;
                continue;
            }
            assert_eq!(world.act(what).await, *expected, "{}: {at} {what}", case.name);
        }
        // The last instant of the day, and the first of the next.
        for (at, on) in [(next.plus_us(-1), day), (next, day.plus(1))] {
            if on > last {
                break;
            }
            world.pass_until(at).await;
            for (watch, changes) in case.watch.iter().zip(&mut changes) {
                let now = world.answer(&watch.asks).await;
                if changes.last().is_none_or(|(_, before)| *before != now) {
                    changes.push((on.to_string(), now));
                }
            }
        }
        day = day.plus(1);
    }
    assert!(events.next().is_none(), "{}: an event after its end", case.name);
    for (watch, changes) in case.watch.iter().zip(changes) {
        assert_eq!(changes, watch.changes, "{}: {}", case.name, watch.asks);
    }
}

async fn all(text: &str) {
    let file: File = toml::from_str(text).expect("the cases are read");
    for case in &file.case {
        walk(case).await;
    }
}

/// chongqing:9, chongqing:11, national-2025:14
#[tokio::test(flavor = "multi_thread")]
async fn what_is_owed_to_an_organ_waits_over_years() {
    all(include_str!("years/owed.toml")).await;
}

/// datong-2008:19, chongqing:12, guangzhou-2007:28
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_second_person_waits_over_years() {
    all(include_str!("years/asked.toml")).await;
}

/// guangzhou-2007:14, guangzhou-2007:21
#[tokio::test(flavor = "multi_thread")]
async fn what_ends_ends_on_its_day_and_does_not_come_back() {
    all(include_str!("years/ended.toml")).await;
}
