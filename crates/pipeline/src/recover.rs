//! After a crash, a power cut or a failed sync: segments without a row are rebuilt from their files, as far as the
//! journal vouches for them, and committed, in order with the gaps that the journal has; what is torn is cut off.
//!
//! It never invents footage: a fragment counts only if the journal has its number and digest and the bytes still hash to
//! it. The gap that follows is recorded when the stream's first new unit comes.

use crate::{
    clock,
    commit::{self, Placed},
    gap::Gap,
};
use ledger::record::ClockOffset;
use model::{Cx, GapCause, Hash, SealReason, Span, StreamId, WallTime};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use store::{
    Footage, MediaDir, OpenDisk,
    journal::{self, Record},
    media_dir::SegmentPath,
    registry::system_cx,
};

/// The largest unsealed file that is read back into memory: a segment's hard limit and one fragment.
const FILE_BYTES_MAX: u64 = (512 << 20) + (1 << 20);
/// How far before the newest record the files of the last moment can begin: far more than a segment's hard limit of 120 s, so
/// that streams need not be in step; far less than what would take long to look through.
const YOUNG_US: i64 = 600_000_000;

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
    /// Gaps that were in the journal only.
    pub gaps: u32,
    /// Bytes cut off because they were torn, or the journal does not know them.
    pub cut_bytes: u64,
    /// Files that could not be rebuilt; they stay for `check`.
    pub failed: u32,
    /// Files that neither a row nor a journal names, begun in the last moment before the end: removed.
    pub strays: u32,
    /// Files moved to `aside`: other records have their time, or they are too large for a leftover.
    pub aside: u32,
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
    #[error("the rebuilding task ended: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// How the recorder closed a segment, as the journal has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SealedAt {
    pub end: WallTime,
    pub reason: SealReason,
}

/// One segment to rebuild.
pub(crate) struct Ask {
    pub path: SegmentPath,
    pub stream: StreamId,
    /// As the recorder had it; else the sidecar's.
    pub started: Option<WallTime>,
    pub known: Vec<Known>,
    /// Counts if every known fragment does.
    pub seal: Option<SealedAt>,
    /// Stated in the record unless the seal counts.
    pub reason: SealReason,
    /// The record ends no later: the stream's next one begins there.
    pub until: WallTime,
}

/// What became of one segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Done {
    pub recovered: Recovered,
    /// Where its record ends; `None` when there is none.
    pub end: Option<WallTime>,
}

/// Rebuilds one segment from its file and commits it. A file without a fragment that counts is removed.
pub(crate) async fn segment(footage: &Footage, ask: Ask, floor_days: u16) -> Result<Done, Error> {
    let cx = system_cx("recovery", clock::system_wall());
    let Ask { path, stream, started, known, seal, reason, until } = ask;
    let rebuilt = if known.is_empty() {
        None
    } else {
        let (reader, reader_cx, file_path) = (footage.clone(), cx.clone(), path.clone());
        let work = move || rebuild(&reader, &reader_cx, &file_path, &known, seal, reason);
        tokio::task::spawn_blocking(work).await??
    };
    let mut done = Done::default();
    let Some(rebuilt) = rebuilt else {
        // Nothing that counts: what remains are bytes that nobody vouches for.
        let aside = commit::patiently(stream, || footage.discard_unvouched(&cx, &path)).await?;
        done.recovered.aside = u32::from(aside);
        return Ok(done);
    };
    let Rebuilt { started: began, mut sealed, good_bytes, cut_bytes } = rebuilt;
    sealed.span.end = sealed.span.end.min(until);
    commit::patiently(stream, || footage.cut_torn_tail(&cx, &path, good_bytes)).await?;
    let started = started.unwrap_or(began);
    let (clock, disk) = (ClockOffset::default(), footage.disk_of(&path)?);
    let made = commit::Made { disk, path: path.clone(), stream, started, clock, floor_days };
    let new = commit::new_segment(footage, made, &sealed)?;
    done.end = Some(sealed.span.end);
    done.recovered.cut_bytes = cut_bytes;
    match commit::commit_segment(footage, new).await? {
        Placed::Committed => {
            done.recovered.segments = 1;
            let fragments = sealed.pieces.len().saturating_sub(1);
            done.recovered.fragments = u32::try_from(fragments).unwrap_or(u32::MAX);
        }
        Placed::Covered => {
            commit::move_aside(footage, &path).await?;
            done.recovered.aside = 1;
        }
    }
    Ok(done)
}

