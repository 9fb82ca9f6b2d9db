//! The smallest HTTP client that witnesses and mirrors need: one request, one bounded answer, one connection, one
//! deadline (RFC 9112 §3, §6, §7.1).
//!
//! Not a browser's: it follows no redirects, keeps no cookies and believes no length beyond its bound.

use anyhow::{Context as _, Result, bail, ensure};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;
use url::Url;

/// Longest head of an answer.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// One request from connecting to the last byte: witnesses answer in a second, tiles have a few kilobytes.
const PATIENCE: Duration = Duration::from_secs(20);
/// Where Debian and most others keep the certificates of public authorities.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

/// A client with the certificates that it believes.
#[derive(Clone)]
pub struct HttpClient {
    /// A PEM file; without it the system's.
    roots: Option<Arc<Path>>,
    patience: Duration,
}

impl Default for HttpClient {
    fn default() -> Self {
        Self::new(None)
    }
}

/// What came back.
#[derive(Debug)]
pub struct HttpAnswer {
    pub status: u16,
    pub body: Vec<u8>,
    /// The peer has this machine's own address: whoever it is, it is not elsewhere.
    pub same_host: bool,
}

trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

impl HttpClient {
    pub fn new(roots: Option<&Path>) -> Self {
        Self { roots: roots.map(Arc::from), patience: PATIENCE }
    }

    /// The same with another deadline for a whole request.
    pub fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// JSON to a server of ours, with a bearer token.
    pub async fn post_json(
        &self,
        url: &Url,
        token: &str,
        body: &[u8],
        bytes_max: usize,
    ) -> Result<HttpAnswer> {
        self.send("POST", url, Some(token), body, bytes_max).await
    }

    pub async fn post(&self, url: &Url, body: &[u8], bytes_max: usize) -> Result<HttpAnswer> {
        self.send("POST", url, None, body, bytes_max).await
    }

    /// With a bearer token (RFC 6750 §2.1) if one is given.
    pub async fn get(&self, url: &Url, token: Option<&str>, bytes_max: usize) -> Result<HttpAnswer> {
        self.send("GET", url, token, b"", bytes_max).await
    }

    /// A request with headers of its own; the query of its address goes along.
    pub async fn ask(
        &self,
        method: &str,
        url: &Url,
        marks: &[(&str, String)],
        body: &[u8],
        bytes_max: usize,
    ) -> Result<HttpAnswer> {
        let marks: String = marks.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let sent = self.exchange(method, (url, path), &marks, body, bytes_max);
        tokio::time::timeout(self.patience, sent).await.context("no answer in time")?
    }

