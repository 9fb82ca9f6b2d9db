//! `footage.db` is deleted: made again from a mirror of its log and the files, in any number of attempts; what cannot be had is
//! said; what was sealed, held, deleted or open goes on from there.

use crate::encryption::{PASSWORD, recorded, said, watchkeeper};
use crate::town::{Camera, check_with, copy, expire, folder, stream, wrong};
use law::access::Post;
use ledger::{checkpoint::Checkpoint, mirror::Edge, note::Ed25519Signer, tile, tree::leaf_hash};
use model::{Actor, CameraId, Cx, Personal, Profile, Role, Secret, Span, StreamId};
use pipeline::{Config, Pipeline, system_wall};
use server::cmd::check::Depth;
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};
use store::{
    LogName, MirrorFolder, NewHold, NewPerson, OpenOptions, PasswordCost, Store, StoreKeys, backup, system_cx,
};

const SECOND_US: i64 = 1_000_000;

/// A mirror's folder of all that the footage log has signed.
async fn mirror(store: &Store, data: &Path, dir: &Path) {
    let log = LogName::Footage;
    let checkpoint = store.checkpoint(log).await.unwrap().unwrap();
    let name = Checkpoint::parse(ledger::note::Note::parse(checkpoint.note.as_bytes()).unwrap().text())
        .unwrap()
        .origin;
    let seed: [u8; 32] = std::fs::read(data.join("keys/footage-log.ed25519")).unwrap().try_into().unwrap();
    let signer = Ed25519Signer::from_seed(&name, &seed).unwrap();
    let (folder, mut edge, mut tiles) = (MirrorFolder::open(dir, true).unwrap(), Edge::default(), Vec::new());
    let mut entries = Vec::new();
    for index in 0..checkpoint.size {
        entries.push(store.leaf(log, index).await.unwrap().to_vec());
    }
    entries.iter().for_each(|entry| tiles.extend(edge.append(leaf_hash(entry))));
    for (tile, bytes) in tiles.into_iter().chain(edge.partial()) {
        folder.write(log, &tile.path(), &bytes).unwrap();
    }
    for (index, chunk) in (0..).zip(entries.chunks(256)) {
        let path = tile::Tile::of_size(0, index, checkpoint.size).unwrap().entries_path();
        let bytes = tile::bundle_bytes(chunk.iter().map(|entry| &entry[..])).unwrap();
        folder.write(log, &path, &bytes).unwrap();
    }
    folder.write(log, "checkpoint", checkpoint.note.as_bytes()).unwrap();
    folder.write(log, "vkey", format!("{}\n", signer.key()).as_bytes()).unwrap();
}

struct Lost {
    _folder: tempfile::TempDir,
    /// Without `footage.db`.
    dir: PathBuf,
    mirror: PathBuf,
    /// The camera's sealed and held segment.
    place: String,
    camera: CameraId,
    keys: StoreKeys,
}

async fn open(dir: &Path, store_keys: StoreKeys) -> store::Result<Store> {
    let options =
        OpenOptions { store_keys, password_cost: PasswordCost::CHEAP, ..OpenOptions::new(system_wall()) };
    Store::open(dir, options).await
}

