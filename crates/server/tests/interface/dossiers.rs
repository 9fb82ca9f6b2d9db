//! A dossier of a system as its unit's administrator makes it: every claim is proven offline under the log's key, every changed byte is
//! found, nobody who watches is named, and whoever may not have it is refused with an entry.

use crate::{
    cases::Who,
    house::{Caller, House},
    levels::paper,
    supervision::supervisor,
    turned::Turned,
};
use law::register::RecordKind;
use ledger::{
    dossier::{Dossier, FILES, Proofs},
    note::NoteKey,
    package::zip,
};
use model::{Act, RecordId};
use serde_json::{Value, json};
use std::{collections::BTreeMap, io::Cursor};
use store::{LogName, system_cx};
use verify::{Archive, CheckedDossier, Memory, PackageReader as _, Policy};

const MINUTE_US: i64 = 60_000_000;

/// A system of the house's unit with a point, a paper and a filing.
pub async fn system(house: &House, more: Value) -> RecordId {
    let cx = system_cx("demo", house.app.now());
    let registry = house.app.registry();
    let add = async |kind: RecordKind, body: Value| {
        let unit = (!kind.is_shared()).then_some(house.unit);
        registry.add_record(&cx, kind, unit, body.as_object().cloned().unwrap()).await.unwrap()
    };
    let number = house.entry_count().await % 10_000;
    let county = json!({ "code": format!("45{number:04}"), "name": "某区" });
    let division = add(RecordKind::Division, county).await.to_string();
    let mut body = json!({
        "name": "大厅系统", "packs": ["national-2016"], "division": division, "builder_kind": "enterprise",
        "in_use_since": "2020-01-01", "standards": "GB 50348",
    });
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
    let system = add(RecordKind::System, body).await;
    let place =
        add(RecordKind::Place, json!({ "name": "大厅", "division": division, "address": "路 1 号" })).await;
    let point = json!({
        "name": "大门", "system": system.to_string(), "place": place.to_string(), "purpose": "出入口",
        "longitude": 113.3, "latitude": 23.1,
    });
    add(RecordKind::Point, point).await;
    system
}

pub async fn make(house: &House, caller: &Caller, system: RecordId, opened: bool) -> Value {
    let path = format!("/api/systems/{system}/dossiers");
    let answer = house.post(&path, &caller.cookie, json!({ "opened": opened })).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    answer.json()
}

/// Closes the minute that runs, as if it had passed.
pub async fn publish(house: &House) {
    let later = house.app.now().plus_us(MINUTE_US);
    house.app.store().publish(LogName::Access, later).await.unwrap();
}

async fn collected(house: &House, caller: &Caller, made: &Value) -> Vec<u8> {
    publish(house).await;
    let answer = house.get(&format!("/api/dossiers/{}", made["id"].as_str().unwrap()), &caller.cookie).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.body.to_vec()
}

fn policy(house: &House) -> Policy {
    Policy::pinned(vec![NoteKey::parse(&house.app.store().vkey(LogName::Access)).unwrap()])
}

fn check(zip: &[u8], policy: Option<&Policy>) -> CheckedDossier {
    match Archive::open(Cursor::new(zip), "test") {
        Ok(mut archive) => verify::dossier(&mut archive, policy).unwrap(),
        Err(_) => {
            let mut none = Memory::new(BTreeMap::new());
            verify::dossier(&mut none, policy).unwrap()
        }
    }
}

