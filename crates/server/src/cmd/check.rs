//! `watchkeeper check`: rows against files against both logs, with every byte of footage hashed again. With `--rebuild` it
//! writes anew what is derived (subtrees of the logs, tables of segments, sums of days) where that is missing or wrong;
//! records, entries and footage it never changes. Its running is an entry. Beside a running server it looks at copies of the databases
//! (`beside`); what writes needs the server stopped.

mod beside;
mod lost;
pub mod segments;
mod times;

use super::{
    EXIT_FOUND,
    output::{self, Finding, Level},
    place,
};
use indicatif::ProgressBar;
use model::{Act, Cx, WallTime};
use std::{path::PathBuf, process::ExitCode};
use store::{DayFinding, LogFinding, LogName, Overkept, RowFinding, Store, system_cx};
pub use times::Times;

/// Exit codes: 0 nothing is wrong, or all that was is rebuilt; 1 something is wrong; 2 it could not be checked.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: place::Place,
    /// Beside a running server: make the copies of its databases here, instead of in the data folder
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
    /// Do not hash the footage again: rows, files and logs only
    #[arg(long, conflicts_with = "rebuild")]
    quick: bool,
    /// Write anew what is derived from leaves and files, where it is missing or wrong
    #[arg(long)]
    rebuild: bool,
    /// Where footage.db is lost: make it again from this mirror of its log and the files in the media folder
    #[arg(long, value_name = "MIRROR", requires = "rebuild")]
    from_logs: Option<PathBuf>,
    /// Believe this machine's clock as it is now. Footage may then expire by it: look at it first
    #[arg(long)]
    trust_clock: bool,
    /// Print findings as JSON
    #[arg(long)]
    json: bool,
    /// Say on standard error how long each part took
    #[arg(long)]
    times: bool,
}

/// How thoroughly to look, and what to write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Depth {
    /// Rows, logs, and that files are there and as long as their records say.
    Quick,
    /// Every byte.
    Whole,
    /// Every byte; what is derived is written anew where it is wrong.
    Rebuild,
}

impl Arguments {
    const fn depth(&self) -> Depth {
        match (self.quick, self.rebuild) {
            (true, _) => Depth::Quick,
            (false, true) => Depth::Rebuild,
            (false, false) => Depth::Whole,
        }
    }
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let dir = arguments.place.data_dir()?;
    let changes = arguments.rebuild || arguments.trust_clock;
    if lost::is_lost(&dir) {
        let Some(mirror) = &arguments.from_logs else {
            let wrong = output::report(&lost::list(&dir).await?, arguments.json)?;
            return Ok(if wrong { ExitCode::from(EXIT_FOUND) } else { ExitCode::SUCCESS });
        };
        lost::make(&dir, mirror).await?;
    }
    if lost::is_registry_lost(&dir) {
        let wrong = output::report(&lost::list_without_registry(&dir).await?, arguments.json)?;
        return Ok(if wrong { ExitCode::from(EXIT_FOUND) } else { ExitCode::SUCCESS });
    }
    let store = match place::open_for_check(arguments.place.config.as_deref(), &dir).await {
        Err(error) if !changes && is_open_elsewhere(&error) => return beside::check(&arguments, &dir).await,
        opened => opened?,
    };
    let bar = output::progress("checking", arguments.json);
    let depth = arguments.depth();
    let times = Times::default();
    let checked = async {
        if arguments.trust_clock {
            trust_clock(&store, pipeline::system_wall()).await?;
        }
        examine_timed(&store, depth, &bar, &times).await
    };
    let checked = checked.await;
    if arguments.times {
        eprint!("{times}");
    }
    bar.finish_and_clear();
    store.close(pipeline::system_wall()).await?;
    let wrong = output::report(&checked?, arguments.json)?;
    Ok(if wrong { ExitCode::from(EXIT_FOUND) } else { ExitCode::SUCCESS })
}

fn is_open_elsewhere(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<store::Error>(), Some(store::Error::Conflict(text)) if text.starts_with(store::OPEN_ELSEWHERE))
}

/// A person at the machine says that its clock is right: an entry first, then it counts.
async fn trust_clock(store: &Store, wall: WallTime) -> anyhow::Result<()> {
    let cx = system_cx("check", wall);
    let before = store.trusted_clock(wall).await?;
    let text = format!("trusted_clock\nfrom={}\nto={wall}", before.reached());
    store.registry.note_system(&cx, Act::Check, &text).await?;
    store.confirm_clock(&cx).await?;
    Ok(())
}

