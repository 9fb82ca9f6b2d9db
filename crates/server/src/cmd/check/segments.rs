//! Every committed segment: its file there and hashing to its record, its tables the ones that the file gives; or, of a quick
//! look, what the store found by names and lengths, in words.
//!
//! One pass hashes each byte once. Only where the outcome is not the record's is the file read again, to say where.

use super::{Depth, Finding, Level, derived};
use crate::store_keys;
use indicatif::ProgressBar;
use ledger::{
    record::SegmentRecord,
    table::{GopTable, PieceTable},
};
use model::{Cx, DiskId};
use pipeline::Rebuilt;
use std::collections::BTreeMap;
use store::{
    FileFinding, FileIs, FilesThere, SegmentPath, SegmentTables, Sidecar, Store, StoreKeyId, StoredSegment,
};
use verify::Stored;

/// Segments read from the database at once.
const STEP: u32 = 500;
/// The largest file that is read: a segment's hard limit and one fragment.
const FILE_BYTES_MAX: u64 = (512 << 20) + (1 << 20);

/// `is_made_again`: the tables of all of it are, so one line says so.
pub async fn check(
    store: &Store,
    cx: &Cx,
    (depth, is_made_again): (Depth, bool),
    bar: &ProgressBar,
) -> anyhow::Result<Vec<Finding>> {
    bar.set_length(store.footage.stored_bytes().await.unwrap_or(0));
    let (mut findings, mut after, mut files, mut bytes) = (Vec::new(), 0, 0u64, 0u64);
    let mut locked = BTreeMap::<StoreKeyId, u64>::new();
    let mut away = BTreeMap::<DiskId, u64>::new();
    let (mut moved, mut made) = (false, 0u64);
    let mut ahead = Ahead::default();
    loop {
        let step = store.footage.stored_segments(cx, after, STEP).await?;
        let Some(last) = step.last() else { break };
        after = last.row;
        let mut step = step.into_iter().peekable();
        while let Some(segment) = step.next() {
            if segment.away {
                *away.entry(segment.disk).or_insert(0) += 1;
                continue;
            }
            if let Some(holder) = segment.moved_to {
                if depth == Depth::Rebuild {
                    store.footage.place_segment(cx, segment.row, holder).await?;
                    moved = true;
                }
                let problem = moved_text(segment.disk, holder);
                findings.push(derived(depth, "footage", &problem).at(place(&segment)));
            }
            files += 1;
            bytes += segment.file_bytes.unwrap_or(0);
            let judged = tokio::task::block_in_place(|| ahead.one(store, cx, &segment, step.peek()));
            bar.inc(segment.file_bytes.unwrap_or(0));
            let found = match judged {
                Ok(()) => continue,
                Err(Wrong::Locked(key)) => {
                    *locked.entry(key).or_insert(0) += 1;
                    continue;
                }
                Err(Wrong::Footage(problem)) => Finding::new(Level::Wrong, "footage", problem),
                Err(Wrong::Tables { problem, right }) => {
                    if let (Depth::Rebuild, Some(tables)) = (depth, right) {
                        store.footage.rebuild_tables(cx, segment.row, *tables).await?;
                        if is_made_again && segment.tables.is_none() {
                            made += 1;
                            continue;
                        }
                    }
                    derived(depth, "tables", problem)
                }
            };
            findings.push(found.at(place(&segment)));
        }
    }
    if moved {
        store.footage.rebuild_days(cx).await?;
    }
    if made > 0 {
        let message =
            format!("those of {made} segments were made from their files, which hash to their records");
        findings.push(Finding::new(Level::Notice, "tables", message));
    }
    Ok(summed(findings, (away, locked), (files, bytes), "hash to their records"))
}

/// What a quick look found: names and lengths.
pub fn quick(found: FilesThere) -> Vec<Finding> {
    let finding = |found: FileFinding| {
        let start = found.start.map(|start| format!(" ({start})")).unwrap_or_default();
        let place = format!("segment {}, {}{start}", found.row, found.place);
        let finding = match found.problem {
            FileIs::Footage(problem) => Finding::new(Level::Wrong, "footage", problem),
            FileIs::TablesMissing => derived(Depth::Quick, "tables", "are missing"),
            FileIs::Moved { from, to } => derived(Depth::Quick, "footage", &moved_text(from, to)),
        };
        finding.at(place)
    };
    let findings = found.findings.into_iter().map(finding).collect();
    summed(findings, (found.away, found.locked), (found.segments, found.bytes), "are there")
}

fn moved_text(from: DiskId, to: DiskId) -> String {
    format!("its row says media disk {from}, it is on {to}")
}

