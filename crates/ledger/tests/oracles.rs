//! Our tree, tiles, notes and checkpoints against independent implementations from the registry (`tlog_tiles`,
//! `signed_note`, `ct-merkle`), over random sizes; and the range proof, which they lack, against its attackers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ledger::checkpoint::Checkpoint;
use ledger::note::{Ed25519Signer, Note};
use ledger::tile::{self, Tile, TileHashes, TilePath};
use ledger::tree::{self, Node, Tree, leaf_hash};
use model::Hash;
use proptest::prelude::*;
use sha2_for_ct_merkle::Sha256;
use signed_note::{StandardVerifier, VerifierList};
use std::cell::RefCell;

fn entries(size: u64) -> Vec<Vec<u8>> {
    (0..size).map(|index| format!("entry {index}").into_bytes()).collect()
}

fn hashes(size: u64) -> Vec<Hash> {
    entries(size).iter().map(|entry| leaf_hash(entry)).collect()
}

/// `tlog_tiles`'s own storage of hashes, filled by its own code.
#[derive(Default)]
struct Stored(RefCell<Vec<tlog_tiles::Hash>>);

impl tlog_tiles::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|&index| self.0.borrow()[index as usize]).collect())
    }
}

fn stored(size: u64) -> Stored {
    let stored = Stored::default();
    for (index, entry) in (0..).zip(entries(size)) {
        let new = tlog_tiles::stored_hashes(index, &entry, &stored).unwrap();
        stored.0.borrow_mut().extend(new);
    }
    stored
}

