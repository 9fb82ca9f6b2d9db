//! Tests of encryption at rest: what is written is read, whatever is changed is found, and a crash leaves what is whole.

use super::encrypted::{CHUNK_BYTES_MAX, DataKey, EncryptedSegment, Encryptor, MAGIC};
use super::tests::{media, sidecar, store};
use super::{MediaDir, SegmentPath, SegmentRead, StoreKeys, read_folder, rewrap, wrapped};
use crate::disk::{Disk, DiskFile, Look, SystemDisk};
use crate::error::{Error, Result};
use crate::{DiskSpace, StoreKey, StoreKeyId};
use bytes::Bytes;
use model::{Secret, StoreId};
use proptest::prelude::{Just, ProptestConfig, any, prop};
use proptest::{prop_assert, prop_assert_eq, prop_oneof, proptest};
use sha2::Digest as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::{fs, io};

const PATH: &str = "abcdef012345/sub/20261122/100000-0badcafe.mp4";

struct Slice(Vec<u8>);

impl SegmentRead for Slice {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.len() as u64)
    }
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        let from = usize::try_from(offset).unwrap();
        let end = from.checked_add(buf.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        buf.copy_from_slice(self.0.get(from..end).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

fn path() -> SegmentPath {
    SegmentPath::parse(PATH).unwrap()
}

fn key() -> DataKey {
    Secret::new([5; 32])
}

/// Bytes that differ everywhere.
fn plain(bytes: usize) -> Vec<u8> {
    (0..bytes as u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// A file of these appends without its end; where in it and in its plaintext each chunk ends; and the end.
fn written(appends: &[Vec<u8>]) -> (Vec<u8>, Vec<(usize, usize)>, Vec<u8>) {
    let (mut file, mut ends, mut plain) = (MAGIC.to_vec(), vec![(MAGIC.len(), 0)], 0);
    let mut encryptor = Encryptor::new(&key(), store(), &path()).unwrap();
    for append in appends {
        // In two parts: where they meet is nothing that a reader can see.
        let (one, other) = append.split_at(append.len() / 3);
        let parts = [Bytes::copy_from_slice(one), Bytes::copy_from_slice(other)];
        let chunk = |chunk: &[u8]| {
            file.extend_from_slice(chunk);
            plain += chunk.len() - 20;
            ends.push((file.len(), plain));
            Ok(())
        };
        encryptor.append(&parts, chunk).unwrap();
    }
    let end = encryptor.end().unwrap();
    (file, ends, end)
}

fn sealed(file: Vec<u8>) -> Result<EncryptedSegment<Slice>> {
    EncryptedSegment::sealed(Slice(file), &key(), store(), &path())
}

fn unsealed(file: Vec<u8>) -> Result<EncryptedSegment<Slice>> {
    EncryptedSegment::unsealed(Slice(file), &key(), store(), &path())
}

fn whole(segment: &impl SegmentRead) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(segment.len()?).unwrap()];
    segment.read_at(0, &mut bytes)?;
    Ok(bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn what_is_appended_is_read_at_any_offset(
        sizes in prop::collection::vec(prop_oneof![0..300_usize, 0..200_000_usize, Just(CHUNK_BYTES_MAX)], 0..6),
        reads in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 8),
    ) {
        let all = plain(sizes.iter().sum());
        let mut rest = &all[..];
        let appends: Vec<Vec<u8>> = sizes.iter().map(|size| {
            let (now, later) = rest.split_at(*size);
            rest = later;
            now.to_vec()
        }).collect();
        let (file, _, end) = written(&appends);
        let open = unsealed(file.clone()).unwrap();
        let closed = sealed([file, end].concat()).unwrap();
        prop_assert_eq!(open.prefix(), all.clone());
        prop_assert_eq!(closed.salvage(), (all.clone(), 0));
        for segment in [&open, &closed] {
            prop_assert_eq!(segment.len().unwrap(), all.len() as u64);
            for (one, other) in &reads {
                let (one, other) = (one.index(all.len() + 1), other.index(all.len() + 1));
                let range = one.min(other)..one.max(other);
                let mut read = vec![0; range.len()];
                segment.read_at(range.start as u64, &mut read).unwrap();
                prop_assert_eq!(&read, &all[range]);
            }
            prop_assert!(segment.read_at(all.len() as u64, &mut [0]).is_err(), "no short reads");
            prop_assert!(segment.read_at(u64::MAX, &mut [0]).is_err());
        }
    }
}

fn small() -> [Vec<u8>; 3] {
    [plain(40), plain(40), plain(7)]
}

#[test]
fn every_changed_bit_and_every_cut_of_a_file_is_found() {
    let (file, _, end) = written(&small());
    let file = [file, end].concat();
    assert_eq!(whole(&sealed(file.clone()).unwrap()).unwrap(), small().concat());
    for bit in 0..file.len() * 8 {
        let mut changed = file.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(
            sealed(changed).and_then(|read| whole(&read).map_err(Error::file("x", Path::new("")))).is_err()
        );
    }
    for cut in 0..file.len() {
        assert!(sealed(file[..cut].to_vec()).is_err(), "cut at {cut}");
    }
    assert!(sealed([&file[..], &[0]].concat()).is_err(), "longer");
}

#[test]
fn a_damaged_chunk_costs_itself_and_says_where() {
    let (mut file, ends, end) = written(&small());
    file[ends[1].0 + 10] ^= 1;
    let read = sealed([file, end].concat()).unwrap();
    let (mut expected, problem) = (small().concat(), whole(&read).unwrap_err().to_string());
    expected[40..80].fill(0);
    assert_eq!(read.salvage(), (expected, 1));
    assert!(problem.contains("chunk 1, bytes 40 to 80"), "{problem}");
}

#[test]
fn chunks_in_another_place_are_found() {
    let (file, ends, end) = written(&small());
    let chunk = |number: usize| &file[ends[number].0..ends[number + 1].0];
    let check = |chunks: &[&[u8]], end: &[u8], good: usize| {
        let file = [&[&MAGIC[..]], chunks].concat().concat();
        assert_eq!(unsealed(file.clone()).unwrap().prefix().len(), good);
        let read = sealed([&file, end].concat());
        assert!(read.is_err() || whole(&read.unwrap()).is_err(), "{good}");
    };
    check(&[chunk(1), chunk(0), chunk(2)], &end, 0);
    check(&[chunk(0), chunk(0), chunk(2)], &end, 40);
    check(&[chunk(0), chunk(2)], &end, 40);
    // With the end that a file of two chunks has.
    check(&[chunk(1), chunk(2)], &written(&small()[1..]).2, 0);
    for (key, store, path) in [
        (Secret::new([6; 32]), store(), path()),
        (key(), StoreId(uuid::Uuid::from_u128(2)), path()),
        (key(), store(), SegmentPath::parse(&PATH.replace("0badcafe", "0badcaff")).unwrap()),
    ] {
        let file = [&file[..], &end].concat();
        assert!(EncryptedSegment::sealed(Slice(file.clone()), &key, store, &path).is_err());
        assert_eq!(EncryptedSegment::unsealed(Slice(file), &key, store, &path).unwrap().prefix(), [0_u8; 0]);
    }
}

#[test]
fn a_crash_at_any_byte_leaves_whole_chunks_that_can_be_sealed() {
    let (file, ends, end) = written(&small());
    let file = [&file[..], &end].concat();
    for cut in 0..=file.len() {
        let Some((_, good)) = ends.iter().rfind(|(at, _)| *at <= cut) else {
            assert!(unsealed(file[..cut].to_vec()).unwrap().prefix().is_empty(), "not begun");
            continue;
        };
        // What a power cut leaves behind the last byte that was synced.
        for torn in [&[][..], &[0; 64], &[0xff; 64]] {
            let left = unsealed([&file[..cut], torn].concat()).unwrap();
            let prefix = left.prefix();
            assert!(prefix.len() >= *good && small().concat().starts_with(&prefix), "cut at {cut}");
            let (file_bytes, new_end) = left.cut(*good as u64).unwrap();
            let file = [&file[..file_bytes as usize], &new_end].concat();
            assert_eq!(whole(&sealed(file).unwrap()).unwrap(), small().concat()[..*good], "cut at {cut}");
        }
    }
    let left = unsealed(file).unwrap();
    assert!(left.cut(41).is_err(), "never within a chunk");
    assert_eq!(left.cut(87).unwrap().1, end, "one end for one count: never two plaintexts under one nonce");
}

fn store_key(byte: u8) -> StoreKey {
    StoreKey::new([byte; 32])
}

fn keys(current: u8, old: &[u8]) -> StoreKeys {
    StoreKeys::new(Some(store_key(current)), old.iter().copied().map(store_key).collect())
}

/// A folder with an encrypted segment of the fixture's secret.
fn encrypted(folder: &tempfile::TempDir, current: u8) -> (MediaDir, SegmentPath) {
    let media = media(folder).with_keys(keys(current, &[])).unwrap();
    let path = segment(&media);
    (media, path)
}

fn segment(media: &MediaDir) -> SegmentPath {
    let mut file = media.create_segment(sidecar()).unwrap();
    file.append(&[Bytes::from(plain(100)), Bytes::from_static(b"in the clear")]).unwrap();
    file.finish().unwrap();
    assert_eq!(file.len(), 112);
    file.path().clone()
}

fn reopened(media: &MediaDir, keys: StoreKeys) -> MediaDir {
    MediaDir::open(media.root(), store()).unwrap().with_keys(keys).unwrap()
}

fn files(root: &Path) -> Vec<PathBuf> {
    let inside = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    read_folder(&SystemDisk, root).unwrap().into_iter().flat_map(inside).collect()
}

#[test]
fn no_file_of_the_folder_holds_plaintext_or_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let (media, path) = encrypted(&folder, 1);
    let data_key = media.open_sidecar(&path).unwrap().data_key.unwrap();
    let hidden = [&plain(100)[..16], b"in the clear", &[9; 32], data_key.expose(), &[1; 32]];
    let files = files(media.root());
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files {
        let bytes = fs::read(&file).unwrap();
        for hidden in hidden {
            assert!(!bytes.windows(hidden.len()).any(|part| part == hidden), "{}", file.display());
        }
    }
    assert_eq!(media.list().unwrap().len(), 2, "the list of keys is no footage");
}

#[test]
fn mixed_folders_read_and_an_absent_key_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let clear = media(&folder);
    let plain_path = segment(&clear);
    let media = reopened(&clear, keys(1, &[]));
    let path = segment(&media);
    let readable = |media: &MediaDir, path| {
        let read = media.open_segment(path)?;
        assert_eq!(
            (whole(&read).unwrap()[100..].to_vec(), read.len().unwrap()),
            (b"in the clear".to_vec(), 112)
        );
        assert_eq!(media.read_sidecar(path)?, sidecar());
        Ok::<_, Error>(())
    };
    for keys in [keys(1, &[]), keys(2, &[1])] {
        let media = reopened(&media, keys);
        readable(&media, &plain_path).unwrap();
        readable(&media, &path).unwrap();
    }
    for keys in [StoreKeys::default(), keys(2, &[3])] {
        let media = reopened(&media, keys);
        readable(&media, &plain_path).unwrap();
        let absent = readable(&media, &path).unwrap_err();
        assert!(matches!(absent, Error::StoreKeyAbsent(id) if id == store_key(1).id()), "{absent}");
        assert_eq!(media.sidecar_stream(&path).unwrap(), sidecar().stream, "whose it is, is no secret");
        assert_eq!(media.plain_len(&path).unwrap(), Some(112));
    }
    let ids: Vec<StoreKeyId> = [1, 2].map(|byte| store_key(byte).id()).to_vec();
    assert_eq!(media.needed_keys().unwrap(), ids);
    media.unlink(&path).unwrap();
    assert_eq!(media.plain_len(&path).unwrap(), None);
}

