//! The pure builder: from records, proofs and hashes of the videos to every file of a package but the videos.
//!
//! It checks each proof against the checkpoint before it writes it: a package that would not verify is an error here,
//! not a surprise in court. What to sign goes out as text, the signature comes back; keys never enter.

use super::manifest::{
    Camera, File, GapProof, GopRow, HandOver, Later, LogName, Manifest, Proof, RecordRef, SegmentProof, Video,
};
use super::{
    ACCESS_CHECKPOINT, CAMERAS_MAX, FILES_MAX, FOOTAGE_CHECKPOINT, FORM, FORMAT, HAND_OVER, MANIFEST,
    MANIFEST_BYTES_MAX, PIECES_MAX, README, Recipient, SIGNATURE, VERIFY_PAGE, VERIFY_PAGE_HTML, VideoInput,
    checkpoint_name, is_safe_name, readme, record_name, sound_record_name,
};
use crate::access::{AccessLeaf, BatchLeaf, SALT_BYTES, check_opened};
use crate::checkpoint::Checkpoint;
use crate::note::{Note, NoteKey, NoteSignature};
use crate::record::{Entry, SegmentRecord};
use crate::table::PieceTable;
use crate::tree::{leaf_hash, range_proof, sha256, verify_inclusion, verify_range};
use crate::{Error, Result};
use model::{CameraId, ExportId, Hash, Profile, Span, StoreId, StreamId, WallTime};
use std::{collections::BTreeMap, ops::Range};

/// Pieces up to which the manifest is written for the eye.
const PIECES_PRETTY_MAX: usize = 1_000;

/// One file of a package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackageFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A log as it stands: its key and its signed checkpoint.
#[derive(Clone, Debug)]
pub struct LogInput {
    pub key: NoteKey,
    pub checkpoint: Note,
}

/// A record's bytes and its place in the footage log of that checkpoint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordPlace {
    pub record: Vec<u8>,
    pub log_index: u64,
    pub inclusion: Vec<Hash>,
}

/// One record of the asked span.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RecordInput {
    Segment {
        place: RecordPlace,
        /// Name of the video that holds the groups.
        video: String,
        first_gop: u32,
        gops: Vec<GopRow>,
        range_proof: Vec<Hash>,
        /// Numbers of the groups' fragments in their segment, counted from 1 as pieces are.
        fragments: Range<u32>,
        /// All pieces of the segment.
        pieces: PieceTable,
    },
    Gap(RecordPlace),
}

impl RecordInput {
    const fn place(&self) -> &RecordPlace {
        match self {
            Self::Segment { place, .. } | Self::Gap(place) => place,
        }
    }
}

/// One camera: its records in their stream's order, and its videos.
#[derive(Clone, Debug)]
pub struct CameraInput {
    pub id: CameraId,
    pub name: String,
    pub place: String,
    pub records: Vec<RecordInput>,
    /// Footage of their gaps that was brought later, by time.
    pub later: Vec<Later>,
    pub videos: Vec<VideoInput>,
}

/// The opened hand-over entry with its proofs.
#[derive(Clone, Debug)]
pub struct HandOverInput {
    pub record: Vec<u8>,
    pub salt: [u8; SALT_BYTES],
    pub leaf: AccessLeaf,
    pub batch_index: u32,
    pub batch_width: u32,
    pub batch_proof: Vec<Hash>,
    pub batch_leaf: BatchLeaf,
    pub log_index: u64,
    pub inclusion: Vec<Hash>,
}

/// All that a package is made of, beside the videos' bytes.
#[derive(Clone, Debug)]
pub struct PackageInput {
    pub copy_id: ExportId,
    pub created: WallTime,
    /// Software name and version.
    pub made_by: String,
    pub store: StoreId,
    pub unit_name: String,
    pub profile: Profile,
    pub asked: Span,
    pub recipient: Recipient,
    pub footage: LogInput,
    pub access: LogInput,
    /// Checkpoints of the footage log that records name as their newest known, if they are kept: with a witness's
    /// time they tell before what the footage cannot have been made.
    pub earlier_checkpoints: Vec<Note>,
    /// Whether enough witnesses cosigned, as whoever makes the package sees it. For people: a verifier looks itself.
    pub witnessing: Witnessing,
    pub cameras: Vec<CameraInput>,
    /// Sound of some of these cameras.
    pub sound: Vec<CameraInput>,
    pub hand_over: HandOverInput,
    /// The registration form, as a page without scripts.
    pub form_html: Vec<u8>,
}

