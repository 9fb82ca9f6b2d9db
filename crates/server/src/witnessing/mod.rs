//! Asking witnesses to cosign our checkpoints: one task for each, on its own time.
//!
//! Recording and publishing never wait for it: a task is told that there is something new and looks for the newest
//! checkpoint itself, so that its queue is one bell. What came is stored with the checkpoint (`store::cosignatures`)
//! and published with it. Invariant: a witness that holds what our log does not continue is an alarm that stays, also
//! over a restart, until that witness cosigns again.

mod config;
mod evidence;
mod submit;

pub use config::{WITNESSES_MAX, WitnessLine, WitnessSpec, WitnessingConfig};

use crate::{app::App, http_client::HttpClient};
use law::clocks::{Sample, WITNESS_SAID_US_MAX};
use ledger::note::{Note, NoteKey};
use model::WallTime;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use store::{LastCosigned, LogName, WitnessAlarm};
use submit::{Sent, Trouble};
use tokio::sync::watch;
use verify::Policy;

/// First and longest delay after a failure: a witness that comes back cosigns within five minutes.
const DELAY_S_FIRST: u64 = 1;
const DELAY_S_MAX: u64 = 300;
/// A round to a distant witness takes a second, and the publisher rings every five.
const COURTESY: Duration = Duration::from_secs(12);
/// How old a cosignature may be before the logs count as not witnessed: three of the access log's minutes.
const FRESH_US: i64 = 180_000_000;

const LOGS: [LogName; 2] = [LogName::Footage, LogName::Access];

/// The witnesses of this server and what came of asking them.
pub struct Witnesses {
    specs: Vec<WitnessSpec>,
    policy: Option<Policy>,
    waits: Option<Duration>,
    acts_within_h: u32,
    client: HttpClient,
    state: Mutex<HashMap<(usize, LogName), LogState>>,
    same_host: Mutex<HashMap<usize, bool>>,
    /// What the newest cosignature of each says of our clock, and when.
    times: Mutex<HashMap<usize, (Sample, WallTime)>>,
    bell: watch::Sender<u64>,
}

#[derive(Clone, Debug, Default)]
struct LogState {
    last: Option<LastCosigned>,
    /// The size that the witness is known to hold.
    holds: Option<u64>,
    tried: Option<WallTime>,
    error: Option<String>,
    alarm: Option<WitnessAlarm>,
}

/// One witness, for people.
#[derive(Clone, Debug)]
pub struct Watched {
    pub name: String,
    pub vkey: String,
    pub url: String,
    /// It has this machine's own address: its word proves nothing against whoever runs this machine. `None` until it was
    /// reached.
    pub same_host: Option<bool>,
    /// Its key is one that the policy names (or there is no policy).
    pub counts: bool,
    pub footage: WatchedLog,
    pub access: WatchedLog,
}

#[derive(Clone, Debug, Default)]
pub struct WatchedLog {
    pub last: Option<LastCosigned>,
    pub tried: Option<WallTime>,
    pub error: Option<String>,
    pub alarm: Option<WitnessAlarm>,
}

/// How far the logs are witnessed, in one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Nobody is asked.
    None,
    /// Somebody cosigns, but only on this host, or not those that the policy asks for.
    SameHost,
    /// The quorum has not cosigned lately.
    Behind,
    Witnessed,
    /// A witness holds what our log does not continue.
    Alarm,
}

impl Standing {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SameHost => "same_host",
            Self::Behind => "behind",
            Self::Witnessed => "witnessed",
            Self::Alarm => "alarm",
        }
    }
}

impl Default for Witnesses {
    fn default() -> Self {
        Self {
            specs: Vec::new(),
            policy: None,
            waits: None,
            client: HttpClient::default(),
            state: Mutex::default(),
            same_host: Mutex::default(),
            times: Mutex::default(),
            acts_within_h: law::supervision::WITNESS_HOURS,
            bell: watch::Sender::new(0),
        }
    }
}

