//! The viewing sessions that are open in this process: the pass, who may use it, and the count of what was served.
//!
//! Not the record of them: that is the ledger's. Invariant: while a view is open its use is recorded in time
//! (`served`), and when its pass ends, its records fail or the server stops, every socket of it hears so at once.

use crate::{
    balance::Balance,
    http::types::{EndReason, ViewMode},
    served::{Count, Meter, Stream},
};
use futures::{
    FutureExt as _,
    future::{BoxFuture, OptionFuture},
};
use model::{Actor, Cx, PersonId, SessionId, ViewId};
use pipeline::ServerClock;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};
use store::{Pass, PassEnd, Registry, Use};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Open views at once in one process: far above any control room, so that a loop in a client cannot fill memory.
pub const VIEWS_MAX: usize = 4_096;
/// Open views of one signed-in session: a wall, its second screen and some players.
pub const VIEWS_PER_SESSION_MAX: usize = 16;
/// Open views of one person, at all their consoles.
pub const VIEWS_PER_PERSON_MAX: usize = 32;
/// Sockets of one view for each of its cameras: a picture, its successor while one takes over from the other, and both once more.
const SOCKETS_PER_CAMERA_MAX: usize = 4;
/// How often a last use record is tried again, and how long after one failed: half an hour in all. After the server was told to
/// stop, three times.
const LAST_TRIES: u32 = 180;
const LAST_TRIES_AT_STOP: u32 = 3;
const LAST_TRY_PAUSE: Duration = Duration::from_secs(5);
/// How often a view's pass is asked: a revoked one must end its sockets within a second.
const KEEP_INTERVAL: Duration = Duration::from_millis(400);
/// A use record that has not been written after this long counts as failed.
const RECORD_PATIENCE: Duration = Duration::from_secs(5);

/// One open viewing session.
pub struct OpenView {
    pub id: ViewId,
    pub mode: ViewMode,
    /// The signed-in session that it belongs to; nobody else may use it.
    pub session: SessionId,
    pub pass: Arc<Pass>,
    /// Why it is looked at: acts out of the view have the same purpose.
    pub cx: Cx,
    meter: Mutex<Meter>,
    balance: Arc<Balance>,
    /// Places for sockets.
    sockets: Arc<Semaphore>,
    ended: CancellationToken,
    reason: OnceLock<EndReason>,
}

impl OpenView {
    /// Counts what goes to a socket. Called where the bytes are sent.
    pub fn sent(&self, stream: Stream, count: Count, clock: &ServerClock) {
        self.balance.served_for_record(count.bytes);
        self.meter().sent(stream, count, clock.mono());
    }

    /// A place for one more socket, as long as the view has any.
    pub fn socket(&self) -> Option<OwnedSemaphorePermit> {
        self.sockets.clone().try_acquire_owned().ok()
    }

    /// Resolves when the view has ended.
    pub async fn ended(&self) -> EndReason {
        self.ended.cancelled().await;
        self.reason.get().copied().unwrap_or(EndReason::Ended)
    }

    pub fn has_ended(&self) -> bool {
        self.ended.is_cancelled()
    }

    /// Ends the view; the first reason stays.
    pub fn end(&self, reason: EndReason) {
        // Another reason came first: it is the one that sockets report.
        let _first_reason_stays = self.reason.set(reason);
        self.pass.revoke();
        self.ended.cancel();
    }

    fn meter(&self) -> std::sync::MutexGuard<'_, Meter> {
        self.meter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All open views.
pub struct Views {
    registry: Registry,
    clock: Arc<ServerClock>,
    balance: Arc<Balance>,
    open: Mutex<HashMap<ViewId, Arc<OpenView>>>,
    keepers: TaskTracker,
    stopping: CancellationToken,
}

impl Views {
    pub fn new(registry: Registry, clock: Arc<ServerClock>, balance: Arc<Balance>) -> Arc<Self> {
        Arc::new(Self {
            registry,
            clock,
            balance,
            open: Mutex::default(),
            keepers: TaskTracker::new(),
            stopping: CancellationToken::new(),
        })
    }

    /// True when this session, its person or the process has no room for another view.
    pub fn is_full(&self, session: SessionId, person: PersonId) -> bool {
        let open = self.table();
        let of_person = open.values().filter(|view| view.pass.actor() == Actor::Person(person));
        let (mut in_all, mut in_session) = (0, 0);
        for view in of_person {
            in_all += 1;
            in_session += usize::from(view.session == session);
        }
        open.len() >= VIEWS_MAX || in_all >= VIEWS_PER_PERSON_MAX || in_session >= VIEWS_PER_SESSION_MAX
    }

