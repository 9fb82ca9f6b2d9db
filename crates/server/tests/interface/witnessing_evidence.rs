//! What a witness holds against a log, shown to a person with its evidence, and its time as a source of this server's clock.

use crate::{
    cases::Who,
    house::{Caller, House},
    turned::Ahead,
};
use ledger::{
    checkpoint::Checkpoint,
    fork::Fork,
    note::{Ed25519Signer, NoteKey},
    witness::AddCheckpoint,
};
use model::{CameraId, GapCause, Hash, Profile, Span, StreamId};
use serde_json::{Value, json};
use server::{
    app::Facts,
    time_sources,
    witness::{LogLine, WitnessConfig, WitnessServer},
    witnessing::{self, WitnessLine, Witnesses, WitnessingConfig},
};
use std::{
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};
use store::{LogName, NewGap, Store, system_cx};

const PATIENCE: Duration = Duration::from_secs(90);

async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done().await {
        assert!(Instant::now() < deadline, "{what}: not in time");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn witness(dir: &Path, store: &Store, listen: &str) -> (WitnessServer, Witnesses) {
    let line = |log| LogLine { origin: None, vkey: store.vkey(log) };
    let config = WitnessConfig {
        name: Some("witness.example/w1".to_owned()),
        listen: listen.parse().unwrap(),
        dir: dir.to_owned(),
        log: vec![line(LogName::Footage), line(LogName::Access)],
    };
    let server = WitnessServer::start(&config).await.unwrap();
    let line =
        WitnessLine {
            name: "区监管".to_owned(), vkey: server.book().key().to_string(), url: server.url()
        };
    let asking = WitnessingConfig { witness: vec![line], ..WitnessingConfig::default() };
    (server, Witnesses::new(&asking).unwrap())
}

/// A checkpoint of a history that this server never had, signed by its own key: what somebody with the machine can do.
fn forged(house: &House, size: u64) -> AddCheckpoint {
    let vkey = house.app.store().vkey(LogName::Footage);
    let origin = vkey.split('+').next().unwrap().to_owned();
    let seed = std::fs::read(house.dir.path().join("keys/footage-log.ed25519")).unwrap();
    let signer = Ed25519Signer::from_seed(&origin, &seed.try_into().unwrap()).unwrap();
    let checkpoint = Checkpoint::new(&origin, size, Hash([7; 32]));
    let note = signer.signed(&checkpoint.to_string()).unwrap();
    AddCheckpoint { old_size: 0, proof: Vec::new(), note, checkpoint }
}

/// The address of evidence that this house has: the alarm is made by hand.
pub async fn kept(house: &House) -> String {
    let (store, cx) = (house.app.store(), system_cx("witnessing", house.app.now()));
    let [first, second] = [9, 5].map(|size| forged(house, size).note);
    let fork = Fork { seen: cx.now, source: "by hand".to_owned(), first, second };
    let witness = NoteKey::parse(&store.vkey(LogName::Access)).unwrap();
    let of = (&witness, LogName::Footage);
    store.raise_witness_alarm(&cx, of, ("rolled_back", 9), Some(&fork)).await.unwrap();
    format!("/api/witnesses/evidence/{}", store.fork_evidence().await.unwrap()[0].entry.0)
}

/// The file as the command for outsiders sees it.
fn offline(file: &Path, key: &str) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_watchkeeper"));
    let output =
        command.args(["witness", "forks", "--file"]).arg(file).args(["--key", key]).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

async fn shown(house: &House, caller: &Caller) -> Value {
    house.get("/api/witnesses", &caller.cookie).await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_witness_holds_is_shown_with_both_checkpoints_and_checked_offline() {
    for (size, problem, verdict, words) in [
        (9, "rolled_back", "not_continued", "SUSPECTED"),
        (5, "other_root", "two_roots", "PROVEN"),
        (2, "not_continued", "not_continued", "SUSPECTED"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut started = None;
        let facts = Facts { secure: true, ..Facts::default() };
        let house = House::build_asking(facts, async |_, store: &Store| {
            let (server, asked) = witness(folder.path(), store, "127.0.0.1:0").await;
            started = Some(server);
            asked
        })
        .await;
        let witness = started.unwrap();
        let (store, now) = (house.app.store().clone(), house.app.now());
        for number in 0..5 {
            let start = now.plus_us(number * 1_000_000);
            let stream = StreamId { camera: CameraId(uuid::Uuid::from_u128(7)), profile: Profile::Main };
            let span = Span::new(start, start.plus_us(1_000_000)).unwrap();
            let gap = NewGap { stream, span, cause: GapCause::Camera, evidence: String::new() };
            store.footage.commit_gap(gap).await.unwrap();
        }
        store.publish(LogName::Footage, now).await.unwrap();
        assert_eq!(store.checkpoint(LogName::Footage).await.unwrap().unwrap().size, 5);
        let other = forged(&house, size).to_string();
        witness.book().add_checkpoint(other.as_bytes(), 100).await.unwrap();
        let auditor = Who::Auditor.sign_in(&house).await;
        assert_eq!(shown(&house, &auditor).await["evidence"], json!([]));
        let task = tokio::spawn(witnessing::run(house.app.clone()));
        house.app.witnesses().ring();
        until("the alarm", async || !house.app.witnesses().alarms().is_empty()).await;
        let told = shown(&house, &auditor).await;
        let one = &told["evidence"][0];
        let alarm = &told["witnesses"][0]["footage"]["alarm"];
        assert_eq!(
            (&one["problem"], &one["verdict"], &one["witness"], &one["log"], &one["entry"]),
            (&json!(problem), &json!(verdict), &json!("区监管"), &json!("footage"), &alarm["entry"]),
            "{told}"
        );
        assert_eq!((&one["theirs"]["size"], &one["ours"]["size"]), (&json!(size), &json!(5)), "{told}");
        assert_eq!(one["theirs"]["root"], json!(Hash([7; 32]).to_string()));
        assert!(!one["words"]["zh"].as_str().unwrap().is_empty(), "{told}");

        // The file, its hash in the alarm's entry, and the command for whoever trusts the log's key alone.
        let path = format!("/api/witnesses/evidence/{}", one["entry"]);
        let file = house.get(&path, &auditor.cookie).await;
        assert_eq!(file.status, 200);
        let kept = folder.path().join(one["file_name"].as_str().unwrap());
        std::fs::write(&kept, &file.body).unwrap();
        let key = store.vkey(LogName::Footage);
        assert_eq!(one["key"], json!(key));
        let (code, text) = offline(&kept, &key);
        assert!(code == Some(1) && text.contains(words), "{problem}: {code:?} {text}");
        let (_, text) = offline(&kept, &store.vkey(LogName::Access));
        assert!(text.contains("NO EVIDENCE"), "{text}");
        let entries = house.entries_since(0).await;
        let hash = ledger::tree::sha256(&[&file.body]).to_string();
        assert!(
            entries.iter().any(|entry| entry.record.extra.contains(&hash)),
            "{problem}: no entry names it"
        );
        for (who, path, expected) in [
            (Who::Operator, path.as_str(), 403),
            (Who::Auditor, "/api/witnesses/evidence/0", 404),
            (Who::Auditor, "/api/witnesses/evidence/x", 404),
        ] {
            let caller = who.sign_in(&house).await;
            assert_eq!(house.get(path, &caller.cookie).await.status, expected, "{who:?} {path}");
        }
        house.app.stop().cancel();
        task.await.unwrap();
        witness.stop().await.unwrap();
    }
}

/// The server's clock is an hour ahead of a witness on another machine: shown, kept, and a finding; nothing is corrected.
#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_a_witness_elsewhere_is_a_source_of_the_server_s_clock() {
    const HOUR_US: i64 = 3_600_000_000;
    let folder = tempfile::tempdir().unwrap();
    let clocks = Arc::new(Ahead::default());
    let mut started = None;
    // Another address than the one that is asked from: elsewhere, as far as a socket can tell.
    let house = House::build_asking_by(clocks.clone(), async |_, store: &Store| {
        let (server, asked) = witness(folder.path(), store, "127.0.0.2:0").await;
        started = Some(server);
        asked
    })
    .await;
    let (app, witness) = (house.app.clone(), started.unwrap());
    let tasks = [tokio::spawn(witnessing::run(app.clone())), tokio::spawn(time_sources::run(app.clone()))];
    let clock = async || {
        let auditor = Who::Auditor.sign_in(&house).await;
        app.store().publish(LogName::Access, app.now().plus_us(120_000_000)).await.unwrap();
        app.witnesses().ring();
        let clocks = house.get("/api/clocks", &auditor.cookie).await.json();
        let findings = house.get("/api/findings", &auditor.cookie).await.json();
        let found = findings.as_array().unwrap().iter().filter(|one| one["kind"] == "server_clock").count();
        (clocks["server"].clone(), found)
    };
    until("the witness is a source", async || {
        let (server, found) = clock().await;
        let source = &server["sources"][0];
        let near = source["offset_ms"].as_i64().is_some_and(|ms| ms.abs() < 5_000);
        near && source["is_witness"] == true
            && source["name"] == "区监管"
            && source["delay_ms"].as_i64().unwrap() >= 1_000
            && server["synchronised"] == true
            && found == 0
    })
    .await;
    clocks.on_us(HOUR_US);
    let ahead_ms = -HOUR_US / 1_000;
    until("the hour is found", async || {
        let (server, found) = clock().await;
        let offset = server["offset_ms"].as_i64();
        offset.is_some_and(|ms| (ms - ahead_ms).abs() < 30_000)
            && server["synchronised"] == false
            && found == 1
    })
    .await;
    let kept = app.store().footage.clock_checks().await.unwrap();
    assert!(kept[0].sources.contains("witness") && kept[0].offset_us.unwrap() < -3_000_000_000, "{kept:?}");
    app.stop().cancel();
    for task in tasks {
        task.await.unwrap();
    }
    witness.stop().await.unwrap();
}
