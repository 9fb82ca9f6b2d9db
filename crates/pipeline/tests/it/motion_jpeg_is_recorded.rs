//! Motion JPEG from our own RTSP server and from GStreamer's: recorded picture by picture, watched, played back, exported,
//! verified, and shown by ffmpeg.

use crate::gaps_match_the_cuts_of_gstreamer_cameras::Cameras;
use crate::{
    support::{farm, gaps_within, main, probe_frames, until, world},
    undisturbed::undisturbed,
};
use media::{sample_pictures::SamplePictures, sample_stream::Settings};
use model::{Act, Profile, Secret, Span};
use pipeline::{
    Address, LiveMessage, Plan, PlaybackCommand, PlaybackMessage, StreamPlan,
    clip::{Clip, ClipUnit},
    rtsp_server::Mount,
};
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};
use url::Url;

/// Six seconds at ten pictures a second, whose sizes differ with what they show.
fn pictures(dir: &Path, name: &str) -> PathBuf {
    let path = dir.join(name);
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:duration=6"])
        .args(["-c:v", "mjpeg", "-huffman", "default", "-q:v", "5", "-pix_fmt", "yuvj420p", "-f", "mjpeg"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(status.success(), "ffmpeg makes {name}");
    path
}

/// Pictures that no encoder made, as a camera's own encoder may make them.
fn made_up() -> Arc<Clip> {
    let settings = Settings { width: 320, height: 240, fps: 10, ..Settings::default() };
    let stream = SamplePictures::new(settings).unwrap();
    let params = stream.params().clone();
    let unit =
        |unit: model::AccessUnit| ClipUnit { dts: unit.dts, pts: unit.pts, key: true, data: unit.data };
    Arc::new(Clip::from_units(params, stream.take(60).map(unit).collect(), 6 * 90_000).unwrap())
}

/// Records, watches and hands out one camera; `url` answers to `login`.
async fn check(url: &str, login: Option<(&str, &str)>) {
    let world = world(4).await;
    let camera = world.camera("江边步道 1", url).await;
    let begun = world.pipeline.clock().wall();
    let address = Address {
        credentials: login.map(|(user, password)| (user.into(), Secret::new(password.into()))),
        ..Address::plain(url.parse::<Url>().unwrap())
    };
    let plan = StreamPlan { address, recorded: true, floor_days: 30 };
    world.pipeline.apply(Plan::default().with(camera, Profile::Main, plan)).await.unwrap();
    until(&format!("{url} runs"), async || {
        world.pipeline.streams().iter().any(|s| s.state().newest.is_some())
    })
    .await;
    let pass = world.pass(Act::Live, &[camera], None).await;
    let mut live = world.pipeline.live(&pass, main(camera)).unwrap();
    let mut units = 0;
    while units < 8 {
        match live.next(|| world.pipeline.clock().wall()).await.unwrap() {
            LiveMessage::Init { params, .. } => {
                assert_eq!((params.width, params.height, params.rfc6381.as_str()), (320, 240, "mp4v.6C"));
            }
            LiveMessage::Unit { key, bytes, .. } => {
                assert!(key, "every picture can be shown by itself");
                assert!(bytes.windows(3).any(|three| three == [0xff, 0xd8, 0xff]), "a picture");
                units += 1;
            }
            LiveMessage::State(_) => {}
            LiveMessage::Skipped { .. } | LiveMessage::End(_) => panic!("nothing is skipped, nothing ends"),
        }
    }
    drop(live);
    until("two segments", async || {
        world.coverage(camera, begun).await.spans.iter().any(|s| s.duration_us() > 8_000_000)
    })
    .await;
    let coverage = world.coverage(camera, begun).await;
    assert_eq!((coverage.spans.len(), gaps_within(&coverage).len()), (1, 0), "{url}: {coverage:?}");
    let start = coverage.spans[0].start;

    // Key frames alone, as for fast playing: some pictures, not all.
    let span = Span { start, end: world.pipeline.clock().wall() };
    let pass = world.pass(Act::Playback, &[camera], Some(span)).await;
    let mut playback = world.pipeline.playback(&world.cx(), &pass, main(camera)).unwrap();
    let base = start.plus_us(-10_000_000);
    let at = start.plus_us(100_000);
    playback.command(PlaybackCommand::Play { epoch: 1, at, base, until: None, speed: 4.0, keys_only: true });
    let mut times = Vec::new();
    while times.len() < 4 {
        if let PlaybackMessage::Media { dts, key: true, units: 1, .. } = playback.next().await.unwrap() {
            times.push(dts.0);
        }
    }
    assert!(times.windows(2).all(|two| two[1] - two[0] >= 45_000), "{url}: {times:?}");

    let span = Span { start: start.plus_us(1_000_000), end: start.plus_us(6_000_000) };
    let made = world.export(camera, Profile::Main, span).await.unwrap();
    let report = world.verify(&made.path);
    assert_eq!(report.exit_code(), 0, "{report:#?}");
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&made.path).unwrap()).unwrap();
    zip.extract(world.dir.path()).unwrap();
    let out = world.dir.path().join(zip.name_for_index(0).unwrap().unwrap().split('/').next().unwrap());
    let (codec, frames) = probe_frames(&out.join("CAMERA-01-001.mp4"));
    assert_eq!(codec, "mjpeg");
    assert!((48..=53).contains(&frames), "{url}: 5 s at 10 a second, not {frames}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn motion_jpeg_is_recorded() {
    undisturbed(recorded).await;
}

async fn recorded() {
    let dir = tempfile::tempdir().unwrap();
    let ffmpegs = Clip::load(&pictures(dir.path(), "ffmpeg.mjpeg")).unwrap();
    let mounts = vec![Mount::new("/ffmpeg", Arc::new(ffmpegs)), Mount::new("/made", made_up())];
    let (farm, _cancel) = farm(mounts).await;
    let cameras = Cameras::start_with(&["--port", "0"], &[("/gst", &pictures(dir.path(), "gst.mjpeg"))]);
    let gstreamer = format!("rtsp://127.0.0.1:{}/gst", cameras.port);
    let (ffmpegs, made_up) = (farm.url("/ffmpeg"), farm.url("/made"));
    tokio::join!(
        check(&ffmpegs, None),
        check(&made_up, None),
        check(&gstreamer, Some(("admin", "camera-secret"))),
    );
}
