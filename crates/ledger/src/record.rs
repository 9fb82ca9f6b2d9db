//! Entries of the footage log: what was recorded, what is missing, what was deleted.
//!
//! A record's bytes are its entry in the log; its hash chains the records of one stream. Each record is a fixed-order
//! binary layout (RFC 8446 §3) with the version byte first; decoding rejects whatever encoding would not produce.

use crate::layout::{Reader, Writer};
use crate::tree::sha256;
use crate::{Error, Result};
use model::{
    CameraId, Codec, GapCause, Hash, MediaTime, Profile, SealReason, Span, StoreId, StreamId, WallTime,
};

pub(crate) const VERSION: u8 = 1;
const SEGMENT_DOMAIN: &[u8] = b"watchkeeper/segment/v1\n";
const GAP_DOMAIN: &[u8] = b"watchkeeper/gap/v1\n";
const EXPIRY_DOMAIN: &[u8] = b"watchkeeper/expiry/v1\n";

/// Longest evidence text of a gap: enough for a sentence and the words of the failing system call.
pub const EVIDENCE_BYTES_MAX: usize = 500;
/// Segments in one expiry record: 40 bytes each keep the entry below [`crate::ENTRY_BYTES_MAX`].
pub const EXPIRY_SEGMENTS_MAX: usize = 90;
/// Longest text that says under which rule footage was deleted, and by which procedure.
pub const EXPIRY_TEXT_BYTES_MAX: usize = 100;
/// Further digests or signatures beside SHA-256: room for SM3, SM2 and one post-quantum pair.
pub const TAGGED_COUNT_MAX: usize = 4;
/// Longest tagged value: an ML-DSA-44 signature has 2,420 bytes (FIPS 204).
pub const TAGGED_BYTES_MAX: usize = 2_420;

/// SHA-256 of a record's bytes; the next record of the stream names it.
pub fn record_hash(bytes: &[u8]) -> Hash {
    sha256(&[bytes])
}

/// What an entry of the footage log says. The numbers are frozen; holds are reserved and not yet readable.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum EntryKind {
    Segment = 1,
    Gap = 2,
    ExpiryIntent = 3,
    ExpiryDone = 4,
    HoldPlaced = 5,
    HoldReleased = 6,
}

impl EntryKind {
    pub const fn code(self) -> u8 {
        self as u8
    }
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Segment),
            2 => Some(Self::Gap),
            3 => Some(Self::ExpiryIntent),
            4 => Some(Self::ExpiryDone),
            5 => Some(Self::HoldPlaced),
            6 => Some(Self::HoldReleased),
            _ => None,
        }
    }
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Segment => "segment",
            Self::Gap => "gap",
            Self::ExpiryIntent => "expiry_intent",
            Self::ExpiryDone => "expiry_done",
            Self::HoldPlaced => "hold_placed",
            Self::HoldReleased => "hold_released",
        }
    }
}

/// A value of a named algorithm: further digests (1 = SM3) and signatures (1 = SM2, 2 = ML-DSA-44). Algorithm 0 is
/// reserved; a list has strictly ascending algorithm numbers. A verifier that lacks one says "not checked".
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tagged {
    pub algorithm: u8,
    pub bytes: Vec<u8>,
}

/// The camera clock against ours, as measured; `method` 0 = not measured, then both numbers are 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClockOffset {
    /// Camera minus server, in microseconds.
    pub offset_us: i64,
    pub uncertainty_us: u64,
    /// 0 = not measured, 1 = RTCP sender report, 2 = the camera's HTTP date.
    pub method: u8,
}

/// One sealed segment of one stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SegmentRecord {
    pub store: StoreId,
    pub stream: StreamId,
    /// Counts the segments and gaps of this stream from 0, without a hole.
    pub stream_seq: u64,
    /// Hash of the record with the previous `stream_seq`; zero for the first.
    pub prev_record_hash: Hash,
    /// Server's estimate of the capture time of the first unit and of the end of the last.
    pub span: Span,
    pub first_dts: MediaTime,
    pub end_dts: MediaTime,
    pub gop_count: u32,
    pub au_count: u32,
    /// Bytes of sample data: the sum of the sizes of all samples as stored.
    pub media_bytes: u64,
    pub codec: Codec,
    /// SHA-256 of `VideoParams::config`.
    pub config_hash: Hash,
    pub width: u16,
    pub height: u16,
    /// Root over the GOP leaves ([`crate::table::GopTable::root`]).
    pub gops_root: Hash,
    /// Root over the piece hashes ([`crate::table::PieceTable::root`]).
    pub boxes_root: Hash,
    pub file_bytes: u64,
    pub clock: ClockOffset,
    /// How often the store had been opened when this was written; goes back only after a restore.
    pub boot_counter: u64,
    pub seal_reason: SealReason,
    /// Days that the footage must be kept, counted from the end of the span.
    pub floor_days: u16,
    /// [`crate::checkpoint::Checkpoint::hash`] of the newest checkpoint known when the record was made; zero if none.
    pub last_checkpoint: Hash,
    pub digests: Vec<Tagged>,
    pub signatures: Vec<Tagged>,
}

