//! Witnesses over real sockets: what they cosign is kept and published, a package states its bracket, and each way to
//! change or shorten a log is found and shown to a person.

use crate::{
    cases::Who,
    house::{self, House, PEER},
    watch::Studio,
};
use axum::{extract::ConnectInfo, http::Request};
use ledger::{
    checkpoint::Checkpoint,
    note::{Ed25519Signer, Note},
    tree,
    witness::{AddCheckpoint, Refusal, WitnessedLog},
};
use model::{Act, CameraId, GapCause, Hash, Profile, Span, StreamId, WallTime};
use pipeline::{Pipeline, system_wall};
use serde_json::Value;
use server::{
    app::{App, Facts},
    http,
    witness::{LogLine, WitnessConfig, WitnessServer},
    witnessing::{self, WitnessLine, Witnesses, WitnessingConfig},
};
use sqlx::{ConnectOptions as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};
use store::{
    LogName, NewGap, Store,
    witness::{WitnessBook, Witnessed},
};
use tokio::task::JoinHandle;
use tower::ServiceExt as _;
use verify::{ClaimName, Policy, Verdict};

/// Longer than anything here should take on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(90);
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

async fn start_witness(dir: &Path, store: &Store) -> WitnessServer {
    let line = |log| LogLine { origin: None, vkey: store.vkey(log) };
    let config = WitnessConfig {
        name: Some("witness.example/w1".to_owned()),
        listen: "127.0.0.1:0".parse().unwrap(),
        dir: dir.to_owned(),
        log: vec![line(LogName::Footage), line(LogName::Access)],
    };
    WitnessServer::start(&config).await.unwrap()
}

fn asking(witness: &WitnessServer) -> WitnessingConfig {
    let line =
        WitnessLine {
            name: "区监管".to_owned(), vkey: witness.book().key().to_string(), url: witness.url()
        };
    WitnessingConfig { witness: vec![line], ..WitnessingConfig::default() }
}

/// The policy of somebody who trusts these logs and asks for that witness.
fn policy_text(store: &Store, witness: &WitnessServer) -> String {
    format!(
        "log {}\nlog {}\nwitness w {}\nquorum w\n",
        store.vkey(LogName::Footage),
        store.vkey(LogName::Access),
        witness.book().key()
    )
}

