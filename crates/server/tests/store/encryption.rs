//! A store whose keys are lost, and one whose key is changed: said by name, and nothing is taken for damage.

use crate::town::{Camera, Town, check, check_with, folder, wrong};
use law::access::Post;
use model::{Act, Actor, Cx, Personal, Profile, Role, Secret, StreamId};
use pipeline::{Config, Pipeline, system_wall};
use server::app::{App, Facts};
use server::cmd::{check::Depth, output::Level};
use server::scrub;
use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};
use store::{
    AccessQuery, NewCamera, NewPerson, OpenOptions, PasswordCost, Store, StoreKey, StoreKeys, system_cx,
};

const BINARY: &str = env!("CARGO_BIN_EXE_watchkeeper");
pub const PASSWORD: &str = "correct horse battery";

pub fn watchkeeper(dir: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(BINARY)
        .args(arguments)
        .arg("--dir")
        .arg(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

pub fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat()
}

/// A new store whose key `init` makes, with an operator and a camera that has recorded 6 s; the camera's file.
pub async fn recorded(dir: &Path, key_file: &Path) -> String {
    let key = key_file.to_str().unwrap();
    let made = watchkeeper(dir, &["init", "--unit", "U", "--name", "N", "--json", "--key-file", key], "");
    assert!(made.status.success(), "{}", said(&made));
    let keys = server::store_keys::load(&server::store_keys::Encryption::default(), dir).unwrap();
    let id = keys.current().unwrap().id().to_string();
    assert!(said(&made).contains(&id), "init says which key: {}", said(&made));
    let now = system_wall();
    let options =
        OpenOptions { store_keys: keys, password_cost: PasswordCost::CHEAP, ..OpenOptions::new(now) };
    let store = Store::open(dir, options).await.unwrap();
    let cx = system_cx("demo", now);
    let unit = store.registry.units(&cx).await.unwrap()[0].id;
    for role in [Role::Operator, Role::Auditor] {
        let person = NewPerson {
            account: role.as_str().into(),
            name: Personal::new("王芳".into()),
            language: "zh".into(),
            posts: vec![Post { role, unit, group: None }],
            password: Some(Secret::new(PASSWORD.into())),
            password_stays: true,
        };
        store.registry.create_person(&cx, person).await.unwrap();
    }
    let camera = NewCamera {
        unit,
        group: None,
        name: "门口".into(),
        place: "滨江路 1 号".into(),
        main_url: "rtsp://192.0.2.1/main".into(),
        sub_url: None,
        credentials: None,
        security_level: 1,
        floor_days: None,
        reach: Default::default(),
    };
    let camera = store.registry.create_camera(&cx, camera).await.unwrap();
    let pipeline = Pipeline::start(store.clone(), Config::default()).await.unwrap();
    let from = now.plus_us(-60_000_000);
    let stream = StreamId { camera, profile: Profile::Main };
    let mut feed = Camera::of(&pipeline, stream, 7, from).await;
    feed.record(from, 6);
    drop(feed);
    pipeline.settled().await;
    pipeline.stop().await;
    drop(pipeline);
    let rows = store.footage.stored_segments(&system_cx("check", now), 0, 10).await.unwrap();
    let place = rows[0].place.clone();
    store.close(system_wall()).await.unwrap();
    place
}

/// What the auditor reads in the access log.
async fn acts(dir: &Path) -> Vec<Act> {
    let store = Store::open(dir, OpenOptions::new(system_wall())).await.unwrap();
    let cx = system_cx("demo", system_wall());
    let people = store.registry.people(&cx).await.unwrap();
    let auditor = people.iter().find(|person| person.account == "auditor").unwrap().id;
    let cx = Cx { actor: Actor::Person(auditor), ..cx };
    let query = AccessQuery { limit: 100, ..AccessQuery::default() };
    let page = store.access_entries(&cx, &query).await.unwrap();
    store.close(system_wall()).await.unwrap();
    page.entries.into_iter().filter_map(|entry| entry.record).map(|record| record.kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_file_is_copied_out_by_a_person_and_a_key_is_rotated() {
    let folder = folder();
    let (dir, key_file) = (folder.path().join("data"), folder.path().join("one.key"));
    let place = recorded(&dir, &key_file).await;
    let out = folder.path().join("out.mp4");
    let decrypt = |purpose: &str, password: &str| {
        let (out, file) = (out.to_str().unwrap(), place.as_str());
        let arguments =
            ["segment", "decrypt", file, "-o", out, "--account", "operator", "--purpose", purpose];
        watchkeeper(&dir, &[&arguments[..], &["--basis", "unit_duty"]].concat(), password)
    };
    let refused = decrypt("duty_watch", PASSWORD);
    assert!(!refused.status.success() && said(&refused).contains("guangzhou-2007:16"), "{}", said(&refused));
    assert!(!decrypt("incident", "guessed").status.success());
    assert!(!out.exists(), "nothing before the entry");
    let done = decrypt("incident", PASSWORD);
    assert!(done.status.success(), "{}", said(&done));
    let mp4 = std::fs::read(&out).unwrap();
    assert_eq!(&mp4[4..8], b"ftyp");
    assert!(!std::fs::read(dir.join("media").join(&place)).unwrap().windows(4).any(|part| part == b"moof"));

    let new = folder.path().join("two.key");
    let make = Command::new(BINARY).args(["key", "make"]).arg(&new).output().unwrap();
    assert!(make.status.success(), "{}", said(&make));
    let config = folder.path().join("watchkeeper.toml");
    let text = format!(
        "[encryption]\nkey = {{ file = '{}' }}\nold_keys = [{{ file = '{}' }}]\n",
        new.display(),
        key_file.display()
    );
    std::fs::write(&config, text).unwrap();
    let config = config.to_str().unwrap();
    let rotated = watchkeeper(&dir, &["key", "rotate", "--config", config], "");
    assert!(rotated.status.success() && said(&rotated).starts_with("1 sidecars"), "{}", said(&rotated));
    let old = watchkeeper(&dir, &["check"], "");
    assert!(said(&old).contains("is not here: 1 segments cannot be read"), "{}", said(&old));
    let listed = watchkeeper(&dir, &["key", "list", "--config", config], "");
    assert!(listed.status.success(), "{}", said(&listed));
    std::fs::remove_file(&key_file).unwrap();
    let checked = watchkeeper(&dir, &["check", "--config", config], "");
    assert!(checked.status.success(), "{}", said(&checked));

    let acts = acts(&dir).await;
    let count = |act: Act| acts.iter().filter(|found| **found == act).count();
    assert_eq!((count(Act::Decrypt), count(Act::Use), count(Act::StoreKey)), (2, 1, 2), "{acts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_key_a_store_is_locked_and_not_damaged() {
    let town = Town::build_encrypted().await;
    let whole = check(town.copy().path(), Depth::Rebuild).await.unwrap();
    assert!(whole.iter().all(|finding| finding.level == Level::Good), "{whole:#?}");
    let segments = town.files("mp4").len();
    let said =
        format!("store key {} is not here: {segments} segments cannot be read", StoreKey::new([8; 32]).id());
    for keys in [StoreKeys::default(), StoreKeys::new(Some(StoreKey::new([9; 32])), Vec::new())] {
        for depth in [Depth::Quick, Depth::Whole, Depth::Rebuild] {
            let copy = town.copy();
            let found = check_with(copy.path(), depth, keys.clone()).await.unwrap();
            let texts: Vec<String> = wrong(&found).iter().map(|finding| finding.message.clone()).collect();
            assert_eq!(texts, std::slice::from_ref(&said), "{depth:?}");
            let again = check(copy.path(), Depth::Whole).await.unwrap();
            assert!(wrong(&again).is_empty(), "{depth:?}: nothing was changed: {again:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scrub_finds_damage_and_takes_it_back() {
    let folder = folder();
    let (dir, key_file) = (folder.path().join("data"), folder.path().join("one.key"));
    let place = recorded(&dir, &key_file).await;
    let store_keys = server::store_keys::load(&server::store_keys::Encryption::default(), &dir).unwrap();
    let options = OpenOptions { store_keys, ..OpenOptions::new(system_wall()) };
    let store = Store::open(&dir, options).await.unwrap();
    let pipeline = Pipeline::start(store.clone(), Config::default()).await.unwrap();
    let app = App::new(store.clone(), pipeline.clone(), Facts::default());
    let cx = system_cx("scrub", system_wall());
    let beside = || {
        let check = watchkeeper(&dir, &["check"], "");
        (check.status.code().unwrap(), said(&check))
    };
    let file = dir.join("media").join(&place);
    let bytes = std::fs::read(&file).unwrap();
    let mut damaged = bytes.clone();
    damaged[bytes.len() / 2] ^= 1;
    for (round, content, found) in [(1, &bytes, false), (2, &damaged, true), (3, &bytes, false)] {
        std::fs::write(&file, content).unwrap();
        scrub::round(&app, |_| false).await.unwrap();
        let state = store.footage.scrub_state(&cx).await.unwrap();
        assert_eq!((state.round, state.segment), (round + 1, 0), "a new round begins");
        let findings = store.footage.scrub_findings(&cx).await.unwrap();
        assert_eq!(findings.len(), usize::from(found), "{findings:?}");
        assert!(
            findings
                .iter()
                .all(|finding| finding.place.contains(&place) && finding.problem.contains(": bytes ")),
            "{findings:?}"
        );
        let (code, text) = beside();
        // `check` beside it reads the files itself, and says the same.
        assert_eq!((code, text.contains(&place)), (i32::from(found), found), "{text}");
        assert!(text.contains("a running server has this store open"));
    }
    pipeline.stop().await;
    drop((app, pipeline));
    store.close(system_wall()).await.unwrap();
    let reads = acts(&dir).await.into_iter().filter(|act| *act == Act::SystemRead).count();
    assert_eq!(reads, 1, "one entry for a camera and a day");
}
