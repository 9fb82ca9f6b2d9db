//! Challenges over real sockets: an honest server is believed, and each way to have lost, changed or swapped footage is found.

use crate::{
    cases::Who,
    house::House,
    retention::{asked_with, fresh, nonce_of},
    watch::Studio,
};
use ledger::{
    challenge::{Answer, Reason, Transcript, commitment},
    note::NoteKey,
};
use model::{Act, CameraId, Hash, Span};
use serde_json::{Value, json};
use server::app::Facts;
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
};
use store::LogName;
use verify::{Expected, Judged, Policy};

fn facts() -> Facts {
    Facts { secure: true, ..Facts::default() }
}

/// A studio whose recording is some segments long, all published.
async fn recorded() -> (Studio, Value) {
    recorded_in(Studio::start_in(House::build_with(facts()).await).await).await
}

async fn recorded_in(studio: Studio) -> (Studio, Value) {
    let footage = &studio.house.app.store().footage;
    let stream = studio.stream();
    studio
        .until_async("four segments", async || footage.stream_head(stream).await.unwrap().next_seq >= 5)
        .await;
    studio.house.app.store().publish(LogName::Footage, studio.house.app.now()).await.unwrap();
    let histories = footage.histories().await.unwrap();
    let span = histories[&stream];
    let question = json!({
        "commitment": fresh(), "cameras": [stream.camera.to_string()],
        "from_ms": span.start.as_ms() - 2_000, "to_ms": span.start.as_ms() + 5_000, "instants": 40,
    });
    (studio, question)
}

async fn ask(studio: &Studio, cookie: &str, question: &Value) -> Transcript {
    let house = &studio.house;
    // Each question has a nonce of its own.
    let (mut question, committed) = (question.clone(), fresh());
    question["commitment"] = json!(committed);
    let terms = house.post("/ledger/challenges", cookie, question).await;
    assert_eq!(terms.status.as_u16(), 201, "{}", terms.json());
    let terms = terms.json();
    let id = terms["id"].as_str().unwrap();
    asked_with(id, &committed);
    let path = format!("/ledger/challenges/{id}/answer");
    let answer = house.post(&path, cookie, json!({ "nonce": nonce_of(id).to_string() })).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.json());
    Transcript::parse(&answer.body).unwrap()
}

fn pinned(studio: &Studio) -> Policy {
    Policy::pinned(vec![NoteKey::parse(&studio.house.app.store().vkey(LogName::Footage)).unwrap()])
}

fn judge(studio: &Studio, transcript: &Transcript) -> Judged {
    let policy = pinned(studio);
    let committed = Some(commitment(&nonce_of(&transcript.terms.id)));
    let expected = Expected { policy: Some(&policy), commitment: committed, ..Expected::default() };
    verify::challenge(transcript, &expected, None).unwrap()
}

fn codes(judged: &Judged) -> Vec<&'static str> {
    let mut codes: Vec<_> = judged.findings.iter().map(|finding| finding.code).collect();
    codes.dedup();
    codes
}

/// Media files of the camera, oldest first.
fn files(studio: &Studio) -> Vec<PathBuf> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ext| ext == "mp4") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&studio.house.dir.path().join("media"), &mut found);
    found.sort();
    found
}

