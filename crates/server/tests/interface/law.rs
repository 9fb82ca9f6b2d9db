//! Cases taken from the articles, as data (`law_cases/*.toml`), over HTTP against a real server: what is given, what
//! somebody does, what must come of it, and that the same succeeds once the missing fact is supplied.
//!
//! A case builds a lawful world (a unit, a system with a point, contractors, papers), changes some facts of it, takes the
//! system to a stage, and acts. A refusal is held against status, article, code, its one entry and an unchanged state.

mod format;
mod outcome;

use crate::house::{Caller, House};
use axum::{
    body::Body,
    http::{Method, Request as HttpRequest, StatusCode},
};
use format::{Case, Facts, File, Set, When, set, unhex};
use futures::{StreamExt as _, stream};
use model::Role;
use outcome::{entered, findings, held, standing};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Records of the lawful world, in the order of their making, and the kinds that they are.
const WORLD: [(&str, &str); 11] = [
    ("division", "division"),
    ("paper", "document"),
    ("works", "main-works"),
    ("designer", "contractor"),
    ("constructor", "contractor"),
    ("maintainer", "contractor"),
    ("system", "system"),
    ("place", "place"),
    ("point", "point"),
    ("sign", "sign"),
    ("product", "product"),
];

/// Records that a case can have beside them.
const MORE: [(&str, &str); 21] = [
    ("second_paper", "document"),
    ("technician", "technician"),
    ("carrier", "carrier"),
    ("plan", "plan"),
    ("planned_point", "planned-point"),
    ("agreement", "agreement"),
    ("corridor", "place"),
    ("second_system", "system"),
    ("city", "division"),
    ("second_city", "division"),
    ("round", "round"),
    ("selection", "selection"),
    ("pressure", "pressure-report"),
    ("standard", "standard"),
    ("connection", "connection"),
    ("decision", "level-decision"),
    ("grant", "grant"),
    ("target", "area-target"),
    ("budget", "budget"),
    ("notice", "notice"),
    ("incident", "incident"),
];

fn kind_of(name: &str) -> &'static str {
    let found = WORLD.into_iter().chain(MORE).find(|(known, _)| *known == name);
    let Some((_, kind)) = found else { panic!("no record '{name}'") };
    kind
}

/// The least that is a picture by its first bytes.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n";

const PAPERS: [&str; 11] = [
    "photo",
    "design",
    "design-review",
    "contract",
    "construction",
    "test",
    "acceptance",
    "planning",
    "project-review",
    "bidding",
    "review",
];
const PARTIES: [&str; 6] = ["public-security", "experts", "builder", "designer", "constructor", "user-unit"];
const STEPS: [(&str, &str); 6] = [
    ("review", "designed"),
    ("build", "built"),
    ("test", "tested"),
    ("accept", "accepted"),
    ("commission", "in_use"),
    ("decommission", "decommissioned"),
];

struct World {
    house: House,
    caller: Caller,
    other: Caller,
    unit: String,
    ids: BTreeMap<String, String>,
    /// Documents by kind of paper.
    papers: BTreeMap<String, String>,
    camera: Option<String>,
    /// The last override.
    set: Option<String>,
    /// The document that its commissioning still is.
    still: Option<String>,
    given: Facts,
    packs: Vec<String>,
}