/// What the maker of a package says about witnesses, for people.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Witnessing {
    /// No witness is asked.
    NotAsked,
    /// The quorum that was asked for has cosigned the footage log's checkpoint.
    Quorum,
    /// It has not, yet.
    NotYet,
}

impl Witnessing {
    /// The manifest's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAsked => "not_asked",
            Self::Quorum => "quorum",
            Self::NotYet => "not_yet",
        }
    }
}

/// A package that lacks only its signature.
#[derive(Clone, Debug)]
pub struct Prepared {
    text: String,
    key: NoteKey,
    files: Vec<PackageFile>,
}

impl Prepared {
    /// What the footage log's key signs.
    pub fn text_to_sign(&self) -> &str {
        &self.text
    }

    /// All files but the videos, when the signature is that key's.
    pub fn finish(mut self, signature: NoteSignature) -> Result<Vec<PackageFile>> {
        let note = Note::new(&self.text, vec![signature])?;
        if note.verified_by(std::slice::from_ref(&self.key))?.is_empty() {
            return Err(Error::Mismatch {
                what: "manifest signature",
                problem: "not made by the footage log's key",
            });
        }
        self.files.push(PackageFile { name: SIGNATURE.to_owned(), bytes: note.to_string().into_bytes() });
        Ok(self.files)
    }
}

/// Makes every file but the videos and the signature.
pub fn prepare(input: &PackageInput) -> Result<Prepared> {
    let mut files = Files::default();
    let (checkpoint, _) =
        Checkpoint::open(&input.footage.checkpoint, std::slice::from_ref(&input.footage.key))?;
    files.add(FOOTAGE_CHECKPOINT, input.footage.checkpoint.to_string().into_bytes());
    files.add(ACCESS_CHECKPOINT, input.access.checkpoint.to_string().into_bytes());
    for note in &input.earlier_checkpoints {
        let (earlier, _) = Checkpoint::open(note, std::slice::from_ref(&input.footage.key))?;
        files.add(&checkpoint_name(earlier.hash()), note.to_string().into_bytes());
    }
    files.add(HAND_OVER, json(&hand_over(input)?)?);
    if input.cameras.is_empty() || input.cameras.len() > CAMERAS_MAX {
        return Err(Error::Encode { what: "package", field: "cameras", problem: "none or too many" });
    }
    let mut cameras = Vec::new();
    for (number, camera) in (1..).zip(&input.cameras) {
        cameras.push(one_camera(&checkpoint, (number, input.profile), camera, &mut files)?);
    }
    let mut sound = Vec::new();
    for heard in &input.sound {
        let number =
            (1..).zip(&input.cameras).find(|(_, camera)| camera.id == heard.id).map(|(number, _)| number);
        let number =
            number.ok_or(Error::Encode { what: "package", field: "sound", problem: "of no camera here" })?;
        sound.push(one_camera(&checkpoint, (number, Profile::Sound), heard, &mut files)?);
    }
    let mut manifest = Manifest {
        format: FORMAT.to_owned(),
        copy_id: input.copy_id,
        created_us: input.created.0,
        made_by: input.made_by.clone(),
        store: input.store,
        unit_name: input.unit_name.clone(),
        profile: input.profile.as_str().to_owned(),
        rendering: "original".to_owned(),
        witnessing: input.witnessing.as_str().to_owned(),
        asked: input.asked.into(),
        recipient: input.recipient.clone(),
        footage_log: log_name(&input.footage.key),
        access_log: log_name(&input.access.key),
        cameras,
        sound,
        files: Vec::new(),
    };
    files.add(README, readme::text(&manifest).into_bytes());
    files.add(FORM, input.form_html.clone());
    files.add(VERIFY_PAGE, VERIFY_PAGE_HTML.as_bytes().to_vec());
    manifest.files =
        files.listed(input.cameras.iter().chain(&input.sound).flat_map(|camera| &camera.videos))?;
    // One line for each number is for people; nobody reads a thousand pieces.
    let pieces: usize = manifest.videos().map(|video| video.pieces.len()).sum();
    let bytes = if pieces <= PIECES_PRETTY_MAX { json(&manifest)? } else { dense_json(&manifest)? };
    if pieces > PIECES_MAX || manifest.files.len() > FILES_MAX || bytes.len() as u64 > MANIFEST_BYTES_MAX {
        return Err(Error::Encode {
            what: "package",
            field: "span",
            problem: "more than fits in one package",
        });
    }
    let text = manifest.signing_text(sha256(&[&bytes]));
    files.add(MANIFEST, bytes);
    Ok(Prepared { text, key: input.footage.key.clone(), files: files.into_list() })
}

