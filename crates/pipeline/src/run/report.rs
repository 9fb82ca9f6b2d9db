//! What is said of the media disks and of what follows them: for health, metrics, forecast and the plan of placing.
//!
//! Everything here is what the writers' threads have seen; nothing asks a file system.

use super::Pipeline;
use crate::writer::{DiskWriter, RESERVE_BYTES, SyncStats};
use law::placement::Fitness;
use model::{DiskId, StreamId};
use std::{collections::BTreeMap, sync::atomic::Ordering::Relaxed};
use store::{OpenDisk, Rooms};

/// What can be expected of a media disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiskWord {
    Good,
    /// A write or sync has failed within the last minute, or it hardly answers.
    Failing,
    /// Its reserve is reached.
    Full,
    /// Its folder is absent or foreign.
    Away,
    /// Nothing new is recorded there.
    Retired,
}

/// State of a media disk.
#[derive(Clone, Debug, PartialEq)]
pub struct DiskReport {
    pub id: DiskId,
    pub path: String,
    pub word: DiskWord,
    pub total_bytes: u64,
    pub free_bytes: u64,
    /// Streams that are recorded there.
    pub streams: usize,
    pub sync_last_us: u64,
    pub sync_max_us: u64,
    pub sync_count: u64,
    pub sync_failed: u64,
}

/// State of all media disks, and of what follows them.
#[derive(Clone, Debug, PartialEq)]
pub struct DisksReport {
    /// In order of number.
    pub disks: Vec<DiskReport>,
    /// The folder of the first.
    pub path: String,
    pub total_bytes: u64,
    pub free_bytes: u64,
    /// What the present streams write in a day at their measured rates.
    pub bytes_per_day: u64,
    /// Of the slowest.
    pub sync_last_us: u64,
    pub sync_max_us: u64,
    /// Of all.
    pub sync_count: u64,
    pub sync_failed: u64,
    pub written_bytes: u64,
    pub waiting_commits: u64,
    /// Records left to the next start because the database took none for too long.
    pub deferred_commits: u64,
    /// Records that the database refused, and files that could not be rebuilt.
    pub set_aside: u64,
}

impl Pipeline {
    /// What recordings may still write on all disks: free, the reserve left out.
    pub fn room_bytes(&self) -> u64 {
        self.rooms().room_bytes.values().sum()
    }

    /// The same by disk, of those that are there, and which stream is recorded where. Folders on one file system share its room.
    pub fn rooms(&self) -> Rooms {
        let all = self.0.disks.all();
        let in_use = |writer: &DiskWriter| !writer.retired && !writer.handle.is_away();
        let sharing = |own: &DiskWriter| {
            let same = |(_, other): &&(DiskId, DiskWriter)| {
                in_use(other) && own.file_system.is_some() && own.file_system == other.file_system
            };
            all.iter().filter(same).count().max(1) as u64
        };
        let room = |(id, writer): &(DiskId, DiskWriter)| {
            let free_bytes = writer.stats.free_bytes.load(Relaxed);
            in_use(writer).then(|| (*id, free_bytes.saturating_sub(RESERVE_BYTES) / sharing(writer)))
        };
        Rooms { room_bytes: all.iter().filter_map(room).collect(), placed: self.0.disks.now() }
    }

    pub(super) fn deferred_commits(&self) -> u64 {
        let own = self.0.committed.deferred_commits.load(Relaxed);
        let all = self.0.disks.all();
        own + all.iter().map(|(_, writer)| writer.stats.deferred_commits.load(Relaxed)).sum::<u64>()
    }

    /// Room, rates and sync times of the media disks, as the writers' threads saw them within the last second.
    ///
    /// # Errors
    /// None at present; asking the file system here would block.
    pub fn disk(&self) -> Result<DisksReport, store::Error> {
        let kbps: u64 = self
            .streams()
            .iter()
            .filter(|stream| stream.is_recorded())
            .filter_map(|stream| stream.state().video.map(|video| u64::from(video.kbps)))
            .sum();
        let bytes_per_day = kbps * 1_000 / 8 * 86_400;
        let writers = self.0.disks.all();
        let count =
            |of: fn(&SyncStats) -> u64| writers.iter().map(|(_, writer)| of(&writer.stats)).sum::<u64>();
        let disks = self.disk_reports();
        let worst = |of: fn(&DiskReport) -> u64| disks.iter().map(of).max().unwrap_or(0);
        let mut systems: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
        for (number, (_, writer)) in (0_u64..).zip(&writers) {
            let room = (writer.stats.total_bytes.load(Relaxed), writer.stats.free_bytes.load(Relaxed));
            systems.insert(writer.file_system.unwrap_or(u64::MAX - number), room);
        }
        let free_bytes = systems.values().map(|(_, free)| free).sum::<u64>();
        Ok(DisksReport {
            path: self.0.store.footage.media_dir().display().to_string(),
            total_bytes: systems.values().map(|(total, _)| total).sum(),
            free_bytes,
            bytes_per_day,
            sync_last_us: worst(|disk| disk.sync_last_us),
            sync_max_us: worst(|disk| disk.sync_max_us),
            sync_count: count(|stats| stats.count.load(Relaxed)),
            sync_failed: count(|stats| stats.failed.load(Relaxed)),
            written_bytes: count(|stats| stats.written_bytes.load(Relaxed)),
            waiting_commits: count(|stats| stats.waiting_commits.load(Relaxed) as u64),
            deferred_commits: self.deferred_commits(),
            set_aside: self.0.committed.set_aside.load(Relaxed),
            disks,
        })
    }

    /// Every disk of the store, also those that are away.
    fn disk_reports(&self) -> Vec<DiskReport> {
        let (writers, now) = (self.0.disks.all(), self.0.disks.now());
        let report = |disk: OpenDisk| {
            let writer = writers.iter().find(|(id, _)| *id == disk.id).map(|(_, writer)| writer);
            let stat = |of: fn(&SyncStats) -> u64| writer.map_or(0, |writer| of(&writer.stats));
            let word = match writer {
                _ if disk.retired => DiskWord::Retired,
                None => DiskWord::Away,
                Some(writer) if writer.handle.is_away() => DiskWord::Away,
                Some(writer) if writer.handle.is_full() => DiskWord::Full,
                Some(writer) if writer.fitness() == Fitness::Good => DiskWord::Good,
                Some(_) => DiskWord::Failing,
            };
            let stopped = self.stopped_streams();
            let here = |(stream, on): &(&StreamId, &DiskId)| {
                **on == disk.id
                    && !stopped.contains(*stream)
                    && self.stream(**stream).is_some_and(|s| s.is_recorded())
            };
            DiskReport {
                id: disk.id,
                path: disk.dir.root().display().to_string(),
                word,
                total_bytes: stat(|stats| stats.total_bytes.load(Relaxed)),
                free_bytes: stat(|stats| stats.free_bytes.load(Relaxed)),
                streams: now.iter().filter(here).count(),
                sync_last_us: stat(|stats| stats.last_us.load(Relaxed)),
                sync_max_us: stat(|stats| stats.max_us.load(Relaxed)),
                sync_count: stat(|stats| stats.count.load(Relaxed)),
                sync_failed: stat(|stats| stats.failed.load(Relaxed)),
            }
        };
        self.0.store.footage.media().all().into_iter().map(report).collect()
    }
}
