//! `watchkeeper restore`: a backup into a new folder, locked; and `restore unlock`, by which a named person decides how its
//! logs go on (docs/design/operations.md, section 5).

use super::{backup::passphrase, output};
use crate::http_client::HttpClient;
use anyhow::Context as _;
use ledger::{
    note::{NOTE_BYTES_MAX, NoteKey},
    tree::sha256,
};
use model::Act;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};
use store::{
    OpenOptions, Store, Unlock,
    backup::{self, Manifest, RestorePlan, Restored},
    system_cx,
};
use url::Url;
use uuid::Uuid;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// The data folder to be made; it must be empty or not exist
    #[arg(long, value_name = "DIR", global = true)]
    dir: Option<PathBuf>,
    /// Account of the person who answers for it
    #[arg(long, value_name = "ACCOUNT", global = true)]
    by: Option<String>,
    /// The backup folder
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Which backup in it; the newest when absent
    #[arg(long, value_name = "ID")]
    backup: Option<Uuid>,
    /// File with the passphrase of its keys
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Folder in which checkpoints of the logs are looked for: a witness's, the old machine's `log`, a mirror's. What a mirror has
    /// of the logs beyond the backup is checked and taken
    #[arg(long, value_name = "DIR")]
    mirror: Vec<PathBuf>,
    /// A witness's address: it is asked for the newest checkpoints that it cosigned
    #[arg(long, value_name = "URL")]
    witness: Vec<Url>,
    /// Certificates that are believed for witnesses, PEM; without it the system's
    #[arg(long, value_name = "FILE")]
    tls_roots: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Let a restored store record and sign again
    Unlock {
        /// Why, for the ledger and the first record of the new origins
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Go on under the old origins, where a checkpoint from outside shows that this copy is the newest
        #[arg(long)]
        same_origin: bool,
    },
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let dir = arguments.dir.clone().context("--dir: which data folder?")?;
    match &arguments.action {
        None => restore(&dir, &arguments).await?,
        Some(Action::Unlock { reason, same_origin }) => {
            let by = arguments.by.clone().context("--by: which person answers for it?")?;
            unlock(&dir, Unlock { by, reason: reason.clone(), same_origin: *same_origin }, arguments.json)
                .await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn restore(dir: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let mut plan = RestorePlan {
        from: arguments.from.clone().context("--from: which backup folder?")?,
        backup: arguments.backup,
        to: dir.to_owned(),
        passphrase: arguments.passphrase_file.as_deref().map(passphrase).transpose()?,
        mirrors: arguments.mirror.clone(),
        told: Vec::new(),
        now: pipeline::system_wall(),
    };
    plan.told = told(arguments, &backup::chosen(&plan)?).await?;
    let bar = output::progress("restoring", arguments.json);
    let restored = backup::restore(&plan, &|bytes| bar.inc(bytes)).await;
    bar.finish_and_clear();
    let restored = restored?;
    let store = open(dir).await?;
    let by = arguments.by.as_deref().unwrap_or("not named");
    let mut text =
        format!("restored\nbackup={}\nfrom={}\nby={by}", restored.manifest.id, plan.from.display());
    for (log, tail) in &restored.tails {
        text.push_str(&format!("\n{}_tail={}..{} of {}", log.as_str(), tail.first, tail.end, tail.from));
    }
    let cx = system_cx("command", pipeline::system_wall());
    let noted = async {
        if !restored.tails.is_empty() {
            // Holds that the tail placed have their records; their sidecars are made from those.
            store.footage.rebuild_holds(&cx).await?;
        }
        store.registry.note_system(&cx, Act::Restore, &text).await
    };
    let noted = noted.await;
    store.close(pipeline::system_wall()).await?;
    noted?;
    say(dir, &restored, arguments.json);
    Ok(())
}

/// What witnesses hold of both logs, each with who said it. One that does not answer is named: nothing follows from its silence.
async fn told(arguments: &Arguments, manifest: &Manifest) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let client = HttpClient::new(arguments.tls_roots.as_deref());
    let mut told = Vec::new();
    for witness in &arguments.witness {
        for vkey in [&manifest.footage.vkey, &manifest.access.vkey] {
            let origin = sha256(&[NoteKey::parse(vkey)?.name().as_bytes()]);
            let url = format!("{}/latest/{origin}", witness.as_str().trim_end_matches('/'));
            match client.get(&Url::parse(&url)?, None, NOTE_BYTES_MAX).await {
                Ok(answer) if answer.status == 200 => told.push((url, answer.body)),
                Ok(answer) => eprintln!("{url}: {}: it knows no checkpoint of this log", answer.status),
                Err(error) => eprintln!("{url}: not asked: {error:#}"),
            }
        }
    }
    Ok(told)
}

/// A copy of an older program's store is brought to this one's schema; its own copy is the backup.
async fn open(dir: &Path) -> anyhow::Result<Store> {
    let options = OpenOptions { for_check: true, migrate: true, ..OpenOptions::new(pipeline::system_wall()) };
    Store::open(dir, options).await.with_context(|| format!("opening {}", dir.display()))
}

fn say(dir: &Path, restored: &Restored, json: bool) {
    let (manifest, locked) = (&restored.manifest, &restored.locked);
    let known =
        [("footage", &locked.footage, &manifest.footage), ("access", &locked.access, &manifest.access)];
    if json {
        let known: Vec<_> = known
            .iter()
            .map(|(log, known, state)| {
                let known = known.as_ref().map(|known| known.size);
                serde_json::json!({ "log": log, "leaves": state.leaves, "known": known })
            })
            .collect();
        let tails: Vec<_> = restored
            .tails
            .iter()
            .map(|(log, tail)| {
                let (first, end, lacks) = (tail.first, tail.end, &tail.lacks);
                serde_json::json!({ "log": log.as_str(), "first": first, "end": end, "from": tail.from, "lacks": lacks })
            })
            .collect();
        let said = serde_json::json!({
            "backup": manifest.id, "dir": dir, "locked": true, "logs": known, "tails": tails,
        });
        println!("{said:#}");
        return;
    }
    println!("restored  {} into {}", manifest.id, dir.display());
    for (log, known, state) in known {
        match known {
            Some(known) => {
                println!("{log:<9} {} leaves; {} were signed, says {}", state.leaves, known.size, known.from)
            }
            None => println!("{log:<9} {} leaves; no checkpoint from elsewhere is known", state.leaves),
        }
    }
    for (log, tail) in &restored.tails {
        let (name, first, end) = (log.as_str(), tail.first, tail.end);
        println!(
            "{name:<9} leaves {first} to {} came from {}. Not in them:",
            end.saturating_sub(1),
            tail.from
        );
        tail.lacks.iter().for_each(|lack| println!("          - {lack}"));
    }
    println!("It is locked: it neither records nor signs. Look at it with `watchkeeper check --dir`, then");
    println!("  watchkeeper restore unlock --dir {} --by ACCOUNT --reason TEXT", dir.display());
}

async fn unlock(dir: &Path, ask: Unlock, json: bool) -> anyhow::Result<()> {
    let store = open(dir).await?;
    let unlocked = store.unlock(&system_cx("command", pipeline::system_wall()), ask).await;
    store.close(pipeline::system_wall()).await?;
    let done = unlocked?;
    let unlocked = &done.logs;
    let store = super::place::open(dir).await?;
    let mut rows = Vec::new();
    for log in unlocked {
        let vkey = store.vkey(log.log);
        let rolled_back = log.known.is_some_and(|known| known > log.leaves);
        rows.push(serde_json::json!({
            "log": log.log.as_str(), "old_origin": log.old_origin, "origin": log.origin, "leaves": log.leaves,
            "known": log.known, "older_than_known": rolled_back, "vkey": vkey,
        }));
        if !json {
            println!(
                "{:<9} {} leaves of {} go on as {}",
                log.log.as_str(),
                log.leaves,
                log.old_origin,
                log.origin
            );
            if rolled_back {
                println!(
                    "          {} leaves were signed: what is between is lost",
                    log.known.unwrap_or_default()
                );
            }
            println!("          key {vkey}");
        }
    }
    store.close(pipeline::system_wall()).await?;
    if json {
        let (lost, holds) = (done.losses, &done.holds);
        println!(
            "{:#}",
            serde_json::json!({
                "unlocked": rows, "lost": { "spans": lost.0, "segments": lost.1 },
                "holds": { "taken": holds.taken, "lifted": holds.lifted, "without_camera": holds.without_camera },
            })
        );
    } else {
        say_taken(&done);
        print!("{}", what_to_do(unlocked));
    }
    Ok(())
}

/// What became of footage and holds that came back as records only.
fn say_taken(done: &store::Unlocking) {
    let (spans, segments) = done.losses;
    if spans > 0 {
        println!(
            "lost      {segments} segments: recorded and not in this copy; {spans} spans stand among the gaps, to be explained"
        );
    }
    let holds = &done.holds;
    if holds.taken > 0 {
        println!(
            "holds     {} of the log's tail are ordinary holds now: two persons can lift them; look at each within a month",
            holds.taken
        );
    }
    if holds.lifted > 0 {
        println!("holds     {} were lifted after the backup, says the log", holds.lifted);
    }
    for hold in &holds.without_camera {
        println!("          hold {hold}: this registry has none of its cameras; nobody can lift it here");
    }
}

/// What has to be done by people after a restore, in the order in which it helps.
fn what_to_do(unlocked: &[store::Unlocked]) -> &'static str {
    if unlocked.iter().all(|log| log.origin == log.old_origin) {
        return "The old keys go on: witnesses, mirrors and policies need nothing.\n";
    }
    "What to do now, because the keys are new:\n\
     1. Witnesses: each operator adds the new keys (`[[log]] vkey`, or --log). Until then they answer 404 or 403, packages are\n\
     \x20  'not yet witnessed', and Health says so. They keep the old log's last size: nobody can sign that again.\n\
     2. Mirrors: a new folder with the new keys (`watchkeeper mirror --dir NEW --footage … --access …`). The old copy stays: it\n\
     \x20  proves what was before.\n\
     3. Policies of those who verify: a `log` line with each new key beside the old one. Old packages verify under the old.\n\
     4. Your supervising authority: both new keys, on paper, with the reason.\n"
}
