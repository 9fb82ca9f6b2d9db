//! The groups of pictures of a found video, and which of them are groups that a store has a record of.
//!
//! Any MP4 with H.264 or H.265 is read, whoever wrote it, since copying a stream into another file changes no picture. Its times
//! are not believed: the hash of a unit covers the stored times, so the found bytes are hashed with those, and a group that leads
//! to the root in the record has the recorded pictures, in their order.

use crate::read::ReadAt;
use crate::walk::{Step, Walker};
use ledger::record::SegmentRecord;
use ledger::table::GopTable;
use ledger::tree::mth_of_entries;
use media::fmp4::{ItemKind, TRACK_ID};
use media::foreign::{BOX_BYTES_MAX, ForeignTrack};
use media::hash::{Framing, SegmentSecret, au_hash, gop_salt};
use media::index::Index;
use media::nal;
use media::segment::UNIT_BYTES_MAX;
use model::{Codec, Span, WallTime};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::ops::Range;

/// Boxes of a file: fragments with a head of two boxes each, as many as a package may have.
const BOXES_MAX: u32 = 6_000_000;
/// Found groups that are hashed for one stored group: two of the same sizes are rare, and a file full of them is made up.
const ALIKE_MAX: usize = 64;
/// Read to learn a fragment's wall time: longer heads have none that matters here.
const HEAD_BYTES: u64 = 64 << 10;

/// Why a file's pictures cannot be compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoPictures {
    /// No MP4, or its `moov` is cut off.
    NoMp4,
    /// Its tables contradict themselves, or it has no track with H.264 or H.265 pictures.
    Unreadable(&'static str),
    /// Not one key unit, or nothing but tables.
    NoGroup,
}

/// What a video has, without its bytes.
#[derive(Debug)]
pub struct Pictures {
    codec: Codec,
    units: Vec<Unit>,
    /// From key unit to key unit, as numbers of units. The last may be cut.
    groups: Vec<Range<usize>>,
    /// Groups by the sizes of their units: what a frame index is compared with.
    by_sizes: HashMap<Vec<u32>, Vec<usize>>,
    /// Of the first and the last fragment that says one: where to look first, and no proof.
    walls: Option<Span>,
}

#[derive(Clone, Copy, Debug)]
struct Unit {
    offset: u64,
    bytes: u32,
    /// Without parameter sets, which are not stored in units.
    size: u32,
}

/// The groups of one stored segment.
#[derive(Clone, Copy)]
pub struct StoredGroups<'a> {
    pub record: &'a SegmentRecord,
    pub gops: &'a GopTable,
    pub frames: &'a Frames,
    /// From the sidecar.
    pub secret: &'a SegmentSecret,
}

/// A stored segment's frame index.
#[derive(Debug)]
pub struct Frames(Index);

impl Frames {
    /// From the compact form that the database keeps.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        Index::decode(bytes).ok().map(Self)
    }
}

/// Reads a file's tables and the beginnings of its units.
pub fn pictures(file: &mut dyn ReadAt) -> io::Result<Result<Pictures, NoPictures>> {
    let (track, fragments) = match boxes(file)? {
        Ok(found) => found,
        Err(none) => return Ok(Err(none)),
    };
    let Ok(samples) = track.samples() else { return Ok(Err(NoPictures::NoGroup)) };
    let codec = track.params.codec;
    let (mut units, mut groups) = (Vec::new(), Vec::<Range<usize>>::new());
    for sample in samples {
        let end = sample.offset.checked_add(sample.bytes.into());
        if end.is_none_or(|end| end > file.bytes()) || u64::from(sample.bytes) > UNIT_BYTES_MAX {
            // What is cut off has tables still.
            continue;
        }
        let data = read(file, sample.offset, sample.bytes)?;
        let Some(stored) = stored_form(codec, &data) else { continue };
        let (key, number) = (nal::is_key(codec, &stored), units.len());
        units.push(Unit { offset: sample.offset, bytes: sample.bytes, size: stored.len() as u32 });
        match groups.last_mut() {
            _ if key => groups.push(number..number + 1),
            Some(group) => group.end = number + 1,
            // Before the first key unit nothing is a group.
            None => {}
        }
    }
    if groups.is_empty() {
        return Ok(Err(NoPictures::NoGroup));
    }
    let mut by_sizes = HashMap::<Vec<u32>, Vec<usize>>::new();
    for (number, group) in groups.iter().enumerate() {
        by_sizes.entry(sizes(&units, group)).or_default().push(number);
    }
    let walls = walls(file, fragments)?;
    Ok(Ok(Pictures { codec, units, groups, by_sizes, walls }))
}