fn files(zip: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = Archive::open(Cursor::new(zip), "test").unwrap();
    let listed = archive.files().to_vec();
    let read = |listed: &verify::Listed| {
        let mut bytes = vec![0; listed.bytes as usize];
        archive.read_at(&listed.name, 0, &mut bytes).unwrap();
        (listed.name.clone(), bytes)
    };
    listed.iter().map(read).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_is_proven_offline_and_every_changed_byte_is_found() {
    // The making is some minutes after what it names, so the log has a tree, and every proof has a way up in it.
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let system = system(&house, json!({})).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    for _ in 0..2 {
        publish(&house).await;
        clocks.on_us(2 * MINUTE_US);
        paper(&house).await;
    }
    let before = house.entry_count().await;
    let made = make(&house, &administrator, system, false).await;
    assert_eq!(made["ready"], false);
    let early =
        house.get(&format!("/api/dossiers/{}", made["id"].as_str().unwrap()), &administrator.cookie).await;
    let zip = collected(&house, &administrator, &made).await;
    let entries = house.entries_since(before).await;
    let own: Vec<Act> = entries
        .iter()
        .filter(|entry| entry.person == Some(administrator.person))
        .map(|entry| entry.act)
        .collect();
    if early.status == 409 {
        assert_eq!(
            own,
            [Act::MakeSystemDossier, Act::CollectSystemDossier],
            "what was not handed out has no entry"
        );
    }

    let trusted = policy(&house);
    let checked = check(&zip, Some(&trusted));
    assert_eq!((checked.exit_code(), &checked.findings[..]), (0, &[][..]), "{checked:?}");
    assert_eq!(checked.claims, checked.proven + checked.measured);
    assert!(checked.proven >= 4 && checked.measured >= 2, "{checked:?}");
    assert_eq!(checked.opened, 0, "sealed");
    let proofs = Proofs::parse(&files(&zip)["proofs.json"]).unwrap();
    assert!(
        proofs.entries.iter().all(|one| !one.inclusion.is_empty()),
        "each is proven by a way into the log"
    );
    assert_eq!(check(&zip, None).exit_code(), 2, "without a key nothing is believed");
    let foreign = "other/log+55c9cebb+AXDbzjCmV4ZRv5ogE8YOpdQqRPl2HqNwGgh6gsJ2IVRL";
    if let Ok(key) = NoteKey::parse(foreign) {
        assert_eq!(check(&zip, Some(&Policy::pinned(vec![key]))).exit_code(), 1);
    }

    // No name of anybody but the one who made it, and only in the opened entry.
    let parts = files(&zip);
    assert_eq!(parts.keys().map(String::as_str).collect::<Vec<_>>(), FILES);
    let page = String::from_utf8(parts["dossier.html"].clone()).unwrap();
    assert!(page.contains("大厅系统") && page.contains("Compliance dossier"), "{page}");
    assert!(!page.contains(&administrator.account));

    // Every byte of the archive, in steps; and every byte of the smaller files.
    for at in (0..zip.len()).step_by(7) {
        let mut changed = zip.clone();
        changed[at] ^= 1;
        assert_eq!(check(&changed, Some(&trusted)).exit_code(), 1, "byte {at}");
    }
    lies(&parts, &trusted);
}

/// What somebody could change who writes the files anew.
fn lies(parts: &BTreeMap<String, Vec<u8>>, trusted: &Policy) {
    let with = |name: &str, bytes: Vec<u8>| {
        let mut parts = parts.clone();
        parts.insert(name.to_owned(), bytes);
        let checked = verify::dossier(&mut Memory::new(parts), Some(trusted)).unwrap();
        assert_eq!(checked.exit_code(), 1, "{name}: {checked:?}");
        checked.findings.iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    let mut dossier = Dossier::parse(&parts["dossier.json"]).unwrap();
    dossier.sections[0].claims[0].text.en.push('!');
    assert_eq!(with("dossier.json", dossier.bytes().unwrap()), ["bytes_changed"]);
    let mut proofs = Proofs::parse(&parts["proofs.json"]).unwrap();
    let gone = proofs.entries.remove(0);
    assert!(with("proofs.json", proofs.bytes().unwrap()).contains(&"claim_unproven"));
    proofs.entries.insert(0, ledger::dossier::EntryProof { log_index: gone.log_index ^ 1, ..gone.clone() });
    assert!(with("proofs.json", proofs.bytes().unwrap()).contains(&"claim_unproven"));
    proofs.entries[0] = gone.clone();
    proofs.entries.push(ledger::dossier::EntryProof { index: 1 << 40, ..gone });
    assert!(with("proofs.json", proofs.bytes().unwrap()).contains(&"proof_stray"));
    let mut page = parts["dossier.html"].clone();
    page.extend(b"<!-- -->");
    assert_eq!(with("dossier.html", page), ["bytes_changed"]);
    assert_eq!(with("more.txt", Vec::new()), ["file_foreign"]);
}

/// A dossier as somebody has it on a disk: an archive, or a folder of files.
enum OnDisk {
    Archive(Vec<u8>),
    Folder(BTreeMap<String, Vec<u8>>),
}

/// True dossiers and changed ones, each with what was done to it.
fn cases(zip: &[u8], kind: &str) -> Vec<(String, OnDisk)> {
    let parts = files(zip);
    let mut all = vec![
        (format!("{kind} archive"), OnDisk::Archive(zip.to_vec())),
        (format!("{kind} folder"), OnDisk::Folder(parts.clone())),
    ];
    for at in (0..zip.len()).step_by(zip.len() / 24) {
        let mut changed = zip.to_vec();
        changed[at] ^= 1;
        all.push((format!("{kind} archive, byte {at}"), OnDisk::Archive(changed)));
    }
    let mut with = |what: &str, name: &str, change: &dyn Fn(String) -> String| {
        let mut parts = parts.clone();
        let text = String::from_utf8(parts[name].clone()).unwrap();
        parts.insert(name.to_owned(), change(text).into_bytes());
        all.push((format!("{kind} {name}: {what}"), OnDisk::Folder(parts)));
    };
    // The first member of a name: its value, a number or a text, is another.
    let other = |text: &str, member: &str| {
        let at = text.find(&format!("\"{member}\": ")).unwrap() + member.len() + 4;
        let at = at + usize::from(text.as_bytes()[at] == b'"');
        let was = text[at..].chars().next().unwrap();
        let digit = if was == '1' { "2" } else { "1" };
        format!("{}{digit}{}", &text[..at], &text[at + was.len_utf8()..])
    };
    for (name, members) in [
        (
            "entry.json",
            &["record", "salt", "leaf", "batch_index", "batch_width", "batch_leaf", "log_index"][..],
        ),
        ("proofs.json", &["index", "leaf", "batch_index", "batch_width", "batch_leaf", "log_index"][..]),
        ("dossier.json", &["zh", "index", "leaf", "at_us"][..]),
    ] {
        for member in members {
            with(&format!("another {member}"), name, &|text| other(&text, member));
        }
        with("written closely", name, &|text| serde_json::from_str::<Value>(&text).unwrap().to_string());
        with("without its line end", name, &|text| text.trim_end().to_owned());
        with("a line end more", name, &|text| text + "\n");
        with("nothing", name, &|_| String::new());
        with("one member more", name, &|text| text.replacen('{', "{\n  \"more\": 1,", 1));
        with("cut", name, &|text| text.chars().take(text.chars().count() / 2).collect());
    }
    with("a remark", "dossier.html", &|text| text + "<!-- -->");
    with("unsigned", "checkpoint.txt", &|text| text.split("\n\n").next().unwrap().to_owned() + "\n\n");
    with("another root", "checkpoint.txt", &|text| {
        let mut lines: Vec<&str> = text.split('\n').collect();
        lines[2] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        lines.join("\n")
    });
    for name in FILES {
        let mut parts = parts.clone();
        parts.remove(name);
        all.push((format!("{kind} without {name}"), OnDisk::Folder(parts)));
    }
    let mut more = parts.clone();
    more.insert("more.txt".into(), Vec::new());
    all.push((format!("{kind} and a file more"), OnDisk::Folder(more)));
    all.extend(other_proofs(&parts, kind));
    all
}

/// Its proofs, left out, doubled, in another order, closed or without their way up.
fn other_proofs(parts: &BTreeMap<String, Vec<u8>>, kind: &str) -> Vec<(String, OnDisk)> {
    type Change = fn(&mut Proofs);
    let changes: [(&str, Change); 6] = [
        ("one gone", |proofs| drop(proofs.entries.remove(0))),
        ("one twice", |proofs| proofs.entries.push(proofs.entries[0].clone())),
        ("one of nothing", |proofs| {
            let one = ledger::dossier::EntryProof { index: 1 << 40, ..proofs.entries[0].clone() };
            proofs.entries.push(one);
        }),
        ("the other way round", |proofs| proofs.entries.reverse()),
        ("closed again", |proofs| proofs.entries.iter_mut().for_each(|one| one.opened = None)),
        ("without a way up", |proofs| proofs.entries[0].inclusion.clear()),
    ];
    let changed = |(what, change): (&str, Change)| {
        let mut proofs = Proofs::parse(&parts["proofs.json"]).unwrap();
        change(&mut proofs);
        let mut parts = parts.clone();
        parts.insert("proofs.json".into(), proofs.bytes().unwrap());
        (format!("{kind} proofs: {what}"), OnDisk::Folder(parts))
    };
    changes.into_iter().map(changed).collect()
}

/// What the verifier in Python says: its exit code, and how many claims it found how.
fn python(path: &std::path::Path, key: Option<&str>) -> Value {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../../verifiers/python/watchkeeper_verify");
    let mut python = std::process::Command::new("python3");
    python.arg("-B").arg(program).arg(path).arg("--json");
    if let Some(key) = key {
        python.arg("--key").arg(key);
    }
    let output = python.output().expect("python3 is needed: run scripts/setup");
    let said: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(said["exit_code"].as_i64(), output.status.code().map(i64::from), "{said}");
    said
}

/// What this program says: its exit code, and for a dossier that is right how many claims it found how.
fn ours(path: &std::path::Path, policy: Option<&Policy>) -> (u64, Option<[Option<u64>; 4]>) {
    let checked = verify::open(path).and_then(|mut reader| verify::dossier(&mut *reader, policy));
    let Ok(checked) = checked else { return (1, None) };
    let counts = [checked.claims, checked.proven, checked.measured, checked.opened];
    let counts = counts.map(|count| Some(u64::from(count)));
    (u64::from(checked.exit_code()), (checked.exit_code() == 0).then_some(counts))
}

/// The verifier in `verifiers/python` was written from the design page alone: it says of true and changed dossiers what this program says.
/// With `WATCHKEEPER_DOSSIERS=DIR` they are kept there.
#[tokio::test(flavor = "multi_thread")]
async fn a_verifier_from_the_page_alone_says_the_same() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let system = system(&house, json!({})).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let mut all = Vec::new();
    for (opened, kind) in [(false, "sealed"), (true, "opened")] {
        publish(&house).await;
        clocks.on_us(2 * MINUTE_US);
        let made = make(&house, &administrator, system, opened).await;
        all.extend(cases(&collected(&house, &administrator, &made).await, kind));
        clocks.on_us(2 * MINUTE_US);
    }
    let key = house.app.store().vkey(LogName::Access);
    let kept = std::env::var_os("WATCHKEEPER_DOSSIERS").map(std::path::PathBuf::from);
    let scratch = tempfile::tempdir().unwrap();
    let folder = kept.clone().unwrap_or_else(|| scratch.path().to_owned());
    let (trusted, mut apart) = (policy(&house), Vec::new());
    // Another log's key: nothing is signed by it.
    let other = house.app.store().vkey(LogName::Footage);
    let foreign = Policy::pinned(vec![NoteKey::parse(&other).unwrap()]);
    for (number, (what, dossier)) in all.iter().enumerate() {
        let path = folder.join(format!("{number:03}"));
        std::fs::create_dir_all(&path).unwrap();
        let path = match dossier {
            OnDisk::Archive(bytes) => {
                let file = path.join("dossier.zip");
                std::fs::write(&file, bytes).unwrap();
                file
            }
            OnDisk::Folder(parts) => {
                parts.iter().for_each(|(name, bytes)| std::fs::write(path.join(name), bytes).unwrap());
                path
            }
        };
        let mut ways = vec![(Some(&trusted), Some(key.as_str()))];
        if number < 2 {
            ways.push((None, None));
            ways.push((Some(&foreign), Some(other.as_str())));
        }
        for (policy, key) in ways {
            let ours = ours(&path, policy);
            let said = python(&path, key);
            let count = |name: &str| said["dossier"][name].as_u64();
            let code = said["exit_code"].as_u64().unwrap();
            let theirs = (code, (code == 0).then(|| ["claims", "proven", "measured", "opened"].map(count)));
            if ours != theirs {
                apart.push(format!("{number:03} {what}: ours {ours:?}, python {said}"));
            }
        }
    }
    if let Some(folder) = kept {
        let lines: Vec<String> =
            all.iter().enumerate().map(|(number, (what, _))| format!("{number:03} {what}")).collect();
        std::fs::write(folder.join("list"), format!("{key}\n{}\n", lines.join("\n"))).unwrap();
    }
    assert!(apart.is_empty(), "{} of {} apart:\n{}", apart.len(), all.len(), apart.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_opened_names_registrars_and_never_who_watches() {
    let house = House::build().await;
    let system = system(&house, json!({})).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let viewer = Who::Viewer.sign_in(&house).await;
    // Somebody is trained, and somebody changes the register.
    let body = json!({
        "kind": "law", "by_public_security": true, "issuer": "公安局", "number": "1",
        "valid_from_ms": house.app.now().as_ms() - 86_400_000, "valid_until_ms": house.app.now().as_ms() + 86_400_000,
    });
    let path = format!("/api/people/{}/trainings", viewer.person);
    let trained = house.post(&path, &administrator.cookie, body).await;
    assert!(trained.status.is_success(), "{}", trained.json());
    let made = make(&house, &administrator, system, true).await;
    let zip = collected(&house, &administrator, &made).await;
    let checked = check(&zip, Some(&policy(&house)));
    assert_eq!(checked.exit_code(), 0, "{checked:?}");
    assert!(checked.opened > 0 && checked.opened < checked.proven, "training stays sealed: {checked:?}");
    let parts = files(&zip);
    let dossier = Dossier::parse(&parts["dossier.json"]).unwrap();
    let trained: Vec<_> = dossier
        .claims()
        .filter_map(|claim| claim.entry.as_ref())
        .filter(|entry| entry.act == "enter_training")
        .collect();
    assert!(!trained.is_empty());
    let proofs = Proofs::parse(&parts["proofs.json"]).unwrap();
    for proof in &proofs.entries {
        let is_training = trained.iter().any(|entry| entry.index == proof.index);
        assert!(!(is_training && proof.opened.is_some()), "entry {}", proof.index);
        let opened = proof.opened.as_ref().map(|opened| String::from_utf8_lossy(&opened.record).into_owned());
        assert!(!opened.unwrap_or_default().contains(&viewer.account));
    }
    for (name, bytes) in &parts {
        assert!(!String::from_utf8_lossy(bytes).contains(&viewer.account), "{name}");
    }
    // Packed again in another folder it is the same dossier.
    let again: Vec<(String, Vec<u8>)> = parts.into_iter().collect();
    assert_eq!(check(&zip::archive_in("dossier-x/", &again), Some(&policy(&house))).exit_code(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_is_refused_to_whoever_may_not_have_it() {
    let house = House::build().await;
    let system = system(&house, json!({})).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let made = make(&house, &administrator, system, false).await;
    publish(&house).await;
    let collect = format!("/api/dossiers/{}", made["id"].as_str().unwrap());
    let path = format!("/api/systems/{system}/dossiers");
    for who in [Who::Viewer, Who::Operator, Who::Auditor, Who::Manager, Who::OtherAdministrator, Who::NoPost]
    {
        let caller = who.sign_in(&house).await;
        for answer in
            [house.post(&path, &caller.cookie, json!({})).await, house.get(&collect, &caller.cookie).await]
        {
            assert_eq!(answer.status, 403, "{who:?}: {}", answer.json());
        }
    }
    // Whoever supervises the area neither, with the article.
    let (officer, area) = supervisor(&house).await;
    let answer =
        house.post(&format!("/api/systems/{}/dossiers", area.system), &officer.cookie, json!({})).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["error"]["article"].clone()),
        (403, json!("national-2016:6"))
    );
    let list = house.get(&path, &administrator.cookie).await.json();
    assert_eq!(list["dossiers"].as_array().unwrap().len(), 1, "nothing was made by a refusal");

    let secret = self::system(&house, json!({ "secret": true })).await;
    let path = format!("/api/systems/{secret}/dossiers");
    assert_eq!(
        house.post(&path, &administrator.cookie, json!({})).await.status,
        404,
        "not there for whoever is not cleared"
    );
}
