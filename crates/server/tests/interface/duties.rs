//! Duties over years in virtual time: what is found, from which instant, under which article and with which evidence, and that the
//! fact that was put right closes it. The cases are data (`duties/*.toml`), each from an article.
//!
//! A case says in which spans its finding stands. It is asked over HTTP in the last microsecond before each beginning and each end,
//! at them, and every thirty days between: nothing may be found sooner, later, under another article or about another record.

mod asked;

use crate::{
    cases::routines::{lines, paper},
    house::{Answer, House},
    standing::newcomer,
    turned::Turned,
    walks::{self, PAPERS, STEPS, instant, said},
};
use axum::http::Method;
use law::{Day, supervision::AuthorityKind};
use model::{PersonId, Role, WallTime};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use store::{NewAuthority, system_cx};

const DAY_US: i64 = 86_400_000_000;
/// Between two looks that nothing asks for.
const LOOK_DAYS: i64 = 30;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// Where the place and the system are: abroad, where no pack holds, when nobody says.
    #[serde(default = "abroad")]
    division: String,
    packs: Vec<String>,
    /// Packs that the unit made its own rule.
    #[serde(default)]
    adopted: Vec<String>,
    begins: String,
    ends: String,
    /// The system was taken into use at the beginning.
    #[serde(default)]
    in_use: bool,
    /// Who looks for the finding.
    #[serde(default = "asker")]
    seen_by: String,
    /// What is so from the beginning.
    #[serde(default)]
    given: Vec<String>,
    /// When, what, and what comes of it.
    #[serde(default)]
    events: Vec<(String, String, String)>,
    finding: Expected,
    /// From when to when it stands: a day from its first instant, or an instant; no end is open.
    spans: Vec<(String, String)>,
    /// What shows it in each span, where that is not the same in all.
    #[serde(default)]
    shown: Vec<Vec<String>>,
    /// From when to when it is announced on the board, and for which day; with none, nobody asks what is coming.
    #[serde(default)]
    coming: Vec<(String, String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    code: String,
    article: String,
    /// The record, person, unit or authority by its name in the case.
    about: String,
    #[serde(default)]
    evidence: Vec<String>,
    severity: Option<String>,
    control: Option<String>,
    /// The day since which it is so.
    since: Option<String>,
    /// Words of its reason, where a code has several about one record.
    #[serde(default)]
    says: String,
    /// Other packs that hold here and find the same by their own article, which another case walks. Under any other pack it is found wrongly.
    #[serde(default)]
    beside: Vec<String>,
}

fn abroad() -> String {
    "990106".into()
}

fn asker() -> String {
    "asker".into()
}

struct World {
    house: House,
    clocks: Arc<Turned>,
    people: BTreeMap<String, (PersonId, String)>,
    /// Names of the case, and what they name.
    ids: BTreeMap<String, String>,
}

impl World {
    async fn build(case: &Case) -> Self {
        let clocks = Turned::at(instant(&case.begins));
        let house = House::build_by(clocks.clone()).await;
        let mut people = BTreeMap::new();
        for (name, role) in [
            ("asker", Role::Administrator),
            ("other", Role::Administrator),
            ("manager", Role::Manager),
            ("auditor", Role::Auditor),
        ] {
            let caller = house.caller(role, house.unit).await;
            people.insert(name.to_owned(), (caller.person, caller.account));
        }
        people.insert("clerk".into(), (house.clerk, "clerk".into()));
        let ids = BTreeMap::from([("unit".to_owned(), house.unit.to_string())]);
        let mut world = Self { house, clocks, people, ids };
        world.register(case).await;
        if case.in_use {
            for step in STEPS {
                assert_eq!(world.step(step).await, "200", "{}: {step}", case.name);
            }
        }
        world
    }

