//! The access log: publishing, proving, searching, forgetting.

use super::*;
use ledger::access::{AccessLeaf, check_opened, minute_of};
use ledger::checkpoint::Checkpoint;
use ledger::note::{Note, NoteKey};
use ledger::tree;
use model::{Act, Rendering, WallTime};

fn minutes(count: i64) -> WallTime {
    NOW.plus_us(count * 60 * SECOND_US)
}

async fn watch(town: &Town, now: WallTime) -> EntryIndex {
    let request = Request::new(Act::Live, vec![town.gate], Rendering::Marked);
    town.store.registry.admit(&cx(town.operator, now), request).await.unwrap().entry()
}

/// What a stranger does with a proof: from the record's bytes to the signed checkpoint.
fn verify(proof: &AccessProof, vkey: &str) {
    let (record, salt) = proof.opened.as_ref().unwrap();
    let leaf = AccessLeaf::decode(&proof.leaf_bytes).unwrap();
    check_opened(&leaf, record, salt).unwrap();
    let batch = proof.batch.as_ref().unwrap();
    batch.leaf.verify(leaf.hash(), batch.index, batch.width, &batch.hashes).unwrap();
    let inclusion = proof.inclusion.as_ref().unwrap();
    let note = Note::parse(inclusion.checkpoint.note.as_bytes()).unwrap();
    let (checkpoint, signers) = Checkpoint::open(&note, &[NoteKey::parse(vkey).unwrap()]).unwrap();
    assert_eq!(signers.len(), 1);
    let path = (batch.leaf_index, checkpoint.size);
    tree::verify_inclusion(batch.leaf.hash(), path.0, path.1, &inclusion.hashes, checkpoint.root).unwrap();
}

#[tokio::test]
async fn every_minute_has_a_leaf_and_every_entry_a_proof() {
    let town = Town::build().await;
    let store = &town.store;
    let vkey = store.vkey(LogName::Access);
    let early = watch(&town, NOW).await;
    let proof = store.access_entry(&office(town.auditor, NOW), early).await.unwrap();
    assert!(proof.batch.is_none(), "its minute is still open");
    store.publish(LogName::Access, minutes(1)).await.unwrap();
    let late = watch(&town, minutes(4)).await;
    let published = store.publish(LogName::Access, minutes(6)).await.unwrap();
    assert_eq!(published.size, 6, "one leaf a minute, empty or not");
    for entry in [early, late] {
        verify(&store.access_entry(&office(town.auditor, minutes(6)), entry).await.unwrap(), &vkey);
    }
    let again = store.publish(LogName::Access, minutes(6)).await.unwrap();
    assert_eq!(again, published, "nothing new, nothing signed");
    let file = town.folder.path().join("log/access/checkpoint");
    assert_eq!(std::fs::read_to_string(file).unwrap(), published.note);
    assert_eq!(store.registry.verify_log(&system_cx("check", NOW)).await.unwrap(), []);
    for index in 0..store.registry.entry_count().await.unwrap() {
        let cx = system_cx("check", minutes(6));
        let entry = store.entry_proof(EntryIndex(index)).await.unwrap();
        assert!(entry.entry.published || entry.entry.record.unwrap().time >= minutes(6), "{cx:?} {index}");
    }
}

#[tokio::test]
async fn downtime_and_clocks_set_back_lose_no_entry() {
    let town = Town::build().await;
    let (folder, store) = (town.folder, town.store);
    store.publish(LogName::Access, minutes(2)).await.unwrap();
    store.registry.note_system(&system_cx("recorder", minutes(3)), Act::Stop, "").await.unwrap();
    store.close(minutes(3)).await.unwrap();
    let store = Store::open(folder.path(), options(minutes(600))).await.unwrap();
    store.registry.note_system(&system_cx("recorder", minutes(600)), Act::Start, "").await.unwrap();
    let size = store.publish(LogName::Access, minutes(602)).await.unwrap().size;
    assert_eq!(size, 5, "two, the minute of the stop, and two of the new run");
    // The clock is set back by an hour: entries still find a leaf, and minutes still ascend.
    for step in 0..3 {
        let now = minutes(540 + step);
        store.registry.note_system(&system_cx("recorder", now), Act::Check, "").await.unwrap();
        store.publish(LogName::Access, now).await.unwrap();
    }
    store.publish(LogName::Access, minutes(603)).await.unwrap();
    let unpublished: (i64,) = sqlx::query_as("SELECT count(*) FROM entry WHERE batch IS NULL")
        .fetch_one(&store.registry.0.database.read)
        .await
        .unwrap();
    assert_eq!(unpublished.0, 0);
    let minutes: Vec<(i64,)> = sqlx::query_as("SELECT minute FROM batch ORDER BY leaf")
        .fetch_all(&store.registry.0.database.read)
        .await
        .unwrap();
    assert!(minutes.is_sorted_by(|a, b| a < b), "{minutes:?}");
    assert_eq!(store.registry.verify_log(&system_cx("check", NOW)).await.unwrap(), []);
}

