//! `bench export`: a full evidence package and its verification, beside ffmpeg's concat of the same files (which hashes nothing
//! and proves nothing) and one core's plain SHA-256; CPU seconds and time of the clock, in alternating rounds.
//!
//! The footage is made by the shipping recorder from a clip, faster than time. Waiting until the hand-over's minute is
//! published is not counted: it takes up to a minute whatever the export's length.

use super::{history, process, record::recorder, viewer::Viewer};
use anyhow::{Context, Result, ensure};
use ledger::tree::BulkSha256;
use model::{CameraId, Cx, ExportId, Profile, Span, StreamId};
use pipeline::{
    Config, ExportCamera, ExportProgress, ExportSpec, ExportedPackage, Pipeline, clip::Clip, system_wall,
};
use std::{
    io::Read,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};
use store::{Pass, SegmentRow, Store, registry::system_cx};
use tokio::sync::watch;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    clip: PathBuf,
    /// Length of the export, in seconds.
    #[arg(long, default_value_t = 3_600)]
    seconds: i64,
    /// Alternating rounds.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    #[arg(long, default_value = "/tmp/watchkeeper-export")]
    dir: PathBuf,
}

/// What one way of doing it cost.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    pub cpu_seconds: f64,
    pub seconds: f64,
}

impl Cost {
    fn line(self, what: &str, gigabytes: f64) -> String {
        let (cpu, rate) = (self.cpu_seconds / gigabytes, gigabytes * 1e3 / self.seconds);
        format!("{what:<28} {cpu:6.2} CPU-s/GB  {rate:6.0} MB/s")
    }
}

pub async fn run(args: Args) -> Result<std::process::ExitCode> {
    let store = recorder::open(&args.dir).await?;
    let viewer = Viewer::create(&store.registry, "rtsp://127.0.0.1:1/none".to_owned()).await?;
    let stream = StreamId { camera: viewer.camera, profile: Profile::Main };
    let pipeline = Pipeline::start(store.clone(), Config::default()).await?;
    let start = system_wall().plus_us(-(args.seconds + 120) * 1_000_000);
    history::record(&pipeline, stream, &Clip::load(&args.clip)?, start, args.seconds).await?;
    let rows = segments(&store, stream).await?;
    let (first, last) = rows.first().zip(rows.last()).context("nothing was recorded")?;
    let span = Span { start: first.span.start, end: last.span.end };
    let gigabytes = rows.iter().map(|row| row.bytes).sum::<u64>() as f64 / 1e9;
    println!("{gigabytes:.3} GB in {} segments", rows.len());
    let mut costs = Vec::new();
    for round in 1..=args.rounds {
        let (made, export) = exported(&pipeline, &store, &viewer, &[viewer.camera], span).await?;
        let concat = concat(&args.dir, &rows)?;
        let verify = verified(&made.path)?;
        let plain = hashed(&made.path)?;
        let lines = [
            export.line("evidence package", gigabytes),
            concat.line("ffmpeg concat", gigabytes),
            verify.line("verify", gigabytes),
            plain.line("plain SHA-256 and reading", gigabytes),
        ];
        println!("round {round}, load {:.1}\n  {}", process::load_average(), lines.join("\n  "));
        costs.push([export, concat, verify, plain]);
        std::fs::remove_file(&made.path)?;
    }
    let median = |at: usize, of: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(|row| of(&row[at])).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    };
    for (what, of) in [("CPU", (|cost| cost.cpu_seconds) as fn(&Cost) -> f64), ("time", |cost| cost.seconds)]
    {
        println!(
            "{what}: concat / package = {:.2}, plain hashing / verify = {:.2} (medians of {} rounds)",
            median(1, of) / median(0, of),
            median(3, of) / median(2, of),
            args.rounds
        );
    }
    pipeline.stop().await;
    drop(pipeline);
    store.close(system_wall()).await?;
    std::fs::remove_dir_all(&args.dir)?;
    Ok(std::process::ExitCode::SUCCESS)
}

