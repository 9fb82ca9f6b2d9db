//! Where a command works: the data folder of the boot file, or the one named on the command line.

use crate::config::Config;
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use store::{OpenOptions, Store};

pub fn data_dir(config: Option<&Path>, dir: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    match dir {
        Some(dir) => Ok(dir),
        None => Ok(Config::load(config)?.data_dir),
    }
}

/// Opens the store for a command. Only one process can have it open.
pub async fn open(dir: &Path) -> anyhow::Result<Store> {
    open_with(dir, OpenOptions::new(pipeline::system_wall())).await
}

/// As [`open`], also where a log is not what was published: for finding out what is wrong.
pub async fn open_for_check(dir: &Path) -> anyhow::Result<Store> {
    open_with(dir, OpenOptions { for_check: true, ..OpenOptions::new(pipeline::system_wall()) }).await
}

async fn open_with(dir: &Path, options: OpenOptions) -> anyhow::Result<Store> {
    Store::open(dir, options)
        .await
        .with_context(|| format!("opening {} (a running server has it open: stop it first)", dir.display()))
}
