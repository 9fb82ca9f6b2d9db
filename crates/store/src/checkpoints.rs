//! Signed checkpoints against themselves and against the one that is published: what `check` asks about signatures.
//!
//! The roots are compared with the leaves by `verify_log`; here every note must be one that our key signed, saying what
//! its row says, and the file outside the database must be one of the rows.

use crate::Store;
use crate::convert::hash_of;
use crate::error::{Doing, Error, Result};
use crate::footage::{RowFinding, system_only};
use crate::log::{LogKey, LogName};
use ledger::checkpoint::Checkpoint;
use ledger::note::{Note, NoteKey};
use model::Cx;

/// Checkpoints read at once: half a kilobyte each.
const STEP: i64 = 1_024;

type Row = (i64, Vec<u8>, Vec<u8>, String);

impl Store {
    /// Checks every signed checkpoint of a log and the published one.
    pub async fn verify_checkpoints(&self, cx: &Cx, log: LogName) -> Result<Vec<RowFinding>> {
        system_only(cx)?;
        let key = self.key(log);
        let verifier = key.verifiers()?;
        let published = published(key)?;
        let (mut findings, mut after, mut rows, mut is_row) = (Vec::new(), i64::MIN, 0_u64, false);
        loop {
            let page: Vec<Row> = sqlx::query_as(
                "SELECT size, root, hash, note FROM checkpoint WHERE size > ? ORDER BY size LIMIT ?",
            )
            .bind(after)
            .bind(STEP)
            .fetch_all(&self.database(log).read)
            .await
            .doing("reading checkpoints")?;
            let Some(last) = page.last() else { break };
            after = last.0;
            for row in page {
                rows += 1;
                // What is published may have cosignatures behind our signature.
                is_row |= published.as_deref().is_some_and(|bytes| bytes.starts_with(row.3.as_bytes()));
                if let Some(problem) = problem(key, &verifier, &row) {
                    let place = format!("{} log, checkpoint {}", log.as_str(), row.0);
                    findings.push(RowFinding { place, problem: problem.to_owned() });
                }
            }
        }
        let place = key.checkpoint_file.display().to_string();
        if published.is_some() && !is_row {
            let problem = "the published checkpoint is not one that the database has".to_owned();
            findings.push(RowFinding { place, problem });
        } else if published.is_none() && rows > 1 && !all_of_past_origins(key, after) {
            // With one row it may be that the process ended before it wrote the file for the first time.
            findings.push(RowFinding { place, problem: "the published checkpoint is missing".to_owned() });
        }
        Ok(findings)
    }
}

/// A new origin has signed nothing yet: the file comes with its first checkpoint.
fn all_of_past_origins(key: &LogKey, newest: i64) -> bool {
    key.past.iter().any(|(_, until)| u64::try_from(newest).is_ok_and(|newest| newest <= *until))
}

fn published(key: &LogKey) -> Result<Option<Vec<u8>>> {
    match key.disk.read(&key.checkpoint_file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file("reading", &key.checkpoint_file)(error)),
    }
}

fn problem(key: &LogKey, keys: &[NoteKey], (size, root, hash, note): &Row) -> Option<&'static str> {
    let opened = Note::parse(note.as_bytes()).and_then(|note| Checkpoint::open(&note, keys));
    let Ok((checkpoint, _)) = opened else { return Some("its note is not one that this log's key signed") };
    // Each origin speaks for its own sizes: an old key that signs after its end is a forger's.
    let due = key.past.iter().find(|(_, until)| checkpoint.size <= *until);
    if checkpoint.origin != due.map_or(key.origin.as_str(), |(past, _)| past.name()) {
        return Some("it is signed under an origin that was not in force at its size");
    }
    let same = u64::try_from(*size) == Ok(checkpoint.size)
        && hash_of(root).ok() == Some(checkpoint.root)
        && hash_of(hash).ok() == Some(checkpoint.hash());
    (!same).then_some("its row does not say what its note says")
}