async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done().await {
        assert!(Instant::now() < deadline, "{what}: not in time");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A server without cameras: its log grows by gaps.
struct Site {
    app: App,
    asking: JoinHandle<()>,
}

const STREAM: StreamId = StreamId { camera: CameraId(uuid::Uuid::from_u128(7)), profile: Profile::Main };

impl Site {
    async fn start(dir: &Path, create: bool, ask: impl AsyncFnOnce(&Store) -> Witnesses) -> Self {
        Self::start_with(dir, create, Facts::default(), ask).await
    }

    async fn start_with(
        dir: &Path,
        create: bool,
        facts: Facts,
        ask: impl AsyncFnOnce(&Store) -> Witnesses,
    ) -> Self {
        let store = house::open(dir, create).await;
        let witnesses = ask(&store).await;
        let pipeline = Pipeline::start(store.clone(), pipeline::Config::default()).await.unwrap();
        let app = App::with_witnesses(store, pipeline, facts, witnesses);
        let asking = tokio::spawn(witnessing::run(app.clone()));
        Self { app, asking }
    }

    /// So many more records, published.
    async fn grow(&self, records: u32) {
        self.grow_saying(records, "").await;
    }

    async fn grow_saying(&self, records: u32, evidence: &str) {
        let footage = &self.app.store().footage;
        for _ in 0..records {
            let now = self.app.now();
            let end = footage.stream_head(STREAM).await.unwrap().end.unwrap_or(now.plus_us(-3_600_000_000));
            let span = Span::new(end, end.plus_us(1_000)).unwrap();
            let cause = GapCause::Planned;
            footage
                .commit_gap(NewGap { stream: STREAM, span, cause, evidence: evidence.to_owned() })
                .await
                .unwrap();
        }
        self.app.store().publish(LogName::Footage, self.app.now()).await.unwrap();
        self.app.store().publish(LogName::Access, self.app.now()).await.unwrap();
        self.app.witnesses().ring();
    }

    /// The size of the newest checkpoint, when the witness has cosigned it. The recorder's ticks make it grow too.
    async fn cosigned(&self) -> u64 {
        let mut published = 0;
        until("the witness cosigns", async || {
            self.app.witnesses().ring();
            published = self.published().await;
            let watched = self.app.witnesses().watched();
            watched[0].footage.last.is_some_and(|last| last.size == published)
        })
        .await;
        published
    }

    async fn published(&self) -> u64 {
        self.app.store().checkpoint(LogName::Footage).await.unwrap().unwrap().size
    }

    /// The first alarm about the footage log: its problem and the size that the witness holds.
    async fn alarm(&self) -> (String, u64) {
        let alarm =
            async || self.app.witnesses().alarms().into_iter().find(|alarm| alarm.log == LogName::Footage);
        until("the alarm", async || alarm().await.is_some()).await;
        let alarm = alarm().await.unwrap();
        (alarm.problem, alarm.size)
    }

    async fn health(&self) -> (u16, Value) {
        let mut request = Request::builder().uri("/api/health").body(axum::body::Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo::<std::net::SocketAddr>(PEER.parse().unwrap()));
        let response = http::router(self.app.clone()).oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    async fn stop(self) {
        let Self { app, asking } = self;
        app.stop().cancel();
        asking.await.unwrap();
        app.views().stop().await;
        app.exports().stop().await;
        app.pipeline().stop().await;
        let (store, now) = (app.store().clone(), app.now());
        drop(app);
        store.close(now).await.unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (entry, target) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).unwrap();
        if entry.is_dir() {
            copy(&entry, &target);
        } else {
            std::fs::copy(entry, target).unwrap();
        }
    }
}

/// As somebody with the file and the log's key would write.
async fn forger(dir: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(dir.join("footage.db")).foreign_keys(false);
    options.connect().await.unwrap()
}

/// What a person sees of the folder of forks: exit code and text.
fn shown_forks(dir: &Path, key: &str) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_watchkeeper"))
        .args(["witness", "forks", "--dir"])
        .arg(dir)
        .args(["--key", key])
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn cosignatures_are_kept_and_published_and_a_witness_on_this_host_is_called_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut started = None;
    let house = House::build_asking(Facts::default(), async |_, store: &Store| {
        let witness = start_witness(folder.path(), store).await;
        let witnesses = Witnesses::new(&asking(&witness)).unwrap();
        started = Some(witness);
        witnesses
    })
    .await;
    let witness = started.unwrap();
    let task = tokio::spawn(witnessing::run(house.app.clone()));
    let auditor = Who::Auditor.sign_in(&house).await;
    for log in [LogName::Footage, LogName::Access] {
        house.app.store().publish(log, house.app.now()).await.unwrap();
    }
    house.app.witnesses().ring();
    let (store, key) = (house.app.store().clone(), witness.book().key().clone());
    until("both logs are cosigned", async || {
        let footage = store.last_cosigned(LogName::Footage, &key).await.unwrap();
        footage.is_some() && store.last_cosigned(LogName::Access, &key).await.unwrap().is_some()
    })
    .await;
    let published = house.get("/ledger/footage/checkpoint", &auditor.cookie).await;
    let note = Note::parse(&published.body).unwrap();
    let by = note.verified_by(std::slice::from_ref(&key)).unwrap();
    assert!(by.len() == 1 && by[0].time_s.is_some(), "{note}");
    until("what was tried is told", async || house.app.witnesses().watched()[0].access.last.is_some()).await;
    let told = house.get("/api/witnesses", &auditor.cookie).await.json();
    let one = &told["witnesses"][0];
    assert_eq!((&told["standing"], &one["same_host"]), (&"same_host".into(), &true.into()), "{told}");
    assert!(one["words"]["en"].as_str().unwrap().contains("proves nothing"), "{told}");
    assert!(house.app.witnesses().times(house.app.now()).is_empty(), "the clock of this host is this clock");
    assert_eq!(one["footage"]["lag_entries"], 0, "{told}");
    let state = house.get("/api/state", &auditor.cookie).await.json();
    assert_eq!(state["ledger"]["witnessed"], "same_host");
    // A witness that is away holds up nothing, and is told.
    witness.stop().await.unwrap();
    store.publish(LogName::Access, house.app.now().plus_us(120_000_000)).await.unwrap();
    house.app.witnesses().ring();
    until("the failure is told", async || house.app.witnesses().watched()[0].access.error.is_some()).await;
    let told = house.get("/api/witnesses", &auditor.cookie).await.json();
    assert!(told["witnesses"][0]["access"]["lag_entries"].as_u64().unwrap() > 0, "{told}");
    assert_eq!(
        house.send(&house.router, axum::http::Method::GET, "/api/health", None, None).await.status,
        200
    );
    house.app.stop().cancel();
    task.await.unwrap();
}

