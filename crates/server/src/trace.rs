//! Where a found copy comes from: by the copy id in it, or else by its pictures, which are compared with what this store recorded.
//!
//! The entry is written before anything of the store is looked at (`Tracing` is its proof). No picture leaves here: stored groups are
//! known by their hashes, and what is told is who had which span. What follows from what is in docs/design/trace.md.

mod search;

use crate::http::types::{Trace, TraceReason, TraceVerdict};
use anyhow::Context as _;
use model::{CameraId, Cx, ExportId, Hash, Kind, Span, StreamId};
use search::Search;
use sha2::{Digest as _, Sha256};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use store::{EntryIndex, HandOver, KnownCopy, PlainCopy, Store, Tracing};
use tokio::sync::Semaphore;
use verify::{Material, NoPictures, Pictures, ReadAt as _};

/// One at a time: it reads as fast as the disk gives, beside cameras that are recorded.
static ONE: Semaphore = Semaphore::const_new(1);
/// Of a file's name and of a reason: they stand in an entry.
const NAME_CHARS_MAX: usize = 200;
const REASON_CHARS_MAX: usize = 300;
/// Bytes hashed at once.
const BLOCK_BYTES: usize = 1 << 20;

/// What somebody asks to trace.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The file's name, for the entry.
    pub name: String,
    pub reason: String,
    /// Whose post decides, where the machine asks.
    pub by: Option<String>,
    /// Footage of this camera only, of these times only.
    pub camera: Option<CameraId>,
    pub within: Option<Span>,
}

/// A hand-over that is told of.
#[derive(Clone, Debug)]
pub struct Holder {
    pub hand_over: HandOver,
    /// The copy id is in the file.
    pub by_id: bool,
    /// Of the groups that were found stored: all lie in what it held, only some, or none was found at all.
    pub held: Option<bool>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Traced {
    pub entry: EntryIndex,
    pub sha256: Hash,
    pub bytes: u64,
    pub verdict: TraceVerdict,
    pub reasons: Vec<TraceReason>,
    pub copy_ids: Vec<ExportId>,
    /// Whether a manifest in it is the one that was made for its copy; `None` without one.
    pub manifest_is_ours: Option<bool>,
    pub groups: usize,
    pub matched: usize,
    /// Where the matched groups are from, joined; only of cameras that may be known of.
    pub spans: Vec<(StreamId, Span)>,
    pub holders: Vec<Holder>,
    pub plain: Vec<PlainCopy>,
}

/// What is in the file, and what was read of it without the store.
struct Looked {
    material: Material,
    copy_ids: Vec<ExportId>,
    manifest: Option<(ExportId, Hash)>,
    pictures: Vec<(usize, Pictures)>,
    none: Option<NoPictures>,
    sha256: Hash,
    bytes: u64,
}

/// Reads the found thing: ids, tables, hash. It blocks.
fn look(mut material: Material) -> anyhow::Result<Looked> {
    let manifest = material.manifest();
    let mut copy_ids: Vec<ExportId> = manifest.iter().map(|(id, _)| *id).collect();
    let (mut pictures, mut none, mut hash, mut bytes) = (Vec::new(), None, Sha256::new(), 0_u64);
    for number in 0..material.videos() {
        let mut video = material.video(number);
        for id in verify::copy_ids(&mut video)? {
            if !copy_ids.contains(&id) {
                copy_ids.push(id);
            }
        }
        let (mut at, mut block) = (0, vec![0; BLOCK_BYTES]);
        while at < video.bytes() {
            let len = usize::try_from(video.bytes() - at).unwrap_or(BLOCK_BYTES).min(BLOCK_BYTES);
            let block = block.get_mut(..len).context("a block is too long")?;
            video.read_at(at, block)?;
            hash.update(&*block);
            at += len as u64;
        }
        bytes += video.bytes();
        match verify::pictures(&mut video)? {
            Ok(found) => pictures.push((number, found)),
            Err(problem) => none = Some(problem),
        }
    }
    let sha256 = Hash(hash.finalize().into());
    Ok(Looked { material, copy_ids, manifest, pictures, none, sha256, bytes })
}

/// Traces what was found. What it reads of the store it reads after its entry.
///
/// # Errors
/// `store::Error` as `Refused` and `Invalid`; a file that cannot be read.
pub async fn trace(
    store: &Store,
    cx: &Cx,
    question: &Question,
    open: impl FnOnce() -> anyhow::Result<Material> + Send + 'static,
) -> anyhow::Result<Traced> {
    let Ok(_one) = ONE.try_acquire() else {
        return Err(store::Error::Conflict("another copy is being traced".into()).into());
    };
    let name = line("name", &question.name, NAME_CHARS_MAX)?;
    let reason = line("reason", &question.reason, REASON_CHARS_MAX)?;
    store.registry.may_trace(cx).await?;
    let looked = tokio::task::spawn_blocking(move || look(open()?)).await??;
    let about = format!("file={name}\nsha256={}\nbytes={}\nreason={reason}", looked.sha256, looked.bytes);
    let tracing = store.registry.trace_copy(cx, question.by.as_deref(), &about).await?;
    let traced = Tracer { store, tracing: &tracing, question }.run(looked).await?;
    let said = format!(
        "verdict={}\ncopies={}\ngroups={}\nmatched={}",
        traced.verdict.as_str(),
        traced.holders.iter().map(|one| one.hand_over.export.id.to_string()).collect::<Vec<_>>().join(","),
        traced.groups,
        traced.matched
    );
    store.registry.end_trace(cx, &tracing, &said).await?;
    Ok(traced)
}

/// A line that a person gave.
fn line(field: &'static str, text: &str, chars_max: usize) -> store::Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > chars_max || text.chars().any(char::is_control) {
        return Err(model::Invalid::new(field, "is empty, too long, or has control characters").into());
    }
    Ok(text.to_owned())
}

