//! Publishing both logs: signing, and reading tiles, proofs and entries of what was published.
//!
//! Procedure: (1) the access log's due minutes become batch leaves, in one transaction; (2) the present size is signed
//! and stored in the same database, durably; (3) the checkpoint is written to its file outside the database; (4) only
//! then is it handed out. A crash between any two leaves an older checkpoint in the file, never a newer one.

use crate::convert::{int, small, stream_of, uint};
use crate::error::{Doing, Error, Result};
use crate::footage::LeafIndex;
use crate::log::{self, LogName, Proof, SignedCheckpoint};
use crate::{Store, files};
use bytes::Bytes;
use ledger::note::NoteKey;
use ledger::origin::ORIGIN_KIND;
use ledger::record::{Entry, EntryKind};
use ledger::tree;
use model::{Cx, StreamId, WallTime};
use std::sync::Arc;

/// Entries on one page of the footage log.
pub const PAGE_ROWS_MAX: u32 = 500;

/// One entry of the footage log.
#[derive(Clone, Debug)]
pub struct FootageEntry {
    pub leaf: LeafIndex,
    /// `None`: a hold, which is about cameras, or a tick or an origin, which are about the recorder.
    pub stream: Option<StreamId>,
    /// `None`: the log goes on under a new origin from here.
    pub entry: Option<Entry>,
    pub bytes: Bytes,
    pub published: bool,
}

impl Store {
    /// Signs what there is and makes it public. Nothing new: the newest checkpoint is returned again.
    pub async fn publish(&self, log: LogName, now: WallTime) -> Result<SignedCheckpoint> {
        let key = self.key(log).clone();
        let publishing = Arc::clone(&key.publishing);
        let _one_at_a_time = publishing.lock().await;
        if log == LogName::Access {
            self.registry.close_batches(now).await?;
        }
        let signing = key.clone();
        let signed = self
            .database(log)
            .write
            .run(move |connection| Box::pin(async move { log::sign(connection, &signing, now).await }))
            .await?;
        let (disk, file, note) = (key.disk, key.checkpoint_file, signed.note.clone());
        if disk.read(&file).is_ok_and(|present| present == note.as_bytes()) {
            return Ok(signed);
        }
        tokio::task::spawn_blocking(move || files::replace(&*disk, &file, note.as_bytes()))
            .await
            .map_err(|error| Error::Internal(error.to_string()))??;
        Ok(signed)
    }

    /// Leaves in the log, published or not.
    pub async fn log_size(&self, log: LogName) -> Result<u64> {
        let mut connection = self.database(log).read.acquire().await.doing("reading a log")?;
        log::size(&mut connection).await
    }

    /// The newest checkpoint; `None` before the first publication.
    pub async fn checkpoint(&self, log: LogName) -> Result<Option<SignedCheckpoint>> {
        let mut connection = self.database(log).read.acquire().await.doing("reading a log")?;
        log::newest_checkpoint(&mut connection).await
    }

    /// The verifier key of a log, to be pinned.
    pub fn vkey(&self, log: LogName) -> String {
        self.key(log).vkey()
    }

    /// The keys under which this log was ever signed here: that of now first.
    pub fn keys_of(&self, log: LogName) -> Vec<NoteKey> {
        let key = self.key(log);
        let past = key.past.iter().map(|(past, _)| past.clone());
        std::iter::once(key.signer.key().clone()).chain(past).collect()
    }

    /// The bytes of a tile or entry bundle by its C2SP path (`tile/0/000.p/8`), within the newest checkpoint.
    pub async fn tile(&self, log: LogName, path: &str) -> Result<Bytes> {
        let mut connection = self.database(log).read.acquire().await.doing("reading a log")?;
        log::tile(&mut connection, path).await.map(Bytes::from)
    }

