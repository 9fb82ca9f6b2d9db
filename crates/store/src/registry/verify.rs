//! Recomputing the access log: entries against their leaves, batches against their roots, checkpoints against batches.

use super::Registry;
use super::batches::batch_root;
use super::pages::{Row, opened};
use super::record_term::{Shut, check_forgotten};
use crate::convert::{hash_of, int, uint};
use crate::error::{Doing, Result};
use crate::footage::system_only;
use crate::log_pass::{LogFinding, LogPlace, step_log, verify_log};
use crate::tails;
use ledger::access::BatchLeaf;
use ledger::origin::OriginRecord;
use ledger::tree;
use model::Cx;
use sqlx::SqliteConnection;

/// Entries that one step reads.
const ENTRIES_STEP: i64 = 1_024;

type EntryTuple = (i64, Vec<u8>, Vec<u8>, Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>, Option<i64>, bool);

impl Registry {
    /// How many published minutes nobody can open any more, since the store was restored without keys.
    pub async fn shut_below(&self) -> Result<u64> {
        let mut connection = self.0.database.read.acquire().await.doing("reading what a restore left out")?;
        shut_below(&mut connection).await
    }

    /// The next leaves of the access log against what was signed, their batches, and the next entries against theirs. Where the next step
    /// begins, and whether the round is over.
    pub(crate) async fn step_access(
        &self,
        from: LogPlace,
        next_entry: u64,
        leaves_max: u32,
    ) -> Result<(Vec<LogFinding>, LogPlace, u64, bool)> {
        let first = from.next;
        let (mut findings, place, at_end) =
            self.0.database.pass(move |pass| step_log(pass, from, leaves_max, readable)).await?;
        let mut connection = self.0.database.read.acquire().await.doing("verifying entries")?;
        let shut = shut(&mut connection).await?;
        if place.next > first {
            let span = (int(first)?, int(place.next)?);
            verify_batches(&mut connection, &shut, span, &mut findings).await?;
        }
        let after = entries_from(&mut connection, &shut, next_entry, &mut findings).await?;
        Ok((findings, place, after.unwrap_or(next_entry), at_end && after.is_none()))
    }

    /// Compares everything that is stored about the access log with what it should be. Reads all of it.
    pub async fn verify_log(&self, cx: &Cx) -> Result<Vec<LogFinding>> {
        system_only(cx)?;
        let mut findings = self.0.database.pass(move |pass| verify_log(pass, readable)).await?;
        let mut connection = self.0.database.read.acquire().await.doing("verifying entries")?;
        let shut = shut(&mut connection).await?;
        verify_entries(&mut connection, &shut, &mut findings).await?;
        verify_batches(&mut connection, &shut, (0, i64::MAX), &mut findings).await?;
        let forgotten = check_forgotten(&mut connection, &shut).await?.into_iter();
        findings.extend(forgotten.map(|(index, problem)| LogFinding::EntryUnreadable { index, problem }));
        Ok(findings)
    }
}

