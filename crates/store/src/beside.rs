//! A store that another process has open, looked at beside it: copies of its two databases, each one committed state, opened for a check
//! with the footage, documents and keys where they are.
//!
//! Nothing of the running server's is locked, made or changed: rows are read and written in the copies alone, in a folder that goes
//! with the look. The invariant kept: a published checkpoint is copied before the rows that it stands for, so that it is never ahead
//! of them.

use crate::backup::databases::snapshot;
use crate::error::{Error, Result};
use crate::{OpenOptions, Store, files};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Room that stays free where the copies are made: footage is perhaps recorded on the same disk.
const ROOM_BYTES_MIN: u64 = 1 << 30;
/// Longer than copying takes.
const COPYING_MAX: Duration = Duration::from_secs(86_400);
/// How the folder of a look is named; what a look that was killed left behind begins so, too.
const PREFIX: &str = "check-";
/// What is read where it is.
const IN_PLACE: [&str; 3] = ["keys", "documents", "packs"];

/// The copies, as long as they are looked at.
#[derive(Debug)]
pub struct Look {
    folder: PathBuf,
    media: PathBuf,
}

impl Look {
    /// Copies the databases of a data folder. `scratch`: where to, instead of into the folder itself.
    ///
    /// # Errors
    /// `Unavailable` where the copies would leave too little room.
    pub async fn take(data_dir: &Path, scratch: Option<&Path>) -> Result<Self> {
        let absolute = |path: &Path| path.canonicalize().map_err(Error::file("finding", path));
        let data_dir = absolute(data_dir)?;
        let under = absolute(scratch.unwrap_or(&data_dir))?;
        sweep(&under)?;
        let needed: u64 = ["footage.db", "registry.db"]
            .iter()
            .filter_map(|name| fs::metadata(data_dir.join(name)).ok())
            .map(|found| found.len())
            .sum();
        let free = files::space(&under)?.free_bytes;
        if free < needed.saturating_add(ROOM_BYTES_MIN) {
            return Err(Error::Unavailable(format!(
                "a look beside the running server copies its databases, {} MB, and {} has {} MB: name a folder with more room \
                 (`--scratch`), or stop the server",
                needed / 1_000_000,
                under.display(),
                free / 1_000_000
            )));
        }
        let folder = under.join(format!("{PREFIX}{}", uuid::Uuid::from_bytes(files::random()?)));
        let look = Self { folder, media: data_dir.join("media") };
        look.copy(&data_dir).await?;
        Ok(look)
    }

    async fn copy(&self, data_dir: &Path) -> Result<()> {
        for log in ["log/footage", "log/access"] {
            files::make_folder(&self.folder.join(log))?;
            let published = data_dir.join(log).join("checkpoint");
            match fs::copy(&published, self.folder.join(log).join("checkpoint")) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::file("copying", &published)(error));
                }
                _ => {}
            }
        }
        for name in ["registry.db", "footage.db"] {
            snapshot(&data_dir.join(name), &self.folder.join(name)).await?;
        }
        for name in IN_PLACE.map(|name| (data_dir.join(name), self.folder.join(name))) {
            if name.0.exists() {
                symlink(&name.0, &name.1).map_err(Error::file("naming", &name.1))?;
            }
        }
        Ok(())
    }

    /// Opens them as a store that is checked. Whatever is written meanwhile goes into the copies.
    pub async fn open(&self, options: OpenOptions) -> Result<Store> {
        let options = OpenOptions {
            for_check: true,
            create: false,
            migrate: false,
            media_dir: Some(self.media.clone()),
            ..options
        };
        Store::open(&self.folder, options).await
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            tracing::warn!(folder = %self.folder.display(), %error, "copies of a check are left here");
        }
    }
}

/// Removes what looks left that were killed: those whose lock nobody has.
fn sweep(under: &Path) -> Result<()> {
    let entries = fs::read_dir(under).map_err(Error::file("listing", under))?;
    for entry in entries {
        let path = entry.map_err(Error::file("listing", under))?.path();
        let is_look = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| {
            name.strip_prefix(PREFIX).is_some_and(|id| uuid::Uuid::parse_str(id).is_ok())
        });
        if !is_look {
            continue;
        }
        // One that is being copied has no lock yet: after a day nobody copies any more.
        let is_left = match path.join("lock").exists() {
            true => files::lock(&path).is_ok(),
            false => fs::metadata(&path)
                .and_then(|found| found.modified())
                .is_ok_and(|made| made.elapsed().is_ok_and(|age| age > COPYING_MAX)),
        };
        if is_left {
            fs::remove_dir_all(&path).map_err(Error::file("removing", &path))?;
        }
    }
    Ok(())
}
