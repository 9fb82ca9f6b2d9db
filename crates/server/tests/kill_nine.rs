//! The real binary, killed with SIGKILL at random moments while cameras run: little is lost, what is lost is a gap with its
//! cause, records still tile time, and `check` is clean after each kill.
//!
//! Segments are short, so that kills meet every moment of one: just begun, open, sealed and not committed, committed.
//! `WATCHKEEPER_LONG=1` kills forty times; `WATCHKEEPER_SEED` chooses the moments.
#![expect(clippy::unwrap_used, reason = "a test fails where it fails")]

#[path = "../../pipeline/tests/it/undisturbed.rs"]
mod undisturbed;

use media::sample_stream::{SampleStream, Settings};
use model::{CameraId, GapCause, MediaTime, Profile, Span, StreamId, WallTime};
use pipeline::{
    clip::{Clip, ClipUnit},
    rtsp_server::{self, Farm, Mount},
    system_wall,
};
use server::cmd::{
    check::{self, Depth},
    output::Level,
};
use server::store_keys::{self, Encryption};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};
use store::{OpenOptions, Store, journal::Record, registry::system_cx};
use tokio_util::sync::CancellationToken;
use undisturbed::undisturbed;
use uuid::Uuid;

const CAMERAS: u32 = 4;
/// Long enough for a sync or two, so that a kill is as likely inside a segment as at its end.
const SEGMENT_SECONDS: u32 = 2;
/// Kills in a usual run: what fits into half a minute.
const KILLS: u32 = 6;
const KILLS_LONG: u32 = 40;
const BINARY: &str = env!("CARGO_BIN_EXE_watchkeeper");
/// One second, one fragment of at most half a second, and how long this test needs to see that a process is gone.
const LOST_US_MAX: i64 = 1_500_000 + 400_000;

/// As the bench's recorder names its cameras.
fn stream(number: u32) -> StreamId {
    let id = 0x0192_0000_0000_7000_8000_0000_0000_0000 | u128::from(number) << 64 | u128::from(number);
    StreamId { camera: CameraId(Uuid::from_u128(id)), profile: Profile::Main }
}

/// A camera's worth of valid H.264, without ffmpeg: two groups of a second at 25 frames a second.
fn clip() -> Arc<Clip> {
    let stream = SampleStream::new(Settings { fps: 25, gop: 25, ..Settings::default() }).unwrap();
    let params = stream.params().clone();
    let units =
        stream.take(50).map(|unit| ClipUnit { dts: unit.dts, pts: unit.pts, key: unit.key, data: unit.data });
    Arc::new(Clip::from_units(params, units.collect(), 2 * MediaTime::TICKS_PER_SECOND).unwrap())
}

async fn farm() -> (Farm, CancellationToken) {
    let clip = clip();
    let mounts = (0..CAMERAS).map(|number| Mount::new(format!("/{number}"), clip.clone())).collect();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let cancel = CancellationToken::new();
    (rtsp_server::serve(listener, mounts, cancel.clone()).unwrap(), cancel)
}

