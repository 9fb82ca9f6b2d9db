//! Records of the recorder's journal: which bytes of which files were synced and what they hold, where a segment ends, and
//! which spans are gaps. Bytes only; the files are `media_dir`'s, the once-a-second rhythm is the pipeline's.
//!
//! Each record carries the first eight bytes of a SHA-256 over the previous record's value and its own body, so that
//! a torn or spliced journal ends at the first byte that is not what was written. Eight bytes guard against accidents;
//! forgery is the ledger's matter.

use crate::media_dir::SegmentPath;
use model::{CameraId, GapCause, Hash, MediaTime, Profile, SealReason, Span, StreamId, WallTime};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// One for each kind of record; a reader that does not know one stops there, as at a torn record.
const FRAGMENT: &[u8; 4] = b"WKJ1";
const SEAL: &[u8; 4] = b"WKS1";
const GAP: &[u8; 4] = b"WKG1";
const SYNCED: &[u8; 4] = b"WKY2";
/// Of recorders that wrote nothing while they synced: all records before it.
const ALL_SYNCED: &[u8; 4] = b"WKY1";
const CHAIN_BYTES: usize = 8;
/// A record's body: a path of at most 64 bytes or evidence of at most 500, and the fixed fields; anything longer is a torn length.
const BODY_BYTES_MAX: usize = 640;
/// What a gap's evidence is cut to, so that its body keeps the limit; the ledger's record has the same.
const EVIDENCE_BYTES_MAX: usize = ledger::record::EVIDENCE_BYTES_MAX;

/// One record of a journal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Record {
    Fragment(Entry),
    /// The segment was closed in order: where its record will say that it ends, and why.
    Seal {
        path: SegmentPath,
        end: WallTime,
        reason: SealReason,
    },
    /// A span without footage whose record is not committed yet.
    Gap {
        stream: StreamId,
        span: Span,
        cause: GapCause,
        evidence: String,
    },
    /// A sync has succeeded that began behind the first so many records of this journal: what they name is on the disk, not
    /// only in memory. It says nothing of the records between them and this one, nor of other journals.
    Synced {
        records: u32,
    },
}

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
    /// The running value, as a tick names it.
    pub const fn value(&self) -> [u8; CHAIN_BYTES] {
        self.0
    }

    fn next(&self, magic: &[u8; 4], body: &[u8]) -> Self {
        let sum = Sha256::new().chain_update(magic).chain_update(self.0).chain_update(body).finalize();
        let mut value = [0; CHAIN_BYTES];
        value.copy_from_slice(&sum[..CHAIN_BYTES]);
        Self(value)
    }
}

/// What a journal file says, and where it stops making sense.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decoded {
    pub records: Vec<Record>,
    /// Offset of the first byte that is not part of a whole, correct record; `None` when all are.
    pub torn_at: Option<usize>,
}

/// Appends one record's bytes to `out` and moves the chain on.
pub fn encode(record: &Record, chain: &mut Chain, out: &mut Vec<u8>) {
    let mut body = Vec::with_capacity(BODY_BYTES_MAX);
    let magic = match record {
        Record::Fragment(entry) => {
            encode_fragment(entry, &mut body);
            FRAGMENT
        }
        Record::Seal { path, end, reason } => {
            encode_path(path, &mut body);
            body.extend_from_slice(&end.0.to_be_bytes());
            body.push(reason.code());
            SEAL
        }
        Record::Gap { stream, span, cause, evidence } => {
            body.extend_from_slice(stream.camera.0.as_bytes());
            body.push(stream.profile as u8);
            body.extend_from_slice(&span.start.0.to_be_bytes());
            body.extend_from_slice(&span.end.0.to_be_bytes());
            body.push(cause.code());
            body.extend_from_slice(cut(evidence).as_bytes());
            GAP
        }
        // All before it: as older recorders said it.
        Record::Synced { records: u32::MAX } => ALL_SYNCED,
        Record::Synced { records } => {
            body.extend_from_slice(&records.to_be_bytes());
            SYNCED
        }
    };
    *chain = chain.next(magic, &body);
    out.extend_from_slice(magic);
    out.extend_from_slice(&(body.len() as u16).to_be_bytes());
    out.extend_from_slice(&body);
    out.extend_from_slice(&chain.0);
}

