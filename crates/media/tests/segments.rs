//! Segment files under any sequence of units and flushes, any damage, any cut: what must hold for all of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use media::cut::{self, Source};
use media::hash::SegmentSecret;
use media::index::{self, Index};
use media::sample_stream::{SampleStream, Settings};
use media::segment::{self, End, Fragment, FragmentFacts, Limits, Sealed, SegmentBuilder};
use media::{Error, fmp4, h264, h265, nal};
use model::{AccessUnit, Codec, MediaTime, SealReason, Secret, Span, WallTime};
use proptest::prelude::*;
use std::sync::{Arc, OnceLock};

fn secret() -> SegmentSecret {
    Secret::new([9; 32])
}

/// What happens at one step of a recording.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// Ticks since the unit before.
    ticks: i64,
    composition: i64,
    key: bool,
    bytes: usize,
    /// Flush after this unit.
    flush: bool,
}

fn steps(count: usize) -> impl Strategy<Value = Vec<Step>> {
    let step =
        (1..30_000i64, -9_000..9_000i64, prop::bool::weighted(0.15), 6..400usize, prop::bool::weighted(0.1))
            .prop_map(|(ticks, composition, key, bytes, flush)| Step {
                ticks,
                composition,
                key,
                bytes,
                flush,
            });
    prop::collection::vec(step, 1..count)
}

fn units(steps: &[Step]) -> Vec<AccessUnit> {
    let mut template = SampleStream::new(Settings::default()).unwrap().next().unwrap();
    template.dts = MediaTime(0);
    let mut out = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let nal: Vec<u8> = (0..step.bytes).map(|byte| (byte + number) as u8 | 1).collect();
        let dts = template.dts + if number == 0 { 0 } else { step.ticks };
        let us = media::timeline::us_from_ticks(dts.0);
        template = AccessUnit {
            dts,
            pts: dts + step.composition,
            wall: Settings::default().start.plus_us(us),
            key: step.key || number == 0,
            data: nal::join([&nal[..step.bytes / 2], &nal[step.bytes / 2..]]),
            ..template
        };
        out.push(template.clone());
    }
    out
}

struct Recorded {
    units: Vec<AccessUnit>,
    file: Vec<u8>,
    sealed: Sealed,
    fragments: Vec<Fragment>,
}

fn record(steps: &[Step]) -> Recorded {
    let units = units(steps);
    let limits = Limits { fragment_bytes: 3_000, ..Limits::default() };
    let mut builder = SegmentBuilder::new(Arc::clone(&units[0].params), secret(), limits);
    let mut file = builder.init().to_vec();
    let mut fragments = Vec::new();
    for (unit, step) in units.iter().zip(steps) {
        fragments.extend(builder.push(unit).unwrap());
        if step.flush {
            fragments.extend(builder.flush().unwrap());
        }
    }
    let end = End { wall: units.last().unwrap().wall.plus_us(40_000), dts: None };
    let sealed = builder.seal(SealReason::Stop, end).unwrap().unwrap();
    fragments.extend(sealed.tail.clone());
    for fragment in &fragments {
        assert_eq!(fragment.offset, file.len() as u64);
        file.extend_from_slice(&fragment.to_bytes());
    }
    Recorded { units, file, sealed, fragments }
}

