//! Files of documents: kept by the SHA-256 of what they hold, once each, under `data/documents`. Where the store has a current
//! store key they are encrypted (`sealed`); what may be taken in is `kind`'s.
//!
//! It decides nothing and knows no rows. Invariants: a file has its name only when it is whole, hashed and synced; what is handed
//! out was hashed again just before; no call here removes a file that a row names (the caller says which those are).

mod kind;
mod sealed;
#[cfg(test)]
mod tests;

pub use kind::{MediaKind, NOT_TAKEN};

use crate::disk::{Disk, DiskFile, write_all};
use crate::error::{Error, Result};
use crate::files::random;
use crate::media_dir::Rewrapped;
use crate::store_key::StoreKeys;
use kind::Sniffer;
use model::{Hash, StoreId};
use sealed::Sealing;
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Largest file: a scanned acceptance report of some hundred pages; drawings larger than this are divided.
pub const DOCUMENT_BYTES_MAX: u64 = 64 << 20;
/// Letters of a file's name: what every file system takes.
const FILE_NAME_CHARS_MAX: usize = 120;
/// Read or written at once, and the plaintext of one encrypted chunk.
const CHUNK_BYTES: usize = 64 * 1024;
/// Room that must be left on the disk besides the file: the databases lie on it too.
const FREE_BYTES_MIN: u64 = 256 << 20;
const FOLDER: &str = "documents";
const INCOMING: &str = "incoming";

/// The folder of documents' files. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DocumentFiles(Arc<Folder>);

#[derive(Debug)]
struct Folder {
    root: PathBuf,
    /// The first media folder: its list of needed keys speaks for documents too.
    media: PathBuf,
    disk: Arc<dyn Disk>,
    keys: StoreKeys,
    store: StoreId,
}

/// A file that was taken in whole and has no name yet. Dropped, it is gone.
#[derive(Debug)]
pub struct StagedFile {
    folder: Arc<Folder>,
    part: PathBuf,
    side: Option<PathBuf>,
    placed: bool,
    pub sha256: Hash,
    pub bytes: u64,
    pub kind: MediaKind,
    pub file_name: String,
}

/// A file that comes in, block by block.
#[derive(Debug)]
pub struct Incoming {
    staged: StagedFile,
    file: Box<dyn DiskFile>,
    hasher: Sha256,
    sniffer: Sniffer,
    buffer: Vec<u8>,
    sealing: Option<Sealing>,
}

/// What is wrong with a stored file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileProblem {
    Missing,
    /// Its bytes are not those of its hash.
    Altered(String),
    /// Its store key was not given.
    KeyAbsent(crate::StoreKeyId),
}

impl std::fmt::Display for FileProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("the file is missing"),
            Self::Altered(how) => write!(f, "the file is not what was taken in: {how}"),
            Self::KeyAbsent(key) => write!(f, "store key {key} is not here"),
        }
    }
}

impl DocumentFiles {
    pub(crate) fn new(
        data_dir: &Path,
        media: &Path,
        disk: Arc<dyn Disk>,
        keys: StoreKeys,
        store: StoreId,
    ) -> Self {
        Self(Arc::new(Folder { root: data_dir.join(FOLDER), media: media.to_owned(), disk, keys, store }))
    }

    /// Begins to take in a file. `name` is what the person's machine calls it; only letters of it are kept.
    ///
    /// # Errors
    /// `Invalid` for a name whose ending is none of those that are taken; `Unavailable` when the disk has no room.
    pub fn begin(&self, name: &str) -> Result<Incoming> {
        let file_name = plain_name(name);
        let sniffer = Sniffer::of(&file_name)?;
        self.incoming(file_name, sniffer)
    }

    /// Takes in what the system itself made, whole.
    pub fn keep(&self, file_name: String, kind: MediaKind, bytes: &[u8]) -> Result<StagedFile> {
        let mut incoming = self.incoming(file_name, Sniffer::expecting(kind))?;
        incoming.write(bytes)?;
        incoming.finish(None)
    }

