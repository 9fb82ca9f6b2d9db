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
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UdpSocket},
};

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

/// What a header says of two ports, and the text with two others in their place.
fn ports_in(text: &str, name: &str, own: impl FnOnce() -> (u16, u16)) -> Option<((u16, u16), String)> {
    let start = text.find(&format!("{name}="))? + name.len() + 1;
    let length = text[start..].find(|letter: char| !letter.is_ascii_digit() && letter != '-')?;
    let (rtp, rtcp) = text[start..start + length].split_once('-')?;
    let (own_rtp, own_rtcp) = own();
    let replaced = format!("{}{own_rtp}-{own_rtcp}{}", &text[..start], &text[start + length..]);
    Some(((rtp.parse().ok()?, rtcp.parse().ok()?), replaced))
}

/// Two sockets at ports that follow each other, as cameras want them.
async fn pair() -> (UdpSocket, UdpSocket) {
    loop {
        let rtp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let port = rtp.local_addr().unwrap().port();
        if port % 2 == 1 {
            continue;
        }
        if let Ok(rtcp) = UdpSocket::bind(("127.0.0.1", port + 1)).await {
            return (rtp, rtcp);
        }
    }
}

fn ports_of((rtp, rtcp): &(UdpSocket, UdpSocket)) -> (u16, u16) {
    (rtp.local_addr().unwrap().port(), rtcp.local_addr().unwrap().port())
}

/// Datagrams of one medium on their way: each four in reverse order, and what is left over after a moment.
async fn shuffle(
    camera: ((UdpSocket, UdpSocket), (u16, u16)),
    client: ((UdpSocket, UdpSocket), (u16, u16)),
    shuffled: Arc<AtomicU64>,
) -> std::io::Result<()> {
    let ((from_camera, from_camera_rtcp), to_camera) = camera;
    let ((from_client, from_client_rtcp), to_client) = client;
    let at = |port: u16| std::net::SocketAddr::from(([127, 0, 0, 1], port));
    let (mut buffers, mut held) = (vec![vec![0; 65_536]; 4], Vec::<Vec<u8>>::new());
    let [rtp, rtcp, back, back_rtcp] = &mut buffers[..] else { panic!("four") };
    loop {
        let is_over = tokio::select! {
            length = from_camera.recv(rtp) => {
                held.push(rtp[..length?].to_vec());
                held.len() == 4
            }
            () = tokio::time::sleep(Duration::from_millis(20)), if !held.is_empty() => true,
            length = from_camera_rtcp.recv(rtcp) => {
                from_client_rtcp.send_to(&rtcp[..length?], at(to_client.1)).await?;
                false
            }
            length = from_client.recv(back) => {
                from_camera.send_to(&back[..length?], at(to_camera.0)).await?;
                false
            }
            length = from_client_rtcp.recv(back_rtcp) => {
                from_camera_rtcp.send_to(&back_rtcp[..length?], at(to_camera.1)).await?;
                false
            }
        };
        if is_over {
            shuffled.fetch_add(if held.len() > 1 { held.len() as u64 } else { 0 }, Relaxed);
            for packet in held.drain(..).rev() {
                from_client.send_to(&packet, at(to_client.0)).await?;
            }
        }
    }
}

/// Stands between camera and recorder: words go through, datagrams out of order. Gives its port and how many were moved.
async fn shuffler(camera: String) -> (u16, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, shuffled) = (listener.local_addr().unwrap().port(), Arc::new(AtomicU64::new(0)));
    let counted = shuffled.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(between(client, camera.clone(), counted.clone()));
        }
    });
    (port, shuffled)
}

async fn between(mut client: TcpStream, camera: String, shuffled: Arc<AtomicU64>) -> Option<()> {
    let mut camera = TcpStream::connect(camera).await.ok()?;
    let (mut asked, mut said, mut waiting) = (vec![0; 65_536], vec![0; 65_536], None);
    loop {
        tokio::select! {
            length = client.read(&mut asked) => {
                let length = length.ok().filter(|length| *length > 0)?;
                let text = String::from_utf8_lossy(&asked[..length]).into_owned();
                let to_camera = pair().await;
                let text = match ports_in(&text, "client_port", || ports_of(&to_camera)) {
                    Some((ports, text)) => {
                        waiting = Some((to_camera, ports));
                        text
                    }
                    None => text,
                };
                camera.write_all(text.as_bytes()).await.ok()?;
            }
            length = camera.read(&mut said) => {
                let length = length.ok().filter(|length| *length > 0)?;
                let text = String::from_utf8_lossy(&said[..length]).into_owned();
                let to_client = pair().await;
                let found = ports_in(&text, "server_port", || ports_of(&to_client));
                let text = match (found, waiting.take()) {
                    (Some((of_camera, text)), Some((to_camera, of_client))) => {
                        let legs = ((to_camera, of_camera), (to_client, of_client));
                        tokio::spawn(shuffle(legs.0, legs.1, shuffled.clone()));
                        text
                    }
                    (_, before) => {
                        waiting = before;
                        text
                    }
                };
                client.write_all(text.as_bytes()).await.ok()?;
            }
        }
    }
}

/// A network that hands on datagrams out of order costs no picture.
#[tokio::test(flavor = "multi_thread")]
async fn datagrams_out_of_order_are_recorded_whole() {
    undisturbed(out_of_order).await;
}

async fn out_of_order() {
    let world = world(6).await;
    let film = make(world.dir.path(), "film.mp4", "libx264");
    let cameras = Cameras::start_with(&["--port", "0", "--udp"], &[("/film", film.as_path())]);
    let (port, shuffled) = shuffler(format!("127.0.0.1:{}", cameras.port)).await;
    let url = format!("rtsp://127.0.0.1:{port}/film");
    let camera = world.camera("film", &url).await;
    let address = Address {
        credentials: Some(("admin".to_owned(), Secret::new("camera-secret".to_owned()))),
        transport: Transport::Udp,
        ..Address::plain(url.parse().unwrap())
    };
    is_recorded_whole(&world, camera, address).await;
    let moved = shuffled.load(Relaxed);
    assert!(moved > 100, "{moved} datagrams were out of order");
    world.stop().await;
}