/// What a leaf of the access log must be.
fn readable(entry: &[u8]) -> std::result::Result<(), String> {
    match BatchLeaf::decode(entry) {
        Err(error) if OriginRecord::decode(entry).is_err() => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// What cannot be opened since the store was restored.
async fn shut(connection: &mut SqliteConnection) -> Result<Shut> {
    Ok(Shut {
        leaves: int(shut_below(connection).await?)?,
        entries: int(left_out(connection, "shut_entries").await?)?,
        tails: tails::read(connection).await?,
    })
}

/// Each entry: its number, its leaf's hash, and that its record is what the leaf commits to.
async fn verify_entries(
    connection: &mut SqliteConnection,
    shut: &Shut,
    findings: &mut Vec<LogFinding>,
) -> Result<()> {
    let mut next = 0_u64;
    while let Some(after) = entries_from(connection, shut, next, findings).await? {
        next = after;
    }
    Ok(())
}

/// The same of one step, and where the next begins; `None`: there are no more.
async fn entries_from(
    connection: &mut SqliteConnection,
    shut: &Shut,
    from: u64,
    findings: &mut Vec<LogFinding>,
) -> Result<Option<u64>> {
    let rows: Vec<EntryTuple> = sqlx::query_as(
        "SELECT entry.idx, leaf, hash, ciphertext, key, salt, batch, entry_forgotten.idx IS NOT NULL FROM entry
         LEFT JOIN entry_key ON entry_key.idx = entry.idx LEFT JOIN entry_forgotten ON entry_forgotten.idx = entry.idx
         WHERE entry.idx >= ? ORDER BY entry.idx LIMIT ?",
    )
    .bind(int(from)?)
    .bind(ENTRIES_STEP)
    .fetch_all(connection)
    .await
    .doing("reading entries")?;
    let mut next = from;
    for (index, leaf, hash, ciphertext, key, salt, batch, is_forgotten) in rows {
        let number = uint(index)?;
        if number != next {
            findings.push(LogFinding::LeafMissing { index: next });
        }
        next = number.saturating_add(1);
        // A key goes by an entry that says so, or stayed behind when the store was restored.
        if key.is_none() && !is_forgotten && !shut.has(index, batch) {
            let problem = "its key is gone, and no entry says why".to_owned();
            findings.push(LogFinding::EntryUnreadable { index: number, problem });
        }
        let row: Row = (index, leaf, ciphertext, key, salt, batch.is_some());
        if hash_of(&hash).ok() != Some(tree::leaf_hash(&row.1)) {
            findings.push(LogFinding::LeafHash { index: number });
        } else if let Err(error) = opened(row) {
            findings.push(LogFinding::EntryUnreadable { index: number, problem: error.to_string() });
        }
    }
    Ok((next != from).then_some(next))
}

/// Each batch of these leaves: that its entries, padded again, give the root that was published.
async fn verify_batches(
    connection: &mut SqliteConnection,
    shut: &Shut,
    (from, to): (i64, i64),
    findings: &mut Vec<LogFinding>,
) -> Result<()> {
    let sql = "SELECT idx, entry FROM leaf WHERE idx >= ? AND idx < ? ORDER BY idx";
    let leaves: Vec<(i64, Vec<u8>)> = sqlx::query_as(sql)
        .bind(from)
        .bind(to)
        .fetch_all(&mut *connection)
        .await
        .doing("reading batch leaves")?;
    for (index, published) in leaves {
        // A copy that was restored without keys has no padding secrets, and what came from a mirror has no entries: what the leaf
        // says cannot be asked any more.
        let is_shut = index < shut.leaves || tails::has(&shut.tails, index);
        if OriginRecord::decode(&published).is_ok() || (is_shut && !is_padded(connection, index).await?) {
            continue;
        }
        let rebuilt = batch_root(connection, index).await?;
        if rebuilt.is_none_or(|leaf| leaf.encode() != published) {
            let problem = "the entries of this minute are not those that were published".to_owned();
            findings.push(LogFinding::EntryUnreadable { index: uint(index)?, problem });
        }
    }
    Ok(())
}

/// Leaves whose batches came without their padding secrets, from a backup without keys; 0 when there are none.
async fn shut_below(connection: &mut SqliteConnection) -> Result<u64> {
    left_out(connection, "shut_below").await
}

/// What a restore without keys noted; 0 when there was none.
async fn left_out(connection: &mut SqliteConnection, key: &'static str) -> Result<u64> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT value FROM meta WHERE key = ?")
        .bind(key)
        .fetch_optional(connection)
        .await
        .doing("reading what a restore left out")?;
    let number = |(value,): (Vec<u8>,)| String::from_utf8(value).ok()?.parse().ok();
    Ok(row.and_then(number).unwrap_or(0))
}

/// Whether a batch still has its padding secret.
async fn is_padded(connection: &mut SqliteConnection, leaf: i64) -> Result<bool> {
    let (padded,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT 1 FROM batch WHERE leaf = ? AND length(pad_secret) > 0)")
            .bind(leaf)
            .fetch_one(connection)
            .await
            .doing("reading a batch")?;
    Ok(padded)
}
