//! Who sees what, as data (`viewing/cases.toml`), over a socket of a listening server: what is given, what somebody tries, and what must come
//! of it (status, article, code, its one entry, an unchanged state), then the success once the missing fact is supplied.

use crate::{
    cases::Who,
    duty::Duty,
    house::{Answer, Caller, House, PEER},
    levels, ptz,
    standing::{enter, newcomer},
    supervision, takeovers,
};
use axum::http::{HeaderMap, Method, StatusCode};
use futures::{StreamExt as _, stream};
use law::access::{Part, Post};
use law::register::RecordKind;
use law::supervision::AuthorityKind;
use model::{Act, CameraId, Role};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::net::SocketAddr;
use store::{CameraChange, PersonChange, system_cx};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Houses at once.
const AT_ONCE: usize = 3;
const SECOND_MS: i64 = 1_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    who: String,
    /// Facts, in the order of their making; the words are those of [`Scene::give`].
    #[serde(default)]
    given: Vec<String>,
    #[serde(rename = "try")]
    tried: String,
    /// What differs from what is usually asked.
    #[serde(default)]
    asked: Map<String, Value>,
    then: Then,
    #[serde(default)]
    mend: Option<Mend>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Then {
    status: u16,
    #[serde(default)]
    article: String,
    #[serde(default)]
    code: String,
    entry: String,
}

/// What supplies the missing fact.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Mend {
    given: Vec<String>,
    asked: Map<String, Value>,
    /// Somebody else does it.
    who: String,
    #[serde(rename = "try")]
    tried: String,
}

struct Scene {
    house: House,
    address: SocketAddr,
    caller: Caller,
    camera: CameraId,
    case: Option<String>,
    grant: Option<String>,
    shift: Option<String>,
    takeover: Option<String>,
    view: Option<String>,
    inspection: Option<(Caller, String)>,
}

/// One request over a connection of its own.
async fn over_socket(
    address: SocketAddr,
    (method, path): (Method, &str),
    cookie: &str,
    body: &Value,
) -> Answer {
    let body = body.to_string();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\nx-watchkeeper: 1\r\nx-watchkeeper-attended: 1\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let status = std::str::from_utf8(&bytes[9..12]).unwrap().parse::<u16>().unwrap();
    let body = bytes.split_off(end + 4).into();
    Answer { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new(), body }
}

impl Scene {
    async fn new(who: &str) -> Self {
        let house = House::build().await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = house.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        assert_ne!(address.to_string(), PEER);
        let (caller, camera) = (somebody(&house, who).await, house.cameras[0]);
        let none = None::<String>;
        Self {
            house,
            address,
            caller,
            camera,
            case: none.clone(),
            grant: none.clone(),
            shift: none.clone(),
            takeover: none.clone(),
            view: none,
            inspection: None,
        }
    }

    async fn sends(&self, method: Method, path: &str, body: &Value) -> Answer {
        over_socket(self.address, (method, path), &self.caller.cookie, body).await
    }