struct Rebuilt {
    started: WallTime,
    sealed: media::segment::Sealed,
    /// So much of the file counts; what is behind is cut off.
    good_bytes: u64,
    cut_bytes: u64,
}

/// `None` when no fragment counts.
fn rebuild(
    footage: &Footage,
    cx: &Cx,
    path: &SegmentPath,
    known: &[Known],
    seal: Option<SealedAt>,
    reason: SealReason,
) -> Result<Option<Rebuilt>, Error> {
    let sidecar = footage.sidecar_for_system(cx, path)?;
    let file = footage.unsealed_for_system(cx, path, FILE_BYTES_MAX)?;
    let mut end_wall = sidecar.started;
    let mut counted = 0;
    let recovered = media::segment::recover(&file, sidecar.secret.clone(), |fragment| {
        let vouched =
            known.iter().find(|known| known.fragment == fragment.index && known.digest == fragment.digest);
        end_wall = vouched.map_or(end_wall, |known| known.end_wall);
        counted += usize::from(vouched.is_some());
        vouched.is_some()
    })?;
    let len = file.len() as u64;
    let Some(mut sealed) = recovered.sealed else { return Ok(None) };
    let whole = seal.filter(|_| counted >= known.len());
    sealed.reason = whole.map_or(reason, |seal| seal.reason);
    sealed.span.end = whole.map_or(end_wall, |seal| seal.end).max(sealed.span.start);
    Ok(Some(Rebuilt {
        started: sidecar.started,
        sealed,
        good_bytes: recovered.good_bytes,
        cut_bytes: len.saturating_sub(recovered.good_bytes),
    }))
}

/// What the journals say of one segment.
struct Noted {
    began: WallTime,
    known: Vec<Known>,
    seal: Option<SealedAt>,
    /// Where in the file the first fragment begins that no sync is known to have written; 0: no fragment of it was, nor what
    /// begins it, nor its sidecar.
    unsure_from: Option<u64>,
}

impl Noted {
    /// What its record was to cover, as far as the journal knows.
    fn span(&self) -> Span {
        let end = self.seal.map(|seal| seal.end).or(self.known.last().map(|known| known.end_wall));
        Span { start: self.began, end: end.unwrap_or(self.began).max(self.began) }
    }
}

/// All that the journals of earlier runs name.
#[derive(Default)]
struct Journalled {
    segments: BTreeMap<SegmentPath, Noted>,
    gaps: Vec<(StreamId, Gap)>,
}

impl Journalled {
    /// One journal's records, up to where it is torn.
    fn read(&mut self, records: Vec<Record>) {
        let synced = |(number, record): (u32, &Record)| match record {
            // What it says of records behind itself is nothing.
            Record::Synced { records } => (*records).min(number),
            _ => 0,
        };
        let covered = (0..).zip(&records).map(synced).max().unwrap_or(0);
        let mut unsure: BTreeMap<SegmentPath, u64> = BTreeMap::new();
        for (number, record) in (0_u32..).zip(records) {
            if let Record::Fragment(entry) = &record
                && number >= covered
            {
                // Before its first fragment stands what begins the file, and beside it lies the sidecar: as young as the fragment.
                let from = if self.segments.contains_key(&entry.path) { entry.offset } else { 0 };
                unsure.entry(entry.path.clone()).or_insert(from);
            }
            self.take(record);
        }
        for (path, from) in unsure {
            if let Some(noted) = self.segments.get_mut(&path) {
                noted.unsure_from = Some(noted.unsure_from.map_or(from, |before| before.min(from)));
            }
        }
    }

