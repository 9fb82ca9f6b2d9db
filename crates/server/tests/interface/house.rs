//! What the server's tests share: a house with two units, cameras, and people to sign in. Everything is real but the
//! cost of passwords and the cameras: files, databases, router, sockets.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request as HttpRequest, StatusCode, header},
};
use law::access::{CaseKind, Post};
use ledger::access::{AccessRecord, Class};
use model::{
    Act, Actor, CameraId, CaseId, Cx, GroupId, LegalBasis, PersonId, Personal, Purpose, RecordId, Rendering,
    RequestId, Role, Secret, SessionId, UnitId, WallTime,
};
use pipeline::{Clocks, Pipeline, system_wall};
use serde_json::{Value, json};
use server::{
    app::{App, Facts},
    http, tls,
    witnessing::Witnesses,
};
use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};
use store::{
    AccessQuery, Attempt, EntryIndex, MediaKind, NewCamera, NewCase, NewPerson, NewStill, OpenOptions,
    PasswordCost, Request, Store, StoreKey, StoreKeys, system_cx,
};
use tower::ServiceExt as _;

pub const PASSWORD: &str = "correct horse battery";
/// The name under which the house is opened.
pub const HOST: &str = "vms.example";
pub const PEER: &str = "192.0.2.7:50000";

/// A store with two units, and an application on it.
pub struct House {
    pub dir: tempfile::TempDir,
    pub app: App,
    pub router: Router,
    /// The unit that matters, with two cameras in a group.
    pub unit: UnitId,
    pub other_unit: UnitId,
    pub group: GroupId,
    pub cameras: Vec<CameraId>,
    /// Audits both units.
    pub clerk: PersonId,
    people: AtomicU32,
}

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct Caller {
    pub person: PersonId,
    pub account: String,
    pub session: SessionId,
    pub cookie: String,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
    /// The error's machine word.
    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

pub async fn open(dir: &Path, create: bool) -> Store {
    open_with(dir, create, StoreKeys::default(), system_wall()).await
}

async fn open_with(dir: &Path, create: bool, store_keys: StoreKeys, now: WallTime) -> Store {
    let options = OpenOptions {
        create,
        store_keys,
        one_file_system: true,
        password_cost: PasswordCost::CHEAP,
        ..OpenOptions::new(now)
    };
    Store::open(dir, options).await.expect("the store opens")
}

/// A folder with a city's own pack of that name, in force, with these articles.
fn with_pack(id: &str, articles: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("packs")).unwrap();
    let text = format!(
        r#"
[pack]
id = "{id}"
version = 1
title = {{ zh = "测试规定", en = "A rule for tests" }}
jurisdiction = {{ zh = "某市", en = "A city" }}
level = "city"
status = "in-force"
articles_held = [1, 9]
source = {{ zh = "测试", en = "tests" }}
{articles}"#
    );
    std::fs::write(dir.path().join("packs").join(format!("{id}.toml")), text).unwrap();
    dir
}

impl House {
    pub async fn build() -> Self {
        Self::build_with(Self::facts()).await
    }

    /// With a host name and a root, so that every operation has something to answer.
    pub fn facts() -> Facts {
        let root =
            tls::Root { pem: "-----BEGIN CERTIFICATE-----".to_owned(), fingerprint: "AB:CD".to_owned() };
        let providers = vec![crate::issuer::shared().provider()];
        Facts { secure: true, host: Some(HOST.to_owned()), root: Some(root), providers, ..Facts::default() }
    }

    pub async fn build_with(facts: Facts) -> Self {
        Self::build_asking(facts, async |_, _| Witnesses::default()).await
    }

    /// A house that asks witnesses; they are made when its logs' keys are known, in its folder.
    pub async fn build_asking(facts: Facts, ask: impl AsyncFnOnce(&Path, &Store) -> Witnesses) -> Self {
        Self::build_on(facts, StoreKeys::default(), ask, None).await
    }

    /// A house by other clocks than the machine's.
    pub async fn build_by(clocks: Arc<dyn Clocks>) -> Self {
        let facts = Facts { secure: true, ..Facts::default() };
        let none = async |_: &Path, _: &Store| Witnesses::default();
        Self::build_on(facts, StoreKeys::default(), none, Some(clocks)).await
    }