#[tokio::test]
async fn many_leaves_tiles_and_proofs() {
    let town = Town::build().await;
    let store = &town.store;
    let mut sizes = Vec::new();
    for step in [100, 256, 257, 600] {
        sizes.push(store.publish(LogName::Access, minutes(step)).await.unwrap());
    }
    assert_eq!(sizes.iter().map(|signed| signed.size).collect::<Vec<_>>(), [100, 256, 257, 600]);
    let newest = &sizes[3];
    for old in &sizes {
        let proof = store.consistency(LogName::Access, old.size).await.unwrap();
        tree::verify_consistency(old.size, newest.size, &proof.hashes, old.root, newest.root).unwrap();
    }
    let leaf = store.leaf(LogName::Access, 300).await.unwrap();
    let proof = store.inclusion(LogName::Access, 300).await.unwrap();
    tree::verify_inclusion(tree::leaf_hash(&leaf), 300, 600, &proof.hashes, newest.root).unwrap();
    for (path, bytes) in [("tile/0/000", 8_192), ("tile/0/002.p/88", 88 * 32), ("tile/1/000.p/2", 64)] {
        assert_eq!(store.tile(LogName::Access, path).await.unwrap().len(), bytes, "{path}");
    }
    let bundle = store.tile(LogName::Access, "tile/entries/001").await.unwrap();
    assert_eq!(ledger::tile::parse_bundle(&bundle).unwrap()[44], &leaf[..]);
    for absent in ["tile/0/003", "tile/0/002.p/89", "tile/2/000.p/1", "tile/0/002", "../keys", "tile/0/1"] {
        assert!(store.tile(LogName::Access, absent).await.is_err(), "{absent}");
    }
}

#[tokio::test]
async fn one_size_has_one_root() {
    let town = Town::build().await;
    let store = &town.store;
    store.publish(LogName::Access, minutes(3)).await.unwrap();
    let write = &store.registry.0.database.write;
    let forged = write
        .run(|connection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO checkpoint (size, root, hash, note, made_us)
                     VALUES (3, zeroblob(32), zeroblob(32), 'x', 0)",
                )
                .execute(connection)
                .await
                .map_err(|source| Error::Database { doing: "forging", source })
            })
        })
        .await;
    assert!(forged.is_err());
    // Leaves that vanish are noticed before anything is signed.
    write
        .run(|connection| {
            Box::pin(async move {
                for sql in
                    ["UPDATE entry SET batch = NULL", "DELETE FROM batch", "DELETE FROM leaf WHERE idx > 0"]
                {
                    sqlx::query(sql).execute(&mut *connection).await.unwrap();
                }
                Ok(())
            })
        })
        .await
        .unwrap();
    let key = store.registry.key().clone();
    let signed = write
        .run(move |connection| Box::pin(async move { crate::log::sign(connection, &key, NOW).await }))
        .await;
    assert_eq!(signed.unwrap_err().kind(), model::Kind::Corrupt);
}

