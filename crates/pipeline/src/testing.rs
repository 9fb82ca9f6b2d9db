//! What the tests inside this crate share: a fresh store with an operator, a stream of made-up units, a disk that fails on demand.
//!
//! Store, database and files are real; only cameras are not: units come at the pace of the test, with times of their own.

use crate::{
    Config, Pipeline, Recorder,
    run::Outside,
    writer::{Append, Files},
};
use bytes::Bytes;
use media::fmp4::{self, ItemKind};
use model::{
    AccessUnit, Act, Actor, CameraId, Cx, GapCause, LegalBasis, MediaTime, MonoTime, PersonId, Personal,
    Profile, Purpose, Rendering, RequestId, Role, Secret, Span, StreamId, UnitId, VideoParams, WallTime,
};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};
use store::{
    NewCamera, NewPerson, OpenOptions, Pass, PasswordCost, Request, Store,
    media_dir::{DiskSpace, MediaDir, SegmentPath, Sidecar},
    registry::system_cx,
};

/// A file of the frozen vectors: its parameters serve for made-up units.
const VECTOR: &[u8] = include_bytes!("../../media/testdata/segment-v1.mp4");
/// Ticks and microseconds between two units: 25 a second.
const UNIT_TICKS: i64 = 3_600;
const UNIT_US: i64 = 40_000;

pub async fn open(dir: &Path, create: bool) -> Store {
    let now = crate::system_wall();
    let cheap = OpenOptions { password_cost: PasswordCost::CHEAP, ..OpenOptions::new(now) };
    let options = OpenOptions { create, one_file_system: true, ..cheap };
    Store::open(dir, options).await.unwrap()
}

pub fn params() -> Arc<VideoParams> {
    let Ok(fmp4::Next::Item(fmp4::Item { kind: ItemKind::Init(found), .. })) = fmp4::next_item(VECTOR, 0)
    else {
        panic!("the vector has an init segment");
    };
    Arc::new(found.params)
}

pub fn stream(number: u128) -> StreamId {
    StreamId { camera: CameraId(uuid::Uuid::from_u128(number)), profile: Profile::Main }
}

/// The unit so many frames after `began`, a key frame each second; `bytes` long.
pub fn unit(began: WallTime, frame: i64, bytes: usize, params: &Arc<VideoParams>) -> AccessUnit {
    let key = frame % 25 == 0;
    let mut data = vec![7; bytes.max(8)];
    data[..4].copy_from_slice(&u32::try_from(bytes.max(8) - 4).unwrap().to_be_bytes());
    data[4] = if key { 0x65 } else { 0x41 };
    AccessUnit {
        dts: MediaTime(frame * UNIT_TICKS),
        pts: MediaTime(frame * UNIT_TICKS),
        wall: began.plus_us(frame * UNIT_US),
        received: MonoTime(frame * UNIT_US),
        key,
        data: data.into(),
        params: params.clone(),
    }
}

/// A recorder that is fed by hand.
pub struct Feed {
    pub recorder: Recorder,
    pub began: WallTime,
    params: Arc<VideoParams>,
}

impl Feed {
    pub fn new(recorder: Recorder, began: WallTime) -> Self {
        Self { recorder, began, params: params() }
    }

    /// Feeds the units of these seconds, flushing twice a second as the ingest does.
    pub fn seconds(&mut self, seconds: std::ops::Range<i64>) {
        for frame in seconds.start * 25..seconds.end * 25 {
            let unit = unit(self.began, frame, 200, &self.params);
            self.recorder.unit(unit.received, unit);
            if frame % 12 == 11 {
                self.recorder.flush();
            }
        }
        self.recorder.flush();
    }

    pub fn at(&self, seconds: i64) -> WallTime {
        self.began.plus_us(seconds * 1_000_000)
    }
}

