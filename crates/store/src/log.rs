//! One log in SQL: leaves, the roots of full subtrees, checkpoints, tiles and proofs. The same for both databases.
//!
//! Invariants: a leaf commits with the state change it is about; sizes never decrease; the table's key makes a second
//! root for one size impossible, and since leaves are never changed a root signed again is the same root.
//!
//! Tiles are not stored: a full subtree of 256 leaves leaves one row in `node`, and any tile is one range scan over
//! `leaf` or `node`. They are derived in the strictest sense and need no syncing of their own.

use crate::convert::{hash_of, int, uint};
use crate::disk::Disk;
use crate::error::{Doing, Error, Result};
use ledger::checkpoint::Checkpoint;
use ledger::note::{Ed25519Signer, Note, NoteKey};
use ledger::tile::{self, TILE_WIDTH, Tile, TileHashes, TilePath};
use ledger::tree::{self, HashReader};
use model::{Hash, WallTime};
use sqlx::SqliteConnection;
use std::path::PathBuf;
use std::sync::Arc;

/// Which of the two logs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LogName {
    Footage,
    Access,
}

impl LogName {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Footage => "footage",
            Self::Access => "access",
        }
    }
}

/// A log's signing key and where its newest checkpoint is kept outside the database.
#[derive(Clone)]
pub struct LogKey {
    pub signer: Arc<Ed25519Signer>,
    pub origin: String,
    /// The name that the log began with, before any restore.
    pub first_origin: String,
    /// Keys of earlier origins, and up to how many leaves each could sign.
    pub past: Vec<(NoteKey, u64)>,
    pub checkpoint_file: PathBuf,
    /// Where that file lies.
    pub disk: Arc<dyn Disk>,
    /// One publication at a time, so that the file never goes back.
    pub publishing: Arc<tokio::sync::Mutex<()>>,
}

impl LogKey {
    /// The verifier key to pin: `name+hash+base64`.
    pub fn vkey(&self) -> String {
        self.signer.key().to_string()
    }
}

/// A signed checkpoint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedCheckpoint {
    pub size: u64,
    pub root: Hash,
    /// `ledger::checkpoint::Checkpoint::hash`.
    pub hash: Hash,
    /// The signed note, with the cosignatures of witnesses that have come.
    pub note: String,
    pub made: WallTime,
}

/// A proof and the checkpoint that it leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proof {
    pub hashes: Vec<Hash>,
    pub checkpoint: SignedCheckpoint,
}

/// Appends one entry, keeps the roots of full subtrees, and returns the leaf's index.
pub async fn append(
    connection: &mut SqliteConnection,
    kind: u8,
    entry: &[u8],
    stream: Option<i64>,
) -> Result<u64> {
    let index = size(connection).await?;
    sqlx::query("INSERT INTO leaf (idx, hash, entry, kind, stream) VALUES (?, ?, ?, ?, ?)")
        .bind(int(index)?)
        .bind(&tree::leaf_hash(entry).0[..])
        .bind(entry)
        .bind(i64::from(kind))
        .bind(stream)
        .execute(&mut *connection)
        .await
        .doing("appending a leaf")?;
    add_full_nodes(connection, index.saturating_add(1)).await?;
    Ok(index)
}

/// Where the log ends: its size and the hash of its newest checkpoint, zero when there is none yet, in one statement.
pub async fn end(connection: &mut SqliteConnection) -> Result<(u64, Hash)> {
    let (size, hash): (i64, Option<Vec<u8>>) = sqlx::query_as(
        "SELECT (SELECT coalesce(max(idx) + 1, 0) FROM leaf),
                (SELECT hash FROM checkpoint ORDER BY size DESC LIMIT 1)",
    )
    .fetch_one(connection)
    .await
    .doing("looking where the log ends")?;
    Ok((uint(size)?, hash.map_or(Ok(Hash::default()), |hash| hash_of(&hash))?))
}

/// Adds a `node` row for each tile that a tree of `size` leaves has just filled.
pub async fn add_full_nodes(connection: &mut SqliteConnection, size: u64) -> Result<()> {
    let width = u64::from(TILE_WIDTH);
    let (mut level, mut count) = (0_u8, size);
    while count > 0 && count % width == 0 {
        let index = count / width - 1;
        let hashes = row_hashes(connection, level, index * width, width).await?;
        level += 1;
        sqlx::query("INSERT OR REPLACE INTO node (level, idx, hash) VALUES (?, ?, ?)")
            .bind(i64::from(level))
            .bind(int(index)?)
            .bind(&tree::mth(&hashes).0[..])
            .execute(&mut *connection)
            .await
            .doing("adding a subtree")?;
        count /= width;
    }
    Ok(())
}

