//! What must hold after every run, whatever happened: asked of the store's own answers, of the files, and of what the
//! world knows to be true.
//!
//! An oracle knows nothing of how the shipping code works, only what it promises (`docs/design/footage.md`, `store.md`).

mod files;
mod holds;
pub mod losses;
mod ticks;

pub use holds::Standing;

use crate::camera;
use crate::clock::Clock;
use crate::disk::{Disk, Event, Fault};
use crate::trace;
use crate::trace::Trace;
use ledger::record::{Entry, record_hash};
use model::{Cx, GapCause, Hash, Span, StreamId};
use pipeline::Clocks as _;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use store::{LogName, SignedCheckpoint, Store, registry::system_cx};

/// Received so long before a kill, it was written: half a second until a fragment closes, a turn of the writer's 0.1 s, and one of ours.
pub const WRITTEN_US: i64 = 700_000;
/// From the beginning of one sync to that of the next, when none takes long: a second and two turns of the writer.
const SYNCED_US: i64 = 1_250_000;
/// So long after a failure a recorder may still hand over what its segment has lost.
const NOTICED_US: i64 = 1_200_000;
const DAY_US: i64 = 86_400_000_000;
/// The writer's turn.
pub const TURN_US: i64 = 100_000;

/// A promise that was broken.
#[derive(Debug, thiserror::Error)]
#[error("{oracle}: {what}")]
pub struct Broken {
    pub oracle: &'static str,
    pub what: String,
}

impl Broken {
    pub fn new(oracle: &'static str, what: impl Into<String>) -> Self {
        Self { oracle, what: what.into() }
    }
}

impl From<store::Error> for Broken {
    fn from(error: store::Error) -> Self {
        Self::new("the store answers", error.to_string())
    }
}

/// Fails with that oracle's name and a text unless the condition holds.
pub fn hold(condition: bool, oracle: &'static str, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if condition { Ok(()) } else { Err(Broken::new(oracle, what())) }
}

/// One record of a stream, as far as tiling goes.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Item {
    seq: u64,
    span: Span,
    cause: Option<GapCause>,
    evidence: String,
    hash: Hash,
}

/// What is true, and what was promised, over all processes of a run.
#[derive(Debug)]
pub struct Truth {
    /// True times between which what was received may be lost.
    excuses: Vec<(i64, i64)>,
    /// Ends of processes, in order.
    ends: Vec<losses::Ended>,
    /// True times between which a begun file may be damaged although it has a record: a sync lied.
    lies: Vec<(i64, i64)>,
    lied: bool,
    /// Wall times of failures of the disk that a process did not outlive: what it knew of their gaps was in no journal.
    unsaid: Vec<Span>,
    /// Units before which a camera's timestamps jumped, and by how much.
    pub jumps: BTreeMap<(u32, u64), i64>,
    /// Units found in verified files.
    found: BTreeSet<(u32, u64)>,
    histories: BTreeMap<StreamId, Vec<Item>>,
    signed: BTreeMap<u64, Hash>,
    /// A checkpoint's publishing has been answered.
    pub published: bool,
    leaves: u64,
    verified: BTreeSet<i64>,
    /// Files with records, and what of.
    committed: BTreeMap<PathBuf, (StreamId, Span)>,
    /// Which camera sends on a stream.
    cameras: BTreeMap<StreamId, u32>,
    pub holds: holds::Holds,
    pub runs: ticks::Runs,
    pub damaged: u64,
    pub expired: u64,
    floor_days: i64,
    /// The wall clock was never wrong.
    pub clock_is_true: bool,
    trace: Trace,
}

impl Truth {
    pub fn new(floor_days: u16, trace: Trace) -> Self {
        Self {
            excuses: Vec::new(),
            ends: Vec::new(),
            lies: Vec::new(),
            lied: false,
            unsaid: Vec::new(),
            jumps: BTreeMap::new(),
            found: BTreeSet::new(),
            histories: BTreeMap::new(),
            signed: BTreeMap::new(),
            published: false,
            leaves: 0,
            verified: BTreeSet::new(),
            committed: BTreeMap::new(),
            cameras: BTreeMap::new(),
            holds: holds::Holds::default(),
            runs: ticks::Runs::default(),
            damaged: 0,
            expired: 0,
            floor_days: floor_days.into(),
            clock_is_true: true,
            trace,
        }
    }

    /// Whose footage a stream's is.
    pub fn sends(&mut self, stream: StreamId, camera: u32) {
        self.cameras.insert(stream, camera);
    }

    /// What was received between these true times may be lost.
    pub fn excuse(&mut self, from_us: i64, to_us: i64) {
        self.excuses.push((from_us, to_us));
    }