fn reasons(transcript: &Transcript) -> Vec<Reason> {
    let reason = |answer: &Answer| match answer {
        Answer::Cannot { reason, .. } => Some(*reason),
        _ => None,
    };
    let mut reasons: Vec<Reason> = transcript.answers.iter().filter_map(reason).collect();
    reasons.dedup();
    reasons
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_server_is_believed_and_every_lie_is_found() {
    let (studio, question) = recorded().await;
    let auditor = Who::Auditor.sign_in(&studio.house).await;
    let before = studio.house.entry_count().await;
    let honest = ask(&studio, &auditor.cookie, &question).await;
    let judged = judge(&studio, &honest);
    assert_eq!((judged.exit_code(), &judged.findings[..], &judged.doubts[..]), (0, &[][..], &[][..]));
    assert!(judged.footage >= 10 && judged.not_yet >= 1, "{judged:?}");
    assert_eq!(judged.footage + judged.gaps + judged.not_yet, 40);
    let entries = studio.house.entries_since(before).await;
    let own: Vec<_> = entries.iter().filter(|entry| entry.person == Some(auditor.person)).collect();
    assert_eq!(
        own.iter().map(|entry| entry.act).collect::<Vec<_>>(),
        [Act::AskChallenge, Act::ReadLedger, Act::AnswerChallenge]
    );
    assert!(entries.iter().any(|entry| entry.act == Act::SystemRead), "the reading itself is an entry");
    let hash = ledger::challenge::answers_hash(&honest.answers).unwrap();
    assert!(own[2].record.extra.contains(&hash.to_string()), "{}", own[2].record.extra);

    // What somebody would have to change to lie, and what the judge says.
    let check = |what: &str, expected: &str, change: &dyn Fn(&mut Transcript)| {
        let mut lie = honest.clone();
        change(&mut lie);
        let judged = judge(&studio, &lie);
        assert_eq!(judged.exit_code(), 1, "{what}");
        assert!(codes(&judged).contains(&expected), "{what}: {:?}", judged.findings);
    };
    let (one, other) = two(&honest);
    check("another segment's answer", "other_record", &|lie| {
        lie.answers[one] = honest.answers[other].clone()
    });
    check("another camera's draw", "other_record", &|lie| lie.terms.streams[0].camera.0 = uuid::Uuid::max());
    check("a record of its own making", "not_in_log", &|lie| record(lie, one)[180] ^= 1);
    check("another unit", "other_draw", &|lie| held(lie, one).unit ^= 1);
    check("a hash that is no unit's", "not_held", &|lie| held(lie, one).au_hash.0[0] ^= 1);
    check("another group's root", "not_held", &|lie| held(lie, one).gop_root.0[0] ^= 1);
    check("an answer left out", "answers_missing", &|lie| drop(lie.answers.pop()));
    check("another nonce", "other_challenge", &|lie| lie.nonce.0[0] ^= 1);
    check("the server's nonce changed later", "other_record", &|lie| lie.terms.server_nonce.0[0] ^= 1);
    check("a checkpoint of its own making", "checkpoint_broken", &|lie| {
        lie.terms.checkpoint = lie.terms.checkpoint.replacen("footage", "footagf", 1);
        lie.checkpoint = lie.terms.checkpoint.clone();
    });
    let policy = pinned(&studio);
    let published = Some(commitment(&Hash([1; 32])));
    let replayed = Expected { policy: Some(&policy), commitment: published, ..Expected::default() };
    let judged = verify::challenge(&honest, &replayed, None).unwrap();
    assert_eq!(codes(&judged), ["other_challenge"], "an answer to an earlier nonce");
    let stranger = verify::challenge(&honest, &Expected::default(), None).unwrap();
    assert_eq!(stranger.exit_code(), 2, "without a key nobody can tell");

    another_question(&studio, &auditor.cookie, &question, &honest).await;
    older_checkpoint(&studio, &auditor.cookie, &question, &honest).await;
    damaged(&studio, &auditor.cookie, &question).await;
}

/// Whoever was asked about two cameras and answers for one, in terms of their own making, is found; the honest server says which
/// camera it has nothing of. So are another span and another number of instants.
async fn another_question(studio: &Studio, cookie: &str, question: &Value, honest: &Transcript) {
    let policy = pinned(studio);
    let (camera, lost) = (studio.stream().camera, CameraId(uuid::Uuid::from_u128(9)));
    let with = |cameras: &[CameraId], span, instants| {
        let expected = Expected { policy: Some(&policy), cameras, span, instants, ..Expected::default() };
        verify::challenge(honest, &expected, None).unwrap()
    };
    let span = honest.terms.span().unwrap();
    assert_eq!(with(&[camera], Some(span), Some(40)).exit_code(), 0);
    let check = |what: &str, judged: Judged| {
        assert_eq!((judged.exit_code(), codes(&judged)), (1, vec!["other_question"]), "{what}");
    };
    check("a camera is left out", with(&[camera, lost], Some(span), Some(40)));
    check("another camera", with(&[lost], Some(span), Some(40)));
    let shorter = Span { start: span.start.plus_us(1), ..span };
    check("another span", with(&[camera], Some(shorter), Some(40)));
    check("fewer instants", with(&[camera], Some(span), Some(41)));
    let mut both = question.clone();
    both["cameras"] = json!([camera.to_string(), lost.to_string()]);
    both["commitment"] = json!(fresh());
    let refused = studio.house.post("/ledger/challenges", cookie, both).await;
    assert_eq!(refused.status, 409, "{}", refused.json());
    let message = refused.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains(&format!("no recordings of camera {lost}")), "{message}");
}

