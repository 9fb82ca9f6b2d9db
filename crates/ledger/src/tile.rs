//! C2SP tiles: the tree and the entries as static files (c2sp.org/tlog-tiles).
//!
//! Tiles are derived: they can be deleted and rebuilt from the leaf hashes. This module names them, says which change
//! when a log grows, makes their bytes, and reads subtree hashes back out of them.

use crate::tree::{self, HashReader, Node, Tree};
use crate::{ENTRY_BYTES_MAX, Error, Result};
use model::Hash;
use std::{cell::RefCell, collections::BTreeMap, collections::BTreeSet, fmt};

/// Hashes in a full tile, and levels of the tree in one level of tiles (2^8).
pub const TILE_WIDTH: u16 = 256;
const TILE_HEIGHT: u8 = 8;
/// Highest tile level of a tree of less than 2^64 leaves.
pub const LEVEL_MAX: u8 = 7;

/// One tile: `width` hashes from number `index * 256` on, at tile level `level`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tile {
    pub level: u8,
    pub index: u64,
    /// 1 to 256; below 256 the tile is partial.
    pub width: u16,
}

impl Tile {
    /// The tile with that number in a tree of `size` leaves, or `None` when it would be empty.
    pub fn of_size(level: u8, index: u64, size: u64) -> Option<Self> {
        let hashes = size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0);
        let rest = hashes.checked_sub(index.checked_mul(TILE_WIDTH.into())?)?;
        let width = rest.min(TILE_WIDTH.into()) as u16;
        (width > 0).then_some(Self { level, index, width })
    }

    /// The tile of a tree of `size` leaves that a perfect subtree is computed from.
    fn holding(node: Node, size: u64) -> Option<Self> {
        let (level, shift) = (node.level / TILE_HEIGHT, node.level % TILE_HEIGHT);
        Self::of_size(level, node.index.checked_shl(shift.into())? / u64::from(TILE_WIDTH), size)
    }

    /// Path below the log's prefix: `tile/0/x001/067.p/8`.
    pub fn path(self) -> String {
        format!("tile/{}/{}{}", self.level, number_path(self.index), Width(self.width))
    }

    /// Path of the entry bundle with this index and width: `tile/entries/x001/067.p/8`.
    pub fn entries_path(self) -> String {
        format!("tile/entries/{}{}", number_path(self.index), Width(self.width))
    }

    /// Reads a path as [`Tile::path`] or [`Tile::entries_path`] writes it; nothing else is accepted.
    pub fn parse(path: &str) -> Result<TilePath> {
        let bad = Error::Text {
            what: "tile path",
            line: 1,
            problem: "not of the form tile/<L|entries>/<N>[.p/<W>]",
        };
        let rest = path.strip_prefix("tile/").ok_or(bad.clone())?;
        let (level, rest) = rest.split_once('/').ok_or(bad.clone())?;
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, width.parse().map_err(|_| bad.clone())?),
            None => (rest, TILE_WIDTH),
        };
        let mut index: u64 = 0;
        for part in number.split('/') {
            let digits = part.strip_prefix('x').unwrap_or(part);
            let value: u64 = digits.parse().map_err(|_| bad.clone())?;
            index = index.checked_mul(1_000).and_then(|index| index.checked_add(value)).ok_or(bad.clone())?;
        }
        let found = if level == "entries" {
            TilePath::Entries(Self { level: 0, index, width })
        } else {
            TilePath::Hashes(Self { level: level.parse().map_err(|_| bad.clone())?, index, width })
        };
        // One spelling for each tile: what is written again must be what was read.
        let again = match found {
            TilePath::Hashes(tile) if tile.level <= LEVEL_MAX => tile.path(),
            TilePath::Hashes(_) => return Err(bad),
            TilePath::Entries(tile) => tile.entries_path(),
        };
        if again == path && (1..=TILE_WIDTH).contains(&width) { Ok(found) } else { Err(bad) }
    }
}

/// What a path names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TilePath {
    Hashes(Tile),
    Entries(Tile),
}

struct Width(u16);

impl fmt::Display for Width {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == TILE_WIDTH { Ok(()) } else { write!(f, ".p/{}", self.0) }
    }
}

/// 1234067 is `x001/x234/067`.
fn number_path(index: u64) -> String {
    let mut path = format!("{:03}", index % 1_000);
    let mut rest = index / 1_000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1_000);
        rest /= 1_000;
    }
    path
}

/// Hash tiles that a tree of `new_size` has and a tree of `old_size` had not, lowest level first. A tile of level 0 in
/// this list stands for its entry bundle too.
pub fn changed(old_size: u64, new_size: u64) -> Vec<Tile> {
    let mut tiles = Vec::new();
    for level in 0..=LEVEL_MAX {
        let shift = u32::from(level) * u32::from(TILE_HEIGHT);
        let (old, new) = (old_size >> shift, new_size >> shift);
        if old >= new {
            break;
        }
        let width = u64::from(TILE_WIDTH);
        tiles.extend(
            (old / width..=(new - 1) / width).filter_map(|index| Tile::of_size(level, index, new_size)),
        );
    }
    tiles
}

