//! The tree against what others published: the eight-leaf vectors of Certificate Transparency (roots, inclusion and
//! consistency proofs of the reference implementation of RFC 6962), as used by every implementation since.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use ledger::tree::{self, Tree, leaf_hash};
use model::Hash;

const LEAVES: [&[u8]; 8] = [
    b"",
    &[0x00],
    &[0x10],
    &[0x20, 0x21],
    &[0x30, 0x31],
    &[0x40, 0x41, 0x42, 0x43],
    &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
    &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
];

const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn leaves(count: usize) -> Vec<Hash> {
    LEAVES.iter().take(count).map(|leaf| leaf_hash(leaf)).collect()
}

fn root(size: usize) -> Hash {
    ROOTS[size].parse().unwrap()
}

fn hashes(texts: &[&str]) -> Vec<Hash> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn roots_are_the_published_ones() {
    let mut tree = Tree::new();
    assert_eq!(tree.root(), root(0));
    for size in 1..=8 {
        assert_eq!(tree::mth(&leaves(size)), root(size), "size {size}");
        tree.append(leaf_hash(LEAVES[size - 1]));
        assert_eq!(tree.root(), root(size), "size {size}");
    }
}

#[test]
fn inclusion_proofs_are_the_published_ones() {
    let check = |index: u64, size: usize, expected: &[&str]| {
        let proof = tree::inclusion_proof(index, size as u64, &leaves(8)).unwrap();
        assert_eq!(proof, hashes(expected), "{index} in {size}");
        let leaf = leaf_hash(LEAVES[index as usize]);
        tree::verify_inclusion(leaf, index, size as u64, &proof, root(size)).unwrap();
    };
    check(0, 1, &[]);
    check(
        0,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    );
    check(
        5,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    );
    check(2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]);
    check(
        1,
        5,
        &[
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    );
}

#[test]
fn consistency_proofs_are_the_published_ones() {
    let check = |old: usize, size: usize, expected: &[&str]| {
        let proof = tree::consistency_proof(old as u64, size as u64, &leaves(8)).unwrap();
        assert_eq!(proof, hashes(expected), "{old} to {size}");
        tree::verify_consistency(old as u64, size as u64, &proof, root(old), root(size)).unwrap();
    };
    check(1, 1, &[]);
    check(0, 8, &[]);
    check(
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    );
    check(
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    );
    check(
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    );
}

#[test]
fn every_proof_verifies_and_nothing_else_does() {
    for size in 1..=8u64 {
        for index in 0..size {
            let proof = tree::inclusion_proof(index, size, &leaves(8)).unwrap();
            for other in 0..8u64 {
                let leaf = leaf_hash(LEAVES[other as usize]);
                let verdict = tree::verify_inclusion(leaf, index, size, &proof, root(size as usize));
                assert_eq!(verdict.is_ok(), other == index, "leaf {other} as {index} of {size}");
            }
            for wrong in (0..size).filter(|&wrong| wrong != index) {
                let leaf = leaf_hash(LEAVES[index as usize]);
                assert!(tree::verify_inclusion(leaf, wrong, size, &proof, root(size as usize)).is_err());
            }
        }
        for old in 0..=size {
            let proof = tree::consistency_proof(old, size, &leaves(8)).unwrap();
            for other in 0..=size {
                let verdict =
                    tree::verify_consistency(old, size, &proof, root(other as usize), root(size as usize));
                assert_eq!(verdict.is_ok(), other == old, "root {other} as {old} to {size}");
            }
        }
    }
}