/// All checks of an open store.
pub async fn examine(store: &Store, depth: Depth, bar: &ProgressBar) -> anyhow::Result<Vec<Finding>> {
    examine_timed(store, depth, bar, &Times::default()).await
}

async fn examine_timed(
    store: &Store,
    depth: Depth,
    bar: &ProgressBar,
    times: &Times,
) -> anyhow::Result<Vec<Finding>> {
    let cx = system_cx("check", pipeline::system_wall());
    let made = lost::adopt(store, &cx, depth).await?;
    // What only reads goes side by side; what is written anew comes after, in this order.
    let (survey, access, beside) = tokio::try_join!(
        times.of("footage log and all beside it", store.footage.survey(&cx, depth == Depth::Quick)),
        times.of("access log", store.registry.verify_log(&cx)),
        Beside::read(store, &cx, times),
    )?;
    let [leaves, files] = survey.took;
    times.note("  its leaves and rows", leaves);
    times.note("  folders and lengths of files", files);
    let is_made_again = depth == Depth::Rebuild && !made.is_empty();
    let mut findings = made;
    findings.extend(log(store, &cx, LogName::Footage, (survey.log, beside.footage), depth).await?);
    findings.extend(log(store, &cx, LogName::Access, (access, beside.access), depth).await?);
    findings.extend(rows(store, survey.rows.into_iter().chain(beside.ticks).collect()).await?);
    let orphans = match survey.files {
        Some(mut files) => {
            let orphans = std::mem::take(&mut files.orphans);
            findings.extend(segments::quick(files));
            orphans
        }
        None => {
            let checked = times.of("segments", segments::check(store, &cx, (depth, is_made_again), bar));
            findings.extend(checked.await?);
            if is_made_again {
                store.footage.adopted(&cx).await?;
            }
            store.footage.orphans(&cx).await?
        }
    };
    findings.extend(days(store, &cx, beside.days, depth).await?);
    findings.extend(strangers(store, orphans)?);
    let rest = async {
        findings.extend(holds(store, &cx, depth).await?);
        findings.extend(overkept(beside.overkept));
        findings.extend(deletions(store, &cx).await?);
        findings.extend(documents(store, depth).await?);
        findings.extend(backups(store, &cx).await?);
        findings.extend(tails(store).await?);
        anyhow::Ok(findings)
    };
    let findings = times.of("holds, deletions, documents, backups", rest).await?;
    store.registry.note_system(&cx, Act::Check, &entry(&findings, depth)).await?;
    Ok(findings)
}

/// What the check's entry says.
fn entry(findings: &[Finding], depth: Depth) -> String {
    let wrong = findings.iter().filter(|finding| finding.level == Level::Wrong).count();
    format!("wrong={wrong}\ndepth={depth:?}")
}

/// What is read beside the two logs' own passes.
struct Beside {
    footage: Vec<RowFinding>,
    access: Vec<RowFinding>,
    ticks: Vec<RowFinding>,
    days: Vec<DayFinding>,
    overkept: Vec<Overkept>,
}

impl Beside {
    async fn read(store: &Store, cx: &Cx, times: &Times) -> store::Result<Self> {
        let checkpoints = async {
            let footage = store.verify_checkpoints(cx, LogName::Footage).await?;
            store::Result::Ok((footage, store.verify_checkpoints(cx, LogName::Access).await?))
        };
        let (footage, access) = times.of("checkpoints", checkpoints).await?;
        Ok(Self {
            footage,
            access,
            ticks: times.of("ticks", store.footage.audit_ticks(cx)).await?,
            days: times.of("sums of days", store.footage.wrong_days(cx)).await?,
            overkept: times.of("footage past its term", store.overkept(cx)).await?,
        })
    }
}

/// What is derived and was wrong: a finding, or the news that it is right again.
fn derived(depth: Depth, subject: impl Into<String>, message: &str) -> Finding {
    match depth {
        Depth::Rebuild => Finding::new(Level::Notice, subject, format!("{message}; rebuilt")),
        _ => Finding::new(Level::Wrong, subject, format!("{message}; `--rebuild` makes it again")),
    }
}

