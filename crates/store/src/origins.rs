//! Under which name and key a log is signed. It begins under one; each restore that cannot go on begins another.
//!
//! Invariant: a key that gave up its log signs nothing again. Its file is removed when the new origin's record is durable,
//! and its checkpoints stay, readable by the verifier key that is kept in `log_origin`.

use crate::convert::{int, uint};
use crate::error::{Doing, Result};
use crate::log::{self, LogName};
use ledger::note::NoteKey;
use ledger::origin::{ORIGIN_KIND, OriginRecord};
use sqlx::SqliteConnection;
use std::path::{Path, PathBuf};

/// The origin in force: its name, and the how-manieth it is, from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    pub name: String,
    pub generation: u32,
}

impl Origin {
    pub fn key_path(&self, data_dir: &Path, log: LogName) -> PathBuf {
        let log = log.as_str();
        data_dir.join(match self.generation {
            0 | 1 => format!("keys/{log}-log.ed25519"),
            generation => format!("keys/{log}-log.{generation}.ed25519"),
        })
    }

    /// The one after this: the same name with its number.
    pub fn next(&self) -> Self {
        let generation = self.generation.saturating_add(1);
        let old = format!("/{}", self.generation);
        let stem = if self.generation > 1 { self.name.strip_suffix(&old) } else { None };
        Self { name: format!("{}/{generation}", stem.unwrap_or(&self.name)), generation }
    }
}

/// The newest origin; the one given where the log never changed it.
pub async fn current(connection: &mut SqliteConnection, first: &str) -> Result<Origin> {
    let row: Option<(String, i64)> =
        sqlx::query_as("SELECT origin, generation FROM log_origin ORDER BY generation DESC LIMIT 1")
            .fetch_optional(connection)
            .await
            .doing("reading a log's origin")?;
    Ok(match row {
        Some((name, generation)) => Origin { name, generation: crate::convert::small(generation)? },
        None => Origin { name: first.to_owned(), generation: 1 },
    })
}

/// The keys of earlier origins, each with the number of leaves up to which it could sign.
pub async fn past(connection: &mut SqliteConnection) -> Result<Vec<(NoteKey, u64)>> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT first_leaf, old_vkey FROM log_origin ORDER BY generation")
            .fetch_all(connection)
            .await
            .doing("reading a log's earlier origins")?;
    rows.into_iter().map(|(leaf, vkey)| Ok((NoteKey::parse(&vkey)?, uint(leaf)?))).collect()
}

/// Appends the record of a new origin and makes it the one in force. Runs in the writer.
pub async fn begin(
    connection: &mut SqliteConnection,
    old_vkey: &str,
    new: &Origin,
    record: OriginRecord,
) -> Result<()> {
    let record = OriginRecord { leaves: log::size(connection).await?, ..record };
    let leaf = log::append(connection, ORIGIN_KIND, &record.encode()?, None).await?;
    sqlx::query(
        "INSERT INTO log_origin (first_leaf, generation, origin, old_vkey, made_us) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(int(leaf)?)
    .bind(i64::from(new.generation))
    .bind(&new.name)
    .bind(old_vkey)
    .bind(record.at.0)
    .execute(connection)
    .await
    .doing("beginning a new origin")
    .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_origin_has_its_own_name_and_key_file() {
        let first = Origin { name: "a.example/footage".into(), generation: 1 };
        let check = |origin: &Origin, name: &str, file: &str| {
            assert_eq!(origin.name, name);
            assert_eq!(origin.key_path(Path::new("d"), LogName::Footage), Path::new(file));
        };
        check(&first, "a.example/footage", "d/keys/footage-log.ed25519");
        check(&first.next(), "a.example/footage/2", "d/keys/footage-log.2.ed25519");
        check(&first.next().next(), "a.example/footage/3", "d/keys/footage-log.3.ed25519");
    }
}
