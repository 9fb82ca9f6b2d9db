//! `watchkeeper migrate`: takes the schema steps that are due, after a copy of the databases; `--back` puts the copy back, if
//! nothing was recorded since. On a stopped server.

use super::place;
use anyhow::Context as _;
use std::process::ExitCode;
use store::{OpenOptions, Store, migrate_back};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: place::Place,
    /// Put the databases of before the newest migration back
    #[arg(long, requires = "by", requires = "reason")]
    back: bool,
    /// Who goes back, for the ledger
    #[arg(long, value_name = "ACCOUNT")]
    by: Option<String>,
    /// Why, for the ledger
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let dir = arguments.place.data_dir()?;
    if arguments.back {
        let (by, reason) = (arguments.by.unwrap_or_default(), arguments.reason.unwrap_or_default());
        let undone = migrate_back(&dir, &by, &reason, pipeline::system_wall()).await?;
        println!("back at schema {:?}, as it was at {}", undone.from, undone.folder());
        println!("This program takes the steps again when it starts: install the older one first.");
        return Ok(ExitCode::SUCCESS);
    }
    let options = OpenOptions { migrate: true, ..OpenOptions::new(pipeline::system_wall()) };
    let store = Store::open(&dir, options).await.with_context(|| format!("opening {}", dir.display()))?;
    let migrated = store.migrated().cloned();
    store.close(pipeline::system_wall()).await?;
    match migrated {
        Some(migrated) => {
            println!("schema {:?} is now {:?}", migrated.from, migrated.to);
            println!("the databases as they were: {}", dir.join(migrated.folder()).display());
        }
        None => println!("nothing is due"),
    }
    Ok(ExitCode::SUCCESS)
}