#[tokio::test]
async fn searching_opens_what_the_auditor_may_see() {
    let town = Town::build().await;
    let store = &town.store;
    for minute in 0..5 {
        watch(&town, minutes(minute)).await;
    }
    let mut noted = cx(town.operator, minutes(6));
    noted.note = Some("Fight at the North gate".into());
    let request = Request::new(Act::Live, vec![town.gate], Rendering::Marked);
    store.registry.admit(&noted, request).await.unwrap();
    let auditor = office(town.auditor, minutes(7));
    let search = async |query: AccessQuery| {
        let page = store.access_entries(&auditor, &AccessQuery { limit: 3, ..query }).await.unwrap();
        (page.entries.len(), page.next)
    };
    let live = AccessQuery { act: Some(Act::Live), ..AccessQuery::default() };
    let (count, next) = search(live.clone()).await;
    assert_eq!((count, next.is_some()), (3, true));
    assert_eq!(search(AccessQuery { before: next, ..live.clone() }).await.0, 3);
    assert_eq!(search(AccessQuery { text: Some("north GATE".into()), ..AccessQuery::default() }).await.0, 1);
    assert_eq!(search(AccessQuery { person: Some(town.viewer), ..live.clone() }).await.0, 0);
    assert_eq!(
        search(AccessQuery { camera: Some(town.gate), from: Some(minutes(4)), ..live.clone() }).await.0,
        2
    );
    assert_eq!(search(AccessQuery { to: Some(minutes(1)), ..live }).await.0, 1);
    let yard = AccessQuery { text: Some("camera=yard".into()), ..AccessQuery::default() };
    assert_eq!(search(yard.clone()).await.0, 0, "another unit's entries");
    let cx = system_cx("check", NOW);
    assert!(!store.registry.page(&cx, &yard).await.unwrap().entries.is_empty());
}

#[tokio::test]
async fn changed_entries_are_found() {
    let town = Town::build().await;
    let store = &town.store;
    store.publish(LogName::Access, minutes(1)).await.unwrap();
    let change = async |sql: &'static str| {
        let run = store.registry.write(move |connection| {
            Box::pin(async move {
                sqlx::query(sql).execute(connection).await.unwrap();
                Ok(())
            })
        });
        run.await.unwrap();
        let findings = store.registry.verify_log(&system_cx("check", NOW)).await.unwrap();
        assert!(!findings.is_empty(), "{sql}");
    };
    change("UPDATE entry SET ciphertext = zeroblob(40) WHERE idx = 2").await;
    change("UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE idx = 3) WHERE idx = 4").await;
    change("UPDATE leaf SET hash = zeroblob(32) WHERE idx = 0").await;
}

#[tokio::test]
async fn nothing_published_names_anybody() {
    let town = Town::build().await;
    let store = &town.store;
    let entry = watch(&town, NOW).await;
    store.publish(LogName::Access, minutes(1)).await.unwrap();
    let mut published = store.tile(LogName::Access, "tile/entries/000.p/1").await.unwrap().to_vec();
    published.extend_from_slice(&store.entry_proof(entry).await.unwrap().leaf_bytes);
    let mut words: Vec<Vec<u8>> = ["operator", "Name of", "East Station", "192.0.2.7", "incident", "gate"]
        .iter()
        .map(|word| word.as_bytes().to_vec())
        .collect();
    words.push(town.gate.0.as_bytes().to_vec());
    words.push(town.operator.0.as_bytes().to_vec());
    for word in words {
        assert!(!published.windows(word.len()).any(|window| window == word), "{word:?}");
    }
    assert_eq!(minute_of(NOW), NOW.0 / 60_000_000);
}

#[tokio::test]
async fn anonymous_refusals_become_one_entry_an_hour() {
    let town = Town::build().await;
    let (folder, store) = (town.folder, town.store);
    let before = store.registry.entry_count().await.unwrap();
    for _ in 0..1_000 {
        store.registry.count_anonymous_refusal("198.51.100.1", NOW);
    }
    store.registry.count_anonymous_refusal("198.51.100.2", NOW);
    store.publish(LogName::Access, minutes(1)).await.unwrap();
    assert_eq!(store.registry.entry_count().await.unwrap(), before, "the hour is not over");
    // A crash loses nothing that was kept at the minute.
    drop(store);
    let mut opened = Store::open(folder.path(), options(minutes(61))).await;
    // What ran for the first one lets go by itself.
    for _ in 0..1_200 {
        if opened.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        opened = Store::open(folder.path(), options(minutes(61))).await;
    }
    let store = opened.unwrap();
    store.publish(LogName::Access, minutes(62)).await.unwrap();
    assert_eq!(store.registry.entry_count().await.unwrap(), before + 2);
    let records = entries(&store).await;
    assert!(records[1].extra.contains("count=1000"), "{}", records[1].extra);
    for number in 0..5_000 {
        store.registry.count_anonymous_refusal(&format!("source {number}"), minutes(62));
    }
    store.close(minutes(63)).await.unwrap();
    let store = Store::open(folder.path(), options(minutes(64))).await.unwrap();
    let count = store.registry.entry_count().await.unwrap();
    assert_eq!(count, before + 2 + 1_001, "sources are bounded; closing writes the running hour too");
}