    /// A system with one point and its contractors, all of it in order.
    async fn register(&mut self, case: &Case) {
        // Some of these people have nothing to do for years: this is not about accounts that rest, but where a case says so.
        let rules = json!({ "dormant_days": 1_096, "confirm_days": 1_096 });
        let answer = self.send("asker", Method::PUT, "/api/people/rules", Some(rules)).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        for paper in PAPERS {
            self.add("document", paper, json!({ "paper": paper })).await;
        }
        for pack in &case.adopted {
            let path = format!("/api/units/{}/adoptions", self.house.unit);
            let body = json!({ "pack": pack, "document_id": self.ids["design"] });
            let answer = self.send("asker", Method::POST, &path, Some(body)).await;
            assert_eq!(answer.status, 204, "{pack}: {}", answer.json());
        }
        self.add("division", "区划", json!({ "code": case.division })).await;
        let mut system = json!({
            "packs": case.packs, "division": "@区划", "builder_kind": "enterprise", "owner": "业主单位",
        });
        for (field, work) in
            [("designer", "design"), ("constructor", "construction"), ("maintainer", "maintenance")]
        {
            let name = format!("{work} company");
            let body = json!({ "roles": [work], "certificate": "C-1", "valid_until": "2099-12-31" });
            self.add("contractor", &name, body).await;
            system[field] = json!(format!("@{name}"));
        }
        self.add("system", "系统", system).await;
        self.add("place", "大厅", json!({ "division": "@区划" })).await;
        let point = json!({
            "system": "@系统", "place": "@大厅", "purpose": "出入口", "longitude": 106.5, "latitude": 29.5,
            "security_level": 1, "height_m": 3, "direction_deg": 90, "angle_deg": 60, "range_m": 30,
            "dwelling_distance_m": 80,
        });
        self.add("point", "大门", point).await;
    }

    async fn cookie(&self, who: &str) -> String {
        let (person, account) = self.people.get(who).unwrap_or_else(|| panic!("{who} is nobody"));
        self.house.sign_in(*person, account).await.cookie
    }

    async fn send(&self, who: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        let cookie = self.cookie(who).await;
        self.house.send(&self.house.router, method, path, Some(&cookie), body).await
    }

    async fn post(&self, who: &str, path: &str, body: Value) -> Answer {
        self.send(who, Method::POST, path, Some(body)).await
    }

    /// `@name` is what the case calls so.
    fn named(&self, value: Value) -> Value {
        match value {
            Value::String(text) => match text.strip_prefix('@') {
                Some(name) => json!(self.ids.get(name).unwrap_or_else(|| panic!("nothing is called {name}"))),
                None => Value::String(text),
            },
            Value::Array(values) => values.into_iter().map(|value| self.named(value)).collect(),
            Value::Object(fields) => {
                Value::Object(fields.into_iter().map(|(name, value)| (name, self.named(value))).collect())
            }
            other => other,
        }
    }

    async fn add(&mut self, kind: &str, name: &str, body: Value) -> String {
        let mut body = self.named(body);
        body["name"] = json!(name);
        let mut request = json!({ "body": body });
        if !matches!(kind, "division" | "product" | "carrier") {
            request["unit_id"] = json!(self.house.unit.to_string());
        }
        let answer = self.post("asker", &format!("/api/register/{kind}"), request).await;
        self.keep(name, &answer)
    }

    /// Remembers what was made under the name that the case has for it.
    fn keep(&mut self, name: &str, answer: &Answer) -> String {
        if answer.status == 201 {
            let body = answer.json();
            let id = body["id"].as_str().or(body["inspection"]["id"].as_str()).expect("it has an id");
            self.ids.insert(name.to_owned(), id.to_owned());
        }
        match answer.status.as_u16() {
            400 => format!("400 {}", answer.json()),
            _ => said(answer),
        }
    }

