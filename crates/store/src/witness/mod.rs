//! What a witness keeps: its key, the checkpoints that it cosigned, and the forks that it met. Of other people's logs;
//! our own are in `log`.
//!
//! ```text
//! dir/lock              one process at a time
//! dir/witness.db        what was cosigned
//! dir/witness.ed25519   the cosigning key
//! dir/forks/            one file for each contradiction, with both signed checkpoints
//! ```
//!
//! Invariant: check, record and the evidence of a fork are one transaction of the one writer, and it is committed before anything is answered
//! (c2sp.org/tlog-witness, "add-checkpoint"), so no two requests are answered from one old state.

mod forks;
#[cfg(test)]
mod tests;

pub use forks::{FORKS_MAX, Forks};

use crate::convert::{hash_of, int, uint};
use crate::database::{self, Database};
use crate::disk::{Disk, SystemDisk};
use crate::error::{Doing, Error, Result};
use crate::files;
use ledger::fork::Fork;
use ledger::note::{Note, NoteKey};
use ledger::witness::{
    AddCheckpoint, Answer, Cosigner, Decision, Head, Known, Refusal, WitnessedLog, authenticate, decide,
};
use model::{Hash, WallTime};
use sqlx::SqliteConnection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::task::JoinHandle;

/// Checkpoints remembered for each log beside the latest: at one every five seconds eleven days, 100 MB.
const REMEMBERED_MAX: i64 = 200_000;
/// Cosignatures between two looks for what may be forgotten.
const FORGET_EVERY: u64 = 4_096;
/// Logs that one witness follows: a province's sites.
pub const LOGS_MAX: usize = 1_024;

/// A witness's book; cheap to clone.
#[derive(Clone)]
pub struct WitnessBook(Arc<Inner>);

struct Inner {
    database: Database,
    cosigner: Cosigner,
    logs: Vec<WitnessedLog>,
    forks: Forks,
    answered: AtomicU64,
    writer: std::sync::Mutex<Option<JoinHandle<()>>>,
    _lock: std::fs::File,
}

/// What a request came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Witnessed {
    /// Signature lines for the answer; the checkpoint is durable.
    Cosigned(String),
    Refused(Refusal),
}

/// The latest checkpoint of a log that the witness cosigned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LatestCosigned {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
    pub note: String,
    pub time_s: u64,
}

impl WitnessBook {
    /// Opens the folder, made when it is not there. The name is kept from the first opening on, unless another is
    /// given: another name is another key id, and policies that name the old one no longer fit.
    ///
    /// # Errors
    /// `Conflict` when another process has the folder; `Invalid` for too many logs or a name that no key can have.
    pub async fn open(dir: &Path, name: Option<&str>, logs: Vec<WitnessedLog>) -> Result<Self> {
        Self::open_on(Arc::new(SystemDisk), dir, name, logs).await
    }

    /// The same with another disk's word on each commit of its database; the files are the system's all the same.
    ///
    /// # Errors
    /// As [`WitnessBook::open`].
    pub async fn open_on(
        disk: Arc<dyn Disk>,
        dir: &Path,
        name: Option<&str>,
        logs: Vec<WitnessedLog>,
    ) -> Result<Self> {
        if logs.len() > LOGS_MAX {
            return Err(Error::invalid("log", "more than 1,024"));
        }
        files::make_folder(dir)?;
        let lock = files::lock(dir)?;
        let (database, writer) =
            Database::open("witness", &dir.join("witness.db"), &database::WITNESS, disk).await?;
        let name = name_of(&database, name).await?;
        let unused = latest_rows(&database).await?.is_empty();
        let seed = files::key(&dir.join("witness.ed25519"), unused)?;
        let book = Self(Arc::new(Inner {
            database,
            cosigner: Cosigner::from_seed(&name, &seed)?,
            logs,
            forks: Forks::open(dir)?,
            answered: AtomicU64::new(0),
            writer: std::sync::Mutex::new(Some(writer)),
            _lock: lock,
        }));
        book.forget().await?;
        Ok(book)
    }

