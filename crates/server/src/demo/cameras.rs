//! The simulated cameras: clips played in a loop over RTSP with digest authentication, by our own server and, where it
//! is installed, one of them by GStreamer's, so that what is recorded is not only our own.

use super::DemoState;
use anyhow::{Context as _, bail};
use model::{MonoTime, Secret};
use pipeline::{
    beeps,
    clip::Clip,
    rtsp_server::{self, Credentials, Farm, Mount},
};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpListener,
    process::{Child, Command},
};
use tokio_util::sync::CancellationToken;
use wire::ptz::{Head, SIMULATED};

/// The clip that GStreamer plays.
const GSTREAMER_CLIP: &str = "car-park";
/// Parsing two clips takes well under a second, on a machine that has time for it.
const GSTREAMER_PATIENCE: Duration = Duration::from_secs(60);
/// Debian's interpreter: another one has no GStreamer bindings.
const PYTHON: &str = "/usr/bin/python3";
const GSTREAMER_SCRIPT: &str = include_str!("../../../../scripts/gst_cameras.py");

/// Files `NAME-main.mp4` and `NAME-sub.mp4` for each camera of the example unit; `.mjpeg` of one that sends JPEG pictures.
pub struct Material(PathBuf);

impl Material {
    /// The folder that `scripts/material` fills, unless another one is named.
    pub fn find(named: Option<PathBuf>) -> anyhow::Result<Self> {
        let cache = || {
            let cache = std::env::var_os("WATCHKEEPER_CACHE").map(PathBuf::from);
            let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/watchkeeper"));
            cache.or_else(home).map(|cache| cache.join("material"))
        };
        let Some(folder) = named.or_else(cache) else {
            bail!("no home folder: name the clips with --material")
        };
        if !folder.join("clips.json").exists() {
            bail!("{} has no clips: run scripts/material first", folder.display());
        }
        Ok(Self(folder))
    }

    fn file(&self, clip: &str, profile: &str) -> PathBuf {
        let pictures = self.0.join(format!("{clip}-{profile}.mjpeg"));
        if pictures.exists() { pictures } else { self.0.join(format!("{clip}-{profile}.mp4")) }
    }
}

/// Running cameras.
pub struct Farms {
    own: Farm,
    cancel: CancellationToken,
    gstreamer: Option<GStreamer>,
}

/// A child process; it ends with its handle.
struct GStreamer {
    address: String,
    child: Child,
}

/// The simulated camera that has a microphone. Its sound is off until somebody switches it on, with a basis.
const MICROPHONE_CLIP: &str = "gate";

/// The simulated cameras that turn, though their pictures, being replayed, do not.
pub(super) const TURNING_CLIPS: [&str; 2] = ["wide", "gate"];

/// One simulated camera whose clock nobody has set, so that it can be seen: the second, seven seconds behind.
const WRONG_CLOCK_AT: usize = 1;
const WRONG_CLOCK_US: i64 = -7_000_000;

