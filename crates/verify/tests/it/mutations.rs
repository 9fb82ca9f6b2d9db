//! Thousands of seeded random changes to a package, an archive and a stored segment: every one is found, and located
//! where bytes changed. `WATCHKEEPER_LONG=1` makes 10,000 of each, `WATCHKEEPER_MUTATIONS` any number, `WATCHKEEPER_SEED`
//! others. Changes of a whole store are `server`'s test `store`.

use crate::fixture::{Made, Options, StoredSegment, make, stored_segment};
use std::collections::BTreeMap;
use std::io::Cursor;
use verify::{Archive, ClaimName, Memory, Policy, Report, Stored, Verdict, stored_segment as check_stored};

/// xorshift64 (Marsaglia 2003): the same changes on every machine.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

pub fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Changes of each kind: what runs in seconds, or what the project promises.
fn rounds() -> u64 {
    let long = std::env::var_os("WATCHKEEPER_LONG").is_some();
    number("WATCHKEEPER_MUTATIONS", if long { 10_000 } else { 4_000 })
}

type Files = BTreeMap<String, Vec<u8>>;

/// A change: what it is called, and where it must be located (a file, and a byte of it).
pub struct Change {
    pub what: String,
    pub file: String,
    byte: Option<u64>,
}

fn change(what: String, file: &str, byte: Option<usize>) -> Change {
    Change { what, file: file.to_owned(), byte: byte.map(|byte| byte as u64) }
}

/// Fragments (and what comes before the first) of a video, as byte ranges.
fn fragments(video: &[u8]) -> Vec<std::ops::Range<usize>> {
    let items: Vec<_> = media::fmp4::items(video).map(|item| item.unwrap().range).collect();
    items.iter().map(|range| range.start as usize..range.end as usize).collect()
}

/// Changes the files in one random way. `other` is another true package of the same operator.
pub fn mutate(files: &mut Files, other: &Files, random: &mut Random) -> Change {
    let names: Vec<String> = files.keys().cloned().collect();
    let videos: Vec<String> = names.iter().filter(|name| name.ends_with(".mp4")).cloned().collect();
    let name = random.pick(&names).clone();
    let video = random.pick(&videos).clone();
    match random.below(12) {
        0..=2 => flip(files, &video, random),
        3 | 4 => flip(files, &name, random),
        5 => {
            files.remove(&name);
            change("remove".into(), &name, None)
        }
        6 => {
            let bytes = files.get_mut(&name).unwrap();
            let len = random.below(bytes.len());
            bytes.truncate(len);
            change(format!("truncate to {len}"), &name, Some(len))
        }
        7 => {
            let bytes = files.get_mut(&name).unwrap();
            let at = random.below(bytes.len() + 1);
            bytes.insert(at, random.next() as u8);
            change(format!("insert at {at}"), &name, None)
        }
        8 => {
            let second = loop {
                let second = random.pick(&names).clone();
                if files[&second] != files[&name] {
                    break second;
                }
            };
            let (a, b) = (files[&name].clone(), files[&second].clone());
            files.insert(name.clone(), b);
            files.insert(second.clone(), a);
            change(format!("swap with {second}"), &name, None)
        }
        9 => {
            // The same file of another true package, or one that this package has not.
            let candidates: Vec<&String> =
                other.keys().filter(|name| files.get(*name) != other.get(*name)).collect();
            let name = (*random.pick(&candidates)).clone();
            files.insert(name.clone(), other[&name].clone());
            change("splice from another package".into(), &name, None)
        }
        10 => fragment(files, &video, random),
        _ => {
            let added = format!("ADDED-{}.mp4", random.below(100));
            files.insert(added.clone(), files[&video].clone());
            change("add".into(), &added, None)
        }
    }
}

fn flip(files: &mut Files, name: &str, random: &mut Random) -> Change {
    let bytes = files.get_mut(name).unwrap();
    let (at, bit) = (random.below(bytes.len()), random.below(8));
    bytes[at] ^= 1 << bit;
    change(format!("flip bit {bit} of byte {at}"), name, Some(at))
}

