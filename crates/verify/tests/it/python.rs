//! The verifier in `verifiers/python` against this crate: two programs written from one description must say the same of
//! true packages, of hundreds of changed ones and of archives with tricks. Needs Python 3.9. With
//! `WATCHKEEPER_PACKAGES=DIR` the packages are kept there, with what this crate says of them in `expected.json`.

use crate::fixture::{Made, Options, make, witness_key};
use crate::mutations::{Random, archive_of, mutate};
use ledger::package::zip;
use model::{Codec, Profile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use verify::Policy;

type Files = BTreeMap<String, Vec<u8>>;

/// Changed folders and archives of each kind: pure Python takes a tenth of a second for one.
const CHANGED: usize = 100;
const CHANGED_ARCHIVES: usize = 40;

/// A package as somebody has it on a disk.
enum Package {
    Folder(Files),
    Archive(Vec<u8>),
}

struct Case {
    name: String,
    what: String,
    policy: String,
    package: Package,
}

impl Case {
    fn new(name: &str, what: &str, policy: String, package: Package) -> Self {
        Self { name: name.to_owned(), what: what.to_owned(), policy, package }
    }

    /// What this crate says of the package at `path`: verdict of each claim, and the exit code.
    fn ours(&self, path: &Path) -> Value {
        let policy = (!self.policy.is_empty()).then(|| Policy::parse(self.policy.as_bytes()).unwrap());
        let mut reader = verify::open(path).unwrap();
        let report = verify::package(&mut *reader, policy.as_ref(), &mut |_, _| {}).unwrap();
        let claims =
            report.claims.iter().map(|claim| json!({ "name": claim.name, "verdict": claim.verdict }));
        let claims: Vec<_> = claims.collect();
        json!({ "copy_id": report.copy_id, "claims": claims, "exit_code": report.exit_code() })
    }

    /// Writes the package, its policy, and what it is, below `folder`.
    fn write(&self, folder: &Path) -> (PathBuf, PathBuf) {
        let folder = folder.join(&self.name);
        let policy = folder.join("policy");
        let path = match &self.package {
            Package::Folder(files) => {
                let path = folder.join("package");
                for (name, bytes) in files {
                    let file = path.join(name);
                    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                    std::fs::write(file, bytes).unwrap();
                }
                path
            }
            Package::Archive(bytes) => {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(folder.join("package.zip"), bytes).unwrap();
                folder.join("package.zip")
            }
        };
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&policy, &self.policy).unwrap();
        std::fs::write(folder.join("what"), &self.what).unwrap();
        (path, policy)
    }
}

fn pinned(made: &Made) -> String {
    format!("log {}\nquorum none\n", made.footage)
}

fn full(made: &Made) -> String {
    let witness = witness_key();
    format!("log {}\nlog {}\nwitness w {witness}\ngroup g any w\nquorum g\n", made.footage, made.access)
}

fn true_cases() -> Vec<Case> {
    let plain = make(&Options::default());
    let witnessed = make(&Options { witness_s: Some(1_795_341_600 + 500), ..Options::default() });
    let forged = make(&Options { footage_seed: [7; 32], access_seed: [8; 32], ..Options::default() });
    let short = make(&Options { left_out: Some(1), ..Options::default() });
    let more = make(&Options { more_in_entry: true, ..Options::default() });
    let pictures = make(&Options { codec: Codec::Jpeg, ..Options::default() });
    let [aac, g711] =
        [Codec::Aac, Codec::Pcma].map(|codec| make(&Options { sound: Some(codec), ..Options::default() }));
    let filled = make(&Options { later: true, ..Options::default() });
    let brought = make(&Options { profile: Profile::Later, ..Options::default() });
    let early = make(&Options { witness_s: Some(1_795_341_600 - 5_000), ..Options::default() });
    let case = |name: &str, what: &str, policy: String, made: &Made| {
        Case::new(name, what, policy, Package::Folder(made.files.clone()))
    };
    vec![
        case("true-01", "a true package, no key", String::new(), &plain),
        case("true-02", "a true package, its key pinned", pinned(&plain), &plain),
        case("true-03", "a true package, a witness asked for and none there", full(&plain), &plain),
        case("true-04", "a true package, witnessed as asked", full(&witnessed), &witnessed),
        case("true-05", "another operator's package", pinned(&plain), &forged),
        case("true-06", "another operator's package, no key", String::new(), &forged),
        case("true-07", "a record left out by the operator", pinned(&plain), &short),
        case("true-08", "the entry names a camera more", pinned(&plain), &more),
        case("true-09", "witnessed before it was recorded", full(&early), &early),
        Case::new("true-10", "a true archive", pinned(&plain), Package::Archive(plain.archive())),
        case("true-11", "JPEG pictures", pinned(&pictures), &pictures),
        case("true-12", "AAC sound goes along", pinned(&aac), &aac),
        case("true-13", "G.711 sound goes along", pinned(&g711), &g711),
        case("true-14", "a part of a gap was brought later", pinned(&filled), &filled),
        case("true-15", "what was brought later itself", pinned(&brought), &brought),
    ]
}

