//! One run: a machine with its clocks, disk and cameras, and process after process of the shipping code on it, each ended
//! by the seed; then the oracles.
//!
//! Time is virtual and everything happens on one thread, one step after another; the databases are real SQLite files, whose
//! durability at a commit is trusted. Nothing here decides what is right: that is for `oracle`.

mod people;
mod process;
mod weather;
mod witness;

use crate::camera::{self, Camera};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::disk::Disk;
use crate::oracle::{Broken, Truth, hold};
use crate::scenario::{End, Scenario};
use crate::trace;
use crate::trace::Trace;
use model::{Span, StoreId, VideoParams};
use pipeline::Clocks as _;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Instant;
use store::{OpenOptions, PasswordCost, Store, StoreKey, StoreKeys};
use tempfile::TempDir;
use uuid::Uuid;

thread_local! {
    /// Secrets of segments come from here: a run is one thread.
    static ENTROPY: RefCell<Chance> = RefCell::new(Chance::new(0));
}

fn entropy() -> [u8; 32] {
    ENTROPY.with_borrow_mut(Chance::bytes)
}

/// What a run was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// The hash of the run's trace.
    pub trace: String,
    pub processes: u32,
    /// Processes that a power cut ended, and those that a kill did, each at a step of its own.
    pub cuts: u32,
    pub kills: u32,
    pub units: usize,
    pub damaged: u64,
    pub expired: u64,
    /// Holds that were placed.
    pub holds: usize,
    /// How often the witness ended while it was asked.
    pub witness_ends: u32,
    /// What each end cost each camera; worth nothing where footage is deleted or the disk fails.
    pub losses: Vec<crate::oracle::losses::Lost>,
}

/// A run that broke a promise.
#[derive(Debug)]
pub struct Failed {
    pub broken: Broken,
    pub trace: Trace,
}

/// One machine.
pub(crate) struct World {
    scenario: Scenario,
    chance: Chance,
    clock: Clock,
    disk: Disk,
    trace: Trace,
    folder: TempDir,
    cameras: Vec<Camera>,
    params: VideoParams,
    truth: Truth,
    made: bool,
    /// Footage is encrypted at rest.
    encrypted: bool,
    processes: u32,
    cuts: u32,
    kills: u32,
    recorded_us: i64,
    day: i64,
    began: Instant,
    weather: Chance,
    calm_us: i64,
    disk_until_us: i64,
    /// When the last episode of a disk that fails began and ended, on the wall clock and truly.
    failing: Option<(Span, i64)>,
    /// When the last turn of the writer began that was not cut off.
    turned_us: i64,
    /// When the sync ends that is under way.
    sync_us: Option<i64>,
    /// Who places and lifts holds.
    people: Option<people::People>,
    /// A hold's sidecar is not as it was written.
    tampered: bool,
    witness: Option<witness::Witness>,
    /// No camera ever sends.
    silent: bool,
    /// The number of the present run's next tick.
    ticks: u32,
}