impl Witnesses {
    pub fn new(config: &WitnessingConfig) -> anyhow::Result<Self> {
        let wait = Duration::from_secs(config.handover_wait_s.into());
        Ok(Self {
            specs: config.specs()?,
            policy: config.read_policy()?,
            waits: config.handover_waits_for_witness.then_some(wait),
            client: HttpClient::new(config.tls_roots.as_deref()),
            acts_within_h: config.acts_witnessed_within_h,
            ..Self::default()
        })
    }

    /// For the start's entry: how many, and whether hand-overs wait.
    pub fn note(&self) -> String {
        let policy = if self.policy.is_some() { "file" } else { "any_elsewhere" };
        format!("witnesses={}\npolicy={policy}\nhandover_waits={}", self.specs.len(), self.waits.is_some())
    }

    pub fn is_empty(&self) -> bool {
        self.specs.is_empty()
    }

    pub fn has_policy(&self) -> bool {
        self.policy.is_some()
    }

    /// How long a hand-over waits for its witnesses, if it does.
    pub fn handover_wait(&self) -> Option<Duration> {
        self.waits
    }

    /// There may be a new checkpoint.
    pub fn ring(&self) {
        self.bell.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Hours within which acts of office must be cosigned by another party.
    pub const fn acts_within_h(&self) -> u32 {
        self.acts_within_h
    }

    /// Witnesses whose word counts against this operator: those of the policy, or without one those elsewhere. Key and name.
    pub fn independent(&self) -> Vec<(String, String)> {
        let counts = |one: &Watched| one.counts && (self.policy.is_some() || one.same_host == Some(false));
        self.watched().into_iter().filter(counts).map(|one| (one.vkey, one.name)).collect()
    }

    /// Whether enough witnesses have cosigned this checkpoint: the policy's quorum, or without a policy anyone elsewhere.
    pub fn is_quorum(&self, note: &str) -> bool {
        let Ok(note) = Note::parse(note.as_bytes()) else { return false };
        match &self.policy {
            Some(policy) => {
                let by = note.verified_by(policy.witnesses()).unwrap_or_default();
                policy.is_satisfied_by(&by.iter().map(|by| by.key).collect::<Vec<_>>())
            }
            None => {
                let keys: Vec<NoteKey> = self.specs.iter().map(|spec| spec.key.clone()).collect();
                let by = note.verified_by(&keys).unwrap_or_default();
                by.iter().any(|by| self.same_host_of(by.key) == Some(false))
            }
        }
    }

    /// Whether a package needs anybody's word at all.
    pub fn asks_for_quorum(&self) -> bool {
        self.policy.as_ref().map_or(!self.specs.is_empty(), Policy::asks_for_witnesses)
    }

    /// How long a package waits for cosignatures that it can do without; not at all where they cannot come.
    pub fn courtesy(&self) -> Duration {
        let hopeless = self.policy.is_none()
            && (0..self.specs.len()).all(|number| self.same_host_of(number) == Some(true));
        if hopeless { Duration::ZERO } else { COURTESY }
    }

    /// What witnesses hold against our logs.
    pub fn alarms(&self) -> Vec<WitnessAlarm> {
        self.states().values().filter_map(|state| state.alarm.clone()).collect()
    }

    pub fn watched(&self) -> Vec<Watched> {
        let states = self.states().clone();
        let log = |number: usize, log: LogName| {
            let state = states.get(&(number, log)).cloned().unwrap_or_default();
            WatchedLog { last: state.last, tried: state.tried, error: state.error, alarm: state.alarm }
        };
        let watched = |(number, spec): (usize, &WitnessSpec)| Watched {
            name: spec.name.clone(),
            vkey: spec.key.to_string(),
            url: spec.url.clone(),
            same_host: self.same_host_of(number),
            counts: self.policy.as_ref().is_none_or(|policy| policy.witnesses().contains(&spec.key)),
            footage: log(number, LogName::Footage),
            access: log(number, LogName::Access),
        };
        self.specs.iter().enumerate().map(watched).collect()
    }

    /// In one word, at `now`; the newest cosigned checkpoints of both logs say whether the quorum is there.
    pub fn standing(&self, now: WallTime, footage: Option<&str>, access: Option<&str>) -> Standing {
        if !self.alarms().is_empty() {
            return Standing::Alarm;
        }
        if self.specs.is_empty() {
            return Standing::None;
        }
        let watched = self.watched();
        let elsewhere = watched.iter().any(|one| one.same_host == Some(false) && one.counts);
        if !elsewhere && watched.iter().any(|one| one.same_host == Some(true)) {
            return Standing::SameHost;
        }
        let fresh = watched.iter().filter_map(|one| one.access.last).any(|last| {
            let stated = WallTime(i64::try_from(last.time_s).unwrap_or(i64::MAX).saturating_mul(1_000_000));
            now.since_us(stated) <= FRESH_US
        });
        let quorum = [footage, access].into_iter().all(|note| note.is_some_and(|note| self.is_quorum(note)));
        if fresh && quorum { Standing::Witnessed } else { Standing::Behind }
    }

    /// What the clocks of witnesses say of ours, by name: of those that are elsewhere, since one on this host has this clock.
    pub fn times(&self, now: WallTime) -> Vec<(String, Sample)> {
        let times = self.times.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let one = |(number, spec): (usize, &WitnessSpec)| {
            let (said, at) = times.get(&number).copied()?;
            let counts = self.same_host_of(number) == Some(false) && now.since_us(at) <= WITNESS_SAID_US_MAX;
            counts.then(|| (spec.name.clone(), said))
        };
        self.specs.iter().enumerate().filter_map(one).collect()
    }

    fn said_time(&self, number: usize, said: Sample, now: WallTime) {
        self.times.lock().unwrap_or_else(PoisonError::into_inner).insert(number, (said, now));
    }

    fn same_host_of(&self, number: usize) -> Option<bool> {
        self.same_host.lock().unwrap_or_else(PoisonError::into_inner).get(&number).copied()
    }

    fn states(&self) -> std::sync::MutexGuard<'_, HashMap<(usize, LogName), LogState>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, number: usize, log: LogName, change: impl FnOnce(&mut LogState)) {
        change(self.states().entry((number, log)).or_default());
    }
}

