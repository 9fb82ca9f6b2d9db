//! Sound through a segment file and back: real AAC of ffmpeg's encoder and G.711 made here. ffmpeg hears what went in, groups
//! are fragments, a torn file gives its whole groups, and what is recovered is what was sealed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use bytes::Bytes;
use media::segment::{End, Limits, Sealed, SegmentBuilder};
use media::sound::{Format, aac, format, g711};
use media::{fmp4, segment};
use model::{AccessUnit, Codec, MediaTime, MonoTime, SealReason, Secret, VideoParams, WallTime};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

const START: WallTime = WallTime(1_795_341_600_000_000);

fn run(program: &str, args: &[&str]) -> String {
    let run = Command::new(program).args(args).output();
    let run = run.expect("ffmpeg is there (scripts/setup installs it)");
    assert!(run.status.success() && run.stderr.is_empty(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

/// Units of equal length, one behind another.
fn units(params: VideoParams, ticks: i64, data: impl Iterator<Item = Bytes>) -> Vec<AccessUnit> {
    let params = Arc::new(params);
    let unit = |(number, data): (usize, Bytes)| AccessUnit {
        dts: MediaTime(number as i64 * ticks),
        pts: MediaTime(number as i64 * ticks),
        wall: START.plus_us(number as i64 * ticks * 100 / 9),
        received: MonoTime(0),
        key: true,
        data,
        params: Arc::clone(&params),
    };
    data.enumerate().map(unit).collect()
}

/// Three seconds of AAC at 16 kHz: ADTS frames (ISO/IEC 14496-3 §1.A.2.2.1) without their headers.
fn aac_units(dir: &Path) -> Vec<AccessUnit> {
    let path = dir.join("tone.aac");
    let path = path.to_str().unwrap();
    let tone = "sine=frequency=440:sample_rate=16000:duration=3";
    run(
        "ffmpeg",
        &["-v", "error", "-f", "lavfi", "-i", tone, "-c:a", "aac", "-b:a", "32k", "-f", "adts", path],
    );
    let stream = Bytes::from(std::fs::read(path).unwrap());
    let (mut frames, mut at) = (Vec::new(), 0);
    while at < stream.len() {
        assert_eq!((stream[at], stream[at + 1] & 0xf6), (0xff, 0xf0), "an ADTS header at {at}");
        let header = if stream[at + 1] & 1 == 1 { 7 } else { 9 };
        let length = usize::from(stream[at + 3] & 3) << 11
            | usize::from(stream[at + 4]) << 3
            | usize::from(stream[at + 5] >> 5);
        frames.push(stream.slice(at + header..at + length));
        at += length;
    }
    units(aac(&[0x14, 0x08]).unwrap(), 5_760, frames.into_iter())
}

/// Three seconds of a square wave in µ-law or A-law: half a period of 8 samples each of a loud positive and negative.
fn g711_units(codec: Codec) -> Vec<AccessUnit> {
    let params = g711(codec, Format { rate_hz: 8_000, channels: 1 }).unwrap();
    let samples: Vec<u8> = (0..160).map(|n| if n / 8 % 2 == 0 { 0x90 } else { 0x10 }).collect();
    units(params, 1_800, std::iter::repeat_n(Bytes::from(samples), 150))
}

fn record(units: &[AccessUnit]) -> (Vec<u8>, Sealed) {
    let mut builder =
        SegmentBuilder::new(Arc::clone(&units[0].params), Secret::new([7; 32]), Limits::default());
    let mut file = builder.init().to_vec();
    for unit in units {
        assert_eq!(builder.rotate_before(unit), None);
        let closed = builder.push(unit).unwrap();
        file.extend(closed.iter().flat_map(|fragment| fragment.to_bytes()));
    }
    let last = units.last().unwrap();
    let end = End { wall: last.wall.plus_us(64_000), dts: None };
    let sealed = builder.seal(SealReason::Stop, end).unwrap().unwrap();
    file.extend(sealed.tail.as_ref().unwrap().to_bytes());
    (file, sealed)
}

fn cases(dir: &Path) -> [(&'static str, Vec<AccessUnit>, u32); 3] {
    [
        ("aac", aac_units(dir), 16_000),
        ("pcm_mulaw", g711_units(Codec::Pcmu), 8_000),
        ("pcm_alaw", g711_units(Codec::Pcma), 8_000),
    ]
}

#[test]
fn ffmpeg_hears_what_went_in() {
    let dir = tempfile::tempdir().unwrap();
    for (name, units, rate_hz) in cases(dir.path()) {
        let (file, _) = record(&units);
        let path = dir.path().join(format!("{name}.mp4"));
        std::fs::write(&path, file).unwrap();
        let path = path.to_str().unwrap();
        let entries = "stream=codec_type,codec_name,sample_rate,channels";
        let found = run("ffprobe", &["-v", "error", "-show_entries", entries, "-of", "csv=p=0", path]);
        assert_eq!(found.trim(), format!("{name},audio,{rate_hz},1"));
        let packets =
            run("ffprobe", &["-v", "error", "-show_entries", "packet=pts,size", "-of", "csv=p=0", path]);
        let expected: Vec<String> =
            units.iter().map(|unit| format!("{},{}", unit.pts.0, unit.data.len())).collect();
        assert_eq!(packets.lines().collect::<Vec<_>>(), expected, "{name}");
        let raw = dir.path().join(if name == "aac" { "tone.aac" } else { "raw" });
        if name != "aac" {
            let samples: Vec<u8> = units.iter().flat_map(|unit| unit.data.to_vec()).collect();
            std::fs::write(&raw, samples).unwrap();
        }
        let raw = raw.to_str().unwrap();
        let form: &[&str] = match name {
            "pcm_mulaw" => &["-f", "mulaw", "-ar", "8000", "-ch_layout", "mono"],
            "pcm_alaw" => &["-f", "alaw", "-ar", "8000", "-ch_layout", "mono"],
            _ => &[],
        };
        let heard = |form: &[&str], path| {
            run("ffmpeg", &[&["-v", "error"], form, &["-i", path, "-f", "md5", "-"]].concat())
        };
        assert_eq!(heard(&[], path), heard(form, raw), "{name}: decoded");
    }
}

#[test]
fn every_fragment_is_a_group_and_what_is_recovered_is_what_was_sealed() {
    let dir = tempfile::tempdir().unwrap();
    for (name, units, _) in cases(dir.path()) {
        let (file, sealed) = record(&units);
        let fragments = fmp4::items(&file).count() as u32 - 1;
        assert_eq!((sealed.gop_count(), sealed.unit_count()), (fragments, units.len() as u32), "{name}");
        assert!((6..=8).contains(&fragments), "{name}: 3 s in fragments of half a second, not {fragments}");
        let recovered = segment::recover(&file, Secret::new([7; 32]), |_| true).unwrap();
        let again = recovered.sealed.unwrap();
        assert_eq!((recovered.good_bytes, recovered.stopped), (file.len() as u64, None));
        assert_eq!(
            (&again.index, &again.pieces, &again.params),
            (&sealed.index, &sealed.pieces, &sealed.params)
        );
        let gops = |sealed: &Sealed| -> Vec<(MediaTime, Vec<model::Hash>)> {
            sealed.gops().map(|gop| (gop.first_dts, gop.au_hashes.to_vec())).collect()
        };
        assert_eq!(gops(&again), gops(&sealed), "{name}");
        assert_eq!(media::index::rebuild(&file).unwrap(), sealed.index, "{name}");
        // The index cuts at groups.
        let index = media::index::Index::decode(&sealed.index).unwrap();
        assert_eq!(index.fragments().iter().filter(|entry| entry.key_first).count() as u32, fragments);
        for end in (0..file.len()).step_by(211) {
            if let Ok(torn) = segment::recover(&file[..end], Secret::new([7; 32]), |_| true) {
                let whole = torn.sealed.map_or(0, |sealed| sealed.gop_count());
                assert_eq!(whole as usize, torn.fragments.len(), "{name} torn at {end}");
            }
        }
    }
}

#[test]
fn what_a_file_says_of_its_sound_is_read_back() {
    for params in [
        aac(&[0x12, 0x10]).unwrap(),
        aac(&[0x14, 0x08, 0x56, 0xe5, 0x00]).unwrap(),
        g711(Codec::Pcmu, Format { rate_hz: 8_000, channels: 1 }).unwrap(),
        g711(Codec::Pcma, Format { rate_hz: 16_000, channels: 2 }).unwrap(),
    ] {
        let init = fmp4::init(&params);
        let fmp4::Next::Item(item) = fmp4::next_item(&init, 0).unwrap() else { panic!("not whole") };
        let fmp4::ItemKind::Init(found) = item.kind else { panic!("no init") };
        assert_eq!((&found.params, item.range.end), (&params, init.len() as u64));
        assert!(format(&found.params).is_ok());
        for at in 0..init.len() {
            let mut changed = init.to_vec();
            changed[at] ^= 0x55;
            let _ = fmp4::next_item(&changed, 0); // no panic; what is accepted is hashed anyway
        }
    }
}

#[test]
fn sound_keeps_the_rules_of_a_file() {
    let units = g711_units(Codec::Pcmu);
    let mut builder =
        SegmentBuilder::new(Arc::clone(&units[0].params), Secret::new([7; 32]), Limits::default());
    builder.push(&units[0]).unwrap();
    let mut check = |change: &dyn Fn(&mut AccessUnit), expected: bool| {
        let mut unit = units[1].clone();
        change(&mut unit);
        assert_eq!(builder.push(&unit).is_ok(), expected, "{unit:?}");
    };
    check(&|unit| unit.data = Bytes::new(), false);
    check(&|unit| unit.key = false, false);
    check(&|unit| unit.dts = MediaTime(0), false);
    check(&|_| {}, true);
}
