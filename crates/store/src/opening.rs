//! The steps of `Store::open`: identity, media folder, keys, and the count of this run.

use crate::convert::{uint, uuid_of};
use crate::database::Database;
use crate::error::{Doing as _, Error, Result};
use crate::locked::Locked;
use crate::log::{LogKey, LogName};
use crate::outage::Outage;
use crate::seal::Sealer;
use crate::{Boot, MediaDir, MediaDisks, OpenOptions, files, log, origins};
use ledger::note::{Ed25519Signer, NoteKey};
use model::{StoreId, WallTime};
use std::path::Path;
use std::sync::Arc;

async fn meta(database: &Database, key: &'static str) -> Result<Option<Vec<u8>>> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT value FROM meta WHERE key = ?")
        .bind(key)
        .fetch_optional(&database.read)
        .await
        .doing("reading meta")?;
    Ok(row.map(|(value,)| value))
}

async fn set_meta(database: &Database, key: &'static str, value: Vec<u8>) -> Result<()> {
    database
        .write
        .run(move |connection| {
            Box::pin(async move {
                sqlx::query("INSERT INTO meta (key, value) VALUES (?, ?)")
                    .bind(key)
                    .bind(value)
                    .execute(connection)
                    .await
                    .doing("writing meta")
                    .map(|_| ())
            })
        })
        .await
}

/// The identity of the store: made with the footage database, repeated in the registry.
pub async fn store_id(
    footage: &Database,
    registry: &Database,
    create: bool,
    known: Option<StoreId>,
) -> Result<StoreId> {
    let in_footage = meta(footage, "store_id").await?.map(|bytes| uuid_of(&bytes)).transpose()?;
    let in_registry = meta(registry, "store_id").await?.map(|bytes| uuid_of(&bytes)).transpose()?;
    match (in_footage, in_registry) {
        (Some(one), Some(other)) if one == other => Ok(StoreId(one)),
        (Some(_), Some(_)) => {
            Err(Error::Corrupt("footage.db and registry.db belong to different stores".into()))
        }
        (None, None) if create => {
            let id = match known {
                Some(known) => known.0,
                None => uuid::Builder::from_random_bytes(files::random::<16>()?).into_uuid(),
            };
            set_meta(footage, "store_id", id.as_bytes().to_vec()).await?;
            set_meta(registry, "store_id", id.as_bytes().to_vec()).await?;
            Ok(StoreId(id))
        }
        // A crash between the two writes above.
        (Some(id), None) if create => {
            set_meta(registry, "store_id", id.as_bytes().to_vec()).await?;
            Ok(StoreId(id))
        }
        _ => Err(Error::Corrupt(
            "one of the two databases is missing or empty: `watchkeeper check` says what is left".into(),
        )),
    }
}

/// The media folders: the first one made once, then only ever opened; the others as the registry names them.
pub async fn media(
    options: &OpenOptions,
    footage: &Database,
    registry: &Database,
    root: &Path,
    store: StoreId,
) -> Result<MediaDisks> {
    let disk = || Arc::clone(&options.disk);
    let first = MediaDir::of_disk(disk(), root, store, None);
    if meta(footage, "media").await?.is_none() {
        let made = match first.check_identity() {
            Ok(()) => MediaDir::open_on(disk(), root, store)?,
            Err(_) => MediaDir::create_on(disk(), root, store)?,
        };
        // The folder's own name too, also when an earlier start made it and ended here: from now on it must be there.
        made.sync()?;
        set_meta(footage, "media", b"v1".to_vec()).await?;
    }
    let rows = crate::registry::disks::read(&registry.read).await?;
    MediaDisks::open(first, &rows, disk(), options.store_keys.clone(), options.one_file_system)
}

