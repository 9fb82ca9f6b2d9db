//! The verifier in `verifiers/python` against this crate on packages that a seeded generator damaged in every layer: some after
//! the hand-over, some by an operator who signs his lies. Both must give each claim the same verdict. Some hundred in every
//! run; with `WATCHKEEPER_LONG=1` thousands, with `WATCHKEEPER_DAMAGED=N` so many; `WATCHKEEPER_SEED` makes others, and
//! `WATCHKEEPER_CASE=N` looks at one, whose files are kept in `WATCHKEEPER_PACKAGES`. Needs Python 3.9.

mod archives;
mod documents;
mod notes;
mod operator;
mod videos;

use crate::fixture::{Made, Options, make, witness_key};
use crate::mutations::{Random, archive_of, number};
use ledger::note::{Ed25519Signer, NoteKey};
use ledger::package::zip;
use model::{Codec, Profile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use verify::Policy;

type Files = BTreeMap<String, Vec<u8>>;

/// Damaged packages in a usual run: both verifiers take some 30 ms for one.
const DAMAGED: usize = 900;
const DAMAGED_LONG: usize = 6_000;
/// Of a usual run.
const SEED: u64 = 20_261_130;
/// Cases, by seed and number, on which the two differ and nobody has yet said which is right.
const OPEN: &[(u64, u64)] = &[];
/// Packages that lie on the disk at once.
const BATCH: usize = 50;
/// Tests that share the work, each in its own process.
const SHARES: usize = 2;

/// A true package with the keys of its makers.
struct Base {
    what: &'static str,
    made: Made,
    options: Options,
}

/// What one damage works on.
struct Work<'a> {
    files: Files,
    base: &'a Base,
    other: &'a Files,
    random: &'a mut Random,
    /// What was done, for people.
    did: Vec<String>,
}

impl Work<'_> {
    fn did(&mut self, what: impl Into<String>) {
        self.did.push(what.into());
    }

    /// A file whose name that function takes.
    fn pick(&mut self, takes: impl Fn(&str) -> bool) -> Option<String> {
        let names: Vec<&String> = self.files.keys().filter(|name| takes(name)).collect();
        (!names.is_empty()).then(|| (*self.random.pick(&names)).clone())
    }
}

/// True packages of every kind that the format has.
fn bases() -> Vec<Base> {
    const AT: u64 = 1_795_341_600;
    let base = |what, options: Options| Base { what, made: make(&options), options };
    let one = || Options { cameras: 1, ..Options::default() };
    vec![
        base("two cameras", Options::default()),
        base("one camera", one()),
        base("the middle of one segment", Options { asked_s: (2, 4), ..one() }),
        base("the middle of two segments", Options { asked_s: (4, 9), ..one() }),
        base("all that was recorded", Options { asked_s: (0, 22), ..one() }),
        base("more than was recorded", Options { asked_s: (-3, 25), ..one() }),
        base("a gap alone", Options { asked_s: (12, 14), ..one() }),
        base("witnessed", Options { witness_s: Some(AT + 500), ..one() }),
        base("witnessed before it was recorded", Options { witness_s: Some(AT - 5_000), ..one() }),
        base("witnessed within the minute", Options { witness_s: Some(AT - 45), ..one() }),
        base("JPEG", Options { codec: Codec::Jpeg, ..one() }),
        base("AAC", Options { sound: Some(Codec::Aac), ..one() }),
        base("G.711", Options { sound: Some(Codec::Pcma), ..Options::default() }),
        base("a gap that was filled", Options { later: true, ..one() }),
        base("brought later", Options { profile: Profile::Later, ..one() }),
        base("the smaller stream", Options { profile: Profile::Sub, ..one() }),
        base("a record left out", Options { left_out: Some(1), ..one() }),
        base("an entry of more cameras", Options { more_in_entry: true, ..one() }),
        base("a recipient without an end", Options { recipient: LONG_NAME, ..one() }),
    ]
}

/// More bytes than an entry has for it, in characters of three.
const LONG_NAME: &str = "某某市公安局交通警察支队某某大队某某中队某某市公安局交通警察支队某某大队某某中队某某市公安局交通警察支队某某大队某某中队";

/// What the reader trusts: nothing, the right key, both with a witness, another's key.
fn policy(made: &Made, random: &mut Random) -> String {
    let (footage, access, witness) = (&made.footage, &made.access, witness_key());
    let second = Ed25519Signer::from_seed("witness.example/w2", &[10; 32]).unwrap();
    let second =
        NoteKey::cosignature("witness.example/w2", second.key().public().try_into().unwrap()).unwrap();
    let stranger = Ed25519Signer::from_seed(made.footage.name(), &[0x77; 32]).unwrap();
    match random.below(12) {
        0 => String::new(),
        1 => format!("log {}\nquorum none\n", stranger.key()),
        2 => format!("log {}\nlog {footage}\nquorum none\n", stranger.key()),
        3 | 4 => format!("log {footage}\nlog {access}\nquorum none\n"),
        5 | 6 => format!("log {footage}\nlog {access}\nwitness w {witness}\ngroup g any w\nquorum g\n"),
        7 => format!("log {footage}\nwitness w {witness}\nwitness x {second}\ngroup g all w x\nquorum g\n"),
        8 => format!("log {footage}\nwitness w {witness}\nquorum w\n"),
        _ => format!("log {footage}\nquorum none\n"),
    }
}

