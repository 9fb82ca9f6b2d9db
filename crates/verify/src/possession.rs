//! Reads one group of pictures and makes what a challenge asks about it: its units' hashes and the possession tag.
//!
//! Both sides use it: the server over its stored file, the judge over a package that was opened. It gives out no byte of a
//! picture.

use crate::read::ReadAt;
use crate::walk::{GUESS_BYTES, Step, Walker, begins_group};
use media::fmp4::{ItemKind, TRACK_ID};
use media::hash::{Framing, GopSalt, PossessionTag, SegmentSecret, au_hash, gop_salt};
use media::index::Index;
use media::segment::UNIT_BYTES_MAX;
use model::{Codec, Hash};
use std::io;

/// What was read of one group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Possession {
    /// In decode order.
    pub au_hashes: Vec<Hash>,
    pub tag: Hash,
}

/// Reads group `gop` of a stored segment of that codec, which its frame index finds.
pub fn possess_stored(
    file: &mut dyn ReadAt,
    frames: &[u8],
    secret: &SegmentSecret,
    (codec, gop): (Codec, u32),
    (seed, draw): (Hash, u32),
) -> io::Result<Result<Possession, String>> {
    let index = match Index::decode(frames) {
        Ok(index) => index,
        Err(error) => return Ok(Err(format!("its index: {error}"))),
    };
    let begins = index.fragments().iter().filter(|fragment| fragment.key_first).nth(gop as usize);
    let Some(fragment) = begins else { return Ok(Err("its index has not so many groups".to_owned())) };
    possess(file, fragment.offset, &gop_salt(secret, gop), codec, (seed, draw))
}

/// Reads the group that begins at `start` of a file. The inner error says what is wrong with the bytes.
pub fn possess(
    file: &mut dyn ReadAt,
    start: u64,
    salt: &GopSalt,
    codec: Codec,
    (seed, draw): (Hash, u32),
) -> io::Result<Result<Possession, String>> {
    let mut walker = Walker::from(file, start);
    let (mut au_hashes, mut tag) = (Vec::new(), PossessionTag::new(seed, draw));
    loop {
        let item = match walker.step(GUESS_BYTES)? {
            Step::Item(item) => item,
            Step::End => break,
            Step::Broken { at, problem } => return Ok(Err(format!("at byte {at}: {problem}"))),
        };
        let at = item.range.start;
        let ItemKind::Fragment(fragment) = &item.kind else {
            return Ok(Err(format!("at byte {at}: no fragment")));
        };
        match begins_group(fragment, codec) {
            Some(true) if !au_hashes.is_empty() => break,
            Some(begins) if begins == au_hashes.is_empty() => {}
            _ => return Ok(Err(format!("at byte {at}: no group begins here"))),
        }
        walker.load(&item)?;
        for sample in &fragment.samples {
            if u64::from(sample.size) > UNIT_BYTES_MAX {
                return Ok(Err(format!("at byte {}: a unit longer than any may be", sample.offset)));
            }
            let data = walker.slice(sample.offset, sample.size.into())?;
            let (framing, track) = (Framing::of(codec), TRACK_ID as u8);
            let hash = au_hash(salt, framing, track, sample.dts, sample.pts, sample.key, data);
            let added = tag.add(salt, (framing, track), sample.dts, sample.pts, sample.key, data);
            match hash.and_then(|hash| added.map(|()| hash)) {
                Ok(hash) => au_hashes.push(hash),
                Err(error) => return Ok(Err(format!("at byte {}: {error}", sample.offset))),
            }
        }
    }
    if au_hashes.is_empty() {
        return Ok(Err("the file ends before the group".to_owned()));
    }
    Ok(Ok(Possession { au_hashes, tag: tag.finish() }))
}
