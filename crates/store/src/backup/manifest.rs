//! What a backup says of itself: the manifest, and the list of its files with their SHA-256.
//!
//! The list has the form of `sha256sum`, relative to the backup folder, so that anybody can check it without us. The
//! manifest names the list's own hash and is written last: a folder without one is what an interrupted run left.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;

pub const FORMAT: &str = "watchkeeper backup v1";
pub const MANIFEST: &str = "manifest.json";
pub const LIST: &str = "files.sha256";
/// A manifest is a page of text; more is not one of ours.
const MANIFEST_BYTES_MAX: u64 = 256 * 1024;
/// Read at once when hashing.
const READ_BYTES: usize = 1 << 20;

/// One backup, as its folder describes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub format: String,
    pub id: String,
    pub store: String,
    pub made_us: i64,
    pub program: String,
    pub by: String,
    pub reason: String,
    /// `none`, `all` or `since <microseconds>`.
    pub media: String,
    /// `none` or `wrapped`.
    pub keys: String,
    pub footage: LogState,
    pub access: LogState,
    pub files: u64,
    pub bytes: u64,
    /// Segments whose media is in the backup, and the span of that footage.
    pub segments: u64,
    pub oldest_us: Option<i64>,
    pub newest_us: Option<i64>,
    /// SHA-256 of `files.sha256`, in hexadecimal.
    pub files_sha256: String,
}

/// A log at the time of the snapshot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogState {
    pub origin: String,
    pub vkey: String,
    pub leaves: u64,
    /// The newest signed checkpoint, as a note.
    pub checkpoint: Option<String>,
}

/// The folder of one backup below the backup folder.
pub fn folder(to: &Path, id: Uuid) -> PathBuf {
    to.join("backups").join(id.to_string())
}

impl Manifest {
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST);
        let file = File::open(&path).map_err(Error::file("opening", &path))?;
        let mut text = String::new();
        file.take(MANIFEST_BYTES_MAX).read_to_string(&mut text).map_err(Error::file("reading", &path))?;
        let manifest: Self = serde_json::from_str(&text)
            .map_err(|error| Error::Corrupt(format!("{}: {error}", path.display())))?;
        if manifest.format != FORMAT {
            return Err(Error::Corrupt(format!("{}: its format is unknown", path.display())));
        }
        Ok(manifest)
    }

    pub fn id(&self) -> Result<Uuid> {
        Uuid::parse_str(&self.id).map_err(|_| Error::Corrupt("a backup's id is no UUID".into()))
    }
}

/// Finished backups in a backup folder, oldest first.
pub fn finished(to: &Path) -> Result<Vec<Manifest>> {
    let folder = to.join("backups");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(Error::file("listing", &folder))? {
        let path = entry.map_err(Error::file("listing", &folder))?.path();
        if path.join(MANIFEST).exists() {
            found.push(Manifest::read(&path)?);
        }
    }
    found.sort_by_key(|manifest| manifest.made_us);
    Ok(found)
}

/// One line of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub sha256: String,
    /// Relative to the backup folder; never leads out of it.
    pub path: String,
}

/// Reads a list line by line: that of a large store has millions.
pub struct Lines {
    reader: BufReader<File>,
    path: PathBuf,
    number: u64,
}

impl Lines {
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(LIST);
        let reader = BufReader::new(File::open(&path).map_err(Error::file("opening", &path))?);
        Ok(Self { reader, path, number: 0 })
    }

    pub fn next(&mut self) -> Result<Option<Line>> {
        let mut text = String::new();
        let count = self.reader.read_line(&mut text).map_err(Error::file("reading", &self.path))?;
        self.number += 1;
        if count == 0 {
            return Ok(None);
        }
        let bad =
            || Error::Corrupt(format!("{}, line {}: is no hash and path", self.path.display(), self.number));
        let (sha256, path) = text.trim_end_matches('\n').split_once("  ").ok_or_else(bad)?;
        let inside = path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !inside || !is_hash {
            return Err(bad());
        }
        Ok(Some(Line { sha256: sha256.to_owned(), path: path.to_owned() }))
    }
}

/// SHA-256 of a file in hexadecimal, and its length.
pub fn hash_file(path: &Path) -> Result<(String, u64)> {
    let mut file = File::open(path).map_err(Error::file("opening", path))?;
    let (mut hasher, mut buffer, mut bytes) = (Sha256::new(), vec![0; READ_BYTES], 0_u64);
    loop {
        let count = file.read(&mut buffer).map_err(Error::file("reading", path))?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else { break };
        hasher.update(read);
        bytes += read.len() as u64;
    }
    Ok((hex(&hasher.finalize()), bytes))
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Checks a backup against its own list: the list's hash, then every file. Returns how many files and bytes there are.
///
/// # Errors
/// `Corrupt` naming the first file that is missing or is not what was written.
pub fn verify(to: &Path, manifest: &Manifest, progress: &dyn Fn(u64)) -> Result<(u64, u64)> {
    let folder = folder(to, manifest.id()?);
    if hash_file(&folder.join(LIST))?.0 != manifest.files_sha256 {
        return Err(Error::Corrupt(format!("{}: the list of files was changed", folder.display())));
    }
    let (mut lines, mut files, mut bytes) = (Lines::open(&folder)?, 0, 0);
    while let Some(line) = lines.next()? {
        let path = to.join(&line.path);
        let (found, length) = hash_file(&path)?;
        if found != line.sha256 {
            return Err(Error::Corrupt(format!("{}: is not what the backup wrote", path.display())));
        }
        (files, bytes) = (files + 1, bytes + length);
        progress(length);
    }
    if (files, bytes) != (manifest.files, manifest.bytes) {
        return Err(Error::Corrupt("the list of files is not as long as the manifest says".into()));
    }
    Ok((files, bytes))
}