/// The log's key, made only for a log that has signed nothing yet; and the check that this is no older copy, which
/// `check` leaves out because it asks more precisely itself.
pub async fn log_key(
    database: &Database,
    data_dir: &Path,
    log: LogName,
    origin: &str,
    locked: Option<&Locked>,
    options: &OpenOptions,
) -> Result<LogKey> {
    let mut connection = database.read.acquire().await.doing("opening a log")?;
    let (unsigned, first_origin) = (log::newest_checkpoint(&mut connection).await?.is_none(), origin);
    let origin = origins::current(&mut connection, first_origin).await?;
    let mut past = origins::past(&mut connection).await?;
    let file = origin.key_path(data_dir, log);
    let seed = match locked.filter(|locked| !locked.with_keys && !file.exists()) {
        // Restored without keys: nothing is signed before it is unlocked, and then under a key of its own.
        Some(locked) => {
            let vkey = if log == LogName::Footage { &locked.footage_vkey } else { &locked.access_vkey };
            past.push((NoteKey::parse(vkey)?, u64::MAX));
            files::random()?
        }
        None => files::key(&file, unsigned && origin.generation == 1)?,
    };
    let key = LogKey {
        signer: Arc::new(Ed25519Signer::from_seed(&origin.name, &seed)?),
        origin: origin.name,
        first_origin: first_origin.to_owned(),
        past,
        checkpoint_file: data_dir.join(format!("log/{}/checkpoint", log.as_str())),
        disk: Arc::clone(&options.disk),
        publishing: Arc::default(),
    };
    if !options.for_check {
        log::check_against_file(&mut connection, &key).await?;
    }
    Ok(key)
}

pub async fn sealer(registry: &Database, data_dir: &Path, for_check: bool) -> Result<Sealer> {
    let (sealed,): (i64,) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM camera WHERE credentials IS NOT NULL)
              + (SELECT count(*) FROM person WHERE totp IS NOT NULL OR totp_pending IS NOT NULL)",
    )
    .fetch_one(&registry.read)
    .await
    .doing("counting sealed secrets")?;
    let path = crate::registry::credentials_key::settled(registry, data_dir, for_check).await?;
    Ok(Sealer::new(&files::key(&path, sealed == 0)?))
}

/// Counts this opening. The kernel's boot id tells a power cut from a crash of our own.
pub async fn boot(footage: &Database, options: &OpenOptions) -> Result<Boot> {
    let (now, machine) = (options.now, options.disk.machine().trim().to_owned());
    footage
        .write
        .run(move |connection| {
            Box::pin(async move {
                let previous: Option<(i64, i64, String, Option<i64>)> = sqlx::query_as(
                    "SELECT counter, opened_us, machine, closed_us FROM boot ORDER BY counter DESC LIMIT 1",
                )
                .fetch_optional(&mut *connection)
                .await
                .doing("reading the previous run")?;
                let counter = previous.as_ref().map_or(1, |(counter, ..)| counter + 1);
                sqlx::query("INSERT INTO boot (counter, opened_us, machine) VALUES (?, ?, ?)")
                    .bind(counter)
                    .bind(now.0)
                    .bind(&machine)
                    .execute(&mut *connection)
                    .await
                    .doing("counting this run")?;
                let outage = Outage::read(&mut *connection, now).await?;
                Ok(Boot {
                    outage,
                    counter: uint(counter)?,
                    machine_restarted: previous.as_ref().is_some_and(|(_, _, before, _)| *before != machine),
                    previous_opened: previous.as_ref().map(|(_, opened, _, _)| WallTime(*opened)),
                    previous_closed: previous.and_then(|(_, _, _, closed)| closed).map(WallTime),
                })
            })
        })
        .await
}

/// Whether the store was restored and not unlocked since. Only a check, and unlocking itself, may open it then.
pub async fn locked(footage: &Database, for_check: bool) -> Result<Option<Locked>> {
    let mut connection = footage.read.acquire().await.doing("asking whether the store is locked")?;
    match Locked::read(&mut connection).await? {
        Some(locked) if !for_check => Err(Error::Conflict(format!(
            "this store was restored from the backup {} and is locked, so that no second history is signed under its name: \
             `watchkeeper restore unlock`",
            locked.backup
        ))),
        locked => Ok(locked),
    }
}
