//! Evidence packages: footage copied out whole, with every proof a stranger needs, as one zip.
//!
//! Demands a `Pass` for the act of exporting and asks it at every fragment (invariant 2). It copies stored fragments unchanged and
//! cuts at groups of pictures, never inside; the format is `ledger::package`'s. Nothing is exported before its leaf (invariant 5).

mod form;
mod video;
mod witnessed;

pub use witnessed::WitnessWait;

use crate::{clock::ServerClock, closing::SealError, run::Pipeline};
use bytes::Bytes;
use form::FormFacts;
use law::retention::is_beyond;
use ledger::{
    access::AccessLeaf,
    note::{Note, NoteKey},
    package::{
        self, CameraInput, GopRow, HandOverInput, Later, LogInput, PackageInput, Recipient, RecordInput,
        RecordPlace, VideoInput, Witnessing,
    },
    table::{GopTable, PieceTable},
    tree,
};
use media::{cut, index::Index};
use model::{CameraId, Cx, ExportId, Hash, Profile, Span, StreamId, WallTime};
use std::{path::PathBuf, sync::Arc, time::Duration};
use store::{GapRow, LogName, Pass, SegmentRow};
use tokio::sync::watch;
use video::Videos;

/// Longest span of one export, all cameras together: a day of eleven cameras is a package that can still be copied.
pub const SPAN_CAMERA_SECONDS_MAX: i64 = 11 * 86_400;
/// How long to wait for open segments to be closed: the longest key frame distance that cameras use, and a sync.
const SEAL_PATIENCE: Duration = Duration::from_secs(25);
/// Room that an export leaves free on the disk of the packages: the recorder's own reserve, twice.
const RESERVE_BYTES: u64 = 1 << 30;
/// Footage is cut at groups of pictures, so a package may begin or end some seconds beside what was asked for.
const CLOSED: &str = "a group of pictures at the edge of the span belongs to footage of a higher level: \
     leave some seconds more out, or state the reason or case that it asks for";
/// Why nothing is made of footage past its term that lies in a held file.
pub const BEYOND_TERM: &str = "a part of the span is past its term and lies in files that a hold keeps for the rest of them: \
     ask for what is held";
/// How long to wait until the hand-over's minute is published: that minute, and a margin.
const PUBLISH_PATIENCE: Duration = Duration::from_secs(90);

/// One camera to export.
#[derive(Clone, Debug)]
pub struct ExportCamera {
    pub id: CameraId,
    pub name: String,
    pub place: String,
}

/// What to export, for whom, under which pass.
pub struct ExportSpec {
    pub id: ExportId,
    pub pass: Arc<Pass>,
    pub cx: Cx,
    pub cameras: Vec<ExportCamera>,
    pub span: Span,
    pub profile: Profile,
    /// The sound of these cameras goes along, where there is any.
    pub with_sound: bool,
    pub unit_name: String,
    pub requested_by: String,
    pub recipient: Recipient,
    /// Purpose, basis and case in words for the form.
    pub purpose: String,
    pub legal_basis: String,
    pub case: String,
    pub note: String,
    /// Whose cosignatures the package needs; `None` where nobody is asked.
    pub witnesses: Option<WitnessWait>,
}

/// How far an export is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ExportProgress {
    /// 0 to 1, by bytes copied, with a tenth for proofs and publishing.
    pub share: f32,
    pub stage: &'static str,
}

/// A finished package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExportedPackage {
    pub path: PathBuf,
    pub file_name: String,
    pub bytes: u64,
    /// SHA-256 of `manifest.json`, which names and hashes every file: the package's fingerprint, also when it is unpacked.
    pub manifest_sha256: Hash,
}

/// Why there is no package.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    #[error(transparent)]
    Media(#[from] media::Error),
    #[error("package file: {0}")]
    File(#[from] std::io::Error),
    #[error("{field}: {problem}")]
    Invalid { field: &'static str, problem: &'static str },
    #[error(
        "the package needs {bytes} bytes and {free} are free on its disk: export less at once, or make room"
    )]
    NoRoom { bytes: u64, free: u64 },
    #[error("the pass ended before the package was complete")]
    PassEnded,
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("the hand-over entry was not published in time; try again in a minute")]
    NotPublished,
    #[error(
        "the footage log is not yet witnessed, and hand-overs wait for that here: too few witnesses cosigned within \
         {waited_s} s. Try again later, or see the witnesses' state"
    )]
    NotWitnessed { waited_s: u64 },
    #[error("the copying task ended: {0}")]
    Task(#[from] tokio::task::JoinError),
}

