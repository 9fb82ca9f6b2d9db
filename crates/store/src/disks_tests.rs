//! Several media disks: what is on one that is away is not lost, comes back with it, and goes by rule like all else.

use crate::fixture::{NOW, Town, office, open, segment, segment_on, span, stream};
use crate::footage::HoldDraft;
use crate::{Error, OpenDisk, SegmentPath, Store, system_cx};
use law::retention::{DAY_US, TrustedClock};
use model::{Act, Cx, DiskId, Hash, HoldId, Kind};
use std::path::{Path, PathBuf};

const SECOND: DiskId = DiskId(2);

fn noted(cx: Cx) -> Cx {
    Cx { note: Some("more room".into()), ..cx }
}

/// Adds a disk beside the data folder.
async fn another(town: &Town) -> (DiskId, PathBuf) {
    let path = town.folder.path().join("another");
    std::fs::create_dir(&path).unwrap();
    let id = town.store.add_disk(&noted(office(town.administrator, NOW)), &path).await.unwrap();
    (id, path)
}

fn take_away(path: &Path) -> PathBuf {
    let elsewhere = path.with_extension("elsewhere");
    std::fs::rename(path, &elsewhere).unwrap();
    elsewhere
}

async fn commit_on(store: &Store, disk: DiskId, town: &Town, start_s: i64) -> SegmentPath {
    let new = segment_on(store, disk, stream(town.gate), span(start_s, 60), 1_000);
    let path = new.path.clone();
    store.footage.commit_segment(new).await.unwrap();
    path
}

#[tokio::test]
async fn a_disk_is_added_and_retired_by_an_administrator_with_a_reason() {
    let town = Town::build().await;
    let store = &town.store;
    let path = town.folder.path().join("another");
    let add = async |cx: Cx, path: &Path| store.add_disk(&cx, path).await;
    let administrator = noted(office(town.administrator, NOW));
    // The folder must be there: below a mount point one must not be made.
    assert_eq!(add(administrator.clone(), &path).await.unwrap_err().kind(), Kind::Conflict);
    std::fs::create_dir(&path).unwrap();
    for cx in [noted(office(town.operator, NOW)), office(town.administrator, NOW)] {
        assert_eq!(add(cx, &path).await.unwrap_err().kind(), Kind::Refused);
    }
    assert_eq!(std::fs::read_dir(&path).unwrap().count(), 0, "nobody marked the folder");
    assert_eq!(add(administrator.clone(), &path).await.unwrap(), SECOND);
    assert_eq!(add(administrator.clone(), &path).await.unwrap_err().kind(), Kind::Conflict, "not empty");
    assert_eq!(add(administrator.clone(), Path::new("here")).await.unwrap_err().kind(), Kind::Invalid);

    store.registry.tie_camera(&administrator, town.gate, Some(SECOND)).await.unwrap();
    store.retire_disk(&administrator, SECOND, true).await.unwrap();
    let tied = store.registry.camera_storage(&administrator).await.unwrap();
    assert!(tied.iter().all(|camera| camera.disk.is_none()), "nobody is tied to it any more");
    assert!(store.footage.media().find(SECOND).unwrap().retired);
    let last = store.retire_disk(&administrator, DiskId::FIRST, true).await;
    assert_eq!(last.unwrap_err().kind(), Kind::Conflict, "one stays in use");
    store.retire_disk(&administrator, SECOND, false).await.unwrap();
    store.retire_disk(&administrator, DiskId::FIRST, true).await.unwrap();

    let query = crate::AccessQuery { act: Some(Act::ChangeDisk), limit: 50, ..crate::AccessQuery::default() };
    let cx = office(town.auditor, NOW);
    let entries = store.access_entries(&cx, &query).await.unwrap().entries;
    assert_eq!(entries.len(), 4 + 2, "each change and each refusal");
}