fn facts(fragment: &Fragment) -> FragmentFacts {
    FragmentFacts {
        index: fragment.index,
        offset: fragment.offset,
        len: fragment.len,
        first_dts: fragment.first_dts,
        end_dts: fragment.end_dts,
        first_wall: fragment.first_wall,
        end_wall: fragment.end_wall,
        units: fragment.units,
        key_first: fragment.key_first,
        digest: fragment.digest,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_read_is_what_was_written(steps in steps(120)) {
        let Recorded { units, file, sealed, fragments } = record(&steps);
        let read = segment::recover(&file, secret(), |_| true).unwrap();
        prop_assert_eq!(read.good_bytes, file.len() as u64);
        let again = read.sealed.unwrap();
        prop_assert!(again.gops().eq(sealed.gops()));
        prop_assert_eq!((&again.pieces, &again.index, again.end_dts), (&sealed.pieces, &sealed.index, sealed.end_dts));
        prop_assert_eq!(read.fragments.len(), fragments.len());
        for (read, written) in read.fragments.iter().zip(&fragments) {
            // The end in wall time is the file's own: the builder knew the next unit.
            prop_assert_eq!(FragmentFacts { end_wall: written.end_wall, ..*read }, facts(written));
        }
        let index = Index::decode(&sealed.index).unwrap();
        prop_assert_eq!(index.file_bytes(), file.len() as u64);
        prop_assert_eq!(index.units().len(), units.len());
        let gops = index.gops(sealed.span.end);
        prop_assert_eq!(gops.len(), sealed.gops().len());
        for (gop, hashed) in gops.iter().zip(sealed.gops()) {
            prop_assert!(units[gop.units.start as usize].key);
            prop_assert_eq!((gop.first_dts, gop.end_dts), (hashed.first_dts, hashed.end_dts));
            prop_assert_eq!(gop.units.len(), hashed.au_hashes.len());
        }
        for (number, unit) in units.iter().enumerate() {
            prop_assert_eq!(index.wall_of(number as u32).map(|wall| wall.since_us(unit.wall).abs() <= 1), Some(true));
        }
    }

    #[test]
    fn a_cut_holds_every_unit_of_the_span(
        first in steps(60), second in steps(60), from in 0..20_000_000i64, length in 0..20_000_000i64,
    ) {
        let recorded = [record(&first), record(&second)];
        let indexes = [&recorded[0], &recorded[1]].map(|one| Index::decode(&one.sealed.index).unwrap());
        let sources: Vec<Source<'_>> = recorded.iter().zip(&indexes)
            .map(|(one, index)| Source { span: one.sealed.span, index }).collect();
        let start = Settings::default().start.plus_us(from - 1_000_000);
        let span = Span::new(start, start.plus_us(length)).unwrap();
        let pieces = cut::plan(&sources, span);
        for (segment, one) in recorded.iter().enumerate() {
            let piece = pieces.iter().find(|piece| piece.segment == segment);
            for number in 0..one.units.len() as u32 {
                if span.contains(indexes[segment].wall_of(number).unwrap()) {
                    prop_assert!(piece.is_some_and(|piece| piece.units.contains(&number)), "{} {:?}", number, piece);
                }
            }
            let Some(piece) = piece else {
                prop_assert!(one.sealed.span.intersect(span).is_none());
                continue;
            };
            prop_assert!(one.units[piece.units.start as usize].key);
            let part = one.sealed.span.intersect(span).unwrap_or(Span { start: span.start, end: span.start });
            prop_assert!(piece.span.start <= part.start && part.end <= piece.span.end);
            let bytes = &one.file[piece.bytes.start as usize..piece.bytes.end as usize];
            let items: Vec<_> = fmp4::items(bytes).map(|item| item.unwrap()).collect();
            prop_assert_eq!(items.len(), piece.fragments.len());
        }
    }

    #[test]
    fn damage_is_found_in_its_fragment(steps in steps(40), at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let Recorded { mut file, fragments, .. } = record(&steps);
        let at = at.index(file.len());
        file[at] ^= 1 << bit;
        let hit = fragments.iter().position(|fragment| (fragment.offset..fragment.offset + fragment.len).contains(&(at as u64)));
        // As the recorder does after a crash: only what the journal knows counts.
        let accept = |found: &FragmentFacts| fragments.get(found.index as usize - 1).is_some_and(|one| one.digest == found.digest);
        match (segment::recover(&file, secret(), accept), hit) {
            (Ok(read), Some(hit)) => prop_assert_eq!(read.fragments.len(), hit),
            (Ok(read), None) => prop_assert!(read.fragments.is_empty(), "the first fragment answers for ftyp and moov"),
            (Err(_), hit) => prop_assert_eq!(hit, None),
        }
    }
}

/// A small file to damage.
fn small() -> &'static Recorded {
    static FILE: OnceLock<Recorded> = OnceLock::new();
    FILE.get_or_init(|| {
        let step = |number: usize| Step {
            ticks: 3_600,
            composition: 0,
            key: number.is_multiple_of(9),
            bytes: 40 + number,
            flush: number % 13 == 12,
        };
        record(&(0..40).map(step).collect::<Vec<_>>())
    })
}

