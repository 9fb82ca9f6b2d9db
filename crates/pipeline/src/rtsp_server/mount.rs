//! One simulated camera: what it shows, who watches it, and what goes wrong with it.
//!
//! The player alone moves it in time; connections come and go at any time. No lock here is held while another is taken.

use super::connection::Connection;
use super::fault::{Fault, PlannedFault};
use super::lock;
use crate::clip::Clip;
use model::{MonoTime, Secret};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};
use wire::rtsp::{Credentials, Presentation};

/// A camera to serve.
#[derive(Clone, Debug)]
pub struct Mount {
    /// Begins with `/`.
    pub path: String,
    pub clip: Arc<Clip>,
    /// What its microphone hears, in a loop of its own; `None`: it has none.
    pub sound: Option<Arc<Clip>>,
    /// `None`: anybody may play it.
    pub credentials: Option<Credentials>,
    /// Where in the clip the camera is when the farm starts, so that cameras with one clip differ.
    pub phase: Duration,
    /// False: the session description names no parameter sets; they are only in the stream.
    pub parameter_sets_in_sdp: bool,
    /// RTP time of the first frame of each viewer; `None`: drawn by chance. Near 2^32 it wraps soon.
    pub first_rtp_time: Option<u32>,
    /// This camera number in a [`super::stamp::Stamp`] in every frame.
    pub stamp: Option<u32>,
    /// How far the camera's own clock is ahead, as its sender reports say; negative: behind.
    pub clock_ahead_us: i64,
    pub faults: Vec<PlannedFault>,
    /// It turns, and this is where its head is. Its pictures are replayed: they do not turn with it.
    pub head: Option<wire::ptz::Head>,
}

impl Mount {
    /// A camera without credentials, stamp or faults.
    pub fn new(path: impl Into<String>, clip: Arc<Clip>) -> Self {
        Self {
            path: path.into(),
            clip,
            sound: None,
            credentials: None,
            phase: Duration::ZERO,
            parameter_sets_in_sdp: true,
            first_rtp_time: None,
            stamp: None,
            clock_ahead_us: 0,
            faults: Vec::new(),
            head: None,
        }
    }
}

impl Mount {
    /// The mount that plays this one's sound. Faults are of the camera's pictures.
    pub(super) fn of_sound(&self) -> Option<Self> {
        let path = format!("{}{}", self.path, wire::rtsp::SOUND_SUFFIX);
        let sound = Self {
            phase: self.phase,
            clock_ahead_us: self.clock_ahead_us,
            ..Self::new(path, self.sound.clone()?)
        };
        Some(sound)
    }
}

/// How a clip of sound is announced; `None` when it is none.
fn announced(clip: &Clip) -> Option<wire::rtsp::Sound> {
    let params = Arc::clone(clip.params());
    let format = media::sound::format(&params).ok()?;
    Some(wire::rtsp::Sound { params, rate_hz: format.rate_hz, channels: format.channels })
}

/// What happened to a mount so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MountCounters {
    /// Connections that play now.
    pub viewers: u64,
    /// PLAY requests that were granted.
    pub plays: u64,
    /// Frames that were due on the camera's clock, watched or not.
    pub frames_due: u64,
    /// Frames handed to connections, counted once for each.
    pub frames_sent: u64,
    /// Their bytes, with framing.
    pub bytes_sent: u64,
    /// Frames that a connection lost because it was too slow to take them.
    pub frames_dropped: u64,
}

#[derive(Default)]
pub(super) struct Counters {
    pub plays: AtomicU64,
    pub frames_due: AtomicU64,
    pub frames_sent: AtomicU64,
    pub bytes_sent: AtomicU64,
    pub frames_dropped: AtomicU64,
}

type Viewers = Arc<[Arc<Connection>]>;

pub(super) struct MountState {
    pub phase: Duration,
    pub stamp: Option<u32>,
    pub clock_ahead_us: i64,
    pub counters: Counters,
    credentials: Option<Credentials>,
    parameter_sets_in_sdp: bool,
    first_rtp_time: Option<u32>,
    /// How the sound is announced. It plays as a mount of its own.
    sound: Option<wire::rtsp::Sound>,
    /// What a new session is described with; the player's own clip, except between a switch and the next frame.
    clip: Mutex<Arc<Clip>>,
    /// Replaced as a whole, so that the player holds no lock while it sends.
    viewers: Mutex<Viewers>,
    /// In order of time.
    faults: Mutex<Vec<PlannedFault>>,
    /// Farm times in microseconds until which nobody is admitted, and the path is not there.
    locked_out_until: AtomicI64,
    absent_until: AtomicI64,
    head: Option<Mutex<wire::ptz::Head>>,
}