    fn incoming(&self, file_name: String, sniffer: Sniffer) -> Result<Incoming> {
        let folder = &self.0;
        let incoming = folder.root.join(INCOMING);
        folder.disk.make_folders(&incoming).map_err(Error::file("making the folder", &incoming))?;
        let space = folder.disk.space(&incoming).map_err(Error::file("asking for room on", &incoming))?;
        if space.free_bytes < FREE_BYTES_MIN {
            return Err(Error::Unavailable("the disk has no room for documents".into()));
        }
        let own = hex(&random::<16>()?);
        let part = incoming.join(&own);
        let sealing = folder.keys.current().map(|_| Sealing::fresh()).transpose()?;
        let file = folder.disk.create_new(&part).map_err(Error::file("creating", &part))?;
        let side = sealing.is_some().then(|| incoming.join(format!("{own}.key")));
        let staged = StagedFile {
            folder: Arc::clone(folder),
            part,
            side,
            placed: false,
            sha256: Hash([0; 32]),
            bytes: 0,
            kind: MediaKind::Text,
            file_name,
        };
        Ok(Incoming { staged, file, hasher: Sha256::new(), sniffer, buffer: Vec::new(), sealing })
    }

    /// Gives a taken-in file its name. What is there already under it stays, if it is whole.
    pub(crate) fn place(&self, staged: &mut StagedFile) -> Result<()> {
        let (folder, name) = (&self.0, self.path(staged.sha256));
        if self.problem(staged.sha256, staged.bytes)?.is_none() {
            return Ok(()); // identical bytes are stored once; what was taken in goes with `staged`
        }
        let under = name.parent().unwrap_or(&folder.root).to_owned();
        folder.disk.make_folders(&under).map_err(Error::file("making the folder", &under))?;
        // The sidecar first: a file that has its name can be read.
        let side = sealed::side_of(&name);
        match &staged.side {
            Some(own) => folder.disk.rename(own, &side).map_err(Error::file("renaming to", &side))?,
            None => remove(&*folder.disk, &side)?,
        }
        folder.disk.rename(&staged.part, &name).map_err(Error::file("renaming to", &name))?;
        staged.placed = true;
        for synced in [&under, &folder.root] {
            folder.disk.sync_folder(synced).map_err(Error::file("syncing", synced))?;
        }
        Ok(())
    }

    /// Takes away a file that no row names.
    pub(crate) fn forget(&self, sha256: Hash) -> Result<()> {
        let name = self.path(sha256);
        remove(&*self.0.disk, &name)?;
        remove(&*self.0.disk, &sealed::side_of(&name))
    }

    /// Before anything is served: what an interrupted run left without a row goes.
    pub(crate) fn sweep(&self, named: &HashSet<Hash>) -> Result<u64> {
        let (folder, mut gone) = (&self.0, 0);
        for under in self.list(&folder.root)?.into_iter().filter(|path| folder.disk.is_folder(path)) {
            let incoming = under.file_name().is_some_and(|name| name == INCOMING);
            for path in self.list(&under)? {
                let kept = !incoming && name_of(&path).is_none_or(|sha256| named.contains(&sha256));
                if !kept {
                    remove(&*folder.disk, &path)?;
                    gone += 1;
                }
            }
        }
        Ok(gone)
    }

    pub fn is_there(&self, sha256: Hash) -> bool {
        self.0.disk.look(&self.path(sha256)).is_ok()
    }

    /// What is wrong with a stored file, if anything: every byte of it is read.
    pub fn problem(&self, sha256: Hash, bytes: u64) -> Result<Option<FileProblem>> {
        let mut hasher = Sha256::new();
        let found = self.each_chunk(sha256, bytes, |chunk| {
            hasher.update(chunk);
            Ok(())
        });
        match found {
            Ok(()) if Hash(hasher.finalize().into()) == sha256 => Ok(None),
            Ok(()) => Ok(Some(FileProblem::Altered("its SHA-256 is another".into()))),
            Err(Error::Corrupt(how)) => Ok(Some(FileProblem::Altered(how))),
            Err(Error::StoreKeyAbsent(key)) => Ok(Some(FileProblem::KeyAbsent(key))),
            Err(Error::NotFound(_)) => Ok(Some(FileProblem::Missing)),
            Err(error) => Err(error),
        }
    }

