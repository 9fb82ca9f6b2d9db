"""Merkle trees as in RFC 6962 §2.1: roots, inclusion proofs, and the range proofs of ledger.md §2.

It makes no proofs for others and stores no tree.
It keeps: a proof is used up exactly; one hash more or less is a failure.
"""

import hashlib

_sha256 = hashlib.sha256


def leaf_hash(entry):
    return _sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return _sha256(b"\x01" + left + right).digest()


class Frontier:
    """A root from leaf hashes that come one after another: only the roots of perfect subtrees are kept."""

    def __init__(self):
        self.size = 0
        self._roots = []

    def add(self, leaf):
        size = self.size
        while size & 1:
            leaf = node_hash(self._roots.pop(), leaf)
            size >>= 1
        self._roots.append(leaf)
        self.size += 1

    def root(self):
        if not self._roots:
            return _sha256(b"").digest()
        root = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            root = node_hash(left, root)
        return root


def root_of(leaves):
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()


def inclusion_holds(leaf, index, size, proof, root):
    """RFC 9162 §2.1.3.2."""
    if index < 0 or index >= size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and r == root


def range_holds(leaves, first, size, proof, root):
    """True if the leaves are exactly [first, first + len(leaves)) of the tree: ledger.md §2, "Range proof"."""
    end = first + len(leaves)
    if first < 0 or not leaves or end > size or size >= 1 << 63:
        return False
    rest = iter(proof)

    def subtree(low, high):
        # As deep as the tree is high, 63 at most.
        if high <= first or low >= end:
            return next(rest)
        if first <= low and high <= end:
            return root_of(leaves[low - first:high - first])
        split = low + (1 << (high - low - 1).bit_length() - 1)
        left = subtree(low, split)
        return node_hash(left, subtree(split, high))

    try:
        computed = subtree(0, size)
    except (StopIteration, RuntimeError):
        return False
    return computed == root and next(rest, None) is None