/// How many leaves are there, published or not.
pub async fn size(connection: &mut SqliteConnection) -> Result<u64> {
    let (size,): (i64,) = sqlx::query_as("SELECT coalesce(max(idx) + 1, 0) FROM leaf")
        .fetch_one(connection)
        .await
        .doing("counting leaves")?;
    uint(size)
}

/// The hash of the newest checkpoint, zero when there is none yet.
pub async fn newest_checkpoint_hash(connection: &mut SqliteConnection) -> Result<Hash> {
    Ok(newest_checkpoint(connection).await?.map_or(Hash::default(), |checkpoint| checkpoint.hash))
}

pub async fn newest_checkpoint(connection: &mut SqliteConnection) -> Result<Option<SignedCheckpoint>> {
    checkpoint_below(connection, i64::MAX, false).await
}

/// The newest checkpoint of at most `size` leaves; with `cosigned`, the newest of those that a witness has cosigned.
/// Its note holds the log's signature and every cosignature that came.
pub async fn checkpoint_below(
    connection: &mut SqliteConnection,
    size: i64,
    cosigned: bool,
) -> Result<Option<SignedCheckpoint>> {
    let mut size_max = Some(size);
    if cosigned {
        (size_max,) = sqlx::query_as("SELECT max(size) FROM cosignature WHERE size <= ?")
            .bind(size)
            .fetch_one(&mut *connection)
            .await
            .doing("looking for a cosigned checkpoint")?;
    }
    let Some(size_max) = size_max else { return Ok(None) };
    let row: Option<CheckpointTuple> = sqlx::query_as(
        "SELECT size, root, hash, note || coalesce((SELECT group_concat(line, '' ORDER BY witness)
             FROM cosignature WHERE cosignature.size = checkpoint.size), ''), made_us
         FROM checkpoint WHERE size <= ? ORDER BY size DESC LIMIT 1",
    )
    .bind(size_max)
    .fetch_optional(connection)
    .await
    .doing("reading a checkpoint")?;
    row.map(|(size, root, hash, note, made)| {
        let (root, hash) = (hash_of(&root)?, hash_of(&hash)?);
        Ok(SignedCheckpoint { size: uint(size)?, root, hash, note, made: WallTime(made) })
    })
    .transpose()
}

type CheckpointTuple = (i64, Vec<u8>, Vec<u8>, String, i64);

/// Signs the present size, unless it is signed already. Runs in the writer, so that nothing is appended meanwhile.
pub async fn sign(
    connection: &mut SqliteConnection,
    key: &LogKey,
    now: WallTime,
) -> Result<SignedCheckpoint> {
    let size = size(connection).await?;
    let newest = newest_checkpoint(connection).await?;
    if let Some(newest) = newest {
        if newest.size == size {
            return Ok(newest);
        }
        if newest.size > size {
            return Err(Error::Corrupt(format!(
                "the log has {size} leaves but {} were signed: rows are missing",
                newest.size
            )));
        }
    }
    let reader = tiles_for(connection, size, |reader| Ok(vec![tree::root(size, reader)?])).await?;
    let root = tree::root(size, &reader)?;
    let checkpoint = Checkpoint::new(&key.origin, size, root);
    let note = key.signer.signed(&checkpoint.to_string())?.to_string();
    let signed = SignedCheckpoint { size, root, hash: checkpoint.hash(), note, made: now };
    sqlx::query("INSERT INTO checkpoint (size, root, hash, note, made_us) VALUES (?, ?, ?, ?, ?)")
        .bind(int(size)?)
        .bind(&signed.root.0[..])
        .bind(&signed.hash.0[..])
        .bind(&signed.note)
        .bind(now.0)
        .execute(connection)
        .await
        .doing("storing a checkpoint")?;
    Ok(signed)
}

/// Root of the first `size` leaves, from the rows.
pub async fn root_at(connection: &mut SqliteConnection, size: u64) -> Result<Hash> {
    let reader = tiles_for(connection, size, |reader| Ok(vec![tree::root(size, reader)?])).await?;
    Ok(tree::root(size, &reader)?)
}

/// Computes a proof over a tree of `size` leaves from the rows.
pub async fn prove<F>(connection: &mut SqliteConnection, size: u64, compute: F) -> Result<Vec<Hash>>
where
    F: Fn(&dyn HashReader) -> ledger::Result<Vec<Hash>>,
{
    let reader = tiles_for(connection, size, &compute).await?;
    Ok(compute(&reader)?)
}

async fn tiles_for<F>(connection: &mut SqliteConnection, size: u64, compute: F) -> Result<TileHashes>
where
    F: Fn(&dyn HashReader) -> ledger::Result<Vec<Hash>>,
{
    let mut reader = TileHashes::new(size);
    for tile in tile::needed(size, compute)? {
        reader.insert(tile, &tile_bytes(connection, tile).await?)?;
    }
    Ok(reader)
}

