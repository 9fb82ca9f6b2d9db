//! Media in a backup folder: one pool that all backups in it share, since a sealed segment never changes.
//!
//! A file gets its name when it has been read again and is what was copied. Sidecars are small and may be written anew by
//! their owner (a rotated key), so their name in the pool says their content.

use super::manifest::{Line, Lines, hash_file, hex};
use crate::disk::SystemDisk;
use crate::error::{Error, Result};
use crate::files::{make_folder, sync_parent};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Copied at once.
const COPY_BYTES: usize = 1 << 20;

/// What was done with one file.
pub struct Copied {
    pub line: Line,
    pub bytes: u64,
    /// It was not there before.
    pub new: bool,
}

pub struct Pool<'a> {
    /// The backup folder.
    to: &'a Path,
    media: &'a [PathBuf],
    link: bool,
    earlier: Earlier,
}

impl<'a> Pool<'a> {
    /// `earlier` is the folder of the newest finished backup, whose hashes are taken for what it copied and verified.
    pub fn open(to: &'a Path, media: &'a [PathBuf], link: bool, earlier: Option<&Path>) -> Result<Self> {
        make_folder(&to.join("media"))?;
        Ok(Self { to, media, link, earlier: Earlier::open(earlier)? })
    }

    /// Where a file lies: in the first folder that has it, else it is looked for in the first.
    fn source(&self, relative: &Path) -> PathBuf {
        let places = self.media.iter().map(|root| root.join(relative));
        let found = places.clone().find(|path| path.exists());
        found.or_else(|| places.clone().next()).unwrap_or_default()
    }

    /// Copies a segment's media file unless it is there. `None`: the store has no such file.
    pub fn segment(&mut self, path: &str) -> Result<Option<Copied>> {
        let (source, relative) = (self.source(Path::new(path)), format!("media/{path}"));
        let target = self.to.join(&relative);
        let length = match fs::metadata(&source) {
            Ok(found) => found.len(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::file("looking at", &source)(error)),
        };
        let there = fs::metadata(&target).is_ok_and(|found| found.len() == length);
        let sha256 = match there.then(|| self.earlier.find(&relative)).transpose()?.flatten() {
            Some(sha256) => sha256,
            None if there => {
                let (sha256, _) = hash_file(&target)?;
                if hash_file(&source)?.0 != sha256 {
                    return Err(changed(&target));
                }
                sha256
            }
            None => copy(&source, &target, self.link)?,
        };
        Ok(Some(Copied { line: Line { sha256, path: relative }, bytes: length, new: !there }))
    }

    /// The same for its sidecar.
    pub fn sidecar(&self, path: &str) -> Result<Option<Copied>> {
        let source = self.source(&Path::new(path).with_extension("side"));
        let bytes = match fs::read(&source) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::file("reading", &source)(error)),
        };
        let sha256 = hex(&Sha256::digest(&bytes));
        let stem = path.strip_suffix(".mp4").unwrap_or(path);
        let relative = format!("media/{stem}.{}.side", sha256.get(..16).unwrap_or(&sha256));
        let target = self.to.join(&relative);
        let new = !target.exists();
        if new {
            write(&target, &bytes)?;
        }
        let length = bytes.len() as u64;
        Ok(Some(Copied { line: Line { sha256, path: relative }, bytes: length, new }))
    }
}

/// The name that a pooled file has in a store, or `None` when it is none of media.
pub fn name_in_store(pooled: &str) -> Option<String> {
    let path = pooled.strip_prefix("media/")?;
    match path.strip_suffix(".side") {
        Some(stem) => stem.rsplit_once('.').map(|(stem, _)| format!("{stem}.side")),
        None => Some(path.to_owned()),
    }
}

fn changed(target: &Path) -> Error {
    Error::Corrupt(format!("{}: the backup has another file than the store", target.display()))
}

/// Links or copies, reads again, and gives the SHA-256 of what is there now.
fn copy(source: &Path, target: &Path, link: bool) -> Result<String> {
    if let Some(folder) = target.parent() {
        make_folder(folder)?;
    }
    // A link that cannot be made (another file system) is a copy.
    if link && fs::hard_link(source, target).is_ok() {
        sync_parent(target)?;
        return hash_file(target).map(|(sha256, _)| sha256);
    }
    let partial = target.with_extension("partial");
    let written = copy_bytes(source, &partial)?;
    if hash_file(&partial)?.0 != written {
        return Err(Error::Corrupt(format!("{}: reads differently than it was written", partial.display())));
    }
    fs::rename(&partial, target).map_err(Error::file("renaming to", target))?;
    sync_parent(target)?;
    Ok(written)
}

/// Copies and syncs; the SHA-256 of what was read.
pub fn copy_bytes(source: &Path, target: &Path) -> Result<String> {
    let mut from = File::open(source).map_err(Error::file("opening", source))?;
    let to = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(target);
    let mut to = to.map_err(Error::file("creating", target))?;
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; COPY_BYTES]);
    loop {
        let count = from.read(&mut buffer).map_err(Error::file("reading", source))?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else { break };
        hasher.update(read);
        to.write_all(read).map_err(Error::file("writing", target))?;
    }
    to.sync_all().map_err(Error::file("syncing", target))?;
    // Read again from the disk, as far as the system does as it is told; a refusal only makes the check weaker.
    let _advice = rustix::fs::fadvise(&to, 0, None, rustix::fs::Advice::DontNeed);
    Ok(hex(&hasher.finalize()))
}

fn write(target: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = target.parent() {
        make_folder(folder)?;
    }
    crate::files::replace(&SystemDisk, target, bytes)
}

/// Hashes of an earlier backup's media, read along with the segments: both are in order of path.
struct Earlier {
    lines: Option<Lines>,
    next: Option<Line>,
}

impl Earlier {
    fn open(folder: Option<&Path>) -> Result<Self> {
        Ok(Self { lines: folder.map(Lines::open).transpose()?, next: None })
    }

    fn find(&mut self, path: &str) -> Result<Option<String>> {
        loop {
            match &self.next {
                Some(line) if line.path.as_str() > path => return Ok(None),
                Some(line) if line.path == path => return Ok(Some(line.sha256.clone())),
                _ => {}
            }
            let Some(lines) = &mut self.lines else { return Ok(None) };
            self.next = loop {
                match lines.next()? {
                    Some(line) if !line.path.ends_with(".mp4") => {}
                    other => break other,
                }
            };
            if self.next.is_none() {
                return Ok(None);
            }
        }
    }
}

/// Removes files of the pool that no backup's list names. Returns how many.
///
/// What is named is kept in memory as 16 bytes of a hash each: 5.4 million files are 90 MB.
pub fn sweep(to: &Path, backups: &[PathBuf]) -> Result<u64> {
    let short = |path: &str| -> [u8; 16] {
        let mut key = [0; 16];
        for (to, from) in key.iter_mut().zip(Sha256::digest(path)) {
            *to = from;
        }
        key
    };
    let mut named: HashSet<[u8; 16]> = HashSet::new();
    for folder in backups {
        let mut lines = Lines::open(folder)?;
        while let Some(line) = lines.next()? {
            named.insert(short(&line.path));
        }
    }
    let (mut folders, mut removed) = (vec![to.join("media"), to.join("documents")], 0);
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.map_err(Error::file("listing", &folder))?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let relative = path.strip_prefix(to).unwrap_or(&path).to_string_lossy();
            if !named.contains(&short(&relative)) {
                fs::remove_file(&path).map_err(Error::file("removing", &path))?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}
