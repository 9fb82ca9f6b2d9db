//! The pipeline as a whole: start, the desired state and the running one, stop.
//!
//! The wiring of the data plane, read top to bottom: recover, committer, writer, streams. It decides nothing about people.

mod report;

pub use report::{DiskReport, DiskWord, DisksReport};

use crate::{
    clock::{self, Clocks, ServerClock},
    commit::{COMMIT_QUEUE_MAX, CommitOp, Committer, Done},
    entropy,
    gap::{Gap, GapTracker},
    ingest::StreamTask,
    live::LiveReader,
    lost_disk,
    plan::{Address, Plan, StreamPlan},
    playback::PlaybackReader,
    probe::{self, ProbeError, ProbeReport},
    recorder::{Entropy, Recorder},
    recover::{self, Recovered},
    refusals::Refusals,
    retention, sacrifice,
    stream::StreamShared,
    supervise::supervise,
    ticks, watch,
    writer::{self, DiskWriter, Disks, Files, Outlet, SyncStats, Writer, WriterOp},
};
use ledger::tick::JournalHead;
use media::segment::Limits;
use model::{CameraId, Cx, DiskId, GapCause, Profile, StreamId, WallTime};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, btree_map::Entry},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use store::{Footage, OpenDisk, Pass, SegmentPath, Store};
use tokio::{
    sync::{Notify, Semaphore, mpsc, oneshot},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// Connections being opened at once: 200 cameras after a power cut must neither storm the network nor each other's time-outs.
const OPENING_MAX: usize = 12;
/// How long a stop, or a change of plan, waits for the database to take what was recorded: what it does not take by then is in the
/// journal and is committed later. Longer than a slow disk's worst seconds, shorter than a service manager's 90 s.
const SETTLE_PATIENCE: Duration = Duration::from_secs(20);
/// How long a stop waits for the writer's thread after that: it may be inside a last sync.
const WRITER_PATIENCE: Duration = Duration::from_secs(20);
/// How long the recorders of ended streams, all together, may look for room in the writer's queue.
const HAND_OVER_PATIENCE: Duration = Duration::from_secs(5);
/// How long the history's end may take to read; more means that the database is stuck.
const READ_PATIENCE: Duration = Duration::from_secs(10);
/// Streams that one process runs.
const STREAMS_MAX: usize = 2_000;

/// Settings of the data plane.
#[derive(Clone, Debug)]
pub struct Config {
    /// Floor of footage without one of its own, in days.
    pub floor_days: u16,
    /// Target length of a segment in seconds; tests use short ones.
    pub segment_seconds: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { floor_days: 30, segment_seconds: 60 }
    }
}

/// Why the pipeline cannot run, or not as asked.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("the writer's thread cannot be started: {0}")]
    Thread(#[from] std::io::Error),
    #[error("{0} streams are more than the {STREAMS_MAX} that one process runs")]
    TooMany(usize),
}

impl StartError {
    pub fn kind(&self) -> model::Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Thread(_) => model::Kind::Unavailable,
            Self::TooMany(_) => model::Kind::Invalid,
        }
    }
}

/// What all stream tasks share.
pub(crate) struct Shared {
    pub clock: Arc<ServerClock>,
    /// Permits to open a connection.
    pub opening: Semaphore,
    /// Accounts that devices have refused a moment ago.
    pub refusals: Refusals,
    floors: RwLock<BTreeMap<StreamId, u16>>,
    ranks: RwLock<BTreeMap<StreamId, (u8, WallTime)>>,
    /// Of the last plan.
    private: RwLock<Option<BTreeMap<CameraId, String>>>,
    floor_days: u16,
    entropy: Entropy,
}

/// What the pipeline has from outside. Tests make the disk fail; a simulation is all of it.
pub(crate) struct Outside {
    /// Of each disk that is there and in use.
    pub files: Vec<(DiskId, Box<dyn Files>)>,
    /// `None`: the system's.
    pub clocks: Option<Arc<dyn Clocks>>,
    pub entropy: Entropy,
}

impl Outside {
    pub fn system(files: Vec<(DiskId, Box<dyn Files>)>) -> Self {
        Self { files, clocks: None, entropy: entropy::secret }
    }
}