    /// A house by other clocks that asks witnesses.
    pub async fn build_asking_by(
        clocks: Arc<dyn Clocks>,
        ask: impl AsyncFnOnce(&Path, &Store) -> Witnesses,
    ) -> Self {
        let facts = Facts { secure: true, ..Facts::default() };
        Self::build_on(facts, StoreKeys::default(), ask, Some(clocks)).await
    }

    /// The same with facts of its own.
    pub async fn build_at(facts: Facts, clocks: Arc<dyn Clocks>) -> Self {
        let none = async |_: &Path, _: &Store| Witnesses::default();
        Self::build_on(facts, StoreKeys::default(), none, Some(clocks)).await
    }

    /// A house whose footage is encrypted at rest.
    pub async fn build_encrypted(facts: Facts) -> Self {
        let keys = StoreKeys::new(Some(StoreKey::new([8; 32])), Vec::new());
        Self::build_on(facts, keys, async |_, _| Witnesses::default(), None).await
    }

    async fn build_on(
        facts: Facts,
        store_keys: StoreKeys,
        ask: impl AsyncFnOnce(&Path, &Store) -> Witnesses,
        clocks: Option<Arc<dyn Clocks>>,
    ) -> Self {
        Self::build_in(tempfile::tempdir().unwrap(), facts, store_keys, ask, clocks).await
    }

    /// A house whose jurisdiction has a pack of its own.
    pub async fn build_with_pack(id: &str, articles: &str) -> Self {
        let dir = with_pack(id, articles);
        let none = async |_: &Path, _: &Store| Witnesses::default();
        Self::build_in(dir, Self::facts(), StoreKeys::default(), none, None).await
    }

    /// The same by other clocks than the machine's.
    pub async fn build_with_pack_at(id: &str, articles: &str, clocks: Arc<dyn Clocks>) -> Self {
        let dir = with_pack(id, articles);
        let none = async |_: &Path, _: &Store| Witnesses::default();
        Self::build_in(dir, Self::facts(), StoreKeys::default(), none, Some(clocks)).await
    }

    async fn build_in(
        dir: tempfile::TempDir,
        facts: Facts,
        store_keys: StoreKeys,
        ask: impl AsyncFnOnce(&Path, &Store) -> Witnesses,
        clocks: Option<Arc<dyn Clocks>>,
    ) -> Self {
        let now = clocks.as_ref().map_or_else(system_wall, |clocks| clocks.wall());
        let store = open_with(dir.path(), true, store_keys, now).await;
        let witnesses = ask(dir.path(), &store).await;
        let cx = system_cx("demo", now);
        let unit = store.registry.create_unit(&cx, "示范单位").await.unwrap();
        let other_unit = store.registry.create_unit(&cx, "其他单位").await.unwrap();
        let group = store.registry.create_group(&cx, unit, "江边", None).await.unwrap();
        let pipeline = start(&store, clocks).await;
        let app = App::with_witnesses(store, pipeline, facts, witnesses);
        let router = http::router(app.clone());
        let (cameras, people) = (Vec::new(), AtomicU32::new(0));
        let clerk = PersonId(uuid::Uuid::nil());
        let mut house = Self { dir, app, router, unit, other_unit, group, cameras, clerk, people };
        for name in ["01", "02"] {
            let camera = house.camera(name, "rtsp://192.0.2.1/main").await;
            house.cameras.push(camera);
        }
        let audits = [unit, other_unit].map(|unit| Post { role: Role::Auditor, unit, group: None });
        house.clerk = house.person("clerk", audits.to_vec()).await;
        house.entries_since(0).await;
        house
    }

    pub async fn camera(&self, name: &str, url: &str) -> CameraId {
        let new = NewCamera {
            unit: self.unit,
            group: Some(self.group),
            name: name.to_owned(),
            place: "滨江路 1 号".to_owned(),
            main_url: url.to_owned(),
            sub_url: None,
            credentials: None,
            reach: store::Reach::default(),
            security_level: 1,
            floor_days: None,
        };
        self.app.registry().create_camera(&system_cx("demo", self.app.now()), new).await.unwrap()
    }

