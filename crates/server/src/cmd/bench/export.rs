//! `bench export`: CPU of a full evidence package and of its verification, per gigabyte, beside ffmpeg's concat of the same files
//! (which hashes nothing and proves nothing) and one core's plain SHA-256.

use super::{farm::Farm, process, record::recorder, viewer::Viewer};
use anyhow::{Context, Result, ensure};
use model::{Cx, ExportId, Profile, Span, StreamId};
use pipeline::{Config, ExportCamera, ExportProgress, ExportSpec, Pipeline, Plan, StreamPlan, system_wall};
use sha2::{Digest, Sha256};
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};
use store::{Pass, SegmentRow, Store, registry::system_cx};

#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    clip: PathBuf,
    /// Length of the export, in seconds.
    #[arg(long, default_value_t = 90)]
    seconds: i64,
    #[arg(long, default_value = "/tmp/watchkeeper-export")]
    dir: PathBuf,
}

pub async fn run(args: Args) -> Result<std::process::ExitCode> {
    let farm = Farm::start(1, &args.clip)?;
    let store = recorder::open(&args.dir).await?;
    let viewer = Viewer::create(&store.registry, farm.url(0)).await?;
    let stream = StreamId { camera: viewer.camera, profile: Profile::Main };
    let pipeline = Pipeline::start(store.clone(), Config::default()).await?;
    let plan = StreamPlan { url: farm.url(0).parse()?, credentials: None, recorded: true, floor_days: 30 };
    pipeline.apply(Plan::default().with(viewer.camera, Profile::Main, plan)).await?;
    tokio::time::sleep(Duration::from_secs(args.seconds.unsigned_abs() + 4)).await;
    pipeline.apply(Plan::default()).await?;
    let rows = segments(&store, stream).await?;
    let start = rows.first().context("nothing was recorded")?.span.start;
    let span = Span { start, end: rows.last().context("nothing was recorded")?.span.end };
    let gigabytes = rows.iter().map(|row| row.bytes).sum::<u64>() as f64 / 1e9;
    let (pass, cx) = viewer.admit_export(&store.registry, span, pipeline.clock().wall()).await?;
    let before = own_cpu()?;
    let made = pipeline
        .export(
            spec(pass, cx, &viewer, span)?,
            tokio::sync::watch::channel(ExportProgress { share: 0.0, stage: "" }).0,
        )
        .await?;
    let export = own_cpu()? - before;
    let before = own_cpu()?;
    let report = verify::package(&mut *verify::open(&made.path)?, None, &mut |_, _| {})?;
    let verified = own_cpu()? - before;
    ensure!(report.exit_code() == 2, "nothing wrong, and no pinned key: {report:?}");
    let before = own_cpu()?;
    Sha256::digest(std::fs::read(&made.path)?);
    let raw = own_cpu()? - before;
    let concat = concat_cpu(&args.dir, &rows)?;
    println!("{gigabytes:.3} GB; load {:.1}", process::load_average());
    println!(
        "export    {:.2} CPU-s/GB; ffmpeg concat {:.2}; ratio {:.2}",
        export / gigabytes,
        concat / gigabytes,
        export / concat
    );
    println!(
        "verify    {:.2} CPU-s/GB; plain SHA-256 with reading {:.2}; {:.2} of its rate",
        verified / gigabytes,
        raw / gigabytes,
        raw / verified
    );
    pipeline.stop().await;
    drop(pipeline);
    store.close(system_wall()).await?;
    std::fs::remove_dir_all(&args.dir)?;
    Ok(std::process::ExitCode::SUCCESS)
}

async fn segments(store: &Store, stream: StreamId) -> Result<Vec<SegmentRow>> {
    let all = Span { start: model::WallTime(0), end: model::WallTime(i64::MAX) };
    Ok(store.footage.segments(&system_cx("bench", system_wall()), stream, all).await?)
}

fn spec(pass: Arc<Pass>, cx: Cx, viewer: &Viewer, span: Span) -> Result<ExportSpec> {
    let id: ExportId = pass.export().context("the pass names no export")?;
    Ok(ExportSpec {
        id,
        pass,
        cx,
        cameras: vec![ExportCamera { id: viewer.camera, name: "bench".into(), place: "bench".into() }],
        span,
        profile: Profile::Main,
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
fn concat_cpu(dir: &Path, rows: &[SegmentRow]) -> Result<f64> {
    let list = dir.join("concat.txt");
    let media = dir.join("media");
    let lines: Vec<String> =
        rows.iter().map(|row| format!("file '{}'", media.join(row.path.as_str()).display())).collect();
    std::fs::write(&list, lines.join("\n"))?;
    let out = Command::new("ffmpeg")
        .args(["-v", "info", "-benchmark", "-nostdin", "-y", "-f", "concat", "-safe", "0", "-i"])
        .arg(&list)
        .args(["-c", "copy"])
        .arg(dir.join("concat.mp4"))
        .output()
        .context("ffmpeg")?;
    let text = String::from_utf8_lossy(&out.stderr);
    let line =
        text.lines().find(|line| line.starts_with("bench: utime=")).context("ffmpeg's benchmark line")?;
    let number = |name: &str| {
        let after = line.split(name).nth(1)?;
        after.split('s').next()?.parse::<f64>().ok()
    };
    Ok(number("utime=").unwrap_or(0.0) + number("stime=").unwrap_or(0.0))
}
