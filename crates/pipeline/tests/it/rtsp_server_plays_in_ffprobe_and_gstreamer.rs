//! The simulated cameras as players that are not ours see them: ffprobe, ffmpeg and GStreamer.

use crate::{clips::clip, support::PATIENCE};
use model::Secret;
use pipeline::rtsp_server::{Credentials, Farm, Fault, Mount, serve, serve_with};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

/// A password with everything that URLs and quoted strings mind.
const PASSWORD: &str = "p@ss \"w\\ord:1";
const PASSWORD_IN_URL: &str = "p%40ss%20%22w%5Cord%3A1";

/// `/h264` and `/h265`; with `/locked` before them for the same with a password, `/bare` without sprop.
fn mounts() -> Vec<Mount> {
    let mut mounts = Vec::new();
    for (name, encoder) in [("h264", "libx264"), ("h265", "libx265")] {
        let open = Mount::new(format!("/{name}"), clip(encoder, "320x180"));
        let mut locked = Mount { path: format!("/locked/{name}"), ..open.clone() };
        locked.credentials =
            Some(Credentials { user: "viewer".into(), password: Secret::new(PASSWORD.into()) });
        let bare = Mount { path: format!("/bare/{name}"), parameter_sets_in_sdp: false, ..open.clone() };
        mounts.extend([open, locked, bare]);
    }
    mounts
}

async fn farm() -> Farm {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    serve(listener, mounts(), CancellationToken::new()).unwrap()
}

