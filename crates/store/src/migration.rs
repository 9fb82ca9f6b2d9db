//! Schema steps with a copy of what was there before, and the way back.
//!
//! Procedure: both databases are copied into `data/before/<time>/` and synced, with a note of versions and sizes; only then
//! the steps run, each in one transaction. What is interrupted goes on with the copy that is there. Going back puts the copies in
//! place of the databases, if nothing was recorded since: no leaf of either log, no entry but that of the migration. It never takes a
//! record out of a log.

use crate::backup::databases::{bytes_of, room};
use crate::backup::snapshot;
use crate::convert::uint;
use crate::database::{FOOTAGE, REGISTRY};
use crate::disk::SystemDisk;
use crate::error::{Doing, Error, Result};
use crate::files::{lock, make_folder, replace, sync_parent};
use crate::registry::{Registry, note_beside, system_cx};
use model::{Act, WallTime};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::fs;
use std::path::{Path, PathBuf};

const NOTE: &str = "MIGRATION";
const NAMES: [&str; 2] = ["footage.db", "registry.db"];

/// What was copied before the steps, and what there was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Migrated {
    pub made_us: i64,
    /// Schema versions of footage and registry.
    pub from: [i64; 2],
    pub to: [i64; 2],
    footage_leaves: u64,
    access_leaves: u64,
    entries: u64,
}

impl Migrated {
    /// Where the copies lie, relative to the data folder.
    pub fn folder(&self) -> String {
        format!("before/{}", self.made_us)
    }

    /// Whether databases at these versions, with so much in them, are those that were copied, some steps on: nothing was written
    /// since but steps. A copy of their half would be of a state that no program knows.
    fn goes_on(&self, at: [i64; 2], sizes: [u64; 3]) -> bool {
        let between = |(at, (from, to)): (&i64, (&i64, &i64))| (*from..=*to).contains(at);
        at.iter().zip(self.from.iter().zip(&self.to)).all(between)
            && sizes == [self.footage_leaves, self.access_leaves, self.entries]
    }

    /// The entry about it: the first that the new schema has.
    pub(crate) async fn note(&self, registry: &Registry, now: WallTime) -> Result<()> {
        let (from, to, before) = (self.from, self.to, self.folder());
        let program = env!("CARGO_PKG_VERSION");
        let text = format!("from={from:?}\nto={to:?}\nbefore={before}\nprogram={program}");
        registry.note_system(&system_cx("migrate", now), Act::Migrate, &text).await.map(|_| ())
    }
}

/// Copies the databases when steps are due, or finds the copy that an interrupted migration made of the same state. `None`: nothing is
/// due, its entry is written, or there is no database yet.
///
/// # Errors
/// `Conflict` when steps are due and `allowed` is false.
pub async fn prepare(data_dir: &Path, allowed: bool, now: WallTime) -> Result<Option<Migrated>> {
    let to = [FOOTAGE.len() as i64, REGISTRY.len() as i64];
    let paths = NAMES.map(|name| data_dir.join(name));
    let mut from = [0, 0];
    for (version, path) in from.iter_mut().zip(&paths) {
        if path.exists() {
            let mut connection = open(path).await?;
            *version = user_version(&mut connection).await?;
            connection.close().await.doing("closing a database")?;
        }
    }
    // A newer file is refused where it is opened; a new one has nothing to be copied.
    let due = from.iter().zip(&to).any(|(from, to)| (1..*to).contains(from));
    let last = newest(data_dir).ok().filter(|(_, last)| last.to == to).map(|(_, last)| last);
    if !due {
        // All steps were taken, and whoever took them may have ended before the entry.
        let Some(last) = last.filter(|_| allowed && from == to) else { return Ok(None) };
        return Ok(owed(&paths, last.entries).await?.then_some(last));
    }
    if !allowed {
        return Err(Error::Conflict(format!(
            "the databases are at schema {}/{}, this program needs {}/{}: `watchkeeper migrate` takes the steps, and so does \
             starting the server; a copy of them is made first",
            from[0], from[1], to[0], to[1]
        )));
    }
    let sizes = sizes(&paths).await?;
    if let Some(last) = last.filter(|last| last.goes_on(from, sizes)) {
        return Ok(Some(last));
    }
    sweep(data_dir)?;
    // The copy, and as much again: a step may write a table anew, in the log and in the file.
    let bytes = paths.iter().fold(0, |sum: u64, path| sum.saturating_add(bytes_of(path)));
    room(data_dir, bytes.saturating_mul(2), "a migration, which copies the databases first,")?;
    let migrated = Migrated {
        made_us: now.0,
        from,
        to,
        footage_leaves: sizes[0],
        access_leaves: sizes[1],
        entries: sizes[2],
    };
    let folder = data_dir.join(migrated.folder());
    make_folder(&folder)?;
    for (name, path) in NAMES.iter().zip(&paths) {
        snapshot(path, &folder.join(name)).await?;
    }
    let text = serde_json::to_vec_pretty(&migrated).map_err(|error| Error::Internal(error.to_string()))?;
    replace(&SystemDisk, &folder.join(NOTE), &text)?;
    sync_parent(&folder)?;
    Ok(Some(migrated))
}

