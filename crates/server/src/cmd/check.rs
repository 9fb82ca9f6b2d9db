//! `watchkeeper check`: rows against files against both logs, with every byte of footage hashed again. It reports and
//! repairs nothing. It runs on a stopped server, and its running is an entry.

use super::{
    EXIT_FOUND,
    output::{self, Finding, Level},
    place,
};
use indicatif::ProgressBar;
use ledger::{
    record::{Entry, record_hash},
    table::{GopTable, PieceTable},
};
use model::{Act, Cx, Hash, Span, StreamId};
use std::{io, path::PathBuf, process::ExitCode};
use store::{FootageEntry, LogName, PlainSegment, SegmentRead as _, Store, StoredSegment, system_cx};
use verify::{Damage, ReadAt, Stored};

/// Exit codes: 0 nothing is wrong, 1 something is wrong, 2 it could not be checked.
#[derive(clap::Args)]
pub struct Arguments {
    /// The boot file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder, instead of the boot file's
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Do not hash the footage again: rows, files and logs only
    #[arg(long)]
    quick: bool,
    /// Print findings as JSON
    #[arg(long)]
    json: bool,
}

/// Segments read from the database at once.
const STEP: u32 = 200;

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let dir = place::data_dir(arguments.config.as_deref(), arguments.dir)?;
    let store = place::open(&dir).await?;
    let bar = output::progress("checking", arguments.json);
    let checked = examine(&store, arguments.quick, &bar).await;
    bar.finish_and_clear();
    store.close(pipeline::system_wall()).await?;
    let wrong = output::report(&checked?, arguments.json)?;
    Ok(if wrong { ExitCode::from(EXIT_FOUND) } else { ExitCode::SUCCESS })
}

/// All checks of an open store.
pub async fn examine(store: &Store, quick: bool, bar: &ProgressBar) -> anyhow::Result<Vec<Finding>> {
    let cx = system_cx("check", pipeline::system_wall());
    let mut findings = Vec::new();
    for log in [LogName::Footage, LogName::Access] {
        findings.extend(check_log(store, &cx, log).await?);
    }
    findings.extend(chains(store, &cx).await?);
    findings.extend(footage(store, &cx, quick, bar).await?);
    findings.extend(strangers(store, &cx).await?);
    let wrong = findings.iter().filter(|finding| finding.level == Level::Wrong).count();
    store.registry.note_system(&cx, Act::Check, &format!("wrong={wrong}\nquick={quick}")).await?;
    Ok(findings)
}

/// A log against itself: leaves, subtrees, checkpoints, and for the access log its sealed records.
async fn check_log(store: &Store, cx: &Cx, log: LogName) -> anyhow::Result<Vec<Finding>> {
    let found = match log {
        LogName::Footage => store.footage.verify_log(cx).await?,
        LogName::Access => store.registry.verify_log(cx).await?,
    };
    let subject = format!("{} log", log.as_str());
    if found.is_empty() {
        let size = store.log_size(log).await?;
        return Ok(vec![Finding::new(
            Level::Good,
            subject,
            format!("{size} leaves, all as they were signed"),
        )]);
    }
    Ok(found.into_iter().map(|finding| log_finding(&subject, finding)).collect())
}

fn log_finding(subject: &str, finding: store::LogFinding) -> Finding {
    use store::LogFinding as Found;
    let (place, message) = match finding {
        Found::LeafHash { index } => {
            (format!("leaf {index}"), "its hash is not the hash of its entry".to_owned())
        }
        Found::LeafMissing { index } => (format!("leaf {index}"), "is missing".to_owned()),
        Found::EntryUnreadable { index, problem } => (format!("entry {index}"), problem),
        Found::CheckpointRoot { size } => {
            (format!("checkpoint {size}"), "its root is not the root of the leaves".to_owned())
        }
        Found::CheckpointBeyond { size, leaves } => {
            (format!("checkpoint {size}"), format!("the log has only {leaves} leaves"))
        }
        Found::Node { level, index } => {
            (format!("node {level}/{index}"), "a derived hash is wrong or missing".to_owned())
        }
    };
    Finding::new(Level::Wrong, subject, message).at(place)
}

/// The records of each stream: consecutive, chained by hash, tiling time.
async fn chains(store: &Store, cx: &Cx) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for stream in store.footage.streams().await? {
        let (mut newer, mut before, mut records) = (None, None, 0u64);
        loop {
            let page = store.footage_entries(cx, Some(stream), before, STEP).await?;
            let Some(last) = page.last() else { break };
            before = Some(last.leaf);
            for link in page.iter().filter_map(Link::of) {
                if let Some(problem) = newer.as_ref().and_then(|newer: &Link| newer.problem_after(&link)) {
                    findings.push(chain_finding(stream, &link, problem));
                }
                records += 1;
                newer = Some(link);
            }
        }
        if newer.is_some_and(|first| first.seq != 0) {
            let message = "the first record is not number 0";
            findings.push(Finding::new(Level::Wrong, "records", message).at(stream.to_string()));
        }
        findings.push(Finding::new(Level::Good, "records", format!("{records} of {stream} looked at")));
    }
    Ok(findings)
}