struct Tracer<'a> {
    store: &'a Store,
    tracing: &'a Tracing,
    question: &'a Question,
}

impl Tracer<'_> {
    async fn run(&self, looked: Looked) -> anyhow::Result<Traced> {
        let registry = &self.store.registry;
        let mut traced = Traced {
            entry: self.tracing.entry(),
            sha256: looked.sha256,
            bytes: looked.bytes,
            verdict: TraceVerdict::CannotTell,
            reasons: Vec::new(),
            copy_ids: looked.copy_ids.clone(),
            manifest_is_ours: None,
            groups: looked.pictures.iter().map(|(_, pictures)| pictures.groups()).sum(),
            matched: 0,
            spans: Vec::new(),
            holders: Vec::new(),
            plain: Vec::new(),
        };
        for id in &looked.copy_ids {
            match registry.hand_over(self.tracing, *id).await? {
                KnownCopy::HandOver(hand_over) => {
                    if let Some((_, sha256)) = looked.manifest.filter(|(named, _)| named == id) {
                        traced.manifest_is_ours = Some(is_manifest_of(&hand_over, sha256));
                    }
                    traced.holders.push(Holder { hand_over: *hand_over, by_id: true, held: None });
                }
                KnownCopy::Elsewhere => reason(&mut traced, TraceReason::Elsewhere),
                KnownCopy::Unknown => reason(&mut traced, TraceReason::UnknownCopy),
            }
        }
        // Of a package with sound the pictures are enough.
        match looked.none.filter(|_| traced.groups == 0) {
            Some(NoPictures::NoMp4) => reason(&mut traced, TraceReason::NoVideo),
            Some(NoPictures::Unreadable(_)) => reason(&mut traced, TraceReason::Unreadable),
            Some(NoPictures::NoGroup) => reason(&mut traced, TraceReason::NoGroup),
            None => {}
        }
        if traced.groups > 0 {
            self.compare(looked, &mut traced).await?;
        }
        traced.verdict = verdict(&traced);
        if traced.verdict == TraceVerdict::CannotTell && traced.groups > 0 && traced.matched == 0 {
            reason(&mut traced, TraceReason::NoneStored);
        }
        Ok(traced)
    }

    /// Compares the pictures: with what the named copies held, and where that is not it, with what else was handed out, and with
    /// what was recorded when the file says that it was taken.
    async fn compare(&self, looked: Looked, traced: &mut Traced) -> anyhow::Result<()> {
        let Looked { material, pictures, .. } = looked;
        let walls: Vec<Span> = pictures.iter().filter_map(|(_, one)| one.walls()).collect();
        let file = Arc::new(Mutex::new((material, pictures)));
        let mut search = Search::new(self.store, file);
        let named: Vec<(StreamId, Span)> =
            traced.holders.iter().flat_map(|one| held(&one.hand_over)).collect();
        search.through(&named).await?;
        if search.matched() == 0 {
            let mut deleted = false;
            for (stream, span) in &named {
                deleted |= self.store.footage.has_expired(&self.cx(), *stream, *span).await?;
            }
            if deleted {
                reason(traced, TraceReason::Deleted);
            }
            for scope in self.scopes(&walls).await? {
                search.through(&scope).await?;
            }
        }
        if search.is_cut_short() {
            reason(traced, TraceReason::TooMuch);
        }
        if search.has_unread() {
            reason(traced, TraceReason::NotAllRead);
        }
        traced.matched = search.matched();
        let spans = search.spans();
        for one in &mut traced.holders {
            one.held = holds(&one.hand_over, &spans);
        }
        if traced.holders.is_empty() {
            self.list_holders(&spans, traced).await?;
        }
        let all = spans.len();
        traced.spans = spans.into_iter().filter(|(stream, _)| self.knows(*stream)).collect();
        if traced.spans.len() < all {
            reason(traced, TraceReason::Elsewhere);
        }
        Ok(())
    }

    fn cx(&self) -> Cx {
        store::system_cx("trace", pipeline::system_wall())
    }

    fn knows(&self, stream: StreamId) -> bool {
        self.tracing.name(stream.camera).is_some()
    }

    /// Where to look when no copy id helps, in order: what was named, what was handed out, what the file itself says.
    async fn scopes(&self, walls: &[Span]) -> anyhow::Result<Vec<Vec<(StreamId, Span)>>> {
        let all = Span { start: model::WallTime(0), end: model::WallTime(i64::MAX) };
        let streams = self.store.footage.streams().await?;
        if self.question.camera.is_some() || self.question.within.is_some() {
            let within = self.question.within.unwrap_or(all);
            let wanted =
                |stream: &StreamId| self.question.camera.is_none_or(|camera| camera == stream.camera);
            return Ok(vec![streams.into_iter().filter(wanted).map(|stream| (stream, within)).collect()]);
        }
        let by_walls = walls.iter().flat_map(|wall| streams.iter().map(|stream| (*stream, *wall))).collect();
        let handed = self.store.registry.handed_spans(self.tracing, None).await?;
        // What the file says costs a segment for each camera; what was handed out may be much.
        Ok(vec![by_walls, handed])
    }

    /// Every copy that held some of these spans.
    async fn list_holders(&self, spans: &[(StreamId, Span)], traced: &mut Traced) -> anyhow::Result<()> {
        let registry = &self.store.registry;
        for (stream, span) in spans {
            for hand_over in registry.hand_overs_with(self.tracing, *stream, *span).await? {
                let is_new = traced.holders.iter().all(|one| one.hand_over.export.id != hand_over.export.id);
                if is_new && traced.holders.len() < store::HAND_OVERS_MAX {
                    let held = holds(&hand_over, spans);
                    traced.holders.push(Holder { hand_over, by_id: false, held });
                }
            }
            for copy in registry.plain_copies(self.tracing, *stream, *span).await? {
                if !traced.plain.contains(&copy) && traced.plain.len() < store::HAND_OVERS_MAX {
                    traced.plain.push(copy);
                }
            }
        }
        Ok(())
    }
}

