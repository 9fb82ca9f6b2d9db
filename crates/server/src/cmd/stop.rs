//! `watchkeeper stop`: ends the running server with a reason that becomes the cause of the coming gap, and waits for its end.

use super::place;
use crate::control::{self, Ask};
use anyhow::{Context as _, bail};
use rustix::fs::FlockOperation;
use std::{
    fs::File,
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: place::Place,
    /// The reason, as gaps will have it: `upgrade to 0.3.0`
    #[arg(long, value_name = "TEXT", required_unless_present = "upgrade")]
    planned: Option<String>,
    /// The reason when a package manager stops it: then it counts as planned for a minute, and `--by` is the machine's account
    #[arg(long, value_name = "TEXT", conflicts_with = "planned")]
    upgrade: Option<String>,
    /// Account of the administrator who announces it
    #[arg(long, value_name = "ACCOUNT")]
    by: String,
}

/// An orderly end waits for open requests, exports and the last sync.
const END_MAX: Duration = Duration::from_secs(60);
/// How often to look whether the lock is free.
const LOOK: Duration = Duration::from_millis(20);

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let dir = arguments.place.data_dir()?;
    let Arguments { planned, upgrade, by, .. } = arguments;
    let ask = match upgrade {
        Some(planned) => Ask::Upgrade { planned, by },
        None => Ask::Stop { planned: planned.unwrap_or_default(), by },
    };
    if control::ask(&dir, &ask).await?.is_none() {
        bail!("no server runs on {}", dir.display());
    }
    let since = Instant::now();
    while !is_free(&dir.join("lock"))? {
        if since.elapsed() > END_MAX {
            bail!("the server has not ended within {} s", END_MAX.as_secs());
        }
        tokio::time::sleep(LOOK).await;
    }
    println!("stopped in {} ms", since.elapsed().as_millis());
    Ok(ExitCode::SUCCESS)
}

fn is_free(lock: &Path) -> anyhow::Result<bool> {
    let file = File::open(lock).with_context(|| format!("opening {}", lock.display()))?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error).context("asking whether the server has ended"),
    }
}
