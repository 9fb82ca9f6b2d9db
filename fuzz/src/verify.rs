//! Checks of `verify`: changed packages, hostile archives, policies, stored segments. The rule for all of them: what is
//! called proven is what was handed over.
//!
//! The package is `fuzz/seeds/archive/package.zip`, made from the fixture of the verifier's own tests; the seeds of its
//! logs' keys are known, so that a changed manifest can be signed again and the checks behind the signature are reached.

use ledger::note::{Ed25519Signer, NoteKey};
use ledger::package::{MANIFEST, Manifest, SIGNATURE};
use ledger::record::{ClockOffset, SegmentDraft};
use ledger::sealed::PublicKey;
use ledger::table::{Gop, GopTable, PieceTable};
use ledger::tree::sha256;
use model::{CameraId, ExportId, Hash, Profile, Secret, StoreId, StreamId};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::LazyLock;
use uuid::Uuid;
use verify::sealed::{Opener, Opening, Sealing};
use verify::{Archive, Memory, PackageReader, Policy, Report, Stored, stored_segment};

/// Panics when the input breaks a rule.
pub type Check = fn(&[u8]);

/// The checks and the names of their fuzz targets.
pub const TARGETS: &[(&str, Check)] = &[
    ("package", package),
    ("archive", archive),
    ("policy", policy),
    ("stored", stored),
    ("found", found),
    ("sealed", sealed),
];

const ZIP: &[u8] = include_bytes!("../seeds/archive/package.zip");
const ORIGIN: &str = "watchkeeper.example/demo/footage";

/// A file sealed by any program, and bytes that are sealed here: a position, a change, the plain bytes. What was changed or put elsewhere
/// does not open; what was not is what went in.
pub fn sealed(bytes: &[u8]) {
    const IDENTITY: &str = include_str!("../../crates/ledger/testdata/age/identity.txt");
    const PUBLIC: &str = "age18tdt0f5zf7vgelrfqny3ks3yd4wgwwudxghuwm039mslh2lg0aeq3krpnp";
    let opener = Opener::parse_key(IDENTITY).expect("the vectors' key");
    if let Ok(opened) = Opening::of(bytes, &opener) {
        assert!(opened.payload_at <= bytes.len() as u64, "chunks that begin behind the end");
        let _ = opened.chunk(0, &bytes[opened.payload_at as usize..], true);
    }
    let Some((&[high, low, change], plain)) = bytes.split_first_chunk::<3>() else { return };
    let plain = &plain[..plain.len().min(1_000)];
    let to = PublicKey::parse(PUBLIC).expect("the vectors' public key");
    let sealing = Sealing::to_key(to, &[0x5a; 64]).expect("it can be sealed to");
    let chunk = sealing.chunk(0, plain, true);
    let opened = Opening::of(sealing.header(), &opener).expect("what was sealed here opens");
    assert_eq!(opened.chunk(0, &chunk, true).as_deref(), Ok(plain));
    assert!(
        opened.chunk(1, &chunk, true).is_err() && opened.chunk(0, &chunk, false).is_err(),
        "put elsewhere"
    );
    let mut changed = sealing.header().to_vec();
    let at = usize::from(u16::from_be_bytes([high, low])) % changed.len();
    changed[at] ^= change;
    if change != 0
        && let Ok(other) = Opening::of(&changed, &opener)
    {
        assert!(other.chunk(0, &chunk, true).is_err(), "a changed header opens");
    }
}

/// A video that was found: whatever it is, a copy id that stands in it is named, and none that does not.
pub fn found(bytes: &[u8]) {
    let ids = |file: &[u8]| verify::copy_ids(&mut &*file).expect("memory can be read");
    for id in ids(bytes) {
        let copy_box = media::fmp4::copy_box(id.0.as_bytes());
        assert!(bytes.windows(copy_box.len()).any(|place| place == &copy_box[..]), "an id that is not there");
    }
    if let Ok(pictures) = verify::pictures(&mut &*bytes).expect("memory can be read") {
        assert!(pictures.groups() > 0, "pictures without a group");
    }
    let (before, after) = bytes.split_at(bytes.len() / 2);
    let own = ExportId(Uuid::from_bytes([0x5a; 16]));
    let found = ids(&[before, &media::fmp4::copy_box(own.0.as_bytes()), after].concat());
    assert!(
        found.contains(&own) || found.len() == verify::COPY_IDS_MAX,
        "an id that stands there is not named"
    );
}

type Files = BTreeMap<String, Vec<u8>>;

fn signer() -> Ed25519Signer {
    Ed25519Signer::from_seed(ORIGIN, &[1; 32]).expect("a name")
}

fn pinned() -> Policy {
    Policy::pinned(vec![signer().key().clone()])
}

