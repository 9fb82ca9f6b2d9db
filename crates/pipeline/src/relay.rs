//! Cameras that `retina` cannot reach by itself: RTSP inside TLS, and RTP over UDP with packets put into order.
//!
//! `retina` connects to a port of ours on the loopback, which takes one connection and brings it to the camera. The protocol
//! of the way is [`wire::relay`]; here are sockets and the camera's certificate. Invariants: a certificate counts only when
//! its SHA-256 is the one that a person accepted for this camera; a relay ends with the session that uses it.

use crate::{
    open::{SessionEnd, port_of},
    plan::Address,
};
use bytes::Bytes;
use model::{GapCause, Hash, MonoTime, Transport};
use rustls::{
    DigitallySignedStruct, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use sha2::{Digest as _, Sha256};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UdpSocket},
    time::Instant,
};
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;
use wire::relay::{Input, Output, Relay as Machine};

/// The port of an rtsps:// address that names none (RFC 7826 §22).
pub(crate) const RTSPS_PORT: u16 = 322;
/// Until our own client has come; the camera's side is under the time of the whole opening.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(10);
/// For the client to say TEARDOWN, after its session was dropped.
const GOODBYE: Duration = Duration::from_secs(3);
/// Tries for two ports that follow each other.
const PORT_TRIES_MAX: usize = 32;
/// A datagram: what UDP can carry.
const DATAGRAM_BYTES_MAX: usize = 65_535;
/// Read from either side at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// A way to one camera, for one session; some seconds after it is dropped, it is closed at the latest.
#[derive(Debug)]
pub(crate) struct Relay {
    /// What the client opens instead of the camera's address.
    pub url: Url,
    _in_use: DropGuard,
}

/// Whether the camera needs a relay.
pub(crate) fn is_needed(address: &Address) -> bool {
    address.url.scheme() == "rtsps" || address.transport == Transport::Udp
}

/// Connects to the camera and opens the port for our client.
pub(crate) async fn start(address: &Address) -> Result<Relay, SessionEnd> {
    let camera = connect(&address.url, address.certificate).await?;
    let ours = |error: io::Error| SessionEnd::new(GapCause::Us, format!("a port for the relay: {error}"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(ours)?;
    let port = listener.local_addr().map_err(ours)?.port();
    let mut inside = address.url.clone();
    let renamed = inside.set_scheme("rtsp").is_ok()
        && inside.set_host(Some("127.0.0.1")).is_ok()
        && inside.set_port(Some(port)).is_ok();
    if !renamed {
        return Err(SessionEnd::new(GapCause::Camera, "this address cannot be opened through TLS or UDP"));
    }
    let datagrams = match address.transport {
        Transport::Tcp => None,
        Transport::Udp => Some(Datagrams::bind(camera.local, camera.peer).await.map_err(ours)?),
    };
    let unused = CancellationToken::new();
    let in_use = unused.clone().drop_guard();
    tokio::spawn(async move {
        tokio::select! {
            ended = serve(listener, camera.stream, datagrams) => if let Err(error) = ended {
                tracing::debug!(%error, "relay ended");
            },
            () = async { unused.cancelled().await; tokio::time::sleep(GOODBYE).await } => {}
        }
    });
    Ok(Relay { url: inside, _in_use: in_use })
}

async fn serve(
    listener: TcpListener,
    camera: Box<dyn Duplex>,
    datagrams: Option<Datagrams>,
) -> io::Result<()> {
    let (client, _) = tokio::time::timeout(CLIENT_TIMEOUT, listener.accept()).await??;
    // One client, and no other after it.
    drop(listener);
    match datagrams {
        None => pass(client, camera).await,
        Some(datagrams) => with_datagrams(client, camera, datagrams).await,
    }
}

/// Both halves of a connection, whatever it runs in.
trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

struct Camera {
    stream: Box<dyn Duplex>,
    local: IpAddr,
    peer: IpAddr,
}

async fn connect(url: &Url, certificate: Option<Hash>) -> Result<Camera, SessionEnd> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let secured = url.scheme() == "rtsps";
    let network =
        |error: io::Error| SessionEnd::new(GapCause::Network, format!("Unable to connect: {error}"));
    let tcp = TcpStream::connect((host.as_str(), port_of(url))).await.map_err(network)?;
    let (local, peer) = (tcp.local_addr().map_err(network)?.ip(), tcp.peer_addr().map_err(network)?.ip());
    tcp.set_nodelay(true).map_err(network)?;
    let stream: Box<dyn Duplex> = if secured { secure(tcp, host, certificate).await? } else { Box::new(tcp) };
    Ok(Camera { stream, local, peer })
}

async fn secure(tcp: TcpStream, host: String, accepted: Option<Hash>) -> Result<Box<dyn Duplex>, SessionEnd> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let pinned = Arc::new(Pinned { accepted, seen: Mutex::new(None), provider: provider.clone() });
    let camera = |why: String| SessionEnd::new(GapCause::Camera, why);
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| camera(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(pinned.clone())
        .with_no_client_auth();
    let name = ServerName::try_from(host).map_err(|_| camera("the address has no valid host".to_owned()))?;
    match tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(pinned.refusal().unwrap_or_else(|| camera(format!("TLS: {error}")))),
    }
}

/// Takes the one certificate that a person accepted, whoever signed it: cameras sign their own.
#[derive(Debug)]
struct Pinned {
    accepted: Option<Hash>,
    seen: Mutex<Option<Hash>>,
    provider: Arc<CryptoProvider>,
}

