//! The right edge of a log that is copied leaf by leaf: which tiles become full, which are partial, and the root.
//!
//! A mirror computes its tiles from the entries that it holds and takes no hash from the log but the signed root; so a
//! checkpoint that it accepts is one that its own copy leads to.

use crate::tile::{TILE_WIDTH, Tile, TileHashes, needed_for_frontier};
use crate::tree;
use crate::{Error, Result};
use model::Hash;

/// For each level of tiles the hashes of its last tile, while that is not full.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

/// A tile and its bytes.
pub type TileFile = (Tile, Vec<u8>);

impl Edge {
    /// The edge of a copy with `size` leaves, from its own partial tiles.
    pub fn from_tiles(size: u64, mut read: impl FnMut(Tile) -> Result<Vec<u8>>) -> Result<Self> {
        let mut edge = Self { size, levels: Vec::new() };
        let mut hashes = size;
        while hashes > 0 {
            let (level, width) = (edge.levels.len() as u8, (hashes % u64::from(TILE_WIDTH)) as u16);
            let mut held = Vec::new();
            if width > 0 {
                let tile = Tile { level, index: hashes / u64::from(TILE_WIDTH), width };
                let bytes = read(tile)?;
                if bytes.len() != usize::from(width) * 32 {
                    let problem = "its bytes are not as many as its width says";
                    return Err(Error::Mismatch { what: "tile", problem });
                }
                held.extend(bytes.chunks_exact(32).filter_map(|chunk| chunk.try_into().ok()).map(Hash));
            }
            edge.levels.push(held);
            hashes /= u64::from(TILE_WIDTH);
        }
        Ok(edge)
    }

    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Leaf hashes of the last bundle, while that is not full.
    pub fn last_leaves(&self) -> &[Hash] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// Adds a leaf hash; gives the tiles that it makes full, lowest level first.
    pub fn append(&mut self, leaf: Hash) -> Vec<TileFile> {
        let mut full = Vec::new();
        let (mut carried, mut level) = (leaf, 0);
        loop {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let Some(held) = self.levels.get_mut(level) else { break };
            held.push(carried);
            if held.len() < usize::from(TILE_WIDTH) {
                break;
            }
            let hashes = std::mem::take(held);
            // This tile's number at its level: how many leaves lie before it, in units of what it covers.
            let index = (self.size >> (8 * level)) / u64::from(TILE_WIDTH);
            full.push((Tile { level: level as u8, index, width: TILE_WIDTH }, bytes(&hashes)));
            carried = tree::mth(&hashes);
            level += 1;
        }
        self.size = self.size.saturating_add(1);
        full
    }

    /// The partial tiles at the edge.
    pub fn partial(&self) -> Vec<TileFile> {
        let tiles = self.levels.iter().enumerate().filter(|(_, held)| !held.is_empty());
        tiles
            .map(|(level, held)| {
                let index = (self.size >> (8 * level)) / u64::from(TILE_WIDTH);
                (Tile { level: level as u8, index, width: held.len() as u16 }, bytes(held))
            })
            .collect()
    }

    /// The root of all leaves so far.
    pub fn root(&self) -> Result<Hash> {
        let mut hashes = TileHashes::new(self.size);
        for (tile, bytes) in self.partial() {
            hashes.insert(tile, &bytes)?;
        }
        debug_assert!(needed_for_frontier(self.size).is_ok());
        tree::root(self.size, &hashes)
    }
}

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tile::hash_tile_bytes;
    use std::collections::BTreeMap;

    #[test]
    fn tiles_and_roots_are_those_of_the_whole_tree_at_every_size_and_after_every_stop() {
        let leaves: Vec<Hash> =
            (0..66_000_u32).map(|number| tree::leaf_hash(&number.to_be_bytes())).collect();
        let (mut edge, mut kept) = (Edge::default(), BTreeMap::new());
        for (size, leaf) in (1..).zip(&leaves) {
            for (tile, bytes) in edge.append(*leaf) {
                kept.insert(tile, bytes);
            }
            // Sizes around every kind of boundary, and a spread of others.
            if size % 4_099 == 0 || [1, 255, 256, 257, 65_535, 65_536, 65_537].contains(&size) {
                let all = leaves[..size as usize].to_vec();
                assert_eq!(edge.root().unwrap(), tree::mth(&all), "size {size}");
                let partial: BTreeMap<Tile, Vec<u8>> = edge.partial().into_iter().collect();
                for (tile, bytes) in &partial {
                    assert_eq!(*bytes, hash_tile_bytes(*tile, &all).unwrap(), "size {size} {tile:?}");
                    assert_eq!(Tile::of_size(tile.level, tile.index, size), Some(*tile));
                }
                let again = Edge::from_tiles(size, |tile| Ok(partial[&tile].clone())).unwrap();
                assert_eq!(again, edge, "size {size}");
            }
        }
        assert_eq!(kept.len(), 257 + 1);
        for (tile, bytes) in [kept.first_key_value().unwrap(), kept.last_key_value().unwrap()] {
            assert_eq!(*bytes, hash_tile_bytes(*tile, &leaves).unwrap(), "{tile:?}");
        }
    }
}
