//! A file is brought for a gap. The package of the recorded stream says which part of the gap it fills, the package of what was
//! brought proves that footage; the program, the page and the Python verifier say the same of both.

use crate::support::{World, main, world};
use ledger::package::{Later, Manifest, to_base64};
use model::{GapCause, Profile, Span, StreamId};
use pipeline::{Brought, Mp4File, system_wall};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use store::{NewGap, registry::system_cx};

const HOUR_US: i64 = 3_600_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_that_was_filled_names_what_fills_it() {
    let world = world(4).await;
    let camera = world.camera("江边步道 1", "rtsp://192.0.2.1/main").await;
    let start = system_wall().plus_us(-2 * HOUR_US);
    let gap = Span { start, end: start.plus_us(HOUR_US) };
    let (stream, evidence) = (main(camera), "the cable was pulled".to_owned());
    let new = NewGap { stream, span: gap, cause: GapCause::Network, evidence };
    world.store.footage.commit_gap(new).await.unwrap();
    let film = world.dir.path().join("card.mp4");
    std::fs::write(&film, include_bytes!("../../../media/testdata/segment-v1.mp4")).unwrap();
    let brought = Brought {
        id: uuid::Uuid::now_v7(),
        camera,
        start: start.plus_us(600_000_000),
        arrived: system_wall(),
        source: "the camera's card".to_owned(),
    };
    let done = world.pipeline.back_fill(brought, Box::new(Mp4File::open(&film).unwrap())).await.unwrap();
    let later = StreamId { profile: Profile::Later, ..stream };
    let cx = system_cx("check", system_wall());
    let segments = world.store.footage.segment_spans(&cx, later, gap).await.unwrap();
    // Both at once: each waits until its entry's minute is published.
    let half = Span { start: start.plus_us(60_000_000), end: gap.end };
    let (of_main, of_later) = tokio::join!(
        world.export(camera, Profile::Main, half),
        world.export(camera, Profile::Later, done.span)
    );
    let (of_main, of_later) = (of_main.unwrap().path, of_later.unwrap().path);

    let manifest = Manifest::parse(&files(&of_main)["manifest.json"]).unwrap();
    let expected: Vec<Later> = segments
        .iter()
        .map(|segment| Later {
            gap: 0,
            from_us: segment.span.start.0,
            to_us: segment.span.end.0,
            seq: segment.seq,
        })
        .collect();
    assert!(!expected.is_empty());
    assert_eq!(manifest.cameras[0].later, expected);
    let own = Manifest::parse(&files(&of_later)["manifest.json"]).unwrap();
    assert_eq!(
        (own.profile.as_str(), own.cameras[0].later.len(), own.cameras[0].videos.len()),
        ("later", 0, 1)
    );
    for package in [&of_main, &of_later] {
        let report = world.verify(package);
        assert_eq!(report.exit_code(), 0, "{report:#?}");
        let ours: Vec<Value> = report.claims.iter().map(|claim| json!([claim.name, claim.verdict])).collect();
        let policy = policy(&world);
        let (page, python) = (page(package, &policy), python(package, &policy));
        assert_eq!(page.0, ours, "{}", page.1);
        assert_eq!(python.0, ours, "{}", python.1);
        let says = package == &of_main;
        assert_eq!(format!("{report:?}").contains("was brought later"), says);
        assert_eq!(page.1.contains("brought_later"), says, "{}", page.1);
        assert_eq!(python.1.contains("was brought later"), says, "{}", python.1);
    }

    // Behind the last picture that was brought nothing tiles time: no such package is begun.
    let beyond = Span { start: done.span.start, end: done.span.end.plus_us(1_000_000) };
    let error = world.export(camera, Profile::Later, beyond).await.unwrap_err();
    assert!(error.to_string().contains("behind the last footage that was brought"), "{error}");
    world.stop().await;
}

fn policy(world: &World) -> String {
    let [footage, access] =
        [store::LogName::Footage, store::LogName::Access].map(|log| world.store.vkey(log));
    format!("log {footage}\nlog {access}\nquorum none\n")
}

fn root() -> PathBuf {
    PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../..")
}

fn files(package: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(package).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().split_once('/').unwrap().1.to_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(name, bytes);
    }
    files
}

fn verdicts(said: &str) -> (Vec<Value>, String) {
    let value: Value = serde_json::from_str(said).unwrap_or_else(|_| panic!("{said}"));
    let claims = value["claims"].as_array().unwrap_or_else(|| panic!("{said}"));
    (claims.iter().map(|claim| json!([claim["name"], claim["verdict"]])).collect(), said.to_owned())
}

fn page(package: &Path, policy: &str) -> (Vec<Value>, String) {
    let files: BTreeMap<String, String> =
        files(package).into_iter().map(|(name, bytes)| (name, to_base64(&bytes))).collect();
    let mut node = Command::new("node")
        .arg(root().join("crates/verify/tests/it/page.mjs"))
        .arg(root().join("crates/ledger/assets/verify.html"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node 20 is needed: run scripts/setup");
    let mut input = node.stdin.take().unwrap();
    let line = format!("{}\n", json!({ "policy": policy, "files": files }));
    let writer = std::thread::spawn(move || input.write_all(line.as_bytes()).unwrap());
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap();
    verdicts(&String::from_utf8(output.stdout).unwrap())
}

fn python(package: &Path, policy: &str) -> (Vec<Value>, String) {
    let file = package.with_extension("policy");
    std::fs::write(&file, policy).unwrap();
    let output = Command::new("python3")
        .arg("-B")
        .arg(root().join("verifiers/python/watchkeeper_verify"))
        .arg(package)
        .args(["--json", "--policy"])
        .arg(file)
        .output()
        .expect("python3 is needed: run scripts/setup");
    verdicts(&String::from_utf8_lossy(&output.stdout))
}