#[tokio::test]
async fn footage_of_a_disk_that_is_away_is_not_lost() {
    let town = Town::build().await;
    let (store, cx) = (&town.store, system_cx("check", NOW));
    let (second, folder) = another(&town).await;
    let here = commit_on(store, DiskId::FIRST, &town, 0).await;
    let there = commit_on(store, second, &town, 60).await;
    let elsewhere = take_away(&folder);

    let stored = store.footage.stored_segments(&cx, 0, 10).await.unwrap();
    let state: Vec<_> = stored.iter().map(|one| (one.disk, one.away, one.file_bytes.is_some())).collect();
    assert_eq!(state, [(DiskId::FIRST, false, true), (second, true, false)]);
    assert!(store.footage.sidecar_for_system(&cx, &here).is_ok());
    let read = store.footage.sidecar_for_system(&cx, &there);
    assert!(matches!(read, Err(Error::DiskAway(disk)) if disk == second), "{read:?}");
    assert_eq!(store.footage.orphans(&cx).await.unwrap(), []);
    assert_eq!(store.footage.wrong_days(&cx).await.unwrap(), []);

    // An empty mount point, and another disk in its place, are no more than a disk that is away.
    let third = town.folder.path().join("third");
    std::fs::create_dir(&third).unwrap();
    store.add_disk(&noted(office(town.administrator, NOW)), &third).await.unwrap();
    std::fs::create_dir(&folder).unwrap();
    assert_eq!(store.footage.media().away(), [second]);
    std::fs::remove_dir(&folder).unwrap();
    std::fs::rename(&third, &folder).unwrap();
    let swapped: Vec<String> = store
        .footage
        .media()
        .all()
        .iter()
        .filter_map(OpenDisk::away)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(swapped.len(), 2);
    assert!(swapped[0].contains("another disk of this store"), "{swapped:?}");
    std::fs::rename(&folder, &third).unwrap();

    std::fs::rename(&elsewhere, &folder).unwrap();
    store.welcome_disk(&cx, second).await.unwrap();
    assert!(store.footage.sidecar_for_system(&cx, &there).is_ok());
    // A file that a person has moved to another disk is found there, and the row can say so.
    let moved = town.folder.path().join("media").join(there.as_str());
    for extension in ["mp4", "side"] {
        let (from, to) = (folder.join(there.as_str()), moved.clone());
        std::fs::rename(from.with_extension(extension), to.with_extension(extension)).unwrap();
    }
    let stored = store.footage.stored_segments(&cx, 1, 10).await.unwrap();
    assert_eq!((stored[0].moved_to, stored[0].away), (Some(DiskId::FIRST), false));
    store.footage.place_segment(&cx, stored[0].row, DiskId::FIRST).await.unwrap();
    assert_eq!(store.footage.wrong_days(&cx).await.unwrap().len(), 1);
    store.footage.rebuild_days(&cx).await.unwrap();
    assert_eq!(store.footage.wrong_days(&cx).await.unwrap(), []);
}

#[tokio::test]
async fn a_store_opens_with_a_disk_away_but_not_with_none() {
    let town = Town::build().await;
    let (second, folder) = another(&town).await;
    commit_on(&town.store, second, &town, 0).await;
    let Town { folder: data, store, .. } = town;
    store.close(NOW).await.unwrap();
    let elsewhere = take_away(&folder);
    let store = open(&data).await;
    assert_eq!(store.footage.media().away(), [second]);
    store.close(NOW).await.unwrap();
    let media = data.path().join("media");
    let first = take_away(&media);
    let opened = Store::open(data.path(), crate::fixture::options(NOW)).await;
    assert!(opened.err().unwrap().to_string().contains("no identity file"));
    // With the second there, the first may be away.
    std::fs::rename(&elsewhere, &folder).unwrap();
    let store = open(&data).await;
    assert_eq!(store.footage.media().away(), [DiskId::FIRST]);
    drop(first);
}

#[tokio::test]
async fn what_is_on_a_disk_that_is_away_expires_when_it_is_back() {
    let town = Town::build().await;
    let (store, later) = (&town.store, NOW.plus_us(40 * DAY_US));
    let (second, folder) = another(&town).await;
    let here = commit_on(store, DiskId::FIRST, &town, 0).await;
    let there = commit_on(store, second, &town, 60).await;
    let cx = system_cx("retention", later);
    let time = TrustedClock::resume(later).time(later);
    let elsewhere = take_away(&folder);
    let round =
        async || store.footage.expire(&cx, store.plan_expiry(&cx, time).await.unwrap()).await.unwrap();
    let expired = round().await;
    assert_eq!((expired.segments, expired.failed), (1, 0));
    assert!(!town.folder.path().join("media").join(here.as_str()).exists());
    assert!(elsewhere.join(there.as_str()).exists());
    std::fs::rename(&elsewhere, &folder).unwrap();
    let expired = round().await;
    assert_eq!((expired.segments, expired.failed), (1, 0));
    assert!(!folder.join(there.as_str()).exists());
    assert_eq!(store.footage.wrong_days(&system_cx("check", later)).await.unwrap(), []);
}