fn check(reader: &mut dyn PackageReader, policy: Option<&Policy>) -> Option<Report> {
    let mut last = 0;
    let report = verify::package(reader, policy, &mut |done, all| {
        assert!(last <= done && done <= all, "progress goes back or beyond the end");
        last = done;
    });
    report.ok()
}

static FILES: LazyLock<Files> = LazyLock::new(|| {
    let mut archive = Archive::open(Cursor::new(ZIP), "package.zip").expect("the seed is an archive");
    let listed = archive.files().to_vec();
    let mut files = Files::new();
    for file in listed {
        let mut bytes = vec![0; file.bytes as usize];
        archive.read_at(&file.name, 0, &mut bytes).expect("the seed can be read");
        files.insert(file.name, bytes);
    }
    let report = check(&mut Memory::new(files.clone()), Some(&pinned())).expect("the seed can be checked");
    assert_eq!(report.exit_code(), 0, "{report:#?}");
    files
});

/// A script of changes to the true package. First byte: bit 0 = the manifest is made to fit and signed again, bit 1 =
/// no policy. Then changes of seven bytes: file, kind, place (3), value, length.
pub fn package(bytes: &[u8]) {
    let Some((flags, script)) = bytes.split_first() else { return };
    let mut files = FILES.clone();
    for change in script.chunks_exact(7).take(16) {
        apply(&mut files, change);
    }
    let signed_again = flags & 1 != 0;
    if signed_again {
        sign_again(&mut files);
    }
    let pinned = pinned();
    let policy = Some(&pinned).filter(|_| flags & 2 == 0);
    let Some(report) = check(&mut Memory::new(files.clone()), policy) else { return };
    serde_json::to_string(&report).expect("a report can be printed");
    if report.exit_code() != 0 {
        assert!(policy.is_none() || files != *FILES, "a true package is not proven: {report:#?}");
        return;
    }
    assert!(policy.is_some(), "proven without any key from elsewhere");
    if signed_again {
        // The operator may sign other texts, never other pictures.
        let videos = |files: &Files| -> Files {
            files
                .iter()
                .filter(|(name, _)| name.ends_with(".mp4"))
                .map(|(name, bytes)| (name.clone(), bytes.clone()))
                .collect()
        };
        assert!(videos(&files) == videos(&FILES), "other pictures are called proven");
    } else {
        assert!(files == *FILES, "a changed package is called proven");
    }
}

fn apply(files: &mut Files, change: &[u8]) {
    let &[file, kind, a, b, c, value, length] = change else { return };
    let names: Vec<String> = files.keys().cloned().collect();
    let Some(name) = names.get(usize::from(file) % names.len().max(1)) else { return };
    let place = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
    if kind % 12 == 0 {
        files.remove(name);
        return;
    }
    let other = names[place % names.len()].clone();
    let source = files[&other].clone();
    let Some(bytes) = files.get_mut(name) else { return };
    let at = place % bytes.len().max(1);
    let end = (at + usize::from(length)).min(bytes.len());
    match kind % 12 {
        1 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= value),
        2 => bytes.iter_mut().skip(at).take(usize::from(length)).for_each(|byte| *byte = value),
        3 => drop(bytes.splice(at..at, std::iter::repeat_n(value, length.into()))),
        4 => drop(bytes.drain(at..end)),
        5 => bytes.truncate(at),
        6 => *bytes = source,
        7 => {
            let copy = bytes.get(at..end).unwrap_or_default().to_vec();
            bytes.splice(at..at, copy);
        }
        8 => {
            let copy = bytes.clone();
            files.insert(format!("{other}{value}"), copy);
        }
        _ => json(bytes, kind % 12 - 9, place, i64::from(value) - 128),
    }
}

/// Changes one value of a JSON file: a number by a difference, a text to another of the same file, a list by one.
fn json(bytes: &mut Vec<u8>, kind: u8, place: usize, by: i64) {
    let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else { return };
    let mut texts = Vec::new();
    walk(&mut value, &mut |value| texts.extend(value.as_str().map(str::to_owned)));
    let wanted = |value: &Value| match kind {
        0 => value.is_number(),
        1 => value.is_string(),
        _ => value.is_array(),
    };
    let mut count = 0;
    walk(&mut value, &mut |value| count += usize::from(wanted(value)));
    let mut left = place % usize::max(count, 1);
    walk(&mut value, &mut |value| {
        if !wanted(value) {
            return;
        }
        if left == 0 {
            match value {
                Value::Number(number) => {
                    *value = number.as_i64().map_or(0.into(), |number| number.wrapping_add(by).into())
                }
                Value::String(text) => text.clone_from(&texts[by.unsigned_abs() as usize % texts.len()]),
                Value::Array(list) if by < 0 => drop(list.pop()),
                Value::Array(list) => list.extend(list.first().cloned()),
                _ => {}
            }
        }
        left = left.wrapping_sub(1);
    });
    *bytes = serde_json::to_vec(&value).expect("JSON is written");
}

