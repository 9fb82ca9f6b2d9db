//! `bench start`: a store with many segments, made by the shipping recorder from a tiny clip; then the server is killed and
//! started again: how soon it answers, and how soon all cameras are played. At the end `check --quick` is timed.
//!
//! Only the footage is small: rows, records, leaves, tables and files are those of as many real segments.

use super::{farm::Farm, history::History, power::Site, process};
use crate::http_client::HttpClient;
use anyhow::{Context, Result, ensure};
use model::{MediaTime, Profile, StreamId};
use pipeline::{Pipeline, clip::Clip, system_wall};
use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ExitCode},
    time::{Duration, Instant},
};
use store::{OpenOptions, Store};

/// Segments of all streams before waiting until they are committed: each is some three operations of 4,096 that may wait.
const AHEAD_SEGMENTS_MAX: i64 = 1_000;
/// Time between two segments of the history; the tiny clip has a key unit every second.
const SEGMENT_SECONDS: i64 = 1;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, default_value_t = 100_000)]
    segments: u64,
    #[arg(long, default_value_t = 64)]
    streams: u32,
    /// What the history is made of: a tiny clip with a key unit every second
    #[arg(long)]
    tiny: PathBuf,
    /// What the cameras play
    #[arg(long)]
    clip: PathBuf,
    #[arg(long, default_value = "/tmp/watchkeeper-start")]
    dir: PathBuf,
    /// Kills, each with a start after it
    #[arg(long, default_value_t = 3)]
    kills: u32,
    /// Leave the store in `--dir`, for `--reuse`
    #[arg(long)]
    keep: bool,
    /// Only time `check --quick` of the store that a run with `--keep` left there
    #[arg(long)]
    reuse: bool,
}

/// How often a store that was kept is checked: the first time may read it from the disk.
const CHECKS: u32 = 3;

pub async fn run(args: Args) -> Result<ExitCode> {
    let data = args.dir.join("mount/store");
    if args.reuse {
        (0..CHECKS).try_for_each(|_| check(&data))?;
        return Ok(ExitCode::SUCCESS);
    }
    let farm = Farm::start(args.streams, &args.clip)?;
    let site = Site::create(&args.dir, farm.port, args.streams, false).await?;
    make(&args, &site, &data).await?;
    println!(
        "databases: {} bytes",
        bytes_of(&data.join("footage.db"))? + bytes_of(&data.join("registry.db"))?
    );
    for kill in 0..=args.kills {
        let begun = Instant::now();
        let mut child = server(&site)?;
        let answers_s = answers(&mut child, begun).await?;
        farm.wait_for_plays(u64::from(args.streams), Duration::from_secs(120))?;
        let plays_s = begun.elapsed().as_secs_f64();
        let after = if kill == 0 { "a stop" } else { "kill -9" };
        println!(
            "start after {after}: answers in {answers_s:.2} s, all {} cameras play after {plays_s:.2} s; load {:.1}",
            args.streams,
            process::load_average()
        );
        tokio::time::sleep(Duration::from_secs(4)).await;
        if kill < args.kills {
            child.kill().context("killing the server")?;
            child.wait()?;
        } else {
            process::end(&mut child, rustix::process::Signal::TERM)?;
        }
    }
    check(&data)?;
    if !args.keep {
        std::fs::remove_dir_all(&args.dir).with_context(|| format!("removing {}", args.dir.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn check(data: &Path) -> Result<()> {
    let begun = Instant::now();
    let list = ["check", "--quick", "--times", "--json", "--dir", &data.display().to_string()];
    let mut child = process::again(&list.map(str::to_owned))?;
    // What it found is not what is measured; it must not wait for a reader.
    let findings = child.stdout.take().map(std::io::read_to_string).transpose()?.unwrap_or_default();
    let status = child.wait()?;
    println!(
        "check --quick: {:.1} s, {status}, {} bytes of findings; load {:.1}",
        begun.elapsed().as_secs_f64(),
        findings.len(),
        process::load_average()
    );
    Ok(())
}

async fn make(args: &Args, site: &Site, data: &Path) -> Result<()> {
    let clip = Clip::load(&args.tiny)?;
    let store = Store::open(data, OpenOptions::new(system_wall())).await?;
    let config = pipeline::Config { segment_seconds: SEGMENT_SECONDS as u32, ..pipeline::Config::default() };
    let pipeline = Pipeline::start(store.clone(), config).await?;
    let per_stream = args.segments.div_ceil(u64::from(args.streams));
    let start = system_wall().plus_us(-(per_stream as i64 * SEGMENT_SECONDS + 600) * 1_000_000);
    let begun = Instant::now();
    let mut histories = Vec::new();
    for camera in site.cameras() {
        let stream = StreamId { camera: *camera, profile: Profile::Main };
        histories.push(History::begin(&pipeline, stream, start).await?);
    }
    let (seconds, mut fed) = (per_stream as i64 * SEGMENT_SECONDS, 0);
    let in_a_loop = clip.length_ticks() / MediaTime::TICKS_PER_SECOND / SEGMENT_SECONDS;
    for _ in 0..per_stream.div_ceil(in_a_loop.max(1) as u64) {
        for history in &mut histories {
            history.loop_once(&clip, seconds);
            fed += in_a_loop;
            if fed + in_a_loop > AHEAD_SEGMENTS_MAX {
                ensure!(pipeline.settled().await, "the store does not keep up");
                fed = 0;
            }
        }
    }
    histories.into_iter().for_each(History::end);
    pipeline.stop().await;
    drop(pipeline);
    let made = store.log_size(store::LogName::Footage).await?;
    store.close(system_wall()).await?;
    let seconds = begun.elapsed().as_secs_f64();
    println!("made a log of {made} leaves in {seconds:.0} s, {:.0} a second", made as f64 / seconds);
    ensure!(made >= args.segments * 9 / 10, "the tiny clip does not give a segment a second");
    Ok(())
}

fn server(site: &Site) -> Result<Child> {
    let boot = site.boot().display().to_string();
    let list = ["bench", "server", "--config", &boot];
    process::again_to(&list.map(str::to_owned), std::fs::File::create(site.boot().with_extension("log"))?)
}

async fn answers(child: &mut Child, begun: Instant) -> Result<f64> {
    let output = BufReader::new(child.stdout.take().context("the server's output")?);
    let address = output.lines().next().context("the server does not start")??;
    let url = format!("http://{address}/api/health").parse()?;
    let answer = HttpClient::default().get(&url, None, 4_096).await?;
    ensure!(answer.status == 200, "health: {}", answer.status);
    Ok(begun.elapsed().as_secs_f64())
}

fn bytes_of(path: &Path) -> Result<u64> {
    Ok(std::fs::metadata(path).with_context(|| path.display().to_string())?.len())
}
