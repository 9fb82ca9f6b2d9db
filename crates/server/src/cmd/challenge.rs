//! `watchkeeper challenge`: asks a server to prove that it still has its footage, and judges the answer, offline.
//!
//! Three steps: `make` draws a nonce and prints what is to be published of it; `ask` puts the question, shows the nonce and keeps
//! the answer; `judge` needs the file, the log's key and nothing else.

use super::{EXIT_FAILED, EXIT_FOUND};
use crate::http_client::HttpClient;
use anyhow::{Context as _, bail, ensure};
use ledger::{
    challenge::{FILE_BYTES_MAX, Terms, Transcript, commitment},
    checkpoint::Checkpoint,
    note::{Note, NoteKey},
};
use model::{CameraId, Hash, Span, WallTime};
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};
use url::Url;
use verify::{Expected, Judged, Policy};

/// Reading 200 groups from a busy array of disks.
const PATIENCE: Duration = Duration::from_secs(300);
const DAY_US: i64 = 86_400_000_000;

/// Exit codes: 0 every instant is answered with proofs, 1 something is wrong, 2 something cannot be told or done.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Draw a nonce into a file; publish the commitment that is printed before you ask
    Make(MakeArguments),
    /// Ask a server, keep its answer, judge it
    Ask(Box<AskArguments>),
    /// Judge a kept answer
    Judge(Box<JudgeArguments>),
}

#[derive(clap::Args)]
struct MakeArguments {
    /// Where the nonce is written; it is a secret until the challenge is asked
    #[arg(long, value_name = "FILE")]
    nonce: PathBuf,
}

#[derive(clap::Args)]
struct AskArguments {
    /// The server, for example https://vms.example:8443
    #[arg(long, value_name = "URL")]
    server: Url,
    /// A file with this machine's token
    #[arg(long, value_name = "FILE")]
    token_file: PathBuf,
    /// The nonce that `make` wrote; without it one is drawn that nobody was told of beforehand
    #[arg(long, value_name = "FILE")]
    nonce: Option<PathBuf>,
    /// A camera's id; several lines, several cameras; none: all
    #[arg(long, value_name = "ID")]
    camera: Vec<String>,
    /// Draw from the last so many days
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    days: u16,
    /// Up to so many minutes ago: what is younger may not be in a checkpoint
    #[arg(long, value_name = "MINUTES", default_value_t = 10)]
    until: u16,
    /// How many instants
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    instants: u32,
    /// Where question and answer are kept
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Certificates that are believed, PEM; without it the system's
    #[arg(long, value_name = "FILE")]
    tls_roots: Option<PathBuf>,
    #[command(flatten)]
    trust: Trust,
}

#[derive(clap::Args)]
struct JudgeArguments {
    /// Question and answer, as `ask` kept them
    file: PathBuf,
    /// The commitment that was published beforehand
    #[arg(long, value_name = "HEX")]
    commitment: Option<String>,
    /// A camera that was asked about; several lines, several cameras: the answer must be of these and no others
    #[arg(long, value_name = "ID")]
    camera: Vec<String>,
    /// From when on footage was asked about: 2026-11-28T14:03:00Z
    #[arg(long, value_name = "TIME", requires = "to")]
    from: Option<String>,
    /// And up to when
    #[arg(long, value_name = "TIME", requires = "from")]
    to: Option<String>,
    /// How many instants were asked for
    #[arg(long, value_name = "NUMBER")]
    instants: Option<u32>,
    /// An evidence package with some of the drawn footage: its possession tags are then checked
    #[arg(long, value_name = "PACKAGE")]
    open: Option<PathBuf>,
    #[command(flatten)]
    trust: Trust,
}

/// What the judge brings along.
#[derive(clap::Args)]
struct Trust {
    /// Whom you trust: a C2SP tlog-policy file
    #[arg(long, value_name = "FILE", conflicts_with = "footage")]
    policy: Option<PathBuf>,
    /// The footage log's verifier key
    #[arg(long, value_name = "VKEY")]
    footage: Option<String>,
    /// A checkpoint of the footage log that you had before: the log must continue it
    #[arg(long, value_name = "FILE")]
    seen: Option<PathBuf>,
    /// Print the judgement as JSON
    #[arg(long)]
    json: bool,
}

impl Trust {
    fn policy(&self) -> anyhow::Result<Option<Policy>> {
        if let Some(path) = &self.policy {
            return Ok(Some(Policy::parse(&read(path)?)?));
        }
        let key = self.footage.as_ref();
        let key =
            key.map(|text| NoteKey::parse(text).with_context(|| format!("key {text:?}"))).transpose()?;
        Ok(key.map(|key| Policy::pinned(vec![key])))
    }
}

/// What was asked, as far as it is known here.
#[derive(Default)]
struct Asked {
    commitment: Option<Hash>,
    cameras: Vec<CameraId>,
    span: Option<Span>,
    instants: Option<u32>,
}

impl JudgeArguments {
    fn asked(&self) -> anyhow::Result<Asked> {
        let time = |option: &str, text: &str| {
            let parsed = text.parse::<jiff::Timestamp>();
            let at = parsed.with_context(|| format!("{option}: a time as 2026-11-28T14:03:00Z"))?;
            anyhow::Ok(WallTime(at.as_microsecond()))
        };
        let span = match (&self.from, &self.to) {
            (Some(from), Some(to)) => {
                let span = Span::new(time("--from", from)?, time("--to", to)?);
                Some(span.context("--to: is before --from")?)
            }
            _ => None,
        };
        let commitment = self.commitment.as_deref().map(str::parse).transpose()?;
        Ok(Asked { commitment, cameras: cameras(&self.camera)?, span, instants: self.instants })
    }
}

