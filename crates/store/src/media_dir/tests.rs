//! Tests of the media folder, on real temporary folders.

use super::*;
use model::{CameraId, Hash, Profile, Secret, StreamId};
use std::os::unix::fs::PermissionsExt as _;
use uuid::Uuid;

const STARTED: WallTime = WallTime(1_795_341_600_123_456);

pub(super) fn store() -> StoreId {
    StoreId(Uuid::from_u128(1))
}

pub(super) fn sidecar() -> Sidecar {
    let camera = CameraId(Uuid::from_u128(0x0198_0000_0000_7000_8000_abcd_ef01_2345));
    Sidecar {
        store: store(),
        stream: StreamId { camera, profile: Profile::Sub },
        started: STARTED,
        secret: Secret::new([9; 32]),
        config_hash: Hash([3; 32]),
    }
}

pub(super) fn media(folder: &tempfile::TempDir) -> MediaDir {
    MediaDir::create(&folder.path().join("media"), store()).unwrap()
}

#[test]
fn a_segment_is_written_synced_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let media = media(&folder);
    let mut file = media.create_segment(sidecar()).unwrap();
    assert!(file.path().as_str().starts_with("abcdef012345/sub/20261122/100000-"), "{}", file.path());
    file.append(&[vec![1; 5].into(), Bytes::new(), vec![2; 5].into()]).unwrap();
    file.append(&[]).unwrap();
    file.append(&(0..2_000).map(|_| Bytes::from_static(b"x")).collect::<Vec<_>>()).unwrap();
    assert_eq!(file.len(), 2_010);
    media.sync().unwrap();
    let read = media.open_segment(file.path()).unwrap();
    assert_eq!(read.len().unwrap(), 2_010);
    let mut bytes = [0; 4];
    read.read_at(3, &mut bytes).unwrap();
    assert_eq!(bytes, [1, 1, 2, 2]);
    assert!(read.read_at(2_008, &mut bytes).is_err(), "no short reads");
    assert_eq!(media.read_sidecar(file.path()).unwrap(), sidecar());
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&media.absolute(file.path())), 0o600);
    assert_eq!(mode(&media.sidecar_path(file.path())), 0o600);
    assert!(media.space().unwrap().free_bytes > 0);
}

use bytes::Bytes;

#[test]
fn names_of_files() {
    let check = |text: &str, ours: bool| assert_eq!(SegmentPath::parse(text).is_ok(), ours, "{text}");
    check("abcdef012345/main/20261122/100000-0badcafe.mp4", true);
    check("abcdef012345/sub/20261122/100000-0badcafe.mp4", true);
    for bad in [
        "",
        "../../etc/passwd",
        "abcdef012345/main/20261122/100000-0badcafe.side",
        "abcdef012345/main/20261122/../100000-0badcafe.mp4",
        "abcdef012345/third/20261122/100000-0badcafe.mp4",
        "ABCDEF012345/main/20261122/100000-0badcafe.mp4",
        "abcdef01234/main/20261122/100000-0badcafe.mp4",
        "abcdef012345/main/2026112/100000-0badcafe.mp4",
        "abcdef012345/main/20261122/10000-0badcafe.mp4",
        "abcdef012345/main/20261122/100000-0badcaf.mp4",
        "abcdef012345/main/20261122/100000-0badcafe.mp4/x",
        "/abcdef012345/main/20261122/100000-0badcafe.mp4",
    ] {
        check(bad, false);
    }
}

#[test]
fn every_changed_byte_of_a_sidecar_is_noticed() {
    let bytes = sidecar().encode();
    assert_eq!(bytes.len(), SIDECAR_BYTES);
    for index in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[index] ^= 1;
        assert!(Sidecar::decode(&changed, store()).is_err(), "byte {index}");
        assert!(Sidecar::decode(&bytes[..index], store()).is_err(), "cut at {index}");
    }
    assert!(Sidecar::decode(&[bytes, vec![0]].concat(), store()).is_err());
    assert!(Sidecar::decode(&sidecar().encode(), StoreId(Uuid::from_u128(2))).is_err());
    assert!(!format!("{:?}", sidecar()).contains('9'.to_string().repeat(3).as_str()));
}

#[test]
fn a_folder_with_something_in_it_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("lost+found")).unwrap();
    // A crash while it was taken.
    std::fs::write(folder.path().join("IDENTITY.new"), b"watch").unwrap();
    MediaDir::create(folder.path(), store()).unwrap();
    MediaDir::open(folder.path(), store()).unwrap();
    assert!(MediaDir::create(folder.path(), store()).is_err());
    let used = tempfile::tempdir().unwrap();
    std::fs::write(used.path().join("holiday.mp4"), b"").unwrap();
    assert!(MediaDir::create(used.path(), store()).is_err());
}

#[test]
fn nothing_happens_in_a_folder_that_is_no_longer_ours() {
    let folder = tempfile::tempdir().unwrap();
    let media = media(&folder);
    std::fs::remove_file(media.root().join("IDENTITY")).unwrap();
    assert!(media.create_segment(sidecar()).is_err());
    assert!(media.create_journal(1, 0).is_err());
    assert!(media.journals().is_err());
    assert!(media.list().is_err());
}

#[test]
fn deleting_is_repeatable_and_tidies_the_day() {
    let folder = tempfile::tempdir().unwrap();
    let media = media(&folder);
    let paths: Vec<SegmentPath> =
        (0..2).map(|_| media.create_segment(sidecar()).unwrap().path().clone()).collect();
    for path in &paths {
        media.unlink(path).unwrap();
        media.unlink(path).unwrap();
        media.sync_folder(path).unwrap();
    }
    assert_eq!(media.list().unwrap(), []);
    assert!(!media.absolute(&paths[0]).parent().unwrap().exists(), "an empty day goes");
    media.sync_folder(&paths[0]).unwrap();
}

#[test]
fn journals_are_listed_in_order_and_removed_only_there() {
    let folder = tempfile::tempdir().unwrap();
    let media = media(&folder);
    assert_eq!(media.journals().unwrap(), Vec::<PathBuf>::new());
    let mut later = media.create_journal(12, 0).unwrap();
    let mut first = media.create_journal(9, 1).unwrap();
    assert!(media.create_journal(9, 1).is_err(), "never written over");
    first.append(b"one").unwrap();
    first.append(b"two").unwrap();
    later.append(b"").unwrap();
    let found = media.journals().unwrap();
    assert_eq!(found, [first.path().to_owned(), later.path().to_owned()]);
    assert_eq!(media.read_journal(&found[0]).unwrap(), b"onetwo");
    assert!(media.remove_journal(&media.root().join("IDENTITY")).is_err());
    media.remove_journal(&found[0]).unwrap();
    assert_eq!(media.journals().unwrap().len(), 1);
    assert_eq!(media.list().unwrap(), [], "journals are not footage");
}
