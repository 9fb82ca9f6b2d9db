//! A viewer as a browser is one, for benches: signs in, opens a view, reads pictures from a WebSocket, with TLS or without.
//!
//! The smallest client that does it: one request at a time, bodies with a length.

use anyhow::{Context, Result, bail, ensure};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use serde_json::{Value, json};
use std::{net::SocketAddr, path::Path, sync::Arc};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{client::IntoClientRequest as _, http::HeaderValue},
};

/// A stream, encrypted or not.
pub trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// A signed-in person's browser.
pub struct Browser {
    address: SocketAddr,
    tls: Option<TlsConnector>,
    wire: Box<dyn Wire>,
    cookie: String,
}

impl Browser {
    /// Connects and signs in. `certificate` is the server's own, with TLS.
    pub async fn sign_in(
        address: SocketAddr,
        certificate: Option<&Path>,
        account: &str,
        password: &str,
    ) -> Result<Self> {
        let tls = certificate.map(connector).transpose()?;
        let wire = connect(address, tls.as_ref()).await?;
        let mut browser = Self { address, tls, wire, cookie: String::new() };
        let body = json!({ "account": account, "password": password });
        let (headers, _) = browser.post("/api/sign-in", &body).await?;
        let cookie =
            headers.lines().find_map(|line| line.strip_prefix("set-cookie: ")).context("no cookie")?;
        browser.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(browser)
    }

    /// One POST; returns the answer's headers and body. Anything but success is an error.
    pub async fn post(&mut self, path: &str, body: &Value) -> Result<(String, Value)> {
        self.ask("POST", path, "application/json", body.to_string().as_bytes()).await
    }

    /// One PATCH.
    pub async fn patch(&mut self, path: &str, body: &Value) -> Result<Value> {
        Ok(self.ask("PATCH", path, "application/json", body.to_string().as_bytes()).await?.1)
    }

    /// One POST of a file.
    pub async fn send_bytes(&mut self, path: &str, content_type: &str, body: &[u8]) -> Result<Value> {
        Ok(self.ask("POST", path, content_type, body).await?.1)
    }

    /// One GET.
    pub async fn get(&mut self, path: &str) -> Result<Value> {
        Ok(self.ask("GET", path, "application/json", &[]).await?.1)
    }

    async fn ask(
        &mut self,
        method: &str,
        path: &str,
        content_type: &str,
        body: &[u8],
    ) -> Result<(String, Value)> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nx-watchkeeper: 1\r\nx-watchkeeper-attended: 1\r\n\
             content-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
            self.address,
            self.cookie,
            body.len()
        );
        self.wire.write_all(request.as_bytes()).await?;
        self.wire.write_all(body).await?;
        let mut answer = Vec::new();
        let end = loop {
            if let Some(at) = answer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            ensure!(self.wire.read_buf(&mut answer).await? > 0, "{path}: the server closed the connection");
        };
        let headers = String::from_utf8(answer[..end].to_vec())?;
        let length = headers.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.unwrap_or("0").trim().parse()?;
        while answer.len() < end + length {
            ensure!(self.wire.read_buf(&mut answer).await? > 0, "{path}: the answer is cut off");
        }
        let body = &answer[end..];
        if !headers.starts_with("HTTP/1.1 2") {
            bail!("{path}: {headers}{}", String::from_utf8_lossy(body));
        }
        Ok((headers, if body.is_empty() { Value::Null } else { serde_json::from_slice(body)? }))
    }

    /// Opens a view's WebSocket.
    pub async fn socket(&self, path: &str) -> Result<WebSocketStream<Box<dyn Wire>>> {
        let wire = connect(self.address, self.tls.as_ref()).await?;
        let scheme = if self.tls.is_some() { ("wss", "https") } else { ("ws", "http") };
        let mut request = format!("{}://{}{path}", scheme.0, self.address).into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("cookie", HeaderValue::from_str(&self.cookie)?);
        headers.insert("origin", HeaderValue::from_str(&format!("{}://{}", scheme.1, self.address))?);
        Ok(tokio_tungstenite::client_async(request, wire).await?.0)
    }
}

fn connector(certificate: &Path) -> Result<TlsConnector> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate)?)?;
    let config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

async fn connect(address: SocketAddr, tls: Option<&TlsConnector>) -> Result<Box<dyn Wire>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(match tls {
        None => Box::new(stream),
        Some(tls) => Box::new(tls.connect(ServerName::try_from("localhost")?, stream).await?),
    })
}