    /// Reads a stored file from its beginning to its end. Only `registry::register` calls it for people, after the entry.
    pub(crate) fn each_chunk(
        &self,
        sha256: Hash,
        bytes: u64,
        mut give: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let (folder, name) = (&self.0, self.path(sha256));
        let missing = |doing| {
            let named = Error::file(doing, &name);
            move |error: std::io::Error| match error.kind() {
                ErrorKind::NotFound => Error::NotFound("file of the document"),
                _ => named(error),
            }
        };
        let sealing = Sealing::read(&*folder.disk, &name, sha256, &folder.keys, folder.store)?;
        let file = folder.disk.open(&name).map_err(missing("opening"))?;
        let stored = file.len().map_err(missing("measuring"))?;
        let overhead = if sealing.is_some() { sealed::overhead(bytes) } else { 0 };
        if stored != bytes + overhead {
            return Err(Error::Corrupt(format!("it has {stored} bytes instead of {}", bytes + overhead)));
        }
        let (mut number, mut at, mut rest) = (0_u64, 0_u64, bytes);
        while rest > 0 {
            let plain = usize::try_from(rest.min(CHUNK_BYTES as u64)).unwrap_or(CHUNK_BYTES);
            let extra = if sealing.is_some() { sealed::TAG_BYTES } else { 0 };
            let mut chunk = vec![0; plain + extra];
            file.read_at(at, &mut chunk).map_err(Error::file("reading", &name))?;
            at += chunk.len() as u64;
            rest -= plain as u64;
            match &sealing {
                Some(sealing) => give(&sealing.open(number, rest == 0, &chunk)?)?,
                None => give(&chunk)?,
            }
            number += 1;
        }
        Ok(())
    }

    /// Wraps the keys of all files by the current store key again. The caller has made the entry.
    pub(crate) fn rewrap(&self) -> Result<Rewrapped> {
        let folder = &self.0;
        let current = folder.keys.current().ok_or(Error::invalid("key", "there is no current store key"))?;
        let mut done = Rewrapped::default();
        for under in self.list(&folder.root)?.into_iter().filter(|path| folder.disk.is_folder(path)) {
            if under.file_name().is_some_and(|name| name == INCOMING) {
                continue;
            }
            let files = self.list(&under)?;
            for name in files.iter().filter(|path| path.extension().is_none()) {
                let Some(sha256) = name_of(name) else { continue };
                match sealed::rewrap(&*folder.disk, name, sha256, &folder.keys, current, folder.store) {
                    Ok(None) => done.plain += 1,
                    Ok(Some(true)) => done.rewrapped += 1,
                    Ok(Some(false)) => done.current += 1,
                    Err(Error::StoreKeyAbsent(key)) => *done.absent.entry(key).or_default() += 1,
                    Err(error) => {
                        tracing::error!(path = %name.display(), %error, "a document's key cannot be wrapped again");
                        done.failed += 1;
                    }
                }
            }
        }
        Ok(done)
    }

    /// Notes store keys that are still needed, the current one last.
    pub(crate) fn note_needed(&self, absent: impl Iterator<Item = crate::StoreKeyId>) -> Result<()> {
        let folder = &self.0;
        for key in absent.chain(folder.keys.current().map(crate::StoreKey::id)) {
            crate::media_dir::note_key(&*folder.disk, &folder.media, key)?;
        }
        Ok(())
    }

    /// Where a file lies; its key, if it has one, beside it.
    pub(crate) fn path(&self, sha256: Hash) -> PathBuf {
        let name = hex(&sha256.0);
        let under = name.get(..2).unwrap_or_default();
        self.0.root.join(under).join(&name)
    }

    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        if !self.0.disk.is_folder(folder) {
            return Ok(Vec::new());
        }
        self.0.disk.list(folder).map_err(Error::file("listing", folder))
    }
}