    pub async fn person(&self, account: &str, posts: Vec<Post>) -> PersonId {
        let new = NewPerson {
            account: account.to_owned(),
            name: Personal::new(format!("人员 {account}")),
            language: "zh".to_owned(),
            posts,
            password: Some(Secret::new(PASSWORD.to_owned())),
            password_stays: true,
        };
        self.app.registry().create_person(&system_cx("demo", self.app.now()), new).await.unwrap().0
    }

    /// A fresh person with one post, signed in.
    pub async fn caller(&self, role: Role, unit: UnitId) -> Caller {
        let account = format!("{}{}", role.as_str(), self.people.fetch_add(1, Relaxed));
        let person = self.person(&account, vec![Post { role, unit, group: None }]).await;
        self.sign_in(person, &account).await
    }

    /// A fresh person with an account and nothing else, signed in.
    pub async fn caller_without_post(&self) -> Caller {
        let account = format!("nobody{}", self.people.fetch_add(1, Relaxed));
        let person = self.person(&account, Vec::new()).await;
        self.sign_in(person, &account).await
    }

    pub async fn sign_in(&self, person: PersonId, account: &str) -> Caller {
        let attempt = Attempt {
            account: account.to_owned(),
            password: Secret::new(PASSWORD.to_owned()),
            totp: None,
            source: "192.0.2.7".to_owned(),
            agent: "test".to_owned(),
            request: RequestId(uuid::Uuid::now_v7()),
            now: self.app.now(),
        };
        let signed_in = self.app.registry().sign_in(attempt).await.expect("the person signs in");
        let name = http::cookie_name(self.app.facts().secure);
        let cookie = format!("{name}={}", signed_in.token.expose());
        Caller { person, account: account.to_owned(), session: signed_in.session, cookie }
    }

    /// Sends a request through the router as the browser would.
    pub async fn send(
        &self,
        router: &Router,
        method: Method,
        path: &str,
        cookie: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = HttpRequest::builder().method(method).uri(path).header("x-watchkeeper", "1");
        request = request.header("x-watchkeeper-attended", "1");
        request = request.header(header::HOST, HOST);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = match body {
            Some(body) => {
                let request = request.header(header::CONTENT_TYPE, "application/json");
                request.body(Body::from(body.to_string()))
            }
            None => request.body(Body::empty()),
        };
        self.send_raw(router, request.unwrap()).await
    }

    pub async fn send_raw(&self, router: &Router, request: HttpRequest<Body>) -> Answer {
        self.send_from(PEER, router, request).await
    }

    /// From another address.
    pub async fn send_from(&self, peer: &str, router: &Router, mut request: HttpRequest<Body>) -> Answer {
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 16 << 20).await.unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// An answer whose body is still to be read.
    pub async fn begun(&self, path: &str, cookie: &str) -> Body {
        let request =
            HttpRequest::builder().uri(path).header(header::HOST, HOST).header(header::COOKIE, cookie);
        let mut request = request.body(Body::empty()).unwrap();
        let peer: SocketAddr = PEER.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body()
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send(&self.router, Method::GET, path, Some(cookie), None).await
    }

    pub async fn post(&self, path: &str, cookie: &str, body: Value) -> Answer {
        self.send(&self.router, Method::POST, path, Some(cookie), Some(body)).await
    }

    /// A case of the unit: opened by an operator, confirmed by an administrator.
    pub async fn case(&self) -> CaseId {
        let number = self.people.fetch_add(1, Relaxed);
        let [opener, confirmer] = [("opener", Role::Operator), ("confirmer", Role::Administrator)];
        let mut people = Vec::new();
        for (account, role) in [opener, confirmer] {
            let posts = vec![Post { role, unit: self.unit, group: None }];
            people.push(self.person(&format!("{account}{number}"), posts).await);
        }
        let by = |person| cx(person, Purpose::Administration, LegalBasis::Operation, self.app.now());
        let new = NewCase {
            unit: self.unit,
            kind: CaseKind::Authority,
            number: format!("公刑立字〔2026〕{number}号"),
            title: "江边盗窃案".to_owned(),
            authority: "示范市公安局".to_owned(),
            document: None,
            cameras: Vec::new(),
            systems: Vec::new(),
            closes: None,
        };
        let case = self.app.registry().open_case(&by(people[0]), new).await.unwrap();
        self.app.registry().confirm_case(&by(people[1]), case).await.unwrap();
        case
    }