    /// A process ended at this time; a power cut leaves what the last honest sync began after, a kill what was written by the
    /// last turn of the writer, which waits for no sync.
    pub fn ended(&mut self, disk: &Disk, at_us: i64, turned_us: i64, is_power: bool) {
        let written_us = at_us.min(turned_us + TURN_US);
        let from = if is_power && self.lied {
            disk.synced_us().min(at_us)
        } else if is_power {
            // A second from one sync to the next, what the last took and what the next was to take: no more may be open.
            disk.synced_us().max(written_us - SYNCED_US - disk.took_us()).min(at_us)
        } else {
            written_us
        };
        self.excuse(from - WRITTEN_US, at_us);
        self.ends.push(losses::Ended { at_us, bound_us: at_us - from + WRITTEN_US, is_power });
        trace!(self.trace, "{at_us} synced up to {from}");
        if is_power {
            self.power_is_cut(disk, at_us);
        }
    }

    /// A process ended so soon after a failure of the disk that the causes of its gaps may be in neither journal nor log.
    pub fn unsaid(&mut self, span: Span) {
        self.unsaid.push(span);
    }

    /// Whether a gap may be without a cause: its time touches such a failure.
    fn may_be_unknown(&self, gap: Span) -> bool {
        let touches = |span: &Span| span.start <= gap.end && gap.start <= span.end;
        self.unsaid.iter().any(|span| !self.clock_is_true || touches(span))
    }

    /// The power goes: what a sync lied about is gone with it, and nothing else that has a record.
    pub fn power_is_cut(&mut self, disk: &Disk, at_us: i64) {
        if self.lied {
            self.lies.push((disk.synced_us(), at_us));
            self.lied = false;
        }
    }

    /// Takes note of what happened to the disk; footage that was removed must have been old.
    pub fn heed(&mut self, disk: &Disk) -> Result<(), Broken> {
        for event in disk.take_events() {
            match event {
                Event::Failed { fault: Fault::Lie, .. } => self.lied = true,
                Event::Failed { fault: Fault::Remove, .. } => {}
                Event::Failed { fault, at_us, synced_us } => {
                    trace!(self.trace, "{at_us} {fault:?} failed");
                    self.excuse(synced_us - WRITTEN_US, at_us + NOTICED_US);
                }
                Event::Removed { path, at_us } => {
                    // A file's sidecar goes before it, and without it the file is worth nothing.
                    let media = path.with_extension("mp4");
                    let Some((stream, span)) = self.committed.get(&media).copied() else { continue };
                    let Some(born_us) = disk.born_us(&path) else { continue };
                    self.holds.removed(&media, stream, span)?;
                    self.expired += u64::from(media == path);
                    let age_us = at_us - born_us;
                    // Whatever the wall clock does, ten elevenths of the floor (docs/design/store.md §8).
                    let floor_us = self.floor_days * DAY_US;
                    let least_us = if self.clock_is_true { floor_us } else { floor_us / 11 * 10 };
                    hold(age_us >= least_us, "the floor", || {
                        format!("{} went {age_us} us after it was begun, of {least_us}", name(&path))
                    })?;
                }
            }
        }
        Ok(())
    }

    /// A checkpoint was signed: sizes never go back, and no size has two roots.
    pub fn signed(&mut self, checkpoint: &SignedCheckpoint) -> Result<(), Broken> {
        let SignedCheckpoint { size, root, .. } = checkpoint;
        let newest = self.signed.last_key_value().map_or(0, |(size, _)| *size);
        hold(*size >= newest, "the log grows", || format!("{size} was signed after {newest}"))?;
        let before = *self.signed.entry(*size).or_insert(*root);
        hold(before == *root, "one root for a size", || format!("{size} was signed with two roots"))
    }

    /// Everything that can be asked of an open store, between two processes' work or at the end.
    pub async fn examine(&mut self, store: &Store, disk: &Disk, clock: &Clock) -> Result<(), Broken> {
        let cx = system_cx("check", clock.wall());
        self.log(store, &cx).await?;
        for stream in store.footage.streams().await? {
            let items = history(store, &cx, stream).await?;
            let tiled = self.tiles(stream, &items);
            self.histories.insert(stream, items);
            tiled?;
        }
        self.files(store, disk, &cx).await?;
        self.heed(disk)
    }

