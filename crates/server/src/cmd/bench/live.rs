//! `bench live`: how soon the first picture of a running camera comes, and how old frames are when a viewer gets them.
//!
//! Measured by the time stamp that the simulated camera puts into every frame, three times in one run: at the pipeline's live
//! reader, and at a client of the whole server's WebSocket, without TLS and with it.

use super::{farm::Farm, process, record::recorder, viewer, viewer::Viewer, web::Browser};
use crate::{
    config::Config,
    serve::{self, Extras, Server},
};
use anyhow::{Context, Result};
use futures::StreamExt as _;
use model::{Profile, StreamId, WallTime};
use pipeline::{LiveMessage, Pipeline, rtsp_server::stamp::Stamp, system_wall};
use serde_json::json;
use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};
use store::Registry;
use tokio_tungstenite::tungstenite::Message;

/// How long each view is watched.
const WATCHED: Duration = Duration::from_secs(2);

#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    clip: PathBuf,
    /// Views opened one after another.
    #[arg(long, default_value_t = 20)]
    views: u32,
    #[arg(long, default_value = "/tmp/watchkeeper-live")]
    dir: PathBuf,
}

/// What the views of one way showed.
#[derive(Default)]
struct Seen {
    first_ms: Vec<f64>,
    ages_ms: Vec<f64>,
}

impl Seen {
    /// Notes one unit's fMP4 bytes. Behind moof and the mdat header lies the stamp, wherever it is.
    fn unit(&mut self, bytes: &[u8], opened: WallTime) {
        let now = system_wall();
        let stamp = bytes
            .windows(4)
            .position(|window| window == b"mdat")
            .and_then(|at| Stamp::find(bytes.get(at + 4..)?));
        if let Some(stamp) = stamp.filter(|stamp| stamp.sent > opened) {
            self.ages_ms.push(now.since_us(stamp.sent) as f64 / 1e3);
        }
    }

    fn print(mut self, what: &str) {
        println!(
            "{what:<16} first picture p50 {:6.1} ms, p95 {:6.1} ms ({} views); frame age p50 {:5.2} ms, p95 {:5.2} ms ({} frames); load {:.1}",
            quantile(&mut self.first_ms, 0.5),
            quantile(&mut self.first_ms, 0.95),
            self.first_ms.len(),
            quantile(&mut self.ages_ms, 0.5),
            quantile(&mut self.ages_ms, 0.95),
            self.ages_ms.len(),
            process::load_average()
        );
    }
}

pub async fn run(args: Args) -> Result<std::process::ExitCode> {
    let farm = Farm::start(1, &args.clip)?;
    let store = recorder::open(&args.dir).await?;
    let viewer = Viewer::create(&store.registry, farm.url(0)).await?;
    store.close(system_wall()).await?;
    let stream = StreamId { camera: viewer.camera, profile: Profile::Main };
    for plain_http in [true, false] {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let config = Config { listen, data_dir: args.dir.clone(), plain_http, ..Config::default() };
        let store = recorder::open(&args.dir).await?;
        let server = serve::start_on(store, config, Extras::default()).await?;
        tokio::time::sleep(Duration::from_secs(6)).await;
        if plain_http {
            let pipeline = server.app().pipeline();
            in_pipeline(pipeline, server.app().registry(), &viewer, stream, args.views)
                .await?
                .print("pipeline");
        }
        let certificate = (!plain_http).then(|| args.dir.join("tls/root.pem"));
        let seen = in_web(&server, certificate.as_deref(), stream, args.views).await?;
        seen.print(if plain_http { "web, no TLS" } else { "web, TLS" });
        server.stop().await?;
    }
    std::fs::remove_dir_all(&args.dir)?;
    Ok(std::process::ExitCode::SUCCESS)
}

/// From the request for admission, with its durable entry, to units at the pipeline's reader.
async fn in_pipeline(
    pipeline: &Pipeline,
    registry: &Registry,
    viewer: &Viewer,
    stream: StreamId,
    views: u32,
) -> Result<Seen> {
    let mut seen = Seen::default();
    for _ in 0..views {
        let (begun, opened) = (Instant::now(), system_wall());
        let pass = Arc::new(viewer.admit(registry, pipeline.clock().wall()).await?);
        let mut reader = pipeline.live(&pass, stream).context("the stream does not run")?;
        let mut first = true;
        while begun.elapsed() < WATCHED {
            let Some(LiveMessage::Unit { bytes, .. }) = reader.next(|| pipeline.clock().wall()).await else {
                continue;
            };
            if std::mem::take(&mut first) {
                seen.first_ms.push(begun.elapsed().as_secs_f64() * 1e3);
            }
            seen.unit(&bytes, opened);
        }
    }
    Ok(seen)
}

/// From the request for a view, over a connection that is open, through a new WebSocket, to units at the client.
async fn in_web(
    server: &Server,
    certificate: Option<&std::path::Path>,
    stream: StreamId,
    views: u32,
) -> Result<Seen> {
    let mut seen = Seen::default();
    let mut browser =
        Browser::sign_in(server.address(), certificate, viewer::ACCOUNT, viewer::PASSWORD).await?;
    let request = json!({
        "mode": "live", "cameras": [stream.camera.to_string()], "purpose": "duty_watch", "legal_basis": "unit_duty",
    });
    for _ in 0..views {
        let (begun, opened) = (Instant::now(), system_wall());
        let (_, view) = browser.post("/api/views", &request).await?;
        let id = view["id"].as_str().context("a view without id")?;
        let path = format!("/api/views/{id}/live?camera={}&profile=main", stream.camera);
        let mut socket = browser.socket(&path).await?;
        let mut first = true;
        while begun.elapsed() < WATCHED {
            let Some(message) = socket.next().await else { break };
            // The first byte of a binary message says what it carries: 2 is pictures.
            let Message::Binary(bytes) = message? else { continue };
            if bytes.first() == Some(&2) {
                if std::mem::take(&mut first) {
                    seen.first_ms.push(begun.elapsed().as_secs_f64() * 1e3);
                }
                seen.unit(&bytes, opened);
            }
        }
        drop(socket);
        browser.post(&format!("/api/views/{id}/end"), &json!({})).await?;
    }
    Ok(seen)
}

/// A quantile of the values, which it sorts; 0 when there are none.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = ((values.len() as f64 - 1.0) * share).round().max(0.0) as usize;
    values.get(at).copied().unwrap_or(0.0)
}