#[test]
fn every_changed_bit_and_every_swap_of_a_sidecar_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (media, path) = encrypted(&folder, 1);
    let other = segment(&media);
    let side = media.sidecar_path(&path);
    let bytes = fs::read(&side).unwrap();
    assert_eq!(bytes.len(), 240);
    let opens = |bytes: &[u8], path: &SegmentPath| {
        wrapped::StoredSidecar::decode(bytes, store())
            .and_then(|stored| stored.open(media.keys(), path))
            .is_ok()
    };
    assert!(opens(&bytes, &path));
    assert!(!opens(&bytes, &other), "with its own file, under another's name");
    for index in 0..bytes.len() {
        assert!(!opens(&bytes[..index], &path), "cut at {index}");
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[index] ^= 1 << bit;
            assert!(!opens(&changed, &path), "byte {index}");
            // And with a sum that fits.
            let sum = sha2::Sha256::digest(&changed[..208]);
            changed[208..].copy_from_slice(&sum);
            assert!(index >= 208 || !opens(&changed, &path), "byte {index}");
        }
    }
    fs::write(&side, sidecar().encode()).unwrap();
    let as_plain = whole(&media.open_segment(&path).unwrap()).unwrap();
    assert!(as_plain.starts_with(MAGIC), "a plain sidecar makes noise of it, which hashes to nothing");
    fs::write(&side, fs::read(media.sidecar_path(&other)).unwrap()).unwrap();
    assert!(media.open_segment(&path).is_err());
    fs::write(&side, &bytes).unwrap();
    let (one, two) = (media.absolute(&path), media.absolute(&other));
    fs::copy(&two, &one).unwrap();
    assert!(media.open_segment(&path).is_err(), "another segment's file");
}

