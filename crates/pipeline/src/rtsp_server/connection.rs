//! One client: its socket, its protocol machine, and the bounded output between them.
//!
//! The connection's own task reads, and writes what is left over; the player writes frames directly, so that a
//! client that keeps up costs no task switch. Both hold the lock only while they do not wait.

use super::mount::MountState;
use super::{Shared, lock};
use bytes::{Buf, Bytes};
use model::{MonoTime, WallTime};
use std::{
    collections::VecDeque,
    num::NonZeroU32,
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};
use tokio::{net::TcpStream, sync::Notify};
use tokio_util::sync::CancellationToken;
use wire::rtsp::{Config, Event, Frame, Input, Output, Server};

/// Output that waits for a client, beyond which frames are dropped: some seconds of a camera's rate.
const PENDING_BYTES_MAX: usize = 1024 * 1024;
/// Requests are not read while so much output waits: nobody makes us hoard answers.
const READ_PAUSE_BYTES: usize = 64 * 1024;
/// How long a closing connection may take to accept its last bytes.
const LINGER: Duration = Duration::from_secs(2);

pub(super) struct Connection {
    socket: TcpStream,
    shared: Arc<Shared>,
    inner: Mutex<Inner>,
    /// Wakes the connection's task after the player left something for it.
    work: Notify,
}

struct Inner {
    server: Server,
    /// Not yet taken by the socket.
    pending: VecDeque<Bytes>,
    pending_bytes: usize,
    deadline: MonoTime,
    closing: bool,
    /// Gets nothing until a key frame: it has just begun, or lost frames.
    waiting_for_key: bool,
    /// It lost frames because it was too slow, and has not begun again.
    behind: bool,
    /// Counts packets for the fault that loses some.
    packets: u32,
    playing: Option<Arc<MountState>>,
}

/// A frame that is due for all viewers of a mount.
#[derive(Clone, Copy)]
pub(super) struct Due<'a> {
    pub ticks: i64,
    pub wall: WallTime,
    pub key: bool,
    pub data: &'a [u8],
    /// Every so manieth packet is lost.
    pub losing: Option<NonZeroU32>,
}

impl Connection {
    pub fn new(socket: TcpStream, entropy: [u8; 32], shared: Arc<Shared>) -> Self {
        let config = Config {
            catalogue: Arc::clone(&shared) as Arc<dyn wire::rtsp::Catalogue>,
            realm: "camera".to_owned(),
            session_timeout_s: shared.session_timeout_s,
            payload_bytes_max: wire::rtp::PAYLOAD_BYTES_DEFAULT,
        };
        let now = shared.mono();
        let inner = Inner {
            server: Server::new(now, entropy, config),
            pending: VecDeque::new(),
            pending_bytes: 0,
            deadline: now,
            closing: false,
            waiting_for_key: true,
            behind: false,
            packets: 0,
            playing: None,
        };
        Self { socket, shared, inner: Mutex::new(inner), work: Notify::new() }
    }

    /// Sends a frame, or drops it when the client is too slow.
    pub fn frame(&self, now: MonoTime, due: Due<'_>, mount: &MountState) {
        let mut inner = lock(&self.inner);
        if inner.closing {
            return;
        }
        // One that fell behind begins again only when half of the room is free, not at the first byte.
        let room = if inner.behind { PENDING_BYTES_MAX / 2 } else { PENDING_BYTES_MAX };
        if inner.pending_bytes > room {
            inner.behind = true;
            inner.waiting_for_key = true;
        }
        if inner.waiting_for_key && (!due.key || inner.pending_bytes > room) {
            mount.counters.frames_dropped.fetch_add(u64::from(inner.behind), Ordering::Relaxed);
            return;
        }
        (inner.waiting_for_key, inner.behind) = (false, false);
        inner
            .server
            .handle_input(now, Input::Frame(Frame { ticks: due.ticks, wall: due.wall, unit: due.data }));
        while let Output::Transmit(bytes) = inner.server.poll_output() {
            mount.counters.frames_sent.fetch_add(1, Ordering::Relaxed);
            mount.counters.bytes_sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            let bytes = match due.losing {
                None => bytes,
                Some(every) => Bytes::from(super::fault::drop_packets(&bytes, every, &mut inner.packets)),
            };
            inner.queue(bytes);
        }
        self.flush(&mut inner);
        if inner.pending_bytes > 0 {
            self.work.notify_one();
        }
    }

    /// The source has ended: says goodbye and closes.
    pub fn end(&self, now: MonoTime) {
        self.step(now, Input::End, &mut Vec::new());
        self.work.notify_one();
    }

    /// Closes without a word; what waits is not sent.
    pub fn close(&self) {
        let mut inner = lock(&self.inner);
        inner.closing = true;
        inner.pending.clear();
        inner.pending_bytes = 0;
        drop(inner);
        self.work.notify_one();
    }

