//! Backing up beside an open store, bringing back, unlocking: what is in, what is not, and that no log is signed twice.

use super::*;
use crate::fixture::{NOW, SECOND_US, Town, cx as fixture_cx, options, segment, span, stream};
use crate::{
    BackupMade, LogName, NewBackup, NewHold, OpenOptions, Store, StoreKey, StoreKeys, Unlock, system_cx,
};
use model::Cx;
use tempfile::TempDir;

const PASSPHRASE: &str = "a passphrase of sixteen";

pub(super) fn passphrase() -> Option<Secret<String>> {
    Some(Secret::new(PASSPHRASE.into()))
}

pub(super) fn cx(seconds: i64) -> Cx {
    system_cx("backup", NOW.plus_us(seconds * SECOND_US))
}

pub(super) fn plan(
    town: &Town,
    to: &TempDir,
    media: MediaChoice,
    passphrase: Option<Secret<String>>,
) -> Plan {
    Plan {
        id: Uuid::now_v7(),
        data_dir: town.folder.path().to_owned(),
        media_dir: None,
        to: to.path().join("backups-of-town"),
        media,
        link: false,
        passphrase,
        cost: PasswordCost::CHEAP,
        by: "administrator".into(),
        reason: "nightly".into(),
        now: NOW,
    }
}

pub(super) fn restore_plan(plan: &Plan, to: &Path) -> RestorePlan {
    RestorePlan {
        from: plan.to.clone(),
        backup: None,
        to: to.to_owned(),
        passphrase: plan.passphrase.clone(),
        mirrors: Vec::new(),
        told: Vec::new(),
        now: NOW.plus_us(100 * SECOND_US),
    }
}

pub(super) async fn record(town: &Town, starts: std::ops::Range<i64>) {
    for start in starts {
        let new = segment(&town.store, stream(town.gate), span(start, 1), 2_000);
        town.store.footage.commit_segment(new).await.unwrap();
    }
}

pub(super) async fn publish(store: &Store, seconds: i64) -> [u64; 2] {
    let now = NOW.plus_us(seconds * SECOND_US);
    [
        store.publish(LogName::Footage, now).await.unwrap().size,
        store.publish(LogName::Access, now).await.unwrap().size,
    ]
}

pub(super) async fn open(folder: &Path) -> crate::Result<Store> {
    Store::open(folder, OpenOptions { create: false, ..options(NOW.plus_us(200 * SECOND_US)) }).await
}

pub(super) async fn open_locked(folder: &Path) -> Store {
    let options = OpenOptions { create: false, for_check: true, ..options(NOW.plus_us(200 * SECOND_US)) };
    Store::open(folder, options).await.unwrap()
}

pub(super) fn ask(same_origin: bool) -> Unlock {
    Unlock { by: "administrator".into(), reason: "the disk broke".into(), same_origin }
}

/// Everything that `check` asks of rows and logs.
pub(super) async fn problems(store: &Store) -> Vec<String> {
    let cx = cx(300);
    let mut found: Vec<String> = Vec::new();
    for log in [LogName::Footage, LogName::Access] {
        found.extend(
            store.verify_checkpoints(&cx, log).await.unwrap().into_iter().map(|row| format!("{row:?}")),
        );
    }
    let logs = [store.footage.verify_log(&cx).await.unwrap(), store.registry.verify_log(&cx).await.unwrap()];
    found.extend(logs.concat().into_iter().map(|finding| format!("{finding:?}")));
    found.extend(store.footage.audit(&cx).await.unwrap().into_iter().map(|row| format!("{row:?}")));
    found
}

#[tokio::test]
async fn a_backup_beside_an_open_store_is_verified_incremental_and_has_no_key() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    record(&town, 0..3).await;
    publish(&town.store, 60).await;
    let first = plan(&town, &to, MediaChoice::All, passphrase());
    let taken = take(&first, &|_| ()).await.unwrap();
    assert_eq!(
        (taken.manifest.segments, taken.copied_bytes),
        (3, 3 * (2_000 + crate::media_dir::SIDECAR_BYTES as u64))
    );
    assert_eq!(taken.manifest.oldest_us.zip(taken.manifest.newest_us), Some((NOW.0, NOW.0 + 3 * SECOND_US)));
    record(&town, 3..5).await;
    let second = Plan { id: Uuid::now_v7(), now: NOW.plus_us(1), ..first.clone() };
    let taken = take(&second, &|_| ()).await.unwrap();
    assert_eq!(
        (taken.manifest.segments, taken.copied_bytes),
        (5, 2 * (2_000 + crate::media_dir::SIDECAR_BYTES as u64))
    );
    let found = finished(&first.to).unwrap();
    assert_eq!(found.len(), 2);
    for manifest in &found {
        verify(&first.to, manifest, &|_| ()).unwrap();
    }
    no_secret_is_in(&town, &first.to).await;
    // What another tool says of the same list.
    let list = folder(&first.to, second.id).join(LIST);
    let mut sum = std::process::Command::new("sha256sum");
    assert!(sum.args(["--quiet", "-c"]).arg(list).current_dir(&first.to).status().unwrap().success());
    // A changed byte is found.
    let file = files_in(&first.to.join("media")).unwrap().remove(0);
    let mut bytes = fs::read(&file).unwrap();
    bytes[7] ^= 1;
    fs::write(&file, bytes).unwrap();
    let error = verify(&first.to, &found[1], &|_| ()).unwrap_err();
    assert!(error.to_string().contains("is not what the backup wrote"), "{error}");
}

