//! Backups in the registry: that one was begun is an entry before it is true; which there are, so that none outlives the
//! footage in it unseen.

use super::admit::Ask;
use super::{Registry, words};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::footage::system_only;
use model::{Act, Cx, WallTime};
use uuid::Uuid;

/// Longest text that a person gives at the machine.
const TEXT_CHARS_MAX: usize = 200;
/// Backups on one page of a list: a year of nights.
const ROWS_MAX: i64 = 1_000;

/// A backup about to be made.
#[derive(Clone, Debug)]
pub struct NewBackup {
    pub id: Uuid,
    pub by: String,
    pub reason: String,
    pub destination: String,
    pub media: String,
    pub keys: String,
}

/// What became of it.
#[derive(Clone, Debug, Default)]
pub struct BackupMade {
    pub footage_leaves: u64,
    pub oldest: Option<WallTime>,
    pub newest: Option<WallTime>,
    pub files: u64,
    pub bytes: u64,
    pub manifest_sha256: String,
}

/// A backup as the registry knows it.
#[derive(Clone, Debug)]
pub struct BackupRow {
    pub id: Uuid,
    pub made: WallTime,
    pub account: String,
    pub destination: String,
    pub media: String,
    pub keys: String,
    /// `begun`, `done` or `forgotten`.
    pub state: String,
    /// `None` until it is done.
    pub made_of: Option<BackupMade>,
}

type Row = (
    Vec<u8>,
    i64,
    String,
    String,
    String,
    String,
    String,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
);

impl Registry {
    /// The entry about a backup, and its row; before anything is copied.
    pub async fn begin_backup(&self, cx: &Cx, new: NewBackup) -> Result<()> {
        let by = self.responsible(&new.by).await?.words;
        let reason = words("reason", &new.reason, TEXT_CHARS_MAX)?;
        let destination = words("to", &new.destination, TEXT_CHARS_MAX)?;
        let NewBackup { id, media, keys, .. } = new;
        let extra = format!("begun\nby={by}\nto={destination}\nmedia={media}\nkeys={keys}\nreason={reason}");
        let ask = Ask { subject: Some(id), extra, ..Ask::new(Act::Backup) };
        let (account, now) = (new.by.trim().to_lowercase(), cx.now);
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO backup (id, made_us, account, destination, media, keys, state, entry)
                     VALUES (?, ?, ?, ?, ?, ?, 'begun', ?)",
                )
                .bind(blob(id))
                .bind(now.0)
                .bind(account)
                .bind(destination)
                .bind(media)
                .bind(keys)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("beginning a backup")
                .map(|_| ())
            })
        })
        .await
    }

    /// What became of it, in the entry and the row.
    pub async fn finish_backup(&self, cx: &Cx, id: Uuid, made: BackupMade) -> Result<()> {
        let span = |time: Option<WallTime>| time.map_or("none".to_owned(), |time| time.to_string());
        let extra = format!(
            "done\nfiles={}\nbytes={}\noldest={}\nnewest={}\nmanifest_sha256={}",
            made.files,
            made.bytes,
            span(made.oldest),
            span(made.newest),
            made.manifest_sha256
        );
        let ask = Ask { subject: Some(id), extra, ..Ask::new(Act::Backup) };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE backup SET state = 'done', footage_leaves = ?, oldest_us = ?, newest_us = ?, files = ?,
                            bytes = ?, manifest_sha256 = ? WHERE id = ? AND state = 'begun'",
                )
                .bind(int(made.footage_leaves)?)
                .bind(made.oldest.map(|time| time.0))
                .bind(made.newest.map(|time| time.0))
                .bind(int(made.files)?)
                .bind(int(made.bytes)?)
                .bind(made.manifest_sha256)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("finishing a backup")?;
                if done.rows_affected() == 1 { Ok(()) } else { Err(Error::NotFound("backup that was begun")) }
            })
        })
        .await
    }

    /// The entry before a backup goes; from then on it counts as gone.
    pub async fn forget_backup(&self, cx: &Cx, id: Uuid, by: &str, reason: &str) -> Result<()> {
        let (by, reason) = (self.responsible(by).await?.words, words("reason", reason, TEXT_CHARS_MAX)?);
        let ask = Ask {
            subject: Some(id),
            extra: format!("by={by}\nreason={reason}"),
            ..Ask::new(Act::ForgetBackup)
        };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE backup SET state = 'forgotten' WHERE id = ? AND state <> 'forgotten'",
                )
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("forgetting a backup")?;
                if done.rows_affected() == 1 { Ok(()) } else { Err(Error::NotFound("backup")) }
            })
        })
        .await
    }

    /// All backups that are known, newest first.
    pub async fn backups(&self, cx: &Cx) -> Result<Vec<BackupRow>> {
        system_only(cx)?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, made_us, account, destination, media, keys, state, footage_leaves, oldest_us, newest_us, files,
                    bytes, manifest_sha256 FROM backup ORDER BY made_us DESC LIMIT ?",
        )
        .bind(ROWS_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing backups")?;
        rows.into_iter().map(backup_of).collect()
    }
}

fn backup_of(row: Row) -> Result<BackupRow> {
    let (id, made, account, destination, media, keys, state, leaves, oldest, newest, files, bytes, manifest) =
        row;
    let made_of = match (leaves, files, bytes, manifest) {
        (Some(leaves), Some(files), Some(bytes), Some(manifest_sha256)) => Some(BackupMade {
            footage_leaves: uint(leaves)?,
            oldest: oldest.map(WallTime),
            newest: newest.map(WallTime),
            files: uint(files)?,
            bytes: uint(bytes)?,
            manifest_sha256,
        }),
        _ => None,
    };
    let (id, made) = (uuid_of(&id)?, WallTime(made));
    Ok(BackupRow { id, made, account, destination, media, keys, state, made_of })
}