impl World {
    async fn build(case: &Case) -> Self {
        let house = House::build().await;
        let caller = house.caller(Role::Administrator, house.unit).await;
        let other = house.caller(Role::Administrator, house.unit).await;
        let unit = house.unit.to_string();
        let mut world = Self {
            house,
            caller,
            other,
            unit,
            ids: BTreeMap::new(),
            papers: BTreeMap::new(),
            camera: None,
            set: None,
            still: None,
            given: case.given.clone(),
            packs: case.packs.clone(),
        };
        world.documents().await;
        for pack in &case.adopted {
            world.adopt(pack).await;
        }
        // Divisions stand before what names them.
        let (divisions, more): (Vec<_>, Vec<_>) =
            case.more.iter().partition(|name| name.as_str() != "neighbour" && kind_of(name) == "division");
        for name in divisions {
            world.beside(name).await;
        }
        for (name, kind) in WORLD {
            let left_out =
                world.given.get(name).is_some_and(|values| values.get("left_out") == Some(&json!(true)));
            if !left_out {
                let answer = world.add(name, kind).await;
                assert_eq!(answer.status, 201, "{}: {name}: {}", case.name, answer.body);
                world.ids.insert(name.into(), answer.body["id"].as_str().unwrap().into());
            }
        }
        for name in more {
            world.beside(name).await;
        }
        for set in &case.overrides {
            let answer = world.set_override(&world.caller, set).await;
            assert_eq!(answer.status, 201, "{}: {}: {}", case.name, set.parameter, answer.body);
            world.set = answer.body["id"].as_str().map(str::to_owned);
        }
        world.reach(case).await;
        if world.camera.is_none() && case.camera {
            let answer = world.enrol().await;
            assert_eq!(answer.status, 201, "{}: {}", case.name, answer.body);
        }
        if matches!(case.when, When::Place) {
            let answer = world.post("/api/cameras", world.camera_body(None)).await;
            assert_eq!(answer.status, 201, "{}: {}", case.name, answer.body);
            world.camera = answer.body["id"].as_str().map(str::to_owned);
        }
        if case.then_replaced {
            let path = format!("/api/cameras/{}", world.camera.as_deref().unwrap());
            let body = json!({ "main_url": "rtsp://192.0.2.99/main" });
            let answer = world.send(Method::PATCH, &path, &world.caller, Some(body)).await;
            assert_eq!(answer.status, 200, "{}: {}", case.name, answer.body);
        }
        for (name, values) in &case.then_given {
            let answer = world.change(name, values).await;
            assert_eq!(answer.status, 200, "{}: {name}: {}", case.name, answer.body);
        }
        world
    }

    async fn documents(&mut self) {
        for paper in PAPERS {
            let kind = if paper == "review" { "project-review" } else { paper };
            let body = json!({ "name": paper, "paper": kind });
            let answer =
                self.post("/api/register/document", json!({ "unit_id": self.unit, "body": body })).await;
            assert_eq!(answer.status, 201, "{paper}: {}", answer.body);
            self.papers.insert(paper.into(), answer.body["id"].as_str().unwrap().into());
        }
        let photo = self.papers["photo"].clone();
        let answer = self.upload(&self.caller, &photo, 1, "标识.png", PICTURE, "").await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }

    /// Sends a file as a browser does.
    async fn upload(
        &self,
        caller: &Caller,
        document: &str,
        version: u64,
        name: &str,
        bytes: &[u8],
        sha256: &str,
    ) -> Got {
        let declared = if sha256.is_empty() { String::new() } else { format!("&sha256={sha256}") };
        let name: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let path = format!("/api/records/{document}/file?version={version}&name={name}{declared}");
        let request = HttpRequest::builder()
            .method(Method::POST)
            .uri(path)
            .header("x-watchkeeper", "1")
            .header("cookie", &caller.cookie)
            .body(Body::from(bytes.to_vec()))
            .unwrap();
        let answer = self.house.send_raw(&self.house.router, request).await;
        Got { status: answer.status.as_u16(), body: answer.json() }
    }

    /// The still of the camera, as the case wants it.
    async fn shoot(&mut self, wanted: &str) {
        let Some(camera) = self.camera.as_deref().filter(|_| !wanted.is_empty()) else { return };
        let operator = self.house.caller(Role::Operator, self.house.unit).await;
        let still = self.house.still(operator.person, camera.parse().unwrap()).await.to_string();
        if wanted == "confirmed" {
            let answer = self.post(&format!("/api/records/{still}/confirmation"), json!({})).await;
            assert_eq!(answer.status, 204, "{}", answer.body);
        }
        self.still = Some(still);
    }

