//! Found videos: the copy id of a copy in every state that it can be found in, and groups of pictures that are stored ones, whoever
//! wrote the file around them.

use crate::fixture::{Options, StoredSegment, make, stored_segment};
use ledger::table::GopTable;
use media::fmp4::{self, ItemKind, items};
use media::index::rebuild;
use model::ExportId;
use std::collections::BTreeSet;
use std::fs;
use verify::{Frames, Material, NoPictures, Pictures, StoredGroups, copy_ids, pictures};

fn found(file: &[u8]) -> Result<Pictures, NoPictures> {
    pictures(&mut &*file).unwrap()
}

fn ids(file: &[u8]) -> Vec<ExportId> {
    copy_ids(&mut &*file).unwrap()
}

/// How many groups of a file are groups of that segment, by their hashes.
fn stored_groups(file: &[u8], segment: &StoredSegment) -> usize {
    let Ok(pictures) = found(file) else { return 0 };
    let frames = Frames::decode(&rebuild(&segment.file).unwrap()).unwrap();
    let StoredSegment { record, gops, secret, .. } = segment;
    let stored = StoredGroups { record, gops, frames: &frames, secret };
    let groups = pictures.find_in(&mut &*file, &stored, &BTreeSet::new()).unwrap();
    assert!(groups.is_empty() || pictures.is_like(&frames));
    groups.len()
}

fn large_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut out = (body.len() as u32 + 8).to_be_bytes().to_vec();
    out.extend_from_slice(kind);
    out.extend_from_slice(body);
    out
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// The body of the first box of that kind, however deep; good enough for our own files.
fn body_of<'a>(file: &'a [u8], kind: &[u8; 4]) -> &'a [u8] {
    let at = file.windows(4).position(|four| four == kind).unwrap();
    let size = u32::from_be_bytes(file[at - 4..at].try_into().unwrap()) as usize;
    &file[at + 4..at - 4 + size]
}

/// One track copied into a file without fragments, as other programs do: other boxes, other clock, times from 0, parameter sets put
/// into the key units, and no box that they do not know.
fn remuxed(file: &[u8]) -> Vec<u8> {
    let samples: Vec<_> = items(file)
        .filter_map(|item| match item.unwrap().kind {
            ItemKind::Fragment(fragment) => Some(fragment.samples),
            _ => None,
        })
        .flatten()
        .collect();
    let bytes_of = |sample: &fmp4::Sample| {
        let range = sample.range();
        let data = &file[range.start as usize..range.end as usize];
        // An SPS of H.264, which no stored unit has.
        let parameters: &[u8] = if sample.key { &[0, 0, 0, 2, 0x67, 0x42] } else { &[] };
        [parameters, data].concat()
    };
    let units: Vec<Vec<u8>> = samples.iter().map(bytes_of).collect();
    let ftyp = large_box(b"ftyp", b"isom\0\0\0\0");
    let moov = |data_at: u32| {
        let mut sizes = words(&[0, 0, units.len() as u32]);
        sizes.extend(words(&units.iter().map(|unit| unit.len() as u32).collect::<Vec<_>>()));
        let stbl = [
            large_box(b"stsd", body_of(file, b"stsd")),
            large_box(b"stts", &words(&[0, 1, units.len() as u32, 100])),
            large_box(b"stsz", &sizes),
            large_box(b"stsc", &words(&[0, 1, 1, units.len() as u32, 1])),
            large_box(b"stco", &words(&[0, 1, data_at])),
        ];
        let minf = large_box(b"minf", &large_box(b"stbl", &stbl.concat()));
        let mdhd = large_box(b"mdhd", &words(&[0, 0, 0, 1_000, 0, 0]));
        let hdlr = large_box(b"hdlr", &[&words(&[0, 0])[..], b"vide", &[0; 13]].concat());
        let mdia = large_box(b"mdia", &[mdhd, hdlr, minf].concat());
        let tkhd = large_box(b"tkhd", &words(&[0, 0, 0, 7, 0, 0]));
        large_box(b"moov", &large_box(b"trak", &[tkhd, mdia].concat()))
    };
    let data_at = ftyp.len() + moov(0).len() + 8;
    [ftyp, moov(data_at as u32), large_box(b"mdat", &units.concat())].concat()
}

/// The copy id of a package's video, in the states in which a copy is found.
#[test]
fn a_copy_names_itself_whole_or_cut() {
    let made = make(&Options::default());
    let video = &made.files["CAMERA-01-001.mp4"];
    let copy = vec![made.copy];
    let box_at = video.windows(4).position(|four| four == b"uuid").unwrap() - 4;
    let check = |what: &str, file: &[u8], expected: &[ExportId]| assert_eq!(ids(file), expected, "{what}");
    check("as it was handed out", video, &copy);
    check("cut in half", &video[..video.len() / 2], &copy);
    check("its head cut off, up to the box", &video[box_at..], &copy);
    check("with bytes before it", &[&[0xff; 1000][..], video].concat(), &copy);
    let mut edited = video.clone();
    edited[40..box_at].fill(0);
    check("moov overwritten", &edited, &copy);
    check("the whole package as an archive", &made.archive(), &copy);
    check("half of the archive", &made.archive()[..video.len()], &copy);
    let second = make(&Options { copy: 0xc1, ..Options::default() });
    let both = [&video[..], &second.files["CAMERA-01-001.mp4"]].concat();
    check("two copies in one file", &both, &[made.copy, second.copy]);
    check("the box cut", &video[..box_at + 40], &[]);
    check("no video", b"nothing of ours is in this text", &[]);
    check("nothing", b"", &[]);
    check("copied into another file", &remuxed(video), &[]);
    for boundary in [(1 << 20) - 41, (1 << 20) - 20, (1 << 20) - 1, 1 << 20] {
        let mut long = vec![0; boundary];
        long.extend_from_slice(&video[box_at..box_at + 41]);
        long.extend_from_slice(&[0; 100]);
        check("across two windows", &long, &copy);
    }
}