/// Runs a program to its end; its exit status, output and complaints.
async fn run(program: &str, arguments: &[&str]) -> (bool, String, String) {
    let run = Command::new(program).args(arguments).kill_on_drop(true).output();
    let output = tokio::time::timeout(PATIENCE, run)
        .await
        .unwrap_or_else(|_| panic!("{program} {arguments:?} did not end"))
        .expect("the program runs (scripts/setup test installs it)");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

async fn ffprobe(url: &str, transport: &str) -> (bool, String, String) {
    let show = "stream=codec_name,width,height,nb_read_packets";
    let arguments =
        ["-v", "error", "-rtsp_transport", transport, "-count_packets", "-read_intervals", "%+#25"];
    let more = ["-show_entries", show, "-of", "csv=p=0", url];
    run("ffprobe", &[&arguments[..], &more[..]].concat()).await
}

/// Waits until nobody watches a mount.
async fn left(farm: &Farm, path: &str) {
    let start = Instant::now();
    while farm.counters(path).unwrap().viewers > 0 {
        assert!(start.elapsed() < PATIENCE, "{path} is still watched");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ffprobe_plays_both_codecs_past_the_end_of_the_clip() {
    let farm = farm().await;
    let check = async |path: &str, user: &str, expected: &str| {
        let url = farm.url(path).replace("rtsp://", &format!("rtsp://{user}"));
        assert_eq!(ffprobe(&url, "tcp").await, (true, expected.into(), String::new()), "{path}");
        left(&farm, path).await;
    };
    let user = format!("viewer:{PASSWORD_IN_URL}@");
    tokio::join!(
        check("/h264", "", "h264,320,180,25"),
        check("/h265", "", "hevc,320,180,25"),
        check("/locked/h264", &user, "h264,320,180,25"),
        check("/locked/h265", &user, "hevc,320,180,25"),
        check("/bare/h264", "", "h264,320,180,25"),
        check("/bare/h265", "", "hevc,320,180,25"),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn gstreamer_plays_both_codecs() {
    let farm = farm().await;
    let check = async |path: &str, parser: &str, extra: &[&str]| {
        let location = format!("location={}", farm.url(path));
        let mut arguments = vec!["-q", "rtspsrc", location.as_str(), "latency=0"];
        arguments.extend(extra);
        let depay = format!("rtp{parser}depay");
        let parse = format!("{parser}parse");
        let decode = format!("avdec_{parser}");
        arguments.extend([
            "!",
            &depay,
            "!",
            &parse,
            "!",
            &decode,
            "!",
            "fakesink",
            "num-buffers=25",
            "sync=false",
        ]);
        let (success, _, complaints) = run("gst-launch-1.0", &arguments).await;
        assert!(success, "{path}: {complaints}");
        assert_eq!(farm.counters(path).unwrap().plays, 1, "{path}");
        left(&farm, path).await;
    };
    let user = ["protocols=tcp", "user-id=viewer", &format!("user-pw={}", quoted(PASSWORD))];
    tokio::join!(
        check("/h264", "h264", &["protocols=tcp"]),
        check("/bare/h265", "h265", &[]), // tries UDP first and takes the refusal's hint
        check("/locked/h264", "h264", &user),
        check("/locked/h265", "h265", &user),
    );
}

/// A string as gst-launch reads it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[tokio::test(flavor = "multi_thread")]
async fn udp_and_strangers_are_refused() {
    let farm = farm().await;
    let check = async |url: String, transport: &str, expected: &str| {
        let (success, _, complaints) = ffprobe(&url, transport).await;
        assert!(!success && complaints.contains(expected), "{url} {transport}: {complaints}");
    };
    tokio::join!(
        check(farm.url("/h264"), "udp", "461"),
        check(farm.url("/locked/h264"), "tcp", "401 Unauthorized"),
        check(farm.url("/locked/h264").replace("rtsp://", "rtsp://viewer:wrong@"), "tcp", "401 Unauthorized"),
        check(farm.url("/elsewhere"), "tcp", "404 Not Found"),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ffmpeg_keeps_a_short_session_alive_and_tears_it_down() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let farm = serve_with(listener, mounts(), 4, CancellationToken::new()).unwrap();
    let url = farm.url("/h264");
    let arguments = ["-nostdin", "-v", "error", "-progress", "-", "-rtsp_transport", "tcp", "-i", &url];
    let more = ["-frames:v", "60", "-c", "copy", "-f", "null", "-"];
    let (success, progress, complaints) = run("ffmpeg", &[&arguments[..], &more[..]].concat()).await;
    assert!(success && complaints.is_empty(), "{complaints}");
    let frames = progress.lines().filter_map(|line| line.strip_prefix("frame=")).next_back();
    assert_eq!(frames, Some("60"), "six seconds on a session that lasts four");
    left(&farm, "/h264").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_ends_with_its_file_ends_in_the_player_too() {
    let farm = farm().await;
    for path in ["/h264", "/h265"] {
        assert!(farm.inject(path, Fault::EndWithFile));
        let url = farm.url(path);
        let arguments = ["-nostdin", "-v", "error", "-progress", "-", "-rtsp_transport", "tcp", "-i", &url];
        let (_, progress, _) =
            run("ffmpeg", &[&arguments[..], &["-c", "copy", "-f", "null", "-"]].concat()).await;
        let frames = progress.lines().filter_map(|line| line.strip_prefix("frame=")).next_back();
        let frames: u32 = frames.and_then(|frames| frames.parse().ok()).unwrap_or(0);
        // It comes at some place of the clip, gets the next key frame, and the end is at most 20 frames on.
        assert!((5..=20).contains(&frames), "{path}: {frames} frames, {progress}");
        left(&farm, path).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_farm_closes_everything() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let cancel = CancellationToken::new();
    let farm = serve(listener, mounts(), cancel.clone()).unwrap();
    let url = farm.url("/h264");
    let player = tokio::spawn(async move { ffprobe(&url, "tcp").await });
    while farm.counters("/h264").unwrap().viewers == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    cancel.cancel();
    tokio::time::timeout(PATIENCE, farm.stopped()).await.unwrap();
    assert_eq!(farm.counters("/h264").unwrap().viewers, 0);
    player.await.unwrap();
    assert!(tokio::net::TcpStream::connect(farm.address()).await.is_err());
}