#[tokio::test]
async fn a_hold_is_on_every_disk_and_follows_one_that_was_away() {
    let town = Town::build().await;
    let (store, cx) = (&town.store, system_cx("hold", NOW));
    let (second, folder) = another(&town).await;
    store.footage.commit_segment(segment(store, stream(town.gate), span(0, 60), 1_000)).await.unwrap();
    let hold = |number: u128| HoldId(uuid::Uuid::from_u128(number));
    let draft = |number| HoldDraft {
        hold: hold(number),
        span: span(0, 60),
        cameras: vec![town.gate],
        authority: Hash([1; 32]),
    };
    let on = |folder: &Path| std::fs::read_dir(folder.join("holds")).map_or(0, Iterator::count);
    let media = town.folder.path().join("media");
    store.footage.place_hold(&cx, draft(1)).await.unwrap();
    assert_eq!((on(&media), on(&folder)), (1, 1));
    let elsewhere = take_away(&folder);
    store.footage.place_hold(&cx, draft(2)).await.unwrap();
    store.footage.release_hold(&cx, hold(1), Hash([1; 32])).await.unwrap();
    assert_eq!((on(&media), on(&elsewhere)), (1, 1));
    std::fs::rename(&elsewhere, &folder).unwrap();
    assert_eq!(store.footage.hold_findings(&system_cx("check", NOW)).await.unwrap().len(), 2);
    store.welcome_disk(&cx, second).await.unwrap();
    assert_eq!((on(&media), on(&folder)), (1, 1));
    assert_eq!(store.footage.hold_findings(&system_cx("check", NOW)).await.unwrap(), []);
    let held = store.footage.holds_in_force().await.unwrap();
    assert!(held.iter().all(|held| held.span == span(0, 60)));
}

/// A crash between the folder's identity and the row: the folder says it is a disk that nobody knows, and is taken at the next attempt.
/// One that a row knows, another store's, or one in which anything lies is not.
#[tokio::test]
async fn a_folder_that_an_earlier_attempt_made_ours_is_taken() {
    let town = Town::build().await;
    let store = &town.store;
    let administrator = noted(office(town.administrator, NOW));
    let own = |number: u128| uuid::Uuid::from_u128(number);
    let made = |name: &str, text: String, also: Option<&str>| {
        let path = town.folder.path().join(name);
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("IDENTITY"), text).unwrap();
        if let Some(also) = also {
            std::fs::write(path.join(also), b"watchkeeper store keys v1\n").unwrap();
        }
        path
    };
    let text = |of: model::StoreId, own: uuid::Uuid| {
        format!("watchkeeper media folder v1\nstore {of}\ndisk {own}\n")
    };
    let ours = store.store_id();
    let foreign = model::StoreId(own(9));
    let check = async |path: PathBuf, taken: Option<DiskId>| {
        let found = store.add_disk(&administrator, &path).await;
        match taken {
            Some(id) => assert_eq!(found.unwrap(), id, "{}", path.display()),
            None => assert_eq!(found.unwrap_err().kind(), Kind::Conflict, "{}", path.display()),
        }
    };
    check(made("foreign", text(foreign, own(1)), None), None).await;
    check(made("used", text(ours, own(1)), Some("2026")), None).await;
    check(made("first", format!("watchkeeper media folder v1\nstore {ours}\n"), None), None).await;
    check(made("changed", "?".into(), None), None).await;
    check(made("left", text(ours, own(1)), None), Some(SECOND)).await;
    check(made("left with keys", text(ours, own(2)), Some("KEYS")), Some(DiskId(3))).await;
    let known = store.registry.media_disks().await.unwrap()[1].own.unwrap();
    assert_ne!(known, own(1), "it has a name of its own");
    check(made("copied", text(ours, known), None), None).await;
    assert!(store.footage.media().all().iter().all(|disk| disk.away().is_none()));
}