/// Sealed, held, expired and open footage; some of it younger than the mirror.
async fn lose() -> Lost {
    let folder = folder();
    let (data, dir, mirrored) =
        (folder.path().join("data"), folder.path().join("lost"), folder.path().join("mirror"));
    let place = recorded(&data, &folder.path().join("one.key")).await;
    let keys = server::store_keys::load(&server::store_keys::Encryption::default(), &data).unwrap();
    let (store, now) = (open(&data, keys.clone()).await.unwrap(), system_wall());
    let cx = system_cx("demo", now);
    let unit = store.registry.units(&cx).await.unwrap()[0].id;
    let person = NewPerson {
        account: "manager".into(),
        name: Personal::new("李明".into()),
        language: "zh".into(),
        posts: vec![Post { role: Role::Administrator, unit, group: None }],
        password: Some(Secret::new(PASSWORD.into())),
        password_stays: true,
    };
    store.registry.create_person(&cx, person).await.unwrap();
    let people = store.registry.people(&cx).await.unwrap();
    let operator = people.iter().find(|person| person.account == "operator").unwrap().id;
    let camera = store.registry.covered_cameras(&cx).await.unwrap()[0].id;
    let pipeline = Pipeline::start(store.clone(), Config::default()).await.unwrap();
    let old = now.plus_us(-40 * 86_400 * SECOND_US);
    let mut expired = Camera::of(&pipeline, stream(9), 9, old).await;
    expired.record(old, 6);
    pipeline.settled().await;
    expire(&store, now).await;
    let held = NewHold {
        cameras: vec![camera],
        span: Span { start: now.plus_us(-3_600 * SECOND_US), end: now },
        review: None,
        document: "2026-17".into(),
        approver: None,
    };
    let why = Cx { actor: Actor::Person(operator), note: Some("an accident".into()), ..cx.clone() };
    store.registry.place_hold(&why, held).await.unwrap();
    store.settle_outbox(now).await.unwrap();
    store.publish(LogName::Footage, now).await.unwrap();
    store.publish(LogName::Access, now.plus_us(120 * SECOND_US)).await.unwrap();
    mirror(&store, &data, &mirrored).await;
    let from = now.plus_us(-30 * SECOND_US);
    let mut young = Camera::of(&pipeline, stream(9), 10, from).await;
    young.record(from, 6);
    let mut open_one = Camera::of(&pipeline, StreamId { camera, profile: Profile::Sub }, 11, from).await;
    open_one.feed(from, 4);
    pipeline.settled().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    copy(&data, &dir);
    drop((expired, young, open_one));
    pipeline.stop().await;
    drop(pipeline);
    store.close(now).await.unwrap();
    for name in ["footage.db", "footage.db-wal", "footage.db-shm"] {
        std::fs::remove_file(dir.join(name)).unwrap();
    }
    Lost { _folder: folder, dir, mirror: mirrored, place, camera, keys }
}

fn rebuild(lost: &Lost) -> Vec<String> {
    ["check", "--rebuild", "--from-logs", lost.mirror.to_str().unwrap()].map(str::to_owned).to_vec()
}