/// The bytes of a hash tile, from any source of subtree hashes.
pub fn hash_tile_bytes(tile: Tile, reader: &dyn HashReader) -> Result<Vec<u8>> {
    let first = tile.index.checked_mul(TILE_WIDTH.into());
    let first = first.ok_or(Error::Range { what: "tile", problem: "its number is too large" })?;
    let level = tile.level.checked_mul(TILE_HEIGHT).filter(|level| *level < 64);
    let level = level.ok_or(Error::Range { what: "tile", problem: "its level is too high" })?;
    let mut bytes = Vec::with_capacity(usize::from(tile.width) * 32);
    for index in (first..).take(tile.width.into()) {
        bytes.extend_from_slice(&reader.subtree(Node { level, index })?.0);
    }
    Ok(bytes)
}

/// An entry bundle: each entry behind its length as a 16-bit number (tlog-tiles, "Log entries").
pub fn bundle_bytes<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in entries {
        let len = u16::try_from(entry.len()).ok().filter(|_| entry.len() <= ENTRY_BYTES_MAX);
        let too_long =
            Error::Encode { what: "entry bundle", field: "entry", problem: "longer than an entry may be" };
        bytes.extend_from_slice(&len.ok_or(too_long)?.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle, in order.
pub fn parse_bundle(bytes: &[u8]) -> Result<Vec<&[u8]>> {
    let mut reader = crate::layout::Reader::new("entry bundle", bytes);
    let mut entries = Vec::new();
    while reader.remaining() > 0 {
        if entries.len() == usize::from(TILE_WIDTH) {
            return Err(reader.bad("entry", 0, "more than 256 entries"));
        }
        entries.push(reader.opaque("entry", ENTRY_BYTES_MAX)?);
    }
    Ok(entries)
}

/// Subtree hashes out of hash tiles in memory. Fetch what [`needed`] names, insert it, then compute.
#[derive(Clone, Debug, Default)]
pub struct TileHashes {
    size: u64,
    tiles: BTreeMap<(u8, u64), Vec<Hash>>,
}

impl TileHashes {
    /// For a tree of `size` leaves.
    pub const fn new(size: u64) -> Self {
        Self { size, tiles: BTreeMap::new() }
    }

    /// Adds a tile's bytes. A wider tile than the tree's own is cut to the tree's width.
    pub fn insert(&mut self, tile: Tile, bytes: &[u8]) -> Result<()> {
        let bad = |problem| Err(Error::Mismatch { what: "tile", problem });
        if tile.width == 0 || tile.width > TILE_WIDTH || bytes.len() != usize::from(tile.width) * 32 {
            return bad("its bytes are not as many as its width says");
        }
        let Some(own) = Tile::of_size(tile.level, tile.index, self.size) else {
            return bad("the tree has no such tile");
        };
        if own.width > tile.width {
            return bad("it is narrower than the tree's own");
        }
        let hashes = bytes.chunks_exact(32).take(own.width.into());
        let hashes = hashes.filter_map(|chunk| chunk.try_into().ok()).map(Hash).collect();
        self.tiles.insert((tile.level, tile.index), hashes);
        Ok(())
    }
}

impl HashReader for TileHashes {
    fn subtree(&self, node: Node) -> Result<Hash> {
        let missing = Error::Missing { level: node.level, index: node.index };
        let tile = Tile::holding(node, self.size).ok_or(missing.clone())?;
        let hashes = self.tiles.get(&(tile.level, tile.index)).ok_or(missing.clone())?;
        let count = 1usize << (node.level % TILE_HEIGHT);
        let first = (node.index << (node.level % TILE_HEIGHT)) % u64::from(TILE_WIDTH);
        let range = first as usize..(first as usize).saturating_add(count);
        hashes.get(range).map(tree::mth).ok_or(missing)
    }
}

/// The tiles that a computation over a tree of `size` leaves will ask for: run it once with this reader's zeros, then
/// fetch, then run it again over [`TileHashes`]. Proof functions ask for the same nodes whatever the hashes are.
pub fn needed(size: u64, compute: impl FnOnce(&dyn HashReader) -> Result<Vec<Hash>>) -> Result<Vec<Tile>> {
    struct Recorder {
        size: u64,
        tiles: RefCell<BTreeSet<Tile>>,
    }
    impl HashReader for Recorder {
        fn subtree(&self, node: Node) -> Result<Hash> {
            let missing = Error::Missing { level: node.level, index: node.index };
            let tile = Tile::holding(node, self.size).ok_or(missing)?;
            self.tiles.borrow_mut().insert(tile);
            Ok(Hash::default())
        }
    }
    let recorder = Recorder { size, tiles: RefCell::new(BTreeSet::new()) };
    compute(&recorder)?;
    Ok(recorder.tiles.into_inner().into_iter().collect())
}

/// The tiles from which [`Tree::from_reader`] rebuilds the appender.
pub fn needed_for_frontier(size: u64) -> Result<Vec<Tile>> {
    needed(size, |reader| Ok(Tree::from_reader(size, reader)?.frontier().to_vec()))
}