/// One act of damage.
#[derive(Clone, Debug)]
enum Damage {
    Set(prop::sample::Index, u8),
    Word(prop::sample::Index, u32),
    Cut(prop::sample::Index),
    Remove(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let any_index = any::<prop::sample::Index>;
    let word = prop_oneof![any::<u32>(), 0..100u32, Just(u32::MAX), Just(i32::MAX as u32)];
    let one = prop_oneof![
        4 => (any_index(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        4 => (any_index(), word).prop_map(|(at, word)| Damage::Word(at, word)),
        1 => any_index().prop_map(Damage::Cut),
        1 => (any_index(), 1..64usize).prop_map(|(at, bytes)| Damage::Remove(at, bytes)),
        1 => (any_index(), prop::collection::vec(any::<u8>(), 1..64)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
    ];
    prop::collection::vec(one, 1..6)
}

fn damage(bytes: &[u8], damages: &[Damage]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for damage in damages {
        if out.is_empty() {
            break;
        }
        match damage {
            Damage::Set(at, byte) => {
                let at = at.index(out.len());
                out[at] = *byte;
            }
            Damage::Word(at, word) => {
                let at = at.index(out.len());
                out.iter_mut().skip(at).zip(word.to_be_bytes()).for_each(|(byte, new)| *byte = new);
            }
            Damage::Cut(at) => out.truncate(at.index(out.len())),
            Damage::Remove(at, bytes) => {
                let at = at.index(out.len());
                out.drain(at..(at + bytes).min(out.len()));
            }
            Damage::Insert(at, bytes) => {
                let at = at.index(out.len());
                out.splice(at..at, bytes.iter().copied());
            }
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// No panic; and whatever is read covers the bytes that it says it covers.
    #[test]
    fn any_file_is_read_to_an_end(damages in damages()) {
        let file = damage(&small().file, &damages);
        let mut end = 0;
        for item in fmp4::items(&file).flatten() {
            prop_assert_eq!(item.range.start, end);
            end = item.range.end;
            if let fmp4::ItemKind::Fragment(fragment) = item.kind {
                let mut at = fragment.head.end;
                for sample in &fragment.samples {
                    prop_assert_eq!(sample.offset, at);
                    at = sample.range().end;
                    let _ = nal::split(&file[sample.offset as usize..at as usize]).count();
                }
                prop_assert_eq!(at, end);
                let head = &file[fragment.head.start as usize..fragment.head.end as usize];
                prop_assert!(fmp4::rebase(head, MediaTime(5)).is_ok());
            }
        }
        prop_assert!(end <= file.len() as u64);
        if let Ok(read) = segment::recover(&file, secret(), |_| true) {
            prop_assert!(read.good_bytes <= file.len() as u64);
            if let (Some(sealed), Ok(index)) = (read.sealed, index::rebuild(&file[..read.good_bytes as usize])) {
                prop_assert_eq!(sealed.index, index);
            }
        }
    }

    #[test]
    fn any_index_is_read_to_an_end(damages in damages(), at in any::<i64>()) {
        let bytes = damage(&small().sealed.index, &damages);
        if let Ok(index) = Index::decode(&bytes) {
            let gops = index.gops(WallTime(at));
            prop_assert!(gops.iter().zip(gops.iter().skip(1)).all(|(one, next)| one.units.end == next.units.start));
            let span = Span::new(WallTime(0), WallTime(i64::MAX)).unwrap();
            let _ = cut::plan(&[Source { span, index: &index }], span);
            let _ = (index.wall_of(3), index.end_wall(), index.fragment_of(u32::MAX));
            index.add_activity(WallTime(at), 1_000, &mut [0; 4]);
        }
    }

    #[test]
    fn any_parameter_set_is_read_to_an_end(damages in damages(), which in 0..3usize) {
        const H264: [&[u8]; 2] = [
            &[0x67, 0x4d, 0x40, 0x0d, 0xec, 0xa0, 0xa8, 0x43, 0xc4, 0x44, 0x60, 0x22, 0, 0, 3, 0, 2, 0, 0, 3, 0, 0x64, 0x1e, 0x28, 0x53, 0x2c],
            &[0x68, 0xce, 0x0f, 0xc8],
        ];
        const H265: [&[u8]; 3] = [
            &[0x40, 1, 0x0c, 1, 0xff, 0xff, 1, 0x60, 0, 0, 3, 0, 0x90, 0, 0, 3, 0, 0, 3, 0, 0x3c, 0x95, 0x94, 0x09],
            &[0x42, 1, 1, 1, 0x60, 0, 0, 3, 0, 0x90, 0, 0, 3, 0, 0, 3, 0, 0x3c, 0xa0, 0x0a, 0x88, 4, 7, 0x11, 0x11, 0x96, 0x56, 0x54, 0xa4, 0xc2, 0xf0, 0x16, 0x80],
            &[0x44, 1, 0xc1, 0x72, 0x86, 0x0c, 0x46, 0x24],
        ];
        let first = damage(H264[0], &damages);
        if let Ok(params) = h264::params(&[&first], &[H264[1]]) {
            prop_assert_eq!(media::params_from_config(Codec::H264, &params.config), Ok(params));
        }
        let mut sets = H265.map(<[u8]>::to_vec);
        sets[which] = damage(H265[which], &damages);
        if let Ok(params) = h265::params(&[&sets[0]], &[&sets[1]], &[&sets[2]]) {
            prop_assert_eq!(media::params_from_config(Codec::H265, &params.config), Ok(params));
        }
        for (codec, config) in [
            (Codec::H264, h264::params(&[H264[0]], &[H264[1]]).unwrap().config),
            (Codec::H265, h265::params(&[H265[0]], &[H265[1]], &[H265[2]]).unwrap().config),
        ] {
            let config = damage(&config, &damages);
            if let Ok(params) = media::params_from_config(codec, &config) {
                prop_assert_eq!(&params.config[..], &config[..]);
            }
        }
    }
}

#[test]
fn a_file_is_torn_at_every_byte() {
    let Recorded { file, fragments, .. } = small();
    for length in 0..file.len() {
        let Ok(read) = segment::recover(&file[..length], secret(), |_| true) else { continue };
        let whole = fragments.iter().filter(|one| one.offset + one.len <= length as u64).count();
        assert_eq!((read.fragments.len(), read.stopped), (whole, None), "{length}");
    }
    // Zeros behind the good part, as a file system may leave after a power cut.
    let mut padded = file.clone();
    padded.extend([0; 4096]);
    let read = segment::recover(&padded, secret(), |_| true).unwrap();
    assert_eq!(read.good_bytes, file.len() as u64);
    assert!(matches!(read.stopped, Some(Error::Stored { .. })));
}

#[test]
fn a_segment_cut_in_memory_is_what_its_file_gives() {
    let Recorded { file, fragments, sealed, .. } = small();
    for (count, last) in (1..).zip(fragments) {
        let end = (last.offset + last.len) as usize;
        let read = segment::recover(&file[..end], secret(), |_| true).unwrap().sealed.unwrap();
        let cut = sealed.clone().cut(count, read.reason, read.span.end).unwrap();
        assert!(cut.gops().eq(read.gops()), "{count}");
        assert_eq!(
            (&cut.pieces, &cut.index, cut.end_dts),
            (&read.pieces, &read.index, read.end_dts),
            "{count}"
        );
        assert_eq!(
            (cut.span, cut.media_bytes, cut.file_bytes),
            (read.span, read.media_bytes, read.file_bytes)
        );
        assert_eq!((cut.unit_count(), cut.gop_count()), (read.unit_count(), read.gop_count()));
    }
    for none in [0, fragments.len() + 1] {
        assert!(sealed.clone().cut(none, SealReason::Stop, sealed.span.end).is_none());
    }
}

#[test]
fn segments_end_for_a_reason() {
    let stream = SampleStream::new(Settings { fps: 1, gop: 5, ..Settings::default() }).unwrap();
    let other = SampleStream::new(Settings { width: 640, ..Settings::default() }).unwrap();
    let units: Vec<_> = stream.clone().take(200).collect();
    let limits = Limits { segment_bytes_max: 300_000, ..Limits::default() };
    let mut builder = SegmentBuilder::new(Arc::clone(stream.params()), secret(), limits);
    assert_eq!(builder.rotate_before(&units[0]), None, "an empty segment takes anything");
    assert!(builder.push(&units[1]).is_err(), "no key");
    for unit in &units[..58] {
        builder.push(unit).unwrap();
    }
    let check = |builder: &SegmentBuilder, unit: &AccessUnit, expected| {
        assert_eq!(builder.rotate_before(unit), expected, "{unit:?}");
    };
    check(&builder, &units[58], None);
    check(&builder, &units[60], Some(SealReason::Length));
    check(&builder, &units[61], None);
    check(&builder, &units[57], Some(SealReason::Discontinuity));
    check(&builder, &units[130], Some(SealReason::Discontinuity));
    check(&builder, &other.clone().next().unwrap(), Some(SealReason::Parameters));
    let mut large = units[58].clone();
    large.data = nal::join([vec![1; 250_000].as_slice()]);
    check(&builder, &large, Some(SealReason::Limit));
    for unit in &units[58..118] {
        builder.push(unit).unwrap();
    }
    check(&builder, &units[119], None);
    check(&builder, &units[121], Some(SealReason::Limit));
    assert!(builder.push(&units[3]).is_err(), "decode time steps back");
    let before = builder.units();
    let mut broken = units[118].clone();
    broken.data = broken.data.slice(..20);
    assert!(builder.push(&broken).is_err(), "half a NAL unit");
    assert_eq!(builder.units(), before);
    builder.push(&units[118]).unwrap();
    let sealed = builder.seal(SealReason::Limit, End::before(&units[119])).unwrap().unwrap();
    assert_eq!((sealed.unit_count(), sealed.end_dts), (119, units[119].dts));
    assert_eq!(sealed.span.end, units[119].wall);
}

#[test]
fn nothing_taken_is_no_segment() {
    let stream = SampleStream::new(Settings::default()).unwrap();
    let mut builder = SegmentBuilder::new(Arc::clone(stream.params()), secret(), Limits::default());
    assert!(builder.flush().unwrap().is_none());
    let end = End { wall: WallTime(0), dts: None };
    assert!(builder.seal(SealReason::Stop, end).unwrap().is_none());
}