fn one_camera(
    checkpoint: &Checkpoint,
    (number, profile): (usize, Profile),
    camera: &CameraInput,
    files: &mut Files,
) -> Result<Camera> {
    let stream = StreamId { camera: camera.id, profile };
    let (mut records, mut gaps) = (Vec::new(), Vec::new());
    for record in &camera.records {
        let (seq, proof) = checked_proof(checkpoint, stream, record)?;
        let file = match profile {
            Profile::Main | Profile::Sub | Profile::Later => record_name(number, seq),
            Profile::Sound => sound_record_name(number, seq),
        };
        let kind = if matches!(proof, Proof::Segment(_)) { "segment" } else { "gap" };
        if let Ok(Entry::Gap(gap)) = Entry::decode(proof.record()) {
            gaps.push((seq, gap.span));
        }
        files.add(&file, json(&proof)?);
        records.push(RecordRef { seq, kind: kind.to_owned(), file });
    }
    if !camera.later.iter().all(|later| gaps.iter().any(|(seq, gap)| later.is_of(*seq, *gap))) {
        let problem = "of no gap of the package";
        return Err(Error::Encode { what: "package", field: "later", problem });
    }
    let videos = camera.videos.iter().map(|video| Video {
        file: video.file.clone(),
        codec: video.codec.clone(),
        width: video.width,
        height: video.height,
        config_sha256: video.config_sha256,
        heads_sha256: video.heads_sha256,
        pieces: video.pieces.clone(),
    });
    Ok(Camera {
        number: u32::try_from(number).unwrap_or(u32::MAX),
        id: camera.id,
        name: camera.name.clone(),
        place: camera.place.clone(),
        records,
        later: camera.later.clone(),
        videos: videos.collect(),
    })
}

/// The record's sequence number and its proof, checked against the checkpoint.
fn checked_proof(checkpoint: &Checkpoint, stream: StreamId, input: &RecordInput) -> Result<(u64, Proof)> {
    let place = input.place();
    let leaf = leaf_hash(&place.record);
    verify_inclusion(leaf, place.log_index, checkpoint.size, &place.inclusion, checkpoint.root)?;
    let entry = Entry::decode(&place.record)?;
    if entry.stream() != Some(stream) {
        return Err(Error::Mismatch { what: "record", problem: "of another stream than the package's" });
    }
    match (entry, input) {
        (Entry::Segment(segment), RecordInput::Segment { .. }) => {
            Ok((segment.stream_seq, Proof::Segment(segment_proof(&segment, input, place)?)))
        }
        (Entry::Gap(gap), RecordInput::Gap(_)) => {
            let RecordPlace { record, log_index, inclusion } = place.clone();
            Ok((gap.stream_seq, Proof::Gap(GapProof { record, log_index, inclusion })))
        }
        _ => Err(Error::Mismatch { what: "record", problem: "of another kind than was said" }),
    }
}