/// A segment's own facts before its place in the stream's chain is known; all fields as in [`SegmentRecord`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SegmentDraft {
    pub store: StoreId,
    pub stream: StreamId,
    pub span: Span,
    pub first_dts: MediaTime,
    pub end_dts: MediaTime,
    pub gop_count: u32,
    pub au_count: u32,
    pub media_bytes: u64,
    pub codec: Codec,
    pub config_hash: Hash,
    pub width: u16,
    pub height: u16,
    pub gops_root: Hash,
    pub boxes_root: Hash,
    pub file_bytes: u64,
    pub clock: ClockOffset,
    pub boot_counter: u64,
    pub seal_reason: SealReason,
    pub floor_days: u16,
}

impl SegmentDraft {
    /// The record at that place of the chain, without further digests or signatures.
    pub fn place(self, stream_seq: u64, prev_record_hash: Hash, last_checkpoint: Hash) -> SegmentRecord {
        SegmentRecord {
            store: self.store,
            stream: self.stream,
            stream_seq,
            prev_record_hash,
            span: self.span,
            first_dts: self.first_dts,
            end_dts: self.end_dts,
            gop_count: self.gop_count,
            au_count: self.au_count,
            media_bytes: self.media_bytes,
            codec: self.codec,
            config_hash: self.config_hash,
            width: self.width,
            height: self.height,
            gops_root: self.gops_root,
            boxes_root: self.boxes_root,
            file_bytes: self.file_bytes,
            clock: self.clock,
            boot_counter: self.boot_counter,
            seal_reason: self.seal_reason,
            floor_days: self.floor_days,
            last_checkpoint,
            digests: Vec::new(),
            signatures: Vec::new(),
        }
    }
}

/// A span of one stream without footage, in the same sequence and chain as the segments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GapRecord {
    pub store: StoreId,
    pub stream: StreamId,
    pub stream_seq: u64,
    pub prev_record_hash: Hash,
    pub span: Span,
    pub cause: GapCause,
    /// What was observed, for engineers; at most [`EVIDENCE_BYTES_MAX`] bytes, no personal data.
    pub evidence: String,
    pub boot_counter: u64,
    pub last_checkpoint: Hash,
}

/// Which step of a deletion: the intent comes before the unlinking, the completion after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExpiryStep {
    Intent,
    /// Carries the record hash of its intent.
    Done {
        intent: Hash,
    },
}

/// Deletion of sealed segments of one stream. The hashes stay, the footage and its salts go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpiryRecord {
    pub store: StoreId,
    pub stream: StreamId,
    pub step: ExpiryStep,
    pub at: WallTime,
    /// The floor in force, in days.
    pub floor_days: u16,
    /// The rule, for example `guangzhou-2007:19`, or `unit:floor`.
    pub rule: String,
    /// The procedure that acts, for example `retention`.
    pub executed_by: String,
    /// Bytes of media files freed or to be freed.
    pub file_bytes: u64,
    /// (stream_seq, record hash), strictly ascending, 1 to [`EXPIRY_SEGMENTS_MAX`].
    pub segments: Vec<(u64, Hash)>,
}

/// Any entry of the footage log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Entry {
    Segment(SegmentRecord),
    Gap(GapRecord),
    Expiry(ExpiryRecord),
}

impl Entry {
    pub const fn kind(&self) -> EntryKind {
        match self {
            Self::Segment(_) => EntryKind::Segment,
            Self::Gap(_) => EntryKind::Gap,
            Self::Expiry(ExpiryRecord { step: ExpiryStep::Intent, .. }) => EntryKind::ExpiryIntent,
            Self::Expiry(_) => EntryKind::ExpiryDone,
        }
    }

