//! `watchkeeper backup`: a consistent copy while recording goes on; which backups there are; the end of one. What it does to
//! the registry it asks of the running server, or does itself when none runs (docs/design/operations.md).

use super::{output, place};
use crate::control::{self, Ask};
use anyhow::{Context as _, bail};
use indicatif::ProgressBar;
use model::{Secret, WallTime};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};
use store::{
    BackupRow, PasswordCost,
    backup::{self, MediaChoice, Plan, Taken},
    system_cx,
};
use uuid::Uuid;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// The boot file
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// The data folder, instead of the boot file's
    #[arg(long, value_name = "DIR", global = true)]
    dir: Option<PathBuf>,
    /// The backup folder
    #[arg(long, value_name = "DIR", global = true)]
    to: Option<PathBuf>,
    /// Account of the person who answers for it: an administrator of a whole unit
    #[arg(long, value_name = "ACCOUNT", global = true)]
    by: Option<String>,
    /// Why, for the ledger
    #[arg(long, value_name = "TEXT", global = true)]
    reason: Option<String>,
    /// Footage that goes along: `none`, `all`, or a number: that of the last so many days
    #[arg(long, value_name = "WHICH", default_value = "all", value_parser = media)]
    media: Media,
    /// File with the passphrase under which keys are wrapped (its first line)
    #[arg(long, value_name = "FILE", conflicts_with = "without_keys")]
    passphrase_file: Option<PathBuf>,
    /// Leave all keys out. What is restored then cannot read its own old entries
    #[arg(long)]
    without_keys: bool,
    /// Hard links instead of copies where the file system can
    #[arg(long)]
    link: bool,
    /// Print the result as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Backups that the registry knows; on a stopped server
    List,
    /// Read every file of a backup folder again and compare
    Verify {
        /// One backup only
        id: Option<Uuid>,
    },
    /// Remove a backup, and the media that no other backup there names; an entry first
    Forget {
        id: Uuid,
        /// The folder is elsewhere and was destroyed: only the entry is made
        #[arg(long)]
        destroyed: bool,
    },
}

#[derive(Clone, Copy, Debug)]
enum Media {
    None,
    All,
    Days(u16),
}

fn media(text: &str) -> Result<Media, String> {
    match text {
        "none" => Ok(Media::None),
        "all" => Ok(Media::All),
        days => days.parse().map(Media::Days).map_err(|_| "is not `none`, `all` or a number of days".into()),
    }
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let dir = place::data_dir(arguments.config.as_deref(), arguments.dir.clone())?;
    match &arguments.action {
        None => take(&dir, &arguments).await?,
        Some(Action::List) => list(&dir, arguments.json).await?,
        Some(Action::Verify { id }) => verify(to(&arguments)?, *id, arguments.json)?,
        Some(Action::Forget { id, destroyed }) => forget(&dir, &arguments, *id, *destroyed).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn to(arguments: &Arguments) -> anyhow::Result<&Path> {
    arguments.to.as_deref().context("--to: which backup folder?")
}

fn named(arguments: &Arguments) -> anyhow::Result<(String, String)> {
    let by = arguments.by.clone().context("--by: which person answers for it?")?;
    Ok((by, arguments.reason.clone().context("--reason: why? It is kept in the ledger")?))
}

/// The first line of a file.
pub fn passphrase(file: &Path) -> anyhow::Result<Secret<String>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    Ok(Secret::new(text.lines().next().unwrap_or_default().to_owned()))
}

async fn take(dir: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let (by, reason) = named(arguments)?;
    let passphrase = match (&arguments.passphrase_file, arguments.without_keys) {
        (Some(file), _) => Some(passphrase(file)?),
        (None, true) => None,
        (None, false) => {
            bail!("--passphrase-file or --without-keys: keys go into a backup wrapped, or not at all")
        }
    };
    let now = pipeline::system_wall();
    let media = match arguments.media {
        Media::None => MediaChoice::None,
        Media::All => MediaChoice::All,
        Media::Days(days) => MediaChoice::Since(now.plus_us(-i64::from(days) * law::retention::DAY_US)),
    };
    let plan = Plan {
        id: Uuid::now_v7(),
        data_dir: dir.to_owned(),
        media_dir: None,
        to: std::path::absolute(to(arguments)?)?,
        media,
        link: arguments.link,
        passphrase,
        cost: PasswordCost::STANDARD,
        by,
        reason,
        now,
    };
    let bar = output::progress("backing up", arguments.json);
    let taken = make(dir, &plan, &bar).await;
    bar.finish_and_clear();
    let taken = taken?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&taken.manifest)?);
        return Ok(());
    }
    println!("backup    {}", taken.manifest.id);
    println!("folder    {}", plan.to.display());
    println!(
        "files     {}, {} bytes, of which {} were new",
        taken.manifest.files, taken.manifest.bytes, taken.copied_bytes
    );
    println!("footage   {} segments{}", taken.manifest.segments, span(&taken));
    println!("keys      {}", taken.manifest.keys);
    println!("manifest  SHA-256 {}", taken.manifest_sha256);
    Ok(())
}

