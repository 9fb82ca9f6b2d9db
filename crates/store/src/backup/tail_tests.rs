//! The tail of the logs from a mirror: nothing of it is lost, nothing that it deleted comes back, what contradicts is refused before
//! anything is written, and a restore that ends anywhere is begun anew.

use super::tests::{ask, cx, goes_on, open_locked, plan, problems, publish, record, restore_plan};
use super::{MediaChoice, Plan, RestorePlan, databases, files_in, restore, take};
use crate::fixture::{NOW, SECOND_US, Town, cx as fixture_cx, span, stream};
use crate::mirror::MirrorFolder;
use crate::{LogName, NewGap, NewHold, NewTick, Store, system_cx};
use ledger::checkpoint::Checkpoint;
use ledger::mirror::Edge;
use ledger::note::Ed25519Signer;
use ledger::record::{Entry, GapRecord};
use ledger::tick::JournalHead;
use ledger::tile::{Tile, bundle_bytes};
use ledger::tree::leaf_hash;
use model::{Cx, GapCause, MonoTime, StreamId};
use std::fs;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::task::Poll;
use tempfile::TempDir;
use uuid::Uuid;

const DAY_S: i64 = 86_400;

/// The log's own key, as it lies in the data folder.
fn signer(town: &Town, log: LogName) -> Ed25519Signer {
    let file = town.folder.path().join(format!("keys/{}-log.ed25519", log.as_str()));
    let seed: [u8; 32] = fs::read(file).unwrap().try_into().unwrap();
    Ed25519Signer::from_seed(&crate::default_origin(town.store.store_id(), log), &seed).unwrap()
}

/// Every entry that was signed.
async fn entries(store: &Store, log: LogName) -> Vec<Vec<u8>> {
    let size = store.checkpoint(log).await.unwrap().unwrap().size;
    let mut entries = Vec::new();
    for index in 0..size {
        entries.push(store.leaf(log, index).await.unwrap().to_vec());
    }
    entries
}

/// A mirror's folder of these entries, signed.
fn mirror(dir: &Path, log: LogName, signer: &Ed25519Signer, entries: &[Vec<u8>]) {
    let (folder, size) = (MirrorFolder::open(dir, true).unwrap(), entries.len() as u64);
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
}

pub(super) async fn mirror_of(town: &Town, dir: &Path) {
    for log in [LogName::Footage, LogName::Access] {
        mirror(dir, log, &signer(town, log), &entries(&town.store, log).await);
    }
}

async fn tick(store: &Store, number: u32, at_s: i64, streams: &[StreamId]) {
    let wall = span(at_s, 1).start;
    let tick = NewTick {
        number,
        last: false,
        wall,
        system_wall: wall,
        mono: MonoTime(at_s * SECOND_US),
        streams: streams.to_vec(),
        recording: 1,
        written_bytes: 0,
        served_bytes: 0,
        journal: JournalHead::default(),
    };
    store.footage.commit_tick(tick).await.unwrap();
}

/// Three segments in the backup; then more, a gap, a hold, a deletion of all that, and two segments at the end.
pub(super) async fn lived(town: &Town, to: &TempDir) -> Plan {
    let (store, gate) = (&town.store, stream(town.gate));
    record(town, 0..3).await;
    tick(store, 0, 3, &[gate]).await;
    publish(store, 60).await;
    let plan = plan(town, to, MediaChoice::All, super::tests::passphrase());
    take(&plan, &|_| ()).await.unwrap();
    record(town, 3..6).await;
    let gap =
        NewGap { stream: gate, span: span(6, 4), cause: GapCause::Network, evidence: "no packet".into() };
    store.footage.commit_gap(gap).await.unwrap();
    tick(store, 1, 13, &[gate, stream(town.yard)]).await;
    publish(store, 180).await;
    let late = system_cx("retention", NOW.plus_us((60 * DAY_S + 10) * SECOND_US));
    record(town, 60 * DAY_S..60 * DAY_S + 2).await;
    let time = store.confirm_clock(&late).await.unwrap().time(late.now);
    let expiries = store.plan_expiry(&late, time).await.unwrap();
    assert_eq!(store.footage.expire(&late, expiries).await.unwrap().segments, 6);
    let held = NewHold {
        cameras: vec![town.gate],
        span: span(60 * DAY_S, 2),
        review: None,
        document: "2026-17".into(),
        approver: None,
    };
    let why = Cx { note: Some("an accident".into()), ..fixture_cx(town.operator, late.now) };
    store.registry.place_hold(&why, held).await.unwrap();
    store.settle_outbox(late.now).await.unwrap();
    // Five hours of the access log, more than a bundle; of the footage log all of it.
    publish(store, 18_000).await;
    store.publish(LogName::Footage, late.now).await.unwrap();
    plan
}