fn reason(traced: &mut Traced, reason: TraceReason) {
    if !traced.reasons.contains(&reason) {
        traced.reasons.push(reason);
    }
}

fn is_manifest_of(hand_over: &HandOver, sha256: Hash) -> bool {
    matches!(&hand_over.export.state, store::ExportState::Ready { manifest_sha256, .. } if *manifest_sha256 == sha256)
}

/// Streams and span of a hand-over.
fn held(hand_over: &HandOver) -> impl Iterator<Item = (StreamId, Span)> + '_ {
    let (profile, span) = (hand_over.export.profile, hand_over.export.span);
    hand_over.export.cameras.iter().map(move |camera| (StreamId { camera: *camera, profile }, span))
}

/// Whether a hand-over held all of these spans, or some; `None`: none of them. A copy begins with the group that holds its start.
fn holds(hand_over: &HandOver, spans: &[(StreamId, Span)]) -> Option<bool> {
    let meets = |(stream, span): &(StreamId, Span)| {
        held(hand_over).any(|(own, held)| own == *stream && held.intersect(*span).is_some())
    };
    let inside = |(stream, span): &(StreamId, Span)| {
        held(hand_over).any(|(own, held)| {
            own == *stream
                && held.start.plus_us(-EDGE_US) <= span.start
                && span.end <= held.end.plus_us(EDGE_US)
        })
    };
    spans.iter().any(meets).then(|| spans.iter().all(inside))
}

