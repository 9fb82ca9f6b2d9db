//! Bringing a backup back, into a new folder, locked: it signs nothing until a named person unlocks it.
//!
//! Order: everything is verified, mirrors too, then media, keys and the registry are written, and `footage.db` last, with the lock
//! in it before it has its name. So there is no moment in which the folder could be started unlocked. What is interrupted is no
//! store: the mark in the folder says so, and the next restore into it takes it away and begins anew.

use super::manifest::{Line, Lines, Manifest, finished, folder, verify};
use super::{databases, documents, files_in, pool, tail, wrap};
use crate::disk::SystemDisk;
use crate::error::{Doing as _, Error, Result};
use crate::files::{make_folder, replace, sync_file_system, sync_parent};
use crate::locked::{Known, Locked};
use crate::log::LogName;
use crate::tails::Tail;
use ledger::checkpoint::Checkpoint;
use ledger::note::{Note, NoteKey};
use model::{Secret, WallTime};
use sqlx::{Connection as _, SqliteConnection};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// A checkpoint file is a few lines and some signatures.
const NOTE_BYTES_MAX: u64 = ledger::note::NOTE_BYTES_MAX as u64;
/// Checkpoints looked at below a mirror's folder: a mirror keeps some, not thousands.
const MIRROR_FILES_MAX: usize = 10_000;
/// The mark of a folder that a restore has not finished.
const UNFINISHED: &str = "restoring";
/// The mark before it has its name: all that there is when the very first step was interrupted.
const HALF_MARKED: &str = "restoring.new";
/// All that a restore makes, until it is finished.
const MADE: [&str; 12] = [
    "keys",
    "log",
    "exports",
    "media",
    "documents",
    "registry.db",
    "registry.db-journal",
    "registry-secrets.db",
    "registry-secrets.db-journal",
    // As it is written, before it has its name.
    "registry-secrets.new",
    "footage.db.new",
    "footage.db.new-journal",
];

#[derive(Clone, Debug)]
pub struct RestorePlan {
    pub from: PathBuf,
    /// The newest when absent.
    pub backup: Option<Uuid>,
    pub to: PathBuf,
    pub passphrase: Option<Secret<String>>,
    /// Folders in which files called `checkpoint` are looked for; where one is a mirror of the logs, what it has beyond the backup
    /// is taken.
    pub mirrors: Vec<PathBuf>,
    /// Checkpoints that others gave, each with who gave it: verified here like those of files.
    pub told: Vec<(String, Vec<u8>)>,
    pub now: WallTime,
}

/// What was brought back.
#[derive(Clone, Debug)]
pub struct Restored {
    pub manifest: Manifest,
    pub locked: Locked,
    /// What came from mirrors.
    pub tails: Vec<(LogName, Tail)>,
}

/// Which backup a plan is about: what can be asked about it beforehand.
pub fn chosen(plan: &RestorePlan) -> Result<Manifest> {
    match plan.backup {
        Some(id) => Manifest::read(&folder(&plan.from, id)),
        None => finished(&plan.from)?.pop().ok_or(Error::NotFound("finished backup")),
    }
}

