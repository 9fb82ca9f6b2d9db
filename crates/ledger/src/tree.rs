//! The Merkle tree of RFC 6962 §2.1 with SHA-256: roots, appending, and proofs of inclusion, consistency and range.
//!
//! It stores nothing: an appender keeps only the frontier, a proof is computed over a [`HashReader`].
//! Verification needs neither; it never allocates more than the proof that it was given.

use crate::{Error, Result};
use aws_lc_rs::digest::{Context, SHA256};
use model::Hash;
use sha2::{Digest, Sha256};

/// Longest proof that is looked at: two paths in a tree of 2^63 leaves.
pub const PROOF_HASHES_MAX: usize = 128;

/// SHA-256 of the parts one after another.
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    Hash(hasher.finalize().into())
}

/// SHA-256 of much data in parts, as fast as the machine can.
#[derive(Clone)]
pub struct BulkSha256(Context);

impl Default for BulkSha256 {
    fn default() -> Self {
        Self(Context::new(&SHA256))
    }
}

impl BulkSha256 {
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all parts; begins anew.
    pub fn finish(&mut self) -> Hash {
        let mut hash = Hash::default();
        hash.0.copy_from_slice(std::mem::take(self).0.finish().as_ref());
        hash
    }
}

/// Leaf hash: SHA-256(0x00 || entry) (RFC 6962 §2.1).
pub fn leaf_hash(entry: &[u8]) -> Hash {
    sha256(&[&[0], entry])
}

/// Node hash: SHA-256(0x01 || left || right) (RFC 6962 §2.1).
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    sha256(&[&[1], &left.0, &right.0])
}

/// The root of the empty tree: SHA-256 of nothing (RFC 6962 §2.1).
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// Merkle Tree Hash over leaf *hashes* (apply [`leaf_hash`] to entries first).
pub fn mth(leaf_hashes: &[Hash]) -> Hash {
    let mut tree = Tree::new();
    for &leaf in leaf_hashes {
        tree.append(leaf);
    }
    tree.root()
}

/// Merkle Tree Hash over entries (each is leaf-hashed first).
pub fn mth_of_entries<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Hash {
    let mut tree = Tree::new();
    for entry in entries {
        tree.append(leaf_hash(entry));
    }
    tree.root()
}

/// A perfect subtree: the `2^level` leaves from `index * 2^level` on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Node {
    pub level: u8,
    pub index: u64,
}

/// Where the hashes of perfect subtrees come from: stored leaf hashes, tiles, a database.
pub trait HashReader {
    /// The Merkle Tree Hash of that perfect subtree, or [`Error::Missing`].
    fn subtree(&self, node: Node) -> Result<Hash>;
}

/// Leaf hashes in memory, from leaf 0 on.
impl HashReader for &[Hash] {
    fn subtree(&self, node: Node) -> Result<Hash> {
        let missing = Error::Missing { level: node.level, index: node.index };
        let width =
            1usize.checked_shl(node.level.into()).filter(|_| node.level < 48).ok_or(missing.clone())?;
        let start = usize::try_from(node.index).ok().and_then(|index| index.checked_mul(width));
        let range = start.and_then(|start| Some(start..start.checked_add(width)?));
        range.and_then(|range| self.get(range)).map(mth).ok_or(missing)
    }
}

impl HashReader for Vec<Hash> {
    fn subtree(&self, node: Node) -> Result<Hash> {
        self.as_slice().subtree(node)
    }
}

/// The appender: the size and the hashes of the perfect subtrees that cover it, largest first. At most 64 hashes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tree {
    size: u64,
    frontier: Vec<Hash>,
}

impl Tree {
    pub fn new() -> Self {
        Self::default()
    }

    /// From a stored frontier: one hash for each bit set in `size`, largest subtree first.
    pub fn from_frontier(size: u64, frontier: Vec<Hash>) -> Result<Self> {
        if frontier.len() != size.count_ones() as usize {
            return Err(Error::Range {
                what: "frontier",
                problem: "one hash for each bit set in the size is needed",
            });
        }
        Ok(Self { size, frontier })
    }

    /// Rebuilt from any source of subtree hashes: reads as many hashes as `size` has bits set.
    pub fn from_reader(size: u64, reader: &(impl HashReader + ?Sized)) -> Result<Self> {
        let frontier =
            perfect(0, size).into_iter().map(|node| reader.subtree(node)).collect::<Result<_>>()?;
        Ok(Self { size, frontier })
    }

