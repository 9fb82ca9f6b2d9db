//! After a crash, a power cut or a failed sync: segments without a row are rebuilt from their files, as far as the
//! journal vouches for them, and committed; what is torn is cut off.
//!
//! It never invents footage: a fragment counts only if the journal has its number and digest and the bytes still hash to
//! it. The gap that follows is recorded when the stream's first new unit comes.

use crate::{clock, commit, leftover};
use ledger::record::ClockOffset;
use model::{Cx, Hash, SealReason, StreamId, WallTime};
use std::collections::BTreeMap;
use store::{Footage, PlainSegment, SegmentRead, journal, media_dir::SegmentPath, registry::system_cx};

/// The largest unsealed file that is read back into memory: a segment's hard limit and one fragment.
const FILE_BYTES_MAX: u64 = (512 << 20) + (1 << 20);

/// A fragment that was written, as noted in memory or in the journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Known {
    pub fragment: u32,
    pub digest: Hash,
    pub end_wall: WallTime,
}

/// What a recovery did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Recovered {
    pub segments: u32,
    pub fragments: u32,
    /// Bytes cut off because they were torn, or the journal does not know them.
    pub cut_bytes: u64,
    /// Files that could not be rebuilt; they stay for `check`.
    pub failed: u32,
}

/// Why a segment could not be rebuilt.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Media(#[from] media::Error),
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    #[error("segment file: {0}")]
    File(#[from] std::io::Error),
    #[error("the file is larger than any segment")]
    TooLarge,
    #[error("the rebuilding task ended: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// Rebuilds one segment from its file and commits it. A file without a fragment that counts is removed.
pub(crate) async fn segment(
    footage: &Footage,
    path: SegmentPath,
    started: Option<WallTime>,
    known: Vec<Known>,
    reason: SealReason,
    floor_days: u16,
) -> Result<Recovered, Error> {
    let cx = system_cx("recovery", clock::system_wall());
    let (reader, reader_cx, file_path) = (footage.clone(), cx.clone(), path.clone());
    let rebuilt =
        tokio::task::spawn_blocking(move || rebuild(&reader, &reader_cx, &file_path, &known, reason))
            .await??;
    match rebuilt.cut_at {
        Some(bytes) if rebuilt.sealed.is_some() => footage.cut_torn_tail(&cx, &path, bytes).await?,
        _ => {}
    }
    if rebuilt.sealed.is_none() {
        // Nothing that counts: what remains is a header, and bytes that nobody vouches for.
        footage.cut_torn_tail(&cx, &path, rebuilt.header_bytes).await?;
        footage.discard_empty(&cx, &path, rebuilt.header_bytes).await?;
    }
    let mut done = Recovered { cut_bytes: rebuilt.cut_bytes, ..Recovered::default() };
    let Some(sealed) = rebuilt.sealed else { return Ok(done) };
    done.segments = 1;
    done.fragments = u32::try_from(sealed.pieces.len().saturating_sub(1)).unwrap_or(u32::MAX);
    let started = started.unwrap_or(rebuilt.started);
    let new = commit::new_segment(
        footage,
        path,
        rebuilt.stream,
        started,
        &sealed,
        ClockOffset::default(),
        floor_days,
    )?;
    commit::commit_segment(footage, new).await;
    Ok(done)
}

struct Rebuilt {
    stream: StreamId,
    started: WallTime,
    sealed: Option<media::segment::Sealed>,
    header_bytes: u64,
    /// Where the file must be cut, if it is longer than what counts.
    cut_at: Option<u64>,
    cut_bytes: u64,
}

fn rebuild(
    footage: &Footage,
    cx: &Cx,
    path: &SegmentPath,
    known: &[Known],
    reason: SealReason,
) -> Result<Rebuilt, Error> {
    let sidecar = footage.sidecar_for_system(cx, path)?;
    let file = read_whole(&footage.open_for_system(cx, path)?)?;
    let mut end_wall = sidecar.started;
    let mut header_bytes = None;
    let mut recovered = media::segment::recover(&file, sidecar.secret.clone(), |fragment| {
        header_bytes.get_or_insert(fragment.offset);
        let vouched =
            known.iter().find(|known| known.fragment == fragment.index && known.digest == fragment.digest);
        end_wall = vouched.map_or(end_wall, |known| known.end_wall);
        vouched.is_some()
    })?;
    let len = file.len() as u64;
    if let Some(sealed) = &mut recovered.sealed {
        sealed.reason = reason;
        sealed.span.end = end_wall.max(sealed.span.start);
    }
    Ok(Rebuilt {
        stream: sidecar.stream,
        started: sidecar.started,
        sealed: recovered.sealed,
        header_bytes: header_bytes.unwrap_or(recovered.good_bytes),
        cut_at: (recovered.good_bytes < len).then_some(recovered.good_bytes),
        cut_bytes: len.saturating_sub(recovered.good_bytes),
    })
}

fn read_whole(file: &PlainSegment) -> Result<Vec<u8>, Error> {
    let len = file.len()?;
    if len > FILE_BYTES_MAX {
        return Err(Error::TooLarge);
    }
    let mut bytes = vec![0; usize::try_from(len).map_err(|_| Error::TooLarge)?];
    file.read_at(0, &mut bytes)?;
    Ok(bytes)
}

/// Reads all journals of earlier runs, rebuilds what has no row yet, and removes them.
///
/// # Errors
/// When the media folder cannot be read; single segments that fail are counted, and their journal stays.
pub(crate) async fn at_start(
    footage: &Footage,
    floor_days: impl Fn(StreamId) -> u16,
) -> Result<Recovered, store::Error> {
    let media = footage.media().clone();
    let journals = media.journals()?;
    let mut segments: BTreeMap<(WallTime, SegmentPath), Vec<Known>> = BTreeMap::new();
    let mut first_seen: BTreeMap<SegmentPath, WallTime> = BTreeMap::new();
    for path in &journals {
        let decoded = journal::decode_all(&media.read_journal(path)?);
        if let Some(at) = decoded.torn_at {
            tracing::warn!(journal = %path.display(), at, "the journal is torn here, as after a crash");
        }
        for entry in decoded.entries {
            let began = *first_seen.entry(entry.path.clone()).or_insert(entry.span.start);
            let known = Known { fragment: entry.fragment, digest: entry.sha256, end_wall: entry.span.end };
            segments.entry((began, entry.path)).or_default().push(known);
        }
    }
    leftover::join(&mut segments);
    let segments_end = segments.values().flatten().map(|known| known.end_wall).max();
    let mut total = Recovered::default();
    for ((_, path), known) in segments {
        if footage.is_committed(&path).await? {
            continue;
        }
        match recover_one(footage, path.clone(), known, &floor_days).await {
            Ok(done) => {
                total.segments += done.segments;
                total.fragments += done.fragments;
                total.cut_bytes += done.cut_bytes;
            }
            Err(error) => {
                tracing::error!(%path, %error, "segment cannot be rebuilt; its file stays for `check`");
                total.failed += 1;
            }
        }
    }
    total.cut_bytes += leftover::discard(footage, segments_end, &first_seen).await?;
    if total.failed == 0 {
        for path in &journals {
            media.remove_journal(path)?;
        }
    }
    Ok(total)
}

async fn recover_one(
    footage: &Footage,
    path: SegmentPath,
    known: Vec<Known>,
    floor_days: &impl Fn(StreamId) -> u16,
) -> Result<Recovered, Error> {
    let cx = system_cx("recovery", clock::system_wall());
    let stream = footage.sidecar_for_system(&cx, &path)?.stream;
    segment(footage, path, None, known, SealReason::Recovered, floor_days(stream)).await
}
