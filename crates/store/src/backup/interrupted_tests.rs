//! A backup, an unlocking and a disk that is added, each ended where it waits, later and later, and begun anew: what comes of it is what
//! an undisturbed one gives, and nothing of the earlier attempts stays.

use super::tests::{ask, cx, goes_on, open_locked, passphrase, plan, publish, record, restore_plan};
use super::{MediaChoice, WORK, finished, restore, take, verify};
use crate::files::lock;
use crate::fixture::{NOW, SECOND_US, Town, office, options};
use crate::{LogName, OpenOptions, Store};
use model::{Cx, DiskId};
use std::fs;
use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::task::Poll;
use uuid::Uuid;

/// What comes of it in so many polls; `None`: it was dropped where it waited.
async fn within<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let (mut future, mut left) = (pin!(future), polls);
    std::future::poll_fn(move |context| {
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Folders in which backups were put together.
fn work(data_dir: &Path) -> usize {
    let all = fs::read_dir(data_dir).unwrap().flatten();
    all.filter(|entry| entry.file_name().to_string_lossy().starts_with(WORK)).count()
}

#[tokio::test]
async fn a_backup_that_ends_anywhere_is_made_anew() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    record(&town, 0..3).await;
    publish(&town.store, 60).await;
    let (mut polls, mut interrupted, mut left) = (1, 0, 0);
    let taken = loop {
        let asked = plan(&town, &to, MediaChoice::All, passphrase());
        match within(polls, take(&asked, &|_| ())).await {
            Some(done) => break done.unwrap(),
            None => {
                // No backup is there before its manifest is.
                assert!(finished(&asked.to).unwrap_or_default().is_empty(), "after {polls} polls");
                left = left.max(work(town.folder.path()));
                (polls, interrupted) = (polls + polls / 8 + 1, interrupted + 1);
            }
        }
    };
    assert!(interrupted > 5 && left == 1, "{interrupted} ends, {left} left");
    let to = to.path().join("backups-of-town");
    let found = finished(&to).unwrap();
    assert_eq!(
        (found.len(), found[0].segments, fs::read_dir(to.join("backups")).unwrap().count()),
        (1, 3, 1)
    );
    assert_eq!(found[0].id().unwrap(), taken.manifest.id().unwrap());
    verify(&to, &found[0], &|_| ()).unwrap();
    assert_eq!(work(town.folder.path()), 0, "nothing of it stays in the data folder");
}

/// Ended before it could tidy up, a backup leaves copies of keys: the next start takes them away, and leaves one alone that is under way.
#[tokio::test]
async fn the_next_start_takes_away_what_a_backup_left() {
    let town = Town::build().await;
    let Town { folder, store, .. } = town;
    store.close(NOW).await.unwrap();
    let [left, held] = [1, 2].map(|id| folder.path().join(format!("{WORK}{}", Uuid::from_u128(id))));
    for path in [&left, &held] {
        fs::create_dir(path).unwrap();
        fs::write(path.join("registry-secrets.db"), b"keys").unwrap();
    }
    let under_way = lock(&held).unwrap();
    let again = async |at: i64| {
        let options = OpenOptions { create: false, ..options(NOW.plus_us(at * SECOND_US)) };
        Store::open(folder.path(), options).await.unwrap().close(NOW.plus_us(at * SECOND_US)).await.unwrap();
    };
    again(10).await;
    assert_eq!((left.exists(), held.exists()), (false, true));
    drop(under_way);
    again(20).await;
    assert!(!held.exists());
}

#[tokio::test]
async fn an_unlocking_that_ends_anywhere_is_begun_anew() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    record(&town, 0..3).await;
    let before = publish(&town.store, 60).await;
    let plan = plan(&town, &to, MediaChoice::All, passphrase());
    take(&plan, &|_| ()).await.unwrap();
    let new = to.path().join("new");
    restore(&restore_plan(&plan, &new), &|_| ()).await.unwrap();
    let store = open_locked(&new).await;
    let old = [store.vkey(LogName::Footage), store.vkey(LogName::Access)];
    let origin = crate::default_origin(store.store_id(), LogName::Footage);
    store.close(NOW).await.unwrap();
    let (mut polls, mut interrupted) = (1, 0);
    loop {
        let store = open_locked(&new).await;
        let done = within(polls, store.unlock(&cx(210), ask(false))).await;
        store.close(NOW).await.unwrap();
        match done {
            Some(done) => {
                done.unwrap();
                break;
            }
            None => (polls, interrupted) = (polls + 1, interrupted + 1),
        }
        // The last step may have been under way when it was dropped.
        let store = open_locked(&new).await;
        let unlocked = store.locked().is_none();
        store.close(NOW).await.unwrap();
        if unlocked {
            break;
        }
    }
    assert!(interrupted > 5, "{interrupted}");
    goes_on(&new, &old, before[0], before[0], &origin).await;
    for log in ["footage", "access"] {
        let keys = fs::read_dir(new.join("keys")).unwrap().flatten();
        let own = keys
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(&format!("{log}-log")))
            .count();
        assert_eq!(own, 1, "one key of the {log} log");
    }
}

#[tokio::test]
async fn a_disk_that_is_added_is_there_whole_wherever_it_ended() {
    let mut town = Town::build().await;
    let path = town.folder.path().join("another");
    fs::create_dir(&path).unwrap();
    let (mut polls, mut interrupted) = (1, 0);
    loop {
        let cx = Cx { note: Some("more room".into()), ..office(town.administrator, NOW) };
        let done = within(polls, town.store.add_disk(&cx, &path)).await;
        town.store.close(NOW).await.unwrap();
        let again = OpenOptions { create: false, ..options(NOW) };
        town.store = Store::open(town.folder.path(), again).await.unwrap();
        let disks = town.store.registry.media_disks().await.unwrap();
        match done {
            Some(done) => {
                assert_eq!(done.unwrap(), DiskId(2));
                assert_eq!(disks.len(), 2);
                break;
            }
            None => (polls, interrupted) = (polls + 1, interrupted + 1),
        }
        // The transaction was under way, or it was not begun: there is all of it or nothing.
        if disks.len() == 2 {
            break;
        }
        assert!(!path.join("IDENTITY").exists(), "a folder without a row");
    }
    assert!(interrupted > 0, "{interrupted}");
    let disk = town.store.footage.media().find(DiskId(2)).unwrap();
    assert!(disk.away().is_none() && !disk.retired);
}