    async fn log(&mut self, store: &Store, cx: &Cx) -> Result<(), Broken> {
        let leaves = store.log_size(LogName::Footage).await?;
        hold(leaves >= self.leaves, "the log grows", || format!("{leaves} leaves after {}", self.leaves))?;
        self.leaves = leaves;
        let log = store.footage.verify_log(cx).await?;
        hold(log.is_empty(), "the check is silent", || format!("{log:?}"))?;
        let rows = store.footage.audit(cx).await?;
        hold(rows.is_empty(), "the check is silent", || format!("{rows:?}"))?;
        let checkpoints = store.verify_checkpoints(cx, LogName::Footage).await?;
        // The first one is signed before its file is there, and nobody has been told of it.
        let told = |finding: &&store::RowFinding| {
            self.published || finding.problem != "the published checkpoint is missing"
        };
        let checkpoints: Vec<_> = checkpoints.iter().filter(told).collect();
        hold(checkpoints.is_empty(), "the check is silent", || format!("{checkpoints:?}"))?;
        let days = store.footage.wrong_days(cx).await?;
        hold(days.is_empty(), "the check is silent", || format!("{days:?}"))?;
        if let Some(newest) = store.checkpoint(LogName::Footage).await? {
            self.signed(&newest)?;
        }
        Ok(())
    }

    /// Records of a stream tile time, and those that were there are as they were.
    fn tiles(&self, stream: StreamId, items: &[Item]) -> Result<(), Broken> {
        for (number, pair) in items.windows(2).enumerate() {
            hold(pair[0].span.end == pair[1].span.start, "records tile time", || {
                format!(
                    "{stream}: record {number} ends {}, the next begins {}",
                    pair[0].span.end, pair[1].span.start
                )
            })?;
        }
        for (number, item) in items.iter().enumerate() {
            hold(item.seq == number as u64, "records are numbered", || {
                format!("{stream}: {number}: {item:?}")
            })?;
            hold(item.span.start < item.span.end, "records have a length", || format!("{stream}: {item:?}"))?;
            hold(!item.evidence.contains("/media"), "evidence names no path", || {
                format!("{stream}: {item:?}")
            })?;
            let has_cause = item.cause != Some(GapCause::Unknown) || self.may_be_unknown(item.span);
            hold(has_cause, "every gap has a cause", || format!("{stream}: {item:?}"))?;
        }
        let before = self.histories.get(&stream).map_or(&[][..], Vec::as_slice);
        hold(items.starts_with(before), "history does not change", || {
            format!("{stream}: {} records were others", before.len())
        })
    }

    /// What every recorder has taken is there, but for what the faults excuse.
    pub fn nothing_lost(&self, cameras: &[camera::Camera]) -> Result<(), Broken> {
        for camera in cameras {
            for taken in &camera.taken {
                let there = self.found.contains(&(camera.number, taken.number));
                let excused = |(from, to): &(i64, i64)| (*from..=*to).contains(&taken.received_us);
                hold(there || self.excuses.iter().any(excused), "what was durable is there", || {
                    format!(
                        "camera {} lost unit {}, received at {} us",
                        camera.number, taken.number, taken.received_us
                    )
                })?;
            }
        }
        Ok(())
    }

    /// Puts what the run has led to into the trace.
    pub fn tell(&self) {
        for (number, (_, items)) in self.histories.iter().enumerate() {
            for item in items {
                let Item { seq, span, cause, hash, evidence } = item;
                let length_us = span.duration_us();
                let cause = cause.map_or("footage", GapCause::as_str);
                trace!(
                    self.trace,
                    "stream {number} record {seq}: {} {length_us} us {cause} {evidence:?} {hash}", span.start
                );
            }
        }
        let newest = self.signed.last_key_value();
        trace!(self.trace, "{} leaves, signed {newest:?}, {} units found", self.leaves, self.found.len());
    }

    pub fn units(&self) -> usize {
        self.found.len()
    }

    /// The histories as they are now, to compare with a later look.
    pub fn history_sizes(&self) -> Vec<usize> {
        self.histories.values().map(Vec::len).collect()
    }
}

fn name(path: &std::path::Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// All records of a stream, oldest first.
async fn history(store: &Store, cx: &Cx, stream: StreamId) -> Result<Vec<Item>, Broken> {
    let (mut items, mut before) = (Vec::new(), None);
    loop {
        let page = store.footage_entries(cx, Some(stream), before, 500, false).await?;
        let Some(last) = page.last() else { break };
        before = Some(last.leaf);
        for found in page {
            let hash = record_hash(&found.bytes);
            let item = match found.entry {
                Some(Entry::Segment(record)) => Item {
                    seq: record.stream_seq,
                    span: record.span,
                    cause: None,
                    evidence: String::new(),
                    hash,
                },
                Some(Entry::Gap(record)) => {
                    let (cause, evidence) = (Some(record.cause), record.evidence);
                    Item { seq: record.stream_seq, span: record.span, cause, evidence, hash }
                }
                _ => continue,
            };
            items.push(item);
        }
    }
    items.reverse();
    Ok(items)
}