/// A house that records, whose policy asks for one witness.
async fn witnessed_studio(
    folder: &Path,
    waits: Option<u32>,
) -> (Studio, WitnessServer, String, JoinHandle<()>) {
    let mut started = None;
    let house = House::build_asking(Facts::default(), async |_, store: &Store| {
        let witness = start_witness(folder, store).await;
        let text = policy_text(store, &witness);
        let policy = folder.join("policy");
        std::fs::write(&policy, &text).unwrap();
        let config = WitnessingConfig {
            policy: Some(policy),
            handover_waits_for_witness: waits.is_some(),
            handover_wait_s: waits.unwrap_or(600),
            ..asking(&witness)
        };
        started = Some((witness, text));
        Witnesses::new(&config).unwrap()
    })
    .await;
    let (witness, text) = started.unwrap();
    let task = tokio::spawn(witnessing::run(house.app.clone()));
    house.app.store().publish(LogName::Footage, house.app.now()).await.unwrap();
    house.app.witnesses().ring();
    let store = house.app.store().clone();
    until("the log's beginning is cosigned", async || {
        store.last_cosigned(LogName::Footage, witness.book().key()).await.unwrap().is_some()
    })
    .await;
    let studio = Studio::start_in(house).await;
    studio.recorded(4).await;
    (studio, witness, text, task)
}

fn verdict(report: &verify::Report, name: ClaimName) -> (Verdict, String) {
    let claim = report.claims.iter().find(|claim| claim.name == name).unwrap();
    (claim.verdict, format!("{:?} {:?} {:?}", claim.findings, claim.doubts, claim.notes))
}