/// Puts the databases of before the newest migration back. Returns what was undone.
///
/// # Errors
/// `Conflict` when something was recorded since, or a process has the store open; `NotFound` when there is no copy.
pub async fn back(data_dir: &Path, by: &str, reason: &str, now: WallTime) -> Result<Migrated> {
    let _lock = lock(data_dir)?;
    let (folder, migrated) = newest(data_dir)?;
    let paths = NAMES.map(|name| data_dir.join(name));
    let mut versions = [0, 0];
    for (version, path) in versions.iter_mut().zip(&paths) {
        let mut connection = open(path).await?;
        *version = user_version(&mut connection).await?;
        // All that is in the log file goes into the database, so that nothing of it can be read into the copy.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut connection)
            .await
            .doing("closing a database")?;
        connection.close().await.doing("closing a database")?;
    }
    // One of the two may be back already: this goes on where a crash ended it.
    let either = |(at, (from, to)): (&i64, (&i64, &i64))| at == from || at == to;
    let known = versions.iter().zip(migrated.from.iter().zip(&migrated.to)).all(either);
    if !known || versions == migrated.from {
        return Err(Error::Conflict(format!(
            "the databases are at schema {versions:?}, the newest copy was made for the steps to {:?}",
            migrated.to
        )));
    }
    let now_there = sizes(&paths).await?;
    let then = [migrated.footage_leaves, migrated.access_leaves, migrated.entries.saturating_add(1)];
    for ((what, found), then) in ["records", "published minutes", "entries"].iter().zip(now_there).zip(then) {
        if found > then {
            return Err(Error::Conflict(format!(
                "{} {what} were written since the migration: going back would take them out of the log. Go on with this \
                 version, or restore a backup, which begins a new origin",
                found - then
            )));
        }
    }
    // The entry goes into what will be the registry, in words that every version reads.
    let copy = folder.join("registry.db");
    let mut connection = open(&copy).await?;
    let text = format!("migrate_back\nfrom={versions:?}\nto={:?}\nby={by}\nreason={reason}", migrated.from);
    note_beside(&mut connection, "migrate", Act::Check, now, text).await?;
    connection.close().await.doing("closing a copy")?;
    for (name, path) in NAMES.iter().zip(&paths) {
        for suffix in ["-wal", "-shm"] {
            let beside = data_dir.join(format!("{name}{suffix}"));
            match fs::remove_file(&beside) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::file("removing", &beside)(error));
                }
                _ => {}
            }
        }
        // A copy of the copy, so that a second try after a crash finds it.
        let temporary = data_dir.join(format!("{name}.back"));
        let copied =
            fs::copy(folder.join(name), &temporary).and_then(|_| fs::File::open(&temporary)?.sync_all());
        copied.map_err(Error::file("copying to", &temporary))?;
        fs::rename(&temporary, path).map_err(Error::file("renaming to", path))?;
        sync_parent(path)?;
    }
    Ok(migrated)
}

/// Whether no entry from that number on is that of a migration. Where the first of them can no longer be read, this one went with it.
async fn owed([_, registry]: &[PathBuf; 2], entries: u64) -> Result<bool> {
    let mut connection = open(registry).await?;
    let (noted, forgotten): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM entry_search WHERE act = ?1 AND idx >= ?2),
            (SELECT count(*) FROM entry WHERE idx = ?2 AND NOT EXISTS (SELECT 1 FROM entry_key WHERE entry_key.idx = ?2))",
    )
    .bind(i64::from(Act::Migrate.code()))
    .bind(crate::convert::int(entries)?)
    .fetch_one(&mut connection)
    .await
    .doing("looking for the entry of a migration")?;
    connection.close().await.doing("closing a database")?;
    Ok(noted == 0 && forgotten == 0)
}

/// Takes away copies that were never finished: they have no note, and the disk may be what they ended at.
fn sweep(data_dir: &Path) -> Result<()> {
    for entry in fs::read_dir(data_dir.join("before")).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.parse::<i64>().is_ok());
        if is_ours && path.is_dir() && !path.join(NOTE).exists() {
            fs::remove_dir_all(&path).map_err(Error::file("removing", &path))?;
        }
    }
    Ok(())
}

fn newest(data_dir: &Path) -> Result<(PathBuf, Migrated)> {
    let before = data_dir.join("before");
    let mut found: Vec<(PathBuf, Migrated)> = Vec::new();
    for entry in fs::read_dir(&before).into_iter().flatten().flatten() {
        let Ok(text) = fs::read(entry.path().join(NOTE)) else { continue };
        if let Ok(migrated) = serde_json::from_slice(&text) {
            found.push((entry.path(), migrated));
        }
    }
    found.sort_by_key(|(_, migrated)| migrated.made_us);
    found.pop().ok_or(Error::NotFound("copy from before a migration"))
}

async fn open(path: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(path).disable_statement_logging();
    options.connect().await.doing("opening a database")
}

async fn user_version(connection: &mut SqliteConnection) -> Result<i64> {
    let (version,): (i64,) =
        sqlx::query_as("PRAGMA user_version").fetch_one(connection).await.doing("reading the version")?;
    Ok(version)
}

/// Leaves of the footage log, leaves of the access log, entries.
async fn sizes(paths: &[PathBuf; 2]) -> Result<[u64; 3]> {
    let [footage, registry] = paths;
    let count = |connection, sql| async move {
        let mut connection: SqliteConnection = connection;
        let (count,): (i64,) =
            sqlx::query_as(sql).fetch_one(&mut connection).await.doing("counting what there is")?;
        connection.close().await.doing("closing a database")?;
        uint(count)
    };
    Ok([
        count(open(footage).await?, "SELECT coalesce(max(idx) + 1, 0) FROM leaf").await?,
        count(open(registry).await?, "SELECT coalesce(max(idx) + 1, 0) FROM leaf").await?,
        count(open(registry).await?, "SELECT coalesce(max(idx) + 1, 0) FROM entry").await?,
    ])
}

#[cfg(test)]
#[path = "migration_tests.rs"]
mod tests;