fn walk(value: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    visit(value);
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| walk(value, visit)),
        Value::Object(fields) => fields.values_mut().for_each(|value| walk(value, visit)),
        _ => {}
    }
}

/// Makes the manifest's list of files the present one, and signs it.
pub fn sign_again(files: &mut Files) {
    let Some(mut manifest) = files.get(MANIFEST).and_then(|bytes| Manifest::parse(bytes).ok()) else {
        return;
    };
    for file in &mut manifest.files {
        if let Some(bytes) = files.get(&file.name) {
            (file.bytes, file.sha256) = (bytes.len() as u64, sha256(&[bytes]));
        }
    }
    let bytes = serde_json::to_vec(&manifest).expect("a manifest is written");
    let text = manifest.signing_text(sha256(&[&bytes]));
    if let Ok(note) = signer().signed(&text) {
        files.insert(SIGNATURE.to_owned(), note.to_string().into_bytes());
    }
    files.insert(MANIFEST.to_owned(), bytes);
}

/// Any bytes as an archive: of all of them only the true one is proven, to the last byte.
pub fn archive(bytes: &[u8]) {
    let Ok(mut archive) = Archive::open(Cursor::new(bytes), "input") else { return };
    for listed in archive.files().to_vec() {
        assert!(listed.bytes <= bytes.len() as u64, "{listed:?} is longer than the archive");
    }
    let Some(report) = check(&mut archive, Some(&pinned())) else { return };
    assert!(report.exit_code() != 0 || bytes == ZIP, "a changed archive is called proven");
}

/// A policy file.
pub fn policy(bytes: &[u8]) {
    let Ok(policy) = Policy::parse(bytes) else { return };
    let all: Vec<usize> = (0..policy.witnesses().len()).collect();
    assert!(policy.is_satisfied_by(&all), "not even all witnesses are enough");
    assert_eq!(policy.is_satisfied_by(&[]), !policy.asks_for_witnesses());
    for (index, key) in policy.witnesses().iter().enumerate() {
        // A witness more never makes it worse.
        let fewer: Vec<usize> = all.iter().copied().filter(|witness| *witness != index).collect();
        assert!(!policy.is_satisfied_by(&[index]) || policy.is_satisfied_by(&all));
        let _ = (policy.is_satisfied_by(&fewer), NoteKey::parse(&key.to_string()).expect("a key is written"));
    }
}

/// A segment file (first four bytes: where one bit is changed). What recovery accounts for, verification finds whole;
/// and one changed bit is found.
pub fn stored(bytes: &[u8]) {
    let Some((place, file)) = bytes.split_first_chunk::<4>() else { return };
    let secret = Secret::new([9; 32]);
    let Ok(found) = media::segment::recover(file, secret.clone(), |_| true) else { return };
    let Some(sealed) = found.sealed else { return };
    let good = &file[..found.good_bytes as usize];
    let gops =
        GopTable(sealed.gops().map(|gop| Gop::new(gop.au_hashes, gop.first_dts, gop.end_dts)).collect());
    let pieces = PieceTable(sealed.pieces.clone());
    let record = draft(&sealed, &gops, &pieces).place(0, Hash::default(), Hash::default());
    let stored = Stored { record: &record, gops: &gops, pieces: &pieces, secret: &secret };
    let judge =
        |mut bytes: &[u8]| stored_segment(&mut bytes, stored, &mut |_, _| {}).expect("memory can be read");
    assert_eq!(judge(good), Ok(()), "recovered and not whole");
    let place = u32::from_be_bytes(*place) as usize;
    let mut changed = good.to_vec();
    let at = (place >> 3) % changed.len();
    changed[at] ^= 1 << (place & 7);
    assert!(judge(&changed).is_err(), "a changed bit at byte {at} is not found");
    assert!(judge(&good[..at]).is_err(), "a file cut at {at} is whole");
}

fn draft(sealed: &media::segment::Sealed, gops: &GopTable, pieces: &PieceTable) -> SegmentDraft {
    let id = Uuid::from_bytes([1; 16]);
    SegmentDraft {
        store: StoreId(id),
        stream: StreamId { camera: CameraId(id), profile: Profile::Main },
        span: sealed.span,
        first_dts: sealed.first_dts,
        end_dts: sealed.end_dts,
        gop_count: sealed.gop_count(),
        au_count: sealed.unit_count(),
        media_bytes: sealed.media_bytes,
        codec: sealed.codec(),
        config_hash: sealed.config_hash,
        width: sealed.params.width,
        height: sealed.params.height,
        gops_root: gops.root(),
        boxes_root: pieces.root(),
        file_bytes: sealed.file_bytes,
        clock: ClockOffset::default(),
        boot_counter: 1,
        seal_reason: sealed.reason,
        floor_days: 30,
    }
}