fn chain_finding(stream: StreamId, link: &Link, problem: &str) -> Finding {
    let place = format!("{stream}, record {} ({})", link.seq, link.span.start);
    Finding::new(Level::Wrong, "records", problem).at(place)
}

/// What chains one record to the next.
struct Link {
    seq: u64,
    prev: Hash,
    own: Hash,
    span: Span,
}

impl Link {
    fn of(found: &FootageEntry) -> Option<Self> {
        let (seq, prev, span) = match &found.entry {
            Entry::Segment(segment) => (segment.stream_seq, segment.prev_record_hash, segment.span),
            Entry::Gap(gap) => (gap.stream_seq, gap.prev_record_hash, gap.span),
            Entry::Expiry(_) => return None,
        };
        Some(Self { seq, prev, own: record_hash(&found.bytes), span })
    }

    /// What is wrong between `older` and this record, its follower.
    fn problem_after(&self, older: &Self) -> Option<&'static str> {
        if self.seq != older.seq.saturating_add(1) {
            Some("the next record does not have the next number")
        } else if self.prev != older.own {
            Some("the next record does not name this one's hash")
        } else if self.span.start != older.span.end {
            Some("the next record does not begin where this one ends")
        } else {
            None
        }
    }
}

/// Every segment's file: there, of its length, and hashing to its record.
async fn footage(store: &Store, cx: &Cx, quick: bool, bar: &ProgressBar) -> anyhow::Result<Vec<Finding>> {
    bar.set_length(store.footage.stored_bytes().await?);
    let (mut findings, mut after, mut files, mut bytes) = (Vec::new(), 0, 0u64, 0u64);
    loop {
        let step = store.footage.stored_segments(cx, after, STEP).await?;
        let Some(last) = step.last() else { break };
        after = last.row.row;
        for segment in step {
            files += 1;
            bytes += segment.row.bytes;
            let problem = tokio::task::block_in_place(|| one_segment(store, cx, &segment, quick));
            bar.inc(segment.row.bytes);
            if let Some(problem) = problem {
                let place = format!("{} ({})", segment.row.path, segment.row.span.start);
                findings.push(Finding::new(Level::Wrong, "footage", problem).at(place));
            }
        }
    }
    if findings.is_empty() {
        let how = if quick { "are there" } else { "hash to their records" };
        let message = format!("{files} files, {} MB, {how}", bytes / 1_000_000);
        findings.push(Finding::new(Level::Good, "footage", message));
    }
    Ok(findings)
}

/// What is wrong with one segment, in words that locate it.
fn one_segment(store: &Store, cx: &Cx, segment: &StoredSegment, quick: bool) -> Option<String> {
    match segment.file_bytes {
        None => return Some("the file is missing".to_owned()),
        Some(found) if found != segment.row.bytes => {
            let problem = format!("the file has {found} bytes, its record says {}", segment.row.bytes);
            if quick {
                return Some(problem);
            }
            // Hashing says where it differs.
            return Some(
                hash_segment(store, cx, segment)
                    .map_or(problem.clone(), |where_| format!("{problem}; {where_}")),
            );
        }
        Some(_) => {}
    }
    if quick { None } else { hash_segment(store, cx, segment) }
}

fn hash_segment(store: &Store, cx: &Cx, segment: &StoredSegment) -> Option<String> {
    match try_hash(store, cx, segment) {
        Ok(Ok(())) => None,
        Ok(Err(damage)) => Some(damage.to_string()),
        Err(error) => Some(error.to_string()),
    }
}

fn try_hash(store: &Store, cx: &Cx, segment: &StoredSegment) -> anyhow::Result<Result<(), Damage>> {
    let row = &segment.row;
    let Entry::Segment(record) = Entry::decode(&row.record)? else {
        anyhow::bail!("its record is not a segment's");
    };
    let sidecar = store.footage.sidecar_for_system(cx, &row.path)?;
    let (gops, pieces) = (GopTable::decode(&row.gops)?, PieceTable::decode(&row.pieces)?);
    let mut file = FileOf(store.footage.open_for_system(cx, &row.path)?);
    let stored = Stored { record: &record, gops: &gops, pieces: &pieces, secret: &sidecar.secret };
    Ok(verify::stored_segment(&mut file, stored, &mut |_, _| {})?)
}

/// A stored file as the verifier reads it.
struct FileOf(PlainSegment);

impl ReadAt for FileOf {
    fn bytes(&self) -> u64 {
        self.0.len().unwrap_or(0)
    }
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.0.read_at(offset, into)
    }
}

/// Files without a row: what a crash left waits for the next start; anything else does not belong here.
async fn strangers(store: &Store, cx: &Cx) -> anyhow::Result<Vec<Finding>> {
    let waits = !store.footage.media().journals()?.is_empty();
    let orphans = store.footage.orphans(cx).await?;
    Ok(orphans
        .into_iter()
        .map(|file| {
            let finding = if file.segment.is_some() && waits {
                Finding::new(Level::Notice, "media folder", "an open segment, recovered at the next start")
            } else {
                Finding::new(Level::Wrong, "media folder", "belongs to no record")
            };
            finding.at(file.relative)
        })
        .collect())
}
