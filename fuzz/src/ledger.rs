//! Checks of `ledger`: whatever a decoder accepts, it would have written exactly so.

use ledger::access::{AccessLeaf, AccessRecord, BatchLeaf, Class, Outcome, open, seal};
use ledger::checkpoint::Checkpoint;
use ledger::fork::Fork;
use ledger::note::{Ed25519Signer, Note, NoteKey};
use ledger::package::{GopRow, HandOver, Manifest, Proof, is_safe_name};
use ledger::record::{Entry, EntryKind, record_hash};
use ledger::table::{GopTable, PieceTable};
use ledger::tile::{self, Tile, TileHashes, TilePath, bundle_bytes, parse_bundle};
use ledger::witness::{
    AddCheckpoint, Answer, Known, WitnessedLog, decide, parse_cosignatures, parse_size_answer,
};
use ledger::{ENTRY_BYTES_MAX, tree};
use model::Hash;

/// Panics when the input breaks a rule.
pub type Check = fn(&[u8]);

/// The checks and the names of their fuzz targets.
pub const TARGETS: &[(&str, Check)] = &[
    ("record", record),
    ("access", access),
    ("note", note),
    ("checkpoint", checkpoint),
    ("tile_path", tile_path),
    ("witness", witness),
    ("package_json", package_json),
];

/// Origin of the log whose notes are among the seeds; its key is of the seed `[1; 32]`.
pub const ORIGIN: &str = "watchkeeper.example/demo/footage";

/// Entries of the footage log, the tables behind their roots, and entry bundles.
pub fn record(bytes: &[u8]) {
    if let Ok(entry) = Entry::decode(bytes) {
        assert_eq!(entry.encode().as_deref(), Ok(bytes));
        assert!(bytes.len() <= ENTRY_BYTES_MAX);
        assert_eq!(EntryKind::from_code(entry.kind().code()), Some(entry.kind()));
        let _ = (entry.stream(), record_hash(bytes), tree::leaf_hash(bytes));
    }
    if let Ok(table) = GopTable::decode(bytes) {
        assert_eq!(table.encode().as_deref(), Ok(bytes));
        assert_eq!(table.root(), tree::mth(&table.leaf_hashes()));
        let _ = table.au_count();
    }
    if let Ok(table) = PieceTable::decode(bytes) {
        assert_eq!(table.encode().as_deref(), Ok(bytes));
        let _ = table.root();
    }
    if let Ok(entries) = parse_bundle(bytes) {
        assert_eq!(bundle_bytes(entries).as_deref(), Ok(bytes));
    }
}

/// Key, then salt.
const ENTROPY: [u8; 64] = {
    let mut entropy = [0x5a; 64];
    entropy[0] = 0x5b;
    entropy
};

/// Entries of the access log, sealed and opened; the leaves.
pub fn access(bytes: &[u8]) {
    if let Ok(record) = AccessRecord::decode(bytes) {
        assert_eq!(record.encode().as_deref(), Ok(bytes));
        assert_eq!(record.clone().fitted(), record, "what fits is not changed");
        let refused = matches!(record.outcome, Outcome::Refused { .. });
        assert!(!refused || record.class() == Class::Refusal);
        if let Ok(sealed) = seal(&record, ENTROPY) {
            assert_eq!(AccessLeaf::decode(&sealed.leaf_bytes), Ok(sealed.leaf));
            assert_eq!(open(&sealed.leaf, &sealed.ciphertext, &sealed.key, &sealed.salt), Ok(record));
            assert!(
                open(&sealed.leaf, &sealed.ciphertext, &sealed.salt, &sealed.salt).is_err(),
                "another key opens it"
            );
        }
    }
    if let Ok(leaf) = AccessLeaf::decode(bytes) {
        assert_eq!(leaf.encode(), bytes);
    }
    if let Ok(leaf) = BatchLeaf::decode(bytes) {
        assert_eq!(leaf.encode(), bytes);
    }
}

/// Notes, and verifier keys.
pub fn note(bytes: &[u8]) {
    let signer = Ed25519Signer::from_seed(ORIGIN, &[1; 32]).expect("a name");
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(key) = NoteKey::parse(text)
    {
        assert_eq!(key.to_string(), text);
    }
    let Ok(note) = Note::parse(bytes) else { return };
    assert_eq!(note.to_string().as_bytes(), bytes);
    assert_eq!(Note::new(note.text(), note.signatures().to_vec()).as_ref(), Ok(&note));
    let keys = [signer.key().clone()];
    if let Ok(by) = note.verified_by(&keys) {
        let ours = note
            .signatures()
            .iter()
            .any(|signature| signature.id == keys[0].id() && signature.name == ORIGIN);
        assert_eq!(by.len(), usize::from(ours));
        // Ed25519 is deterministic (RFC 8032 §5.1.6): what verifies under this key is what it would sign.
        assert!(!ours || note.signatures().contains(&signer.sign(note.text())));
    }
    if let Ok((checkpoint, _)) = Checkpoint::open(&note, &keys) {
        assert_eq!(checkpoint.origin, ORIGIN);
        assert_eq!(checkpoint.to_string(), note.text());
    }
}