impl MountState {
    pub fn new(mount: Mount) -> Self {
        let mut faults = mount.faults;
        faults.sort_by_key(|fault| fault.at);
        Self {
            phase: mount.phase,
            stamp: mount.stamp,
            clock_ahead_us: mount.clock_ahead_us,
            counters: Counters::default(),
            credentials: mount.credentials,
            parameter_sets_in_sdp: mount.parameter_sets_in_sdp,
            first_rtp_time: mount.first_rtp_time,
            sound: mount.sound.as_deref().and_then(announced),
            clip: Mutex::new(mount.clip),
            viewers: Mutex::new(Arc::new([])),
            faults: Mutex::new(faults),
            locked_out_until: AtomicI64::new(i64::MIN),
            absent_until: AtomicI64::new(i64::MIN),
            head: mount.head.map(Mutex::new),
        }
    }

    pub fn presentation(&self, now: MonoTime) -> Option<Presentation> {
        if now.0 < self.absent_until.load(Ordering::Relaxed) {
            return None;
        }
        let locked_out = now.0 < self.locked_out_until.load(Ordering::Relaxed);
        let credentials = if locked_out { Some(nobody()) } else { self.credentials.clone() };
        let params = Arc::clone(lock(&self.clip).params());
        let (parameter_sets_in_sdp, first_rtp_time) = (self.parameter_sets_in_sdp, self.first_rtp_time);
        let sound = self.sound.clone();
        Some(Presentation { params, sound, credentials, parameter_sets_in_sdp, first_rtp_time })
    }

    /// What a camera that turns answers.
    pub fn turned(&self, now: MonoTime, text: &str) -> Option<String> {
        let (head, command) = (self.head.as_ref()?, wire::ptz::Command::parse(text)?);
        Some(lock(head).obey(now, command).text())
    }

    pub fn counters(&self) -> MountCounters {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        MountCounters {
            viewers: self.viewers().len() as u64,
            plays: get(&self.counters.plays),
            frames_due: get(&self.counters.frames_due),
            frames_sent: get(&self.counters.frames_sent),
            bytes_sent: get(&self.counters.bytes_sent),
            frames_dropped: get(&self.counters.frames_dropped),
        }
    }

    pub fn clip(&self) -> Arc<Clip> {
        Arc::clone(&lock(&self.clip))
    }
    pub fn set_clip(&self, clip: Arc<Clip>) {
        *lock(&self.clip) = clip;
    }
    pub fn lock_out_until(&self, at: MonoTime) {
        self.locked_out_until.store(at.0, Ordering::Relaxed);
    }
    pub fn absent_until(&self, at: MonoTime) {
        self.absent_until.store(at.0, Ordering::Relaxed);
    }

    pub fn viewers(&self) -> Viewers {
        Arc::clone(&lock(&self.viewers))
    }
    pub fn add_viewer(&self, connection: Arc<Connection>) {
        self.counters.plays.fetch_add(1, Ordering::Relaxed);
        let mut viewers = lock(&self.viewers);
        *viewers = viewers.iter().cloned().chain([connection]).collect();
    }
    pub fn remove_viewer(&self, connection: &Arc<Connection>) {
        let mut viewers = lock(&self.viewers);
        *viewers = viewers.iter().filter(|viewer| !Arc::ptr_eq(viewer, connection)).cloned().collect();
    }

    pub fn plan(&self, fault: PlannedFault) {
        let mut faults = lock(&self.faults);
        let at = faults.partition_point(|planned| planned.at <= fault.at);
        faults.insert(at, fault);
    }
    /// The next fault that is due, if one is.
    pub fn due_fault(&self, now: MonoTime) -> Option<Fault> {
        let now = Duration::from_micros(now.0.max(0).unsigned_abs());
        let mut faults = lock(&self.faults);
        faults.first().is_some_and(|planned| planned.at <= now).then(|| faults.remove(0).fault)
    }
}

/// Credentials that nobody has: a NUL cannot be in a request.
fn nobody() -> Credentials {
    Credentials { user: "\0".to_owned(), password: Secret::new("\0".to_owned()) }
}
