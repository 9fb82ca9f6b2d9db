//! Backups: a consistent copy of both databases, keys only wrapped, media copied once (docs/design/operations.md).
//!
//! It works on paths, beside a process that has the store open, and writes nothing in the data folder but a folder of its
//! own that it removes. The entry about a backup is the registry's ([`crate::Registry::begin_backup`]) and comes first.

pub(crate) mod databases;
mod documents;
#[cfg(test)]
mod interrupted_tests;
mod lost;
mod manifest;
mod pool;
mod restore;
mod tail;
#[cfg(test)]
mod tail_tests;
#[cfg(test)]
mod taken_tests;
#[cfg(test)]
mod tests;
mod wrap;

pub use databases::snapshot;
pub use lost::{
    LeftStream, Salvage, Salvaged, has_history, is_lost, is_registry_lost, left_streams, make_again,
    registry_lost, salvage,
};
pub use manifest::{LogState, Manifest, finished, verify};
pub use restore::{RestorePlan, Restored, chosen, restore};
pub use wrap::PASSPHRASE_CHARS_MIN;

use crate::disk::SystemDisk;
use crate::error::{Error, Result};
use crate::files::{lock, make_folder, replace, sync_file_system, sync_parent};
use crate::log::LogName;
use crate::{PasswordCost, SegmentPath};
use manifest::{FORMAT, LIST, Line, MANIFEST, folder, hash_file};
use model::{Secret, StoreId, WallTime};
use pool::Pool;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use uuid::Uuid;
use wrap::WrappingKey;

/// Segments asked for at once.
const SEGMENTS_STEP: u32 = 1_000;
/// Which store the backups of a folder are of.
const IDENTITY: &str = "BACKUPS";
const FIRST_LINE: &str = "watchkeeper backups v1";
/// How the folder in the data folder is called in which a backup is put together.
const WORK: &str = "backup-";

/// Which footage goes along.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MediaChoice {
    None,
    /// What ends after that time.
    Since(WallTime),
    All,
}

impl MediaChoice {
    fn since_us(self) -> Option<i64> {
        match self {
            Self::None => None,
            Self::Since(since) => Some(since.0),
            Self::All => Some(i64::MIN),
        }
    }
}

impl std::fmt::Display for MediaChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Since(since) => write!(f, "since {}", since.0),
            Self::All => f.write_str("all"),
        }
    }
}

/// What to back up, and where to.
#[derive(Clone, Debug)]
pub struct Plan {
    pub id: Uuid,
    pub data_dir: PathBuf,
    pub media_dir: Option<PathBuf>,
    pub to: PathBuf,
    pub media: MediaChoice,
    /// Hard links instead of copies, where the file system can.
    pub link: bool,
    /// Keys are wrapped under it; without one they are left out.
    pub passphrase: Option<Secret<String>>,
    pub cost: PasswordCost,
    pub by: String,
    pub reason: String,
    pub now: WallTime,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Taken {
    pub manifest: Manifest,
    pub manifest_sha256: String,
    /// Bytes of media and documents that were not there before.
    pub copied_bytes: u64,
    /// Segments that expired while the backup was made.
    pub let_go: u64,
}

/// Makes one backup: databases, keys, media, list, manifest, in this order. The entry about it is durable before.
///
/// # Errors
/// Whatever keeps any file from being there as it was written. What was made until then is removed by the next backup.
pub async fn take(plan: &Plan, progress: &(dyn Fn(u64) + Sync)) -> Result<Taken> {
    let store = {
        let mut connection = databases::reader(&plan.data_dir.join("footage.db")).await?;
        databases::store_id(&mut connection).await?
    };
    prepare(&plan.to, store)?;
    let earlier = finished(&plan.to)?.pop().map(|manifest| manifest.id()).transpose()?;
    let own = folder(&plan.to, plan.id);
    make_folder(&own)?;
    sweep(&plan.data_dir)?;
    let work = plan.data_dir.join(format!("{WORK}{}", plan.id));
    make_folder(&work)?;
    let _working = lock(&work)?;
    let copied = copy_databases(plan, &own, &work).await;
    let _secrets_of_no_use_any_more = fs::remove_dir_all(&work);
    copied?;
    let footage = databases::log_state(&own.join("footage.db"), &plan.data_dir, LogName::Footage).await?;
    let access = databases::log_state(&own.join("registry.db"), &plan.data_dir, LogName::Access).await?;
    copy_beside_media(&media_dirs(plan, &own).await?, &own)?;
    let mut list = List::create(&own)?;
    for path in files_in(&own)? {
        if path.file_name().is_some_and(|name| name != LIST) {
            let (sha256, bytes) = hash_file(&path)?;
            let relative = path.strip_prefix(&plan.to).unwrap_or(&path).to_string_lossy().into_owned();
            list.add(&Line { sha256, path: relative }, bytes)?;
        }
    }
    let earlier = earlier.map(|id| folder(&plan.to, id));
    let media = copy_media(plan, &own, earlier.as_deref(), &mut list, progress).await?;
    let document_bytes = documents::copy(plan, &own, &mut list, progress).await?;
    let (files, bytes) = list.finish()?;
    // Names in folders too: whatever the manifest speaks of is there when it is.
    sync_file_system(&plan.to)?;
    let keys = if plan.passphrase.is_some() { "wrapped" } else { "none" };
    let manifest = Manifest {
        format: FORMAT.into(),
        id: plan.id.to_string(),
        store: store.to_string(),
        made_us: plan.now.0,
        program: env!("CARGO_PKG_VERSION").into(),
        by: plan.by.clone(),
        reason: plan.reason.clone(),
        media: plan.media.to_string(),
        keys: keys.into(),
        footage,
        access,
        files,
        bytes,
        segments: media.segments,
        oldest_us: media.oldest_us,
        newest_us: media.newest_us,
        files_sha256: hash_file(&own.join(LIST))?.0,
    };
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| Error::Internal(error.to_string()))?;
    replace(&SystemDisk, &own.join(MANIFEST), &text)?;
    sync_parent(&own)?;
    let manifest_sha256 = hash_file(&own.join(MANIFEST))?.0;
    Ok(Taken {
        manifest,
        manifest_sha256,
        copied_bytes: media.new_bytes + document_bytes,
        let_go: media.let_go,
    })
}

