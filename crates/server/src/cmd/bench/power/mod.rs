//! `bench power`: the whole server on a disk that loses power at random moments, from a seed; after each few cuts every oracle
//! is asked (`look`).
//!
//! The disk is a tool of its own (`faults/`, docs/design/faults.md): a FUSE file that keeps only what was flushed, under a loop
//! device with ext4. No physical cut is made. Invariant: a run that violates anything ends with an error that names the seed.

mod look;
mod machine;
mod site;

use super::{farm::Farm, process};
use anyhow::{Context, Result, ensure};
use look::Found;
use machine::Machine;
use pipeline::system_wall;
use site::Run;
use std::{path::PathBuf, time::Duration};

pub use site::{ServeArgs, Site, serve};

/// Cuts before the oracles are asked; meanwhile the server itself recovers at each start.
const CUTS_PER_LOOK: u32 = 5;
/// Looks before a new file system and a new store: checking reads all footage, and two kinds of store take turns.
const LOOKS_PER_STORE: u32 = 4;
/// Every so many cuts the power goes in the first moments of a start.
const EARLY_EVERY: u32 = 6;

/// How long a start may take until all cameras play: seconds, and minutes on a machine that does much else.
const PLAYS_PATIENCE: Duration = Duration::from_secs(180);
/// A sync of 16 cameras is some thirty writes.
const WRITES_MAX: u64 = 30;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, default_value_t = 16)]
    streams: u32,
    /// How many power cuts
    #[arg(long, default_value_t = 12)]
    cuts: u32,
    #[arg(long)]
    clip: PathBuf,
    /// The disk's tool: `watchkeeper-faults` of faults/
    #[arg(long)]
    disk: PathBuf,
    /// An empty folder of its own for disk image, mounts and logs
    #[arg(long, default_value = "/tmp/watchkeeper-power")]
    dir: PathBuf,
    /// Chooses moments and tears
    #[arg(long)]
    seed: Option<u64>,
    /// How long a flush of the disk takes
    #[arg(long, default_value_t = 8)]
    flush_ms: u32,
}

/// xorshift64 (Marsaglia 2003).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    fn below_ms(&mut self, bound: u64) -> Duration {
        Duration::from_millis((self.next() >> 11) % bound)
    }
}

pub async fn run(args: Args) -> Result<std::process::ExitCode> {
    let seed = args.seed.unwrap_or_else(|| system_wall().0.unsigned_abs()).max(1);
    println!("power cuts: {} cuts, {} cameras, seed {seed}", args.cuts, args.streams);
    let found = cuts(&args, seed).await.with_context(|| format!("seed {seed}"))?;
    found.print(args.streams);
    println!("load {:.1}", process::load_average());
    Ok(std::process::ExitCode::SUCCESS)
}

async fn cuts(args: &Args, seed: u64) -> Result<Found> {
    let farm = Farm::start(args.streams, &args.clip)?;
    let mut random = Random(seed);
    let mut machine = Machine::start(&args.disk, &args.dir, args.flush_ms)?;
    let mut found = Found::default();
    let (mut done, mut stores) = (0, 0);
    while done < args.cuts {
        machine.format()?;
        machine.mount()?;
        let site = Site::create(&args.dir, farm.port, args.streams, stores % 2 == 1).await?;
        stores += 1;
        for _ in 0..LOOKS_PER_STORE {
            let mut runs = Vec::new();
            while done < args.cuts && runs.len() < CUTS_PER_LOOK as usize {
                done += 1;
                let early = done % EARLY_EVERY == 0;
                runs.push(one(&site, &farm, &mut machine, early, &mut random).await?);
            }
            if !runs.is_empty() {
                let context = || format!("after cut {done}");
                site.look(&runs, &mut found).await.with_context(context)?;
                println!("cut {done:>4}: {}; load {:.1}", found.line(), process::load_average());
            }
        }
        machine.unmount()?;
    }
    Ok(found)
}

/// Starts the server, waits, takes the power, and mounts again what is left.
async fn one(
    site: &Site,
    farm: &Farm,
    machine: &mut Machine,
    early: bool,
    random: &mut Random,
) -> Result<Run> {
    let mut run = site.start(early).await?;
    if early {
        tokio::time::sleep(random.below_ms(2_500)).await;
    } else {
        farm.wait_for_plays(u64::from(site.streams), PLAYS_PATIENCE)?;
        run.playing = Some(system_wall());
        // The clip has a key unit every two seconds; after four every camera has something to lose.
        tokio::time::sleep(Duration::from_secs(4) + random.below_ms(9_000)).await;
    }
    // Half of the cuts come at any moment, half while something is being written, which is a small part of the time.
    let writes = (random.next() >> 11) % (2 * WRITES_MAX);
    let cut = machine.cut(random.next(), writes.saturating_sub(WRITES_MAX))?;
    run.kill(cut).await?;
    machine.unmount()?;
    machine.power_on()?;
    machine.mount()?;
    ensure!(run.cut.is_some(), "no cut was made");
    Ok(run)
}