    /// Who acts: the administrator of the world, or somebody else for this once.
    async fn acting(&mut self, role: &str, elsewhere: bool) -> Caller {
        if !role.is_empty() {
            self.caller = self.somebody(role, elsewhere).await;
        }
        self.caller.clone()
    }

    /// Adds a record beside the lawful world's.
    async fn beside(&mut self, name: &str) {
        let answer = match name {
            "neighbour" => {
                let there = self.house.caller(Role::Administrator, self.house.other_unit).await;
                let body = json!({ "name": "邻居", "paper": "authorisation" });
                let request = json!({ "unit_id": self.house.other_unit.to_string(), "body": body });
                self.send(Method::POST, "/api/register/document", &there, Some(request)).await
            }
            name => self.add(name, kind_of(name)).await,
        };
        assert_eq!(answer.status, 201, "{name}: {}", answer.body);
        self.ids.insert(name.into(), answer.body["id"].as_str().unwrap().into());
    }

    async fn adopt(&self, pack: &str) {
        let answer = self.adoption(pack, "@paper:design").await;
        assert_eq!(answer.status, 204, "{pack}: {}", answer.body);
    }

    async fn adoption(&self, pack: &str, document: &str) -> Got {
        let body = json!({ "pack": pack, "document_id": self.meant(&json!(document)) });
        self.post(&format!("/api/units/{}/adoptions", self.unit), body).await
    }

    async fn set_override(&self, caller: &Caller, set: &Set) -> Got {
        let named = |name: &str| (!name.is_empty()).then(|| self.ids[name].clone());
        let day = |text: &str, days: i64| match text {
            "" => json!(self.day(days)),
            text => self.meant(&json!(text)),
        };
        let document = if set.document.is_empty() { "@paper" } else { set.document.as_str() };
        let body = json!({
            "unit_id": self.unit, "system_id": named(&set.system), "place_id": named(&set.place),
            "article": set.article, "parameter": set.parameter, "value": set.value,
            "document_id": self.meant(&json!(document)), "reason": "另有规定", "from": day(&set.from, 0),
            "until": (!set.until.is_empty()).then(|| day(&set.until, 0)),
        });
        self.send(Method::POST, "/api/overrides", caller, Some(body)).await
    }

    /// Adds a record of the world with the values that are given.
    async fn add(&self, name: &str, kind: &str) -> Got {
        let mut body = self.lawful(name);
        for (field, value) in
            self.given.get(name).into_iter().flatten().filter(|(field, _)| *field != "left_out")
        {
            set(&mut body, field, self.meant(value));
        }
        let shared = matches!(kind, "division" | "product" | "carrier");
        let request = match shared {
            true => json!({ "body": body }),
            false => json!({ "unit_id": self.unit, "body": body }),
        };
        self.post(&format!("/api/register/{kind}"), request).await
    }