    pub const fn size(&self) -> u64 {
        self.size
    }
    pub fn frontier(&self) -> &[Hash] {
        &self.frontier
    }

    /// Adds one leaf hash and returns its index.
    pub fn append(&mut self, leaf: Hash) -> u64 {
        let index = self.size;
        let mut carried = leaf;
        for _ in 0..index.trailing_ones() {
            if let Some(left) = self.frontier.pop() {
                carried = node_hash(left, carried);
            }
        }
        self.frontier.push(carried);
        self.size = index.saturating_add(1);
        index
    }

    /// The Merkle Tree Hash of all leaves so far.
    pub fn root(&self) -> Hash {
        let mut hashes = self.frontier.iter().rev().copied();
        let Some(last) = hashes.next() else { return empty_root() };
        hashes.fold(last, |right, left| node_hash(left, right))
    }
}

/// The perfect subtrees that cover `[start, end)`, left to right. `start` must begin a subtree of that RFC 6962
/// tree (which all callers below ensure); then there are at most 64.
fn perfect(start: u64, end: u64) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut at = start;
    while at < end {
        let level = (end - at).ilog2();
        nodes.push(Node { level: level as u8, index: at >> level });
        at += 1 << level;
    }
    nodes
}

/// MTH(D[start:end]) for a subtree of the RFC 6962 tree.
fn subtree_root(start: u64, end: u64, reader: &dyn HashReader) -> Result<Hash> {
    let mut hashes = Vec::new();
    for node in perfect(start, end) {
        hashes.push(reader.subtree(node)?);
    }
    let mut hashes = hashes.into_iter().rev();
    let last = hashes.next().unwrap_or_else(empty_root);
    Ok(hashes.fold(last, |right, left| node_hash(left, right)))
}

/// The largest power of two smaller than `width` (RFC 6962 §2.1); `width` must be at least 2.
const fn split(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}

/// The root of the first `size` leaves.
pub fn root(size: u64, reader: &dyn HashReader) -> Result<Hash> {
    subtree_root(0, size, reader)
}

