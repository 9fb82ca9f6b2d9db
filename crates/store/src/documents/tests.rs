//! What is taken in and what is not; what a stored file, a changed one and one without its key give; rotation and sweeping.

use super::*;
use crate::disk::SystemDisk;
use crate::store_key::StoreKey;
use model::Kind;
use tempfile::TempDir;
use uuid::Uuid;

const PDF: &[u8] = b"%PDF-1.7\nbody";
const STORE: StoreId = StoreId(Uuid::from_u128(7));

fn key(seed: u8) -> StoreKey {
    StoreKey::new([seed; 32])
}

fn files(dir: &TempDir, keys: StoreKeys) -> DocumentFiles {
    let media = dir.path().join("media");
    std::fs::create_dir_all(&media).unwrap();
    DocumentFiles::new(dir.path(), &media, Arc::new(SystemDisk), keys, STORE)
}

fn encrypted(dir: &TempDir) -> DocumentFiles {
    files(dir, StoreKeys::new(Some(key(1)), Vec::new()))
}

fn take(files: &DocumentFiles, name: &str, bytes: &[u8]) -> Result<StagedFile> {
    let mut incoming = files.begin(name)?;
    // Blocks as a network cuts them: every split of a character and of a chunk is met.
    for block in bytes.chunks(977) {
        incoming.write(block)?;
    }
    incoming.finish(None)
}

fn store(files: &DocumentFiles, name: &str, bytes: &[u8]) -> Hash {
    let mut staged = take(files, name, bytes).unwrap();
    files.place(&mut staged).unwrap();
    staged.sha256
}

fn read(files: &DocumentFiles, sha256: Hash, bytes: u64) -> Vec<u8> {
    let mut all = Vec::new();
    files
        .each_chunk(sha256, bytes, |chunk| {
            all.extend_from_slice(chunk);
            Ok(())
        })
        .unwrap();
    all
}

/// Files below the folder, whatever they are.
fn left(dir: &TempDir) -> usize {
    let mut folders = vec![dir.path().join(FOLDER)];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for path in SystemDisk.list(&folder).unwrap_or_default() {
            if path.is_dir() { folders.push(path) } else { count += 1 }
        }
    }
    count
}

#[test]
fn a_file_is_taken_by_its_first_bytes_and_its_ending() {
    let dir = tempfile::tempdir().unwrap();
    let files = files(&dir, StoreKeys::default());
    let check = |name: &str, bytes: &[u8], expected: std::result::Result<MediaKind, &str>| {
        let found = take(&files, name, bytes).map(|staged| staged.kind).map_err(|error| error.to_string());
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{name}"),
            (Err(found), Err(expected)) => assert!(found.contains(expected), "{name}: {found}"),
            (found, _) => panic!("{name}: {found:?}"),
        }
    };
    let zip = |first: &str| [&b"PK\x03\x04"[..], &[0; 26], first.as_bytes(), &[0; 40]].concat();
    check("a.pdf", PDF, Ok(MediaKind::Pdf));
    check("a.PDF", PDF, Ok(MediaKind::Pdf));
    check("a.jpg", &[0xff, 0xd8, 0xff, 0xe0, 1], Ok(MediaKind::Jpeg));
    check("a.png", b"\x89PNG\r\n\x1a\nrest", Ok(MediaKind::Png));
    check("a.webp", b"RIFF\x01\x00\x00\x00WEBPVP8 ", Ok(MediaKind::Webp));
    check("a.xlsx", &zip("[Content_Types].xml"), Ok(MediaKind::Xlsx));
    check("a.docx", &zip("word/document.xml"), Ok(MediaKind::Docx));
    check("a.csv", "点位,用途\n1,出入口\n".as_bytes(), Ok(MediaKind::Csv));
    check("a.txt", "说明".repeat(1_000).as_bytes(), Ok(MediaKind::Text));
    check("a.pdf", b"\x89PNG\r\n\x1a\nrest", Err("not of the kind"));
    check("a.png", PDF, Err("not of the kind"));
    check("a.jpg", b"<html><script>", Err("not of the kind"));
    check("a.xlsx", &zip("evil.exe"), Err("not of the kind"));
    check("a.zip", &zip("[Content_Types].xml"), Err("ends in none"));
    check("a.html", b"<html>", Err("ends in none"));
    check("a.svg", b"<svg/>", Err("ends in none"));
    check("a.mp4", b"\0\0\0\x18ftypiso6", Err("ends in none"));
    check("noending", PDF, Err("ends in none"));
    check("a.txt", b"\xff\xfe\x00a", Err("no plain text"));
    check("a.txt", b"a\x00b", Err("no plain text"));
    check("a.txt", &"说".as_bytes()[..2], Err("no plain text"));
    check("a.txt", b"", Err("empty"));
    check("a.pdf", b"%PD", Err("not of the kind"));
    assert_eq!(left(&dir), 0, "nothing of what was not stored stays");
}

#[test]
fn a_name_is_letters_only_and_never_a_path() {
    let check = |name: &str, expected: &str| assert_eq!(plain_name(name), expected, "{name:?}");
    check("../../etc/passwd.txt", "passwd.txt");
    check("C:\\fakepath\\图纸.pdf", "图纸.pdf");
    check("a\r\nb\".pdf", "ab.pdf");
    check("\u{202e}fdp.exe.pdf", "fdp.exe.pdf");
    check(".pdf", "document.pdf");
    check("....//x.png", "x.png");
    check(&format!("{}.pdf", "长".repeat(500)), &format!("{}.pdf", "长".repeat(116)));
}

