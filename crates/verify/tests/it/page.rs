//! The page in the package against this crate: two programs written from one description must say the same of true
//! packages and of hundreds of changed ones. Needs Node 20 (`scripts/setup` installs it).

use crate::fixture::{Made, Options, make};
use ledger::note::NoteKey;
use ledger::package::to_base64;
use model::{Codec, Profile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};
use verify::{Memory, Policy, Report};

type Files = BTreeMap<String, Vec<u8>>;

/// What the page says of each case: claim name and verdict.
fn page(cases: &[(String, &Files)]) -> Vec<Vec<(String, String)>> {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let mut input = String::new();
    for (policy, files) in cases {
        let files: BTreeMap<&String, String> =
            files.iter().map(|(name, bytes)| (name, to_base64(bytes))).collect();
        input += &format!("{}\n", json!({ "policy": policy, "files": files }));
    }
    let mut node = Command::new("node")
        .args([format!("{root}/tests/it/page.mjs"), format!("{root}/../ledger/assets/verify.html")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node 20 is needed: run scripts/setup");
    let mut stdin = node.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let verdicts = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        let claims = value["claims"].as_array().unwrap_or_else(|| panic!("{value:#}"));
        let pair = |claim: &Value| {
            (claim["name"].as_str().unwrap().to_owned(), claim["verdict"].as_str().unwrap().to_owned())
        };
        claims.iter().map(pair).collect()
    };
    text.lines().map(verdicts).collect()
}

fn ours(report: &Report) -> Vec<(String, String)> {
    let value = serde_json::to_value(report).unwrap();
    let claims = value["claims"].as_array().unwrap().iter();
    claims
        .map(|claim| {
            (claim["name"].as_str().unwrap().to_owned(), claim["verdict"].as_str().unwrap().to_owned())
        })
        .collect()
}

fn report(files: &Files, policy: Option<&Policy>) -> Report {
    verify::package(&mut Memory::new(files.clone()), policy, &mut |_, _| {}).unwrap()
}

#[test]
fn page_and_program_agree_on_true_packages() {
    let plain = make(&Options::default());
    let witnessed = make(&Options { witness_s: Some(1_795_341_600 + 500), ..Options::default() });
    let forged = make(&Options { footage_seed: [7; 32], access_seed: [8; 32], ..Options::default() });
    let short = make(&Options { left_out: Some(1), ..Options::default() });
    let pictures = make(&Options { codec: Codec::Jpeg, ..Options::default() });
    let heard =
        [Codec::Aac, Codec::Pcmu].map(|codec| make(&Options { sound: Some(codec), ..Options::default() }));
    let filled = make(&Options { later: true, ..Options::default() });
    let brought = make(&Options { profile: Profile::Later, ..Options::default() });
    let bent = crate::packages::bent_later().map(|(_, later)| {
        let files =
            crate::packages::signed_again(&filled, |_, manifest| manifest.cameras[1].later = vec![later]);
        Made { files, footage: filled.footage.clone(), access: filled.access.clone(), copy: filled.copy }
    });
    let full = |made: &Made| {
        format!(
            "log {}\nlog {}\nwitness w {}\ngroup g any w\nquorum g\n",
            made.footage,
            made.access,
            crate::fixture::witness_key()
        )
    };
    let pinned = |made: &Made| format!("log {}\nquorum none\n", made.footage);
    let again = |files| Made {
        files,
        footage: plain.footage.clone(),
        access: plain.access.clone(),
        copy: plain.copy,
    };
    let old = again(crate::packages::signed_again(&plain, |_, manifest| manifest.created_us = -1));
    let impossible = make(&Options { witness_s: Some(1_795_341_600 - 3_600), ..Options::default() });
    let absent = NoteKey::cosignature("witness.example/w2", &[9; 32]).unwrap();
    let both = full(&impossible).replace("group g any w", &format!("witness x {absent}\ngroup g all w x"));
    let mut cases = vec![
        (String::new(), &plain),
        (pinned(&plain), &plain),
        (full(&plain), &plain),
        (full(&witnessed), &witnessed),
        (pinned(&plain), &forged),
        (String::new(), &forged),
        (pinned(&plain), &short),
        (pinned(&pictures), &pictures),
        (pinned(&heard[0]), &heard[0]),
        (pinned(&heard[1]), &heard[1]),
        (pinned(&filled), &filled),
        (pinned(&brought), &brought),
        (full(&old), &old),
        (full(&impossible), &impossible),
        (both, &impossible),
    ];
    cases.extend(bent.iter().map(|made| (pinned(made), made)));
    let said = page(&cases.iter().map(|(policy, made)| (policy.clone(), &made.files)).collect::<Vec<_>>());
    for ((policy, made), said) in cases.iter().zip(said) {
        let policy = (!policy.is_empty()).then(|| Policy::parse(policy.as_bytes()).unwrap());
        let report = report(&made.files, policy.as_ref());
        assert_eq!(said, ours(&report), "page (left), program (right)\n{report:#?}");
    }
}

#[test]
fn page_and_program_agree_on_changed_packages() {
    agree_on_changes(&make(&Options::default()), 400);
    agree_on_changes(&make(&Options { cameras: 1, sound: Some(Codec::Aac), ..Options::default() }), 150);
}

fn agree_on_changes(made: &Made, count: usize) {
    let text = format!("log {}\nquorum none\n", made.footage);
    let policy = Policy::parse(text.as_bytes()).unwrap();
    let mut random = 20_261_122u64;
    let mut below = |bound: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % bound as u64) as usize
    };
    let names: Vec<String> = made.files.keys().cloned().collect();
    let changed: Vec<(String, Files)> = (0..count)
        .map(|_| {
            let name = &names[below(names.len())];
            let mut files = made.files.clone();
            let bytes = files.get_mut(name).unwrap();
            let at = below(bytes.len());
            let what = match below(5) {
                0..=2 => {
                    bytes[at] ^= 1 << below(8);
                    format!("flip at {at} of {name}")
                }
                3 => {
                    bytes.truncate(at);
                    format!("truncate {name} to {at}")
                }
                _ => {
                    files.remove(name);
                    format!("remove {name}")
                }
            };
            (what, files)
        })
        .collect();
    let cases: Vec<_> = changed.iter().map(|(_, files)| (text.clone(), files)).collect();
    for ((what, files), said) in changed.iter().zip(page(&cases)) {
        let report = report(files, Some(&policy));
        let found = |verdicts: &[(String, String)]| -> Vec<String> {
            verdicts.iter().filter(|(_, verdict)| verdict == "found").map(|(name, _)| name.clone()).collect()
        };
        assert!(!found(&said).is_empty(), "the page does not find: {what}\n{report:#?}");
        // In broken JSON and behind a broken box the two may stumble over different things; whether bytes are
        // intact they must agree on, and on everything where nothing needs to be parsed.
        let both = [found(&said), found(&ours(&report))].map(|mut found| {
            found.retain(|name| !what.contains(".mp4") || name != "place_in_original");
            found
        });
        assert!(what.contains(".json") || both[0] == both[1], "{what}: {both:?}\n{report:#?}");
    }
}
