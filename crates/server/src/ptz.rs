//! Telling cameras to turn, and what they do by themselves: patrol while a shift runs, and go home when nobody brings them back.
//!
//! It decides nothing: `law::ptz` says what comes next, and `store` who may. The invariants kept: an entry is durable before a camera
//! moves by itself; and a camera that does not answer holds up no other and no request for longer than [`PATIENCE`].

use crate::app::App;
use futures::StreamExt as _;
use law::ptz::{Idle, Next, Rules, is_at, next, way};
use model::{Act, CameraId, Kind, PtzPosition, WallTime};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use store::{PtzCamera, system_cx};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use url::Url;
use wire::ptz::{Client, Command, Outcome, Report, SIMULATED, Step};
use wire::rtsp::Credentials;

/// From connecting to the answer. A hand on a key waits no longer.
const PATIENCE: Duration = Duration::from_secs(3);
/// Between two looks at all cameras: a patrol and the way home are no matter of milliseconds.
const EVERY: Duration = Duration::from_secs(2);
/// Cameras that are asked at once: a city's do not all answer, and none shall wait for those.
const ASKED_AT_ONCE_MAX: usize = 32;
/// A position this old is asked for again.
const FRESH_US: i64 = 1_000_000;
/// Where RTSP is when the address names no port.
const RTSP_PORT: u16 = 554;

/// Why a camera was not told.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("the camera's address cannot be used")]
    Address,
    #[error("the camera did not answer in time")]
    Late,
    #[error("the camera cannot be reached: {0}")]
    Io(#[from] std::io::Error),
    #[error("the camera refused with status {0}")]
    Refused(u16),
    #[error("what the camera answered is not understood")]
    Broken,
}

impl Trouble {
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Address | Self::Refused(_) | Self::Broken => Kind::Conflict,
            Self::Late | Self::Io(_) => Kind::Unavailable,
        }
    }
}

/// Tells a camera something, and hears where it is.
pub async fn tell(camera: &PtzCamera, command: Command) -> Result<Report, Trouble> {
    tokio::time::timeout(PATIENCE, converse(camera, command)).await.unwrap_or(Err(Trouble::Late))
}

/// The one driver so far: that of the simulated cameras.
async fn converse(camera: &PtzCamera, command: Command) -> Result<Report, Trouble> {
    let mut url = Url::parse(&camera.url).map_err(|_| Trouble::Address)?;
    let host = url.host_str().ok_or(Trouble::Address)?.to_owned();
    let port = url.port().unwrap_or(RTSP_PORT);
    // Credentials travel in the digest only.
    if url.set_username("").is_err() || url.set_password(None).is_err() {
        return Err(Trouble::Address);
    }
    let credentials = camera
        .credentials
        .as_ref()
        .map(|sealed| Credentials { user: sealed.username.clone(), password: sealed.password.clone() });
    let mut client = Client::new(url.to_string(), credentials, command);
    let mut socket = TcpStream::connect((host.as_str(), port)).await?;
    socket.write_all(&client.request()).await?;
    let mut buffer = [0_u8; 2_048];
    loop {
        let count = socket.read(&mut buffer).await?;
        let heard = buffer.get(..count).filter(|heard| !heard.is_empty()).ok_or(Trouble::Broken)?;
        match client.handle_input(heard) {
            Step::More => {}
            Step::Again => socket.write_all(&client.request()).await?,
            Step::Done(Outcome::Reported(report)) => return Ok(report),
            Step::Done(Outcome::Refused(status)) => return Err(Trouble::Refused(status)),
            Step::Done(Outcome::Broken) => return Err(Trouble::Broken),
        }
    }
}

/// Where cameras last said they were.
#[derive(Default)]
pub struct Positions(Mutex<HashMap<CameraId, (WallTime, Report)>>);

impl Positions {
    pub fn keep(&self, camera: CameraId, now: WallTime, report: Report) {
        self.table().insert(camera, (now, report));
    }
    /// Not older than a second.
    pub fn fresh(&self, camera: CameraId, now: WallTime) -> Option<Report> {
        let table = self.table();
        let (at, report) = table.get(&camera)?;
        ((now.0 - at.0).abs() < FRESH_US).then_some(*report)
    }
    fn table(&self) -> std::sync::MutexGuard<'_, HashMap<CameraId, (WallTime, Report)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of a camera between two looks.
#[derive(Clone, Copy, Debug)]
struct Kept {
    /// Since when nobody has control of it.
    since: WallTime,
    patrol: Option<(usize, WallTime)>,
    /// It is on its way home, and that is entered.
    homing: bool,
}

/// All cameras that turn, as they were at the last look.
#[derive(Default)]
pub struct Idling(HashMap<CameraId, Kept>);

pub async fn run(app: App) {
    let mut idling = Idling::default();
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = app.stop().cancelled() => return,
        }
        if let Err(error) = look(&app, &mut idling).await {
            tracing::error!(%error, "cameras that turn could not be looked after");
        }
    }
}