/// Takes away what backups worked in that ended before they could: copies of keys that must go when their entries do. One that is
/// under way holds its folder.
pub(crate) fn sweep(data_dir: &Path) -> Result<()> {
    for entry in fs::read_dir(data_dir).map_err(Error::file("listing", data_dir))?.flatten() {
        let name = entry.file_name();
        let id = name.to_str().and_then(|name| name.strip_prefix(WORK)).map(str::parse::<Uuid>);
        if !matches!(id, Some(Ok(_))) {
            continue;
        }
        let path = entry.path();
        let Ok(_nobody) = lock(&path) else { continue };
        fs::remove_dir_all(&path).map_err(Error::file("removing", &path))?;
    }
    Ok(())
}

/// The backup folder, which must be empty or this store's. What interrupted runs left goes.
fn prepare(to: &Path, store: StoreId) -> Result<()> {
    make_folder(&to.join("backups"))?;
    let (path, text) = (to.join(IDENTITY), format!("{FIRST_LINE}\nstore {store}\n"));
    match fs::read_to_string(&path) {
        Ok(found) if found == text => {}
        Ok(_) => {
            return Err(Error::Conflict(format!("{} has backups of another store", to.display())));
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let folder = fs::read_dir(to).map_err(Error::file("listing", to))?;
            if folder
                .flatten()
                .any(|entry| entry.file_name() != "backups" && entry.file_name() != "lost+found")
            {
                return Err(Error::Conflict(format!("{} is not empty and no backup folder", to.display())));
            }
            replace(&SystemDisk, &path, text.as_bytes())?;
        }
        Err(error) => return Err(Error::file("reading", &path)(error)),
    }
    let backups = to.join("backups");
    for entry in fs::read_dir(&backups).map_err(Error::file("listing", &backups))?.flatten() {
        if !entry.path().join(MANIFEST).exists() {
            fs::remove_dir_all(entry.path()).map_err(Error::file("removing", &entry.path()))?;
        }
    }
    Ok(())
}

/// Footage first: it names cameras, the registry names no footage.
async fn copy_databases(plan: &Plan, own: &Path, work: &Path) -> Result<()> {
    snapshot(&plan.data_dir.join("footage.db"), &own.join("footage.db")).await?;
    let (inner, secrets) = (work.join("registry.db"), work.join("registry-secrets.db"));
    snapshot(&plan.data_dir.join("registry.db"), &inner).await?;
    let Some(passphrase) = &plan.passphrase else {
        databases::take_secrets(&inner, None).await?;
        return snapshot(&inner, &own.join("registry.db")).await;
    };
    databases::take_secrets(&inner, Some(&secrets)).await?;
    snapshot(&inner, &own.join("registry.db")).await?;
    let key = WrappingKey::fresh(passphrase, plan.cost)?;
    make_folder(&own.join("keys"))?;
    let keys = plan.data_dir.join("keys");
    let listed = fs::read_dir(&keys).map_err(Error::file("listing", &keys))?;
    for path in listed.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).chain([secrets]) {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let from = File::open(&path).map_err(Error::file("opening", &path))?;
        let target = own.join("keys").join(format!("{name}.wrapped"));
        let to = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&target);
        let to = to.map_err(Error::file("creating", &target))?;
        key.wrap(name, from, &to)?;
        to.sync_all().map_err(Error::file("syncing", &target))?;
    }
    Ok(())
}