/// Which operation fails, and with what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    None = 0,
    Sync,
    WriteNoSpace,
    WriteError,
    Create,
    Journal,
    /// The sync's thread panics.
    Panic,
    /// A sync takes as long as this is armed.
    Stuck,
    /// Twenty gigabytes are left.
    Scarce,
}

/// The switch of a failing disk.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    armed: Arc<AtomicU8>,
    hits: Arc<AtomicU32>,
}

impl Faults {
    pub fn arm(&self, fault: Fault) {
        self.armed.store(fault as u8, SeqCst);
    }

    /// Waits until the fault has happened.
    pub async fn happened(&self) {
        until("the fault happens", async || self.hits.load(SeqCst) > 0).await;
    }

    fn fails(&self, fault: Fault) -> bool {
        let fails = self.armed.load(SeqCst) == fault as u8;
        self.hits.fetch_add(u32::from(fails), SeqCst);
        fails
    }
}

/// A real media folder of which operations fail when the switch says so.
pub struct Failing {
    pub media: MediaDir,
    pub faults: Faults,
}

struct FailingFile {
    file: Box<dyn Append>,
    journal: bool,
    faults: Faults,
}

fn error(number: i32) -> store::Error {
    let source = std::io::Error::from_raw_os_error(number);
    store::Error::File { doing: "made to fail", path: "/secret/place".into(), source }
}

const EIO: i32 = 5;
const ENOSPC: i32 = 28;

impl Append for FailingFile {
    fn append(&mut self, parts: &[Bytes]) -> store::Result<()> {
        match self.journal {
            true if self.faults.fails(Fault::Journal) => Err(error(EIO)),
            false if self.faults.fails(Fault::WriteNoSpace) => Err(error(ENOSPC)),
            false if self.faults.fails(Fault::WriteError) => {
                // As a disk does it: some of the bytes are there.
                self.file.append(&[parts[0].slice(..parts[0].len() / 2)])?;
                Err(error(EIO))
            }
            _ => self.file.append(parts),
        }
    }

    fn finish(&mut self) -> store::Result<()> {
        self.file.finish()
    }
}

impl Files for Failing {
    fn create_segment(&self, sidecar: Sidecar) -> store::Result<(SegmentPath, Box<dyn Append>)> {
        if self.faults.fails(Fault::Create) {
            return Err(error(EIO));
        }
        let (path, file) = Files::create_segment(&self.media, sidecar)?;
        Ok((path, Box::new(FailingFile { file, journal: false, faults: self.faults.clone() })))
    }

    fn create_journal(&self, boot_counter: u64, number: u32) -> store::Result<(PathBuf, Box<dyn Append>)> {
        let (path, file) = Files::create_journal(&self.media, boot_counter, number)?;
        Ok((path, Box::new(FailingFile { file, journal: true, faults: self.faults.clone() })))
    }

    fn remove_journal(&self, path: &Path) -> store::Result<()> {
        Files::remove_journal(&self.media, path)
    }

    fn check(&self) -> store::Result<()> {
        Files::check(&self.media)
    }

    fn sync(&self) -> store::Result<()> {
        assert!(!self.faults.fails(Fault::Panic), "made to panic");
        while self.faults.fails(Fault::Stuck) {
            std::thread::sleep(Duration::from_millis(5));
        }
        if self.faults.fails(Fault::Sync) { Err(error(EIO)) } else { Files::sync(&self.media) }
    }

    fn space(&self) -> store::Result<DiskSpace> {
        let free_bytes = if self.faults.fails(Fault::Scarce) {
            crate::writer::RESERVE_BYTES + 20_000_000_000
        } else {
            1 << 39
        };
        Ok(DiskSpace { total_bytes: 1 << 40, free_bytes })
    }
}

/// A pipeline on a disk that can fail.
pub async fn pipeline(store: &Store, faults: &Faults) -> Pipeline {
    pipeline_on(store, &[faults]).await
}