#[test]
fn what_is_too_large_or_not_what_was_declared_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let files = files(&dir, StoreKeys::default());
    let mut incoming = files.begin("a.pdf").unwrap();
    incoming.write(PDF).unwrap();
    incoming.staged.bytes = DOCUMENT_BYTES_MAX;
    assert_eq!(incoming.write(b"x").unwrap_err().kind(), Kind::Invalid);
    drop(incoming);
    let mut incoming = files.begin("a.pdf").unwrap();
    incoming.write(PDF).unwrap();
    assert!(incoming.finish(Some(Hash([1; 32]))).is_err());
    let mut incoming = files.begin("a.pdf").unwrap();
    incoming.write(PDF).unwrap();
    drop(incoming);
    assert_eq!(left(&dir), 0);
}

#[test]
fn a_stored_file_is_read_as_it_came_once_and_found_when_it_changed() {
    for keys in [StoreKeys::default(), StoreKeys::new(Some(key(1)), Vec::new())] {
        let dir = tempfile::tempdir().unwrap();
        let (files, is_encrypted) = (files(&dir, keys.clone()), keys.current().is_some());
        for length in [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
            let bytes = "x".repeat(length);
            let sha256 = store(&files, "a.txt", bytes.as_bytes());
            assert_eq!(read(&files, sha256, length as u64), bytes.as_bytes(), "{length}");
            assert_eq!(files.problem(sha256, length as u64).unwrap(), None);
            let stored = std::fs::read(files.path(sha256)).unwrap();
            assert_eq!(stored == bytes.as_bytes(), !is_encrypted, "{length}");
        }
        let before = left(&dir);
        let sha256 = store(&files, "b.txt", b"x");
        assert_eq!(left(&dir), before, "identical bytes are stored once");
        let path = files.path(sha256);
        let whole = std::fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        bytes[0] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert!(matches!(files.problem(sha256, 1).unwrap(), Some(FileProblem::Altered(_))));
        std::fs::write(&path, [&whole[..], b"more"].concat()).unwrap();
        assert!(matches!(files.problem(sha256, 1).unwrap(), Some(FileProblem::Altered(_))));
        // Taken in again, it is whole again.
        assert_eq!(store(&files, "c.txt", b"x"), sha256);
        assert_eq!(files.problem(sha256, 1).unwrap(), None);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(files.problem(sha256, 1).unwrap(), Some(FileProblem::Missing));
    }
}

#[test]
fn chunks_do_not_open_in_another_order_or_shortened() {
    let dir = tempfile::tempdir().unwrap();
    let files = encrypted(&dir);
    let length = 3 * CHUNK_BYTES;
    let sha256 = store(&files, "a.txt", "y".repeat(length).as_bytes());
    let (path, one) = (files.path(sha256), CHUNK_BYTES + sealed::TAG_BYTES);
    let whole = std::fs::read(&path).unwrap();
    let mut swapped = whole.clone();
    let (first, rest) = swapped.split_at_mut(one);
    first.swap_with_slice(&mut rest[..one]);
    std::fs::write(&path, &swapped).unwrap();
    assert!(matches!(files.problem(sha256, length as u64).unwrap(), Some(FileProblem::Altered(_))));
    // A file cut at a chunk does not pass for a shorter one: its last chunk says that it is not the last.
    std::fs::write(&path, &whole[..2 * one]).unwrap();
    let found = files.problem(sha256, 2 * CHUNK_BYTES as u64).unwrap();
    assert!(matches!(found, Some(FileProblem::Altered(how)) if how.contains("chunk 1 ")));
}

#[test]
fn a_rotated_key_opens_everything_and_the_old_one_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let sha256 = store(&encrypted(&dir), "a.pdf", PDF);
    let bytes = PDF.len() as u64;
    let none = files(&dir, StoreKeys::new(Some(key(2)), Vec::new()));
    assert_eq!(none.problem(sha256, bytes).unwrap(), Some(FileProblem::KeyAbsent(key(1).id())));
    assert_eq!(none.rewrap().unwrap().absent.get(&key(1).id()), Some(&1));
    let both = files(&dir, StoreKeys::new(Some(key(2)), vec![key(1)]));
    assert_eq!((both.rewrap().unwrap().rewrapped, both.rewrap().unwrap().current), (1, 1));
    assert_eq!(none.problem(sha256, bytes).unwrap(), None);
    assert_eq!(encrypted(&dir).problem(sha256, bytes).unwrap(), Some(FileProblem::KeyAbsent(key(2).id())));
    // What the media folder says that it needs speaks for documents too.
    assert_eq!(crate::media_dir::needed_keys(&dir.path().join("media")).unwrap(), [key(1).id()]);
    both.note_needed([].into_iter()).unwrap();
    assert_eq!(crate::media_dir::needed_keys(&dir.path().join("media")).unwrap().last(), Some(&key(2).id()));
}

#[test]
fn what_no_row_names_is_swept_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let files = encrypted(&dir);
    let (named, other) = (store(&files, "a.pdf", PDF), store(&files, "b.txt", b"other"));
    let kept = files.begin("c.pdf").unwrap();
    // A process that dies drops nothing.
    std::mem::forget(kept);
    assert_eq!(left(&dir), 5);
    assert_eq!(files.sweep(&HashSet::from([named])).unwrap(), 3);
    assert_eq!(files.problem(named, PDF.len() as u64).unwrap(), None);
    assert_eq!(files.problem(other, 5).unwrap(), Some(FileProblem::Missing));
}