    /// A record of the world with everything right.
    fn lawful(&self, name: &str) -> Map<String, Value> {
        let id = |name: &str| self.ids.get(name).cloned().unwrap_or_default();
        let contractor = |work: &str| {
            json!({
                "name": format!("承包 {name}"), "roles": [work], "certificate": "C-1", "valid_until": "2099-12-31",
            })
        };
        let body = match name {
            // Abroad: no pack has an area there, so that a case is under the packs that it names and no others.
            "division" => json!({ "code": "990106", "name": "境外" }),
            "paper" => json!({ "name": "批准", "paper": "authorisation" }),
            "second_paper" => json!({ "name": "另一份", "paper": "other" }),
            "works" => json!({ "name": "大楼" }),
            "designer" => contractor("design"),
            "constructor" => contractor("construction"),
            "maintainer" => contractor("maintenance"),
            "system" => json!({
                "name": "系统", "packs": self.packs, "division": id("division"), "builder_kind": "enterprise",
                "designer": id("designer"), "constructor": id("constructor"), "maintainer": id("maintainer"),
            }),
            "place" => json!({ "name": "大厅", "division": id("division") }),
            "point" => json!({
                "name": "大门", "system": id("system"), "place": id("place"), "purpose": "出入口", "fixed": true,
            }),
            "sign" => json!({ "name": "标识", "points": [id("point")], "photo": self.papers["photo"] }),
            "product" => json!({ "name": "枪机", "maker": "厂商", "model": "M1" }),
            "technician" => json!({ "name": "王工", "contractor": id("designer") }),
            "carrier" => json!({ "name": "承载单位" }),
            "plan" => json!({ "name": "规划", "division": id("division") }),
            "planned_point" => json!({ "name": "规划点", "plan": id("plan") }),
            "agreement" => json!({
                "name": "责任协议", "system": id("system"), "parties": "业主、物业", "duties": "业主建设，物业管理",
            }),
            "corridor" => json!({ "name": "走廊", "division": id("division") }),
            "city" => json!({ "code": "990200", "name": "另一城市" }),
            "second_city" => json!({ "code": "990300", "name": "第三城市" }),
            "second_system" => json!({
                "name": "二期", "packs": self.packs, "division": id("division"), "builder_kind": "enterprise",
            }),
            other => kept(other, &id),
        };
        match body {
            Value::Object(body) => body,
            _ => Map::new(),
        }
    }

