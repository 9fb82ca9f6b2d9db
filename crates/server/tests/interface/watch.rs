//! Pictures over real sockets from a simulated camera: live, recorded, and handed out; what was served is in the
//! ledger, and whoever loses the right loses the picture within a second.

use crate::{
    cases::Who,
    house::{Caller, House},
};
use axum::http::{Request, StatusCode, header};
use futures::{SinkExt as _, StreamExt as _};
use media::{
    sample_pictures::SamplePictures,
    sample_stream::{SampleStream, Settings},
};
use model::{AccessUnit, Act, Profile, Span, StreamId, VideoParams, WallTime};
use pipeline::{
    StateWord,
    clip::{Clip, ClipUnit},
    rtsp_server::{self, Farm, Mount},
};
use serde_json::{Value, json};
use server::reconcile;
use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use store::{LogName, PersonChange, system_cx};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest as _},
};
use tokio_util::sync::CancellationToken;

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Longer than anything here should take on a loaded machine.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// A house whose first camera sends pictures, and which listens.
pub struct Studio {
    pub house: House,
    address: SocketAddr,
    farm: Farm,
    cancel: CancellationToken,
}

/// Two seconds at 10 frames/s with a key frame each second.
pub fn clip() -> Arc<Clip> {
    let stream = SampleStream::new(Settings { fps: 10, gop: 10, ..Settings::default() }).unwrap();
    let params = stream.params().clone();
    clip_of(params, stream)
}

/// The same of JPEG pictures.
fn pictures() -> Arc<Clip> {
    let pictures = SamplePictures::new(Settings { fps: 10, gop: 10, ..Settings::default() }).unwrap();
    let params = pictures.params().clone();
    clip_of(params, pictures)
}

fn clip_of(params: Arc<VideoParams>, units: impl Iterator<Item = AccessUnit>) -> Arc<Clip> {
    let units =
        units.take(20).map(|unit| ClipUnit { dts: unit.dts, pts: unit.pts, key: unit.key, data: unit.data });
    Arc::new(Clip::from_units(params, units.collect(), 180_000).unwrap())
}

impl Studio {
    pub async fn start() -> Self {
        Self::start_in(House::build().await).await
    }

    pub async fn start_in(house: House) -> Self {
        Self::start_with(house, clip(), None).await
    }

    /// The same with a camera no two pictures of which are alike.
    pub async fn start_stamped(house: House) -> Self {
        Self::start_with(house, clip(), Some(1)).await
    }