/// The bytes at a C2SP path of the log, limited to what the newest checkpoint covers.
pub async fn tile(connection: &mut SqliteConnection, path: &str) -> Result<Vec<u8>> {
    let wanted = Tile::parse(path)?;
    let tile = match wanted {
        TilePath::Hashes(tile) | TilePath::Entries(tile) => tile,
    };
    let published = newest_checkpoint(connection).await?.map_or(0, |checkpoint| checkpoint.size);
    let own = Tile::of_size(tile.level, tile.index, published).ok_or(Error::NotFound("tile"))?;
    if own.width < tile.width {
        return Err(Error::NotFound("tile"));
    }
    match wanted {
        TilePath::Hashes(tile) => tile_bytes(connection, tile).await,
        TilePath::Entries(tile) => {
            let entries: Vec<(Vec<u8>,)> =
                sqlx::query_as("SELECT entry FROM leaf WHERE idx >= ? ORDER BY idx LIMIT ?")
                    .bind(int(tile.index.saturating_mul(TILE_WIDTH.into()))?)
                    .bind(i64::from(tile.width))
                    .fetch_all(connection)
                    .await
                    .doing("reading entries")?;
            Ok(tile::bundle_bytes(entries.iter().map(|(entry,)| &entry[..]))?)
        }
    }
}

async fn tile_bytes(connection: &mut SqliteConnection, tile: Tile) -> Result<Vec<u8>> {
    let first = tile.index.saturating_mul(TILE_WIDTH.into());
    let hashes = row_hashes(connection, tile.level, first, tile.width.into()).await?;
    Ok(hashes.iter().flat_map(|hash| hash.0).collect())
}

/// `count` hashes of tile level `level` from number `first` on; all must be there.
async fn row_hashes(
    connection: &mut SqliteConnection,
    level: u8,
    first: u64,
    count: u64,
) -> Result<Vec<Hash>> {
    let last = int(first.saturating_add(count).saturating_sub(1))?;
    let query = if level == 0 {
        sqlx::query_as("SELECT hash FROM leaf WHERE idx BETWEEN ? AND ? ORDER BY idx")
            .bind(int(first)?)
            .bind(last)
    } else {
        sqlx::query_as("SELECT hash FROM node WHERE level = ?3 AND idx BETWEEN ?1 AND ?2 ORDER BY idx")
            .bind(int(first)?)
            .bind(last)
            .bind(i64::from(level))
    };
    let rows: Vec<(Vec<u8>,)> = query.fetch_all(connection).await.doing("reading hashes")?;
    if rows.len() as u64 != count {
        return Err(Error::Corrupt(format!(
            "the log lacks hashes of level {level} from {first}: {} of {count} are there",
            rows.len()
        )));
    }
    rows.iter().map(|(hash,)| hash_of(hash)).collect()
}

/// Hashes of at most `count` leaves from number `first` on.
pub async fn leaf_hashes(connection: &mut SqliteConnection, first: u64, count: u64) -> Result<Vec<Hash>> {
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT hash FROM leaf WHERE idx >= ? ORDER BY idx LIMIT ?")
        .bind(int(first)?)
        .bind(int(count)?)
        .fetch_all(connection)
        .await
        .doing("reading leaves")?;
    rows.iter().map(|(hash,)| hash_of(hash)).collect()
}

/// What is wrong between the checkpoint kept outside the database and the database: the sign of a restored copy.
///
/// # Errors
/// `Corrupt` when the database has fewer leaves than were published, or another root for that size.
pub async fn check_against_file(connection: &mut SqliteConnection, key: &LogKey) -> Result<()> {
    let file = &key.checkpoint_file;
    let bytes = match key.disk.read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::file("reading", file)(error)),
    };
    let key_of_log = [signer_key(key)?];
    let opened = Note::parse(&bytes).and_then(|note| Checkpoint::open(&note, &key_of_log));
    let (published, _) = opened.map_err(|error| {
        Error::Corrupt(format!("{}: not a checkpoint that this log's key signed: {error}", file.display()))
    })?;
    let size = size(connection).await?;
    if published.size > size {
        return Err(Error::Corrupt(format!(
            "{} leaves of the log {} were published, the database has {size}: it is an older copy. \
             The log stays locked until the missing leaves are brought back",
            published.size, key.origin
        )));
    }
    if root_at(connection, published.size).await? != published.root {
        return Err(Error::Corrupt(format!(
            "the first {} leaves of the log {} are not those that were published",
            published.size, key.origin
        )));
    }
    Ok(())
}

pub fn signer_key(key: &LogKey) -> Result<NoteKey> {
    Ok(NoteKey::parse(&key.vkey())?)
}