fn cut(evidence: &str) -> &str {
    let mut end = evidence.len().min(EVIDENCE_BYTES_MAX);
    while !evidence.is_char_boundary(end) {
        end -= 1;
    }
    evidence.get(..end).unwrap_or_default()
}

fn encode_path(path: &SegmentPath, body: &mut Vec<u8>) {
    let path = path.as_str().as_bytes();
    body.push(path.len() as u8);
    body.extend_from_slice(path);
}

fn encode_fragment(entry: &Entry, body: &mut Vec<u8>) {
    encode_path(&entry.path, body);
    body.extend_from_slice(&entry.fragment.to_be_bytes());
    body.extend_from_slice(&entry.offset.to_be_bytes());
    body.extend_from_slice(&entry.length.to_be_bytes());
    body.extend_from_slice(&entry.sha256.0);
    body.extend_from_slice(&entry.span.start.0.to_be_bytes());
    body.extend_from_slice(&entry.span.end.0.to_be_bytes());
    body.extend_from_slice(&entry.first_dts.0.to_be_bytes());
    body.extend_from_slice(&entry.units.to_be_bytes());
}

/// Reads records up to the first that is torn, changed or out of its place.
pub fn decode_all(bytes: &[u8]) -> Decoded {
    let (mut records, mut chain, mut rest) = (Vec::new(), Chain::default(), bytes);
    while !rest.is_empty() {
        let Some((record, next, after)) = decode_one(rest, &chain) else {
            return Decoded { records, torn_at: Some(bytes.len() - rest.len()) };
        };
        records.push(record);
        (chain, rest) = (next, after);
    }
    Decoded { records, torn_at: None }
}

fn decode_one<'a>(bytes: &'a [u8], chain: &Chain) -> Option<(Record, Chain, &'a [u8])> {
    let (magic, rest) = bytes.split_first_chunk::<4>()?;
    let decode: fn(&[u8]) -> Option<Record> = match magic {
        FRAGMENT => |body| decode_fragment(body).map(Record::Fragment),
        SEAL => decode_seal,
        GAP => decode_gap,
        SYNCED => decode_synced,
        ALL_SYNCED => |body| body.is_empty().then_some(Record::Synced { records: u32::MAX }),
        _ => return None,
    };
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length > BODY_BYTES_MAX {
        return None;
    }
    let (body, rest) = rest.split_at_checked(length)?;
    let (value, rest) = rest.split_first_chunk::<CHAIN_BYTES>()?;
    let next = chain.next(magic, body);
    if next.0 != *value {
        return None;
    }
    Some((decode(body)?, next, rest))
}

fn decode_path(body: &[u8]) -> Option<(SegmentPath, &[u8])> {
    let (&[length], body) = body.split_first_chunk::<1>()?;
    let (path, body) = body.split_at_checked(length.into())?;
    Some((SegmentPath::parse(std::str::from_utf8(path).ok()?).ok()?, body))
}

fn decode_seal(body: &[u8]) -> Option<Record> {
    let (path, body) = decode_path(body)?;
    let (end, body) = body.split_first_chunk::<8>()?;
    let &[reason] = body else { return None };
    let reason = SealReason::from_code(reason)?;
    Some(Record::Seal { path, end: WallTime(i64::from_be_bytes(*end)), reason })
}

fn decode_synced(body: &[u8]) -> Option<Record> {
    let (records, body) = body.split_first_chunk::<4>()?;
    let records = u32::from_be_bytes(*records);
    (body.is_empty() && records != u32::MAX).then_some(Record::Synced { records })
}

fn decode_gap(body: &[u8]) -> Option<Record> {
    let (camera, body) = body.split_first_chunk::<16>()?;
    let (&[profile], body) = body.split_first_chunk::<1>()?;
    let (start, body) = body.split_first_chunk::<8>()?;
    let (end, body) = body.split_first_chunk::<8>()?;
    let (&[cause], evidence) = body.split_first_chunk::<1>()?;
    let stream =
        StreamId { camera: CameraId(Uuid::from_bytes(*camera)), profile: Profile::from_code(profile)? };
    let span = Span::new(WallTime(i64::from_be_bytes(*start)), WallTime(i64::from_be_bytes(*end)))?;
    let evidence =
        std::str::from_utf8(evidence).ok().filter(|text| text.len() <= EVIDENCE_BYTES_MAX)?.to_owned();
    Some(Record::Gap { stream, span, cause: GapCause::from_code(cause)?, evidence })
}

