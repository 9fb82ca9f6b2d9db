//! `bench live`: how soon the first picture of a running camera comes, and how old frames are when a viewer gets them.
//!
//! Measured at the pipeline's live reader, by the time stamp that the simulated camera puts into every frame; the web's share
//! (one WebSocket message) is not in it.

use super::{farm::Farm, process, record::recorder, viewer::Viewer};
use anyhow::{Context, Result};
use model::{Profile, StreamId};
use pipeline::{Config, LiveMessage, Pipeline, Plan, StreamPlan, rtsp_server::stamp::Stamp, system_wall};
use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

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

pub async fn run(args: Args) -> Result<std::process::ExitCode> {
    let farm = Farm::start(1, &args.clip)?;
    let store = recorder::open(&args.dir).await?;
    let viewer = Viewer::create(&store.registry, farm.url(0)).await?;
    let stream = StreamId { camera: viewer.camera, profile: Profile::Main };
    let pipeline = Pipeline::start(store.clone(), Config::default()).await?;
    let plan = StreamPlan { url: farm.url(0).parse()?, credentials: None, recorded: true, floor_days: 30 };
    pipeline.apply(Plan::default().with(viewer.camera, Profile::Main, plan)).await?;
    tokio::time::sleep(Duration::from_secs(6)).await;
    let (mut first_ms, mut ages_ms) = (Vec::new(), Vec::new());
    for _ in 0..args.views {
        let begun = Instant::now();
        let pass = Arc::new(viewer.admit(&store.registry, pipeline.clock().wall()).await?);
        let mut reader = pipeline.live(&pass, stream).context("the stream does not run")?;
        let opened = system_wall();
        let mut first = true;
        let deadline = Instant::now() + Duration::from_secs(2);
        while Instant::now() < deadline {
            let Some(LiveMessage::Unit { bytes, .. }) = reader.next(|| pipeline.clock().wall()).await else {
                continue;
            };
            if std::mem::take(&mut first) {
                first_ms.push(begun.elapsed().as_secs_f64() * 1e3);
            }
            // Behind moof and the mdat header; the stamp is found wherever it lies.
            let stamp = bytes
                .windows(4)
                .position(|window| window == b"mdat")
                .and_then(|at| Stamp::find(bytes.get(at + 4..)?));
            if let Some(stamp) = stamp.filter(|stamp| stamp.sent > opened) {
                ages_ms.push(system_wall().since_us(stamp.sent) as f64 / 1e3);
            }
        }
    }
    println!(
        "first picture after the request (admission, ledger entry and all): p50 {:.1} ms, p95 {:.1} ms, {} views",
        quantile(&mut first_ms, 0.5),
        quantile(&mut first_ms, 0.95),
        args.views
    );
    println!(
        "frame age at the viewer: p50 {:.2} ms, p95 {:.2} ms, {} frames; load {:.1}",
        quantile(&mut ages_ms, 0.5),
        quantile(&mut ages_ms, 0.95),
        ages_ms.len(),
        process::load_average()
    );
    pipeline.stop().await;
    drop(pipeline);
    store.close(system_wall()).await?;
    std::fs::remove_dir_all(&args.dir)?;
    Ok(std::process::ExitCode::SUCCESS)
}

/// A quantile of the values, which it sorts; 0 when there are none.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = ((values.len() as f64 - 1.0) * share).round().max(0.0) as usize;
    values.get(at).copied().unwrap_or(0.0)
}
