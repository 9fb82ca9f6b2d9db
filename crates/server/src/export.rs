//! Exports that are being made: one at a time, with their progress; the registry keeps what became of them.
//!
//! The data plane makes the package under the pass that the request was admitted with; this only runs it, and sees
//! that the row says what happened, also when the server stops.

use crate::app::App;
use bytes::Bytes;
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use ledger::sealed::{SealFault, SealTo};
use model::{ExportId, Kind, Secret, SessionId, WallTime};
use pipeline::{ExportProgress, ExportSpec};
use std::{
    collections::HashMap,
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use store::{BrokenOff, Pass, system_cx};
use tokio::{
    io::{AsyncReadExt as _, AsyncSeekExt as _},
    sync::{Semaphore, watch},
};
use tokio_util::{
    io::ReaderStream, sync::CancellationToken, task::TaskTracker, task::task_tracker::TaskTrackerToken,
};
use verify::sealed::{CHUNK_BYTES, Chance, SEALED_CHUNK_BYTES, Sealing, chunks};

/// Packages made at the same time: copying competes with recording for the disk, and recording comes first.
const AT_ONCE_MAX: usize = 1;
/// Exports waiting or being made: each may take hours, so a longer queue would be a promise that cannot be kept.
const WAITING_MAX: usize = 16;
/// How often the record of what left is tried, and how long after one failed: half an hour in all, as of a view's use.
const RECORD_TRIES_MAX: u32 = 180;
const RECORD_PAUSE: Duration = Duration::from_secs(10);
/// Bytes of a package read at once.
const READ_BYTES: usize = 256 * 1024;

pub struct ExportJobs {
    places: Arc<Semaphore>,
    progress: Mutex<HashMap<ExportId, watch::Receiver<ExportProgress>>>,
    /// Collections that a session has begun, so that a broken download can go on under its entry.
    collections: Mutex<HashMap<(SessionId, ExportId), Collection>>,
    /// A passphrase takes memory to be worked on: one at a time.
    sealings: Semaphore,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Default for ExportJobs {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE_MAX)),
            progress: Mutex::default(),
            collections: Mutex::default(),
            sealings: Semaphore::new(1),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }
    }
}

impl ExportJobs {
    pub fn is_full(&self) -> bool {
        self.table().len() >= WAITING_MAX
    }

    /// Makes the package in the background.
    pub fn start(&self, app: &App, spec: ExportSpec) {
        let (sender, receiver) = watch::channel(ExportProgress { share: 0.0, stage: "waiting" });
        let (id, pass) = (spec.id, spec.pass.clone());
        let far = receiver.clone();
        self.table().insert(id, receiver);
        let (app, places, stop) = (app.clone(), self.places.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            let made = tokio::select! {
                made = make(&app, spec, sender, places) => made,
                () = stop.cancelled() => Err("the server stopped before the package was complete".to_owned()),
            };
            if let Err(problem) = made {
                tracing::warn!(export = %id, problem, "the export failed");
                let why = if stop.is_cancelled() { "stopped" } else { "failed" };
                let broken = BrokenOff { why, far: format!("share={:.2}", far.borrow().share) };
                let cx = system_cx("export", app.now());
                if let Err(error) = app.registry().fail_export(&cx, &pass, broken, &problem).await {
                    tracing::error!(export = %id, %error, "and this could not be noted");
                }
            }
            app.exports().table().remove(&id);
        });
    }

    /// 0 to 1; `None` when it is not being made.
    pub fn share(&self, id: ExportId) -> Option<f32> {
        self.table().get(&id).map(|progress| progress.borrow().share)
    }

    /// What is being done for it; `None` when it is not being made.
    pub fn stage(&self, id: ExportId) -> Option<&'static str> {
        self.table().get(&id).map(|progress| progress.borrow().stage)
    }

    /// Whether so many more can wait.
    pub fn has_room(&self, packages: usize) -> bool {
        self.table().len() + packages <= WAITING_MAX
    }

    /// The collection that this session has begun and goes on with, or whose first byte is still to come: each entry is for one.
    pub fn collection(&self, of: (SessionId, ExportId), goes_on: bool, now: WallTime) -> Option<Collection> {
        let mut collections = self.collections.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = collections.get_mut(&of).filter(|kept| kept.pass.is_live(now).is_ok())?;
        let fits = goes_on == kept.is_begun;
        kept.is_begun |= fits;
        fits.then(|| kept.clone())
    }

    pub fn begin_collection(&self, session: SessionId, id: ExportId, begun: Collection) {
        let mut collections = self.collections.lock().unwrap_or_else(PoisonError::into_inner);
        let now = begun.pass.mark().started;
        collections.retain(|_, begun| begun.pass.is_live(now).is_ok());
        collections.insert((session, id), begun);
    }

    /// The keys of one sealed package; the passphrase is forgotten with this call.
    pub async fn seal(
        &self,
        to: SealTo,
        passphrase: Option<Secret<String>>,
    ) -> Result<Arc<Sealing>, SealFault> {
        let mut chance: Chance = [0; 64];
        getrandom::fill(&mut chance).map_err(|_| SealFault::Format)?;
        let made = match (to, passphrase) {
            (SealTo::Key(key), _) => Sealing::to_key(key, &chance),
            (SealTo::Passphrase, Some(passphrase)) => {
                let _place = self.sealings.acquire().await.map_err(|_| SealFault::Format)?;
                let work = move || Sealing::with_passphrase(passphrase.expose(), &chance);
                tokio::task::spawn_blocking(work).await.map_err(|_| SealFault::Format)?
            }
            (SealTo::Passphrase, None) => Err(SealFault::Passphrase),
        };
        made.map(Arc::new)
    }

    /// Breaks off what is being made and waits until that is noted.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn table(&self) -> std::sync::MutexGuard<'_, HashMap<ExportId, watch::Receiver<ExportProgress>>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn make(
    app: &App,
    spec: ExportSpec,
    progress: watch::Sender<ExportProgress>,
    places: Arc<Semaphore>,
) -> Result<(), String> {
    let _place = places.acquire().await.map_err(|_| "the server is stopping".to_owned())?;
    let id = spec.id;
    let package = app.pipeline().export(spec, progress).await.map_err(|error| told(id, &error))?;
    let kept = app.registry().export_path(id);
    if package.path != kept {
        tokio::fs::rename(&package.path, &kept)
            .await
            .map_err(|error| format!("keeping the package: {error}"))?;
    }
    app.registry()
        .finish_export(id, &package.file_name, package.bytes, package.manifest_sha256)
        .await
        .map_err(|error| error.to_string())
}

