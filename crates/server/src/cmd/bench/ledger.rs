//! `bench ledger`: durable entries of the access log a second, alone and as whole admissions, with one caller and with many;
//! beside what the disk's fdatasync gives before and after, in the same round.
//!
//! An entry alone is the record of a use, which changes nothing else. An admission decides by the facts first, and its view has
//! a row too.

use super::{process, record::recorder, viewer::Viewer};
use anyhow::Result;
use model::Profile;
use pipeline::system_wall;
use std::{
    fs::File,
    io::Write,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};
use store::{Pass, Registry, registry::Use};

#[derive(clap::Args)]
pub struct Args {
    /// Length of each window, in seconds.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Rounds of all windows, one after the other; the medians are printed at the end.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    #[arg(long, default_value = "/tmp/watchkeeper-ledger")]
    dir: PathBuf,
}

#[derive(Clone, Copy)]
enum Load {
    Append,
    Admit,
}

const WINDOWS: [(&str, Load, usize); 4] = [
    ("entries alone,  1 caller ", Load::Append, 1),
    ("entries alone, 64 callers", Load::Append, 64),
    ("admissions,     1 caller ", Load::Admit, 1),
    ("admissions,    64 callers", Load::Admit, 64),
];

pub async fn run(args: Args) -> Result<std::process::ExitCode> {
    let window = Duration::from_secs(args.seconds);
    let store = recorder::open(&args.dir).await?;
    let viewer = Viewer::create(&store.registry, "rtsp://127.0.0.1/none".into()).await?;
    let pass = Arc::new(viewer.admit(&store.registry, system_wall()).await?);
    let mut shares = vec![Vec::new(); WINDOWS.len()];
    for _ in 0..args.rounds {
        let before = raw_syncs(&args.dir, window)?;
        let mut rates = Vec::with_capacity(WINDOWS.len());
        for (_, load, callers) in WINDOWS {
            rates.push(rate(&store.registry, viewer, &pass, load, callers, window).await?);
        }
        let after = raw_syncs(&args.dir, window)?;
        let syncs = f64::midpoint(before, after);
        println!(
            "fdatasync of 512 bytes: {before:.0} before, {after:.0} after; load {:.1}",
            process::load_average()
        );
        for (((name, ..), rate), shares) in WINDOWS.iter().zip(rates).zip(&mut shares) {
            println!("{name}: {rate:.0} a second, {:.2} of raw fdatasync", rate / syncs);
            shares.push((rate / syncs, rate));
        }
    }
    for ((name, ..), mut shares) in WINDOWS.iter().zip(shares) {
        shares.sort_by(|one, other| one.0.total_cmp(&other.0));
        if let Some((share, rate)) = shares.get(shares.len() / 2) {
            println!("median of {}: {name}: {share:.2} of raw fdatasync ({rate:.0} a second)", shares.len());
        }
    }
    store.close(system_wall()).await?;
    std::fs::remove_dir_all(&args.dir)?;
    Ok(std::process::ExitCode::SUCCESS)
}

async fn rate(
    registry: &Registry,
    viewer: Viewer,
    pass: &Arc<Pass>,
    load: Load,
    callers: usize,
    window: Duration,
) -> Result<f64> {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let (registry, pass) = (registry.clone(), Arc::clone(pass));
            tokio::spawn(async move {
                let mut done = 0u64;
                while begun.elapsed() < window {
                    let now = system_wall();
                    match load {
                        Load::Append => {
                            let camera = viewer.camera;
                            let served = Use {
                                camera,
                                profile: Profile::Main,
                                units: 1,
                                bytes: 1,
                                from: now,
                                to: now,
                            };
                            registry.record_use(&pass, served, now).await?;
                        }
                        Load::Admit => drop(viewer.admit(&registry, now).await?),
                    }
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
    Ok(done as f64 / begun.elapsed().as_secs_f64())
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
