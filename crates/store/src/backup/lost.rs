//! `footage.db` is lost, and the rest of the data folder is not: the database is made again from a mirror of the footage log.
//!
//! 1. The mirror is compared with what this folder knows of the log (its key, its published checkpoint) and with itself, as a
//!    restore compares one; nothing is written before that.
//! 2. Every entry is appended to a database without a name, with the rows that the entry gives. Segments are noted as gone: which
//!    of their files are there is found out afterwards (`Footage::adopt`), and a mark says that this is still to be done.
//! 3. The database is locked, as a restored one is, and gets its name last. So what is interrupted is begun anew.
//!
//! Only the footage log comes back. `registry.db` holds people, keys and settings that no log has: without it nothing is made here,
//! and what is left of each stream is listed.

use super::databases;
use super::tail::{Found, Verified};
use crate::convert::{span_of, stream_of, uint};
use crate::disk::SystemDisk;
use crate::error::{Doing as _, Error, Result};
use crate::files::{self, replace, sync_file_system, sync_parent};
use crate::footage::UNMATCHED;
use crate::locked::{Known, Locked};
use crate::log::LogName;
use crate::media_dir::MediaDir;
use crate::mirror::MirrorLog;
use crate::tails::Tail;
use ledger::checkpoint::Checkpoint;
use ledger::note::{Ed25519Signer, Note, NoteKey};
use model::{Span, StoreId, StreamId, WallTime};
use sqlx::{Connection as _, SqliteConnection};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;

/// The published checkpoint, and where it is kept once the mirror's has its place: by that file an interrupted run is known.
const PUBLISHED: [&str; 2] = ["checkpoint", "checkpoint.lost"];

/// Footage whose records are not here: files of one stream and day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Salvaged {
    /// The further media disk; `None`: the media folder.
    pub disk: Option<PathBuf>,
    /// The folder, below that.
    pub folder: String,
    pub files: u64,
    pub bytes: u64,
}

/// All of it, and the further media disks that could not be looked at, with why.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Salvage {
    pub folders: Vec<Salvaged>,
    pub away: Vec<(PathBuf, String)>,
}

/// What `footage.db` has of one stream although `registry.db` is gone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftStream {
    pub stream: StreamId,
    /// On disk.
    pub segments: u64,
    pub bytes: u64,
    pub span: Span,
}

/// Whether the data folder is one whose `footage.db` is gone.
pub fn is_lost(data_dir: &Path) -> bool {
    !data_dir.join("footage.db").exists()
        && (data_dir.join("registry.db").exists() || data_dir.join("media").is_dir())
}

/// Whether the data folder is one whose `registry.db` is gone and whose `footage.db` is not.
pub fn is_registry_lost(data_dir: &Path) -> bool {
    data_dir.join("footage.db").exists() && !data_dir.join("registry.db").exists()
}

/// Whether anything was ever recorded in `footage.db`: else a first start was cut off.
pub async fn has_history(data_dir: &Path) -> Result<bool> {
    let mut connection = databases::reader(&data_dir.join("footage.db")).await?;
    let (tables,): (i64,) = sqlx::query_as("SELECT count(*) FROM sqlite_master WHERE name = 'leaf'")
        .fetch_one(&mut connection)
        .await
        .doing("asking whether there is a history")?;
    let mut leaves = (0_i64,);
    if tables > 0 {
        leaves = sqlx::query_as("SELECT count(*) FROM (SELECT 1 FROM leaf LIMIT 1)")
            .fetch_one(&mut connection)
            .await
            .doing("asking whether there is a history")?;
    }
    connection.close().await.doing("closing the footage database")?;
    Ok(leaves.0 > 0)
}

/// What was in `registry.db` alone, and the way back.
pub fn registry_lost(registry: &Path) -> String {
    format!(
        "{} is not here: people, cameras, settings, reasons of holds and the keys of the access log's entries are in no other file, so \
         this store comes back from a backup only (`watchkeeper restore`); `watchkeeper check` lists what is left",
        registry.display()
    )
}

/// What lies on the media disks of a store without `footage.db`. Reads names only.
pub async fn salvage(data_dir: &Path) -> Result<Salvage> {
    let store = store_id(data_dir).await?;
    let mut connection = databases::reader(&data_dir.join("registry.db")).await?;
    let further = databases::disks(&mut connection).await?;
    connection.close().await.doing("closing the registry")?;
    let mut salvage =
        Salvage { folders: look(&data_dir.join("media"), store, None, None)?, away: Vec::new() };
    for (path, own) in further {
        match look(&path, store, own, Some(&path)) {
            Ok(found) => salvage.folders.extend(found),
            Err(error) => salvage.away.push((path, error.to_string())),
        }
    }
    Ok(salvage)
}

