//! The real server on a small disk that somebody else fills: streams stop in the order of sacrifice, with entries and gaps,
//! nothing is deleted, the databases stay whole, and when room returns all go on.
//!
//! The disk is a tmpfs of its own, which takes root to mount: without that the test says that it is skipped. It takes two
//! minutes and belongs to the long run.

use law::alarm::EventKind;
use media::sample_stream::{SampleStream, Settings};
use model::{Act, CameraId, GapCause, MediaTime, Personal, Profile, Span, StreamId, WallTime};
use pipeline::{
    clip::{Clip, ClipUnit},
    rtsp_server::{self, Farm, Mount},
    system_wall,
};
use server::{
    cmd::{
        check::{self, Depth},
        output::Level,
    },
    http_client::HttpClient,
};
use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};
use store::{AccessQuery, AlarmQuery, NewCamera, NewPerson, OpenOptions, Store, system_cx};
use tokio_util::sync::CancellationToken;

const BINARY: &str = env!("CARGO_BIN_EXE_watchkeeper");
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const CAMERAS: usize = 3;
/// The recorder's reserve, and a day of these cameras with room to spare.
const DISK_BYTES: u64 = RESERVE_BYTES + 900_000_000;
/// What the recorder leaves free (`pipeline::writer`).
const RESERVE_BYTES: u64 = 512 * 1024 * 1024;
/// Too little for two hours of all cameras, enough for one.
const SCARCE_BYTES: u64 = 25_000_000;

/// A file system of a known size; unmounted when dropped.
struct SmallDisk {
    at: tempfile::TempDir,
}

impl SmallDisk {
    fn mount() -> Option<Self> {
        let at = tempfile::tempdir().unwrap();
        let size = format!("size={DISK_BYTES}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "watchkeeper-test"])
            .arg(at.path())
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self { at })
    }

    fn path(&self) -> &Path {
        self.at.path()
    }

    fn free_bytes(&self) -> u64 {
        let space = rustix::fs::statvfs(self.path()).unwrap();
        space.f_bavail * space.f_frsize
    }