    /// Decodes whichever record these bytes are, by the domain string after the version byte.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let after_version = bytes.get(1..).unwrap_or_default();
        if after_version.starts_with(SEGMENT_DOMAIN) {
            SegmentRecord::decode(bytes).map(Self::Segment)
        } else if after_version.starts_with(GAP_DOMAIN) {
            GapRecord::decode(bytes).map(Self::Gap)
        } else if after_version.starts_with(EXPIRY_DOMAIN) {
            ExpiryRecord::decode(bytes).map(Self::Expiry)
        } else {
            let problem = "not the domain string of a known record";
            Err(Error::Decode { what: "footage entry", field: "domain", offset: 1, problem })
        }
    }

    pub fn encode(&self) -> Result<Vec<u8>> {
        match self {
            Self::Segment(record) => record.encode(),
            Self::Gap(record) => record.encode(),
            Self::Expiry(record) => record.encode(),
        }
    }

    pub const fn stream(&self) -> StreamId {
        match self {
            Self::Segment(record) => record.stream,
            Self::Gap(record) => record.stream,
            Self::Expiry(record) => record.stream,
        }
    }
}

/// Frozen codec numbers: 1 = H.264, 2 = H.265.
pub const fn codec_code(codec: Codec) -> u8 {
    match codec {
        Codec::H264 => 1,
        Codec::H265 => 2,
    }
}

/// The codec of a frozen number.
pub const fn codec_from_code(code: u8) -> Option<Codec> {
    match code {
        1 => Some(Codec::H264),
        2 => Some(Codec::H265),
        _ => None,
    }
}

fn read_stream(reader: &mut Reader<'_>) -> Result<(StoreId, StreamId)> {
    let store = StoreId(reader.uuid("store")?);
    let camera = CameraId(reader.uuid("camera")?);
    let profile = reader.code("profile", Profile::from_code)?;
    Ok((store, StreamId { camera, profile }))
}

fn write_stream(writer: &mut Writer, store: StoreId, stream: StreamId) {
    writer.uuid(store.0);
    writer.uuid(stream.camera.0);
    writer.u8(stream.profile as u8);
}

fn read_span(reader: &mut Reader<'_>) -> Result<Span> {
    let start = WallTime(reader.i64("start_wall")?);
    let end = WallTime(reader.i64("end_wall")?);
    if start >= end {
        return Err(reader.bad("end_wall", 8, "the end is not after the start"));
    }
    Ok(Span { start, end })
}

fn write_span(writer: &mut Writer, span: Span) -> Result<()> {
    if span.start >= span.end {
        return Err(writer.bad("end_wall", "the end is not after the start"));
    }
    writer.i64(span.start.0);
    writer.i64(span.end.0);
    Ok(())
}

fn read_tagged(reader: &mut Reader<'_>, field: &'static str) -> Result<Vec<Tagged>> {
    let count = usize::from(reader.u8(field)?);
    if count > TAGGED_COUNT_MAX {
        return Err(reader.bad(field, 1, "too many"));
    }
    let mut list: Vec<Tagged> = Vec::with_capacity(count);
    for _ in 0..count {
        let algorithm = reader.u8(field)?;
        if algorithm <= list.last().map_or(0, |last| last.algorithm) {
            return Err(reader.bad(field, 1, "algorithm numbers do not ascend"));
        }
        list.push(Tagged { algorithm, bytes: reader.opaque(field, TAGGED_BYTES_MAX)?.to_vec() });
    }
    Ok(list)
}

fn write_tagged(writer: &mut Writer, field: &'static str, list: &[Tagged]) -> Result<()> {
    let count = u8::try_from(list.len()).ok().filter(|_| list.len() <= TAGGED_COUNT_MAX);
    writer.u8(count.ok_or_else(|| writer.bad(field, "too many"))?);
    let mut last = 0;
    for tagged in list {
        if tagged.algorithm <= last {
            return Err(writer.bad(field, "algorithm numbers do not ascend"));
        }
        last = tagged.algorithm;
        writer.u8(tagged.algorithm);
        writer.opaque(field, TAGGED_BYTES_MAX, &tagged.bytes)?;
    }
    Ok(())
}

