//! `bench recover`: kills the recorder with SIGKILL at random moments while cameras run, starts it again, and reports what each
//! camera lost and, after the next start, which key frames it missed.

use super::{
    farm::Farm,
    process,
    record::recorder::{self, history},
};
use anyhow::{Context, Result, ensure};
use model::{MediaTime, WallTime};
use pipeline::{clip::Clip, system_wall};
use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    time::Duration,
};

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
    let between_keys_s = between_keys_s(&Clip::load(&args.clip)?);
    let (mut losses, mut missed) = (Vec::new(), Vec::new());
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
        let output = BufReader::new(child.stdout.take().context("the recorder's output")?);
        output.lines().next().context("the recorder does not start")??;
        let ready = system_wall();
        farm.wait_for_plays(u64::from(args.streams), Duration::from_secs(30))?;
        let mut random = [0u8; 2];
        getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        std::thread::sleep(Duration::from_millis(8_000 + u64::from(u16::from_le_bytes(random)) % 9_000));
        let killed = system_wall();
        child.kill().context("killing the recorder")?;
        child.wait()?;
        let found = runtime.block_on(look(args, killed, (begun, ready)))?;
        let lost: Vec<f64> = found.iter().map(|one| one.lost_s).collect();
        println!(
            "kill {:>3}: ready {:.2} s after its start; lost before the kill, median {:.2} s, most {:.2} s",
            kill + 1,
            ready.since_us(begun) as f64 / 1e6,
            median(&lost),
            most(&lost)
        );
        losses.extend(lost);
        missed.extend(found.iter().filter_map(|one| one.resumed_s).map(|resumed| resumed - between_keys_s));
    }
    println!(
        "{} kills, {} cameras: lost per camera median {:.2} s, most {:.2} s; load {:.1}",
        args.kills,
        args.streams,
        median(&losses),
        most(&losses),
        process::load_average()
    );
    println!(
        "after a kill {} cameras began at a key frame; the last one that any of them missed came {:.2} s after the recorder was \
         ready (key frames each {between_keys_s} s)",
        missed.len(),
        missed.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    );
    std::fs::remove_dir_all(&args.dir)?;
    Ok(())
}

/// The longest time between two key frames of a clip that is played in a loop.
fn between_keys_s(clip: &Clip) -> f64 {
    let keys: Vec<i64> = clip.units().iter().filter(|unit| unit.key).map(|unit| unit.dts.0).collect();
    let again = keys.first().map(|first| first + clip.length_ticks());
    let next = keys.iter().copied().skip(1).chain(again);
    let longest = keys.iter().zip(next).map(|(key, next)| next - key).max();
    longest.unwrap_or_default() as f64 / MediaTime::TICKS_PER_SECOND as f64
}

/// What one camera lost by a kill.
struct After {
    lost_s: f64,
    /// From when the recorder said that it is ready to the first new frame; `None` when no footage was there before it.
    resumed_s: Option<f64>,
}

/// Opens the store as the next start does, lets it recover, and says how far each camera's footage reaches.
async fn look(args: &Args, killed: WallTime, (begun, ready): (WallTime, WallTime)) -> Result<Vec<After>> {
    let store = recorder::open(&args.dir).await?;
    let pipeline = pipeline::Pipeline::start(store.clone(), pipeline::Config::default()).await?;
    ensure!(pipeline.recovered().failed == 0, "a segment could not be rebuilt");
    let mut found = Vec::new();
    for number in 0..args.streams {
        let (end, gaps) = history(&store, number, begun).await?;
        let end = end.with_context(|| format!("camera {number} has no footage"))?;
        let outage = gaps.iter().find(|gap| gap.start < begun && begun < gap.end);
        found.push(After {
            lost_s: killed.since_us(end).max(0) as f64 / 1e6,
            resumed_s: outage.map(|outage| outage.end.since_us(ready) as f64 / 1e6),
        });
    }
    pipeline.stop().await;
    drop(pipeline);
    store.close(system_wall()).await?;
    Ok(found)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}