fn recorder(dir: &Path, farm: &Farm, key_file: Option<&Path>) -> Child {
    let port = farm.address().port().to_string();
    let key_file = key_file.map(|file| [Path::new("--key-file"), file]);
    Command::new(BINARY)
        .args(["bench", "recorder", "--dir"])
        .arg(dir)
        .args(key_file.into_iter().flatten())
        .args(["--port", &port, "--streams", &CAMERAS.to_string()])
        .args(["--segment-seconds", &SEGMENT_SECONDS.to_string()])
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until footage that each camera sent after `since` is in a journal, and so counts after a kill.
async fn recording(dir: &Path, since: WallTime) {
    let cameras = || {
        let journals =
            files(dir).into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "journal"));
        // One may be taken away meanwhile: all that it names is in the database then, and more comes.
        let records =
            journals.filter_map(|file| Some(store::journal::decode_all(&std::fs::read(file).ok()?).records));
        let fresh = records.flatten().filter_map(|record| match record {
            Record::Fragment(entry) if entry.span.start > since => Some(entry.path.to_string()),
            _ => None,
        });
        fresh.filter_map(|path| Some(path.split_once('/')?.0.to_owned())).collect::<BTreeSet<_>>().len()
    };
    for _ in 0..1_800 {
        if cameras() == CAMERAS as usize {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not all cameras are recorded within 90 s");
}

/// xorshift64 (Marsaglia 2003), from a seed that is printed, so that a failure can be tried again.
struct Random(u64);

impl Random {
    fn seeded() -> Self {
        let given = std::env::var("WATCHKEEPER_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| Uuid::now_v7().as_u64_pair().1).max(1);
        println!("WATCHKEEPER_SEED={seed}");
        Self(seed)
    }
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_recorder_loses_little_and_says_so() {
    undisturbed(killed).await;
}

async fn killed() {
    let dir = tempfile::tempdir().unwrap();
    let kills = if std::env::var_os("WATCHKEEPER_LONG").is_some() { KILLS_LONG } else { KILLS };
    kill(dir.path(), None, kills).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_recorder_that_encrypts_does_the_same_and_leaves_nothing_in_the_clear() {
    undisturbed(killed_while_encrypting).await;
}

async fn killed_while_encrypting() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, key_file) = (folder.path().join("data"), folder.path().join("store.key"));
    let kills = if std::env::var_os("WATCHKEEPER_LONG").is_some() { KILLS_LONG } else { KILLS / 2 };
    kill(&dir, Some(&key_file), kills).await;
    let key = std::fs::read(&key_file).unwrap();
    let raw: Vec<u8> = key
        .trim_ascii()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let store = open(&dir).await;
    let cx = system_cx("check", system_wall());
    let mut hidden = vec![key.trim_ascii().to_vec(), raw];
    for segment in store.footage.stored_segments(&cx, 0, 1_000).await.unwrap() {
        let sidecar = store.footage.sidecar_for_system(&cx, &segment.path.unwrap()).unwrap();
        hidden.push(sidecar.secret.expose().to_vec());
    }
    store.close(system_wall()).await.unwrap();
    assert!(hidden.len() > 2);
    // Of an H.264 key unit and of its container: what every plain file of these cameras holds.
    hidden.extend([b"moof".to_vec(), clip_bytes()]);
    let files = files(&dir);
    assert!(files.iter().any(|file| file.extension().is_some_and(|extension| extension == "mp4")));
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        for hidden in &hidden {
            assert!(!holds(&bytes, hidden), "{}: {hidden:02x?}", file.display());
        }
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    let first = part[0];
    let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == first);
    starts.into_iter().any(|(at, _)| bytes[at..].starts_with(part))
}

/// From the middle of the first key unit.
fn clip_bytes() -> Vec<u8> {
    let mut stream = SampleStream::new(Settings { fps: 25, gop: 25, ..Settings::default() }).unwrap();
    let unit = stream.next().unwrap().data;
    unit[unit.len() / 2..][..24].to_vec()
}

/// Files below a folder; none when it is not there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

async fn kill(dir: &Path, key_file: Option<&Path>, kills: u32) {
    let (farm, _cancel) = farm().await;
    let begun = system_wall();
    let mut random = Random::seeded();
    for kill in 0..kills {
        let since = system_wall();
        let mut child = recorder(dir, &farm, key_file);
        recording(dir, since).await;
        // Two lengths of a segment: every moment of one, and of the next one's beginning.
        let after_ms = random.below(u64::from(SEGMENT_SECONDS) * 2_000);
        tokio::time::sleep(Duration::from_millis(after_ms)).await;
        let killed = system_wall();
        child.kill().unwrap();
        child.wait().unwrap();
        recover(dir, killed, &format!("kill {kill}, {after_ms} ms after the start")).await;
    }
    // One more run, ended in order, so that the last gap is recorded too.
    let since = system_wall();
    let mut child = recorder(dir, &farm, key_file);
    recording(dir, since).await;
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success(), "an orderly stop");
    check_history(dir, begun, kills).await;
    let checked = Command::new(BINARY).args(["check", "--json", "--dir"]).arg(dir).output().unwrap();
    assert!(
        checked.status.success(),
        "check: {}{}",
        String::from_utf8_lossy(&checked.stdout),
        String::from_utf8_lossy(&checked.stderr)
    );
}

async fn open(dir: &Path) -> Store {
    let store_keys = store_keys::load(&Encryption::default(), dir).unwrap();
    Store::open(dir, OpenOptions { store_keys, ..OpenOptions::new(system_wall()) }).await.unwrap()
}

/// Starts the pipeline as the next run does, looks how far each camera's footage reaches, and checks the whole store.
async fn recover(dir: &Path, killed: WallTime, what: &str) {
    let store = open(dir).await;
    let pipeline = pipeline::Pipeline::start(store.clone(), pipeline::Config::default()).await.unwrap();
    let recovered = pipeline.recovered();
    assert_eq!(recovered.failed, 0, "{what}: {recovered:?}");
    for number in 0..CAMERAS {
        let end = store.footage.stream_head(stream(number)).await.unwrap().end.unwrap();
        let lost_us = killed.since_us(end);
        assert!(lost_us < LOST_US_MAX, "{what}, camera {number}: {lost_us} us lost");
    }
    pipeline.stop().await;
    drop(pipeline);
    let found = check::examine(&store, Depth::Whole, &indicatif::ProgressBar::hidden()).await.unwrap();
    let wrong: Vec<_> = found.iter().filter(|finding| finding.level == Level::Wrong).collect();
    assert!(wrong.is_empty(), "{what}: {wrong:#?}");
    store.close(system_wall()).await.unwrap();
}

/// Every kill left one gap of our own cause in every camera, and segments and gaps tile the time.
async fn check_history(dir: &Path, begun: WallTime, kills: u32) {
    let store = open(dir).await;
    let cx = system_cx("check", system_wall());
    for number in 0..CAMERAS {
        let span = Span { start: begun.plus_us(-10_000_000), end: WallTime(i64::MAX) };
        let coverage = store.footage.coverage(&cx, stream(number), span, false).await.unwrap();
        assert_eq!(coverage.gaps.len(), kills as usize, "camera {number}: {:?}", coverage.gaps);
        assert!(
            coverage.gaps.iter().all(|gap| gap.cause == GapCause::Us),
            "camera {number}: {:?}",
            coverage.gaps
        );
        let mut ends: Vec<(WallTime, WallTime)> =
            coverage.spans.iter().map(|span| (span.start, span.end)).collect();
        ends.extend(coverage.gaps.iter().map(|gap| (gap.span.start, gap.span.end)));
        ends.sort();
        assert!(ends.windows(2).all(|pair| pair[0].1 == pair[1].0), "camera {number}: tiled: {ends:?}");
    }
    store.close(system_wall()).await.unwrap();
}