    /// The verifier key, for policies and for the boot files of those who ask.
    pub fn key(&self) -> &NoteKey {
        self.0.cosigner.key()
    }

    pub fn logs(&self) -> &[WitnessedLog] {
        &self.0.logs
    }

    pub fn forks(&self) -> &Forks {
        &self.0.forks
    }

    /// Answers one `add-checkpoint` request at the time `now_s`.
    ///
    /// # Errors
    /// When the state could not be read or made durable: nothing was cosigned then.
    pub async fn add_checkpoint(&self, body: &[u8], now_s: u64) -> Result<Witnessed> {
        let request = match AddCheckpoint::parse(body) {
            Ok(request) => request,
            Err(error) => return Ok(Witnessed::Refused(Refusal::Malformed(error))),
        };
        let log = self.0.logs.iter().find(|log| log.origin == request.checkpoint.origin).cloned();
        // Strangers cost one signature check and no transaction.
        if let Err(refusal) = authenticate(&request, log.as_ref()) {
            return Ok(Witnessed::Refused(refusal));
        }
        let (decided, forks) = (request.clone(), self.0.forks.clone());
        let write = &self.0.database.write;
        let (decision, time_s) = write
            .run(move |connection| {
                Box::pin(async move {
                    let (decision, time_s, before) =
                        record(connection, &decided, log.as_ref(), now_s).await?;
                    // Before the commit: who is answered finds the evidence kept, and one that cannot be kept undoes the rest.
                    if let (Some(_), Some(before)) = (decision.evidence, before) {
                        keep_fork(&forks, &before, &decided, now_s)?;
                    }
                    Ok((decision, time_s))
                })
            })
            .await?;
        match decision.answer {
            Answer::Refuse(refusal) => Ok(Witnessed::Refused(refusal)),
            Answer::Cosign(_) => {
                if self.0.answered.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
                    self.forget().await?;
                }
                Ok(Witnessed::Cosigned(self.0.cosigner.cosign(request.note.text(), time_s).line()))
            }
        }
    }

    /// The latest checkpoint of every log that was ever cosigned.
    pub async fn latest(&self) -> Result<Vec<LatestCosigned>> {
        latest_rows(&self.0.database).await
    }

    /// Forgets old checkpoints beyond the number that is remembered; never the latest.
    async fn forget(&self) -> Result<()> {
        let origins: Vec<String> = self.latest().await?.into_iter().map(|latest| latest.origin).collect();
        let write = &self.0.database.write;
        write
            .run(move |connection| {
                Box::pin(async move {
                    for origin in origins {
                        sqlx::query(
                            "DELETE FROM cosigned WHERE origin = ?1 AND size <= (SELECT size FROM cosigned
                             WHERE origin = ?1 ORDER BY size DESC LIMIT 1 OFFSET ?2)",
                        )
                        .bind(origin)
                        .bind(REMEMBERED_MAX)
                        .execute(&mut *connection)
                        .await
                        .doing("forgetting old checkpoints")?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Finishes what is queued and closes the database.
    pub async fn close(&self) {
        self.0.database.read.close().await;
        self.0.database.write.stop().await;
        let writer = self.0.writer.lock().ok().and_then(|mut writer| writer.take());
        if let Some(writer) = writer
            && let Err(error) = writer.await
        {
            tracing::error!(%error, "the witness's writer ended badly");
        }
    }
}

fn keep_fork(forks: &Forks, before: &str, request: &AddCheckpoint, now_s: u64) -> Result<()> {
    let fork = Fork {
        seen: WallTime(int(now_s)?.saturating_mul(1_000_000)),
        source: "submitted to this witness".into(),
        first: Note::parse(before.as_bytes())?,
        second: request.note.clone(),
    };
    forks.keep(&fork)
}

type Recorded = (Decision, u64, Option<String>);

/// Decides and records in the caller's transaction; with it the note that contradicts the request, if one does.
async fn record(
    connection: &mut SqliteConnection,
    request: &AddCheckpoint,
    log: Option<&WitnessedLog>,
    now_s: u64,
) -> Result<Recorded> {
    let origin = &request.checkpoint.origin;
    let latest = one(
        connection,
        "SELECT size, root, note, time_s FROM cosigned WHERE origin = ? ORDER BY size DESC LIMIT 1",
        origin,
        None,
    )
    .await?;
    let size = int(request.checkpoint.size)?;
    let same = one(
        connection,
        "SELECT size, root, note, time_s FROM cosigned WHERE origin = ? AND size = ?",
        origin,
        Some(size),
    )
    .await?;
    let known = Known {
        latest: latest.as_ref().map(|row| Head { size: row.size, root: row.root }),
        same_size: same.as_ref().map(|row| row.root),
    };
    let decision = decide(request, log, known);
    // A witness's statements are about one growing tree: their times never go back.
    let time_s = latest.as_ref().map_or(0, |row| row.time_s).max(now_s);
    if let Answer::Cosign(head) = &decision.answer {
        sqlx::query(
            "INSERT OR REPLACE INTO cosigned (origin, size, root, note, time_s) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(origin)
        .bind(int(head.size)?)
        .bind(&head.root.0[..])
        .bind(request.note.to_string())
        .bind(int(time_s)?)
        .execute(connection)
        .await
        .doing("recording a checkpoint")?;
    }
    Ok((decision, time_s, same.or(latest).map(|row| row.note)))
}

struct Row {
    size: u64,
    root: Hash,
    note: String,
    time_s: u64,
}

async fn one(
    connection: &mut SqliteConnection,
    sql: &'static str,
    origin: &str,
    size: Option<i64>,
) -> Result<Option<Row>> {
    let mut query = sqlx::query_as(sql).bind(origin);
    if let Some(size) = size {
        query = query.bind(size);
    }
    let row: Option<(i64, Vec<u8>, String, i64)> =
        query.fetch_optional(connection).await.doing("reading what was cosigned")?;
    row.map(|(size, root, note, time_s)| {
        Ok(Row { size: uint(size)?, root: hash_of(&root)?, note, time_s: uint(time_s)? })
    })
    .transpose()
}

async fn latest_rows(database: &Database) -> Result<Vec<LatestCosigned>> {
    let rows: Vec<(String, i64, Vec<u8>, String, i64)> = sqlx::query_as(
        "SELECT origin, size, root, note, time_s FROM cosigned AS c
         WHERE size = (SELECT max(size) FROM cosigned WHERE origin = c.origin) ORDER BY origin",
    )
    .fetch_all(&database.read)
    .await
    .doing("reading what was cosigned")?;
    rows.into_iter()
        .map(|(origin, size, root, note, time_s)| {
            let (size, root, time_s) = (uint(size)?, hash_of(&root)?, uint(time_s)?);
            Ok(LatestCosigned { origin, size, root, note, time_s })
        })
        .collect()
}

/// The name that was given, or the one from before, or a fresh one.
async fn name_of(database: &Database, given: Option<&str>) -> Result<String> {
    let kept: Option<(String,)> = sqlx::query_as("SELECT value FROM meta WHERE key = 'name'")
        .fetch_optional(&database.read)
        .await
        .doing("reading the witness's name")?;
    let name = match (given, kept) {
        (Some(given), _) => given.to_owned(),
        (None, Some((kept,))) => return Ok(kept),
        (None, None) => {
            let id = uuid::Builder::from_random_bytes(files::random::<16>()?).into_uuid();
            format!("watchkeeper.local/{id}/witness")
        }
    };
    let kept = name.clone();
    database
        .write
        .run(move |connection| {
            Box::pin(async move {
                sqlx::query("INSERT OR REPLACE INTO meta (key, value) VALUES ('name', ?)")
                    .bind(kept)
                    .execute(connection)
                    .await
                    .doing("keeping the witness's name")
                    .map(|_| ())
            })
        })
        .await?;
    Ok(name)
}