#[test]
fn a_torn_file_is_ended_behind_what_counts() {
    let folder = tempfile::tempdir().unwrap();
    let (media, _) = encrypted(&folder, 1);
    let mut file = media.create_segment(sidecar()).unwrap();
    let path = file.path().clone();
    file.append(&[Bytes::from(plain(100))]).unwrap();
    file.append(&[Bytes::from(plain(50))]).unwrap();
    drop(file);
    let on_disk = media.absolute(&path);
    let bytes = fs::read(&on_disk).unwrap();
    fs::write(&on_disk, &bytes[..bytes.len() - 1]).unwrap();
    assert!(media.open_segment(&path).is_err(), "not sealed");
    assert_eq!(media.read_unsealed(&path, 1_000).unwrap(), plain(100));
    assert!(media.read_unsealed(&path, 10).is_err(), "larger than any");
    for _again in 0..2 {
        media.cut_tail(&path, 100).unwrap();
        assert_eq!(whole(&media.open_segment(&path).unwrap()).unwrap(), plain(100));
    }
}

#[test]
fn a_rotation_wraps_sidecars_and_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let (media, path) = encrypted(&folder, 1);
    let aside = segment(&media);
    media.move_aside(&aside).unwrap();
    let before = fs::read(media.absolute(&path)).unwrap();
    let both = reopened(&media, keys(2, &[1]));
    let newer = segment(&both);
    let census = both.key_census().unwrap();
    assert_eq!(
        census.wrapped.into_iter().collect::<Vec<_>>(),
        [(store_key(1).id(), 2), (store_key(2).id(), 1)]
    );
    assert_eq!(reopened(&media, keys(2, &[])).rewrap().unwrap().absent.get(&store_key(1).id()), Some(&2));
    assert_eq!(both.needed_keys().unwrap().len(), 2, "what is not done is still needed");
    let done = both.rewrap().unwrap();
    assert_eq!((done.rewrapped, done.current, done.failed), (2, 1, 0));
    let done = both.rewrap().unwrap();
    assert_eq!((done.rewrapped, done.current), (0, 3), "nothing is left to do");
    assert_eq!(both.needed_keys().unwrap(), [store_key(2).id()]);
    assert_eq!(fs::read(media.absolute(&path)).unwrap(), before, "media is not touched");
    let new = reopened(&media, keys(2, &[]));
    for path in [&path, &newer] {
        assert_eq!(whole(&new.open_segment(path).unwrap()).unwrap().len(), 112);
    }
    assert!(media.open_segment(&path).is_err(), "the old key opens nothing any more");
    assert!(
        files(media.root())
            .iter()
            .all(|file| file.extension().is_none_or(|extension| extension != "side-new"))
    );
    assert!(MediaDir::open(media.root(), store()).unwrap().rewrap().is_err(), "by which key?");
}