/// Whole groups are handed out: the first may begin before what was asked, the last end behind it, by less than this.
const EDGE_US: i64 = 15_000_000;

fn verdict(traced: &Traced) -> TraceVerdict {
    let named: Vec<&Holder> = traced.holders.iter().filter(|one| one.by_id).collect();
    let could_compare = traced.groups > 0
        && ![TraceReason::Deleted, TraceReason::NotAllRead, TraceReason::TooMuch]
            .iter()
            .any(|one| traced.reasons.contains(one));
    match (named.is_empty(), traced.matched > 0) {
        (false, true) if named.iter().all(|one| one.held.is_none()) => TraceVerdict::Contradicted,
        (false, false) if could_compare => TraceVerdict::Contradicted,
        (false, _) => TraceVerdict::Copy,
        (true, true) if !traced.spans.is_empty() => TraceVerdict::Footage,
        (true, _) => TraceVerdict::CannotTell,
    }
}

/// A trace that is asked for at the machine: the server's account reads the file.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    pub file: PathBuf,
    pub by: String,
    pub reason: String,
    pub camera: Option<String>,
    pub from_us: Option<i64>,
    pub to_us: Option<i64>,
}

/// Traces for the command, and gives the answer as the API has it.
///
/// # Errors
/// With what was wrong.
pub async fn at_the_machine(store: &Store, found: Found) -> anyhow::Result<String> {
    let cx = store::system_cx("command", pipeline::system_wall());
    let within = match (found.from_us, found.to_us) {
        (None, None) => None,
        (from, to) => {
            let (start, end) = (from.unwrap_or(0), to.unwrap_or(cx.now.0));
            Some(Span::new(model::WallTime(start), model::WallTime(end)).context("--to: is before --from")?)
        }
    };
    let name: String = found.file.file_name().map_or_else(String::new, |name| {
        name.to_string_lossy().chars().filter(|one| !one.is_control()).take(NAME_CHARS_MAX).collect()
    });
    let question = Question {
        name,
        reason: found.reason,
        by: Some(found.by),
        camera: found.camera.as_deref().map(str::parse).transpose().context("--camera")?,
        within,
    };
    let path = found.file;
    let traced = trace(store, &cx, &question, move || Ok(Material::open(&path)?)).await?;
    let names = store.registry.covered(&store::system_cx("names", cx.now)).await?;
    let shape = Trace::of(traced, |camera| names.get(&camera).cloned().unwrap_or_default());
    Ok(serde_json::to_string(&shape)?)
}

/// Whether an error is one of the store's, for the caller to word.
pub fn store_error(error: anyhow::Error) -> store::Error {
    match error.downcast::<store::Error>() {
        Ok(error) => error,
        Err(error) => match error.downcast::<verify::Error>() {
            Ok(error) if error.kind() == Kind::Invalid => {
                model::Invalid::new("file", "cannot be read as a video or a package").into()
            }
            Ok(error) => store::Error::Internal(error.to_string()),
            Err(error) => store::Error::Internal(format!("{error:#}")),
        },
    }
}

/// The found file, shared with the threads that read it.
type Shared = Arc<Mutex<(Material, Vec<(usize, Pictures)>)>>;

/// The file, also after a reader panicked: it is only read.
fn locked(file: &Shared) -> std::sync::MutexGuard<'_, (Material, Vec<(usize, Pictures)>)> {
    file.lock().unwrap_or_else(PoisonError::into_inner)
}