/// Of each disk of a store that is there and in use.
fn files_of(store: &Store) -> Vec<(DiskId, Box<dyn Files>)> {
    let present = store.footage.media().present().into_iter().filter(|disk| !disk.retired);
    present.map(|disk| (disk.id, Box::new(disk.dir) as Box<dyn Files>)).collect()
}

/// A pipeline of which nothing runs yet.
pub(crate) struct Parts {
    pub pipeline: Pipeline,
    pub writers: Vec<(DiskId, Writer)>,
    pub committer: Committer<Box<dyn Fn(StreamId) -> u16 + Send + Sync>>,
    pub commits: mpsc::Receiver<(DiskId, CommitOp)>,
}

impl Shared {
    fn floor_days(&self, stream: StreamId) -> u16 {
        let floors = self.floors.read().unwrap_or_else(PoisonError::into_inner);
        match floors.get(&stream) {
            // Planned so: a recording before acceptance, which is no footage.
            Some(0) => 0,
            floor => floor.copied().unwrap_or(0).max(self.floor_days),
        }
    }
}

struct Running {
    plan: StreamPlan,
    cancel: CancellationToken,
    task: JoinHandle<Option<Recorder>>,
}

struct Inner {
    store: Store,
    shared: Arc<Shared>,
    config: Config,
    streams: RwLock<BTreeMap<StreamId, Arc<StreamShared>>>,
    /// Guards `apply`: one change of plan at a time.
    running: tokio::sync::Mutex<BTreeMap<StreamId, Running>>,
    /// Where the histories of streams that ended in this run end, with what is still on its way to the database.
    ends: Mutex<BTreeMap<StreamId, WallTime>>,
    disks: Arc<Disks>,
    /// The way to the committer, for a disk that comes later; none once the end has begun.
    commits: Mutex<Option<mpsc::Sender<(DiskId, CommitOp)>>>,
    done: Done,
    unended: Arc<Mutex<Vec<(DiskId, SegmentPath)>>>,
    /// The committer's own: the database cost and refused.
    committed: Arc<SyncStats>,
    /// Bytes of pictures that readers have given to viewers in this run.
    served: Arc<AtomicU64>,
    /// Told when a plan has been applied.
    planned: Arc<Notify>,
    recovered: Recovered,
    tasks: Mutex<Option<Tasks>>,
    stop: CancellationToken,
}

struct Tasks {
    writers: Vec<std::thread::JoinHandle<()>>,
    committer: JoinHandle<()>,
    /// Tells the committer that patience is over.
    give_up: CancellationToken,
    retention: JoinHandle<()>,
    ticks: JoinHandle<()>,
}

/// Handle to the running data plane; cheap to clone.
#[derive(Clone)]
pub struct Pipeline(Arc<Inner>);

impl Pipeline {
    /// Recovers what an earlier run left open, then starts the writer and its committer. No stream runs before `apply`.
    ///
    /// # Errors
    /// When the media folder or the database cannot be read.
    pub async fn start(store: Store, config: Config) -> Result<Self, StartError> {
        let outside = Outside::system(files_of(&store));
        Self::start_in(store, config, outside).await
    }

    /// The same by other clocks than the machine's: tests go through years.
    ///
    /// # Errors
    /// When the media folder or the database cannot be read.
    pub async fn start_by(store: Store, config: Config, clocks: Arc<dyn Clocks>) -> Result<Self, StartError> {
        let outside = Outside { clocks: Some(clocks), ..Outside::system(files_of(&store)) };
        Self::start_in(store, config, outside).await
    }

