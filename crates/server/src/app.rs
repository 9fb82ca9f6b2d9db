//! What all handlers share: the store, the data plane, the open views, and what the boot file says about this server.

use crate::{
    balance::Balance,
    ceremonies::{Browser, CEREMONY_US_MAX, Ceremonies},
    export::ExportJobs,
    http::{
        ACCUSATIONS_HOUR_MAX, ACCUSATIONS_MAX, CHANGES_MAX, EVENTS_MAX, Foreseen, HOUR_US, OPEN_MAX,
        READS_MAX, RateLimit, Registered, RoutineRows, SIGN_IN_MAX, Sweeper,
    },
    imports::DryRuns,
    integrity::Running,
    lately::Lately,
    oidc::{JOURNEY_US_MAX, Journey, Providers},
    ptz::Positions,
    time_sources::{TimeConfig, TimeSources},
    views::Views,
    witnessing::Witnesses,
};
use law::forecast::Horizon;
use law::remind::{CAUSED_BY_PERSON_MAX, CAUSED_TO_ADDRESS_MAX, CAUSED_US};
use model::{Actor, Cx, Hash, MonoTime, PersonId, Span, WallTime};
use pipeline::Pipeline;
use std::{
    collections::HashSet,
    net::IpAddr,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};
use store::{AlarmSender, Registry, Store, StoreKeyId, TickHole, network};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

/// Addresses tested at once: a test is a person's, lasts seconds, and must not become a scan of the network.
const PROBES_MAX: usize = 4;
/// Files of documents taken in at once: a unit's office, not a flood; each holds one open file and half a megabyte.
const UPLOADS_MAX: usize = 4;
/// How long the answer of [`App::tick_holes`] is used again: a quarter has 800,000 ticks, and a console asks every few seconds.
/// An outage that is over stands in the list of outages at once.
const TICK_HOLES_US_MAX: i64 = 300_000_000;

/// How long a forecast in days is used again: the state line asks for it every few seconds, and it goes through all days of all
/// streams.
const HORIZON_US_MAX: i64 = 60_000_000;

/// What the handlers need to know of the boot file and of the command that started the server.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The session cookie travels over TLS only.
    pub secure: bool,
    /// Simulated cameras and printed passwords.
    pub demo: bool,
    /// The name under which people open the console: passkeys work under it alone.
    pub host: Option<String>,
    /// The root of this installation's own certificate, if it is served under one.
    pub root: Option<crate::tls::Root>,
    pub metrics_token: Option<crate::config::BearerToken>,
    /// Mirrors and witnesses of other parties.
    pub machines: Vec<crate::config::Machine>,
    /// Who is asked how far this system's clock is off.
    pub time: TimeConfig,
    /// Where reminders may be sent.
    pub reminders: crate::reminders::RemindersConfig,
    /// By whose word people may sign in.
    pub providers: Vec<crate::oidc::Provider>,
}

/// Handle to everything; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    store: Store,
    pipeline: Pipeline,
    views: Arc<Views>,
    balance: Arc<Balance>,
    exports: ExportJobs,
    dry_runs: DryRuns,
    facts: Facts,
    witnesses: Witnesses,
    sign_in_limit: Mutex<RateLimit<IpAddr>>,
    /// Challenges that passkeys have not answered yet.
    ceremonies: Mutex<Ceremonies<[u8; 32]>>,
    providers: Providers,
    /// Ways through a provider that nobody came back from yet.
    journeys: Mutex<Ceremonies<Journey>>,
    open_limit: Mutex<RateLimit<IpAddr>>,
    accusation_limit: Mutex<RateLimit<IpAddr>>,
    accusation_hours: Mutex<RateLimit<IpAddr>>,
    read_limit: Mutex<RateLimit<PersonId>>,
    change_limit: Mutex<RateLimit<PersonId>>,
    event_limit: Mutex<RateLimit<AlarmSender>>,
    caused_limit: Mutex<RateLimit<PersonId>>,
    address_limit: Mutex<RateLimit<Hash>>,
    /// Store keys that are needed and not here, with their segments.
    absent_keys: OnceLock<Vec<(StoreKeyId, u64)>>,
    /// What was last found between ticks.
    tick_holes: tokio::sync::Mutex<Option<KeptHoles>>,
    register_findings: Lately<FoundFor, Registered>,
    foreseen: Lately<(FoundFor, u16), Foreseen>,
    routine_rows: Lately<FoundFor, Vec<RoutineRows>>,
    overkept: Lately<i64, Vec<store::Overkept>>,
    missed_targets: Lately<(i64, Vec<uuid::Uuid>), HashSet<uuid::Uuid>>,
    /// One sweep of findings at a time, and what the last one knew.
    finding_sweep: tokio::sync::Mutex<Sweeper>,
    /// The forecast as it was last made.
    horizon: tokio::sync::Mutex<Option<(MonoTime, Horizon)>>,
    /// Tests of camera addresses that may run at once.
    probes: Semaphore,
    uploads: Semaphore,
    /// One challenge is answered at a time.
    challenges: Semaphore,
    time_sources: TimeSources,
    /// What this server runs as, since it was measured.
    running: OnceLock<Running>,
    positions: Positions,
    /// Rung after every change that may change what should run.
    registry_changed: Notify,
    /// Rung when somebody changes how they are reminded.
    reminders_rung: Notify,
    stop: CancellationToken,
    /// Cancelled when somebody at the machine asked for an end.
    end: CancellationToken,
}