/// Runs one seed of a scenario.
///
/// # Errors
/// With the promise that was broken, and the trace.
pub fn run(scenario: &Scenario, seed: u64, shown: bool) -> Result<Report, Box<Failed>> {
    let trace = Trace::new(shown);
    let failed = |broken: Broken| Box::new(Failed { broken, trace: trace.clone() });
    let outside = |error: std::io::Error| failed(Broken::new("the simulation runs", error.to_string()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(outside)?;
    let made = World::new(scenario, seed, trace.clone()).map_err(failed)?;
    runtime.block_on(made.run()).map_err(failed)
}

impl World {
    fn new(scenario: &Scenario, seed: u64, trace: Trace) -> Result<Self, Broken> {
        let outside = |error: std::io::Error| Broken::new("the simulation runs", error.to_string());
        let chance = Chance::new(seed);
        ENTROPY.set(chance.branch("entropy"));
        // In memory where there is such a place: the databases sync for every commit.
        let shm = Path::new("/dev/shm");
        let folder =
            if shm.is_dir() { tempfile::tempdir_in(shm) } else { tempfile::tempdir() }.map_err(outside)?;
        let keys = folder.path().join("keys");
        std::fs::create_dir_all(&keys).map_err(outside)?;
        for (number, name) in
            ["footage-log.ed25519", "access-log.ed25519", "credentials.key"].iter().enumerate()
        {
            std::fs::write(keys.join(name), [number as u8 + 1; 32]).map_err(outside)?;
        }
        let clock = Clock::default();
        let folders = ["", "log", "log/footage", "log/access"].map(|name| folder.path().join(name));
        let media = folder.path().join("media");
        let disk = Disk::new(chance.branch("disk"), clock.clone(), trace.clone(), &media, &folders);
        let cameras = (0..scenario.cameras)
            .map(|number| Camera::new(number, chance.branch(&format!("camera {number}"))));
        let mut encryption = chance.branch("encryption");
        let silent = scenario.silent && chance.branch("silent").coin();
        let witness = scenario.witness.then(|| witness::Witness::new(&chance, &clock, &trace, folder.path()));
        let cameras: Vec<Camera> = cameras.collect();
        let mut truth = Truth::new(scenario.floor_days, trace.clone());
        cameras.iter().for_each(|camera| truth.sends(camera.stream, camera.number));
        let params = camera::params().ok_or_else(|| Broken::new("the simulation runs", "no parameters"))?;
        Ok(Self {
            cameras,
            truth,
            weather: chance.branch("weather"),
            scenario: scenario.clone(),
            chance,
            clock,
            disk,
            trace,
            folder,
            params,
            made: false,
            encrypted: scenario.encrypted && encryption.coin(),
            processes: 0,
            cuts: 0,
            kills: 0,
            recorded_us: 0,
            day: 0,
            began: Instant::now(),
            calm_us: 0,
            disk_until_us: 0,
            failing: None,
            turned_us: 0,
            sync_us: None,
            people: None,
            tampered: false,
            witness,
            silent,
            ticks: 0,
        })
    }

    async fn run(mut self) -> Result<Report, Broken> {
        let done = self.all().await;
        self.truth.tell();
        done?;
        Ok(Report {
            trace: self.trace.digest(),
            processes: self.processes,
            cuts: self.cuts,
            kills: self.kills,
            units: self.truth.units(),
            damaged: self.truth.damaged,
            expired: self.truth.expired,
            holds: self.truth.holds.all.len(),
            witness_ends: self.witness.as_ref().map_or(0, |witness| witness.ends),
            losses: self.truth.losses(&self.cameras),
        })
    }

    async fn all(&mut self) -> Result<(), Broken> {
        while self.recorded_us < self.scenario.seconds * 1_000_000 {
            self.process().await?;
        }
        self.finish().await
    }

    fn media(&self) -> PathBuf {
        self.folder.path().join("media")
    }

    fn options(&self) -> OpenOptions {
        OpenOptions {
            create: !self.made,
            password_cost: PasswordCost::CHEAP,
            disk: std::sync::Arc::new(self.disk.clone()),
            store_id: Some(StoreId(Uuid::from_u128(0x5157))),
            store_keys: StoreKeys::new(self.encrypted.then(|| StoreKey::new([7; 32])), Vec::new()),
            ..OpenOptions::new(self.clock.wall())
        }
    }

    async fn open(&self) -> Result<Store, store::Error> {
        Store::open(self.folder.path(), self.options()).await
    }

    /// One process, from its start to its end.
    async fn process(&mut self) -> Result<(), Broken> {
        self.processes += 1;
        let ends: Vec<End> = self.scenario.ends.clone();
        let last = self.processes >= self.scenario.processes;
        let end = if last { None } else { self.chance.pick(&ends) };
        let steps = match end {
            Some(End::Kill | End::Power) => Some(self.chance.below(self.scenario.steps_max)),
            _ => None,
        };
        self.disk.end_after(steps);
        trace!(self.trace, "{} process {}: {end:?} after {steps:?}", self.clock.true_us(), self.processes);
        let disk = self.disk.clone();
        let until_us = (end == Some(End::Stop))
            .then(|| self.clock.true_us() + self.chance.between(1_000_000, 12_000_000));
        let done = tokio::select! {
            biased;
            () = disk.wait_ended() => Ok(()),
            done = self.work(until_us) => done,
        };
        let has_ended = self.disk.has_ended();
        if !has_ended {
            done?; // what a process meets after its end is nobody's fault
        }
        let now_us = self.clock.true_us();
        if has_ended {
            match end {
                Some(End::Power) => self.cuts += 1,
                _ => self.kills += 1,
            }
            self.note_unsaid(now_us);
            self.truth.ended(&self.disk, now_us, self.turned_us, end == Some(End::Power));
            self.truth.heed(&self.disk)?;
        }
        self.calm();
        let loss = end.filter(|_| has_ended).unwrap_or(End::Kill).loss();
        self.disk = self.disk.next_life(loss);
        self.truth.runs.end(now_us);
        self.clock.advance(self.chance.between(0, self.scenario.away_seconds * 1_000_000));
        let now_us = self.clock.true_us();
        self.cameras.iter_mut().for_each(|camera| camera.process_ended(now_us));
        // Tasks of the process that has ended let go of its files.
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// After the last process: what a calm machine finds, twice, and nothing changes by looking.
    async fn finish(&mut self) -> Result<(), Broken> {
        self.calm();
        self.disk.end_after(None);
        let cx = store::registry::system_cx("check", self.clock.wall());
        let first = self.recover().await?;
        drop(first);
        let sizes = self.truth.history_sizes();
        self.disk = self.disk.next_life(crate::disk::Loss::Kill);
        let (store, stepped) = self.recover().await?;
        let again = stepped.recovered();
        hold(again == pipeline::Recovered::default(), "recovery is idempotent", || format!("{again:?}"))?;
        hold(self.truth.history_sizes() == sizes, "recovery is idempotent", || {
            format!("{sizes:?} records became {:?}", self.truth.history_sizes())
        })?;
        self.truth.files_again(&store, &self.disk, &cx).await?;
        self.truth.nothing_lost(&self.cameras)?;
        self.deletions_are_finished(&store, &stepped).await?;
        stepped.stop(Instant::now()).await;
        drop(store);
        let store = self.power_is_cut_at_rest().await?;
        self.holds_stand(&store).await?;
        let orphans = store.footage.orphans(&cx).await?;
        // What a crash leaves is told by its name's time; after a leap of the clock that is not near the newest record.
        let told = orphans.is_empty() || !self.truth.clock_is_true;
        hold(told, "no file is without a record", || format!("{orphans:?}"))?;
        let journals = store.footage.media().journals()?;
        hold(journals.is_empty(), "no journal is left", || format!("{} are", journals.len()))?;
        store.close(self.clock.wall()).await?;
        self.foreign_folders_are_refused().await
    }

    async fn deletions_are_finished(
        &mut self,
        store: &Store,
        stepped: &pipeline::stepped::Stepped,
    ) -> Result<(), Broken> {
        if store.footage.pending_expiries().await?.is_empty() {
            return Ok(());
        }
        let expired = stepped.expire(std::time::Duration::ZERO, self.clock.wall()).await?;
        let is_held = Self::is_held(expired.first_error.as_ref());
        hold(expired.failed == 0 || is_held, "what was begun is finished", || {
            format!("{:?}", expired.first_error)
        })?;
        self.truth.heed(&self.disk)?;
        let left = store.footage.pending_expiries().await?;
        hold(left.is_empty() || is_held, "what was begun is finished", || {
            format!("{} deletions are not", left.len())
        })
    }

    /// What has a record survives a power cut at any later time: a sync that failed and was believed is found out here.
    async fn power_is_cut_at_rest(&mut self) -> Result<Store, Broken> {
        let sizes = self.truth.history_sizes();
        self.truth.power_is_cut(&self.disk, self.clock.true_us());
        self.disk = self.disk.next_life(crate::disk::Loss::Power);
        self.cuts += 1;
        let (store, stepped) = self.recover().await?;
        hold(self.truth.history_sizes() == sizes, "recovery is idempotent", || {
            format!("{sizes:?} records became {:?} by a power cut at rest", self.truth.history_sizes())
        })?;
        let cx = store::registry::system_cx("check", self.clock.wall());
        self.truth.files_again(&store, &self.disk, &cx).await?;
        self.truth.nothing_lost(&self.cameras)?;
        stepped.stop(Instant::now()).await;
        Ok(store)
    }

    /// Opens and recovers on a calm machine: that must succeed.
    async fn recover(&mut self) -> Result<(Store, pipeline::stepped::Stepped), Broken> {
        self.processes += 1;
        self.clock.begin_process();
        let store = self.open().await?;
        self.made = true;
        let stepped = self.start(&store).await?;
        let recovered = stepped.recovered();
        trace!(self.trace, "{} at the end: {recovered:?}", self.clock.true_us());
        let may_fail = self.scenario.has_disk("lie");
        hold(may_fail || recovered.failed == 0, "every file is recovered", || format!("{recovered:?}"))?;
        self.truth.examine(&store, &self.disk, &self.clock).await?;
        if self.scenario.ticks {
            self.truth.ticks(&store, &self.clock).await?;
        }
        self.witness_is_remembered(&store).await?;
        Ok((store, stepped))
    }

    /// Another disk, and an older copy of the database: neither is taken for ours.
    async fn foreign_folders_are_refused(&mut self) -> Result<(), Broken> {
        if !self.scenario.has_disk("foreign") {
            return Ok(());
        }
        let identity = self.media().join("IDENTITY");
        let own = self.disk.raw(&identity).unwrap_or_default();
        let other = String::from_utf8_lossy(&own).replace("5157", "5158");
        self.disk.tamper(&identity, other.as_bytes());
        let opened = self.open().await;
        hold(opened.is_err(), "a foreign folder is refused", || "it was opened".to_owned())?;
        self.disk.set_faults(crate::disk::Faults { vanished: true, ..Default::default() });
        let opened = self.open().await;
        hold(opened.is_err(), "a vanished folder is refused", || "it was opened".to_owned())?;
        self.disk.set_faults(crate::disk::Faults::default());
        self.disk.tamper(&identity, &own);
        let store = self.open().await?;
        store.close(self.clock.wall()).await?;
        self.older_database_is_refused().await
    }

    /// Somebody brings back a copy of the databases that is older than the checkpoint that was published since.
    async fn older_database_is_refused(&mut self) -> Result<(), Broken> {
        let outside = |error: std::io::Error| Broken::new("the simulation runs", error.to_string());
        let (now, older) = (self.folder.path().to_owned(), self.folder.path().join("older"));
        std::fs::create_dir_all(older.join("keys")).map_err(outside)?;
        let names = ["footage.db", "registry.db", "footage.db-wal", "registry.db-wal"];
        let keys = ["footage-log.ed25519", "access-log.ed25519", "credentials.key"];
        let files =
            names.iter().map(|name| (*name).to_owned()).chain(keys.iter().map(|key| format!("keys/{key}")));
        for file in files.filter(|file| now.join(file).exists()) {
            std::fs::copy(now.join(&file), older.join(&file)).map_err(outside)?;
        }
        let store = self.open().await?;
        let gap = store::NewGap {
            stream: camera::stream(99),
            span: Span { start: self.clock.wall(), end: self.clock.wall().plus_us(1) },
            cause: model::GapCause::Planned,
            evidence: "one record more".into(),
        };
        store.footage.commit_gap(gap).await?;
        let signed = store.publish(store::LogName::Footage, self.clock.wall()).await?;
        self.truth.signed(&signed)?;
        store.close(self.clock.wall()).await?;
        let published = self.disk.raw(&now.join("log/footage/checkpoint")).unwrap_or_default();
        self.disk.tamper(&older.join("log/footage/checkpoint"), &published);
        let options = OpenOptions { media_dir: Some(self.media()), create: false, ..self.options() };
        let opened = Store::open(&older, options).await;
        let refused = matches!(&opened, Err(store::Error::Corrupt(text)) if text.contains("older copy"));
        hold(refused, "an older database is refused", || match opened {
            Ok(_) => "it was opened".to_owned(),
            Err(error) => error.to_string(),
        })
    }
}
