//! Copies of the two databases: one committed state each, beside a process that goes on writing.
//!
//! `VACUUM INTO` reads one snapshot over a read-only connection. In WAL mode a reader of another process on this machine
//! sees committed states only, blocks nobody and is blocked by nobody (sqlite.org/wal.html); the lock file of the data
//! folder keeps writers apart, not readers. What may not leave the house unwrapped is taken out of the copy, which is then
//! written anew, so that no free page still has it.

use super::manifest::LogState;
use crate::convert::uint;
use crate::error::{Doing, Error, Result};
use crate::files::space;
use crate::log::{self, LogName};
use crate::origins;
use ledger::note::Ed25519Signer;
use model::StoreId;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

/// A checkpoint of the writer's is short.
const BUSY_WAIT_MAX: Duration = Duration::from_secs(30);

/// A connection that cannot write.
pub async fn reader(path: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_WAIT_MAX);
    options.disable_statement_logging().connect().await.doing("opening a database for copying")
}

/// A connection to a database in a backup: it may lie on a medium that cannot be written, and nobody writes it.
pub async fn frozen(path: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
    options.disable_statement_logging().connect().await.doing("opening a database of a backup")
}

/// A connection to a copy that nobody else has open.
pub async fn editor(path: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(BUSY_WAIT_MAX);
    options.disable_statement_logging().connect().await.doing("opening a copy of a database")
}

/// Left over on a file system that copies of databases are written to: a recorder beside them goes on.
const ROOM_BYTES_MIN: u64 = 16 << 20;

/// Before something is written that may take so many bytes more: whether they are there.
///
/// # Errors
/// `Unavailable`, with how much is missing and where. Nothing was begun.
pub fn room(folder: &Path, needed: u64, what: &str) -> Result<()> {
    enough(folder, needed, space(folder)?.free_bytes, what)
}

fn enough(folder: &Path, needed: u64, free: u64, what: &str) -> Result<()> {
    let missing = needed.saturating_add(ROOM_BYTES_MIN).saturating_sub(free);
    if missing == 0 {
        return Ok(());
    }
    let megabytes = |bytes: u64| bytes.div_ceil(1_000_000);
    Err(Error::Unavailable(format!(
        "{what} needs {} MB in {}, and {} MB are free: {} MB are missing; make room and begin again, nothing was changed",
        megabytes(needed.saturating_add(ROOM_BYTES_MIN)),
        folder.display(),
        free / 1_000_000,
        megabytes(missing)
    )))
}

/// What a database takes at most: its file, and what its log adds.
pub fn bytes_of(database: &Path) -> u64 {
    let mut wal = database.as_os_str().to_owned();
    wal.push("-wal");
    let of = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
    of(database).saturating_add(of(Path::new(&wal)))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes the present committed state of a database to a new file and syncs it.
pub async fn snapshot(source: &Path, target: &Path) -> Result<()> {
    room(folder_of(target), bytes_of(source), "copying a database")?;
    // An empty file is what `VACUUM INTO` takes besides none; this one has the right mode from the start.
    create(target)?;
    let text = target.to_str().ok_or_else(|| Error::invalid("path", "is not UTF-8"))?;
    let mut connection = reader(source).await?;
    sqlx::query("VACUUM INTO ?").bind(text).execute(&mut connection).await.doing("copying a database")?;
    connection.close().await.doing("closing a copied database")?;
    File::open(target).and_then(|file| file.sync_all()).map_err(Error::file("syncing", target))
}

/// An empty file for a database, which nobody else may read.
pub fn create(path: &Path) -> Result<()> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map(|_| ()).map_err(Error::file("creating", path))
}

