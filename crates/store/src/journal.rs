//! Records of the recorder's journal: which bytes of which files were synced, and what they hold. Bytes only; the
//! files are `media_dir`'s, the once-a-second rhythm is the pipeline's.
//!
//! Each record carries the first eight bytes of a SHA-256 over the previous record's value and its own body, so that
//! a torn or spliced journal ends at the first byte that is not what was written. Eight bytes guard against accidents;
//! forgery is the ledger's matter.

use crate::media_dir::SegmentPath;
use model::{Hash, MediaTime, Span, WallTime};
use sha2::{Digest as _, Sha256};

const MAGIC: &[u8; 4] = b"WKJ1";
const CHAIN_BYTES: usize = 8;
/// A record's body: a path of at most 64 bytes and the fixed fields; anything longer is a torn length.
const BODY_BYTES_MAX: usize = 256;

/// One fragment that was written, as the recorder noted it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    pub path: SegmentPath,
    /// Fragment number in the file; 0 is the first after the init part.
    pub fragment: u32,
    /// Where the fragment's bytes begin. The first entry of a file begins at 0 and so covers the init part too.
    pub offset: u64,
    pub length: u32,
    /// SHA-256 of those bytes. A record counts after a restart only if the file's bytes still hash to it.
    pub sha256: Hash,
    /// Wall time of the first unit and of the end of the last.
    pub span: Span,
    pub first_dts: MediaTime,
    pub units: u32,
}

/// The running value that links records; one per journal file, starting anew.
#[derive(Clone, Debug, Default)]
pub struct Chain([u8; CHAIN_BYTES]);

impl Chain {
    fn next(&self, body: &[u8]) -> Self {
        let sum = Sha256::new().chain_update(MAGIC).chain_update(self.0).chain_update(body).finalize();
        let mut value = [0; CHAIN_BYTES];
        value.copy_from_slice(&sum[..CHAIN_BYTES]);
        Self(value)
    }
}

/// What a journal file says, and where it stops making sense.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decoded {
    pub entries: Vec<Entry>,
    /// Offset of the first byte that is not part of a whole, correct record; `None` when all are.
    pub torn_at: Option<usize>,
}

/// Appends one record's bytes to `out` and moves the chain on.
pub fn encode(entry: &Entry, chain: &mut Chain, out: &mut Vec<u8>) {
    let path = entry.path.as_str().as_bytes();
    let mut body = Vec::with_capacity(BODY_BYTES_MAX);
    body.push(path.len() as u8);
    body.extend_from_slice(path);
    body.extend_from_slice(&entry.fragment.to_be_bytes());
    body.extend_from_slice(&entry.offset.to_be_bytes());
    body.extend_from_slice(&entry.length.to_be_bytes());
    body.extend_from_slice(&entry.sha256.0);
    body.extend_from_slice(&entry.span.start.0.to_be_bytes());
    body.extend_from_slice(&entry.span.end.0.to_be_bytes());
    body.extend_from_slice(&entry.first_dts.0.to_be_bytes());
    body.extend_from_slice(&entry.units.to_be_bytes());
    *chain = chain.next(&body);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&(body.len() as u16).to_be_bytes());
    out.extend_from_slice(&body);
    out.extend_from_slice(&chain.0);
}

/// Reads records up to the first that is torn, changed or out of its place.
pub fn decode_all(bytes: &[u8]) -> Decoded {
    let (mut entries, mut chain, mut rest) = (Vec::new(), Chain::default(), bytes);
    while !rest.is_empty() {
        let Some((entry, next, after)) = decode_one(rest, &chain) else {
            return Decoded { entries, torn_at: Some(bytes.len() - rest.len()) };
        };
        entries.push(entry);
        (chain, rest) = (next, after);
    }
    Decoded { entries, torn_at: None }
}

fn decode_one<'a>(bytes: &'a [u8], chain: &Chain) -> Option<(Entry, Chain, &'a [u8])> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length > BODY_BYTES_MAX {
        return None;
    }
    let (body, rest) = rest.split_at_checked(length)?;
    let (value, rest) = rest.split_first_chunk::<CHAIN_BYTES>()?;
    let next = chain.next(body);
    if next.0 != *value {
        return None;
    }
    Some((decode_body(body)?, next, rest))
}