/// The groups are the record's, and so are the heads of their fragments.
fn segment_proof(segment: &SegmentRecord, input: &RecordInput, place: &RecordPlace) -> Result<SegmentProof> {
    let wrong = |problem| Error::Mismatch { what: "record", problem };
    let RecordInput::Segment { video, first_gop, gops, range_proof: groups, fragments, pieces, .. } = input
    else {
        return Err(wrong("not a segment"));
    };
    let leaves: Vec<Hash> = (*first_gop..).zip(gops).map(|(index, row)| row.gop().leaf_hash(index)).collect();
    verify_range(&leaves, u64::from(*first_gop), segment.gop_count.into(), groups, segment.gops_root)?;
    if pieces.root() != segment.boxes_root || fragments.start == 0 {
        return Err(wrong("the table of pieces is not its own, or piece 0 is called a fragment"));
    }
    let (heads, count) = (pieces.leaf_hashes(), pieces.0.len() as u64);
    Ok(SegmentProof {
        record: place.record.clone(),
        log_index: place.log_index,
        inclusion: place.inclusion.clone(),
        video: video.clone(),
        first_gop: *first_gop,
        gops: gops.clone(),
        range_proof: groups.clone(),
        first_piece: fragments.start,
        piece_count: u32::try_from(count).map_err(|_| wrong("too many pieces"))?,
        piece_proof: range_proof(fragments.start.into(), fragments.end.into(), count, &heads)?,
    })
}

fn hand_over(input: &PackageInput) -> Result<HandOver> {
    let given = &input.hand_over;
    let (checkpoint, _) =
        Checkpoint::open(&input.access.checkpoint, std::slice::from_ref(&input.access.key))?;
    check_opened(&given.leaf, &given.record, &given.salt)?;
    given.batch_leaf.verify(given.leaf.hash(), given.batch_index, given.batch_width, &given.batch_proof)?;
    let leaf = given.batch_leaf.hash();
    verify_inclusion(leaf, given.log_index, checkpoint.size, &given.inclusion, checkpoint.root)?;
    Ok(HandOver {
        record: given.record.clone(),
        salt: given.salt,
        leaf: given.leaf.encode(),
        batch_index: given.batch_index,
        batch_width: given.batch_width,
        batch_proof: given.batch_proof.clone(),
        batch_leaf: given.batch_leaf.encode(),
        log_index: given.log_index,
        inclusion: given.inclusion.clone(),
    })
}

fn log_name(key: &NoteKey) -> LogName {
    LogName { origin: key.name().to_owned(), vkey: key.to_string() }
}

/// JSON of two-space indentation and a final newline.
fn json(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    written(serde_json::to_vec_pretty(value))
}

/// JSON on one line.
fn dense_json(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    written(serde_json::to_vec(value))
}

fn written(json: serde_json::Result<Vec<u8>>) -> Result<Vec<u8>> {
    let failed = |_| Error::Encode { what: "package", field: "json", problem: "cannot be written" };
    let mut bytes = json.map_err(failed)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The files so far, by name.
#[derive(Default)]
struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.0.insert(name.to_owned(), bytes);
    }

    /// The manifest's list: these files and the videos.
    fn listed<'a>(&self, videos: impl Iterator<Item = &'a VideoInput>) -> Result<Vec<File>> {
        let ours = self.0.iter().map(|(name, bytes)| File {
            name: name.clone(),
            bytes: bytes.len() as u64,
            sha256: sha256(&[bytes]),
        });
        let videos =
            videos.map(|video| File { name: video.file.clone(), bytes: video.bytes, sha256: video.sha256 });
        let mut list: Vec<File> = ours.chain(videos).collect();
        list.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let bad = |problem| Err(Error::Encode { what: "package", field: "files", problem });
        if list.windows(2).any(|pair| matches!(pair, [a, b] if a.name == b.name)) {
            return bad("two files have one name");
        }
        if list.iter().any(|file| !is_safe_name(&file.name)) {
            return bad("a name is not plain");
        }
        Ok(list)
    }

    fn into_list(self) -> Vec<PackageFile> {
        self.0.into_iter().map(|(name, bytes)| PackageFile { name, bytes }).collect()
    }
}
