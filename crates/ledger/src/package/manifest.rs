//! The JSON files of a package: the manifest, one proof for each record, the hand-over.
//!
//! The structures hold what the files hold, and judge nothing. Times are microseconds since 1970-01-01T00:00Z, media
//! times ticks of 1/90000 s, sizes bytes. Unknown fields are ignored: the signature covers the bytes of the file.

use super::codec::{
    bytes32, deserialize_base64, hashes, json_text, number, object, objects, serialize_base64, text,
};
use super::{FORMAT, Recipient};
use crate::table::Gop;
use crate::{Error, Result};
use model::{CameraId, ExportId, Hash, MediaTime, Profile, Span, StoreId, WallTime};
use serde::{Deserialize, Serialize};

/// `manifest.json`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// The id of this copy: also in each video's `uuid` box and in the hand-over entry.
    #[serde(with = "text")]
    pub copy_id: ExportId,
    pub created_us: i64,
    /// Software name and version, for information.
    pub made_by: String,
    #[serde(with = "text")]
    pub store: StoreId,
    pub unit_name: String,
    /// `main`, `sub` or `later`: of the pictures.
    pub profile: String,
    /// `original`: the stored bytes, nothing drawn over them and nothing masked.
    pub rendering: String,
    /// `quorum`, `not_yet` or `not_asked`, as the maker saw it: for people. Absent in packages of version 0.1.
    #[serde(default)]
    pub witnessing: String,
    #[serde(deserialize_with = "object")]
    pub asked: SpanUs,
    #[serde(deserialize_with = "object")]
    pub recipient: Recipient,
    /// Named so that a reader knows which key to ask for. Trust comes from elsewhere.
    #[serde(deserialize_with = "object")]
    pub footage_log: LogName,
    #[serde(deserialize_with = "object")]
    pub access_log: LogName,
    #[serde(deserialize_with = "objects")]
    pub cameras: Vec<Camera>,
    /// Sound that goes along, of cameras that are among `cameras`, under the same numbers. Absent when none was asked for.
    #[serde(default, deserialize_with = "objects", skip_serializing_if = "Vec::is_empty")]
    pub sound: Vec<Camera>,
    /// Every file but the manifest and its signature, in ascending order of names.
    #[serde(deserialize_with = "objects")]
    pub files: Vec<File>,
}

/// A span of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SpanUs {
    pub from_us: i64,
    pub to_us: i64,
}

impl SpanUs {
    /// `None` when the end is before the start.
    pub fn span(self) -> Option<Span> {
        Span::new(WallTime(self.from_us), WallTime(self.to_us))
    }
}

impl From<Span> for SpanUs {
    fn from(span: Span) -> Self {
        Self { from_us: span.start.0, to_us: span.end.0 }
    }
}

/// A log by its origin and verifier key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LogName {
    pub origin: String,
    pub vkey: String,
}

/// One camera's part.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Camera {
    /// Counted from 1; part of file names.
    pub number: u32,
    #[serde(with = "text")]
    pub id: CameraId,
    pub name: String,
    pub place: String,
    /// The records that tile the asked span, in their stream's order.
    #[serde(deserialize_with = "objects")]
    pub records: Vec<RecordRef>,
    /// Footage of the gaps among them that was brought later, by time. Absent where there is none.
    #[serde(default, deserialize_with = "objects", skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<Later>,
    #[serde(deserialize_with = "objects")]
    pub videos: Vec<Video>,
}

/// A part of a gap for which the store has footage that was brought later. It is not in the package; a package of profile `later`
/// proves it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Later {
    /// The gap record, by its number in the camera's stream of the package.
    pub gap: u64,
    pub from_us: i64,
    pub to_us: i64,
    /// The segment record, by its number in the camera's stream of profile `later`.
    pub seq: u64,
}

impl Later {
    /// Whether it is a part of that gap.
    pub fn is_of(&self, gap: u64, span: Span) -> bool {
        self.gap == gap
            && span.start.0 <= self.from_us
            && self.from_us < self.to_us
            && self.to_us <= span.end.0
    }
}

/// Numbers in a package's JSON are so large at most, so that every reader of JSON holds them exactly (RFC 8259 §6).
const NUMBER_MAX: u64 = (1 << 53) - 1;

const fn is_number(number: u64) -> bool {
    number <= NUMBER_MAX
}

/// Times may lie before their beginning.
const fn is_time(time: i64) -> bool {
    time.unsigned_abs() <= NUMBER_MAX
}

/// Where a record's proof is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RecordRef {
    pub seq: u64,
    /// `segment` or `gap`.
    pub kind: String,
    pub file: String,
}