#[tokio::test]
async fn what_a_mirror_has_beyond_the_backup_is_taken() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    let plan = lived(&town, &to).await;
    let (copied, new) = (to.path().join("mirror"), to.path().join("new"));
    mirror_of(&town, &copied).await;
    let asked = RestorePlan { mirrors: vec![copied], ..restore_plan(&plan, &new) };
    let restored = restore(&asked, &|_| ()).await.unwrap();
    let logs = [LogName::Footage, LogName::Access];
    assert_eq!(restored.tails.iter().map(|(log, _)| *log).collect::<Vec<_>>(), logs);
    let store = open_locked(&new).await;
    store.footage.rebuild_holds(&cx(210)).await.unwrap();
    for log in logs {
        let (own, copy) = (entries(&town.store, log).await, entries(&store, log).await);
        assert_eq!(own, copy, "every leaf, in its place");
        assert_eq!(store.tails(log).await.unwrap().len(), 1);
    }
    assert_eq!(problems(&store).await, [""; 0]);
    assert!(store.footage.hold_findings(&cx(210)).await.unwrap().is_empty());
    assert!(store.footage.wrong_days(&cx(210)).await.unwrap().is_empty());
    let files = files_in(&new.join("media")).unwrap();
    let is_footage = |path: &&PathBuf| path.extension().is_some_and(|end| end == "mp4" || end == "side");
    assert_eq!(files.iter().find(is_footage), None, "what the log says is deleted does not come back");
    let lacks = restored.tails[0].1.lacks.join("\n");
    for said in ["5 segments of 1 streams", "it is in force", "1 ticks"] {
        assert!(lacks.contains(said), "{said}: {lacks}");
    }
    // The streams go on where the lost server stopped, in a later run than its last.
    let head = store.footage.stream_head(stream(town.gate)).await.unwrap();
    assert_eq!(head, town.store.footage.stream_head(stream(town.gate)).await.unwrap());
    let error = store.unlock(&cx(210), ask(true)).await.unwrap_err().to_string();
    assert!(error.contains("nobody else says that it had all of them"), "{error}");
    let old = logs.map(|log| store.vkey(log));
    let unlocked = store.unlock(&cx(210), ask(false)).await.unwrap();
    let size = town.store.checkpoint(LogName::Footage).await.unwrap().unwrap().size;
    assert_eq!((unlocked.logs[0].leaves, unlocked.logs[0].known), (size, Some(size)));
    store.close(NOW).await.unwrap();
    goes_on(&new, &old, size, size, &unlocked.logs[0].old_origin).await;
}

/// With a witness that cosigned the mirror's sizes nothing is between, and the old origin may go on; twice gives the same rows.
#[tokio::test]
async fn a_witness_that_confirms_the_mirror_lets_the_old_origin_go_on() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    let plan = lived(&town, &to).await;
    let copied = to.path().join("mirror");
    mirror_of(&town, &copied).await;
    let mut told = Vec::new();
    for log in [LogName::Footage, LogName::Access] {
        let note = town.store.checkpoint(log).await.unwrap().unwrap().note;
        told.push(("http://witness.example/latest".to_owned(), note.into_bytes()));
    }
    let mut dumps = Vec::new();
    for name in ["one", "two"] {
        let new = to.path().join(name);
        let asked =
            RestorePlan { mirrors: vec![copied.clone()], told: told.clone(), ..restore_plan(&plan, &new) };
        restore(&asked, &|_| ()).await.unwrap();
        dumps.push(dump(&new).await);
        let error = restore(&asked, &|_| ()).await.unwrap_err().to_string();
        assert!(error.contains("is not empty"), "{error}");
        let store = open_locked(&new).await;
        let unlocked = store.unlock(&cx(210), ask(true)).await.unwrap();
        assert_eq!(unlocked.logs[0].origin, unlocked.logs[0].old_origin);
        store.close(NOW).await.unwrap();
        let store = super::tests::open(&new).await.unwrap();
        assert_eq!(problems(&store).await, [""; 0]);
        assert!(publish(&store, 18_400).await[1] > 300);
        store.close(NOW).await.unwrap();
    }
    assert_eq!(dumps[0], dumps[1]);
    assert!(dumps[0].len() > 20);
}