impl ExportError {
    pub fn kind(&self) -> model::Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Ledger(_) | Self::Media(_) => model::Kind::Corrupt,
            Self::File(_) => model::Kind::Unavailable,
            Self::Invalid { .. } => model::Kind::Invalid,
            Self::PassEnded => model::Kind::Refused,
            Self::Seal(SealError::NotRecorded(_)) => model::Kind::Invalid,
            Self::Seal(SealError::NotSealed)
            | Self::NotPublished
            | Self::NotWitnessed { .. }
            | Self::NoRoom { .. } => model::Kind::Busy,
            Self::Task(_) => model::Kind::Internal,
        }
    }
}

type Result<T> = std::result::Result<T, ExportError>;

/// A finished video and the salts of its groups, in order.
type Copied = (VideoInput, Vec<[u8; 32]>);

/// Footage of one camera that the package will hold.
pub(crate) struct CameraFootage {
    pub camera: ExportCamera,
    /// Counted from 1; part of file names.
    pub number: usize,
    pub profile: Profile,
    pub segments: Vec<LoadedSegment>,
    pub gaps: Vec<GapRow>,
    /// Footage of these gaps that was brought later.
    pub later: Vec<Later>,
}

/// A segment with its decoded tables and the part that is taken.
pub(crate) struct LoadedSegment {
    /// Its frame index is decoded into what follows and not kept: a long export has thousands of them.
    pub row: SegmentRow,
    pub init: std::ops::Range<u64>,
    pub parts: Arc<[video::Part]>,
    pub gops: GopTable,
    pub piece: cut::Piece,
}