/// PATH(m, D[n]) of RFC 6962 §2.1.1: from the leaf's sibling up to the root's child.
pub fn inclusion_proof(index: u64, size: u64, reader: &dyn HashReader) -> Result<Vec<Hash>> {
    if index >= size {
        return Err(Error::Range { what: "inclusion proof", problem: "the tree has no such leaf" });
    }
    let (mut start, mut end, mut proof) = (0, size, Vec::new());
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            proof.push(subtree_root(middle, end, reader)?);
            end = middle;
        } else {
            proof.push(subtree_root(start, middle, reader)?);
            start = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that `leaf` is leaf `index` of the tree of `size` leaves with this root (RFC 9162 §2.1.3.2).
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: Hash) -> Result<()> {
    let wrong = |problem| Err(Error::Mismatch { what: "inclusion proof", problem });
    if index >= size {
        return wrong("the tree has no such leaf");
    }
    let (mut at, mut last, mut hash) = (index, size - 1, leaf);
    for &sibling in proof {
        if last == 0 {
            return wrong("too many hashes");
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(sibling, hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return wrong("too few hashes");
    }
    if hash == root { Ok(()) } else { wrong("it leads to another root") }
}

/// PROOF(m, D[n]) of RFC 6962 §2.1.2, from `old_size` to `size`. Empty when the old tree is empty or the same.
pub fn consistency_proof(old_size: u64, size: u64, reader: &dyn HashReader) -> Result<Vec<Hash>> {
    if old_size > size {
        return Err(Error::Range {
            what: "consistency proof",
            problem: "the old tree is larger than the new one",
        });
    }
    if old_size == 0 || old_size == size {
        return Ok(Vec::new());
    }
    let (mut start, mut end, mut proof) = (0, size, Vec::new());
    // `whole` is RFC 6962's flag b: the subtree at hand is the old tree itself, whose root the verifier has.
    let mut whole = true;
    while end != old_size {
        let middle = start + split(end - start);
        if old_size <= middle {
            proof.push(subtree_root(middle, end, reader)?);
            end = middle;
        } else {
            proof.push(subtree_root(start, middle, reader)?);
            start = middle;
            whole = false;
        }
    }
    if !whole {
        proof.push(subtree_root(start, end, reader)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that the tree of `old_size` leaves is the beginning of the tree of `size` leaves (RFC 9162 §2.1.4.2).
pub fn verify_consistency(
    old_size: u64,
    size: u64,
    proof: &[Hash],
    old_root: Hash,
    root: Hash,
) -> Result<()> {
    let wrong = |problem| Err(Error::Mismatch { what: "consistency proof", problem });
    if old_size > size {
        return wrong("the old tree is larger than the new one");
    }
    if old_size == 0 || old_size == size {
        let expected = if old_size == 0 { empty_root() } else { root };
        return match (proof.is_empty(), old_root == expected) {
            (false, _) => wrong("too many hashes"),
            (true, false) => wrong("it leads to another old root"),
            (true, true) => Ok(()),
        };
    }
    let (first, rest) = if old_size.is_power_of_two() {
        (old_root, proof)
    } else {
        let Some((&first, rest)) = proof.split_first() else { return wrong("too few hashes") };
        (first, rest)
    };
    let ones = (old_size - 1).trailing_ones();
    let (mut at, mut last) = ((old_size - 1) >> ones, (size - 1) >> ones);
    let (mut old_hash, mut hash) = (first, first);
    for &sibling in rest {
        if last == 0 {
            return wrong("too many hashes");
        }
        if at & 1 == 1 || at == last {
            old_hash = node_hash(sibling, old_hash);
            hash = node_hash(sibling, hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    match (last == 0, old_hash == old_root, hash == root) {
        (false, ..) => wrong("too few hashes"),
        (_, false, _) => wrong("it leads to another old root"),
        (.., false) => wrong("it leads to another root"),
        _ => Ok(()),
    }
}

/// Proof that given leaves are exactly the leaves `[start, end)`: the roots of the maximal subtrees outside the
/// range, in tree order from left to right. At most two hashes for each level.
pub fn range_proof(start: u64, end: u64, size: u64, reader: &dyn HashReader) -> Result<Vec<Hash>> {
    if start >= end || end > size {
        return Err(Error::Range { what: "range proof", problem: "the range is empty or outside the tree" });
    }
    let mut proof = Vec::new();
    let mut todo = vec![(0, size)];
    while let Some((low, high)) = todo.pop() {
        if high <= start || end <= low {
            proof.push(subtree_root(low, high, reader)?);
        } else if low < start || end < high {
            let middle = low + split(high - low);
            todo.push((middle, high));
            todo.push((low, middle));
        }
    }
    Ok(proof)
}

/// Checks that `leaves` are exactly the leaves from `start` on, in order, of the tree of `size` leaves.
pub fn verify_range(leaves: &[Hash], start: u64, size: u64, proof: &[Hash], root: Hash) -> Result<()> {
    let wrong = |problem| Error::Mismatch { what: "range proof", problem };
    let end = u64::try_from(leaves.len()).ok().and_then(|count| start.checked_add(count));
    let end = end
        .filter(|&end| start < end && end <= size)
        .ok_or(wrong("the range is empty or outside the tree"))?;
    let mut given = proof.iter().copied();
    let found = range_root((0, size), (start, end), leaves, &mut given).ok_or(wrong("too few hashes"))?;
    if given.next().is_some() {
        return Err(wrong("too many hashes"));
    }
    if found == root { Ok(()) } else { Err(wrong("it leads to another root")) }
}

/// Depth is at most 64: each step halves the subtree, and only the two edges of the range are followed.
fn range_root(
    (low, high): (u64, u64),
    (start, end): (u64, u64),
    leaves: &[Hash],
    proof: &mut impl Iterator<Item = Hash>,
) -> Option<Hash> {
    if high <= start || end <= low {
        return proof.next();
    }
    if start <= low && high <= end {
        let from = usize::try_from(low - start).ok()?;
        let to = usize::try_from(high - start).ok()?;
        return leaves.get(from..to).map(mth);
    }
    let middle = low + split(high - low);
    let left = range_root((low, middle), (start, end), leaves, proof)?;
    let right = range_root((middle, high), (start, end), leaves, proof)?;
    Some(node_hash(left, right))
}
