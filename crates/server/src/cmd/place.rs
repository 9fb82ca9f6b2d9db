//! Where a command works: the data folder of the boot file, or the one named on the command line.

use crate::config::Config;
use crate::store_keys::{self, Encryption};
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use store::{OpenOptions, Store, StoreKeys};

/// Where a command works, as it is told.
#[derive(clap::Args)]
pub struct Place {
    /// The boot file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The data folder, instead of the boot file's
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

impl Place {
    pub fn data_dir(&self) -> anyhow::Result<PathBuf> {
        data_dir(self.config.as_deref(), self.dir.clone())
    }
}

pub fn data_dir(config: Option<&Path>, dir: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    match dir {
        Some(dir) => Ok(dir),
        None => Ok(Config::load(config)?.data_dir),
    }
}

/// Opens the store for a command, with the store keys that are noted in its folder. Only one process can have it open.
pub async fn open(dir: &Path) -> anyhow::Result<Store> {
    open_with_keys(dir, store_keys::load_for_reading(&Encryption::default(), dir)?).await
}

/// The same with these store keys.
pub async fn open_with_keys(dir: &Path, store_keys: StoreKeys) -> anyhow::Result<Store> {
    open_with(dir, OpenOptions { store_keys, ..OpenOptions::new(pipeline::system_wall()) }).await
}

/// As [`open`], with the boot file's store keys, also where a log is not what was published: for finding out what is wrong.
pub async fn open_for_check(config: Option<&Path>, dir: &Path) -> anyhow::Result<Store> {
    let store_keys = store_keys::load_for_reading(&Config::load(config)?.encryption, dir)?;
    let options = OpenOptions::new(pipeline::system_wall());
    open_with(dir, OpenOptions { for_check: true, store_keys, ..options }).await
}

async fn open_with(dir: &Path, options: OpenOptions) -> anyhow::Result<Store> {
    Store::open(dir, options)
        .await
        .with_context(|| format!("opening {} (a running server has it open: stop it first)", dir.display()))
}
