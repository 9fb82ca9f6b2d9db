//! `media/KEYS`: the ids of the store keys that a media folder needs. It holds no key; it is how a server without its key knows
//! what it lacks, without reading a month of sidecars.
//!
//! ```text
//! watchkeeper store keys v1
//! key 0123456789abcdef
//! ```
//!
//! Invariant: a key's id is in it, synced, before the first segment is wrapped by that key.

use crate::disk::Disk;
use crate::error::{Error, Result};
use crate::files;
use crate::store_key::StoreKeyId;
use std::path::{Path, PathBuf};

pub const NAME: &str = "KEYS";
const FIRST_LINE: &str = "watchkeeper store keys v1";

pub fn path(root: &Path) -> PathBuf {
    root.join(NAME)
}

/// Oldest first; none when nothing in the folder was ever encrypted.
pub fn read(disk: &dyn Disk, root: &Path) -> Result<Vec<StoreKeyId>> {
    let file = path(root);
    let text = match disk.read(&file) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::file("reading", &file)(error)),
    };
    let changed =
        || Error::Corrupt(format!("{} is not a list of store keys: it was changed", file.display()));
    let lines = text.strip_prefix(FIRST_LINE).ok_or_else(changed)?;
    let ids = lines.lines().filter(|line| !line.is_empty());
    ids.map(|line| line.strip_prefix("key ").and_then(|id| id.parse().ok()).ok_or_else(changed)).collect()
}

pub fn write(disk: &dyn Disk, root: &Path, ids: &[StoreKeyId]) -> Result<()> {
    let lines: String = ids.iter().map(|id| format!("key {id}\n")).collect();
    files::replace(disk, &path(root), format!("{FIRST_LINE}\n{lines}").as_bytes())
}

/// Makes `id` the newest of the list.
pub fn note(disk: &dyn Disk, root: &Path, id: StoreKeyId) -> Result<()> {
    let mut ids = read(disk, root)?;
    if ids.last() == Some(&id) {
        return Ok(());
    }
    ids.retain(|known| *known != id);
    ids.push(id);
    write(disk, root, &ids)
}