    /// Sends bytes as they are.
    pub fn write(&self, bytes: Bytes) {
        let mut inner = lock(&self.inner);
        inner.queue(bytes);
        self.flush(&mut inner);
        drop(inner);
        self.work.notify_one();
    }

    pub fn wait_for_key(&self) {
        lock(&self.inner).waiting_for_key = true;
    }

    /// Gives the machine an input and does what it says; events are for the caller.
    fn step(&self, now: MonoTime, input: Input<'_>, events: &mut Vec<Event>) {
        let mut inner = lock(&self.inner);
        inner.server.handle_input(now, input);
        loop {
            match inner.server.poll_output() {
                Output::Transmit(bytes) => inner.queue(bytes),
                Output::Event(event) => events.push(event),
                Output::Timeout(deadline) => {
                    inner.deadline = deadline;
                    break;
                }
                Output::Close => {
                    inner.closing = true;
                    break;
                }
            }
        }
        self.flush(&mut inner);
    }

    /// Writes what the socket takes without waiting. A socket that fails closes the connection.
    fn flush(&self, inner: &mut Inner) {
        while let Some(front) = inner.pending.front_mut() {
            match self.socket.try_write(front) {
                Ok(written) => {
                    front.advance(written);
                    inner.pending_bytes -= written;
                    if inner.pending.front().is_some_and(Bytes::is_empty) {
                        inner.pending.pop_front();
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return,
                Err(_) => {
                    inner.closing = true;
                    inner.pending.clear();
                    inner.pending_bytes = 0;
                }
            }
        }
    }

    fn status(&self) -> Status {
        let inner = lock(&self.inner);
        Status { deadline: inner.deadline, pending_bytes: inner.pending_bytes, closing: inner.closing }
    }
}

struct Status {
    deadline: MonoTime,
    pending_bytes: usize,
    closing: bool,
}

impl Inner {
    fn queue(&mut self, bytes: Bytes) {
        if !bytes.is_empty() {
            self.pending_bytes += bytes.len();
            self.pending.push_back(bytes);
        }
    }
}

/// The connection's task.
pub(super) async fn run(connection: Arc<Connection>, online: CancellationToken) {
    tokio::select! {
        () = online.cancelled() => {}
        () = converse(&connection) => {}
    }
    let playing = {
        let mut inner = lock(&connection.inner);
        inner.closing = true;
        inner.playing.take()
    };
    if let Some(mount) = playing {
        mount.remove_viewer(&connection);
    }
}

/// Reads and writes until the connection is over.
async fn converse(connection: &Arc<Connection>) {
    let shared = &connection.shared;
    let mut events = Vec::new();
    connection.step(shared.mono(), Input::Timeout, &mut events); // learns the first deadline
    loop {
        let status = connection.status();
        if status.closing {
            let _ = tokio::time::timeout(LINGER, drain(connection)).await;
            return;
        }
        tokio::select! {
            () = connection.work.notified() => {}
            () = tokio::time::sleep_until(shared.instant(status.deadline)) => {
                connection.step(shared.mono(), Input::Timeout, &mut events);
            }
            ready = connection.socket.writable(), if status.pending_bytes > 0 => {
                if ready.is_err() {
                    return;
                }
                connection.flush(&mut lock(&connection.inner));
            }
            ready = connection.socket.readable(), if status.pending_bytes < READ_PAUSE_BYTES => {
                if ready.is_err() || !read(connection, &mut events) {
                    return;
                }
            }
        }
        for event in events.drain(..) {
            handle(connection, event);
        }
    }
}

/// False when the client has closed.
fn read(connection: &Connection, events: &mut Vec<Event>) -> bool {
    let mut buffer = [0u8; 4096];
    match connection.socket.try_read(&mut buffer) {
        Ok(0) => false,
        Ok(count) => {
            connection.step(connection.shared.mono(), Input::Bytes(&buffer[..count]), events);
            true
        }
        Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
    }
}

/// Writes what is left.
async fn drain(connection: &Connection) {
    loop {
        {
            let mut inner = lock(&connection.inner);
            connection.flush(&mut inner);
            if inner.pending.is_empty() {
                return;
            }
        }
        if connection.socket.writable().await.is_err() {
            return;
        }
    }
}

fn handle(connection: &Arc<Connection>, event: Event) {
    match event {
        Event::Playing { path } => {
            let Some(mount) = connection.shared.mount_at(&path) else { return };
            {
                let mut inner = lock(&connection.inner);
                inner.waiting_for_key = true;
                inner.playing = Some(Arc::clone(mount));
            }
            mount.add_viewer(Arc::clone(connection));
        }
        Event::Stopped => {
            let playing = lock(&connection.inner).playing.take();
            if let Some(mount) = playing {
                mount.remove_viewer(connection);
            }
        }
        Event::Refused { status } => tracing::debug!(status, "camera refused a request"),
        Event::Expired => tracing::debug!("camera closed a silent connection"),
    }
}