    /// Entry bytes of a leaf.
    pub async fn leaf(&self, log: LogName, index: u64) -> Result<Bytes> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT entry FROM leaf WHERE idx = ?")
            .bind(int(index)?)
            .fetch_optional(&self.database(log).read)
            .await
            .doing("reading a leaf")?;
        row.map(|(entry,)| entry.into()).ok_or(Error::NotFound("leaf"))
    }

    /// That a leaf is in the log, up to the newest checkpoint. `NotFound` while it is not published yet.
    pub async fn inclusion(&self, log: LogName, index: u64) -> Result<Proof> {
        self.prove(log, index.saturating_add(1), |size, reader| tree::inclusion_proof(index, size, reader))
            .await
    }

    /// That contiguous leaves `[start, end)` are in the log, up to the newest checkpoint.
    pub async fn range(&self, log: LogName, start: u64, end: u64) -> Result<Proof> {
        self.prove(log, end, |size, reader| tree::range_proof(start, end, size, reader)).await
    }

    /// That the log only grew since it had `old_size` leaves.
    pub async fn consistency(&self, log: LogName, old_size: u64) -> Result<Proof> {
        self.prove(log, old_size, |size, reader| tree::consistency_proof(old_size, size, reader)).await
    }

    async fn prove<F>(&self, log: LogName, size_min: u64, compute: F) -> Result<Proof>
    where
        F: Fn(u64, &dyn tree::HashReader) -> ledger::Result<Vec<model::Hash>>,
    {
        let mut connection = self.database(log).read.acquire().await.doing("proving")?;
        let checkpoint = log::newest_checkpoint(&mut connection)
            .await?
            .filter(|checkpoint| checkpoint.size >= size_min)
            .ok_or(Error::NotFound("published leaf"))?;
        let hashes =
            log::prove(&mut connection, checkpoint.size, |reader| compute(checkpoint.size, reader)).await?;
        Ok(Proof { hashes, checkpoint })
    }

    /// Entries of the footage log below `before` (all when `None`), newest first, of one stream or of all; with the ticks of
    /// the recorder among them when asked for.
    pub async fn footage_entries(
        &self,
        _cx: &Cx,
        stream: Option<StreamId>,
        before: Option<LeafIndex>,
        limit: u32,
        with_ticks: bool,
    ) -> Result<Vec<FootageEntry>> {
        let rows: Vec<EntryTuple> = sqlx::query_as(
            "SELECT leaf.idx, kind, camera, profile, entry,
                    leaf.idx < coalesce((SELECT max(size) FROM checkpoint), 0)
             FROM leaf LEFT JOIN stream ON stream.id = leaf.stream
             WHERE (?1 IS NULL OR leaf.stream = (SELECT id FROM stream WHERE camera = ?1 AND profile = ?2))
               AND (?5 OR leaf.kind <> 7) AND leaf.idx < ?3 ORDER BY leaf.idx DESC LIMIT ?4",
        )
        .bind(stream.map(|stream| crate::convert::blob(stream.camera.0)))
        .bind(stream.map(|stream| stream.profile as i64))
        .bind(before.map_or(Ok(i64::MAX), |before| int(before.0))?)
        .bind(i64::from(limit.min(PAGE_ROWS_MAX)))
        .bind(with_ticks)
        .fetch_all(&self.footage.0.database.read)
        .await
        .doing("reading the footage log")?;
        rows.into_iter().map(footage_entry).collect()
    }

    /// One entry of the footage log.
    pub async fn footage_entry(&self, cx: &Cx, leaf: LeafIndex) -> Result<FootageEntry> {
        let after = LeafIndex(leaf.0.saturating_add(1));
        let found = self.footage_entries(cx, None, Some(after), 1, true).await?;
        found.into_iter().find(|entry| entry.leaf == leaf).ok_or(Error::NotFound("entry"))
    }
}

impl FootageEntry {
    /// `None`: the record of a new origin.
    pub fn kind(&self) -> Option<EntryKind> {
        self.entry.as_ref().map(Entry::kind)
    }
}

type EntryTuple = (i64, i64, Option<Vec<u8>>, Option<i64>, Vec<u8>, bool);

fn footage_entry(row: EntryTuple) -> Result<FootageEntry> {
    let (index, kind, camera, profile, bytes, published) = row;
    let entry = match small::<u8>(kind)? {
        ORIGIN_KIND => None,
        _ => Some(Entry::decode(&bytes)?),
    };
    Ok(FootageEntry {
        leaf: LeafIndex(uint(index)?),
        stream: camera.zip(profile).map(|(camera, profile)| stream_of(&camera, profile)).transpose()?,
        entry,
        bytes: bytes.into(),
        published,
    })
}
