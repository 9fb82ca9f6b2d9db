//! Checks of `media`: NAL units, parameter sets, fragmented MP4, recovery of a torn segment, the frame index.

use media::cut::{self, Source};
use media::fmp4::{self, FragmentHead, ItemKind, NewSample, Next, Sample};
use media::hash::SegmentSecret;
use media::index::{self, Index, IndexWriter};
use media::{SIDE_SAMPLES_MAX, h264, h265, jpeg, nal, params_from_config, segment};
use model::{Codec, MediaTime, Secret, Span, VideoParams, WallTime};

/// Panics when the input breaks a rule.
pub type Check = fn(&[u8]);

/// The checks and the names of their fuzz targets.
pub const TARGETS: &[(&str, Check)] = &[
    ("nal", nal),
    ("jpeg", jpeg),
    ("params", params),
    ("fmp4", fmp4),
    ("segment", segment),
    ("index", index),
];

fn codec(head: u8) -> Codec {
    if head & 1 == 0 { Codec::H264 } else { Codec::H265 }
}

/// NAL units in both framings (first byte: codec).
pub fn nal(bytes: &[u8]) {
    let Some((head, data)) = bytes.split_first() else { return };
    let nals: media::Result<Vec<&[u8]>> = nal::split(data).collect();
    match (&nals, nal::count(data)) {
        (Ok(nals), Ok(count)) => {
            assert_eq!(count as usize, nals.len());
            assert_eq!(nal::join(nals.iter().copied()), data, "joined is not what was split");
        }
        (Ok(nals), Err(_)) => assert!(nals.is_empty() && data.is_empty()),
        (Err(_), found) => {
            assert!(found.is_err());
            assert!(!nal::is_key(codec(*head), data), "malformed and a key");
        }
    }
    let found: Vec<&[u8]> = nal::annex_b(data).collect();
    let mut stream = Vec::new();
    for nal in &found {
        assert!(nal.last().is_some_and(|last| *last != 0), "a NAL unit is empty or ends in zero");
        assert!(!nal.windows(3).any(|three| three == [0, 0, 1]), "a start code inside");
        let _ = nal::unit_type(codec(*head), nal);
        stream.extend_from_slice(&[0, 0, 1]);
        stream.extend_from_slice(nal);
    }
    assert_eq!(nal::annex_b(&stream).collect::<Vec<_>>(), found, "split again is not the same");
    let _ = nal::is_key(codec(*head), &nal::join(found.iter().copied()));
}

/// A JPEG picture: one with a size is a key, and its stream can be described.
pub fn jpeg(picture: &[u8]) {
    let size = jpeg::size(picture).ok();
    assert_eq!(size.is_some(), nal::is_key(Codec::Jpeg, picture));
    let params = jpeg::params(picture).ok();
    assert_eq!(size, params.as_ref().map(|params| (params.width, params.height)));
    if let Some(params) = params {
        init_is_read_again(&params);
    }
}

/// Any VPS or PPS: they are copied, not read.
const SET: &[u8] = &[0x40, 1, 12];

/// Parameter sets (first byte: codec, and whether the rest is one SPS or a configuration record).
pub fn params(bytes: &[u8]) {
    let Some((head, data)) = bytes.split_first() else { return };
    let codec = match (head >> 3 & 3, head & 4 == 0) {
        (0, true) => codec(*head),
        (0, false) => Codec::Jpeg,
        (1, _) => Codec::Aac,
        (_, true) => Codec::Pcmu,
        (_, false) => Codec::Pcma,
    };
    let params = match (head & 2 == 0, codec) {
        (true, _) => params_from_config(codec, data),
        (false, Codec::H264) => h264::params(&[data], &[SET]),
        (false, Codec::H265) => h265::params(&[SET], &[data], &[SET]),
        (false, Codec::Jpeg) => media::jpeg::params(data),
        (false, Codec::Aac | Codec::Pcmu | Codec::Pcma) => media::sound::aac(data),
    };
    let Ok(params) = params else { return };
    let codec = params.codec;
    let least = u32::from(!codec.is_sound());
    for side in [params.width, params.height] {
        assert!((least..=SIDE_SAMPLES_MAX).contains(&side.into()), "{params:?}");
    }
    assert!(params.rfc6381.is_ascii() && params.rfc6381.len() <= 40, "{}", params.rfc6381);
    assert_eq!(params_from_config(codec, &params.config).as_ref(), Ok(&params), "read again");
    let _ = media::facts(&params);
    init_is_read_again(&params);
}

