//! A restored store is locked: it may be looked at, and signs nothing until a named person has unlocked it.
//!
//! The lock is a row of the footage database's `meta`, so that it goes wherever the database goes. What is known of the
//! logs from elsewhere lies in it, so that unlocking decides on what the restore found.

use crate::error::{Doing, Error, Result};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

const KEY: &str = "locked";

/// A checkpoint from outside the backup.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Known {
    pub size: u64,
    pub note: String,
    /// The file that it was found in.
    pub from: String,
}

/// Why the store is locked, and what unlocking has to go by.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Locked {
    /// The backup that it was restored from.
    pub backup: String,
    pub made_us: i64,
    pub restored_us: i64,
    /// The keys were in it.
    pub with_keys: bool,
    pub footage_vkey: String,
    pub access_vkey: String,
    pub footage: Option<Known>,
    pub access: Option<Known>,
}

impl Locked {
    pub(crate) async fn write(&self, connection: &mut SqliteConnection) -> Result<()> {
        let text = serde_json::to_vec(self).map_err(|error| Error::Internal(error.to_string()))?;
        sqlx::query("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")
            .bind(KEY)
            .bind(text)
            .execute(connection)
            .await
            .doing("locking a store")
            .map(|_| ())
    }

    pub(crate) async fn read(connection: &mut SqliteConnection) -> Result<Option<Self>> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT value FROM meta WHERE key = ?")
            .bind(KEY)
            .fetch_optional(connection)
            .await
            .doing("asking whether the store is locked")?;
        let unreadable = |_| Error::Corrupt("the store is locked, and the lock cannot be read".into());
        row.map(|(value,)| serde_json::from_slice(&value).map_err(unreadable)).transpose()
    }

    pub(crate) async fn remove(connection: &mut SqliteConnection) -> Result<()> {
        sqlx::query("DELETE FROM meta WHERE key = ?")
            .bind(KEY)
            .execute(connection)
            .await
            .doing("unlocking a store")
            .map(|_| ())
    }
}