impl ClockOffset {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let clock = Self {
            offset_us: reader.i64("clock_offset_us")?,
            uncertainty_us: reader.u64("clock_uncertainty_us")?,
            method: reader.u8("clock_method")?,
        };
        if clock.problem().is_some() {
            return Err(reader.bad("clock_method", 1, "numbers without a method, or an unknown method"));
        }
        Ok(clock)
    }
    const fn problem(&self) -> Option<&'static str> {
        match self.method {
            0 if self.offset_us == 0 && self.uncertainty_us == 0 => None,
            1 | 2 => None,
            _ => Some("numbers without a method, or an unknown method"),
        }
    }
}

impl SegmentRecord {
    const WHAT: &'static str = "segment record";

    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::header(Self::WHAT, VERSION, SEGMENT_DOMAIN);
        if let Some((field, problem)) = self.problem() {
            return Err(writer.bad(field, problem));
        }
        write_stream(&mut writer, self.store, self.stream);
        writer.u64(self.stream_seq);
        writer.hash(self.prev_record_hash);
        write_span(&mut writer, self.span)?;
        writer.i64(self.first_dts.0);
        writer.i64(self.end_dts.0);
        writer.u32(self.gop_count);
        writer.u32(self.au_count);
        writer.u64(self.media_bytes);
        writer.u8(codec_code(self.codec));
        writer.hash(self.config_hash);
        writer.u16(self.width);
        writer.u16(self.height);
        writer.hash(self.gops_root);
        writer.hash(self.boxes_root);
        writer.u64(self.file_bytes);
        writer.i64(self.clock.offset_us);
        writer.u64(self.clock.uncertainty_us);
        writer.u8(self.clock.method);
        writer.u64(self.boot_counter);
        writer.u8(self.seal_reason.code());
        writer.u16(self.floor_days);
        writer.hash(self.last_checkpoint);
        write_tagged(&mut writer, "digests", &self.digests)?;
        write_tagged(&mut writer, "signatures", &self.signatures)?;
        writer.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(Self::WHAT, bytes);
        reader.header(VERSION, SEGMENT_DOMAIN)?;
        let (store, stream) = read_stream(&mut reader)?;
        let record = Self {
            store,
            stream,
            stream_seq: reader.u64("stream_seq")?,
            prev_record_hash: reader.hash("prev_record_hash")?,
            span: read_span(&mut reader)?,
            first_dts: MediaTime(reader.i64("first_dts")?),
            end_dts: MediaTime(reader.i64("end_dts")?),
            gop_count: reader.u32("gop_count")?,
            au_count: reader.u32("au_count")?,
            media_bytes: reader.u64("media_bytes")?,
            codec: reader.code("codec", codec_from_code)?,
            config_hash: reader.hash("config_hash")?,
            width: reader.u16("width")?,
            height: reader.u16("height")?,
            gops_root: reader.hash("gops_root")?,
            boxes_root: reader.hash("boxes_root")?,
            file_bytes: reader.u64("file_bytes")?,
            clock: ClockOffset::read(&mut reader)?,
            boot_counter: reader.u64("boot_counter")?,
            seal_reason: reader.code("seal_reason", SealReason::from_code)?,
            floor_days: reader.u16("floor_days")?,
            last_checkpoint: reader.hash("last_checkpoint")?,
            digests: read_tagged(&mut reader, "digests")?,
            signatures: read_tagged(&mut reader, "signatures")?,
        };
        if let Some((field, problem)) = record.problem() {
            return Err(reader.bad(field, bytes.len(), problem));
        }
        reader.finish()?;
        Ok(record)
    }

    /// What no true segment can say.
    fn problem(&self) -> Option<(&'static str, &'static str)> {
        if self.first_dts >= self.end_dts {
            return Some(("end_dts", "the end is not after the start"));
        }
        if self.gop_count == 0 || self.gop_count > self.au_count {
            return Some(("gop_count", "is zero or more than the access units"));
        }
        if self.media_bytes >= self.file_bytes {
            return Some(("file_bytes", "not more than the media bytes"));
        }
        if (self.stream_seq == 0) != (self.prev_record_hash == Hash::default()) {
            return Some(("prev_record_hash", "must be zero for the first record and only there"));
        }
        self.clock.problem().map(|problem| ("clock_method", problem))
    }
}