    /// JSON with headers of its own, to an address that was judged before: the name is not resolved again.
    pub async fn post_to(
        &self,
        address: SocketAddr,
        url: &Url,
        marks: &[(&str, String)],
        body: &[u8],
        bytes_max: usize,
    ) -> Result<HttpAnswer> {
        let sent = async {
            let host = url.host_str().context("the URL names no host")?;
            let port = url.port_or_known_default().context("the URL names no port")?;
            let stream = TcpStream::connect(address).await.context("connecting")?;
            let mut wire = self.wire(url.scheme(), host, stream).await?;
            let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
            let marks: String = marks.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: {host}:{port}\r\nuser-agent: watchkeeper/{}\r\nconnection: close\r\n\
                 {marks}content-length: {}\r\n\r\n",
                env!("CARGO_PKG_VERSION"),
                body.len()
            );
            wire.write_all(head.as_bytes()).await?;
            wire.write_all(body).await?;
            wire.flush().await?;
            read_answer(&mut wire, bytes_max).await
        };
        tokio::time::timeout(self.patience, sent).await.context("no answer in time")?
    }

    /// The connection as its scheme asks for.
    async fn wire(&self, scheme: &str, host: &str, stream: TcpStream) -> Result<Box<dyn Wire>> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match scheme {
            "http" => Ok(Box::new(stream)),
            "https" => {
                let name = ServerName::try_from(bare.to_owned()).context("the host is no name for TLS")?;
                Ok(Box::new(self.connector()?.connect(name, stream).await.context("TLS")?))
            }
            other => bail!("the scheme {other} is neither http nor https"),
        }
    }

    async fn send(
        &self,
        method: &str,
        url: &Url,
        token: Option<&str>,
        body: &[u8],
        bytes_max: usize,
    ) -> Result<HttpAnswer> {
        let authorization =
            token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        // Our own servers take a change only with this mark, and JSON under its name; others pass over both.
        let marks = match (method, token) {
            ("POST", Some(_)) => "content-type: application/json\r\nx-watchkeeper: 1\r\n",
            _ => "",
        };
        let marks = format!("{authorization}{marks}");
        let sent = self.exchange(method, (url, url.path()), &marks, body, bytes_max);
        tokio::time::timeout(self.patience, sent).await.context("no answer in time")?
    }

    async fn exchange(
        &self,
        method: &str,
        (url, path): (&Url, &str),
        marks: &str,
        body: &[u8],
        bytes_max: usize,
    ) -> Result<HttpAnswer> {
        let host = url.host_str().context("the URL names no host")?;
        let port = url.port_or_known_default().context("the URL names no port")?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let stream = TcpStream::connect((bare, port)).await.context("connecting")?;
        stream.set_nodelay(true)?;
        let same_host = stream.peer_addr()?.ip() == stream.local_addr()?.ip();
        let mut wire = self.wire(url.scheme(), host, stream).await?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}:{port}\r\nuser-agent: watchkeeper/{}\r\nconnection: close\r\n\
             {marks}content-length: {}\r\n\r\n",
            env!("CARGO_PKG_VERSION"),
            body.len()
        );
        wire.write_all(head.as_bytes()).await?;
        wire.write_all(body).await?;
        wire.flush().await?;
        let mut answer = read_answer(&mut wire, bytes_max).await?;
        answer.same_host = same_host;
        Ok(answer)
    }

    fn connector(&self) -> Result<TlsConnector> {
        crate::tls::install_provider();
        let path = self.roots.as_deref().unwrap_or(Path::new(SYSTEM_ROOTS));
        let mut roots = rustls::RootCertStore::empty();
        let found =
            CertificateDer::pem_file_iter(path).with_context(|| format!("reading {}", path.display()))?;
        // A root that rustls does not take is one that nobody is believed for.
        let (taken, _) = roots.add_parsable_certificates(found.filter_map(std::result::Result::ok));
        ensure!(taken > 0, "{} holds no certificate", path.display());
        let config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

async fn read_answer(wire: &mut (impl AsyncRead + Unpin), bytes_max: usize) -> Result<HttpAnswer> {
    let all_max = HEAD_BYTES_MAX + 2 * bytes_max;
    let mut bytes = Vec::new();
    let mut limited = wire.take(all_max as u64 + 1);
    loop {
        let read = match limited.read_buf(&mut bytes).await {
            Ok(read) => read,
            // Some peers end TLS without saying so; what is complete is complete.
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => 0,
            Err(error) => return Err(error.into()),
        };
        ensure!(bytes.len() <= all_max, "the answer is longer than it may be");
        let done = parse_answer(&bytes, read == 0, bytes_max)?;
        if let Some(answer) = done {
            return Ok(answer);
        }
        ensure!(read > 0, "the answer is cut off");
    }
}

/// The answer if it is all there; `ended`: nothing more will come.
fn parse_answer(bytes: &[u8], ended: bool, bytes_max: usize) -> Result<Option<HttpAnswer>> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        ensure!(bytes.len() <= HEAD_BYTES_MAX, "the head of the answer is longer than it may be");
        return Ok(None);
    };
    let (head, rest) = (&bytes[..end], &bytes[end + 4..]);
    let head = std::str::from_utf8(head).context("the head of the answer is not UTF-8")?;
    let status =
        head.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).and_then(|code| code.parse().ok());
    let status: u16 = status.context("the answer is not HTTP")?;
    let header = |name: &str| {
        head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let chunked = header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
    let length = header("content-length").map(str::parse::<usize>).transpose().context("content-length")?;
    let body = match length {
        _ if chunked => chunks(rest)?,
        Some(length) => {
            ensure!(length <= bytes_max, "the answer is longer than it may be");
            rest.get(..length).map(<[u8]>::to_vec)
        }
        None => ended.then(|| rest.to_vec()),
    };
    let Some(body) = body else { return Ok(None) };
    ensure!(body.len() <= bytes_max, "the answer is longer than it may be");
    Ok(Some(HttpAnswer { status, body, same_host: false }))
}

/// The chunks one after another, once the last is there (RFC 9112 §7.1).
fn chunks(mut rest: &[u8]) -> Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    loop {
        let Some(end) = rest.windows(2).position(|window| window == b"\r\n") else { return Ok(None) };
        let line = std::str::from_utf8(&rest[..end]).context("a chunk's size is not ASCII")?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).context("a chunk's size is no number")?;
        if size == 0 {
            return Ok(Some(body));
        }
        let (from, to) = (end + 2, (end + 2).checked_add(size).context("a chunk is too long")?);
        let Some(chunk) = rest.get(from..to) else { return Ok(None) };
        body.extend_from_slice(chunk);
        let Some(after) = rest.get(to + 2..) else { return Ok(None) };
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_whole_or_refused_at_every_cut() {
        let check = |whole: &str, status: u16, body: &str| {
            let answer = parse_answer(whole.as_bytes(), true, 64).unwrap().unwrap();
            assert_eq!((answer.status, &answer.body[..]), (status, body.as_bytes()), "{whole:?}");
            for cut in 0..whole.len() {
                if let Ok(Some(early)) = parse_answer(&whole.as_bytes()[..cut], false, 64) {
                    assert_eq!(early.body, body.as_bytes(), "{whole:?} cut to {cut}");
                }
            }
        };
        check("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 200, "abc");
        check("HTTP/1.1 409 Conflict\r\ncontent-type: text/x.tlog.size\r\n\r\n12\n", 409, "12\n");
        check(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
            200,
            "abcde",
        );
        check("HTTP/1.0 204 No Content\r\n\r\n", 204, "");
        let wrong = |bytes: &str| assert!(parse_answer(bytes.as_bytes(), true, 64).is_err(), "{bytes:?}");
        wrong("SSH-2.0\r\n\r\n");
        wrong("HTTP/1.1 200 OK\r\ncontent-length: 65\r\n\r\n");
        wrong("HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n");
        wrong("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n");
        wrong("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n");
        wrong(&"x".repeat(HEAD_BYTES_MAX + 1));
    }
}
