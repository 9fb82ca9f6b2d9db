//! Whole packages: a true one is proven, and each kind of untruth is found under the claim it breaks.

use crate::fixture::{BROUGHT, Made, Options, make};
use ledger::note::NoteKey;
use ledger::package::{File, Later, Manifest, Proof, Video};
use ledger::tree::{range_proof, sha256};
use media::fmp4::{Item, ItemKind};
use std::io::Cursor;
use verify::{Archive, ClaimName, Memory, Policy, Report, Verdict};

fn check(made: &Made, policy: Option<&Policy>) -> Report {
    let (mut last, mut total) = (0, 0);
    let mut progress = |done, all| {
        assert!(last <= done && done <= all);
        (last, total) = (done, all);
    };
    let report = verify::package(&mut Memory::new(made.files.clone()), policy, &mut progress).unwrap();
    assert!(total > 0);
    report
}

fn pinned(key: &NoteKey) -> Policy {
    Policy::pinned(vec![key.clone()])
}

fn verdicts(report: &Report) -> Vec<(ClaimName, Verdict)> {
    report.claims.iter().map(|claim| (claim.name, claim.verdict)).collect()
}

/// The verdict of one claim, with everything printed when it is not the expected one.
fn expect(report: &Report, name: ClaimName, expected: Verdict) {
    let found = report.claim(name).unwrap();
    assert_eq!(found.verdict, expected, "{report:#?}");
}

