//! Cosignatures of witnesses on our own checkpoints, and what witnesses hold against us.
//!
//! It asks nobody: the shell brings what a witness answered. Invariants: a cosignature is stored only beside the
//! checkpoint whose text it is over, and checked again before it is; an alarm and its entry are one transaction.

use crate::Store;
use crate::convert::{int, uint};
use crate::error::{Doing, Error, Result};
use crate::log::{self, LogName, SignedCheckpoint};
use crate::registry::EntryIndex;
use ledger::fork::Fork;
use ledger::note::{Note, NoteKey};
use ledger::tree;
use ledger::witness::Cosignature;
use model::{Act, Cx, WallTime};
use sqlx::SqliteConnection;

/// The newest checkpoint that a witness has cosigned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LastCosigned {
    pub size: u64,
    /// What the cosignature states, Unix seconds.
    pub time_s: u64,
}

/// How far the access log is cosigned by somebody: its entries up to this one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WitnessedThrough {
    pub entry: EntryIndex,
    /// The witness's verifier key.
    pub witness: String,
    /// What the cosignature states, Unix seconds.
    pub time_s: u64,
}

/// A witness has seen a log that ours does not continue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WitnessAlarm {
    /// The witness's verifier key.
    pub witness: String,
    pub log: LogName,
    /// `rolled_back`, `other_root` or `not_continued`.
    pub problem: String,
    /// The size that the witness holds.
    pub size: u64,
    pub since: WallTime,
    pub entry: EntryIndex,
}

/// The evidence of one alarm: what the witness holds, and what this server has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ForkEvidence {
    /// The alarm's entry.
    pub entry: EntryIndex,
    /// The witness's verifier key.
    pub witness: String,
    pub log: LogName,
    pub problem: String,
    /// First theirs, then ours.
    pub fork: Fork,
}

/// Evidence in one list, newest first: one is proof enough, and each is an alarm that somebody dealt with.
const EVIDENCE_ROWS_MAX: i64 = 50;

impl Store {
    /// Stores a cosignature with the checkpoint of that size; the same witness's newer one replaces the older.
    ///
    /// # Errors
    /// `NotFound` without such a checkpoint, `Ledger` when it is not that key's over that checkpoint's text.
    pub async fn add_cosignature(
        &self,
        log: LogName,
        size: u64,
        key: &NoteKey,
        cosignature: Cosignature,
        now: WallTime,
    ) -> Result<()> {
        let (size, key) = (int(size)?, key.clone());
        self.database(log)
            .write
            .run(move |connection| {
                Box::pin(async move { insert(connection, size, &key, &cosignature, now).await })
            })
            .await
    }

    /// What that witness last cosigned of a log.
    pub async fn last_cosigned(&self, log: LogName, key: &NoteKey) -> Result<Option<LastCosigned>> {
        let row: Option<(i64, i64)> = sqlx::query_as(
            "SELECT size, time_s FROM cosignature WHERE witness = ? ORDER BY size DESC LIMIT 1",
        )
        .bind(key.to_string())
        .fetch_optional(&self.database(log).read)
        .await
        .doing("reading a cosignature")?;
        row.map(|(size, time_s)| Ok(LastCosigned { size: uint(size)?, time_s: uint(time_s)? })).transpose()
    }

    /// For each leaf the newest cosigned checkpoint that was signed before it; each once, ascending by size.
    pub async fn cosigned_before(&self, log: LogName, leaves: &[u64]) -> Result<Vec<SignedCheckpoint>> {
        let mut connection = self.database(log).read.acquire().await.doing("reading checkpoints")?;
        let mut leaves = leaves.to_vec();
        leaves.sort_unstable();
        let mut found: Vec<SignedCheckpoint> = Vec::new();
        for leaf in leaves {
            let before = log::checkpoint_below(&mut connection, int(leaf)?, true).await?;
            found.extend(before.filter(|new| found.last().is_none_or(|last| last.size < new.size)));
        }
        Ok(found)
    }

    /// The checkpoint of that size, if one was signed, with the cosignatures that have come since.
    pub async fn checkpoint_of(&self, log: LogName, size: u64) -> Result<Option<SignedCheckpoint>> {
        let mut connection = self.database(log).read.acquire().await.doing("reading checkpoints")?;
        let found = log::checkpoint_below(&mut connection, int(size)?, false).await?;
        Ok(found.filter(|checkpoint| checkpoint.size == size))
    }