fn init_is_read_again(params: &VideoParams) {
    let init = fmp4::init(params);
    match fmp4::next_item(&init, 0) {
        Ok(Next::Item(item)) => {
            assert_eq!(item.range, 0..init.len() as u64);
            let ItemKind::Init(found) = item.kind else { panic!("not an init: {:?}", item.kind) };
            assert_eq!(found.params, *params);
        }
        other => assert!(init.len() as u64 > fmp4::HEAD_BYTES_MAX, "our own init is not read: {other:?}"),
    }
}

/// A file: what is read covers it without gap or overlap, and is what the writer would have written.
pub fn fmp4(bytes: &[u8]) {
    let mut items = fmp4::items(bytes);
    let mut at = 0;
    for item in items.by_ref() {
        let Ok(item) = item else { break };
        assert!(
            item.range.start == at && item.range.end > at && item.range.end <= bytes.len() as u64,
            "{item:?}"
        );
        at = item.range.end;
        let whole = &bytes[item.range.start as usize..item.range.end as usize];
        prefixes_need_more(whole, item.range.start);
        match &item.kind {
            ItemKind::Init(init) => init_is_read_again(&init.params),
            ItemKind::Fragment(fragment) => covers(fragment, &item.range, bytes),
            ItemKind::Copy(id) => assert_eq!(fmp4::copy_box(id), whole),
            ItemKind::Other(_) => {}
        }
    }
    assert_eq!(items.offset(), at);
    assert!(items.next().is_none(), "an iteration ends once");
    let _ = index::rebuild(bytes);
}

/// Of a cut-off item either more is asked for, or its range says that it is longer. Some cuts, for speed.
fn prefixes_need_more(whole: &[u8], offset: u64) {
    let step = whole.len() / 5 + 1;
    for cut in (0..whole.len()).step_by(step).chain(whole.len().checked_sub(1)) {
        match fmp4::next_item(&whole[..cut], offset) {
            Ok(Next::Need(bytes)) => assert!(bytes > cut as u64, "needs {bytes} of {cut}"),
            Ok(Next::Item(item)) => assert_eq!(item.range, offset..offset + whole.len() as u64),
            Err(error) => panic!("cut to {cut}: {error}"),
        }
    }
}

fn covers(fragment: &fmp4::Fragment, range: &std::ops::Range<u64>, file: &[u8]) {
    assert_eq!(fragment.head.start, range.start);
    let mut at = fragment.head.end;
    for sample in &fragment.samples {
        assert_eq!(sample.offset, at);
        at = sample.range().end;
    }
    assert!(at == range.end && at == fragment.end() && !fragment.samples.is_empty());
    let head = &file[fragment.head.start as usize..fragment.head.end as usize];
    // Presentation times saturate at the end of the media line: those fragments cannot be written again.
    let Some(samples) = fragment.samples.iter().map(new_sample).collect::<Option<Vec<_>>>() else { return };
    let sequence = fragment.sequence;
    let written = FragmentHead { sequence, dts: fragment.first_dts(), wall: None, samples: &samples };
    let again = fmp4::fragment_head(&written).expect("what was read can be written");
    assert!(head.ends_with(&again), "moof is not as we write it");
    assert_eq!(head.len() - again.len(), if fragment.wall.is_some() { 32 } else { 0 });
    if let Some(wall) = fragment.wall {
        // NTP counts finer than microseconds, so the box is read again rather than compared.
        let again =
            fmp4::fragment_head(&FragmentHead { wall: Some(wall), ..written }).expect("with its time");
        let Ok(Next::Item(item)) = fmp4::next_item(&again, 0) else { panic!("our own head is not read") };
        assert!(
            matches!(&item.kind, ItemKind::Fragment(found) if found.wall == Some(wall)),
            "{wall}: {item:?}"
        );
    }
    let moved = fmp4::rebase(head, MediaTime(7)).expect("moved");
    let Ok(Next::Item(item)) = fmp4::next_item(&moved, 0) else { panic!("a moved head is not read") };
    assert!(matches!(&item.kind, ItemKind::Fragment(found) if found.first_dts() == MediaTime(7)));
}

fn new_sample(sample: &Sample) -> Option<NewSample> {
    let near = sample.dts.0 < i64::MAX - (1 << 33);
    let composition = i32::try_from(sample.pts - sample.dts).ok().filter(|_| near)?;
    Some(NewSample { size: sample.size, duration: sample.duration, composition, key: sample.key })
}

fn secret() -> SegmentSecret {
    Secret::new([9; 32])
}

