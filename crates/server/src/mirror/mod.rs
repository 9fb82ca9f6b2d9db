//! Copies a log from a running server and holds it to what it said before.
//!
//! It believes the log's signature over a root, and of everything else only what leads to that root. What contradicts
//! the copy is refused and kept as a fork; the copy itself never goes back.

mod check;
mod reading;

pub use check::check;

use crate::http_client::HttpClient;
use anyhow::{Context as _, Result, bail, ensure};
use ledger::{
    ENTRY_BYTES_MAX,
    checkpoint::Checkpoint,
    fork::Fork,
    mirror::Edge,
    note::{NOTE_BYTES_MAX, Note, NoteKey},
    tile::{TILE_WIDTH, Tile, TileHashes, needed, parse_bundle},
    tree::{self, leaf_hash},
};
use model::{Hash, WallTime};
use store::{LogName, MirrorFolder};
use url::Url;

/// Longest bundle: 256 entries, each behind its length.
const BUNDLE_BYTES_MAX: usize = TILE_WIDTH as usize * (ENTRY_BYTES_MAX + 2);

const CHECKPOINT: &str = "checkpoint";
const VKEY: &str = "vkey";

/// Whose logs are copied, and from where.
pub struct Mirror {
    pub client: HttpClient,
    /// The server's address.
    pub server: Url,
    pub token: String,
    pub folder: MirrorFolder,
}

/// What one look at a log came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pulled {
    /// Nothing new.
    Same {
        size: u64,
    },
    Grown {
        from: u64,
        to: u64,
    },
}

/// The log contradicts the copy.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{log}: {problem}; both signed checkpoints are kept in `forks`")]
pub struct Contradiction {
    pub log: &'static str,
    pub problem: String,
}

impl Mirror {
    /// Copies what is new of one log.
    ///
    /// # Errors
    /// [`Contradiction`] when the log does not continue the copy; anything else is a failure to look.
    pub async fn pull(&self, log: LogName, key: &NoteKey, now: WallTime) -> Result<Pulled> {
        self.pin(log, key)?;
        let bytes = self.get(log, CHECKPOINT, NOTE_BYTES_MAX).await?;
        let note = Note::parse(&bytes).context("the checkpoint")?;
        let (new, _) = Checkpoint::open(&note, std::slice::from_ref(key)).context("the checkpoint")?;
        let held = held(&self.folder, log, key)?;
        let Some((old, _)) = &held else {
            return self.grow(log, Edge::default(), None, (&new, &note), now).await;
        };
        let old_size = old.size;
        if new.size < old_size {
            let root = self.root_at(log, old_size, new.size)?;
            let what =
                if root == new.root { "is an older one" } else { "is an older one and has other content" };
            return self.contradiction(
                log,
                held.as_ref(),
                &note,
                format!("its checkpoint of {} entries {what}, the copy has {old_size}", new.size),
                now,
            );
        }
        if new.size == old_size {
            if new.root != old.root {
                let problem = format!("it has signed two different histories of {old_size} entries");
                return self.contradiction(log, held.as_ref(), &note, problem, now);
            }
            // The same, perhaps with more cosignatures.
            self.folder.write(log, CHECKPOINT, note.to_string().as_bytes())?;
            return Ok(Pulled::Same { size: old_size });
        }
        let edge = self.edge(log, old_size)?;
        self.grow(log, edge, held.as_ref(), (&new, &note), now).await
    }

    /// Whose log the folder copies is fixed by the first copy.
    fn pin(&self, log: LogName, key: &NoteKey) -> Result<()> {
        match self.folder.read(log, VKEY)? {
            Some(pinned) => {
                let same = String::from_utf8_lossy(&pinned).trim() == key.to_string();
                ensure!(same, "{} log: this folder copies the log of another key", log.as_str());
                Ok(())
            }
            None => Ok(self.folder.write(log, VKEY, format!("{key}\n").as_bytes())?),
        }
    }

    fn edge(&self, log: LogName, size: u64) -> Result<Edge> {
        let read = |tile: Tile| {
            let found = self.folder.read(log, &tile.path()).ok().flatten();
            found.ok_or(ledger::Error::Missing { level: tile.level * 8, index: tile.index })
        };
        Ok(Edge::from_tiles(size, read)?)
    }