impl Farms {
    /// Starts the cameras named by `clips`. Ports are kept in `state` where they are still free.
    pub async fn start(
        dir: &Path,
        material: &Material,
        clips: &[&str],
        state: &mut DemoState,
    ) -> anyhow::Result<Self> {
        let gstreamer = match gstreamer(dir, material, state).await {
            Ok(running) => running,
            Err(error) => {
                eprintln!("demo: GStreamer's RTSP server did not start ({error:#}); all cameras are our own");
                None
            }
        };
        let credentials = Credentials {
            user: state.camera_user.clone(),
            password: Secret::new(state.camera_password.clone()),
        };
        let mut mounts = Vec::new();
        let own = clips.iter().filter(|clip| gstreamer.is_none() || **clip != GSTREAMER_CLIP);
        for (at, clip) in own.enumerate() {
            for profile in ["main", "sub"] {
                let loaded = Clip::load(&material.file(clip, profile))?;
                let mount = Mount::new(format!("/{clip}/{profile}"), Arc::new(loaded));
                let sound = if clip == &MICROPHONE_CLIP { Some(Arc::new(beeps::clip()?)) } else { None };
                let turns = profile == "main" && TURNING_CLIPS.contains(clip);
                let head = turns.then(|| Head::new(SIMULATED, super::turning::HOME, MonoTime(0)));
                let clock_ahead_us = if at == WRONG_CLOCK_AT { WRONG_CLOCK_US } else { 0 };
                mounts.push(Mount {
                    credentials: Some(credentials.clone()),
                    clock_ahead_us,
                    sound,
                    head,
                    ..mount
                });
            }
        }
        let listener = match TcpListener::bind(("127.0.0.1", state.farm_port)).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind(("127.0.0.1", 0)).await.context("opening a port for the cameras")?,
        };
        state.farm_port = listener.local_addr()?.port();
        state.gstreamer_port = gstreamer.as_ref().and_then(GStreamer::port).unwrap_or(state.gstreamer_port);
        let cancel = CancellationToken::new();
        let own = rtsp_server::serve(listener, mounts, cancel.clone())?;
        Ok(Self { own, cancel, gstreamer })
    }

    /// Where a camera's stream is.
    pub fn url(&self, clip: &str, profile: &str) -> String {
        match &self.gstreamer {
            Some(running) if clip == GSTREAMER_CLIP => format!("{}/{clip}/{profile}", running.address),
            _ => self.own.url(&format!("/{clip}/{profile}")),
        }
    }

    /// Whether one camera is not our own server's.
    pub fn has_gstreamer(&self) -> bool {
        self.gstreamer.is_some()
    }

    pub async fn stop(mut self) {
        self.cancel.cancel();
        if let Some(running) = &mut self.gstreamer
            && let Err(error) = running.child.kill().await
        {
            tracing::warn!(%error, "GStreamer's server could not be ended");
        }
        self.own.stopped().await;
    }
}

impl GStreamer {
    fn port(&self) -> Option<u16> {
        self.address.rsplit(':').next()?.parse().ok()
    }
}

/// `None` when GStreamer's server is not installed here.
async fn gstreamer(dir: &Path, material: &Material, state: &DemoState) -> anyhow::Result<Option<GStreamer>> {
    let probe =
        "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer";
    let installed =
        Command::new(PYTHON).args(["-c", probe]).stdout(Stdio::null()).stderr(Stdio::null()).status().await;
    if !installed.is_ok_and(|status| status.success()) {
        eprintln!(
            "demo: GStreamer's RTSP server is not installed (scripts/setup test); all cameras are our own"
        );
        return Ok(None);
    }
    let script = dir.join("gst_cameras.py");
    tokio::fs::write(&script, GSTREAMER_SCRIPT).await?;
    let mounts = ["main", "sub"].map(|profile| {
        format!("/{GSTREAMER_CLIP}/{profile}={}", material.file(GSTREAMER_CLIP, profile).display())
    });
    // The last port first: the cameras' addresses then stay the same.
    let ports = [state.gstreamer_port, 0];
    let tries = if state.gstreamer_port == 0 { &ports[1..] } else { &ports[..] };
    for port in tries {
        let mut command = Command::new(PYTHON);
        command.arg(&script).args(["--port", &port.to_string()]);
        command.args(["--user", &state.camera_user, "--password", &state.camera_password]).args(&mounts);
        match ready(command).await {
            Ok(running) => return Ok(Some(running)),
            Err(error) => tracing::debug!(port, %error, "GStreamer's server did not start on this port"),
        }
    }
    bail!("it answered on no port")
}

async fn ready(mut command: Command) -> anyhow::Result<GStreamer> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let output = child.stdout.take().context("no output")?;
    let mut lines = BufReader::new(output).lines();
    let line =
        tokio::time::timeout(GSTREAMER_PATIENCE, lines.next_line()).await.context("it took too long")??;
    let address = line.as_deref().and_then(|line| line.strip_prefix("ready ")).context("it ended")?;
    Ok(GStreamer { address: address.to_owned(), child })
}