/// See the module's words.
pub async fn restore(plan: &RestorePlan, progress: &(dyn Fn(u64) + Sync)) -> Result<Restored> {
    let manifest = chosen(plan)?;
    let wrapped = manifest.keys == "wrapped";
    if wrapped && plan.passphrase.is_none() {
        return Err(Error::invalid("passphrase", "is needed: the backup's keys are wrapped under it"));
    }
    may_begin(&plan.to)?;
    verify(&plan.from, &manifest, progress)?;
    let own = folder(&plan.from, manifest.id()?);
    let found = tail::find(plan, &manifest, &own).await?;
    begin(&plan.to, &manifest.id)?;
    for name in ["keys", "log/footage", "log/access", "exports", "media"] {
        make_folder(&plan.to.join(name))?;
    }
    restore_media(plan, &manifest, &own)?;
    let registry = plan.to.join("registry.db");
    pool::copy_bytes(&own.join("registry.db"), &registry)?;
    match plan.passphrase.as_ref().filter(|_| wrapped) {
        Some(passphrase) => restore_keys(plan, passphrase, &own, &registry).await?,
        None => databases::forget_sealed(&registry).await?,
    }
    let locked = Locked {
        backup: manifest.id.clone(),
        made_us: manifest.made_us,
        restored_us: plan.now.0,
        with_keys: wrapped,
        footage_vkey: manifest.footage.vkey.clone(),
        access_vkey: manifest.access.vkey.clone(),
        footage: newest_known(plan, &manifest.footage.vkey)?,
        access: newest_known(plan, &manifest.access.vkey)?,
    };
    let (name, unnamed) = (plan.to.join("footage.db"), plan.to.join("footage.db.new"));
    pool::copy_bytes(&own.join("footage.db"), &unnamed)?;
    let mut connection = databases::editor(&unnamed).await?;
    databases::forget_disks(&mut connection, &registry).await?;
    let tails = take(plan, &manifest, &found, (&mut connection, registry.as_path())).await?;
    for (log, state) in [(LogName::Footage, &manifest.footage), (LogName::Access, &manifest.access)] {
        let of_mirror = found.iter().find(|found| found.log == log).map(tail::Found::note);
        if let Some(note) = of_mirror.or(state.checkpoint.as_deref()) {
            replace(&SystemDisk, &plan.to.join(format!("log/{}/checkpoint", log.as_str())), note.as_bytes())?;
        }
    }
    locked.write(&mut connection).await?;
    connection.close().await.doing("closing a copy")?;
    for copy in [&unnamed, &registry] {
        File::open(copy).and_then(|file| file.sync_all()).map_err(Error::file("syncing", copy))?;
    }
    sync_file_system(&plan.to)?;
    fs::rename(&unnamed, &name).map_err(Error::file("renaming to", &name))?;
    sync_parent(&name)?;
    remove(&plan.to.join(UNFINISHED))?;
    Ok(Restored { manifest, locked, tails })
}

/// Appends what mirrors have, and does on the copied files what its records say of them.
async fn take(
    plan: &RestorePlan,
    manifest: &Manifest,
    found: &[tail::Found],
    (footage, registry): (&mut SqliteConnection, &Path),
) -> Result<Vec<(LogName, Tail)>> {
    let mut tails = Vec::new();
    for found in found {
        if found.log == LogName::Access {
            let mut connection = databases::editor(registry).await?;
            tails.push((found.log, found.access(&mut connection, plan.now).await?));
            connection.close().await.doing("closing a copy")?;
            continue;
        }
        let (tail, taken) = found.footage(footage, plan.now).await?;
        let media = plan.to.join("media");
        // What was deleted must not come back; what is held is removed by no deletion, and nothing here lifts a hold but its record.
        for path in &taken.gone {
            remove(&media.join(path))?;
            remove(&media.join(path).with_extension("side"))?;
        }
        let folder = crate::MediaDir::open(&media, manifest.store.parse()?)?;
        taken.lifted.iter().try_for_each(|hold| folder.remove_hold(*hold))?;
        tails.push((found.log, tail));
    }
    Ok(tails)
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("removing", path)(error))
        }
        _ => Ok(()),
    }
}

/// Whether a restore may be made there: nothing is, or what an interrupted restore left. Changes nothing.
fn may_begin(to: &Path) -> Result<()> {
    let mut entries = match fs::read_dir(to) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(Error::file("listing", to))?,
    };
    let unfinished = to.join(UNFINISHED).exists() && !to.join("footage.db").exists();
    let stranger = entries.find_map(|entry| {
        let name = entry.ok()?.file_name().into_string().unwrap_or_default();
        let ours = name == HALF_MARKED || unfinished && (name == UNFINISHED || MADE.contains(&name.as_str()));
        (!ours).then_some(name)
    });
    match stranger {
        None => Ok(()),
        Some(_) => Err(Error::Conflict(format!(
            "{} is not empty: a restore never writes over anything",
            to.display()
        ))),
    }
}

/// Marks the folder as unfinished, and takes away what an interrupted restore left in it.
fn begin(to: &Path, backup: &str) -> Result<()> {
    make_folder(to)?;
    replace(&SystemDisk, &to.join(UNFINISHED), backup.as_bytes())?;
    for name in MADE {
        let path = to.join(name);
        if path.is_dir() {
            fs::remove_dir_all(&path).map_err(Error::file("removing", &path))?;
        } else {
            remove(&path)?;
        }
    }
    Ok(())
}