/// Findings with those about many segments behind them; that all is well, if it is.
fn summed(
    mut findings: Vec<Finding>,
    (away, locked): (BTreeMap<DiskId, u64>, BTreeMap<StoreKeyId, u64>),
    (files, bytes): (u64, u64),
    how: &str,
) -> Vec<Finding> {
    for (disk, segments) in away {
        let message = format!(
            "media disk {disk} is away: {segments} segments on it are not lost, and were not checked"
        );
        findings.push(Finding::new(Level::Notice, "footage", message));
    }
    for (key, segments) in locked {
        findings.push(Finding::new(Level::Wrong, "footage", store_keys::absent_text(key, segments)));
    }
    if findings.is_empty() {
        let message = format!("{files} files, {} MB, {how}", bytes / 1_000_000);
        findings.push(Finding::new(Level::Good, "footage", message));
    }
    findings
}

fn place(segment: &StoredSegment) -> String {
    let start = segment.record.as_ref().map(|record| format!(" ({})", record.span.start));
    format!("segment {}, {}{}", segment.row, segment.place, start.unwrap_or_default())
}

/// Those of these places that are segments, as they are by these rows: each that is still kept is read again.
pub async fn again<'p>(
    store: &Store,
    cx: &Cx,
    places: impl Iterator<Item = &'p str>,
) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for found in places {
        let row = found.strip_prefix("segment ").and_then(|rest| rest.split(',').next());
        let Some(row) = row.and_then(|row| row.parse::<i64>().ok()) else { continue };
        let step = store.footage.stored_segments(cx, row.saturating_sub(1), 1).await?;
        let Some(segment) = step.into_iter().find(|segment| segment.row == row) else { continue };
        if segment.away {
            continue;
        }
        if let Some(holder) = segment.moved_to {
            let problem = moved_text(segment.disk, holder);
            findings.push(derived(Depth::Whole, "footage", &problem).at(place(&segment)));
        }
        let judged = tokio::task::block_in_place(|| one(store, cx, &segment));
        match judged {
            Ok(()) | Err(Wrong::Locked(_)) => {}
            Err(Wrong::Footage(problem)) => {
                findings.push(Finding::new(Level::Wrong, "footage", problem).at(place(&segment)));
            }
            Err(Wrong::Tables { problem, .. }) => {
                findings.push(derived(Depth::Whole, "tables", problem).at(place(&segment)));
            }
        }
    }
    Ok(findings)
}

/// Reads one segment and says where it is and what is wrong with it; `None` also where its key is not here.
pub fn judge(store: &Store, cx: &Cx, segment: &StoredSegment) -> Option<(String, String)> {
    told(segment, one(store, cx, segment))
}

/// As [`judge`] of each in turn, the next one's file being read meanwhile: as fast as the slower of disk and one core's hashing.
pub fn judge_each(store: &Store, cx: &Cx, segments: &[StoredSegment]) -> Vec<(String, String)> {
    let (mut ahead, mut rest) = (Ahead::default(), segments.iter().peekable());
    let mut findings = Vec::new();
    while let Some(segment) = rest.next() {
        findings.extend(told(segment, ahead.one(store, cx, segment, rest.peek().copied())));
    }
    findings
}

fn told(segment: &StoredSegment, judged: Result<(), Wrong>) -> Option<(String, String)> {
    match judged {
        Ok(()) | Err(Wrong::Locked(_)) => None,
        Err(Wrong::Footage(problem)) => Some((place(segment), problem)),
        Err(Wrong::Tables { problem, .. }) => Some((place(segment), format!("tables: {problem}"))),
    }
}