    /// Appends what the log has and the copy has not, compares the root, and only then takes the checkpoint.
    async fn grow(
        &self,
        log: LogName,
        mut edge: Edge,
        held: Option<&(Checkpoint, Note)>,
        (new, note): (&Checkpoint, &Note),
        now: WallTime,
    ) -> Result<Pulled> {
        let from = edge.size();
        let stale: Vec<Tile> = edge.partial().into_iter().map(|(tile, _)| tile).collect();
        while edge.size() < new.size {
            if !self.bundle(log, &mut edge, new.size).await? {
                let problem = "entries that were copied before are not the same any more".to_owned();
                return self.contradiction(log, held, note, problem, now);
            }
        }
        if edge.root()? != new.root {
            let problem = format!(
                "its {} entries do not lead from the copy's {from} to the root that it signed",
                new.size
            );
            return self.contradiction(log, held, note, problem, now);
        }
        for (tile, bytes) in edge.partial() {
            self.folder.write(log, &tile.path(), &bytes)?;
        }
        self.folder.write(log, CHECKPOINT, note.to_string().as_bytes())?;
        for tile in
            stale.into_iter().filter(|tile| Tile::of_size(tile.level, tile.index, new.size) != Some(*tile))
        {
            self.folder.remove(log, &tile.path())?;
            if tile.level == 0 {
                self.folder.remove(log, &tile.entries_path())?;
            }
        }
        Ok(Pulled::Grown { from, to: new.size })
    }

    /// Copies the next bundle of a log of `size` leaves; false when it does not begin with what was copied before.
    async fn bundle(&self, log: LogName, edge: &mut Edge, size: u64) -> Result<bool> {
        let index = edge.size() / u64::from(TILE_WIDTH);
        let tile = Tile::of_size(0, index, size).context("the log has no such bundle")?;
        let path = tile.entries_path();
        let bytes = self.get(log, &path, BUNDLE_BYTES_MAX).await?;
        let entries = parse_bundle(&bytes).with_context(|| path.clone())?;
        ensure!(entries.len() == usize::from(tile.width), "{path}: not as many entries as its name says");
        let mut hashes = entries.iter().map(|entry| leaf_hash(entry));
        let same = edge.last_leaves().iter().all(|leaf| hashes.next() == Some(*leaf));
        if !same {
            return Ok(false);
        }
        let rest: Vec<Hash> = hashes.collect();
        self.folder.write(log, &path, &bytes)?;
        for leaf in rest {
            for (full, bytes) in edge.append(leaf) {
                self.folder.write(log, &full.path(), &bytes)?;
            }
        }
        Ok(true)
    }

    /// The copy's own root for a smaller size.
    fn root_at(&self, log: LogName, size: u64, smaller: u64) -> Result<Hash> {
        let mut hashes = TileHashes::new(smaller);
        for tile in needed(smaller, |reader| Ok(vec![tree::root(smaller, reader)?]))? {
            // The copy has the tile as wide as its own size makes it.
            let own = Tile::of_size(tile.level, tile.index, size).context("the copy lacks a tile")?;
            let bytes = self.folder.read(log, &own.path())?.context("the copy lacks a tile")?;
            hashes.insert(own, &bytes)?;
        }
        Ok(tree::root(smaller, &hashes)?)
    }

    fn contradiction(
        &self,
        log: LogName,
        held: Option<&(Checkpoint, Note)>,
        second: &Note,
        problem: String,
        now: WallTime,
    ) -> Result<Pulled> {
        if let Some((_, first)) = held {
            let source = self.server.to_string();
            self.folder.forks().keep(&Fork {
                seen: now,
                source,
                first: first.clone(),
                second: second.clone(),
            })?;
        }
        Err(Contradiction { log: log.as_str(), problem }.into())
    }

    async fn get(&self, log: LogName, path: &str, bytes_max: usize) -> Result<Vec<u8>> {
        let url = self.server.join(&format!("/ledger/{}/{path}", log.as_str()))?;
        let answer =
            self.client.get(&url, Some(&self.token), bytes_max).await.with_context(|| url.to_string())?;
        match answer.status {
            200 => Ok(answer.body),
            401 => bail!("{url}: the server does not know this token, or not for this log"),
            404 => bail!("{url}: not published there"),
            status => bail!("{url}: {status}"),
        }
    }
}

/// The checkpoint that the copy leads to.
fn held(folder: &MirrorFolder, log: LogName, key: &NoteKey) -> Result<Option<(Checkpoint, Note)>> {
    let Some(bytes) = folder.read(log, CHECKPOINT)? else { return Ok(None) };
    let note = Note::parse(&bytes).context("the copy's checkpoint")?;
    let (checkpoint, _) =
        Checkpoint::open(&note, std::slice::from_ref(key)).context("the copy's checkpoint")?;
    Ok(Some((checkpoint, note)))
}
