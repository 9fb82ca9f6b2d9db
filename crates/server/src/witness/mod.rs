//! A witness as a server of its own: its boot file, its book, its listener. The routes are `http::witness`.
//!
//! It serves plain HTTP, as nothing in it is secret and every answer is signed; whoever wants TLS puts a proxy or a
//! bastion in front. It shares nothing with the server that records but this program.

mod config;

pub use config::{LogLine, WitnessConfig, parse_log};

pub use crate::http::witness_router as router;

use crate::connections::Limited;
use anyhow::Context as _;
use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use std::{net::SocketAddr, time::Duration};
use store::witness::WitnessBook;
use tokio::task::JoinHandle;

/// How long a client may take to send its headers.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long open requests may go on after the listener has closed.
const DRAIN: Duration = Duration::from_secs(2);

/// A running witness.
pub struct WitnessServer {
    book: WitnessBook,
    address: SocketAddr,
    handle: Handle<SocketAddr>,
    listener: JoinHandle<std::io::Result<()>>,
}

impl WitnessServer {
    /// Opens the folder and listens.
    pub async fn start(config: &WitnessConfig) -> anyhow::Result<Self> {
        let logs = config.witnessed_logs()?;
        let book = WitnessBook::open(&config.dir, config.name.as_deref(), logs)
            .await
            .with_context(|| format!("opening {}", config.dir.display()))?;
        let socket = std::net::TcpListener::bind(config.listen)
            .with_context(|| format!("listening on {}", config.listen))?;
        socket.set_nonblocking(true)?;
        let handle = Handle::new();
        let mut server = axum_server::from_tcp(socket)?.handle(handle.clone()).acceptor(Limited::default());
        server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(PATIENCE);
        let listener = tokio::spawn(server.serve(router(book.clone()).into_make_service()));
        let address =
            handle.listening().await.with_context(|| format!("cannot listen on {}", config.listen))?;
        Ok(Self { book, address, handle, listener })
    }

    pub fn book(&self) -> &WitnessBook {
        &self.book
    }
    pub fn address(&self) -> SocketAddr {
        self.address
    }
    /// What goes into the boot file of a server that submits here.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers what is open and closes the book.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.handle.graceful_shutdown(Some(DRAIN));
        self.listener.await.context("the witness's listener ended badly")??;
        self.book.close().await;
        Ok(())
    }
}
