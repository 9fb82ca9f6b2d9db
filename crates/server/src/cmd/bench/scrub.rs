//! `bench scrub`: how fast the scrub judges footage when nothing slows it, beside what the disk and one core's hashing allow.
//!
//! The same files are read three ways in each round, each with what memory holds of them forgotten first: read only, read and
//! hashed, judged as the scrub and the whole check judge them. The footage is made by the shipping recorder from a real clip.

use super::{
    history, process,
    record::recorder::{self, camera},
};
use crate::cmd::check::segments;
use anyhow::{Context, Result, ensure};
use ledger::tree::BulkSha256;
use model::{Profile, StreamId};
use pipeline::{Config, Pipeline, clip::Clip, system_wall};
use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};
use store::{
    Store, StoredSegment,
    disk::{Disk as _, SystemDisk},
    system_cx,
};

#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    clip: PathBuf,
    /// Footage of one camera, in segments of a minute
    #[arg(long, default_value_t = 3_600)]
    seconds: i64,
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Encrypt under this store key, made when it is not there
    #[arg(long)]
    key_file: Option<PathBuf>,
    #[arg(long, default_value = "/tmp/watchkeeper-scrub")]
    dir: PathBuf,
}

/// Bytes a second of one way of reading.
type Rate = f64;

pub async fn run(args: Args) -> Result<ExitCode> {
    ensure!(args.seconds > 0 && args.rounds > 0, "--seconds and --rounds are at least 1");
    let store = recorder::open_with(&args.dir, args.key_file).await?;
    let pipeline = Pipeline::start(store.clone(), Config::default()).await?;
    let stream = StreamId { camera: camera(1), profile: Profile::Main };
    let start = system_wall().plus_us(-(args.seconds + 120) * 1_000_000);
    history::record(&pipeline, stream, &Clip::load(&args.clip)?, start, args.seconds).await?;
    pipeline.stop().await;
    drop(pipeline);
    let cx = system_cx("bench", system_wall());
    let segments = store.footage.stored_segments(&cx, 0, u32::MAX).await?;
    ensure!(!segments.is_empty(), "the clip gave no segment");
    let files: Vec<PathBuf> =
        segments.iter().map(|segment| store.footage.media_dir().join(&segment.place)).collect();
    let bytes: u64 = files.iter().map(|file| file.metadata().map_or(0, |found| found.len())).sum();
    println!("{} segments, {bytes} bytes", segments.len());
    for round in 1..=args.rounds {
        let read = timed(&files, bytes, || files.iter().try_for_each(|file| read(file, |_| ())))?;
        let hashed = timed(&files, bytes, || files.iter().try_for_each(|file| hash(file)))?;
        let judged = timed(&files, bytes, || judge(&store, &segments))?;
        let ratio = judged / read.min(hashed);
        println!(
            "round {round}: read {:.0} MB/s, read and hashed {:.0} MB/s, judged {:.0} MB/s: {ratio:.2} of the slower; load {:.1}",
            read / 1e6,
            hashed / 1e6,
            judged / 1e6,
            process::load_average()
        );
    }
    store.close(system_wall()).await?;
    std::fs::remove_dir_all(&args.dir).with_context(|| format!("removing {}", args.dir.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Forgets what memory holds of the files, then works; bytes a second of that.
fn timed(files: &[PathBuf], bytes: u64, work: impl FnOnce() -> Result<()>) -> Result<Rate> {
    files.iter().try_for_each(|file| SystemDisk.forget_cached(file, 0))?;
    let begun = Instant::now();
    work()?;
    Ok(bytes as f64 / begun.elapsed().as_secs_f64())
}

fn read(file: &Path, mut each: impl FnMut(&[u8])) -> Result<()> {
    let (mut file, mut buffer) = (File::open(file)?, vec![0; 1 << 20]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            read => each(buffer.get(..read).unwrap_or_default()),
        }
    }
}

fn hash(file: &Path) -> Result<()> {
    let mut hasher = BulkSha256::default();
    read(file, |bytes| hasher.update(bytes))?;
    std::hint::black_box(hasher.finish());
    Ok(())
}

/// As `check` does, reading ahead.
fn judge(store: &Store, segments: &[StoredSegment]) -> Result<()> {
    let cx = system_cx("bench", system_wall());
    let found = segments::judge_each(store, &cx, segments);
    ensure!(found.is_empty(), "{found:?}");
    Ok(())
}