/// One look: controls that are over get their entries, and each camera that nobody has goes on with what it does by itself.
pub async fn look(app: &App, idling: &mut Idling) -> Result<(), store::Error> {
    app.registry().end_lapsed_controls(app.now()).await?;
    let cameras = app.registry().ptz_cameras(&system_cx("ptz", app.now())).await?;
    idling.0.retain(|known, _| cameras.iter().any(|camera| camera.camera == *known));
    let reports = futures::stream::iter(cameras).map(|camera| async move {
        let report = tell(&camera, Command::Where).await;
        (camera, report)
    });
    let mut reports = reports.buffer_unordered(ASKED_AT_ONCE_MAX);
    while let Some((camera, report)) = reports.next().await {
        let now = app.now();
        let fresh = Kept { since: now, patrol: None, homing: false };
        let kept = idling.0.entry(camera.camera).or_insert(fresh);
        if camera.held {
            (kept.since, kept.homing) = (now, false);
        }
        match report {
            Ok(report) => {
                app.positions().keep(camera.camera, now, report);
                go_on(app, &camera, kept, report).await?;
            }
            // Its stream's state says so already, to those who see to it.
            Err(error) => {
                tracing::debug!(camera = %camera.camera, %error, "a camera does not say where it is")
            }
        }
    }
    Ok(())
}

async fn go_on(app: &App, camera: &PtzCamera, kept: &mut Kept, report: Report) -> Result<(), store::Error> {
    let (now, rules) = (app.now(), &camera.rules);
    let at = report.position;
    let idle =
        Idle { at, held: camera.held, on_shift: camera.on_shift, since: kept.since, patrol: kept.patrol };
    match next(rules, &idle, now) {
        Next::Nothing => kept.homing &= !is_at(at, rules.home),
        Next::EndPatrol => {
            let why = if camera.held { "hands" } else { "no shift" };
            note(app, camera, Act::Patrol, format!("patrol=ended\nby={why}")).await?;
            (kept.patrol, kept.since) = (None, now);
        }
        Next::Patrol(stop) => {
            let Some(to) = stop_of(rules, stop) else { return Ok(()) };
            if kept.patrol.is_none() {
                note(app, camera, Act::Patrol, format!("patrol=began\nstops={}", rules.patrol.len())).await?;
            }
            let (step, last) = way(rules, at, to, &SIMULATED);
            send(camera, step).await;
            // Zoomed out on the way: the same stop comes next, at once.
            let before = (stop + rules.patrol.len() - 1) % rules.patrol.len();
            kept.patrol = Some(if last { (stop, now) } else { (before, WallTime(0)) });
        }
        Next::Home => {
            let (step, _) = way(rules, at, rules.home, &SIMULATED);
            if !kept.homing {
                let from = format!("from={},{},{}", at.pan_cdeg, at.tilt_cdeg, at.zoom_percent);
                note(app, camera, Act::GoHome, format!("{from}\naway_s={}", rules.away_s)).await?;
                kept.homing = true;
            }
            if !report.moving {
                send(camera, step).await;
            }
        }
    }
    Ok(())
}

fn stop_of(rules: &Rules, stop: usize) -> Option<PtzPosition> {
    let preset = rules.patrol.get(stop)?.preset;
    rules.presets.get(preset).map(|preset| preset.at)
}

async fn note(app: &App, camera: &PtzCamera, act: Act, text: String) -> Result<(), store::Error> {
    let cx = system_cx("ptz", app.now());
    app.registry().note_turned(&cx, camera.camera, act, text).await.map(|_| ())
}

/// What fails is tried again at the next look.
async fn send(camera: &PtzCamera, to: PtzPosition) {
    if let Err(error) = tell(camera, Command::To(to)).await {
        tracing::debug!(camera = %camera.camera, %error, "a camera was not told where to look");
    }
}