/// No key file's bytes, no entry's key or salt and no padding secret occurs in any file of a backup.
async fn no_secret_is_in(town: &Town, backups: &Path) {
    let mut secrets: Vec<Vec<u8>> = Vec::new();
    for path in files_in(&town.folder.path().join("keys")).unwrap() {
        secrets.push(fs::read(path).unwrap());
    }
    let mut registry = databases::reader(&town.folder.path().join("registry.db")).await.unwrap();
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
        "SELECT key FROM entry_key UNION ALL SELECT salt FROM entry_key UNION ALL SELECT pad_secret FROM batch",
    )
    .fetch_all(&mut registry)
    .await
    .unwrap();
    secrets.extend(rows.into_iter().map(|(row,)| row));
    assert!(secrets.len() > 15, "{} secrets to look for", secrets.len());
    for path in files_in(backups).unwrap() {
        let bytes = fs::read(&path).unwrap();
        for secret in &secrets {
            let found = bytes.windows(secret.len()).any(|window| window == &secret[..]);
            assert!(!found, "{} has a secret", path.display());
        }
    }
}

/// Every backup has documents, footage or not, as they are stored; what is damaged is not called a backup.
#[tokio::test]
async fn documents_are_in_every_backup_and_are_restored_whole() {
    let keys = StoreKeys::new(Some(StoreKey::new([3; 32])), Vec::new());
    for keys in [StoreKeys::default(), keys] {
        let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
        let Town { folder, store, unit, .. } = town;
        store.close(NOW).await.unwrap();
        let with = OpenOptions { create: false, store_keys: keys.clone(), ..options(NOW.plus_us(SECOND_US)) };
        let store = Store::open(folder.path(), with.clone()).await.unwrap();
        let (registry, cx) = (&store.registry, system_cx("demo", NOW));
        let body = serde_json::json!({ "name": "plan", "paper": "design" }).as_object().cloned().unwrap();
        let kind = law::register::RecordKind::Document;
        let document = registry.add_record(&cx, kind, Some(unit), body).await.unwrap();
        let mut incoming = registry.documents().begin("plan.txt").unwrap();
        incoming.write(b"the plan").unwrap();
        registry.add_file(&cx, document, 1, incoming.finish(None).unwrap()).await.unwrap();
        let plan = Plan {
            id: Uuid::now_v7(),
            data_dir: folder.path().to_owned(),
            media_dir: None,
            to: to.path().join("backups"),
            media: MediaChoice::None,
            link: false,
            passphrase: passphrase(),
            cost: PasswordCost::CHEAP,
            by: "administrator".into(),
            reason: "nightly".into(),
            now: NOW,
        };
        let first = take(&plan, &|_| ()).await.unwrap();
        let again = Plan { id: Uuid::now_v7(), now: NOW.plus_us(1), ..plan.clone() };
        let second = take(&again, &|_| ()).await.unwrap();
        assert!(first.copied_bytes > 0 && second.copied_bytes == 0, "copied once");
        let new = to.path().join("new");
        restore(&restore_plan(&plan, &new), &|_| ()).await.unwrap();
        let locked = OpenOptions { for_check: true, ..with };
        let restored = Store::open(&new, locked).await.unwrap();
        assert_eq!(restored.registry.document_count().await.unwrap(), 1);
        assert_eq!(restored.registry.document_findings(true).await.unwrap(), []);
        // A file that is gone keeps a backup from being made, by its name.
        for path in files_in(&folder.path().join("documents")).unwrap() {
            fs::remove_file(path).unwrap();
        }
        let torn = Plan { id: Uuid::now_v7(), now: NOW.plus_us(2), ..plan };
        let error = take(&torn, &|_| ()).await.unwrap_err().to_string();
        assert!(error.contains("its file is missing"), "{error}");
    }
}