    async fn set(&self, name: &str, fields: Value) -> String {
        let path = format!("/api/records/{}", self.ids[name]);
        let record = self.send("asker", Method::GET, &path, None).await.json();
        let mut body = record["body"].clone();
        for (field, value) in self.named(fields).as_object().expect("fields") {
            body[field] = value.clone();
        }
        body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let request = json!({ "version": record["version"], "body": body });
        said(&self.send("asker", Method::PATCH, &path, Some(request)).await)
    }

    /// The notice that a move made, if there is one.
    async fn find_notice(&mut self) {
        let all = self.send("asker", Method::GET, "/api/register/notice", None).await.json();
        if let Some(id) = all["records"][0]["id"].as_str() {
            self.ids.insert("notice".into(), id.to_owned());
        }
    }

    async fn step(&self, step: &str) -> String {
        let papers: Vec<String> = PAPERS.iter().map(|paper| self.ids[*paper].clone()).collect();
        let (cookie, of) =
            (self.cookie("asker").await, (self.ids["系统"].as_str(), self.ids["大门"].as_str()));
        said(&walks::step(&self.house, &cookie, of, &papers, step).await)
    }

    async fn file(&mut self, pack: &str) -> String {
        let answer = walks::file(&self.house, &self.cookie("asker").await, &self.ids["系统"], pack).await;
        let path = format!("/api/systems/{}/filings", self.ids["系统"]);
        let all = self.send("asker", Method::GET, &path, None).await.json();
        if let Some(last) = all["made"].as_array().unwrap().iter().rfind(|one| one["pack"] == pack) {
            self.ids.insert("filing".into(), last["id"].as_str().unwrap().to_owned());
        }
        said(&answer)
    }

    /// Whoever supervises an area, with somebody bound to it.
    async fn authority(&mut self, name: &str, division: &str) -> String {
        let new = NewAuthority {
            name: name.into(),
            kind: AuthorityKind::PublicSecurity,
            division: division.into(),
            industry: None,
        };
        let cx = system_cx("demo", self.house.app.now());
        let id = self.house.app.registry().create_authority(&cx, new).await.unwrap();
        let officer = self.house.caller_without_post().await;
        self.house.app.registry().bind_supervisor(&cx, id, officer.person).await.unwrap();
        self.ids.insert(name.to_owned(), id.to_string());
        self.people.insert(name.to_owned(), (officer.person, officer.account));
        "ok".into()
    }

    /// Somebody with a post, not trained and not vetted.
    async fn newcomer(&mut self, name: &str, role: &str) -> String {
        let role = *Role::ALL.iter().find(|one| one.as_str() == role).expect("a role");
        let caller = newcomer(&self.house, name, role).await;
        self.people.insert(name.to_owned(), (caller.person, caller.account));
        self.ids.insert(name.to_owned(), caller.person.to_string());
        "ok".into()
    }

    async fn train(&self, name: &str, until: &str) -> String {
        let (now, until) = (self.house.app.now().as_ms(), instant(until).as_ms());
        let body = json!({
            "kind": "certificate", "issuer": "市公安局", "by_public_security": true,
            "valid_from_ms": now, "valid_until_ms": until,
        });
        said(&self.post("manager", &format!("/api/people/{}/trainings", self.ids[name]), body).await)
    }

    async fn rule(&mut self, kind: &str, review: &str) -> String {
        let body = json!({
            "unit_id": self.house.unit.to_string(), "kind": kind,
            "document_id": paper(&self.house).await.to_string(), "review_ms": instant(review).as_ms(),
        });
        let answer = self.post("asker", "/api/routines/rules", body).await;
        self.keep(&format!("rule {kind}"), &answer)
    }

    /// Everybody of the unit confirms it.
    async fn confirmed(&self, kind: &str) -> String {
        let path = format!("/api/routines/rules/{}/confirm", self.ids[&format!("rule {kind}")]);
        for who in self.people.keys() {
            let answer = self.post(who, &path, json!({})).await;
            if answer.status != 204 {
                return format!("{who}: {}", said(&answer));
            }
        }
        "204".into()
    }