/// One video file: fragmented MP4 of one run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Video {
    pub file: String,
    /// RFC 6381.
    pub codec: String,
    pub width: u16,
    pub height: u16,
    /// SHA-256 of the decoder configuration (body of `avcC` or `hvcC`), as in the segment records.
    #[serde(with = "text")]
    pub config_sha256: Hash,
    /// SHA-256 over all bytes of the file that are not sample data, one after another.
    #[serde(with = "text")]
    pub heads_sha256: Hash,
    /// Tile the file from its first to its last byte: piece 0 is `ftyp`, `moov` and the `uuid` box, each further one a
    /// fragment (`prft`, `moof`, `mdat`).
    #[serde(deserialize_with = "objects")]
    pub pieces: Vec<Piece>,
}

/// A run of bytes of a video, so that a changed byte can be located.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Piece {
    pub bytes: u64,
    #[serde(with = "text")]
    pub sha256: Hash,
    /// Capture time of the first unit and of the end of the last; for piece 0 both are the video's start.
    pub from_us: i64,
    pub to_us: i64,
    /// `stream_seq` of the segment it was copied from; none for piece 0.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "number")]
    pub seq: Option<u64>,
}

/// A file and what it must be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct File {
    pub name: String,
    pub bytes: u64,
    #[serde(with = "text")]
    pub sha256: Hash,
}

/// `proof/CAMERA-01/00000042.json`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Proof {
    Segment(SegmentProof),
    Gap(GapProof),
}

/// A segment record, its place in the log, and the groups of pictures that the package holds of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SegmentProof {
    #[serde(serialize_with = "serialize_base64", deserialize_with = "deserialize_base64")]
    pub record: Vec<u8>,
    pub log_index: u64,
    #[serde(with = "hashes")]
    pub inclusion: Vec<Hash>,
    /// The video file that holds the groups.
    pub video: String,
    /// Index of the first group in its segment, from 0.
    pub first_gop: u32,
    #[serde(deserialize_with = "objects")]
    pub gops: Vec<GopRow>,
    /// That these groups are exactly `[first_gop, first_gop + gops.len())` of the record's `gops_root`.
    #[serde(with = "hashes")]
    pub range_proof: Vec<Hash>,
    /// Number of the first fragment in its segment, from 1 (`mfhd`); the groups' fragments follow it without a hole.
    pub first_piece: u32,
    /// Pieces of the segment: its fragments and what comes before them.
    pub piece_count: u32,
    /// That the fragments' heads are those pieces of the record's `boxes_root`.
    #[serde(with = "hashes")]
    pub piece_proof: Vec<Hash>,
}

/// Which kind of proof a file is.
#[derive(Deserialize)]
struct Kind {
    kind: String,
}

/// One group of pictures with the salt of its access-unit hashes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GopRow {
    pub au_count: u32,
    pub first_dts: i64,
    pub end_dts: i64,
    #[serde(with = "text")]
    pub root: Hash,
    #[serde(with = "bytes32")]
    pub salt: [u8; 32],
}

impl GopRow {
    pub const fn new(gop: Gop, salt: [u8; 32]) -> Self {
        let Gop { au_count, first_dts, end_dts, root } = gop;
        Self { au_count, first_dts: first_dts.0, end_dts: end_dts.0, root, salt }
    }

    pub const fn gop(&self) -> Gop {
        Gop {
            au_count: self.au_count,
            first_dts: MediaTime(self.first_dts),
            end_dts: MediaTime(self.end_dts),
            root: self.root,
        }
    }
}

/// A gap record and its place in the log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GapProof {
    #[serde(serialize_with = "serialize_base64", deserialize_with = "deserialize_base64")]
    pub record: Vec<u8>,
    pub log_index: u64,
    #[serde(with = "hashes")]
    pub inclusion: Vec<Hash>,
}

/// `proof/hand-over.json`: the opened access entry under which this copy was made, and its way into the access log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HandOver {
    #[serde(serialize_with = "serialize_base64", deserialize_with = "deserialize_base64")]
    pub record: Vec<u8>,
    #[serde(with = "bytes32")]
    pub salt: [u8; 32],
    /// The access leaf, which commits to record and salt.
    #[serde(serialize_with = "serialize_base64", deserialize_with = "deserialize_base64")]
    pub leaf: Vec<u8>,
    /// The leaf's place in the batch of its minute.
    pub batch_index: u32,
    pub batch_width: u32,
    #[serde(with = "hashes")]
    pub batch_proof: Vec<Hash>,
    /// The batch leaf, and its place in the access log.
    #[serde(serialize_with = "serialize_base64", deserialize_with = "deserialize_base64")]
    pub batch_leaf: Vec<u8>,
    pub log_index: u64,
    #[serde(with = "hashes")]
    pub inclusion: Vec<Hash>,
}