/// The system's disk until so many changes are made; then the process has ended, in the middle of a write.
#[derive(Clone, Debug)]
struct Ending(Arc<AtomicU64>);

impl Ending {
    fn step(&self) -> io::Result<()> {
        let left = self.0.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1));
        left.map(|_| ()).map_err(|_| io::Error::other("the process has ended"))
    }

    fn file(&self, file: io::Result<Box<dyn DiskFile>>) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(EndingFile { file: file?, ending: self.clone() }))
    }
}

#[derive(Debug)]
struct EndingFile {
    file: Box<dyn DiskFile>,
    ending: Ending,
}

impl DiskFile for EndingFile {
    fn write(&mut self, parts: &[io::IoSlice<'_>]) -> io::Result<usize> {
        if let Err(ended) = self.ending.step() {
            let torn = parts.first().and_then(|part| part.get(..part.len() / 2)).unwrap_or_default();
            let _torn = self.file.write(&[io::IoSlice::new(torn)]);
            return Err(ended);
        }
        self.file.write(parts)
    }
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        self.file.read_at(offset, buf)
    }
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
    fn sync(&self) -> io::Result<()> {
        self.ending.step()?;
        self.file.sync()
    }
}

impl Disk for Ending {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.step()?;
        self.file(SystemDisk.create_new(path))
    }
    fn create_over(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.step()?;
        self.file(SystemDisk.create_over(path))
    }
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        SystemDisk.open(path)
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        SystemDisk.read(path)
    }
    fn look(&self, path: &Path) -> io::Result<Look> {
        SystemDisk.look(path)
    }
    fn len(&self, path: &Path) -> io::Result<u64> {
        SystemDisk.len(path)
    }
    fn is_folder(&self, path: &Path) -> bool {
        SystemDisk.is_folder(path)
    }
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        SystemDisk.list(folder)
    }
    fn make_folders(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        SystemDisk.make_folders(path)
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        SystemDisk.remove_file(path)
    }
    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        SystemDisk.remove_folder(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        SystemDisk.rename(from, to)
    }
    fn cut(&self, path: &Path, bytes: u64) -> io::Result<()> {
        self.step()?;
        SystemDisk.cut(path, bytes)
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.step()?;
        SystemDisk.sync_folder(folder)
    }
    fn sync(&self, root: &Path) -> io::Result<()> {
        self.step()?;
        SystemDisk.sync(root)
    }
    fn forget_cached(&self, path: &Path, offset: u64) -> io::Result<()> {
        SystemDisk.forget_cached(path, offset)
    }
    fn space(&self, folder: &Path) -> io::Result<DiskSpace> {
        SystemDisk.space(folder)
    }
    fn chance(&self) -> io::Result<[u8; 4]> {
        SystemDisk.chance()
    }
    fn machine(&self) -> String {
        SystemDisk.machine()
    }
}