/// Asks all witnesses until the server stops.
pub async fn run(app: App) {
    if let Err(error) = recall(&app).await {
        tracing::error!(%error, "what witnesses said before could not be read");
    }
    let asking = (0..app.witnesses().specs.len()).map(|number| ask(app.clone(), number));
    futures::future::join_all(asking).await;
}

/// What was stored before this run: last cosignatures and alarms.
async fn recall(app: &App) -> Result<(), store::Error> {
    let alarms = app.store().witness_alarms().await?;
    for (number, spec) in app.witnesses().specs.iter().enumerate() {
        for log in LOGS {
            let last = app.store().last_cosigned(log, &spec.key).await?;
            let of_this = |alarm: &&WitnessAlarm| alarm.log == log && alarm.witness == spec.key.to_string();
            let alarm = alarms.iter().find(of_this).cloned();
            app.witnesses().change(number, log, |state| {
                (state.last, state.alarm) = (last, alarm);
                state.holds = last.map(|last| last.size);
            });
        }
    }
    Ok(())
}

async fn ask(app: App, number: usize) {
    let mut bell = app.witnesses().bell.subscribe();
    bell.mark_changed();
    let mut failures = 0_u32;
    loop {
        tokio::select! {
            rung = bell.changed() => if rung.is_err() { return },
            () = app.stop().cancelled() => return,
        }
        let mut failed = false;
        for log in LOGS {
            tokio::select! {
                done = once(&app, number, log) => failed |= !done,
                () = app.stop().cancelled() => return,
            }
        }
        failures = if failed { failures.saturating_add(1) } else { 0 };
        if failed {
            tokio::select! {
                () = tokio::time::sleep(delay(failures)) => bell.mark_changed(),
                () = app.stop().cancelled() => return,
            }
        }
    }
}

/// Doubles to its limit, spread over the upper half, so that many servers do not come at once after an outage.
fn delay(failures: u32) -> Duration {
    let step_ms = (DELAY_S_FIRST << failures.saturating_sub(1).min(16)).min(DELAY_S_MAX) * 1_000;
    let mut chance = [0; 2];
    // Without randomness the full step is as good.
    let spread =
        getrandom::fill(&mut chance).map_or(u64::from(u16::MAX), |()| u64::from(u16::from_le_bytes(chance)));
    Duration::from_millis(step_ms / 2 + step_ms / 2 * spread / u64::from(u16::MAX))
}