    /// Somebody else does this, and it works.
    async fn does(&self, who: &Caller, method: Method, path: &str, body: Value) -> Value {
        let answer = self.house.send(&self.house.router, method, path, Some(&who.cookie), Some(body)).await;
        assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.json());
        answer.json()
    }

    async fn level(&self, level: u8) {
        let change = CameraChange { security_level: Some(level), ..CameraChange::default() };
        let cx = system_cx("demo", self.house.app.now());
        self.house.app.registry().change_camera(&cx, self.camera, change).await.unwrap();
    }

    /// A request for a grant that the caller makes, with what differs.
    async fn asks_grant(&mut self, more: Value) {
        let mut body = crate::grants::request(&self.house);
        body["cameras"] = json!([self.camera.to_string()]);
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.grant = Some(crate::grants::asked(&self.house, &self.caller, body).await);
    }

    async fn answers_grant(&self, what: &str) {
        let administrator = Who::Administrator.sign_in(&self.house).await;
        let path = format!("/api/grants/{}/{what}", self.grant.as_ref().unwrap());
        self.does(&administrator, Method::POST, &path, json!({ "reason": "已核实" })).await;
    }

    async fn opens_case(&mut self, confirmed: bool, by_oneself: bool) {
        let opener = match by_oneself {
            true => self.caller.clone(),
            false => Who::Operator.sign_in(&self.house).await,
        };
        let body = json!({
            "unit_id": self.house.unit.to_string(), "kind": "incident", "number": uuid::Uuid::now_v7().to_string(), "title": "剐蹭",
            "authority": "", "cameras": [],
        });
        let id =
            self.does(&opener, Method::POST, "/api/cases", body).await["id"].as_str().unwrap().to_owned();
        if confirmed {
            let administrator = Who::Administrator.sign_in(&self.house).await;
            self.does(&administrator, Method::POST, &format!("/api/cases/{id}/confirm"), json!({})).await;
        }
        self.case = Some(id);
    }

    async fn posts(&self, posts: Vec<Post>) {
        let change = PersonChange { posts: Some(posts), ..PersonChange::default() };
        let cx = system_cx("demo", self.house.app.now());
        self.house.app.registry().change_person(&cx, self.caller.person, change).await.unwrap();
    }

    async fn give(&mut self, fact: &str) {
        if self.given_about_people(fact).await || self.given_about_footage(fact).await {
            return;
        }
        let administrator = Who::Administrator.sign_in(&self.house).await;
        match fact {
            "a roster" => {
                let room = json!({ "unit_id": self.house.unit.to_string(), "name": "值班室" });
                self.does(&administrator, Method::POST, "/api/duty/rooms", room).await;
            }
            "on shift" | "a shift not taken over" => {
                let duty = Duty::begin(&self.house).await;
                let shift = duty.rostered(&self.caller, -1, 60).await;
                if fact == "on shift" {
                    duty.take_over(&self.caller, &shift).await;
                }
                self.shift = Some(shift);
            }
            "the shift is taken over" => {
                let path = format!("/api/duty/shifts/{}/take-over", self.shift.as_ref().unwrap());
                self.does(&self.caller.clone(), Method::POST, &path, json!({ "alone": "首班" })).await;
            }
            "the shift is handed over" => {
                let path = format!("/api/duty/shifts/{}/hand-over", self.shift.as_ref().unwrap());
                self.does(&self.caller.clone(), Method::POST, &path, json!({ "words": "无事" })).await;
                self.caller = self.house.sign_in(self.caller.person, &self.caller.account).await;
            }
            "a takeover by others" | "a takeover by oneself" => {
                let officer = match fact {
                    "a takeover by others" => self.house.caller_without_post().await,
                    _ => self.caller.clone(),
                };
                let body = takeovers::order(&self.house, &officer).await;
                let begun = self.does(&administrator, Method::POST, "/api/takeovers", body).await;
                self.takeover = Some(begun["id"].as_str().unwrap().to_owned());
            }
            "the takeover ends" => {
                let path = format!("/api/takeovers/{}/end", self.takeover.as_ref().unwrap());
                self.does(&administrator, Method::POST, &path, json!({ "reason": "已办结" })).await;
            }
            "a camera that turns" => {
                let at = |pan_cdeg| model::PtzPosition { pan_cdeg, tilt_cdeg: 0, zoom_percent: 100 };
                let rules = law::ptz::Rules { home: at(0), ..ptz::rules() };
                self.camera = ptz::turning(&self.house, rules).await;
            }
            "an open view" | "an open playback" => {
                let what = if fact == "an open view" { "live" } else { "playback" };
                let opened = self.tries(what, &Map::new()).await;
                assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.json());
                self.view = Some(opened.json()["id"].as_str().unwrap().to_owned());
            }
            "signed out" => {
                self.sends(Method::POST, "/api/sign-out", &json!({})).await;
            }
            "signed in again" => {
                self.caller = self.house.sign_in(self.caller.person, &self.caller.account).await;
            }
            other => panic!("nothing is called {other}"),
        }
    }

    async fn given_about_people(&mut self, fact: &str) -> bool {
        let (unit, other) = (self.house.unit, self.house.other_unit);
        let post = |role, unit, group| vec![Post { role, unit, group }];
        match fact {
            "certificate" | "past certificate" | "law" | "skills" | "confidentiality" | "passed"
            | "failed" | "contractor" | "ended" | "a day more" => {
                let manager = Who::Manager.sign_in(&self.house).await;
                let answer = enter(&self.house, &manager, self.caller.person, fact).await;
                assert_eq!(answer.status, StatusCode::OK, "{fact}: {}", answer.json());
            }
            "a post in the unit" => self.posts(post(Role::Operator, unit, None)).await,
            "a post elsewhere" => self.posts(post(Role::Operator, other, None)).await,
            "a post of a viewer" => self.posts(post(Role::Viewer, unit, None)).await,
            "a post for another group" => {
                let cx = system_cx("demo", self.house.app.now());
                let group = self.house.app.registry().create_group(&cx, unit, "后门", None).await.unwrap();
                self.posts(post(Role::Operator, unit, Some(Part::Group(group)))).await;
            }
            "a post for its group" => {
                let group = self.house.group;
                self.posts(post(Role::Operator, unit, Some(Part::Group(group)))).await;
            }
            "suspended" | "not suspended" => {
                let suspended = Some(fact == "suspended");
                let change = PersonChange { suspended, ..PersonChange::default() };
                let cx = system_cx("demo", self.house.app.now());
                self.house.app.registry().change_person(&cx, self.caller.person, change).await.unwrap();
            }
            _ => return false,
        }
        true
    }

    async fn given_about_footage(&mut self, fact: &str) -> bool {
        let now = self.house.app.now().as_ms();
        match fact {
            "level 1" => self.level(1).await,
            "level 2" => self.level(2).await,
            "level 3" => self.level(3).await,
            "a sensitive clip" | "a secret clip" => {
                let operator = Who::Operator.sign_in(&self.house).await;
                let level = if fact == "a secret clip" { 3 } else { 2 };
                let span = (level, now - 600 * SECOND_MS, Some(now - 540 * SECOND_MS));
                levels::raise_ms(&self.house, &operator, self.camera, span).await;
            }
            "a hold" => {
                let operator = Who::Operator.sign_in(&self.house).await;
                let body = json!({
                    "cameras": [self.camera.to_string()], "from_ms": now - 600 * SECOND_MS, "to_ms": now,
                    "purpose": "incident", "legal_basis": "unit_duty", "note": "剐蹭",
                });
                self.does(&operator, Method::POST, "/api/holds", body).await;
            }
            "four eyes" => crate::grants::four_eyes(&self.house, true).await,
            "no four eyes" => crate::grants::four_eyes(&self.house, false).await,
            "a grant asked for" => self.asks_grant(json!({})).await,
            "a grant for one use asked for" => self.asks_grant(json!({ "uses_max": 1 })).await,
            "a grant for copies asked for" => self.asks_grant(json!({ "acts": ["export"] })).await,
            "a grant for another camera asked for" => {
                self.asks_grant(json!({ "cameras": [self.house.cameras[1].to_string()] })).await;
            }
            "a grant for another span asked for" => {
                self.asks_grant(json!({ "to_ms": now - 590 * SECOND_MS })).await;
            }
            "the grant is approved" => self.answers_grant("approve").await,
            "the grant is declined" => self.answers_grant("decline").await,
            "the grant is taken back" => self.answers_grant("revoke").await,
            "it is used" => {
                assert_eq!(self.tries("playback", &Map::new()).await.status, StatusCode::CREATED);
            }
            "an inspection" => self.inspected("440105", true).await,
            "an inspection of the whole unit" => self.inspected("440105", false).await,
            "an inspection elsewhere" => self.inspected("440199", false).await,
            "the inspection ends" => {
                let (inspector, id) = self.inspection.clone().unwrap();
                let path = format!("/api/inspections/{id}/end");
                self.does(&inspector, Method::POST, &path, json!({ "refused": false, "note": "已结束" }))
                    .await;
            }
            "its place turned private" => self.turned_private("toilet").await,
            "its place is an office" => self.turned_private("office").await,
            "a case" => self.opens_case(true, false).await,
            "an unconfirmed case" => self.opens_case(false, false).await,
            "a case of one's own" => self.opens_case(false, true).await,
            "the case is closed" => {
                let administrator = Who::Administrator.sign_in(&self.house).await;
                let path = format!("/api/cases/{}/close", self.case.as_ref().unwrap());
                self.does(&administrator, Method::POST, &path, json!({ "reason": "结案" })).await;
            }
            _ => return false,
        }
        true
    }

    /// An authority of that division has an open inspection of the camera's system, or of all that it supervises in the unit.
    async fn inspected(&mut self, division: &str, of_system: bool) {
        let house = &self.house;
        let name = format!("公安分局 {division} {of_system}");
        let authority = supervision::authority(house, &name, AuthorityKind::PublicSecurity, division).await;
        if division != "440105" {
            // Without a system there it would supervise nothing of this unit.
            supervision::Area::build(house, division).await;
        }
        let inspector = supervision::bound(house, authority).await;
        let seen = house.get("/api/supervision", &inspector.cookie).await.json();
        let system = &seen["systems"][0]["id"];
        let mut body = json!({ "unit_id": house.unit.to_string(), "reason": "年度检查" });
        if of_system {
            body["system_id"] = system.clone();
        }
        let begun = self.does(&inspector, Method::POST, "/api/inspections", body).await;
        let id = begun["inspection"]["id"].as_str().unwrap().to_owned();
        self.inspection = Some((inspector, id));
    }

    /// Its camera stands in Guangzhou at a place that is found to be of that kind.
    async fn turned_private(&self, kind: &str) {
        let (registry, cx) = (self.house.app.registry(), system_cx("demo", self.house.app.now()));
        let add = async |kind: RecordKind, unit: Option<model::UnitId>, body: Value| {
            registry.add_record(&cx, kind, unit, body.as_object().cloned().unwrap()).await.unwrap()
        };
        let (unit, named) = (Some(self.house.unit), json!({ "code": "440105", "name": "海珠区" }));
        let division = add(RecordKind::Division, None, named).await.to_string();
        let packs = ["guangzhou-2007"];
        let system =
            json!({ "name": "滨江", "division": division, "builder_kind": "government", "packs": packs });
        let system = add(RecordKind::System, unit, system).await.to_string();
        let mut place = json!({ "name": "一楼", "division": division });
        let here = add(RecordKind::Place, unit, place.clone()).await;
        let point =
            json!({ "name": "门口", "system": system, "place": here.to_string(), "purpose": "出入口" });
        let point = add(RecordKind::Point, unit, point).await;
        registry.place_camera(&cx, self.camera, point).await.unwrap();
        place["private_kind"] = json!(kind);
        registry.change_record(&cx, here, 1, place.as_object().cloned().unwrap()).await.unwrap();
    }

    async fn tries(&self, what: &str, asked: &Map<String, Value>) -> Answer {
        let (camera, now) = (self.camera.to_string(), self.house.app.now().as_ms());
        let mut body = json!({ "cameras": [camera], "purpose": "incident", "legal_basis": "unit_duty" });
        let recorded = |body: &mut Value| {
            (body["from_ms"], body["to_ms"]) = (json!(now - 600 * SECOND_MS), json!(now - 540 * SECOND_MS));
        };
        let (method, path) = match what {
            "live" => {
                body["mode"] = json!("live");
                (Method::POST, "/api/views".to_owned())
            }
            "playback" => {
                body["mode"] = json!("playback");
                recorded(&mut body);
                (Method::POST, "/api/views".to_owned())
            }
            "export" => {
                recorded(&mut body);
                body["recipient"] = json!({ "name": "李警官", "organisation": "公安" });
                (Method::POST, "/api/exports".to_owned())
            }
            "still" => {
                let at_ms = now - 570 * SECOND_MS;
                body = json!({ "view_id": self.view.clone().unwrap(), "camera_id": camera, "at_ms": at_ms });
                (Method::POST, "/api/stills".to_owned())
            }
            "renew" => {
                body = json!({});
                (Method::POST, format!("/api/views/{}/renew", self.view.clone().unwrap()))
            }
            "settings" => {
                body = json!({ "place": "江边" });
                (Method::PATCH, format!("/api/cameras/{camera}"))
            }
            "turn" => {
                body = ptz::duty();
                (Method::POST, format!("/api/cameras/{camera}/ptz/control"))
            }
            other => panic!("nobody tries {other}"),
        };
        for (field, value) in asked {
            body[field] = self.meant(value);
        }
        self.sends(method, &path, &body).await
    }

    /// Words that stand for what only the scene knows.
    fn meant(&self, value: &Value) -> Value {
        let now = self.house.app.now().as_ms();
        match value.as_str() {
            Some("the case") => json!(self.case),
            Some("a case that nobody knows") => json!(uuid::Uuid::now_v7().to_string()),
            Some("both cameras") => json!([self.camera.to_string(), self.house.cameras[1].to_string()]),
            Some("the other camera") => json!(self.house.cameras[1].to_string()),
            Some("none") => json!([]),
            Some("its camera") => json!(self.camera.to_string()),
            Some("now") => json!(now),
            Some("a minute ago") => json!(now - 60 * SECOND_MS),
            Some("ten minutes ago") => json!(now - 600 * SECOND_MS),
            Some("in an hour") => json!(now + 3_600 * SECOND_MS),
            Some("two months ago") => json!(now - 60 * 86_400 * SECOND_MS),
            _ => value.clone(),
        }
    }

    /// What a refusal must leave as it is.
    async fn state(&self) -> Value {
        let cx = system_cx("export", self.house.app.now());
        let exports = self.house.app.registry().exports(&cx).await.unwrap().len();
        let clerk = self.house.clerk;
        let reader = self.house.sign_in(clerk, "clerk").await;
        let administrator = Who::Administrator.sign_in(&self.house).await;
        let uses = self.house.get("/api/grants", &administrator.cookie).await.json();
        let camera =
            self.house.get(&format!("/api/cameras/{}", self.camera), &administrator.cookie).await.json();
        let holds = self.house.get("/api/holds", &reader.cookie).await.json()["total"].clone();
        let place = [&camera["place"], &camera["security_level"]].map(Value::clone);
        json!({ "exports": exports, "grants": uses["grants"], "camera": place, "holds": holds })
    }
}

