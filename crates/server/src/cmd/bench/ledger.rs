//! `bench ledger`: admissions a second, each with its durable entry, with one caller and with many; beside what the disk's
//! fdatasync gives in the same minute.

use super::{process, record::recorder, viewer::Viewer};
use anyhow::Result;
use pipeline::system_wall;
use std::{
    fs::File,
    io::Write,
    path::PathBuf,
    time::{Duration, Instant},
};

#[derive(clap::Args)]
pub struct Args {
    /// Length of each window, in seconds.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    #[arg(long, default_value = "/tmp/watchkeeper-ledger")]
    dir: PathBuf,
}

pub async fn run(args: Args) -> Result<std::process::ExitCode> {
    let window = Duration::from_secs(args.seconds);
    let store = recorder::open(&args.dir).await?;
    let viewer = Viewer::create(&store.registry, "rtsp://127.0.0.1/none".into()).await?;
    let syncs = raw_syncs(&args.dir, window)?;
    println!("fdatasync of 512 bytes: {syncs:.0} a second");
    for callers in [1usize, 64] {
        let begun = Instant::now();
        let tasks: Vec<_> = (0..callers)
            .map(|_| {
                let registry = store.registry.clone();
                tokio::spawn(async move {
                    let mut done = 0u64;
                    while begun.elapsed() < window {
                        viewer.admit(&registry, system_wall()).await?;
                        done += 1;
                    }
                    Ok::<u64, store::Error>(done)
                })
            })
            .collect();
        let mut done = 0;
        for task in tasks {
            done += task.await??;
        }
        let rate = done as f64 / begun.elapsed().as_secs_f64();
        println!(
            "admissions with {callers:>2} callers: {rate:.0} a second, {:.2} of raw fdatasync; load {:.1}",
            rate / syncs,
            process::load_average()
        );
    }
    store.close(system_wall()).await?;
    std::fs::remove_dir_all(&args.dir)?;
    Ok(std::process::ExitCode::SUCCESS)
}

fn raw_syncs(dir: &std::path::Path, window: Duration) -> Result<f64> {
    let mut file = File::create(dir.join("syncs"))?;
    let (begun, mut done) = (Instant::now(), 0u32);
    while begun.elapsed() < window {
        file.write_all(&[0; 512])?;
        file.sync_data()?;
        done += 1;
    }
    Ok(f64::from(done) / begun.elapsed().as_secs_f64())
}