    pub fn live_view(&self) -> Value {
        let camera = self.cameras[0].to_string();
        json!({ "mode": "live", "cameras": [camera], "purpose": "duty_watch", "legal_basis": "unit_duty" })
    }

    /// The last minute.
    pub fn playback_view(&self) -> Value {
        let now = self.app.now().as_ms();
        json!({
            "mode": "playback", "cameras": [self.cameras[0].to_string()], "from_ms": now - 60_000, "to_ms": now,
            "purpose": "incident", "legal_basis": "unit_duty",
        })
    }

    pub fn export(&self) -> Value {
        let now = self.app.now().as_ms();
        json!({
            "cameras": [self.cameras[0].to_string()], "from_ms": now - 10_000, "to_ms": now - 1_000,
            "purpose": "incident", "legal_basis": "unit_duty",
            "recipient": { "name": "李警官", "organisation": "公安" },
        })
    }

    /// Opens a view and returns its id.
    pub async fn view(&self, caller: &Caller, body: Value) -> String {
        let answer = self.post("/api/views", &caller.cookie, body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    pub async fn layout(&self, caller: &Caller) -> String {
        let body = json!({ "name": "一", "grid": 1, "tiles": [] });
        self.post("/api/layouts", &caller.cookie, body).await.json()["id"].as_str().unwrap().to_owned()
    }

    /// Begins to set up a second factor; a code that confirms it.
    pub async fn begin_totp(&self, caller: &Caller) -> String {
        let answer = self.send(&self.router, Method::POST, "/api/me/totp", Some(&caller.cookie), None).await;
        totp_code(answer.json()["secret"].as_str().unwrap(), self.app.now().as_ms() / 1_000)
    }

    /// What the system keeps when it has taken a frame of a camera; the frame itself is made up.
    pub async fn still(&self, person: PersonId, camera: CameraId) -> RecordId {
        let cx = cx(person, Purpose::Maintenance, LegalBasis::MaintenanceDuty, self.app.now());
        let request = Request::new(Act::CommissioningStill, vec![camera], Rendering::Original);
        let pass = self.app.registry().admit(&cx, request).await.expect("an operator may have it taken");
        // Two frames are never the same.
        let frame = format!("\0\0\0\x18ftypiso6 {}", self.people.fetch_add(1, Relaxed));
        let files = self.app.registry().documents();
        let file = files.keep("still.mp4".to_owned(), MediaKind::Frame, frame.as_bytes()).unwrap();
        let (at, format) = (self.app.now(), "H.264 1920×1080".to_owned());
        let new = NewStill { camera, at, today: "2026-11-29".to_owned(), format, file };
        self.app.registry().keep_still(&cx, &pass, new).await.expect("it is kept")
    }

    pub fn incident_cx(&self, person: PersonId) -> Cx {
        cx(person, Purpose::Incident, LegalBasis::UnitDuty, self.app.now())
    }

    /// The same house after the server was stopped and started again.
    pub async fn restarted(self, clocks: Arc<dyn Clocks>) -> Self {
        let Self { dir, app, router, unit, other_unit, group, cameras, clerk, people } = self;
        stop(app, router).await;
        let store = open_with(dir.path(), false, StoreKeys::default(), clocks.wall()).await;
        let pipeline = start(&store, Some(clocks)).await;
        let app = App::new(store, pipeline, Facts { secure: true, ..Facts::default() });
        let router = http::router(app.clone());
        Self { dir, app, router, unit, other_unit, group, cameras, clerk, people }
    }

    /// Stops everything and opens the store again.
    pub async fn reopened(self) -> (tempfile::TempDir, Store) {
        let Self { dir, app, router, .. } = self;
        stop(app, router).await;
        let store = open(dir.path(), false).await;
        (dir, store)
    }

    pub async fn entry_count(&self) -> u64 {
        self.app.registry().entry_count().await.unwrap()
    }

    /// Entries of the access log from this index on, oldest first, as an auditor of both units reads them.
    pub async fn entries_since(&self, index: u64) -> Vec<Entry> {
        let cx = cx(self.clerk, Purpose::Supervision, LegalBasis::SupervisionDuty, self.app.now());
        let (mut found, mut before) = (Vec::new(), None);
        loop {
            let query = AccessQuery { before, limit: 200, ..AccessQuery::default() };
            let page = self.app.store().access_entries(&cx, &query).await.unwrap();
            let fresh = page.entries.into_iter().filter(|entry| entry.index.0 >= index);
            let fresh: Vec<_> = fresh.filter_map(|entry| Entry::of(entry, self.clerk)).collect();
            let done = fresh.is_empty();
            found.extend(fresh);
            before = page.next.filter(|next| *next > EntryIndex(index) && !done);
            if before.is_none() {
                found.reverse();
                return found;
            }
        }
    }
}

async fn start(store: &Store, clocks: Option<Arc<dyn Clocks>>) -> Pipeline {
    let config = pipeline::Config { segment_seconds: 2, ..pipeline::Config::default() };
    let started = match clocks {
        Some(clocks) => Pipeline::start_by(store.clone(), config, clocks).await,
        None => Pipeline::start(store.clone(), config).await,
    };
    started.unwrap()
}

async fn stop(app: App, router: Router) {
    drop(router);
    app.views().stop().await;
    app.exports().stop().await;
    app.pipeline().stop().await;
    let (store, now) = (app.store().clone(), app.now());
    drop(app);
    store.close(now).await.unwrap();
}

fn cx(person: PersonId, purpose: Purpose, legal_basis: LegalBasis, now: WallTime) -> Cx {
    Cx {
        actor: Actor::Person(person),
        purpose,
        legal_basis,
        case: None,
        note: None,
        place: "local".to_owned(),
        request: RequestId(uuid::Uuid::now_v7()),
        now,
    }
}

/// The code of a base32 secret at a time (RFC 6238), as an authenticator shows it.
pub fn totp_code(secret: &str, unix_seconds: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let builder =
        totp_rs::Builder::new().with_secret(secret).with_account_name("test").with_issuer(None::<&str>);
    let totp = builder.build().unwrap();
    totp.generate(u64::try_from(unix_seconds).unwrap()).to_string()
}

/// The acts of all entries that an auditor sees, newest first.
pub async fn acts_of(store: &Store, auditor: PersonId) -> Vec<Act> {
    let cx = cx(auditor, Purpose::Supervision, LegalBasis::SupervisionDuty, system_wall());
    let page =
        store.access_entries(&cx, &AccessQuery { limit: 200, ..AccessQuery::default() }).await.unwrap();
    page.entries.into_iter().filter_map(|entry| entry.record).map(|record| record.kind).collect()
}

/// Counted strangers: source and count of each entry.
pub async fn anonymous_entries(store: &Store, auditor: PersonId) -> Vec<(String, String)> {
    let cx = cx(auditor, Purpose::Supervision, LegalBasis::SupervisionDuty, system_wall());
    let query = AccessQuery { act: Some(Act::AnonymousRefused), limit: 100, ..AccessQuery::default() };
    let page = store.access_entries(&cx, &query).await.unwrap();
    let records = page.entries.into_iter().filter_map(|entry| entry.record);
    records
        .map(|record| {
            let count = record.extra.lines().find_map(|line| line.strip_prefix("count=")).unwrap_or_default();
            (record.place.clone(), count.to_owned())
        })
        .collect()
}

/// An entry, in what the tests compare.
#[derive(Clone, Debug)]
pub struct Entry {
    pub index: u64,
    pub act: Act,
    pub class: Class,
    pub person: Option<PersonId>,
    pub record: AccessRecord,
}

impl Entry {
    /// Everything but the clerk's own reading.
    fn of(entry: store::AccessEntry, clerk: PersonId) -> Option<Self> {
        let record = entry.record.expect("a young record can be read");
        let person = record.acting.person;
        let own = person == Some(clerk) && record.kind == Act::ReadLedger;
        (!own).then_some(Self { index: entry.index.0, act: record.kind, class: entry.class, person, record })
    }

    pub fn is_refusal(&self) -> bool {
        self.class == Class::Refusal
    }
}