/// A log against itself: leaves, subtrees, checkpoints, and for the access log its sealed records.
async fn log(
    store: &Store,
    cx: &Cx,
    log: LogName,
    (found, checkpoints): (Vec<LogFinding>, Vec<RowFinding>),
    depth: Depth,
) -> anyhow::Result<Vec<Finding>> {
    let subject = format!("{} log", log.as_str());
    let is_node = |finding: &LogFinding| matches!(finding, LogFinding::Node { .. });
    let leaf_hashes_are_wrong = found.iter().any(|finding| matches!(finding, LogFinding::LeafHash { .. }));
    // Subtrees cannot be made from leaves that are not those that were signed.
    let depth = if leaf_hashes_are_wrong { Depth::Whole } else { depth };
    if depth == Depth::Rebuild && found.iter().any(is_node) {
        store.rebuild_nodes(cx, log).await?;
    }
    let mut findings: Vec<Finding> =
        found.into_iter().map(|finding| log_finding(&subject, finding, depth)).collect();
    for found in checkpoints {
        findings.push(Finding::new(Level::Wrong, &subject, found.problem).at(found.place));
    }
    if findings.is_empty() {
        let size = store.log_size(log).await?;
        let message = format!("{size} leaves, all as they were signed");
        findings.push(Finding::new(Level::Good, subject, message));
    }
    Ok(findings)
}

fn log_finding(subject: &str, finding: LogFinding, depth: Depth) -> Finding {
    let (place, message) = match finding {
        LogFinding::LeafHash { index } => {
            (format!("leaf {index}"), "its hash is not the hash of its entry".to_owned())
        }
        LogFinding::LeafMissing { index } => (format!("leaf {index}"), "is missing".to_owned()),
        LogFinding::EntryUnreadable { index, problem } => (format!("entry {index}"), problem),
        LogFinding::CheckpointRoot { size } => {
            (format!("checkpoint {size}"), "its root is not the root of the leaves".to_owned())
        }
        LogFinding::CheckpointBeyond { size, leaves } => {
            (format!("checkpoint {size}"), format!("the log has only {leaves} leaves"))
        }
        LogFinding::Node { level, index } => {
            let message = "a derived hash is wrong or missing";
            return derived(depth, subject, message).at(format!("node {level}/{index}"));
        }
    };
    Finding::new(Level::Wrong, subject, message).at(place)
}

/// Rows against records, and the records of each stream against each other.
async fn rows(store: &Store, found: Vec<RowFinding>) -> anyhow::Result<Vec<Finding>> {
    if found.is_empty() {
        let streams = store.footage.streams().await?.len();
        let message = format!("those of {streams} streams are chained, tile time, and have their rows");
        return Ok(vec![Finding::new(Level::Good, "records", message)]);
    }
    let finding = |found: RowFinding| Finding::new(Level::Wrong, "records", found.problem).at(found.place);
    Ok(found.into_iter().map(finding).collect())
}

/// Sums per stream and day.
async fn days(store: &Store, cx: &Cx, wrong: Vec<DayFinding>, depth: Depth) -> anyhow::Result<Vec<Finding>> {
    if depth == Depth::Rebuild && !wrong.is_empty() {
        store.footage.rebuild_days(cx).await?;
    }
    let finding = |day: DayFinding| {
        let place = match day.disk {
            None => format!("stream_day {}, day {}", day.stream, day.day),
            Some(disk) => format!("disk_day {disk}, stream {}, day {}", day.stream, day.day),
        };
        derived(depth, "sums of days", "are not those of the segments").at(place)
    };
    Ok(wrong.into_iter().map(finding).collect())
}

/// How open segments show, of a running server or of what a crash left: as files that no record claims yet.
const OPEN: &str = "an open segment, recovered at the next start";

/// Files without a row: what a crash left waits for the next start; anything else does not belong here.
fn strangers(store: &Store, orphans: Vec<store::FoundFile>) -> anyhow::Result<Vec<Finding>> {
    let waits = !store.footage.media().journals()?.is_empty();
    Ok(orphans
        .into_iter()
        .map(|file| {
            let finding = if file.segment.is_some() && waits {
                Finding::new(Level::Notice, "media folder", OPEN)
            } else {
                Finding::new(Level::Wrong, "media folder", "belongs to no record of footage that is kept")
            };
            finding.at(file.relative)
        })
        .collect())
}

/// Records, rows and sidecars of holds against each other, and holds that somebody has to look at.
async fn holds(store: &Store, cx: &Cx, depth: Depth) -> anyhow::Result<Vec<Finding>> {
    let found = store.footage.hold_findings(cx).await?;
    if depth == Depth::Rebuild && found.iter().any(|found| found.rebuildable) {
        store.footage.rebuild_holds(cx).await?;
    }
    let differs = found.into_iter().map(|found| match found.rebuildable {
        true => derived(depth, "holds", &found.finding.problem).at(found.finding.place),
        false => Finding::new(Level::Wrong, "holds", found.finding.problem).at(found.finding.place),
    });
    let mut findings: Vec<Finding> = differs.collect();
    for due in store.hold_reviews(cx).await? {
        findings.push(Finding::new(Level::Notice, "holds", due.problem).at(due.place));
    }
    Ok(findings)
}