/// What is wrong with one segment.
enum Wrong {
    /// In words that locate it.
    Footage(String),
    /// Nothing is known to be wrong: it cannot be read without this key.
    Locked(StoreKeyId),
    /// `right`: what they should be, where the file was read.
    Tables { problem: &'static str, right: Option<Box<SegmentTables>> },
}

fn wrong<T>(problem: impl ToString) -> Result<T, Wrong> {
    Err(Wrong::Footage(problem.to_string()))
}

/// A segment's file in memory, decrypted, and what is needed to judge it.
struct Ready {
    file: Vec<u8>,
    /// Encrypted chunks that do not open.
    lost: usize,
    sidecar: Sidecar,
}

/// The segment after the one that is judged, read meanwhile. At most two files are in memory, and the disk reads one at a time.
#[derive(Default)]
struct Ahead(Option<Result<Ready, Wrong>>);

impl Ahead {
    /// Judges `segment` while `next` is read. What was read before must have been `segment`: each `next` is the following
    /// call's, and one whose disk is away is never read.
    fn one(
        &mut self,
        store: &Store,
        cx: &Cx,
        segment: &StoredSegment,
        next: Option<&StoredSegment>,
    ) -> Result<(), Wrong> {
        let ready = self.0.take().unwrap_or_else(|| ready(store, cx, segment));
        std::thread::scope(|scope| {
            let next = next.filter(|next| !next.away);
            let reading = next.map(|next| scope.spawn(move || self::ready(store, cx, next)));
            let judged = ready.and_then(|ready| judged(segment, ready));
            // A reader that panicked is read again by the next call, in whose name it then fails.
            self.0 = reading.and_then(|reading| reading.join().ok());
            judged
        })
    }
}

fn one(store: &Store, cx: &Cx, segment: &StoredSegment) -> Result<(), Wrong> {
    ready(store, cx, segment).and_then(|ready| judged(segment, ready))
}

fn ready(store: &Store, cx: &Cx, segment: &StoredSegment) -> Result<Ready, Wrong> {
    let Some(path) = &segment.path else { return wrong("the row's path is none of ours") };
    let Some(record) = &segment.record else { return wrong("its record is missing or cannot be read") };
    let Some(found) = segment.file_bytes else { return wrong("the file is missing") };
    let sidecar = match store.footage.sidecar_for_system(cx, path) {
        Err(store::Error::StoreKeyAbsent(key)) => return Err(Wrong::Locked(key)),
        read => read.or_else(wrong)?,
    };
    if sidecar.stream != record.stream || sidecar.config_hash != record.config_hash {
        return wrong("the sidecar is of another segment");
    }
    let (file, lost) = read(store, cx, path, found).or_else(wrong)?;
    Ok(Ready { file, lost, sidecar })
}

fn judged(segment: &StoredSegment, Ready { file, lost, sidecar }: Ready) -> Result<(), Wrong> {
    let Some(record) = &segment.record else { return wrong("its record is missing or cannot be read") };
    if lost > 0 {
        let problem = format!("{lost} of its encrypted chunks do not open");
        return wrong(locate(&file, segment, record, &sidecar, &problem));
    }
    match pipeline::rebuild_tables(&file, sidecar.secret.clone(), record) {
        Ok(Rebuilt { tables, is_the_record: true }) => compare(segment.tables.as_ref(), tables),
        Ok(Rebuilt { .. }) => {
            wrong(locate(&file, segment, record, &sidecar, "it does not hash to its record"))
        }
        Err(error) => wrong(locate(&file, segment, record, &sidecar, &error.to_string())),
    }
}

fn compare(stored: Option<&SegmentTables>, right: SegmentTables) -> Result<(), Wrong> {
    let problem = match stored {
        None => "are missing",
        Some(stored) if stored.frames != right.frames => "the frame index is not the file's",
        Some(stored) if stored.gops != right.gops => "the table of groups is not the file's",
        Some(stored) if stored.pieces != right.pieces => "the table of pieces is not the file's",
        Some(stored) if stored.activity != right.activity => "the activity is not the file's",
        Some(_) => return Ok(()),
    };
    Err(Wrong::Tables { problem, right: Some(Box::new(right)) })
}

/// All of a file's plaintext, with zeros where an encrypted chunk does not open; and how many do not.
fn read(store: &Store, cx: &Cx, path: &SegmentPath, bytes: u64) -> anyhow::Result<(Vec<u8>, usize)> {
    anyhow::ensure!(bytes <= FILE_BYTES_MAX, "the file is larger than any segment");
    Ok(store.footage.open_for_system(cx, path)?.salvage()?)
}

/// Says where a damaged file differs, as far as its tables still tell; else only that it does.
fn locate(
    file: &[u8],
    segment: &StoredSegment,
    record: &SegmentRecord,
    sidecar: &Sidecar,
    problem: &str,
) -> String {
    let length = match file.len() as u64 {
        found if found == record.file_bytes => String::new(),
        found => format!("the file has {found} bytes, its record says {}; ", record.file_bytes),
    };
    let tables = segment.tables.as_ref();
    let tables = tables.and_then(|tables| {
        Some((GopTable::decode(&tables.gops).ok()?, PieceTable::decode(&tables.pieces).ok()?))
    });
    let Some((gops, pieces)) = tables else { return format!("{length}{problem}") };
    let stored = Stored { record, gops: &gops, pieces: &pieces, secret: &sidecar.secret };
    match verify::stored_segment(&mut &*file, stored, &mut |_, _| {}) {
        Ok(Err(damage)) => format!("{length}{damage}"),
        Ok(Ok(())) => format!("{length}{problem}"),
        Err(error) => format!("{length}{problem}; {error}"),
    }
}