/// Two answers about footage of different segments.
fn two(transcript: &Transcript) -> (usize, usize) {
    let index = |answer: &Answer| match answer {
        Answer::Footage { segment, .. } => Some(segment.log_index),
        _ => None,
    };
    let one = transcript.answers.iter().position(|answer| index(answer).is_some()).unwrap();
    let first = index(&transcript.answers[one]);
    let other =
        transcript.answers.iter().position(|answer| index(answer).is_some() && index(answer) != first);
    (one, other.unwrap())
}

fn record(transcript: &mut Transcript, number: usize) -> &mut Vec<u8> {
    let Answer::Footage { segment, .. } = &mut transcript.answers[number] else { panic!("no footage") };
    &mut segment.record
}

fn held(transcript: &mut Transcript, number: usize) -> &mut ledger::challenge::Held {
    let Answer::Footage { held, .. } = &mut transcript.answers[number] else { panic!("no footage") };
    held
}

/// The log must continue what the challenger had.
async fn older_checkpoint(studio: &Studio, cookie: &str, question: &Value, older: &Transcript) {
    let store = studio.house.app.store();
    let mut size = 0;
    while size <= note_size(&older.checkpoint) {
        size = store.publish(LogName::Footage, studio.house.app.now()).await.unwrap().size;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let newest = store.checkpoint(LogName::Footage).await.unwrap().unwrap();
    let policy = pinned(studio);
    let with = |seen: &str, transcript: &Transcript| {
        let expected = Expected {
            policy: Some(&policy),
            commitment: None,
            seen: Some(seen.as_bytes()),
            ..Expected::default()
        };
        verify::challenge(transcript, &expected, None).unwrap()
    };
    assert_eq!(codes(&with(&newest.note, older)), ["older_checkpoint"]);
    let mut question = question.clone();
    question["seen_size"] = json!(note_size(&older.checkpoint));
    let mut continued = ask(studio, cookie, &question).await;
    assert_eq!(with(&older.checkpoint, &continued).exit_code(), 0);
    continued.terms.consistency[0].0[0] ^= 1;
    assert_eq!(codes(&with(&older.checkpoint, &continued)), ["other_history"]);
}

fn note_size(note: &str) -> u64 {
    note.lines().nth(1).unwrap().parse().unwrap()
}

/// A deleted file, an altered byte of a picture, a swapped file.
async fn damaged(studio: &Studio, cookie: &str, question: &Value) {
    let files = files(studio);
    let whole: Vec<Vec<u8>> = files[..3].iter().map(|file| std::fs::read(file).unwrap()).collect();
    let check = async |what: &str, reason: Reason| {
        let answered = ask(studio, cookie, question).await;
        assert!(reasons(&answered).contains(&reason), "{what}: {:?}", reasons(&answered));
        let judged = judge(studio, &answered);
        assert_eq!((judged.exit_code(), codes(&judged)), (1, vec!["cannot"]), "{what}");
        for (file, bytes) in files.iter().zip(&whole) {
            std::fs::write(file, bytes).unwrap();
        }
    };
    files[..3].iter().for_each(|file| std::fs::remove_file(file).unwrap());
    check("deleted files", Reason::Missing).await;
    for (file, bytes) in files.iter().zip(&whole) {
        // The last byte of each fragment is a picture's.
        let mut changed = bytes.clone();
        let ends = bytes.windows(4).enumerate().filter(|(_, word)| *word == b"prft").map(|(at, _)| at - 5);
        ends.skip(1).for_each(|end| changed[end] ^= 1);
        *changed.last_mut().unwrap() ^= 1;
        std::fs::write(file, changed).unwrap();
    }
    check("altered bytes", Reason::Damaged).await;
    std::fs::write(&files[0], &whole[1]).unwrap();
    std::fs::write(&files[1], &whole[2]).unwrap();
    std::fs::write(&files[2], &whole[0]).unwrap();
    check("swapped files", Reason::Damaged).await;
    assert_eq!(ask_again(studio, cookie, question).await, 409, "an answered challenge is not answered again");
}

async fn ask_again(studio: &Studio, cookie: &str, question: &Value) -> u16 {
    let answered = ask(studio, cookie, question).await;
    let path = format!("/ledger/challenges/{}/answer", answered.terms.id);
    studio
        .house
        .post(&path, cookie, json!({ "nonce": nonce_of(&answered.terms.id).to_string() }))
        .await
        .status
        .as_u16()
}

/// A commitment is used once, by whoever: before its nonce was shown, and after.
#[tokio::test(flavor = "multi_thread")]
async fn a_commitment_that_was_used_is_refused() {
    let (studio, mut question) = recorded().await;
    let (house, committed) = (&studio.house, fresh());
    question["commitment"] = json!(committed);
    let auditor = Who::Auditor.sign_in(house).await;
    let asked = house.post("/ledger/challenges", &auditor.cookie, question.clone()).await;
    assert_eq!(asked.status, 201, "{}", asked.json());
    let other = Who::Auditor.sign_in(house).await;
    let refused = async |what: &str| {
        let before = house.entry_count().await;
        let again = house.post("/ledger/challenges", &other.cookie, question.clone()).await;
        assert_eq!(again.status, 409, "{what}: {}", again.json());
        assert!(again.json()["error"]["message"].as_str().unwrap().contains("draw another nonce"), "{what}");
        let entries = house.entries_since(before).await;
        assert!(entries.iter().all(|entry| entry.act != Act::AskChallenge), "{what}: nothing is kept");
    };
    refused("before").await;
    let path = format!("/ledger/challenges/{}/answer", asked.json()["id"].as_str().unwrap());
    let body = json!({ "nonce": nonce_of(&committed).to_string() });
    assert_eq!(house.post(&path, &auditor.cookie, body).await.status, 200);
    refused("after").await;
}

/// An honest server is believed, and damage is found, also where files are encrypted at rest, and where pictures are JPEG.
#[tokio::test(flavor = "multi_thread")]
async fn encrypted_footage_and_jpeg_pictures_are_proved_alike() {
    let encrypted = Studio::start_in(House::build_encrypted(facts()).await).await;
    let pictures = Studio::start_with_pictures(House::build_with(facts()).await).await;
    for studio in [encrypted, pictures] {
        let (studio, question) = recorded_in(studio).await;
        let auditor = Who::Auditor.sign_in(&studio.house).await;
        let honest = ask(&studio, &auditor.cookie, &question).await;
        let judged = judge(&studio, &honest);
        assert_eq!((judged.exit_code(), &judged.findings[..], &judged.doubts[..]), (0, &[][..], &[][..]));
        assert!(judged.footage >= 10, "{judged:?}");
        let mut lie = honest.clone();
        let (one, _) = two(&lie);
        held(&mut lie, one).au_hash.0[0] ^= 1;
        assert_eq!(codes(&judge(&studio, &lie)), ["not_held"]);
        for file in &files(&studio)[..3] {
            let mut bytes = std::fs::read(file).unwrap();
            // Behind head and parameters, in every kind of file: each picture's bytes somewhere.
            bytes.iter_mut().skip(2_000).step_by(97).for_each(|byte| *byte ^= 1);
            std::fs::write(file, bytes).unwrap();
        }
        let damaged = ask(&studio, &auditor.cookie, &question).await;
        assert!(reasons(&damaged).contains(&Reason::Damaged), "{:?}", reasons(&damaged));
        assert_eq!(judge(&studio, &damaged).exit_code(), 1);
    }
}

/// What people type: a nonce that is kept, a question to a running server, a judgement; and a second one of what was kept.
#[tokio::test(flavor = "multi_thread")]
async fn the_commands_make_ask_and_judge() {
    const TOKEN: &str = "fedcba98765432100123456789abcdef";
    let machine = format!("[[machine]]\nname = \"province\"\ntoken = \"{TOKEN}\"\nlogs = [\"footage\"]");
    let machines = toml::from_str::<server::config::Config>(&machine).unwrap().machine;
    let studio = Studio::start_in(House::build_with(Facts { machines, ..Facts::default() }).await).await;
    let (studio, question) = recorded_in(studio).await;
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("token"), format!("{TOKEN}\n")).unwrap();
    let run = async |arguments: Vec<String>| {
        let output = tokio::task::spawn_blocking(move || {
            std::process::Command::new(env!("CARGO_BIN_EXE_watchkeeper"))
                .arg("challenge")
                .args(arguments)
                .output()
        });
        let output = output.await.unwrap().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.code(), said)
    };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let (code, said) = run(words(&["make", "--nonce", &path("nonce")])).await;
    let published = said.trim().strip_prefix("commitment ").unwrap().to_owned();
    let nonce: Hash = std::fs::read_to_string(path("nonce")).unwrap().trim().parse().unwrap();
    assert_eq!((code, published.as_str()), (Some(0), commitment(&nonce).to_string().as_str()));
    let key = studio.house.app.store().vkey(LogName::Footage);
    let server = format!("http://{}", studio.address());
    let camera = question["cameras"][0].as_str().unwrap();
    let asks = |token: &str, out: &str| {
        words(&[
            "ask",
            "--server",
            &server,
            "--token-file",
            token,
            "--nonce",
            &path("nonce"),
            "--camera",
            camera,
            "--days",
            "1",
            "--until",
            "0",
            "--instants",
            "20",
            "--out",
            out,
            "--footage",
            &key,
        ])
    };
    let (code, said) = run(asks(&path("token"), &path("answer"))).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("20 instants of 1 streams"), "{said}");
    // What was kept is judged alike, without the server; under another commitment it is not the answer to it.
    let (code, again) =
        run(words(&["judge", &path("answer"), "--commitment", &published, "--footage", &key])).await;
    assert_eq!((code, again.lines().next()), (Some(0), said.lines().next()), "{again}");
    let other = commitment(&Hash([1; 32])).to_string();
    let (code, said) =
        run(words(&["judge", &path("answer"), "--commitment", &other, "--footage", &key])).await;
    assert_eq!(code, Some(1), "{said}");
    // A camera that was asked about and is not in it is found by who keeps the file, too.
    let judge = |camera: &str| words(&["judge", &path("answer"), "--footage", &key, "--camera", camera]);
    assert_eq!(run(judge(camera)).await.0, Some(0));
    let (code, said) = run(judge("00000000-0000-0000-0000-000000000009")).await;
    assert!(code == Some(1) && said.contains("which was asked about"), "{code:?} {said}");
    // So it is by who asks a server that leaves it out.
    let lost = "00000000-0000-0000-0000-000000000009";
    let lying = blots(studio.address().to_string(), format!(",\"{lost}\""));
    let mut asked = asks(&path("token"), &path("lie"));
    asked[2] = format!("http://{lying}");
    let nonce_at = asked.iter().position(|word| word == "--nonce").unwrap();
    asked.drain(nonce_at..nonce_at + 2);
    asked.extend(words(&["--camera", lost]));
    let (code, said) = run(asked).await;
    assert!(
        code == Some(1) && said.contains(&format!("nothing is drawn of camera {lost}")),
        "{code:?} {said}"
    );
    // A stranger gets no answer, and is told why.
    std::fs::write(path("stranger"), "0123456789abcdef0123456789abcdef\n").unwrap();
    let (code, said) = run(asks(&path("stranger"), &path("none"))).await;
    assert!(code == Some(2) && said.contains("does not know this token"), "{code:?} {said}");
    assert!(!Path::new(&path("none")).exists());
}