/// Backups that have what had to go, and those of which nobody knows what is in them; a store that is locked.
async fn backups(store: &Store, cx: &Cx) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    if let Some(locked) = store.locked() {
        let message = "was restored and is locked: it signs nothing before `watchkeeper restore unlock`";
        findings.push(Finding::new(Level::Notice, "store", message).at(format!("backup {}", locked.backup)));
    }
    let shut = store.registry.shut_below().await?;
    if shut > 0 {
        let message =
            "their entries cannot be opened, nor compared with their minutes: restored without keys";
        findings.push(Finding::new(Level::Notice, "access log", message).at(format!("leaves below {shut}")));
    }
    for backup in store.registry.backups(cx).await?.into_iter().filter(|backup| backup.state != "forgotten") {
        let place = format!("{}, {}", backup.id, backup.destination);
        let Some(made) = backup.made_of else {
            let message =
                "was begun and not finished; what lies there goes with the next one, or `backup forget`";
            findings.push(Finding::new(Level::Notice, "backup", message).at(place));
            continue;
        };
        let Some(oldest) = made.oldest else { continue };
        if let Some((segments, first)) = store.footage.let_go_since(made.footage_leaves, oldest).await? {
            let message = format!(
                "has {segments} segments, from {first} on, that the store had to let go: `watchkeeper backup forget`"
            );
            findings.push(Finding::new(Level::Wrong, "backup", message).at(place));
        }
    }
    Ok(findings)
}

/// What came from a mirror, and what no record of it holds.
async fn tails(store: &Store) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for log in [LogName::Footage, LogName::Access] {
        for tail in store.tails(log).await? {
            let place = format!("leaves {} to {}", tail.first, tail.end.saturating_sub(1));
            let lacks = if tail.lacks.is_empty() { "nothing".to_owned() } else { tail.lacks.join("; ") };
            let message =
                format!("came from the mirror {} when this store was restored. Not here: {lacks}", tail.from);
            findings.push(Finding::new(Level::Notice, format!("{} log", log.as_str()), message).at(place));
        }
    }
    Ok(findings)
}

/// Files of documents against their hashes; a quick look asks only whether they are there.
async fn documents(store: &Store, depth: Depth) -> anyhow::Result<Vec<Finding>> {
    let found = store.registry.document_findings(depth != Depth::Quick).await?;
    if found.is_empty() {
        let message = format!("{} files, all as they were taken in", store.registry.document_count().await?);
        return Ok(vec![Finding::new(Level::Good, "documents", message)]);
    }
    let finding = |found: store::DocumentFinding| {
        let message = format!("{}; named by {}", found.problem, found.named_by.join("; "));
        Finding::new(Level::Wrong, "documents", message).at(format!("SHA-256 {}", found.sha256))
    };
    Ok(found.into_iter().map(finding).collect())
}

/// Footage that is there although its term has ended.
fn overkept(found: Vec<Overkept>) -> Vec<Finding> {
    let finding = |kept: Overkept| {
        let message = format!(
            "{} segments are kept past their term of {} days, the oldest since {}",
            kept.segments, kept.term_days, kept.oldest
        );
        Finding::new(Level::Notice, "over-keeping", message).at(kept.stream.to_string())
    };
    found.into_iter().map(finding).collect()
}

/// Deletions that wait, and for what.
async fn deletions(store: &Store, cx: &Cx) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for pending in store.footage.pending_expiries().await? {
        let message =
            format!("of {} files is begun and not done; it is tried every hour", pending.files.len());
        let place = format!("{}, leaf {}", pending.stream, pending.intent.0);
        findings.push(Finding::new(Level::Notice, "deletion", message).at(place));
    }
    let clock = store.trusted_clock(cx.now).await?;
    let lead_us = clock.lead_us(cx.now);
    if lead_us > law::retention::LEAD_SHOWN_US {
        let message = format!(
            "the wall clock is {} days ahead of the time that has really passed; footage expires by the latter. If the \
             clock is right: `--trust-clock`",
            lead_us / law::retention::DAY_US
        );
        findings.push(Finding::new(Level::Notice, "clock", message).at(clock.reached().to_string()));
    }
    Ok(findings)
}
