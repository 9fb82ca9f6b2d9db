//! `watchkeeper check`, the binary itself, beside a process that records, lets footage go, is backed up and has an export under way all the
//! while: it finds what is wrong, nothing that only moved on, and takes nothing away.

use crate::town::{Camera, Town, expire, stream};
use model::ExportId;
use pipeline::{Config, Pipeline, system_wall};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use store::backup::{MediaChoice, Plan};
use store::{LogName, OpenOptions, PasswordCost, Store};
use uuid::Uuid;

const BINARY: &str = env!("CARGO_BIN_EXE_watchkeeper");
const DAY_US: i64 = 86_400_000_000;

async fn looked(dir: &Path, more: &[&str]) -> (ExitStatus, Vec<Value>) {
    let mut command = Command::new(BINARY);
    command.args(["check", "--json", "--dir"]).arg(dir).args(more);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let found: Value = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{error}: {text}{}", String::from_utf8_lossy(&output.stderr)));
    let list = found.as_array().or_else(|| found["findings"].as_array()).unwrap_or_else(|| panic!("{found}"));
    (output.status, list.clone())
}

fn wrong(found: &[Value]) -> Vec<String> {
    let wrong = found.iter().filter(|finding| finding["level"] == "wrong");
    wrong.map(|finding| format!("{} {}", finding["subject"], finding["place"])).collect()
}

/// Records a minute ago and forty days ago, and lets go what is old, until dropped.
async fn goes_on(store: Store, pipeline: &Pipeline) {
    for number in 40.. {
        let now = system_wall();
        let (old, recent) = (now.plus_us(-40 * DAY_US), now.plus_us(-60_000_000));
        let mut past = Camera::of(pipeline, stream(number), 5, old).await;
        let mut present = Camera::of(pipeline, stream(1_000 + number), 6, recent).await;
        past.record(old, 9);
        present.feed(recent, 12);
        drop(past);
        pipeline.settled().await;
        store.publish(LogName::Footage, now).await.unwrap();
        expire(&store, now).await;
        drop(present);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Backs the databases up, again and again, until dropped.
async fn backs_up(dir: &Path, to: &Path, made: &AtomicUsize) {
    loop {
        let plan = Plan {
            id: Uuid::now_v7(),
            data_dir: dir.to_owned(),
            media_dir: None,
            to: to.to_owned(),
            media: MediaChoice::None,
            link: false,
            passphrase: None,
            cost: PasswordCost::CHEAP,
            by: "admin".into(),
            reason: "nightly".into(),
            now: system_wall(),
        };
        store::backup::take(&plan, &|_| {}).await.unwrap();
        made.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// A package whose making has begun after any copy of the registry that a check may have: no row of theirs knows it.
fn export_under_way(store: &Store) -> PathBuf {
    let package = store.registry.export_path(ExportId(Uuid::now_v7()));
    std::fs::create_dir_all(package.parent().unwrap()).unwrap();
    std::fs::write(&package, b"PK").unwrap();
    package
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_beside_a_running_store_finds_what_is_wrong_and_nothing_that_moved_on() {
    let town = Town::build().await;
    let dir = town.dir();
    let options = OpenOptions { password_cost: PasswordCost::CHEAP, ..OpenOptions::new(system_wall()) };
    let store = Store::open(dir, options).await.unwrap();
    let config = Config { segment_seconds: 3, ..Config::default() };
    let pipeline = Pipeline::start(store.clone(), config).await.unwrap();
    // Documents of the running store: one that is being taken in, and one whose row is being written.
    let documents = ["incoming/upload".to_owned(), format!("ab/{}", "ab".repeat(32))]
        .map(|name| dir.join("documents").join(name));
    for document in &documents {
        std::fs::create_dir_all(document.parent().unwrap()).unwrap();
        std::fs::write(document, b"taken in").unwrap();
    }
    let package = export_under_way(&store);
    let checks = async {
        for more in [&[][..], &["--quick"], &[], &["--quick"], &[]] {
            let (status, found) = looked(dir, more).await;
            assert!(status.success() && wrong(&found).is_empty(), "{more:?}: {found:?}");
            let says = |text: &str| found.iter().any(|one| one["message"].as_str().unwrap().contains(text));
            assert!(says("a running server has this store open: this is how it was at leaf"), "{found:?}");
            assert!(says("this check has no entry"), "nobody answers for this store's entries");
        }
        // Now something is wrong, and the rest still moves on.
        let files: Vec<String> = town.files("mp4");
        // Named by the end of the camera's id; what it recorded is not old.
        let kept = files.iter().find(|path| path.starts_with("000000000002/")).unwrap().clone();
        let path = dir.join("media").join(&kept);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        std::fs::write(dir.join("media/holiday.txt"), b"sun").unwrap();
        let (status, found) = looked(dir, &[]).await;
        let flags = wrong(&found);
        assert!(!status.success() && flags.len() == 2, "{found:?}");
        assert!(flags.iter().any(|flag| flag.contains("footage") && flag.contains(&kept)), "{flags:?}");
        assert!(flags.iter().any(|flag| flag.contains("holiday.txt")), "{flags:?}");
        std::fs::remove_file(path).unwrap();
        let (status, found) = looked(dir, &["--quick"]).await;
        assert!(!status.success() && wrong(&found).len() == 2, "{found:?}");
    };
    let backups = tempfile::tempdir().unwrap();
    let made = AtomicUsize::new(0);
    tokio::select! {
        () = goes_on(store.clone(), &pipeline) => unreachable!("it goes on"),
        () = backs_up(dir, backups.path(), &made) => unreachable!("it goes on"),
        () = checks => {}
    }
    assert!(made.load(Ordering::Relaxed) > 0, "backups were made meanwhile");
    for manifest in store::backup::finished(backups.path()).unwrap() {
        store::backup::verify(backups.path(), &manifest, &|_| {}).unwrap();
    }
    assert!(package.exists(), "a check takes no package away");
    assert!(documents.iter().all(|document| document.exists()), "a check takes nothing away");
    let left = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with("check-")).collect();
    assert!(left.is_empty(), "{left:?}");
    pipeline.stop().await;
    drop(pipeline);
    store.close(system_wall()).await.unwrap();
}