    /// `@year` is this year, `@name` the id of a record of the world, `@paper:design` a document, `@day:-1` yesterday.
    fn meant(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                if text == "@year" {
                    json!(self.day(0)[..4].parse::<i64>().unwrap())
                } else if let Some(paper) = text.strip_prefix("@paper:") {
                    json!(self.papers[paper])
                } else if let Some(days) = text.strip_prefix("@day:") {
                    json!(self.day(days.parse().unwrap()))
                } else {
                    text.strip_prefix('@').map_or_else(|| value.clone(), |name| json!(self.ids[name]))
                }
            }
            Value::Array(list) => Value::Array(list.iter().map(|one| self.meant(one)).collect()),
            other => other.clone(),
        }
    }

    /// A day at the unit, so many days from today. China has one time zone.
    fn day(&self, days: i64) -> String {
        const DAY_US: i64 = 86_400_000_000;
        let zone = jiff::tz::Offset::constant(8).to_time_zone();
        let at = jiff::Timestamp::from_microsecond(self.house.app.now().0 + days * DAY_US).unwrap();
        at.to_zoned(zone).strftime("%Y-%m-%d").to_string()
    }

    async fn change(&self, name: &str, values: &Map<String, Value>) -> Got {
        self.change_as(&self.caller, name, values, false).await
    }

    /// Changes values of a record as it stands, or, `stale`, as it stood one version before.
    async fn change_as(&self, caller: &Caller, name: &str, values: &Map<String, Value>, stale: bool) -> Got {
        let path = format!("/api/records/{}", self.ids[name]);
        let record = self.send(Method::GET, &path, &self.other, None).await.body;
        let mut body = record["body"].as_object().cloned().unwrap_or_default();
        for (field, value) in values {
            set(&mut body, field, self.meant(value));
        }
        let version = record["version"].as_u64().unwrap() - u64::from(stale);
        let request = json!({ "version": version, "body": body });
        self.send(Method::PATCH, &path, caller, Some(request)).await
    }

    /// Somebody fresh with one post, here or in another unit.
    async fn somebody(&self, role: &str, elsewhere: bool) -> Caller {
        let role = Role::ALL.iter().copied().find(|known| known.as_str() == role).unwrap();
        let unit = if elsewhere { self.house.other_unit } else { self.house.unit };
        self.house.caller(role, unit).await
    }

    async fn reach(&mut self, case: &Case) {
        if case.stage.is_empty() || case.stage == "planned" {
            return;
        }
        assert!(
            STEPS.iter().any(|(_, stage)| *stage == case.stage),
            "{}: no stage {}",
            case.name,
            case.stage
        );
        let left_out = match &case.when {
            When::Step { without_papers, .. } => without_papers.as_slice(),
            _ => &[],
        };
        for (step, stage) in STEPS {
            if step == "test" && self.camera.is_none() {
                let answer = self.enrol().await;
                assert_eq!(answer.status, 201, "{}: {}", case.name, answer.body);
            }
            // A camera is watched from its system's test mode on.
            if step == "test" {
                self.shoot(&case.still).await;
            }
            let answer = self.step(&self.caller, step, left_out, &[], false).await;
            assert_eq!(answer.status, 200, "{}: {step}: {}", case.name, answer.body);
            if stage == case.stage {
                return;
            }
        }
    }

    async fn step(
        &self,
        caller: &Caller,
        step: &str,
        without_papers: &[String],
        without: &[String],
        failed: bool,
    ) -> Got {
        let documents: Vec<&String> = self
            .papers
            .iter()
            .filter(|(paper, _)| !without_papers.contains(paper))
            .map(|(_, id)| id)
            .collect();
        let with: Vec<&str> =
            PARTIES.into_iter().filter(|party| !without.iter().any(|out| out == party)).collect();
        let body = json!({ "step": step, "documents": documents, "with": with, "passed": !failed });
        self.send(Method::POST, &format!("/api/systems/{}/steps", self.ids["system"]), caller, Some(body))
            .await
    }

    async fn enrol(&mut self) -> Got {
        let answer = self.post("/api/cameras", self.camera_body(self.ids.get("point"))).await;
        self.camera = answer.body["id"].as_str().map(str::to_owned);
        answer
    }

    fn camera_body(&self, point: Option<&String>) -> Value {
        json!({
            "unit_id": self.unit, "name": "03", "main_url": "rtsp://192.0.2.1/main", "point_id": point,
        })
    }

    async fn act(&mut self, when: &When) -> Got {
        match when {
            When::Step { step, without_papers, without, failed } => {
                self.step(&self.caller, step, without_papers, without, *failed).await
            }
            When::Add { record } => self.add(record, kind_of(record)).await,
            When::Change { record, set, stale } => self.change_as(&self.caller, record, set, *stale).await,
            When::Remove { record } => {
                let id = match record.strip_prefix("paper:") {
                    Some(paper) => &self.papers[paper],
                    None => &self.ids[record],
                };
                let path = format!("/api/records/{id}");
                let version = self.get(&path).await.body["version"].clone();
                self.send(Method::DELETE, &format!("{path}?version={version}"), &self.caller, None).await
            }
            When::Enrol => self.enrol().await,
            When::Place => {
                let body = json!({ "point_id": self.ids["point"] });
                let path = format!("/api/cameras/{}/point", self.camera.as_deref().unwrap());
                self.send(Method::PUT, &path, &self.caller, Some(body)).await
            }
            When::Watch { purpose } => self.watch(purpose).await,
            When::AskChange { record, set, decide } => self.ask_change(record, set, decide).await,
            When::As { role, step, elsewhere } => {
                let caller = self.somebody(role, *elsewhere).await;
                let answer = self.step(&caller, step, &[], &[], false).await;
                self.caller = caller;
                answer
            }
            When::ChangeAs { role, record, set, elsewhere } => {
                let caller = self.somebody(role, *elsewhere).await;
                let answer = self.change_as(&caller, record, set, false).await;
                self.caller = caller;
                answer
            }
            When::Read { role, record, elsewhere } => {
                let caller = self.somebody(role, *elsewhere).await;
                let path = format!("/api/records/{}", self.ids[record]);
                let answer = self.send(Method::GET, &path, &caller, None).await;
                self.caller = caller;
                answer
            }
            When::Upload { record, name, text, hex, sha256, stale, role, elsewhere } => {
                let path = format!("/api/records/{}", self.ids[record]);
                // Another unit's document is not seen: it is at its first version.
                let version = self.get(&path).await.body["version"].as_u64().unwrap_or(1);
                let bytes = if hex.is_empty() { text.as_bytes().to_vec() } else { unhex(hex) };
                let (caller, document) = (self.acting(role, *elsewhere).await, self.ids[record].clone());
                self.upload(&caller, &document, version - u64::from(*stale), name, &bytes, sha256).await
            }
            When::Download { record, role, elsewhere } => {
                let caller = self.acting(role, *elsewhere).await;
                let document = match record.as_str() {
                    "still" => self.still.clone().unwrap(),
                    record => self.ids.get(record).or_else(|| self.papers.get(record)).unwrap().clone(),
                };
                self.send(Method::GET, &format!("/api/records/{document}/file"), &caller, None).await
            }
            When::Confirm { role, elsewhere } => {
                let (caller, still) = (self.acting(role, *elsewhere).await, self.still.clone().unwrap());
                let path = format!("/api/records/{still}/confirmation");
                self.send(Method::POST, &path, &caller, Some(json!({}))).await
            }
            When::Adopt { pack, document } => self.adoption(pack, document).await,
            When::SetOverride { set, role, elsewhere } => {
                if !role.is_empty() {
                    self.caller = self.somebody(role, *elsewhere).await;
                }
                self.set_override(&self.caller, set).await
            }
            When::EndOverride => {
                let path = format!("/api/overrides/{}/end", self.set.as_deref().unwrap_or_default());
                self.post(&path, json!({})).await
            }
            When::Import { kind, table, role } => self.import(kind, table, role).await,
            When::Bulk { record, set } => {
                let selection = json!({ "ids": [self.ids[record]] });
                let body = json!({ "kind": kind_of(record), "selection": selection, "set": set });
                let tried = self.post("/api/bulk", body).await;
                self.applied(tried).await
            }
            When::Export { kind, role, reason } => {
                self.caller = self.somebody(role, false).await;
                self.get(&format!("/api/tables/{kind}?format=csv&reason={reason}")).await
            }
        }
    }

    async fn import(&mut self, kind: &str, table: &str, role: &str) -> Got {
        if !role.is_empty() {
            self.caller = self.somebody(role, false).await;
        }
        let answer = crate::imports::upload(&self.house, &self.caller, kind, table).await;
        self.applied(Got { status: answer.status.as_u16(), body: answer.json() }).await
    }

    /// Applies a dry run, whatever it found; what it found stands in the answer.
    async fn applied(&self, tried: Got) -> Got {
        if tried.status != 200 {
            return tried;
        }
        let path = format!("/api/imports/{}/apply", tried.body["id"].as_str().unwrap());
        let mut answer = self.post(&path, json!({ "hash": tried.body["hash"] })).await;
        answer.body["problems"] = tried.body["problems"].clone();
        answer
    }

    async fn watch(&mut self, purpose: &str) -> Got {
        let basis = match purpose {
            "maintenance" => "maintenance_duty",
            _ => "unit_duty",
        };
        let operator = self.house.caller(Role::Operator, self.house.unit).await;
        let body = json!({
            "mode": "live", "cameras": [self.camera], "purpose": purpose, "legal_basis": basis,
        });
        let answer = self.send(Method::POST, "/api/views", &operator, Some(body)).await;
        self.caller = operator;
        answer
    }

    async fn ask_change(&mut self, record: &str, values: &Map<String, Value>, decide: &str) -> Got {
        let shown = self.get(&format!("/api/records/{}", self.ids[record])).await.body;
        let mut body = shown["body"].as_object().cloned().unwrap_or_default();
        for (field, value) in values {
            set(&mut body, field, self.meant(value));
        }
        let request = json!({
            "record_id": self.ids[record], "version": shown["version"], "body": body, "reason": "工程需要",
        });
        let asked = self.post("/api/changes", request).await;
        if decide.is_empty() || asked.status != 201 {
            return asked;
        }
        let path = format!("/api/changes/{}/decision", asked.body["id"].as_str().unwrap());
        let decider = if decide == "by_self" { self.caller.clone() } else { self.other.clone() };
        let decision = json!({ "authorise": decide != "declined" });
        let answer = self.send(Method::POST, &path, &decider, Some(decision)).await;
        self.caller = decider;
        answer
    }

    /// Everything that a refusal must leave as it was.
    async fn state(&self) -> String {
        let mut state = String::new();
        for id in self.ids.values().chain(self.papers.values()) {
            state +=
                &self.house.get(&format!("/api/records/{id}"), &self.other.cookie).await.json().to_string();
        }
        if let Some(system) = self.ids.get("system") {
            let life =
                self.house.get(&format!("/api/systems/{system}/life"), &self.other.cookie).await.json();
            state += &life["steps"].to_string();
        }
        let cameras = self.house.get("/api/cameras", &self.other.cookie).await.json();
        let cameras = cameras["cameras"].as_array().cloned().unwrap_or_default();
        let plain =
            cameras.iter().map(|camera| json!([camera["id"], camera["point_id"], camera["recording"]]));
        state + &plain.map(|camera| camera.to_string()).collect::<Vec<_>>().join("\n")
    }

    async fn get(&self, path: &str) -> Got {
        self.send(Method::GET, path, &self.caller, None).await
    }
    async fn post(&self, path: &str, body: Value) -> Got {
        self.send(Method::POST, path, &self.caller, Some(body)).await
    }
    async fn send(&self, method: Method, path: &str, caller: &Caller, body: Option<Value>) -> Got {
        let answer = self.house.send(&self.house.router, method, path, Some(&caller.cookie), body).await;
        Got { status: answer.status.as_u16(), body: answer.json() }
    }
}