fn sizes(units: &[Unit], group: &Range<usize>) -> Vec<u32> {
    units.get(group.clone()).unwrap_or_default().iter().map(|unit| unit.size).collect()
}

fn read(file: &mut dyn ReadAt, offset: u64, bytes: u32) -> io::Result<Vec<u8>> {
    let mut data = vec![0; bytes as usize];
    file.read_at(offset, &mut data)?;
    Ok(data)
}

/// A unit as the recorder stores it: parameter sets that another writer put into it are left out (docs/design/footage.md §1).
/// `None`: it is not whole NAL units.
fn stored_form(codec: Codec, data: &[u8]) -> Option<Cow<'_, [u8]>> {
    nal::count(data).ok()?;
    let is_parameter = |unit: &&[u8]| match (codec, nal::unit_type(codec, unit)) {
        (Codec::H264, Some(kind)) => matches!(kind, 7 | 8),
        (Codec::H265, Some(kind)) => matches!(kind, 32..=34),
        _ => false,
    };
    let units: Vec<&[u8]> = nal::split(data).collect::<Result<_, _>>().ok()?;
    if !units.iter().any(&is_parameter) {
        return Some(Cow::Borrowed(data));
    }
    let kept = units.into_iter().filter(|unit| !is_parameter(unit)).collect::<Vec<_>>();
    Some(Cow::Owned(nal::join(kept).to_vec()))
}

/// The track, and where the first and the last fragment begin.
type Boxes = (ForeignTrack, Option<(u64, u64)>);

/// Walks the boxes of the file itself (ISO/IEC 14496-12 §4.2) up to its end or a cut.
fn boxes(file: &mut dyn ReadAt) -> io::Result<Result<Boxes, NoPictures>> {
    let (mut at, mut track, mut fragments) = (0_u64, None::<ForeignTrack>, None);
    for _ in 0..BOXES_MAX {
        let Some((kind, head, size)) = box_at(file, at)? else { break };
        let is_whole = at.checked_add(size).is_some_and(|end| end <= file.bytes());
        let wanted = match (&kind, &track) {
            (b"moov", None) | (b"moof", Some(_)) => is_whole,
            _ => false,
        };
        if &kind == b"prft" {
            fragments = Some((fragments.map_or(at, |(first, _)| first), at));
        }
        if wanted {
            let Some(body) = size.checked_sub(head).filter(|body| *body <= BOX_BYTES_MAX) else {
                return Ok(Err(NoPictures::Unreadable("a box of tables is too large")));
            };
            let body = read(file, at + head, body as u32)?;
            let taken = match &mut track {
                Some(track) => track.fragment(&body, at),
                none => ForeignTrack::new(&body).map(|new| *none = Some(new)),
            };
            if taken.is_err() {
                return Ok(Err(NoPictures::Unreadable(
                    "its tables cannot be read, or have no H.264 or H.265",
                )));
            }
        }
        let Some(next) = at.checked_add(size).filter(|next| *next < file.bytes()) else { break };
        at = next;
    }
    Ok(track.map(|track| (track, fragments)).ok_or(NoPictures::NoMp4))
}

/// Kind, length of the header, and length of the box at that place; `None` where no box can be.
fn box_at(file: &mut dyn ReadAt, at: u64) -> io::Result<Option<([u8; 4], u64, u64)>> {
    let rest = file.bytes().saturating_sub(at);
    if rest < 8 {
        return Ok(None);
    }
    let mut head = [0; 8];
    file.read_at(at, &mut head)?;
    let [a, b, c, d, kind @ ..] = head;
    Ok(match u32::from_be_bytes([a, b, c, d]) {
        0 => Some((kind, 8, rest)),
        1 if rest >= 16 => {
            let mut wide = [0; 8];
            file.read_at(at + 8, &mut wide)?;
            Some((kind, 16, u64::from_be_bytes(wide))).filter(|(_, _, size)| *size >= 16)
        }
        1 => None,
        size => Some((kind, 8, size.into())).filter(|(_, _, size)| *size >= 8),
    })
}