/// The package by its verdicts and its README.
async fn package(studio: &Studio, export: &Value, cookie: &str, policy: &Policy) -> (verify::Report, String) {
    let path = format!("/api/exports/{}/package", export["id"].as_str().unwrap());
    let body = studio.house.get(&path, cookie).await.body;
    let file = studio.house.dir.path().join("copy.zip");
    std::fs::write(&file, &body).unwrap();
    let mut reader = verify::open(&file).unwrap();
    let report = verify::package(&mut *reader, Some(policy), &mut |_, _| {}).unwrap();
    (report, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_states_its_bracket_or_that_it_is_not_yet_witnessed() {
    let folder = tempfile::tempdir().unwrap();
    let (studio, witness, policy, task) = witnessed_studio(folder.path(), None).await;
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    let operator = Who::Operator.sign_in(&studio.house).await;
    let export = studio.exported(&operator).await;
    assert_eq!(export["state"], "ready", "{export}");
    let (report, text) = package(&studio, &export, &operator.cookie, &policy).await;
    assert_eq!(report.exit_code(), 0, "{report:#?}");
    assert_eq!(verdict(&report, ClaimName::Witnessed).0, Verdict::Proven);
    let (bracket, words) = verdict(&report, ClaimName::TimeBracket);
    assert_eq!(bracket, Verdict::Proven, "{words}");
    assert!(words.contains("entered the log after ") && words.contains(", before "), "{words}");
    assert!(text.contains("enough witnesses have cosigned"));

    witness.stop().await.unwrap();
    studio.recorded_since(studio.house.app.now()).await;
    let export = studio.exported(&operator).await;
    assert_eq!(export["state"], "ready", "recording and handing out go on: {export}");
    let (report, text) = package(&studio, &export, &operator.cookie, &policy).await;
    assert_eq!(verdict(&report, ClaimName::Witnessed).0, Verdict::CannotTell, "{report:#?}");
    assert!(text.contains("NOT YET WITNESSED") && text.contains("尚未见证"));
    assert_eq!(report.exit_code(), 2, "{report:#?}");
    studio.house.app.stop().cancel();
    task.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_over_that_must_wait_for_its_witness_says_so_and_then_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let (studio, witness, _, task) = witnessed_studio(folder.path(), Some(2)).await;
    let operator = Who::Operator.sign_in(&studio.house).await;
    witness.stop().await.unwrap();
    let export = studio.exported(&operator).await;
    assert_eq!(export["state"], "failed", "{export}");
    assert!(export["error"].as_str().unwrap().contains("not yet witnessed"), "{export}");
    studio.house.app.stop().cancel();
    task.await.unwrap();
}

/// The whole server put back: databases and published files of an earlier day.
#[tokio::test(flavor = "multi_thread")]
async fn a_rolled_back_server_is_found_out_by_its_witness() {
    let folder = tempfile::tempdir().unwrap();
    let (data, old, book) =
        (folder.path().join("data"), folder.path().join("old"), folder.path().join("book"));
    let mut witness = None;
    let site = Site::start(&data, true, async |store: &Store| {
        let started = start_witness(&book, store).await;
        let witnesses = Witnesses::new(&asking(&started)).unwrap();
        witness = Some(started);
        witnesses
    })
    .await;
    let witness = witness.unwrap();
    let key = site.app.store().vkey(LogName::Footage);
    let again = async |_: &Store| Witnesses::new(&asking(&witness)).unwrap();
    site.grow(3).await;
    site.cosigned().await;
    site.stop().await;
    copy(&data, &old);
    let site = Site::start(&data, false, again).await;
    let mut held = 0;
    for _ in 0..5 {
        site.grow(1).await;
        held = site.cosigned().await;
    }
    assert_eq!(site.health().await.0, 200);
    site.stop().await;

    std::fs::remove_dir_all(&data).unwrap();
    copy(&old, &data);
    // The old copy agrees with itself: nothing inside the house can tell.
    let site = Site::start(&data, false, again).await;
    site.grow_saying(1, "another history").await;
    assert_eq!(site.alarm().await, ("rolled_back".to_owned(), held));
    let (status, health) = site.health().await;
    assert_eq!((status, &health["status"]), (503, &"witness_alarm".into()));
    let alarms = site.app.store().witness_alarms().await.unwrap();
    let alarm = alarms.iter().find(|alarm| alarm.log == LogName::Footage).unwrap();
    assert!(site.app.registry().entry_count().await.unwrap() > alarm.entry.0);
    site.stop().await;

    // The alarm outlives the process. Of a size that the witness cosigned before, it has now seen another root: proof.
    let site = Site::start(&data, false, again).await;
    until("the alarm is remembered", async || !site.app.witnesses().alarms().is_empty()).await;
    site.grow_saying(1, "another history").await;
    until("the witness keeps the fork", async || !witness.book().forks().list().unwrap().is_empty()).await;
    let (code, text) = shown_forks(&book, &key);
    assert!(code == Some(1) && text.contains("PROVEN"), "{code:?} {text}");
    site.stop().await;
    witness.stop().await.unwrap();
}

/// Somebody with the file and the key cuts the log's tail off, or puts a record in between, and removes what was signed.
#[tokio::test(flavor = "multi_thread")]
async fn a_cut_tail_and_a_record_put_in_between_are_found_out() {
    let forget = "DELETE FROM cosignature; DELETE FROM checkpoint; DELETE FROM node;";
    let cut = format!("{forget} DELETE FROM gap WHERE leaf > 2; DELETE FROM leaf WHERE idx > 2;");
    let back_dated = format!(
        "{forget} UPDATE gap SET leaf = -leaf - 1 WHERE leaf >= 2; UPDATE leaf SET idx = -idx - 1 WHERE idx >= 2;
         UPDATE leaf SET idx = -idx WHERE idx < 0; UPDATE gap SET leaf = -leaf WHERE leaf < 0;
         INSERT INTO leaf (idx, hash, entry, kind, stream) SELECT 2, zeroblob(32), x'00', kind, stream FROM leaf WHERE idx = 1;"
    );
    for (name, sql, expected) in [("cut", cut, "rolled_back"), ("back-dated", back_dated, "not_continued")] {
        let folder = tempfile::tempdir().unwrap();
        let (data, book) = (folder.path().join("data"), folder.path().join("book"));
        let mut witness = None;
        let site = Site::start(&data, true, async |store: &Store| {
            let started = start_witness(&book, store).await;
            let witnesses = Witnesses::new(&asking(&started)).unwrap();
            witness = Some(started);
            witnesses
        })
        .await;
        let witness = witness.unwrap();
        site.grow(6).await;
        site.cosigned().await;
        site.stop().await;
        let held =
            witness.book().latest().await.unwrap().into_iter().find(|log| log.origin.ends_with("footage"));
        let held = held.unwrap().size;
        let mut forger = forger(&data).await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut forger).await.unwrap();
        drop(forger);
        std::fs::remove_file(data.join("log/footage/checkpoint")).unwrap();
        let again = async |_: &Store| Witnesses::new(&asking(&witness)).unwrap();
        let site = Site::start(&data, false, again).await;
        site.app.store().publish(LogName::Footage, site.app.now()).await.unwrap();
        site.app.witnesses().ring();
        assert_eq!(site.alarm().await, (expected.to_owned(), held), "{name}");
        assert_eq!(site.health().await.0, 503, "{name}");
        site.stop().await;
        witness.stop().await.unwrap();
    }
}

/// Two witnesses are shown two histories of one size: each cosigns its own, and the first comparison proves it.
#[tokio::test(flavor = "multi_thread")]
async fn a_split_view_is_proven_by_comparing_two_witnesses() {
    const ORIGIN: &str = "site.example/footage";
    let signer = Ed25519Signer::from_seed(ORIGIN, &[7; 32]).unwrap();
    let logs = vec![WitnessedLog { origin: ORIGIN.into(), keys: vec![signer.key().clone()] }];
    let history = |word: &str| -> Vec<Hash> {
        (0..5).map(|number| tree::leaf_hash(format!("{word} {number}").as_bytes())).collect()
    };
    let signed = |leaves: &[Hash]| {
        let checkpoint = Checkpoint::new(ORIGIN, leaves.len() as u64, tree::mth(leaves));
        let note = signer.signed(&checkpoint.to_string()).unwrap();
        AddCheckpoint { old_size: 0, proof: Vec::new(), note, checkpoint }
    };
    let folder = tempfile::tempdir().unwrap();
    let (one_dir, other_dir) = (folder.path().join("one"), folder.path().join("other"));
    let one = WitnessBook::open(&one_dir, None, logs.clone()).await.unwrap();
    let other = WitnessBook::open(&other_dir, None, logs).await.unwrap();
    for (book, word) in [(&one, "for the inspector"), (&other, "for the court")] {
        let answer = book.add_checkpoint(signed(&history(word)).to_string().as_bytes(), 100).await.unwrap();
        assert!(matches!(answer, Witnessed::Cosigned(_)), "{answer:?}");
    }
    // A monitor takes what one holds to the other.
    let path = format!("/latest/{}", tree::sha256(&[ORIGIN.as_bytes()]));
    let request = Request::builder().uri(path).body(axum::body::Body::empty()).unwrap();
    let answer = server::witness::router(one.clone()).oneshot(request).await.unwrap();
    let held = axum::body::to_bytes(answer.into_body(), 1 << 16).await.unwrap();
    let note = Note::parse(&held).unwrap();
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    let shown = AddCheckpoint { old_size: checkpoint.size, proof: Vec::new(), note, checkpoint };
    let answer = other.add_checkpoint(shown.to_string().as_bytes(), 101).await.unwrap();
    assert_eq!(answer, Witnessed::Refused(Refusal::OtherRoot { size: 5 }));
    for book in [one, other] {
        book.close().await;
    }
    let (code, text) = shown_forks(&other_dir, &signer.key().to_string());
    assert!(code == Some(1) && text.contains("two different histories of 5 entries"), "{code:?} {text}");
    assert_eq!(shown_forks(&one_dir, &signer.key().to_string()).0, Some(0));
}

/// A site that listens, with a token for a mirror.
async fn listening(site: &Site) -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service =
        http::router(site.app.clone()).into_make_service_with_connect_info::<std::net::SocketAddr>();
    let stop = site.app.stop().clone();
    tokio::spawn(async move {
        axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await.unwrap()
    });
    address
}

