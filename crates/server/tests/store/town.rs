//! A small true store, made once: two recorded streams with gaps, a third of gaps alone (so that the log has a full
//! subtree), footage that expired, checkpoints in between, and an access log. Copies of it are what tests change.

use media::sample_stream::{SampleStream, Settings};
use model::{AccessUnit, CameraId, GapCause, MediaTime, MonoTime, Profile, Span, StreamId, WallTime};
use pipeline::{Config, Pipeline, Recorder, system_wall};
use server::cmd::{
    check::{self, Depth},
    output::{Finding, Level},
};
use sqlx::{ConnectOptions as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use store::{LogName, NewGap, OpenOptions, PasswordCost, Store, StoreKey, StoreKeys, system_cx};
use uuid::Uuid;

const SECOND_US: i64 = 1_000_000;
const DAY_US: i64 = 86_400 * SECOND_US;
/// More than one full subtree of 256 leaves, and not a whole number of them.
const GAPS_OF_THIRD: i64 = 300;

/// In memory where the system has such a folder: thousands of copies are made.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(if Path::new("/dev/shm").is_dir() {
        "/dev/shm".into()
    } else {
        std::env::temp_dir()
    })
    .unwrap()
}

pub fn stream(number: u128) -> StreamId {
    StreamId {
        camera: CameraId(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0000 | number << 64 | number)),
        profile: Profile::Main,
    }
}

/// Also a store without encryption is opened with this key, so that there is one way to open either.
fn key() -> StoreKey {
    StoreKey::new([8; 32])
}

async fn open(dir: &Path, options: OpenOptions) -> store::Result<Store> {
    Store::open(dir, OpenOptions { password_cost: PasswordCost::CHEAP, ..options }).await
}

/// Feeds a made-up camera to the shipping recorder.
pub struct Camera {
    recorder: Recorder,
    units: SampleStream,
    ticks: i64,
}

impl Camera {
    async fn new(pipeline: &Pipeline, number: u128, from: WallTime) -> Self {
        Self::of(pipeline, stream(number), number as u64 + 1, from).await
    }

    pub async fn of(pipeline: &Pipeline, stream: StreamId, seed: u64, from: WallTime) -> Self {
        let settings = Settings {
            width: 64,
            height: 48,
            fps: 5,
            gop: 5,
            key_bytes: 300,
            delta_bytes: 90,
            seed,
            ..Settings::default()
        };
        let recorder = pipeline.hand_fed(stream, from).await.unwrap().unwrap();
        Self { recorder, units: SampleStream::new(settings).unwrap(), ticks: 0 }
    }

    /// So many seconds of pictures from `from` on, then silence.
    pub fn record(&mut self, from: WallTime, seconds: i64) {
        self.feed(from, seconds);
        self.recorder.lost(GapCause::Network, "the cable was pulled");
    }

    /// So many seconds of pictures, and more may come.
    pub fn feed(&mut self, from: WallTime, seconds: i64) {
        let first_us = self.ticks * 100 / 9;
        for unit in self.units.by_ref().take(usize::try_from(seconds * 5).unwrap()) {
            let since_us = self.ticks * 100 / 9;
            let wall = from.plus_us(since_us - first_us);
            let (dts, received) = (MediaTime(self.ticks), MonoTime(since_us));
            let unit = AccessUnit { dts, pts: dts, wall, received, ..unit };
            assert!(self.recorder.unit(received, unit));
            self.ticks += 90_000 / 5;
        }
    }
}

/// The store that copies are made of.
pub struct Town {
    folder: tempfile::TempDir,
}

impl Town {
    pub async fn build() -> Self {
        Self::build_with(StoreKeys::default()).await
    }

    /// The same with every file encrypted.
    pub async fn build_encrypted() -> Self {
        Self::build_with(StoreKeys::new(Some(key()), Vec::new())).await
    }