    async fn drill(&self) -> String {
        let body = json!({
            "unit_id": self.house.unit.to_string(), "held_ms": self.house.app.now().as_ms() - 60_000,
            "body": "停电演练", "found": "发电机启动慢", "participant_ids": [self.people["manager"].0.to_string()],
        });
        said(&self.post("manager", "/api/routines/drills", body).await)
    }

    async fn round(&mut self, part: &str) -> String {
        let begin = json!({ "unit_id": self.house.unit.to_string(), "part": part });
        let begun = self.post("manager", "/api/routines/rounds", begin).await;
        let name = format!("round {part}");
        self.keep(&name, &begun);
        let path = format!("/api/routines/rounds/{}", self.ids[&name]);
        let answered =
            self.send("manager", Method::PUT, &format!("{path}/lines"), Some(lines(part, "good"))).await;
        assert_eq!(answered.status, 204, "{}", answered.json());
        said(&self.post("manager", &format!("{path}/sign"), json!({ "words": "正常" })).await)
    }

    async fn work_order(&mut self, part: &str, due: Option<&str>) -> String {
        let body = json!({
            "unit_id": self.house.unit.to_string(), "part": part, "body": "镜头进水",
            "due_ms": due.map(|due| instant(due).as_ms()),
        });
        let answer = self.post("manager", "/api/routines/orders", body).await;
        self.keep("work order", &answer)
    }

    async fn repaired(&self) -> String {
        let body = json!({ "words": "已更换", "evidence_document_id": paper(&self.house).await.to_string() });
        said(
            &self
                .post("manager", &format!("/api/routines/orders/{}/done", self.ids["work order"]), body)
                .await,
        )
    }

    async fn judged(&self, accepted: bool) -> String {
        let path = format!("/api/routines/orders/{}/accept", self.ids["work order"]);
        said(&self.post("asker", &path, json!({ "accepted": accepted, "words": "看过" })).await)
    }

    async fn assessed(&mut self) -> String {
        let now = self.house.app.now().as_ms();
        let body = json!({
            "unit_id": self.house.unit.to_string(), "from_ms": now - 30 * DAY_US / 1_000, "to_ms": now - 1,
        });
        let drawn = self.post("manager", "/api/routines/assessments", body).await;
        self.keep("assessment", &drawn);
        let path = format!("/api/routines/assessments/{}/sign", self.ids["assessment"]);
        said(&self.post("manager", &path, json!({ "words": "有效" })).await)
    }

    async fn link(&mut self, until: &str) -> String {
        let carrier = self.add("carrier", "电信公司", json!({})).await;
        assert_eq!(carrier, "201");
        let body = json!({
            "unit_id": self.house.unit.to_string(), "name": "专线", "carrier_id": self.ids["电信公司"],
            "from_ms": self.house.app.now().as_ms() - 1, "until_ms": instant(until).as_ms(),
            "contract_ppm": 1, "camera_ids": [self.house.cameras[0].to_string()],
        });
        let answer = self.post("manager", "/api/routines/links", body).await;
        self.keep("专线", &answer)
    }

    async fn receipt(&self) -> String {
        let today = self.house.app.registry().today(self.house.app.now()).to_string();
        let body = json!({
            "document_id": paper(&self.house).await.to_string(), "number": "备〔2028〕1 号", "received_on": today,
        });
        said(&self.post("asker", &format!("/api/filings/{}/receipt", self.ids["filing"]), body).await)
    }