/// `watchkeeper mirror` and `mirror check`: exit code and what a person reads.
async fn mirror(arguments: Vec<String>) -> (Option<i32>, String) {
    tokio::task::spawn_blocking(move || {
        let output =
            Command::new(env!("CARGO_BIN_EXE_watchkeeper")).arg("mirror").args(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (output.status.code(), text.concat())
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_follows_both_logs_and_finds_what_was_put_back_or_changed() {
    let folder = tempfile::tempdir().unwrap();
    let (data, old, copied) =
        (folder.path().join("data"), folder.path().join("old"), folder.path().join("copy"));
    let token = folder.path().join("token");
    std::fs::write(&token, format!("{TOKEN}\n")).unwrap();
    let machine =
        format!("[[machine]]\nname = 'province'\ntoken = '{TOKEN}'\nlogs = ['footage', 'access']\n");
    let facts = || Facts {
        machines: toml::from_str::<server::config::Config>(&machine).unwrap().machine,
        ..Facts::default()
    };
    let look = async |site: &Site| {
        let arguments = [
            "--once".to_owned(),
            format!("--dir={}", copied.display()),
            format!("--server=http://{}", listening(site).await),
            format!("--token-file={}", token.display()),
            format!("--footage={}", site.app.store().vkey(LogName::Footage)),
            format!("--access={}", site.app.store().vkey(LogName::Access)),
        ];
        mirror(arguments.to_vec()).await
    };
    let check = async || mirror(vec!["check".to_owned(), format!("--dir={}", copied.display())]).await;
    let start = async |create| Site::start_with(&data, create, facts(), async |_| Witnesses::default()).await;
    let site = start(true).await;
    let key = site.app.store().vkey(LogName::Footage);
    site.grow(300).await;
    let first = site.published().await;
    let (code, text) = look(&site).await;
    assert!(code == Some(0) && text.contains(&format!("continued from 0 to {first}")), "{code:?} {text}");
    site.stop().await;
    copy(&data, &old);
    let site = start(false).await;
    site.grow(220).await;
    let second = site.published().await;
    let (code, text) = look(&site).await;
    assert!(code == Some(0) && text.contains(&format!("from {first} to {second}")), "{code:?} {text}");
    let (code, text) = look(&site).await;
    assert!(code == Some(0) && text.contains(&format!("{second} entries, nothing new")), "{code:?} {text}");
    let (code, text) = check().await;
    assert!(
        code == Some(0) && text.contains(&format!("{second} entries lead to the root")),
        "{code:?} {text}"
    );
    site.stop().await;

    // Everything put back, then grown past the copy with other records.
    std::fs::remove_dir_all(&data).unwrap();
    copy(&old, &data);
    let site = start(false).await;
    let (code, text) = look(&site).await;
    assert!(code == Some(1) && text.contains("an older one"), "{code:?} {text}");
    let size = site.app.store().log_size(LogName::Footage).await.unwrap();
    site.grow_saying(u32::try_from(second - size).unwrap(), "another history").await;
    let exact = site.published().await == second;
    let (code, text) = look(&site).await;
    // A tick of the recorder may have come in between.
    let words = if exact { "two different histories" } else { "not the same any more" };
    assert!(code == Some(1) && text.contains(words), "{code:?} {text}");
    site.grow_saying(5, "another history").await;
    let (code, text) = look(&site).await;
    assert!(code == Some(1) && text.contains("not the same any more"), "{code:?} {text}");
    site.stop().await;
    let (code, text) = shown_forks(&copied, &key);
    assert!(code == Some(1) && text.contains(if exact { "PROVEN" } else { "SUSPECTED" }), "{code:?} {text}");
    let (code, text) = check().await;
    assert!(code == Some(1) && text.contains("contradicted itself"), "{code:?} {text}");

    // Somebody changes the copy itself.
    std::fs::remove_dir_all(copied.join("forks")).unwrap();
    assert_eq!(check().await.0, Some(0));
    let bundle = copied.join("footage/tile/entries/001");
    let mut bytes = std::fs::read(&bundle).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&bundle, bytes).unwrap();
    let (code, text) = check().await;
    assert!(code == Some(1) && text.contains("tile/0/001"), "{code:?} {text}");
}

/// A mirror's machine reads the logs that it may, under its name; nothing else, and nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_machine_reads_its_logs_and_leaves_one_entry_an_hour() {
    let text = format!("[[machine]]\nname = 'province'\ntoken = '{TOKEN}'\nlogs = ['footage']\n");
    let machines = toml::from_str::<server::config::Config>(&text).unwrap().machine;
    let house = House::build_with(Facts { machines, ..Facts::default() }).await;
    for log in [LogName::Footage, LogName::Access] {
        house.app.store().publish(log, WallTime(system_wall().0 + 61_000_000)).await.unwrap();
    }
    let before = house.entry_count().await;
    let ask = async |path: &str, token: &str| {
        let request = Request::builder().uri(path).header("authorization", format!("Bearer {token}"));
        let request = request.body(axum::body::Body::empty()).unwrap();
        house.send_raw(&house.router, request).await.status.as_u16()
    };
    let check = async |path: &str, token: &str, expected: u16| {
        assert_eq!(ask(path, token).await, expected, "{path} {token}");
    };
    check("/ledger/footage/checkpoint", TOKEN, 200).await;
    check("/ledger/footage/checkpoint", TOKEN, 200).await;
    check("/ledger/access/checkpoint", TOKEN, 401).await;
    check("/ledger/footage/checkpoint", "0123456789abcdef0123456789abcdeX", 401).await;
    check("/api/ledger/keys", TOKEN, 401).await;
    check("/metrics", TOKEN, 401).await;
    let entries = house.entries_since(before).await;
    let acts: Vec<Act> = entries.iter().map(|entry| entry.act).collect();
    assert_eq!(acts, [Act::MachineRead], "one entry for the hour");
    assert!(entries[0].record.extra.contains("machine=province"), "{}", entries[0].record.extra);
}

/// What administrators and supervisors do is under a witness's signature, or it is a finding (national-2016:32): without a witness of
/// another party at once when the hours are over, with one not at all.
#[tokio::test(flavor = "multi_thread")]
async fn acts_of_office_are_witnessed_or_found() {
    let clocks = Arc::new(Moved(AtomicI64::new(system_wall().0)));
    let house = House::build_by(clocks.clone()).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let body = serde_json::json!({ "name": "市局", "kind": "public_security", "division": "440100" });
    assert_eq!(house.post("/api/authorities", &administrator.cookie, body).await.status, 201);
    let found = async |house: &House| -> Vec<Value> {
        let caller = Who::Administrator.sign_in(house).await;
        let found = house.get("/api/findings", &caller.cookie).await.json();
        let all = found.as_array().unwrap().clone();
        all.into_iter().filter(|one| one["code"] == "acts_unwitnessed").collect()
    };
    assert!(found(&house).await.is_empty(), "there are hours yet");
    clocks.0.fetch_add(25 * 3_600_000_000, SeqCst);
    let late = found(&house).await;
    assert_eq!((late.len(), &late[0]["article"]), (1, &serde_json::json!("national-2025:25")));

    // The same with a witness that the policy names: every act is under its signature, and the state line says by whom.
    let dir = tempfile::tempdir().unwrap();
    let (witness_dir, policy) = (dir.path().join("witness"), dir.path().join("policy"));
    let mut kept = None;
    let house = House::build_asking(Facts { secure: true, ..Facts::default() }, async |_, store: &Store| {
        let witness = start_witness(&witness_dir, store).await;
        std::fs::write(&policy, policy_text(store, &witness)).unwrap();
        let config = WitnessingConfig { policy: Some(policy.clone()), ..asking(&witness) };
        kept = Some(witness);
        Witnesses::new(&config).unwrap()
    })
    .await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let body = serde_json::json!({ "name": "市局", "kind": "public_security", "division": "440100" });
    let before = house.entry_count().await;
    assert_eq!(house.post("/api/authorities", &administrator.cookie, body).await.status, 201);
    let _asking = tokio::spawn(witnessing::run(house.app.clone()));
    let later = house.app.now().plus_us(60_000_000);
    house.app.store().publish(LogName::Access, later).await.unwrap();
    until("the act is witnessed", async || {
        house.app.witnesses().ring();
        let state = house.get("/api/state", &administrator.cookie).await.json();
        let through = &state["ledger"]["witnessed_through"];
        through["entry"].as_u64().is_some_and(|entry| entry >= before) && through["by"] == "区监管"
    })
    .await;
    let acts = [Act::ChangeAuthority];
    let through = house
        .app
        .store()
        .witnessed_through(&[kept.unwrap().book().key().to_string()])
        .await
        .unwrap()
        .unwrap();
    let future = house.app.now().plus_us(48 * 3_600_000_000);
    assert_eq!(house.app.store().acts_behind(&acts, Some(through.entry), future).await.unwrap(), None);
    assert!(house.app.store().acts_behind(&acts, None, future).await.unwrap().is_some());
}

#[derive(Debug)]
struct Moved(AtomicI64);

impl pipeline::Clocks for Moved {
    fn mono(&self) -> model::MonoTime {
        model::MonoTime(self.0.load(SeqCst))
    }
    fn wall(&self) -> WallTime {
        WallTime(self.0.load(SeqCst))
    }
}
