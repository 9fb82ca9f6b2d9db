//! `bench record`: CPU per gigabyte recorded, beside ffmpeg's segmenter and GStreamer's splitmuxsink on the same cameras.
//!
//! Peers run in turn, in alternating rounds of one go; the machine's load is printed with every figure. Integrity is on:
//! it is our shipping recorder, store, ledger and sync. CPU seconds, not wall time.

mod frames;
pub mod recorder;

use super::{farm::Farm, process};
use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use serde::Serialize;
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// How to run the bench.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Cameras.
    #[arg(long, default_value_t = 8)]
    pub streams: u32,
    /// Length of one window, in seconds.
    #[arg(long, default_value_t = 30)]
    pub seconds: u64,
    /// Alternating rounds.
    #[arg(long, default_value_t = 2)]
    pub rounds: u32,
    /// MP4 that every camera plays.
    #[arg(long)]
    pub clip: PathBuf,
    /// Where recordings go; removed afterwards.
    #[arg(long, default_value = "/tmp/watchkeeper-bench")]
    pub dir: PathBuf,
    /// Recorders to compare, of: watchkeeper, watchkeeper-encrypted, ffmpeg, gstreamer.
    #[arg(long, value_delimiter = ',', default_value = "watchkeeper,ffmpeg")]
    pub peers: Vec<String>,
    /// Figures as JSON.
    #[arg(long)]
    pub json: bool,
}

/// One window of one recorder.
#[derive(Clone, Debug, Serialize)]
pub struct Window {
    pub recorder: String,
    pub round: u32,
    pub streams: u32,
    pub gigabytes: f64,
    pub cpu_seconds: f64,
    pub cpu_seconds_per_gb: f64,
    pub frames_sent: u64,
    pub frames_dropped_by_farm: u64,
    /// In the files, from the first frame to the last, and those missing between.
    pub frames_found: u64,
    pub frames_missing: u64,
    pub pss_mb: f64,
    pub threads: u64,
    pub load_average: f64,
}

/// Runs all peers in all rounds and prints each window and the ratio of medians.
pub fn run(args: &Args) -> Result<()> {
    let mut windows = Vec::new();
    for round in 1..=args.rounds {
        for peer in &args.peers {
            if let Some(window) = window(args, peer, round)? {
                print_window(&window, args.json)?;
                windows.push(window);
            }
        }
    }
    if let (Some(plain), Some(encrypted)) =
        (median(&windows, "watchkeeper"), median(&windows, "watchkeeper-encrypted"))
    {
        let share = (encrypted - plain) / encrypted * 100.0;
        println!(
            "encryption: {:.2} CPU-s/GB, {share:.0} % of recording's CPU with it (medians of {} rounds)",
            encrypted - plain,
            args.rounds
        );
    }
    let ours = median(&windows, "watchkeeper");
    for peer in args.peers.iter().filter(|peer| *peer != "watchkeeper") {
        if let (Some(ours), Some(theirs)) = (ours, median(&windows, peer)) {
            println!(
                "watchkeeper / {peer} = {:.2} (medians of {} rounds, {} streams)",
                ours / theirs,
                args.rounds,
                args.streams
            );
        }
    }
    Ok(())
}

fn window(args: &Args, peer: &str, round: u32) -> Result<Option<Window>> {
    let farm = Farm::start(args.streams, &args.clip)?;
    let dir = args.dir.join(format!("{peer}-{round}"));
    std::fs::create_dir_all(&dir)?;
    let Some(mut children) = start_peer(peer, args, &farm, &dir)? else {
        eprintln!("{peer} is not installed: left out");
        return Ok(None);
    };
    farm.wait_for_plays(u64::from(args.streams), Duration::from_secs(60))
        .with_context(|| format!("{peer} does not play all cameras"))?;
    std::thread::sleep(Duration::from_secs(12));
    let pids: Vec<u32> = children.iter().map(Child::id).collect();
    let (before, cpu_before) = (farm.counters(), process::cpu_seconds_of(&pids)?);
    std::thread::sleep(Duration::from_secs(args.seconds));
    let (after, cpu_after) = (farm.counters(), process::cpu_seconds_of(&pids)?);
    let pss_kb: u64 = pids.iter().filter_map(|pid| process::pss_kb(*pid).ok()).sum();
    let threads = pids.iter().filter_map(|pid| process::status(*pid, "Threads").ok()).sum();
    let load_average = process::load_average();
    for child in &mut children {
        process::end(child, Signal::INT)?;
    }
    let frames = match peer {
        "watchkeeper-encrypted" => frames::recorded_by_us(&dir, dir.with_extension("key"))?,
        _ => frames::recorded(&dir)?,
    };
    std::fs::remove_dir_all(&dir)?;
    let gigabytes = (after.bytes - before.bytes) as f64 / 1e9;
    let cpu_seconds = cpu_after - cpu_before;
    Ok(Some(Window {
        recorder: peer.to_owned(),
        round,
        streams: args.streams,
        gigabytes,
        cpu_seconds,
        cpu_seconds_per_gb: cpu_seconds / gigabytes,
        frames_sent: after.frames_sent - before.frames_sent,
        frames_dropped_by_farm: after.frames_dropped - before.frames_dropped,
        frames_found: frames.found,
        frames_missing: frames.missing,
        pss_mb: pss_kb as f64 / 1e3,
        threads,
        load_average,
    }))
}

