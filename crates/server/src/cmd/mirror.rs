//! `watchkeeper mirror`: copies both logs of a server, holds them to what they said before, and verifies the copy.
//!
//! It runs on another party's machine, with a token that the server's boot file knows (`[[machine]]`).

use super::{
    EXIT_FAILED, EXIT_FOUND,
    output::{Finding, Level, report},
};
use crate::{
    config::Log,
    http_client::HttpClient,
    mirror::{Contradiction, Mirror, Pulled, check},
    serve, telemetry,
};
use anyhow::{Context as _, ensure};
use ledger::note::NoteKey;
use std::{path::PathBuf, process::ExitCode, time::Duration};
use store::{LogName, MirrorFolder};
use url::Url;

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// Where the copy lies
    #[arg(long, value_name = "DIR", required = true)]
    dir: Option<PathBuf>,
    /// The server, for example https://vms.example:8443
    #[arg(long, value_name = "URL", required = true)]
    server: Option<Url>,
    /// A file with this machine's token
    #[arg(long, value_name = "FILE", required = true)]
    token_file: Option<PathBuf>,
    /// The footage log's verifier key
    #[arg(long, value_name = "VKEY")]
    footage: Option<String>,
    /// The access log's verifier key
    #[arg(long, value_name = "VKEY")]
    access: Option<String>,
    /// Certificates that are believed, PEM; without it the system's
    #[arg(long, value_name = "FILE")]
    tls_roots: Option<PathBuf>,
    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    every: u64,
    /// Look once and end: exit 1 when a log contradicts the copy
    #[arg(long)]
    once: bool,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Verify the copy from its files alone
    Check(CheckArguments),
}

#[derive(clap::Args)]
struct CheckArguments {
    /// Where the copy lies
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// Print findings as JSON
    #[arg(long)]
    json: bool,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    if let Some(Action::Check(arguments)) = &arguments.action {
        let folder = MirrorFolder::open(&arguments.dir, false).context("opening the copy")?;
        let wrong = report(&check(&folder)?, arguments.json)?;
        return Ok(if wrong { ExitCode::from(EXIT_FOUND) } else { ExitCode::SUCCESS });
    }
    telemetry::start(&Log::default())?;
    let keys = keys(&arguments)?;
    let mirror = mirror(&arguments)?;
    let stopped = serve::until_signal();
    tokio::pin!(stopped);
    let every = Duration::from_secs(arguments.every.max(1));
    loop {
        let looked = async {
            let (findings, code) = look(&mirror, &keys).await;
            report(&findings, false)?;
            if !arguments.once {
                tokio::time::sleep(every).await;
            }
            anyhow::Ok(code)
        };
        tokio::select! {
            code = looked => if arguments.once { return code },
            ended = &mut stopped => {
                ended?;
                return Ok(ExitCode::SUCCESS);
            }
        }
    }
}

fn keys(arguments: &Arguments) -> anyhow::Result<Vec<(LogName, NoteKey)>> {
    let mut keys = Vec::new();
    for (log, text) in [(LogName::Footage, &arguments.footage), (LogName::Access, &arguments.access)] {
        if let Some(text) = text {
            keys.push((log, NoteKey::parse(text).with_context(|| format!("key {text:?}"))?));
        }
    }
    ensure!(!keys.is_empty(), "give --footage or --access with the log's verifier key");
    Ok(keys)
}

fn mirror(arguments: &Arguments) -> anyhow::Result<Mirror> {
    let dir = arguments.dir.as_ref().context("--dir")?;
    let token_file = arguments.token_file.as_ref().context("--token-file")?;
    let token =
        std::fs::read_to_string(token_file).with_context(|| format!("reading {}", token_file.display()))?;
    Ok(Mirror {
        client: HttpClient::new(arguments.tls_roots.as_deref()),
        server: arguments.server.clone().context("--server")?,
        token: token.trim().to_owned(),
        folder: MirrorFolder::open(dir, true)?,
    })
}

/// One look at each log.
async fn look(mirror: &Mirror, keys: &[(LogName, NoteKey)]) -> (Vec<Finding>, ExitCode) {
    let (mut findings, mut code) = (Vec::new(), ExitCode::SUCCESS);
    for (log, key) in keys {
        let subject = format!("{} log", log.as_str());
        findings.push(match mirror.pull(*log, key, pipeline::system_wall()).await {
            Ok(Pulled::Same { size }) => {
                Finding::new(Level::Good, subject, format!("{size} entries, nothing new"))
            }
            Ok(Pulled::Grown { from, to }) => {
                Finding::new(Level::Good, subject, format!("continued from {from} to {to} entries"))
            }
            Err(error) if error.is::<Contradiction>() => {
                code = ExitCode::from(EXIT_FOUND);
                Finding::new(Level::Wrong, subject, format!("{error:#}"))
            }
            Err(error) => {
                if code == ExitCode::SUCCESS {
                    code = ExitCode::from(EXIT_FAILED);
                }
                Finding::new(Level::Notice, subject, format!("not copied: {error:#}"))
            }
        });
    }
    (findings, code)
}