#[tokio::test]
async fn what_is_restored_is_locked_and_goes_on_under_a_new_origin() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    record(&town, 0..3).await;
    let before = publish(&town.store, 60).await;
    let plan = plan(&town, &to, MediaChoice::All, passphrase());
    take(&plan, &|_| ()).await.unwrap();
    // The original goes on, and signs more.
    record(&town, 3..6).await;
    let after = publish(&town.store, 180).await;
    assert!(after[0] > before[0] && after[1] > before[1]);
    let new = to.path().join("new");
    let mirrors = vec![town.folder.path().join("log")];
    let restored = restore(&RestorePlan { mirrors, ..restore_plan(&plan, &new) }, &|_| ()).await.unwrap();
    assert_eq!(restored.locked.footage.as_ref().map(|known| known.size), Some(after[0]));
    let error = open(&new).await.err().unwrap().to_string();
    assert!(error.contains("restore unlock"), "{error}");
    let store = open_locked(&new).await;
    assert_eq!(problems(&store).await, [""; 0]);
    let old = [store.vkey(LogName::Footage), store.vkey(LogName::Access)];
    let error = store.unlock(&cx(210), ask(true)).await.unwrap_err().to_string();
    assert!(error.contains("it is an older one"), "{error}");
    let error = store.unlock(&cx(210), Unlock { by: "viewer".into(), ..ask(false) }).await.unwrap_err();
    assert!(error.to_string().contains("administrator's post"), "{error}");
    let unlocked = store.unlock(&cx(210), ask(false)).await.unwrap();
    assert_eq!(unlocked.logs[0].leaves, before[0]);
    assert_eq!(unlocked.logs[0].origin, format!("{}/2", unlocked.logs[0].old_origin));
    store.close(NOW).await.unwrap();
    goes_on(&new, &old, before[0], after[0], &unlocked.logs[0].old_origin).await;
}

/// The restored store records and signs, under another key; its first leaf says why; the old key is not there any more.
pub(super) async fn goes_on(new: &Path, old: &[String; 2], taken_over: u64, known: u64, old_origin: &str) {
    let store = open(new).await.unwrap();
    assert_ne!(store.vkey(LogName::Footage), old[0]);
    assert_ne!(store.vkey(LogName::Access), old[1]);
    assert!(!new.join("keys/footage-log.ed25519").exists() && !new.join("keys/access-log.ed25519").exists());
    let record =
        ledger::origin::OriginRecord::decode(&store.leaf(LogName::Footage, taken_over).await.unwrap())
            .unwrap();
    assert_eq!((record.leaves, record.last_checkpoint.map(|(size, _)| size)), (taken_over, Some(known)));
    assert_eq!((record.old_origin.as_str(), record.reason.as_str()), (old_origin, "the disk broke"));
    assert!(record.responsible.starts_with("administrator"), "{}", record.responsible);
    assert!(store.footage.boot().outage.as_ref().is_some_and(|(_, text)| text.contains("restored")));
    assert_eq!(problems(&store).await, [""; 0], "before the first signature");
    let stream = store.footage.streams().await.unwrap().remove(0);
    let end = store.footage.stream_head(stream).await.unwrap().end.unwrap();
    let next = model::Span { start: end, end: end.plus_us(SECOND_US) };
    store.footage.commit_segment(segment(&store, stream, next, 2_000)).await.unwrap();
    publish(&store, 300).await;
    assert_eq!(problems(&store).await, [""; 0], "after it");
    // What was signed before is still a prefix of what is signed now.
    store.consistency(LogName::Footage, taken_over).await.unwrap();
    store.inclusion(LogName::Footage, 0).await.unwrap();
    store.close(NOW).await.unwrap();
    let store = open(new).await.unwrap();
    assert_eq!(problems(&store).await, [""; 0], "after a restart");
}