fn cameras(ids: &[String]) -> anyhow::Result<Vec<CameraId>> {
    ids.iter().map(|id| id.parse().with_context(|| format!("--camera {id:?}: a camera's id"))).collect()
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("reading {}", path.display()))
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.action {
        Action::Make(arguments) => {
            let nonce = fresh()?;
            std::fs::write(&arguments.nonce, format!("{nonce}\n"))
                .with_context(|| format!("writing {}", arguments.nonce.display()))?;
            println!("commitment {}", commitment(&nonce));
            Ok(ExitCode::SUCCESS)
        }
        Action::Ask(arguments) => {
            let (transcript, asked) = ask(&arguments).await?;
            judge(&transcript, &arguments.trust, &asked, None)
        }
        Action::Judge(arguments) => {
            let transcript = Transcript::parse(&read(&arguments.file)?)?;
            judge(&transcript, &arguments.trust, &arguments.asked()?, arguments.open.as_deref())
        }
    }
}

fn fresh() -> anyhow::Result<Hash> {
    let mut nonce = Hash::default();
    getrandom::fill(&mut nonce.0).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(nonce)
}

/// Question, nonce, answer: kept before it is judged against what was asked.
async fn ask(arguments: &AskArguments) -> anyhow::Result<(Transcript, Asked)> {
    let nonce: Hash = match &arguments.nonce {
        Some(path) => String::from_utf8(read(path)?)?.trim().parse()?,
        None => fresh()?,
    };
    let token = String::from_utf8(read(&arguments.token_file)?)?;
    let client = HttpClient::new(arguments.tls_roots.as_deref()).patient(PATIENCE);
    let seen_size = match &arguments.trust.seen {
        Some(path) => Some(Checkpoint::parse(Note::parse(&read(path)?)?.text())?.size),
        None => None,
    };
    let to = WallTime::from_ms(pipeline::system_wall().as_ms() - i64::from(arguments.until) * 60_000);
    let from = to.plus_us(-i64::from(arguments.days) * DAY_US);
    let question = json!({
        "commitment": commitment(&nonce).to_string(), "cameras": arguments.camera,
        "from_ms": from.as_ms(), "to_ms": to.as_ms(), "instants": arguments.instants, "seen_size": seen_size,
    });
    let asked = Asked {
        // Of a nonce that was drawn just now nobody was told beforehand.
        commitment: arguments.nonce.as_ref().map(|_| commitment(&nonce)),
        cameras: cameras(&arguments.camera)?,
        span: Span::new(from, to),
        instants: Some(arguments.instants),
    };
    let post = async |path: &str, body: String| {
        let url = arguments.server.join(path)?;
        let answer = client.post_json(&url, token.trim(), body.as_bytes(), FILE_BYTES_MAX).await;
        let answer = answer.with_context(|| url.to_string())?;
        match answer.status {
            200 | 201 => Ok(answer.body),
            401 => bail!("{url}: the server does not know this token, or not for the footage log"),
            status => {
                bail!("{url}: {status}: {}", super::output::plain(&String::from_utf8_lossy(&answer.body)))
            }
        }
    };
    let terms: Terms = serde_json::from_slice(&post("/ledger/challenges", question.to_string()).await?)
        .context("the terms")?;
    ensure!(terms.commitment == commitment(&nonce), "the server's terms are about another nonce");
    let path = format!("/ledger/challenges/{}/answer", terms.id);
    let body = post(&path, json!({ "nonce": nonce.to_string() }).to_string()).await?;
    std::fs::write(&arguments.out, &body).with_context(|| format!("writing {}", arguments.out.display()))?;
    let transcript = Transcript::parse(&body)?;
    ensure!(transcript.nonce == nonce && transcript.terms == terms, "the server answered another question");
    ensure!(terms.seen_size == seen_size, "the server's terms continue another checkpoint than was asked");
    Ok((transcript, asked))
}

fn judge(
    transcript: &Transcript,
    trust: &Trust,
    asked: &Asked,
    package: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    let policy = trust.policy()?;
    let seen = trust.seen.as_deref().map(read).transpose()?;
    let mut opened = package.map(verify::open).transpose()?;
    let expected = Expected {
        policy: policy.as_ref(),
        commitment: asked.commitment,
        seen: seen.as_deref(),
        cameras: &asked.cameras,
        span: asked.span,
        instants: asked.instants,
    };
    let judged = verify::challenge(transcript, &expected, opened.as_deref_mut())?;
    if trust.json {
        println!("{}", serde_json::to_string_pretty(&judged)?);
    } else {
        print(transcript, &judged);
    }
    Ok(match judged.exit_code() {
        0 => ExitCode::SUCCESS,
        1 => ExitCode::from(EXIT_FOUND),
        _ => ExitCode::from(EXIT_FAILED),
    })
}

fn print(transcript: &Transcript, judged: &Judged) {
    println!(
        "{} instants of {} streams: footage {}, gaps {}, deleted under a rule {}, before the first record {}",
        transcript.answers.len(),
        transcript.terms.streams.len(),
        judged.footage,
        judged.gaps,
        judged.expired,
        judged.not_yet
    );
    if let Some(span) = transcript.terms.span() {
        println!("drawn from {} to {}", span.start, span.end);
    }
    judged.findings.iter().for_each(|finding| println!("WRONG   {finding}"));
    judged.doubts.iter().for_each(|doubt| println!("unknown {doubt}"));
    judged.notes.iter().for_each(|note| println!("        {}", super::output::plain(note)));
}
