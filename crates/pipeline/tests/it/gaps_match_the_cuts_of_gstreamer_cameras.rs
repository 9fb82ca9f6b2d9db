//! GStreamer's RTSP server, which is not ours, is killed and started again at known instants: the gaps found match to a second,
//! for H.264 and H.265, with digest authentication.

use crate::{
    support::{PATIENCE, World, gaps_within, until, world},
    undisturbed::undisturbed,
};
use model::{CameraId, GapCause, Secret, WallTime};
use pipeline::system_wall;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// How close a gap's edge must be to the cut.
const MATCH_US: i64 = 1_000_000;
/// A camera that comes back is recorded within the longest step of the retry schedule, a connection and a key frame: 7 s, and on
/// a machine that does other things the time in which these come about.
const BACK_US_MAX: i64 = 30_000_000;

pub struct Cameras {
    child: Child,
    pub port: String,
}

impl Cameras {
    /// Starts the server on a port (0: any) and waits until it says that it is ready.
    fn start(port: &str, clips: &[(&str, &Path)]) -> Self {
        Self::start_with(&["--port", port], clips)
    }

    /// The same with other options of the script; the account is always there.
    pub fn start_with(options: &[&str], clips: &[(&str, &Path)]) -> Self {
        let script =
            PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../scripts/gst_cameras.py");
        let mounts = clips.iter().map(|(mount, path)| format!("{mount}={}", path.display()));
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .args(["--user", "admin", "--password", "camera-secret"])
            .args(options)
            .args(mounts)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().rsplit(':').next().unwrap().to_owned();
        assert!(line.starts_with("ready") && !port.is_empty(), "GStreamer's server: {line}");
        Self { child, port }
    }

    fn kill(&mut self) -> WallTime {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        system_wall()
    }
}

impl Drop for Cameras {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
    }
}

pub fn make(dir: &Path, name: &str, codec: &str) -> PathBuf {
    let path = dir.join(name);
    let mut command = Command::new("ffmpeg");
    command.args([
        "-v",
        "error",
        "-y",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=320x240:rate=15:duration=20",
        "-c:v",
        codec,
    ]);
    command.args([
        "-preset",
        "ultrafast",
        "-g",
        "15",
        "-keyint_min",
        "15",
        "-pix_fmt",
        "yuv420p",
        "-bf",
        "0",
    ]);
    if codec == "libx265" {
        command.args(["-x265-params", "log-level=none:keyint=15:min-keyint=15:bframes=0", "-tag:v", "hvc1"]);
    }
    assert!(command.arg(&path).status().unwrap().success());
    path
}

fn is_recording(world: &World, camera: CameraId) -> bool {
    let stream = world.pipeline.stream(crate::support::main(camera));
    stream.is_some_and(|stream| stream.state().word == pipeline::StateWord::Recording)
}

/// Waits until all are recorded; gives back when each was first seen to be.
async fn recording(world: &World, enrolled: &[(CameraId, String)]) -> Vec<WallTime> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    let mut seen = vec![None; enrolled.len()];
    while seen.iter().any(Option::is_none) {
        assert!(tokio::time::Instant::now() < deadline, "not all cameras are recorded within {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
        for (at, (camera, _)) in seen.iter_mut().zip(enrolled) {
            if at.is_none() && is_recording(world, *camera) {
                *at = Some(system_wall());
            }
        }
    }
    seen.into_iter().flatten().collect()
}

/// Waits until so much more of every camera has come.
async fn recorded_for(world: &World, enrolled: &[(CameraId, String)], us: i64) {
    let newest =
        |camera| world.pipeline.stream(crate::support::main(camera)).unwrap().state().newest.unwrap();
    for (camera, url) in enrolled {
        let first = newest(*camera);
        until(&format!("{url} goes on"), async || newest(*camera).since_us(first) > us).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gaps_match_the_cuts_of_gstreamer_cameras() {
    undisturbed(gaps_match).await;
}

async fn gaps_match() {
    let world = world(5).await;
    let h264 = make(world.dir.path(), "h264.mp4", "libx264");
    let h265 = make(world.dir.path(), "h265.mp4", "libx265");
    let clips = [("/h264", h264.as_path()), ("/h265", h265.as_path())];
    let mut cameras = Cameras::start("0", &clips);
    let mut enrolled: Vec<(CameraId, String)> = Vec::new();
    for (mount, _) in clips {
        let url = format!("rtsp://127.0.0.1:{}{mount}", cameras.port);
        enrolled.push((world.camera(mount, &url).await, url));
    }
    let list: Vec<(CameraId, &str)> = enrolled.iter().map(|(id, url)| (*id, url.as_str())).collect();
    let mut plan = crate::support::plan(&list);
    for stream in plan.streams.values_mut() {
        stream.address.credentials = Some(("admin".into(), Secret::new("camera-secret".into())));
    }
    let begun = system_wall();
    world.pipeline.apply(plan).await.unwrap();
    recording(&world, &enrolled).await;
    let mut cuts = Vec::new();
    for down_s in [3, 5] {
        recorded_for(&world, &enrolled, 5_000_000).await;
        let from = cameras.kill();
        tokio::time::sleep(Duration::from_secs(down_s)).await;
        let port = cameras.port.clone();
        cameras = Cameras::start(&port, &clips);
        let back = system_wall();
        cuts.push((from, back, recording(&world, &enrolled).await));
    }
    recorded_for(&world, &enrolled, 3_000_000).await;
    world.pipeline.apply(pipeline::Plan::default()).await.unwrap();
    for (number, (camera, url)) in enrolled.iter().enumerate() {
        let coverage = world.coverage(*camera, begun).await;
        let gaps = gaps_within(&coverage);
        assert_eq!(gaps.len(), cuts.len(), "{url}: {gaps:?}");
        for (gap, (from, back, seen)) in gaps.into_iter().zip(&cuts) {
            let early_us = gap.span.start.since_us(*from);
            assert!(early_us.abs() <= MATCH_US, "{url}: the gap begins {early_us} us from the cut");
            let off_us = gap.span.end.since_us(seen[number]);
            assert!(off_us.abs() <= MATCH_US, "{url}: the gap ends {off_us} us from the first new picture");
            let late_us = gap.span.end.since_us(*back);
            assert!(
                (-MATCH_US..=BACK_US_MAX).contains(&late_us),
                "{url}: the gap ends {late_us} us after the return"
            );
            assert!(matches!(gap.cause, GapCause::Camera | GapCause::Network), "{url}: {:?}", gap.cause);
        }
    }
    world.stop().await;
}