/// Every leaf with its rows.
async fn dump(dir: &Path) -> Vec<String> {
    let mut connection = databases::reader(&dir.join("footage.db")).await.unwrap();
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT idx || hex(hash) || kind || coalesce(stream, '') FROM leaf UNION ALL
         SELECT stream || seq || start_us || end_us || path || state || leaf FROM segment UNION ALL
         SELECT level || idx || hex(hash) FROM node UNION ALL SELECT size || hex(root) || note FROM checkpoint UNION ALL
         SELECT stream || day || segments || bytes || media_us FROM stream_day ORDER BY 1",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    rows.into_iter().map(|(row,)| row).collect()
}

/// Changes one byte of a file whose path below the folder contains `part`.
fn flip(folder: &Path, part: &str, at: usize) {
    let found = files_in(folder).unwrap();
    let path = found.iter().find(|path| path.to_string_lossy().contains(part)).unwrap();
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_mirror_that_contradicts_is_refused_and_nothing_is_written() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    let plan = lived(&town, &to).await;
    let (log, key) = (LogName::Footage, signer(&town, LogName::Footage));
    let honest = entries(&town.store, log).await;
    let note = town.store.checkpoint(log).await.unwrap().unwrap().note;
    let last = honest.len() - 1;
    let with = |index: usize, entry: Vec<u8>| {
        let mut entries = honest.clone();
        entries[index] = entry;
        entries
    };
    let gap = |index: usize| -> GapRecord {
        honest[index..]
            .iter()
            .find_map(|entry| match Entry::decode(entry) {
                Ok(Entry::Gap(gap)) => Some(gap),
                _ => None,
            })
            .unwrap()
    };
    let place = honest.iter().position(|entry| matches!(Entry::decode(entry), Ok(Entry::Gap(_)))).unwrap();
    let bent = |bend: fn(&mut GapRecord)| {
        let mut record = gap(place);
        bend(&mut record);
        with(place, record.encode().unwrap())
    };
    let other = Ed25519Signer::from_seed("other.example/footage", &[5; 32]).unwrap();
    let folder = |name: &str| to.path().join(name);
    mirror(&folder("fork"), log, &key, &with(1, honest[0].clone()));
    mirror(&folder("another tail"), log, &key, &with(last, honest[last - 1].clone()));
    mirror(&folder("other origin"), log, &other, &honest);
    mirror(&folder("chain"), log, &key, &bent(|gap| gap.stream_seq += 1));
    mirror(&folder("hash"), log, &key, &bent(|gap| gap.prev_record_hash.0[0] ^= 1));
    mirror(&folder("time"), log, &key, &bent(|gap| gap.span.start = gap.span.start.plus_us(1)));
    mirror(&folder("store"), log, &key, &bent(|gap| gap.store.0 = Uuid::from_u128(1)));
    for name in ["truncated", "tampered", "tampered with its tile", "signature"] {
        mirror(&folder(name), log, &key, &honest);
    }
    let bundle = files_in(&folder("truncated")).unwrap();
    fs::remove_file(bundle.iter().find(|path| path.to_string_lossy().contains("entries")).unwrap()).unwrap();
    flip(&folder("tampered"), "entries", 700);
    let scratch = folder("scratch");
    mirror(&scratch, log, &key, &with(last, honest[last - 1].clone()));
    for part in ["tile/entries", "tile/0"] {
        let of = |folder: &Path| files_in(&folder.join("footage").join(part)).unwrap().remove(0);
        fs::copy(of(&scratch), of(&folder("tampered with its tile"))).unwrap();
    }
    flip(&folder("signature"), "footage/checkpoint", note.find("\n\n").unwrap() - 3);
    let check = async |name: &str, expected: &str| {
        let new = folder("new");
        let told = vec![("http://witness.example/latest".to_owned(), note.clone().into_bytes())];
        let asked = RestorePlan { mirrors: vec![folder(name)], told, ..restore_plan(&plan, &new) };
        let error = restore(&asked, &|_| ()).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{name}: {error}");
        assert!(!new.exists(), "{name}: nothing is written");
    };
    check("fork", "two histories of the footage log: entry 1 is").await;
    check("another tail", "two histories of the footage log: its key signed").await;
    check("other origin", "a copy of another log, whose key is other.example/footage").await;
    check("chain", "is due").await;
    check("hash", "does not name the hash").await;
    check("time", "does not begin where").await;
    check("store", "it is of the store").await;
    check("truncated", "is missing: the copy's checkpoint is of").await;
    check("tampered", "not the one that was copied").await;
    check("tampered with its tile", "do not lead to the root that the log signed").await;
    check("signature", "not signed by the key in `vkey`").await;
}

