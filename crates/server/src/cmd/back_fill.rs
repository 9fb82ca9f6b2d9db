//! `watchkeeper back-fill`: brings a file from a camera's card or another recorder for a gap, to the running server or, where none
//! runs, into the store itself.

use super::place;
use crate::back_fill::{self, Bring};
use crate::control::{self, Ask};
use anyhow::Context as _;
use model::WallTime;
use pipeline::{Config, Pipeline};
use std::{path::PathBuf, process::ExitCode};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: place::Place,
    /// The camera's id
    #[arg(long, value_name = "ID")]
    camera: String,
    /// When the file's first picture was taken: 2026-11-28T14:03:00Z
    #[arg(long, value_name = "TIME")]
    start: String,
    /// Where it comes from: `card of the camera`, `NVR of the gatehouse`; no names, it stays in the footage log
    #[arg(long, value_name = "TEXT")]
    source: String,
    /// Account of the person who answers for it
    #[arg(long, value_name = "ACCOUNT")]
    by: String,
    /// Why, for the ledger
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Number of the paper behind it
    #[arg(long, value_name = "TEXT")]
    document: String,
    /// An MP4 file with H.264 or H.265 pictures
    file: PathBuf,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let dir = arguments.place.data_dir()?;
    let start: jiff::Timestamp =
        arguments.start.parse().context("--start: a time as 2026-11-28T14:03:00Z")?;
    let Arguments { camera, source, by, reason, document, file, .. } = arguments;
    let file = std::path::absolute(file)?;
    let start_us = WallTime(start.as_microsecond()).0;
    let bring = Bring { camera, file, start_us, source, by, reason, document };
    let said = match control::ask(&dir, &Ask::BackFill(bring.clone())).await? {
        Some(said) => said,
        None => alone(&dir, bring).await?,
    };
    println!("{said}");
    Ok(ExitCode::SUCCESS)
}

/// No server runs: the store is opened for it, and the recorder without a camera.
async fn alone(dir: &std::path::Path, bring: Bring) -> anyhow::Result<String> {
    let store = place::open(dir).await?;
    let floor_days =
        store.registry.settings(&store::system_cx("command", pipeline::system_wall())).await?.floor_days;
    let pipeline = Pipeline::start(store.clone(), Config { floor_days, ..Config::default() }).await?;
    let said = back_fill::bring(&store, &pipeline, bring).await;
    pipeline.stop().await;
    store.close(pipeline::system_wall()).await?;
    said
}