#[tokio::test]
async fn the_old_origin_goes_on_only_when_a_checkpoint_from_outside_shows_that_it_may() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    record(&town, 0..3).await;
    let signed = publish(&town.store, 60).await;
    let plan = plan(&town, &to, MediaChoice::None, passphrase());
    take(&plan, &|_| ()).await.unwrap();
    let log = town.folder.path().join("log");
    let check = async |name: &str, mirrors: Vec<PathBuf>, expected: &str| {
        let new = to.path().join(name);
        restore(&RestorePlan { mirrors, ..restore_plan(&plan, &new) }, &|_| ()).await.unwrap();
        let store = open_locked(&new).await;
        match store.unlock(&cx(210), ask(true)).await {
            Ok(unlocked) => {
                assert_eq!(expected, "", "{name}");
                assert_eq!(unlocked.logs[0].origin, unlocked.logs[0].old_origin);
                store.close(NOW).await.unwrap();
                let store = open(&new).await.unwrap();
                assert_eq!(store.vkey(LogName::Footage), town.store.vkey(LogName::Footage));
                assert_eq!(problems(&store).await, [""; 0]);
                assert!(publish(&store, 300).await[1] > signed[1]);
            }
            Err(error) => {
                assert!(!expected.is_empty() && error.to_string().contains(expected), "{name}: {error}")
            }
        }
    };
    check("alone", vec![], "no checkpoint from outside").await;
    check("newest", vec![log.clone()], "").await;
    publish(&town.store, 180).await;
    check("older", vec![log.clone()], "the access log cannot go on").await;
    record(&town, 3..4).await;
    publish(&town.store, 240).await;
    check("older too", vec![log], "the footage log cannot go on").await;
}

#[tokio::test]
async fn without_keys_records_stay_shut_and_sealed_secrets_are_asked_for_again() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    record(&town, 0..2).await;
    publish(&town.store, 60).await;
    let plan = plan(&town, &to, MediaChoice::Since(NOW.plus_us(SECOND_US)), None);
    let taken = take(&plan, &|_| ()).await.unwrap();
    assert_eq!(taken.manifest.segments, 1, "the one that ends after that");
    no_secret_is_in(&town, &plan.to).await;
    let new = to.path().join("new");
    restore(&restore_plan(&plan, &new), &|_| ()).await.unwrap();
    let store = open_locked(&new).await;
    assert_eq!(problems(&store).await, [""; 0]);
    let error = store.unlock(&cx(210), ask(true)).await.unwrap_err();
    assert!(error.to_string().contains("the backup has no keys"), "{error}");
    store.unlock(&cx(210), ask(false)).await.unwrap();
    store.close(NOW).await.unwrap();
    let store = open(&new).await.unwrap();
    publish(&store, 300).await;
    assert_eq!(problems(&store).await, [""; 0]);
    let sources = store.registry.camera_sources(&cx(300)).await.unwrap();
    assert!(sources.len() == 2 && sources.iter().all(|source| source.credentials.is_none()));
}

#[tokio::test]
async fn a_fork_is_not_unlocked() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    record(&town, 0..3).await;
    publish(&town.store, 60).await;
    let plan = plan(&town, &to, MediaChoice::All, passphrase());
    take(&plan, &|_| ()).await.unwrap();
    // The same key signs another history: what a copy that was started beside the original would do.
    let seed: [u8; 32] =
        fs::read(town.folder.path().join("keys/footage-log.ed25519")).unwrap().try_into().unwrap();
    let origin = crate::default_origin(town.store.store_id(), LogName::Footage);
    let signer = ledger::note::Ed25519Signer::from_seed(&origin, &seed).unwrap();
    let other = ledger::checkpoint::Checkpoint::new(&origin, 3, model::Hash([9; 32]));
    let mirror = to.path().join("mirror");
    make_folder(&mirror).unwrap();
    fs::write(mirror.join("checkpoint"), signer.signed(&other.to_string()).unwrap().to_string()).unwrap();
    let new = to.path().join("new");
    restore(&RestorePlan { mirrors: vec![mirror], ..restore_plan(&plan, &new) }, &|_| ()).await.unwrap();
    let store = open_locked(&new).await;
    for same_origin in [false, true] {
        let error = store.unlock(&cx(210), ask(same_origin)).await.unwrap_err();
        assert!(error.to_string().contains("two histories"), "{error}");
    }
}

