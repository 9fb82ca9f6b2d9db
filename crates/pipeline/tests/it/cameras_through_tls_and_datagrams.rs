//! Cameras that speak RTSP inside TLS, and cameras that send datagrams only: each is recorded whole. A certificate that nobody
//! accepted, or that has changed, is refused before a login is sent.

use crate::{
    gaps_match_the_cuts_of_gstreamer_cameras::{Cameras, make},
    support::{World, farm, gaps_within, main, probe_frames, until, world},
    undisturbed::undisturbed,
};
use media::sample_stream::{SampleStream, Settings};
use model::{CameraId, GapCause, Hash, MediaTime, Profile, Secret, Transport};
use pipeline::{
    Address, Plan, ProbeError, StateWord, StreamCounters, StreamPlan,
    clip::{Clip, ClipUnit},
    rtsp_server::Mount,
    system_wall,
};
use sha2::{Digest as _, Sha256};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::net::{TcpListener, TcpStream};

const RECORDED: Duration = Duration::from_secs(6);

/// A certificate that a camera made for itself, and a port at which TLS is taken off for `plain`.
struct Terminator {
    port: u16,
    certificate: Hash,
    /// Bytes that came out of TLS: what a stranger behind the port would have been told.
    told: Arc<AtomicU64>,
}

async fn terminator(plain: String) -> Terminator {
    let made = rcgen::generate_simple_self_signed(vec!["camera.invalid".to_owned()]).unwrap();
    let der = made.cert.der().clone();
    let certificate = Hash(Sha256::digest(&der).into());
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![der], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = Arc::new(AtomicU64::new(0));
    let counted = told.clone();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let (acceptor, plain, counted) = (acceptor.clone(), plain.clone(), counted.clone());
            tokio::spawn(async move {
                let mut inside = acceptor.accept(tcp).await.ok()?;
                let mut camera = TcpStream::connect(plain).await.ok()?;
                let (from_client, _) = tokio::io::copy_bidirectional(&mut inside, &mut camera).await.ok()?;
                counted.fetch_add(from_client, Relaxed);
                Some(())
            });
        }
    });
    Terminator { port, certificate, told }
}

/// Valid H.264 at 15 frames a second, a key frame each second.
fn clip() -> Arc<Clip> {
    let stream = SampleStream::new(Settings { fps: 15, gop: 15, ..Settings::default() }).unwrap();
    let params = stream.params().clone();
    let unit =
        |unit: model::AccessUnit| ClipUnit { dts: unit.dts, pts: unit.pts, key: unit.key, data: unit.data };
    let units = stream.take(60).map(unit).collect();
    Arc::new(Clip::from_units(params, units, 4 * MediaTime::TICKS_PER_SECOND).unwrap())
}

/// Records one address for a while; it must be recorded without a gap from its first picture on.
async fn is_recorded_whole(world: &World, camera: CameraId, address: Address) {
    let begun = system_wall();
    let plan = StreamPlan { address, recorded: true, floor_days: 30 };
    world.pipeline.apply(Plan::default().with(camera, Profile::Main, plan)).await.unwrap();
    until("the camera is recorded", async || {
        let stream = world.pipeline.stream(main(camera));
        stream.is_some_and(|stream| stream.state().word == StateWord::Recording)
    })
    .await;
    let heard = || {
        let stream = world.pipeline.stream(main(camera)).unwrap();
        let units = StreamCounters::get(&stream.counters.units);
        (stream.state().newest.unwrap(), units - StreamCounters::get(&stream.counters.unrecorded_units))
    };
    let (first, _) = heard();
    until("it is recorded for long enough", async || {
        let (newest, units) = heard();
        newest.since_us(first) > RECORDED.as_micros() as i64 && units > 15 * RECORDED.as_secs()
    })
    .await;
    world.pipeline.apply(Plan::default()).await.unwrap();
    let coverage = world.coverage(camera, begun).await;
    let length = |span: &model::Span| span.end.since_us(span.start);
    assert!(gaps_within(&coverage).is_empty() && coverage.spans.len() == 1, "{coverage:?}");
    assert!(length(&coverage.spans[0]) > RECORDED.as_micros() as i64 - 1_500_000, "{coverage:?}");
    let pictures = pictures(&world.dir.path().join("media"));
    assert!(pictures > 15 * (RECORDED.as_secs() - 1), "{pictures} pictures in {RECORDED:?}");
}

/// Pictures in the camera's files, as ffprobe counts them.
fn pictures(folder: &Path) -> u64 {
    let count = |entry: std::fs::DirEntry| match entry.file_type().unwrap().is_dir() {
        true => pictures(&entry.path()),
        false if entry.path().extension().is_some_and(|kind| kind == "mp4") => probe_frames(&entry.path()).1,
        false => 0,
    };
    std::fs::read_dir(folder).unwrap().map(|entry| count(entry.unwrap())).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_inside_tls_is_recorded_once_its_certificate_is_accepted() {
    undisturbed(inside_tls).await;
}

async fn inside_tls() {
    let world = world(6).await;
    let (farm, _cancel) = farm(vec![Mount::new("/gate", clip())]).await;
    let plain = farm.url("/gate").trim_start_matches("rtsp://").trim_end_matches("/gate").to_owned();
    let tls = terminator(plain).await;
    let url = format!("rtsps://127.0.0.1:{}/gate", tls.port);
    let camera = world.camera("gate", &url).await;
    let login = ("admin".to_owned(), Secret::new("secret".to_owned()));
    let address = |certificate: Option<Hash>| Address {
        certificate,
        credentials: Some(login.clone()),
        ..Address::plain(url.parse().unwrap())
    };
    let refused = async |certificate: Option<Hash>, words: &str| {
        let error: ProbeError = world.pipeline.probe(&address(certificate)).await.unwrap_err();
        assert_eq!((error.cause, error.certificate), (GapCause::Credentials, Some(tls.certificate)));
        assert!(error.detail.contains(words), "{error}");
    };
    refused(None, "not accepted by anybody yet").await;
    refused(Some(Hash([7; 32])), "has changed").await;
    assert_eq!(tls.told.load(Relaxed), 0, "nothing was said to a camera that nobody accepted");
    let report = world.pipeline.probe(&address(Some(tls.certificate))).await.unwrap();
    assert!(report.fps > 10.0, "{report:?}");
    is_recorded_whole(&world, camera, address(Some(tls.certificate))).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_sends_datagrams_only_is_recorded() {
    undisturbed(datagrams_only).await;
}

async fn datagrams_only() {
    let world = world(6).await;
    let film = make(world.dir.path(), "film.mp4", "libx264");
    let cameras = Cameras::start_with(&["--port", "0", "--udp"], &[("/film", film.as_path())]);
    let url = format!("rtsp://127.0.0.1:{}/film", cameras.port);
    let camera = world.camera("film", &url).await;
    let address = |transport: Transport| Address {
        credentials: Some(("admin".to_owned(), Secret::new("camera-secret".to_owned()))),
        transport,
        ..Address::plain(url.parse().unwrap())
    };
    let error = world.pipeline.probe(&address(Transport::Tcp)).await.unwrap_err();
    assert_eq!(error.cause, GapCause::Camera, "it sends nothing inside the connection: {error}");
    is_recorded_whole(&world, camera, address(Transport::Udp)).await;
    world.stop().await;
}