/// The same on several disks, in order of number.
pub async fn pipeline_on(store: &Store, faults: &[&Faults]) -> Pipeline {
    let files = store.footage.media().all().into_iter().zip(faults).map(|(disk, faults)| {
        let failing = Failing { media: disk.dir, faults: (*faults).clone() };
        (disk.id, Box::new(failing) as Box<dyn Files>)
    });
    let outside = Outside::system(files.collect());
    Pipeline::start_in(store.clone(), Config::default(), outside).await.unwrap()
}

/// Waits until what was handed over before is durable.
pub async fn synced(pipeline: &Pipeline) {
    until("what was handed over is durable", async || pipeline.settled().await).await;
}

/// Waits until `done` is true, for longer than anything takes on a machine that does other things.
pub async fn until(what: &str, done: impl AsyncFn() -> bool) {
    const PATIENCE: Duration = Duration::from_secs(90);
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !done().await {
        assert!(tokio::time::Instant::now() < deadline, "not within {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A stream's records since `from` in order: span and, for a gap, its cause. They must tile.
pub async fn records(store: &Store, stream: StreamId) -> Vec<(Span, Option<GapCause>)> {
    let cx = system_cx("check", crate::system_wall());
    let all = Span { start: WallTime(0), end: WallTime(i64::MAX) };
    let segments = store.footage.segment_spans(&cx, stream, all).await.unwrap();
    let gaps = store.footage.gaps(&cx, Some(stream), all).await.unwrap();
    let mut records: Vec<(Span, Option<GapCause>)> =
        segments.into_iter().map(|segment| (segment.span, None)).collect();
    records.extend(gaps.into_iter().map(|gap| (gap.span, Some(gap.cause))));
    records.sort_by_key(|(span, _)| span.start);
    for pair in records.windows(2) {
        assert_eq!(pair[0].0.end, pair[1].0.start, "records tile: {records:?}");
    }
    assert_eq!(store.footage.verify_log(&cx).await.unwrap(), []);
    records
}

/// Files that no record names.
pub async fn orphans(store: &Store) -> Vec<String> {
    let cx = system_cx("check", crate::system_wall());
    store.footage.orphans(&cx).await.unwrap().into_iter().map(|file| file.relative).collect()
}

/// An operator, and a camera in the operator's unit.
pub struct Desk {
    pub store: Store,
    pub camera: CameraId,
    operator: PersonId,
}

impl Desk {
    pub async fn new(store: &Store) -> Self {
        let cx = system_cx("demo", crate::system_wall());
        let unit: UnitId = store.registry.create_unit(&cx, "示范单位").await.unwrap();
        let new = NewPerson {
            account: "operator".into(),
            name: Personal::new("王芳".into()),
            language: "zh".into(),
            posts: vec![law::access::Post { role: Role::Operator, unit, group: None }],
            password: Some(Secret::new("correct horse battery".into())),
            password_stays: true,
        };
        let (operator, _) = store.registry.create_person(&cx, new).await.unwrap();
        let new = NewCamera {
            unit,
            group: None,
            name: "门口".into(),
            place: "滨江路 1 号".into(),
            main_url: "rtsp://192.0.2.1/main".into(),
            sub_url: None,
            credentials: None,
            reach: store::Reach::default(),
            security_level: 1,
            floor_days: None,
        };
        let camera = store.registry.create_camera(&cx, new).await.unwrap();
        Self { store: store.clone(), camera, operator }
    }

    pub fn cx(&self) -> Cx {
        Cx {
            actor: Actor::Person(self.operator),
            purpose: Purpose::Incident,
            legal_basis: LegalBasis::UnitDuty,
            case: None,
            note: None,
            place: "127.0.0.1".into(),
            request: RequestId(uuid::Uuid::now_v7()),
            now: crate::system_wall(),
        }
    }

    pub async fn pass(&self, act: Act, span: Option<Span>) -> Arc<Pass> {
        let request = Request { span, ..Request::new(act, vec![self.camera], Rendering::Marked) };
        Arc::new(self.store.registry.admit(&self.cx(), request).await.unwrap())
    }
}