fn span(taken: &Taken) -> String {
    match (taken.manifest.oldest_us, taken.manifest.newest_us) {
        (Some(oldest), Some(newest)) => format!(", {} to {}", WallTime(oldest), WallTime(newest)),
        _ => String::new(),
    }
}

/// Entry, copy, entry: with the running server, or with the store open here.
async fn make(dir: &Path, plan: &Plan, bar: &ProgressBar) -> anyhow::Result<Taken> {
    let begin = Ask::BeginBackup {
        id: plan.id,
        by: plan.by.clone(),
        reason: plan.reason.clone(),
        destination: plan.to.display().to_string(),
        media: plan.media.to_string(),
        keys: if plan.passphrase.is_some() { "wrapped" } else { "none" }.to_owned(),
    };
    tell(dir, begin).await?;
    let taken = backup::take(plan, &|bytes| bar.inc(bytes)).await?;
    let manifest = &taken.manifest;
    let finish = Ask::FinishBackup {
        id: plan.id,
        footage_leaves: manifest.footage.leaves,
        oldest_us: manifest.oldest_us,
        newest_us: manifest.newest_us,
        files: manifest.files,
        bytes: manifest.bytes,
        manifest_sha256: taken.manifest_sha256.clone(),
    };
    tell(dir, finish).await?;
    Ok(taken)
}

/// What only the process that has the store open may write.
async fn tell(dir: &Path, ask: Ask) -> anyhow::Result<()> {
    if control::ask(dir, &ask).await?.is_some() {
        return Ok(());
    }
    let store = place::open(dir).await?;
    let done = control::backup(&store.registry, &system_cx("command", pipeline::system_wall()), ask).await;
    store.close(pipeline::system_wall()).await?;
    Ok(done?)
}

async fn list(dir: &Path, json: bool) -> anyhow::Result<()> {
    let store = place::open(dir).await?;
    let rows = store.registry.backups(&system_cx("command", pipeline::system_wall())).await;
    store.close(pipeline::system_wall()).await?;
    let rows = rows?;
    if json {
        let rows: Vec<_> = rows.iter().map(row).collect();
        println!("{:#}", serde_json::json!({ "backups": rows }));
        return Ok(());
    }
    for row in &rows {
        println!(
            "{}  {}  {:<9} {:<8} media {}  {}",
            row.id, row.made, row.state, row.keys, row.media, row.destination
        );
    }
    Ok(())
}

fn row(row: &BackupRow) -> serde_json::Value {
    serde_json::json!({
        "id": row.id.to_string(), "made_us": row.made.0, "by": row.account, "state": row.state, "keys": row.keys,
        "media": row.media, "destination": row.destination,
        "bytes": row.made_of.as_ref().map(|made| made.bytes),
    })
}

fn verify(to: &Path, only: Option<Uuid>, json: bool) -> anyhow::Result<()> {
    let bar = output::progress("verifying", json);
    let mut verified = Vec::new();
    for manifest in backup::finished(to)? {
        if only.is_none_or(|id| id.to_string() == manifest.id) {
            let (files, bytes) = backup::verify(to, &manifest, &|bytes| bar.inc(bytes))?;
            verified.push((manifest.id, files, bytes));
        }
    }
    bar.finish_and_clear();
    if verified.is_empty() {
        bail!("no such backup in {}", to.display());
    }
    for (id, files, bytes) in verified {
        println!("{id}: {files} files, {bytes} bytes, all as they were written");
    }
    Ok(())
}

async fn forget(dir: &Path, arguments: &Arguments, id: Uuid, destroyed: bool) -> anyhow::Result<()> {
    let (by, reason) = named(arguments)?;
    let folder = if destroyed { None } else { Some(to(arguments)?) };
    if folder.is_some_and(|folder| !folder.join("backups").exists()) {
        bail!("no backup folder there; when it is elsewhere and was destroyed: --destroyed");
    }
    let reason = if destroyed { format!("destroyed elsewhere: {reason}") } else { reason };
    tell(dir, Ask::ForgetBackup { id, by, reason }).await?;
    let removed = folder.map(|folder| backup::forget(folder, id)).transpose()?;
    println!("forgotten; {} media files removed", removed.unwrap_or(0));
    Ok(())
}
