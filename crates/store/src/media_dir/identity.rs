//! The identity file of a media folder: which store it belongs to, and which of the store's disks it is. It holds no secret.
//!
//! ```text
//! watchkeeper media folder v1
//! store 0192…
//! disk 5f3a…            only of a disk that was added later: drawn when it was
//! ```

use super::{key_list, read_folder};
use crate::disk::Disk;
use crate::error::{Error, Result};
use crate::files;
use model::StoreId;
use std::path::{Path, PathBuf};
use uuid::Uuid;

const NAME: &str = "IDENTITY";
/// Its name while it is written.
const BEGUN: &str = "IDENTITY.new";
const FIRST_LINE: &str = "watchkeeper media folder v1";

pub fn path(root: &Path) -> PathBuf {
    root.join(NAME)
}

/// Three different answers for three different accidents: not mounted, not ours, not readable.
pub fn check(disk: &dyn Disk, root: &Path, store: StoreId, own: Option<Uuid>) -> Result<()> {
    let file = path(root);
    let text = match disk.read(&file) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::Corrupt(format!(
                "the media folder {} has no identity file: is its disk mounted? Nothing was changed; \
                 recordings in the database are not taken for gone",
                root.display()
            )));
        }
        Err(error) => return Err(Error::file("reading", &file)(error)),
    };
    match parse(&text) {
        Some((found, _)) if found != store => Err(Error::Corrupt(format!(
            "the media folder {} belongs to store {found}, not to {store}: another disk is mounted there",
            root.display()
        ))),
        Some((_, found)) if found != own => Err(Error::Corrupt(format!(
            "the media folder {} is another disk of this store: two are mounted in each other's place",
            root.display()
        ))),
        Some(_) => Ok(()),
        None => Err(Error::Corrupt(format!("{} is not an identity file: it was changed", file.display()))),
    }
}

fn parse(text: &str) -> Option<(StoreId, Option<Uuid>)> {
    let mut lines = text.strip_prefix(FIRST_LINE)?.trim().lines();
    let store = lines.next()?.strip_prefix("store ")?.parse().ok()?;
    let own = match lines.next() {
        None => None,
        Some(line) => Some(line.strip_prefix("disk ")?.parse().ok()?),
    };
    lines.next().is_none().then_some((store, own))
}

/// Written once and whole, into an empty folder: a crash at any step leaves a folder that is empty or ours.
pub fn write(disk: &dyn Disk, root: &Path, store: StoreId, own: Option<Uuid>) -> Result<()> {
    write_over(disk, root, store, own, |_| false)
}

/// The same where an identity may lie that an earlier attempt wrote and did not come to say so anywhere: nothing but what making a
/// folder ours leaves, of this store, as a disk that `forgotten` says is none.
pub fn write_over(
    disk: &dyn Disk,
    root: &Path,
    store: StoreId,
    own: Option<Uuid>,
    forgotten: impl Fn(Uuid) -> bool,
) -> Result<()> {
    let found = match disk.read(&path(root)) {
        Ok(bytes) => parse(&String::from_utf8_lossy(&bytes)),
        Err(_) => None,
    };
    let is_left = found.is_some_and(|(of, own)| of == store && own.is_some_and(forgotten));
    // The root of a freshly made ext4 file system has one folder of its own; the others are what an earlier attempt left.
    let is_ours = |path: &PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| {
            name == "lost+found"
                || name == BEGUN
                || (is_left && (name == NAME || name.starts_with(key_list::NAME)))
        })
    };
    if !read_folder(disk, root)?.iter().all(is_ours) {
        return Err(Error::Conflict(format!("the folder {} for media is not empty", root.display())));
    }
    let line = own.map(|own| format!("disk {own}\n")).unwrap_or_default();
    files::replace(disk, &path(root), format!("{FIRST_LINE}\nstore {store}\n{line}").as_bytes())
}