    /// An inspection whose first line of that article is found lacking, and the order that follows from it.
    async fn ordered(&mut self, by: &str, article: &str, days: i64) -> String {
        let body = json!({
            "unit_id": self.house.unit.to_string(), "system_id": self.ids["系统"], "reason": "年度检查",
        });
        let opened = self.post(by, "/api/inspections", body).await;
        self.keep("inspection", &opened);
        let path = format!("/api/inspections/{}", self.ids["inspection"]);
        let whole = self.send(by, Method::GET, &path, None).await.json();
        let mut of = whole["lines"].as_array().expect("lines").iter();
        let line = of.find(|line| line["article"] == article).unwrap_or_else(|| panic!("{article}: {whole}"));
        let verdict = json!({ "verdict": "lacking", "note": "未见材料" });
        let judged = self.post(by, &format!("{path}/lines/{}", line["number"]), verdict).await;
        assert_eq!(judged.status, 200, "{}", judged.json());
        let body = json!({
            "inspection_id": self.ids["inspection"], "line": line["number"], "demand": "限期整改",
            "deadline_ms": self.house.app.now().as_ms() + days * DAY_US / 1_000,
        });
        let answer = self.post(by, "/api/orders", body).await;
        self.keep("order", &answer)
    }

    async fn inspection(&mut self, by: &str, refused: bool) -> String {
        let body = json!({
            "unit_id": self.house.unit.to_string(), "system_id": self.ids["系统"], "reason": "年度检查",
        });
        let opened = self.post(by, "/api/inspections", body).await;
        self.keep("inspection", &opened);
        let body = json!({ "refused": refused, "note": if refused { "门卫拒绝入内" } else { "查毕" } });
        said(&self.post(by, &format!("/api/inspections/{}/end", self.ids["inspection"]), body).await)
    }

    /// What happens: words of the data.
    async fn act(&mut self, what: &str) -> String {
        let (words, json) = match what.find('{') {
            Some(at) => {
                (&what[..at], serde_json::from_str(&what[at..]).unwrap_or_else(|e| panic!("{what}: {e}")))
            }
            None => (what, Value::Null),
        };
        let words: Vec<&str> = words.split_whitespace().collect();
        match words.as_slice() {
            ["add", kind, name @ ..] => self.add(kind, &name.join(" "), json).await,
            ["set", name @ ..] => {
                let was = self.set(&name.join(" "), json).await;
                self.find_notice().await;
                was
            }
            ["remove", name @ ..] => {
                let path = format!("/api/records/{}", self.ids[&name.join(" ")]);
                let version = self.send("asker", Method::GET, &path, None).await.json()["version"].clone();
                said(&self.send("asker", Method::DELETE, &format!("{path}?version={version}"), None).await)
            }
            ["step", step] => self.step(step).await,
            ["file", pack] => self.file(pack).await,
            ["receipt"] => self.receipt().await,
            ["people", "confirm_days", days] => {
                let rules = json!({ "dormant_days": 1_096, "confirm_days": days.parse::<u16>().unwrap() });
                said(&self.send("asker", Method::PUT, "/api/people/rules", Some(rules)).await)
            }
            ["newcomer", name, role] => self.newcomer(name, role).await,
            ["vet", name] => {
                let at_ms = self.house.app.now().as_ms() - 1_000;
                let body = json!({ "by_whom": "派出所", "at_ms": at_ms, "passed": true });
                said(&self.post("manager", &format!("/api/people/{}/vetting", self.ids[*name]), body).await)
            }
            ["train", name, "until", until] => self.train(name, until).await,
            ["confirm-posts", name] => {
                let path = format!("/api/people/{}/confirm", self.ids[*name]);
                said(&self.post("manager", &path, json!({})).await)
            }
            ["leave", name] => {
                let path = format!("/api/people/{}/leave", self.ids[*name]);
                said(&self.post("manager", &path, json!({})).await)
            }
            ["terms"] => {
                let body = json!({ "unit_id": self.house.unit.to_string(), "terms": json });
                said(&self.send("manager", Method::PUT, "/api/routines/terms", Some(body)).await)
            }
            ["rule", kind, "review", review] => self.rule(kind, review).await,
            ["all-confirm", kind] => self.confirmed(kind).await,
            ["drill"] => self.drill().await,
            ["round", part] => self.round(part).await,
            ["work-order", part] => self.work_order(part, None).await,
            ["work-order", part, "due", due] => self.work_order(part, Some(due)).await,
            ["repair"] => self.repaired().await,
            ["accept"] => self.judged(true).await,
            ["send-back"] => self.judged(false).await,
            ["assess"] => self.assessed().await,
            ["link", "until", until] => self.link(until).await,
            ["end-link"] => {
                let path = format!("/api/routines/links/{}/end", self.ids["专线"]);
                said(&self.post("manager", &path, json!({})).await)
            }
            ["authority", name, division] => self.authority(name, division).await,
            ["order", by, article, days] => self.ordered(by, article, days.parse().unwrap()).await,
            ["correct"] => {
                let evidence = paper(&self.house).await.to_string();
                let body = json!({ "text": "已整改", "document_ids": [evidence] });
                said(
                    &self.post("asker", &format!("/api/orders/{}/correction", self.ids["order"]), body).await,
                )
            }
            ["decide", by] => {
                let (path, mut body) = (format!("/api/orders/{}/decision", self.ids["order"]), json);
                if let Some(days) = body.as_object_mut().unwrap().remove("deadline_days") {
                    let ms = days.as_i64().unwrap() * DAY_US / 1_000;
                    body["deadline_ms"] = json!(self.house.app.now().as_ms() + ms);
                }
                said(&self.post(by, &path, body).await)
            }
            ["send-notice"] => {
                let today = self.house.app.registry().today(self.house.app.now()).to_string();
                self.set("notice", json!({ "sent_on": today })).await
            }
            ["inspection-refused", by] => self.inspection(by, true).await,
            ["inspection-received", by] => self.inspection(by, false).await,
            ["request"] => self.request().await,
            ["request-refused"] => self.request_refused().await,
            ["claim"] => self.claim().await,
            ["claim-answered", fen] => {
                self.claim_act(
                    "answer",
                    json!({ "awarded_fen": fen.parse::<i64>().unwrap(), "text": "同意" }),
                )
                .await
            }
            ["claim-paid", fen] => {
                self.claim_act("payments", json!({ "amount_fen": fen.parse::<i64>().unwrap() })).await
            }
            ["demand", by] => self.demand(by).await,
            _ => panic!("nobody knows how to '{what}'"),
        }
    }

