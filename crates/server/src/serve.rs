//! The wiring of a running server, top to bottom; it stops in reverse order.
//!
//! Nothing here decides anything: it opens, starts, notes the start in the ledger, and on the way out does the same
//! backwards, so that every picture's use is recorded before the ledger closes.

use crate::{
    alarms,
    app::{App, Facts},
    config::Config,
    connections::Limited,
    control,
    first_words::Hurried,
    http,
    integrity::{self, Measuring},
    log_watch, oidc, ptz, publish, reconcile, reminders, scrub, store_keys, time_sources, tls, watching,
    witnessing::{self, Witnesses},
};
use anyhow::Context as _;
use axum_server::{Handle, tls_rustls::RustlsAcceptor};
use hyper_util::{
    rt::{TokioExecutor, TokioTimer},
    server::conn::auto::Builder,
};
use model::Act;
use pipeline::Pipeline;
use std::{net::SocketAddr, time::Duration};
use store::{OpenOptions, Store, system_cx};
use tokio::{signal::unix::SignalKind, task::JoinHandle};

/// How long open requests may go on after the listener has closed.
const DRAIN: Duration = Duration::from_secs(5);
/// How long a client may take to send a request's headers.
const HEADERS_PATIENCE: Duration = Duration::from_secs(10);
/// A request's line and headers: browsers send two kilobytes, the longest address here has the ids of some hundred cameras.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Headers of one request: four times what a browser sends.
const HEADERS_MAX: usize = 100;
/// Requests at a time on one HTTP/2 connection: a page asks for some dozen.
const STREAMS_MAX: u32 = 100;
/// How often a silent HTTP/2 client is asked whether it is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// What commands other than `serve` change.
#[derive(Debug, Default)]
pub struct Extras {
    /// Simulated cameras and printed passwords: the console says so.
    pub demo: bool,
    pub pipeline: pipeline::Config,
}

/// A running server.
pub struct Server {
    app: App,
    address: SocketAddr,
    fingerprint: Option<String>,
    handle: Handle<SocketAddr>,
    listener: JoinHandle<std::io::Result<()>>,
    tasks: Vec<JoinHandle<()>>,
}

/// Opens the data folder and starts everything.
pub async fn start(config: Config, extras: Extras) -> anyhow::Result<Server> {
    config.validate()?;
    let store_keys = store_keys::load(&config.encryption, &config.data_dir)?;
    let options = OpenOptions { migrate: true, store_keys, ..OpenOptions::new(pipeline::system_wall()) };
    let store = Store::open(&config.data_dir, options)
        .await
        .with_context(|| format!("opening {} (`watchkeeper init` creates it)", config.data_dir.display()))?;
    start_on(store, config, extras).await
}

/// Starts everything on a store that is open already.
pub async fn start_on(store: Store, config: Config, extras: Extras) -> anyhow::Result<Server> {
    store_keys::demand(&store)?;
    let measuring = Measuring::begin(&store, &config, &extras).await?;
    let witnesses = Witnesses::new(&config.witnessing)?;
    let pipeline =
        Pipeline::start(store.clone(), extras.pipeline).await.context("starting the data plane")?;
    tls::prepare(&config)?;
    let facts = Facts {
        secure: !config.plain_http,
        demo: extras.demo,
        host: config.host.clone(),
        root: tls::root(&config),
        metrics_token: config.metrics_token.clone(),
        machines: config.machine.clone(),
        time: config.time.clone(),
        reminders: config.reminders.clone(),
        providers: oidc::config::load(&config.provider, &config.data_dir),
    };
    let app = App::with_witnesses(store, pipeline, facts, witnesses);
    let store_key = app.store().footage.media().keys().current().map(|key| key.id().to_string());
    let (measured, file) = measuring.end().await?;
    let note = format!(
        "version={}\nprogram={}\nstore_key={}\n{}",
        measured.version,
        measured.program,
        store_key.as_deref().unwrap_or("none"),
        app.witnesses().note()
    );
    app.registry().note_system(&system_cx("server", app.now()), Act::Start, &note).await?;
    integrity::note_start(&app, measured, file).await?;
    let mut tasks = vec![
        tokio::spawn(reconcile::run(app.clone())),
        tokio::spawn(publish::run(app.clone())),
        tokio::spawn(store_keys::watch(app.clone())),
        tokio::spawn(witnessing::run(app.clone())),
        tokio::spawn(scrub::run(app.clone())),
        tokio::spawn(log_watch::run(app.clone())),
        tokio::spawn(time_sources::run(app.clone())),
        tokio::spawn(watching::run(app.clone())),
        tokio::spawn(alarms::run(app.clone())),
        tokio::spawn(ptz::run(app.clone())),
        tokio::spawn(reminders::run(app.clone())),
        tokio::spawn(integrity::run(app.clone())),
    ];
    let (handle, listener, fingerprint) = listen(&app, &config).await?;
    let address = handle.listening().await.with_context(|| format!("cannot listen on {}", config.listen))?;
    match control::listen(app.store()) {
        Ok(socket) => tasks.push(tokio::spawn(control::run(app.clone(), socket))),
        // Recording does not wait for it: only commands beside the server do not work.
        Err(error) => tracing::error!(%error, "there is no control socket"),
    }
    app.store().footage.outage_is_over().await?;
    tracing::info!(%address, tls = fingerprint.is_some(), "serving");
    Ok(Server { app, address, fingerprint, handle, listener, tasks })
}