fn start_peer(peer: &str, args: &Args, farm: &Farm, dir: &Path) -> Result<Option<Vec<Child>>> {
    match peer {
        "watchkeeper" | "watchkeeper-encrypted" => {
            let mut list = [
                "bench",
                "recorder",
                "--dir",
                &dir.display().to_string(),
                "--port",
                &farm.port.to_string(),
                "--streams",
                &args.streams.to_string(),
            ]
            .map(str::to_owned)
            .to_vec();
            if peer == "watchkeeper-encrypted" {
                // Beside the folder: a key inside is refused.
                list.extend(["--key-file".to_owned(), dir.with_extension("key").display().to_string()]);
            }
            Ok(Some(vec![process::again(&list)?]))
        }
        "ffmpeg" if process::is_installed("ffmpeg") => {
            (0..args.streams).map(|n| ffmpeg(farm, dir, n)).collect::<Result<_>>().map(Some)
        }
        "gstreamer" if process::is_installed("gst-launch-1.0") => {
            (0..args.streams).map(|n| gstreamer(farm, dir, n)).collect::<Result<_>>().map(Some)
        }
        "ffmpeg" | "gstreamer" => Ok(None),
        other => bail!("--peers: '{other}' is none of watchkeeper, watchkeeper-encrypted, ffmpeg, gstreamer"),
    }
}

fn ffmpeg(farm: &Farm, dir: &Path, number: u32) -> Result<Child> {
    let out = dir.join(format!("{number}-%03d.mp4"));
    Ok(Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-nostdin",
            "-rtsp_transport",
            "tcp",
            "-use_wallclock_as_timestamps",
            "1",
            "-i",
            &farm.url(number),
        ])
        .args([
            "-c:v",
            "copy",
            "-an",
            "-f",
            "segment",
            "-segment_time",
            "10",
            "-segment_format",
            "mp4",
            "-reset_timestamps",
            "1",
        ])
        .arg(out)
        .stdout(Stdio::null())
        .spawn()?)
}

fn gstreamer(farm: &Farm, dir: &Path, number: u32) -> Result<Child> {
    let out = dir.join(format!("{number}-%03d.mp4"));
    Ok(Command::new("gst-launch-1.0")
        .args([
            "-q",
            "-e",
            "rtspsrc",
            &format!("location={}", farm.url(number)),
            "protocols=tcp",
            "latency=200",
        ])
        .args(["!", "rtph264depay", "!", "h264parse", "!", "splitmuxsink", "max-size-time=10000000000"])
        .arg(format!("location={}", out.display()))
        .stdout(Stdio::null())
        .spawn()?)
}

fn median(windows: &[Window], recorder: &str) -> Option<f64> {
    let mut values: Vec<f64> = windows
        .iter()
        .filter(|window| window.recorder == recorder)
        .map(|window| window.cpu_seconds_per_gb)
        .collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => None,
        n if n % 2 == 1 => values.get(n / 2).copied(),
        n => Some((values.get(n / 2 - 1)? + values.get(n / 2)?) / 2.0),
    }
}

fn print_window(window: &Window, json: bool) -> Result<()> {
    if json {
        println!("{}", serde_json::to_string(window)?);
    } else {
        println!(
            "{:<12} round {} streams {:>3}  {:6.2} CPU-s/GB  {:5.2} CPU-s for {:.3} GB  {:6.1} MB PSS  {:>3} threads  sent {} dropped {}  found {} missing {}  load {:.1}",
            window.recorder,
            window.round,
            window.streams,
            window.cpu_seconds_per_gb,
            window.cpu_seconds,
            window.gigabytes,
            window.pss_mb,
            window.threads,
            window.frames_sent,
            window.frames_dropped_by_farm,
            window.frames_found,
            window.frames_missing,
            window.load_average
        );
    }
    Ok(())
}