    async fn happens(&mut self, case: &Case, (at, what, expected): &(String, String, String)) {
        let was = self.act(what).await;
        assert_eq!(was, *expected, "{}: {at} {what}", case.name);
    }

    /// Every finding of that code about that record, whatever pack says so, but of those that the case leaves to another.
    async fn found(&self, case: &Case) -> Vec<Value> {
        let all = self.send(&case.seen_by, Method::GET, "/api/findings", None).await;
        assert_eq!(all.status, 200, "{}: {}", case.name, all.json());
        all.json().as_array().unwrap().iter().filter(|finding| self.is_it(case, finding)).cloned().collect()
    }

    fn is_it(&self, case: &Case, finding: &Value) -> bool {
        let Some(about) = self.ids.get(&case.finding.about) else { return false };
        let article = finding["article"].as_str().unwrap();
        let is_other = case.finding.beside.iter().any(|pack| article.starts_with(&format!("{pack}:")));
        let of = [&finding["record"]["id"], &finding["camera"]["id"]];
        // Of some kinds there is one code, and it is the kind.
        let code = if finding["code"].is_string() { &finding["code"] } else { &finding["kind"] };
        *code == json!(case.finding.code)
            && of.contains(&&json!(about))
            && !is_other
            && finding["reason"]["zh"].as_str().unwrap().contains(&case.finding.says)
    }