    fn take(&mut self, record: Record) {
        match record {
            Record::Fragment(entry) => {
                let began = entry.span.start;
                let known =
                    Known { fragment: entry.fragment, digest: entry.sha256, end_wall: entry.span.end };
                let noted = || Noted { began, known: Vec::new(), seal: None, unsure_from: None };
                self.segments.entry(entry.path).or_insert_with(noted).known.push(known);
            }
            Record::Seal { path, end, reason } => {
                if let Some(noted) = self.segments.get_mut(&path) {
                    noted.seal = Some(SealedAt { end, reason });
                }
            }
            Record::Gap { stream, span, cause, evidence } => {
                self.gaps.push((stream, Gap { span, cause, evidence }));
            }
            Record::Synced { .. } => {}
        }
    }
}

/// Reads all journals of earlier runs, commits what has no record yet in order of time, and removes them. Then removes
/// files of the last moment that nothing names: a file is created up to 0.6 s before its first fragment is in the journal.
/// `newest` is the end of the newest record.
///
/// # Errors
/// When the media folder or the database cannot be read; single segments that fail are counted, and their journal stays.
pub(crate) async fn at_start(
    footage: &Footage,
    newest: WallTime,
    floor_days: impl Fn(StreamId) -> u16,
) -> Result<Recovered, store::Error> {
    let total = journals_of(footage, footage.media().present(), &floor_days, Some(newest)).await?;
    Ok(total)
}

/// The same for a disk that comes back while others record: what its journals of earlier runs name and no record has. Those of
/// this run are its writer's. Its time is covered by gaps by then, so files that are not in a record are moved aside.
pub(crate) async fn of_disk(
    footage: &Footage,
    disk: OpenDisk,
    floor_days: impl Fn(StreamId) -> u16,
) -> Result<Recovered, store::Error> {
    journals_of(footage, vec![disk], &floor_days, None).await
}

/// `newest`: files of the last moment before it that nothing names are taken away too.
async fn journals_of(
    footage: &Footage,
    disks: Vec<OpenDisk>,
    floor_days: &impl Fn(StreamId) -> u16,
    newest: Option<WallTime>,
) -> Result<Recovered, store::Error> {
    let own = format!("{:010}-", footage.boot_counter());
    // At the start there is none of this run, whatever a restored count of runs says.
    let of_this_run = |path: &Path| {
        newest.is_none()
            && path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(&own))
    };
    let mut journals: Vec<(MediaDir, PathBuf)> = Vec::new();
    for disk in &disks {
        let found = disk.dir.journals()?.into_iter().filter(|path| !of_this_run(path));
        journals.extend(found.map(|path| (disk.dir.clone(), path)));
    }
    if !journals.is_empty() {
        // A kill leaves bytes that read well and are on no disk: a record must not be made of them before they are.
        let synced =
            tokio::task::spawn_blocking(move || disks.iter().try_for_each(|disk| disk.dir.sync())).await;
        synced.map_err(|error| store::Error::Internal(error.to_string()))??;
    }
    let mut journalled = Journalled::default();
    for (media, path) in &journals {
        let decoded = journal::decode_all(&media.read_journal(path)?);
        if let Some(at) = decoded.torn_at {
            tracing::warn!(journal = %path.display(), at, "the journal is torn here, as after a crash");
        }
        journalled.read(decoded.records);
    }
    let mut total = Recovered::default();
    let named: Vec<SegmentPath> = journalled.segments.keys().cloned().collect();
    commit_journalled(footage, journalled, floor_days, &mut total).await?;
    if let Some(newest) = newest {
        remove_strays(footage, newest, &named, &mut total).await?;
    }
    if total.failed == 0 {
        for (media, path) in &journals {
            media.remove_journal(path)?;
        }
    }
    Ok(total)
}

/// One stream's records must be made in order of time, so segments and gaps go together by their starts.
async fn commit_journalled(
    footage: &Footage,
    journalled: Journalled,
    floor_days: &impl Fn(StreamId) -> u16,
    total: &mut Recovered,
) -> Result<(), store::Error> {
    enum Item {
        Segment(SegmentPath, Noted),
        Gap(StreamId, Gap),
    }
    let segments =
        journalled.segments.into_iter().map(|(path, noted)| (noted.began, Item::Segment(path, noted)));
    let gaps = journalled.gaps.into_iter().map(|(stream, gap)| (gap.span.start, Item::Gap(stream, gap)));
    let mut items: Vec<(WallTime, Item)> = segments.chain(gaps).collect();
    items.sort_by_key(|(start, _)| *start);
    for (_, item) in items {
        match item {
            Item::Gap(stream, gap) => {
                total.gaps += u32::from(commit::commit_gap(footage, stream, gap).await? == Placed::Committed);
            }
            Item::Segment(path, noted) => {
                state_the_missing(footage, &path, noted.began).await?;
                one(footage, path, noted, floor_days, total).await?;
            }
        }
    }
    Ok(())
}

