//! `bench recover`: kills the recorder with SIGKILL at random moments while cameras run, starts it again, and reports what each
//! camera lost and whether every second is accounted for.

use super::{
    farm::Farm,
    process,
    record::recorder::{self, history},
};
use anyhow::{Context, Result, ensure};
use model::WallTime;
use pipeline::system_wall;
use std::{path::PathBuf, time::Duration};

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, default_value_t = 16)]
    pub streams: u32,
    /// How many kills.
    #[arg(long, default_value_t = 10)]
    pub kills: u32,
    #[arg(long)]
    pub clip: PathBuf,
    #[arg(long, default_value = "/tmp/watchkeeper-recover")]
    pub dir: PathBuf,
}

pub fn run(args: &Args) -> Result<()> {
    let farm = Farm::start(args.streams, &args.clip)?;
    if args.dir.exists() {
        std::fs::remove_dir_all(&args.dir)?;
    }
    let mut losses: Vec<f64> = Vec::new();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for kill in 0..args.kills {
        let list = [
            "bench",
            "recorder",
            "--dir",
            &args.dir.display().to_string(),
            "--port",
            &farm.port.to_string(),
            "--streams",
            &args.streams.to_string(),
        ];
        let begun = system_wall();
        let mut child = process::again(&list.map(str::to_owned))?;
        farm.wait_for_plays(u64::from(args.streams), Duration::from_secs(30))?;
        let mut random = [0u8; 2];
        getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        std::thread::sleep(Duration::from_millis(8_000 + u64::from(u16::from_le_bytes(random)) % 9_000));
        let killed = system_wall();
        child.kill().context("killing the recorder")?;
        child.wait()?;
        let found = runtime.block_on(look(args, killed, begun))?;
        println!(
            "kill {:>3}: lost before the kill, median {:.2} s, most {:.2} s",
            kill + 1,
            median(&found),
            most(&found)
        );
        losses.extend(found);
    }
    println!(
        "{} kills, {} cameras: lost per camera median {:.2} s, most {:.2} s; load {:.1}",
        args.kills,
        args.streams,
        median(&losses),
        most(&losses),
        process::load_average()
    );
    std::fs::remove_dir_all(&args.dir)?;
    Ok(())
}

/// Opens the store as the next start does, lets it recover, and says how far each camera's footage reaches.
async fn look(args: &Args, killed: WallTime, begun: WallTime) -> Result<Vec<f64>> {
    let store = recorder::open(&args.dir).await?;
    let pipeline = pipeline::Pipeline::start(store.clone(), pipeline::Config::default()).await?;
    ensure!(pipeline.recovered().failed == 0, "a segment could not be rebuilt");
    let mut lost = Vec::new();
    for number in 0..args.streams {
        let (end, _gaps) = history(&store, number, begun).await?;
        let end = end.with_context(|| format!("camera {number} has no footage"))?;
        lost.push(killed.since_us(end).max(0) as f64 / 1e6);
    }
    pipeline.stop().await;
    drop(pipeline);
    store.close(system_wall()).await?;
    Ok(lost)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}