    /// What the board announces for the next three months: what is found now is not among it, and what is announced is so since its day.
    async fn foretold(&self, case: &Case) -> Vec<String> {
        let board = self.send(&case.seen_by, Method::GET, "/api/board?days=92", None).await;
        assert_eq!(board.status, 200, "{}: {}", case.name, board.json());
        let board = board.json();
        let rows = board["coming"].as_array().unwrap().iter();
        let own = rows.filter(|row| self.is_it(case, &row["finding"]));
        own.map(|row| {
            let (day, finding) = (row["day"].as_str().unwrap(), &row["finding"]);
            assert_eq!(finding["article"], json!(case.finding.article), "{}: {row}", case.name);
            let since = WallTime::from_ms(finding["since_ms"].as_i64().unwrap());
            assert_eq!(Day::of(since).to_string(), day, "{}: {row}", case.name);
            let in_days = row["in_days"].as_i64().unwrap();
            assert!(
                (0..=1).contains(&(in_days - Day::of(since).since(Day::of(self.house.app.now())))),
                "{}: {row}",
                case.name
            );
            day.to_owned()
        })
        .collect()
    }

    /// What shows a filing that is late or outdated: the step that its window runs from, or the filing that was made.
    async fn filing(&self, found: &Value, one: &Value) {
        let system = found["record"]["id"].as_str().unwrap();
        let of = if found["code"] == "not_filed" { "life" } else { "filings" };
        let shown =
            self.send("asker", Method::GET, &format!("/api/systems/{system}/{of}"), None).await.json();
        let id = one["id"].as_str().unwrap();
        let is = |row: &Value| {
            row["id"] == id || id.parse().is_ok_and(|index: u64| row["entry"]["index"] == index)
        };
        let rows = if of == "life" { &shown["steps"] } else { &shown["made"] };
        assert!(rows.as_array().unwrap().iter().any(is), "{one} is none of {shown}");
    }

    /// What is found says why, by which article, and what shows it: records that are there.
    async fn check(&self, case: &Case, found: &Value, at: WallTime) {
        let (expected, name) = (&case.finding, &case.name);
        assert_eq!(found["article"], json!(expected.article), "{name}: {found}");
        for words in [&found["reason"], &found["remedy"]] {
            for language in ["zh", "en"] {
                assert!(words[language].as_str().is_some_and(|text| !text.is_empty()), "{name}: {found}");
            }
        }
        if let Some(severity) = &expected.severity {
            assert_eq!(found["severity"], json!(severity), "{name}: {found}");
        }
        if let Some(control) = &expected.control {
            assert_eq!(found["control"], json!(control), "{name}: {found}");
        }
        let since = found["since_ms"].as_i64().unwrap();
        assert!(since <= at.as_ms(), "{name}: nothing is so since a later day: {found}");
        if let Some(day) = &expected.since {
            assert_eq!(since, instant(day).as_ms(), "{name}: {found}");
        }
        let evidence = found["evidence"].as_array().map_or(&[][..], Vec::as_slice);
        let names: BTreeSet<&str> = evidence.iter().map(|one| one["name"].as_str().unwrap()).collect();
        let in_span =
            |(from, to): &(String, String)| instant(from) <= at && (to.is_empty() || at < instant(to));
        let span = case.spans.iter().position(in_span).and_then(|span| case.shown.get(span));
        let wanted: BTreeSet<&str> = span.unwrap_or(&expected.evidence).iter().map(String::as_str).collect();
        assert_eq!(names, wanted, "{name}: {found}");
        for one in evidence {
            // Rules, rounds and orders are no records.
            if found["kind"] != "register" {
                assert!(one["id"].as_str().unwrap().parse::<uuid::Uuid>().is_ok(), "{name}: {one}");
                continue;
            }
            // A step is shown by its entry, a filing by itself.
            if found["control"] == "filing-deadline" {
                self.filing(found, one).await;
                continue;
            }
            let path = format!("/api/records/{}", one["id"].as_str().unwrap());
            let record = self.send("asker", Method::GET, &path, None).await;
            assert_eq!(record.status, 200, "{name}: {one}");
            assert_eq!(record.json()["name"], one["name"], "{name}: {one}");
        }
    }
}