async fn somebody(house: &House, who: &str) -> Caller {
    match who {
        "viewer" => Who::Viewer.sign_in(house).await,
        "operator" => Who::Operator.sign_in(house).await,
        "administrator" => Who::Administrator.sign_in(house).await,
        "auditor" => Who::Auditor.sign_in(house).await,
        "manager" => Who::Manager.sign_in(house).await,
        "operator of another unit" => Who::OtherOperator.sign_in(house).await,
        "nobody" => house.caller_without_post().await,
        "newcomer" => newcomer(house, "newcomer", Role::Operator).await,
        other => panic!("nobody is called {other}"),
    }
}

/// What is wrong with what came back and with the entry that it left.
async fn held(scene: &Scene, case: &Case, got: &Answer, since: u64) -> Vec<String> {
    let (then, error) = (&case.then, &got.json()["error"]);
    let mut wrong = Vec::new();
    if got.status.as_u16() != then.status {
        wrong.push(format!("answers {} instead of {}: {}", got.status, then.status, got.json()));
    }
    for (name, expected) in [("article", &then.article), ("code", &then.code)] {
        if !expected.is_empty() && error[name].as_str() != Some(expected) {
            wrong.push(format!("{name} {} instead of {expected}", error[name]));
        }
    }
    if then.status == 403 {
        let words =
            [&error["reason"]["zh"], &error["reason"]["en"], &error["remedy"]["zh"], &error["remedy"]["en"]];
        if words.iter().any(|words| words.as_str().is_none_or(str::is_empty)) {
            wrong.push(format!("a refusal without reason or remedy: {error}"));
        }
    }
    let entries = scene.house.entries_since(since).await;
    let own: Vec<_> = entries.iter().filter(|entry| entry.person == Some(scene.caller.person)).collect();
    let said: Vec<_> = own.iter().map(|entry| (entry.act.as_str(), entry.is_refusal())).collect();
    let expected = match then.entry.as_str() {
        "none" => Vec::new(),
        act => vec![(act, then.status == 403)],
    };
    if said != expected {
        wrong.push(format!("left {said:?}, not {expected:?}"));
    }
    if let Some(last) = own.last()
        && !format!("{:?}", last.record.outcome).contains(&then.article)
    {
        wrong.push(format!("the entry does not name {}: {:?}", then.article, last.record.outcome));
    }
    wrong
}