    async fn build_with(store_keys: StoreKeys) -> Self {
        let folder = folder();
        let now = system_wall();
        let options = OpenOptions { create: true, store_keys, ..OpenOptions::new(now) };
        let store = open(folder.path(), options).await.unwrap();
        let pipeline =
            Pipeline::start(store.clone(), Config { segment_seconds: 3, ..Config::default() }).await.unwrap();
        let (old, recent) = (now.plus_us(-40 * DAY_US), now.plus_us(-3_600 * SECOND_US));
        let mut first = Camera::new(&pipeline, 1, old).await;
        let mut second = Camera::new(&pipeline, 2, recent).await;
        first.record(old, 6);
        pipeline.settled().await;
        store.publish(LogName::Footage, now).await.unwrap();
        first.record(recent, 9);
        second.record(recent, 6);
        pipeline.settled().await;
        store.publish(LogName::Footage, now).await.unwrap();
        for number in 0..GAPS_OF_THIRD {
            let start = recent.plus_us(number * SECOND_US);
            let span = Span { start, end: start.plus_us(SECOND_US) };
            let gap = NewGap {
                stream: stream(3),
                span,
                cause: GapCause::Camera,
                evidence: format!("silent {number}"),
            };
            store.footage.commit_gap(gap).await.unwrap();
        }
        first.record(recent.plus_us(60 * SECOND_US), 6);
        second.record(recent.plus_us(30 * SECOND_US), 6);
        drop((first, second));
        pipeline.settled().await;
        pipeline.stop().await;
        drop(pipeline);
        expire(&store, now).await;
        for minute in 1..4 {
            store.publish(LogName::Footage, now).await.unwrap();
            store.publish(LogName::Access, now.plus_us(minute * 60 * SECOND_US)).await.unwrap();
            store
                .registry
                .note_system(
                    &system_cx("demo", now.plus_us(minute * 60 * SECOND_US)),
                    model::Act::SystemRead,
                    "a reading",
                )
                .await
                .unwrap();
        }
        store.close(now.plus_us(240 * SECOND_US)).await.unwrap();
        Self { folder }
    }

    pub fn dir(&self) -> &Path {
        self.folder.path()
    }

    /// Media files and sidecars, as paths inside the media folder.
    pub fn files(&self, extension: &str) -> Vec<String> {
        let media = self.dir().join("media");
        let mut found = Vec::new();
        let mut folders = vec![media.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|found| found == extension) {
                    found.push(path.strip_prefix(&media).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        found.sort();
        found
    }

    pub fn copy(&self) -> tempfile::TempDir {
        let to = folder();
        copy(self.dir(), to.path());
        to
    }
}

/// The footage of forty days ago goes.
pub async fn expire(store: &Store, now: WallTime) {
    let cx = system_cx("retention", now);
    let time = store.advance_trust(Duration::from_secs(86_400), now).await.unwrap().time(now);
    let plan = store.plan_expiry(&cx, time).await.unwrap();
    assert!(store.footage.expire(&cx, plan).await.unwrap().segments > 0);
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A connection that writes what it likes, as somebody with the file would.
pub async fn forger(dir: &Path, database: &str) -> SqliteConnection {
    let path: PathBuf = dir.join(database);
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(false)
        .pragma("ignore_check_constraints", "ON")
        .pragma("synchronous", "OFF")
        .connect()
        .await
        .unwrap()
}

/// What `watchkeeper check` says of a data folder; an error is that it cannot be opened at all.
pub async fn check(dir: &Path, depth: Depth) -> anyhow::Result<Vec<Finding>> {
    check_with(dir, depth, StoreKeys::new(None, vec![key()])).await
}

/// The same with other store keys.
pub async fn check_with(dir: &Path, depth: Depth, store_keys: StoreKeys) -> anyhow::Result<Vec<Finding>> {
    let options = OpenOptions { for_check: true, store_keys, ..OpenOptions::new(system_wall()) };
    let store = open(dir, options).await?;
    let findings = check::examine(&store, depth, &indicatif::ProgressBar::hidden()).await;
    store.close(system_wall()).await?;
    findings
}

pub fn wrong(findings: &[Finding]) -> Vec<&Finding> {
    findings.iter().filter(|finding| finding.level == Level::Wrong).collect()
}
