//! The frozen bytes: hashes of chosen input, and a whole segment file with all its hashes.
//!
//! Expected values were made by `testdata/vectors.py`, which shares nothing with this crate. A change here is a change
//! of the format: old footage would no longer verify.

use bytes::Bytes;
use media::hash::{self, Framing, GopSalt, SegmentSecret};
use media::sample_pictures::SamplePictures;
use media::sample_stream::{SampleStream, Settings};
use media::segment::{self, End, Limits, SegmentBuilder};
use media::{index, nal};
use model::{Hash, MediaTime, SealReason, Secret};
use std::fmt::Write;

const SEGMENT: &[u8] = include_bytes!("../testdata/segment-v1.mp4");
const SEGMENT_TEXT: &str = include_str!("../testdata/segment-v1.txt");
const PICTURES: &[u8] = include_bytes!("../testdata/segment-jpeg-v1.mp4");
const PICTURES_TEXT: &str = include_str!("../testdata/segment-jpeg-v1.txt");

fn secret() -> SegmentSecret {
    Secret::new(std::array::from_fn(|byte| byte as u8))
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = if text == "-" { "" } else { text };
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).expect("ASCII"), 16).expect("hex"))
        .collect()
}

#[test]
fn hashes_are_frozen() {
    let salt = hash::gop_salt(&secret(), 0);
    let mut units = Vec::new();
    for line in include_str!("../testdata/hash-vectors.txt").lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let number = |word: usize| words[word].parse::<i64>().unwrap();
        let hash = match words[0] {
            "gop_salt" => Hash(hash::gop_salt(&secret(), number(1) as u32).0),
            "au_hash" => {
                let nals: Vec<Vec<u8>> = words[4].split(',').map(unhex).collect();
                let data = nal::join(nals.iter().map(Vec::as_slice));
                let (dts, pts) = (MediaTime(number(1)), MediaTime(number(2)));
                let hash = hash::au_hash(&salt, Framing::Nal, 1, dts, pts, number(3) == 1, &data).unwrap();
                units.push(hash);
                hash
            }
            "au_hash_whole" => {
                let (dts, pts) = (MediaTime(number(1)), MediaTime(number(2)));
                hash::au_hash(&salt, Framing::Whole, 1, dts, pts, number(3) == 1, &unhex(words[4])).unwrap()
            }
            "piece_hash" => hash::piece_hash(number(1) as u32, &unhex(words[2])),
            "fragment_digest" => {
                let pieces = [hash::piece_hash(0, b""), hash::piece_hash(1, b"moof")];
                match number(1) {
                    1 => hash::fragment_digest(1, &pieces, &[]),
                    _ => hash::fragment_digest(2, &[hash::piece_hash(2, b"moof")], &units),
                }
            }
            other => panic!("unknown vector {other}"),
        };
        assert_eq!(hash.to_string(), *words.last().unwrap(), "{line}");
    }
    assert_eq!(units.len(), 3);
}

/// A small segment: three GOPs, flushed once between, one pause.
fn build() -> (Bytes, segment::Sealed) {
    let settings = Settings {
        width: 64,
        height: 48,
        fps: 10,
        gop: 7,
        key_bytes: 200,
        delta_bytes: 60,
        ..Settings::default()
    };
    let stream = SampleStream::new(settings).expect("settings are good");
    let mut builder = SegmentBuilder::new(stream.params().clone(), secret(), Limits::default());
    let mut file = builder.init().to_vec();
    for (number, mut unit) in stream.take(18).enumerate() {
        if number >= 12 {
            unit.dts = unit.dts + 31_500;
            unit.pts = unit.dts + 1_800;
        }
        let closed = builder.push(&unit).expect("unit keeps the rules");
        file.extend(closed.iter().flat_map(|fragment| fragment.to_bytes()));
        if number == 9 {
            file.extend(builder.flush().expect("flushes").iter().flat_map(|fragment| fragment.to_bytes()));
        }
    }
    let end = End { wall: Settings::default().start.plus_us(2_150_000), dts: None };
    let sealed = builder.seal(SealReason::Length, end).expect("seals").expect("has units");
    file.extend(sealed.tail.iter().flat_map(|fragment| fragment.to_bytes()));
    (file.into(), sealed)
}

