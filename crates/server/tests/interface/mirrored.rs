//! What `mirror check` reads out of the entries of a copy: a forked number, a record that was dated back, a time without ticks. Each copy
//! is whole and signed by the log's own key, so that bytes, tiles and root say nothing of it.

use ledger::{
    checkpoint::Checkpoint,
    mirror::Edge,
    note::Ed25519Signer,
    record::{GapRecord, record_hash},
    tick::{JournalHead, TickRecord},
    tile::{Tile, bundle_bytes},
    tree::leaf_hash,
};
use model::{CameraId, GapCause, Hash, MonoTime, Profile, Span, StoreId, StreamId, WallTime};
use server::{cmd::output::Level, mirror::check};
use store::{LogName, MirrorFolder};

const SECOND_US: i64 = 1_000_000;
/// 2026-11-16 00:00:00 UTC.
const BEGUN: WallTime = WallTime(1_794_787_200_000_000);
const STORE: StoreId = StoreId(uuid::Uuid::from_u128(5));
const STREAM: StreamId = StreamId { camera: CameraId(uuid::Uuid::from_u128(7)), profile: Profile::Main };

/// A record of the one stream, from and to seconds after the beginning.
fn gap(seq: u64, before: Option<&[u8]>, from_s: i64, to_s: i64) -> Vec<u8> {
    let at = |second: i64| BEGUN.plus_us(second * SECOND_US);
    let record = GapRecord {
        store: STORE,
        stream: STREAM,
        stream_seq: seq,
        prev_record_hash: before.map(record_hash).unwrap_or_default(),
        span: Span::new(at(from_s), at(to_s)).unwrap(),
        cause: GapCause::Planned,
        evidence: String::new(),
        boot_counter: 1,
        last_checkpoint: Hash::default(),
    };
    record.encode().unwrap()
}

fn tick(number: u32) -> Vec<u8> {
    let since_us = i64::from(number) * 10 * SECOND_US;
    let record = TickRecord {
        store: STORE,
        boot_counter: 1,
        number,
        last: false,
        wall: BEGUN.plus_us(since_us),
        system_wall: BEGUN.plus_us(since_us),
        mono: MonoTime(since_us),
        streams: 1,
        recording: 0,
        streams_hash: Hash::default(),
        written_bytes: 0,
        served_bytes: 0,
        journal: JournalHead::default(),
    };
    record.encode().unwrap()
}

/// A copy of a log of these entries, signed as the server would.
fn copy(entries: &[Vec<u8>]) -> (tempfile::TempDir, MirrorFolder) {
    let dir = tempfile::tempdir().unwrap();
    let folder = MirrorFolder::open(dir.path(), true).unwrap();
    let (log, size) = (LogName::Footage, entries.len() as u64);
    let signer = Ed25519Signer::from_seed("vms.example/footage", &[7; 32]).unwrap();
    let (mut edge, mut tiles) = (Edge::default(), Vec::new());
    entries.iter().for_each(|entry| tiles.extend(edge.append(leaf_hash(entry))));
    for (tile, bytes) in tiles.into_iter().chain(edge.partial()) {
        folder.write(log, &tile.path(), &bytes).unwrap();
    }
    for (index, chunk) in (0..).zip(entries.chunks(256)) {
        let path = Tile::of_size(0, index, size).unwrap().entries_path();
        folder.write(log, &path, &bundle_bytes(chunk.iter().map(|entry| &entry[..])).unwrap()).unwrap();
    }
    let checkpoint = Checkpoint::new(signer.key().name(), size, edge.root().unwrap());
    let note = signer.signed(&checkpoint.to_string()).unwrap().to_string();
    folder.write(log, "checkpoint", note.as_bytes()).unwrap();
    folder.write(log, "vkey", format!("{}\n", signer.key()).as_bytes()).unwrap();
    (dir, folder)
}

#[test]
fn a_copy_is_read_and_not_only_hashed() {
    let first = gap(0, None, 0, 10);
    let second = gap(1, Some(&first), 10, 20);
    let third = gap(2, Some(&second), 20, 30);
    let whole = [tick(0), first.clone(), tick(1), second.clone(), tick(2), third.clone(), tick(3)].to_vec();
    // Where the entry is put or taken away, and what is told of it.
    let check = |name: &str, entries: &[Vec<u8>], wrong: &[(&str, &str)], notices: &[(&str, &str)]| {
        let (_dir, folder) = copy(entries);
        let findings = check(&folder).unwrap();
        let of = |level: Level| -> Vec<_> {
            let all = findings.iter().filter(|one| one.level == level);
            all.map(|one| (one.place.clone().unwrap_or_default(), one.message.clone())).collect()
        };
        for (found, expected) in [(of(Level::Wrong), wrong), (of(Level::Notice), notices)] {
            assert_eq!(found.len(), expected.len(), "{name}: {findings:#?}");
            for ((place, message), (at, words)) in found.iter().zip(expected) {
                assert!(place == at && message.contains(words), "{name}: {findings:#?}");
            }
        }
        let root = format!("{} entries lead to the root", entries.len());
        assert!(of(Level::Good).iter().any(|(_, message)| message.contains(&root)), "{name}: {findings:#?}");
        findings
    };
    let with = |at: usize, entry: Vec<u8>| {
        let mut entries = whole.clone();
        entries.insert(at, entry);
        entries
    };
    let findings = check("whole", &whole, &[], &[]);
    let stream = findings.iter().find(|one| one.subject == format!("stream {STREAM}")).unwrap();
    assert_eq!(stream.place.as_deref(), Some("entry 5"));
    assert!(stream.message.contains("3 records") && stream.message.contains("number 2"), "{stream}");
    assert!(stream.message.ends_with(&BEGUN.plus_us(30 * SECOND_US).to_string()), "{stream}");

    let forked = gap(1, Some(&first), 10, 15);
    check("a forked number", &with(5, forked), &[("entry 5", "which the log has already")], &[]);
    // Chained as it must be, and of a time that the stream has told of: what follows does not continue it either.
    let dated_back = gap(2, Some(&second), 5, 20);
    let wrong = [("entry 5", "does not begin where"), ("entry 6", "which the log has already")];
    check("dated back", &with(5, dated_back), &wrong, &[]);
    let mut entries = whole.clone();
    entries.remove(3);
    check("taken out", &entries, &[("entry 4", "and 1 is due")], &[]);
    // Two ticks that are not there are thirty seconds.
    let silent = [tick(0), first, second, third, tick(3)];
    let from_to = format!("from {BEGUN} to {}", BEGUN.plus_us(30 * SECOND_US));
    check("silent", &silent, &[], &[("entry 4", &from_to)]);
    // A past that is written for another camera breaks no chain, and came late.
    let late = with(7, late_stream());
    check("late", &late, &[], &[("entry 7", "1 records came more than 60 minutes after their end")]);
}

/// A stream's first record, of the day before.
fn late_stream() -> Vec<u8> {
    let stream = StreamId { camera: CameraId(uuid::Uuid::from_u128(8)), ..STREAM };
    let span = Span::new(BEGUN.plus_us(-86_400 * SECOND_US), BEGUN.plus_us(-86_000 * SECOND_US)).unwrap();
    let ledger::record::Entry::Gap(record) = ledger::record::Entry::decode(&gap(0, None, 0, 1)).unwrap()
    else {
        panic!("a gap is none");
    };
    GapRecord { stream, span, ..record }.encode().unwrap()
}