    /// The newest cosigned checkpoint that covers a leaf, if one does.
    pub async fn cosigned_over(&self, log: LogName, leaf: u64) -> Result<Option<SignedCheckpoint>> {
        let mut connection = self.database(log).read.acquire().await.doing("reading checkpoints")?;
        let newest = log::checkpoint_below(&mut connection, i64::MAX, true).await?;
        Ok(newest.filter(|checkpoint| checkpoint.size > leaf))
    }

    /// The newest entry of the access log under a checkpoint that one of these witnesses cosigned. All before it are under it too.
    pub async fn witnessed_through(&self, witnesses: &[String]) -> Result<Option<WitnessedThrough>> {
        let mut connection = self.registry.database().read.acquire().await.doing("reading cosignatures")?;
        let row: Option<(i64, String, i64)> = sqlx::query_as(
            "SELECT size, witness, time_s FROM cosignature WHERE witness IN (SELECT value FROM json_each(?))
             ORDER BY size DESC LIMIT 1",
        )
        .bind(serde_json::json!(witnesses).to_string())
        .fetch_optional(&mut *connection)
        .await
        .doing("reading cosignatures")?;
        let Some((size, witness, time_s)) = row else { return Ok(None) };
        let entry: Option<i64> =
            sqlx::query_scalar("SELECT idx FROM entry WHERE batch < ? ORDER BY batch DESC, idx DESC LIMIT 1")
                .bind(size)
                .fetch_optional(&mut *connection)
                .await
                .doing("looking how far entries are cosigned")?;
        let Some(entry) = entry else { return Ok(None) };
        Ok(Some(WitnessedThrough { entry: EntryIndex(uint(entry)?), witness, time_s: uint(time_s)? }))
    }