/// When somebody looks: before and at each beginning and end, and now and then.
fn looks(case: &Case) -> BTreeSet<WallTime> {
    let (begins, ends) = (instant(&case.begins), instant(&case.ends));
    let mut looks: BTreeSet<WallTime> = BTreeSet::from([begins, ends]);
    let spans = case.spans.iter().flat_map(|(from, to)| [from, to]);
    let edges = spans.chain(case.coming.iter().flat_map(|(from, to, _)| [from, to]));
    for edge in edges.filter(|edge| !edge.is_empty()) {
        let at = instant(edge);
        assert!(begins <= at && at <= ends, "{}: {edge} is outside of the case", case.name);
        if at > begins {
            looks.insert(at.plus_us(-1));
        }
        looks.insert(at);
    }
    let mut at = begins;
    while at < ends {
        looks.insert(at);
        at = at.plus_us(LOOK_DAYS * DAY_US);
    }
    looks
}

async fn walk(case: Case) {
    let case = &case;
    let mut world = World::build(case).await;
    for given in &case.given {
        let was = world.act(given).await;
        let done = ["ok", "200", "201", "204"].contains(&was.as_str());
        assert!(done, "{}: {given}: {was}", case.name);
    }
    let stands = |at: WallTime| {
        case.spans.iter().any(|(from, to)| instant(from) <= at && (to.is_empty() || at < instant(to)))
    };
    let mut events = case.events.iter().peekable();
    for at in looks(case) {
        while let Some(event) = events.next_if(|event| instant(&event.0) <= at) {
            world.clocks.to(instant(&event.0));
            world.happens(case, event).await;
        }
        world.clocks.to(at);
        let found = world.found(case).await;
        let on = Day::of(at);
        assert_eq!(found.len(), usize::from(stands(at)), "{}: on {on} ({}): {found:?}", case.name, at.0);
        if let [one] = found.as_slice() {
            world.check(case, one, at).await;
        }
        if !case.coming.is_empty() {
            let is = |(from, to, _): &&(String, String, String)| instant(from) <= at && at < instant(to);
            let days: Vec<String> = case.coming.iter().filter(is).map(|(.., day)| day.clone()).collect();
            assert_eq!(world.foretold(case).await, days, "{}: coming, on {on} ({})", case.name, at.0);
        }
    }
    assert!(events.next().is_none(), "{}: an event after its end", case.name);
    assert!(world.ids.contains_key(&case.finding.about), "{}: nothing is called so", case.name);
}

/// Walks every case, also after one that failed.
async fn all(text: &str) {
    let file: File = toml::from_str(text).expect("the cases are read");
    let mut failed = Vec::new();
    for case in file.case {
        let name = case.name.clone();
        if tokio::spawn(walk(case)).await.is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

macro_rules! duties {
    ($($test:ident: $file:literal),* $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                all(include_str!($file)).await;
            }
        )*

        /// Every article that has a duty with a day is walked: a hundred cases at least.
        #[test]
        fn there_are_a_hundred_cases() {
            let files = [$(include_str!($file)),*];
            let cases = files.map(|text| toml::from_str::<File>(text).expect("the cases are read").case.len());
            assert!(cases.iter().sum::<usize>() >= 100, "{cases:?}");
        }
    };
}

duties! {
    filings_are_found_late_on_their_day: "duties/filing.toml",
    contractors_products_and_agreements_end_on_their_day: "duties/papers.toml",
    works_areas_and_plans_are_held_to_their_days: "duties/areas.toml",
    incidents_moves_and_connections_wait_until_they_are_told: "duties/told.toml",
    people_and_signs_and_records_grow_old: "duties/people.toml",
    routines_are_due_again_and_again: "duties/routines.toml",
    authorities_are_late_too: "duties/authorities.toml",
    what_somebody_asked_for_is_answered_by_its_day: "duties/asked.toml",
}