type Listening = (Handle<SocketAddr>, JoinHandle<std::io::Result<()>>, Option<String>);

async fn listen(app: &App, config: &Config) -> anyhow::Result<Listening> {
    let service = http::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let socket = std::net::TcpListener::bind(config.listen)
        .with_context(|| format!("listening on {}", config.listen))?;
    socket.set_nonblocking(true)?;
    let handle = Handle::new();
    if config.plain_http {
        let mut server =
            axum_server::from_tcp(socket)?.handle(handle.clone()).acceptor(Hurried(Limited::default()));
        harden(server.http_builder());
        return Ok((handle, tokio::spawn(server.serve(service)), None));
    }
    tls::install_provider();
    let identity = tls::identity(config).await?;
    tokio::spawn(tls::keep(config.clone(), identity.config.clone(), app.stop().clone()));
    let acceptor = Hurried(RustlsAcceptor::new(identity.config).acceptor(Limited::default()));
    let mut server = axum_server::from_tcp(socket)?.handle(handle.clone()).acceptor(acceptor);
    harden(server.http_builder());
    Ok((handle, tokio::spawn(server.serve(service)), Some(identity.fingerprint)))
}

/// A client that dawdles over its headers, or sends too many, must not keep a connection.
fn harden(builder: &mut Builder<TokioExecutor>) {
    let mut http1 = builder.http1();
    http1.timer(TokioTimer::new()).header_read_timeout(HEADERS_PATIENCE);
    http1.max_buf_size(HEAD_BYTES_MAX).max_headers(HEADERS_MAX);
    let mut http2 = builder.http2();
    http2.timer(TokioTimer::new()).keep_alive_interval(KEEP_ALIVE);
    http2.max_concurrent_streams(STREAMS_MAX).max_header_list_size(16 * 1024);
}

impl Server {
    pub fn app(&self) -> &App {
        &self.app
    }
    pub fn address(&self) -> SocketAddr {
        self.address
    }
    /// SHA-256 of the certificate; `None` without TLS.
    pub fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }
    /// What to type into a browser.
    pub fn address_text(&self) -> String {
        let scheme = if self.fingerprint.is_some() { "https" } else { "http" };
        let host = if self.address.ip().is_unspecified() {
            "localhost".to_owned()
        } else {
            self.address.ip().to_string()
        };
        format!("{scheme}://{host}:{}", self.address.port())
    }

    /// Orderly end, in the reverse order of the start: no new requests, viewers, exports, streams, logs, databases.
    pub async fn stop(self) -> anyhow::Result<()> {
        let app = &self.app;
        self.handle.graceful_shutdown(Some(DRAIN));
        app.views().stop().await;
        app.exports().stop().await;
        self.listener.await.context("the listener ended badly")??;
        app.pipeline().stop().await;
        app.registry().note_system(&system_cx("server", app.now()), Act::Stop, "").await?;
        app.stop().cancel();
        for task in self.tasks {
            task.await.context("a task ended badly")?;
        }
        let (store, now) = (app.store().clone(), app.now());
        store.close(now).await?;
        tracing::info!("stopped");
        Ok(())
    }
}

/// Resolves at SIGINT, SIGTERM, or when an end was asked for at the control socket.
pub async fn until_end(app: &App) -> std::io::Result<()> {
    tokio::select! {
        signal = until_signal() => signal,
        () = app.ended() => Ok(()),
    }
}

pub async fn until_signal() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(SignalKind::terminate())?;
    let mut interrupt = tokio::signal::unix::signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
