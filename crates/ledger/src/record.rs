//! Entries of the footage log: what was recorded, what is missing, what was deleted, what is held, what was lost.
//!
//! A record's bytes are its entry in the log; its hash chains the records of one stream. Each record is a fixed-order
//! binary layout (RFC 8446 §3) with the version byte first; decoding rejects whatever encoding would not produce.

mod bytes;
mod hold;
mod loss;

pub use hold::{HOLD_CAMERAS_MAX, HoldRecord, HoldStep};
pub use loss::LossRecord;

use crate::tick::{TICK_DOMAIN, TickRecord};
use crate::tree::sha256;
use crate::{Error, Result};
use model::{Codec, GapCause, Hash, MediaTime, SealReason, Span, StoreId, StreamId, WallTime};

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

/// What an entry of the footage log says. The numbers are frozen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum EntryKind {
    Segment = 1,
    Gap = 2,
    ExpiryIntent = 3,
    ExpiryDone = 4,
    HoldPlaced = 5,
    HoldReleased = 6,
    Tick = 7,
    Loss = 8,
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
            7 => Some(Self::Tick),
            8 => Some(Self::Loss),
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
            Self::Tick => "tick",
            Self::Loss => "loss",
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
    /// Both sides are 0 of sound.
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
    Hold(HoldRecord),
    Tick(TickRecord),
    Loss(LossRecord),
}

impl Entry {
    pub const fn kind(&self) -> EntryKind {
        match self {
            Self::Segment(_) => EntryKind::Segment,
            Self::Gap(_) => EntryKind::Gap,
            Self::Expiry(ExpiryRecord { step: ExpiryStep::Intent, .. }) => EntryKind::ExpiryIntent,
            Self::Expiry(_) => EntryKind::ExpiryDone,
            Self::Hold(HoldRecord { step: HoldStep::Placed, .. }) => EntryKind::HoldPlaced,
            Self::Hold(_) => EntryKind::HoldReleased,
            Self::Tick(_) => EntryKind::Tick,
            Self::Loss(_) => EntryKind::Loss,
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
        } else if after_version.starts_with(hold::DOMAIN) {
            HoldRecord::decode(bytes).map(Self::Hold)
        } else if after_version.starts_with(TICK_DOMAIN) {
            TickRecord::decode(bytes).map(Self::Tick)
        } else if after_version.starts_with(loss::DOMAIN) {
            LossRecord::decode(bytes).map(Self::Loss)
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
            Self::Hold(record) => record.encode(),
            Self::Tick(record) => record.encode(),
            Self::Loss(record) => record.encode(),
        }
    }

    /// The stream that it is about; a hold is about cameras, a tick about the recorder.
    pub const fn stream(&self) -> Option<StreamId> {
        match self {
            Self::Segment(record) => Some(record.stream),
            Self::Gap(record) => Some(record.stream),
            Self::Expiry(record) => Some(record.stream),
            Self::Loss(record) => Some(record.stream),
            Self::Hold(_) | Self::Tick(_) => None,
        }
    }
}

/// Frozen codec numbers: 1 = H.264, 2 = H.265, 3 = Motion JPEG; of sound 4 = AAC, 5 = G.711 µ-law, 6 = G.711 A-law.
pub const fn codec_code(codec: Codec) -> u8 {
    match codec {
        Codec::H264 => 1,
        Codec::H265 => 2,
        Codec::Jpeg => 3,
        Codec::Aac => 4,
        Codec::Pcmu => 5,
        Codec::Pcma => 6,
    }
}

/// The codec of a frozen number.
pub const fn codec_from_code(code: u8) -> Option<Codec> {
    match code {
        1 => Some(Codec::H264),
        2 => Some(Codec::H265),
        3 => Some(Codec::Jpeg),
        4 => Some(Codec::Aac),
        5 => Some(Codec::Pcmu),
        6 => Some(Codec::Pcma),
        _ => None,
    }
}