fn look(root: &Path, store: StoreId, own: Option<Uuid>, disk: Option<&Path>) -> Result<Vec<Salvaged>> {
    let media = MediaDir::of_disk(Arc::new(SystemDisk), root, store, own);
    let mut folders: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for file in media.list()?.into_iter().filter(|file| !file.sidecar) {
        let folder = file.relative.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let sums = folders.entry(folder).or_default();
        *sums = (sums.0 + 1, sums.1 + file.bytes);
    }
    let one = |(folder, (files, bytes))| Salvaged { disk: disk.map(Path::to_owned), folder, files, bytes };
    Ok(folders.into_iter().map(one).collect())
}

/// What `footage.db` still has of each stream when `registry.db` is gone. It changes nothing.
pub async fn left_streams(data_dir: &Path) -> Result<Vec<LeftStream>> {
    type Row = (Vec<u8>, i64, i64, i64, i64, i64);
    let mut connection = databases::reader(&data_dir.join("footage.db")).await?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT camera, profile, count(*), sum(bytes), min(start_us), max(segment.end_us)
         FROM segment JOIN stream ON stream.id = segment.stream WHERE state = 0
         GROUP BY stream.id ORDER BY camera, profile",
    )
    .fetch_all(&mut connection)
    .await
    .doing("listing what is left")?;
    connection.close().await.doing("closing the footage database")?;
    rows.into_iter()
        .map(|(camera, profile, segments, bytes, start, end)| {
            Ok(LeftStream {
                stream: stream_of(&camera, profile)?,
                segments: uint(segments)?,
                bytes: uint(bytes)?,
                span: span_of(start, end)?,
            })
        })
        .collect()
}

/// Makes `footage.db` again, locked, with the entries that a mirror has. What is gone of their footage is said afterwards.
///
/// # Errors
/// `Conflict` when it is not lost, or the mirror is of another log; `Corrupt` when the mirror contradicts itself or the published
/// checkpoint. Nothing was made then.
pub async fn make_again(data_dir: &Path, mirror: &Path, now: WallTime) -> Result<Tail> {
    let name = data_dir.join("footage.db");
    if name.exists() {
        return Err(Error::Conflict(format!(
            "{} is here: nothing is made again in its place",
            name.display()
        )));
    }
    let store = store_id(data_dir).await?;
    let _lock = files::lock(data_dir)?;
    let copy =
        MirrorLog::open(mirror, LogName::Footage)?.ok_or(Error::NotFound("mirror of the footage log"))?;
    let access = own_key(data_dir, LogName::Access, &crate::default_origin(store, LogName::Access))?;
    if own_key(data_dir, LogName::Footage, copy.key.name())? != copy.key {
        return Err(Error::Conflict(format!(
            "{}: a copy of another log, whose key is {}; the key of this store's footage log is another, or not here",
            copy.place().display(),
            copy.key
        )));
    }
    let known = published(data_dir, LogName::Footage, &copy.key)?;
    Verified { copy: &copy, known: known.as_ref() }.run(store)?;
    let unnamed = data_dir.join("footage.db.new");
    for left in ["footage.db.new", "footage.db.new-journal"] {
        remove(&data_dir.join(left))?;
    }
    databases::create(&unnamed)?;
    let mut connection = databases::editor(&unnamed).await?;
    let found = Found::all(copy.clone(), mirror);
    let tail = found.footage_without_files(&mut connection, now).await?;
    for (key, value) in
        [("store_id", store.0.as_bytes().to_vec()), ("media", b"v1".to_vec()), (UNMATCHED, Vec::new())]
    {
        set_meta(&mut connection, key, value).await?;
    }
    let locked = Locked {
        backup: format!("(none: its log came from the mirror {})", mirror.display()),
        made_us: newest_us(&mut connection).await?.unwrap_or(now.0),
        restored_us: now.0,
        with_keys: true,
        footage_vkey: copy.key.to_string(),
        access_vkey: access.to_string(),
        footage: known,
        access: published(data_dir, LogName::Access, &access)?,
    };
    locked.write(&mut connection).await?;
    connection.close().await.doing("closing a database that was made again")?;
    File::open(&unnamed).and_then(|file| file.sync_all()).map_err(Error::file("syncing", &unnamed))?;
    publish_instead(data_dir, &copy.note)?;
    // What the lost database left must not be taken for this one's.
    for left in ["footage.db-wal", "footage.db-shm", "footage.db-journal"] {
        aside(&data_dir.join(left))?;
    }
    sync_file_system(data_dir)?;
    fs::rename(&unnamed, &name).map_err(Error::file("renaming to", &name))?;
    sync_parent(&name)?;
    Ok(tail)
}

