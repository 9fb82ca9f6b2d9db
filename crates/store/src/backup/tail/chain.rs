//! Whether entries from a mirror continue a backup's records: of this store, each stream's chain unbroken and its time tiled, minutes
//! ascending. It reads and writes nothing but its own state.

use crate::convert::{hash_of, stream_of, uint};
use crate::error::{Doing, Error, Result};
use crate::log::LogName;
use ledger::access::BatchLeaf;
use ledger::record::{Entry, record_hash};
use model::{Hash, Span, StoreId, StreamId, WallTime};
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// Where a stream's records have led: the next number, the newest record's hash, its end.
type Head = (u64, Hash, Option<WallTime>);

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
            let head = (uint(next)?, hash_of(&hash)?, end.map(WallTime));
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
        let (store, link) = match Entry::decode(bytes)? {
            Entry::Segment(record) => {
                let link = (record.stream, record.stream_seq, record.prev_record_hash, record.span);
                (record.store, Some(link))
            }
            Entry::Gap(record) => {
                let link = (record.stream, record.stream_seq, record.prev_record_hash, record.span);
                (record.store, Some(link))
            }
            Entry::Expiry(record) => (record.store, None),
            Entry::Loss(record) => (record.store, None),
            Entry::Hold(record) => (record.store, None),
            Entry::Tick(record) => (record.store, None),
        };
        if store != self.store {
            return Err(Error::Corrupt(format!("it is of the store {store}, not of {}", self.store)));
        }
        link.map_or(Ok(()), |link| self.link(link, record_hash(bytes)))
    }

    fn link(&mut self, (stream, seq, prev, span): (StreamId, u64, Hash, Span), own: Hash) -> Result<()> {
        let start = (0, Hash::default(), None);
        let (next, before, end) = self.heads.get(&stream).copied().unwrap_or(start);
        if seq != next {
            return Err(Error::Corrupt(format!("it is number {seq} of {stream}, and {next} is due")));
        }
        if prev != before {
            return Err(wrong("it does not name the hash of its stream's record before it"));
        }
        if end.is_some_and(|end| end != span.start) {
            return Err(wrong("it does not begin where its stream's record before it ends"));
        }
        self.heads.insert(stream, (seq.saturating_add(1), own, Some(span.end)));
        Ok(())
    }
}

fn wrong(problem: &str) -> Error {
    Error::Corrupt(problem.to_owned())
}