/// One log, one witness. False when it must be tried again later.
async fn once(app: &App, number: usize, log: LogName) -> bool {
    let witnesses = app.witnesses();
    let Some(spec) = witnesses.specs.get(number) else { return true };
    let holds = witnesses.states().get(&(number, log)).and_then(|state| state.holds);
    let (outcome, same_host) = submit::submit(app, &witnesses.client, spec, log, holds).await;
    if let Some(same_host) = same_host {
        witnesses.same_host.lock().unwrap_or_else(PoisonError::into_inner).insert(number, same_host);
    }
    let now = app.now();
    match outcome {
        Ok(Sent::Nothing) => true,
        Ok(Sent::Cosigned(last, said)) => {
            if let Some(said) = said {
                witnesses.said_time(number, said, now);
                // One on this machine has this machine's clock.
                if same_host == Some(false) {
                    app.time_sources().witnessed(said, now);
                }
            }
            let ended = end_alarm(app, number, log).await;
            witnesses.change(number, log, |state| {
                (state.last, state.holds) = (Some(last), Some(last.size));
                (state.tried, state.error) = (Some(now), None);
            });
            ended
        }
        Err(Trouble::Conflict { problem, size }) => {
            alarm(app, number, log, problem, size).await;
            false
        }
        Err(Trouble::Failed(problem)) => {
            tracing::warn!(witness = spec.name, log = log.as_str(), problem, "a checkpoint was not cosigned");
            witnesses.change(number, log, |state| {
                (state.tried, state.error) = (Some(now), Some(problem));
            });
            false
        }
    }
}

async fn alarm(app: &App, number: usize, log: LogName, problem: &'static str, size: u64) {
    let Some(spec) = app.witnesses().specs.get(number) else { return };
    tracing::error!(
        witness = spec.name,
        log = log.as_str(),
        problem,
        witness_size = size,
        "a witness holds a log that ours does not continue: this server was rolled back or its log was changed"
    );
    let cx = store::system_cx("witnessing", app.now());
    let known = app.witnesses().states().get(&(number, log)).and_then(|state| state.alarm.clone());
    let is_kept = match known.filter(|known| known.problem == problem) {
        Some(known) => app.store().fork_file(known.entry).await.is_ok_and(|file| file.is_some()),
        None => false,
    };
    let shown = match is_kept {
        true => None,
        false => evidence::pair(app, &app.witnesses().client, spec, log).await,
    };
    let raised =
        app.store().raise_witness_alarm(&cx, (&spec.key, log), (problem, size), shown.as_ref()).await;
    let alarms = match raised {
        Ok(()) => app.store().witness_alarms().await,
        Err(error) => Err(error),
    };
    let stored = alarms.inspect_err(|error| tracing::error!(%error, "the alarm could not be written down"));
    let key = spec.key.to_string();
    let stored =
        stored.unwrap_or_default().into_iter().find(|alarm| alarm.log == log && alarm.witness == key);
    // An alarm that could not be written is an alarm all the same.
    let shown = stored.unwrap_or(WitnessAlarm {
        witness: key,
        log,
        problem: problem.to_owned(),
        size,
        since: app.now(),
        entry: store::EntryIndex(0),
    });
    app.witnesses().change(number, log, |state| {
        (state.tried, state.alarm) = (Some(shown.since.max(app.now())), Some(shown));
        state.error = Some(problem.to_owned());
    });
}

async fn end_alarm(app: &App, number: usize, log: LogName) -> bool {
    let Some(spec) = app.witnesses().specs.get(number) else { return true };
    if app.witnesses().states().get(&(number, log)).is_none_or(|state| state.alarm.is_none()) {
        return true;
    }
    let cx = store::system_cx("witnessing", app.now());
    match app.store().end_witness_alarm(&cx, &spec.key, log).await {
        Ok(()) => {
            app.witnesses().change(number, log, |state| state.alarm = None);
            true
        }
        Err(error) => {
            tracing::error!(%error, "an alarm could not be taken back");
            false
        }
    }
}
