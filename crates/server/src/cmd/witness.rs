//! `watchkeeper witness`: cosigns the checkpoints of others, and shows the forks that it met.
//!
//! It runs on another party's machine and shares nothing with the server that it watches but this program.

use super::{EXIT_FOUND, output};
use crate::{
    config::Log,
    serve, telemetry,
    witness::{LogLine, WitnessConfig, WitnessServer, parse_log},
};
use anyhow::Context as _;
use ledger::{
    checkpoint::Checkpoint,
    fork::{Fork, ForkVerdict},
    note::NoteKey,
};
use serde::Serialize;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};
use store::witness::Forks;

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// The witness's boot file: name, listen, dir, [[log]] with vkey
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Key, book and forks; made when it is not there
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Address and port; plain HTTP, as every answer is signed
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// A log to follow, by its verifier key (name+hash+base64); may be given many times
    #[arg(long = "log", value_name = "VKEY", value_parser = parse_log)]
    logs: Vec<LogLine>,
}

#[derive(clap::Subcommand)]
enum Action {
    /// List the contradictions that logs have signed, and check each of them again
    Forks(ForksArguments),
}

#[derive(clap::Args)]
pub struct ForksArguments {
    /// The witness's or the mirror's folder
    #[arg(long, value_name = "DIR", required_unless_present = "files")]
    dir: Option<PathBuf>,
    /// One file of evidence, as the console hands it out; may be given many times
    #[arg(long = "file", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The log's verifier key; without it, signatures are not checked again
    #[arg(long = "key", value_name = "VKEY")]
    keys: Vec<String>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    if let Some(Action::Forks(arguments)) = arguments.action {
        return forks(&arguments);
    }
    telemetry::start(&Log::default())?;
    let mut config = match &arguments.config {
        Some(path) => WitnessConfig::load(path)?,
        None => WitnessConfig::default(),
    };
    config.dir = arguments.dir.unwrap_or(config.dir);
    config.listen = arguments.listen.unwrap_or(config.listen);
    config.log.extend(arguments.logs);
    let server = WitnessServer::start(&config).await?;
    println!("witness {}", server.book().key());
    println!("listening on {}", server.url());
    for log in server.book().logs() {
        println!("follows {}", log.origin);
    }
    if server.book().logs().is_empty() {
        println!("follows no log yet: give --log VKEY, or [[log]] in the boot file");
    }
    serve::until_signal().await?;
    server.stop().await?;
    Ok(ExitCode::SUCCESS)
}

/// One contradiction, for a person.
#[derive(Serialize)]
struct Shown {
    file: String,
    /// `two_roots`, `not_continued` or `unreadable`.
    kind: &'static str,
    origin: String,
    seen: String,
    source: String,
    first: String,
    second: String,
    /// What it proves, in words.
    words: String,
}

/// Lists a folder of forks. Exit 1 when there is one.
pub fn forks(arguments: &ForksArguments) -> anyhow::Result<ExitCode> {
    let keys =
        arguments.keys.iter().map(|text| NoteKey::parse(text).with_context(|| format!("key {text:?}")));
    let keys: Vec<NoteKey> = keys.collect::<anyhow::Result<_>>()?;
    let mut shown = match &arguments.dir {
        Some(dir) => shown(dir, &keys)?,
        None => Vec::new(),
    };
    for file in &arguments.files {
        let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
        let fork = Fork::parse(&bytes).map_err(store::Error::from);
        shown.push(show(file.display().to_string(), fork, &keys));
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&shown)?);
    } else if shown.is_empty() {
        println!("no contradictions");
    }
    for fork in shown.iter().filter(|_| !arguments.json) {
        println!("{}\n  {}\n  {}", fork.file, fork.origin, fork.words);
        println!(
            "  seen {} ({})\n  first   {}\n  second  {}",
            fork.seen, fork.source, fork.first, fork.second
        );
    }
    Ok(if shown.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(EXIT_FOUND) })
}

fn shown(dir: &Path, keys: &[NoteKey]) -> anyhow::Result<Vec<Shown>> {
    if !dir.exists() {
        anyhow::bail!("{} does not exist", dir.display());
    }
    Ok(Forks::open(dir)?.list()?.into_iter().map(|(file, fork)| show(file, fork, keys)).collect())
}

fn show(file: String, fork: store::Result<Fork>, keys: &[NoteKey]) -> Shown {
    let unreadable = |words: String| Shown {
        file: output::plain(&file),
        kind: "unreadable",
        origin: String::new(),
        seen: String::new(),
        source: String::new(),
        first: String::new(),
        second: String::new(),
        words,
    };
    let fork = match fork {
        Ok(fork) => fork,
        Err(error) => return unreadable(error.to_string()),
    };
    let (first, second) = match (Checkpoint::parse(fork.first.text()), Checkpoint::parse(fork.second.text()))
    {
        (Ok(first), Ok(second)) => (first, second),
        (Err(error), _) | (_, Err(error)) => return unreadable(error.to_string()),
    };
    let line = |checkpoint: &Checkpoint| format!("size {} root {}", checkpoint.size, checkpoint.root);
    let (kind, words) = verdict_words(&fork, &first, &second, keys);
    Shown {
        kind,
        origin: output::plain(&first.origin),
        seen: fork.seen.to_string(),
        source: output::plain(&fork.source),
        first: line(&first),
        second: line(&second),
        words,
        ..unreadable(String::new())
    }
}

fn verdict_words(
    fork: &Fork,
    first: &Checkpoint,
    second: &Checkpoint,
    keys: &[NoteKey],
) -> (&'static str, String) {
    let kind = if first.size == second.size { "two_roots" } else { "not_continued" };
    if keys.is_empty() {
        return (kind, "signatures not checked again: give --key with the log's verifier key".to_owned());
    }
    let words = match fork.verdict(keys) {
        Ok(ForkVerdict::TwoRoots { size }) => format!(
            "PROVEN: the log's key signed two different histories of {size} entries; somebody was shown a false one"
        ),
        Ok(ForkVerdict::NotContinued { size, larger }) => format!(
            "SUSPECTED: the log's key signed {larger} entries that were not shown to continue the {size} signed before; \
             the log must show the proof"
        ),
        Err(error) => format!("NO EVIDENCE: {error}"),
    };
    (kind, words)
}