fn ours(theirs: &[tlog_tiles::Hash]) -> Vec<Hash> {
    theirs.iter().map(|hash| Hash(hash.0)).collect()
}

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn proofs_equal_those_of_two_others(size in 1u64..700, index in any::<u64>(), old in any::<u64>()) {
        let (index, old) = (index % size, old % size + 1);
        let leaves = hashes(size);
        let theirs = stored(size);
        let root = tree::root(size, &leaves).unwrap();
        prop_assert_eq!(root.0, tlog_tiles::tree_hash(size, &theirs).unwrap().0);

        let inclusion = tree::inclusion_proof(index, size, &leaves).unwrap();
        prop_assert_eq!(&inclusion, &ours(&tlog_tiles::prove_record(size, index, &theirs).unwrap()));
        tree::verify_inclusion(leaves[index as usize], index, size, &inclusion, root).unwrap();

        let consistency = tree::consistency_proof(old, size, &leaves).unwrap();
        let old_root = tree::root(old, &leaves).unwrap();
        prop_assert_eq!(&consistency, &ours(&tlog_tiles::prove_tree(size, old, &theirs).unwrap()));
        tree::verify_consistency(old, size, &consistency, old_root, root).unwrap();

        let mut other = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        entries(size).into_iter().for_each(|entry| other.push(entry));
        let their_root = other.root();
        prop_assert_eq!(root.0.as_slice(), their_root.as_bytes().as_slice());
        prop_assert_eq!(bytes(&inclusion), other.prove_inclusion(index as usize).as_bytes().to_vec());
        if old < size {
            let theirs = other.prove_consistency((size - old) as usize);
            prop_assert_eq!(bytes(&consistency), theirs.as_bytes().to_vec());
        }
    }

    #[test]
    fn a_changed_proof_is_rejected(size in 2u64..300, index in any::<u64>(), at in any::<usize>(), bit in 0usize..256) {
        let index = index % size;
        let leaves = hashes(size);
        let root = tree::root(size, &leaves).unwrap();
        let proof = tree::inclusion_proof(index, size, &leaves).unwrap();
        let mut changed = proof.clone();
        let at = at % proof.len();
        changed[at].0[bit / 8] ^= 1 << (bit % 8);
        let leaf = leaves[index as usize];
        prop_assert!(tree::verify_inclusion(leaf, index, size, &changed, root).is_err());
        let mut longer = proof.clone();
        longer.push(Hash::default());
        prop_assert!(tree::verify_inclusion(leaf, index, size, &longer, root).is_err());
        prop_assert!(tree::verify_inclusion(leaf, index, size, &proof[1..], root).is_err());
    }

    #[test]
    fn ranges_are_proven_and_attacks_on_them_rejected(size in 1u64..400, a in any::<u64>(), b in any::<u64>()) {
        let (a, b) = (a % size, b % size);
        let (start, end) = (a.min(b), a.max(b) + 1);
        let all = hashes(size);
        let root = tree::root(size, &all).unwrap();
        let range = &all[start as usize..end as usize];
        let proof = tree::range_proof(start, end, size, &all).unwrap();
        prop_assert!(proof.len() <= 2 * (64 - size.leading_zeros() as usize));
        tree::verify_range(range, start, size, &proof, root).unwrap();

        let rejected = |leaves: &[Hash], start: u64, size: u64, proof: &[Hash]| {
            tree::verify_range(leaves, start, size, proof, root).is_err()
        };
        for at in 0..range.len() {
            let mut dropped = range.to_vec();
            dropped.remove(at);
            prop_assert!(rejected(&dropped, start, size, &proof), "drop {at}");
            let mut doubled = range.to_vec();
            doubled.insert(at, range[at]);
            prop_assert!(rejected(&doubled, start, size, &proof), "duplicate {at}");
            let mut swapped = range.to_vec();
            swapped.swap(at, (at + 1) % range.len());
            prop_assert!(swapped == range || rejected(&swapped, start, size, &proof), "swap {at}");
            let mut replaced = range.to_vec();
            replaced[at].0[7] ^= 4;
            prop_assert!(rejected(&replaced, start, size, &proof), "replace {at}");
        }
        for shifted in [start.wrapping_sub(1), start + 1] {
            prop_assert!(rejected(range, shifted, size, &proof), "shifted to {shifted}");
        }
        for at in 0..proof.len() {
            let mut shorter = proof.clone();
            shorter.remove(at);
            prop_assert!(rejected(range, start, size, &shorter));
        }
        let mut longer = proof.clone();
        longer.push(root);
        prop_assert!(rejected(range, start, size, &longer));
        prop_assert!(rejected(&[], start, size, &proof));
    }

    #[test]
    fn a_range_proof_of_strangers_never_panics(
        leaves in prop::collection::vec(any::<[u8; 32]>(), 0..9),
        proof in prop::collection::vec(any::<[u8; 32]>(), 0..9),
        start in any::<u64>(), size in any::<u64>(), root in any::<[u8; 32]>(),
    ) {
        let leaves: Vec<Hash> = leaves.into_iter().map(Hash).collect();
        let proof: Vec<Hash> = proof.into_iter().map(Hash).collect();
        for (start, size) in [(start, size), (0, size), (size.saturating_sub(leaves.len() as u64), size)] {
            prop_assert!(tree::verify_range(&leaves, start, size, &proof, Hash(root)).is_err());
            prop_assert!(tree::verify_inclusion(Hash(root), start, size, &proof, Hash(root)).is_err() || size == 1);
            let consistency = tree::verify_consistency(start, size, &proof, Hash(root), Hash(root));
            prop_assert!(consistency.is_err() || start == size);
        }
    }

    #[test]
    fn tiles_are_named_and_changed_as_others_do(old in 0u64..200_000, grown in 1u64..200_000) {
        let new = old + grown;
        let expected: Vec<_> = tlog_tiles::Tile::new_tiles(8, old, new)
            .into_iter()
            .map(|tile| (tile.level(), tile.level_index(), tile.width() as u16, tile.path()))
            .collect();
        let found: Vec<_> = tile::changed(old, new)
            .into_iter()
            // Their paths name the height too ("tile/8/0/000"); C2SP's fix it at 8.
            .map(|tile| (tile.level, tile.index, tile.width, tile.path().replacen("tile/", "tile/8/", 1)))
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn tile_paths_have_one_spelling(level in 0u8..=7, index in 0u64..2_000_000_000, width in 1u16..=256) {
        let tile = Tile { level, index, width };
        prop_assert_eq!(Tile::parse(&tile.path()).unwrap(), TilePath::Hashes(tile));
        let entries = Tile { level: 0, index, width };
        prop_assert_eq!(Tile::parse(&entries.entries_path()).unwrap(), TilePath::Entries(entries));
    }

    #[test]
    fn proofs_from_tiles_equal_proofs_from_leaves(size in 1u64..70_000, a in any::<u64>(), b in any::<u64>()) {
        let leaves = counted(size);
        let (index, old) = (a % size, b % size + 1);
        let tiles = tile::needed(size, |reader| tree::inclusion_proof(index, size, reader)).unwrap();
        let more = tile::needed(size, |reader| tree::consistency_proof(old, size, reader)).unwrap();
        let mut held = TileHashes::new(size);
        for tile in tiles.into_iter().chain(more) {
            held.insert(tile, &tile::hash_tile_bytes(tile, leaves).unwrap()).unwrap();
        }
        prop_assert_eq!(
            tree::inclusion_proof(index, size, &held).unwrap(),
            tree::inclusion_proof(index, size, leaves).unwrap()
        );
        prop_assert_eq!(
            tree::consistency_proof(old, size, &held).unwrap(),
            tree::consistency_proof(old, size, leaves).unwrap()
        );
        let mut held = TileHashes::new(size);
        for tile in tile::needed_for_frontier(size).unwrap() {
            held.insert(tile, &tile::hash_tile_bytes(tile, leaves).unwrap()).unwrap();
        }
        let rebuilt = Tree::from_reader(size, &held).unwrap();
        prop_assert_eq!(rebuilt.root(), tree::root(size, leaves).unwrap());
        let again = Tree::from_frontier(size, rebuilt.frontier().to_vec()).unwrap();
        prop_assert_eq!(again, rebuilt);
    }

    #[test]
    fn notes_and_checkpoints_are_read_by_others(size in 0..=i64::MAX.unsigned_abs(), root in any::<[u8; 32]>(), seed in any::<[u8; 32]>()) {
        let origin = "watchkeeper.local/00000000-0000-0000-0000-000000000001/footage";
        let signer = Ed25519Signer::from_seed(origin, &seed).unwrap();
        let checkpoint = Checkpoint::new(origin, size, Hash(root));
        let note = signer.signed(&checkpoint.to_string()).unwrap();
        let file = note.to_string();

        let verifier = StandardVerifier::new(&signer.key().to_string()).unwrap();
        let theirs = signed_note::Note::from_bytes(file.as_bytes()).unwrap();
        let (valid, _) = theirs.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
        prop_assert_eq!(valid.len(), 1);
        prop_assert_eq!(theirs.to_bytes(), file.as_bytes());
        let text = tlog_tiles::Checkpoint::from_bytes(note.text().as_bytes()).unwrap();
        prop_assert_eq!((text.origin(), text.size(), text.hash().0), (origin, size, root));

        let read = Note::parse(file.as_bytes()).unwrap();
        let (opened, by) = Checkpoint::open(&read, std::slice::from_ref(signer.key())).unwrap();
        prop_assert_eq!(&opened, &checkpoint);
        prop_assert_eq!(by.len(), 1);
        prop_assert_eq!(&note, &read);
    }

    #[test]
    fn notes_of_strangers_never_panic(text in "\\PC{0,40}(\n\\PC{0,20}){0,4}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for input in [text.as_bytes(), &bytes, format!("{text}\n\n— a b\n").as_bytes()] {
            let ours = Note::parse(input);
            let theirs = signed_note::Note::from_bytes(input);
            prop_assert!(ours.is_err() || theirs.is_ok(), "we must not accept what others reject");
            let _ = Checkpoint::parse(&String::from_utf8_lossy(input));
        }
        let _ = ledger::note::NoteKey::parse(&text);
        let _ = Tile::parse(&text);
    }
}

