//! GStreamer's RTSP server, which is not ours, plays a clip once and ends: that is a gap with its cause, and recording goes on
//! with the next connection.

use crate::support::{until, world};
use model::{CameraId, GapCause, WallTime};
use pipeline::system_wall;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Length of the clip.
const CLIP_S: i64 = 8;

/// Ends with the test, however that ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _status = self.0.wait();
    }
}

/// Starts the server; gives its address.
fn serve_once(mount: &str, clip: &Path) -> (Server, String) {
    let script =
        PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../scripts/gst_cameras.py");
    let mut child = Command::new("/usr/bin/python3")
        .arg(script)
        .arg("--once")
        .arg(format!("{mount}={}", clip.display()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let server = Server(child);
    let address = line.trim().strip_prefix("ready ").expect("GStreamer's server is ready").to_owned();
    (server, format!("{address}{mount}"))
}

fn make(dir: &Path) -> PathBuf {
    let path = dir.join("once.mp4");
    let source = format!("testsrc2=size=320x240:rate=15:duration={CLIP_S}");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "lavfi", "-i", &source, "-c:v", "libx264", "-preset", "ultrafast"])
        .args(["-g", "15", "-keyint_min", "15", "-sc_threshold", "0", "-pix_fmt", "yuv420p", "-bf", "0"])
        .arg(&path)
        .status();
    assert!(made.unwrap().success());
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_server_that_ends_with_its_file_leaves_a_gap_and_is_recorded_again() {
    let world = world(3).await;
    let clip = make(world.dir.path());
    let (_server, url) = serve_once("/once", &clip);
    let camera: CameraId = world.camera("once", &url).await;
    let begun = system_wall();
    world.run(&[(camera, &url)]).await;
    let footage_after_a_gap = async |from: WallTime| {
        let coverage = world.coverage(camera, from).await;
        coverage.gaps.first().is_some_and(|gap| coverage.spans.iter().any(|span| span.start >= gap.span.end))
    };
    until("footage behind the first gap", async || footage_after_a_gap(begun).await).await;
    world.pipeline.apply(pipeline::Plan::default()).await.unwrap();
    let coverage = world.coverage(camera, begun).await;
    let (first, gap) = (coverage.spans[0], &coverage.gaps[0]);
    assert_eq!(first.end, gap.span.start, "{coverage:?}");
    let recorded_us = first.duration_us();
    assert!(
        ((CLIP_S - 2) * 1_000_000..=(CLIP_S + 1) * 1_000_000).contains(&recorded_us),
        "the clip is recorded to its end, not {recorded_us} us of it"
    );
    assert_eq!(gap.cause, GapCause::Camera, "{gap:?}");
    assert!(!gap.evidence.is_empty());
    assert!(gap.span.duration_us() < 60_000_000, "and soon again: {gap:?}");
    world.stop().await;
}