fn changed_cases() -> Vec<Case> {
    let made = make(&Options::default());
    let other = make(&Options { copy: 0xc1, asked_s: (5, 20), ..Options::default() });
    let mut random = Random(20_261_128);
    let folders = (0..CHANGED).map(|number| {
        let mut files = made.files.clone();
        let change = mutate(&mut files, &other.files, &mut random);
        let what = format!("{} in {}", change.what, change.file);
        Case::new(&format!("changed-{number:03}"), &what, pinned(&made), Package::Folder(files))
    });
    let mut cases: Vec<Case> = folders.collect();
    // What an operator states who holds the key.
    let filled = make(&Options { cameras: 1, later: true, ..Options::default() });
    for (number, (what, later)) in crate::packages::bent_later().into_iter().enumerate() {
        let files =
            crate::packages::signed_again(&filled, |_, manifest| manifest.cameras[0].later = vec![later]);
        cases.push(Case::new(&format!("later-{number}"), what, pinned(&filled), Package::Folder(files)));
    }
    let heard = make(&Options { cameras: 1, sound: Some(Codec::Pcmu), ..Options::default() });
    cases.extend((0..CHANGED / 3).map(|number| {
        let mut files = heard.files.clone();
        let change = mutate(&mut files, &other.files, &mut random);
        let what = format!("{} in {}", change.what, change.file);
        Case::new(&format!("changed-sound-{number:03}"), &what, pinned(&heard), Package::Folder(files))
    }));
    let small = make(&Options { cameras: 1, ..Options::default() });
    let archive = small.archive();
    for number in 0..CHANGED_ARCHIVES {
        let mut bytes = archive.clone();
        let at = random.below(bytes.len());
        let what = match random.below(6) {
            0..=3 => {
                bytes[at] ^= 1 << random.below(8);
                format!("flip at {at}")
            }
            4 => {
                bytes.truncate(at);
                format!("truncate to {at}")
            }
            _ => {
                bytes.insert(at, 0);
                format!("insert at {at}")
            }
        };
        cases.push(Case::new(
            &format!("archive-{number:03}"),
            &what,
            pinned(&small),
            Package::Archive(bytes),
        ));
    }
    cases
}