/// A mirror that has no more than the backup gives nothing, and is no hindrance.
#[tokio::test]
async fn an_older_mirror_gives_nothing() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    record(&town, 0..3).await;
    publish(&town.store, 60).await;
    let copied = to.path().join("mirror");
    mirror_of(&town, &copied).await;
    record(&town, 3..4).await;
    publish(&town.store, 180).await;
    let plan = plan(&town, &to, MediaChoice::None, super::tests::passphrase());
    take(&plan, &|_| ()).await.unwrap();
    let new = to.path().join("new");
    let asked = RestorePlan { mirrors: vec![copied], ..restore_plan(&plan, &new) };
    assert_eq!(restore(&asked, &|_| ()).await.unwrap().tails, []);
    let store = open_locked(&new).await;
    assert_eq!(problems(&store).await, [""; 0]);
}

/// Ended at any of the points at which it waits, a restore leaves no store, and the next one into the same folder gives what an
/// undisturbed one gives.
#[tokio::test]
async fn a_restore_that_ends_anywhere_is_begun_anew() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    let plan = lived(&town, &to).await;
    let copied = to.path().join("mirror");
    mirror_of(&town, &copied).await;
    let ended = |name: &str| RestorePlan {
        mirrors: vec![copied.clone()],
        ..restore_plan(&plan, &to.path().join(name))
    };
    restore(&ended("whole"), &|_| ()).await.unwrap();
    let expected = dump(&to.path().join("whole")).await;
    let (asked, mut polls, mut interrupted) = (ended("new"), 1, 0);
    loop {
        let done = {
            let mut restoring = pin!(restore(&asked, &|_| ()));
            let mut left = polls;
            std::future::poll_fn(|context| {
                left -= 1;
                match restoring.as_mut().poll(context) {
                    Poll::Ready(done) => Poll::Ready(Some(done)),
                    Poll::Pending if left == 0 => Poll::Ready(None),
                    Poll::Pending => Poll::Pending,
                }
            })
            .await
        };
        match done {
            Some(done) => break done.map(|_| ()).unwrap(),
            None => {
                assert!(!asked.to.join("footage.db").exists(), "no store before the last step");
                (polls, interrupted) = (polls + polls / 3 + 1, interrupted + 1);
            }
        }
    }
    assert!(interrupted > 5, "{interrupted}");
    assert_eq!(dump(&asked.to).await, expected);
    assert!(!asked.to.join("restoring").exists());
    // A folder with something else in it is nobody's to empty.
    fs::create_dir(to.path().join("own")).unwrap();
    for name in ["restoring", "letter.txt"] {
        fs::write(to.path().join("own").join(name), "x").unwrap();
    }
    let error = restore(&ended("own"), &|_| ()).await.unwrap_err().to_string();
    assert!(error.contains("is not empty"), "{error}");
    assert!(to.path().join("own/letter.txt").exists());
}
