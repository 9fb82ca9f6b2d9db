//! Asks time sources how far the system's clock is from theirs: at the start, once a day, once an hour while something is wrong, and when
//! the time in a witness's cosignature says otherwise than they did. Such a time is a source too, of a clock that is another party's.
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
use tokio::{net::UdpSocket, sync::Notify, time::timeout};
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
/// Sources are not asked sooner again for a witness that says otherwise each minute.
const AGAIN_US_MIN: i64 = 600_000_000;

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
    /// Offset and delay, or why there are none.
    pub said: Result<Sample, String>,
    /// Of a time source that was asked.
    pub stratum: Option<u8>,
    /// The time in a witness's cosignature.
    pub is_witness: bool,
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
    rung: Notify,
}

impl TimeSources {
    pub fn new(config: &TimeConfig) -> Self {
        Self { names: config.sources.clone(), last: Mutex::new(None), rung: Notify::new() }
    }

    /// Whether any is named.
    pub fn is_configured(&self) -> bool {
        !self.names.is_empty()
    }

    /// A cosignature's time came: where it says otherwise than all did last, all are asked again.
    pub fn witnessed(&self, said: Sample, now: WallTime) {
        let news = self.last().is_none_or(|last| {
            last.say.is_suspicious() != said.is_off() && now.since_us(last.at) >= AGAIN_US_MIN
        });
        if news {
            self.rung.notify_one();
        }
    }

    pub fn last(&self) -> Option<Asked> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

pub async fn run(app: App) {
    if !app.time_sources().is_configured() && app.witnesses().is_empty() {
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
        // Without sources, and before the first cosignature from elsewhere, there is nobody to ask.
        let anybody = app.time_sources().is_configured() || !app.witnesses().times(app.now()).is_empty();
        let pause = if anybody && ask(app).await.say.is_suspicious() { HOUR } else { DAY };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = app.time_sources().rung.notified() => {}
        }
    }
}

/// Asks all sources once, keeps and shows what they said.
pub async fn ask(app: &App) -> Asked {
    let sources = app.time_sources();
    let said = futures::future::join_all(sources.names.iter().map(|name| source(app, name))).await;
    let asked = sources.names.iter().zip(said).map(|(name, said)| SourceState {
        name: name.clone(),
        stratum: said.as_ref().ok().map(|(_, stratum)| *stratum),
        said: said.map(|(measured, _)| Sample { offset_us: measured.offset_us, delay_us: measured.delay_us }),
        is_witness: false,
        is_outlier: false,
    });
    let witnesses = app.witnesses().times(app.now()).into_iter().map(|(name, said)| SourceState {
        name,
        said: Ok(said),
        stratum: None,
        is_witness: true,
        is_outlier: false,
    });
    let mut found: Vec<SourceState> = asked.chain(witnesses).collect();
    let samples: Vec<Sample> = found.iter().filter_map(|source| source.said.as_ref().ok().copied()).collect();
    let say = agree(&samples);
    for source in &mut found {
        source.is_outlier = source.said.as_ref().is_ok_and(|said| say.is_outlier(*said));
    }
    let asked = Asked { at: app.now(), say, sources: found };
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
            Ok(said) => {
                let what = match self.stratum {
                    Some(stratum) => format!("stratum={stratum}"),
                    None => "witness".to_owned(),
                };
                format!(
                    "{} offset_us={} delay_us={} {what}{outlier}",
                    self.name, said.offset_us, said.delay_us
                )
            }
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