    /// The same with other file operations too: tests make a disk fail.
    pub(crate) async fn start_in(store: Store, config: Config, outside: Outside) -> Result<Self, StartError> {
        let Parts { pipeline, writers, committer, commits } = Self::assemble(store, config, outside).await?;
        let inner = &pipeline.0;
        let give_up = committer.give_up.clone();
        let writers: Result<Vec<_>, _> = writers.into_iter().map(|(id, writer)| writer.spawn(id)).collect();
        let writers = writers?;
        let committer = tokio::spawn(committer.run(commits));
        let rooms = sacrifice::run(pipeline.clone(), inner.stop.clone());
        let expiry = retention::run(inner.store.clone(), inner.shared.clock.clone(), inner.stop.clone());
        let disks = watch::run(pipeline.clone(), inner.stop.clone());
        let retention = tokio::spawn(async move {
            tokio::join!(expiry, rooms, disks);
        });
        let ticks = tokio::spawn(ticks::run(pipeline.clone(), inner.planned.clone(), inner.stop.clone()));
        *inner.tasks.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Tasks { writers, committer, give_up, retention, ticks });
        Ok(pipeline)
    }

    /// Recovers, and puts the parts together without running any.
    pub(crate) async fn assemble(
        store: Store,
        config: Config,
        outside: Outside,
    ) -> Result<Parts, StartError> {
        let Outside { files, clocks, entropy } = outside;
        let footage = store.footage.clone();
        let system_wall = clocks.as_ref().map_or_else(clock::system_wall, |clocks| clocks.wall());
        // Before anything is recorded in this run: a clock that leaps from here on is not followed (docs/design/store.md §8).
        store.advance_trust(Duration::ZERO, system_wall).await?;
        let newest = newest_end(&footage).await?;
        let mut recovered = recover::at_start(&footage, newest, |_| config.floor_days).await?;
        recovered.gaps += lost_disk::state(&footage).await?;
        // What has been recovered is history too: no time may be given before its end.
        let newest = newest_end(&footage).await?;
        if newest > system_wall {
            tracing::warn!(%newest, "the system's clock is behind the newest footage; times go on from there");
        }
        let clock = match clocks {
            Some(clocks) => ServerClock::on(clocks, newest),
            None => ServerClock::starting_at(newest),
        };
        let shared = Arc::new(Shared {
            clock: Arc::new(clock),
            opening: Semaphore::new(OPENING_MAX),
            refusals: Refusals::default(),
            floors: RwLock::default(),
            ranks: RwLock::default(),
            private: RwLock::default(),
            floor_days: config.floor_days,
            entropy,
        });
        if recovered != Recovered::default() {
            tracing::info!(?recovered, "segments of the last run recovered");
        }
        let (commits, commit_queue) = mpsc::channel(COMMIT_QUEUE_MAX);
        let (done, unended): (Done, _) = (Arc::default(), Arc::<Mutex<Vec<_>>>::default());
        let floors = shared.clone();
        let committer = Committer {
            footage: footage.clone(),
            floor_days: Box::new(move |stream| floors.floor_days(stream)) as Box<_>,
            done: done.clone(),
            unended: unended.clone(),
            stats: Arc::default(),
            give_up: CancellationToken::new(),
            disk_tries: AtomicU32::default(),
        };
        let pipeline = Self(Arc::new(Inner {
            store,
            shared,
            config,
            streams: RwLock::default(),
            running: tokio::sync::Mutex::default(),
            ends: Mutex::default(),
            disks: Arc::default(),
            commits: Mutex::new(Some(commits)),
            done,
            unended,
            committed: committer.stats.clone(),
            served: Arc::default(),
            planned: Arc::default(),
            recovered,
            tasks: Mutex::new(None),
            stop: CancellationToken::new(),
        }));
        let made = files.into_iter().filter_map(|(id, files)| Some((id, pipeline.make_writer(id, files)?)));
        let writers = made.collect();
        Ok(Parts { pipeline, writers, committer, commits: commit_queue })
    }

    /// A writer for a disk, known to the recorders from now on; `None` when the end has begun.
    fn make_writer(&self, id: DiskId, files: Box<dyn Files>) -> Option<Writer> {
        let commits = self.0.commits.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let (store, footage) = (&self.0.store, &self.0.store.footage);
        let tokens = self.0.disks.tokens.clone();
        let made = writer::make(files, store.store_id(), footage.boot_counter(), commits, id, tokens);
        self.0.done.lock().unwrap_or_else(PoisonError::into_inner).push(made.committed);
        let dir = footage.media().find(id).ok().map(|disk| disk.dir);
        let writer = DiskWriter {
            handle: made.handle,
            stats: made.stats,
            file_system: dir.and_then(|dir| dir.file_system()),
            retired: false,
        };
        self.0.disks.add(id, writer);
        Some(made.writer)
    }

    /// Takes a disk into use that was added, or has come back: its journals of earlier runs have been recovered.
    pub(crate) fn attach(&self, disk: OpenDisk) -> Result<(), StartError> {
        if self.0.disks.all().iter().any(|(id, _)| *id == disk.id) {
            return Ok(());
        }
        let Some(writer) = self.make_writer(disk.id, Box::new(disk.dir)) else { return Ok(()) };
        let thread = writer.spawn(disk.id)?;
        if let Some(tasks) = &mut *self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner) {
            tasks.writers.push(thread);
        }
        Ok(())
    }

    pub(crate) fn disks(&self) -> &Disks {
        &self.0.disks
    }

    /// Files that were committed from memory and lack their end.
    pub(crate) fn unended(&self) -> std::sync::MutexGuard<'_, Vec<(DiskId, SegmentPath)>> {
        self.0.unended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn floor_days(&self) -> u16 {
        self.0.config.floor_days
    }

    /// Makes the running streams equal to `plan`. Streams whose plan is the same go on untouched.
    ///
    /// # Errors
    /// When a stream's history cannot be read; streams started before that stay.
    pub async fn apply(&self, plan: Plan) -> Result<(), StartError> {
        if plan.streams.len() > STREAMS_MAX {
            return Err(StartError::TooMany(plan.streams.len()));
        }
        let mut running = self.0.running.lock().await;
        {
            let mut floors = self.0.shared.floors.write().unwrap_or_else(PoisonError::into_inner);
            floors.extend(plan.streams.iter().map(|(id, stream)| (*id, stream.floor_days)));
        }
        *self.0.shared.ranks.write().unwrap_or_else(PoisonError::into_inner) = plan.ranks;
        // Also when all that ran was switched off: what ended in this run was not cut off by the last one's end.
        let first = running.is_empty() && self.read_streams().is_empty() && self.lock_ends().is_empty();
        let changed: Vec<StreamId> = running
            .iter()
            .filter(|(id, now)| plan.streams.get(id) != Some(&now.plan))
            .map(|(id, _)| *id)
            .collect();
        let stopping: Vec<Running> = changed.iter().filter_map(|id| running.remove(id)).collect();
        let stopped_any = !stopping.is_empty();
        self.stop_all(stopping).await;
        if stopped_any {
            self.settled().await;
        }
        self.write_streams().retain(|id, _| plan.streams.contains_key(id));
        for (id, stream) in plan.streams {
            if let Entry::Vacant(vacant) = running.entry(id) {
                vacant.insert(self.begin(id, stream, first).await?);
            }
        }
        // Last: what begins again has stood still for the old reason, and what goes on standing still did so until now.
        for id in self.otherwise_private(&plan.private, &changed) {
            self.cut_held(id, self.0.shared.clock.wall()).await;
        }
        *self.0.shared.private.write().unwrap_or_else(PoisonError::into_inner) = Some(plan.private);
        self.0.planned.notify_one();
        Ok(())
    }

    /// Streams whose place became private, or no longer is, beside those that were stopped just now. Before the first plan nothing is known.
    fn otherwise_private(&self, next: &BTreeMap<CameraId, String>, stopped: &[StreamId]) -> Vec<StreamId> {
        let known = self.0.shared.private.read().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = known.as_ref() else { return Vec::new() };
        let turned = known
            .keys()
            .chain(next.keys())
            .filter(|camera| known.contains_key(*camera) != next.contains_key(*camera));
        let streams = turned.map(|camera| StreamId { camera: *camera, profile: Profile::Main });
        streams.filter(|id| !stopped.contains(id)).collect()
    }

    async fn begin(&self, id: StreamId, plan: StreamPlan, first: bool) -> Result<Running, StartError> {
        let now = self.0.shared.clock.wall();
        let stream = Arc::new(StreamShared::new(id, plan.recorded, now));
        let recorder = if plan.recorded { self.recorder(id, now, first).await? } else { None };
        self.write_streams().insert(id, stream.clone());
        let cancel = self.0.stop.child_token();
        let task = StreamTask {
            shared: self.0.shared.clone(),
            stream,
            address: plan.address.clone(),
            recorder,
            cancel: cancel.clone(),
            unanswered: false,
            pictures_since: None,
        };
        let task = tokio::spawn(supervise(task, GapCause::Planned, "the stream was stopped in order"));
        Ok(Running { plan, cancel, task })
    }

    /// A recorder that goes on where the stream's history ends, inside a gap whose cause is known.
    async fn recorder(
        &self,
        id: StreamId,
        now: WallTime,
        first: bool,
    ) -> Result<Option<Recorder>, StartError> {
        let Some(writer) = self.outlet(id) else { return Ok(None) };
        let head = self.0.store.footage.stream_head(id);
        let head = tokio::time::timeout(READ_PATIENCE, head)
            .await
            .map_err(|_| store::Error::Unavailable("the footage database does not answer".into()))??;
        // What an earlier task of this run has handed over may not be committed yet.
        let end = self.lock_ends().get(&id).copied().max(head.end);
        let cause = match end {
            None => None, // a new stream: its history begins with its first picture, or its first failure
            Some(_) if !first || self.private_by(id.camera).is_some() => {
                Some(self.why_not(id, "changed or switched on in the registry"))
            }
            Some(_) => Some(self.why_at_start()),
        };
        let from = end.unwrap_or(now);
        let gaps = GapTracker::new(from, cause.map(|cause| self.with_lost_disk(cause, first)));
        let seconds = i64::from(self.0.config.segment_seconds);
        // Spread over a sixth of the length, so that files of many streams do not begin together.
        let entropy = self.0.shared.entropy;
        let chance = u16::from_be_bytes([entropy()[0], entropy()[1]]);
        let spread_ticks = i64::from(chance % 1_024) * seconds * 90_000 / 6 / 1_024;
        let limits = Limits { segment_ticks: seconds * 90_000 - spread_ticks, ..Limits::default() };
        Ok(Some(Recorder::new(id, end, gaps, writer, entropy, limits)))
    }

    /// Why nothing was recorded before this run.
    fn why_at_start(&self) -> (GapCause, String) {
        let boot = self.0.store.footage.boot();
        let (cause, text) = match &boot.outage {
            Some((cause, text)) => (*cause, text.as_str()),
            None if boot.machine_restarted => (GapCause::Power, "the machine was restarted"),
            None if boot.previous_closed.is_some() => (GapCause::Us, "the recorder was stopped in order"),
            None => (GapCause::Us, "the recorder ended without closing"),
        };
        (cause, text.to_owned())
    }

    /// Why a stream that the plan does not have is not recorded: by its place, or by what somebody did in the registry.
    pub(crate) fn why_not(&self, id: StreamId, else_words: &str) -> (GapCause, String) {
        match self.private_by(id.camera) {
            Some(article) => (GapCause::Privacy, format!("what it sees is private: {article}")),
            None => (GapCause::Planned, else_words.to_owned()),
        }
    }

    /// The article by which a camera does not run because of where it is.
    pub fn private_by(&self, camera: CameraId) -> Option<String> {
        self.0.shared.private.read().unwrap_or_else(PoisonError::into_inner).as_ref()?.get(&camera).cloned()
    }

    /// A gap that a crash has begun says which disk is away since: the seconds after the last tick may be on it.
    fn with_lost_disk(&self, (cause, mut evidence): (GapCause, String), first: bool) -> (GapCause, String) {
        let footage = &self.0.store.footage;
        if first && footage.boot().previous_closed.is_none() {
            for disk in lost_disk::away_in_use(footage) {
                evidence += &format!("; media disk {disk} is away since");
            }
        }
        (cause, evidence)
    }

    /// A recorder of a stream that has no camera: benches and simulations feed it by hand, at their own pace. Its history
    /// goes on where the stream's ends, or begins at `from`.
    ///
    /// # Errors
    /// When the stream's history cannot be read.
    pub async fn hand_fed(&self, id: StreamId, from: WallTime) -> Result<Option<Recorder>, StartError> {
        self.recorder(id, from, true).await
    }

    /// Lets go of the writers: they end when the recorders have let go too.
    pub(crate) fn release_writers(&self) {
        drop(self.0.commits.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.0.disks.release();
    }

    /// Bytes written in this run, and what is durable in the journal of the first disk that has one.
    pub(crate) fn written(&self) -> (u64, JournalHead) {
        let all = self.0.disks.all();
        let bytes = all.iter().map(|(_, writer)| writer.stats.written_bytes.load(Relaxed)).sum();
        let heads = all.iter().map(|(_, writer)| writer.stats.journal());
        (bytes, heads.into_iter().find(|head| head.number > 0).unwrap_or_default())
    }

    pub(crate) fn served(&self) -> &AtomicU64 {
        &self.0.served
    }

    pub(crate) fn outlet(&self, stream: StreamId) -> Option<Outlet> {
        self.0.disks.outlet(stream)
    }

    /// While this is held no stream is begun or stopped.
    pub(crate) async fn hold_plan(&self) -> impl Drop + '_ {
        self.0.running.lock().await
    }

    fn read_streams(&self) -> std::sync::RwLockReadGuard<'_, BTreeMap<StreamId, Arc<StreamShared>>> {
        self.0.streams.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_streams(&self) -> std::sync::RwLockWriteGuard<'_, BTreeMap<StreamId, Arc<StreamShared>>> {
        self.0.streams.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn lock_ends(&self) -> std::sync::MutexGuard<'_, BTreeMap<StreamId, WallTime>> {
        self.0.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until everything that recorders have handed over is durable and committed, or patience is over: false then.
    pub async fn settled(&self) -> bool {
        let mut waiting = Vec::new();
        for (_, mut writer) in self.0.disks.all() {
            let (reply, done) = oneshot::channel();
            if !writer.handle.send(WriterOp::Barrier(reply)) {
                return false;
            }
            waiting.push(done);
        }
        let all = async {
            for done in &mut waiting {
                done.await?;
            }
            Ok::<(), oneshot::error::RecvError>(())
        };
        let settled = matches!(tokio::time::timeout(SETTLE_PATIENCE, all).await, Ok(Ok(())));
        if !settled {
            tracing::error!(
                "the database has not taken yet what was recorded; it follows, or is committed at the next start"
            );
        }
        settled
    }

    /// Cancels all, then waits for all: their recorders seal. Remembers where their histories end.
    async fn stop_all(&self, stopping: Vec<Running>) {
        for stream in &stopping {
            stream.cancel.cancel();
        }
        let deadline = tokio::time::Instant::now() + HAND_OVER_PATIENCE;
        for stream in stopping {
            match stream.task.await {
                Ok(Some(mut recorder)) => {
                    while !recorder.hand_over() && tokio::time::Instant::now() < deadline {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    if let Some(end) = recorder.history_end() {
                        self.lock_ends().insert(recorder.stream(), end);
                    }
                }
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "a stream's task did not end in order"),
            }
        }
    }

    /// Whether recording and committing go on: both are single and have nobody to restart them. The error is one sentence.
    ///
    /// # Errors
    /// When the writer's thread or the committer has ended, or the database has not taken records for so long that some
    /// wait for the next start.
    pub fn is_sound(&self) -> Result<(), &'static str> {
        let tasks = self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        match &*tasks {
            Some(tasks) if tasks.writers.iter().any(std::thread::JoinHandle::is_finished) => {
                Err("the writer's thread has ended: nothing is recorded")
            }
            Some(tasks) if tasks.committer.is_finished() => {
                Err("the committer has ended: what is recorded waits in the journal for a restart")
            }
            _ if self.deferred_commits() > 0 => Err(
                "the footage database took no records for too long: some wait in the journal for a restart",
            ),
            _ => Ok(()),
        }
    }

    /// Every running stream.
    pub fn streams(&self) -> Vec<Arc<StreamShared>> {
        self.read_streams().values().cloned().collect()
    }

    pub fn stream(&self, id: StreamId) -> Option<Arc<StreamShared>> {
        self.read_streams().get(&id).cloned()
    }

    /// Streams that are not recorded because the disk has no room for all.
    pub fn stopped_streams(&self) -> BTreeSet<StreamId> {
        self.0.disks.stopped_streams()
    }

    pub(crate) fn stop_streams(&self, streams: BTreeSet<StreamId>) {
        self.0.disks.stop_streams(streams);
    }

    pub(crate) fn ranks(&self) -> BTreeMap<StreamId, (u8, WallTime)> {
        self.0.shared.ranks.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What recorded streams send now.
    pub fn live_kbps(&self) -> HashMap<StreamId, u32> {
        let streams = self.streams();
        let recorded = streams.iter().filter(|stream| stream.is_recorded());
        recorded.filter_map(|stream| Some((stream.id, stream.state().video?.kbps))).collect()
    }

    pub fn clock(&self) -> &Arc<ServerClock> {
        &self.0.shared.clock
    }

    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// What the start found and rebuilt.
    pub fn recovered(&self) -> Recovered {
        self.0.recovered
    }

    /// Gaps that are open now, by stream.
    pub fn open_gaps(&self) -> Vec<(StreamId, Gap)> {
        self.streams().iter().filter_map(|stream| Some((stream.id, stream.open_gap()?))).collect()
    }

    /// A live reader under a pass; `None` when the pass does not cover the camera, or the stream does not run.
    pub fn live(&self, pass: &Arc<Pass>, id: StreamId) -> Option<LiveReader> {
        if !pass.allows(id.camera) {
            return None;
        }
        Some(LiveReader::new(pass.clone(), self.stream(id)?)?.counting(self.0.served.clone()))
    }

    /// A playback reader under a pass; `None` when the pass does not cover the camera.
    pub fn playback(&self, cx: &Cx, pass: &Arc<Pass>, id: StreamId) -> Option<PlaybackReader> {
        if !pass.allows(id.camera) {
            return None;
        }
        let (store, clock) = (self.0.store.clone(), self.clock().clone());
        let reader = PlaybackReader::new(store, cx.clone(), pass.clone(), id, self.stream(id), clock);
        Some(reader.counting(self.0.served.clone()))
    }

    /// Tries a camera's address for five seconds.
    ///
    /// # Errors
    /// With the cause as a gap would state it.
    pub async fn probe(&self, address: &Address) -> Result<ProbeReport, ProbeError> {
        probe::probe(self.clock(), address).await
    }

    /// Whether a camera answers to these credentials. It sets up no stream and changes nothing at the camera.
    ///
    /// # Errors
    /// With the cause as a gap would state it.
    pub async fn try_credentials(&self, address: &Address) -> Result<(), ProbeError> {
        crate::open::describe(address).await.map_err(Into::into)
    }

    /// Orderly end: seals every segment and waits until all are committed. A database or disk that is stuck is waited for
    /// with patience; what is not committed by then is in the journal.
    pub async fn stop(&self) {
        let mut running = self.0.running.lock().await;
        self.stop_all(std::mem::take(&mut *running).into_values().collect()).await;
        self.0.stop.cancel();
        self.release_writers();
        let tasks = self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Tasks { writers, mut committer, give_up, retention, ticks }) = tasks else { return };
        if tokio::time::timeout(SETTLE_PATIENCE, &mut committer).await.is_err() {
            give_up.cancel();
            ended_in_order("committer", committer.await.is_ok());
        }
        for (name, task) in [("retention", retention), ("ticks", ticks)] {
            let ended = tokio::time::timeout(SETTLE_PATIENCE, task).await;
            ended_in_order(name, matches!(ended, Ok(Ok(()))));
        }
        let joined = tokio::task::spawn_blocking(move || {
            // Each is waited for, also after one that failed.
            let ended: Vec<bool> = writers.into_iter().map(|writer| writer.join().is_ok()).collect();
            ended.into_iter().all(|in_order| in_order)
        });
        let joined = tokio::time::timeout(WRITER_PATIENCE, joined).await;
        ended_in_order("writer", matches!(joined, Ok(Ok(true))));
    }
}

fn ended_in_order(name: &str, in_order: bool) {
    if !in_order {
        tracing::error!(name, "a part of the pipeline did not end in order");
    }
}

/// The newest end of any stream's history: wall time must not begin before it.
async fn newest_end(footage: &Footage) -> Result<WallTime, store::Error> {
    let mut newest = WallTime(0);
    for stream in footage.streams().await? {
        newest = newest.max(footage.stream_head(stream).await?.end.unwrap_or(newest));
    }
    Ok(newest)
}