/// A record that a single duty asks for, with everything right.
fn kept(name: &str, id: &dyn Fn(&str) -> String) -> Value {
    match name {
        "round" => json!({
            "name": "巡查", "place": id("place"), "day": "2026-01-01", "by": "值班员", "found": "nothing",
        }),
        "selection" => json!({
            "name": "选定", "system": id("system"), "what": "design", "contractor": id("designer"),
            "candidates": "甲、乙、丙", "chosen_by": "采购小组",
        }),
        "pressure" => json!({
            "name": "反映", "authority": "某局", "what": "brand", "received_on": "2026-01-01", "account": "指定品牌",
            "reporter": "某人",
        }),
        "standard" => json!({ "name": "技术要求", "number": "GB 37300-2018", "source": "national" }),
        "connection" => json!({
            "name": "联网", "system": id("system"), "platform": "区平台", "consulted_with": "区公安局",
            "consulted_on": "2026-01-01", "outcome": "agreed",
        }),
        "decision" => json!({
            "name": "等级决定", "authority": "市公安局", "decided_on": "2026-01-01", "levels": "一级公开，二级内部",
        }),
        "grant" => json!({
            "name": "授权", "decision": id("decision"), "platform": "区平台", "relation": "upper",
            "points": [id("point")], "level_max": 2, "actions": ["live"], "valid_until": "2030-01-01",
        }),
        "target" => json!({
            "name": "覆盖", "division": id("division"), "indicator": "places-covered", "value": 100, "due_on": "2020-01-01",
        }),
        "budget" => json!({ "name": "年度经费", "system": id("system"), "year": 2026, "payer": "区财政" }),
        "notice" => json!({
            "name": "通知", "system": id("system"), "point": id("point"), "what": "移动", "made_on": "2026-01-01",
        }),
        "incident" => json!({
            "name": "被盗", "system": id("system"), "point": id("point"), "what": "theft", "found_on": "2026-01-01",
        }),
        other => panic!("no record '{other}' in the world"),
    }
}

