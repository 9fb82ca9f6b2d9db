//! A disk that loses power: one file on a FUSE mount, over which a loop device and a real file system are set up.
//!
//! `watchkeeper-faults IMAGE MOUNTPOINT MEGABYTES FLUSH_MS` mounts it, says `ready`, and obeys lines on its standard input:
//! `cut SEED WRITES` takes the power away after so many more
//! writes (0: now) and says what was lost, `on` gives it back, the end of the input unmounts. Nothing that
//! ships depends on it. The kernel reads and writes as with any disk; only this process knows what was flushed.

mod disk;
mod mount;

use disk::{Cut, Disk};
use fuser::MountOption;
use mount::OneFile;
use std::{
    error::Error,
    fs::File,
    io::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

/// How long a cut waits for the writes in whose midst it is to come.
const WRITES_PATIENCE: Duration = Duration::from_secs(2);

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [image, mountpoint, megabytes, flush_ms] = &words[..] else {
        return Err("usage: watchkeeper-faults IMAGE MOUNTPOINT MEGABYTES FLUSH_MS".into());
    };
    let image = File::options().read(true).write(true).create(true).truncate(true).open(image)?;
    let size = megabytes.parse::<u64>()? * 1_000_000 / 4_096 * 4_096;
    let disk = Arc::new(Mutex::new(Disk::new(image, size)?));
    let flush_time = Duration::from_millis(flush_ms.parse()?);
    let options = [MountOption::FSName("watchkeeper-faults".to_owned()), MountOption::NoAtime];
    let session = fuser::spawn_mount2(OneFile { disk: disk.clone(), flush_time }, mountpoint, &options)?;
    say("ready")?;
    for line in std::io::stdin().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["cut", seed, writes] => {
                let cut = cut(&disk, seed.parse()?, writes.parse()?)?;
                say(&format!(
                    "cut {} {:?} {} {} {} {} {}",
                    cut.at.duration_since(SystemTime::UNIX_EPOCH)?.as_micros(),
                    cut.tear,
                    cut.unsynced_writes,
                    cut.unsynced_bytes,
                    cut.kept_sectors,
                    cut.flushes,
                    cut.since_flush.as_micros()
                ))?;
            }
            ["on"] => {
                held(&disk).power_on();
                say("on")?;
            }
            _ => return Err(format!("'{line}' is neither 'cut SEED WRITES' nor 'on'").into()),
        }
    }
    drop(session);
    Ok(())
}

fn held(disk: &Mutex<Disk>) -> MutexGuard<'_, Disk> {
    disk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Cuts at once, or in the middle of the next writes, or at the latest after [`WRITES_PATIENCE`].
fn cut(disk: &Mutex<Disk>, seed: u64, writes: u64) -> std::io::Result<Cut> {
    if writes > 0 {
        held(disk).arm(seed, writes);
    }
    let deadline = Instant::now() + WRITES_PATIENCE;
    while writes > 0 && held(disk).made().is_none() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut disk = held(disk);
    match disk.made() {
        Some(cut) => Ok(cut),
        None => disk.cut(seed),
    }
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