#[test]
fn a_true_package_is_proven_with_a_pinned_key() {
    let made = make(&Options::default());
    let report = check(&made, Some(&pinned(&made.footage)));
    let expected = [
        (ClaimName::Origin, Verdict::Proven),
        (ClaimName::BytesIntact, Verdict::Proven),
        (ClaimName::PlaceInOriginal, Verdict::Proven),
        (ClaimName::Complete, Verdict::Proven),
        (ClaimName::TimeBracket, Verdict::NotAsked),
        (ClaimName::Witnessed, Verdict::NotAsked),
        (ClaimName::Derivative, Verdict::Proven),
        (ClaimName::Released, Verdict::Proven),
    ];
    assert_eq!(verdicts(&report), expected, "{report:#?}");
    assert_eq!(report.exit_code(), 0);
    let gaps = &report.claim(ClaimName::Complete).unwrap().notes;
    assert_eq!(gaps.len(), 2, "{gaps:?}");
    assert!(
        gaps[0].contains("gap 2026-11-22T10:00:12.000000Z to 2026-11-22T10:00:14.000000Z: network"),
        "{gaps:?}"
    );
    let json = serde_json::to_string(&report).unwrap();
    assert!(json.contains(r#""name":"bytes_intact","verdict":"proven""#), "{json}");
}

#[test]
fn without_a_key_from_elsewhere_origin_cannot_be_told() {
    let made = make(&Options::default());
    let report = check(&made, None);
    expect(&report, ClaimName::Origin, Verdict::CannotTell);
    expect(&report, ClaimName::BytesIntact, Verdict::Proven);
    expect(&report, ClaimName::Witnessed, Verdict::CannotTell);
    assert_eq!(report.exit_code(), 2);
    assert_eq!(report.named_key.as_deref(), Some(made.footage.to_string().as_str()));
}

#[test]
fn signed_again_by_another_is_found_against_a_pinned_key() {
    let made = make(&Options::default());
    let again = make(&Options { footage_seed: [7; 32], access_seed: [8; 32], ..Options::default() });
    let report = check(&again, Some(&pinned(&made.footage)));
    expect(&report, ClaimName::Origin, Verdict::Found);
    expect(&report, ClaimName::PlaceInOriginal, Verdict::CannotTell);
    expect(&report, ClaimName::Released, Verdict::CannotTell);
    assert_eq!(report.exit_code(), 1);
    assert_eq!(check(&again, None).exit_code(), 2, "without a key nobody can tell");
    // A name proves nothing: the other key has the same origin.
    assert_eq!(again.footage.name(), made.footage.name());
}

#[test]
fn the_archive_is_the_package() {
    let made = make(&Options::default());
    let policy = pinned(&made.footage);
    let mut archive = Archive::open(Cursor::new(made.archive()), "package.zip").unwrap();
    let report = verify::package(&mut archive, Some(&policy), &mut |_, _| {}).unwrap();
    assert_eq!(report.exit_code(), 0, "{report:#?}");
}

#[test]
fn a_folder_is_the_package_and_links_are_not_followed() {
    let made = make(&Options::default());
    let policy = pinned(&made.footage);
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in &made.files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let run = || {
        let mut reader = verify::open(dir.path()).unwrap();
        verify::package(reader.as_mut(), Some(&policy), &mut |_, _| {}).unwrap()
    };
    assert_eq!(run().exit_code(), 0);
    std::fs::write(dir.path().join(".DS_Store"), b"x").unwrap();
    assert_eq!(run().exit_code(), 0, "a desktop's debris is not the package's");
    std::fs::write(dir.path().join("player.exe"), b"x").unwrap();
    let report = run();
    let finding = report.findings().next().unwrap().1;
    assert_eq!((finding.code, finding.file.as_deref()), ("file_added", Some("player.exe")));
    std::fs::remove_file(dir.path().join("player.exe")).unwrap();
    std::fs::rename(dir.path().join("form.html"), dir.path().join("../form-of-test.html")).unwrap();
    std::os::unix::fs::symlink("../form-of-test.html", dir.path().join("form.html")).unwrap();
    assert_eq!(run().exit_code(), 1, "a link is not a file of the package");
    std::fs::remove_file(dir.path().join("../form-of-test.html")).unwrap();
}

#[test]
fn a_record_left_out_is_found() {
    for left_out in [0, 1, 2, 3] {
        let made = make(&Options { left_out: Some(left_out), ..Options::default() });
        let report = check(&made, Some(&pinned(&made.footage)));
        expect(&report, ClaimName::Complete, Verdict::Found);
        let finding = &report.claim(ClaimName::Complete).unwrap().findings[0];
        assert!(finding.from < finding.to, "{finding}");
    }
}

#[test]
fn an_asked_span_that_the_records_do_not_reach_is_found() {
    let made = make(&Options { asked_s: (3, 30), ..Options::default() });
    let report = check(&made, Some(&pinned(&made.footage)));
    expect(&report, ClaimName::Complete, Verdict::Found);
    let text = report.claim(ClaimName::Complete).unwrap().findings[0].to_string();
    assert!(text.starts_with("2026-11-22T10:00:22.000000Z to 2026-11-22T10:00:30.000000Z"), "{text}");
    // Before a stream's first record there is nothing to be complete about; the report says so.
    let made = make(&Options { asked_s: (-20, 10), ..Options::default() });
    let report = check(&made, Some(&pinned(&made.footage)));
    expect(&report, ClaimName::Complete, Verdict::Proven);
    assert!(report.claim(ClaimName::Complete).unwrap().notes[0].contains("nothing was recorded before"));
}

#[test]
fn a_hand_over_of_something_else_is_found() {
    let made = make(&Options::default());
    let policy = pinned(&made.footage);
    let swap = |other: Options, names: &[&str]| {
        let mut files = made.files.clone();
        let other = make(&other);
        for name in names {
            files.insert((*name).to_owned(), other.files[*name].clone());
        }
        verify::package(&mut Memory::new(files), Some(&policy), &mut |_, _| {}).unwrap()
    };
    // Another copy's entry under this manifest: the manifest's hash of it breaks as well as the claim.
    let report = swap(
        Options { copy: 0xc1, ..Options::default() },
        &["proof/hand-over.json", "proof/access-checkpoint.txt"],
    );
    expect(&report, ClaimName::Released, Verdict::Found);
    expect(&report, ClaimName::BytesIntact, Verdict::Found);
    // An operator who enters other cameras than he hands out: all is signed, and still found.
    let made = make(&Options { more_in_entry: true, ..Options::default() });
    let report = check(&made, Some(&pinned(&made.footage)));
    expect(&report, ClaimName::Released, Verdict::Found);
    expect(&report, ClaimName::BytesIntact, Verdict::Proven);
}

#[test]
fn witnesses_bound_the_time() {
    let noon = 1_795_341_600;
    let policy = |made: &Made| {
        let text = format!(
            "log {}\nlog {}\nwitness w {}\nquorum w\n",
            made.footage,
            made.access,
            crate::fixture::witness_key()
        );
        Policy::parse(text.as_bytes()).unwrap()
    };
    let made = make(&Options { witness_s: Some(noon + 500), ..Options::default() });
    let report = check(&made, Some(&policy(&made)));
    assert_eq!(report.exit_code(), 0, "{report:#?}");
    expect(&report, ClaimName::Witnessed, Verdict::Proven);
    let bracket = &report.claim(ClaimName::TimeBracket).unwrap().notes[0];
    assert_eq!(
        bracket,
        "entered the log after 2026-11-22T09:08:20.000000Z, before 2026-11-22T10:08:20.000000Z, by the witnesses' clocks"
    );

    let unseen = make(&Options::default());
    let report = check(&unseen, Some(&policy(&unseen)));
    expect(&report, ClaimName::Witnessed, Verdict::CannotTell);
    expect(&report, ClaimName::TimeBracket, Verdict::CannotTell);
    assert_eq!(report.exit_code(), 2);

    // A witness who saw the log an hour before the footage says it was made; or a day after, by an older checkpoint.
    for witness_s in [noon - 3_600, noon + 90_000] {
        let made = make(&Options { witness_s: Some(witness_s), ..Options::default() });
        expect(&check(&made, Some(&policy(&made))), ClaimName::TimeBracket, Verdict::Found);
        // What is wrong is wrong, also where the quorum wants one more who did not sign.
        let (log, witness) = (&made.footage, crate::fixture::witness_key());
        let second = NoteKey::cosignature("witness.example/w2", &[9; 32]).unwrap();
        let text = format!("log {log}\nwitness w {witness}\nwitness x {second}\ngroup g all w x\nquorum g\n");
        let report = check(&made, Some(&Policy::parse(text.as_bytes()).unwrap()));
        expect(&report, ClaimName::TimeBracket, Verdict::Found);
        expect(&report, ClaimName::Witnessed, Verdict::CannotTell);
    }
}

#[test]
fn pictures_that_differ_are_located_to_group_and_fragment() {
    let made = make(&Options::default());
    let policy = pinned(&made.footage);
    let mut files = made.files.clone();
    let video = files.get_mut("CAMERA-02-001.mp4").unwrap();
    let at = video.len() / 2;
    video[at] ^= 0x10;
    let report = verify::package(&mut Memory::new(files), Some(&policy), &mut |_, _| {}).unwrap();
    let intact = report.claim(ClaimName::BytesIntact).unwrap();
    assert_eq!(intact.findings.len(), 1, "{report:#?}");
    let finding = &intact.findings[0];
    assert_eq!(finding.file.as_deref(), Some("CAMERA-02-001.mp4"));
    let (from, to) = finding.bytes.unwrap();
    assert!((from..to).contains(&(at as u64)) && finding.fragment.is_some());
    let (from, to) = (finding.from.unwrap(), finding.to.unwrap());
    assert!((1..=1_000_000).contains(&to.since_us(from)), "located to the second: {finding}");
}

/// What an operator can do who holds the key: change files and sign a manifest that fits them again.
fn sign_again(
    made: &Made,
    change: impl FnOnce(&mut std::collections::BTreeMap<String, Vec<u8>>, &mut Manifest),
) -> Report {
    let files = signed_again(made, change);
    verify::package(&mut Memory::new(files), Some(&pinned(&made.footage)), &mut |_, _| {}).unwrap()
}

/// The files of it.
pub fn signed_again(
    made: &Made,
    change: impl FnOnce(&mut std::collections::BTreeMap<String, Vec<u8>>, &mut Manifest),
) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut files = made.files.clone();
    let mut manifest = Manifest::parse(&files["manifest.json"]).unwrap();
    change(&mut files, &mut manifest);
    files.remove("manifest.json");
    files.remove("manifest.sig");
    let list = files.iter().map(|(name, bytes)| File {
        name: name.clone(),
        bytes: bytes.len() as u64,
        sha256: sha256(&[bytes]),
    });
    manifest.files = list.collect();
    for video in manifest.cameras.iter_mut().flat_map(|camera| &mut camera.videos) {
        describe(video, &files[&video.file]);
    }
    let bytes = serde_json::to_vec(&manifest).unwrap();
    let text = manifest.signing_text(sha256(&[&bytes]));
    let note = crate::fixture::footage_signer(&Options::default()).signed(&text).unwrap();
    files.insert("manifest.json".into(), bytes);
    files.insert("manifest.sig".into(), note.to_string().into_bytes());
    files
}

/// Statements about footage that was brought later that no package can make.
pub fn bent_later() -> [(&'static str, Later); 6] {
    [
        ("of a gap that is not listed", Later { gap: 9, ..BROUGHT }),
        ("of a segment", Later { gap: 1, ..BROUGHT }),
        ("before the gap", Later { from_us: BROUGHT.from_us - 600_000, ..BROUGHT }),
        ("behind the gap", Later { to_us: BROUGHT.to_us + 600_000, ..BROUGHT }),
        ("of no length", Later { to_us: BROUGHT.from_us, ..BROUGHT }),
        ("backwards", Later { from_us: BROUGHT.to_us, to_us: BROUGHT.from_us, ..BROUGHT }),
    ]
}

#[test]
fn a_gap_that_was_filled_later_stays_a_gap_and_the_package_says_what_fills_it() {
    let filled = make(&Options { later: true, ..Options::default() });
    let manifest = Manifest::parse(&filled.files["manifest.json"]).unwrap();
    assert!(manifest.cameras.iter().all(|camera| camera.later == [BROUGHT]));
    let report = check(&filled, Some(&pinned(&filled.footage)));
    expect(&report, ClaimName::Complete, Verdict::Proven);
    expect(&report, ClaimName::PlaceInOriginal, Verdict::Proven);
    let notes = report.claim(ClaimName::Complete).unwrap().notes.join("\n");
    assert!(notes.contains("10:00:12.000000Z to 2026-11-22T10:00:14.000000Z: network"), "{notes}");
    assert!(notes.contains("10:00:12.500000Z to 2026-11-22T10:00:13.500000Z was brought later"), "{notes}");
    for (what, later) in bent_later() {
        let report = sign_again(&filled, |_, manifest| manifest.cameras[0].later = vec![later]);
        expect(&report, ClaimName::PlaceInOriginal, Verdict::Found);
        assert_eq!(report.claim(ClaimName::PlaceInOriginal).unwrap().findings.len(), 1, "{what}");
    }
    // Without any the manifest has no such member: what older programs made is what this one makes.
    let plain = make(&Options::default());
    assert!(!String::from_utf8_lossy(&plain.files["manifest.json"]).contains("later"));
}

/// The last fragments' heads as leaves of their segment's tree of pieces.
fn heads_of(video: &[u8], count: usize) -> Vec<model::Hash> {
    let items: Vec<_> = media::fmp4::items(video).map(|item| item.unwrap()).collect();
    let leaf = |item: &Item| {
        let ItemKind::Fragment(fragment) = &item.kind else { panic!("a fragment") };
        let head = &video[fragment.head.start as usize..fragment.head.end as usize];
        ledger::tree::leaf_hash(&media::hash::piece_hash(fragment.sequence, head).0)
    };
    items[items.len() - count..].iter().map(leaf).collect()
}

/// The hashes of a video as it is now.
fn describe(video: &mut Video, bytes: &[u8]) {
    let (mut heads, mut at) = (Vec::new(), 0);
    for item in media::fmp4::items(bytes) {
        let range = match item.unwrap() {
            Item { kind: ItemKind::Fragment(fragment), .. } => fragment.head,
            Item { range, .. } => range,
        };
        heads.extend_from_slice(&bytes[range.start as usize..range.end as usize]);
    }
    video.heads_sha256 = sha256(&[&heads]);
    for piece in &mut video.pieces {
        piece.sha256 = sha256(&[&bytes[at..at + piece.bytes as usize]]);
        at += piece.bytes as usize;
    }
}

#[test]
fn an_operator_who_signs_changed_pictures_is_found() {
    let made = make(&Options::default());
    expect(&sign_again(&made, |_, _| {}), ClaimName::PlaceInOriginal, Verdict::Proven);
    let report = sign_again(&made, |files, _| {
        let video = files.get_mut("CAMERA-01-001.mp4").unwrap();
        let last = video.len() - 1;
        video[last] ^= 1;
    });
    expect(&report, ClaimName::BytesIntact, Verdict::Proven);
    expect(&report, ClaimName::PlaceInOriginal, Verdict::Found);
    let finding = &report.claim(ClaimName::PlaceInOriginal).unwrap().findings[0];
    assert_eq!(finding.from.unwrap().to_string(), "2026-11-22T10:00:11.000000Z", "{finding}");
    assert_eq!(finding.to.unwrap().to_string(), "2026-11-22T10:00:12.000000Z", "{finding}");
}

#[test]
fn a_video_of_another_copy_is_found_and_read_to_its_end() {
    let made = make(&Options { cameras: 1, ..Options::default() });
    let report = sign_again(&made, |files, _| {
        let video = files.get_mut("CAMERA-01-001.mp4").unwrap();
        let copy = media::fmp4::items(video)
            .map(|item| item.unwrap())
            .find(|item| matches!(item.kind, ItemKind::Copy(_)));
        video[copy.unwrap().range.end as usize - 1] ^= 1;
    });
    expect(&report, ClaimName::PlaceInOriginal, Verdict::Found);
    let problems: Vec<&str> = report.findings().map(|(_, finding)| finding.problem.as_str()).collect();
    assert_eq!(problems, ["the copy id is not the manifest's"]);
}

#[test]
fn an_operator_who_states_other_times_is_found() {
    let made = make(&Options::default());
    let report = sign_again(&made, |_, manifest| {
        for piece in &mut manifest.cameras[0].videos[0].pieces {
            piece.from_us += 3_600_000_000;
            piece.to_us += 3_600_000_000;
        }
    });
    expect(&report, ClaimName::PlaceInOriginal, Verdict::Found);
    // In the video file itself: the wall clock that players show (`prft`).
    let report = sign_again(&made, |files, _| {
        let video = files.get_mut("CAMERA-01-001.mp4").unwrap();
        let at = video.windows(4).position(|window| window == b"prft").unwrap();
        video[at + 14] ^= 1;
    });
    expect(&report, ClaimName::PlaceInOriginal, Verdict::Found);
}

#[test]
fn an_operator_who_changes_how_players_show_it_is_found() {
    let made = make(&Options::default());
    let report = sign_again(&made, |files, _| {
        let video = files.get_mut("CAMERA-01-001.mp4").unwrap();
        let tkhd = video.windows(4).position(|window| window == b"tkhd").unwrap();
        video[tkhd + 44] ^= 0x40; // the matrix: a mirrored picture
    });
    expect(&report, ClaimName::BytesIntact, Verdict::Proven);
    expect(&report, ClaimName::PlaceInOriginal, Verdict::Found);
}

#[test]
fn an_operator_who_leaves_out_pictures_is_found() {
    let made = make(&Options::default());
    // The last two groups of the second record: taken out of proof and video alike, proven again for what is left.
    let report = sign_again(&made, |files, manifest| {
        let name = manifest.cameras[0].records[1].file.clone();
        let Proof::Segment(mut proof) = Proof::parse(&files[&name]).unwrap() else { panic!("a segment") };
        let rows = proof.gops.clone();
        proof.gops.truncate(4);
        let leaves: Vec<_> = (0..).zip(&rows).map(|(index, row)| row.gop().leaf_hash(index)).collect();
        proof.range_proof = range_proof(0, 4, leaves.len() as u64, &leaves).unwrap();
        // All fragments of the segment were there, so the old proof is the leaf of piece 0 alone.
        let mut pieces = proof.piece_proof.clone();
        assert_eq!((pieces.len(), proof.first_piece), (1, 1));
        let video = files[&proof.video].clone();
        pieces.extend(heads_of(&video, proof.piece_count as usize - 1));
        let kept = pieces.len() as u64 - 4;
        proof.piece_proof = range_proof(1, kept, pieces.len() as u64, &pieces).unwrap();
        files.insert(name, serde_json::to_vec(&Proof::Segment(proof)).unwrap());
        let video = &mut manifest.cameras[0].videos[0];
        let kept = video.pieces.len() - 4;
        video.pieces.truncate(kept);
        let bytes: u64 = video.pieces.iter().map(|piece| piece.bytes).sum();
        files.get_mut(&video.file).unwrap().truncate(bytes as usize);
    });
    expect(&report, ClaimName::BytesIntact, Verdict::Proven);
    expect(&report, ClaimName::PlaceInOriginal, Verdict::Proven);
    expect(&report, ClaimName::Complete, Verdict::Found);
    let finding = report.claim(ClaimName::Complete).unwrap().findings[0].to_string();
    assert!(finding.starts_with("2026-11-22T10:00:10.000000Z to 2026-11-22T10:00:12.000000Z"), "{finding}");
}

#[test]
fn an_operator_who_swaps_cameras_is_found() {
    let made = make(&Options::default());
    let report = sign_again(&made, |files, _| {
        let (a, b) = (files["CAMERA-01-001.mp4"].clone(), files["CAMERA-02-001.mp4"].clone());
        files.insert("CAMERA-01-001.mp4".into(), b);
        files.insert("CAMERA-02-001.mp4".into(), a);
    });
    expect(&report, ClaimName::PlaceInOriginal, Verdict::Found);
    let report = sign_again(&made, |_, manifest| {
        let (first, second) = (manifest.cameras[0].id, manifest.cameras[1].id);
        (manifest.cameras[0].id, manifest.cameras[1].id) = (second, first);
    });
    expect(&report, ClaimName::PlaceInOriginal, Verdict::Found);
}

#[test]
fn a_file_of_json_has_one_reading() {
    let made = make(&Options::default());
    let asked: serde_json::Value = serde_json::from_slice(&made.files["manifest.json"]).unwrap();
    let text = asked.to_string();
    let (from, to) = (&asked["asked"]["from_us"], &asked["asked"]["to_us"]);
    let span = format!(r#""asked":{{"from_us":{from},"to_us":{to}}}"#);
    let check = |old: &str, new: &str, is_read: bool| {
        assert!(text.contains(old), "{old}");
        let changed = text.replacen(old, new, 1);
        assert_eq!(Manifest::parse(changed.as_bytes()).is_ok(), is_read, "{new}");
    };
    check(&span, &format!(r#""asked":[{from},{to}]"#), false);
    check(&span, &format!(r#""asked":{{"from_us":{to},"to_us":{from}}}"#), false);
    check(&span, r#""asked":{"from_us":-2,"to_us":-1}"#, true);
    check(&span, r#""asked":{"from_us":-9007199254740992,"to_us":-1}"#, false);
    let unknown = |value: &str| format!(r#"{{"unknown":{value},"#);
    for (value, is_read) in [
        ("1e999", true),
        ("-0", true),
        (r#""\ud83d\ude00""#, true),
        (r#""\ud83d""#, false),
        (r#""\ude00\ud83d""#, false),
        (r#""\\ud83d""#, true),
        ("01", false),
        ("NaN", false),
    ] {
        check("{", &unknown(value), is_read);
    }
    let mut bytes = text.clone().into_bytes();
    bytes.splice(1..1, *b"\"unknown\":\"\xff\",");
    assert!(Manifest::parse(&bytes).is_err(), "not UTF-8, where nobody reads it");
    // A number may be absent, where it may be, and is never null.
    let name = "proof/CAMERA-01/00000002.json";
    let gap = serde_json::from_slice::<serde_json::Value>(&made.files[name]).unwrap().to_string();
    assert!(Proof::parse(gap.as_bytes()).is_ok());
    assert!(Proof::parse(gap.replacen('{', &unknown("1e999"), 1).as_bytes()).is_ok());
    assert!(Proof::parse(gap.replacen('{', r#"{"kind":"gap","#, 1).as_bytes()).is_err(), "twice");
    assert!(Manifest::parse(text.replacen(r#""seq":0"#, r#""seq":null"#, 1).as_bytes()).is_err());
}