/// Stands before a server and makes it lie: one camera is blotted out of the question, and all the rest is honest.
fn blots(server: String, word: String) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut server) = (client.unwrap(), TcpStream::connect(&server).unwrap());
            let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            let word = word.clone();
            std::thread::spawn(move || std::io::copy(&mut from, &mut to));
            std::thread::spawn(move || {
                let mut buffer = vec![0; 65_536];
                while let Ok(read @ 1..) = client.read(&mut buffer) {
                    let text = String::from_utf8_lossy(&buffer[..read]);
                    let text = text.replace(&word, &" ".repeat(word.len()));
                    if server.write_all(text.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

/// A tag is checked where a package opens the footage: true ones are confirmed, false ones found.
#[tokio::test(flavor = "multi_thread")]
async fn a_package_opens_possession_tags() {
    let (studio, question) = recorded().await;
    let operator = Who::Operator.sign_in(&studio.house).await;
    let export = studio.exported(&operator).await;
    assert_eq!(export["state"], "ready", "{export}");
    let auditor = Who::Auditor.sign_in(&studio.house).await;
    let id = export["id"].as_str().unwrap().parse().unwrap();
    let package = studio.house.app.registry().export_path(id);
    let mut question = question;
    question["from_ms"] = export["from_ms"].clone();
    question["to_ms"] = export["to_ms"].clone();
    let answered = ask(&studio, &auditor.cookie, &question).await;
    let opened = |transcript: &Transcript| {
        let policy = pinned(&studio);
        let expected = Expected { policy: Some(&policy), commitment: None, ..Expected::default() };
        let mut reader = verify::open(&package).unwrap();
        verify::challenge(transcript, &expected, Some(&mut *reader)).unwrap()
    };
    let judged = opened(&answered);
    assert!(judged.opened >= 1, "{judged:?}");
    assert_eq!(judged.exit_code(), 0, "{judged:?}");
    let mut lie = answered.clone();
    for answer in &mut lie.answers {
        if let Answer::Footage { held, .. } = answer {
            held.tag.0[0] ^= 1;
        }
    }
    assert_eq!(judge(&studio, &lie).exit_code(), 0, "a false tag alone shows nothing");
    let judged = opened(&lie);
    assert_eq!((judged.opened, codes(&judged)), (0, vec!["tag_false"]));
}