impl Pinned {
    /// What to tell a person when the certificate was the reason.
    fn refusal(&self) -> Option<SessionEnd> {
        let seen = (*self.seen.lock().unwrap_or_else(PoisonError::into_inner))?;
        let text = match self.accepted {
            Some(accepted) if accepted == seen => return None,
            Some(_) => format!("the camera's certificate has changed: SHA-256 {seen}"),
            None => format!("the camera's certificate was not accepted by anybody yet: SHA-256 {seen}"),
        };
        Some(SessionEnd { certificate: Some(seen), ..SessionEnd::new(GapCause::Credentials, text) })
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let seen = Hash(Sha256::digest(end_entity.as_ref()).into());
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        if self.accepted == Some(seen) {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(rustls::CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

async fn pass(mut client: TcpStream, mut camera: Box<dyn Duplex>) -> io::Result<()> {
    client.set_nodelay(true)?;
    tokio::io::copy_bidirectional(&mut client, &mut camera).await?;
    Ok(())
}

/// Two ports that follow each other (RFC 3550 §11), and where the camera sends from.
struct Datagrams {
    rtp: UdpSocket,
    rtcp: UdpSocket,
    port: u16,
    peer: IpAddr,
}

impl Datagrams {
    async fn bind(local: IpAddr, peer: IpAddr) -> io::Result<Self> {
        let mut last = io::Error::other("no two free ports follow each other");
        for _ in 0..PORT_TRIES_MAX {
            let rtp = UdpSocket::bind((local, 0)).await?;
            let port = rtp.local_addr()?.port();
            // The first is even.
            let (Some(next), true) = (port.checked_add(1), port % 2 == 0) else { continue };
            match UdpSocket::bind((local, next)).await {
                Ok(rtcp) => return Ok(Self { rtp, rtcp, port, peer }),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Takes datagrams from nobody else, and opens a firewall's way back.
    async fn connect(&self, source: Option<&str>, rtp: u16, rtcp: u16) -> io::Result<()> {
        let source = match source {
            None => self.peer,
            Some(text) => text.parse().unwrap_or(self.peer),
        };
        self.rtp.connect(SocketAddr::new(source, rtp)).await?;
        self.rtcp.connect(SocketAddr::new(source, rtcp)).await?;
        // An empty RTP packet and an empty receiver report (RFC 3550 §5.1, §6.4.2): nothing to anybody who reads them. A
        // camera that is not listening yet does no harm.
        let _unanswered = self.rtp.send(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).await;
        let _unanswered = self.rtcp.send(&[0x80, 201, 0, 1, 0, 0, 0, 0]).await;
        Ok(())
    }
}

async fn with_datagrams(client: TcpStream, camera: Box<dyn Duplex>, datagrams: Datagrams) -> io::Result<()> {
    client.set_nodelay(true)?;
    let begun = Instant::now();
    let now = || MonoTime(i64::try_from(begun.elapsed().as_micros()).unwrap_or(i64::MAX));
    let mut machine = Machine::new(datagrams.port);
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_camera, mut to_camera) = tokio::io::split(camera);
    let (mut client_bytes, mut camera_bytes) = (vec![0; CHUNK_BYTES], vec![0; CHUNK_BYTES]);
    let (mut rtp, mut rtcp) = (vec![0; DATAGRAM_BYTES_MAX], vec![0; DATAGRAM_BYTES_MAX]);
    let mut connected = false;
    loop {
        let deadline = loop {
            match machine.poll_output() {
                Output::ToClient(bytes) => to_client.write_all(&bytes).await?,
                Output::ToCamera(bytes) => {
                    to_camera.write_all(&bytes).await?;
                    to_camera.flush().await?;
                }
                Output::Ports { source, rtp, rtcp } => {
                    datagrams.connect(source.as_deref(), rtp, rtcp).await?;
                    connected = true;
                }
                Output::Rtcp(bytes) => drop(datagrams.rtcp.send(&bytes).await),
                Output::Timeout(at) => break at,
                Output::Close(why) => return Err(io::Error::new(io::ErrorKind::InvalidData, why)),
            }
        };
        let wake = deadline.map_or(Duration::from_secs(3_600), |at| {
            Duration::from_micros(u64::try_from(at.since_us(now())).unwrap_or(0))
        });
        tokio::select! {
            read = from_client.read(&mut client_bytes) => match read? {
                0 => return Ok(()),
                n => machine.handle_input(now(), Input::FromClient(&client_bytes[..n])),
            },
            read = from_camera.read(&mut camera_bytes) => match read? {
                0 => return Ok(()),
                n => machine.handle_input(now(), Input::FromCamera(&camera_bytes[..n])),
            },
            // A refused report of a camera that closed its port is no end.
            read = datagrams.rtp.recv(&mut rtp), if connected => if let Ok(n) = read {
                machine.handle_input(now(), Input::Rtp(Bytes::copy_from_slice(&rtp[..n])));
            },
            read = datagrams.rtcp.recv(&mut rtcp), if connected => if let Ok(n) = read {
                machine.handle_input(now(), Input::Rtcp(Bytes::copy_from_slice(&rtcp[..n])));
            },
            () = tokio::time::sleep(wake) => machine.handle_input(now(), Input::Timeout),
        }
    }
}