/// For whom, at which length of the access log and in which minute findings were looked for: any act may change them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundFor {
    pub actor: Actor,
    pub entries: u64,
    pub minute: i64,
}

/// What was found between the ticks of so long a time, and when.
struct KeptHoles {
    back_us: i64,
    at: MonoTime,
    holes: Arc<Vec<TickHole>>,
}

impl App {
    /// Without witnesses.
    pub fn new(store: Store, pipeline: Pipeline, facts: Facts) -> Self {
        Self::with_witnesses(store, pipeline, facts, Witnesses::default())
    }

    pub fn with_witnesses(store: Store, pipeline: Pipeline, facts: Facts, witnesses: Witnesses) -> Self {
        let balance = Arc::new(Balance::default());
        let views = Views::new(store.registry.clone(), pipeline.clock().clone(), balance.clone());
        let time_sources = TimeSources::new(&facts.time);
        Self(Arc::new(Inner {
            time_sources,
            running: OnceLock::new(),
            positions: Positions::default(),
            store,
            pipeline,
            views,
            balance,
            exports: ExportJobs::default(),
            dry_runs: DryRuns::default(),
            providers: Providers::new(&facts.providers),
            journeys: Mutex::new(Ceremonies::new(JOURNEY_US_MAX)),
            facts,
            witnesses,
            sign_in_limit: Mutex::new(RateLimit::new(SIGN_IN_MAX)),
            ceremonies: Mutex::new(Ceremonies::new(CEREMONY_US_MAX)),
            open_limit: Mutex::new(RateLimit::new(OPEN_MAX)),
            accusation_limit: Mutex::new(RateLimit::new(ACCUSATIONS_MAX)),
            accusation_hours: Mutex::new(RateLimit::within(ACCUSATIONS_HOUR_MAX, HOUR_US)),
            read_limit: Mutex::new(RateLimit::new(READS_MAX)),
            change_limit: Mutex::new(RateLimit::new(CHANGES_MAX)),
            event_limit: Mutex::new(RateLimit::new(EVENTS_MAX)),
            caused_limit: Mutex::new(RateLimit::within(CAUSED_BY_PERSON_MAX, CAUSED_US)),
            address_limit: Mutex::new(RateLimit::within(CAUSED_TO_ADDRESS_MAX, CAUSED_US)),
            absent_keys: OnceLock::new(),
            tick_holes: tokio::sync::Mutex::new(None),
            register_findings: Lately::default(),
            foreseen: Lately::default(),
            routine_rows: Lately::default(),
            overkept: Lately::default(),
            missed_targets: Lately::default(),
            finding_sweep: tokio::sync::Mutex::default(),
            horizon: tokio::sync::Mutex::new(None),
            probes: Semaphore::new(PROBES_MAX),
            uploads: Semaphore::new(UPLOADS_MAX),
            challenges: Semaphore::new(1),
            registry_changed: Notify::new(),
            reminders_rung: Notify::new(),
            stop: CancellationToken::new(),
            end: CancellationToken::new(),
        }))
    }

    /// What the register showed to this reader a moment ago, if nothing was done since.
    /// What the register was last found to show, by reader.
    pub fn register_findings(&self) -> &Lately<FoundFor, Registered> {
        &self.0.register_findings
    }

    /// What was last foreseen, by reader and days.
    pub fn foreseen(&self) -> &Lately<(FoundFor, u16), Foreseen> {
        &self.0.foreseen
    }

    /// The rules, rounds and orders that were last read, by reader.
    pub fn routine_rows(&self) -> &Lately<FoundFor, Vec<RoutineRows>> {
        &self.0.routine_rows
    }