/// The lines of `vectors.py segment`, from what this crate says of the segment.
fn text(sealed: &segment::Sealed, fragments: &[segment::FragmentFacts]) -> String {
    let index = index::Index::decode(&sealed.index).expect("index is our own");
    let gops: Vec<_> = sealed.gops().collect();
    let hashes = gops.iter().flat_map(|gop| gop.au_hashes.iter().map(move |hash| (gop.index, hash)));
    let mut units = index.units().iter().zip(hashes);
    let mut out = format!("piece 0 {}\n", sealed.pieces[0]);
    for fragment in fragments {
        let number = fragment.index;
        writeln!(out, "piece {number} {}", sealed.pieces[number as usize]).expect("writes");
        for _ in 0..fragment.units {
            let (unit, (gop, hash)) = units.next().expect("unit of fragment");
            let (dts, pts, key) = (unit.dts.0, unit.pts.0, u8::from(unit.key));
            writeln!(out, "unit {gop} {dts} {pts} {key} {} {hash}", unit.size).expect("writes");
        }
        writeln!(out, "fragment {number} {}", fragment.digest).expect("writes");
    }
    out
}

#[test]
fn a_segment_file_is_frozen() {
    let (file, built) = build();
    if std::env::var_os("WATCHKEEPER_WRITE_VECTORS").is_some() {
        std::fs::write("testdata/segment-v1.mp4", &file).unwrap();
    }
    assert!(file == SEGMENT, "the builder writes other bytes than segment-v1.mp4");
    let read = segment::recover(SEGMENT, secret(), |_| true).unwrap();
    assert_eq!((read.good_bytes, read.stopped), (SEGMENT.len() as u64, None));
    let sealed = read.sealed.unwrap();
    assert_eq!(text(&sealed, &read.fragments), SEGMENT_TEXT);
    assert_eq!(text(&built, &read.fragments), SEGMENT_TEXT);
    assert_eq!(built.index, sealed.index);
    assert_eq!(index::rebuild(SEGMENT).unwrap(), sealed.index);
}

/// Nine pictures in nine groups.
fn build_pictures() -> (Bytes, segment::Sealed) {
    let settings = Settings { width: 64, height: 48, fps: 10, key_bytes: 700, ..Settings::default() };
    let stream = SamplePictures::new(settings).expect("settings are good");
    let mut builder = SegmentBuilder::new(stream.params().clone(), secret(), Limits::default());
    let mut file = builder.init().to_vec();
    for unit in stream.take(9) {
        let closed = builder.push(&unit).expect("unit keeps the rules");
        file.extend(closed.iter().flat_map(|fragment| fragment.to_bytes()));
    }
    let end = End { wall: Settings::default().start.plus_us(900_000), dts: None };
    let sealed = builder.seal(SealReason::Length, end).expect("seals").expect("has units");
    file.extend(sealed.tail.iter().flat_map(|fragment| fragment.to_bytes()));
    (file.into(), sealed)
}

#[test]
fn a_segment_file_of_pictures_is_frozen() {
    let (file, built) = build_pictures();
    if std::env::var_os("WATCHKEEPER_WRITE_VECTORS").is_some() {
        std::fs::write("testdata/segment-jpeg-v1.mp4", &file).unwrap();
    }
    assert!(file == PICTURES, "the builder writes other bytes than segment-jpeg-v1.mp4");
    let read = segment::recover(PICTURES, secret(), |_| true).unwrap();
    assert_eq!((read.good_bytes, read.stopped), (PICTURES.len() as u64, None));
    let sealed = read.sealed.unwrap();
    assert_eq!((sealed.gop_count(), sealed.unit_count()), (9, 9));
    assert_eq!(text(&sealed, &read.fragments), PICTURES_TEXT);
    assert_eq!(text(&built, &read.fragments), PICTURES_TEXT);
    assert_eq!((&built.index, &index::rebuild(PICTURES).unwrap()), (&sealed.index, &sealed.index));
}

#[test]
fn salts_do_not_print() {
    assert_eq!(format!("{:?}", GopSalt([7; 32])), "[salt]");
}