/// With a disk away, what lies before the next known segment may be on it: its gap says so, and is not unknown.
async fn state_the_missing(
    footage: &Footage,
    path: &SegmentPath,
    began: WallTime,
) -> Result<(), store::Error> {
    let Some(away) = footage.media().away().into_iter().next() else { return Ok(()) };
    let Ok(stream) = footage.stream_for_system(&system_cx("recovery", clock::system_wall()), path) else {
        return Ok(());
    };
    let head = footage.stream_head(stream).await?;
    if let Some(end) = head.end.filter(|end| *end < began) {
        let evidence =
            format!("media disk {away} was away at the start; what was recorded then may be on it");
        let gap = Gap { span: Span { start: end, end: began }, cause: GapCause::Disk, evidence };
        commit::commit_gap(footage, stream, gap).await?;
    }
    Ok(())
}

async fn one(
    footage: &Footage,
    path: SegmentPath,
    noted: Noted,
    floor_days: &impl Fn(StreamId) -> u16,
    total: &mut Recovered,
) -> Result<(), store::Error> {
    if footage.is_committed(&path).await? {
        // Committed from memory while its disk was away, perhaps: then its file has not got its end.
        footage.end_committed(&system_cx("recovery", clock::system_wall()), &path).await?;
        return Ok(());
    }
    let span = noted.span();
    if let Some(from) = noted.unsure_from {
        // A sync that failed before the end leaves bytes that read well and are on no disk, also after the sync above.
        let (media, file) = (footage.media().clone(), path.clone());
        let forgotten = tokio::task::spawn_blocking(move || media.forget_cached(&file, from)).await;
        if let Err(error) = forgotten.map_err(|error| store::Error::Internal(error.to_string()))? {
            tracing::warn!(%path, %error, "what memory holds of a segment could not be dropped; it is believed");
        }
    }
    let cx = system_cx("recovery", clock::system_wall());
    let stream = match footage.stream_for_system(&cx, &path) {
        Ok(stream) => stream,
        Err(error) if is_lost(&error) => {
            // Its journal came through the power cut, and it did not: nothing was promised of it. The gap of the restart
            // has its time.
            tracing::warn!(%path, %error, "a journal names a segment whose sidecar is lost; what is left of it is moved to `aside`");
            footage.move_aside(&cx, &path).await?;
            total.aside += 1;
            return Ok(());
        }
        Err(error) => {
            tracing::error!(%path, %error, "segment cannot be rebuilt without its sidecar; its file stays for `check`");
            total.failed += 1;
            return Ok(());
        }
    };
    let reason = SealReason::Recovered;
    let seal = noted.seal;
    let ask = Ask {
        path: path.clone(),
        stream,
        started: None,
        known: noted.known,
        seal,
        reason,
        until: WallTime(i64::MAX),
    };
    let (end, evidence) = match segment(footage, ask, floor_days(stream)).await {
        Ok(done) => {
            add(total, done.recovered);
            // Without a seal it was the newest of its stream: the gap of the restart begins where it ends.
            (done.end.or(seal.is_none().then_some(span.end)), "bytes in the journal are not in the file")
        }
        Err(error) => (None, not_rebuilt(footage, &path, &error, total).await?),
    };
    let start = end.unwrap_or(span.start);
    if start < span.end && (seal.is_some() || end.is_none()) {
        let span = Span { start, end: span.end };
        let gap = Gap { span, cause: GapCause::Disk, evidence: evidence.into() };
        total.gaps += u32::from(commit::commit_gap(footage, stream, gap).await? == Placed::Committed);
    }
    Ok(())
}