/// Drops, doubles or swaps whole fragments of a video.
fn fragment(files: &mut Files, name: &str, random: &mut Random) -> Change {
    let bytes = files[name].clone();
    let mut parts: Vec<&[u8]> = fragments(&bytes).into_iter().map(|range| &bytes[range]).collect();
    let at = 2 + random.below(parts.len() - 3);
    let what = match random.below(3) {
        0 => {
            parts.remove(at);
            "drop"
        }
        1 => {
            parts.insert(at, parts[at]);
            "double"
        }
        _ => {
            parts.swap(at, at + 1);
            "swap"
        }
    };
    let changed = parts.concat();
    let first = bytes.iter().zip(&changed).position(|(a, b)| a != b);
    files.insert(name.to_owned(), changed);
    change(format!("{what} fragment {at}"), name, first)
}

/// A video's change must be located to a fragment that holds the changed byte, and to a second.
fn is_located(report: &Report, change: &Change) -> bool {
    let file = |finding: &&verify::Finding| finding.file.as_deref() == Some(change.file.as_str());
    let findings: Vec<&verify::Finding> =
        report.findings().map(|(_, finding)| finding).filter(file).collect();
    let (true, Some(byte)) = (change.file.ends_with(".mp4"), change.byte) else {
        // The manifest's own change is said of its signature, which no longer fits.
        let signature = report.findings().any(|(_, finding)| finding.file.as_deref() == Some("manifest.sig"));
        // A manifest that is none ends the check.
        let manifest = report.findings().any(|(_, finding)| finding.code == "manifest_broken");
        return !findings.is_empty() || manifest || change.file == "manifest.json" && signature;
    };
    findings.iter().any(|finding| {
        let here = finding.bytes.is_some_and(|(from, to)| (from..to).contains(&byte));
        let second = finding.from.zip(finding.to).is_some_and(|(from, to)| to.since_us(from) <= 1_000_000);
        here && finding.fragment.is_some() && second
    })
}

#[test]
fn every_change_of_a_package_is_found_and_located() {
    let made = make(&Options::default());
    let other = make(&Options { copy: 0xc1, asked_s: (5, 20), ..Options::default() });
    let policy = Policy::pinned(vec![made.footage.clone()]);
    let mut random = Random(number("WATCHKEEPER_SEED", 20_261_122));
    for round in 0..rounds() {
        let mut files = made.files.clone();
        let change = mutate(&mut files, &other.files, &mut random);
        let report = verify::package(&mut Memory::new(files), Some(&policy), &mut |_, _| {}).unwrap();
        let at = format!("round {round}: {} in {}\n{report:#?}", change.what, change.file);
        assert_eq!(report.exit_code(), 1, "not found: {at}");
        let intact = report.claim(ClaimName::BytesIntact).unwrap().verdict;
        // A signature line with another name is a stranger's: what the bytes were, nobody trusted says then.
        let signature = change.file == "manifest.sig" && intact == Verdict::CannotTell;
        assert!(intact == Verdict::Found || signature, "not called changed: {at}");
        assert!(is_located(&report, &change), "not located: {at}");
    }
}

#[test]
fn every_change_of_an_archive_is_found() {
    let made = make(&Options { cameras: 1, ..Options::default() });
    let policy = Policy::pinned(vec![made.footage.clone()]);
    let archive = made.archive();
    let mut random = Random(number("WATCHKEEPER_SEED", 20_261_123));
    for round in 0..rounds() {
        let mut changed = archive.clone();
        let at = random.below(changed.len());
        let what = match random.below(6) {
            0..=3 => {
                changed[at] ^= 1 << random.below(8);
                "flip"
            }
            4 => {
                changed.truncate(at);
                "truncate"
            }
            _ => {
                changed.insert(at, 0);
                "insert"
            }
        };
        // An archive that cannot be opened at all is refused by name: that is found, too.
        let Ok(mut reader) = Archive::open(Cursor::new(changed), "package.zip") else { continue };
        let report = verify::package(&mut reader, Some(&policy), &mut |_, _| {}).unwrap();
        assert_eq!(report.exit_code(), 1, "round {round}: {what} at {at}\n{report:#?}");
    }
}

