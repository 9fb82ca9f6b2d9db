//! Whether entries from a mirror continue a backup's records: of this store, each stream's chain unbroken and its time tiled, minutes
//! ascending. It reads and writes nothing but its own state.

use crate::convert::{hash_of, stream_of, uint};
use crate::error::{Doing, Error, Result};
use crate::log::LogName;
use ledger::access::BatchLeaf;
use ledger::follow::{Head, Link, store_of};
use ledger::record::Entry;
use model::{StoreId, StreamId, WallTime};
use sqlx::SqliteConnection;
use std::collections::HashMap;

type HeadTuple = (Vec<u8>, i64, i64, Vec<u8>, Option<i64>);

pub(super) struct Chain {
    store: StoreId,
    heads: HashMap<StreamId, Head>,
    /// `None`: the footage log, whose entries are no minutes.
    minute: Option<i64>,
}

impl Chain {
    pub fn new(store: StoreId) -> Self {
        Self { store, heads: HashMap::new(), minute: None }
    }

    /// Where the backup's records end.
    pub async fn seed(&mut self, connection: &mut SqliteConnection, log: LogName) -> Result<()> {
        if log == LogName::Access {
            let (newest,): (Option<i64>,) = sqlx::query_as("SELECT max(minute) FROM batch")
                .fetch_one(connection)
                .await
                .doing("reading the newest minute of a backup")?;
            self.minute = Some(newest.unwrap_or(i64::MIN));
            return Ok(());
        }
        let rows: Vec<HeadTuple> =
            sqlx::query_as("SELECT camera, profile, next_seq, prev_record_hash, end_us FROM stream")
                .fetch_all(connection)
                .await
                .doing("reading the streams of a backup")?;
        for (camera, profile, next, hash, end) in rows {
            let head = Head { next: uint(next)?, hash: hash_of(&hash)?, end: end.map(WallTime) };
            self.heads.insert(stream_of(&camera, profile)?, head);
        }
        Ok(())
    }

    /// # Errors
    /// What about the entry is not as it must be.
    pub fn next(&mut self, bytes: &[u8]) -> Result<()> {
        if ledger::origin::OriginRecord::decode(bytes).is_ok() {
            return Err(wrong("it begins a new origin, and the old one's key signed for it"));
        }
        if let Some(newest) = self.minute {
            let minute = BatchLeaf::decode(bytes)?.minute;
            self.minute = Some(minute);
            return if minute > newest {
                Ok(())
            } else {
                Err(wrong("its minute is not after the one before"))
            };
        }
        let entry = Entry::decode(bytes)?;
        let store = store_of(&entry);
        if store != self.store {
            return Err(Error::Corrupt(format!("it is of the store {store}, not of {}", self.store)));
        }
        let Some(link) = Link::of(&entry, bytes) else { return Ok(()) };
        let broken = self.heads.entry(link.stream).or_default().take(&link);
        broken.map_or(Ok(()), |broken| Err(Error::Corrupt(broken.to_string())))
    }
}

fn wrong(problem: &str) -> Error {
    Error::Corrupt(problem.to_owned())
}