#[test]
fn a_rotation_that_ends_between_any_two_steps_is_begun_anew() {
    let mut ends = 0;
    for step in 0.. {
        let folder = tempfile::tempdir().unwrap();
        let (media, first) = encrypted(&folder, 1);
        let (second, aside) = (segment(&media), segment(&media));
        media.move_aside(&aside).unwrap();
        let before: Vec<Vec<u8>> =
            [&first, &second].iter().map(|path| fs::read(media.absolute(path)).unwrap()).collect();
        let disk = Arc::new(Ending(Arc::new(AtomicU64::new(step))));
        let ending = MediaDir::open_on(disk, media.root(), store()).unwrap().keyed(keys(2, &[1]));
        let ended = ending.rewrap().is_err();
        // Whoever comes back with both keys reads all of it, and is told of every key that something still needs.
        let both = MediaDir::open(media.root(), store()).unwrap().keyed(keys(2, &[1]));
        let census = both.key_census().unwrap();
        assert_eq!((census.plain, census.unreadable), (0, 0), "step {step}: {census:?}");
        assert_eq!(census.wrapped.values().sum::<u64>(), 3, "step {step}: {census:?}");
        let needed = both.needed_keys().unwrap();
        assert!(census.wrapped.keys().all(|key| needed.contains(key)), "step {step}: {needed:?}");
        for path in [&first, &second] {
            assert_eq!(whole(&both.open_segment(path).unwrap()).unwrap().len(), 112, "step {step}");
        }
        // Begun anew it comes to its end, and the old key is needed by nothing.
        let left = census.wrapped.get(&store_key(1).id()).copied().unwrap_or(0);
        let done = both.rewrap().unwrap();
        assert_eq!((done.rewrapped, done.current, done.failed), (left, 3 - left, 0), "step {step}");
        assert_eq!(both.needed_keys().unwrap(), [store_key(2).id()], "step {step}");
        let new = reopened(&media, keys(2, &[]));
        for (path, before) in [&first, &second].into_iter().zip(&before) {
            assert_eq!(whole(&new.open_segment(path).unwrap()).unwrap().len(), 112, "step {step}");
            assert_eq!(&fs::read(media.absolute(path)).unwrap(), before, "media is not touched");
        }
        if !ended {
            break;
        }
        ends += 1;
    }
    // The list of keys, three sidecars with four steps each, the sync, the list again.
    assert!(ends >= 20, "{ends}");
}

