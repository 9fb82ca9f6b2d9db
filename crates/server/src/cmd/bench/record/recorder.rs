//! The recorder under test: store, ledger and pipeline as they ship, without web and people, on a fresh folder or one that a
//! killed run left.

use crate::store_keys::{self, Encryption};
use anyhow::Result;
use model::{CameraId, Profile, Span, StreamId, WallTime};
use pipeline::{Address, Config, Pipeline, Plan, StreamPlan, system_wall};
use std::path::PathBuf;
use store::{OpenOptions, Store, registry::system_cx};
use uuid::Uuid;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    dir: PathBuf,
    #[arg(long)]
    port: u16,
    #[arg(long)]
    streams: u32,
    /// Target length of a segment; tests use short ones, so that kills meet their ends
    #[arg(long, default_value_t = 60)]
    segment_seconds: u32,
    /// Encrypt under this store key, made when it is not there
    #[arg(long)]
    key_file: Option<PathBuf>,
}

/// The bench's cameras have fixed ids, so that a second run continues the first one's streams.
pub fn camera(number: u32) -> CameraId {
    CameraId(Uuid::from_u128(
        0x0192_0000_0000_7000_8000_0000_0000_0000 | u128::from(number) << 64 | u128::from(number),
    ))
}

/// Opens or makes a store for a bench.
pub async fn open(dir: &std::path::Path) -> Result<Store> {
    open_with(dir, None).await
}

/// The same, encrypted under the key in that file if one is named.
pub async fn open_with(dir: &std::path::Path, key_file: Option<PathBuf>) -> Result<Store> {
    std::fs::create_dir_all(dir)?;
    let (store_keys, sources) = store_keys::for_new(&Encryption::default(), key_file, dir)?;
    let options = OpenOptions { create: true, store_keys, ..OpenOptions::new(system_wall()) };
    let store = Store::open(dir, options).await?;
    store_keys::note(&sources, dir)?;
    Ok(store)
}

/// Records until SIGTERM or SIGINT, publishing the footage log once a second as `serve` does.
pub async fn run(args: Args) -> Result<std::process::ExitCode> {
    let store = open_with(&args.dir, args.key_file).await?;
    let config = Config { segment_seconds: args.segment_seconds, ..Config::default() };
    let pipeline = Pipeline::start(store.clone(), config).await?;
    let mut plan = Plan::default();
    for number in 0..args.streams {
        let url = format!("rtsp://127.0.0.1:{}/{number}", args.port).parse()?;
        plan = plan.with(
            camera(number),
            Profile::Main,
            StreamPlan { address: Address::plain(url), recorded: true, floor_days: 30 },
        );
    }
    pipeline.apply(plan).await?;
    println!("ready");
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let mut tick = tokio::time::interval(std::time::Duration::from_secs(10));
    loop {
        tokio::select! {
            _ = term.recv() => break,
            _ = tokio::signal::ctrl_c() => break,
            _ = tick.tick() => store.publish(store::LogName::Footage, pipeline.clock().wall()).await.map(|_| ())?,
        }
    }
    pipeline.stop().await;
    drop(pipeline);
    store.close(system_wall()).await?;
    Ok(std::process::ExitCode::SUCCESS)
}

/// Where a camera's recorded history ends, and its gaps since `from`.
pub async fn history(store: &Store, number: u32, from: WallTime) -> Result<(Option<WallTime>, Vec<Span>)> {
    let stream = StreamId { camera: camera(number), profile: Profile::Main };
    let cx = system_cx("bench", system_wall());
    let span = Span { start: from, end: WallTime(i64::MAX) };
    let gaps = store.footage.gaps(&cx, Some(stream), span).await?;
    Ok((store.footage.stream_head(stream).await?.end, gaps.into_iter().map(|gap| gap.span).collect()))
}
