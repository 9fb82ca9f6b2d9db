//! What the pipeline's tests share: a fresh store with one unit, a camera and an operator, and simulated cameras.
//!
//! Everything is real: files, databases, sockets, RTSP; only the passwords are cheap.

use model::{
    Act, Actor, CameraId, Cx, ExportId, LegalBasis, PersonId, Personal, Profile, Purpose, Rendering,
    RequestId, Role, Secret, Span, StreamId, UnitId, WallTime,
};
use pipeline::{
    Address, Config, ExportCamera, ExportError, ExportProgress, ExportSpec, ExportedPackage, Pipeline, Plan,
    StreamPlan,
    clip::Clip,
    rtsp_server::{self, Farm, Mount},
    system_wall,
};
use std::{path::Path, process::Command, sync::Arc, time::Duration};
use store::{
    NewCamera, NewPerson, OpenOptions, Pass, PasswordCost, Request, Store, StoreKeys, registry::system_cx,
};
use tokio_util::sync::CancellationToken;

/// A running recorder on a fresh store.
pub struct World {
    pub dir: tempfile::TempDir,
    pub store: Store,
    pub pipeline: Pipeline,
    pub unit: UnitId,
    pub operator: PersonId,
}

async fn open_with(dir: &Path, create: bool, store_keys: StoreKeys) -> Store {
    let password_cost = PasswordCost::CHEAP;
    let options = OpenOptions { create, password_cost, store_keys, ..OpenOptions::new(system_wall()) };
    Store::open(dir, options).await.expect("the store opens")
}

/// A fresh world whose segments are `segment_seconds` long.
pub async fn world(segment_seconds: u32) -> World {
    world_with(segment_seconds, StoreKeys::default()).await
}

/// The same with footage encrypted under a store key.
pub async fn world_with(segment_seconds: u32, store_keys: StoreKeys) -> World {
    let dir = tempfile::tempdir().unwrap();
    let store = open_with(dir.path(), true, store_keys).await;
    let cx = system_cx("demo", system_wall());
    let unit = store.registry.create_unit(&cx, "示范单位").await.unwrap();
    let new = NewPerson {
        account: "operator".into(),
        name: Personal::new("王芳".into()),
        language: "zh".into(),
        posts: vec![law::access::Post { role: Role::Operator, unit, group: None }],
        password: Some(Secret::new("correct horse battery".into())),
        password_stays: true,
    };
    let (operator, _) = store.registry.create_person(&cx, new).await.unwrap();
    let config = Config { segment_seconds, ..Config::default() };
    let pipeline = Pipeline::start(store.clone(), config).await.unwrap();
    World { dir, store, pipeline, unit, operator }
}

impl World {
    /// Enrols a camera and returns its id; nothing runs before `run`.
    pub async fn camera(&self, name: &str, url: &str) -> CameraId {
        let cx = system_cx("demo", system_wall());
        let new = NewCamera {
            unit: self.unit,
            group: None,
            name: name.into(),
            place: "滨江路 1 号".into(),
            main_url: url.into(),
            sub_url: None,
            credentials: None,
            reach: store::Reach::default(),
            security_level: 1,
            floor_days: None,
        };
        self.store.registry.create_camera(&cx, new).await.unwrap()
    }

