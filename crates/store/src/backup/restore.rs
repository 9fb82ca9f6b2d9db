//! Bringing a backup back, into a new folder, locked: it signs nothing until a named person unlocks it.
//!
//! Order: everything is verified, then media, keys and the registry are written, and `footage.db` last, with the lock in it
//! before it has its name. So there is no moment in which the folder could be started unlocked.

use super::manifest::{Line, Lines, Manifest, finished, folder, verify};
use super::{databases, documents, files_in, pool, wrap};
use crate::disk::SystemDisk;
use crate::error::{Doing as _, Error, Result};
use crate::files::{make_folder, replace, sync_file_system, sync_parent};
use crate::locked::{Known, Locked};
use crate::log::LogName;
use ledger::checkpoint::Checkpoint;
use ledger::note::{Note, NoteKey};
use model::{Secret, WallTime};
use sqlx::Connection as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// A checkpoint file is a few lines and some signatures.
const NOTE_BYTES_MAX: u64 = ledger::note::NOTE_BYTES_MAX as u64;
/// Files looked at below a mirror's folder: a mirror keeps some checkpoints, not thousands.
const MIRROR_FILES_MAX: usize = 10_000;

#[derive(Clone, Debug)]
pub struct RestorePlan {
    pub from: PathBuf,
    /// The newest when absent.
    pub backup: Option<Uuid>,
    pub to: PathBuf,
    pub passphrase: Option<Secret<String>>,
    /// Folders in which files called `checkpoint` are looked for.
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
    empty_folder(&plan.to)?;
    verify(&plan.from, &manifest, progress)?;
    let own = folder(&plan.from, manifest.id()?);
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
    for (log, state) in [(LogName::Footage, &manifest.footage), (LogName::Access, &manifest.access)] {
        if let Some(note) = &state.checkpoint {
            replace(&SystemDisk, &plan.to.join(format!("log/{}/checkpoint", log.as_str())), note.as_bytes())?;
        }
    }
    let (name, unnamed) = (plan.to.join("footage.db"), plan.to.join("footage.db.new"));
    pool::copy_bytes(&own.join("footage.db"), &unnamed)?;
    let mut connection = databases::editor(&unnamed).await?;
    databases::forget_disks(&mut connection, &registry).await?;
    locked.write(&mut connection).await?;
    connection.close().await.doing("closing a copy")?;
    File::open(&unnamed).and_then(|file| file.sync_all()).map_err(Error::file("syncing", &unnamed))?;
    sync_file_system(&plan.to)?;
    fs::rename(&unnamed, &name).map_err(Error::file("renaming to", &name))?;
    sync_parent(&name)?;
    Ok(Restored { manifest, locked })
}

fn empty_folder(to: &Path) -> Result<()> {
    make_folder(to)?;
    if fs::read_dir(to).map_err(Error::file("listing", to))?.next().is_some() {
        return Err(Error::Conflict(format!(
            "{} is not empty: a restore never writes over anything",
            to.display()
        )));
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

/// The largest checkpoint that was told, or lies below the folders, and that the log's key signed. Whatever does not verify is
/// somebody else's.
fn newest_known(plan: &RestorePlan, vkey: &str) -> Result<Option<Known>> {
    let key = [NoteKey::parse(vkey)?];
    let mut newest: Option<Known> = None;
    let mut look = |bytes: &[u8], from: &str| {
        let opened = Note::parse(bytes).and_then(|note| Checkpoint::open(&note, &key));
        let Ok((checkpoint, _)) = opened else { return };
        if newest.as_ref().is_none_or(|known| known.size < checkpoint.size) {
            let note = String::from_utf8_lossy(bytes).into_owned();
            newest = Some(Known { size: checkpoint.size, note, from: from.to_owned() });
        }
    };
    plan.told.iter().for_each(|(from, note)| look(note, from));
    for mirror in &plan.mirrors {
        for path in files_in(mirror)?.into_iter().take(MIRROR_FILES_MAX) {
            let named = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("checkpoint"));
            if !named || path.metadata().map_or(0, |found| found.len()) > NOTE_BYTES_MAX {
                continue;
            }
            let bytes = fs::read(&path).map_err(Error::file("reading", &path))?;
            look(&bytes, &path.display().to_string());
        }
    }
    Ok(newest)
}
