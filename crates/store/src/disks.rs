//! Adding and retiring media disks, across registry and folders: the law, the entry and the row in one transaction; the
//! folder is made ours inside it, so that there is no disk without an entry. A crash in between leaves a folder that says it is a
//! disk that nobody knows: the next attempt takes it.
//!
//! What the recorder does with a disk is the pipeline's matter.

use crate::error::{Error, Result};
use crate::{OpenDisk, Store, files, system_cx};
use model::{Cx, DiskId};
use std::path::Path;

impl Store {
    /// Makes an empty folder a disk of this store. It must be there already, and on a file system of its own:
    /// a second folder on one file system adds no room and dies with the first.
    ///
    /// # Errors
    /// `Refused` by the law; `Conflict` when the folder is absent, not empty, or shares its file system with another disk.
    pub async fn add_disk(&self, cx: &Cx, path: &Path) -> Result<DiskId> {
        let own = uuid::Builder::from_random_bytes(files::random()?).into_uuid();
        let media = self.footage.media();
        let dir = media.candidate(path, own);
        let text = path.to_str().ok_or(Error::invalid("path", "is not UTF-8"))?;
        let (others, may_share) = (media.all(), media.may_share());
        let prepare = move |known: &[uuid::Uuid]| {
            let shared = others.iter().find(|other| !may_share && dir.shares_file_system(&other.dir));
            if let Some(other) = shared {
                return Err(Error::Conflict(format!(
                    "the folder is on the file system of media disk {}: it would add no room, and fail with it",
                    other.id
                )));
            }
            dir.adopt(known)?;
            dir.note_key()
        };
        let id = self.registry.add_disk(cx, text, own, prepare).await?;
        media.set(&self.registry.media_disks().await?);
        self.footage.refresh_holds(&system_cx("hold", cx.now), id).await?;
        Ok(id)
    }

    /// Nothing new is recorded there; what is there stays readable until its term, and goes by rule like all else.
    pub async fn retire_disk(&self, cx: &Cx, id: DiskId, retired: bool) -> Result<()> {
        self.registry.retire_disk(cx, id, retired).await?;
        self.footage.media().set(&self.registry.media_disks().await?);
        Ok(())
    }

    /// A disk that was away is there again: its list of keys and its holds are brought up to date before it is used.
    pub async fn welcome_disk(&self, cx: &Cx, id: DiskId) -> Result<OpenDisk> {
        let disk = self.footage.media().find(id)?;
        disk.dir.check_identity()?;
        disk.dir.note_key()?;
        self.footage.refresh_holds(cx, id).await?;
        Ok(disk)
    }
}