/// What the first and the last fragment say of wall time, where they are ours.
fn walls(file: &mut dyn ReadAt, fragments: Option<(u64, u64)>) -> io::Result<Option<Span>> {
    let Some((first, last)) = fragments else { return Ok(None) };
    let mut wall = |at: u64| -> io::Result<Option<WallTime>> {
        Ok(match Walker::from(file, at).step(HEAD_BYTES)? {
            Step::Item(item) => match item.kind {
                ItemKind::Fragment(fragment) => fragment.wall,
                _ => None,
            },
            Step::Broken { .. } | Step::End => None,
        })
    };
    let Some(start) = wall(first)? else { return Ok(None) };
    // The last fragment may be cut; then the first's time is all there is.
    let end = wall(last)?.filter(|end| *end > start).unwrap_or(start);
    Ok(Some(Span { start, end: end.plus_us(1_000_000) }))
}

impl Pictures {
    /// Groups, the last of which may be cut.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// When its pictures were taken, as the file says, if it does.
    pub fn walls(&self) -> Option<Span> {
        self.walls
    }

    /// Whether a segment has a group with the units of one of ours, by their sizes alone: nothing is read, and mostly it has not.
    pub fn is_like(&self, frames: &Frames) -> bool {
        self.alike(frames, WallTime(i64::MAX)).next().is_some()
    }

    /// Numbers of stored groups with the found ones that have units of the same sizes.
    fn alike<'a>(
        &'a self,
        frames: &'a Frames,
        end: WallTime,
    ) -> impl Iterator<Item = (media::index::GopEntry, &'a [usize])> + 'a {
        let sizes = |units: &Range<u32>| -> Vec<u32> {
            let range = units.start as usize..units.end as usize;
            frames.0.units().get(range).unwrap_or_default().iter().map(|unit| unit.size).collect()
        };
        frames.0.gops(end).into_iter().filter_map(move |gop| {
            let found = self.by_sizes.get(&sizes(&gop.units))?;
            Some((gop, found.as_slice()))
        })
    }

    /// Finds the groups that are groups of this segment: their number here, and when they were. Those in `known` are not tried
    /// again, so each group is hashed once for a segment that has it.
    pub fn find_in(
        &self,
        file: &mut dyn ReadAt,
        stored: &StoredGroups<'_>,
        known: &BTreeSet<usize>,
    ) -> io::Result<Vec<(usize, Span)>> {
        let mut found: Vec<(usize, Span)> = Vec::new();
        if stored.record.codec != self.codec {
            return Ok(found);
        }
        for (gop, alike) in self.alike(stored.frames, stored.record.span.end) {
            let is_free =
                |number: &&usize| !known.contains(number) && !found.iter().any(|(taken, _)| taken == *number);
            let free: Vec<usize> = alike.iter().filter(is_free).take(ALIKE_MAX).copied().collect();
            for number in free {
                if self.is_group(file, number, stored, &gop)? {
                    found.push((number, gop.span));
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Whether a found group is this stored one: its bytes, hashed with the stored times and salt, lead to the record's root.
    fn is_group(
        &self,
        file: &mut dyn ReadAt,
        number: usize,
        stored: &StoredGroups<'_>,
        entry: &media::index::GopEntry,
    ) -> io::Result<bool> {
        let Some(gop) = stored.gops.0.get(entry.index as usize) else { return Ok(false) };
        let samples = stored.frames.0.units().get(entry.units.start as usize..entry.units.end as usize);
        let units = self.groups.get(number).and_then(|group| self.units.get(group.clone()));
        let (Some(samples), Some(units)) = (samples, units) else { return Ok(false) };
        if samples.len() != units.len() || units.len() as u64 != u64::from(gop.au_count) {
            return Ok(false);
        }
        let (salt, framing) = (gop_salt(stored.secret, entry.index), Framing::of(self.codec));
        let mut hashes = Vec::with_capacity(units.len());
        for (unit, sample) in units.iter().zip(samples) {
            let data = read(file, unit.offset, unit.bytes)?;
            let Some(data) = stored_form(self.codec, &data) else { return Ok(false) };
            let hash = au_hash(&salt, framing, TRACK_ID as u8, sample.dts, sample.pts, sample.key, &data);
            let Ok(hash) = hash else { return Ok(false) };
            hashes.push(hash);
        }
        Ok(mth_of_entries(hashes.iter().map(|hash| hash.0.as_slice())) == gop.root)
    }
}
