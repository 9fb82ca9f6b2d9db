//! A migration that is ended between any two steps, before its entry, or on its way back: begun again it ends as if nothing had been, and
//! the older program finds what it left.

use super::{Migrated, NAMES, back, open, prepare, user_version};
use crate::database::{self, FOOTAGE, REGISTRY};
use crate::{OpenOptions, Store};
use model::{Act, WallTime};
use sqlx::Connection as _;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// 2026-11-30, after the released store was made.
const LATER: WallTime = WallTime(1_796_000_000_000_000);

/// The store that version 0.1.0 wrote.
fn released() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/store-0.1.0.tar.gz");
    let unpacked =
        std::process::Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(folder.path()).status();
    assert!(unpacked.unwrap().success());
    let store = folder.path().join("store");
    (folder, store)
}

async fn versions(dir: &Path) -> [i64; 2] {
    let mut found = [0, 0];
    for (version, name) in found.iter_mut().zip(NAMES) {
        let mut connection = open(&dir.join(name)).await.unwrap();
        *version = user_version(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
    found
}

/// The steps of one database up to a number, as the opening takes them.
async fn steps(dir: &Path, name: &str, to: usize) {
    let all: &[database::Migration] = if name == NAMES[0] { &FOOTAGE } else { &REGISTRY };
    let mut connection = open(&dir.join(name)).await.unwrap();
    database::migrate(&mut connection, &all[..to]).await.unwrap();
    connection.close().await.unwrap();
}

fn copies(dir: &Path) -> usize {
    fs::read_dir(dir.join("before")).into_iter().flatten().count()
}

async fn start(dir: &Path, at: WallTime) -> Option<Migrated> {
    let store = Store::open(dir, OpenOptions { migrate: true, ..OpenOptions::new(at) }).await.unwrap();
    let migrated = store.migrated().cloned();
    store.close(at).await.unwrap();
    migrated
}

async fn entries_of_it(dir: &Path) -> i64 {
    let mut connection = open(&dir.join(NAMES[1])).await.unwrap();
    let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM entry_search WHERE act = ?")
        .bind(i64::from(Act::Migrate.code()))
        .fetch_one(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    count
}

fn later(seconds: i64) -> WallTime {
    LATER.plus_us(seconds * 1_000_000)
}

#[tokio::test]
async fn what_ends_between_two_steps_goes_on_with_the_first_copy() {
    let (_folder, dir) = released();
    let (old, new) = (versions(&dir).await, [FOOTAGE.len() as i64, REGISTRY.len() as i64]);
    // A copy that never got its note, as a full disk leaves it.
    fs::create_dir_all(dir.join("before/17")).unwrap();
    fs::write(dir.join("before/17/footage.db"), b"half").unwrap();
    let first = prepare(&dir, true, later(0)).await.unwrap().unwrap();
    assert_eq!((first.from, first.to, copies(&dir)), (old, new, 1));
    // A step that fails leaves nothing: the service manager starts it again and again.
    for again in 1..4 {
        assert_eq!(prepare(&dir, true, later(again)).await.unwrap(), Some(first.clone()));
    }
    let check = async |footage: usize, registry: usize, at: i64| {
        steps(&dir, NAMES[0], footage).await;
        steps(&dir, NAMES[1], registry).await;
        let stands = format!("{footage}/{registry}");
        assert_eq!(
            prepare(&dir, false, later(at)).await.unwrap_err().kind(),
            model::Kind::Conflict,
            "{stands}"
        );
        assert_eq!(prepare(&dir, true, later(at)).await.unwrap(), Some(first.clone()), "{stands}");
    };
    let registry = usize::try_from(old[1]).unwrap();
    check(FOOTAGE.len(), registry, 10).await;
    check(FOOTAGE.len(), registry + 1, 20).await;
    check(FOOTAGE.len(), REGISTRY.len() - 1, 30).await;
    assert_eq!(start(&dir, later(40)).await, Some(first.clone()));
    assert_eq!((versions(&dir).await, copies(&dir), entries_of_it(&dir).await), (new, 1, 1));
    assert_eq!(start(&dir, later(50)).await, None, "nothing is due");
    assert_eq!(back(&dir, "admin", "the new one is slow", later(60)).await.unwrap(), first);
    assert_eq!(versions(&dir).await, old);
    // What the way back wrote is not in that copy's sizes: another one is made.
    let second = start(&dir, later(70)).await.unwrap();
    assert_eq!((second.from, second.made_us, copies(&dir)), (old, later(70).0, 2));
}

#[tokio::test]
async fn a_migration_that_ended_before_its_entry_gets_it_once() {
    let (_folder, dir) = released();
    let old = versions(&dir).await;
    let first = prepare(&dir, true, later(0)).await.unwrap().unwrap();
    steps(&dir, NAMES[0], FOOTAGE.len()).await;
    steps(&dir, NAMES[1], REGISTRY.len()).await;
    // Who may not take steps does not write of them either.
    assert_eq!(prepare(&dir, false, later(1)).await.unwrap(), None);
    assert_eq!(start(&dir, later(2)).await, Some(first.clone()));
    assert_eq!(start(&dir, later(3)).await, None);
    assert_eq!((entries_of_it(&dir).await, copies(&dir)), (1, 1));
    assert_eq!(back(&dir, "admin", "the new one is slow", later(4)).await.unwrap(), first);
    assert_eq!(versions(&dir).await, old);
}

#[tokio::test]
async fn a_way_back_that_ended_between_the_databases_is_gone_again() {
    let (_folder, dir) = released();
    let old = versions(&dir).await;
    let first = start(&dir, later(0)).await.unwrap();
    fs::copy(dir.join(first.folder()).join(NAMES[0]), dir.join(NAMES[0])).unwrap();
    assert_eq!(versions(&dir).await, [old[0], first.to[1]]);
    assert_eq!(back(&dir, "admin", "the new one is slow", later(1)).await.unwrap(), first);
    assert_eq!(versions(&dir).await, old);
    assert_eq!(back(&dir, "admin", "again", later(2)).await.unwrap_err().kind(), model::Kind::Conflict);
}