#[test]
fn what_an_interrupted_rotation_left_goes_with_the_footage() {
    let folder = tempfile::tempdir().unwrap();
    let (media, path) = encrypted(&folder, 1);
    let left = rewrap::beside(&media.sidecar_path(&path));
    fs::write(&left, b"half").unwrap();
    media.unlink(&path).unwrap();
    assert!(!left.exists());
}

/// Made from the design note by `encryption_vectors.py`.
#[test]
fn the_format_is_that_of_the_vectors() {
    let vector = |name: &str| {
        let lines = include_str!("../../testdata/encryption-vectors.txt").lines();
        let found = lines.filter_map(|line| line.split_once(' ')).find(|(found, _)| *found == name);
        found.unwrap().1
    };
    let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (file, _, end) = written(&small());
    assert_eq!(hexadecimal(&[file, end].concat()), vector("file"));
    let (file, _, end) = written(&[plain(1), plain(65_536), plain(131_073)]);
    let sum = sha2::Sha256::digest([file, end].concat());
    assert_eq!(hexadecimal(&sum), vector("long-file-sha256"));
    let bytes = |text: &str| {
        let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect::<Vec<u8>>()
    };
    let stored = wrapped::StoredSidecar::decode(&bytes(vector("sidecar")), store()).unwrap();
    let opened = stored.open(&keys(1, &[]), &path()).unwrap();
    assert_eq!((opened.sidecar, opened.data_key), (sidecar(), Some(key())));
}
