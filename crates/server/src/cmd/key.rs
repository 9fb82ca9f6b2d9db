//! `watchkeeper key`: store keys, and the key of stored passwords. Makes a key file, says which keys the footage needs, wraps
//! sidecars again under the current key, seals camera passwords and second factors again under a fresh one. All but the first work
//! on a stopped server; a rotation of store keys is an entry before and after, one of the credentials' key an entry with its change.

use super::{EXIT_FOUND, place};
use crate::{config::Config, store_keys};
use model::Act;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};
use store::{KeyCensus, Rewrapped, Store, system_cx};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// The boot file
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// The data folder, instead of the boot file's
    #[arg(long, value_name = "DIR", global = true)]
    dir: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Make a new store key in a file that is not there yet
    Make { file: PathBuf },
    /// Which keys the footage needs, how many segments each, and whether they are here
    List,
    /// Wrap every sidecar by the current key; give the old one in `old_keys` of the boot file
    Rotate,
    /// Seal camera passwords and second factors again under a fresh `keys/credentials.key`
    RotateCredentials,
}

/// Exit code 1: segments need a key that is not here.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    if let Action::Make { file } = &arguments.action {
        let id = store_keys::make(file)?.id();
        if arguments.json {
            println!("{:#}", serde_json::json!({ "file": file, "key": id.to_string() }));
        } else {
            println!("store key {id} in {}; keep a copy where neither disk nor backup is", file.display());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let dir = place::data_dir(arguments.config.as_deref(), arguments.dir)?;
    if matches!(arguments.action, Action::RotateCredentials) {
        return rotate_credentials(&dir, arguments.json).await;
    }
    let encryption = Config::load(arguments.config.as_deref())?.encryption;
    let keys = match arguments.action {
        Action::Rotate => store_keys::load(&encryption, &dir)?,
        _ => store_keys::load_for_reading(&encryption, &dir)?,
    };
    let store = place::open_with_keys(&dir, keys).await?;
    let done = match arguments.action {
        Action::Rotate => rotate(&store, arguments.json).await,
        _ => list(&store, arguments.json),
    };
    store.close(pipeline::system_wall()).await?;
    Ok(if done? { ExitCode::SUCCESS } else { ExitCode::from(EXIT_FOUND) })
}

async fn rotate_credentials(dir: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let now = pipeline::system_wall();
    let done = place::open(dir).await?.rotate_credentials_key(&system_cx("key", now), now).await?;
    if json {
        println!(
            "{:#}",
            serde_json::json!({
                "cameras": done.cameras, "second_factors": done.second_factors, "officers": done.officers,
            })
        );
    } else {
        println!(
            "passwords of {} cameras, {} second factors and {} officers' names sealed under a fresh key; older backups hold the old one",
            done.cameras, done.second_factors, done.officers
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn list(store: &Store, json: bool) -> anyhow::Result<bool> {
    let media = store.footage.media();
    let KeyCensus { plain, wrapped, unreadable } = media.key_census()?;
    let current = media.keys().current().map(store::StoreKey::id);
    if json {
        let rows = wrapped.iter().map(|(id, segments)| {
            serde_json::json!({ "key": id.to_string(), "segments": segments, "here": media.keys().has(*id) })
        });
        let rows: Vec<_> = rows.collect();
        let current = current.map(|id| id.to_string());
        let all = serde_json::json!({
            "current": current, "keys": rows, "plain_segments": plain, "unreadable_sidecars": unreadable,
        });
        println!("{all:#}");
    } else {
        match current {
            Some(id) => println!("current key {id}"),
            None => println!("no current key: new footage is stored in the clear"),
        }
        for (id, segments) in &wrapped {
            let here = if media.keys().has(*id) { "here" } else { "NOT HERE" };
            println!("{id}  {segments:>10} segments  {here}");
        }
        println!("in the clear      {plain:>10} segments");
        if unreadable > 0 {
            println!("unreadable        {unreadable:>10} sidecars");
        }
    }
    Ok(unreadable == 0 && wrapped.keys().all(|id| media.keys().has(*id)))
}

async fn rotate(store: &Store, json: bool) -> anyhow::Result<bool> {
    let cx = system_cx("key", pipeline::system_wall());
    let current = store.footage.media().keys().current().map(store::StoreKey::id);
    let current = current.ok_or_else(|| {
        anyhow::anyhow!("no current store key: give it as `key` in [encryption] of the boot file")
    })?;
    store.registry.note_system(&cx, Act::StoreKey, &format!("step=begun\nto={current}")).await?;
    let documents = store.rewrap_documents(&cx).await?;
    let footage: Rewrapped = store.footage.rewrap_sidecars(&cx).await?;
    store.note_keys_of_documents(&cx, &documents)?;
    let done = footage.and(documents);
    let absent: u64 = done.absent.values().sum();
    let text = format!(
        "step=done\nto={current}\nrewrapped={}\nwere_current={}\nplain={}\nabsent={absent}\nfailed={}",
        done.rewrapped, done.current, done.plain, done.failed
    );
    let cx = system_cx("key", pipeline::system_wall());
    store.registry.note_system(&cx, Act::StoreKey, &text).await?;
    if json {
        println!(
            "{:#}",
            serde_json::json!({
                "key": current.to_string(), "rewrapped": done.rewrapped, "were_current": done.current,
                "plain": done.plain, "absent": absent, "failed": done.failed,
            })
        );
    } else {
        println!("{} sidecars wrapped by {current}; {} were already", done.rewrapped, done.current);
        for (id, segments) in &done.absent {
            println!("{}", store_keys::absent_text(*id, *segments));
        }
        if done.failed > 0 {
            println!("{} sidecars cannot be read; `watchkeeper check` says which", done.failed);
        }
    }
    Ok(absent == 0 && done.failed == 0)
}
