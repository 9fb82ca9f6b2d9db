//! One walk over the media folders of a store: the names and lengths of all files, kept small enough for months of footage.
//!
//! It says what is there and opens nothing. A name that is none of ours is kept as it is. Folders of one level are looked at on
//! several threads, since nearly all of a walk is waiting for the kernel.

use crate::error::Result;
use crate::media_dir::{FoundFile, MediaDir, SegmentPath};
use crate::media_disks::{MediaDisks, OpenDisk};
use crate::passes::across;
use model::DiskId;
use std::collections::HashMap;
use std::path::PathBuf;

/// The files of one segment on one disk: 32 bytes, so that a month of 64 streams takes 90 MB.
#[derive(Clone, Copy, Debug)]
struct Files {
    /// Time and random part of its name.
    name: u64,
    media: Option<u64>,
    sidecar: Option<u32>,
    kept: bool,
}

/// What lies on one disk for a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Lies {
    pub disk: DiskId,
    /// Bytes on disk of the media file and of its sidecar; `None`: it is not there.
    pub media: Option<u64>,
    pub sidecar: Option<u32>,
}

struct WalkedDisk {
    disk: OpenDisk,
    /// By folder (`<camera>/<profile>/<date>`), in order of name.
    segments: HashMap<String, Vec<Files>>,
    strangers: Vec<FoundFile>,
}

/// All disks that were there, in order of number.
pub(crate) struct MediaWalk(Vec<WalkedDisk>);

/// What one folder holds.
struct Folder {
    relative: String,
    folders: Vec<PathBuf>,
    segments: Vec<Files>,
    strangers: Vec<FoundFile>,
}

impl MediaWalk {
    /// # Errors
    /// When no disk is there, or a folder cannot be listed.
    pub fn of(media: &MediaDisks) -> Result<Self> {
        media.check_identity()?;
        media.present().into_iter().map(walk).collect::<Result<_>>().map(Self)
    }

    /// Where a segment's files lie: on the first disk that has one of them.
    pub fn find(&self, path: &SegmentPath) -> Option<Lies> {
        let (folder, name) = path.split()?;
        self.0.iter().find_map(|walked| {
            let files = walked.segments.get(folder)?;
            let at = files.binary_search_by_key(&name, |files| files.name).ok()?;
            let files = files.get(at)?;
            Some(Lies { disk: walked.disk.id, media: files.media, sidecar: files.sidecar })
        })
    }

    /// Notes that a row keeps this segment.
    pub fn keep(&mut self, path: &SegmentPath) {
        let Some((folder, name)) = path.split() else { return };
        for walked in &mut self.0 {
            let Some(files) = walked.segments.get_mut(folder) else { continue };
            if let Ok(at) = files.binary_search_by_key(&name, |files| files.name)
                && let Some(files) = files.get_mut(at)
            {
                files.kept = true;
            }
        }
    }

    pub fn dir(&self, disk: DiskId) -> Option<&MediaDir> {
        self.0.iter().map(|walked| &walked.disk).find(|open| open.id == disk).map(|open| &open.dir)
    }

    /// Files that nothing keeps, as [`MediaDisks::list`] names them, in order of name.
    pub fn not_kept(self) -> Vec<FoundFile> {
        let mut all = Vec::new();
        for WalkedDisk { disk, segments, strangers } in self.0 {
            let mut found = strangers;
            for (folder, files) in segments {
                for files in files.into_iter().filter(|files| !files.kept) {
                    let stem = format!("{folder}/{}", SegmentPath::stem(files.name));
                    let segment = SegmentPath::parse(&format!("{stem}.mp4")).ok();
                    let lengths = [(false, files.media), (true, files.sidecar.map(u64::from))];
                    for (sidecar, bytes) in lengths {
                        let Some(bytes) = bytes else { continue };
                        let relative = format!("{stem}.{}", if sidecar { "side" } else { "mp4" });
                        found.push(FoundFile { segment: segment.clone(), sidecar, relative, bytes });
                    }
                }
            }
            found.sort_by(|a, b| a.relative.cmp(&b.relative));
            let prefix = if disk.id == DiskId::FIRST { String::new() } else { format!("disk {}: ", disk.id) };
            let named =
                |file: FoundFile| FoundFile { relative: format!("{prefix}{}", file.relative), ..file };
            all.extend(found.into_iter().map(named));
        }
        all
    }
}

/// Level by level: the third has a folder for each stream and day.
fn walk(disk: OpenDisk) -> Result<WalkedDisk> {
    let mut walked = WalkedDisk { segments: HashMap::new(), strangers: Vec::new(), disk };
    let mut level = vec![walked.disk.dir.root().to_path_buf()];
    while !level.is_empty() {
        let dir = &walked.disk.dir;
        let looked: Vec<Result<Folder>> = across(&level, |folder| look(dir, folder.clone()));
        level = Vec::new();
        for folder in looked {
            let Folder { relative, folders, segments, strangers } = folder?;
            level.extend(folders);
            walked.strangers.extend(strangers);
            if !segments.is_empty() {
                walked.segments.insert(relative, segments);
            }
        }
    }
    Ok(walked)
}

fn look(dir: &MediaDir, folder: PathBuf) -> Result<Folder> {
    let relative = dir.relative(&folder);
    let is_ours = SegmentPath::is_folder(&relative);
    let mut here = Folder { relative, folders: Vec::new(), segments: Vec::new(), strangers: Vec::new() };
    for (path, look) in dir.look_into(&folder)? {
        if look.is_folder {
            here.folders.push(path);
            continue;
        }
        let name = path.file_name().and_then(|name| name.to_str());
        let ours = name.filter(|_| is_ours).and_then(SegmentPath::name_of_file);
        match (ours, u32::try_from(look.bytes)) {
            (Some((name, false)), _) => {
                here.segments.push(Files { name, media: Some(look.bytes), sidecar: None, kept: false });
            }
            (Some((name, true)), bytes) => {
                let sidecar = Some(bytes.unwrap_or(u32::MAX));
                here.segments.push(Files { name, media: None, sidecar, kept: false });
            }
            (None, _) => here.strangers.push(dir.found(&path, look.bytes)),
        }
    }
    // The two files of a segment become one.
    here.segments.sort_by_key(|files| files.name);
    here.segments.dedup_by(|next, first| {
        let same = next.name == first.name;
        if same {
            (first.media, first.sidecar) = (first.media.or(next.media), first.sidecar.or(next.sidecar));
        }
        same
    });
    here.segments.shrink_to_fit();
    Ok(here)
}
