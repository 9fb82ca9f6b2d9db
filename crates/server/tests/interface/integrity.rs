//! Program and settings: real servers started one after another on one folder, and programs that are made up. What differs is an entry;
//! what nobody announced is a finding until an administrator explains it.

use crate::{
    cases::Who,
    house::{Answer, House, PASSWORD},
    running::config,
    turned::Ahead,
};
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, header},
};
use law::integrity::{LOOK_EVERY_US, Measured};
use model::{Act, Hash};
use serde_json::{Value, json};
use server::{
    app::Facts,
    config::Config,
    http, integrity,
    serve::{self, Extras, Server},
};
use sha2::{Digest as _, Sha256};
use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};
use std::{net::SocketAddr, path::Path, sync::Arc};

const ARTICLE: &str = "national-2025:15";

async fn sent(
    router: &Router,
    (method, path): (Method, &str),
    cookie: Option<&str>,
    body: Option<Value>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("x-watchkeeper", "1");
    request = request.header("x-watchkeeper-attended", "1").header(header::HOST, "localhost");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let request = match body {
        Some(body) => {
            request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))
        }
        None => request.body(Body::empty()),
    };
    let mut request = request.unwrap();
    let peer: SocketAddr = "127.0.0.1:50000".parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = tower::ServiceExt::oneshot(router.clone(), request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 16 << 20).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, body }
}

/// A server as `serve` runs it, and its interface.
struct Run {
    server: Server,
    router: Router,
}

impl Run {
    async fn start(config: Config) -> Self {
        let server = serve::start(config, Extras::default()).await.unwrap();
        let router = http::router(server.app().clone());
        Self { server, router }
    }

    async fn sign_in(&self, account: &str) -> String {
        let body = json!({ "account": account, "password": PASSWORD });
        let answer = sent(&self.router, (Method::POST, "/api/sign-in"), None, Some(body)).await;
        assert!(answer.status.is_success(), "{}", answer.json());
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    async fn get(&self, path: &str, cookie: &str) -> Value {
        let answer = sent(&self.router, (Method::GET, path), Some(cookie), None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json());
        answer.json()
    }

    async fn post(&self, path: &str, cookie: &str, body: Value) -> Answer {
        sent(&self.router, (Method::POST, path), Some(cookie), Some(body)).await
    }

    async fn stop(self) {
        drop(self.router);
        self.server.stop().await.unwrap();
    }

    async fn findings(&self, cookie: &str) -> Vec<Value> {
        of_integrity(&self.get("/api/findings", cookie).await)
    }
}

fn of_integrity(findings: &Value) -> Vec<Value> {
    findings.as_array().unwrap().iter().filter(|one| one["kind"] == "integrity").cloned().collect()
}

/// What the settings of a run are, but for how much it writes into its log.
fn logging(dir: &Path, filter: &str) -> Config {
    let mut config = config(dir, true);
    config.log.filter = filter.to_owned();
    config
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_boot_file_is_a_finding_until_it_is_explained_and_an_announced_one_is_none() {
    let house = House::build().await;
    let administrator = Who::Administrator.sign_in(&house).await.account;
    let auditor = Who::Auditor.sign_in(&house).await.account;
    let operator = Who::Operator.sign_in(&house).await.account;
    let (dir, store) = house.reopened().await;
    store.close(pipeline::system_wall()).await.unwrap();

    // The first start: what runs is entered, and nothing is amiss.
    let run = Run::start(logging(dir.path(), "info")).await;
    let reader = run.sign_in(&auditor).await;
    let first = run.get("/api/integrity", &reader).await;
    let program = Hash(Sha256::digest(std::fs::read(std::env::current_exe().unwrap()).unwrap()).into());
    assert_eq!(first["running"]["program"], program.to_string());
    assert_eq!(first["running"]["file"], "as_it_runs");
    assert_eq!((&first["total"], &first["changes"][0]["how"]), (&json!(1), &json!("first")));
    assert!(run.findings(&reader).await.is_empty());
    run.stop().await;

    // The same again: nothing is entered but that it started.
    let run = Run::start(logging(dir.path(), "info")).await;
    let reader = run.sign_in(&auditor).await;
    let same = run.get("/api/integrity", &reader).await;
    assert_eq!((&same["total"], &same["unexplained"]), (&json!(1), &json!(0)));
    run.stop().await;

    // Another setting, and nobody had said so.
    let run = Run::start(logging(dir.path(), "off")).await;
    let reader = run.sign_in(&auditor).await;
    let changed = run.get("/api/integrity", &reader).await;
    let change = &changed["changes"][0];
    assert_eq!((&changed["total"], &changed["unexplained"]), (&json!(2), &json!(1)));
    assert_eq!((&change["how"], &change["uncovered"]), (&json!("unannounced"), &json!(["settings.log"])));
    assert_eq!(change["before"]["whole"], first["running"]["whole"]);
    let found = run.findings(&reader).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0]["article"], &found[0]["control"]), (&json!(ARTICLE), &json!("software-integrity")));
    assert_eq!((&found[0]["code"], &found[0]["severity"]), (&json!("software_changed"), &json!("due")));
    assert!(found[0]["reason"]["en"].as_str().unwrap().contains("the setting log"), "{found:?}");
    explained(&run, change, (&administrator, &auditor, &operator)).await;
    run.stop().await;

    // Announced, and then made: an entry, and no finding.
    let run = Run::start(logging(dir.path(), "off")).await;
    let keeper = run.sign_in(&administrator).await;
    let body = json!({ "what": "settings", "reason": "日志恢复记录", "days": 1 });
    let said = run.post("/api/integrity/announcements", &keeper, body).await;
    assert_eq!(said.status, 201, "{}", said.json());
    run.stop().await;
    let run = Run::start(logging(dir.path(), "info")).await;
    let reader = run.sign_in(&auditor).await;
    let made = run.get("/api/integrity", &reader).await;
    let change = &made["changes"][0];
    assert_eq!((&made["total"], &change["how"]), (&json!(3), &json!("announced")));
    assert_eq!(change["announced"]["reason"], "日志恢复记录");
    assert_eq!((&made["announcement"], &made["unexplained"]), (&Value::Null, &json!(0)), "it is used up");
    assert!(run.findings(&reader).await.is_empty());
    run.stop().await;
}