/// Makes the package of that span; the clock stands while the hand-over's minute is waited for.
pub(super) async fn exported(
    pipeline: &Pipeline,
    store: &Store,
    viewer: &Viewer,
    cameras: &[CameraId],
    span: Span,
) -> Result<(ExportedPackage, Cost)> {
    let (pass, cx) = viewer.admit_export(&store.registry, cameras, span, pipeline.clock().wall()).await?;
    let (progress, mut watched) = watch::channel(ExportProgress { share: 0.0, stage: "" });
    let waited = tokio::spawn(async move {
        let (mut begun, mut waited) = (None, Duration::ZERO);
        while watched.changed().await.is_ok() {
            match watched.borrow_and_update().stage {
                "publishing" => begun = begun.or_else(|| Some(Instant::now())),
                "closing" => waited = begun.map_or(waited, |begun: Instant| begun.elapsed()),
                _ => {}
            }
        }
        waited
    });
    let (begun, before) = (Instant::now(), own_cpu()?);
    let made = pipeline.export(spec(pass, cx, cameras, span)?, progress).await?;
    let (seconds, cpu_seconds) = (begun.elapsed(), own_cpu()? - before);
    let seconds = seconds.saturating_sub(waited.await?).as_secs_f64();
    Ok((made, Cost { cpu_seconds, seconds }))
}

fn timed(act: impl FnOnce() -> Result<()>) -> Result<Cost> {
    let (begun, before) = (Instant::now(), own_cpu()?);
    act()?;
    Ok(Cost { cpu_seconds: own_cpu()? - before, seconds: begun.elapsed().as_secs_f64() })
}

pub(super) fn verified(package: &Path) -> Result<Cost> {
    timed(|| {
        let report = verify::package(&mut *verify::open(package)?, None, &mut |_, _| {})?;
        ensure!(report.exit_code() == 2, "nothing wrong, and no pinned key: {report:?}");
        Ok(())
    })
}

pub(super) fn hashed(package: &Path) -> Result<Cost> {
    timed(|| {
        let (mut file, mut hasher) = (std::fs::File::open(package)?, BulkSha256::default());
        let mut buffer = vec![0; 1 << 20];
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                read => hasher.update(buffer.get(..read).unwrap_or_default()),
            }
        }
        std::hint::black_box(hasher.finish());
        Ok(())
    })
}

async fn segments(store: &Store, stream: StreamId) -> Result<Vec<SegmentRow>> {
    let all = Span { start: model::WallTime(0), end: model::WallTime(i64::MAX) };
    Ok(store.footage.segments(&system_cx("bench", system_wall()), stream, all).await?)
}

fn spec(pass: Arc<Pass>, cx: Cx, cameras: &[CameraId], span: Span) -> Result<ExportSpec> {
    let id: ExportId = pass.export().context("the pass names no export")?;
    Ok(ExportSpec {
        witnesses: None,
        id,
        pass,
        cx,
        cameras: cameras
            .iter()
            .map(|id| ExportCamera { id: *id, name: "bench".into(), place: "bench".into() })
            .collect(),
        span,
        profile: Profile::Main,
        with_sound: false,
        unit_name: "bench".into(),
        requested_by: "Bench".into(),
        recipient: ledger::package::Recipient { name: "Bench".into(), organisation: String::new() },
        purpose: String::new(),
        legal_basis: String::new(),
        case: String::new(),
        note: String::new(),
    })
}

/// CPU seconds of this process, ended threads included, to 10 ms; the cameras are another process.
fn own_cpu() -> Result<f64> {
    process::cpu_seconds(std::process::id())
}

/// ffmpeg's concat demuxer on the same segment files, to one MP4; CPU seconds by its own report.
fn concat(dir: &Path, rows: &[SegmentRow]) -> Result<Cost> {
    let list = dir.join("concat.txt");
    let media = dir.join("media");
    let lines: Vec<String> =
        rows.iter().map(|row| format!("file '{}'", media.join(row.path.as_str()).display())).collect();
    std::fs::write(&list, lines.join("\n"))?;
    let begun = Instant::now();
    let out = Command::new("ffmpeg")
        .args(["-v", "info", "-benchmark", "-nostdin", "-y", "-f", "concat", "-safe", "0", "-i"])
        .arg(&list)
        .args(["-c", "copy"])
        .arg(dir.join("concat.mp4"))
        .output()
        .context("ffmpeg")?;
    let seconds = begun.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&out.stderr);
    let line =
        text.lines().find(|line| line.starts_with("bench: utime=")).context("ffmpeg's benchmark line")?;
    let number = |name: &str| {
        let after = line.split(name).nth(1)?;
        after.split('s').next()?.parse::<f64>().ok()
    };
    let cpu_seconds = number("utime=").unwrap_or(0.0) + number("stime=").unwrap_or(0.0);
    std::fs::remove_file(dir.join("concat.mp4"))?;
    Ok(Cost { cpu_seconds, seconds })
}
