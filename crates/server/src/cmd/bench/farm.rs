//! The bench's cameras: one clip on many mounts in a process of their own, and the handle by which a bench watches it.

use super::process;
use anyhow::{Context, Result, bail};
use pipeline::{
    clip::Clip,
    rtsp_server::{self, Mount},
};
use serde::{Deserialize, Serialize};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::Child,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    streams: u32,
    #[arg(long)]
    clip: PathBuf,
}

/// What the farm prints once a second, and first of all.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Counters {
    pub port: u16,
    pub playing: u64,
    pub bytes: u64,
    pub frames_sent: u64,
    pub frames_dropped: u64,
}

/// The farm's process: prints its counters as a line of JSON every 100 ms until it is ended.
pub async fn run(args: Args) -> Result<std::process::ExitCode> {
    let clip = Arc::new(Clip::load(&args.clip)?);
    let mounts = (0..args.streams).map(|number| {
        let mut mount = Mount::new(format!("/{number}"), clip.clone());
        mount.phase = Duration::from_millis(u64::from(number) * 137);
        mount.stamp = Some(number);
        mount
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let farm = rtsp_server::serve(listener, mounts.collect(), CancellationToken::new())?;
    loop {
        let mut sum = Counters { port: farm.address().port(), ..Counters::default() };
        for counters in (0..args.streams).filter_map(|number| farm.counters(&format!("/{number}"))) {
            sum.playing += counters.viewers;
            sum.bytes += counters.bytes_sent;
            sum.frames_sent += counters.frames_sent;
            sum.frames_dropped += counters.frames_dropped;
        }
        println!("{}", serde_json::to_string(&sum)?);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A farm running in a process of its own; ended when dropped.
pub struct Farm {
    child: Child,
    pub port: u16,
    newest: Arc<Mutex<Counters>>,
}

impl Farm {
    pub fn start(streams: u32, clip: &Path) -> Result<Self> {
        let list =
            ["bench", "farm", "--streams", &streams.to_string(), "--clip", &clip.display().to_string()];
        let mut child = process::again(&list.map(str::to_owned))?;
        let lines = BufReader::new(child.stdout.take().context("the farm's output")?);
        let newest = Arc::new(Mutex::new(Counters::default()));
        let shared = newest.clone();
        std::thread::spawn(move || {
            for counters in
                lines.lines().map_while(Result::ok).filter_map(|line| serde_json::from_str(&line).ok())
            {
                *shared.lock().unwrap_or_else(PoisonError::into_inner) = counters;
            }
        });
        let mut farm = Self { child, port: 0, newest };
        let deadline = Instant::now() + Duration::from_secs(20);
        while farm.counters().port == 0 {
            if Instant::now() > deadline {
                bail!("the cameras do not start");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        farm.port = farm.counters().port;
        Ok(farm)
    }

    pub fn counters(&self) -> Counters {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn url(&self, number: u32) -> String {
        format!("rtsp://127.0.0.1:{}/{number}", self.port)
    }

    pub fn wait_for_plays(&self, playing: u64, patience: Duration) -> Result<()> {
        let deadline = Instant::now() + patience;
        while self.counters().playing < playing {
            if Instant::now() > deadline {
                bail!("only {} of {playing} cameras play", self.counters().playing);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Farm {
    fn drop(&mut self) {
        if let Err(error) = process::end(&mut self.child, rustix::process::Signal::TERM) {
            eprintln!("the cameras' process did not end: {error}");
        }
    }
}