/// What the person who asked is told: what they can do something about, and no path of the server.
fn told(id: ExportId, error: &pipeline::ExportError) -> String {
    match error.kind() {
        Kind::Invalid | Kind::Refused | Kind::Busy => error.to_string(),
        kind => {
            tracing::error!(export = %id, %error, "the package could not be made");
            format!("the package could not be made ({kind:?}); the server's log says why")
        }
    }
}

/// What a session has begun to collect: under which pass, and sealed with which keys.
#[derive(Clone, Debug)]
pub struct Collection {
    pub pass: Arc<Pass>,
    pub sealing: Option<Arc<Sealing>>,
    /// Its first byte was asked for.
    pub is_begun: bool,
}

/// A package that somebody was admitted to collect.
pub struct Package {
    /// Of what leaves.
    pub bytes: u64,
    plain_bytes: u64,
    file: std::fs::File,
    begun: Collection,
    app: App,
}

impl Package {
    pub fn open(app: &App, begun: Collection) -> Result<Self, store::Error> {
        let file = app.registry().open_package(&begun.pass, app.now())?;
        let plain_bytes =
            file.metadata().map_err(|error| store::Error::Unavailable(error.to_string()))?.len();
        let bytes = begun.sealing.as_ref().map_or(plain_bytes, |sealing| sealing.sealed_bytes(plain_bytes));
        Ok(Self { bytes, plain_bytes, file, begun, app: app.clone() })
    }

    pub fn is_sealed(&self) -> bool {
        self.begun.sealing.is_some()
    }