async fn store_id(data_dir: &Path) -> Result<StoreId> {
    let registry = data_dir.join("registry.db");
    if !registry.exists() {
        return Err(Error::Conflict(registry_lost(&registry)));
    }
    let mut connection = databases::reader(&registry).await?;
    let store = databases::store_id(&mut connection).await?;
    connection.close().await.doing("closing the registry")?;
    Ok(store)
}

/// The key of a log of this folder, under the name that its published checkpoint has, or under this one.
fn own_key(data_dir: &Path, log: LogName, otherwise: &str) -> Result<NoteKey> {
    let (stem, keys) = (format!("{}-log", log.as_str()), data_dir.join("keys"));
    let ours = |name: &str| name.starts_with(&stem) && name.ends_with(".ed25519");
    let found = super::files_in(&keys)?.into_iter();
    let mut found = found.filter(|path| path.file_name().is_some_and(|name| ours(&name.to_string_lossy())));
    let (Some(file), None) = (found.next(), found.next()) else {
        let text = format!("{}: there is not exactly one key of the {} log", keys.display(), log.as_str());
        return Err(Error::Conflict(text));
    };
    let seed = files::key(&file, false)?;
    let checkpoint = fs::read(data_dir.join(format!("log/{}/checkpoint", log.as_str()))).unwrap_or_default();
    let parsed = Note::parse(&checkpoint).and_then(|note| Checkpoint::parse(note.text()));
    let name = parsed.map_or_else(|_| otherwise.to_owned(), |checkpoint| checkpoint.origin);
    Ok(Ed25519Signer::from_seed(&name, &seed)?.key().clone())
}

/// The checkpoint that this folder published, with where it lies; not the mirror's, which an interrupted run put in its place.
fn published(data_dir: &Path, log: LogName, key: &NoteKey) -> Result<Option<Known>> {
    let [own, kept] = PUBLISHED.map(|name| data_dir.join("log").join(log.as_str()).join(name));
    let path = if kept.exists() { kept } else { own };
    let bytes = match fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(Error::file("reading", &path))?,
    };
    if bytes.is_empty() {
        return Ok(None);
    }
    let opened = Note::parse(&bytes).and_then(|note| Checkpoint::open(&note, std::slice::from_ref(key)));
    let (checkpoint, _) = opened.map_err(|error| Error::Corrupt(format!("{}: {error}", path.display())))?;
    let note = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Some(Known { size: checkpoint.size, note, from: path.display().to_string() }))
}

/// The mirror's checkpoint becomes the published one; the one that was published is kept beside it, an empty file where there was none.
fn publish_instead(data_dir: &Path, note: &str) -> Result<()> {
    let [published, kept] = PUBLISHED.map(|name| data_dir.join("log/footage").join(name));
    if !kept.exists() {
        let bytes = fs::read(&published).unwrap_or_default();
        replace(&SystemDisk, &kept, &bytes)?;
    }
    replace(&SystemDisk, &published, note.as_bytes())
}

async fn set_meta(connection: &mut SqliteConnection, key: &str, value: Vec<u8>) -> Result<()> {
    let set = sqlx::query("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)").bind(key).bind(value);
    set.execute(connection).await.doing("noting what a database is of").map(|_| ())
}

async fn newest_us(connection: &mut SqliteConnection) -> Result<Option<i64>> {
    let newest: (Option<i64>,) = sqlx::query_as("SELECT max(end_us) FROM stream")
        .fetch_one(connection)
        .await
        .doing("finding the newest record")?;
    Ok(newest.0)
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("removing", path)(error))
        }
        _ => Ok(()),
    }
}

fn aside(path: &Path) -> Result<()> {
    let mut to = path.as_os_str().to_owned();
    to.push(".lost");
    match fs::rename(path, Path::new(&to)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("moving aside", path)(error))
        }
        _ => Ok(()),
    }
}
