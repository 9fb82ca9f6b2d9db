//! A package before the three verifiers: the program, the page with node, and the Python one. They must say the same of each claim.

use crate::support::World;
use ledger::package::to_base64;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What the program found, and what page and Python verifier say in their own words. A stranger with both keys finds nothing wrong.
pub fn all_agree(world: &World, package: &Path) -> (verify::Report, String, String) {
    let report = world.verify(package);
    assert_eq!(report.exit_code(), 0, "{report:#?}");
    let ours: Vec<Value> = report.claims.iter().map(|claim| json!([claim.name, claim.verdict])).collect();
    let policy = policy(world);
    let (page, python) = (page(package, &policy), python(package, &policy));
    assert_eq!(page.0, ours, "{}", page.1);
    assert_eq!(python.0, ours, "{}", python.1);
    (report, page.1, python.1)
}

fn policy(world: &World) -> String {
    let [footage, access] =
        [store::LogName::Footage, store::LogName::Access].map(|log| world.store.vkey(log));
    format!("log {footage}\nlog {access}\nquorum none\n")
}

fn root() -> PathBuf {
    PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../..")
}

pub fn files(package: &Path) -> BTreeMap<String, Vec<u8>> {
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