async fn run(case: &Case) -> Vec<String> {
    let mut scene = Scene::new(&case.who).await;
    for fact in &case.given {
        scene.give(fact).await;
    }
    let before = scene.state().await;
    let since = scene.house.entry_count().await;
    let got = scene.tries(&case.tried, &case.asked).await;
    let mut wrong = held(&scene, case, &got, since).await;
    let after = scene.state().await;
    if case.then.status != 201 && after != before {
        wrong.push(format!("changed {before} to {after}"));
    }
    let Some(mend) = &case.mend else { return wrong };
    if !mend.who.is_empty() {
        scene.caller = somebody(&scene.house, &mend.who).await;
    }
    for fact in &mend.given {
        scene.give(fact).await;
    }
    let tried = if mend.tried.is_empty() { &case.tried } else { &mend.tried };
    let asked: Map<String, Value> = case.asked.clone().into_iter().chain(mend.asked.clone()).collect();
    let since = scene.house.entry_count().await;
    let got = scene.tries(tried, &asked).await;
    if !got.status.is_success() {
        wrong.push(format!("mended, it answers {}: {}", got.status, got.json()));
    }
    let entries = scene.house.entries_since(since).await;
    let mine = |act: Act| {
        matches!(act, Act::Live | Act::Playback | Act::Still | Act::Export | Act::Ptz | Act::ChangeCamera)
    };
    let permitted = entries
        .iter()
        .any(|entry| entry.person == Some(scene.caller.person) && mine(entry.act) && !entry.is_refusal());
    if !permitted && tried != "renew" {
        wrong.push("mended, it leaves no entry".into());
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sees_what() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interface/viewing/cases.toml");
    let file: File = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let flags: Vec<String> = stream::iter(file.case.clone())
        .map(|case| async move {
            let wrong = run(&case).await;
            wrong.into_iter().map(move |flag| format!("{}: {flag}", case.name)).collect::<Vec<_>>()
        })
        .buffer_unordered(AT_ONCE)
        .concat()
        .await;
    assert!(file.case.len() >= 50, "{} cases", file.case.len());
    let mended = file.case.iter().filter(|case| case.mend.is_some()).count();
    assert!(mended * 10 >= file.case.len() * 8, "{mended} of {} are mended", file.case.len());
    assert!(flags.is_empty(), "{}", flags.join("\n"));
}