impl Manifest {
    /// Reads a manifest of this format.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let bad = |problem| Err(Error::Text { what: "manifest", line: 1, problem });
        let manifest: Self = parse_json("manifest", bytes)?;
        if manifest.format != FORMAT {
            return bad("another format than we know");
        }
        if !manifest.numbers().all(is_number) || !manifest.times().all(is_time) {
            return bad("a number is too large");
        }
        if manifest.asked.span().is_none() {
            return bad("the asked span ends before it begins");
        }
        Ok(manifest)
    }

    /// Numbers that could be too large.
    fn numbers(&self) -> impl Iterator<Item = u64> {
        let files = self.files.iter().map(|file| file.bytes);
        let records = self.streams().flat_map(|camera| &camera.records).map(|record| record.seq);
        let pieces = self.videos().flat_map(|video| &video.pieces);
        let pieces = pieces.flat_map(|piece| [piece.bytes, piece.seq.unwrap_or(0)]);
        let later = self.streams().flat_map(|camera| &camera.later).flat_map(|later| [later.gap, later.seq]);
        files.chain(records).chain(pieces).chain(later)
    }

    fn times(&self) -> impl Iterator<Item = i64> {
        let pieces = self.videos().flat_map(|video| &video.pieces);
        let pieces = pieces.flat_map(|piece| [piece.from_us, piece.to_us]);
        let later = self.streams().flat_map(|camera| &camera.later);
        let later = later.flat_map(|later| [later.from_us, later.to_us]);
        [self.created_us, self.asked.from_us, self.asked.to_us].into_iter().chain(pieces).chain(later)
    }

    pub fn profile(&self) -> Option<Profile> {
        self.profile.parse().ok()
    }

    /// All streams of footage: those of `cameras` in their order, then those of `sound`.
    pub fn streams(&self) -> impl Iterator<Item = &Camera> {
        self.cameras.iter().chain(&self.sound)
    }

    /// All video files, of pictures and of sound.
    pub fn videos(&self) -> impl Iterator<Item = &Video> {
        self.streams().flat_map(|camera| &camera.videos)
    }

    /// The text that `manifest.sig` signs, for the manifest file with this hash.
    pub fn signing_text(&self, manifest_sha256: Hash) -> String {
        signing_text(self.copy_id, &self.footage_log.origin, &self.access_log.origin, manifest_sha256)
    }
}

impl Proof {
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let bad = |problem| Err(Error::Text { what: "proof", line: 1, problem });
        let Kind { kind } = parse_json("proof", bytes)?;
        let proof = match kind.as_str() {
            "segment" => Self::Segment(parse_json("proof", bytes)?),
            "gap" => Self::Gap(parse_json("proof", bytes)?),
            _ => return bad("neither of a segment nor of a gap"),
        };
        let gops = match &proof {
            Self::Segment(proof) => proof.gops.as_slice(),
            Self::Gap(_) => &[],
        };
        let mut times = gops.iter().flat_map(|gop| [gop.first_dts, gop.end_dts]);
        if !is_number(proof.log_index()) || !times.all(is_time) {
            return bad("a number is too large");
        }
        Ok(proof)
    }
    pub fn record(&self) -> &[u8] {
        match self {
            Self::Segment(proof) => &proof.record,
            Self::Gap(proof) => &proof.record,
        }
    }
    pub const fn log_index(&self) -> u64 {
        match self {
            Self::Segment(proof) => proof.log_index,
            Self::Gap(proof) => proof.log_index,
        }
    }
    pub fn inclusion(&self) -> &[Hash] {
        match self {
            Self::Segment(proof) => &proof.inclusion,
            Self::Gap(proof) => &proof.inclusion,
        }
    }
}

impl HandOver {
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let hand_over: Self = parse_json("hand-over", bytes)?;
        if !is_number(hand_over.log_index) {
            return Err(Error::Text { what: "hand-over", line: 1, problem: "a number is too large" });
        }
        Ok(hand_over)
    }
}

fn parse_json<'a, T: Deserialize<'a>>(what: &'static str, bytes: &'a [u8]) -> Result<T> {
    let text = json_text(bytes).ok_or(Error::Text { what, line: 1, problem: "not JSON" })?;
    let wrong = |error: serde_json::Error| Error::Text {
        what,
        line: error.line(),
        problem: if error.is_data() { "a field is missing or not of its form" } else { "not JSON" },
    };
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = object(&mut reader).map_err(wrong)?;
    reader.end().map_err(wrong)?;
    Ok(value)
}

/// The text of `manifest.sig`. Its second line is no number, so it can never be read as a checkpoint, although the
/// footage log's key signs both.
pub fn signing_text(
    copy: ExportId,
    footage_origin: &str,
    access_origin: &str,
    manifest_sha256: Hash,
) -> String {
    format!(
        "{FORMAT}\ncopy {copy}\nfootage-log {footage_origin}\naccess-log {access_origin}\n\
         manifest-sha256 {manifest_sha256}\n"
    )
}
