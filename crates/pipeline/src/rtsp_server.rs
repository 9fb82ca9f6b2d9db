//! Simulated cameras: clips served over RTSP, looping by the clock. The tokio shell of `wire::rtsp`.
//!
//! For the demonstration, the bench and the tests; it never serves footage. One task plays all mounts, whoever
//! watches: a frame is due at its place on the farm's clock, so nothing drifts, and RTP time runs on from loop to
//! loop. One frame is one `write`. A slow client costs nobody else anything: its output is bounded, and beyond the
//! bound it loses whole groups of pictures, which are counted. Faults are planned per mount, so that a recorder can
//! be shown everything cameras do wrong.

mod connection;
mod fault;
mod mount;
mod player;
pub mod stamp;

pub use fault::{Fault, PlannedFault};
pub use mount::{Mount, MountCounters};
pub use wire::rtsp::Credentials;

use connection::Connection;
use model::{MonoTime, WallTime};
use mount::MountState;
use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Connections at once; more are closed at once. Far above any bench, far below the descriptors of a process.
pub const CONNECTIONS_MAX: usize = 2_048;
/// Said to clients in `Session: ..;timeout=`; most cameras say 60.
const SESSION_TIMEOUT_S: u32 = 60;
/// After an `accept` that failed (too many descriptors, say): long enough not to spin.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);

/// A running farm of cameras. Dropping the handle leaves it running; its token stops it.
#[derive(Clone)]
pub struct Farm {
    shared: Arc<Shared>,
}

/// What all tasks of a farm know.
struct Shared {
    address: SocketAddr,
    started: Instant,
    mounts: Vec<Arc<MountState>>,
    by_path: HashMap<String, usize>,
    session_timeout_s: u32,
    tasks: TaskTracker,
    cancel: CancellationToken,
    /// Until when nobody is let in; the listener sees to it.
    refuse_until: tokio::sync::watch::Sender<Option<Instant>>,
}

/// Serves `mounts` on `listener` until `cancel`. Must be called inside a tokio runtime.
/// Fails when two mounts have one path or the listener has no address.
pub fn serve(listener: TcpListener, mounts: Vec<Mount>, cancel: CancellationToken) -> io::Result<Farm> {
    serve_with(listener, mounts, SESSION_TIMEOUT_S, cancel)
}

/// As [`serve`], with another session timeout than a minute.
pub fn serve_with(
    listener: TcpListener,
    mounts: Vec<Mount>,
    session_timeout_s: u32,
    cancel: CancellationToken,
) -> io::Result<Farm> {
    let sounds: Vec<Mount> = mounts.iter().filter_map(Mount::of_sound).collect();
    let mounts: Vec<Mount> = mounts.into_iter().chain(sounds).collect();
    let mut by_path = HashMap::new();
    for (index, mount) in mounts.iter().enumerate() {
        if !mount.path.starts_with('/') || by_path.insert(mount.path.clone(), index).is_some() {
            let problem = format!("mount {:?}: not a path of its own", mount.path);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
        }
    }
    let shared = Arc::new(Shared {
        address: listener.local_addr()?,
        started: Instant::now(),
        mounts: mounts.into_iter().map(MountState::new).map(Arc::new).collect(),
        by_path,
        session_timeout_s,
        tasks: TaskTracker::new(),
        cancel,
        refuse_until: tokio::sync::watch::Sender::new(None),
    });
    shared.tasks.spawn(player::play(Arc::clone(&shared)));
    shared.tasks.spawn(accept(listener, Arc::clone(&shared)));
    shared.tasks.close();
    Ok(Farm { shared })
}