    /// A file of somebody else takes all but so many bytes. Recording goes on meanwhile and takes some of them.
    fn fill(&self, leave_bytes: u64) {
        let path = self.path().join("filler");
        let mut file = std::fs::File::options().create(true).append(true).open(path).unwrap();
        let mut wanted = self.free_bytes().saturating_sub(leave_bytes);
        let had = file.metadata().unwrap().len();
        while let Err(error) =
            rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, had + wanted)
        {
            assert_eq!(error, rustix::io::Errno::NOSPC);
            wanted = wanted.saturating_sub(256 * 1024);
        }
        // To the last page, when nothing is to be left.
        while leave_bytes == 0 && file.write_all(&[0; 4_096]).is_ok() {}
    }

    fn clear(&self) {
        std::fs::remove_file(self.path().join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

async fn farm() -> (Farm, CancellationToken) {
    let settings = Settings { fps: 5, gop: 5, key_bytes: 1_200, delta_bytes: 200, ..Settings::default() };
    let stream = SampleStream::new(settings).unwrap();
    let params = stream.params().clone();
    let units =
        stream.take(10).map(|unit| ClipUnit { dts: unit.dts, pts: unit.pts, key: unit.key, data: unit.data });
    let clip = Arc::new(Clip::from_units(params, units.collect(), 2 * MediaTime::TICKS_PER_SECOND).unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let cancel = CancellationToken::new();
    let mounts = (0..CAMERAS).map(|number| Mount::new(format!("/{number}"), clip.clone())).collect();
    (rtsp_server::serve(listener, mounts, cancel.clone()).unwrap(), cancel)
}

/// A server that does not outlive the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already when all went well.
        let _ended = self.0.kill();
        self.0.wait().unwrap();
    }
}

struct Site {
    disk: SmallDisk,
    folder: tempfile::TempDir,
    /// By priority, the least important first.
    cameras: Vec<CameraId>,
    auditor: model::PersonId,
}

impl Site {
    async fn build(disk: SmallDisk, farm: &Farm) -> Self {
        let dir = disk.path().join("store");
        let options = OpenOptions { create: true, ..OpenOptions::new(system_wall()) };
        let store = Store::open(&dir, options).await.unwrap();
        let cx = system_cx("init", system_wall());
        store.registry.init(&cx, "示范单位", "admin", Personal::new("王芳".into())).await.unwrap();
        let unit = store.registry.units(&cx).await.unwrap()[0].id;
        let auditor = NewPerson {
            account: "zhou".into(),
            name: Personal::new("周安".into()),
            language: "zh".into(),
            posts: vec![law::access::Post { role: model::Role::Auditor, unit, group: None }],
            password: Some(model::Secret::new("a long enough password".into())),
            password_stays: true,
        };
        let (auditor, _) = store.registry.create_person(&cx, auditor).await.unwrap();
        let mut cameras = Vec::new();
        for number in 0..CAMERAS {
            let new = NewCamera {
                unit,
                group: None,
                name: format!("{number}"),
                place: "滨江路 1 号".into(),
                main_url: format!("rtsp://{}/{number}", farm.address()),
                sub_url: None,
                credentials: None,
                security_level: 1,
                floor_days: None,
                reach: store::Reach::default(),
            };
            let camera = store.registry.create_camera(&cx, new).await.unwrap();
            let priority = u8::try_from(number).unwrap() + 1;
            store.registry.plan_camera(&cx, camera, None, priority, None).await.unwrap();
            cameras.push(camera);
        }
        store.close(system_wall()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let lines = format!(
            "listen = '127.0.0.1:0'\nplain_http = true\ndata_dir = '{}'\nmetrics_token = '{TOKEN}'\n[log]\nfilter = 'warn'\n",
            dir.display()
        );
        std::fs::write(folder.path().join("boot.toml"), lines).unwrap();
        Self { disk, folder, cameras, auditor }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Starts the server with segments of a few seconds; the address that it listens on.
    fn serve(&self) -> (Running, std::net::SocketAddr) {
        let log = std::fs::File::options().create(true).append(true).open(self.log()).unwrap();
        let mut child = Command::new(BINARY)
            .args(["bench", "server", "--config"])
            .arg(self.folder.path().join("boot.toml"))
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = child.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line).unwrap();
        (
            Running(child),
            line.trim()
                .parse()
                .unwrap_or_else(|_| panic!("{}", std::fs::read_to_string(self.log()).unwrap())),
        )
    }

    /// Footage, sealed or open.
    fn files(&self) -> Vec<PathBuf> {
        files(&self.disk.path().join("store/media"))
    }

    async fn open(&self) -> Store {
        let dir = self.disk.path().join("store");
        Store::open(&dir, OpenOptions::new(system_wall())).await.unwrap()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found = paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    found.filter(|path| path.extension().is_some_and(|extension| extension == "mp4")).collect()
}

/// The collector's page.
struct Metrics(String);

impl Metrics {
    async fn of(address: std::net::SocketAddr) -> Self {
        let url = format!("http://{address}/metrics").parse().unwrap();
        let answer = HttpClient::default().get(&url, Some(TOKEN), 1 << 20).await.unwrap();
        Self(String::from_utf8(answer.body).unwrap())
    }
    /// Streams by the word that says what they are doing.
    fn streams(&self, state: &str) -> usize {
        self.value(&format!("watchkeeper_streams{{state=\"{state}\"}}"))
    }
    fn stopped(&self) -> usize {
        self.value("watchkeeper_streams_without_room")
    }
    fn value(&self, name: &str) -> usize {
        let value = self.0.lines().find_map(|line| line.strip_prefix(name));
        value.map_or(0, |value| value.trim().parse::<f64>().unwrap() as usize)
    }
}

async fn until(address: std::net::SocketAddr, what: &str, holds: impl Fn(&Metrics) -> bool) {
    let mut last = None;
    for _ in 0..240 {
        let metrics = Metrics::of(address).await;
        if holds(&metrics) {
            return;
        }
        last = Some(metrics.0);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("not within two minutes: {what}\n{}", last.unwrap_or_default());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes two minutes and mounts a file system: `make check` runs it"]
async fn a_disk_run_full_stops_streams_in_order_and_they_come_back() {
    let Some(disk) = SmallDisk::mount() else {
        println!("skipped: a tmpfs cannot be mounted here (it takes root)");
        return;
    };
    let (farm, _cancel) = farm().await;
    let site = Site::build(disk, &farm).await;
    let (mut child, address) = site.serve();
    until(address, "all record", |now| now.streams("recording") == CAMERAS).await;
    // More than one look, and a segment or two: with a day's room nobody stops.
    tokio::time::sleep(Duration::from_secs(15)).await;
    until(address, "all still record", |now| now.streams("recording") == CAMERAS).await;
    assert_eq!(Metrics::of(address).await.stopped(), 0);

    let before = site.files();
    assert!(before.len() >= CAMERAS, "{before:?}");
    site.disk.fill(RESERVE_BYTES + SCARCE_BYTES);
    until(address, "some are stopped, and said to be", |now| {
        let stopped = now.stopped();
        (1..CAMERAS).contains(&stopped)
            && now.streams("disk") == stopped
            && now.streams("recording") == CAMERAS - stopped
    })
    .await;

    site.disk.fill(0);
    until(address, "nothing is recorded, and nobody says so", |now| now.streams("disk") == CAMERAS).await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert!(child.0.try_wait().unwrap().is_none(), "it lives through it");

    site.disk.clear();
    until(address, "all record again", |now| now.streams("recording") == CAMERAS && now.stopped() == 0).await;
    tokio::time::sleep(Duration::from_secs(8)).await;
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.0.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(child.0.wait().unwrap().success(), "an orderly stop");
    let log = std::fs::read_to_string(site.log()).unwrap();
    assert!(!log.contains("panicked"), "{log}");
    let after = site.files();
    assert!(before.iter().all(|file| after.contains(file)), "nothing goes for want of room");
    afterwards(&site).await;
}

/// The store is whole, says what happened, and lacks nothing that it had.
async fn afterwards(site: &Site) {
    let store = site.open().await;
    let found = check::examine(&store, Depth::Whole, &indicatif::ProgressBar::hidden()).await.unwrap();
    let wrong: Vec<_> = found.iter().filter(|finding| finding.level == Level::Wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let cx = system_cx("check", system_wall());
    for (number, camera) in site.cameras.iter().enumerate() {
        let stream = StreamId { camera: *camera, profile: Profile::Main };
        let span = Span { start: WallTime(0), end: WallTime(i64::MAX) };
        let coverage = store.footage.coverage(&cx, stream, span, false).await.unwrap();
        let of_disk = coverage.gaps.iter().filter(|gap| gap.cause == GapCause::Disk).count();
        assert!(of_disk > 0 && of_disk == coverage.gaps.len(), "camera {number}: {:?}", coverage.gaps);
        let mut ends: Vec<(WallTime, WallTime)> =
            coverage.spans.iter().map(|span| (span.start, span.end)).collect();
        ends.extend(coverage.gaps.iter().map(|gap| (gap.span.start, gap.span.end)));
        ends.sort();
        assert!(ends.windows(2).all(|pair| pair[0].1 == pair[1].0), "camera {number}: {ends:?}");
    }
    let mut acts = Vec::new();
    for act in [Act::StopStream, Act::ResumeStream] {
        let query = AccessQuery { act: Some(act), limit: 100, ..AccessQuery::default() };
        let page = store.access_entries(&auditor(site), &query).await.unwrap();
        acts.push(page.entries.into_iter().filter_map(|entry| entry.record).collect::<Vec<_>>());
    }
    let first_stopped = acts[0].last().unwrap();
    let first_stopped = format!("{:?}", first_stopped.cameras);
    let least = site.cameras[0].to_string();
    assert!(first_stopped.contains(&least), "{first_stopped} stopped first, not {least}");
    assert!(!acts[1].is_empty(), "the return has its entry");
    // Somebody was called, and told when it was over.
    for kind in [EventKind::RecordingStopped, EventKind::RecordingResumed] {
        let query = AlarmQuery { kind: Some(kind), limit: 100, ..AlarmQuery::default() };
        let said = store.registry.alarms(&cx, &query).await.unwrap().alarms;
        assert!(said.iter().any(|alarm| alarm.cameras == [site.cameras[0]]), "{kind:?}: {said:?}");
    }
    store.close(system_wall()).await.unwrap();
}

fn auditor(site: &Site) -> model::Cx {
    model::Cx {
        actor: model::Actor::Person(site.auditor),
        purpose: model::Purpose::Supervision,
        legal_basis: model::LegalBasis::SupervisionDuty,
        case: None,
        note: None,
        place: "local".into(),
        request: model::RequestId(uuid::Uuid::now_v7()),
        now: system_wall(),
    }
}