#[tokio::test]
async fn the_registry_knows_its_backups_and_what_they_outlive() {
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    record(&town, 0..3).await;
    let plan = plan(&town, &to, MediaChoice::All, passphrase());
    let new = NewBackup {
        id: plan.id,
        by: "administrator".into(),
        reason: "nightly".into(),
        destination: plan.to.display().to_string(),
        media: plan.media.to_string(),
        keys: "wrapped".into(),
    };
    for by in ["viewer", "nobody"] {
        let new = NewBackup { by: by.into(), ..new.clone() };
        assert!(town.store.registry.begin_backup(&cx(1), new).await.is_err(), "{by}");
    }
    town.store.registry.begin_backup(&cx(1), new).await.unwrap();
    let taken = take(&plan, &|_| ()).await.unwrap();
    let leaves = taken.manifest.footage.leaves;
    let made = BackupMade { footage_leaves: leaves, files: taken.manifest.files, ..BackupMade::default() };
    town.store.registry.finish_backup(&cx(2), plan.id, made.clone()).await.unwrap();
    assert!(town.store.registry.finish_backup(&cx(2), plan.id, made).await.is_err(), "only once");
    assert_eq!(town.store.footage.let_go_since(leaves, NOW).await.unwrap(), None);
    // Its term ends.
    let day_us = 86_400 * SECOND_US;
    let late = system_cx("retention", NOW.plus_us(60 * day_us));
    record(&town, 40 * 86_400..40 * 86_400 + 1).await;
    let time = town.store.confirm_clock(&late).await.unwrap().time(late.now);
    let expiries = town.store.plan_expiry(&late, time).await.unwrap();
    assert_eq!(town.store.footage.expire(&late, expiries).await.unwrap().segments, 3);
    assert_eq!(town.store.footage.let_go_since(leaves, NOW).await.unwrap(), Some((3, NOW)));
    let id = plan.id;
    town.store.registry.forget_backup(&late, id, "administrator", "past its term").await.unwrap();
    assert!(files_in(&plan.to.join("media")).unwrap().len() == 6);
    assert_eq!(forget(&plan.to, id).unwrap(), 6);
    assert!(files_in(&plan.to.join("media")).unwrap().is_empty());
    let rows = town.store.registry.backups(&late).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.state.as_str()).collect::<Vec<_>>(), ["forgotten"]);
}

/// Sidecars come back wrapped as they were: with the store's key the bytes are there, without it they are said to be locked. What
/// was held is held.
#[tokio::test]
async fn encrypted_footage_and_holds_come_back_as_they_were() {
    let key = || StoreKeys::new(Some(StoreKey::new([9; 32])), Vec::new());
    let (town, to) = (Town::build().await, tempfile::tempdir().unwrap());
    let Town { folder, store, gate, operator, .. } = town;
    store.close(NOW).await.unwrap();
    let with_key = OpenOptions { store_keys: key(), ..options(NOW) };
    let store = Store::open(folder.path(), with_key).await.unwrap();
    let new = segment(&store, stream(gate), span(0, 1), 2_000);
    let path = new.path.clone();
    store.footage.commit_segment(new).await.unwrap();
    let held = NewHold {
        cameras: vec![gate],
        span: span(0, 1),
        review: None,
        document: "2026-17".into(),
        approver: None,
    };
    let why = Cx { note: Some("an accident".into()), ..fixture_cx(operator, NOW.plus_us(60 * SECOND_US)) };
    store.registry.place_hold(&why, held).await.unwrap();
    store.settle_outbox(NOW.plus_us(61 * SECOND_US)).await.unwrap();
    publish(&store, 180).await;
    let plan = Plan {
        id: Uuid::now_v7(),
        data_dir: folder.path().to_owned(),
        media_dir: None,
        to: to.path().join("backups"),
        media: MediaChoice::All,
        link: false,
        passphrase: passphrase(),
        cost: PasswordCost::CHEAP,
        by: "administrator".into(),
        reason: "nightly".into(),
        now: NOW,
    };
    take(&plan, &|_| ()).await.unwrap();
    let new = to.path().join("new");
    restore(&restore_plan(&plan, &new), &|_| ()).await.unwrap();
    let locked = open_locked(&new).await;
    locked.unlock(&cx(210), ask(false)).await.unwrap();
    locked.close(NOW).await.unwrap();
    let later = options(NOW.plus_us(300 * SECOND_US));
    let without = Store::open(&new, OpenOptions { create: false, ..later.clone() }).await.unwrap();
    let error = without.footage.open_for_system(&cx(300), &path).err().unwrap();
    assert!(matches!(error, Error::StoreKeyAbsent(_)), "{error}");
    without.close(NOW).await.unwrap();
    let back = Store::open(&new, OpenOptions { create: false, store_keys: key(), ..later }).await.unwrap();
    let file = back.footage.open_for_system(&cx(300), &path).unwrap();
    let mut bytes = vec![0; 2_000];
    crate::SegmentRead::read_at(&file, 0, &mut bytes).unwrap();
    assert_eq!(bytes, [1; 2_000]);
    let stored = fs::read(new.join("media").join(path.as_str())).unwrap();
    assert!(!stored.windows(32).any(|window| window == [1; 32]), "it lies there encrypted");
    let holds = back.footage.holds_in_force().await.unwrap();
    assert!(!holds.is_empty() && holds.iter().all(|hold| hold.span == span(0, 1)), "{holds:?}");
    assert!(back.footage.hold_findings(&cx(300)).await.unwrap().is_empty());
    assert_eq!(problems(&back).await, [""; 0]);
}
