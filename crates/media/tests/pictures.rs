//! Motion JPEG of real encoders through a segment file and back: ffmpeg shows the very pictures that went in, a torn file
//! gives its whole pictures, and what is no whole picture is refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use bytes::Bytes;
use media::sample_pictures::SamplePictures;
use media::sample_stream::Settings;
use media::segment::{End, Limits, Sealed, SegmentBuilder};
use media::{fmp4, jpeg, segment};
use model::{AccessUnit, Codec, MediaTime, MonoTime, SealReason, Secret, WallTime};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

const START: WallTime = WallTime(1_795_341_600_000_000);

fn ffmpeg(args: &[&str]) -> Vec<u8> {
    let run = Command::new("ffmpeg").args(["-nostdin", "-v", "error"]).args(args).output();
    let run = run.expect("ffmpeg runs (scripts/setup installs it)");
    assert!(run.status.success() && run.stderr.is_empty(), "{}", String::from_utf8_lossy(&run.stderr));
    run.stdout
}

/// Pictures one behind another, taken apart at their end markers.
fn take_apart(stream: &[u8]) -> Vec<Bytes> {
    let (mut out, mut from) = (Vec::new(), 0);
    for at in 0..stream.len().saturating_sub(1) {
        if stream[at..at + 2] == [0xff, 0xd9] {
            out.push(Bytes::copy_from_slice(&stream[from..at + 2]));
            from = at + 2;
        }
    }
    out
}

fn units(pictures: &[Bytes]) -> Vec<AccessUnit> {
    let params = Arc::new(jpeg::params(&pictures[0]).unwrap());
    let unit = |(number, data): (usize, &Bytes)| AccessUnit {
        dts: MediaTime(number as i64 * 9_000),
        pts: MediaTime(number as i64 * 9_000),
        wall: START.plus_us(number as i64 * 100_000),
        received: MonoTime(0),
        key: true,
        data: data.clone(),
        params: Arc::clone(&params),
    };
    pictures.iter().enumerate().map(unit).collect()
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
    let end = End { wall: START.plus_us(units.len() as i64 * 100_000), dts: None };
    let sealed = builder.seal(SealReason::Length, end).unwrap().unwrap();
    file.extend(sealed.tail.iter().flat_map(|fragment| fragment.to_bytes()));
    (file, sealed)
}

#[test]
fn ffmpeg_shows_the_pictures_that_went_in() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let sums = |file: &Path| ffmpeg(&["-i", file.to_str().unwrap(), "-f", "framemd5", "-"]);
    let frames = |text: &[u8]| -> Vec<String> {
        let text = String::from_utf8_lossy(text).into_owned();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.rsplit(' ').next().unwrap_or_default().to_owned()).collect()
    };
    // (name, pixel format, more options): sizes that are no whole blocks, and progressive frame headers besides baseline
    for (name, format, size) in
        [("420", "yuvj420p", "322x242"), ("422", "yuvj422p", "640x360"), ("444", "yuvj444p", "64x48")]
    {
        let source = format!("testsrc2=size={size}:rate=10");
        let raw = path(&format!("{name}.mjpeg"));
        let make =
            ["-f", "lavfi", "-i", &source, "-frames:v", "20", "-pix_fmt", format, "-c:v", "mjpeg", &raw];
        ffmpeg(&make);
        let pictures = take_apart(&std::fs::read(&raw).unwrap());
        assert_eq!(pictures.len(), 20, "{name}");
        let (file, sealed) = record(&units(&pictures));
        assert_eq!((sealed.gop_count(), sealed.unit_count(), sealed.codec()), (20, 20, Codec::Jpeg));
        let stored = dir.path().join(format!("{name}.mp4"));
        std::fs::write(&stored, &file).unwrap();
        assert_eq!(frames(&sums(&stored)), frames(&sums(Path::new(&raw))), "{name}: pictures");
        assert_eq!(frames(&sums(&stored)).len(), 20, "{name}");
    }
}

#[test]
fn a_torn_file_gives_its_whole_pictures() {
    let settings = Settings { width: 64, height: 48, fps: 10, key_bytes: 900, ..Settings::default() };
    let made: Vec<_> = SamplePictures::new(settings).unwrap().take(12).collect();
    let (file, sealed) = record(&made);
    let ends: Vec<u64> = fmp4::items(&file).map(|item| item.unwrap().range.end).collect();
    for cut in 0..=file.len() {
        let whole = ends.iter().filter(|end| **end <= cut as u64).count();
        match segment::recover(&file[..cut], Secret::new([7; 32]), |_| true) {
            Ok(found) => {
                assert_eq!(found.fragments.len(), whole.saturating_sub(1), "cut to {cut}");
                assert_eq!(found.stopped, None);
            }
            Err(_) => assert_eq!(whole, 0, "cut to {cut}"),
        }
    }
    let found = segment::recover(&file, Secret::new([7; 32]), |_| true).unwrap().sealed.unwrap();
    assert_eq!((found.pieces, found.index), (sealed.pieces.clone(), sealed.index.clone()));
}

#[test]
fn what_is_no_whole_picture_is_not_taken_and_another_size_begins_a_segment() {
    let settings = Settings { width: 64, height: 48, key_bytes: 900, ..Settings::default() };
    let made: Vec<_> = SamplePictures::new(settings).unwrap().take(2).collect();
    let mut builder =
        SegmentBuilder::new(Arc::clone(&made[0].params), Secret::new([7; 32]), Limits::default());
    builder.push(&made[0]).unwrap();
    let torn = AccessUnit { data: made[1].data.slice(..made[1].data.len() - 1), ..made[1].clone() };
    assert_eq!(
        builder.push(&torn).unwrap_err().to_string(),
        "bitstream: the JPEG picture is cut off at byte 899"
    );
    let larger = SamplePictures::new(Settings { width: 128, ..settings }).unwrap().nth(1).unwrap();
    assert_eq!(builder.rotate_before(&larger), Some(SealReason::Parameters));
    builder.push(&made[1]).unwrap();
    assert_eq!(builder.units(), 2);
}