/// Moves the secrets out of a copy of the registry: into a database of their own, or nowhere.
pub async fn take_secrets(copy: &Path, secrets: Option<&Path>) -> Result<()> {
    // What is written anew lies beside the old until it is done, and the undo log is as long.
    room(folder_of(copy), bytes_of(copy).saturating_mul(2), "taking secrets out of a copy")?;
    let mut connection = editor(copy).await?;
    if let Some(secrets) = secrets {
        create(secrets)?;
        attach(&mut connection, secrets).await?;
        sqlx::raw_sql(
            "CREATE TABLE secrets.entry_key AS SELECT idx, key, salt FROM main.entry_key;
             CREATE TABLE secrets.batch_pad AS SELECT leaf, pad_secret FROM main.batch;
             DETACH secrets;",
        )
        .execute(&mut connection)
        .await
        .doing("taking secrets out of a copy")?;
    }
    sqlx::raw_sql("DELETE FROM entry_key; UPDATE batch SET pad_secret = x''; VACUUM;")
        .execute(&mut connection)
        .await
        .doing("taking secrets out of a copy")?;
    connection.close().await.doing("closing a copy")
}

/// Puts them back.
pub async fn put_secrets(copy: &Path, secrets: &Path) -> Result<()> {
    let mut connection = editor(copy).await?;
    attach(&mut connection, secrets).await?;
    sqlx::raw_sql(
        "INSERT INTO main.entry_key (idx, key, salt) SELECT idx, key, salt FROM secrets.entry_key;
         UPDATE main.batch SET pad_secret = (SELECT p.pad_secret FROM secrets.batch_pad AS p WHERE p.leaf = batch.leaf);
         DETACH secrets;",
    )
    .execute(&mut connection)
    .await
    .doing("putting secrets back")?;
    connection.close().await.doing("closing a copy")
}

/// Without the key of credentials nothing that it sealed can be opened: it is asked for again.
pub async fn forget_sealed(copy: &Path) -> Result<()> {
    let mut connection = editor(copy).await?;
    sqlx::raw_sql(
        "UPDATE camera SET credentials = NULL; UPDATE person SET totp = NULL, totp_pending = NULL;
         INSERT OR REPLACE INTO meta (key, value)
           VALUES ('shut_below', CAST((SELECT coalesce(max(idx) + 1, 0) FROM leaf) AS BLOB)),
                  ('shut_entries', CAST((SELECT coalesce(max(idx) + 1, 0) FROM entry) AS BLOB));",
    )
    .execute(&mut connection)
    .await
    .doing("forgetting sealed secrets")?;
    connection.close().await.doing("closing a copy")
}

async fn attach(connection: &mut SqliteConnection, secrets: &Path) -> Result<()> {
    let text = secrets.to_str().ok_or_else(|| Error::invalid("path", "is not UTF-8"))?;
    let attached = sqlx::query("ATTACH ? AS secrets").bind(text).execute(connection).await;
    attached.doing("opening the secrets of a copy").map(|_| ())
}

/// The store that a database belongs to.
pub async fn store_id(connection: &mut SqliteConnection) -> Result<StoreId> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT value FROM meta WHERE key = 'store_id'")
        .fetch_optional(connection)
        .await
        .doing("reading a store's identity")?;
    let (bytes,) = row.ok_or_else(|| Error::Corrupt("the database belongs to no store".into()))?;
    crate::convert::uuid_of(&bytes).map(StoreId)
}

/// A log as a copy has it. The verifier key comes from the data folder's own key.
pub async fn log_state(copy: &Path, data_dir: &Path, log: LogName) -> Result<LogState> {
    let mut connection = reader(copy).await?;
    let store = store_id(&mut connection).await?;
    let first = crate::default_origin(store, log);
    let origin = origins::current(&mut connection, &first).await?;
    let seed = crate::files::key(&origin.key_path(data_dir, log), false)?;
    let state = LogState {
        vkey: Ed25519Signer::from_seed(&origin.name, &seed)?.key().to_string(),
        origin: origin.name,
        leaves: log::size(&mut connection).await?,
        checkpoint: log::newest_checkpoint(&mut connection).await?.map(|checkpoint| checkpoint.note),
    };
    connection.close().await.doing("closing a copy")?;
    Ok(state)
}

