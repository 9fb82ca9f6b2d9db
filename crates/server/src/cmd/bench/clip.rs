//! `bench clip`: a short clip of some cameras out of a long recording: how long its verification takes beside plain hashing of the same
//! bytes, and how large its proofs are.
//!
//! The recording is made by the shipping recorder, faster than time, so that the log has as many leaves as a real one of that length.

use super::{export, history, process, record::recorder, viewer::Viewer};
use anyhow::{Result, ensure};
use model::{Profile, Span, StreamId};
use pipeline::{Config, Pipeline, clip::Clip, system_wall};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    clip: PathBuf,
    /// Length of the recording, in hours.
    #[arg(long, default_value_t = 24)]
    hours: i64,
    /// Length of the clip, from the middle of it, in seconds.
    #[arg(long, default_value_t = 600)]
    seconds: i64,
    #[arg(long, default_value_t = 3)]
    cameras: u32,
    /// Verifications.
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    #[arg(long, default_value = "/tmp/watchkeeper-clip")]
    dir: PathBuf,
}

pub async fn run(args: Args) -> Result<std::process::ExitCode> {
    ensure!(args.cameras > 0 && args.rounds > 0, "--cameras and --rounds are at least 1");
    let store = recorder::open(&args.dir).await?;
    let url = || "rtsp://127.0.0.1:1/none".to_owned();
    let viewer = Viewer::create(&store.registry, url()).await?;
    let mut cameras = vec![viewer.camera];
    for number in 1..args.cameras {
        cameras.push(viewer.add_camera(&store.registry, &format!("bench {number}"), url()).await?);
    }
    let pipeline = Pipeline::start(store.clone(), Config::default()).await?;
    let clip = Clip::load(&args.clip)?;
    let start = system_wall().plus_us(-(args.hours * 3_600 + 120) * 1_000_000);
    for camera in &cameras {
        let stream = StreamId { camera: *camera, profile: Profile::Main };
        history::record(&pipeline, stream, &clip, start, args.hours * 3_600).await?;
    }
    let leaves = store.log_size(store::LogName::Footage).await?;
    let from = start.plus_us(args.hours * 1_800 * 1_000_000);
    let span = Span { start: from, end: from.plus_us(args.seconds * 1_000_000) };
    let (made, cost) = export::exported(&pipeline, &store, &viewer, &cameras, span).await?;
    let (mut all, mut proofs) = (0, 0);
    for file in verify::open(&made.path)?.files() {
        all += file.bytes;
        proofs +=
            if file.name.starts_with("proof/") || file.name.starts_with("manifest") { file.bytes } else { 0 };
    }
    println!(
        "{} s of {} cameras out of {} h ({leaves} leaves): package {all} bytes, of which manifest and proofs {proofs}; made in {:.1} s",
        args.seconds, args.cameras, args.hours, cost.seconds
    );
    for round in 1..=args.rounds {
        let (verify, plain) = (export::verified(&made.path)?, export::hashed(&made.path)?);
        println!(
            "round {round}: verified in {:.2} s ({:.2} CPU-s), plain SHA-256 of it {:.2} s ({:.2} CPU-s); load {:.1}",
            verify.seconds,
            verify.cpu_seconds,
            plain.seconds,
            plain.cpu_seconds,
            process::load_average()
        );
    }
    pipeline.stop().await;
    drop(pipeline);
    store.close(system_wall()).await?;
    std::fs::remove_dir_all(&args.dir)?;
    Ok(std::process::ExitCode::SUCCESS)
}