fn trick_cases() -> Vec<Case> {
    let made = make(&Options { cameras: 1, ..Options::default() });
    let folder = zip::folder(made.copy);
    let files: Vec<(String, Vec<u8>)> =
        made.files.iter().map(|(name, bytes)| (format!("{folder}{name}"), bytes.clone())).collect();
    let with =
        |name: String, bytes: &[u8]| archive_of(&[files.clone(), vec![(name, bytes.to_vec())]].concat());
    let renamed: Vec<_> =
        made.files.iter().map(|(name, bytes)| (format!("evidence-1/{name}"), bytes.clone())).collect();
    let mut commented = archive_of(&files);
    let end = commented.len();
    commented[end - 2] = 5;
    commented.extend(b"hello");
    let mut compressed = archive_of(&files);
    let central = compressed.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    compressed[central + 10] = 8;
    let tricks = [
        ("two files of one name", with(format!("{folder}README.txt"), b"other words")),
        ("a file beside the folder", with("../evil.sh".into(), b"x")),
        ("a name that leads elsewhere", with(format!("{folder}../../evil.sh"), b"x")),
        ("an executable", with(format!("{folder}player.exe"), b"MZ")),
        ("something before the archive", [b"#!/bin/sh\n".to_vec(), archive_of(&files)].concat()),
        ("a comment", commented),
        ("another folder's name", archive_of(&renamed)),
        ("said to be compressed", compressed),
        ("nothing", Vec::new()),
        ("zeroes", vec![0; 100]),
    ];
    let case = |(number, (what, bytes)): (usize, (&str, Vec<u8>))| {
        Case::new(&format!("trick-{number:02}"), what, pinned(&made), Package::Archive(bytes))
    };
    tricks.into_iter().enumerate().map(case).collect()
}

/// What the Python verifier says: the same object, reduced to what can be compared.
fn theirs(package: &Path, policy: &Path, has_policy: bool) -> Value {
    let program = std::env::var("CARGO_MANIFEST_DIR").unwrap() + "/../../verifiers/python/watchkeeper_verify";
    let mut python = Command::new("python3");
    python.arg("-B").arg(program).arg(package).arg("--json");
    if has_policy {
        python.arg("--policy").arg(policy);
    }
    let output = python.output().expect("python3 is needed: run scripts/setup");
    let said = String::from_utf8_lossy(&output.stderr);
    let Ok(value) = serde_json::from_slice::<Value>(&output.stdout) else {
        return json!({ "refused": said.trim() });
    };
    assert_eq!(value["exit_code"].as_i64(), output.status.code().map(i64::from), "{value:#} {said}");
    let pair = |claim: &Value| json!({ "name": claim["name"], "verdict": claim["verdict"] });
    let claims: Vec<Value> = value["claims"].as_array().into_iter().flatten().map(pair).collect();
    json!({ "copy_id": value["copy_id"], "claims": claims, "exit_code": value["exit_code"] })
}

/// Both say the same of every claim. What a verifier takes from an archive that is not in its form is its own affair
/// (package.md §1): of one they need only agree that its bytes are not intact.
fn agree(case: &Case, ours: &Value, theirs: &Value) -> bool {
    let intact = |value: &Value| value["claims"][1]["verdict"].clone();
    let damaged = matches!(case.package, Package::Archive(_)) && intact(ours) == "found";
    ours == theirs
        || damaged && intact(theirs) == "found" && ours["exit_code"] == 1 && theirs["exit_code"] == 1
}

fn compare(cases: &[Case]) {
    let kept = std::env::var_os("WATCHKEEPER_PACKAGES").map(PathBuf::from);
    let scratch = tempfile::tempdir().unwrap();
    let folder = kept.clone().unwrap_or_else(|| scratch.path().to_owned());
    let written: Vec<_> = cases.iter().map(|case| case.write(&folder)).collect();
    let mut apart = Vec::new();
    for (case, (package, policy)) in cases.iter().zip(&written) {
        let ours = case.ours(package);
        if kept.is_some() {
            let text = serde_json::to_string_pretty(&ours).unwrap();
            std::fs::write(folder.join(&case.name).join("expected.json"), text).unwrap();
        }
        let theirs = theirs(package, policy, !case.policy.is_empty());
        if !agree(case, &ours, &theirs) {
            apart.push(format!("{} ({}):\n  ours   {ours}\n  python {theirs}", case.name, case.what));
        }
    }
    assert!(apart.is_empty(), "{} of {} apart:\n{}", apart.len(), cases.len(), apart.join("\n"));
}

#[test]
fn python_and_program_agree_on_true_packages() {
    compare(&true_cases());
}

#[test]
fn python_and_program_agree_on_changed_packages() {
    compare(&changed_cases());
}

#[test]
fn python_and_program_agree_on_archives_with_tricks() {
    compare(&trick_cases());
}