#[test]
fn groups_are_found_by_hashes_whoever_wrote_the_file() {
    let segment = stored_segment();
    let file = &segment.file;
    let all = segment.gops.0.len();
    assert!(all >= 5);
    let check = |what: &str, found: &[u8], expected: usize| {
        assert_eq!(stored_groups(found, &segment), expected, "{what}");
    };
    check("the stored file", file, all);
    check("copied into another file", &remuxed(file), all);
    let cut = file.len() * 2 / 3;
    let half = stored_groups(&file[..cut], &segment);
    assert!(half >= 2 && half < all, "{half} of {all} groups are whole in a cut file");
    let plain = remuxed(file);
    let in_half = stored_groups(&plain[..plain.len() * 2 / 3], &segment);
    assert!(in_half >= 2 && in_half < all, "{in_half} of {all} groups of the other file");
    // One bit of one picture: that group is none of ours any more, the others are.
    let mut changed = plain.clone();
    let last = changed.len() - 10;
    changed[last] ^= 1;
    check("one bit changed", &changed, all - 1);
    // Encoded again: every unit differs, its sizes may well be the same.
    let mut again = file.clone();
    for item in items(file) {
        let ItemKind::Fragment(fragment) = item.unwrap().kind else { continue };
        for sample in fragment.samples {
            again[sample.range().end as usize - 1] ^= 0x55;
        }
    }
    check("other pictures of the same sizes", &again, 0);
    // The same pictures against another segment's secret and records.
    let other = make(&Options { codec: model::Codec::H264, cameras: 2, ..Options::default() });
    check("another camera's", &other.files["CAMERA-02-001.mp4"], 0);
    let table = GopTable(segment.gops.0.iter().skip(1).cloned().collect());
    let shifted = StoredSegment { gops: table, ..stored_segment() };
    assert_eq!(stored_groups(file, &shifted), 0, "a group proves its own place only");
}

#[test]
fn what_cannot_be_compared_says_why() {
    let segment = stored_segment();
    let check = |what: &str, file: &[u8], expected: NoPictures| {
        assert_eq!(found(file).err(), Some(expected), "{what}");
    };
    check("nothing", b"", NoPictures::NoMp4);
    check("a text", b"this is no video at all, only words", NoPictures::NoMp4);
    check("moov cut off", &segment.file[..100], NoPictures::NoMp4);
    let init = items(&segment.file).next().unwrap().unwrap().range.end as usize;
    check("tables only", &segment.file[..init], NoPictures::NoGroup);
    let sound = make(&Options { sound: Some(model::Codec::Aac), ..Options::default() });
    let unreadable = found(&sound.files["CAMERA-01-SOUND-001.mp4"]).err();
    assert!(matches!(unreadable, Some(NoPictures::Unreadable(_))), "{unreadable:?}");
    for at in (0..segment.file.len()).step_by(97) {
        let _either = found(&segment.file[..at]);
        let mut changed = segment.file.clone();
        changed[at] ^= 0x81;
        let (_either, _ids) = (found(&changed), ids(&changed));
    }
}

#[test]
fn a_package_is_read_as_its_videos() {
    let made = make(&Options::default());
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &made.files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let archive = tempfile::NamedTempFile::new().unwrap();
    fs::write(archive.path(), made.archive()).unwrap();
    for path in [folder.path(), archive.path()] {
        let mut material = Material::open(path).unwrap();
        // Of two cameras, each with a gap in its span.
        assert_eq!(material.videos(), 4, "{}", path.display());
        let (copy, sha256) = material.manifest().unwrap();
        assert_eq!(copy, made.copy);
        assert_eq!(sha256, ledger::tree::sha256(&[&made.files["manifest.json"]]));
        assert_eq!(copy_ids(&mut material.video(3)).unwrap(), [made.copy]);
        assert!(copy_ids(&mut material.video(4)).unwrap().is_empty(), "behind the last there is nothing");
    }
    // Torn in the middle it is one file, whose bytes are still those of a video.
    fs::write(archive.path(), &made.archive()[..20_000]).unwrap();
    let mut torn = Material::open(archive.path()).unwrap();
    assert_eq!((torn.videos(), torn.manifest().is_none()), (1, true));
    assert_eq!(copy_ids(&mut torn.video(0)).unwrap(), [made.copy]);
}