    /// The same with a camera that sends Motion JPEG.
    pub async fn start_with_pictures(house: House) -> Self {
        Self::start_with(house, pictures(), None).await
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    async fn start_with(mut house: House, clip: Arc<Clip>, stamp: Option<u32>) -> Self {
        let cancel = CancellationToken::new();
        let cameras = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sound = Some(Arc::new(pipeline::beeps::clip().unwrap()));
        let mount = Mount { sound, stamp, ..Mount::new("/one", clip) };
        let farm = rtsp_server::serve(cameras, vec![mount], cancel.clone()).unwrap();
        let camera = house.camera("街口", &farm.url("/one")).await;
        house.cameras.insert(0, camera);
        reconcile::once(&house.app).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = house.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        let studio = Self { house, address, farm, cancel };
        studio.until("the camera is recorded", || studio.word() == Some(StateWord::Recording)).await;
        studio
    }

    /// Where the camera is.
    pub fn url(&self) -> String {
        self.farm.url("/one")
    }

    pub fn stream(&self) -> StreamId {
        StreamId { camera: self.house.cameras[0], profile: Profile::Main }
    }

    /// Waits until so many seconds of the camera are in the ledger.
    pub async fn recorded(&self, seconds: i64) {
        let cx = system_cx("check", self.house.app.now());
        let all = Span { start: WallTime(0), end: WallTime(i64::MAX) };
        self.until_async("enough is recorded", async || {
            let footage = &self.house.app.store().footage;
            let coverage = footage.coverage(&cx, self.stream(), all, false).await.unwrap();
            coverage.spans.last().is_some_and(|span| span.duration_us() >= seconds * 1_000_000)
        })
        .await;
    }

    /// Waits until so much is in the ledger that `exported` hands out nothing of before `from`.
    pub async fn recorded_since(&self, from: WallTime) {
        self.until_async("newer footage is recorded", async || {
            let head = self.house.app.store().footage.stream_head(self.stream()).await.unwrap();
            head.end.is_some_and(|end| end.since_us(from) > 3_000_000)
        })
        .await;
    }

    /// Two seconds of the newest segments as a package, or why there is none.
    pub async fn exported(&self, operator: &Caller) -> Value {
        let head = self.house.app.store().footage.stream_head(self.stream()).await.unwrap();
        let to_ms = head.end.unwrap().as_ms() - 500;
        self.exported_span(operator, to_ms - 2_000, to_ms).await
    }

    /// A span as a package.
    pub async fn exported_span(&self, operator: &Caller, from_ms: i64, to_ms: i64) -> Value {
        self.exported_as(operator, from_ms, to_ms, json!({})).await
    }

    /// The same with other fields of the request.
    pub async fn exported_as(&self, operator: &Caller, from_ms: i64, to_ms: i64, more: Value) -> Value {
        let mut body = self.house.export();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        (body["from_ms"], body["to_ms"]) = (json!(from_ms), json!(to_ms));
        let asked = self.house.post("/api/exports", &operator.cookie, body).await;
        assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.json());
        let path = format!("/api/exports/{}", asked.json()["id"].as_str().unwrap());
        let deadline = Instant::now() + 2 * PATIENCE;
        loop {
            // The hand-over's minute is closed early, so that the test does not wait for it.
            let soon = self.house.app.now().plus_us(61_000_000);
            self.house.app.store().publish(LogName::Access, soon).await.unwrap();
            self.house.app.witnesses().ring();
            let export = self.house.get(&path, &operator.cookie).await.json();
            if export["state"] != "preparing" {
                return export;
            }
            assert!(Instant::now() < deadline, "{export}");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    fn word(&self) -> Option<StateWord> {
        self.house.app.pipeline().stream(self.stream()).map(|stream| stream.state().word)
    }

    async fn until(&self, what: &str, done: impl Fn() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done() {
            assert!(Instant::now() < deadline, "still waiting: {what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn until_async(&self, what: &str, mut done: impl AsyncFnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done().await {
            assert!(Instant::now() < deadline, "still waiting: {what}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub async fn socket(&self, path: &str, caller: &Caller, origin: Option<&str>) -> Result<Socket, String> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        request.headers_mut().insert("cookie", caller.cookie.parse().unwrap());
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        tokio_tungstenite::connect_async(request)
            .await
            .map(|(socket, _)| socket)
            .map_err(|error| error.to_string())
    }

    pub async fn live(&self, caller: &Caller) -> (String, Socket) {
        let view = self.house.view(caller, self.house.live_view()).await;
        let path = format!("/api/views/{view}/live?camera={}&profile=main", self.house.cameras[0]);
        let origin = format!("http://{}", self.address);
        (view, self.socket(&path, caller, Some(&origin)).await.unwrap())
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// The next message; text as JSON, binary as its type byte and length.
pub enum Seen {
    Text(Value),
    Init,
    Media { key: bool, wall_us: i64, dts: i64, bytes: usize },
    Closed,
}

pub async fn next(socket: &mut Socket) -> Seen {
    let message = tokio::time::timeout(PATIENCE, socket.next()).await.expect("a message in time");
    match message {
        Some(Ok(Message::Text(text))) => Seen::Text(serde_json::from_str(&text).unwrap()),
        Some(Ok(Message::Binary(bytes))) => {
            let number = |at: usize| i64::from_be_bytes(bytes[at..at + 8].try_into().unwrap());
            let body = &bytes[24..];
            match bytes[0] {
                1 => {
                    assert_eq!(&body[4..8], b"ftyp");
                    Seen::Init
                }
                _ => {
                    assert!(
                        body.windows(4).any(|word| word == b"moof")
                            && body.windows(4).any(|word| word == b"mdat")
                    );
                    Seen::Media {
                        key: bytes[1] & 1 == 1,
                        wall_us: number(8),
                        dts: number(16),
                        bytes: body.len(),
                    }
                }
            }
        }
        _ => Seen::Closed,
    }
}

/// What came until a socket's end, and why it ended.
#[derive(Default)]
pub struct Rest {
    pub reason: Option<String>,
    units: u64,
    bytes: u64,
    /// When the last picture was taken.
    newest_us: i64,
}

pub async fn to_the_end(socket: &mut Socket) -> Rest {
    let mut rest = Rest::default();
    loop {
        match next(socket).await {
            Seen::Text(text) if text["type"] == "end" => {
                rest.reason = text["reason"].as_str().map(str::to_owned);
            }
            Seen::Media { bytes, wall_us, .. } => {
                rest.units += 1;
                rest.bytes += bytes as u64;
                rest.newest_us = wall_us;
            }
            Seen::Closed => return rest,
            Seen::Text(_) | Seen::Init => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn live_pictures_come_at_once_and_their_use_is_recorded() {
    let studio = Studio::start().await;
    let viewer = Who::Viewer.sign_in(&studio.house).await;
    let before = studio.house.entry_count().await;
    let (view, mut socket) = studio.live(&viewer).await;
    assert!(matches!(next(&mut socket).await, Seen::Text(text) if text["type"] == "state"));
    let Seen::Text(init) = next(&mut socket).await else { panic!("no init") };
    assert_eq!(
        (&init["type"], &init["profile"], &init["width"]),
        (&json!("init"), &json!("main"), &json!(320))
    );
    assert!(init["codec"].as_str().unwrap().starts_with("avc1."));
    assert!(matches!(next(&mut socket).await, Seen::Init));
    let Seen::Media { key: true, wall_us, dts, bytes } = next(&mut socket).await else {
        panic!("no key frame")
    };
    assert!((studio.house.app.now().0 - wall_us).abs() < 5_000_000);
    let (mut units, mut total, mut last) = (1, bytes as u64, dts);
    while units < 15 {
        if let Seen::Media { dts, bytes, .. } = next(&mut socket).await {
            assert!(dts > last, "decode times grow");
            (units, total, last) = (units + 1, total + bytes as u64, dts);
        }
    }
    let end = studio.house.post(&format!("/api/views/{view}/end"), &viewer.cookie, json!({})).await;
    assert_eq!(end.status, StatusCode::NO_CONTENT);
    let rest = to_the_end(&mut socket).await;
    assert_eq!(rest.reason.as_deref(), Some("ended"));
    studio.house.app.views().stop().await;
    let entries = studio.house.entries_since(before).await;
    let acts: Vec<_> = entries.iter().map(|entry| entry.act).collect();
    assert_eq!(acts, [Act::Live, Act::Use]);
    let served = entries[1].record.served.unwrap();
    assert_eq!(entries[1].record.refers_to, Some(entries[0].index));
    assert!(
        served.units >= units + rest.units && served.units <= units + rest.units + 1,
        "{served:?}, received {units}+{}",
        rest.units
    );
    assert!(served.bytes >= total + rest.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_loses_the_right_loses_the_picture_within_a_second() {
    let studio = Studio::start().await;
    let registry = studio.house.app.registry().clone();
    let cx = || system_cx("demo", studio.house.app.now());
    for lost in ["suspended", "session", "posts", "retired camera group"] {
        let viewer = Who::Viewer.sign_in(&studio.house).await;
        let (_, mut socket) = studio.live(&viewer).await;
        while !matches!(next(&mut socket).await, Seen::Media { .. }) {}
        match lost {
            "suspended" => {
                let change = PersonChange { suspended: Some(true), ..PersonChange::default() };
                registry.change_person(&cx(), viewer.person, change).await.unwrap();
            }
            "session" => {
                studio.house.post("/api/sign-out", &viewer.cookie, json!({})).await;
            }
            "posts" => {
                let change = PersonChange { posts: Some(Vec::new()), ..PersonChange::default() };
                registry.change_person(&cx(), viewer.person, change).await.unwrap();
            }
            _ => {
                let change =
                    store::CameraChange { security_level: Some(1), ..store::CameraChange::default() };
                registry.change_camera(&cx(), studio.house.cameras[0], change).await.unwrap();
            }
        }
        let changed = studio.house.app.now();
        let seen = to_the_end(&mut socket).await;
        assert_eq!(seen.reason.as_deref(), Some("revoked"), "{lost}");
        // By when the last picture was taken, not by when a busy machine has brought it here.
        let late_us = seen.newest_us - changed.0;
        assert!(late_us < 1_000_000, "{lost}: a picture of {late_us} us after it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_is_for_its_own_view_camera_page_and_session() {
    let studio = Studio::start().await;
    let viewer = Who::Viewer.sign_in(&studio.house).await;
    let view = studio.house.view(&viewer, studio.house.live_view()).await;
    let path = |camera| format!("/api/views/{view}/live?camera={camera}");
    let (own, other) = (path(studio.house.cameras[0]), path(studio.house.cameras[1]));
    let before = studio.house.entry_count().await;
    // Another camera of the same unit that the view does not name.
    assert!(studio.socket(&other, &viewer, None).await.unwrap_err().contains("403"));
    // The same person, signed in once more: a view belongs to the session that opened it.
    let again = studio.house.sign_in(viewer.person, &viewer.account).await;
    assert!(studio.socket(&own, &again, None).await.unwrap_err().contains("404"));
    let refusals = studio.house.entries_since(before).await;
    assert_eq!(refusals.iter().filter(|entry| entry.is_refusal()).count(), 2);
    // A page of another site.
    assert!(studio.socket(&own, &viewer, Some("https://evil.example")).await.unwrap_err().contains("403"));
    // A live view does not open recordings.
    let playback = format!("/api/views/{view}/playback?camera={}", studio.house.cameras[0]);
    assert!(studio.socket(&playback, &viewer, None).await.unwrap_err().contains("409"));
    assert!(studio.socket(&own, &viewer, None).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_pictures_play_and_tell_where_they_are() {
    let studio = Studio::start().await;
    studio.recorded(5).await;
    let operator = Who::Operator.sign_in(&studio.house).await;
    let camera = studio.house.cameras[0];
    let view = studio.house.view(&operator, studio.house.playback_view()).await;
    let path = format!("/api/views/{view}/playback?camera={camera}");
    let mut socket = studio.socket(&path, &operator, None).await.unwrap();
    socket.send(Message::Text(r#"{"type":"jump"}"#.into())).await.unwrap();
    assert!(matches!(next(&mut socket).await, Seen::Text(text) if text["type"] == "error"));
    let head = studio.house.app.store().footage.stream_head(studio.stream()).await.unwrap();
    let at_ms = head.end.unwrap().as_ms() - 3_000;
    let play = json!({ "type": "play", "at_ms": at_ms, "base_ms": at_ms - 10_000, "epoch": 3 });
    socket.send(Message::Text(play.to_string().into())).await.unwrap();
    let Seen::Text(position) = next(&mut socket).await else { panic!("no position") };
    assert_eq!((&position["type"], &position["epoch"]), (&json!("position"), &json!(3)));
    let began_ms = position["at_ms"].as_i64().unwrap();
    assert!(
        (0..=1_100).contains(&(at_ms - began_ms)),
        "begins at the key frame before: {began_ms} for {at_ms}"
    );
    let (mut inits, mut media) = (0, 0);
    while media < 3 {
        match next(&mut socket).await {
            Seen::Init => inits += 1,
            Seen::Media { wall_us, dts, .. } => {
                let expected = (wall_us - (at_ms - 10_000) * 1_000) * 9 / 100;
                assert!(
                    (dts - expected).abs() < 9_000,
                    "media time {dts} is not wall time since the base, {expected}"
                );
                media += 1;
            }
            Seen::Text(_) => {}
            Seen::Closed => panic!("closed"),
        }
    }
    assert_eq!(inits, 1);
    let timeline = format!(
        "/api/timeline?cameras={camera}&from_ms={}&to_ms={}&bucket_ms=1000",
        at_ms - 30_000,
        studio.house.app.now().as_ms()
    );
    let answer = studio.house.get(&timeline, &operator.cookie).await.json();
    assert!(!answer["rows"][0]["spans"].as_array().unwrap().is_empty(), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_handed_out_once_per_entry_and_verifies() {
    let studio = Studio::start().await;
    studio.recorded(5).await;
    let operator = Who::Operator.sign_in(&studio.house).await;
    let export = studio.exported(&operator).await;
    assert_eq!(export["state"], "ready", "{export}");
    let path = format!("/api/exports/{}", export["id"].as_str().unwrap());
    let before = studio.house.entry_count().await;
    let package_path = format!("{path}/package");
    let whole = studio.house.get(&package_path, &operator.cookie).await;
    assert_eq!((whole.status, &whole.body[..2]), (StatusCode::OK, &b"PK"[..]));
    let rest = Request::builder().uri(&package_path).header(header::COOKIE, &operator.cookie);
    let rest = rest.header(header::RANGE, "bytes=100-").body(axum::body::Body::empty()).unwrap();
    let rest = studio.house.send_raw(&studio.house.router, rest).await;
    assert_eq!(rest.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(rest.body, whole.body.slice(100..));
    let entries = studio.house.entries_since(before).await;
    let acts: Vec<_> = entries.iter().map(|entry| entry.act).filter(|act| *act != Act::Use).collect();
    assert_eq!(acts, [Act::Collect], "one entry for one collection, its continuation included");
    verdicts(&studio, &whole.body);
}

/// Proven as it is, located when a byte is changed.
fn verdicts(studio: &Studio, package: &[u8]) {
    let keys = [LogName::Footage, LogName::Access]
        .map(|log| ledger::note::NoteKey::parse(&studio.house.app.store().vkey(log)).unwrap());
    let policy = verify::Policy::pinned(keys.to_vec());
    let path = studio.house.dir.path().join("copy.zip");
    let verdict = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let mut reader = verify::open(&path).unwrap();
        verify::package(&mut *reader, Some(&policy), &mut |_, _| {}).unwrap()
    };
    let good = verdict(package);
    assert_eq!(good.exit_code(), 0, "{good:?}");
    let mut changed = package.to_vec();
    let at = changed.windows(4).position(|word| word == b"mdat").unwrap() + 300;
    changed[at] ^= 1;
    let found = verdict(&changed);
    assert_eq!(found.exit_code(), 1);
    assert!(
        found.findings().any(|(_, finding)| finding.file.is_some() && finding.from.is_some()),
        "{found:?}"
    );
}

/// Without a record of its use there is no picture: guangzhou-2007:21.
#[tokio::test(flavor = "multi_thread")]
async fn pictures_stop_when_their_use_cannot_be_recorded() {
    let studio = Studio::start().await;
    let viewer = Who::Viewer.sign_in(&studio.house).await;
    let (_, mut socket) = studio.live(&viewer).await;
    while !matches!(next(&mut socket).await, Seen::Media { .. }) {}
    let lock = Lock::on(&studio.house.dir.path().join("registry.db"));
    let locked = studio.house.app.now();
    let rest = to_the_end(&mut socket).await;
    assert_eq!(rest.reason.as_deref(), Some("ledger"));
    let lasted_us = rest.newest_us - locked.0;
    assert!(lasted_us <= 30_000_000, "pictures of {lasted_us} us after the ledger was locked");
    assert!(lasted_us >= 8_000_000, "pictures came until then: {lasted_us} us");
    drop(lock);
}

/// Another process that holds the database's write lock, as a broken backup tool would. Python, because nothing but
/// `store` may speak SQL here.
struct Lock(std::process::Child);

impl Lock {
    fn on(database: &std::path::Path) -> Self {
        const HOLD: &str = "import sqlite3, sys; held = sqlite3.connect(sys.argv[1], isolation_level=None); \
            held.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()";
        let mut child = std::process::Command::new("python3")
            .args(["-c", HOLD])
            .arg(database)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let output = child.stdout.as_mut().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut said).unwrap();
        assert_eq!(said.trim(), "held");
        Self(child)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().unwrap();
    }
}