    /// Footage that is kept too long, by the ten minutes in which it was looked for.
    pub fn overkept(&self) -> &Lately<i64, Vec<store::Overkept>> {
        &self.0.overkept
    }

    /// Targets of areas that were missed, by the ten minutes in which they were judged, and which were.
    pub fn missed_targets(&self) -> &Lately<(i64, Vec<uuid::Uuid>), HashSet<uuid::Uuid>> {
        &self.0.missed_targets
    }

    /// Held while findings are swept.
    pub fn finding_sweep(&self) -> &tokio::sync::Mutex<Sweeper> {
        &self.0.finding_sweep
    }

    pub fn store(&self) -> &Store {
        &self.0.store
    }
    pub fn registry(&self) -> &Registry {
        &self.0.store.registry
    }
    pub fn pipeline(&self) -> &Pipeline {
        &self.0.pipeline
    }
    pub fn views(&self) -> &Arc<Views> {
        &self.0.views
    }
    /// Pictures that left against pictures that were served under an entry.
    pub fn balance(&self) -> &Balance {
        &self.0.balance
    }
    /// Where cameras that turn last said they were.
    pub fn positions(&self) -> &Positions {
        &self.0.positions
    }
    pub fn exports(&self) -> &ExportJobs {
        &self.0.exports
    }
    pub fn dry_runs(&self) -> &DryRuns {
        &self.0.dry_runs
    }
    pub fn facts(&self) -> &Facts {
        &self.0.facts
    }
    /// Store keys that are needed and not here, with the segments that cannot be read; empty until they were counted.
    pub fn absent_keys(&self) -> &[(StoreKeyId, u64)] {
        self.0.absent_keys.get().map_or(&[], Vec::as_slice)
    }
    /// Counted once, after the start.
    pub fn set_absent_keys(&self, absent: Vec<(StoreKeyId, u64)>) {
        // A second count would say the same.
        let _first_stays = self.0.absent_keys.set(absent);
    }
    pub fn witnesses(&self) -> &Witnesses {
        &self.0.witnesses
    }
    /// Cancelled when the server stops.
    pub fn stop(&self) -> &CancellationToken {
        &self.0.stop
    }

    /// Asks whoever runs the server to end it in order.
    pub fn end(&self) {
        self.0.end.cancel();
    }
    /// Resolves when an end was asked for.
    pub async fn ended(&self) {
        self.0.end.cancelled().await;
    }

    /// The server's wall clock, which never goes back.
    pub fn now(&self) -> WallTime {
        self.0.pipeline.clock().wall()
    }
    pub fn mono(&self) -> MonoTime {
        self.0.pipeline.clock().mono()
    }

