"""Trees against the eight-leaf vectors of Certificate Transparency's reference implementation (RFC 6962 §2.1).

Range proofs have no vectors elsewhere: they are made here as ledger.md §2 says and changed in every place.
"""

import unittest

from watchkeeper_verify import merkle

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def hashes():
    return [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]


def split(n):
    return 1 << (n - 1).bit_length() - 1


def inclusion(leaves, index):
    """PATH of RFC 6962 §2.1.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return inclusion(leaves[:k], index) + [merkle.root_of(leaves[k:])]
    return inclusion(leaves[k:], index - k) + [merkle.root_of(leaves[:k])]


def range_proof(leaves, first, end, low=0):
    high = low + len(leaves)
    if high <= first or low >= end:
        return [merkle.root_of(leaves)]
    if first <= low and high <= end:
        return []
    k = split(len(leaves))
    return range_proof(leaves[:k], first, end, low) + range_proof(leaves[k:], first, end, low + k)


class MerkleTest(unittest.TestCase):
    def test_roots(self):
        for n, root in enumerate(ROOTS, 1):
            self.assertEqual(merkle.root_of(hashes()[:n]).hex(), root)
        self.assertEqual(merkle.root_of([]).hex()[:16], "e3b0c44298fc1c14")

    def test_inclusion_holds_for_its_own_place_only(self):
        for n in range(1, 9):
            leaves = hashes()[:n]
            root = merkle.root_of(leaves)
            for i in range(n):
                proof = inclusion(leaves, i)
                for j in range(-1, n + 2):
                    self.assertEqual(merkle.inclusion_holds(leaves[i], j, n, proof, root), i == j, (n, i, j))
                self.assertFalse(merkle.inclusion_holds(leaves[i], i, n, proof + [root], root))
                self.assertFalse(proof and merkle.inclusion_holds(leaves[i], i, n, proof[:-1], root))

    def test_ranges_hold_and_nothing_beside_them(self):
        leaves = [merkle.leaf_hash(bytes([i])) for i in range(13)]
        root = merkle.root_of(leaves)
        for first in range(13):
            for end in range(first + 1, 14):
                part, proof = leaves[first:end], range_proof(leaves, first, end)
                self.assertTrue(merkle.range_holds(part, first, 13, proof, root))
                wrong = [(part, first + 1, 13, proof), (part, first - 1, 13, proof), (part, first, 13, proof + [root]),
                         (part[1:], first, 13, proof), (part + part[:1], first, 13, proof)]
                if proof:
                    wrong.append((part, first, 13, proof[1:]))
                if len(part) > 1:
                    wrong.append((part[1:2] + part[:1] + part[2:], first, 13, proof))
                for case in wrong:
                    self.assertFalse(merkle.range_holds(*case, root), (first, end))

    def test_hostile_sizes_end_soon(self):
        leaf = merkle.leaf_hash(b"")
        for size in (0, 1 << 53, 1 << 62, 1 << 70):
            self.assertFalse(merkle.range_holds([leaf], 0, size, [leaf] * 5, leaf))
            self.assertFalse(merkle.inclusion_holds(leaf, size - 1, size, [leaf] * 5, leaf))


if __name__ == "__main__":
    unittest.main()
