//! The sidecars of evidence holds: `media/holds/<hold id>.hold`, each the bytes of the record that placed the hold.
//!
//! They lie beside the footage that they keep, so that a database that was lost or put back cannot make it deletable.
//! They hold no personal data. Invariant: a sidecar is whole or absent, and durable when writing it returns.

use super::MediaDir;
use crate::error::{Error, Result};
use crate::files;
use model::HoldId;
use std::path::PathBuf;

const EXTENSION: &str = "hold";

/// A sidecar as it lies there.
pub(crate) struct HoldFile {
    /// `None`: the name is no id.
    pub hold: Option<HoldId>,
    /// Relative to the media folder.
    pub place: String,
    pub bytes: Vec<u8>,
}

impl MediaDir {
    pub(crate) fn write_hold(&self, hold: HoldId, record: &[u8]) -> Result<()> {
        self.check_identity()?;
        self.make_folders(&self.holds_folder())?;
        let path = self.hold_path(hold);
        if self.disk.read(&path).is_ok_and(|present| present == record) {
            return Ok(());
        }
        files::replace(&*self.disk, &path, record)?;
        // The first one's folder is new, and its name is not durable by what is in it.
        self.disk.sync_folder(self.root()).map_err(Error::file("syncing", self.root()))
    }

    /// Absent is fine: the step can be repeated.
    pub(crate) fn remove_hold(&self, hold: HoldId) -> Result<()> {
        self.check_identity()?;
        let (path, folder) = (self.hold_path(hold), self.holds_folder());
        match self.disk.remove_file(&path) {
            Ok(()) => self.disk.sync_folder(&folder).map_err(Error::file("syncing", &folder)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Error::file("deleting", &path)(error)),
        }
    }

    /// Every sidecar's name and bytes. A name that is no id is given too: it keeps footage like any other.
    pub(crate) fn read_holds(&self) -> Result<Vec<HoldFile>> {
        self.check_identity()?;
        let mut found = Vec::new();
        for path in self.read_folder(&self.holds_folder())? {
            if path.extension().is_none_or(|extension| extension != EXTENSION) {
                continue; // being written
            }
            let bytes = self.disk.read(&path).map_err(Error::file("reading", &path))?;
            let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
            let place = format!("holds/{name}.{EXTENSION}");
            found.push(HoldFile { hold: name.parse().ok(), place, bytes });
        }
        found.sort_by(|a, b| a.place.cmp(&b.place));
        Ok(found)
    }

    pub(super) fn holds_folder(&self) -> PathBuf {
        self.root().join("holds")
    }

    fn hold_path(&self, hold: HoldId) -> PathBuf {
        self.holds_folder().join(format!("{hold}.{EXTENSION}"))
    }
}