/// The pooled files that the list names, under their names in a store, documents too; and the folder's identity.
fn restore_media(plan: &RestorePlan, manifest: &Manifest, own: &Path) -> Result<()> {
    let store = manifest.store.parse()?;
    let media = plan.to.join("media");
    crate::MediaDir::create(&media, store)?;
    let beside = format!("backups/{}/media/", manifest.id);
    let mut lines = Lines::open(own)?;
    while let Some(line) = lines.next()? {
        if let Some(name) = documents::name_in_store(&line.path) {
            restore_file(plan, &line, &plan.to.join(name))?;
            continue;
        }
        let kept_beside = line.path.strip_prefix(&beside).map(str::to_owned);
        let Some(name) = kept_beside.or_else(|| pool::name_in_store(&line.path)) else { continue };
        restore_file(plan, &line, &media.join(name))?;
    }
    crate::MediaDir::open(&media, store)?.sync()
}

fn restore_file(plan: &RestorePlan, line: &Line, target: &Path) -> Result<()> {
    if let Some(folder) = target.parent() {
        make_folder(folder)?;
    }
    if pool::copy_bytes(&plan.from.join(&line.path), target)? != line.sha256 {
        return Err(Error::Corrupt(format!("{}: changed while it was restored", line.path)));
    }
    Ok(())
}

async fn restore_keys(
    plan: &RestorePlan,
    passphrase: &Secret<String>,
    own: &Path,
    registry: &Path,
) -> Result<()> {
    let mut kept = None;
    let secrets = plan.to.join("registry-secrets.db");
    for path in files_in(&own.join("keys"))? {
        let Some(name) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".wrapped")) else {
            continue;
        };
        let sealed = File::open(&path).map_err(Error::file("opening", &path))?;
        let mut plain = Vec::new();
        wrap::unwrap(passphrase, &mut kept, name, sealed, &mut plain)?;
        let target =
            if name == "registry-secrets.db" { secrets.clone() } else { plan.to.join("keys").join(name) };
        replace(&SystemDisk, &target, &plain)?;
    }
    databases::put_secrets(registry, &secrets).await?;
    fs::remove_file(&secrets).map_err(Error::file("removing", &secrets))
}

/// Checkpoints that were told, or lie below the folders, and that the log's key signed. Whatever does not verify is somebody else's.
pub(super) fn known(plan: &RestorePlan, vkey: &str) -> Result<Vec<Known>> {
    let key = [NoteKey::parse(vkey)?];
    let mut found: Vec<Known> = Vec::new();
    let mut look = |bytes: &[u8], from: &str| {
        let opened = Note::parse(bytes).and_then(|note| Checkpoint::open(&note, &key));
        let Ok((checkpoint, _)) = opened else { return };
        let note = String::from_utf8_lossy(bytes).into_owned();
        found.push(Known { size: checkpoint.size, note, from: from.to_owned() });
    };
    plan.told.iter().for_each(|(from, note)| look(note, from));
    for mirror in &plan.mirrors {
        let is_named = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("checkpoint"))
        };
        for path in files_in(mirror)?.into_iter().filter(is_named).take(MIRROR_FILES_MAX) {
            if path.metadata().map_or(0, |found| found.len()) > NOTE_BYTES_MAX {
                continue;
            }
            let bytes = fs::read(&path).map_err(Error::file("reading", &path))?;
            look(&bytes, &path.display().to_string());
        }
    }
    Ok(found)
}

/// The largest of them; of two of one size the one that was told.
fn newest_known(plan: &RestorePlan, vkey: &str) -> Result<Option<Known>> {
    Ok(known(plan, vkey)?
        .into_iter()
        .reduce(|newest, next| if next.size > newest.size { next } else { newest }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restore_begins_again_after_its_very_first_step_and_over_nothing_else() {
        let check = |files: &[&str], expected: bool| {
            let folder = tempfile::tempdir().unwrap();
            for name in files {
                fs::write(folder.path().join(name), b"x").unwrap();
            }
            assert_eq!(may_begin(folder.path()).is_ok(), expected, "{files:?}");
        };
        check(&[], true);
        check(&[HALF_MARKED], true);
        check(&[UNFINISHED, HALF_MARKED, "registry.db"], true);
        check(&[UNFINISHED, "registry.db", "registry-secrets.new"], true);
        check(&["registry.db"], false);
        check(&[HALF_MARKED, "letters.txt"], false);
        check(&[UNFINISHED, "footage.db"], false);
    }
}