    /// Puts an admitted view into service.
    pub fn open(
        self: &Arc<Self>,
        id: ViewId,
        mode: ViewMode,
        session: SessionId,
        cx: Cx,
        pass: Pass,
    ) -> Arc<OpenView> {
        let sockets = Arc::new(Semaphore::new(pass.cameras().len() * SOCKETS_PER_CAMERA_MAX));
        let view = Arc::new(OpenView {
            id,
            mode,
            session,
            pass: Arc::new(pass),
            cx,
            meter: Mutex::default(),
            balance: self.balance.clone(),
            sockets,
            ended: CancellationToken::new(),
            reason: OnceLock::new(),
        });
        self.table().insert(id, view.clone());
        self.keepers.spawn(keep(self.clone(), view.clone()));
        view
    }

    pub fn count(&self) -> usize {
        self.table().len()
    }

    pub fn find(&self, id: ViewId) -> Option<Arc<OpenView>> {
        self.table().get(&id).cloned()
    }

    /// Ends every view and waits until the last use is recorded.
    pub async fn stop(&self) {
        self.stopping.cancel();
        for view in self.table().values() {
            view.end(EndReason::Shutdown);
        }
        self.keepers.close();
        self.keepers.wait().await;
    }

    fn table(&self) -> std::sync::MutexGuard<'_, HashMap<ViewId, Arc<OpenView>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Watches one view until it ends: its pass, and that its use is recorded in time. A slow ledger delays neither.
async fn keep(views: Arc<Views>, view: Arc<OpenView>) {
    let mut tick = tokio::time::interval(KEEP_INTERVAL);
    let mut writing: OptionFuture<BoxFuture<'static, bool>> = None.into();
    while !view.has_ended() {
        tokio::select! {
            _ = tick.tick() => {}
            () = view.ended.cancelled() => {}
            Some(written) = &mut writing => {
                settle(&view, written);
                writing = None.into();
            }
        }
        match view.pass.is_live(views.clock.wall()) {
            Err(PassEnd::Expired) => view.end(EndReason::Expired),
            Err(PassEnd::Revoked) => view.end(EndReason::Revoked),
            Ok(()) => {}
        }
        let due = view.meter().take_due(views.clock.mono(), false);
        if let Some(counts) = due {
            writing = Some(record(views.clone(), view.clone(), counts).boxed()).into();
        }
        if view.meter().overdue(views.clock.mono()) {
            tracing::error!(view = %view.id, "use could not be recorded in time: the pictures stop");
            view.end(EndReason::Ledger);
        }
    }
    views.table().remove(&view.id);
    if let Some(written) = writing.await {
        settle(&view, written);
    }
    last_record(views, view).await;
}

/// Writes what was served since the last record; a slow ledger is asked again, for nobody else will.
async fn last_record(views: Arc<Views>, view: Arc<OpenView>) {
    let mut tries = 0;
    loop {
        let last = view.meter().take_due(views.clock.mono(), true);
        let Some(counts) = last else { return };
        let bytes = bytes_of(&counts);
        let written = record(views.clone(), view.clone(), counts).await;
        settle(&view, written);
        tries += 1;
        if written {
            return;
        }
        let tries_max = if views.stopping.is_cancelled() { LAST_TRIES_AT_STOP } else { LAST_TRIES };
        if tries >= tries_max {
            views.balance.given_up(bytes);
            tracing::error!(view = %view.id, tries, "the last use of this view stays unrecorded");
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(LAST_TRY_PAUSE) => {}
            () = views.stopping.cancelled(), if !views.stopping.is_cancelled() => {}
        }
    }
}

fn settle(view: &OpenView, written: bool) {
    if written { view.meter().recorded() } else { view.meter().failed() }
}

/// Writes one use record; false when that failed or took too long, and the counts are due again. A record that was
/// given up may still be written later: use is then named twice, never not at all.
async fn record(views: Arc<Views>, view: Arc<OpenView>, counts: BTreeMap<Stream, Count>) -> bool {
    match tokio::time::timeout(RECORD_PATIENCE, write(&views, &view, counts)).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::error!(view = %view.id, %error, "a use record was not written");
            false
        }
        Err(_) => {
            tracing::error!(view = %view.id, "a use record is taking too long");
            false
        }
    }
}

fn bytes_of(counts: &BTreeMap<Stream, Count>) -> u64 {
    counts.values().map(|count| count.bytes).fold(0, u64::saturating_add)
}

async fn write(views: &Views, view: &OpenView, counts: BTreeMap<Stream, Count>) -> Result<(), store::Error> {
    let bytes = bytes_of(&counts);
    let served = counts
        .into_iter()
        .map(|((camera, profile), count)| Use {
            camera,
            profile,
            units: count.units,
            bytes: count.bytes,
            from: count.from,
            to: count.to,
        })
        .collect();
    views.registry.record_uses(&view.pass, served, views.clock.wall()).await?;
    views.balance.recorded(bytes);
    Ok(())
}