fn decode_body(body: &[u8]) -> Option<Entry> {
    let (&[path_length], body) = body.split_first_chunk::<1>()?;
    let (path, body) = body.split_at_checked(path_length.into())?;
    let (fragment, body) = body.split_first_chunk::<4>()?;
    let (offset, body) = body.split_first_chunk::<8>()?;
    let (length, body) = body.split_first_chunk::<4>()?;
    let (sha256, body) = body.split_first_chunk::<32>()?;
    let (start, body) = body.split_first_chunk::<8>()?;
    let (end, body) = body.split_first_chunk::<8>()?;
    let (first_dts, body) = body.split_first_chunk::<8>()?;
    let (units, body) = body.split_first_chunk::<4>()?;
    body.is_empty().then_some(())?;
    Some(Entry {
        path: SegmentPath::parse(std::str::from_utf8(path).ok()?).ok()?,
        fragment: u32::from_be_bytes(*fragment),
        offset: u64::from_be_bytes(*offset),
        length: u32::from_be_bytes(*length),
        sha256: Hash(*sha256),
        span: Span::new(WallTime(i64::from_be_bytes(*start)), WallTime(i64::from_be_bytes(*end)))?,
        first_dts: MediaTime(i64::from_be_bytes(*first_dts)),
        units: u32::from_be_bytes(*units),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u32) -> Entry {
        Entry {
            path: SegmentPath::parse("abcdef012345/main/20261122/100000-0badcafe.mp4").unwrap(),
            fragment: number,
            offset: u64::from(number) * 1_000,
            length: 1_000,
            sha256: Hash([number as u8; 32]),
            span: Span { start: WallTime(number.into()), end: WallTime(i64::from(number) + 500_000) },
            first_dts: MediaTime(i64::from(number) * 45_000),
            units: 12,
        }
    }

    fn journal(count: u32) -> (Vec<Entry>, Vec<u8>, Vec<usize>) {
        let (mut chain, mut bytes, mut ends) = (Chain::default(), Vec::new(), vec![0]);
        let entries: Vec<Entry> = (0..count).map(entry).collect();
        for entry in &entries {
            encode(entry, &mut chain, &mut bytes);
            ends.push(bytes.len());
        }
        (entries, bytes, ends)
    }

    #[test]
    fn torn_at_every_byte_keeps_the_whole_records_before() {
        let (entries, bytes, ends) = journal(4);
        for cut in 0..=bytes.len() {
            let decoded = decode_all(&bytes[..cut]);
            let whole = ends.iter().filter(|end| **end <= cut).count() - 1;
            assert_eq!(decoded.entries, entries[..whole], "cut at {cut}");
            let torn = (ends[whole] != cut).then_some(ends[whole]);
            assert_eq!(decoded.torn_at, torn, "cut at {cut}");
        }
    }

    #[test]
    fn a_changed_byte_ends_the_journal_there() {
        let (entries, bytes, ends) = journal(4);
        for index in 0..bytes.len() {
            for bit in [1, 0x80] {
                let mut changed = bytes.clone();
                changed[index] ^= bit;
                let decoded = decode_all(&changed);
                let whole = ends.iter().filter(|end| **end <= index).count() - 1;
                assert_eq!(decoded.entries, entries[..whole], "byte {index}");
                assert_eq!(decoded.torn_at, Some(ends[whole]));
            }
        }
    }

    #[test]
    fn records_out_of_their_place_end_it_too() {
        let (entries, bytes, ends) = journal(3);
        let (first, second, third) = (&bytes[..ends[1]], &bytes[ends[1]..ends[2]], &bytes[ends[2]..]);
        let check = |parts: &[&[u8]], whole: usize| {
            assert_eq!(decode_all(&parts.concat()).entries, entries[..whole]);
        };
        check(&[first, second, third], 3);
        check(&[first, third], 1);
        check(&[second, first], 0);
        check(&[first, first], 1);
        check(&[first, second, &[0; 4_096]], 2);
    }
}