struct Case {
    what: String,
    policy: String,
    files: Result<Files, Vec<u8>>,
}

/// The case of that number: the same on every machine.
fn case(number: u64, bases: &[Base], other: &Files) -> Case {
    let mut random = Random(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for _ in 0..8 {
        random.next();
    }
    let base = &bases[random.below(bases.len())];
    let policy = policy(&base.made, &mut random);
    let files = base.made.files.clone();
    let mut work = Work { files, base, other, random: &mut random, did: Vec::new() };
    // The operator's lies come first, and are signed; the recipient's follow.
    if work.random.below(10) < 6 {
        operator::lie(&mut work);
    }
    if work.did.is_empty() || work.random.below(4) == 0 {
        recipient(&mut work);
    }
    let (files, did) = (work.files, work.did);
    let what = format!("{}: {}", base.what, did.join("; "));
    if random.below(6) > 0 {
        return Case { what, policy, files: Ok(files) };
    }
    let folder = zip::folder(base.made.copy);
    let mut named: Vec<_> =
        files.into_iter().map(|(name, bytes)| (format!("{folder}{name}"), bytes)).collect();
    let mut what = format!("{what}; as an archive");
    if random.below(5) == 0 {
        let (a, b) = (random.below(named.len()), random.below(named.len()));
        named.swap(a, b);
        what += &format!(", files {a} and {b} swapped");
    }
    let mut archive = archive_of(&named);
    if random.below(2) == 0 {
        what += &archives::damage(&mut archive, &mut random);
    }
    Case { what, policy, files: Err(archive) }
}

/// What somebody does who has no key: any file, any byte of it, any member.
fn recipient(work: &mut Work<'_>) {
    for _ in 0..=work.random.below(2) {
        match work.random.below(12) {
            0 | 1 => any_bytes(work),
            2 | 3 => any_file(work),
            4..=6 => documents::damage(work, |name| name.ends_with(".json")),
            7 | 8 => notes::damage(work, false),
            _ => videos::damage(work),
        }
    }
}

/// Bytes of any file.
fn any_bytes(work: &mut Work<'_>) {
    let Some(name) = work.pick(|_| true) else { return };
    let Some(bytes) = work.files.get_mut(&name).filter(|bytes| !bytes.is_empty()) else { return };
    let random = &mut *work.random;
    let at = random.below(bytes.len());
    let did = match random.below(6) {
        0 | 1 => {
            bytes[at] ^= 1 << random.below(8);
            format!("flip at {at} of {name}")
        }
        2 => {
            bytes.truncate(at);
            format!("{name} cut to {at}")
        }
        3 => {
            bytes.insert(at, random.next() as u8);
            format!("insert at {at} of {name}")
        }
        4 => {
            let to = (at + 1 + random.below(40)).min(bytes.len());
            bytes.drain(at..to);
            format!("{name} without {at}..{to}")
        }
        _ => {
            let to = (at + 1 + random.below(40)).min(bytes.len());
            bytes[at..to].fill(0);
            format!("zeroes at {at}..{to} of {name}")
        }
    };
    work.did(did);
}

/// Whole files: gone, added, swapped, renamed, another package's, empty.
fn any_file(work: &mut Work<'_>) {
    let Some(name) = work.pick(|_| true) else { return };
    match work.random.below(7) {
        0 | 1 => {
            work.files.remove(&name);
            work.did(format!("{name} removed"));
        }
        2 => {
            let names = [
                "added.txt",
                "proof/x.json",
                "proof/checkpoint-0123456789abcdef.txt",
                ".DS_Store",
                "a/b/c/d",
            ];
            let added = names[work.random.below(names.len())];
            let bytes = work.files[&name].clone();
            work.files.insert(added.to_owned(), bytes);
            work.did(format!("{added} added"));
        }
        3 => {
            let Some(second) = work.pick(|_| true) else { return };
            let (a, b) = (work.files[&name].clone(), work.files[&second].clone());
            work.files.insert(name.clone(), b);
            work.files.insert(second.clone(), a);
            work.did(format!("{name} and {second} swapped"));
        }
        4 => {
            let bytes = work.files.remove(&name).unwrap();
            let to = if work.random.below(2) == 0 { name.to_lowercase() } else { format!("{name}~") };
            work.files.insert(to.clone(), bytes);
            work.did(format!("{name} renamed {to}"));
        }
        5 => {
            let names: Vec<&String> = work.other.keys().collect();
            let name = (*work.random.pick(&names)).clone();
            work.files.insert(name.clone(), work.other[&name].clone());
            work.did(format!("{name} of another package"));
        }
        _ => {
            work.files.insert(name.clone(), Vec::new());
            work.did(format!("{name} emptied"));
        }
    }
}

/// One Python process that answers for many packages.
struct Python {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Python {
    fn start() -> Self {
        let own = std::env::var("CARGO_MANIFEST_DIR").unwrap();
        let mut child = Command::new("python3")
            .args(["-B", &format!("{own}/tests/it/differ/many.py"), &format!("{own}/../../verifiers/python")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is needed: run scripts/setup");
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output }
    }

    fn ask(&mut self, package: &Path, policy: &str) {
        writeln!(self.input, "{}", json!({ "package": package, "policy": policy })).unwrap();
        self.input.flush().unwrap();
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| json!({ "refused": line }))
    }

    fn end(mut self) {
        drop(self.input);
        assert!(self.child.wait().unwrap().success());
    }
}

fn ours(package: &Path, policy: &str) -> Value {
    let policy = (!policy.is_empty()).then(|| Policy::parse(policy.as_bytes()).unwrap());
    let mut reader = match verify::open(package) {
        Ok(reader) => reader,
        Err(error) => return json!({ "refused": error.to_string() }),
    };
    match verify::package(&mut *reader, policy.as_ref(), &mut |_, _| {}) {
        Ok(report) => {
            let mut value = serde_json::to_value(&report).unwrap();
            value["exit_code"] = report.exit_code().into();
            value
        }
        Err(error) => json!({ "refused": error.to_string() }),
    }
}

/// What is compared: the copy, each claim's verdict, the exit code.
fn verdicts(said: &Value) -> Value {
    let pair = |claim: &Value| (claim["name"].clone(), claim["verdict"].clone());
    let claims: Vec<_> = said["claims"].as_array().into_iter().flatten().map(pair).collect();
    json!({ "copy_id": said["copy_id"], "claims": claims, "exit_code": said["exit_code"], "refused": said["refused"] })
}

/// How two verdicts stand to one another.
#[derive(PartialEq)]
enum Stand {
    Same,
    /// The same but for what rests on the form of `ftyp` and `moov`.
    ButForm,
    Apart,
}

/// Of an archive that is not in its form they need only agree that its bytes are not intact (package.md §1).
fn stand(case: &Case, ours: &Value, theirs: &Value) -> Stand {
    let (a, b) = (verdicts(ours), verdicts(theirs));
    let changed = |value: &Value| value["claims"][1][1] == "found" && value["exit_code"] == 1;
    match () {
        () if a == b || case.files.is_err() && out_of_form(ours) && changed(&a) && changed(&b) => Stand::Same,
        () if only_form(ours) && but_form(&a) == but_form(&b) => Stand::ButForm,
        () => Stand::Apart,
    }
}

/// Whether nothing is wrong but the form of `ftyp` and `moov`. A verifier that has no hash of piece 0 to compare them with goes by
/// rules (package.md §6, step 6, asks for no edit list; Python has more of them, verifiers/README.md), and some changes keep these.
fn only_form(report: &Value) -> bool {
    let claims = report["claims"].as_array().into_iter().flatten();
    let found: Vec<&Value> =
        claims.flat_map(|claim| claim["findings"].as_array().into_iter().flatten()).collect();
    !found.is_empty()
        && found.iter().all(|finding| finding["problem"] == "ftyp and moov are not as recorders write them")
}

/// Verdicts without those that the form of `ftyp` and `moov` decides: the place, what rests on it, and with them the exit code.
fn but_form(verdicts: &Value) -> Value {
    let claims = verdicts["claims"].as_array().into_iter().flatten();
    let of_form = |claim: &&Value| claim[0] == "place_in_original" || claim[0] == "derivative";
    let claims: Vec<&Value> = claims.filter(|claim| !of_form(claim)).collect();
    json!({ "copy_id": verdicts["copy_id"], "claims": claims, "refused": verdicts["refused"] })
}

/// Whether something was found about the archive itself.
fn out_of_form(report: &Value) -> bool {
    let claims = report["claims"].as_array().into_iter().flatten();
    let mut findings = claims.flat_map(|claim| claim["findings"].as_array().into_iter().flatten());
    findings.any(|finding| finding["code"] == "container")
}

/// Claims with what was found and why they cannot be told, for a person who looks into a difference.
fn reasons(report: &Value) -> String {
    let claims = report["claims"].as_array().into_iter().flatten();
    let line = |claim: &Value| {
        let mut line = format!("    {} {}", claim["name"].as_str()?, claim["verdict"].as_str()?);
        for finding in claim["findings"].as_array().into_iter().flatten().take(4) {
            line += &format!("\n        {} {}", finding["file"], finding["problem"]);
        }
        for doubt in claim["doubts"].as_array().into_iter().flatten().take(4) {
            line += &format!("\n        ? {doubt}");
        }
        Some(line)
    };
    let lines: Vec<String> = claims.filter_map(line).collect();
    format!("{}\n{}", verdicts(report), lines.join("\n"))
}

fn write(case: &Case, folder: &Path) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    let files = match &case.files {
        Ok(files) => files,
        Err(archive) => {
            let path = folder.join("package.zip");
            std::fs::write(&path, archive).unwrap();
            return path;
        }
    };
    let path = folder.join("package");
    std::fs::create_dir_all(&path).unwrap();
    for (name, bytes) in files {
        let file = path.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        // A name can be a folder's already: then there is no such file.
        let _ = std::fs::write(file, bytes);
    }
    path
}

/// What comparing one case came to.
struct Compared {
    case: (u64, u64),
    stand: Stand,
    /// What both said, for a person who looks into a difference.
    text: String,
}

/// Compares both on cases, each given by seed and number.
fn compare(cases: &[(u64, u64)]) -> Vec<Compared> {
    let bases = bases();
    let other = make(&Options { copy: 0xc1, asked_s: (5, 20), ..Options::default() }).files;
    let kept = std::env::var_os("WATCHKEEPER_PACKAGES").map(PathBuf::from);
    let mut python = Python::start();
    let mut compared = Vec::new();
    for batch in cases.chunks(BATCH) {
        let scratch = tempfile::tempdir().unwrap();
        let root = kept.clone().filter(|_| only().is_some()).unwrap_or_else(|| scratch.path().to_owned());
        let made: Vec<Case> =
            batch.iter().map(|(seed, number)| case((seed << 24) + number, &bases, &other)).collect();
        let folder = |(seed, number): &(u64, u64)| root.join(format!("{seed}-{number}"));
        let paths: Vec<PathBuf> = made.iter().zip(batch).map(|(case, at)| write(case, &folder(at))).collect();
        for (case, path) in made.iter().zip(&paths) {
            python.ask(path, &case.policy);
        }
        for ((case, path), at) in made.iter().zip(&paths).zip(batch) {
            let (ours, theirs) = (ours(path, &case.policy), python.answer());
            let stand = stand(case, &ours, &theirs);
            let policy = case.policy.replace('\n', " / ");
            let (what, ours, theirs) = (&case.what, reasons(&ours), reasons(&theirs));
            let text = format!("{at:?}: {what}\n  policy {policy}\n  program {ours}\n  python {theirs}");
            compared.push(Compared { case: *at, stand, text });
        }
    }
    python.end();
    compared
}

/// The case that a person looks at.
fn only() -> Option<u64> {
    std::env::var("WATCHKEEPER_CASE").ok().and_then(|text| text.parse().ok())
}

/// Compares both on one share of all cases but those that are open.
fn agree(share: u64) {
    let count = if std::env::var_os("WATCHKEEPER_LONG").is_some() { DAMAGED_LONG } else { DAMAGED };
    let count = number("WATCHKEEPER_DAMAGED", count as u64);
    let seed = number("WATCHKEEPER_SEED", SEED);
    let all = only().map_or(0..count, |only| only..only + 1);
    let cases: Vec<(u64, u64)> = all
        .filter(|number| number % SHARES as u64 == share)
        .map(|number| (seed, number))
        .filter(|case| only().is_some() || !OPEN.contains(case))
        .collect();
    let compared = compare(&cases);
    let but_form = compared.iter().filter(|one| one.stand == Stand::ButForm).count();
    let shown = |one: &&Compared| only().is_some() || one.stand == Stand::Apart;
    let apart: Vec<&str> = compared.iter().filter(shown).map(|one| one.text.as_str()).collect();
    let of = compared.len();
    println!(
        "{of} damaged packages compared: {} apart, {but_form} apart by the form of ftyp and moov",
        apart.len()
    );
    assert!(apart.is_empty(), "{} of {of} apart:\n{}", apart.len(), apart.join("\n"));
}

#[test]
fn python_and_program_agree_on_damaged_packages() {
    agree(0);
}

#[test]
fn python_and_program_agree_on_other_damaged_packages() {
    agree(1);
}

/// The list only shrinks: a case on which both agree leaves it.
#[test]
fn what_is_open_is_still_apart() {
    for one in compare(OPEN) {
        assert!(one.stand == Stand::Apart, "{:?} is no longer open:\n{}", one.case, one.text);
    }
}