/// Who may not, and who says nothing, is refused and the finding stands; then it is explained, once, and closes.
async fn explained(run: &Run, change: &Value, (administrator, auditor, operator): (&str, &str, &str)) {
    let path = format!("/api/integrity/changes/{}/explanation", change["id"].as_str().unwrap());
    let (keeper, reader) = (run.sign_in(administrator).await, run.sign_in(auditor).await);
    let watcher = run.sign_in(operator).await;
    let history = async |open: bool| {
        run.get(&format!("/api/findings/history?kind=integrity&open={open}"), &reader).await["total"].clone()
    };
    for (cookie, reason, article) in
        [(&watcher, "升级", "unit:roles"), (&reader, "升级", "unit:roles"), (&keeper, " ", "unit:integrity")]
    {
        let refused = run.post(&path, cookie, json!({ "reason": reason })).await;
        assert_eq!(refused.status, 403, "{}", refused.json());
        assert_eq!(refused.json()["error"]["article"], article);
        assert_eq!(run.findings(&reader).await.len(), 1, "still there");
    }
    assert_eq!((history(true).await, history(false).await), (json!(1), json!(0)));
    let done = run.post(&path, &keeper, json!({ "reason": "关闭过多的日志" })).await;
    assert_eq!(done.status, 200, "{}", done.json());
    assert_eq!(done.json()["explained"]["reason"], "关闭过多的日志");
    assert_eq!(done.json()["needs_explanation"], false);
    assert!(run.findings(&reader).await.is_empty());
    assert_eq!((history(true).await, history(false).await), (json!(0), json!(1)));
    let again = run.post(&path, &keeper, json!({ "reason": "关闭过多的日志" })).await;
    assert_eq!(again.status, 409, "{}", again.json());
}