/// What lies in the media folder and is no footage: the holds' records and the list of needed keys. They change, so each
/// backup has its own. A hold of this very moment may be in the database alone; `check --rebuild` makes its file again.
fn copy_beside_media(roots: &[PathBuf], own: &Path) -> Result<()> {
    for media in roots {
        let holds = media.join("holds");
        let found = if holds.exists() { files_in(&holds)? } else { Vec::new() };
        for path in found {
            let target = own.join("media").join(path.strip_prefix(media).unwrap_or(&path));
            if let Some(folder) = target.parent() {
                make_folder(folder)?;
            }
            pool::copy_bytes(&path, &target)?;
        }
    }
    // What is restored lies in one folder, which then needs the keys of all.
    let lists: Vec<PathBuf> =
        roots.iter().map(|root| root.join("KEYS")).filter(|path| path.exists()).collect();
    let mut lines: Vec<String> = Vec::new();
    for path in lists.iter().rev() {
        let text = fs::read_to_string(path).map_err(Error::file("reading", path))?;
        let own: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.retain(|line| !own.contains(line));
        lines.extend(own);
    }
    if lines.is_empty() {
        return Ok(());
    }
    make_folder(&own.join("media"))?;
    replace(&SystemDisk, &own.join("media/KEYS"), format!("{}\n", lines.join("\n")).as_bytes())
}

/// The media folders: the first, and those that the copied registry names.
async fn media_dirs(plan: &Plan, own: &Path) -> Result<Vec<PathBuf>> {
    let mut roots = vec![plan.media_dir.clone().unwrap_or_else(|| plan.data_dir.join("media"))];
    let mut connection = databases::reader(&own.join("registry.db")).await?;
    roots.extend(databases::disk_paths(&mut connection).await?);
    Ok(roots)
}

#[derive(Default)]
struct MediaCopied {
    segments: u64,
    let_go: u64,
    new_bytes: u64,
    oldest_us: Option<i64>,
    newest_us: Option<i64>,
}

async fn copy_media(
    plan: &Plan,
    own: &Path,
    earlier: Option<&Path>,
    list: &mut List,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<MediaCopied> {
    let mut done = MediaCopied::default();
    let Some(since_us) = plan.media.since_us() else { return Ok(done) };
    let media = media_dirs(plan, own).await?;
    let mut pool = Pool::open(&plan.to, &media, plan.link, earlier)?;
    let mut copy = databases::reader(&own.join("footage.db")).await?;
    let mut live = databases::reader(&plan.data_dir.join("footage.db")).await?;
    let mut after = String::new();
    loop {
        let page = databases::segments(&mut copy, since_us, &after, SEGMENTS_STEP).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.path);
        for segment in page {
            // A row may hold anything; only names of our making lead nowhere else.
            SegmentPath::parse(&segment.path)?;
            let (file, side) = (pool.segment(&segment.path)?, pool.sidecar(&segment.path)?);
            let (Some(file), Some(side)) = (file, side) else {
                if databases::was_let_go(&mut live, &segment.path).await? {
                    done.let_go += 1;
                    continue;
                }
                return Err(Error::Corrupt(format!("{}: file or sidecar is missing", segment.path)));
            };
            progress(file.bytes);
            for copied in [file, side] {
                done.new_bytes += if copied.new { copied.bytes } else { 0 };
                list.add(&copied.line, copied.bytes)?;
            }
            done.segments += 1;
            done.oldest_us = Some(done.oldest_us.map_or(segment.start_us, |us| us.min(segment.start_us)));
            done.newest_us = done.newest_us.max(Some(segment.end_us));
        }
    }
    Ok(done)
}

/// The list of files, being written.
struct List {
    file: BufWriter<File>,
    path: PathBuf,
    files: u64,
    bytes: u64,
}

impl List {
    fn create(own: &Path) -> Result<Self> {
        let path = own.join(LIST);
        let file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&path);
        let file = BufWriter::new(file.map_err(Error::file("creating", &path))?);
        Ok(Self { file, path, files: 0, bytes: 0 })
    }

    fn add(&mut self, line: &Line, bytes: u64) -> Result<()> {
        self.files += 1;
        self.bytes += bytes;
        writeln!(self.file, "{}  {}", line.sha256, line.path).map_err(Error::file("writing", &self.path))
    }

    fn finish(mut self) -> Result<(u64, u64)> {
        self.file
            .flush()
            .and_then(|()| self.file.get_ref().sync_all())
            .map_err(Error::file("syncing", &self.path))?;
        Ok((self.files, self.bytes))
    }
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(Error::file("listing", &folder))? {
            let path = entry.map_err(Error::file("listing", &folder))?.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// Removes a backup and the media that no other one names. The entry about it comes before.
pub fn forget(to: &Path, id: Uuid) -> Result<u64> {
    let own = folder(to, id);
    // The manifest first: from here on it is no backup, and the next one takes away what is left of it.
    match fs::remove_file(own.join(MANIFEST)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::file("removing", &own)(error));
        }
        _ => {}
    }
    if own.exists() {
        fs::remove_dir_all(&own).map_err(Error::file("removing", &own))?;
        sync_parent(&own)?;
    }
    let kept =
        finished(to)?.iter().map(|manifest| Ok(folder(to, manifest.id()?))).collect::<Result<Vec<_>>>()?;
    pool::sweep(to, &kept)
}