    /// Records these cameras' main streams.
    pub async fn run(&self, cameras: &[(CameraId, &str)]) {
        self.pipeline.apply(plan(cameras)).await.unwrap();
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
            now: self.pipeline.clock().wall(),
        }
    }

    /// Admits the operator to an act on these cameras.
    pub async fn pass(&self, act: Act, cameras: &[CameraId], span: Option<Span>) -> Arc<Pass> {
        let rendering = if act == Act::Export { Rendering::Original } else { Rendering::Marked };
        let request = Request {
            span,
            recipient: "李警官, 滨江分局".into(),
            ..Request::new(act, cameras.to_vec(), rendering)
        };
        Arc::new(self.store.registry.admit(&self.cx(), request).await.expect("admitted"))
    }

    /// Exports one camera's footage of a profile.
    pub async fn export(
        &self,
        camera: CameraId,
        profile: Profile,
        span: Span,
    ) -> Result<ExportedPackage, ExportError> {
        self.export_with(camera, profile, span, false).await
    }

    /// The same, with the sound or without.
    pub async fn export_with(
        &self,
        camera: CameraId,
        profile: Profile,
        span: Span,
        with_sound: bool,
    ) -> Result<ExportedPackage, ExportError> {
        self.export_as(self.cx(), (camera, profile, with_sound), span).await
    }

    /// The same in another context than that of now.
    pub async fn export_as(
        &self,
        cx: Cx,
        (camera, profile, with_sound): (CameraId, Profile, bool),
        span: Span,
    ) -> Result<ExportedPackage, ExportError> {
        let pass = self.pass(Act::Export, &[camera], Some(span)).await;
        let spec = ExportSpec {
            witnesses: None,
            id: pass.export().unwrap_or(ExportId(uuid::Uuid::nil())),
            pass,
            cx,
            cameras: vec![ExportCamera {
                id: camera,
                name: "江边步道 1".into(),
                place: "滨江路 1 号".into(),
            }],
            span,
            profile,
            with_sound,
            unit_name: "示范单位".into(),
            requested_by: "王芳".into(),
            recipient: ledger::package::Recipient {
                name: "李警官".into(), organisation: "滨江分局".into()
            },
            purpose: "incident".into(),
            legal_basis: "unit_duty".into(),
            case: String::new(),
            note: String::new(),
        };
        let (progress, _watch) = tokio::sync::watch::channel(ExportProgress { share: 0.0, stage: "waiting" });
        tokio::time::timeout(Duration::from_secs(120), self.pipeline.export(spec, progress)).await.unwrap()
    }

    /// What a stranger with the pinned keys finds in a package.
    pub fn verify(&self, package: &Path) -> verify::Report {
        let keys = [store::LogName::Footage, store::LogName::Access]
            .map(|log| ledger::note::NoteKey::parse(&self.store.vkey(log)).unwrap());
        let policy = verify::Policy::pinned(keys.to_vec());
        verify::package(&mut *verify::open(package).unwrap(), Some(&policy), &mut |_, _| {}).unwrap()
    }

    /// Committed spans and gaps of a camera's main stream since `from`.
    pub async fn coverage(&self, camera: CameraId, from: WallTime) -> store::Coverage {
        let cx = system_cx("demo", system_wall());
        let span = Span { start: from, end: WallTime(i64::MAX) };
        self.store.footage.coverage(&cx, main(camera), span, false).await.unwrap()
    }

    /// Stops recording in order and closes the store; gives the folder back.
    pub async fn stop(self) -> tempfile::TempDir {
        self.pipeline.stop().await;
        drop(self.pipeline);
        self.store.close(system_wall()).await.unwrap();
        self.dir
    }
}

pub fn main(camera: CameraId) -> StreamId {
    StreamId { camera, profile: Profile::Main }
}

pub fn plan(cameras: &[(CameraId, &str)]) -> Plan {
    cameras.iter().fold(Plan::default(), |plan, (camera, url)| {
        let url = url.parse().unwrap();
        plan.with(
            *camera,
            Profile::Main,
            StreamPlan { address: Address::plain(url), recorded: true, floor_days: 30 },
        )
    })
}

/// Serves mounts on a free port until the token is dropped with the test.
pub async fn farm(mounts: Vec<Mount>) -> (Farm, CancellationToken) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let cancel = CancellationToken::new();
    (rtsp_server::serve(listener, mounts, cancel.clone()).unwrap(), cancel)
}

/// A clip made by ffmpeg: `codec` is `libx264` or `libx265`, a key frame every `gop` frames at 15 a second.
pub fn clip(dir: &Path, name: &str, codec: &str, size: &str, gop: u32, extra: &[&str]) -> Arc<Clip> {
    let path = dir.join(name);
    let source = format!("testsrc2=size={size}:rate=15:duration=8");
    let gop = gop.to_string();
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y", "-f", "lavfi", "-i", &source, "-c:v", codec, "-preset", "ultrafast"]);
    command.args(["-g", &gop, "-keyint_min", &gop, "-pix_fmt", "yuv420p", "-b:v", "600k"]);
    match codec {
        "libx265" => command.args([
            "-x265-params",
            &format!("log-level=none:keyint={gop}:min-keyint={gop}:bframes=0"),
            "-tag:v",
            "hvc1",
        ]),
        _ => command.args(["-sc_threshold", "0", "-bf", "0"]),
    };
    assert!(command.args(extra).arg(&path).status().unwrap().success(), "ffmpeg makes {name}");
    Arc::new(Clip::load(&path).unwrap())
}

/// Longer than anything here takes on a machine that does ten other things: it says only when to stop waiting.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// Waits until `done` is true.
pub async fn until<F: Future<Output = bool>>(what: &str, mut done: impl FnMut() -> F) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !done().await {
        assert!(tokio::time::Instant::now() < deadline, "not within {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Gaps behind the first footage: before a camera's first key frame nothing of it is missing.
pub fn gaps_within(coverage: &store::Coverage) -> Vec<&store::GapRow> {
    let first = coverage.spans.first().map_or(WallTime(i64::MAX), |span| span.start);
    coverage.gaps.iter().filter(|gap| gap.span.end > first).collect()
}

/// What ffprobe counts in a file: (codec, frames).
pub fn probe_frames(path: &Path) -> (String, u64) {
    let out = Command::new("ffprobe")
        .args(["-v", "error", "-count_packets", "-select_streams", "v:0"])
        .args(["-show_entries", "stream=codec_name,nb_read_packets", "-of", "csv=p=0"])
        .arg(path)
        .output()
        .unwrap();
    assert!(out.stderr.is_empty(), "ffprobe finds fault: {}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    let (codec, frames) = text.trim().split_once(',').unwrap();
    (codec.to_owned(), frames.trim().parse().unwrap())
}