/// The folders of the further media disks; none before the registry knew any.
pub async fn disk_paths(registry: &mut SqliteConnection) -> Result<Vec<std::path::PathBuf>> {
    let (there,): (i64,) = sqlx::query_as("SELECT count(*) FROM sqlite_master WHERE name = 'media_disk'")
        .fetch_one(&mut *registry)
        .await
        .doing("looking for media disks")?;
    if there == 0 {
        return Ok(Vec::new());
    }
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT path FROM media_disk WHERE path IS NOT NULL ORDER BY id")
            .fetch_all(registry)
            .await
            .doing("reading the media disks of a copy")?;
    Ok(rows.into_iter().map(|(path,)| path.into()).collect())
}

/// The further media disks with what each calls itself; none before the registry knew any.
pub async fn disks(registry: &mut SqliteConnection) -> Result<Vec<(std::path::PathBuf, Option<uuid::Uuid>)>> {
    if disk_paths(registry).await?.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT path, own FROM media_disk WHERE path IS NOT NULL ORDER BY id")
            .fetch_all(registry)
            .await
            .doing("reading the media disks of a copy")?;
    rows.into_iter()
        .map(|(path, own)| Ok((path.into(), own.map(|own| crate::convert::uuid_of(&own)).transpose()?)))
        .collect()
}

/// What is restored lies in one folder: the other disks are the old store's.
pub async fn forget_disks(footage: &mut SqliteConnection, registry: &Path) -> Result<()> {
    let mut connection = editor(registry).await?;
    if !disk_paths(&mut connection).await?.is_empty() {
        sqlx::raw_sql("UPDATE camera SET disk = NULL; DELETE FROM media_disk WHERE id > 1")
            .execute(&mut connection)
            .await
            .doing("forgetting the disks of the old store")?;
        sqlx::raw_sql("UPDATE segment SET disk = NULL WHERE disk IS NOT NULL; DELETE FROM disk_day")
            .execute(footage)
            .await
            .doing("forgetting the disks of the old store")?;
    }
    connection.close().await.doing("closing a copy")
}

/// A segment that a copy of the footage database names.
pub struct Segment {
    pub path: String,
    pub start_us: i64,
    pub end_us: i64,
}

/// Segments on disk that end after `since_us`, in order of path, after `after`.
pub async fn segments(
    connection: &mut SqliteConnection,
    since_us: i64,
    after: &str,
    limit: u32,
) -> Result<Vec<Segment>> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT path, start_us, end_us FROM segment WHERE state = 0 AND end_us > ? AND path > ? ORDER BY path LIMIT ?",
    )
    .bind(since_us)
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await
    .doing("listing segments to copy")?;
    Ok(rows.into_iter().map(|(path, start_us, end_us)| Segment { path, start_us, end_us }).collect())
}

/// Whether the live database has let a segment go since the copy was made.
pub async fn was_let_go(live: &mut SqliteConnection, path: &str) -> Result<bool> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT state FROM segment WHERE path = ?")
        .bind(path)
        .fetch_optional(live)
        .await
        .doing("asking what became of a segment")?;
    Ok(row.is_some_and(|(state,)| uint(state).is_ok_and(|state| state != 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_before_anything_is_written() {
        let check = |needed: u64, free: u64, missing: Option<&str>| {
            let said = enough(Path::new("/backup"), needed, free, "copying a database");
            let said = said.err().map(|error| error.to_string());
            assert_eq!(said.is_some(), missing.is_some(), "{said:?}");
            assert!(said.unwrap_or_default().contains(missing.unwrap_or_default()));
        };
        check(1_000_000, ROOM_BYTES_MIN + 1_000_000, None);
        check(1_000_000, ROOM_BYTES_MIN, Some(": 1 MB are missing"));
        check(5_000_000_000, 2_000_000_000, Some("2000 MB are free"));
        check(u64::MAX, 0, Some("in /backup"));
    }

    #[test]
    fn a_database_takes_its_file_and_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("registry.db");
        assert_eq!(bytes_of(&database), 0);
        std::fs::write(&database, [0; 100]).unwrap();
        std::fs::write(folder.path().join("registry.db-wal"), [0; 20]).unwrap();
        assert_eq!(bytes_of(&database), 120);
        assert_eq!(folder_of(&database), folder.path());
        assert_eq!(folder_of(Path::new("registry.db")), Path::new("."));
    }
}
