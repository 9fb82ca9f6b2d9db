//! Which files there should be against which there are, by names and lengths: what a quick look asks of footage.
//!
//! A media file is opened only where its length on disk does not say its length of plaintext: it is encrypted, or wrong. A
//! sidecar is opened only where a store key is missing, to say which segments need it: what a sidecar says is compared by the
//! whole check, which reads the files that it belongs to. It repairs nothing.

use crate::convert::disk_of;
use crate::error::{Error, Result};
use crate::media_dir::{FoundFile, SIDECAR_BYTES, SegmentPath, WRAPPED_BYTES};
use crate::media_disks::MediaDisks;
use crate::media_walk::{Lies, MediaWalk};
use crate::passes::across;
use crate::store_key::StoreKeyId;
use model::{DiskId, WallTime};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::Receiver;

/// A segment's row with what its record says.
#[derive(Debug)]
pub(super) struct Expected {
    pub row: i64,
    pub place: String,
    pub disk: Option<i64>,
    /// Bytes of its file, and when it begins; `None`: the record is missing or cannot be read.
    pub record: Option<(u64, WallTime)>,
    pub has_tables: bool,
    /// No deletion of it has begun: it must be whole.
    pub kept: bool,
}

/// What a quick look found in the media folders.
#[derive(Debug, Default)]
pub struct FilesThere {
    /// Segments that should be on disk, and the plaintext of those that are.
    pub segments: u64,
    pub bytes: u64,
    pub findings: Vec<FileFinding>,
    /// Segments on disks that are away: nothing can be said of them.
    pub away: BTreeMap<DiskId, u64>,
    /// Segments that cannot be read without these keys.
    pub locked: BTreeMap<StoreKeyId, u64>,
    /// See [`super::Footage::orphans`].
    pub orphans: Vec<FoundFile>,
}

/// One segment's file that is not as its row and its record say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileFinding {
    pub row: i64,
    /// The path as the row has it.
    pub place: String,
    pub start: Option<WallTime>,
    pub problem: FileIs,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileIs {
    Footage(String),
    TablesMissing,
    /// It lies on another disk than its row says.
    Moved {
        from: DiskId,
        to: DiskId,
    },
}

/// What is to be said of one segment.
enum Judged {
    Away(DiskId),
    Locked(StoreKeyId),
    Here { bytes: u64, problems: Vec<FileIs> },
}

impl FilesThere {
    /// Walks over the folders, then judges each segment that is told until nobody tells any more.
    pub(super) fn look(media: &MediaDisks, expected: &Receiver<Vec<Expected>>) -> Result<Self> {
        let mut walk = MediaWalk::of(media)?;
        let away: BTreeSet<DiskId> = media.away().into_iter().collect();
        let lacks_key = media.needed_keys()?.iter().any(|id| !media.keys().has(*id));
        let mut found = Self::default();
        for page in expected {
            let look = Look { media, walk: &walk, away: &away, lacks_key };
            let judged = across(&page, |segment| segment.kept.then(|| look.at(segment)));
            for (segment, judged) in page.into_iter().zip(judged) {
                if let Ok(path) = SegmentPath::parse(&segment.place) {
                    walk.keep(&path);
                }
                if let Some(judged) = judged {
                    found.take(segment, judged?);
                }
            }
        }
        found.orphans = walk.not_kept();
        Ok(found)
    }

    fn take(&mut self, segment: Expected, judged: Judged) {
        let Expected { row, place, record, .. } = segment;
        match judged {
            Judged::Away(disk) => *self.away.entry(disk).or_default() += 1,
            Judged::Locked(key) => {
                self.segments += 1;
                *self.locked.entry(key).or_default() += 1;
            }
            Judged::Here { bytes, problems } => {
                self.segments += 1;
                self.bytes += bytes;
                let start = record.map(|(_, start)| start);
                let finding = |problem| FileFinding { row, place: place.clone(), start, problem };
                self.findings.extend(problems.into_iter().map(finding));
            }
        }
    }
}

struct Look<'a> {
    media: &'a MediaDisks,
    walk: &'a MediaWalk,
    away: &'a BTreeSet<DiskId>,
    /// A key that something is wrapped by is not here.
    lacks_key: bool,
}

impl Look<'_> {
    fn at(&self, segment: &Expected) -> Result<Judged> {
        let (path, own) = (SegmentPath::parse(&segment.place).ok(), disk_of(segment.disk)?);
        let lies = path.as_ref().and_then(|path| self.walk.find(path));
        let there = lies.and_then(|lies| lies.media);
        if there.is_none() && self.away.contains(&own) {
            return Ok(Judged::Away(own));
        }
        let mut problems = Vec::new();
        if let (Some(lies), Some(_)) = (lies, there)
            && lies.disk != own
        {
            problems.push(FileIs::Moved { from: own, to: lies.disk });
        }
        let mut bytes = there.unwrap_or(0);
        let wrong = match (&path, segment.record, lies, there) {
            (None, ..) => Some("the row's path is none of ours".to_owned()),
            (_, None, ..) => Some("its record is missing or cannot be read".to_owned()),
            (Some(path), Some((recorded, _)), Some(lies), Some(_)) => {
                match self.whole(path, lies, recorded)? {
                    Whole::Bytes(plain) => {
                        bytes = plain;
                        None
                    }
                    Whole::Locked(key) => return Ok(Judged::Locked(key)),
                    Whole::Wrong(problem) => Some(problem),
                }
            }
            _ => Some("the file is missing".to_owned()),
        };
        match wrong {
            Some(wrong) => problems.push(FileIs::Footage(wrong)),
            None if !segment.has_tables => problems.push(FileIs::TablesMissing),
            None => {}
        }
        Ok(Judged::Here { bytes, problems })
    }

    /// A segment whose media file is there.
    fn whole(&self, path: &SegmentPath, lies: Lies, recorded: u64) -> Result<Whole> {
        let is_wrapped = match lies.sidecar.map(|bytes| bytes as usize) {
            None => return Ok(Whole::Wrong("its sidecar is missing".to_owned())),
            Some(SIDECAR_BYTES) => false,
            Some(WRAPPED_BYTES) => true,
            Some(bytes) => {
                return Ok(Whole::Wrong(format!("its sidecar has {bytes} bytes, as none of ours")));
            }
        };
        if is_wrapped && self.lacks_key {
            match self.media.read_sidecar(path) {
                Ok(_) => {}
                Err(Error::StoreKeyAbsent(key)) => return Ok(Whole::Locked(key)),
                Err(error) => return Ok(Whole::Wrong(error.to_string())),
            }
        }
        if !is_wrapped && lies.media == Some(recorded) {
            return Ok(Whole::Bytes(recorded));
        }
        let Some(dir) = self.walk.dir(lies.disk) else { return Err(Error::DiskAway(lies.disk)) };
        Ok(match dir.plain_len(path) {
            Ok(Some(bytes)) if bytes == recorded => Whole::Bytes(bytes),
            Ok(Some(bytes)) => {
                Whole::Wrong(format!("the file has {bytes} bytes, its record says {recorded}"))
            }
            Ok(None) => Whole::Wrong("the file is missing".to_owned()),
            Err(error) => Whole::Wrong(error.to_string()),
        })
    }
}

/// What the length of a file says.
enum Whole {
    /// Its plaintext is as long as its record says.
    Bytes(u64),
    Locked(StoreKeyId),
    Wrong(String),
}