impl Incoming {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// `Invalid` when it is too large or not of a kind that is taken; nothing of it stays.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.staged.bytes += bytes.len() as u64;
        if self.staged.bytes > DOCUMENT_BYTES_MAX {
            return Err(Error::invalid("file", kind::TOO_LARGE.1));
        }
        self.sniffer.look(bytes)?;
        self.hasher.update(bytes);
        self.buffer.extend_from_slice(bytes);
        // The last chunk is known only at the end, so one always stays.
        while self.buffer.len() > CHUNK_BYTES {
            let rest = self.buffer.split_off(CHUNK_BYTES);
            let chunk = std::mem::replace(&mut self.buffer, rest);
            self.put(&chunk, false)?;
        }
        Ok(())
    }

    /// Syncs, and says what came. `declared` is the SHA-256 that the sender gave beforehand.
    ///
    /// # Errors
    /// `Invalid` when it is empty, cut off within a character, of another kind than its name says, or not what was declared.
    pub fn finish(mut self, declared: Option<Hash>) -> Result<StagedFile> {
        if self.staged.bytes == 0 {
            return Err(Error::invalid("file", kind::EMPTY.1));
        }
        self.staged.kind = self.sniffer.finish()?;
        let chunk = std::mem::take(&mut self.buffer);
        self.put(&chunk, true)?;
        self.staged.sha256 = Hash(std::mem::take(&mut self.hasher).finalize().into());
        if declared.is_some_and(|declared| declared != self.staged.sha256) {
            return Err(Error::invalid("sha256", kind::OTHER_HASH.1));
        }
        let folder = &self.staged.folder;
        self.file.sync().map_err(Error::file("syncing", &self.staged.part))?;
        if let (Some(sealing), Some(side)) = (&self.sealing, &self.staged.side) {
            let current =
                folder.keys.current().ok_or_else(|| Error::Internal("a store key went away".into()))?;
            crate::media_dir::note_key(&*folder.disk, &folder.media, current.id())?;
            let bytes = sealing.wrap(current, self.staged.sha256, folder.store)?;
            let mut file = folder.disk.create_new(side).map_err(Error::file("creating", side))?;
            write_all(&mut *file, &[&bytes])
                .and_then(|()| file.sync())
                .map_err(Error::file("writing", side))?;
        }
        Ok(self.staged)
    }

    fn put(&mut self, chunk: &[u8], last: bool) -> Result<()> {
        let sealed = match &mut self.sealing {
            Some(sealing) => sealing.seal_next(chunk, last)?,
            None => chunk.to_vec(),
        };
        write_all(&mut *self.file, &[&sealed]).map_err(Error::file("writing", &self.staged.part))
    }
}

impl Drop for StagedFile {
    fn drop(&mut self) {
        let paths = [(!self.placed).then_some(&self.part), self.side.as_ref()];
        for path in paths.into_iter().flatten() {
            // What stays is swept at the next start.
            let _gone_or_swept = self.folder.disk.remove_file(path);
        }
    }
}

fn remove(disk: &dyn Disk, path: &Path) -> Result<()> {
    match disk.remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::file("removing", path)(error)),
        _ => Ok(()),
    }
}

/// The hash that a file is named by.
fn name_of(path: &Path) -> Option<Hash> {
    path.file_stem()?.to_str()?.parse().ok()
}

/// A name without folders and without letters that a shell, a header or a file system reads as something else. It is shown and
/// proposed for saving; no path is ever made of it.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = |letter: &char| {
        let bidirectional =
            matches!(*letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        !letter.is_control() && !bidirectional && !matches!(letter, '"' | '<' | '>' | '|' | ':' | '*' | '?')
    };
    let plain: String = last.chars().filter(kept).collect();
    let (stem, ending) = plain.trim().rsplit_once('.').unwrap_or((plain.trim(), ""));
    let stem = stem.trim_start_matches(['.', ' ']);
    let room = FILE_NAME_CHARS_MAX.saturating_sub(ending.chars().count() + 1);
    let stem: String = stem.chars().take(room).collect();
    format!("{}.{}", if stem.is_empty() { "document" } else { stem.trim_end() }, ending)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