/// An archive in the package's form, of any files.
pub fn archive_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    use ledger::package::zip;
    let (mut out, mut entries) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let (crc32, offset) = (zip::crc32(bytes), out.len() as u64);
        let entry = zip::Entry { name: name.clone(), bytes: bytes.len() as u64, crc32, offset };
        out.extend(zip::local_header(&entry));
        out.extend(bytes);
        entries.push(entry);
    }
    let at = out.len() as u64;
    out.extend(zip::directory(&entries, at));
    out
}

/// What a liar with an archive tool can do without touching any file's bytes.
#[test]
fn archive_tricks_are_found() {
    use ledger::package::zip;
    let made = make(&Options { cameras: 1, ..Options::default() });
    let policy = Policy::pinned(vec![made.footage.clone()]);
    let folder = zip::folder(made.copy);
    let archive = archive_of;
    let files: Vec<(String, Vec<u8>)> =
        made.files.iter().map(|(name, bytes)| (format!("{folder}{name}"), bytes.clone())).collect();
    let check = |bytes: Vec<u8>, expected: Option<&str>| {
        let mut reader = Archive::open(Cursor::new(bytes), "package.zip").unwrap();
        let report = verify::package(&mut reader, Some(&policy), &mut |_, _| {}).unwrap();
        let texts: Vec<String> = report.findings().map(|(_, finding)| finding.to_string()).collect();
        match expected {
            None => assert!(texts.is_empty(), "{texts:?}"),
            Some(text) => assert!(texts.iter().any(|found| found.contains(text)), "{text} in {texts:?}"),
        }
    };
    check(archive(&files), None);
    let with = |name: &str, bytes: &[u8]| [files.clone(), vec![(name.to_owned(), bytes.to_vec())]].concat();
    check(archive(&with(&format!("{folder}README.txt"), b"other words")), Some("is twice in the archive"));
    check(archive(&with("../evil.sh", b"x")), Some("lies outside the archive's folder"));
    check(archive(&with(&format!("{folder}../../evil.sh"), b"x")), Some("is not of the package"));
    check(archive(&with(&format!("{folder}player.exe"), b"MZ")), Some("is not of the package"));
    let mut prefixed = b"#!/bin/sh\n".to_vec();
    prefixed.extend(archive(&files));
    check(prefixed, Some("directory is not as packages have it"));
    let mut commented = archive(&files);
    let end = commented.len();
    commented[end - 2] = 5;
    commented.extend(b"hello");
    check(commented, Some("directory is not as packages have it"));
    let renamed: Vec<_> =
        made.files.iter().map(|(name, bytes)| (format!("evidence-1/{name}"), bytes.clone())).collect();
    check(archive(&renamed), Some("not named after the copy"));
    let mut compressed = archive(&files);
    let central = compressed.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    compressed[central + 10] = 8;
    check(compressed, Some("is compressed or encrypted"));
    let mut unordered = files.clone();
    unordered.swap(0, 1);
    check(archive(&unordered), Some("stands behind a file whose name comes later"));
    // Both headers give another CRC-32: of a file that is hashed, and of a video, which is read in windows.
    for name in ["README.txt", "CAMERA-01-001.mp4"] {
        let crc = zip::crc32(&made.files[name]).to_le_bytes();
        let mut other = archive(&files);
        let places: Vec<usize> = (0..other.len() - 4).filter(|&at| other[at..].starts_with(&crc)).collect();
        assert_eq!(places.len(), 2, "{name}");
        places.into_iter().for_each(|at| other[at] ^= 1);
        check(other, Some("its CRC-32 is not that of its bytes"));
    }
}

#[test]
fn a_video_without_its_beginning_is_no_video() {
    let made = make(&Options { cameras: 1, ..Options::default() });
    let mut files = made.files.clone();
    let video = files.get_mut("CAMERA-01-001.mp4").unwrap();
    let init = fragments(video).swap_remove(0);
    video.drain(init);
    let policy = Policy::pinned(vec![made.footage.clone()]);
    let report = verify::package(&mut Memory::new(files), Some(&policy), &mut |_, _| {}).unwrap();
    assert_eq!(report.claim(ClaimName::PlaceInOriginal).unwrap().verdict, Verdict::Found, "{report:#?}");
}

fn judge(segment: &StoredSegment, file: &[u8]) -> Result<(), verify::Damage> {
    let stored = Stored {
        record: &segment.record,
        gops: &segment.gops,
        pieces: &segment.pieces,
        secret: &segment.secret,
    };
    check_stored(&mut &*file, stored, &mut |_, _| {}).unwrap()
}