impl Farm {
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }
    /// `rtsp://ADDRESS/path`, without credentials.
    pub fn url(&self, path: &str) -> String {
        format!("rtsp://{}{path}", self.shared.address)
    }
    /// `None` when there is no such mount.
    pub fn counters(&self, path: &str) -> Option<MountCounters> {
        self.mount(path).map(MountState::counters)
    }
    /// Makes a fault happen with the mount's next frame. False when there is no such mount.
    pub fn inject(&self, path: &str, fault: Fault) -> bool {
        self.plan(path, PlannedFault { at: Duration::ZERO, fault })
    }
    /// Plans a fault of a mount that plays already. False when there is no such mount.
    pub fn plan(&self, path: &str, fault: PlannedFault) -> bool {
        self.mount(path).map(|mount| mount.plan(fault)).is_some()
    }
    /// Time since the farm was started: what faults are planned by.
    pub fn age(&self) -> Duration {
        self.shared.started.elapsed()
    }
    /// Closes every connection and the listening socket for a while: connecting is refused, as by a host that is down.
    pub fn refuse_connections(&self, lasts: Duration) {
        self.shared.refuse_until.send_replace(Some(Instant::now() + lasts));
    }
    /// Waits until the farm has stopped, after its token was cancelled.
    pub async fn stopped(&self) {
        self.shared.tasks.wait().await;
    }

    fn mount(&self, path: &str) -> Option<&MountState> {
        self.shared.by_path.get(path).and_then(|index| self.shared.mounts.get(*index)).map(Arc::as_ref)
    }
}

impl Shared {
    fn mono(&self) -> MonoTime {
        MonoTime(i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX))
    }
    fn instant(&self, at: MonoTime) -> tokio::time::Instant {
        // A century is as good as never, and does not overflow an instant.
        let us = at.0.clamp(0, 100 * 365 * 86_400 * 1_000_000).unsigned_abs();
        tokio::time::Instant::from_std(self.started + Duration::from_micros(us))
    }
    fn mount_at(&self, path: &str) -> Option<&Arc<MountState>> {
        self.by_path.get(path).and_then(|index| self.mounts.get(*index))
    }
}

impl wire::rtsp::Catalogue for Shared {
    fn find(&self, path: &str) -> Option<wire::rtsp::Presentation> {
        self.mount_at(path)?.presentation(self.mono())
    }
    fn parameter(&self, path: &str, text: &str) -> Option<String> {
        self.mount_at(path)?.turned(self.mono(), text)
    }
}

fn wall_now() -> WallTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    WallTime(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Locks what a panic elsewhere may have left locked: all data behind these locks is valid at every step.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut refusals = shared.refuse_until.subscribe();
    let mut listener = Some(listener);
    // Children of this token live until the listener is taken away, the farm's token stops all.
    let mut online = shared.cancel.child_token();
    loop {
        let refused_until = *refusals.borrow_and_update();
        if let Some(until) = refused_until.filter(|until| *until > Instant::now()) {
            listener = None;
            online.cancel();
            tokio::select! {
                () = shared.cancel.cancelled() => return,
                _ = refusals.changed() => continue,
                () = tokio::time::sleep_until(until.into()) => {}
            }
        }
        let Some(open) = &listener else {
            listener = listen_again(&shared).await;
            if listener.is_none() {
                return;
            }
            online = shared.cancel.child_token();
            continue;
        };
        tokio::select! {
            () = shared.cancel.cancelled() => return,
            _ = refusals.changed() => {}
            accepted = open.accept() => match accepted {
                Ok((socket, _)) => admit(socket, &shared, &online),
                Err(error) => {
                    tracing::warn!(%error, "a camera connection could not be accepted");
                    tokio::time::sleep(ACCEPT_RETRY).await;
                }
            }
        }
    }
}

/// Takes the farm's address again. `None` when the farm is stopped meanwhile.
async fn listen_again(shared: &Shared) -> Option<TcpListener> {
    loop {
        match TcpListener::bind(shared.address).await {
            Ok(listener) => return Some(listener),
            Err(error) => {
                tracing::warn!(address = %shared.address, %error, "cameras cannot listen again yet")
            }
        }
        tokio::select! {
            () = shared.cancel.cancelled() => return None,
            () = tokio::time::sleep(ACCEPT_RETRY) => {}
        }
    }
}

fn admit(socket: TcpStream, shared: &Arc<Shared>, online: &CancellationToken) {
    let mut entropy = [0u8; 32];
    if shared.tasks.len() > CONNECTIONS_MAX
        || socket.set_nodelay(true).is_err()
        || getrandom::fill(&mut entropy).is_err()
    {
        return; // dropping the socket closes it
    }
    let connection = Connection::new(socket, entropy, Arc::clone(shared));
    shared.tasks.spawn(connection::run(Arc::new(connection), online.clone()));
}