impl Pipeline {
    /// Makes the package in the store's export folder. The caller has been admitted for it: `spec.pass` is that admission, and
    /// its entry becomes the package's hand-over entry.
    ///
    /// # Errors
    /// When footage is unreadable, the pass ends, or the logs do not publish in time. Nothing half-made stays.
    pub async fn export(
        &self,
        spec: ExportSpec,
        progress: watch::Sender<ExportProgress>,
    ) -> Result<ExportedPackage> {
        check(&spec, self.clock().wall())?;
        let report = |share: f32, stage: &'static str| {
            progress.send_replace(ExportProgress { share, stage });
        };
        report(0.0, "sealing");
        let profiles = profiles(&spec);
        let streams: Vec<StreamId> = spec
            .cameras
            .iter()
            .flat_map(|camera| profiles.iter().map(|&profile| StreamId { camera: camera.id, profile }))
            .collect();
        if spec.profile == Profile::Later {
            self.is_brought(&streams, spec.span).await?;
        } else {
            self.seal_open(&streams, spec.span.end, SEAL_PATIENCE).await?;
        }
        report(0.02, "reading");
        let mut footage = Vec::with_capacity(spec.cameras.len());
        for (number, camera) in (1..).zip(&spec.cameras) {
            for &profile in profiles {
                let found = self.load(&spec, (number, camera), profile).await?;
                // Where sound was never switched on, or not in this span, there is nothing to hand out.
                if profile != Profile::Sound || !found.segments.is_empty() {
                    footage.push(found);
                }
            }
        }
        let file_name = package::zip::file_name(spec.id);
        let path = self.store().registry.export_path(spec.id);
        let partial = path.with_extension("partial");
        let made = self.make(&spec, footage, partial.clone(), &progress).await;
        let (bytes, manifest_sha256) = match made {
            Ok(made) => made,
            Err(error) => {
                if let Err(left) = std::fs::remove_file(&partial) {
                    tracing::debug!(%left, "no partial package to remove");
                }
                return Err(error);
            }
        };
        // What ended while proofs were waited for is not handed out either.
        if let Err(ended) = pass_is_live(&spec.pass, self.clock()) {
            tokio::fs::remove_file(&partial).await?;
            return Err(ended);
        }
        tokio::fs::rename(&partial, &path).await?;
        report(1.0, "ready");
        Ok(ExportedPackage { path, file_name, bytes, manifest_sha256 })
    }

    /// Records of what was brought reach from its first to its last picture: beyond them nothing tiles time, and no package could
    /// be complete.
    async fn is_brought(&self, streams: &[StreamId], span: Span) -> Result<()> {
        for stream in streams {
            let end = self.store().footage.stream_head(*stream).await?.end;
            if end.is_none_or(|end| end < span.end) {
                let problem = "is behind the last footage that was brought later for this camera";
                return Err(ExportError::Invalid { field: "to_ms", problem });
            }
        }
        Ok(())
    }

    async fn load(
        &self,
        spec: &ExportSpec,
        (number, camera): (usize, &ExportCamera),
        profile: Profile,
    ) -> Result<CameraFootage> {
        let stream = StreamId { camera: camera.id, profile };
        let footage = &self.store().footage;
        let beyond = self.store().beyond_term(&spec.cx, stream, spec.span).await?;
        let mut segments = Vec::new();
        for mut row in footage.segments(&spec.cx, stream, spec.span).await? {
            let index = Index::decode(&row.frames)?;
            row.frames = Bytes::new();
            let gops = GopTable::decode(&row.gops)?;
            let source = cut::Source { span: row.span, index: &index };
            if let Some(piece) = cut::plan(&[source], spec.span).into_iter().next() {
                let (init, parts): (_, Arc<[_]>) = (index.init_range(), video::parts(&index, &piece).into());
                if parts.iter().any(|part| spec.pass.closes(camera.id, part.span())) {
                    return Err(ExportError::Invalid { field: "from_ms", problem: CLOSED });
                }
                let mut groups = index.gops(row.span.end).into_iter().map(|gop| gop.span);
                if groups.any(|group| group.intersect(piece.span).is_some() && is_beyond(&beyond, group)) {
                    return Err(ExportError::Invalid { field: "from_ms", problem: BEYOND_TERM });
                }
                segments.push(LoadedSegment { row, init, parts, gops, piece });
            }
        }
        // A loss stands outside the stream's sequence, which a package shows: what is lost is missing from it, and a verifier says so.
        let mut gaps = footage.gaps(&spec.cx, Some(stream), spec.span).await?;
        gaps.retain(|gap| !gap.lost);
        let later = self.brought_later(spec, stream, &gaps).await?;
        if profile == Profile::Later && segments.is_empty() {
            return Err(ExportError::Invalid {
                field: "profile",
                problem: "nothing was brought later for this span",
            });
        }
        Ok(CameraFootage { camera: camera.clone(), number, profile, segments, gaps, later })
    }

    /// Which parts of the gaps were brought later. Sound is not brought, and what was brought names nothing.
    async fn brought_later(
        &self,
        spec: &ExportSpec,
        stream: StreamId,
        gaps: &[GapRow],
    ) -> Result<Vec<Later>> {
        let mut later = Vec::new();
        if matches!(stream.profile, Profile::Sound | Profile::Later) {
            return Ok(later);
        }
        let brought = StreamId { profile: Profile::Later, ..stream };
        for gap in gaps {
            let Some(asked) = gap.span.intersect(spec.span) else { continue };
            for segment in self.store().footage.segment_spans(&spec.cx, brought, asked).await? {
                let Some(part) = segment.span.intersect(asked) else { continue };
                let (from_us, to_us) = (part.start.0, part.end.0);
                later.push(Later { gap: gap.seq, from_us, to_us, seq: segment.seq });
            }
        }
        Ok(later)
    }

    async fn make(
        &self,
        spec: &ExportSpec,
        footage: Vec<CameraFootage>,
        partial: PathBuf,
        progress: &watch::Sender<ExportProgress>,
    ) -> Result<(u64, Hash)> {
        let (videos, copied) = self.copy_videos(spec, &footage, &partial, progress).await?;
        progress.send_replace(ExportProgress { share: 0.9, stage: "publishing" });
        let hand_over = self.published_hand_over(spec).await?;
        let input = self.package_input(spec, footage, copied, hand_over, progress).await?;
        let prepared = package::prepare(&input)?;
        let signature = self.store().sign(LogName::Footage, prepared.text_to_sign());
        let files = prepared.finish(signature)?;
        let manifest = files.iter().find(|file| file.name == package::MANIFEST);
        let manifest_sha256 = tree::sha256(&[manifest.map_or(&[][..], |file| &file.bytes)]);
        progress.send_replace(ExportProgress { share: 0.97, stage: "closing" });
        let bytes = tokio::task::spawn_blocking(move || videos.finish(files)).await??;
        Ok((bytes, manifest_sha256))
    }

    /// Copies all fragments, camera by camera, off the async threads.
    async fn copy_videos(
        &self,
        spec: &ExportSpec,
        footage: &[CameraFootage],
        partial: &std::path::Path,
        progress: &watch::Sender<ExportProgress>,
    ) -> Result<(Videos, Vec<Vec<Copied>>)> {
        let total: u64 = footage
            .iter()
            .flat_map(|camera| &camera.segments)
            .map(|segment| segment.piece.bytes.end - segment.piece.bytes.start)
            .sum();
        self.room_for(total)?;
        let mut videos = Videos::create(partial, spec.id, total, progress.clone())?;
        let mut copied = Vec::with_capacity(footage.len());
        for camera in footage {
            let mut made = Vec::new();
            for (run, segments) in (1..).zip(video::runs(&camera.segments)) {
                let name = match camera.profile {
                    Profile::Main | Profile::Sub | Profile::Later => package::video_name(camera.number, run),
                    Profile::Sound => package::sound_name(camera.number, run),
                };
                let jobs = segments
                    .iter()
                    .map(|segment| video::Job::new(&self.store().footage, spec, segment))
                    .collect::<Vec<_>>();
                let (pass, clock) = (spec.pass.clone(), self.clock().clone());
                let task = tokio::task::spawn_blocking(move || {
                    let result = videos.video(&name, &jobs, &pass, &clock);
                    (videos, result)
                });
                let (back, result) = task.await?;
                videos = back;
                made.push(result?);
            }
            copied.push(made);
        }
        Ok((videos, copied))
    }

    /// A package must not take the room that databases and ledger need, and recording, where it is the same disk.
    fn room_for(&self, bytes: u64) -> Result<()> {
        let free = self.store().registry.exports_space()?.free_bytes;
        if free < bytes.saturating_add(bytes / 8).saturating_add(RESERVE_BYTES) {
            return Err(ExportError::NoRoom { bytes, free });
        }
        Ok(())
    }

    /// Waits until the pass's entry is in a published batch.
    async fn published_hand_over(&self, spec: &ExportSpec) -> Result<(HandOverInput, String)> {
        let deadline = tokio::time::Instant::now() + PUBLISH_PATIENCE;
        loop {
            pass_is_live(&spec.pass, self.clock())?;
            let now = self.clock().wall();
            self.store().publish(LogName::Access, now).await?;
            match self.store().pass_entry(&spec.pass).await {
                Ok(proof) => match hand_over_input(proof)? {
                    Some(made) => return Ok(made),
                    None if tokio::time::Instant::now() < deadline => {
                        tokio::time::sleep(Duration::from_secs(1)).await
                    }
                    None => return Err(ExportError::NotPublished),
                },
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn package_input(
        &self,
        spec: &ExportSpec,
        footage: Vec<CameraFootage>,
        copied: Vec<Vec<Copied>>,
        hand_over: (HandOverInput, String),
        progress: &watch::Sender<ExportProgress>,
    ) -> Result<PackageInput> {
        let store = self.store();
        store.publish(LogName::Footage, self.clock().wall()).await?;
        let leaves: Vec<u64> = footage
            .iter()
            .flat_map(|camera| {
                let segments = camera.segments.iter().map(|segment| segment.row.leaf.0);
                segments.chain(camera.gaps.iter().map(|gap| gap.leaf.0))
            })
            .collect();
        let last = leaves.iter().copied().max().unwrap_or(0);
        let (witnessing, cosigned) = self.cosigned(spec.witnesses.as_ref(), last, progress).await?;
        let (checkpoint, proofs) = match cosigned {
            Some(cosigned) => {
                let proofs = store.inclusions_in(LogName::Footage, &cosigned, &leaves).await?;
                (cosigned, proofs)
            }
            None => store.inclusions(LogName::Footage, &leaves).await?,
        };
        // What the access log's newest checkpoint was signed with meanwhile goes along.
        let (hand_over, access_note) = match spec.witnesses {
            Some(_) => self.published_hand_over(spec).await?,
            None => hand_over,
        };
        let earlier_checkpoints = self.earlier_checkpoints(spec.witnesses.as_ref(), &leaves).await?;
        let mut proofs = proofs.into_iter();
        let form_html =
            form::registration_form(&self.form_facts(spec, &footage, &copied, witnessing)).into_bytes();
        let (mut cameras, mut sound) = (Vec::with_capacity(footage.len()), Vec::new());
        for (camera, videos) in footage.into_iter().zip(copied) {
            let list = if camera.profile == Profile::Sound { &mut sound } else { &mut cameras };
            list.push(camera_input(camera, videos, &mut proofs)?);
        }
        Ok(PackageInput {
            copy_id: spec.id,
            created: self.clock().wall(),
            made_by: concat!("Watchkeeper ", env!("CARGO_PKG_VERSION")).to_owned(),
            store: store.store_id(),
            unit_name: spec.unit_name.clone(),
            profile: spec.profile,
            asked: spec.span,
            recipient: spec.recipient.clone(),
            footage: log_input(&store.vkey(LogName::Footage), &checkpoint.note)?,
            access: log_input(&store.vkey(LogName::Access), &access_note)?,
            earlier_checkpoints,
            witnessing,
            cameras,
            sound,
            hand_over,
            form_html,
        })
    }

    fn form_facts(
        &self,
        spec: &ExportSpec,
        footage: &[CameraFootage],
        copied: &[Vec<Copied>],
        witnessing: Witnessing,
    ) -> FormFacts {
        let files = copied.iter().flatten();
        FormFacts {
            unit: spec.unit_name.clone(),
            export_id: spec.id.to_string(),
            requested_by: spec.requested_by.clone(),
            requested_at: spec.cx.now.to_string(),
            recipient_name: spec.recipient.name.clone(),
            recipient_organisation: spec.recipient.organisation.clone(),
            purpose: spec.purpose.clone(),
            legal_basis: spec.legal_basis.clone(),
            case: spec.case.clone(),
            note: spec.note.clone(),
            span: format!("{} — {} (UTC)", spec.span.start, spec.span.end),
            files: files
                .map(|(video, _)| (video.file.clone(), video.sha256.to_string(), video.bytes))
                .collect(),
            cameras: footage.iter().map(named).collect(),
            entry: format!("access {}", spec.pass.entry().0),
            copy_id: spec.id.to_string(),
            witnessing,
        }
    }
}

/// What is taken of each camera, in the order of the files' names.
const fn profiles(spec: &ExportSpec) -> &'static [Profile] {
    match (spec.profile, spec.with_sound) {
        (Profile::Sub, true) => &[Profile::Sub, Profile::Sound],
        (Profile::Sub, false) => &[Profile::Sub],
        // What was brought has no sound.
        (Profile::Later, _) => &[Profile::Later],
        (_, true) => &[Profile::Main, Profile::Sound],
        (_, false) => &[Profile::Main],
    }
}

/// A camera in the form, and whether it is its sound.
fn named(footage: &CameraFootage) -> String {
    let sound = if footage.profile == Profile::Sound { " 声音 sound" } else { "" };
    format!("{} ({}){sound}", footage.camera.name, footage.camera.place)
}

fn check(spec: &ExportSpec, now: WallTime) -> Result<()> {
    let invalid = |field, problem| Err(ExportError::Invalid { field, problem });
    if spec.span.duration_us() <= 0 {
        return invalid("to_ms", "is not after the start");
    }
    if spec.span.end > now {
        return invalid("to_ms", "lies in the future");
    }
    if spec.profile == Profile::Sound {
        return invalid("profile", "sound goes along with pictures");
    }
    if spec.cameras.is_empty() || spec.cameras.len() > package::CAMERAS_MAX {
        return invalid("cameras", "none, or more than 64");
    }
    let cameras = i64::try_from(spec.cameras.len()).unwrap_or(i64::MAX);
    if spec.span.duration_us() / 1_000_000 * cameras > SPAN_CAMERA_SECONDS_MAX {
        return invalid("to_ms", "is too long for one package; split it");
    }
    if !spec.cameras.iter().all(|camera| spec.pass.allows(camera.id)) {
        return Err(ExportError::PassEnded);
    }
    Ok(())
}

fn log_input(vkey: &str, note: &str) -> Result<LogInput> {
    Ok(LogInput { key: NoteKey::parse(vkey)?, checkpoint: Note::parse(note.as_bytes())? })
}

/// `None` until the entry's minute is closed and signed.
fn hand_over_input(proof: store::AccessProof) -> Result<Option<(HandOverInput, String)>> {
    let store::AccessProof {
        opened: Some((record, salt)),
        batch: Some(batch),
        inclusion: Some(inclusion),
        leaf_bytes,
        ..
    } = proof
    else {
        return Ok(None);
    };
    let input = HandOverInput {
        record: record.to_vec(),
        salt,
        leaf: AccessLeaf::decode(&leaf_bytes)?,
        batch_index: batch.index,
        batch_width: batch.width,
        batch_proof: batch.hashes,
        batch_leaf: batch.leaf,
        log_index: batch.leaf_index,
        inclusion: inclusion.hashes,
    };
    Ok(Some((input, inclusion.checkpoint.note)))
}

/// Records in the order of their sequence numbers, each with its proof.
fn camera_input(
    footage: CameraFootage,
    videos: Vec<Copied>,
    proofs: &mut impl Iterator<Item = Vec<Hash>>,
) -> Result<CameraInput> {
    let mut place = |record: &bytes::Bytes, leaf: u64| {
        let inclusion = proofs.next().ok_or(ExportError::NotPublished)?;
        Ok::<_, ExportError>(RecordPlace { record: record.to_vec(), log_index: leaf, inclusion })
    };
    let mut salts =
        videos.iter().flat_map(|(video, salts)| salts.iter().map(|salt| (video.file.clone(), *salt)));
    let mut records = Vec::new();
    for segment in &footage.segments {
        let place = place(&segment.row.record, segment.row.leaf.0)?;
        let range = segment.piece.gops.clone();
        let taken = segment.gops.0.get(range.start as usize..range.end as usize).unwrap_or_default();
        let mut gops = Vec::with_capacity(taken.len());
        let mut video = String::new();
        for gop in taken {
            let (file, salt) = salts.next().ok_or(ExportError::NotPublished)?;
            video = file;
            gops.push(GopRow::new(*gop, salt));
        }
        let hashes = segment.gops.leaf_hashes();
        let (first, end) = (u64::from(range.start), u64::from(range.end));
        let range_proof = tree::range_proof(first, end, hashes.len() as u64, &hashes)?;
        // Fragments are counted from 0 in the index and, as pieces of the file, from 1.
        let fragments = segment.piece.fragments.start + 1..segment.piece.fragments.end + 1;
        let pieces = PieceTable::decode(&segment.row.pieces)?;
        let first_gop = range.start;
        let record = RecordInput::Segment { place, video, first_gop, gops, range_proof, fragments, pieces };
        records.push((segment.row.seq, record));
    }
    for gap in &footage.gaps {
        records.push((gap.seq, RecordInput::Gap(place(&gap.record, gap.leaf.0)?)));
    }
    records.sort_by_key(|(seq, _)| *seq);
    let ExportCamera { id, name, place } = footage.camera;
    Ok(CameraInput {
        id,
        name,
        place,
        records: records.into_iter().map(|(_, record)| record).collect(),
        later: footage.later,
        videos: videos.into_iter().map(|(video, _)| video).collect(),
    })
}

pub(crate) fn pass_is_live(pass: &Pass, clock: &ServerClock) -> Result<()> {
    pass.is_live(clock.wall()).map_err(|_| ExportError::PassEnded)
}