struct Got {
    status: u16,
    body: Value,
}

/// What is wrong with the outcome of one case.
async fn wrong(case: &Case) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut world = World::build(case).await;
    let (before, entries) = (world.state().await, world.house.entry_count().await);
    let got = world.act(&case.when).await;
    wrong.extend(held(&case.then, &got));
    let refused = got.status == StatusCode::FORBIDDEN.as_u16();
    wrong.extend(entered(&world, &case.then, entries, refused).await);
    if got.status >= 400 && world.state().await != before {
        wrong.push("the state changed although it was refused".into());
    }
    wrong.extend(standing(&world, &case.then).await);
    wrong.extend(findings(&world, &case.then).await);
    if let Some(mend) = &case.mend {
        // A fresh world with the missing fact: what was refused left no trace that could help.
        let mut given = case.given.clone();
        for (name, values) in &mend.given {
            given.entry(name.clone()).or_default().extend(values.clone());
        }
        let adopted = [case.adopted.clone(), mend.adopted.clone()].concat();
        let mended = Case {
            name: format!("{}, mended", case.name),
            article: case.article.clone(),
            packs: case.packs.clone(),
            adopted,
            overrides: mend.overrides.clone().unwrap_or_else(|| case.overrides.clone()),
            given,
            stage: if mend.stage.is_empty() { case.stage.clone() } else { mend.stage.clone() },
            camera: case.camera || mend.camera,
            still: if mend.still.is_empty() { case.still.clone() } else { mend.still.clone() },
            then_replaced: false,
            more: case.more.clone(),
            then_given: if mend.given.is_empty() { case.then_given.clone() } else { Facts::new() },
            when: case.when.clone(),
            then: case.then.clone(),
            mend: None,
        };
        let mut world = World::build(&mended).await;
        let got = world.act(mend.when.as_ref().unwrap_or(&case.when)).await;
        if !(200..300).contains(&got.status) {
            wrong.push(format!("mended, it answers {}: {}", got.status, got.body));
        }
    } else if refused && case.then.code != "private_place" {
        wrong.push("a refusal without what mends it".into());
    }
    wrong
}