/// What becomes of a file that gives no segment, and what the gap in its place says.
async fn not_rebuilt(
    footage: &Footage,
    path: &SegmentPath,
    error: &Error,
    total: &mut Recovered,
) -> Result<&'static str, store::Error> {
    let is_lost = match error {
        Error::Store(error) => is_lost(error),
        Error::Media(_) => true,
        _ => false,
    };
    if is_lost {
        tracing::error!(%path, %error, "segment cannot be rebuilt; what is left of it is moved to `aside`");
        footage.move_aside(&system_cx("recovery", clock::system_wall()), path).await?;
        total.aside += 1;
    } else {
        tracing::error!(%path, %error, "segment cannot be rebuilt; its file stays for `check`");
        total.failed += 1;
    }
    Ok(match error {
        Error::Store(store::Error::StoreKeyAbsent(_)) => {
            "a segment could not be rebuilt: its store key was not given"
        }
        _ => "a segment could not be rebuilt from its file",
    })
}

/// Not a disk that cannot be read now, but a file that is not there, or not whole.
fn is_lost(error: &store::Error) -> bool {
    match error {
        store::Error::File { source, .. } => source.kind() == std::io::ErrorKind::NotFound,
        store::Error::Corrupt(_) => true,
        _ => false,
    }
}

fn add(total: &mut Recovered, done: Recovered) {
    total.segments += done.segments;
    total.fragments += done.fragments;
    total.cut_bytes += done.cut_bytes;
    total.aside += done.aside;
}

async fn remove_strays(
    footage: &Footage,
    newest: WallTime,
    named: &[SegmentPath],
    total: &mut Recovered,
) -> Result<(), store::Error> {
    let cx = system_cx("recovery", clock::system_wall());
    for path in footage.young_uncommitted(&cx, newest.plus_us(-YOUNG_US)).await? {
        if named.binary_search(&path).is_ok() {
            continue;
        }
        let aside = footage.discard_unvouched(&cx, &path).await?;
        total.aside += u32::from(aside);
        total.strays += u32::from(!aside);
        tracing::warn!(%path, aside, "a file that no record and no journal names, as a crash leaves it, was taken away");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::MediaTime;

    fn fragment(path: &SegmentPath, number: u32) -> Record {
        let at = |half: u32| WallTime(i64::from(half) * 500_000);
        Record::Fragment(journal::Entry {
            path: path.clone(),
            fragment: number,
            // Behind what begins the file.
            offset: 700 + u64::from(number) * 1_000,
            length: 1_000,
            sha256: Hash([1; 32]),
            span: Span { start: at(number), end: at(number + 1) },
            first_dts: MediaTime(0),
            units: 1,
        })
    }

    /// A sync vouches for what stands before it in its own journal; one that failed closed its journal without.
    #[test]
    fn what_no_sync_vouches_for_is_read_anew() {
        let path = SegmentPath::parse("abcdef012345/main/20261122/100000-0badcafe.mp4").unwrap();
        let is = |number| fragment(&path, number);
        let check = |journals: &[&[Record]], expected: Option<u64>| {
            let mut journalled = Journalled::default();
            journals.iter().for_each(|records| journalled.read(records.to_vec()));
            assert_eq!(journalled.segments[&path].unsure_from, expected, "{journals:?}");
        };
        let synced = |records| Record::Synced { records };
        check(&[&[is(0)]], Some(0));
        check(&[&[is(0), is(1), synced(2)]], None);
        check(&[&[is(0), is(1), synced(1)]], Some(1_700));
        check(&[&[is(0), synced(1), is(1), is(2)]], Some(1_700));
        check(&[&[is(0), is(1), synced(1), is(2), synced(2), is(3)]], Some(2_700));
        check(&[&[synced(0), is(0)]], Some(0));
        check(&[&[synced(9), is(0)]], Some(0));
        check(&[&[is(0), synced(u32::MAX), is(1)]], Some(1_700));
        check(&[&[is(0), is(1)], &[is(2), synced(1)]], Some(0));
        check(&[&[is(0), synced(1), is(1)], &[is(2), synced(1), is(3)]], Some(1_700));
        check(&[&[is(0), synced(1)], &[is(1)]], Some(1_700));
    }
}