#[test]
fn every_change_of_a_stored_segment_is_found_and_located() {
    let segment = stored_segment();
    judge(&segment, &segment.file).unwrap();
    let mut random = Random(number("WATCHKEEPER_SEED", 20_261_124));
    for round in 0..rounds() {
        let mut file = segment.file.clone();
        let at = random.below(file.len());
        let what = match random.below(6) {
            0..=2 => {
                file[at] ^= 1 << random.below(8);
                "flip"
            }
            3 => {
                file.truncate(at);
                "truncate"
            }
            4 => {
                file.insert(at, random.next() as u8);
                "insert"
            }
            _ => {
                let mut parts: Vec<&[u8]> =
                    fragments(&segment.file).into_iter().map(|range| &segment.file[range]).collect();
                let part = 1 + random.below(parts.len() - 2);
                parts.swap(part, part + 1);
                file = parts.concat();
                "swap fragments"
            }
        };
        let first = segment.file.iter().zip(&file).position(|(a, b)| a != b);
        let first = first.unwrap_or(file.len().min(segment.file.len())) as u64;
        let damage = judge(&segment, &file).expect_err(&format!("round {round}: {what} at {at} not found"));
        // A cut exactly between two fragments leaves no bytes to point at.
        let located =
            damage.bytes.as_ref().is_none_or(|bytes| bytes.contains(&first) || bytes.start <= first);
        assert!(located, "round {round}: {what} at {at} (first {first}): {damage}");
    }
}

#[test]
fn a_stored_segment_with_foreign_tables_is_found() {
    let segment = stored_segment();
    let check = |change: &dyn Fn(&mut StoredSegment), expected: &str| {
        let mut other = stored_segment();
        change(&mut other);
        let damage = judge(&other, &segment.file).unwrap_err().to_string();
        assert!(damage.contains(expected), "{damage} should say: {expected}");
    };
    check(&|other| other.gops.0[2].root.0[0] ^= 1, "the table of groups is not the one of the record");
    check(&|other| other.pieces.0[2].0[0] ^= 1, "the table of pieces is not the one of the record");
    check(&|other| other.secret = model::Secret::new([0; 32]), "group 0: bytes");
    check(&|other| other.record.file_bytes += 1, "the file ends before or after what was recorded");
    check(&|other| other.record.config_hash.0[0] ^= 1, "fragment 0: bytes 0 to");
    let one_second = judge(&segment, &{
        let mut file = segment.file.clone();
        let last = file.len() - 1;
        file[last] ^= 1;
        file
    });
    let damage = one_second.unwrap_err();
    assert_eq!(damage.gop, Some(segment.record.gop_count - 1));
    assert!(damage.at.is_some_and(|at| segment.record.span.contains(at)), "{damage}");
}

/// Files of a package that is nothing but noise never make the verifier fail.
#[test]
fn noise_is_not_a_package() {
    let mut random = Random(5);
    let made: Made = make(&Options { cameras: 1, ..Options::default() });
    for _ in 0..300 {
        let mut files = made.files.clone();
        for _ in 0..1 + random.below(20) {
            let name = random.pick(&files.keys().cloned().collect::<Vec<_>>()).clone();
            let bytes = files.get_mut(&name).unwrap();
            if bytes.is_empty() {
                continue;
            }
            let (from, len) = (random.below(bytes.len()), random.below(64));
            let noise: Vec<u8> = (0..len).map(|_| random.next() as u8).collect();
            let to = (from + random.below(64)).min(bytes.len());
            bytes.splice(from..to, noise);
        }
        if files != made.files {
            let report = verify::package(&mut Memory::new(files), None, &mut |_, _| {}).unwrap();
            assert_eq!(report.exit_code(), 1);
        }
    }
    let report = verify::package(&mut Memory::new(Files::new()), None, &mut |_, _| {}).unwrap();
    assert_eq!(report.exit_code(), 1);
    assert!(Archive::open(Cursor::new(vec![0; 100]), "x").is_err());
    assert!(Archive::open(Cursor::new(Vec::new()), "x").is_err());
}