impl GapRecord {
    const WHAT: &'static str = "gap record";

    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::header(Self::WHAT, VERSION, GAP_DOMAIN);
        if let Some((field, problem)) = self.problem() {
            return Err(writer.bad(field, problem));
        }
        write_stream(&mut writer, self.store, self.stream);
        writer.u64(self.stream_seq);
        writer.hash(self.prev_record_hash);
        write_span(&mut writer, self.span)?;
        writer.u8(self.cause.code());
        writer.text("evidence", EVIDENCE_BYTES_MAX, &self.evidence)?;
        writer.u64(self.boot_counter);
        writer.hash(self.last_checkpoint);
        writer.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(Self::WHAT, bytes);
        reader.header(VERSION, GAP_DOMAIN)?;
        let (store, stream) = read_stream(&mut reader)?;
        let record = Self {
            store,
            stream,
            stream_seq: reader.u64("stream_seq")?,
            prev_record_hash: reader.hash("prev_record_hash")?,
            span: read_span(&mut reader)?,
            cause: reader.code("cause", GapCause::from_code)?,
            evidence: reader.text("evidence", EVIDENCE_BYTES_MAX)?,
            boot_counter: reader.u64("boot_counter")?,
            last_checkpoint: reader.hash("last_checkpoint")?,
        };
        if let Some((field, problem)) = record.problem() {
            return Err(reader.bad(field, bytes.len(), problem));
        }
        reader.finish()?;
        Ok(record)
    }

    fn problem(&self) -> Option<(&'static str, &'static str)> {
        ((self.stream_seq == 0) != (self.prev_record_hash == Hash::default()))
            .then_some(("prev_record_hash", "must be zero for the first record and only there"))
    }
}

impl ExpiryRecord {
    const WHAT: &'static str = "expiry record";

    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::header(Self::WHAT, VERSION, EXPIRY_DOMAIN);
        let (kind, intent) = match self.step {
            ExpiryStep::Intent => (EntryKind::ExpiryIntent, Hash::default()),
            ExpiryStep::Done { intent } => (EntryKind::ExpiryDone, intent),
        };
        writer.u8(kind.code());
        writer.hash(intent);
        write_stream(&mut writer, self.store, self.stream);
        writer.i64(self.at.0);
        writer.u16(self.floor_days);
        writer.text("rule", EXPIRY_TEXT_BYTES_MAX, &self.rule)?;
        writer.text("executed_by", EXPIRY_TEXT_BYTES_MAX, &self.executed_by)?;
        writer.u64(self.file_bytes);
        let count = u8::try_from(self.segments.len()).ok();
        let count = count.filter(|count| (1..=EXPIRY_SEGMENTS_MAX).contains(&usize::from(*count)));
        writer.u8(count.ok_or_else(|| writer.bad("segments", "none or too many"))?);
        if !self.segments.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err(writer.bad("segments", "sequence numbers do not ascend"));
        }
        for &(seq, hash) in &self.segments {
            writer.u64(seq);
            writer.hash(hash);
        }
        writer.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(Self::WHAT, bytes);
        reader.header(VERSION, EXPIRY_DOMAIN)?;
        let kind = reader.code("kind", EntryKind::from_code)?;
        let intent = reader.hash("intent")?;
        let step = match (kind, intent == Hash::default()) {
            (EntryKind::ExpiryIntent, true) => ExpiryStep::Intent,
            (EntryKind::ExpiryDone, false) => ExpiryStep::Done { intent },
            _ => return Err(reader.bad("intent", 33, "an intent names none, a completion names one")),
        };
        let (store, stream) = read_stream(&mut reader)?;
        let at = WallTime(reader.i64("at")?);
        let floor_days = reader.u16("floor_days")?;
        let rule = reader.text("rule", EXPIRY_TEXT_BYTES_MAX)?;
        let executed_by = reader.text("executed_by", EXPIRY_TEXT_BYTES_MAX)?;
        let file_bytes = reader.u64("file_bytes")?;
        let count = usize::from(reader.u8("segments")?);
        if !(1..=EXPIRY_SEGMENTS_MAX).contains(&count) {
            return Err(reader.bad("segments", 1, "none or too many"));
        }
        let mut segments: Vec<(u64, Hash)> = Vec::with_capacity(count);
        for _ in 0..count {
            let seq = reader.u64("segments")?;
            if segments.last().is_some_and(|(last, _)| *last >= seq) {
                return Err(reader.bad("segments", 8, "sequence numbers do not ascend"));
            }
            segments.push((seq, reader.hash("segments")?));
        }
        reader.finish()?;
        Ok(Self { store, stream, step, at, floor_days, rule, executed_by, file_bytes, segments })
    }
}
