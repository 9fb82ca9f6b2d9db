//! Media disks in the registry: added, retired and taken into use again by an administrator, each with its entry; and to
//! which disk a camera is tied. The folders are `media_disks`'s; the first one is not listed here by path.
//!
//! Invariant: a row never goes, so that no number is used for two disks.

use super::admit::Ask;
use super::{Registry, words};
use crate::convert::{blob, small, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::media_disks::{DISKS_MAX, MediaDisk};
use model::{Act, CameraId, Cx, DiskId, WallTime};
use sqlx::{SqliteConnection, SqlitePool};
use std::path::PathBuf;
use uuid::Uuid;

/// Longest path of a folder.
const PATH_CHARS_MAX: usize = 500;

type Row = (i64, Option<String>, Option<Vec<u8>>, Option<i64>, Option<i64>);

fn disk((id, path, own, added, retired): Row) -> Result<MediaDisk> {
    Ok(MediaDisk {
        id: DiskId(small(id)?),
        path: path.map(PathBuf::from),
        own: own.map(|own| uuid_of(&own)).transpose()?,
        added: added.map(WallTime),
        retired: retired.map(WallTime),
    })
}

/// All media disks, in order of number.
pub(crate) async fn read(pool: &SqlitePool) -> Result<Vec<MediaDisk>> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT id, path, own, added_us, retired_us FROM media_disk ORDER BY id")
            .fetch_all(pool)
            .await
            .doing("reading the media disks")?;
    rows.into_iter().map(disk).collect()
}

async fn one(connection: &mut SqliteConnection, id: DiskId) -> Result<MediaDisk> {
    let row: Option<Row> =
        sqlx::query_as("SELECT id, path, own, added_us, retired_us FROM media_disk WHERE id = ?")
            .bind(i64::from(id.0))
            .fetch_optional(connection)
            .await
            .doing("reading a media disk")?;
    disk(row.ok_or(Error::NotFound("media disk"))?)
}

impl Registry {
    pub async fn media_disks(&self) -> Result<Vec<MediaDisk>> {
        read(&self.0.database.read).await
    }

    /// Adds a disk: the entry and its row. `prepare` makes the folder ours once the law has agreed, and before anything says
    /// that it is, told what the disks that there are call themselves; when it fails there is neither.
    pub(crate) async fn add_disk(
        &self,
        cx: &Cx,
        path: &str,
        own: Uuid,
        prepare: impl FnOnce(&[Uuid]) -> Result<()> + Send + 'static,
    ) -> Result<DiskId> {
        let path = words("path", path, PATH_CHARS_MAX)?;
        if !path.starts_with('/') {
            return Err(Error::invalid("path", "is not absolute"));
        }
        let now = cx.now;
        let ask =
            Ask { subject: Some(own), extra: format!("added\npath={path}"), ..Ask::new(Act::ChangeDisk) };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                let rows: Vec<(Option<Vec<u8>>,)> = sqlx::query_as("SELECT own FROM media_disk")
                    .fetch_all(&mut *connection)
                    .await
                    .doing("counting media disks")?;
                if rows.len() >= DISKS_MAX {
                    return Err(Error::Conflict(format!("a store has at most {DISKS_MAX} media disks")));
                }
                let added = sqlx::query("INSERT INTO media_disk (path, own, added_us) VALUES (?, ?, ?)")
                    .bind(&path)
                    .bind(blob(own))
                    .bind(now.0)
                    .execute(&mut *connection)
                    .await
                    .doing("adding a media disk")?;
                let known = rows.iter().filter_map(|(own,)| own.as_deref()).map(uuid_of);
                prepare(&known.collect::<Result<Vec<_>>>()?)?;
                Ok(DiskId(small(added.last_insert_rowid())?))
            })
        })
        .await
    }

    /// Nothing new is recorded on a retired disk; its footage stays readable and expires there by its own terms.
    pub(crate) async fn retire_disk(&self, cx: &Cx, id: DiskId, retired: bool) -> Result<()> {
        let now = cx.now;
        let what = if retired { "retired" } else { "in use again" };
        let ask = Ask { extra: format!("{what}\ndisk={id}"), ..Ask::new(Act::ChangeDisk) };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                let found = one(connection, id).await?;
                if found.retired.is_some() == retired {
                    return Err(Error::Conflict(format!("media disk {id} is {what} already")));
                }
                let (others,): (i64,) =
                    sqlx::query_as("SELECT count(*) FROM media_disk WHERE retired_us IS NULL AND id <> ?")
                        .bind(i64::from(id.0))
                        .fetch_one(&mut *connection)
                        .await
                        .doing("counting media disks")?;
                if retired && others == 0 {
                    return Err(Error::Conflict(
                        "it is the only disk in use: add another before it is retired".into(),
                    ));
                }
                sqlx::query("UPDATE media_disk SET retired_us = ? WHERE id = ?")
                    .bind(retired.then_some(now.0))
                    .bind(i64::from(id.0))
                    .execute(&mut *connection)
                    .await
                    .doing("retiring a media disk")?;
                sqlx::query("UPDATE camera SET disk = NULL WHERE disk = ? AND ?")
                    .bind(i64::from(id.0))
                    .bind(retired)
                    .execute(connection)
                    .await
                    .doing("untying cameras from a media disk")
                    .map(|_| ())
            })
        })
        .await
    }

    /// Ties a camera's footage to a disk, or leaves the choice to the recorder.
    pub async fn tie_camera(&self, cx: &Cx, camera: CameraId, to: Option<DiskId>) -> Result<()> {
        let word = to.map_or("any".to_owned(), |to| to.to_string());
        let ask = Ask {
            cameras: vec![camera],
            subject: Some(camera.0),
            extra: format!("disk={word}"),
            ..Ask::new(Act::ChangeCamera)
        };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                if let Some(to) = to
                    && one(connection, to).await?.retired.is_some()
                {
                    return Err(Error::Conflict(format!("media disk {to} is retired")));
                }
                sqlx::query("UPDATE camera SET disk = ? WHERE id = ?")
                    .bind(to.map(|to| i64::from(to.0)))
                    .bind(blob(camera.0))
                    .execute(connection)
                    .await
                    .doing("tying a camera to a media disk")
                    .map(|_| ())
            })
        })
        .await
    }

    /// Notes that a disk went away, or is there again.
    pub async fn note_disk(&self, cx: &Cx, id: DiskId, text: &str) -> Result<()> {
        self.note_system(cx, Act::NoteDisk, &format!("disk={id}\n{text}")).await.map(|_| ())
    }
}