/// A tree of up to 70,000 leaves, computed once.
fn counted(size: u64) -> &'static Pyramid {
    static ALL: std::sync::OnceLock<Pyramid> = std::sync::OnceLock::new();
    let all = ALL.get_or_init(|| Pyramid::new(70_000));
    assert!(size <= all.0[0].len() as u64);
    all
}

/// All perfect subtrees of a tree, level by level: a reader that costs nothing to ask.
struct Pyramid(Vec<Vec<Hash>>);

impl Pyramid {
    fn new(size: u64) -> Self {
        let mut levels = vec![hashes(size)];
        while levels.last().unwrap().len() > 1 {
            let below = levels.last().unwrap().chunks_exact(2);
            levels.push(below.map(|pair| tree::node_hash(pair[0], pair[1])).collect());
        }
        Self(levels)
    }
}

impl tree::HashReader for Pyramid {
    fn subtree(&self, node: Node) -> ledger::Result<Hash> {
        let missing = ledger::Error::Missing { level: node.level, index: node.index };
        let level = self.0.get(usize::from(node.level)).ok_or(missing.clone())?;
        level.get(node.index as usize).copied().ok_or(missing)
    }
}

/// The example of c2sp.org/tlog-tiles: 70,000 entries.
#[test]
fn the_tiles_of_seventy_thousand_entries() {
    let tiles = tile::changed(0, 70_000);
    let count =
        |level, full| tiles.iter().filter(|tile| tile.level == level && (tile.width == 256) == full).count();
    assert_eq!((count(0, true), count(1, true), count(2, true)), (273, 1, 0));
    let partial: Vec<_> =
        tiles.iter().filter(|tile| tile.width < 256).map(|tile| (tile.level, tile.width)).collect();
    assert_eq!(partial, [(0, 112), (1, 17), (2, 1)]);
    assert_eq!(Tile { level: 0, index: 1_234_067, width: 8 }.path(), "tile/0/x001/x234/067.p/8");
}

#[test]
fn tile_paths_of_strangers() {
    for bad in [
        "tile/8/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/07",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/../001",
        "tile/-1/000",
        "/tile/0/000",
        "tile/0/000/",
        "tile/entries/000.p/300",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        "tile/0/+01",
    ] {
        assert!(Tile::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn bundles_come_back() {
    let entries = entries(256);
    let bytes = tile::bundle_bytes(entries.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(tile::parse_bundle(&bytes).unwrap(), entries);
    assert!(tile::parse_bundle(&bytes[..bytes.len() - 1]).is_err());
    assert!(tile::bundle_bytes([[0; 4_097].as_slice()]).is_err());
}