/// Nothing is put in the place of a registry that is gone: whoever starts or checks is told what is gone, how it comes back, and what
/// is left.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_registry_is_said_and_nothing_is_made_in_its_place() {
    let folder = folder();
    let data = folder.path().join("data");
    recorded(&data, &folder.path().join("one.key")).await;
    for name in ["registry.db", "registry.db-wal", "registry.db-shm"] {
        std::fs::remove_file(data.join(name)).ok();
    }
    let keys = StoreKeys::default();
    let error = open(&data, keys.clone()).await.err().unwrap().to_string();
    assert!(error.contains("registry.db is not here") && error.contains("watchkeeper restore"), "{error}");
    let making = OpenOptions { create: true, ..OpenOptions::new(system_wall()) };
    let error = Store::open(&data, making).await.err().unwrap().to_string();
    assert!(error.contains("registry.db is not here"), "also by who would make one: {error}");
    let found = watchkeeper(&data, &["check"], "");
    assert_eq!(found.status.code(), Some(1), "{}", said(&found));
    for text in ["registry.db", "restore --from", "footage left", "segments"] {
        assert!(said(&found).contains(text), "{text}: {}", said(&found));
    }
    assert!(!data.join("registry.db").exists(), "a list makes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_database_comes_back_from_a_mirror_and_the_files() {
    let lost = lose().await;
    let alone = watchkeeper(&lost.dir, &["check"], "");
    assert_eq!(alone.status.code(), Some(1), "{}", said(&alone));
    for text in ["footage.db", "--from-logs", "salvaged footage", "nothing proves it any more"] {
        assert!(said(&alone).contains(text), "{text}: {}", said(&alone));
    }
    assert!(!lost.dir.join("footage.db").exists(), "a list makes nothing");
    // Killed at any moment, it is begun again by the same command.
    std::fs::write(lost.dir.join("footage.db.new"), b"half").unwrap();
    for millis in [30, 120, 300, 600] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_watchkeeper"))
            .args(rebuild(&lost))
            .arg("--dir")
            .arg(&lost.dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(millis)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let arguments = rebuild(&lost);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let made = watchkeeper(&lost.dir, &arguments, "");
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    let found = check_with(&lost.dir, Depth::Whole, lost.keys.clone()).await.unwrap();
    assert!(wrong(&found).is_empty(), "{found:#?}");
    let locked = open(&lost.dir, lost.keys.clone()).await.map(drop).unwrap_err().to_string();
    assert!(locked.contains("is locked"), "{locked}");
    let unlock = ["restore", "unlock", "--by", "manager", "--reason", "the disk of the databases died"];
    let unlocked = watchkeeper(&lost.dir, &unlock, "");
    assert!(unlocked.status.success(), "{}", said(&unlocked));
    goes_on(&lost).await;
}

/// Recording, playback of what was there, the hold, and the check.
async fn goes_on(lost: &Lost) {
    let store = open(&lost.dir, lost.keys.clone()).await.unwrap();
    let cx = system_cx("check", system_wall());
    assert_eq!(store.footage.hold_findings(&cx).await.unwrap(), []);
    let rows = store.footage.stored_segments(&cx, 0, 10).await.unwrap();
    assert_eq!(rows.len(), 1, "what the mirror had and is here: {rows:#?}");
    assert_eq!(rows[0].place, lost.place);
    // What was open or younger than the mirror has its journal, and becomes a segment again.
    let pipeline = Pipeline::start(store.clone(), Config::default()).await.unwrap();
    pipeline.settled().await;
    let rows = store.footage.stored_segments(&cx, 0, 10).await.unwrap();
    assert!(rows.len() > 1, "{rows:#?}");
    let sub = StreamId { camera: lost.camera, profile: Profile::Sub };
    assert!(store.footage.stream_head(sub).await.unwrap().next_seq > 0, "what was open");
    pipeline.stop().await;
    drop(pipeline);
    store.publish(LogName::Footage, system_wall()).await.unwrap();
    store.close(system_wall()).await.unwrap();
    let found = check_with(&lost.dir, Depth::Whole, lost.keys.clone()).await.unwrap();
    assert!(wrong(&found).is_empty(), "{found:#?}");
    let out = lost.dir.join("out.mp4");
    let file = ["segment", "decrypt", &lost.place, "-o", out.to_str().unwrap(), "--account", "operator"];
    let why = ["--purpose", "incident", "--basis", "unit_duty"];
    let done = watchkeeper(&lost.dir, &[&file[..], &why].concat(), PASSWORD);
    assert!(done.status.success(), "{}", said(&done));
    assert_eq!(&std::fs::read(&out).unwrap()[4..8], b"ftyp");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_made_from_a_mirror_that_is_changed_or_without_a_registry() {
    let lost = lose().await;
    let bundle = lost.mirror.join("footage/tile/entries");
    let file = std::fs::read_dir(&bundle).unwrap().next().unwrap().unwrap().path();
    let file =
        if file.is_dir() { std::fs::read_dir(file).unwrap().next().unwrap().unwrap().path() } else { file };
    let bytes = std::fs::read(&file).unwrap();
    let mut changed = bytes.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    std::fs::write(&file, changed).unwrap();
    let error = backup::make_again(&lost.dir, &lost.mirror, system_wall()).await.unwrap_err().to_string();
    assert!(error.contains("not the one that was copied"), "{error}");
    assert!(!lost.dir.join("footage.db").exists() && !lost.dir.join("footage.db.new").exists());
    std::fs::write(&file, bytes).unwrap();
    backup::make_again(&lost.dir, &lost.mirror, system_wall()).await.unwrap();
    let found = check_with(&lost.dir, Depth::Whole, lost.keys.clone()).await.unwrap();
    let told = wrong(&found).iter().any(|finding| finding.message.contains("its files are not all found"));
    assert!(told, "{found:#?}");
    let unlock = watchkeeper(&lost.dir, &["restore", "unlock", "--by", "manager", "--reason", "x"], "");
    assert!(said(&unlock).contains("not all found"), "{}", said(&unlock));
    std::fs::remove_file(lost.dir.join("footage.db")).unwrap();
    std::fs::rename(lost.dir.join("registry.db"), lost.dir.join("elsewhere")).unwrap();
    let without = watchkeeper(&lost.dir, &["check"], "");
    assert!(said(&without).contains("comes back from a backup only"), "{}", said(&without));
}