/// Recovery (first byte: after how many fragments the journal ends): what is good stays good when the rest is cut off,
/// and the index made on the way is the one made from the file.
pub fn segment(bytes: &[u8]) {
    let Some((head, file)) = bytes.split_first() else { return };
    let mut left = usize::from(*head);
    let accept = |_: &segment::FragmentFacts| {
        left = left.saturating_sub(1);
        left > 0
    };
    let Ok(found) = segment::recover(file, secret(), accept) else { return };
    let good = file.get(..found.good_bytes as usize).expect("good bytes are in the file");
    let mut at = found.fragments.first().map_or(found.good_bytes, |first| first.offset);
    for (fragment, index) in found.fragments.iter().zip(1..) {
        assert!(fragment.index == index && fragment.offset == at && fragment.units > 0, "{fragment:?}");
        assert!(fragment.key_first || index > 1, "begins without a key");
        at += fragment.len;
    }
    assert_eq!(at, found.good_bytes);
    assert_eq!(found.sealed.is_some(), !found.fragments.is_empty());
    let Some(sealed) = &found.sealed else { return };
    assert_eq!(sealed.file_bytes, found.good_bytes);
    assert_eq!(sealed.pieces.len(), found.fragments.len() + 1);
    assert_eq!(sealed.gops().map(|gop| gop.au_hashes.len()).sum::<usize>(), sealed.unit_count() as usize);
    let again = segment::recover(good, secret(), |_| true).expect("the good part is read again");
    assert!(
        again.stopped.is_none() && again.good_bytes == found.good_bytes && again.fragments == found.fragments
    );
    assert_eq!(again.sealed.map(|again| again.index), Some(sealed.index.clone()));
    assert_eq!(index::rebuild(good).as_ref(), Ok(&sealed.index), "from the file alone");
    index_of(&sealed.index);
    let index = Index::decode(&sealed.index).expect("our own index is read");
    assert_eq!(index.file_bytes(), found.good_bytes);
    assert_eq!(index.units().len(), sealed.unit_count() as usize);
    assert_eq!(index.gops(sealed.span.end).len(), sealed.gop_count() as usize);
}

/// The frame index.
pub fn index(bytes: &[u8]) {
    index_of(bytes);
}

/// An accepted index is what the writer writes for its contents; its parts tile the file.
fn index_of(bytes: &[u8]) {
    let Ok(index) = Index::decode(bytes) else { return };
    let mut writer = IndexWriter::new(index.init_range().end);
    let (mut at, mut unit, mut whole) = (index.init_range().end, 0, true);
    for fragment in index.fragments() {
        assert!(fragment.offset == at && fragment.first_unit == unit && fragment.units > 0);
        at = fragment.range().end;
        unit += fragment.units;
        let units = &index.units()[fragment.first_unit as usize..unit as usize];
        assert_eq!(
            units.iter().map(|unit| u64::from(unit.size)).sum::<u64>() + u64::from(fragment.head_bytes),
            fragment.bytes
        );
        match units.iter().map(new_sample).collect::<Option<Vec<_>>>() {
            Some(samples) => {
                writer.fragment(fragment.head_bytes, fragment.first_dts, fragment.first_wall, &samples)
            }
            None => whole = false,
        }
    }
    assert!(index.file_bytes() == at && index.units().len() == unit as usize);
    assert!(index.units().windows(2).all(|two| two[0].dts < two[1].dts), "decode times increase");
    for number in [0, unit / 2, unit.wrapping_sub(1), unit] {
        assert_eq!(index.fragment_of(number).is_some(), number < unit);
        assert_eq!(index.wall_of(number).is_some(), number < unit);
    }
    gops_tile(&index);
    let again = writer.finish();
    if whole {
        assert_eq!(again, bytes, "accepts what the writer would not write");
    }
}

fn gops_tile(index: &Index) {
    let end = index.end_wall().unwrap_or_default();
    let gops = index.gops(end);
    let (mut unit, mut byte) = (0, index.init_range().end);
    for gop in &gops {
        assert!(
            gop.units.start == unit && gop.bytes.start == byte && gop.span.start <= gop.span.end,
            "{gop:?}"
        );
        (unit, byte) = (gop.units.end, gop.bytes.end);
    }
    assert!(unit as usize == index.units().len() && byte == index.file_bytes());
    let mut buckets = [0; 8];
    index.add_activity(WallTime(0), 1_000_000, &mut buckets);
    index.add_activity(WallTime(i64::MIN), i64::MIN, &mut buckets);
    let Some(first) = gops.first() else { return };
    let Some(span) = Span::new(first.span.start, end.max(first.span.start)) else { return };
    let plan = cut::plan(&[Source { span, index }], span);
    assert!(plan.iter().all(|piece| piece.bytes.end <= byte && piece.units.end <= unit));
}
