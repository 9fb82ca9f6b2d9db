//! Asks time sources how far the system's clock is from theirs: at the start, once a day, once an hour while something is wrong.
//!
//! It sets no clock. What it finds is shown, kept, and above a limit a finding (`law::clocks`).

use crate::app::App;
use anyhow::{Context as _, bail, ensure};
use law::clocks::{Sample, SourcesSay, agree};
use model::WallTime;
use serde::{Deserialize, Serialize};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use store::{ClockCheck, system_cx};
use tokio::{net::UdpSocket, time::timeout};
use wire::sntp;

/// Sources that may be named: a site has one, a careful one four.
const SOURCES_MAX: usize = 8;
/// Where a source listens when no port is named (RFC 5905 §7.2).
const PORT: u16 = 123;
/// Requests to each source: the one that was answered fastest counts, because its way was the straightest.
const REQUESTS: u32 = 4;
const PATIENCE: Duration = Duration::from_secs(2);
const FIRST: Duration = Duration::from_secs(5);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// The boot file's `[time]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct TimeConfig {
    /// Hosts or addresses, with a port if it is not 123. None: how the clock stands is not known.
    pub sources: Vec<String>,
}

impl TimeConfig {
    pub fn is_plausible(&self) -> bool {
        let plain =
            |source: &String| !source.is_empty() && !source.chars().any(|c| c.is_control() || c == ' ');
        self.sources.len() <= SOURCES_MAX && self.sources.iter().all(plain)
    }
}

/// What one source said last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceState {
    pub name: String,
    /// Offset, delay and stratum, or why there are none.
    pub said: Result<(sntp::Measured, u8), String>,
    /// Too far from what most say.
    pub is_outlier: bool,
}

/// What came of asking all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    pub at: WallTime,
    pub say: SourcesSay,
    pub sources: Vec<SourceState>,
}

/// The sources of this server and what they said last.
#[derive(Debug, Default)]
pub struct TimeSources {
    names: Vec<String>,
    last: Mutex<Option<Asked>>,
}

impl TimeSources {
    pub fn new(config: &TimeConfig) -> Self {
        Self { names: config.sources.clone(), last: Mutex::new(None) }
    }

    /// Whether any is named.
    pub fn is_configured(&self) -> bool {
        !self.names.is_empty()
    }

    pub fn last(&self) -> Option<Asked> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

pub async fn run(app: App) {
    if !app.time_sources().is_configured() {
        return;
    }
    tokio::select! {
        () = rounds(&app) => {}
        () = app.stop().cancelled() => {}
    }
}

async fn rounds(app: &App) {
    tokio::time::sleep(FIRST).await;
    loop {
        let asked = ask(app).await;
        tokio::time::sleep(if asked.say.is_suspicious() { HOUR } else { DAY }).await;
    }
}

/// Asks all sources once, keeps and shows what they said.
pub async fn ask(app: &App) -> Asked {
    let sources = app.time_sources();
    let said = futures::future::join_all(sources.names.iter().map(|name| source(app, name))).await;
    let samples: Vec<Sample> = said
        .iter()
        .filter_map(|said| said.as_ref().ok())
        .map(|(measured, _)| Sample { offset_us: measured.offset_us, delay_us: measured.delay_us })
        .collect();
    let say = agree(&samples);
    let outlier = |said: &Result<(sntp::Measured, u8), String>| {
        said.as_ref().is_ok_and(|(measured, _)| {
            say.is_outlier(Sample { offset_us: measured.offset_us, delay_us: measured.delay_us })
        })
    };
    let state = |(name, said): (&String, Result<_, String>)| SourceState {
        name: name.clone(),
        is_outlier: outlier(&said),
        said,
    };
    let asked = Asked { at: app.now(), say, sources: sources.names.iter().zip(said).map(state).collect() };
    if say.is_suspicious() {
        tracing::error!(?say, "the system's clock is not what its time sources say, or they say nothing");
    }
    let check = ClockCheck {
        at: asked.at,
        offset_us: say.offset_us(),
        sources: asked.sources.iter().map(SourceState::line).collect::<Vec<_>>().join("\n"),
    };
    if let Err(error) = app.store().footage.clock_checked(&system_cx("clock", app.now()), check).await {
        tracing::error!(%error, "what the time sources said is shown and not kept");
    }
    *sources.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked.clone());
    asked
}

impl SourceState {
    fn line(&self) -> String {
        let outlier = if self.is_outlier { " outlier" } else { "" };
        match &self.said {
            Ok((measured, stratum)) => format!(
                "{} offset_us={} delay_us={} stratum={stratum}{outlier}",
                self.name, measured.offset_us, measured.delay_us
            ),
            Err(problem) => format!("{} {problem}", self.name),
        }
    }
}

/// One source: the fastest of its answers, or why there was none.
async fn source(app: &App, name: &str) -> Result<(sntp::Measured, u8), String> {
    let (mut best, mut problem) = (None::<(sntp::Measured, u8)>, String::new());
    for _ in 0..REQUESTS {
        match once(app, name).await {
            Ok(found) if best.is_none_or(|(best, _)| found.0.delay_us < best.delay_us) => best = Some(found),
            Ok(_) => {}
            Err(error) => problem = format!("{error:#}"),
        }
    }
    best.ok_or(problem)
}

async fn once(app: &App, name: &str) -> anyhow::Result<(sntp::Measured, u8)> {
    let address = if has_port(name) { name.to_owned() } else { format!("{name}:{PORT}") };
    let found =
        timeout(PATIENCE, tokio::net::lookup_host(address)).await.context("no answer of the name server")?;
    let peer = found.context("looking up the name")?.next().context("the name has no address")?;
    let local = if peer.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(local).await?;
    socket.connect(peer).await?;
    let mut number = [0; 8];
    getrandom::fill(&mut number).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    let number = u64::from_be_bytes(number);
    let clock = app.pipeline().clock();
    let (mut buffer, began) = ([0; sntp::ANSWER_BYTES_MAX], tokio::time::Instant::now());
    let sent = clock.system_wall();
    ensure!(
        socket.send(&sntp::request(number)).await? == sntp::PACKET_BYTES,
        "the request was not sent whole"
    );
    loop {
        let left = PATIENCE.saturating_sub(began.elapsed());
        let read = timeout(left, socket.recv(&mut buffer)).await.context("no answer")??;
        let received = clock.system_wall();
        match sntp::answer(buffer.get(..read).unwrap_or_default(), number, sent) {
            Ok(answer) => {
                let measured = answer.measured(sent, received);
                return Ok((measured.map_err(|problem| anyhow::anyhow!("{problem}"))?, answer.stratum));
            }
            // Somebody else's packet, or a late one: the answer may still come.
            Err(sntp::Problem::Replayed) => {}
            Err(problem) => bail!("{problem}"),
        }
    }
}

/// `host:123`, `[::1]:123`; not `::1`.
fn has_port(name: &str) -> bool {
    match name.rsplit_once(':') {
        Some((host, port)) => port.parse::<u16>().is_ok() && (!host.contains(':') || host.ends_with(']')),
        None => false,
    }
}
