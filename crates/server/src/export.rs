//! Exports that are being made: one at a time, with their progress; the registry keeps what became of them.
//!
//! The data plane makes the package under the pass that the request was admitted with; this only runs it, and sees
//! that the row says what happened, also when the server stops.

use crate::app::App;
use bytes::Bytes;
use futures::{Stream, TryStreamExt as _};
use model::{ExportId, Kind, SessionId, WallTime};
use pipeline::{ExportProgress, ExportSpec};
use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, PoisonError},
};
use store::Pass;
use tokio::{
    io::{AsyncReadExt as _, AsyncSeekExt as _},
    sync::{Semaphore, watch},
};
use tokio_util::{io::ReaderStream, sync::CancellationToken, task::TaskTracker};

/// Packages made at the same time: copying competes with recording for the disk, and recording comes first.
const AT_ONCE_MAX: usize = 1;
/// Exports waiting or being made: each may take hours, so a longer queue would be a promise that cannot be kept.
const WAITING_MAX: usize = 16;
/// Bytes of a package read at once.
const READ_BYTES: usize = 256 * 1024;

pub struct ExportJobs {
    places: Arc<Semaphore>,
    progress: Mutex<HashMap<ExportId, watch::Receiver<ExportProgress>>>,
    /// Collections that a session has begun, so that a broken download can go on under its entry.
    collections: Mutex<HashMap<(SessionId, ExportId), Arc<Pass>>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Default for ExportJobs {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE_MAX)),
            progress: Mutex::default(),
            collections: Mutex::default(),
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
        let id = spec.id;
        self.table().insert(id, receiver);
        let (app, places, stop) = (app.clone(), self.places.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            let made = tokio::select! {
                made = make(&app, spec, sender, places) => made,
                () = stop.cancelled() => Err("the server stopped before the package was complete".to_owned()),
            };
            if let Err(problem) = made {
                tracing::warn!(export = %id, problem, "the export failed");
                if let Err(error) = app.registry().fail_export(id, &problem).await {
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

    /// The collection that this session has begun and may go on with.
    pub fn collection(&self, session: SessionId, id: ExportId, now: WallTime) -> Option<Arc<Pass>> {
        let collections = self.collections.lock().unwrap_or_else(PoisonError::into_inner);
        collections.get(&(session, id)).filter(|pass| pass.is_live(now).is_ok()).cloned()
    }

    pub fn begin_collection(&self, session: SessionId, id: ExportId, pass: Arc<Pass>) {
        let mut collections = self.collections.lock().unwrap_or_else(PoisonError::into_inner);
        let now = pass.mark().started;
        collections.retain(|_, pass| pass.is_live(now).is_ok());
        collections.insert((session, id), pass);
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

/// A package that somebody was admitted to collect.
pub struct Package {
    pub bytes: u64,
    file: std::fs::File,
    pass: Arc<Pass>,
    app: App,
}

impl Package {
    pub fn open(app: &App, pass: Arc<Pass>) -> Result<Self, store::Error> {
        let file = app.registry().open_package(&pass, app.now())?;
        let bytes = file.metadata().map_err(|error| store::Error::Unavailable(error.to_string()))?.len();
        Ok(Self { bytes, file, pass, app: app.clone() })
    }

    /// The bytes `[start, end)`, as long as the pass holds: it is asked before every chunk.
    pub async fn read(
        self,
        start: u64,
        end: u64,
    ) -> Result<impl Stream<Item = io::Result<Bytes>> + Send + use<>, store::Error> {
        let mut file = tokio::fs::File::from_std(self.file);
        let sought = file.seek(io::SeekFrom::Start(start)).await;
        sought.map_err(|error| store::Error::Unavailable(error.to_string()))?;
        let chunks = ReaderStream::with_capacity(file.take(end.saturating_sub(start)), READ_BYTES);
        let (app, pass) = (self.app, self.pass);
        Ok(chunks.and_then(move |chunk| {
            let ended = pass.is_live(app.now()).map_err(|_| io::Error::other("the collection was ended"));
            futures::future::ready(ended.map(|()| {
                app.balance().served(chunk.len() as u64);
                chunk
            }))
        }))
    }
}