/// The cases of a file beside this one.
fn read(name: &str) -> File {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let path = format!("{root}/tests/interface/law_cases/{name}.toml");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

async fn check(name: &str) {
    /// Cases at a time: each waits for its disk more than it computes.
    const AT_ONCE: usize = 4;
    let file = read(name);
    let judged = stream::iter(&file.case).map(|case| async move {
        assert!(case.article.contains(':'), "{}: no article", case.name);
        let found = wrong(case).await.into_iter();
        found.map(|one| format!("{} ({}): {one}", case.name, case.article)).collect::<Vec<_>>()
    });
    let wrong_all = judged.buffered(AT_ONCE).collect::<Vec<_>>().await.concat();
    assert!(wrong_all.is_empty(), "\n{}", wrong_all.join("\n"));
}

macro_rules! files {
    ($($name:ident)+) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                check(stringify!($name)).await;
            }
        )+

        /// The table has at least so many cases, each with a name of its own.
        #[test]
        fn the_table_is_as_long_as_it_says() {
            let mut names = Vec::new();
            $(names.extend(read(stringify!($name)).case.into_iter().map(|case| case.name));)+
            let count = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), count, "two cases of one name");
            assert!(count >= CASES_MIN, "{count} cases");
        }
    };
}

/// Cases that there are at least. May only grow.
const CASES_MIN: usize = 550;

files! {
    a_place_that_is_private
    a_system_is_built_reviewed_and_accepted
    who_builds_and_with_which_papers
    signs_masks_and_passwords
    what_is_in_use_does_not_change_by_itself
    drafts_and_adopted_packs
    two_packs_at_once
    records_of_the_register
    papers_days_and_other_units
    what_is_missing_is_found
    what_was_once_missed
    which_packs_bind_and_overrides
    records_of_single_duties
    grants_moves_and_consent
    documents_and_commissioning
    import_and_bulk
}