/// A program of this digest.
fn program(byte: u8) -> Measured {
    Measured {
        program: Hash([byte; 32]),
        version: format!("0.{byte}.0"),
        console: Hash([100; 32]),
        packs: Hash([101; 32]),
        own_packs: Hash([102; 32]),
        settings: [("listen".to_owned(), Hash([103; 32]))].into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_taken_for_the_announced_one_by_its_digest_alone() {
    let house = House::build().await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let file = house.dir.path().join("none");
    let start = async |measured: Measured| {
        let before = house.entry_count().await;
        integrity::note_start(&house.app, measured, file.clone()).await.unwrap();
        let entries = house.entries_since(before).await;
        entries.into_iter().map(|entry| (entry.act, entry.record.extra)).collect::<Vec<_>>()
    };
    let show = async || house.get("/api/integrity", &administrator.cookie).await.json();
    let announce = async |expected: u8| {
        let sha256 = Hash([expected; 32]).to_string();
        let body = json!({ "what": "program", "reason": "升级", "expected_sha256": sha256, "days": 7 });
        house.post("/api/integrity/announcements", &administrator.cookie, body).await
    };
    assert_eq!(start(program(1)).await.len(), 1);
    assert_eq!(start(program(1)).await, []);

    // Announced by its digest: another one is a breach, and the announcement waits for its own.
    assert_eq!(announce(2).await.status, 201);
    let entries = start(program(3)).await;
    assert_eq!(entries.len(), 1);
    let (act, told) = &entries[0];
    let [one, three] = [1, 3].map(|byte| Hash([byte; 32]));
    let [from, to] = [program(1), program(3)].map(|of| store::measured_digest(&of));
    let expected = format!(
        "found=start\nhow=other_than_announced\nprogram={one}>{three}\nversion=0.1.0>0.3.0\n\
         measured={from}>{to}\nparts=program,version"
    );
    assert_eq!((*act, told), (Act::NoteSoftware, &expected));
    let findings = of_integrity(&house.get("/api/findings", &administrator.cookie).await.json());
    assert_eq!((findings.len(), &findings[0]["severity"]), (1, &json!("breach")), "{findings:?}");
    let shown = show().await;
    assert_eq!(shown["announcement"]["expected_sha256"], Hash([2; 32]).to_string());
    let announcement = shown["announcement"]["id"].as_str().unwrap().to_owned();
    let entries = start(program(2)).await;
    assert!(entries[0].1.contains("how=announced\n"), "{entries:?}");
    assert!(entries[0].1.contains(&format!("\nannouncement={announcement}\n")), "{entries:?}");
    let shown = show().await;
    assert_eq!((&shown["announcement"], &shown["unexplained"]), (&Value::Null, &json!(1)), "the other stays");
    assert_eq!(shown["changes"][0]["how"], "announced");
    assert_eq!(shown["changes"][1]["needs_explanation"], true);

    // A small change later does not cover the breach up.
    let mut other = program(2);
    other.settings.insert("log".to_owned(), Hash([104; 32]));
    assert!(start(other).await[0].1.contains("how=unannounced\n"));
    assert_eq!(show().await["unexplained"], 2);
    let findings = of_integrity(&house.get("/api/findings", &administrator.cookie).await.json());
    assert_eq!((findings.len(), &findings[0]["severity"]), (1, &json!("breach")), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_read_ends_no_start_and_is_a_finding() {
    let house = House::build().await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let file = house.dir.path().join("none");
    let start = async |measured: Measured| {
        integrity::note_start(&house.app, measured, file.clone()).await.unwrap();
        house.get("/api/integrity", &administrator.cookie).await.json()
    };
    let spoil = async |column: &str, value: &str| {
        let options = SqliteConnectOptions::new().filename(house.dir.path().join("registry.db"));
        let mut connection = options.connect().await.unwrap();
        let sql = format!(
            "UPDATE software_change SET {column} = '{value}' WHERE number = (SELECT max(number) FROM software_change)"
        );
        assert_eq!(
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap().rows_affected(),
            1
        );
        connection.close().await.unwrap();
    };
    start(program(1)).await;
    for (spoiled, (column, value)) in (2..).zip([("measured", "{"), ("measured", r#"{"version":"0.1.0"}"#)]) {
        spoil(column, value).await;
        // The same program runs: whoever spoiled the row has not made a first start of it.
        let shown = start(program(1)).await;
        let change = &shown["changes"][0];
        assert_eq!(
            (&shown["total"], &change["how"]),
            (&json!(spoiled), &json!("unannounced")),
            "{value}: {shown}"
        );
        assert_eq!(change["uncovered"], json!(["last_start"]));
        assert_eq!(shown["changes"][1]["measured"], Value::Null, "the row itself can be listed");
        let found = of_integrity(&house.get("/api/findings", &administrator.cookie).await.json());
        assert_eq!((found.len(), &found[0]["severity"]), (1, &json!("due")), "{found:?}");
        assert!(found[0]["reason"]["en"].as_str().unwrap().contains("cannot be read"), "{found:?}");
    }
    // The one after it has something to compare with again.
    assert_eq!(start(program(1)).await["total"], 3);
    // Nor does a row with words that nobody knows hide the others.
    spoil("how", "so").await;
    spoil("parts", "{").await;
    let shown = start(program(2)).await;
    assert_eq!(
        (&shown["total"], &shown["changes"][0]["uncovered"]),
        (&json!(4), &json!(["program", "version"]))
    );
    assert_eq!(shown["changes"][1]["parts"], json!(["last_start"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn announcements_have_their_limits_and_lapse() {
    let clocks = Arc::new(Ahead::default());
    let house = House::build_at(Facts { secure: true, ..Facts::default() }, clocks.clone()).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let file = house.dir.path().join("none");
    let announce = async |body: Value| {
        let before = house.entry_count().await;
        let answer = house.post("/api/integrity/announcements", &administrator.cookie, body).await;
        (answer.status.as_u16(), house.entries_since(before).await)
    };
    let sha256 = Hash([2; 32]).to_string();
    for body in [
        json!({ "what": "program", "reason": "升级", "days": 0 }),
        json!({ "what": "program", "reason": "升级", "days": 15 }),
        json!({ "what": "program", "reason": "升级", "expected_sha256": "abc", "days": 1 }),
        json!({ "what": "settings", "reason": "升级", "expected_sha256": sha256, "days": 1 }),
        json!({ "what": "all", "reason": "升级", "days": 1 }),
    ] {
        let (status, entries) = announce(body.clone()).await;
        assert!((400..500).contains(&status) && entries.is_empty(), "{body}: {status}");
    }
    let (status, entries) = announce(json!({ "what": "both", "reason": "", "days": 1 })).await;
    assert!(status == 403 && entries.len() == 1 && entries[0].is_refusal());
    integrity::note_start(&house.app, program(1), file.clone()).await.unwrap();
    let (status, entries) = announce(json!({ "what": "both", "reason": "升级", "days": 1 })).await;
    assert_eq!((status, entries.len(), entries[0].act), (201, 1, Act::AnnounceSoftware));
    assert_eq!(entries[0].record.note, "升级");
    assert!(entries[0].record.extra.starts_with("program=true\nsettings=true\nexpected=any\nuntil="));
    // A later one takes its place.
    let (status, _) = announce(json!({ "what": "program", "reason": "改期", "days": 2 })).await;
    assert_eq!(status, 201);
    clocks.on_us(2 * 86_400_000_000 + 60_000_000);
    let auditor = Who::Auditor.sign_in(&house).await;
    let shown = house.get("/api/integrity", &auditor.cookie).await.json();
    assert_eq!(shown["announcement"], Value::Null, "its end has passed");
    integrity::note_start(&house.app, program(2), file).await.unwrap();
    let shown = house.get("/api/integrity", &auditor.cookie).await.json();
    assert_eq!(shown["changes"][0]["how"], "unannounced");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_replaced_under_a_running_server_is_found_within_a_day_and_once() {
    let clocks = Arc::new(Ahead::default());
    let house = House::build_at(Facts { secure: true, ..Facts::default() }, clocks.clone()).await;
    let file = house.dir.path().join("watchkeeper");
    let write = |text: &str| {
        std::fs::write(&file, text).unwrap();
        Hash(Sha256::digest(text).into())
    };
    let mut runs = program(1);
    runs.program = write("the program");
    integrity::note_start(&house.app, runs.clone(), file.clone()).await.unwrap();
    let shown = async || {
        let auditor = Who::Auditor.sign_in(&house).await;
        house.get("/api/integrity", &auditor.cookie).await.json()
    };
    let a_day = async || {
        clocks.on_us(LOOK_EVERY_US);
        integrity::look_when_due(&house.app).await.unwrap();
    };
    a_day().await;
    assert_eq!(shown().await["total"], 1, "it is as it was");

    let other = write("another program");
    integrity::look_when_due(&house.app).await.unwrap();
    assert_eq!(shown().await["total"], 1, "a day has not passed");
    a_day().await;
    let found = shown().await;
    assert_eq!((&found["total"], &found["running"]["file"]), (&json!(2), &json!("other")));
    let change = &found["changes"][0];
    assert_eq!((&change["while_running"], &change["how"]), (&json!(true), &json!("unannounced")));
    assert_eq!(change["program"], other.to_string());
    a_day().await;
    assert_eq!(shown().await["total"], 2, "once");
    let auditor = Who::Auditor.sign_in(&house).await;
    let findings = of_integrity(&house.get("/api/findings", &auditor.cookie).await.json());
    assert!(findings.len() == 1 && findings[0]["reason"]["en"].as_str().unwrap().contains("on the disk"));

    // It starts: entered again, since another program runs, and not found a second time.
    let next = Measured { program: other, ..program(2) };
    integrity::note_start(&house.app, next, file.clone()).await.unwrap();
    let started = shown().await;
    assert_eq!((&started["changes"][0]["how"], &started["unexplained"]), (&json!("found_before"), &json!(1)));

    // What is announced is left to the start that follows.
    let administrator = Who::Administrator.sign_in(&house).await;
    let body = json!({ "what": "program", "reason": "升级", "days": 7 });
    let said = house.post("/api/integrity/announcements", &administrator.cookie, body).await;
    assert_eq!(said.status, 201, "{}", said.json());
    write("a third program");
    a_day().await;
    assert_eq!(shown().await["total"], 3);
    std::fs::remove_file(&file).unwrap();
    a_day().await;
    assert_eq!((&shown().await["total"], &shown().await["running"]["file"]), (&json!(3), &json!("gone")));
}
