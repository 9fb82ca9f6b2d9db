//! Files of documents in a backup: those that the copied registry names, as they are stored, in the pool that all backups share.
//! A file's name in the pool says its stored content too, since a damaged one that was taken in again is encrypted anew.
//!
//! Documents are in every backup, whatever it holds of footage: they are small, and nobody can record them again.

use super::manifest::{Line, hash_file};
use super::{List, Plan, databases, pool};
use crate::convert::hash_of;
use crate::documents::hex;
use crate::error::{Doing as _, Error, Result};
use crate::files::{make_folder, sync_parent};
use std::fs;
use std::path::{Path, PathBuf};

const POOL: &str = "documents";

/// Copies what is not there. Bytes that are new.
pub async fn copy(plan: &Plan, own: &Path, list: &mut List, progress: &(dyn Fn(u64) + Sync)) -> Result<u64> {
    let mut copy = databases::reader(&own.join("registry.db")).await?;
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT sha256 FROM document_file ORDER BY sha256")
        .fetch_all(&mut copy)
        .await
        .doing("listing documents' files")?;
    let mut new_bytes = 0;
    for (sha256,) in rows {
        let name = hex(&hash_of(&sha256)?.0);
        let relative = PathBuf::from(name.get(..2).unwrap_or_default()).join(&name);
        let source = plan.data_dir.join(POOL).join(relative);
        let key = source.with_extension("key");
        if !source.exists() {
            return Err(Error::Corrupt(format!(
                "document {name}: its file is missing; `watchkeeper check` says which records name it"
            )));
        }
        for path in [Some(source), key.exists().then_some(key)].into_iter().flatten() {
            let (line, bytes, is_new) = pooled(plan, &path)?;
            new_bytes += if is_new { bytes } else { 0 };
            list.add(&line, bytes)?;
            progress(bytes);
        }
    }
    Ok(new_bytes)
}

fn pooled(plan: &Plan, source: &Path) -> Result<(Line, u64, bool)> {
    let (sha256, bytes) = hash_file(source)?;
    let below = source.strip_prefix(&plan.data_dir).unwrap_or(source).to_string_lossy();
    let path = format!("{below}.{}", sha256.get(..16).unwrap_or(&sha256));
    let target = plan.to.join(&path);
    let is_new = !target.exists();
    if is_new {
        if let Some(folder) = target.parent() {
            make_folder(folder)?;
        }
        // The name goes last, so that an interrupted copy has none.
        let partial = target.with_extension("partial");
        if pool::copy_bytes(source, &partial)? != sha256 {
            return Err(Error::Corrupt(format!("{}: changed while it was copied", source.display())));
        }
        fs::rename(&partial, &target).map_err(Error::file("renaming to", &target))?;
        sync_parent(&target)?;
    }
    Ok((Line { sha256, path }, bytes, is_new))
}

/// The name that a pooled file has below a data folder, or `None` when it is none of documents.
pub fn name_in_store(pooled: &str) -> Option<&str> {
    pooled.strip_prefix(POOL)?.strip_prefix('/')?;
    pooled.rsplit_once('.').map(|(name, _)| name)
}