    /// The bytes `[start, end)`, as long as the pass holds: it is asked before every chunk. What is served is counted as it leaves,
    /// sealed or not.
    pub async fn read(
        self,
        start: u64,
        end: u64,
    ) -> Result<impl Stream<Item = io::Result<Bytes>> + Send + use<>, store::Error> {
        let mut file = tokio::fs::File::from_std(self.file);
        let (app, Collection { pass, sealing, .. }) = (self.app, self.begun);
        let chunks = match sealing {
            Some(sealing) => {
                SealedFile { file, sealing, plain_bytes: self.plain_bytes }.between(start, end).left_stream()
            }
            None => {
                let sought = file.seek(io::SeekFrom::Start(start)).await;
                sought.map_err(|error| store::Error::Unavailable(error.to_string()))?;
                ReaderStream::with_capacity(file.take(end.saturating_sub(start)), READ_BYTES).right_stream()
            }
        };
        let _counted = app.exports().tasks.token();
        let leaving = Arc::new(Leaving { app, pass, bytes: AtomicU64::new(0), _counted });
        Ok(chunks.and_then(move |chunk| {
            let leaving = leaving.clone();
            async move {
                let Leaving { app, pass, bytes, .. } = &*leaving;
                if pass.is_live(app.now()).is_err() {
                    let cx = system_cx("export", app.now());
                    if let Err(error) =
                        app.registry().break_off_collection(&cx, pass, bytes.load(Relaxed)).await
                    {
                        tracing::error!(%error, "a collection ended, and this could not be noted");
                    }
                    return Err(io::Error::other("the collection was ended"));
                }
                app.balance().served_for_record(chunk.len() as u64);
                bytes.fetch_add(chunk.len() as u64, Relaxed);
                Ok(chunk)
            }
        }))
    }
}

/// One answer with bytes of a package, as it leaves. However it ends, by its last byte, a lost connection or a revoked pass, it is let
/// go of, and then what left is written down.
struct Leaving {
    app: App,
    pass: Arc<Pass>,
    bytes: AtomicU64,
    /// An orderly end waits for it, and so for the record that it spawns when it is let go of.
    _counted: TaskTrackerToken,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        let (bytes, app, pass) = (self.bytes.load(Relaxed), self.app.clone(), self.pass.clone());
        // Outside of a runtime the process is ending: what left by then stands in no record, as after a crash.
        let (true, Ok(runtime)) = (bytes > 0, tokio::runtime::Handle::try_current()) else { return };
        let tasks = self.app.exports().tasks.clone();
        tasks.spawn_on(async move { record_collected(&app, &pass, bytes).await }, &runtime);
    }
}

/// Writes what left; a slow ledger is asked again, for nobody else will.
async fn record_collected(app: &App, pass: &Pass, bytes: u64) {
    for tried in 0..RECORD_TRIES_MAX {
        match app.registry().record_collected(pass, bytes, app.now()).await {
            Ok(()) => {
                app.balance().recorded(bytes);
                return;
            }
            Err(error) => tracing::error!(%error, tried, "what left of a package was not recorded"),
        }
        tokio::select! {
            () = tokio::time::sleep(RECORD_PAUSE) => {}
            () = app.exports().stop.cancelled() => break,
        }
    }
    app.balance().given_up(bytes);
    tracing::error!(entry = pass.entry().0, bytes, "what left of this package stays unrecorded");
}

/// A file that is sealed as it is read: nothing sealed lies on a disk of ours.
struct SealedFile {
    file: tokio::fs::File,
    sealing: Arc<Sealing>,
    plain_bytes: u64,
}

impl SealedFile {
    /// The bytes `[start, end)` of the sealed file.
    fn between(self, start: u64, end: u64) -> impl Stream<Item = io::Result<Bytes>> + Send {
        let header = self.sealing.header().len() as u64;
        // Part 0 is the header, part n chunk n - 1.
        let first = start.checked_sub(header).map_or(0, |into| 1 + into / SEALED_CHUNK_BYTES);
        futures::stream::try_unfold((self, first), move |(mut sealed, part)| async move {
            let at = part.checked_sub(1).map_or(0, |chunk| header + chunk * SEALED_CHUNK_BYTES);
            if at >= end || part > chunks(sealed.plain_bytes) {
                return Ok(None);
            }
            let bytes = sealed.part(part).await?;
            let from = usize::try_from(start.saturating_sub(at)).unwrap_or(usize::MAX).min(bytes.len());
            let to = usize::try_from(end - at).unwrap_or(usize::MAX).min(bytes.len());
            Ok(Some((bytes.slice(from..to.max(from)), (sealed, part + 1))))
        })
    }

    async fn part(&mut self, part: u64) -> io::Result<Bytes> {
        let Some(chunk) = part.checked_sub(1) else {
            return Ok(Bytes::copy_from_slice(self.sealing.header()));
        };
        let at = chunk * CHUNK_BYTES;
        let length = self.plain_bytes.saturating_sub(at).min(CHUNK_BYTES);
        let mut plain = vec![0; usize::try_from(length).unwrap_or_default()];
        self.file.seek(io::SeekFrom::Start(at)).await?;
        self.file.read_exact(&mut plain).await?;
        Ok(self.sealing.chunk(chunk, &plain, part == chunks(self.plain_bytes)).into())
    }
}