    /// Acts of these kinds by people that are older than `before` and lie behind that entry: how many, up to 10,000, and the oldest.
    pub async fn acts_behind(
        &self,
        acts: &[Act],
        through: Option<EntryIndex>,
        before: WallTime,
    ) -> Result<Option<(u64, WallTime)>> {
        let codes: Vec<u8> = acts.iter().map(|act| act.code()).collect();
        let (count, oldest): (i64, Option<i64>) = sqlx::query_as(
            "SELECT count(*), min(time_us) FROM (SELECT time_us FROM entry_search
             WHERE act IN (SELECT value FROM json_each(?)) AND idx > ? AND time_us < ? AND person IS NOT NULL LIMIT 10000)",
        )
        .bind(serde_json::json!(codes).to_string())
        .bind(through.map_or(Ok(-1), |through| int(through.0))?)
        .bind(before.0)
        .fetch_one(&self.registry.database().read)
        .await
        .doing("counting acts that nobody witnessed")?;
        oldest.map(|oldest| Ok((uint(count)?, WallTime(oldest)))).transpose()
    }

    /// What witnesses hold against us and have not taken back.
    pub async fn witness_alarms(&self) -> Result<Vec<WitnessAlarm>> {
        let rows: Vec<(String, i64, String, i64, i64, i64)> = sqlx::query_as(
            "SELECT witness, log, problem, size, since_us, entry FROM witness_alarm ORDER BY witness, log",
        )
        .fetch_all(&self.registry.database().read)
        .await
        .doing("reading alarms of witnesses")?;
        rows.into_iter()
            .map(|(witness, log, problem, size, since_us, entry)| {
                let log = if log == 0 { LogName::Footage } else { LogName::Access };
                let (size, since) = (uint(size)?, WallTime(since_us));
                Ok(WitnessAlarm { witness, log, problem, size, since, entry: EntryIndex(uint(entry)?) })
            })
            .collect()
    }

    /// Notes that a witness holds a log which ours does not continue, with its entry and the two checkpoints that show it. The same
    /// alarm again changes nothing, unless there is evidence now and was none.
    pub async fn raise_witness_alarm(
        &self,
        cx: &Cx,
        (witness, log): (&NoteKey, LogName),
        (problem, size): (&'static str, u64),
        evidence: Option<&Fork>,
    ) -> Result<()> {
        let witness = witness.to_string();
        let same =
            |alarm: &WitnessAlarm| alarm.witness == witness && alarm.log == log && alarm.problem == problem;
        let known = self.witness_alarms().await?.into_iter().find(same);
        if let Some(known) = &known
            && (evidence.is_none() || self.fork_file(known.entry).await?.is_some())
        {
            return Ok(());
        }
        let file = evidence.map(Fork::to_string);
        let named = file
            .as_ref()
            .map_or_else(String::new, |file| format!("\nevidence={}", tree::sha256(&[file.as_bytes()])));
        let text =
            format!("witness={witness}\nlog={}\nproblem={problem}\nwitness_size={size}{named}", log.as_str());
        let (size, now) = (int(size)?, known.map_or(cx.now, |known| known.since));
        let seen = cx.now;
        self.registry
            .note_system_with(cx, Act::WitnessAlarm, &text, move |connection, entry| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT OR REPLACE INTO witness_alarm (witness, log, problem, size, since_us, entry)
                         VALUES (?, ?, ?, ?, ?, ?)",
                    )
                    .bind(&witness)
                    .bind(log_code(log))
                    .bind(problem)
                    .bind(size)
                    .bind(now.0)
                    .bind(int(entry.0)?)
                    .execute(&mut *connection)
                    .await
                    .doing("noting an alarm of a witness")?;
                    let Some(file) = file else { return Ok(()) };
                    sqlx::query(
                        "INSERT INTO witness_evidence (entry, witness, log, problem, seen_us, file) VALUES (?, ?, ?, ?, ?, ?)",
                    )
                    .bind(int(entry.0)?)
                    .bind(witness)
                    .bind(log_code(log))
                    .bind(problem)
                    .bind(seen.0)
                    .bind(file)
                    .execute(connection)
                    .await
                    .doing("keeping what shows a fork")
                    .map(|_| ())
                })
            })
            .await
    }

    /// What shows that logs were put back, cut or changed, newest first; also of alarms that have ended.
    pub async fn fork_evidence(&self) -> Result<Vec<ForkEvidence>> {
        let rows: Vec<(i64, String, i64, String, String)> = sqlx::query_as(
            "SELECT entry, witness, log, problem, file FROM witness_evidence ORDER BY entry DESC LIMIT ?",
        )
        .bind(EVIDENCE_ROWS_MAX)
        .fetch_all(&self.registry.database().read)
        .await
        .doing("reading what shows forks")?;
        rows.into_iter()
            .map(|(entry, witness, log, problem, file)| {
                let log = if log == 0 { LogName::Footage } else { LogName::Access };
                let fork = Fork::parse(file.as_bytes())?;
                Ok(ForkEvidence { entry: EntryIndex(uint(entry)?), witness, log, problem, fork })
            })
            .collect()
    }

    /// The evidence file of the alarm that this entry is about.
    pub async fn fork_file(&self, entry: EntryIndex) -> Result<Option<String>> {
        sqlx::query_scalar("SELECT file FROM witness_evidence WHERE entry = ?")
            .bind(int(entry.0)?)
            .fetch_optional(&self.registry.database().read)
            .await
            .doing("reading what shows a fork")
    }

    /// Takes an alarm back, with an entry, after the witness has cosigned again.
    pub async fn end_witness_alarm(&self, cx: &Cx, witness: &NoteKey, log: LogName) -> Result<()> {
        let witness = witness.to_string();
        let text = format!("witness={witness}\nlog={}\nproblem=ended", log.as_str());
        self.registry
            .note_system_with(cx, Act::WitnessAlarm, &text, move |connection, _| {
                Box::pin(async move {
                    sqlx::query("DELETE FROM witness_alarm WHERE witness = ? AND log = ?")
                        .bind(witness)
                        .bind(log_code(log))
                        .execute(connection)
                        .await
                        .doing("ending an alarm of a witness")
                        .map(|_| ())
                })
            })
            .await
    }
}

const fn log_code(log: LogName) -> i64 {
    match log {
        LogName::Footage => 0,
        LogName::Access => 1,
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    size: i64,
    key: &NoteKey,
    cosignature: &Cosignature,
    now: WallTime,
) -> Result<()> {
    let row: Option<(String,)> = sqlx::query_as("SELECT note FROM checkpoint WHERE size = ?")
        .bind(size)
        .fetch_optional(&mut *connection)
        .await
        .doing("reading a checkpoint")?;
    let (note,) = row.ok_or(Error::NotFound("checkpoint"))?;
    let own = Note::parse(note.as_bytes())?;
    let over = Note::new(own.text(), vec![cosignature.signature.clone()])?;
    if over.verified_by(std::slice::from_ref(key))?.is_empty() {
        return Err(Error::Corrupt("a cosignature is not of the witness that it is said to be of".into()));
    }
    sqlx::query(
        "INSERT OR REPLACE INTO cosignature (size, witness, line, time_s, stored_us) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(size)
    .bind(key.to_string())
    .bind(cosignature.signature.line())
    .bind(int(cosignature.time_s)?)
    .bind(now.0)
    .execute(connection)
    .await
    .doing("storing a cosignature")
    .map(|_| ())
}