/// The text of a checkpoint.
pub fn checkpoint(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert_eq!(checkpoint.to_string(), text);
        let _ = checkpoint.hash();
        // Signed by the log's key it opens if it is of that log, and only then.
        let signer = Ed25519Signer::from_seed(ORIGIN, &[1; 32]).expect("a name");
        let Ok(note) = signer.signed(text) else { return };
        let opened = Checkpoint::open(&note, &[signer.key().clone()]);
        assert_eq!(opened.is_ok(), checkpoint.origin == ORIGIN, "{opened:?}");
        assert!(Checkpoint::open(&note, &[]).is_err(), "opens without a key");
    }
}

/// Requests to a witness, its answers, and fork files.
pub fn witness(bytes: &[u8]) {
    let signer = Ed25519Signer::from_seed(ORIGIN, &[1; 32]).expect("a key");
    let log = WitnessedLog { origin: ORIGIN.to_owned(), keys: vec![signer.key().clone()] };
    if let Ok(request) = AddCheckpoint::parse(bytes) {
        assert_eq!(request.to_string().as_bytes(), bytes, "one spelling");
        if let Answer::Cosign(head) = decide(&request, Some(&log), Known::default()).answer {
            assert!(request.note.verified_by(&log.keys).is_ok_and(|by| !by.is_empty()), "signed by the log");
            assert_eq!((head.size, head.root), (request.checkpoint.size, request.checkpoint.root));
        }
    }
    if let Ok(fork) = Fork::parse(bytes) {
        assert_eq!(Fork::parse(fork.to_string().as_bytes()).as_ref(), Ok(&fork));
        let _ = (fork.file_name(), fork.verdict(&log.keys));
    }
    let _ = (parse_size_answer(bytes), parse_cosignatures(bytes, "a\n", signer.key()));
}

/// Paths of tiles and entry bundles; and, of three bytes, a tile that a log hands out for a tree that grew.
pub fn tile_path(bytes: &[u8]) {
    if let [old, new, width] = *bytes {
        tiles(u64::from(old), u64::from(old) + u64::from(new), u16::from(width));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Tile::parse(text) {
        Ok(TilePath::Hashes(tile)) => assert_eq!(tile.path(), text),
        Ok(TilePath::Entries(tile)) => assert_eq!(tile.entries_path(), text),
        Err(_) => {}
    }
    // A name of a package's file leads nowhere else.
    if is_safe_name(text) {
        assert!(
            !text.starts_with('/') && !text.split('/').any(|part| part.is_empty() || part.starts_with('.'))
        );
    }
}

/// Between two sizes the changed tiles, and only they, bring the reader of the old tree to the new root.
fn tiles(old: u64, new: u64, width: u16) {
    let leaves: Vec<Hash> = (0..new).map(|leaf| tree::leaf_hash(&leaf.to_be_bytes())).collect();
    let mut hashes = TileHashes::new(new);
    for tile in tile::changed(0, old).into_iter().chain(tile::changed(old, new)) {
        assert_eq!(Tile::parse(&tile.path()), Ok(TilePath::Hashes(tile)));
        let bytes = tile::hash_tile_bytes(tile, &leaves.as_slice()).expect("the leaves are there");
        let wrong = Tile { width, ..tile };
        assert!(
            wrong == tile || TileHashes::new(new).insert(wrong, &bytes).is_err(),
            "a tile of another width"
        );
        let own = Tile::of_size(tile.level, tile.index, new) == Some(tile);
        assert_eq!(hashes.insert(tile, &bytes).is_ok(), own, "only the tree's own tiles are taken: {tile:?}");
    }
    for tile in tile::needed_for_frontier(new).expect("a tree has a frontier") {
        let bytes = tile::hash_tile_bytes(tile, &leaves.as_slice()).expect("the leaves are there");
        hashes.insert(tile, &bytes).expect("a tile of the tree");
    }
    let tree = tree::Tree::from_reader(new, &hashes).expect("all that is needed is there");
    assert_eq!(tree.root(), tree::mth(&leaves));
}

/// The JSON files of a package: what is read is written again to the same value.
pub fn package_json(bytes: &[u8]) {
    let json = |result: Result<Vec<u8>, serde_json::Error>| result.expect("it is written");
    if let Ok(manifest) = Manifest::parse(bytes) {
        assert_eq!(Manifest::parse(&json(serde_json::to_vec(&manifest))), Ok(manifest.clone()));
        let _ = (manifest.profile(), manifest.asked.span(), manifest.recipient.entry_text());
    }
    if let Ok(proof) = Proof::parse(bytes) {
        assert_eq!(Proof::parse(&json(serde_json::to_vec(&proof))), Ok(proof.clone()));
        let _ = (proof.log_index(), proof.inclusion());
        if let Proof::Segment(segment) = &proof {
            for row in &segment.gops {
                assert_eq!(GopRow::new(row.gop(), row.salt), *row);
            }
        }
        record(proof.record());
    }
    if let Ok(hand_over) = HandOver::parse(bytes) {
        assert_eq!(HandOver::parse(&json(serde_json::to_vec(&hand_over))), Ok(hand_over.clone()));
        access(&hand_over.record);
        access(&hand_over.leaf);
        access(&hand_over.batch_leaf);
    }
}
