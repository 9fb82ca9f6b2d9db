//! Damage to videos: boxes, their numbers, fragments, samples.

use super::Work;
use crate::mutations::Random;
use media::fmp4::{self, ItemKind};
use std::ops::Range;

/// An item of a video with the length of its head.
struct Part {
    range: Range<usize>,
    head: usize,
}

fn parts(video: &[u8]) -> Vec<Part> {
    let items = fmp4::items(video).map_while(Result::ok);
    let part = |item: fmp4::Item| {
        let range = item.range.start as usize..item.range.end as usize;
        let head = match &item.kind {
            ItemKind::Fragment(fragment) => fragment.head.end as usize - range.start,
            _ => range.len(),
        };
        Part { range, head }
    };
    items.map(part).collect()
}

/// Damages one video.
pub fn damage(work: &mut Work<'_>) {
    let Some(name) = work.pick(|name| name.ends_with(".mp4")) else { return };
    let video = work.files[&name].clone();
    let parts = parts(&video);
    if parts.is_empty() {
        return;
    }
    let (video, did) = change(video, &parts, work.random);
    work.files.insert(name.clone(), video);
    work.did(format!("{name}: {did}"));
}

/// Numbers that readers of boxes take for something.
const NUMBERS: [u32; 12] =
    [0, 1, 8, 40, 41, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x0100_0000, 0x0200_0000, 0x0101_0000, 90_000];

fn change(video: Vec<u8>, parts: &[Part], random: &mut Random) -> (Vec<u8>, String) {
    let which = random.below(parts.len());
    match random.below(14) {
        0..=5 => head(video, (which, &parts[which]), random),
        6..=10 => order(video, (which, parts), random),
        _ => samples(video, (which, &parts[which]), random),
    }
}

/// Bits and numbers of a head.
fn head(mut video: Vec<u8>, (which, part): (usize, &Part), random: &mut Random) -> (Vec<u8>, String) {
    let at = part.range.start + random.below(part.head.max(1));
    let word = part.range.start + random.below(part.head.max(4) / 4) * 4;
    let kind = random.below(3);
    if kind == 0 {
        video[at] ^= 1 << random.below(8);
        return (video, format!("flip at {at}, in the head of {which}"));
    }
    let Some(place) = video.get_mut(word..word + 4) else { return (video, "nothing".into()) };
    let own = u32::from_be_bytes([place[0], place[1], place[2], place[3]]);
    let near = own.wrapping_add_signed(random.below(5) as i32 - 2);
    let number = if kind == 1 { *random.pick(&NUMBERS) } else { near };
    place.copy_from_slice(&number.to_be_bytes());
    (video, format!("{number:#x} at {word}, in the head of {which}"))
}

/// Boxes and parts: more, fewer, in another order.
fn order(mut video: Vec<u8>, (which, parts): (usize, &[Part]), random: &mut Random) -> (Vec<u8>, String) {
    let part = &parts[which];
    match random.below(5) {
        0 => {
            let at = [part.range.start, part.range.end][random.below(2)];
            let boxes: [&[u8]; 5] = [
                b"\0\0\0\x08free",
                b"\0\0\0\x0cfreeabcd",
                b"\0\0\0\x08mdat",
                b"\0\0\0\0free",
                b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x10",
            ];
            let added = *random.pick(&boxes);
            video.splice(at..at, added.iter().copied());
            (video, format!("a box at {at}"))
        }
        1 => {
            video.truncate(part.range.end);
            (video, format!("ends behind {which}"))
        }
        2 => {
            video.drain(part.range.clone());
            (video, format!("without {which}"))
        }
        3 => {
            let copy = video[part.range.clone()].to_vec();
            video.splice(part.range.end..part.range.end, copy);
            (video, format!("{which} twice"))
        }
        _ => {
            let second = random.below(parts.len());
            let (first, second) = (&parts[which.min(second)], &parts[which.max(second)]);
            let mut out = video[..first.range.start].to_vec();
            if first.range != second.range {
                out.extend(&video[second.range.clone()]);
                out.extend(&video[first.range.end..second.range.start]);
            }
            out.extend(&video[first.range.clone()]);
            out.extend(&video[second.range.end..]);
            (out, "two parts swapped".into())
        }
    }
}

/// In the samples: also where a unit's length stands.
fn samples(mut video: Vec<u8>, (which, part): (usize, &Part), random: &mut Random) -> (Vec<u8>, String) {
    let samples = part.range.start + part.head..part.range.end;
    if samples.is_empty() {
        return (video, "nothing".into());
    }
    let at = samples.start + [0, 1, 2, 3, random.below(samples.len())][random.below(5)] % samples.len();
    video[at] ^= 1 << random.below(8);
    (video, format!("flip at {at}, in the samples of {which}"))
}

/// Lengths of the parts, if the whole video can be read, and all bytes that are not samples.
pub fn described(video: &[u8]) -> Option<(Vec<usize>, Vec<u8>)> {
    let parts = parts(video);
    let whole = parts.last().is_some_and(|part| part.range.end == video.len());
    if !whole || parts.len() < 3 {
        return None;
    }
    // Piece 0 is what comes before the first fragment: two items.
    let mut lengths = vec![parts[1].range.end];
    lengths.extend(parts[2..].iter().map(|part| part.range.len()));
    let heads = parts.iter().flat_map(|part| video[part.range.start..part.range.start + part.head].to_vec());
    Some((lengths, heads.collect()))
}