fn decode_fragment(body: &[u8]) -> Option<Entry> {
    let (path, body) = decode_path(body)?;
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
        path,
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

    fn record(number: u32) -> Record {
        let path = SegmentPath::parse("abcdef012345/main/20261122/100000-0badcafe.mp4").unwrap();
        let span = Span { start: WallTime(number.into()), end: WallTime(i64::from(number) + 500_000) };
        match number {
            2 => Record::Seal { path, end: span.end, reason: SealReason::Length },
            3 => Record::Gap {
                stream: StreamId { camera: CameraId(Uuid::from_u128(7)), profile: Profile::Sub },
                span,
                cause: GapCause::Network,
                evidence: "守".into(),
            },
            4 => Record::Synced { records: 3 },
            _ => Record::Fragment(fragment(number, path)),
        }
    }

    fn fragment(number: u32, path: SegmentPath) -> Entry {
        Entry {
            path,
            fragment: number,
            offset: u64::from(number) * 1_000,
            length: 1_000,
            sha256: Hash([number as u8; 32]),
            span: Span { start: WallTime(number.into()), end: WallTime(i64::from(number) + 500_000) },
            first_dts: MediaTime(i64::from(number) * 45_000),
            units: 12,
        }
    }

    fn journal(count: u32) -> (Vec<Record>, Vec<u8>, Vec<usize>) {
        let (mut chain, mut bytes, mut ends) = (Chain::default(), Vec::new(), vec![0]);
        let entries: Vec<Record> = (0..count).map(record).collect();
        for entry in &entries {
            encode(entry, &mut chain, &mut bytes);
            ends.push(bytes.len());
        }
        (entries, bytes, ends)
    }

    #[test]
    fn torn_at_every_byte_keeps_the_whole_records_before() {
        let (entries, bytes, ends) = journal(5);
        for cut in 0..=bytes.len() {
            let decoded = decode_all(&bytes[..cut]);
            let whole = ends.iter().filter(|end| **end <= cut).count() - 1;
            assert_eq!(decoded.records, entries[..whole], "cut at {cut}");
            let torn = (ends[whole] != cut).then_some(ends[whole]);
            assert_eq!(decoded.torn_at, torn, "cut at {cut}");
        }
    }

    /// A journal of a recorder that wrote nothing while it synced: `WKY1`, no body, chained like any other.
    #[test]
    fn the_older_word_for_synced_covers_all_before_it() {
        let (mut chain, mut bytes) = (Chain::default(), Vec::new());
        encode(&record(0), &mut chain, &mut bytes);
        let next = chain.next(ALL_SYNCED, &[]);
        bytes.extend_from_slice(b"WKY1\0\0");
        bytes.extend_from_slice(&next.value());
        let decoded = decode_all(&bytes);
        assert_eq!(decoded.records, [record(0), Record::Synced { records: u32::MAX }]);
        assert_eq!(decoded.torn_at, None);
    }

    #[test]
    fn a_changed_byte_ends_the_journal_there() {
        let (entries, bytes, ends) = journal(5);
        for index in 0..bytes.len() {
            for bit in [1, 0x80] {
                let mut changed = bytes.clone();
                changed[index] ^= bit;
                let decoded = decode_all(&changed);
                let whole = ends.iter().filter(|end| **end <= index).count() - 1;
                assert_eq!(decoded.records, entries[..whole], "byte {index}");
                assert_eq!(decoded.torn_at, Some(ends[whole]));
            }
        }
    }

    #[test]
    fn records_out_of_their_place_end_it_too() {
        let (entries, bytes, ends) = journal(3);
        let (first, second, third) = (&bytes[..ends[1]], &bytes[ends[1]..ends[2]], &bytes[ends[2]..]);
        let check = |parts: &[&[u8]], whole: usize| {
            assert_eq!(decode_all(&parts.concat()).records, entries[..whole]);
        };
        check(&[first, second, third], 3);
        check(&[first, third], 1);
        check(&[second, first], 0);
        check(&[first, first], 1);
        check(&[first, second, &[0; 4_096]], 2);
    }
}