    /// Counts a sign-in attempt, or says after how many milliseconds the next one is allowed.
    pub fn count_sign_in(&self, source: IpAddr) -> Result<(), i64> {
        self.count(&self.0.sign_in_limit, network(source))
    }
    /// Keeps a challenge for a browser. False: too many are open.
    pub fn begin_ceremony(&self, browser: Browser, challenge: [u8; 32], source: IpAddr) -> bool {
        let mut open = self.0.ceremonies.lock().unwrap_or_else(PoisonError::into_inner);
        open.begin(browser, challenge, network(source), self.mono())
    }
    /// The challenge that this browser was given, which is used up by this.
    pub fn take_ceremony(&self, browser: Browser) -> Option<[u8; 32]> {
        let mut open = self.0.ceremonies.lock().unwrap_or_else(PoisonError::into_inner);
        open.take(browser, self.mono())
    }
    /// Sign-in providers of the boot file.
    pub fn providers(&self) -> &Providers {
        &self.0.providers
    }
    /// Keeps a way through a provider for a browser. False: too many are open.
    pub fn begin_journey(&self, browser: Browser, journey: Journey, source: IpAddr) -> bool {
        let mut open = self.0.journeys.lock().unwrap_or_else(PoisonError::into_inner);
        open.begin(browser, journey, network(source), self.mono())
    }
    /// The way that this browser was sent, which is used up by this.
    pub fn take_journey(&self, browser: Browser) -> Option<Journey> {
        let mut open = self.0.journeys.lock().unwrap_or_else(PoisonError::into_inner);
        open.take(browser, self.mono())
    }
    /// Counts another request to an open route.
    pub fn count_open(&self, source: IpAddr) -> Result<(), i64> {
        self.count(&self.0.open_limit, network(source))
    }
    /// Counts an accusation, or a question after one.
    pub fn count_accusation(&self, source: IpAddr) -> Result<(), i64> {
        self.count(&self.0.accusation_limit, network(source))
    }
    /// Counts an accusation that is to be taken in, beside that.
    pub fn count_accusation_taken(&self, source: IpAddr) -> Result<(), i64> {
        self.count(&self.0.accusation_hours, network(source))
    }
    /// Counts a person's request that only reads.
    pub fn count_read(&self, person: PersonId) -> Result<(), i64> {
        self.count(&self.0.read_limit, person)
    }
    /// Counts a person's request that changes something: by person, so that signing in again gives no second allowance.
    pub fn count_change(&self, person: PersonId) -> Result<(), i64> {
        self.count(&self.0.change_limit, person)
    }
    /// Counts an event of an alarm source.
    pub fn count_event(&self, source: AlarmSender) -> Result<(), i64> {
        self.count(&self.0.event_limit, source)
    }
    /// Counts a message that a person causes, to an address: after how many milliseconds the next one may be, and whether the address is
    /// why.
    pub fn count_caused(&self, person: PersonId, address: Hash) -> Result<(), (i64, bool)> {
        self.count(&self.0.caused_limit, person).map_err(|wait_ms| (wait_ms, false))?;
        self.count(&self.0.address_limit, address).map_err(|wait_ms| (wait_ms, true))
    }
    /// Outages and turned clocks of the last `back_us`, as they were found at most five minutes ago. Who asks meanwhile waits for
    /// the one search.
    pub async fn tick_holes(&self, cx: &Cx, back_us: i64) -> Result<Arc<Vec<TickHole>>, store::Error> {
        let mut kept = self.0.tick_holes.lock().await;
        if let Some(kept) = &*kept
            && kept.back_us == back_us
            && self.mono().since_us(kept.at) < TICK_HOLES_US_MAX
        {
            return Ok(kept.holes.clone());
        }
        let now = self.now();
        let span = Span { start: now.plus_us(-back_us), end: now.plus_us(1) };
        let holes = Arc::new(self.0.store.footage.tick_holes(cx, span).await?);
        *kept = Some(KeptHoles { back_us, at: self.mono(), holes: holes.clone() });
        Ok(holes)
    }

    /// How long the disks in use last, as it was reckoned at most a minute ago.
    pub async fn horizon(&self) -> Result<Horizon, store::Error> {
        let mut kept = self.0.horizon.lock().await;
        if let Some((at, horizon)) = *kept
            && self.mono().since_us(at) < HORIZON_US_MAX
        {
            return Ok(horizon);
        }
        let (cx, pipeline) = (store::system_cx("storage", self.now()), self.pipeline());
        let storage = self.store().storage(&cx, &pipeline.rooms(), &pipeline.live_kbps()).await?;
        let horizon = storage.disk.horizon();
        *kept = Some((self.mono(), horizon));
        Ok(horizon)
    }

    pub fn probes(&self) -> &Semaphore {
        &self.0.probes
    }
    /// Files of documents that may come in at once.
    pub fn uploads(&self) -> &Semaphore {
        &self.0.uploads
    }
    pub fn time_sources(&self) -> &TimeSources {
        &self.0.time_sources
    }
    /// What this server runs as, once it was measured.
    pub fn running(&self) -> Option<&Running> {
        self.0.running.get()
    }
    /// Measured once, at the start.
    pub fn set_running(&self, running: Running) {
        // A second measurement would be of the same process.
        let _first_stays = self.0.running.set(running);
    }
    pub fn challenges(&self) -> &Semaphore {
        &self.0.challenges
    }

    fn count<K: Eq + std::hash::Hash + Copy>(
        &self,
        limit: &Mutex<RateLimit<K>>,
        source: K,
    ) -> Result<(), i64> {
        limit.lock().unwrap_or_else(PoisonError::into_inner).request(source, self.mono())
    }

    /// Carries to the footage store what the registry has decided; what fails is tried again every few seconds.
    pub async fn settle_outbox(&self) {
        if let Err(error) = self.0.store.settle_outbox(self.now()).await {
            tracing::error!(%error, "a decision about a hold has not reached the footage store yet; it counts already");
        }
    }

    /// Cameras changed: the reconciler compares plan and running state again.
    pub fn ring_registry_changed(&self) {
        self.0.registry_changed.notify_one();
    }
    /// Reminders are looked at now, not within the minute.
    pub fn ring_reminders(&self) {
        self.0.reminders_rung.notify_one();
    }
    pub async fn reminders_rung(&self) {
        self.0.reminders_rung.notified().await;
    }
    pub async fn registry_changed(&self) {
        self.0.registry_changed.notified().await;
    }
}
